//! What surrounds the commands: what a shell completes, the manual, hints for names
//! that nothing has, errors as JSON.

use std::process::Command;

use crate::command_line::{Desk, text};

/// The commands that `--help` lists, as words: `key`, `key new`, and so on.
pub fn commands(desk: &Desk) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(above) = open.pop() {
        let words: Vec<&str> = above.iter().map(String::as_str).chain(["--help"]).collect();
        let help = desk.ok(&words);
        let Some((_, listed)) = help.split_once("\nCommands:\n") else { continue };
        for line in listed.lines().take_while(|line| !line.is_empty()) {
            let name = line.trim_start().split(' ').next().unwrap();
            // A line that goes on with the words of the one before stands further in.
            if line.starts_with("  ") && !line.starts_with("   ") && name != "help" {
                let words = [above.clone(), vec![name.to_owned()]].concat();
                open.push(words.clone());
                all.push(words);
            }
        }
    }
    all
}

#[test]
fn every_command_has_a_page_and_is_completed() {
    let desk = Desk::new();
    let commands = commands(&desk);
    assert!(commands.len() > 28, "{commands:?}");
    desk.ok(&["man", "pages"]);
    let bash = desk.ok(&["completions", "bash"]);
    let (zsh, fish) = (desk.ok(&["completions", "zsh"]), desk.ok(&["completions", "fish"]));
    let main = std::fs::read_to_string(desk.path("pages/countersign.1")).unwrap();
    assert_eq!(main, desk.ok(&["man"]), "the page that is printed is the page that is written");
    for words in &commands {
        let page = format!("pages/countersign-{}.1", words.join("-"));
        let page = std::fs::read_to_string(desk.path(&page)).unwrap();
        assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH DESCRIPTION"), "{words:?}");
        let name = words.join("__subcmd__").replace('-', "__");
        assert!(bash.contains(&format!("countersign__subcmd__{name})")), "bash: {words:?}");
        let last = words.last().unwrap();
        assert!(zsh.contains(&format!("({last})")), "zsh: {words:?}");
        assert!(fish.contains(&format!("-a \"{last}\"")), "fish: {words:?}");
    }
    let written = std::fs::read_dir(desk.path("pages")).unwrap().count();
    assert_eq!(written, commands.len() + 1, "one page a command, and the main one");
}

#[test]
fn bash_reads_its_completions_and_man_its_pages() {
    let desk = Desk::new();
    std::fs::write(desk.path("c.bash"), desk.ok(&["completions", "bash"])).unwrap();
    let script = "source c.bash; COMP_WORDS=(countersign pub); COMP_CWORD=1; \
                  _countersign countersign pub countersign; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash")
        .args(["--norc", "-euc", script])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout), "publish\n");
    // Writing the manual again replaces it.
    assert_eq!(desk.ok(&["man", "pages"]), desk.ok(&["man", "pages"]));
    assert!(desk.ok(&["man"]).lines().any(|line| line == ".SH NAME"));
}

