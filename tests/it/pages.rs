//! What a page says of one act that later acts could blur.

use std::fs;

use crate::command_line::Desk;

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
