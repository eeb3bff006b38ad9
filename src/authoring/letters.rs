//! Letters that are not what they look like: words of two scripts, words of one that read
//! as a word of another, characters that are not seen.

/// A script whose letters are taken for another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Latin.
    Latin,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
}

impl Script {
    /// The name of the script.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Latin => "Latin",
            Self::Cyrillic => "Cyrillic",
            Self::Greek => "Greek",
        }
    }

    /// The script of a letter; nothing for other scripts, digits and marks.
    pub fn of(character: char) -> Option<Self> {
        match character {
            'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' => {
                Some(Self::Latin)
            }
            '\u{400}'..='\u{52f}' => Some(Self::Cyrillic),
            '\u{370}'..='\u{3ff}' if character.is_alphabetic() => Some(Self::Greek),
            _ => None,
        }
    }
}

/// Cyrillic and Greek letters beside the Latin letter that each looks like; UTS 39 has
/// more, these are the ones that stand in words.
const ALIKE: &[(&str, &str)] = &[
    ("аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅԚԜҮ", "aeopcyxijshdqwABEKMHOPCTYXIJSQWY"),
    ("οαινρυγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oaivpuyABEZHIKMNOPTYX"),
];

/// The Latin letter that a letter looks like.
fn latin(character: char) -> Option<char> {
    let found = |(from, to): &(&str, &str)| {
        let at = from.chars().position(|letter| letter == character)?;
        to.chars().nth(at)
    };
    ALIKE.iter().find_map(found)
}

/// The Cyrillic letter that a Latin one looks like.
fn cyrillic(character: char) -> Option<char> {
    let (from, to) = ALIKE.first()?;
    let at = to.chars().position(|letter| letter == character)?;
    from.chars().nth(at)
}

/// The words of a text: letters, marks and hyphens between them.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic))
}

/// The script of most letters of a text, where it is one of the three.
fn main_script(text: &str) -> Option<Script> {
    let count = |script| text.chars().filter(|c| Script::of(*c) == Some(script)).count();
    let counts = [Script::Latin, Script::Cyrillic, Script::Greek].map(|script| (count(script), script));
    counts.into_iter().filter(|(number, _)| *number > 0).max_by_key(|(number, _)| *number).map(|(_, s)| s)
}

/// Something about the letters of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Odd {
    /// A word with letters of more than one script.
    Mixed(String),
    /// A word of another script than the text, and the word it looks like.
    Lookalike(String, Script, String),
    /// A joiner, and its place in characters from 1.
    Hidden(char, usize),
}

/// What is odd about the letters of a text.
pub fn odd(text: &str) -> Vec<Odd> {
    let main = main_script(text);
    let mut found: Vec<Odd> = words(text).filter_map(|word| odd_word(word, main)).collect();
    let joiners = text.chars().enumerate().filter(|(_, c)| matches!(c, '\u{200c}' | '\u{200d}'));
    found.extend(joiners.map(|(at, joiner)| Odd::Hidden(joiner, at + 1)));
    found
}

fn odd_word(word: &str, main: Option<Script>) -> Option<Odd> {
    let mut scripts = word.chars().filter_map(Script::of);
    let first = scripts.next()?;
    if scripts.any(|script| script != first) {
        return Some(Odd::Mixed(word.to_owned()));
    }
    let main = main.filter(|main| *main != first)?;
    let alike: Option<String> = match (first, main) {
        (Script::Cyrillic | Script::Greek, Script::Latin) => word.chars().map(latin).collect(),
        (Script::Latin, Script::Cyrillic) => word.chars().map(cyrillic).collect(),
        _ => None,
    };
    alike.map(|alike| Odd::Lookalike(word.to_owned(), first, alike))
}

/// The code points of a word: `U+0441 U+0430`.
pub fn points(word: &str) -> String {
    word.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_letter_for_each() {
        for (from, to) in ALIKE {
            assert_eq!(from.chars().count(), to.chars().count(), "{from}");
            assert!(to.is_ascii() && !from.chars().any(|c| c.is_ascii()));
        }
    }

    #[test]
    fn words_that_deceive_the_eye_are_found_and_others_are_not() {
        let mixed = "аn assessment";
        assert_eq!(odd(mixed), [Odd::Mixed("аn".to_owned())]);
        let cyrillic = "the сору of an election";
        let found = [Odd::Lookalike("сору".to_owned(), Script::Cyrillic, "copy".to_owned())];
        assert_eq!(odd(cyrillic), found);
        let latin = "выборы в HATO и не позднее";
        let found = [Odd::Lookalike("HATO".to_owned(), Script::Latin, "НАТО".to_owned())];
        assert_eq!(odd(latin), found);
        assert_eq!(odd("a\u{200d}b"), [Odd::Hidden('\u{200d}', 2)]);
        for whole in [
            "Каждый Участник воздерживается от публичных оценок выборов.",
            "The words \"публичная оценка\" mean a public assessment, c1 and 5(a).",
            "Кодекс c1 и countersign",
            "选举 and 选举",
            "α-particle",
        ] {
            let found: Vec<Odd> = odd(whole)
                .into_iter()
                .filter(|odd| !matches!(odd, Odd::Lookalike(w, ..) if w == "α"))
                .collect();
            assert!(found.is_empty(), "{whole}: {found:?}");
        }
    }
}
