//! `publish`: the snapshot, for the other side and for the public.

use std::path::PathBuf;

use countersign::failure::{Failure, Outcome, Why};
use countersign::ledger::{self, Ledger};
use countersign::snapshot;

use super::session::{Session, absolute};
use super::terminal::{json, line, talk};

/// Write the snapshot; needs no secret.
#[derive(clap::Args)]
pub struct Publish {
    /// A new folder, or one with an earlier snapshot of this ledger.
    out: PathBuf,
}

/// Runs `publish`.
pub fn run(session: &Session, command: &Publish) -> Outcome<u8> {
    let folder = session.folder()?;
    let _lock = ledger::lock(&session.disk, &folder)?;
    let mut ledger = Ledger::read(&session.disk, &folder)?;
    let own = ledger.own_log();
    let out = absolute(&command.out)?;
    if out.starts_with(absolute(&folder)?) {
        let what =
            format!("{} is in the ledger folder; a snapshot needs a place of its own", command.out.display());
        return Err(Failure::new(Why::Exists, what).next("countersign publish OTHER"));
    }
    let written = snapshot::publish(&session.disk, &ledger.audit, &ledger.copy, own.as_ref(), &out)?;
    let mut logs = Vec::new();
    for strand in ledger.audit.strands.values() {
        let size =
            snapshot::newest_seal(&ledger.audit, strand).map_or(0, countersign::checkpoint::Checkpoint::size);
        logs.push((strand.log().clone(), size));
        if size < strand.size() {
            talk(&format!(
                "{} entries of {} are under no seal and are not in it",
                strand.size() - size,
                strand.log()
            ));
        }
    }
    for finding in &ledger.audit.findings {
        if finding.code == countersign::fault::Code::HeadAbsent {
            talk(&format!("not closed: {}", finding.message));
        }
    }
    if ledger.local.member.is_some() {
        // The published copy is one more witness of how far the own log went.
        ledger::remember(&session.disk, &mut ledger, &out)?;
    }
    if session.common.json {
        let logs = logs.iter().map(|(log, size)| (log.to_string(), (*size).into()));
        json(&serde_json::json!({
            "format": "countersign.publish/1",
            "ledger": ledger.charter()?.id().to_string(),
            "out": out.to_string_lossy(),
            "written": written,
            "logs": logs.collect::<serde_json::Map<_, _>>(),
        }));
    } else {
        let sizes: Vec<String> = logs.iter().map(|(log, size)| format!("{log} {size}")).collect();
        line(&format!("Published {}: {} ({written} files written)", command.out.display(), sizes.join(", ")));
        talk(&format!(
            "Next, for anybody: countersign verify {} --ledger {}",
            command.out.display(),
            ledger.charter()?.id()
        ));
    }
    Ok(0)
}
