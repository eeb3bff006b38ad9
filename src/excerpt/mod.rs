//! Excerpts that cannot mislead: one file that a stranger verifies offline.
//!
//! ```text
//! entry    one entry, a C2SP tlog-proof of it, the key entries its signature needs
//! whole    every entry of every log up to the cut: all reservations, objections,
//!          questions and answers are there because everything is
//! part     the entries that bear on a provision, each under its log's seal; what is
//!          left out is told by number, and is never shown to say nothing
//! ```
//!
//! A text is never shown by itself. A file without what it must hold is
//! `excerpt_lacks`, and says what.

mod check;
mod file;

use std::collections::{BTreeMap, BTreeSet};

pub use check::{Opened, numbers};

use crate::audit::Audit;
use crate::checkpoint::Checkpoint;
use crate::context;
use crate::entry::Signed;
use crate::fault::{Code, Fault};
use crate::hash::Hash;
use crate::merkle::Nodes;
use crate::names::{LogId, Reference};
use crate::precedence::{Included, included, keys_of};
use crate::proof::Evidence;
use crate::strand::Strand;
use crate::tlog_proof;

/// Most bytes in a file.
pub const LARGEST: usize = 64 << 20;

/// The format of the file.
pub const FORMAT: &str = "countersign.excerpt/1";

/// Kinds that are never shown by themselves: what was said of them belongs to them.
pub const NEVER_ALONE: [&str; 6] = ["adopt", "answer", "ask", "notice", "report", "text"];

/// A file of `docs/` or `notes/`, by its path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// One log, or one branch of it, as an excerpt holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The log.
    pub log: LogId,
    /// The checkpoint note.
    pub checkpoint: String,
    /// The entries. In a whole excerpt none has a proof: all are there.
    pub entries: Vec<Included>,
}

/// What an excerpt carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    /// One entry.
    Entry {
        /// The note.
        note: Vec<u8>,
        /// The entries that set its author's keys, included in its `root`.
        keys: Vec<Included>,
        /// The tlog-proof.
        proof: String,
    },
    /// Every entry of every log up to the cut.
    Whole(Vec<Log>),
    /// The entries that bear on one.
    Part(Vec<Log>),
}

/// An excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The charter file.
    pub charter: Vec<u8>,
    /// What it is about.
    pub of: Reference,
    /// What it carries.
    pub carried: Carried,
    /// Files that entries in it name.
    pub files: Files,
    /// Files of evidence about logs in it.
    pub faults: Vec<Vec<u8>>,
}

/// Numbers of entries at which logs are cut: the last that is shown.
pub type Cut = BTreeMap<LogId, u64>;

fn lacks(due: impl Into<String>) -> Fault {
    Fault::new(Code::ExcerptLacks, due)
}

impl Excerpt {
    fn about(audit: &Audit, of: &Reference, carried: Carried, files: Files) -> Result<Self, Fault> {
        let charter = audit.charter.as_ref().ok_or_else(|| lacks("a charter"))?;
        let faults = match carried {
            Carried::Entry { .. } => Vec::new(),
            _ => audit.evidence.iter().map(Evidence::to_bytes).collect(),
        };
        Ok(Self { charter: charter.bytes().to_vec(), of: of.clone(), carried, files, faults })
    }

    /// One entry by itself.
    pub fn entry(audit: &Audit, strand: &Strand, signed: &Signed) -> Result<Self, Fault> {
        let entry = signed.entry();
        if NEVER_ALONE.contains(&entry.kind.as_str()) {
            return Err(lacks(format!("what was said of {}, which stands with it", signed.cite())));
        }
        let seal = strand.seal.as_ref().filter(|seal| seal.size() > entry.seq);
        let seal = seal.ok_or_else(|| lacks(format!("a seal over {}", signed.cite())))?;
        let unread = || lacks(format!("the entries before {}", signed.cite()));
        let proof = strand.tree.prove_inclusion(entry.seq, seal.size()).ok_or_else(unread)?;
        let carried = Carried::Entry {
            note: signed.bytes().to_vec(),
            keys: keys_of(strand, entry.seq).ok_or_else(unread)?,
            proof: tlog_proof::print(entry.seq, &proof.0, seal),
        };
        let of = Reference { entry: signed.hash(), provision: None };
        Self::about(audit, &of, carried, Files::new())
    }

