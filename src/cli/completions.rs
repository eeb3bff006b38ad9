//! `completions`: what a shell completes, written by clap from the definition of the
//! commands.

use clap_complete::Shell;
use countersign::failure::Outcome;

use super::session::Session;
use super::terminal::own;

/// Print what a shell completes.
#[derive(clap::Args)]
pub struct Completions {
    /// The shell that is to read it.
    shell: Shell,
}

/// Runs `completions`.
pub fn run(session: &Session, command: &Completions, mut program: clap::Command) -> Outcome<u8> {
    session.words_alone("completions")?;
    let mut bytes = Vec::new();
    clap_complete::generate(command.shell, &mut program, "countersign", &mut bytes);
    own(&String::from_utf8_lossy(&bytes));
    Ok(0)
}
