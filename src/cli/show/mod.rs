//! `show`: one entry in full, field by field in words, or one provision with all that
//! it needs.

mod acts;
mod envelopes;
mod one;
mod texts;

use std::path::PathBuf;

use countersign::body::{Body, circumstance::Circumstances};
use countersign::entry::Signed;
use countersign::failure::Outcome;
use countersign::fields::Words;
use countersign::status::{self, Effect};
use countersign::strand::Strand;
use countersign::vocabulary::{Phrase, dates, evidence, receipt, showing as rows};

pub use acts::{class, mandated};

use super::entries;
use super::judging::{Heard, Judging};
use super::page::{Page, in_order, rendered};
use super::session::Session;
use super::sight::Sight;
use super::terminal::{json, line, shown};

/// Show one entry, or one provision of a text.
#[derive(clap::Args)]
pub struct Show {
    /// The entry: moscow/4, or the first digits of its hash; a provision: group/1#c3.
    entry: String,
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    /// The bytes of the note as they stand in the log.
    #[arg(long)]
    bytes: bool,
    #[command(flatten)]
    judging: Judging,
}

/// An entry that is being written out, field by field.
pub struct Sheet<'a> {
    page: Page,
    sight: &'a Sight,
}

/// Where the labels stand.
const IN: usize = 2;

/// How wide they are.
const LABELS: usize = 12;

impl Sheet<'_> {
    fn put(&mut self, label: Phrase, text: &str) {
        self.page.pair(IN, LABELS, label.of(self.sight.tongue), text, "");
    }

    fn put_some(&mut self, label: Phrase, text: Option<&str>) {
        if let Some(text) = text {
            self.put(label, text);
        }
    }

    /// A label and what a row of the vocabulary says.
    fn say(&mut self, label: Phrase, row: Phrase, places: &[(&str, &str)]) {
        let text = self.sight.say(row, places);
        self.put(label, &text);
    }

    /// The file in which a document stands, on a line of its own: a name that is broken
    /// cannot be copied.
    fn file(&mut self, digest: &countersign::hash::Hash) {
        self.page.line(IN + 2, &format!("docs/{digest}"), "");
    }

    /// Words of somebody below a label, in each language.
    fn words(
        &mut self,
        label: Phrase,
        rendering: Option<countersign::body::circumstance::Rendering>,
        words: &Words,
    ) {
        for (tag, text) in in_order(self.sight.tongue, words) {
            self.say(label, rows::LANGUAGE, &[("tag", tag)]);
            self.page.line(IN + 2, &rendered(self.sight.tongue, rendering, text), "");
        }
    }
}

/// Runs `show`.
pub fn run(session: &Session, command: &Show) -> Outcome<u8> {
    let sight = Sight::open(session, command.path.as_deref())?;
    let (cited, provision) = match command.entry.split_once('#') {
        Some((entry, provision)) => (entry, Some(provision)),
        None => (command.entry.as_str(), None),
    };
    let sight = sight.with_index();
    let (strand, signed) = entries::find(sight.audit(), cited)?;
    let heard = command.judging.hear(session, sight.audit(), sight.copy())?;
    if command.bytes {
        bytes(session, &signed);
        return Ok(0);
    }
    match provision {
        Some(id) => one::run(session, &sight, &signed, id)?,
        None if session.common.json => json(&as_json(&sight, &heard, strand, &signed)),
        None => whole(&sight, &heard, strand, &signed).print(),
    }
    Session::unbroken(sight.audit())?;
    Ok(0)
}

fn bytes(session: &Session, signed: &Signed) {
    let text = String::from_utf8_lossy(signed.bytes());
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.bytes/1",
            "entry": signed.cite(),
            "hash": signed.hash().to_string(),
            "text": text,
        }));
    } else {
        line(shown(&text).trim_end_matches('\n'));
    }
}

fn as_json(sight: &Sight, heard: &Heard, strand: &Strand, signed: &Signed) -> serde_json::Value {
    let mut value = entries::json(sight.audit(), strand, signed);
    let received = status::receivers(sight.audit(), strand, signed);
    let by = received.iter().map(|(log, entry)| (log.to_string(), entry.cite().into()));
    if let Some(map) = value.as_object_mut() {
        if heard.policy.is_some() {
            map.insert("time".into(), heard.json(sight.audit(), strand, signed));
        }
        map.insert("received_by".into(), by.collect::<serde_json::Map<_, _>>().into());
        if let Some(slot) = envelopes::slot_of(sight, signed) {
            map.insert("slot".into(), envelopes::as_json(&slot));
        }
    }
    value
}

