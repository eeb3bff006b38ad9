//! Ledger folders on disk, laid out by hand, so that no verification is paid for.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign::ledger::Local;
use rustix::fs::{Advice, fadvise};

use crate::Outcome;

/// Where a ledger that was made lies.
pub struct Made {
    /// The charter.
    pub charter: PathBuf,
    /// The folder of the first member.
    pub ledger: PathBuf,
    /// The snapshot.
    pub snapshot: PathBuf,
    /// The log of the first member.
    pub own: String,
    /// Bytes of an entry, on average.
    pub mean_bytes: u64,
}

impl Made {
    /// The ledger that `make` put into a folder.
    pub fn at(dir: &Path, own: &str, mean_bytes: u64) -> Self {
        Self {
            charter: dir.join("charter.json"),
            ledger: dir.join("ledger"),
            snapshot: dir.join("snapshot"),
            own: own.to_owned(),
            mean_bytes,
        }
    }

    /// The journal of the first member.
    pub fn journal(&self) -> PathBuf {
        self.ledger.join("logs").join(format!("{}.journal", self.own))
    }
}

/// Where the keys of the first member lie.
pub struct KeyFiles {
    /// Its signing key.
    pub key: PathBuf,
    /// Its log key.
    pub log_key: PathBuf,
}

/// The key files of a member.
pub fn key_places(dir: &Path, member: &str) -> KeyFiles {
    let keys = dir.join("keys");
    KeyFiles { key: keys.join(format!("{member}.key")), log_key: keys.join(format!("{member}.log.key")) }
}

/// Writes what a ledger folder has beside its logs.
pub fn finish(folder: &Path, charter: &[u8], local: &Local) -> Outcome<()> {
    for name in ["branches", "docs", "drafts", "faults", "logs", "notes"] {
        fs::create_dir_all(folder.join(name))?;
    }
    fs::write(folder.join("charter.json"), charter)?;
    fs::write(folder.join("local.json"), local.to_bytes())?;
    Ok(())
}

/// A reader's folder that holds nothing yet.
pub fn empty_reader(folder: &Path, made: &Made) -> Outcome<()> {
    finish(folder, &fs::read(&made.charter)?, &Local::default())
}

/// A reader's folder that holds everything that was made.
pub fn full_reader(folder: &Path, made: &Made) -> Outcome<()> {
    empty_reader(folder, made)?;
    for file in fs::read_dir(made.ledger.join("logs"))? {
        let file = file?;
        fs::copy(file.path(), folder.join("logs").join(file.file_name()))?;
    }
    Ok(())
}

/// Copies a folder with the times of its files.
pub fn copy(from: &Path, to: &Path) -> Outcome<()> {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status()?;
    if status.success() { Ok(()) } else { Err(format!("cp -a {}: {status}", from.display()).into()) }
}

/// Where the last frame of a journal begins.
pub fn last_frame(journal: &Path) -> Outcome<u64> {
    let mut reader = BufReader::with_capacity(1 << 18, File::open(journal)?);
    let (mut at, mut last, mut length) = (0, 0, [0; 2]);
    while reader.read_exact(&mut length).is_ok() {
        let bytes = u16::from_be_bytes(length).into();
        reader.seek_relative(bytes)?;
        last = at;
        at += 2 + bytes.cast_unsigned();
    }
    Ok(last)
}

/// Cuts a file.
pub fn cut(path: &Path, length: u64) -> Outcome<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(length)?;
    file.sync_all()?;
    Ok(())
}

/// Lets the system forget what it holds in memory of the files below a folder.
pub fn forget(folder: &Path) -> Outcome<()> {
    for item in fs::read_dir(folder)? {
        let path = item?.path();
        if path.is_dir() {
            forget(&path)?;
        } else {
            fadvise(File::open(&path)?.as_fd(), 0, None, Advice::DontNeed)?;
        }
    }
    Ok(())
}
