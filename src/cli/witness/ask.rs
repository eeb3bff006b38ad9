//! `witness ask`: asks a witness over HTTP, and takes in what it answers.

use countersign::failure::{Failure, Outcome, Why};
use countersign::ledger;
use countersign::web::{Client, Limits, Url};
use countersign::witness::ask;

use super::request::{newest_cosigned, strand, submission};
use super::{Keys, add};
use crate::cli::remote::reach;
use crate::cli::session::Session;

/// Most bytes of an answer: sixteen lines of the longest type are fewer.
const LONGEST_ANSWER: u64 = 64 << 10;

/// Ask a witness.
#[derive(clap::Args)]
pub struct Ask {
    /// Its submission prefix: https://w1.example/witness.
    url: String,
    /// The log; one's own where none is given.
    log: Option<String>,
    /// The name of the witness, of which the newest size held here is where the proof
    /// begins first.
    #[arg(long, value_name = "NAME")]
    witness: Option<String>,
    #[command(flatten)]
    keys: Keys,
}

/// Runs `witness ask`.
pub fn run(session: &Session, command: &Ask) -> Outcome<u8> {
    let url = Url::parse(&command.url)?;
    let folder = session.folder()?;
    let ledger = session.read(&folder)?;
    let keys = command.keys.known(session, ledger.charter()?)?;
    if keys.is_empty() {
        let what =
            "no key of a witness is known, so nothing that it answers could be told apart; it was not asked";
        return Err(Failure::new(Why::Witness, what).next("countersign witness ask URL --key FILE"));
    }
    let strand = strand(&ledger, command.log.as_deref())?;
    let held = newest_cosigned(session, &ledger, strand.log(), command.witness.as_deref())?;
    // A folder that is behind what it has evidence of asks from the beginning.
    let old = if submission(&ledger, strand, held)?.is_some() { held } else { 0 };
    let make = |old: u64| submission(&ledger, strand, old).ok().flatten();
    let client = Client::new(Limits::default(), reach(session));
    let post = |url: &str, kind: &str, body: &[u8]| client.post(url, kind, body, LONGEST_ANSWER);
    let asked = ask(&post, url.as_str(), old, &make)?;
    let _lock = ledger::lock(&session.disk, &folder)?;
    let found = add::of_lines(session, &ledger, asked.cosignatures, &keys)?;
    add::take_all(session, &ledger, &found, &keys, "ask")
}
