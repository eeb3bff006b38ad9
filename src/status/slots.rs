//! Envelopes by slot: whoever looks at one sees every envelope that was ever made in it.

use std::collections::BTreeMap;

use super::effect::{Effect, Why, is_revoked, opening_of};
use super::record::Record;
use crate::body::Body;
use crate::body::question::Stance;
use crate::hash::Hash;
use crate::names::LogId;
use crate::time::Day;

/// One envelope of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slotted {
    /// The entry.
    pub by: Hash,
    /// The day by which its author means to open it.
    pub open_by: Option<Day>,
    /// Whether that day has passed and it was not opened.
    pub has_passed: bool,
    /// The entry that opens it.
    pub opened: Option<Hash>,
    /// Why it is without effect, if it is.
    pub without: Option<Why>,
    /// Openings of it without effect.
    pub attempts: Vec<Hash>,
    /// Answers by which others received its content.
    pub received: Vec<Hash>,
}

/// Envelopes by log and slot, in order.
pub type Slots = BTreeMap<(LogId, u64), Vec<Slotted>>;

/// Every slot of a record.
pub fn slots(record: &Record<'_>) -> Slots {
    let mut slots = Slots::new();
    for act in record.acts() {
        let Body::Envelope(envelope) = &act.body else { continue };
        let opened = opening_of(record, &act.hash()).map(super::record::Act::hash);
        let today = record.cut.day.as_ref();
        let passed = envelope.open_by.as_ref().is_some_and(|day| today.is_some_and(|today| today > day));
        let attempts = record.acts().filter(|other| match &other.body {
            Body::Open(opening) => opening.envelope == act.hash() && !other.has_effect(),
            _ => false,
        });
        let received = record.naming(&act.hash()).filter(|other| match &other.body {
            Body::Answer(answer) => {
                answer.stance == Stance::ReceivedContent && !is_revoked(record, other, None)
            }
            _ => false,
        });
        let without = match &act.effect {
            Effect::Without(why) => Some(why.clone()),
            _ => None,
        };
        let slot = (act.signed.entry().author.clone(), envelope.slot);
        slots.entry(slot).or_default().push(Slotted {
            by: act.hash(),
            open_by: envelope.open_by.clone(),
            has_passed: passed && opened.is_none(),
            opened,
            without,
            attempts: attempts.map(super::record::Act::hash).collect(),
            received: received.map(super::record::Act::hash).collect(),
        });
    }
    slots
}
