//! Keys on disk: PKCS#8 PEM that OpenSSL opens, and one line of public keys.
//!
//! ```text
//! moscow.key            signing key       moscow.key.marks/       what it signed
//! moscow.log.key        log key           moscow.log.key.marks/   what it sealed
//! moscow.recovery.key   recovery key, to be kept offline, apart from the others
//! moscow.pub            countersign-pub/v1 moscow/main <signing> <log> <recovery digest>
//! ```
//!
//! Encryption is PBES2 with PBKDF2-HMAC-SHA256, 600,000 rounds, and AES-256-CBC,
//! around PKCS#8 version 1: OpenSSL 3.0 reads neither version 2 nor scrypt of a
//! useful cost.
#![expect(clippy::disallowed_methods, reason = "keys, salts and nonces are random")]

use std::path::{Path, PathBuf};
use std::str::FromStr;

use pkcs8::der::SecretDocument;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use crate::disk::{Access, Disk, Source, create_synced, make_folder_synced};
use crate::failure::{Failure, Outcome, Why};
use crate::fingerprint::Fingerprint;
use crate::hash::Hash;
use crate::key::{PublicKey, SecretKey};
use crate::names::{Label, MemberId};

/// Rounds of PBKDF2-HMAC-SHA256: the present advice of OWASP.
const ROUNDS: u32 = 600_000;

/// Ed25519 (RFC 8410).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// DER of an OCTET STRING of 32 bytes, which RFC 8410 puts around a seed.
const SEED_PREFIX: [u8; 2] = [0x04, 0x20];

const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";
const PLAIN: &str = "PRIVATE KEY";

/// The most that a key file may hold.
const LARGEST: u64 = 16 << 10;

/// A passphrase, wiped when it goes.
pub type Passphrase = Zeroizing<String>;

/// A new key from the system's randomness.
pub fn generate() -> Outcome<SecretKey> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut_slice())
        .map_err(|error| Failure::new(Why::KeyFile, format!("no randomness: {error}")))?;
    Ok(SecretKey::from_seed(&seed))
}

/// The PEM of a key, encrypted where a passphrase is given.
pub fn to_pem(key: &SecretKey, passphrase: Option<&Passphrase>) -> Outcome<Zeroizing<String>> {
    let wrong = |what: &dyn std::fmt::Display| Failure::new(Why::KeyFile, what.to_string());
    let mut seed = Zeroizing::new(SEED_PREFIX.to_vec());
    seed.extend_from_slice(key.seed().as_slice());
    let octets = OctetStringRef::new(&seed).map_err(|e| wrong(&e))?;
    let algorithm = AlgorithmIdentifierRef { oid: ED25519, parameters: None };
    let info = PrivateKeyInfoRef::new(algorithm, octets);
    let (label, document) = match passphrase {
        None => (PLAIN, SecretDocument::try_from(&info).map_err(|e| wrong(&e))?),
        Some(passphrase) => {
            let (mut salt, mut iv) = ([0; 16], [0; 16]);
            getrandom::fill(&mut salt).and_then(|()| getrandom::fill(&mut iv)).map_err(|e| wrong(&e))?;
            let parameters =
                pkcs8::pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, iv)
                    .map_err(|e| wrong(&e))?;
            let document =
                info.encrypt_with_params(parameters, passphrase.as_bytes()).map_err(|e| wrong(&e))?;
            (ENCRYPTED, document)
        }
    };
    document.to_pem(label, LineEnding::LF).map_err(|e| wrong(&e))
}

/// Whether a PEM needs a passphrase.
pub fn is_encrypted(pem: &str) -> bool {
    pem.contains(ENCRYPTED)
}

/// The key of a PEM. After the header every error is one: wrong passphrase or
/// damaged.
pub fn from_pem(pem: &str, passphrase: Option<&Passphrase>) -> Outcome<SecretKey> {
    let form = || Failure::new(Why::KeyFile, "no PKCS#8 PEM of an Ed25519 key");
    let locked = || Failure::new(Why::Passphrase, "wrong passphrase or damaged key file");
    let (label, document) = SecretDocument::from_pem(pem).map_err(|_| form())?;
    let plain = match label {
        PLAIN => document,
        ENCRYPTED => {
            let passphrase =
                passphrase.ok_or_else(|| Failure::new(Why::Passphrase, "the key file needs a passphrase"))?;
            EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
                .map_err(|_| locked())?
                .decrypt(passphrase.as_bytes())
                .map_err(|_| locked())?
        }
        _ => return Err(form()),
    };
    let info = PrivateKeyInfoRef::try_from(plain.as_bytes()).map_err(|_| locked())?;
    if info.algorithm.oid != ED25519 {
        return Err(form());
    }
    let seed = info.private_key.as_bytes().strip_prefix(&SEED_PREFIX).ok_or_else(locked)?;
    let seed = Zeroizing::new(<[u8; 32]>::try_from(seed).map_err(|_| locked())?);
    Ok(SecretKey::from_seed(&seed))
}

