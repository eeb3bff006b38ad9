//! Witnesses: cosignatures of both types, every answer of a witness, concurrent and
//! hostile clients, a stop at every write, a state that is lost; sides that witness each
//! other by file; real witnesses' answers; the independent Python implementation.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use countersign::checkpoint::TreeHead;
use countersign::cosignature::{Cosignature, CosignedCheckpoint, WitnessKey};
use countersign::disk::{Access, Disk, RealDisk, make_folder_synced};
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::keyfile::marks_folder;
use countersign::merkle::{Nodes, Tree};
use countersign::note::{self, Line, Note, Subtree, Verifier, duty};
use countersign::policy::Policy;
use countersign::submission::Submission;
use countersign::time::Time;
use countersign::witness::{Answer, Logs, Witness, ask};
use ml_dsa::signature::Keypair;
use ml_dsa::{MlDsa44, SigningKey};
use zeroize::Zeroizing;

use crate::command_line::{Desk, text, tree};
use crate::memory::{Failing, MemoryDisk};
use crate::world;

const ORIGIN: &str = "log.example/one";
const KEY: &str = "/k/w.witness.key";
const STATE: &str = "/w/state";

#[test]
fn the_lines_of_another_implementation_are_made_and_verified() {
    let mut seed = [0; 32];
    (0..).zip(&mut seed).for_each(|(value, byte)| *byte = value);
    let key = countersign::key::SecretKey::from_seed(&Zeroizing::new(seed));
    let log = "state-a.example/pledges+b0255442+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    assert_eq!(Verifier::of("state-a.example/pledges", &key.public()).vkey(), log);
    let vkey = "w1.example/w1+745b288c+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    let witness: WitnessKey = vkey.parse().unwrap();
    assert_eq!(witness, WitnessKey::of("w1.example/w1", &key.public()));
    let head = TreeHead::parse("state-a.example/pledges\n7\nglwRuz8pos7W/8Uoz8NO7UnGSGeea0m0/w76VYHAGjw=\n");
    let head = head.unwrap();
    let due = "\u{2014} w1.example/w1 dFsojAAAAABlU/EAbElMBbygs7j8y3fxcTx8JR4lXYJYbZS9APnTp3+OneY7pztVTl+cbJJdr+N8Jx5dgcYwY5gMe2vHjEcJdWClBg==";
    let line = note::cosign(&head.text(), 1_700_000_000, "w1.example/w1", &key);
    assert_eq!(line.to_string(), due);
    let cosignature = Cosignature::of(&Line::parse(due).unwrap()).unwrap();
    assert_eq!(witness.verify(&head, &cosignature), Ok(()));
    assert_eq!(cosignature.time(), Time::from_unix(1_700_000_000));
    let other = TreeHead { size: 8, ..head.clone() };
    assert!(witness.verify(&other, &cosignature).is_err());
    let mut later = Line::parse(due).unwrap();
    later.bytes[11] ^= 1;
    assert!(witness.verify(&head, &Cosignature::of(&later).unwrap()).is_err(), "the moment is signed");
}

#[test]
fn a_lattice_cosignature_is_read_verified_and_bound_to_all_it_says() {
    let secret = SigningKey::<MlDsa44>::from_seed(&[7; 32].into());
    let public = secret.verifying_key().encode();
    let vkey = note::vkey_of("w2.example", duty::COSIGNS_LATTICE, &public);
    let witness: WitnessKey = vkey.parse().unwrap();
    assert_eq!(witness.to_string(), vkey);
    let head = TreeHead { origin: ORIGIN.to_owned(), size: 13, root: Hash::of(b"root") };
    let made = |cosigner: &str, seconds: u64, head: &TreeHead| {
        let TreeHead { origin, size, root } = head;
        let message = Subtree { cosigner, seconds, origin, size: *size, root }.message().unwrap();
        let signature = secret.expanded_key().sign_deterministic(&message, b"").unwrap();
        let id = note::id_of("w2.example", duty::COSIGNS_LATTICE, &public);
        let bytes = [&id[..], &1_700_000_000_u64.to_be_bytes(), &signature.encode()].concat();
        Cosignature::of(&Line { name: "w2.example".to_owned(), bytes }).unwrap()
    };
    let empty = Hash::of(b"");
    let message = Subtree { cosigner: "w", seconds: 1, origin: "o", size: 2, root: &Hash::of(b"") }.message();
    let due =
        [&b"subtree/v1\n\0\x01w\0\0\0\0\0\0\0\x01\x01o\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02"[..], empty.bytes()];
    assert_eq!(message, Some(due.concat()));
    let good = made("w2.example", 1_700_000_000, &head);
    assert_eq!(good.line().bytes.len(), 2432);
    assert_eq!(witness.verify(&head, &good), Ok(()));
    for bad in [
        made("w3.example", 1_700_000_000, &head),
        made("w2.example", 1_700_000_001, &head),
        made("w2.example", 1_700_000_000, &TreeHead { size: 14, ..head.clone() }),
        made("w2.example", 1_700_000_000, &TreeHead { origin: "other".to_owned(), ..head.clone() }),
        made("w2.example", 1_700_000_000, &TreeHead { root: Hash::of(b"other"), ..head.clone() }),
    ] {
        assert!(witness.verify(&head, &bad).is_err());
    }
}

