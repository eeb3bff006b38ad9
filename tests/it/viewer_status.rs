//! The page's own account of a record against the program's, on random histories: each is
//! written as a snapshot, and what the command line prints of it goes to a script of node,
//! which works the same out from the entries and says what differs.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::histories::{Dice, History, day};
use crate::vectors::{Vector, snapshot_of, tiled};
use crate::world::{World, log};

/// How many histories.
const HISTORIES: u64 = 500;

/// Another branch of a log behind its first `after` entries: some of those that follow,
/// signed anew.
fn other_branch(world: &World, name: &str, after: usize, dice: &mut Dice) -> World {
    let mut other = world.clone();
    let author = other.authors.get_mut(name).unwrap();
    let notes: Vec<Vec<u8>> = author.notes.drain(..).take(after).collect();
    author.chain = countersign::chain::Chain::new(&world.charter, &log(name)).unwrap();
    author.entries.clear();
    for note in notes {
        other.add(name, note);
    }
    for signed in world.author(name).entries.iter().skip(after) {
        if dice.chance(50) {
            continue;
        }
        let entry = signed.entry();
        let mut again = other.next(name, &entry.kind, entry.body.clone());
        (again.said, again.seen) = (entry.said.clone(), entry.seen.clone());
        let bytes = other.sign(&again);
        other.add(name, bytes);
    }
    other.state(name, "The other branch.");
    other
}

/// Writes a snapshot, of every fourth history with split logs.
fn write(folder: &Path, number: u64, history: &History) {
    let world = &history.world;
    let names: Vec<&str> = world.authors.keys().map(String::as_str).collect();
    let mut files = snapshot_of(world, &names, Vector::new("", "", "ok", ""));
    if number.is_multiple_of(4) {
        let mut dice = Dice::new(number ^ 0xABCD);
        for at in 0..=dice.roll(2) {
            let name = *dice.pick(&names);
            let after = 1 + dice.roll(world.author(name).entries.len());
            let other = other_branch(world, name, after, &mut dice);
            if other.head(name).root != world.head(name).root {
                files = tiled(files, &format!("branches/{name}/{at:016x}"), &other.log_bytes(name));
            }
        }
    }
    for (path, bytes) in files.parts {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn says(folder: &Path, words: &[&str]) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let output = command.args(words).arg("--json").current_dir(folder).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!lines.is_empty(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    lines
}

/// What goes to the script of one history, a line for each cut.
fn cases(number: u64) -> Vec<Value> {
    let history = History::new(number);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), number, &history);
    let charter = &history.world.charter;
    let entries = says(folder.path(), &["log", "."]);
    let mut dice = Dice::new(number ^ 0x7777);
    let mut sizes: BTreeMap<String, u64> = history.sizes(&mut dice);
    let (is_whole, lacks_one) = (dice.chance(40), dice.chance(40));
    if is_whole {
        let authors = history.world.authors.iter();
        sizes = authors.map(|(name, a)| (name.clone(), u64::try_from(a.entries.len()).unwrap())).collect();
    } else if lacks_one {
        sizes.pop_first();
    }
    let heads: Vec<String> = sizes.iter().map(|(name, size)| format!("{name}/{}", size - 1)).collect();
    let at: BTreeMap<&String, u64> = sizes.iter().map(|(name, size)| (name, size - 1)).collect();
    let (heads, today) = (heads.join(","), day(&mut dice).to_string());
    let cuts = [
        (vec![], json!({})),
        (vec!["--as-of", &heads], json!({ "at": at })),
        (vec!["--as-of", &today], json!({ "dated": today })),
    ];
    let case = |(words, cut): &(Vec<&str>, Value)| {
        json!({
            "name": format!("history {number} {words:?}"),
            "ledger": charter.id().to_string(),
            "charter": serde_json::from_slice::<Value>(charter.bytes()).unwrap(),
            "entries": entries,
            "cut": cut,
            "status": says(folder.path(), &[&["status", "."][..], words].concat())[0],
        })
    };
    cuts.iter().map(case).collect()
}

#[test]
#[ignore = "needs Node 20"]
fn the_page_and_the_command_line_say_the_same_of_random_histories() {
    let mut node = Command::new("node")
        .arg("tests/viewer/compare.mjs")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = node.stdin.take().unwrap();
    let mut count = 0;
    for case in (0..HISTORIES).flat_map(cases) {
        writeln!(lines, "{case}").unwrap();
        count += 1;
    }
    drop(lines);
    let output = node.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains(&format!("{count} compared, 0 differ")), "{said}");
}
