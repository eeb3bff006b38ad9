//! What is asked of an authority.
//!
//! ```text
//! TimeStampReq ::= SEQUENCE { version INTEGER 1, messageImprint, reqPolicy OID?,
//!                             nonce INTEGER?, certReq BOOLEAN TRUE, extensions [0]? }
//! ```

use der::Tag;

use super::fault::{StampCode, StampFault};
use super::token::LARGEST;
use super::walk::{Item, integer, nested, wrap};
use super::{Oid, oids};
use crate::hash::Hash;

/// The number that ties an answer to its request: big endian, without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(Vec<u8>);

impl Nonce {
    /// The number with these big-endian bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.iter().copied().skip_while(|byte| *byte == 0).collect())
    }

    /// In hexadecimal; zero is empty.
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }
}

/// A request for a time stamp over a SHA-256; it always asks for the certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    imprint: Hash,
    policy: Option<Oid>,
    nonce: Option<Nonce>,
}

impl Request {
    /// What is asked for bytes with this SHA-256. The eight bytes should be random.
    pub fn new(imprint: Hash, nonce: Option<[u8; 8]>, policy: Option<Oid>) -> Self {
        Self { imprint, policy, nonce: nonce.map(|bytes| Nonce::new(&bytes)) }
    }

    /// The SHA-256 of what is to be stamped.
    pub fn imprint(&self) -> &Hash {
        &self.imprint
    }

    /// The number, if one is asked for.
    pub fn nonce(&self) -> Option<&Nonce> {
        self.nonce.as_ref()
    }

    /// The DER that is sent, as `application/timestamp-query`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let sha256 = wrap(0x30, &[&wrap(6, &[oids::SHA_256.as_bytes()]), &wrap(5, &[])]);
        let imprint = wrap(0x30, &[&sha256, &wrap(4, &[self.imprint.bytes()])]);
        let policy = self.policy.as_ref().map(|policy| wrap(6, &[policy.as_bytes()])).unwrap_or_default();
        let nonce = self.nonce.as_ref().map(|nonce| integer(&nonce.0)).unwrap_or_default();
        wrap(0x30, &[&integer(&[1]), &imprint, &policy, &nonce, &wrap(1, &[&[0xff]])])
    }

    /// Reads a request, of this program or another.
    pub fn parse(bytes: &[u8]) -> Result<Self, StampFault> {
        if bytes.len() > LARGEST {
            return Err(StampFault::new(StampCode::Size, format!("{} bytes", bytes.len())));
        }
        let place = "the request";
        let mut fields = Item::only(bytes, place)?.is(Tag::Sequence, place)?.inside(place)?;
        if fields.take(Tag::Integer, place)?.value != [1] {
            return Err(StampFault::form("the version of the request"));
        }
        let imprint = read_imprint(fields.take(Tag::Sequence, place)?)?;
        let policy = fields.optional(Tag::ObjectIdentifier, place)?;
        let policy = policy.map(|item| item.oid("the policy of the request")).transpose()?;
        let nonce = fields.optional(Tag::Integer, place)?;
        let nonce = nonce.map(|item| item.unsigned("the number of the request")).transpose()?;
        fields.optional(Tag::Boolean, place)?;
        fields.optional(nested(0), place)?;
        fields.done(place)?;
        Ok(Self { imprint, policy, nonce: nonce.map(Nonce::new) })
    }
}

/// A MessageImprint, which must be a SHA-256.
pub(super) fn read_imprint(item: Item<'_>) -> Result<Hash, StampFault> {
    let place = "the imprint";
    let mut fields = item.inside(place)?;
    let algorithm = fields.take(Tag::Sequence, place)?.inside(place)?.take(Tag::ObjectIdentifier, place)?;
    let algorithm = algorithm.oid(place)?;
    let value = fields.take(Tag::OctetString, place)?.value;
    fields.done(place)?;
    if algorithm != oids::SHA_256 {
        return Err(StampFault::new(StampCode::ImprintAlgorithm, format!("algorithm {algorithm}")));
    }
    value.try_into().map(Hash::new).map_err(|_| StampFault::form("an imprint of 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reads_back_the_same() {
        let policy = "1.3.6.1.4.1.32473.1".parse().unwrap();
        for nonce in [None, Some([0; 8]), Some([255; 8]), Some([0, 0, 0, 0, 0, 0, 0, 5])] {
            for policy in [None, Some(policy)] {
                let made = Request::new(Hash::of(b"x"), nonce, policy);
                let bytes = made.to_bytes();
                assert_eq!(Request::parse(&bytes), Ok(made));
                for length in 0..bytes.len() {
                    assert!(Request::parse(&bytes[..length]).is_err(), "{length}");
                }
            }
        }
    }
}
