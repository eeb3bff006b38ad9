//! Rank *sealed*: what a log key has recorded, as C2SP checkpoints.
//!
//! ```text
//! countersign/<ledger id>/moscow
//! 13
//! <base64 of the root>
//!
//! — countersign/<ledger id>/moscow <base64 of key id and signature>
//! ```

use crate::base64;
use crate::entry::Head;
use crate::fault::{Code, Fault};
use crate::hash::Hash;
use crate::key::{PublicKey, SecretKey};
use crate::names::LogId;
use crate::note::{self, Line, Note, Verifier};
use crate::table::Tables;

/// Most signature lines of a checkpoint, as other tools have it.
pub const MOST_LINES: usize = 100;

/// The largest size; what a signed 64-bit integer can say, and more than enough.
const LARGEST: u64 = (1 << 53) - 1;

/// A checkpoint that the log's own key signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    log: LogId,
    origin: String,
    head: Head,
}

/// The origin of a log, which is also the name of its log key.
pub fn origin(ledger: &Hash, log: &LogId) -> String {
    format!("countersign/{ledger}/{log}")
}

/// The key that seals one log, under its name.
#[derive(Clone, Debug)]
pub struct Sealer(Verifier, LogId);

impl Sealer {
    /// The key of a log.
    pub fn of(ledger: &Hash, log: &LogId, key: &PublicKey) -> Self {
        Self(Verifier::of(&origin(ledger, log), key), log.clone())
    }

    /// The checkpoint of a head that somebody carries, if this key sealed it.
    pub fn rebuild(&self, head: &Head) -> Result<Checkpoint, Fault> {
        let one = Checkpoint::rebuild_all(&[(head, self)], &Tables::new()).pop().flatten();
        one.ok_or_else(|| Fault::new(Code::CheckpointSignature, "a seal of the log's key"))
    }
}

fn text(origin: &str, size: u64, root: &Hash) -> String {
    format!("{origin}\n{size}\n{}\n", base64::encode(root.bytes()))
}

/// The three lines of a checkpoint: what a log key signs, what witnesses cosign, and,
/// as a file by itself, what a time stamp is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeHead {
    /// The origin of the log.
    pub origin: String,
    /// The number of entries, which may be 0.
    pub size: u64,
    /// Their root.
    pub root: Hash,
}

impl TreeHead {
    /// Reads three lines, each ended by a line feed. What is accepted prints back the
    /// same; lines of extension are refused.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let form = |due: &str| Fault::new(Code::CheckpointForm, due);
        let body = text.strip_suffix('\n').ok_or_else(|| form("a line feed at the end"))?;
        let lines: Vec<&str> = body.split('\n').collect();
        let [origin, size, root] = lines.as_slice() else {
            return Err(form("three lines: origin, size, root"));
        };
        if origin.is_empty() || origin.len() > 255 {
            return Err(form("an origin of 1 to 255 bytes"));
        }
        let size = if *size == "0" { Some(0) } else { parse_size(size) };
        let root = base64::decode(root).and_then(|bytes| Some(Hash::new(bytes.try_into().ok()?)));
        Ok(Self {
            origin: (*origin).to_owned(),
            size: size.ok_or_else(|| form("a size in decimal"))?,
            root: root.ok_or_else(|| form("a root: base64 of 32 bytes"))?,
        })
    }

    /// Reads the file of a stamped head, which is never empty.
    pub fn of_file(bytes: &[u8]) -> Option<Self> {
        Self::parse(std::str::from_utf8(bytes).ok()?).ok().filter(|head| head.size > 0)
    }

    /// The name of its file in `notes/`, and the imprint of time stamps over it.
    pub fn imprint(&self) -> Hash {
        Hash::of(self.text().as_bytes())
    }

    /// The log, if it is one of this ledger.
    pub fn log(&self, ledger: &Hash) -> Option<LogId> {
        let log: LogId = self.origin.rsplit('/').next()?.parse().ok()?;
        (origin(ledger, &log) == self.origin).then_some(log)
    }

    /// The three lines.
    pub fn text(&self) -> String {
        text(&self.origin, self.size, &self.root)
    }
}

