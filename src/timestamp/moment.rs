//! A moment as authorities write it: to a fraction of a second.

use std::fmt;
use std::time::Duration;

use crate::time::Time;

/// The last second that [`Time`] can say.
const LAST: u64 = 253_402_300_799;

/// Nanoseconds in a second.
const SECOND: u32 = 1_000_000_000;

/// A moment in UTC, from 1970 on, to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    seconds: u64,
    nanos: u32,
}

impl Moment {
    /// Reads a GeneralizedTime in DER: `20261123072004.675Z`, a fraction of one to nine
    /// digits without a trailing zero, or none.
    pub(super) fn parse(value: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok()?.strip_suffix('Z')?;
        let (clock, fraction) = match text.split_once('.') {
            Some((clock, fraction)) => (clock, Some(fraction)),
            None => (text, None),
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if clock.len() != 14 || !digits(clock) {
            return None;
        }
        let part = |from: usize, to: usize| clock.get(from..to).unwrap_or_default();
        let time = format!(
            "{}-{}-{}T{}:{}:{}Z",
            part(0, 4),
            part(4, 6),
            part(6, 8),
            part(8, 10),
            part(10, 12),
            part(12, 14)
        );
        let seconds = u64::try_from(time.parse::<Time>().ok()?.seconds()).ok()?;
        let nanos = match fraction {
            None => 0,
            Some(fraction) => {
                let is_der =
                    (1..=9).contains(&fraction.len()) && digits(fraction) && !fraction.ends_with('0');
                is_der.then(|| format!("{fraction:0<9}").parse().ok())??
            }
        };
        Some(Self { seconds, nanos })
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    pub fn seconds(&self) -> u64 {
        self.seconds
    }

    /// The first whole second that is not before this moment and an error after it.
    pub fn latest(&self, error: Duration) -> Time {
        let nanos = self.nanos + error.subsec_nanos();
        let seconds =
            self.seconds.saturating_add(error.as_secs()).saturating_add(u64::from(nanos.div_ceil(SECOND)));
        Time::from_unix(seconds.min(LAST))
    }

    /// The last whole second that is not after this moment less an error.
    pub fn earliest(&self, error: Duration) -> Time {
        let borrowed = u64::from(self.nanos < error.subsec_nanos());
        Time::from_unix(self.seconds.saturating_sub(error.as_secs()).saturating_sub(borrowed).min(LAST))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = Time::from_unix(self.seconds).to_string();
        let fraction = format!("{:09}", self.nanos);
        match fraction.trim_end_matches('0') {
            "" => f.write_str(&whole),
            fraction => write!(f, "{}.{fraction}Z", whole.trim_end_matches('Z')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_read_to_the_nanosecond_and_in_one_spelling() {
        for (text, due) in [
            ("20261123072004Z", "2026-11-23T07:20:04Z"),
            ("20261123072004.675Z", "2026-11-23T07:20:04.675Z"),
            ("20261123072004.000000001Z", "2026-11-23T07:20:04.000000001Z"),
            ("20240229235959.9Z", "2024-02-29T23:59:59.9Z"),
        ] {
            assert_eq!(Moment::parse(text.as_bytes()).unwrap().to_string(), due);
        }
        for other in [
            "20261123072004.Z",
            "20261123072004.670Z",
            "20261123072004.0Z",
            "20261123072004.0000000001Z",
            "20261123072004,5Z",
            "20261123072004.5",
            "20261123072004+0000",
            "202611230720Z",
            "20261123072060Z",
            "20260229072004Z",
            "19691231235959Z",
            "2026112307200\u{661}Z",
            "20261123072004.+5Z",
        ] {
            assert_eq!(Moment::parse(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn errors_widen_both_ways_to_whole_seconds() {
        let between = |text: &str, millis| {
            let (moment, error) = (Moment::parse(text.as_bytes()).unwrap(), Duration::from_millis(millis));
            (moment.earliest(error).to_string(), moment.latest(error).to_string())
        };
        let due =
            |low: &str, high: &str| (format!("2026-11-23T07:20:{low}Z"), format!("2026-11-23T07:20:{high}Z"));
        assert_eq!(between("20261123072004Z", 0), due("04", "04"));
        assert_eq!(between("20261123072004Z", 1), due("03", "05"));
        assert_eq!(between("20261123072004.675Z", 0), due("04", "05"));
        assert_eq!(between("20261123072004.675Z", 675), due("04", "06"));
        assert_eq!(between("20261123072004.675Z", 676), due("03", "06"));
        assert_eq!(between("20261123072004.675Z", 1_325), due("03", "06"));
        assert_eq!(between("20261123072004.675Z", 1_326), due("03", "07"));
        let last = Moment::parse(b"99991231235959.9Z").unwrap();
        assert_eq!(last.latest(Duration::MAX).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(last.earliest(Duration::MAX).to_string(), "1970-01-01T00:00:00Z");
    }
}
