//! Old backups, torn ends, lost marks: nothing is signed behind or beside a head
//! that was sealed, and there is a way on.

use std::path::Path;

use countersign::disk::{Disk, Source};
use countersign::failure::Why;
use countersign::ledger::Ledger;
use countersign::names::LogId;
use countersign::publish::{self, How};
use countersign::pull::{self, Step, Vouched};
use countersign::recovery::{Missing, Recovery};
use countersign::snapshot;

use crate::crash::{FOLDER, KEY, LOG_KEY, founded, key_places, open, say, texts};
use crate::memory::MemoryDisk;
use crate::world::{World, log};

fn why(disk: &MemoryDisk) -> Why {
    match say(disk, "must not be signed") {
        Ok(signed) => panic!("{} was signed", signed.cite()),
        Err(failure) => {
            assert!(failure.next.is_some(), "{failure}");
            failure.why
        }
    }
}

fn publish(disk: &MemoryDisk, out: &str) {
    let ledger = Ledger::read(disk, Path::new(FOLDER)).unwrap();
    publish::publish(
        disk,
        &ledger.audit,
        &ledger.copy,
        ledger.own_log().as_ref(),
        Path::new(out),
        How::default(),
    )
    .unwrap();
}

fn pull_from(disk: &MemoryDisk, from: &str, vouched: &Vouched) -> pull::Plan {
    let ledger = Ledger::read(disk, Path::new(FOLDER)).unwrap();
    let copy = snapshot::read(disk, Path::new(from)).unwrap();
    let plan = pull::plan(&ledger, &copy, vouched, &|_| {}).unwrap();
    pull::carry_out(disk, &ledger, &plan).unwrap();
    plan
}

fn marks(disk: &MemoryDisk, world: &World) -> Vouched {
    let mark = countersign::mark::Mark::beside(Path::new(LOG_KEY), &world.charter.id(), &log("moscow"));
    match mark.sealed(disk).unwrap() {
        countersign::mark::Presence::Held(head) => Vouched::Marks(vec![(head.size, head.root)]),
        _ => Vouched::Nothing,
    }
}

#[test]
fn a_folder_from_an_old_backup_refuses_and_is_healed_by_a_pull() {
    let world = World::small();
    let disk = founded(&world);
    say(&disk, "first").unwrap();
    let backup = disk.files();
    for text in ["second", "third", "fourth"] {
        say(&disk, text).unwrap();
    }
    publish(&disk, "/w/public");
    disk.restore(Path::new(FOLDER), &backup);
    let before = disk.files();
    assert_eq!(why(&disk), Why::Behind);
    assert_eq!(disk.files(), before, "a refusal changes nothing");
    let vouched = marks(&disk, &world);
    let plan = pull_from(&disk, "/w/public", &vouched);
    assert!(plan.alerts.is_empty());
    say(&disk, "fifth").unwrap();
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    let all = ["(join)", "first", "second", "third", "fourth", "fifth"];
    assert_eq!(texts(&ledger.audit, &log("moscow")), all);
}

#[test]
fn a_folder_that_nobody_else_holds_is_rebuilt_from_the_marks() {
    let world = World::small();
    let disk = founded(&world);
    let backup = disk.files();
    for text in ["first", "second", "third"] {
        say(&disk, text).unwrap();
    }
    disk.restore(Path::new(FOLDER), &backup);
    assert_eq!(why(&disk), Why::Behind);
    let keys = key_places();
    let log_id: LogId = log("moscow");
    let recovery = Recovery {
        disk: &disk,
        folder: Path::new(FOLDER),
        log: &log_id,
        keys: &keys,
        log_key: Path::new(LOG_KEY),
    };
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    recovery.complete(&ledger, Missing::All, &mut Vec::new()).unwrap();
    say(&disk, "fourth").unwrap();
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    let all = ["(join)", "first", "second", "third", "fourth"];
    assert_eq!(texts(&ledger.audit, &log("moscow")), all);
    assert_eq!(ledger.audit.verdict.as_str(), "whole");
}

