//! Keeping another's snapshot fresh: what is offered is looked at whole and published
//! into a folder of one's own, log by log, and never back.
//!
//! ```text
//! further    what is offered continues what is published: published
//! behind     what is published goes further: left, and told
//! parts      two seals contradict each other: left, told, and the evidence published
//! left       what is offered cannot be taken: left, and told
//! ```
//!
//! It needs no key, and whoever reads the mirror need not trust it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::audit::{Audit, Copy, Expectation};
use crate::checkpoint::Checkpoint;
use crate::disk::{Disk, Source};
use crate::failure::{Failure, Outcome, Why};
use crate::fault::{Code, Finding, Subject, Verdict};
use crate::hash::Hash;
use crate::ledger::own_expectation;
use crate::names::LogId;
use crate::proof::Evidence;
use crate::publish::{self, How, newest_seal};
use crate::pull::{continued, side_by_side};
use crate::reading::Progress;
use crate::snapshot;
use crate::strand::Strand;
use crate::testimony;

/// What is done with one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// As much is offered as is published.
    Same,
    /// It goes on.
    Further,
    /// Less is offered than is published.
    Behind,
    /// Seals that contradict each other.
    Parts,
    /// It cannot be taken; says why.
    Left(String),
}

impl Step {
    /// The stable name.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Further => "further",
            Self::Behind => "behind",
            Self::Parts => "parts",
            Self::Left(_) => "left",
        }
    }
}

/// One log of a pass.
#[derive(Clone, Debug)]
pub struct Row {
    /// The log.
    pub log: LogId,
    /// Sealed entries published before.
    pub before: u64,
    /// Sealed entries that are offered.
    pub offered: u64,
    /// What is done.
    pub step: Step,
}

/// What one look at the source came to.
#[derive(Debug)]
pub struct Pass {
    /// The ledger.
    pub ledger: Hash,
    /// One row for each log.
    pub rows: Vec<Row>,
    /// What was found about what is offered.
    pub findings: Vec<Finding>,
    /// Evidence that was not published before.
    pub evidence: Vec<Evidence>,
    /// Files that were written.
    pub written: u64,
    /// The worst that was found.
    pub verdict: Verdict,
}

/// What the mirror has published so far.
#[derive(Debug)]
pub struct Published {
    /// Its files.
    pub copy: Copy,
    /// What they are.
    pub audit: Audit,
}

impl Published {
    /// Reads it; nothing where nothing is published so far.
    pub fn read(source: &dyn Source, folder: &Path) -> Outcome<Option<Self>> {
        let copy = snapshot::read(source, folder)?;
        if copy.charter.is_none() {
            return Ok(None);
        }
        let audit = Audit::of(&copy, &own_expectation(&copy))
            .map_err(|error| Failure::disk("reading", folder, error))?;
        Ok(Some(Self { copy, audit }))
    }
}

/// Looks at what is offered and publishes what continues what is published. `ledger` is
/// the first bytes of the id that is meant, where one is named.
pub fn pass(
    disk: &dyn Disk,
    published: Option<&Published>,
    offered: &Copy,
    ledger: Option<&[u8]>,
    (out, watch): (&Path, &dyn Fn(Progress)),
) -> Outcome<Pass> {
    let nothing = Copy::default();
    let held = published.map_or(&nothing, |published| &published.copy);
    let offered = continued(held, offered);
    let pinned = match (ledger, &held.charter) {
        (_, Some(charter)) => Some(Hash::of(charter).bytes().to_vec()),
        (Some(ledger), None) => Some(ledger.to_vec()),
        (None, None) => own_expectation(&offered).ledger,
    };
    let named = ledger.is_none_or(|named| pinned.as_ref().is_some_and(|pinned| pinned.starts_with(named)));
    let expectation = Expectation { ledger: pinned, ..Expectation::default() };
    let theirs = Audit::watched(&offered, &expectation, watch)
        .map_err(|error| Failure::disk("reading", Path::new("what is offered"), error))?;
    let charter = theirs.charter.clone().filter(|_| named && theirs.pinned).ok_or_else(|| {
        let why = theirs.findings.first().map_or("another ledger is published there", |f| f.message.as_str());
        Failure::new(Why::OtherLedger, format!("not a copy of this ledger: {why}"))
            .next("countersign mirror SOURCE OTHER")
    })?;
    let before = published.map(|published| &published.audit);
    let evidence: Vec<Evidence> = match before {
        Some(before) => side_by_side(&charter, before, &theirs, "a checkpoint that is offered"),
        None => Vec::new(),
    };
    let known = |evidence: &Evidence| held.faults.contains_key(&name_of(evidence));
    let evidence: Vec<Evidence> = evidence.into_iter().filter(|one| !known(one) && one.stands()).collect();
    let (mut merged, rows) = merge(published, &offered, &theirs);
    merged.charter = Some(charter.bytes().to_vec());
    merged.faults.extend(evidence.iter().map(|one| (name_of(one), one.to_bytes())));
    let audit = Audit::of(&merged, &expectation).map_err(|error| Failure::disk("reading", out, error))?;
    theirs.broken().map_err(|error| Failure::disk("reading", Path::new("what is offered"), error))?;
    let written = publish::publish(disk, &audit, &merged, None, out, How::default())?;
    let mut verdict = theirs.verdict;
    if rows.iter().any(|row| row.step == Step::Behind) {
        verdict = verdict.max(Verdict::Incomplete);
    }
    if !evidence.is_empty() || rows.iter().any(|row| row.step == Step::Parts) {
        verdict = Verdict::Contradicted;
    }
    Ok(Pass { ledger: charter.id(), rows, findings: theirs.findings, evidence, written, verdict })
}

