//! Two wordings of one thing, one in the other: what they have in common, what the
//! first alone has, what the second alone has.

/// Words are compared one by one up to this many pairs; beyond, the old stand as removed
/// and the new as added.
const MOST_PAIRS: usize = 4_000_000;

/// A stretch of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// In both.
    Same(String),
    /// In the first alone.
    Removed(String),
    /// In the second alone.
    Added(String),
}

/// A word, and whether white space stands before it. In scripts that are written without
/// spaces each character is a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token<'t> {
    word: &'t str,
    space: bool,
}

/// Whether a character is written without spaces around it: Chinese characters and kana.
fn stands_alone(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut out, mut space) = (Vec::new(), false);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let long = if first.is_whitespace() || stands_alone(first) {
            first.len_utf8()
        } else {
            rest.find(|c: char| c.is_whitespace() || stands_alone(c)).unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at(long);
        if first.is_whitespace() {
            space = true;
        } else {
            out.push(Token { word, space: std::mem::take(&mut space) });
        }
        rest = after;
    }
    out
}

/// How many words two wordings have in common in one order, and how many the longer has.
pub fn common(old: &str, new: &str) -> (usize, usize) {
    let (was, is) = (tokens(old), tokens(new));
    (pairs(&was, &is).len(), was.len().max(is.len()))
}

/// The longest run of words that both have in one order, as pairs of places.
fn pairs(old: &[Token<'_>], new: &[Token<'_>]) -> Vec<(usize, usize)> {
    let alike = |(one, other): &(&Token<'_>, &Token<'_>)| one.word == other.word;
    let head = old.iter().zip(new).take_while(alike).count();
    let (old_rest, new_rest) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(alike).count();
    let mid = |all: &[Token<'_>]| all.len().saturating_sub(head + tail);
    let (rows, columns) = (mid(old), mid(new));
    let mut found: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    if rows.saturating_mul(columns) <= MOST_PAIRS {
        let old_words: Vec<&str> = old_rest.iter().map(|token| token.word).collect();
        let new_words: Vec<&str> = new_rest.iter().map(|token| token.word).collect();
        let same = |row: usize, column: usize| old_words.get(row) == new_words.get(column);
        let lengths = table(rows, columns, &same);
        let length =
            |row: usize, column: usize| lengths.get(row * (columns + 1) + column).copied().unwrap_or(0);
        let (mut row, mut column) = (0, 0);
        while row < rows && column < columns {
            if same(row, column) {
                found.push((head + row, head + column));
                (row, column) = (row + 1, column + 1);
            } else if length(row + 1, column) >= length(row, column + 1) {
                row += 1;
            } else {
                column += 1;
            }
        }
    }
    found.extend((0..tail).map(|at| (old.len() - tail + at, new.len() - tail + at)));
    found
}

/// How many words two rests have in common: at `row * (columns + 1) + column` those that
/// begin there.
fn table(rows: usize, columns: usize, same: &dyn Fn(usize, usize) -> bool) -> Vec<u32> {
    let wide = columns + 1;
    let mut lengths = vec![0_u32; (rows + 1) * wide];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let at = |row: usize, column: usize| lengths.get(row * wide + column).copied().unwrap_or(0);
            let length = if same(row, column) {
                at(row + 1, column + 1) + 1
            } else {
                at(row + 1, column).max(at(row, column + 1))
            };
            if let Some(slot) = lengths.get_mut(row * wide + column) {
                *slot = length;
            }
        }
    }
    lengths
}

/// Two wordings, one in the other.
pub fn spans(old: &str, new: &str) -> Vec<Span> {
    let (was, is) = (tokens(old), tokens(new));
    let mut out = Vec::new();
    let (mut row, mut column) = (0, 0);
    for (to_row, to_column) in pairs(&was, &is).into_iter().chain([(was.len(), is.len())]) {
        push(&mut out, Span::Removed, was.get(row..to_row).unwrap_or_default());
        push(&mut out, Span::Added, is.get(column..to_column).unwrap_or_default());
        // White space before it in either is white space before it.
        let spaced = was.get(to_row).is_some_and(|token| token.space);
        let same = is.get(to_column).map(|token| Token { space: token.space || spaced, ..*token });
        push(&mut out, Span::Same, same.as_slice());
        (row, column) = (to_row + 1, to_column + 1);
    }
    out
}

fn push(out: &mut Vec<Span>, span: fn(String) -> Span, tokens: &[Token<'_>]) {
    for token in tokens {
        let gap = if token.space { " " } else { "" };
        let add = |text: &mut String| text.push_str(&format!("{gap}{}", token.word));
        match (out.last_mut(), span(String::new())) {
            (Some(Span::Same(text)), Span::Same(_))
            | (Some(Span::Removed(text)), Span::Removed(_))
            | (Some(Span::Added(text)), Span::Added(_)) => add(text),
            _ => out.push(span(format!("{gap}{}", token.word))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_one_in_the_other_in_scripts_with_and_without_spaces() {
        let same = |text: &str| Span::Same(text.to_owned());
        let (gone, come) = (|t: &str| Span::Removed(t.to_owned()), |t: &str| Span::Added(t.to_owned()));
        assert_eq!(
            spans("a b c d", "a x c d e"),
            [same("a"), gone(" b"), come(" x"), same(" c d"), come(" e")]
        );
        assert_eq!(
            spans("双方不评价选举", "双方可评价选举"),
            [same("双方"), gone("不"), come("可"), same("评价选举")]
        );
        assert_eq!(spans("", "a"), [come("a")]);
        // Both wordings can be read back from what is shown, up to white space.
        let (old, new) = ("one two three two one", "two one one three four");
        let (mut was, mut is) = (String::new(), String::new());
        for span in spans(old, new) {
            match span {
                Span::Same(text) => (was, is) = (was + &text, is + &text),
                Span::Removed(text) => was += &text,
                Span::Added(text) => is += &text,
            }
        }
        assert_eq!((was.trim(), is.trim()), (old, new));
    }

    #[test]
    fn very_long_words_are_compared_in_bounded_memory() {
        let long = |word: &str| format!("{word} ").repeat(3000);
        let found = spans(&long("a"), &long("b"));
        assert_eq!(found.len(), 2);
    }
}
