//! `ask` and `answer`: what expects a reply, and the reply.

use std::num::NonZeroU64;

use super::circumstance::{Circumstances, Parameters, parameters, parameters_value};
use super::statement::Moment;
use crate::fields::{FieldError, Fields};
use crate::json::Value;
use crate::names::{MemberId, Reference};

closed! {
    /// What is asked for.
    Asked "proposal, clarification, consultation, concern or protest" {
        /// That something be agreed upon.
        Proposal "proposal",
        /// What words or conduct mean.
        Clarification "clarification",
        /// That they meet.
        Consultation "consultation",
        /// An explanation, with concern.
        Concern "concern",
        /// An explanation, with protest.
        Protest "protest",
    }
}

closed! {
    /// How its author replies.
    Stance "will answer, accept, decline, object, no objection, explain, counter or received content" {
        /// A reply is to follow.
        WillAnswer "will answer",
        /// Accepts what was put.
        Accept "accept",
        /// Declines what was put.
        Decline "decline",
        /// Objects to it.
        Object "object",
        /// Has no objection.
        NoObjection "no objection",
        /// Explains.
        Explain "explain",
        /// Puts another text in its place.
        Counter "counter",
        /// Received what an envelope holds.
        ReceivedContent "received content",
    }
}

closed! {
    /// What its author contests.
    Contests "what happened, who did it or what the text covers" {
        /// The occurrence.
        What "what happened",
        /// Whose act it was.
        Who "who did it",
        /// That the words reach it.
        Cover "what the text covers",
    }
}

closed! {
    /// What an objection does to the provision between the two.
    BetweenUs "stands or does not stand" {
        /// It stands all the same.
        Stands "stands",
        /// It does not.
        DoesNotStand "does not stand",
    }
}

/// The body of an `ask`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Words, what they are about, and the rest that any act may carry.
    pub circumstances: Circumstances,
    /// What is asked for.
    pub act: Asked,
    /// By when a reply is asked for.
    pub reply_by: Option<Moment>,
    /// Of whom, ascending.
    pub to: Vec<MemberId>,
    /// Which one: the names that a definition lists.
    pub with: Parameters,
}

/// The body of an `answer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Words, and the rest that any act may carry.
    pub circumstances: Circumstances,
    /// What an objection does between the two.
    pub between_us: Option<BetweenUs>,
    /// What is contested, ascending.
    pub contests: Vec<Contests>,
    /// The text put in its place.
    pub counter: Option<Reference>,
    /// The number of the qualification that it replies to, of those of the act named.
    pub qualification: Option<NonZeroU64>,
    /// The stance.
    pub stance: Stance,
    /// What it replies to: an entry, or what an entry says of one provision.
    pub to: Reference,
}

impl Ask {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let ask = Self {
            circumstances: Circumstances::with_words(&mut fields)?,
            act: fields.parsed("act")?,
            reply_by: fields.parsed_optional("reply_by")?,
            to: fields.set("to")?,
            with: parameters(&mut fields)?,
        };
        fields.done()?;
        Ok(ask)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        self.circumstances
            .add_to(Value::object([("act", Value::text(self.act)), ("to", Value::texts(&self.to))]))
            .with_some("reply_by", self.reply_by.as_ref().map(Value::text))
            .with_some("with", parameters_value(&self.with))
    }
}

impl Answer {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let answer = Self {
            circumstances: Circumstances::read(&mut fields)?,
            between_us: fields.parsed_optional("between_us")?,
            contests: fields.set_optional("contests")?,
            counter: fields.parsed_optional("counter")?,
            qualification: super::text::qualification_number(&mut fields)?,
            stance: fields.parsed("stance")?,
            to: fields.parsed("to")?,
        };
        if answer.between_us.is_some() && answer.stance != Stance::Object {
            return Err(fields.error("between_us", "the stance `object`"));
        }
        if answer.counter.is_some() != (answer.stance == Stance::Counter) {
            return Err(fields.error("counter", "a text, with the stance `counter` and no other"));
        }
        fields.done()?;
        Ok(answer)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        self.circumstances
            .add_to(Value::object([("stance", Value::text(self.stance)), ("to", Value::text(&self.to))]))
            .with_some("between_us", self.between_us.map(Value::text))
            .with_some("contests", super::circumstance::list(&self.contests))
            .with_some("counter", self.counter.as_ref().map(Value::text))
            .with_some("qualification", self.qualification.map(|number| Value::Number(number.get())))
    }
}
