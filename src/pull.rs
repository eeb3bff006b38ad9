//! Taking in what others publish: all or nothing for each log, and no log waits
//! for another.
//!
//! What is taken in is what a log key sealed. Bytes that are absent, damaged or
//! under no seal leave that log as it was. Where a log's own seals contradict each
//! other, both branches are held and the evidence goes to `faults/`; nobody
//! chooses between them.
//!
//! One's own log is different: seals in it that its holder's marks did not make
//! mean an old folder, or somebody else with both keys. They are told first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::audit::{Audit, Copy, Expectation};
use crate::checkpoint::Checkpoint;
use crate::disk::{Access, Disk, make_folder_synced, replace};
use crate::entry::Signed;
use crate::failure::{Failure, Outcome, Why};
use crate::fault::{Code, Finding, Subject, Verdict};
use crate::hash::Hash;
use crate::journal;
use crate::ledger::Ledger;
use crate::names::LogId;
use crate::proof::Evidence;
use crate::snapshot;
use crate::weave::{MOST_EVIDENCE, Strand, Weave};

/// Most other branches of one log that a folder takes in.
pub const MOST_BRANCHES: usize = 8;

/// What vouches for the newest entry of one's own log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// The marks: sizes and roots of the own log that they know.
    Marks(Vec<(u64, Hash)>),
    /// The holder, who says which entry is the last.
    Last(u64),
    /// Nothing.
    Nothing,
}

/// What is done with one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Everything offered is here.
    Nothing,
    /// Entries from `from` on are added, and the seal.
    Extend {
        /// The first new entry.
        from: u64,
    },
    /// A branch that parts from the one held first is held beside it.
    Branch {
        /// The branch's file name.
        name: String,
    },
    /// The log stays as it was; says why.
    Left(String),
}

/// One log of what is offered.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The log.
    pub log: LogId,
    /// What is done with it.
    pub step: Step,
    /// Entries held before.
    pub before: u64,
    /// The entries that are new, as they are shown to the reader.
    pub new: Vec<Signed>,
    notes: Vec<Vec<u8>>,
    seal: Option<Checkpoint>,
    sealed: Option<u64>,
    stem: PathBuf,
}

/// Everything that a pull does.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is said first and loudest.
    pub alerts: Vec<String>,
    /// One line for each log that is offered.
    pub offers: Vec<Offer>,
    /// Evidence that is not held here.
    pub evidence: Vec<Evidence>,
    /// What was found about the copy as a whole.
    pub findings: Vec<Finding>,
    named: BTreeMap<String, Vec<u8>>,
    /// The worst that was found about what is offered.
    pub verdict: Verdict,
}

/// Looks at what is offered, and says what to do with it; changes nothing.
pub fn plan(ours: &Ledger, offered: &Copy, vouched: &Vouched) -> Outcome<Plan> {
    let charter = ours.charter()?;
    let expectation = Expectation { ledger: Some(charter.id().bytes().to_vec()), ..Expectation::default() };
    let theirs = Audit::of(offered, &expectation);
    if theirs.charter.as_ref() != Some(charter) {
        let why = theirs.findings.first().map_or("no charter is here", |f| f.message.as_str());
        return Err(Failure::new(Why::OtherLedger, format!("not a copy of this ledger: {why}")));
    }
    let mut plan = Plan {
        alerts: Vec::new(),
        offers: Vec::new(),
        evidence: new_evidence(ours, &theirs, charter),
        findings: theirs.findings.iter().filter(|found| found.subject == Subject::Copy).cloned().collect(),
        named: new_named(ours, offered, &theirs),
        verdict: theirs.verdict,
    };
    let mut planned: Vec<(&Strand, PathBuf)> = Vec::new();
    for strand in in_turn(&theirs, ours.own_log().as_ref(), vouched) {
        let offer = offer(ours, &theirs, strand, vouched, &planned, &mut plan.alerts);
        if matches!(offer.step, Step::Extend { .. } | Step::Branch { .. }) {
            planned.push((strand, offer.stem.clone()));
        }
        plan.offers.push(offer);
    }
    check_last(ours, &plan, vouched)?;
    if plan.evidence.iter().any(|evidence| evidence.code != Code::Unsealed) {
        plan.verdict = Verdict::Contradicted;
    }
    Ok(plan)
}

