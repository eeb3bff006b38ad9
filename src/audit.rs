//! Does it hold? All checks at once over what a copy holds, and the verdicts.
//!
//! The codes of exit are part of the format: whole 0, incomplete 3, damaged 4,
//! contradicted 5. Bytes that are absent make a copy incomplete, bytes that differ
//! make it damaged, and a log is contradicted by its own key's seals alone.

mod lookup;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::{Arc, OnceLock};

use crate::body::text::LARGEST_DOCUMENT;
use crate::charter::Charter;
use crate::checkpoint::Checkpoint;
pub use crate::copy::{Copy, LogBytes};
use crate::entry::{Head, Signed};
use crate::fault::{Code, Fault, Finding, Subject, Verdict};
use crate::gist::Gist;
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::merkle::Nodes;
use crate::names::LogId;
use crate::proof::{Evidence, Held};
use crate::reading::{self, Counted, Named, Progress, Reading};
use crate::received::{self, Around};
use crate::sealed::{self, Beside};
use crate::status::Effect;
use crate::strand::{Known, Strand};
use crate::table::Tables;
use crate::weave::{Claim, Weave, Woven};

/// What an earlier look at the same folder found, so that only what is new since then
/// need be raised through all ranks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Whether it is about this very copy. Then a log that is not as it was makes all
    /// of them be read anew: the heads that others name of it were looked for then.
    pub is_here: bool,
    /// The logs.
    pub logs: BTreeMap<LogId, Known>,
    /// Heads that entries named and that were not here.
    pub open: Vec<Claim>,
    /// The newest seal of each log that entries carried.
    pub newest: BTreeMap<LogId, Head>,
    /// Paths of the files in `notes/` and `docs/` that entries name.
    pub referred: BTreeSet<String>,
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
    /// What an earlier look found. Whoever verifies has none.
    pub earlier: Option<Earlier>,
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

/// Where entries are found by their hashes, if an index is at hand. What it says is
/// compared with the tree, so it can be late or wrong and does no harm.
pub trait Finder: Send + Sync {
    /// The places at which an entry with this hash may stand.
    fn places(&self, hash: &Hash) -> Vec<(LogId, u64)>;

    /// The receipts that a log gives of another on both sides of a place; nothing where
    /// that is not known of all its entries.
    fn receipts(&self, by: &Strand, of: &LogId, place: Around) -> Option<received::Beside>;

    /// What the first entries of a log come to, and how many these are.
    fn gist(&self, strand: &Strand) -> (Gist, u64);
}

/// Where an entry stands: which strand, its number, and the entry itself if it is an act.
type Stands = (usize, u64, Option<Arc<Signed>>);

/// A copy that has been looked at.
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
    /// The newest seal of each log that is held anywhere.
    pub newest: BTreeMap<LogId, Checkpoint>,
    /// Accepted entries.
    pub entries_checked: u64,
    /// What was counted.
    pub counted: Counted,
    /// Paths of files in `notes/` and `docs/` that accepted entries name: all that are
    /// here, and many of those that are not.
    pub referred: BTreeSet<String>,
    /// The folder's verdict: the worst.
    pub verdict: Verdict,
    /// An index, where one is at hand.
    pub finder: Option<Box<dyn Finder>>,
    /// Files in `docs/` that may hold the provisions of a text, by SHA-256.
    pub documents: BTreeMap<Hash, Vec<u8>>,
    effects: OnceLock<HashMap<Hash, Effect>>,
    woven: Woven,
    /// Where each accepted entry stands: the strand, counted over all, and its number.
    places: OnceLock<HashMap<Hash, (usize, u64)>>,
    /// What status needs of each strand.
    gists: OnceLock<Vec<Gist>>,
    agrees: OnceLock<bool>,
    known_places: OnceLock<HashMap<Hash, Stands>>,
}

impl std::fmt::Debug for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Audit({:?}, {:?})", self.verdict, self.findings)
    }
}

impl Audit {
    /// Looks at everything. An error is one of reading.
    pub fn of(copy: &Copy, expectation: &Expectation) -> io::Result<Self> {
        Self::watched(copy, expectation, &|_| {})
    }