impl Checkpoint {
    /// Reads and verifies a checkpoint of `log`. Other signature lines are
    /// ignored, as C2SP has it.
    pub fn parse(bytes: &[u8], ledger: &Hash, log: &LogId, key: &PublicKey) -> Result<Self, Fault> {
        let origin = origin(ledger, log);
        let form = |due: &str| Fault::new(Code::CheckpointForm, due);
        let note = Note::parse(bytes, MOST_LINES).map_err(|fault| form(&fault.detail))?;
        let lines: Vec<&str> = note.text().split_terminator('\n').collect();
        let own = note::key_id(&origin, key);
        let line = note.lines().iter().find(|l| l.name == origin && l.key_id() == Some(own));
        let [first, size, root] = lines.as_slice() else {
            return Err(form("three lines: origin, size, root"));
        };
        if *first != origin {
            return Err(form(&format!("the origin {origin}")));
        }
        let size = parse_size(size).ok_or_else(|| form("a size from 1, in decimal"))?;
        let root = parse_root(root).ok_or_else(|| form("a root: base64 of 32 bytes"))?;
        let absent = || Fault::new(Code::CheckpointSignature, "a signature line of the log key");
        let line = line.ok_or_else(absent)?;
        note::verify(note.text(), line, &origin, key)
            .map_err(|fault| Fault::new(Code::CheckpointSignature, fault.detail))?;
        let seal = line.seal().ok_or_else(absent)?;
        Ok(Self { log: log.clone(), origin, head: Head { size, root, seal } })
    }

    /// Rebuilds the checkpoint that a receipt, a pin or a volume carries.
    pub fn rebuild(head: &Head, ledger: &Hash, log: &LogId, key: &PublicKey) -> Result<Self, Fault> {
        let origin = origin(ledger, log);
        let text = text(&origin, head.size, &head.root);
        note::verify(&text, &Line::of(&origin, &head.seal), &origin, key)
            .map_err(|fault| Fault::new(Code::CheckpointSignature, fault.detail))?;
        Ok(Self { log: log.clone(), origin, head: head.clone() })
    }

    /// Whether heads that others carry are under the seals of their logs, each by
    /// itself; see [`Checkpoint::rebuild`].
    pub fn rebuild_all(heads: &[(&Head, &Sealer)], tables: &Tables) -> Vec<Option<Self>> {
        let texts: Vec<(String, Line)> = heads
            .iter()
            .map(|(head, by)| {
                let origin = by.0.name();
                (text(origin, head.size, &head.root), Line::of(origin, &head.seal))
            })
            .collect();
        let signatures: Vec<note::Signature<'_>> = texts
            .iter()
            .zip(heads)
            .map(|((text, line), (_, by))| note::Signature { text, line, by: &by.0 })
            .collect();
        let rebuilt = |(answer, (head, by)): (Result<(), Fault>, &(&Head, &Sealer))| {
            let origin = by.0.name().to_owned();
            answer.ok().map(|()| Self { log: by.1.clone(), origin, head: (*head).clone() })
        };
        note::verify_all(&signatures, tables).into_iter().zip(heads).map(rebuilt).collect()
    }

    /// Seals the first `size` entries of `log`, whose root this is.
    pub fn sign(ledger: &Hash, log: &LogId, size: u64, root: Hash, key: &SecretKey) -> Self {
        let origin = origin(ledger, log);
        let seal = note::sign(&text(&origin, size, &root), &origin, key);
        Self { log: log.clone(), origin, head: Head { size, root, seal } }
    }

