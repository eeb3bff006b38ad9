//! What others say of when a log was as it is: files of `notes/` that are over a log of
//! this ledger as it is held, whether or not an entry names them.
//!
//! ```text
//! cosigned checkpoint   the log's own line holds, and others' lines are under it
//! token and head        the imprint of the token is the name of the head
//! root                  a certificate that issued itself, where a token is
//! ```
//!
//! Of each the root is that of the held log at that size; what is over another history,
//! over another ledger or over nothing is not among them. Whether a witness's line or a
//! token holds is for whoever names witnesses and authorities.
//!
//! Evidence travels with the log that it is over, before any entry names it. Anybody can
//! add lines and tokens that nobody relies on, so that what travels is bounded: what is
//! held stays, and the newest comes next.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::Audit;
use crate::checkpoint::TreeHead;
use crate::cosignature::CosignedCheckpoint;
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::names::LogId;
use crate::strand::Strand;
use crate::timestamp::{Token, is_root};

/// Most files over one log that travel without an entry that names them.
pub const MOST_FILES: usize = 256;

/// Most bytes in these.
pub const MOST_BYTES: usize = 8 << 20;

/// Most certificates that travel with tokens, and most bytes in one.
const MOST_ROOTS: usize = 16;
const LONGEST_ROOT: usize = 16 << 10;

/// The longest cosigned checkpoint.
const LONGEST_NOTE: usize = 256 << 10;

/// Files of `notes/` by path, each with its bytes.
pub type Files<'a> = BTreeMap<&'a str, &'a [u8]>;

/// What a piece of evidence is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A checkpoint under which others have their lines.
    Cosigned(Box<CosignedCheckpoint>),
    /// A time stamp, read and not verified.
    Token(Box<Token>),
}

/// One piece of evidence over a log as it is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Testimony {
    /// The log.
    pub log: LogId,
    /// What it is over.
    pub head: TreeHead,
    /// How many entries of the log came after that, as far as they are held.
    pub back: u64,
    /// What it is.
    pub sort: Sort,
    /// Its files: the evidence itself, then the stamped head of a token.
    pub files: Vec<Hash>,
}

/// The path of a file of `notes/`.
pub fn path(name: &Hash) -> String {
    format!("notes/{name}")
}

/// The files of `notes/` in some copies, of which the name is the SHA-256 of the bytes.
pub fn files<'a>(copies: &[&'a BTreeMap<String, Vec<u8>>]) -> Files<'a> {
    let notes = copies.iter().flat_map(|named| named.iter());
    let is_named = |path: &str, bytes: &[u8]| {
        path.strip_prefix("notes/").and_then(Hash::from_hex) == Some(Hash::of(bytes))
    };
    notes
        .filter(|(path, bytes)| is_named(path, bytes))
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .collect()
}

/// Where logs are looked for: what is held, and what is offered.
#[derive(Clone, Copy)]
struct Logs<'a>(&'a [&'a Audit]);

impl<'a> Logs<'a> {
    fn strands(self, log: &LogId) -> impl Iterator<Item = &'a Strand> {
        self.0.iter().flat_map(move |audit| audit.branches_of(log))
    }

    fn key(self, log: &LogId) -> Option<PublicKey> {
        self.0.iter().find_map(|audit| audit.log_key(log))
    }

    /// The log that a head is of, and how many entries came after it, where its root is
    /// that of the log.
    fn over(self, ledger: &Hash, head: &TreeHead) -> Option<(LogId, u64)> {
        let log = head.log(ledger)?;
        let strands: Vec<&Strand> = self.strands(&log).collect();
        let is_held = strands.iter().any(|strand| strand.has_root(head.size, &head.root));
        let longest = strands.iter().map(|strand| strand.size()).max()?;
        is_held.then(|| (log, longest.saturating_sub(head.size)))
    }
}

