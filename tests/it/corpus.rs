//! One corpus of good and bad snapshots, `tests/corpus/NAME/`, and the verdict that each
//! verifier gives: the program, `examples/verify.py`, Go's sumdb packages, aics-tlog.
//!
//! `expected.json` beside the folder `snapshot` names verdict, exit code and codes. Go and
//! aics see trees and checkpoints alone, so where only the chain is bad they say whole.
//! Where a verifier is not named it cannot judge. The files are written by this module
//! (`COUNTERSIGN_WRITE_VECTORS=1`) and must equal what it writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use countersign::entry::{Entry, Head};
use countersign::hash::Hash;
use countersign::json::Value as Strict;
use countersign::note::{self, Note};
use serde_json::{Value, json};

use crate::command_line::{copy_tree, text, tree};
use crate::histories::Dice;
use crate::review::{open_volume, other_way, rotate, twin, volume_bytes};
use crate::vectors::{self, add_order, noncanonical, with_signature};
use crate::world::{Joining, World, key, log};

const FOLDER: &str = "tests/corpus";
const MOSCOW: &str = "logs/moscow";

type Files = BTreeMap<String, Vec<u8>>;

/// What one verifier says: the word, and the first code.
type Says = (&'static str, &'static str);

struct Case {
    name: &'static str,
    why: &'static str,
    files: Files,
    /// The program; the others unless they are told apart.
    program: Says,
    python: Option<Says>,
    /// Of trees and checkpoints: whole, or the verdict and code of the log that is not.
    trees: Option<&'static str>,
}

/// Every file of a snapshot with these logs.
fn files(world: &World, names: &[&str]) -> Files {
    let vector = vectors::Vector::new("", "", "ok", "");
    vectors::snapshot_of(world, names, vector).parts.into_iter().collect()
}

fn all(world: &World) -> Files {
    let names: Vec<&str> = world.authors.keys().map(String::as_str).collect();
    files(world, &names)
}

fn with_log(files: Files, folder: &str, bytes: &countersign::audit::LogBytes) -> Files {
    let vector = vectors::tiled(vectors::Vector::new("", "", "ok", ""), folder, bytes);
    files.into_iter().chain(vector.parts).collect()
}

fn edited(mut files: Files, path: &str, change: impl FnOnce(&mut Vec<u8>)) -> Files {
    change(files.get_mut(path).unwrap_or_else(|| panic!("{path}")));
    files
}

fn without(mut files: Files, begins: &str) -> Files {
    let before = files.len();
    files.retain(|path, _| !path.starts_with(begins));
    assert!(files.len() < before, "{begins}");
    files
}

/// Three members that receipt each other.
fn woven() -> World {
    let mut world = World::small();
    world.state("moscow", "one");
    let head = world.head("moscow");
    world.receipt("washington", &[("moscow", head)]);
    let heads = [("moscow", world.head("moscow")), ("washington", world.head("washington"))];
    world.receipt("observer", &heads);
    world.state("moscow", "two");
    world
}

fn two_pens() -> World {
    let two = Joining { labels: vec!["a", "b", "c"], threshold: 2, ..Joining::party("moscow") };
    World::new(&[two, Joining::party("washington")])
}

fn good(name: &'static str, why: &'static str, files: Files) -> Case {
    let whole = ("whole", "");
    Case { name, why, files, program: whole, python: Some(whole), trees: Some("whole") }
}

/// A snapshot of which the trees hold, and the chain, the receipts or the charter do not.
fn chain(name: &'static str, why: &'static str, files: Files, says: Says) -> Case {
    Case { name, why, files, program: says, python: Some(says), trees: Some("whole") }
}

/// A snapshot in which moscow's tree or checkpoint does not hold.
fn trees(name: &'static str, why: &'static str, files: Files, says: Says) -> Case {
    Case { name, why, files, program: says, python: Some(says), trees: Some("damaged") }
}

/// Moscow seals one more byte string, which is no entry there.
fn sealed(name: &'static str, why: &'static str, world: &World, last: Vec<u8>) -> Case {
    let mut bad = world.clone();
    bad.add_raw("moscow", last);
    chain(name, why, all(&bad), ("contradicted", "bad_entry"))
}

