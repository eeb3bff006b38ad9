//! The tail of a page: the files of one snapshot, in characters that no browser reads as
//! anything but text.
//!
//! ```text
//! countersign.page/1
//! left-out 391                                only where files are left out for their size
//! charter.json eyJmb3JtYXQi...
//! docs/8d1c... - 5120                         a document: its size, and none of its bytes
//! logs/moscow/checkpoint Y291bnRlcnNpZ24v...
//! end
//! ```
//!
//! The files stand in the order of the bytes of their paths. One content has one tail.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base64;

/// The first line.
const FORMAT: &str = "countersign.page/1";

/// The last.
const END: &str = "end";

/// Most bytes of files in a page: what a telephone still opens.
pub const MOST: usize = 16 << 20;

/// Most bytes in a page: those, a third more in base64, with the viewer and the paths.
pub const LARGEST: u64 = 48 << 20;

/// What a page has of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// A document, of which it has the size alone.
    Document(u64),
}

/// What a page has of one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tail {
    /// Files of the folder that are not in it for their size.
    pub left_out: u64,
    /// Those that are, by path.
    pub files: BTreeMap<String, Carried>,
}

/// A tail that is not in its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TailError {
    /// Which line, counted from 1.
    pub line: usize,
    /// What was due there.
    pub due: &'static str,
}

impl Tail {
    /// Writes it.
    pub fn to_text(&self) -> String {
        let mut out = format!("{FORMAT}\n");
        if self.left_out > 0 {
            let _ = writeln!(out, "left-out {}", self.left_out);
        }
        for (path, carried) in &self.files {
            let _ = match carried {
                Carried::Bytes(bytes) => writeln!(out, "{path} {}", base64::encode(bytes)),
                Carried::Document(size) => writeln!(out, "{path} - {size}"),
            };
        }
        out + END + "\n"
    }

    /// Reads it.
    pub fn parse(bytes: &[u8]) -> Result<Self, TailError> {
        let at = |line, due| TailError { line, due };
        let text = std::str::from_utf8(bytes).map_err(|_| at(1, "UTF-8"))?;
        let mut tail = Self::default();
        let mut lines = text.split_inclusive('\n').enumerate();
        if lines.next() != Some((0, "countersign.page/1\n")) {
            return Err(at(1, FORMAT));
        }
        for (before, line) in lines.by_ref() {
            let number = before + 1;
            let line = line.strip_suffix('\n').ok_or(at(number, "a line feed"))?;
            if line == END {
                return match lines.next() {
                    None => Ok(tail),
                    Some(_) => Err(at(number + 1, "nothing after the end")),
                };
            }
            if let Some(count) = line.strip_prefix("left-out ").filter(|_| number == 2) {
                let count = decimal(count).filter(|count| *count > 0);
                tail.left_out = count.ok_or(at(number, "how many files are left out"))?;
                continue;
            }
            let (path, carried) = file(line).ok_or(at(number, "a path and a file in base64"))?;
            if tail.files.last_key_value().is_some_and(|(last, _)| *last >= path) {
                return Err(at(number, "paths in the order of their bytes, each once"));
            }
            tail.files.insert(path, carried);
        }
        Err(at(text.lines().count() + 1, END))
    }
}

fn file(line: &str) -> Option<(String, Carried)> {
    let (path, rest) = line.split_once(' ').filter(|(path, _)| is_path(path))?;
    let carried = match rest.strip_prefix("- ") {
        Some(size) => Carried::Document(decimal(size)?),
        None => Carried::Bytes(base64::decode(rest)?),
    };
    let is_document = matches!(carried, Carried::Document(_));
    (!is_document || path.starts_with("docs/")).then(|| (path.to_owned(), carried))
}

/// Small letters, digits, points, hyphens and slashes: nothing that markup begins with.
pub fn is_path(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    path.split('/').all(|step| !step.is_empty() && !step.starts_with('.') && step.bytes().all(plain))
}

/// A number in its one spelling.
fn decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Tail {
        let bytes = |bytes: &[u8]| Carried::Bytes(bytes.to_vec());
        let files = [
            ("charter.json", bytes(b"{}\n")),
            ("docs/00", Carried::Document(7)),
            ("logs/moscow/checkpoint", bytes(b"</plaintext><script>")),
            ("logs/moscow/tile/entries/x001/000.p/7", bytes(&[0, 255, 13, 10])),
        ];
        Tail { left_out: 0, files: files.map(|(path, carried)| (path.to_owned(), carried)).into() }
    }

    #[test]
    fn what_is_written_is_what_is_read_and_every_other_spelling_is_refused() {
        for tail in [example(), Tail { left_out: 12, ..example() }, Tail::default()] {
            let text = tail.to_text();
            assert_eq!(Tail::parse(text.as_bytes()), Ok(tail.clone()));
            assert!(!text.contains(['<', '>', '&', '"', '\0', '\r']));
            for length in 0..text.len() {
                assert!(Tail::parse(&text.as_bytes()[..length]).is_err(), "cut at {length}");
            }
            for at in 0..text.len() {
                for bit in 0..8 {
                    let mut other = text.clone().into_bytes();
                    other[at] ^= 1 << bit;
                    assert!(Tail::parse(&other) != Ok(tail.clone()), "byte {at}, bit {bit}");
                }
            }
            assert!(Tail::parse((text + "end\n").as_bytes()).is_err());
        }
        let text = example().to_text();
        for (old, new) in [
            ("charter.json e30K", "logs/z e30K"),
            ("charter.json", "../charter.json"),
            ("charter.json", ".charter.json"),
            ("charter.json", "a<b"),
            ("docs/00 - 7", "docs/00 - 07"),
            ("docs/00 - 7", "notes/00 - 7"),
            ("countersign.page/1\n", "countersign.page/1\nleft-out 0\n"),
            ("end\n", "left-out 3\nend\n"),
        ] {
            assert!(text.contains(old), "{old}");
            assert!(Tail::parse(text.replacen(old, new, 1).as_bytes()).is_err(), "{new}");
        }
    }
}
