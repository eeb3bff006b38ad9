//! Rank *chained*: what keeps an entry from being changed, moved or taken back.
//!
//! Whether an entry is accepted depends on the charter and on its author's own
//! earlier entries, and on nothing else. The order of the checks is part of the
//! format: of several faults the first is the one that is told.
//!
//! ```text
//! Signed::parse(bytes)        size, note_form, first_line, json_form, character, field
//! Chain::keys(&signed)        other_ledger, other_log, number
//! Signed::verify(&keys)       signers, key_unknown, signature, threshold
//! Chain::push(verified)       prev, root, keys_pointer, receipt_order, the kind's rules
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::body::membership::{NewSet, RECOVERY, Registered, SetChange, VolumeJoin};
use crate::body::membership::{possession_text, volume_text};
use crate::charter::{Charter, Duty};
use crate::entry::{Entry, Head, Signed, Verified, pen};
use crate::fault::{Code, Fault};
use crate::hash::Hash;
use crate::json::Value;
use crate::key::{KeySet, PublicKey};
use crate::merkle::Edge;
use crate::names::{Label, LogId};
use crate::note::{self, Line};

/// All that decides whether an entry is the next of its log.
#[derive(Clone, Debug)]
pub struct Place {
    charter: Arc<Charter>,
    log: LogId,
    log_key: Option<PublicKey>,
    size: u64,
    last: Option<Hash>,
    root: Option<Hash>,
    keys: Arc<KeySet>,
    pointer: Option<u64>,
    held: BTreeMap<PublicKey, Label>,
    retired: BTreeSet<Label>,
    receipted: BTreeMap<LogId, u64>,
}

/// One log of accepted entries: it gives the key set for the next, and takes the
/// next. The entries themselves are the caller's to hold.
#[derive(Clone, Debug)]
pub struct Chain {
    place: Place,
    edge: Edge,
}

impl Place {
    /// The place of entry 0.
    pub fn first(charter: &Arc<Charter>, log: &LogId) -> Result<Self, Fault> {
        let member = charter
            .member(log.member())
            .ok_or_else(|| Fault::new(Code::OtherLog, format!("a log of a member; {log} is of none")))?;
        let held = member.keys.keys().iter().map(|(label, key)| (*key, label.clone()));
        Ok(Self {
            charter: Arc::clone(charter),
            log: log.clone(),
            log_key: charter.log_key(log).copied(),
            size: 0,
            last: None,
            root: None,
            keys: Arc::new(member.keys.clone()),
            pointer: None,
            held: if log.is_further() { BTreeMap::new() } else { held.collect() },
            retired: BTreeSet::new(),
            receipted: BTreeMap::new(),
        })
    }

    /// The same place at another number: for a file that shows one entry, whose
    /// entry before and root are proven by other means.
    #[must_use]
    pub fn moved(mut self, size: u64, last: Option<Hash>, root: Option<Hash>) -> Self {
        (self.size, self.last, self.root) = (size, last, root);
        self
    }

    /// The number of the last `key` entry before this place.
    pub fn pointer(&self) -> Option<u64> {
        self.pointer
    }

    /// Takes note of a receipt that an earlier entry gave.
    pub fn receipt(&mut self, seen: &BTreeMap<LogId, Head>) {
        self.receipted.extend(seen.iter().map(|(log, head)| (log.clone(), head.size)));
    }

    /// The set that signs an entry at this place. The codes are `other_ledger`,
    /// `other_log` and `number`; at entry 0 of a further volume also those of the
    /// set that the entry itself carries.
    pub fn keys(&self, signed: &Signed) -> Result<Arc<KeySet>, Fault> {
        let entry = signed.entry();
        if entry.ledger != self.charter.id() {
            return Err(Fault::new(Code::OtherLedger, format!("the ledger {}", self.charter.id())));
        }
        if entry.author != self.log {
            return Err(Fault::new(Code::OtherLog, format!("the log {}", self.log)));
        }
        if entry.seq != self.size {
            return Err(Fault::new(Code::Number, format!("{}, not {}", self.size, entry.seq)));
        }
        if self.size == 0 && self.log.is_further() {
            let join = VolumeJoin::read(&entry.body)?;
            return Ok(Arc::new(key_set(&join.new)));
        }
        Ok(Arc::clone(&self.keys))
    }

