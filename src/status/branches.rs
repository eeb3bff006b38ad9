//! Where logs are split: what the record amounts to on each branch, side by side. The
//! program prefers none; the one held first is merely told first.
//!
//! ```text
//! a way      one branch of each split log; the first way follows those held first
//! ways       each branch of each log with the others' first; then several together,
//!            fewest first, until there are MOST
//! ```
//!
//! What differs is told by the logs that it depends on, and by no other: a log matters to
//! a value if two ways that differ in that log alone have another value.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::cut::Cut;
use super::record::{Record, Sources};
use super::summary::Status;
use crate::audit::Audit;
use crate::hash::Hash;
use crate::merkle::{self, Nodes};
use crate::names::LogId;
use crate::strand::Strand;

/// Ways beyond those of one branch each are looked at until there are so many: six logs
/// split in two, whole.
pub const MOST: usize = 64;

/// The branches that a way follows in the place of those held first, by log.
pub type Way<'a> = Vec<&'a Strand>;

/// The ways that are looked at, and how many are not.
pub fn ways(audit: &Audit) -> (Vec<Way<'_>>, u64) {
    let mut logs: BTreeMap<&LogId, Vec<&Strand>> = BTreeMap::new();
    for branch in &audit.branches {
        logs.entry(branch.log()).or_default().push(branch);
    }
    let all = logs.values().fold(1_u64, |all, branches| {
        all.saturating_mul(u64::try_from(branches.len()).unwrap_or(u64::MAX).saturating_add(1))
    });
    let mut ways: Vec<Way<'_>> = vec![Vec::new()];
    ways.extend(logs.values().flatten().map(|branch| vec![*branch]));
    // Each way of several goes on from one of fewer, so that a way never stands without
    // those between it and the first.
    let mut next = 1;
    while ways.len() < MOST {
        let Some(way) = ways.get(next).cloned() else { break };
        let last = way.last().map(|branch| branch.log());
        for branch in logs.iter().filter(|(log, _)| Some(**log) > last).flat_map(|(_, branches)| branches) {
            if ways.len() < MOST {
                ways.push([way.clone(), vec![*branch]].concat());
            }
        }
        next += 1;
    }
    let left_out = all.saturating_sub(u64::try_from(ways.len()).unwrap_or(u64::MAX));
    (ways, left_out)
}

/// What names a branch: its log, and its first entry that no branch before it has; of the
/// one held first, the first that not all have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The log.
    pub log: LogId,
    /// The number of that entry.
    pub seq: u64,
    /// Its hash.
    pub entry: Hash,
    /// Whether it is the branch held first.
    pub is_first: bool,
}

fn named(audit: &Audit, branch: &Strand) -> Option<Branch> {
    let is_first = audit.strands.get(branch.log()).is_some_and(|first| std::ptr::eq(first, branch));
    let common = |other: &Strand| merkle::common(&branch.tree, &other.tree);
    let all = audit.branches_of(branch.log());
    let seq = if is_first {
        all.filter(|other| !std::ptr::eq(*other, branch)).map(common).min()?
    } else {
        all.take_while(|other| !std::ptr::eq(*other, branch)).map(common).max()?
    };
    // A branch that ends where others go on is named by its last entry.
    let seq = seq.min(branch.size().checked_sub(1)?);
    Some(Branch { log: branch.log().clone(), seq, entry: branch.tree.leaf(seq)?, is_first })
}

/// A value on those branches on which it is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct On<T> {
    /// The branches; none where it is so on all.
    pub branches: Vec<Branch>,
    /// A way that follows them: its place among those of [`Statuses::ways`].
    pub way: usize,
    /// The value.
    pub value: T,
}

/// What a record amounts to on every way that is looked at.
pub struct Statuses<'a> {
    audit: &'a Audit,
    ways: Vec<(Way<'a>, Rc<Status<'a>>)>,
    /// Ways that are not looked at.
    pub left_out: u64,
}

