//! A witness: it cosigns a log's checkpoint where that continues the one it cosigned
//! last, and never two histories of one log.
//!
//! ```text
//! NAME.witness.key               one Ed25519 key, apart from every other
//! NAME.witness.key.marks/state   that this key has a state, somewhere
//! NAME.witness.key.marks/<hex>   what it cosigned last of an origin, whole
//! STATE/witness                  whose state this is
//! STATE/<hex>                    the same as in the marks; <hex> is SHA-256 of the origin
//! STATE/forks/<hex>.held, .refused   two heads of one size under one log key
//! ```
//!
//! A cosignature is four steps, each on disk before the next:
//!
//! ```text
//! compare    old size and root with what was cosigned last, under the lock
//! mark       the note, with the next counter     stop here: the next request writes the state
//! state      the same note                       stop here: nobody has the cosignature; asked again,
//! answer                                         the witness cosigns the same head or a later one
//! ```
//!
//! A witness that has lost its state could cosign a second history: its key is retired.
//! State that is gone, or older than the mark, is refused, and never begun afresh.

mod ask;
mod held;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub use ask::{Asked, Post, ask, lines};
pub use held::{held, log_key, read, take};

use crate::charter::Charter;
use crate::checkpoint::{TreeHead, origin};
use crate::disk::{Access, Disk, make_folder_synced, replace_for};
use crate::failure::{Failure, Outcome, Why};
use crate::hash::Hash;
use crate::key::SecretKey;
use crate::keyfile::marks_folder;
use crate::names::LogId;
use crate::note::{self, Line, Note, Verifier};
use crate::policy::Policy;
use crate::submission::{Submission, plain_number};
use crate::time::Time;

/// The content type of a size.
const SIZE: &str = "text/x.tlog.size";

/// The content type of anything else.
const PLAIN: &str = "text/plain; charset=utf-8";

/// The first line of a file of the state.
const HEADER: &str = "countersign-witness/1";

/// Most bytes in a file of the state.
const LARGEST: u64 = 64 << 10;

/// Most forks that are kept; one is enough.
const MOST_FORKS: usize = 128;

/// What a request is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The content type.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// Why a checkpoint was not cosigned.
#[derive(Debug)]
pub enum Refusal {
    /// It has no form; what was due.
    Malformed(String),
    /// No log of this origin is known here.
    UnknownLog(String),
    /// It has no signature of the log's key, or one that does not hold.
    Unsigned,
    /// It does not begin where the last one ended: the size that did.
    Conflict(u64),
    /// What it says does not follow from what was cosigned.
    Untrue(&'static str),
    /// It could not be done now.
    Failed(Failure),
}

impl Refusal {
    /// As it goes over HTTP.
    pub fn answer(&self) -> Answer {
        let text = |status, text: String| Answer { status, content_type: PLAIN, body: (text + "\n").into() };
        match self {
            Self::Malformed(due) => text(400, format!("due: {due}")),
            Self::UnknownLog(_) => text(404, "no log of this origin is known here".to_owned()),
            Self::Unsigned => text(403, "due: a signature of the log's key".to_owned()),
            Self::Conflict(size) => {
                Answer { status: 409, content_type: SIZE, body: format!("{size}\n").into() }
            }
            Self::Untrue(what) => text(422, (*what).to_owned()),
            Self::Failed(failure) => text(503, format!("{}; ask again later", failure.code())),
        }
    }

