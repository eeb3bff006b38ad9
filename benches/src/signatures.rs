//! The yardstick of verification: `verify_strict` in one thread, over the signatures
//! that stand in a snapshot, and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use countersign::base64;
use countersign::charter::Charter;
use countersign::checkpoint;
use countersign::entry::{Head, Signed, pen};
use countersign::key::PublicKey;
use countersign::names::LogId;
use countersign::note::{Line, Note};
use countersign::tile;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::Outcome;
use crate::clock::{self, Took};

/// What the loop took, and over how many signatures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loop {
    /// Its time.
    pub took: Took,
    /// Signatures of entries.
    pub entries: u64,
    /// Seals: in receipts, and of the checkpoints.
    pub seals: u64,
}

/// One signature, ready to be checked.
struct Check {
    text: String,
    signature: Signature,
    key: VerifyingKey,
}

impl Check {
    fn of(text: &str, line: &Line, key: &PublicKey) -> Outcome<Self> {
        // Four bytes of key id, 64 of signature.
        let bytes = line.bytes.get(4..).ok_or("a signature line without a signature")?;
        let key = VerifyingKey::from_bytes(key.bytes())?;
        Ok(Self { text: text.to_owned(), signature: Signature::from_slice(bytes)?, key })
    }

    fn holds(&self) -> bool {
        self.key.verify_strict(self.text.as_bytes(), &self.signature).is_ok()
    }
}

/// Runs the loop over a snapshot, bundle by bundle; only the checks are timed.
pub fn strict_loop(snapshot: &Path) -> Outcome<Loop> {
    let charter = Charter::parse(&fs::read(snapshot.join("charter.json"))?).map_err(|fault| fault.detail)?;
    let keys = Keys { charter: &charter, origins: origins(&charter) };
    let mut all = Loop::default();
    for member in charter.members.keys() {
        let log = LogId::first(member);
        let folder = snapshot.join("logs").join(log.as_str());
        let note = Note::parse(&fs::read(folder.join("checkpoint"))?, 1).map_err(|fault| fault.detail)?;
        let size: u64 = note.text().lines().nth(1).ok_or("a checkpoint without a size")?.parse()?;
        let seal = note.lines().first().ok_or("a checkpoint without a seal")?;
        all.seals += 1;
        run(&mut all, &[Check::of(note.text(), seal, keys.log_key(&log)?)?])?;
        for id in tile::bundles(size) {
            let (notes, _) = tile::frames(&fs::read(folder.join(id.path()))?);
            let mut checks = Vec::new();
            for note in &notes {
                keys.checks(&log, note, &mut checks)?;
            }
            all.entries += notes.len() as u64;
            all.seals += (checks.len() - notes.len()) as u64;
            run(&mut all, &checks)?;
        }
    }
    Ok(all)
}

fn run(all: &mut Loop, checks: &[Check]) -> Outcome<()> {
    let (held, took) = clock::take(|| checks.iter().all(Check::holds));
    all.took += took;
    if held { Ok(()) } else { Err("a signature does not hold".into()) }
}

fn origins(charter: &Charter) -> BTreeMap<LogId, String> {
    let origin = |member| {
        let log = LogId::first(member);
        (log.clone(), checkpoint::origin(&charter.id(), &log))
    };
    charter.members.keys().map(origin).collect()
}

struct Keys<'a> {
    charter: &'a Charter,
    origins: BTreeMap<LogId, String>,
}

impl Keys<'_> {
    fn log_key(&self, log: &LogId) -> Outcome<&PublicKey> {
        let member = self.charter.members.get(log.member()).ok_or("a log of no member")?;
        Ok(&member.log_key)
    }

    /// The signatures of one entry, and the seals that it carries.
    fn checks(&self, log: &LogId, bytes: &[u8], checks: &mut Vec<Check>) -> Outcome<()> {
        let note = Note::parse(bytes, 16).map_err(|fault| fault.detail)?;
        let member = self.charter.members.get(log.member()).ok_or("a log of no member")?;
        for line in note.lines() {
            let key = member.keys.keys().iter().find(|(label, _)| pen(log, label) == line.name);
            let (_, key) = key.ok_or("a signature of no key")?;
            checks.push(Check::of(note.text(), line, key)?);
        }
        if note.text().contains("\"seen\":{") {
            let signed = Signed::parse(bytes).map_err(|fault| fault.detail)?;
            for (other, head) in &signed.entry().seen {
                checks.push(self.seal(other, head)?);
            }
        }
        Ok(())
    }

    fn seal(&self, log: &LogId, head: &Head) -> Outcome<Check> {
        let origin = self.origins.get(log).ok_or("a log of no member")?;
        let text = format!("{origin}\n{}\n{}\n", head.size, base64::encode(head.root.bytes()));
        Check::of(&text, &Line::of(origin, &head.seal), self.log_key(log)?)
    }
}
