//! A ledger folder: opened to read, opened to write, signed into, sealed,
//! recovered.
//!
//! ```text
//! local.json                 who I am, where my keys lie, where I pull from
//! charter.json
//! logs/<log>.journal         the record
//! logs/<log>.checkpoint      its newest seal
//! notes/ docs/ branches/ faults/ drafts/ lock
//! ```
//!
//! To sign is four steps, each on disk before the next (`sign_entry`):
//!
//! ```text
//! mark         the entry, whole, beside each key      stop here: the next opening records it
//! journal      the entry                              stop here: it is unsealed; `seal` seals it
//! log mark     size, root and seal                    stop here: the next opening writes the checkpoint
//! checkpoint   the seal, in the folder
//! ```
//!
//! To open for writing is: lock; record what the mark holds and the journal does
//! not; set a torn end aside, if what is before it reaches every known head; then
//! the guards, which refuse to sign behind or beside a head that this member
//! sealed. Opening to read changes nothing.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::{Audit, Copy, Expectation};
use crate::charter::Charter;
use crate::checked;
use crate::checkpoint::Checkpoint;
use crate::disk::{Access, Disk, Source, make_folder_synced, replace};
use crate::entry::{Entry, Head, LARGEST, MOST_AFTER, Signed};
use crate::failure::{Failure, Outcome, Why};
use crate::fields::{FieldError, Fields};
use crate::hash::Hash;
use crate::journal::{self, Journal};
use crate::json::Value;
use crate::key::SecretKey;
use crate::mark::{Mark, Presence};
use crate::merkle::Nodes;
use crate::names::{Label, LogId, MemberId};
use crate::publish;
use crate::reading::Progress;
use crate::recovery::{Missing, Recovery, refusal};
use crate::shelf::End;
use crate::snapshot::{self, LOCAL};
use crate::strand::{Known, Strand};
use crate::testimony::{self, Testimony};
use crate::tile;
use crate::time::Time;

/// What a folder says about its holder: `local.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// The member who writes here; absent in a reader's folder.
    pub member: Option<MemberId>,
    /// Where the signing key lies.
    pub key: Option<PathBuf>,
    /// Where the log key lies.
    pub log_key: Option<PathBuf>,
    /// Where copies are pulled from and published to.
    pub sources: Vec<PathBuf>,
}

impl Local {
    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let path = |path: &PathBuf| Value::text(path.to_string_lossy());
        let value = Value::object([("format", Value::text("countersign.local/1"))])
            .with_some("as", self.member.as_ref().map(Value::text))
            .with_some("key", self.key.as_ref().map(path))
            .with_some("log_key", self.log_key.as_ref().map(path))
            .with_some(
                "sources",
                (!self.sources.is_empty()).then(|| Value::Array(self.sources.iter().map(path).collect())),
            );
        (value.encode() + "\n").into_bytes()
    }

    /// Reads it from a folder, which it makes a ledger folder.
    pub fn read(source: &dyn Source, folder: &Path) -> Outcome<Self> {
        let path = folder.join(LOCAL);
        let bytes = source.read(&path, 1 << 20).map_err(|e| Failure::disk("reading", &path, e))?;
        let bytes = bytes.ok_or_else(|| {
            Failure::new(Why::NoFolder, format!("{} is no ledger folder", folder.display()))
                .next("countersign init charter.json --as MEMBER --key MEMBER.key --dir DIR")
        })?;
        Self::parse(&bytes).map_err(|error| {
            let what = format!("{}: {}: {}", path.display(), error.place, error.due);
            Failure::new(Why::NoFolder, what)
        })
    }

    fn parse(bytes: &[u8]) -> Result<Self, FieldError> {
        let due = |due: &str| FieldError { place: LOCAL.to_owned(), due: due.to_owned() };
        let text = std::str::from_utf8(bytes).map_err(|_| due("UTF-8"))?;
        let value = Value::parse(text.strip_suffix('\n').unwrap_or(text)).map_err(|e| due(e.due))?;
        let mut fields = Fields::of(&value, LOCAL)?;
        if fields.text("format")? != "countersign.local/1" {
            return Err(fields.error("format", "countersign.local/1"));
        }
        let path = |value: Option<&Value>| value.and_then(Value::as_str).map(PathBuf::from);
        let local = Self {
            member: fields.parsed_optional("as")?,
            key: path(fields.optional("key")),
            log_key: path(fields.optional("log_key")),
            sources: fields
                .list_optional("sources")?
                .into_iter()
                .filter_map(|(_, item)| path(Some(item)))
                .collect(),
        };
        fields.done()?;
        Ok(local)
    }
}

