//! What an act starts, and what its receipts start, as the sheet shows it: periods and
//! commitments, by the words of the texts.

use std::collections::BTreeSet;

use countersign::body::Body;
use countersign::body::provision::{CountedFrom, Provision};
use countersign::body::standing::{Act, Notice};
use countersign::body::text::{Adoption, Provisions, Standing, Step, Text};
use countersign::charter::Role;
use countersign::entry::Signed;
use countersign::hash::Hash;
use countersign::index::By;
use countersign::names::{MemberId, Reference};
use countersign::status::{Cut, NoTimes, Sources, Status};
use countersign::testimony::{Sort, Testimony};
use countersign::vocabulary::{receipt, signing};

use super::adopt::names;
use super::entries;
use super::index::Lookup;
use super::row::Row;
use super::sheet::Sheet;
use super::starts::{Adopting, Part, Period, Start, Started, of_adoption, of_notice, of_question};
use super::terminal::{shown, talk};

/// Most entries that are listed as newly receipted.
const MOST_RECEIPTED: u64 = 100;

/// Shows what the act starts and what it receipts.
pub fn show(sheet: &Sheet<'_>) {
    let started = match Body::of(sheet.entry) {
        Body::Adopt(adoption) => adopted(sheet, &adoption),
        Body::Text(text) if text.standing == Standing::Pledge => pledged(sheet, &text),
        Body::Notice(notice) if notice.act != Act::Revoke => {
            vec![(String::new(), period_of(sheet, &notice, true))]
        }
        Body::Ask(ask) => {
            let hours = ask.circumstances.about.iter().find_map(|about| hours(sheet, about));
            hours.map(|said| (String::new(), said)).into_iter().collect()
        }
        _ => Vec::new(),
    };
    if !started.is_empty() {
        talk(&format!("  {}", sheet.say(signing::STARTS)));
        for (head, said) in started {
            Row::new(&format!("    {head:<12} ")).text(&said).say();
        }
    }
    receipts(sheet);
}

/// Shows the evidence of time that the entry names.
pub fn evidence(sheet: &Sheet<'_>) {
    let named = |one: &Testimony| one.files.iter().any(|name| sheet.entry.after.contains(name));
    let held: Vec<Testimony> = sheet.writer.evidence().into_iter().filter(named).collect();
    for one in &held {
        let (log, last) = (one.log.to_string(), one.head.size.saturating_sub(1).to_string());
        let over = [("log", log.as_str()), ("last", last.as_str())];
        let (phrase, name, said) = match &one.sort {
            Sort::Cosigned(cosigned) => {
                let witnesses = cosigned.cosignatures().iter().map(|line| shown(line.witness()));
                (signing::HOLDS_COSIGNED, "witnesses", witnesses.collect::<Vec<_>>().join(", "))
            }
            Sort::Token(token) => (signing::HOLDS_STAMP, "time", token.time().to_string()),
        };
        let text = phrase.with(sheet.tongue, &[&over[..], &[(name, said.as_str())]].concat());
        Row::new("  ").text(&text).say();
    }
    if !held.is_empty() {
        talk(&format!("  {}", sheet.say(signing::HOLDS_NAMES)));
        talk("");
    }
}

type Lines = Vec<(String, String)>;

fn provisions(sheet: &Sheet<'_>, text: &Text) -> Vec<Provision> {
    let document = match &text.provisions {
        Provisions::Here(_) => None,
        Provisions::InDocument { document, .. } => {
            sheet.writer.ledger.copy.named.get(&format!("docs/{document}")).map(Vec::as_slice)
        }
    };
    text.provisions(document).unwrap_or_default()
}

/// The sides whose adoption makes a text joint: those it names, else all.
fn each(sheet: &Sheet<'_>, text: &Text) -> Vec<MemberId> {
    if !text.between.is_empty() {
        return text.between.clone();
    }
    let charter = sheet.audit().charter.iter();
    let members = charter.flat_map(|charter| charter.members.values());
    members.filter(|member| member.role == Role::Party).map(|member| member.id.clone()).collect()
}

