//! Which characters a string may hold: one fixed table, Unicode 15.0.
//!
//! The table is data of the format (docs/SPEC.md section 1.3). It never follows
//! a library: two verifiers with newer or older Unicode tables must give one
//! answer for the same bytes. Normalisation form C of the characters in it is
//! the same in every Unicode version from 15.0 on, so a library decides that.

use std::fmt::Write as _;
use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The table as it is published: one range a line, first and last code point.
pub const TABLE: &str = include_str!("unicode15.txt");

static RANGES: LazyLock<Vec<(u32, u32)>> = LazyLock::new(|| {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (first, last) = line.split_once(' ')?;
            Some((u32::from_str_radix(first, 16).ok()?, u32::from_str_radix(last, 16).ok()?))
        })
        .collect()
});

/// Whether a string may hold this character.
pub fn may_hold(character: char) -> bool {
    if matches!(character, ' '..='~' | '\n') {
        return true;
    }
    let point = u32::from(character);
    RANGES
        .binary_search_by(|&(first, last)| {
            if last < point {
                std::cmp::Ordering::Less
            } else if first > point {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            }
        })
        .is_ok()
}

/// Whether a string is in the repertoire and in normalisation form C.
pub fn is_writable(text: &str) -> bool {
    text.is_ascii() && text.chars().all(may_hold) || text.chars().all(may_hold) && is_nfc(text)
}

/// A text in normalisation form C, in which alone entries hold words.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Text as a terminal may show it: characters that a string could not hold, and
/// the two joiners that it can, become `\u{...}`. Line ends stay.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if may_hold(character) && !matches!(character, '\u{200c}' | '\u{200d}') {
            out.push(character);
        } else {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
    }
    out
}

/// Like [`shown`], on one line: line ends become `\n`.
pub fn shown_on_one_line(text: &str) -> String {
    shown(text).replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_point_against_the_table_read_in_another_way() {
        let mut listed = vec![false; 0x11_0000];
        let mut count = 0_u32;
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let ends: Vec<usize> =
                line.split(' ').map(|end| usize::from_str_radix(end, 16).unwrap()).collect();
            for slot in &mut listed[ends[0]..=ends[1]] {
                assert!(!*slot, "ranges overlap at {line}");
                *slot = true;
                count += 1;
            }
        }
        assert_eq!(count, 148_782, "the number that the table's own head gives");
        for point in 0..0x11_0000_u32 {
            if let Some(character) = char::from_u32(point) {
                let index = usize::try_from(point).unwrap();
                assert_eq!(may_hold(character), listed[index], "U+{point:04X}");
            }
        }
    }

    #[test]
    fn what_hides_or_turns_text_is_outside() {
        for hidden in [
            '\u{0}',
            '\t',
            '\r',
            '\u{7f}',
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{202e}',
            '\u{2028}',
            '\u{2066}',
            '\u{feff}',
            '\u{fffe}',
            '\u{e000}',
            '\u{e0041}',
            '\u{fe0f}',
            '\u{5c8}',
            '\u{16d67}',
        ] {
            assert!(!may_hold(hidden), "U+{:04X}", u32::from(hidden));
        }
        for wanted in ['\n', 'A', 'Я', '\u{a0}', '\u{200c}', '\u{200d}', '中', 'ا'] {
            assert!(may_hold(wanted));
        }
    }

    #[test]
    fn only_form_c_is_writable() {
        assert!(is_writable("\u{e9}"));
        assert!(!is_writable("e\u{301}"));
    }

    #[test]
    fn shown_text_cannot_move_a_terminal() {
        assert_eq!(shown("a\u{1b}[2Jb\u{202e}"), "a\\u{1b}[2Jb\\u{202e}");
        assert_eq!(shown_on_one_line("a\nb"), "a\\nb");
    }
}
