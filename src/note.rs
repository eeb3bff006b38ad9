//! The envelope: a C2SP signed note. The only signer and the only verifier of the
//! program stand here.
//!
//! ```text
//! countersign/v1 entry
//! {"author":"moscow",...}
//!
//! — moscow/mid 1rKzFgtYx7r...
//! ```
//!
//! A note is a text that ends with a line feed, a blank line, and signature lines:
//! an em dash, a space, a name, a space, the base64 of a 4-byte key id and the
//! signature. A signature of type 0x01 is Ed25519 over the text, its last line
//! feed included. See <https://c2sp.org/signed-note>.

use std::fmt::Write as _;

use crate::base64;
use crate::fault::{Code, Fault};
use crate::hash::Hash;
use crate::key::{LatticeKey, PublicKey, SecretKey};
use crate::names::NameError;
use crate::table::{Check, Tables};

/// What the first line of a message says it is. The list is closed: a new kind of
/// message is added here first.
pub mod first_line {
    /// An entry.
    pub const ENTRY: &str = "countersign/v1 entry";
    /// A proof that a new key's holder knows the ledger, the log and the label.
    pub const KEY: &str = "countersign/v1 key";
    /// A proof of the recovery key over the `join` of a further volume.
    pub const VOLUME: &str = "countersign/v1 volume";
}

/// The longest note of any kind; checkpoints carry others' cosignatures.
pub const LONGEST: usize = 1_000_000;

/// Bytes in a signature of type 0x01 with its key id.
pub const SIGNATURE_LENGTH: usize = 4 + 64;

const DASH: &str = "\u{2014} ";

/// What a key of C2SP does, as the byte before it says.
pub mod duty {
    /// Ed25519 over the text.
    pub const SIGNS: u8 = 0x01;
    /// Ed25519 over a moment and the text: `cosignature/v1`.
    pub const COSIGNS: u8 = 0x04;
    /// ML-DSA-44 over a moment, both names and the tree: `subtree/v1`.
    pub const COSIGNS_LATTICE: u8 = 0x06;
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The name of the key.
    pub name: String,
    /// Key id and signature.
    pub bytes: Vec<u8>,
}

/// Key id and Ed25519 signature, 68 bytes, written as 92 characters of base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seal([u8; SIGNATURE_LENGTH]);

impl Seal {
    /// Reads 92 characters of canonical base64.
    pub fn from_base64(text: &str) -> Option<Self> {
        Self::from_bytes(&base64::decode(text)?)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }
}

impl std::fmt::Display for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&base64::encode(&self.0))
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl Line {
    /// The line of an Ed25519 signature.
    pub fn of(name: &str, seal: &Seal) -> Self {
        Self { name: name.to_owned(), bytes: seal.0.to_vec() }
    }

    /// Its signature, if it has the length of one of type 0x01.
    pub fn seal(&self) -> Option<Seal> {
        Seal::from_bytes(&self.bytes)
    }

    /// Reads one line, without its line feed.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        parse_line(text)
    }

    /// The key id.
    pub fn key_id(&self) -> Option<[u8; 4]> {
        self.bytes.first_chunk().copied()
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{DASH}{} {}", self.name, base64::encode(&self.bytes))
    }
}

/// A parsed note: a text and its signature lines, none of them checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    lines: Vec<Line>,
}

impl Note {
    /// Puts a text and its lines together.
    pub fn new(text: String, lines: Vec<Line>) -> Self {
        Self { text, lines }
    }

