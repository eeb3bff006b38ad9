//! Does it hold? All checks at once over what a copy holds, and the verdicts.
//!
//! The codes of exit are part of the format: whole 0, incomplete 3, damaged 4,
//! contradicted 5. Bytes that are absent make a copy incomplete, bytes that differ
//! make it damaged, and a log is contradicted by its own key's seals alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::charter::Charter;
use crate::checkpoint::Checkpoint;
use crate::entry::{Head, Signed};
use crate::fault::{Code, Fault, Finding, Subject, Verdict};
use crate::hash::Hash;
use crate::names::LogId;
use crate::proof::Evidence;
use crate::tile::{self, TileId};
use crate::weave::{Strand, Weave, Woven};

/// The bytes of one log in a copy.
#[derive(Clone, Debug, Default)]
pub struct LogBytes {
    /// Where it lies, for messages.
    pub place: String,
    /// The entries, as far as they could be cut apart.
    pub notes: Vec<Vec<u8>>,
    /// The checkpoint file.
    pub checkpoint: Option<Vec<u8>>,
    /// The hash tiles, where the layout has them.
    pub tiles: Option<BTreeMap<TileId, Vec<u8>>>,
    /// What was found while the files were read.
    pub findings: Vec<(Code, String, String)>,
}

/// Everything that a copy holds, as bytes.
#[derive(Clone, Debug, Default)]
pub struct Copy {
    /// The charter file.
    pub charter: Option<Vec<u8>>,
    /// The logs, by the names of their folders or journals.
    pub logs: BTreeMap<LogId, LogBytes>,
    /// Further branches of split logs.
    pub branches: Vec<(LogId, LogBytes)>,
    /// Files in `faults/`, by name.
    pub faults: BTreeMap<String, Vec<u8>>,
    /// Files in `notes/` and `docs/`, by path.
    pub named: BTreeMap<String, Vec<u8>>,
    /// What was found while the files were read.
    pub findings: Vec<Finding>,
}

/// Heads of an earlier look, by log.
pub type Pins = BTreeMap<LogId, Head>;

/// What the reader knows beforehand.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// The ledger, or the first bytes of its id, that the reader compared.
    pub ledger: Option<Vec<u8>>,
    /// Heads seen before.
    pub pins: Option<Pins>,
}

/// One log's line in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogReport {
    /// The log.
    pub log: LogId,
    /// Accepted entries.
    pub size: u64,
    /// Entries under the newest seal.
    pub sealed: u64,
    /// Hash of the last accepted entry.
    pub head: Option<Hash>,
    /// Root over the accepted entries.
    pub root: Option<Hash>,
    /// Its verdict.
    pub verdict: Verdict,
}

/// A copy that has been looked at.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The charter, if it has its form.
    pub charter: Option<Arc<Charter>>,
    /// Whether the reader named this ledger.
    pub pinned: bool,
    /// The strand of each log; the branch held first where it is split.
    pub strands: BTreeMap<LogId, Strand>,
    /// Other branches.
    pub branches: Vec<Strand>,
    /// One line for each log that is here or named.
    pub logs: Vec<LogReport>,
    /// All findings.
    pub findings: Vec<Finding>,
    /// Evidence for the findings that name a log key.
    pub evidence: Vec<Evidence>,
    /// Entries that name heads which are not here.
    pub pending: BTreeSet<Hash>,
    /// The newest seal of each log that is held anywhere.
    pub newest: BTreeMap<LogId, Checkpoint>,
    /// Signatures that were checked.
    pub entries_checked: u64,
    /// The folder's verdict: the worst.
    pub verdict: Verdict,
    /// Where each accepted entry stands: the strand, counted over all, and its number.
    places: BTreeMap<Hash, (usize, usize)>,
}

impl Audit {
    /// Looks at everything.
    pub fn of(copy: &Copy, expectation: &Expectation) -> Self {
        let mut audit = Self::empty(copy.findings.clone());
        let Some(bytes) = &copy.charter else {
            let absent = Finding::of_copy(Code::BytesAbsent, "charter.json", "no charter is here");
            return audit.ending_with(absent);
        };
        let charter = match Charter::parse(bytes) {
            Ok(charter) => Arc::new(charter),
            Err(fault) => {
                let finding = Finding::of_copy(fault.code, "charter.json", fault.to_string());
                return audit.ending_with(finding);
            }
        };
        audit.charter = Some(Arc::clone(&charter));
        match &expectation.ledger {
            None => audit.findings.push(Finding::of_copy(
                Code::NotPinned,
                "charter.json",
                "the ledger was not named by the reader; anybody can make one",
            )),
            Some(named) if charter.id().bytes().starts_with(named) => audit.pinned = true,
            Some(named) => {
                let message = format!("this is {}, not {}", charter.id(), hex::encode(named));
                return audit.ending_with(Finding::of_copy(Code::OtherLedger, "charter.json", message));
            }
        }
        audit.read_logs(&charter, copy);
        audit.check_named(copy);
        audit.weave(&charter, expectation.pins.as_ref());
        audit.check_faults(&charter, copy);
        audit.conclude();
        audit
    }

