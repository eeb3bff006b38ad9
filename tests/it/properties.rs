//! Properties of status, on random histories.

use std::collections::BTreeMap;

use countersign::body::Body;
use countersign::body::circumstance::Parameters;
use countersign::body::condition::Condition;
use countersign::json::Value;
use countersign::status::condition::Answer;
use countersign::status::{Cut, RULES, Status};

use crate::histories::{Dice, History, Links, NAMES, Names};
use crate::reference::{a_day, all_of, audit, said_by_status, status};
use crate::world::log;

/// What a status says, with members by their numbers and texts by their entries.
fn without_names(status: &Status<'_>, names: &Names) -> BTreeMap<String, String> {
    let numbered = |text: &str| {
        let numbers = names.iter().enumerate();
        numbers.fold(text.to_owned(), |text, (at, name)| text.replace(name, &format!("member {at}")))
    };
    let sorted = |mut items: Vec<String>| {
        items.sort();
        items.join(" ")
    };
    let texts: BTreeMap<String, String> = status
        .words
        .iter()
        .map(|words| {
            let entries = words.entries.iter().map(|hash| status.record.act(hash).unwrap().signed.cite());
            (words.digest.short(), sorted(entries.map(|cite| numbered(&cite)).collect()))
        })
        .collect();
    let said = said_by_status(status).into_iter().map(|(place, text)| {
        let place = match place.split_once('#') {
            Some((digest, rest)) => format!("{}#{rest}", texts[digest]),
            None => place,
        };
        let is_list = ["ask", "statement", "report", "answers"].iter().any(|kind| place.ends_with(kind));
        let text = numbered(&text);
        let text = if is_list { sorted(text.split(' ').map(str::to_owned).collect()) } else { text };
        (numbered(&place), text)
    });
    said.collect()
}

#[test]
fn other_names_are_another_order_and_nothing_else() {
    let others: [Names; 2] = [["delhi", "athens", "cairo", "bern"], ["cairo", "delhi", "bern", "athens"]];
    for number in 0..150 {
        let first = History::new(number);
        let day = a_day(&mut Dice::new(number));
        let held = audit(&first);
        let cut = first.cut(&held, &all_of(&first), day.clone());
        let expected = without_names(&status(&held, &first.brackets, &cut), &NAMES);
        for names in others {
            let renamed = History::with(number, names, Links::Stand);
            let held = audit(&renamed);
            let cut = renamed.cut(&held, &all_of(&renamed), day.clone());
            let status = status(&held, &renamed.brackets, &cut);
            assert_eq!(without_names(&status, &names), expected, "history {number} as {names:?}");
            let provisions = status.texts.iter().flat_map(|text| &text.provisions);
            for cells in provisions.map(|provision| &provision.cells) {
                assert!(cells.is_sorted_by(|one, other| one.member < other.member), "by the alphabet");
            }
        }
    }
}

#[test]
fn only_a_members_own_link_puts_a_line_under_a_provision() {
    let mut lines = 0;
    for number in 0..200 {
        for links in [Links::Stand, Links::AreLeftOut] {
            let history = History::with(number, NAMES, links);
            let held = audit(&history);
            let cut = history.cut(&held, &all_of(&history), None);
            let status = status(&held, &history.brackets, &cut);
            for provision in status.texts.iter().flat_map(|text| &text.provisions) {
                let under = &provision.under;
                if links == Links::AreLeftOut {
                    assert!(under.raised.is_empty() && under.said.is_empty() && under.reported.is_empty());
                }
                for by in &under.raised {
                    let act = status.record.act(by).unwrap();
                    let about = &act.body.circumstances().unwrap().about;
                    assert!(about.iter().any(|named| named.provision.as_ref() == Some(&provision.id)));
                    lines += 1;
                }
            }
        }
    }
    assert!(lines > 20, "{lines} lines");
}

#[test]
fn nothing_is_shown_by_absence() {
    let mut shown = 0;
    for number in 0..300 {
        let history = History::new(number);
        let held = audit(&history);
        let cut = history.cut(&held, &all_of(&history), None);
        let status = status(&held, &history.brackets, &cut);
        let scene = status.effects();
        for (at, words) in status.words.iter().enumerate() {
            for provision in &words.provisions {
                let conditions = [&provision.when, &provision.until, &provision.takes_effect];
                for condition in conditions.into_iter().flatten() {
                    let key = (at, provision.id.clone());
                    let mut all = scene.occasions(condition, &key);
                    all.push(Parameters::new());
                    for found in all.iter().map(|with| scene.look(condition, &key, with)) {
                        let entries = found.by.iter().filter(|by| status.record.act(by).is_some()).count();
                        if found.answer == Answer::Shown {
                            // Without a day no date has come, so that an entry must carry it.
                            assert!(entries > 0 && entries == found.by.len(), "history {number}");
                            shown += 1;
                        }
                        let dates =
                            condition.atoms().into_iter().all(|atom| matches!(atom, Condition::Date(_)));
                        assert!(!dates || found.answer == Answer::NotShown, "no day, no date");
                    }
                }
            }
        }
    }
    assert!(shown > 20, "{shown} shown");
}

