//! Evidence: one small file that shows a split, a fork, a sealed bad entry, a
//! receipt under a seal that is not its log's, or a stray. It carries the charter
//! and verifies with nothing else.
//!
//! Whatever is shown here that names a member rests on a seal of that member's
//! log key. What a file leaves out can never make an innocent entry look bad: the
//! `keys` pointers lead from the entry back to the charter, and every entry on the
//! way must be in the file.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base64;
use crate::body::membership::VolumeJoin;
use crate::chain::Place;
use crate::charter::Charter;
use crate::checkpoint::Checkpoint;
use crate::entry::{Signed, shown};
use crate::fault::{Code, Fault};
use crate::fields::{FieldError, Fields};
use crate::hash::Hash;
use crate::json::Value;
use crate::key::PublicKey;
use crate::merkle::{ConsistencyProof, InclusionProof, LONGEST_PATH, Nodes, common};
use crate::names::LogId;
use crate::strand::{Strand, sets_keys};

/// Most bytes in a file of evidence.
pub const LARGEST: usize = 4 << 20;

/// The format of the file.
pub const FORMAT: &str = "countersign.fault/1";

/// One entry in evidence, with the proof that a checkpoint covers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The bytes, whatever they are.
    pub bytes: Vec<u8>,
    /// Its number.
    pub index: u64,
    /// Inclusion under the checkpoint.
    pub proof: Vec<Hash>,
    /// Which of the checkpoints.
    pub under: u64,
}

/// `under` of a join that stands for itself: a further volume's id is the digest of
/// its log key, and the recovery key signed both, so no seal is needed to know the
/// key. It says nothing about which keys sign.
const BY_ITSELF: u64 = 2;

impl Shown {
    fn join(join: &Signed) -> Self {
        Self { bytes: join.bytes().to_vec(), index: 0, proof: Vec::new(), under: BY_ITSELF }
    }
}

/// A file of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The charter file.
    pub charter: Vec<u8>,
    /// The checkpoints, sizes ascending.
    pub checkpoints: Vec<Vec<u8>>,
    /// `split`, `fork`, `bad_entry`, `receipt_seal`, or `unsealed` for a stray.
    pub code: Code,
    /// What a bad entry is turned away with.
    pub reason: Option<Code>,
    /// Consistency from the smaller checkpoint, or from the number of a bad entry.
    pub consistency: Vec<Hash>,
    /// The entries shown.
    pub entries: Vec<Shown>,
    /// The log.
    pub log: LogId,
}

/// A log as evidence is cut from it, under one of its seals.
#[derive(Clone, Copy)]
pub struct Held<'a> {
    /// The log.
    pub strand: &'a Strand,
    /// A checkpoint that its bytes reach.
    pub seal: &'a Checkpoint,
}

impl Held<'_> {
    fn show(&self, index: u64, under: u64) -> Option<Shown> {
        let tree = &self.strand.tree;
        let proof = tree.prove_inclusion(index, self.seal.size())?.0;
        Some(Shown { bytes: tree.bytes(index)?, index, proof, under })
    }

    /// The entries before `index` that say which keys are in force there.
    fn show_keys(&self, index: u64, under: u64) -> Option<Vec<Shown>> {
        let (mut shown, mut bytes) = (Vec::new(), 0);
        for signed in self.strand.key_entries(index) {
            // What makes too large a file is not cut at all.
            bytes += signed.bytes().len();
            if bytes > LARGEST / 4 * 3 {
                return None;
            }
            shown.push(self.show(signed.entry().seq, under)?);
        }
        Some(shown)
    }

    /// Entry 0 of a further volume.
    fn join(&self) -> Option<Arc<Signed>> {
        self.strand.entry(0).filter(|_| self.strand.log().is_further())
    }

    fn evidence(&self, code: Code) -> Evidence {
        Evidence {
            charter: self.strand.chain.charter().bytes().to_vec(),
            checkpoints: vec![self.seal.to_bytes()],
            code,
            reason: None,
            consistency: Vec::new(),
            entries: Vec::new(),
            log: self.seal.log().clone(),
        }
    }
}

