//! Days and moments for people: `12 Apr 2027`, `12 апр. 2027`. All in UTC; a day that a
//! document bears is never converted.

use super::{Phrase, Tongue};
use crate::time::{Day, Time};

super::phrases! {
    JANUARY "Jan" "янв.";
    FEBRUARY "Feb" "февр.";
    MARCH "Mar" "марта";
    APRIL "Apr" "апр.";
    MAY "May" "мая";
    JUNE "Jun" "июня";
    JULY "Jul" "июля";
    AUGUST "Aug" "авг.";
    SEPTEMBER "Sep" "сент.";
    OCTOBER "Oct" "окт.";
    NOVEMBER "Nov" "нояб.";
    DECEMBER "Dec" "дек.";
    EITHER "{from} or {to}" "{from} или {to}";
    BETWEEN "between {from} and {to}" "между {from} и {to}";
}

const MONTHS: [Phrase; 12] =
    [JANUARY, FEBRUARY, MARCH, APRIL, MAY, JUNE, JULY, AUGUST, SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER];

fn month(tongue: Tongue, number: u64) -> &'static str {
    let at = number.checked_sub(1).and_then(|number| usize::try_from(number).ok());
    at.and_then(|at| MONTHS.get(at)).map_or("", |month| month.of(tongue))
}

/// A day: `12 Apr 2027`, `12 апр. 2027`.
pub fn day(tongue: Tongue, day: &Day) -> String {
    let (year, of_year, number) = day.parts();
    format!("{number} {} {year}", month(tongue, of_year))
}

/// A moment, to the minute, in UTC: `8 Nov 2028, 09:12`.
pub fn time(tongue: Tongue, time: &Time) -> String {
    format!("{}, {}", day(tongue, &time.day()), time.clock())
}

/// A bound: to the second where it is not at the full minute, since a bound that is
/// rounded is another bound.
pub fn bound(tongue: Tongue, time: &Time) -> String {
    match time.of_minute() {
        "00" => self::time(tongue, time),
        seconds => format!("{}:{seconds}", self::time(tongue, time)),
    }
}

/// One of some days in a row: `31 Aug or 1 Sep 1935` for two, `between 21 and 25 Aug
/// 1935` for more. What both ends have in common is written once.
pub fn range(tongue: Tongue, from: &Day, to: &Day) -> String {
    let ((year, of_year, number), last) = (from.parts(), to.parts());
    let first = match (year == last.0, of_year == last.1) {
        (true, true) => number.to_string(),
        (true, false) => format!("{number} {}", month(tongue, of_year)),
        _ => day(tongue, from),
    };
    let joined = if from.next().as_ref() == Some(to) { EITHER } else { BETWEEN };
    if from == to {
        return day(tongue, from);
    }
    joined.with(tongue, &[("from", &first), ("to", &day(tongue, to))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_and_moments_in_both_tongues() {
        let (en, ru) = (Tongue::English, Tongue::Russian);
        assert_eq!(day(en, &on("2027-04-12")), "12 Apr 2027");
        assert_eq!(day(ru, &on("2027-04-02")), "2 апр. 2027");
        let at: Time = "2028-11-08T09:12:59Z".parse().unwrap();
        assert_eq!(time(en, &at), "8 Nov 2028, 09:12");
        assert_eq!(time(ru, &at), "8 нояб. 2028, 09:12");
        assert_eq!(bound(en, &at), "8 Nov 2028, 09:12:59");
        assert_eq!(bound(en, &"2028-11-08T09:12:00Z".parse().unwrap()), "8 Nov 2028, 09:12");
        assert_eq!(day(en, &on("0987-12-01")), "1 Dec 987");
    }

    #[test]
    fn some_days_in_a_row() {
        let (en, ru) = (Tongue::English, Tongue::Russian);
        for (from, to, english, russian) in [
            ("1935-08-31", "1935-09-01", "31 Aug or 1 Sep 1935", "31 авг. или 1 сент. 1935"),
            ("1935-08-21", "1935-08-25", "between 21 and 25 Aug 1935", "между 21 и 25 авг. 1935"),
            ("1935-08-21", "1935-08-22", "21 or 22 Aug 1935", "21 или 22 авг. 1935"),
            ("1935-12-31", "1936-01-01", "31 Dec 1935 or 1 Jan 1936", "31 дек. 1935 или 1 янв. 1936"),
            ("1935-05-30", "1935-06-02", "between 30 May and 2 Jun 1935", "между 30 мая и 2 июня 1935"),
            (
                "1935-05-30",
                "1936-05-31",
                "between 30 May 1935 and 31 May 1936",
                "между 30 мая 1935 и 31 мая 1936",
            ),
            ("1936-02-28", "1936-02-29", "28 or 29 Feb 1936", "28 или 29 февр. 1936"),
            ("1935-05-30", "1935-05-30", "30 May 1935", "30 мая 1935"),
        ] {
            assert_eq!(range(en, &on(from), &on(to)), english);
            assert_eq!(range(ru, &on(from), &on(to)), russian);
        }
    }
}
