//! Policies: the file, line by line, and quorums over times against brute force.

use std::collections::BTreeMap;

use countersign::charter::Charter;
use countersign::cosignature::WitnessKey;
use countersign::json::Value;
use countersign::note;
use countersign::policy::{Policy, Voice};
use countersign::time::Time;

use crate::command_line::Desk;
use crate::world::{self, Joining};

fn vkey(name: &str) -> String {
    WitnessKey::of(name, &world::key(name).public()).to_string()
}

fn log_vkey(name: &str) -> String {
    note::vkey(name, &world::key(name).public())
}

fn parse(text: &str) -> Result<Policy, (usize, String)> {
    Policy::parse(text.as_bytes()).map_err(|error| (error.line, error.due))
}

fn times(of: &[(&str, u64)]) -> BTreeMap<String, Time> {
    of.iter().map(|(name, seconds)| ((*name).to_owned(), Time::from_unix(*seconds))).collect()
}

fn seconds(time: Option<Time>) -> Option<i64> {
    time.map(|time| time.seconds())
}

#[test]
fn a_file_is_read_evaluated_reported_and_printed_back() {
    let root = "ab".repeat(32);
    let text = format!(
        "# what I rely on\n\nlog {} https://log.example\n\twitness W1  {}\thttps://w1.example \nwitness W2 {}\n\
         tsa T1 {root} 1.2.3.4 60\ntsa T2 {root} * 0\ngroup neutral 2 W1 W2 T1\ngroup all all neutral T2\nquorum all\n",
        log_vkey("o"),
        vkey("w1.example"),
        vkey("w2.example/ü")
    );
    let policy = parse(&text).unwrap();
    assert_eq!((policy.logs().len(), policy.sources().len(), policy.groups().len()), (1, 4, 2));
    assert_eq!(policy.quorum(), Some("all"));
    let printed = policy.to_string();
    assert_eq!(parse(&printed).unwrap(), policy);
    assert_eq!(parse(&printed).unwrap().to_string(), printed);
    assert!(
        printed.contains("witness W1 w1.example+") && printed.contains(" https://w1.example\n"),
        "{printed}"
    );
    assert!(printed.ends_with(&format!(
        "tsa T1 {root} 1.2.3.4 60\ntsa T2 {root} * 0\ngroup neutral 2 W1 W2 T1\ngroup all all neutral T2\nquorum all\n"
    )));
    let some = times(&[("W1", 100), ("W2", 300), ("T1", 200), ("T2", 50), ("stranger", 1)]);
    assert_eq!(seconds(policy.upper(&some)), Some(200));
    assert_eq!(seconds(policy.lower(&some)), Some(50));
    let few = times(&[("W1", 100), ("T2", 50)]);
    assert_eq!((policy.upper(&few), policy.lower(&few)), (None, None));
    let heard = times(&[("W1", 100), ("W2", 70), ("T1", 90), ("T2", 50)]);
    let report = policy.report(&few, &heard);
    assert_eq!((report[0].name.as_str(), report[0].need, report[0].of), ("neutral", 2, 3));
    assert_eq!(report[0].have, [("W1".to_owned(), Time::from_unix(100))]);
    assert_eq!(report[0].lacking[0], ("W2".to_owned(), Some(Time::from_unix(70))));
    assert!(!report[0].is_met() && !report[1].is_met());
    assert_eq!(report[0].since(), Some(&Time::from_unix(90)));
    assert_eq!(report[1].since(), Some(&Time::from_unix(100)), "a group was heard when a member was");
    assert!(policy.report(&some, &heard).iter().all(|group| group.is_met()));
    let of = |name: &str| policy.sources().iter().find(|source| source.name == name).unwrap().voice.clone();
    let Voice::Witness(w1, _) = of("W1") else { panic!() };
    assert_eq!(policy.name_of(&w1), Some("W1"));
}

