//! Attacks on what the record means; each leaves the record whole. The numbers are those
//! of the list of attacks in the threat model.

use std::time::{Duration, Instant};

use countersign::body::envelope::{Place, commitment};
use countersign::body::text::{Adoption, Text};
use countersign::charter::Charter;
use countersign::entry::Signed;
use countersign::fault::Verdict;
use countersign::fields::{Words, words_value};
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::status::consent::Stage;
use countersign::status::in_effect::{Effectiveness, End};
use countersign::status::{self, Basis, Cut, Effect, NoTimes, Sources, Status};
use countersign::time::Day;

use crate::histories::Brackets;
use crate::world::{Joining, World, charter_bytes, charter_value, log};

/// An entry with receipts of all that the others hold.
pub fn push(world: &mut World, who: &str, kind: &str, body: Value) -> Signed {
    let mut entry = world.next(who, kind, body);
    let names: Vec<String> = world.authors.keys().cloned().collect();
    for of in names.iter().filter(|of| *of != who) {
        let before = world.author(who).chain.receipted().get(&log(of)).copied().unwrap_or(0);
        let head = world.head(of);
        if head.size > before {
            entry.seen.insert(log(of), head);
        }
    }
    let bytes = world.sign(&entry);
    world.add(who, bytes)
}

pub fn parse(text: &str) -> Value {
    Value::parse(text).unwrap()
}

pub fn adoption(of: &Signed) -> Value {
    let text = Text::read(&of.entry().body).unwrap();
    Adoption::whole(of.hash(), text.words_digest(None).unwrap()).to_value()
}

fn effect(world: &World, signed: &Signed) -> Effect {
    let audit = world.audit(&world.whole_copy());
    assert_eq!(audit.verdict, Verdict::Whole);
    status::effect(&audit, signed)
}

