//! CMS signed data, as far as a time stamp needs it.
//!
//! ```text
//! SignedData ::= SEQUENCE { version, digestAlgorithms SET, SEQUENCE { OID, [0] { OCTET STRING } },
//!                           certificates [0]?, crls [1]?, signerInfos SET }
//! SignerInfo ::= SEQUENCE { version, sid, digestAlgorithm, signedAttrs [0]?,
//!                           signatureAlgorithm, signature, unsignedAttrs [1]? }
//! ```

use der::Tag;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::fault::{StampCode, StampFault};
use super::token::is_facts;
use super::walk::{Item, Walk, nested};
use super::{Oid, oids};

/// A digest of the SHA-2 family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sha {
    Two56,
    Three84,
    Five12,
}

impl Sha {
    /// The one that an AlgorithmIdentifier names.
    pub fn read(item: Item<'_>, place: &str) -> Result<Self, StampFault> {
        let oid = algorithm(item, place)?.0;
        [(oids::SHA_256, Self::Two56), (oids::SHA_384, Self::Three84), (oids::SHA_512, Self::Five12)]
            .into_iter()
            .find_map(|(known, sha)| (known == oid).then_some(sha))
            .ok_or_else(|| StampFault::new(StampCode::Algorithm, format!("digest {oid}")))
    }

    /// The digest of some bytes.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Two56 => Sha256::digest(bytes).to_vec(),
            Self::Three84 => Sha384::digest(bytes).to_vec(),
            Self::Five12 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// Its length in bytes.
    pub fn length(self) -> u32 {
        match self {
            Self::Two56 => 32,
            Self::Three84 => 48,
            Self::Five12 => 64,
        }
    }
}

/// The object identifier of an AlgorithmIdentifier, and what stands behind it.
pub(super) fn algorithm<'a>(item: Item<'a>, place: &str) -> Result<(Oid, Walk<'a>), StampFault> {
    let mut fields = item.is(Tag::Sequence, place)?.inside(place)?;
    Ok((fields.next(place)?.oid(place)?, fields))
}

/// What a token holds: signed content, certificates and signers.
pub(super) struct SignedData<'a> {
    pub content: &'a [u8],
    pub certificates: Vec<&'a [u8]>,
    signers: Vec<Item<'a>>,
}

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo whose signed content is that of a time stamp.
    pub fn read(bytes: &'a [u8]) -> Result<Self, StampFault> {
        let place = "the token";
        let mut outer = Item::only(bytes, place)?.is(Tag::Sequence, place)?.inside(place)?;
        let kind = outer.next(place)?.oid(place)?;
        if kind != oids::SIGNED_DATA {
            return Err(StampFault::new(StampCode::NotSignedData, format!("content {kind}")));
        }
        let inner = outer.take(nested(0), place)?;
        outer.done(place)?;
        let mut fields = Item::only(inner.value, place)?.is(Tag::Sequence, place)?.inside(place)?;
        fields.take(Tag::Integer, place)?;
        fields.take(Tag::Set, place)?;
        let mut encapsulated = fields.take(Tag::Sequence, place)?.inside(place)?;
        let kind = encapsulated.next(place)?.oid(place)?;
        if !is_facts(&kind) {
            return Err(StampFault::new(StampCode::ContentType, format!("signed content {kind}")));
        }
        let content = encapsulated.take(nested(0), "the signed content")?;
        encapsulated.done(place)?;
        let content = Item::only(content.value, place)?.is(Tag::OctetString, "the signed content")?;
        let certificates = match fields.optional(nested(0), "the certificates")? {
            Some(set) => set.inside("the certificates")?.rest("the certificates")?,
            None => Vec::new(),
        };
        fields.optional(nested(1), "the revocation lists")?;
        let signers = fields.take(Tag::Set, "the signers")?.inside("the signers")?.rest("the signers")?;
        fields.done(place)?;
        // Attribute certificates and other kinds have tags of their own.
        let is_plain = |item: &Item<'a>| item.tag == Tag::Sequence;
        let certificates = certificates.into_iter().filter(is_plain).map(|item| item.whole).collect();
        Ok(Self { content: content.value, certificates, signers })
    }

    /// The signer; there must be one.
    pub fn signer(&self) -> Result<Signer<'a>, StampFault> {
        match self.signers.as_slice() {
            [one] => Signer::read(*one),
            many => Err(StampFault::new(StampCode::Signers, format!("{} signers", many.len()))),
        }
    }
}

