//! Finding words in what entries say: without regard to case, all of them in one place.
//!
//! Case is taken away by Unicode's own lower-casing of single characters, in no
//! language's manner: a Turkish dotless i is no i here. Nothing is stemmed and nothing
//! is guessed, so that what is not found does not stand there.

use crate::body::provision::Provision;
use crate::body::text::{Consent, InReturn};
use crate::body::{Body, closed};
use crate::fields::Words;
use crate::names::ProvisionId;
use crate::unicode;

closed! {
    /// Where words are looked for.
    Room "all, titles, provisions, words, names or contents" {
        /// Titles of texts.
        Titles "titles",
        /// Provisions: their words, terms and instruments.
        Provisions "provisions",
        /// Words of acts, reservations and the like.
        Words "words",
        /// Names of actors, persons, documents and places.
        Names "names",
        /// Contents of opened envelopes.
        Contents "contents",
    }
}

/// One place in an entry in which words stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which kind of place.
    pub room: Room,
    /// The provision, if it is in one.
    pub at: Option<ProvisionId>,
    /// The words.
    pub text: String,
}

/// The places in the body of an entry, with its provisions where they are held.
pub fn pieces(body: &Body, provisions: &[Provision]) -> Vec<Piece> {
    let mut found = Found::default();
    match body {
        Body::Text(text) => {
            found.words(Room::Titles, None, text.title.as_ref());
            for one in provisions {
                let at = Some(&one.id);
                found.words(Room::Provisions, at, Some(&one.words));
                found.words(Room::Provisions, at, one.term.as_ref());
                found.texts(Room::Provisions, at, [&one.instrument, &one.place]);
            }
            found.consent(&text.consent);
            text.docs.iter().for_each(|doc| found.put(Room::Names, None, &doc.name));
        }
        Body::Adopt(adoption) => {
            found.texts(Room::Names, None, [&adoption.styled]);
            found.consent(&adoption.consent);
        }
        Body::Actor(actor) => {
            found.words(Room::Names, None, Some(&actor.names));
            found.texts(Room::Names, None, [&actor.contact]);
            found.put(Room::Names, None, actor.id.as_str());
        }
        Body::Report(report) => {
            found.texts(Room::Names, None, [&report.place, &report.source]);
            let people = report.said_by.iter().chain(&report.said_to);
            people.for_each(|person| found.put(Room::Names, None, &person.name));
            report.with.values().for_each(|value| found.put(Room::Names, None, value));
        }
        Body::Ask(ask) => ask.with.values().for_each(|value| found.put(Room::Names, None, value)),
        Body::Open(opening) => found.words(Room::Contents, None, Some(&opening.content)),
        Body::Key(change) => found.words(Room::Words, None, change.words.as_ref()),
        _ => {}
    }
    if let Some(held) = body.circumstances() {
        found.words(Room::Words, None, held.words.as_ref());
        held.docs.iter().for_each(|doc| found.put(Room::Names, None, &doc.name));
    }
    found.pieces
}

#[derive(Default)]
struct Found {
    pieces: Vec<Piece>,
}

impl Found {
    fn put(&mut self, room: Room, at: Option<&ProvisionId>, text: &str) {
        self.pieces.push(Piece { room, at: at.cloned(), text: text.to_owned() });
    }

    fn words(&mut self, room: Room, at: Option<&ProvisionId>, words: Option<&Words>) {
        words.into_iter().flat_map(Words::values).for_each(|text| self.put(room, at, text));
    }

    fn texts<const N: usize>(&mut self, room: Room, at: Option<&ProvisionId>, texts: [&Option<String>; N]) {
        texts.into_iter().flatten().for_each(|text| self.put(room, at, text));
    }

    fn consent(&mut self, consent: &Consent) {
        consent.qualifications.iter().for_each(|made| self.words(Room::Words, None, Some(&made.words)));
        for given in &consent.in_return_for {
            if let InReturn::Words(words) = given {
                self.words(Room::Words, None, Some(words));
            }
        }
    }
}

/// Words that are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought(Vec<String>);

impl Sought {
    /// What stands between white space; nothing where there is nothing.
    pub fn new(typed: &str) -> Option<Self> {
        let words: Vec<String> =
            unicode::composed(typed).split_whitespace().map(|word| lowered(word).0).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// The words, without case.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Where the first of them stands in a text that has them all: from byte to byte.
    pub fn stand_in(&self, text: &str) -> Option<(usize, usize)> {
        let (plain, places) = lowered(text);
        let mut first: Option<(usize, usize)> = None;
        for word in &self.0 {
            let at = plain.find(word.as_str())?;
            let from = places.get(at).copied().unwrap_or(0);
            let to = places.get(at + word.len()).copied().unwrap_or(text.len());
            first = Some(first.map_or((from, to), |first| first.min((from, to))));
        }
        first
    }
}

/// A text without case, and for each of its bytes the byte from which it came.
fn lowered(text: &str) -> (String, Vec<usize>) {
    let (mut plain, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len()));
    for (at, character) in text.char_indices() {
        plain.extend(character.to_lowercase());
        places.resize(plain.len(), at);
    }
    (plain, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'t>(typed: &str, text: &'t str) -> Option<&'t str> {
        let (from, to) = Sought::new(typed)?.stand_in(text)?;
        text.get(from..to)
    }

    #[test]
    fn words_are_found_without_case_and_all_of_them() {
        assert_eq!(at("ELECTION", "An Election."), Some("Election"));
        assert_eq!(at("выборы", "О ВЫБОРЫ"), Some("ВЫБОРЫ"));
        assert_eq!(at("mission election", "An election before the mission"), Some("election"));
        assert_eq!(at("mission election", "An election"), None);
        assert_eq!(at("選舉", "不評價選舉"), Some("選舉"));
        assert_eq!(at("הבחירות", "של הבחירות לפני"), Some("הבחירות"));
        assert_eq!(at("cafe\u{301}", "Café"), Some("Café"), "what is typed is composed as entries are");
        assert_eq!(at(" ", "anything"), None);
    }

    #[test]
    fn places_are_those_of_the_text_where_lower_case_is_longer() {
        // U+0130 becomes two characters.
        assert_eq!(at("b", "\u{130}\u{130} b"), Some("b"));
        assert_eq!(at("x", "\u{130}x"), Some("x"));
        assert_eq!(at("\u{130}", "a\u{130}b"), Some("\u{130}"));
    }
}
