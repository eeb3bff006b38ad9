//! The ten tests that a hostile review of the first draft asked for.

use std::collections::BTreeMap;

use countersign::audit::{Audit, Copy};
use countersign::body::membership::{
    NewSet, Registered, SealedHead, SetChange, VolumeJoin, possession_text, volume_text,
};
use countersign::entry::{Head, Signed, pen};
use countersign::fault::{Code, Verdict};
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::merkle::Nodes;
use countersign::names::LogId;
use countersign::note::{self, Line, Note};
use countersign::proof::Evidence;

use crate::world::{Author, Joining, World, key, label, log, member};

fn verdict(audit: &Audit, name: &str) -> Verdict {
    audit.logs.iter().find(|report| report.log.as_str() == name).unwrap().verdict
}

fn codes(audit: &Audit) -> Vec<Code> {
    audit.findings.iter().map(|finding| finding.code).collect()
}

/// The same world, in which a member's log goes another way from `after` on.
pub fn other_way(world: &World, name: &str, after: usize, text: &str) -> World {
    let mut other = world.clone();
    let author = other.authors.get_mut(name).unwrap();
    let notes: Vec<Vec<u8>> = author.notes.drain(..).take(after).collect();
    author.chain = countersign::chain::Chain::new(&world.charter, &log(name)).unwrap();
    author.entries.clear();
    for note in notes {
        other.add(name, note);
    }
    other.state(name, text);
    other
}

/// A `key` entry's body for these labels, with proofs for those in `new`.
pub fn new_set(world: &World, of: &LogId, labels: &[&str], new: &[&str], threshold: u64) -> NewSet {
    let set = labels.iter().map(|name| {
        let secret = key(&format!("{}/{name}", of.member()));
        let text = possession_text(&world.charter.id(), of, &label(name), &secret.public());
        let proof = new.contains(name).then(|| note::sign(&text, &pen(of, &label(name)), &secret));
        Registered { key: secret.public(), label: label(name), proof }
    });
    NewSet { set: set.collect(), threshold, more_pens: BTreeMap::new() }
}

pub fn rotate(world: &mut World, name: &str, labels: &[&str], new: &[&str]) -> Signed {
    let new = new_set(world, &log(name), labels, new, 1);
    let body = SetChange { compromised: vec![], new, words: None }.to_value();
    let signed = world.push(name, "key", body);
    world.authors.get_mut(name).unwrap().pens = vec![labels[0].to_owned()];
    signed
}

#[test]
fn t2_a_head_that_nobody_can_get_stops_nobody() {
    let mut world = World::small();
    // Observer really sealed 30 entries and gives 1 of them to the world.
    let mut far = world.clone();
    for _ in 0..29 {
        far.state("observer", "withheld");
    }
    let head = far.head("observer");
    world.receipt("moscow", &[("observer", head)]);
    for number in 0..100 {
        let head = world.head("moscow");
        world.receipt("washington", &[("moscow", head)]);
        world.state("moscow", &format!("{number}"));
    }
    let audit = world.audit(&world.whole_copy());
    assert_eq!(audit.strands[&log("moscow")].size(), 102);
    assert_eq!(verdict(&audit, "moscow"), Verdict::Whole);
    assert_eq!(verdict(&audit, "washington"), Verdict::Whole);
    assert_eq!(verdict(&audit, "observer"), Verdict::Incomplete);
    assert_eq!(codes(&audit), [Code::HeadAbsent]);
    let pending = |signed: &std::sync::Arc<Signed>| audit.is_pending(signed);
    let all: usize = audit.all_strands().map(|strand| strand.entries().filter(pending).count()).sum();
    assert_eq!(all, 1);
}

