//! The program's own words: one table, two columns of equal standing.
//!
//! Every sentence about a member, an entry or a text that the program makes of its own
//! is a row here, in English and in Russian; words of a ledger stand in it in the place
//! of `{name}`. The rows are data: the command line prints from them, and a test holds
//! each against the words that the program never uses (tests/it/vocabulary.rs).
//! One file a theme.

/// A language in which the program itself speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tongue {
    /// English.
    #[default]
    English,
    /// Russian.
    Russian,
}

impl Tongue {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// The language tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    /// The one with this tag, or the one that a locale such as `ru_RU.UTF-8` names.
    pub fn of(tag: &str) -> Option<Self> {
        let first = tag.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        Self::ALL.into_iter().find(|tongue| tongue.tag().eq_ignore_ascii_case(first))
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// English.
    pub en: &'static str,
    /// Russian.
    pub ru: &'static str,
}

impl Phrase {
    /// In one language, as it stands.
    pub fn of(self, tongue: Tongue) -> &'static str {
        match tongue {
            Tongue::English => self.en,
            Tongue::Russian => self.ru,
        }
    }

    /// In one language, each `{name}` replaced by what belongs there. What is put in is
    /// not looked at again, so words of a ledger cannot name a place.
    pub fn with(self, tongue: Tongue, places: &[(&str, &str)]) -> String {
        let (mut out, mut rest) = (String::new(), self.of(tongue));
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            let word = places.iter().find(|(place, _)| *place == name).map_or("", |(_, word)| word);
            out.push_str(word);
            rest = behind;
        }
        out + rest
    }
}

/// Rows of the table: `NAME "English" "Russian";`. `ALL` has every row by its name.
macro_rules! phrases {
    ($($name:ident $en:literal $ru:literal;)*) => {
        $(
            #[doc = concat!("```text\n", $en, "\n```")]
            pub const $name: $crate::vocabulary::Phrase = $crate::vocabulary::Phrase { en: $en, ru: $ru };
        )*
        /// Every row of this theme.
        pub const ALL: &[(&str, $crate::vocabulary::Phrase)] = &[$((stringify!($name), $name),)*];
    };
}
pub(crate) use phrases;

pub mod acts;
pub mod chosen;
pub mod comparing;
pub mod dates;
pub mod effect;
pub mod evidence;
pub mod excerpt;
pub mod feed;
pub mod fields;
pub mod ledger;
pub mod order;
pub mod papers;
pub mod people;
pub mod provisions;
pub mod raised;
pub mod reading;
pub mod receipt;
pub mod remarks;
pub mod seeking;
pub mod showing;
pub mod signing;
pub mod stamps;
pub mod standing;
pub mod witnesses;

/// Every theme and its rows.
pub const THEMES: &[(&str, &[(&str, Phrase)])] = &[
    ("acts", acts::ALL),
    ("chosen", chosen::ALL),
    ("comparing", comparing::ALL),
    ("dates", dates::ALL),
    ("effect", effect::ALL),
    ("evidence", evidence::ALL),
    ("excerpt", excerpt::ALL),
    ("feed", feed::ALL),
    ("fields", fields::ALL),
    ("ledger", ledger::ALL),
    ("order", order::ALL),
    ("papers", papers::ALL),
    ("people", people::ALL),
    ("provisions", provisions::ALL),
    ("raised", raised::ALL),
    ("reading", reading::ALL),
    ("receipt", receipt::ALL),
    ("remarks", remarks::ALL),
    ("seeking", seeking::ALL),
    ("showing", showing::ALL),
    ("signing", signing::ALL),
    ("stamps", stamps::ALL),
    ("standing", standing::ALL),
    ("witnesses", witnesses::ALL),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once_and_in_any_order() {
        let row = Phrase { en: "{a} before {b}", ru: "{b} после {a}" };
        assert_eq!(row.with(Tongue::English, &[("a", "{b}"), ("b", "x")]), "{b} before x");
        assert_eq!(row.with(Tongue::Russian, &[("a", "y"), ("b", "x")]), "x после y");
    }

    #[test]
    fn both_columns_are_written_and_have_the_same_places() {
        let places = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect();
            found.sort();
            found.dedup();
            found
        };
        for (theme, rows) in THEMES {
            for (name, row) in *rows {
                assert!(!row.en.is_empty() && !row.ru.is_empty(), "{theme} {name}");
                assert_eq!(places(row.en), places(row.ru), "{theme} {name}");
                let own: String = row.en.split('{').map(|piece| piece.rsplit('}').next().unwrap()).collect();
                // Rows that are all places, with `of` and points between them, read alike.
                let words = own.split(|c: char| !c.is_alphabetic());
                let is_bare = words.filter(|word| !word.is_empty()).all(|word| word == "of");
                let is_russian = row.ru.chars().any(|c| ('А'..='я').contains(&c));
                assert!(is_russian || is_bare, "{theme} {name}");
            }
        }
    }

    #[test]
    fn a_locale_names_a_tongue() {
        assert_eq!(Tongue::of("ru_RU.UTF-8"), Some(Tongue::Russian));
        assert_eq!(Tongue::of("en"), Some(Tongue::English));
        assert_eq!(Tongue::of("C"), None);
    }
}
