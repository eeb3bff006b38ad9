//! The program as its users run it, with what each run took.
//!
//! A child begins with the memory peak of whoever starts it. So this program starts
//! itself, small, and that starts the one that is measured.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use wait4::Wait4;

use crate::Outcome;
use crate::clock::{Took, median};

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Wall and processor time, of all its threads and children.
    pub took: Took,
    /// Most bytes that it had in memory.
    pub peak: u64,
}

/// The medians of some runs, each for itself.
pub fn middle(runs: &[Run]) -> Run {
    Run {
        took: crate::clock::middle(&runs.iter().map(|run| run.took).collect::<Vec<_>>()),
        peak: median(runs.iter().map(|run| run.peak as f64)) as u64,
    }
}

/// Starts the words, waits, prints what it took as one line of JSON.
pub fn measured(words: &[OsString]) -> Outcome<()> {
    let (program, rest) = words.split_first().ok_or("a program to run")?;
    let begun = Instant::now();
    let mut child = Command::new(program).args(rest).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let used = child.wait4()?;
    let wall = begun.elapsed().as_secs_f64();
    let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    println!("{}", json!({"wall": wall, "cpu": cpu, "peak": used.rusage.maxrss, "code": used.status.code()}));
    Ok(())
}

/// Runs a program once; one that ends otherwise than with 0 is an error.
pub fn run(program: &Path, words: &[&str], folder: Option<&Path>) -> Outcome<Run> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("measured").arg(program).args(words);
    // git is measured without the settings of whoever measures.
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let output = command.output()?;
    let value: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("{}: {}", program.display(), String::from_utf8_lossy(&output.stderr)))?;
    if value["code"] != 0 {
        let said = String::from_utf8_lossy(&output.stderr);
        let line = format!("{} {}", program.display(), words.join(" "));
        return Err(format!("{line}\nended with {}: {said}", value["code"]).into());
    }
    let number = |name: &str| value[name].as_f64().unwrap_or(f64::NAN);
    let took = Took { wall: number("wall"), cpu: number("cpu") };
    Ok(Run { took, peak: value["peak"].as_u64().unwrap_or(0) })
}

/// The program that is measured.
pub struct Program(PathBuf);

impl Program {
    /// The one that is named, or the one that this source makes.
    pub fn find(named: Option<&Path>) -> Outcome<Self> {
        let named = named.map(Path::to_owned).or_else(|| env::var_os("COUNTERSIGN").map(PathBuf::from));
        let path = match named {
            Some(path) => path,
            None => built()?,
        };
        Ok(Self(std::path::absolute(path)?))
    }

    /// A folder beside it, for what is made.
    pub fn beside(&self) -> PathBuf {
        self.0.parent().unwrap_or(Path::new(".")).join("bench-work")
    }

    /// Runs it once.
    pub fn run(&self, words: &[&str]) -> Outcome<Run> {
        run(&self.0, words, None)
    }

    /// Whether it has a command, and what it says about it.
    pub fn help(&self, command: &str) -> Option<String> {
        let output = Command::new(&self.0).args([command, "--help"]).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn built() -> Outcome<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("a repository around this package")?;
    let output = Command::new("cargo")
        .args(["build", "--release", "--locked", "--bin", "countersign", "--message-format=json"])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the program could not be built".into());
    }
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let made = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let path = made.filter_map(|line| line["executable"].as_str().map(PathBuf::from)).next_back();
    path.ok_or_else(|| "cargo named no program".into())
}

/// A path as a word of a command line.
pub fn word(path: &Path) -> Outcome<&str> {
    path.to_str().ok_or_else(|| format!("{} is not UTF-8", path.display()).into())
}
