//! Vectors of every kind of entry, with effect and without: whole snapshots in which one
//! entry is looked at.

use countersign::entry::Signed;
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::status;
use countersign::vocabulary::Tongue;

use crate::attacks::{TEXT, adoption, envelope, opening, parse, push};
use crate::review::rotate;
use crate::vectors::{Vector, snapshot_of};
use crate::world::World;

const ALL: [&str; 3] = ["moscow", "observer", "washington"];

fn looked_at(name: &str, why: &str, world: &World, signed: &Signed) -> Vector {
    let audit = world.audit(&world.whole_copy());
    let expect = match status::effect(&audit, signed) {
        status::Effect::AsWritten => "ok".to_owned(),
        status::Effect::Without(why) => format!("without: {}", why.of(Tongue::English)),
        status::Effect::NotUnderstood(what) => format!("not understood: {what}"),
    };
    let word = expect.split(':').next().unwrap();
    let due = match name.split_once('-').map(|(_, rest)| rest) {
        None => "ok",
        Some(rest) if rest.starts_with("not-understood") => "not understood",
        Some(rest) if rest.starts_with("ok") => "ok",
        Some(_) => "without",
    };
    assert_eq!(word, due, "{name}: {expect}");
    snapshot_of(world, &ALL, Vector::new("effect", name, &expect, why).header("at", signed.cite()))
}

/// A ledger in which moscow has proposed a text and washington received it.
fn proposed() -> (World, Signed) {
    let mut world = World::small();
    let proposal = push(&mut world, "moscow", "text", parse(TEXT));
    push(&mut world, "washington", "seen", Value::object([]));
    (world, proposal)
}

fn one(name: &str, why: &str, who: &str, kind: &str, body: impl Fn(&World, &Signed) -> Value) -> Vector {
    let (mut world, proposal) = proposed();
    let body = body(&world, &proposal);
    let signed = push(&mut world, who, kind, body);
    looked_at(name, why, &world, &signed)
}

fn notice(act: &str, of: &Signed) -> Value {
    Value::object([("act", Value::text(act)), ("of", Value::text(of.hash()))])
}

pub fn all() -> Vec<Vector> {
    let mut out = said();
    out.extend(texts());
    out.extend(notices());
    out.extend(replies());
    out.extend(numbers());
    out.extend(envelopes());
    out
}

fn said() -> Vec<Vector> {
    let words = "{\"words\":{\"en\":\"We say so.\"}}";
    let actor = "{\"class\":\"state\",\"id\":\"mid\",\"names\":{\"en\":\"Ministry\"}}";
    let mut world = World::small();
    let key = rotate(&mut world, "moscow", &["next"], &["next"]);
    let join = world.author("moscow").entries[0].clone();
    vec![
        looked_at("join", "it enters the ledger", &world, &join),
        looked_at("key", "it changes its keys", &world, &key),
        one("actor", "an organ of its own", "moscow", "actor", |_, _| parse(actor)),
        one("actor-not-understood", "no class", "moscow", "actor", |_, _| {
            parse("{\"id\":\"mid\",\"names\":{\"en\":\"Ministry\"}}")
        }),
        one("statement", "its own words", "moscow", "statement", |_, _| parse(words)),
        one("statement-not-understood", "no words", "moscow", "statement", |_, _| parse("{}")),
        one("report", "anybody reports", "observer", "report", |_, _| parse(words)),
        one("seen", "a receipt and nothing more", "observer", "seen", |_, _| parse("{}")),
        one("poem-not-understood", "a kind of a later version", "moscow", "poem", |_, _| parse("{}")),
    ]
}