#[test]
fn folder_and_marks_from_one_old_backup_are_caught_by_the_published_copy() {
    let world = World::small();
    let disk = founded(&world);
    say(&disk, "first").unwrap();
    let mut ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    countersign::ledger::remember(&disk, &mut ledger, Path::new("/w/public")).unwrap();
    let backup = disk.files();
    say(&disk, "second").unwrap();
    publish(&disk, "/w/public");
    disk.restore(Path::new(FOLDER), &backup);
    disk.restore(Path::new("/k"), &backup);
    assert_eq!(why(&disk), Why::Behind);
    // And publishing from it does not take the newer copy away.
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    let refused =
        publish::publish(&disk, &ledger.audit, &ledger.copy, None, Path::new("/w/public"), How::default());
    assert_eq!(refused.unwrap_err().why, Why::Behind);
}

#[test]
fn a_key_without_marks_signs_nothing_until_its_log_is_confirmed() {
    let world = World::small();
    let disk = founded(&world);
    say(&disk, "first").unwrap();
    publish(&disk, "/w/public");
    let none = std::collections::BTreeMap::new();
    disk.restore(Path::new("/k"), &none);
    assert_eq!(why(&disk), Why::MarkAbsent);
    // A copy of one's own log that is newer than the folder is not believed.
    disk.restore(Path::new("/k"), &none);
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    let copy = snapshot::read(&disk, Path::new("/w/public")).unwrap();
    let plan = pull::plan(&ledger, &copy, &Vouched::Nothing, &|_| {}).unwrap();
    assert!(plan.offers.iter().all(|offer| offer.step == Step::Nothing));
    // The holder's word is held against what the folder ends with, also where nothing
    // is new: the honest answer about a longer log begins no marks.
    for other in [0, 2, 3] {
        let refused = pull::plan(&ledger, &copy, &Vouched::Last(other), &|_| {});
        assert_eq!(refused.unwrap_err().why, Why::LastEntry, "--last moscow/{other}");
    }
    assert!(pull::plan(&ledger, &copy, &Vouched::Last(1), &|_| {}).is_ok());
}

#[test]
fn a_damaged_entry_in_the_middle_is_put_back_and_nothing_is_cut() {
    let world = World::small();
    let disk = founded(&world);
    for text in ["first", "second", "third"] {
        say(&disk, text).unwrap();
    }
    let path = Path::new(FOLDER).join("logs/moscow.journal");
    let bytes = disk.read(&path, u64::MAX).unwrap().unwrap();
    let mut damaged = bytes.clone();
    damaged[700] ^= 1;
    disk.overwrite(&path, damaged);
    say(&disk, "fourth").unwrap();
    let healed = disk.read(&path, u64::MAX).unwrap().unwrap();
    assert!(healed.starts_with(&bytes));
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    assert_eq!(ledger.audit.verdict.as_str(), "whole");
    // With marks that hold nothing of it, what is sealed is not cut.
    let disk = founded(&world);
    for text in ["first", "second", "third"] {
        say(&disk, text).unwrap();
    }
    let mark = countersign::mark::Mark::beside(Path::new(KEY), &world.charter.id(), &log("moscow"));
    mark.let_go(&disk, 4, None).unwrap();
    let mut damaged = disk.read(&path, u64::MAX).unwrap().unwrap();
    damaged[700] ^= 1;
    disk.overwrite(&path, damaged);
    let before = disk.files();
    let _ = why(&disk);
    assert_eq!(disk.files(), before);
}

