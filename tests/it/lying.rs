//! A disk that lies: it reports a sync as done and does nothing. After a power cut the
//! next opening shows every acknowledged entry, or refuses because something in reach
//! shows a later head: the marks, the published copy, another member's receipt.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign::disk::{Access, Disk};
use countersign::entry::Head;
use countersign::ledger::{self, Ledger};
use countersign::publish::{self, How};
use countersign::pull::{self, Vouched};
use countersign::snapshot;

use crate::crash::{FOLDER, founded, say, sealed_head, texts};
use crate::memory::MemoryDisk;
use crate::world::{World, log};

const PUBLIC: &str = "/p/public";

/// A folder with one entry, which remembers a copy on another disk.
fn prepared(world: &World) -> MemoryDisk {
    let disk = founded(world);
    disk.make_folder(Path::new("/p"), Access::Usual).unwrap();
    disk.sync_folder(Path::new("/")).unwrap();
    say(&disk, "first").unwrap();
    publish(&disk);
    let mut ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    ledger::remember(&disk, &mut ledger, Path::new(PUBLIC)).unwrap();
    disk.after_power_cut()
}

fn publish(disk: &MemoryDisk) {
    let ledger = Ledger::read(disk, Path::new(FOLDER)).unwrap();
    let own = ledger.own_log();
    publish::publish(disk, &ledger.audit, &ledger.copy, own.as_ref(), Path::new(PUBLIC), How::default())
        .unwrap();
}

/// What was acknowledged, and the newest head that left.
struct Told {
    entries: Vec<&'static str>,
    head: Head,
}

/// The entries that a folder shows.
fn shown(disk: &MemoryDisk) -> Vec<String> {
    let ledger = Ledger::read(disk, Path::new(FOLDER)).unwrap();
    texts(&ledger.audit, &log("moscow"))
}

/// The marks.
fn marks(disk: &MemoryDisk) -> BTreeMap<PathBuf, Vec<u8>> {
    disk.files().into_iter().filter(|(path, _)| path.starts_with("/k")).collect()
}

/// Goes on, with all that was told in place, or is refused and signs nothing.
fn goes_on(disk: &MemoryDisk, told: &Told, place: &str) -> bool {
    let before = (shown(disk), marks(disk));
    match say(disk, "after") {
        Ok(_) => {
            let ledger = Ledger::read(disk, Path::new(FOLDER)).unwrap();
            assert_eq!(shown(disk), [&told.entries[..], &["after"]].concat(), "{place}");
            let strand = &ledger.audit.strands[&log("moscow")];
            assert!(strand.reaches(&told.head), "{place}: a seal is contradicted");
            assert_eq!(ledger.audit.verdict.as_str(), "whole", "{place}");
            true
        }
        Err(failure) => {
            // What a mark holds may have been recorded; nothing went, and nothing was signed.
            assert!(shown(disk).starts_with(&before.0), "{place}: {failure}");
            assert_eq!(marks(disk), before.1, "{place}: {failure}");
            assert!(failure.next.is_some(), "{place}: {failure}");
            false
        }
    }
}

/// Signs on a disk that lies in each window of its changes, then cuts the power.
fn lie_everywhere(below: &[&str], each: impl Fn(&MemoryDisk, &Told, &str)) -> usize {
    const SAID: [&str; 2] = ["second", "third"];
    let world = World::small();
    let before = prepared(&world);
    let changes = {
        let disk = before.after_kill();
        disk.lie(below, 0..0);
        SAID.iter().for_each(|text| drop(say(&disk, text).unwrap()));
        disk.changes()
    };
    assert!(changes >= 16, "{changes}");
    let mut windows = 0;
    for from in 0..changes {
        for to in from + 1..=changes {
            let disk = before.after_kill();
            disk.lie(below, from..to);
            SAID.iter().for_each(|text| drop(say(&disk, text).unwrap()));
            let head = sealed_head(&disk, &world).unwrap();
            publish(&disk);
            let told = Told { entries: vec!["(join)", "first", "second", "third"], head };
            let place = format!("changes {from} to {to} of {below:?}");
            each(&disk.after_power_cut(), &told, &place);
            windows += 1;
        }
    }
    windows
}

#[test]
fn what_a_lying_disk_lost_of_folder_or_marks_is_there_or_missed() {
    for below in [&["/w"][..], &["/k"], &["/w", "/k"]] {
        let went_on = std::cell::Cell::new(0);
        let windows = lie_everywhere(below, |disk, told, place| {
            if goes_on(disk, told, place) {
                went_on.set(went_on.get() + 1);
                return;
            }
            // The copy on the other disk brings it back.
            let ledger = Ledger::read(disk, Path::new(FOLDER)).unwrap();
            let copy = snapshot::read(disk, Path::new(PUBLIC)).unwrap();
            let plan = pull::plan(&ledger, &copy, &Vouched::Last(3), &|_| {}).unwrap();
            pull::carry_out(disk, &ledger, &plan).unwrap();
            assert!(goes_on(disk, told, &format!("{place}, pulled")), "{place}: refused after the pull");
        });
        let went_on = went_on.get();
        eprintln!("{below:?}: {windows} windows, {went_on} went on, the others were refused");
        assert!(went_on > 0 && (went_on < windows || below == ["/k"]), "{below:?}: {went_on} of {windows}");
    }
}

#[test]
fn what_a_lying_disk_lost_everywhere_is_missed_by_another_members_receipt() {
    let windows = lie_everywhere(&["/w", "/k", "/p"], |disk, told, place| {
        // Washington received these very bytes before the power was cut.
        let mut world = World::small();
        world.receipt("washington", &[("moscow", told.head.clone())]);
        let theirs = world.copy(&["washington"]);
        let ledger = Ledger::read(disk, Path::new(FOLDER)).unwrap();
        let plan = pull::plan(&ledger, &theirs, &Vouched::Nothing, &|_| {}).unwrap();
        pull::carry_out(disk, &ledger, &plan).unwrap();
        goes_on(disk, told, place);
    });
    assert!(windows > 100, "{windows}");
}

/// The journal and the marks are old, and the folder's checkpoint is not: it is the one
/// witness of the later head.
#[test]
fn a_newer_checkpoint_in_the_folder_is_a_witness_too() {
    let world = World::small();
    let disk = founded(&world);
    say(&disk, "first").unwrap();
    let old = disk.files();
    for text in ["second", "third"] {
        say(&disk, text).unwrap();
    }
    let checkpoint = Path::new(FOLDER).join("logs/moscow.checkpoint");
    let newer = disk.files().remove(&checkpoint).unwrap();
    for part in ["/w", "/k"] {
        disk.restore(Path::new(part), &old);
    }
    disk.overwrite(&checkpoint, newer.clone());
    assert!(say(&disk, "other").is_err(), "a second entry 2 was signed beside a seal that is here");
    assert_eq!(disk.files()[&checkpoint], newer);
}
