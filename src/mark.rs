//! Marks: what a key has signed, kept beside the key.
//!
//! A ledger folder can be restored from an old backup. It is then a valid shorter
//! record, and the next signature would be a second entry at a place already
//! taken. So a signing key keeps every own entry, whole, that no other member is
//! known to hold; a log key keeps the newest head that it sealed. Each is on disk,
//! synced, before the signature leaves the process.
//!
//! ```text
//! X.key.marks/<ledger>.<log>        two slots of 4,096 bytes; the higher counter that checks wins
//! X.key.marks/<ledger>.<log>.tail   own entries from the slot's number on, in journal framing
//! ```
//!
//! A slot is `countersign-mark/1`, one line of strict JSON, zeros, and in the last
//! 32 bytes the SHA-256 of the rest. Writing goes to the other slot, so a torn
//! write leaves the one before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::checkpoint::Checkpoint;
use crate::disk::{Access, Disk, Source, replace};
use crate::entry::{Head, Signed};
use crate::failure::{Failure, Outcome, Why};
use crate::fields::{FieldError, Fields};
use crate::hash::{Hash, LENGTH};
use crate::journal;
use crate::json::Value;
use crate::keyfile::marks_folder;
use crate::names::LogId;
use crate::note::Seal;
use crate::tile;

const HEADER: &str = "countersign-mark/1\n";
const SLOT: usize = 4096;

/// Whether there is a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence<T> {
    /// The folder that `key new` makes is not beside the key.
    NoFolder,
    /// The folder is there; this key has signed nothing in this log.
    Nothing,
    /// What it has signed.
    Held(T),
}

/// What a signing key has signed in one log. Where several keys sign in turn, each
/// holds its own signings, so the numbers can have gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signings {
    /// Own entries before this number are held by others.
    pub base: u64,
    /// Own entries, whole, by number.
    pub notes: BTreeMap<u64, Signed>,
}

impl Signings {
    /// The number of own entries that this key knows of.
    pub fn size(&self) -> u64 {
        self.notes.last_key_value().map_or(0, |(seq, _)| seq + 1).max(self.base)
    }
}

/// The marks of one key for one log.
#[derive(Clone, Debug)]
pub struct Mark {
    folder: PathBuf,
    slots: PathBuf,
    tail: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Slot {
    counter: u64,
    count: u64,
    root: Option<Hash>,
    seal: Option<Seal>,
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Failure + '_ {
    move |error| Failure::disk("the mark", path, error)
}

impl Mark {
    /// The marks that lie beside a key file.
    pub fn beside(key: &Path, ledger: &Hash, log: &LogId) -> Self {
        let folder = marks_folder(key);
        let name = format!("{ledger}.{log}");
        Self { slots: folder.join(&name), tail: folder.join(format!("{name}.tail")), folder }
    }

    fn has_folder(&self, source: &dyn Source) -> Outcome<bool> {
        let name = self.folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let listed = source.list(crate::disk::parent(&self.folder)).map_err(failed(&self.folder))?;
        Ok(listed.iter().any(|(listed, _)| listed == name))
    }

    fn presence<T>(&self, source: &dyn Source, held: Option<T>) -> Outcome<Presence<T>> {
        Ok(match held {
            Some(held) => Presence::Held(held),
            None if self.has_folder(source)? => Presence::Nothing,
            None => Presence::NoFolder,
        })
    }

    /// What a signing key has signed. A torn end of the tail is an entry whose
    /// signature never left the process.
    pub fn signings(&self, source: &dyn Source) -> Outcome<Presence<Signings>> {
        let slot = self.slot(source)?;
        let tail = journal::read(source, &self.tail).map_err(failed(&self.tail))?;
        let base = slot.map_or(0, |slot| slot.count);
        // After a prune that was cut off, entries before the base stand here too.
        let notes: BTreeMap<u64, Signed> = tail
            .notes
            .iter()
            .filter_map(|note| Signed::parse(note).ok())
            .filter(|signed| signed.entry().seq >= base)
            .map(|signed| (signed.entry().seq, signed))
            .collect();
        let held = (base > 0 || !notes.is_empty()).then_some(Signings { base, notes });
        self.presence(source, held)
    }

    /// Notes an own entry, whole, before its signature leaves the process.
    pub fn note_entry(&self, disk: &dyn Disk, note: &[u8]) -> Outcome<()> {
        let contents = journal::read(disk, &self.tail).map_err(failed(&self.tail))?;
        if !contents.torn.is_empty() {
            journal::set_aside(disk, &self.tail, contents.end).map_err(failed(&self.tail))?;
        }
        journal::append(disk, &self.tail, &contents.end(), [Ok(note)]).map_err(failed(&self.tail))?;
        Ok(())
    }

    /// Lets go of own entries before `base`, which others hold.
    pub fn let_go(&self, disk: &dyn Disk, base: u64, root: Option<Hash>) -> Outcome<()> {
        if self.slot(disk)?.is_some_and(|slot| base <= slot.count) {
            return Ok(());
        }
        let Presence::Held(held) = self.signings(disk)? else { return Ok(()) };
        self.write_slot(disk, base, root, None)?;
        let keep = held.notes.range(base..).filter_map(|(_, signed)| tile::frame(signed.bytes()));
        let bytes: Vec<u8> = keep.flatten().collect();
        replace(disk, &self.tail, &bytes).map_err(failed(&self.tail))
    }