/// The evidence among files over the logs of these audits: the newest first.
pub fn of(audits: &[&Audit], files: &Files<'_>) -> Vec<Testimony> {
    let logs = Logs(audits);
    let Some(ledger) = audits.iter().find_map(|audit| audit.charter.as_ref()).map(|charter| charter.id())
    else {
        return Vec::new();
    };
    let heads: BTreeMap<Hash, TreeHead> = files
        .values()
        .filter_map(|bytes| TreeHead::of_file(bytes))
        .map(|head| (head.imprint(), head))
        .collect();
    let mut found = Vec::new();
    for bytes in files.values() {
        let one = cosigned(logs, &ledger, bytes).or_else(|| token(logs, &ledger, &heads, bytes));
        found.extend(one);
    }
    found.sort_by(|a, b| (a.back, &a.log, &a.files).cmp(&(b.back, &b.log, &b.files)));
    found
}

fn cosigned(logs: Logs<'_>, ledger: &Hash, bytes: &[u8]) -> Option<Testimony> {
    if bytes.len() > LONGEST_NOTE {
        return None;
    }
    // The root is compared before a signature is looked at.
    let text = std::str::from_utf8(bytes).ok()?;
    let head = TreeHead::parse(&format!("{}\n", text.split_once("\n\n")?.0)).ok()?;
    let (log, back) = logs.over(ledger, &head)?;
    let read = CosignedCheckpoint::read(bytes, ledger, &|log| logs.key(log))?.ok()?;
    if read.cosignatures().is_empty() {
        return None;
    }
    Some(Testimony { log, head, back, sort: Sort::Cosigned(Box::new(read)), files: vec![Hash::of(bytes)] })
}

fn token(logs: Logs<'_>, ledger: &Hash, heads: &BTreeMap<Hash, TreeHead>, bytes: &[u8]) -> Option<Testimony> {
    let token = Token::parse(bytes).ok()?;
    let imprint = *token.imprint().ok()?;
    let head = heads.get(&imprint)?.clone();
    let (log, back) = logs.over(ledger, &head)?;
    let files = vec![Hash::of(bytes), imprint];
    Some(Testimony { log, head, back, sort: Sort::Token(Box::new(token)), files })
}

impl Testimony {
    /// Whether another note has every line that this one has, and more: whoever names that
    /// one need not name this.
    pub fn is_within(&self, other: &Self) -> bool {
        let (Sort::Cosigned(one), Sort::Cosigned(other)) = (&self.sort, &other.sort) else { return false };
        let (ours, theirs) = (one.cosignatures(), other.cosignatures());
        one.head() == other.head()
            && ours.len() < theirs.len()
            && ours.iter().all(|line| theirs.contains(line))
    }
}

/// What travels with the logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Travelling {
    /// Paths of files in `notes/`.
    pub paths: BTreeSet<String>,
    /// How many pieces there are beyond what travels.
    pub beyond: u64,
}

/// Which files travel though no entry names them. Those that `referred` has are not
/// counted, and those that are held come first.
pub fn travelling(
    audits: &[&Audit],
    files: &Files<'_>,
    referred: &BTreeSet<&String>,
    is_held: &dyn Fn(&str) -> bool,
) -> Travelling {
    let (mut travelling, mut taken) = (Travelling::default(), BTreeMap::<LogId, (usize, usize)>::new());
    let mut all = of(audits, files);
    let waits = |one: &Testimony| one.files.iter().any(|name| !is_held(&path(name)));
    all.sort_by_key(waits);
    for one in &all {
        let paths = one.files.iter().map(path);
        let new: Vec<String> =
            paths.filter(|path| !referred.contains(path) && !travelling.paths.contains(path)).collect();
        let length = |path: &String| files.get(path.as_str()).map_or(0, |bytes| bytes.len());
        let (number, bytes) = taken.entry(one.log.clone()).or_default();
        let (more, longer) = (*number + new.len(), *bytes + new.iter().map(length).sum::<usize>());
        if more > MOST_FILES || longer > MOST_BYTES {
            travelling.beyond += 1;
            continue;
        }
        (*number, *bytes) = (more, longer);
        travelling.paths.extend(new);
    }
    if all.iter().any(|one| matches!(one.sort, Sort::Token(_))) {
        let is_one = |bytes: &[u8]| bytes.len() <= LONGEST_ROOT && is_root(bytes);
        let mut roots: Vec<&str> =
            files.iter().filter(|(_, bytes)| is_one(bytes)).map(|(path, _)| *path).collect();
        roots.sort_by_key(|path| !is_held(path));
        travelling.paths.extend(roots.into_iter().take(MOST_ROOTS).map(str::to_owned));
    }
    travelling
}