#[test]
fn t3_framing_names_who_sealed() {
    // B shows X to A, Y to the world; A loses X: the two seals name B.
    let mut world = World::small();
    world.state("washington", "shared");
    let shown = other_way(&world, "washington", 2, "shown to moscow");
    world.state("washington", "shown to the world");
    world.state("washington", "and more");
    world.receipt("moscow", &[("washington", shown.head("washington"))]);
    let audit = world.audit(&world.whole_copy());
    assert_eq!(codes(&audit), [Code::Split]);
    assert_eq!(verdict(&audit, "washington"), Verdict::Contradicted);
    assert_eq!(verdict(&audit, "moscow"), Verdict::Whole);
    assert!(audit.evidence[0].verify().is_ok());
    assert_eq!(audit.evidence[0].log, log("washington"));

    // A invents a root: its own entry and the charter name A.
    let mut world = World::small();
    let invented =
        Head { size: 9, root: Hash::of(b"invented"), seal: note::sign("x\n", "x", &key("nobody")) };
    world.receipt("moscow", &[("washington", invented)]);
    let audit = world.audit(&world.whole_copy());
    assert_eq!(codes(&audit), [Code::ReceiptSeal]);
    assert_eq!(verdict(&audit, "moscow"), Verdict::Contradicted);
    assert_eq!(verdict(&audit, "washington"), Verdict::Whole);
    assert!(audit.evidence[0].verify().is_ok());
    let shorter = Copy { logs: [(log("moscow"), world.log_bytes_at("moscow", 1))].into(), ..world.copy(&[]) };
    assert_eq!(world.audit(&shorter).verdict, Verdict::Whole, "not sealed, not named");
}

#[test]
fn t4_old_keys_second_signatures_and_two_joins_convict_nobody() {
    // A retired key signs an old number: a stray, in no log.
    let mut world = World::small();
    let stray = {
        let mut other = world.clone();
        other.state("moscow", "signed with the old key")
    };
    world.state("moscow", "one");
    rotate(&mut world, "moscow", &["second"], &["second"]);
    world.state("moscow", "two");
    let evidence = Evidence::stray(&world.charter, &[], &stray);
    assert!(evidence.verify().is_ok());
    let mut copy = world.whole_copy();
    let bytes = evidence.to_bytes();
    copy.faults.insert(Hash::of(&bytes).to_string(), bytes);
    assert_eq!(world.audit(&copy).verdict, Verdict::Whole);

    // One of two signers makes a second signature on one text: twins, one statement.
    let two = Joining { labels: vec!["a", "b"], threshold: 2, ..Joining::party("moscow") };
    let mut world = World::new(&[two, Joining::party("washington")]);
    let entry = world.next("moscow", "seen", Value::object([]));
    let honest = world.sign(&entry);
    let twin = twin(&honest, &entry.to_text());
    assert_ne!(honest, twin);
    let first = {
        let mut world = world.clone();
        world.add("moscow", honest)
    };
    let second = world.add("moscow", twin);
    assert_eq!(first.text(), second.text());
    assert_ne!(first.hash(), second.hash());

    // That `init` twice gives one join is shown in command_line.rs.
}

/// A second signature with another nonce by the second signer, as whoever holds a
/// key can make.
pub fn twin(note: &[u8], text: &str) -> Vec<u8> {
    use curve25519_dalek::{constants::ED25519_BASEPOINT_POINT, scalar::Scalar};
    use sha2::{Digest, Sha512};
    let parsed = Note::parse(note, 16).unwrap();
    let secret = key("moscow/b");
    let expanded = Sha512::digest(secret.seed().as_slice());
    let mut low: [u8; 32] = expanded[..32].try_into().unwrap();
    low[0] &= 0b1111_1000;
    low[31] = low[31] & 0b0111_1111 | 0b0100_0000;
    let a = Scalar::from_bytes_mod_order(low);
    let r = Scalar::from(123_456_789_u64);
    let point = (ED25519_BASEPOINT_POINT * r).compress().0;
    let hash = Sha512::new().chain_update(point).chain_update(secret.public().bytes());
    let k = Scalar::from_bytes_mod_order_wide(&hash.chain_update(text.as_bytes()).finalize().into());
    let s = r + k * a;
    let mut bytes = note::key_id("moscow/b", &secret.public()).to_vec();
    bytes.extend(point);
    bytes.extend(s.as_bytes());
    let lines = vec![parsed.lines()[0].clone(), Line { name: "moscow/b".to_owned(), bytes }];
    Note::new(text.to_owned(), lines).to_bytes()
}

