//! Texts as people write them: TOML, in which the header is a provision's id and
//! the key is its type.
//!
//! ```toml
//! [text]
//! title.en  = "Code of Conduct"
//! languages = { en = "authentic" }
//! [b1]
//! basket.en = "Assessments of elections"
//! [c1]
//! in         = "b1"
//! refrain.en = "Each Participant will not make a public assessment of an election."
//! expires    = 2027-12-31
//! ```
//!
//! Every key that is not in the schema is turned away with line and column.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::body::provision::{Provision, Type};
use crate::body::text::{Standing, Text};
use crate::fields::Words;
use crate::names;
use crate::unicode;

/// A place in a file of words, and what was due there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthoringError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What was due.
    pub due: String,
}

impl std::fmt::Display for AuthoringError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}, due here: {}", self.line, self.column, self.due)
    }
}

type Item<'a> = Spanned<DeValue<'a>>;
type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;

/// A file of words, for places in it.
pub struct Page<'a> {
    source: &'a str,
}

impl<'a> Page<'a> {
    /// Reads the TOML.
    pub fn open(source: &'a str) -> Result<(Self, DeTable<'a>), AuthoringError> {
        let page = Self { source };
        let table = DeTable::parse(source)
            .map_err(|error| page.error(error.span().map_or(0, |span| span.start), error.message()))?;
        Ok((page, table.into_inner()))
    }

    /// The error "at this byte, this was due".
    pub fn error(&self, offset: usize, due: &str) -> AuthoringError {
        let before = self.source.get(..offset).unwrap_or(self.source);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        AuthoringError { line, column, due: due.to_owned() }
    }

    /// The error about a key.
    pub fn at_key(&self, key: &Key<'_>, due: &str) -> AuthoringError {
        self.error(key.span().start, due)
    }

    fn at(&self, item: &Item<'_>, due: &str) -> AuthoringError {
        self.error(item.span().start, due)
    }

    /// A string of characters that an entry may hold.
    pub fn string(&self, item: &Item<'_>) -> Result<String, AuthoringError> {
        let text = item.get_ref().as_str().ok_or_else(|| self.at(item, "a string in quotes"))?;
        if text.is_empty() {
            return Err(self.at(item, "words, not an empty string"));
        }
        if let Some((at, hidden)) = text.chars().enumerate().find(|(_, c)| !unicode::may_hold(*c)) {
            let point = u32::from(hidden);
            let due = format!("no character U+{point:04X}, as character {} of the words is", at + 1);
            return Err(self.at(item, &due));
        }
        if !unicode::is_writable(text) {
            return Err(self.at(item, "words in normalisation form C (NFC)"));
        }
        Ok(text.to_owned())
    }

    /// A table.
    pub fn table<'t>(&self, item: &'t Item<'a>) -> Result<&'t DeTable<'a>, AuthoringError> {
        item.get_ref().as_table().ok_or_else(|| self.at(item, "a table"))
    }

    /// Words by language, from `key.LANG = "..."`.
    pub fn words(&self, item: &Item<'a>) -> Result<Words, AuthoringError> {
        let mut words = Words::new();
        for (tag, text) in self.table(item)? {
            if !names::is_language(tag.get_ref()) {
                return Err(self.at_key(tag, "a language tag such as en"));
            }
            words.insert(tag.get_ref().to_string(), self.string(text)?);
        }
        Ok(words)
    }

    fn strings(&self, item: &Item<'a>) -> Result<Vec<String>, AuthoringError> {
        let items = item.get_ref().as_array().ok_or_else(|| self.at(item, "a list of strings"))?;
        items.iter().map(|item| self.string(item)).collect()
    }

    /// An unsigned integer.
    pub fn number(&self, item: &Item<'_>) -> Result<u64, AuthoringError> {
        let digits = item.get_ref().as_integer().filter(|digits| digits.radix() == 10);
        digits.and_then(|digits| digits.as_str().parse().ok()).ok_or_else(|| self.at(item, "a number"))
    }

    fn day(&self, item: &Item<'_>) -> Result<crate::time::Day, AuthoringError> {
        let text = match item.get_ref() {
            DeValue::Datetime(day) => day.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        text.parse().map_err(|_| self.at(item, "a day, such as 2027-12-31"))
    }
}

/// Turns `member/seq#id` into `<hash>#id`; the words of the error are for people.
pub type Resolve<'r> = &'r dyn Fn(&str) -> Result<String, String>;

/// Reads a file of words as the body of a `text`.
pub fn read_text(source: &str, standing: Standing, resolve: Resolve<'_>) -> Result<Text, AuthoringError> {
    let (page, table) = Page::open(source)?;
    let mut head = None;
    let mut provisions = Vec::new();
    let mut places = Vec::new();
    for (id, item) in &table {
        if id.get_ref() == "text" {
            head = Some(read_head(&page, page.table(item)?)?);
        } else {
            provisions.push(read_provision(&page, id, page.table(item)?, resolve)?);
            places.push(id);
        }
    }
    let (title, languages) = head.ok_or_else(|| page.error(0, "a table [text] with title and languages"))?;
    if provisions.is_empty() {
        return Err(page.error(source.len(), "at least one provision"));
    }
    for (provision, place) in provisions.iter().zip(&places) {
        check_provision(provision, &provisions, &languages).map_err(|due| page.at_key(place, &due))?;
    }
    Ok(Text { title, ..Text::plain(languages, provisions, standing) })
}

