//! `compare`: is NEW an honest continuation of OLD?

use std::path::PathBuf;

use countersign::audit::Audit;
use countersign::failure::{Failure, Outcome, Why};
use countersign::fault::Verdict;
use countersign::proof::Evidence;
use countersign::pull;
use countersign::strand::Strand;

use super::entries;
use super::session::Session;
use super::terminal::{json, line};
use super::verify::write_proofs;

/// Compare two copies.
#[derive(clap::Args)]
pub struct Compare {
    /// The earlier copy.
    old: PathBuf,
    /// The later copy.
    new: PathBuf,
    /// Where a split is written.
    #[arg(long, value_name = "DIR", default_value = ".")]
    proof: PathBuf,
}

/// Runs `compare`.
pub fn run(session: &Session, command: &Compare) -> Outcome<u8> {
    let look = |path: &PathBuf| -> Outcome<Audit> { session.audit(path) };
    let (old, new) = (look(&command.old)?, look(&command.new)?);
    if old.charter != new.charter {
        return Err(Failure::new(Why::OtherLedger, "the two copies are of two ledgers"));
    }
    let evidence = splits(&old, &new);
    let mut verdict =
        new.verdict.max(if evidence.is_empty() { Verdict::Whole } else { Verdict::Contradicted });
    let mut rows = Vec::new();
    for log in old.strands.keys().chain(new.strands.keys().filter(|log| !old.strands.contains_key(*log))) {
        let sealed = |audit: &Audit| audit.strands.get(log).map_or(0, Strand::sealed);
        let (before, after) = (sealed(&old), sealed(&new));
        let split = evidence.iter().any(|evidence| evidence.log == *log);
        let word = match (split, before.cmp(&after)) {
            (true, _) => "two seals contradict each other",
            (false, std::cmp::Ordering::Equal) => "the same",
            (false, std::cmp::Ordering::Less) => "continues",
            (false, std::cmp::Ordering::Greater) => {
                verdict = verdict.max(Verdict::Incomplete);
                "is older in NEW"
            }
        };
        rows.push((log.clone(), before, after, word));
    }
    if session.common.json {
        let logs = rows.iter().map(|(log, before, after, word)| {
            serde_json::json!({"log": log.to_string(), "old": before, "new": after, "says": word})
        });
        json(&serde_json::json!({
            "format": "countersign.compare/1",
            "verdict": verdict.as_str(),
            "logs": logs.collect::<Vec<_>>(),
        }));
    } else {
        for (log, before, after, word) in &rows {
            line(&format!("  {log:<14} {before:>6} -> {after:<6} {word}"));
            let strand = new.strands.get(log);
            if let Some(strand) = strand {
                entries::some(&new, strand, *before..*after);
            }
        }
        line(&verdict.as_str().to_uppercase());
    }
    write_proofs(session, &command.proof, &evidence)?;
    Ok(verdict.exit_code())
}

/// What the two copies show together that contradicts.
fn splits(old: &Audit, new: &Audit) -> Vec<Evidence> {
    let Some(charter) = &old.charter else { return Vec::new() };
    pull::side_by_side(charter, old, new, "a checkpoint")
}
