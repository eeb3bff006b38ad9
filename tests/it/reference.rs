//! Status against the rules read literally, on random histories, and its properties.

use std::collections::BTreeMap;

use countersign::audit::Audit;
use countersign::body::Body;
use countersign::charter::Role;
use countersign::fault::Verdict;
use countersign::names::MemberId;
use countersign::status::condition::Answer;
use countersign::status::consent::Stage;
use countersign::status::in_effect::{Effectiveness, End};
use countersign::status::notices::Reach;
use countersign::status::threads::{Limit, Openness};
use countersign::status::{Cut, Sources, Status, Times};
use countersign::time::Day;

use crate::histories::{Dice, History, day};
use crate::literal::{Literal, T};

/// What is said, by where it is said.
type Said = BTreeMap<String, String>;

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::None => "none",
        Stage::Tabled => "tabled",
        Stage::Initialled => "initialled",
        Stage::ToBeConfirmed => "to be confirmed",
        Stage::LeftOut => "left out",
        Stage::Adopted => "adopted",
        Stage::Leaving => "leaving",
        Stage::Left => "left",
        Stage::Replaced => "replaced",
    }
}

fn effect(effect: &Effectiveness) -> &'static str {
    match effect {
        Effectiveness::Waits(_) => "waits",
        Effectiveness::Provisional => "provisional",
        Effectiveness::Since(..) => "since",
        Effectiveness::Suspended(_) => "suspended",
        Effectiveness::Ended(End::Withdrawal) => "ended: withdrawal",
        Effectiveness::Ended(End::Expiry(_)) => "ended: expiry",
        Effectiveness::Ended(End::Replacement) => "ended: replacement",
        Effectiveness::Ended(End::CommonAct(_)) => "ended: common act",
    }
}

/// Everything that a status says and that a literal reading can say too.
pub fn said_by_status(status: &Status<'_>) -> Said {
    let mut said = Said::new();
    let record = &status.record;
    let cite = |hash: &countersign::hash::Hash| record.act(hash).unwrap().signed.cite();
    for act in record.acts() {
        if !act.has_effect() {
            said.insert(format!("act {}", act.signed.cite()), "without effect".into());
        }
    }
    for (words, text) in status.words.iter().zip(&status.texts) {
        let digest = words.digest.short();
        for provision in &text.provisions {
            let place = format!("{digest}#{}", provision.id);
            for cell in &provision.cells {
                let stage = cell.consent.as_ref().map_or("none", |consent| stage(consent.stage));
                let mut text = format!("{stage}; {}", effect(&cell.effect));
                if let Effectiveness::Since(by, _) = &cell.effect {
                    text += &format!(" {}", cite(&by[0]));
                }
                let role = status.record.charter.member(&cell.member).unwrap().role;
                let is_silent = role != Role::Party && text == "tabled; waits";
                if text != "none; waits" && !is_silent {
                    said.insert(format!("{place} {}", cell.member), text);
                }
            }
            for occasion in &provision.conditions {
                let limit = if occasion.limit == Limit::When { "when" } else { "until" };
                said.insert(
                    format!("{place} {limit} {:?}", occasion.with),
                    occasion.found.answer.as_str().into(),
                );
            }
            if provision.is_joint {
                said.insert(format!("{place} joint"), String::new());
            }
            let under = &provision.under;
            for (kind, entries) in
                [("ask", &under.raised), ("statement", &under.said), ("report", &under.reported)]
            {
                let mut cited: Vec<String> = entries.iter().map(cite).collect();
                cited.sort();
                if !cited.is_empty() {
                    said.insert(format!("{place} {kind}"), cited.join(" "));
                }
            }
        }
        for made in &text.qualified {
            let over: Vec<String> =
                made.revoked_on.iter().map(|(id, by)| format!("{id} {}", cite(by))).collect();
            let place = format!("qualified {} {}", cite(&made.by), made.number);
            let back = format!("{:?} on {over:?}", made.revoked.as_ref().map(cite));
            said.insert(format!("{place} back"), back);
            let mut answers: Vec<String> = made.answers.iter().map(cite).collect();
            answers.sort();
            said.insert(format!("{place} answers"), answers.join(" "));
            for member in status.record.charter.members.values() {
                if let Some((reaction, by)) = status.reaction(made, &member.id) {
                    said.insert(format!("{place} {}", member.id), format!("{reaction:?} {}", cite(&by)));
                }
            }
        }
        for given in &text.notices {
            let late = given.reach == Reach::Reached;
            let reach = match (&given.revoked, given.withdraws(), late) {
                (Some(_), ..) => "revoked",
                (None, _, true) => "reached",
                (None, _, false) => "given",
            };
            if given.notice.act != countersign::body::standing::Act::Revoke {
                said.insert(format!("notice {}", cite(&given.by)), reach.into());
            }
        }
    }
    for question in &status.questions {
        let openness = match question.openness {
            Openness::Open => "open",
            Openness::ToBeAnswered => "to be answered",
            Openness::Answered => "answered",
            Openness::Revoked => "revoked",
        };
        said.insert(format!("ask {}", cite(&question.by)), openness.into());
    }
    for slotted in status.slots.values().flatten() {
        let opened = slotted.opened.as_ref().map_or("not opened".into(), cite);
        said.insert(format!("envelope {}", cite(&slotted.by)), opened);
    }
    said
}

