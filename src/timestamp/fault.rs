//! Every way in which a time stamp does not show a time, each with one code.

use std::fmt;

use crate::fault::Verdict;

macro_rules! stamp_codes {
    ($($variant:ident $code:literal $says:literal $explains:literal;)*) => {
        /// One way in which a time stamp does not show a time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum StampCode {
            $(#[doc = $says] $variant,)*
        }

        impl StampCode {
            /// Every code, in the order of the checks.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// One short sentence.
            pub fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)* }
            }

            /// What it means and what to do, for `countersign explain`.
            pub fn explains(self) -> &'static str {
                match self { $(Self::$variant => $explains,)* }
            }
        }
    };
}

stamp_codes! {
    Size "stamp_size" "longer than a time stamp may be"
        "A time stamp has at most 65,536 bytes; most have two to six thousand.";
    Form "stamp_form" "not a time stamp in DER"
        "A time stamp is the answer of an authority by RFC 3161, in DER, or the token out of such an answer. A page of a web server or a cut file is neither.";
    NotGranted "stamp_not_granted" "the authority gave no time stamp"
        "The answer says why, in its status. Ask again, for another policy or of another authority: countersign stamp request.";
    NotSignedData "stamp_not_signed_data" "a token that is not CMS signed data"
        "By RFC 3161 a token is a ContentInfo with SignedData in it.";
    ContentType "stamp_content_type" "what is signed is not the facts of a time stamp"
        "The signed content of a token is a TSTInfo and says so (1.2.840.113549.1.9.16.1.4).";
    Extension "stamp_extension" "a critical extension that is not known here"
        "Whoever does not know a critical extension of a time stamp takes nothing from it.";
    Signers "stamp_signers" "not exactly one signer"
        "By RFC 3161 a token has one signature, the authority's.";
    NoAttributes "stamp_no_attributes" "a signature without signed attributes"
        "Content type, digest and certificate are named in signed attributes; without them the signature does not say what it is over.";
    Attribute "stamp_attribute" "a signed attribute that is absent, repeated or of another value"
        "Content type and digest of the message stand in the signed attributes once each.";
    Digest "stamp_digest" "the signed digest is not that of the facts"
        "The signature is over another TSTInfo than the one in the token. A changed byte has this effect.";
    NoEss "stamp_no_ess" "no signed name of the certificate"
        "ESSCertIDv2 (RFC 5816) names the authority's certificate by its hash under the signature, so that no other with the same key can stand in for it.";
    EssV1 "stamp_ess_v1" "the certificate is named by SHA-1"
        "The older ESSCertID names the certificate by its SHA-1. It counts where whoever reads says so, for that authority.";
    LeafAbsent "stamp_leaf_absent" "the authority's certificate is not here"
        "The token was made without certificates. Give them: countersign stamp add FILE --untrusted CHAIN.pem.";
    EssOther "stamp_ess_other" "another certificate than the one that the signature names"
        "The certificate has the issuer and number that the token names, and another hash.";
    Purpose "stamp_purpose" "a certificate that is not for time stamps"
        "The certificate of an authority has the extended key usage timeStamping.";
    PurposeCritical "stamp_purpose_critical" "a certificate whose purpose is not critical"
        "By RFC 3161 the extended key usage of an authority is marked critical.";
    PurposeMore "stamp_purpose_more" "a certificate that is for other purposes too"
        "By RFC 3161 the key of an authority makes time stamps and nothing else.";
    KeyUse "stamp_key_use" "a certificate whose key is not for signatures"
        "Where a certificate names uses of its key, they are signatures and no other.";
    ImprintAlgorithm "stamp_imprint_algorithm" "an imprint that is not SHA-256"
        "Stamped heads are named by their SHA-256, and so are the imprints over them. Ask with the request that countersign stamp request writes.";
    Imprint "stamp_imprint" "a time stamp of other bytes"
        "The imprint in the token is the SHA-256 of something else than what it is compared with.";
    Nonce "stamp_nonce" "not the answer to this request"
        "The number in the answer is not the one in the request. It may be an older answer, or one to somebody else.";
    Policy "stamp_policy" "made under another policy of the authority"
        "Whoever reads says which policies of an authority count.";
    TsaName "stamp_tsa_name" "the authority calls itself otherwise than its certificate does"
        "Where a token names its authority, the certificate has the same name (RFC 3161 section 2.4.2). Case and spaces do not count.";
    Algorithm "stamp_algorithm" "an algorithm that is not read here"
        "Read are RSA (PKCS #1 and PSS with a salt as long as the digest, 2048 to 8192 bits), ECDSA with P-256 and P-384, and Ed25519, each with SHA-2.";
    Signature "stamp_signature" "a signature that does not verify"
        "The signature was not made over these attributes with the key of the certificate. A changed byte has this effect.";
    Dates "stamp_dates" "a certificate that was not in force at the time of the stamp"
        "The authority's certificates are looked at as of the time in the token, not as of today.";
    Chain "stamp_chain" "no way from the certificate to a root that was named"
        "The certificate was issued by nobody whom the roots at hand vouch for. Compare the root with the authority's own, and give what stands between: --untrusted CHAIN.pem.";
    Authority "stamp_authority" "not a certificate"
        "A file of certificates is PEM or DER, X.509 version 3.";
}

impl StampCode {
    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// The exit code of a command that ends with it: what the authority did not give
    /// could not be done (1), what is needed and absent is incomplete, all else damaged.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::NotGranted => 1,
            Self::LeafAbsent => Verdict::Incomplete.exit_code(),
            _ => Verdict::Damaged.exit_code(),
        }
    }
}

/// A time stamp that does not show a time: the code, and what was found where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StampFault {
    /// Which way.
    pub code: StampCode,
    /// What was found, or due, in lower case, without an end stop.
    pub detail: String,
}

impl StampFault {
    /// A fault with a detail.
    pub fn new(code: StampCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// Bytes that are not in their form at a place.
    pub(super) fn form(place: &str) -> Self {
        Self::new(StampCode::Form, place)
    }
}

impl fmt::Display for StampFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.code.says(), self.detail)
    }
}

impl std::error::Error for StampFault {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Code;

    #[test]
    fn codes_have_one_name_each_and_none_of_bytes() {
        for code in StampCode::ALL {
            assert_eq!(StampCode::from_name(code.as_str()), Some(*code));
            assert_eq!(Code::from_name(code.as_str()), None);
        }
    }
}
