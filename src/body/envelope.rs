//! `envelope` and `open`: words that are committed to in a numbered slot, and shown
//! later.
//!
//! ```text
//! commitment = SHA-256(
//!     "countersign/v1 envelope\n"  ledger (32 bytes)  log id "\n"
//!     slot (8 bytes, big endian)   nonce (32 bytes)
//!     length of the content (8 bytes, big endian)  content, zeros up to 1,024 bytes )
//! ```
//!
//! The content is the strict JSON of the words by language. Ledger, author and slot
//! stand in it, so that a copy of an envelope in another log or slot opens nothing.

use super::circumstance::Circumstances;
use crate::fields::{FieldError, Fields, Words, words_value};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::{LogId, MemberId};
use crate::time::Day;

/// Contents are padded to whole blocks of this many bytes.
const BLOCK: usize = 1024;

/// The body of an `envelope`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Words beside it that are not hidden, and the rest that any act may carry.
    pub circumstances: Circumstances,
    /// What the hidden words are committed to by.
    pub commitment: Hash,
    /// The day by which its author means to open it.
    pub open_by: Option<Day>,
    /// The slot: envelopes of one log in one slot are shown together.
    pub slot: u64,
    /// For whom it is, ascending, if for some.
    pub to: Vec<MemberId>,
}

/// The body of an `open`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The hidden words.
    pub content: Words,
    /// The envelope.
    pub envelope: Hash,
    /// The nonce.
    pub nonce: Hash,
}

/// What an envelope is bound to.
pub struct Place<'a> {
    /// The ledger.
    pub ledger: &'a Hash,
    /// The log of its author.
    pub log: &'a LogId,
    /// The slot.
    pub slot: u64,
}

/// The commitment to words in a place.
pub fn commitment(place: &Place<'_>, nonce: &Hash, content: &Words) -> Hash {
    let content = words_value(content).encode();
    let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
    let mut bytes = b"countersign/v1 envelope\n".to_vec();
    bytes.extend_from_slice(place.ledger.bytes());
    bytes.extend_from_slice(place.log.as_str().as_bytes());
    bytes.push(b'\n');
    bytes.extend_from_slice(&place.slot.to_be_bytes());
    bytes.extend_from_slice(nonce.bytes());
    bytes.extend_from_slice(&length.to_be_bytes());
    let padded = bytes.len() + content.len().next_multiple_of(BLOCK);
    bytes.extend_from_slice(content.as_bytes());
    bytes.resize(padded, 0);
    Hash::of(&bytes)
}

impl Envelope {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let envelope = Self {
            circumstances: Circumstances::read(&mut fields)?,
            commitment: fields.hash("commitment")?,
            open_by: fields.parsed_optional("open_by")?,
            slot: fields.number("slot")?,
            to: fields.set_optional("to")?,
        };
        fields.done()?;
        Ok(envelope)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        self.circumstances
            .add_to(Value::object([
                ("commitment", Value::text(self.commitment)),
                ("slot", Value::Number(self.slot)),
            ]))
            .with_some("open_by", self.open_by.as_ref().map(Value::text))
            .with_some("to", super::circumstance::list(&self.to))
    }

    /// Whether these words and nonce are what it commits to.
    pub fn is_opened_by(&self, ledger: &Hash, log: &LogId, nonce: &Hash, content: &Words) -> bool {
        let place = Place { ledger, log, slot: self.slot };
        commitment(&place, nonce, content) == self.commitment
    }
}

impl Opening {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let opening = Self {
            content: fields.words("content")?,
            envelope: fields.hash("envelope")?,
            nonce: fields.hash("nonce")?,
        };
        fields.done()?;
        Ok(opening)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        Value::object([
            ("content", words_value(&self.content)),
            ("envelope", Value::text(self.envelope)),
            ("nonce", Value::text(self.nonce)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_is_to_words_slot_author_and_ledger() {
        let (ledger, nonce) = (Hash::of(b"ledger"), Hash::of(b"nonce"));
        let log: LogId = "moscow".parse().unwrap();
        let words = Words::from([("en".to_owned(), "We shall publish in May.".to_owned())]);
        let at = |slot| Place { ledger: &ledger, log: &log, slot };
        let envelope = Envelope {
            circumstances: Circumstances::default(),
            commitment: commitment(&at(1), &nonce, &words),
            open_by: None,
            slot: 1,
            to: vec![],
        };
        assert_eq!(Envelope::read(&envelope.to_value()).as_ref(), Ok(&envelope));
        assert!(envelope.is_opened_by(&ledger, &log, &nonce, &words));
        let other: LogId = "washington".parse().unwrap();
        assert!(!envelope.is_opened_by(&ledger, &other, &nonce, &words));
        assert!(!envelope.is_opened_by(&nonce, &log, &nonce, &words));
        assert!(!envelope.is_opened_by(&ledger, &log, &ledger, &words));
        let moved = Envelope { slot: 2, ..envelope.clone() };
        assert!(!moved.is_opened_by(&ledger, &log, &nonce, &words));
        let more = Words::from([("en".to_owned(), "We shall publish in June.".to_owned())]);
        assert!(!envelope.is_opened_by(&ledger, &log, &nonce, &more));
    }
}
