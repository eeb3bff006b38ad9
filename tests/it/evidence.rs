//! Evidence of time: what cosignatures and time stamps say under a reader's policy, and
//! where it is printed.

use std::collections::BTreeMap;
use std::fs;

use countersign::bracket::Timed;
use countersign::copy::Copy;
use countersign::cosignature::{Cosignature, CosignedCheckpoint, WitnessKey};
use countersign::evidence::{Kind, Why, judge};
use countersign::hash::Hash;
use countersign::note;
use countersign::policy::Policy;
use countersign::status::Times;
use countersign::time::Time;
use serde_json::json;

use crate::command_line::Desk;
use crate::world::{self, World};

fn witness(name: &str) -> WitnessKey {
    WitnessKey::of(name, &world::key(name).public())
}

/// A policy of `need` of three witnesses.
fn policy(need: usize) -> Policy {
    let mut text = String::new();
    for name in ["w1", "w2", "w3"] {
        text += &format!("witness {} {}\n", name.to_uppercase(), witness(name));
    }
    Policy::parse(format!("{text}group three {need} W1 W2 W3\nquorum three\n").as_bytes()).unwrap()
}

/// A note of a log's first `size` entries, with the cosignatures of these moments.
fn cosigned(world: &World, log: &str, size: usize, by: &[(&str, u64)]) -> Vec<u8> {
    let checkpoint = world.seal(log, size);
    let text = checkpoint.tree_head().text();
    let mut note = CosignedCheckpoint::of(checkpoint);
    for (name, seconds) in by {
        let line = note::cosign(&text, *seconds, name, &world::key(name));
        assert!(note.add(Cosignature::of(&line).unwrap(), &[]));
    }
    note.to_bytes()
}

fn hold(copy: &mut Copy, bytes: Vec<u8>) -> Hash {
    let name = Hash::of(&bytes);
    copy.named.insert(format!("notes/{name}"), bytes);
    name
}

fn at(seconds: u64) -> Time {
    Time::from_unix(seconds)
}

/// Two statements; between them a head of the first, cosigned at 100, 200 and 400, that
/// the second one names; then a head of both, cosigned at 500, 600 and 900.
fn between() -> (World, Copy, [Hash; 3]) {
    let mut world = World::small();
    let first = world.state("moscow", "before").hash();
    let early = cosigned(&world, "moscow", 2, &[("w1", 100), ("w2", 200), ("w3", 400)]);
    let mut next = world.next("moscow", "seen", countersign::json::Value::object([]));
    next.after = vec![Hash::of(&early)];
    let bytes = world.sign(&next);
    let second = world.add("moscow", bytes).hash();
    let receipt = world.receipt("washington", &[("moscow", world.head("moscow"))]).hash();
    let late = cosigned(&world, "moscow", 3, &[("w1", 500), ("w2", 600), ("w3", 900)]);
    let mut copy = world.whole_copy();
    hold(&mut copy, early);
    hold(&mut copy, late);
    (world, copy, [first, second, receipt])
}

#[test]
fn a_quorum_bounds_an_entry_from_both_sides_and_one_clock_moves_nothing() {
    let (world, copy, [first, second, receipt]) = between();
    let audit = world.audit(&copy);
    // By how many are needed: the k-th smallest above, the k-th largest below.
    for (need, early, late, from) in [(1, 100, 500, 400), (2, 200, 600, 200), (3, 400, 900, 100)] {
        let policy = policy(need);
        let judged = judge(&audit, &copy, &policy, &[]);
        assert_eq!((judged.pieces.len(), judged.others.len()), (6, 0));
        let brackets = judged.brackets(&audit, &policy);
        let timed = Timed::of(&audit, &brackets);
        assert_eq!((timed.existed_by(&first), timed.not_before(&first)), (Some(at(early)), None), "{need}");
        assert_eq!(timed.existed_by(&second), Some(at(late)), "{need}");
        assert_eq!(timed.not_before(&second), Some(at(from)), "{need}");
        // What had received it holds what it holds, and is under no head.
        assert_eq!(
            (timed.existed_by(&receipt), timed.not_before(&receipt)),
            (None, Some(at(from))),
            "{need}"
        );
        assert!(brackets.contradictions(&audit).is_empty());
    }
    // A clock that is far off, of three of which two are needed.
    let policy = policy(2);
    let mut lying = copy.clone();
    lying.named.retain(|_, bytes| !String::from_utf8_lossy(bytes).contains("\n3\n"));
    hold(&mut lying, cosigned(&world, "moscow", 3, &[("w1", 1), ("w2", 600), ("w3", 900)]));
    let brackets = judge(&audit, &lying, &policy, &[]).brackets(&audit, &policy);
    assert_eq!(Timed::of(&audit, &brackets).existed_by(&second), Some(at(600)));
    // It says that a head was there before what the head holds was: both are named.
    let found = brackets.contradictions(&audit);
    assert!(found.iter().all(|one| one.existed_by.source == "W1"), "{found:?}");
    assert_eq!(found.len(), 3, "with each of the three that the entry names");
}

