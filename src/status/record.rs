//! The acts of a ledger within a cut, and what they say of each other: what status is
//! computed from.
//!
//! An act stands after everything that it receipts. A link counts where its author had
//! received what it names: an entry of another log that is named without having been
//! received is named without effect.

use std::collections::HashMap;
use std::sync::Arc;

use super::cut::Cut;
use super::effect::{self, Effect};
use super::texts;
use crate::audit::Audit;
use crate::body::Body;
use crate::body::text::Text;
use crate::charter::{Charter, Role};
use crate::entry::{Entry, Signed};
use crate::hash::Hash;
use crate::merkle::Nodes;
use crate::names::{Label, LogId, MemberId};
use crate::received::Receipt;
use crate::strand::Strand;
use crate::time::Time;

/// The version of the rules by which status is computed.
pub const RULES: u64 = 1;

/// What evidence shows of when an entry existed.
pub trait Times {
    /// The time by which it existed.
    fn existed_by(&self, entry: &Hash) -> Option<Time>;

    /// The time before which it did not.
    fn not_before(&self, entry: &Hash) -> Option<Time>;
}

/// No evidence of time.
pub struct NoTimes;

impl Times for NoTimes {
    fn existed_by(&self, _: &Hash) -> Option<Time> {
        None
    }

    fn not_before(&self, _: &Hash) -> Option<Time> {
        None
    }
}

/// What a record is made from, beside the entries.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The copy that was looked at.
    pub audit: &'a Audit,
    /// Evidence of time.
    pub times: &'a dyn Times,
}

/// One act.
#[derive(Clone, Debug)]
pub struct Act {
    /// The entry.
    pub signed: Arc<Signed>,
    /// What it says.
    pub body: Body,
    /// What that amounts to.
    pub effect: Effect,
    /// The label and entry by which its member declared compromised a key that signed it.
    pub contested: Option<(Label, Hash)>,
}

impl Act {
    /// Its hash.
    pub fn hash(&self) -> Hash {
        self.signed.hash()
    }

    /// Whose it is.
    pub fn member(&self) -> &MemberId {
        self.signed.entry().author.member()
    }

    /// Whether it amounts to what it says.
    pub fn has_effect(&self) -> bool {
        self.effect == Effect::AsWritten
    }
}

/// Acts within a cut, each after what it receipts.
pub struct Record<'a> {
    /// What it was made from.
    pub sources: Sources<'a>,
    /// The charter.
    pub charter: Arc<Charter>,
    /// The cut.
    pub cut: Cut,
    strands: Vec<&'a Strand>,
    acts: Vec<Act>,
    /// Entries that are no acts and that acts name.
    named: HashMap<Hash, Act>,
    by_hash: HashMap<Hash, usize>,
    naming: HashMap<Hash, Vec<usize>>,
    /// Acts that table, pledge or adopt words, by their digest.
    on: HashMap<Hash, Vec<usize>>,
    /// Descriptions of actors, by whose they are.
    actors: HashMap<MemberId, Vec<usize>>,
}

/// Kinds that are read whatever they name.
const ALWAYS: [&str; 9] = ["actor", "adopt", "answer", "ask", "envelope", "key", "notice", "open", "text"];

/// Whether status is computed from an entry: statements and reports that name no other
/// entry move nothing.
pub fn is_act(entry: &Entry, body: &Body) -> bool {
    ALWAYS.contains(&entry.kind.as_str()) || !body.references().is_empty()
}

impl<'a> Record<'a> {
    /// The record of the branches held first. Nothing without a charter.
    pub fn of(sources: Sources<'a>, cut: Cut) -> Option<Self> {
        let strands = sources.audit.strands.values().collect();
        Self::with(sources, cut, strands)
    }

