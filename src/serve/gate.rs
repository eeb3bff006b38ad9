//! Who comes in: connections in all and of one caller, and how often one may submit.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Callers whose submissions are remembered; a bound, as addresses are for the taking.
const MOST_CALLERS: usize = 4096;

/// An address, or the network of 64 bits that one customer is given in IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caller(IpAddr);

impl Caller {
    /// Who calls from this address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

/// Why a connection was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// There are as many as there may be.
    All,
    /// There are as many from this address.
    Each,
}

/// Counts connections.
#[derive(Debug)]
pub struct Gate {
    all: usize,
    each: usize,
    inside: Mutex<HashMap<Caller, usize>>,
}

/// A connection that was taken; dropping it makes room.
#[derive(Debug)]
pub struct Ticket(Arc<Gate>, Caller);

impl Gate {
    /// A gate for so many.
    pub fn new(all: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { all, each, inside: Mutex::default() })
    }

    /// Takes a connection, if there is room.
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Result<Ticket, Full> {
        let caller = Caller::of(address);
        let mut inside = self.inside();
        let here = inside.get(&caller).copied().unwrap_or(0);
        if here >= self.each {
            return Err(Full::Each);
        }
        if inside.values().sum::<usize>() >= self.all {
            return Err(Full::All);
        }
        inside.insert(caller, here + 1);
        Ok(Ticket(Arc::clone(self), caller))
    }

    /// Connections at this moment.
    pub fn count(&self) -> usize {
        self.inside().values().sum()
    }

    fn inside(&self) -> MutexGuard<'_, HashMap<Caller, usize>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// Who holds it.
    pub fn caller(&self) -> Caller {
        self.1
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut inside = self.0.inside();
        match inside.get_mut(&self.1) {
            Some(count) if *count > 1 => *count -= 1,
            _ => _ = inside.remove(&self.1),
        }
    }
}

/// How often one caller may submit: at most `burst` at once, one more each `interval`.
#[derive(Debug)]
pub struct Pace {
    burst: u32,
    interval: Duration,
    /// When each caller's bucket will be full again. One that is full is as good as none.
    full_at: Mutex<HashMap<Caller, Instant>>,
}

impl Pace {
    /// A pace, with every bucket full.
    pub fn new(burst: u32, interval: Duration) -> Self {
        Self { burst, interval, full_at: Mutex::default() }
    }

    /// Takes one from a caller's bucket, or says how long until there is one.
    pub fn take(&self, caller: Caller, now: Instant) -> Result<(), Duration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= MOST_CALLERS && !full_at.contains_key(&caller) {
            full_at.retain(|_, at| *at > now);
            if full_at.len() >= MOST_CALLERS {
                return Err(self.interval);
            }
        }
        let from = full_at.get(&caller).copied().unwrap_or(now).max(now);
        let full = from + self.interval;
        let over = full.saturating_duration_since(now).saturating_sub(self.interval * self.burst);
        if over > Duration::ZERO {
            return Err(over);
        }
        full_at.insert(caller, full);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "any moment will do")]
    fn now() -> Instant {
        Instant::now()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_of_64_bits_is_one_caller_and_an_old_address_in_a_new_one_is_itself() {
        let of = |text| Caller::of(address(text));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn a_gate_counts_each_and_all_and_forgets_who_left() {
        let gate = Gate::new(3, 2);
        let (a, b) = (address("192.0.2.1"), address("192.0.2.2"));
        let first = gate.enter(a).unwrap();
        let second = gate.enter(a).unwrap();
        assert_eq!(gate.enter(a).unwrap_err(), Full::Each);
        let _third = gate.enter(b).unwrap();
        assert_eq!(gate.enter(b).unwrap_err(), Full::All);
        drop((first, second));
        assert_eq!((gate.count(), gate.inside().len()), (1, 1));
        assert!(gate.enter(a).is_ok());
    }

    #[test]
    fn a_pace_gives_a_burst_and_then_one_an_interval() {
        let (pace, start) = (Pace::new(3, Duration::from_secs(2)), now());
        let (a, b) = (Caller::of(address("192.0.2.1")), Caller::of(address("192.0.2.2")));
        let at = |seconds| start + Duration::from_secs(seconds);
        for _ in 0..3 {
            assert_eq!(pace.take(a, start), Ok(()));
        }
        assert_eq!(pace.take(a, start), Err(Duration::from_secs(2)));
        assert_eq!(pace.take(b, start), Ok(()));
        assert_eq!(pace.take(a, at(1)), Err(Duration::from_secs(1)));
        assert_eq!(pace.take(a, at(2)), Ok(()));
        assert!(pace.take(a, at(2)).is_err());
        assert_eq!((0..5).filter(|_| pace.take(a, at(100)).is_ok()).count(), 3, "no more than a burst");
    }

    #[test]
    fn a_pace_remembers_so_many_and_turns_the_next_away() {
        let (pace, start) = (Pace::new(1, Duration::from_secs(10)), now());
        let caller = |number: usize| {
            let number = u32::try_from(number).unwrap();
            Caller::of(std::net::Ipv4Addr::from(number).into())
        };
        (0..MOST_CALLERS).for_each(|number| assert!(pace.take(caller(number), start).is_ok()));
        assert!(pace.take(caller(MOST_CALLERS), start).is_err());
        let later = start + Duration::from_secs(11);
        assert!(pace.take(caller(MOST_CALLERS), later).is_ok());
        assert_eq!(pace.full_at.lock().unwrap().len(), 1);
    }
}
