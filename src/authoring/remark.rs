//! What a writer should look at before a text is tabled; none of it stands in the way.

use std::collections::BTreeSet;

use super::letters::{self, Odd};
use super::{Places, Sheet, Spot};
use crate::body::condition::{By, Condition};
use crate::body::provision::{Binding, Provision, Type};
use crate::body::text::{Provisions, Text};
use crate::fields::Words;
use crate::names::Place;
use crate::vocabulary::{Phrase, Tongue, remarks as row};

/// Something to look at, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The place; nothing where it is about no place in the files.
    pub spot: Option<Spot>,
    /// A stable name.
    pub code: &'static str,
    phrase: Phrase,
    places: Vec<(&'static str, String)>,
}

impl Remark {
    /// A remark of which the words are a row of the table.
    pub fn new(
        spot: Option<Spot>,
        code: &'static str,
        phrase: Phrase,
        places: &[(&'static str, &str)],
    ) -> Self {
        let places = places.iter().map(|(name, word)| (*name, (*word).to_owned())).collect();
        Self { spot, code, phrase, places }
    }

    /// The words.
    pub fn says(&self, tongue: Tongue) -> String {
        let places: Vec<(&str, &str)> =
            self.places.iter().map(|(name, word)| (*name, word.as_str())).collect();
        self.phrase.with(tongue, &places)
    }
}

/// Words of a treaty, which a political text does without. Whole words, or stems that end
/// in `-`.
const OF_A_TREATY: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "shall",
            "agree",
            "agrees",
            "agreed",
            "party",
            "parties",
            "enter into force",
            "enters into force",
            "undertake",
            "undertakes",
        ],
    ),
    (
        "ru",
        &[
            "обязу-",
            "сторона",
            "стороны",
            "сторон",
            "сторону",
            "сторонами",
            "вступает в силу",
            "вступают в силу",
            "договорились",
        ],
    ),
];

/// Pairs of words that a saving like "creates no rights or duties in international law" has.
const SAVINGS: [(&str, &str); 3] = [("political", "law"), ("политическ", "прав"), ("not", "legally")];

/// Looks at a text; remarks are in the order of the files.
pub fn look(sheet: &Sheet) -> Vec<Remark> {
    let Provisions::Here(provisions) = &sheet.text.provisions else { return Vec::new() };
    let mut desk = Desk { text: &sheet.text, provisions, places: &sheet.places, remarks: Vec::new() };
    desk.comments();
    desk.head();
    desk.translations();
    for (index, provision) in provisions.iter().enumerate() {
        desk.term(index, provision);
        desk.proposed(index, provision);
        desk.basket(index, provision);
        desk.until(index, provision);
        desk.numbers(index, provision);
        desk.languages(index, provision);
        desk.letters(index, provision);
    }
    desk.treaty();
    let mut remarks = desk.remarks;
    remarks.sort_by(|first, second| first.spot.cmp(&second.spot));
    remarks
}

/// Ids that an earlier text has with other words: `cited` is what people call that text.
pub fn against(sheet: &Sheet, earlier: &[Provision], cited: &str) -> Vec<Remark> {
    let Provisions::Here(provisions) = &sheet.text.provisions else { return Vec::new() };
    let again = provisions.iter().enumerate().filter(|(_, provision)| {
        let other = earlier.iter().find(|other| other.id == provision.id);
        other.is_some_and(|other| other.words != provision.words || other.kind != provision.kind)
    });
    again
        .map(|(index, provision)| {
            let places = [("id", provision.id.as_str()), ("text", cited)];
            Remark::new(Some(sheet.places.header(index)), "id_again", row::ID_AGAIN, &places)
        })
        .collect()
}

struct Desk<'a> {
    text: &'a Text,
    provisions: &'a [Provision],
    places: &'a Places,
    remarks: Vec<Remark>,
}