/// A folder that has been read.
#[derive(Debug)]
pub struct Ledger {
    /// Where it is.
    pub folder: PathBuf,
    /// Who holds it.
    pub local: Local,
    /// What it holds, as bytes.
    pub copy: Copy,
    /// What that is.
    pub audit: Audit,
}

impl Ledger {
    /// Reads a folder; changes nothing. What an earlier opening verified is known by its
    /// root (see [`crate::checked`]).
    pub fn read(source: &dyn Source, folder: &Path) -> Outcome<Self> {
        Self::watched(source, folder, &|_| {})
    }

    /// Reads a folder, and says how far it has come.
    pub fn watched(source: &dyn Source, folder: &Path, watch: &dyn Fn(Progress)) -> Outcome<Self> {
        Self::open(source, folder, watch, |known| known.laid = None)
    }

    /// Reads of a folder what is new, for whoever only looks: what was verified before is
    /// compared when it is asked for, and [`Audit::broken`] says whether anything was
    /// other than it was (see [`crate::checked`]).
    pub fn glance(source: &dyn Source, folder: &Path, watch: &dyn Fn(Progress)) -> Outcome<Self> {
        Self::open(source, folder, watch, |_| {})
    }

    fn open(
        source: &dyn Source,
        folder: &Path,
        watch: &dyn Fn(Progress),
        take: impl Fn(&mut Known),
    ) -> Outcome<Self> {
        let local = Local::read(source, folder)?;
        let copy = snapshot::read(source, folder)?;
        let mut expectation = own_expectation(&copy);
        let ledger = copy.charter.as_deref().map(Hash::of);
        expectation.earlier = ledger.and_then(|ledger| checked::read(source, folder, &ledger));
        expectation.earlier.iter_mut().flat_map(|earlier| earlier.logs.values_mut()).for_each(take);
        let audit =
            Audit::watched(&copy, &expectation, watch).map_err(|e| Failure::disk("reading", folder, e))?;
        if audit.charter.is_none() {
            let what = format!("{} holds no charter", folder.display());
            return Err(Failure::new(Why::Untrue, what));
        }
        Ok(Self { folder: folder.to_owned(), local, copy, audit })
    }

    /// The charter.
    pub fn charter(&self) -> Outcome<&Arc<Charter>> {
        self.audit.charter.as_ref().ok_or_else(|| Failure::new(Why::Untrue, "the folder holds no charter"))
    }

    /// The log that its holder writes.
    pub fn own_log(&self) -> Option<LogId> {
        self.local.member.as_ref().map(LogId::first)
    }

    /// Where the journal of a log ends.
    pub fn end(&self, log: &LogId) -> Outcome<End> {
        let shelf = self.copy.logs.get(log).map(|bytes| &bytes.shelf);
        let path = journal::path(&self.folder, log.as_str());
        shelf.map_or(Ok(End::default()), |shelf| shelf.end().map_err(|e| Failure::disk("reading", &path, e)))
    }

    /// The strand of its holder.
    pub fn own(&self) -> Option<&Strand> {
        self.audit.strands.get(&self.own_log()?)
    }
}

/// A ledger folder is pinned by its own charter.
pub fn own_expectation(copy: &Copy) -> Expectation {
    let ledger = copy.charter.as_deref().map(|bytes| Hash::of(bytes).bytes().to_vec());
    Expectation { ledger, ..Expectation::default() }
}

/// Where a signing key lies, unlocked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPlace {
    /// Its file.
    pub path: PathBuf,
    /// Its label, where it is known.
    pub label: Option<Label>,
}

