//! A certificate that one entry was before another, by links: one small file that
//! verifies alone.
//!
//! It holds the charter, a seal over the later entry, and the entries on the path, each
//! included in what the one before it names. Key entries that a signature needs are
//! included in the `root` of the entry they stand for, and the `keys` pointers lead from
//! it back to the charter, so none can be left out.

use std::sync::Arc;

use crate::audit::Audit;
use crate::base64;
use crate::body::membership::VolumeJoin;
use crate::chain::Place;
use crate::charter::Charter;
use crate::checkpoint::Checkpoint;
use crate::entry::{Head, Signed, shown};
use crate::fault::{Code, Fault};
use crate::fields::{FieldError, Fields};
use crate::hash::Hash;
use crate::json::Value;
use crate::key::PublicKey;
use crate::merkle::{InclusionProof, Nodes};
use crate::names::LogId;
use crate::past::{Hop, Link, Path};
use crate::proof::{read_hashes, some_list};
use crate::strand::{Strand, sets_keys};

/// Most bytes in a certificate.
pub const LARGEST: usize = 4 << 20;

/// The format of the file.
pub const FORMAT: &str = "countersign.precedence/1";

/// An entry, and its inclusion in a tree that is known from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// The note.
    pub bytes: Vec<u8>,
    /// The path to the root.
    pub proof: Vec<Hash>,
}

/// One entry on the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The entry, included in what the entry before it names; the first under the seal.
    pub entry: Included,
    /// The entries that set its author's keys, included in its own `root`. Where the
    /// entry before it is of the same log, they stand there.
    pub keys: Vec<Included>,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The charter file.
    pub charter: Vec<u8>,
    /// A seal of the log of the later entry.
    pub seal: Head,
    /// The entries, from the later one back to the earlier one.
    pub steps: Vec<Step>,
}

/// What a certificate shows.
#[derive(Clone, Debug)]
pub struct Precedence {
    /// The ledger.
    pub charter: Arc<Charter>,
    /// The earlier entry.
    pub earlier: Arc<Signed>,
    /// The later entry.
    pub later: Arc<Signed>,
    /// The hops.
    pub path: Path,
}

/// An entry in its tree: the note, and its inclusion under the first `size` entries.
pub(crate) fn included(strand: &Strand, seq: u64, size: u64) -> Option<Included> {
    let proof = strand.tree.prove_inclusion(seq, size)?.0;
    Some(Included { bytes: strand.tree.bytes(seq)?, proof })
}

impl Certificate {
    /// The certificate of a path. Nothing where no seal covers the later entry, or where
    /// a receipt on the way is under a seal that its log did not make.
    pub fn of(audit: &Audit, path: &Path) -> Option<Self> {
        let later = path.0.first()?.by.clone();
        let seq = later.entry().seq;
        let stands = |strand: &&Strand| strand.sealed() > seq && strand.tree.leaf(seq) == Some(later.hash());
        let strand = audit.branches_of(&later.entry().author).find(stands)?;
        let seal = strand.seal.as_ref()?;
        let first = Step { entry: included(strand, seq, seal.size())?, keys: keys_of(strand, seq)? };
        let mut steps = vec![first];
        for hop in &path.0 {
            let (seq, log) = (hop.to.entry().seq, &hop.to.entry().author);
            let strand = audit.branches_of(log).find(|strand| strand.has_root(hop.size, &hop.root))?;
            let keys = if hop.link == Link::Root { Vec::new() } else { keys_of(strand, seq)? };
            steps.push(Step { entry: included(strand, seq, hop.size)?, keys });
        }
        let charter = strand.chain.charter().bytes().to_vec();
        let certificate = Self { charter, seal: seal.head().clone(), steps };
        certificate.verify().is_ok().then_some(certificate)
    }

