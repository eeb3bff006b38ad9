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
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::{Audit, Copy, Earlier, Expectation};
use crate::charter::Charter;
use crate::checked;
use crate::checkpoint::Checkpoint;
use crate::disk::{Access, Disk, make_folder_synced, replace};
use crate::failure::{Failure, Outcome, Why};
use crate::fault::{Code, Finding, Subject, Verdict};
use crate::hash::Hash;
use crate::journal::{self, Journal};
use crate::ledger::Ledger;
use crate::merkle::{Nodes, common};
use crate::names::LogId;
use crate::proof::Evidence;
use crate::publish;
use crate::reading::Progress;
use crate::shelf::{Bundle, Shelf};
use crate::strand::{Known, Strand};
use crate::testimony;
use crate::weave::{MOST_EVIDENCE, Weave};

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
    /// The numbers of the entries that are added here.
    pub added: Range<u64>,
    /// Which of the strands that are offered it is.
    at: usize,
    seal: Option<Checkpoint>,
    sealed: Option<u64>,
    stem: PathBuf,
}

/// Everything that a pull does.
#[derive(Debug)]
pub struct Plan {
    /// What is offered.
    pub theirs: Audit,
    /// What is said first and loudest.
    pub alerts: Vec<String>,
    /// One line for each log that is offered.
    pub offers: Vec<Offer>,
    /// Evidence that is not held here.
    pub evidence: Vec<Evidence>,
    /// What was found about the copy as a whole.
    pub findings: Vec<Finding>,
    named: BTreeMap<String, Vec<u8>>,
    /// Pieces of evidence of time that are offered and are more than are taken in.
    pub beyond: u64,
    /// The worst that was found about what is offered.
    pub verdict: Verdict,
}

/// A log that is offered, of which earlier bundles may be absent: those are taken from
/// here, so that a copy of what is new is enough. Whether they are the same ones the
/// seal says.
struct Continued {
    offered: Arc<dyn Shelf>,
    held: Arc<dyn Shelf>,
}

impl Shelf for Continued {
    fn bundle(&self, index: u64) -> io::Result<Bundle> {
        let offered = self.offered.bundle(index)?;
        let absent = offered.is_empty() && matches!(&offered.finding, Some((Code::BytesAbsent, ..)));
        if !absent {
            return Ok(offered);
        }
        let held = self.held.bundle(index)?;
        Ok(if held.is_full() { held } else { offered })
    }
}

/// What is offered, continued from what is held.
pub(crate) fn continued(ours: &Copy, offered: &Copy) -> Copy {
    let mut copy = offered.clone();
    for (log, bytes) in &mut copy.logs {
        if let Some(held) = ours.logs.get(log) {
            let (offered, held) = (Arc::clone(&bytes.shelf), Arc::clone(&held.shelf));
            bytes.shelf = Arc::new(Continued { offered, held });
        }
    }
    copy
}

/// Looks at what is offered, and says what to do with it; changes nothing. Entries that
/// are held here and verified are known by their root.
pub fn plan(ours: &Ledger, offered: &Copy, vouched: &Vouched, watch: &dyn Fn(Progress)) -> Outcome<Plan> {
    let charter = ours.charter()?;
    let expectation = Expectation {
        ledger: Some(charter.id().bytes().to_vec()),
        earlier: ours.audit.known().map(|known| Earlier {
            logs: known.logs,
            newest: known.newest,
            ..Earlier::default()
        }),
        ..Expectation::default()
    };
    let theirs = Audit::watched(&continued(&ours.copy, offered), &expectation, watch)
        .map_err(|error| Failure::disk("reading", Path::new("what is offered"), error))?;
    if theirs.charter.as_ref() != Some(charter) {
        let why = theirs.findings.first().map_or("no charter is here", |f| f.message.as_str());
        return Err(Failure::new(Why::OtherLedger, format!("not a copy of this ledger: {why}")));
    }
    let evidence = new_evidence(ours, &theirs, charter);
    let findings = theirs.findings.iter().filter(|found| found.subject == Subject::Copy).cloned().collect();
    let mut alerts = Vec::new();
    let mut offers: Vec<Offer> = Vec::new();
    let mut planned: Vec<(&Strand, PathBuf)> = Vec::new();
    for (at, strand) in in_turn(&theirs, ours.own_log().as_ref(), vouched) {
        let offer = offer(ours, &theirs, (at, strand), vouched, &planned, &mut alerts);
        if matches!(offer.step, Step::Extend { .. } | Step::Branch { .. }) {
            planned.push((strand, offer.stem.clone()));
        }
        offers.push(offer);
    }
    check_last(ours, &offers, vouched)?;
    theirs.broken().map_err(|error| Failure::disk("reading", Path::new("what is offered"), error))?;
    ours.audit.broken().map_err(|error| Failure::disk("reading", &ours.folder, error))?;
    let contradicted = evidence.iter().any(|evidence| evidence.code != Code::Unsealed);
    let verdict = if contradicted { Verdict::Contradicted } else { theirs.verdict };
    let (named, beyond) = new_named(ours, offered, &theirs);
    Ok(Plan { theirs, alerts, offers, evidence, findings, named, beyond, verdict })
}

