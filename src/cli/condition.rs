//! Conditions as sentences: what a program reads in a field, for the people whose words
//! stand beside it.

use countersign::body::condition::{By, Condition, Members};
use countersign::names::{MemberId, Place};
use countersign::vocabulary::provisions as rows;

use super::sight::Sight;

/// A condition as a clause: `each observer has reported d8 (same election)`.
pub fn clause(sight: &Sight, condition: &Condition) -> String {
    let say = |row: countersign::vocabulary::Phrase, places: &[(&str, &str)]| sight.say(row, places);
    match condition {
        Condition::Date(day) => say(rows::ON_DAY, &[("day", &sight.day(day))]),
        Condition::Reported { of, by, same, days } => {
            let mut what = reported(sight, of, by);
            if let Some(days) = days {
                what = say(rows::DAYS_AFTER, &[("days", &days.to_string()), ("what", &what)]);
            }
            if !same.is_empty() {
                what = say(rows::SAME, &[("what", &what), ("names", &same.join(", "))]);
            }
            what
        }
        Condition::Adopted(Members::Each) => say(rows::ADOPTED_EACH, &[]),
        Condition::Adopted(Members::Named(ids)) if ids.len() == 1 => {
            say(rows::ADOPTED_BY_ONE, &[("name", &names(sight, ids))])
        }
        Condition::Adopted(Members::Named(ids)) => say(rows::ADOPTED_BY, &[("names", &names(sight, ids))]),
        Condition::InEffect { of, members } => {
            let of = sight.cite_place(of);
            match members {
                Members::Each => say(rows::IN_EFFECT_EACH, &[("of", &of)]),
                Members::Named(ids) => {
                    say(rows::IN_EFFECT_FOR, &[("of", &of), ("names", &names(sight, ids))])
                }
            }
        }
        Condition::All(items) => joined(sight, rows::AND, items),
        Condition::Any(items) => joined(sight, rows::OR, items),
    }
}

fn joined(sight: &Sight, row: countersign::vocabulary::Phrase, items: &[Condition]) -> String {
    let nested = |item: &Condition| match item {
        Condition::All(_) | Condition::Any(_) => format!("({})", clause(sight, item)),
        atom => clause(sight, atom),
    };
    let mut clauses = items.iter().map(nested);
    let first = clauses.next().unwrap_or_default();
    clauses.fold(first, |one, other| sight.say(row, &[("one", &one), ("other", &other)]))
}

fn names(sight: &Sight, ids: &[MemberId]) -> String {
    sight.naming().list(ids)
}

fn reported(sight: &Sight, of: &Place, by: &By) -> String {
    let of = sight.cite_place(of);
    let row = match by {
        By::EachObserver => rows::EACH_OBSERVER,
        By::AnyObserver => rows::ANY_OBSERVER,
        By::EitherSide => rows::EITHER_SIDE,
        By::BothSides => rows::BOTH_SIDES,
        By::Named(ids) if ids.len() == 1 => {
            return sight.say(rows::ONE_REPORTED, &[("name", &names(sight, ids)), ("of", &of)]);
        }
        By::Named(ids) => {
            return sight.say(rows::NAMED_REPORTED, &[("names", &names(sight, ids)), ("of", &of)]);
        }
    };
    sight.say(row, &[("of", &of)])
}