fn cases() -> Vec<Case> {
    let mut cases = whole();
    cases.extend(incomplete());
    cases.extend(damaged());
    cases.extend(bad_entries());
    cases.extend(contradicted());
    cases
}

fn whole() -> Vec<Case> {
    let mut sides = World::new(&[Joining::party("moscow"), Joining::party("washington")]);
    sides.state("moscow", "We say this, and \"that\".\nТак.");
    let head = sides.head("moscow");
    sides.receipt("washington", &[("moscow", head)]);
    let mut rotated = World::small();
    rotate(&mut rotated, "moscow", &["second"], &["second"]);
    rotated.state("moscow", "by the new key");
    let mut pens = two_pens();
    pens.state("moscow", "by two of three");
    let mut volume = World::small();
    volume.state("moscow", "one");
    let head = volume.head("moscow");
    let heads = [countersign::body::membership::SealedHead { log: log("moscow"), head }];
    let id = open_volume(&mut volume, "moscow", &heads);
    let further = with_log(
        files(&volume, &["moscow", "observer", "washington"]),
        &format!("logs/{id}"),
        &volume_bytes(&volume, &id, "moscow"),
    );
    let mut early = woven();
    early.state("washington", "later");
    let older = with_log(
        without(all(&early), "logs/washington"),
        "logs/washington",
        &early.log_bytes_at("washington", 2),
    );
    let stray = {
        let mut other = woven();
        other.state("moscow", "in no log")
    };
    let stray = countersign::proof::Evidence::stray(&woven().charter, &[], &stray).to_bytes();
    let named = |folder: &str, bytes: &[u8]| (format!("{folder}/{}", Hash::of(bytes)), bytes.to_vec());
    let noted: Files = all(&woven())
        .into_iter()
        .chain([named("notes", b"evidence of another kind\n"), named("docs", b"a document\n")])
        .collect();
    // The token is OpenSSL's, made once: docs/VERIFY.md has it verified.
    let token = fs::read("tests/interop/stamp/token.tsr").unwrap();
    let seal = text(&all(&woven())["logs/moscow/checkpoint"]);
    let head = seal.split_once("\n\n").unwrap().0.to_owned() + "\n";
    let stamped: Files =
        all(&woven()).into_iter().chain([named("notes", head.as_bytes()), named("notes", &token)]).collect();
    let unwitnessed = edited(all(&woven()), "logs/moscow/checkpoint", |bytes| {
        bytes.extend("\u{2014} witness.example/w1 AAAAAAAAAAAAAAAA\n".bytes());
    });
    vec![
        good("whole-two-sides", "two sides, one receipt", all(&sides)),
        good("whole-observer", "three members, an observer among them", all(&woven())),
        good("whole-rotated", "a key was replaced", all(&rotated)),
        good("whole-threshold", "two of three labels sign", all(&pens)),
        Case {
            python: Some(("incomplete", "unread")),
            ..good("whole-volume", "a further volume; verify.py and Go's program do not read it", further)
        },
        good("whole-older", "a log that ends before its newest entry", older),
        good("whole-noted", "files in notes/ and docs/", noted),
        good("whole-stamped", "a time stamp over moscow's head", stamped),
        good("whole-cosigned", "a line of a key that nobody here knows", unwitnessed),
        good("whole-stray", "a signed entry that no seal covers, as evidence", with_fault(&woven(), &stray)),
    ]
}

fn with_fault(world: &World, bytes: &[u8]) -> Files {
    all(world).into_iter().chain([(format!("faults/{}", Hash::of(bytes)), bytes.to_vec())]).collect()
}