    /// The file: one line of strict JSON and a line feed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let steps = self.steps.iter().map(|step| {
            let keys = some_list(&step.keys).map(|keys| keys.iter().map(Included::to_value).collect());
            step.entry.to_value().with_some("keys", keys.map(Value::Array))
        });
        let value = Value::object([
            ("charter", Value::text(base64::encode(&self.charter))),
            ("format", Value::text(FORMAT)),
            ("seal", self.seal.to_value()),
            ("steps", Value::Array(steps.collect())),
        ]);
        (value.encode() + "\n").into_bytes()
    }

    /// Reads a file; says nothing about whether it holds.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let value = shown(bytes, LARGEST, "a certificate")?;
        read(&value).map_err(|error| Fault::new(Code::Digest, format!("{}: {}", error.place, error.due)))
    }

    /// What it shows, if it holds.
    pub fn verify(&self) -> Result<Precedence, Fault> {
        let charter = Arc::new(Charter::parse(&self.charter)?);
        let mut placed: Vec<Placed> = Vec::new();
        let mut hops = Vec::new();
        for step in &self.steps {
            let (next, hop) = match placed.last() {
                None => (Placed::under_seal(&charter, step, &self.seal)?, None),
                Some(before) => before.reach(&charter, step).map(|(next, hop)| (next, Some(hop)))?,
            };
            hops.extend(hop);
            placed.push(next);
        }
        let signed = |placed: Option<&Placed>| placed.map(|placed| Arc::clone(&placed.signed));
        let due = || lacks("two entries or more");
        let (later, earlier) = (signed(placed.first()), signed(placed.last()));
        let (later, earlier) = later.zip(earlier).filter(|_| !hops.is_empty()).ok_or_else(due)?;
        Ok(Precedence { charter, earlier, later, path: Path(hops) })
    }
}

fn lacks(due: &str) -> Fault {
    Fault::new(Code::Digest, format!("a certificate with {due}"))
}

/// The entries that set keys before `seq`, each included in the root at `seq`.
pub(crate) fn keys_of(strand: &Strand, seq: u64) -> Option<Vec<Included>> {
    strand.key_entries(seq).map(|key| included(strand, key.entry().seq, seq)).collect()
}

/// An entry of the path at its place, its signatures verified.
struct Placed {
    signed: Arc<Signed>,
    keys: Vec<Signed>,
    log_key: PublicKey,
}

impl Placed {
    fn of(charter: &Arc<Charter>, signed: Signed, keys: Vec<Signed>) -> Result<Self, Fault> {
        let log_key = verify_at_place(charter, &signed, &keys)?;
        Ok(Self { signed: Arc::new(signed), keys, log_key })
    }

    fn under_seal(charter: &Arc<Charter>, step: &Step, seal: &Head) -> Result<Self, Fault> {
        let signed = Signed::parse(&step.entry.bytes)?;
        let placed = Self::of(charter, signed.clone(), shown_keys(&signed, &step.keys)?)?;
        placed.check_seal(charter, seal)?;
        step.entry.check(&signed, seal.size, seal.root)?;
        Ok(placed)
    }

    fn check_seal(&self, charter: &Charter, seal: &Head) -> Result<(), Fault> {
        Checkpoint::rebuild(seal, &charter.id(), &self.signed.entry().author, &self.log_key).map(|_| ())
    }

    /// The next entry of the path, which this one names.
    fn reach(&self, charter: &Arc<Charter>, step: &Step) -> Result<(Self, Hop), Fault> {
        let (by, signed) = (self.signed.entry(), Signed::parse(&step.entry.bytes)?);
        let log = &signed.entry().author;
        let hop = |link, size, root| Hop {
            by: Arc::clone(&self.signed),
            link,
            size,
            root,
            to: Arc::new(signed.clone()),
        };
        if let (true, Some(root)) = (*log == by.author, by.root) {
            if !step.keys.is_empty() {
                return Err(lacks("the keys of a log once"));
            }
            let before = |key: &&Signed| key.entry().seq < signed.entry().seq;
            let keys = self.keys.iter().filter(before).cloned().collect();
            step.entry.check(&signed, by.seq, root)?;
            return Ok((Self::of(charter, signed.clone(), keys)?, hop(Link::Root, by.seq, root)));
        }
        let placed = Self::of(charter, signed.clone(), shown_keys(&signed, &step.keys)?)?;
        for (link, head) in named(&self.signed, log) {
            if step.entry.check(&signed, head.size, head.root).is_ok() {
                placed.check_seal(charter, &head)?;
                return Ok((placed, hop(link, head.size, head.root)));
            }
        }
        Err(lacks("entries of which each names the next"))
    }
}

