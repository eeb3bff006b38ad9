//! Every kind is written by its command and read back; what would have no effect is
//! turned away and leaves nothing behind; what `sign` shows is all of it.

use std::fs;

use serde_json::{Value, json};

use crate::command_line::{Desk, text, tree};

/// A code with baskets and a definition.
const CODE: &str = r#"{"languages":{"en":"authentic"},"provisions":[{"id":"b1","type":"basket","words":{"en":"Elections"}},{"id":"b2","type":"basket","words":{"en":"Media"}},{"id":"d8","type":"define","with":["election"],"words":{"en":"preliminary findings"}},{"id":"c1","in":"b1","through":["state"],"type":"refrain","words":{"en":"No assessment."}},{"id":"c2","in":"b2","type":"do","until":{"by":"each observer","reported":"d8","same":["election"]},"words":{"en":"Publish."}},{"id":"c3","in":"b1","type":"do","words":{"en":"Publish at once."}},{"id":"p1","parts":"baskets","reservations":["c1"],"takes_effect":{"adopted":"each"},"type":"procedure","words":{"en":"By baskets."}},{"id":"p2","reply_hours":72,"type":"procedure","words":{"en":"72 hours."}},{"counted_from":"receipt","id":"p3","type":"procedure","withdraw_days":90,"words":{"en":"90 days."}}],"standing":"proposal","title":{"en":"Code of Conduct"}}"#;

/// A text that is taken as a whole and takes no reservations.
const WHOLE: &str = r#"{"languages":{"en":"authentic"},"provisions":[{"id":"c1","type":"do","words":{"en":"Publish."}},{"id":"p1","reservations":"none","type":"procedure","words":{"en":"No reservations."}}],"standing":"proposal"}"#;

/// The pledge of 1933, as far as it is held.
const PLEDGE: &str = r#"{"dated":{"from":"1933-11-16","place":"Washington"},"in_return_for":[{"words":{"en":"what was said in return"}}],"languages":{"en":"authentic"},"modality":"exchange of letters","provisions":[{"bearer":"author","id":"c1","type":"refrain","words":{"en":"Not to interfere."}},{"bearer":"author","id":"c4","no":"4","through":["on its territory"],"type":"refrain","words":{"en":"Not to permit the residence of groups."}}],"rendering":"abstract","standing":"pledge"}"#;

/// A desk on which texts are tabled by drafts that are written whole.
struct Table {
    desk: Desk,
}

impl Table {
    fn new() -> Self {
        Self { desk: Desk::founded() }
    }

    /// Signs what a command drafts; gives what was shown, and the entry as JSON.
    fn sign(&self, who: &str, words: &[&str]) -> (String, Value) {
        let output = self.desk.run(&[words, &["--dir", who, "--sign", "--yes", "--json"]].concat());
        assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
        let signed: Value = serde_json::from_str(text(&output.stdout).trim()).unwrap();
        let entry = self.desk.json(&["show", signed["entry"].as_str().unwrap(), "--dir", who, "--json"], 0);
        (text(&output.stderr), entry)
    }

    /// The body that a command writes.
    fn body(&self, who: &str, words: &[&str]) -> Value {
        self.sign(who, words).1["body"].clone()
    }