    /// Reads a note of at most `most_lines` signature lines. What is accepted
    /// prints back the same.
    pub fn parse(bytes: &[u8], most_lines: usize) -> Result<Self, Fault> {
        let form = |detail: &str| Fault::new(Code::NoteForm, detail);
        if bytes.len() > LONGEST {
            return Err(Fault::new(Code::Size, format!("a note of at most {LONGEST} bytes")));
        }
        let whole = std::str::from_utf8(bytes)
            .map_err(|error| form(&format!("UTF-8 at byte {}", error.valid_up_to())))?;
        if let Some(at) = whole.bytes().position(|byte| byte < 0x20 && byte != b'\n') {
            return Err(form(&format!("no control character at byte {at}")));
        }
        let split = whole.rfind("\n\n").ok_or_else(|| form("a blank line before signatures"))?;
        let (text, signatures) = whole.split_at(split + 1);
        let signatures = signatures.strip_prefix('\n').unwrap_or_default();
        let body =
            signatures.strip_suffix('\n').ok_or_else(|| form("a signature line, ended by a line feed"))?;
        let mut lines: Vec<Line> = Vec::new();
        for line in body.split('\n') {
            if lines.len() == most_lines {
                return Err(form(&format!("at most {most_lines} signature lines")));
            }
            let line = parse_line(line)?;
            if lines.iter().any(|other| other.name == line.name && other.key_id() == line.key_id()) {
                return Err(form("one line for each name and key"));
            }
            lines.push(line);
        }
        Ok(Self { text: text.to_owned(), lines })
    }

    /// The bytes of the note.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.text.clone();
        out.push('\n');
        for line in &self.lines {
            let _ = writeln!(out, "{line}");
        }
        out.into_bytes()
    }

    /// The signed text, its last line feed included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

/// Whether a key can have this name.
pub fn is_name(name: &str) -> bool {
    let plain = |character: char| !character.is_whitespace() && character != '+';
    !name.is_empty() && name.len() <= 255 && name.chars().all(plain)
}

fn parse_line(line: &str) -> Result<Line, Fault> {
    let form = |detail: &str| Fault::new(Code::NoteForm, detail);
    let (name, signature) = line
        .strip_prefix(DASH)
        .and_then(|rest| rest.rsplit_once(' '))
        .ok_or_else(|| form("a signature line: em dash, name, base64"))?;
    if !is_name(name) {
        return Err(form("a key name of 1 to 255 bytes without space and +"));
    }
    let bytes = base64::decode(signature).ok_or_else(|| form("canonical base64"))?;
    if bytes.len() < 5 {
        return Err(form("a key id and a signature"));
    }
    Ok(Line { name: name.to_owned(), bytes })
}

/// The key id of a name and an Ed25519 key: SHA-256(name || 0x0a || 0x01 || key),
/// the first four bytes.
pub fn key_id(name: &str, key: &PublicKey) -> [u8; 4] {
    id_of(name, duty::SIGNS, key.bytes())
}

/// The key id of a name and a key that does what the byte before it says.
pub fn id_of(name: &str, duty: u8, key: &[u8]) -> [u8; 4] {
    let material = [name.as_bytes(), &[b'\n', duty], key].concat();
    let [a, b, c, d, ..] = *Hash::of(&material).bytes();
    [a, b, c, d]
}

/// The verifier key as C2SP tools take it: `name+id+base64(0x01 || key)`.
pub fn vkey(name: &str, key: &PublicKey) -> String {
    vkey_of(name, duty::SIGNS, key.bytes())
}

/// The verifier key of a key that does what the byte before it says.
pub fn vkey_of(name: &str, duty: u8, key: &[u8]) -> String {
    let id = hex::encode(id_of(name, duty, key));
    format!("{name}+{id}+{}", base64::encode(&[&[duty], key].concat()))
}

/// A verifier key taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vkey {
    /// The name.
    pub name: String,
    /// What the key does; see [`duty`].
    pub duty: u8,
    /// The key.
    pub key: Vec<u8>,
}

impl std::str::FromStr for Vkey {
    type Err = NameError;

    /// Reads `name+id+base64`. What is accepted prints back the same, so the id is that
    /// of the name and the key.
    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NameError("a verifier key: name+id+base64"));
        };
        if !is_name(name) {
            return Err(NameError("a key name of 1 to 255 bytes without space and +"));
        }
        let bytes = base64::decode(key).ok_or(NameError("canonical base64 in a verifier key"))?;
        let (duty, key) = bytes.split_first().ok_or(NameError("a key in a verifier key"))?;
        if vkey_of(name, *duty, key) != text {
            return Err(NameError("the id that name and key of a verifier key give"));
        }
        Ok(Self { name: name.to_owned(), duty: *duty, key: key.to_vec() })
    }
}

