//! Texts as people write them: TOML, in which the header is a provision's id and
//! the key is its type.
//!
//! ```toml
//! [text]
//! title.en  = "Code of Conduct"
//! languages = { en = "authentic" }
//! [d1]
//! define.en = "the hour at which the last polling place closes"
//! with      = ["election"]
//! [b1]
//! basket.en = "Assessments of elections"
//! [c1]
//! in         = "b1"
//! refrain.en = """Each Participant will not make a public assessment of an election
//! before sixty days have passed since the end of voting."""
//! until      = { reported = "d1", by = "either side", same = ["election"], days = 60 }
//! ```
//!
//! Every key that is not in the schema is turned away with line and column. What lies
//! outside the file (entries of a ledger, documents) is asked for by [`Outside`]. The
//! printer is the inverse of the reader, up to comments and layout.

mod check;
mod letters;
mod page;
pub mod print;
mod reader;
pub mod remark;
mod schema;

use std::collections::BTreeMap;

pub use page::{Item, Key, Page};

use crate::body::provision::Provision;
use crate::body::text::{Provisions, Standing, Text};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::Reference;

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// What the file is called; empty where there is one.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A place in a file of words, and what was due there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthoringError {
    /// Where.
    pub spot: Spot,
    /// What was due.
    pub due: String,
}

impl std::fmt::Display for AuthoringError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Spot { file, line, column } = &self.spot;
        let gap = if file.is_empty() { "" } else { ": " };
        write!(f, "{file}{gap}line {line}, column {column}, due here: {}", self.due)
    }
}

/// What a file of words names that lies outside it. Errors are for people.
pub trait Outside {
    /// The entry or provision that people cite as `member/seq` or `member/seq#id`.
    fn reference(&self, cited: &str) -> Result<Reference, String>;

    /// The SHA-256 of the document at this path, beside the file of words.
    fn document(&self, path: &str) -> Result<Hash, String>;

    /// The provision of another text, where it is held.
    fn provision(&self, _reference: &Reference) -> Option<Provision> {
        None
    }
}

/// Nothing lies outside: every name for it is turned away.
pub struct Alone;

impl Outside for Alone {
    fn reference(&self, cited: &str) -> Result<Reference, String> {
        Err(format!("an id of this text; {cited} is of another, and no ledger is here"))
    }

    fn document(&self, path: &str) -> Result<Hash, String> {
        Err(format!("the SHA-256 of a document; the file {path} is not read here"))
    }
}

/// Where everything stands that a text is made of, by its path in the body: a scalar by
/// its value, the rest by its key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    spots: BTreeMap<String, Spot>,
    comment: Option<Spot>,
}

impl Places {
    /// The place of this path, or of the nearest that holds it.
    pub fn of(&self, path: &str) -> Option<Spot> {
        let mut path = path;
        loop {
            if let Some(spot) = self.spots.get(path) {
                return Some(spot.clone());
            }
            path = path.get(..path.rfind(['.', '['])?)?;
        }
    }

    /// The place of a provision's header.
    pub fn header(&self, index: usize) -> Spot {
        self.of(&format!("body.provisions[{index}]")).unwrap_or_default()
    }

    /// The place of a field of a provision.
    pub fn field(&self, index: usize, field: &str) -> Spot {
        self.of(&format!("body.provisions[{index}].{field}")).unwrap_or_default()
    }

    /// Where the first comment stands, if there is one.
    pub fn comment(&self) -> Option<&Spot> {
        self.comment.as_ref()
    }

    fn key(&mut self, path: &str, page: &Page<'_>, key: &Key<'_>) {
        self.spots.insert(path.to_owned(), page.spot(key.span().start));
    }

    fn item(&mut self, path: &str, page: &Page<'_>, item: &Item<'_>) {
        let holds_others = item.get_ref().as_table().is_some() || item.get_ref().as_array().is_some();
        if !(holds_others && self.spots.contains_key(path)) {
            self.spots.insert(path.to_owned(), page.spot(item.span().start));
        }
    }
}

/// A text and where everything in it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The text.
    pub text: Text,
    /// Its places.
    pub places: Places,
}

/// One file of words: what errors call it, and what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// What errors call it.
    pub name: &'a str,
    /// What stands in it.
    pub source: &'a str,
}

