//! One rule, one answer: Wycheproof, and edge cases made with the curve itself.

use std::sync::LazyLock;

use countersign::key::PublicKey;
use countersign::note::{self, Line, Verifier};
use countersign::table::Tables;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest, Sha512};

use crate::world::key;

const NAME: &str = "moscow/main";
const TEXT: &str = "countersign/v1 entry\n{}\n";

fn line(public: &PublicKey, signature: &[u8]) -> Line {
    let mut bytes = note::key_id(NAME, public).to_vec();
    bytes.extend(signature);
    Line { name: NAME.to_owned(), bytes }
}

/// The answer of `verify`, which that of the tables must equal: alone, and between a
/// hundred copies of itself.
fn accepts(public: &PublicKey, text: impl AsRef<[u8]>, signature: &[u8]) -> bool {
    static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);
    let (line, by) = (line(public, signature), Verifier::of(NAME, public));
    let single = note::verify(&text, &line, NAME, public).is_ok();
    // The tables take bytes as they are; texts of notes are UTF-8.
    if let Ok(text) = std::str::from_utf8(text.as_ref()) {
        let one = note::Signature { text, line: &line, by: &by };
        let many = note::verify_all(&[one; 100], &TABLES);
        assert!(many.iter().all(|answer| answer.is_ok() == single), "{}", hex::encode(signature));
        assert_eq!(note::verify_all(&[one], &TABLES)[0].is_ok(), single);
    }
    single
}

fn challenge(r: &[u8; 32], a: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(a).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

/// A signature with a chosen R and the secret scalar.
fn sign_with(r_point: &[u8; 32], r: Scalar, a: Scalar, public: &[u8; 32], message: &[u8]) -> [u8; 64] {
    let s = r + challenge(r_point, public, message) * a;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(r_point);
    signature[32..].copy_from_slice(s.as_bytes());
    signature
}

/// The 14 encodings of small-order points, canonical or not.
fn small_order_encodings() -> Vec<[u8; 32]> {
    let mut all: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|point| point.compress().0).collect();
    let mut p_plus = [0xff; 32];
    p_plus[31] = 0x7f;
    for (low, sign) in [(0xed, 0x7f), (0xed, 0xff), (0xee, 0x7f), (0xee, 0xff)] {
        let mut bytes = p_plus;
        bytes[0] = low;
        bytes[31] = sign;
        all.push(bytes);
    }
    let mut one = [0; 32];
    one[0] = 1;
    one[31] = 0x80;
    all.push(one);
    let mut minus_one = p_plus;
    minus_one[0] = 0xec;
    minus_one[31] = 0xff;
    all.push(minus_one);
    all
}

#[test]
fn wycheproof_agrees_on_every_test() {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
    let mut number = 0;
    for group in set.test_groups {
        let bytes: [u8; 32] = group.key.pk.as_slice().try_into().unwrap();
        let public = PublicKey::from_bytes(&bytes).unwrap();
        for test in group.tests {
            let valid = test.result == wycheproof::TestResult::Valid;
            assert_eq!(accepts(&public, &*test.msg, &test.sig), valid, "tc{}", test.tc_id);
            number += 1;
        }
    }
    assert_eq!(number, 151, "every test of the set was asked");
}

#[test]
fn no_key_of_small_order_or_with_torsion_passes_the_gate() {
    let encodings = small_order_encodings();
    assert_eq!(encodings.len(), 14);
    for bytes in encodings {
        assert!(PublicKey::from_bytes(&bytes).is_err(), "{}", hex::encode(bytes));
    }
    let honest = CompressedEdwardsY(*key("a").public().bytes()).decompress().unwrap();
    for torsion in &EIGHT_TORSION[1..] {
        let mixed = (honest + torsion).compress().0;
        assert!(PublicKey::from_bytes(&mixed).is_err());
    }
    // y = 2 lies on no point; y = p + 3 is a second spelling of y = 3.
    let mut second = [0xff; 32];
    second[0] = 0xf0;
    second[31] = 0x7f;
    assert!(PublicKey::from_bytes(&second).is_err());
    assert!(PublicKey::from_bytes(key("a").public().bytes()).is_ok());
}

#[test]
fn only_the_one_signature_equation_counts() {
    let a = Scalar::from(7_u64) + Scalar::from(1_u64);
    let public_point: EdwardsPoint = ED25519_BASEPOINT_POINT * a;
    let public_bytes = public_point.compress().0;
    let public = PublicKey::from_bytes(&public_bytes).unwrap();
    let message = TEXT.as_bytes();
    let r = Scalar::from(99_u64);
    let r_point = ED25519_BASEPOINT_POINT * r;
    let honest = sign_with(&r_point.compress().0, r, a, &public_bytes, message);
    assert!(accepts(&public, TEXT, &honest));

    // R with torsion: cofactored verifiers take these.
    for torsion in &EIGHT_TORSION[1..] {
        let bytes = (r_point + torsion).compress().0;
        assert!(!accepts(&public, TEXT, &sign_with(&bytes, r, a, &public_bytes, message)));
    }
    // R of small order, the identity among them: S = k a.
    for bytes in small_order_encodings() {
        let signature = sign_with(&bytes, Scalar::ZERO, a, &public_bytes, message);
        assert!(!accepts(&public, TEXT, &signature), "{}", hex::encode(bytes));
    }
    // S + L, and high bits of S.
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut larger = honest;
    let mut carry = 0_u16;
    for (byte, add) in larger[32..].iter_mut().zip(order) {
        carry += u16::from(*byte) + u16::from(add);
        *byte = u8::try_from(carry & 0xff).unwrap();
        carry >>= 8;
    }
    assert!(!accepts(&public, TEXT, &larger));
    for bit in [0x20, 0x40, 0x80] {
        let mut high = honest;
        high[63] |= bit;
        assert!(!accepts(&public, TEXT, &high));
    }
    // Longer, shorter, and every flipped bit.
    assert!(!accepts(&public, TEXT, &honest[..63]));
    assert!(!accepts(&public, TEXT, &[&honest[..], &[0]].concat()));
    for at in 0..512 {
        let mut flipped = honest;
        flipped[at / 8] ^= 1 << (at % 8);
        assert!(!accepts(&public, TEXT, &flipped), "bit {at}");
    }
}
