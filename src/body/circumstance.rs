//! What any act may carry: words, what it is about, the day it bears, documents.

use std::collections::BTreeMap;

use crate::fields::{FieldError, Fields, Words, words_value};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::Reference;
use crate::time::Day;

/// The day that a document bears, or the first and last day between which it was; a
/// day and a place, never converted. It is its author's word and orders nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The day, or the first.
    pub from: Day,
    /// The last day, where one is not known.
    pub to: Option<Day>,
    /// Where, as the document has it.
    pub place: Option<String>,
}

/// A document beside the entry: `docs/<sha256>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of the file.
    pub digest: Hash,
    /// What its author calls it.
    pub name: String,
}

closed! {
    /// Whose the words are, where they are not those of the document.
    Rendering "abstract" {
        /// Made by whoever wrote the entry, in words of their own.
        Abstract "abstract",
    }
}

/// What any act may carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// What it is about, by its author's own word.
    pub about: Vec<Reference>,
    /// The day it bears.
    pub dated: Option<Dated>,
    /// Documents beside it.
    pub docs: Vec<Document>,
    /// Whose the words are.
    pub rendering: Option<Rendering>,
    /// The words, by language.
    pub words: Option<Words>,
}

impl Dated {
    /// Reads the field `dated`, if it stands.
    pub fn optional(fields: &mut Fields<'_>) -> Result<Option<Self>, FieldError> {
        let Some(mut inner) = fields.inner_optional("dated")? else { return Ok(None) };
        let dated = Self {
            from: inner.parsed("from")?,
            to: inner.parsed_optional("to")?,
            place: inner.text_optional("place")?,
        };
        if dated.to.as_ref().is_some_and(|to| *to <= dated.from) {
            return Err(inner.error("to", "a day after `from`"));
        }
        inner.done()?;
        Ok(Some(dated))
    }

    /// As JSON.
    pub fn to_value(&self) -> Value {
        Value::object([("from", Value::text(&self.from))])
            .with_some("to", self.to.as_ref().map(Value::text))
            .with_some("place", self.place.as_ref().map(Value::text))
    }
}

/// Reads the field `docs`: ascending by digest, each once.
pub fn documents(fields: &mut Fields<'_>) -> Result<Vec<Document>, FieldError> {
    let mut docs = Vec::new();
    for (place, item) in fields.list_optional("docs")? {
        let mut inner = Fields::of(item, &place)?;
        docs.push(Document { digest: inner.hash("digest")?, name: inner.text("name")?.to_owned() });
        inner.done()?;
    }
    if docs.is_sorted_by(|first, second| first.digest < second.digest) {
        Ok(docs)
    } else {
        Err(fields.error("docs", "ascending by digest, each once"))
    }
}

/// Documents as JSON.
pub fn documents_value(docs: &[Document]) -> Option<Value> {
    let item = |doc: &Document| {
        Value::object([("digest", Value::text(doc.digest)), ("name", Value::text(&doc.name))])
    };
    (!docs.is_empty()).then(|| Value::Array(docs.iter().map(item).collect()))
}

impl Circumstances {
    /// Reads the fields that any act may have.
    pub fn read(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            about: fields.names_optional("about")?,
            dated: Dated::optional(fields)?,
            docs: documents(fields)?,
            rendering: fields.parsed_optional("rendering")?,
            words: fields.words_optional("words")?,
        })
    }

    /// Reads them where words must stand.
    pub fn with_words(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let read = Self::read(fields)?;
        if read.words.is_none() {
            return Err(fields.error("words", "words by language tag"));
        }
        Ok(read)
    }

    /// Adds them to a body.
    pub fn add_to(&self, body: Value) -> Value {
        body.with_some("about", list(&self.about))
            .with_some("dated", self.dated.as_ref().map(Dated::to_value))
            .with_some("docs", documents_value(&self.docs))
            .with_some("rendering", self.rendering.map(Value::text))
            .with_some("words", self.words.as_ref().map(words_value))
    }
}

/// A list of names as JSON, absent where it is empty.
pub fn list<T: std::fmt::Display>(items: &[T]) -> Option<Value> {
    (!items.is_empty()).then(|| Value::texts(items))
}

/// Values by name, as links and reports give them: `election` is `us-2028-11-07`.
pub type Parameters = BTreeMap<String, String>;

/// Reads the field `with`.
pub fn parameters(fields: &mut Fields<'_>) -> Result<Parameters, FieldError> {
    match fields.optional("with") {
        None => Ok(Parameters::new()),
        Some(Value::Object(map)) if !map.is_empty() => {
            let pair = |(name, value): (&String, &Value)| {
                let value = value.as_str().filter(|_| crate::names::is_field(name))?;
                Some((name.clone(), value.to_owned()))
            };
            let read = map.iter().map(pair).collect::<Option<_>>();
            read.ok_or_else(|| fields.error("with", "strings by name"))
        }
        Some(_) => Err(fields.error("with", "strings by name")),
    }
}

/// Parameters as JSON.
pub fn parameters_value(with: &Parameters) -> Option<Value> {
    let pairs = || with.iter().map(|(name, value)| (name.clone(), Value::text(value))).collect();
    (!with.is_empty()).then(|| Value::Object(pairs()))
}
