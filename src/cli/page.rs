//! A page for people: sentences with the entry that carries each at the right margin,
//! so that they can be read without it.
//!
//! ```text
//!     moscow       adopted 20 Apr 2027, no reservation                   moscow/2
//!                  in effect since 20 Apr 2027
//!     Reservation of washington                                      washington/2
//!       "Publication that a statute or a court requires is not covered."
//! ```
//!
//! A page is as wide as the terminal, at most 100 columns, and 80 where there is none.
//! Its lines take one column less: some terminals wrap at the last one.

use countersign::body::circumstance::Rendering;
use countersign::fields::Words;
use countersign::unicode::{shown, shown_on_one_line};
use countersign::vocabulary::{Tongue, reading};

use super::row::{columns, isolated, width, wrapped_from};
use super::terminal::print_all;

/// The width where no terminal says its own.
const USUAL: usize = 80;

/// Wider lines are hard to read.
const WIDEST: usize = 100;

/// Columns between a sentence and the entry at the margin.
const GAP: usize = 2;

/// However far in a sentence stands, it has this many columns.
const LEAST: usize = 16;

/// A page that is being written.
pub struct Page {
    tongue: Tongue,
    columns: usize,
    is_apart: bool,
    lines: Vec<String>,
}

/// Lines for a page, and whether an empty one is to stand before them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    is_apart: bool,
    lines: Vec<String>,
}

impl Part {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether an empty line is to stand before it.
    pub fn is_apart(&self) -> bool {
        self.is_apart
    }
}

impl Page {
    /// An empty page in a tongue, for this terminal.
    pub fn new(tongue: Tongue) -> Self {
        Self::of_width(tongue, columns().unwrap_or(USUAL).min(WIDEST))
    }

    fn of_width(tongue: Tongue, columns: usize) -> Self {
        Self { tongue, columns: columns - 1, is_apart: false, lines: Vec::new() }
    }

    /// The language of the page.
    pub fn tongue(&self) -> Tongue {
        self.tongue
    }

    /// Columns that a line may take.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// An empty line, unless the page begins here or one stands already.
    pub fn gap(&mut self) -> &mut Self {
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.lines.push(String::new());
        }
        self.is_apart |= self.lines.is_empty();
        self
    }

    /// What was written, which leaves the page empty.
    pub fn take(&mut self) -> Part {
        Part { is_apart: std::mem::take(&mut self.is_apart), lines: std::mem::take(&mut self.lines) }
    }

    /// Goes on with what was written by itself.
    pub fn append(&mut self, part: Part) -> &mut Self {
        if part.is_apart {
            self.gap();
        }
        self.go_on(part)
    }

    /// The same with no empty line before it.
    pub fn go_on(&mut self, part: Part) -> &mut Self {
        self.lines.extend(part.lines);
        self
    }

    /// A heading in capitals, and the entry it is of.
    pub fn head(&mut self, text: &str, cite: &str) -> &mut Self {
        self.line(0, &text.to_uppercase(), cite)
    }

    /// A sentence, which goes on below its own first letter.
    pub fn line(&mut self, indent: usize, text: &str, cite: &str) -> &mut Self {
        self.hang(indent, "", 0, text, cite)
    }

    /// A sentence behind a label, which goes on below the column in which it began. A
    /// label wider than its column has a line of its own.
    pub fn pair(&mut self, indent: usize, wide: usize, label: &str, text: &str, cite: &str) -> &mut Self {
        let label = shown_on_one_line(label);
        if !label.is_empty() && width(&label) >= wide && !text.is_empty() {
            self.hang(indent, "", 0, &label, cite);
            return self.hang(indent + wide, "", 0, text, "");
        }
        self.hang(indent, &label, wide, text, cite)
    }

    /// Words of somebody, in quotation marks.
    pub fn quote(&mut self, indent: usize, words: &str) -> &mut Self {
        let said = quoted(self.tongue, words);
        self.said(indent, 0, "", &said)
    }

    /// What somebody said, behind a label. The first mark hangs, so that words go on one
    /// column further in than any sentence of the program begins.
    pub fn said(&mut self, indent: usize, wide: usize, label: &str, said: &str) -> &mut Self {
        let mut letters = said.chars();
        let mark: String = letters.next().into_iter().collect();
        if width(label) >= wide && !label.is_empty() {
            self.hang(indent, "", 0, label, "");
            return self.hang(indent + wide, &mark, 1, letters.as_str(), "");
        }
        let gap = " ".repeat(wide.saturating_sub(width(label)));
        self.hang(indent, &format!("{label}{gap}{mark}"), wide + 1, letters.as_str(), "")
    }

    /// Words of somebody in every language, `[abstract]` before those that are not the
    /// document's own; each language says which it is where there is more than one.
    pub fn words(&mut self, indent: usize, rendering: Option<Rendering>, words: &Words) -> &mut Self {
        for (tag, text) in in_order(self.tongue, words) {
            if words.len() == 1 && rendering.is_none() {
                self.quote(indent, text);
                continue;
            }
            let tag = if words.len() > 1 { format!(" ({tag})") } else { String::new() };
            let said = format!("{}{tag}", rendered(self.tongue, rendering, text));
            self.said(indent, 0, "", &said);
        }
        self
    }

    /// Prints the page.
    pub fn print(&self) {
        print_all(&self.lines);
    }

    fn hang(&mut self, indent: usize, label: &str, wide: usize, text: &str, cite: &str) -> &mut Self {
        let indent = indent.min(self.columns / 2);
        let from = (indent + wide).min(self.columns.saturating_sub(LEAST));
        let room = self.columns - from;
        let cite = shown_on_one_line(cite);
        let margin = if cite.is_empty() { 0 } else { width(&cite) + GAP };
        // A sentence that has no room beside its entry stands whole, and the entry above.
        let beside = room >= margin + LEAST.min(room);
        if !beside {
            self.lines.push(format!("{}{cite}", " ".repeat(self.columns.saturating_sub(width(&cite)))));
        }
        let first = if beside { room - margin } else { room };
        let text = shown(text);
        for (number, line) in text
            .split('\n')
            .enumerate()
            .flat_map(|(piece, text)| wrapped_from(text, if piece == 0 { first } else { room }, room))
            .enumerate()
        {
            let mut out = " ".repeat(if number == 0 { indent } else { from });
            if number == 0 && wide > 0 {
                let gap = from.saturating_sub(indent + width(label));
                out = format!("{out}{}{}", isolated(label), " ".repeat(gap));
            }
            out.push_str(&isolated(&line));
            if number == 0 && beside && !cite.is_empty() {
                let taken = from + width(&line);
                out.push_str(&" ".repeat(self.columns.saturating_sub(taken + width(&cite))));
                out.push_str(&cite);
            }
            self.lines.push(out.trim_end().to_owned());
        }
        self
    }
}