    /// Raises bytes through the ranks formed, signed and chained, at this place.
    pub fn judge(&mut self, bytes: &[u8]) -> Result<Signed, Fault> {
        let signed = Signed::parse(bytes)?;
        let keys = self.keys(&signed)?;
        let verified = signed.verify(&keys)?;
        self.step(&verified)?;
        Ok(verified.signed)
    }

    /// Takes a verified entry where it is the next. The root of the log it moves
    /// to is the caller's to give.
    fn step(&mut self, verified: &Verified) -> Result<(), Fault> {
        let signed = &verified.signed;
        if verified.keys != self.keys(signed)? {
            return Err(Fault::new(Code::KeyUnknown, "the set in force at this place"));
        }
        let entry = signed.entry();
        if entry.prev != self.last {
            return Err(Fault::new(Code::Prev, expected(self.last)));
        }
        if entry.root != self.root {
            return Err(Fault::new(Code::Root, expected(self.root)));
        }
        if entry.keys != self.pointer {
            let due = self.pointer.map_or("no such field here".into(), |seq| seq.to_string());
            return Err(Fault::new(Code::KeysPointer, due));
        }
        self.check_receipts(&entry.seen)?;
        let next = self.next_keys(entry)?;
        if let Some(new) = next {
            self.take_set(&new, entry);
        }
        self.receipt(&entry.seen);
        self.size += 1;
        self.last = Some(signed.hash());
        Ok(())
    }

    /// Applies a `key` entry of which a file shows that it stood before this
    /// place, under the rules of its own place except number, `prev` and `root`.
    pub fn apply_key_entry(&mut self, signed: &Signed) -> Result<(), Fault> {
        let mut place = self.clone();
        place.apply(signed)?;
        *self = place;
        Ok(())
    }

    /// The same, where a place that does not take it is of no more use.
    fn apply(&mut self, signed: &Signed) -> Result<(), Fault> {
        let entry = signed.entry();
        (self.size, self.last, self.root) = (entry.seq, entry.prev, entry.root);
        let keys = self.keys(signed)?;
        let verified = signed.clone().verify(&keys)?;
        self.step(&verified)
    }

    fn check_receipts(&self, seen: &BTreeMap<LogId, Head>) -> Result<(), Fault> {
        for (log, head) in seen {
            if log.member() == self.log.member() {
                return Err(Fault::new(Code::ReceiptOrder, "receipts of other members' logs"));
            }
            let before = self.receipted.get(log).copied().unwrap_or(0);
            if head.size <= before {
                let due = format!("a size of {log} above {before}, not {}", head.size);
                return Err(Fault::new(Code::ReceiptOrder, due));
            }
        }
        Ok(())
    }

    /// The rules of `join` and `key`; the set they bring into force.
    fn next_keys(&mut self, entry: &Entry) -> Result<Option<NewSet>, Fault> {
        let form = |due: &str| Fault::new(Code::JoinForm, due);
        match (entry.kind.as_str(), entry.seq) {
            ("join", 0) if self.log.is_further() => {
                let opened = self.open_volume(entry);
                if opened.is_err() {
                    self.log_key = None;
                }
                opened.map(Some)
            }
            ("join", 0) => {
                let plain = entry.body == Value::object([])
                    && entry.said.is_none()
                    && entry.seen.is_empty()
                    && entry.after.is_empty();
                if !plain {
                    return Err(form("an empty body, no said, no seen, no after"));
                }
                if entry.signers != self.keys.first_pens() {
                    return Err(form("as signers exactly the first labels of the charter"));
                }
                Ok(None)
            }
            ("join", _) => Err(form("a join at entry 0 alone")),
            (_, 0) => Err(form("a join at entry 0")),
            ("key", _) => {
                let change = SetChange::read(&entry.body)?;
                self.check_change(&change)?;
                Ok(Some(change.new))
            }
            _ => Ok(None),
        }
    }

