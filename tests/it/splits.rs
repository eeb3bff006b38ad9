//! Where logs are split: what stands on any branch is told, under the branch's name, and
//! what is the same on all is told once.

use std::collections::BTreeSet;
use std::fs;

use countersign::names::LogId;
use countersign::status::branches::{self, On, Statuses};
use countersign::status::{Basis, Cut, NoTimes, Sources};
use serde_json::Value;

use crate::command_line::{Desk, copy_tree};
use crate::review::other_way;
use crate::vocabulary::{judging, judging_in_russian};
use crate::world::{Joining, World, log};

/// A text that takes effect once both sides have adopted it.
const TEXT: &str = r#"{"between":["moscow","washington"],"languages":{"en":"authentic"},"provisions":[{"id":"c1","type":"do","words":{"en":"Publish."}},{"id":"p1","takes_effect":{"adopted":"each"},"type":"procedure","words":{"en":"Once both have adopted it."}}],"standing":"proposal","title":{"en":"Both"}}"#;

/// A desk at which keys are copied, and every copy goes on.
struct Fork {
    desk: Desk,
}

impl Fork {
    /// Moscow has tabled a text, and everybody received it.
    fn new() -> Self {
        let fork = Self { desk: Desk::founded() };
        let draft =
            format!(r#"{{"body":{TEXT},"format":"countersign.draft/1","kind":"text","signers":["main"]}}"#);
        fs::write(fork.desk.path("moscow/drafts/d90.json"), draft).unwrap();
        fork.desk.ok(&["sign", "d90", "--dir", "moscow", "--yes"]);
        for name in ["washington", "observer"] {
            fork.desk.ok(&["pull", "moscow", "--dir", name]);
        }
        fork
    }

    /// Another folder in which a member signs, from what it holds now.
    fn copy(&self, who: &str, name: &str) {
        let (old, keys) = (format!("old-{name}"), format!("k-{name}"));
        self.desk.ok(&["publish", &old, "--dir", who]);
        copy_tree(&self.desk.path("k"), &self.desk.path(&keys));
        let key = format!("{keys}/{who}.key");
        self.desk.ok(&["init", &old, "--as", who, "--key", &key, "--dir", name]);
    }

    fn sign(&self, dir: &str, words: &[&str]) {
        self.desk.ok(&[words, &["--sign", "--yes", "--dir", dir]].concat());
    }

    /// The observer takes in these folders, one after another.
    fn meet(&self, dirs: &[&str]) {
        for dir in dirs {
            let out = format!("pub-{dir}");
            self.desk.ok(&["publish", &out, "--dir", dir]);
            let code = self.desk.run(&["pull", &out, "--dir", "observer"]).status.code();
            assert!(matches!(code, Some(0 | 5)), "{dir}");
        }
    }

    /// A page of the observer, which judges nobody in either tongue.
    fn page(&self, words: &[&str]) -> String {
        let here = [words, &["--dir", "observer"]].concat();
        let russian = self.desk.ok(&[&here[..], &["--lang", "ru"]].concat());
        assert_eq!(judging_in_russian(&russian), Vec::<String>::new(), "{russian}");
        let page = self.desk.ok(&here);
        assert_eq!(judging(&page), Vec::<String>::new(), "{page}");
        page
    }

    fn json(&self, words: &[&str]) -> Value {
        self.desk.json(&[words, &["--dir", "observer", "--json"]].concat(), 0)
    }
}

/// The block of lines under a heading of a branch that names all of these places.
fn on_branch<'p>(page: &'p str, places: &[&str]) -> Vec<&'p str> {
    let is_head = |line: &str| line.trim_start().starts_with("on branch");
    let mut lines = page.lines().skip_while(|line| {
        let named = line.matches('/').count();
        !(is_head(line) && named == places.len() && places.iter().all(|place| line.contains(place)))
    });
    lines.next();
    lines.take_while(|line| !line.is_empty() && !is_head(line)).map(str::trim).collect()
}

fn branches_of(json: &Value, log: &str) -> Vec<String> {
    let logs = json["splits"]["logs"].as_array().unwrap();
    let split = logs.iter().find(|one| one["log"] == log).unwrap();
    let name =
        |one: &Value| format!("{} {}", one["entry"].as_str().unwrap(), &one["hash"].as_str().unwrap()[..8]);
    split["branches"].as_array().unwrap().iter().map(name).collect()
}

