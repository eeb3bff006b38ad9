//! `witness list`: who cosigned which head, when, and what that is worth.

use std::collections::BTreeMap;

use countersign::cosignature::{CosignedCheckpoint, Standing, WitnessKey};
use countersign::failure::Outcome;
use countersign::names::LogId;
use countersign::publish::newest_seal;
use countersign::time::Time;
use countersign::unicode::shown;
use countersign::vocabulary::{Tongue, witnesses as words};
use countersign::witness::held;

use super::Keys;
use super::request::strand;
use crate::cli::row::paragraph;
use crate::cli::session::Session;
use crate::cli::terminal::{json, line};

/// List cosignatures.
#[derive(clap::Args)]
pub struct List {
    /// One log alone.
    log: Option<String>,
    #[command(flatten)]
    keys: Keys,
}

/// What is known of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Holds,
    Unknown,
    Fails,
}

/// One cosignature.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    log: LogId,
    size: u64,
    witness: String,
    key_id: String,
    said: Said,
    time: Time,
}

impl Row {
    /// As a line.
    pub fn text(&self, tongue: Tongue) -> String {
        let row = match self.said {
            Said::Holds => words::COSIGNED,
            Said::Unknown => words::NO_KEY,
            Said::Fails => words::NOT_OVER,
        };
        let (log, size) = (self.log.to_string(), self.size.to_string());
        let (witness, time) = (shown(&self.witness), self.time.for_people());
        row.with(tongue, &[("log", &log), ("size", &size), ("witness", &witness), ("time", &time)])
    }

    /// As data.
    pub fn json(&self) -> serde_json::Value {
        let standing = match self.said {
            Said::Holds => "holds",
            Said::Unknown => "unknown",
            Said::Fails => "fails",
        };
        serde_json::json!({
            "log": self.log.to_string(),
            "size": self.size,
            "witness": self.witness,
            "key_id": self.key_id,
            "time": self.time.to_string(),
            "standing": standing,
        })
    }
}

/// The cosignatures of one head.
pub fn rows(cosigned: &CosignedCheckpoint, keys: &[WitnessKey]) -> Vec<Row> {
    let row = |cosignature: &countersign::cosignature::Cosignature| Row {
        log: cosigned.checkpoint().log().clone(),
        size: cosigned.checkpoint().size(),
        witness: cosignature.witness().to_owned(),
        key_id: hex::encode(cosignature.key_id()),
        said: match cosigned.standing(cosignature, keys) {
            Standing::Holds(_) => Said::Holds,
            Standing::Fails(_) => Said::Fails,
            Standing::Unknown => Said::Unknown,
        },
        time: cosignature.time(),
    };
    cosigned.cosignatures().iter().map(row).collect()
}

/// Runs `witness list`.
pub fn run(session: &Session, command: &List) -> Outcome<u8> {
    let ledger = session.ledger()?;
    let keys = command.keys.known(session, ledger.charter()?)?;
    let meant = match &command.log {
        None => None,
        Some(name) => Some(strand(&ledger, Some(name))?.log().clone()),
    };
    let is_meant = |log: &LogId| meant.as_ref().is_none_or(|meant| meant == log);
    let mut all = Vec::new();
    for (_, cosigned) in held(&session.disk, &ledger)? {
        if is_meant(cosigned.checkpoint().log()) {
            all.extend(rows(&cosigned, &keys));
        }
    }
    // One head may stand in several notes: the earliest line of each witness is told, of
    // those that hold where there are any.
    all.sort();
    all.dedup_by(|later, first| {
        (&later.log, later.size, &later.witness, &later.key_id)
            == (&first.log, first.size, &first.witness, &first.key_id)
    });
    let mut newest: BTreeMap<&LogId, (u64, u64)> = BTreeMap::new();
    for (log, strand) in ledger.audit.strands.iter().filter(|(log, _)| is_meant(log)) {
        let sealed = newest_seal(&ledger.audit, strand).map_or(0, countersign::checkpoint::Checkpoint::size);
        let holds = all.iter().filter(|row| row.log == *log && row.said == Said::Holds);
        newest.insert(log, (sealed, holds.map(|row| row.size).max().unwrap_or(0)));
    }
    if session.common.json {
        let logs = newest.iter().map(|(log, (sealed, cosigned))| {
            serde_json::json!({"log": log.to_string(), "sealed": sealed, "cosigned": cosigned})
        });
        json(&serde_json::json!({
            "format": "countersign.witness/1",
            "did": "list",
            "cosignatures": all.iter().map(Row::json).collect::<Vec<_>>(),
            "logs": logs.collect::<Vec<_>>(),
        }));
        return Ok(0);
    }
    let tongue = session.tongue();
    for row in &all {
        line(&row.text(tongue));
    }
    if all.is_empty() {
        line(words::NONE.of(tongue));
        return Ok(0);
    }
    for (log, (sealed, cosigned)) in newest {
        let (log, sealed, cosigned) = (log.to_string(), sealed.to_string(), cosigned.to_string());
        line(&words::NEWEST.with(tongue, &[("log", &log), ("sealed", &sealed), ("cosigned", &cosigned)]));
    }
    for text in [words::WORTH, words::MUTUAL] {
        for row in paragraph(text.of(tongue), "") {
            row.print();
        }
    }
    Ok(0)
}