/// Reads files of words: the first holds the text, each other one more language of it.
pub fn read(files: &[File<'_>], standing: Standing, outside: &dyn Outside) -> Result<Sheet, AuthoringError> {
    let mut reader = reader::Reader::new(standing, outside);
    for (number, file) in files.iter().enumerate() {
        let (page, table) = Page::named(file.name, file.source)?;
        if number == 0 {
            reader.main(&page, &table)?;
        } else {
            reader.language(&page, &table)?;
        }
    }
    let body = reader.body();
    let places = reader.places;
    let text = Text::read(&body).map_err(|error| AuthoringError {
        spot: places.of(&error.place).unwrap_or_default(),
        due: if error.due == "this field" { format!("also {}", error.place) } else { error.due },
    })?;
    check::check(&text, &places, outside)?;
    Ok(Sheet { text, places })
}

/// The longest body of a text that goes into its entry: an entry holds 65,535 bytes, of
/// which receipts of 64 logs and signature lines may take a third.
const LONGEST_BODY: usize = 44_000;

/// A text that is too long for one entry, and the document that then holds its provisions;
/// nothing where it is not. The digest of the words is the same.
pub fn apart(text: &Text) -> Option<(Text, Vec<u8>)> {
    let Provisions::Here(provisions) = &text.provisions else { return None };
    if text.to_value().encode().len() <= LONGEST_BODY {
        return None;
    }
    let values: Vec<Value> = provisions.iter().map(Provision::to_value).collect();
    let digests = provisions.iter().zip(&values);
    let digests = digests.map(|(p, value)| (p.id.clone(), Hash::of(value.encode().as_bytes()))).collect();
    let document = Value::Array(values).encode().into_bytes();
    let provisions = Provisions::InDocument { document: Hash::of(&document), digests };
    Some((Text { provisions, ..text.clone() }, document))
}

/// Reads one file of words as the body of a `text`.
pub fn read_text(source: &str, standing: Standing, outside: &dyn Outside) -> Result<Text, AuthoringError> {
    read(&[File { name: "", source }], standing, outside).map(|sheet| sheet.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "[text]\ntitle.en = \"Code\"\nlanguages = { en = \"authentic\" }\n[b1]\nbasket.en = \"Elections\"\n[d1]\ndefine.en = \"an assessment\"\n[c1]\nin = \"b1\"\nuses = [\"d1\"]\nrefrain.en = \"No assessment.\"\nexpires = 2027-12-31\n";

    fn read(source: &str) -> Result<Text, AuthoringError> {
        read_text(source, Standing::Proposal, &Alone)
    }

    #[test]
    fn a_file_becomes_a_text_in_its_order() {
        let text = read(CODE).unwrap();
        assert_eq!(text.ids().iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["b1", "d1", "c1"]);
        assert_eq!(Text::read(&text.to_value()).as_ref(), Ok(&text));
    }

    #[test]
    fn what_is_not_in_the_schema_has_a_line_and_a_column() {
        for (from, to, line, column) in [
            ("expires =", "expiry =", 12, 1),
            ("title.en", "titel.en", 2, 1),
            ("refrain.en", "forbid.en", 11, 1),
            ("in = \"b1\"", "in = \"d1\"", 9, 6),
            ("uses = [\"d1\"]", "uses = [\"b1\"]", 10, 9),
            ("2027-12-31", "\"2027-02-30\"", 12, 11),
            ("an assessment", "an \u{202e}assessment", 7, 17),
            ("an assessment", "an asse\u{301}ssment", 7, 13),
            ("define.en", "define.EN", 7, 8),
            ("define.en", "define", 7, 10),
            ("[c1]", "[C1]", 8, 2),
            ("define.en = \"an assessment\"", "", 6, 2),
            ("\"authentic\"", "\"translation\"", 3, 1),
            ("languages = { en = \"authentic\" }", "", 1, 2),
            ("expires = ", "do.en = \"x\"\nexpires = ", 12, 1),
            ("expires = ", "due = ", 12, 7),
            ("title.en", "in_return_for = [{ en = \"x\" }]\ntitle.en", 2, 1),
        ] {
            assert!(CODE.contains(from));
            let error = read(&CODE.replace(from, to)).unwrap_err();
            assert_eq!((error.spot.line, error.spot.column), (line, column), "{to}: {error}");
        }
        assert!(read("[text").is_err());
        assert!(read("").is_err());
    }
}
