//! Every session of docs/OPERATING.md, typed on a desk where the loss has happened. After
//! each, what was acknowledged is there and the member signs on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use crate::command_line::{Desk, text};
use crate::trial::{Promised, Tree, Way, quick_desk, two_sides};

const PUBLISH: [&str; 4] = ["publish", "pub", "--dir", "moscow"];

fn say(desk: &Desk, words: &[&str]) {
    for words in words {
        desk.ok(&["state", words, "--dir", "moscow", "--sign", "--yes"]);
    }
}

fn remove(desk: &Desk, name: &str) {
    fs::remove_dir_all(desk.path(name)).unwrap();
}

/// Four entries of moscow and two of washington, and all of it published.
fn published(desk: &Desk) {
    two_sides(desk);
    say(desk, &["two", "three"]);
    desk.ok(&PUBLISH);
    note(desk);
}

fn damage(desk: &Desk, path: &str) {
    assert!(desk.path(path).is_file(), "{path}");
    fs::write(desk.path(path), "x").unwrap();
}

/// The same with parts put back from when there were two entries of moscow.
fn with_old(desk: &Desk, parts: &[&str], published: bool) {
    two_sides(desk);
    if published {
        desk.ok(&PUBLISH);
    }
    let old: Vec<Tree> = parts.iter().map(|part| Tree::of(&desk.path(part))).collect();
    say(desk, &["two", "three"]);
    if published {
        desk.ok(&PUBLISH);
    } else {
        desk.ok(&["pull", "moscow", "--dir", "washington"]);
    }
    note(desk);
    for (part, tree) in parts.iter().zip(old) {
        tree.put(&desk.path(part));
    }
}

/// Killed while `sign d1` had written the mark and nothing else.
fn cut_off(desk: &Desk) {
    two_sides(desk);
    desk.ok(&["pledge", "words", "--dir", "moscow"]);
    let before = Tree::of(&desk.path("moscow"));
    let log_marks = Tree::of(&desk.path("k/moscow.log.key.marks"));
    desk.ok(&["sign", "d1", "--dir", "moscow", "--yes"]);
    note(desk);
    before.put(&desk.path("moscow"));
    log_marks.put(&desk.path("k/moscow.log.key.marks"));
    let draft = desk.path("moscow/drafts/d1.json");
    let begun = fs::read_to_string(&draft).unwrap().replacen("\"body\"", "\"begun\":2,\"body\"", 1);
    fs::write(draft, begun).unwrap();
}

fn published_once_and_gone(desk: &Desk) {
    two_sides(desk);
    desk.ok(&PUBLISH);
    say(desk, &["two", "three"]);
    note(desk);
    remove(desk, "moscow");
}

/// Both keys were copied, and the copies sign beside moscow's own entries.
fn stolen(desk: &Desk) {
    two_sides(desk);
    desk.ok(&PUBLISH);
    Tree::of(&desk.path("k")).put(&desk.path("stolen"));
    desk.ok(&["init", "pub", "--as", "moscow", "--key", "stolen/moscow.key", "--dir", "thief"]);
    desk.ok(&["state", "by somebody", "--dir", "thief", "--sign", "--yes"]);
    desk.ok(&["publish", "forged", "--dir", "thief"]);
    say(desk, &["two", "three"]);
    desk.ok(&PUBLISH);
    note(desk);
}

fn a_second_key_and_the_first_lost(desk: &Desk) {
    published(desk);
    desk.ok(&["key", "new", "moscow/second", "--out", "k", "--no-passphrase"]);
    let add = ["key", "add", "second", "--new-key", "k/moscow.second.key", "--key", "k/moscow.key"];
    desk.ok(&[&add[..], &["--dir", "moscow", "--sign", "--yes"]].concat());
    fs::remove_file(desk.path("k/moscow.key")).unwrap();
    remove(desk, "k/moscow.key.marks");
}

/// The other side has received everything, so the marks have let go of it.
fn received_and_damaged(desk: &Desk) {
    two_sides(desk);
    say(desk, &["two"]);
    desk.ok(&["pull", "moscow", "--dir", "washington"]);
    desk.ok(&["seen", "--dir", "washington", "--sign", "--yes"]);
    desk.ok(&["pull", "washington", "--dir", "moscow"]);
    say(desk, &["three"]);
    desk.ok(&["pull", "moscow", "--dir", "washington"]);
    note(desk);
    damage(desk, "moscow/logs/moscow.journal");
}

fn torn(desk: &Desk) {
    published(desk);
    let path = desk.path("moscow/logs/moscow.journal");
    let bytes = fs::read(&path).unwrap();
    let second = usize::from(u16::from_be_bytes([bytes[0], bytes[1]])) + 2;
    fs::write(&path, &bytes[..second + 100]).unwrap();
}

