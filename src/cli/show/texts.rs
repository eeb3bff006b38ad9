//! Texts, and consent to them.

use countersign::body::text::{
    Adoption, Consent, InReturn, Named, Provisions, Relation, Step, Text, Track, Yes,
};
use countersign::entry::Signed;
use countersign::hash::Hash;
use countersign::names::{ProvisionId, Reference};
use countersign::vocabulary::{Phrase, provisions as labels, showing as rows};

use super::super::condition::clause;
use super::super::page::quoted;
use super::super::provision::{self, form, in_each_language, nature};
use super::acts::named;
use super::{Sheet, bears, documents};

/// A text: what it says of itself, and every provision.
pub fn text(sheet: &mut Sheet<'_>, signed: &Signed, text: &Text) {
    let sight = sheet.sight;
    let tongue = sight.tongue;
    head(sheet, text);
    consent(sheet, signed, &text.consent);
    let document = match &text.provisions {
        Provisions::InDocument { document, .. } => sight.document(document),
        Provisions::Here(_) => None,
    };
    if let Some(digest) = text.words_digest(document) {
        sheet.put(rows::DIGEST, &digest.to_string());
    }
    match (sight.provisions(text), &text.provisions) {
        (Some(provisions), _) => {
            sheet.page.gap();
            for one in &provisions {
                provision::print(&mut sheet.page, sight, text, one, super::IN);
            }
            sheet.page.gap();
        }
        (None, Provisions::InDocument { document, digests }) => {
            let number = digests.len().to_string();
            sheet.say(labels::MADE_OF, labels::PROVISIONS_ABSENT, &[("number", &number)]);
            sheet.file(document);
        }
        (None, Provisions::Here(_)) => {}
    }
    if text.rendering.is_some() {
        sheet.put(rows::RENDERING, rows::ABSTRACT_WHY.of(tongue));
    }
}

fn head(sheet: &mut Sheet<'_>, text: &Text) {
    let sight = sheet.sight;
    let tongue = sight.tongue;
    let title = text.title.as_ref().map(|title| in_each_language(sight, title));
    sheet.put_some(labels::TITLE, title.as_deref());
    sheet.put_some(labels::FORM, text.modality.map(|it| form(it).of(tongue)));
    sheet.put_some(labels::NATURE, text.binding.map(|it| nature(it).of(tongue)));
    let track = text.track.map(|track| match track {
        Track::One => labels::TRACK_ONE,
        Track::OneAndHalf => labels::TRACK_BOTH,
        Track::Two => labels::TRACK_TWO,
    });
    sheet.put_some(labels::TRACK, track.map(|row| row.of(tongue)));
    let between = (!text.between.is_empty()).then(|| sight.naming().list(&text.between));
    sheet.put_some(labels::BETWEEN, between.as_deref());
    for (tag, rank) in &text.languages {
        let row = if rank == "authentic" { rows::AUTHENTIC } else { rows::TRANSLATION };
        sheet.put(labels::LANGUAGES, &format!("{tag}, {}", row.of(tongue)));
    }
    bears(sheet, text.dated.as_ref());
    if let Some(original) = &text.original {
        let held = sight.document(original).is_some();
        let row = if held { labels::ORIGINAL_GOVERNS } else { labels::ORIGINAL_GOVERNS_ABSENT };
        sheet.say(labels::ORIGINAL, row, &[]);
        sheet.file(original);
    }
    for (relation, entry) in &text.relations {
        sheet.put(related(*relation), &named(sight, &whole(entry)));
    }
    documents(sheet, &text.docs);
}

fn whole(entry: &Hash) -> Reference {
    Reference { entry: *entry, provision: None }
}

/// How a text stands to an earlier one, in words.
fn related(relation: Relation) -> Phrase {
    match relation {
        Relation::Extends => labels::EXTENDS,
        Relation::Amends => labels::AMENDS,
        Relation::Replaces => labels::REPLACES,
        Relation::Corrects => labels::CORRECTS,
        Relation::Ends => labels::ENDS,
    }
}

fn ids(ids: &[ProvisionId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What is adopted, how far, and with what beside it.
pub fn adoption(sheet: &mut Sheet<'_>, signed: &Signed, adoption: &Adoption) {
    let sight = sheet.sight;
    sheet.put(rows::TEXT, &named(sight, &whole(&adoption.text)));
    sheet.put(rows::DIGEST, &adoption.words_digest.to_string());
    if !adoption.only.is_empty() {
        sheet.say(rows::ONLY, rows::ONLY_THESE, &[("ids", &ids(&adoption.only))]);
    }
    if !adoption.except.is_empty() {
        sheet.put(rows::EXCEPT, &ids(&adoption.except));
    }
    let step = adoption.step.map(|step| match step {
        Step::Initialled => rows::STEP_INITIALLED,
        Step::ToBeConfirmed => rows::STEP_TO_BE,
        Step::Final => rows::STEP_FINAL,
        Step::Confirmed => rows::STEP_CONFIRMED,
    });
    sheet.put_some(rows::STEP, step.map(|row| row.of(sight.tongue)));
    let styled = adoption.styled.as_ref().map(|styled| quoted(sight.tongue, styled));
    sheet.put_some(rows::STYLED, styled.as_deref());
    if adoption.mirrored == Some(Yes::Yes) {
        let author = sight.naming().name(signed.entry().author.member());
        sheet.say(rows::MIRRORED, rows::MIRRORED_WHY, &[("author", &author)]);
    }
    consent(sheet, signed, &adoption.consent);
}

fn consent(sheet: &mut Sheet<'_>, signed: &Signed, consent: &Consent) {
    let sight = sheet.sight;
    let condition = consent
        .condition
        .as_ref()
        .map(|condition| sight.say(labels::TAKES_EFFECT_WHEN, &[("condition", &clause(sight, condition))]));
    sheet.put_some(rows::CONDITION, condition.as_deref());
    for given in &consent.in_return_for {
        match given {
            InReturn::Entry(entry) => sheet.put(rows::RETURN, &named(sight, entry)),
            InReturn::Words(words) => sheet.put(rows::RETURN, &in_each_language(sight, words)),
        }
    }
    if consent.provisional == Some(Yes::Yes) {
        sheet.say(rows::PROVISIONAL, rows::PROVISIONAL_WHY, &[]);
    }
    let rendering = countersign::body::Body::of(signed.entry()).rendering();
    let is_alone = consent.qualifications.len() == 1;
    for (number, made) in consent.numbered() {
        let mut name = qualification(made.name).of(sight.tongue).to_owned();
        if !is_alone {
            name = sight.say(rows::NUMBERED, &[("name", &name), ("number", &number.to_string())]);
        }
        let row = if made.on.is_empty() { rows::QUALIFIED_WHOLE } else { rows::QUALIFIED };
        let head = sight.say(row, &[("name", &name), ("on", &ids(&made.on))]);
        sheet.page.line(super::IN, &head, "").words(super::IN + 2, rendering, &made.words);
    }
}

/// What its author calls a qualification, in words.
pub fn qualification(name: Named) -> Phrase {
    match name {
        Named::Reservation => rows::NAMED_RESERVATION,
        Named::Understanding => rows::NAMED_UNDERSTANDING,
        Named::Limitation => rows::NAMED_LIMITATION,
    }
}