/// The members that have adopted every commitment of a part of a text, by the record held
/// here.
fn have(sheet: &Sheet<'_>, entry: &Hash, part: Part<'_>) -> BTreeSet<MemberId> {
    let audit = sheet.audit();
    let status = Status::of(Sources { audit, times: &NoTimes }, &Cut::everything(audit));
    let Some((words, text)) = status.as_ref().and_then(|status| status.text_of(entry)) else {
        return BTreeSet::new();
    };
    let has_all = |member: &&MemberId| {
        let commitments = text.provisions.iter().filter(|one| {
            words
                .provision(&one.id)
                .is_some_and(|provision| provision.kind.is_commitment() && part.has(provision))
        });
        commitments
            .flat_map(|one| &one.cells)
            .filter(|cell| cell.member == **member)
            .all(|cell| cell.consent.as_ref().is_some_and(countersign::status::consent::Consent::is_adopted))
    };
    text.adopters.iter().filter(has_all).cloned().collect()
}

fn adopted(sheet: &Sheet<'_>, adoption: &Adoption) -> Lines {
    let alone = |phrase| vec![(String::new(), sheet.say(phrase).to_owned())];
    match adoption.step {
        Some(Step::Initialled) => return alone(signing::NOTHING_INITIALLED),
        Some(Step::ToBeConfirmed) => return alone(signing::NOTHING_BEFORE),
        _ => {}
    }
    let Some(text) = entries::text_of(sheet.audit(), &adoption.text) else { return Vec::new() };
    let author = sheet.audit().entry(&adoption.text).map(|(strand, _)| strand.log().member().clone());
    let Some(author) = author else { return Vec::new() };
    let part = Part { only: &adoption.only, except: &adoption.except };
    let adopting = Adopting {
        member: sheet.entry.author.member(),
        author: &author,
        mirrored: adoption.mirrored.is_some(),
        each: each(sheet, &text),
        have: have(sheet, &adoption.text, part),
        part,
    };
    let started = of_adoption(&provisions(sheet, &text), &adopting);
    if started.is_empty() {
        return alone(signing::NOTHING_STARTS);
    }
    let own_condition = adoption.consent.condition.is_some();
    started.iter().map(|one| line(sheet, one, own_condition)).collect()
}

fn pledged(sheet: &Sheet<'_>, text: &Text) -> Lines {
    let member = sheet.entry.author.member();
    let part = Part::default();
    let (each, have) = (each(sheet, text), BTreeSet::new());
    let adopting = Adopting { member, author: member, mirrored: false, each, have, part };
    let started = of_adoption(&provisions(sheet, text), &adopting);
    let own_condition = text.consent.condition.is_some();
    started.iter().map(|one| line(sheet, one, own_condition)).collect()
}

fn line(sheet: &Sheet<'_>, started: &Started, own_condition: bool) -> (String, String) {
    let by = started.by.as_ref().map_or("", |by| by.as_str());
    let with = |phrase: countersign::vocabulary::Phrase, places: &[(&str, &str)]| {
        phrase.with(sheet.tongue, &[places, &[("by", by)]].concat())
    };
    let mut said = match &started.start {
        Start::Now if started.by.is_none() => sheet.say(signing::NOW_UNSAID).to_owned(),
        Start::Now => with(signing::NOW, &[]),
        Start::Once(members) => {
            let members: Vec<&str> = members.iter().map(MemberId::as_str).collect();
            with(signing::ONCE, &[("members", &members.join(", "))])
        }
        Start::From(day) => with(signing::FROM, &[("day", &day.to_string())]),
        Start::When => with(signing::CONDITIONAL, &[]),
    };
    if own_condition {
        said = format!("{said}; {}", sheet.say(signing::OWN_CONDITION));
    }
    (names(&started.ids), said)
}

