//! The index: it may be late, damaged or absent, and no answer changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign::audit::{Audit, Finder};
use countersign::disk::RealDisk;
use countersign::hash::Hash;
use countersign::index::{By, Index};
use countersign::ledger::Ledger;
use countersign::names::LogId;
use serde_json::Value;

use crate::command_line::{Desk, text};
use crate::histories::History;
use crate::reference::{all_of, audit, said_by_status, status};

/// A folder with entries of several kinds, and its index.
fn indexed() -> (Desk, String) {
    let desk = Desk::founded();
    for number in 0..30 {
        desk.ok(&["state", &format!("statement {number}"), "--dir", "moscow", "--sign", "--yes"]);
    }
    desk.ok(&["pledge", "We will publish it.", "--dir", "moscow", "--sign", "--yes"]);
    for number in 0..5 {
        let words = format!("about it {number}");
        desk.ok(&["state", &words, "--about", "moscow/31", "--dir", "moscow", "--sign", "--yes"]);
    }
    let rebuilt = desk.ok(&["index", "rebuild", "--dir", "moscow"]);
    assert_eq!(rebuilt.trim(), "Indexed: 37 entries");
    let shown = desk.ok(&["show", "moscow/31", "--json", "--dir", "moscow"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let hash = shown["hash"].as_str().unwrap().to_owned();
    (desk, hash)
}

/// Every question that the index can answer.
fn answers(desk: &Desk, hash: &str) -> Vec<String> {
    let questions: [&[&str]; 7] = [
        &["log", "--kind", "statement", "--dir", "moscow"],
        &["log", "--kind", "text", "--json", "--dir", "moscow"],
        &["log", "--about", hash, "--dir", "moscow"],
        &["log", "--basket", "b1", "--dir", "moscow"],
        &["show", hash, "--dir", "moscow"],
        &["commitments", hash, "--dir", "moscow"],
        &["status", "--dir", "moscow"],
    ];
    questions
        .iter()
        .map(|words| {
            let begun = Instant::now();
            let output = desk.run(words);
            assert_eq!(output.status.code(), Some(0), "{words:?}: {}", text(&output.stderr));
            assert!(begun.elapsed() < Duration::from_secs(25), "{words:?} took {:?}", begun.elapsed());
            text(&output.stdout)
        })
        .collect()
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

#[test]
fn what_is_looked_up_is_what_is_read() {
    let (desk, hash) = indexed();
    let with = answers(&desk, &hash);
    assert_eq!(with[0].lines().count(), 35);
    assert_eq!(with[1].lines().count(), 1);
    assert_eq!(with[2].lines().count(), 5);
    fs::remove_dir_all(desk.path("moscow/index")).unwrap();
    assert_eq!(answers(&desk, &hash), with, "read from the journals");
    assert!(!desk.path("moscow/index").exists(), "few entries need none");
    // Entries that came after the index are found too.
    desk.ok(&["index", "rebuild", "--dir", "moscow"]);
    let words = ["state", "later", "--about", "moscow/31", "--dir", "moscow", "--sign", "--yes"];
    desk.ok(&words);
    let now = answers(&desk, &hash);
    assert_eq!((now[0].lines().count(), now[2].lines().count()), (36, 6));
    assert_eq!(answers(&desk, &hash), now, "once it has caught up");
}

#[test]
fn a_damaged_index_ends_in_a_note_and_never_in_another_answer() {
    let (desk, hash) = indexed();
    let due = answers(&desk, &hash);
    let folder = desk.path("moscow/index/db");
    let mut all = Vec::new();
    files(&folder, &mut all);
    all.sort();
    let whole: Vec<(PathBuf, Vec<u8>)> =
        all.into_iter().map(|path| (path.clone(), fs::read(&path).unwrap())).collect();
    let restore = || {
        let _ = fs::remove_dir_all(&folder);
        for (path, bytes) in &whole {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    };
    let mut noted = 0;
    for (path, bytes) in whole.iter().filter(|(_, bytes)| !bytes.is_empty()) {
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let step = (used / 9).max(1);
        for at in (0..used).step_by(step) {
            for how in 0..3 {
                restore();
                let mut damaged = bytes.clone();
                match how {
                    0 => damaged[at] ^= 0x10,
                    1 => damaged.truncate(at),
                    _ => damaged[at..(at + 512).min(used)].fill(0xa5),
                }
                fs::write(path, damaged).unwrap();
                let output = desk.run(&["log", "--kind", "statement", "--dir", "moscow"]);
                noted += usize::from(text(&output.stderr).contains("note: the index"));
                assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
                assert_eq!(text(&output.stdout), due[0], "{} {at} {how}", path.display());
            }
        }
    }
    assert!(noted > 0, "some damage was seen");
    restore();
    assert_eq!(answers(&desk, &hash), due);
    desk.ok(&["index", "rebuild", "--dir", "moscow"]);
    assert_eq!(answers(&desk, &hash), due);
}

#[test]
fn an_index_of_other_entries_or_of_no_sense_is_made_again() {
    let (desk, hash) = indexed();
    let due = answers(&desk, &hash);
    // The index of another side's folder.
    desk.ok(&["index", "rebuild", "--dir", "washington"]);
    let db = desk.path("moscow/index/db");
    fs::remove_dir_all(&db).unwrap();
    fs::rename(desk.path("washington/index/db"), &db).unwrap();
    assert_eq!(answers(&desk, &hash), due);
    // A file in its place, and a folder that cannot be one.
    fs::remove_dir_all(&db).unwrap();
    fs::write(&db, b"not a folder").unwrap();
    assert_eq!(answers(&desk, &hash), due);
    let verified = desk.run(&["verify", "moscow"]);
    assert_eq!(verified.status.code(), Some(0), "verify never looks at it");
}

#[test]
fn the_index_knows_where_the_bundles_of_a_journal_begin() {
    let desk = Desk::founded();
    let ledger = Ledger::read(&RealDisk::new(), &desk.path("moscow")).unwrap();
    let index = Arc::new(Index::open(&desk.path("moscow")));
    assert!(index.catch_up(&ledger.audit, Duration::MAX, &|_| {}));
    let log: LogId = "moscow".parse().unwrap();
    assert_eq!(index.bundle_offset(&log, 0), Some(0));
    assert_eq!(index.bundle_offset(&log, 256), None);
    let strand = &ledger.audit.strands[&log];
    let join = strand.entry(0).unwrap();
    assert_eq!(index.places(&join.hash()), [(log.clone(), 0)]);
    assert_eq!(index.places(&Hash::of(b"no entry")), []);
    assert_eq!(index.list(strand, &By::Kind("join".to_owned())), Some((vec![0], 1)));
    assert_eq!(index.list(strand, &By::Kind("text".to_owned())), Some((vec![], 1)));
    assert_eq!(index.lost(), None);
}

#[test]
fn what_entries_mean_is_the_same_with_an_index() {
    for number in 0..8 {
        let mut history = History::new(number);
        let names: Vec<String> = history.world.authors.keys().cloned().collect();
        for name in names.iter().take(2) {
            for at in 0..270 {
                history.world.state(name, &format!("statement {at}"));
            }
        }
        let plain = audit(&history);
        let folder = tempfile::tempdir().unwrap();
        let index = Arc::new(Index::open(folder.path()));
        assert!(index.catch_up(&plain, Duration::MAX, &|_| {}));
        let mut indexed = audit(&history);
        indexed.finder = Some(Box::new(Arc::clone(&index)));
        let first = indexed.strands.values().find(|strand| strand.size() > 256).unwrap();
        let (gist, upto) = index.gist(first);
        assert_eq!((upto, gist.acts.is_empty()), (256, false), "history {number}");
        let said = |audit: &Audit| {
            let cut = history.cut(audit, &all_of(&history), None);
            said_by_status(&status(audit, &history.brackets, &cut))
        };
        assert_eq!(said(&indexed), said(&plain), "history {number}");
        assert!(index.lost().is_none(), "{:?}", index.lost());
    }
}
