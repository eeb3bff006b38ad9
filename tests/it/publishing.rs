//! Publishing what is new, to readers who may look at any moment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use countersign::audit::{Audit, Copy};
use countersign::disk::Disk;
use countersign::failure::Outcome;
use countersign::fault::Verdict;
use countersign::json::Value;
use countersign::ledger::{self, Ledger, Local};
use countersign::publish::{self, How};
use countersign::pull::{self, Step, Vouched};
use countersign::snapshot;

use crate::memory::{Failing, MemoryDisk};
use crate::world::{Joining, World, log};

pub const READER: &str = "/w/reader";
const PUBLIC: &str = "/w/public";

pub fn reader(world: &World) -> MemoryDisk {
    let disk = MemoryDisk::new();
    ledger::make_folder(&disk, Path::new(READER), world.charter.bytes()).unwrap();
    ledger::adopt_folder(&disk, Path::new(READER), &Local::default()).unwrap();
    disk
}

pub fn take_in(disk: &MemoryDisk, copy: &Copy) -> pull::Plan {
    let ledger = Ledger::read(disk, Path::new(READER)).unwrap();
    let plan = pull::plan(&ledger, copy, &Vouched::Nothing, &|_| {}).unwrap();
    pull::carry_out(disk, &ledger, &plan).unwrap();
    plan
}

fn publish(disk: &MemoryDisk, how: How<'_>) -> Outcome<u64> {
    publish_to(disk, PUBLIC, how)
}

fn publish_to(disk: &MemoryDisk, out: &str, how: How<'_>) -> Outcome<u64> {
    let ledger = Ledger::read(disk, Path::new(READER))?;
    publish::publish(disk, &ledger.audit, &ledger.copy, Some(&log("moscow")), Path::new(out), how)
}

fn look(disk: &MemoryDisk, world: &World, out: &str) -> Audit {
    let copy = snapshot::read(disk, Path::new(out)).unwrap();
    Audit::of(&copy, &world.expectation()).unwrap()
}

fn files(disk: &MemoryDisk, below: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let all = disk.files().into_iter();
    all.filter_map(|(path, bytes)| Some((path.strip_prefix(below).ok()?.to_owned(), bytes))).collect()
}

/// Two sides that talk, the first up to one size and then over the end of a tile, each
/// receipting the other on the way.
fn two_times(first: usize, second: usize) -> (World, Copy, Copy) {
    let mut world = World::new(&[Joining::party("moscow"), Joining::party("washington")]);
    let talk = |world: &mut World, until: usize| {
        while world.author("moscow").notes.len() < until {
            world.state("moscow", "one more");
        }
        // Washington can know no more of moscow than moscow published before.
        world.state("washington", "an answer");
        let head = world.head("washington");
        world.receipt("moscow", &[("washington", head)]);
    };
    talk(&mut world, first);
    let before = world.whole_copy();
    let head = world.head("moscow");
    world.receipt("washington", &[("moscow", head)]);
    talk(&mut world, second);
    let after = world.whole_copy();
    (world, before, after)
}

#[test]
fn whoever_reads_at_any_moment_sees_a_snapshot_that_verifies() {
    for (first, second) in [(3, 5), (254, 258), (255, 256), (256, 515)] {
        let (world, before, after) = two_times(first, second);
        let disk = reader(&world);
        take_in(&disk, &before);
        publish(&disk, How::default()).unwrap();
        assert_eq!(look(&disk, &world, PUBLIC).verdict, Verdict::Whole);
        take_in(&disk, &after);
        let mut sizes = BTreeSet::new();
        for change in 0.. {
            let at = disk.after_kill();
            at.fail_at(change, Failing::Lost);
            let published = publish(&at, How::default());
            let seen = look(&at.after_kill(), &world, PUBLIC);
            assert_eq!(seen.verdict, Verdict::Whole, "{first} {second} {change}: {:?}", seen.findings);
            sizes.insert(seen.strands[&log("moscow")].size());
            if published.is_ok() {
                break;
            }
        }
        assert_eq!(sizes.len(), 2, "before and after");
    }
}