impl Vouched {
    /// Whether this newest own seal is one that is vouched for.
    pub fn holds(&self, seal: &Checkpoint) -> bool {
        match self {
            Self::Last(last) => *last + 1 == seal.size(),
            Self::Marks(known) => known.contains(&(seal.size(), seal.root())),
            Self::Nothing => false,
        }
    }
}

/// The strands that are offered, of one's own log those first that are vouched for.
fn in_turn<'a>(theirs: &'a Audit, own: Option<&LogId>, vouched: &Vouched) -> Vec<&'a Strand> {
    let mut strands: Vec<&Strand> = theirs.strands.values().chain(&theirs.branches).collect();
    strands.sort_by_key(|strand| {
        let is_own = own == Some(strand.log());
        let holds = snapshot::newest_seal(theirs, strand).is_some_and(|seal| vouched.holds(seal));
        is_own && !holds
    });
    strands
}

/// Where the holder says which own entry is the last, the folder must end with it.
fn check_last(ours: &Ledger, plan: &Plan, vouched: &Vouched) -> Outcome<()> {
    let (Vouched::Last(last), Some(log)) = (vouched, ours.own_log()) else { return Ok(()) };
    let extended =
        plan.offers.iter().find(|offer| offer.log == log && matches!(offer.step, Step::Extend { .. }));
    let sizes: Vec<u64> = plan.offers.iter().filter(|o| o.log == log).filter_map(|o| o.sealed).collect();
    let size = match extended.and_then(|offer| offer.sealed) {
        Some(size) => size,
        None => ours.own().map_or(0, Strand::size),
    };
    if *last + 1 == size && sizes.iter().filter(|sealed| **sealed == size).count() <= 1 {
        return Ok(());
    }
    let what =
        format!("with what is offered {log} would end with entry {}, not {last}", size.saturating_sub(1));
    Err(Failure::new(Why::LastEntry, what)
        .next("a newer copy of your own log, and the number of its last entry"))
}

/// Does what a plan says, log by log, each on disk before the next.
pub fn carry_out(disk: &dyn Disk, folder: &Path, plan: &Plan) -> Outcome<()> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| Failure::disk("writing", &path, error)
    };
    for (path, bytes) in &plan.named {
        let path = folder.join(path);
        replace(disk, &path, bytes).map_err(failed(&path))?;
    }
    for evidence in &plan.evidence {
        let bytes = evidence.to_bytes();
        let path = folder.join("faults").join(Hash::of(&bytes).to_string());
        replace(disk, &path, &bytes).map_err(failed(&path))?;
    }
    for offer in &plan.offers {
        carry_out_offer(disk, folder, offer)?;
    }
    Ok(())
}

