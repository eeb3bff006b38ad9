//! `witness request`: what a witness is asked, as a file.

use std::path::PathBuf;

use countersign::failure::{Failure, Outcome, Why};
use countersign::ledger::Ledger;
use countersign::names::LogId;
use countersign::publish::newest_seal;
use countersign::status::find_log;
use countersign::strand::Strand;
use countersign::submission::Submission;
use countersign::unicode::shown;
use countersign::witness::held;

use super::write_new;
use crate::cli::session::Session;
use crate::cli::terminal::{json, line, talk};

/// Write a request.
#[derive(clap::Args)]
pub struct Request {
    /// The log; one's own where none is given.
    log: Option<String>,
    /// Where to write it.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// The size that the witness cosigned last; else the newest that is held here of
    /// --witness, or of the one witness of which anything is held; else 0.
    #[arg(long, value_name = "SIZE")]
    from: Option<u64>,
    /// The name of the witness.
    #[arg(long, value_name = "NAME")]
    witness: Option<String>,
}

/// The log that is meant.
pub fn strand<'l>(ledger: &'l Ledger, name: Option<&str>) -> Outcome<&'l Strand> {
    let log = match name {
        None => ledger.own_log().ok_or_else(|| {
            Failure::new(Why::Usage, "nobody signs in this folder: name a log").next("countersign status")
        })?,
        Some(name) => find_log(&ledger.audit, name).ok_or_else(|| no_log(name))?,
    };
    ledger.audit.strands.get(&log).ok_or_else(|| no_log(log.as_str()))
}

fn no_log(name: &str) -> Failure {
    let what = format!("no entry of a log {} is held here", shown(name));
    Failure::new(Why::NoEntry, what).next("countersign status")
}

/// What a witness is asked that knows so many entries of a log: of its newest seal.
pub fn submission(ledger: &Ledger, strand: &Strand, old: u64) -> Outcome<Option<Submission>> {
    let seal = newest_seal(&ledger.audit, strand).ok_or_else(|| {
        let what = format!("nothing of {} is under a seal here", strand.log());
        Failure::new(Why::NotShown, what).next("countersign seal")
    })?;
    let made = Submission::of(seal, &strand.tree, old);
    Session::unbroken(&ledger.audit)?;
    Ok(made)
}

/// The newest size of a log that a witness is known to have cosigned: the one that is
/// named, or the one of which anything is held.
pub fn newest_cosigned(
    session: &Session,
    ledger: &Ledger,
    log: &LogId,
    witness: Option<&str>,
) -> Outcome<u64> {
    let mut sizes: Vec<(String, u64)> = Vec::new();
    for (_, cosigned) in held(&session.disk, ledger)? {
        if cosigned.checkpoint().log() == log {
            let names = cosigned.cosignatures().iter().map(|one| one.witness().to_owned());
            sizes.extend(names.map(|name| (name, cosigned.checkpoint().size())));
        }
    }
    let is_meant = |name: &str| match witness {
        Some(witness) => name == witness,
        None => sizes.iter().all(|(other, _)| other == name),
    };
    Ok(sizes.iter().filter(|(name, _)| is_meant(name)).map(|(_, size)| *size).max().unwrap_or(0))
}

/// Runs `witness request`.
pub fn run(session: &Session, command: &Request) -> Outcome<u8> {
    let ledger = session.ledger()?;
    let strand = strand(&ledger, command.log.as_deref())?;
    let old = match command.from {
        Some(old) => old,
        None => newest_cosigned(session, &ledger, strand.log(), command.witness.as_deref())?,
    };
    let submission = submission(&ledger, strand, old)?.ok_or_else(|| {
        let what = format!("fewer than {old} entries of {} are under a seal here", strand.log());
        Failure::new(Why::Behind, what).next("countersign pull SNAPSHOT")
    })?;
    write_new(session, &command.out, &submission.to_bytes())?;
    let size = submission.head().size;
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.witness/1",
            "did": "request",
            "file": command.out.display().to_string(),
            "log": strand.log().to_string(),
            "from": old,
            "size": size,
        }));
    } else {
        line(&format!("Written {}: {} from {old} to {size}", command.out.display(), strand.log()));
    }
    talk(
        "Next, at the witness: countersign witness sign FILE --key NAME.witness.key --state DIR --charter charter.json -o ANSWER",
    );
    Ok(0)
}
