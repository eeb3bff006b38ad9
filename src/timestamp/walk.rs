//! DER, item after item, as it stands: nothing is sorted, nothing is encoded again.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, TagNumber};

use super::fault::StampFault;

/// One value: its tag, its contents, and all of its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    pub tag: Tag,
    pub value: &'a [u8],
    pub whole: &'a [u8],
}

impl<'a> Item<'a> {
    /// One value and nothing behind it.
    pub fn only(bytes: &'a [u8], place: &str) -> Result<Self, StampFault> {
        let mut walk = Walk::new(bytes, place)?;
        let item = walk.next(place)?;
        walk.done(place)?;
        Ok(item)
    }

    /// What stands in it.
    pub fn inside(self, place: &str) -> Result<Walk<'a>, StampFault> {
        Walk::new(self.value, place)
    }

    /// The same, if it has this tag.
    pub fn is(self, tag: Tag, place: &str) -> Result<Self, StampFault> {
        if self.tag == tag { Ok(self) } else { Err(StampFault::form(place)) }
    }

    /// An object identifier.
    pub fn oid(self, place: &str) -> Result<ObjectIdentifier, StampFault> {
        let value = self.is(Tag::ObjectIdentifier, place)?.value;
        ObjectIdentifier::from_bytes(value).map_err(|_| StampFault::form(place))
    }

    /// An integer from 0 on, big endian, without leading zeros: zero has no byte. Its
    /// tag is not looked at, so that implicit tags are read too.
    pub fn unsigned(self, place: &str) -> Result<&'a [u8], StampFault> {
        match self.value {
            [0] => Ok(&[]),
            [0, rest @ ..] if rest.first().is_some_and(|first| *first >= 128) => Ok(rest),
            [1..=127, ..] => Ok(self.value),
            _ => Err(StampFault::form(place)),
        }
    }

    /// An integer from 0 to 2^32-1.
    pub fn small(self, place: &str) -> Result<u32, StampFault> {
        let bytes = self.unsigned(place)?;
        if bytes.len() > 4 {
            return Err(StampFault::form(place));
        }
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }
}

/// The values in some bytes, one after another.
#[derive(Clone)]
pub(super) struct Walk<'a>(SliceReader<'a>);

impl<'a> Walk<'a> {
    /// Before the first value.
    pub fn new(bytes: &'a [u8], place: &str) -> Result<Self, StampFault> {
        SliceReader::new(bytes).map(Self).map_err(|_| StampFault::form(place))
    }

    /// The next value; there must be one.
    pub fn next(&mut self, place: &str) -> Result<Item<'a>, StampFault> {
        let form = |_| StampFault::form(place);
        let whole = self.0.tlv_bytes().map_err(form)?;
        let any = AnyRef::from_der(whole).map_err(form)?;
        Ok(Item { tag: any.header().tag(), value: any.value(), whole })
    }

    /// The next value, which must have this tag.
    pub fn take(&mut self, tag: Tag, place: &str) -> Result<Item<'a>, StampFault> {
        self.next(place)?.is(tag, place)
    }

    /// The next value, if it has this tag.
    pub fn optional(&mut self, tag: Tag, place: &str) -> Result<Option<Item<'a>>, StampFault> {
        if self.0.is_finished() || Tag::peek(&self.0).map_err(|_| StampFault::form(place))? != tag {
            return Ok(None);
        }
        self.next(place).map(Some)
    }

    /// The values that are left.
    pub fn rest(mut self, place: &str) -> Result<Vec<Item<'a>>, StampFault> {
        let mut items = Vec::new();
        while !self.0.is_finished() {
            items.push(self.next(place)?);
        }
        Ok(items)
    }

    /// Nothing is left.
    pub fn done(&self, place: &str) -> Result<(), StampFault> {
        if self.0.is_finished() { Ok(()) } else { Err(StampFault::form(place)) }
    }
}

/// The tag `[number]` of a value that has others in it.
pub(super) fn nested(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: true, number: TagNumber(number) }
}

/// The tag `[number]` of a plain value.
pub(super) fn plain(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: false, number: TagNumber(number) }
}

/// A value of this tag byte with these contents.
pub(super) fn wrap(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let length = contents.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match length.as_slice() {
        [] => out.push(0),
        [short] if *short < 128 => out.push(*short),
        // At most eight bytes follow, so the sum does not carry.
        long => out.extend(u8::try_from(long.len()).map(|count| 128 | count).iter().chain(long)),
    }
    out.extend(contents);
    out
}

/// An integer from 0 on, from its big-endian bytes.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    let pad: &[u8] = if digits.first().is_none_or(|first| *first >= 128) { &[0] } else { &[] };
    wrap(2, &[pad, &digits])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_one_spelling() {
        for (digits, due) in [
            (&[][..], &[2, 1, 0][..]),
            (&[0, 0], &[2, 1, 0]),
            (&[127], &[2, 1, 127]),
            (&[128], &[2, 2, 0, 128]),
            (&[0, 1, 0], &[2, 2, 1, 0]),
        ] {
            assert_eq!(integer(digits), due);
            let read = Item::only(due, "it").unwrap().unsigned("it").unwrap();
            assert!(digits.ends_with(read) && read.first() != Some(&0));
        }
        for other in [&[2, 0][..], &[2, 1, 255], &[2, 2, 0, 1], &[2, 2, 0, 0], &[2, 0x81, 1, 1]] {
            assert!(Item::only(other, "it").and_then(|item| item.unsigned("it")).is_err(), "{other:?}");
        }
    }

    #[test]
    fn lengths_are_written_as_they_are_read() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let contents = vec![7; length];
            let made = wrap(4, &[&contents]);
            let read = Item::only(&made, "it").unwrap();
            assert_eq!((read.tag, read.value, read.whole), (Tag::OctetString, &*contents, &*made));
        }
    }
}
