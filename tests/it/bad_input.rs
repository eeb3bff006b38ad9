//! Bad input gets a code, a place and the next command, and changes nothing.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::command_line::{Desk, copy_tree, tree};

fn published() -> Desk {
    let desk = Desk::founded();
    desk.ok(&["pledge", "No interference.", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    desk.ok(&["pull", "pub", "--dir", "washington"]);
    desk.ok(&["adopt", "moscow/1", "--dir", "washington", "--sign", "--yes"]);
    desk.ok(&["publish", "pub", "--dir", "washington"]);
    desk
}

/// Verifies a changed copy; gives the codes found. A pull of it changes nothing of
/// the log that it harms.
fn codes(desk: &Desk, name: &str, exit: i32) -> Vec<String> {
    let report = desk.json(&["verify", name, "--ledger", "charter.json", "--json"], exit);
    for finding in report["findings"].as_array().unwrap() {
        assert!(!finding["where"].as_str().unwrap().is_empty());
        assert!(finding["log"].is_string() || finding["copy"] == true);
    }
    let codes = report["findings"].as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap().to_owned());
    codes.collect()
}

fn changed(desk: &Desk, change: impl FnOnce(&Path)) -> String {
    let name = "changed";
    let _ = fs::remove_dir_all(desk.path(name));
    copy_tree(&desk.path("pub"), &desk.path(name));
    change(&desk.path(name));
    name.to_owned()
}

#[cfg(unix)]
#[test]
fn links_and_special_files_are_told_and_not_followed() {
    let desk = published();
    let name = changed(&desk, |root| {
        let bundle = root.join("logs/moscow/tile/entries/000.p/2");
        fs::rename(&bundle, root.join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(root.join("elsewhere"), &bundle).unwrap();
    });
    assert!(codes(&desk, &name, 4).contains(&"odd_file".to_owned()));
    let name = changed(&desk, |root| {
        std::os::unix::fs::symlink("/etc", root.join("docs")).unwrap();
    });
    assert_eq!(codes(&desk, &name, 4), ["odd_file"]);
    let name = changed(&desk, |root| {
        let tile = root.join("logs/moscow/tile");
        fs::rename(&tile, root.join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(root.join("elsewhere"), &tile).unwrap();
    });
    assert!(codes(&desk, &name, 4).contains(&"odd_file".to_owned()));
    let report = desk.json(&["verify", &name, "--ledger", "charter.json", "--log", "moscow", "--json"], 3);
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings.iter().any(|found| found["code"] == "bytes_absent"),
        "nothing was read through the link"
    );
    let name = changed(&desk, |root| {
        let checkpoint = root.join("logs/moscow/checkpoint");
        fs::remove_file(&checkpoint).unwrap();
        let status = std::process::Command::new("mkfifo").arg(&checkpoint).status().unwrap();
        assert!(status.success());
    });
    assert!(codes(&desk, &name, 4).contains(&"odd_file".to_owned()), "and it does not hang");
}

#[test]
fn sizes_are_not_believed() {
    let desk = published();
    for size in ["9007199254740991", "4000000000", "18446744073709551616", "0", "-1", "03"] {
        let name = changed(&desk, |root| {
            let path = root.join("logs/moscow/checkpoint");
            let text = fs::read_to_string(&path).unwrap().replacen("\n2\n", &format!("\n{size}\n"), 1);
            fs::write(path, text).unwrap();
        });
        let codes = codes(&desk, &name, 4);
        assert!(codes.iter().any(|code| code.starts_with("checkpoint_")), "{size}: {codes:?}");
    }
    let name = changed(&desk, |root| {
        let path = root.join("logs/moscow/tile/entries/000.p/2");
        fs::write(path, vec![0xff; 1 << 20]).unwrap();
    });
    assert!(codes(&desk, &name, 4).contains(&"bundle".to_owned()));
    let name = changed(&desk, |root| {
        fs::write(root.join("charter.json"), vec![b'['; 1 << 20]).unwrap();
    });
    assert!(codes(&desk, &name, 4).contains(&"charter_form".to_owned()));
    let name = changed(&desk, |root| {
        fs::write(root.join("charter.json"), vec![b'['; (1 << 20) + 1]).unwrap();
    });
    assert!(codes(&desk, &name, 4).contains(&"odd_file".to_owned()));
}

#[test]
fn what_is_absent_makes_a_copy_incomplete() {
    let desk = published();
    let removed = |path: &str| changed(&desk, |root| fs::remove_file(root.join(path)).unwrap());
    for path in [
        "logs/moscow/checkpoint",
        "logs/moscow/tile/0/000.p/2",
        "logs/moscow/tile/entries/000.p/2",
        "charter.json",
    ] {
        assert!(codes(&desk, &removed(path), 3).contains(&"bytes_absent".to_owned()), "{path}");
    }
    let name = changed(&desk, |root| fs::remove_dir_all(root.join("logs/moscow")).unwrap());
    let due = ["head_absent", "page_other"];
    assert_eq!(codes(&desk, &name, 3), due, "the other side's entry and the page name it");
}

#[test]
fn logs_swapped_or_of_nobody_are_told() {
    let desk = published();
    let name = changed(&desk, |root| {
        fs::rename(root.join("logs/moscow"), root.join("m")).unwrap();
        fs::rename(root.join("logs/washington"), root.join("logs/moscow")).unwrap();
        fs::rename(root.join("m"), root.join("logs/washington")).unwrap();
    });
    assert!(codes(&desk, &name, 4).contains(&"checkpoint_form".to_owned()));
    let name = changed(&desk, |root| {
        fs::rename(root.join("logs/moscow"), root.join("logs/athens")).unwrap();
    });
    assert!(codes(&desk, &name, 4).contains(&"other_log".to_owned()));
}

#[test]
fn another_ledger_is_not_looked_at_and_not_taken_in() {
    let desk = published();
    let other = Desk::founded();
    copy_tree(&other.path("k"), &desk.path("k2"));
    other.ok(&["publish", "pub", "--dir", "moscow"]);
    copy_tree(&other.path("pub"), &desk.path("other"));
    let report = desk.json(&["verify", "other", "--ledger", "charter.json", "--json"], 4);
    assert_eq!(report["findings"][0]["code"], "other_ledger");
    assert_eq!(report["logs"], serde_json::json!([]));
    desk.refused(&["pull", "other", "--dir", "moscow"], 4, "other_ledger");
    desk.refused(&["publish", "other", "--dir", "moscow"], 1, "exists");
    desk.refused(&["publish", "moscow", "--dir", "washington"], 1, "exists");
    desk.refused(&["publish", "k", "--dir", "washington"], 1, "exists");
}

#[test]
fn a_pull_is_all_or_nothing_for_each_log() {
    let desk = published();
    desk.ok(&["init", "charter.json", "--dir", "reader"]);
    let name = changed(&desk, |root| {
        let path = root.join("logs/moscow/tile/entries/000.p/2");
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    });
    let before = tree(&desk.path("reader"));
    desk.exits(&["pull", &name, "--check", "--dir", "reader"], 4);
    assert_eq!(before, tree(&desk.path("reader")));
    desk.exits(&["pull", &name, "--dir", "reader"], 4);
    assert!(!desk.path("reader/logs/moscow.journal").exists());
    assert!(desk.path("reader/logs/washington.journal").exists());
    desk.exits(&["pull", "pub", "--dir", "reader"], 0);
    assert!(desk.path("reader/logs/moscow.journal").exists());
}

#[test]
fn files_of_words_are_turned_away_with_line_and_column() {
    let desk = Desk::founded();
    let good = "[text]\nlanguages = { en = \"authentic\" }\n[c1]\ndo.en = \"We do.\"\n";
    for (text, place) in [
        (good.replace("do.en", "dont.en"), "line 4, column 1"),
        (good.replace("[c1]", "[C1]"), "line 3, column 2"),
        (good.replace("We do.", "We \u{202e}do."), "line 4, column 13"),
        (good.replace("[c1]\n", "[c1]\nin = \"b9\"\n"), "line 4, column 6"),
        (good.replace("languages", "language"), "line 2, column 1"),
        (good.replace("\"We do.\"", "\"We do."), "line 4"),
        (String::new(), "line 1"),
    ] {
        fs::write(desk.path("code.toml"), text).unwrap();
        let output = desk.run(&["propose", "--file", "code.toml", "--dir", "moscow"]);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains("error[authoring]") && err.contains(place), "{place}: {err}");
    }
    fs::write(desk.path("code.toml"), good).unwrap();
    desk.ok(&["pledge", "--file", "code.toml", "--dir", "moscow", "--sign", "--yes"]);
    desk.refused(&["pledge", "x", "--dir", "observer"], 6, "no_effect");
    desk.refused(&["adopt", "moscow/1", "--dir", "washington"], 1, "no_entry");
    desk.refused(&["adopt", "moscow/0", "--dir", "moscow"], 6, "no_effect");
    desk.refused(&["state", "x", "--about", "moscow/1#c9", "--dir", "moscow"], 1, "no_entry");
    desk.refused(&["sign", "d9", "--dir", "moscow", "--yes"], 1, "no_draft");
    desk.refused(&["drafts", "drop", "d9", "--dir", "moscow"], 1, "no_draft");
    desk.refused(&["pledge", "x", "--expires", "2036-02-31", "--dir", "moscow"], 2, "usage");
    desk.refused(&["show", "moscow/9", "--dir", "moscow"], 1, "no_entry");
    desk.refused(&["log", "--dir", "nowhere"], 1, "no_folder");
}

#[test]
fn a_damaged_ledger_folder_reads_and_is_put_right_or_signs_nothing() {
    let desk = published();
    let journal = desk.path("moscow/logs/moscow.journal");
    let bytes = fs::read(&journal).unwrap();
    let mut damaged = bytes.clone();
    damaged[40] ^= 1;
    fs::write(&journal, &damaged).unwrap();
    let report: Value = desk.json(&["verify", "moscow", "--json"], 4);
    assert_eq!(report["verdict"], "damaged");
    desk.ok(&["log", "--dir", "moscow"]);
    desk.ok(&["state", "x", "--dir", "washington", "--sign", "--yes"]);
    // The marks hold the entry whole: the next writing command puts it back.
    desk.ok(&["seal", "--dir", "moscow"]);
    assert_eq!(fs::read(&journal).unwrap(), bytes);
    desk.exits(&["verify", "moscow"], 0);
    // Without the marks nothing is signed, and nothing is cut.
    fs::write(&journal, &damaged).unwrap();
    for name in ["moscow.key.marks", "moscow.log.key.marks"] {
        fs::remove_dir_all(desk.path("k").join(name)).unwrap();
    }
    let before = tree(&desk.path("moscow"));
    let output = desk.run(&["seal", "--dir", "moscow"]);
    assert_ne!(output.status.code(), Some(0));
    assert_eq!(before, tree(&desk.path("moscow")));
    fs::write(&journal, &bytes).unwrap();
    desk.exits(&["verify", "moscow"], 0);
    fs::write(desk.path("moscow/local.json"), "{").unwrap();
    desk.refused(&["status", "--dir", "moscow"], 1, "no_folder");
}

#[cfg(unix)]
#[test]
fn reading_works_in_a_folder_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let desk = published();
    for path in tree(&desk.path("moscow")).into_keys() {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    }
    let folders = ["moscow", "moscow/logs", "moscow/drafts", "moscow/faults"];
    for folder in folders {
        fs::set_permissions(desk.path(folder), fs::Permissions::from_mode(0o555)).unwrap();
    }
    desk.exits(&["verify", "moscow"], 0);
    desk.ok(&["log", "--dir", "moscow"]);
    desk.ok(&["status", "--dir", "moscow"]);
    for folder in folders {
        fs::set_permissions(desk.path(folder), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn two_runs_do_not_write_at_once() {
    let desk = Desk::founded();
    let lock = fs::OpenOptions::new().write(true).open(desk.path("moscow/lock")).unwrap();
    desk.ok(&["state", "x", "--dir", "moscow"]);
    lock.lock().unwrap();
    desk.refused(&["state", "y", "--dir", "moscow"], 1, "lock");
    desk.refused(&["sign", "d1", "--dir", "moscow", "--yes"], 1, "lock");
    desk.ok(&["log", "--dir", "moscow"]);
    drop(lock);
    desk.ok(&["sign", "d1", "--dir", "moscow", "--yes"]);
}
