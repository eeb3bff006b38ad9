//! The sheet that `sign` shows: what is about to be signed, in words, field by field;
//! what it starts, what it receipts, who is named for it.

use countersign::audit::Audit;
use countersign::body::Body;
use countersign::body::circumstance::{Circumstances, Dated, Document};
use countersign::body::condition::Condition;
use countersign::body::envelope::{Envelope, Opening};
use countersign::body::provision::Provision;
use countersign::body::question::{Answer, Ask};
use countersign::body::standing::{Actor, Class, Notice};
use countersign::body::statement::{Person, Report, Statement};
use countersign::body::text::{Adoption, Consent, InReturn, Provisions, Standing, Text};
use countersign::entry::Entry;
use countersign::fields::Words;
use countersign::index::By;
use countersign::json::Value;
use countersign::ledger::{Pen, Writer};
use countersign::names::Reference;
use countersign::status;
use countersign::vocabulary::chosen::word;
use countersign::vocabulary::{Phrase, Tongue, signing};

use super::adopt::names;
use super::entries::{self, cite};
use super::index::Lookup;
use super::row::{Row, paragraph, width};
use super::starts::Part;
use super::terminal::talk;
use super::{begun, mandate};

const RULE: &str = "  ──────────────────────────────────────────────────────────────────────────";

/// Columns before what a field says.
const HEAD: usize = 15;

/// What is about to be signed.
pub struct Sheet<'a> {
    /// The language in which the program speaks.
    pub tongue: Tongue,
    /// The folder that is open for writing.
    pub writer: &'a Writer<'a>,
    /// The entry.
    pub entry: &'a Entry,
    /// The keys.
    pub pens: &'a [Pen],
    /// The pin of its draft.
    pub expect: Option<String>,
    /// The words that an envelope hides.
    pub hidden: Option<Words>,
}

