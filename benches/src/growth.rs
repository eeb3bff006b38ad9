//! What each command takes while a ledger grows.
//!
//! In each round one entry is signed, published and pulled, and the reading commands
//! run between; the medians of the rounds stand in the table.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::clock::shown;
use crate::folders::{self, Made};
use crate::make::{self, Size};
use crate::picture::{self, Line};
use crate::program::{self, Program, Run, word};
use crate::scale::grouped;
use crate::table;
use crate::{Common, Outcome, machine};

/// Entries in both logs together.
const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// What is measured, in the order of the table.
const COMMANDS: [(&str, &str); 8] = [
    ("verify", "`verify SNAPSHOT`"),
    ("open", "`status`, nothing new"),
    ("status", "`status`, one entry new"),
    ("sign", "`state --sign`"),
    ("publish", "`publish`, one entry new"),
    ("pull", "`pull`, one entry new"),
    ("log", "`log`"),
    ("show", "`show` of one entry"),
];

/// Print what the commands take at growing sizes.
#[derive(clap::Args)]
pub struct Growth {
    /// Leave out the sizes above this one.
    #[arg(long, default_value_t = 1_000_000, value_name = "ENTRIES")]
    most: u64,
    /// Write the picture.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

type Runs = BTreeMap<&'static str, Vec<Run>>;

/// Runs `growth`.
pub fn run(command: &Growth) -> Outcome<()> {
    let common = &command.common;
    let program = Program::find(common.program.as_deref())?;
    let place = common.work.clone().unwrap_or_else(|| program.beside());
    fs::create_dir_all(&place)?;
    let work = tempfile::tempdir_in(&place)?;
    let (mut sizes, mut columns) = (Vec::new(), Vec::new());
    for size in SIZES.into_iter().filter(|size| *size <= command.most) {
        eprintln!("... {} entries", grouped(size));
        sizes.push(size);
        columns.push(measure(&program, &work.path().join(size.to_string()), size, common.rounds.max(1))?);
    }
    let middles: Vec<BTreeMap<&str, Run>> = columns
        .iter()
        .map(|runs| runs.iter().map(|(name, runs)| (*name, program::middle(runs))).collect())
        .collect();
    let table = markdown(&sizes, &middles, common.rounds);
    println!("{}\n{table}", machine::table());
    if let Some(page) = &common.page {
        table::fill(page, "growth", &table)?;
    }
    if let Some(path) = &command.picture {
        fs::write(path, picture::draw(&lines(&sizes, &middles)))?;
    }
    Ok(())
}

fn measure(program: &Program, dir: &Path, size: u64, rounds: usize) -> Outcome<Runs> {
    let made = make::make(dir, &Size::of(2, size / 2))?;
    let reader = dir.join("reader");
    folders::full_reader(&reader, &made)?;
    rustix::fs::sync();
    let mut runs = Runs::new();
    // The first round is not counted: caches of the system and of the folders fill.
    for round in 0..=rounds {
        let mut one = Runs::new();
        one_round(program, &made, &reader, &mut one)?;
        if round > 0 {
            for (name, run) in one {
                runs.entry(name).or_default().extend(run);
            }
        }
    }
    fs::remove_dir_all(dir)?;
    Ok(runs)
}

fn one_round(program: &Program, made: &Made, reader: &Path, runs: &mut Runs) -> Outcome<()> {
    let (dir, snapshot) = (word(&made.ledger)?, word(&made.snapshot)?);
    let (charter, reader) = (word(&made.charter)?, word(reader)?);
    let mut run = |name, words: &[&str]| -> Outcome<()> {
        runs.entry(name).or_default().push(program.run(words)?);
        Ok(())
    };
    run("sign", &["state", "One more.", "--sign", "--yes", "--dir", dir])?;
    run("status", &["status", "--dir", dir])?;
    run("open", &["status", "--dir", dir])?;
    let entry = format!("{}/5", made.own);
    run("show", &["show", &entry, "--dir", dir])?;
    run("log", &log_words(program, dir))?;
    run("publish", &["publish", snapshot, "--dir", dir])?;
    run("pull", &["pull", snapshot, "--dir", reader])?;
    run("verify", &["verify", snapshot, "--ledger", charter])
}

/// The last entries, where the program can list these alone.
fn log_words<'a>(program: &Program, dir: &'a str) -> Vec<&'a str> {
    let mut words = vec!["log", "--dir", dir];
    if program.help("log").is_some_and(|help| help.contains("--last")) {
        words.extend(["--last", "10"]);
    }
    words
}

fn markdown(sizes: &[u64], columns: &[BTreeMap<&str, Run>], rounds: usize) -> String {
    let heads: Vec<String> = sizes.iter().map(|size| grouped(*size)).collect();
    let mut out = format!("Wall time, processor time, memory at the peak. Rounds: {rounds}.\n\n");
    out.push_str(&format!("| entries | {} |\n", heads.join(" | ")));
    out.push_str(&format!("| --- |{}\n", " --- |".repeat(sizes.len())));
    for (name, told) in COMMANDS {
        let cells: Vec<String> =
            columns.iter().map(|column| column.get(name).map_or_else(String::new, cell)).collect();
        out.push_str(&format!("| {told} | {} |\n", cells.join(" | ")));
    }
    out
}

fn cell(run: &Run) -> String {
    let peak = run.peak as f64 / 1024.0 / 1024.0;
    format!("{}, {}, {peak:.1} MiB", shown(run.took.wall), shown(run.took.cpu))
}

fn lines(sizes: &[u64], columns: &[BTreeMap<&str, Run>]) -> Vec<Line> {
    let point = |(size, column): (&u64, &BTreeMap<&str, Run>), name: &str| {
        column.get(name).map(|run| (*size as f64, run.took.wall))
    };
    let line = |(name, _): (&'static str, &str)| Line {
        name,
        points: sizes.iter().zip(columns).filter_map(|both| point(both, name)).collect(),
    };
    COMMANDS.into_iter().map(line).collect()
}
