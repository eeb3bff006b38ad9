//! A fault at every change that `sign` makes, in three ways, each followed by a
//! kill and by a power cut. Afterwards every acknowledged entry is there and the
//! member can go on; no seal that ever left is contradicted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::audit::{Audit, Copy};
use countersign::disk::{Access, Disk};
use countersign::entry::{Head, Signed};
use countersign::failure::Outcome;
use countersign::fault::Verdict;
use countersign::json::Value;
use countersign::ledger::{self, KeyPlace, Ledger, Local, LogPen, Pen, Receipt, Writer};
use countersign::mark::{Mark, Presence};
use countersign::names::LogId;
use countersign::publish::{self, How};
use countersign::pull::{self, Vouched};
use countersign::snapshot;

use crate::memory::{Failing, MemoryDisk};
use crate::world::{self, World, label, log, member};

pub const FOLDER: &str = "/w/ledger";
pub const KEY: &str = "/k/moscow.key";
pub const LOG_KEY: &str = "/k/moscow.log.key";

pub fn pen() -> Pen {
    Pen { label: label("main"), key: world::key("moscow/main"), path: PathBuf::from(KEY) }
}

pub fn log_pen() -> LogPen {
    LogPen { key: world::key("moscow log"), path: PathBuf::from(LOG_KEY) }
}

pub fn key_places() -> Vec<KeyPlace> {
    vec![KeyPlace { path: PathBuf::from(KEY), label: Some(label("main")) }]
}

pub fn open(disk: &MemoryDisk) -> Outcome<Writer<'_>> {
    let opened = Writer::open(disk, Path::new(FOLDER), &key_places(), Path::new(LOG_KEY));
    opened.map(|(writer, _)| writer)
}

pub fn statement(text: &str) -> Value {
    Value::object([("words", Value::object([("en", Value::text(text))]))])
}

pub fn say(disk: &MemoryDisk, text: &str) -> Outcome<Signed> {
    let mut writer = open(disk)?;
    let entry = writer.compose("statement", &statement(text), &[label("main")], &Receipt::All, None)?;
    writer.sign(&entry, &[pen()], &log_pen())
}

/// The keys' marks folders, as `key new` makes them.
fn with_marks() -> MemoryDisk {
    let disk = MemoryDisk::new();
    for key in [KEY, LOG_KEY] {
        let marks = countersign::keyfile::marks_folder(Path::new(key));
        countersign::disk::make_folder_synced(&disk, &marks, Access::Private).unwrap();
    }
    disk
}

/// Founds a folder, or goes on with a founding that was cut off.
fn found(disk: &MemoryDisk, world: &World) -> Outcome<()> {
    ledger::make_folder(disk, Path::new(FOLDER), world.charter.bytes())?;
    let local = Local {
        member: Some(member("moscow")),
        key: Some(KEY.into()),
        log_key: Some(LOG_KEY.into()),
        sources: vec![],
    };
    ledger::adopt_folder(disk, Path::new(FOLDER), &local)?;
    let mut writer = open(disk)?;
    if writer.strand().size() == 0 {
        let join = writer.compose("join", &Value::object([]), &[label("main")], &Receipt::None, None)?;
        writer.sign(&join, &[pen()], &log_pen())?;
    }
    Ok(())
}

/// A founded folder of moscow.
pub fn founded(world: &World) -> MemoryDisk {
    let disk = with_marks();
    found(&disk, world).unwrap();
    disk
}

/// Seals what is recorded, where that is not sealed.
fn seal(disk: &MemoryDisk) -> Outcome<u64> {
    let mut writer = open(disk)?;
    let (size, sealed) = (writer.strand().size(), writer.strand().sealed());
    if size > sealed { writer.seal(&log_pen()).map(|seal| seal.size()) } else { Ok(sealed) }
}

