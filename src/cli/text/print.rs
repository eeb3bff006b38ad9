//! `text print`: the clean document of a text, from its files or from the ledger.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use countersign::body::Body;
use countersign::body::circumstance::Rendering;
use countersign::body::provision::Provision;
use countersign::body::text::{
    Adoption, Consent, InReturn, Named, Provisions, Qualification, Standing, Text,
};
use countersign::disk;
use countersign::entry::{Entry, Signed};
use countersign::failure::{Failure, Outcome, Why};
use countersign::fields::Words;
use countersign::hash::Hash;
use countersign::ledger::Ledger;
use countersign::names::{MemberId, Place, ProvisionId, Reference};
use countersign::sentence::{Voice, called, listed};
use countersign::status::{self, Cut, Effect, NoTimes, Sources, Status};
use countersign::unicode::shown_on_one_line;
use countersign::vocabulary::{Phrase, Tongue, chosen, dates, papers};

use super::super::entries;
use super::super::page::{in_tongue, quoted};
use super::super::session::Session;
use super::super::terminal::{line, print, talk};
use super::check::ledger_if_here;
use super::document::{self, Act, Document};
use super::files::{Around, Files};
use super::{page, plain};

/// Print the document of a text.
#[derive(clap::Args)]
pub struct Print {
    /// A text of the ledger, as moscow/3; or the file of a text and one for each further
    /// language.
    #[arg(required = true, value_name = "REF|FILE.toml")]
    text: Vec<String>,
    /// Write it to this file: HTML, or plain text where it ends in .txt.
    #[arg(short, long, value_name = "FILE.html")]
    out: Option<PathBuf>,
    /// Plain text of 80 columns, whatever the file is called.
    #[arg(long)]
    plain: bool,
    /// All acts of all sides about it too, as one document.
    #[arg(long)]
    acts: bool,
    /// How a program reads the fields too.
    #[arg(long)]
    fields: bool,
}

/// Runs `text print`.
pub fn run(session: &Session, command: &Print) -> Outcome<u8> {
    session.words_alone("text print")?;
    let document = match command.text.as_slice() {
        [cited] if !is_file(cited) => of_ledger(session, cited, command)?,
        paths => of_files(session, paths, command)?,
    };
    let Some(path) = &command.out else {
        for text in plain::lines(&document) {
            print(&text);
        }
        return Ok(0);
    };
    let is_plain = command.plain || path.extension().is_some_and(|end| end == "txt");
    let bytes = if is_plain { plain::lines(&document).join("\n") + "\n" } else { page::html(&document) };
    disk::replace(&session.disk, path, bytes.as_bytes())
        .map_err(|error| Failure::disk("writing", path, error))?;
    line(&format!("{}: {} provisions. {}", path.display(), document.blocks.len(), document.foot));
    talk(&format!("Next: open {}", path.display()));
    Ok(0)
}

fn is_file(text: &str) -> bool {
    let path = Path::new(text);
    text == "-" || path.extension().is_some_and(|end| end == "toml") || path.is_file()
}

fn of_files(session: &Session, paths: &[String], command: &Print) -> Outcome<Document> {
    if command.acts {
        let what = "--acts lists entries of a ledger, and these are files";
        return Err(Failure::new(Why::Usage, what).next("countersign text print moscow/3 --acts"));
    }
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let files = Files::read(session, &paths)?;
    let ledger = ledger_if_here(session)?;
    let around = Around::new(session, &files, ledger.as_ref());
    let sheet = files.sheet(Standing::Pledge, &around)?;
    let Provisions::Here(provisions) = &sheet.text.provisions else {
        return Err(Failure::new(Why::Authoring, "the provisions stand in a document"));
    };
    let tongue = session.tongue();
    let digest = sheet.text.words_digest(None).filter(|_| !around.is_waiting());
    let mut document = laid_out(tongue, &sheet.text, provisions, digest);
    document.heading = document::heading(papers::DRAFT.of(tongue));
    if command.fields {
        document.fields =
            fields(tongue, &sheet.text, provisions, &|place| around.name(tongue, provisions, place));
    }
    Ok(document)
}