#[test]
fn an_empty_policy_never_passes() {
    let policy = parse(&format!("witness W {}\nquorum none\n", vkey("w"))).unwrap();
    let all = times(&[("W", 5), ("none", 5)]);
    assert_eq!((policy.upper(&all), policy.lower(&all), policy.quorum()), (None, None, None));
    assert_eq!(parse(&policy.to_string()).unwrap(), policy);
    let one = parse(&format!("witness W {}\nquorum W\n", vkey("w"))).unwrap();
    assert_eq!(seconds(one.upper(&all)), Some(5));
}

#[test]
fn thirty_two_logs_witnesses_and_groups_are_read() {
    let mut text = String::new();
    for number in 0..32 {
        text.push_str(&format!("log {}\n", log_vkey(&format!("o{number}"))));
        text.push_str(&format!("witness W{number} {}\n", vkey(&format!("w{number}"))));
        text.push_str(&format!("group G{number} any W{number}"));
        text.push_str(&if number > 0 { format!(" G{}\n", number - 1) } else { "\n".to_owned() });
    }
    let policy = parse(&format!("{text}quorum G31\n")).unwrap();
    assert_eq!(seconds(policy.upper(&times(&[("W0", 7)]))), Some(7), "through 32 groups");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let (w, w2, log) = (vkey("w"), vkey("w2"), log_vkey("o"));
    let lattice = note::vkey_of("w", 6, &[7; 1312]);
    assert!(parse(&format!("witness W {lattice}\nquorum W\n")).is_ok());
    let other_name = WitnessKey::of("other", &world::key("w").public()).to_string();
    let root = "ab".repeat(32);
    let two = format!("witness W {w}\nwitness W2 {w2}\n");
    for (text, line) in [
        (String::new(), 1),
        ("quorum none".to_owned(), 1),
        ("\n# only words\n".to_owned(), 3),
        ("quorum none\nquorum none\n".to_owned(), 2),
        ("quorum W\n".to_owned(), 1),
        (format!("quorum W\nwitness W {w}\n"), 1),
        ("Quorum none\n".to_owned(), 1),
        ("quorum none \r\n".to_owned(), 1),
        ("quorum\u{a0}none\n".to_owned(), 1),
        ("quorum none\nlog\n".to_owned(), 2),
        (format!("log {w}\nquorum none\n"), 1),
        (format!("log {log} a b\nquorum none\n"), 1),
        (format!("log {log}\nlog {log}\nquorum none\n"), 2),
        (format!("witness W {log}\nquorum none\n"), 1),
        (format!("witness none {w}\nquorum none\n"), 1),
        (format!("witness W {w}\nwitness W {w2}\nquorum none\n"), 2),
        (format!("witness W {w}\nwitness V {w}\nquorum none\n"), 2),
        (format!("witness W {w}\nwitness V {other_name}\nquorum none\n"), 2),
        (format!("{two}group W any W2\nquorum none\n"), 3),
        (format!("{two}group G any\nquorum none\n"), 3),
        (format!("{two}group G 0 W\nquorum none\n"), 3),
        (format!("{two}group G 3 W W2\nquorum none\n"), 3),
        (format!("{two}group G 01 W W2\nquorum none\n"), 3),
        (format!("{two}group G +1 W W2\nquorum none\n"), 3),
        (format!("{two}group G some W W2\nquorum none\n"), 3),
        (format!("{two}group G any W W\nquorum none\n"), 3),
        (format!("{two}group G any G\nquorum none\n"), 3),
        (format!("{two}group G any none\nquorum none\n"), 3),
        (format!("{two}group G any W\ngroup H any W\nquorum none\n"), 4),
        (format!("{two}group H any G\ngroup G any W\nquorum none\n"), 3),
        (format!("tsa T {root} * 60 more\nquorum none\n"), 1),
        (format!("tsa T {root} 1 60\nquorum none\n"), 1),
        (format!("tsa T {root} 1.02 60\nquorum none\n"), 1),
        (format!("tsa T {root} * 060\nquorum none\n"), 1),
        (format!("tsa T {} * 60\nquorum none\n", root.to_uppercase()), 1),
    ] {
        assert_eq!(parse(&text).expect_err(&text).0, line, "{text}");
    }
    assert_eq!(Policy::parse(b"quorum none\nlog \xff\n").unwrap_err().line, 2);
    assert_eq!(Policy::parse(&vec![b'\n'; 2 << 20]).unwrap_err().line, 1);
}

