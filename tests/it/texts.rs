//! Files of words at the command line: `text new`, `text check`, `text print`, and texts of
//! several files and documents in a ledger.

use std::fs;

use serde_json::Value;

use crate::authoring::{CODE, RUSSIAN};
use crate::command_line::{Desk, text};

fn write(desk: &Desk, name: &str, source: &str) {
    fs::write(desk.path(name), source).unwrap();
}

/// The remarks on a source: code and line.
fn remarks(desk: &Desk, source: &str) -> Vec<(String, u64)> {
    write(desk, "t.toml", source);
    let seen = desk.json(&["text", "check", "t.toml", "--json"], 0);
    let each = seen["remarks"].as_array().unwrap().iter();
    each.map(|one| (one["code"].as_str().unwrap().to_owned(), one["line"].as_u64().unwrap_or(0))).collect()
}

const PLAIN: &str = "[text]\ntitle.en = \"T\"\ntitle.ru = \"Т\"\nlanguages = { en = \"authentic\", ru = \"authentic\" }\nbinding = \"political\"\n[d1]\nterm.en = \"end of voting\"\nterm.ru = \"окончание голосования\"\ndefine.en = \"the hour at which it ends\"\ndefine.ru = \"час, когда оно окончено\"\n[b1]\nbasket.en = \"Elections\"\nbasket.ru = \"Выборы\"\n[c1]\nin = \"b1\"\nuses = [\"d1\"]\nrefrain.en = \"No assessment before the end of voting.\"\nrefrain.ru = \"Без оценок до закрытия участков.\"\nuntil = { date = 2036-12-31 }\n";

#[test]
fn a_file_in_which_all_is_well_has_no_remark() {
    let desk = Desk::new();
    assert_eq!(remarks(&desk, PLAIN), []);
}

#[test]
fn each_thing_to_look_at_is_told_with_its_line() {
    let desk = Desk::new();
    for (from, to, code, line) in [
        ("[d1]", "# why\n[d1]", "comments", 6),
        ("title.en = \"T\"\ntitle.ru = \"Т\"\n", "", "no_title", 1),
        ("title.ru = \"Т\"\n", "", "", 0),
        ("ru = \"authentic\" }", "ru = \"authentic\", fr = \"translation\" }", "translation", 4),
        ("ru = \"authentic\" }", "ru = \"authentic\", fr = \"translation\" }", "title_language", 4),
        ("uses = [\"d1\"]\n", "", "term_unused", 6),
        ("uses = [\"d1\"]\n", "", "term_proposed", 14),
        ("in = \"b1\"\n", "", "basket_empty", 11),
        ("{ date = 2036-12-31 }", "{ reported = \"d1\", by = \"each observer\" }", "until_open", 19),
        ("{ date = 2036-12-31 }", "{ adopted = \"each\" }", "until_open", 19),
        ("No assessment", "A party shall make no assessment", "treaty_words", 17),
        ("Без оценок", "Стороны обязуются: без оценок", "treaty_words", 18),
        ("binding = \"political\"", "binding = \"legal\"", "original_absent", 5),
        ("Без оценок", "Без\\nоценок", "languages_paragraphs", 18),
        ("Без оценок", "60 дней без оценок", "languages_numbers", 18),
        ("No assessment", &format!("No {} assessment", "long ".repeat(40)), "languages_length", 18),
        ("term.ru = \"окончание голосования\"\n", "", "", 0),
        ("No assessment", "No \u{430}ssessment", "mixed_scripts", 17),
        ("No assessment", "No \u{441}\u{43e}\u{440}\u{443}", "lookalike", 17),
        ("Без оценок", "Без HATO", "lookalike", 18),
        ("No assessment", "No\u{200d} assessment", "hidden", 17),
        ("until =", "no = \"1\"\nuntil =", "", 1),
        ("until =", "no = \"1\"\nuntil =", "number_twice", 19),
        (
            "[c1]",
            "[b2]\nalternative_to = \"b1\"\nbasket.en = \"Votes\"\nbasket.ru = \"Голоса\"\n[c1]",
            "alternatives",
            15,
        ),
    ] {
        assert!(PLAIN.contains(from), "{from}");
        let source = match code {
            "number_twice" => PLAIN.replace("[d1]\n", "[d1]\nno = \"1\"\n").replace(from, to),
            _ => PLAIN.replace(from, to),
        };
        if code.is_empty() && line == 0 {
            // What is authentic must stand: an error, not a remark.
            write(&desk, "t.toml", &source);
            let output = desk.run(&["text", "check", "t.toml"]);
            let err = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{err}");
            assert!(err.contains("error[authoring]: t.toml: line ") && err.contains("next: "), "{err}");
            continue;
        }
        let found = remarks(&desk, &source);
        let line = if code == "number_twice" { line + 1 } else { line };
        if code.is_empty() {
            assert_eq!(found, [], "{to}");
        } else {
            assert!(found.contains(&(code.to_owned(), line)), "{to}: {found:?}");
        }
    }
    // A saving from law, and words that are not those of a treaty.
    let political = PLAIN.replace("No assessment", "A party shall make no assessment");
    let saved = format!(
        "{political}[g1]\nsaving.en = \"A political commitment that creates no duties in law.\"\nsaving.ru = \"Политическое обязательство.\"\n"
    );
    assert_eq!(remarks(&desk, &saved), []);
    assert_eq!(remarks(&desk, &PLAIN.replace("No assessment", "No partying, no marshall")), []);
}