impl Plan {
    /// The files of `notes/` that are taken in.
    pub fn notes(&self) -> impl Iterator<Item = &String> {
        self.named.keys().filter(|path| path.starts_with("notes/"))
    }

    /// The strand that an offer is about.
    pub fn strand(&self, offer: &Offer) -> Option<&Strand> {
        self.theirs.all_strands().nth(offer.at)
    }
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
fn in_turn<'a>(theirs: &'a Audit, own: Option<&LogId>, vouched: &Vouched) -> Vec<(usize, &'a Strand)> {
    let mut strands: Vec<(usize, &Strand)> = theirs.all_strands().enumerate().collect();
    strands.sort_by_key(|(_, strand)| {
        let is_own = own == Some(strand.log());
        let holds = publish::newest_seal(theirs, strand).is_some_and(|seal| vouched.holds(seal));
        is_own && !holds
    });
    strands
}

/// Where the holder says which own entry is the last, the folder must end with it.
fn check_last(ours: &Ledger, offers: &[Offer], vouched: &Vouched) -> Outcome<()> {
    let (Vouched::Last(last), Some(log)) = (vouched, ours.own_log()) else { return Ok(()) };
    let extended = offers.iter().find(|offer| offer.log == log && matches!(offer.step, Step::Extend { .. }));
    let sizes: Vec<u64> = offers.iter().filter(|o| o.log == log).filter_map(|o| o.sealed).collect();
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
pub fn carry_out(disk: &dyn Disk, ours: &Ledger, plan: &Plan) -> Outcome<()> {
    carry_out_watched(disk, ours, plan, &|_| {})
}

/// The same, and says how many entries of the log at hand are recorded.
pub fn carry_out_watched(
    disk: &dyn Disk,
    ours: &Ledger,
    plan: &Plan,
    watch: &dyn Fn(Progress),
) -> Outcome<()> {
    let folder = &ours.folder;
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
        carry_out_offer(disk, ours, plan, offer, watch)?;
    }
    let extended = |offer: &Offer| matches!(offer.step, Step::Extend { .. });
    if plan.theirs.counted.entries > checked::FEW
        && plan.offers.iter().any(extended)
        && let Some(known) = known_after(ours, plan)
    {
        // Where it cannot be noted, the next opening verifies these entries again.
        let _ = checked::write(disk, folder, &ours.charter()?.id(), &known);
    }
    Ok(())
}

/// What is verified in the folder once a plan was carried out: what was before, and the
/// entries that were added.
pub fn known_after(ours: &Ledger, plan: &Plan) -> Option<Earlier> {
    let mut known = ours.audit.known()?;
    let theirs = plan.theirs.known()?;
    for offer in &plan.offers {
        match (&offer.step, plan.strand(offer)) {
            (Step::Extend { .. }, Some(strand)) if offer.sealed == Some(strand.size()) => {
                // The journal was added to: what was before it lies as it lay.
                let laid = known.logs.get(&offer.log).and_then(|before| before.laid.clone());
                known.logs.insert(offer.log.clone(), Known { laid, ..strand.known()? });
            }
            (Step::Nothing, _) => {}
            _ => return None,
        }
    }
    // Heads that were absent in one copy are looked for again in both together.
    known.open.extend(theirs.open);
    for (log, head) in theirs.newest {
        if known.newest.get(&log).is_none_or(|newest| newest.size < head.size) {
            known.newest.insert(log, head);
        }
    }
    known.referred.extend(theirs.referred);
    Some(known)
}