fn texts() -> Vec<Vector> {
    let text = |standing: &str| parse(&TEXT.replace("\"proposal\"", &format!("\"{standing}\"")));
    let with = |body: Value, key: &str, value: &str| body.with(key, parse(value));
    let reserves = "[{\"name\":\"reservation\",\"on\":[\"x9\"],\"words\":{\"en\":\"No.\"}}]";
    let mut out = vec![
        one("text", "anybody tables a text", "observer", "text", |_, _| text("proposal")),
        one("text-ok-pledge", "a side pledges", "moscow", "text", |_, _| text("pledge")),
        one("text-observer-pledges", "an observer adopts nothing", "observer", "text", |_, _| text("pledge")),
        one("text-reserves-on-nothing", "no such provision", "moscow", "text", |_, _| {
            with(text("pledge"), "qualifications", reserves)
        }),
        one("adopt", "what was received", "washington", "adopt", |_, of| adoption(of)),
        one("adopt-observer", "an observer adopts nothing", "observer", "adopt", |_, of| adoption(of)),
        one("adopt-not-held", "no such text", "washington", "adopt", |_, of| {
            adoption(of).with("text", Value::text(Hash::of(b"nothing")))
        }),
        one("adopt-other-words", "another digest", "washington", "adopt", |_, of| {
            adoption(of).with("words_digest", Value::text(Hash::of(b"nothing")))
        }),
        one("adopt-in-part", "the text is adopted as a whole", "washington", "adopt", |_, of| {
            with(adoption(of), "only", "[\"c1\"]")
        }),
        one("adopt-confirms-nothing", "nothing was to be confirmed", "washington", "adopt", |_, of| {
            with(adoption(of), "step", "\"confirmed\"")
        }),
    ];
    let mut world = World::small();
    let proposal = world.push("moscow", "text", parse(TEXT));
    let adopted = world.push("washington", "adopt", adoption(&proposal));
    out.push(looked_at("adopt-not-received", "its author had not received the text", &world, &adopted));
    let draft = push(&mut world, "moscow", "text", text("draft"));
    let adopted = push(&mut world, "washington", "adopt", adoption(&draft));
    out.push(looked_at("adopt-draft", "a draft", &world, &adopted));
    let pledge = push(&mut world, "observer", "text", text("pledge"));
    let adopted = push(&mut world, "washington", "adopt", adoption(&pledge));
    out.push(looked_at("adopt-without-effect", "a pledge that is without effect itself", &world, &adopted));
    out
}

fn notices() -> Vec<Vector> {
    let mut out = vec![one("notice-of-nothing", "nothing was adopted", "washington", "notice", |_, of| {
        notice("withdraw", of)
    })];
    let (mut world, proposal) = proposed();
    push(&mut world, "washington", "adopt", adoption(&proposal));
    let given = push(&mut world, "washington", "notice", notice("withdraw", &proposal));
    out.push(looked_at("notice", "a withdrawal from what was adopted", &world, &given));
    let mut other = world.clone();
    let revoked = push(&mut other, "moscow", "notice", notice("revoke", &given));
    out.push(looked_at("notice-of-another", "an act of another member", &other, &revoked));
    let revoked = push(&mut world, "washington", "notice", notice("revoke", &given));
    out.push(looked_at("notice-ok-revoke", "taken back while its period runs", &world, &revoked));
    let twice = push(&mut world, "washington", "notice", notice("revoke", &given));
    out.push(looked_at("notice-revokes-twice", "taken back before", &world, &twice));
    let back = push(&mut world, "washington", "notice", notice("revoke", &revoked));
    out.push(looked_at("notice-revokes-a-revocation", "a revocation stays", &world, &back));
    let suspended = push(&mut world, "washington", "notice", notice("suspend", &proposal));
    let late = push(&mut world, "washington", "notice", notice("revoke", &suspended));
    out.push(looked_at("notice-took-effect", "no day and no period: it has taken effect", &world, &late));
    out
}

fn replies() -> Vec<Vector> {
    let ask =
        |to: &str| parse(&format!("{{\"act\":\"concern\",\"to\":[\"{to}\"],\"words\":{{\"en\":\"Why?\"}}}}"));
    let (mut world, _) = proposed();
    let asked = push(&mut world, "washington", "ask", ask("moscow"));
    let answer = |stance: &str, to: &Signed| {
        Value::object([("stance", Value::text(stance)), ("to", Value::text(to.hash()))])
    };
    let mut out = vec![
        looked_at("ask", "of a member", &world, &asked),
        one("ask-of-nobody", "no member of this ledger", "washington", "ask", |_, _| ask("athens")),
    ];
    let mut other = world.clone();
    let own = push(&mut other, "washington", "answer", answer("explain", &asked));
    out.push(looked_at("answer-to-itself", "its author's own question", &other, &own));
    let mut other = world.clone();
    let no_envelope = push(&mut other, "moscow", "answer", answer("received content", &asked));
    out.push(looked_at(
        "answer-no-envelope",
        "a question has no content to be received",
        &other,
        &no_envelope,
    ));
    let mut other = world.clone();
    let not_received = other.push("moscow", "answer", answer("explain", &asked));
    out.push(looked_at("answer-not-received", "it had not received the question", &other, &not_received));
    let answered = push(&mut world, "moscow", "answer", answer("explain", &asked));
    out.push(looked_at("answer", "to what was received", &world, &answered));
    out
}

