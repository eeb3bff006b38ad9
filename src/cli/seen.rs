//! `seen`: a receipt and nothing more.

use countersign::failure::Outcome;
use countersign::json::Value;

use super::drafting::{self, Then};
use super::session::Session;

/// Draft a receipt.
#[derive(clap::Args)]
pub struct Seen {
    #[command(flatten)]
    then: Then,
}

/// Runs `seen`.
pub fn run(session: &Session, command: &Seen) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    drafting::draft(session, &ledger, "seen", Value::object([]), &command.then)
}
