//! Time stamps: tokens of a private authority, right and otherwise, made once by
//! tests/setup/make-stamps.sh; every refusal has its own code.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use countersign::hash::Hash;
use countersign::timestamp::{
    Authority, Ess, Nonce, Policies, Request, StampCode, StampFault, Stamped, Token, certificates, verify,
};

pub const FOLDER: &str = "tests/vectors/stamp";

pub fn vector(name: &str) -> Vec<u8> {
    fs::read(Path::new(FOLDER).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn pem(name: &str) -> Vec<Vec<u8>> {
    certificates(&vector(&format!("{name}.pem"))).unwrap()
}

/// An authority under some roots, with some more certificates.
fn authority(roots: &[&str], others: &[&str], ess: Ess) -> Authority {
    let all = |names: &[&str]| names.iter().flat_map(|name| pem(name)).collect();
    Authority::new("test", all(roots), all(others), Policies::Any, Duration::from_secs(1), ess).unwrap()
}

pub fn usual() -> Authority {
    authority(&["root"], &[], Ess::Sha2)
}

pub fn under(name: &str, authority: &Authority) -> Result<Stamped, StampFault> {
    verify(&Token::parse(&vector(name))?, &Hash::of(&vector("head")), None, authority)
}

fn code(result: Result<Stamped, StampFault>) -> StampCode {
    result.unwrap_err().code
}

#[test]
fn what_authorities_give_is_taken_with_every_kind_of_key() {
    for name in [
        "rsa2048.tsr",
        "rsa3072.tsr",
        "p256.tsr",
        "p384.tsr",
        "no-nonce.tsr",
        "pss.tst",
        "cms-p384.tst",
        "by-key-id.tst",
        "cms-named.tst",
        "unsorted.tst",
    ] {
        let stamped = under(name, &usual()).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(stamped.policy.to_string(), "1.3.6.1.4.1.32473.1");
        assert_eq!(stamped.authority, "test");
        let (low, high) = (stamped.not_before(), stamped.existed_by());
        // A second and a half either way, to whole seconds.
        let width = low.seconds_to(&high).unwrap();
        assert!((2..=5).contains(&width), "{name}: {low} {high}");
    }
    let leaf = Hash::of(&pem("p256")[0]);
    assert_eq!(under("p256.tsr", &usual()).unwrap().certificate, leaf);
    let given = authority(&["same", "root"], &["twin", "p256"], Ess::Sha2);
    assert_eq!(under("no-certificates.tsr", &given).unwrap().certificate, leaf);
    assert!(under("ess-v1.tsr", &authority(&["root"], &[], Ess::Sha1Too)).is_ok());
    assert!(under("p384.tsr", &usual()).is_ok(), "what lies between is in the token");
}

#[test]
fn times_have_fractions_and_errors() {
    let fraction = Token::parse(&vector("p256.tsr")).unwrap();
    let text = fraction.time().to_string();
    assert!(text.contains('.') && text.ends_with('Z'), "{text}");
    assert_eq!(fraction.accuracy(), Some(Duration::from_micros(1_500_100)));
    let stamped = under("p256.tsr", &usual()).unwrap();
    assert_eq!(stamped.existed_by(), fraction.time().latest(Duration::from_micros(1_500_100)));
    assert_eq!(stamped.not_before(), fraction.time().earliest(Duration::from_micros(1_500_100)));

    // No accuracy is not no error.
    let whole = Token::parse(&vector("rsa2048.tsr")).unwrap();
    assert_eq!(whole.accuracy(), None);
    let roots = || pem("root");
    let wide =
        Authority::new("w", roots(), vec![], Policies::Any, Duration::from_secs(60), Ess::Sha2).unwrap();
    let stamped = under("rsa2048.tsr", &wide).unwrap();
    assert_eq!(stamped.not_before().seconds_to(&stamped.existed_by()), Some(120));
    assert_eq!(whole.tsa(), Some("CN=Stamps RSA 2048"));
}

#[test]
fn what_is_not_so_is_refused_each_with_its_own_code() {
    use StampCode as C;
    for (name, due) in [
        ("ess-v1.tsr", C::EssV1),
        ("no-ess.tst", C::NoEss),
        ("rogue.tsr", C::Chain),
        ("under-mute.tsr", C::Chain),
        ("expired.tsr", C::Dates),
        ("no-certificates.tsr", C::LeafAbsent),
        ("purpose-not-critical.tst", C::PurposeCritical),
        ("purpose-more.tst", C::PurposeMore),
        ("purpose-other.tst", C::Purpose),
        ("purpose-none.tst", C::Purpose),
        ("key-use.tst", C::KeyUse),
        ("two-signers.tst", C::Signers),
        ("no-attributes.tst", C::NoAttributes),
        ("data.tst", C::ContentType),
        ("pss-salt.tst", C::Algorithm),
        ("tsa-name.tst", C::TsaName),
        ("sha512-imprint.tsr", C::ImprintAlgorithm),
        ("not-granted.tsr", C::NotGranted),
    ] {
        assert_eq!(code(under(name, &usual())), due, "{name}");
    }
    let fault = under("not-granted.tsr", &usual()).unwrap_err();
    assert!(fault.detail.contains("status 2, unacceptedPolicy"), "{}", fault.detail);
    assert_eq!(
        code(under("p256.tsr", &authority(&["same"], &[], Ess::Sha2))),
        C::Chain,
        "a root of the same name"
    );
    assert_eq!(code(under("p256.tsr", &authority(&["between"], &[], Ess::Sha2))), C::Chain);
    let past = code(under("p256.tsr", &authority(&["past"], &[], Ess::Sha2)));
    assert_eq!(past, C::Dates, "a root that had ended");
    let twin = authority(&["root"], &["twin"], Ess::Sha2);
    assert_eq!(code(under("no-certificates.tsr", &twin)), C::EssOther);

    let token = Token::parse(&vector("p256.tsr")).unwrap();
    let head = Hash::of(&vector("head"));
    let other = Hash::of(&vector("other"));
    assert_eq!(code(verify(&token, &other, None, &usual())), C::Imprint);
    let asked = Request::parse(&vector("usual.tsq")).unwrap();
    assert_eq!(asked.imprint(), &head);
    assert!(verify(&token, &head, asked.nonce(), &usual()).is_ok());
    assert_eq!(code(verify(&token, &head, Some(&Nonce::new(&[7])), &usual())), C::Nonce);
    assert_eq!(Nonce::new(&[0, 0, 7]), Nonce::new(&[7]), "a number, and not its bytes");
    let without = Token::parse(&vector("no-nonce.tsr")).unwrap();
    assert_eq!(code(verify(&without, &head, asked.nonce(), &usual())), C::Nonce);
    let of = |policy: &str| {
        let listed = Policies::Of(BTreeSet::from([policy.parse().unwrap()]));
        let one = Authority::new("p", pem("root"), vec![], listed, Duration::ZERO, Ess::Sha2).unwrap();
        verify(&token, &head, None, &one)
    };
    assert!(of("1.3.6.1.4.1.32473.1").is_ok());
    assert_eq!(code(of("1.3.6.1.4.1.32473.11")), C::Policy);
}

#[test]
fn signed_attributes_and_signatures_are_checked_as_they_stand() {
    use StampCode as C;
    let good = vector("p256.tsr");
    let changed = |find: &[u8], to: &[u8]| {
        let at: Vec<usize> =
            good.windows(find.len()).enumerate().filter(|(_, w)| *w == find).map(|(at, _)| at).collect();
        let mut bytes = good.clone();
        for at in &at {
            bytes[*at..*at + to.len()].copy_from_slice(to);
        }
        assert!(!at.is_empty());
        verify(&Token::parse(&bytes)?, &Hash::of(&vector("head")), None, &usual())
    };
    let policy: [u8; 9] = [0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59, 1];
    assert_eq!(code(changed(&policy, &[0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59, 2])), C::Digest);
    // The object identifier of messageDigest, made that of contentType: it stands twice.
    let digest = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
    assert_eq!(code(changed(&digest, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3])), C::Attribute);
    assert_eq!(code(changed(&digest, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 9])), C::Attribute);
    let mut last = good.clone();
    *last.last_mut().unwrap() ^= 1;
    let token = Token::parse(&last).unwrap();
    assert_eq!(code(verify(&token, &Hash::of(&vector("head")), None, &usual())), C::Signature);
}

