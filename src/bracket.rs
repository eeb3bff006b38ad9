//! Between which times an entry came to be, and which of two entries was before the
//! other: by links, else by times, else not shown.
//!
//! A piece of evidence says either "this head existed by T" or "this entry holds what
//! was not known before T". Both run along links that hold: an entry existed by the
//! earliest time over anything in its future, and not before the latest in its past. A
//! lower bound above an upper one is a contradiction and names both pieces; links stand
//! whatever any clock says. The first source of evidence comes with a later version;
//! until then [`Brackets::none`] is what the program has.

use crate::audit::Audit;
use crate::entry::Signed;
use crate::hash::Hash;
use crate::names::LogId;
use crate::past::{Future, Past, Path};
use crate::strand::Strand;
use crate::time::Time;

/// What a piece of evidence says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// The first `size` entries of a log, under this root, existed by this time.
    ExistedBy {
        /// The log.
        log: LogId,
        /// How many entries.
        size: u64,
        /// Their root.
        root: Hash,
        /// The time.
        time: Time,
    },
    /// An entry holds what nobody knew before this time.
    NotBefore {
        /// The entry's hash.
        entry: Hash,
        /// The time.
        time: Time,
    },
}

impl Says {
    /// The time it names.
    pub fn time(&self) -> &Time {
        match self {
            Self::ExistedBy { time, .. } | Self::NotBefore { time, .. } => time,
        }
    }
}

/// One piece of evidence of time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Who says so, as people know the source.
    pub source: String,
    /// What it says.
    pub says: Says,
}

/// Two pieces of evidence of which one at least is not so: the entry of the lower bound
/// stands before the head of the upper bound, and its time is later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contradiction {
    /// The upper bound.
    pub existed_by: Evidence,
    /// The lower bound.
    pub not_before: Evidence,
}

/// The times between which an entry came to be, as far as evidence goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bracket {
    /// The earliest upper bound.
    pub existed_by: Option<Evidence>,
    /// The latest lower bound.
    pub not_before: Option<Evidence>,
}

impl Bracket {
    /// The contradiction, where the lower bound is above the upper one.
    pub fn contradiction(&self) -> Option<Contradiction> {
        let (existed_by, not_before) = (self.existed_by.clone()?, self.not_before.clone()?);
        (not_before.says.time() > existed_by.says.time()).then_some(Contradiction { existed_by, not_before })
    }
}

/// That one entry existed by a time before which the other was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The upper bound of the earlier entry.
    pub existed_by: Evidence,
    /// The lower bound of the later entry.
    pub not_before: Evidence,
    /// The seconds between, at the least.
    pub seconds: u64,
}

/// How it is shown that one entry was before another: by links, by times, or both.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The hops from the later entry to the earlier one.
    pub by_links: Option<Path>,
    /// The two bounds.
    pub by_times: Option<Apart>,
}

/// The order of two entries.
#[derive(Clone, Debug)]
pub enum Order {
    /// They are one entry.
    Same,
    /// The first was before the second.
    Before(Shown),
    /// The second was before the first.
    After(Shown),
    /// Neither is shown to have been before the other.
    NotShown,
}

/// All evidence of time that a reader takes.
#[derive(Clone, Debug, Default)]
pub struct Brackets {
    evidence: Vec<Evidence>,
}

impl Brackets {
    /// No evidence beyond the links.
    pub fn none() -> Self {
        Self::default()
    }

    /// These pieces.
    pub fn of(mut evidence: Vec<Evidence>) -> Self {
        evidence.sort();
        evidence.dedup();
        Self { evidence }
    }

    /// The times between which an entry came to be.
    pub fn bracket(&self, audit: &Audit, strand: &Strand, seq: u64) -> Bracket {
        if self.evidence.is_empty() {
            return Bracket::default();
        }
        let (past, future) = (Past::of(audit, strand, seq), Future::of(audit, strand, seq));
        let upper = self.evidence.iter().filter(|one| is_over(audit, &future, &one.says));
        let lower = self.evidence.iter().filter(|one| match &one.says {
            Says::NotBefore { entry, .. } => {
                audit.entry(entry).is_some_and(|(of, signed)| past.holds(of, signed.entry().seq))
            }
            Says::ExistedBy { .. } => false,
        });
        Bracket {
            existed_by: upper.min_by_key(|one| one.says.time()).cloned(),
            not_before: lower.max_by_key(|one| one.says.time()).cloned(),
        }
    }

    /// Every lower bound that stands above an upper one, over all entries.
    pub fn contradictions(&self, audit: &Audit) -> Vec<Contradiction> {
        let mut found = Vec::new();
        for not_before in &self.evidence {
            let Says::NotBefore { entry, time } = &not_before.says else { continue };
            let Some((strand, signed)) = audit.entry(entry) else { continue };
            let future = Future::of(audit, strand, signed.entry().seq);
            let upper = self.evidence.iter().filter(|one| is_over(audit, &future, &one.says));
            found.extend(upper.filter(|one| one.says.time() < time).map(|existed_by| Contradiction {
                existed_by: existed_by.clone(),
                not_before: not_before.clone(),
            }));
        }
        found
    }

    /// The order of two entries. Times that contradict each other show none.
    pub fn order(&self, audit: &Audit, first: (&Strand, &Signed), second: (&Strand, &Signed)) -> Order {
        if first.1.hash() == second.1.hash() {
            return Order::Same;
        }
        let path = |later: (&Strand, &Signed), earlier: (&Strand, &Signed)| {
            Past::of(audit, later.0, later.1.entry().seq).path_to(earlier.0, earlier.1.entry().seq)
        };
        let bracket = |of: (&Strand, &Signed)| {
            let bracket = self.bracket(audit, of.0, of.1.entry().seq);
            if bracket.contradiction().is_some() { Bracket::default() } else { bracket }
        };
        let (one, other) = (bracket(first), bracket(second));
        let before = Shown { by_links: path(second, first), by_times: apart(&one, &other) };
        if before.by_links.is_some() {
            return Order::Before(before);
        }
        let after = Shown { by_links: path(first, second), by_times: apart(&other, &one) };
        if after.by_links.is_some() || after.by_times.is_some() {
            return Order::After(after);
        }
        if before.by_times.is_some() { Order::Before(before) } else { Order::NotShown }
    }
}

/// Whether a piece of evidence is an upper bound of an entry with this future.
fn is_over(audit: &Audit, future: &Future<'_>, says: &Says) -> bool {
    let Says::ExistedBy { log, size, root, .. } = says else { return false };
    let mut branches = audit.branches_of(log).filter(|strand| strand.has_root(*size, root));
    branches.any(|strand| future.first(strand).is_some_and(|first| first < *size))
}

/// Whether one entry existed before the other was made, and how long before.
fn apart(earlier: &Bracket, later: &Bracket) -> Option<Apart> {
    let (existed_by, not_before) = (earlier.existed_by.clone()?, later.not_before.clone()?);
    let seconds = existed_by.says.time().seconds_to(not_before.says.time()).filter(|gap| *gap > 0)?;
    Some(Apart { existed_by, not_before, seconds })
}
