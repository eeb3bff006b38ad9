//! `log`: the entries of all logs, each after what it receipts.

use std::path::PathBuf;

use countersign::audit::Audit;
use countersign::failure::{Failure, Outcome, Why};
use countersign::merkle::common;
use countersign::status;

use super::entries;
use super::hint;
use super::row::sentence;
use super::session::Session;
use super::terminal::{json, shown};

/// List entries.
#[derive(clap::Args)]
pub struct Log {
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    /// One log.
    #[arg(long, value_name = "LOG")]
    log: Option<String>,
}

/// The audit of a snapshot, or of the ledger folder.
pub fn audit(session: &Session, path: Option<&PathBuf>) -> Outcome<Audit> {
    path.map_or_else(|| Ok(session.ledger()?.audit), |path| session.audit(path))
}

/// Runs `log`.
pub fn run(session: &Session, command: &Log) -> Outcome<u8> {
    let audit = audit(session, command.path.as_ref())?;
    let wanted = match &command.log {
        None => None,
        Some(name) => Some(status::find_log(&audit, name).ok_or_else(|| {
            let what = format!("no log {} is held here{}", shown(name), hint::log(&audit, name));
            Failure::new(Why::NoEntry, what).next("countersign status")
        })?),
    };
    for (strand, signed) in status::in_order(&audit) {
        if wanted.as_ref().is_some_and(|log| log != strand.log()) {
            continue;
        }
        if session.common.json {
            json(&entries::json(&audit, strand, &signed));
        } else {
            entries::row(&audit, strand, &signed).print();
            if let Some(effect) = entries::effect(&audit, strand, &signed) {
                sentence(&format!("{:<16} ", ""), &effect);
            }
        }
    }
    for strand in &audit.branches {
        if !session.common.json {
            sentence("", &format!("second branch of {}, {} entries", strand.log(), strand.size()));
        }
        let first = audit.strands.get(strand.log());
        let parted = first.map_or(0, |first| common(&first.tree, &strand.tree));
        for signed in strand.entries_from(parted) {
            if session.common.json {
                let mut value = entries::json(&audit, strand, &signed);
                if let Some(map) = value.as_object_mut() {
                    map.insert("branch".into(), true.into());
                }
                json(&value);
            } else {
                entries::row(&audit, strand, &signed).behind("  ").print();
            }
        }
    }
    audit.broken().map_err(|error| Failure::disk("reading", "the entries".as_ref(), error))?;
    Ok(0)
}
