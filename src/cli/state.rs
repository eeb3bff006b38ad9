//! `state`: a statement in one's own words.

use countersign::body::circumstance::Circumstances;
use countersign::body::statement::Statement;
use countersign::failure::{Failure, Outcome, Why};
use countersign::fields::Words;
use countersign::names::NameError;

use super::drafting::{self, Then};
use super::entries;
use super::session::Session;

/// Draft a statement.
#[derive(clap::Args)]
pub struct State {
    /// The words.
    text: String,
    /// An entry or provision it is about, by its author's own word: moscow/3,
    /// moscow/3#c1.
    #[arg(long, value_name = "REF")]
    about: Vec<String>,
    #[command(flatten)]
    then: Then,
}

/// Runs `state`.
pub fn run(session: &Session, command: &State) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let usage = |what: &str| Failure::new(Why::Usage, what).next("countersign state --help");
    if command.text.trim().is_empty() {
        return Err(usage("the words are empty"));
    }
    let about = command
        .about
        .iter()
        .map(|cited| {
            let reference = entries::reference(&ledger.audit, cited)?;
            reference.parse().map_err(|NameError(due)| usage(due))
        })
        .collect::<Outcome<_>>()?;
    let words = Words::from([(session.words_in()?, command.text.clone())]);
    let circumstances = Circumstances { about, words: Some(words), ..Circumstances::default() };
    let body = Statement { circumstances, manner: None, speaker: None }.to_value();
    drafting::draft(session, &ledger, "statement", body, &command.then)
}
