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

/// The same in Russian: whole words, as they stand in sentences.
const NEVER_IN_RUSSIAN: &[&str] = &[
    "нарушил",
    "нарушила",
    "нарушило",
    "нарушили",
    "нарушение",
    "нарушения",
    "нарушает",
    "соблюдает",
    "соблюдено",
    "соблюдение",
    "выполнил",
    "выполнила",
    "выполнено",
    "выполняет",
    "обязан",
    "обязана",
    "обязаны",
    "обязано",
    "виновен",
    "виновна",
    "вина",
    "ложь",
    "ложный",
    "ложная",
    "ложно",
    "обман",
    "признал",
    "признала",
    "признано",
    "признание",
    "отрицает",
    "утверждает",
    "якобы",
    "проигнорировал",
    "проигнорировала",
    "проигнорировано",
    "отказался",
    "отказалась",
    "молчит",
    "молчание",
    "просрочил",
    "просрочила",
    "просрочено",
    "поздно",
    "преждевременно",
    "ознакомлен",
    "ознакомлена",
    "согласовано",
    "подтвердил",
    "подтвердила",
    "одобрил",
    "одобрила",
    "одобрено",
    "доказано",
    "подлинно",
    "действительно",
    "недействительно",
    "одновременно",
    "надёжно",
    "надежно",
    "взломано",
    "отвергнуто",
    "сломано",
    "нарушено",
];

/// And these, of more than one word.
const NEVER_TOGETHER: &[&str] = &["принято к сведению", "отказался отвечать", "подписано в "];

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

/// Options of the command line: a member types them, and the program says nothing by them.
const OPTIONS: [&str; 5] = ["--party", "--only", "--to-be-confirmed", "--confirmed", "--happened"];

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
            OPTIONS.iter().chain(CHOSEN).fold(out, |out, option| out.replace(option, ""))
        })
        .collect()
}

pub fn judging(output: &str) -> Vec<String> {
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

/// The same for a page in Russian; quotations there may run over several lines.
pub fn judging_in_russian(output: &str) -> Vec<String> {
    let (mut own, mut depth) = (String::new(), 0_u32);
    for character in output.to_lowercase().chars() {
        match character {
            '«' => depth += 1,
            '»' => depth = depth.saturating_sub(1),
            _ if depth == 0 => own.push(character),
            _ => {}
        }
    }
    let words = own.split(|c: char| !c.is_alphanumeric()).filter(|word| NEVER_IN_RUSSIAN.contains(word));
    let together = NEVER_TOGETHER.iter().filter(|words| own.contains(**words));
    words.map(str::to_owned).chain(together.map(|words| (*words).to_owned())).collect()
}

#[test]
fn no_row_of_the_vocabulary_judges_in_either_column() {
    let mut found = Vec::new();
    for (theme, rows) in countersign::vocabulary::THEMES {
        for (name, row) in *rows {
            // Acts and capacities of the table are their author's own names for them.
            if !matches!(*theme, "acts" | "chosen") {
                let mut own: String =
                    row.en.split('{').map(|piece| piece.rsplit('}').next().unwrap()).collect();
                for chosen in CHOSEN {
                    own = own.replace(chosen, "");
                }
                found.extend(judging(&own).into_iter().map(|word| format!("{theme} {name}: {word}")));
            }
            let words = judging_in_russian(row.ru);
            found.extend(words.into_iter().map(|word| format!("{theme} {name}: {word}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(judging_in_russian("Москва нарушила «обязан»; принято к сведению").len(), 2);
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
            own = own.replace("party, drafter or observer", "");
            own = OPTIONS.iter().fold(own, |own, option| own.replace(option, ""));
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
    for words in [
        &["adopt", "moscow/1", "--limit", "whole: As far as we can.", "--mirrored"][..],
        &["adopt", "moscow/1", "--initialled"],
        &["notice", "withdraw", "moscow/1", "--effective", "2030-01-01"],
        &["notice", "revoke", "washington/1"],
        &["ask", "protest", "Why?", "--to", "moscow", "--about", "moscow/1"],
        &["answer", "moscow/1", "explain", "So.", "--contests", "what-happened"],
        &["report", "It was said.", "--said-by", "moscow:A Person", "--found", "no-access"],
        &["actor", "state", "--name", "Department", "--class", "state", "--may", "adopt"],
        &["envelope", "Hidden."],
        &["open", "washington/1"],
    ] {
        run(&[words, &["--dir", "washington"]].concat());
        run(&[words, &["--dir", "washington", "--sign"]].concat());
    }
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
    run(&["order", "moscow/1", "washington/1", "--dir", "washington", "-o", "certificate"]);
    run(&["order", "observer/0", "washington/1", "--dir", "washington"]);
    run(&["verify", "certificate"]);
    for (out, more) in [("all", &[][..]), ("some", &["--part"])] {
        run(&[&["prove", "moscow/1#c1", "--dir", "washington", "-o", out], more].concat());
        run(&["verify", out]);
    }
    run(&["explain"]);
    // The demonstration shows damage, a split and alerts.
    run(&["demo", "demo"]);
    for code in countersign::fault::Code::ALL {
        run(&["explain", code.as_str()]);
    }
    for code in countersign::timestamp::StampCode::ALL {
        run(&["explain", code.as_str()]);
    }
    for why in countersign::failure::Why::ALL {
        run(&["explain", why.as_str()]);
    }
    for verb in [
        "actor",
        "actors",
        "adopt",
        "answer",
        "ask",
        "charter",
        "compare",
        "completions",
        "demo",
        "diff",
        "drafts",
        "envelope",
        "explain",
        "init",
        "key",
        "log",
        "man",
        "notice",
        "open",
        "order",
        "pledge",
        "propose",
        "prove",
        "publish",
        "pull",
        "report",
        "seal",
        "search",
        "seen",
        "serve",
        "show",
        "sign",
        "stamp",
        "state",
        "status",
        "text",
        "verify",
        "viewer",
    ] {
        run(&[verb, "--help"]);
    }
    for words in [["notice", "withdraw"], ["notice", "revoke"], ["charter", "next"]] {
        run(&[&words[..], &["--help"]].concat());
    }
    run(&["--help"]);
    run(&["text", "new", "-o", "t.toml"]);
    for verb in ["check", "print", "new"] {
        run(&["text", verb, "--help"]);
        run(&["text", verb, "t.toml"]);
    }
    for verb in ["request", "add", "list"] {
        run(&["stamp", verb, "--help"]);
    }
    run(&["stamp", "request", "-o", "q.tsq", "--dir", "moscow"]);
    run(&["stamp", "list", "--dir", "moscow"]);
    let found = judging(&all);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
