//! Conditions: six atoms and two ways to join them, closed and total. A condition
//! names a definition, so that its words travel with it; nothing in it can be met by
//! the absence of an entry.

use super::circumstance::list;
use crate::fields::{FieldError, Fields};
use crate::json::Value;
use crate::names::{MemberId, NameError, Place};
use crate::time::Day;

/// Conditions stand in each other at most so deep.
const DEEPEST: u32 = 3;

/// Members: each of those concerned, or named ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// Each whose adoption makes a text joint.
    Each,
    /// These, ascending.
    Named(Vec<MemberId>),
}

/// By whom something must be reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Each observer of the ledger.
    EachObserver,
    /// One observer.
    AnyObserver,
    /// One side.
    EitherSide,
    /// Each side.
    BothSides,
    /// Each of these members, ascending.
    Named(Vec<MemberId>),
}

/// What starts, releases or gives effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// From a day on.
    Date(Day),
    /// So many days after reports of what a definition describes.
    Reported {
        /// The definition.
        of: Place,
        /// By whom.
        by: By,
        /// Names whose values must agree with those of the link.
        same: Vec<String>,
        /// So many days after.
        days: Option<u64>,
    },
    /// When these have adopted the text.
    Adopted(Members),
    /// When a provision is in effect for these.
    InEffect {
        /// The provision.
        of: Place,
        /// For whom.
        members: Members,
    },
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
}

impl Members {
    /// Reads `"each"` or a list.
    pub fn read(fields: &mut Fields<'_>, key: &'static str) -> Result<Self, FieldError> {
        match fields.required(key)? {
            Value::String(text) if text == "each" => Ok(Self::Each),
            Value::Array(_) => fields.set(key).map(Self::Named),
            _ => Err(fields.error(key, "`each` or a list of member ids")),
        }
    }

    /// As JSON.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Each => Value::text("each"),
            Self::Named(members) => Value::texts(members),
        }
    }
}

impl By {
    /// The words that are not a list.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("each observer", Self::EachObserver),
        ("any observer", Self::AnyObserver),
        ("either side", Self::EitherSide),
        ("both sides", Self::BothSides),
    ];

    /// What is due.
    pub const DUE: &'static str =
        "`each observer`, `any observer`, `either side`, `both sides` or a list of member ids";

    fn read(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        match fields.required("by")? {
            Value::Array(_) => fields.set("by").map(Self::Named),
            value => {
                let word = value.as_str().unwrap_or_default();
                let found = Self::WORDS.into_iter().find(|(name, _)| *name == word);
                found.map(|(_, by)| by).ok_or_else(|| fields.error("by", Self::DUE))
            }
        }
    }

    /// As JSON.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Named(members) => Value::texts(members),
            by => Value::text(Self::WORDS.iter().find(|(_, word)| word == by).map_or("", |(name, _)| name)),
        }
    }
}

impl Condition {
    /// Reads a condition at `place`.
    pub fn read(value: &Value, place: &str) -> Result<Self, FieldError> {
        Self::read_at(value, place, DEEPEST)
    }

    /// Reads the condition in a field, if it stands.
    pub fn optional(fields: &mut Fields<'_>, key: &'static str) -> Result<Option<Self>, FieldError> {
        let place = fields.at(key);
        fields.optional(key).map(|value| Self::read(value, &place)).transpose()
    }

    fn read_at(value: &Value, place: &str, depth: u32) -> Result<Self, FieldError> {
        let mut fields = Fields::of(value, place)?;
        let has = |key: &str| value.get(key).is_some();
        let condition = if has("date") {
            Self::Date(fields.parsed("date")?)
        } else if has("reported") {
            Self::Reported {
                of: fields.parsed("reported")?,
                by: By::read(&mut fields)?,
                same: read_names(&mut fields, "same")?,
                days: fields.number_optional("days")?,
            }
        } else if has("adopted") {
            Self::Adopted(Members::read(&mut fields, "adopted")?)
        } else if has("in_effect") {
            let members = if has("for") { Members::read(&mut fields, "for")? } else { Members::Each };
            Self::InEffect { of: fields.parsed("in_effect")?, members }
        } else if has("all") {
            Self::All(Self::read_list(&mut fields, "all", depth)?)
        } else if has("any") {
            Self::Any(Self::read_list(&mut fields, "any", depth)?)
        } else {
            return Err(fields.error("", "one of date, reported, adopted, in_effect, all, any"));
        };
        fields.done()?;
        Ok(condition)
    }

