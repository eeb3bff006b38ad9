//! A big ledger, made quickly: entries are built and signed, and not verified.
//!
//! Every log is a chain, so its entries are made one after another; the logs are
//! made side by side. Time goes in stretches of `--seen` entries. In each, every
//! log writes as many, one of which receipts another log at the size that it had
//! sealed when the stretch began.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;

use countersign::body::membership::key_value;
use countersign::charter::Charter;
use countersign::checkpoint::Checkpoint;
use countersign::disk::RealDisk;
use countersign::entry::{Entry, Head};
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::key::SecretKey;
use countersign::keyfile;
use countersign::ledger::Local;
use countersign::mark::Mark;
use countersign::merkle::Nodes as _;
use countersign::merkle::Tree;
use countersign::names::{Label, LogId};
use countersign::time::Time;
use zeroize::Zeroizing;

use crate::Outcome;
use crate::folders::{self, Made};
use crate::log_files::LogFiles;
use crate::words::Chance;

/// When the first entry says that it was made.
const BEGINNING: u64 = 1_767_225_600;

/// How many of the newest own entries the mark can hold.
const KEPT: usize = 4096;

/// Make a big ledger.
#[derive(clap::Args)]
pub struct Make {
    /// Where; a folder that is not there or is empty.
    dir: PathBuf,
    #[command(flatten)]
    size: Size,
}

/// How big.
#[derive(clap::Args, Clone, Debug)]
pub struct Size {
    /// Members, each with one log.
    #[arg(long, default_value_t = 2)]
    pub logs: usize,
    /// Entries in each log.
    #[arg(long, default_value_t = 1000)]
    pub entries: u64,
    /// Bytes of an entry, about.
    #[arg(long, default_value_t = 700)]
    pub bytes: usize,
    /// One entry of so many receipts another log; 0 for none.
    #[arg(long, default_value_t = 10, value_name = "EVERY")]
    pub seen: u64,
    /// Other words and keys.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

impl Size {
    /// Logs and entries in each; the rest as usual.
    pub fn of(logs: usize, entries: u64) -> Self {
        Self { logs, entries, bytes: 700, seen: 10, seed: 1 }
    }

    /// Entries in all logs.
    pub fn total(&self) -> u64 {
        self.logs as u64 * self.entries
    }
}

/// Runs `make`.
pub fn run(command: &Make) -> Outcome<()> {
    let begun = std::time::Instant::now();
    let made = make(&command.dir, &command.size)?;
    println!(
        "{} entries of {} bytes on average in {:.1} s: {}",
        command.size.total(),
        made.mean_bytes,
        begun.elapsed().as_secs_f64(),
        command.dir.display()
    );
    println!("countersign verify {} --ledger {}", made.snapshot.display(), made.charter.display());
    println!("countersign state \"x\" --sign --yes --dir {}", made.ledger.display());
    Ok(())
}

fn key(size: &Size, name: &str) -> SecretKey {
    let seed = Hash::of(format!("measuring key {} {name}", size.seed).as_bytes());
    SecretKey::from_seed(&Zeroizing::new(*seed.bytes()))
}

fn member(index: usize) -> String {
    format!("side-{index:02}")
}

fn charter(size: &Size, label: &Label) -> Vec<u8> {
    let words = |text: &str| Value::object([("en", Value::text(text))]);
    let members = (0..size.logs).map(|index| {
        let id = member(index);
        let public = |role: &str| key(size, &format!("{id} {role}")).public();
        Value::object([
            ("id", Value::text(&id)),
            ("keys", Value::Array(vec![key_value(&public("pen"), label)])),
            ("log_key", Value::text(public("log"))),
            ("recovery", Value::text(public("recovery").digest())),
            ("role", Value::text("party")),
            ("threshold", Value::Number(1)),
        ])
    });
    let value = Value::object([
        ("format", Value::text("countersign/v1")),
        ("languages", Value::texts(["en"])),
        ("members", Value::Array(members.collect())),
        ("nonce", Value::text(Hash::of(format!("measuring {}", size.seed).as_bytes()))),
        ("rules", Value::Number(1)),
        ("terms", words("Received is not agreed.")),
        ("title", words("A ledger to be measured")),
    ]);
    (value.encode() + "\n").into_bytes()
}

/// What the logs know of each other while they are made.
struct Shared {
    ledger: Hash,
    label: Label,
    size: Size,
    logs: Vec<LogId>,
    /// Sealed heads at the end of stretches, in turn.
    heads: [Vec<Mutex<Option<Head>>>; 2],
    /// How much of each log another has receipted.
    receipted: Vec<AtomicU64>,
}

impl Shared {
    /// Entries in a stretch.
    fn stretch(&self) -> u64 {
        if self.size.seen == 0 || self.size.logs < 2 { self.size.entries } else { self.size.seen }
    }

