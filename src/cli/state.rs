//! `state`: a statement in one's own words.

use countersign::body::Body;
use countersign::body::statement::Statement;
use countersign::failure::Outcome;
use countersign::index::By;
use countersign::ledger::Ledger;
use countersign::names::Label;

use super::circumstances::{Around, no_effect, typed, usage};
use super::drafting::{self, Then};
use super::hint::did_you_mean;
use super::index::own_entries;
use super::session::Session;

const VERB: &str = "state";

/// Draft a statement.
#[derive(clap::Args)]
pub struct State {
    /// The words.
    #[arg(value_name = "WORDS")]
    text: Option<String>,
    /// What its author calls it.
    #[arg(long = "as", value_name = "assurance|expectation|red-line|interpretation")]
    manner: Option<String>,
    /// Who of one's own side speaks, as an `actor` of one's own log.
    #[arg(long, value_name = "ACTOR")]
    speaker: Option<String>,
    #[command(flatten)]
    around: Around,
    #[command(flatten)]
    then: Then,
}

/// Runs `state`.
pub fn run(session: &Session, command: &State) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let gathered = command.around.gather(session, &ledger, VERB, command.text.as_deref())?;
    if gathered.circumstances.words.is_none() {
        return Err(usage(VERB, "a statement has words: at the command line, or in --file"));
    }
    let statement = Statement {
        circumstances: gathered.circumstances,
        manner: command.manner.as_deref().map(|text| typed(VERB, "--as", text)).transpose()?,
        speaker: command.speaker.as_deref().map(|id| speaker(&ledger, id)).transpose()?,
    };
    drafting::draft_with(session, &ledger, "statement", statement.to_value(), &gathered.papers, &command.then)
}

/// An actor of one's own side, by one's own log.
fn speaker(ledger: &Ledger, text: &str) -> Outcome<Label> {
    let id: Label = typed(VERB, "--speaker", text)?;
    let actors: Vec<Label> = own_entries(ledger, &By::Kind("actor".to_owned()))
        .iter()
        .filter_map(|signed| match Body::of(signed.entry()) {
            Body::Actor(actor) if actor.of.is_none() => Some(actor.id),
            _ => None,
        })
        .collect();
    if actors.contains(&id) {
        return Ok(id);
    }
    let near = did_you_mean(text, actors.iter().map(Label::as_str));
    let what = format!("--speaker {id}: your log has no actor of this name{near}");
    Err(no_effect(what, format!("countersign actor {id} --name NAME --class state")))
}