fn of_ledger(session: &Session, cited: &str, command: &Print) -> Outcome<Document> {
    let ledger = session.ledger()?;
    let tongue = session.tongue();
    let (_, signed) = entries::find(&ledger.audit, cited)?;
    let Body::Text(text) = Body::of(signed.entry()) else {
        let what = format!("{} is no text", signed.cite());
        return Err(Failure::new(Why::NoEntry, what).next(format!("countersign show {}", signed.cite())));
    };
    let bytes = match &text.provisions {
        Provisions::Here(_) => None,
        Provisions::InDocument { document, .. } => {
            ledger.copy.named.get(&format!("docs/{document}")).map(Vec::as_slice)
        }
    };
    let provisions = text.provisions(bytes).ok_or_else(|| {
        let what = format!("the document of {} is not held here", signed.cite());
        Failure::new(Why::NoEntry, what).next("countersign pull SNAPSHOT")
    })?;
    let mut document = laid_out(tongue, &text, &provisions, text.words_digest(bytes));
    document.heading = document::heading(&state(tongue, &ledger, &signed, &text));
    document.foot = format!("{}  {}", signed.cite(), document.foot);
    if command.fields {
        let name = |place: &Place| match place {
            Place::Here(id) => named(tongue, &provisions, id),
            Place::There(entry, id) => format!("{}#{id}", status::cite_hash(&ledger.audit, entry)),
        };
        document.fields = fields(tongue, &text, &provisions, &name);
    }
    if command.acts {
        document.acts = Some(acts(tongue, &ledger, signed.hash(), &document.languages));
    }
    Ok(document)
}

fn named(tongue: Tongue, provisions: &[Provision], id: &ProvisionId) -> String {
    let found = provisions.iter().find(|provision| provision.id == *id);
    match found.and_then(|provision| called(tongue, provision)) {
        Some(called) => format!("{id} ({called})"),
        None => id.to_string(),
    }
}

fn laid_out(tongue: Tongue, text: &Text, provisions: &[Provision], digest: Option<Hash>) -> Document {
    let languages = document::languages(text);
    let foot = match digest {
        Some(digest) => papers::DIGEST.with(tongue, &[("digest", &digest.to_string())]),
        None => papers::DIGEST_LATER.of(tongue).to_owned(),
    };
    Document {
        tongue,
        heading: String::new(),
        title: text.title.as_ref().map_or_else(Vec::new, |title| document::pieces(&languages, title)),
        form: document::form(tongue, text),
        blocks: document::blocks(&languages, provisions),
        languages,
        fields: Vec::new(),
        acts: None,
        foot,
    }
}

fn fields(
    tongue: Tongue,
    text: &Text,
    provisions: &[Provision],
    name: &dyn Fn(&Place) -> String,
) -> Vec<String> {
    let voice = Voice { tongue, binding: text.binding, between: &text.between, name };
    let mut lines = Vec::new();
    for provision in provisions {
        let said: Vec<String> = voice.provision(provision).iter().map(ToString::to_string).collect();
        if !said.is_empty() {
            lines.push(format!("{}  {}", provision.id, said.join("; ")));
        }
    }
    lines
}

/// How a text stands, as far as the entries held here say who adopted it.
fn state(tongue: Tongue, ledger: &Ledger, signed: &Signed, text: &Text) -> String {
    let name = signed.entry().author.member().to_string();
    match text.standing {
        Standing::Draft => return papers::DRAFT.of(tongue).to_owned(),
        Standing::Pledge => return papers::PLEDGED.with(tongue, &[("name", &name)]),
        Standing::Proposal => {}
    }
    let sources = Sources { audit: &ledger.audit, times: &NoTimes };
    let found = Status::of(sources, &Cut::everything(&ledger.audit));
    let names = found.as_ref().and_then(|found| found.text_of(&signed.hash()));
    let names: BTreeSet<MemberId> = names.map(|(_, text)| text.adopters.clone()).unwrap_or_default();
    if names.is_empty() {
        return papers::TABLED.with(tongue, &[("name", &name)]);
    }
    let names: Vec<MemberId> = names.into_iter().collect();
    papers::ADOPTED_BY.with(tongue, &[("name", &name), ("names", &listed(tongue, &names))])
}