/// Opens a further volume of a member in a world, with a new log key.
pub fn open_volume(world: &mut World, name: &str, heads: &[SealedHead]) -> String {
    let log_key = key(&format!("{name} log 2")).public();
    let id = LogId::further(&member(name), &log_key.digest());
    let new = new_set(world, &id, &["fresh"], &["fresh"], 1);
    let unproven = VolumeJoin::unproven(heads, &log_key, &new);
    let recovery = key(&format!("{name} recovery"));
    let text = volume_text(&world.charter.id(), &id, &unproven);
    let proof = note::sign(&text, &format!("{name}/recovery"), &recovery);
    let body = VolumeJoin::proven(unproven, &recovery.public(), &proof);
    let chain = countersign::chain::Chain::new(&world.charter, &id).unwrap();
    let author = Author { chain, pens: vec!["fresh".into()], entries: vec![], notes: vec![] };
    world.authors.insert(id.to_string(), author);
    world.push(&id.to_string(), "join", body);
    id.to_string()
}

/// A sealed copy of a further volume, whose log key has its own name.
pub fn volume_bytes(world: &World, volume: &str, name: &str) -> countersign::audit::LogBytes {
    let author = world.author(volume);
    let id = author.chain.log();
    let secret = key(&format!("{name} log 2"));
    let seal = countersign::checkpoint::Checkpoint::sign(
        &world.charter.id(),
        id,
        author.chain.size(),
        author.chain.root().unwrap(),
        &secret,
    );
    let mut bytes = world.log_bytes(volume);
    bytes.checkpoint = Some(seal.to_bytes());
    bytes
}

#[test]
fn t6_after_a_split_a_further_volume_goes_on_and_the_old_ones_stay() {
    let mut world = World::small();
    let other = other_way(&world, "moscow", 1, "a second branch");
    world.state("moscow", "the first branch");
    let heads = vec![
        SealedHead { log: log("moscow"), head: world.head("moscow") },
        SealedHead { log: log("moscow"), head: other.head("moscow") },
    ];
    let volume = open_volume(&mut world, "moscow", &heads);
    world.state(&volume, "here I go on");
    let head = world.head("moscow");
    world.receipt("washington", &[("moscow", head)]);
    let mut copy = world.copy(&["moscow", "observer", "washington"]);
    copy.logs.insert(log(&volume), volume_bytes(&world, &volume, "moscow"));
    let audit = world.audit(&copy);
    assert_eq!(verdict(&audit, "moscow"), Verdict::Contradicted, "its own two seals");
    assert_eq!(verdict(&audit, &volume), Verdict::Whole);
    assert_eq!(verdict(&audit, "washington"), Verdict::Whole);
    assert_eq!(audit.strands[&log(&volume)].size(), 2);
    assert_eq!(audit.strands[&log("moscow")].size(), 2);

    // Nobody opens a volume without the recovery key.
    let log_key = key("thief log").public();
    let id = LogId::further(&member("moscow"), &log_key.digest());
    let new = new_set(&world, &id, &["fresh"], &["fresh"], 1);
    let unproven = VolumeJoin::unproven(
        &[SealedHead { log: log("moscow"), head: world.head("moscow") }],
        &log_key,
        &new,
    );
    let thief = key("thief recovery");
    let proof = note::sign(&volume_text(&world.charter.id(), &id, &unproven), "moscow/recovery", &thief);
    let body = VolumeJoin::proven(unproven, &thief.public(), &proof);
    let chain = countersign::chain::Chain::new(&world.charter, &id).unwrap();
    world
        .authors
        .insert(id.to_string(), Author { chain, pens: vec!["fresh".into()], entries: vec![], notes: vec![] });
    let entry = world.next(&id.to_string(), "join", body);
    let bytes = world.sign(&entry);
    let mut chain = world.author(&id.to_string()).chain.clone();
    assert_eq!(chain.accept(&bytes).unwrap_err().code, Code::VolumeProof);
}

