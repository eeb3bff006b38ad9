//! Two verifiers, one answer: changed entries, notes, charters, journals, keys and
//! signatures before the program and before `src/viewer`, which was written apart from it.
//!
//! `COUNTERSIGN_FUZZ_SEED=7 cargo test viewer_fuzz -- --ignored` looks at others. Where the
//! two differ, the bytes are cut down to what still makes them differ, and printed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use countersign::audit::{Audit, Expectation};
use countersign::base64;
use countersign::chain::Chain;
use countersign::charter::Charter;
use countersign::disk::{Access, Disk};
use countersign::entry::Signed;
use countersign::fault::{Fault, Subject};
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::key::PublicKey;
use countersign::note::{self, Line, Note};
use countersign::snapshot;
use countersign::tile;
use curve25519_dalek::constants::EIGHT_TORSION;

use crate::command_line::tree;
use crate::fuzz::{Dice, mutant};
use crate::memory::MemoryDisk;
use crate::world::{key, log};

/// Changed messages of each kind in one run: with them 10,000 and more in all.
const ENTRIES: usize = 6_000;
const NOTES: usize = 3_000;
const CHARTERS: usize = 1_000;
const JOURNALS: usize = 600;
const SIGNATURES: usize = 600;
const SNAPSHOTS: usize = 400;

/// Messages that are on their way at once; pipes hold more.
const TOGETHER: usize = 16;

/// The second verifier, which answers line by line.
struct Judge {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Judge {
    fn new() -> Self {
        let mut child = Command::new("node")
            .args(["--no-warnings", "tests/viewer/judge.mjs"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node, version 20 or later");
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output) }
    }

    fn answers(&mut self, asked: &[String]) -> Vec<String> {
        let mut answers = Vec::new();
        for some in asked.chunks(TOGETHER) {
            for line in some {
                writeln!(self.input, "{line}").unwrap();
            }
            self.input.flush().unwrap();
            for _ in some {
                let mut answer = String::new();
                self.output.read_line(&mut answer).unwrap();
                answers.push(answer.trim_end().to_owned());
            }
        }
        answers
    }