    fn read_list(fields: &mut Fields<'_>, key: &'static str, depth: u32) -> Result<Vec<Self>, FieldError> {
        let Some(below) = depth.checked_sub(1).filter(|below| *below > 0) else {
            return Err(fields.error(key, "conditions at most three deep"));
        };
        fields.list(key)?.into_iter().map(|(place, item)| Self::read_at(item, &place, below)).collect()
    }

    /// As JSON.
    pub fn to_value(&self) -> Value {
        let listed = |items: &[Self]| Value::Array(items.iter().map(Self::to_value).collect());
        match self {
            Self::Date(day) => Value::object([("date", Value::text(day))]),
            Self::Reported { of, by, same, days } => {
                Value::object([("by", by.to_value()), ("reported", Value::text(of))])
                    .with_some("same", list(same))
                    .with_some("days", days.map(Value::Number))
            }
            Self::Adopted(members) => Value::object([("adopted", members.to_value())]),
            Self::InEffect { of, members } => Value::object([("in_effect", Value::text(of))])
                .with_some("for", (*members != Members::Each).then(|| members.to_value())),
            Self::All(items) => Value::object([("all", listed(items))]),
            Self::Any(items) => Value::object([("any", listed(items))]),
        }
    }

    /// The conditions in this one that hold no others, this one included.
    pub fn atoms(&self) -> Vec<&Self> {
        match self {
            Self::All(items) | Self::Any(items) => items.iter().flat_map(Self::atoms).collect(),
            atom => vec![atom],
        }
    }

    /// The provisions it names.
    pub fn places(&self) -> Vec<&Place> {
        let atoms = self.atoms().into_iter();
        atoms
            .filter_map(|atom| match atom {
                Self::Reported { of, .. } | Self::InEffect { of, .. } => Some(of),
                _ => None,
            })
            .collect()
    }
}

/// Reads a set of names of parameters.
pub fn read_names(fields: &mut Fields<'_>, key: &'static str) -> Result<Vec<String>, FieldError> {
    let names: Vec<ParameterName> = fields.set_optional(key)?;
    Ok(names.into_iter().map(|ParameterName(name)| name).collect())
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ParameterName(String);

impl std::str::FromStr for ParameterName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if crate::names::is_field(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError("a name of lower-case letters, digits and underscores"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_prints_back_the_same() {
        for text in [
            "{\"date\":\"2027-01-01\"}",
            "{\"any\":[{\"by\":\"each observer\",\"reported\":\"d8\",\"same\":[\"election\"]},{\"by\":\"either side\",\"days\":60,\"reported\":\"d9\",\"same\":[\"election\"]}]}",
            "{\"adopted\":\"each\"}",
            "{\"adopted\":[\"moscow\"]}",
            "{\"all\":[{\"in_effect\":\"c1\"},{\"for\":[\"moscow\"],\"in_effect\":\"c2\"}]}",
        ] {
            let value = Value::parse(text).unwrap();
            assert_eq!(Condition::read(&value, "").unwrap().to_value(), value, "{text}");
        }
    }

    #[test]
    fn what_is_no_condition() {
        for text in [
            "{\"not_shown\":\"d8\"}",
            "{\"adopted\":\"each\",\"date\":\"2027-01-01\"}",
            "{\"reported\":\"d8\"}",
            "{\"by\":\"nobody\",\"reported\":\"d8\"}",
            "{\"all\":[{\"all\":[{\"all\":[{\"date\":\"2027-01-01\"}]}]}]}",
        ] {
            assert!(Condition::read(&Value::parse(text).unwrap(), "").is_err(), "{text}");
        }
    }
}
