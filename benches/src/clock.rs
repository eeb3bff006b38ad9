//! Times: of the wall, and of the processor for this thread alone.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What a piece of work took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// Seconds of the wall clock.
    pub wall: f64,
    /// Seconds of processor time.
    pub cpu: f64,
}

impl Took {
    /// Each divided by a count.
    pub fn per(self, count: f64) -> Self {
        Self { wall: self.wall / count, cpu: self.cpu / count }
    }
}

impl std::ops::AddAssign for Took {
    fn add_assign(&mut self, other: Self) {
        self.wall += other.wall;
        self.cpu += other.cpu;
    }
}

fn thread_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.cast_unsigned(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Does the work on this thread.
pub fn take<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (wall, cpu) = (Instant::now(), thread_time());
    let value = work();
    let took =
        Took { cpu: thread_time().saturating_sub(cpu).as_secs_f64(), wall: wall.elapsed().as_secs_f64() };
    (value, took)
}

/// The middle of some figures; of an even number, the mean of the two in the middle.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = figures.into_iter().collect();
    all.sort_by(f64::total_cmp);
    match all.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => all[n / 2],
        n => f64::midpoint(all[n / 2 - 1], all[n / 2]),
    }
}

/// The medians of wall and processor time, each for itself.
pub fn middle(all: &[Took]) -> Took {
    Took { wall: median(all.iter().map(|took| took.wall)), cpu: median(all.iter().map(|took| took.cpu)) }
}

/// Seconds for people: 1.23 s, 45.6 ms, 7.89 us.
pub fn shown(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s => (s * 1e6, "us"),
    };
    let digits = match value {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median([4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!(median([]).is_nan());
        assert_eq!(shown(0.012_34), "12.3 ms");
    }
}