fn cell<'j>(json: &'j Value, member: &str) -> &'j Value {
    let cells = json["texts"][0]["provisions"][0]["cells"].as_array().unwrap();
    cells.iter().find(|cell| cell["member"] == member).unwrap()
}

#[test]
fn an_act_on_one_branch_alone_is_told_whichever_was_held_first() {
    for adopts in ["washington", "w2"] {
        let fork = Fork::new();
        fork.copy("washington", "w2");
        let other = if adopts == "w2" { "washington" } else { "w2" };
        fork.sign(adopts, &["adopt", "moscow/1"]);
        fork.sign(other, &["state", "We consider it."]);
        fork.meet(&["washington", "w2"]);
        let page = fork.page(&["commitments"]);
        let json = fork.json(&["commitments"]);
        let names = branches_of(&json, "washington");
        let (with, without) = if adopts == "w2" { (&names[1], &names[0]) } else { (&names[0], &names[1]) };
        assert!(page.starts_with("The log washington is split: 2 branches"), "{page}");
        assert_eq!(page.matches("differs by branch of a split log (washington)").count(), 1, "{page}");
        let there = on_branch(&page, &[with]);
        assert!(page.contains(&format!("on branch {with}:")), "{page}");
        assert!(there.iter().any(|line| line.starts_with("adopted by washington")), "{page}");
        let cells = page.split("differs by branch").nth(1).unwrap();
        let there = on_branch(cells, &[with]).join(" ");
        assert!(there.contains("adopted ") && there.ends_with("moscow has adopted it"), "{page}");
        assert_eq!(on_branch(cells, &[without])[0], "washington   no act recorded", "{page}");
        // What is the same is told once.
        assert_eq!(
            cells.matches("moscow       ").count() + page.matches("\n    moscow       ").count(),
            1,
            "{page}"
        );
        let told = cell(&json, "washington")["by_branch"].as_array().unwrap();
        let by: Vec<(&Value, &Value)> =
            told.iter().map(|one| (&one["consent"], &one["branches"][0]["hash"])).collect();
        let hash =
            |name: &str| by.iter().find(|(_, hash)| name.ends_with(&hash.as_str().unwrap()[..8])).unwrap().0;
        assert_eq!((by.len(), hash(with), hash(without)), (2, &Value::from("adopted"), &Value::from("none")));
        assert_eq!(cell(&json, "moscow")["by_branch"], serde_json::json!([]));
        assert_eq!(json["texts"][0]["branches"], serde_json::json!([]));
        // The page of the whole record tells the same, and the split above all else.
        let status = fork.page(&["status"]);
        assert!(
            status.starts_with("The log washington is split")
                && status.contains(&format!("on branch {with}:"))
        );
    }
}

#[test]
fn a_text_and_a_question_on_the_second_branch_alone_are_told() {
    let fork = Fork::new();
    fork.copy("moscow", "m2");
    fork.sign("moscow", &["state", "Nothing new."]);
    fork.sign("m2", &["pledge", "Another text."]);
    fork.sign("m2", &["ask", "concern", "Why so?", "--to", "washington", "--about", "moscow/1#c1"]);
    // Washington holds the other branch alone, and adopts what stands on it.
    fork.desk.ok(&["publish", "pub-m2", "--dir", "m2"]);
    fork.desk.ok(&["pull", "pub-m2", "--dir", "washington"]);
    fork.sign("washington", &["adopt", "moscow/2"]);
    fork.meet(&["moscow", "m2", "washington"]);
    let json = fork.json(&["status"]);
    let second = &branches_of(&json, "moscow")[1];
    let page = fork.page(&["commitments"]);
    let text = page.split("ANOTHER TEXT.").next().unwrap();
    assert!(text.trim_end().ends_with(&format!("on branch {second}:")), "{page}");
    let text = page.split("ANOTHER TEXT.").nth(1).unwrap();
    assert!(text.contains("washington   adopted") && !text.contains("on branch"), "{page}");
    let first = page.split("ANOTHER TEXT.").next().unwrap();
    assert!(on_branch(first, &[second]).join(" ").contains("concern"), "what is raised stands there: {page}");
    let asks = fork.page(&["asks"]);
    assert!(asks.starts_with("The log moscow is split"), "{asks}");
    assert!(on_branch(&asks, &[second])[0].contains("concern"), "{asks}");
    let asked = fork.json(&["asks"]);
    assert_eq!(asked["questions"].as_array().unwrap().len(), 1);
    assert!(second.ends_with(&asked["questions"][0]["branches"][0]["hash"].as_str().unwrap()[..8]));
    assert_eq!(json["texts"].as_array().unwrap().len(), 2);
    assert!(second.ends_with(&json["texts"][1]["branches"][0]["hash"].as_str().unwrap()[..8]));
    assert_eq!(json["open_questions"], 1);
    // What an act is about need not stand on the branch held first for it to have effect.
    let shown = fork.desk.ok(&["show", "washington/1", "--dir", "observer"]);
    assert!(!shown.contains("without effect"), "{shown}");
}

