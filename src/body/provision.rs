//! One provision of a text: exactly one type with words in each language, and the
//! fields that a program reads. A field never says more than the words beside it.

use super::circumstance::list;
use super::condition::{Condition, read_names};
use crate::fields::{FieldError, Fields, Words, words_value};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::{Label, MemberId, Place, ProvisionId};
use crate::time::Day;

closed! {
    /// What a provision says.
    Type "one of the provision types" {
        /// A lane; may have a modality of its own.
        Basket "basket",
        /// Something held or recalled in common, or by one side.
        Declare "declare",
        /// What a term means.
        Define "define",
        /// Something to be done.
        Do "do",
        /// A liberty beside the duties of its basket.
        May "may",
        /// How the text is adopted, takes effect, is asked about, left.
        Procedure "procedure",
        /// An earlier instrument.
        Reaffirm "reaffirm",
        /// Something not to be done.
        Refrain "refrain",
        /// What applies to the whole text and travels with every excerpt.
        Saving "saving",
        /// What is germane.
        ScopeIn "scope_in",
        /// What is not.
        ScopeOut "scope_out",
    }
}

impl Type {
    /// Whether somebody takes it upon themselves.
    pub fn is_commitment(self) -> bool {
        matches!(self, Self::Do | Self::Refrain)
    }
}

closed! {
    /// The form of a text or basket; it is shown and computes nothing.
    Modality "treaty, executive agreement, code of conduct, exchange of letters, joint statement, unilateral declaration, confidence-building measure or working paper" {
        /// A treaty.
        Treaty "treaty",
        /// An executive agreement.
        ExecutiveAgreement "executive agreement",
        /// A code of conduct.
        CodeOfConduct "code of conduct",
        /// An exchange of letters.
        ExchangeOfLetters "exchange of letters",
        /// A joint statement.
        JointStatement "joint statement",
        /// A unilateral declaration.
        UnilateralDeclaration "unilateral declaration",
        /// A confidence-building measure.
        ConfidenceBuildingMeasure "confidence-building measure",
        /// A working paper.
        WorkingPaper "working paper",
    }
}

closed! {
    /// What a text says of its own nature; it decides the vocabulary of every output.
    Binding "legal, political or none stated" {
        /// Of law.
        Legal "legal",
        /// Political.
        Political "political",
        /// It says nothing.
        NoneStated "none stated",
    }
}

closed! {
    /// In which parts a text may be adopted.
    Parts "whole, baskets or provisions" {
        /// As a whole.
        Whole "whole",
        /// By baskets.
        Baskets "baskets",
        /// By provisions.
        Provisions "provisions",
    }
}

closed! {
    /// From what a period of notice is counted.
    CountedFrom "receipt or notice" {
        /// From when it was received.
        Receipt "receipt",
        /// From when it was given.
        Notice "notice",
    }
}

/// Who bears a commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// Whoever adopts it.
    Each,
    /// Whoever tabled it; an adopter too if the adoption is mirrored.
    Author,
    /// These members, ascending.
    Named(Vec<MemberId>),
}

/// What may be reserved on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservations {
    /// Everything.
    Any,
    /// Nothing.
    None,
    /// These provisions, ascending.
    On(Vec<ProvisionId>),
}

