//! A desk on which a fault is tried: prepared once, put back before each trial, and
//! settled after it as a user would, with everything held that was promised before.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use countersign::audit::Audit;
use countersign::charter::Charter;
use countersign::checkpoint::Checkpoint;
use countersign::disk::RealDisk;
use countersign::entry::Head;
use countersign::ledger::own_expectation;
use countersign::mark::{Mark, Presence};
use countersign::names::LogId;
use countersign::snapshot;
use serde_json::Value;

use crate::command_line::{Desk, text};

/// Folders and files as they were.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tree {
    folders: BTreeSet<PathBuf>,
    pub files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Tree {
    pub fn of(root: &Path) -> Self {
        let mut tree = Self::default();
        tree.add(root, Path::new(""));
        tree
    }

    fn add(&mut self, root: &Path, below: &Path) {
        for item in fs::read_dir(root.join(below)).unwrap() {
            let item = item.unwrap();
            let path = below.join(item.file_name());
            if item.file_type().unwrap().is_dir() {
                self.folders.insert(path.clone());
                self.add(root, &path);
            } else {
                self.files.insert(path.clone(), fs::read(root.join(&path)).unwrap());
            }
        }
    }

    /// Makes what is below a folder this and nothing else.
    pub fn put(&self, root: &Path) {
        if root.is_dir() {
            for item in fs::read_dir(root).unwrap() {
                let path = item.unwrap().path();
                if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
            }
        }
        fs::create_dir_all(root).unwrap();
        for folder in &self.folders {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for (path, bytes) in &self.files {
            fs::write(root.join(path), bytes).unwrap();
        }
    }

    pub fn without_empty_folders(mut self) -> Self {
        let files: Vec<PathBuf> = self.files.keys().cloned().collect();
        self.folders.retain(|folder| files.iter().any(|file| file.starts_with(folder)));
        self
    }

    /// What tells this state from others that began alike. Texts carry the second in
    /// which they were signed, so bytes differ from run to run where lengths do not.
    pub fn shape(&self, begun: &Self) -> Vec<(PathBuf, usize, bool)> {
        let same = |path: &PathBuf, bytes: &Vec<u8>| begun.files.get(path) == Some(bytes);
        let files = self.files.iter().map(|(path, bytes)| (path.clone(), bytes.len(), same(path, bytes)));
        files.chain(self.folders.iter().map(|path| (path.clone(), 0, true))).collect()
    }
}

/// A folder in memory where the system has such a place: faults are tried thousands of times.
pub fn memory_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub fn quick_desk() -> Desk {
    Desk { folder: memory_folder() }
}

/// Keys and a charter of moscow and washington.
pub fn chartered(desk: &Desk) {
    for name in ["moscow", "washington"] {
        desk.ok(&["key", "new", name, "--out", "k", "--no-passphrase"]);
    }
    let members = ["--party", "k/moscow.pub", "--party", "k/washington.pub"];
    desk.ok(&[&["charter", "new", "--title", "T", "--out", "charter.json"], &members[..]].concat());
}

pub const FOUND: [&str; 8] =
    ["init", "charter.json", "--as", "moscow", "--key", "k/moscow.key", "--dir", "moscow"];

/// Founded by both, each having one entry more, and moscow holding washington's.
pub fn two_sides(desk: &Desk) {
    chartered(desk);
    desk.ok(&[&FOUND[..], &["--yes"]].concat());
    let other = ["--as", "washington", "--key", "k/washington.key", "--dir", "washington", "--yes"];
    desk.ok(&[&["init", "charter.json"], &other[..]].concat());
    for name in ["moscow", "washington"] {
        desk.ok(&["state", "one", "--dir", name, "--sign", "--yes"]);
    }
    desk.ok(&["pull", "washington", "--dir", "moscow"]);
}

/// The entries that a run acknowledged: signed, sealed, and exit 0.
pub fn acknowledged(output: &Output) -> Vec<String> {
    if output.status.code() != Some(0) {
        return Vec::new();
    }
    let out = text(&output.stdout);
    let hashes = out.lines().filter_map(|line| line.strip_prefix("Signed and sealed: ")?.split("  ").nth(1));
    hashes.map(str::to_owned).collect()
}

fn log_of(member: &str) -> LogId {
    member.parse().unwrap()
}

/// Every head of a member's log that anybody may have seen: under the checkpoint of the
/// folder and of the published copy, and in the mark of the log key.
pub fn heads(desk: &Desk, member: &str) -> Vec<Head> {
    let charter = Charter::parse(&fs::read(desk.path("charter.json")).unwrap()).unwrap();
    let log = log_of(member);
    let key = charter.log_key(&log).unwrap();
    let files = [format!("{member}/logs/{member}.checkpoint"), format!("pub/logs/{member}/checkpoint")];
    let mut heads = Vec::new();
    for bytes in files.iter().filter_map(|file| fs::read(desk.path(file)).ok()) {
        heads.push(Checkpoint::parse(&bytes, &charter.id(), &log, key).unwrap().head().clone());
    }
    let mark = Mark::beside(&desk.path(&format!("k/{member}.log.key")), &charter.id(), &log);
    if let Presence::Held(head) = mark.sealed(&RealDisk::new()).unwrap() {
        heads.push(head);
    }
    heads
}

/// The hashes of a log's entries, in order, and the words in them.
pub fn entries(desk: &Desk, folder: &str, log: &str) -> Vec<(String, String)> {
    let printed = desk.ok(&["log", "--json", "--dir", folder, "--log", log]);
    let rows = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let rows: Vec<Value> = rows.collect();
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(row["seq"], number, "one entry at each place: {printed}");
    }
    rows.iter().map(|row| (row["hash"].as_str().unwrap().to_owned(), row["body"].to_string())).collect()
}

