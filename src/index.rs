//! The index: where entries are, by hash, by number, by kind, by what they refer to and
//! by basket. It is a convenience, made from the journals, behind them, and whatever it
//! says is compared with them; it can be deleted, damaged or absent at any time.
//!
//! ```text
//! index/db                        sled
//!   h <first 8 of hash> <log> <number>
//!   n <log> <number / 256>        where that bundle begins in the journal
//!   k <kind> <log> <number>       and so for  r <hash> , b <basket>
//!   g <log> <number / 256>        what status needs of that bundle, once it is complete
//!   s <of> <log> <number>         a receipt: how many entries of that log it is over,
//!   z <of> <log> <size>           and by that size its number; and which in a row it is
//!   y <list>                      how many stand in it
//!   w <log>                       how far the log is indexed: size and root
//! ```
//!
//! sled can return an error, panic or spin on files that were damaged. So it lives in a
//! thread of its own and is asked with a deadline: where no answer comes, or one that
//! the journal or the number of the list contradicts, the index is set aside, a note
//! says so, and the answer is read from the journals.
#![expect(clippy::disallowed_methods, reason = "a deadline needs a clock, and decides nothing")]

use std::collections::BTreeMap;
use std::ops::Bound;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::audit::{Audit, Finder};
use crate::body::{Body, text::Provisions};
use crate::entry::Entry;
use crate::gist::Gist;
use crate::hash::Hash;
use crate::merkle::Nodes;
use crate::names::LogId;
use crate::reading::Progress;
use crate::received::{Around, Beside, Receipt};
use crate::strand::Strand;
use crate::tile::WIDTH;

/// How long one question may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// How long one batch of entries may take.
const BATCH_DEADLINE: Duration = Duration::from_secs(30);

/// Entries that are indexed at once.
const BATCH: u64 = 1 << 16;

/// Memory that the index may take for its pages.
const CACHE: u64 = 16 << 20;

/// Entries of a folder from which on an index is worth making.
pub const WORTH: u64 = 4096;

/// The folder below a ledger folder that holds nothing but what can be made again.
pub const FOLDER: &str = "index";

/// The name of its thread.
const THREAD: &str = "countersign-index";

/// The level of the tree whose nodes stand over complete bundles.
const LEVEL: u32 = 8;

type Job = Box<dyn FnOnce(&sled::Db) + Send>;

/// What entries are looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The kind of act.
    Kind(String),
    /// An entry that they refer to: a text they adopt, an entry they are about.
    Reference(Hash),
    /// A basket in which provisions of theirs stand.
    Basket(String),
}

impl By {
    fn prefix(&self) -> Vec<u8> {
        match self {
            Self::Kind(kind) => [b"k", kind.as_bytes(), b"\0"].concat(),
            Self::Reference(hash) => [b"r", &hash.bytes()[..], b"\0"].concat(),
            Self::Basket(basket) => [b"b", basket.as_bytes(), b"\0"].concat(),
        }
    }

    /// Whether an entry is one of those that are looked for.
    pub fn holds(&self, entry: &Entry) -> bool {
        Self::of(entry).contains(self)
    }

    /// Everything that an entry is found by.
    fn of(entry: &Entry) -> Vec<Self> {
        let mut all = vec![Self::Kind(entry.kind.clone())];
        let body = Body::of(entry);
        all.extend(body.references().into_iter().map(|named| Self::Reference(named.entry)));
        if let Body::Text(text) = &body
            && let Provisions::Here(provisions) = &text.provisions
        {
            let baskets = provisions.iter().filter_map(|one| one.basket.as_ref());
            all.extend(baskets.map(|basket| Self::Basket(basket.to_string())));
        }
        all.sort_by_key(Self::prefix);
        all.dedup();
        all
    }
}

fn key(prefix: &[u8], log: &LogId, seq: u64) -> Vec<u8> {
    [prefix, log.as_str().as_bytes(), b"\0", &seq.to_be_bytes()].concat()
}

fn list(prefix: &[u8], log: &LogId) -> Vec<u8> {
    [prefix, log.as_str().as_bytes(), b"\0"].concat()
}

/// The prefix of receipts of a log, by the number of the entry or by the size.
fn receipts_of(log: &LogId, place: Around) -> Vec<u8> {
    let first = match place {
        Around::Number(_) => b"s",
        Around::Size(_) => b"z",
    };
    [first, log.as_str().as_bytes(), b"\0"].concat()
}

fn pair(first: u64, second: u64) -> Vec<u8> {
    [first.to_be_bytes(), second.to_be_bytes()].concat()
}

