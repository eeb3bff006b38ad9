//! Cosignatures: a witness says that by a moment the longest log of an origin it had
//! seen, each one continuing the last, had this size and this root.
//!
//! ```text
//! countersign/<ledger id>/moscow
//! 13
//! <base64 of the root>
//!
//! — countersign/<ledger id>/moscow <base64>      the log's own line
//! — w1.example <base64 of 76 bytes>              key id, seconds, Ed25519: type 0x04
//! — w2.example <base64 of 2432 bytes>            key id, seconds, ML-DSA-44: type 0x06
//! ```
//!
//! A witness that is asked again cosigns the same head with a later moment, so the
//! earliest of each witness and head is kept. See <https://c2sp.org/tlog-cosignature>.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::{Checkpoint, MOST_LINES, TreeHead};
use crate::fault::{Code, Fault};
use crate::hash::Hash;
use crate::key::{LatticeKey, PublicKey};
use crate::names::{LogId, NameError};
use crate::note::{self, Line, Note, Subtree, Vkey, duty};
use crate::time::Time;

/// Bytes of key id and seconds, before the signature in a line.
const BEFORE: usize = 4 + 8;

/// Bytes in a line of type 0x04.
const OF_ED25519: usize = BEFORE + 64;

/// Bytes in a line of type 0x06.
const OF_LATTICE: usize = BEFORE + LatticeKey::SIGNATURE_LENGTH;

/// 9999-12-31T23:59:59Z: later moments have no form here.
const LAST_SECOND: u64 = 253_402_300_799;

/// The key of a witness, by its type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Type 0x04; it passed the gate.
    Ed25519(PublicKey),
    /// Type 0x06.
    Lattice(LatticeKey),
}

/// A witness: a key under the name by which it cosigns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WitnessKey {
    name: String,
    key: Key,
    id: [u8; 4],
}

impl WitnessKey {
    /// The witness of an Ed25519 key.
    pub fn of(name: &str, key: &PublicKey) -> Self {
        let id = note::id_of(name, duty::COSIGNS, key.bytes());
        Self { name: name.to_owned(), key: Key::Ed25519(*key), id }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Whether a cosignature says that it is by this name and key.
    pub fn is_named_by(&self, cosignature: &Cosignature) -> bool {
        let of_type = match self.key {
            Key::Ed25519(_) => OF_ED25519,
            Key::Lattice(_) => OF_LATTICE,
        };
        let line = &cosignature.line;
        line.name == self.name && line.key_id() == Some(self.id) && line.bytes.len() == of_type
    }

    /// Whether a cosignature is this witness's, over this head.
    pub fn verify(&self, head: &TreeHead, cosignature: &Cosignature) -> Result<(), Fault> {
        if !self.is_named_by(cosignature) {
            return Err(Fault::new(Code::KeyUnknown, format!("the key of {}", self.name)));
        }
        let Cosignature { line, seconds, .. } = cosignature;
        let holds = match &self.key {
            Key::Ed25519(key) => note::verify_cosigned(&head.text(), *seconds, line, key),
            Key::Lattice(key) => {
                let TreeHead { origin, size, root } = head;
                let (cosigner, seconds) = (self.name.as_str(), *seconds);
                Subtree { cosigner, seconds, origin, size: *size, root }.verify(line, key)
            }
        };
        if holds {
            return Ok(());
        }
        Err(Fault::new(Code::Signature, format!("a cosignature of {} over these bytes", self.name)))
    }
}

impl FromStr for WitnessKey {
    type Err = NameError;

    /// Reads a verifier key of type 0x04 or 0x06.
    fn from_str(text: &str) -> Result<Self, NameError> {
        let vkey: Vkey = text.parse()?;
        let key = match vkey.duty {
            duty::COSIGNS => {
                let bytes = vkey.key.as_slice().try_into();
                let bytes = bytes.map_err(|_| NameError("32 bytes of an Ed25519 key"))?;
                Key::Ed25519(PublicKey::from_bytes(bytes).map_err(|due| NameError(due.0))?)
            }
            duty::COSIGNS_LATTICE => {
                Key::Lattice(LatticeKey::from_bytes(&vkey.key).map_err(|due| NameError(due.0))?)
            }
            _ => return Err(NameError("the verifier key of a witness (type 0x04 or 0x06)")),
        };
        Ok(Self { id: note::id_of(&vkey.name, vkey.duty, &vkey.key), name: vkey.name, key })
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (duty, bytes) = match &self.key {
            Key::Ed25519(key) => (duty::COSIGNS, key.bytes().as_slice()),
            Key::Lattice(key) => (duty::COSIGNS_LATTICE, key.bytes()),
        };
        f.write_str(&note::vkey_of(&self.name, duty, bytes))
    }
}

/// A line that has the form of a cosignature; whose it is, is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    line: Line,
    seconds: u64,
}