#[test]
fn the_examples_of_the_specification_are_real() {
    let mut world = crate::world::World::small();
    world.state("moscow", "We have nothing to add.");
    let sealed = world.seal("moscow", 2);
    let head = sealed.tree_head();
    let key = world::key("w1.example");
    let mut cosigned = CosignedCheckpoint::of(sealed);
    let line = note::cosign(&head.text(), 1_795_415_460, "w1.example", &key);
    let witness = WitnessKey::of("w1.example", &key.public());
    assert!(cosigned.add(Cosignature::of(&line).unwrap(), std::slice::from_ref(&witness)));
    let spec = std::fs::read_to_string("docs/SPEC.md").unwrap();
    let note = String::from_utf8(cosigned.to_bytes()).unwrap();
    let shown: String = note.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
    assert!(spec.contains(&shown), "docs/SPEC.md section 20 should show:\n{shown}");
    let policy = format!(
        "witness W1 {witness} https://w1.example\nwitness W2 {}\ntsa T1 {} 1.2.3.4 60\ngroup neutral 2 W1 W2 T1\nquorum neutral\n",
        WitnessKey::of("w2.example", &world::key("w2.example").public()),
        Hash::of(b"a certificate")
    );
    assert!(Policy::parse(policy.as_bytes()).is_ok());
    let shown: String = policy.lines().map(|line| format!("    {line}") + "\n").collect();
    assert!(spec.contains(&shown), "docs/SPEC.md section 21 should show:\n{shown}");
}

/// A log of a hundred entries, in two branches that part at ten.
struct TestLog {
    main: Tree,
    fork: Tree,
}

impl TestLog {
    fn new() -> Self {
        let leaf = |number: u32| Hash::leaf(format!("entry {number}").as_bytes());
        let other = |number: u32| if number < 10 { leaf(number) } else { Hash::leaf(&number.to_be_bytes()) };
        Self { main: Tree::of((0..100).map(leaf)), fork: Tree::of((0..100).map(other)) }
    }

    fn head(tree: &Tree, size: u64) -> TreeHead {
        let root = if size == 0 { Hash::of(b"") } else { tree.root_at(size).unwrap() };
        TreeHead { origin: ORIGIN.to_owned(), size, root }
    }

    fn note(head: &TreeHead) -> Note {
        let seal = note::sign(&head.text(), &head.origin, &world::key(&head.origin));
        Note::new(head.text(), vec![Line::of(&head.origin, &seal)])
    }

    fn body(old: u64, proof: &[Hash], note: &Note) -> Vec<u8> {
        let mut out = format!("old {old}\n");
        for hash in proof {
            out.push_str(&format!("{}\n", countersign::base64::encode(hash.bytes())));
        }
        [out.as_bytes(), b"\n", &note.to_bytes()].concat()
    }

    fn ask(tree: &Tree, old: u64, new: u64) -> Vec<u8> {
        let proof = tree.prove_consistency(old, new);
        let proof = proof.as_ref().map_or(&[][..], |proof| proof.to_rfc(old, new));
        Self::body(old, proof, &Self::note(&Self::head(tree, new)))
    }
}

fn logs() -> Logs {
    let vkey = note::vkey(ORIGIN, &world::key(ORIGIN).public());
    Logs::of_policy(&Policy::parse(format!("log {vkey}\nquorum none\n").as_bytes()).unwrap())
}

/// A disk on which the key of the witness was made.
fn keyed() -> MemoryDisk {
    let disk = MemoryDisk::new();
    make_folder_synced(&disk, &marks_folder(Path::new(KEY)), Access::Private).unwrap();
    disk
}

fn open_at(disk: &Arc<MemoryDisk>, clock: &Arc<AtomicU64>) -> Outcome<Witness> {
    let disk: Arc<dyn Disk> = disk.clone();
    let clock = Arc::clone(clock);
    let clock = Box::new(move || Time::from_unix(clock.load(Ordering::SeqCst)));
    Witness::open(disk, ("w", world::key("w"), Path::new(KEY)), Path::new(STATE), logs(), clock)
}

fn open(disk: &Arc<MemoryDisk>) -> Outcome<Witness> {
    open_at(disk, &Arc::new(AtomicU64::new(1_700_000_000)))
}

fn verify(answer: &Answer, head: &TreeHead) {
    assert_eq!(answer.status, 200, "{}", text(&answer.body));
    let line = text(&answer.body);
    let cosignature = Cosignature::of(&Line::parse(line.strip_suffix('\n').unwrap()).unwrap()).unwrap();
    assert_eq!(WitnessKey::of("w", &world::key("w").public()).verify(head, &cosignature), Ok(()));
}