    fn head(&self, stretch: u64, log: usize) -> std::sync::MutexGuard<'_, Option<Head>> {
        self.heads[(stretch % 2) as usize][log].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One log, being made.
struct Author {
    index: usize,
    pen: SecretKey,
    log_key: SecretKey,
    tree: Tree,
    last: Option<Hash>,
    chance: Chance,
    files: LogFiles,
    newest: VecDeque<Vec<u8>>,
    /// Bytes of a statement beside its words.
    envelope: usize,
    bytes: u64,
}

impl Author {
    fn begin(shared: &Shared, dir: &Path, index: usize) -> Outcome<Self> {
        let (size, name) = (&shared.size, member(index));
        Ok(Self {
            index,
            pen: key(size, &format!("{name} pen")),
            log_key: key(size, &format!("{name} log")),
            tree: Tree::default(),
            last: None,
            chance: Chance::of(size.seed << 8 | index as u64),
            files: LogFiles::begin(&dir.join("ledger"), &dir.join("snapshot"), &name)?,
            newest: VecDeque::new(),
            envelope: 560,
            bytes: 0,
        })
    }

    fn write_stretch(&mut self, shared: &Shared, stretch: u64) -> Outcome<()> {
        let long = shared.stretch();
        let end = ((stretch + 1) * long).min(shared.size.entries);
        for seq in stretch * long..end {
            let receipts = stretch > 0 && seq % long == self.index as u64 % long;
            let seen = if receipts { self.receipt(shared, stretch) } else { BTreeMap::new() };
            self.write(shared, seq, seen)?;
        }
        if long < shared.size.entries {
            *shared.head(stretch, self.index) = Some(self.seal(shared)?.head().clone());
        }
        Ok(())
    }

    /// Another log, each in its turn, as it was sealed when the stretch began.
    fn receipt(&self, shared: &Shared, stretch: u64) -> BTreeMap<LogId, Head> {
        let others = shared.logs.len() - 1;
        let other = (self.index + 1 + stretch as usize % others) % shared.logs.len();
        let Some(head) = shared.head(stretch - 1, other).clone() else { return BTreeMap::new() };
        shared.receipted[other].fetch_max(head.size, Ordering::Relaxed);
        BTreeMap::from([(shared.logs[other].clone(), head)])
    }

    fn write(&mut self, shared: &Shared, seq: u64, seen: BTreeMap<LogId, Head>) -> Outcome<()> {
        let words = self.chance.near(shared.size.bytes).saturating_sub(self.envelope).max(20);
        let first = seq == 0;
        let kind = if first { "join" } else { kind(seq) };
        let mut said_words = || Value::object([("en", Value::text(self.chance.text(words)))]);
        let body = match kind {
            "join" => Value::object([]),
            "text" => pledge(said_words()),
            "ask" => ask(shared, self.index, said_words()),
            _ => Value::object([("words", said_words())]),
        };
        let plain = seen.is_empty() && kind == "statement";
        let said = Time::from_unix(BEGINNING + seq * 60 + self.index as u64);
        let entry = Entry {
            author: shared.logs[self.index].clone(),
            body,
            kind: kind.to_owned(),
            ledger: shared.ledger,
            prev: self.last,
            root: self.tree.root(),
            seq,
            signers: vec![shared.label.clone()],
            keys: None,
            said: (!first).then_some(said),
            seen,
            after: vec![],
        };
        let note = entry.sign(&[&self.pen]);
        if plain {
            self.envelope = note.len() - words;
        }
        let hash = Hash::leaf(&note);
        self.tree.push(hash);
        self.last = Some(hash);
        self.bytes += note.len() as u64;
        self.files.add(&note)?;
        if self.index == 0 {
            if self.newest.len() == KEPT {
                self.newest.pop_front();
            }
            self.newest.push_back(note);
        }
        Ok(())
    }

    fn seal(&self, shared: &Shared) -> Outcome<Checkpoint> {
        let root = self.tree.root().ok_or("a log with no entry")?;
        let log = &shared.logs[self.index];
        Ok(Checkpoint::sign(&shared.ledger, log, self.tree.size(), root, &self.log_key))
    }

    fn end(self, shared: &Shared, dir: &Path) -> Outcome<u64> {
        let seal = self.seal(shared)?;
        if self.index == 0 {
            self.write_keys(shared, dir, &seal)?;
        }
        self.files.end(&self.tree, &seal)?;
        Ok(self.bytes)
    }