impl Evidence {
    /// A split: `smaller` is not a state that the log held here went through.
    pub fn split(held: Held<'_>, smaller: &Checkpoint) -> Option<Self> {
        let consistency = if smaller.size() == held.seal.size() {
            Vec::new()
        } else {
            held.strand.tree.prove_consistency(smaller.size(), held.seal.size())?.0
        };
        Some(Self {
            checkpoints: vec![smaller.to_bytes(), held.seal.to_bytes()],
            consistency,
            entries: held.join().map(|join| Shown::join(&join)).into_iter().collect(),
            ..held.evidence(Code::Split)
        })
    }

    /// A split of two seals at one size, of which no entries are needed; of a further
    /// volume its join, which names the log key.
    pub fn split_at_one_size(
        charter: &Charter,
        first: &Checkpoint,
        second: &Checkpoint,
        join: Option<&Signed>,
    ) -> Self {
        Self {
            charter: charter.bytes().to_vec(),
            checkpoints: vec![first.to_bytes(), second.to_bytes()],
            code: Code::Split,
            reason: None,
            consistency: Vec::new(),
            entries: join.map(Shown::join).into_iter().collect(),
            log: first.log().clone(),
        }
    }

    /// A fork, where both branches are here and part with two entries of
    /// different texts; else the split that they are. `short` has the smaller seal.
    pub fn fork(short: Held<'_>, long: Held<'_>) -> Option<Self> {
        let split = Self::split(long, short.seal)?;
        let at = common(&short.strand.tree, &long.strand.tree);
        if at >= short.seal.size() {
            return Some(split);
        }
        let (Some(first), Some(second)) = (short.strand.entry(at), long.strand.entry(at)) else {
            return Some(split);
        };
        if first.text() == second.text() {
            return Some(split);
        }
        let mut entries = short.show_keys(at, 0)?;
        entries.push(short.show(at, 0)?);
        entries.push(long.show(at, 1)?);
        Some(Self { code: Code::Fork, entries, ..split })
    }

    /// A bad entry: the first bytes under the seal that the chain did not take.
    pub fn bad_entry(held: Held<'_>, reason: &Fault) -> Option<Self> {
        let index = held.strand.size();
        let mut entries = held.show_keys(index, 0)?;
        if let Some(before) = index.checked_sub(1) {
            entries.push(held.show(before, 0)?);
        }
        let bad = held.show(index, 0)?;
        if let (Code::ReceiptOrder, Ok(signed)) = (reason.code, Signed::parse(&bad.bytes)) {
            // The last entries that receipt these logs, found in one walk back.
            let receipted = held.strand.chain.receipted();
            let mut due: BTreeSet<&LogId> =
                signed.entry().seen.keys().filter(|log| receipted.contains_key(*log)).collect();
            let mut earlier = held.strand.entries().rev();
            while !due.is_empty() {
                let Some(earlier) = earlier.next() else { break };
                let before = due.len();
                due.retain(|log| !earlier.entry().seen.contains_key(*log));
                if due.len() < before {
                    entries.push(held.show(earlier.entry().seq, 0)?);
                }
            }
        }
        // Where `keys` names an entry that sets none, that entry is part of the proof.
        let named = Signed::parse(&bad.bytes).ok().and_then(|signed| signed.entry().keys);
        if let Some(named) = named.filter(|named| *named < index) {
            entries.push(held.show(named, 0)?);
        }
        entries.push(bad);
        entries.sort_by_key(|shown| shown.index);
        entries.dedup_by_key(|shown| shown.index);
        let consistency = match held.strand.tree.prove_consistency(index, held.seal.size()) {
            Some(proof) => proof.0,
            None => Vec::new(),
        };
        Some(Self { reason: Some(reason.code), consistency, entries, ..held.evidence(Code::BadEntry) })
    }

    /// An entry with a receipt whose seal the log it names did not make. `joins` are
    /// entries 0 of further volumes that it names.
    pub fn receipt_seal(held: Held<'_>, index: u64, joins: &[&Signed]) -> Option<Self> {
        let mut entries: Vec<Shown> = joins.iter().map(|join| Shown::join(join)).collect();
        entries.extend(held.show_keys(index, 0)?);
        entries.push(held.show(index, 0)?);
        Some(Self { entries, ..held.evidence(Code::ReceiptSeal) })
    }

