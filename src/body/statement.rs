//! `statement`: its author's own words, about entries or provisions if it says so.

use crate::fields::{FieldError, Fields, Words, words_value};
use crate::json::Value;
use crate::names::Reference;

/// The body of a `statement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it is about, by its author's own word.
    pub about: Vec<Reference>,
    /// The words, by language.
    pub words: Words,
}

impl Statement {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let about = if fields.optional("about").is_some() { fields.names("about")? } else { vec![] };
        let statement = Self { about, words: fields.words("words")? };
        fields.done()?;
        Ok(statement)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        Value::object([("words", words_value(&self.words))])
            .with_some("about", (!self.about.is_empty()).then(|| Value::texts(&self.about)))
    }
}
