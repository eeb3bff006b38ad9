//! What would be without effect is not signed, for each reason that readers would see; the
//! folder stays as it is. What is signed all the same by other software reads so.

use std::collections::BTreeSet;
use std::fs;

use countersign::disk::RealDisk;
use countersign::hash::Hash;
use countersign::keyfile;
use countersign::ledger::{KeyPlace, LogPen, Pen, Receipt, Writer};
use countersign::names::Label;
use countersign::vocabulary::{Phrase, effect as rows};
use serde_json::{Value, json};

use crate::command_line::{Desk, text, tree};

/// A code by baskets, with a period of withdrawal.
const CODE: &str = r#"{"languages":{"en":"authentic"},"provisions":[{"id":"b1","type":"basket","words":{"en":"Elections"}},{"id":"b2","type":"basket","words":{"en":"Media"}},{"id":"c1","in":"b1","type":"refrain","words":{"en":"No assessment."}},{"id":"c2","in":"b2","type":"do","words":{"en":"Publish."}},{"id":"p1","parts":"baskets","reservations":["c1"],"type":"procedure","words":{"en":"By baskets."}},{"id":"p3","type":"procedure","withdraw_days":90,"words":{"en":"90 days."}}],"standing":"proposal"}"#;

/// A text that is taken as a whole.
const WHOLE: &str = r#"{"languages":{"en":"authentic"},"provisions":[{"id":"c1","type":"do","words":{"en":"Publish."}}],"standing":"proposal"}"#;

/// One with two wordings.
const BRACKETS: &str = r#"{"languages":{"en":"authentic"},"provisions":[{"id":"c1","type":"do","words":{"en":"Publish."}},{"alternative_to":"c1","id":"c2","type":"do","words":{"en":"Publish at once."}}],"standing":"proposal"}"#;

struct Office {
    desk: Desk,
}

impl Office {
    /// Moscow has two labels, both of which adopt; geneva drafts.
    fn new() -> Self {
        let desk = Desk::new();
        for name in ["moscow", "moscow/second", "washington", "observer", "geneva"] {
            desk.ok(&["key", "new", name, "--out", "k", "--no-passphrase"]);
        }
        fs::write(desk.path("more.toml"), "[member.moscow]\nmore_pens = { adopt = 2 }\n").unwrap();
        let files = [
            ("--party", "k/moscow.pub"),
            ("--party", "k/moscow.second.pub"),
            ("--party", "k/washington.pub"),
            ("--observer", "k/observer.pub"),
            ("--drafter", "k/geneva.pub"),
            ("--file", "more.toml"),
        ];
        let files: Vec<&str> = files.into_iter().flat_map(|(option, file)| [option, file]).collect();
        desk.ok(&[&["charter", "new", "--title", "Test"][..], &files].concat());
        for name in ["moscow", "washington", "observer", "geneva"] {
            let key = format!("k/{name}.key");
            desk.ok(&["init", "charter.json", "--as", name, "--key", &key, "--dir", name, "--yes"]);
        }
        Self { desk }
    }

    /// Signs whatever it is, as software of another make might, and gives its hash.
    fn sign_anyway(&self, who: &str, kind: &str, body: &Value, receipt: &Receipt) -> String {
        let body = countersign::json::Value::parse(&body.to_string()).unwrap();
        let disk = RealDisk::new();
        let path = |name: &str| self.desk.path(&format!("k/{name}"));
        let key = |name: &str| {
            let pem = keyfile::read_pem(&disk, &path(name)).unwrap();
            keyfile::from_pem(&pem, None).unwrap()
        };
        let (own, log) = (format!("{who}.key"), format!("{who}.log.key"));
        let label: Label = "main".parse().unwrap();
        let places = [KeyPlace { path: path(&own), label: Some(label.clone()) }];
        let (mut writer, _) = Writer::open(&disk, &self.desk.path(who), &places, &path(&log)).unwrap();
        let said = "2027-03-01T07:10:00Z".parse().ok();
        let entry = writer.compose(kind, &body, std::slice::from_ref(&label), receipt, said).unwrap();
        let pens = [Pen { label, key: key(&own), path: path(&own) }];
        let signed = writer.sign(&entry, &pens, &LogPen { key: key(&log), path: path(&log) }).unwrap();
        signed.hash().to_string()
    }

    fn sign(&self, who: &str, kind: &str, body: &Value) -> String {
        let hash = self.sign_anyway(who, kind, body, &Receipt::All);
        assert_eq!(self.effect(who), Value::Null, "{body}");
        hash
    }