fn incomplete() -> Vec<Case> {
    let world = woven();
    let tile = format!("{MOSCOW}/tile/0/000.p/3");
    let bundle = format!("{MOSCOW}/tile/entries/000.p/3");
    let case = |name, why, files, code| {
        let says = ("incomplete", code);
        Case { name, why, files, program: says, python: Some(says), trees: Some("incomplete") }
    };
    let mut ahead = woven();
    ahead.state("moscow", "not published");
    let head = ahead.head("moscow");
    ahead.receipt("washington", &[("moscow", head)]);
    let ahead = with_log(without(all(&ahead), MOSCOW), MOSCOW, &world.log_bytes("moscow"));
    let whole = |case: Case| Case { trees: Some("whole"), ..case };
    vec![
        case("no-tile", "a hash tile is absent", without(all(&world), &tile), "bytes_absent"),
        case("no-bundle", "the entries are absent", without(all(&world), &bundle), "head_absent"),
        whole(case(
            "no-member",
            "a member's log, which others receipted, is absent",
            without(all(&world), MOSCOW),
            "head_absent",
        )),
        case(
            "no-checkpoint",
            "a checkpoint is absent",
            without(all(&world), &format!("{MOSCOW}/checkpoint")),
            "head_absent",
        ),
        whole(case("head-absent", "a receipted head is ahead of what is here", ahead, "head_absent")),
    ]
}

fn damaged() -> Vec<Case> {
    let world = woven();
    let tile = format!("{MOSCOW}/tile/0/000.p/3");
    let bundle = format!("{MOSCOW}/tile/entries/000.p/3");
    let seal = format!("{MOSCOW}/checkpoint");
    let says = |code| ("damaged", code);
    let text = |change: &dyn Fn(&str) -> String| {
        edited(all(&world), &seal, |bytes| *bytes = change(std::str::from_utf8(bytes).unwrap()).into_bytes())
    };
    let other = World::new(&[Joining::party("moscow"), Joining::party("paris")]);
    let swapped: Files = [("charter.json".to_owned(), other.charter.bytes().to_vec())].into();
    let digest = all(&world).into_iter().chain([("notes/00".to_owned(), b"words".to_vec())]).collect();
    let seal_of = |change: &dyn Fn(&mut Vec<u8>)| {
        edited(all(&world), &seal, |bytes| *bytes = with_signature(bytes, change))
    };
    vec![
        trees(
            "bit-in-entry",
            "one bit of an entry",
            edited(all(&world), &bundle, |b| b[700] ^= 1),
            says("bundle"),
        ),
        trees(
            "bundle-cut",
            "a bundle cut short",
            edited(all(&world), &bundle, |b| b.truncate(900)),
            says("bundle"),
        ),
        trees(
            "bundle-longer",
            "a byte after the last entry",
            edited(all(&world), &bundle, |b| b.push(0)),
            says("bundle"),
        ),
        trees(
            "bit-in-tile",
            "one bit of a hash tile",
            edited(all(&world), &tile, |b| b[33] ^= 1),
            says("tile"),
        ),
        trees(
            "bit-in-seal",
            "one bit of a checkpoint's signature",
            seal_of(&|b| b[40] ^= 1),
            says("checkpoint_signature"),
        ),
        trees(
            "seal-s-plus-l",
            "S + L in a checkpoint's signature",
            seal_of(&|b| add_order(b)),
            says("checkpoint_signature"),
        ),
        trees(
            "seal-other-size",
            "another size under a signature",
            text(&|t| t.replacen("\n3\n", "\n2\n", 1)),
            says("checkpoint_signature"),
        ),
        trees(
            "seal-extension",
            "a checkpoint with an extension line",
            text(&|t| t.replace("\n\n", "\nextension\n\n")),
            says("checkpoint_form"),
        ),
        trees(
            "seal-base64",
            "base64 with bits that do not count",
            edited(all(&world), &seal, |b| *b = noncanonical(std::str::from_utf8(b).unwrap())),
            says("checkpoint_form"),
        ),
        trees(
            "seal-of-another",
            "washington's checkpoint in moscow's place",
            edited(all(&world), &seal, |b| *b = world.seal("washington", 2).to_bytes()),
            says("checkpoint_form"),
        ),
        Case {
            trees: None,
            ..chain(
                "other-charter",
                "the charter of another ledger",
                all(&world).into_iter().chain(swapped).collect(),
                says("other_ledger"),
            )
        },
        Case {
            python: Some(("whole", "")),
            ..chain(
                "digest",
                "a note under another name; verify.py leaves names to sha256sum",
                digest,
                says("digest"),
            )
        },
    ]
}

