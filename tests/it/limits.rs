//! Where the machine has less to give than is asked for: no room, no leave to write, a
//! clock that is wrong, two runs at once, a kill at any moment, an old backup.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use crate::command_line::{Desk, text};
use crate::trial::{Tree, Way, acknowledged, entries, memory_folder, quick_desk, two_sides};

const READING: [&[&str]; 6] = [
    &["verify", "moscow"],
    &["log", "--dir", "moscow"],
    &["show", "moscow/1", "--dir", "moscow"],
    &["status", "--dir", "moscow"],
    &["drafts", "--dir", "moscow"],
    &["verify", "pub", "--ledger", "charter.json"],
];

const WRITING: [&[&str]; 5] = [
    &["pledge", "words", "--dir", "moscow"],
    &["sign", "d1", "--yes", "--dir", "moscow"],
    &["publish", "pub", "--dir", "moscow"],
    &["publish", "another", "--dir", "moscow"],
    &["pull", "pub", "--dir", "washington"],
];

/// Two sides, a published copy that is older than the folder, and a draft.
fn prepare(desk: &Desk) {
    two_sides(desk);
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    desk.ok(&["state", "two", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["pledge", "a draft", "--dir", "moscow"]);
}

/// The keys and ledger folders, but for the lock, and names that begin with a dot: of a
/// file that was being written. They hold nothing that anybody reads, and the next writing
/// takes their place. So it is with tiles that no checkpoint of a published copy needs yet.
fn tree(desk: &Desk) -> Tree {
    let mut tree = Tree::of(desk.folder.path());
    let passing = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name == "lock" || name.starts_with('.') || path.starts_with("pub") || path.starts_with("another")
    };
    tree.files.retain(|path, _| !passing(path));
    tree.without_empty_folders()
}

/// A command that cannot write says so, and what is there stays byte for byte.
fn cannot_write(desk: &Desk, words: &[&str], output: &Output, before: &Tree) {
    let err = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words:?}: {err}");
    assert!(err.contains("error[disk]: ") && err.contains("next: "), "{words:?}: {err}");
    assert!(tree(desk) == *before, "{words:?} changed what is there");
    desk.exits(&["verify", "pub", "--ledger", "charter.json"], 0);
}

/// A child that may write no file longer than so many KiB, and is told, not killed.
fn within(desk: &Desk, kibibytes: usize, words: &[&str]) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {kibibytes}; exec \"$@\"");
    let mut command = Command::new("bash");
    let command = command.args(["-c", &script, "bash", env!("CARGO_BIN_EXE_countersign")]).args(words);
    command.current_dir(desk.folder.path()).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn files_that_may_not_grow_are_told_and_nothing_is_lost() {
    let desk = quick_desk();
    prepare(&desk);
    let (begun, before) = (Tree::of(desk.folder.path()), tree(&desk));
    for words in READING {
        assert_eq!(within(&desk, 0, words).status.code(), Some(0), "{words:?}");
    }
    for words in &WRITING[..4] {
        begun.put(desk.folder.path());
        cannot_write(&desk, words, &within(&desk, 0, words), &before);
    }
    // With some room a signature can be begun and not ended.
    let promised = Way::MOSCOW.promised(&desk);
    for kibibytes in 0..=9 {
        for words in [WRITING[1], &["state", "at once", "--sign", "--yes", "--dir", "moscow"]] {
            begun.put(desk.folder.path());
            let output = within(&desk, kibibytes, words);
            let err = text(&output.stderr);
            assert!(output.status.success() || err.contains("error[disk]"), "{kibibytes} KiB: {err}");
            let mut promised = promised.clone();
            promised.entries.extend(acknowledged(&output));
            Way::MOSCOW.settle(&desk, &promised, &format!("{words:?} within {kibibytes} KiB"));
        }
    }
}

fn mount(words: &[&str], at: &Path) -> Mounted {
    let output = Command::new("mount").args(words).arg(at).output().unwrap();
    assert!(output.status.success(), "mount {words:?}: {}", text(&output.stderr));
    Mounted(at.to_owned())
}

