//! What one log has received of others, by its own receipts: the one that stands last at
//! or before a place, and the first behind it.

use std::collections::BTreeMap;

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
}

impl Receipt {
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
    /// Reads them.
    pub fn of(strand: &Strand) -> Self {
        let mut receipts: BTreeMap<LogId, Vec<Receipt>> = BTreeMap::new();
        if strand.chain.receipted().is_empty() {
            return Self::default();
        }
        for signed in strand.entries() {
            for (log, head) in &signed.entry().seen {
                let receipt = Receipt { seq: signed.entry().seq, size: head.size, root: head.root };
                receipts.entry(log.clone()).or_default().push(receipt);
            }
        }
        Self(receipts)
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