/// When each notice was received and its period ends, and when each question was received.
fn periods(status: &Status<'_>) -> Vec<String> {
    let notices = status.notices().all().iter();
    let notices = notices.map(|given| format!("{} {:?} {:?}", given.by, given.received, given.ends));
    let asked = status.questions.iter().map(|asked| format!("{} {:?}", asked.by, asked.received));
    notices.chain(asked).collect()
}

#[test]
fn a_receipt_that_does_not_move_changes_nothing() {
    for number in 0..150 {
        let mut history = History::new(number);
        let mut dice = Dice::new(number);
        let day = a_day(&mut dice);
        let held = audit(&history);
        let cut = history.cut(&held, &all_of(&history), day.clone());
        let status_before = status(&held, &history.brackets, &cut);
        let before = (said_by_status(&status_before), periods(&status_before));
        let names: Vec<String> = history.world.authors.keys().cloned().collect();
        for name in &names {
            history.world.push(name, "seen", Value::object([]));
        }
        let held = audit(&history);
        let cut = history.cut(&held, &all_of(&history), day);
        let status = status(&held, &history.brackets, &cut);
        assert_eq!((said_by_status(&status), periods(&status)), before, "history {number}");
    }
}

#[test]
fn a_later_entry_changes_no_earlier_cut() {
    for number in 0..150 {
        let history = History::new(number);
        let mut dice = Dice::new(number);
        let held = audit(&history);
        let name = *dice.pick(&NAMES[..history.world.authors.len()]);
        let last = dice.roll(history.world.author(name).entries.len());
        // Up to one entry, and whatever its author had received.
        let named = BTreeMap::from([(log(name), u64::try_from(last).unwrap())]);
        let cut = Cut::at(&held, &named);
        let then = said_by_status(&status(&held, &history.brackets, &cut));
        let mut copy = history.world.copy(&[]);
        for (of, size) in cut.sizes() {
            let bytes = history.world.log_bytes_at(of.as_str(), usize::try_from(size).unwrap());
            copy.logs.insert(of.clone(), bytes);
        }
        let held = history.world.audit(&copy);
        let mut whole = Cut::everything(&held);
        whole.day.clone_from(&cut.day);
        let now = said_by_status(&status(&held, &history.brackets, &whole));
        assert_eq!(then, now, "history {number} at {name}/{last}");
    }
}

#[test]
fn only_a_sides_own_entries_move_its_consent() {
    for number in 0..150 {
        let history = History::new(number);
        let held = audit(&history);
        let cut = history.cut(&held, &all_of(&history), None);
        let status = status(&held, &history.brackets, &cut);
        for consents in &status.consents {
            for (member, own) in consents {
                for act in own.values().flat_map(|consent| &consent.acts) {
                    let act = status.record.act(act).unwrap();
                    assert_eq!(act.member(), member, "history {number}");
                    let moves = matches!(act.body, Body::Text(_) | Body::Adopt(_) | Body::Notice(_));
                    assert!(moves, "history {number}: {}", act.signed.cite());
                }
            }
        }
    }
    assert_eq!(RULES, countersign::charter::RULES, "one version of the rules");
}

/// What is in effect for whom: every cell of a status, without the rows of members that
/// did nothing.
fn in_effect(status: &Status<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (text, words) in status.texts.iter().zip(&status.words) {
        for provision in &text.provisions {
            for cell in provision.cells.iter().filter(|cell| cell.consent.is_some()) {
                let stage = cell.consent.as_ref().unwrap().stage;
                let place = format!("{}#{} {}", words.digest.short(), provision.id, cell.member);
                found.insert(place, format!("{stage:?} {:?}", cell.effect));
            }
        }
    }
    found
}

#[test]
fn whoever_tables_the_same_words_changes_nothing_in_effect() {
    let mut tabled_again = 0;
    for number in 0..160 {
        let mut history = History::new(number);
        let day = a_day(&mut Dice::new(number));
        let held = audit(&history);
        let cut = history.cut(&held, &all_of(&history), day.clone());
        let before = in_effect(&status(&held, &history.brackets, &cut));
        let names: Vec<String> = history.world.authors.keys().cloned().collect();
        let authors = history.world.authors.values();
        let entries: Vec<_> = authors.flat_map(|author| author.entries.clone()).collect();
        for signed in entries {
            let Body::Text(mut text) = Body::of(signed.entry()) else { continue };
            if !text.between.is_empty() {
                continue;
            }
            text.standing = countersign::body::text::Standing::Proposal;
            text.consent = countersign::body::text::Consent::default();
            let others = names.iter().filter(|name| *name != signed.entry().author.as_str());
            for name in others {
                history.world.push(name, "text", text.to_value());
                tabled_again += 1;
            }
        }
        let held = audit(&history);
        let cut = history.cut(&held, &all_of(&history), day);
        let after = in_effect(&status(&held, &history.brackets, &cut));
        for (place, said) in &before {
            assert_eq!(after.get(place).unwrap(), said, "history {number}: {place}");
        }
    }
    assert!(tabled_again > 300, "{tabled_again} tabled again");
}
