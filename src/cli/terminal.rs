//! Data on stdout, talk on stderr. A closed pipe is success. Whatever is printed
//! passes through [`shown`]: no text of a ledger moves a terminal.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use countersign::failure::{Failure, Outcome, Why};
use countersign::unicode;

pub use countersign::unicode::shown;

use super::row::cut;

/// Most columns that the first words of a text take, before an ellipsis.
const FIRST_WORDS: usize = 60;

/// Set once stdout takes nothing more; what is left to do is done all the same.
static CLOSED: AtomicBool = AtomicBool::new(false);

/// Set where stdout reported an error that is not a closed pipe.
static UNPRINTED: AtomicBool = AtomicBool::new(false);

/// Whether something could not be printed although somebody listens.
pub fn is_unprinted() -> bool {
    UNPRINTED.load(Ordering::Relaxed)
}

/// One line of data; what a terminal could act on is escaped. A closed pipe is
/// success: printing ends, and the command goes on.
pub fn line(text: &str) {
    print(&shown(text));
}

/// A text of the program alone, as it is: a manual page, what a shell completes.
pub fn own(text: &str) {
    print(text.strip_suffix('\n').unwrap_or(text));
}

/// One line of data that is shown as it is: nothing in it moves a terminal.
pub fn print(text: &str) {
    print_all(std::slice::from_ref(&text));
}

/// Lines of data that are shown as they are, handed on together.
pub fn print_all<S: AsRef<str>>(lines: &[S]) {
    if CLOSED.load(Ordering::Relaxed) {
        return;
    }
    let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.as_ref().len() + 1).sum());
    for line in lines {
        bytes.extend_from_slice(line.as_ref().as_bytes());
        bytes.push(b'\n');
    }
    let mut stdout = io::stdout().lock();
    if let Err(error) = stdout.write_all(&bytes).and_then(|()| stdout.flush()) {
        CLOSED.store(true, Ordering::Relaxed);
        if error.kind() != io::ErrorKind::BrokenPipe {
            UNPRINTED.store(true, Ordering::Relaxed);
            talk(&format!(
                "error[disk]: printing to stdout: {error}; the command goes on and does what it does"
            ));
        }
    }
}

/// One line of talk. Where nobody listens, nothing is lost.
pub fn talk(text: &str) {
    talk_shown(&shown(text));
}

/// One line of talk in which nothing moves a terminal.
pub fn talk_shown(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// One JSON document on one line; what a string of a ledger could not hold is
/// escaped.
pub fn json(value: &serde_json::Value) {
    print(&spelled(value));
}

/// One JSON document on one line of stderr.
pub fn talk_json(value: &serde_json::Value) {
    talk_shown(&spelled(value));
}

fn spelled(value: &serde_json::Value) -> String {
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
    out
}

/// The first words of a text, on one line.
pub fn first_words(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shown(&cut(&one_line, FIRST_WORDS + 1))
}

/// Asks for a word at the terminal, in the words of a prompt. Without a terminal nothing
/// is asked: exit 6.
pub fn ask_for(word: &str, prompt: &str) -> Outcome<()> {
    if !io::stdin().is_terminal() {
        let what = format!("there is no terminal at which to type the word {word:?}");
        return Err(Failure::new(Why::NotConfirmed, what).next("the same command with --yes"));
    }
    let _ = write!(io::stderr().lock(), "{prompt}");
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
    talk(&format!("next: {}", next(failure)));
}

/// The command to type next; where none is known, the one that explains.
fn next(failure: &Failure) -> String {
    failure.next.clone().unwrap_or_else(|| format!("countersign explain {}", failure.code()))
}

/// A failure as JSON.
pub fn failure_json(failure: &Failure) -> serde_json::Value {
    serde_json::json!({
        "format": "countersign.error/1",
        "code": failure.code(),
        "message": failure.to_string(),
        "next": next(failure),
        "exit": failure.why.exit().number(),
    })
}