    /// As it is told at the command line, of a file.
    pub fn failure(self, file: &Path) -> Failure {
        let file = file.display();
        let (what, next) = match self {
            Self::Failed(failure) => return failure,
            Self::Malformed(due) => (
                format!("{file} is no request; due: {due}"),
                "countersign witness request -o FILE".to_owned(),
            ),
            Self::UnknownLog(origin) => (
                format!("no log {origin} is in the charter or the policy"),
                "countersign charter show CHARTER".to_owned(),
            ),
            Self::Unsigned => (
                format!("{file} has no signature that holds of the log's key"),
                "countersign witness request -o FILE".to_owned(),
            ),
            Self::Conflict(size) => (
                format!(
                    "this witness has cosigned {size} entries of this log, and the request begins elsewhere"
                ),
                format!("countersign witness request -o FILE --from {size}"),
            ),
            Self::Untrue(what) => {
                (format!("{file} is not cosigned: {what}"), "countersign explain witness".to_owned())
            }
        };
        Failure::new(Why::Witness, what).next(next)
    }
}

type Cosigned = Result<Line, Refusal>;

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The logs that a witness knows, by origin.
#[derive(Clone, Debug, Default)]
pub struct Logs(BTreeMap<String, Verifier>);

impl Logs {
    /// The first volumes of a charter's members.
    pub fn of_charter(charter: &Charter) -> Self {
        let log = |member: &crate::charter::Member| {
            let origin = origin(&charter.id(), &LogId::first(&member.id));
            (origin.clone(), Verifier::of(&origin, &member.log_key))
        };
        Self(charter.members.values().map(log).collect())
    }

    /// The logs of a policy file.
    pub fn of_policy(policy: &Policy) -> Self {
        let log = |log: &crate::policy::Log| (log.key.name().to_owned(), log.key.clone());
        // A log of this origin could sign what reads as a cosignature.
        let usable = policy.logs().iter().filter(|log| log.key.name() != "cosignature/v1");
        Self(usable.map(log).collect())
    }

    /// These and others.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Whether one of the logs is sealed by this key: no witness uses it.
    pub fn has_key(&self, key: &crate::key::PublicKey) -> bool {
        self.0.values().any(|log| log.key() == key)
    }
}

/// What was cosigned last of an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Latest {
    counter: u64,
    time: u64,
    head: TreeHead,
    note: Vec<u8>,
}

impl Latest {
    fn to_bytes(&self) -> Vec<u8> {
        let before = format!("{HEADER}\ncounter {}\ntime {}\n", self.counter, self.time);
        [before.as_bytes(), &self.note].concat()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let rest = text.strip_prefix(HEADER)?.strip_prefix("\ncounter ")?;
        let (counter, rest) = rest.split_once("\ntime ")?;
        let (time, note) = rest.split_once('\n')?;
        let head = TreeHead::parse(Note::parse(note.as_bytes(), 2).ok()?.text()).ok()?;
        Some(Self { counter: plain_number(counter)?, time: plain_number(time)?, head, note: note.into() })
    }
}

/// What a clock says.
pub type Clock = dyn Fn() -> Time + Send + Sync;

/// A witness with its key, its state and a clock. Requests may come at once from many
/// threads; another process that uses the state makes them wait.
pub struct Witness {
    disk: Arc<dyn Disk>,
    name: String,
    key: SecretKey,
    marks: PathBuf,
    state: PathBuf,
    logs: Logs,
    clock: Box<Clock>,
    turn: Mutex<()>,
}

fn lost(what: &str) -> Failure {
    let what = format!("{what}: a witness without its state retires its key");
    Failure::new(Why::WitnessState, what).next("countersign witness key OTHER")
}

fn writing(path: &Path) -> impl FnOnce(std::io::Error) -> Failure + '_ {
    move |error| Failure::disk("writing", path, error)
}

fn reading(path: &Path) -> impl FnOnce(std::io::Error) -> Failure + '_ {
    move |error| Failure::disk("reading", path, error)
}

/// The name of a witness by that of its key file, `NAME.witness.key`. In the file a `/`
/// of the name is `_`.
pub fn key_file(name: &str) -> String {
    format!("{}.witness.key", name.replace('/', "_"))
}

impl Witness {
    /// Opens a witness: its key, where the key's file lies, its state. A key that never
    /// had a state gets this one; a key that had one must find it here.
    pub fn open(
        disk: Arc<dyn Disk>,
        (name, key, key_path): (&str, SecretKey, &Path),
        state: &Path,
        logs: Logs,
        clock: Box<Clock>,
    ) -> Outcome<Self> {
        if logs.has_key(&key.public()) {
            let what = "this key seals a log, and a witness has a key apart from every other";
            return Err(Failure::new(Why::Witness, what).next("countersign witness key NAME"));
        }
        let (marks, vkey) =
            (marks_folder(key_path), note::vkey_of(name, note::duty::COSIGNS, key.public().bytes()));
        let witness = Self {
            disk,
            name: name.to_owned(),
            key,
            marks,
            state: state.to_owned(),
            logs,
            clock,
            turn: Mutex::new(()),
        };
        witness.own_state(&vkey)?;
        Ok(witness)
    }

