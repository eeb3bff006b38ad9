//! `open`: shows the words of an envelope to everybody, or to one reader alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::body::Body;
use countersign::body::envelope::{Envelope, Opening};
use countersign::entry::Signed;
use countersign::failure::{Failure, Outcome, Why};
use countersign::ledger::Ledger;
use countersign::opening::{Opened, Secret};

use super::circumstances::no_effect;
use super::drafting::{self, Then};
use super::entries;
use super::row::{paragraph, sentence};
use super::session::Session;
use super::terminal::{json, line, talk};

/// Draft the opening of an envelope, or open it for one reader alone.
#[derive(clap::Args)]
pub struct Open {
    /// An envelope of one's own: moscow/5.
    #[arg(value_name = "REF", required_unless_present = "read")]
    entry: Option<String>,
    /// Write a file that opens it for whoever is given the file; nothing is signed.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["read", "sign"])]
    to_file: Option<PathBuf>,
    /// Check such a file against this ledger folder, and print the words in it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["entry", "sign"])]
    read: Option<PathBuf>,
    #[command(flatten)]
    then: Then,
}

/// Runs `open`.
pub fn run(session: &Session, command: &Open) -> Outcome<u8> {
    if let Some(file) = &command.read {
        return read(session, file);
    }
    let ledger = drafting::own_ledger(session)?;
    let cited = command.entry.as_deref().unwrap_or_default();
    let (signed, envelope) = own_envelope(&ledger, cited)?;
    let id = ledger.charter()?.id();
    let log = signed.entry().author.clone();
    let secret = Secret::of(&session.disk, &ledger.folder, &id, &log, &envelope)?;
    if let Some(file) = &command.to_file {
        let opened = Opened { ledger: id, entry: signed.hash(), log, secret };
        opened.write(&session.disk, file)?;
        if session.common.json {
            json(&serde_json::json!({
                "format": "countersign.opening_file/1",
                "entry": signed.cite(),
                "file": file.display().to_string(),
            }));
        } else {
            line(&format!("Written: {}, which opens {}.", file.display(), signed.cite()));
        }
        talk("Nothing was signed. Whoever holds the file can show the words to anybody.");
        talk(&format!("Its reader types: countersign open --read {}", file.display()));
        return Ok(0);
    }
    let opening = Opening { content: secret.content, envelope: signed.hash(), nonce: secret.nonce };
    drafting::draft(session, &ledger, "open", opening.to_value(), &command.then)
}

/// The envelope in an entry of one's own log: of no other is the secret here.
fn own_envelope(ledger: &Ledger, cited: &str) -> Outcome<(Arc<Signed>, Envelope)> {
    let (strand, signed) = entries::find(&ledger.audit, cited)?;
    let list = "countersign log --kind envelope";
    let Body::Envelope(envelope) = Body::of(signed.entry()) else {
        return Err(no_effect(format!("{} is no envelope", signed.cite()), list));
    };
    if Some(strand.log().member()) != ledger.local.member.as_ref() {
        let what =
            format!("{} is an envelope of {}, who alone opens it", signed.cite(), strand.log().member());
        let next = format!("countersign ask clarification --to {} WORDS", strand.log().member());
        return Err(no_effect(what, next));
    }
    Ok((signed, *envelope))
}

fn read(session: &Session, file: &Path) -> Outcome<u8> {
    let ledger = session.ledger()?;
    let opened = Opened::read(&session.disk, file)?;
    let id = ledger.charter()?.id();
    if opened.ledger != id {
        let what = format!("{} is of the ledger {}", file.display(), opened.ledger.short());
        return Err(Failure::new(Why::OtherLedger, what).next("the same command with --dir OTHER"));
    }
    let Some((strand, signed)) = ledger.audit.entry(&opened.entry) else {
        let what = format!("the envelope {} is not held here", opened.entry.short());
        return Err(Failure::new(Why::NoEntry, what).next("countersign pull SNAPSHOT"));
    };
    let envelope = match Body::of(signed.entry()) {
        Body::Envelope(envelope) if opened.opens(&id, &signed, &envelope) => envelope,
        _ => {
            let what = format!("{} does not open {}", file.display(), signed.cite());
            return Err(Failure::new(Why::Opening, what)
                .next(format!("countersign ask clarification --to {} WORDS", strand.log().member())));
        }
    };
    let by_other = ledger.own().is_some_and(|own| own.log().member() != strand.log().member());
    let next = format!("countersign answer {} received-content{}", signed.cite(), session.dir_words());
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.opening_read/1",
            "entry": signed.cite(),
            "hash": signed.hash().to_string(),
            "slot": envelope.slot,
            "content": opened.secret.content,
            "next": by_other.then_some(next),
        }));
        return Ok(0);
    }
    sentence(&format!("{}  ", signed.cite()), &format!("slot {}: the file opens it", envelope.slot));
    for (tag, text) in &opened.secret.content {
        line(&format!("  words ({tag})"));
        for row in paragraph(&format!("\"{text}\""), "    ") {
            row.print();
        }
    }
    if by_other {
        talk("Nothing was signed. To put on the record that its content was received:");
        talk(&format!("Next: {next}"));
    }
    Ok(0)
}