/// An adoption with three qualifications, two of them on one provision, is named by number.
fn numbers() -> Vec<Vector> {
    let made = "[{\"name\":\"reservation\",\"on\":[\"c1\"],\"words\":{\"en\":\"Not at night.\"}},\
        {\"name\":\"limitation\",\"on\":[\"c1\"],\"words\":{\"en\":\"Not on Sundays.\"}},\
        {\"name\":\"reservation\",\"words\":{\"en\":\"As long as others do.\"}}]";
    let (mut world, proposal) = proposed();
    let body = adoption(&proposal).with("qualifications", parse(made));
    let adopted = push(&mut world, "washington", "adopt", body);
    push(&mut world, "moscow", "seen", Value::object([]));
    let mut out = vec![];
    let mut look = |name: &str, why: &str, who: &str, body: Value| {
        let mut world = world.clone();
        let kind = name.split('-').next().unwrap();
        let signed = push(&mut world, who, kind, body);
        out.push(looked_at(name, why, &world, &signed));
    };
    let named = |id: &str, number: u64| (format!("{}{id}", adopted.hash()), Value::Number(number));
    let revoke = |id: &str, number: u64| {
        let (of, number) = named(id, number);
        Value::object([("act", Value::text("revoke")), ("of", Value::text(of)), ("qualification", number)])
    };
    let object = |id: &str, number: u64| {
        let (to, number) = named(id, number);
        Value::object([("qualification", number), ("stance", Value::text("object")), ("to", Value::text(to))])
    };
    let one = "a qualification is named by its number";
    look("answer-ok-number", one, "moscow", object("#c1", 2));
    look("answer-no-number", "there is no fourth", "moscow", object("", 4));
    look("answer-number-elsewhere", "the third is on the whole", "moscow", object("#c1", 3));
    look("answer-not-understood-number", "numbers begin at 1", "moscow", object("", 0));
    look(
        "notice-not-understood-number",
        "a revocation alone has one",
        "washington",
        revoke("", 1).with("act", Value::text("suspend")),
    );
    look("notice-ok-revokes-number", "on the whole text, by its number", "washington", revoke("", 3));
    look("notice-revokes-no-number", "there is no fourth", "washington", revoke("", 4));
    look("notice-revokes-number-elsewhere", "the third is on the whole", "washington", revoke("#c1", 3));
    push(&mut world, "washington", "notice", revoke("", 2));
    let mut other = world.clone();
    let again = push(&mut other, "washington", "notice", revoke("#c1", 2));
    out.push(looked_at("notice-revokes-number-twice", "the second was taken back", &other, &again));
    let first = push(&mut world, "washington", "notice", notice_on(&adopted, "c1"));
    out.push(looked_at("notice-ok-revokes-the-rest", "the first is left on c1", &world, &first));
    // The first and the second by their numbers: nothing is left for the provision.
    push(&mut other, "washington", "notice", revoke("", 1));
    let none = push(&mut other, "washington", "notice", notice_on(&adopted, "c1"));
    out.push(looked_at("notice-revokes-nothing-left", "both on c1 were taken back", &other, &none));
    out
}

fn notice_on(of: &Signed, id: &str) -> Value {
    notice("revoke", of).with("of", Value::text(format!("{}#{id}", of.hash())))
}

fn envelopes() -> Vec<Vector> {
    let (mut world, nonce) = (World::small(), Hash::of(b"nonce"));
    let body = envelope(&world, "moscow", 1, &nonce, "later");
    let sealed = push(&mut world, "moscow", "envelope", body.clone());
    let mut out = vec![looked_at("envelope", "words that are not shown", &world, &sealed)];
    let mut other = world.clone();
    let copy = push(&mut other, "washington", "envelope", body);
    out.push(looked_at("envelope-copied", "the commitment of an envelope that it received", &other, &copy));
    let mut other = world.clone();
    let wrong = push(&mut other, "moscow", "open", opening(&sealed, &nonce, "sooner"));
    out.push(looked_at("open-other-words", "words that were not committed to", &other, &wrong));
    let opened = push(&mut world, "moscow", "open", opening(&sealed, &nonce, "later"));
    out.push(looked_at("open", "the words that were committed to", &world, &opened));
    let twice = push(&mut world, "moscow", "open", opening(&sealed, &nonce, "later"));
    out.push(looked_at("open-twice", "opened before", &world, &twice));
    let theirs = push(&mut world, "washington", "open", opening(&sealed, &nonce, "later"));
    out.push(looked_at("open-of-another", "an envelope of another member", &world, &theirs));
    out
}
