//! Whether a token shows a time, under an authority that the reader names.

use std::time::Duration;

use der::Tag;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage, VerifiedPath, anchor_from_trusted_cert, ring};

use super::authority::{Authority, Policies};
use super::certificate::{Leaf, in_force, may_issue, not_read};
use super::fault::{StampCode, StampFault};
use super::moment::Moment;
use super::request::Nonce;
use super::signed::{Sha, SignedData, Signer, algorithm};
use super::token::Token;
use super::walk::{Item, nested};
use super::{Oid, oids};
use crate::hash::Hash;
use crate::time::Time;

type Algorithms = Vec<&'static dyn SignatureVerificationAlgorithm>;

/// The purpose timeStamping, 1.3.6.1.5.5.7.3.8, as webpki takes it.
const TIME_STAMPING: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 8];

/// What a token shows under an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// The authority, as the reader calls it.
    pub authority: String,
    /// When, by its clock.
    pub time: Moment,
    /// How far that may be off: as the token says, else as the reader has it.
    pub error: Duration,
    /// The number of the token, in hexadecimal.
    pub serial: String,
    /// The policy of the authority under which it was made.
    pub policy: Oid,
    /// SHA-256 of the certificate whose key signed.
    pub certificate: Hash,
}

impl Stamped {
    /// What was stamped existed by then: the time and its error, in whole seconds, up.
    pub fn existed_by(&self) -> Time {
        self.time.latest(self.error)
    }

    /// What contains the token was not made before: the time less its error, in whole
    /// seconds, down.
    pub fn not_before(&self) -> Time {
        self.time.earliest(self.error)
    }
}

/// Checks a token over bytes with this SHA-256. Where a nonce is given, it answers the
/// request with that nonce. What is found first, in the order of [`StampCode::ALL`], is
/// the fault.
pub fn verify(
    token: &Token,
    imprint: &Hash,
    nonce: Option<&Nonce>,
    authority: &Authority,
) -> Result<Stamped, StampFault> {
    let data = SignedData::read(token.signed())?;
    let signer = data.signer()?;
    signer.attributes.check(data.content, signer.digest)?;
    let given = authority.others().iter().map(Vec::as_slice);
    let certificates: Vec<&[u8]> = data.certificates.iter().copied().chain(given).collect();
    let leaf = Leaf::find(&signer, certificates.iter().copied(), authority.ess())?;
    leaf.check_purpose()?;
    check_facts(token, imprint, nonce)?;
    if let Policies::Of(listed) = authority.policies()
        && !listed.contains(&token.policy())
    {
        return Err(StampFault::new(StampCode::Policy, format!("policy {}", token.policy())));
    }
    if let Some(name) = token.directory_name()
        && !leaf.is_called(name)
    {
        return Err(StampFault::new(StampCode::TsaName, format!("{name}, by {}", leaf.subject())));
    }
    check_signature(&signer, &leaf)?;
    check_chain(&leaf, &certificates, authority, token.time())?;
    Ok(Stamped {
        authority: authority.name().to_owned(),
        time: token.time(),
        error: token.accuracy().unwrap_or(authority.error()),
        serial: token.serial().to_owned(),
        policy: token.policy(),
        certificate: Hash::of(leaf.bytes),
    })
}

/// Compares what a token says it is over, and which request it answers. This is no
/// verification: nobody's signature is looked at.
pub fn check_facts(token: &Token, imprint: &Hash, nonce: Option<&Nonce>) -> Result<(), StampFault> {
    let own = token.imprint()?;
    if own != imprint {
        return Err(StampFault::new(StampCode::Imprint, format!("the token is over {own}")));
    }
    match (nonce, token.nonce()) {
        (Some(asked), Some(own)) if asked != own => {
            Err(StampFault::new(StampCode::Nonce, format!("number {}", own.to_hex())))
        }
        (Some(_), None) => Err(StampFault::new(StampCode::Nonce, "no number")),
        _ => Ok(()),
    }
}

