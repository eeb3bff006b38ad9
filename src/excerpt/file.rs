//! The file of an excerpt: one line of strict JSON and a line feed.

use crate::base64;
use crate::entry::parse_json;
use crate::fault::{Code, Fault};
use crate::fields::{FieldError, Fields};
use crate::hash::Hash;
use crate::json::Value;
use crate::precedence::Included;
use crate::proof::some_list;

use super::{Carried, Excerpt, FORMAT, Files, LARGEST, Log};

impl Log {
    /// Whole logs are lists of notes; of a part each note has its proof.
    fn to_value(&self, is_whole: bool) -> Value {
        let entry = |one: &Included| match is_whole {
            true => Value::text(base64::encode(&one.bytes)),
            false => one.to_value(),
        };
        let entries = some_list(&self.entries).map(|entries| entries.iter().map(entry).collect());
        Value::object([("checkpoint", Value::text(&self.checkpoint)), ("log", Value::text(&self.log))])
            .with_some("entries", entries.map(Value::Array))
    }

    fn read(item: (String, &Value), is_whole: bool) -> Result<Self, FieldError> {
        let mut fields = Fields::of(item.1, &item.0)?;
        let checkpoint = fields.text("checkpoint")?.to_owned();
        let log = fields.parsed("log")?;
        let entries = fields.list_optional("entries")?.into_iter();
        let entries = if is_whole {
            let whole = |item| Ok(Included { bytes: bytes(item)?, proof: Vec::new() });
            entries.map(whole).collect::<Result<_, FieldError>>()?
        } else {
            entries.map(Included::read).collect::<Result<_, FieldError>>()?
        };
        fields.done()?;
        Ok(Self { log, checkpoint, entries })
    }
}

fn bytes((place, item): (String, &Value)) -> Result<Vec<u8>, FieldError> {
    let due = || FieldError { place, due: "base64".to_owned() };
    item.as_str().and_then(base64::decode).ok_or_else(due)
}

fn list(items: &[Included]) -> Option<Value> {
    some_list(items).map(|items| Value::Array(items.iter().map(Included::to_value).collect()))
}

impl Excerpt {
    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let of = |folder: &str| {
            let prefix = format!("{folder}/");
            let files = self.files.iter().filter(|(path, _)| path.starts_with(&prefix));
            let files: Vec<Value> = files.map(|(_, bytes)| Value::text(base64::encode(bytes))).collect();
            (!files.is_empty()).then_some(Value::Array(files))
        };
        let faults = self.faults.iter().map(|fault| Value::text(base64::encode(fault)));
        let value = Value::object([
            ("charter", Value::text(base64::encode(&self.charter))),
            ("format", Value::text(FORMAT)),
            ("of", Value::text(&self.of)),
        ])
        .with_some("docs", of("docs"))
        .with_some("notes", of("notes"))
        .with_some("faults", some_list(&self.faults).map(|_| Value::Array(faults.collect())));
        let logs =
            |logs: &[Log], is_whole| Value::Array(logs.iter().map(|log| log.to_value(is_whole)).collect());
        let value = match &self.carried {
            Carried::Entry { note, keys, proof } => value
                .with("carries", Value::text("entry"))
                .with("entry", Value::text(base64::encode(note)))
                .with("proof", Value::text(proof))
                .with_some("keys", list(keys)),
            Carried::Whole(all) => value.with("carries", Value::text("whole")).with("logs", logs(all, true)),
            Carried::Part(all) => value.with("carries", Value::text("part")).with("logs", logs(all, false)),
        };
        (value.encode() + "\n").into_bytes()
    }

    /// Reads a file; says nothing about whether it holds.
    pub fn parse(file: &[u8]) -> Result<Self, Fault> {
        let digest = |due: String| Fault::new(Code::Digest, due);
        if file.len() > LARGEST {
            return Err(digest("an excerpt of at most 64 MiB".to_owned()));
        }
        let line = std::str::from_utf8(file)
            .ok()
            .and_then(|text| text.strip_suffix('\n'))
            .ok_or_else(|| digest("one line of strict JSON and a line feed".to_owned()))?;
        let value = parse_json(line).map_err(|fault| digest(fault.detail))?;
        let read = read(&value).map_err(|error| digest(format!("{}: {}", error.place, error.due)))?;
        // Files stand in the order of their names, each once.
        if read.to_bytes() == file { Ok(read) } else { Err(digest("one spelling".to_owned())) }
    }
}

fn read(value: &Value) -> Result<Excerpt, FieldError> {
    let mut fields = Fields::of(value, "")?;
    if fields.text("format")? != FORMAT {
        return Err(fields.error("format", FORMAT));
    }
    let charter = base64::decode(fields.text("charter")?).ok_or_else(|| fields.error("charter", "base64"))?;
    let of = fields.parsed("of")?;
    let mut files = Files::new();
    for folder in ["docs", "notes"] {
        for item in fields.list_optional(folder)? {
            let bytes = bytes(item)?;
            files.insert(format!("{folder}/{}", Hash::of(&bytes)), bytes);
        }
    }
    let faults = fields.list_optional("faults")?.into_iter().map(bytes).collect::<Result<_, _>>()?;
    let logs = |fields: &mut Fields<'_>, is_whole| {
        fields.list("logs")?.into_iter().map(|item| Log::read(item, is_whole)).collect::<Result<_, _>>()
    };
    let carried = match fields.text("carries")? {
        "entry" => Carried::Entry {
            note: base64::decode(fields.text("entry")?).ok_or_else(|| fields.error("entry", "base64"))?,
            keys: fields.list_optional("keys")?.into_iter().map(Included::read).collect::<Result<_, _>>()?,
            proof: fields.text("proof")?.to_owned(),
        },
        "whole" => Carried::Whole(logs(&mut fields, true)?),
        "part" => Carried::Part(logs(&mut fields, false)?),
        _ => return Err(fields.error("carries", "entry, part or whole")),
    };
    fields.done()?;
    Ok(Excerpt { charter, of, carried, files, faults })
}