impl<'a> Statuses<'a> {
    /// Works it out. Nothing without a charter.
    pub fn of(sources: Sources<'a>, cut: &Cut) -> Option<Self> {
        let (ways, left_out) = ways(sources.audit);
        let each = ways.into_iter().map(|way| {
            let record = Record::on_branches(sources, cut.clone(), &way)?;
            Some((way, Rc::new(Status::from_record(record))))
        });
        Some(Self { audit: sources.audit, ways: each.collect::<Option<_>>()?, left_out })
    }

    /// The status on each way, that of the branches held first before the others.
    pub fn ways(&self) -> impl Iterator<Item = &Rc<Status<'a>>> {
        self.ways.iter().map(|(_, status)| status)
    }

    /// Whether a log is split.
    pub fn is_split(&self) -> bool {
        self.ways.len() > 1
    }

    /// The split logs, and the branches of each.
    pub fn splits(&self) -> Vec<(&'a LogId, Vec<Branch>)> {
        let of = |log| self.audit.branches_of(log).filter_map(|branch| named(self.audit, branch)).collect();
        self.split_logs().map(|log| (log, of(log))).collect()
    }

    /// A value for each way, none where there is nothing to tell: told once where all are
    /// the same, and else once for each branch of the logs that it depends on.
    pub fn told<T: PartialEq>(&self, values: Vec<Option<T>>) -> Vec<On<T>> {
        let behind = self.logs_behind(&values);
        let all: Vec<&LogId> = self.split_logs().collect();
        // With ways left out, or nothing to tell on some, what lies between two values may
        // not be seen.
        let logs = if self.tells_apart(&values, &behind) { behind } else { all };
        let mut on: Vec<On<T>> = Vec::new();
        for (way, value) in values.into_iter().enumerate() {
            let Some(value) = value else { continue };
            let branches = self.branches(way, &logs);
            if on.iter().all(|known| known.branches != branches) {
                on.push(On { branches, way, value });
            }
        }
        on
    }

    /// The split logs of which a branch alone makes another value.
    fn logs_behind<T: PartialEq>(&self, values: &[Option<T>]) -> Vec<&'a LogId> {
        let others = |way: &Way<'a>, log: &LogId| -> Vec<*const Strand> {
            let others = way.iter().filter(|branch| branch.log() != log);
            others.map(|branch| std::ptr::from_ref(*branch)).collect()
        };
        let matters = |log: &&LogId| {
            let mut seen: BTreeMap<Vec<*const Strand>, &T> = BTreeMap::new();
            let mut each =
                self.ways.iter().zip(values).filter_map(|(way, value)| Some((way, value.as_ref()?)));
            each.any(|((way, _), value)| *seen.entry(others(way, log)).or_insert(value) != value)
        };
        self.split_logs().filter(matters).collect()
    }

    /// Whether the branches of these logs say which value it is.
    fn tells_apart<T: PartialEq>(&self, values: &[Option<T>], logs: &[&LogId]) -> bool {
        let mut known: Vec<(Vec<Branch>, &T)> = Vec::new();
        for (way, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            let branches = self.branches(way, logs);
            match known.iter().find(|(there, _)| *there == branches) {
                Some((_, other)) if *other != value => return false,
                Some(_) => {}
                None => known.push((branches, value)),
            }
        }
        true
    }

    /// The branches of some logs that a way follows.
    fn branches(&self, way: usize, logs: &[&LogId]) -> Vec<Branch> {
        logs.iter().filter_map(|log| self.branch(way, log)).collect()
    }

    fn split_logs(&self) -> impl Iterator<Item = &'a LogId> {
        let audit = self.audit;
        audit.strands.keys().filter(|log| audit.branches_of(log).nth(1).is_some())
    }

    /// The branch of a log that a way follows.
    fn branch(&self, way: usize, log: &LogId) -> Option<Branch> {
        let (way, _) = self.ways.get(way)?;
        let other = way.iter().copied().find(|branch| branch.log() == log);
        named(self.audit, other.or_else(|| self.audit.strands.get(log))?)
    }
}
