//! SHA-256 values: the names of entries, documents and ledgers.
//!
//! Three uses, kept apart by a prefix byte as in RFC 6962 section 2.1: a leaf
//! (an entry), a node (two subtrees), and a plain digest (a file).

use std::fmt;

use sha2::{Digest, Sha256};

/// Bytes in a hash.
pub const LENGTH: usize = 32;

/// A 32-byte SHA-256 value, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; LENGTH]);

impl Hash {
    /// The value with these bytes.
    pub const fn new(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// SHA-256 of a file or message.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash of an entry: RFC 6962 leaf hash, SHA-256(0x00 || whole note).
    pub fn leaf(entry: &[u8]) -> Self {
        Self::of_parts(0, entry, &[])
    }

    /// The hash of two subtrees: SHA-256(0x01 || left || right).
    pub fn node(left: &Self, right: &Self) -> Self {
        Self::of_parts(1, &left.0, &right.0)
    }

    fn of_parts(prefix: u8, first: &[u8], second: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update([prefix]);
        hasher.update(first);
        hasher.update(second);
        Self(hasher.finalize().into())
    }

    /// Reads 64 lower-case hexadecimal digits, and nothing else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; LENGTH];
        if text.len() != 2 * LENGTH || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// The first eight hexadecimal digits, for people.
    pub fn short(&self) -> String {
        self.to_string().chars().take(8).collect()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaf_and_node_are_those_of_rfc_6962() {
        // The root of one empty leaf, and of the entry "pledge 0" (see docs/SPEC.md).
        assert_eq!(
            Hash::leaf(b"").to_string(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        assert_ne!(Hash::leaf(b"ab"), Hash::of(b"ab"));
    }

    #[test]
    fn only_lower_case_hex_is_read() {
        let hash = Hash::of(b"x");
        assert_eq!(Hash::from_hex(&hash.to_string()), Some(hash));
        assert_eq!(Hash::from_hex(&hash.to_string().to_uppercase()), None);
        assert_eq!(Hash::from_hex("00"), None);
    }
}