    /// The record with these branches in the place of those held first.
    pub fn on_branches(sources: Sources<'a>, cut: Cut, branches: &[&'a Strand]) -> Option<Self> {
        let first = sources.audit.strands.values();
        let on = |strand: &'a Strand| {
            branches.iter().copied().find(|branch| branch.log() == strand.log()).unwrap_or(strand)
        };
        Self::with(sources, cut, first.map(on).collect())
    }

    fn with(sources: Sources<'a>, cut: Cut, strands: Vec<&'a Strand>) -> Option<Self> {
        let charter = Arc::clone(sources.audit.charter.as_ref()?);
        let mut record = Self {
            sources,
            charter,
            cut,
            strands,
            acts: Vec::new(),
            named: HashMap::new(),
            by_hash: HashMap::new(),
            naming: HashMap::new(),
            on: HashMap::new(),
            actors: HashMap::new(),
        };
        for (strand, signed) in in_order(sources.audit, &record.strands, &record.within()) {
            let body = Body::of(signed.entry());
            let effect = effect::of(&record, strand, signed.entry(), &body);
            record.add(Act { signed, body, effect, contested: None });
        }
        let references = record.acts.iter().flat_map(|act| act.body.references());
        let unlisted = references.filter_map(|named| Some((named.entry, record.unlisted(&named.entry)?)));
        let named: HashMap<Hash, Act> = unlisted.collect();
        record.named = named;
        record.contest();
        Some(record)
    }

    /// For each strand its acts within the cut.
    fn within(&self) -> Vec<&'a [Arc<Signed>]> {
        let within = |strand: &&'a Strand| {
            let acts = self.sources.audit.acts_of(strand);
            let size = self.cut.size(strand.log());
            acts.get(..acts.partition_point(|act| act.entry().seq < size)).unwrap_or_default()
        };
        self.strands.iter().map(within).collect()
    }

    fn add(&mut self, act: Act) {
        let at = self.acts.len();
        self.by_hash.insert(act.hash(), at);
        if act.has_effect() {
            if let Some(digest) = texts::digest(self, &act) {
                self.on.entry(digest).or_default().push(at);
            }
            if matches!(act.body, Body::Actor(_)) {
                self.actors.entry(act.member().clone()).or_default().push(at);
            }
            for named in act.body.references() {
                if self.counts(&act.signed, &named.entry) {
                    let naming = self.naming.entry(named.entry).or_default();
                    if naming.last() != Some(&at) {
                        naming.push(at);
                    }
                }
            }
        }
        self.acts.push(act);
    }

    /// Marks the acts that were signed with a key which its member declares compromised
    /// from an entry of its own log on.
    fn contest(&mut self) {
        let mut windows = Vec::new();
        for act in &self.acts {
            let Body::Key(change) = &act.body else { continue };
            let entry = act.signed.entry();
            for one in &change.compromised {
                let first = match &one.since {
                    None => 0,
                    // What names no entry of this log says nothing of when.
                    Some(hash) => match self.held(hash) {
                        Some((_, since)) if since.entry().author == entry.author => since.entry().seq,
                        _ => continue,
                    },
                };
                windows.push((entry.author.clone(), one.label.clone(), first..entry.seq, act.hash()));
            }
        }
        for act in &mut self.acts {
            let entry = act.signed.entry();
            let window = windows.iter().find(|(log, label, numbers, _)| {
                *log == entry.author && numbers.contains(&entry.seq) && entry.signers.contains(label)
            });
            act.contested = window.map(|(_, label, _, by)| (label.clone(), *by));
        }
    }

    /// All acts, each after what it receipts.
    pub fn acts(&self) -> impl DoubleEndedIterator<Item = &Act> {
        self.acts.iter()
    }

    /// The act with this hash, if it lies in the cut.
    pub fn act(&self, hash: &Hash) -> Option<&Act> {
        let at = self.by_hash.get(hash).and_then(|at| self.acts.get(*at));
        at.or_else(|| self.named.get(hash))
    }

    /// Acts with effect that name this one, in order.
    pub fn naming<'s>(&'s self, hash: &Hash) -> impl Iterator<Item = &'s Act> + use<'s, 'a> {
        let found = self.naming.get(hash).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|at| self.acts.get(*at))
    }

    /// The acts with effect that table, pledge or adopt words with this digest, in order.
    pub fn on(&self, digest: &Hash) -> impl DoubleEndedIterator<Item = &Act> {
        self.on.get(digest).into_iter().flatten().filter_map(|at| self.acts.get(*at))
    }

    /// A member's descriptions of actors that have effect, in order.
    pub fn actors_of(&self, member: &MemberId) -> impl Iterator<Item = &Act> {
        self.actors.get(member).into_iter().flatten().filter_map(|at| self.acts.get(*at))
    }

    /// Acts once each, in the order of the record.
    pub fn in_turn<'r>(&'r self, acts: impl IntoIterator<Item = &'r Act>) -> Vec<&'r Act> {
        let mut acts: Vec<&Act> = acts.into_iter().collect();
        acts.sort_by_key(|act| self.place_of(act));
        acts.dedup_by_key(|act| act.hash());
        acts
    }

    /// Where an act stands in the order.
    pub fn place_of(&self, act: &Act) -> Option<usize> {
        self.by_hash.get(&act.hash()).copied()
    }

    /// The strand of a log in this record.
    pub fn strand(&self, log: &LogId) -> Option<&'a Strand> {
        self.strands.iter().copied().find(|strand| strand.log() == log)
    }

    /// Whether what `signed` says of another entry counts: that entry is held, and its
    /// author had it before.
    pub fn counts(&self, signed: &Signed, named: &Hash) -> bool {
        self.receives(signed.entry(), named)
    }

    /// The same of an entry that need not be signed yet.
    pub fn receives(&self, entry: &Entry, named: &Hash) -> bool {
        let (Some(own), Some((of, other))) = (self.strand(&entry.author), self.held(named)) else {
            return false;
        };
        super::receives(self.sources.audit, own, entry, of, other.entry().seq)
    }

    /// An entry of these branches that is no act, as if it were one: what it amounts to rests
    /// on who signed it alone.
    pub fn unlisted(&self, hash: &Hash) -> Option<Act> {
        if self.by_hash.contains_key(hash) {
            return None;
        }
        let (_, signed) = self.held(hash)?;
        let entry = signed.entry();
        let strand = self.strand(&entry.author)?;
        let body = Body::of(entry);
        if is_act(entry, &body) || strand.tree.leaf(entry.seq) != Some(*hash) {
            return None;
        }
        let effect = effect::of(self, strand, entry, &body);
        Some(Act { signed, body, effect, contested: None })
    }

    /// An entry that lies in the cut, whether it is an act or not.
    pub fn held(&self, hash: &Hash) -> Option<(&'a Strand, Arc<Signed>)> {
        if let Some(act) = self.act(hash) {
            return Some((self.strand(&act.signed.entry().author)?, Arc::clone(&act.signed)));
        }
        let (strand, signed) = self.sources.audit.entry(hash)?;
        self.cut.holds(strand.log(), signed.entry().seq).then_some((strand, signed))
    }

    /// For each other log the receipt within the cut by which it first received this entry.
    pub fn receivers(&self, signed: &Signed) -> Vec<(&'a LogId, Receipt)> {
        let Some(of) = self.strand(&signed.entry().author) else { return Vec::new() };
        let others = self.strands.iter().filter(|strand| strand.log() != of.log());
        others
            .filter_map(|by| {
                let first = self.sources.audit.receipt_of(by, of, signed.entry().seq)?;
                self.cut.holds(by.log(), first.seq).then_some((by.log(), first))
            })
            .collect()
    }

    /// The entry within the cut by which a member first receipted this one.
    pub fn receipt_by(&self, member: &MemberId, signed: &Signed) -> Option<Hash> {
        let all = self.receivers(signed);
        all.into_iter().find(|(log, _)| log.member() == member).map(|(_, receipt)| receipt.by)
    }

    /// The document in which a text's provisions stand, if they stand in one.
    pub fn document_of(&self, text: &Text) -> Option<&'a [u8]> {
        match &text.provisions {
            crate::body::text::Provisions::Here(_) => None,
            crate::body::text::Provisions::InDocument { document, .. } => {
                self.sources.audit.documents.get(document).map(Vec::as_slice)
            }
        }
    }

    /// The members in a role, by id.
    pub fn in_role(&self, role: Role) -> impl Iterator<Item = &MemberId> {
        self.charter.members.values().filter(move |member| member.role == role).map(|member| &member.id)
    }
}

