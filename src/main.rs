//! The door: reads the command line and ends with its exit code.
#![allow(clippy::disallowed_methods, reason = "the command line is of the world")]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