#[test]
fn two_members_split_at_once_and_each_cell_names_what_it_depends_on() {
    let fork = Fork::new();
    fork.copy("washington", "w2");
    fork.copy("moscow", "m2");
    for (dir, adopts) in [("moscow", false), ("m2", true), ("washington", false), ("w2", true)] {
        let words: &[&str] = if adopts { &["adopt", "moscow/1"] } else { &["state", "We consider it."] };
        fork.sign(dir, words);
    }
    fork.meet(&["moscow", "m2", "washington", "w2"]);
    let page = fork.page(&["commitments"]);
    let json = fork.json(&["commitments"]);
    let (m, w) = (branches_of(&json, "moscow"), branches_of(&json, "washington"));
    assert!(page.contains("log moscow is split") && page.contains("log washington is split"), "{page}");
    assert_eq!(page.matches("differs by branch of a split log (moscow, washington)").count(), 2, "{page}");
    // In effect where both adopted, and waiting where one did.
    let block = |member: &str, m: &str, w: &str| {
        let from = page.split(&format!("{member:<13}differs by branch")).nth(1).unwrap();
        on_branch(from, &[m, w]).join(" ")
    };
    assert!(block("washington", &m[1], &w[1]).contains("in effect since"), "{page}");
    assert!(block("moscow", &m[1], &w[1]).contains("in effect since"), "{page}");
    assert!(block("washington", &m[0], &w[1]).contains("waits until moscow has adopted it"), "{page}");
    assert!(block("moscow", &m[1], &w[0]).contains("waits until washington has adopted it"), "{page}");
    assert!(
        block("moscow", &m[0], &w[0]).contains("no act recorded")
            || block("moscow", &m[0], &w[0]).contains("tabled"),
        "{page}"
    );
    // By log alone where the other does not matter.
    let consents = cell(&json, "washington")["by_branch"].as_array().unwrap();
    assert_eq!(consents.len(), 4);
    assert_eq!(json["splits"]["not_looked_at"], 0);
}

#[test]
fn each_of_three_branches_is_told() {
    let fork = Fork::new();
    fork.copy("washington", "w2");
    fork.copy("washington", "w3");
    fork.sign("washington", &["state", "We consider it."]);
    fork.sign("w2", &["adopt", "moscow/1"]);
    fork.sign("w3", &["adopt", "moscow/1", "--initialled"]);
    fork.meet(&["washington", "w2", "w3"]);
    let page = fork.page(&["commitments", "moscow/1#c1"]);
    let json = fork.json(&["commitments", "moscow/1#c1"]);
    let names = branches_of(&json, "washington");
    assert!(page.starts_with("The log washington is split: 3 branches"), "{page}");
    let cells = page.split("differs by branch").nth(1).unwrap();
    assert!(on_branch(cells, &[&names[0]])[0].starts_with("washington   no act recorded"), "{page}");
    let told: BTreeSet<&str> = names.iter().map(|name| on_branch(cells, &[name])[0]).collect();
    for (line, due) in told.into_iter().zip(["adopted", "initialled", "no act recorded"]) {
        assert!(line.starts_with(&format!("washington   {due}")), "{due}: {page}");
    }
    let told = cell(&json, "washington")["by_branch"].as_array().unwrap();
    let consents: BTreeSet<&str> = told.iter().map(|one| one["consent"].as_str().unwrap()).collect();
    assert_eq!(consents, BTreeSet::from(["adopted", "initialled", "none"]));
}

