//! The sessions in README and GUIDE are typed again, and must look the same up to
//! hashes, keys, words, digits and times.

use std::fs;
use std::process::Command;

use crate::command_line::text;

/// A line with what differs from run to run replaced.
fn plain(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_words = |words: &[&str]| {
        words.len() >= 6 && words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()))
    };
    if is_words(&words) && (words[0] == "words" || words.len() == 6) {
        return "<words>".to_owned();
    }
    let token = |word: &str| {
        let hex = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let hex = hex.rsplit('/').next().unwrap_or_default();
        if hex.len() >= 8 && hex.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f')) {
            return word.replace(hex, "<hex>");
        }
        if word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            return "<digits>".to_owned();
        }
        if word.parse::<countersign::time::Time>().is_ok() {
            return "<time>".to_owned();
        }
        if word.len() > 50 && word.contains('+') {
            return "<vkey>".to_owned();
        }
        word.to_owned()
    };
    words.iter().map(|word| token(word)).collect::<Vec<_>>().join(" ")
}

fn compare(place: &str, expected: &str, actual: &str) {
    let expected: Vec<String> = expected.lines().map(plain).collect();
    let actual: Vec<String> = actual.lines().map(plain).collect();
    for (number, (a, b)) in expected.iter().zip(&actual).enumerate() {
        assert_eq!(a, b, "{place}, line {number} of the session");
    }
    assert_eq!(expected.len(), actual.len(), "{place}: {actual:#?}");
}

/// The fenced blocks of a kind in a page.
fn blocks(page: &str, kind: &str) -> Vec<String> {
    page.split(&format!("```{kind}\n"))
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

/// Types every `$ ` line of a page's console blocks, in one shell after another in
/// one folder, and compares what is printed on stdout.
fn type_again(page: &str) {
    type_beside(page, &["examples", "keys"], "");
}

/// The same, beside these folders of the repository, with more folders of programs.
pub fn type_beside(page: &str, folders: &[&str], programs: &str) {
    let source = fs::read_to_string(page).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_countersign"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{programs}{}:{path}", program.parent().unwrap().display());
    for name in folders {
        let there = std::env::current_dir().unwrap().join(name);
        std::os::unix::fs::symlink(there, folder.path().join(name)).unwrap();
    }
    let mut typed = 0;
    for block in blocks(&source, "console") {
        let mut expected = String::new();
        let mut actual = String::new();
        for line in block.lines() {
            expected.push_str(&format!("{line}\n"));
            if let Some(command) = line.strip_prefix("$ ") {
                actual.push_str(&format!("{line}\n"));
                let output = Command::new("bash")
                    .args(["-c", command])
                    .current_dir(folder.path())
                    .env("PATH", &path)
                    .env_remove("COLUMNS")
                    .output()
                    .unwrap();
                actual.push_str(&text(&output.stdout));
                if !output.status.success() {
                    actual.push_str(&format!("(exit {})\n", output.status.code().unwrap()));
                }
                typed += 1;
            }
        }
        compare(page, &expected, &actual);
    }
    assert!(typed > 0, "{page} has no session");
}

#[test]
fn the_session_of_the_readme_is_real() {
    type_again("README.md");
}

#[test]
fn the_session_of_the_guide_is_the_demonstration() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["demo", "demo"])
        .current_dir(folder.path())
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let guide = fs::read_to_string("docs/GUIDE.md").unwrap();
    let shown = &blocks(&guide, "text")[0];
    compare("docs/GUIDE.md", shown, &text(&output.stdout));
}

#[test]
fn the_example_catches_a_fork() {
    let output =
        Command::new(env!("CARGO")).args(["run", "--quiet", "--example", "catch_a_fork"]).output().unwrap();
    let out = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(out.contains("paris        contradicted") && out.contains("moscow       whole"), "{out}");
}
