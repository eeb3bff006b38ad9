//! An entry: what one member said, in its own log, at one place.
//!
//! Rank *formed* is [`Signed::parse`], rank *signed* is [`Signed::verify`];
//! nothing else makes a [`Verified`] entry, and the chain takes no other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fault::{Code, Fault};
use crate::fields::{FieldError, Fields, ascends};
use crate::hash::Hash;
use crate::json::{self, Value};
use crate::key::{KeySet, MOST_LABELS, SecretKey};
use crate::names::{self, Label, LogId};
use crate::note::{self, Line, Note, Seal, Verifier, first_line};
use crate::table::Tables;
use crate::time::Time;

/// Most bytes in an entry: what two bytes of a bundle's framing can say.
pub const LARGEST: usize = 65_535;

/// Most values in `after`.
pub const MOST_AFTER: usize = 16;

/// How much of another log an entry receipts: a size its owner sealed, the root
/// there, and the owner's signature, so that the checkpoint can be rebuilt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// RFC 6962 root of these.
    pub root: Hash,
    /// Signature line of the owner's checkpoint.
    pub seal: Seal,
}

/// The envelope and body of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The log it stands in.
    pub author: LogId,
    /// What it says; read by [`crate::body`].
    pub body: Value,
    /// What kind of act it is.
    pub kind: String,
    /// SHA-256 of the charter.
    pub ledger: Hash,
    /// Hash of the author's entry before; absent at 0.
    pub prev: Option<Hash>,
    /// Root of the author's entries before; absent at 0.
    pub root: Option<Hash>,
    /// Its number in the log.
    pub seq: u64,
    /// The labels that sign, ascending.
    pub signers: Vec<Label>,
    /// Number of the `key` entry whose set signs; absent while the first set does.
    pub keys: Option<u64>,
    /// The author's word for when.
    pub said: Option<Time>,
    /// Receipts of other logs.
    pub seen: BTreeMap<LogId, Head>,
    /// SHA-256 of files in `notes/`, ascending.
    pub after: Vec<Hash>,
}

impl Entry {
    /// The text that is signed: first line, strict JSON, line feed.
    pub fn to_text(&self) -> String {
        let seen = self.seen.iter().map(|(log, head)| (log.to_string(), head.to_value()));
        let value = Value::object([
            ("author", Value::text(&self.author)),
            ("body", self.body.clone()),
            ("kind", Value::text(&self.kind)),
            ("ledger", Value::text(self.ledger)),
            ("seq", Value::Number(self.seq)),
            ("signers", Value::texts(&self.signers)),
        ])
        .with_some("prev", self.prev.map(Value::text))
        .with_some("root", self.root.map(Value::text))
        .with_some("keys", self.keys.map(Value::Number))
        .with_some("said", self.said.as_ref().map(Value::text))
        .with_some("seen", (!self.seen.is_empty()).then(|| Value::Object(seen.collect())))
        .with_some("after", (!self.after.is_empty()).then(|| Value::texts(&self.after)));
        format!("{}\n{}\n", first_line::ENTRY, value.encode())
    }

    /// The name under which a label of this entry's author signs.
    pub fn pen(&self, label: &Label) -> String {
        pen(&self.author, label)
    }

    /// Signs it with these keys, which are those of `signers` in their order.
    pub fn sign(&self, keys: &[&SecretKey]) -> Vec<u8> {
        let text = self.to_text();
        let lines = self
            .signers
            .iter()
            .zip(keys)
            .map(|(label, key)| {
                let name = self.pen(label);
                Line::of(&name, &note::sign(&text, &name, key))
            })
            .collect();
        Note::new(text, lines).to_bytes()
    }

    fn read(value: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(value, "")?;
        let entry = Self {
            author: fields.parsed("author")?,
            body: fields.required("body")?.clone(),
            kind: fields.text("kind")?.to_owned(),
            ledger: fields.hash("ledger")?,
            prev: fields.hash_optional("prev")?,
            root: fields.hash_optional("root")?,
            seq: fields.number("seq")?,
            signers: fields.set("signers")?,
            keys: fields.number_optional("keys")?,
            said: fields.parsed_optional("said")?,
            seen: read_seen(fields.optional("seen"))?,
            after: read_after(&mut fields)?,
        };
        if !matches!(entry.body, Value::Object(_)) {
            return Err(fields.error("body", "an object"));
        }
        if !names::is_field(&entry.kind) {
            return Err(fields.error("kind", "a kind: lower-case letters, digits, underscores"));
        }
        if entry.signers.len() > MOST_LABELS {
            return Err(fields.error("signers", "at most 16 labels"));
        }
        let follows = entry.seq > 0;
        for (key, stands) in [("prev", entry.prev.is_some()), ("root", entry.root.is_some())] {
            if stands != follows {
                return Err(fields.error(key, "this field from seq 1 on, and not at 0"));
            }
        }
        fields.done()?;
        Ok(entry)
    }
}

