//! What stands before an entry, and what behind it, by links alone.
//!
//! x is before y when hops lead from y to x, each being inclusion in the `root` of the
//! entry reached, in one of its `seen`, or in one of its `continues`. `after` and hashes
//! in bodies are no hops. Of each branch of each log a past holds the first so many
//! entries, and a future all from some number on; both are found from receipts, a few
//! for each pair of logs, and never by reading a log through. Where a log is split, a
//! receipt leads into a branch by the root it names, and an entry that two branches have
//! in common is one entry.

use std::sync::Arc;

use crate::audit::Audit;
use crate::body::membership::{SealedHead, VolumeJoin};
use crate::entry::{Head, Signed};
use crate::hash::Hash;
use crate::merkle::Nodes;
use crate::strand::Strand;

/// By what an entry names entries before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Its `root`: its author's own earlier entries.
    Root,
    /// A receipt in `seen`.
    Seen,
    /// The join of a further volume: `continues`.
    Continues,
}

/// One step back in time: an entry, and how many entries of a log it names.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The entry that names them.
    pub by: Arc<Signed>,
    /// By what.
    pub link: Link,
    /// How many entries it names.
    pub size: u64,
    /// Their root.
    pub root: Hash,
    /// One of them: the entry that the next hop starts from, or the end of the path.
    pub to: Arc<Signed>,
}

/// The hops from a later entry back to an earlier one.
#[derive(Clone, Debug)]
pub struct Path(pub Vec<Hop>);

/// A part of a past: the first `size` entries of a branch, and how they were reached.
#[derive(Clone, Copy, Debug)]
struct Reach {
    at: usize,
    size: u64,
    /// The reach in which the entry stands that names them; none for the entry itself.
    from: Option<usize>,
    /// That entry's number.
    seq: u64,
    link: Link,
}

/// What an entry's past holds, the entry itself among it.
pub struct Past<'a> {
    strands: Vec<&'a Strand>,
    /// In the order in which they were found: fewer hops first.
    found: Vec<Reach>,
    sizes: Vec<u64>,
}

/// The branches on which an entry stands: the number of each among all, as the audit
/// gives them.
fn standing(strands: &[&Strand], of: &Strand, seq: u64) -> Vec<usize> {
    let leaf = of.tree.leaf(seq);
    let stands = |strand: &Strand| {
        std::ptr::eq(strand, of)
            || strand.log() == of.log()
                && seq < strand.size()
                && leaf.is_some()
                && strand.tree.leaf(seq) == leaf
    };
    (0..strands.len()).filter(|at| strands.get(*at).is_some_and(|strand| stands(strand))).collect()
}

/// The heads that the join of a further volume continues.
pub fn continued(strand: &Strand) -> Vec<SealedHead> {
    if !strand.log().is_further() {
        return Vec::new();
    }
    let join = strand.entry(0).and_then(|join| VolumeJoin::read(&join.entry().body).ok());
    join.map(|join| join.continues).unwrap_or_default()
}

impl<'a> Past<'a> {
    /// The past of an entry.
    pub fn of(audit: &'a Audit, strand: &Strand, seq: u64) -> Self {
        let strands: Vec<&Strand> = audit.all_strands().collect();
        let mut past = Self { sizes: vec![0; strands.len()], found: Vec::new(), strands };
        for at in standing(&past.strands, strand, seq) {
            past.take(Reach { at, size: seq + 1, from: None, seq, link: Link::Root });
        }
        let mut next = 0;
        while let Some(reach) = past.found.get(next).copied() {
            // One that a longer reach has overtaken since leads nowhere of its own.
            if past.sizes.get(reach.at) == Some(&reach.size) {
                past.follow(audit, next, reach);
            }
            next += 1;
        }
        past
    }

    fn take(&mut self, reach: Reach) {
        if let Some(size) = self.sizes.get_mut(reach.at).filter(|size| **size < reach.size) {
            *size = reach.size;
            self.found.push(reach);
        }
    }

    fn follow(&mut self, audit: &Audit, from: usize, reach: Reach) {
        let Some(by) = self.strands.get(reach.at).copied() else { return };
        let last = reach.size.saturating_sub(1);
        let continued = continued(by);
        for at in 0..self.strands.len() {
            let Some(of) = self.strands.get(at).copied() else { continue };
            if let Some(receipt) = audit.receipt_until(by, of, last) {
                let size = receipt.size.min(of.size());
                self.take(Reach { at, size, from: Some(from), seq: receipt.seq, link: Link::Seen });
            }
            for one in continued.iter().filter(|one| one.log == *of.log() && of.reaches(&one.head)) {
                let size = one.head.size.min(of.size());
                self.take(Reach { at, size, from: Some(from), seq: 0, link: Link::Continues });
            }
        }
    }

