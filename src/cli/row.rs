//! A line of a listing: words of the program, a text of a ledger, words of the program.
//!
//! On a terminal, or where COLUMNS says how wide the lines may be, a row takes no more
//! columns than there are: the text gives way, between two characters, and an ellipsis
//! stands for the rest. Text that runs from right to left stands between U+2068 and
//! U+2069, so that it does not turn the words around it. A text of a ledger holds
//! neither of the two, nor anything else that a terminal acts on.

use std::io::IsTerminal;

use countersign::unicode::{shown, shown_on_one_line};
use unicode_width::UnicodeWidthChar;

use super::terminal::{print, talk_shown};

/// The width of a terminal that does not say its own.
const USUAL: usize = 80;

/// No row is cut below this: nothing would be left of it.
const LEAST: usize = 40;

/// The widest column of running text.
const WIDEST: usize = 76;

/// One line.
#[derive(Clone, Debug, Default)]
pub struct Row {
    head: String,
    text: String,
    tail: String,
}

impl Row {
    /// A row that begins with words of the program.
    pub fn new(head: &str) -> Self {
        Self { head: shown_on_one_line(head), ..Self::default() }
    }

    /// The same with a text of a ledger.
    pub fn text(self, text: &str) -> Self {
        Self { text: shown_on_one_line(text), ..self }
    }

    /// The same with words of the program behind the text.
    pub fn tail(self, tail: &str) -> Self {
        Self { tail: shown_on_one_line(tail), ..self }
    }

    /// The same, further in.
    pub fn behind(self, indent: &str) -> Self {
        Self { head: format!("{}{}", shown_on_one_line(indent), self.head), ..self }
    }

    /// Prints it as data, as wide as may be.
    pub fn print(&self) {
        print(&self.fitted(columns()));
    }

    /// Says it, whole: what is about to be signed is never cut.
    pub fn say(&self) {
        talk_shown(&self.fitted(None));
    }

    fn fitted(&self, columns: Option<usize>) -> String {
        let own = width(&self.head) + width(&self.tail);
        let Some(columns) = columns.filter(|columns| own + width(&self.text) > *columns) else {
            return self.whole(&self.text);
        };
        match columns.checked_sub(own) {
            Some(room) if room > 1 && !self.text.is_empty() => self.whole(&cut(&self.text, room)),
            _ => cut(&format!("{}{}", self.head, self.tail), columns),
        }
    }

    fn whole(&self, text: &str) -> String {
        format!("{}{}{}", self.head, isolated(text), self.tail).trim_end().to_owned()
    }
}

/// Prints a sentence of the program behind a head; where the lines have a width it goes
/// on below itself.
pub fn sentence(head: &str, text: &str) {
    for row in hanging(head, text, columns()) {
        row.print();
    }
}

fn hanging(head: &str, text: &str, columns: Option<usize>) -> Vec<Row> {
    let head = shown_on_one_line(head);
    let Some(columns) = columns else { return vec![Row::new(&head).text(text)] };
    let room = columns.saturating_sub(width(&head)).max(columns / 4);
    let indent = " ".repeat(columns - room);
    let lines = wrapped(&shown_on_one_line(text), room);
    let heads = std::iter::once(head.as_str()).chain(std::iter::repeat(indent.as_str()));
    heads.zip(lines).map(|(head, line)| Row::new(head).text(&line)).collect()
}

/// Text broken into lines of at most 76 columns, with an indent.
pub fn paragraph(text: &str, indent: &str) -> Vec<Row> {
    let room = columns().unwrap_or(WIDEST).min(WIDEST).saturating_sub(width(indent)).max(1);
    let shown = shown(text);
    let lines = shown.split('\n').flat_map(|piece| wrapped(piece, room));
    lines.map(|line| Row::new(indent).text(&line)).collect()
}

/// Text broken at spaces, and within a word that is wider than a line.
pub fn wrapped(text: &str, room: usize) -> Vec<String> {
    wrapped_from(text, room, room)
}

/// The same with a first line that has room of its own.
pub fn wrapped_from(text: &str, first: usize, rest: usize) -> Vec<String> {
    let (mut lines, mut row) = (Vec::new(), String::new());
    for word in text.split(' ') {
        let room = if lines.is_empty() { first } else { rest };
        if !row.is_empty() && width(&row) + 1 + width(word) > room {
            lines.push(std::mem::take(&mut row));
        }
        if !row.is_empty() {
            row.push(' ');
        }
        let mut left = word;
        loop {
            let room = if lines.is_empty() { first } else { rest };
            if width(left) <= room {
                break;
            }
            let one = left.chars().next().map_or(0, char::len_utf8);
            let (line, after) = left.split_at(fits(left, room).max(one));
            lines.push(line.to_owned());
            left = after;
        }
        row.push_str(left);
    }
    lines.push(row);
    lines
}

/// How many columns a line may take; nothing where it may take any number.
pub fn columns() -> Option<usize> {
    let given = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<usize>().ok());
    let given = given.filter(|columns| *columns > 0);
    let terminal = || {
        let of_terminal = |(terminal_size::Width(columns), _)| usize::from(columns);
        std::io::stdout().is_terminal().then(|| terminal_size::terminal_size().map_or(USUAL, of_terminal))
    };
    given.or_else(terminal).map(|columns| columns.max(LEAST))
}