#[test]
fn a_witness_answers_every_request_as_the_specification_has_it() {
    let log = TestLog::new();
    let disk = Arc::new(keyed());
    let clock = Arc::new(AtomicU64::new(1_700_000_000));
    let witness = open_at(&disk, &clock).unwrap();
    let name = Hash::of(ORIGIN.as_bytes()).to_string();
    let status = |body: &[u8]| witness.add_checkpoint(body).status;
    assert_eq!(witness.latest(&name), None);
    // First contact: what does not begin at 0 is told the size.
    let first = witness.add_checkpoint(&TestLog::ask(&log.main, 5, 7));
    assert_eq!(
        (first.status, first.content_type, text(&first.body).as_str()),
        (409, "text/x.tlog.size", "0\n")
    );
    let proof = [Hash::of(b"x")];
    let seven = TestLog::note(&TestLog::head(&log.main, 7));
    assert_eq!(status(&TestLog::body(0, &proof, &seven)), 422, "a proof from nothing");
    let wrong = TreeHead { size: 0, ..TestLog::head(&log.main, 7) };
    assert_eq!(status(&TestLog::body(0, &[], &TestLog::note(&wrong))), 422, "no entries, another root");
    let none = TestLog::head(&log.main, 0);
    verify(&witness.add_checkpoint(&TestLog::body(0, &[], &TestLog::note(&none))), &none);
    verify(&witness.add_checkpoint(&TestLog::ask(&log.main, 0, 7)), &TestLog::head(&log.main, 7));
    // What is served is what was cosigned.
    let served = witness.latest(&name).unwrap();
    let note = Note::parse(&served, 2).unwrap();
    assert_eq!(
        (note.text(), note.lines()[0].name.as_str()),
        (TestLog::head(&log.main, 7).text().as_str(), ORIGIN)
    );
    assert_eq!(note.lines()[1].name, "w");
    assert_eq!((witness.latest("../x"), witness.latest(&name.to_uppercase())), (None, None));
    // The next.
    let again = witness.add_checkpoint(&TestLog::ask(&log.main, 0, 20));
    assert_eq!((again.status, text(&again.body).as_str()), (409, "7\n"));
    verify(&witness.add_checkpoint(&TestLog::ask(&log.main, 7, 20)), &TestLog::head(&log.main, 20));
    clock.store(1_700_000_060, Ordering::SeqCst);
    let refreshed = witness.add_checkpoint(&TestLog::ask(&log.main, 20, 20));
    verify(&refreshed, &TestLog::head(&log.main, 20));
    // Another history, at the same size and at a later one.
    assert_eq!(disk.files().keys().filter(|path| path.starts_with("/w/state/forks")).count(), 0);
    assert_eq!(status(&TestLog::ask(&log.fork, 20, 20)), 422);
    assert_eq!(status(&TestLog::ask(&log.fork, 20, 20)), 422);
    let kept: Vec<Vec<u8>> = disk
        .files()
        .into_iter()
        .filter(|(path, _)| path.starts_with("/w/state/forks"))
        .map(|(_, bytes)| bytes)
        .collect();
    let heads: Vec<String> =
        kept.iter().map(|bytes| Note::parse(bytes, 2).unwrap().text().to_owned()).collect();
    assert_eq!(heads, [TestLog::head(&log.main, 20).text(), TestLog::head(&log.fork, 20).text()]);
    assert_eq!(status(&TestLog::ask(&log.fork, 20, 30)), 422);
    assert_eq!(status(&TestLog::body(20, &[], &TestLog::note(&TestLog::head(&log.main, 30)))), 422);
    assert_eq!(status(&TestLog::body(20, &proof, &TestLog::note(&TestLog::head(&log.main, 20)))), 422);
    // Nobody's, and malformed.
    let stranger = TreeHead { origin: "other.example".to_owned(), ..TestLog::head(&log.main, 20) };
    assert_eq!(status(&TestLog::body(20, &[], &TestLog::note(&stranger))), 404);
    let mut bent = TestLog::note(&TestLog::head(&log.main, 20)).lines()[0].clone();
    bent.bytes[10] ^= 1;
    let text_of = TestLog::head(&log.main, 20).text();
    assert_eq!(status(&TestLog::body(20, &[], &Note::new(text_of.clone(), vec![bent.clone()]))), 403);
    bent.name = "nobody".to_owned();
    assert_eq!(status(&TestLog::body(20, &[], &Note::new(text_of, vec![bent]))), 403);
    assert_eq!(
        status(&TestLog::body(30, &[], &TestLog::note(&TestLog::head(&log.main, 20)))),
        400,
        "old beyond"
    );
    let good = String::from_utf8(TestLog::ask(&log.main, 20, 30)).unwrap();
    let extended = TestLog::head(&log.main, 30).text() + "extension\n";
    let seal = note::sign(&extended, ORIGIN, &world::key(ORIGIN));
    let extended = Note::new(extended, vec![Line::of(ORIGIN, &seal)]);
    for bad in [
        b"".to_vec(),
        b"old 20\n".to_vec(),
        good.replace("old 20", "old 020").into_bytes(),
        good.replace("old 20", "OLD 20").into_bytes(),
        good.replace('=', "").into_bytes(),
        vec![b'a'; 1 << 20],
        b"old 20\n\n\xff\n".to_vec(),
        TestLog::body(20, &[Hash::of(b""); 64], &TestLog::note(&TestLog::head(&log.main, 30))),
        TestLog::body(20, &[], &extended),
    ] {
        assert_eq!(status(&bad), 400, "{:?}", text(&bad).chars().take(80).collect::<String>());
    }
    // A clock that went back.
    clock.store(1_700_000_059, Ordering::SeqCst);
    assert_eq!(status(&TestLog::ask(&log.main, 20, 30)), 503);
    clock.store(0, Ordering::SeqCst);
    assert_eq!(status(&TestLog::ask(&log.main, 20, 30)), 503);
    clock.store(1_700_000_060, Ordering::SeqCst);
    verify(&witness.add_checkpoint(good.as_bytes()), &TestLog::head(&log.main, 30));
}

/// Clients of both branches, all at once; what each got cosigned.
fn many_at_once(witnesses: &[&Witness]) -> Vec<TreeHead> {
    let log = TestLog::new();
    let cosigned = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for client in 0..8_u64 {
            let (log, cosigned) = (&log, &cosigned);
            let witness = witnesses[usize::try_from(client).unwrap() % witnesses.len()];
            scope.spawn(move || {
                let tree = if client % 2 == 0 { &log.main } else { &log.fork };
                let mut old = 0;
                for new in (1..=100).filter(|size| size % 3 == client % 3) {
                    let answer = witness.add_checkpoint(&TestLog::ask(tree, old.min(new), new));
                    match answer.status {
                        200 => {
                            verify(&answer, &TestLog::head(tree, new));
                            cosigned.lock().unwrap().push(TestLog::head(tree, new));
                            old = new;
                        }
                        409 => old = text(&answer.body).trim().parse().unwrap(),
                        422 | 503 => {}
                        other => panic!("{other}: {}", text(&answer.body)),
                    }
                }
            });
        }
    });
    cosigned.into_inner().unwrap()
}