struct Mounted(std::path::PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

#[test]
#[ignore = "needs root and a loop device (tests/setup/loop.sh)"]
fn a_full_disk_is_read_from_and_refuses_to_be_written() {
    let desk = Desk { folder: memory_folder() };
    let _mounted = mount(&["-t", "tmpfs", "-o", "size=6m", "tmpfs"], desk.folder.path());
    prepare(&desk);
    let promised = Way::MOSCOW.promised(&desk);
    // Page by page, until nothing more goes in.
    let filler = desk.path("filler");
    let full = "while head -c 4096 /dev/zero >> filler; do :; done 2> /dev/null; true";
    Command::new("bash").args(["-c", full]).current_dir(desk.folder.path()).status().unwrap();
    let before = tree(&desk);
    for words in READING {
        desk.exits(words, 0);
    }
    for words in &WRITING[..4] {
        cannot_write(&desk, words, &desk.run(words), &before);
    }
    // What is added to a file that is there goes into its last page, so these can be begun
    // and not ended.
    let (pull, at_once) = (WRITING[4], ["state", "at once", "--sign", "--yes", "--dir", "moscow"]);
    let outputs = [desk.run(pull), desk.run(&at_once)];
    for output in &outputs {
        assert!(output.status.success() || text(&output.stderr).contains("error[disk]"));
    }
    fs::remove_file(filler).unwrap();
    let mut promised = promised;
    promised.entries.extend(outputs.iter().flat_map(acknowledged));
    desk.ok(pull);
    desk.exits(&["verify", "washington"], 0);
    Way::MOSCOW.settle(&desk, &promised, "after a full disk");
}

#[test]
#[ignore = "needs root and a loop device (tests/setup/loop.sh)"]
fn a_read_only_disk_is_read_from_and_refuses_to_be_written() {
    let desk = Desk { folder: memory_folder() };
    prepare(&desk);
    let promised = Way::MOSCOW.promised(&desk);
    let before = tree(&desk);
    {
        let at = desk.folder.path();
        let _mounted = mount(&["--bind", at.to_str().unwrap()], at);
        let status = Command::new("mount").args(["-o", "remount,ro,bind"]).arg(at).status().unwrap();
        assert!(status.success());
        assert!(fs::write(desk.path("x"), "x").is_err(), "this disk can be written");
        for words in READING {
            desk.exits(words, 0);
        }
        desk.exits(&["verify", "pub", "--ledger", "charter.json"], 0);
        desk.exits(&["compare", "pub", "moscow"], 0);
        for words in WRITING {
            cannot_write(&desk, words, &desk.run(words), &before);
        }
        cannot_write(&desk, &["seal"], &desk.run(&["seal", "--dir", "moscow"]), &before);
    }
    Way::MOSCOW.settle(&desk, &promised, "after a read-only disk");
}

#[test]
#[ignore = "needs faketime (tests/setup/faketime.sh)"]
fn a_clock_that_is_wrong_dates_entries_and_orders_nothing() {
    let desk = Desk::new();
    two_sides(&desk);
    let clocks = ["1999-12-31 12:00:00", "2099-01-01 00:00:00", "1970-01-02 00:00:00"];
    for (number, clock) in clocks.iter().enumerate() {
        let program = env!("CARGO_BIN_EXE_countersign");
        let words = format!("clock {number}");
        let mut command = Command::new("faketime");
        let command = command.args([clock, program, "state", &words, "--dir", "moscow", "--sign", "--yes"]);
        let output = command.env("TZ", "UTC").current_dir(desk.folder.path()).output().unwrap();
        assert!(output.status.success(), "{clock}: {}", text(&output.stderr));
        let place = format!("moscow/{}", number + 2);
        let shown = desk.ok(&["show", &place, "--dir", "moscow"]);
        let day: countersign::time::Day = clock[..10].parse().unwrap();
        let day = countersign::vocabulary::dates::day(countersign::vocabulary::Tongue::English, &day);
        assert!(shown.contains(&day), "{place} says when its author's clock said: {shown}");
    }
    let there = entries(&desk, "moscow", "moscow");
    for (number, (_, body)) in there[2..].iter().enumerate() {
        assert!(body.contains(&format!("clock {number}")), "the order is that of signing");
    }
    let promised = Way::MOSCOW.promised(&desk);
    Way::MOSCOW.settle(&desk, &promised, "clocks");
}

fn spawn(desk: &Desk, words: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let command = command.args(words).current_dir(desk.folder.path()).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn of_two_that_sign_at_once_both_do_or_one_is_told_to_wait() {
    let desk = quick_desk();
    two_sides(&desk);
    let mut promised = Way::MOSCOW.promised(&desk);
    let mut waited = 0;
    for round in 0..20 {
        let words = |who: &str| format!("round {round}, {who}");
        let children = ["one", "other"]
            .map(|who| spawn(&desk, &["state", &words(who), "--dir", "moscow", "--sign", "--yes"]));
        let outputs = children.map(|child| child.wait_with_output().unwrap());
        let told = outputs.iter().filter(|output| !output.status.success()).inspect(|output| {
            assert!(text(&output.stderr).contains("error[lock]"), "{}", text(&output.stderr));
            assert_eq!(output.status.code(), Some(1));
        });
        let told = told.count();
        assert!(told < 2, "round {round}: nobody signed");
        waited += told;
        promised.entries.extend(outputs.iter().flat_map(acknowledged));
    }
    assert_eq!(promised.entries.len(), 2 + 40 - waited);
    Way::MOSCOW.settle(&desk, &promised, "two at once");
}

/// Runs a command and kills it after a while.
fn kill_after(desk: &Desk, words: &[&str], microseconds: u64) {
    let mut child = spawn(desk, words);
    std::thread::sleep(Duration::from_micros(microseconds));
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_member_that_is_killed_again_and_again_loses_nothing_and_signs_nothing_twice() {
    const ROUNDS: u64 = 60;
    let desk = quick_desk();
    two_sides(&desk);
    let mut promised = Way::MOSCOW.promised(&desk);
    let (publish, pull) = (["publish", "pub", "--dir", "moscow"], ["pull", "pub", "--dir", "washington"]);
    for round in 0..ROUNDS {
        let after = |share: u64| (round * 1300 + share * 700) % 9000;
        desk.ok(&["pledge", &format!("pledge {round};"), "--dir", "moscow"]);
        let drafts = desk.json(&["drafts", "--json", "--dir", "moscow"], 0);
        let draft = drafts["drafts"].as_array().unwrap().last().unwrap();
        let sign = ["sign", draft["draft"].as_str().unwrap(), "--dir", "moscow", "--yes"];
        kill_after(&desk, &sign, after(0));
        let way = Way { again: &[&sign], done: &["no_draft"], ..Way::MOSCOW };
        way.type_again(&desk, &format!("round {round}"));
        kill_after(&desk, &publish, after(1));
        way.look_at_published(&desk, &format!("round {round}"));
        desk.ok(&publish);
        kill_after(&desk, &pull, after(2));
        desk.ok(&pull);
        if round % 10 == 9 {
            way.settle(&desk, &promised, &format!("round {round}"));
            promised = way.promised(&desk);
        }
    }
    let log = entries(&desk, "washington", "moscow");
    let pledges: Vec<usize> = (0..ROUNDS)
        .map(|round| log.iter().filter(|(_, body)| body.contains(&format!("pledge {round};"))).count())
        .collect();
    assert_eq!(pledges, vec![1; pledges.len()]);
}

/// A desk where one part was put back from before the last two entries.
fn restored(parts: &[&str], publish: &[&str]) -> Desk {
    let desk = quick_desk();
    two_sides(&desk);
    if !publish.is_empty() {
        desk.ok(publish);
    }
    let old: Vec<(&str, Tree)> = parts.iter().map(|part| (*part, Tree::of(&desk.path(part)))).collect();
    for words in ["two", "three"] {
        desk.ok(&["state", words, "--dir", "moscow", "--sign", "--yes"]);
    }
    if !publish.is_empty() {
        desk.ok(publish);
    }
    for (part, tree) in old {
        tree.put(&desk.path(part));
    }
    desk
}

const SAY: [&str; 6] = ["state", "more", "--dir", "moscow", "--sign", "--yes"];
const PUBLISH: [&str; 4] = ["publish", "pub", "--dir", "moscow"];

#[test]
fn an_old_folder_is_refused_and_comes_back_from_a_copy_or_from_the_marks() {
    for way_back in [["pull", "pub", "--dir", "moscow"], ["pull", "--from-mark", "--dir", "moscow"]] {
        let desk = restored(&["moscow"], &PUBLISH);
        let promised = Way::MOSCOW.promised(&desk);
        desk.refused(&SAY, 6, "behind");
        desk.refused(&["seal", "--dir", "moscow"], 6, "behind");
        // The newer copy is not written over.
        desk.refused(&PUBLISH, 6, "behind");
        let way = Way { again: &[&way_back], holds: Some(("moscow", 4)), ..Way::MOSCOW };
        way.settle(&desk, &promised, &format!("{way_back:?}"));
    }
}

#[test]
fn old_marks_beside_a_newer_folder_stop_nobody() {
    for publish in [&PUBLISH[..], &[]] {
        let desk = restored(&["k"], publish);
        let promised = Way::MOSCOW.promised(&desk);
        assert_eq!(promised.entries.len(), 4);
        Way::MOSCOW.settle(&desk, &promised, "old marks");
    }
}

#[test]
fn an_old_folder_with_its_old_marks_is_refused_where_a_newer_copy_is_known() {
    let desk = restored(&["k", "moscow"], &PUBLISH);
    let promised = Way::MOSCOW.promised(&desk);
    desk.refused(&SAY, 6, "behind");
    // No mark vouches for what is in the copy: the holder does, by number.
    let output = desk.run(&["pull", "pub", "--dir", "moscow"]);
    assert_eq!(output.status.code(), Some(6));
    assert!(text(&output.stderr).starts_with("ATTENTION: seals in your own log"));
    desk.refused(&SAY, 6, "behind");
    let last = ["pull", "pub", "--last", "moscow/3", "--dir", "moscow"];
    let way = Way { again: &[&last], holds: Some(("moscow", 4)), ..Way::MOSCOW };
    way.settle(&desk, &promised, "--last");
}

/// What OPERATING says cannot be seen: nothing in reach holds the newer entries. The
/// other side's copy shows it, and the program then says so.
#[test]
fn an_old_folder_with_its_old_marks_and_no_copy_in_reach_is_seen_at_the_next_pull() {
    let desk = quick_desk();
    two_sides(&desk);
    let old = ["k", "moscow"].map(|part| Tree::of(&desk.path(part)));
    desk.ok(&["state", "two", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["pull", "moscow", "--dir", "washington"]);
    for (part, tree) in ["k", "moscow"].iter().zip(&old) {
        tree.put(&desk.path(part));
    }
    let before = Tree::of(&desk.path("moscow"));
    // Pulled before anything is signed, it is told and nothing is lost.
    let output = desk.run(&["pull", "washington", "--dir", "moscow"]);
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
    assert!(text(&output.stderr).starts_with("ATTENTION: seals in your own log"));
    desk.ok(&["pull", "washington", "--last", "moscow/2", "--dir", "moscow"]);
    desk.ok(&SAY);
    desk.exits(&["verify", "moscow"], 0);
    // Signed before anything is pulled, it is a split of the log.
    before.put(&desk.path("moscow"));
    old[0].put(&desk.path("k"));
    desk.ok(&SAY);
    let output = desk.run(&["pull", "washington", "--dir", "moscow"]);
    assert_eq!(output.status.code(), Some(5), "{}", text(&output.stderr));
}

#[test]
fn many_files_are_written_by_one_run() {
    use countersign::disk::{Access, RealDisk, create_synced};
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::new();
    for number in 0..1500 {
        let path = folder.path().join(number.to_string());
        create_synced(&disk, &path, b"x", Access::Usual).unwrap();
    }
}