/// Numbers that are the same at each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

struct Random {
    /// For each group: how many are needed, and its sources.
    groups: Vec<(usize, Vec<usize>)>,
    need: usize,
    times: Vec<Option<u64>>,
}

impl Random {
    fn new(dice: &mut Dice) -> Self {
        let (mut groups, mut sources) = (Vec::new(), 0);
        for _ in 0..=dice.roll(3) {
            let members: Vec<usize> = (0..=dice.roll(3))
                .map(|_| {
                    sources += 1;
                    sources - 1
                })
                .collect();
            let need = 1 + usize::try_from(dice.roll(members.len() as u64)).unwrap();
            groups.push((need, members));
        }
        let need = 1 + usize::try_from(dice.roll(groups.len() as u64)).unwrap();
        let times = (0..sources).map(|_| (dice.roll(5) > 0).then(|| 1 + dice.roll(50))).collect();
        Self { groups, need, times }
    }

    fn text(&self, keys: &[String]) -> String {
        let mut text: String = keys
            .iter()
            .zip(0..self.times.len())
            .fold(String::new(), |text, (key, number)| text + &format!("witness W{number} {key}\n"));
        for (number, (need, members)) in self.groups.iter().enumerate() {
            let members: Vec<String> = members.iter().map(|member| format!("W{member}")).collect();
            text.push_str(&format!("group G{number} {need} {}\n", members.join(" ")));
        }
        let groups: Vec<String> = (0..self.groups.len()).map(|number| format!("G{number}")).collect();
        text + &format!("group Q {} {}\nquorum Q\n", self.need, groups.join(" "))
    }

    fn is_met(&self, set: u32) -> bool {
        let has = |member: &&usize| set >> **member & 1 == 1;
        let met = self.groups.iter().filter(|(need, members)| members.iter().filter(has).count() >= *need);
        met.count() >= self.need
    }

    /// Over every set of sources that all spoke and meet the quorum: the earliest last
    /// word, the latest first word.
    fn by_force(&self) -> (Option<u64>, Option<u64>) {
        let (mut upper, mut lower) = (None, None);
        for set in 1_u32..1 << self.times.len() {
            let members = (0..self.times.len()).filter(|member| set >> member & 1 == 1);
            let times: Option<Vec<u64>> = members.map(|member| self.times[member]).collect();
            let Some(times) = times.filter(|_| self.is_met(set)) else { continue };
            let (first, last) = (*times.iter().min().unwrap(), *times.iter().max().unwrap());
            upper = Some(upper.map_or(last, |held: u64| held.min(last)));
            lower = Some(lower.map_or(first, |held: u64| held.max(first)));
        }
        (upper, lower)
    }
}

#[test]
fn three_thousand_random_quorums_give_what_brute_force_gives() {
    let keys: Vec<String> = (0..9).map(|number| vkey(&format!("w{number}"))).collect();
    let (mut dice, mut bounds) = (Dice(0x9e37_79b9_7f4a_7c15), 0);
    for _ in 0..3000 {
        let random = Random::new(&mut dice);
        let text = random.text(&keys);
        let policy = parse(&text).unwrap();
        let spoken: BTreeMap<String, Time> = random
            .times
            .iter()
            .enumerate()
            .filter_map(|(number, time)| Some((format!("W{number}"), Time::from_unix((*time)?))))
            .collect();
        let as_number = |time: Option<Time>| seconds(time).map(|time| u64::try_from(time).unwrap());
        let ours = (as_number(policy.upper(&spoken)), as_number(policy.lower(&spoken)));
        assert_eq!(ours, random.by_force(), "{text}{spoken:?}");
        assert_eq!(policy.report(&spoken, &spoken).last().unwrap().is_met(), ours.0.is_some(), "{text}");
        bounds += usize::from(ours.0.is_some());
    }
    assert!(bounds > 1000, "{bounds}");
}