#[test]
fn branches_that_differ_in_no_meaning_add_nothing_but_the_split() {
    let fork = Fork::new();
    fork.sign("washington", &["adopt", "moscow/1"]);
    fork.copy("washington", "w2");
    fork.sign("washington", &["state", "One."]);
    fork.meet(&["washington"]);
    let pages = [&["commitments"][..], &["asks"], &["commitments", "moscow/1#c1"]];
    let before: Vec<String> = pages.iter().map(|words| fork.page(words)).collect();
    let json = fork.json(&["commitments"]);
    fork.sign("w2", &["state", "Another."]);
    fork.meet(&["w2"]);
    for (words, before) in pages.iter().zip(before) {
        let page = fork.page(words);
        let (split, rest) = page.split_once("\n\n").unwrap();
        assert!(split.starts_with("The log washington is split: 2 branches"), "{page}");
        assert_eq!(rest, before, "{words:?}");
    }
    let after = fork.json(&["commitments"]);
    assert_eq!((&json["texts"], &json["cut"]), (&after["texts"], &after["cut"]));
    assert_ne!(json["splits"], after["splits"]);
}

/// A ledger of so many sides, each with a second branch.
fn all_split(sides: &[&'static str]) -> (World, countersign::audit::Copy) {
    let members: Vec<Joining> = sides.iter().map(|name| Joining::party(name)).collect();
    let mut world = World::new(&members);
    let others: Vec<World> = sides.iter().map(|name| other_way(&world, name, 1, "a second branch")).collect();
    for name in sides {
        world.state(name, "the first branch");
    }
    let mut copy = world.whole_copy();
    for (name, other) in sides.iter().zip(&others) {
        copy.branches.push((log(name), other.log_bytes(name)));
    }
    (world, copy)
}

#[test]
fn combinations_are_looked_at_up_to_a_number_and_the_rest_is_counted() {
    let names = ["a1", "a2", "a3", "a4", "a5", "a6", "a7"];
    for (sides, looked, left_out) in [(1, 2, 0), (3, 8, 0), (6, 64, 0), (7, 64, 64)] {
        let (world, copy) = all_split(&names[..sides]);
        let audit = world.audit(&copy);
        let (ways, left) = branches::ways(&audit);
        assert_eq!((ways.len(), left), (looked, left_out), "{sides}");
        for (at, way) in ways.iter().enumerate() {
            let logs: Vec<&LogId> = way.iter().map(|branch| branch.log()).collect();
            assert!(logs.is_sorted_by(|one, other| one < other), "one branch of each");
            assert!(ways.iter().skip(at + 1).all(|other| other.len() >= way.len()), "fewest first");
        }
    }
}

#[test]
fn a_value_is_told_by_the_logs_that_it_depends_on() {
    let (world, copy) = all_split(&["a1", "a2", "a3"]);
    let audit = world.audit(&copy);
    let cut = Cut::whole(&audit, "2027-01-01".parse().unwrap(), Basis::Named);
    let all = Statuses::of(Sources { audit: &audit, times: &NoTimes }, &cut).unwrap();
    let (ways, _) = branches::ways(&audit);
    let turns = |name: &str| -> Vec<bool> {
        ways.iter().map(|way| way.iter().any(|branch| branch.log() == &log(name))).collect()
    };
    let names = |told: &[On<bool>]| -> Vec<Vec<String>> {
        told.iter().map(|on| on.branches.iter().map(|branch| branch.log.to_string()).collect()).collect()
    };
    let (one, two) = (turns("a1"), turns("a2"));
    let told = |value: &dyn Fn(usize) -> Option<bool>| all.told((0..ways.len()).map(value).collect());
    assert_eq!(names(&told(&|_| Some(true))), [Vec::<String>::new()]);
    assert_eq!(names(&told(&|_| None)), Vec::<Vec<String>>::new());
    assert_eq!(names(&told(&|at| Some(one[at]))), [["a1"], ["a1"]]);
    assert_eq!(names(&told(&|at| Some(one[at] && two[at]))), vec![vec!["a1", "a2"]; 4]);
    // Where there is nothing to say it of, nothing differs.
    assert_eq!(names(&told(&|at| one[at].then_some(true))), [Vec::<String>::new()]);
    assert_eq!(names(&told(&|at| one[at].then(|| two[at]))), [["a2"], ["a2"]]);
    // Two values between which no way lies are told by every log.
    let apart = told(&|at| (one[at] == two[at]).then(|| one[at]));
    assert_eq!(names(&apart), vec![vec!["a1", "a2", "a3"]; 4]);
}
