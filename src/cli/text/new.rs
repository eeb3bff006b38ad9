//! `text new`: a commented file to begin a text with.

use std::path::PathBuf;

use countersign::disk::{self, Access, Source};
use countersign::failure::{Failure, Outcome, Why};
use countersign::vocabulary::Tongue;

use super::super::session::Session;
use super::super::terminal::{own, talk};

/// Begin a text.
#[derive(clap::Args)]
pub struct New {
    /// Write it to this file, which must not be there; else it is printed.
    #[arg(short, long, value_name = "FILE.toml")]
    out: Option<PathBuf>,
}

/// The file to begin with, in a tongue of the program.
fn template(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::English => include_str!("template.en.toml"),
        Tongue::Russian => include_str!("template.ru.toml"),
    }
}

/// Runs `text new`.
pub fn run(session: &Session, command: &New) -> Outcome<u8> {
    session.words_alone("text new")?;
    let template = template(session.tongue());
    let Some(path) = &command.out else {
        own(template);
        return Ok(0);
    };
    let told = |error| Failure::disk("writing", path, error);
    if session.disk.read(path, 1).map_or(true, |found| found.is_some()) {
        let what = format!("there is a file {} already", path.display());
        return Err(Failure::new(Why::Exists, what).next("countersign text new -o ANOTHER.toml"));
    }
    disk::create_synced(&session.disk, path, template.as_bytes(), Access::Usual).map_err(told)?;
    talk(&format!("Next: write in {}, then countersign text check {}", path.display(), path.display()));
    Ok(0)
}