/// All heads are of one history.
fn one_history(heads: &[TreeHead]) {
    let log = TestLog::new();
    let of = |tree: &Tree| heads.iter().all(|head| *head == TestLog::head(tree, head.size));
    assert!(of(&log.main) || of(&log.fork), "{heads:?}");
}

#[test]
fn clients_at_once_never_get_two_histories() {
    let disk = Arc::new(keyed());
    let witness = open(&disk).unwrap();
    let heads = many_at_once(&[&witness]);
    assert!(heads.len() > 10, "{}", heads.len());
    one_history(&heads);
}

#[test]
fn two_processes_on_one_state_never_give_two_histories() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("w.witness.key");
    make_folder_synced(&RealDisk::new(), &marks_folder(&key), Access::Private).unwrap();
    let state = folder.path().join("state");
    let open = || {
        let clock = Box::new(|| Time::from_unix(1_700_000_000));
        Witness::open(Arc::new(RealDisk::new()), ("w", world::key("w"), &key), &state, logs(), clock).unwrap()
    };
    let (first, second) = (open(), open());
    let heads = many_at_once(&[&first, &second]);
    assert!(heads.len() > 5, "{}", heads.len());
    one_history(&heads);
}

#[test]
fn stopped_at_every_write_it_never_cosigns_two_histories() {
    let log = TestLog::new();
    let mut sites = 0;
    for failing in [Failing::Lost, Failing::Torn, Failing::Reported] {
        for change in 0.. {
            let disk = Arc::new(keyed());
            disk.fail_at(change, failing);
            // Up to the stop, each head follows the one before.
            let mut answered: Vec<TreeHead> = Vec::new();
            if let Ok(witness) = open(&disk) {
                for (old, new) in [(0, 12), (12, 20), (20, 20), (20, 35)] {
                    if witness.add_checkpoint(&TestLog::ask(&log.main, old, new)).status == 200 {
                        answered.push(TestLog::head(&log.main, new));
                    }
                }
            }
            if !disk.has_failed() {
                assert_eq!(answered.len(), 4);
                break;
            }
            sites += 1;
            for (after, how) in [(disk.after_kill(), "killed"), (disk.after_power_cut(), "power cut")] {
                let place = format!("change {change}, {failing:?}, {how}");
                let after = Arc::new(after);
                let witness = open(&after).unwrap_or_else(|error| panic!("{place}: {error}"));
                let known = witness.add_checkpoint(&TestLog::ask(&log.main, 50, 60));
                assert_eq!(known.status, 409, "{place}: {}", text(&known.body));
                let size: u64 = text(&known.body).trim().parse().unwrap();
                let last = answered.last().map_or(0, |head| head.size);
                assert!(size >= last, "{place}: {last} was answered, {size} is known");
                if last > 0 {
                    for new in [last, size, 40] {
                        let answer = witness.add_checkpoint(&TestLog::ask(&log.fork, size.min(new), new));
                        assert_ne!(answer.status, 200, "{place}: another history");
                    }
                }
                let next = TestLog::head(&log.main, 40);
                verify(&witness.add_checkpoint(&TestLog::ask(&log.main, size, 40)), &next);
            }
        }
    }
    assert!(sites >= 60, "{sites} places");
}

#[test]
fn a_state_that_is_lost_or_old_retires_the_key() {
    let log = TestLog::new();
    let disk = Arc::new(keyed());
    let code = |result: Outcome<Witness>| result.err().map(|failure| failure.why);
    let witness = open(&disk).unwrap();
    verify(&witness.add_checkpoint(&TestLog::ask(&log.main, 0, 12)), &TestLog::head(&log.main, 12));
    let old = disk.files();
    for (from, to) in [(12, 20), (20, 30)] {
        verify(&witness.add_checkpoint(&TestLog::ask(&log.main, from, to)), &TestLog::head(&log.main, to));
    }
    let new = disk.files();
    let fork = TestLog::ask(&log.fork, 12, 40);
    // The whole state is gone.
    disk.restore(Path::new("/w"), &std::collections::BTreeMap::new());
    assert_eq!(code(open(&disk)), Some(Why::WitnessState));
    assert_eq!(witness.add_checkpoint(&TestLog::ask(&log.main, 0, 40)).status, 503, "while it runs");
    // It is an old backup.
    disk.restore(Path::new("/w"), &old);
    assert_eq!(open(&disk).unwrap().add_checkpoint(&fork).status, 503);
    // What was cosigned of the log is gone, or damaged.
    let name = Hash::of(ORIGIN.as_bytes()).to_string();
    let held = Path::new(STATE).join(&name);
    disk.restore(Path::new("/w"), &new);
    disk.overwrite(&held, b"damaged".to_vec());
    assert_eq!(open(&disk).unwrap().add_checkpoint(&TestLog::ask(&log.main, 30, 40)).status, 503);
    disk.remove(&held).unwrap();
    assert_eq!(open(&disk).unwrap().add_checkpoint(&TestLog::ask(&log.main, 0, 40)).status, 503);
    // The marks are old, or gone.
    disk.restore(Path::new("/w"), &new);
    disk.restore(Path::new("/k"), &old);
    assert_eq!(open(&disk).unwrap().add_checkpoint(&TestLog::ask(&log.main, 30, 40)).status, 503);
    let bare = Arc::new(MemoryDisk::new());
    assert_eq!(code(open(&bare)), Some(Why::WitnessState), "a key that was copied without its marks");
    assert!(bare.files().is_empty());
    // All is there as it was.
    disk.restore(Path::new("/k"), &new);
    verify(
        &open(&disk).unwrap().add_checkpoint(&TestLog::ask(&log.main, 30, 40)),
        &TestLog::head(&log.main, 40),
    );
    // A state of another key.
    make_folder_synced(&*disk, &marks_folder(Path::new("/k/v.witness.key")), Access::Private).unwrap();
    let own = ("v", world::key("v"), Path::new("/k/v.witness.key"));
    let other: Arc<dyn Disk> = disk.clone();
    let other = Witness::open(other, own, Path::new(STATE), logs(), Box::new(|| Time::from_unix(1)));
    assert_eq!(code(other), Some(Why::WitnessState));
}

