//! Acts that are no texts: keys, actors, notices, reports, questions and answers.

use std::num::NonZeroU64;

use countersign::body::membership::{NewSet, SetChange, VolumeJoin};
use countersign::body::question::{Answer, Ask, BetweenUs, Contests};
use countersign::body::standing::{Actor, Class, Mandated, Notice};
use countersign::body::statement::{Found, Interval, Moment, Person, Report};
use countersign::body::{Body, circumstance::Parameters};
use countersign::entry::Signed;
use countersign::names::Reference;
use countersign::vocabulary::{Phrase, dates, showing as rows};

use super::super::page::quoted;
use super::super::provision::in_each_language;
use super::super::sight::Sight;
use super::super::terminal::shown;
use super::super::{entries, naming};
use super::Sheet;

/// The first entry of a log: nothing but that; of a further volume, what it goes on
/// from and with which keys.
pub fn join(sheet: &mut Sheet<'_>, signed: &Signed) {
    if !signed.entry().author.is_further() {
        return;
    }
    let Ok(volume) = VolumeJoin::read(&signed.entry().body) else { return };
    for head in &volume.continues {
        let places = [("log", &*head.log.to_string()), ("size", &head.head.size.to_string())];
        sheet.say(rows::CONTINUES, rows::CONTINUES_WHAT, &places);
    }
    set(sheet, &volume.new);
    sheet.put(rows::LOG_KEY, &volume.log_key.to_string());
}

/// A change of keys.
pub fn keys(sheet: &mut Sheet<'_>, change: &SetChange) {
    set(sheet, &change.new);
    for one in &change.compromised {
        let label = one.label.to_string();
        match &one.since {
            None => sheet.say(rows::COMPROMISED, rows::COMPROMISED_LABEL, &[("label", &label)]),
            Some(since) => {
                let entry = sheet.sight.cite(&Reference { entry: *since, provision: None });
                let places = [("label", &*label), ("entry", &entry)];
                sheet.say(rows::COMPROMISED, rows::COMPROMISED_SINCE, &places);
            }
        }
    }
    if let Some(words) = &change.words {
        sheet.words(rows::WORDS, None, words);
    }
}

fn set(sheet: &mut Sheet<'_>, new: &NewSet) {
    for one in &new.set {
        sheet.put(rows::KEY, &format!("{} {}", one.label, one.key));
    }
    let labels: Vec<&str> = new.set.iter().map(|one| one.label.as_str()).collect();
    let places = [("number", &*new.threshold.to_string()), ("labels", &labels.join(", "))];
    sheet.say(rows::SIGN, rows::HOW_MANY_SIGN, &places);
    for (kind, number) in &new.more_pens {
        sheet.say(rows::SIGN, rows::MORE_PENS, &[("kind", kind), ("number", &number.to_string())]);
    }
}

/// The class of an actor, in words.
pub fn class(class: Class) -> Phrase {
    match class {
        Class::State => rows::CLASS_STATE,
        Class::StateFunded => rows::CLASS_STATE_FUNDED,
        Class::Parastate => rows::CLASS_PARASTATE,
        Class::Private => rows::CLASS_PRIVATE,
        Class::International => rows::CLASS_INTERNATIONAL,
    }
}

/// An act for which a mandate is given, in words.
pub fn mandated(act: Mandated) -> Phrase {
    match act {
        Mandated::Adopt => rows::DO_ADOPT,
        Mandated::Answer => rows::DO_ANSWER,
        Mandated::Ask => rows::DO_ASK,
        Mandated::Notice => rows::DO_NOTICE,
        Mandated::Pledge => rows::DO_PLEDGE,
        Mandated::Propose => rows::DO_PROPOSE,
        Mandated::Report => rows::DO_REPORT,
        Mandated::Statement => rows::DO_STATEMENT,
    }
}