#[test]
fn t6_a_sealed_bad_entry_stops_its_log_and_no_other() {
    let mut world = World::small();
    world.state("moscow", "good");
    world.add_raw("moscow", b"garbage under a seal".to_vec());
    world.state("washington", "goes on");
    let audit = world.audit(&world.whole_copy());
    assert_eq!(codes(&audit), [Code::BadEntry]);
    assert_eq!(audit.findings[0].reason, Some(Code::NoteForm));
    assert_eq!(audit.strands[&log("moscow")].size(), 2, "the entries before it stand");
    assert_eq!(verdict(&audit, "washington"), Verdict::Whole);
    assert!(audit.evidence[0].verify().is_ok());
    // Under no seal the same bytes are this copy's affair.
    let mut copy = world.whole_copy();
    copy.logs.insert(log("moscow"), {
        let mut bytes = world.log_bytes_at("moscow", 2);
        crate::world::edit(&mut bytes, |notes| notes.push(b"garbage under no seal".to_vec()));
        bytes
    });
    assert!(world.audit(&copy).verdict < Verdict::Contradicted);
}

#[test]
fn t7_a_reader_with_other_bodies_has_the_same_chains() {
    let mut world = World::small();
    for kind in ["statement", "text", "adopt", "seen", "actor", "report", "x"] {
        for body in ["{}", "{\"words\":1}", "{\"a\":[[[\"deep\"]]]}", "{\"standing\":\"pledge\"}"] {
            let entry = world.next("moscow", kind, Value::parse(body).unwrap());
            let bytes = world.sign(&entry);
            world.add("moscow", bytes);
        }
    }
    let audit = world.audit(&world.whole_copy());
    assert_eq!(audit.verdict, Verdict::Whole);
    assert_eq!(audit.strands[&log("moscow")].size(), 29);
    let strand = &audit.strands[&log("moscow")];
    let unknown = strand.entries().filter(|signed| {
        let effect = countersign::status::effect(&audit, signed);
        matches!(effect, countersign::status::Effect::NotUnderstood(_))
    });
    assert!(unknown.count() >= 20, "and they are shown as not understood");
}

#[test]
fn t9_the_split_of_one_log_leaves_the_verdict_of_the_other() {
    let mut world = World::small();
    world.state("washington", "one");
    let before = world.audit(&world.whole_copy());
    let other = other_way(&world, "moscow", 1, "a second branch");
    world.state("moscow", "the first branch");
    let mut copy = world.whole_copy();
    copy.branches.push((log("moscow"), other.log_bytes("moscow")));
    let after = world.audit(&copy);
    assert_eq!(codes(&after), [Code::Fork]);
    let report = |audit: &Audit, name: &str| audit.logs.iter().find(|r| r.log == log(name)).cloned();
    for name in ["observer", "washington"] {
        assert_eq!(report(&before, name), report(&after, name));
    }
    assert_eq!(after.branches.len(), 1, "and both branches are here");
    let evidence = &after.evidence[0];
    assert!(evidence.verify().is_ok());
    assert_eq!(Evidence::parse(&evidence.to_bytes()).as_ref(), Ok(evidence));
}

#[test]
fn t10_a_flipped_byte_names_the_copy_and_no_member() {
    let mut world = World::small();
    world.state("moscow", "one");
    let mut copy = world.whole_copy();
    crate::world::edit(copy.logs.get_mut(&log("moscow")).unwrap(), |notes| notes[1][90] ^= 1);
    let audit = world.audit(&copy);
    assert_eq!(audit.verdict, Verdict::Damaged);
    let finding = audit.findings.iter().find(|f| f.code == Code::Bundle).unwrap();
    assert!(finding.message.contains("this copy"), "{}", finding.message);
    for name in ["moscow", "washington", "observer"] {
        assert!(!finding.message.contains(name), "{}", finding.message);
    }
}

