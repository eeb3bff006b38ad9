//! `text`: files of words are begun, checked and printed.

mod check;
mod document;
pub mod files;
mod new;
mod page;
mod plain;
mod print;

use countersign::failure::Outcome;

use super::session::Session;

/// Files of words.
#[derive(clap::Subcommand)]
pub enum TextCommand {
    /// Write a commented file to begin a text with.
    New(new::New),
    /// Say what is to be changed or looked at before a text is tabled, and read every
    /// field back as a sentence.
    Check(check::Check),
    /// Print the clean document of a text: numbered, its languages side by side.
    Print(print::Print),
}

/// Runs `text`.
pub fn run(session: &Session, command: &TextCommand) -> Outcome<u8> {
    match command {
        TextCommand::New(command) => new::run(session, command),
        TextCommand::Check(command) => check::run(session, command),
        TextCommand::Print(command) => print::run(session, command),
    }
}