/// The note name of a signing key: `<member>/<label>`, the member also in
/// further volumes.
pub fn pen(log: &LogId, label: &Label) -> String {
    format!("{}/{label}", log.member())
}

impl Head {
    /// As it stands in `seen`.
    pub fn to_value(&self) -> Value {
        Value::object([
            ("root", Value::text(self.root)),
            ("seal", Value::text(self.seal)),
            ("size", Value::Number(self.size)),
        ])
    }

    /// Takes `root`, `seal` and `size` from an object that may hold more.
    pub fn take(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let root = fields.hash("root")?;
        let seal = Seal::from_base64(fields.text("seal")?)
            .ok_or_else(|| fields.error("seal", "92 characters of base64"))?;
        let size = fields.number("size")?;
        if size == 0 {
            return Err(fields.error("size", "a size of at least 1"));
        }
        Ok(Self { size, root, seal })
    }
}

fn read_seen(value: Option<&Value>) -> Result<BTreeMap<LogId, Head>, FieldError> {
    let due = |due: &str| FieldError { place: "seen".to_owned(), due: due.to_owned() };
    let Some(value) = value else { return Ok(BTreeMap::new()) };
    let Value::Object(map) = value else { return Err(due("an object")) };
    if map.is_empty() {
        return Err(due("a log, or no such field"));
    }
    let mut seen = BTreeMap::new();
    for (log, head) in map {
        let place = format!("seen.{log}");
        let log: LogId = log.parse().map_err(|names::NameError(what)| due(what))?;
        let mut fields = Fields::of(head, &place)?;
        let head = Head::take(&mut fields)?;
        fields.done()?;
        seen.insert(log, head);
    }
    Ok(seen)
}

fn read_after(fields: &mut Fields<'_>) -> Result<Vec<Hash>, FieldError> {
    let due = |place: String| FieldError { place, due: "64 lower-case hexadecimal digits".into() };
    let after = fields
        .list_optional("after")?
        .into_iter()
        .map(|(place, item)| item.as_str().and_then(Hash::from_hex).ok_or_else(|| due(place)))
        .collect::<Result<Vec<_>, _>>()?;
    if after.len() > MOST_AFTER || !ascends(&after) {
        return Err(fields.error("after", "at most 16 values, ascending, each once"));
    }
    Ok(after)
}

/// Rank *formed*: bytes that parse as a signed entry, in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    bytes: Vec<u8>,
    hash: Hash,
    note: Note,
    entry: Entry,
}

/// Rank *signed*: an entry that the keys of one [`KeySet`] made.
#[derive(Clone, Debug)]
pub struct Verified {
    pub(crate) signed: Signed,
    pub(crate) keys: Arc<KeySet>,
}

/// Raises entries of one log that stand under one set, each by itself: the answer to
/// one is the same whatever its neighbours are (see [`Signed::verify`]).
pub fn verify_all(signed: Vec<Signed>, keys: &Arc<KeySet>, tables: &Tables) -> Vec<Result<Verified, Fault>> {
    let Some(author) = signed.first().map(|first| first.entry.author.clone()) else { return Vec::new() };
    let verifiers: BTreeMap<&Label, Verifier> =
        keys.keys().iter().map(|(label, key)| (label, Verifier::of(&pen(&author, label), key))).collect();
    let mut faults: Vec<Option<Fault>> = signed.iter().map(|one| one.check_lines(&verifiers).err()).collect();
    let (mut places, mut signatures) = (Vec::new(), Vec::new());
    for (at, one) in signed.iter().enumerate().filter(|(at, _)| matches!(faults.get(*at), Some(None))) {
        for (label, line) in one.entry.signers.iter().zip(one.note.lines()) {
            if let Some(by) = verifiers.get(label) {
                places.push(at);
                signatures.push(note::Signature { text: one.note.text(), line, by });
            }
        }
    }
    for (at, answer) in places.into_iter().zip(note::verify_all(&signatures, tables)) {
        if let Some(slot @ None) = faults.get_mut(at) {
            *slot = answer.err();
        }
    }
    let raise = |(signed, fault): (Signed, Option<Fault>)| {
        let number = u64::try_from(signed.entry.signers.len()).unwrap_or(u64::MAX);
        match fault {
            Some(fault) => Err(fault),
            None if number < keys.threshold() => {
                Err(Fault::new(Code::Threshold, format!("{} labels, {number} signed", keys.threshold())))
            }
            None => Ok(Verified { signed, keys: Arc::clone(keys) }),
        }
    };
    signed.into_iter().zip(faults).map(raise).collect()
}