#[test]
fn the_key_of_a_log_is_no_witness() {
    let disk = Arc::new(keyed());
    let clock = Box::new(|| Time::from_unix(1));
    let own = ("w", world::key(ORIGIN), Path::new(KEY));
    let result = Witness::open(disk, own, Path::new(STATE), logs(), clock);
    assert_eq!(result.err().map(|failure| failure.why), Some(Why::Witness));
}

/// Answers in order; the sizes from which was asked.
fn asked(answers: Vec<(u16, &str)>, old: u64) -> (Outcome<u64>, Vec<u64>) {
    let log = TestLog::new();
    let (answers, sent) = (std::cell::RefCell::new(answers), std::cell::RefCell::new(Vec::new()));
    let post = |url: &str, content_type: &str, body: &[u8]| {
        assert_eq!((url, content_type), ("https://w.example/p/add-checkpoint", "text/plain; charset=utf-8"));
        assert!(body.len() < 10 << 10);
        sent.borrow_mut().push(Submission::parse(body).unwrap().old);
        let (status, body) = answers.borrow_mut().remove(0);
        if status == 0 {
            return Err(Failure::new(Why::Disk, "no connection"));
        }
        Ok((status, "text/plain".to_owned(), body.as_bytes().to_vec()))
    };
    let submission =
        |old: u64| (old <= 70).then(|| Submission::parse(&TestLog::ask(&log.main, old, 70)).unwrap());
    let result = ask(&post, "https://w.example/p/", old, &submission).map(|asked| asked.from);
    (result, sent.into_inner())
}

/// What it is, the answers, the old size; the size from which it was taken or a piece of
/// the message, and the sizes from which was asked.
type Row<'a> = (&'a str, Vec<(u16, &'a str)>, u64, Result<u64, &'a str>, Vec<u64>);

#[test]
fn what_real_witnesses_answer_is_understood_and_never_asked_without_end() {
    let line = note::cosign("t\n", 5, "w", &world::key("w"));
    let good = format!("{line}\n");
    let two = format!("{line}\n\u{2014} other AAAAAAAAAAAA\n");
    let good = good.as_str();
    let table: Vec<Row<'_>> = vec![
        ("as the specification has it", vec![(200, good)], 3, Ok(3), vec![3]),
        ("with a line of another type", vec![(200, &two)], 3, Ok(3), vec![3]),
        ("a size that is not known here", vec![(409, "7\n"), (200, good)], 0, Ok(7), vec![0, 7]),
        ("torchwood: a size without line feed", vec![(409, "7"), (200, good)], 0, Ok(7), vec![0, 7]),
        ("a witness that was begun again", vec![(409, "0\n"), (200, good)], 3, Ok(0), vec![3, 0]),
        ("ahead of this copy", vec![(409, "71\n")], 3, Err("behind"), vec![3]),
        ("the size that was said", vec![(409, "3\n")], 3, Err("as was done"), vec![3]),
        ("another size each time", vec![(409, "4\n"), (409, "5\n")], 3, Err("and then at 5"), vec![3, 4]),
        (
            "transparency-dev: a fork is 409 without a body",
            vec![(409, "")],
            3,
            Err("409 without a size"),
            vec![3],
        ),
        ("a size that is none", vec![(409, "+7\n")], 3, Err("409 without a size"), vec![3]),
        ("aics, litewitness: a fork is 422", vec![(422, "x")], 3, Err("422"), vec![3]),
        ("aics: unknown", vec![(404, "")], 3, Err("does not know this log"), vec![3]),
        ("litewitness: unknown", vec![(403, "")], 3, Err("does not know this log"), vec![3]),
        (
            "transparency-dev, litewitness: malformed is 500",
            vec![(500, "")],
            3,
            Err("cannot answer now"),
            vec![3],
        ),
        ("busy", vec![(429, "")], 3, Err("cannot answer now"), vec![3]),
        ("aics: a clock behind", vec![(503, "")], 3, Err("cannot answer now"), vec![3]),
        ("malformed", vec![(400, "")], 3, Err("does not read"), vec![3]),
        ("moved", vec![(302, "")], 3, Err("answered 302"), vec![3]),
        ("200 with something else", vec![(200, "<html>\n")], 3, Err("something else"), vec![3]),
        ("200 with nothing", vec![(200, "")], 3, Err("something else"), vec![3]),
        ("200 without an end", vec![(200, good.trim_end())], 3, Err("something else"), vec![3]),
        ("no connection", vec![(0, "")], 3, Err("no connection"), vec![3]),
    ];
    for (what, answers, old, due, sent) in table {
        let (result, asked) = asked(answers, old);
        assert_eq!(asked, sent, "{what}");
        match (result, due) {
            (Ok(from), Ok(due)) => assert_eq!(from, due, "{what}"),
            (Err(failure), Err(due)) => assert!(failure.to_string().contains(due), "{what}: {failure}"),
            (result, _) => panic!("{what}: {result:?}"),
        }
    }
}

