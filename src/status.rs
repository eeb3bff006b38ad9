//! What the record means by the rules of version 1: who has adopted which words, since
//! when they are in effect by those words, what was asked and answered. A pure function
//! of the entries, a cut and the rules; it judges nobody.
//!
//! ```text
//! Cut        how much of each log
//! Record     the acts within it, each after what its author had received
//! Effect     whether an act amounts to what it says
//! Words      texts, by the digest of their words
//! Consents   who consented to what; a member's own acts alone move it
//! Effects    what is in effect for whom, by the words of the text
//! Status     all of it, on the branches held first
//! Statuses   the same on every branch of a split log
//! ```

pub mod branches;
pub mod condition;
pub mod consent;
pub mod cut;
pub mod effect;
pub mod in_effect;
pub mod mandates;
pub mod notices;
pub mod record;
pub mod slots;
pub mod summary;
pub mod texts;
pub mod threads;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::audit::Audit;
use crate::body::Body;
use crate::body::membership::VolumeJoin;
use crate::entry::{Entry, Signed};
use crate::hash::Hash;
use crate::names::LogId;
use crate::past::Past;
use crate::strand::Strand;

pub use branches::Statuses;
pub use cut::{Basis, Cut};
pub use effect::Effect;
pub use record::{Act, NoTimes, RULES, Record, Sources, Times, is_act};
pub use summary::Status;

/// What entries amount to where that is not simply what they say, by hash, over all that
/// is held. Where logs are split: what is so on every branch on which the entry stands.
pub fn effects(audit: &Audit) -> HashMap<Hash, Effect> {
    let sources = Sources { audit, times: &NoTimes };
    let (mut effects, mut as_written) = (HashMap::new(), HashSet::new());
    for way in &branches::ways(audit).0 {
        let Some(record) = Record::on_branches(sources, Cut::everything(audit), way) else { continue };
        for act in record.acts() {
            if act.has_effect() {
                as_written.insert(act.hash());
            } else {
                effects.entry(act.hash()).or_insert_with(|| act.effect.clone());
            }
        }
    }
    effects.retain(|hash, _| !as_written.contains(hash));
    effects
}

/// What an entry would amount to that its author has not signed yet: what it says, if that
/// is so on any branch.
pub fn foreseen(audit: &Audit, strand: &Strand, entry: &Entry) -> Effect {
    let body = Body::of(entry);
    let Some(charter) = &audit.charter else { return Effect::AsWritten };
    if let Body::NotUnderstood(why) = body {
        return Effect::NotUnderstood(why);
    }
    if !effect::rests_on_record(&body) {
        let reason = effect::by_signers(charter, strand, entry, &body);
        return reason.map_or(Effect::AsWritten, Effect::Without);
    }
    let sources = Sources { audit, times: &NoTimes };
    let mut first = None;
    for way in &branches::ways(audit).0 {
        let Some(record) = Record::on_branches(sources, Cut::everything(audit), way) else { continue };
        match effect::of(&record, strand, entry, &body) {
            Effect::AsWritten => return Effect::AsWritten,
            other => first = first.or(Some(other)),
        }
    }
    first.unwrap_or(Effect::AsWritten)
}

/// What an entry amounts to.
pub fn effect(audit: &Audit, signed: &Signed) -> Effect {
    // Most entries are of kinds that amount to what they say whatever else is held.
    let body = Body::of(signed.entry());
    if effect::rests_on_record(&body) {
        return audit.effects().get(&signed.hash()).cloned().unwrap_or(Effect::AsWritten);
    }
    let strand = audit.entry(&signed.hash()).map(|(strand, _)| strand);
    let charter = audit.charter.as_ref();
    let reason = strand
        .zip(charter)
        .and_then(|(strand, charter)| effect::by_signers(charter, strand, signed.entry(), &body));
    match (body, reason) {
        (Body::NotUnderstood(why), _) => Effect::NotUnderstood(why),
        (_, reason) => reason.map_or(Effect::AsWritten, Effect::Without),
    }
}

/// How many labels the set in force asks for.
fn more_pens(strand: &Strand, entry: &Entry, kind: &str) -> Option<u64> {
    let set = match entry.keys {
        None if strand.log().is_further() => {
            VolumeJoin::read(&strand.entry(0)?.entry().body).ok()?.new.more_pens
        }
        None => {
            let charter = strand.chain.charter();
            charter.member(strand.log().member())?.keys.more_pens().clone()
        }
        Some(seq) => {
            let entry = strand.entry(seq)?;
            match Body::of(entry.entry()) {
                Body::Key(change) => change.new.more_pens,
                _ => return None,
            }
        }
    };
    set.get(kind).copied()
}

/// Whether `signed`, or an entry before it in its log, receipts `other`.
pub fn has_received(audit: &Audit, strand: &Strand, signed: &Signed, of: &Strand, other: &Signed) -> bool {
    receives(audit, strand, signed.entry(), of, other.entry().seq)
}

