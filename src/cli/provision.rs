//! Provisions field by field, as labels and sentences.

use countersign::body::provision::{
    Bearer, Binding, CountedFrom, Modality, Parts, Provision, Reservations, THROUGH, Type,
};
use countersign::fields::Words;
use countersign::hash::Hash;
use countersign::vocabulary::{Phrase, provisions as rows};

use super::condition::clause;
use super::page::{Page, in_order, quoted, rendered};
use super::sight::Sight;

/// One field: its key in the bytes, its label, and what it says.
pub struct Line {
    /// The key in the bytes.
    pub key: &'static str,
    /// What people call it.
    pub label: Phrase,
    /// What it says.
    pub says: String,
}

/// What a provision does.
pub fn kind(kind: Type) -> Phrase {
    match kind {
        Type::Basket => rows::TYPE_BASKET,
        Type::Declare => rows::TYPE_DECLARE,
        Type::Define => rows::TYPE_DEFINE,
        Type::Do => rows::TYPE_DO,
        Type::May => rows::TYPE_MAY,
        Type::Procedure => rows::TYPE_PROCEDURE,
        Type::Reaffirm => rows::TYPE_REAFFIRM,
        Type::Refrain => rows::TYPE_REFRAIN,
        Type::Saving => rows::TYPE_SAVING,
        Type::ScopeIn => rows::TYPE_SCOPE_IN,
        Type::ScopeOut => rows::TYPE_SCOPE_OUT,
    }
}

/// The form of a text or basket.
pub fn form(modality: Modality) -> Phrase {
    match modality {
        Modality::Treaty => rows::TREATY,
        Modality::ExecutiveAgreement => rows::EXECUTIVE_AGREEMENT,
        Modality::CodeOfConduct => rows::CODE_OF_CONDUCT,
        Modality::ExchangeOfLetters => rows::EXCHANGE_OF_LETTERS,
        Modality::JointStatement => rows::JOINT_STATEMENT,
        Modality::UnilateralDeclaration => rows::UNILATERAL_DECLARATION,
        Modality::ConfidenceBuildingMeasure => rows::CONFIDENCE_BUILDING,
        Modality::WorkingPaper => rows::WORKING_PAPER,
    }
}

/// What a text or basket says of its own nature.
pub fn nature(binding: Binding) -> Phrase {
    match binding {
        Binding::Legal => rows::LEGAL,
        Binding::Political => rows::POLITICAL,
        Binding::NoneStated => rows::NONE_STATED,
    }
}