/// Acts of some strands in an order in which each stands after all that its author
/// had received; beside each other, strands in their order.
fn in_order<'a>(
    audit: &Audit,
    strands: &[&'a Strand],
    acts: &[&'a [Arc<Signed>]],
) -> Vec<(&'a Strand, Arc<Signed>)> {
    let mut rest: Vec<_> = acts.iter().map(|acts| acts.iter()).collect();
    let mut heads: Vec<Option<Arc<Signed>>> = strands.iter().map(|_| None).collect();
    let mut out = Vec::new();
    loop {
        for (rest, head) in rest.iter_mut().zip(&mut heads) {
            if head.is_none() {
                *head = rest.next().cloned();
            }
        }
        let waits = |by: &Strand, signed: &Signed| {
            let others = strands.iter().zip(&heads).filter(|(of, _)| of.log() != by.log());
            others
                .filter_map(|(of, head)| Some((of, head.as_ref()?)))
                .any(|(of, head)| super::has_received(audit, by, signed, of, head))
        };
        let ready = strands
            .iter()
            .zip(&heads)
            .position(|(strand, head)| head.as_ref().is_some_and(|signed| !waits(strand, signed)));
        // Seals that contradict each other can name heads in a ring of branches.
        let Some(at) = ready.or_else(|| heads.iter().position(Option::is_some)) else { return out };
        let head = heads.get_mut(at).and_then(Option::take);
        if let (Some(strand), Some(signed)) = (strands.get(at), head) {
            out.push((*strand, signed));
        }
    }
}