/// A signing key, unlocked, and where it lies.
pub struct Pen {
    /// The label under which it signs.
    pub label: Label,
    /// The key.
    pub key: SecretKey,
    /// Its file.
    pub path: PathBuf,
}

/// A log key, unlocked, and where it lies.
pub struct LogPen {
    /// The key.
    pub key: SecretKey,
    /// Its file.
    pub path: PathBuf,
}

/// Which logs an entry receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// Every log that has grown.
    All,
    /// None.
    None,
    /// One.
    Log(LogId),
}

/// The longest signature line: a dash, two names of 32, base64 of 68 bytes.
const LONGEST_LINE: usize = 256;

/// A digest in `after`, with its quotes and comma.
const LONGEST_AFTER: usize = 67;

/// How many last entries are looked at: of others for a receipt of one's own log, of one's
/// own for evidence that is named.
const LOOKED_BACK: usize = 4096;

/// Something that opening set right, for people.
pub type Notice = String;

/// A folder that is open for writing.
pub struct Writer<'d> {
    disk: &'d dyn Disk,
    /// What it held when it was opened, after recovery.
    pub ledger: Ledger,
    log: LogId,
    keys: Vec<KeyPlace>,
    end: End,
    strand: Strand,
    _lock: Box<dyn Any>,
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Failure + '_ {
    move |error| Failure::disk("writing", path, error)
}

/// Takes the lock of a folder.
pub fn lock(disk: &dyn Disk, folder: &Path) -> Outcome<Box<dyn Any>> {
    let path = folder.join("lock");
    disk.lock(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::WouldBlock => {
            Failure::new(Why::Lock, format!("{} is being written by another run", folder.display()))
        }
        _ => Failure::disk("locking", &path, error),
    })
}

/// A log of which there is no entry.
pub fn empty(source: &dyn Source, ledger: &Ledger, log: &LogId) -> Outcome<Strand> {
    let path = journal::path(&ledger.folder, log.as_str());
    let shelf = Arc::new(Journal::new(source, &path, &format!("logs/{log}.journal")));
    Strand::new(ledger.charter()?, log, shelf).map_err(|fault| Failure::untrue("charter.json", &fault))
}

impl<'d> Writer<'d> {
    /// Opens a folder in which its holder signs with the keys at these places,
    /// whose marks are looked at whether or not the keys are unlocked. Returns
    /// what was set right.
    pub fn open(
        disk: &'d dyn Disk,
        folder: &Path,
        keys: &[KeyPlace],
        log_key_path: &Path,
    ) -> Outcome<(Self, Vec<Notice>)> {
        let lock = lock(disk, folder)?;
        let mut ledger = Ledger::read(disk, folder)?;
        let log = ledger.own_log().ok_or_else(|| {
            Failure::new(Why::NotAMember, "this is a reader's folder: nobody signs in it")
                .next("countersign init SNAPSHOT --as MEMBER --key MEMBER.key --dir DIR")
        })?;
        // What was verified just now need not be at the next reading; where that cannot
        // be noted, it is.
        let _ = checked::note(disk, folder, &ledger.audit);
        let mut notices = Vec::new();
        let own = Recovery { disk, folder, log: &log, keys, log_key: log_key_path };
        if own.complete(&ledger, Missing::One, &mut notices)? {
            ledger = Ledger::read(disk, folder)?;
        }
        if own.set_torn_aside(&ledger, &mut notices)? {
            ledger = Ledger::read(disk, folder)?;
        }
        if let Some(seal) = own.restore_checkpoint(&ledger, &mut notices)? {
            ledger.audit.take_seal(seal);
        }
        own.guard(&ledger)?;
        let end = ledger.end(&log)?;
        let strand = match ledger.own() {
            Some(strand) => strand.clone(),
            None => empty(disk, &ledger, &log)?,
        };
        let writer = Self { disk, ledger, log, keys: keys.to_vec(), end, strand, _lock: lock };
        writer.unbroken()?;
        Ok((writer, notices))
    }

    /// An error of reading that happened since the folder was opened: what could not be
    /// read is not absent, and nothing is signed on the strength of it.
    pub fn unbroken(&self) -> Outcome<()> {
        let broken = self.strand.broken().and_then(|()| self.ledger.audit.broken());
        broken.map_err(|error| Failure::disk("reading", &self.ledger.folder, error))
    }