/// The same of the literal reading.
pub fn said_by_rules(rules: &Literal) -> Said {
    let mut said = Said::new();
    for e in &rules.all {
        if !rules.stands(e) {
            said.insert(format!("act {}", e.cite), "without effect".into());
        }
        match &e.body {
            Body::Notice(notice)
                if rules.stands(e) && notice.act != countersign::body::standing::Act::Revoke =>
            {
                said.insert(format!("notice {}", e.cite), rules.reach(e, notice).into());
            }
            Body::Ask(_) if rules.stands(e) => {
                said.insert(format!("ask {}", e.cite), rules.openness(e).into());
            }
            Body::Envelope(_) => {
                let opens = |o: &&crate::literal::E| match &o.body {
                    Body::Open(open) => open.envelope == e.hash && rules.stands(o),
                    _ => false,
                };
                let opened = rules.all.iter().find(opens).map_or("not opened".into(), |o| o.cite.clone());
                said.insert(format!("envelope {}", e.cite), opened);
            }
            _ => {}
        }
    }
    for digest in rules.digests() {
        said.extend(rules.qualified_in(&digest));
        for provision in rules.provisions(&digest) {
            let place = format!("{}#{}", digest.short(), provision.id);
            let of = |who: &MemberId| (who.clone(), digest, provision.id.clone());
            for (who, role) in &rules.members {
                let stand = rules.stand(&of(who));
                let effect = rules.effect(&of(who));
                let mut text = format!("{}; {effect}", stand.stage);
                if effect == "since" {
                    let since = stand.since.unwrap();
                    text += &format!(" {}", rules.all.iter().find(|e| e.hash == since).unwrap().cite);
                }
                // Who tables a text and is no side has no line under it.
                let is_silent = *role != Role::Party && text == "tabled; waits";
                if text != "none; waits" && !is_silent {
                    said.insert(format!("{place} {who}"), text);
                }
            }
            let concerned = rules.concerned(&digest);
            let adopted = |who: &MemberId| matches!(rules.stand(&of(who)).stage, "adopted" | "leaving");
            if concerned.len() > 1 && concerned.iter().all(adopted) {
                said.insert(format!("{place} joint"), String::new());
            }
            for (limit, condition) in [("when", &provision.when), ("until", &provision.until)] {
                let Some(condition) = condition else { continue };
                for with in rules.occasions(condition, &digest) {
                    let answer = match rules.look(condition, None, &digest, &provision.id, &with) {
                        T::Shown => Answer::Shown,
                        T::Otherwise => Answer::ShownOtherwise,
                        T::Not => Answer::NotShown,
                    };
                    said.insert(format!("{place} {limit} {with:?}"), answer.as_str().into());
                }
            }
            for kind in ["ask", "statement", "report"] {
                let under = rules.under(&digest, &provision.id, kind);
                if !under.is_empty() {
                    said.insert(format!("{place} {kind}"), under.into_iter().collect::<Vec<_>>().join(" "));
                }
            }
        }
    }
    said
}

pub fn audit(history: &History) -> Audit {
    let audit = history.world.audit(&history.world.whole_copy());
    assert_eq!(audit.verdict, Verdict::Whole, "meaning never damages a record");
    audit
}

pub fn status<'a>(audit: &'a Audit, times: &'a dyn Times, cut: &Cut) -> Status<'a> {
    Status::of(Sources { audit, times }, cut).unwrap()
}

pub fn all_of(history: &History) -> BTreeMap<String, u64> {
    let logs = history.world.authors.iter();
    logs.map(|(name, author)| (name.clone(), u64::try_from(author.entries.len()).unwrap())).collect()
}

pub fn a_day(dice: &mut Dice) -> Option<Day> {
    dice.chance(85).then(|| day(dice))
}

fn told(history: &History) -> String {
    let mut out = String::new();
    for author in history.world.authors.values() {
        for signed in &author.entries {
            let entry = signed.entry();
            let seen: Vec<String> =
                entry.seen.iter().map(|(log, head)| format!("{log}:{}", head.size)).collect();
            let said = entry.said.as_ref().map(ToString::to_string).unwrap_or_default();
            let bracket = history.brackets.0.get(&signed.hash());
            out += &format!(
                "{} {} {} said {said} seen {seen:?} bracket {bracket:?}\n   {}\n",
                signed.cite(),
                signed.hash().short(),
                entry.kind,
                entry.body.encode()
            );
        }
    }
    out
}

/// Where the two differ on one history, if they do.
fn differ(number: u64) -> Option<String> {
    let history = History::new(number);
    let audit = audit(&history);
    let mut dice = Dice::new(number ^ 0xFFFF);
    let cuts = [(all_of(&history), a_day(&mut dice)), (history.sizes(&mut dice), a_day(&mut dice))];
    for (sizes, day) in cuts {
        let cut = history.cut(&audit, &sizes, day.clone());
        let program = said_by_status(&status(&audit, &history.brackets, &cut));
        let rules = said_by_rules(&Literal::of(&history, &sizes, day.clone()));
        if program != rules {
            let keys = program.keys().chain(rules.keys()).collect::<std::collections::BTreeSet<_>>();
            let lines = keys.into_iter().filter(|key| program.get(*key) != rules.get(*key));
            let lines: Vec<String> = lines
                .map(|key| format!("{key}: status {:?}, rules {:?}", program.get(key), rules.get(key)))
                .collect();
            return Some(format!(
                "history {number} at {sizes:?} on {day:?}\n{}\n{}",
                lines.join("\n"),
                told(&history)
            ));
        }
    }
    None
}

fn agree(numbers: std::ops::Range<u64>) {
    let found: Vec<String> = numbers.filter_map(differ).collect();
    let shortest = found.iter().min_by_key(|one| one.len());
    assert!(found.is_empty(), "{} histories differ; the shortest:\n{}", found.len(), shortest.unwrap());
}

#[test]
fn status_is_what_the_rules_say_literally() {
    agree(0..500);
}

#[test]
#[ignore = "needs some minutes"]
fn status_is_what_the_rules_say_literally_ten_thousand_times() {
    agree(1_000..11_000);
}
