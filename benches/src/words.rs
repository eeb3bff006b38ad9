//! Words for entries: plain text of a wanted length, the same for the same seed.

const WORDS: [&str; 48] = [
    "we",
    "will",
    "not",
    "publish",
    "private",
    "letters",
    "of",
    "the",
    "other",
    "side",
    "and",
    "its",
    "people",
    "before",
    "during",
    "after",
    "an",
    "election",
    "this",
    "holds",
    "for",
    "offices",
    "that",
    "act",
    "on",
    "our",
    "behalf",
    "in",
    "any",
    "language",
    "record",
    "was",
    "received",
    "today",
    "from",
    "observers",
    "who",
    "asked",
    "about",
    "report",
    "answer",
    "follows",
    "within",
    "thirty",
    "days",
    "notice",
    "border",
    "market",
];

/// Numbers that depend on a seed alone (splitmix64).
pub struct Chance(u64);

impl Chance {
    /// Begins at a seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// A number within a fifth of this one.
    pub fn near(&mut self, middle: usize) -> usize {
        let fifth = middle / 5;
        middle - fifth + self.below(2 * fifth as u64 + 1) as usize
    }

    /// A text of this many bytes, at least one.
    pub fn text(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length + 12);
        while text.len() < length {
            text.push_str(WORDS[self.below(WORDS.len() as u64) as usize]);
            text.push(' ');
        }
        text.truncate(length.saturating_sub(1));
        text.push('.');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_length_and_its_seed() {
        for length in [1, 2, 17, 500] {
            assert_eq!(Chance::of(7).text(length).len(), length);
        }
        assert_eq!(Chance::of(7).text(90), Chance::of(7).text(90));
        assert_ne!(Chance::of(7).text(90), Chance::of(8).text(90));
        assert!((80..=120).contains(&Chance::of(1).near(100)));
    }
}