#[test]
fn evidence_that_leaves_something_out_shows_nothing() {
    // An honest entry under rotated keys, shown as bad by leaving the rotation out.
    let mut world = World::small();
    rotate(&mut world, "moscow", &["second"], &["second"]);
    world.state("moscow", "honest");
    world.add_raw("moscow", b"garbage".to_vec());
    let audit = world.audit(&world.whole_copy());
    let real = audit.evidence[0].clone();
    assert!(real.verify().is_ok());
    let strand = &audit.strands[&log("moscow")];
    let held = strand.held().unwrap();
    for reason in Code::ALL {
        let mut framed = Evidence::bad_entry(held, &countersign::fault::Fault::new(*reason, "")).unwrap();
        for drop in 0..framed.entries.len() {
            let mut less = framed.clone();
            less.entries.remove(drop);
            less.entries.retain(|shown| shown.index <= 2);
            assert!(less.verify().is_err(), "{reason}: dropped {drop}");
        }
        framed.entries.retain(|shown| shown.index <= 2);
        assert!(framed.verify().is_err(), "{reason}");
        if *reason != Code::NoteForm {
            let mut other = real.clone();
            other.reason = Some(*reason);
            assert!(other.verify().is_err(), "{reason}");
        }
    }
    // A split of two seals of which one continues the other.
    let mut world = World::small();
    world.state("moscow", "one");
    world.state("moscow", "two");
    let audit = world.audit(&world.whole_copy());
    let held = audit.strands[&log("moscow")].held().unwrap();
    let framed = Evidence::split(held, &world.seal("moscow", 2)).unwrap();
    assert!(framed.verify().is_err());
}

/// One file of evidence of each kind, all of which hold.
fn evidence_of_each_kind() -> Vec<Evidence> {
    let mut world = World::small();
    rotate(&mut world, "moscow", &["second"], &["second"]);
    let other = other_way(&world, "moscow", 2, "another way");
    world.state("moscow", "one way");
    world.state("moscow", "and on");
    let mut copy = world.whole_copy();
    copy.branches.push((log("moscow"), other.log_bytes("moscow")));
    let fork = world.audit(&copy).evidence;
    let mut receipts = world.clone();
    receipts.receipt("washington", &[("moscow", other.head("moscow"))]);
    let split = receipts.audit(&receipts.whole_copy()).evidence;
    let mut bad = world.clone();
    bad.add_raw("moscow", b"garbage".to_vec());
    let bad = bad.audit(&bad.whole_copy()).evidence;
    let seal = note::sign("x\n", "x", &key("nobody"));
    world.receipt("moscow", &[("washington", Head { size: 9, root: Hash::of(b"x"), seal })]);
    let receipt = world.audit(&world.whole_copy()).evidence;
    [fork, split, bad, receipt].concat()
}