/// One provision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// Its name in the text.
    pub id: ProvisionId,
    /// What it says.
    pub kind: Type,
    /// The words, by language.
    pub words: Words,
    /// The term that a definition defines, by language.
    pub term: Option<Words>,
    /// The number as printed.
    pub no: Option<String>,
    /// The basket it lies in.
    pub basket: Option<Place>,
    /// The definitions it uses.
    pub uses: Vec<Place>,
    /// Names that a report of what it defines must give, ascending.
    pub with: Vec<String>,
    /// Whose view it is, ascending; else of whoever adopts.
    pub held_by: Vec<MemberId>,
    /// The provision for which it is another wording.
    pub alternative_to: Option<Place>,
    /// Who bears it.
    pub bearer: Option<Bearer>,
    /// Whose acts it covers.
    pub through: Vec<String>,
    /// What starts it.
    pub when: Option<Condition>,
    /// What releases it.
    pub until: Option<Condition>,
    /// What gives it effect; on a procedure, all of the text.
    pub takes_effect: Option<Condition>,
    /// By when it is to be done.
    pub due: Option<Day>,
    /// From when it applies.
    pub applies_from: Option<Day>,
    /// The last day on which its words run.
    pub expires: Option<Day>,
    /// In which parts the text may be adopted.
    pub parts: Option<Parts>,
    /// What may be reserved on.
    pub reservations: Option<Reservations>,
    /// Hours within which an answer is expected.
    pub reply_hours: Option<u64>,
    /// Days that a suspension takes.
    pub suspend_days: Option<u64>,
    /// Days that a withdrawal takes.
    pub withdraw_days: Option<u64>,
    /// From what the periods of notice are counted.
    pub counted_from: Option<CountedFrom>,
    /// The instrument reaffirmed.
    pub instrument: Option<String>,
    /// The place in it.
    pub place: Option<String>,
    /// The day it bears.
    pub dated: Option<Day>,
    /// The copy relied on: `docs/<sha256>`.
    pub doc: Option<Hash>,
    /// The form of a basket.
    pub modality: Option<Modality>,
    /// What a basket says of its own nature.
    pub binding: Option<Binding>,
}

impl Provision {
    /// A provision of one type with words and nothing else.
    pub fn plain(id: ProvisionId, kind: Type, words: Words) -> Self {
        Self {
            id,
            kind,
            words,
            term: None,
            no: None,
            basket: None,
            uses: Vec::new(),
            with: Vec::new(),
            held_by: Vec::new(),
            alternative_to: None,
            bearer: None,
            through: Vec::new(),
            when: None,
            until: None,
            takes_effect: None,
            due: None,
            applies_from: None,
            expires: None,
            parts: None,
            reservations: None,
            reply_hours: None,
            suspend_days: None,
            withdraw_days: None,
            counted_from: None,
            instrument: None,
            place: None,
            dated: None,
            doc: None,
            modality: None,
            binding: None,
        }
    }

    /// Reads one provision, at `place`.
    pub fn read(value: &Value, place: &str) -> Result<Self, FieldError> {
        let mut fields = Fields::of(value, place)?;
        let f = &mut fields;
        let provision = Self {
            term: f.words_optional("term")?,
            no: f.text_optional("no")?,
            basket: f.parsed_optional("in")?,
            uses: f.names_optional("uses")?,
            with: read_names(f, "with")?,
            held_by: f.set_optional("held_by")?,
            alternative_to: f.parsed_optional("alternative_to")?,
            bearer: Bearer::optional(f)?,
            through: f.names_optional("through")?.into_iter().map(|Through(name)| name).collect(),
            when: Condition::optional(f, "when")?,
            until: Condition::optional(f, "until")?,
            takes_effect: Condition::optional(f, "takes_effect")?,
            due: f.parsed_optional("due")?,
            applies_from: f.parsed_optional("applies_from")?,
            expires: f.parsed_optional("expires")?,
            parts: f.parsed_optional("parts")?,
            reservations: Reservations::optional(f)?,
            reply_hours: f.number_optional("reply_hours")?,
            suspend_days: f.number_optional("suspend_days")?,
            withdraw_days: f.number_optional("withdraw_days")?,
            counted_from: f.parsed_optional("counted_from")?,
            instrument: f.text_optional("instrument")?,
            place: f.text_optional("place")?,
            dated: f.parsed_optional("dated")?,
            doc: f.hash_optional("doc")?,
            modality: f.parsed_optional("modality")?,
            binding: f.parsed_optional("binding")?,
            ..Self::plain(f.parsed("id")?, f.parsed("type")?, f.words("words")?)
        };
        if let Some((key, due)) = provision.out_of_place() {
            return Err(fields.error(key, due));
        }
        fields.done()?;
        Ok(provision)
    }

