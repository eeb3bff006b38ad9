//! Whether an excerpt holds, and holds what belongs to it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::audit::{Audit, Copy, Expectation, LogBytes};
use crate::body::membership::VolumeJoin;
use crate::charter::Charter;
use crate::checkpoint::Checkpoint;
use crate::context::{self, Shown};
use crate::entry::Signed;
use crate::fault::{Code, Fault, Finding, Subject, Verdict};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::names::LogId;
use crate::precedence::{Included, shown_keys, verify_at_place};
use crate::proof::Evidence;
use crate::shelf;
use crate::strand::{Strand, sets_keys};
use crate::tlog_proof;

use super::{Carried, Excerpt, Log, NEVER_ALONE};

/// An excerpt that has been looked at.
#[derive(Debug)]
pub struct Opened {
    /// The excerpt.
    pub excerpt: Excerpt,
    /// The charter, if it has its form.
    pub charter: Option<Arc<Charter>>,
    /// Whether the reader named this ledger.
    pub pinned: bool,
    /// The entries in it that hold, by log and number.
    pub entries: Vec<Arc<Signed>>,
    /// How many entries of each log the seals in it are over.
    pub sealed: BTreeMap<LogId, u64>,
    /// The numbers under these seals that are not in it.
    pub left_out: Vec<(LogId, Range<u64>)>,
    /// All findings, the worst first.
    pub findings: Vec<Finding>,
    /// The worst.
    pub verdict: Verdict,
    audit: Option<Audit>,
    held: BTreeSet<Hash>,
    seals: Vec<Checkpoint>,
}

impl Excerpt {
    /// Looks at everything in it, for a reader who knows this beforehand.
    pub fn open(self, expectation: &Expectation) -> Opened {
        let mut opened = Opened {
            excerpt: self,
            charter: None,
            pinned: false,
            entries: Vec::new(),
            sealed: BTreeMap::new(),
            left_out: Vec::new(),
            findings: Vec::new(),
            verdict: Verdict::Whole,
            audit: None,
            held: BTreeSet::new(),
            seals: Vec::new(),
        };
        opened.look(expectation);
        opened.conclude();
        opened
    }

    /// As a copy in memory, of a whole excerpt.
    fn copy(&self, logs: &[Log]) -> Copy {
        let mut copy = Copy {
            charter: Some(self.charter.clone()),
            named: self.files.clone(),
            faults: self.faults.iter().map(|bytes| (Hash::of(bytes).to_string(), bytes.clone())).collect(),
            ..Copy::default()
        };
        for log in logs {
            let notes = log.entries.iter().map(|one| one.bytes.clone()).collect();
            let bytes = LogBytes {
                place: format!("logs/{}", log.log),
                shelf: Arc::new(shelf::Held { notes, tiles: None }),
                checkpoint: Some(log.checkpoint.clone().into_bytes()),
                ..LogBytes::default()
            };
            if copy.logs.contains_key(&log.log) {
                copy.branches.push((log.log.clone(), bytes));
            } else {
                copy.logs.insert(log.log.clone(), bytes);
            }
        }
        copy
    }
}

impl Shown for Opened {
    fn entry(&self, hash: &Hash) -> Option<Arc<Signed>> {
        self.entries.iter().find(|signed| signed.hash() == *hash).cloned()
    }

    fn document(&self, hash: &Hash) -> Option<&[u8]> {
        self.excerpt.files.get(&format!("docs/{hash}")).map(Vec::as_slice)
    }
}

impl Opened {
    /// The audit of a whole excerpt: what a snapshot with these entries would give.
    pub fn audit(&self) -> Option<&Audit> {
        self.audit.as_ref()
    }

