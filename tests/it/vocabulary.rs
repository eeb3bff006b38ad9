//! The program's own words: no sentence about a member or an entry uses a word that
//! judges. Words of a ledger stand in quotation marks or in data, and are left out.

use crate::command_line::{Desk, text};

/// From the vocabulary of the project: verdicts, verdicts in a mild voice, silence
/// as an act, timeliness, readings of a receipt, truth, law, time, assurance, and
/// technical words that read politically beside a name.
const NEVER: &[&str] = &[
    "violate",
    "violated",
    "violates",
    "violation",
    "breach",
    "breached",
    "breaches",
    "break",
    "breaks",
    "broke",
    "broken",
    "infringe",
    "infringes",
    "comply",
    "complies",
    "compliant",
    "compliance",
    "keep",
    "keeps",
    "kept",
    "honour",
    "honoured",
    "fulfil",
    "fulfilled",
    "fail",
    "fails",
    "failed",
    "failure",
    "lie",
    "lied",
    "lies",
    "guilty",
    "confess",
    "admit",
    "admits",
    "deny",
    "denies",
    "culpable",
    "offender",
    "victim",
    "claim",
    "claims",
    "claimed",
    "allege",
    "alleged",
    "insist",
    "concede",
    "controversial",
    "mere",
    "merely",
    "only",
    "despite",
    "however",
    "retaliate",
    "respond",
    "escalate",
    "provoke",
    "ignored",
    "silent",
    "overdue",
    "late",
    "missed",
    "still",
    "yet",
    "early",
    "premature",
    "belated",
    "acknowledged",
    "acknowledges",
    "confirmed",
    "accepted",
    "agreed",
    "noted",
    "recognised",
    "true",
    "false",
    "correct",
    "wrong",
    "proven",
    "genuine",
    "fact",
    "happened",
    "bound",
    "obligation",
    "valid",
    "invalid",
    "legitimate",
    "entitled",
    "liable",
    "jurisdiction",
    "ratified",
    "simultaneous",
    "official",
    "trusted",
    "secure",
    "guaranteed",
    "tamper-proof",
    "ok",
    "refused",
    "refuses",
    "bad",
    "rejected",
    "fault",
    "forged",
    "equivocated",
    "dishonest",
    "malicious",
    "party",
];

/// Words that the author of an entry chooses from the format and that are its own then:
/// steps of consent, capacities, what is contested.
const CHOSEN: &[&str] = &[
    "final or confirmed",
    "to be confirmed",
    "what happened",
    "official in a personal capacity",
    "former official",
    "official, official",
    "official, ,",
];

/// Lines without what stands in quotation marks, after `$ `, or comes from an entry.
fn own_words(output: &str) -> Vec<String> {
    let (mut quoted, mut ruled) = (false, false);
    output
        .lines()
        .filter(|line| {
            // What is about to be signed stands between rules.
            let is_rule = line.contains("────");
            ruled ^= is_rule;
            !ruled && !is_rule
        })
        .filter(|line| !line.starts_with("$ ") && !line.trim_start().starts_with("next:"))
        .map(|line| {
            let mut out = String::new();
            for character in line.chars() {
                if character == '"' {
                    quoted = !quoted;
                } else if !quoted {
                    out.push(character);
                }
            }
            quoted = false;
            out
        })
        .collect()
}

fn judging(output: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in own_words(output) {
        for word in line.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '/' | '.')) {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            if NEVER.contains(&word.as_str()) {
                found.push(format!("{word}: {line}"));
            }
        }
    }
    found
}

#[test]
fn the_test_of_words_can_fail() {
    assert_eq!(judging("moscow kept its word").len(), 1);
    assert!(judging("moscow says \"we kept our word\"; faults/ab is bad_entry").is_empty());
}

/// The string literals of a source file that are sentences.
fn sentences(path: &std::path::Path, source: &str) -> String {
    let mut out = String::new();
    let source = source.split("#[cfg(test)]").next().unwrap();
    for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let mut pieces = line.replace("\\\"", "'").split('"').map(str::to_owned).collect::<Vec<_>>();
        pieces.reverse();
        while let (Some(_), Some(literal)) = (pieces.pop(), pieces.pop()) {
            // Names in braces are code; roles and flags are words of the command line.
            let mut own: String = literal.split('{').map(|piece| piece.rsplit('}').next().unwrap()).collect();
            own = own.replace("--party", "").replace("party, drafter or observer", "");
            // Fields of the format stand in backticks.
            own = own.split('`').step_by(2).collect();
            for chosen in CHOSEN {
                own = own.replace(chosen, "");
            }
            if own.contains(' ') && !path.ends_with("json.rs") {
                out.push_str(&format!("{own}\n"));
            }
        }
    }
    out
}

#[test]
fn no_literal_of_the_program_judges() {
    let mut found = Vec::new();
    for (path, bytes) in crate::command_line::tree(std::path::Path::new("src")) {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let source = String::from_utf8(bytes).unwrap();
            found.extend(
                judging(&sentences(&path, &source))
                    .into_iter()
                    .map(|word| format!("{}: {word}", path.display())),
            );
        }
    }
    // Of one's own key file; the two words of every error after its header.
    found.retain(|word| !word.contains("wrong passphrase or damaged key file"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_sentence_of_the_program_judges() {
    let desk = Desk::founded();
    let mut all = String::new();
    let mut run = |words: &[&str]| {
        let output = desk.run(words);
        all.push_str(&text(&output.stdout));
        all.push_str(&text(&output.stderr));
    };
    run(&["pledge", "Words of a side.", "--dir", "moscow", "--sign", "--yes"]);
    run(&["publish", "pub", "--dir", "moscow"]);
    run(&["pull", "pub", "--dir", "washington"]);
    run(&["adopt", "moscow/1", "--dir", "washington", "--sign", "--yes"]);
    run(&["state", "More words.", "--about", "moscow/1", "--dir", "washington"]);
    for command in [
        &["status"][..],
        &["log"],
        &["drafts"],
        &["show", "washington/1"],
        &["show", "moscow/1"],
        &["verify"],
        &["sign", "d2"],
    ] {
        run(&[command, &["--dir", "washington"]].concat());
    }
    run(&["verify", "pub"]);
    run(&["explain"]);
    // The demonstration shows damage, a split and alerts.
    run(&["demo", "demo"]);
    for code in countersign::fault::Code::ALL {
        run(&["explain", code.as_str()]);
    }
    for why in countersign::failure::Why::ALL {
        run(&["explain", why.as_str()]);
    }
    for verb in [
        "adopt",
        "charter",
        "compare",
        "completions",
        "demo",
        "drafts",
        "explain",
        "init",
        "key",
        "log",
        "man",
        "pledge",
        "propose",
        "publish",
        "pull",
        "seal",
        "seen",
        "show",
        "sign",
        "state",
        "status",
        "text",
        "verify",
    ] {
        run(&[verb, "--help"]);
    }
    run(&["--help"]);
    run(&["text", "new", "-o", "t.toml"]);
    for verb in ["check", "print", "new"] {
        run(&["text", verb, "--help"]);
        run(&["text", verb, "t.toml"]);
    }
    let found = judging(&all);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