    /// The own log.
    pub fn strand(&self) -> &Strand {
        &self.strand
    }

    /// The heads that an entry would newly receipt.
    pub fn receipts(&self, receipt: &Receipt) -> Vec<(LogId, Head)> {
        let audit = &self.ledger.audit;
        let wanted = |log: &LogId| match receipt {
            Receipt::All => true,
            Receipt::None => false,
            Receipt::Log(one) => one == log,
        };
        let receipted = self.strand.chain.receipted();
        audit
            .strands
            .iter()
            .filter(|(log, _)| log.member() != self.log.member() && wanted(log))
            .filter_map(|(log, strand)| {
                let seal = publish::newest_seal(audit, strand)?;
                let before = receipted.get(log).copied().unwrap_or(0);
                let grown = seal.size() > before && seal.size() <= strand.size();
                grown.then(|| (log.clone(), seal.head().clone()))
            })
            .collect()
    }

    /// The entry that comes next, with these contents.
    pub fn compose(
        &self,
        kind: &str,
        body: &Value,
        signers: &[Label],
        receipt: &Receipt,
        said: Option<Time>,
    ) -> Outcome<Entry> {
        let chain = &self.strand.chain;
        let mut entry = Entry {
            author: self.log.clone(),
            body: body.clone(),
            kind: kind.to_owned(),
            ledger: self.ledger.charter()?.id(),
            prev: chain.last(),
            root: chain.root(),
            seq: chain.size(),
            signers: signers.to_vec(),
            keys: chain.pointer(),
            said,
            seen: BTreeMap::new(),
            after: Vec::new(),
        };
        // Receipts that do not fit wait for the next entry: a member with hundreds of
        // volumes does not stop the others from signing. First volumes come first, the
        // others in an order that no name can improve.
        let mut room = LARGEST.saturating_sub(signers.len() * LONGEST_LINE + entry.to_text().len() + 16);
        let mut receipts = self.receipts(receipt);
        receipts.sort_by_key(|(log, head)| {
            (log.is_further(), Hash::of(format!("{log} {}", head.root).as_bytes()))
        });
        for (log, head) in receipts {
            let length = log.as_str().len() + head.to_value().encode().len() + 4;
            if let Some(rest) = room.checked_sub(length) {
                room = rest;
                entry.seen.insert(log, head);
            }
        }
        Ok(entry)
    }

    /// The evidence of time that is held and that no earlier entry of this log names, the
    /// newest first by what it is over. In a long log only the last entries are looked at,
    /// and what any entry named is taken as named.
    pub fn evidence(&self) -> Vec<Testimony> {
        let Ledger { audit, copy, .. } = &self.ledger;
        let all = testimony::of(&[audit], &testimony::files(&[&copy.named]));
        let mut unnamed: BTreeSet<Hash> = all.iter().flat_map(|one| &one.files).copied().collect();
        for signed in self.strand.entries().rev().take(LOOKED_BACK) {
            if unnamed.is_empty() {
                break;
            }
            for name in &signed.entry().after {
                unnamed.remove(name);
            }
        }
        if usize::try_from(self.strand.size()).is_ok_and(|size| size > LOOKED_BACK) {
            unnamed.retain(|name| !audit.referred.contains(&testimony::path(name)));
        }
        let is_new = |one: &Testimony| one.files.first().is_some_and(|name| unnamed.contains(name));
        let is_whole = |one: &Testimony| !all.iter().any(|other| one.is_within(other));
        let mut all: Vec<Testimony> =
            all.iter().filter(|one| is_new(one) && is_whole(one)).cloned().collect();
        for one in &mut all {
            one.files.retain(|name| unnamed.contains(name));
        }
        all
    }