fn carry_out_offer(disk: &dyn Disk, folder: &Path, offer: &Offer) -> Outcome<()> {
    let Some(seal) = &offer.seal else { return Ok(()) };
    let stem = folder.join(&offer.stem);
    let journal_path = stem.with_file_name(format!("{}.journal", file_name(&stem)));
    let failed = |error| Failure::disk("recording in", &journal_path, error);
    let from = match &offer.step {
        Step::Nothing | Step::Left(_) => return Ok(()),
        Step::Extend { from } => *from,
        Step::Branch { .. } => {
            let branches = folder.join("branches").join(offer.log.as_str());
            make_folder_synced(disk, &branches, Access::Usual)
                .map_err(|error| Failure::disk("making", &branches, error))?;
            0
        }
    };
    let mut contents = journal::read(disk, &journal_path).map_err(failed)?;
    let kept = contents.notes.iter().take(usize::try_from(from).unwrap_or(usize::MAX));
    let end: usize = kept.map(|note| note.len() + 2).sum();
    let end = u64::try_from(end).unwrap_or(u64::MAX);
    // What lies behind the common part is torn, or was never sealed.
    if contents.exists && (end < contents.end || !contents.torn.is_empty()) {
        journal::set_aside(disk, &journal_path, end).map_err(failed)?;
    }
    contents.end = end;
    if !offer.notes.is_empty() {
        let notes: Vec<&[u8]> = offer.notes.iter().map(Vec::as_slice).collect();
        journal::append(disk, &journal_path, &contents, &notes).map_err(failed)?;
    }
    // If we stop here the entries are under no seal here; the next pull seals them.
    let path = stem.with_file_name(format!("{}.checkpoint", file_name(&stem)));
    replace(disk, &path, &seal.to_bytes()).map_err(|error| Failure::disk("writing", &path, error))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// How two strands of one log lie to each other, by what is sealed.
enum Relation {
    /// All that is offered is here.
    Held,
    /// It goes on from `from`.
    Newer(u64),
    /// Entries here are damaged or missing under a newer seal than the one offered.
    Older(u64),
    /// It parts from what is sealed here.
    Parts,
}

fn relate(ours: &Strand, theirs: &Strand, seal: &Checkpoint) -> Relation {
    if ours.reaches(seal.head()) && ours.sealed() >= seal.size() {
        return Relation::Held;
    }
    let sealed = ours.seal.as_ref().or(ours.unreached.as_ref());
    if sealed.is_some_and(|sealed| sealed.size() <= seal.size() && !theirs.reaches(sealed.head())) {
        return Relation::Parts;
    }
    if let Some(sealed) = sealed.filter(|sealed| sealed.size() > seal.size()) {
        let damaged = ours.seal.is_none();
        return if damaged { Relation::Older(sealed.size()) } else { Relation::Parts };
    }
    if ours.reaches(seal.head()) {
        return Relation::Newer(ours.tree.size());
    }
    let same = ours.tree.leaves().iter().zip(theirs.tree.leaves()).take_while(|(a, b)| a == b);
    let same = u64::try_from(same.count()).unwrap_or(u64::MAX);
    Relation::Newer(same.min(seal.size()))
}

fn offer(
    ours: &Ledger,
    theirs: &Audit,
    strand: &Strand,
    vouched: &Vouched,
    planned: &[(&Strand, PathBuf)],
    alerts: &mut Vec<String>,
) -> Offer {
    let log = strand.log().clone();
    let stem = Path::new("logs").join(log.as_str());
    let before = ours.audit.strands.get(&log).map_or(0, Strand::size);
    let mut offer = Offer {
        log: log.clone(),
        step: Step::Nothing,
        before,
        new: Vec::new(),
        notes: Vec::new(),
        seal: None,
        sealed: None,
        stem,
    };
    let Some(seal) = snapshot::newest_seal(theirs, strand).cloned() else {
        offer.step = Step::Left(why_left(theirs, &log));
        return offer;
    };
    offer.sealed = Some(seal.size());
    // What is held, and what this very pull adds before it.
    let mut held: Vec<(&Strand, PathBuf)> =
        ours.audit.branches_of(&log).map(|strand| (strand, PathBuf::from(&strand.stem))).collect();
    let here = held.len();
    held.extend(planned.iter().filter(|(strand, _)| *strand.log() == log).cloned());
    let related: Vec<(Relation, usize)> =
        held.iter().enumerate().map(|(at, (held, _))| (relate(held, strand, &seal), at)).collect();
    if related.iter().any(|(relation, _)| matches!(relation, Relation::Held)) {
        return offer;
    }
    if let Some((Relation::Older(size), _)) =
        related.iter().find(|(relation, _)| matches!(relation, Relation::Older(_)))
    {
        offer.step = Step::Left(format!("a seal of {size} entries is held here, and this is older"));
        return offer;
    }
    let newer = related.iter().find_map(|(relation, at)| match relation {
        Relation::Newer(from) => Some((*from, *at, held.get(*at)?)),
        _ => None,
    });
    let from = match (newer, held.len()) {
        (Some((_, at, _)), _) if at >= here => {
            offer.step = Step::Left("a part of it is offered beside it; pull again".to_owned());
            return offer;
        }
        (Some((_, _, (held, _))), _) if held.seals_bad_entry() => {
            offer.step = Step::Left("it stands at the last entry that the chain takes".to_owned());
            return offer;
        }
        (Some((from, _, (_, stem))), _) => {
            offer.stem.clone_from(stem);
            offer.step = Step::Extend { from };
            from
        }
        (None, 0) => {
            offer.step = Step::Extend { from: 0 };
            0
        }
        (None, _) => {
            let held: Vec<&Strand> = held.iter().map(|(strand, _)| *strand).collect();
            return branch(ours, offer, strand, seal, &held, alerts);
        }
    };
    if ours.own_log().as_ref() == Some(&log) && !vouched.holds(&seal) {
        alerts.push(not_vouched(&offer, strand, &seal));
        offer.step = Step::Left(format!("say which entry is the last that you signed: --last {log}/NUMBER"));
        return offer;
    }
    fill(&mut offer, strand, seal, from);
    offer
}

fn fill(offer: &mut Offer, strand: &Strand, seal: Checkpoint, from: u64) {
    let skip = usize::try_from(from).unwrap_or(usize::MAX);
    let end = usize::try_from(seal.size()).unwrap_or(usize::MAX);
    offer.notes = strand.notes().take(end).skip(skip).map(<[u8]>::to_vec).collect();
    offer.new = strand
        .entries
        .iter()
        .filter(|signed| (from.max(offer.before)..seal.size()).contains(&signed.entry().seq))
        .cloned()
        .collect();
    offer.seal = Some(seal);
}

fn branch(
    ours: &Ledger,
    mut offer: Offer,
    strand: &Strand,
    seal: Checkpoint,
    held: &[&Strand],
    alerts: &mut Vec<String>,
) -> Offer {
    let Some(name) = snapshot::branch_name(held.iter().copied(), strand) else { return offer };
    if ours.own_log().as_ref() == Some(&offer.log) {
        alerts.push(format!(
            "seals in your own log {} that this folder did not make: {} entries with root {}, other entries than yours. Both keys may be in other hands.",
            offer.log,
            seal.size(),
            seal.root().short()
        ));
    }
    if held.len() > MOST_BRANCHES {
        offer.step = Step::Left(format!("{MOST_BRANCHES} branches of it are held; this is one more"));
        return offer;
    }
    offer.stem = Path::new("branches").join(offer.log.as_str()).join(&name);
    offer.step = Step::Branch { name };
    offer.before = 0;
    fill(&mut offer, strand, seal, 0);
    let first: BTreeSet<Hash> = held.iter().take(1).flat_map(|s| s.tree.leaves().iter().copied()).collect();
    offer.new.retain(|signed| !first.contains(&signed.hash()));
    offer
}

/// What is said first about own seals that nothing here vouches for.
fn not_vouched(offer: &Offer, strand: &Strand, seal: &Checkpoint) -> String {
    let last = strand.entries.iter().rev().find(|entry| entry.entry().seq < seal.size());
    let dated = last.and_then(|entry| entry.entry().said.as_ref());
    let dated = dated.map_or_else(|| "no date".to_owned(), crate::time::Time::for_people);
    format!(
        "seals in your own log {} that no mark here vouches for: {} entries are offered, {} are here; the last is dated {dated}",
        offer.log,
        seal.size(),
        offer.before
    )
}

/// Why a log that is offered cannot be taken in.
fn why_left(theirs: &Audit, log: &LogId) -> String {
    let finding = theirs.findings.iter().find(|f| f.subject == Subject::Log(log.clone()));
    finding.map_or_else(
        || "no entry of it is under a seal".to_owned(),
        |finding| format!("{}: {}: {}", finding.code, finding.place, finding.message),
    )
}

/// Evidence from what is offered and from what is held, side by side.
fn new_evidence(ours: &Ledger, theirs: &Audit, charter: &crate::charter::Charter) -> Vec<Evidence> {
    let mut weave = Weave::new(charter);
    for strand in ours.audit.strands.values().chain(&ours.audit.branches) {
        weave.add(strand);
    }
    for strand in theirs.strands.values().chain(&theirs.branches) {
        weave.add(strand);
        if let Some(seal) = &strand.unreached {
            weave.add_seal(seal.clone(), "a checkpoint that is offered");
        }
    }
    let mut all: Vec<Evidence> = theirs.evidence.clone();
    all.extend(weave.finish().evidence);
    let mut numbers: BTreeMap<LogId, usize> = BTreeMap::new();
    for held in &ours.audit.evidence {
        *numbers.entry(held.log.clone()).or_default() += 1;
    }
    let mut new: Vec<Evidence> = Vec::new();
    for evidence in all {
        let name = Hash::of(&evidence.to_bytes()).to_string();
        let number = numbers.entry(evidence.log.clone()).or_default();
        let known = new.contains(&evidence) || ours.copy.faults.contains_key(&name);
        if !known && *number < MOST_EVIDENCE && evidence.stands() {
            *number += 1;
            new.push(evidence);
        }
    }
    new
}

/// Documents and notes that accepted entries name and that are not held here.
fn new_named(ours: &Ledger, offered: &Copy, theirs: &Audit) -> BTreeMap<String, Vec<u8>> {
    let mut wanted = snapshot::referred(theirs);
    wanted.extend(snapshot::referred(&ours.audit));
    offered
        .named
        .iter()
        .filter(|(path, bytes)| {
            let name = path.rsplit('/').next().unwrap_or_default();
            wanted.contains(*path)
                && !ours.copy.named.contains_key(*path)
                && Hash::from_hex(name) == Some(Hash::of(bytes))
        })
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect()
}