#[test]
fn what_does_not_verify_under_the_policy_counts_for_nothing() {
    let (world, copy, [first, ..]) = between();
    let audit = world.audit(&copy);
    let policy = policy(1);
    let bare = {
        let mut bare = copy.clone();
        bare.named.clear();
        bare
    };
    let judged = |bytes: Vec<u8>| {
        let mut copy = bare.clone();
        hold(&mut copy, bytes);
        judge(&audit, &copy, &policy, &[])
    };
    let good = cosigned(&world, "moscow", 2, &[("w1", 100)]);
    assert_eq!(judged(good.clone()).pieces.len(), 1);

    let why = |bytes: Vec<u8>| {
        let judged = judged(bytes);
        assert!(judged.pieces.is_empty(), "{:?}", judged.pieces);
        let brackets = judged.brackets(&audit, &policy);
        assert_eq!(Timed::of(&audit, &brackets).existed_by(&first), None);
        judged.others.into_iter().map(|(_, why)| why).collect::<Vec<_>>()
    };
    let of_another = cosigned(&world, "moscow", 2, &[("w9", 100)]);
    assert_eq!(why(of_another), [Why::NoSource("w9".into())]);
    // Another moment than was signed: byte 11 is the last of the seconds.
    let text = String::from_utf8(good.clone()).unwrap();
    let line = text.lines().last().unwrap();
    let encoded = line.rsplit(' ').next().unwrap();
    let mut bytes = countersign::base64::decode(encoded).unwrap();
    bytes[11] -= 1;
    let earlier = text.replace(encoded, &countersign::base64::encode(&bytes));
    assert_eq!(why(earlier.into_bytes()), [Why::Fails("w1".into(), "signature".into())]);
    // A head that the log key signed and that is not held.
    let mut longer = World::small();
    longer.state("moscow", "before");
    longer.state("moscow", "another");
    assert_eq!(why(cosigned(&longer, "moscow", 3, &[("w1", 100)])), [Why::NoHead]);
    assert_eq!(why(b"anything".to_vec()), [Why::NotUnderstood]);
    // The log's own line must hold.
    let unsigned = text.replace(text.lines().nth(4).unwrap(), line);
    assert!(matches!(why(unsigned.into_bytes()).as_slice(), [Why::Fails(..)]));
    // Nobody but the reader's policy says who counts, and an empty one is never met.
    let none = Policy::parse(format!("witness W1 {}\nquorum none\n", witness("w1")).as_bytes()).unwrap();
    let brackets = judge(&audit, &copy, &none, &[]).brackets(&audit, &none);
    assert_eq!(Timed::of(&audit, &brackets).existed_by(&first), None);
}

/// A copy of the corpus with a time stamp, and policies for it.
fn stamped() -> Desk {
    let desk = Desk::new();
    let here = std::env::current_dir().unwrap();
    crate::command_line::copy_tree(&here.join("tests/corpus/whole-stamped/snapshot"), &desk.path("pub"));
    fs::copy(here.join("tests/interop/stamp/root.pem"), desk.path("root.pem")).unwrap();
    let pem = fs::read(desk.path("root.pem")).unwrap();
    let root = Hash::of(&countersign::timestamp::certificates(&pem).unwrap()[0]);
    let line = |oid: &str| format!("tsa T1 {root} {oid} 60\nquorum T1\n");
    fs::write(desk.path("policy"), line("*")).unwrap();
    fs::write(desk.path("other"), line("1.2.3.4")).unwrap();
    desk
}