    fn open_volume(&mut self, entry: &Entry) -> Result<NewSet, Fault> {
        let form = |due: String| Fault::new(Code::JoinForm, due);
        let join = VolumeJoin::read(&entry.body)?;
        let log = LogId::further(self.log.member(), &join.log_key.digest());
        if log != self.log {
            return Err(form(format!("a log key whose volume is {}", self.log)));
        }
        if self.charter.duty(&join.log_key).is_some() || self.charter.is_recovery(&join.log_key) {
            return Err(form("a log key that does nothing else".to_owned()));
        }
        let own = |head: &crate::body::membership::SealedHead| {
            head.log.member() == self.log.member() && head.log != self.log
        };
        if !join.continues.iter().all(own) {
            return Err(form("in `continues` earlier volumes of the same member".to_owned()));
        }
        self.log_key = Some(join.log_key);
        self.check_keys(&join.new.set)?;
        let digest = self.charter.member(self.log.member()).map(|member| member.recovery);
        if digest != Some(join.recovery.digest()) {
            return Err(Fault::new(Code::VolumeProof, "the recovery key of the charter"));
        }
        let name = format!("{}/{RECOVERY}", self.log.member());
        let text = volume_text(&self.charter.id(), &self.log, &join.unproven);
        note::verify(&text, &Line::of(&name, &join.proof), &name, &join.recovery)
            .map_err(|fault| Fault::new(Code::VolumeProof, fault.detail))?;
        Ok(join.new)
    }

    fn check_change(&self, change: &SetChange) -> Result<(), Fault> {
        let set = |due: String| Fault::new(Code::KeySet, due);
        for registered in &change.new.set {
            let label = &registered.label;
            match self.keys.get(label) {
                Some(key) if *key != registered.key => {
                    return Err(set(format!("the same key for the label {label} that stays")));
                }
                None if self.retired.contains(label) => {
                    return Err(set(format!("no label that left the set, as {label} did")));
                }
                _ => {}
            }
        }
        let labels: Vec<&Label> = change.new.set.iter().map(|one| &one.label).collect();
        let mut before: Option<&Label> = None;
        for one in &change.compromised {
            let left = self.keys.get(&one.label).is_some() && !labels.contains(&&one.label);
            if !left || before.is_some_and(|label| *label >= one.label) {
                return Err(set("in `compromised` labels that leave the set, ascending".to_owned()));
            }
            before = Some(&one.label);
        }
        self.check_keys(&change.new.set)
    }

    /// One key, one member, one label, one role; and a proof by each that is new.
    fn check_keys(&self, set: &[Registered]) -> Result<(), Fault> {
        let mut here = BTreeSet::new();
        for one in set {
            let own = Duty::Signs(self.log.member().clone(), one.label.clone());
            let by_charter = self.charter.duty(&one.key);
            let elsewhere = by_charter.is_some_and(|duty| *duty != own)
                || self.held.get(&one.key).is_some_and(|label| *label != one.label)
                || self.log_key == Some(one.key)
                || self.charter.is_recovery(&one.key)
                || !here.insert(one.key);
            if elsewhere {
                let due = format!("for {} a key that has no other role", one.label);
                return Err(Fault::new(Code::KeySet, due));
            }
            let is_new = !self.held.contains_key(&one.key);
            self.check_possession(one, is_new)?;
        }
        Ok(())
    }

    fn check_possession(&self, one: &Registered, is_new: bool) -> Result<(), Fault> {
        let fault = |due: &str| Fault::new(Code::Possession, format!("{}: {due}", one.label));
        match (&one.proof, is_new) {
            (None, false) => Ok(()),
            (None, true) => Err(fault("a proof by the new key")),
            (Some(_), false) => Err(fault("no proof for a key that is not new")),
            (Some(proof), true) => {
                let name = pen(&self.log, &one.label);
                let text = possession_text(&self.charter.id(), &self.log, &one.label, &one.key);
                note::verify(&text, &Line::of(&name, proof), &name, &one.key)
                    .map_err(|_| fault("a proof by the new key over ledger, log and label"))
            }
        }
    }

