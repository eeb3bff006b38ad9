//! What a page says of one act that later acts could blur.

use std::fs;

use crate::command_line::{Desk, text};

const TEXT: &str = r#"{"languages":{"en":"authentic"},"provisions":[{"id":"c1","type":"do","words":{"en":"Publish."}}],"standing":"proposal","title":{"en":"Code"}}"#;

struct Reader {
    desk: Desk,
}

impl Reader {
    /// Moscow has tabled a text, and washington received it.
    fn new() -> Self {
        let reader = Self { desk: Desk::founded() };
        let draft =
            format!(r#"{{"body":{TEXT},"format":"countersign.draft/1","kind":"text","signers":["main"]}}"#);
        fs::write(reader.desk.path("moscow/drafts/d90.json"), draft).unwrap();
        reader.desk.ok(&["sign", "d90", "--dir", "moscow", "--yes"]);
        reader.meet();
        reader
    }

    fn sign(&self, dir: &str, words: &[&str]) {
        self.desk.ok(&[words, &["--sign", "--yes", "--dir", dir]].concat());
        self.meet();
    }

    fn meet(&self) {
        for (to, from) in [("washington", "moscow"), ("moscow", "washington"), ("moscow", "observer")] {
            self.desk.ok(&["pull", from, "--dir", to]);
        }
        self.desk.ok(&["pull", "moscow", "--dir", "observer"]);
    }

    fn page(&self) -> String {
        self.desk.ok(&["commitments", "--dir", "moscow"])
    }

    /// The line of a member under the provision, and the entry at its margin.
    fn cell(&self) -> String {
        let page = self.page();
        let line = page.lines().find(|line| line.starts_with("    washington   "));
        line.unwrap_or_else(|| panic!("{page}")).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn an_adoption_is_dated_by_the_act_that_is_one() {
    let reader = Reader::new();
    reader.sign("washington", &["adopt", "moscow/1", "--to-be-confirmed", "--dated", "2027-01-02"]);
    assert!(reader.cell().contains(", 2 Jan 2027"), "{}", reader.cell());
    reader.sign("washington", &["adopt", "moscow/1", "--confirmed", "--dated", "2027-03-04"]);
    assert!(reader.cell().starts_with("washington adopted, 4 Mar 2027, no reservation"), "{}", reader.cell());
    // What goes less far, or says the same again, is no adoption of another day.
    reader.sign("washington", &["adopt", "moscow/1", "--initialled", "--dated", "2027-05-06"]);
    reader.sign("washington", &["adopt", "moscow/1", "--dated", "2027-06-07"]);
    assert!(reader.cell().starts_with("washington adopted, 4 Mar 2027, no reservation"), "{}", reader.cell());
}

#[test]
fn an_objection_that_was_taken_back_stands_as_taken_back() {
    let reader = Reader::new();
    reader.sign("washington", &["adopt", "moscow/1", "--reserve", "c1: Not in winter."]);
    let object = ["answer", "washington/1#c1", "object", "--between-us", "does-not-stand"];
    reader.sign("moscow", &object);
    let page = reader.page();
    assert!(page.contains("Objection of moscow"), "{page}");
    assert!(page.contains("by the word of moscow it does not stand between the two"), "{page}");
    assert!(page.contains("moscow adds that c1 does not stand between the two."), "{page}");
    reader.sign("moscow", &["notice", "revoke", "moscow/2"]);
    let page = reader.page();
    let after = page.split("Objection of moscow").nth(1).unwrap_or_else(|| panic!("{page}"));
    assert!(after.lines().nth(1).unwrap().trim_start().starts_with("taken back"), "{page}");
    assert!(after.lines().nth(1).unwrap().ends_with("moscow/3"), "{page}");
    assert!(!page.contains("does not stand between the two"), "{page}");
}

#[test]
fn of_several_qualifications_each_is_answered_and_taken_back_by_its_number() {
    let reader = Reader::new();
    let terms =
        ["--reserve", "c1: Not in winter.", "--limit", "c1: Not at night.", "--reserve", "whole: So far."];
    reader.sign("washington", &[&["adopt", "moscow/1"], &terms[..]].concat());
    let page = reader.page();
    for head in ["Reservation 1 of washington", "Reservation 2 of washington, on the whole"] {
        assert!(page.contains(head), "{head}: {page}");
    }
    assert!(page.contains("Limitation 3 of washington"), "{page}");
    assert!(reader.cell().contains("with 3 qualifications"), "{}", reader.cell());
    let to = |number: &'static str| ["washington/1#c1", "object", "--qualification", number];
    reader.sign("moscow", &[&["answer"], &to("3")[..], &["--between-us", "does-not-stand"]].concat());
    let page = reader.page();
    let limit = page.split("Limitation 3 of washington").nth(1).unwrap();
    assert!(limit.contains("Objection of moscow"), "{page}");
    assert_eq!(page.matches("Objection of moscow").count(), 1, "{page}");
    let shown = reader.desk.ok(&["show", "moscow/2", "--dir", "moscow"]);
    assert!(shown.contains("washington/1#c1, number 3"), "{shown}");
    let shown = reader.desk.ok(&["show", "washington/1", "--dir", "moscow"]);
    assert!(shown.contains("limitation 3 on c1"), "{shown}");
    // One on the whole text, which no provision names.
    reader.sign("washington", &["notice", "revoke", "washington/1", "--qualification", "2"]);
    let page = reader.page();
    let whole = page.split("Reservation 2 of washington").nth(1).unwrap();
    assert!(whole.lines().nth(2).unwrap().trim_start().starts_with("taken back"), "{page}");
    assert_eq!(page.matches("taken back").count(), 1, "{page}");
    assert!(reader.cell().contains("with 2 qualifications"), "{}", reader.cell());
    let held: serde_json::Value = reader.desk.json(&["commitments", "--dir", "moscow", "--json"], 0);
    let made = held["texts"][0]["qualifications"].as_array().unwrap();
    let told: Vec<String> = made
        .iter()
        .map(|one| {
            format!(
                "{} {} {} {}",
                one["number"],
                one["name"],
                one["revoked"],
                one["reactions"].as_array().unwrap().len()
            )
        })
        .collect();
    let due = ["1 \"reservation\" null 0", "2 \"reservation\" \"washington/2\" 0", "3 \"limitation\" null 1"];
    assert_eq!(told, due);
    reader.sign("washington", &["notice", "revoke", "washington/1#c1", "--qualification", "3"]);
    assert!(reader.cell().contains("with a reservation"), "{}", reader.cell());
    assert!(!reader.page().contains("does not stand between the two ("), "{}", reader.page());
    // What would leave the text is told from what takes a reservation back.
    let refused = reader.desk.run(&["notice", "revoke", "washington/1", "--dir", "washington"]);
    let refused = text(&refused.stderr);
    assert!(refused.contains("notice revoke washington/1 --qualification 1"), "{refused}");
}

#[test]
fn a_report_says_who_reports_beside_who_is_said_to_have_spoken() {
    let reader = Reader::new();
    let said = ["report", "It was promised.", "--said-by", "washington:Smith", "--said-to", "moscow:Ivanov"];
    reader.sign("observer", &[&said[..], &["--about", "moscow/1#c1"]].concat());
    let page = reader.page();
    let line = page
        .lines()
        .find(|line| line.trim_start().starts_with("observer/1"))
        .unwrap_or_else(|| panic!("{page}"));
    assert!(line.contains("observer reports: \"Smith\" (washington) to \"Ivanov\""), "{page}");
    let own = ["report", "It was not.", "--about", "moscow/1#c1"];
    reader.sign("washington", &own);
    let page = reader.page();
    let line = page
        .lines()
        .find(|line| line.trim_start().starts_with("washington/1"))
        .unwrap_or_else(|| panic!("{page}"));
    assert!(line.ends_with("reported by washington."), "{page}");
}