    /// Whether it holds this entry.
    pub fn holds(&self, strand: &Strand, seq: u64) -> bool {
        let reached = |at: &usize| self.sizes.get(*at).is_some_and(|size| *size > seq);
        standing(&self.strands, strand, seq).iter().any(reached)
    }

    /// The hops back to an entry that it holds; none for the entry whose past it is.
    pub fn path_to(&self, strand: &Strand, seq: u64) -> Option<Path> {
        let places = standing(&self.strands, strand, seq);
        let first = self.found.iter().position(|reach| places.contains(&reach.at) && reach.size > seq)?;
        let mut hops = Vec::new();
        let (mut reach, mut to) = (*self.found.get(first)?, seq);
        loop {
            let of = self.strands.get(reach.at)?;
            let Some(from) = reach.from else { break };
            let before = *self.found.get(from)?;
            let by = self.strands.get(before.at)?.entry(reach.seq)?;
            let (size, root) = named(&by, of, reach.link)?;
            hops.push(Hop { by, link: reach.link, size, root, to: of.entry(to)? });
            (reach, to) = (before, reach.seq);
        }
        if to < reach.seq {
            let own = self.strands.get(reach.at)?;
            let by = own.entry(reach.seq)?;
            let (size, root) = (by.entry().seq, by.entry().root?);
            hops.push(Hop { by, link: Link::Root, size, root, to: own.entry(to)? });
        }
        hops.reverse();
        Some(Path(hops))
    }

    /// Of each branch of each log, how many of its first entries it holds.
    pub fn sizes(&self) -> impl Iterator<Item = (&'a Strand, u64)> {
        self.strands.iter().copied().zip(self.sizes.iter().copied()).filter(|(_, size)| *size > 0)
    }
}

/// The head of a branch that an entry names so.
fn named(by: &Signed, of: &Strand, link: Link) -> Option<(u64, Hash)> {
    let head = |head: &Head| (head.size, head.root);
    match link {
        Link::Root => Some((by.entry().seq, by.entry().root?)),
        Link::Seen => by.entry().seen.get(of.log()).map(head),
        Link::Continues => {
            let join = VolumeJoin::read(&by.entry().body).ok()?;
            let mut all = join.continues.iter();
            all.find(|one| one.log == *of.log() && of.reaches(&one.head)).map(|one| head(&one.head))
        }
    }
}

/// What stands behind an entry, the entry itself among it: of each branch of each log,
/// all entries from a number on.
pub struct Future<'a> {
    strands: Vec<&'a Strand>,
    firsts: Vec<Option<u64>>,
}

impl<'a> Future<'a> {
    /// The future of an entry.
    pub fn of(audit: &'a Audit, strand: &Strand, seq: u64) -> Self {
        let strands: Vec<&Strand> = audit.all_strands().collect();
        let mut future = Self { firsts: vec![None; strands.len()], strands };
        let mut waiting = Vec::new();
        future.take(strand, seq, &mut waiting);
        while let Some((at, seq)) = waiting.pop() {
            let Some(of) = future.strands.get(at).copied() else { continue };
            if future.firsts.get(at) != Some(&Some(seq)) {
                continue;
            }
            for by in future.strands.clone() {
                let received = audit.receipt_of(by, of, seq).map(|receipt| receipt.seq);
                let goes_on =
                    |one: &SealedHead| one.log == *of.log() && one.head.size > seq && of.reaches(&one.head);
                let first = if continued(by).iter().any(goes_on) { Some(0) } else { received };
                if let Some(first) = first {
                    future.take(by, first, &mut waiting);
                }
            }
        }
        future
    }

    fn take(&mut self, strand: &Strand, seq: u64, waiting: &mut Vec<(usize, u64)>) {
        for at in standing(&self.strands, strand, seq) {
            if let Some(first) = self.firsts.get_mut(at).filter(|first| first.is_none_or(|first| first > seq))
            {
                *first = Some(seq);
                waiting.push((at, seq));
            }
        }
    }

    /// The first entry of a branch in it.
    pub fn first(&self, strand: &Strand) -> Option<u64> {
        let at = self.strands.iter().position(|one| std::ptr::eq(*one, strand))?;
        self.firsts.get(at).copied().flatten()
    }

    /// Whether it holds this entry.
    pub fn holds(&self, strand: &Strand, seq: u64) -> bool {
        standing(&self.strands, strand, seq)
            .iter()
            .any(|at| self.firsts.get(*at).copied().flatten().is_some_and(|first| first <= seq))
    }
}
