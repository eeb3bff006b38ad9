//! Certificates: which one a token names, and whether it is for time stamps.

use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Tag};
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, SubjectAltName, SubjectKeyIdentifier};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;

use super::authority::Ess;
use super::fault::{StampCode, StampFault};
use super::oids;
use super::signed::{Sha, Signer};
use super::walk::{Item, plain};

/// Whether these bytes are one certificate that says it issued itself; its signature is
/// not looked at.
pub fn is_root(bytes: &[u8]) -> bool {
    let read = Certificate::from_der(bytes).ok();
    read.is_some_and(|read| {
        let tbs = read.tbs_certificate();
        tbs.subject() == tbs.issuer()
    })
}

/// A certificate, read, with its bytes.
pub(super) struct Leaf<'a> {
    pub bytes: &'a [u8],
    read: Certificate,
}

impl<'a> Leaf<'a> {
    /// Among these, the certificate that the signer names, by issuer and number or key
    /// and by its hash under the signature.
    pub fn find(
        signer: &Signer<'_>,
        among: impl Iterator<Item = &'a [u8]>,
        ess: Ess,
    ) -> Result<Self, StampFault> {
        let names = EssNames::of(signer, ess)?;
        let mut other = None;
        for bytes in among {
            // What is no certificate is not the one that is looked for.
            let Ok(read) = Certificate::from_der(bytes) else { continue };
            if !is_named(&read, signer.sid)? {
                continue;
            }
            if names.are_of(bytes) {
                return Ok(Self { bytes, read });
            }
            other = Some(read.tbs_certificate().subject().to_string());
        }
        Err(match other {
            None => StampFault::new(StampCode::LeafAbsent, "not in the token and not given"),
            Some(subject) => StampFault::new(StampCode::EssOther, format!("the one of {subject}")),
        })
    }

    /// That it is for time stamps and nothing else (RFC 3161 section 2.3).
    pub fn check_purpose(&self) -> Result<(), StampFault> {
        let tbs = self.read.tbs_certificate();
        let fault = |code, detail: &str| StampFault::new(code, format!("{detail}: {}", tbs.subject()));
        let twice = |_| fault(StampCode::Purpose, "an extension stands twice or has no form");
        let usage = tbs.get_extension::<ExtendedKeyUsage>().map_err(twice)?;
        let (is_critical, ExtendedKeyUsage(purposes)) =
            usage.ok_or_else(|| fault(StampCode::Purpose, "no extended key usage"))?;
        if !purposes.contains(&oids::TIME_STAMPING) {
            return Err(fault(StampCode::Purpose, "no timeStamping"));
        }
        if !is_critical {
            return Err(fault(StampCode::PurposeCritical, "extended key usage"));
        }
        if purposes.len() != 1 {
            return Err(fault(StampCode::PurposeMore, "more than timeStamping"));
        }
        if let Some((_, usage)) = tbs.get_extension::<KeyUsage>().map_err(twice)? {
            let signs = usage.digital_signature() || usage.non_repudiation();
            let more = usage.key_encipherment()
                || usage.data_encipherment()
                || usage.key_agreement()
                || usage.key_cert_sign()
                || usage.crl_sign();
            if !signs || more {
                return Err(fault(StampCode::KeyUse, "key usage"));
            }
        }
        Ok(())
    }

    /// Whether it has this name, as its subject or beside it, however that is spelled.
    pub fn is_called(&self, name: &str) -> bool {
        let same = |own: &Name| plainly(&own.to_string()) == plainly(name);
        let tbs = self.read.tbs_certificate();
        let beside = tbs.get_extension::<SubjectAltName>().ok().flatten();
        let beside = beside.map(|(_, SubjectAltName(names))| names).unwrap_or_default();
        let is_beside = |one: &GeneralName| matches!(one, GeneralName::DirectoryName(own) if same(own));
        same(tbs.subject()) || beside.iter().any(is_beside)
    }

    /// Who it was issued to.
    pub fn subject(&self) -> String {
        self.read.tbs_certificate().subject().to_string()
    }
}