fn half_made(desk: &Desk) {
    two_sides(desk);
    note(desk);
    // Where a first publish can stop: the charter is there, and a folder of one log.
    fs::create_dir_all(desk.path("pub/logs/moscow/tile/entries")).unwrap();
    fs::copy(desk.path("charter.json"), desk.path("pub/charter.json")).unwrap();
    fs::write(desk.path("pub/logs/.checkpoint.new"), "").unwrap();
}

fn damaged_index(desk: &Desk) {
    published(desk);
    desk.ok(&["index", "rebuild", "--dir", "moscow"]);
    damage(desk, "moscow/index/db/db");
}

/// A witness of ours that has cosigned, and its state is gone.
fn witness_without_state(desk: &Desk) {
    published(desk);
    desk.ok(&["witness", "key", "w1.example", "--out", "k", "--no-passphrase"]);
    desk.ok(&["witness", "request", "-o", "request", "--dir", "moscow"]);
    let own = ["--key", "k/w1.example.witness.key", "--state", "state", "--charter", "charter.json"];
    desk.ok(&[&["witness", "sign", "request", "-o", "answer"][..], &own].concat());
    remove(desk, "state");
}

/// By the heading of each session: how the loss comes about.
fn losses() -> BTreeMap<&'static str, fn(&Desk)> {
    let marks_gone: fn(&Desk) = |desk| {
        published(desk);
        remove(desk, "k/moscow.key.marks");
        remove(desk, "k/moscow.log.key.marks");
    };
    let marks_damaged: fn(&Desk) = |desk| {
        published(desk);
        for path in Tree::of(&desk.path("k/moscow.log.key.marks")).files.keys() {
            fs::write(desk.path("k/moscow.log.key.marks").join(path), "x").unwrap();
        }
    };
    let nobody: fn(&Desk) = |desk| {
        two_sides(desk);
        note(desk);
        remove(desk, "moscow");
    };
    let gone: fn(&Desk) = |desk| {
        published(desk);
        remove(desk, "moscow");
    };
    let draft: fn(&Desk) = |desk| {
        published(desk);
        desk.ok(&["pledge", "words", "--dir", "moscow"]);
        damage(desk, "moscow/drafts/d1.json");
    };
    let full: fn(&Desk) = |desk| {
        published(desk);
        desk.ok(&["pledge", "words", "--dir", "moscow"]);
    };
    let damaged_copy: fn(&Desk) = |desk| {
        published(desk);
        damage(desk, "pub/logs/moscow/tile/0/000.p/4");
    };
    BTreeMap::from([
        ("Cut off", cut_off as fn(&Desk)),
        ("A half-made copy", half_made),
        ("An old folder", |desk| with_old(desk, &["moscow"], true)),
        ("The folder is gone", gone),
        ("The folder is gone, and others hold less", published_once_and_gone),
        ("Nobody holds any entry", nobody),
        ("The marks are gone", marks_gone),
        ("The marks are damaged", marks_damaged),
        ("Folder and marks are old", |desk| with_old(desk, &["moscow", "k"], true)),
        ("Folder and marks are old, and no copy is known", |desk| with_old(desk, &["moscow", "k"], false)),
        ("A new computer", published),
        ("A signing key is lost", a_second_key_and_the_first_lost),
        ("A signing key is in other hands", published),
        ("Both keys are in other hands", stolen),
        ("A torn journal", torn),
        ("A damaged journal", received_and_damaged),
        ("A damaged charter", |desk| {
            published(desk);
            damage(desk, "moscow/charter.json");
        }),
        ("A damaged local file", |desk| {
            published(desk);
            damage(desk, "moscow/local.json");
        }),
        ("A damaged draft", draft),
        ("A damaged published copy", damaged_copy),
        ("A damaged index", damaged_index),
        ("A full disk", full),
        ("A witness without its state", witness_without_state),
    ])
}

/// A heading of the page and the lines of the session below it.
fn sessions(page: &str) -> Vec<(&str, Vec<&str>)> {
    let sections = page.split("\n## ").skip(1);
    sections
        .filter_map(|section| {
            let (heading, rest) = section.split_once('\n')?;
            let block = rest.split("```console\n").nth(1)?.split("```").next()?;
            Some((heading, block.lines().collect()))
        })
        .collect()
}

/// Where a heading is linked to, as the pages of a forge do it.
fn anchor(heading: &str) -> String {
    let kept: String =
        heading.to_lowercase().chars().filter(|c| c.is_alphanumeric() || " -".contains(*c)).collect();
    kept.replace(' ', "-")
}