fn bad_entries() -> Vec<Case> {
    let world = woven();
    let body = || Strict::object([("words", Strict::object([("en", Strict::text("words"))]))]);
    let next = world.next("moscow", "statement", body());
    let plain = world.sign(&next);
    let changed = |change: &dyn Fn(&mut Entry)| {
        let mut entry = next.clone();
        change(&mut entry);
        world.sign(&entry)
    };
    let spelled = |from: &str, to: &str| {
        let text = next.to_text();
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);
        let line = note::Line::of("moscow/main", &note::sign(&text, "moscow/main", &key("moscow/main")));
        Note::new(text, vec![line]).to_bytes()
    };
    let identity = with_signature(&plain, |bytes| {
        bytes[4..36].fill(0);
        bytes[4] = 1;
    });
    let mut rotated = world.clone();
    rotate(&mut rotated, "moscow", &["second"], &["second"]);
    let mut retired = rotated.next("moscow", "statement", body());
    retired.signers = vec!["main".parse().unwrap()];
    let pens = two_pens();
    let mut one = pens.next("moscow", "statement", body());
    one.signers = vec!["a".parse().unwrap()];
    let head = world.head("washington");
    let invented = Head { size: 9, root: Hash::of(b"x"), seal: note::sign("x\n", "x", &key("nobody")) };
    let receipt = |head: Head| {
        let mut bad = world.clone();
        bad.receipt("moscow", &[("washington", head)]);
        all(&bad)
    };
    assert_eq!(head.size, 2);
    vec![
        sealed(
            "entry-s-plus-l",
            "S + L in an entry's signature",
            &world,
            with_signature(&plain, |b| add_order(b)),
        ),
        sealed("entry-r-identity", "R of small order", &world, identity),
        sealed(
            "entry-signature",
            "one bit of an entry's signature",
            &world,
            with_signature(&plain, |b| b[50] ^= 1),
        ),
        sealed("entry-base64", "base64 with bits that do not count", &world, noncanonical(&text(&plain))),
        sealed(
            "entry-latin1",
            "bytes that are not UTF-8",
            &world,
            [&plain[..90], b"\xe9", &plain[90..]].concat(),
        ),
        sealed(
            "entry-order",
            "keys of JSON out of order",
            &world,
            spelled("\"kind\":\"statement\",", "\"zzz\":1,\"kind\":\"statement\","),
        ),
        sealed("entry-float", "a number with a point", &world, spelled("\"seq\":3", "\"seq\":3.0")),
        sealed("entry-number", "a number left out", &world, changed(&|e| e.seq = 4)),
        sealed("entry-prev", "another entry before", &world, changed(&|e| e.prev = Some(Hash::of(b"other")))),
        sealed("entry-root", "another root", &world, changed(&|e| e.root = Some(Hash::of(b"other")))),
        sealed(
            "entry-ledger",
            "made for another ledger",
            &world,
            changed(&|e| e.ledger = Hash::of(b"other")),
        ),
        sealed("entry-pointer", "a set of keys that is not in force", &world, changed(&|e| e.keys = Some(1))),
        sealed("entry-join", "a second join", &world, changed(&|e| e.kind = "join".into())),
        sealed("entry-retired-key", "a key that was replaced", &rotated, rotated.sign(&retired)),
        sealed("entry-threshold", "one label of two", &pens, pens.sign(&one)),
        chain(
            "receipt-seal",
            "a receipt under a seal that nobody made",
            receipt(invented),
            ("contradicted", "receipt_seal"),
        ),
    ]
}