    fn empty(findings: Vec<Finding>) -> Self {
        Self {
            charter: None,
            pinned: false,
            strands: BTreeMap::new(),
            branches: Vec::new(),
            logs: Vec::new(),
            findings,
            evidence: Vec::new(),
            pending: BTreeSet::new(),
            newest: BTreeMap::new(),
            entries_checked: 0,
            verdict: Verdict::Whole,
            places: BTreeMap::new(),
        }
    }

    fn ending_with(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self.conclude();
        self
    }

    /// Every branch of a log, the one held first first.
    pub fn branches_of(&self, log: &LogId) -> impl Iterator<Item = &Strand> {
        self.strands.get(log).into_iter().chain(self.branches.iter().filter(move |s| s.log() == log))
    }

    fn read_logs(&mut self, charter: &Arc<Charter>, copy: &Copy) {
        for (log, bytes) in &copy.logs {
            if let Some(strand) = self.read_log(charter, log, bytes) {
                self.strands.insert(log.clone(), strand);
            }
        }
        for (log, bytes) in &copy.branches {
            if let Some(strand) = self.read_log(charter, log, bytes) {
                self.branches.push(strand);
            }
        }
    }

    fn read_log(&mut self, charter: &Arc<Charter>, log: &LogId, bytes: &LogBytes) -> Option<Strand> {
        for (code, place, message) in &bytes.findings {
            self.findings.push(Finding::of_log(log, *code, place, message));
        }
        let mut strand = match Strand::read(charter, log, &bytes.notes) {
            Ok(strand) => strand,
            Err(fault) => {
                self.findings.push(Finding::of_copy(fault.code, &bytes.place, fault.to_string()));
                return None;
            }
        };
        strand.stem = bytes.place.trim_end_matches(".journal").to_string();
        self.entries_checked += strand.size();
        let findings = judge_seal(charter, &mut strand, bytes);
        self.findings.extend(findings);
        if strand.seals_bad_entry() {
            self.report_bad_entry(&strand);
        }
        Some(strand)
    }

    fn report_bad_entry(&mut self, strand: &Strand) {
        let (Some(held), Some(reason)) = (strand.held(), &strand.stop) else { return };
        let place = format!("{}/{}", strand.log(), strand.size());
        let message = format!(
            "a seal of {} entries covers bytes that the chain does not take: {reason}; the entries before stand",
            strand.sealed()
        );
        let mut finding = Finding::of_log(strand.log(), Code::BadEntry, place, message);
        finding.reason = Some(reason.code);
        self.findings.push(finding);
        // What cannot be written as a file that stands is not offered as one.
        self.evidence.extend(Evidence::bad_entry(held, reason).filter(Evidence::stands));
    }

    fn weave(&mut self, charter: &Charter, pins: Option<&Pins>) {
        let mut weave = Weave::new(charter);
        for strand in self.strands.values().chain(&self.branches) {
            weave.add(strand);
        }
        for strand in self.strands.values().chain(&self.branches) {
            if let Some(seal) = &strand.unreached {
                weave.add_seal(seal.clone(), &format!("the checkpoint of {}", strand.log()));
            }
        }
        let mut older = Vec::new();
        for (log, head) in pins.into_iter().flatten() {
            let held = self.branches_of(log).map(Strand::sealed).max().unwrap_or(0);
            if held < head.size {
                let message = format!("the pins hold {} entries of {log}; {held} are here", head.size);
                older.push(Finding::of_log(log, Code::OlderThanPins, "pins", message));
            }
            let key = weave.log_key(log);
            match key.map(|key| Checkpoint::rebuild(head, &charter.id(), log, &key)) {
                Some(Ok(seal)) => weave.add_seal(seal, "the pins"),
                Some(Err(fault)) => {
                    let message = format!("the pin of {log}: {}", fault.detail);
                    older.push(Finding::of_copy(Code::CheckpointSignature, "pins", message));
                }
                None => {}
            }
        }
        let Woven { findings, evidence, pending, newest, .. } = weave.finish();
        self.findings.extend(older);
        self.findings.extend(findings);
        self.evidence.extend(evidence);
        (self.pending, self.newest) = (pending, newest);
    }