/// Signs a text under a name.
pub fn sign(text: &str, name: &str, key: &SecretKey) -> Seal {
    let mut bytes = [0; SIGNATURE_LENGTH];
    let (id, signature) = bytes.split_at_mut(4);
    id.copy_from_slice(&key_id(name, &key.public()));
    signature.copy_from_slice(&key.sign(text.as_bytes()));
    Seal(bytes)
}

/// A key under the name by which it signs, and the id that both give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: [u8; 4],
    key: PublicKey,
}

impl Verifier {
    /// A key under a name.
    pub fn of(name: &str, key: &PublicKey) -> Self {
        Self { name: name.to_owned(), id: key_id(name, key), key: *key }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The verifier key.
    pub fn vkey(&self) -> String {
        vkey(&self.name, &self.key)
    }

    /// Whether a line says that it is by this name and key. The code is `key_unknown`.
    pub fn claims(&self, line: &Line) -> Result<(), Fault> {
        if line.name == self.name && line.key_id() == Some(self.id) {
            return Ok(());
        }
        Err(Fault::new(Code::KeyUnknown, format!("the key of {}", self.name)))
    }
}

/// One signature line under one text, and whose it should be.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    /// The text.
    pub text: &'a str,
    /// The line.
    pub line: &'a Line,
    /// Whose it should be.
    pub by: &'a Verifier,
}

