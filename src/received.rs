//! What one log has received of others, by its own receipts: the one that stands last at
//! or before a place, and the first behind it.

use std::collections::BTreeMap;

use crate::entry::{Head, Signed};
use crate::hash::Hash;
use crate::names::LogId;
use crate::strand::Strand;

/// A receipt that an entry gives: its number, and the size and root it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The number of the entry that gives it.
    pub seq: u64,
    /// How many entries it is over.
    pub size: u64,
    /// Their root.
    pub root: Hash,
    /// The hash of the entry that gives it.
    pub by: Hash,
}

impl Receipt {
    /// That an entry gives of a head.
    pub fn of(signed: &Signed, head: &Head) -> Self {
        Self { seq: signed.entry().seq, size: head.size, root: head.root, by: signed.hash() }
    }

    /// Whether a branch begins with the entries it is over.
    pub fn is_of(&self, branch: &Strand) -> bool {
        branch.has_root(self.size, &self.root)
    }
}

/// A place among the receipts that one log gives of another. What is receipted grows, so
/// both ways of counting run in one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// Behind the entry of this number.
    Number(u64),
    /// Behind a receipt over so many entries.
    Size(u64),
}

/// The receipts on both sides of a place.
pub type Beside = (Option<Receipt>, Option<Receipt>);

/// All receipts that one strand gives, by the logs they are about.
#[derive(Clone, Debug, Default)]
pub struct Receipts(BTreeMap<LogId, Vec<Receipt>>);

impl Receipts {
    /// Adds those that the next entry gives.
    pub fn push(&mut self, signed: &Signed) {
        for (log, head) in &signed.entry().seen {
            self.add(log, Receipt::of(signed, head));
        }
    }

    /// Adds the next receipt of a log.
    pub fn add(&mut self, log: &LogId, receipt: Receipt) {
        self.0.entry(log.clone()).or_default().push(receipt);
    }

    /// Adds those of the entries that come behind.
    pub fn extend(&mut self, next: Self) {
        for (log, receipts) in next.0 {
            self.0.entry(log).or_default().extend(receipts);
        }
    }

    /// Each with the log it is about.
    pub fn iter(&self) -> impl Iterator<Item = (&LogId, &Receipt)> {
        self.0.iter().flat_map(|(log, receipts)| receipts.iter().map(move |receipt| (log, receipt)))
    }

    /// Those about one log on both sides of a place.
    pub fn around(&self, log: &LogId, place: Around) -> Beside {
        let receipts = self.0.get(log).map_or(&[][..], Vec::as_slice);
        let first = receipts.partition_point(|receipt| match place {
            Around::Number(number) => receipt.seq <= number,
            Around::Size(size) => receipt.size <= size,
        });
        let before = first.checked_sub(1).and_then(|last| receipts.get(last));
        (before.copied(), receipts.get(first).copied())
    }
}