#[test]
fn evidence_of_which_anything_is_changed_shows_nothing() {
    let all = evidence_of_each_kind();
    let kinds: Vec<Code> = all.iter().map(|evidence| evidence.code).collect();
    assert_eq!(kinds, [Code::Fork, Code::Split, Code::BadEntry, Code::ReceiptSeal]);
    for evidence in all {
        assert!(evidence.verify().is_ok());
        assert_eq!(Evidence::parse(&evidence.to_bytes()).as_ref(), Ok(&evidence));
        let refused = |change: &dyn Fn(&mut Evidence), what: &str| {
            let mut changed = evidence.clone();
            change(&mut changed);
            assert!(changed == evidence || changed.verify().is_err(), "{}: {what}", evidence.code);
        };
        for at in 0..evidence.entries.len() {
            refused(&|e| e.entries[at].bytes.push(b'x'), "bytes");
            refused(&|e| e.entries[at].index += 1, "index");
            refused(&|e| e.entries[at].under ^= 1, "under");
            refused(&|e| e.entries[at].under = 9, "under none");
            refused(&|e| e.entries[at].proof.push(Hash::of(b"x")), "a longer path");
            refused(
                &|e| {
                    e.entries[at].proof.pop();
                },
                "a shorter path",
            );
        }
        for at in 0..evidence.checkpoints.len() {
            refused(&|e| e.checkpoints[at][90] ^= 1, "checkpoint");
            refused(
                &|e| {
                    e.checkpoints.remove(at);
                },
                "one checkpoint less",
            );
        }
        refused(&|e| e.checkpoints.reverse(), "checkpoints in another order");
        refused(&|e| e.consistency.reverse(), "consistency");
        refused(&|e| e.log = log("washington"), "another log");
        refused(&|e| e.charter.push(b' '), "another charter");
        for code in [Code::Split, Code::Fork, Code::BadEntry, Code::ReceiptSeal, Code::Unsealed] {
            // A fork is a split too, and says no more than its entries show.
            if !(evidence.code == Code::Fork && code == Code::Split) {
                refused(&|e| e.code = code, code.as_str());
            }
        }
    }
}

/// A world in which moscow has a further volume, and its copy.
fn with_volume() -> (World, String) {
    let mut world = World::small();
    let heads = vec![SealedHead { log: log("moscow"), head: world.head("moscow") }];
    let volume = open_volume(&mut world, "moscow", &heads);
    world.state(&volume, "in the further volume");
    (world, volume)
}

fn volume_head(world: &World, volume: &str) -> Head {
    let author = world.author(volume);
    let secret = key("moscow log 2");
    let (id, ledger) = (author.chain.log(), world.charter.id());
    let (size, root) = (author.chain.size(), author.chain.root().unwrap());
    countersign::checkpoint::Checkpoint::sign(&ledger, id, size, root, &secret).head().clone()
}

#[test]
fn every_kind_of_evidence_stands_in_a_further_volume() {
    let (mut world, volume) = with_volume();
    let other = other_way(&world, &volume, 1, "another way");
    world.receipt("washington", &[(&volume, volume_head(&other, &volume))]);
    let copy = |world: &World| {
        let mut copy = world.copy(&["moscow", "observer", "washington"]);
        copy.logs.insert(log(&volume), volume_bytes(world, &volume, "moscow"));
        copy
    };
    let split = world.audit(&copy(&world));
    assert_eq!(codes(&split), [Code::Split]);
    assert_eq!(split.evidence.len(), 1, "the join that names the log key is in the file");
    assert!(split.evidence[0].verify().is_ok());

    let mut forged = world.clone();
    let invented = Head { size: 99, root: Hash::of(b"x"), seal: note::sign("x\n", "x", &key("nobody")) };
    forged.receipt("observer", &[(&volume, invented)]);
    let audit = forged.audit(&copy(&forged));
    let receipt = audit.evidence.iter().find(|evidence| evidence.code == Code::ReceiptSeal).unwrap();
    assert_eq!(receipt.log, log("observer"));

    let mut bad = world.clone();
    bad.add_raw(&volume, b"garbage".to_vec());
    let mut with_bad = copy(&bad);
    with_bad.logs.insert(log(&volume), {
        let author = bad.author(&volume);
        let tree = countersign::merkle::Tree::of(author.notes.iter().map(|note| Hash::leaf(note)));
        let secret = key("moscow log 2");
        let seal = countersign::checkpoint::Checkpoint::sign(
            &bad.charter.id(),
            author.chain.log(),
            tree.size(),
            tree.root().unwrap(),
            &secret,
        );
        let mut bytes = bad.log_bytes(&volume);
        bytes.checkpoint = Some(seal.to_bytes());
        bytes
    });
    let audit = bad.audit(&with_bad);
    assert!(audit.evidence.iter().any(|evidence| evidence.code == Code::BadEntry));
    assert!(audit.evidence.iter().all(|evidence| evidence.verify().is_ok()));
}

