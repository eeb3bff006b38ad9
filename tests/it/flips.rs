//! Every bit of a small snapshot flipped: each is seen, none names a member.

use std::path::{Path, PathBuf};

use countersign::audit::{Audit, Expectation};
use countersign::disk::{Access, Disk};
use countersign::fault::Verdict;
use countersign::feed;
use countersign::ledger::Ledger;
use countersign::listing;
use countersign::publish::{self, How};
use countersign::snapshot;
use countersign::viewer;

use crate::crash::{FOLDER, founded, say};
use crate::memory::MemoryDisk;
use crate::world::World;

fn audit(disk: &MemoryDisk, root: &Path, expectation: &Expectation) -> Audit {
    Audit::of(&snapshot::read(disk, root).unwrap(), expectation).unwrap()
}

/// The files of a snapshot that hold its record; three others say again what these say, and
/// are believed in nothing.
fn record(disk: &MemoryDisk, root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let all = disk.files().into_iter().filter(|(path, _)| path.starts_with(root));
    let names = [feed::NAME, listing::NAME, viewer::NAME];
    let (files, derived): (Vec<_>, Vec<_>) =
        all.partition(|(path, _)| !names.iter().any(|name| path.ends_with(name)));
    assert_eq!(derived.len(), 3, "feed, listing and page");
    files
}

#[test]
fn every_flipped_bit_of_a_snapshot_is_seen() {
    let world = World::small();
    let disk = founded(&world);
    say(&disk, "first").unwrap();
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    let root = Path::new("/w/public");
    publish::publish(&disk, &ledger.audit, &ledger.copy, None, root, How::default()).unwrap();
    let expectation = world.expectation();
    assert_eq!(audit(&disk, root, &expectation).verdict, Verdict::Whole);

    let files = record(&disk, root);
    assert_eq!(files.len(), 4, "charter, checkpoint, bundle, tile");
    for (path, bytes) in &files {
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            disk.overwrite(path, flipped);
            let audit = audit(&disk, root, &expectation);
            assert!(audit.verdict > Verdict::Whole, "{} bit {bit}", path.display());
            assert!(audit.verdict < Verdict::Contradicted, "{} bit {bit}", path.display());
            assert!(audit.evidence.is_empty());
        }
        disk.overwrite(path, bytes.clone());
    }
}

#[test]
fn every_truncation_removal_and_addition_is_seen_or_harmless() {
    let world = World::small();
    let disk = founded(&world);
    say(&disk, "first").unwrap();
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    let root = Path::new("/w/public");
    publish::publish(&disk, &ledger.audit, &ledger.copy, None, root, How::default()).unwrap();
    let expectation = world.expectation();
    let files = record(&disk, root);
    for (path, bytes) in &files {
        for length in 0..bytes.len() {
            disk.overwrite(path, bytes[..length].to_vec());
            let verdict = audit(&disk, root, &expectation).verdict;
            assert!(
                verdict > Verdict::Whole && verdict < Verdict::Contradicted,
                "{} cut at {length}",
                path.display()
            );
        }
        disk.overwrite(path, [&bytes[..], b"\0"].concat());
        assert!(audit(&disk, root, &expectation).verdict > Verdict::Whole, "{} longer", path.display());
        disk.overwrite(path, bytes.clone());
        let removed = disk.after_kill();
        removed.remove(path).unwrap();
        let verdict = audit(&removed, root, &expectation).verdict;
        assert_eq!(verdict, Verdict::Incomplete, "{} removed", path.display());
    }
    disk.create(&root.join("README"), b"hello", Access::Usual).unwrap();
    disk.overwrite(&root.join(feed::NAME), b"no feed".to_vec());
    disk.overwrite(&root.join(listing::NAME), b"no listing".to_vec());
    disk.overwrite(&root.join(viewer::NAME), b"no page".to_vec());
    assert_eq!(audit(&disk, root, &expectation).verdict, Verdict::Whole, "unknown files are ignored");
    disk.create(&root.join("local.json"), b"x", Access::Usual).unwrap();
    assert_eq!(audit(&disk, root, &expectation).verdict, Verdict::Whole);
    let bundle = files.iter().find(|(path, _)| path.to_string_lossy().contains("entries")).unwrap();
    disk.overwrite(&bundle.0, b"garbage".to_vec());
    assert_eq!(audit(&disk, root, &expectation).verdict, Verdict::Damaged, "and hides nothing");
}