impl Desk<'_> {
    fn add(&mut self, spot: Spot, code: &'static str, phrase: Phrase, places: &[(&'static str, &str)]) {
        self.remarks.push(Remark::new(Some(spot), code, phrase, places));
    }

    fn of(&self, path: &str) -> Spot {
        self.places.of(path).unwrap_or_default()
    }

    fn comments(&mut self) {
        if let Some(spot) = self.places.comment() {
            self.add(spot.clone(), "comments", row::COMMENTS, &[]);
        }
    }

    fn head(&mut self) {
        if self.text.title.is_none() {
            self.add(self.of("body"), "no_title", row::NO_TITLE, &[]);
        }
        if self.text.binding == Some(Binding::Legal) && self.text.original.is_none() {
            self.add(self.of("body.binding"), "original_absent", row::ORIGINAL_ABSENT, &[]);
        }
    }

    fn translations(&mut self) {
        let all = self.provisions.len();
        for (tag, rank) in &self.text.languages {
            let has = |p: &&Provision| {
                p.words.contains_key(tag) || p.term.as_ref().is_some_and(|term| term.contains_key(tag))
            };
            let some = self.provisions.iter().filter(has).count();
            let spot = self.of(&format!("body.languages.{tag}"));
            if rank == "translation" && some < all {
                let (some, all) = (some.to_string(), all.to_string());
                let places = [("tag", tag.as_str()), ("some", &some), ("all", &all)];
                self.add(spot.clone(), "translation", row::TRANSLATION, &places);
            }
            if self.text.title.as_ref().is_some_and(|title| !title.contains_key(tag)) {
                self.add(spot, "title_language", row::TITLE_LANGUAGE, &[("tag", tag)]);
            }
        }
    }

    /// The definitions that commitments use, through other definitions and conditions too.
    fn used(&self) -> BTreeSet<&str> {
        let here = |place: &&Place| matches!(place, Place::Here(_));
        let mut used = BTreeSet::new();
        let asks = |kind: Type| kind.is_commitment() || matches!(kind, Type::May | Type::Procedure);
        let mut next: Vec<&Provision> = self.provisions.iter().filter(|p| asks(p.kind)).collect();
        while let Some(provision) = next.pop() {
            for place in provision.places().into_iter().filter(here) {
                let id = place.id().as_str();
                let defined = self.provisions.iter().find(|p| p.id.as_str() == id);
                if let Some(defined) = defined.filter(|p| p.kind == Type::Define && used.insert(id)) {
                    next.push(defined);
                }
            }
        }
        used
    }

    fn term(&mut self, index: usize, provision: &Provision) {
        let id = provision.id.as_str();
        if provision.kind != Type::Define || self.used().contains(id) {
            return;
        }
        let term = provision.term.as_ref().and_then(|term| term.values().next());
        let places = [("id", id), ("term", term.map_or("", String::as_str))];
        self.add(self.places.header(index), "term_unused", row::TERM_UNUSED, &places);
    }

    /// A term whose words stand in a provision that does not say that it uses it.
    fn proposed(&mut self, index: usize, provision: &Provision) {
        let kinds = [Type::Do, Type::Refrain, Type::May, Type::Define, Type::Procedure];
        if !kinds.contains(&provision.kind) {
            return;
        }
        for other in self.provisions.iter().filter(|other| other.id != provision.id) {
            let (Some(term), None) = (&other.term, &other.alternative_to) else { continue };
            let named = provision.places().iter().any(|place| **place == Place::Here(other.id.clone()));
            let is_other = provision.alternative_to == Some(Place::Here(other.id.clone()));
            let has = |(tag, words): (&String, &String)| {
                term.get(tag).filter(|term| has_words(words, term)).cloned()
            };
            if let (false, false, Some(term)) = (named, is_other, provision.words.iter().find_map(has)) {
                let places =
                    [("id", provision.id.as_str()), ("of", other.id.as_str()), ("term", term.as_str())];
                self.add(self.places.header(index), "term_proposed", row::TERM_PROPOSED, &places);
            }
        }
    }

    fn basket(&mut self, index: usize, provision: &Provision) {
        let own = Some(Place::Here(provision.id.clone()));
        if provision.kind == Type::Basket && !self.provisions.iter().any(|p| p.basket == own) {
            let places = [("id", provision.id.as_str())];
            self.add(self.places.header(index), "basket_empty", row::BASKET_EMPTY, &places);
        }
    }

    fn until(&mut self, index: usize, provision: &Provision) {
        if let Some(until) = &provision.until
            && provision.expires.is_none()
            && !comes_about(until)
        {
            let places = [("id", provision.id.as_str())];
            self.add(self.places.field(index, "until"), "until_open", row::UNTIL_OPEN, &places);
        }
    }

    fn numbers(&mut self, index: usize, provision: &Provision) {
        let id = provision.id.as_str();
        let mut earlier = self.provisions.iter().take(index);
        if let Some(no) = &provision.no
            && let Some(other) = earlier.find(|p| p.no.as_ref() == Some(no))
            && provision.alternative_to.is_none()
        {
            let places = [("id", id), ("no", no), ("other", other.id.as_str())];
            self.add(self.places.field(index, "no"), "number_twice", row::NUMBER_TWICE, &places);
        }
        if let Some(Place::Here(other)) = &provision.alternative_to {
            let places = [("id", id), ("other", other.as_str())];
            self.add(self.places.field(index, "alternative_to"), "alternatives", row::ALTERNATIVES, &places);
        }
    }

    /// Languages that do not line up, each against the first that is authentic.
    fn languages(&mut self, index: usize, provision: &Provision) {
        let authentic = self.text.languages.iter().find(|(_, rank)| *rank == "authentic");
        let Some((first, one)) = authentic.and_then(|(tag, _)| provision.words.get_key_value(tag)) else {
            return;
        };
        let id = provision.id.as_str();
        for (second, other) in provision.words.iter().filter(|(tag, _)| *tag != first) {
            let spot = self.places.field(index, &format!("words.{second}"));
            let named = |one: &str, other: &str| {
                [
                    ("first", first.clone()),
                    ("second", second.clone()),
                    ("one", one.to_owned()),
                    ("other", other.to_owned()),
                ]
            };
            let mut tell = |code, phrase, places: &[(&'static str, String)]| {
                let mut all = vec![("id", id)];
                all.extend(places.iter().map(|(name, word)| (*name, word.as_str())));
                self.remarks.push(Remark::new(Some(spot.clone()), code, phrase, &all));
            };
            let paragraphs = [one, other].map(|text| text.split('\n').count());
            let [a, b] = paragraphs;
            if a != b {
                let places = named(&a.to_string(), &b.to_string());
                tell("languages_paragraphs", row::LANGUAGES_PARAGRAPHS, &places);
            }
            let [a, b] = [one, other].map(|text| numbers_in(text));
            if a != b {
                tell("languages_numbers", row::LANGUAGES_NUMBERS, &named(&shown(&a), &shown(&b)));
            }
            let [a, b] = [one, other].map(|text| text.chars().count());
            if same_kind(one, other) && a.max(b) > 3 * a.min(b) + 20 {
                tell("languages_length", row::LANGUAGES_LENGTH, &named("", ""));
            }
            let has_term = |tag: &str| provision.term.as_ref().is_some_and(|term| term.contains_key(tag));
            if has_term(first) && !has_term(second) {
                tell("languages_term", row::LANGUAGES_TERM, &named("", ""));
            }
        }
    }

    fn letters(&mut self, index: usize, provision: &Provision) {
        self.letters_of(provision.id.as_str(), &provision.words, &format!("body.provisions[{index}].words"));
        if let Some(term) = &provision.term {
            self.letters_of(provision.id.as_str(), term, &format!("body.provisions[{index}].term"));
        }
        if let (0, Some(title)) = (index, &self.text.title) {
            self.letters_of("[text]", title, "body.title");
        }
    }

    fn letters_of(&mut self, id: &str, words: &Words, place: &str) {
        for (tag, text) in words {
            let spot = self.of(&format!("{place}.{tag}"));
            for odd in letters::odd(text) {
                let spot = spot.clone();
                match odd {
                    Odd::Mixed(word) => {
                        let points = letters::points(&word);
                        let places = [("id", id), ("tag", tag), ("word", &word), ("points", &points)];
                        self.add(spot, "mixed_scripts", row::MIXED_SCRIPTS, &places);
                    }
                    Odd::Lookalike(word, script, like) => {
                        let points = letters::points(&word);
                        let places = [
                            ("id", id),
                            ("tag", tag),
                            ("word", &word),
                            ("script", script.as_str()),
                            ("like", &like),
                            ("points", &points),
                        ];
                        self.add(spot, "lookalike", row::LOOKALIKE, &places);
                    }
                    Odd::Hidden(joiner, at) => {
                        let (point, at) = (letters::points(&joiner.to_string()), at.to_string());
                        let places = [("id", id), ("tag", tag), ("point", &point), ("at", &at)];
                        self.add(spot, "hidden", row::HIDDEN, &places);
                    }
                }
            }
        }
    }

    fn treaty(&mut self) {
        if self.provisions.iter().any(is_saving_from_law) {
            return;
        }
        for (index, provision) in self.provisions.iter().enumerate() {
            let basket = provision
                .basket
                .as_ref()
                .and_then(|place| self.provisions.iter().find(|p| Place::Here(p.id.clone()) == *place));
            let nature = basket.and_then(|basket| basket.binding).or(self.text.binding);
            if nature != Some(Binding::Political) {
                continue;
            }
            for (tag, text) in &provision.words {
                let words = OF_A_TREATY.iter().find(|(language, _)| language == tag);
                let found: Vec<String> = words.map_or_else(Vec::new, |(_, words)| {
                    words
                        .iter()
                        .filter(|word| has_words(text, word))
                        .map(|word| format!("\"{word}\""))
                        .collect()
                });
                if !found.is_empty() {
                    let words = found.join(", ");
                    let places = [("id", provision.id.as_str()), ("tag", tag), ("words", words.as_str())];
                    let spot = self.places.field(index, &format!("words.{tag}"));
                    self.remarks.push(Remark::new(Some(spot), "treaty_words", row::TREATY_WORDS, &places));
                }
            }
        }
    }
}