    /// A stray: a signed entry that no seal covers.
    pub fn stray(charter: &Charter, earlier_keys: &[&Signed], stray: &Signed) -> Self {
        let show = |signed: &Signed| Shown {
            bytes: signed.bytes().to_vec(),
            index: signed.entry().seq,
            proof: Vec::new(),
            under: 0,
        };
        let mut entries: Vec<Shown> = earlier_keys.iter().map(|signed| show(signed)).collect();
        entries.push(show(stray));
        Self {
            charter: charter.bytes().to_vec(),
            checkpoints: Vec::new(),
            code: Code::Unsealed,
            reason: None,
            consistency: Vec::new(),
            entries,
            log: stray.entry().author.clone(),
        }
    }

    /// The file: one line of strict JSON and a line feed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let base64s = |items: &[Vec<u8>]| Value::texts(items.iter().map(|item| base64::encode(item)));
        let entries = self.entries.iter().map(|shown| {
            Value::object([
                ("bytes", Value::text(base64::encode(&shown.bytes))),
                ("index", Value::Number(shown.index)),
                ("proof", Value::texts(&shown.proof)),
                ("under", Value::Number(shown.under)),
            ])
        });
        let code = if self.code == Code::Unsealed { "stray" } else { self.code.as_str() };
        let value = Value::object([
            ("charter", Value::text(base64::encode(&self.charter))),
            ("checkpoints", base64s(&self.checkpoints)),
            ("code", Value::text(code)),
            ("format", Value::text(FORMAT)),
            ("log", Value::text(&self.log)),
        ])
        .with_some("reason", self.reason.map(Value::text))
        .with_some("consistency", some_list(&self.consistency).map(Value::texts))
        .with_some("entries", some_list(&self.entries).map(|_| Value::Array(entries.collect())));
        (value.encode() + "\n").into_bytes()
    }

    /// Reads a file; says nothing about whether it holds.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let value = shown(bytes, LARGEST, "evidence")?;
        read(&value).map_err(|error| Fault::new(Code::Digest, format!("{}: {}", error.place, error.due)))
    }

    /// Whether it can be written as a file and read back, and shows what it says.
    pub fn stands(&self) -> bool {
        self.to_bytes().len() <= LARGEST && self.verify().is_ok()
    }

    /// Whether it shows what it says. On success, the ledger it is about.
    pub fn verify(&self) -> Result<Arc<Charter>, Fault> {
        let charter = Arc::new(Charter::parse(&self.charter)?);
        let no = |due: &str| Fault::new(Code::Digest, format!("evidence of {}: {due}", self.code));
        let log_key = self.log_key(&charter).ok_or_else(|| no("the log key"))?;
        let checkpoints = self
            .checkpoints
            .iter()
            .map(|bytes| Checkpoint::parse(bytes, &charter.id(), &self.log, &log_key))
            .collect::<Result<Vec<_>, _>>()?;
        for shown in &self.entries {
            let covered = usize::try_from(shown.under).ok().and_then(|at| checkpoints.get(at));
            let proof = InclusionProof(shown.proof.clone());
            let leaf = Hash::leaf(&shown.bytes);
            match covered {
                Some(seal) if proof.verify(leaf, shown.index, seal.size(), seal.root()) => {}
                None if self.code == Code::Unsealed => {}
                None if shown.under == BY_ITSELF && shown.index == 0 => {}
                _ => return Err(no("entries that its checkpoints cover")),
            }
        }
        let shows = match (self.code, checkpoints.as_slice()) {
            (Code::Split, [first, second]) => self.shows_split(first, second),
            (Code::Fork, [first, second]) => {
                self.shows_split(first, second) && self.shows_fork(&charter).is_some()
            }
            (Code::BadEntry, [seal]) => self.shows_bad_entry(&charter, seal).is_some(),
            (Code::ReceiptSeal, [_]) => self.shows_receipt(&charter).is_some(),
            (Code::Unsealed, []) => self.shows_stray(&charter).is_some(),
            _ => false,
        };
        if shows { Ok(charter) } else { Err(no("bytes that show it")) }
    }

    /// The log's key.
    fn log_key(&self, charter: &Arc<Charter>) -> Option<PublicKey> {
        self.log_key_of(charter, &self.log)
    }

    /// The key of a log: the charter's, or that of a join in the file.
    fn log_key_of(&self, charter: &Arc<Charter>, log: &LogId) -> Option<PublicKey> {
        if let Some(key) = charter.log_key(log) {
            return Some(*key);
        }
        let place = Place::first(charter, log).ok()?;
        self.entries.iter().filter(|shown| shown.index == 0).find_map(|shown| {
            let join = place.clone().judge(&shown.bytes).ok()?;
            Some(VolumeJoin::read(&join.entry().body).ok()?.log_key)
        })
    }

    /// The entries shown under a checkpoint, or, of a stray, all.
    fn placed(&self) -> impl DoubleEndedIterator<Item = &Shown> {
        self.entries.iter().filter(|shown| shown.under != BY_ITSELF)
    }

    fn shows_split(&self, first: &Checkpoint, second: &Checkpoint) -> bool {
        if first.size() == second.size() {
            return self.consistency.is_empty() && first.root() != second.root();
        }
        let proof = ConsistencyProof(self.consistency.clone());
        match proof.roots(first.size(), second.size()) {
            Ok((old, new)) => new == second.root() && old != first.root(),
            Err(_) => false,
        }
    }

    /// The place of `index`, with the keys that the file shows to be in force.
    fn place(&self, charter: &Arc<Charter>, index: u64) -> Option<Place> {
        let mut place = Place::first(charter, &self.log).ok()?;
        for shown in self.placed().filter(|shown| shown.index < index) {
            let Ok(signed) = Signed::parse(&shown.bytes) else { continue };
            if sets_keys(&signed.entry().kind, &self.log) {
                place.apply_key_entry(&signed).ok()?;
            } else {
                place.receipt(&signed.entry().seen);
            }
        }
        Some(place)
    }

    /// A parsed entry at its place, its signatures verified under a key set that
    /// its own `keys` names.
    fn signed_entry(&self, charter: &Arc<Charter>, shown: &Shown) -> Option<Signed> {
        let signed = Signed::parse(&shown.bytes).ok()?;
        let place = self.place(charter, shown.index)?.moved(shown.index, None, None);
        if signed.entry().keys != place.pointer() {
            return None;
        }
        let keys = place.keys(&signed).ok()?;
        signed.clone().verify(&keys).ok()?;
        Some(signed)
    }

    fn shows_fork(&self, charter: &Arc<Charter>) -> Option<()> {
        let [.., first, second] = self.entries.as_slice() else { return None };
        let apart = first.index == second.index && (first.under, second.under) == (0, 1);
        let texts_differ =
            self.signed_entry(charter, first)?.text() != self.signed_entry(charter, second)?.text();
        (apart && texts_differ).then_some(())
    }

    fn shows_receipt(&self, charter: &Arc<Charter>) -> Option<()> {
        let signed = self.signed_entry(charter, self.placed().next_back()?)?;
        signed.entry().seen.iter().find(|(log, head)| match self.log_key_of(charter, log) {
            Some(key) => Checkpoint::rebuild(head, &charter.id(), log, &key).is_err(),
            None => charter.member(log.member()).is_none(),
        })?;
        Some(())
    }

    fn shows_stray(&self, charter: &Arc<Charter>) -> Option<()> {
        self.signed_entry(charter, self.entries.last()?).map(|_| ())
    }

    fn shows_bad_entry(&self, charter: &Arc<Charter>, seal: &Checkpoint) -> Option<()> {
        let bad = self.placed().max_by_key(|shown| shown.index)?;
        let parsed = Signed::parse(&bad.bytes).ok();
        let own = parsed.as_ref().map(Signed::entry);
        // What the reason does not need may be left out: it is then taken to be as
        // the entry says, and cannot be the reason.
        let root = if bad.index == 0 {
            None
        } else if self.consistency.is_empty() && self.reason != Some(Code::Root) {
            own.and_then(|entry| entry.root)
        } else {
            let proof = ConsistencyProof(self.consistency.clone());
            let (old, new) = proof.roots(bad.index, seal.size()).ok()?;
            if new != seal.root() {
                return None;
            }
            Some(old)
        };
        let last = match bad.index.checked_sub(1) {
            None => None,
            Some(before) => match self.placed().find(|shown| shown.index == before) {
                Some(before) => Some(Hash::leaf(&before.bytes)),
                None if self.reason == Some(Code::Prev) => return None,
                None => own.and_then(|entry| entry.prev),
            },
        };
        let mut place = self.place(charter, bad.index)?;
        if let Some(entry) = own {
            self.check_pointer(entry.keys, place.pointer(), bad.index)?;
        }
        place = place.moved(bad.index, last, root);
        let fault = place.judge(&bad.bytes).err()?;
        (Some(fault.code) == self.reason).then_some(())
    }

    /// A file that leaves a `key` entry out must not hold: the pointer of the
    /// entry names the last one shown, or one before it, or is shown to name none.
    fn check_pointer(&self, named: Option<u64>, shown: Option<u64>, index: u64) -> Option<()> {
        let Some(named) = named else { return Some(()) };
        if shown.is_some_and(|shown| named <= shown) || named >= index {
            return Some(());
        }
        // Were it a `key` entry, it would have been applied, and be the last one shown.
        self.placed().find(|entry| entry.index == named).map(|_| ())
    }
}