    /// Why the last entry of a member is without effect, as readers see it.
    fn effect(&self, who: &str) -> Value {
        let out = self.desk.ok(&["log", "--log", who, "--last", "1", "--json", "--dir", who]);
        serde_json::from_str::<Value>(out.trim()).unwrap()["effect"].clone()
    }

    fn meet(&self) {
        for to in ["moscow", "washington", "observer", "geneva"] {
            for from in ["moscow", "washington", "observer", "geneva"] {
                if from != to {
                    self.desk.ok(&["pull", from, "--dir", to]);
                }
            }
        }
    }

    /// Writes a draft as it is, whatever it says.
    fn draft(&self, who: &str, kind: &str, body: &Value) {
        let draft = json!({"format": "countersign.draft/1", "kind": kind, "signers": ["main"], "body": body});
        // Drafts are read as strict JSON: keys in order, nothing between them.
        fs::write(self.desk.path(&format!("{who}/drafts/d90.json")), draft.to_string()).unwrap();
    }

    /// A draft is turned away for a reason, nothing changes, and it is still there.
    fn refused(&self, who: &str, row: Phrase, more: &[&str]) -> String {
        let words = [&["sign", "d90", "--yes", "--dir", who], more].concat();
        let before = tree(self.desk.folder.path());
        let output = self.desk.run(&words);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(6), "{row:?}: {said}");
        let reason = said.split("error[no_effect]: ").nth(1).unwrap_or_else(|| panic!("{row:?}: {said}"));
        let reason = reason.lines().next().unwrap().to_owned();
        assert!(says(row, &reason), "{row:?}: {reason}");
        let next = said.split("next: ").nth(1).unwrap();
        assert!(!next.contains("  ") && !next.lines().next().unwrap().ends_with(' '), "{row:?}: {next}");
        let mut after = tree(self.desk.folder.path());
        after.retain(|path, _| !path.ends_with("lock") || before.contains_key(path));
        assert!(before == after, "{row:?} changed a file");
        reason
    }

    fn unread(&self, name: &str) -> Value {
        self.desk.json(&["show", name, "--dir", "moscow", "--json"], 0)["hash"].clone()
    }
}

/// Whether a reason is the row with something in its places.
fn says(row: Phrase, reason: &str) -> bool {
    let mut rest = reason;
    for (at, piece) in
        row.en.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, rest)| rest)).enumerate()
    {
        let Some(found) = rest.find(piece) else { return false };
        if at == 0 && found != 0 {
            return false;
        }
        rest = &rest[found + piece.len()..];
    }
    rest.is_empty() || row.en.ends_with('}')
}

fn digest(body: &str) -> String {
    let value = countersign::json::Value::parse(body).unwrap();
    let text = countersign::body::text::Text::read(&value).unwrap();
    text.words_digest(None).unwrap().to_string()
}

