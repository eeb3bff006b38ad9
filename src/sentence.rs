//! The fields of provisions read back as sentences, in either tongue of the program and in
//! the words of a political or of a legal text.
//!
//! ```text
//! until the earlier of
//!   each observer has reported d8 (report of a mission), same election
//!   60 days after either side has reported d9 (end of voting), same election
//! ```
//!
//! A field never says more than the words beside it; whoever signs sees both.

use crate::body::condition::{By, Condition, Members};
use crate::body::provision::{Bearer, Binding, CountedFrom, Modality, Parts, Provision, Reservations, Type};
use crate::fields::Words;
use crate::names::{MemberId, Place};
use crate::vocabulary::{Phrase, Tongue, fields as row};

/// A sentence, and what it lists below itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The words.
    pub words: String,
    /// What is listed.
    pub items: Vec<Sentence>,
}

impl Sentence {
    fn plain(words: String) -> Self {
        Self { words, items: Vec::new() }
    }

    /// One line each, with how deep it stands.
    pub fn lines(&self) -> Vec<(usize, &str)> {
        let below = self.items.iter().flat_map(Self::lines).map(|(depth, words)| (depth + 1, words));
        std::iter::once((0, self.words.as_str())).chain(below).collect()
    }
}

/// All on one line: `the earlier of (a; b)`.
impl std::fmt::Display for Sentence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)?;
        if self.items.is_empty() {
            return Ok(());
        }
        let items: Vec<String> = self.items.iter().map(ToString::to_string).collect();
        write!(f, " ({})", items.join("; "))
    }
}

/// In which words fields are read back.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// The language.
    pub tongue: Tongue,
    /// What the text says of its own nature.
    pub binding: Option<Binding>,
    /// Members whose adoption makes the text joint.
    pub between: &'a [MemberId],
    /// How a provision is called: `d8 (report of a mission)`.
    pub name: &'a dyn Fn(&Place) -> String,
}

/// What a provision is called beside its id: its term, the first words of a basket.
pub fn called<'p>(tongue: Tongue, provision: &'p Provision) -> Option<&'p str> {
    let of = |words: &'p Words| words.get(tongue.tag()).or_else(|| words.values().next());
    match (&provision.term, provision.kind) {
        (Some(term), _) => of(term).map(String::as_str),
        (None, Type::Basket) => of(&provision.words).map(String::as_str),
        _ => None,
    }
}

/// The phrase for a number of days or hours.
fn counted(tongue: Tongue, number: u64, [one, few, many]: [Phrase; 3]) -> String {
    let phrase = match (tongue, number % 10, number % 100) {
        (Tongue::English, ..) if number == 1 => one,
        (Tongue::Russian, 1, last) if last != 11 => one,
        (Tongue::Russian, 2..=4, last) if !(12..=14).contains(&last) => few,
        _ => many,
    };
    phrase.with(tongue, &[("n", &number.to_string())])
}

/// A number of days.
pub fn days(tongue: Tongue, number: u64) -> String {
    counted(tongue, number, [row::ONE_DAY, row::FEW_DAYS, row::MANY_DAYS])
}

/// A number of hours.
pub fn hours(tongue: Tongue, number: u64) -> String {
    counted(tongue, number, [row::ONE_HOUR, row::FEW_HOURS, row::MANY_HOURS])
}

/// `a, b and c`.
pub fn listed<T: ToString>(tongue: Tongue, items: &[T]) -> String {
    let mut names: Vec<String> = items.iter().map(ToString::to_string).collect();
    let Some(last) = names.pop() else { return String::new() };
    if names.is_empty() {
        return last;
    }
    row::AND.with(tongue, &[("first", &names.join(", ")), ("last", &last)])
}

/// The form of a text or basket, in words.
pub fn modality(modality: Modality) -> Phrase {
    match modality {
        Modality::Treaty => row::TREATY,
        Modality::ExecutiveAgreement => row::EXECUTIVE_AGREEMENT,
        Modality::CodeOfConduct => row::CODE_OF_CONDUCT,
        Modality::ExchangeOfLetters => row::EXCHANGE_OF_LETTERS,
        Modality::JointStatement => row::JOINT_STATEMENT,
        Modality::UnilateralDeclaration => row::UNILATERAL_DECLARATION,
        Modality::ConfidenceBuildingMeasure => row::CONFIDENCE_BUILDING_MEASURE,
        Modality::WorkingPaper => row::WORKING_PAPER,
    }
}