/// What must hold whatever happens after.
#[derive(Clone, Default)]
pub struct Promised {
    /// Hashes of entries that were acknowledged.
    pub entries: Vec<String>,
    /// Sealed heads that anybody may have seen.
    pub heads: Vec<Head>,
}

/// How a fault is settled.
#[derive(Clone, Copy)]
pub struct Way<'a> {
    /// The folder, and the member who signs in it, if anybody does.
    pub folder: &'a str,
    pub member: Option<&'a str>,
    /// What is typed first, and the codes that say that it was done before.
    pub again: &'a [&'a [&'a str]],
    pub done: &'a [&'a str],
    /// Words that are in the member's log once when it was typed.
    pub once: Option<&'a str>,
    /// A log of somebody else, and how many of its entries are here when it was typed.
    pub holds: Option<(&'a str, usize)>,
}

impl Way<'_> {
    pub const MOSCOW: Way<'static> =
        Way { folder: "moscow", member: Some("moscow"), again: &[], done: &[], once: None, holds: None };

    fn log(&self) -> &str {
        self.member.unwrap_or("moscow")
    }

    /// What a desk holds before a fault.
    pub fn promised(&self, desk: &Desk) -> Promised {
        let founded = desk.path(&format!("{}/logs/{}.journal", self.folder, self.log())).is_file();
        let entries = if founded { entries(desk, self.folder, self.log()) } else { Vec::new() };
        Promised {
            entries: entries.into_iter().map(|(hash, _)| hash).collect(),
            heads: heads(desk, self.log()),
        }
    }

    /// Settles, and holds everything that was promised before: what was acknowledged,
    /// the heads that were visible, the published copy.
    pub fn settle(&self, desk: &Desk, promised: &Promised, place: &str) {
        let member = self.log();
        let mut seen = promised.heads.clone();
        seen.extend(heads(desk, member));
        let published = self.look_at_published(desk, place);
        self.type_again(desk, place);
        if let Some((log, number)) = self.holds {
            assert_eq!(entries(desk, self.folder, log).len(), number, "{place}");
        }
        let mut promised = promised.entries.clone();
        if self.member.is_some() {
            promised.extend(self.go_on(desk, place));
        }
        let there = entries(desk, self.folder, member);
        for hash in &promised {
            assert!(there.iter().any(|(held, _)| held == hash), "{place}: {hash} was acknowledged");
        }
        if let Some(words) = self.once {
            let number = there.iter().filter(|(_, body)| body.contains(words)).count();
            assert_eq!(number, 1, "{place}: {words:?} is to be signed once");
        }
        exits(desk, &["verify", self.folder], place);
        exits(desk, &["publish", "fresh", "--dir", self.folder], place);
        exits(desk, &["verify", "fresh", "--ledger", "charter.json"], place);
        if published {
            exits(desk, &["compare", "seen", "fresh"], place);
        }
        if desk.path("old").is_dir() {
            exits(desk, &["compare", "old", "fresh"], place);
        }
        let copy = snapshot::read(&RealDisk::new(), &desk.path("fresh")).unwrap();
        let audit = Audit::of(&copy, &own_expectation(&copy)).unwrap();
        let strand = &audit.strands[&log_of(member)];
        for head in &seen {
            assert!(strand.reaches(head), "{place}: a seal over {} entries is contradicted", head.size);
        }
    }

    /// Whoever reads what is published now sees it whole, or, where nothing was before,
    /// not yet whole. Keeps a copy of what was whole.
    pub fn look_at_published(&self, desk: &Desk, place: &str) -> bool {
        if !desk.path("pub").is_dir() {
            return false;
        }
        let output = desk.run(&["verify", "pub", "--ledger", "charter.json"]);
        let code = output.status.code();
        let first = !desk.path("old").is_dir();
        assert!(code == Some(0) || first && code == Some(3), "{place}: {code:?} {}", text(&output.stdout));
        if code == Some(0) {
            Tree::of(&desk.path("pub")).put(&desk.path("seen"));
        }
        code == Some(0)
    }

    pub fn type_again(&self, desk: &Desk, place: &str) {
        for words in self.again {
            let output = desk.run(words);
            let err = text(&output.stderr);
            let done = self.done.iter().any(|code| err.contains(&format!("error[{code}]")));
            assert!(output.status.success() || done, "{place}: {words:?}: {err}");
        }
    }

    /// Signs what lies in drafts, and one entry more; gives what was acknowledged.
    fn go_on(&self, desk: &Desk, place: &str) -> Vec<String> {
        exits(desk, &["seal", "--dir", self.folder], place);
        let mut promised = Vec::new();
        let drafts = exits(desk, &["drafts", "--json", "--dir", self.folder], place);
        let drafts: Value = serde_json::from_str(&text(&drafts.stdout)).unwrap();
        for draft in drafts["drafts"].as_array().unwrap() {
            let name = draft["draft"].as_str().unwrap();
            let signed = exits(desk, &["sign", name, "--dir", self.folder, "--yes"], place);
            promised.extend(crate::trial::acknowledged(&signed));
        }
        let after = exits(desk, &["state", "after", "--dir", self.folder, "--sign", "--yes"], place);
        promised.extend(crate::trial::acknowledged(&after));
        assert!(!promised.is_empty(), "{place}");
        promised
    }
}

/// Types a command that must end with 0.
fn exits(desk: &Desk, words: &[&str], place: &str) -> Output {
    let output = desk.run(words);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{place}: {words:?}\n{out}\n{err}");
    output
}