/// One signature and what it is over.
pub(super) struct Signer<'a> {
    /// How it names its certificate: issuer and number, or a key identifier.
    pub sid: Item<'a>,
    pub digest: Sha,
    pub attributes: Attributes<'a>,
    pub algorithm: Item<'a>,
    pub signature: &'a [u8],
}

impl<'a> Signer<'a> {
    fn read(item: Item<'a>) -> Result<Self, StampFault> {
        let place = "the signer";
        let mut fields = item.is(Tag::Sequence, place)?.inside(place)?;
        fields.take(Tag::Integer, place)?;
        let sid = fields.next(place)?;
        let digest = fields.next(place)?;
        let attributes = fields.optional(nested(0), "the signed attributes")?.ok_or_else(|| {
            StampFault::new(StampCode::NoAttributes, "the signature is over the facts themselves")
        })?;
        let algorithm = fields.next(place)?;
        let signature = fields.take(Tag::OctetString, "the signature")?.value;
        fields.optional(nested(1), place)?;
        fields.done(place)?;
        let attributes = Attributes::read(attributes)?;
        Ok(Self {
            sid,
            digest: Sha::read(digest, "the digest of the signer")?,
            attributes,
            algorithm,
            signature,
        })
    }
}

/// The signed attributes as they stand.
pub(super) struct Attributes<'a> {
    whole: &'a [u8],
    all: Vec<(Oid, Vec<Item<'a>>)>,
}

impl<'a> Attributes<'a> {
    fn read(item: Item<'a>) -> Result<Self, StampFault> {
        let place = "the signed attributes";
        let mut all: Vec<(Oid, Vec<Item<'a>>)> = Vec::new();
        for attribute in item.inside(place)?.rest(place)? {
            let mut fields = attribute.is(Tag::Sequence, place)?.inside(place)?;
            let id = fields.next(place)?.oid(place)?;
            if all.iter().any(|(other, _)| *other == id) {
                return Err(StampFault::new(StampCode::Attribute, format!("{id} stands twice")));
            }
            all.push((id, fields.take(Tag::Set, place)?.inside(place)?.rest(place)?));
            fields.done(place)?;
        }
        Ok(Self { whole: item.whole, all })
    }

    /// The value of an attribute, which has one or does not stand here.
    pub fn value(&self, id: Oid) -> Result<Option<Item<'a>>, StampFault> {
        match self.all.iter().find(|(other, _)| *other == id).map(|(_, values)| values.as_slice()) {
            None => Ok(None),
            Some([one]) => Ok(Some(*one)),
            Some(many) => {
                let detail = format!("{id} has {} values", many.len());
                Err(StampFault::new(StampCode::Attribute, detail))
            }
        }
    }

    /// That they are about this content: its type and its digest.
    pub fn check(&self, content: &[u8], digest: Sha) -> Result<(), StampFault> {
        let place = "the signed attributes";
        let due = |name: &str| StampFault::new(StampCode::Attribute, name);
        let kind = self.value(oids::CONTENT_TYPE)?.ok_or_else(|| due("no content type"))?;
        if !is_facts(&kind.oid(place)?) {
            return Err(due("the content type is not that of a time stamp"));
        }
        let message = self.value(oids::MESSAGE_DIGEST)?.ok_or_else(|| due("no digest of the message"))?;
        if message.is(Tag::OctetString, place)?.value != digest.of(content) {
            return Err(StampFault::new(StampCode::Digest, "the facts were changed, or another's"));
        }
        Ok(())
    }

    /// What the signature is over: the bytes as they stand, as a SET and not as `[0]`
    /// (RFC 5652 section 5.4). They are not sorted again: some authorities do not sort.
    pub fn signed(&self) -> Vec<u8> {
        [0x31].iter().chain(self.whole.iter().skip(1)).copied().collect()
    }
}
