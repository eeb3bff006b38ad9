//! What a folder needs before its holder may sign in it again: after a kill, a
//! power cut, or the return of an old backup.
//!
//! Every rule here has one aim: nothing is signed behind or beside a head that
//! this member sealed, because a second entry at one place is a split of the log.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chain::Chain;
use crate::checkpoint::Checkpoint;
use crate::disk::{Disk, parent};
use crate::entry::{Head, Signed};
use crate::failure::{Failure, Outcome, Why};
use crate::hash::Hash;
use crate::journal;
use crate::ledger::{self, KeyPlace, Ledger, Notice, write_checkpoint};
use crate::mark::{Mark, Presence};
use crate::merkle::Nodes;
use crate::names::LogId;
use crate::shelf::End;
use crate::strand::Strand;
use crate::time::Time;

/// How many entries a mark may add to the journal without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The one that a run which was cut off can leave.
    One,
    /// All that the mark holds: `pull --from-mark`.
    All,
}

/// What marks hold of one log.
struct Marked {
    size: u64,
    notes: BTreeMap<u64, Signed>,
}

/// What can be recorded after the accepted entries.
struct Next {
    chain: Chain,
    recorded: Vec<Arc<Signed>>,
    /// Roots at the sizes that come with them.
    roots: BTreeMap<u64, Hash>,
}

impl Next {
    /// What the marks hold, and what the journal itself holds behind an entry that was
    /// damaged.
    fn after(strand: &Strand, marked: &Marked) -> Outcome<Self> {
        let mut next = Self { chain: strand.chain.clone(), recorded: Vec::new(), roots: BTreeMap::new() };
        loop {
            let size = next.chain.size();
            let taken = match (marked.notes.get(&size), strand.tree.bytes(size)) {
                (Some(signed), _) => {
                    let taken = next.chain.accept(signed.bytes());
                    taken.map_err(|fault| Failure::untrue("the mark", &fault))?
                }
                (None, Some(note)) => match next.chain.accept(&note) {
                    Ok(signed) => signed,
                    Err(_) => return Ok(next),
                },
                (None, None) => return Ok(next),
            };
            next.roots.extend(next.chain.root().map(|root| (next.chain.size(), root)));
            next.recorded.push(Arc::new(taken));
        }
    }

    fn size(&self) -> u64 {
        self.chain.size()
    }

    fn reaches(&self, strand: &Strand, head: &Head) -> bool {
        match self.roots.get(&head.size) {
            Some(root) => *root == head.root,
            None => head.size <= strand.size() && strand.reaches(head),
        }
    }
}

/// The refusal to sign behind or beside a sealed head.
pub fn refusal(log: &LogId, head: &Head, size: u64, place: &str, why: Why) -> Failure {
    let other = if why == Why::OtherBranch { "other entries than those here" } else { "more than here" };
    let what = format!(
        "will not sign: {place} shows {} entries of {log} sealed with root {}, {other}; {size} are here",
        head.size,
        head.root.short()
    );
    let next = if why == Why::Behind { "countersign pull SNAPSHOT" } else { "countersign status" };
    Failure::new(why, what).next(next)
}

/// The holder's own log in a folder that is being opened for writing.
pub struct Recovery<'a> {
    /// Where it is.
    pub disk: &'a dyn Disk,
    /// The ledger folder.
    pub folder: &'a Path,
    /// The own log.
    pub log: &'a LogId,
    /// The signing keys whose marks count.
    pub keys: &'a [KeyPlace],
    /// The log key.
    pub log_key: &'a Path,
}