/// What a text says of its own nature, in words.
pub fn binding(binding: Binding) -> Phrase {
    match binding {
        Binding::Legal => row::LEGAL,
        Binding::Political => row::POLITICAL,
        Binding::NoneStated => row::NONE_STATED,
    }
}

/// What introduces a condition: before an atom, and before several.
type Lead = (Phrase, Phrase);

impl Voice<'_> {
    fn is_legal(&self) -> bool {
        self.binding == Some(Binding::Legal)
    }

    fn say(&self, phrase: Phrase, places: &[(&str, &str)]) -> Sentence {
        Sentence::plain(phrase.with(self.tongue, places))
    }

    /// What releases.
    pub fn until(&self, condition: &Condition) -> Sentence {
        self.led((row::UNTIL, row::UNTIL_OF), condition)
    }

    /// What starts.
    pub fn when(&self, condition: &Condition) -> Sentence {
        self.led((row::WHEN, row::WHEN_OF), condition)
    }

    /// What must be before an adoption counts.
    pub fn adopted_when(&self, condition: &Condition) -> Sentence {
        self.led((row::ADOPTED_WHEN, row::ADOPTED_WHEN_OF), condition)
    }

    /// What gives effect: to one provision, or by a procedure to the text.
    pub fn takes_effect(&self, of: Type, condition: &Condition) -> Sentence {
        let lead = match (self.is_legal(), of) {
            (false, Type::Procedure) => (row::EFFECT_ALL, row::EFFECT_ALL_OF),
            (false, _) => (row::EFFECT, row::EFFECT_OF),
            (true, Type::Procedure) => (row::FORCE_ALL, row::FORCE_ALL_OF),
            (true, _) => (row::FORCE, row::FORCE_OF),
        };
        self.led(lead, condition)
    }

    fn led(&self, (atom, several): Lead, condition: &Condition) -> Sentence {
        let lead = if matches!(condition, Condition::All(_) | Condition::Any(_)) { several } else { atom };
        let inner = self.condition_at(condition, Depth::Outermost);
        Sentence { words: lead.with(self.tongue, &[("what", &inner.words)]), items: inner.items }
    }

    /// A condition: one clause, or several in a list.
    pub fn condition(&self, condition: &Condition) -> Sentence {
        self.condition_at(condition, Depth::Nested)
    }

    fn condition_at(&self, condition: &Condition, depth: Depth) -> Sentence {
        match condition {
            Condition::All(items) | Condition::Any(items) => {
                let any = matches!(condition, Condition::Any(_));
                let phrase = match (any, items.len() > 2, depth) {
                    (true, false, Depth::Outermost) => row::EARLIER,
                    (true, true, Depth::Outermost) => row::EARLIEST,
                    (false, false, Depth::Outermost) => row::LATER,
                    (false, true, Depth::Outermost) => row::LATEST,
                    (true, false, Depth::Nested) => row::NESTED_EARLIER,
                    (true, true, Depth::Nested) => row::NESTED_EARLIEST,
                    (false, false, Depth::Nested) => row::NESTED_LATER,
                    (false, true, Depth::Nested) => row::NESTED_LATEST,
                };
                let items = items.iter().map(|item| self.condition_at(item, Depth::Nested)).collect();
                Sentence { words: phrase.of(self.tongue).to_owned(), items }
            }
            Condition::Date(day) => self.say(row::DAY_COMES, &[("day", &day.to_string())]),
            Condition::Reported { of, by, same, days } => self.reported(of, by, same, *days),
            Condition::Adopted(members) => self.adopted(members),
            Condition::InEffect { of, members } => self.in_effect(of, members),
        }
    }

    fn reported(&self, of: &Place, by: &By, same: &[String], after: Option<u64>) -> Sentence {
        let (phrase, names) = match by {
            By::EachObserver => (row::EACH_OBSERVER, String::new()),
            By::AnyObserver => (row::ANY_OBSERVER, String::new()),
            By::EitherSide => (row::EITHER_SIDE, String::new()),
            By::BothSides => (row::BOTH_SIDES, String::new()),
            By::Named(names) if names.len() == 1 => (row::NAMED_REPORTS, listed(self.tongue, names)),
            By::Named(names) => (row::NAMED_EACH_REPORT, listed(self.tongue, names)),
        };
        let mut words = phrase.with(self.tongue, &[("of", &(self.name)(of)), ("names", &names)]);
        if !same.is_empty() {
            words.push_str(&row::SAME.with(self.tongue, &[("names", &listed(self.tongue, same))]));
        }
        match after {
            Some(number) => {
                let days = days(self.tongue, number);
                self.say(row::AFTER, &[("days", &days), ("what", &words)])
            }
            None => Sentence::plain(words),
        }
    }

    fn adopted(&self, members: &Members) -> Sentence {
        let names = match members {
            Members::Each => self.between,
            Members::Named(names) => names,
        };
        let phrase = match (names.len(), self.is_legal()) {
            (0, false) => row::EACH_ADOPTED,
            (1, false) => row::NAMED_ADOPTED,
            (_, false) => row::NAMED_EACH_ADOPTED,
            (0, true) => row::EACH_CONSENTED,
            (1, true) => row::NAMED_CONSENTED,
            (_, true) => row::NAMED_EACH_CONSENTED,
        };
        self.say(phrase, &[("names", &listed(self.tongue, names))])
    }

    fn in_effect(&self, of: &Place, members: &Members) -> Sentence {
        let names = match members {
            Members::Each => self.between,
            Members::Named(names) => names,
        };
        let phrase = match (names.is_empty(), self.is_legal()) {
            (true, false) => row::IN_EFFECT,
            (false, false) => row::IN_EFFECT_FOR,
            (true, true) => row::IN_FORCE,
            (false, true) => row::IN_FORCE_FOR,
        };
        self.say(phrase, &[("of", &(self.name)(of)), ("names", &listed(self.tongue, names))])
    }

    /// Every field of a provision, each as a sentence, in the order of the schema. Words,
    /// term and type are not fields.
    pub fn provision(&self, provision: &Provision) -> Vec<Sentence> {
        let mut said = self.place(provision);
        said.extend(self.duty(provision));
        said.extend(self.procedure(provision));
        said
    }

    /// Where it stands and what it names.
    fn place(&self, p: &Provision) -> Vec<Sentence> {
        let names = |places: &[Place]| places.iter().map(self.name).collect::<Vec<_>>().join(", ");
        let text = |phrase: Phrase, name: &str| self.say(phrase, &[("name", name)]);
        let mut said = Vec::new();
        said.extend(p.no.as_ref().map(|no| text(row::NUMBERED, no)));
        said.extend(p.basket.as_ref().map(|of| self.say(row::IN_BASKET, &[("of", &(self.name)(of))])));
        if !p.uses.is_empty() {
            said.push(self.say(row::USES, &[("of", &names(&p.uses))]));
        }
        if !p.held_by.is_empty() {
            said.push(self.say(row::HELD_BY, &[("names", &listed(self.tongue, &p.held_by))]));
        }
        let other = p.alternative_to.as_ref();
        said.extend(other.map(|of| self.say(row::ALTERNATIVE_TO, &[("of", &(self.name)(of))])));
        if !p.with.is_empty() {
            said.push(self.say(row::WITH, &[("names", &p.with.join(", "))]));
        }
        said.extend(p.instrument.as_ref().map(|name| text(row::INSTRUMENT, name)));
        said.extend(p.place.as_ref().map(|name| text(row::INSTRUMENT_PLACE, name)));
        let dated = p.dated.as_ref().map(|day| self.say(row::INSTRUMENT_DATED, &[("day", &day.to_string())]));
        said.extend(dated);
        let copy = p.doc.as_ref();
        said.extend(copy.map(|digest| self.say(row::INSTRUMENT_COPY, &[("digest", &digest.to_string())])));
        said.extend(p.modality.map(|form| text(row::FORM, modality(form).of(self.tongue))));
        said.extend(p.binding.map(|nature| text(row::NATURE, binding(nature).of(self.tongue))));
        said
    }

    /// Who bears it, whose acts it covers, when it runs.
    fn duty(&self, p: &Provision) -> Vec<Sentence> {
        let mut said = Vec::new();
        said.extend(p.bearer.as_ref().map(|bearer| match bearer {
            Bearer::Each => self.say(row::BEARER_EACH, &[]),
            Bearer::Author => self.say(row::BEARER_AUTHOR, &[]),
            Bearer::Named(names) => self.say(row::BEARER_NAMED, &[("names", &listed(self.tongue, names))]),
        }));
        if !p.through.is_empty() {
            let names: Vec<&str> = p.through.iter().map(|name| through(self.tongue, name)).collect();
            said.push(self.say(row::THROUGH, &[("names", &names.join(", "))]));
        }
        said.extend(p.when.as_ref().map(|condition| self.when(condition)));
        said.extend(p.until.as_ref().map(|condition| self.until(condition)));
        let day = |phrase: Phrase, day: &crate::time::Day| self.say(phrase, &[("day", &day.to_string())]);
        let all = p.kind == Type::Procedure;
        let (from, to) =
            if all { (row::APPLIES_FROM_ALL, row::EXPIRES_ALL) } else { (row::APPLIES_FROM, row::EXPIRES) };
        said.extend(p.due.as_ref().map(|due| day(row::DUE, due)));
        said.extend(p.applies_from.as_ref().map(|first| day(from, first)));
        said.extend(p.expires.as_ref().map(|last| day(to, last)));
        if !all {
            said.extend(p.takes_effect.as_ref().map(|condition| self.takes_effect(p.kind, condition)));
        }
        said
    }

    /// How the text is adopted, takes effect, is asked about, left.
    fn procedure(&self, p: &Provision) -> Vec<Sentence> {
        let mut said = Vec::new();
        said.extend(p.parts.map(|parts| match parts {
            Parts::Whole => self.say(row::PARTS_WHOLE, &[]),
            Parts::Baskets => self.say(row::PARTS_BASKETS, &[]),
            Parts::Provisions => self.say(row::PARTS_PROVISIONS, &[]),
        }));
        said.extend(p.reservations.as_ref().map(|on| match on {
            Reservations::Any => self.say(row::RESERVATIONS_ANY, &[]),
            Reservations::None => self.say(row::RESERVATIONS_NONE, &[]),
            Reservations::On(ids) => self.say(row::RESERVATIONS_ON, &[("names", &listed(self.tongue, ids))]),
        }));
        if p.kind == Type::Procedure {
            said.extend(p.takes_effect.as_ref().map(|condition| self.takes_effect(p.kind, condition)));
        }
        said.extend(
            p.reply_hours.map(|number| self.say(row::REPLY, &[("hours", &hours(self.tongue, number))])),
        );
        let from = p.counted_from.map(|from| match from {
            CountedFrom::Receipt => row::COUNTED_FROM_RECEIPT.of(self.tongue),
            CountedFrom::Notice => row::COUNTED_FROM_NOTICE.of(self.tongue),
        });
        let periods = [(row::SUSPENSION, p.suspend_days), (row::WITHDRAWAL, p.withdraw_days)];
        for (phrase, number) in periods.into_iter().filter_map(|(phrase, number)| Some((phrase, number?))) {
            let period = self.say(phrase, &[("days", &days(self.tongue, number))]).words;
            said.push(Sentence::plain(from.map_or(period.clone(), |from| format!("{period}, {from}"))));
        }
        if p.suspend_days.is_none() && p.withdraw_days.is_none() {
            said.extend(from.map(|from| Sentence::plain(from.to_owned())));
        }
        said
    }
}

