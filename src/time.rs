//! Calendar time as it stands in entries: UTC, whole seconds, always `Z`.

use std::fmt;
use std::str::FromStr;

use crate::names::NameError;

/// A moment written `YYYY-MM-DDTHH:MM:SSZ`; it is an author's word and orders
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(String);

/// A day written `YYYY-MM-DD`, years 0001 to 9999.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(String);

impl Time {
    /// The moment this many seconds after 1970-01-01T00:00:00Z.
    pub fn from_unix(seconds: u64) -> Self {
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
        Self(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }

    /// Seconds since 1970-01-01T00:00:00Z; below zero before it.
    pub fn seconds(&self) -> i64 {
        let part = |from: usize| self.0.get(from..from + 2).and_then(|two| two.parse().ok()).unwrap_or(0);
        self.day().number() * 86_400 + part(11) * 3600 + part(14) * 60 + part(17)
    }

    /// The moment for people: `2026-11-23 07:10 UTC`.
    pub fn for_people(&self) -> String {
        format!("{} {} UTC", self.day(), self.clock())
    }

    /// The day of this moment.
    pub fn day(&self) -> Day {
        Day(self.0.get(..10).unwrap_or_default().to_owned())
    }

    /// The seconds in the minute: `59`.
    pub fn of_minute(&self) -> &str {
        self.0.get(17..19).unwrap_or_default()
    }

    /// Hour and minute: `09:12`.
    pub fn clock(&self) -> &str {
        self.0.get(11..16).unwrap_or_default()
    }
}

impl Day {
    /// Year, month from 1, and day.
    pub fn parts(&self) -> (u64, u64, u64) {
        let mut parts = self.0.splitn(3, '-').map(|part| part.parse().unwrap_or(0));
        let mut part = || parts.next().unwrap_or(0);
        (part(), part(), part())
    }

    /// The day after this one; none after 9999-12-31.
    pub fn next(&self) -> Option<Self> {
        let (year, month, day) = self.parts();
        let next = match (month, day) {
            (12, 31) => (year + 1, 1, 1),
            _ if day == days_in_month(year, month) => (year, month + 1, 1),
            _ => (year, month, day + 1),
        };
        format!("{:04}-{:02}-{:02}", next.0, next.1, next.2).parse().ok()
    }
}

impl Day {
    /// Days since 1970-01-01; below zero before it. By the count of leap years before a
    /// year, of days before a month.
    pub fn number(&self) -> i64 {
        let part =
            |from: usize, to: usize| self.0.get(from..to).and_then(|part| part.parse().ok()).unwrap_or(0);
        let (year, month, day): (u64, u64, u64) = (part(0, 4), part(5, 7), part(8, 10));
        let before = year.saturating_sub(1);
        let leaps = before / 4 - before / 100 + before / 400;
        let months: u64 = (1..month).map(|month| days_in_month(year, month)).sum();
        // 719,162 days lie between 0001-01-01 and 1970-01-01.
        i64::try_from(before * 365 + leaps + months + day).unwrap_or(0) - 1 - 719_162
    }

    /// The day this many days later; nothing beyond the year 9999.
    pub fn plus(&self, days: u64) -> Option<Self> {
        let number = self.number().checked_add(i64::try_from(days).ok()?)?;
        let mut left = u64::try_from(number.checked_add(719_162)?).ok()?;
        let mut year = 1;
        while left >= days_in_year(year) {
            left -= days_in_year(year);
            year += 1;
        }
        let mut month = 1;
        while left >= days_in_month(year, month) {
            left -= days_in_month(year, month);
            month += 1;
        }
        (year <= 9999).then(|| Self(format!("{year:04}-{month:02}-{:02}", left + 1)))
    }
}

impl Time {
    /// The seconds from this moment to one that is not before it.
    pub fn seconds_to(&self, later: &Self) -> Option<u64> {
        later.count()?.checked_sub(self.count()?)
    }

