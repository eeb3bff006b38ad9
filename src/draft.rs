//! Drafts: what is written and not signed. `drafts/dN.json`, and N is never used
//! again.

use std::path::{Path, PathBuf};

use crate::disk::{Disk, Source, parent, replace};
use crate::failure::{Failure, Outcome, Why};
use crate::fields::{FieldError, Fields};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::Label;

const FORMAT: &str = "countersign.draft/1";

/// The largest draft: an entry's worth, with room for what the entry adds.
const LARGEST: u64 = 1 << 20;

/// What is to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The kind of act.
    pub kind: String,
    /// The body.
    pub body: Value,
    /// The labels that are to sign.
    pub signers: Vec<Label>,
    /// How far to receipt, where the draft says so: `none`, `all` or a log.
    pub receipt: Option<String>,
    /// The number under which its signing was begun: a run that was cut off after
    /// that may have signed it.
    pub begun: Option<u64>,
}

impl Draft {
    /// The pin of a reviewed draft: SHA-256 of body, kind and signers.
    pub fn expect(&self) -> Hash {
        Hash::of(self.pinned().encode().as_bytes())
    }

    fn pinned(&self) -> Value {
        Value::object([
            ("body", self.body.clone()),
            ("kind", Value::text(&self.kind)),
            ("signers", Value::texts(&self.signers)),
        ])
    }

    fn to_bytes(&self) -> Vec<u8> {
        let value = self
            .pinned()
            .with("format", Value::text(FORMAT))
            .with_some("receipt", self.receipt.as_ref().map(Value::text))
            .with_some("begun", self.begun.map(Value::Number));
        (value.encode() + "\n").into_bytes()
    }

    fn read(value: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(value, "")?;
        if fields.text("format")? != FORMAT {
            return Err(fields.error("format", FORMAT));
        }
        let receipt = match fields.optional("receipt") {
            None => None,
            Some(_) => Some(fields.text("receipt")?.to_owned()),
        };
        let draft = Self {
            kind: fields.text("kind")?.to_owned(),
            body: fields.required("body")?.clone(),
            signers: fields.set("signers")?,
            receipt,
            begun: fields.number_optional("begun")?,
        };
        fields.done()?;
        Ok(draft)
    }
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join("drafts").join(format!("{name}.json"))
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix('d')?.parse().ok()
}

/// The names of the drafts in a folder, in order.
pub fn names(source: &dyn Source, folder: &Path) -> Outcome<Vec<String>> {
    let drafts = folder.join("drafts");
    let listed = source.list(&drafts).map_err(|e| Failure::disk("reading", &drafts, e))?;
    let mut numbers: Vec<u64> =
        listed.iter().filter_map(|(name, _)| number(name.strip_suffix(".json")?)).collect();
    numbers.sort_unstable();
    Ok(numbers.into_iter().map(|number| format!("d{number}")).collect())
}

/// Reads a draft.
pub fn read(source: &dyn Source, folder: &Path, name: &str) -> Outcome<Draft> {
    let path = path(folder, name);
    let none = || Failure::new(Why::NoDraft, format!("no draft {name} is here")).next("countersign drafts");
    number(name).ok_or_else(none)?;
    let bytes = source
        .read(&path, LARGEST)
        .map_err(|error| Failure::disk("reading", &path, error))?
        .ok_or_else(none)?;
    let form = |due: &str| {
        Failure::new(Why::DraftForm, format!("{}: {due}", path.display()))
            .next(format!("countersign drafts drop {name}"))
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| form("UTF-8"))?;
    let value = Value::parse(text.strip_suffix('\n').unwrap_or(text)).map_err(|e| form(e.due))?;
    Draft::read(&value).map_err(|error| form(&format!("{}: {}", error.place, error.due)))
}

/// Writes a draft; returns its name.
pub fn write(disk: &dyn Disk, folder: &Path, draft: &Draft) -> Outcome<String> {
    let last_path = folder.join("drafts").join("last");
    let last = disk
        .read(&last_path, 64)
        .map_err(|error| Failure::disk("reading", &last_path, error))?
        .and_then(|bytes| String::from_utf8(bytes).ok()?.trim().parse::<u64>().ok());
    let there = names(disk, folder)?.last().and_then(|name| number(name));
    let next = last.max(there).unwrap_or(0) + 1;
    let write = |path: &Path, bytes: &[u8]| {
        replace(disk, path, bytes).map_err(|error| Failure::disk("writing", path, error))
    };
    write(&last_path, format!("{next}\n").as_bytes())?;
    let name = format!("d{next}");
    write(&path(folder, &name), &draft.to_bytes())?;
    Ok(name)
}

/// Notes in a draft that its signing begins, at this number.
pub fn begin(disk: &dyn Disk, folder: &Path, name: &str, draft: &Draft, seq: u64) -> Outcome<()> {
    let path = path(folder, name);
    let begun = Draft { begun: Some(seq), ..draft.clone() };
    replace(disk, &path, &begun.to_bytes()).map_err(|error| Failure::disk("writing", &path, error))
}

/// Removes a draft.
pub fn drop(disk: &dyn Disk, folder: &Path, name: &str) -> Outcome<()> {
    let path = path(folder, name);
    disk.remove(&path)
        .and_then(|()| disk.sync_folder(parent(&path)))
        .map_err(|error| Failure::disk("removing", &path, error))
}
