//! `envelope`: words that are committed to and not shown.

use countersign::body::Body;
use countersign::body::envelope::Envelope as Closed;
use countersign::disk::Access;
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::index::By;
use countersign::ledger::Ledger;
use countersign::opening::Secret;

use super::circumstances::{Around, others, typed, usage, words};
use super::drafting::{self, Then};
use super::index::own_entries;
use super::papers::Paper;
use super::session::Session;
use super::terminal::talk;

const VERB: &str = "envelope";

/// Draft words that are committed to and not shown.
///
/// The words and their nonce are written to envelopes/ in this ledger folder, before the
/// draft is. That file is never published. If it is lost, nobody can ever open the
/// envelope.
#[derive(clap::Args)]
pub struct Envelope {
    /// The hidden words.
    #[arg(value_name = "WORDS")]
    text: Option<String>,
    /// The slot; envelopes of one log in one slot are shown together. Else the next free
    /// one.
    #[arg(long, value_name = "NUMBER")]
    slot: Option<u64>,
    /// The day by which you mean to open it.
    #[arg(long, value_name = "DAY")]
    open_by: Option<String>,
    /// For whom it is.
    #[arg(long, value_name = "MEMBER,MEMBER", value_delimiter = ',')]
    to: Vec<String>,
    /// Words beside it that everybody reads.
    #[arg(long, value_name = "WORDS")]
    cover: Option<String>,
    #[command(flatten)]
    around: Around,
    #[command(flatten)]
    then: Then,
}

/// Runs `envelope`.
pub fn run(session: &Session, command: &Envelope) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let own = ledger.own().ok_or_else(|| usage(VERB, "no own log is here"))?;
    let mut gathered = command.around.gather(session, &ledger, VERB, command.text.as_deref())?;
    let Some(content) = gathered.circumstances.words.take() else {
        return Err(usage(VERB, "an envelope hides words: at the command line, or in --file"));
    };
    let cover = command.cover.as_deref();
    gathered.circumstances.words = cover.map(|text| words(session, VERB, text)).transpose()?;
    let open_by = command.open_by.as_deref();
    let slot = match command.slot {
        Some(slot) => slot,
        None => next_slot(session, &ledger)?,
    };
    let secret = Secret { slot, nonce: nonce()?, content };
    let id = ledger.charter()?.id();
    let commitment = secret.commitment(&id, own.log());
    let body = Closed {
        circumstances: gathered.circumstances,
        commitment,
        open_by: open_by.map(|day| typed(VERB, "--open-by", day)).transpose()?,
        slot,
        to: others(&ledger, VERB, "--to", &command.to)?,
    };
    if secret.to_bytes().len() > countersign::entry::LARGEST - 1024 {
        let what = "the words are too long: an opening has to fit one entry of 65,535 bytes";
        return Err(usage(VERB, what).next("the same in several envelopes"));
    }
    if countersign::json::Value::parse(&countersign::fields::words_value(&secret.content).encode()).is_err() {
        let what = "the words hold a character outside the table, or are not in form NFC";
        return Err(usage(VERB, what).next("countersign explain character"));
    }
    let path = Secret::path(&commitment);
    gathered.papers.push(Paper { path: path.clone(), bytes: secret.to_bytes(), access: Access::Private });
    let code =
        drafting::draft_with(session, &ledger, VERB, body.to_value(), &gathered.papers, &command.then)?;
    talk(&format!("The hidden words are in {} of this folder, and nowhere else.", path.display()));
    talk("It is never published. Put it into your backups: without it nobody can ever open the envelope.");
    Ok(code)
}

fn nonce() -> Outcome<Hash> {
    let mut nonce = [0; 32];
    getrandom::fill(&mut nonce)
        .map_err(|error| Failure::new(Why::Disk, format!("no randomness: {error}")))?;
    Ok(Hash::new(nonce))
}

/// The slot after the greatest of one's own: those signed, and those of drafts.
fn next_slot(session: &Session, ledger: &Ledger) -> Outcome<u64> {
    let own = own_entries(ledger, &By::Kind("envelope".to_owned()));
    let signed = own.iter().filter_map(|signed| match Body::of(signed.entry()) {
        Body::Envelope(envelope) => Some(envelope.slot),
        _ => None,
    });
    let last = signed.max().max(Secret::last_slot(&session.disk, &ledger.folder)?);
    Ok(last.unwrap_or(0) + 1)
}
