//! What an authority answered, read and not verified.
//!
//! ```text
//! TimeStampResp ::= SEQUENCE { SEQUENCE { status INTEGER, text?, failInfo? }, token? }
//! TSTInfo ::= SEQUENCE { version INTEGER 1, policy OID, messageImprint, serialNumber,
//!                        genTime, accuracy?, ordering?, nonce?, tsa [0]?, extensions [1]? }
//! ```

use std::time::Duration;

use der::{Decode, Tag};
use x509_cert::name::Name;

use super::fault::{StampCode, StampFault};
use super::moment::Moment;
use super::request::{Nonce, read_imprint};
use super::signed::SignedData;
use super::walk::{Item, Walk, integer, nested, plain, wrap};
use super::{Oid, oids};
use crate::hash::Hash;

/// Most bytes of a time stamp; real ones have two to six thousand.
pub const LARGEST: usize = 1 << 16;

/// Why an authority gives nothing, by bit (RFC 3161 section 2.4.2).
const FAIL_INFO: [(usize, &str); 8] = [
    (0, "badAlg"),
    (2, "badRequest"),
    (5, "badDataFormat"),
    (14, "timeNotAvailable"),
    (15, "unacceptedPolicy"),
    (16, "unacceptedExtension"),
    (17, "addInfoNotAvailable"),
    (25, "systemFailure"),
];

/// A time stamp: what it says, on nobody's word so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    received: Vec<u8>,
    signed: Vec<u8>,
    imprint: Result<Hash, StampFault>,
    time: Moment,
    accuracy: Option<Duration>,
    serial: String,
    nonce: Option<Nonce>,
    policy: Oid,
    tsa: Option<Tsa>,
}

/// How an authority calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tsa {
    /// By a name as certificates have it.
    Directory(String),
    /// By a name of another form: an address, a host.
    Other(String),
}

impl Token {
    /// Reads an answer that grants a token, or a token by itself.
    pub fn parse(bytes: &[u8]) -> Result<Self, StampFault> {
        if bytes.len() > LARGEST {
            return Err(StampFault::new(StampCode::Size, format!("{} bytes", bytes.len())));
        }
        let signed = out_of_answer(bytes)?;
        let data = SignedData::read(signed)?;
        let place = "the facts of the time stamp";
        let mut fields = Item::only(data.content, place)?.is(Tag::Sequence, place)?.inside(place)?;
        if fields.take(Tag::Integer, place)?.value != [1] {
            return Err(StampFault::form("version 1 of the facts"));
        }
        let policy = fields.take(Tag::ObjectIdentifier, place)?.oid("the policy")?;
        // Another algorithm is told where the imprint is compared, not here.
        let imprint = match read_imprint(fields.take(Tag::Sequence, place)?) {
            Err(fault) if fault.code != StampCode::ImprintAlgorithm => return Err(fault),
            read => read,
        };
        let serial = hex::encode(fields.take(Tag::Integer, place)?.unsigned("the serial number")?);
        let time = fields.take(Tag::GeneralizedTime, place)?;
        let time = Moment::parse(time.value).ok_or_else(|| StampFault::form("the time"))?;
        let accuracy = fields.optional(Tag::Sequence, place)?.map(read_accuracy).transpose()?;
        if let Some(ordering) = fields.optional(Tag::Boolean, place)?
            && ordering.value != [0xff]
        {
            return Err(StampFault::form("the ordering"));
        }
        let nonce = fields.optional(Tag::Integer, place)?;
        let nonce = nonce.map(|item| item.unsigned("the number of the request")).transpose()?;
        let tsa = fields.optional(nested(0), place)?.map(read_name);
        if let Some(extensions) = fields.optional(nested(1), place)? {
            read_extensions(extensions)?;
        }
        fields.done(place)?;
        Ok(Self {
            received: bytes.to_vec(),
            signed: signed.to_vec(),
            imprint,
            time,
            accuracy,
            serial,
            nonce: nonce.map(Nonce::new),
            policy,
            tsa,
        })
    }

    /// The SHA-256 of what was stamped; a fault where it is another digest.
    pub fn imprint(&self) -> Result<&Hash, StampFault> {
        self.imprint.as_ref().map_err(Clone::clone)
    }

    /// When, by the authority's clock.
    pub fn time(&self) -> Moment {
        self.time
    }

    /// How far that may be off, where the authority says so.
    pub fn accuracy(&self) -> Option<Duration> {
        self.accuracy
    }

    /// Its number, in hexadecimal.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The number of the request that it answers.
    pub fn nonce(&self) -> Option<&Nonce> {
        self.nonce.as_ref()
    }