#[test]
fn every_change_of_founding_may_fail_in_every_way() {
    let world = World::small();
    let mut sites = 0;
    for failing in FAILINGS {
        for change in 0.. {
            let disk = with_marks();
            disk.fail_at(change, failing);
            let founded = found(&disk, &world);
            if !disk.has_failed() {
                assert!(founded.is_ok());
                break;
            }
            sites += 1;
            for (after, how) in [(disk.after_kill(), "killed"), (disk.after_power_cut(), "power cut")] {
                let place = format!("change {change}, {failing:?}, {how}");
                let head = sealed_head(&after, &world);
                // A folder that was adopted is gone on with by any command that writes.
                let again = match Ledger::read(&after, Path::new(FOLDER)) {
                    Ok(_) => open(&after).map(|_| ()).and_then(|()| seal(&after).map(|_| ())),
                    Err(_) => found(&after, &world),
                };
                let joined = again.is_ok() && texts_of(&after) == ["(join)"];
                assert!(joined || found_again(&after, &world), "{place}: {again:?}");
                let ledger = Ledger::read(&after, Path::new(FOLDER)).unwrap();
                assert_eq!(ledger.audit.verdict, Verdict::Whole, "{place}: {:?}", ledger.audit.findings);
                let strand = &ledger.audit.strands[&log("moscow")];
                assert!(head.is_none_or(|head| strand.reaches(&head)), "{place}: a seal is contradicted");
            }
        }
    }
    assert!(sites >= 60, "{sites} places");
}

fn texts_of(disk: &MemoryDisk) -> Vec<String> {
    let ledger = Ledger::read(disk, Path::new(FOLDER)).unwrap();
    if ledger.own().is_some() { texts(&ledger.audit, &log("moscow")) } else { vec![] }
}

/// Where nothing was signed before the stop, the member founds as at first.
fn found_again(disk: &MemoryDisk, world: &World) -> bool {
    let mut writer = open(disk).unwrap();
    if writer.strand().size() == 0 {
        let join = writer.compose("join", &Value::object([]), &[label("main")], &Receipt::None, None);
        writer.sign(&join.unwrap(), &[pen()], &log_pen()).unwrap();
    }
    drop(writer);
    let _ = world;
    texts_of(disk) == ["(join)"]
}

#[test]
fn every_change_of_a_seal_may_fail_in_every_way() {
    let world = World::small();
    let before = founded(&world);
    // An entry that is recorded and not sealed: the run ended behind the journal.
    let unsealed = (0..).find_map(|change| {
        let disk = before.after_kill();
        disk.fail_at(change, Failing::Reported);
        let _ = say(&disk, "first");
        let after = disk.after_kill();
        let ledger = Ledger::read(&after, Path::new(FOLDER)).unwrap();
        let own = ledger.own().unwrap();
        (own.size() == 2 && own.sealed() == 1 && sealed_head(&after, &world)?.size == 1).then_some(after)
    });
    let unsealed = unsealed.unwrap();
    let mut sites = 0;
    for failing in FAILINGS {
        for change in 0.. {
            let disk = unsealed.after_kill();
            disk.fail_at(change, failing);
            let sealed = seal(&disk);
            if !disk.has_failed() {
                assert_eq!(sealed.unwrap(), 2);
                break;
            }
            sites += 1;
            for (after, how) in [(disk.after_kill(), "killed"), (disk.after_power_cut(), "power cut")] {
                let place = format!("change {change}, {failing:?}, {how}");
                let head = sealed_head(&after, &world).unwrap();
                assert_eq!(seal(&after).unwrap(), 2, "{place}");
                let ledger = Ledger::read(&after, Path::new(FOLDER)).unwrap();
                assert_eq!(ledger.audit.verdict, Verdict::Whole, "{place}: {:?}", ledger.audit.findings);
                assert!(ledger.own().unwrap().reaches(&head), "{place}");
                say(&after, "second").unwrap();
                assert_eq!(texts_of(&after), ["(join)", "first", "second"], "{place}");
            }
        }
    }
    assert!(sites >= 15, "{sites} places");
}

pub fn texts(audit: &Audit, log: &LogId) -> Vec<String> {
    let words = |signed: Arc<Signed>| {
        let words = signed.entry().body.get("words").and_then(|words| words.get("en"));
        words.and_then(Value::as_str).unwrap_or("(join)").to_owned()
    };
    audit.strands[log].entries().map(words).collect()
}

/// The head that the log key's mark holds: a seal that may have left the process.
pub fn sealed_head(disk: &MemoryDisk, world: &World) -> Option<Head> {
    let mark = Mark::beside(Path::new(LOG_KEY), &world.charter.id(), &log("moscow"));
    match mark.sealed(disk) {
        Ok(Presence::Held(head)) => Some(head),
        _ => None,
    }
}

