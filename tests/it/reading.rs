//! Reading: every page for readers, in both tongues, in any script, at 80 columns.

use std::process::{Command, Stdio};

use countersign::disk::RealDisk;
use countersign::keyfile;
use countersign::ledger::{KeyPlace, LogPen, Pen, Receipt, Writer};

use countersign::names::Label;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::command_line::{Desk, text};
use crate::vocabulary::{judging, judging_in_russian};

const CHINESE: &str = "双方承诺在观察团提交报告之前不对选举作出任何公开评价，也不支持他人作出此类评价，并将在三十天内答复任何询问。";
const HEBREW: &str = "לא נפרסם הערכה פומבית של הבחירות לפני שמשלחות המשקיפים ידווחו ולא נתמוך בפרסום כזה מצד אחרים בכל דרך שהיא";
const ARABIC: &str = "لن نصدر أي تقييم علني للانتخابات قبل أن تقدم بعثات المراقبة تقاريرها ولن ندعم صدور مثل هذا التقييم عن غيرنا";
/// Marks on letters that no single character has.
const COMBINING: &str = "ẹ́ ọ́ ẹ̀ ọ̀ ṣ̀ ẹ́ ọ́ ẹ̀ ọ̀ ṣ̀ ẹ́ ọ́ ẹ̀ ọ̀ ṣ̀ ẹ́ ọ́ ẹ̀ ọ̀ ṣ̀ ẹ́ ọ́ ẹ̀ ọ̀ ṣ̀ ẹ́ ọ́ ẹ̀ ọ̀ ṣ̀ ẹ́ ọ́ ẹ̀ ọ̀ ṣ̀ ẹ́ ọ́ ẹ̀ ọ̀ ṣ̀";

/// A desk at which entries of any kind are signed.
pub struct Table {
    pub desk: Desk,
}

impl Table {
    /// Signs an entry of a kind with a body, and gives its hash. The library signs: a
    /// command would turn away what has no effect.
    pub fn sign(&self, member: &str, kind: &str, body: &Value) -> String {
        let hash = self.sign_anything(member, kind, body);
        let out = self.desk.ok(&["log", "--log", member, "--last", "1", "--json", "--dir", member]);
        let entry: Value = serde_json::from_str(out.trim()).unwrap();
        assert_eq!((&entry["kind"], &entry["effect"]), (&json!(kind), &Value::Null), "{entry}");
        hash
    }

    fn sign_anything(&self, member: &str, kind: &str, body: &Value) -> String {
        let body = countersign::json::Value::parse(&body.to_string()).unwrap();
        let disk = RealDisk::new();
        let path = |name: &str| self.desk.path(&format!("k/{name}"));
        let key = |name: &str| {
            let pem = keyfile::read_pem(&disk, &path(name)).unwrap();
            keyfile::from_pem(&pem, None).unwrap()
        };
        let (own, log) = (format!("{member}.key"), format!("{member}.log.key"));
        let label: Label = "main".parse().unwrap();
        let places = [KeyPlace { path: path(&own), label: Some(label.clone()) }];
        let (mut writer, _) = Writer::open(&disk, &self.desk.path(member), &places, &path(&log)).unwrap();
        let said = "2026-11-23T07:10:00Z".parse().ok();
        let entry = writer.compose(kind, &body, std::slice::from_ref(&label), &Receipt::All, said).unwrap();
        let pens = [Pen { label, key: key(&own), path: path(&own) }];
        let signed = writer.sign(&entry, &pens, &LogPen { key: key(&log), path: path(&log) }).unwrap();
        signed.hash().to_string()
    }

    /// Every member takes in what every other holds.
    fn exchange(&self) {
        for _ in 0..2 {
            for from in ["moscow", "washington", "observer"] {
                for to in ["moscow", "washington", "observer"].into_iter().filter(|to| *to != from) {
                    self.desk.ok(&["pull", from, "--dir", to]);
                }
            }
        }
    }

