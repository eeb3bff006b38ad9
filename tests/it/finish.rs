//! What surrounds the commands: what a shell completes, the manual.

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
    desk.refused(&["completions", "bash", "--json"], 2, "usage");
    desk.refused(&["man", "pages", "--json"], 2, "usage");
    desk.refused(&["demo", "demo", "--json"], 2, "usage");
}
