//! `answer`: a reply to an entry, or to what an entry says of one provision.

use std::num::NonZeroU64;

use countersign::body::question::{Answer as Given, BetweenUs, Contests, Stance};
use countersign::body::text::Standing;
use countersign::failure::Outcome;
use countersign::ledger::Ledger;
use countersign::names::Reference;

use super::circumstances::{Around, no_effect, typed, usage};
use super::drafting::{self, Then};
use super::entries;
use super::session::Session;

const VERB: &str = "answer";

/// Draft a reply.
#[derive(clap::Args)]
pub struct Answer {
    /// What it replies to: washington/4, or what an adoption says of a provision,
    /// washington/2#c1.
    #[arg(value_name = "REF")]
    to: String,
    /// The stance: will-answer, accept, decline, object, no-objection, explain, counter
    /// or received-content.
    stance: String,
    /// The words.
    #[arg(value_name = "WORDS")]
    text: Option<String>,
    /// What is contested: what-happened, who-did-it, meaning (what the text covers).
    #[arg(long, value_name = "WHAT,WHAT", value_delimiter = ',')]
    contests: Vec<String>,
    /// What an objection does to the provision between the two.
    #[arg(long, value_name = "stands|does-not-stand")]
    between_us: Option<String>,
    /// The text that is put in its place.
    #[arg(long, value_name = "REF")]
    counter: Option<String>,
    /// Which reservation, understanding or limitation of the act it replies to, by its
    /// number there.
    #[arg(long, value_name = "N")]
    qualification: Option<NonZeroU64>,
    #[command(flatten)]
    around: Around,
    #[command(flatten)]
    then: Then,
}

/// Runs `answer`.
pub fn run(session: &Session, command: &Answer) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let to = entries::refer(&ledger.audit, &command.to)?;
    let stance: Stance = typed(VERB, "the stance", &command.stance)?;
    let gathered = command.around.gather(session, &ledger, VERB, command.text.as_deref())?;
    let between_us = command.between_us.as_deref();
    let between_us: Option<BetweenUs> =
        between_us.map(|text| typed(VERB, "--between-us", text)).transpose()?;
    let counter = command.counter.as_deref();
    let answer = Given {
        circumstances: gathered.circumstances,
        between_us,
        contests: contests(&command.contests)?,
        counter: counter.map(|cited| entries::refer(&ledger.audit, cited)).transpose()?,
        qualification: command.qualification,
        stance,
        to,
    };
    check(&ledger, &answer)?;
    drafting::draft_with(session, &ledger, VERB, answer.to_value(), &gathered.papers, &command.then)
}

fn contests(texts: &[String]) -> Outcome<Vec<Contests>> {
    let read = |text: &String| match text.trim() {
        "meaning" => Ok(Contests::Cover),
        text => typed(VERB, "--contests", text),
    };
    let mut contested = texts.iter().map(read).collect::<Outcome<Vec<_>>>()?;
    contested.sort();
    contested.dedup();
    Ok(contested)
}

fn check(ledger: &Ledger, answer: &Given) -> Outcome<()> {
    if answer.between_us.is_some() && answer.stance != Stance::Object {
        return Err(usage(VERB, "--between-us goes with the stance object"));
    }
    match (&answer.counter, answer.stance) {
        (None, Stance::Counter) => Err(usage(VERB, "the stance counter names the text put in its place")
            .next("the same command with --counter REF")),
        (Some(counter), Stance::Counter) => check_counter(ledger, counter),
        (Some(_), _) => Err(usage(VERB, "--counter goes with the stance counter")),
        (None, _) => Ok(()),
    }
}

/// A draft is put in the place of nothing.
fn check_counter(ledger: &Ledger, counter: &Reference) -> Outcome<()> {
    let text = entries::text_of(&ledger.audit, &counter.entry);
    if text.is_some_and(|text| text.standing == Standing::Draft) {
        let what = format!("--counter: {} is a draft", entries::cite(&ledger.audit, counter));
        return Err(no_effect(what, "countersign propose --file F.toml"));
    }
    Ok(())
}