/// How many columns a text takes on a terminal: a Chinese character takes two, a mark
/// that stands on another character none.
pub fn width(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// How many bytes of a text fit into some columns: whole characters, and with each the
/// marks that stand on it.
fn fits(text: &str, columns: usize) -> usize {
    let mut taken = 0;
    for (at, character) in text.char_indices() {
        let wide = character.width().unwrap_or(0);
        if wide > 0 && taken + wide > columns {
            return at;
        }
        taken += wide;
    }
    text.len()
}

/// A text, or as much of it as fits before an ellipsis.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let (first, _) = text.split_at(fits(text, columns.saturating_sub(1)));
    format!("{}\u{2026}", first.trim_end())
}

/// A text between U+2068 and U+2069, if some of it runs from right to left.
pub fn isolated(text: &str) -> String {
    if text.chars().any(runs_left) { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
}

/// Whether a character is in the blocks whose letters run from right to left: Hebrew to
/// Arabic Extended-A, their presentation forms, and two stretches beyond U+FFFF.
fn runs_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHINESE: &str = "双方承诺不干涉选举也不发布未经证实的评估";
    const HINDI: &str = "हम चुनाव में हस्तक्षेप नहीं करेंगे";

    #[test]
    fn widths_against_columns_counted_by_hand() {
        for (text, columns) in
            [("abc", 3), ("双方", 4), ("e\u{323}\u{301}", 1), ("שלום", 4), ("…", 1), ("", 0)]
        {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn a_cut_falls_between_characters_and_leaves_marks_on_theirs() {
        assert_eq!(cut(CHINESE, 11), "双方承诺不…");
        assert_eq!(cut(CHINESE, 10), "双方承诺…", "half a character is none");
        assert_eq!(cut("ae\u{323}\u{301}bcd", 3), "ae\u{323}\u{301}…");
        assert_eq!(cut("abc", 3), "abc");
        for columns in 1..40 {
            for text in [CHINESE, HINDI, "a b c d e f g h i j k l m n o p q r s t u v w x y z"] {
                let short = cut(text, columns);
                assert!(width(&short) <= columns, "{columns}: {short}");
                assert!(text.starts_with(short.trim_end_matches('…')));
            }
        }
    }

    #[test]
    fn the_text_gives_way_and_the_words_around_it_stand() {
        let row = Row::new("moscow/1  ").text(CHINESE).tail("  [unsealed]");
        assert_eq!(row.fitted(None), format!("moscow/1  {CHINESE}  [unsealed]"));
        assert_eq!(row.fitted(Some(40)), "moscow/1  双方承诺不干涉选…  [unsealed]");
        let long = Row::new(&"h".repeat(50)).text("text").tail("tail").fitted(Some(40));
        assert_eq!(long, format!("{}…", "h".repeat(39)));
    }

    #[test]
    fn text_from_right_to_left_is_isolated_and_nothing_else_is() {
        let (arabic, hebrew) = ("لن نتدخل in this", "לא נתערב");
        for text in [arabic, hebrew, "words, then עברית"] {
            let row = Row::new("moscow/1  ").text(text).tail("  [unsealed]").fitted(None);
            assert_eq!(row, format!("moscow/1  \u{2068}{text}\u{2069}  [unsealed]"));
        }
        for text in [CHINESE, HINDI, "слова", "words"] {
            assert!(!Row::new("").text(text).fitted(None).contains(['\u{2068}', '\u{2069}']));
        }
        // Cut, the text is isolated all the same; what would end the isolation is escaped.
        let row = Row::new("h ").text(&format!("{hebrew}\u{2069}\u{202e}").repeat(9)).fitted(Some(40));
        assert!(row.ends_with("…\u{2069}") && row.matches('\u{2069}').count() == 1, "{row:?}");
        assert!(row.contains("\\u{2069}") && !row.contains('\u{202e}'));
    }

    #[test]
    fn sentences_hang_below_themselves_and_lose_no_letter() {
        let text = format!("one two {} three", "x".repeat(100));
        let rows: Vec<String> =
            hanging("HEAD  ", &text, Some(40)).iter().map(|r| r.fitted(Some(40))).collect();
        assert!(rows.iter().all(|row| width(row) <= 40), "{rows:?}");
        assert!(rows.len() > 3 && rows[1..].iter().all(|row| row.starts_with("      ")));
        let joined: String = rows.concat().split_whitespace().collect();
        assert_eq!(joined, format!("HEAD{}", text.replace(' ', "")));
        let whole: Vec<String> = hanging("HEAD  ", &text, None).iter().map(|r| r.fitted(None)).collect();
        assert_eq!(whole, [format!("HEAD  {text}")]);
    }

    #[test]
    fn running_text_without_spaces_is_broken_too() {
        let lines = wrapped(&CHINESE.repeat(5), 21);
        assert!(lines.iter().all(|line| width(line) <= 21), "{lines:?}");
        assert_eq!(lines.concat(), CHINESE.repeat(5));
        assert_eq!(wrapped("a bb ccc", 4), ["a bb", "ccc"]);
    }
}