impl Recovery<'_> {
    fn mark(&self, key: &Path, ledger: &Ledger) -> Outcome<Mark> {
        Ok(Mark::beside(key, &ledger.charter()?.id(), self.log))
    }

    /// Records an entry that a mark holds and the journal does not. One entry can
    /// be there from a run that was cut off; more mean that the folder is old. What is
    /// refused changes nothing.
    pub fn complete(&self, ledger: &Ledger, missing: Missing, notices: &mut Vec<Notice>) -> Outcome<bool> {
        let path = journal::path(self.folder, self.log.as_str());
        let mut end = ledger.end(self.log)?;
        let strand = match ledger.own() {
            Some(strand) => strand.clone(),
            None => ledger::empty(self.disk, ledger, self.log)?,
        };
        let marked = self.marked(ledger)?;
        self.check_strays(ledger, &strand, &marked, notices)?;
        let next = Next::after(&strand, &marked)?;
        strand.broken().map_err(|error| Failure::disk("reading", &path, error))?;
        let recorded = &next.recorded;
        let behind = |size: u64| {
            let what = format!(
                "will not sign: the marks of the keys know {} entries of {}; {size} are here",
                marked.size, self.log,
            );
            Failure::new(Why::Behind, what).next("countersign pull SNAPSHOT, or countersign pull --from-mark")
        };
        let added = recorded.iter().filter(|signed| signed.entry().seq >= end.entries).count();
        if marked.size > next.size() || missing == Missing::One && added > 1 {
            return Err(behind(strand.size()));
        }
        if recorded.is_empty() {
            return Ok(false);
        }
        for (place, head) in self.known_heads(ledger, self.log)? {
            if head.size <= next.size() && !next.reaches(&strand, &head) {
                return Err(refusal(self.log, &head, next.size(), &place, Why::OtherBranch));
            }
        }
        self.clear_end(ledger, &path, &mut end, &strand)?;
        journal::append(self.disk, &path, &end, recorded.iter().map(|signed| Ok(signed.bytes())))
            .map_err(|error| Failure::disk("recording in", &path, error))?;
        for signed in recorded {
            let said = signed.entry().said.as_ref().map(Time::for_people);
            let said = said.unwrap_or_else(|| "a day not stated".to_owned());
            notices.push(format!("{}, dated {said}, is recorded now", signed.cite()));
        }
        Ok(true)
    }

    /// A mark may hold an entry at a place where the journal has another. Where the
    /// journal's is under a seal that the log key's mark knows, the other was never
    /// sealed; else nothing is signed.
    fn check_strays(
        &self,
        ledger: &Ledger,
        strand: &Strand,
        marked: &Marked,
        notices: &mut Vec<Notice>,
    ) -> Outcome<()> {
        let sealed = match self.mark(self.log_key, ledger)?.sealed(self.disk)? {
            Presence::Held(head) if strand.reaches(&head) => head.size,
            _ => 0,
        };
        for (seq, signed) in &marked.notes {
            let here = strand.tree.leaf(*seq).filter(|_| *seq < strand.size());
            if here.is_none_or(|here| here == signed.hash()) {
                continue;
            }
            if *seq >= sealed {
                let what =
                    format!("will not sign: a mark holds another entry {} than this folder", signed.cite());
                return Err(Failure::new(Why::OtherBranch, what).next("countersign pull SNAPSHOT"));
            }
            notices.push(format!("a mark holds a second {} that was never sealed", signed.cite()));
        }
        Ok(())
    }

    /// What the marks of all keys hold, side by side: of the keys of this run, and of
    /// those whose marks lie in the same folders.
    fn marked(&self, ledger: &Ledger) -> Outcome<Marked> {
        let mut marked = Marked { size: 0, notes: BTreeMap::new() };
        for key in self.keys_beside()? {
            if let Presence::Held(held) = self.mark(&key, ledger)?.signings(self.disk)? {
                marked.size = marked.size.max(held.size());
                marked.notes.extend(held.notes);
            }
        }
        Ok(marked)
    }

    fn keys_beside(&self) -> Outcome<BTreeSet<PathBuf>> {
        let mut keys: BTreeSet<PathBuf> = self.keys.iter().map(|key| key.path.clone()).collect();
        let folders: BTreeSet<PathBuf> = keys.iter().map(|key| parent(key).to_owned()).collect();
        for folder in folders {
            let names = self.disk.list(&folder).map_err(|e| Failure::disk("reading", &folder, e))?;
            let marks = names.iter().filter_map(|(name, _)| name.strip_suffix(".marks"));
            keys.extend(marks.map(|name| folder.join(name)).filter(|key| key != self.log_key));
        }
        Ok(keys)
    }

    /// Sets aside what lies behind the last accepted entry: a torn end, or bytes
    /// that a power cut left there. The entry that belongs there is in the mark.
    fn clear_end(&self, ledger: &Ledger, path: &Path, end: &mut End, strand: &Strand) -> Outcome<()> {
        let failed = |error| Failure::disk("setting aside the end of", path, error);
        let shelf = ledger.copy.logs.get(self.log).map(|bytes| &bytes.shelf);
        let offset = shelf.map_or(Ok(0), |shelf| shelf.offset(strand.size())).map_err(failed)?;
        if end.exists && (end.offset > offset || !end.torn.is_empty()) {
            journal::set_aside(self.disk, path, offset).map_err(failed)?;
        }
        (end.offset, end.entries) = (offset, strand.size());
        end.torn.clear();
        Ok(())
    }

    /// Sets torn ends of all journals aside. What is before a tear in one's own
    /// journal must reach every head known here; others' entries can be pulled again.
    pub fn set_torn_aside(&self, ledger: &Ledger, notices: &mut Vec<Notice>) -> Outcome<bool> {
        let mut changed = false;
        for (log, strand) in &ledger.audit.strands {
            let path = journal::path(self.folder, log.as_str());
            let end = ledger.end(log)?;
            if end.torn.is_empty() {
                continue;
            }
            let heads = if log == self.log { self.known_heads(ledger, log)? } else { vec![] };
            if let Some((place, head)) = heads.iter().find(|(_, head)| !strand.reaches(head)) {
                let what = format!(
                    "the end of {} is torn and {} entries are before it; {place} shows {} sealed",
                    path.display(),
                    strand.tree.size(),
                    head.size
                );
                return Err(Failure::new(Why::Torn, what).next("countersign pull SNAPSHOT"));
            }
            let aside = journal::set_aside(self.disk, &path, end.offset)
                .map_err(|error| Failure::disk("setting aside the torn end of", &path, error))?;
            notices.push(format!("the torn end of {} is set aside in {}", path.display(), aside.display()));
            changed = true;
        }
        Ok(changed)
    }

    /// Every sealed head of a log that is known here, and who shows it.
    fn known_heads(&self, ledger: &Ledger, log: &LogId) -> Outcome<Vec<(String, Head)>> {
        let mut heads = Vec::new();
        let id = ledger.charter()?.id();
        if log == self.log
            && let Presence::Held(head) = self.mark(self.log_key, ledger)?.sealed(self.disk)?
        {
            heads.push(("the mark of the log key".to_owned(), head));
        }
        let Some(key) = ledger.charter()?.log_key(log).copied() else { return Ok(heads) };
        let mut file = |place: String, path: &Path| -> Outcome<()> {
            // A witness that is there and cannot be read is not an absent one.
            let bytes = self.disk.read(path, 1 << 20).map_err(|e| Failure::disk("reading", path, e))?;
            let Some(bytes) = bytes else { return Ok(()) };
            if let Ok(seal) = Checkpoint::parse(&bytes, &id, log, &key) {
                heads.push((place, seal.head().clone()));
            }
            Ok(())
        };
        let path = self.folder.join("logs").join(format!("{log}.checkpoint"));
        file("the checkpoint in this folder".to_owned(), &path)?;
        if log == self.log {
            for source in &ledger.local.sources {
                let path = source.join("logs").join(log.as_str()).join("checkpoint");
                file(source.display().to_string(), &path)?;
            }
        }
        if let Some(seal) = ledger.audit.newest.get(log) {
            heads.push(("a receipt of another member".to_owned(), seal.head().clone()));
        }
        Ok(heads)
    }

    /// Writes the checkpoint that the log key's mark holds and the folder does not.
    pub fn restore_checkpoint(
        &self,
        ledger: &Ledger,
        notices: &mut Vec<Notice>,
    ) -> Outcome<Option<Checkpoint>> {
        let Some(strand) = ledger.own() else { return Ok(None) };
        let Presence::Held(head) = self.mark(self.log_key, ledger)?.sealed(self.disk)? else {
            return Ok(None);
        };
        let Some(key) = strand.chain.log_key() else { return Ok(None) };
        // A seal here that these entries do not reach is a witness; the guard reads it.
        if strand.unreached.is_some() || head.size <= strand.sealed() || !strand.reaches(&head) {
            return Ok(None);
        }
        let id = ledger.charter()?.id();
        let Ok(checkpoint) = Checkpoint::rebuild(&head, &id, self.log, key) else { return Ok(None) };
        write_checkpoint(self.disk, self.folder, &checkpoint)?;
        notices.push(format!("the seal of {} entries is written from the mark", head.size));
        Ok(Some(checkpoint))
    }

    /// Nothing is signed behind or beside a head that this member sealed, nor with
    /// a key whose marks are not beside it.
    pub fn guard(&self, ledger: &Ledger) -> Outcome<()> {
        let size = ledger.own().map_or(0, Strand::size);
        for (place, head) in self.known_heads(ledger, self.log)? {
            // A head that a held branch reaches is a split that is known, not an old
            // folder: the journal goes on with the branch held first.
            let reached = ledger.audit.branches_of(self.log).any(|strand| strand.reaches(&head));
            if !reached {
                let why = if head.size > size { Why::Behind } else { Why::OtherBranch };
                return Err(refusal(self.log, &head, size, &place, why));
            }
        }
        if let Some(fault) = ledger.own().and_then(|strand| strand.stop.as_ref()) {
            return Err(Failure::untrue(&format!("{}/{size}", self.log), fault));
        }
        self.guard_marks(ledger)
    }

    fn guard_marks(&self, ledger: &Ledger) -> Outcome<()> {
        let Some(strand) = ledger.own() else { return Ok(()) };
        let absent = |key: &Path| {
            let what = format!("will not sign: no marks of this log are beside {}", key.display());
            Failure::new(Why::MarkAbsent, what).next(format!(
                "countersign pull SNAPSHOT --last {}/{}",
                self.log,
                strand.size()
            ))
        };
        for key in self.keys {
            match self.mark(&key.path, ledger)?.signings(self.disk)? {
                Presence::NoFolder => return Err(absent(&key.path)),
                Presence::Nothing if has_signed(ledger, strand, key) => {
                    return Err(absent(&key.path));
                }
                _ => {}
            }
        }
        match self.mark(self.log_key, ledger)?.sealed(self.disk)? {
            Presence::NoFolder => Err(absent(self.log_key)),
            Presence::Nothing if strand.sealed() > 0 => Err(absent(self.log_key)),
            _ => Ok(()),
        }
    }
}

/// Whether a key has signed in this log: by its label; where that is not known, the
/// key that `local.json` names has signed at least the join.
fn has_signed(ledger: &Ledger, strand: &Strand, key: &KeyPlace) -> bool {
    match &key.label {
        Some(label) => strand.entries().any(|signed| signed.entry().signers.contains(label)),
        None => strand.size() > 0 && ledger.local.key.as_ref() == Some(&key.path),
    }
}
