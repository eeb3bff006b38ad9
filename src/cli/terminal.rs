//! Data on stdout, talk on stderr. A closed pipe is success. Text from a ledger
//! passes through [`shown`] before it is printed.

use std::io::{self, BufRead, IsTerminal, Write};

use countersign::failure::{Failure, Outcome, Why};
use countersign::unicode;

pub use countersign::unicode::shown;

/// Most characters in a line of text that is shown as first words.
const FIRST_WORDS: usize = 60;

/// One line of data.
pub fn line(text: &str) {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(_) => std::process::exit(1),
    }
}

/// One line of talk. Where nobody listens, nothing is lost.
pub fn talk(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// One JSON document on one line; what a string of a ledger could not hold is
/// escaped.
pub fn json(value: &serde_json::Value) {
    let mut out = String::new();
    for character in value.to_string().chars() {
        if unicode::may_hold(character) && !matches!(character, '\u{200c}' | '\u{200d}') {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    line(&out);
}

/// The first words of a text, on one line.
pub fn first_words(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut words: String = one_line.chars().take(FIRST_WORDS).collect();
    if one_line.chars().count() > FIRST_WORDS {
        words.push('\u{2026}');
    }
    shown(&words)
}

/// Text broken into lines of at most 76 characters, with an indent.
pub fn paragraph(text: &str, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for piece in text.split('\n') {
        let mut row = String::new();
        for word in piece.split(' ') {
            if !row.is_empty() && row.chars().count() + word.chars().count() > 75 - indent.len() {
                lines.push(format!("{indent}{row}"));
                row.clear();
            }
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
        lines.push(format!("{indent}{row}"));
    }
    lines
}

/// Asks for a word at the terminal. Without one nothing is asked: exit 6.
pub fn ask_for(word: &str) -> Outcome<()> {
    if !io::stdin().is_terminal() {
        let what = format!("there is no terminal at which to type the word {word:?}");
        return Err(Failure::new(Why::NotConfirmed, what).next("the same command with --yes"));
    }
    let _ = write!(io::stderr().lock(), "Type {word:?} to go on, anything else to stop: ");
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::disk("reading", "the terminal".as_ref(), error))?;
    if answer.trim() == word {
        Ok(())
    } else {
        Err(Failure::new(Why::NotConfirmed, format!("the word {word:?} was not typed")))
    }
}

/// Shows a failure: what happened, the code, the next command.
pub fn failure(failure: &Failure) {
    talk(&format!("error[{}]: {}", failure.code(), shown(&failure.to_string())));
    match &failure.next {
        Some(next) => talk(&format!("next: {next}")),
        None => talk(&format!("next: countersign explain {}", failure.code())),
    }
}
