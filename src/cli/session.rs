//! What every command has: where the folder is, how to print, where the
//! passphrase comes from.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use countersign::audit::{Audit, Copy, Expectation};
use countersign::disk::RealDisk;
use countersign::failure::{Failure, Outcome, Why};
use countersign::ledger::{Ledger, own_expectation};
use countersign::snapshot::{self, LOCAL};
use countersign::time::Time;
use countersign::vocabulary::Tongue;

use super::bar::Bar;
use super::remote::{self, Passing};

/// Options that every command takes.
#[derive(Args, Clone)]
pub struct Common {
    /// The ledger folder; else the nearest one above with a local.json.
    #[arg(long, global = true, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Print data as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Read the passphrase of keys from the first line of this file.
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// The language of words that you write, and of what is printed where the program
    /// speaks it (en, ru); else that of the locale.
    #[arg(long, global = true, value_name = "TAG")]
    pub lang: Option<String>,
    /// Connect to addresses that are not of the public network too.
    #[arg(long, global = true)]
    pub allow_private: bool,
}

/// One run of the program.
pub struct Session {
    /// The options of every command.
    pub common: Common,
    /// The file system.
    pub disk: RealDisk,
    /// What was fetched for this run alone.
    passing: RefCell<Vec<Passing>>,
}

impl Session {
    /// A run with these options.
    pub fn new(common: Common) -> Self {
        Self { common, disk: RealDisk::new(), passing: RefCell::default() }
    }

    /// The language in which the program speaks: as told, or that of the locale.
    pub fn tongue(&self) -> Tongue {
        if let Some(tag) = &self.common.lang {
            return Tongue::of(tag).unwrap_or_default();
        }
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        locale.and_then(|locale| Tongue::of(&locale)).unwrap_or_default()
    }

    /// The language of words that the user writes at the command line.
    pub fn words_in(&self) -> Outcome<String> {
        let tag = self.common.lang.clone().unwrap_or_else(|| self.tongue().tag().to_owned());
        if countersign::names::is_language(&tag) {
            return Ok(tag);
        }
        Err(Failure::new(Why::Usage, "--lang takes a language tag such as en"))
    }

    /// The ledger folder.
    pub fn folder(&self) -> Outcome<PathBuf> {
        if let Some(dir) = &self.common.dir {
            return Ok(dir.clone());
        }
        let here = std::env::current_dir()
            .map_err(|error| Failure::disk("finding", Path::new("the current folder"), error))?;
        here.ancestors().find(|folder| folder.join(LOCAL).is_file()).map(Path::to_owned).ok_or_else(|| {
            Failure::new(Why::NoFolder, "there is no ledger folder here or above")
                .next("the same command with --dir DIR")
        })
    }

    /// ` --dir DIR` where the user said so, for commands that are told to type next.
    pub fn dir_words(&self) -> String {
        self.common.dir.as_ref().map_or_else(String::new, |dir| format!(" --dir {}", dir.display()))
    }

    /// A command that prints a text as it is has nothing to print as JSON.
    pub fn words_alone(&self, command: &str) -> Outcome<()> {
        if !self.common.json {
            return Ok(());
        }
        let what = format!("{command} prints a text and has no JSON");
        Err(Failure::new(Why::Usage, what).next("the same command without --json"))
    }

    /// The ledger folder, read.
    pub fn ledger(&self) -> Outcome<Ledger> {
        self.read(&self.folder()?)
    }

    /// A ledger folder, read.
    pub fn read(&self, folder: &Path) -> Outcome<Ledger> {
        let bar = Bar::new("reading");
        Ledger::watched(&self.disk, folder, &|progress| bar.show(progress))
    }

    /// The ledger folder, for a command that only shows what is in it.
    pub fn glance(&self) -> Outcome<Ledger> {
        let bar = Bar::new("reading");
        Ledger::glance(&self.disk, &self.folder()?, &|progress| bar.show(progress))
    }

    /// A copy, looked at by the charter in it.
    pub fn audit(&self, path: &Path) -> Outcome<Audit> {
        self.look(path).map(|(_, audit)| audit)
    }

    /// A copy, and what looking at it by the charter in it gave.
    pub fn look(&self, path: &Path) -> Outcome<(Copy, Audit)> {
        let copy = self.copy(path)?;
        let audit = Self::verify(path, &copy, &own_expectation(&copy))?;
        if audit.charter.is_none() {
            let what = format!("{} holds no charter", path.display());
            let next = format!("countersign verify {}", path.display());
            return Err(Failure::new(Why::Untrue, what).next(next));
        }
        Ok((copy, audit))
    }

    /// A copy, looked at.
    pub fn verify(path: &Path, copy: &Copy, expectation: &Expectation) -> Outcome<Audit> {
        let bar = Bar::new("verifying");
        Audit::watched(copy, expectation, &|progress| bar.show(progress))
            .map_err(|error| Failure::disk("reading", path, error))
    }

    /// That nothing which could not be read was taken for absent.
    pub fn unbroken(audit: &Audit) -> Outcome<()> {
        audit.broken().map_err(|error| {
            Failure::disk("reading", Path::new("the entries"), error).next("countersign verify DIR")
        })
    }

    /// A copy at a path that must be there, or at an address.
    pub fn copy(&self, path: &Path) -> Outcome<Copy> {
        if let Some(url) = remote::url(path)? {
            let passing = Passing::new()?;
            let copy = remote::fetch(self, &url, passing.path(), None)?;
            // Entries are read from there as long as the copy is.
            self.passing.borrow_mut().push(passing);
            return Ok(copy);
        }
        if !path.is_dir() {
            let what = format!("there is no folder {}", path.display());
            return Err(Failure::new(Why::Disk, what).next("the same command with another path"));
        }
        snapshot::read(&self.disk, path)
    }

    /// What this machine's clock says.
    pub fn now() -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // Years after 9999 have no form; such a clock is told as its last day.
        Time::from_unix(since.as_secs().min(253_402_300_799))
    }
}

/// A path as it is seen from here.
pub fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let shown = path.strip_prefix(&here).unwrap_or(path).display().to_string();
    if shown.is_empty() { ".".to_owned() } else { shown }
}

/// A path that means the same from any folder; an address does.
pub fn absolute(path: &Path) -> Outcome<PathBuf> {
    if let Some(url) = remote::url(path)? {
        return Ok(PathBuf::from(url.as_str()));
    }
    std::path::absolute(path).map_err(|error| Failure::disk("finding", path, error))
}