fn check_signature(signer: &Signer<'_>, leaf: &Leaf<'_>) -> Result<(), StampFault> {
    let algorithms = algorithms(signer)?;
    let der = CertificateDer::from(leaf.bytes);
    let fault = |code, error: &Error| StampFault::new(code, format!("{}: {error}", leaf.subject()));
    let certificate = EndEntityCert::try_from(&der).map_err(|error| fault(StampCode::Chain, &error))?;
    let signed = signer.attributes.signed();
    let mut last = StampFault::new(StampCode::Algorithm, leaf.subject());
    for algorithm in algorithms {
        match certificate.verify_signature(algorithm, &signed, signer.signature) {
            Ok(()) => return Ok(()),
            Err(error @ Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)) => {
                last = fault(StampCode::Algorithm, &error);
            }
            Err(error) => return Err(fault(StampCode::Signature, &error)),
        }
    }
    Err(last)
}

/// The algorithms that the signer's words may mean; the key tells P-256 from P-384.
fn algorithms(signer: &Signer<'_>) -> Result<Algorithms, StampFault> {
    let (oid, parameters) = algorithm(signer.algorithm, "the algorithm of the signature")?;
    let own = |sha: Sha| {
        // Two digests for one signature: which one is meant would be a guess.
        if sha == signer.digest { Ok(()) } else { Err(not_read(oid)) }
    };
    let rsa = |sha: Sha| -> Algorithms {
        match sha {
            Sha::Two56 => vec![ring::RSA_PKCS1_2048_8192_SHA256],
            Sha::Three84 => vec![ring::RSA_PKCS1_2048_8192_SHA384],
            Sha::Five12 => vec![ring::RSA_PKCS1_2048_8192_SHA512],
        }
    };
    match oid {
        oids::RSA => Ok(rsa(signer.digest)),
        oids::RSA_SHA_256 => own(Sha::Two56).map(|()| rsa(Sha::Two56)),
        oids::RSA_SHA_384 => own(Sha::Three84).map(|()| rsa(Sha::Three84)),
        oids::RSA_SHA_512 => own(Sha::Five12).map(|()| rsa(Sha::Five12)),
        oids::RSA_PSS => {
            own(read_pss(&parameters.rest("the parameters of PSS")?)?)?;
            Ok(match signer.digest {
                Sha::Two56 => vec![ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
                Sha::Three84 => vec![ring::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
                Sha::Five12 => vec![ring::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
            })
        }
        oids::ECDSA_SHA_256 => {
            own(Sha::Two56).map(|()| vec![ring::ECDSA_P256_SHA256, ring::ECDSA_P384_SHA256])
        }
        oids::ECDSA_SHA_384 => {
            own(Sha::Three84).map(|()| vec![ring::ECDSA_P256_SHA384, ring::ECDSA_P384_SHA384])
        }
        // RFC 8419: the digest of the attributes is SHA-512, and the signature is over them.
        oids::ED25519 => own(Sha::Five12).map(|()| vec![ring::ED25519]),
        other => Err(not_read(other)),
    }
}

/// The one digest of RSASSA-PSS-params; its salt must be as long. What may be absent
/// means SHA-1 then, and is not read.
fn read_pss(parameters: &[Item<'_>]) -> Result<Sha, StampFault> {
    let place = "the parameters of PSS";
    let other = |what: &str| StampFault::new(StampCode::Algorithm, format!("PSS with {what}"));
    let [parameters] = parameters else { return Err(other("no parameters")) };
    let mut fields = parameters.is(Tag::Sequence, place)?.inside(place)?;
    let absent = || other("a parameter that is absent");
    let hash = fields.optional(nested(0), place)?.ok_or_else(absent)?.value;
    let mask = fields.optional(nested(1), place)?.ok_or_else(absent)?.value;
    let salt = fields.optional(nested(2), place)?.ok_or_else(absent)?.value;
    let trailer = fields.optional(nested(3), place)?;
    fields.done(place)?;
    let sha = Sha::read(Item::only(hash, place)?, place)?;
    let (generator, mut of) = algorithm(Item::only(mask, place)?, place)?;
    if generator != oids::MGF_1 || Sha::read(of.next(place)?, place)? != sha {
        return Err(other("another mask"));
    }
    let salt = Item::only(salt, place)?.is(Tag::Integer, place)?.small(place)?;
    if salt != sha.length() {
        return Err(other(&format!("a salt of {salt} bytes")));
    }
    match trailer.map(|item| Item::only(item.value, place)?.small(place)).transpose()? {
        None | Some(1) => Ok(sha),
        Some(_) => Err(other("another trailer")),
    }
}

/// Every algorithm by which certificates on the way may be signed.
const ON_THE_WAY: &[&dyn SignatureVerificationAlgorithm] = &[
    ring::ECDSA_P256_SHA256,
    ring::ECDSA_P256_SHA384,
    ring::ECDSA_P384_SHA256,
    ring::ECDSA_P384_SHA384,
    ring::ED25519,
    ring::RSA_PKCS1_2048_8192_SHA256,
    ring::RSA_PKCS1_2048_8192_SHA384,
    ring::RSA_PKCS1_2048_8192_SHA512,
    ring::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS,
    ring::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS,
    ring::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS,
    ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    ring::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    ring::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
];

/// That a root of the authority vouches for the certificate at the time of the stamp.
/// webpki looks neither at the dates of a root nor at what a key may be used for.
fn check_chain(
    leaf: &Leaf<'_>,
    certificates: &[&[u8]],
    authority: &Authority,
    time: Moment,
) -> Result<(), StampFault> {
    let fault = |code, error: &dyn std::fmt::Display| {
        StampFault::new(code, format!("{}, at {time}: {error}", leaf.subject()))
    };
    let der = CertificateDer::from(leaf.bytes);
    let certificate = EndEntityCert::try_from(&der).map_err(|error| fault(StampCode::Chain, &error))?;
    let on_the_way: Vec<CertificateDer<'_>> =
        certificates.iter().filter(|bytes| **bytes != leaf.bytes).map(|bytes| (*bytes).into()).collect();
    let issues = |path: &VerifiedPath<'_>| {
        let all = path.intermediate_certificates().all(|one| may_issue(&one.der()));
        if all { Ok(()) } else { Err(Error::EndEntityUsedAsCa) }
    };
    // Ours to check: required() of webpki would ask every certificate on the way for it.
    let usage = KeyUsage::required_if_present(TIME_STAMPING);
    let at = UnixTime::since_unix_epoch(Duration::from_secs(time.seconds()));
    let mut first = None;
    for root in authority.roots() {
        let root_der = CertificateDer::from(root.as_slice());
        let anchor = anchor_from_trusted_cert(&root_der);
        let anchors = [anchor.map_err(|error| fault(StampCode::Authority, &error))?];
        let is_in_force = in_force(root).is_some_and(|dates| dates.contains(&time.seconds()));
        let found =
            certificate.verify_for_usage(ON_THE_WAY, &anchors, &on_the_way, at, usage, None, Some(&issues));
        let why = match found {
            Ok(_) if is_in_force => return Ok(()),
            Ok(_) => fault(StampCode::Dates, &"the root was not in force"),
            Err(error @ (Error::CertExpired { .. } | Error::CertNotValidYet { .. })) => {
                fault(StampCode::Dates, &error)
            }
            Err(error) => fault(StampCode::Chain, &error),
        };
        if first.is_none() || why.code == StampCode::Dates {
            first = Some(why);
        }
    }
    Err(first.unwrap_or_else(|| fault(StampCode::Chain, &"no root")))
}
