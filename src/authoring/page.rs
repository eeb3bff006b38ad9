//! One file of words, and the places in it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{AuthoringError, Spot};
use crate::fields::Words;
use crate::names;
use crate::time::Day;
use crate::unicode;

/// A value with its place.
pub type Item<'a> = Spanned<DeValue<'a>>;

/// A key with its place.
pub type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;

/// A file of words, for places in it.
pub struct Page<'a> {
    name: &'a str,
    source: &'a str,
}

impl<'a> Page<'a> {
    /// Reads the TOML of a file that needs no name.
    pub fn open(source: &'a str) -> Result<(Self, DeTable<'a>), AuthoringError> {
        Self::named("", source)
    }

    /// Reads the TOML of a file that errors call so.
    pub fn named(name: &'a str, source: &'a str) -> Result<(Self, DeTable<'a>), AuthoringError> {
        let page = Self { name, source };
        let table = DeTable::parse(source)
            .map_err(|error| page.error(error.span().map_or(0, |span| span.start), error.message()))?;
        Ok((page, table.into_inner()))
    }

    /// The place of a byte.
    pub fn spot(&self, offset: usize) -> Spot {
        let before = self.source.get(..offset).unwrap_or(self.source);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Spot { file: self.name.to_owned(), line, column }
    }

    /// The error "at this byte, this was due".
    pub fn error(&self, offset: usize, due: &str) -> AuthoringError {
        AuthoringError { spot: self.spot(offset), due: due.to_owned() }
    }

    /// The error about a key.
    pub fn at_key(&self, key: &Key<'_>, due: &str) -> AuthoringError {
        self.error(key.span().start, due)
    }

    /// The error about a value.
    pub fn at(&self, item: &Item<'_>, due: &str) -> AuthoringError {
        self.error(item.span().start, due)
    }

    /// The length of the file in bytes.
    pub fn length(&self) -> usize {
        self.source.len()
    }

    /// A string of characters that an entry may hold, as it stands.
    pub fn string(&self, item: &Item<'_>) -> Result<String, AuthoringError> {
        self.writable(item, self.text(item)?)
    }

    /// Words that may run over several lines: between `"""` a line end is a space, an
    /// empty line is a paragraph, and outer white space goes. Other strings are taken as
    /// they stand.
    pub fn prose(&self, item: &Item<'_>) -> Result<String, AuthoringError> {
        let text = self.text(item)?;
        let raw = self.source.get(item.span()).unwrap_or_default();
        if raw.starts_with("\"\"\"") || raw.starts_with("'''") {
            return self.writable(item, &folded(text));
        }
        self.writable(item, text)
    }

    fn text<'t>(&self, item: &'t Item<'_>) -> Result<&'t str, AuthoringError> {
        item.get_ref().as_str().ok_or_else(|| self.at(item, "a string in quotes"))
    }

    fn writable(&self, item: &Item<'_>, text: &str) -> Result<String, AuthoringError> {
        if text.is_empty() {
            return Err(self.at(item, "words, not an empty string"));
        }
        if let Some((at, hidden)) = text.chars().enumerate().find(|(_, c)| !unicode::may_hold(*c)) {
            let point = u32::from(hidden);
            let due = format!("no character U+{point:04X}, as character {} of the words is", at + 1);
            let raw = self.source.get(item.span()).unwrap_or_default();
            return Err(self.error(item.span().start + raw.find(hidden).unwrap_or(0), &due));
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

    /// Words by language, from `key.LANG = "..."`, as they stand.
    pub fn words(&self, item: &Item<'a>) -> Result<Words, AuthoringError> {
        let mut words = Words::new();
        for (tag, text) in self.table(item)? {
            words.insert(self.language(tag)?, self.string(text)?);
        }
        Ok(words)
    }

    /// A language tag.
    pub fn language(&self, tag: &Key<'_>) -> Result<String, AuthoringError> {
        if names::is_language(tag.get_ref()) {
            return Ok(tag.get_ref().to_string());
        }
        Err(self.at_key(tag, "a language tag such as en, as in do.en"))
    }

    /// The items of a list that is not empty.
    pub fn items<'t>(&self, item: &'t Item<'a>) -> Result<&'t [Item<'a>], AuthoringError> {
        let items = item.get_ref().as_array().filter(|items| !items.is_empty());
        items.map(AsRef::as_ref).ok_or_else(|| self.at(item, "a list that is not empty"))
    }

    /// An unsigned integer that an entry may hold.
    pub fn number(&self, item: &Item<'_>) -> Result<u64, AuthoringError> {
        let digits = item.get_ref().as_integer().filter(|digits| digits.radix() == 10);
        let number = digits.and_then(|digits| digits.as_str().parse().ok());
        number.filter(|number| *number <= crate::json::LARGEST).ok_or_else(|| self.at(item, "a number"))
    }

    /// A day, as TOML writes days or in quotes.
    pub fn day(&self, item: &Item<'_>) -> Result<Day, AuthoringError> {
        let text = match item.get_ref() {
            DeValue::Datetime(day) => day.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        text.parse().map_err(|_| self.at(item, "a day, such as 2027-12-31"))
    }

    /// Where the first comment stands, if there is one.
    pub fn first_comment(&self) -> Option<Spot> {
        let mut rest = self.source;
        loop {
            let at = rest.find(['#', '"', '\''])?;
            let (_, found) = rest.split_at(at);
            if found.starts_with('#') {
                return Some(self.spot(self.source.len() - found.len()));
            }
            rest = behind_string(found);
        }
    }
}

/// What stands behind the string with which a text begins; the TOML is known to parse.
fn behind_string(text: &str) -> &str {
    let quote = if text.starts_with('"') { "\"" } else { "'" };
    let long = quote.repeat(3);
    let end = if text.starts_with(&long) { long.as_str() } else { quote };
    let mut rest = text.get(end.len()..).unwrap_or_default();
    while !rest.is_empty() && !rest.starts_with(end) {
        let skipped = if quote == "\"" && rest.starts_with('\\') { 2 } else { 1 };
        rest = rest.char_indices().nth(skipped).and_then(|(at, _)| rest.get(at..)).unwrap_or_default();
    }
    rest.get(end.len()..).unwrap_or_default().trim_start_matches(quote)
}

/// Words on several lines as they are signed.
pub fn folded(text: &str) -> String {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.split('\n').map(|line| line.trim_matches([' ', '\t', '\r'])) {
        match (line.is_empty(), paragraphs.last_mut()) {
            (true, _) => open = false,
            (false, Some(paragraph)) if open => {
                paragraph.push(' ');
                paragraph.push_str(line);
            }
            (false, _) => {
                paragraphs.push(line.to_owned());
                open = true;
            }
        }
    }
    paragraphs.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_and_empty_lines_are_paragraphs() {
        assert_eq!(folded("\n one\n\ttwo \n"), "one two");
        assert_eq!(folded("one\r\n\r\n\n two\nthree"), "one\ntwo three");
        assert_eq!(folded(" \n\n"), "");
    }

    #[test]
    fn a_comment_is_found_outside_strings_alone() {
        let comment = |source: &str| {
            let (page, _) = Page::open(source).unwrap();
            page.first_comment().map(|spot| (spot.line, spot.column))
        };
        assert_eq!(comment("a = \"# no\"\nb = '#'\nc = \"\"\"\n# no \\\" \"\"\"\n"), None);
        assert_eq!(comment("a = \"\\\"#\"  # yes"), Some((1, 12)));
        assert_eq!(comment("a = ''\nb = \"\"\n# c"), Some((3, 1)));
    }
}