/// A list, or nothing where it is empty.
pub(crate) fn some_list<T>(items: &[T]) -> Option<&[T]> {
    (!items.is_empty()).then_some(items)
}

fn read(value: &Value) -> Result<Evidence, FieldError> {
    let mut fields = Fields::of(value, "")?;
    let error = |place: &str, due: &str| FieldError { place: place.to_owned(), due: due.to_owned() };
    if fields.text("format")? != FORMAT {
        return Err(error("format", FORMAT));
    }
    let bytes = |text: Option<&str>| text.and_then(base64::decode);
    let charter = bytes(Some(fields.text("charter")?)).ok_or_else(|| error("charter", "base64"))?;
    let Value::Array(checkpoints) = fields.required("checkpoints")? else {
        return Err(error("checkpoints", "a list"));
    };
    let checkpoints = checkpoints
        .iter()
        .map(|item| bytes(item.as_str()).ok_or_else(|| error("checkpoints", "base64")))
        .collect::<Result<Vec<_>, _>>()?;
    let code = match fields.text("code")? {
        "stray" => Code::Unsealed,
        name => [Code::Split, Code::Fork, Code::BadEntry, Code::ReceiptSeal]
            .into_iter()
            .find(|code| code.as_str() == name)
            .ok_or_else(|| error("code", "split, fork, bad_entry, receipt_seal or stray"))?,
    };
    let reason = match fields.optional("reason").map(Value::as_str) {
        None => None,
        Some(name) => {
            Some(name.and_then(Code::from_name).ok_or_else(|| error("reason", "a code of this format"))?)
        }
    };
    let consistency = read_hashes("consistency", fields.optional("consistency"))?;
    let mut entries = Vec::new();
    for (place, item) in fields.list_optional("entries")? {
        let mut fields = Fields::of(item, &place)?;
        entries.push(Shown {
            bytes: bytes(Some(fields.text("bytes")?)).ok_or_else(|| error(&place, "base64"))?,
            index: fields.number("index")?,
            proof: read_hashes("proof", Some(fields.required("proof")?))?,
            under: fields.number("under")?,
        });
        fields.done()?;
    }
    let log = fields.parsed("log")?;
    fields.done()?;
    Ok(Evidence { charter, checkpoints, code, reason, consistency, entries, log })
}

/// Hashes of a proof at a place; none where there is no such field.
pub(crate) fn read_hashes(place: &str, value: Option<&Value>) -> Result<Vec<Hash>, FieldError> {
    let due = || FieldError { place: place.to_owned(), due: "a list of at most 64 hashes".into() };
    match value {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) if items.len() <= LONGEST_PATH => {
            items.iter().map(|item| item.as_str().and_then(Hash::from_hex).ok_or_else(due)).collect()
        }
        Some(_) => Err(due()),
    }
}
