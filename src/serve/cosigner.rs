//! What a witness is to the server: it is handed bodies and gives answers.
//!
//! ```text
//! POST /witness/add-checkpoint           submission prefix /witness
//! GET  /witness/<hex>/checkpoint         monitoring prefix the same; SHA-256 of the origin
//! ```

use crate::hash::Hash;

/// Both prefixes of C2SP tlog-witness.
const PREFIX: &str = "/witness/";

/// An answer, as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// A witness. Its calls may wait for a disk; they are made outside the threads that serve.
pub trait Cosigner: Send + Sync {
    /// Answers one submission. What it cosigns is on disk when this returns.
    fn add_checkpoint(&self, body: &[u8]) -> Answer;

    /// The newest checkpoint cosigned for the log whose origin has this SHA-256, in lower
    /// case hexadecimal digits.
    fn latest(&self, hex: &str) -> Option<Vec<u8>>;
}

/// What is asked of a witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// To look at a checkpoint and cosign it.
    Add,
    /// To show what it cosigned last for the log of this origin.
    Latest(Hash),
}

impl Errand {
    /// What a request's path asks of the witness, if anything.
    pub fn parse(path: &str) -> Option<Self> {
        match path.strip_prefix(PREFIX)?.split_once('/') {
            None => (path == "/witness/add-checkpoint").then_some(Self::Add),
            Some((hex, "checkpoint")) => Hash::from_hex(hex).map(Self::Latest),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_paths_are_the_witness_and_no_other() {
        let hash = Hash::of(b"origin");
        assert_eq!(Errand::parse("/witness/add-checkpoint"), Some(Errand::Add));
        assert_eq!(Errand::parse(&format!("/witness/{hash}/checkpoint")), Some(Errand::Latest(hash)));
        for path in ["/witness/", "/witness/add-checkpoint/", "/add-checkpoint", "/witness/x/checkpoint"] {
            assert_eq!(Errand::parse(path), None, "{path}");
        }
        assert_eq!(Errand::parse(&format!("/witness/{}/checkpoint", hash.to_string().to_uppercase())), None);
    }
}
