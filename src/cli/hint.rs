//! What a mistyped name may have meant: the names that are here and near it.

use std::path::Path;

use countersign::audit::Audit;
use countersign::draft::{self, Draft};
use countersign::failure::{Failure, Outcome, Why};

use super::session::Session;
use super::terminal::shown;

/// How many letters a name may be away from the one that was typed: one letter left
/// out, put in or changed, or two that changed places.
const NEAR: usize = 2;

/// Most names that are shown.
const MOST: usize = 3;

/// `; did you mean A or B?`, or nothing where no name is near.
pub fn did_you_mean<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    ask(&near(typed, names))
}

fn ask(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; did you mean {}?", names.join(" or ")) }
}

/// The names nearest to what was typed, where they are near. A name that shares no
/// letter with it is not, however short both are.
fn near<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let long = typed.chars().count();
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|name| name.chars().count().abs_diff(long) <= NEAR)
        .map(|name| (distance(typed, name), name))
        .filter(|(away, _)| *away <= NEAR && *away < long)
        .collect();
    found.sort_unstable();
    let least = found.first().map_or(0, |(away, _)| *away);
    found.into_iter().take_while(|(away, _)| *away == least).take(MOST).map(|(_, name)| shown(name)).collect()
}

/// How many letters are to be left out, put in or changed between two words
/// (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut corner = above;
        let mut last = above + 1;
        for (slot, with) in row.iter_mut().skip(1).zip(&other) {
            let changed = corner + usize::from(letter != *with);
            corner = *slot;
            last = changed.min(last + 1).min(corner + 1);
            *slot = last;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The logs that are held, and how many entries of each.
fn logs(audit: &Audit) -> Vec<(String, u64)> {
    audit.strands.values().map(|strand| (strand.log().to_string(), strand.size())).collect()
}

/// Near names of a log that is not held.
pub fn log(audit: &Audit, typed: &str) -> String {
    did_you_mean(typed, logs(audit).iter().map(|(log, _)| log.as_str()))
}

/// Near names of an entry that is not held: its log, or its number.
pub fn entry(audit: &Audit, typed: &str) -> String {
    let logs = logs(audit);
    let (name, number) = match typed.rsplit_once('/') {
        Some((name, number)) => (name, number.parse::<u64>().ok()),
        None => (typed, None),
    };
    let size_of = |name: &str| logs.iter().find(|(log, _)| log == name).map_or(0, |(_, size)| *size);
    if size_of(name) > 0 {
        return format!("; the last of {name} here is {name}/{}", size_of(name) - 1);
    }
    let near = near(name, logs.iter().map(|(log, _)| log.as_str()));
    let cited: Vec<String> = near
        .iter()
        .filter(|log| size_of(log) > 0)
        .map(|log| format!("{log}/{}", number.unwrap_or(u64::MAX).min(size_of(log) - 1)))
        .collect();
    ask(&cited)
}

/// A draft; where none has this name, near ones are shown.
pub fn read_draft(session: &Session, folder: &Path, name: &str) -> Outcome<Draft> {
    draft::read(&session.disk, folder, name).map_err(|failure| match failure.why {
        Why::NoDraft => {
            let names = draft::names(&session.disk, folder).unwrap_or_default();
            let hint = did_you_mean(name, names.iter().map(String::as_str));
            let what = format!("no draft {} is here{hint}", shown(name));
            Failure::new(Why::NoDraft, what).next(format!("countersign drafts{}", session.dir_words()))
        }
        _ => failure,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_against_words_counted_by_hand() {
        for (one, other, away) in [
            ("", "", 0),
            ("", "ab", 2),
            ("moscow", "moscow", 0),
            ("moscw", "moscow", 1),
            ("mosocw", "moscow", 2),
            ("kitten", "sitting", 3),
            ("мид", "миф", 1),
        ] {
            assert_eq!((distance(one, other), distance(other, one)), (away, away), "{one} {other}");
        }
    }

    #[test]
    fn near_names_are_few_and_the_nearest() {
        assert_eq!(near("moscw", ["washington", "moskow", "moscow"]), ["moscow"]);
        assert_eq!(near("mosow", ["washington", "moskow", "moscow"]), ["moscow", "moskow"]);
        assert_eq!(near("d", ["d1", "d2", "d3", "d4"]).len(), 0, "one letter is near nothing");
        assert_eq!(near("d9", ["d1", "d2", "d3", "d4"]), ["d1", "d2", "d3"]);
        assert_eq!(near("ab", ["xy"]), Vec::<String>::new());
        assert_eq!(did_you_mean("zz", ["moscow"]), "");
    }
}