    fn answer(&mut self, asked: &str) -> String {
        self.answers(&[asked.to_owned()]).remove(0)
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn word<T>(result: Result<T, Fault>) -> String {
    result.map_or_else(|fault| fault.code.to_string(), |_| "ok".to_owned())
}

/// What the program says of bytes of a kind.
fn own(kind: &str, bytes: &[u8]) -> String {
    match kind {
        "entry" => word(Signed::parse(bytes)),
        "note" => word(Note::parse(bytes, 100)),
        _ => word(Charter::parse(bytes)),
    }
}

fn seed() -> u64 {
    std::env::var("COUNTERSIGN_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    tree(&Path::new("fuzz/corpus").join(target)).into_values().collect()
}

/// Leaves out pieces, large ones first, as long as the two still differ.
fn shrunk(bytes: &[u8], differ: &mut dyn FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut width = bytes.len() / 2;
    while width > 0 {
        let mut at = 0;
        while at < bytes.len() {
            let mut less = bytes.clone();
            less.drain(at..(at + width).min(bytes.len()));
            if differ(&less) {
                bytes = less;
            } else {
                at += width;
            }
        }
        width /= 2;
    }
    bytes
}

fn compare(kind: &str, number: usize) {
    let (seed, seeds) = (seed(), corpus(kind));
    let seeds: Vec<&Vec<u8>> = seeds.iter().collect();
    let mut dice = Dice(seed.wrapping_mul(1_000_003) ^ u64::from(kind.as_bytes()[0]));
    let mut judge = Judge::new();
    let changed: Vec<Vec<u8>> = (0..number)
        .map(|at| match at % 4 {
            0 => inner(&mut dice, &seeds),
            1 | 2 if kind != "note" => structured(&mut dice, &seeds),
            _ => mutant(&mut dice, &seeds),
        })
        .collect();
    let ask = |bytes: &[u8]| format!("{kind} {}", base64::encode(bytes));
    let answers = judge.answers(&changed.iter().map(|bytes| ask(bytes)).collect::<Vec<_>>());
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for (bytes, answer) in changed.iter().zip(answers) {
        if own(kind, bytes) != answer {
            let less = shrunk(bytes, &mut |less| own(kind, less) != judge.answer(&ask(less)));
            let (ours, theirs) = (own(kind, &less), judge.answer(&ask(&less)));
            let shown = String::from_utf8_lossy(&less).into_owned();
            panic!(
                "seed {seed}, {kind}: {ours} here and {theirs} there: {shown:?}\n{}",
                base64::encode(&less)
            );
        }
        *counted.entry(answer).or_default() += 1;
    }
    assert!(counted.len() > 1, "{kind}: {counted:?} says little");
}

/// Pieces that stand in JSON, so that a change does not end at the first brace.
const PIECES: [&str; 22] = [
    "\"said\":\"2026-02-29T00:00:00Z\",",
    "\"said\":\"2024-02-29T23:59:59Z\",",
    "\"after\":[],",
    "\"after\":[\"00\"],",
    "\"keys\":0,",
    "\"seen\":{},",
    "\"a\":{\"a\":[1,2]},",
    "{\"en\":\"e\u{301}\"}",
    "\u{e9}\u{10ffff}",
    "\u{1d49c}",
    "\u{feff}",
    "\u{85}",
    "\u{a0}",
    "\u{200d}",
    "\u{d7ff}",
    "\u{378}",
    "\\n",
    "\\\\",
    "\\\"",
    "9007199254740991",
    "9007199254740992",
    "00",
];

/// Changes a message where its text stands: pieces in place of short ones.
fn inner(dice: &mut Dice, seeds: &[&Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[dice.below(seeds.len())].clone();
    let marks: Vec<usize> =
        bytes.iter().enumerate().filter(|(_, byte)| b"\",:{[".contains(byte)).map(|(at, _)| at + 1).collect();
    if marks.is_empty() {
        return bytes;
    }
    let at = marks[dice.below(marks.len())];
    let piece = PIECES[dice.below(PIECES.len())];
    let to = at + dice.below(2) * dice.below(4).min(bytes.len() - at);
    drop(bytes.splice(at..to, piece.bytes()));
    bytes
}

/// Values of every type, some of which fit somewhere.
const VALUES: [&str; 16] = [
    "0",
    "1",
    "2",
    "17",
    "9007199254740991",
    "\"main\"",
    "\"recovery\"",
    "\"con\"",
    "\"moscow\"",
    "\"party\"",
    "\"2026-11-23T10:00:00Z\"",
    "\"2026-11-31T10:00:00Z\"",
    "{}",
    "[]",
    "{\"en\":\"words\"}",
    "[\"en\",\"ru\"]",
];

/// Changes the value in a message and leaves it strict JSON.
fn structured(dice: &mut Dice, seeds: &[&Vec<u8>]) -> Vec<u8> {
    let bytes = seeds[dice.below(seeds.len())].clone();
    let Ok(text) = String::from_utf8(bytes.clone()) else { return bytes };
    let lines: Vec<&str> = text.split('\n').collect();
    let Some(at) = lines.iter().position(|line| line.starts_with('{')) else { return bytes };
    let Ok(mut value) = Value::parse(lines[at]) else { return bytes };
    for _ in 0..=dice.below(2) {
        change(&mut value, dice);
    }
    let line = value.encode();
    let lines: Vec<&str> =
        lines.iter().enumerate().map(|(n, old)| if n == at { line.as_str() } else { old }).collect();
    lines.join("\n").into_bytes()
}

/// Takes away, doubles, moves or replaces one value, at any depth.
fn change(value: &mut Value, dice: &mut Dice) {
    let deeper = dice.below(4) > 0;
    match value {
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(dice.below(map.len())).unwrap().clone();
            match dice.below(8) {
                _ if deeper => change(map.get_mut(&key).unwrap(), dice),
                0 | 1 => drop(map.remove(&key)),
                2 => {
                    let other = map.values().nth(dice.below(map.len())).unwrap().clone();
                    map.insert(key, other);
                }
                3 => drop(map.insert("extra".to_owned(), Value::Number(1))),
                _ => drop(map.insert(key, picked(dice))),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let at = dice.below(items.len());
            match dice.below(6) {
                _ if deeper => change(&mut items[at], dice),
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                2 => items.reverse(),
                _ => items[at] = picked(dice),
            }
        }
        Value::String(text) if dice.below(2) == 0 => {
            let at = text.char_indices().nth(dice.below(text.chars().count())).unwrap().0;
            text.insert(at, ['0', 'f', 'A', '-', '.', ' '][dice.below(6)]);
        }
        other => *other = picked(dice),
    }
}

fn picked(dice: &mut Dice) -> Value {
    Value::parse(VALUES[dice.below(VALUES.len())]).unwrap()
}

#[test]
#[ignore = "needs Node 20"]
fn changed_entries_have_one_answer() {
    compare("entry", ENTRIES);
}

#[test]
#[ignore = "needs Node 20"]
fn changed_notes_have_one_answer() {
    compare("note", NOTES);
}

#[test]
#[ignore = "needs Node 20"]
fn changed_charters_have_one_answer() {
    compare("charter", CHARTERS);
}

/// How many entries of a journal the chain takes, and what it says of the next.
fn chained(charter: &Arc<Charter>, name: &str, bytes: &[u8]) -> String {
    let mut chain = match Chain::new(charter, &log(name)) {
        Ok(chain) => chain,
        Err(fault) => return format!("0 {}", fault.code),
    };
    for entry in tile::frames(bytes).0 {
        if let Err(fault) = chain.accept(&entry) {
            return format!("{} {}", chain.size(), fault.code);
        }
    }
    format!("{} ok", chain.size())
}

/// One vector: the charter, the log, the journal.
fn journals() -> Vec<(Arc<Charter>, String, Vec<u8>)> {
    let folders = ["tests/vectors/signed", "tests/vectors/chained"];
    let vectors = folders.iter().flat_map(|folder| tree(Path::new(folder)).into_values());
    let journal = |bytes: Vec<u8>| {
        let parts = crate::fuzz::parts(&bytes);
        let charter = parts.iter().find(|(path, _)| path == "charter.json")?;
        let charter = Arc::new(Charter::parse(&charter.1).ok()?);
        let (path, bytes) = parts.iter().find(|(path, _)| path.ends_with(".journal"))?;
        let name = path.trim_start_matches("logs/").trim_end_matches(".journal").to_owned();
        Some((charter, name, bytes.clone()))
    };
    vectors.filter_map(journal).collect()
}

#[test]
#[ignore = "needs Node 20"]
fn changed_journals_have_one_answer() {
    let (seed, all) = (seed(), journals());
    let mut dice = Dice(seed ^ 0x6a);
    let mut judge = Judge::new();
    for _ in 0..JOURNALS {
        let (charter, name, bytes) = &all[dice.below(all.len())];
        // Entries of one log in another order, twice, and from other vectors.
        let mut entries = tile::frames(bytes).0;
        let others = tile::frames(&all[dice.below(all.len())].2).0;
        match dice.below(5) {
            0 => drop(entries.remove(dice.below(entries.len()))),
            1 => entries.insert(dice.below(entries.len() + 1), others[dice.below(others.len())].clone()),
            2 => entries.extend(others),
            3 => {
                let at = dice.below(entries.len());
                let (from, to) = (dice.below(entries[at].len()), dice.below(8));
                entries[at][from] ^= 1 << to;
            }
            _ => {}
        }
        let journal: Vec<u8> = entries.iter().flat_map(|entry| tile::frame(entry).unwrap()).collect();
        let coded = (base64::encode(charter.bytes()), base64::encode(&journal));
        let asked = format!("journal {} {name} {}", coded.0, coded.1);
        assert_eq!(chained(charter, name, &journal), judge.answer(&asked), "seed {seed}: {asked}");
    }
}

type Files = BTreeMap<String, Vec<u8>>;

/// The report of the program on a snapshot, on one line.
fn reported(files: &Files) -> String {
    let (disk, root) = (MemoryDisk::new(), Path::new("/w/copy"));
    for (path, bytes) in files {
        let path = root.join(path);
        let mut folder = PathBuf::new();
        for step in path.parent().unwrap() {
            folder.push(step);
            disk.make_folder(&folder, Access::Usual).unwrap();
        }
        disk.create(&path, bytes, Access::Usual).unwrap();
    }
    let audit = Audit::of(&snapshot::read(&disk, root).unwrap(), &Expectation::default()).unwrap();
    let or_null = |hash: Option<Hash>| hash.map_or_else(|| "null".to_owned(), |hash| hash.to_string());
    let counted = &audit.counted;
    let mut parts = vec![
        or_null(audit.charter.as_ref().map(|charter| charter.id())),
        audit.verdict.as_str().to_owned(),
        format!("{} {} {}", counted.entries, counted.links, counted.signatures),
    ];
    parts.extend(audit.logs.iter().map(|one| {
        let (head, root) = (or_null(one.head), or_null(one.root));
        format!("{} {} {} {head} {root} {}", one.log, one.size, one.sealed, one.verdict.as_str())
    }));
    parts.extend(audit.findings.iter().map(|one| {
        let of = match &one.subject {
            Subject::Copy => "copy".to_owned(),
            Subject::Log(log) => log.to_string(),
        };
        format!("{of} {} {} {}", one.code, one.reason.map_or("", |code| code.as_str()), one.place)
    }));
    parts.join("; ")
}

fn corpus_snapshots() -> Vec<Files> {
    let folders =
        std::fs::read_dir("tests/corpus").unwrap().map(|item| item.unwrap().path().join("snapshot"));
    let mut folders: Vec<PathBuf> = folders.filter(|path| path.is_dir()).collect();
    folders.sort();
    let name = |path: &Path, root: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    folders
        .iter()
        .map(|root| tree(root).into_iter().map(|(path, b)| (name(&path, root), b)).collect())
        .collect()
}

/// Changes files of a snapshot: bits, ends, absent ones, ones of another snapshot, and
/// another's log as a second branch.
fn altered(dice: &mut Dice, all: &[Files]) -> Files {
    let mut files = all[dice.below(all.len())].clone();
    let other = &all[dice.below(all.len())];
    for _ in 0..=dice.below(2) {
        let Some(path) = files.keys().nth(dice.below(files.len())).cloned() else { break };
        let bytes = files.get_mut(&path).unwrap();
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 => drop(files.remove(&path)),
            2 => bytes.truncate(at),
            3 => files.extend(other.get(&path).map(|bytes| (path, bytes.clone()))),
            _ => {
                let logs: Vec<&str> = other.keys().filter_map(|path| path.split('/').nth(1)).collect();
                let log = logs[dice.below(logs.len())];
                let (from, is_branch) = (format!("logs/{log}/"), dice.below(2) == 0);
                let to =
                    if is_branch { format!("branches/{log}/{:016x}/", dice.below(3)) } else { from.clone() };
                files.retain(|path, _| is_branch || !path.starts_with(&from));
                let moved = other.iter().filter_map(|(path, b)| Some((path.strip_prefix(&from)?, b)));
                files.extend(moved.map(|(rest, b)| (format!("{to}{rest}"), b.clone())));
            }
        }
    }
    files
}

#[test]
#[ignore = "needs Node 20"]
fn changed_snapshots_have_one_report() {
    let (seed, all) = (seed(), corpus_snapshots());
    let mut dice = Dice(seed ^ 0x5e);
    let mut judge = Judge::new();
    let changed = (0..SNAPSHOTS).map(|_| altered(&mut dice, &all)).collect::<Vec<_>>();
    for (at, files) in all.iter().chain(&changed).enumerate() {
        let packed = files.iter().map(|(path, bytes)| format!(" {path} {}", base64::encode(bytes)));
        let answer = judge.answer(&format!("snapshot{}", packed.collect::<String>()));
        assert_eq!(reported(files), answer, "seed {seed}, snapshot {at}: {:?}", files.keys());
    }
}

#[test]
#[ignore = "needs Node 20"]
fn keys_and_signatures_have_one_answer() {
    let mut dice = Dice(seed() ^ 0x73);
    let mut judge = Judge::new();
    let own = |bytes: &[u8; 32]| if PublicKey::from_bytes(bytes).is_ok() { "ok" } else { "key_form" };
    // Points of small order in each of their spellings, and points beside the group.
    let mut keys: Vec<[u8; 32]> = Vec::new();
    for torsion in EIGHT_TORSION {
        let plain = torsion.compress().0;
        let mut other = plain;
        other[31] ^= 0x80;
        let base = curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
        keys.extend([plain, other, (base + torsion).compress().0]);
    }
    for low in 0..=40_u8 {
        for sign in [0x7f, 0xff] {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (0xd8_u8.wrapping_add(low), sign);
            keys.push(bytes);
        }
    }
    let random = |dice: &mut Dice| {
        let mut bytes = [0; 32];
        bytes.fill_with(|| u8::try_from(dice.below(256)).unwrap());
        bytes
    };
    keys.extend((0..60).map(|_| random(&mut dice)));
    for bytes in &keys {
        assert_eq!(
            judge.answer(&format!("key {}", hex::encode(bytes))),
            own(bytes),
            "{}",
            hex::encode(bytes)
        );
    }
    let (secret, text) = (key("viewer"), "countersign/v1 entry\n{}\n");
    let (public, name) = (secret.public(), "moscow/main");
    let good = Line::of(name, &note::sign(text, name, &secret));
    for at in 0..SIGNATURES {
        let mut line = good.clone();
        match at % 4 {
            0 => line.bytes[4 + dice.below(64)] ^= 1 << dice.below(8),
            1 => line.bytes[4..36].copy_from_slice(&keys[dice.below(keys.len())]),
            2 => line.bytes[36..].copy_from_slice(&random(&mut dice)),
            _ => {}
        }
        let ours = if note::verify(text, &line, name, &public).is_ok() { "ok" } else { "signature" };
        let coded = (base64::encode(&line.bytes), base64::encode(text.as_bytes()));
        let asked = format!("signed {public} {} {}", coded.0, coded.1);
        assert_eq!(judge.answer(&asked), ours, "{asked}");
    }
}

#[test]
#[ignore = "needs Node 20"]
fn the_tests_of_the_page_pass() {
    let files = tree(Path::new("tests/viewer")).into_keys();
    let files: Vec<_> = files.filter(|path| path.to_string_lossy().ends_with(".test.mjs")).collect();
    let output = Command::new("node").arg("--no-warnings").arg("--test").args(&files).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