    /// The note with the log's line alone.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = text(&self.origin, self.size(), &self.root());
        Note::new(text, vec![self.line()]).to_bytes()
    }

    /// Its three lines.
    pub fn tree_head(&self) -> TreeHead {
        TreeHead { origin: self.origin.clone(), size: self.size(), root: self.root() }
    }

    /// The line of the log key.
    pub fn line(&self) -> Line {
        Line::of(&self.origin, &self.head.seal)
    }

    /// The log.
    pub fn log(&self) -> &LogId {
        &self.log
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.head.size
    }

    /// Root of these.
    pub fn root(&self) -> Hash {
        self.head.root
    }

    /// As it stands in `seen`.
    pub fn head(&self) -> &Head {
        &self.head
    }
}

fn parse_size(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|size| plain && *size <= LARGEST)
}

fn parse_root(text: &str) -> Option<Hash> {
    Some(Hash::new(base64::decode(text)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    #[test]
    fn a_stamped_head_is_three_lines_in_one_spelling() {
        let key = SecretKey::from_seed(&Zeroizing::new([7; 32]));
        let (ledger, log) = (Hash::of(b"charter"), "moscow".parse().unwrap());
        let head = Checkpoint::sign(&ledger, &log, 13, Hash::of(b"root"), &key).tree_head();
        let bytes = head.text().into_bytes();
        assert_eq!(TreeHead::of_file(&bytes), Some(head.clone()));
        assert_eq!(head.log(&ledger), Some(log));
        assert_eq!(head.log(&Hash::of(b"another")), None);
        let text = String::from_utf8(bytes).unwrap();
        for other in [
            text.trim_end().to_owned(),
            format!("{text}\n"),
            format!("{text}extension\n"),
            text.replace("\n13\n", "\n013\n"),
            text.replace("\n13\n", "\n0\n"),
            text.replace("=\n", "\n"),
            text.replace('\n', "\r\n"),
            text.split_once('\n').unwrap().1.to_owned(),
            text.replace(&head.origin, ""),
        ] {
            assert_eq!(TreeHead::of_file(other.as_bytes()), None, "{other:?}");
        }
    }

    #[test]
    fn a_checkpoint_has_three_lines_and_the_log_keys_signature() {
        let key = SecretKey::from_seed(&Zeroizing::new([7; 32]));
        let other = SecretKey::from_seed(&Zeroizing::new([8; 32]));
        let (ledger, log) = (Hash::of(b"charter"), "moscow".parse().unwrap());
        let made = Checkpoint::sign(&ledger, &log, 13, Hash::of(b"root"), &key);
        let bytes = made.to_bytes();
        let parse = |bytes: &[u8]| Checkpoint::parse(bytes, &ledger, &log, &key.public());
        assert_eq!(parse(&bytes), Ok(made.clone()));
        assert_eq!(Checkpoint::rebuild(made.head(), &ledger, &log, &key.public()), Ok(made.clone()));

        let mut cosigned = bytes.clone();
        cosigned.extend("\u{2014} witness AAAAAAAAAAAAAAAA\n".bytes());
        assert_eq!(parse(&cosigned), Ok(made), "lines of others are ignored");

        let text = String::from_utf8(bytes.clone()).unwrap();
        for (changed, code) in [
            (text.replace("\n13\n", "\n14\n"), Code::CheckpointSignature),
            (text.replace("\n13\n", "\n013\n"), Code::CheckpointForm),
            (text.replace("\n13\n", "\n0\n"), Code::CheckpointForm),
            (text.replace("\n13\n", "\n-1\n"), Code::CheckpointForm),
            (text.replace("\n13\n", "\n99999999999999999999\n"), Code::CheckpointForm),
            (text.replace("=\n\n", "=\nextension\n\n"), Code::CheckpointForm),
            (text.replace("/moscow", "/athens"), Code::CheckpointForm),
        ] {
            assert_eq!(parse(changed.as_bytes()).unwrap_err().code, code, "{changed}");
        }
        let result = Checkpoint::parse(&bytes, &ledger, &log, &other.public());
        assert_eq!(result.unwrap_err().code, Code::CheckpointSignature);
    }
}