#[test]
fn the_example_is_read_back_as_sentences() {
    let desk = Desk::new();
    write(&desk, "code.toml", CODE);
    write(&desk, "code.ru.toml", RUSSIAN);
    let out = desk.ok(&["text", "check", "code.toml", "code.ru.toml"]);
    for sentence in [
        "32 provisions (terms: 9, baskets: 4, commitments: 3)",
        "covers acts of: state, state-funded, parastate",
        "      until the earlier of\n        each observer has reported d8 (report of a mission), same election\n        60 days after either side has reported d9 (end of voting), same election\n",
        "may be adopted by baskets; reservations: any; a commitment takes effect when moscow and washington have each adopted it",
        "an answer is expected within 72 hours of receipt",
        "withdrawal takes 90 days, counted from receipt",
        "ru is called a translation; 4 of 32 provisions have it",
        "d1 \"interference\" is a term that no commitment uses",
        "b2 holds no provision",
        "Nothing stands in the way of tabling.",
    ] {
        assert!(out.contains(sentence), "{sentence}\n{out}");
    }
    assert!(!out.contains("code.ru.toml stands beside it"));
    let alone = desk.ok(&["text", "check", "code.toml"]);
    assert!(alone.contains("code.ru.toml stands beside it"), "{alone}");
    let russian = desk.ok(&["text", "check", "code.toml", "--lang", "ru"]);
    assert!(russian.contains("до более раннего из моментов, когда"), "{russian}");
}

#[test]
fn what_text_new_writes_is_checked_without_an_error() {
    for lang in ["en", "ru"] {
        let desk = Desk::new();
        desk.ok(&["text", "new", "-o", "new.toml", "--lang", lang]);
        assert_eq!(
            fs::read_to_string(desk.path("new.toml")).unwrap(),
            desk.ok(&["text", "new", "--lang", lang])
        );
        let seen = desk.json(&["text", "check", "new.toml", "--json"], 0);
        let codes: Vec<&Value> = seen["remarks"].as_array().unwrap().iter().map(|r| &r["code"]).collect();
        assert_eq!(codes, ["comments"], "{lang}");
        desk.refused(&["text", "new", "-o", "new.toml"], 1, "exists");
    }
}