/// A receipt as it stands in the index: its number, its size, and which in a row it is.
fn receipt((key, value): &(sled::IVec, sled::IVec), place: Around) -> Option<(u64, u64, u64)> {
    let (other, ordinal) = (value.first_chunk().map(|first| u64::from_be_bytes(*first))?, number(value)?);
    let own = number(key)?;
    Some(match place {
        Around::Number(_) => (own, other, ordinal),
        Around::Size(_) => (other, own, ordinal),
    })
}

fn number(bytes: &[u8]) -> Option<u64> {
    bytes.last_chunk().map(|last| u64::from_be_bytes(*last))
}

/// The index of one ledger folder, open.
pub struct Index {
    jobs: Mutex<Option<Sender<Job>>>,
    path: PathBuf,
    thread: Option<JoinHandle<()>>,
    /// Whether another run has it open.
    is_busy: Arc<AtomicBool>,
    /// Why nothing more is asked of it.
    lost: Mutex<Option<String>>,
    is_late: AtomicBool,
}

/// Panics of the index are its own affair; those of other threads are told as always.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() != Some(THREAD) {
                told(info);
            }
        }));
    });
}

impl Index {
    /// Where the index of a folder lies.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FOLDER).join("db")
    }

    /// Opens the index of a folder, or begins one. What cannot be opened is told when
    /// it is asked.
    pub fn open(folder: &Path) -> Self {
        quiet_panics();
        let path = Self::path(folder);
        let (jobs, queue) = mpsc::channel::<Job>();
        let (at, is_busy) = (path.clone(), Arc::new(AtomicBool::new(false)));
        let busy = Arc::clone(&is_busy);
        let work = move || {
            let config = sled::Config::new().path(&at).cache_capacity(CACHE).flush_every_ms(None);
            let opened = panic::catch_unwind(AssertUnwindSafe(|| config.open()));
            let db = match opened {
                Ok(Ok(db)) => db,
                Ok(Err(error)) => {
                    busy.store(error.to_string().contains("lock"), Ordering::Relaxed);
                    return;
                }
                Err(_) => return,
            };
            for job in queue {
                if panic::catch_unwind(AssertUnwindSafe(|| job(&db))).is_err() {
                    break;
                }
            }
            let _ = panic::catch_unwind(AssertUnwindSafe(move || drop(db)));
        };
        let thread = thread::Builder::new().name(THREAD.to_owned()).spawn(work).ok();
        let jobs = Mutex::new(thread.is_some().then_some(jobs));
        Self { jobs, path, thread, is_busy, lost: Mutex::new(None), is_late: AtomicBool::new(false) }
    }

    /// Asks, and waits no longer than the deadline.
    fn ask<T: Send + 'static>(
        &self,
        deadline: Duration,
        question: impl FnOnce(&sled::Db) -> sled::Result<T> + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = mpsc::channel();
        let job: Job = Box::new(move |db| {
            let _ = reply.send(question(db));
        });
        let sent = match &*self.jobs.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(jobs) => jobs.send(job).is_ok(),
            None => false,
        };
        let why = match sent.then(|| answer.recv_timeout(deadline)) {
            Some(Ok(Ok(answer))) => return Some(answer),
            Some(Ok(Err(error))) => format!("it reports {error}"),
            Some(Err(mpsc::RecvTimeoutError::Timeout)) => {
                self.is_late.store(true, Ordering::Relaxed);
                format!("it gave no answer in {} s", deadline.as_secs())
            }
            Some(Err(mpsc::RecvTimeoutError::Disconnected)) | None => "it cannot be read".to_owned(),
        };
        self.lose(&why);
        None
    }

    fn stop(&self) {
        *self.jobs.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn lose(&self, why: &str) {
        self.stop();
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| why.to_owned());
    }

    /// Why it is not used any more, once it is not.
    pub fn lost(&self) -> Option<String> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether another run has it open: then nothing is amiss with it.
    pub fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::Relaxed)
    }

    /// Where its files lie, for whoever sets them aside.
    pub fn place(&self) -> &Path {
        &self.path
    }

    /// Where an entry with this hash may stand.
    fn by_hash(&self, hash: &Hash) -> Option<Vec<(LogId, u64)>> {
        let prefix = hash_prefix(hash);
        let length = prefix.len();
        let keys = self.ask(DEADLINE, move |db| {
            db.scan_prefix(&prefix).keys().take(16).collect::<sled::Result<Vec<_>>>()
        })?;
        let place = |key: &sled::IVec| {
            let (log, seq) = key.get(length..)?.split_last_chunk::<8>()?;
            let log = std::str::from_utf8(log.strip_suffix(b"\0")?).ok()?;
            Some((log.parse().ok()?, u64::from_be_bytes(*seq)))
        };
        Some(keys.iter().filter_map(place).collect())
    }

    /// The entries of a log that are found so, by number, up to where the log is
    /// indexed, and that size. Nothing where the index is not to be relied on.
    pub fn list(&self, strand: &Strand, by: &By) -> Option<(Vec<u64>, u64)> {
        let size = self.indexed(strand)?;
        let list = list(&by.prefix(), strand.log());
        let count = [b"y", list.as_slice()].concat();
        let (keys, counted) = self.ask(DEADLINE, move |db| {
            let keys = db.scan_prefix(&list).keys().collect::<sled::Result<Vec<_>>>()?;
            Ok((keys, db.get(count)?))
        })?;
        let counted = counted.map_or(Some(0), |bytes| number(&bytes));
        let numbers: Vec<u64> = keys.iter().filter_map(|key| number(key)).collect();
        let are_all = counted.and_then(|n| usize::try_from(n).ok()) == Some(numbers.len());
        let are_so = |seq: &u64| strand.entry(*seq).is_some_and(|signed| by.holds(signed.entry()));
        if !are_all || !numbers.iter().all(are_so) {
            self.lose("what it says is not what the journal holds");
            return None;
        }
        Some((numbers, size))
    }

    /// The receipts that a log gives of another on both sides of a place. That none is
    /// left out between them is seen from which in a row each is.
    fn receipts_beside(&self, by: &Strand, of: &LogId, place: Around) -> Option<Beside> {
        if self.indexed(by)? != by.size() {
            return None;
        }
        let (Around::Number(number_or_size) | Around::Size(number_or_size)) = place;
        let all = list(&receipts_of(of, place), by.log());
        let count = [b"y", list(&receipts_of(of, Around::Number(0)), by.log()).as_slice()].concat();
        let (before, after, counted) = self.ask(DEADLINE, move |db| {
            let here = [all.as_slice(), &number_or_size.to_be_bytes()].concat();
            let last = [all.as_slice(), &[0xff; 8]].concat();
            let before = db.range(all..=here.clone()).next_back().transpose()?;
            let after = db.range((Bound::Excluded(here), Bound::Included(last))).next().transpose()?;
            Ok((before, after, db.get(count)?))
        })?;
        let counted = counted.map_or(Some(0), |bytes| number(&bytes));
        let read = |found: Option<(sled::IVec, sled::IVec)>| match found {
            None => Some(None),
            Some(found) => receipt(&found, place).map(Some),
        };
        let found = read(before).zip(read(after)).filter(|(before, after)| {
            let behind = before.map_or(0, |(_, _, ordinal)| ordinal.saturating_add(1));
            after.map(|(_, _, ordinal)| ordinal).or(counted) == Some(behind)
        });
        let held = |one: Option<(u64, u64, u64)>| match one {
            None => Some(None),
            Some((seq, size, _)) => {
                let signed = by.entry(seq)?;
                let head = signed.entry().seen.get(of).filter(|head| head.size == size)?;
                Some(Some(Receipt::of(&signed, head)))
            }
        };
        let answer = found.and_then(|(before, after)| held(before).zip(held(after)));
        if answer.is_none() {
            self.lose("what it says is not what the journal holds");
        }
        answer
    }

    /// What status needs of the complete bundles of a log, and how many entries they hold.
    fn gist_of(&self, strand: &Strand) -> Option<(Gist, u64)> {
        let complete = self.indexed(strand)? / WIDTH;
        let prefix = list(b"g", strand.log());
        let found =
            self.ask(DEADLINE, move |db| db.scan_prefix(&prefix).values().collect::<sled::Result<Vec<_>>>())?;
        let all: Option<Vec<Gist>> = (0..complete)
            .into_par_iter()
            .map(|at| Gist::parse(found.get(usize::try_from(at).ok()?)?, &strand.tree.node(LEVEL, at)?))
            .collect();
        let Some(all) = all else {
            self.lose("what it says is not what the journal holds");
            return None;
        };
        let mut whole = Gist::default();
        for next in all {
            whole.extend(next);
        }
        Some((whole, complete * WIDTH))
    }

    /// How far a log is indexed; from the beginning where its entries are others now.
    fn indexed(&self, strand: &Strand) -> Option<u64> {
        let key = list(b"w", strand.log());
        let mark = self.ask(DEADLINE, move |db| db.get(key))?;
        let Some(mark) = mark else { return Some(0) };
        let (size, root) = mark.split_first_chunk::<8>()?;
        let (size, root) = (u64::from_be_bytes(*size), Hash::new(root.try_into().ok()?));
        if strand.tree.root_at(size) == Some(root) && size <= strand.size() {
            return Some(size);
        }
        self.lose("it was made from other entries");
        None
    }

    /// Where the bundle begins in which an entry stands, if the index knows.
    pub fn bundle_offset(&self, log: &LogId, seq: u64) -> Option<u64> {
        let key = key(b"n", log, seq / WIDTH);
        self.ask(DEADLINE, move |db| db.get(key))?.and_then(|bytes| number(&bytes))
    }

    /// Indexes what is new, log by log, batch by batch, for as long as it may take.
    /// Whether it is complete now.
    pub fn catch_up(&self, audit: &Audit, budget: Duration, watch: &dyn Fn(Progress)) -> bool {
        let begun = Instant::now();
        let claimed = audit.strands.values().map(Strand::size).sum();
        let mut before = 0;
        for strand in audit.strands.values() {
            let Some(mut from) = self.indexed(strand) else { return false };
            while from < strand.size() {
                if begun.elapsed() > budget {
                    return false;
                }
                let to = strand.size().min(from + BATCH);
                if !self.add(strand, from, to) {
                    return false;
                }
                from = to;
                watch(Progress { done: before + from, claimed });
            }
            before += strand.size();
        }
        true
    }

    fn add(&self, strand: &Strand, from: u64, to: u64) -> bool {
        let mut keys: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut lists: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
        let mut receipts: Vec<(LogId, u64, u64)> = Vec::new();
        let log = strand.log();
        for seq in from..to {
            let Some(signed) = strand.entry(seq) else {
                self.lose("entries could not be read");
                return false;
            };
            keys.push((key(&hash_prefix(&signed.hash()), log, seq), Vec::new()));
            for by in By::of(signed.entry()) {
                let prefix = by.prefix();
                *lists.entry(list(&prefix, log)).or_default() += 1;
                keys.push((key(&prefix, log, seq), Vec::new()));
            }
            let seen = &signed.entry().seen;
            receipts.extend(seen.iter().map(|(of, head)| (of.clone(), seq, head.size)));
            if seq % WIDTH == 0 {
                let offset = strand.offset(seq).unwrap_or_default().to_be_bytes();
                keys.push((key(b"n", log, seq / WIDTH), offset.to_vec()));
            }
        }
        for at in from / WIDTH..to / WIDTH {
            let mut gist = Gist::default();
            let entries = (at * WIDTH..(at + 1) * WIDTH).filter_map(|seq| strand.entry(seq));
            entries.for_each(|signed| gist.push(&signed));
            let Some(node) = strand.tree.node(LEVEL, at) else { return false };
            keys.push((key(b"g", log, at), gist.to_bytes(&node)));
        }
        let Some(root) = strand.tree.root_at(to) else { return false };
        let mark = (list(b"w", log), [&to.to_be_bytes()[..], root.bytes()].concat());
        let log = log.clone();
        let added = self.ask(BATCH_DEADLINE, move |db| {
            for (of, seq, size) in receipts {
                let [by_number, by_size] =
                    [Around::Number(seq), Around::Size(size)].map(|place| receipts_of(&of, place));
                let more = lists.entry(list(&by_number, &log)).or_default();
                let ordinal = counted(db, &list(&by_number, &log))? + *more;
                *more += 1;
                keys.push((key(&by_number, &log, seq), pair(size, ordinal)));
                keys.push((key(&by_size, &log, size), pair(seq, ordinal)));
            }
            // In the order of the keys each page is met once.
            keys.sort_unstable();
            for (key, value) in keys {
                db.insert(key, value)?;
            }
            // The numbers of the lists and the mark come last and together; a run that ends
            // before them adds these keys once more.
            let mut batch = sled::Batch::default();
            for (list, more) in lists {
                let before = counted(db, &list)?;
                batch.insert([b"y", list.as_slice()].concat(), &(before + more).to_be_bytes());
            }
            batch.insert(mark.0, mark.1);
            db.apply_batch(batch)?;
            db.flush().map(|_| ())
        });
        added.is_some()
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // Its thread ends with the last job; one that spins ends with the process.
        self.stop();
        let begun = Instant::now();
        let ends = |thread: &JoinHandle<()>| thread.is_finished() || begun.elapsed() > DEADLINE;
        while !self.is_late.load(Ordering::Relaxed) && self.thread.as_ref().is_some_and(|one| !ends(one)) {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// How many stand in a list.
fn counted(db: &sled::Db, list: &[u8]) -> sled::Result<u64> {
    let count = db.get([b"y", list].concat())?;
    Ok(count.and_then(|bytes| number(&bytes)).unwrap_or(0))
}

fn hash_prefix(hash: &Hash) -> Vec<u8> {
    b"h".iter().chain(hash.bytes().iter().take(8)).copied().collect()
}

impl Finder for Arc<Index> {
    fn places(&self, hash: &Hash) -> Vec<(LogId, u64)> {
        self.by_hash(hash).unwrap_or_default()
    }

    fn receipts(&self, by: &Strand, of: &LogId, place: Around) -> Option<Beside> {
        self.receipts_beside(by, of, place)
    }

    fn gist(&self, strand: &Strand) -> (Gist, u64) {
        self.gist_of(strand).unwrap_or_default()
    }
}