/// Moscow's log key signs rival seals, which observer receipts.
fn flood(world: &mut World, seals: u64) {
    for size in 1..=seals {
        let root = Hash::of(&size.to_be_bytes());
        let (ledger, of, genuine) = (world.charter.id(), log("moscow"), key("moscow log"));
        let rival = countersign::checkpoint::Checkpoint::sign(&ledger, &of, size, root, &genuine);
        world.receipt("observer", &[("moscow", rival.head().clone())]);
    }
}

#[test]
fn a_flood_of_seals_of_one_member_hides_nothing_about_another() {
    let mut world = World::small();
    flood(&mut world, 200);
    let other = other_way(&world, "washington", 1, "a second branch");
    world.state("washington", "the first branch");
    for _ in 0..200 {
        world.state("moscow", "enough to cover the rival seals");
    }
    let mut copy = world.whole_copy();
    copy.branches.push((log("washington"), other.log_bytes("washington")));
    let audit = world.audit(&copy);
    assert_eq!(verdict(&audit, "moscow"), Verdict::Contradicted);
    assert_eq!(verdict(&audit, "washington"), Verdict::Contradicted);
    assert_eq!(verdict(&audit, "observer"), Verdict::Whole);
    let of = |name: &str| audit.evidence.iter().filter(|evidence| evidence.log == log(name)).count();
    assert_eq!(of("moscow"), countersign::weave::MOST_EVIDENCE);
    assert_eq!(of("washington"), 1);
}

#[test]
fn an_honest_entry_is_not_framed_by_leaving_its_key_entry_out() {
    let mut world = World::small();
    rotate(&mut world, "moscow", &["second"], &["second"]);
    world.state("moscow", "honest");
    world.state("moscow", "and on");
    let audit = world.audit(&world.whole_copy());
    let strand = &audit.strands[&log("moscow")];
    let seal = strand.seal.as_ref().unwrap();
    let show = |index: u64| countersign::proof::Shown {
        bytes: strand.entry(index).unwrap().bytes().to_vec(),
        index,
        proof: strand.tree.prove_inclusion(index, seal.size()).unwrap().0,
        under: 0,
    };
    for reason in Code::ALL {
        for shown in [vec![2], vec![0, 2], vec![1, 2], vec![0, 1, 2]] {
            let framed = Evidence {
                charter: world.charter.bytes().to_vec(),
                checkpoints: vec![seal.to_bytes()],
                code: Code::BadEntry,
                reason: Some(*reason),
                consistency: strand.tree.prove_consistency(2, seal.size()).unwrap().0,
                entries: shown.iter().map(|index| show(*index)).collect(),
                log: log("moscow"),
            };
            assert!(framed.verify().is_err(), "{reason}, showing {shown:?}");
            let bare = Evidence { consistency: vec![], ..framed };
            assert!(bare.verify().is_err(), "{reason}, showing {shown:?}, no consistency");
        }
    }
}

#[test]
fn a_flood_in_one_volume_hides_nothing_about_the_next() {
    let (mut world, volume) = with_volume();
    flood(&mut world, 100);
    for _ in 0..100 {
        world.state("moscow", "enough to cover the rival seals");
    }
    let other = other_way(&world, &volume, 1, "another way");
    world.receipt("washington", &[(&volume, volume_head(&other, &volume))]);
    let mut copy = world.copy(&["moscow", "observer", "washington"]);
    copy.logs.insert(log(&volume), volume_bytes(&world, &volume, "moscow"));
    let audit = world.audit(&copy);
    assert_eq!(verdict(&audit, "moscow"), Verdict::Contradicted);
    assert_eq!(verdict(&audit, &volume), Verdict::Contradicted, "told, though without a file");
    assert_eq!(audit.evidence.len(), countersign::weave::MOST_EVIDENCE);
}