    /// Tables a body as it is.
    fn table(&self, who: &str, body: &str) -> (String, Value) {
        let draft =
            format!(r#"{{"body":{body},"format":"countersign.draft/1","kind":"text","signers":["main"]}}"#);
        fs::write(self.desk.path(&format!("{who}/drafts/d90.json")), draft).unwrap();
        self.sign_draft(who, "d90")
    }

    fn sign_draft(&self, who: &str, name: &str) -> (String, Value) {
        let output = self.desk.run(&["sign", name, "--dir", who, "--yes", "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let signed: Value = serde_json::from_str(text(&output.stdout).trim()).unwrap();
        let entry = self.desk.json(&["show", signed["entry"].as_str().unwrap(), "--dir", who, "--json"], 0);
        (text(&output.stderr), entry)
    }

    /// Everybody takes in what everybody has.
    fn meet(&self) {
        for to in ["moscow", "washington", "observer"] {
            for from in ["moscow", "washington", "observer"] {
                if from != to {
                    self.desk.ok(&["pull", from, "--dir", to]);
                }
            }
        }
    }

    fn no_effect(&self, who: &str, words: &[&str]) {
        self.desk.refused(&[words, &["--dir", who]].concat(), 6, "no_effect");
        self.desk.refused(&[words, &["--dir", who, "--sign", "--yes"]].concat(), 6, "no_effect");
    }

    fn hash(&self, who: &str, entry: &str) -> Value {
        self.desk.json(&["show", entry, "--dir", who, "--json"], 0)["hash"].clone()
    }
}

#[test]
fn every_kind_is_written_by_its_command_and_read_back() {
    let table = Table::new();
    fs::write(table.desk.path("paper.pdf"), "a paper").unwrap();
    let paper = countersign::hash::Hash::of(b"a paper").to_string();
    let actor = table.body(
        "moscow",
        &[
            "actor",
            "mid",
            "--name",
            "Ministry",
            "--name",
            "ru=МИД",
            "--class",
            "state",
            "--may",
            "notice,adopt",
            "--key",
            "moscow/main",
            "--until",
            "2030-12-31",
            "--mandate",
            "paper.pdf",
            "--contact",
            "by post",
        ],
    );
    assert_eq!(
        actor,
        json!({"class": "state", "contact": "by post", "id": "mid", "mandate": {"acts": ["adopt", "notice"],
            "doc": paper, "keys": ["main"], "until": "2030-12-31"}, "names": {"en": "Ministry", "ru": "МИД"}})
    );
    let above = ["actor", "press", "--name", "Press", "--class", "state-funded", "--under", "mid"];
    assert_eq!(table.body("moscow", &above)["under"], "mid");
    table.table("moscow", CODE);
    table.meet();
    let (code, mid) = (table.hash("moscow", "moscow/3"), "moscow/3");
    let person = [
        "actor",
        "an-expert",
        "--name",
        "A Person",
        "--class",
        "private",
        "--capacity",
        "former-official",
        "--of",
        "moscow",
    ];
    assert_eq!(table.body("washington", &person)["capacity"], "former official");

    fs::write(
        table.desk.path("adopt.toml"),
        "en = \"\"\"Two\nlines.\"\"\"\nru = \"Две строки.\"\n[understand.\"c1,d8\"]\nen = \"As we read it.\"\n[limit.whole]\nen = \"As far as our law lets us.\"\n",
    )
    .unwrap();
    let adopted = table.body(
        "washington",
        &[
            "adopt",
            mid,
            "--only",
            "b1",
            "--reserve",
            "c1: Publication by a court is not covered.",
            "--file",
            "adopt.toml",
            "--styled",
            "exchange of letters",
            "--provisional",
            "--condition",
            "{ adopted = [\"moscow\"] }",
            "--in-return-for",
            "moscow/1",
            "--in-return-for",
            "recognition of it",
            "--to-be-confirmed",
        ],
    );
    assert_eq!((&adopted["text"], &adopted["only"]), (&code, &json!(["b1"])));
    assert_eq!(adopted["condition"], json!({"adopted": ["moscow"]}));
    assert_eq!(adopted["in_return_for"][1], json!({"words": {"en": "recognition of it"}}));
    assert_eq!(
        adopted["qualifications"][1],
        json!({"name": "limitation", "words": {"en": "As far as our law lets us."}})
    );
    assert_eq!(adopted["qualifications"][2]["on"], json!(["c1"]));
    assert_eq!(adopted["words"], json!({"en": "Two\nlines.", "ru": "Две строки."}));
    assert_eq!((&adopted["step"], &adopted["provisional"]), (&json!("to be confirmed"), &json!("yes")));
    assert_eq!(table.body("washington", &["adopt", mid, "--confirmed", "--only", "b1"])["step"], "confirmed");
    table.body("moscow", &["adopt", mid, "--except", "b2"]);
    table.meet();

    let objection =
        table.body("moscow", &["answer", "washington/2#c1", "object", "--between-us", "stands", "No."]);
    let reserved = format!("{}#c1", table.hash("moscow", "washington/2").as_str().unwrap());
    assert_eq!((&objection["to"], &objection["between_us"]), (&json!(reserved), &json!("stands")));
    let stated = table.body(
        "moscow",
        &[
            "state",
            "--speaker",
            "mid",
            "--as",
            "red-line",
            "Words.",
            "--about",
            "moscow/3#c1",
            "--dated",
            "1935-08-21..1935-08-25",
            "--dated-at",
            "Moscow",
            "--attach",
            "paper.pdf",
            "--abstract",
        ],
    );
    assert_eq!(
        stated,
        json!({"about": [format!("{}#c1", code.as_str().unwrap())], "as": "red line", "speaker": "mid",
            "dated": {"from": "1935-08-21", "to": "1935-08-25", "place": "Moscow"},
            "docs": [{"digest": paper, "name": "paper.pdf"}], "rendering": "abstract", "words": {"en": "Words."}})
    );
    let report = table.body(
        "observer",
        &[
            "report",
            "moscow/3#d8",
            "Published.",
            "--with",
            "election=us-2028",
            "--happened",
            "2028-11-09T14:00Z..2028-11-10",
            "--happened-after",
            "moscow/3",
            "--happened-before",
            "washington/2#c1",
            "--said-by",
            "moscow:Litvinov",
            "--said-to",
            "A journalist",
            "--source",
            "the papers",
            "--place",
            "Geneva",
            "--found",
            "nothing-seen",
        ],
    );
    assert_eq!(report["happened"]["from"], "2028-11-09T14:00:00Z");
    assert_eq!(report["said_by"], json!({"member": "moscow", "name": "Litvinov"}));
    assert_eq!(report["said_to"], json!({"name": "A journalist"}));
    assert_eq!(
        (&report["found"], &report["with"]),
        (&json!("nothing seen"), &json!({"election": "us-2028"}))
    );
    let same = table.body("observer", &["report", "The same.", "--same-as", "observer/1"]);
    assert_eq!(same["same_as"], json!([table.hash("observer", "observer/1")]));
    table.meet();
    let asked = table.body(
        "washington",
        &[
            "ask",
            "protest",
            "--to",
            "moscow",
            "--about",
            "moscow/5",
            "--with",
            "election=us-2028",
            "--reply-by",
            "2028-12-01T09:00Z",
            "Why?",
        ],
    );
    assert_eq!((&asked["act"], &asked["reply_by"]), (&json!("protest"), &json!("2028-12-01T09:00:00Z")));
    table.meet();
    let answered = table
        .body("moscow", &["answer", "washington/4", "decline", "--contests", "meaning,what-happened", "No."]);
    assert_eq!(answered["contests"], json!(["what happened", "what the text covers"]));
    let countered = table.body("moscow", &["answer", "washington/4", "counter", "--counter", "moscow/3"]);
    assert_eq!(countered["counter"], code);
    assert_eq!(table.body("moscow", &["answer", "washington/4", "no objection"])["stance"], "no objection");

    let notice =
        ["notice", "withdraw", mid, "--only", "b1", "--effective", "2029-03-01", "--grounds", "Review."];
    let given = table.body("washington", &notice);
    assert_eq!((&given["act"], &given["of"], &given["only"]), (&json!("withdraw"), &code, &json!(["b1"])));
    table.body("washington", &["notice", "suspend", mid]);
    table.body("washington", &["notice", "resume", mid]);
    let revoked = table.body("washington", &["notice", "revoke", "washington/5"]);
    assert_eq!(revoked["of"], table.hash("washington", "washington/5"));
    assert_eq!(table.body("washington", &["notice", "revoke", "washington/2#c1"])["of"], json!(reserved));
    table.body("moscow", &["notice", "revoke", "moscow/5"]);
    assert_eq!(table.body("moscow", &["envelope", "Hidden.", "--cover", "Seen."])["slot"], 1);
    assert_eq!(table.body("moscow", &["open", "moscow/11"])["content"], json!({"en": "Hidden."}));
    assert_eq!(table.body("moscow", &["seen"]), json!({}));
    table.meet();
    for who in ["moscow", "washington", "observer"] {
        table.desk.exits(&["verify", who], 0);
        let log = table.desk.ok(&["log", "--dir", who]);
        assert!(!log.contains("not understood") && !log.contains("without effect"), "{log}");
    }
}

#[test]
fn the_record_of_1933_to_1936_can_be_written() {
    let table = Table::new();
    table.table("moscow", PLEDGE);
    table.meet();
    let dated = ["--dated", "1933-11-16", "--dated-at", "Washington"];
    let adopt = [
        "adopt",
        "moscow/1",
        "--mirrored",
        "--styled",
        "exchange of letters",
        "--limit",
        "c1,c4: So far as the Constitution leaves it in the Executive's power.",
        "--abstract",
    ];
    assert_eq!(table.body("washington", &[&adopt[..], &dated].concat())["mirrored"], "yes");
    table.body("washington", &[&["state", "--as", "expectation", "Legal protection."][..], &dated].concat());
    table.meet();
    let observer = |words: &[&str]| table.body("observer", words);
    observer(&[
        "report",
        "The pledge appears.",
        "--said-by",
        "washington:Moore",
        "--said-to",
        "moscow:Troyanovsky",
        "--dated",
        "1934-06-20",
        "--about",
        "moscow/1",
        "--source",
        "Moore's own note",
    ]);
    observer(&[
        "report",
        "To protest.",
        "--said-by",
        "washington:the Secretary of State",
        "--said-to",
        "washington:Bullitt",
        "--dated",
        "1935-08-21..1935-08-25",
        "--about",
        "moscow/1#c4",
    ]);
    table.body(
        "washington",
        &[
            "ask",
            "protest",
            "--to",
            "moscow",
            "--about",
            "moscow/1#c4",
            "--dated",
            "1935-08-25",
            "--dated-at",
            "Moscow",
            "The Seventh Congress.",
        ],
    );
    table.meet();
    table.body(
        "moscow",
        &[
            "answer",
            "washington/3",
            "decline",
            "--contests",
            "what-happened,meaning",
            "--dated",
            "1935-08-27",
            "--dated-at",
            "Moscow",
            "--abstract",
            "All duties are carried out.",
        ],
    );
    table.meet();
    table.body(
        "washington",
        &["state", "What the issue is.", "--about", "moscow/2", "--dated", "1935-08-31..1935-09-01"],
    );
    table.meet();
    observer(&[
        "report",
        "It would not try.",
        "--said-by",
        "moscow:Litvinov",
        "--said-to",
        "washington:Roosevelt",
        "--happened",
        "1933-11-12",
        "--about",
        "moscow/1#c4",
    ]);
    for bound in ["--happened-after", "--happened-before"] {
        let told = observer(&["report", "As told at lunch.", "--same-as", "observer/3", bound, "moscow/1"]);
        assert_eq!(told["happened"].as_object().unwrap().len(), 1);
    }
    observer(&[
        "report",
        "Said in an interview.",
        "--said-by",
        "moscow:Stalin",
        "--said-to",
        "Howard",
        "--dated",
        "1936-03-01",
        "--about",
        "moscow/1#c4",
        "--about",
        "washington/1",
    ]);
    table.desk.exits(&["verify", "observer"], 0);
}

/// Strings and numbers of a body that the sheet says in words of its own.
fn leaves(key: &str, value: &Value, out: &mut Vec<String>) {
    let in_words = ["act", "stance", "standing", "as", "step", "rendering", "provisional", "mirrored"];
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(key, item, out)),
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(key, value, out)),
        _ if in_words.contains(&key) => {}
        Value::String(text) => out.push(text.clone()),
        value => out.push(value.to_string()),
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_sheet_shows_every_value_of_a_body_and_no_braces() {
    let table = Table::new();
    fs::write(table.desk.path("paper"), "a paper").unwrap();
    let mut sheets = Vec::new();
    sheets.push(table.sign(
        "moscow",
        &[
            "actor",
            "mid",
            "--name",
            "Ministry",
            "--class",
            "parastate",
            "--may",
            "pledge,report",
            "--key",
            "moscow/main",
            "--until",
            "2031-01-02",
            "--mandate",
            "paper",
            "--contact",
            "post",
        ],
    ));
    sheets.push(table.table("moscow", CODE));
    sheets.push(table.table("moscow", PLEDGE));
    table.meet();
    let around = [
        "--dated",
        "1935-08-21..1935-08-25",
        "--dated-at",
        "Riga",
        "--attach",
        "paper",
        "--abstract",
        "--about",
        "moscow/1",
    ];
    let mut sign = |who: &str, words: &[&str]| sheets.push(table.sign(who, &[words, &around].concat()));
    sign(
        "washington",
        &[
            "adopt",
            "moscow/2",
            "--only",
            "b2",
            "--understand",
            "c2: So.",
            "--styled",
            "signature",
            "--condition",
            "{ all = [{ date = 2030-05-06 }, { in_effect = \"moscow/3#c1\" }] }",
            "--in-return-for",
            "a word given",
        ],
    );
    sign(
        "washington",
        &["notice", "withdraw", "moscow/2", "--only", "b2", "--effective", "2033-04-05", "--grounds", "G."],
    );
    sign(
        "washington",
        &[
            "report",
            "moscow/2#d8",
            "W.",
            "--with",
            "election=us-2044",
            "--happened",
            "2044-11-09..2044-11-11",
            "--happened-after",
            "moscow/2",
            "--said-by",
            "moscow:L",
            "--said-to",
            "N",
            "--source",
            "S",
            "--place",
            "P",
            "--found",
            "no-access",
        ],
    );
    sign(
        "washington",
        &[
            "ask",
            "concern",
            "W.",
            "--to",
            "moscow,observer",
            "--with",
            "election=us-2048",
            "--reply-by",
            "2049-01-01",
        ],
    );
    sign(
        "washington",
        &[
            "answer",
            "moscow/2#c1",
            "object",
            "W.",
            "--between-us",
            "does-not-stand",
            "--contests",
            "who-did-it",
        ],
    );
    sign("moscow", &["state", "W.", "--speaker", "mid", "--as", "assurance"]);
    sign(
        "moscow",
        &[
            "envelope",
            "Hidden words.",
            "--slot",
            "77",
            "--to",
            "washington",
            "--open-by",
            "2035-06-07",
            "--cover",
            "C.",
        ],
    );
    sheets.push(table.sign("moscow", &["open", "moscow/5"]));
    table.meet();
    let mut cited = Vec::new();
    for entry in table.desk.ok(&["log", "--json", "--dir", "moscow"]).lines() {
        let entry: Value = serde_json::from_str(entry).unwrap();
        cited.push((entry["hash"].as_str().unwrap().to_owned(), entry["entry"].as_str().unwrap().to_owned()));
    }
    assert_eq!(sheets.len(), 11);
    for (shown, entry) in &sheets {
        let shown = flat(shown);
        assert!(!shown.contains(['{', '}', '"']), "{shown}");
        let mut values = Vec::new();
        leaves("", &entry["body"], &mut values);
        for value in values {
            let value = cited.iter().fold(value, |value, (hash, entry)| value.replace(hash, entry));
            assert!(
                shown.contains(&flat(&value)),
                "{}: {value} is not on the sheet:\n{shown}",
                entry["entry"]
            );
        }
    }
    assert!(sheets[9].0.contains("Hidden words."), "its author sees what the envelope hides");
    assert!(sheets[8].0.contains("mandate not shown"), "mid has no mandate for statements");
}

#[test]
fn the_sheet_says_what_an_act_and_its_receipts_start_in_both_tongues() {
    let table = Table::new();
    table.sign(
        "washington",
        &[
            "actor",
            "state",
            "--name",
            "Department",
            "--class",
            "state",
            "--may",
            "adopt,notice",
            "--key",
            "washington/main",
        ],
    );
    table.table("moscow", CODE);
    table.meet();
    let (shown, _) = table.sign("washington", &["adopt", "moscow/1", "--except", "b2"]);
    assert!(flat(&shown).contains("c1, c3 wait for the adoption by moscow (p1)"), "{shown}");
    assert!(flat(&shown).contains("washington/1 names the key main for: adopt, notice"), "{shown}");
    assert!(shown.contains("c2  do, in b2, left out of what is adopted"), "{shown}");
    table.meet();
    let (shown, _) = table.sign("moscow", &["adopt", "moscow/1", "--except", "b2"]);
    assert!(flat(&shown).contains("c1, c3 take effect with this adoption (p1)"), "{shown}");
    table.meet();
    let (shown, _) = table.sign("washington", &["notice", "withdraw", "moscow/1"]);
    assert!(flat(&shown).contains("by the words of the text 90 days run from receipt (p3)"), "{shown}");
    let (shown, _) =
        table.sign("washington", &["ask", "concern", "Why?", "--to", "moscow", "--about", "moscow/1#c1"]);
    assert!(flat(&shown).contains("72 hours for a reply run from receipt (p2)"), "{shown}");
    let (shown, _) = table.sign("washington", &["notice", "suspend", "moscow/1"]);
    assert!(shown.contains("no period: the text names none"), "{shown}");
    table.meet();
    let (shown, _) = table.sign("moscow", &["seen", "--receipt", "none"]);
    assert!(!shown.contains("90 days"), "{shown}");
    let (russian, _) = table.sign("observer", &["seen", "--lang", "ru"]);
    assert!(russian.contains("90 дн. считаются с получения (p3)"), "{russian}");
    assert!(!russian.contains("72 ч."), "asked of moscow, not of the observer: {russian}");
    let (shown, _) = table.sign("moscow", &["seen"]);
    assert!(flat(&shown).contains("Why? 72 hours for a reply run from receipt (p2)"), "{shown}");
    for (_, row) in countersign::vocabulary::signing::ALL {
        let said = row.en.split(['{', '}']).next().unwrap();
        assert!(said.len() < 12 || !russian.contains(said), "{said}");
    }
}

#[test]
fn what_would_have_no_effect_is_turned_away() {
    let table = Table::new();
    table.table("moscow", CODE);
    table.table("moscow", WHOLE);
    table.table("moscow", &WHOLE.replace("proposal", "draft"));
    table.table("moscow", &CODE.replace("\"baskets\"", "\"provisions\""));
    table.sign("moscow", &["envelope", "Hidden."]);
    table.sign("moscow", &["state", "Words."]);
    table.meet();
    fs::write(table.desk.path("paper"), "a paper").unwrap();
    // By role.
    for words in [&["adopt", "moscow/2"][..], &["pledge", "x"], &["notice", "withdraw", "moscow/2"]] {
        table.no_effect("observer", words);
    }
    let washington =
        |words: &[&str]| table.no_effect("washington", &[words, &["--attach", "paper"]].concat());
    // By the text.
    washington(&["adopt", "moscow/3"]);
    washington(&["adopt", "moscow/6"]);
    washington(&["adopt", "moscow/1"]);
    washington(&["adopt", "moscow/1", "--only", "c1"]);
    washington(&["adopt", "moscow/1", "--except", "b9"]);
    washington(&["adopt", "moscow/2", "--only", "c1"]);
    washington(&["adopt", "moscow/2", "--mirrored"]);
    washington(&["adopt", "moscow/2", "--confirmed"]);
    washington(&["adopt", "moscow/2", "--reserve", "c1: Not in winter."]);
    washington(&["adopt", "moscow/2", "--reserve", "whole: Not in winter."]);
    washington(&["adopt", "moscow/2", "--understand", "c9: In winter."]);
    washington(&["adopt", "moscow/1", "--except", "b2", "--reserve", "c3: Not in winter."]);
    washington(&["adopt", "moscow/1", "--except", "b2", "--reserve", "whole: Not in winter."]);
    washington(&["adopt", "moscow/1", "--except", "b2", "--limit", "c2: In winter."]);
    // The same where the text lets them be taken.
    table.sign("washington", &["adopt", "moscow/1", "--except", "b2", "--reserve", "c1: Not in winter."]);
    table.sign("washington", &["adopt", "moscow/4", "--except", "c3"]);
    // By what was signed before.
    washington(&["notice", "withdraw", "moscow/2"]);
    washington(&["notice", "resume", "moscow/1"]);
    washington(&["notice", "withdraw", "moscow/1", "--only", "c1"]);
    washington(&["notice", "withdraw", "moscow/6"]);
    for act in ["moscow/6", "washington/2", "washington/1#c3", "washington/0"] {
        washington(&["notice", "revoke", act]);
    }
    table.sign("washington", &["notice", "revoke", "washington/1#c1"]);
    washington(&["notice", "revoke", "washington/1#c1"]);
    washington(&["notice", "revoke", "washington/3"]);
    table.sign("washington", &["notice", "withdraw", "moscow/4"]);
    table.meet();
    // What another could take back, and nobody else.
    for act in ["washington/4", "washington/1#c1"] {
        table.no_effect("moscow", &["notice", "revoke", act]);
    }
    // By whom it is addressed to, or who speaks.
    washington(&["ask", "concern", "Why?", "--to", "washington"]);
    washington(&["answer", "washington/1", "explain", "So."]);
    washington(&["answer", "moscow/6", "received-content"]);
    washington(&["answer", "moscow/6", "counter", "--counter", "moscow/5"]);
    washington(&["answer", "moscow/6", "counter", "--counter", "moscow/3"]);
    washington(&["state", "Words.", "--speaker", "mid"]);
    washington(&["actor", "mid", "--name", "M", "--class", "state", "--of", "moscow", "--may", "adopt"]);
    washington(&["actor", "mid", "--name", "M", "--class", "state", "--under", "above"]);
    washington(&["report", "moscow/1#c1", "So."]);
    washington(&["report", "So.", "--same-as", "moscow/6"]);
    table.no_effect("washington", &["open", "moscow/5"]);
    table.no_effect("washington", &["open", "moscow/6"]);
    table.sign("moscow", &["open", "moscow/5"]);
    table.no_effect("moscow", &["open", "moscow/5"]);
    // What is received by nobody's entry adopts nothing.
    table.table("moscow", WHOLE);
    table.meet();
    let unreceived = ["adopt", "moscow/8", "--sign", "--yes", "--receipt", "none", "--dir", "washington"];
    table.desk.refused(&unreceived, 6, "no_effect");
}

#[test]
fn what_does_not_fit_is_turned_away_with_the_next_command() {
    let table = Table::new();
    table.table("moscow", CODE);
    table.meet();
    let refused = |words: &[&str], exit: i32, code: &str| {
        table.desk.refused(&[words, &["--dir", "washington"]].concat(), exit, code);
    };
    refused(&["state"], 2, "usage");
    refused(&["state", " "], 2, "usage");
    refused(&["state", "W.", "--dated", "1935-02-30"], 2, "usage");
    refused(&["state", "W.", "--dated", "1935-02-03..1935-02-01"], 2, "usage");
    refused(&["state", "W.", "--about", "moscow/9"], 1, "no_entry");
    refused(&["state", "W.", "--about", "moscow/1#c9"], 1, "no_entry");
    refused(&["state", "W.", "--attach", "absent"], 1, "disk");
    refused(&["state", "W.", "--as", "threat"], 2, "usage");
    refused(&["report"], 2, "usage");
    refused(&["report", "moscow/1#d8"], 2, "usage");
    refused(&["report", "W.", "--with", "election=x"], 2, "usage");
    refused(&["report", "moscow/1#d8", "W."], 2, "usage");
    refused(&["report", "moscow/1#d8", "W.", "--with", "election=x", "--with", "round=2"], 2, "usage");
    refused(&["report", "W.", "--said-by", "mosocw:Litvinov"], 2, "usage");
    refused(&["report", "W.", "--happened", "2028-11-09..2028-11-08"], 2, "usage");
    refused(&["ask", "favour", "W.", "--to", "moscow"], 2, "usage");
    refused(&["ask", "concern", "W.", "--to", "paris"], 2, "usage");
    refused(&["ask", "concern", "W.", "--to", "moscow", "--with", "Election"], 2, "usage");
    refused(&["answer", "moscow/1", "maybe"], 2, "usage");
    refused(&["answer", "moscow/1", "accept", "--between-us", "stands"], 2, "usage");
    refused(&["answer", "moscow/1", "counter"], 2, "usage");
    refused(&["answer", "moscow/1", "accept", "--counter", "moscow/1"], 2, "usage");
    refused(&["adopt", "moscow/1", "--reserve", "c1 words"], 2, "usage");
    refused(&["adopt", "moscow/1", "--condition", "{ not_shown = \"d8\" }"], 2, "usage");
    refused(&["actor", "mid", "--name", "M", "--class", "state", "--key", "washington/main"], 2, "usage");
    refused(
        &["actor", "mid", "--name", "M", "--class", "state", "--may", "adopt", "--key", "washington/mian"],
        6,
        "not_a_member",
    );
    fs::write(table.desk.path("words.toml"), "en = \"W.\"\n[reserve.c1]\nen = \"R.\"\n").unwrap();
    refused(&["state", "--file", "words.toml"], 2, "authoring");
    refused(&["state", "W.", "--file", "words.toml"], 2, "usage");
    refused(&["envelope", "e\u{301}"], 2, "usage");
    let large = fs::File::create(table.desk.path("large")).unwrap();
    large.set_len((64 << 20) + 1).unwrap();
    refused(&["state", "W.", "--attach", "large"], 2, "usage");
    large.set_len(5 << 20).unwrap();
    // With --sign and no word typed nothing is left behind, papers included.
    refused(&["state", "W.", "--attach", "large", "--sign"], 6, "not_confirmed");
    refused(&["envelope", "W.", "--sign"], 6, "not_confirmed");
    table.sign("washington", &["state", "W.", "--attach", "large"]);
    table.desk.ok(&["publish", "pub", "--dir", "washington"]);
    table.desk.exits(&["verify", "pub", "--ledger", "charter.json"], 0);
    assert_eq!(fs::read_dir(table.desk.path("pub/docs")).unwrap().count(), 1);
}

#[test]
fn an_envelope_is_opened_by_its_author_alone_and_its_secret_is_never_published() {
    let table = Table::new();
    table.desk.ok(&["envelope", "Hidden words.", "--dir", "moscow"]);
    let secrets = tree(&table.desk.path("moscow/envelopes"));
    assert_eq!(secrets.len(), 1, "on disk before it is signed");
    #[cfg(unix)]
    for (path, mode) in
        [(secrets.keys().next().unwrap().clone(), 0o600), (table.desk.path("moscow/envelopes"), 0o700)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
    }
    let (path, secret) = secrets.iter().next().unwrap();
    fs::remove_file(path).unwrap();
    table.desk.refused(&["sign", "d1", "--dir", "moscow", "--yes"], 1, "no_secret");
    fs::write(path, secret).unwrap();
    let (_, entry) = table.sign_draft("moscow", "d1");
    assert_eq!(entry["body"]["slot"], 1);
    assert_eq!(table.body("moscow", &["envelope", "More."])["slot"], 2, "the next free slot");
    table.desk.ok(&["publish", "pub", "--dir", "moscow"]);
    table.desk.ok(&["publish", "pub", "--whole", "--dir", "moscow"]);
    for (file, bytes) in tree(&table.desk.path("pub")) {
        assert!(!file.to_string_lossy().contains("envelopes"), "{}", file.display());
        assert!(!text(&bytes).contains("Hidden words."), "{}", file.display());
    }
    let report = table.desk.json(&["verify", "moscow", "--json"], 0);
    assert_eq!(report["findings"], json!([]), "no odd file");

    table.desk.ok(&["open", "moscow/1", "--to-file", "opening", "--dir", "moscow"]);
    table.desk.refused(&["open", "moscow/1", "--to-file", "opening", "--dir", "moscow"], 1, "exists");
    table.desk.refused(&["open", "--read", "opening", "--dir", "washington"], 1, "no_entry");
    table.meet();
    assert!(!text(&fs::read(table.desk.path("washington/logs/moscow.journal")).unwrap()).contains("Hidden"));
    let read = table.desk.run(&["open", "--read", "opening", "--dir", "washington"]);
    assert!(text(&read.stdout).contains("\"Hidden words.\""));
    assert!(text(&read.stderr).contains("countersign answer moscow/1 received-content"));
    let opening = fs::read_to_string(table.desk.path("opening")).unwrap();
    for (from, to) in [
        ("Hidden", "Spoken"),
        ("\"slot\":1", "\"slot\":2"),
        ("\"log\":\"moscow\"", "\"log\":\"washington\""),
        ("opening/1", "opening/2"),
        ("\n", ""),
    ] {
        assert!(opening.contains(from));
        fs::write(table.desk.path("changed"), opening.replace(from, to)).unwrap();
        table.desk.refused(&["open", "--read", "changed", "--dir", "washington"], 4, "opening");
    }
    let ledger = opening.split("\"ledger\":\"").nth(1).unwrap().split('"').next().unwrap();
    fs::write(table.desk.path("changed"), opening.replace(ledger, &"0".repeat(64))).unwrap();
    table.desk.refused(&["open", "--read", "changed", "--dir", "washington"], 4, "other_ledger");
    assert_eq!(
        table.body("washington", &["answer", "moscow/1", "received-content"])["stance"],
        "received content"
    );
    assert_eq!(table.body("moscow", &["open", "moscow/1"])["content"], json!({"en": "Hidden words."}));
    fs::remove_dir_all(table.desk.path("moscow/envelopes")).unwrap();
    table.desk.refused(&["open", "moscow/2", "--dir", "moscow"], 1, "no_secret");
}

#[test]
fn the_next_charter_follows_the_sealed_heads_with_the_keys_in_force() {
    let table = Table::new();
    let desk = &table.desk;
    desk.ok(&["key", "new", "moscow/second", "--out", "k", "--no-passphrase"]);
    let rotate = ["key", "rotate", "main", "second", "--new-key", "k/moscow.second.key", "--dir", "moscow"];
    desk.ok(&[&rotate[..], &["--sign", "--yes"]].concat());
    table.meet();
    desk.ok(&["charter", "next", "--out", "next.json", "--dir", "washington"]);
    desk.refused(&["charter", "next", "--out", "next.json", "--dir", "washington"], 1, "exists");
    let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(desk.path(name)).unwrap()).unwrap() };
    let (old, next) = (read("charter.json"), read("next.json"));
    let id = desk.json(&["charter", "show", "charter.json", "--json"], 0)["ledger"].clone();
    assert_eq!(next["previous"]["ledger"], id);
    let heads = next["previous"]["heads"].as_array().unwrap();
    let shown: Vec<(&str, u64)> =
        heads.iter().map(|head| (head["log"].as_str().unwrap(), head["size"].as_u64().unwrap())).collect();
    assert_eq!(shown, [("moscow", 2), ("observer", 1), ("washington", 1)]);
    assert_eq!((&next["terms"], &next["title"]), (&old["terms"], &old["title"]));
    assert_ne!(next["nonce"], old["nonce"]);
    let label = |charter: &Value, at: usize| charter["members"][at]["keys"][0]["label"].clone();
    assert_eq!((label(&old, 0), label(&next, 0)), (json!("main"), json!("second")));
    assert_eq!(next["members"][2], old["members"][2]);
    desk.ok(&["init", "next.json", "--as", "moscow", "--key", "k/moscow.second.key", "--dir", "m2", "--yes"]);
    // A new member, and another title.
    desk.ok(&["key", "new", "paris", "--out", "k", "--no-passphrase"]);
    let more = [
        "charter",
        "next",
        "--title",
        "Second",
        "--party",
        "k/paris.pub",
        "--out",
        "more.json",
        "--dir",
        "moscow",
    ];
    desk.ok(&more);
    assert_eq!(read("more.json")["members"].as_array().unwrap().len(), 4);
    assert_eq!(read("more.json")["title"]["en"], "Second");
}