    fn find(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn lack(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.find(Finding::of_copy(Code::ExcerptLacks, place, what));
    }

    fn conclude(&mut self) {
        self.findings.sort_by(|a, b| b.code.verdict().cmp(&a.code.verdict()).then_with(|| a.cmp(b)));
        self.findings.dedup();
        self.verdict = self.findings.first().map_or(Verdict::Whole, |worst| worst.code.verdict());
    }

    fn look(&mut self, expectation: &Expectation) {
        let excerpt = self.excerpt.clone();
        if let Carried::Whole(logs) = &excerpt.carried {
            self.look_at_whole(&excerpt, logs, expectation);
            return;
        }
        let charter = match Charter::parse(&excerpt.charter) {
            Ok(charter) => Arc::new(charter),
            Err(fault) => return self.find(Finding::of_copy(fault.code, "charter", fault.detail)),
        };
        self.charter = Some(Arc::clone(&charter));
        match &expectation.ledger {
            None => {
                let message = "the ledger was not named by the reader; anybody can make one";
                self.find(Finding::of_copy(Code::NotPinned, "charter", message));
            }
            Some(named) if charter.id().bytes().starts_with(named) => self.pinned = true,
            Some(_) => {
                let message = format!("this is about {}", charter.id());
                return self.find(Finding::of_copy(Code::OtherLedger, "charter", message));
            }
        }
        match &excerpt.carried {
            Carried::Entry { note, keys, proof } => {
                if let Err(fault) = self.look_at_entry(&charter, note, keys, proof) {
                    self.find(Finding::of_copy(fault.code, "entry", fault.to_string()));
                }
            }
            Carried::Part(logs) => self.look_at_part(&charter, logs),
            Carried::Whole(_) => {}
        }
        self.look_at_faults(&charter, &excerpt);
    }

    fn look_at_whole(&mut self, excerpt: &Excerpt, logs: &[Log], expectation: &Expectation) {
        let audit = match Audit::of(&excerpt.copy(logs), expectation) {
            Ok(audit) => audit,
            Err(error) => return self.find(Finding::of_copy(Code::Digest, "logs", error.to_string())),
        };
        (self.charter, self.pinned) = (audit.charter.clone(), audit.pinned);
        self.findings.extend(audit.findings.iter().cloned());
        self.entries = audit.all_strands().flat_map(Strand::entries).collect();
        self.sealed = audit.strands.iter().map(|(log, strand)| (log.clone(), strand.sealed())).collect();
        for log in logs {
            let held: BTreeSet<u64> = log
                .entries
                .iter()
                .filter_map(|one| Some(Signed::parse(&one.bytes).ok()?.entry().seq))
                .collect();
            let claimed = log.checkpoint.lines().nth(1).and_then(|size| size.parse().ok()).unwrap_or(0);
            let absent = absent(&held, claimed);
            if u64::try_from(log.entries.len()).is_ok_and(|length| length < claimed) {
                let numbers = absent.iter().map(numbers).collect::<Vec<_>>().join(", ");
                let place = format!("{}/{}", log.log, absent.first().map_or(0, |range| range.start));
                self.lack(place, format!("not in this file and under the seal in it: {} {numbers}", log.log));
            }
        }
        for found in &audit.findings {
            if let (Code::HeadAbsent, Subject::Log(log)) = (found.code, &found.subject) {
                let held = audit.branches_of(log).map(Strand::size).max().unwrap_or(0);
                self.lack(
                    format!("{log}/{held}"),
                    format!("not in this file: {log} from {held} on; {}", found.message),
                );
            }
        }
        let refused = audit.findings.iter().any(|one| {
            matches!(one.code, Code::CharterForm | Code::OtherLedger | Code::BytesAbsent)
                && one.subject == Subject::Copy
        });
        self.audit = Some(audit);
        if !refused {
            self.look_at_context();
        }
    }

    /// That what it is about is in it, and what that needs beside it.
    fn look_at_context(&mut self) {
        let of = self.excerpt.of.clone();
        for (place, what) in context::lacking(self, &of) {
            self.lack(place, what);
        }
    }

    fn look_at_entry(
        &mut self,
        charter: &Arc<Charter>,
        note: &[u8],
        keys: &[Included],
        proof: &str,
    ) -> Result<(), Fault> {
        let signed = Signed::parse(note)?;
        let log_key = verify_at_place(charter, &signed, &shown_keys(&signed, keys)?)?;
        let log = signed.entry().author.clone();
        let seal = tlog_proof::verify(proof, note, &charter.id(), &log, &log_key)?;
        let of = &self.excerpt.of;
        if of.entry != signed.hash() || of.provision.is_some() {
            return Err(Fault::new(Code::Digest, "the entry that the file is about"));
        }
        if NEVER_ALONE.contains(&signed.entry().kind.as_str()) {
            self.lack(signed.cite(), format!("what was said of {}, which stands with it", signed.cite()));
        }
        self.sealed.insert(log, seal.size());
        self.entries.push(Arc::new(signed));
        Ok(())
    }

    fn look_at_part(&mut self, charter: &Arc<Charter>, logs: &[Log]) {
        for log in logs {
            match part_of(charter, log) {
                Ok((entries, seal)) => {
                    self.held.extend(entries.iter().map(|signed| signed.hash()));
                    let held = entries.iter().map(|signed| signed.entry().seq).collect();
                    for range in absent(&held, seal.size()) {
                        let message = format!("not in this file: {} {}", log.log, numbers(&range));
                        let place = format!("{}/{}", log.log, range.start);
                        self.find(Finding::of_log(&log.log, Code::BytesAbsent, place, message));
                        self.left_out.push((log.log.clone(), range));
                    }
                    let sealed = self.sealed.entry(log.log.clone()).or_default();
                    *sealed = seal.size().max(*sealed);
                    self.seals.push(seal);
                    self.entries.extend(entries);
                }
                Err(fault) => {
                    let place = format!("logs/{}", log.log);
                    self.find(Finding::of_log(&log.log, fault.code, place, fault.to_string()));
                }
            }
        }
        let mut lacks = Vec::new();
        for signed in &self.entries {
            for one in context::named(signed.entry()).into_iter().filter(|one| one.is_entry) {
                if !self.held.contains(&one.entry) {
                    lacks.push((signed.cite(), format!("{}, which {} refers to", one.entry, signed.cite())));
                }
            }
        }
        for (place, what) in lacks {
            self.lack(place, what);
        }
        self.look_at_context();
    }

    fn look_at_faults(&mut self, charter: &Charter, excerpt: &Excerpt) {
        for bytes in &excerpt.faults {
            let shown = Evidence::parse(bytes).and_then(|one| one.verify().map(|of| (of, one)));
            match shown {
                Ok((of, one)) if of.id() == charter.id() => {
                    let message = format!("this file shows it: {}", one.code.says());
                    let mut finding = Finding::of_log(&one.log, one.code, "faults", message);
                    finding.reason = one.reason;
                    self.find(finding);
                }
                Ok(_) => {
                    self.find(Finding::of_copy(Code::OtherLedger, "faults", "evidence about another ledger"));
                }
                Err(fault) => self.find(Finding::of_copy(Code::Digest, "faults", fault.detail)),
            }
        }
    }

    /// Compares a part with a record: what bears on it there, up to the seals in this
    /// file, must be here.
    pub fn compare(&mut self, record: &Audit) {
        if record.charter.as_ref().map(|charter| charter.id()) != self.charter.as_ref().map(|one| one.id()) {
            self.find(Finding::of_copy(Code::OtherLedger, "--against", "the record is of another ledger"));
            return self.conclude();
        }
        for seal in std::mem::take(&mut self.seals) {
            self.compare_seal(&seal, record);
        }
        for hash in context::bearing_on(record, &self.excerpt.of.entry) {
            let Some((strand, signed)) = record.entry(&hash) else { continue };
            let cut = self.sealed.get(strand.log());
            let due =
                cut.is_none_or(|sealed| signed.entry().seq < *sealed) && signed.entry().seq < strand.sealed();
            if due && !self.held.contains(&hash) {
                self.lack(signed.cite(), format!("{}, which bears on it in the record", signed.cite()));
            }
        }
        self.conclude();
    }

    /// A seal in this file beside what the record holds of its log.
    fn compare_seal(&mut self, seal: &Checkpoint, record: &Audit) {
        let (log, size) = (seal.log(), seal.size());
        let sealed = record.branches_of(log).map(Strand::sealed).max().unwrap_or(0);
        if sealed < size {
            let message = format!(
                "the record holds {sealed} sealed entries of {log}; the seal in this file is over {size}"
            );
            self.find(Finding::of_log(log, Code::OlderThanPins, "--against", message));
        } else if !record.branches_of(log).any(|strand| strand.reaches(seal.head())) {
            let message = "the seal in this file and one in the record contradict each other";
            self.find(Finding::of_log(log, Code::Split, "--against", message));
        }
    }
}

/// The numbers below `size` that are not held.
fn absent(held: &BTreeSet<u64>, size: u64) -> Vec<Range<u64>> {
    let (mut ranges, mut next) = (Vec::new(), 0);
    for seq in held.iter().copied().take_while(|seq| *seq < size).chain([size]) {
        if next < seq {
            ranges.push(next..seq);
        }
        next = seq + 1;
    }
    ranges
}

/// Numbers as people write them: `3`, `3 to 7`.
pub fn numbers(range: &Range<u64>) -> String {
    let last = range.end.saturating_sub(1);
    if range.start == last { last.to_string() } else { format!("{} to {last}", range.start) }
}

/// The entries of a log in a part, each included under its seal and signed by the keys in
/// force at its place.
fn part_of(charter: &Arc<Charter>, log: &Log) -> Result<(Vec<Arc<Signed>>, Checkpoint), Fault> {
    let entries: Vec<Signed> =
        log.entries.iter().map(|one| Signed::parse(&one.bytes)).collect::<Result<_, _>>()?;
    let form = |due: &str| Fault::new(Code::Digest, due);
    if !entries.is_sorted_by(|one, next| one.entry().seq < next.entry().seq) {
        return Err(form("entries in the order of their numbers, each once"));
    }
    let key = log_key(charter, log, &entries).ok_or_else(|| form("the key of each log"))?;
    let seal = Checkpoint::parse(log.checkpoint.as_bytes(), &charter.id(), &log.log, &key)?;
    if seal.to_bytes() != log.checkpoint.as_bytes() {
        return Err(form("a checkpoint with the line of its log alone"));
    }
    let mut keys: Vec<Signed> = Vec::new();
    for (signed, one) in entries.iter().zip(&log.entries) {
        if signed.entry().author != log.log {
            return Err(Fault::new(Code::OtherLog, format!("the log {}", log.log)));
        }
        one.check(signed, seal.size(), seal.root())?;
        verify_at_place(charter, signed, &keys)?;
        if sets_keys(&signed.entry().kind, &log.log) {
            keys.push(signed.clone());
        }
    }
    Ok((entries.into_iter().map(Arc::new).collect(), seal))
}

fn log_key(charter: &Charter, log: &Log, entries: &[Signed]) -> Option<PublicKey> {
    let of_join = || Some(VolumeJoin::read(&entries.first()?.entry().body).ok()?.log_key);
    charter.log_key(&log.log).copied().or_else(of_join)
}