    /// Names in an entry that is not signed yet the evidence of time that is held, as much
    /// as the entry has room for.
    pub fn name_evidence(&self, entry: &mut Entry) {
        if entry.seq == 0 {
            return;
        }
        let used = entry.signers.len() * LONGEST_LINE + entry.to_text().len() + 32;
        let room = LARGEST.saturating_sub(used) / LONGEST_AFTER;
        let mut after: BTreeSet<Hash> = entry.after.iter().copied().collect();
        for one in self.evidence() {
            let with: BTreeSet<Hash> = after.iter().copied().chain(one.files).collect();
            if with.len() <= room.min(MOST_AFTER) {
                after = with;
            }
        }
        entry.after = after.into_iter().collect();
    }

    /// Signs an entry, records it and seals the log. When this returns, all of it
    /// is on disk.
    pub fn sign(&mut self, entry: &Entry, pens: &[Pen], log_pen: &LogPen) -> Outcome<Signed> {
        let signed = self.sign_entry(entry, pens)?;
        self.seal(log_pen)?;
        Ok(signed)
    }

    fn sign_entry(&mut self, entry: &Entry, pens: &[Pen]) -> Outcome<Signed> {
        if pens.iter().map(|pen| &pen.label).ne(&entry.signers) {
            return Err(Failure::new(Why::NotAMember, "the keys given are not those of the signers"));
        }
        let keys: Vec<&SecretKey> = pens.iter().map(|pen| &pen.key).collect();
        let bytes = entry.sign(&keys);
        let mut next = self.strand.clone();
        let signed = next
            .chain
            .accept(&bytes)
            .map_err(|fault| Failure::untrue(&format!("{}/{}", self.log, entry.seq), &fault))?;
        let ledger = entry.ledger;
        self.unbroken()?;
        // If we stop before the mark is whole, no signature has left this process.
        for pen in pens {
            Mark::beside(&pen.path, &ledger, &self.log).note_entry(self.disk, &bytes)?;
        }
        // If we stop here, the next opening records the entry from the mark.
        let path = journal::path(&self.ledger.folder, self.log.as_str());
        let end = journal::append(self.disk, &path, &self.end, [Ok(&bytes)])
            .map_err(|error| Failure::disk("recording in", &path, error))?;
        // What is sealed is what is read back, not what was meant to be written.
        let frame = self
            .disk
            .read_at(&path, self.end.offset, u64::MAX)
            .map_err(|error| Failure::disk("reading back", &path, error))?;
        if frame != tile::frame(&bytes) {
            let what = format!("{} does not hold what was written", path.display());
            return Err(Failure::new(Why::Disk, what));
        }
        next.tree.push(signed.hash());
        next.took(&signed);
        self.end = End { exists: true, entries: self.end.entries + 1, offset: end, torn: Vec::new() };
        self.strand = next;
        Ok(signed)
    }

    /// Seals everything recorded in the own log.
    pub fn seal(&mut self, pen: &LogPen) -> Outcome<Checkpoint> {
        let ledger = self.ledger.charter()?.id();
        let (size, tree) = (self.strand.size(), &self.strand.tree);
        let root =
            self.strand.chain.root().ok_or_else(|| Failure::new(Why::NoEntry, "the log has no entry"))?;
        if Some(&pen.key.public()) != self.strand.chain.log_key() {
            let what = format!("{} is not the log key of {}", pen.path.display(), self.log);
            return Err(Failure::new(Why::KeyFile, what));
        }
        let mark = Mark::beside(&pen.path, &ledger, &self.log);
        if let Presence::Held(head) = mark.sealed(self.disk)?
            && tree.root_at(head.size) != Some(head.root)
        {
            return Err(refusal(&self.log, &head, size, "the mark of the log key", Why::Behind));
        }
        let checkpoint = Checkpoint::sign(&ledger, &self.log, size, root, &pen.key);
        mark.note_checkpoint(self.disk, &checkpoint)?;
        // If we stop here, the next opening writes the checkpoint from the mark.
        write_checkpoint(self.disk, &self.ledger.folder, &checkpoint)?;
        self.strand.seal = Some(checkpoint.clone());
        self.let_go()?;
        Ok(checkpoint)
    }