/// Reads the PEM of a key file.
pub fn read_pem(source: &dyn Source, path: &Path) -> Outcome<Zeroizing<String>> {
    let bytes = source
        .read(path, LARGEST)
        .map_err(|error| Failure::disk("reading", path, error))?
        .ok_or_else(|| Failure::new(Why::KeyFile, format!("no key file {}", path.display())))?;
    String::from_utf8(bytes)
        .map(Zeroizing::new)
        .map_err(|_| Failure::new(Why::KeyFile, format!("{} is no PEM", path.display())))
}

/// The line of a `.pub` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicLine {
    /// Whose keys.
    pub member: MemberId,
    /// The label of the signing key.
    pub label: Label,
    /// The signing key.
    pub signing: PublicKey,
    /// The log key.
    pub log: PublicKey,
    /// SHA-256 of the recovery key.
    pub recovery: Hash,
}

impl PublicLine {
    /// The line, without a line feed.
    pub fn line(&self) -> String {
        format!(
            "countersign-pub/v1 {}/{} {} {} {}",
            self.member, self.label, self.signing, self.log, self.recovery
        )
    }

    /// Its fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_key_line(&self.line())
    }

    /// Reads a `.pub` file.
    pub fn read(source: &dyn Source, path: &Path) -> Outcome<Self> {
        let bytes = source
            .read(path, LARGEST)
            .map_err(|error| Failure::disk("reading", path, error))?
            .ok_or_else(|| Failure::new(Why::KeyFile, format!("no file {}", path.display())))?;
        let text = String::from_utf8_lossy(&bytes);
        text.strip_suffix('\n')
            .unwrap_or(&text)
            .parse()
            .map_err(|what| Failure::new(Why::KeyFile, format!("{}: {what}", path.display())))
    }
}

impl FromStr for PublicLine {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let parts: Vec<&str> = line.split(' ').collect();
        let ["countersign-pub/v1", name, signing, log, recovery] = parts.as_slice() else {
            return Err("a line `countersign-pub/v1 MEMBER/LABEL KEY LOG-KEY DIGEST`".to_owned());
        };
        let (member, label) = name.split_once('/').ok_or("MEMBER/LABEL")?;
        let key = |text: &str| PublicKey::from_hex(text).map_err(|due| format!("a key: {}", due.0));
        Ok(Self {
            member: member.parse().map_err(|crate::names::NameError(due)| due)?,
            label: label.parse().map_err(|crate::names::NameError(due)| due)?,
            signing: key(signing)?,
            log: key(log)?,
            recovery: Hash::from_hex(recovery).ok_or("64 digits of the recovery digest")?,
        })
    }
}

/// The file that holds the marks of a key: `X.key.marks`.
pub fn marks_folder(key: &Path) -> PathBuf {
    let mut name = key.as_os_str().to_owned();
    name.push(".marks");
    PathBuf::from(name)
}

/// The log key beside a signing key: `washington.key` has `washington.log.key`,
/// and so has `washington.mid2.key`.
pub fn log_key_beside(key: &Path, member: &MemberId) -> PathBuf {
    key.with_file_name(format!("{member}.log.key"))
}

/// Writes a new key file, never over another, and the folder for its marks.
pub fn write_new(
    disk: &dyn Disk,
    path: &Path,
    key: &SecretKey,
    passphrase: Option<&Passphrase>,
) -> Outcome<()> {
    let pem = to_pem(key, passphrase)?;
    create_synced(disk, path, pem.as_bytes(), Access::Private)
        .map_err(|error| Failure::disk("writing", path, error))?;
    let marks = marks_folder(path);
    make_folder_synced(disk, &marks, Access::Private).map_err(|error| Failure::disk("making", &marks, error))
}
