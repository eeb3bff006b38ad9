//! `mirror`: keep a copy of another's snapshot fresh.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use countersign::disk::{Access, Disk, parent};
use countersign::failure::{Failure, Outcome, Why};
use countersign::fault::Verdict;
use countersign::hash::Hash;
use countersign::ledger;
use countersign::mirror::{self, Pass, Published, Row, Step};
use countersign::snapshot;
use countersign::web::Url;
use countersign::web::fetch::Held;

use super::bar::Bar;
use super::findings::finding_json;
use super::init::named_ledger;
use super::remote;
use super::session::{Session, absolute};
use super::terminal::{self, failure_json, json, line, talk, talk_json};

/// Renew a copy of another's snapshot again and again, and never let it go back.
#[derive(clap::Args)]
pub struct Mirror {
    /// A snapshot, or the address of one (https://HOST/FOLDER).
    source: PathBuf,
    /// A new folder, or one that this command has written.
    out: PathBuf,
    /// Look again after so many seconds, until the run is ended.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: Option<u64>,
    /// The ledger that is meant: id, words, digits, or the charter file.
    #[arg(long, value_name = "HEX|WORDS|DIGITS|FILE")]
    ledger: Option<String>,
}

/// Runs `mirror`.
pub fn run(session: &Session, command: &Mirror) -> Outcome<u8> {
    let source = absolute(&command.source)?;
    let url = remote::url(&source)?;
    let out = absolute(&command.out)?;
    if url.is_none() && !source.is_dir() {
        let what = format!("there is no folder {}", command.source.display());
        return Err(Failure::new(Why::Disk, what).next("countersign mirror SOURCE DIR"));
    }
    if url.is_none() && (out.starts_with(&source) || source.starts_with(&out)) {
        let what = format!("{} and its mirror would be in one folder", command.source.display());
        return Err(Failure::new(Why::Exists, what).next("countersign mirror SOURCE OTHER"));
    }
    let named = command.ledger.as_deref().map(named_ledger).transpose()?;
    let beside = beside(session, &out)?;
    let _lock = ledger::lock(&session.disk, &beside)?;
    let one = || pass(session, (&source, url.as_ref()), &out, &beside, named.as_deref());
    let Some(seconds) = command.every else {
        return one().map(|pass| tell(session, &command.source, &pass));
    };
    loop {
        match one() {
            Ok(pass) => {
                tell(session, &command.source, &pass);
            }
            // Another ledger in the place of this one stays another.
            Err(failure) if failure.why == Why::OtherLedger => return Err(failure),
            Err(failure) if session.common.json => talk_json(&failure_json(&failure)),
            Err(failure) => terminal::failure(&failure),
        }
        if terminal::is_unprinted() {
            return Ok(1);
        }
        thread::sleep(Duration::from_secs(seconds));
    }
}

/// The folder beside the mirror, which no server shows, for what is fetched and for the
/// lock.
fn beside(session: &Session, out: &Path) -> Outcome<PathBuf> {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let path = parent(out).join(format!(".{name}.mirror"));
    session.disk.make_folder(&path, Access::Usual).map_err(|error| Failure::disk("making", &path, error))?;
    Ok(path)
}

fn pass(
    session: &Session,
    (source, url): (&Path, Option<&Url>),
    out: &Path,
    beside: &Path,
    named: Option<&[u8]>,
) -> Outcome<Pass> {
    let published = Published::read(&session.disk, out)?;
    let held = published.as_ref().map(|published| Held { audit: &published.audit, copy: &published.copy });
    let fetched = beside.join("fetched");
    let offered = match url {
        None => snapshot::read(&session.disk, source)?,
        Some(url) => {
            let failed = |error| Failure::disk("making", &fetched, error);
            session.disk.make_folder(&fetched, Access::Usual).map_err(failed)?;
            remote::fetch(session, url, &fetched, held)?
        }
    };
    let bar = Bar::new("verifying");
    let watch = |progress| bar.show(progress);
    let pass = mirror::pass(&session.disk, published.as_ref(), &offered, named, (out, &watch));
    drop(bar);
    // What was fetched is published, or is not what it should be.
    let _ = std::fs::remove_dir_all(&fetched);
    pass
}

/// Tells what came of a pass, and gives its exit code.
fn tell(session: &Session, source: &Path, pass: &Pass) -> u8 {
    let shows = |finding: &&countersign::fault::Finding| finding.code.verdict() > Verdict::Whole;
    if session.common.json {
        let rows = pass.rows.iter().map(|row| {
            serde_json::json!({
                "log": row.log.to_string(),
                "before": row.before,
                "offered": row.offered,
                "step": row.step.as_str(),
                "message": describe(row),
            })
        });
        let evidence = pass.evidence.iter().map(|one| Hash::of(&one.to_bytes()).to_string());
        json(&serde_json::json!({
            "format": "countersign.mirror/1",
            "source": source.to_string_lossy(),
            "ledger": pass.ledger.to_string(),
            "verdict": pass.verdict.as_str(),
            "written": pass.written,
            "logs": rows.collect::<Vec<_>>(),
            "findings": pass.findings.iter().filter(shows).map(finding_json).collect::<Vec<_>>(),
            "evidence": evidence.collect::<Vec<_>>(),
        }));
        return pass.verdict.exit_code();
    }
    let rows: Vec<String> = pass.rows.iter().map(|row| format!("{} {}", row.log, describe(row))).collect();
    line(&format!("{}: {} ({} files written)", pass.verdict.as_str(), rows.join("; "), pass.written));
    for finding in pass.findings.iter().filter(shows) {
        talk(&format!("{}  {}: {}", finding.code, finding.place, finding.message));
    }
    for one in &pass.evidence {
        line(&format!(
            "  evidence: {}, of the log {}: faults/{}",
            one.code.says(),
            one.log,
            Hash::of(&one.to_bytes())
        ));
    }
    pass.verdict.exit_code()
}

fn describe(row: &Row) -> String {
    let Row { before, offered, .. } = row;
    match &row.step {
        Step::Same => format!("{before}"),
        Step::Further => format!("{before} -> {offered}"),
        Step::Behind => format!("{before}, left as it was: {offered} are offered"),
        Step::Parts => format!("{before}, left as it was: two seals contradict each other"),
        Step::Left(why) => format!("{before}, left as it was: {why}"),
    }
}
