//! `publish`: the snapshot, for the other side and for the public.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign::checkpoint::Checkpoint;
use countersign::failure::{Failure, Outcome, Why};
use countersign::ledger::{self, Ledger};
use countersign::names::LogId;
use countersign::publish::{self, How};

use super::bar::Bar;
use super::remote;
use super::session::{Session, absolute};
use super::terminal::{json, line, talk};

/// Write the snapshot; needs no secret.
#[derive(clap::Args)]
pub struct Publish {
    /// A new folder, or one with an earlier snapshot of this ledger.
    out: PathBuf,
    /// Write into a new folder what this earlier snapshot does not hold: small to carry,
    /// for whoever holds the rest.
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "whole")]
    since: Option<PathBuf>,
    /// Leave the documents out.
    #[arg(long)]
    without_docs: bool,
    /// Compare every file that is there; else what its checkpoints cover is left as it
    /// was published.
    #[arg(long)]
    whole: bool,
}

/// Runs `publish`.
pub fn run(session: &Session, command: &Publish) -> Outcome<u8> {
    let folder = session.folder()?;
    let _lock = ledger::lock(&session.disk, &folder)?;
    let mut ledger = session.read(&folder)?;
    let own = ledger.own_log();
    if remote::url(&command.out)?.is_some() {
        let what = "a snapshot is written into a folder, which any web server shows";
        return Err(Failure::new(Why::Usage, what).next("countersign publish DIR"));
    }
    let out = absolute(&command.out)?;
    if out.starts_with(absolute(&folder)?) {
        let what =
            format!("{} is in the ledger folder; a snapshot needs a place of its own", command.out.display());
        return Err(Failure::new(Why::Exists, what).next("countersign publish OTHER"));
    }
    let since = command.since.as_ref().map(|earlier| sizes(session, &ledger, earlier)).transpose()?;
    let bar = Bar::new("publishing");
    let watch = |progress| bar.show(progress);
    let how = How {
        watch: Some(&watch),
        whole: command.whole,
        without_docs: command.without_docs,
        since: since.as_ref(),
    };
    let written = publish::publish(&session.disk, &ledger.audit, &ledger.copy, own.as_ref(), &out, how)?;
    let mut logs = Vec::new();
    for strand in ledger.audit.strands.values() {
        let size = publish::newest_seal(&ledger.audit, strand).map_or(0, Checkpoint::size);
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
    if ledger.local.member.is_some() && since.is_none() {
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
        let out = command.out.display();
        if since.is_some() {
            talk(&format!("Next, for whoever holds the earlier copy: countersign pull {out}"));
        } else {
            talk(&format!("Next, for anybody: countersign verify {out} --ledger {}", ledger.charter()?.id()));
        }
        if written == 0 && !command.whole {
            talk("Files that were published before are not read again; --whole compares them.");
        }
    }
    Ok(0)
}

/// How much of each log an earlier snapshot holds, where this folder goes on from there.
fn sizes(session: &Session, ledger: &Ledger, earlier: &Path) -> Outcome<BTreeMap<LogId, u64>> {
    let seals = publish::seals_of(&session.disk, &ledger.audit, earlier)?;
    if seals.is_empty() {
        let what = format!("{} holds no checkpoint of this ledger", earlier.display());
        return Err(Failure::new(Why::NoFolder, what).next("countersign publish DIR"));
    }
    let reached = |(log, seal): &(LogId, Checkpoint)| {
        ledger.audit.strands.get(log).is_some_and(|strand| strand.reaches(seal.head()))
    };
    Ok(seals.into_iter().filter(reached).map(|(log, seal)| (log, seal.size())).collect())
}