fn contradicted() -> Vec<Case> {
    let world = woven();
    let other = other_way(&world, "moscow", 2, "another way");
    let mut split = world.clone();
    split.receipt("washington", &[("moscow", other.head("moscow"))]);
    let branch = format!("branches/moscow/{}", "0".repeat(16));
    let fork = with_log(all(&world), &branch, &other.log_bytes("moscow"));
    let evidence = {
        let mut copy = world.whole_copy();
        copy.branches.push((log("moscow"), other.log_bytes("moscow")));
        world.audit(&copy).evidence[0].to_bytes()
    };
    let pens = two_pens();
    let twins = {
        let next = pens.next(
            "moscow",
            "statement",
            Strict::object([("words", Strict::object([("en", Strict::text("one"))]))]),
        );
        let note = pens.sign(&next);
        let (mut first, mut second) = (pens.clone(), pens.clone());
        second.add("moscow", twin(&note, &next.to_text()));
        first.add("moscow", note);
        with_log(all(&first), &branch, &second.log_bytes("moscow"))
    };
    vec![
        chain(
            "split",
            "a receipt holds a seal that contradicts the checkpoint",
            all(&split),
            ("contradicted", "split"),
        ),
        chain("fork", "two branches, each under a seal", fork, ("contradicted", "fork")),
        chain(
            "fork-evidence",
            "a file in faults/ shows a second branch",
            with_fault(&world, &evidence),
            ("contradicted", "fork"),
        ),
        Case {
            python: Some(("contradicted", "fork")),
            ..chain(
                "twins",
                "two seals over one statement with other signature bytes",
                twins,
                ("contradicted", "split"),
            )
        },
    ]
}

// ---- The files.

fn charter_of(files: &Files) -> String {
    Hash::of(&files["charter.json"]).to_string()
}

/// The ledger that the reader names: that of moscow's checkpoint, whatever charter lies here.
fn ledger_of(case: &Case) -> String {
    if case.name == "other-charter" { woven().charter.id().to_string() } else { charter_of(&case.files) }
}