/// A witness of ours that is asked through the client, over no network.
#[test]
fn our_client_and_our_witness_agree() {
    let log = TestLog::new();
    let disk = Arc::new(keyed());
    let witness = open(&disk).unwrap();
    let post = |_: &str, _: &str, body: &[u8]| {
        let answer = witness.add_checkpoint(body);
        Ok((answer.status, answer.content_type.to_owned(), answer.body))
    };
    for (size, old, from) in [(5, 0, 0), (64, 0, 5), (64, 64, 64), (100, 12, 64)] {
        let submission = |old: u64| Some(Submission::parse(&TestLog::ask(&log.main, old, size)).unwrap());
        let asked = ask(&post, "https://w.example", old, &submission).unwrap();
        assert_eq!((asked.from, asked.cosignatures.len()), (from, 1));
    }
}

/// Two sides, each with a witness of its own.
fn sides() -> Desk {
    let desk = Desk::founded();
    for name in ["moscow", "washington"] {
        desk.ok(&["witness", "key", &format!("{name}-w.example"), "--out", "k", "--no-passphrase"]);
        desk.ok(&["publish", &format!("pub-{name}"), "--dir", name]);
    }
    desk.ok(&["pull", "pub-moscow", "--dir", "washington"]);
    desk.ok(&["pull", "pub-washington", "--dir", "moscow"]);
    desk
}

fn vkey(desk: &Desk, name: &str) -> String {
    let line = std::fs::read_to_string(desk.path(&format!("k/{name}-w.example.witness.pub"))).unwrap();
    line.trim().to_owned()
}

