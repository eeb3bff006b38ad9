//! What opens an envelope: the secret in the folder of its author, and a file for one
//! reader.
//!
//! ```text
//! envelopes/<commitment>.json   slot, nonce and words; mode 0600, never published;
//!                               on disk before the draft of the envelope is
//! a file for one reader         the same, and of which entry of which ledger it is
//! ```
//!
//! Either is one line of strict JSON. Without the nonce nobody can open an envelope: a
//! commitment says nothing of the words, and there is no second copy of the secret.

use std::path::{Path, PathBuf};

use crate::body::envelope::{Envelope, Place, commitment};
use crate::disk::{Access, Disk, Source, create_synced};
use crate::entry::Signed;
use crate::failure::{Failure, Outcome, Why};
use crate::fields::{FieldError, Fields, Words, words_value};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::LogId;

/// The folder of secrets in a ledger folder.
pub const FOLDER: &str = "envelopes";

const SECRET: &str = "countersign.secret/1";
const OPENING: &str = "countersign.opening/1";

/// Most bytes in either file: an entry's worth, with room for the rest.
const LARGEST: u64 = 1 << 17;

/// What an envelope hides, and what it takes to show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The slot.
    pub slot: u64,
    /// 32 bytes that nobody can guess.
    pub nonce: Hash,
    /// The hidden words.
    pub content: Words,
}

/// An opening for one reader, as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The ledger.
    pub ledger: Hash,
    /// The entry that holds the envelope.
    pub entry: Hash,
    /// The log of its author.
    pub log: LogId,
    /// What it shows.
    pub secret: Secret,
}

fn line(value: &Value) -> Vec<u8> {
    (value.encode() + "\n").into_bytes()
}

fn parse(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    Value::parse(text.strip_suffix('\n')?).ok()
}

impl Secret {
    /// The commitment to it in a log of a ledger.
    pub fn commitment(&self, ledger: &Hash, log: &LogId) -> Hash {
        commitment(&Place { ledger, log, slot: self.slot }, &self.nonce, &self.content)
    }

    /// Where the secret of a commitment lies, below a ledger folder.
    pub fn path(commitment: &Hash) -> PathBuf {
        Path::new(FOLDER).join(format!("{commitment}.json"))
    }

    fn put(&self, value: Value) -> Value {
        value
            .with("content", words_value(&self.content))
            .with("nonce", Value::text(self.nonce))
            .with("slot", Value::Number(self.slot))
    }

    fn take(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            slot: fields.number("slot")?,
            nonce: fields.hash("nonce")?,
            content: fields.words("content")?,
        })
    }

    /// The file in the ledger folder of its author.
    pub fn to_bytes(&self) -> Vec<u8> {
        line(&self.put(Value::object([("format", Value::text(SECRET))])))
    }

    fn read(value: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(value, "")?;
        if fields.text("format")? != SECRET {
            return Err(fields.error("format", SECRET));
        }
        let secret = Self::take(&mut fields)?;
        fields.done().map(|()| secret)
    }

    /// Reads the file.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        Self::read(&parse(bytes)?).ok()
    }

    /// The secret of an envelope of this log, from the ledger folder of its author.
    pub fn of(
        source: &dyn Source,
        folder: &Path,
        ledger: &Hash,
        log: &LogId,
        envelope: &Envelope,
    ) -> Outcome<Self> {
        let path = folder.join(Self::path(&envelope.commitment));
        let lost = |what: String| Failure::new(Why::NoSecret, what).next("countersign log --kind envelope");
        let bytes =
            source.read(&path, LARGEST).map_err(|error| Failure::disk("reading", &path, error))?.ok_or_else(
                || lost(format!("there is no {}, and nothing else opens this envelope", path.display())),
            )?;
        let secret = Self::parse(&bytes);
        let opens =
            secret.filter(|secret| envelope.is_opened_by(ledger, log, &secret.nonce, &secret.content));
        opens.ok_or_else(|| lost(format!("{} does not open this envelope", path.display())))
    }

    /// The greatest slot of the secrets in a ledger folder: of envelopes that are
    /// signed and of drafts.
    pub fn last_slot(source: &dyn Source, folder: &Path) -> Outcome<Option<u64>> {
        let secrets = folder.join(FOLDER);
        let mut last = None;
        for (name, _) in source.list(&secrets).map_err(|error| Failure::disk("reading", &secrets, error))? {
            let path = secrets.join(name);
            let bytes =
                source.read(&path, LARGEST).map_err(|error| Failure::disk("reading", &path, error))?;
            let secret = bytes.and_then(|bytes| Self::parse(&bytes));
            last = last.max(secret.map(|secret| secret.slot));
        }
        Ok(last)
    }
}