    /// A field that its type does not have, and what is due instead.
    pub fn out_of_place(&self) -> Option<(&'static str, &'static str)> {
        use Type as T;
        let duty = "on do and refrain alone";
        let on = |kinds: &[Type]| kinds.contains(&self.kind);
        let rules: [(&'static str, bool, bool, &'static str); 21] = [
            ("term", self.term.is_some(), on(&[T::Define]), "on define alone"),
            ("with", !self.with.is_empty(), on(&[T::Define]), "on define alone"),
            ("in", self.basket.is_some(), !on(&[T::Basket]), "not on a basket"),
            (
                "held_by",
                !self.held_by.is_empty(),
                on(&[T::Declare, T::Define]),
                "on declare and define alone",
            ),
            (
                "bearer",
                self.bearer.is_some(),
                on(&[T::Do, T::Refrain, T::May]),
                "on do, refrain and may alone",
            ),
            ("through", !self.through.is_empty(), self.kind.is_commitment(), duty),
            ("when", self.when.is_some(), self.kind.is_commitment(), duty),
            ("until", self.until.is_some(), self.kind.is_commitment(), duty),
            ("due", self.due.is_some(), on(&[T::Do]), "on do alone"),
            (
                "takes_effect",
                self.takes_effect.is_some(),
                on(&[T::Do, T::Refrain, T::Procedure]),
                "on procedure, do and refrain alone",
            ),
            (
                "applies_from",
                self.applies_from.is_some(),
                on(&[T::Do, T::Refrain, T::May, T::Procedure]),
                "on do, refrain, may and procedure alone",
            ),
            (
                "expires",
                self.expires.is_some(),
                on(&[T::Do, T::Refrain, T::May, T::Procedure]),
                "on do, refrain, may and procedure alone",
            ),
            ("parts", self.parts.is_some(), on(&[T::Procedure]), "on procedure alone"),
            ("reservations", self.reservations.is_some(), on(&[T::Procedure]), "on procedure alone"),
            ("reply_hours", self.reply_hours.is_some(), on(&[T::Procedure]), "on procedure alone"),
            ("suspend_days", self.suspend_days.is_some(), on(&[T::Procedure]), "on procedure alone"),
            ("withdraw_days", self.withdraw_days.is_some(), on(&[T::Procedure]), "on procedure alone"),
            ("counted_from", self.counted_from.is_some(), on(&[T::Procedure]), "on procedure alone"),
            (
                "instrument",
                self.instrument.is_some() || self.place.is_some() || self.dated.is_some(),
                on(&[T::Reaffirm]),
                "on reaffirm alone, as place and dated",
            ),
            ("doc", self.doc.is_some(), on(&[T::Reaffirm]), "on reaffirm alone"),
            (
                "modality",
                self.modality.is_some() || self.binding.is_some(),
                on(&[T::Basket]),
                "on basket alone, as binding",
            ),
        ];
        rules.into_iter().find(|(_, stands, fits, _)| *stands && !fits).map(|(key, _, _, due)| (key, due))
    }

