//! Between which times an entry came to be, and which of two entries was before the
//! other: by links, else by times, else not shown.
//!
//! A piece of evidence says either "this head existed by T" or "this entry holds what
//! was not known before T". Both run along links that hold: an entry existed by the
//! earliest time over anything in its future, and not before the latest in its past. A
//! lower bound above an upper one is a contradiction and names both pieces; links stand
//! whatever any clock says. Which sources count, and how many of them are needed, is the
//! reader's policy; without one nothing does.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use crate::audit::Audit;
use crate::entry::Signed;
use crate::hash::Hash;
use crate::names::LogId;
use crate::past::{Future, Past, Path};
use crate::policy::Policy;
use crate::status::Times;
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

/// What each source says, by its name.
pub type Words = BTreeMap<String, Evidence>;

/// All evidence of time that a reader takes.
#[derive(Clone, Debug, Default)]
pub struct Brackets {
    evidence: Vec<Evidence>,
    /// By which it is judged; where there is none, each piece counts by itself.
    policy: Option<Policy>,
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
        Self { evidence, policy: None }
    }

    /// These pieces, of which as many are needed as a policy asks for.
    pub fn by(policy: Policy, evidence: Vec<Evidence>) -> Self {
        Self { policy: Some(policy), ..Self::of(evidence) }
    }

    /// What each source says of an entry: by when it existed at the latest word of the
    /// source, and before when it was not made.
    pub fn by_source(&self, audit: &Audit, strand: &Strand, seq: u64) -> (Words, Words) {
        let (mut upper, mut lower) = (Words::new(), Words::new());
        if self.evidence.is_empty() {
            return (upper, lower);
        }
        let (past, future) = (Past::of(audit, strand, seq), Future::of(audit, strand, seq));
        for one in &self.evidence {
            let is_over = is_over(audit, &future, &one.says);
            if is_over && upper.get(&one.source).is_none_or(|held| one.says.time() < held.says.time()) {
                upper.insert(one.source.clone(), one.clone());
            }
            let Says::NotBefore { entry, .. } = &one.says else { continue };
            let is_under = audit.entry(entry).is_some_and(|(of, signed)| past.holds(of, signed.entry().seq));
            if is_under && lower.get(&one.source).is_none_or(|held| one.says.time() > held.says.time()) {
                lower.insert(one.source.clone(), one.clone());
            }
        }
        (upper, lower)
    }

    /// The times between which an entry came to be.
    pub fn bracket(&self, audit: &Audit, strand: &Strand, seq: u64) -> Bracket {
        let (upper, lower) = self.by_source(audit, strand, seq);
        let Some(policy) = &self.policy else {
            return Bracket {
                existed_by: upper.into_values().min_by_key(|one| one.says.time().clone()),
                not_before: lower.into_values().max_by_key(|one| one.says.time().clone()),
            };
        };
        let times = |words: &Words| -> BTreeMap<String, Time> {
            words.iter().map(|(source, one)| (source.clone(), one.says.time().clone())).collect()
        };
        let (above, below) = (times(&upper), times(&lower));
        Bracket {
            existed_by: policy.upper(&above).and_then(|time| quorum(policy, &above, &upper, &time)),
            not_before: policy.lower(&below).and_then(|time| quorum(policy, &below, &lower, &time)),
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

/// What a quorum says: in the words of the source whose time is that of the quorum, under
/// the quorum's own name and number.
fn quorum(policy: &Policy, times: &BTreeMap<String, Time>, words: &Words, time: &Time) -> Option<Evidence> {
    let one = words.values().find(|one| one.says.time() == time)?;
    let name = policy.quorum()?;
    let groups = policy.report(times, &BTreeMap::new());
    let group = groups.iter().find(|group| group.name == name);
    let source =
        group.map_or_else(|| name.to_owned(), |group| format!("{name} {}/{}", group.have.len(), group.of));
    Some(Evidence { source, says: one.says.clone() })
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

/// Evidence as status asks for it.
pub struct Timed<'a> {
    audit: &'a Audit,
    brackets: &'a Brackets,
    known: RefCell<HashMap<Hash, Bracket>>,
}

impl<'a> Timed<'a> {
    /// Of the entries of a copy.
    pub fn of(audit: &'a Audit, brackets: &'a Brackets) -> Self {
        Self { audit, brackets, known: RefCell::default() }
    }

    /// The times between which an entry came to be. Bounds that contradict each other are
    /// none.
    pub fn bracket(&self, entry: &Hash) -> Bracket {
        if self.brackets.evidence.is_empty() {
            // Where nothing is said of any time, no entry need be looked for.
            return Bracket::default();
        }
        if let Some(known) = self.known.borrow().get(entry) {
            return known.clone();
        }
        let place = self.audit.entry(entry);
        let bracket = place.map_or_else(Bracket::default, |(strand, signed)| {
            self.brackets.bracket(self.audit, strand, signed.entry().seq)
        });
        let bracket = if bracket.contradiction().is_some() { Bracket::default() } else { bracket };
        self.known.borrow_mut().insert(*entry, bracket.clone());
        bracket
    }
}

impl Times for Timed<'_> {
    fn existed_by(&self, entry: &Hash) -> Option<Time> {
        self.bracket(entry).existed_by.map(|one| one.says.time().clone())
    }

    fn not_before(&self, entry: &Hash) -> Option<Time> {
        self.bracket(entry).not_before.map(|one| one.says.time().clone())
    }
}