/// Checks signatures, each by itself: first that it is by this name and key, then that
/// it is over this text. The codes are `key_unknown` and `signature`. The answers are
/// those of [`verify`]; keys that sign much are checked by tables.
pub fn verify_all(signatures: &[Signature<'_>], tables: &Tables) -> Vec<Result<(), Fault>> {
    let mut answers: Vec<Result<(), Fault>> =
        signatures.iter().map(|one| one.by.claims(one.line).and(Err(over(one.by)))).collect();
    let mut checks = Vec::new();
    for (at, one) in signatures.iter().enumerate() {
        let bytes = one.line.bytes.get(4..).and_then(|bytes| <&[u8; 64]>::try_from(bytes).ok());
        if let Some(signature) = bytes.filter(|_| one.by.claims(one.line).is_ok()) {
            checks.push((at, Check { key: &one.by.key, message: one.text.as_bytes(), signature }));
        }
    }
    let together: Vec<Check<'_>> = checks.iter().map(|(_, check)| *check).collect();
    for ((at, _), holds) in checks.iter().zip(tables.admit(&together)) {
        if let Some(answer) = answers.get_mut(*at).filter(|_| holds) {
            *answer = Ok(());
        }
    }
    answers
}

fn over(by: &Verifier) -> Fault {
    Fault::new(Code::Signature, format!("a signature of {} over these bytes", by.name))
}

/// Checks one signature; see [`verify_all`].
pub fn verify(text: impl AsRef<[u8]>, line: &Line, name: &str, key: &PublicKey) -> Result<(), Fault> {
    let by = Verifier::of(name, key);
    by.claims(line)?;
    let signature = line.bytes.get(4..).and_then(|bytes| <&[u8; 64]>::try_from(bytes).ok());
    match signature {
        Some(signature) if key.admits(text.as_ref(), signature) => Ok(()),
        _ => Err(over(&by)),
    }
}

/// What a cosignature of type 0x04 is over: a moment, in seconds since 1970, and the
/// text of a checkpoint. The name of the cosigner is not in it.
fn cosigned(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

/// Cosigns the text of a checkpoint at a moment: eight bytes of seconds and a signature
/// stand in the line.
pub fn cosign(text: &str, seconds: u64, name: &str, key: &SecretKey) -> Line {
    let signature = key.sign(cosigned(text, seconds).as_bytes());
    let id = id_of(name, duty::COSIGNS, key.public().bytes());
    Line { name: name.to_owned(), bytes: [&id[..], &seconds.to_be_bytes(), &signature].concat() }
}

/// Checks the signature in a cosignature line of type 0x04.
pub fn verify_cosigned(text: &str, seconds: u64, line: &Line, key: &PublicKey) -> bool {
    let signature = line.bytes.get(12..).and_then(|bytes| <&[u8; 64]>::try_from(bytes).ok());
    signature.is_some_and(|signature| key.admits(cosigned(text, seconds).as_bytes(), signature))
}

/// A tree from its first leaf on, as a cosigner of type 0x06 signs it.
#[derive(Clone, Copy, Debug)]
pub struct Subtree<'a> {
    /// The name of the cosigner.
    pub cosigner: &'a str,
    /// Seconds since 1970.
    pub seconds: u64,
    /// The origin of the log.
    pub origin: &'a str,
    /// The number of leaves.
    pub size: u64,
    /// Their root.
    pub root: &'a Hash,
}

impl Subtree<'_> {
    /// What is signed; nothing where a name is longer than one byte can count.
    pub fn message(&self) -> Option<Vec<u8>> {
        let mut out = b"subtree/v1\n\0".to_vec();
        out.push(u8::try_from(self.cosigner.len()).ok()?);
        out.extend(self.cosigner.bytes());
        out.extend(self.seconds.to_be_bytes());
        out.push(u8::try_from(self.origin.len()).ok()?);
        out.extend(self.origin.bytes());
        out.extend(0_u64.to_be_bytes());
        out.extend(self.size.to_be_bytes());
        out.extend(self.root.bytes());
        Some(out)
    }

    /// Checks the signature in a cosignature line of type 0x06.
    pub fn verify(&self, line: &Line, key: &LatticeKey) -> bool {
        let signature = line.bytes.get(12..).unwrap_or_default();
        self.message().is_some_and(|message| key.admits(&message, signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn key() -> SecretKey {
        let mut seed = [0; 32];
        for (value, byte) in (0_u8..).zip(&mut seed) {
            *byte = value;
        }
        SecretKey::from_seed(&Zeroizing::new(seed))
    }

    #[test]
    fn the_key_of_another_implementation_gives_the_same_line() {
        let name = "state-a.example/pledges";
        let vkey = vkey(name, &key().public());
        assert_eq!(vkey, "state-a.example/pledges+b0255442+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
        let text = format!("{name}\n7\nglwRuz8pos7W/8Uoz8NO7UnGSGeea0m0/w76VYHAGjw=\n");
        assert_eq!(
            sign(&text, name, &key()).to_string(),
            "sCVUQj2Einr7VSOTCax0w+l3e/sggIc6j9hhI8PTRDFkpiAunM4HxhDH8NoYEtWJ9ecOzxhh4ZR3zZWdhSJ21PyFEwg="
        );
    }

    #[test]
    fn a_signature_is_of_one_name_one_key_one_text() {
        let line = Line::of("a/main", &sign("text\n", "a/main", &key()));
        let public = key().public();
        assert_eq!(verify("text\n", &line, "a/main", &public), Ok(()));
        let code = |result: Result<(), Fault>| result.unwrap_err().code;
        assert_eq!(code(verify("text!\n", &line, "a/main", &public)), Code::Signature);
        assert_eq!(code(verify("text\n", &line, "b/main", &public)), Code::KeyUnknown);
        let mut cut = line.clone();
        cut.bytes.push(0);
        assert_eq!(code(verify("text\n", &cut, "a/main", &public)), Code::Signature);
    }

    #[test]
    fn notes_have_one_form() {
        let line = Line::of("a/main", &sign("t\n", "a/main", &key()));
        let note = Note::new("t\n".to_owned(), vec![line]);
        let bytes = note.to_bytes();
        assert_eq!(Note::parse(&bytes, 16), Ok(note));
        let text = String::from_utf8(bytes).unwrap();
        for other in [
            text.replace('\n', "\r\n"),
            text.trim_end().to_owned(),
            format!("{text}\n"),
            format!("{text}x"),
            text.replace('\u{2014}', "-"),
            text.replace("a/main", "a+main"),
            text.replace("a/main", ""),
            text.replace("a/main ", "a/main  "),
            text.replace('=', ""),
            format!("{text}{}", text.split_once("\n\n").unwrap().1),
            "t\n\n".to_owned(),
            String::new(),
        ] {
            assert_eq!(Note::parse(other.as_bytes(), 16).unwrap_err().code, Code::NoteForm, "{other:?}");
        }
        assert_eq!(Note::parse(b"\xff", 16).unwrap_err().code, Code::NoteForm);
    }
}