    /// As JSON.
    pub fn to_value(&self) -> Value {
        let condition = |condition: &Option<Condition>| condition.as_ref().map(Condition::to_value);
        let day = |day: &Option<Day>| day.as_ref().map(Value::text);
        let text = |text: &Option<String>| text.as_ref().map(Value::text);
        Value::object([
            ("id", Value::text(&self.id)),
            ("type", Value::text(self.kind)),
            ("words", words_value(&self.words)),
        ])
        .with_some("term", self.term.as_ref().map(words_value))
        .with_some("no", text(&self.no))
        .with_some("in", self.basket.as_ref().map(Value::text))
        .with_some("uses", list(&self.uses))
        .with_some("with", list(&self.with))
        .with_some("held_by", list(&self.held_by))
        .with_some("alternative_to", self.alternative_to.as_ref().map(Value::text))
        .with_some("bearer", self.bearer.as_ref().map(Bearer::to_value))
        .with_some("through", list(&self.through))
        .with_some("when", condition(&self.when))
        .with_some("until", condition(&self.until))
        .with_some("takes_effect", condition(&self.takes_effect))
        .with_some("due", day(&self.due))
        .with_some("applies_from", day(&self.applies_from))
        .with_some("expires", day(&self.expires))
        .with_some("parts", self.parts.map(Value::text))
        .with_some("reservations", self.reservations.as_ref().map(Reservations::to_value))
        .with_some("reply_hours", self.reply_hours.map(Value::Number))
        .with_some("suspend_days", self.suspend_days.map(Value::Number))
        .with_some("withdraw_days", self.withdraw_days.map(Value::Number))
        .with_some("counted_from", self.counted_from.map(Value::text))
        .with_some("instrument", text(&self.instrument))
        .with_some("place", text(&self.place))
        .with_some("dated", day(&self.dated))
        .with_some("doc", self.doc.as_ref().map(Value::text))
        .with_some("modality", self.modality.map(Value::text))
        .with_some("binding", self.binding.map(Value::text))
    }

    /// The provisions it names: its basket, what it uses, its conditions, the one to
    /// which it is an alternative.
    pub fn places(&self) -> Vec<&Place> {
        let conditions = [&self.when, &self.until, &self.takes_effect];
        let named = conditions.into_iter().flatten().flat_map(Condition::places);
        self.basket.iter().chain(&self.uses).chain(&self.alternative_to).chain(named).collect()
    }
}

impl Bearer {
    fn optional(fields: &mut Fields<'_>) -> Result<Option<Self>, FieldError> {
        match fields.optional("bearer") {
            None => Ok(None),
            Some(Value::Array(_)) => fields.set("bearer").map(|named| Some(Self::Named(named))),
            Some(value) => match value.as_str() {
                Some("each") => Ok(Some(Self::Each)),
                Some("author") => Ok(Some(Self::Author)),
                _ => Err(fields.error("bearer", "`each`, `author` or a list of member ids")),
            },
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Each => Value::text("each"),
            Self::Author => Value::text("author"),
            Self::Named(members) => Value::texts(members),
        }
    }
}

impl Reservations {
    fn optional(fields: &mut Fields<'_>) -> Result<Option<Self>, FieldError> {
        match fields.optional("reservations") {
            None => Ok(None),
            Some(Value::Array(_)) => fields.set("reservations").map(|ids| Some(Self::On(ids))),
            Some(value) => match value.as_str() {
                Some("any") => Ok(Some(Self::Any)),
                Some("none") => Ok(Some(Self::None)),
                _ => Err(fields.error("reservations", "`any`, `none` or a list of provision ids")),
            },
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Any => Value::text("any"),
            Self::None => Value::text("none"),
            Self::On(ids) => Value::texts(ids),
        }
    }
}

/// Whose acts a commitment covers: words that the schema has, or an actor.
struct Through(String);

/// The words of `through` that are not actors.
pub const THROUGH: [&str; 6] =
    ["state", "state-funded", "parastate", "private", "international", "on its territory"];

impl std::str::FromStr for Through {
    type Err = crate::names::NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_through(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(crate::names::NameError(
                "state, state-funded, parastate, private, international, on its territory, or an actor",
            ))
        }
    }
}

/// Whether this may stand in `through`: one of [`THROUGH`], an actor, or `member/actor`.
pub fn is_through(text: &str) -> bool {
    let actor = match text.split_once('/') {
        None => text.parse::<Label>().is_ok(),
        Some((member, actor)) => member.parse::<MemberId>().is_ok() && actor.parse::<Label>().is_ok(),
    };
    actor || THROUGH.contains(&text)
}
