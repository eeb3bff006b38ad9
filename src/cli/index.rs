//! `index`: what is looked up rather than read, and made again at will.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Subcommand;
use countersign::checked;
use countersign::entry::Signed;
use countersign::failure::{Failure, Outcome, Why};
use countersign::index::{By, Index, WORTH};
use countersign::ledger::{self, Ledger};
use countersign::strand::Strand;

use super::bar::Bar;
use super::session::Session;
use super::terminal::{json, line, talk};

/// How long a command that looks something up may spend on catching up.
const BUDGET: Duration = Duration::from_secs(2);

/// The index of the ledger folder.
#[derive(Subcommand)]
pub enum IndexCommand {
    /// Make the index again from the journals.
    Rebuild,
}

/// Runs `index`.
pub fn run(session: &Session, command: &IndexCommand) -> Outcome<u8> {
    match command {
        IndexCommand::Rebuild => rebuild(session),
    }
}

fn rebuild(session: &Session) -> Outcome<u8> {
    let folder = session.folder()?;
    let _lock = ledger::lock(&session.disk, &folder)?;
    let ledger = session.read(&folder)?;
    checked::note(&session.disk, &folder, &ledger.audit)?;
    let begun = Instant::now();
    discard(&folder)?;
    let index = Index::open(&folder);
    let bar = Bar::new("indexing");
    let complete = index.catch_up(&ledger.audit, Duration::MAX, &|progress| bar.show(progress));
    drop(bar);
    if let Some(why) = index.lost().filter(|_| !complete) {
        let what = format!("the index in {} could not be made: {why}", index.place().display());
        return Err(Failure::new(Why::Disk, what).next("every command works without it"));
    }
    let entries: u64 = ledger.audit.strands.values().map(Strand::size).sum();
    if session.common.json {
        json(&serde_json::json!({"format": "countersign.index/1", "entries": entries}));
    } else {
        line(&format!("Indexed: {entries} entries"));
        talk(&format!("in {:.2} s", begun.elapsed().as_secs_f64()));
    }
    Ok(0)
}

/// Removes the index of a folder; nothing in it is of the record.
fn discard(folder: &std::path::Path) -> Outcome<()> {
    let path = Index::path(folder);
    match std::fs::remove_dir_all(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::disk("removing", &path, error))
        }
        _ => Ok(()),
    }
}

/// The index of a folder, where it is worth one or has one; caught up as far as that
/// goes in a moment.
pub fn open(ledger: &Ledger) -> Option<Arc<Index>> {
    let entries: u64 = ledger.audit.strands.values().map(Strand::size).sum();
    let there = Index::path(&ledger.folder).exists();
    if entries < WORTH && !there {
        return None;
    }
    let index = Arc::new(Index::open(&ledger.folder));
    let bar = Bar::new("indexing");
    index.catch_up(&ledger.audit, BUDGET, &|progress| bar.show(progress));
    drop(bar);
    if index.lost().is_none() {
        return Some(index);
    }
    again(ledger, &index)
}

/// Sets an index aside that gave no answer, or an untrue one, and begins it again.
pub fn again(ledger: &Ledger, lost: &Index) -> Option<Arc<Index>> {
    let why = lost.lost()?;
    if lost.is_busy() {
        talk("note: another run has the index open; the journals are read");
        return None;
    }
    if discard(&ledger.folder).is_err() {
        talk(&format!("note: the index is not used, {why}; the journals are read"));
        return None;
    }
    talk(&format!("note: the index is made again, {why}"));
    let index = Arc::new(Index::open(&ledger.folder));
    index.catch_up(&ledger.audit, BUDGET, &|_| {});
    index.lost().is_none().then_some(index)
}

/// The index of a folder, or what stands for it once it is lost.
pub struct Lookup<'l> {
    ledger: Option<&'l Ledger>,
    index: Option<Arc<Index>>,
}

impl<'l> Lookup<'l> {
    /// Looks up in a folder that is worth an index; else reads.
    pub fn new(ledger: Option<&'l Ledger>) -> Self {
        Self::of(ledger, ledger.and_then(open))
    }

    /// Looks up in an index that is open; else reads.
    pub fn of(ledger: Option<&'l Ledger>, index: Option<Arc<Index>>) -> Self {
        Self { ledger, index }
    }

    /// The numbers of the entries of a log that are found so: by the index as far as it
    /// goes, and by reading what is behind.
    pub fn numbers(&mut self, strand: &Strand, by: &By) -> Vec<u64> {
        let mut known = self.index.as_ref().and_then(|index| index.list(strand, by));
        if let (None, Some(ledger), Some(index)) = (&known, self.ledger, self.index.take()) {
            self.index = again(ledger, &index);
            known = self.index.as_ref().and_then(|index| index.list(strand, by));
        }
        let (mut numbers, from) = known.unwrap_or_default();
        let read = strand.entries_from(from).filter(|signed| by.holds(signed.entry()));
        numbers.extend(read.map(|signed| signed.entry().seq));
        numbers
    }

    /// The entries of a log that are found so.
    pub fn entries(&mut self, strand: &Strand, by: &By) -> Vec<Arc<Signed>> {
        self.numbers(strand, by).into_iter().filter_map(|seq| strand.entry(seq)).collect()
    }
}

/// The entries of one's own log that are found so.
pub fn own_entries(ledger: &Ledger, by: &By) -> Vec<Arc<Signed>> {
    ledger.own().map_or_else(Vec::new, |own| Lookup::new(Some(ledger)).entries(own, by))
}