#[test]
fn what_is_published_bit_by_bit_is_what_is_published_at_once() {
    let (world, before, after) = two_times(254, 1030);
    let disk = reader(&world);
    take_in(&disk, &before);
    publish(&disk, How::default()).unwrap();
    take_in(&disk, &after);
    let written = publish(&disk, How::default()).unwrap();
    assert_eq!(publish(&disk, How::default()).unwrap(), 0, "nothing new");
    publish_to(&disk, "/w/other", How::default()).unwrap();
    assert_eq!(files(&disk, PUBLIC), files(&disk, "/w/other"), "no tile of an earlier size is left");
    let all = u64::try_from(files(&disk, PUBLIC).len()).unwrap();
    assert!(written < all, "{written} of {all}: the charter is not written again");
    assert_eq!(look(&disk, &world, PUBLIC).verdict, Verdict::Whole);
    // One entry more, and what changes is a handful of files.
    let mut world = world;
    world.state("moscow", "last");
    take_in(&disk, &world.whole_copy());
    assert_eq!(publish(&disk, How::default()).unwrap(), 3, "bundle, tile, checkpoint");
}

#[test]
fn a_published_file_that_was_damaged_is_healed_where_the_whole_is_compared() {
    let (world, before, _) = two_times(300, 300);
    let disk = reader(&world);
    take_in(&disk, &before);
    publish(&disk, How::default()).unwrap();
    let good = files(&disk, PUBLIC);
    let path = Path::new(PUBLIC).join("logs/moscow/tile/entries/000");
    let mut bytes = disk.files()[&path].clone();
    bytes[100] ^= 1;
    disk.overwrite(&path, bytes);
    let removed = Path::new(PUBLIC).join("logs/moscow/tile/0/000");
    disk.remove(&removed).unwrap();
    assert_eq!(look(&disk, &world, PUBLIC).verdict, Verdict::Damaged);
    publish(&disk, How { whole: true, ..How::default() }).unwrap();
    assert_eq!(files(&disk, PUBLIC), good);
}

#[test]
fn a_reader_with_an_earlier_checkpoint_finds_its_entries_in_later_tiles() {
    let (world, before, after) = two_times(250, 300);
    let disk = reader(&world);
    take_in(&disk, &before);
    publish(&disk, How::default()).unwrap();
    let checkpoints: Vec<(PathBuf, Vec<u8>)> =
        disk.files().into_iter().filter(|(path, _)| path.ends_with("checkpoint")).collect();
    take_in(&disk, &after);
    publish(&disk, How::default()).unwrap();
    for (path, bytes) in checkpoints.into_iter().filter(|(path, _)| path.starts_with(PUBLIC)) {
        disk.overwrite(&path, bytes);
    }
    let seen = look(&disk, &world, PUBLIC);
    assert_eq!(seen.verdict, Verdict::Whole, "{:?}", seen.findings);
    assert_eq!(seen.strands[&log("moscow")].size(), 251);
}

#[test]
fn a_small_folder_carries_what_is_new() {
    let (world, before, after) = two_times(600, 610);
    let disk = reader(&world);
    take_in(&disk, &before);
    publish(&disk, How::default()).unwrap();
    take_in(&disk, &after);
    let sizes = BTreeMap::from([(log("moscow"), 601), (log("washington"), 2)]);
    let how = How { since: Some(&sizes), ..How::default() };
    publish_to(&disk, "/w/small", how).unwrap();
    let small: usize = files(&disk, "/w/small").values().map(Vec::len).sum();
    publish_to(&disk, "/w/large", How::default()).unwrap();
    let large: usize = files(&disk, "/w/large").values().map(Vec::len).sum();
    assert!(small * 3 < large, "{small} of {large}");
    assert!(publish_to(&disk, "/w/small", how).is_err(), "a folder of its own each time");

    let offered = snapshot::read(&disk, Path::new("/w/small")).unwrap();
    let holder = reader(&world);
    take_in(&holder, &before);
    let plan = take_in(&holder, &offered);
    assert_eq!(plan.verdict, Verdict::Whole, "{:?}", plan.theirs.findings);
    let held = Ledger::read(&holder, Path::new(READER)).unwrap();
    assert_eq!(held.audit.verdict, Verdict::Whole);
    assert_eq!(held.audit.strands[&log("moscow")].size(), 611);
    // Whoever holds nothing of it takes in nothing of the log that goes on elsewhere.
    let stranger = reader(&world);
    let plan = take_in(&stranger, &offered);
    assert!(plan.offers.iter().any(|offer| matches!(&offer.step, Step::Left(_))));
    assert!(plan.verdict > Verdict::Whole);
    let held = Ledger::read(&stranger, Path::new(READER)).unwrap();
    assert!(!held.audit.strands.contains_key(&log("moscow")));
    // Whoever holds another beginning sees that it does not fit.
    let mut other = World::new(&[Joining::party("moscow"), Joining::party("washington")]);
    while other.author("moscow").notes.len() < 601 {
        other.state("moscow", "something else");
    }
    let elsewhere = reader(&other);
    take_in(&elsewhere, &other.copy(&["moscow"]));
    let plan = take_in(&elsewhere, &offered);
    assert!(
        plan.offers.iter().all(|offer| offer.log != log("moscow") || matches!(offer.step, Step::Left(_)))
    );
}