    /// The policy of the authority under which it was made.
    pub fn policy(&self) -> Oid {
        self.policy
    }

    /// How the authority calls itself.
    pub fn tsa(&self) -> Option<&str> {
        self.tsa.as_ref().map(|(Tsa::Directory(name) | Tsa::Other(name))| name.as_str())
    }

    /// The same, where a certificate can be compared with it.
    pub(super) fn directory_name(&self) -> Option<&str> {
        match &self.tsa {
            Some(Tsa::Directory(name)) => Some(name),
            _ => None,
        }
    }

    /// The ContentInfo.
    pub(super) fn signed(&self) -> &[u8] {
        &self.signed
    }

    /// The answer as it was received; around a token by itself, an answer that grants it.
    pub fn to_response(&self) -> Vec<u8> {
        if self.received != self.signed {
            return self.received.clone();
        }
        wrap(0x30, &[&wrap(0x30, &[&integer(&[])]), &self.signed])
    }
}

/// The token in an answer, or the token that these bytes are.
fn out_of_answer(bytes: &[u8]) -> Result<&[u8], StampFault> {
    let place = "an answer or a token";
    let whole = Item::only(bytes, place)?.is(Tag::Sequence, place)?;
    let mut fields = whole.inside(place)?;
    let first = fields.next(place)?;
    if first.tag == Tag::ObjectIdentifier {
        // An answer will be put around it, which must be no longer than may be read.
        if bytes.len() > LARGEST - 16 {
            return Err(StampFault::new(StampCode::Size, format!("{} bytes", bytes.len())));
        }
        return Ok(whole.whole);
    }
    let mut status = first.is(Tag::Sequence, place)?.inside("the status")?;
    let number = status.take(Tag::Integer, "the status")?.small("the status")?;
    if number > 1 {
        let texts = status.optional(Tag::Sequence, "the status")?.map(read_texts).unwrap_or_default();
        let info = status.optional(Tag::BitString, "the status")?.map(read_fail_info).unwrap_or_default();
        let detail = [vec![format!("status {number}")], info, texts].concat().join(", ");
        return Err(StampFault::new(StampCode::NotGranted, detail));
    }
    let token = fields.take(Tag::Sequence, "the token in the answer")?;
    fields.done("the answer")?;
    Ok(token.whole)
}

/// Texts of the authority, quoted; their characters are made safe where they are printed.
fn read_texts(item: Item<'_>) -> Vec<String> {
    let texts = item.inside("").and_then(|walk| walk.rest("")).unwrap_or_default();
    texts.iter().map(|text| format!("\"{}\"", String::from_utf8_lossy(text.value))).collect()
}

fn read_fail_info(item: Item<'_>) -> Vec<String> {
    let bits = item.value.get(1..).unwrap_or_default();
    let is_set = |bit: usize| bits.get(bit / 8).is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0);
    FAIL_INFO.iter().filter(|(bit, _)| is_set(*bit)).map(|(_, name)| (*name).to_owned()).collect()
}

/// Seconds, milliseconds and microseconds, each of which may be absent.
fn read_accuracy(item: Item<'_>) -> Result<Duration, StampFault> {
    let place = "the accuracy";
    let mut fields = item.inside(place)?;
    let mut part = |tag: Tag, most: u32| {
        let number = fields.optional(tag, place)?.map_or(Ok(0), |item| item.small(place))?;
        if number > most { Err(StampFault::form(place)) } else { Ok(number) }
    };
    let (seconds, millis, micros) =
        (part(Tag::Integer, u32::MAX)?, part(plain(0), 999)?, part(plain(1), 999)?);
    fields.done(place)?;
    let below = Duration::from_micros(u64::from(millis) * 1000 + u64::from(micros));
    Ok(Duration::from_secs(u64::from(seconds)) + below)
}

/// A GeneralName: a directory name, or the text of another form.
fn read_name(item: Item<'_>) -> Tsa {
    let inner = Item::only(item.value, "").ok();
    let directory =
        inner.filter(|name| name.tag == nested(4)).and_then(|name| Name::from_der(name.value).ok());
    directory.map_or_else(
        || {
            let text = inner.map(|name| String::from_utf8_lossy(name.value).into_owned());
            Tsa::Other(text.unwrap_or_default())
        },
        |name| Tsa::Directory(name.to_string()),
    )
}