    /// Looks at everything, and says how far it has come.
    pub fn watched(copy: &Copy, expectation: &Expectation, watch: &dyn Fn(Progress)) -> io::Result<Self> {
        let mut audit = Self::empty(copy.findings.clone());
        let Some(bytes) = &copy.charter else {
            let absent = Finding::of_copy(Code::BytesAbsent, "charter.json", "no charter is here");
            return Ok(audit.ending_with(absent));
        };
        let charter = match Charter::parse(bytes) {
            Ok(charter) => Arc::new(charter),
            Err(fault) => {
                let finding = Finding::of_copy(fault.code, "charter.json", fault.to_string());
                return Ok(audit.ending_with(finding));
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
                return Ok(audit.ending_with(Finding::of_copy(Code::OtherLedger, "charter.json", message)));
            }
        }
        let weave = audit.read_logs(&charter, copy, expectation.earlier.as_ref(), watch)?;
        audit.check_named(copy);
        audit.weave(&charter, weave, expectation.pins.as_ref());
        audit.check_faults(&charter, copy);
        audit.conclude();
        audit.broken()?;
        Ok(audit)
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
            newest: BTreeMap::new(),
            entries_checked: 0,
            counted: Counted::default(),
            referred: BTreeSet::new(),
            verdict: Verdict::Whole,
            finder: None,
            documents: BTreeMap::new(),
            effects: OnceLock::new(),
            woven: Woven::default(),
            places: OnceLock::new(),
            gists: OnceLock::new(),
            agrees: OnceLock::new(),
            known_places: OnceLock::new(),
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

    /// Every strand, those held first first.
    pub fn all_strands(&self) -> impl Iterator<Item = &Strand> {
        self.strands.values().chain(&self.branches)
    }

    /// An error of reading that happened since entries were asked for.
    pub fn broken(&self) -> io::Result<()> {
        self.all_strands().try_for_each(Strand::broken)
    }

    fn read_logs(
        &mut self,
        charter: &Arc<Charter>,
        copy: &Copy,
        earlier: Option<&Earlier>,
        watch: &dyn Fn(Progress),
    ) -> io::Result<Weave> {
        let logs = copy.logs.iter().chain(copy.branches.iter().map(|(log, bytes)| (log, bytes)));
        let (mut readings, mut sources) = (Vec::new(), Vec::new());
        let named = Arc::new(Named::of(copy.named.keys()));
        for (at, (log, bytes)) in logs.enumerate() {
            let known = earlier.and_then(|earlier| earlier.logs.get(log)).filter(|_| at < copy.logs.len());
            let claimed = bytes.claimed_size().unwrap_or(0);
            match Reading::new(charter, log, &bytes.shelf, known.cloned(), claimed, &named) {
                Ok(reading) => {
                    readings.push(reading);
                    sources.push((at, bytes));
                }
                Err(fault) => {
                    self.findings.extend(of_log(log, &bytes.findings));
                    self.findings.push(Finding::of_copy(fault.code, &bytes.place, fault.to_string()));
                }
            }
        }
        let (mut weave, tables) = (Weave::new(charter), Tables::new());
        reading::read_all(&mut readings, &mut weave, &tables, watch)?;
        if let Some(earlier) = earlier {
            let is_as_it_was = |log: &LogId| {
                readings.iter().any(|reading| reading.strand.log() == log && reading.is_known())
            };
            if earlier.is_here && !earlier.logs.keys().all(is_as_it_was) {
                return self.read_logs(charter, copy, None, watch);
            }
            weave.take(earlier.open.clone(), true, &tables);
            for (log, head) in &earlier.newest {
                weave.take_newest(log, head);
            }
            self.referred.extend(earlier.referred.iter().cloned());
        }
        for (reading, (at, bytes)) in readings.into_iter().zip(sources) {
            let strand = self.judge(charter, reading, bytes)?;
            if at < copy.logs.len() {
                self.strands.insert(strand.log().clone(), strand);
            } else {
                self.branches.push(strand);
            }
        }
        Ok(weave)
    }

    /// Takes a log that was read: what was found, and the seal over it.
    fn judge(&mut self, charter: &Charter, reading: Reading, bytes: &LogBytes) -> io::Result<Strand> {
        let found: Vec<_> = bytes.findings.iter().chain(&reading.finding).cloned().collect();
        let log = reading.strand.log().clone();
        self.findings.extend(of_log(&log, &found));
        self.counted.entries += reading.counted.entries;
        self.counted.known += reading.counted.known;
        self.counted.signatures += reading.counted.signatures;
        self.counted.links += reading.counted.links;
        self.referred.extend(reading.referred);
        let mut strand = reading.strand;
        strand.stem = bytes.place.trim_end_matches(".journal").to_string();
        self.entries_checked += strand.size();
        let beside = Beside { bytes, cut: !found.is_empty(), tiles: &reading.tiles };
        let findings = sealed::judge_seal(charter, &mut strand, &beside)?;
        self.findings.extend(findings);
        if strand.seals_bad_entry() {
            self.report_bad_entry(&strand);
        }
        Ok(strand)
    }

    fn report_bad_entry(&mut self, strand: &Strand) {
        let (Some(seal), Some(reason)) = (&strand.seal, &strand.stop) else { return };
        let held = Held { strand, seal };
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

    fn weave(&mut self, charter: &Charter, mut weave: Weave, pins: Option<&Pins>) {
        for strand in self.all_strands() {
            if let Some(seal) = &strand.unreached {
                weave.add_seal(seal, &format!("the checkpoint of {}", strand.log()));
            }
        }
        let mut older = Vec::new();
        for (log, head) in pins.into_iter().flatten() {
            let held = self.branches_of(log).map(Strand::sealed).max().unwrap_or(0);
            if held < head.size {
                let message = format!("the pins hold {} entries of {log}; {held} are here", head.size);
                older.push(Finding::of_log(log, Code::OlderThanPins, "pins", message));
            }
            let key = charter.log_key(log).or_else(|| self.branches_of(log).find_map(|s| s.chain.log_key()));
            match key.map(|key| Checkpoint::rebuild(head, &charter.id(), log, key)) {
                Some(Ok(seal)) => weave.add_seal(&seal, "the pins"),
                Some(Err(fault)) => {
                    let message = format!("the pin of {log}: {}", fault.detail);
                    older.push(Finding::of_copy(Code::CheckpointSignature, "pins", message));
                }
                None => {}
            }
        }
        let strands: Vec<&Strand> = self.all_strands().collect();
        let mut woven = weave.finish(&strands);
        self.counted.signatures += woven.seals;
        self.findings.extend(older);
        self.findings.append(&mut woven.findings);
        self.evidence.append(&mut woven.evidence);
        self.newest.clone_from(&woven.newest);
        self.woven = woven;
    }

    /// Whether an entry names a head that is not here, under the seal of its log.
    pub fn is_pending(&self, signed: &Signed) -> bool {
        signed.entry().seen.iter().any(|(log, head)| {
            let sealer = self.woven.sealers.get(log);
            !self.branches_of(log).any(|strand| strand.reaches(head))
                && sealer.is_some_and(|sealer| sealer.rebuild(head).is_ok())
        })
    }

    /// Takes a newer seal of a log, which was written beside it since it was read and
    /// which its bytes reach.
    pub fn take_seal(&mut self, seal: Checkpoint) {
        let log = seal.log().clone();
        let Some(strand) = self.strands.get_mut(&log).filter(|strand| strand.reaches(seal.head())) else {
            return;
        };
        let size = strand.tree.size();
        if seal.size() == size {
            self.findings
                .retain(|found| (&found.subject, found.code) != (&Subject::Log(log.clone()), Code::Unsealed));
        }
        self.newest.insert(log, seal.clone());
        strand.seal = Some(seal);
        self.conclude();
    }

    /// What a later look at the same folder may take as known: nothing, where anything
    /// was found but heads and seals that are absent.
    pub fn known(&self) -> Option<Earlier> {
        let plain = self.verdict <= Verdict::Incomplete && self.branches.is_empty();
        let whole = self.strands.values().all(|strand| strand.stop.is_none() && strand.unreached.is_none());
        if !plain || !whole {
            return None;
        }
        let known = |(log, strand): (&LogId, &Strand)| Some((log.clone(), strand.known()?));
        let newest = self.woven.newest.clone();
        Some(Earlier {
            is_here: true,
            logs: self.strands.iter().filter_map(known).collect(),
            open: self.woven.open_claims()?,
            newest: newest.into_iter().map(|(log, seal)| (log, seal.head().clone())).collect(),
            referred: self.referred.clone(),
        })
    }

    /// Seals met here that a comparison with another copy needs: of heads that are not
    /// here, and the newest of each log.
    pub fn seals(&self) -> Vec<Checkpoint> {
        self.woven.newest.values().cloned().chain(self.woven.open_seals()).collect()
    }

    fn check_named(&mut self, copy: &Copy) {
        for (path, bytes) in &copy.named {
            let name = path.rsplit('/').next().unwrap_or_default();
            if Hash::from_hex(name) != Some(Hash::of(bytes)) {
                let message = "the name is not the SHA-256 of the bytes";
                self.findings.push(Finding::of_copy(Code::Digest, path, message));
            } else if path.starts_with("docs/") && bytes.starts_with(b"[{") && bytes.len() <= LARGEST_DOCUMENT
            {
                self.documents.insert(Hash::of(bytes), bytes.clone());
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
        let mut names: BTreeSet<&LogId> = self.strands.keys().collect();
        for finding in &self.findings {
            if let Subject::Log(log) = &finding.subject {
                names.insert(log);
            }
        }
        let mut worst: BTreeMap<&LogId, Verdict> = BTreeMap::new();
        for finding in &self.findings {
            if let Subject::Log(log) = &finding.subject {
                let verdict = worst.entry(log).or_insert(Verdict::Whole);
                *verdict = finding.code.verdict().max(*verdict);
            }
        }
        let verdict = |log| worst.get(log).copied().unwrap_or(Verdict::Whole);
        let logs: Vec<LogReport> = names.into_iter().map(|log| self.report(log, verdict(log))).collect();
        self.logs = logs;
        let worst = self.findings.iter().map(|finding| finding.code.verdict()).max();
        self.verdict = worst.unwrap_or(Verdict::Whole);
    }

    fn report(&self, log: &LogId, verdict: Verdict) -> LogReport {
        let strand = self.strands.get(log);
        LogReport {
            log: log.clone(),
            size: strand.map_or(0, Strand::size),
            sealed: strand.map_or(0, Strand::sealed),
            head: strand.and_then(|strand| strand.chain.last()),
            root: strand.and_then(|strand| strand.chain.root()),
            verdict,
        }
    }

    /// Where the accepted entry with this hash stands, on any branch.
    pub fn place(&self, hash: &Hash) -> Option<(&LogId, u64)> {
        if let Some((strand, seq, _)) = self.known_place(hash) {
            return Some((self.all_strands().nth(*strand)?.log(), *seq));
        }
        self.entry(hash).map(|(strand, signed)| (strand.log(), signed.entry().seq))
    }

    /// Where an act or an entry that gives a receipt stands, if they were read; and the
    /// act.
    fn known_place(&self, hash: &Hash) -> Option<&Stands> {
        let gists = self.gists.get()?;
        let known = self.known_places.get_or_init(|| {
            let mut known = HashMap::new();
            for (strand, gist) in gists.iter().enumerate() {
                for act in &gist.acts {
                    let place = (strand, act.entry().seq, Some(Arc::clone(act)));
                    known.entry(act.hash()).or_insert(place);
                }
                for (_, receipt) in gist.receipts.iter() {
                    known.entry(receipt.by).or_insert((strand, receipt.seq, None));
                }
            }
            known
        });
        known.get(hash)
    }

    /// The log key of a log, as the charter names it, else as its own entries do.
    pub fn log_key(&self, log: &LogId) -> Option<PublicKey> {
        let named = self.charter.as_ref().and_then(|charter| charter.log_key(log).copied());
        named.or_else(|| self.branches_of(log).find_map(|strand| strand.chain.log_key().copied()))
    }

    /// The accepted entry with this hash, on any branch.
    pub fn entry(&self, hash: &Hash) -> Option<(&Strand, Arc<Signed>)> {
        if let Some((strand, _, Some(act))) = self.known_place(hash) {
            return Some((self.all_strands().nth(*strand)?, Arc::clone(act)));
        }
        let indexed = self.finder.iter().flat_map(|finder| finder.places(hash));
        for (log, seq) in indexed {
            let strand = self.strands.get(&log).filter(|strand| strand.tree.leaf(seq) == Some(*hash));
            if let Some((strand, signed)) = strand.and_then(|strand| Some((strand, strand.entry(seq)?))) {
                return Some((strand, signed));
            }
        }
        let (strand, seq) = self.places().get(hash)?;
        let strand = self.all_strands().nth(*strand)?;
        Some((strand, strand.entry(*seq)?))
    }

    /// Where every accepted entry stands; made when it is first asked for.
    fn places(&self) -> &HashMap<Hash, (usize, u64)> {
        self.places.get_or_init(|| {
            let mut places = HashMap::new();
            for (at, strand) in self.all_strands().enumerate() {
                for seq in 0..strand.size() {
                    if let Some(leaf) = strand.tree.leaf(seq) {
                        places.entry(leaf).or_insert((at, seq));
                    }
                }
            }
            places
        })
    }
}

fn of_log(log: &LogId, found: &[(Code, String, String)]) -> impl Iterator<Item = Finding> {
    found.iter().map(move |(code, place, message)| Finding::of_log(log, *code, place, message))
}