#[test]
fn a_time_stamp_bounds_what_is_under_its_head() {
    let desk = stamped();
    let show = ["show", "moscow/2", "pub", "--policy", "policy", "--ca", "root.pem"];
    let shown = desk.ok(&show);
    for line in ["existed     by 5 Jan 2026, 12:01 (T1)", "not before when: not shown", "time-stamped by T1"]
    {
        assert!(shown.contains(line), "{line} in:\n{shown}");
    }
    let value = desk.json(&[&show[..], &["--json"]].concat(), 0);
    // The authority says that its clock may be off by a second, the reader by a minute.
    assert_eq!(value["time"]["existed_by"], json!({"source": "T1", "time": "2026-01-05T12:01:00Z"}));
    // Without its root nothing is verified; and a policy of another number is another.
    for (file, more) in [("policy", &[][..]), ("other", &["--ca", "root.pem"][..])] {
        let words = [&["verify", "pub", "--ledger", "pub/charter.json", "--policy", file], more].concat();
        let said = desk.exits(&words, 3);
        assert!(said.contains("counts for nothing under it: 1 in notes/ (T1: "), "{said}");
    }
    // The root may lie in notes/ too, under its digest.
    let pem = fs::read(desk.path("root.pem")).unwrap();
    let der = countersign::timestamp::certificates(&pem).unwrap().remove(0);
    // As it is, or as text, which is no harm to another.
    let junk = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec();
    fs::write(desk.path(&format!("pub/notes/{}", Hash::of(&junk))), junk).unwrap();
    fs::write(desk.path(&format!("pub/notes/{}", Hash::of(&pem))), &pem).unwrap();
    assert!(desk.ok(&["show", "moscow/2", "pub", "--policy", "policy"]).contains("time-stamped by T1"));
    fs::remove_file(desk.path(&format!("pub/notes/{}", Hash::of(&pem)))).unwrap();
    fs::write(desk.path(&format!("pub/notes/{}", Hash::of(&der))), der).unwrap();
    assert!(desk.ok(&["show", "moscow/2", "pub", "--policy", "policy"]).contains("time-stamped by T1"));
}

/// Two sides; two witnesses cosign what moscow sealed, one of them what washington did.
fn witnessed() -> Desk {
    let desk = Desk::founded();
    desk.ok(&["pledge", "We will publish it.", "--dir", "moscow", "--sign", "--yes"]);
    let mut policy = String::new();
    for name in ["w1", "w2"] {
        desk.ok(&["witness", "key", name, "--out", "k", "--no-passphrase"]);
        let vkey = fs::read_to_string(desk.path(&format!("k/{name}.witness.pub"))).unwrap();
        policy += &format!("witness {name} {} https://{name}.example\n", vkey.trim());
    }
    fs::write(desk.path("policy"), format!("{policy}group both 2 w1 w2\nquorum both\n")).unwrap();
    fs::write(desk.path("none"), format!("{policy}quorum none\n")).unwrap();
    cosign(&desk, "moscow", &["w1", "w2"], "a");
    desk.ok(&["publish", "pm", "--dir", "moscow"]);
    desk.ok(&["pull", "pm", "--dir", "washington"]);
    desk
}

fn cosign(desk: &Desk, member: &str, by: &[&str], number: &str) {
    let request = format!("{member}-{number}");
    desk.ok(&["witness", "request", "-o", &request, "--dir", member]);
    for name in by {
        let (key, state) = (format!("k/{name}.witness.key"), format!("state-{name}"));
        let out = format!("{request}-{name}");
        let charter = ["--charter", "charter.json"];
        let sign = ["witness", "sign", &request, "--key", &key, "--state", &state, "-o", &out];
        desk.ok(&[&sign[..], &charter[..]].concat());
        desk.ok(&["witness", "add", &out, "--policy", "policy", "--dir", member]);
    }
}