    /// Whether the state is this key's; made where the key never had one.
    fn own_state(&self, vkey: &str) -> Outcome<()> {
        let line = format!("{HEADER} {vkey}\n");
        let (mine, marked) = (self.state.join("witness"), self.marks.join("state"));
        let has = |path: &Path| self.disk.read(path, LARGEST).map_err(reading(path));
        match (has(&marked)?, has(&mine)?) {
            (_, Some(other)) if other != line.as_bytes() => {
                let what = format!("{} is the state of another key", self.state.display());
                Err(Failure::new(Why::WitnessState, what).next("the same command with --state OTHER"))
            }
            (Some(_), Some(_)) => Ok(()),
            (Some(_), None) => {
                Err(lost(&format!("{} has a state, and it is not in {}", self.name, self.state.display())))
            }
            (None, held) => {
                let folder = self.marks.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let beside = crate::disk::parent(&self.marks);
                let listed = self.disk.list(beside).map_err(reading(beside))?;
                if !listed.iter().any(|(name, _)| name == folder) {
                    return Err(lost(&format!("{} is not beside the key", self.marks.display())));
                }
                // If we stop before the last line, nothing was cosigned and the next
                // opening begins here again.
                if held.is_none() {
                    make_folder_synced(&*self.disk, &self.state, Access::Usual)
                        .map_err(writing(&self.state))?;
                    let forks = self.state.join("forks");
                    make_folder_synced(&*self.disk, &forks, Access::Usual).map_err(writing(&forks))?;
                    self.write(&mine, line.as_bytes())?;
                }
                self.write(&marked, line.as_bytes())
            }
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Outcome<()> {
        replace_for(&*self.disk, path, bytes, Access::Usual).map_err(writing(path))
    }

    /// What was cosigned last, by mark and state; what a stop left undone is done.
    fn latest_of(&self, name: &str) -> Outcome<Option<Latest>> {
        let read = |path: &Path| {
            let bytes = self.disk.read(path, LARGEST).map_err(reading(path))?;
            let parsed = bytes.map(|bytes| {
                Latest::parse(&bytes).ok_or_else(|| lost(&format!("{} is damaged", path.display())))
            });
            parsed.transpose()
        };
        let (marked, held) = (self.marks.join(name), self.state.join(name));
        match (read(&marked)?, read(&held)?) {
            (None, None) => Ok(None),
            (Some(mark), Some(state)) if mark == state => Ok(Some(state)),
            (Some(mark), state)
                if state.as_ref().map_or(0, |state| state.counter).checked_add(1) == Some(mark.counter) =>
            {
                self.write(&held, &mark.to_bytes())?;
                Ok(Some(mark))
            }
            _ => Err(lost(&format!("{} is not what this key cosigned last", held.display()))),
        }
    }

    /// Cosigns the checkpoint of a request (C2SP `add-checkpoint`), or says why not. When
    /// this returns a line, it is on disk what was cosigned.
    pub fn cosign(&self, body: &[u8]) -> Cosigned {
        let submission = Submission::parse(body).map_err(|fault| Refusal::Malformed(fault.detail))?;
        let head = submission.head();
        let log = self.logs.0.get(&head.origin).ok_or_else(|| Refusal::UnknownLog(head.origin.clone()))?;
        let line = submission.note.lines().iter().find(|line| log.claims(line).is_ok());
        let line = line.ok_or(Refusal::Unsigned)?;
        note::verify(submission.note.text(), line, log.name(), log.key()).map_err(|_| Refusal::Unsigned)?;
        if submission.old > head.size {
            return Err(Refusal::Malformed("an old size that is not beyond the new".to_owned()));
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let _lock = crate::ledger::lock(&*self.disk, &self.state)?;
        let name = Hash::of(head.origin.as_bytes()).to_string();
        let latest = self.latest_of(&name)?;
        let known = latest.as_ref().map_or(0, |latest| latest.head.size);
        // Two heads of one size are evidence, whatever the old size.
        if let Some(latest) = latest.as_ref().filter(|l| l.head.size == head.size && l.head.root != head.root)
        {
            let other = Note::new(head.text(), vec![line.clone()]);
            self.keep_fork(&name, &latest.note, &other.to_bytes())?;
        }
        if submission.old != known {
            return Err(Refusal::Conflict(known));
        }
        compare(&submission, latest.as_ref())?;
        let now = u64::try_from((self.clock)().seconds()).unwrap_or(0);
        if now == 0 || latest.as_ref().is_some_and(|latest| now < latest.time) {
            let what = "the clock is before the last cosignature, or shows no time";
            return Err(Failure::new(Why::Witness, what).next("set the clock, and ask again").into());
        }
        let cosignature = note::cosign(&head.text(), now, &self.name, &self.key);
        let whole = Note::new(head.text(), vec![line.clone(), cosignature.clone()]);
        let next = Latest {
            counter: latest.map_or(0, |latest| latest.counter).saturating_add(1),
            time: now,
            head: head.clone(),
            note: whole.to_bytes(),
        };
        // If we stop behind the mark, the state is completed from it; the cosignature has
        // not left this process.
        self.write(&self.marks.join(&name), &next.to_bytes())?;
        self.write(&self.state.join(&name), &next.to_bytes())?;
        Ok(cosignature)
    }

    /// Keeps two heads of one size, each signed by the log's key.
    /// What is kept is limited for each log, so that none of them crowds out another.
    fn keep_fork(&self, origin: &str, held: &[u8], refused: &[u8]) -> Outcome<()> {
        let folder = self.state.join("forks");
        let name = format!("{origin}.{}", Hash::of(refused));
        let listed = self.disk.list(&folder).map_err(reading(&folder))?;
        let known = format!("{name}.refused");
        let of_log = listed.iter().filter(|(listed, _)| listed.starts_with(origin)).count();
        if of_log >= MOST_FORKS || listed.iter().any(|(listed, _)| *listed == known) {
            return Ok(());
        }
        self.write(&folder.join(format!("{name}.held")), held)?;
        self.write(&folder.join(known), refused)
    }

    /// Answers `POST <submission prefix>/add-checkpoint`.
    pub fn add_checkpoint(&self, body: &[u8]) -> Answer {
        match self.cosign(body) {
            Ok(line) => Answer { status: 200, content_type: PLAIN, body: format!("{line}\n").into() },
            Err(refusal) => refusal.answer(),
        }
    }

    /// Answers `GET <monitoring prefix>/<origin hash>/checkpoint`: the note cosigned last,
    /// with the log's line and this witness's; nothing where there is none.
    pub fn latest(&self, origin_hash_hex: &str) -> Option<Vec<u8>> {
        let name = Hash::from_hex(origin_hash_hex)?.to_string();
        let bytes = self.disk.read(&self.state.join(name), LARGEST).ok()??;
        Latest::parse(&bytes).map(|latest| latest.note)
    }

    /// The verifier key of this witness.
    pub fn vkey(&self) -> String {
        note::vkey_of(&self.name, note::duty::COSIGNS, self.key.public().bytes())
    }
}

/// Whether a checkpoint continues the last one.
fn compare(submission: &Submission, latest: Option<&Latest>) -> Result<(), Refusal> {
    let head = submission.head();
    let empty = Hash::of(b"");
    if head.size == 0 && head.root != empty {
        return Err(Refusal::Untrue("a log without entries has the root of the empty tree"));
    }
    if latest.is_some_and(|latest| latest.head.size == head.size && latest.head.root != head.root) {
        return Err(Refusal::Untrue("another root was cosigned at this size; both heads are in its state"));
    }
    if submission.continues(&latest.map_or(empty, |latest| latest.head.root)) {
        return Ok(());
    }
    Err(Refusal::Untrue("the proof does not show that this log continues the one cosigned last"))
}