    fn check_named(&mut self, copy: &Copy) {
        for (path, bytes) in &copy.named {
            let name = path.rsplit('/').next().unwrap_or_default();
            if Hash::from_hex(name) != Some(Hash::of(bytes)) {
                let message = "the name is not the SHA-256 of the bytes";
                self.findings.push(Finding::of_copy(Code::Digest, path, message));
            }
        }
    }

    fn check_faults(&mut self, charter: &Charter, copy: &Copy) {
        for (name, bytes) in &copy.faults {
            let place = format!("faults/{name}");
            let shown = if Hash::from_hex(name) == Some(Hash::of(bytes)) {
                Evidence::parse(bytes).and_then(|evidence| {
                    // Evidence about another ledger is not looked into.
                    if evidence.charter != charter.bytes() {
                        return Err(Fault::new(Code::OtherLedger, "evidence about another ledger"));
                    }
                    evidence.verify().map(|_| evidence)
                })
            } else {
                Err(Fault::new(Code::Digest, "the name is not the SHA-256 of the bytes"))
            };
            match shown {
                Ok(evidence) => self.take_evidence(&place, evidence),
                Err(fault) => {
                    let code = if fault.code == Code::OtherLedger { fault.code } else { Code::Digest };
                    self.findings.push(Finding::of_copy(code, place, fault.detail));
                }
            }
        }
    }

    fn take_evidence(&mut self, place: &str, evidence: Evidence) {
        let known = self.evidence.contains(&evidence);
        if !known && evidence.code != Code::Unsealed {
            let message = format!("this file shows it: {}", evidence.code.says());
            let mut finding = Finding::of_log(&evidence.log, evidence.code, place, message);
            finding.reason = evidence.reason;
            self.findings.push(finding);
            self.evidence.push(evidence);
        }
    }

    fn conclude(&mut self) {
        self.findings.sort_by(|a, b| b.code.verdict().cmp(&a.code.verdict()).then_with(|| a.cmp(b)));
        self.findings.dedup();
        for (at, strand) in self.strands.values().chain(&self.branches).enumerate() {
            for (seq, signed) in strand.entries.iter().enumerate() {
                self.places.entry(signed.hash()).or_insert((at, seq));
            }
        }
        let mut names: BTreeSet<&LogId> = self.strands.keys().collect();
        for finding in &self.findings {
            if let Subject::Log(log) = &finding.subject {
                names.insert(log);
            }
        }
        let logs: Vec<LogReport> = names.into_iter().map(|log| self.report(log)).collect();
        self.logs = logs;
        let worst = self.findings.iter().map(|finding| finding.code.verdict()).max();
        self.verdict = worst.unwrap_or(Verdict::Whole);
    }

    fn report(&self, log: &LogId) -> LogReport {
        let strand = self.strands.get(log);
        let own = self.findings.iter().filter(|f| f.subject == Subject::Log(log.clone()));
        LogReport {
            log: log.clone(),
            size: strand.map_or(0, Strand::size),
            sealed: strand.map_or(0, Strand::sealed),
            head: strand.and_then(|strand| strand.chain.last()),
            root: strand.and_then(|strand| strand.chain.tree().root()),
            verdict: own.map(|f| f.code.verdict()).max().unwrap_or(Verdict::Whole),
        }
    }

    /// The accepted entry with this hash, on any branch.
    pub fn entry(&self, hash: &Hash) -> Option<(&Strand, &Signed)> {
        let (strand, seq) = self.places.get(hash)?;
        let strand = self.strands.values().chain(&self.branches).nth(*strand)?;
        Some((strand, strand.entries.get(*seq)?))
    }
}

