//! What a snapshot holds that its charter and its checkpoints do not say: a web server
//! gives files and no lists of them.
//!
//! ```text
//! {"branches":["moscow/0123456789abcdef"],"files":[{"path":"docs/<sha256>","size":512}],
//!  "format":"countersign.snapshot/1","logs":["moscow","washington"]}
//! ```
//!
//! It is not signed, and it is believed in nothing but names: what it leaves out is
//! absent, and what it adds is looked at like every file of a copy.

use std::collections::{BTreeMap, BTreeSet};

use crate::fields::{FieldError, Fields};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::LogId;

/// The name of the file in a snapshot.
pub const NAME: &str = "snapshot.json";

/// Most bytes in it: some ten thousand files.
pub const LARGEST: u64 = 2 << 20;

const FORMAT: &str = "countersign.snapshot/1";

/// The folders of files that are named by their SHA-256.
const FOLDERS: [&str; 3] = ["docs", "faults", "notes"];

/// The names in a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Its logs.
    pub logs: BTreeSet<LogId>,
    /// Further branches: the log, and the name of the branch.
    pub branches: BTreeSet<(LogId, String)>,
    /// Files in `docs/`, `faults/` and `notes/`, and their sizes.
    pub files: BTreeMap<String, u64>,
}

impl Listing {
    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let some = |items: Vec<Value>| (!items.is_empty()).then_some(Value::Array(items));
        let file = |(path, size): (&String, &u64)| {
            Value::object([("path", Value::text(path)), ("size", Value::Number(*size))])
        };
        let branch = |(log, name): &(LogId, String)| Value::text(format!("{log}/{name}"));
        let value = Value::object([("format", Value::text(FORMAT))])
            .with_some("branches", some(self.branches.iter().map(branch).collect()))
            .with_some("files", some(self.files.iter().map(file).collect()))
            .with_some("logs", some(self.logs.iter().map(Value::text).collect()));
        (value.encode() + "\n").into_bytes()
    }

    /// Reads it.
    pub fn parse(bytes: &[u8]) -> Result<Self, FieldError> {
        let due = |due: &str| FieldError { place: NAME.to_owned(), due: due.to_owned() };
        let text = std::str::from_utf8(bytes).map_err(|_| due("UTF-8"))?;
        let line = text.strip_suffix('\n').ok_or_else(|| due("a line feed at the end"))?;
        let value = Value::parse(line).map_err(|error| due(error.due))?;
        let mut fields = Fields::of(&value, NAME)?;
        if fields.text("format")? != FORMAT {
            return Err(fields.error("format", FORMAT));
        }
        let mut listing =
            Self { logs: fields.set_optional("logs")?.into_iter().collect(), ..Self::default() };
        for (place, item) in fields.list_optional("branches")? {
            let branch = item
                .as_str()
                .and_then(branch)
                .ok_or(FieldError { place, due: "a log, a slash and the name of a branch".to_owned() })?;
            listing.branches.insert(branch);
        }
        for (place, item) in fields.list_optional("files")? {
            let mut file = Fields::of(item, &place)?;
            let path = file.text("path")?;
            if !is_named(path) {
                return Err(file.error("path", "a folder of named files, a slash and a SHA-256"));
            }
            listing.files.insert(path.to_owned(), file.number("size")?);
            file.done()?;
        }
        fields.done()?;
        Ok(listing)
    }
}

/// Whether a path is that of a file which is named by its SHA-256.
pub fn is_named(path: &str) -> bool {
    let named = path.split_once('/').filter(|(folder, _)| FOLDERS.contains(folder));
    named.is_some_and(|(_, name)| Hash::from_hex(name).is_some())
}

fn branch(text: &str) -> Option<(LogId, String)> {
    let (log, name) = text.split_once('/')?;
    let is_hex = name.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    Some((log.parse().ok()?, (name.len() == 16 && is_hex).then(|| name.to_owned())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read_and_no_name_leads_elsewhere() {
        let log = |name: &str| name.parse::<LogId>().unwrap();
        let path = format!("docs/{}", Hash::of(b"x"));
        let listing = Listing {
            logs: [log("moscow"), log("washington")].into(),
            branches: [(log("moscow"), "0123456789abcdef".to_owned())].into(),
            files: [(path, 3)].into(),
        };
        assert_eq!(Listing::parse(&listing.to_bytes()), Ok(listing.clone()));
        assert_eq!(Listing::parse(&Listing::default().to_bytes()), Ok(Listing::default()));
        let text = String::from_utf8(listing.to_bytes()).unwrap();
        for (old, new) in [
            ("\"docs/", "\"../docs/"),
            ("\"docs/", "\"local/"),
            ("\"docs/", "\"docs/../docs/"),
            ("moscow/0123456789abcdef", "moscow/../89abcdef0000"),
            ("moscow/0123456789abcdef", "../0123456789abcdef"),
            ("\"moscow\"", "\"..\""),
            ("snapshot/1", "snapshot/2"),
            ("\"size\":3", "\"size\":3,\"x\":1"),
            ("}\n", "}"),
        ] {
            assert!(text.contains(old), "{old}");
            assert!(Listing::parse(text.replacen(old, new, 1).as_bytes()).is_err(), "{new}");
        }
    }
}
