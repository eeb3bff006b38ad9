//! `diff`: what changed from one text to another.

use std::path::{Path, PathBuf};

use countersign::body::Body;
use countersign::body::provision::Provision;
use countersign::body::text::{Provisions, Standing, Text};
use countersign::difference::{Difference, FieldChange, Part, Side};
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::vocabulary::{comparing as rows, provisions as labels};
use countersign::wording::Span;

use super::entries;
use super::page::{Page, in_tongue, quoted};
use super::provision::{self, kind, lines};
use super::session::Session;
use super::sight::Sight;
use super::terminal::json;
use super::text::files::{Around, Files};

/// Compare two texts: removals and fields that narrow first.
#[derive(clap::Args)]
pub struct Diff {
    /// The earlier text: an entry, group/1, or a file of words, code.toml.
    old: String,
    /// The later text: an entry or a file of words.
    new: String,
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
}

/// A text that is compared: how it was named, and what it holds.
struct Read {
    cite: String,
    text: Text,
    provisions: Vec<Provision>,
    digest: Option<Hash>,
}

impl Read {
    fn side(&self) -> Side<'_> {
        Side { text: &self.text, provisions: &self.provisions }
    }
}

/// Runs `diff`.
pub fn run(session: &Session, command: &Diff) -> Outcome<u8> {
    let are_files = is_file(&command.old) && is_file(&command.new);
    let sight = match Sight::open(session, command.path.as_deref()) {
        Err(failure) if failure.why == Why::NoFolder && are_files => Sight::nowhere(session)?,
        sight => sight?.with_index(),
    };
    let (old, new) = (read(session, &sight, &command.old)?, read(session, &sight, &command.new)?);
    let found = Difference::of(old.side(), new.side());
    if session.common.json {
        json(&as_json(&old, &new, &found));
    } else {
        written(&sight, &old, &new, &found).print();
    }
    Session::unbroken(sight.audit())?;
    Ok(0)
}

fn is_file(named: &str) -> bool {
    Path::new(named).extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"))
}

fn read(session: &Session, sight: &Sight, named: &str) -> Outcome<Read> {
    let (cite, text) =
        if is_file(named) { (named.to_owned(), file(session, sight, named)?) } else { entry(sight, named)? };
    let document = match &text.provisions {
        Provisions::InDocument { document, .. } => sight.document(document),
        Provisions::Here(_) => None,
    };
    let Some(provisions) = text.provisions(document) else {
        let what = format!("the provisions of {cite} stand in a document that is not held here");
        return Err(Failure::new(Why::NoEntry, what).next("countersign pull SNAPSHOT"));
    };
    let digest = text.words_digest(document);
    Ok(Read { cite, text, provisions, digest })
}

fn entry(sight: &Sight, named: &str) -> Outcome<(String, Text)> {
    let (_, signed) = entries::find(sight.audit(), named)?;
    match Body::of(signed.entry()) {
        Body::Text(text) => Ok((signed.cite(), *text)),
        _ => Err(Failure::new(Why::NoEntry, format!("{} is no text", signed.cite()))
            .next("countersign log --kind text")),
    }
}

fn file(session: &Session, sight: &Sight, named: &str) -> Outcome<Text> {
    let files = Files::read(session, &[PathBuf::from(named)])?;
    let around = Around::new(session, &files, sight.ledger());
    Ok(files.sheet(Standing::Draft, &around)?.text)
}

fn as_json(old: &Read, new: &Read, found: &Difference<'_>) -> serde_json::Value {
    let all = |list: &[&Provision]| list.iter().map(|one| value(one)).collect::<Vec<_>>();
    let pairs = |list: &[(&Provision, &Provision)]| {
        let pair =
            |(was, is): &(&Provision, &Provision)| serde_json::json!({"from": value(was), "to": value(is)});
        list.iter().map(pair).collect::<Vec<_>>()
    };
    let fields = |list: &[FieldChange<'_>]| list.iter().map(field_json).collect::<Vec<_>>();
    let terms = found.terms.iter().map(|change| {
        let used: Vec<String> = change.used_by.iter().map(ToString::to_string).collect();
        serde_json::json!({"id": change.term.id.to_string(), "used_by": used})
    });
    let reworded = found.reworded.iter().map(|change| {
        serde_json::json!({
            "id": change.provision.id.to_string(),
            "language": change.language,
            "of": if change.of == Part::Term { "term" } else { "words" },
            "spans": change.spans.iter().map(span_json).collect::<Vec<_>>(),
        })
    });
    let (was, is) = (old.text.to_value(), new.text.to_value());
    let head = found.head.iter().map(
        |key| serde_json::json!({"field": key, "from": json_of(was.get(key)), "to": json_of(is.get(key))}),
    );
    serde_json::json!({
        "format": "countersign.diff/1",
        "from": side_json(old),
        "to": side_json(new),
        "same_words": old.digest.is_some() && old.digest == new.digest,
        "removed": all(&found.removed),
        "narrowing": all(&found.narrowing),
        "narrowed": fields(&found.narrowed),
        "terms": terms.collect::<Vec<_>>(),
        "used_again": pairs(&found.reused),
        "reworded": reworded.collect::<Vec<_>>(),
        "changed": fields(&found.changed),
        "head": head.collect::<Vec<_>>(),
        "moved": pairs(&found.moved),
        "added": all(&found.added),
        "unchanged": found.unchanged,
        "reordered": found.reordered,
    })
}

fn side_json(side: &Read) -> serde_json::Value {
    serde_json::json!({"text": side.cite, "digest": side.digest.map(|digest| digest.to_string())})
}

fn value(one: &Provision) -> serde_json::Value {
    entries::to_json(&one.to_value())
}

fn json_of(value: Option<&countersign::json::Value>) -> serde_json::Value {
    value.map_or(serde_json::Value::Null, entries::to_json)
}

fn field_json(change: &FieldChange<'_>) -> serde_json::Value {
    let (was, is) = (change.old.to_value(), change.new.to_value());
    serde_json::json!({
        "id": change.new.id.to_string(),
        "field": change.key,
        "from": json_of(was.get(change.key)),
        "to": json_of(is.get(change.key)),
    })
}

fn span_json(span: &Span) -> serde_json::Value {
    let (what, text) = match span {
        Span::Same(text) => ("same", text),
        Span::Removed(text) => ("removed", text),
        Span::Added(text) => ("added", text),
    };
    serde_json::json!({"what": what, "text": text})
}

/// A page on what changed.
struct Report<'a> {
    page: Page,
    sight: &'a Sight,
    old: &'a Read,
    new: &'a Read,
}