/// A body or person, as the author describes it.
pub fn actor(sheet: &mut Sheet<'_>, signed: &Signed, actor: &Actor) {
    let sight = sheet.sight;
    sheet.put(rows::ID, actor.id.as_str());
    if let Some(of) = &actor.of {
        let author = sight.naming().name(signed.entry().author.member());
        let places = [("member", &*sight.naming().name(of)), ("author", &author)];
        sheet.say(rows::ACTOR_OF, rows::ACTOR_OF_OTHER, &places);
    }
    sheet.put(rows::NAMES, &in_each_language(sight, &actor.names));
    sheet.put(rows::CLASS, class(actor.class).of(sight.tongue));
    sheet.put_some(rows::UNDER, actor.under.as_ref().map(countersign::names::Label::as_str));
    // The author's own word for it, so in quotation marks.
    let capacity = actor.capacity.map(|capacity| quoted(sight.tongue, capacity.as_str()));
    sheet.put_some(rows::CAPACITY, capacity.as_deref());
    if let Some(mandate) = &actor.mandate {
        let acts: Vec<&str> = mandate.acts.iter().map(|act| mandated(*act).of(sight.tongue)).collect();
        sheet.put(rows::MAY_DO, &acts.join(", "));
        let keys: Vec<&str> = mandate.keys.iter().map(countersign::names::Label::as_str).collect();
        sheet.put_some(rows::WITH_KEYS, (!keys.is_empty()).then(|| keys.join(", ")).as_deref());
        let until = mandate.until.as_ref();
        let until = until.map(|day| sight.say(rows::UNTIL_DAY, &[("day", &sight.day(day))]));
        sheet.put_some(rows::MANDATE_DOC, until.as_deref());
        if let Some(doc) = &mandate.doc {
            let held = sight.document(doc).is_some();
            let row = if held { rows::DOCUMENT_HELD } else { rows::DOCUMENT_ABSENT };
            sheet.say(rows::MANDATE_DOC, row, &[("name", rows::DOCUMENT.of(sight.tongue))]);
            sheet.file(doc);
        }
    }
    let contact = actor.contact.as_ref().map(|contact| quoted(sight.tongue, contact));
    sheet.put_some(rows::CONTACT, contact.as_deref());
}

/// A notice.
pub fn notice(sheet: &mut Sheet<'_>, notice: &Notice) {
    let sight = sheet.sight;
    sheet.put(rows::NOTICE_OF, &numbered(sight, named(sight, &notice.of), &notice.of, notice.qualification));
    if !notice.only.is_empty() {
        let ids: Vec<String> = notice.only.iter().map(ToString::to_string).collect();
        sheet.say(rows::ONLY, rows::ONLY_THESE, &[("ids", &ids.join(", "))]);
    }
    if let Some(day) = &notice.effective {
        sheet.say(rows::EFFECTIVE, rows::EFFECTIVE_DAY, &[("day", &sight.day(day))]);
    }
}

/// An entry and the title of the text that it holds, if it holds one.
pub fn named(sight: &Sight, reference: &Reference) -> String {
    let cited = sight.cite(reference);
    let title = sight.text(&reference.entry).and_then(|(_, text)| text.title);
    title.map_or_else(|| cited.clone(), |title| format!("{cited}, {}", sight.quote(&title)))
}

/// What an act is about, with the number of the qualification that it names, where the
/// entry makes several.
fn numbered(sight: &Sight, of: String, named: &Reference, number: Option<NonZeroU64>) -> String {
    match number.filter(|_| entries::makes_several(sight.audit(), &named.entry)) {
        Some(number) => sight.say(rows::UNDER_NUMBER, &[("of", &of), ("number", &number.to_string())]),
        None => of,
    }
}

/// A moment as a report gives it, for people.
pub fn moment(sight: &Sight, moment: &Moment) -> String {
    match moment {
        Moment::Day(day) => sight.day(day),
        Moment::Time(time) => format!("{} UTC", dates::time(sight.tongue, time)),
    }
}

/// When something came about, as its reporter gives it.
pub fn interval(sight: &Sight, given: &Interval) -> String {
    let mut parts = Vec::new();
    match (&given.from, &given.to) {
        (Some(Moment::Day(from)), Some(Moment::Day(to))) => parts.push(dates::range(sight.tongue, from, to)),
        (Some(from), Some(to)) => {
            let places = [("from", &*moment(sight, from)), ("to", &moment(sight, to))];
            parts.push(sight.say(rows::FROM_TO, &places));
        }
        (Some(at), None) => parts.push(moment(sight, at)),
        (None, Some(to)) => parts.push(sight.say(rows::UNTIL_WHEN, &[("when", &moment(sight, to))])),
        (None, None) => {}
    }
    for (row, bound) in [(rows::AFTER_ENTRY, &given.after), (rows::BEFORE_ENTRY, &given.before)] {
        parts.extend(bound.as_ref().map(|entry| sight.say(row, &[("entry", &sight.cite(entry))])));
    }
    parts.join(", ")
}

fn person(sight: &Sight, person: &Person) -> String {
    let name = quoted(sight.tongue, &person.name);
    match &person.member {
        None => name,
        Some(member) => {
            let places = [("name", &*name), ("member", &sight.naming().name(member))];
            sight.say(rows::OF_MEMBER, &places)
        }
    }
}

fn parameters(sheet: &mut Sheet<'_>, with: &Parameters) {
    for (name, value) in with {
        sheet.put(rows::INSTANCE, &format!("{name} {}", quoted(sheet.sight.tongue, value)));
    }
}