    /// The seconds since the beginning of the year 1.
    fn count(&self) -> Option<u64> {
        let field = |range: std::ops::Range<usize>| self.0.get(range)?.parse::<u64>().ok();
        let (year, month, day) = (field(0..4)?, field(5..7)?, field(8..10)?);
        let years = year.checked_sub(1)?;
        let months = (1..month).map(|month| days_in_month(year, month)).sum::<u64>();
        let days = years * 365 + years / 4 - years / 100 + years / 400 + months + day;
        Some(days * 86_400 + field(11..13)? * 3600 + field(14..16)? * 60 + field(17..19)?)
    }
}

/// Year, month and day of a number of days since 1970-01-01, by counting whole
/// years and months: slow, plain, and easy to check.
fn civil(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days >= days_in_year(year) {
        days -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    while days >= days_in_month(year, month) {
        days -= days_in_month(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

fn days_in_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Digits of exactly this many places, within a range.
fn number(text: &str, places: usize, least: u64, most: u64) -> Option<u64> {
    let plain = text.len() == places && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten().filter(|number| (least..=most).contains(number))
}

fn is_day(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut part = |places, least, most| number(parts.next()?, places, least, most);
    let (Some(year), Some(month), Some(day)) = (part(4, 1, 9999), part(2, 1, 12), part(2, 1, 31)) else {
        return false;
    };
    day <= days_in_month(year, month)
}

fn is_clock(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else { return false };
    number(hour, 2, 0, 23).is_some()
        && number(minute, 2, 0, 59).is_some()
        && number(second, 2, 0, 59).is_some()
}

impl FromStr for Day {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if is_day(text) { Ok(Self(text.to_owned())) } else { Err(NameError("a day, YYYY-MM-DD")) }
    }
}

impl FromStr for Time {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let shaped = text
            .strip_suffix('Z')
            .and_then(|text| text.split_once('T'))
            .is_some_and(|(day, clock)| is_day(day) && is_clock(clock));
        if shaped { Ok(Self(text.to_owned())) } else { Err(NameError("a time in UTC, YYYY-MM-DDTHH:MM:SSZ")) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_exist_on_the_calendar() {
        for good in ["0001-01-01", "2024-02-29", "2000-02-29", "9999-12-31"] {
            assert!(good.parse::<Day>().is_ok(), "{good}");
        }
        for other in [
            "0000-01-01",
            "2023-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-04-31",
            "2026-4-01",
            "26-04-01",
            "2026-04-01 ",
            "+026-04-01",
        ] {
            assert!(other.parse::<Day>().is_err(), "{other}");
        }
    }

    #[test]
    fn days_are_counted_through_leap_years() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(day("1970-01-01").number(), 0);
        assert_eq!(day("0001-01-01").number(), -719_162);
        assert_eq!(day("2000-03-01").number(), 11_017);
        assert_eq!(day("2028-12-04").plus(90), Some(day("2029-03-04")));
        assert_eq!(day("1899-12-31").plus(60), Some(day("1900-03-01")));
        assert_eq!(day("9999-12-31").plus(1), None);
        assert_eq!("1970-01-02T00:00:01Z".parse::<Time>().unwrap().seconds(), 86_401);
        for number in (0..40_000).step_by(37) {
            assert_eq!(Time::from_unix(number * 86_400).day().number(), i64::try_from(number).unwrap());
            assert_eq!(day("1970-01-01").plus(number), Some(Time::from_unix(number * 86_400).day()));
        }
    }

    #[test]
    fn times_are_whole_seconds_in_utc() {
        assert!("2026-11-23T07:10:00Z".parse::<Time>().is_ok());
        for other in [
            "2026-11-23T07:10:60Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T07:10:00",
            "2026-11-23T07:10:00+00:00",
            "2026-11-23t07:10:00Z",
            "2026-11-23T07:10:00.0Z",
        ] {
            assert!(other.parse::<Time>().is_err(), "{other}");
        }
    }

    #[test]
    fn seconds_between_two_moments_are_those_of_the_calendar() {
        for (from, to) in
            [(0, 951_782_400), (951_782_399, 951_868_800), (1, 1), (4_102_444_800, 253_402_300_799)]
        {
            let gap = Time::from_unix(from).seconds_to(&Time::from_unix(to));
            assert_eq!(gap, Some(to - from));
        }
        assert_eq!(Time::from_unix(5).seconds_to(&Time::from_unix(4)), None);
    }

    #[test]
    fn seconds_since_1970_become_the_calendar() {
        assert_eq!(Time::from_unix(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Time::from_unix(951_782_400).to_string(), "2000-02-29T00:00:00Z");
        assert_eq!(Time::from_unix(1_795_415_460).to_string(), "2026-11-23T06:31:00Z");
        assert_eq!(Time::from_unix(1_795_415_460).for_people(), "2026-11-23 06:31 UTC");
    }
}