fn carry_out_offer(
    disk: &dyn Disk,
    ours: &Ledger,
    plan: &Plan,
    offer: &Offer,
    watch: &dyn Fn(Progress),
) -> Outcome<()> {
    let (Some(seal), Some(strand)) = (&offer.seal, plan.strand(offer)) else { return Ok(()) };
    let stem = ours.folder.join(&offer.stem);
    let journal_path = stem.with_file_name(format!("{}.journal", file_name(&stem)));
    let failed = |error| Failure::disk("recording in", &journal_path, error);
    let from = match &offer.step {
        Step::Nothing | Step::Left(_) => return Ok(()),
        Step::Extend { from } => *from,
        Step::Branch { .. } => {
            let branches = ours.folder.join("branches").join(offer.log.as_str());
            make_folder_synced(disk, &branches, Access::Usual)
                .map_err(|error| Failure::disk("making", &branches, error))?;
            0
        }
    };
    let journal = held_journal(disk, ours, &journal_path, offer);
    let mut end = journal.end().map_err(failed)?;
    // What lies behind the common part is torn, or was never sealed.
    if end.exists && (end.entries > from || !end.torn.is_empty()) {
        let offset = journal.offset(from).map_err(failed)?;
        journal::set_aside(disk, &journal_path, offset).map_err(failed)?;
        end.offset = offset;
    }
    if from < seal.size() {
        let absent = || io::Error::other("an entry that was offered is not there now");
        let notes = (from..seal.size()).map(|seq| {
            watch(Progress { done: seq - from, claimed: seal.size() - from });
            strand.tree.bytes(seq).ok_or_else(absent)
        });
        journal::append(disk, &journal_path, &end, notes).map_err(failed)?;
    }
    // If we stop here the entries are under no seal here; the next pull seals them.
    let path = stem.with_file_name(format!("{}.checkpoint", file_name(&stem)));
    replace(disk, &path, &seal.to_bytes()).map_err(|error| Failure::disk("writing", &path, error))
}

/// The journal that an offer is recorded in, as it lies here.
fn held_journal(disk: &dyn Disk, ours: &Ledger, path: &Path, offer: &Offer) -> Arc<dyn Shelf> {
    let is_first = offer.stem == Path::new("logs").join(offer.log.as_str());
    match ours.copy.logs.get(&offer.log).filter(|_| is_first) {
        Some(bytes) => Arc::clone(&bytes.shelf),
        None => Arc::new(Journal::new(disk, path, "")),
    }
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
    Relation::Newer(common(&ours.tree, &theirs.tree).min(seal.size()))
}

fn offer(
    ours: &Ledger,
    theirs: &Audit,
    (at, strand): (usize, &Strand),
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
        added: 0..0,
        at,
        seal: None,
        sealed: None,
        stem,
    };
    let Some(seal) = publish::newest_seal(theirs, strand).cloned() else {
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
    fill(&mut offer, seal, from);
    offer
}

fn fill(offer: &mut Offer, seal: Checkpoint, from: u64) {
    offer.added = from.max(offer.before)..seal.size().max(from.max(offer.before));
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
    let Some(name) = publish::branch_name(held.iter().copied(), strand) else { return offer };
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
    let parted = held.first().map_or(0, |first| common(&first.tree, &strand.tree));
    fill(&mut offer, seal, parted);
    offer
}

/// What is said first about own seals that nothing here vouches for.
fn not_vouched(offer: &Offer, strand: &Strand, seal: &Checkpoint) -> String {
    let last = strand.size().min(seal.size()).checked_sub(1).and_then(|last| strand.entry(last));
    let dated = last.as_ref().and_then(|entry| entry.entry().said.as_ref());
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

/// Evidence that two copies together give: the branches of both, and every seal that
/// one of them met and the other may contradict.
pub fn side_by_side(charter: &Arc<Charter>, first: &Audit, second: &Audit, place: &str) -> Vec<Evidence> {
    let mut weave = Weave::new(charter);
    let strands: Vec<&Strand> = first.all_strands().chain(second.all_strands()).collect();
    for strand in &strands {
        weave.learn_key(strand);
    }
    let unreached = strands.iter().filter_map(|strand| strand.unreached.clone());
    for seal in unreached.chain(first.seals()).chain(second.seals()) {
        weave.add_seal(&seal, place);
    }
    weave.finish(&strands).evidence
}

/// Evidence from what is offered and from what is held, side by side.
fn new_evidence(ours: &Ledger, theirs: &Audit, charter: &Arc<Charter>) -> Vec<Evidence> {
    let side_by_side = side_by_side(charter, &ours.audit, theirs, "a checkpoint that is offered");
    let mut all: Vec<Evidence> = theirs.evidence.clone();
    all.extend(side_by_side);
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

/// Documents and notes that accepted entries name, and evidence of time over what is held
/// or offered, as far as they are not held here; and how much evidence is left.
fn new_named(ours: &Ledger, offered: &Copy, theirs: &Audit) -> (BTreeMap<String, Vec<u8>>, u64) {
    let wanted: BTreeSet<&String> = theirs.referred.iter().chain(&ours.audit.referred).collect();
    let is_held = |path: &str| ours.copy.named.contains_key(path);
    let notes = testimony::files(&[&offered.named, &ours.copy.named]);
    let travelling = testimony::travelling(&[&ours.audit, theirs], &notes, &wanted, &is_held);
    let new = offered.named.iter().filter(|(path, bytes)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        (wanted.contains(*path) || travelling.paths.contains(*path))
            && !is_held(path)
            && Hash::from_hex(name) == Some(Hash::of(bytes))
    });
    (new.map(|(path, bytes)| (path.clone(), bytes.clone())).collect(), travelling.beyond)
}