    /// Begins a mark at `base` own entries that are known from elsewhere.
    pub fn begin(&self, disk: &dyn Disk, base: u64, root: Option<Hash>) -> Outcome<()> {
        if !self.has_folder(disk)? {
            crate::disk::make_folder_synced(disk, &self.folder, Access::Private)
                .map_err(failed(&self.folder))?;
        }
        if base > 0 { self.write_slot(disk, base, root, None) } else { Ok(()) }
    }

    /// The newest head that a log key sealed.
    pub fn sealed(&self, source: &dyn Source) -> Outcome<Presence<Head>> {
        let head = self
            .slot(source)?
            .and_then(|slot| Some(Head { size: slot.count, root: slot.root?, seal: slot.seal? }));
        self.presence(source, head)
    }

    /// Notes a checkpoint before it leaves the process.
    pub fn note_checkpoint(&self, disk: &dyn Disk, checkpoint: &Checkpoint) -> Outcome<()> {
        let head = checkpoint.head();
        self.write_slot(disk, head.size, Some(head.root), Some(head.seal))
    }

    fn slot(&self, source: &dyn Source) -> Outcome<Option<Slot>> {
        let bytes = source.read(&self.slots, 2 * 4096).map_err(failed(&self.slots))?;
        let Some(bytes) = bytes else { return Ok(None) };
        let newest = slots(&bytes).into_iter().flatten().max_by_key(|slot| slot.counter);
        match newest {
            Some(slot) => Ok(Some(slot)),
            // The file came into being with a whole slot, and writing goes to the
            // other one: two that do not check are damage.
            None => Err(Failure::new(
                Why::MarkAbsent,
                format!("the mark {} is damaged in both slots", self.slots.display()),
            )
            .next("move that file away, then: countersign pull SNAPSHOT --last MEMBER/NUMBER")),
        }
    }

    fn write_slot(&self, disk: &dyn Disk, count: u64, root: Option<Hash>, seal: Option<Seal>) -> Outcome<()> {
        let path = &self.slots;
        let bytes = disk.read(path, 2 * 4096).map_err(failed(path))?;
        let before = bytes.as_deref().map(slots).unwrap_or_default();
        let newest = before.iter().flatten().max_by_key(|slot| slot.counter);
        let counter = newest.map_or(0, |slot| slot.counter) + 1;
        let slot = Slot { counter, count, root, seal }.to_bytes();
        if bytes.is_none() {
            let mut whole = slot;
            whole.resize(2 * SLOT, 0);
            return replace(disk, path, &whole).map_err(failed(path));
        }
        let at = match before.as_slice() {
            [Some(first), _] if first.counter + 1 == counter => 4096,
            _ => 0,
        };
        disk.write(path, at, &slot).map_err(failed(path))?;
        disk.sync(path).map_err(failed(path))
    }
}

fn slots(bytes: &[u8]) -> Vec<Option<Slot>> {
    bytes.chunks(SLOT).map(Slot::parse).collect()
}

impl Slot {
    fn to_bytes(&self) -> Vec<u8> {
        let count = if self.seal.is_some() { "size" } else { "seq" };
        let line = Value::object([("counter", Value::Number(self.counter))])
            .with(count, Value::Number(self.count))
            .with_some("root", self.root.map(Value::text))
            .with_some("seal", self.seal.map(Value::text))
            .encode();
        let mut bytes = format!("{HEADER}{line}\n").into_bytes();
        bytes.resize(SLOT - LENGTH, 0);
        let digest = Hash::of(&bytes);
        bytes.extend(digest.bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (rest, digest) = bytes.split_at_checked(SLOT - LENGTH)?;
        if Hash::of(rest).bytes().as_slice() != digest {
            return None;
        }
        let text = std::str::from_utf8(rest).ok()?.strip_prefix(HEADER)?;
        let (line, _) = text.split_once('\n')?;
        Self::read(&Value::parse(line).ok()?).ok()
    }

    fn read(value: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(value, "")?;
        let size = fields.number_optional("size")?;
        let count = match size {
            Some(size) => size,
            None => fields.number("seq")?,
        };
        let seal = match fields.optional("seal") {
            None => None,
            Some(seal) => seal.as_str().and_then(Seal::from_base64),
        };
        Ok(Self { counter: fields.number("counter")?, count, root: fields.hash_optional("root")?, seal })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_checks_or_is_none() {
        let slot = Slot { counter: 7, count: 3, root: Some(Hash::of(b"r")), seal: None };
        let bytes = slot.to_bytes();
        assert_eq!(bytes.len(), SLOT);
        assert_eq!(Slot::parse(&bytes), Some(slot));
        for at in (0..SLOT).step_by(97) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(Slot::parse(&damaged), None, "byte {at}");
        }
    }
}