/// The heads of a log that an entry names.
fn named(by: &Signed, log: &LogId) -> Vec<(Link, Head)> {
    let seen = by.entry().seen.get(log).map(|head| (Link::Seen, head.clone()));
    let join = (by.entry().kind == "join").then(|| VolumeJoin::read(&by.entry().body).ok()).flatten();
    let continued = join.into_iter().flat_map(|join| join.continues).filter(|one| one.log == *log);
    seen.into_iter().chain(continued.map(|one| (Link::Continues, one.head))).collect()
}

/// The entries shown to set keys before this one.
pub(crate) fn shown_keys(signed: &Signed, shown: &[Included]) -> Result<Vec<Signed>, Fault> {
    let entry = signed.entry();
    let keys: Vec<Signed> = shown.iter().map(|key| Signed::parse(&key.bytes)).collect::<Result<_, _>>()?;
    for (key, shown) in keys.iter().zip(shown) {
        let root = entry.root.ok_or_else(|| lacks("no entry before the first"))?;
        shown.check(key, entry.seq, root)?;
    }
    Ok(keys)
}

/// Verifies an entry by the keys in force at its place, as entries that are shown to set
/// keys before it have it. Gives the key of its log.
pub(crate) fn verify_at_place(
    charter: &Arc<Charter>,
    signed: &Signed,
    keys: &[Signed],
) -> Result<PublicKey, Fault> {
    let entry = signed.entry();
    let mut place = Place::first(charter, &entry.author)?;
    for key in keys {
        if !sets_keys(&key.entry().kind, &entry.author) || key.entry().seq >= entry.seq {
            return Err(lacks("entries that set keys, each before the entry it is for"));
        }
        place.apply_key_entry(key)?;
    }
    if entry.seq == 0 {
        place.judge(signed.bytes())?;
    } else {
        let place = place.moved(entry.seq, None, None);
        if entry.keys != place.pointer() {
            return Err(Fault::new(Code::KeysPointer, "the entry that set the keys in force"));
        }
        let keys = place.keys(signed)?;
        signed.clone().verify(&keys)?;
    }
    let join = keys.first().unwrap_or(signed);
    let of_join = || Some(VolumeJoin::read(&join.entry().body).ok()?.log_key);
    charter.log_key(&entry.author).copied().or_else(of_join).ok_or_else(|| lacks("the key of each log"))
}

impl Included {
    pub(crate) fn to_value(&self) -> Value {
        Value::object([
            ("bytes", Value::text(base64::encode(&self.bytes))),
            ("proof", Value::texts(&self.proof)),
        ])
    }

    pub(crate) fn take(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let bytes = base64::decode(fields.text("bytes")?).ok_or_else(|| fields.error("bytes", "base64"))?;
        Ok(Self { bytes, proof: read_hashes("proof", Some(fields.required("proof")?))? })
    }

    /// Reads each of a list.
    pub(crate) fn all(items: Vec<(String, &Value)>) -> Result<Vec<Self>, FieldError> {
        items.into_iter().map(|(place, item)| Self::read(&place, item)).collect()
    }

    pub(crate) fn read(place: &str, item: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(item, place)?;
        let one = Self::take(&mut fields)?;
        fields.done().map(|()| one)
    }

    /// That an entry stands at its number among the first `size` entries with this root.
    pub(crate) fn check(&self, signed: &Signed, size: u64, root: Hash) -> Result<(), Fault> {
        let proof = InclusionProof(self.proof.clone());
        if proof.verify(signed.hash(), signed.entry().seq, size, root) {
            return Ok(());
        }
        Err(lacks("entries that are included where they are said to be"))
    }
}

fn read(value: &Value) -> Result<Certificate, FieldError> {
    let mut fields = Fields::of(value, "")?;
    if fields.text("format")? != FORMAT {
        return Err(fields.error("format", FORMAT));
    }
    let charter = base64::decode(fields.text("charter")?).ok_or_else(|| fields.error("charter", "base64"))?;
    let mut head = Fields::of(fields.required("seal")?, "seal")?;
    let seal = Head::take(&mut head)?;
    head.done()?;
    let mut steps = Vec::new();
    for (place, item) in fields.list("steps")? {
        let mut fields = Fields::of(item, &place)?;
        let entry = Included::take(&mut fields)?;
        let keys = Included::all(fields.list_optional("keys")?)?;
        fields.done()?;
        steps.push(Step { entry, keys });
    }
    fields.done()?;
    Ok(Certificate { charter, seal, steps })
}
