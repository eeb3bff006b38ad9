//! The fields of a JSON object, each taken once, none left over.
//!
//! Every body and file of the format is read through this: a field that is not
//! asked for makes the whole object unknown, because a later version could give
//! it a meaning that changes the rest.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::hash::Hash;
use crate::json::Value;
use crate::names::NameError;

/// A field that is absent, surplus, or not of its type; says where, what was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The path of the field, `set[1].key`.
    pub place: String,
    /// What was due there.
    pub due: String,
}

/// Words: a text for each language, by tag.
pub type Words = BTreeMap<String, String>;

/// One object, being read.
pub struct Fields<'a> {
    map: &'a BTreeMap<String, Value>,
    place: String,
    taken: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The fields of `value`, which stands at `place`.
    pub fn of(value: &'a Value, place: &str) -> Result<Self, FieldError> {
        match value {
            Value::Object(map) => Ok(Self { map, place: place.to_owned(), taken: Vec::new() }),
            _ => Err(FieldError { place: place.to_owned(), due: "an object".to_owned() }),
        }
    }

    /// The error "at this field, this was due".
    pub fn error(&self, key: &str, due: &str) -> FieldError {
        FieldError { place: self.at(key), due: due.to_owned() }
    }

    /// The path of a field.
    pub fn at(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    /// The field's value, if it stands.
    pub fn optional(&mut self, key: &'static str) -> Option<&'a Value> {
        self.taken.push(key);
        self.map.get(key)
    }

    /// The field's value, which must stand.
    pub fn required(&mut self, key: &'static str) -> Result<&'a Value, FieldError> {
        self.optional(key).ok_or_else(|| self.error(key, "this field"))
    }

    /// A string.
    pub fn text(&mut self, key: &'static str) -> Result<&'a str, FieldError> {
        self.required(key)?.as_str().ok_or_else(|| self.error(key, "a string"))
    }

    /// A string that has the form of a `T`.
    pub fn parsed<T: FromStr<Err = NameError>>(&mut self, key: &'static str) -> Result<T, FieldError> {
        let text = self.text(key)?;
        text.parse().map_err(|NameError(due)| self.error(key, due))
    }

    /// A string that has the form of a `T`, if the field stands.
    pub fn parsed_optional<T: FromStr<Err = NameError>>(
        &mut self,
        key: &'static str,
    ) -> Result<Option<T>, FieldError> {
        if self.map.contains_key(key) {
            self.parsed(key).map(Some)
        } else {
            self.taken.push(key);
            Ok(None)
        }
    }

    /// A string, if the field stands.
    pub fn text_optional(&mut self, key: &'static str) -> Result<Option<String>, FieldError> {
        match self.optional(key) {
            None => Ok(None),
            Some(value) => match value.as_str() {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(self.error(key, "a string")),
            },
        }
    }

    /// The fields of an object in this one, if the field stands.
    pub fn inner_optional(&mut self, key: &'static str) -> Result<Option<Fields<'a>>, FieldError> {
        let place = self.at(key);
        self.optional(key).map(|value| Fields::of(value, &place)).transpose()
    }

    /// A 32-byte value of 64 lower-case hexadecimal digits.
    pub fn hash(&mut self, key: &'static str) -> Result<Hash, FieldError> {
        let text = self.text(key)?;
        Hash::from_hex(text).ok_or_else(|| self.error(key, "64 lower-case hexadecimal digits"))
    }

    /// A hash, if the field stands.
    pub fn hash_optional(&mut self, key: &'static str) -> Result<Option<Hash>, FieldError> {
        if self.map.contains_key(key) {
            self.hash(key).map(Some)
        } else {
            self.taken.push(key);
            Ok(None)
        }
    }

    /// An unsigned integer.
    pub fn number(&mut self, key: &'static str) -> Result<u64, FieldError> {
        match self.required(key)? {
            Value::Number(number) => Ok(*number),
            _ => Err(self.error(key, "an unsigned integer")),
        }
    }

    /// An unsigned integer, if the field stands.
    pub fn number_optional(&mut self, key: &'static str) -> Result<Option<u64>, FieldError> {
        match self.optional(key) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(*number)),
            Some(_) => Err(self.error(key, "an unsigned integer")),
        }
    }

    /// A list: an array that is not empty, with the place of each item.
    pub fn list(&mut self, key: &'static str) -> Result<Vec<(String, &'a Value)>, FieldError> {
        match self.required(key)? {
            Value::Array(items) if !items.is_empty() => {
                let place = self.at(key);
                Ok(items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (format!("{place}[{index}]"), item))
                    .collect())
            }
            _ => Err(self.error(key, "a list that is not empty")),
        }
    }

    /// A list, or nothing where the field is absent.
    pub fn list_optional(&mut self, key: &'static str) -> Result<Vec<(String, &'a Value)>, FieldError> {
        if self.map.contains_key(key) {
            self.list(key)
        } else {
            self.taken.push(key);
            Ok(Vec::new())
        }
    }

    /// A list of strings that each have the form of a `T`.
    pub fn names<T: FromStr<Err = NameError>>(&mut self, key: &'static str) -> Result<Vec<T>, FieldError> {
        self.list(key)?
            .into_iter()
            .map(|(place, item)| {
                let text = item.as_str().unwrap_or_default();
                text.parse().map_err(|NameError(due)| FieldError { place, due: due.to_owned() })
            })
            .collect()
    }

    /// A list of names, or nothing where the field is absent.
    pub fn names_optional<T: FromStr<Err = NameError>>(
        &mut self,
        key: &'static str,
    ) -> Result<Vec<T>, FieldError> {
        if self.optional(key).is_some() { self.names(key) } else { Ok(Vec::new()) }
    }

    /// A set, or nothing where the field is absent.
    pub fn set_optional<T: FromStr<Err = NameError> + Ord>(
        &mut self,
        key: &'static str,
    ) -> Result<Vec<T>, FieldError> {
        if self.optional(key).is_some() { self.set(key) } else { Ok(Vec::new()) }
    }

    /// A set: a list of names, ascending, each once.
    pub fn set<T: FromStr<Err = NameError> + Ord>(
        &mut self,
        key: &'static str,
    ) -> Result<Vec<T>, FieldError> {
        let names = self.names(key)?;
        if ascends(&names) { Ok(names) } else { Err(self.error(key, "ascending order, each once")) }
    }

    /// Words by language.
    pub fn words(&mut self, key: &'static str) -> Result<Words, FieldError> {
        let words = match self.required(key)? {
            Value::Object(map) if !map.is_empty() => map
                .iter()
                .map(|(tag, text)| {
                    let text = text.as_str().filter(|_| crate::names::is_language(tag))?;
                    Some((tag.clone(), text.to_owned()))
                })
                .collect::<Option<Words>>(),
            _ => None,
        };
        words.ok_or_else(|| self.error(key, "words by language tag"))
    }

    /// Words by language, if the field stands.
    pub fn words_optional(&mut self, key: &'static str) -> Result<Option<Words>, FieldError> {
        if self.map.contains_key(key) {
            self.words(key).map(Some)
        } else {
            self.taken.push(key);
            Ok(None)
        }
    }

    /// Ends the reading: no field may be left that was not asked for.
    pub fn done(self) -> Result<(), FieldError> {
        match self.map.keys().find(|key| !self.taken.contains(&key.as_str())) {
            Some(key) => Err(self.error(key, "no such field in this format")),
            None => Ok(()),
        }
    }
}

/// Whether items ascend, each once.
pub fn ascends<T: Ord>(items: &[T]) -> bool {
    items.is_sorted_by(|first, second| first < second)
}

/// Words as a JSON value.
pub fn words_value(words: &Words) -> Value {
    Value::Object(words.iter().map(|(tag, text)| (tag.clone(), Value::text(text))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_too_many_or_too_few_is_named_with_its_place() {
        let value = Value::parse("{\"a\":1,\"b\":{\"c\":[]}}").unwrap();
        let mut fields = Fields::of(&value, "").unwrap();
        assert_eq!(fields.number("a"), Ok(1));
        assert_eq!(fields.text("z").unwrap_err().place, "z");
        assert_eq!(fields.done().unwrap_err().place, "b");
        let inner = value.get("b").unwrap();
        let mut inner = Fields::of(inner, "b").unwrap();
        assert_eq!(inner.list("c").unwrap_err().place, "b.c");
    }
}
