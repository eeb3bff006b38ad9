//! Words of a command that do not fit, told as clap tells them or as JSON.

use std::ffi::OsString;

use clap::error::ErrorKind;
use countersign::failure::{Failure, Why};

use super::terminal;

/// Whether the words of a command ask for JSON, although they do not fit.
pub fn asks_for_json(words: &[OsString]) -> bool {
    words.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json")
}

/// Tells what does not fit, or prints the help that was asked for; gives the exit code.
pub fn tell(error: &clap::Error, words: &[OsString], program: &clap::Command) -> u8 {
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    if code == 0 || !asks_for_json(words) {
        let _ = error.print();
        return code;
    }
    let failure = Failure::new(Why::Usage, message(error)).next(help(words, program));
    terminal::talk_json(&terminal::failure_json(&failure));
    code
}

/// The words of clap on one line, without the usage behind them.
fn message(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command or an argument is due".to_owned();
    }
    let text = error.render().to_string();
    let text = text.split("\nUsage:").next().unwrap_or_default();
    let text = text.split("\nFor more information").next().unwrap_or_default();
    let words: Vec<&str> = text.trim_start_matches("error: ").split_whitespace().collect();
    words.join(" ")
}

/// The command that shows the help of what was typed.
fn help(words: &[OsString], program: &clap::Command) -> String {
    let mut typed = program.get_name().to_owned();
    let mut command = program;
    for word in words.iter().skip(1) {
        if let Some(below) = command.find_subcommand(word) {
            typed = format!("{typed} {}", below.get_name());
            command = below;
        }
    }
    format!("{typed} --help")
}
