//! What entries say, one file a pair of kinds.
//!
//! The chain reads `join` and `key` alone. Any other body that does not fit its
//! kind is kept as it is and shown as *not understood*: a reader's version never
//! decides a chain.

/// A closed list of words: an enum whose members are written as one string each, in
/// the order of these strings.
macro_rules! closed {
    ($(#[$doc:meta])* $name:ident $due:literal { $($(#[$note:meta])* $member:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$note])* $member,)*
        }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$member,)*];

            /// The word in the body.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$member => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::names::NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|word| word.as_str() == text);
                found.copied().ok_or(crate::names::NameError($due))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }
    };
}

pub(crate) use closed;

pub mod circumstance;
pub mod condition;
pub mod envelope;
pub mod membership;
pub mod provision;
pub mod question;
pub mod standing;
pub mod statement;
pub mod text;

use crate::entry::Entry;
use crate::fields::{FieldError, Fields};
use crate::hash::Hash;
use crate::names::{Place, Reference};
use circumstance::Circumstances;
use envelope::{Envelope, Opening};
use question::{Answer, Ask};
use standing::{Actor, Notice};
use statement::{Report, Statement};
use text::{Adoption, Text};

/// The kinds that this version reads.
pub const KINDS: [&str; 13] = [
    "actor",
    "adopt",
    "answer",
    "ask",
    "envelope",
    "join",
    "key",
    "notice",
    "open",
    "report",
    "seen",
    "statement",
    "text",
];

/// A body, read by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Enters the ledger, or opens a further volume.
    Join,
    /// Changes the author's keys.
    Key(Box<membership::SetChange>),
    /// Says who stands behind a side.
    Actor(Box<Actor>),
    /// Withdraws, suspends, resumes, or takes back an act of its author's own.
    Notice(Box<Notice>),
    /// Tables a text, or pledges it.
    Text(Box<Text>),
    /// Adopts the words of a text.
    Adopt(Box<Adoption>),
    /// Says something in its author's own words.
    Statement(Box<Statement>),
    /// Says that something was said or came about.
    Report(Box<Report>),
    /// Expects a reply.
    Ask(Box<Ask>),
    /// Replies.
    Answer(Box<Answer>),
    /// Commits to words that it does not show.
    Envelope(Box<Envelope>),
    /// Shows the words of an envelope.
    Open(Box<Opening>),
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
            "actor" => Actor::read(&entry.body).map(|actor| Self::Actor(Box::new(actor))),
            "notice" => Notice::read(&entry.body).map(|notice| Self::Notice(Box::new(notice))),
            "text" => Text::read(&entry.body).map(|text| Self::Text(Box::new(text))),
            "adopt" => Adoption::read(&entry.body).map(|adoption| Self::Adopt(Box::new(adoption))),
            "statement" => Statement::read(&entry.body).map(|said| Self::Statement(Box::new(said))),
            "report" => Report::read(&entry.body).map(|report| Self::Report(Box::new(report))),
            "ask" => Ask::read(&entry.body).map(|ask| Self::Ask(Box::new(ask))),
            "answer" => Answer::read(&entry.body).map(|answer| Self::Answer(Box::new(answer))),
            "envelope" => Envelope::read(&entry.body).map(|envelope| Self::Envelope(Box::new(envelope))),
            "open" => Opening::read(&entry.body).map(|opening| Self::Open(Box::new(opening))),
            "seen" => Fields::of(&entry.body, "body").and_then(Fields::done).map(|()| Self::Seen),
            kind => Ok(Self::NotUnderstood(format!("the kind {kind}"))),
        };
        read.unwrap_or_else(|error| Self::NotUnderstood(format!("{}: {}", error.place, error.due)))
    }

    /// What any act may carry, where this is one that may carry it.
    pub fn circumstances(&self) -> Option<&Circumstances> {
        match self {
            Self::Actor(actor) => Some(&actor.circumstances),
            Self::Notice(notice) => Some(&notice.circumstances),
            Self::Adopt(adoption) => Some(&adoption.circumstances),
            Self::Statement(statement) => Some(&statement.circumstances),
            Self::Report(report) => Some(&report.circumstances),
            Self::Ask(ask) => Some(&ask.circumstances),
            Self::Answer(answer) => Some(&answer.circumstances),
            Self::Envelope(envelope) => Some(&envelope.circumstances),
            _ => None,
        }
    }

    /// What its consent carries, where it can be one.
    pub fn consent(&self) -> Option<&text::Consent> {
        match self {
            Self::Adopt(adoption) => Some(&adoption.consent),
            Self::Text(text) => Some(&text.consent),
            _ => None,
        }
    }

    /// Whose its words are, where they are not those of the document.
    pub fn rendering(&self) -> Option<circumstance::Rendering> {
        match self {
            Self::Text(text) => text.rendering,
            body => body.circumstances().and_then(|held| held.rendering),
        }
    }

    /// What it names by hash: entries, and provisions of entries, each once.
    pub fn references(&self) -> Vec<Reference> {
        let whole = |entry: &Hash| Reference { entry: *entry, provision: None };
        let mut named: Vec<Reference> =
            self.circumstances().map(|circumstances| circumstances.about.clone()).unwrap_or_default();
        match self {
            Self::Notice(notice) => named.push(notice.of.clone()),
            Self::Adopt(adoption) => {
                named.push(whole(&adoption.text));
                named.extend(returned(&adoption.consent));
            }
            Self::Text(text) => {
                named.extend(text.relations.iter().map(|(_, entry)| whole(entry)));
                named.extend(returned(&text.consent));
                if let text::Provisions::Here(provisions) = &text.provisions {
                    named.extend(provisions.iter().flat_map(|p| p.places()).filter_map(
                        |place| match place {
                            Place::There(entry, id) => {
                                Some(Reference { entry: *entry, provision: Some(id.clone()) })
                            }
                            Place::Here(_) => None,
                        },
                    ));
                }
            }
            Self::Report(report) => {
                named.extend(report.of.clone());
                named.extend(report.same_as.iter().cloned());
                let bounds = report.interval.iter().flat_map(|given| given.after.iter().chain(&given.before));
                named.extend(bounds.cloned());
            }
            Self::Answer(answer) => {
                named.push(answer.to.clone());
                named.extend(answer.counter.clone());
            }
            Self::Open(opening) => named.push(whole(&opening.envelope)),
            _ => {}
        }
        named.sort();
        named.dedup();
        named
    }

    /// The documents it names: SHA-256 of files in `docs/`.
    pub fn documents(&self) -> Vec<Hash> {
        let mut named: Vec<Hash> = self
            .circumstances()
            .map(|circumstances| circumstances.docs.iter().map(|doc| doc.digest).collect())
            .unwrap_or_default();
        match self {
            Self::Actor(actor) => named.extend(actor.mandate.as_ref().and_then(|mandate| mandate.doc)),
            Self::Text(text) => {
                named.extend(text.docs.iter().map(|doc| doc.digest));
                named.extend(text.original);
                match &text.provisions {
                    text::Provisions::Here(provisions) => {
                        named.extend(provisions.iter().filter_map(|provision| provision.doc));
                    }
                    text::Provisions::InDocument { document, .. } => named.push(*document),
                }
            }
            _ => {}
        }
        named.sort();
        named.dedup();
        named
    }
}

fn returned(consent: &text::Consent) -> impl Iterator<Item = Reference> + '_ {
    consent.in_return_for.iter().filter_map(|given| match given {
        text::InReturn::Entry(entry) => Some(entry.clone()),
        text::InReturn::Words(_) => None,
    })
}