    fn take_set(&mut self, new: &NewSet, entry: &Entry) {
        let next = key_set(new);
        if entry.seq > 0 {
            self.pointer = Some(entry.seq);
            let left = self.keys.labels().filter(|label| next.get(label).is_none());
            self.retired.extend(left.cloned());
        }
        self.held.extend(next.keys().iter().map(|(label, key)| (*key, label.clone())));
        self.keys = Arc::new(next);
    }
}

fn key_set(new: &NewSet) -> KeySet {
    KeySet {
        keys: new.set.iter().map(|one| (one.label.clone(), one.key)).collect(),
        threshold: new.threshold,
        more_pens: new.more_pens.clone(),
    }
}

fn expected(hash: Option<Hash>) -> String {
    hash.map_or_else(|| "no such field at 0".to_owned(), |hash| hash.to_string())
}

impl Chain {
    /// An empty log.
    pub fn new(charter: &Arc<Charter>, log: &LogId) -> Result<Self, Fault> {
        Ok(Self { place: Place::first(charter, log)?, edge: Edge::default() })
    }

    /// A log of which the first entries are known: they were taken before, and their
    /// root is the one they had then. `key_entries` are those among them that set
    /// keys; they are taken once more, with their signatures.
    pub fn resume(
        charter: &Arc<Charter>,
        log: &LogId,
        key_entries: &[Signed],
        last: Hash,
        edge: Edge,
        receipted: BTreeMap<LogId, u64>,
    ) -> Result<Self, Fault> {
        let mut place = Place::first(charter, log)?;
        for signed in key_entries {
            place.apply(signed)?;
        }
        let mut place = place.moved(edge.size(), Some(last), edge.root());
        place.receipted = receipted;
        Ok(Self { place, edge })
    }

    /// The key set for the next entry, if this is addressed to the next place.
    pub fn keys(&self, signed: &Signed) -> Result<Arc<KeySet>, Fault> {
        self.place.keys(signed)
    }

    /// Takes the next entry.
    pub fn push(&mut self, verified: Verified) -> Result<Signed, Fault> {
        self.place.step(&verified)?;
        self.edge.push(verified.signed.hash());
        self.place.root = self.edge.root();
        Ok(verified.signed)
    }

    /// Raises bytes through the ranks formed, signed and chained.
    pub fn accept(&mut self, bytes: &[u8]) -> Result<Signed, Fault> {
        let signed = Signed::parse(bytes)?;
        let keys = self.keys(&signed)?;
        self.push(signed.verify(&keys)?)
    }

    /// The place of the next entry.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The charter.
    pub fn charter(&self) -> &Arc<Charter> {
        &self.place.charter
    }

    /// The log.
    pub fn log(&self) -> &LogId {
        &self.place.log
    }

    /// The key that seals it; known for a further volume once its join is taken.
    pub fn log_key(&self) -> Option<&PublicKey> {
        self.place.log_key.as_ref()
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.place.size
    }

    /// Hash of the last entry.
    pub fn last(&self) -> Option<Hash> {
        self.place.last
    }

    /// The root of the entries, if there are any.
    pub fn root(&self) -> Option<Hash> {
        self.place.root
    }

    /// The set in force for the next entry.
    pub fn key_set(&self) -> &Arc<KeySet> {
        &self.place.keys
    }

    /// The number of the last `key` entry.
    pub fn pointer(&self) -> Option<u64> {
        self.place.pointer
    }

    /// Labels that left the set.
    pub fn retired(&self) -> &BTreeSet<Label> {
        &self.place.retired
    }

    /// How much of each other log this one has receipted.
    pub fn receipted(&self) -> &BTreeMap<LogId, u64> {
        &self.place.receipted
    }
}
