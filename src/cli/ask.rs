//! `ask`: what expects a reply.

use countersign::body::question::Ask as Asked;
use countersign::failure::Outcome;

use super::circumstances::{Around, moment, others, parameters, typed, usage};
use super::drafting::{self, Then};
use super::session::Session;

const VERB: &str = "ask";

/// Draft what expects a reply.
#[derive(clap::Args)]
pub struct Ask {
    /// What is asked for.
    #[arg(value_name = "proposal|clarification|consultation|concern|protest")]
    act: String,
    /// The words.
    #[arg(value_name = "WORDS")]
    text: Option<String>,
    /// Of whom.
    #[arg(long, value_name = "MEMBER,MEMBER", value_delimiter = ',', required = true)]
    to: Vec<String>,
    /// Which one, by the names that a definition lists: election=us-2028-11-07.
    #[arg(long, value_name = "NAME=VALUE")]
    with: Vec<String>,
    /// By when a reply is asked for: a day or a time (UTC, seconds may be left out).
    #[arg(long, value_name = "DAY|TIME")]
    reply_by: Option<String>,
    #[command(flatten)]
    around: Around,
    #[command(flatten)]
    then: Then,
}

/// Runs `ask`.
pub fn run(session: &Session, command: &Ask) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let gathered = command.around.gather(session, &ledger, VERB, command.text.as_deref())?;
    if gathered.circumstances.words.is_none() {
        return Err(usage(VERB, "what is asked has words: at the command line, or in --file"));
    }
    let reply_by = command.reply_by.as_deref();
    let ask = Asked {
        circumstances: gathered.circumstances,
        act: typed(VERB, "the first word", &command.act)?,
        reply_by: reply_by.map(|text| moment(VERB, "--reply-by", text)).transpose()?,
        to: others(&ledger, VERB, "--to", &command.to)?,
        with: parameters(VERB, &command.with)?,
    };
    drafting::draft_with(session, &ledger, VERB, ask.to_value(), &gathered.papers, &command.then)
}
