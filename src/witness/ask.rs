//! Asking a witness over HTTP: what is sent, and what each answer means. The network
//! itself is whoever's `post` is.
//!
//! ```text
//! 200   signature lines            taken where they are lines; who they are by is checked later
//! 409   the size it knows          asked once more from there; then, or without a size, final
//! 422   it saw another history, or the proof does not hold: final
//! 403 404   it does not know this log
//! 400   it does not read what was sent
//! 5xx, 429  ask again later
//! ```
//!
//! Real witnesses answer 403 where the specification has 404, and 409 without a size
//! where it has 422; nothing here asks more than twice.

use crate::cosignature::Cosignature;
use crate::failure::{Failure, Outcome, Why};
use crate::note::Line;
use crate::submission::{Submission, plain_number};

/// Sends a body of a content type to a URL: status, content type and body of the answer.
pub type Post<'p> = dyn Fn(&str, &str, &[u8]) -> Outcome<(u16, String, Vec<u8>)> + 'p;

/// Most bytes that a request may have: the least that a real witness takes.
const LONGEST_REQUEST: usize = 10 << 10;

/// Most bytes of an answer that are read, and most lines in it.
const LONGEST_ANSWER: usize = 64 << 10;
const MOST_LINES: usize = 16;

/// What a witness answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The cosignature lines. Whose they are is not checked here.
    pub cosignatures: Vec<Cosignature>,
    /// The size from which the proof began that it took.
    pub from: u64,
}

enum Turn {
    Done(Vec<Cosignature>),
    Again(u64),
}

fn refused(what: impl Into<String>) -> Failure {
    Failure::new(Why::Witness, what)
}

/// Asks the witness at a submission prefix to cosign what `submission` makes for a size
/// that it knows, `old` at first.
pub fn ask(
    post: &Post<'_>,
    url: &str,
    old: u64,
    submission: &dyn Fn(u64) -> Option<Submission>,
) -> Outcome<Asked> {
    let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    match turn(post, &url, old, submission)? {
        Turn::Done(cosignatures) => Ok(Asked { cosignatures, from: old }),
        Turn::Again(known) if known == old => {
            Err(refused(format!("{url} asks to begin at {known}, as was done")))
        }
        Turn::Again(known) => match turn(post, &url, known, submission)? {
            Turn::Done(cosignatures) => Ok(Asked { cosignatures, from: known }),
            Turn::Again(other) => Err(refused(format!(
                "{url} asks to begin at {known}, and then at {other}: others ask it at the same time, or it has two states"
            ))),
        },
    }
}

fn turn(
    post: &Post<'_>,
    url: &str,
    old: u64,
    submission: &dyn Fn(u64) -> Option<Submission>,
) -> Outcome<Turn> {
    let body = submission(old).ok_or_else(|| {
        let what =
            format!("{url} has cosigned {old} entries, more than are sealed here: this copy is behind");
        refused(what).next("countersign pull SNAPSHOT")
    })?;
    let body = body.to_bytes();
    if body.len() >= LONGEST_REQUEST {
        return Err(refused(format!("a request of {} bytes, more than every witness takes", body.len())));
    }
    let (status, _, answer) = post(url, "text/plain; charset=utf-8", &body)?;
    match status {
        200 => lines(&answer).map(Turn::Done).ok_or_else(|| {
            refused(format!("{url} answered something else than cosignature lines"))
        }),
        409 => match size(&answer) {
            Some(known) => Ok(Turn::Again(known)),
            None => Err(refused(format!(
                "{url} does not cosign this head (409 without a size): it may have seen another history of this log"
            ))
            .next("countersign explain witness")),
        },
        422 => Err(refused(format!(
            "{url} does not cosign this head (422): it does not continue what it saw before"
        ))
        .next("countersign explain witness")),
        404 | 405 if !url.ends_with("/witness/add-checkpoint") => Err(refused(format!(
            "{url} is not there ({status}), or does not know this log"
        ))
        .next("the same command with the address that the witness gives; one of ours ends in /witness")),
        403 | 404 => Err(refused(format!("{url} does not know this log ({status})"))
            .next("countersign charter show CHARTER")),
        400 => Err(refused(format!("{url} does not read the request (400)"))),
        429 | 500..=599 => Err(refused(format!("{url} cannot answer now ({status})")).next("the same command, later")),
        _ => Err(refused(format!("{url} answered {status}"))),
    }
}

/// A size as the specification writes it; whatever the content type says.
fn size(answer: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(answer).ok()?;
    plain_number(text.strip_suffix('\n').unwrap_or(text))
}

/// The cosignatures in an answer; lines of other types are left out, and at least one
/// must be there.
pub fn lines(answer: &[u8]) -> Option<Vec<Cosignature>> {
    let text = std::str::from_utf8(answer).ok().filter(|text| text.len() <= LONGEST_ANSWER)?;
    let lines: Vec<&str> = text.strip_suffix('\n')?.split('\n').collect();
    if lines.len() > MOST_LINES {
        return None;
    }
    let lines: Option<Vec<Line>> = lines.into_iter().map(|line| Line::parse(line).ok()).collect();
    let cosignatures: Vec<Cosignature> = lines?.iter().filter_map(Cosignature::of).collect();
    (!cosignatures.is_empty()).then_some(cosignatures)
}
