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

/// How an entry of a log stands: in a part with its proof, in a whole as its note alone.
struct Form {
    print: fn(&Included) -> Value,
    read: fn(&str, &Value) -> Result<Included, FieldError>,
}

const WHOLE: Form = Form {
    print: |one| Value::text(base64::encode(&one.bytes)),
    read: |place, item| Ok(Included { bytes: bytes(place, item)?, proof: Vec::new() }),
};

const PART: Form = Form { print: Included::to_value, read: Included::read };

impl Log {
    fn to_value(&self, form: &Form) -> Value {
        let entries = some_list(&self.entries).map(|entries| entries.iter().map(form.print).collect());
        Value::object([("checkpoint", Value::text(&self.checkpoint)), ("log", Value::text(&self.log))])
            .with_some("entries", entries.map(Value::Array))
    }

    fn read(place: &str, item: &Value, form: &Form) -> Result<Self, FieldError> {
        let mut fields = Fields::of(item, place)?;
        let checkpoint = fields.text("checkpoint")?.to_owned();
        let log = fields.parsed("log")?;
        let entries = fields.list_optional("entries")?;
        let entries =
            entries.iter().map(|(place, item)| (form.read)(place, item)).collect::<Result<_, _>>()?;
        fields.done()?;
        Ok(Self { log, checkpoint, entries })
    }
}

fn bytes(place: &str, item: &Value) -> Result<Vec<u8>, FieldError> {
    let due = || FieldError { place: place.to_owned(), due: "base64".to_owned() };
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
            Carried::Whole(all) => {
                value.with("carries", Value::text("whole")).with("logs", logs(all, &WHOLE))
            }
            Carried::Part(all) => value.with("carries", Value::text("part")).with("logs", logs(all, &PART)),
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
        for (place, item) in fields.list_optional(folder)? {
            let bytes = bytes(&place, item)?;
            files.insert(format!("{folder}/{}", Hash::of(&bytes)), bytes);
        }
    }
    let faults = fields.list_optional("faults")?;
    let faults = faults.iter().map(|(place, item)| bytes(place, item)).collect::<Result<_, _>>()?;
    let logs = |fields: &mut Fields<'_>, form| {
        let logs = fields.list("logs")?;
        logs.iter().map(|(place, item)| Log::read(place, item, form)).collect::<Result<_, _>>()
    };
    let carried = match fields.text("carries")? {
        "entry" => Carried::Entry {
            note: base64::decode(fields.text("entry")?).ok_or_else(|| fields.error("entry", "base64"))?,
            keys: Included::all(fields.list_optional("keys")?)?,
            proof: fields.text("proof")?.to_owned(),
        },
        "whole" => Carried::Whole(logs(&mut fields, &WHOLE)?),
        "part" => Carried::Part(logs(&mut fields, &PART)?),
        _ => return Err(fields.error("carries", "entry, part or whole")),
    };
    fields.done()?;
    Ok(Excerpt { charter, of, carried, files, faults })
}