/// The witness of one side cosigns what is in a request.
fn sign<'a>(name: &'a str, file: &'a str, out: &'a str) -> Vec<String> {
    let key = format!("k/{name}-w.example.witness.key");
    let state = format!("state-{name}");
    let words =
        ["witness", "sign", file, "--key", &key, "--state", &state, "--charter", "charter.json", "-o", out];
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[test]
fn two_sides_witness_each_other_by_file() {
    let desk = sides();
    for (own, other) in [("moscow", "washington"), ("washington", "moscow")] {
        let (request, answer) = (format!("{own}.request"), format!("{own}.answer"));
        desk.ok(&["witness", "request", "-o", &request, "--dir", own]);
        desk.ok(&strs(&sign(other, &request, &answer)));
        let key = vkey(&desk, other);
        let added = desk.ok(&["witness", "add", &answer, "--key", &key, "--dir", own]);
        assert!(added.starts_with(&format!("{own} 1: {other}-w.example, 20")), "{added}");
        let listed = desk.ok(&["witness", "list", "--key", &key, "--dir", own]);
        assert!(listed.contains(&format!("{own}: 1 entries sealed, 1 of them cosigned")), "{listed}");
        let one_line = listed.replace('\n', " ");
        assert!(one_line.contains("together they could sign another history"), "{listed}");
        let unknown = desk.ok(&["witness", "list", "--dir", own]);
        assert!(unknown.contains("its key is not known here"), "{unknown}");
        let in_russian = desk.ok(&["witness", "list", "--dir", own, "--lang", "ru"]);
        assert!(in_russian.contains("ключ здесь неизвестен"), "{in_russian}");
    }
    let notes = tree(&desk.path("moscow/notes"));
    assert_eq!(notes.len(), 1);
    let key = vkey(&desk, "washington");
    // Asked again, it cosigns later: the earliest stays, and nothing is written.
    desk.ok(&["witness", "request", "-o", "again", "--dir", "moscow"]);
    assert!(std::fs::read_to_string(desk.path("again")).unwrap().starts_with("old 1\n\n"));
    desk.ok(&strs(&sign("washington", "again", "again.answer")));
    let added = desk.run(&["witness", "add", "again.answer", "--key", &key, "--dir", "moscow"]);
    assert!(text(&added.stderr).contains("Nothing here is earlier"), "{}", text(&added.stderr));
    assert_eq!(tree(&desk.path("moscow/notes")), notes);
    // The log grows; from the size that is held, with a proof, as lines alone.
    for words in ["one", "two", "three"] {
        desk.ok(&["state", words, "--sign", "--yes", "--dir", "moscow"]);
    }
    desk.ok(&["witness", "request", "-o", "next", "--dir", "moscow"]);
    desk.ok(&strs(&sign("washington", "next", "next.answer")));
    let answer = std::fs::read_to_string(desk.path("next.answer")).unwrap();
    std::fs::write(desk.path("lines"), format!("{}\n", answer.lines().last().unwrap())).unwrap();
    desk.refused(&["witness", "add", "lines", "--dir", "moscow"], 1, "witness");
    let added = desk.json(&["witness", "add", "lines", "--key", &key, "--dir", "moscow", "--json"], 0);
    assert_eq!(
        (&added["cosignatures"][0]["size"], &added["cosignatures"][0]["standing"]),
        (&4.into(), &"holds".into())
    );
    assert_eq!(tree(&desk.path("moscow/notes")).len(), 2);
    // What a policy file or the charter names is known without --key.
    std::fs::write(desk.path("policy"), format!("witness w {key}\nquorum w\n")).unwrap();
    let listed = desk.json(&["witness", "list", "--policy", "policy", "--dir", "moscow", "--json"], 0);
    let held: Vec<_> =
        listed["cosignatures"].as_array().unwrap().iter().map(|one| &one["standing"]).collect();
    assert_eq!(held, ["holds", "holds"]);
    desk.exits(&["verify", "moscow"], 0);
}

#[test]
fn what_is_not_cosigned_is_told_with_the_next_command() {
    let desk = sides();
    let key = vkey(&desk, "washington");
    desk.ok(&["witness", "request", "-o", "first", "--dir", "moscow"]);
    desk.ok(&strs(&sign("washington", "first", "first.answer")));
    desk.refused(&["witness", "request", "-o", "first", "--dir", "moscow"], 1, "exists");
    desk.refused(&["witness", "request", "-o", "more", "--from", "9", "--dir", "moscow"], 6, "behind");
    desk.refused(&["witness", "request", "athens", "-o", "more", "--dir", "moscow"], 1, "no_entry");
    // It begins at 0 again, and the witness says where.
    desk.refused(&strs(&sign("washington", "first", "x")), 1, "witness");
    let err = text(&desk.run(&strs(&sign("washington", "first", "x"))).stderr);
    assert!(err.contains("next: countersign witness request -o FILE --from 1"), "{err}");
    // A line over other bytes, a file of another sort, a key that is none.
    let answer = std::fs::read_to_string(desk.path("first.answer")).unwrap();
    let (before, last) = answer.trim_end().rsplit_once('\n').unwrap();
    let mut bent = Line::parse(last).unwrap();
    *bent.bytes.last_mut().unwrap() ^= 1;
    std::fs::write(desk.path("bent"), format!("{before}\n{bent}\n")).unwrap();
    let add = |file: &'static str| vec!["witness", "add", file, "--key", &key, "--dir", "moscow"];
    desk.refused(&add("bent"), 1, "witness");
    desk.refused(&add("charter.json"), 1, "witness");
    desk.refused(&add("nothing"), 1, "disk");
    std::fs::write(desk.path("unsealed"), answer.replace("\n1\n", "\n2\n")).unwrap();
    desk.refused(&add("unsealed"), 4, "checkpoint_signature");
    desk.refused(&["witness", "add", "first.answer", "--key", "x", "--dir", "moscow"], 2, "usage");
    std::fs::write(desk.path("policy"), "quorum W\n").unwrap();
    desk.refused(&["witness", "list", "--policy", "policy", "--dir", "moscow"], 2, "policy");
    // The state is gone.
    std::fs::rename(desk.path("state-washington"), desk.path("gone")).unwrap();
    desk.ok(&["witness", "request", "-o", "second", "--from", "1", "--dir", "moscow"]);
    desk.refused(&strs(&sign("washington", "second", "x")), 6, "witness_state");
    let err = text(&desk.run(&strs(&sign("washington", "second", "x"))).stderr);
    assert!(err.contains("a witness without its state retires its key"), "{err}");
    std::fs::rename(desk.path("gone"), desk.path("state-washington")).unwrap();
    desk.ok(&strs(&sign("washington", "second", "second.answer")));
    desk.refused(&["witness", "key", "moscow-w.example", "--out", "k", "--no-passphrase"], 1, "exists");
    desk.refused(&["witness", "key", "a b", "--out", "k", "--no-passphrase"], 2, "usage");
}

#[test]
fn a_seal_over_another_history_is_kept_and_told() {
    let desk = sides();
    let key = vkey(&desk, "washington");
    crate::command_line::copy_tree(&desk.path("moscow"), &desk.path("other"));
    crate::command_line::copy_tree(&desk.path("k"), &desk.path("k2"));
    desk.ok(&["state", "One.", "--sign", "--yes", "--dir", "moscow"]);
    let local = std::fs::read_to_string(desk.path("other/local.json")).unwrap();
    std::fs::write(desk.path("other/local.json"), local.replace("/k/", "/k2/")).unwrap();
    desk.ok(&["state", "Another.", "--sign", "--yes", "--dir", "other"]);
    desk.ok(&["witness", "request", "-o", "request", "--dir", "other"]);
    desk.ok(&strs(&sign("washington", "request", "answer")));
    let output = desk.run(&["witness", "add", "answer", "--key", &key, "--dir", "moscow"]);
    assert_eq!(output.status.code(), Some(5), "{}", text(&output.stderr));
    assert_eq!(tree(&desk.path("moscow/notes")).len(), 1);
    // The witness itself keeps both heads and cosigns one.
    desk.ok(&["witness", "request", "-o", "mine", "--from", "2", "--dir", "moscow"]);
    let refused = desk.run(&strs(&sign("washington", "mine", "x")));
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(tree(&desk.path("state-washington/forks")).len(), 2);
}

mod foreign {
    //! `aics-tlog` and `aics-witness`, an independent implementation in Python.

    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::process::{Child, Command, Output};
    use std::time::Duration;

    use super::*;

    /// The program of the environment that tests/setup/aics.sh makes.
    fn program(name: &str) -> Command {
        Command::new(std::env::current_dir().unwrap().join("target/aics-venv/bin").join(name))
    }

    fn run(desk: &Desk, name: &str, words: &[&str]) -> Output {
        program(name).args(words).current_dir(desk.folder.path()).output().unwrap()
    }

    fn succeeds(desk: &Desk, name: &str, words: &[&str]) -> serde_json::Value {
        let output = run(desk, name, words);
        assert!(output.status.success(), "{words:?}: {}{}", text(&output.stdout), text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    /// The origin and the key of moscow's log.
    fn log(desk: &Desk) -> (String, String) {
        let charter = desk.json(&["charter", "show", "charter.json", "--json"], 0);
        let member = &charter["members"][0];
        assert_eq!(member["id"], "moscow");
        (member["origin"].as_str().unwrap().to_owned(), member["log_vkey"].as_str().unwrap().to_owned())
    }

    #[test]
    #[ignore = "needs Python 3.12 (tests/setup/aics.sh)"]
    fn aics_tlog_verifies_our_cosigned_checkpoint_and_our_proofs() {
        let desk = sides();
        let (origin, log_key) = log(&desk);
        let key = vkey(&desk, "washington");
        desk.ok(&["witness", "request", "-o", "first", "--dir", "moscow"]);
        desk.ok(&strs(&sign("washington", "first", "first.answer")));
        desk.ok(&["witness", "add", "first.answer", "--key", &key, "--dir", "moscow"]);
        for number in 0..4 {
            desk.ok(&["state", &format!("{number}"), "--sign", "--yes", "--dir", "moscow"]);
        }
        desk.ok(&["witness", "request", "-o", "second", "--from", "1", "--dir", "moscow"]);
        desk.ok(&strs(&sign("washington", "second", "second.answer")));
        desk.ok(&["witness", "add", "second.answer", "--key", &key, "--dir", "moscow"]);
        for (path, _) in tree(&desk.path("moscow/notes")) {
            let file = path.to_str().unwrap();
            let checked = succeeds(
                &desk,
                "aics-tlog",
                &[
                    "verify-checkpoint",
                    "--note",
                    file,
                    "--log-key",
                    &log_key,
                    "--witness-key",
                    &key,
                    "--quorum",
                    "1",
                    "--origin",
                    &origin,
                ],
            );
            assert_eq!(checked["ok"], true, "{checked}");
        }
        // Our proof from 1 to 5, as it stands in the request.
        let request = Submission::parse(&std::fs::read(desk.path("second")).unwrap()).unwrap();
        let first = Submission::parse(&std::fs::read(desk.path("first")).unwrap()).unwrap();
        let encode = |hash: &Hash| countersign::base64::encode(hash.bytes());
        let proof: String = request.proof.iter().map(|hash| encode(hash) + "\n").collect();
        std::fs::write(desk.path("proof"), &proof).unwrap();
        let (old, new) = (encode(&first.head().root), encode(&request.head().root));
        let words = [
            "verify-consistency",
            "--old-size",
            "1",
            "--new-size",
            "5",
            "--old-root",
            &old,
            "--new-root",
            &new,
            "--proof",
            "proof",
        ];
        assert_eq!(succeeds(&desk, "aics-tlog", &words)["ok"], true);
        std::fs::write(desk.path("proof"), proof.replacen('A', "B", 1).replacen('c', "d", 1)).unwrap();
        assert!(!run(&desk, "aics-tlog", &words).status.success());
    }

    struct Running(Child);

    impl Drop for Running {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// Posts over a plain socket; the status, the content type and the body.
    fn post(port: u16, url: &str, content_type: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
        let path = url.strip_prefix("http://w").unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let at = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = text(&answer[..at]).to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let kind = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default();
        (status, kind.to_owned(), answer[at + 4..].to_vec())
    }

    #[test]
    #[ignore = "needs Python 3.12 (tests/setup/aics.sh)"]
    fn a_running_aics_witness_cosigns_our_requests() {
        let desk = sides();
        let (origin, log_key) = log(&desk);
        let config = ["--config", "aics/witness.json"];
        std::fs::create_dir(desk.path("aics")).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let made = run(
            &desk,
            "aics-witness",
            &[&["init", "--name", "aics.example/w", "--listen", &listen][..], &config].concat(),
        );
        assert!(made.status.success(), "{}{}", text(&made.stdout), text(&made.stderr));
        let made = text(&made.stdout);
        let key = made
            .split_whitespace()
            .map(|word| word.trim_matches(['"', ',']))
            .find(|word| word.starts_with("aics.example/w+"));
        let key = key.unwrap_or_else(|| panic!("{made}")).to_owned();
        let added = run(
            &desk,
            "aics-witness",
            &[&["add-log", "--origin", &origin, "--vkey", &log_key][..], &config].concat(),
        );
        assert!(added.status.success(), "{}{}", text(&added.stdout), text(&added.stderr));
        let mut serve = program("aics-witness");
        serve.arg("serve").args(config).current_dir(desk.folder.path());
        let _running = Running(serve.spawn().unwrap());
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let with = |url: &str, kind: &str, body: &[u8]| Ok(post(port, url, kind, body));
        for (size, from) in [(1, 0), (3, 1)] {
            let request = format!("request-{size}");
            // From 0 each time: the witness says where it is.
            desk.ok(&["witness", "request", "-o", &request, "--from", "0", "--dir", "moscow"]);
            let known = format!("known-{size}");
            desk.ok(&["witness", "request", "-o", &known, "--from", &from.to_string(), "--dir", "moscow"]);
            let body = |old: u64| {
                let file = if old == 0 { &request } else { &known };
                Submission::parse(&std::fs::read(desk.path(file)).unwrap()).ok()
            };
            let asked = ask(&with, "http://w", 0, &body).unwrap();
            assert_eq!(asked.from, from);
            std::fs::write(desk.path("lines"), format!("{}\n", asked.cosignatures[0].line())).unwrap();
            let taken =
                desk.json(&["witness", "add", "lines", "--key", &key, "--dir", "moscow", "--json"], 0);
            assert_eq!(taken["cosignatures"][0]["size"], size, "{taken}");
            for words in ["one", "two"] {
                desk.ok(&["state", words, "--sign", "--yes", "--dir", "moscow"]);
            }
        }
        // The same head with another root is no more cosigned there than here.
        let fork = TreeHead { origin: origin.clone(), size: 3, root: Hash::of(b"another") };
        let bad = Note::new(fork.text(), vec![Line { name: origin, bytes: vec![1; 68] }]);
        let (status, _, _) =
            post(port, "http://w/add-checkpoint", "text/plain", &TestLog::body(3, &[], &bad));
        assert_eq!(status, 403);
    }
}