fn parse(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

fn with(mut body: Value, more: &Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[test]
#[expect(clippy::many_single_char_names, reason = "hashes of entries")]
fn each_reason_is_given_before_anything_is_signed() {
    let office = Office::new();
    let nothing = Hash::of(b"nothing").to_string();
    let code = office.sign("moscow", "text", &parse(CODE));
    let whole = office.sign("moscow", "text", &parse(WHOLE));
    let draft = office.sign(
        "moscow",
        "text",
        &parse(&WHOLE.replace("proposal", "draft").replace("Publish", "Print")),
    );
    let brackets = office.sign("moscow", "text", &parse(BRACKETS));
    let said = office.sign("moscow", "statement", &json!({"words": {"en": "Words."}}));
    office.desk.ok(&["envelope", "Hidden.", "--dir", "moscow", "--sign", "--yes"]);
    office.desk.ok(&["envelope", "Hidden too.", "--dir", "moscow", "--sign", "--yes"]);
    let unheld = json!({"doc": nothing, "languages": {"en": "authentic"}, "standing": "proposal",
        "provisions": [{"digest": nothing, "id": "c1"}]});
    let unheld = office.sign("moscow", "text", &unheld);
    let pledge = parse(&WHOLE.replace("proposal", "pledge").replace("Publish", "Watch"));
    let pledged = office.sign_anyway("observer", "text", &pledge, &Receipt::All);
    office.meet();
    let adopt = |text: &str, body: &str| json!({"text": text, "words_digest": digest(body)});
    let notice = |act: &str, of: &str| json!({"act": act, "of": of});
    let answer = |stance: &str, to: &str| json!({"stance": stance, "to": to});
    let reserve =
        |id: &str| json!({"qualifications": [{"name": "reservation", "on": [id], "words": {"en": "No."}}]});

    let mut covered: BTreeSet<&str> = BTreeSet::new();
    let mut case = |row: Phrase, who: &str, kind: &str, body: Value| {
        office.draft(who, kind, &body);
        let reason = office.refused(who, row, &[]);
        // Readers of what is signed without asking see the same reason.
        office.sign_anyway(who, kind, &body, &Receipt::All);
        assert_eq!(office.effect(who), Value::from(format!("without effect: {reason}")), "{row:?}");
        covered.insert(row.en);
    };
    case(rows::DRAFTERS_ADOPT_NOTHING, "geneva", "adopt", adopt(&whole, WHOLE));
    case(rows::OBSERVER_ADOPTS_NOTHING, "observer", "adopt", adopt(&whole, WHOLE));
    case(rows::TOO_FEW_PENS, "moscow", "adopt", adopt(&whole, WHOLE));
    case(rows::NOT_HELD, "washington", "adopt", adopt(&nothing, WHOLE));
    case(
        rows::NO_MEMBER,
        "washington",
        "ask",
        json!({"act": "concern", "to": ["athens"], "words": {"en": "Why?"}}),
    );
    case(rows::NO_SUCH_PROVISION, "washington", "adopt", with(adopt(&code, CODE), &reserve("c9")));
    case(rows::RESERVATION_NOT_ALLOWED, "washington", "adopt", with(adopt(&code, CODE), &reserve("c2")));
    case(rows::HAS_NO_PROVISION, "washington", "adopt", with(adopt(&code, CODE), &json!({"only": ["b9"]})));
    case(rows::NO_TEXT, "washington", "adopt", adopt(&said, WHOLE));
    case(rows::A_DRAFT, "washington", "adopt", adopt(&draft, &WHOLE.replace("Publish", "Print")));
    case(rows::WITHOUT_EFFECT, "washington", "adopt", adopt(&pledged, &pledge.to_string()));
    case(rows::OTHER_WORDS, "washington", "adopt", adopt(&code, WHOLE));
    case(rows::NO_DOCUMENT, "washington", "notice", notice("withdraw", &unheld));
    case(rows::AS_A_WHOLE, "washington", "adopt", with(adopt(&whole, WHOLE), &json!({"only": ["c1"]})));
    case(rows::BY_BASKETS, "washington", "adopt", with(adopt(&code, CODE), &json!({"except": ["c2"]})));
    case(rows::TWO_WORDINGS, "washington", "adopt", adopt(&brackets, BRACKETS));
    case(
        rows::NOTHING_TO_CONFIRM,
        "washington",
        "adopt",
        with(adopt(&code, CODE), &json!({"step": "confirmed"})),
    );
    case(rows::ADOPTED_NOTHING, "washington", "notice", notice("suspend", &whole));
    case(rows::OWN_ENTRY, "moscow", "answer", answer("explain", &said));
    case(rows::NO_COUNTER, "washington", "answer", with(answer("counter", &said), &json!({"counter": said})));
    case(rows::NO_ENVELOPE, "washington", "answer", answer("received content", &said));
    // What was adopted, and taken back.
    let a = office.sign("washington", "adopt", &with(adopt(&code, CODE), &reserve("c1")));
    case(rows::LEFT_BY_NOTICE, "washington", "notice", notice("revoke", &a));
    case(rows::NO_QUALIFICATION, "washington", "notice", notice("revoke", &format!("{a}#c2")));
    let numbered = |of: &str, number: u64| with(notice("revoke", of), &json!({"qualification": number}));
    case(rows::NO_NUMBER, "washington", "notice", numbered(&a, 2));
    case(rows::NUMBER_NOT_ON, "washington", "notice", numbered(&format!("{a}#c2"), 1));
    office.sign("washington", "notice", &numbered(&a, 1));
    case(rows::NUMBER_TAKEN_BACK, "washington", "notice", numbered(&a, 1));
    let w = office.sign("washington", "notice", &notice("withdraw", &code));
    let r = office.sign("washington", "notice", &notice("revoke", &w));
    case(rows::TAKEN_BACK, "washington", "notice", notice("revoke", &w));
    case(rows::TAKES_BACK_ITSELF, "washington", "notice", notice("revoke", &r));
    let s = office.sign("washington", "notice", &notice("suspend", &code));
    case(rows::TOOK_EFFECT, "washington", "notice", notice("revoke", &s));
    let on = with(notice("suspend", &code), &json!({"effective": "2026-01-01"}));
    let t = office.sign("washington", "notice", &on);
    case(rows::TOOK_EFFECT_ON, "washington", "notice", notice("revoke", &t));
    office.meet();
    case(rows::ACT_OF_ANOTHER, "moscow", "notice", notice("revoke", &a));
    // Envelopes.
    let (e, f) = (office.unread("moscow/6"), office.unread("moscow/7"));
    let body = |name: &str| office.desk.json(&["show", name, "--dir", "moscow", "--json"], 0)["body"].clone();
    case(rows::COPIED, "washington", "envelope", body("moscow/6"));
    let opening = |envelope: &Value, words: &str| json!({"content": {"en": words}, "envelope": envelope, "nonce": nothing});
    case(rows::ENVELOPE_OF, "washington", "open", opening(&e, "Hidden."));
    case(rows::OPENS_NOTHING, "moscow", "open", opening(&f, "Hidden too."));
    office.desk.ok(&["open", "moscow/6", "--dir", "moscow", "--sign", "--yes"]);
    case(rows::OPENED_BEFORE, "moscow", "open", opening(&e, "Hidden."));
    // What nobody's entry receives.
    let late = office.sign("moscow", "text", &parse(&WHOLE.replace("Publish", "Translate")));
    office.desk.ok(&["pull", "moscow", "--dir", "washington"]);
    office.draft("washington", "adopt", &adopt(&late, &WHOLE.replace("Publish", "Translate")));
    office.refused("washington", rows::NOT_RECEIVED, &["--receipt", "none"]);
    covered.insert(rows::NOT_RECEIVED.en);
    // Within a smaller cut alone, and on another branch.
    covered.extend([rows::OUTSIDE.en, rows::NO_ACT.en]);
    let left: Vec<&str> =
        rows::ALL.iter().filter(|(_, row)| !covered.contains(row.en)).map(|(name, _)| *name).collect();
    assert_eq!(left, Vec::<&str>::new(), "no case turns these away");
}

#[test]
fn a_draft_stays_and_is_signed_once_nothing_stands_in_its_way() {
    let office = Office::new();
    let whole = office.sign("moscow", "text", &parse(WHOLE));
    office.draft("moscow", "adopt", &json!({"text": whole, "words_digest": digest(WHOLE)}));
    office.refused("moscow", rows::TOO_FEW_PENS, &[]);
    let keys = ["--key", "k/moscow.key", "--key", "k/moscow.second.key"];
    office.desk.ok(&[&["sign", "d90", "--yes", "--dir", "moscow"][..], &keys].concat());
    assert_eq!(office.effect("moscow"), Value::Null);
    // A draft is made for whoever of the labels will sign it.
    office.desk.ok(&["adopt", "moscow/1", "--dir", "moscow"]);
    // One that nobody can sign with effect is not made.
    office.desk.refused(&["adopt", "moscow/1", "--confirmed", "--dir", "moscow"], 6, "no_effect");
}

#[test]
fn an_answer_to_plain_words_reads_alike_with_and_without_an_index() {
    let office = Office::new();
    let said = office.sign("moscow", "statement", &json!({"words": {"en": "Words."}}));
    office.desk.ok(&["pull", "moscow", "--dir", "washington"]);
    office.sign("washington", "answer", &json!({"stance": "explain", "to": said}));
    let own = office.sign("washington", "statement", &json!({"words": {"en": "Ours."}}));
    office.sign("washington", "notice", &json!({"act": "revoke", "of": own}));
    let w = |words: &[&str]| office.desk.ok(&[words, &["--dir", "washington"]].concat());
    let pages = || [w(&["status"]), w(&["commitments"]), w(&["asks"]), w(&["status", "--json"]), w(&["log"])];
    let without = pages();
    w(&["index", "rebuild"]);
    for (with, without) in pages().iter().zip(&without) {
        assert_eq!(with, without);
    }
    // Neither does it stand in the way of one that is made with it.
    office.desk.ok(&["answer", "moscow/1", "explain", "So.", "--dir", "washington", "--sign", "--yes"]);
    assert_eq!(office.effect("washington"), Value::Null);
}
