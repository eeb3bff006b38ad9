//! Every length and every flipped bit of each file of a small ledger folder and of the
//! marks: the holder goes on with every entry in place, or is refused and nothing changes.

use std::path::{Path, PathBuf};

use countersign::disk::Disk;
use countersign::entry::Head;
use countersign::keyfile::marks_folder;
use countersign::ledger::Ledger;
use countersign::mark::Mark;

use crate::crash::{FOLDER, KEY, LOG_KEY, founded, say, sealed_head, texts};
use crate::memory::MemoryDisk;
use crate::world::{World, log};

/// What became of the trials on one file.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    went_on: usize,
    refused: usize,
}

/// One file of a disk, and what must hold whatever is done to it.
struct Target {
    disk: MemoryDisk,
    path: PathBuf,
    head: Head,
}

impl Target {
    fn new(world: &World, disk: &MemoryDisk, path: &Path) -> Self {
        let head = sealed_head(disk, world).expect("the log was sealed");
        assert!(disk.files().contains_key(path), "{} is there", path.display());
        Self { disk: disk.after_kill(), path: path.to_owned(), head }
    }

    fn bytes(&self) -> Vec<u8> {
        self.disk.files().remove(&self.path).unwrap()
    }

    /// The next entry on a disk with this damage: signed behind all others, or refused.
    fn goes_on(&self, damaged: Option<Vec<u8>>, place: &str) -> bool {
        let disk = self.disk.after_kill();
        match damaged {
            Some(bytes) => disk.overwrite(&self.path, bytes),
            None => disk.remove(&self.path).unwrap(),
        }
        let before = disk.files();
        let place = format!("{}, {place}", self.path.display());
        match say(&disk, "after") {
            Ok(_) => {
                let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
                let texts = texts(&ledger.audit, &log("moscow"));
                assert_eq!(texts, ["(join)", "first", "second", "after"], "{place}");
                assert_eq!(ledger.audit.verdict.as_str(), "whole", "{place}");
                let strand = &ledger.audit.strands[&log("moscow")];
                assert!(strand.seal.as_ref().is_some_and(|seal| seal.size() == 4), "{place}");
                assert!(strand.reaches(&self.head), "{place}: a seal is contradicted");
                true
            }
            Err(failure) => {
                assert!(disk.files() == before, "{place}: {failure}: a refusal changes nothing");
                assert!(failure.to_string().len() > 20, "{place}: {failure:?} names what is missing");
                false
            }
        }
    }

    fn tally(&self, list: &[Damage]) -> Tally {
        let (whole, mut tally) = (self.bytes(), Tally::default());
        for one in list {
            let (place, damaged) = one.of(&whole);
            if self.goes_on(damaged, &place) {
                tally.went_on += 1;
            } else {
                tally.refused += 1;
            }
        }
        tally
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bits {
    OneOfEachByte,
    Every,
}

#[derive(Clone, Copy)]
enum Damage {
    Gone,
    Cut(usize),
    Flip(usize),
}

impl Damage {
    fn of(self, whole: &[u8]) -> (String, Option<Vec<u8>>) {
        match self {
            Self::Gone => ("removed".to_owned(), None),
            Self::Cut(length) => (format!("cut to {length}"), Some(whole[..length].to_vec())),
            Self::Flip(bit) => {
                let mut flipped = whole.to_vec();
                flipped[bit / 8] ^= 1 << (bit % 8);
                (format!("bit {bit} flipped"), Some(flipped))
            }
        }
    }

    /// The damages of a file: each length, and one bit or all bits of each byte. Zeros between the line of a slot and its digest are alike:
    /// of a long file each byte of a run of zeros is flipped and cut at once in a while.
    fn all(whole: &[u8], bits: Bits) -> Vec<Self> {
        let dull = |at: usize| {
            let around = whole.get(at.saturating_sub(8)..at + 8);
            around.is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0)) && !at.is_multiple_of(61)
        };
        let places = || (0..whole.len()).filter(|at| !dull(*at));
        let wanted = |bit: &usize| bits == Bits::Every || bit % 8 == bit / 8 % 8;
        let flips = places().flat_map(|at| (at * 8..at * 8 + 8).filter(wanted).map(Self::Flip));
        std::iter::once(Self::Gone).chain(places().map(Self::Cut)).chain(flips).collect()
    }
}

/// Tries all damages of one file, on every processor.
fn try_all(world: &World, disk: &MemoryDisk, path: &Path, bits: Bits) -> Tally {
    let target = Target::new(world, disk, path);
    let damages = Damage::all(&target.bytes(), bits);
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..processors)
            .map(|first| {
                let target = Target::new(world, disk, path);
                let mine: Vec<Damage> = damages.iter().skip(first).step_by(processors).copied().collect();
                scope.spawn(move || target.tally(&mine))
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let went_on = tallies.iter().map(|tally| tally.went_on).sum();
    let tally = Tally { went_on, refused: damages.len() - went_on };
    eprintln!("{:<90} {tally:?}", path.display());
    tally
}

fn three_entries(world: &World) -> MemoryDisk {
    let disk = founded(world);
    for text in ["first", "second"] {
        say(&disk, text).unwrap();
    }
    disk
}

fn mark_file(world: &World, key: &str, end: &str) -> PathBuf {
    marks_folder(Path::new(key)).join(format!("{}.moscow{end}", world.charter.id()))
}

fn damage_everything(bits: Bits) {
    let world = World::small();
    let disk = three_entries(&world);
    let folder = Path::new(FOLDER);
    let journal = folder.join("logs/moscow.journal");
    let most = |tally: Tally| tally.went_on > 2 * tally.refused;
    // The marks hold every entry, so a damaged journal is put right from them, and the
    // journal holds what damaged marks held.
    let tally = try_all(&world, &disk, &journal, bits);
    assert!(most(tally), "{tally:?}");
    let tally = try_all(&world, &disk, &mark_file(&world, KEY, ".tail"), bits);
    assert!(most(tally), "{tally:?}");
    let tally = try_all(&world, &disk, &mark_file(&world, LOG_KEY, ""), bits);
    assert!(most(tally), "{tally:?}");
    // The log key's mark holds the newest seal, so the checkpoint is written again.
    let tally = try_all(&world, &disk, &folder.join("logs/moscow.checkpoint"), bits);
    assert!(tally.refused == 0 && tally.went_on > 600, "{tally:?}");
    let tally = try_all(&world, &disk, &folder.join("charter.json"), bits);
    assert!(tally.went_on == 0 && tally.refused > 2000, "{tally:?}");
    let tally = try_all(&world, &disk, &folder.join("local.json"), bits);
    assert!(tally.refused > tally.went_on, "{tally:?}");
    // A signing key that let go of what others hold has slots too, and the journal is
    // then the one place that holds these entries.
    let mark = Mark::beside(Path::new(KEY), &world.charter.id(), &log("moscow"));
    for base in [1, 3] {
        mark.let_go(&disk, base, None).unwrap();
    }
    let tally = try_all(&world, &disk, &mark_file(&world, KEY, ""), bits);
    assert!(most(tally), "{tally:?}");
    let tally = try_all(&world, &disk, &journal, bits);
    assert_eq!(tally.went_on, 0, "{tally:?}");
}

#[test]
fn every_length_and_a_bit_of_every_byte_of_folder_and_marks() {
    damage_everything(Bits::OneOfEachByte);
}

#[test]
#[ignore = "takes a minute"]
fn every_bit_of_folder_and_marks() {
    damage_everything(Bits::Every);
}