/// A name without what does not count: case, and how many spaces stand in a row.
fn plainly(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a certificate is the one of a SignerIdentifier.
fn is_named(certificate: &Certificate, sid: Item<'_>) -> Result<bool, StampFault> {
    let place = "how the signer names its certificate";
    let tbs = certificate.tbs_certificate();
    if sid.tag == plain(0) {
        let id = tbs.get_extension::<SubjectKeyIdentifier>().ok().flatten();
        return Ok(id.is_some_and(|(_, SubjectKeyIdentifier(id))| id.as_bytes() == sid.value));
    }
    let mut fields = sid.is(Tag::Sequence, place)?.inside(place)?;
    let form = |_| StampFault::form(place);
    let issuer = Name::from_der(fields.next(place)?.whole).map_err(form)?;
    let serial = SerialNumber::from_der(fields.next(place)?.whole).map_err(form)?;
    fields.done(place)?;
    Ok(*tbs.issuer() == issuer && *tbs.serial_number() == serial)
}

/// The hashes by which the signed attributes name the certificate.
struct EssNames {
    /// Of the older attribute.
    sha1: Option<OctetString>,
    /// Of the newer, with its algorithm.
    sha2: Option<(Sha, OctetString)>,
}

impl EssNames {
    fn of(signer: &Signer<'_>, ess: Ess) -> Result<Self, StampFault> {
        let older = signer.attributes.value(oids::SIGNING_CERTIFICATE)?.map(first_of).transpose()?;
        let newer = signer.attributes.value(oids::SIGNING_CERTIFICATE_V2)?.map(first_of).transpose()?;
        match (&older, &newer, ess) {
            (None, None, _) => {
                return Err(StampFault::new(StampCode::NoEss, "neither version 1 nor version 2"));
            }
            (Some(_), None, Ess::Sha2) => {
                return Err(StampFault::new(StampCode::EssV1, "ESSCertID of version 1"));
            }
            _ => {}
        }
        let place = "the signed name of the certificate";
        let hash = |item: Item<'_>| {
            OctetString::new(item.is(Tag::OctetString, place)?.value).map_err(|_| StampFault::form(place))
        };
        let sha1 = older.map(|name| hash(name.inside(place)?.next(place)?)).transpose()?;
        let sha2 = match newer {
            None => None,
            Some(name) => {
                let mut fields = name.inside(place)?;
                let sha = fields.optional(Tag::Sequence, place)?;
                let sha = sha.map_or(Ok(Sha::Two56), |item| Sha::read(item, place))?;
                Some((sha, hash(fields.next(place)?)?))
            }
        };
        Ok(Self { sha1, sha2 })
    }

    /// Whether every one of them is of this certificate. Issuer and number may stand
    /// beside the hash; the hash says it all.
    fn are_of(&self, bytes: &[u8]) -> bool {
        let sha1 = |hash: &OctetString| {
            let own = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
            own.as_ref() == hash.as_bytes()
        };
        self.sha1.as_ref().is_none_or(sha1)
            && self.sha2.as_ref().is_none_or(|(sha, hash)| sha.of(bytes) == hash.as_bytes())
    }
}

/// The first ESSCertID: that of the signer's own certificate.
fn first_of(attribute: Item<'_>) -> Result<Item<'_>, StampFault> {
    let place = "the signed name of the certificate";
    let mut fields = attribute.is(Tag::Sequence, place)?.inside(place)?;
    fields.take(Tag::Sequence, place)?.inside(place)?.take(Tag::Sequence, place)
}

/// Whether a certificate may issue others by its key usage, where it has one.
pub(super) fn may_issue(bytes: &[u8]) -> bool {
    let Ok(read) = Certificate::from_der(bytes) else { return false };
    let usage = read.tbs_certificate().get_extension::<KeyUsage>();
    usage.is_ok_and(|usage| usage.is_none_or(|(_, usage)| usage.key_cert_sign()))
}

/// The seconds from 1970 between which a certificate is in force, if these bytes are one.
pub(super) fn in_force(bytes: &[u8]) -> Option<std::ops::RangeInclusive<u64>> {
    let read = Certificate::from_der(bytes).ok()?;
    let validity = read.tbs_certificate().validity();
    let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
    Some(seconds(validity.not_before)..=seconds(validity.not_after))
}

/// The object identifier of an algorithm that is not read, for people.
pub(super) fn not_read(oid: ObjectIdentifier) -> StampFault {
    StampFault::new(StampCode::Algorithm, format!("signature {oid}"))
}