/// The digest at the foot of a printed text.
fn digest(desk: &Desk, words: &[&str]) -> String {
    let out = desk.ok(&[&["text", "print"], words].concat());
    out.lines().last().unwrap().rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn a_text_of_two_files_and_a_document_is_the_same_words_whoever_tables_it() {
    let desk = Desk::founded();
    let code = CODE.replace("[text]\n", "[text]\ndocs = [\"map.txt\"]\n");
    for folder in ["a", "b"] {
        fs::create_dir(desk.path(folder)).unwrap();
        write(&desk, &format!("{folder}/code.toml"), &code);
        write(&desk, &format!("{folder}/code.ru.toml"), RUSSIAN);
        write(&desk, &format!("{folder}/map.txt"), "a map\n");
    }
    let sign = ["--sign", "--yes", "--dir"];
    let files = |folder: &str| ["code.toml", "code.ru.toml"].map(|name| format!("{folder}/{name}"));
    let [a, a_ru] = files("a");
    let [b, b_ru] = files("b");
    desk.ok(&[&["propose", "--file", &a, "--file", &a_ru][..], &sign, &["moscow"]].concat());
    desk.ok(&[&["pledge", "--file", &b, "--file", &b_ru][..], &sign, &["washington"]].concat());
    let of_files = digest(&desk, &[&a, &a_ru]);
    assert_eq!(of_files.len(), 64);
    assert_eq!(digest(&desk, &["moscow/1", "--dir", "moscow"]), of_files);
    assert_eq!(digest(&desk, &["washington/1", "--dir", "washington"]), of_files);
    let map = countersign::hash::Hash::of(b"a map\n");
    assert_eq!(fs::read(desk.path(&format!("moscow/docs/{map}"))).unwrap(), b"a map\n");
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    assert!(desk.path(&format!("pub/docs/{map}")).is_file());
    desk.ok(&["verify", "pub", "--ledger", "charter.json"]);
    desk.ok(&["pull", "pub", "--dir", "washington"]);
    assert!(desk.path(&format!("washington/docs/{map}")).is_file());
    // A file that is not there, and one language whose id is not in the first file.
    write(&desk, "a/code.toml", &CODE.replace("[text]\n", "[text]\ndocs = [\"gone.txt\"]\n"));
    desk.refused(&["propose", "--file", "a/code.toml", "--dir", "moscow"], 2, "authoring");
    write(&desk, "b/code.ru.toml", &RUSSIAN.replace("[c3]", "[c9]"));
    let output =
        desk.run(&["propose", "--file", "b/code.toml", "--file", "b/code.ru.toml", "--dir", "moscow"]);
    let err = text(&output.stderr);
    assert!(
        err.contains("error[authoring]: b/code.ru.toml: line 8, column 2, due here: an id of the first file"),
        "{err}"
    );
}

#[test]
fn other_texts_are_looked_up_where_a_ledger_is() {
    let desk = Desk::founded();
    write(&desk, "first.toml", PLAIN);
    desk.ok(&["propose", "--file", "first.toml", "--sign", "--yes", "--dir", "moscow"]);
    let second = PLAIN
        .replace("[text]\n", "[text]\nextends = \"moscow/1\"\n")
        .replace("in = \"b1\"", "in = \"moscow/1#b1\"")
        .replace("No assessment", "No public assessment");
    write(&desk, "t.toml", &second);
    let outside = desk.ok(&["text", "check", "t.toml"]);
    assert!(outside.contains("moscow/1#b1 is looked up when the text is tabled"), "{outside}");
    let inside = desk.ok(&["text", "check", "t.toml", "--dir", "moscow"]);
    assert!(inside.contains("in moscow/1#b1 (Elections)"), "{inside}");
    assert!(inside.contains("c1 stands in moscow/1 too, with other words"), "{inside}");
    assert!(!inside.contains("d1 stands in moscow/1") && !inside.contains("looked up"), "{inside}");
    for (from, to) in
        [("moscow/1#b1", "moscow/1#d1"), ("moscow/1#b1", "moscow/1#b9"), ("moscow/1#b1", "moscow/9#b1")]
    {
        write(&desk, "t.toml", &second.replace(from, to));
        desk.refused(&["text", "check", "t.toml", "--dir", "moscow"], 2, "authoring");
    }
}

#[test]
fn a_text_too_long_for_one_entry_stands_in_a_document() {
    let desk = Desk::founded();
    let mut long = "[text]\ntitle.en = \"Long\"\nlanguages = { en = \"authentic\" }\n".to_owned();
    for number in 0..60 {
        long.push_str(&format!("[c{number}]\ndo.en = \"{}\"\n", "words ".repeat(200).trim_end()));
    }
    write(&desk, "long.toml", &long);
    assert!(desk.ok(&["text", "check", "long.toml"]).contains("the provisions go into a document"));
    desk.ok(&["propose", "--file", "long.toml", "--sign", "--yes", "--dir", "moscow"]);
    assert_eq!(digest(&desk, &["moscow/1", "--dir", "moscow"]), digest(&desk, &["long.toml"]));
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    desk.ok(&["pull", "pub", "--dir", "washington"]);
    desk.ok(&["adopt", "moscow/1", "--sign", "--yes", "--dir", "washington"]);
    let shown = desk.json(&["show", "washington/1", "--dir", "washington", "--json"], 0);
    assert_eq!(shown["effect"], Value::Null);
}

#[test]
fn the_printed_document_is_numbered_bracketed_and_runs_nothing() {
    let desk = Desk::new();
    let source = PLAIN
        .replace("[c1]\n", "[b1-alt]\nalternative_to = \"b1\"\nbasket.en = \"Votes & <b>\"\nbasket.ru = \"Голоса\"\n[c1]\nno = \"5(a)\"\n")
        .replace("title.en = \"T\"", "title.en = \"<script>T</script>\"");
    write(&desk, "t.toml", &source);
    desk.ok(&["text", "print", "t.toml", "-o", "t.html"]);
    let html = fs::read_to_string(desk.path("t.html")).unwrap();
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;T&lt;/script&gt;"), "{html}");
    assert!(html.contains("[Votes &amp; &lt;b&gt;]") && html.contains("[Elections]"), "{html}");
    assert!(!html.contains("http") || html.matches("http").count() == 1, "nothing is fetched: {html}");
    assert!(html.contains("class=\"two\"") && html.contains("position:fixed"));
    assert!(html.contains(">5(a)<") && !html.contains("c1<"), "no id beside a printed number");
    assert!(html.contains("Draft, adopted by nobody"));
    let plain = desk.ok(&["text", "print", "t.toml"]);
    desk.ok(&["text", "print", "t.toml", "-o", "t.txt"]);
    assert_eq!(fs::read_to_string(desk.path("t.txt")).unwrap(), plain);
    for line in plain.lines() {
        let columns = unicode_width::UnicodeWidthStr::width(line);
        assert!(columns <= 80 || line.contains("digest"), "{columns}: {line}");
    }
    assert!(
        plain.contains("“end of voting”: the hour") && plain.contains("«окончание голосования»: час"),
        "{plain}"
    );
    // A language from right to left, beside one from left to right.
    let hebrew = PLAIN
        .replace("ru", "he")
        .replace("Без оценок до закрытия участков.", "לא נתערב בבחירות ".repeat(9).trim_end());
    write(&desk, "t.toml", &hebrew);
    let plain = desk.ok(&["text", "print", "t.toml"]);
    let turned: Vec<&str> = plain.lines().filter(|line| line.contains('ל')).collect();
    assert!(
        turned.len() > 3 && turned.iter().all(|line| line.contains('\u{2068}') && line.contains('\u{2069}'))
    );
    let one = desk.ok(&["text", "print", "t.toml", "--fields"]);
    assert!(one.contains("How a program reads the fields") && one.contains("until 2036-12-31 begins (UTC)"));
    desk.refused(&["text", "print", "t.toml", "--acts"], 2, "usage");
}

#[test]
fn all_acts_of_all_sides_are_one_document() {
    let desk = Desk::founded();
    write(&desk, "t.toml", PLAIN);
    let sign = ["--sign", "--yes", "--dir"];
    let go = |words: &[&str], dir: &str| desk.ok(&[words, &sign, &[dir]].concat());
    go(&["propose", "--file", "t.toml"], "moscow");
    let none = desk.ok(&["text", "print", "moscow/1", "--acts", "--dir", "moscow"]);
    assert!(none.contains("Tabled by moscow; adopted by nobody in the entries held here"), "{none}");
    assert!(none.contains("No act about it is in the entries held here."), "{none}");
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    desk.ok(&["pull", "pub", "--dir", "washington"]);
    go(&["adopt", "moscow/1"], "washington");
    go(&["state", "We read it \"so\".", "--about", "moscow/1#c1"], "washington");
    go(&["state", "Of another thing."], "washington");
    go(&["state", "Of what we said.", "--about", "washington/2"], "washington");
    let abstracted = PLAIN
        .replace("[text]\n", "[text]\nextends = \"moscow/1\"\nrendering = \"abstract\"\ndated = { from = 2026-01-02, place = \"Helsinki\" }\n");
    write(&desk, "t.toml", &abstracted);
    go(&["propose", "--file", "t.toml"], "washington");
    let out = desk.ok(&["text", "print", "moscow/1", "--acts", "--dir", "washington"]);
    let acts = out.split("Acts of all sides about this text").nth(1).unwrap();
    let heads: Vec<&str> = acts.lines().filter(|line| line.starts_with("washington/")).collect();
    assert_eq!(heads.len(), 4, "{acts}");
    assert!(heads[0].starts_with("washington/1; washington; adopted; its author dates it"), "{acts}");
    assert!(heads[1].starts_with("washington/2; washington; statement; about c1;"), "{acts}");
    assert!(heads[2].starts_with("washington/4; "), "{acts}");
    assert!(acts.contains("\"We read it \"so\".\"") && !acts.contains("Of another thing."), "{acts}");
    assert!(
        acts.contains("dated 2026-01-02,\nHelsinki") && acts.contains("abstract: words of whoever"),
        "{acts}"
    );
    assert!(out.contains("Tabled by moscow; acts of adoption: washington"), "{out}");
    desk.ok(&["text", "print", "moscow/1", "--acts", "--dir", "washington", "-o", "t.html"]);
    let html = fs::read_to_string(desk.path("t.html")).unwrap();
    assert!(html.contains("We read it &quot;so&quot;.") && html.contains("<q lang=\"en\""), "{html}");
}