/// How deep a condition stands.
#[derive(Clone, Copy)]
enum Depth {
    /// Behind what introduces it.
    Outermost,
    /// In a list.
    Nested,
}

/// Whose acts are covered, in words; an actor by its name.
fn through(tongue: Tongue, name: &str) -> &str {
    let phrase = match name {
        "state" => row::STATE,
        "state-funded" => row::STATE_FUNDED,
        "parastate" => row::PARASTATE,
        "private" => row::PRIVATE,
        "international" => row::INTERNATIONAL,
        "on its territory" => row::ON_ITS_TERRITORY,
        actor => return actor,
    };
    phrase.of(tongue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Value;

    fn said(tongue: Tongue, binding: Option<Binding>, provision: &str) -> Vec<String> {
        let value = Value::parse(provision).unwrap();
        let provision = Provision::read(&value, "").unwrap();
        let between = ["moscow".parse().unwrap(), "washington".parse().unwrap()];
        let voice = Voice { tongue, binding, between: &between, name: &|place| format!("<{place}>") };
        let sentences = voice.provision(&provision);
        let lines = sentences.iter().flat_map(Sentence::lines);
        lines.map(|(depth, words)| format!("{}{words}", "  ".repeat(depth))).collect()
    }

    const C3: &str = "{\"id\":\"c3\",\"type\":\"refrain\",\"until\":{\"any\":[{\"by\":\"each observer\",\"reported\":\"d8\",\"same\":[\"election\"]},{\"by\":\"either side\",\"days\":60,\"reported\":\"d9\",\"same\":[\"election\"]}]},\"words\":{\"en\":\"x\"}}";
    const P1: &str = "{\"counted_from\":\"receipt\",\"id\":\"p1\",\"parts\":\"baskets\",\"reply_hours\":72,\"reservations\":\"any\",\"takes_effect\":{\"adopted\":\"each\"},\"type\":\"procedure\",\"withdraw_days\":91,\"words\":{\"en\":\"x\"}}";

    #[test]
    fn a_release_is_read_back_in_both_tongues() {
        assert_eq!(
            said(Tongue::English, None, C3),
            [
                "until the earlier of",
                "  each observer has reported <d8>, same election",
                "  60 days after either side has reported <d9>, same election",
            ]
        );
        assert_eq!(
            said(Tongue::Russian, None, C3),
            [
                "до более раннего из моментов, когда",
                "  каждым наблюдателем сообщено: <d8>, совпадает: election",
                "  прошло 60 дней после того, как любой из сторон сообщено: <d9>, совпадает: election",
            ]
        );
    }

    #[test]
    fn a_procedure_speaks_as_its_text_does() {
        assert_eq!(
            said(Tongue::English, Some(Binding::Political), P1),
            [
                "may be adopted by baskets",
                "reservations: any",
                "a commitment takes effect when moscow and washington have each adopted it",
                "an answer is expected within 72 hours of receipt",
                "withdrawal takes 91 days, counted from receipt",
            ]
        );
        let legal = said(Tongue::English, Some(Binding::Legal), P1);
        assert_eq!(
            legal[2],
            "the text enters into force when moscow and washington have each expressed consent to it"
        );
        let russian = said(Tongue::Russian, Some(Binding::Political), P1);
        assert_eq!(
            russian[2],
            "положения начинают применяться, когда текст принят каждым из участников moscow и washington"
        );
        assert_eq!(russian[3], "ожидаемый срок ответа: 72 часа с момента получения");
        assert_eq!(russian[4], "выход занимает 91 день, считая с получения");
    }

    #[test]
    fn russian_numbers_take_their_form() {
        let forms = [
            (1, "1 день"),
            (3, "3 дня"),
            (11, "11 дней"),
            (12, "12 дней"),
            (22, "22 дня"),
            (111, "111 дней"),
        ];
        for (number, words) in forms {
            assert_eq!(days(Tongue::Russian, number), words);
        }
        assert_eq!([days(Tongue::English, 1), days(Tongue::English, 2)], ["1 day", "2 days"]);
    }

    #[test]
    fn every_field_is_read_back_and_none_twice() {
        let full = "{\"alternative_to\":\"c1\",\"applies_from\":\"2027-01-01\",\"bearer\":[\"moscow\"],\"due\":\"2027-06-01\",\"expires\":\"2028-01-01\",\"id\":\"c2\",\"in\":\"b1\",\"no\":\"5(a)\",\"takes_effect\":{\"in_effect\":\"c1\"},\"through\":[\"state\",\"moscow/envoy\"],\"type\":\"do\",\"until\":{\"date\":\"2028-01-01\"},\"uses\":[\"d1\",\"d2\"],\"when\":{\"all\":[{\"adopted\":[\"moscow\"]},{\"any\":[{\"date\":\"2027-01-01\"},{\"date\":\"2027-01-02\"},{\"date\":\"2027-01-03\"}]}]},\"words\":{\"en\":\"x\"}}";
        for tongue in Tongue::ALL {
            let lines = said(tongue, None, full);
            assert_eq!(lines.iter().filter(|line| !line.starts_with(' ')).count(), 12, "{lines:#?}");
            assert_eq!(lines.len(), 17, "{lines:#?}");
        }
    }
}