/// A report: who said it to whom, when by that account, from what it is known.
pub fn report(sheet: &mut Sheet<'_>, signed: &Signed, report: &Report) {
    let sight = sheet.sight;
    if let Some(of) = &report.of {
        match sight.provision(of) {
            Some((_, _, defined)) => {
                let words = defined.term.as_ref().unwrap_or(&defined.words);
                let places = [("place", &*sight.cite(of)), ("words", &sight.quote(words))];
                sheet.say(rows::REPORTS, rows::WHAT_DEFINED, &places);
            }
            None => sheet.say(rows::REPORTS, rows::NOT_HELD, &[("hash", &sight.cite(of))]),
        }
    }
    parameters(sheet, &report.with);
    if let Some(found) = report.found {
        let row = match found {
            Found::NothingSeen => rows::FOUND_NOTHING,
            Found::NoAccess => rows::FOUND_NO_ACCESS,
        };
        sheet.say(rows::FOUND, row, &[]);
    }
    let said_by = report.said_by.as_ref().map(|one| person(sight, one));
    let said_to = report.said_to.as_ref().map(|one| person(sight, one));
    sheet.put_some(rows::SAID_BY, said_by.as_deref());
    sheet.put_some(rows::SAID_TO, said_to.as_deref());
    if let Some(given) = &report.interval {
        sheet.say(rows::WHEN, rows::BY_ACCOUNT, &[("when", &interval(sight, given))]);
    }
    let quote = |text: &String| quoted(sight.tongue, text);
    sheet.put_some(rows::WHERE, report.place.as_ref().map(quote).as_deref());
    sheet.put_some(rows::KNOWN_FROM, report.source.as_ref().map(quote).as_deref());
    if !report.same_as.is_empty() {
        let entries: Vec<String> = report.same_as.iter().map(|one| sight.cite(one)).collect();
        sheet.say(rows::SAME_AS, rows::SAME_AS_WHAT, &[("entries", &entries.join(", "))]);
    }
    let author = naming::Naming::new(sight.audit(), sight.tongue).name(signed.entry().author.member());
    let rests = sight.say(rows::ITS_WORD, &[("author", &author)]);
    sheet.page.line(super::IN, &rests, "");
}

/// What expects a reply, and the replies that are held.
pub fn ask(sheet: &mut Sheet<'_>, signed: &Signed, ask: &Ask) {
    let sight = sheet.sight;
    sheet.put(rows::TO, &sight.naming().list(&ask.to));
    parameters(sheet, &ask.with);
    sheet.put_some(rows::ASKED_BY, ask.reply_by.as_ref().map(|by| moment(sight, by)).as_deref());
    for (answer, by) in answers(sight, signed) {
        let stance = entries::stance(answer.stance).of(sight.tongue);
        sheet.put(rows::ANSWERED, &format!("{}, {stance}", by.cite()));
    }
}

/// The answers that are held to an entry.
fn answers(sight: &Sight, signed: &Signed) -> Vec<(Answer, std::sync::Arc<Signed>)> {
    let by = countersign::index::By::Reference(signed.hash());
    let mut lookup = sight.lookup();
    let mut found = Vec::new();
    for strand in sight.audit().strands.values() {
        for other in lookup.numbers(strand, &by).into_iter().filter_map(|seq| strand.entry(seq)) {
            if let Body::Answer(answer) = Body::of(other.entry())
                && answer.to.entry == signed.hash()
            {
                found.push((*answer, other));
            }
        }
    }
    found
}

/// A reply.
pub fn answer(sheet: &mut Sheet<'_>, answer: &Answer) {
    let sight = sheet.sight;
    let asked = sight.audit().entry(&answer.to.entry);
    let to = match asked {
        Some((_, entry)) => {
            let cite = numbered(sight, sight.cite(&answer.to), &answer.to, answer.qualification);
            format!("{cite}, {}", entries::act_in(sight.tongue, entry.entry()))
        }
        None => sight.say(rows::NOT_HELD, &[("hash", &sight.cite(&answer.to))]),
    };
    sheet.put(rows::ANSWERS, &shown(&to));
    for contested in &answer.contests {
        let row = match contested {
            Contests::What => rows::CONTESTS_WHAT,
            Contests::Who => rows::CONTESTS_WHO,
            Contests::Cover => rows::CONTESTS_COVER,
        };
        sheet.say(rows::CONTESTS, row, &[]);
    }
    if let Some(between) = answer.between_us {
        let row = if between == BetweenUs::Stands { rows::STANDS } else { rows::STANDS_NOT };
        sheet.say(rows::BETWEEN, row, &[]);
    }
    sheet.put_some(rows::COUNTER, answer.counter.as_ref().map(|text| named(sight, text)).as_deref());
}