impl Sheet<'_> {
    /// Shows all of it.
    pub fn show(&self) {
        let names: Vec<String> = self.pens.iter().map(|pen| self.entry.pen(&pen.label)).collect();
        let keys = names.join(&format!(" {} ", self.say(signing::AND)));
        let member = self.entry.author.member();
        talk(&signing::ABOUT_TO.with(self.tongue, &[("member", member.as_str()), ("keys", &keys)]));
        talk("");
        let act = entries::act_in(self.tongue, self.entry).to_uppercase();
        talk(&format!("  {act}"));
        self.body();
        talk("");
        begun::show(self);
        begun::evidence(self);
        let after =
            self.entry.prev.map_or_else(|| self.say(signing::NOTHING).to_owned(), |prev| prev.short());
        let (log, seq) = (self.entry.author.to_string(), self.entry.seq.to_string());
        let places = [("log", log.as_str()), ("seq", seq.as_str()), ("prev", after.as_str())];
        self.field(signing::PLACE, &signing::STANDS_AT.with(self.tongue, &places));
        self.mandate();
        if let Some(expect) = &self.expect {
            self.field(signing::PIN, expect);
        }
        talk("");
        for row in paragraph(self.say(signing::NOT_TAKEN_BACK), "") {
            row.say();
        }
    }

    /// A row of the vocabulary in the tongue of this sheet.
    pub fn say(&self, phrase: Phrase) -> &'static str {
        phrase.of(self.tongue)
    }

    /// The ledger as it is held.
    pub fn audit(&self) -> &Audit {
        &self.writer.ledger.audit
    }

    /// A field: its head and what it says, on one line.
    pub fn field(&self, head: Phrase, text: &str) {
        line(self.say(head), text);
    }

    fn maybe<T: ToString>(&self, head: Phrase, value: Option<&T>) {
        if let Some(value) = value {
            self.field(head, &value.to_string());
        }
    }

    /// A word that its author chose from the format.
    fn chosen<T: ToString>(&self, head: Phrase, value: Option<&T>) {
        if let Some(value) = value {
            self.field(head, &word(self.tongue, &value.to_string()));
        }
    }

    fn list<T: ToString>(&self, head: Phrase, items: &[T]) {
        if !items.is_empty() {
            let items: Vec<String> = items.iter().map(|one| word(self.tongue, &one.to_string())).collect();
            self.field(head, &items.join(", "));
        }
    }

    /// Words between rules, and under them how many characters they are.
    fn words(&self, head: &str, words: &Words) {
        for (tag, text) in words {
            let joiners = text.chars().filter(|c| matches!(c, '\u{200c}' | '\u{200d}')).count();
            let hidden = match joiners {
                0 => self.say(signing::NONE_HIDDEN).to_owned(),
                many => signing::JOINERS.with(self.tongue, &[("number", &many.to_string())]),
            };
            talk(RULE);
            for row in paragraph(text, "  ") {
                row.say();
            }
            talk(RULE);
            let number = text.chars().count().to_string();
            let places = [("tag", tag.as_str()), ("number", number.as_str()), ("hidden", hidden.as_str())];
            talk(&format!("  {head}; {}", signing::COUNTED.with(self.tongue, &places)));
        }
    }

    /// Everything in the body that means something.
    fn body(&self) {
        let body = Body::of(self.entry);
        match &body {
            Body::Text(text) => self.text(text),
            Body::Adopt(adoption) => self.adoption(adoption),
            Body::Notice(notice) => self.notice(notice),
            Body::Statement(statement) => self.statement(statement),
            Body::Report(report) => self.report(report),
            Body::Ask(ask) => self.ask(ask),
            Body::Answer(answer) => self.answer(answer),
            Body::Actor(actor) => self.actor(actor),
            Body::Envelope(envelope) => self.envelope(envelope),
            Body::Open(opening) => self.opening(opening),
            Body::Seen => talk(&format!("  {}", self.say(signing::RECEIPT_ALONE))),
            Body::Key(_) => {
                self.field(signing::FROM_NEXT, &entries::summary(self.audit(), self.entry));
                self.plain(&self.entry.body, &[]);
            }
            Body::Join => self.plain(&self.entry.body, &[]),
            Body::NotUnderstood(_) => {
                talk(RULE);
                talk(&self.entry.body.encode());
                talk(RULE);
            }
        }
        if let Some(circumstances) = body.circumstances() {
            self.circumstances(circumstances);
        }
    }

    fn circumstances(&self, around: &Circumstances) {
        for about in &around.about {
            self.field(signing::ABOUT, &cite(self.audit(), about));
        }
        self.dated(around.dated.as_ref());
        self.documents(&around.docs);
        if around.rendering.is_some() {
            self.field(signing::WORDS, self.say(signing::ABSTRACT));
        }
        if let Some(said) = &around.words {
            self.words(self.say(signing::WORDS), said);
        }
    }

    fn dated(&self, dated: Option<&Dated>) {
        let Some(dated) = dated else { return };
        let to = dated.to.as_ref().map_or_else(String::new, |to| format!(" .. {to}"));
        let place = dated.place.as_ref().map_or_else(String::new, |place| format!(", {place}"));
        self.field(signing::DATED, &format!("{}{to}{place}", dated.from));
    }

    fn documents(&self, docs: &[Document]) {
        for doc in docs {
            self.field(signing::DOCUMENT, &format!("docs/{}  {}", doc.digest, doc.name));
        }
    }

    fn refer(&self, head: Phrase, reference: Option<&Reference>) {
        if let Some(reference) = reference {
            self.field(head, &cite(self.audit(), reference));
        }
    }

    /// Fields of the format as they stand, without braces and quotation marks.
    fn plain(&self, value: &Value, shown: &[&str]) {
        let Value::Object(map) = value else { return };
        for (key, value) in map.iter().filter(|(key, _)| !shown.contains(&key.as_str())) {
            line(&word(self.tongue, key), &self.plainly(value));
        }
    }

    fn text(&self, text: &Text) {
        match text.standing {
            Standing::Draft => talk(&format!("  {}", self.say(signing::DRAFT_BINDS_NOBODY))),
            Standing::Proposal => talk(&format!("  {}", self.say(signing::TABLING_BINDS_NOBODY))),
            Standing::Pledge => {}
        }
        self.list(signing::BETWEEN, &text.between);
        self.chosen(signing::NATURE, text.binding.as_ref());
        self.chosen(signing::FORM, text.modality.as_ref());
        self.maybe(signing::TRACK, text.track.as_ref());
        self.dated(text.dated.as_ref());
        self.documents(&text.docs);
        if let Some(original) = &text.original {
            self.field(signing::ORIGINAL, &format!("docs/{original}"));
        }
        for (relation, entry) in &text.relations {
            line(&word(self.tongue, relation.as_str()), &status::cite_hash(self.audit(), entry));
        }
        if text.rendering.is_some() {
            self.field(signing::WORDS, self.say(signing::ABSTRACT));
        }
        self.consent(&text.consent);
        self.words_of(text, Part::default());
    }

    /// The words of a text: title, languages, provisions with every field; those that
    /// are not in the part adopted are marked.
    fn words_of(&self, text: &Text, part: Part<'_>) {
        let ranks = text.languages.iter().map(|(tag, rank)| format!("{tag} {}", word(self.tongue, rank)));
        self.field(signing::LANGUAGES, &ranks.collect::<Vec<_>>().join(", "));
        if let Some(title) = &text.title {
            self.words(self.say(signing::TITLE), title);
        }
        match &text.provisions {
            Provisions::Here(provisions) => provisions.iter().for_each(|one| self.provision(one, part)),
            Provisions::InDocument { document, digests } => {
                let place = signing::PROVISIONS_IN.with(self.tongue, &[("document", &document.to_string())]);
                talk(&format!("  {place}"));
                for (id, digest) in digests {
                    line(id.as_str(), &digest.to_string());
                }
            }
        }
    }

    fn provision(&self, provision: &Provision, part: Part<'_>) {
        let mut head = entries::provision_head_in(self.tongue, provision);
        if !part.has(provision) {
            head = format!("{head}, {}", self.say(signing::LEFT_OUT));
        }
        self.words(&head, &provision.words);
        if let Some(term) = &provision.term {
            self.words(self.say(signing::TERM), term);
        }
        let shown = ["id", "type", "in", "uses", "expires", "words", "term"];
        self.plain(&provision.to_value(), &shown);
    }

    fn adoption(&self, adoption: &Adoption) {
        let text = entries::text_of(self.audit(), &adoption.text);
        let title = text.as_ref().and_then(|text| text.title.as_ref()).map_or(String::new(), entries::title);
        let cited = status::cite_hash(self.audit(), &adoption.text);
        self.field(signing::TEXT, format!("{cited}  {title}").trim_end());
        let (digest, how) = (adoption.words_digest.to_string(), self.how_much(adoption));
        let number = text.as_ref().map_or(0, |text| text.ids().len()).to_string();
        let places = [("digest", digest.as_str()), ("number", number.as_str()), ("how", how.as_str())];
        let phrase = if text.is_some() { signing::WORDS_OF } else { signing::WORDS_UNCOUNTED };
        line("", &phrase.with(self.tongue, &places));
        self.maybe(signing::STYLED, adoption.styled.as_ref());
        if adoption.mirrored.is_some() {
            self.field(signing::MIRROR, self.say(signing::MIRRORED));
        }
        self.consent(&adoption.consent);
        if let Some(text) = &text {
            self.words_of(text, Part { only: &adoption.only, except: &adoption.except });
        }
    }

    fn how_much(&self, adoption: &Adoption) -> String {
        match (adoption.only.as_slice(), adoption.except.as_slice()) {
            ([], []) => self.say(signing::WHOLE).to_owned(),
            ([], except) => signing::WITHOUT.with(self.tongue, &[("ids", &names(except))]),
            (part, _) => signing::IN_PART.with(self.tongue, &[("ids", &names(part))]),
        }
    }

    fn consent(&self, consent: &Consent) {
        if consent.provisional.is_some() {
            self.field(signing::PROVISIONAL, self.say(signing::PROVISIONALLY));
        }
        if let Some(condition) = &consent.condition {
            self.field(signing::CONDITION, &self.condition(condition));
        }
        for given in &consent.in_return_for {
            match given {
                InReturn::Entry(entry) => self.refer(signing::IN_RETURN, Some(entry)),
                InReturn::Words(words) => self.words(self.say(signing::IN_RETURN), words),
            }
        }
        let is_alone = consent.qualifications.len() == 1;
        for (number, made) in consent.numbered() {
            let on = match made.on.as_slice() {
                [] => self.say(signing::ON_WHOLE).to_owned(),
                ids => signing::ON.with(self.tongue, &[("ids", &names(ids))]),
            };
            let mut name = word(self.tongue, made.name.as_str());
            if !is_alone {
                let places = [("name", name.as_str()), ("number", &number.to_string())];
                name = signing::NUMBERED.with(self.tongue, &places);
            }
            line(&name.to_uppercase(), &on);
            self.words(&name, &made.words);
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        self.plainly(&condition.to_value())
    }

    fn notice(&self, notice: &Notice) {
        let head = match notice.act {
            countersign::body::standing::Act::Revoke => signing::TAKES_BACK,
            _ => signing::TEXT,
        };
        let text = entries::text_of(self.audit(), &notice.of.entry);
        let title = text.and_then(|text| text.title.as_ref().map(entries::title)).unwrap_or_default();
        self.field(head, format!("{}  {title}", cite(self.audit(), &notice.of)).trim_end());
        self.maybe(signing::UNDER_NUMBER, notice.qualification.as_ref());
        self.list(signing::PARTS, &notice.only);
        self.maybe(signing::EFFECTIVE, notice.effective.as_ref());
    }

    fn statement(&self, statement: &Statement) {
        self.maybe(signing::SPEAKER, statement.speaker.as_ref());
    }

    fn report(&self, report: &Report) {
        self.refer(signing::DEFINITION, report.of.as_ref());
        self.with(&report.with);
        if let Some(interval) = &report.interval {
            let bounds: Vec<String> =
                interval.from.iter().chain(&interval.to).map(ToString::to_string).collect();
            if !bounds.is_empty() {
                self.field(signing::WHEN, &bounds.join(" .. "));
            }
            self.refer(signing::AFTER, interval.after.as_ref());
            self.refer(signing::BEFORE, interval.before.as_ref());
        }
        self.maybe(signing::PLACE, report.place.as_ref());
        self.person(signing::SAID_BY, report.said_by.as_ref());
        self.person(signing::SAID_TO, report.said_to.as_ref());
        self.maybe(signing::SOURCE, report.source.as_ref());
        self.chosen(signing::FOUND, report.found.as_ref());
        for other in &report.same_as {
            self.refer(signing::SAME_AS, Some(other));
        }
    }

    fn with(&self, with: &countersign::body::circumstance::Parameters) {
        for (name, value) in with {
            self.field(signing::WITH, &format!("{name} = {value}"));
        }
    }

    fn person(&self, head: Phrase, person: Option<&Person>) {
        if let Some(person) = person {
            let member = person.member.as_ref().map_or_else(String::new, |member| format!(" ({member})"));
            self.field(head, &format!("{}{member}", person.name));
        }
    }

    fn ask(&self, ask: &Ask) {
        self.list(signing::TO, &ask.to);
        self.with(&ask.with);
        self.maybe(signing::REPLY_BY, ask.reply_by.as_ref());
    }

    fn answer(&self, answer: &Answer) {
        self.refer(signing::REPLY_TO, Some(&answer.to));
        self.maybe(signing::UNDER_NUMBER, answer.qualification.as_ref());
        self.list(signing::CONTESTS, &answer.contests);
        self.chosen(signing::BETWEEN_US, answer.between_us.as_ref());
        self.refer(signing::COUNTER, answer.counter.as_ref());
    }

    fn actor(&self, actor: &Actor) {
        self.maybe(signing::ID, Some(&actor.id));
        for (tag, name) in &actor.names {
            self.field(signing::NAME, &format!("{name} ({tag})"));
        }
        self.chosen(signing::CLASS, Some(&actor.class));
        self.maybe(signing::OF, actor.of.as_ref());
        self.maybe(signing::UNDER, actor.under.as_ref());
        self.chosen(signing::CAPACITY, actor.capacity.as_ref());
        self.maybe(signing::CONTACT, actor.contact.as_ref());
        if let Some(mandate) = &actor.mandate {
            self.list(signing::MAY, &mandate.acts);
            self.list(signing::KEYS, &mandate.keys);
            self.maybe(signing::UNTIL, mandate.until.as_ref());
            if let Some(doc) = &mandate.doc {
                self.field(signing::DOCUMENT, &format!("docs/{doc}"));
            }
        }
        if actor.class == Class::Private || actor.capacity.is_some() {
            talk(&format!("  {}", self.say(signing::PERSON)));
        }
    }

    fn envelope(&self, envelope: &Envelope) {
        self.maybe(signing::SLOT, Some(&envelope.slot));
        self.maybe(signing::COMMITMENT, Some(&envelope.commitment));
        self.list(signing::TO, &envelope.to);
        self.maybe(signing::OPEN_BY, envelope.open_by.as_ref());
        if let Some(hidden) = &self.hidden {
            self.words(self.say(signing::HIDDEN), hidden);
            talk(&format!("  {}", self.say(signing::HIDDEN_STAY)));
        }
    }

    fn opening(&self, opening: &Opening) {
        self.field(signing::ENVELOPE, &status::cite_hash(self.audit(), &opening.envelope));
        self.maybe(signing::NONCE, Some(&opening.nonce));
        self.words(self.say(signing::WORDS), &opening.content);
    }

    /// A value of the format for people: lists with commas, fields with semicolons,
    /// entries as they are cited.
    fn plainly(&self, value: &Value) -> String {
        match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => match text.parse::<Reference>() {
                Ok(reference) if self.audit().entry(&reference.entry).is_some() => {
                    cite(self.audit(), &reference)
                }
                _ => word(self.tongue, text),
            },
            Value::Array(items) => {
                let item = |item: &Value| match item {
                    Value::Object(_) => format!("({})", self.plainly(item)),
                    _ => self.plainly(item),
                };
                items.iter().map(item).collect::<Vec<_>>().join(", ")
            }
            Value::Object(map) => {
                let field = |(key, value): (&String, &Value)| {
                    format!("{} {}", word(self.tongue, key), self.plainly(value))
                };
                map.iter().map(field).collect::<Vec<_>>().join("; ")
            }
        }
    }

    /// Who is named for this act.
    fn mandate(&self) {
        let Some(act) = mandate::act(self.entry) else { return };
        let now = super::session::Session::now().to_string();
        let Some(today) = now.get(..10).and_then(|day| day.parse().ok()) else { return };
        let actors = Lookup::new(Some(&self.writer.ledger))
            .entries(self.writer.strand(), &By::Kind("actor".to_owned()));
        for pen in self.pens {
            let said = match mandate::shown(&actors, act, &pen.label, &today) {
                mandate::Shown::Not => self.say(signing::MANDATE_NOT_SHOWN).to_owned(),
                mandate::Shown::By(entry, acts) => {
                    let acts: Vec<String> = acts.iter().map(|act| word(self.tongue, act.as_str())).collect();
                    let acts = acts.join(", ");
                    let places = [("entry", entry.as_str()), ("label", pen.label.as_str()), ("acts", &acts)];
                    signing::MANDATE_NAMES.with(self.tongue, &places)
                }
                mandate::Shown::Ended(entry, until) => {
                    let until = until.to_string();
                    let places = [("entry", entry.as_str()), ("label", pen.label.as_str()), ("day", &until)];
                    signing::MANDATE_ENDED.with(self.tongue, &places)
                }
            };
            self.field(signing::MANDATE, &said);
        }
    }
}

/// A head and what stands under it, on one line.
fn line(head: &str, text: &str) {
    let gap = HEAD.saturating_sub(2 + width(head)).max(1);
    Row::new(&format!("  {head}{}", " ".repeat(gap))).text(text).say();
}