fn at<R>(world: &World, day: &str, look: impl FnOnce(&Status<'_>) -> R) -> R {
    let audit = world.audit(&world.whole_copy());
    assert_eq!(audit.verdict, Verdict::Whole);
    let cut = Cut::whole(&audit, day.parse().unwrap(), Basis::Named);
    look(&Status::of(Sources { audit: &audit, times: &NoTimes }, &cut).unwrap())
}

fn said(text: &str) -> Words {
    Words::from([("en".to_owned(), text.to_owned())])
}

pub fn envelope(world: &World, who: &str, slot: u64, nonce: &Hash, text: &str) -> Value {
    let place = Place { ledger: &world.charter.id(), log: &log(who), slot };
    let made = commitment(&place, nonce, &said(text));
    Value::object([("commitment", Value::text(made)), ("slot", Value::Number(slot))])
}

pub fn opening(of: &Signed, nonce: &Hash, text: &str) -> Value {
    Value::object([
        ("content", words_value(&said(text))),
        ("envelope", Value::text(of.hash())),
        ("nonce", Value::text(nonce)),
    ])
}

pub const TEXT: &str = "{\"between\":[\"moscow\",\"washington\"],\"languages\":{\"en\":\"authentic\"},\"provisions\":[{\"id\":\"p1\",\"type\":\"procedure\",\"withdraw_days\":90,\"words\":{\"en\":\"Ninety days.\"}},{\"id\":\"c1\",\"type\":\"do\",\"words\":{\"en\":\"We do.\"}}],\"standing\":\"proposal\"}";

#[test]
fn a17_an_act_is_no_act_in_another_ledger_or_of_another_kind() {
    let mut world = World::small();
    let proposal = push(&mut world, "moscow", "text", parse(TEXT));
    let adopted = push(&mut world, "washington", "adopt", adoption(&proposal));
    let value = charter_value(&[Joining::party("moscow"), Joining::party("washington")]);
    let other = value.encode().replace("A test ledger", "Another ledger");
    let other = Charter::parse(&charter_bytes(&parse(&other))).unwrap();
    let chain = countersign::chain::Chain::new(&std::sync::Arc::new(other), &log("washington"));
    let mut chain = chain.unwrap();
    // Its first entry would fit as the first there, and the keys are the same.
    for signed in [&world.author("washington").entries[0], &adopted] {
        let code = chain.accept(signed.bytes()).unwrap_err().code;
        assert_eq!(code, countersign::fault::Code::OtherLedger, "its bytes name its ledger");
    }
    for (kind, body) in
        [("statement", adoption(&proposal)), ("answer", adoption(&proposal)), ("adopt", parse(TEXT))]
    {
        let replayed = push(&mut world, "moscow", kind, body);
        assert!(matches!(effect(&world, &replayed), Effect::NotUnderstood(_)), "{kind}");
    }
    at(&world, "2027-01-01", |status| {
        assert_eq!(
            status.texts[0].adopters.iter().map(|who| who.as_str()).collect::<Vec<_>>(),
            ["washington"]
        );
    });
}

#[test]
fn a26_both_bids_are_made_before_either_is_seen() {
    let (mut world, nonce) = (World::small(), Hash::of(b"nonce"));
    let body = |world: &World, who| envelope(world, who, 1, &nonce, "ours");
    let (one, other) = (body(&world, "moscow"), body(&world, "washington"));
    let one = push(&mut world, "moscow", "envelope", one);
    let other = push(&mut world, "washington", "envelope", other);
    push(&mut world, "moscow", "open", opening(&one, &nonce, "ours"));
    push(&mut world, "washington", "open", opening(&other, &nonce, "ours"));
    at(&world, "2027-01-01", |status| {
        assert_eq!(status.slots.len(), 2);
        for slotted in status.slots.values().flatten() {
            assert!(slotted.opened.is_some() && slotted.without.is_none());
        }
    });
    // Who bids after having received the opening is shown to have: the order of the acts.
    let late = envelope(&world, "washington", 1, &Hash::of(b"late"), "theirs");
    push(&mut world, "washington", "envelope", late);
    at(&world, "2027-01-01", |status| {
        assert_eq!(status.slots[&(log("washington"), 1)].len(), 2, "beside the first of its slot");
    });
}

#[test]
fn a27_a_copied_envelope_opens_nothing_and_takes_nothing() {
    for receipts in [true, false] {
        let (mut world, nonce) = (World::small(), Hash::of(b"nonce"));
        let body = envelope(&world, "washington", 1, &nonce, "We shall publish.");
        let own = world.push("washington", "envelope", body.clone());
        // Moscow stands first in the alphabet, and need not receipt what it copies.
        let copy = if receipts {
            push(&mut world, "moscow", "envelope", body)
        } else {
            world.push("moscow", "envelope", body)
        };
        let opened = push(&mut world, "washington", "open", opening(&own, &nonce, "We shall publish."));
        let copied = push(&mut world, "moscow", "open", opening(&copy, &nonce, "We shall publish."));
        assert_eq!(effect(&world, &own), Effect::AsWritten);
        assert_eq!(effect(&world, &opened), Effect::AsWritten);
        assert!(matches!(effect(&world, &copied), Effect::Without(_)));
        assert_eq!(matches!(effect(&world, &copy), Effect::Without(_)), receipts);
        let taken = push(&mut world, "moscow", "open", opening(&own, &nonce, "We shall publish."));
        assert!(matches!(effect(&world, &taken), Effect::Without(_)), "another's envelope");
    }
}

#[test]
fn a28_a_guess_needs_the_nonce() {
    let (mut world, nonce) = (World::small(), Hash::of(b"nonce"));
    let yes = envelope(&world, "moscow", 1, &nonce, "yes");
    assert_ne!(yes, envelope(&world, "moscow", 1, &Hash::of(b"guess"), "yes"));
    let sealed = push(&mut world, "moscow", "envelope", yes);
    for (nonce, text) in [(Hash::of(b"guess"), "yes"), (nonce, "no")] {
        let tried = push(&mut world, "moscow", "open", opening(&sealed, &nonce, text));
        assert!(matches!(effect(&world, &tried), Effect::Without(_)), "{text}");
    }
    let opened = push(&mut world, "moscow", "open", opening(&sealed, &nonce, "yes"));
    assert_eq!(effect(&world, &opened), Effect::AsWritten);
    at(&world, "2027-01-01", |status| {
        let slotted = &status.slots[&(log("moscow"), 1)][0];
        assert_eq!((slotted.opened, slotted.attempts.len()), (Some(opened.hash()), 2));
    });
}

#[test]
fn a29_whoever_opens_one_shows_how_many_there_are() {
    let (mut world, nonce) = (World::small(), Hash::of(b"nonce"));
    let mut sealed = vec![];
    for text in ["war", "peace", "neither"] {
        let body = envelope(&world, "moscow", 7, &nonce, text);
        sealed.push(push(&mut world, "moscow", "envelope", body));
    }
    push(&mut world, "moscow", "open", opening(&sealed[1], &nonce, "peace"));
    at(&world, "2027-01-01", |status| {
        let slot = &status.slots[&(log("moscow"), 7)];
        let opened: Vec<bool> = slot.iter().map(|one| one.opened.is_some()).collect();
        assert_eq!(opened, [false, true, false]);
    });
}

#[test]
fn a30_an_envelope_that_is_not_opened_is_shown_past_its_day() {
    let (mut world, nonce) = (World::small(), Hash::of(b"nonce"));
    let body = envelope(&world, "moscow", 1, &nonce, "later").with("open_by", Value::text("2027-03-01"));
    let sealed = push(&mut world, "moscow", "envelope", body);
    let has_passed =
        |world: &World, day: &str| at(world, day, |status| status.slots[&(log("moscow"), 1)][0].has_passed);
    assert!(!has_passed(&world, "2027-03-01"), "its last day");
    assert!(has_passed(&world, "2027-03-02"));
    push(&mut world, "moscow", "open", opening(&sealed, &nonce, "later"));
    assert!(!has_passed(&world, "2027-03-02"));
}

#[test]
fn a43_reported_words_stand_under_the_name_of_their_reporter() {
    let mut world = World::small();
    let proposal = push(&mut world, "moscow", "text", parse(TEXT));
    let about = Value::texts([format!("{}#c1", proposal.hash())]);
    let body = parse(
        "{\"said_by\":{\"member\":\"moscow\",\"name\":\"A spokesman\"},\"words\":{\"en\":\"They said so.\"}}",
    );
    let report = push(&mut world, "washington", "report", body.with("about", about));
    let denial = Value::object([("contests", Value::texts(["what happened"]))])
        .with("stance", Value::text("explain"))
        .with("to", Value::text(report.hash()));
    let denial = push(&mut world, "moscow", "answer", denial);
    assert_eq!(effect(&world, &denial), Effect::AsWritten);
    at(&world, "2027-01-01", |status| {
        let provision = status.texts[0].provisions.iter().find(|one| one.id.as_str() == "c1").unwrap();
        assert_eq!(provision.under.reported, [report.hash()]);
        assert!(provision.under.said.is_empty() && provision.under.raised.is_empty());
        assert_eq!(status.record.act(&report.hash()).unwrap().member().as_str(), "washington");
        let acts = status.record.acts().filter(|act| act.member().as_str() == "moscow");
        assert_eq!(
            acts.filter(|act| matches!(act.signed.entry().kind.as_str(), "statement" | "report")).count(),
            0
        );
    });
}

#[test]
fn a45_a_ledger_names_its_rules_and_later_acts_leave_an_old_cut() {
    let value = charter_value(&[Joining::party("moscow"), Joining::party("washington")]).encode();
    let later = value.replace("\"rules\":1", "\"rules\":2");
    assert!(Charter::parse(&charter_bytes(&parse(&later))).is_err(), "rules that this version does not have");
    assert_eq!(status::RULES, 1);
}

#[test]
fn a_period_of_notice_is_not_left_by_adopting_anew() {
    let mut world = World::small();
    let proposal = push(&mut world, "moscow", "text", parse(TEXT));
    push(&mut world, "moscow", "adopt", adoption(&proposal));
    let narrow = adoption(&proposal).with("condition", parse("{\"date\":\"9999-12-31\"}"));
    push(&mut world, "moscow", "adopt", narrow);
    push(&mut world, "moscow", "adopt", adoption(&proposal).with("step", Value::text("initialled")));
    push(
        &mut world,
        "moscow",
        "notice",
        parse(&format!("{{\"act\":\"withdraw\",\"of\":\"{}\"}}", proposal.hash())),
    );
    at(&world, "2027-01-01", |status| {
        let provision = status.texts[0].provisions.iter().find(|one| one.id.as_str() == "c1").unwrap();
        let cell = provision.cells.iter().find(|cell| cell.member.as_str() == "moscow").unwrap();
        assert!(matches!(cell.effect, Effectiveness::Since(..)), "{:?}", cell.effect);
    });
}

#[test]
fn what_is_adopted_anew_while_a_notice_runs_stays_when_it_ends() {
    let mut world = World::small();
    let proposal = push(&mut world, "moscow", "text", parse(TEXT));
    push(&mut world, "moscow", "adopt", adoption(&proposal));
    let notice = parse(&format!("{{\"act\":\"withdraw\",\"of\":\"{}\"}}", proposal.hash()));
    let notice = push(&mut world, "moscow", "notice", notice);
    let mut times = Brackets::default();
    let first: Day = "2027-01-01".parse().unwrap();
    times.0.insert(notice.hash(), (Some(first.clone()), Some(first)));
    let consent = |world: &World, day: &str| {
        let audit = world.audit(&world.whole_copy());
        let cut = Cut::whole(&audit, day.parse().unwrap(), Basis::Named);
        let status = Status::of(Sources { audit: &audit, times: &times }, &cut).unwrap();
        let provision = status.texts[0].provisions.iter().find(|one| one.id.as_str() == "c1").unwrap();
        let cell = provision.cells.iter().find(|cell| cell.member.as_str() == "moscow").unwrap();
        let consent = cell.consent.clone().unwrap();
        (consent.stage, consent.since, matches!(cell.effect, Effectiveness::Since(..)))
    };
    let (runs, over) = ("2027-03-31", "2027-04-01");
    assert_eq!(consent(&world, runs).0, Stage::Leaving);
    assert_eq!(consent(&world, over).0, Stage::Left);
    let anew = push(&mut world, "moscow", "adopt", adoption(&proposal));
    assert_eq!(consent(&world, runs).0, Stage::Adopted);
    assert_eq!(consent(&world, over), (Stage::Adopted, Some(anew.hash()), true), "by the new consent");
}

#[test]
fn twenty_members_adopt_one_text_and_six_reserve() {
    let names: Vec<&'static str> =
        (0..20).map(|number| &*Box::leak(format!("firm-{number:02}").into_boxed_str())).collect();
    let members: Vec<Joining> = names.iter().map(|name| Joining::party(name)).collect();
    let mut world = World::new(&members);
    let between: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let body = TEXT.replace("\"moscow\",\"washington\"", &between.join(","));
    let body = body
        .replace("\"type\":\"procedure\"", "\"takes_effect\":{\"adopted\":\"each\"},\"type\":\"procedure\"");
    let proposal = push(&mut world, names[0], "text", parse(&body));
    let mut reserved = vec![];
    for (number, name) in names.iter().enumerate() {
        let mut body = adoption(&proposal);
        if number % 3 == 0 && number < 18 {
            let made = "[{\"name\":\"reservation\",\"on\":[\"c1\"],\"words\":{\"en\":\"At night.\"}}]";
            body = body.with("qualifications", parse(made));
            reserved.push(*name);
        }
        if number == 19 {
            at(&world, "2027-01-01", |status| {
                assert_eq!(status.texts[0].adopters.len(), 19);
                for cell in &status.texts[0].provisions[1].cells {
                    assert!(matches!(cell.effect, Effectiveness::Waits(_)), "one is due");
                }
            });
        }
        push(&mut world, name, "adopt", body);
    }
    let audit = world.audit(&world.whole_copy());
    let cut = Cut::whole(&audit, "2027-01-01".parse().unwrap(), Basis::Named);
    let begun = Instant::now();
    let status = Status::of(Sources { audit: &audit, times: &NoTimes }, &cut).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let text = &status.texts[0];
    assert!(text.by_all && text.adopters.len() == 20);
    let by: Vec<&str> = text.qualified.iter().map(|made| made.member.as_str()).collect();
    assert_eq!((by.len(), by), (6, reserved));
    for provision in &text.provisions {
        assert!(provision.is_joint && provision.is_mutual);
        let members: Vec<&str> = provision.cells.iter().map(|cell| cell.member.as_str()).collect();
        assert_eq!(members, names);
        assert!(provision.cells.iter().all(|cell| matches!(cell.effect, Effectiveness::Since(..))));
    }
}

#[test]
fn whoever_pledges_the_same_words_freezes_nobody() {
    // Moscow pledges, and ends its pledge by a text of its own; athens pledges the same
    // words, and ends nothing.
    let mut world = World::new(&[Joining::party("athens"), Joining::party("moscow")]);
    let words = "{\"languages\":{\"en\":\"authentic\"},\"provisions\":[{\"bearer\":\"author\",\"id\":\"c1\",\"type\":\"do\",\"words\":{\"en\":\"It publishes its count.\"}}],\"standing\":\"pledge\"}";
    let pledge = push(&mut world, "moscow", "text", parse(words));
    push(&mut world, "athens", "text", parse(words));
    let end = format!(
        "{{\"ends\":\"{}\",\"languages\":{{\"en\":\"authentic\"}},\"provisions\":[{{\"id\":\"x1\",\"type\":\"declare\",\"words\":{{\"en\":\"The pledge ends.\"}}}}],\"standing\":\"pledge\"}}",
        pledge.hash()
    );
    let end = push(&mut world, "moscow", "text", parse(&end));
    assert_eq!(effect(&world, &pledge), Effect::AsWritten);
    at(&world, "2027-01-01", |status| {
        let effect_for = |name: &str| {
            let provision = status.texts[0].provisions.iter().find(|one| one.id.as_str() == "c1").unwrap();
            provision.cells.iter().find(|cell| cell.member.as_str() == name).unwrap().effect.clone()
        };
        assert_eq!(effect_for("moscow"), Effectiveness::Ended(End::CommonAct(end.hash())));
        assert!(matches!(effect_for("athens"), Effectiveness::Since(..)), "{:?}", effect_for("athens"));
    });
}