/// Compares a strand with its checkpoint file and tiles; what agrees becomes the
/// strand's seal.
fn judge_seal(charter: &Charter, strand: &mut Strand, bytes: &LogBytes) -> Vec<Finding> {
    let log = strand.log().clone();
    let checkpoint_place = format!("{}: checkpoint", bytes.place);
    let find = |code, place: &str, message: String| Finding::of_log(&log, code, place, message);
    let mut findings = Vec::new();
    let Some(key) = strand.chain.log_key().copied() else {
        let (code, detail) = match &strand.stop {
            Some(fault) => (fault.code, fault.to_string()),
            None => (Code::BytesAbsent, "entry 0, which names the log key, is not here".to_owned()),
        };
        return vec![find(code, &bytes.place, detail)];
    };
    match &bytes.checkpoint {
        None if bytes.notes.is_empty() && bytes.tiles.is_none() => {}
        None => {
            let unsealed = bytes.tiles.is_none() && strand.stop.is_none();
            let code = if unsealed { Code::Unsealed } else { Code::BytesAbsent };
            findings.push(find(code, &checkpoint_place, "no checkpoint is here".to_owned()));
        }
        Some(file) => match Checkpoint::parse(file, &charter.id(), &log, &key) {
            Err(fault) => findings.push(find(fault.code, &checkpoint_place, fault.to_string())),
            Ok(seal) => findings.extend(judge_root(strand, seal, bytes)),
        },
    }
    if strand.seal.is_none()
        && let Some(fault) = &strand.stop
    {
        // Without a seal over them the bytes are this copy's affair.
        let place = format!("{log}/{}", strand.size());
        if findings.is_empty() {
            findings.push(find(fault.code, &place, format!("in this copy: {fault}")));
        }
    }
    if strand.seal.is_some() && strand.tree.size() > strand.sealed() {
        let (from, to) = (strand.sealed(), strand.tree.size());
        let place = format!("{log}/{from}");
        let message = format!("{} entries from {from} on are under no seal", to - from);
        findings.push(find(Code::Unsealed, &place, message));
        if let Some(fault) = strand.stop.as_ref().filter(|_| !strand.seals_bad_entry()) {
            let place = format!("{log}/{}", strand.size());
            findings.push(find(fault.code, &place, format!("in this copy: {fault}")));
        }
    }
    findings
}

fn judge_root(strand: &mut Strand, seal: Checkpoint, bytes: &LogBytes) -> Vec<Finding> {
    let log = strand.log().clone();
    let find = |code, place: &str, message: String| Finding::of_log(&log, code, place, message);
    let mut findings = Vec::new();
    if strand.tree.size() < seal.size() {
        // Where bytes are missing the reader of the files has said which.
        if bytes.findings.is_empty() {
            let message = format!("{} entries are here, {} are sealed", strand.tree.size(), seal.size());
            findings.push(find(Code::BytesAbsent, &bytes.place, message));
        }
        strand.unreached = Some(seal);
        return findings;
    }
    if strand.tree.root_at(seal.size()) == Some(seal.root()) {
        findings.extend(judge_tiles(strand, &seal, bytes));
        strand.seal = Some(seal);
        return findings;
    }
    let places = differing(strand, &seal, bytes);
    strand.unreached = Some(seal.clone());
    if places.is_empty() {
        let message = format!("the root of {} entries of this copy is not the one sealed", seal.size());
        findings.push(find(Code::Bundle, &bytes.place, message));
    }
    for index in places.into_iter().take(8) {
        let message = format!("the bytes of entry {index} in this copy are not the ones under the seal");
        findings.push(find(Code::Bundle, &format!("{log}/{index}"), message));
    }
    findings
}

/// Which entries differ, where the hash tiles of the copy agree with the seal.
fn differing(strand: &Strand, seal: &Checkpoint, bytes: &LogBytes) -> Vec<u64> {
    let Some(tiles) = &bytes.tiles else { return Vec::new() };
    let leaves: Option<Vec<Hash>> = tile::tiles(seal.size())
        .iter()
        .filter(|id| id.level == Some(0))
        .map(|id| tiles.get(id).and_then(|bytes| tile::parse_hashes(bytes)))
        .collect::<Option<Vec<_>>>()
        .map(|rows| rows.concat());
    let Some(leaves) = leaves else { return Vec::new() };
    let sealed = crate::merkle::Tree::of(leaves.iter().copied());
    if sealed.root_at(seal.size()) != Some(seal.root()) {
        return Vec::new();
    }
    (0..seal.size()).filter(|index| sealed.leaf(*index) != strand.tree.leaf(*index)).collect()
}

fn judge_tiles(strand: &Strand, seal: &Checkpoint, bytes: &LogBytes) -> Vec<Finding> {
    let Some(tiles) = &bytes.tiles else { return Vec::new() };
    let mut findings = Vec::new();
    for id in tile::tiles(seal.size()) {
        let place = format!("{}/{}", bytes.place, id.path());
        match tiles.get(&id) {
            None => findings.push(Finding::of_log(
                strand.log(),
                Code::BytesAbsent,
                place,
                "a hash tile that the seal needs is not here",
            )),
            Some(bytes) if tile::hashes(&strand.tree, &id).as_ref() != Some(bytes) => {
                findings.push(Finding::of_log(
                    strand.log(),
                    Code::Tile,
                    place,
                    "the hashes in this tile are not those of the sealed entries",
                ));
            }
            Some(_) => {}
        }
    }
    findings
}