/// Words in the quotation marks of a tongue; a paragraph in them begins with its sign.
pub fn quoted(tongue: Tongue, words: &str) -> String {
    let words = words.replace('\n', "\n\u{b6} ");
    match tongue {
        Tongue::English => format!("\"{words}\""),
        Tongue::Russian => format!("«{words}»"),
    }
}

/// Words in quotation marks, behind `[abstract]` where they are not the document's own.
pub fn rendered(tongue: Tongue, rendering: Option<Rendering>, words: &str) -> String {
    let said = quoted(tongue, words);
    match rendering {
        None => said,
        Some(Rendering::Abstract) => format!("{} {said}", reading::ABSTRACT.of(tongue)),
    }
}

/// Words by language, that of the page first.
pub fn in_order(tongue: Tongue, words: &Words) -> Vec<(&String, &String)> {
    let mut all: Vec<_> = words.iter().collect();
    all.sort_by_key(|(tag, _)| tag.as_str() != tongue.tag());
    all
}

/// The words in the language of the page; else in English, else in the first that is
/// there.
pub fn in_tongue(tongue: Tongue, words: &Words) -> &str {
    words.get(tongue.tag()).map_or_else(|| super::entries::in_words(words), String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHINESE: &str = "双方承诺不干涉选举也不发布未经证实的评估";
    const HEBREW: &str = "לא נפרסם הערכה פומבית של הבחירות לפני שמשלחות המשקיפים ידווחו ולא נתמוך בפרסום כזה";
    const COMBINING: &str = "e\u{323}\u{301}";

    fn page() -> Page {
        Page::of_width(Tongue::English, 80)
    }

    #[test]
    fn the_sample_of_the_head_of_this_file() {
        let mut page = page();
        page.pair(4, 13, "moscow", "adopted 20 Apr 2027, no reservation", "moscow/2")
            .pair(4, 13, "", "in effect since 20 Apr 2027", "")
            .line(4, "Reservation of washington", "washington/2")
            .quote(6, "Publication that a statute or a court requires is not covered.");
        assert_eq!(
            page.lines.join("\n"),
            "    moscow       adopted 20 Apr 2027, no reservation                   moscow/2\n                 in effect since 20 Apr 2027\n    Reservation of washington                                      washington/2\n      \"Publication that a statute or a court requires is not covered.\""
        );
    }

    #[test]
    fn every_line_fits_in_any_script_and_no_letter_is_lost() {
        let letters = |text: &str| -> String {
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{2068}' | '\u{2069}')).collect()
        };
        for columns in [40, 80, 100] {
            for words in [CHINESE.repeat(4), HEBREW.repeat(2), COMBINING.repeat(120), "word ".repeat(40)] {
                let mut page = Page::of_width(Tongue::Russian, columns);
                page.pair(4, 13, "moscow", &words, "moscow/123456").quote(6, &words);
                page.pair(4, 13, &words, &words, "moscow/1").line(0, &words, "moscow.2/7");
                for line in &page.lines {
                    assert!(width(line) < columns, "{columns}: {line}");
                    assert_eq!(line.matches('\u{2068}').count(), line.matches('\u{2069}').count());
                }
                let whole = letters(&page.lines.concat());
                let said =
                    whole.replace("moscow/123456", "").replace("moscow/1", "").replace("moscow.2/7", "");
                assert_eq!(said.matches(&letters(words.trim())).count(), 5, "{columns}: {:#?}", page.lines);
            }
        }
    }

    #[test]
    fn a_narrow_page_puts_the_entry_above() {
        let mut page = Page::of_width(Tongue::English, 40);
        page.line(20, "some words", "washington.2/123456");
        assert_eq!(page.lines.len(), 2);
        assert!(page.lines[0].ends_with("washington.2/123456") && page.lines[1].trim() == "some words");
    }

    #[test]
    fn words_of_somebody_are_quoted_and_an_abstract_says_so() {
        let words = Words::from([("en".to_owned(), "One.".to_owned()), ("ru".to_owned(), "Раз.".to_owned())]);
        let mut page = Page::of_width(Tongue::Russian, 80);
        page.words(2, Some(Rendering::Abstract), &words);
        assert_eq!(page.lines, ["  [изложение] «Раз.» (ru)", "  [изложение] «One.» (en)"]);
    }
}