/// Whether a line is in what was printed; `...` stands for anything.
fn is_printed(printed: &str, line: &str) -> bool {
    printed.lines().any(|printed| {
        let mut rest = Some(printed);
        for piece in line.split("...") {
            rest = rest.and_then(|rest| rest.split_once(piece.trim())).map(|(_, rest)| rest);
        }
        rest.is_some()
    })
}

/// Types a session; every line that the page shows must be printed, with its exit code.
fn type_session(desk: &Desk, heading: &str, lines: &[&str]) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut at = 0;
    while at < lines.len() {
        let command = lines[at].strip_prefix("$ ").expect("a command, and then what it prints");
        let shown: Vec<&str> =
            lines[at + 1..].iter().take_while(|line| !line.starts_with("$ ")).copied().collect();
        at += 1 + shown.len();
        let mut shell = Command::new("bash");
        let shell = shell.args(["-c", command]).current_dir(desk.folder.path()).env("PATH", &path);
        let output = shell.stdin(std::process::Stdio::null()).output().unwrap();
        let mut printed = text(&output.stdout) + &text(&output.stderr);
        if !output.status.success() {
            printed.push_str(&format!("(exit {})\n", output.status.code().unwrap()));
        }
        let exit = shown.iter().find(|line| line.starts_with("(exit "));
        assert_eq!(exit.is_some(), !output.status.success(), "{heading}: {command}\n{printed}");
        for line in &shown {
            assert!(is_printed(&printed, line), "{heading}: {command}\nis to print: {line}\n{printed}");
        }
    }
}

/// Writes down what was acknowledged, before the loss.
fn note(desk: &Desk) {
    let hashes = crate::trial::entries(desk, "moscow", "moscow").into_iter().map(|(hash, _)| hash);
    fs::write(desk.path("acknowledged"), hashes.collect::<Vec<_>>().join("\n")).unwrap();
}

fn promised(desk: &Desk) -> Promised {
    let noted = fs::read_to_string(desk.path("acknowledged")).unwrap();
    Promised { entries: noted.lines().map(str::to_owned).collect(), heads: Vec::new() }
}

#[test]
fn every_session_of_the_page_leads_on() {
    let page = fs::read_to_string("docs/OPERATING.md").unwrap();
    let (sessions, mut losses) = (sessions(&page), losses());
    assert!(sessions.len() >= 20, "{}", sessions.len());
    for (heading, lines) in sessions {
        let come_about = losses.remove(heading).unwrap_or_else(|| panic!("no loss is tried for {heading:?}"));
        let desk = quick_desk();
        come_about(&desk);
        let promised = promised(&desk);
        type_session(&desk, heading, &lines);
        // A split log is never whole again, and keys that left do not sign.
        match heading {
            "Both keys are in other hands" => {
                desk.exits(&["verify", "moscow"], 5);
            }
            "A signing key is lost" | "A signing key is in other hands" => {
                let key = "k/moscow.third.key";
                desk.ok(&["state", "after", "--key", key, "--dir", "moscow", "--sign", "--yes"]);
                desk.exits(&["verify", "moscow"], 0);
            }
            _ => Way::MOSCOW.settle(&desk, &promised, heading),
        }
    }
    assert!(losses.is_empty(), "the page has no session for {:?}", losses.keys());
}

#[test]
fn every_row_of_the_table_leads_to_a_session_or_says_that_there_is_none() {
    let page = fs::read_to_string("docs/OPERATING.md").unwrap();
    let anchors: BTreeSet<String> = sessions(&page).iter().map(|(heading, _)| anchor(heading)).collect();
    let mut linked = BTreeSet::new();
    let rows = page.lines().filter(|line| line.starts_with("| ")).skip(2);
    for row in rows {
        let columns: Vec<&str> = row.split(" | ").collect();
        assert_eq!(columns.len(), 4, "{row}");
        let links: Vec<&str> =
            columns[2].split("](#").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
        assert!(links.iter().all(|link| anchors.contains(*link)), "{row}: no such session");
        linked.extend(links.iter().map(|link| (*link).to_owned()));
        // The codes in the second column are codes of the program.
        for code in
            columns[1].split('`').skip(1).step_by(2).filter(|code| !["verify", "show", "said"].contains(code))
        {
            let known = countersign::failure::Why::from_name(code).is_some()
                || countersign::fault::Code::from_name(code).is_some();
            assert!(known, "{row}: {code} is no code");
        }
    }
    assert_eq!(linked, anchors, "every session has a row");
}