fn check_after(disk: &MemoryDisk, world: &World, acknowledged: bool, place: &str) {
    let head = sealed_head(disk, world);
    say(disk, "third").unwrap_or_else(|error| panic!("{place}: cannot go on: {error}"));
    let ledger = Ledger::read(disk, Path::new(FOLDER)).unwrap();
    let texts = texts(&ledger.audit, &log("moscow"));
    let with = ["(join)", "first", "second", "third"];
    let without = ["(join)", "first", "third"];
    assert!(texts == with || (!acknowledged && texts == without), "{place}: {texts:?}");
    assert_eq!(ledger.audit.verdict.as_str(), "whole", "{place}: {:?}", ledger.audit.findings);
    let strand = &ledger.audit.strands[&log("moscow")];
    assert!(head.is_none_or(|head| strand.reaches(&head)), "{place}: a seal is contradicted");
}

#[test]
fn every_change_of_sign_may_fail_in_every_way() {
    let world = World::small();
    let before = founded(&world);
    say(&before, "first").unwrap();
    assert!(fail_everywhere(&world, &before) >= 24);
}

#[test]
fn every_change_of_sign_may_fail_while_the_marks_let_go_of_what_others_hold() {
    let mut world = World::small();
    let before = founded(&world);
    say(&before, "first").unwrap();
    // Washington has received the join, so the marks need not hold it any longer.
    let head = world.head("moscow");
    world.receipt("washington", &[("moscow", head)]);
    let ledger = Ledger::read(&before, Path::new(FOLDER)).unwrap();
    let plan = pull::plan(&ledger, &world.copy(&["washington"]), &Vouched::Nothing, &|_| {}).unwrap();
    pull::carry_out(&before, &ledger, &plan).unwrap();
    let without = {
        let disk = before.after_kill();
        say(&disk, "second").unwrap();
        let mark = Mark::beside(Path::new(KEY), &world.charter.id(), &log("moscow"));
        let Presence::Held(marked) = mark.signings(&disk).unwrap() else { panic!("a mark") };
        marked
    };
    assert_eq!(without.base, 1, "the mark did let go");
    assert!(fail_everywhere(&world, &before) >= 36);
}

/// Fails at every change of one `sign` in every way; gives the number of places.
fn fail_everywhere(world: &World, before: &MemoryDisk) -> usize {
    let mut sites = 0;
    for failing in [Failing::Lost, Failing::Torn, Failing::Reported] {
        for change in 0.. {
            let disk = before.after_kill();
            disk.fail_at(change, failing);
            let signed = say(&disk, "second");
            if !disk.has_failed() {
                assert!(signed.is_ok());
                assert!(change >= 8, "signing makes {change} changes");
                break;
            }
            sites += 1;
            let place = format!("change {change}, {failing:?}");
            check_after(&disk.after_kill(), world, signed.is_ok(), &format!("{place}, killed"));
            check_after(&disk.after_power_cut(), world, signed.is_ok(), &format!("{place}, power cut"));
        }
    }
    sites
}

#[test]
fn the_recovery_itself_may_fail_at_every_change() {
    let world = World::small();
    let before = founded(&world);
    say(&before, "first").unwrap();
    for first in 0..12 {
        let disk = before.after_kill();
        disk.fail_at(first, Failing::Torn);
        let signed = say(&disk, "second").is_ok();
        let broken = disk.after_kill();
        for second in 0..24 {
            let disk = broken.after_kill();
            disk.fail_at(second, Failing::Torn);
            let _ = say(&disk, "third");
            if !disk.has_failed() {
                break;
            }
            let again = disk.after_power_cut();
            say(&again, "fourth").unwrap_or_else(|error| panic!("{first}, {second}: {error}"));
            let ledger = Ledger::read(&again, Path::new(FOLDER)).unwrap();
            let texts = texts(&ledger.audit, &log("moscow"));
            assert!(!signed || texts.contains(&"second".to_owned()), "{first}, {second}: {texts:?}");
            assert_eq!(texts.last().unwrap(), "fourth");
            assert_eq!(ledger.audit.verdict.as_str(), "whole", "{:?}", ledger.audit.findings);
        }
    }
}