fn whole(sight: &Sight, heard: &Heard, strand: &Strand, signed: &Signed) -> Page {
    let tongue = sight.tongue;
    let entry = signed.entry();
    let mut sheet = Sheet { page: Page::new(tongue), sight };
    let head = format!("{}  {}", signed.cite(), entries::act_in(tongue, entry));
    sheet.page.line(0, &head, "");
    sheet.put(rows::HASH, &signed.hash().to_string());
    let by: Vec<String> = entry.signers.iter().map(|label| entry.pen(label)).collect();
    sheet.put(rows::BY, &by.join(", "));
    let bounds = heard.bounds(sight.audit(), tongue, strand, signed);
    for line in &bounds {
        sheet.put(evidence::EXISTED, line);
    }
    if heard.policy.is_some() {
        sheet.put(evidence::LEVEL, &heard.level(sight.audit(), tongue, strand, signed));
    }
    match &entry.said {
        // It stands beside the bounds.
        Some(_) if !bounds.is_empty() => {}
        Some(said) => {
            sheet.say(rows::DATED, rows::DATED_BY_AUTHOR, &[("time", &dates::time(tongue, said))]);
        }
        None => sheet.say(rows::DATED, rows::NOT_DATED, &[]),
    }
    match status::effect(sight.audit(), signed) {
        Effect::AsWritten => {}
        Effect::Without(why) => {
            sheet.say(rows::EFFECT, rows::WITHOUT_EFFECT, &[("why", &shown(&why.of(tongue)))]);
        }
        Effect::NotUnderstood(why) => {
            sheet.say(rows::EFFECT, rows::NOT_UNDERSTOOD, &[("why", &shown(&why))]);
        }
    }
    body(&mut sheet, signed);
    foot(&mut sheet, strand, signed);
    sheet.page
}

fn body(sheet: &mut Sheet<'_>, signed: &Signed) {
    let body = Body::of(signed.entry());
    match &body {
        Body::Text(text) => texts::text(sheet, signed, text),
        Body::Adopt(adoption) => texts::adoption(sheet, signed, adoption),
        Body::Join => acts::join(sheet, signed),
        Body::Key(change) => acts::keys(sheet, change),
        Body::Actor(actor) => acts::actor(sheet, signed, actor),
        Body::Notice(notice) => acts::notice(sheet, notice),
        Body::Statement(statement) => sheet_speaker(sheet, statement),
        Body::Report(report) => acts::report(sheet, signed, report),
        Body::Ask(ask) => acts::ask(sheet, signed, ask),
        Body::Answer(answer) => acts::answer(sheet, answer),
        Body::Envelope(_) | Body::Open(_) => envelopes::show(sheet, signed, &body),
        Body::Seen => {}
        Body::NotUnderstood(_) => sheet.put(rows::BODY, &signed.entry().body.encode()),
    }
    let label = if matches!(body, Body::Notice(_)) { rows::GROUNDS } else { rows::WORDS };
    if let Some(held) = body.circumstances() {
        circumstances(sheet, held, label);
    }
}

fn sheet_speaker(sheet: &mut Sheet<'_>, statement: &countersign::body::statement::Statement) {
    let speaker = statement.speaker.as_ref().map(ToString::to_string);
    sheet.put_some(rows::SPEAKER, speaker.as_deref());
}

fn circumstances(sheet: &mut Sheet<'_>, held: &Circumstances, label: Phrase) {
    let sight = sheet.sight;
    for about in &held.about {
        sheet.put(rows::ABOUT, &sight.cite(about));
    }
    bears(sheet, held.dated.as_ref());
    documents(sheet, &held.docs);
    if let Some(words) = &held.words {
        sheet.words(label, held.rendering, words);
    }
    if held.rendering.is_some() {
        sheet.say(rows::RENDERING, rows::ABSTRACT_WHY, &[]);
    }
}

/// The date that a document bears.
fn bears(sheet: &mut Sheet<'_>, dated: Option<&countersign::body::circumstance::Dated>) {
    let Some(dated) = dated else { return };
    let tongue = sheet.sight.tongue;
    let mut date = dates::range(tongue, &dated.from, dated.to.as_ref().unwrap_or(&dated.from));
    if let Some(place) = &dated.place {
        date = format!("{date}, {}", super::page::quoted(tongue, place));
    }
    sheet.say(rows::BEARS, rows::BEARS_DATE, &[("date", &date)]);
}

fn documents(sheet: &mut Sheet<'_>, docs: &[countersign::body::circumstance::Document]) {
    for doc in docs {
        let held = sheet.sight.document(&doc.digest).is_some();
        let row = if held { rows::DOCUMENT_HELD } else { rows::DOCUMENT_ABSENT };
        let name = super::page::quoted(sheet.sight.tongue, &doc.name);
        sheet.say(rows::DOCUMENT, row, &[("name", &name)]);
        sheet.file(&doc.digest);
    }
}

/// What the log says of an entry: receipts, seal, who received it.
fn foot(sheet: &mut Sheet<'_>, strand: &Strand, signed: &Signed) {
    let (entry, audit) = (signed.entry(), sheet.sight.audit());
    if !entry.seen.is_empty() {
        sheet.put(rows::RECEIPTS, &entries::heads(entry));
    }
    for note in &entry.after {
        sheet.put(evidence::NAMES, &format!("notes/{note}"));
    }
    let sealed = entry.seq < strand.sealed();
    sheet.say(rows::SEAL, if sealed { rows::SEALED } else { rows::UNSEALED }, &[]);
    if audit.is_pending(signed) {
        sheet.say(rows::PENDING, rows::PENDING_WHY, &[]);
    }
    let received = status::receivers(audit, strand, signed);
    if received.is_empty() {
        sheet.say(rows::RECEIVED, rows::RECEIVED_BY_NOBODY, &[]);
    }
    for (log, by) in received {
        sheet.say(rows::RECEIVED, rows::RECEIVED_BY, &[("log", &log.to_string()), ("entry", &by.cite())]);
    }
    sheet.page.line(IN, receipt::RECEIVED.of(sheet.sight.tongue), "");
}