#[test]
fn what_prints_a_text_says_that_it_has_no_json() {
    let desk = Desk::new();
    for words in [["completions", "bash"], ["man", "pages"], ["demo", "demo"]] {
        let output = desk.run(&[&words[..], &["--json"]].concat());
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()));
        assert!(text(&output.stderr).contains(&format!("{} prints a text and has no JSON", words[0])));
    }
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_mistyped_name_is_answered_with_the_names_near_it() {
    let desk = Desk::founded();
    desk.ok(&["pledge", "Words.", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["state", "More.", "--dir", "moscow"]);
    let hints = |words: &[&str]| {
        let output = desk.run(words);
        assert_ne!(output.status.code(), Some(0), "{words:?}");
        let err = text(&output.stderr);
        let error = err.lines().find(|line| line.starts_with("error[")).unwrap();
        error.rsplit_once("; ").map(|(_, hint)| hint.to_owned())
    };
    let meant = |name: &str| Some(format!("did you mean {name}?"));
    let dir = ["--dir", "moscow"];
    assert_eq!(hints(&[&["show", "moscw/1"], &dir[..]].concat()), meant("moscow/1"));
    assert_eq!(hints(&[&["show", "mosocw/9"], &dir[..]].concat()), meant("moscow/1"));
    let last = Some("the last of moscow here is moscow/1".to_owned());
    assert_eq!(hints(&[&["show", "moscow/9"], &dir[..]].concat()), last);
    assert_eq!(hints(&[&["adopt", "moscow"], &dir[..]].concat()), last);
    assert_eq!(hints(&[&["state", "W", "--about", "moscow/1#c9"], &dir[..]].concat()), meant("c1"));
    assert_eq!(hints(&[&["log", "--log", "moskow"], &dir[..]].concat()), meant("moscow"));
    assert_eq!(hints(&["verify", "moscow", "--log", "moskow"]), meant("moscow"));
    assert_eq!(hints(&[&["seen", "--sign", "--receipt", "moskow"], &dir[..]].concat()), meant("moscow"));
    assert_eq!(hints(&[&["sign", "d2"], &dir[..]].concat()), meant("d1"));
    assert_eq!(hints(&[&["drafts", "drop", "d2"], &dir[..]].concat()), meant("d1"));
    assert_eq!(hints(&["explain", "bad_entri"]), meant("bad_entry"));
    assert_eq!(hints(&["explain", "forc"]), meant("fork"));
    assert_eq!(hints(&["explain", "lok"]), meant("lock"));
    assert_eq!(hints(&[&["key", "retire", "mian"], &dir[..]].concat()), meant("main"));
    let init = ["init", "charter.json", "--as", "washingtn", "--key", "k/moscow.key", "--dir", "new"];
    assert_eq!(hints(&init), meant("washington"));
    assert_eq!(hints(&[&["show", "paris/1"], &dir[..]].concat()), None, "nothing is near");
    assert_eq!(hints(&["explain", "nothing-like-it"]), None);
    // What was typed moves no terminal, however it was typed.
    let output = desk.run(&["explain", "for\u{1b}"]);
    assert!(!text(&output.stderr).contains('\u{1b}') && text(&output.stderr).contains("did you mean fork?"));
}

#[test]
fn an_error_under_json_is_one_object_on_stderr() {
    let desk = Desk::founded();
    let error = |words: &[&str]| {
        let output = desk.run(words);
        assert_eq!(text(&output.stdout), "", "{words:?}");
        let err = text(&output.stderr);
        assert_eq!(err.lines().count(), 1, "{words:?}: {err}");
        let value: serde_json::Value = serde_json::from_str(&err).unwrap();
        assert_eq!(value["format"], "countersign.error/1");
        assert_eq!(value["exit"], output.status.code().unwrap(), "{words:?}");
        assert_eq!(value.as_object().unwrap().len(), 5);
        for field in ["message", "next"] {
            assert!(!value[field].as_str().unwrap().is_empty(), "{words:?}: {field}");
        }
        (value["code"].as_str().unwrap().to_owned(), value["next"].as_str().unwrap().to_owned())
    };
    let usage = |next: &str| ("usage".to_owned(), next.to_owned());
    // Words that clap does not take.
    assert_eq!(error(&["--json", "lgo"]), usage("countersign --help"));
    assert_eq!(error(&["log", "--logg", "x", "--json"]), usage("countersign log --help"));
    assert_eq!(error(&["key", "--json"]), usage("countersign key --help"));
    assert_eq!(error(&["sign", "--json"]), usage("countersign sign --help"));
    assert_eq!(error(&["completions", "csh", "--json"]), usage("countersign completions --help"));
    // Words that the program does not take, and what is not here.
    assert_eq!(error(&["explain", "forc", "--json"]), usage("countersign explain"));
    assert_eq!(error(&["man", "--json"]).0, "usage");
    for (words, code) in [
        (&["log"][..], "no_folder"),
        (&["show", "moscow/7", "--dir", "moscow"], "no_entry"),
        (&["sign", "d1", "--dir", "moscow"], "no_draft"),
        (&["init", "charter.json", "--as", "paris", "--dir", "new"], "not_a_member"),
        (&["verify", "nowhere"], "disk"),
        (&["pull", "nowhere", "--dir", "moscow"], "disk"),
        (&["key", "show", "charter.json"], "key_file"),
        (&["charter", "show", "k/moscow.pub"], "charter_form"),
        (&["publish", "moscow/out", "--dir", "moscow"], "exists"),
    ] {
        assert_eq!(error(&[words, &["--json"]].concat()).0, code, "{words:?}");
    }
    // Words after `--` are not options, and help is help.
    let output = desk.run(&["lgo", "--", "--json"]);
    assert!(text(&output.stderr).starts_with("error: "), "{}", text(&output.stderr));
    assert!(desk.ok(&["log", "--help", "--json"]).contains("Usage:"));
}
