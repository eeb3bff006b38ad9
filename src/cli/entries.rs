//! Entries in words: one line each, and as JSON.

use std::ops::Range;
use std::sync::Arc;

pub use countersign::act::{asked, stance, words as act_in};
use countersign::audit::Audit;
use countersign::body::provision::{Provision, Type};
use countersign::body::text::{Provisions, Text};
use countersign::body::{Body, membership};
use countersign::entry::{Entry, Signed};
use countersign::failure::{Failure, Outcome, Why};
use countersign::fields::Words;
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::names::{ProvisionId, Reference};
use countersign::status::{self, Cited, Effect};
use countersign::strand::Strand;
use countersign::unicode::shown_on_one_line;
use countersign::vocabulary::{Tongue, chosen, reading};

use super::hint;
use super::row::Row;
use super::session::Session;
use super::terminal::{self, first_words, shown};

/// What stands wherever a receipt is shown.
pub const RECEIVED: &str = countersign::vocabulary::receipt::RECEIVED.en;

/// The entry that people cite so.
pub fn find<'a>(audit: &'a Audit, cited: &str) -> Outcome<(&'a Strand, Arc<Signed>)> {
    match status::find(audit, cited) {
        Cited::One(strand, signed) => Ok((strand, signed)),
        Cited::None => {
            // What could not be read is not absent.
            Session::unbroken(audit)?;
            let what = format!("no entry {} is held here{}", shown(cited), hint::entry(audit, cited));
            Err(Failure::new(Why::NoEntry, what).next("countersign log"))
        }
        Cited::Many(number) => {
            Err(Failure::new(Why::NoEntry, format!("{number} entries begin with {cited}"))
                .next("countersign log --json"))
        }
    }
}

/// A reference as it stands in bytes, from what people write: `moscow/3#c1`.
pub fn reference(audit: &Audit, cited: &str) -> Outcome<String> {
    refer(audit, cited).map(|reference| reference.to_string())
}

/// What people mean by `moscow/3` or `moscow/3#c1`: an entry that is held, a provision of
/// the text in it, or what an adoption says of one.
pub fn refer(audit: &Audit, cited: &str) -> Outcome<Reference> {
    let (entry, provision) = match cited.split_once('#') {
        Some((entry, provision)) => (entry, Some(provision)),
        None => (cited, None),
    };
    let (_, signed) = find(audit, entry)?;
    let Some(provision) = provision else { return Ok(Reference { entry: signed.hash(), provision: None }) };
    let text = match Body::of(signed.entry()) {
        Body::Text(text) => Some(*text),
        Body::Adopt(adoption) => text_of(audit, &adoption.text),
        _ => None,
    };
    let ids: Vec<&ProvisionId> = text.iter().flat_map(Text::ids).collect();
    if let Some(id) = ids.iter().find(|id| id.as_str() == provision) {
        return Ok(Reference { entry: signed.hash(), provision: Some((*id).clone()) });
    }
    let near = hint::did_you_mean(provision, ids.iter().map(|id| id.as_str()));
    let what = format!("{} has no provision {}{near}", signed.cite(), shown(provision));
    Err(Failure::new(Why::NoEntry, what).next(format!("countersign show {}", signed.cite())))
}

/// The text in an entry that is held.
pub fn text_of(audit: &Audit, entry: &Hash) -> Option<Text> {
    match Body::of(audit.entry(entry)?.1.entry()) {
        Body::Text(text) => Some(*text),
        _ => None,
    }
}

/// Whether a number is needed to say which qualification of an entry is meant: it makes
/// several, or is not held.
pub fn makes_several(audit: &Audit, entry: &Hash) -> bool {
    let body = audit.entry(entry).map(|(_, signed)| Body::of(signed.entry()));
    body.is_none_or(|body| body.consent().is_some_and(|consent| consent.qualifications.len() > 1))
}

/// A reference as people cite it.
pub fn cite(audit: &Audit, reference: &Reference) -> String {
    let at = reference.provision.as_ref().map_or_else(String::new, |id| format!("#{id}"));
    format!("{}{at}", status::cite_hash(audit, &reference.entry))
}

/// What kind of act it is, in words.
pub fn act(entry: &Entry) -> String {
    act_in(Tongue::English, entry)
}

/// The same in a tongue.
pub fn provision_head_in(tongue: Tongue, provision: &Provision) -> String {
    let word = |name: &str| chosen::word(tongue, name);
    let mut head = format!("{}  {}", provision.id, word(provision.kind.as_str()));
    if let Some(basket) = &provision.basket {
        head.push_str(&format!(", {} {basket}", word("in")));
    }
    if !provision.uses.is_empty() {
        let uses = provision.uses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        head.push_str(&format!(", {} {uses}", word("uses")));
    }
    if let Some(expires) = &provision.expires {
        head.push_str(&format!(", {} {expires}", word("expires")));
    }
    head
}

/// Words that name something, on one line: a line feed in a title must not look
/// like a line of the program.
pub fn title(words: &Words) -> String {
    shown_on_one_line(in_words(words))
}

/// The words in a language that is there; English where it is.
pub fn in_words(words: &Words) -> &str {
    words.get("en").or_else(|| words.values().next()).map_or("", String::as_str)
}

