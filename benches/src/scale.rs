//! How big the measured ledgers are.

use clap::ValueEnum;

/// A part of the sizes that DESIGN names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scale {
    /// Seconds: shows that everything runs; its ratios say little.
    Small,
    /// A tenth.
    Tenth,
    /// All.
    Full,
}

impl Scale {
    /// The scale's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Tenth => "tenth",
            Self::Full => "full",
        }
    }

    /// A number of entries at this scale.
    pub fn entries(self, full: u64) -> u64 {
        match self {
            Self::Small => (full / 500).max(64),
            Self::Tenth => full / 10,
            Self::Full => full,
        }
    }

    /// How often a small piece of work is repeated.
    pub fn times(self, full: usize) -> usize {
        if self == Self::Small { (full / 10).max(5) } else { full }
    }
}

/// A number with commas.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1000), "1,000");
        assert_eq!(grouped(123_456), "123,456");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
