//! Fingerprints that people compare by voice or on paper: words and digits.
//!
//! A ledger shows 192 bits, because whoever drafts a charter chooses its bytes and
//! could look for two that match; a key shows 128. Words come from two lists in
//! turn, so that one left out or swapped is heard; digits are the same in every
//! language.

use std::sync::LazyLock;

use crate::hash::Hash;

/// Bytes of a ledger id in its fingerprint.
pub const LEDGER_BYTES: usize = 24;

/// Bytes of a public key line's digest in its fingerprint.
pub const KEY_BYTES: usize = 16;

static LISTS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    include_str!("words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .collect()
});

/// A fingerprint in both forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(Vec<u8>);

impl Fingerprint {
    /// Of a ledger: the first 24 bytes of its id.
    pub fn of_ledger(id: &Hash) -> Self {
        Self(id.bytes().iter().copied().take(LEDGER_BYTES).collect())
    }

    /// Of a line of public keys, without its line feed: the first 16 bytes of its
    /// SHA-256.
    pub fn of_key_line(line: &str) -> Self {
        Self(Hash::of(line.as_bytes()).bytes().iter().copied().take(KEY_BYTES).collect())
    }

    /// One word a byte, single spaces.
    pub fn words(&self) -> String {
        let word = |(place, byte): (usize, &u8)| {
            let pair = LISTS.get(usize::from(*byte)).copied().unwrap_or_default();
            if place.is_multiple_of(2) { pair.0 } else { pair.1 }
        };
        self.0.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
    }

    /// Five decimal digits for each two bytes, big endian, single spaces.
    pub fn digits(&self) -> String {
        let (pairs, _) = self.0.as_chunks::<2>();
        let groups = pairs.iter().map(|pair| format!("{:05}", u16::from_be_bytes(*pair)));
        groups.collect::<Vec<_>>().join(" ")
    }
}

/// The bytes that a reader names a ledger by: 64 hexadecimal digits, 24 words or
/// 12 groups of digits.
pub fn parse_ledger(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().to_lowercase();
    if let Some(hash) = Hash::from_hex(&text) {
        return Some(hash.bytes().to_vec());
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    let bytes: Option<Vec<u8>> = match parts.len() {
        12 => parts.iter().map(|group| parse_group(group)).collect::<Option<Vec<_>>>().map(|g| g.concat()),
        24 => parts
            .iter()
            .enumerate()
            .map(|(place, word)| {
                let even = place.is_multiple_of(2);
                let at = LISTS.iter().position(|(a, b)| word == if even { a } else { b })?;
                u8::try_from(at).ok()
            })
            .collect(),
        _ => None,
    };
    bytes.filter(|bytes| bytes.len() == LEDGER_BYTES)
}

fn parse_group(group: &str) -> Option<Vec<u8>> {
    let plain = group.len() == 5 && group.bytes().all(|byte| byte.is_ascii_digit());
    let value: u16 = group.parse().ok().filter(|_| plain)?;
    Some(value.to_be_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &str, b: &str) -> usize {
        let b: Vec<char> = b.chars().collect();
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.chars().enumerate() {
            let mut next = vec![i + 1];
            for (j, y) in b.iter().enumerate() {
                next.push((row[j] + usize::from(x != *y)).min(row[j + 1] + 1).min(next[j] + 1));
            }
            row = next;
        }
        row[b.len()]
    }

    #[test]
    fn words_are_256_twice_short_plain_and_apart() {
        assert_eq!(LISTS.len(), 256);
        let (a, b): (Vec<&str>, Vec<&str>) = LISTS.iter().copied().unzip();
        for (list, least, longest) in [(&a, 2, 8), (&b, 3, 9)] {
            for (at, word) in list.iter().enumerate() {
                assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word}");
                assert!((3..=longest).contains(&word.len()), "{word}");
                for other in &list[at + 1..] {
                    assert!(distance(word, other) >= least, "{word} and {other}");
                }
            }
        }
        for word in &a {
            assert!(b.iter().all(|other| distance(word, other) >= 2), "{word} is in both lists");
        }
    }

    #[test]
    fn what_is_read_out_is_understood() {
        let id = Hash::of(b"a charter");
        let print = Fingerprint::of_ledger(&id);
        assert_eq!(parse_ledger(&print.words()).as_deref(), id.bytes().get(..24));
        assert_eq!(parse_ledger(&print.digits()).as_deref(), id.bytes().get(..24));
        assert_eq!(parse_ledger(&id.to_string()).as_deref(), Some(&id.bytes()[..]));
        assert_eq!(print.words().split(' ').count(), 24);
        assert_eq!(print.digits().split(' ').count(), 12);
        let mut swapped: Vec<String> = print.words().split(' ').map(str::to_owned).collect();
        swapped.swap(0, 1);
        assert_eq!(parse_ledger(&swapped.join(" ")), None, "swapped words are seen");
        assert_eq!(parse_ledger("65536 00000"), None);
    }
}
