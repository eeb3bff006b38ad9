//! `statement` and `report`: its author's own words; its author's account that
//! something was said or came about.
//!
//! A report rests on the word of whoever wrote it. It says so in what it holds: by
//! whom and to whom something was said, from what it is known, when by that account.

use super::circumstance::{Circumstances, Parameters, list, parameters, parameters_value};
use crate::fields::{FieldError, Fields};
use crate::json::Value;
use crate::names::{Label, MemberId, NameError, ProvisionId, Reference};
use crate::time::{Day, Time};

closed! {
    /// What its author calls a statement.
    Manner "assurance, expectation, red line or interpretation" {
        /// Of what its author will do.
        Assurance "assurance",
        /// Of what others will do.
        Expectation "expectation",
        /// Of what its author would not leave unanswered.
        RedLine "red line",
        /// Of the words of a text.
        Interpretation "interpretation",
    }
}

closed! {
    /// What a monitor found where it looked.
    Found "nothing seen or no access" {
        /// It looked and saw nothing.
        NothingSeen "nothing seen",
        /// It could not look.
        NoAccess "no access",
    }
}

/// The body of a `statement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Words, what they are about, and the rest that any act may carry.
    pub circumstances: Circumstances,
    /// What its author calls it.
    pub manner: Option<Manner>,
    /// Who of the author's side speaks, as an `actor` of its log.
    pub speaker: Option<Label>,
}

/// A moment as a report gives it: a day, or a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A whole day, in no zone.
    Day(Day),
    /// A second.
    Time(Time),
}

impl std::str::FromStr for Moment {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let day = text.parse().map(Self::Day);
        day.or_else(|_| text.parse().map(Self::Time))
            .map_err(|_| NameError("a day, YYYY-MM-DD, or a time, YYYY-MM-DDTHH:MM:SSZ"))
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Time(time) => time.fmt(f),
        }
    }
}

/// When something came about, as its reporter gives it. A bound may be an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// At, or from.
    pub from: Option<Moment>,
    /// Until.
    pub to: Option<Moment>,
    /// After what this entry holds.
    pub after: Option<Reference>,
    /// Before what this entry holds.
    pub before: Option<Reference>,
}

/// Somebody of whom a report speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The member on whose side, if on one's.
    pub member: Option<MemberId>,
    /// Office or name.
    pub name: String,
}

/// The body of a `report`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Words, what they are about, and the rest that any act may carry.
    pub circumstances: Circumstances,
    /// What was found where nothing was to be told.
    pub found: Option<Found>,
    /// When it came about.
    pub interval: Option<Interval>,
    /// The definition of which it reports an instance.
    pub of: Option<Reference>,
    /// Where.
    pub place: Option<String>,
    /// Who said the words.
    pub said_by: Option<Person>,
    /// To whom.
    pub said_to: Option<Person>,
    /// Reports of the same occurrence.
    pub same_as: Vec<Reference>,
    /// From what it is known.
    pub source: Option<String>,
    /// Which one: the names that the definition lists.
    pub with: Parameters,
}

impl Statement {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let statement = Self {
            circumstances: Circumstances::with_words(&mut fields)?,
            manner: fields.parsed_optional("as")?,
            speaker: fields.parsed_optional("speaker")?,
        };
        fields.done()?;
        Ok(statement)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        self.circumstances
            .add_to(Value::object([]))
            .with_some("as", self.manner.map(Value::text))
            .with_some("speaker", self.speaker.as_ref().map(Value::text))
    }
}

impl Interval {
    fn optional(fields: &mut Fields<'_>) -> Result<Option<Self>, FieldError> {
        let Some(mut inner) = fields.inner_optional("happened")? else { return Ok(None) };
        let interval = Self {
            from: inner.parsed_optional("from")?,
            to: inner.parsed_optional("to")?,
            after: inner.parsed_optional("after")?,
            before: inner.parsed_optional("before")?,
        };
        if interval == Self::default() {
            return Err(inner.error("from", "from, to, after or before"));
        }
        inner.done()?;
        Ok(Some(interval))
    }

    fn to_value(&self) -> Value {
        Value::object([])
            .with_some("from", self.from.as_ref().map(Value::text))
            .with_some("to", self.to.as_ref().map(Value::text))
            .with_some("after", self.after.as_ref().map(Value::text))
            .with_some("before", self.before.as_ref().map(Value::text))
    }
}

impl Person {
    fn optional(fields: &mut Fields<'_>, key: &'static str) -> Result<Option<Self>, FieldError> {
        let Some(mut inner) = fields.inner_optional(key)? else { return Ok(None) };
        let person = Self { member: inner.parsed_optional("member")?, name: inner.text("name")?.to_owned() };
        inner.done()?;
        Ok(Some(person))
    }

    fn to_value(&self) -> Value {
        Value::object([("name", Value::text(&self.name))])
            .with_some("member", self.member.as_ref().map(Value::text))
    }
}

impl Report {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let report = Self {
            circumstances: Circumstances::with_words(&mut fields)?,
            found: fields.parsed_optional("found")?,
            interval: Interval::optional(&mut fields)?,
            of: fields.parsed_optional("of")?,
            place: fields.text_optional("place")?,
            said_by: Person::optional(&mut fields, "said_by")?,
            said_to: Person::optional(&mut fields, "said_to")?,
            same_as: fields.names_optional("same_as")?,
            source: fields.text_optional("source")?,
            with: parameters(&mut fields)?,
        };
        if report.of.as_ref().is_some_and(|of| of.provision.is_none()) {
            return Err(fields.error("of", "a definition: an entry hash with # and its id"));
        }
        fields.done()?;
        Ok(report)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        self.circumstances
            .add_to(Value::object([]))
            .with_some("found", self.found.map(Value::text))
            .with_some("happened", self.interval.as_ref().map(Interval::to_value))
            .with_some("of", self.of.as_ref().map(Value::text))
            .with_some("place", self.place.as_ref().map(Value::text))
            .with_some("said_by", self.said_by.as_ref().map(Person::to_value))
            .with_some("said_to", self.said_to.as_ref().map(Person::to_value))
            .with_some("same_as", list(&self.same_as))
            .with_some("source", self.source.as_ref().map(Value::text))
            .with_some("with", parameters_value(&self.with))
    }

    /// The id of the definition of which it reports an instance.
    pub fn defined(&self) -> Option<&ProvisionId> {
        self.of.as_ref()?.provision.as_ref()
    }
}
