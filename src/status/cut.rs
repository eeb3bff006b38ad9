//! A cut: how much of each log a status is about, and the day with which the dates
//! named in texts are compared.

use std::collections::BTreeMap;

use crate::audit::Audit;
use crate::names::LogId;
use crate::strand::Strand;
use crate::time::{Day, Time};

/// Where the day of a cut comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The clock of whoever reads.
    Clock,
    /// Whoever asked named it.
    Named,
    /// The authors of the last entries in the cut.
    Authors,
}

/// How much of each log, and which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    sizes: BTreeMap<LogId, u64>,
    /// The day with which dates are compared.
    pub day: Option<Day>,
    /// Where that day comes from.
    pub basis: Basis,
}

impl Cut {
    /// Everything that is held, on this day.
    pub fn whole(audit: &Audit, day: Day, basis: Basis) -> Self {
        Self { day: Some(day), basis, ..Self::everything(audit) }
    }

    /// Everything that is held, on no day.
    pub fn everything(audit: &Audit) -> Self {
        let longest = |log: &LogId| audit.branches_of(log).map(Strand::size).max().unwrap_or(0);
        let sizes = audit.strands.keys().map(|log| (log.clone(), longest(log))).collect();
        Self { sizes, day: None, basis: Basis::Named }
    }

    /// Up to these entries, and of every other log as much as they had received, at
    /// first hand or through others. The day is the latest that an author gives.
    pub fn at(audit: &Audit, named: &BTreeMap<LogId, u64>) -> Self {
        let mut sizes: BTreeMap<LogId, u64> =
            named.iter().map(|(log, seq)| (log.clone(), seq.saturating_add(1))).collect();
        loop {
            let mut grown = sizes.clone();
            for (log, size) in &sizes {
                let Some(by) = audit.strands.get(log) else { continue };
                for of in audit.strands.values().filter(|of| !named.contains_key(of.log())) {
                    let received = received_at(audit, by, of, *size);
                    let known = grown.entry(of.log().clone()).or_insert(0);
                    *known = received.max(*known);
                }
            }
            if grown == sizes {
                break;
            }
            sizes = grown;
        }
        let day = latest_day(audit, &sizes);
        Self { sizes, day, basis: Basis::Authors }
    }

    /// What the authors date no later than a time: of each log the entries before the
    /// first that is dated after it.
    pub fn dated_by(audit: &Audit, time: &Time) -> Self {
        let until = |strand: &Strand| {
            let after = |signed: &std::sync::Arc<crate::entry::Signed>| {
                signed.entry().said.as_ref().is_some_and(|said| said > time)
            };
            let first = strand.entries().find(after);
            first.map_or_else(|| strand.size(), |signed| signed.entry().seq)
        };
        let sizes = audit.strands.iter().map(|(log, strand)| (log.clone(), until(strand))).collect();
        Self { sizes, day: Some(time.day()), basis: Basis::Named }
    }

    /// Whether an entry lies in it.
    pub fn holds(&self, log: &LogId, seq: u64) -> bool {
        seq < self.size(log)
    }

    /// How many entries of a log lie in it.
    pub fn size(&self, log: &LogId) -> u64 {
        self.sizes.get(log).copied().unwrap_or(0)
    }

    /// The logs of which something lies in it, and how much.
    pub fn sizes(&self) -> impl Iterator<Item = (&LogId, u64)> {
        self.sizes.iter().map(|(log, size)| (log, *size)).filter(|(_, size)| *size > 0)
    }

    /// Whether a day has come.
    pub fn has_come(&self, day: &Day) -> bool {
        self.day.as_ref().is_some_and(|today| today >= day)
    }
}

/// How many entries of `of` the first `size` entries of `by` have received. A receipt
/// never goes back, so the numbers can be halved.
fn received_at(audit: &Audit, by: &Strand, of: &Strand, size: u64) -> u64 {
    let (mut low, mut high) = (0, of.size());
    while low < high {
        let middle = low + (high - low) / 2;
        if audit.receipt_of(by, of, middle).is_some_and(|first| first.seq < size) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The latest of the days that the last dated entry of each log gives.
fn latest_day(audit: &Audit, sizes: &BTreeMap<LogId, u64>) -> Option<Day> {
    let last = |strand: &Strand| {
        let size = sizes.get(strand.log()).copied().unwrap_or(0);
        (0..size).rev().find_map(|seq| strand.entry(seq)?.entry().said.as_ref().map(Time::day))
    };
    audit.strands.values().filter_map(last).max()
}