#[test]
fn own_seals_that_no_mark_vouches_for_are_told_and_left() {
    let world = World::small();
    let disk = founded(&world);
    let backup = disk.files();
    say(&disk, "second machine").unwrap();
    publish(&disk, "/w/public");
    disk.restore(Path::new(FOLDER), &backup);
    disk.restore(Path::new("/k"), &backup);
    let before = disk.files();
    let vouched = marks(&disk, &world);
    let plan = pull_from(&disk, "/w/public", &vouched);
    assert_eq!(plan.alerts.len(), 1);
    assert!(matches!(plan.offers[0].step, Step::Left(_)));
    assert_eq!(disk.files(), before);
    let plan = pull_from(&disk, "/w/public", &Vouched::Last(0));
    assert!(matches!(plan.offers[0].step, Step::Left(_)) && plan.alerts.len() == 1);
    for other in [2, 7] {
        let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
        let copy = snapshot::read(&disk, Path::new("/w/public")).unwrap();
        let refused = pull::plan(&ledger, &copy, &Vouched::Last(other), &|_| {});
        assert_eq!(refused.unwrap_err().why, Why::LastEntry, "--last moscow/{other}");
    }
    let plan = pull_from(&disk, "/w/public", &Vouched::Last(1));
    assert!(plan.alerts.is_empty());
    assert!(matches!(plan.offers[0].step, Step::Extend { from: 1 }));
}

#[test]
fn torn_ends_and_zeros_are_set_aside_and_the_member_goes_on() {
    let world = World::small();
    let path = Path::new(FOLDER).join("logs/moscow.journal");
    let intact = founded(&world);
    say(&intact, "first").unwrap();
    let bytes = intact.read(&path, u64::MAX).unwrap().unwrap();
    let tails: [&[u8]; 4] = [&[0], &[0, 200, 1, 2, 3], &[0; 700], &[1, 0, 7]];
    for tail in tails {
        let disk = intact.after_kill();
        disk.overwrite(&path, [&bytes[..], tail].concat());
        say(&disk, "second").unwrap();
        let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
        assert_eq!(texts(&ledger.audit, &log("moscow")), ["(join)", "first", "second"]);
        let aside = disk.files().into_iter().find(|(path, _)| path.to_string_lossy().contains("torn"));
        assert_eq!(aside.unwrap().1, tail, "nothing is thrown away");
    }
    // A journal cut below what was sealed, whose mark holds the entry: recorded again.
    let disk = intact.after_kill();
    disk.overwrite(&path, bytes[..bytes.len() - 3].to_vec());
    say(&disk, "second").unwrap();
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    assert_eq!(texts(&ledger.audit, &log("moscow")), ["(join)", "first", "second"]);
    // The last entry damaged: the mark holds it whole.
    let disk = intact.after_kill();
    let mut damaged = bytes.clone();
    let last = damaged.len() - 40;
    damaged[last] ^= 1;
    disk.overwrite(&path, damaged);
    say(&disk, "second").unwrap();
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    assert_eq!(texts(&ledger.audit, &log("moscow")), ["(join)", "first", "second"]);
}

#[test]
fn a_torn_journal_below_what_was_sealed_is_not_cut() {
    let world = World::small();
    let path = Path::new(FOLDER).join("logs/moscow.journal");
    let disk = founded(&world);
    say(&disk, "first").unwrap();
    say(&disk, "second").unwrap();
    let bytes = disk.read(&path, u64::MAX).unwrap().unwrap();
    disk.overwrite(&path, bytes[..600].to_vec());
    let before = disk.files();
    let refused = why(&disk);
    assert!(matches!(refused, Why::Torn | Why::Behind), "{refused:?}");
    assert_eq!(disk.files(), before);
}

#[test]
fn damaged_marks_refuse_and_one_damaged_slot_does_not() {
    let world = World::small();
    let disk = founded(&world);
    for text in ["first", "second"] {
        say(&disk, text).unwrap();
    }
    let path =
        countersign::keyfile::marks_folder(Path::new(LOG_KEY)).join(format!("{}.moscow", world.charter.id()));
    let bytes = disk.read(&path, u64::MAX).unwrap().unwrap();
    for slot in 0..2 {
        let disk = disk.after_kill();
        let mut damaged = bytes.clone();
        damaged[slot * 4096 + 30] ^= 4;
        disk.overwrite(&path, damaged);
        say(&disk, "third").unwrap();
    }
    let mut damaged = bytes;
    damaged[30] ^= 4;
    damaged[4096 + 30] ^= 4;
    disk.overwrite(&path, damaged);
    assert_eq!(why(&disk), Why::MarkAbsent);
}