/// The first words of an entry; `[abstract]` before those that are not the document's.
pub fn summary(audit: &Audit, entry: &Entry) -> String {
    let body = Body::of(entry);
    let mark = body.rendering().map_or("", |_| reading::ABSTRACT.en);
    let words = first_of(audit, entry, &body);
    if mark.is_empty() || words.is_empty() { words } else { format!("{mark} {words}") }
}

fn first_of(audit: &Audit, entry: &Entry, body: &Body) -> String {
    match body {
        Body::Text(text) => match (&text.title, &text.provisions) {
            (Some(title), _) => first_words(in_words(title)),
            (None, Provisions::Here(provisions)) => {
                let commitment = provisions.iter().find(|p| p.kind != Type::Basket);
                let first = commitment.or_else(|| provisions.first());
                first.map_or_else(String::new, |p| first_words(in_words(&p.words)))
            }
            (None, Provisions::InDocument { .. }) => "in a document".to_owned(),
        },
        Body::Adopt(adoption) => format!("the words of {}", status::cite_hash(audit, &adoption.text)),
        Body::Key(change) => labels(change),
        Body::Seen => heads(entry),
        body => {
            let words = body.circumstances().and_then(|circumstances| circumstances.words.as_ref());
            words.map_or_else(String::new, |words| first_words(in_words(words)))
        }
    }
}

fn labels(change: &membership::SetChange) -> String {
    let labels: Vec<&str> = change.new.set.iter().map(|one| one.label.as_str()).collect();
    let mut text = format!("{} of {} sign", change.new.threshold, labels.join(", "));
    for one in &change.compromised {
        text.push_str(&format!("; {} declared compromised by its member", one.label));
    }
    text
}

/// The logs that an entry receipts, and how far.
pub fn heads(entry: &Entry) -> String {
    let range = |(log, head): (&countersign::names::LogId, &countersign::entry::Head)| {
        format!("{log} 0-{}", head.size - 1)
    };
    entry.seen.iter().map(range).collect::<Vec<_>>().join(", ")
}

/// One row for an entry.
pub fn row(audit: &Audit, strand: &Strand, signed: &Signed) -> Row {
    row_in(Tongue::English, audit, strand, signed)
}

/// The same in a tongue.
pub fn row_in(tongue: Tongue, audit: &Audit, strand: &Strand, signed: &Signed) -> Row {
    let entry = signed.entry();
    let said = entry.said.as_ref().map_or_else(String::new, ToString::to_string);
    let words = summary(audit, entry);
    let gap = if words.is_empty() { "" } else { "  " };
    let unsealed = if entry.seq < strand.sealed() { "" } else { "  [unsealed]" };
    let head = format!("{:<16} {:<20} {:<16}{gap}", signed.cite(), said, act_in(tongue, entry));
    Row::new(&head).text(&words).tail(unsealed)
}

/// Most entries that are listed beside something else.
const MOST_LISTED: u64 = 100;

/// Lists entries of a log beside something else: the first of them, where they are many.
pub fn some(audit: &Audit, strand: &Strand, numbers: Range<u64>) {
    let end = numbers.end.min(strand.size());
    let shown = numbers.start..end.min(numbers.start.saturating_add(MOST_LISTED));
    let more = end.saturating_sub(shown.end);
    for signed in shown.filter_map(|seq| strand.entry(seq)) {
        row(audit, strand, &signed).behind("    ").print();
    }
    if more > 0 {
        terminal::line(&format!("    and {more} more; countersign log --log {}", strand.log()));
    }
}

/// What an entry amounts to, if not simply what it says.
pub fn effect(audit: &Audit, signed: &Signed) -> Option<String> {
    match status::effect(audit, signed) {
        Effect::AsWritten => None,
        Effect::Without(why) => Some(format!("without effect: {}", shown(&why.of(Tongue::English)))),
        Effect::NotUnderstood(why) => Some(format!("not understood by this version: {}", shown(&why))),
    }
}

/// Strict JSON as JSON for output.
pub fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Number(number) => (*number).into(),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(to_json).collect(),
        Value::Object(map) => {
            serde_json::Value::Object(map.iter().map(|(k, v)| (k.clone(), to_json(v))).collect())
        }
    }
}

/// An entry as JSON for output.
pub fn json(audit: &Audit, strand: &Strand, signed: &Signed) -> serde_json::Value {
    let entry = signed.entry();
    let seen = entry.seen.iter().map(|(log, head)| (log.to_string(), to_json(&head.to_value())));
    serde_json::json!({
        "format": "countersign.entry/1",
        "entry": signed.cite(),
        "hash": signed.hash().to_string(),
        "author": entry.author.member().to_string(),
        "log": entry.author.to_string(),
        "seq": entry.seq,
        "kind": entry.kind,
        "said": entry.said.as_ref().map(ToString::to_string),
        "prev": entry.prev.map(|hash| hash.to_string()),
        "root": entry.root.map(|hash| hash.to_string()),
        "after": entry.after.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "seen": seen.collect::<serde_json::Map<_, _>>(),
        "signers": entry.signers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "sealed": entry.seq < strand.sealed(),
        "woven": !audit.is_pending(signed),
        "effect": effect(audit, signed),
        "body": to_json(&entry.body),
    })
}