impl Signed {
    /// Reads an entry. Of several faults the first in the order of SPEC section 3
    /// is given: size, `note_form`, `first_line`, `json_form`, character, field.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > LARGEST {
            return Err(Fault::new(Code::Size, format!("an entry of at most {LARGEST} bytes")));
        }
        let note = Note::parse(bytes, MOST_LABELS)?;
        if note.lines().iter().any(|line| line.seal().is_none()) {
            return Err(Fault::new(Code::NoteForm, "signatures of 68 bytes with their key id"));
        }
        let value = message(note.text(), first_line::ENTRY)?;
        let entry = Entry::read(&value)
            .map_err(|error| Fault::new(Code::Field, format!("{}: {}", error.place, error.due)))?;
        Ok(Self { bytes: bytes.to_vec(), hash: Hash::leaf(bytes), note, entry })
    }

    /// Checks the signatures against the set in force at the entry's place, which
    /// the chain gave. The codes are `signers`, `key_unknown`, `signature` and
    /// `threshold`, in this order.
    pub fn verify(self, keys: &Arc<KeySet>) -> Result<Verified, Fault> {
        let mut one = verify_all(vec![self], keys, &Tables::new());
        one.pop().unwrap_or_else(|| Err(Fault::new(Code::Signature, "one entry")))
    }

    /// That the lines are those of the signers, each by the key in force.
    fn check_lines(&self, verifiers: &BTreeMap<&Label, Verifier>) -> Result<(), Fault> {
        let lines = self.note.lines();
        let signers = self.entry.signers.iter();
        let each = signers
            .clone()
            .zip(lines)
            .all(|(label, line)| verifiers.get(label).is_some_and(|by| by.claims(line).is_ok()));
        if each && lines.len() == self.entry.signers.len() {
            return Ok(());
        }
        let names: Vec<String> = signers.map(|label| self.entry.pen(label)).collect();
        if !names.iter().eq(lines.iter().map(|line| &line.name)) {
            return Err(Fault::new(Code::Signers, format!("the lines {}", names.join(", "))));
        }
        for ((label, name), line) in self.entry.signers.iter().zip(&names).zip(lines) {
            let unknown = || Fault::new(Code::KeyUnknown, format!("the key of {name}"));
            verifiers.get(label).ok_or_else(unknown)?.claims(line)?;
        }
        Ok(())
    }

    /// The whole note.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The entry hash: the leaf hash of the whole note, signatures included.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The text that was signed; two notes of one text are twins.
    pub fn text(&self) -> &str {
        self.note.text()
    }

    /// What it says.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// How people cite it: `moscow/4`.
    pub fn cite(&self) -> String {
        format!("{}/{}", self.entry.author, self.entry.seq)
    }
}

/// The strict JSON in a message: the first line given, one line of JSON.
pub fn message(text: &str, first: &str) -> Result<Value, Fault> {
    let rest = text
        .strip_prefix(first)
        .and_then(|rest| rest.strip_prefix('\n'))
        .ok_or_else(|| Fault::new(Code::FirstLine, format!("{first:?} as the first line")))?;
    let line = rest.strip_suffix('\n').unwrap_or(rest);
    parse_json(line)
}

/// The strict JSON in a file that shows something: one line of at most so many bytes.
/// `what` names the file where it is too long.
pub fn shown(bytes: &[u8], most: usize, what: &str) -> Result<Value, Fault> {
    let digest = |due: String| Fault::new(Code::Digest, due);
    if bytes.len() > most {
        return Err(digest(format!("{what} of at most {} MiB", most >> 20)));
    }
    let line = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| text.strip_suffix('\n'))
        .ok_or_else(|| digest("one line of strict JSON and a line feed".to_owned()))?;
    parse_json(line).map_err(|fault| digest(fault.detail))
}

/// Strict JSON, with the fault that a failure is.
pub fn parse_json(line: &str) -> Result<Value, Fault> {
    Value::parse(line).map_err(|error| {
        let code = match error.cause {
            json::Cause::Form => Code::JsonForm,
            json::Cause::Character => Code::Character,
        };
        Fault::new(code, format!("at byte {} of the JSON: {}", error.offset, error.due))
    })
}