type Head = (Option<Words>, BTreeMap<String, String>);

fn read_head(page: &Page<'_>, table: &DeTable<'_>) -> Result<Head, AuthoringError> {
    let (mut title, mut languages) = (None, None);
    for (key, item) in table {
        match key.get_ref().as_ref() {
            "title" => title = Some(page.words(item)?),
            "languages" => {
                let words = page.words(item)?;
                if !words.values().all(|rank| rank == "authentic" || rank == "translation")
                    || !words.values().any(|rank| rank == "authentic")
                {
                    return Err(page.at(item, "authentic or translation, and one authentic"));
                }
                languages = Some(words);
            }
            _ => return Err(page.at_key(key, "one of the keys of [text]: title, languages")),
        }
    }
    let languages = languages.ok_or_else(|| page.error(0, "languages = { en = \"authentic\" } in [text]"))?;
    Ok((title, languages))
}

fn read_provision(
    page: &Page<'_>,
    id: &Key<'_>,
    table: &DeTable<'_>,
    resolve: Resolve<'_>,
) -> Result<Provision, AuthoringError> {
    let name = id.get_ref().parse().map_err(|names::NameError(due)| page.at_key(id, due))?;
    let mut kind: Option<(Type, Words)> = None;
    let (mut basket, mut uses, mut expires) = (None, Vec::new(), None);
    let reference = |item: &Item<'_>, text: &str| {
        let place = if text.contains('/') {
            resolve(text).map_err(|due| page.at(item, &due))?
        } else {
            text.to_owned()
        };
        place.parse().map_err(|names::NameError(due)| page.at(item, due))
    };
    for (key, item) in table {
        match key.get_ref().as_ref() {
            "in" => basket = Some(reference(item, &page.string(item)?)?),
            "uses" => {
                for text in page.strings(item)? {
                    uses.push(reference(item, &text)?);
                }
            }
            "expires" => expires = Some(page.day(item)?),
            name => {
                let Ok(read) = name.parse::<Type>() else {
                    let types: Vec<&str> = Type::ALL.iter().map(|kind| kind.as_str()).collect();
                    let due = format!("a key of a provision: in, uses, expires, or {}", types.join(", "));
                    return Err(page.at_key(key, &due));
                };
                if kind.is_some() {
                    return Err(page.at_key(key, "one type for each provision"));
                }
                kind = Some((read, page.words(item)?));
            }
        }
    }
    let (kind, words) = kind.ok_or_else(|| page.at_key(id, "a type with words, such as do.en"))?;
    Ok(Provision { basket, uses, expires, ..Provision::plain(name, kind, words) })
}

/// What a reader of the file would expect of its local references and languages.
fn check_provision(
    provision: &Provision,
    all: &[Provision],
    languages: &BTreeMap<String, String>,
) -> Result<(), String> {
    let kind_of = |id: &names::ProvisionId| all.iter().find(|p| p.id == *id).map(|p| p.kind);
    if let Some(names::Place::Here(basket)) = &provision.basket {
        match kind_of(basket) {
            Some(Type::Basket) => {}
            Some(_) => return Err(format!("in `in` a basket; {basket} is none")),
            None => return Err(format!("in `in` a basket of this text; there is no {basket}")),
        }
    }
    for place in &provision.uses {
        let names::Place::Here(id) = place else { continue };
        match kind_of(id) {
            Some(Type::Define) => {}
            _ => return Err(format!("in `uses` definitions of this text; {id} is none")),
        }
    }
    let authentic = languages.iter().filter(|(_, rank)| *rank == "authentic");
    for (tag, _) in authentic {
        if !provision.words.contains_key(tag) {
            return Err(format!("words in {tag}, which is authentic"));
        }
    }
    match provision.words.keys().find(|tag| !languages.contains_key(*tag)) {
        Some(tag) => Err(format!("words in the languages of [text]; {tag} is none")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "[text]\ntitle.en = \"Code\"\nlanguages = { en = \"authentic\" }\n[b1]\nbasket.en = \"Elections\"\n[d1]\ndefine.en = \"an assessment\"\n[c1]\nin = \"b1\"\nuses = [\"d1\"]\nrefrain.en = \"No assessment.\"\nexpires = 2027-12-31\n";

    fn read(source: &str) -> Result<Text, AuthoringError> {
        read_text(source, Standing::Proposal, &|_| Err("nothing to resolve".to_owned()))
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
            ("in = \"b1\"", "in = \"d1\"", 8, 2),
            ("uses = [\"d1\"]", "uses = [\"b1\"]", 8, 2),
            ("2027-12-31", "\"2027-02-30\"", 12, 11),
            ("an assessment", "an \u{202e}assessment", 7, 13),
            ("an assessment", "an asse\u{301}ssment", 7, 13),
            ("define.en", "define.EN", 7, 8),
            ("[c1]", "[C1]", 8, 2),
        ] {
            assert!(CODE.contains(from));
            let error = read(&CODE.replace(from, to)).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{to}: {error}");
        }
        assert!(read("[text").is_err());
        assert!(read("").is_err());
    }
}