/// Every entry that refers to the text or to one that does, in an order in which each
/// stands after what it receipts.
fn acts(tongue: Tongue, ledger: &Ledger, text: Hash, languages: &[String]) -> Vec<Act> {
    let mut about = BTreeSet::from([text]);
    let mut acts = Vec::new();
    for (_, signed) in status::in_order(&ledger.audit) {
        let references = Body::of(signed.entry()).references();
        if references.iter().any(|reference| about.contains(&reference.entry)) {
            about.insert(signed.hash());
            let ids: Vec<ProvisionId> = references.into_iter().filter_map(|r| r.provision).collect();
            acts.push(act(tongue, ledger, &signed, &ids, languages));
        }
    }
    acts
}

fn act(tongue: Tongue, ledger: &Ledger, signed: &Signed, ids: &[ProvisionId], languages: &[String]) -> Act {
    let entry = signed.entry();
    let body = Body::of(entry);
    let mut head = vec![signed.cite(), entry.author.member().to_string(), entries::act_in(tongue, entry)];
    if !ids.is_empty() {
        head.push(papers::ABOUT.with(tongue, &[("of", &listed(tongue, ids))]));
    }
    let mut words = Vec::new();
    let mut add = |name: &str, text: &Words| {
        let pieces = document::pieces(languages, text);
        words.extend(pieces.into_iter().map(|piece| (name.to_owned(), piece)));
    };
    if let Some(said) = body.circumstances().and_then(|circumstances| circumstances.words.as_ref()) {
        add("", said);
    }
    match &body {
        Body::Adopt(adoption) => {
            head.extend(parts(tongue, adoption));
            let is_alone = adoption.consent.qualifications.len() == 1;
            for (number, made) in adoption.consent.numbered() {
                add(&qualified(tongue, (!is_alone).then_some(number), made), &made.words);
            }
        }
        Body::Text(text) => {
            if let Some(title) = &text.title {
                add("", title);
            }
            let n = text.ids().len().to_string();
            head.push(papers::OF_PROVISIONS.with(tongue, &[("n", &n)]));
        }
        _ => {}
    }
    head.extend(beside(tongue, ledger, &body));
    if let Effect::Without(why) = status::effect(&ledger.audit, signed) {
        head.push(papers::NO_EFFECT.with(tongue, &[("why", &why.of(tongue))]));
    }
    head.push(when(tongue, entry, &body));
    let rendering = match &body {
        Body::Text(text) => text.rendering,
        body => body.circumstances().and_then(|circumstances| circumstances.rendering),
    };
    Act { head: head.join("; "), is_abstract: rendering == Some(Rendering::Abstract), words }
}

/// The day that an act bears, or the time that its author gives it.
fn when(tongue: Tongue, entry: &Entry, body: &Body) -> String {
    let dated = match body {
        Body::Text(text) => text.dated.as_ref(),
        body => body.circumstances().and_then(|circumstances| circumstances.dated.as_ref()),
    };
    match (dated, &entry.said) {
        (Some(dated), _) => document::dated(tongue, dated),
        (None, Some(said)) => papers::ITS_AUTHOR_DATES.with(tongue, &[("time", &said.for_people())]),
        (None, None) => papers::NO_DATE.of(tongue).to_owned(),
    }
}