/// Whether `entry`, or one before it in its log, receipts the entry of this number.
fn receives(audit: &Audit, strand: &Strand, entry: &Entry, of: &Strand, seq: u64) -> bool {
    if of.log() == strand.log() {
        return seq < entry.seq;
    }
    let is_next = entry.seq >= strand.size();
    if of.log().member() == strand.log().member() {
        // A further volume goes on from the earlier ones; nobody receipts oneself.
        let last = if is_next { entry.seq.saturating_sub(1) } else { entry.seq };
        return Past::of(audit, strand, last).holds(of, seq)
            || is_next && heads(audit, entry).any(|(by, size)| Past::of(audit, by, size - 1).holds(of, seq));
    }
    // What is not signed yet stands in no log, and is asked itself.
    is_next && heads(audit, entry).any(|(by, size)| std::ptr::eq(by, of) && size > seq)
        || audit.receipt_of(strand, of, seq).is_some_and(|first| first.seq <= entry.seq)
}

/// The branches of which an entry receipts a head, and how much of each.
fn heads<'a>(audit: &'a Audit, entry: &'a Entry) -> impl Iterator<Item = (&'a Strand, u64)> {
    let heads = entry.seen.iter();
    heads.flat_map(|(log, head)| {
        audit.branches_of(log).filter(|branch| branch.reaches(head)).map(|branch| (branch, head.size))
    })
}

/// For each other log, the entry in which it first receipted this one.
pub fn receivers<'a>(audit: &'a Audit, of: &Strand, signed: &Signed) -> Vec<(&'a LogId, Arc<Signed>)> {
    let others = audit.strands.values().filter(|strand| strand.log() != of.log());
    others
        .filter_map(|strand| {
            let first = audit.receipt_of(strand, of, signed.entry().seq)?;
            Some((strand.log(), strand.entry(first.seq)?))
        })
        .collect()
}

/// What people may write for an entry, and what it stands for.
#[derive(Clone, Debug)]
pub enum Cited<'a> {
    /// One entry.
    One(&'a Strand, Arc<Signed>),
    /// No entry that is held here.
    None,
    /// More than one; the first digits are too few.
    Many(usize),
}

/// Finds an entry by `moscow/4`, `moscow.2/0` or a prefix of its hash.
pub fn find<'a>(audit: &'a Audit, cited: &str) -> Cited<'a> {
    if let Some((log, seq)) = cited.rsplit_once('/') {
        let Ok(seq) = seq.parse::<u64>() else { return Cited::None };
        let strand = find_log(audit, log).and_then(|log| audit.strands.get(&log));
        let entry = strand.and_then(|strand| Some((strand, strand.entry(seq)?)));
        return entry.map_or(Cited::None, |(strand, entry)| Cited::One(strand, entry));
    }
    if let Some((strand, entry)) = Hash::from_hex(cited).and_then(|hash| audit.entry(&hash)) {
        return Cited::One(strand, entry);
    }
    let plain = cited.len() >= 4 && cited.bytes().all(|byte| byte.is_ascii_hexdigit());
    let found = if plain { audit.beginning_with(cited) } else { Vec::new() };
    match found.as_slice() {
        [] => Cited::None,
        [(strand, seq)] => strand.entry(*seq).map_or(Cited::None, |entry| Cited::One(strand, entry)),
        many => Cited::Many(many.len()),
    }
}

/// Finds a log by its id or, for further volumes, by `member.2`, `member.3` in the
/// order of their ids where there are more.
pub fn find_log(audit: &Audit, name: &str) -> Option<LogId> {
    if let Ok(log) = name.parse::<LogId>() {
        return audit.strands.contains_key(&log).then_some(log);
    }
    let (member, number) = name.split_once('.')?;
    let number: usize = number.parse().ok()?;
    let mut volumes = audit.strands.keys().filter(|log| log.member().as_str() == member && log.is_further());
    volumes.nth(number.checked_sub(2)?).cloned()
}

/// Entries in an order in which each stands after all that it receipts; beside
/// each other, logs in alphabetical order. They are read as they are asked for.
pub fn in_order(audit: &Audit) -> impl Iterator<Item = (&Strand, Arc<Signed>)> {
    let strands: Vec<&Strand> = audit.strands.values().collect();
    let mut next: BTreeMap<&LogId, u64> = strands.iter().map(|strand| (strand.log(), 0)).collect();
    let mut heads: Vec<Option<Arc<Signed>>> = strands.iter().map(|strand| strand.entry(0)).collect();
    std::iter::from_fn(move || {
        let held = |log: &LogId| audit.strands.get(log).map_or(0, Strand::size);
        let waits = |signed: &Signed| {
            let mut seen = signed.entry().seen.iter();
            seen.any(|(log, head)| next.get(log).is_some_and(|printed| *printed < head.size.min(held(log))))
        };
        let ready = heads.iter().position(|head| head.as_ref().is_some_and(|signed| !waits(signed)));
        // Seals that contradict each other can name heads in a ring of branches.
        let at = ready.or_else(|| heads.iter().position(Option::is_some))?;
        let (strand, head) = (*strands.get(at)?, heads.get_mut(at)?);
        let signed = head.take()?;
        *head = strand.entry(signed.entry().seq + 1);
        next.insert(strand.log(), signed.entry().seq + 1);
        Some((strand, signed))
    })
}

/// The hash of the text that a reference names, as people see it.
pub fn cite_hash(audit: &Audit, hash: &Hash) -> String {
    audit.place(hash).map_or_else(|| hash.short(), |(log, seq)| format!("{log}/{seq}"))
}