#[test]
fn every_truncation_is_refused_and_so_is_what_stands_behind() {
    for name in ["rsa2048.tsr", "p384.tsr", "pss.tst"] {
        let bytes = vector(name);
        for length in 0..bytes.len() {
            assert!(Token::parse(&bytes[..length]).is_err(), "{name} {length}");
        }
        assert_eq!(Token::parse(&[&bytes[..], &[0]].concat()).unwrap_err().code, StampCode::Form);
    }
    assert_eq!(Token::parse(&vec![0x30; (1 << 16) + 1]).unwrap_err().code, StampCode::Size);
}

/// What a token shows, or that it shows nothing.
fn facts(bytes: &[u8], authority: &Authority, head: &Hash) -> Option<Stamped> {
    verify(&Token::parse(bytes).ok()?, head, None, authority).ok()
}

#[test]
fn no_changed_byte_changes_what_a_token_shows() {
    let (head, authority) = (Hash::of(&vector("head")), usual());
    let mut counted = (0, 0);
    for (name, step) in [("p256.tsr", 1), ("p384.tsr", 5), ("rsa2048.tsr", 5), ("pss.tst", 5)] {
        let good = vector(name);
        let due = facts(&good, &authority, &head).unwrap();
        for at in (0..good.len()).step_by(step) {
            for flip in [1, 0x80, 0xff] {
                let mut bytes = good.clone();
                bytes[at] ^= flip;
                match facts(&bytes, &authority, &head) {
                    Some(shown) => {
                        assert_eq!(shown, due, "{name} {at}");
                        counted.0 += 1;
                    }
                    None => counted.1 += 1,
                }
            }
        }
    }
    // Versions, the set of digests and the like are under no signature.
    assert!(counted.0 > 10 && counted.1 > 10 * counted.0, "{counted:?}");
}

#[test]
fn a_token_by_itself_goes_into_an_answer_and_reads_the_same() {
    let token = Token::parse(&vector("pss.tst")).unwrap();
    let answer = token.to_response();
    assert_ne!(answer, vector("pss.tst"));
    let again = Token::parse(&answer).unwrap();
    assert_eq!(
        (again.serial(), again.time(), again.imprint()),
        (token.serial(), token.time(), token.imprint())
    );
    assert_eq!(again.to_response(), answer);
    assert_eq!(Token::parse(&vector("p256.tsr")).unwrap().to_response(), vector("p256.tsr"));
}

#[test]
fn files_of_certificates_are_pem_or_der() {
    let one = pem("root");
    assert_eq!(certificates(&one[0]).unwrap(), one);
    let two = [vector("root.pem"), vector("between.pem")].concat();
    assert_eq!(certificates(&two).unwrap().len(), 2);
    for other in
        [&b""[..], b"text", &one[0][..90], b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
    {
        assert_eq!(certificates(other).unwrap_err().code, StampCode::Authority);
    }
    let none = Authority::new("n", vec![], vec![], Policies::Any, Duration::ZERO, Ess::Sha2);
    assert_eq!(none.unwrap_err().code, StampCode::Authority);
}
