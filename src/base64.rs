//! Base64 with one spelling: standard alphabet, padded, canonical.

use base64ct::{Base64, Encoding};

/// The one spelling of these bytes.
pub fn encode(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// The bytes, if `text` is the very spelling that [`encode`] gives for them.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64::decode_vec(text).ok()?;
    (encode(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_only() {
        assert_eq!(decode("AQ=="), Some(vec![1]));
        for other in ["AR==", "AQ", "AQ=", "AQ==\n", " AQ==", "AQ==AQ==", "_w=="] {
            assert_eq!(decode(other), None, "{other}");
        }
    }
}
