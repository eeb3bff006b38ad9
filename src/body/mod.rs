//! What entries say, one file a pair of kinds.
//!
//! The chain reads `join` and `key` alone. Any other body that does not fit its
//! kind is kept as it is and shown as *not understood*: a reader's version never
//! decides a chain.

pub mod membership;
pub mod statement;
pub mod text;

use crate::entry::Entry;
use crate::fields::{FieldError, Fields};
use statement::Statement;
use text::{Adoption, Text};

/// The kinds that this version reads.
pub const KINDS: [&str; 6] = ["adopt", "join", "key", "seen", "statement", "text"];

/// A body, read by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Enters the ledger, or opens a further volume.
    Join,
    /// Changes the author's keys.
    Key(Box<membership::SetChange>),
    /// Tables a text, or pledges it.
    Text(Text),
    /// Adopts the words of a text.
    Adopt(Adoption),
    /// Says something in its author's own words.
    Statement(Statement),
    /// A receipt or heartbeat and nothing more.
    Seen,
    /// A kind or a body that this version does not know; says why.
    NotUnderstood(String),
}

impl Body {
    /// Reads the body of an entry.
    pub fn of(entry: &Entry) -> Self {
        let read = match entry.kind.as_str() {
            "join" => Ok(Self::Join),
            "key" => membership::SetChange::read(&entry.body)
                .map(|change| Self::Key(Box::new(change)))
                .map_err(|fault| FieldError { place: "body".to_owned(), due: fault.detail }),
            "text" => Text::read(&entry.body).map(Self::Text),
            "adopt" => Adoption::read(&entry.body).map(Self::Adopt),
            "statement" => Statement::read(&entry.body).map(Self::Statement),
            "seen" => Fields::of(&entry.body, "body").and_then(Fields::done).map(|()| Self::Seen),
            kind => Ok(Self::NotUnderstood(format!("the kind {kind}"))),
        };
        read.unwrap_or_else(|error| Self::NotUnderstood(format!("{}: {}", error.place, error.due)))
    }
}