/// What an act carries beside its words.
fn beside(tongue: Tongue, ledger: &Ledger, body: &Body) -> Vec<String> {
    let cite = |reference: &Reference| {
        let at = reference.provision.as_ref().map_or_else(String::new, |id| format!("#{id}"));
        format!("{}{at}", status::cite_hash(&ledger.audit, &reference.entry))
    };
    let numbered = |named: &Reference, number: Option<NonZeroU64>| {
        let number = number.filter(|_| entries::makes_several(&ledger.audit, &named.entry));
        number.map_or_else(
            || cite(named),
            |n| papers::UNDER_NUMBER.with(tongue, &[("of", &cite(named)), ("number", &n.to_string())]),
        )
    };
    let said = |row: Phrase, name: &str, what: &str| row.with(tongue, &[(name, what)]);
    let line = |text: &str| quoted(tongue, &shown_on_one_line(text));
    match body {
        Body::Adopt(adoption) => {
            let mut all = carried(tongue, &adoption.consent, &cite);
            all.extend(adoption.mirrored.map(|_| papers::MIRRORED.of(tongue).to_owned()));
            all.extend(adoption.styled.as_ref().map(|name| said(papers::STYLED, "what", &line(name))));
            all
        }
        Body::Text(text) => carried(tongue, &text.consent, &cite),
        Body::Notice(notice) => {
            let mut all = vec![said(papers::OF_ACT, "of", &numbered(&notice.of, notice.qualification))];
            if !notice.only.is_empty() {
                all.push(said(papers::PARTS_ALONE, "of", &listed(tongue, &notice.only)));
            }
            all.extend(
                notice.effective.as_ref().map(|day| said(papers::FROM_DAY, "day", &dates::day(tongue, day))),
            );
            all
        }
        Body::Answer(answer) => {
            let mut all = vec![said(papers::REPLY, "of", &numbered(&answer.to, answer.qualification))];
            let contests = answer.contests.iter().map(|what| chosen::word(tongue, what.as_str()));
            all.extend(contests.map(|what| said(papers::CONTESTS, "what", &what)));
            all.extend(answer.between_us.map(|between| chosen::word(tongue, between.as_str())));
            all
        }
        Body::Report(report) => {
            let by = report.said_by.iter().map(|person| said(papers::SAID_BY, "by", &line(&person.name)));
            let to = report.said_to.iter().map(|person| said(papers::SAID_TO, "to", &line(&person.name)));
            let from = report.source.iter().map(|source| said(papers::KNOWN_FROM, "what", &line(source)));
            by.chain(to).chain(from).collect()
        }
        _ => Vec::new(),
    }
}

/// What a consent carries beside its qualifications.
fn carried(tongue: Tongue, consent: &Consent, cite: &dyn Fn(&Reference) -> String) -> Vec<String> {
    let name = |place: &Place| match place {
        Place::Here(id) => id.to_string(),
        Place::There(entry, id) => cite(&Reference { entry: *entry, provision: Some(id.clone()) }),
    };
    let voice = Voice { tongue, binding: None, between: &[], name: &name };
    let condition = consent.condition.as_ref().map(|condition| voice.condition(condition).to_string());
    let mut all: Vec<String> =
        condition.map(|what| papers::CONDITION.with(tongue, &[("what", &what)])).into_iter().collect();
    for given in &consent.in_return_for {
        let what = match given {
            InReturn::Entry(entry) => cite(entry),
            InReturn::Words(words) => quoted(tongue, in_tongue(tongue, words)),
        };
        all.push(papers::RETURN.with(tongue, &[("what", &what)]));
    }
    all.extend(consent.provisional.map(|_| papers::PROVISIONAL.of(tongue).to_owned()));
    all
}

fn parts(tongue: Tongue, adoption: &Adoption) -> Option<String> {
    let told = |phrase: Phrase, ids: &[ProvisionId]| {
        (!ids.is_empty()).then(|| phrase.with(tongue, &[("of", &listed(tongue, ids))]))
    };
    told(papers::PARTS_ALONE, &adoption.only).or_else(|| told(papers::ALL_BUT, &adoption.except))
}

fn qualified(tongue: Tongue, number: Option<NonZeroU64>, made: &Qualification) -> String {
    let number = number.map(|number| papers::NUMBERED.with(tongue, &[("number", &number.to_string())]));
    let on = if made.on.is_empty() {
        String::new()
    } else {
        papers::ON.with(tongue, &[("of", &listed(tongue, &made.on))])
    };
    let phrase = match made.name {
        Named::Reservation => papers::QUALIFIED_RESERVATION,
        Named::Understanding => papers::QUALIFIED_UNDERSTANDING,
        Named::Limitation => papers::QUALIFIED_LIMITATION,
    };
    phrase.with(tongue, &[("on", &format!("{}{on}", number.unwrap_or_default()))])
}