fn program(folder: &Path, ledger: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["verify", folder.to_str().unwrap(), "--ledger", ledger, "--json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_str(text(&output.stdout).lines().last().unwrap()).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let codes: Vec<&Value> = findings.iter().map(|finding| &finding["code"]).collect();
    let logs = report["logs"].as_array().unwrap().iter();
    let logs: BTreeMap<&str, &Value> =
        logs.map(|log| (log["log"].as_str().unwrap(), &log["verdict"])).collect();
    let mut says = json!({
        "verdict": report["verdict"], "exit": output.status.code(), "codes": codes, "logs": logs,
    });
    if let Some(reason) = findings.first().and_then(|first| first.get("reason")) {
        says["reason"] = reason.clone();
    }
    says
}

fn exit_of(verdict: &str) -> u8 {
    match verdict {
        "whole" => 0,
        "incomplete" => 3,
        "damaged" => 4,
        _ => 5,
    }
}

/// `expected.json`: what the program says in full, and what each other verifier says.
fn expected(case: &Case, says: &Value) -> String {
    let mut verifiers = json!({ "countersign": says });
    if let Some((verdict, code)) = case.python {
        verifiers["verify.py"] = json!({ "verdict": verdict, "exit": exit_of(verdict) });
        if !code.is_empty() {
            verifiers["verify.py"]["code"] = json!(code);
        }
    }
    if let Some(verdict) = case.trees {
        // Go's decoder takes base64 with bits that do not count.
        let go = if case.name == "seal-base64" { "whole" } else { verdict };
        verifiers["go"] = json!({ "verdict": go });
        verifiers["aics"] = json!({ "verdict": verdict });
    }
    let all = json!({
        "format": "countersign.corpus/1", "why": case.why, "ledger": ledger_of(case), "verifiers": verifiers,
    });
    serde_json::to_string_pretty(&all).unwrap() + "\n"
}

fn write(folder: &Path, files: &Files) {
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Name, folder of the snapshot, `expected.json`, of every case on disk.
fn walk() -> Vec<(String, PathBuf, Value)> {
    let mut names: Vec<PathBuf> = fs::read_dir(FOLDER).unwrap().map(|item| item.unwrap().path()).collect();
    names.retain(|path| path.is_dir());
    names.sort();
    let read = |path: PathBuf| {
        let expected = fs::read_to_string(path.join("expected.json")).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, path.join("snapshot"), serde_json::from_str(&expected).unwrap())
    };
    names.into_iter().map(read).collect()
}

#[test]
fn the_files_are_those_that_are_written_here() {
    let cases = cases();
    if std::env::var_os("COUNTERSIGN_WRITE_VECTORS").is_some() {
        let _ = fs::remove_dir_all(FOLDER);
        for case in &cases {
            let folder = Path::new(FOLDER).join(case.name);
            write(&folder.join("snapshot"), &case.files);
            let says = program(&folder.join("snapshot"), &ledger_of(case));
            fs::write(folder.join("expected.json"), expected(case, &says)).unwrap();
        }
    }
    assert!(cases.len() >= 40, "{}", cases.len());
    let mut names: Vec<&str> = cases.iter().map(|case| case.name).collect();
    names.sort_unstable();
    assert_eq!(names, walk().iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>());
    for case in &cases {
        let folder = Path::new(FOLDER).join(case.name);
        let snapshot = folder.join("snapshot");
        let here: Files = tree(&snapshot)
            .into_iter()
            .map(|(path, bytes)| (path.strip_prefix(&snapshot).unwrap().to_str().unwrap().to_owned(), bytes))
            .collect();
        assert!(here == case.files, "{}", case.name);
        let told: Value = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
        let says = &told["verifiers"]["countersign"];
        assert_eq!(says["verdict"], case.program.0, "{}", case.name);
        assert_eq!(
            says["codes"].get(0).and_then(Value::as_str).unwrap_or(""),
            case.program.1,
            "{}",
            case.name
        );
        assert_eq!(told, serde_json::from_str::<Value>(&expected(case, says)).unwrap(), "{}", case.name);
    }
}

#[test]
fn the_program_says_what_is_expected() {
    for (name, snapshot, expected) in walk() {
        let says = program(&snapshot, expected["ledger"].as_str().unwrap());
        assert_eq!(says, expected["verifiers"]["countersign"], "{name}");
        assert_eq!(says["exit"], exit_of(says["verdict"].as_str().unwrap()), "{name}");
    }
}

/// Every verdict but of its own kind is in the corpus, for every verifier.
#[test]
fn the_corpus_has_every_verdict() {
    for (verifier, words) in [
        ("countersign", &["whole", "incomplete", "damaged", "contradicted"][..]),
        ("verify.py", &["whole", "incomplete", "damaged", "contradicted"]),
        ("go", &["whole", "incomplete", "damaged"]),
        ("aics", &["whole", "incomplete", "damaged"]),
    ] {
        for word in words {
            let has = walk().iter().any(|(.., expected)| expected["verifiers"][verifier]["verdict"] == *word);
            assert!(has, "{verifier}: {word}");
        }
    }
}

// ---- The other verifiers.

fn python(snapshot: &Path, ledger: &str) -> Output {
    Command::new("target/python-venv/bin/python")
        .args(["examples/verify.py", snapshot.to_str().unwrap(), "--ledger", ledger])
        .output()
        .unwrap()
}

/// The verdict and the first code that verify.py ends with.
fn python_says(output: &Output) -> Vec<String> {
    let out = text(&output.stdout);
    let last = out.lines().last().unwrap_or_else(|| panic!("{}", text(&output.stderr)));
    last.split_whitespace().skip(1).map(str::to_owned).collect()
}

#[test]
#[ignore = "needs Python (tests/setup/python.sh)"]
fn verify_py_says_what_is_expected() {
    for (name, snapshot, expected) in walk() {
        let Some(due) = expected["verifiers"].get("verify.py") else { continue };
        let output = python(&snapshot, expected["ledger"].as_str().unwrap());
        let says = python_says(&output);
        assert_eq!(says[0], due["verdict"], "{name}: {}", text(&output.stderr));
        assert_eq!(says.get(1).map(String::as_str), due["code"].as_str(), "{name}");
        assert_eq!(output.status.code().map(i64::from), due["exit"].as_i64(), "{name}");
    }
}

#[test]
fn verify_py_is_short() {
    let source = fs::read_to_string("examples/verify.py").unwrap();
    assert!(source.lines().count() <= 150);
    assert!(source.lines().all(|line| line.chars().count() < 100));
    let modules: Vec<&str> =
        source.lines().filter(|line| line.starts_with("import ") || line.starts_with("from ")).collect();
    assert_eq!(modules.len(), 3, "the standard library and one of Ed25519: {modules:?}");
}

#[test]
#[ignore = "needs Python (tests/setup/python.sh)"]
fn a_flipped_byte_is_judged_alike_by_the_program_and_verify_py() {
    let mut dice = Dice::new(5);
    let folder = tempfile::tempdir().unwrap();
    let sources = ["whole-two-sides", "whole-observer", "whole-rotated", "whole-threshold"];
    let mut words = BTreeMap::new();
    for number in 0..100 {
        let source = Path::new(FOLDER).join(dice.pick(&sources)).join("snapshot");
        let ledger = Hash::of(&fs::read(source.join("charter.json")).unwrap()).to_string();
        let copy = folder.path().join(number.to_string());
        copy_tree(&source, &copy);
        let paths: Vec<PathBuf> = tree(&copy).into_keys().collect();
        let path = dice.pick(&paths);
        let mut bytes = fs::read(path).unwrap();
        let at = dice.roll(bytes.len());
        bytes[at] ^= 1 << dice.roll(8);
        fs::write(path, bytes).unwrap();
        let place = format!("case {number}: byte {at} of {}", path.display());
        let program = program(&copy, &ledger);
        let python = python_says(&python(&copy, &ledger));
        assert_eq!(program["verdict"], python[0], "{place}: {program} {python:?}");
        // A charter that is not the one named: verify.py compares digests first.
        let code = program["codes"].get(0).and_then(Value::as_str).unwrap_or("");
        if !(path.ends_with("charter.json") && code == "charter_form") {
            assert_eq!(code, python.get(1).map_or("", String::as_str), "{place}: {program} {python:?}");
        }
        *words.entry(code.to_owned()).or_insert(0) += 1;
    }
    assert!(words.len() >= 5, "{words:?}");
}

/// The word that a verifier of trees prints for each snapshot of the corpus.
fn trees_say(verifier: &str, run: impl Fn(&Path, &Path) -> Output) {
    let folder = tempfile::tempdir().unwrap();
    for (name, snapshot, expected) in walk() {
        let Some(due) = expected["verifiers"].get(verifier) else { continue };
        let shown = folder.path().join(format!("{name}.json"));
        let charter = snapshot.join("charter.json");
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["charter", "show", charter.to_str().unwrap(), "--json"])
            .output()
            .unwrap();
        fs::write(&shown, output.stdout).unwrap();
        let output = run(&snapshot, &shown);
        let says = text(&output.stdout);
        assert_eq!(says.lines().last(), due["verdict"].as_str(), "{name}: {}", text(&output.stderr));
    }
}

#[test]
#[ignore = "needs go (tests/setup/go.sh)"]
fn go_says_what_is_expected_of_trees() {
    trees_say("go", |snapshot, charter| {
        Command::new("target/interop/verify").arg("trees").args([snapshot, charter]).output().unwrap()
    });
}

#[test]
#[ignore = "needs Python 3.12 (tests/setup/aics.sh)"]
fn aics_says_what_is_expected_of_trees() {
    trees_say("aics", |snapshot, charter| {
        let python = Command::new("target/aics-venv/bin/python");
        let mut python = python;
        python.arg("tests/interop/trees.py").args([snapshot, charter]).output().unwrap()
    });
}

#[test]
#[ignore = "needs openssl, go, Python and Python 3.12 (tests/setup)"]
fn the_sessions_of_verify_are_real() {
    let programs = std::env::current_dir().unwrap().join("target/python-venv/bin");
    let folders = ["examples", "tests", "target"];
    crate::transcripts::type_beside("docs/VERIFY.md", &folders, &format!("{}:", programs.display()));
}