/// Words in every language, quoted, one after another: `"one" (en), "раз" (ru)`.
pub fn in_each_language(sight: &Sight, words: &Words) -> String {
    let several = words.len() > 1;
    let one = |(tag, text): (&String, &String)| {
        let tag = if several { format!(" ({tag})") } else { String::new() };
        format!("{}{tag}", quoted(sight.tongue, text))
    };
    in_order(sight.tongue, words).into_iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Every field of a provision beside its words and type, in the order of the schema.
pub fn lines(sight: &Sight, binding: Option<Binding>, provision: &Provision) -> Vec<Line> {
    let mut all = about(sight, provision);
    all.extend(duties(sight, binding, provision));
    all.extend(procedure(sight, provision));
    all
}

/// Adds a field where it stands.
fn put(all: &mut Vec<Line>, key: &'static str, label: Phrase, says: Option<String>) {
    all.extend(says.map(|says| Line { key, label, says }));
}

fn joined<T: ToString>(items: &[T]) -> Option<String> {
    let each: Vec<String> = items.iter().map(ToString::to_string).collect();
    (!each.is_empty()).then(|| each.join(", "))
}

fn about(sight: &Sight, p: &Provision) -> Vec<Line> {
    let say = |row: Phrase, name: &str, text: &str| sight.say(row, &[(name, text)]);
    let quote = |text: &String| quoted(sight.tongue, text);
    let mut all = Vec::new();
    let uses: Vec<String> = p.uses.iter().map(|place| sight.cite_place(place)).collect();
    put(&mut all, "no", rows::NUMBER, p.no.as_ref().map(quote));
    put(&mut all, "term", rows::TERM, p.term.as_ref().map(|term| in_each_language(sight, term)));
    put(&mut all, "in", rows::BASKET, p.basket.as_ref().map(|place| sight.cite_place(place)));
    put(&mut all, "uses", rows::USES, joined(&uses));
    put(&mut all, "with", rows::WITH, joined(&p.with).map(|names| say(rows::WITH_NAMES, "names", &names)));
    let held_by =
        (!p.held_by.is_empty()).then(|| say(rows::HELD_BY_WHOM, "names", &sight.naming().list(&p.held_by)));
    put(&mut all, "held_by", rows::HELD_BY, held_by);
    let beside = p.alternative_to.as_ref();
    let beside = beside.map(|place| say(rows::ALTERNATIVE_TO, "place", &sight.cite_place(place)));
    put(&mut all, "alternative_to", rows::ALTERNATIVE, beside);
    put(&mut all, "instrument", rows::INSTRUMENT, p.instrument.as_ref().map(quote));
    put(&mut all, "place", rows::PLACE, p.place.as_ref().map(quote));
    put(&mut all, "dated", rows::DATED, p.dated.as_ref().map(|day| sight.day(day)));
    put(&mut all, "doc", rows::COPY, p.doc.as_ref().map(|doc: &Hash| format!("docs/{doc}")));
    put(&mut all, "modality", rows::FORM, p.modality.map(|it| form(it).of(sight.tongue).to_owned()));
    put(&mut all, "binding", rows::NATURE, p.binding.map(|it| nature(it).of(sight.tongue).to_owned()));
    all
}

fn duties(sight: &Sight, binding: Option<Binding>, p: &Provision) -> Vec<Line> {
    let mut all = Vec::new();
    let bearer = p.bearer.as_ref().map(|bearer| match bearer {
        Bearer::Each => rows::BEARER_EACH.of(sight.tongue).to_owned(),
        Bearer::Author => rows::BEARER_AUTHOR.of(sight.tongue).to_owned(),
        Bearer::Named(ids) => sight.naming().list(ids),
    });
    put(&mut all, "bearer", rows::BEARER, bearer);
    let acts = (!p.through.is_empty()).then(|| {
        let each: Vec<String> = p.through.iter().map(|word| acts_of(sight, word)).collect();
        sight.say(rows::THROUGH_ACTS, &[("list", &each.join(", "))])
    });
    put(&mut all, "through", rows::THROUGH, acts);
    put(&mut all, "when", rows::STARTS, p.when.as_ref().map(|when| clause(sight, when)));
    put(&mut all, "until", rows::UNTIL, p.until.as_ref().map(|until| clause(sight, until)));
    let takes =
        if binding == Some(Binding::Legal) { rows::ENTERS_FORCE_WHEN } else { rows::TAKES_EFFECT_WHEN };
    let effect = p.takes_effect.as_ref();
    let effect = effect.map(|when| sight.say(takes, &[("condition", &clause(sight, when))]));
    put(&mut all, "takes_effect", rows::TAKES_EFFECT, effect);
    let day = |row: Phrase, day: &Option<countersign::time::Day>| {
        day.as_ref().map(|day| sight.say(row, &[("day", &sight.day(day))]))
    };
    put(&mut all, "due", rows::DUE, day(rows::DUE_BY, &p.due));
    put(&mut all, "applies_from", rows::APPLIES, day(rows::APPLIES_FROM, &p.applies_from));
    put(&mut all, "expires", rows::EXPIRES, day(rows::EXPIRES_ON, &p.expires));
    all
}

/// Whose acts: a class in words, or an actor by its id.
fn acts_of(sight: &Sight, word: &str) -> String {
    use countersign::vocabulary::showing as classes;
    let named = [
        classes::CLASS_STATE,
        classes::CLASS_STATE_FUNDED,
        classes::CLASS_PARASTATE,
        classes::CLASS_PRIVATE,
        classes::CLASS_INTERNATIONAL,
        rows::ON_ITS_TERRITORY,
    ];
    let found = THROUGH.iter().zip(named).find(|(name, _)| **name == word);
    found.map_or_else(|| word.to_owned(), |(_, row)| row.of(sight.tongue).to_owned())
}

fn procedure(sight: &Sight, p: &Provision) -> Vec<Line> {
    let mut all = Vec::new();
    let own = |row: Phrase| row.of(sight.tongue).to_owned();
    let number = |row: Phrase, name: &str, number: u64| sight.say(row, &[(name, &number.to_string())]);
    let parts = p.parts.map(|parts| match parts {
        Parts::Whole => own(rows::PARTS_WHOLE),
        Parts::Baskets => own(rows::PARTS_BASKETS),
        Parts::Provisions => own(rows::PARTS_PROVISIONS),
    });
    put(&mut all, "parts", rows::PARTS, parts);
    let reservations = p.reservations.as_ref().map(|on| match on {
        Reservations::Any => own(rows::RESERVATIONS_ANY),
        Reservations::None => own(rows::RESERVATIONS_NONE),
        Reservations::On(ids) => {
            sight.say(rows::RESERVATIONS_ON, &[("ids", &joined(ids).unwrap_or_default())])
        }
    });
    put(&mut all, "reservations", rows::RESERVATIONS, reservations);
    let hours = p.reply_hours.map(|hours| number(rows::REPLY_HOURS, "hours", hours));
    put(&mut all, "reply_hours", rows::REPLY, hours);
    let days = |days: Option<u64>| days.map(|days| number(rows::DAYS_TAKEN, "days", days));
    put(&mut all, "suspend_days", rows::SUSPENSION, days(p.suspend_days));
    put(&mut all, "withdraw_days", rows::WITHDRAWAL, days(p.withdraw_days));
    let counted = p.counted_from.map(|from| match from {
        CountedFrom::Receipt => own(rows::COUNTED_RECEIPT),
        CountedFrom::Notice => own(rows::COUNTED_NOTICE),
    });
    put(&mut all, "counted_from", rows::COUNTED, counted);
    all
}

/// The column behind a provision's id.
const IN: usize = 4;

/// How wide the labels of a provision's fields are.
const LABELS: usize = 12;

/// Prints a provision: its id and type, its words, its fields.
pub fn print(
    page: &mut Page,
    sight: &Sight,
    text: &countersign::body::text::Text,
    provision: &Provision,
    indent: usize,
) {
    let tongue = page.tongue();
    let id = provision.id.to_string();
    let several = provision.words.len() > 1;
    page.pair(indent, (id.len() + 2).max(IN), &id, kind(provision.kind).of(tongue), "");
    for (tag, words) in in_order(tongue, &provision.words) {
        let tag = if several { format!(" ({tag})") } else { String::new() };
        page.line(indent + IN, &format!("{}{tag}", rendered(tongue, text.rendering, words)), "");
    }
    for line in lines(sight, text.binding, provision) {
        page.pair(indent + IN, LABELS, line.label.of(tongue), &line.says, "");
    }
}