    /// The marks let go of own entries that another member's receipt covers.
    fn let_go(&self) -> Outcome<()> {
        let ledger = self.ledger.charter()?.id();
        let others = self.ledger.audit.strands.values().filter(|s| s.log().member() != self.log.member());
        let Some(base) = others.filter_map(|strand| self.held_by(strand)).max() else { return Ok(()) };
        let root = self.strand.tree.root_at(base);
        for key in &self.keys {
            Mark::beside(&key.path, &ledger, &self.log).let_go(self.disk, base, root)?;
        }
        Ok(())
    }

    /// How many own entries another log's author has received: by a receipt over
    /// these very entries, under this log's own seal.
    fn held_by(&self, other: &Strand) -> Option<u64> {
        let ledger = self.ledger.charter().ok()?.id();
        let key = self.strand.chain.log_key()?;
        other.chain.receipted().get(&self.log)?;
        // What is let go of later takes up room, and nothing else.
        let last = other.entries().rev().take(LOOKED_BACK);
        let mut receipts = last.filter_map(|signed| signed.entry().seen.get(&self.log).cloned());
        let holds = |head: &Head| {
            self.strand.reaches(head) && Checkpoint::rebuild(head, &ledger, &self.log, key).is_ok()
        };
        receipts.find(holds).map(|head| head.size)
    }
}

/// Remembers in `local.json` where copies come from and go to.
pub fn remember(disk: &dyn Disk, ledger: &mut Ledger, path: &Path) -> Outcome<()> {
    if ledger.local.sources.iter().any(|known| known == path) {
        return Ok(());
    }
    let mut next = ledger.local.clone();
    next.sources.push(path.to_owned());
    // A path that strict JSON has no spelling for is not remembered.
    if Local::parse(&next.to_bytes()).as_ref() != Ok(&next) {
        return Ok(());
    }
    ledger.local = next;
    let local = ledger.folder.join(LOCAL);
    replace(disk, &local, &ledger.local.to_bytes()).map_err(failed(&local))
}

/// Writes the newest seal of a log into a folder.
pub fn write_checkpoint(disk: &dyn Disk, folder: &Path, checkpoint: &Checkpoint) -> Outcome<()> {
    let path = folder.join("logs").join(format!("{}.checkpoint", checkpoint.log()));
    replace(disk, &path, &checkpoint.to_bytes()).map_err(failed(&path))
}

/// What lies in a ledger folder beside its files.
const FOLDERS: [&str; 6] = ["branches", "docs", "drafts", "faults", "logs", "notes"];

/// Makes a ledger folder: everything but `local.json`, which [`adopt_folder`]
/// writes last. A folder that an earlier founding left half made is gone on with.
pub fn make_folder(disk: &dyn Disk, folder: &Path, charter: &[u8]) -> Outcome<()> {
    let names = disk.list(folder).map_err(|e| Failure::disk("reading", folder, e))?;
    let path = folder.join("charter.json");
    let there = disk.read(&path, 1 << 20).map_err(|e| Failure::disk("reading", &path, e))?;
    let begun = |name: &str| name == "charter.json" || FOLDERS.contains(&name) || name.starts_with('.');
    let half_made =
        there.as_deref().is_none_or(|there| there == charter) && names.iter().all(|(name, _)| begun(name));
    if !half_made {
        let what = format!("{} is not empty and is left as it is", folder.display());
        return Err(Failure::new(Why::Exists, what));
    }
    make_folder_synced(disk, folder, Access::Usual).map_err(failed(folder))?;
    if there.is_none() {
        replace(disk, &path, charter).map_err(failed(&path))?;
    }
    for name in FOLDERS {
        let access = if name == "drafts" { Access::Private } else { Access::Usual };
        let path = folder.join(name);
        make_folder_synced(disk, &path, access).map_err(failed(&path))?;
    }
    Ok(())
}

/// Writes `local.json`, whose presence makes a folder a ledger folder.
pub fn adopt_folder(disk: &dyn Disk, folder: &Path, local: &Local) -> Outcome<()> {
    let path = folder.join(LOCAL);
    if Local::parse(&local.to_bytes()).as_ref() != Ok(local) {
        let what = "the path of a key has a character that local.json cannot hold";
        return Err(Failure::new(Why::Usage, what).next("the same command with the key elsewhere"));
    }
    replace(disk, &path, &local.to_bytes()).map_err(failed(&path))
}
