//! Envelopes: one never stands without every other that its log has in the same slot,
//! so that nobody opens the one that turned out well and forgets the rest.

use std::sync::Arc;

use countersign::body::Body;
use countersign::body::envelope::{Envelope, Opening};
use countersign::entry::Signed;
use countersign::index::By;
use countersign::names::{LogId, Reference};
use countersign::vocabulary::showing as rows;

use super::super::session::Session;
use super::super::sight::Sight;
use super::Sheet;

/// One envelope of a slot and what became of it.
pub struct Held {
    envelope: Envelope,
    entry: Arc<Signed>,
    /// What opens it.
    opened: Vec<(Arc<Signed>, Opening)>,
    /// What names it and opens nothing.
    without: Vec<Arc<Signed>>,
    /// The same commitment in another log or slot.
    copies: Vec<Arc<Signed>>,
}

/// A slot of a log, with every envelope in it that is held here.
pub struct Slot {
    log: LogId,
    number: u64,
    held: Vec<Held>,
}

/// The slot to which an entry belongs: an envelope's own, or that of the envelope which
/// an opening names.
pub fn slot_of(sight: &Sight, signed: &Signed) -> Option<Slot> {
    match Body::of(signed.entry()) {
        Body::Envelope(envelope) => Some(slot(sight, &signed.entry().author, envelope.slot)),
        Body::Open(opening) => {
            let (_, named) = sight.audit().entry(&opening.envelope)?;
            match Body::of(named.entry()) {
                Body::Envelope(envelope) => Some(slot(sight, &named.entry().author, envelope.slot)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn slot(sight: &Sight, log: &LogId, number: u64) -> Slot {
    let ledger = sight.audit().charter.as_ref().map(|charter| charter.id());
    let (mut envelopes, mut openings) = (Vec::new(), Vec::new());
    let mut lookup = sight.lookup();
    for strand in sight.audit().strands.values() {
        for kind in ["envelope", "open"] {
            for seq in lookup.numbers(strand, &By::Kind(kind.to_owned())) {
                let Some(entry) = strand.entry(seq) else { continue };
                match Body::of(entry.entry()) {
                    Body::Envelope(envelope) => envelopes.push((*envelope, entry)),
                    Body::Open(opening) => openings.push((*opening, entry)),
                    _ => {}
                }
            }
        }
    }
    let is_here =
        |envelope: &Envelope, entry: &Signed| entry.entry().author == *log && envelope.slot == number;
    let held =
        envelopes.iter().filter(|(envelope, entry)| is_here(envelope, entry)).map(|(envelope, entry)| {
            let (mut opened, mut without) = (Vec::new(), Vec::new());
            for (opening, by) in openings.iter().filter(|(opening, _)| opening.envelope == entry.hash()) {
                let opens = ledger
                    .is_some_and(|id| envelope.is_opened_by(&id, log, &opening.nonce, &opening.content));
                if opens {
                    opened.push((Arc::clone(by), opening.clone()));
                } else {
                    without.push(Arc::clone(by));
                }
            }
            let copies = envelopes.iter().filter(|(other, at)| {
                other.commitment == envelope.commitment && !is_here(other, at) && at.hash() != entry.hash()
            });
            let copies = copies.map(|(_, at)| Arc::clone(at)).collect();
            Held { envelope: envelope.clone(), entry: Arc::clone(entry), opened, without, copies }
        });
    Slot { log: log.clone(), number, held: held.collect() }
}

/// The slot as JSON.
pub fn as_json(slot: &Slot) -> serde_json::Value {
    let cites = |entries: &[Arc<Signed>]| entries.iter().map(|entry| entry.cite()).collect::<Vec<_>>();
    let held = slot.held.iter().map(|held| {
        let opened: Vec<String> = held.opened.iter().map(|(entry, _)| entry.cite()).collect();
        serde_json::json!({
            "entry": held.entry.cite(),
            "open_by": held.envelope.open_by.as_ref().map(ToString::to_string),
            "opened_by": opened,
            "without_effect": cites(&held.without),
            "copies": cites(&held.copies),
        })
    });
    serde_json::json!({
        "log": slot.log.to_string(),
        "number": slot.number,
        "envelopes": held.collect::<Vec<_>>(),
    })
}

/// Whether a day is over by the clock of this machine.
fn has_passed(day: &countersign::time::Day) -> bool {
    Session::now().day() > *day
}

/// Shows an envelope or an opening, and the slot.
pub fn show(sheet: &mut Sheet<'_>, signed: &Signed, body: &Body) {
    let sight = sheet.sight;
    let slot = slot_of(sight, signed);
    match body {
        Body::Envelope(envelope) => {
            let places = [("slot", &*envelope.slot.to_string()), ("log", &signed.entry().author.to_string())];
            sheet.say(rows::SLOT, rows::SLOT_NUMBER, &places);
            if !envelope.to.is_empty() {
                sheet.put(rows::FOR, &sight.naming().list(&envelope.to));
            }
            if let Some(day) = &envelope.open_by {
                let opened = slot.as_ref().is_some_and(|slot| is_opened(slot, signed));
                if has_passed(day) && !opened {
                    sheet.say(rows::OPEN_BY, rows::OPEN_BY_PASSED, &[("day", &sight.day(day))]);
                } else {
                    sheet.put(rows::OPEN_BY, &sight.day(day));
                }
            }
            sheet.put(rows::COMMITMENT, &envelope.commitment.to_string());
        }
        Body::Open(opening) => {
            let named = sight.cite(&Reference { entry: opening.envelope, provision: None });
            let opens = |held: &Held| held.opened.iter().any(|(by, _)| by.hash() == signed.hash());
            match &slot {
                Some(slot) if slot.held.iter().any(opens) => sheet.put(rows::OPENS, &named),
                Some(_) => sheet.say(rows::OPENS, rows::OPENS_NOTHING, &[("entry", &named)]),
                None => sheet.say(rows::OPENS, rows::OPENS_NO_ENVELOPE, &[("entry", &named)]),
            }
            sheet.words(rows::WORDS, None, &opening.content);
        }
        _ => {}
    }
    if let Some(slot) = slot {
        all(sheet, &slot);
    }
}

fn is_opened(slot: &Slot, signed: &Signed) -> bool {
    slot.held.iter().any(|held| held.entry.hash() == signed.hash() && !held.opened.is_empty())
}

fn all(sheet: &mut Sheet<'_>, slot: &Slot) {
    let sight = sheet.sight;
    let places = [("log", &*slot.log.to_string()), ("slot", &slot.number.to_string())];
    let head = sight.say(rows::IN_SLOT, &places);
    sheet.page.line(super::IN, &head, "");
    for held in &slot.held {
        let state = match (&held.opened.first(), &held.envelope.open_by) {
            (Some((by, _)), _) => sight.say(rows::ENVELOPE_OPENED, &[("entry", &by.cite())]),
            (None, Some(day)) if has_passed(day) => {
                sight.say(rows::ENVELOPE_UNOPENED_PASSED, &[("day", &sight.day(day))])
            }
            (None, Some(day)) => sight.say(rows::ENVELOPE_UNOPENED_BY, &[("day", &sight.day(day))]),
            (None, None) => rows::ENVELOPE_UNOPENED.of(sight.tongue).to_owned(),
        };
        let cite = held.entry.cite();
        let wide = cite.len().max(10) + 2;
        sheet.page.pair(super::IN + 2, wide, &cite, &state, "");
        if let Some((_, opening)) = held.opened.first() {
            sheet.page.words(super::IN + 4, None, &opening.content);
        }
        for (row, entries) in [(rows::OPENING_WITHOUT, &held.without), (rows::COPY_WITHOUT, &held.copies)] {
            for entry in entries {
                let said = sight.say(row, &[("entry", &entry.cite())]);
                sheet.page.line(super::IN + 4, &said, "");
            }
        }
    }
}