#[test]
fn bounds_levels_and_groups_stand_wherever_a_time_is_printed() {
    let desk = witnessed();
    let by = |words: &[&'static str]| [words, &["--policy", "policy", "--dir", "moscow"]].concat();
    let log = desk.ok(&by(&["log"]));
    for line in ["(both 2/2)", "not before when: not shown", "inside these bounds", "witnessed by w1, w2"] {
        assert!(log.contains(line), "{line} in:\n{log}");
    }
    assert!(!desk.ok(&["log", "--dir", "moscow"]).contains("not shown"), "without a policy nothing is said");
    let status = desk.ok(&by(&["status"]));
    for line in ["newest evidence of time held: ", "policy in use: policy", "moscow 0-1: both 2 of 2"] {
        assert!(status.contains(line), "{line} in:\n{status}");
    }
    let plain = desk.ok(&["status", "--dir", "moscow"]);
    assert!(plain.contains("whose word counts is the reader's policy"), "{plain}");
    let russian = desk.ok(&by(&["status", "--lang", "ru"]));
    assert!(russian.contains("moscow 0-1: both 2 из 2"), "{russian}");
    let page = desk.ok(&by(&["commitments", "moscow/1"]));
    assert!(page.contains("the day by which an entry is shown to have existed, UTC"), "{page}");
    assert!(!page.contains("in effect since moscow/1") && page.contains("in effect since "), "{page}");
    let order = desk.ok(&by(&["order", "moscow/0", "moscow/1"]));
    assert!(order.contains("moscow/1 existed by ") && order.contains("(both 2/2)"), "{order}");

    assert!(desk.ok(&by(&["verify"])).contains("moscow: the quorum of the policy covers all of it"));
    // As if one had said nothing, two are not there; and a quorum of none is never met.
    let without = desk.exits(&by(&["verify", "--without", "w1"]), 3);
    for line in ["left out, as asked: w1", "moscow 0-1: both 1 of 2, 2 needed"] {
        assert!(without.contains(line), "{line} in:\n{without}");
    }
    desk.exits(&["verify", "--policy", "none", "--dir", "moscow"], 3);
    // What is asked about is looked at: washington's log has no witness.
    desk.ok(&["publish", "pw", "--dir", "washington"]);
    desk.ok(&["pull", "pw", "--dir", "moscow"]);
    desk.exits(&by(&["verify", "--log", "moscow"]), 0);
    desk.exits(&by(&["verify", "--log", "washington"]), 3);
    desk.refused(&by(&["verify", "--without", "w7"]), 2, "usage");
    let value = desk.json(&by(&["verify", "--json", "--without", "w1"]), 3);
    assert_eq!(value["time"]["logs"]["moscow"]["quorum"], json!(false));
    assert_eq!(value["time"]["logs"]["moscow"]["groups"][0]["lacking"], json!({"w1": null}));
    assert_eq!(value["verdict"], json!("whole"), "the record itself is as it was");
}

#[test]
fn what_a_witness_served_was_offered() {
    let desk = witnessed();
    let tender = ["tender", "moscow/1", "--policy", "policy", "--dir", "moscow"];
    desk.refused(&["tender", "moscow/1", "--dir", "moscow"], 2, "usage");
    let offered = desk.ok(&tender);
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = flat(&offered);
    assert!(line.contains("offered to washington since "), "{offered}");
    assert!(line.contains("(served by w1); receipt not shown"), "{offered}");
    // Washington says something, and receipts nothing of moscow: its log is witnessed.
    desk.ok(&["state", "Something.", "--dir", "washington", "--sign", "--yes", "--receipt", "none"]);
    cosign(&desk, "washington", &["w1", "w2"], "a");
    let pulled = |desk: &Desk| {
        desk.ok(&["publish", "pw", "--dir", "washington"]);
        desk.ok(&["pull", "pw", "--dir", "moscow"]);
        let notes: BTreeMap<_, _> = fs::read_dir(desk.path("washington/notes"))
            .unwrap()
            .map(|item| (item.as_ref().unwrap().file_name(), item.unwrap().path()))
            .collect();
        for (name, path) in notes {
            fs::copy(path, desk.path("moscow/notes").join(name)).unwrap();
        }
    };
    pulled(&desk);
    let offered = desk.ok(&tender);
    let line = flat(&offered);
    assert!(line.contains("the log of washington is held to washington/1, which existed by "), "{offered}");
    assert!(line.contains("and receipts nothing of moscow"), "{offered}");
    // Now it receipts it.
    desk.ok(&["seen", "--dir", "washington", "--sign", "--yes"]);
    pulled(&desk);
    let received = desk.ok(&tender);
    assert!(flat(&received).contains("received by it in washington/2"), "{received}");
    let value = desk.json(&[&tender[..], &["--json"]].concat(), 0);
    let other = value["others"].as_array().unwrap().iter().find(|one| one["log"] == "washington").unwrap();
    assert_eq!((&other["received"], &other["receipts"]), (&json!(true), &json!(2)));
}

#[test]
fn a_witness_and_an_authority_are_told_apart() {
    let (world, copy, _) = between();
    let audit = world.audit(&copy);
    let judged = judge(&audit, &copy, &policy(1), &[]);
    assert!(judged.pieces.iter().all(|piece| piece.kind == Kind::Witness));
    assert_eq!(judged.heard().get("W3"), Some(&at(900)));
    let left = judged.without(&["W1".to_owned(), "W2".to_owned()]);
    assert_eq!(left.pieces.len(), 2);
}