/// Extensions change nothing here, unless one says that it must be known.
fn read_extensions(item: Item<'_>) -> Result<(), StampFault> {
    let place = "the extensions";
    for extension in item.inside(place)?.rest(place)? {
        let mut fields: Walk<'_> = extension.is(Tag::Sequence, place)?.inside(place)?;
        let id = fields.next(place)?.oid(place)?;
        if fields.optional(Tag::Boolean, place)?.is_some_and(|critical| critical.value != [0]) {
            return Err(StampFault::new(StampCode::Extension, format!("extension {id}")));
        }
    }
    Ok(())
}

/// Whether an object identifier is that of the facts of a time stamp.
pub(super) fn is_facts(oid: &Oid) -> bool {
    *oid == oids::TST_INFO
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer of this status around facts that end with these fields.
    fn answer(status: u8, fields: &[u8]) -> Vec<u8> {
        let oid = |oid: Oid| wrap(6, &[oid.as_bytes()]);
        let imprint = wrap(0x30, &[&wrap(0x30, &[&oid(oids::SHA_256)]), &wrap(4, &[&[9; 32]])]);
        let time = wrap(0x18, &[b"20261123072004.675Z"]);
        let policy = oid("1.2.3".parse().unwrap());
        let facts = wrap(0x30, &[&integer(&[1]), &policy, &imprint, &integer(&[77]), &time, fields]);
        let content = wrap(0x30, &[&oid(oids::TST_INFO), &wrap(0xa0, &[&wrap(4, &[&facts])])]);
        let data = wrap(0x30, &[&integer(&[3]), &wrap(0x31, &[]), &content, &wrap(0x31, &[])]);
        let token = wrap(0x30, &[&oid(oids::SIGNED_DATA), &wrap(0xa0, &[&data])]);
        wrap(0x30, &[&wrap(0x30, &[&integer(&[status])]), &token])
    }

    fn code(bytes: &[u8]) -> StampCode {
        Token::parse(bytes).unwrap_err().code
    }

    #[test]
    fn granted_with_changes_is_granted_and_waiting_is_not() {
        assert_eq!(Token::parse(&answer(0, &[])).unwrap().serial(), "4d");
        assert!(Token::parse(&answer(1, &[])).is_ok());
        for status in 2..6 {
            assert_eq!(code(&answer(status, &[])), StampCode::NotGranted);
        }
        let mut other = answer(0, &[]);
        let at = other.windows(9).position(|nine| nine == oids::SIGNED_DATA.as_bytes()).unwrap();
        other[at + 8] = 3;
        assert_eq!(code(&other), StampCode::NotSignedData);
    }

    #[test]
    fn parts_of_an_accuracy_have_implicit_tags_and_any_may_be_absent() {
        let read =
            |parts: &[u8]| Token::parse(&answer(0, &wrap(0x30, &[parts]))).map(|token| token.accuracy());
        assert_eq!(read(&[2, 1, 1, 0x80, 1, 5, 0x81, 1, 9]), Ok(Some(Duration::from_micros(1_005_009))));
        assert_eq!(read(&[0x80, 2, 3, 0xe7]), Ok(Some(Duration::from_millis(999))));
        assert_eq!(read(&[0x81, 1, 9]), Ok(Some(Duration::from_micros(9))));
        assert_eq!(read(&[]), Ok(Some(Duration::ZERO)));
        assert_eq!(Token::parse(&answer(0, &[])).unwrap().accuracy(), None);
        // 1000 milliseconds, below zero, the explicit tag that some expect, another order.
        for other in [
            &[0x80, 2, 3, 0xe8][..],
            &[2, 1, 0xff],
            &[0xa0, 3, 2, 1, 5],
            &[0x81, 1, 9, 0x80, 1, 5],
            &[2, 5, 1, 0, 0, 0, 0],
        ] {
            assert_eq!(read(other).unwrap_err().code, StampCode::Form, "{other:?}");
        }
    }

    #[test]
    fn an_extension_that_must_be_known_is_not() {
        let extension = |critical: &[u8]| {
            let one = wrap(0x30, &[&wrap(6, &[&[0x2a, 3]]), critical, &wrap(4, &[b"x"])]);
            answer(0, &wrap(0xa1, &[&one]))
        };
        assert!(Token::parse(&extension(&[])).is_ok());
        assert_eq!(code(&extension(&wrap(1, &[&[0xff]]))), StampCode::Extension);
        let named = Token::parse(&answer(0, &wrap(0xa0, &[&wrap(0x86, &[b"http://tsa.test"])]))).unwrap();
        assert_eq!((named.tsa(), named.directory_name()), (Some("http://tsa.test"), None));
    }
}