#[test]
fn an_error_of_a_sync_is_final_for_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let disk = countersign::disk::RealDisk::new();
    let path = folder.path().join("a");
    disk.create(&path, b"one", Access::Usual).unwrap();
    // A sync of what is not there reports an error.
    assert!(disk.sync(&folder.path().join("absent")).is_err());
    assert!(disk.write(&path, 0, b"two").is_err());
    assert!(disk.sync(&path).is_err());
}

const FAILINGS: [Failing; 3] = [Failing::Lost, Failing::Torn, Failing::Reported];

fn publish(disk: &MemoryDisk, out: &str) -> Outcome<u64> {
    let ledger = Ledger::read(disk, Path::new(FOLDER))?;
    let own = ledger.own_log();
    publish::publish(disk, &ledger.audit, &ledger.copy, own.as_ref(), Path::new(out), How::default())
}

fn verdict(disk: &MemoryDisk, world: &World, path: &str) -> (Verdict, u64) {
    let copy = snapshot::read(disk, Path::new(path)).unwrap();
    let audit = Audit::of(&copy, &world.expectation()).unwrap();
    let size = audit.strands.get(&log("moscow")).map_or(0, countersign::strand::Strand::size);
    (audit.verdict, size)
}

#[test]
fn whoever_reads_while_a_publish_fails_sees_a_whole_snapshot() {
    let world = World::small();
    let before = founded(&world);
    say(&before, "first").unwrap();
    publish(&before, "/w/public").unwrap();
    assert_eq!(verdict(&before, &world, "/w/public"), (Verdict::Whole, 2));
    say(&before, "second").unwrap();
    let mut sites = 0;
    for failing in FAILINGS {
        for change in 0.. {
            let disk = before.after_kill();
            disk.fail_at(change, failing);
            let published = publish(&disk, "/w/public");
            if !disk.has_failed() {
                assert!(published.is_ok());
                break;
            }
            sites += 1;
            for (after, how) in [(disk.after_kill(), "killed"), (disk.after_power_cut(), "power cut")] {
                let place = format!("change {change}, {failing:?}, {how}");
                let (seen, size) = verdict(&after, &world, "/w/public");
                assert_eq!(seen, Verdict::Whole, "{place}");
                assert!(size == 2 || size == 3, "{place}");
                publish(&after, "/w/public").unwrap_or_else(|error| panic!("{place}: {error}"));
                assert_eq!(verdict(&after, &world, "/w/public"), (Verdict::Whole, 3), "{place}");
            }
        }
    }
    assert!(sites >= 24, "{sites} places");
}

#[test]
fn a_pull_that_fails_anywhere_can_be_pulled_again() {
    let mut world = World::small();
    world.state("washington", "one");
    let first = world.copy(&["washington"]);
    world.state("washington", "two");
    let head = world.head("washington");
    world.receipt("observer", &[("washington", head)]);
    let second = world.copy(&["observer", "washington"]);
    let pull = |disk: &MemoryDisk, copy: &Copy| -> Outcome<()> {
        let ledger = Ledger::read(disk, Path::new(FOLDER))?;
        let plan = pull::plan(&ledger, copy, &Vouched::Nothing, &|_| {})?;
        pull::carry_out(disk, &ledger, &plan)
    };
    let before = founded(&world);
    pull(&before, &first).unwrap();
    let mut sites = 0;
    for failing in FAILINGS {
        for change in 0.. {
            let disk = before.after_kill();
            disk.fail_at(change, failing);
            let pulled = pull(&disk, &second);
            if !disk.has_failed() {
                assert!(pulled.is_ok());
                break;
            }
            sites += 1;
            for (after, how) in [(disk.after_kill(), "killed"), (disk.after_power_cut(), "power cut")] {
                let place = format!("change {change}, {failing:?}, {how}");
                say(&after, "own").unwrap_or_else(|error| panic!("{place}: {error}"));
                pull(&after, &second).unwrap_or_else(|error| panic!("{place}: {error}"));
                let ledger = Ledger::read(&after, Path::new(FOLDER)).unwrap();
                assert_eq!(ledger.audit.verdict, Verdict::Whole, "{place}: {:?}", ledger.audit.findings);
                assert_eq!(ledger.audit.strands[&log("washington")].size(), 3, "{place}");
                assert_eq!(ledger.audit.strands[&log("observer")].size(), 2, "{place}");
                assert!(pulled.is_err(), "{place}");
            }
        }
    }
    assert!(sites >= 15, "{sites} places");
}