#[test]
fn marks_let_go_of_what_another_holds_and_of_nothing_else() {
    let world = World::small();
    let disk = founded(&world);
    for text in ["first", "second", "third"] {
        say(&disk, text).unwrap();
    }
    let writer = open(&disk).unwrap();
    drop(writer);
    let mark = countersign::mark::Mark::beside(Path::new(KEY), &world.charter.id(), &log("moscow"));
    let held = |disk: &MemoryDisk| match mark.signings(disk).unwrap() {
        countersign::mark::Presence::Held(held) => held.notes.keys().copied().collect::<Vec<_>>(),
        _ => vec![],
    };
    assert_eq!(held(&disk), [0, 1, 2, 3]);
    mark.let_go(&disk, 2, None).unwrap();
    assert_eq!(held(&disk), [2, 3]);
    mark.let_go(&disk, 1, None).unwrap();
    assert_eq!(held(&disk), [2, 3], "a mark does not go back");
    say(&disk, "fourth").unwrap();
    assert_eq!(held(&disk), [2, 3, 4]);
}

#[test]
fn reading_needs_no_writing() {
    let world = World::small();
    let disk = founded(&world);
    say(&disk, "first").unwrap();
    let image = disk.after_kill();
    image.fail_at(0, crate::memory::Failing::Lost);
    assert!(image.sync(Path::new("/w")).is_err(), "this disk takes no change");
    let ledger = Ledger::read(&image, Path::new(FOLDER)).unwrap();
    assert_eq!(ledger.audit.verdict.as_str(), "whole");
}

#[test]
fn a_log_key_or_a_signing_key_alone_without_its_marks_refuses() {
    let world = World::small();
    for key in [KEY, LOG_KEY] {
        let disk = founded(&world);
        say(&disk, "first").unwrap();
        let marks = countersign::keyfile::marks_folder(Path::new(key));
        for path in disk.files().into_keys().filter(|path| path.starts_with(&marks)) {
            disk.remove(&path).unwrap();
        }
        assert_eq!(why(&disk), Why::MarkAbsent, "{key}");
    }
}

#[test]
fn what_is_marked_replaced_or_made_outlives_a_power_cut() {
    let mut world = World::small();
    let disk = MemoryDisk::new();
    disk.make_folder(Path::new("/k/x.marks"), countersign::disk::Access::Private).unwrap();
    disk.sync_folder(Path::new("/k")).unwrap();
    let mark = countersign::mark::Mark::beside(Path::new("/k/x"), &world.charter.id(), &log("moscow"));
    for number in 1..5 {
        let note = world.state("moscow", "words").bytes().to_vec();
        mark.note_entry(&disk, &note).unwrap();
        let after = disk.after_power_cut();
        let countersign::mark::Presence::Held(held) = mark.signings(&after).unwrap() else {
            panic!("no mark")
        };
        assert_eq!(held.size(), number + 1);
        mark.note_checkpoint(&disk, &world.seal("moscow", usize::try_from(number).unwrap())).unwrap();
        let after = disk.after_power_cut();
        let countersign::mark::Presence::Held(newest) = mark.sealed(&after).unwrap() else {
            panic!("no mark")
        };
        assert_eq!(newest.size, number);
    }
    let path = Path::new("/w/file");
    countersign::disk::create_synced(&disk, path, b"one", countersign::disk::Access::Usual).unwrap();
    assert_eq!(disk.after_power_cut().read(path, 9).unwrap().unwrap(), b"one");
    countersign::disk::replace(&disk, path, b"two").unwrap();
    assert_eq!(disk.after_power_cut().read(path, 9).unwrap().unwrap(), b"two");
}