fn offering() -> Value {
    let witness = |name: &str| {
        let key = world::key(name).public();
        Value::object([
            ("key", Value::text(key)),
            ("name", Value::text(name)),
            ("suite", Value::text("ed25519")),
        ])
    };
    let quorum = |name: &str, of: &'static str, members: &[&str], need| {
        Value::object([
            ("name", Value::text(name)),
            (of, Value::texts(members)),
            ("need", Value::Number(need)),
        ])
    };
    world::charter_value(&[Joining::party("moscow"), Joining::party("washington")])
        .with_some(
            "witnesses",
            Some(Value::Array(vec![witness("athens"), witness("bern"), witness("cairo")])),
        )
        .with_some(
            "groups",
            Some(Value::Array(vec![
                quorum("athens", "members", &["athens"], 1),
                quorum("neutral", "members", &["bern", "cairo"], 1),
                quorum("twice", "members", &["athens", "bern"], 2),
            ])),
        )
        .with_some(
            "policies",
            Some(Value::Array(vec![
                quorum("bad", "of", &["neutral", "twice"], 1),
                quorum("neutral", "of", &["athens", "neutral"], 2),
            ])),
        )
}

#[test]
fn what_a_charter_offers_is_a_policy_file_by_name() {
    let charter = Charter::parse(&world::charter_bytes(&offering())).unwrap();
    let policy = Policy::offered(&charter, "neutral").unwrap();
    assert_eq!((policy.logs().len(), policy.sources().len()), (2, 3));
    let printed = policy.to_string();
    assert_eq!(parse(&printed).unwrap(), policy);
    let groups = "group athens-group all athens\ngroup neutral any bern cairo\n\
                  group neutral-policy all athens-group neutral\nquorum neutral-policy\n";
    assert!(printed.ends_with(groups), "{printed}");
    assert_eq!(seconds(policy.upper(&times(&[("athens", 9), ("bern", 5), ("cairo", 7)]))), Some(9));
    assert_eq!(Policy::offered(&charter, "bad"), None, "it counts bern twice");
    assert_eq!(Policy::offered(&charter, "athens"), None, "a group is no policy");

    let desk = Desk::new();
    std::fs::write(desk.path("charter.json"), charter.bytes()).unwrap();
    assert_eq!(desk.ok(&["charter", "policy", "charter.json", "neutral"]), printed);
    assert_eq!(desk.ok(&["charter", "policy", "charter.json"]), "bad\nneutral\n");
    desk.refused(&["charter", "policy", "charter.json", "bad"], 2, "policy");
    desk.exits(&["charter", "policy", "charter.json", "--json"], 2);
}

#[test]
fn a_charter_is_made_with_what_it_offers() {
    let desk = Desk::new();
    for name in ["moscow", "washington"] {
        desk.ok(&["key", "new", name, "--out", "k", "--no-passphrase"]);
    }
    let bern = desk.ok(&["witness", "key", "bern", "--out", "k", "--no-passphrase"]);
    let toml = format!(
        "[witness]\nbern = \"{}\"\n[group.neutral]\nneed = 1\nof = [\"bern\"]\n[policy.usual]\nneed = 1\nof = [\"neutral\"]\n",
        bern.trim()
    );
    std::fs::write(desk.path("more.toml"), &toml).unwrap();
    let new = ["charter", "new", "--title", "T", "--party", "k/moscow.pub", "--party", "k/washington.pub"];
    desk.ok(&[&new[..], &["--file", "more.toml", "--out", "charter.json"]].concat());
    let policy = desk.ok(&["charter", "policy", "charter.json", "usual"]);
    assert!(policy.contains(&format!("witness bern {}\n", bern.trim())), "{policy}");
    assert!(policy.ends_with("group neutral all bern\ngroup usual all neutral\nquorum usual\n"), "{policy}");
    std::fs::write(desk.path("more.toml"), toml.replace("bern = ", "wien = ")).unwrap();
    desk.refused(&[&new[..], &["--file", "more.toml", "--out", "other.json"]].concat(), 2, "authoring");
}
