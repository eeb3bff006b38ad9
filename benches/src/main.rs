//! Measures countersign against yardsticks and peers, each in the same run.
//!
//! ```text
//! make      a big ledger on disk, as a folder and as a snapshot
//! ratios    one row for each number that docs/DESIGN.md sets
//! growth    the commands at growing sizes, as a table and a picture
//! ```

mod appends;
mod clock;
mod folders;
mod growth;
mod log_files;
mod machine;
mod make;
mod peers;
mod picture;
mod program;
mod ratios;
mod scale;
mod signatures;
mod table;
mod trees;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a measurement gives, or why there is none.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures countersign against yardsticks and peers.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a big ledger on disk: charter.json, keys, a folder `ledger`, a `snapshot`.
    Make(make::Make),
    /// Print the ratios that DESIGN sets, and whether they are reached.
    Ratios(ratios::Ratios),
    /// Print what the commands take at growing sizes.
    Growth(growth::Growth),
    /// Run a program and print what it took; used by this program itself.
    #[command(hide = true)]
    Measured {
        /// The program and its words.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        words: Vec<OsString>,
    },
}

/// Options of every measurement.
#[derive(clap::Args)]
pub struct Common {
    /// The program; else the variable COUNTERSIGN; else the one that
    /// `cargo build --release` makes.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// A folder on the disk that is meant; else one beside the program.
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// How often each figure is taken; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Write the figures between the markers of this page.
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

fn main() -> ExitCode {
    let done = match Cli::parse().what {
        What::Make(command) => make::run(&command),
        What::Ratios(command) => ratios::run(&command),
        What::Growth(command) => growth::run(&command),
        What::Measured { words } => program::measured(&words),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