    /// Keys of the first member, and marks that know what it signed and sealed.
    fn write_keys(&self, shared: &Shared, dir: &Path, seal: &Checkpoint) -> Outcome<()> {
        let (disk, log) = (RealDisk::new(), &shared.logs[self.index]);
        let places = folders::key_places(dir, log.as_str());
        keyfile::write_new(&disk, &places.key, &self.pen, None)?;
        keyfile::write_new(&disk, &places.log_key, &self.log_key, None)?;
        let size = self.tree.size();
        let held = (self.newest.len() as u64).min(size);
        let received = shared.receipted[self.index].load(Ordering::Relaxed);
        // Where nobody receipted, the mark still holds no more than the last entry.
        let base = if received == 0 { size - 1 } else { received.max(size - held) };
        let mark = Mark::beside(&places.key, &shared.ledger, log);
        mark.begin(&disk, base, self.tree.root_at(base))?;
        let skipped = self.newest.len() - (size - base) as usize;
        for note in self.newest.iter().skip(skipped) {
            mark.note_entry(&disk, note)?;
        }
        Mark::beside(&places.log_key, &shared.ledger, log).note_checkpoint(&disk, seal)?;
        Ok(())
    }
}

/// The kind of an entry: one in a hundred pledges, one in a hundred asks, the others state.
fn kind(seq: u64) -> &'static str {
    match seq % 100 {
        40 => "text",
        90 => "ask",
        _ => "statement",
    }
}

fn pledge(words: Value) -> Value {
    let provision =
        Value::object([("id", Value::text("c1")), ("type", Value::text("refrain")), ("words", words)]);
    Value::object([
        ("languages", Value::object([("en", Value::text("authentic"))])),
        ("provisions", Value::Array(vec![provision])),
        ("standing", Value::text("pledge")),
    ])
}

fn ask(shared: &Shared, own: usize, words: Value) -> Value {
    let to = member((own + 1) % shared.logs.len());
    Value::object([("act", Value::text("concern")), ("to", Value::texts([to])), ("words", words)])
}

/// Makes a ledger.
pub fn make(dir: &Path, size: &Size) -> Outcome<Made> {
    if !(1..=64).contains(&size.logs) || size.entries == 0 {
        return Err("1 to 64 logs, at least 1 entry in each".into());
    }
    fs::create_dir_all(dir)?;
    if fs::read_dir(dir)?.next().is_some() {
        return Err(format!("{} is not empty", dir.display()).into());
    }
    let dir = std::path::absolute(dir)?;
    let label: Label = "main".parse().map_err(|_| "a label")?;
    let bytes = charter(size, &label);
    let ledger = Charter::parse(&bytes).map_err(|fault| fault.detail)?.id();
    let logs = (0..size.logs).map(|index| member(index).parse()).collect::<Result<Vec<LogId>, _>>();
    let empty = || (0..size.logs).map(|_| Mutex::new(None)).collect();
    let shared = Shared {
        ledger,
        label,
        size: size.clone(),
        logs: logs.map_err(|error| error.0)?,
        heads: [empty(), empty()],
        receipted: (0..size.logs).map(|_| AtomicU64::new(0)).collect(),
    };
    fs::create_dir_all(dir.join("keys"))?;
    let total = write_logs(&shared, &dir)?;
    let made = Made::at(&dir, shared.logs[0].as_str(), total / size.total());
    let places = folders::key_places(&dir, shared.logs[0].as_str());
    let local = Local {
        member: Some(shared.logs[0].member().clone()),
        key: Some(places.key),
        log_key: Some(places.log_key),
        sources: vec![made.snapshot.clone()],
    };
    folders::finish(&made.ledger, &bytes, &local)?;
    fs::write(&made.charter, &bytes)?;
    fs::write(made.snapshot.join("charter.json"), &bytes)?;
    // What the disk still has to write would be measured with what comes next.
    rustix::fs::sync();
    Ok(made)
}

fn write_logs(shared: &Shared, dir: &Path) -> Outcome<u64> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(shared.logs.len());
    let mut groups: Vec<Vec<Author>> = (0..workers).map(|_| Vec::new()).collect();
    for index in 0..shared.logs.len() {
        groups[index % workers].push(Author::begin(shared, dir, index)?);
    }
    let barrier = Barrier::new(workers);
    let results: Vec<Outcome<u64>> = thread::scope(|scope| {
        let handles: Vec<_> = groups
            .into_iter()
            .map(|authors| scope.spawn(|| write_group(shared, dir, &barrier, authors)))
            .collect();
        let join = |handle: thread::ScopedJoinHandle<'_, Outcome<u64>>| {
            handle.join().unwrap_or_else(|_| Err("a thread ended early".into()))
        };
        handles.into_iter().map(join).collect()
    });
    results.into_iter().sum()
}

/// The logs of one thread, stretch by stretch; gives their bytes.
fn write_group(shared: &Shared, dir: &Path, barrier: &Barrier, mut authors: Vec<Author>) -> Outcome<u64> {
    let mut result = Ok(());
    for stretch in 0..shared.size.entries.div_ceil(shared.stretch()) {
        // After an error the others still wait for this thread at each stretch.
        if result.is_ok() {
            result = authors.iter_mut().try_for_each(|author| author.write_stretch(shared, stretch));
        }
        barrier.wait();
    }
    result?;
    authors.into_iter().map(|author| author.end(shared, dir)).sum()
}