impl Cosignature {
    /// Reads a signature line. Other lengths are of other types, and a moment of zero
    /// says nothing about time.
    pub fn of(line: &Line) -> Option<Self> {
        if !matches!(line.bytes.len(), OF_ED25519 | OF_LATTICE) {
            return None;
        }
        let seconds = u64::from_be_bytes(line.bytes.get(4..BEFORE)?.try_into().ok()?);
        (1..=LAST_SECOND).contains(&seconds).then(|| Self { line: line.clone(), seconds })
    }

    /// The name in the line.
    pub fn witness(&self) -> &str {
        &self.line.name
    }

    /// The key id in the line.
    pub fn key_id(&self) -> [u8; 4] {
        self.line.key_id().unwrap_or_default()
    }

    /// The moment that it states.
    pub fn time(&self) -> Time {
        Time::from_unix(self.seconds)
    }

    /// The line.
    pub fn line(&self) -> &Line {
        &self.line
    }

    fn signer(&self) -> (&str, [u8; 4]) {
        (self.witness(), self.key_id())
    }
}

/// The lines of others under a checkpoint that its log key signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignedCheckpoint {
    checkpoint: Checkpoint,
    cosignatures: Vec<Cosignature>,
}

/// What is known of one cosignature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'k> {
    /// It is this witness's.
    Holds(&'k WitnessKey),
    /// It has the name and the id of this witness, and is not over these bytes.
    Fails(&'k WitnessKey),
    /// No key is known for it.
    Unknown,
}

impl CosignedCheckpoint {
    /// A checkpoint that nobody cosigned so far.
    pub fn of(checkpoint: Checkpoint) -> Self {
        Self { checkpoint, cosignatures: Vec::new() }
    }

    /// Reads a note of a log. Its log key must have signed; lines that are no
    /// cosignatures are left out.
    pub fn parse(bytes: &[u8], ledger: &Hash, log: &LogId, key: &PublicKey) -> Result<Self, Fault> {
        let checkpoint = Checkpoint::parse(bytes, ledger, log, key)?;
        let note = Note::parse(bytes, MOST_LINES)?;
        let mut read = Self::of(checkpoint);
        for cosignature in note.lines().iter().filter_map(Cosignature::of) {
            read.add(cosignature, &[]);
        }
        Ok(read)
    }

    /// Reads a file of `notes/`: nothing where it is no checkpoint of a log of this
    /// ledger, of which `key_of` gives the key.
    pub fn read(
        bytes: &[u8],
        ledger: &Hash,
        key_of: &dyn Fn(&LogId) -> Option<PublicKey>,
    ) -> Option<Result<Self, Fault>> {
        let first = bytes.split(|byte| *byte == b'\n').next()?;
        let log = std::str::from_utf8(first).ok()?.strip_prefix(&format!("countersign/{ledger}/"))?;
        let log: LogId = log.parse().ok()?;
        let key = key_of(&log)?;
        // Three lines alone are a stamped head.
        bytes.windows(2).any(|pair| pair == b"\n\n").then(|| Self::parse(bytes, ledger, &log, &key))
    }

    /// The checkpoint.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The three lines that were cosigned.
    pub fn head(&self) -> TreeHead {
        self.checkpoint.tree_head()
    }

    /// The cosignatures, by name and key id.
    pub fn cosignatures(&self) -> &[Cosignature] {
        &self.cosignatures
    }

    /// What is known of a cosignature by these keys.
    pub fn standing<'k>(&self, cosignature: &Cosignature, keys: &'k [WitnessKey]) -> Standing<'k> {
        match keys.iter().find(|key| key.is_named_by(cosignature)) {
            None => Standing::Unknown,
            Some(key) if key.verify(&self.head(), cosignature).is_ok() => Standing::Holds(key),
            Some(key) => Standing::Fails(key),
        }
    }

    /// The witnesses among these that cosigned, and when.
    pub fn verified<'k>(&self, keys: &'k [WitnessKey]) -> Vec<(&'k WitnessKey, Time)> {
        let holds = |cosignature: &Cosignature| match self.standing(cosignature, keys) {
            Standing::Holds(key) => Some((key, cosignature.time())),
            _ => None,
        };
        self.cosignatures.iter().filter_map(holds).collect()
    }

    /// Takes a cosignature in, where it says more than is here: the earliest of each
    /// witness stays. One that fails under these keys is not taken, and one that no key
    /// is known for takes the place of nothing. Whether it was taken.
    pub fn add(&mut self, cosignature: Cosignature, keys: &[WitnessKey]) -> bool {
        let standing = self.standing(&cosignature, keys);
        if cosignature.line == self.checkpoint.line() || matches!(standing, Standing::Fails(_)) {
            return false;
        }
        let at = self.cosignatures.binary_search_by(|held| held.signer().cmp(&cosignature.signer()));
        let at = match at {
            Err(at) => {
                // One line is the log's.
                let has_room = self.cosignatures.len() + 1 < MOST_LINES;
                if has_room {
                    self.cosignatures.insert(at, cosignature);
                    return true;
                }
                // A line that holds takes the place of one that nobody knows.
                let unknown =
                    self.cosignatures.iter().position(|held| self.standing(held, keys) == Standing::Unknown);
                let holds = matches!(standing, Standing::Holds(_));
                if let Some(unknown) = unknown.filter(|_| holds) {
                    self.cosignatures.remove(unknown);
                    let at = at - usize::from(unknown < at);
                    self.cosignatures.insert(at, cosignature);
                }
                return holds && unknown.is_some();
            }
            Ok(at) => at,
        };
        let Some(held) = self.cosignatures.get(at) else { return false };
        let is_earlier = match (standing, self.standing(held, keys)) {
            (Standing::Holds(_), Standing::Holds(_)) => cosignature.seconds < held.seconds,
            (Standing::Holds(_), _) => true,
            _ => false,
        };
        if let Some(place) = self.cosignatures.get_mut(at).filter(|_| is_earlier) {
            *place = cosignature;
        }
        is_earlier
    }

    /// Takes in the cosignatures of another note of this very head; whether any was
    /// taken. Nothing is taken from a note of another head.
    pub fn merge(&mut self, other: &Self, keys: &[WitnessKey]) -> bool {
        if self.head() != other.head() {
            return false;
        }
        let taken = other.cosignatures.iter().map(|cosignature| self.add(cosignature.clone(), keys));
        taken.filter(|taken| *taken).count() > 0
    }

    /// The same with the lines alone that hold under these keys.
    #[must_use]
    pub fn only_of(&self, keys: &[WitnessKey]) -> Self {
        let holds =
            |cosignature: &&Cosignature| matches!(self.standing(cosignature, keys), Standing::Holds(_));
        let cosignatures = self.cosignatures.iter().filter(holds).cloned().collect();
        Self { checkpoint: self.checkpoint.clone(), cosignatures }
    }

    /// The note in its one form: the log's line, then cosignatures by name and key id.
    pub fn to_bytes(&self) -> Vec<u8> {
        let others = self.cosignatures.iter().map(|cosignature| cosignature.line.clone());
        let lines = std::iter::once(self.checkpoint.line()).chain(others).collect();
        Note::new(self.head().text(), lines).to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;
    use zeroize::Zeroizing;

    fn secret(seed: u8) -> SecretKey {
        SecretKey::from_seed(&Zeroizing::new([seed; 32]))
    }

    fn made(witness: u8, name: &str, seconds: u64, text: &str) -> Cosignature {
        Cosignature::of(&note::cosign(text, seconds, name, &secret(witness))).unwrap()
    }

    fn sealed() -> CosignedCheckpoint {
        let log = "moscow".parse().unwrap();
        let root = Hash::of(b"root");
        CosignedCheckpoint::of(Checkpoint::sign(&Hash::of(b"charter"), &log, 13, root, &secret(7)))
    }

    #[test]
    fn the_earliest_that_holds_stays() {
        let keys = [WitnessKey::of("w1", &secret(1).public()), WitnessKey::of("w2", &secret(2).public())];
        let mut note = sealed();
        let text = note.head().text();
        assert!(note.add(made(1, "w1", 2000, &text), &keys));
        assert!(!note.add(made(1, "w1", 2000, &text), &keys));
        assert!(!note.add(made(1, "w1", 3000, &text), &keys), "a later one");
        assert!(!note.add(made(1, "w1", 1000, "other\n"), &keys), "over other bytes");
        assert!(!note.add(made(1, "w1", 1000, &text), &[]), "unknown, in the place of one that is here");
        assert!(note.add(made(1, "w1", 1000, &text), &keys));
        assert!(note.add(made(2, "w2", 5000, "other\n"), &[]), "nobody knows the key");
        assert!(note.add(made(2, "w2", 6000, &text), &keys), "what holds replaces what does not");
        let times: Vec<String> = note.verified(&keys).iter().map(|(_, time)| time.to_string()).collect();
        assert_eq!(times, ["1970-01-01T00:16:40Z", "1970-01-01T01:40:00Z"]);
        let (ledger, log) = (Hash::of(b"charter"), "moscow".parse().unwrap());
        let bytes = note.to_bytes();
        assert_eq!(CosignedCheckpoint::parse(&bytes, &ledger, &log, &secret(7).public()), Ok(note.clone()));
        assert_eq!(note.only_of(&keys[..1]).cosignatures().len(), 1);
        let mut twice = bytes;
        twice.extend(format!("{}\n", made(1, "w1", 4000, &text).line()).bytes());
        let result = CosignedCheckpoint::parse(&twice, &ledger, &log, &secret(7).public());
        assert_eq!(result.unwrap_err().code, Code::CheckpointForm, "two lines of one name and id");
    }

    #[test]
    fn notes_merge_in_either_order_to_the_same_bytes() {
        let keys = [WitnessKey::of("w1", &secret(1).public()), WitnessKey::of("w2", &secret(2).public())];
        let (mut one, mut two) = (sealed(), sealed());
        let text = one.head().text();
        one.add(made(1, "w1", 2000, &text), &keys);
        two.add(made(2, "w2", 2000, &text), &keys);
        two.add(made(1, "w1", 1500, &text), &keys);
        let (mut first, mut second) = (one.clone(), two.clone());
        assert!(first.merge(&two, &keys));
        assert!(!second.merge(&one, &keys), "nothing new");
        assert_eq!(first.to_bytes(), second.to_bytes());
    }

    #[test]
    fn a_moment_without_a_form_is_no_cosignature() {
        for seconds in [0, LAST_SECOND + 1, u64::MAX] {
            assert_eq!(Cosignature::of(&note::cosign("t\n", seconds, "w", &secret(1))), None, "{seconds}");
        }
        let mut line = note::cosign("t\n", 5, "w", &secret(1));
        line.bytes.push(0);
        assert_eq!(Cosignature::of(&line), None);
    }

    #[test]
    fn witness_keys_have_one_spelling_and_pass_the_gate() {
        let key = WitnessKey::of("w1.example/w1", &secret(1).public());
        assert_eq!(key.to_string().parse(), Ok(key.clone()));
        let small_order = note::vkey_of("w", duty::COSIGNS, &[0; 32]);
        let lattice = note::vkey_of("w", duty::COSIGNS_LATTICE, &[7; LatticeKey::LENGTH]);
        assert_eq!(lattice.parse::<WitnessKey>().unwrap().to_string(), lattice);
        for other in [
            small_order,
            note::vkey("w", &secret(1).public()),
            note::vkey_of("w", duty::COSIGNS_LATTICE, &[7; 1311]),
            note::vkey_of("w", duty::COSIGNS, &[7; 33]),
            note::vkey_of("w", 2, secret(1).public().bytes()),
            key.to_string().replace("w1.example", "w2.example"),
            key.to_string().to_uppercase(),
            format!("{key} "),
            String::new(),
            "w".to_owned(),
        ] {
            assert!(other.parse::<WitnessKey>().is_err(), "{other}");
        }
    }
}