impl Opened {
    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let value = Value::object([
            ("entry", Value::text(self.entry)),
            ("format", Value::text(OPENING)),
            ("ledger", Value::text(self.ledger)),
            ("log", Value::text(&self.log)),
        ]);
        line(&self.secret.put(value))
    }

    /// Writes the file, for its owner's eyes and never over another.
    pub fn write(&self, disk: &dyn Disk, path: &Path) -> Outcome<()> {
        create_synced(disk, path, &self.to_bytes(), Access::Private).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                Failure::new(Why::Exists, format!("{} is there and is left as it is", path.display()))
                    .next("the same command with another file")
            }
            _ => Failure::disk("writing", path, error),
        })
    }

    /// Reads the file.
    pub fn parse(bytes: &[u8]) -> Result<Self, FieldError> {
        let value = parse(bytes).ok_or_else(|| FieldError {
            place: String::new(),
            due: "one line of strict JSON and a line feed".to_owned(),
        })?;
        let mut fields = Fields::of(&value, "")?;
        if fields.text("format")? != OPENING {
            return Err(fields.error("format", OPENING));
        }
        let opened = Self {
            ledger: fields.hash("ledger")?,
            entry: fields.hash("entry")?,
            log: fields.parsed("log")?,
            secret: Secret::take(&mut fields)?,
        };
        fields.done().map(|()| opened)
    }

    /// Reads a file that somebody gave.
    pub fn read(source: &dyn Source, path: &Path) -> Outcome<Self> {
        let bytes = source
            .read(path, LARGEST)
            .map_err(|error| Failure::disk("reading", path, error))?
            .ok_or_else(|| Failure::new(Why::Disk, format!("no file {}", path.display())))?;
        Self::parse(&bytes).map_err(|error| {
            let place = if error.place.is_empty() { String::new() } else { format!("{}: ", error.place) };
            Failure::new(Why::Opening, format!("{}: due here: {place}{}", path.display(), error.due))
        })
    }

    /// Whether it shows what this entry, an envelope of this ledger, commits to.
    pub fn opens(&self, ledger: &Hash, signed: &Signed, envelope: &Envelope) -> bool {
        self.ledger == *ledger
            && self.entry == signed.hash()
            && self.log == signed.entry().author
            && self.secret.slot == envelope.slot
            && envelope.is_opened_by(ledger, &self.log, &self.secret.nonce, &self.secret.content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_print_back_the_same_and_have_one_form() {
        let secret = Secret {
            slot: 3,
            nonce: Hash::of(b"nonce"),
            content: Words::from([("en".to_owned(), "We shall publish in May.".to_owned())]),
        };
        let read = Secret::read(&parse(&secret.to_bytes()).unwrap()).unwrap();
        assert_eq!(read, secret);
        let opened = Opened {
            ledger: Hash::of(b"ledger"),
            entry: Hash::of(b"entry"),
            log: "moscow".parse().unwrap(),
            secret,
        };
        assert_eq!(Opened::parse(&opened.to_bytes()).as_ref(), Ok(&opened));
        let text = String::from_utf8(opened.to_bytes()).unwrap();
        for other in [
            text.trim_end().to_owned(),
            text.replace("opening/1", "opening/2"),
            text.replace("\"slot\":3", "\"slot\":\"3\""),
            text.replace("\"slot\":3", "\"slot\":3,\"zeal\":1"),
            text.replace(':', ": "),
        ] {
            assert!(Opened::parse(other.as_bytes()).is_err(), "{other}");
        }
    }
}