#[test]
fn documents_can_be_left_out_and_come_later() {
    let mut world = World::new(&[Joining::party("moscow"), Joining::party("washington")]);
    let note = b"a token of a day".to_vec();
    let digest = countersign::hash::Hash::of(&note);
    let mut entry = world.next(
        "moscow",
        "statement",
        Value::object([("words", Value::object([("en", Value::text("after a day"))]))]),
    );
    entry.after = vec![digest];
    let bytes = world.sign(&entry);
    world.add("moscow", bytes);
    for number in 0..80 {
        world.state("moscow", &format!("{number}"));
    }
    let disk = reader(&world);
    take_in(&disk, &world.whole_copy());
    let mut with_note = world.whole_copy();
    with_note.named.insert(format!("notes/{digest}"), note);
    with_note.named.insert("notes/unasked".to_owned(), b"x".to_vec());
    take_in(&disk, &with_note);
    let held = Ledger::read(&disk, Path::new(READER)).unwrap();
    assert!(held.audit.counted.known > 0, "its entry was verified before the file came");
    assert!(held.copy.named.contains_key(&format!("notes/{digest}")));
    assert!(!held.copy.named.contains_key("notes/unasked"));
    publish(&disk, How::default()).unwrap();
    assert!(files(&disk, PUBLIC).keys().any(|path| path.starts_with("notes")));
    publish_to(&disk, "/w/bare", How { without_docs: true, ..How::default() }).unwrap();
    assert!(files(&disk, "/w/bare").keys().all(|path| !path.starts_with("docs")));
}

#[test]
fn a_publish_that_is_killed_and_run_again_outlives_a_power_cut() {
    let (world, before, after) = two_times(253, 258);
    let disk = reader(&world);
    take_in(&disk, &before);
    publish(&disk, How::default()).unwrap();
    take_in(&disk, &after);
    let base = disk.after_kill();
    for change in 0.. {
        let disk = base.after_kill();
        disk.fail_at(change, Failing::Lost);
        if publish(&disk, How::default()).is_ok() {
            assert!(change > 8);
            return;
        }
        let disk = disk.killed_only();
        publish(&disk, How::default()).unwrap();
        let seen = look(&disk.after_power_cut(), &world, PUBLIC);
        assert_eq!(seen.verdict, Verdict::Whole, "{change}: {:?}", seen.findings);
    }
}

#[test]
fn a_newer_public_checkpoint_is_not_taken_back() {
    let (world, before, after) = two_times(10, 15);
    let disk = reader(&world);
    take_in(&disk, &before);
    let seal = Path::new(READER).join("logs/moscow.checkpoint");
    let old = disk.files()[&seal].clone();
    take_in(&disk, &after);
    publish(&disk, How::default()).unwrap();
    // A pull that was killed between journal and checkpoint leaves entries under no seal;
    // nobody's receipt carries one.
    disk.overwrite(&seal, old);
    let before = files(&disk, PUBLIC);
    assert!(publish(&disk, How::default()).is_err());
    assert_eq!(files(&disk, PUBLIC), before);
}

#[test]
fn a_small_folder_holds_a_log_that_did_not_grow_and_becomes_whole_when_published_into() {
    let (mut world, _, before) = two_times(300, 300);
    let disk = reader(&world);
    take_in(&disk, &before);
    let holder = reader(&world);
    take_in(&holder, &before);
    let size = |name: &str| u64::try_from(world.author(name).notes.len()).unwrap();
    let sizes = ["moscow", "washington"].map(|name| (log(name), size(name))).into();
    world.state("moscow", "new");
    take_in(&disk, &world.copy(&["moscow"]));
    publish_to(&disk, "/w/small", How { since: Some(&sizes), ..How::default() }).unwrap();
    let offered = snapshot::read(&disk, Path::new("/w/small")).unwrap();
    let plan = take_in(&holder, &offered);
    assert_eq!(plan.verdict, Verdict::Whole, "{:?}", plan.theirs.findings);
    assert!(look(&disk, &world, "/w/small").verdict > Verdict::Whole);
    publish_to(&disk, "/w/small", How::default()).unwrap();
    assert_eq!(look(&disk, &world, "/w/small").verdict, Verdict::Whole);
}