    fn at(&self, words: &[&str], columns: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(words).current_dir(self.desk.folder.path()).env("COLUMNS", columns).env("LC_ALL", "C");
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    fn page(&self, words: &[&str]) -> String {
        self.at(&[words, &["--dir", "moscow"]].concat(), "80")
    }
}

fn code() -> Value {
    json!({
        "between": ["moscow", "washington"],
        "binding": "political",
        "dated": {"from": "2027-02-10", "place": "Geneva"},
        "languages": {"en": "authentic", "ru": "translation"},
        "modality": "code of conduct",
        "standing": "proposal",
        "title": {"en": "Code of Conduct", "ru": "Кодекс поведения"},
        "track": "1.5",
        "provisions": [
            {"id": "r1", "type": "reaffirm", "words": {"en": "They recall it."}, "instrument": "Final Act",
             "place": "principle VI", "dated": "1975-08-01"},
            {"id": "d1", "type": "define", "term": {"en": "assessment", "ru": "оценка"},
             "words": {"en": "a statement on an election (d2)"}, "uses": ["d2"], "with": ["election"]},
            {"id": "d2", "type": "define", "term": {"en": "election"}, "words": {"en": "a vote by the public"}},
            {"id": "s1", "type": "scope_in", "words": {"en": "Interference, by whatever means."}},
            {"id": "s2", "type": "scope_out", "words": {"en": "Cybercrime."}},
            {"id": "b1", "type": "basket", "words": {"en": "Assessments of elections"}, "modality": "exchange of letters"},
            {"id": "c1", "type": "refrain", "in": "b1", "uses": ["d1"], "through": ["state", "on its territory"],
             "words": {"en": "Each will not make an assessment before the missions report.",
                       "ru": "Каждый воздерживается от оценок до докладов миссий."},
             "until": {"any": [{"by": "each observer", "reported": "d1", "same": ["election"]},
                               {"by": "either side", "days": 60, "reported": "d1", "same": ["election"]}]},
             "expires": "2036-12-31"},
            {"id": "m1", "type": "may", "in": "b1", "words": {"en": "After that each says what it thinks right."}},
            {"id": "c2", "type": "do", "words": {"en": "Each names a person to ask."}, "due": "2027-12-31",
             "when": {"all": [{"date": "2027-06-01"}, {"in_effect": "c1"}]}, "bearer": ["moscow"]},
            {"id": "c2-alt", "type": "do", "alternative_to": "c2", "words": {"en": "Each names two."}},
            {"id": "v1", "type": "declare", "held_by": ["moscow"], "words": {"en": "Broadcasting belongs here."}},
            {"id": "g1", "type": "saving", "words": {"en": "Nothing here imputes past conduct."}},
            {"id": "p1", "type": "procedure", "words": {"en": "It may be adopted by baskets."}, "parts": "provisions",
             "reservations": ["c1"], "takes_effect": {"adopted": "each"}, "reply_hours": 72,
             "suspend_days": 30, "withdraw_days": 90, "counted_from": "receipt"},
        ],
    })
}

/// Two sides and an observer who have used every kind with most of its fields.
pub fn table() -> Table {
    let table = Table { desk: Desk::founded() };
    let actor = |id: &str, name: &str, class: &str| json!({"id": id, "class": class, "names": {"en": name}});
    table.sign("moscow", "actor", &actor("mid", "Foreign Office", "state")); // moscow/1
    let mid = json!({
        "id": "mid", "class": "state", "names": {"en": "Ministry of Foreign Affairs", "ru": "МИД"},
        "mandate": {"acts": ["adopt", "answer"], "keys": ["main"], "until": "2030-12-31"},
        "contact": "desk@mid.example", "capacity": "former official",
    });
    table.sign("moscow", "actor", &mid); // moscow/2
    let mut press = actor("press", "Press office", "parastate");
    press["under"] = json!("mid");
    table.sign("moscow", "actor", &press); // moscow/3
    let text = table.sign("moscow", "text", &code()); // moscow/4
    table.exchange();
    let mut rival = actor("press", "News agency", "state-funded");
    rival["of"] = json!("moscow");
    table.sign("washington", "actor", &rival); // washington/1
    let digest = {
        let out = table.desk.ok(&["show", "moscow/4", "--dir", "moscow"]);
        let line = out.lines().find(|line| line.trim_start().starts_with("digest")).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let adopt = json!({
        "text": text, "words_digest": digest, "except": ["c2", "c2-alt"], "styled": "accession",
        "qualifications": [{"name": "reservation", "on": ["c1"],
                            "words": {"en": "What a court requires is not covered."}}],
        "in_return_for": [{"words": {"en": "recognition"}}],
        "condition": {"adopted": ["moscow"]},
    });
    let adoption = table.sign("washington", "adopt", &adopt); // washington/2
    let c1 = format!("{text}#c1");
    let said = json!({"as": "interpretation", "about": [c1], "speaker": "press",
                      "words": {"zh": CHINESE, "he": HEBREW, "ar": ARABIC, "yo": COMBINING}});
    let said = table.sign("washington", "statement", &said); // washington/3
    table.exchange();
    let report = json!({
        "of": format!("{text}#d1"), "with": {"election": "us-2028-11-07"},
        "said_by": {"name": "Litvinov", "member": "moscow"}, "said_to": {"name": "Bullitt"},
        "happened": {"from": "1935-08-31", "to": "1935-09-01", "after": said},
        "place": "Moscow", "source": "telegram 270", "rendering": "abstract",
        "words": {"en": "He could promise nothing."}, "dated": {"from": "1935-07-13"},
        "docs": [{"digest": "0".repeat(64), "name": "telegram"}],
    });
    let report = table.sign("observer", "report", &report); // observer/1
    let again = json!({"said_by": {"name": "Litvinov"}, "same_as": [report], "words": {"en": "The same."}});
    table.sign("observer", "report", &again); // observer/2
    let found = json!({"found": "no access", "words": {"en": "The station was shut."}});
    table.sign("observer", "report", &found); // observer/3
    let ask = json!({"act": "protest", "to": ["washington"], "about": [c1, said], "reply_by": "2028-12-01",
                     "with": {"election": "us-2028-11-07"}, "words": {"en": "We protest.", "ru": "Протестуем."}});
    let ask = table.sign("moscow", "ask", &ask);
    table.exchange();
    let answer = json!({"to": ask, "stance": "decline", "contests": ["what happened", "what the text covers"],
                        "words": {"en": "It speaks of the campaign."}});
    table.sign("washington", "answer", &answer); // washington/4
    let objection = json!({"to": format!("{adoption}#c1"), "stance": "object", "between_us": "stands"});
    table.sign("moscow", "answer", &objection); // moscow/6
    let notice = json!({"act": "withdraw", "of": text, "only": ["b1"], "effective": "2029-03-01",
                        "words": {"en": "Because of the protest."}});
    table.sign("washington", "notice", &notice); // washington/5
    envelopes(&table);
    table.exchange();
    table.desk.ok(&["seen", "--sign", "--yes", "--dir", "observer"]);
    table.exchange();
    table
}

/// Two envelopes of one slot, one opened and one whose day has passed; an opening that
/// opens nothing, a copy.
fn envelopes(table: &Table) {
    use countersign::body::envelope::{Place, commitment};
    use countersign::hash::Hash;
    let charter = std::fs::read(table.desk.path("charter.json")).unwrap();
    let (ledger, nonce) = (Hash::of(&charter), Hash::of(b"nonce"));
    let log = "moscow".parse().unwrap();
    let words = countersign::fields::Words::from([("en".to_owned(), "We shall publish in May.".to_owned())]);
    let hidden = commitment(&Place { ledger: &ledger, log: &log, slot: 7 }, &nonce, &words);
    let first = json!({"commitment": hidden.to_string(), "slot": 7, "to": ["washington"]});
    let first = table.sign("moscow", "envelope", &first); // moscow/7
    let second = json!({"commitment": Hash::of(b"x").to_string(), "slot": 7, "open_by": "2020-01-02"});
    let second = table.sign("moscow", "envelope", &second); // moscow/8
    let content = json!({"en": "We shall publish in May."});
    let open = |envelope: &str| json!({"envelope": envelope, "nonce": nonce.to_string(), "content": content});
    table.sign("moscow", "open", &open(&first)); // moscow/9
    table.sign_anything("moscow", "open", &open(&second)); // moscow/10
    let copy = json!({"commitment": hidden.to_string(), "slot": 7});
    table.sign_anything("washington", "envelope", &copy); // washington/6
}

const SHOWN: [(&str, u32); 3] = [("moscow", 11), ("washington", 7), ("observer", 5)];

fn every_page(table: &Table) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    let mut add = |words: &[&str]| all.push(words.iter().map(|word| (*word).to_owned()).collect());
    for (log, size) in SHOWN {
        for seq in 0..size {
            add(&["show", &format!("{log}/{seq}")]);
        }
    }
    for id in ["c1", "c2", "c2-alt", "d1", "b1", "g1", "p1", "v1"] {
        add(&["show", &format!("moscow/4#{id}")]);
    }
    add(&["actors"]);
    add(&["actors", "--as", "washington"]);
    add(&["log", "--graph"]);
    for words in ["election", "הבחירות", "评价", "ẹ́", "الانتخابات", "nothing-like-it"]
    {
        add(&["search", words]);
    }
    std::fs::write(table.desk.path("new.toml"), new_text()).unwrap();
    std::fs::write(table.desk.path("wide.toml"), WIDE.replace("WORDS", CHINESE)).unwrap();
    std::fs::write(table.desk.path("left.toml"), WIDE.replace("WORDS", HEBREW)).unwrap();
    add(&["diff", "moscow/4", "new.toml"]);
    add(&["diff", "moscow/4", "moscow/4"]);
    add(&["diff", "wide.toml", "left.toml"]);
    add(&["diff", "moscow/4", "wide.toml"]);
    all
}

const WIDE: &str =
    "[text]\nlanguages = { en = \"authentic\" }\n[c1]\ndo.en = \"WORDS\"\n[c9]\ndo.en = \"words WORDS\"\n";

pub fn new_text() -> String {
    "[text]
title.en  = \"Code of Conduct\"
languages = { en = \"authentic\" }
[d1]
define.en = \"a statement for publication on an election (d2)\"
[b1]
basket.en = \"Assessments of elections\"
[c1]
in = \"b1\"
uses = [\"d1\"]
refrain.en = \"Each will not make an assessment before the missions have spoken.\"
expires = 2030-12-31
[c2]
saving.en = \"This limits no broadcaster.\"
[c3]
do.en = \"Each names two.\"
"
    .to_owned()
}

#[test]
fn every_page_fits_80_columns_in_both_tongues_and_judges_nobody() {
    let table = table();
    let (mut found, mut turned) = (Vec::new(), 0);
    for words in every_page(&table) {
        for lang in ["en", "ru"] {
            let words: Vec<&str> = words.iter().map(String::as_str).chain(["--lang", lang]).collect();
            let out = table.page(&words);
            for line in out.lines() {
                assert!(line.width() <= 80, "{words:?}: {}: {line}", line.width());
                let (opened, closed) = (line.matches('\u{2068}').count(), line.matches('\u{2069}').count());
                assert_eq!(opened, closed, "{line:?}");
                let turns = line.chars().any(|c| matches!(c, '\u{590}'..='\u{8ff}'));
                assert_eq!(opened > 0, turns, "{line:?}");
                turned += opened;
            }
            let judged = if lang == "en" { judging(&out) } else { judging_in_russian(&out) };
            found.extend(judged.into_iter().map(|word| format!("{words:?}: {word}")));
            assert!(!out.contains("{\"") && !out.contains("\":"), "raw JSON: {out}");
        }
    }
    assert!(turned > 15, "{turned} lines run from right to left");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What of a Russian page is neither quoted nor a name of the format.
fn english_left(out: &str) -> Vec<String> {
    let (mut own, mut depth) = (String::new(), 0_u32);
    for character in out.chars() {
        match character {
            '«' => depth += 1,
            '»' => depth = depth.saturating_sub(1),
            _ if depth == 0 => own.push(character),
            _ => {}
        }
    }
    let names = [
        "moscow",
        "washington",
        "observer",
        "main",
        "docs",
        "election",
        "mid",
        "press",
        "UTC",
        "GUIDE",
        "md",
    ];
    let names = [&names[..], &["Reading", "new", "wide", "left", "toml", "zh", "he", "ar", "yo", "en", "ru"]]
        .concat();
    let is_name = |word: &str| {
        names.contains(&word)
            || word.chars().all(|c| c.is_ascii_hexdigit())
            || word.chars().any(|c| c.is_ascii_digit())
    };
    let words = own.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > 1);
    words.filter(|word| !is_name(word)).map(str::to_owned).collect()
}

#[test]
fn a_russian_page_has_no_english_of_the_program() {
    assert_eq!(english_left("принято by «them»"), ["by"]);
    let table = table();
    for words in every_page(&table) {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--lang", "ru"]).collect();
        let out = table.page(&words);
        let mut left = english_left(&out);
        // The id of a draft's other wording, and of classes as the format has them.
        left.retain(|word| !["alt", "nothing", "like", "it"].contains(&word.as_str()));
        assert!(left.is_empty(), "{words:?}: {left:?}\n{out}");
    }
}

#[test]
fn an_entry_is_shown_field_by_field() {
    let table = table();
    let flat = |words: &[&str]| table.page(words).split_whitespace().collect::<Vec<_>>().join(" ");
    let report = flat(&["show", "observer/1"]);
    for said in [
        "an instance of moscow/4#d1: \"assessment\"",
        "said by \"Litvinov\", of moscow said to \"Bullitt\"",
        "by that account: 31 Aug or 1 Sep 1935, after what washington/3 holds",
        "known from \"telegram 270\"",
        "This rests on the word of observer.",
        "[abstract] \"He could promise nothing.\"",
        "\"telegram\", not held here",
    ] {
        assert!(report.contains(said), "{said}: {report}");
    }
    assert!(flat(&["show", "observer/3"]).contains("its author had no access"));
    assert!(flat(&["show", "observer/2"]).contains("observer/1: accounts of one occurrence"));
    let ask = flat(&["show", "moscow/5"]);
    assert!(ask.contains("to washington which election \"us-2028-11-07\""), "{ask}");
    assert!(ask.contains("reply by 1 Dec 2028 answered washington/4, declines"), "{ask}");
    let adopted = flat(&["show", "washington/2"]);
    assert!(adopted.contains("left out c2") && adopted.contains("reservation on c1"), "{adopted}");
    assert!(adopted.contains("for \"recognition\""), "{adopted}");
    let notice = flat(&["show", "washington/5"]);
    assert!(notice.contains("date of effect that its author gives: 1 Mar 2029"), "{notice}");
}

#[test]
fn an_abstract_is_never_quoted_as_the_document() {
    let table = table();
    for lang in ["en", "ru"] {
        let out = table.page(&["show", "observer/1", "--lang", lang]);
        let line = out.lines().find(|line| line.contains("He could promise")).unwrap();
        assert!(line.trim_start().starts_with('['), "{line}");
        for words in [&["log", "--graph"][..], &["log"], &["search", "could promise"]] {
            let out = table.page(&[words, &["--lang", lang]].concat());
            let line = out.lines().find(|line| line.contains("He could")).unwrap();
            assert!(line.contains("] \"He") || line.contains("] «He") || line.contains("] He"), "{line}");
        }
    }
}

#[test]
fn an_envelope_stands_with_every_other_of_its_slot() {
    let table = table();
    for entry in ["moscow/7", "moscow/8", "moscow/9", "moscow/10"] {
        let out = table.page(&["show", entry]);
        let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in [
            "Every envelope of moscow in slot 7, as far as it is held here",
            "moscow/7 opened by moscow/9 \"We shall publish in May.\"",
            "washington/6 has the same commitment elsewhere, a copy that opens nothing",
            "moscow/8 not opened; the date named for opening, 2 Jan 2020, has passed by the clock of this machine",
            "moscow/10 names it and opens nothing",
        ] {
            assert!(flat.contains(said), "{entry}: {said}: {out}");
        }
    }
    let out = table.page(&["show", "moscow/10"]);
    assert!(out.contains("opens       moscow/8, without effect"), "{out}");
}

#[test]
fn a_provision_brings_what_it_needs() {
    let table = table();
    let out = table.page(&["show", "moscow/4#c1"]);
    for (part, number) in
        [("  d1  defines", 1), ("  d2  defines", 1), ("  g1  ", 1), ("  m1  ", 1), ("  s2  ", 1)]
    {
        assert_eq!(out.matches(part).count(), number, "{part}: {out}");
    }
    assert!(
        out.starts_with("CODE OF CONDUCT") && out.lines().next().unwrap().ends_with("moscow/4#c1"),
        "{out}"
    );
    let referred = out.split("REFERRED TO BY").nth(1).unwrap();
    for entry in ["moscow/5", "washington/2", "washington/3"] {
        assert!(referred.contains(entry), "{referred}");
    }
    // A basket's liberties are beside what lies in it, and nowhere else.
    assert!(!table.page(&["show", "moscow/4#c2"]).contains("BESIDE IT"));
    table.desk.refused(&["show", "moscow/4#c7", "--dir", "moscow"], 1, "no_entry");
    table.desk.refused(&["show", "moscow/1#c1", "--dir", "moscow"], 1, "no_entry");
}

#[test]
fn what_is_removed_comes_first_whatever_is_added() {
    let table = table();
    std::fs::write(table.desk.path("new.toml"), new_text()).unwrap();
    let out = table.page(&["diff", "moscow/4", "new.toml"]);
    let at = |words: &str| out.find(words).unwrap_or_else(|| panic!("{words}: {out}"));
    let order = [
        "REMOVED, AND FIELDS THAT NARROW",
        "recalls; removed",
        "added; what is of this type narrows",
        "until 31 Dec 2030, its last day",
        "changed; used by c1",
        "THE ID IS USED AGAIN FOR OTHER WORDS",
        "CHANGED WORDS",
        "{+for publication+}",
        "OTHER FIELDS",
        "c2-alt is c3 now",
        "What narrows is a rule on fields",
    ];
    assert!(order.map(at).is_sorted(), "{out}");
    let same = table.page(&["diff", "moscow/4", "moscow/4"]);
    assert!(same.contains("The words are the same, field by field"), "{same}");
    // Two files need no ledger.
    let apart = tempfile::tempdir().unwrap();
    for name in ["a.toml", "b.toml"] {
        std::fs::write(apart.path().join(name), WIDE.replace("WORDS", "Words.")).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let output = command.args(["diff", "a.toml", "b.toml"]).current_dir(apart.path()).output().unwrap();
    assert!(output.status.success() && text(&output.stdout).contains("are the same"), "{output:?}");
    table.desk.refused(&["diff", "moscow/4", "moscow/1", "--dir", "moscow"], 1, "no_entry");
    table.desk.refused(&["diff", "moscow/4", "none.toml", "--dir", "moscow"], 1, "disk");
    std::fs::write(table.desk.path("no.toml"), "[text]\n").unwrap();
    table.desk.refused(&["diff", "moscow/4", "no.toml", "--dir", "moscow"], 2, "authoring");
}

#[test]
fn two_descriptions_stand_side_by_side_and_neither_first_by_rank() {
    let table = table();
    let out = table.page(&["actors"]);
    let differ = out.split("WHERE DESCRIPTIONS DIFFER").nth(1).unwrap();
    for said in ["parastate", "state-funded", "\"Press office\"", "\"News agency\"", "not said"] {
        assert!(differ.contains(said), "{said}: {out}");
    }
    assert!(differ.find("moscow/3").unwrap() < differ.find("washington/1").unwrap(), "{out}");
    assert!(out.contains("earlier descriptions by moscow: moscow/1"), "{out}");
    assert!(out.contains("may adopt, answer; with the keys main; until 31 Dec 2030"), "{out}");
    let own = table.page(&["actors", "--as", "washington"]);
    let differ = own.split("WHERE DESCRIPTIONS DIFFER").nth(1).unwrap();
    assert!(differ.find("washington/1").unwrap() < differ.find("moscow/3").unwrap(), "{own}");
    table.desk.refused(&["actors", "--as", "moscw", "--dir", "moscow"], 2, "usage");
}

#[test]
fn a_search_says_where_words_stand_and_where_it_looked() {
    let table = table();
    let out = table.page(&["search", "publish may"]);
    assert!(out.contains("moscow/9") && out.contains("moscow/10") && out.contains("Found: 2"), "{out}");
    assert!(out.contains("moscow 0-10, observer 0-4, washington 0-6"), "{out}");
    assert!(table.page(&["search", "missions", "--in", "titles"]).contains("Found: 0"));
    let one = table.page(&["search", "MISSIONS", "--in", "provisions"]);
    assert!(one.contains("moscow/4#c1") && one.contains("Found: 1"), "{one}");
    assert!(table.page(&["search", "миссий"]).contains("Found: 1"));
    assert!(table.page(&["search", "desk@mid", "--in", "names"]).contains("moscow/2"));
    table.desk.refused(&["search", " ", "--dir", "moscow"], 2, "usage");
    table.desk.refused(&["search", "x", "--in", "attics", "--dir", "moscow"], 2, "usage");
}

#[test]
fn the_graph_has_a_column_a_log_and_says_what_is_newly_receipted() {
    let table = table();
    let out = table.page(&["log", "--graph"]);
    let line = |cite: &str| {
        let found = out.lines().find(|line| line.contains(&format!(" {cite} ")));
        found.unwrap_or_else(|| panic!("{cite}: {out}"))
    };
    assert!(line("moscow/5").starts_with("● │ │"), "{out}");
    assert!(line("moscow/5").ends_with("← observer/0 washington/3"), "{out}");
    assert!(line("washington/5").starts_with("  │ ●"), "moscow has ended: {out}");
    assert!(!line("washington/2").contains('←'), "nothing new: {out}");
    assert_eq!(out.lines().filter(|line| line.contains('●')).count(), 24, "{out}");
    // Each entry below all that it receipts.
    let place = |cite: &str| out.find(&format!(" {cite} ")).unwrap();
    assert!(place("washington/3") < place("moscow/5") && place("moscow/5") < place("washington/4"));
}

#[test]
fn a_split_has_a_second_column_and_many_logs_have_one() {
    let desk = Desk::founded();
    crate::command_line::copy_tree(&desk.path("k"), &desk.path("stolen"));
    let resumed = ["--as", "moscow", "--key", "stolen/moscow.key", "--dir", "other"];
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    desk.ok(&[&["init", "pub"], &resumed[..]].concat());
    for (dir, words) in [("other", "One."), ("moscow", "Another.")] {
        desk.ok(&["state", words, "--sign", "--yes", "--dir", dir]);
        desk.ok(&["publish", &format!("pub-{dir}"), "--dir", dir]);
    }
    desk.ok(&["pull", "pub-moscow", "--dir", "washington"]);
    desk.exits(&["pull", "pub-other", "--dir", "washington"], 5);
    let out = desk.ok(&["log", "--graph", "--dir", "washington"]);
    assert!(out.contains("│ moscow, second branch"), "{out}");
    let one = |words: &str| out.lines().find(|line| line.contains(words)).unwrap().to_owned();
    assert!(one("Another.").starts_with("●   ") && one("One.").starts_with("  ● "), "{out}");

    let many = Desk::new();
    let names = ["aa", "bb", "cc", "dd", "ee", "ff", "gg"];
    let mut charter: Vec<String> =
        ["charter", "new", "--title", "T", "--out", "charter.json"].map(str::to_owned).to_vec();
    for name in names {
        many.ok(&["key", "new", name, "--out", "k", "--no-passphrase"]);
        charter.extend(["--party".to_owned(), format!("k/{name}.pub")]);
    }
    many.ok(&charter.iter().map(String::as_str).collect::<Vec<_>>());
    for name in names {
        let key = format!("k/{name}.key");
        many.ok(&["init", "charter.json", "--as", name, "--key", &key, "--dir", name, "--yes"]);
        many.ok(&["pull", name, "--dir", "aa"]);
    }
    let out = many.ok(&["log", "--graph", "--dir", "aa"]);
    assert!(out.contains("gg ●  gg/0  joined") && !out.contains('│'), "{out}");
}