    /// Every entry of every log up to the cut: where none is given, to the newest seal.
    pub fn whole(audit: &Audit, files: &Files, of: &Reference, cut: &Cut) -> Result<Self, Fault> {
        let mut logs = Vec::new();
        let mut referred = BTreeSet::new();
        for strand in audit.all_strands() {
            let Some(seal) = seal_at(audit, strand, cut.get(strand.log()))? else { continue };
            let unread = || lacks(format!("entries of {} that could be read", strand.log()));
            let notes = (0..seal.size()).map(|seq| strand.tree.bytes(seq));
            let entries: Vec<Vec<u8>> = notes.collect::<Option<_>>().ok_or_else(unread)?;
            for signed in strand.entries().take_while(|signed| signed.entry().seq < seal.size()) {
                referred.extend(context::files(signed.entry()));
            }
            let entries = entries.into_iter().map(|bytes| Included { bytes, proof: Vec::new() }).collect();
            logs.push(Log { log: strand.log().clone(), checkpoint: note(&seal), entries });
        }
        let files = files.iter().filter(|(path, _)| referred.contains(*path));
        let files = files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        Self::about(audit, of, Carried::Whole(logs), files)
    }

    /// The entries that bear on one, for ledgers that are too large to be carried whole.
    pub fn part(audit: &Audit, files: &Files, of: &Reference) -> Result<Self, Fault> {
        let bearing = context::bearing_on(audit, &of.entry);
        let mut logs = Vec::new();
        let mut referred = BTreeSet::new();
        for strand in audit.all_strands() {
            let Some(seal) = &strand.seal else { continue };
            let shown = shown_of(strand, seal.size(), &bearing);
            let mut entries = Vec::new();
            for seq in shown {
                let unread = || lacks(format!("{}/{seq}, which could not be read", strand.log()));
                let signed = strand.entry(seq).ok_or_else(unread)?;
                referred.extend(context::files(signed.entry()));
                entries.push(included(strand, seq, seal.size()).ok_or_else(unread)?);
            }
            logs.push(Log { log: strand.log().clone(), checkpoint: note(seal), entries });
        }
        let files = files.iter().filter(|(path, _)| referred.contains(*path));
        let files = files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        Self::about(audit, of, Carried::Part(logs), files)
    }
}

/// The entries of a strand under a seal that bear on something, and those that set the
/// keys they are signed with; of a further volume its join, which names its log key.
fn shown_of(strand: &Strand, sealed: u64, bearing: &BTreeSet<Hash>) -> BTreeSet<u64> {
    let bears = |seq: &u64| strand.tree.leaf(*seq).is_some_and(|leaf| bearing.contains(&leaf));
    let mut shown: BTreeSet<u64> = (0..strand.size().min(sealed)).filter(bears).collect();
    let end = shown.last().copied().unwrap_or(u64::from(strand.log().is_further()));
    shown.extend(strand.key_entries(end).map(|key| key.entry().seq));
    shown
}

fn note(seal: &Checkpoint) -> String {
    String::from_utf8_lossy(&seal.to_bytes()).into_owned()
}

/// A seal over a strand up to an entry: its newest, or one that others carry.
fn seal_at(audit: &Audit, strand: &Strand, last: Option<&u64>) -> Result<Option<Checkpoint>, Fault> {
    let Some(last) = last else { return Ok(strand.seal.clone()) };
    let size = last.saturating_add(1);
    if let Some(seal) = strand.seal.as_ref().filter(|seal| seal.size() == size) {
        return Ok(Some(seal.clone()));
    }
    let mut near = BTreeSet::from([strand.sealed()]);
    for by in audit.all_strands() {
        let receipt = audit.receipt_of(by, strand, *last);
        let Some(head) =
            receipt.and_then(|receipt| by.entry(receipt.seq)?.entry().seen.get(strand.log()).cloned())
        else {
            continue;
        };
        near.insert(head.size);
        let (charter, key) = (strand.chain.charter(), strand.chain.log_key());
        if let Some(key) = key.filter(|_| head.size == size) {
            return Checkpoint::rebuild(&head, &charter.id(), strand.log(), key).map(Some);
        }
    }
    let near: Vec<String> =
        near.iter().map(|size| format!("{}/{}", strand.log(), size.saturating_sub(1))).collect();
    let what = format!("a seal that ends at {}/{last}; seals held end at {}", strand.log(), near.join(", "));
    Err(lacks(what))
}