/// How far in a provision's change stands, and how wide its labels are.
const IN: usize = 2;
const LABELS: usize = 12;

fn written(sight: &Sight, old: &Read, new: &Read, found: &Difference<'_>) -> Page {
    let tongue = sight.tongue;
    let mut report = Report { page: Page::new(tongue), sight, old, new };
    report.page.line(0, rows::HEAD.of(tongue), "");
    for (row, side) in [(rows::FROM, old), (rows::TO, new)] {
        let title = side.text.title.as_ref().map_or("", |title| in_tongue(tongue, title));
        let title = if title.is_empty() { String::new() } else { quoted(tongue, title) };
        report.page.pair(IN, LABELS, row.of(tongue), &title, &side.cite);
    }
    report.page.gap();
    if let Some(digest) = old.digest.filter(|digest| new.digest == Some(*digest)) {
        report.page.line(0, &sight.say(rows::SAME_WORDS, &[("digest", &digest.to_string())]), "");
        return report.page;
    }
    if found.is_none() {
        report.page.line(0, rows::NOTHING.of(tongue), "");
    }
    report.narrowed(found);
    report.used_again(found);
    report.words(found);
    report.others(found);
    report.rest(found);
    report.page
}

impl Report<'_> {
    fn heading(&mut self, row: countersign::vocabulary::Phrase) {
        self.page.gap().line(0, row.of(self.sight.tongue), "");
    }

    fn line(&mut self, id: &str, text: &str) {
        self.page.pair(IN, (id.chars().count() + 2).max(6), id, text, "");
    }

    /// A provision with its words, and what became of it.
    fn whole(&mut self, text: &Text, one: &Provision, what: &str) {
        let said = format!("{}; {what}", kind(one.kind).of(self.sight.tongue));
        self.line(one.id.as_str(), &said);
        self.page.words(IN + 4, text.rendering, &one.words);
    }

    fn narrowed(&mut self, found: &Difference<'_>) {
        self.heading(rows::REMOVED_AND_NARROWED);
        let tongue = self.sight.tongue;
        for one in &found.removed {
            self.whole(&self.old.text, one, rows::REMOVED.of(tongue));
        }
        for one in &found.narrowing {
            self.whole(&self.new.text, one, rows::ADDED_AND_NARROWS.of(tongue));
        }
        self.fields(&found.narrowed);
        for change in &found.terms {
            let ids: Vec<String> = change.used_by.iter().map(ToString::to_string).collect();
            let used = self.sight.say(rows::TERM_USED, &[("ids", &ids.join(", "))]);
            let said = format!("{}; {used}", kind(change.term.kind).of(tongue));
            self.line(change.term.id.as_str(), &said);
        }
        let none = found.removed.is_empty() && found.narrowing.is_empty();
        if none && found.narrowed.is_empty() && found.terms.is_empty() {
            self.page.line(IN, rows::NOTHING_REMOVED.of(tongue), "");
        }
    }

    /// Fields as sentences, before and after.
    fn fields(&mut self, changes: &[FieldChange<'_>]) {
        let tongue = self.sight.tongue;
        for change in changes {
            let says = |side: &Read, one: &Provision| {
                let all = lines(self.sight, side.text.binding, one);
                all.into_iter().find(|line| line.key == change.key)
            };
            let (was, is) = (says(self.old, change.old), says(self.new, change.new));
            let label = was.as_ref().or(is.as_ref()).map_or(change.key, |line| line.label.of(tongue));
            let said = |line: Option<provision::Line>| {
                line.map_or_else(|| rows::NOT_SET.of(tongue).to_owned(), |line| line.says)
            };
            self.page.pair(IN, (change.new.id.as_str().len() + 2).max(6), change.new.id.as_str(), label, "");
            self.page.pair(IN + 4, LABELS, rows::WAS.of(tongue), &said(was), "");
            self.page.pair(IN + 4, LABELS, rows::IS.of(tongue), &said(is), "");
        }
    }

    fn used_again(&mut self, found: &Difference<'_>) {
        if found.reused.is_empty() {
            return;
        }
        self.heading(rows::USED_AGAIN);
        let tongue = self.sight.tongue;
        for (was, is) in &found.reused {
            let types = [("was", kind(was.kind).of(tongue)), ("is", kind(is.kind).of(tongue))];
            let said = if was.kind == is.kind {
                kind(is.kind).of(tongue).to_owned()
            } else {
                self.sight.say(rows::OTHER_TYPE, &types)
            };
            self.line(is.id.as_str(), &said);
            for (row, side, one) in [(rows::WAS, self.old, was), (rows::IS, self.new, is)] {
                self.page.line(IN + 4, row.of(tongue), "");
                self.page.words(IN + 6, side.text.rendering, &one.words);
            }
        }
    }

    fn words(&mut self, found: &Difference<'_>) {
        if found.reworded.is_empty() {
            return;
        }
        let tongue = self.sight.tongue;
        self.heading(rows::CHANGED_WORDS);
        let marks = format!("{{+{}+}}", rows::MARKED_ADDED.of(tongue));
        self.page.line(IN, &self.sight.say(rows::HOW_MARKED, &[("marks", &marks)]), "");
        for change in &found.reworded {
            let id = change.provision.id.to_string();
            let of = match change.of {
                Part::Words => id.clone(),
                Part::Term => self.sight.say(rows::OF_TERM, &[("id", &id)]),
            };
            self.page.line(IN, &format!("{of} ({})", change.language), "");
            let text: String = change.spans.iter().map(marked).collect();
            let words = [(change.language.clone(), text.trim().to_owned())].into();
            self.page.words(IN + 4, self.new.text.rendering, &words);
        }
    }

    fn others(&mut self, found: &Difference<'_>) {
        if found.changed.is_empty() && found.head.is_empty() {
            return;
        }
        self.heading(rows::OTHER_FIELDS);
        if !found.head.is_empty() {
            let said = found.head.iter().map(|key| self.label(key)).collect::<Vec<_>>().join(", ");
            self.page.line(IN, &format!("{}: {said}", rows::OF_THE_TEXT.of(self.sight.tongue)), "");
        }
        self.fields(&found.changed);
    }

    /// What people call a key of a text.
    fn label(&self, key: &str) -> &'static str {
        use countersign::vocabulary::showing;
        let row = match key {
            "title" => labels::TITLE,
            "languages" => labels::LANGUAGES,
            "modality" => labels::FORM,
            "binding" => labels::NATURE,
            "track" => labels::TRACK,
            "between" => labels::BETWEEN,
            "dated" => labels::DATED,
            "original" => labels::ORIGINAL,
            "rendering" => showing::RENDERING,
            "docs" => showing::DOCUMENT,
            "extends" => labels::EXTENDS,
            "amends" => labels::AMENDS,
            "replaces" => labels::REPLACES,
            "corrects" => labels::CORRECTS,
            _ => labels::ENDS,
        };
        row.of(self.sight.tongue)
    }

    fn rest(&mut self, found: &Difference<'_>) {
        let tongue = self.sight.tongue;
        if !found.moved.is_empty() {
            self.heading(rows::MOVED);
        }
        for (was, is) in &found.moved {
            let places = [("was", was.id.as_str()), ("is", is.id.as_str())];
            let said = self.sight.say(rows::MOVED_FROM, &places);
            self.page.line(IN, &said, "");
        }
        if !found.added.is_empty() {
            self.heading(rows::ADDED);
        }
        for one in &found.added {
            provision::print(&mut self.page, self.sight, &self.new.text, one, IN);
        }
        let unchanged = self.sight.say(rows::UNCHANGED, &[("number", &found.unchanged.to_string())]);
        self.page.gap().line(0, &unchanged, "");
        if found.reordered {
            self.page.line(0, rows::REORDERED.of(tongue), "");
        }
        self.page.line(0, rows::RULE.of(tongue), "");
    }
}

/// A stretch of words with the marks of what became of it; white space stands outside.
fn marked(span: &Span) -> String {
    let inside = |text: &str, open: &str, close: &str| {
        let word = text.trim_start();
        let (gap, _) = text.split_at(text.len() - word.len());
        format!("{gap}{open}{word}{close}")
    };
    match span {
        Span::Same(text) => text.clone(),
        Span::Removed(text) => inside(text, "[-", "-]"),
        Span::Added(text) => inside(text, "{+", "+}"),
    }
}