fn name_of(evidence: &Evidence) -> String {
    Hash::of(&evidence.to_bytes()).to_string()
}

/// What is to be published: of each log what goes further, and all that lies beside.
fn merge(published: Option<&Published>, offered: &Copy, theirs: &Audit) -> (Copy, Vec<Row>) {
    let mut merged = published.map_or_else(Copy::default, |published| published.copy.clone());
    merged.findings.clear();
    let before = published.map(|published| &published.audit);
    let mut rows = Vec::new();
    let held = merged.logs.keys().chain(offered.logs.keys()).cloned();
    let logs: BTreeSet<LogId> = held.collect();
    for log in logs {
        let row = compare(before, theirs, &log);
        if let (Step::Further | Step::Same, Some(bytes)) = (&row.step, offered.logs.get(&log)) {
            merged.logs.insert(log, bytes.clone());
        }
        rows.push(row);
    }
    for strand in &theirs.branches {
        let seal = newest_seal(theirs, strand);
        let reached = |before: &Audit, seal: &Checkpoint| {
            before.branches_of(strand.log()).any(|held| held.reaches(seal.head()))
        };
        let known = before.zip(seal).is_some_and(|(before, seal)| reached(before, seal));
        let bytes = offered.branches.iter().find(|(_, bytes)| bytes.place == strand.stem);
        merged.branches.extend(bytes.filter(|_| !known).cloned());
    }
    let referred = theirs.referred.iter().chain(before.iter().flat_map(|before| &before.referred));
    let referred: BTreeSet<&String> = referred.collect();
    let audits: Vec<&Audit> = before.into_iter().chain([theirs]).collect();
    let notes = testimony::files(&[&offered.named, &merged.named]);
    let is_held = |path: &str| merged.named.contains_key(path);
    let travelling = testimony::travelling(&audits, &notes, &referred, &is_held);
    let new = offered.named.iter().filter(|(path, bytes)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_wanted = !path.starts_with("notes/") || referred.contains(path);
        (is_wanted || travelling.paths.contains(*path)) && Hash::from_hex(name) == Some(Hash::of(bytes))
    });
    let new: Vec<_> = new.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
    merged.named.extend(new);
    for (name, bytes) in &offered.faults {
        merged.faults.entry(name.clone()).or_insert_with(|| bytes.clone());
    }
    (merged, rows)
}

/// A log in a copy, and its newest seal there.
fn sealed<'a>(audit: &'a Audit, log: &LogId) -> Option<(&'a Strand, &'a Checkpoint)> {
    let strand = audit.strands.get(log)?;
    Some((strand, newest_seal(audit, strand)?))
}

fn compare(before: Option<&Audit>, theirs: &Audit, log: &LogId) -> Row {
    let (ours, theirs_seal) = (before.and_then(|before| sealed(before, log)), sealed(theirs, log));
    let size = |seal: &Option<(&Strand, &Checkpoint)>| seal.map_or(0, |(_, seal)| seal.size());
    let step = match (&ours, &theirs_seal) {
        (None, Some(_)) => Step::Further,
        (_, None) => Step::Left(why_left(theirs, log)),
        (Some((held, ours)), Some((strand, theirs))) => {
            if strand.reaches(ours.head()) && theirs.size() >= ours.size() {
                if theirs.size() == ours.size() { Step::Same } else { Step::Further }
            } else if held.reaches(theirs.head()) {
                Step::Behind
            } else {
                Step::Parts
            }
        }
    };
    Row { log: log.clone(), before: size(&ours), offered: size(&theirs_seal), step }
}

/// Why a log that is offered cannot be taken.
fn why_left(theirs: &Audit, log: &LogId) -> String {
    let about = |finding: &&Finding| finding.subject == Subject::Log(log.clone());
    let finding = theirs.findings.iter().find(about);
    finding.map_or_else(
        || Code::BytesAbsent.says().to_owned(),
        |finding| format!("{}: {}: {}", finding.code, finding.place, finding.message),
    )
}