/// Whether a text has these words as whole words, in any case; a word that ends in `-` is
/// the beginning of one.
fn has_words(text: &str, sought: &str) -> bool {
    let (text, sought) = (text.to_lowercase(), sought.to_lowercase());
    let (sought, open) = sought.strip_suffix('-').map_or((sought.as_str(), false), |stem| (stem, true));
    if sought.is_empty() {
        return false;
    }
    text.match_indices(sought).any(|(at, found)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|text| text.chars().next());
        let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        ends(before) && (open || ends(after))
    })
}

fn is_saving_from_law(provision: &Provision) -> bool {
    provision.kind == Type::Saving
        && provision.words.values().any(|text| {
            let text = text.to_lowercase();
            SAVINGS.iter().any(|(one, other)| text.contains(one) && text.contains(other))
        })
}

/// Whether a release comes about in any case: on a day, or so many days after what a side
/// can report.
fn comes_about(condition: &Condition) -> bool {
    match condition {
        Condition::Date(_) => true,
        Condition::Reported { by, days, .. } => days.is_some() && !matches!(by, By::EachObserver),
        Condition::Adopted(_) | Condition::InEffect { .. } => false,
        Condition::All(items) => items.iter().all(comes_about),
        Condition::Any(items) => items.iter().any(comes_about),
    }
}

/// The numbers written in digits, in ascending order. Ids of provisions are the same in
/// every language.
fn numbers_in(text: &str) -> Vec<String> {
    let mut numbers: Vec<String> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(str::to_owned)
        .collect();
    numbers.sort();
    numbers
}

fn shown(numbers: &[String]) -> String {
    if numbers.is_empty() { "\u{2013}".to_owned() } else { numbers.join(", ") }
}

/// Whether two texts are of scripts that take about as much room.
fn same_kind(one: &str, other: &str) -> bool {
    let spaced = |text: &str| text.contains(' ');
    spaced(one) == spaced(other)
}
