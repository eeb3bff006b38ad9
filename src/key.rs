//! Ed25519 keys: the gate that every registered key passes, and key sets. ML-DSA-44
//! keys of others' witnesses, by which this program never signs.
//!
//! The gate (docs/SPEC.md section 2): 32 bytes, canonical, on the curve, not of
//! small order, torsion-free. With it, and `verify_strict`, every verifier of the
//! format gives one answer to every signature.

use std::collections::BTreeMap;
use std::fmt;

use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use ml_dsa::{EncodedVerifyingKey, MlDsa44};
use zeroize::Zeroizing;

use crate::hash::Hash;
use crate::names::Label;

/// Most labels in one set, and most signatures under one entry.
pub const MOST_LABELS: usize = 16;

/// A public key that passed the gate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// A key that does not pass the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyError(pub &'static str);

impl PublicKey {
    /// Passes 32 bytes through the gate.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let point =
            CompressedEdwardsY(*bytes).decompress().ok_or(KeyError("a point on the curve (Ed25519)"))?;
        if point.compress().0 != *bytes {
            return Err(KeyError("the canonical encoding of its point"));
        }
        if point.is_small_order() {
            return Err(KeyError("a point that is not of small order"));
        }
        if !point.is_torsion_free() {
            return Err(KeyError("a point in the prime-order subgroup"));
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError("an Ed25519 key"))?;
        Ok(Self(key))
    }

    /// Passes 64 lower-case hexadecimal digits through the gate.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let value = Hash::from_hex(text).ok_or(KeyError("64 lower-case hexadecimal digits"))?;
        Self::from_bytes(value.bytes())
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// SHA-256 of the 32 bytes: the recovery digest of a charter, the volume id.
    pub fn digest(&self) -> Hash {
        Hash::of(self.bytes())
    }

    /// Whether `signature` is one over `message`, by the strict rule. Called by
    /// [`crate::note`] alone.
    pub(crate) fn admits(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bytes().cmp(other.bytes())
    }
}

/// A public key of ML-DSA-44 (FIPS 204): any 1312 bytes are one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LatticeKey(Vec<u8>);

impl LatticeKey {
    /// Bytes in such a key.
    pub const LENGTH: usize = 1312;
    /// Bytes in a signature by one.
    pub const SIGNATURE_LENGTH: usize = 2420;

    /// Reads 1312 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() == Self::LENGTH {
            Ok(Self(bytes.to_vec()))
        } else {
            Err(KeyError("the 1312 bytes of an ML-DSA-44 key"))
        }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether `signature` is one over `message`, with an empty context. Called by
    /// [`crate::note`] alone.
    pub(crate) fn admits(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(key) = EncodedVerifyingKey::<MlDsa44>::try_from(self.0.as_slice()) else { return false };
        let Ok(signature) = ml_dsa::Signature::<MlDsa44>::try_from(signature) else { return false };
        ml_dsa::VerifyingKey::<MlDsa44>::decode(&key).verify_with_context(message, b"", &signature)
    }
}

impl fmt::Debug for LatticeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LatticeKey(SHA-256 {})", Hash::of(&self.0))
    }
}

/// A secret key: it has no text form, and its memory is wiped when it goes.
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// The key of a 32-byte seed.
    pub fn from_seed(seed: &Zeroizing<[u8; 32]>) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, for writing a key file.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// A signature. Called by [`crate::note`] alone.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public())
    }
}

/// The keys in force at one place of one log, and how many labels must sign.
///
/// Made by [`crate::chain::Chain`] alone: whoever holds one has asked the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    /// The keys, by label.
    pub(crate) keys: BTreeMap<Label, PublicKey>,
    /// How many labels must sign.
    pub(crate) threshold: u64,
    /// Kinds that need more labels for effect.
    pub(crate) more_pens: BTreeMap<String, u64>,
}

impl KeySet {
    /// The key of a label.
    pub fn get(&self, label: &Label) -> Option<&PublicKey> {
        self.keys.get(label)
    }

    /// The labels, ascending.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.keys.keys()
    }

    /// The keys, by label.
    pub fn keys(&self) -> &BTreeMap<Label, PublicKey> {
        &self.keys
    }

    /// How many labels must sign an entry.
    pub fn threshold(&self) -> u64 {
        self.threshold
    }

    /// The numbers of labels that some kinds need to have effect.
    pub fn more_pens(&self) -> &BTreeMap<String, u64> {
        &self.more_pens
    }

    /// The labels that sign a first `join`: the first `threshold` of the set.
    pub fn first_pens(&self) -> Vec<Label> {
        let count = usize::try_from(self.threshold).unwrap_or(usize::MAX);
        self.keys.keys().take(count).cloned().collect()
    }
}
