//! `actor` and `notice`: who stands behind a side and who may speak for it; what a
//! side takes back of its own.

use std::num::NonZeroU64;

use super::circumstance::Circumstances;
use crate::fields::{FieldError, Fields, Words, words_value};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::{Label, MemberId, ProvisionId, Reference};
use crate::time::Day;

closed! {
    /// What an actor is, as the author describes it.
    Class "state, state-funded, parastate, private or international" {
        /// An organ of a State.
        State "state",
        /// Paid for by a State.
        StateFunded "state-funded",
        /// Outside the organs of a State, directed by one.
        Parastate "parastate",
        /// Neither.
        Private "private",
        /// Of several States.
        International "international",
    }
}

closed! {
    /// In what capacity a person takes part.
    Capacity "official, official in a personal capacity, former official or expert" {
        /// For an office.
        Official "official",
        /// Holding an office, not for it.
        Personal "official in a personal capacity",
        /// Having held one.
        Former "former official",
        /// For their knowledge.
        Expert "expert",
    }
}

closed! {
    /// An act for which a mandate is given.
    Mandated "a kind of act: adopt, answer, ask, notice, pledge, propose, report or statement" {
        /// To adopt a text.
        Adopt "adopt",
        /// To reply.
        Answer "answer",
        /// To ask.
        Ask "ask",
        /// To withdraw, suspend, resume, revoke.
        Notice "notice",
        /// To pledge.
        Pledge "pledge",
        /// To table a text.
        Propose "propose",
        /// To report.
        Report "report",
        /// To state.
        Statement "statement",
    }
}

closed! {
    /// What is given notice of.
    Act "withdraw, suspend, resume or revoke" {
        /// That an adoption is to end.
        Withdraw "withdraw",
        /// That it rests.
        Suspend "suspend",
        /// That it no longer rests.
        Resume "resume",
        /// That an act of one's own is taken back.
        Revoke "revoke",
    }
}

/// Which acts somebody may do for a side, and with which of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// The acts, ascending.
    pub acts: Vec<Mandated>,
    /// The document that gives it.
    pub doc: Option<Hash>,
    /// Labels of the side's own keys, ascending.
    pub keys: Vec<Label>,
    /// Its last day.
    pub until: Option<Day>,
}

/// The body of an `actor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Words, and the rest that any act may carry.
    pub circumstances: Circumstances,
    /// In what capacity.
    pub capacity: Option<Capacity>,
    /// What it is, as the author describes it.
    pub class: Class,
    /// How it is reached.
    pub contact: Option<String>,
    /// Its name in this ledger.
    pub id: Label,
    /// What it may do for the author.
    pub mandate: Option<Mandate>,
    /// Its names by language.
    pub names: Words,
    /// The member whose actor it is, where the author describes another's.
    pub of: Option<MemberId>,
    /// The actor above it, of the same member.
    pub under: Option<Label>,
}

/// The body of a `notice`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Words (the grounds), and the rest that any act may carry.
    pub circumstances: Circumstances,
    /// What is given notice of.
    pub act: Act,
    /// From which day, as its author has it.
    pub effective: Option<Day>,
    /// The text, or the act of one's own, of which it is given.
    pub of: Reference,
    /// Baskets and provisions, ascending, where it is not the whole.
    pub only: Vec<ProvisionId>,
    /// The number of the qualification that is taken back, of those of the act named.
    pub qualification: Option<NonZeroU64>,
}

impl Mandate {
    fn optional(fields: &mut Fields<'_>) -> Result<Option<Self>, FieldError> {
        let Some(mut inner) = fields.inner_optional("mandate")? else { return Ok(None) };
        let mandate = Self {
            acts: inner.set("acts")?,
            doc: inner.hash_optional("doc")?,
            keys: inner.set_optional("keys")?,
            until: inner.parsed_optional("until")?,
        };
        inner.done()?;
        Ok(Some(mandate))
    }

    fn to_value(&self) -> Value {
        Value::object([("acts", Value::texts(&self.acts))])
            .with_some("doc", self.doc.as_ref().map(Value::text))
            .with_some("keys", super::circumstance::list(&self.keys))
            .with_some("until", self.until.as_ref().map(Value::text))
    }
}

impl Actor {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let actor = Self {
            circumstances: Circumstances::read(&mut fields)?,
            capacity: fields.parsed_optional("capacity")?,
            class: fields.parsed("class")?,
            contact: fields.text_optional("contact")?,
            id: fields.parsed("id")?,
            mandate: Mandate::optional(&mut fields)?,
            names: fields.words("names")?,
            of: fields.parsed_optional("of")?,
            under: fields.parsed_optional("under")?,
        };
        if actor.of.is_some() && actor.mandate.is_some() {
            return Err(fields.error("mandate", "no mandate for an actor of another member"));
        }
        fields.done()?;
        Ok(actor)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        self.circumstances
            .add_to(Value::object([
                ("class", Value::text(self.class)),
                ("id", Value::text(&self.id)),
                ("names", words_value(&self.names)),
            ]))
            .with_some("capacity", self.capacity.map(Value::text))
            .with_some("contact", self.contact.as_ref().map(Value::text))
            .with_some("mandate", self.mandate.as_ref().map(Mandate::to_value))
            .with_some("of", self.of.as_ref().map(Value::text))
            .with_some("under", self.under.as_ref().map(Value::text))
    }
}

impl Notice {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let notice = Self {
            circumstances: Circumstances::read(&mut fields)?,
            act: fields.parsed("act")?,
            effective: fields.parsed_optional("effective")?,
            of: fields.parsed("of")?,
            only: fields.set_optional("only")?,
            qualification: super::text::qualification_number(&mut fields)?,
        };
        if notice.act == Act::Revoke && (notice.effective.is_some() || !notice.only.is_empty()) {
            return Err(fields.error("act", "with `revoke` neither `effective` nor `only`"));
        }
        if notice.act != Act::Revoke && notice.of.provision.is_some() {
            return Err(fields.error("of", "the entry of a text; provisions stand in `only`"));
        }
        if notice.act != Act::Revoke && notice.qualification.is_some() {
            return Err(fields.error("qualification", "with `revoke` alone"));
        }
        fields.done()?;
        Ok(notice)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        self.circumstances
            .add_to(Value::object([("act", Value::text(self.act)), ("of", Value::text(&self.of))]))
            .with_some("effective", self.effective.as_ref().map(Value::text))
            .with_some("only", super::circumstance::list(&self.only))
            .with_some("qualification", self.qualification.map(|number| Value::Number(number.get())))
    }
}
