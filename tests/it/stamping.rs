//! Time stamps in a ledger folder: asked for, taken in, listed; and OpenSSL as an
//! authority and as a second verifier.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign::checkpoint::TreeHead;
use countersign::failure::Outcome;
use countersign::hash::Hash;
use countersign::ledger::Ledger;
use countersign::stamp::{self, Added, Held, QUERY};
use countersign::timestamp::{Request, Token};

use crate::command_line::{Desk, text, tree};
use crate::crash::{FOLDER, founded};
use crate::memory::{Failing, MemoryDisk};
use crate::stamps::vector;
use crate::world::{World, log};

/// A token over other bytes than it was made for; its signature does not hold then.
pub fn made_over(imprint: &Hash) -> Vec<u8> {
    let (mut token, due) = (vector("p256.tsr"), Hash::of(&vector("head")));
    let at = token.windows(32).position(|window| window == due.bytes()).unwrap();
    token[at..at + 32].copy_from_slice(imprint.bytes());
    token
}

/// The path of a vector, for the command line.
fn at(name: &str) -> String {
    std::env::current_dir().unwrap().join("tests/vectors/stamp").join(name).display().to_string()
}

fn notes(desk: &Desk, member: &str) -> Vec<PathBuf> {
    tree(&desk.path(member)).into_keys().filter(|path| path.parent().unwrap().ends_with("notes")).collect()
}

/// Puts the head of the vectors into a folder, as if it had been asked for there.
fn with_head(desk: &Desk, member: &str) {
    let head = vector("head");
    fs::create_dir_all(desk.path(&format!("{member}/notes"))).unwrap();
    fs::write(desk.path(&format!("{member}/notes/{}", Hash::of(&head))), head).unwrap();
}

#[test]
fn a_request_holds_the_newest_seal_and_its_head_is_a_file_of_three_lines() {
    let desk = Desk::founded();
    let out = desk.ok(&["stamp", "request", "-o", "q.tsq", "--dir", "moscow"]);
    assert!(out.contains("moscow 0 to 0"), "{out}");
    let asked = Request::parse(&fs::read(desk.path("q.tsq")).unwrap()).unwrap();
    assert!(asked.nonce().is_some());
    let head = fs::read(desk.path(&format!("moscow/notes/{}", asked.imprint()))).unwrap();
    assert_eq!((Hash::of(&head), text(&head).lines().count()), (*asked.imprint(), 3));
    let checkpoint = fs::read(desk.path("moscow/logs/moscow.checkpoint")).unwrap();
    assert!(checkpoint.starts_with(&[&head[..], b"\n"].concat()), "the lines are those of the checkpoint");
    desk.refused(&["stamp", "request", "-o", "q.tsq", "--dir", "moscow"], 1, "exists");
    desk.refused(&["stamp", "request", "nobody", "-o", "r.tsq", "--dir", "moscow"], 1, "no_entry");
    desk.ok(&["stamp", "request", "-o", "plain.tsq", "--no-nonce", "--dir", "moscow"]);
    let plain = Request::parse(&fs::read(desk.path("plain.tsq")).unwrap()).unwrap();
    assert_eq!((plain.imprint(), plain.nonce()), (asked.imprint(), None));

    desk.ok(&["init", "charter.json", "--dir", "reader"]);
    desk.refused(&["stamp", "request", "-o", "r.tsq", "--dir", "reader"], 2, "usage");
    desk.refused(&["stamp", "request", "moscow", "-o", "r.tsq", "--dir", "reader"], 1, "no_entry");
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    desk.ok(&["pull", "pub", "--dir", "reader"]);
    desk.ok(&["stamp", "request", "moscow", "-o", "r.tsq", "--dir", "reader"]);
    let of_reader = Request::parse(&fs::read(desk.path("r.tsq")).unwrap()).unwrap();
    assert_eq!(of_reader.imprint(), asked.imprint(), "whoever asks, it is one head");
    assert_ne!(of_reader.nonce(), asked.nonce());
}