/// The period that a notice takes; `own`: of the notice that is being signed.
fn period_of(sheet: &Sheet<'_>, notice: &Notice, own: bool) -> String {
    let text = entries::text_of(sheet.audit(), &notice.of.entry);
    let period = text.and_then(|text| of_notice(&provisions(sheet, &text), notice.act));
    match period {
        None if own => sheet.say(signing::NO_PERIOD).to_owned(),
        None => String::new(),
        Some(period) => days(sheet, &period),
    }
}

fn days(sheet: &Sheet<'_>, period: &Period) -> String {
    let phrase = match period.counted_from {
        Some(CountedFrom::Receipt) => signing::DAYS_FROM_RECEIPT,
        Some(CountedFrom::Notice) => signing::DAYS_FROM_NOTICE,
        None => signing::DAYS,
    };
    phrase.with(sheet.tongue, &[("number", &period.number.to_string()), ("by", period.by.as_str())])
}

/// The hours for a reply that the text with a provision sets.
fn hours(sheet: &Sheet<'_>, about: &Reference) -> Option<String> {
    let text = entries::text_of(sheet.audit(), &about.entry)?;
    let period = of_question(&provisions(sheet, &text))?;
    let places = [("number", &*period.number.to_string()), ("by", period.by.as_str())];
    Some(signing::HOURS_FROM_RECEIPT.with(sheet.tongue, &places))
}

/// What the receipt of an entry starts, by the words of the text it is about.
fn by_receipt(sheet: &Sheet<'_>, signed: &Signed) -> Option<String> {
    match Body::of(signed.entry()) {
        Body::Notice(notice) if notice.act != Act::Revoke => {
            let text = entries::text_of(sheet.audit(), &notice.of.entry)?;
            let period = of_notice(&provisions(sheet, &text), notice.act)?;
            (period.counted_from == Some(CountedFrom::Receipt)).then(|| period_of(sheet, &notice, false))
        }
        Body::Ask(ask) if ask.to.contains(sheet.entry.author.member()) => {
            ask.circumstances.about.iter().find_map(|about| hours(sheet, about))
        }
        _ => None,
    }
}

fn receipts(sheet: &Sheet<'_>) {
    if sheet.entry.seen.is_empty() {
        talk(&format!("  {}", sheet.say(signing::RECEIPTS_NOTHING)));
        return;
    }
    let audit = sheet.audit();
    talk(&format!("  {}", sheet.say(signing::RECEIPTS)));
    let mut lookup = Lookup::new(Some(&sheet.writer.ledger));
    for (log, head) in &sheet.entry.seen {
        let before = sheet.writer.strand().chain.receipted().get(log).copied().unwrap_or(0);
        let Some(strand) = audit.strands.get(log) else { continue };
        let listed = before..head.size.min(before + MOST_RECEIPTED);
        // However many there are, none that starts a period is left out.
        let mut shown: BTreeSet<u64> = listed.clone().collect();
        if listed.end < head.size {
            for kind in ["ask", "notice"] {
                let numbers = lookup.numbers(strand, &By::Kind(kind.to_owned()));
                shown.extend(numbers.into_iter().filter(|seq| (before..head.size).contains(seq)));
            }
        }
        for signed in shown.into_iter().filter_map(|seq| strand.entry(seq)) {
            let starts = by_receipt(sheet, &signed);
            if listed.contains(&signed.entry().seq) || starts.is_some() {
                entries::row_in(sheet.tongue, audit, strand, &signed).behind("    ").say();
            }
            if let Some(starts) = starts {
                Row::new("      ").text(&starts).say();
            }
        }
        let more = (head.size - before).saturating_sub(MOST_RECEIPTED);
        if more > 0 {
            let places = [("number", &*more.to_string()), ("log", log.as_str())];
            talk(&format!("    {}", signing::MORE.with(sheet.tongue, &places)));
        }
    }
    talk(&format!("  {}", sheet.say(receipt::RECEIVED)));
    talk(&format!("  {}", sheet.say(signing::LEAVE)));
}
