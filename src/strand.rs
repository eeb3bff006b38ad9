//! One branch of one log as it is held: what the chain took of it, what follows, and
//! the seal over it. The entries stay on their shelf and are read when asked for.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crate::chain::Chain;
use crate::charter::Charter;
use crate::checkpoint::Checkpoint;
use crate::entry::{Head, Signed};
use crate::fault::Fault;
use crate::hash::Hash;
use crate::merkle::{Edge, Nodes};
use crate::names::LogId;
use crate::proof::Held;
use crate::shelf::{Shelf, Stamp};
use crate::tall::Tall;

/// What an earlier look at a log found, so that the entries that were taken then need
/// not be taken again: their root is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Entries that the chain took.
    pub size: u64,
    /// Their root.
    pub root: Hash,
    /// Which of them set keys.
    pub key_entries: Vec<u64>,
    /// How much of each other log they receipt.
    pub receipted: BTreeMap<LogId, u64>,
    /// How its complete bundles lay in its file, where that was noted.
    pub laid: Option<Laid>,
}

/// How the first complete bundles of a log lay in its one file when all of it was hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laid {
    /// What the file system told of the file before it was read.
    pub stamp: Stamp,
    /// Where each bundle begins, and where the entries behind them do.
    pub offsets: Vec<u64>,
    /// The node over each bundle.
    pub nodes: Vec<Hash>,
}

/// One branch of one log.
#[derive(Clone, Debug)]
pub struct Strand {
    /// The accepted entries' chain.
    pub chain: Chain,
    /// Why the bytes behind the accepted entries were not taken, if there are any.
    pub stop: Option<Fault>,
    /// The tree over all bytes, accepted or not.
    pub tree: Tall,
    /// The newest checkpoint that agrees with the tree.
    pub seal: Option<Checkpoint>,
    /// A checkpoint that lies beside the entries and that they do not reach.
    pub unreached: Option<Checkpoint>,
    /// Where its files lie below the copy, without their endings.
    pub stem: String,
    /// The accepted entries that set keys.
    pub(crate) key_entries: Vec<u64>,
    /// What was told of its file before all of it was read.
    pub(crate) stamp: Option<Stamp>,
}

impl Strand {
    /// A log of which nothing was read so far.
    pub fn new(charter: &Arc<Charter>, log: &LogId, shelf: Arc<dyn Shelf>) -> Result<Self, Fault> {
        Ok(Self {
            chain: Chain::new(charter, log)?,
            stop: None,
            tree: Tall::new(shelf),
            seal: None,
            unreached: None,
            stem: String::new(),
            key_entries: Vec::new(),
            stamp: None,
        })
    }

    /// Takes note of an entry that the chain has just taken.
    pub(crate) fn took(&mut self, signed: &Signed) {
        let entry = signed.entry();
        if sets_keys(&entry.kind, &entry.author) {
            self.key_entries.push(entry.seq);
        }
    }

    /// Goes on from what is known, where the tree has these leaves; whether it has.
    pub(crate) fn resume(&mut self, known: &Known) -> bool {
        let (charter, log) = (Arc::clone(self.chain.charter()), self.log().clone());
        if self.tree.root_at(known.size) != Some(known.root) {
            return false;
        }
        let read = |seq: &u64| Signed::parse(&self.tree.bytes(*seq)?).ok();
        let key_entries: Option<Vec<Signed>> = known.key_entries.iter().map(read).collect();
        let last = known.size.checked_sub(1).and_then(|last| self.tree.leaf(last));
        let (Some(key_entries), Some(last)) = (key_entries, last) else { return false };
        let Some(edge) = Edge::of(&self.tree, known.size) else { return false };
        let receipted = known.receipted.clone();
        match Chain::resume(&charter, &log, &key_entries, last, edge, receipted) {
            Ok(chain) => {
                self.chain = chain;
                self.key_entries.clone_from(&known.key_entries);
                true
            }
            Err(_) => false,
        }
    }

    /// What a later look needs to know of this one.
    pub fn known(&self) -> Option<Known> {
        Some(Known {
            size: self.size(),
            root: self.chain.root()?,
            key_entries: self.key_entries.clone(),
            receipted: self.chain.receipted().clone(),
            laid: self.laid(),
        })
    }

    /// How its bundles lie, where its file is as it was before all of it was read.
    fn laid(&self) -> Option<Laid> {
        let (stamp, shelf) = (self.stamp.clone()?, self.tree.shelf());
        let now = shelf.stamp().ok().flatten();
        let (offsets, nodes) = (shelf.begun(), self.tree.nodes().to_vec());
        (now.as_ref() == Some(&stamp) && !nodes.is_empty() && offsets.len() == nodes.len() + 1)
            .then_some(Laid { stamp, offsets, nodes })
    }

    /// The log.
    pub fn log(&self) -> &LogId {
        self.chain.log()
    }

    /// Number of accepted entries.
    pub fn size(&self) -> u64 {
        self.chain.size()
    }

    /// Number of entries under the newest seal.
    pub fn sealed(&self) -> u64 {
        self.seal.as_ref().map_or(0, Checkpoint::size)
    }

    /// Whether the seal covers bytes that the chain did not take.
    pub fn seals_bad_entry(&self) -> bool {
        self.stop.is_some() && self.sealed() > self.size()
    }

    /// Whether these bytes begin with those under this seal.
    pub fn reaches(&self, head: &Head) -> bool {
        self.has_root(head.size, &head.root)
    }

    /// Whether this is the root of the first so many entries here.
    pub fn has_root(&self, size: u64, root: &Hash) -> bool {
        self.tree.root_at(size).as_ref() == Some(root)
    }

    /// One accepted entry.
    pub fn entry(&self, seq: u64) -> Option<Arc<Signed>> {
        if seq >= self.size() {
            return None;
        }
        Signed::parse(&self.tree.bytes(seq)?).ok().map(Arc::new)
    }

    /// The accepted entries, read one after another.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = Arc<Signed>> {
        self.entries_from(0)
    }

    /// The accepted entries from a number on.
    pub fn entries_from(&self, first: u64) -> impl DoubleEndedIterator<Item = Arc<Signed>> {
        (first..self.size()).filter_map(|seq| self.entry(seq))
    }

    /// The offset in the journal at which an entry begins.
    pub fn offset(&self, seq: u64) -> io::Result<u64> {
        self.tree.offset(seq)
    }

    /// The accepted entries that set keys, those before `end`.
    pub fn key_entries(&self, end: u64) -> impl Iterator<Item = Arc<Signed>> {
        self.key_entries.iter().take_while(move |seq| **seq < end).filter_map(|seq| self.entry(*seq))
    }

    /// As evidence is cut from it; nothing where there is no seal.
    pub fn held(&self) -> Option<Held<'_>> {
        Some(Held { strand: self, seal: self.seal.as_ref()? })
    }

    /// An error of reading that happened while entries were asked for.
    pub fn broken(&self) -> io::Result<()> {
        self.tree.broken()
    }
}

/// Whether an entry of this kind in this log says which keys are in force.
pub fn sets_keys(kind: &str, log: &LogId) -> bool {
    kind == "key" || kind == "join" && log.is_further()
}
