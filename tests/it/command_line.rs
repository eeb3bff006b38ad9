//! The program itself, as two sides and a stranger type it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A folder in which commands are typed.
pub struct Desk {
    pub folder: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Keys, a charter and a founded ledger for moscow, washington and observer.
    pub fn founded() -> Self {
        let desk = Self::new();
        for name in ["moscow", "washington", "observer"] {
            desk.ok(&["key", "new", name, "--out", "k", "--no-passphrase"]);
        }
        desk.ok(&[
            "charter",
            "new",
            "--title",
            "Test",
            "--party",
            "k/moscow.pub",
            "--party",
            "k/washington.pub",
            "--observer",
            "k/observer.pub",
            "--out",
            "charter.json",
        ]);
        for name in ["moscow", "washington", "observer"] {
            let key = format!("k/{name}.key");
            desk.ok(&["init", "charter.json", "--as", name, "--key", &key, "--dir", name, "--yes"]);
        }
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn run(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(words)
            .current_dir(self.folder.path())
            .env_remove("COLUMNS")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs a command that must end with 0, and gives its stdout.
    pub fn ok(&self, words: &[&str]) -> String {
        self.exits(words, 0)
    }

    /// Runs a command that must end so, and gives its stdout.
    pub fn exits(&self, words: &[&str], code: i32) -> String {
        let output = self.run(words);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{words:?}\n{out}\n{err}");
        out
    }

    /// Runs a command that must be refused with this code, says what to do next,
    /// and changes nothing below the folder.
    pub fn refused(&self, words: &[&str], exit: i32, code: &str) {
        let before = tree(self.folder.path());
        let output = self.run(words);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{words:?}\n{err}");
        assert!(err.contains(&format!("error[{code}]")), "{words:?}\n{err}");
        assert!(err.contains("next: "), "{words:?}\n{err}");
        let mut after = tree(self.folder.path());
        after.retain(|path, _| !path.ends_with("lock") || before.contains_key(path));
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{words:?}");
        assert!(before == after, "{words:?} changed a file");
    }

    pub fn json(&self, words: &[&str], code: i32) -> Value {
        let out = self.exits(words, code);
        serde_json::from_str(out.lines().last().unwrap()).unwrap()
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_symlink() {
            files.insert(path, b"link".to_vec());
        } else if path.is_dir() {
            files.extend(tree(&path));
        } else if path.is_file() {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

pub fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (path, bytes) in tree(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
}

#[test]
fn two_sides_and_a_stranger() {
    let desk = Desk::founded();
    desk.ok(&[
        "pledge",
        "No interference.",
        "--refrain",
        "--basket",
        "Elections",
        "--expires",
        "2036-12-31",
        "--dir",
        "moscow",
        "--sign",
        "--yes",
    ]);
    desk.ok(&["publish", "pub-m", "--dir", "moscow"]);
    assert!(desk.ok(&["pull", "pub-m", "--check", "--dir", "washington"]).contains("nothing was taken in"));
    desk.ok(&["pull", "pub-m", "--dir", "washington"]);
    desk.ok(&["adopt", "moscow/1", "--dir", "washington"]);
    let drafts = desk.ok(&["drafts", "--dir", "washington"]);
    let pin = drafts.split("pin ").nth(1).unwrap().lines().next().unwrap().trim().to_owned();
    desk.refused(&["sign", "d1", "--dir", "washington", "--yes", "--expect", &"0".repeat(64)], 6, "expected");
    desk.refused(&["sign", "d1", "--dir", "washington"], 6, "not_confirmed");
    desk.ok(&["sign", "d1", "--dir", "washington", "--yes", "--expect", &pin]);
    desk.ok(&[
        "state",
        "Words.",
        "--about",
        "moscow/1#c1",
        "--dir",
        "washington",
        "--sign",
        "--yes",
        "--receipt",
        "none",
    ]);
    // Another's ledger folder is a source too.
    desk.ok(&["pull", "washington", "--dir", "moscow"]);
    desk.ok(&["seen", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["publish", "pub-m", "--dir", "moscow"]);

    desk.exits(&["verify", "pub-m"], 3);
    let report = desk.json(&["verify", "pub-m", "--ledger", "charter.json", "--json"], 0);
    assert_eq!(report["format"], "countersign.verify/1");
    assert_eq!(report["verdict"], "whole");
    assert_eq!(report["pinned"], true);
    assert_eq!(report["findings"], serde_json::json!([]));
    let moscow = &report["logs"][0];
    assert_eq!(
        (&moscow["log"], &moscow["size"], &moscow["sealed"]),
        (&"moscow".into(), &3.into(), &3.into())
    );
    assert_eq!(desk.json(&["verify", "moscow", "--json"], 0)["pinned"], true);

    let charter = desk.json(&["charter", "show", "charter.json", "--json"], 0);
    for named in ["ledger", "words", "digits"] {
        let named = charter[named].as_str().unwrap();
        desk.exits(&["verify", "pub-m", "--ledger", named], 0);
    }
    assert_eq!(charter["members"][0]["keys"][0]["label"], "main");
    assert!(charter["members"][0]["log_vkey"].as_str().unwrap().starts_with("countersign/"));
    assert_eq!(charter["words"].as_str().unwrap().split(' ').count(), 24);
    assert_eq!(charter["digits"].as_str().unwrap().split(' ').count(), 12);

    let log = desk.ok(&["log", "--json", "--dir", "moscow"]);
    let entries: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), 6);
    for field in
        ["entry", "hash", "author", "log", "seq", "kind", "said", "prev", "root", "seen", "sealed", "body"]
    {
        assert!(entries[0].get(field).is_some(), "{field}");
    }
    let adopt = entries.iter().find(|entry| entry["kind"] == "adopt").unwrap();
    assert_eq!(adopt["body"]["text"], entries.iter().find(|e| e["entry"] == "moscow/1").unwrap()["hash"]);
    assert_eq!(adopt["effect"], Value::Null);
    assert!(desk.ok(&["status", "--dir", "moscow"]).contains("washington 0-1"));
    let show = desk.ok(&["show", "moscow/1", "--dir", "moscow"]);
    let show = show.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(show.contains("No interference.") && show.contains("received by washington (washington/1)"));
    assert!(show.contains("It does not mean agreement."));
    // An entry without its charter is not shown to anybody as whole.
    assert_eq!(desk.exits(&["explain", "fork"], 0).lines().next().unwrap(), "fork  (exit 5)");
    desk.refused(&["explain", "nonsense"], 2, "usage");
}

#[test]
fn keys_are_private_encrypted_and_never_written_over() {
    let desk = Desk::new();
    fs::write(desk.path("pass"), "correct horse\n").unwrap();
    fs::write(desk.path("other"), "another\n").unwrap();
    desk.refused(&["key", "new", "moscow"], 6, "not_confirmed");
    desk.refused(&["key", "new", "Moscow", "--no-passphrase"], 2, "usage");
    desk.refused(&["key", "new", "moscow/recovery", "--no-passphrase"], 2, "usage");
    desk.ok(&["key", "new", "moscow", "--passphrase-file", "pass"]);
    desk.refused(&["key", "new", "moscow", "--no-passphrase"], 1, "exists");
    let pem = fs::read_to_string(desk.path("moscow.key")).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    #[cfg(unix)]
    for name in ["moscow.key", "moscow.log.key", "moscow.recovery.key"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(desk.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(desk.path("moscow.key.marks").is_dir() && desk.path("moscow.log.key.marks").is_dir());
    let public = fs::read_to_string(desk.path("moscow.pub")).unwrap();
    let parts: Vec<&str> = public.trim_end().split(' ').collect();
    assert_eq!((parts[0], parts[1], parts.len()), ("countersign-pub/v1", "moscow/main", 5));
    let shown = desk.json(&["key", "show", "moscow.pub", "--json"], 0);
    assert_eq!(shown["words"].as_str().unwrap().split(' ').count(), 16);
    assert_eq!(shown["digits"].as_str().unwrap().split(' ').count(), 8);

    desk.ok(&["key", "new", "washington", "--no-passphrase"]);
    desk.ok(&["charter", "new", "--title", "T", "--party", "moscow.pub", "--party", "washington.pub"]);
    desk.refused(&["charter", "new", "--title", "T", "--party", "moscow.pub"], 1, "exists");
    let init = ["init", "charter.json", "--as", "moscow", "--key", "moscow.key", "--dir", "m", "--yes"];
    desk.refused(&init, 7, "passphrase");
    desk.refused(&[&init[..], &["--passphrase-file", "other"]].concat(), 7, "passphrase");
    desk.ok(&[&init[..], &["--passphrase-file", "pass"]].concat());
    desk.ok(&["state", "x", "--dir", "m"]);
    desk.refused(&["sign", "d1", "--dir", "m", "--yes"], 7, "passphrase");
    desk.ok(&["sign", "d1", "--dir", "m", "--yes", "--passphrase-file", "pass"]);
    desk.exits(&["verify", "m"], 0);
}

#[test]
#[ignore = "needs openssl"]
fn openssl_opens_the_keys_and_signs_alike() {
    let desk = Desk::new();
    fs::write(desk.path("pass"), "correct horse\n").unwrap();
    desk.ok(&["key", "new", "moscow", "--passphrase-file", "pass"]);
    let openssl = |words: &[&str]| {
        let output = Command::new("openssl").args(words).current_dir(desk.folder.path()).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
        output.stdout
    };
    let der = openssl(&["pkey", "-in", "moscow.key", "-passin", "file:pass", "-pubout", "-outform", "DER"]);
    let public = fs::read_to_string(desk.path("moscow.pub")).unwrap();
    assert_eq!(hex::encode(&der[der.len() - 32..]), public.split(' ').nth(2).unwrap());
    // What the program signed, OpenSSL verifies.
    desk.ok(&["key", "new", "washington", "--no-passphrase"]);
    desk.ok(&["charter", "new", "--title", "T", "--party", "moscow.pub", "--party", "washington.pub"]);
    desk.ok(&[
        "init",
        "charter.json",
        "--as",
        "moscow",
        "--key",
        "moscow.key",
        "--dir",
        "m",
        "--yes",
        "--passphrase-file",
        "pass",
    ]);
    let journal = fs::read(desk.path("m/logs/moscow.journal")).unwrap();
    let (notes, _) = countersign::tile::frames(&journal);
    let note = countersign::note::Note::parse(&notes[0], 16).unwrap();
    fs::write(desk.path("text"), note.text()).unwrap();
    fs::write(desk.path("sig"), &note.lines()[0].bytes[4..]).unwrap();
    fs::write(desk.path("pub.der"), &der).unwrap();
    openssl(&[
        "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "pub.der", "-rawin", "-in", "text",
        "-sigfile", "sig",
    ]);
}

#[test]
fn several_keys_of_one_member_sign_together() {
    let desk = Desk::new();
    desk.ok(&["key", "new", "moscow", "--no-passphrase"]);
    desk.ok(&["key", "new", "moscow/second", "--no-passphrase"]);
    desk.ok(&["key", "new", "washington", "--no-passphrase"]);
    fs::write(
        desk.path("more.toml"),
        "[charter]\npurpose.en = \"A test.\"\n[member.moscow]\nthreshold = 2\nnames.en = \"Moscow\"\n",
    )
    .unwrap();
    desk.ok(&[
        "charter",
        "new",
        "--title",
        "T",
        "--party",
        "moscow.pub",
        "--party",
        "moscow.second.pub",
        "--party",
        "washington.pub",
        "--file",
        "more.toml",
    ]);
    let init = ["init", "charter.json", "--as", "moscow", "--key", "moscow.key", "--dir", "m", "--yes"];
    desk.refused(&init, 6, "not_a_member");
    desk.ok(&[&init[..], &["--key", "moscow.second.key"]].concat());
    desk.ok(&["pledge", "Two pens.", "--dir", "m"]);
    desk.refused(&["sign", "d1", "--dir", "m", "--yes"], 6, "not_a_member");
    desk.refused(&["sign", "d1", "--dir", "m", "--yes", "--key", "washington.key"], 6, "not_a_member");
    desk.ok(&["sign", "d1", "--dir", "m", "--yes", "--key", "moscow.key", "--key", "moscow.second.key"]);
    let shown = desk.json(&["show", "moscow/1", "--dir", "m", "--json"], 0);
    assert_eq!(shown["signers"], serde_json::json!(["main", "second"]));
    desk.exits(&["verify", "m"], 0);
    // A second member's log key in a further public line is turned away.
    desk.ok(&["key", "new", "moscow/third", "--no-passphrase", "--out", "elsewhere"]);
    desk.refused(
        &[
            "charter",
            "new",
            "--title",
            "T",
            "--party",
            "moscow.pub",
            "--party",
            "elsewhere/moscow.third.pub",
            "--out",
            "c2",
        ],
        2,
        "usage",
    );
    fs::write(desk.path("wrong.toml"), "[charter]\npurpse.en = \"x\"\n").unwrap();
    desk.refused(
        &["charter", "new", "--title", "T", "--party", "moscow.pub", "--file", "wrong.toml", "--out", "c2"],
        2,
        "authoring",
    );
}

#[test]
fn keys_are_added_rotated_retired_and_declared_compromised() {
    let desk = Desk::founded();
    for name in ["second", "third", "fourth"] {
        desk.ok(&["key", "new", &format!("moscow/{name}"), "--out", "k", "--no-passphrase"]);
    }
    let sign = ["--dir", "moscow", "--sign", "--yes"];
    let with = |words: &[&'static str], key: &'static str| {
        let words = [words, &sign[..], &["--key", key]].concat();
        desk.ok(&words)
    };
    with(&["key", "add", "second", "--new-key", "k/moscow.second.key"], "k/moscow.key");
    desk.refused(
        &["key", "add", "second", "--new-key", "k/moscow.second.key", "--dir", "moscow"],
        2,
        "usage",
    );
    with(&["state", "by the second key"], "k/moscow.second.key");
    with(&["key", "rotate", "main", "third", "--new-key", "k/moscow.third.key"], "k/moscow.key");
    desk.ok(&["state", "x", "--dir", "moscow"]);
    desk.refused(&["sign", "d1", "--dir", "moscow", "--yes"], 6, "not_a_member");
    desk.ok(&["sign", "d1", "--dir", "moscow", "--yes", "--key", "k/moscow.third.key"]);
    with(&["key", "retire", "second"], "k/moscow.third.key");
    with(
        &[
            "key",
            "compromised",
            "third",
            "--since",
            "moscow/4",
            "--to",
            "fourth",
            "--new-key",
            "k/moscow.fourth.key",
        ],
        "k/moscow.third.key",
    );
    with(&["state", "by the fourth key"], "k/moscow.fourth.key");
    let report = desk.json(&["verify", "moscow", "--json"], 0);
    assert_eq!(report["logs"][0]["size"], 8);
    let shown = desk.json(&["show", "moscow/6", "--dir", "moscow", "--json"], 0);
    assert_eq!(shown["body"]["compromised"][0]["label"], "third");
}

#[test]
fn a_log_is_founded_once_and_resumed_elsewhere() {
    let desk = Desk::founded();
    desk.ok(&["state", "one", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    let again =
        ["init", "charter.json", "--as", "moscow", "--key", "k/moscow.key", "--dir", "again", "--yes"];
    let output = desk.run(&again);
    assert_eq!(output.status.code(), Some(6));
    assert!(text(&output.stderr).contains("init SNAPSHOT --as"), "{}", text(&output.stderr));
    desk.refused(&again, 6, "marked");
    // On a new computer, with the keys and their marks.
    desk.ok(&["init", "pub", "--as", "moscow", "--key", "k/moscow.key", "--dir", "again"]);
    desk.ok(&["state", "two", "--dir", "again", "--sign", "--yes"]);
    desk.ok(&["state", "three", "--dir", "again", "--sign", "--yes"]);
    // The first folder is old now.
    desk.ok(&["state", "other", "--dir", "moscow"]);
    desk.refused(&["sign", "d1", "--dir", "moscow", "--yes"], 6, "behind");
    // Keys without their marks.
    fs::create_dir(desk.path("copied")).unwrap();
    for name in ["moscow.key", "moscow.log.key"] {
        fs::copy(desk.path("k").join(name), desk.path("copied").join(name)).unwrap();
    }
    // A join made twice is the same bytes, so founding twice convicts nobody.
    fs::create_dir(desk.path("twice")).unwrap();
    for name in ["moscow.key", "moscow.log.key"] {
        fs::copy(desk.path("k").join(name), desk.path("twice").join(name)).unwrap();
    }
    desk.ok(&[
        "init",
        "charter.json",
        "--as",
        "moscow",
        "--key",
        "twice/moscow.key",
        "--dir",
        "t",
        "--first",
        "--yes",
    ]);
    let join = fs::read(desk.path("t/logs/moscow.journal")).unwrap();
    assert!(fs::read(desk.path("moscow/logs/moscow.journal")).unwrap().starts_with(&join));
    desk.refused(
        &["init", "charter.json", "--as", "moscow", "--key", "copied/moscow.key", "--dir", "c", "--yes"],
        6,
        "mark_absent",
    );
    let resume = ["init", "pub", "--as", "moscow", "--key", "copied/moscow.key", "--dir", "c"];
    desk.refused(&resume, 6, "last_entry");
    desk.refused(&[&resume[..], &["--last", "moscow/7"]].concat(), 6, "last_entry");
    desk.ok(&["publish", "pub", "--dir", "again"]);
    desk.ok(&[&resume[..], &["--last", "moscow/3"]].concat());
    desk.ok(&["state", "four", "--dir", "c", "--sign", "--yes"]);
    desk.exits(&["verify", "c"], 0);
}

#[test]
fn a_reader_follows_and_pins_what_it_saw() {
    let desk = Desk::founded();
    desk.ok(&["publish", "pub-1", "--dir", "moscow"]);
    desk.ok(&["state", "one", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["publish", "pub-2", "--dir", "moscow"]);
    desk.ok(&["init", "pub-1", "--dir", "reader"]);
    desk.ok(&["pull", "pub-2", "--dir", "reader"]);
    desk.refused(&["state", "x", "--dir", "reader"], 6, "not_a_member");
    assert!(desk.ok(&["status", "--dir", "reader"]).contains("a reader"));
    let verify = |path: &str, code| {
        desk.json(&["verify", path, "--ledger", "charter.json", "--pins", "pins", "--json"], code)
    };
    verify("pub-2", 0);
    let older = verify("pub-1", 3);
    assert_eq!(older["findings"][0]["code"], "older_than_pins");
    verify("pub-2", 0);
    assert_eq!(desk.ok(&["compare", "pub-1", "pub-2"]).lines().last().unwrap(), "WHOLE");
    desk.exits(&["compare", "pub-2", "pub-1"], 3);
}

/// Moscow's log is split: the real branch in `real`, the thief's in `forged`.
fn split(desk: &Desk) {
    desk.ok(&["state", "shared", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["publish", "old", "--dir", "moscow"]);
    copy_tree(&desk.path("k"), &desk.path("stolen"));
    desk.ok(&["init", "old", "--as", "moscow", "--key", "stolen/moscow.key", "--dir", "thief"]);
    desk.ok(&["state", "by the thief", "--dir", "thief", "--sign", "--yes"]);
    desk.ok(&["publish", "forged", "--dir", "thief"]);
    desk.ok(&["state", "by moscow", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["publish", "real", "--dir", "moscow"]);
}

#[test]
fn a_split_is_shown_from_two_seals() {
    let desk = Desk::founded();
    split(&desk);
    desk.exits(&["compare", "real", "forged", "--proof", "proof"], 5);
    let proof: Vec<PathBuf> = tree(&desk.path("proof")).into_keys().collect();
    assert_eq!(proof.len(), 1);
    let proof = proof[0].to_str().unwrap();
    let report = desk.json(&["verify", proof, "--ledger", "charter.json", "--json"], 5);
    assert_eq!(report["findings"][0]["code"], "fork");
    assert_eq!(report["findings"][0]["log"], "moscow");
    // Pins of the one look contradict the other, and stay as they were.
    let pinned = ["--ledger", "charter.json", "--pins", "pins"];
    desk.exits(&[&["verify", "real"], &pinned[..]].concat(), 0);
    let pins = fs::read(desk.path("pins")).unwrap();
    desk.exits(&[&["verify", "forged"], &pinned[..]].concat(), 5);
    assert_eq!(fs::read(desk.path("pins")).unwrap(), pins);
    desk.exits(&["pull", "real", "--dir", "washington"], 0);
    desk.exits(&["pull", "forged", "--dir", "washington"], 5);
    let output = desk.run(&["pull", "forged", "--dir", "moscow"]);
    assert_eq!(output.status.code(), Some(5));
    assert!(text(&output.stderr).lines().next().unwrap().starts_with("ATTENTION: seals in your own log"));
    // The other side goes on, and so does the branch held first.
    desk.ok(&["state", "we go on", "--dir", "washington", "--sign", "--yes"]);
    desk.ok(&["state", "so do we", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["publish", "both", "--dir", "washington"]);
    let report = desk.json(&["verify", "both", "--ledger", "charter.json", "--json"], 5);
    let verdict = |log: &str| {
        let logs = report["logs"].as_array().unwrap();
        logs.iter().find(|row| row["log"] == log).unwrap()["verdict"].clone()
    };
    assert_eq!((verdict("moscow"), verdict("washington")), ("contradicted".into(), "whole".into()));
    // A reader who takes in the one after the other holds the same.
    desk.ok(&["init", "forged", "--dir", "reader"]);
    desk.exits(&["pull", "both", "--dir", "reader"], 5);
    let journal = desk.path("reader/logs/moscow.journal");
    assert!(journal.is_file() && desk.path("reader/branches/moscow").is_dir());
}

#[test]
fn a_closed_pipe_is_success_and_nothing_is_unescaped() {
    let desk = Desk::founded();
    let program = env!("CARGO_BIN_EXE_countersign");
    let script = format!("set -o pipefail; {program} log --dir moscow --json | true");
    let status = Command::new("bash").args(["-c", &script]).current_dir(desk.folder.path()).status().unwrap();
    assert!(status.success());
    for hidden in ["a\u{1b}[2Jb", "a\u{202e}b", "a\u{200b}b"] {
        desk.refused(&["state", hidden, "--dir", "moscow"], 2, "usage");
        let output = desk.run(&["verify", &format!("absent {hidden}")]);
        assert!(!text(&output.stderr).contains(hidden));
    }
    desk.refused(&["state", "e\u{301}", "--dir", "moscow"], 2, "usage");
    desk.refused(&["state", &"x".repeat(66_000), "--dir", "moscow"], 2, "usage");
}

#[test]
fn an_unsealed_entry_is_sealed_by_one_command() {
    let desk = Desk::founded();
    desk.ok(&["state", "one", "--dir", "moscow", "--sign", "--yes"]);
    // As a kill between the journal and the log mark leaves it.
    let before = tree(&desk.path("k/moscow.log.key.marks"));
    let checkpoint = fs::read(desk.path("moscow/logs/moscow.checkpoint")).unwrap();
    desk.ok(&["state", "two", "--dir", "moscow", "--sign", "--yes"]);
    for (path, bytes) in before {
        fs::write(path, bytes).unwrap();
    }
    fs::write(desk.path("moscow/logs/moscow.checkpoint"), checkpoint).unwrap();
    desk.exits(&["verify", "moscow"], 3);
    assert!(desk.ok(&["status", "--dir", "moscow"]).contains("countersign seal"));
    assert!(desk.ok(&["seal", "--dir", "moscow"]).contains("Sealed: 3 entries, 2 before."));
    desk.exits(&["verify", "moscow"], 0);
    assert!(desk.ok(&["seal", "--dir", "moscow"]).contains("Nothing to seal"));
}

#[test]
fn a_draft_is_signed_once_whatever_is_cut_off() {
    let desk = Desk::founded();
    desk.ok(&["pledge", "Once.", "--dir", "moscow"]);
    let draft = fs::read(desk.path("moscow/drafts/d1.json")).unwrap();
    desk.ok(&["sign", "d1", "--dir", "moscow", "--yes"]);
    // As a kill between the checkpoint and the draft's removal leaves it.
    let text = text(&draft).replacen("\"body\"", "\"begun\":1,\"body\"", 1);
    fs::write(desk.path("moscow/drafts/d1.json"), text).unwrap();
    let again = desk.ok(&["sign", "d1", "--dir", "moscow", "--yes"]);
    assert!(again.contains("moscow/1"), "{again}");
    assert_eq!(desk.ok(&["log", "--log", "moscow", "--dir", "moscow"]).lines().count(), 2);
    assert!(!desk.path("moscow/drafts/d1.json").exists());
    // With --sign nothing is left behind where nothing was signed.
    desk.refused(&["pledge", "Twice.", "--sign", "--dir", "moscow"], 6, "not_confirmed");
}

#[test]
fn a_fresh_reader_of_a_split_log_holds_both_branches() {
    let desk = Desk::founded();
    split(&desk);
    desk.ok(&["pull", "real", "--dir", "washington"]);
    desk.exits(&["pull", "forged", "--dir", "washington"], 5);
    desk.ok(&["publish", "both", "--dir", "washington"]);
    desk.exits(&["init", "both", "--dir", "reader"], 5);
    let main = text(&fs::read(desk.path("reader/logs/moscow.journal")).unwrap());
    assert!(main.contains("by moscow") && !main.contains("by the thief"));
    let log = desk.ok(&["log", "--dir", "reader"]);
    assert!(log.contains("second branch of moscow") && log.contains("by the thief"), "{log}");
    assert!(!tree(&desk.path("reader")).keys().any(|path| path.to_string_lossy().contains("torn")));
    // Two own entries of one number: the holder's word is not enough to choose.
    fs::create_dir(desk.path("bare")).unwrap();
    for name in ["moscow.key", "moscow.log.key"] {
        fs::copy(desk.path("k").join(name), desk.path("bare").join(name)).unwrap();
    }
    let output = desk.run(&[
        "init",
        "both",
        "--as",
        "moscow",
        "--key",
        "bare/moscow.key",
        "--dir",
        "b",
        "--last",
        "moscow/2",
    ]);
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
}

#[test]
fn a_rotated_key_is_the_one_that_signs_next() {
    let desk = Desk::founded();
    desk.ok(&["key", "new", "moscow/second", "--out", "k", "--no-passphrase"]);
    desk.ok(&[
        "key",
        "rotate",
        "main",
        "second",
        "--new-key",
        "k/moscow.second.key",
        "--dir",
        "moscow",
        "--sign",
        "--yes",
    ]);
    desk.ok(&["state", "one", "--dir", "moscow", "--sign", "--yes", "--key", "k/moscow.second.key"]);
    desk.ok(&["state", "two", "--dir", "moscow", "--sign", "--yes"]);
    desk.exits(&["verify", "moscow"], 0);
}

#[test]
fn a_title_cannot_look_like_a_line_of_the_program() {
    let desk = Desk::new();
    desk.ok(&["key", "new", "moscow", "--no-passphrase"]);
    desk.ok(&[
        "charter",
        "new",
        "--title",
        "Ours\nid       0000\n\nWHOLE: 12 entries",
        "--party",
        "moscow.pub",
    ]);
    let shown = desk.ok(&["charter", "show", "charter.json"]);
    assert_eq!(shown.lines().filter(|line| line.starts_with("id ")).count(), 1, "{shown}");
    assert!(!shown.lines().any(|line| line.starts_with("WHOLE")));
}
