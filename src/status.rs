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
//! Status     all of it
//! ```

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

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::audit::Audit;
use crate::body::Body;
use crate::body::membership::VolumeJoin;
use crate::entry::Signed;
use crate::hash::Hash;
use crate::names::LogId;
use crate::past::Past;
use crate::strand::Strand;

pub use cut::{Basis, Cut};
pub use effect::Effect;
pub use record::{Act, NoTimes, RULES, Record, Sources, Times, is_act};
pub use summary::Status;

/// What entries amount to where that is not simply what they say, by hash, over all that
/// is held.
pub fn effects(audit: &Audit) -> HashMap<Hash, Effect> {
    let sources = Sources { audit, times: &NoTimes };
    let first = Record::of(sources, Cut::everything(audit));
    let branches = audit.branches.iter();
    let others = branches.filter_map(|branch| Record::on_branch(sources, Cut::everything(audit), branch));
    let records = first.into_iter().chain(others);
    let mut effects = HashMap::new();
    for record in records {
        let acts = record.acts().filter(|act| !act.has_effect());
        effects.extend(acts.map(|act| (act.hash(), act.effect.clone())));
    }
    effects
}

/// What an entry amounts to.
pub fn effect(audit: &Audit, signed: &Signed) -> Effect {
    // Most entries are of kinds that amount to what they say whatever else is held.
    match Body::of(signed.entry()) {
        Body::NotUnderstood(why) => Effect::NotUnderstood(why),
        Body::Join | Body::Key(_) | Body::Seen => Effect::AsWritten,
        _ => audit.effects().get(&signed.hash()).cloned().unwrap_or(Effect::AsWritten),
    }
}

/// How many labels the set in force asks for.
fn more_pens(strand: &Strand, signed: &Signed, kind: &str) -> Option<u64> {
    let set = match signed.entry().keys {
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
    if of.log() == strand.log() {
        return other.entry().seq < signed.entry().seq;
    }
    if of.log().member() == strand.log().member() {
        // A further volume goes on from the earlier ones; nobody receipts oneself.
        return Past::of(audit, strand, signed.entry().seq).holds(of, other.entry().seq);
    }
    audit.receipt_of(strand, of, other.entry().seq).is_some_and(|first| first.seq <= signed.entry().seq)
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
