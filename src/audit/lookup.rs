//! What is asked of the entries of an audit once they are judged: what they amount to,
//! which receipts stand around a place, which begin with some digits. Each is worked out
//! when it is first asked for, from the index where one answers.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::Audit;
use crate::entry::Signed;
use crate::fault::Verdict;
use crate::gist::Gist;
use crate::hash::Hash;
use crate::merkle::Nodes;
use crate::names::LogId;
use crate::received::{self, Around, Receipt};
use crate::status::Effect;
use crate::strand::Strand;

impl Audit {
    /// What entries amount to where that is not simply what they say, by hash; worked out
    /// when it is first asked for.
    pub fn effects(&self) -> &HashMap<Hash, Effect> {
        self.effects.get_or_init(|| crate::status::effects(self))
    }

    /// The first entry of a strand that receipts this entry of another.
    pub fn receipt_of(&self, by: &Strand, of: &Strand, seq: u64) -> Option<Receipt> {
        let mut place = Around::Size(seq);
        loop {
            let next = self.receipts(by, of.log(), place).1?;
            if self.is_of(&next, of) {
                return Some(next);
            }
            if next.size > of.tree.size() {
                return None;
            }
            place = Around::Number(next.seq);
        }
    }

    /// The last receipt of a branch that a strand gives in its entry of this number or
    /// before.
    pub fn receipt_until(&self, by: &Strand, of: &Strand, seq: u64) -> Option<Receipt> {
        let mut found = self.receipts(by, of.log(), Around::Number(seq)).0?;
        if found.size > of.tree.size() {
            found = self.receipts(by, of.log(), Around::Size(of.tree.size())).0?;
        }
        while !self.is_of(&found, of) {
            let before = Around::Number(found.seq.checked_sub(1)?);
            found = self.receipts(by, of.log(), before).0?;
        }
        Some(found)
    }

    /// What status needs of every strand; read when it is first asked for.
    pub fn gists(&self) -> &[Gist] {
        self.gists.get_or_init(|| {
            let strands: Vec<&Strand> = self.all_strands().collect();
            strands.into_par_iter().map(|strand| self.gist(strand)).collect()
        })
    }

    fn gist(&self, strand: &Strand) -> Gist {
        let finder = self.finder.as_ref().filter(|_| self.is_first(strand));
        let (mut gist, from) = finder.map(|finder| finder.gist(strand)).unwrap_or_default();
        strand.entries_from(from).for_each(|signed| gist.push(&signed));
        gist
    }

    fn gist_of(&self, strand: &Strand) -> Option<&Gist> {
        self.gists().get(self.all_strands().position(|one| std::ptr::eq(one, strand))?)
    }

    /// The acts of a strand, in order.
    pub fn acts_of(&self, strand: &Strand) -> &[Arc<Signed>] {
        self.gist_of(strand).map_or(&[], |gist| gist.acts.as_slice())
    }

    /// Whether a strand is the branch of its log that was held first.
    fn is_first(&self, strand: &Strand) -> bool {
        self.strands.get(strand.log()).is_some_and(|first| std::ptr::eq(first, strand))
    }

    /// The receipts of a log on both sides of a place: by the index where it answers, else
    /// from the entries.
    fn receipts(&self, by: &Strand, of: &LogId, place: Around) -> received::Beside {
        if !by.chain.receipted().contains_key(of) {
            return (None, None);
        }
        let finder = self.finder.as_ref().filter(|_| self.is_first(by) && self.gists.get().is_none());
        if let Some(found) = finder.and_then(|finder| finder.receipts(by, of, place)) {
            return found;
        }
        self.gist_of(by).map_or((None, None), |gist| gist.receipts.around(of, place))
    }

    /// Whether a branch begins with the entries that a receipt is over; compared before,
    /// where no more was found than heads that are not here.
    fn is_of(&self, receipt: &Receipt, branch: &Strand) -> bool {
        if self.agrees() { receipt.size <= branch.tree.size() } else { receipt.is_of(branch) }
    }

    /// Whether every receipt under the seal of its log is of the one branch of it, as far
    /// as that goes.
    fn agrees(&self) -> bool {
        let held = |log: &LogId| self.strands.get(log).map_or(0, |strand| strand.tree.size());
        let one_branch = self.verdict <= Verdict::Incomplete && self.branches.is_empty();
        *self.agrees.get_or_init(|| one_branch && self.woven.is_of_what_is_held(held))
    }

    /// The accepted entries whose hashes, as digits, begin so.
    pub fn beginning_with(&self, digits: &str) -> Vec<(&Strand, u64)> {
        let places = self.places().iter().filter(|(hash, _)| hash.to_string().starts_with(digits));
        let found: BTreeSet<(usize, u64)> = places.map(|(_, place)| *place).collect();
        found.into_iter().filter_map(|(at, seq)| Some((self.all_strands().nth(at)?, seq))).collect()
    }
}