#[test]
fn an_answer_is_taken_in_where_it_is_over_something_held_here() {
    let desk = Desk::founded();
    let words = |name: &str, more: &[&str]| -> Vec<String> {
        let own = ["stamp", "add", name, "--dir", "moscow"];
        own.iter().chain(more).map(|word| (*word).to_owned()).collect()
    };
    let refused = |name: &str, more: &[&str], exit, code| {
        let words = words(name, more);
        desk.refused(&words.iter().map(String::as_str).collect::<Vec<_>>(), exit, code);
    };
    let ok = |name: &str, more: &[&str]| {
        let words = words(name, more);
        desk.ok(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let root = at("root.pem");
    refused(&at("p256.tsr"), &[], 3, "stamp_needs");
    with_head(&desk, "moscow");
    refused(&at("not-granted.tsr"), &[], 1, "stamp_not_granted");
    refused(&at("head"), &[], 4, "stamp_form");
    refused(&at("sha512-imprint.tsr"), &[], 4, "stamp_imprint_algorithm");
    refused(&at("no-nonce.tsr"), &["--request", &at("usual.tsq")], 4, "stamp_nonce");
    refused(&at("rogue.tsr"), &["--ca", &root], 4, "stamp_chain");
    refused(&at("ess-v1.tsr"), &["--ca", &root], 4, "stamp_ess_v1");
    refused(&at("p256.tsr"), &["--ca", &at("head")], 4, "stamp_authority");
    refused(&at("p256.tsr"), &["--ca", &at("absent.pem")], 1, "disk");
    desk.exits(&["stamp", "add", &at("p256.tsr"), "--ess-v1", "--dir", "moscow"], 2);
    refused(&at("no-certificates.tsr"), &["--ca", &root], 3, "stamp_leaf_absent");
    assert_eq!(notes(&desk, "moscow").len(), 1, "nothing of these was held");

    let unchecked = ok(&at("rsa2048.tsr"), &[]);
    assert!(unchecked.contains("signature and certificates not looked at"), "{unchecked}");
    assert!(unchecked.contains("how far the clock may be off is not said"), "{unchecked}");
    let checked = ok(&at("p256.tsr"), &["--ca", &root, "--request", &at("usual.tsq")]);
    assert!(checked.contains("checked up to the root in") && checked.contains("existed by 20"), "{checked}");
    assert!(checked.contains("usual.tsq"), "{checked}");
    ok(&at("ess-v1.tsr"), &["--ca", &root, "--ess-v1"]);
    ok(&at("no-certificates.tsr"), &["--ca", &root, "--untrusted", &at("p256.pem")]);
    ok(&at("p384.tsr"), &["--ca", &root]);
    ok(&at("p384.tsr"), &["--ca", &root]);
    assert_eq!(notes(&desk, "moscow").len(), 6, "the same answer is one file");
    // A token by itself is held as an answer, which other tools read.
    let bare = desk.json(&["stamp", "add", &at("pss.tst"), "--ca", &root, "--dir", "moscow", "--json"], 0);
    let file = desk.path("moscow").join(bare["tokens"][0]["file"].as_str().unwrap());
    let held = fs::read(file).unwrap();
    assert_eq!(held, Token::parse(&vector("pss.tst")).unwrap().to_response());
    desk.exits(&["verify", "moscow"], 0);
}

#[test]
fn what_is_held_is_listed_with_what_it_shows_and_what_it_is_not() {
    let desk = Desk::founded();
    assert!(desk.ok(&["stamp", "list", "--dir", "moscow"]).contains("No evidence of time"));
    desk.ok(&["stamp", "request", "-o", "q.tsq", "--dir", "moscow"]);
    let asked = desk.ok(&["stamp", "list", "--dir", "moscow"]);
    assert!(asked.contains("asked for a time stamp over moscow 0 to 0"), "{asked}");
    let imprint = *Request::parse(&fs::read(desk.path("q.tsq")).unwrap()).unwrap().imprint();
    fs::write(desk.path("changed.tsr"), made_over(&imprint)).unwrap();
    desk.ok(&["stamp", "add", "changed.tsr", "--dir", "moscow"]);
    with_head(&desk, "moscow");
    desk.ok(&["stamp", "add", &at("p256.tsr"), "--dir", "moscow"]);
    for (bytes, what) in [
        (&b"an ots proof"[..], "not_understood"),
        (&fs::read(desk.path("moscow/logs/moscow.checkpoint")).unwrap(), "cosigned_checkpoint"),
    ] {
        fs::write(desk.path(&format!("moscow/notes/{}", Hash::of(bytes))), bytes).unwrap();
        let listed = desk.json(&["stamp", "list", "--dir", "moscow", "--json"], 0);
        let others = listed["others"].as_array().unwrap();
        assert!(others.iter().any(|one| one["what"] == what), "{listed}");
    }
    let listed = desk.ok(&["stamp", "list", "--dir", "moscow"]);
    let listed = listed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(listed.contains("held, not understood by this version"), "{listed}");
    assert!(listed.contains("of no log in this ledger"), "{listed}");
    assert_eq!(listed.matches("not looked at").count(), 2, "{listed}");
    let json = desk.json(&["stamp", "list", "--ca", &at("root.pem"), "--dir", "moscow", "--json"], 0);
    let mut codes: Vec<String> = json["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["code"], one["existed_by"].is_string()))
        .collect();
    codes.sort();
    assert_eq!(codes, ["\"stamp_digest\" false", "null true"]);
    let both = desk.ok(&["stamp", "list", "--ca", &at("root.pem"), "--dir", "moscow", "--lang", "ru"]);
    let both = both.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(both.contains("существовало к 20") && both.contains("время не показано: stamp_digest"), "{both}");
}

fn ledger(disk: &MemoryDisk) -> Ledger {
    Ledger::read(disk, Path::new(FOLDER)).unwrap()
}

/// Asks for the newest head of moscow, of an authority that answers with a token over it.
fn ask(disk: &MemoryDisk) -> Outcome<Added> {
    let read = ledger(disk);
    let head = stamp::newest(&read, &log("moscow"))?;
    let asked = stamp::request(disk, &read, &head, None)?;
    let post = |url: &str, kind: &str, body: &[u8]| {
        assert_eq!((url, kind, body), ("http://tsa.test", QUERY, &*asked.to_bytes()));
        Ok(made_over(asked.imprint()))
    };
    stamp::ask(&post, "http://tsa.test", disk, &read, &asked, None)
}

#[test]
fn what_was_asked_for_is_there_however_a_run_ends() {
    let world = World::small();
    let mut sites = 0;
    for failing in [Failing::Lost, Failing::Torn, Failing::Reported] {
        for change in 0.. {
            let disk = founded(&world);
            disk.fail_at(change, failing);
            let asked = ask(&disk);
            for after in [disk.after_kill(), disk.after_power_cut()] {
                let held = stamp::held(&ledger(&after).copy);
                let heads: Vec<&TreeHead> = held
                    .values()
                    .filter_map(|held| match held {
                        Held::Head(head) => Some(head),
                        _ => None,
                    })
                    .collect();
                for (name, held) in &held {
                    if let Held::Token(token) = held {
                        let imprint = *token.imprint().unwrap();
                        assert!(heads.iter().any(|head| head.imprint() == imprint), "{name}: no head");
                    }
                }
                if let Ok(added) = &asked {
                    assert!(held.contains_key(&added.name), "what was told is there");
                }
            }
            if !disk.has_failed() {
                assert_eq!(asked.unwrap().head.size, 1);
                break;
            }
            sites += 1;
            assert!(ask(&disk.after_power_cut()).is_ok(), "it can be asked again");
        }
    }
    assert!(sites > 20, "{sites}");
}

// ---- OpenSSL.

/// Runs OpenSSL in a folder; whether it ended well, and what it said.
fn openssl(folder: &Path, words: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(words).current_dir(folder).output().unwrap();
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

fn must(folder: &Path, words: &[&str]) {
    let (ok, said) = openssl(folder, words);
    assert!(ok, "{words:?}: {said}");
}

/// Whether `openssl ts` takes a token at the time it says.
fn takes(folder: &Path, head: &str, token: &str, root: &str, bytes: &[u8]) -> bool {
    let time = Token::parse(bytes).map_or(1_800_000_000, |token| token.time().seconds()).to_string();
    let mut words = vec!["ts", "-verify", "-data", head, "-in", token, "-CAfile", root, "-attime", &time];
    if Path::new(token).extension().is_some_and(|end| end == "tst") {
        words.push("-token_in");
    }
    openssl(folder, &words).0
}

#[test]
#[ignore = "needs openssl"]
fn openssl_judges_every_token_alike() {
    let folder = std::env::current_dir().unwrap().join("tests/vectors/stamp");
    // What it does not read (PSS, key identifiers), and where we ask for more.
    let elsewhere = ["pss.tst", "pss-salt.tst", "by-key-id.tst", "ess-v1.tsr", "sha512-imprint.tsr"];
    let mut judged = 0;
    for (path, bytes) in tree(&folder) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !path.extension().is_some_and(|end| end == "tsr" || end == "tst") || elsewhere.contains(&&*name) {
            continue;
        }
        let ours = crate::stamps::under(&name, &crate::stamps::usual());
        let theirs = takes(&folder, "head", &name, "root.pem", &bytes);
        assert_eq!(ours.is_ok(), theirs, "{name}: {ours:?}");
        if ours.is_ok() {
            assert!(!takes(&folder, "other", &name, "root.pem", &bytes), "{name}");
            assert!(!takes(&folder, "head", &name, "same.pem", &bytes), "{name}");
        }
        judged += 1;
    }
    assert!(judged > 20, "{judged}");
}

/// A live authority: its root, its certificate and its settings.
fn authority(folder: &Path) {
    let config = "[ts]\ndefault_tsa=t\n[t]\nserial=serial\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\n\
                  ess_cert_id_alg=sha256\nsigner_digest=sha256\nclock_precision_digits=3\n\
                  [leaf]\nbasicConstraints=CA:false\nkeyUsage=critical,digitalSignature\n\
                  extendedKeyUsage=critical,timeStamping\n";
    fs::write(folder.join("ts.cnf"), config.replace("[ts]", "[tsa]")).unwrap();
    fs::write(folder.join("serial"), "01\n").unwrap();
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let root =
        ["req", "-x509", "-subj", "/CN=Live Root", "-days", "30", "-keyout", "root.key", "-out", "root.pem"];
    must(folder, &[&root[..], &curve].concat());
    must(
        folder,
        &[&["req", "-subj", "/CN=Live Stamps", "-keyout", "tsa.key", "-out", "tsa.csr"], &curve[..]].concat(),
    );
    must(
        folder,
        &[
            "x509",
            "-req",
            "-in",
            "tsa.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
            "-days",
            "30",
            "-extfile",
            "ts.cnf",
            "-extensions",
            "leaf",
            "-out",
            "tsa.pem",
        ],
    );
}

#[test]
#[ignore = "needs openssl"]
fn an_openssl_authority_answers_our_request_and_openssl_verifies_what_is_held() {
    let desk = Desk::founded();
    let folder = desk.folder.path();
    authority(folder);
    desk.ok(&["stamp", "request", "-o", "q.tsq", "--dir", "moscow"]);
    must(
        folder,
        &[
            "ts",
            "-reply",
            "-config",
            "ts.cnf",
            "-queryfile",
            "q.tsq",
            "-signer",
            "tsa.pem",
            "-inkey",
            "tsa.key",
            "-out",
            "a.tsr",
        ],
    );
    let words =
        ["stamp", "add", "a.tsr", "--request", "q.tsq", "--ca", "root.pem", "--dir", "moscow", "--json"];
    let added = desk.json(&words, 0);
    let one = &added["tokens"][0];
    let token = format!("moscow/{}", one["file"].as_str().unwrap());
    let head = format!("moscow/{}", one["head"]["file"].as_str().unwrap());
    let verify =
        |data: &str| openssl(folder, &["ts", "-verify", "-data", data, "-in", &token, "-CAfile", "root.pem"]);
    let (ok, said) = verify(&head);
    assert!(ok, "{said}");
    assert!(!verify("charter.json").0);
    must(folder, &["ts", "-verify", "-queryfile", "q.tsq", "-in", &token, "-CAfile", "root.pem"]);
    // Between the two bounds lies what this machine's clock says, give or take.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let second = |field: &str| {
        let time: countersign::time::Time = one[field].as_str().unwrap().parse().unwrap();
        u64::try_from(time.seconds()).unwrap()
    };
    assert!(second("not_before") <= now && now <= second("existed_by") + 60, "{one}");
}
