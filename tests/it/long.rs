//! Logs longer than a tile: read in parallel, by tables, from what was known before,
//! with the very answers that one entry after another gives.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use countersign::audit::{Audit, Expectation};
use countersign::chain::Chain;
use countersign::checked;
use countersign::disk::RealDisk;
use countersign::entry::Signed;
use countersign::fault::{Code, Verdict};
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::ledger::Ledger;
use countersign::merkle::{Nodes, Tree, common};
use countersign::names::LogId;
use countersign::pull::{self, Vouched};

use crate::command_line::{Desk, text};
use crate::crash::{FOLDER, LOG_KEY, founded, say};
use crate::memory::MemoryDisk;
use crate::publishing::{READER, reader, take_in};
use crate::review::{open_volume, rotate};
use crate::world::{self, Joining, World, log};

const LONG: usize = 1_100;

/// Two sides; moscow has rotated its key in the middle of eleven hundred entries, and
/// washington receipts it from time to time.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let mut world = World::new(&[Joining::party("moscow"), Joining::party("washington")]);
    for number in 1..LONG {
        if number == 600 {
            rotate(&mut world, "moscow", &["second"], &["second"]);
        } else {
            world.state("moscow", &format!("statement {number}"));
        }
        if number % 100 == 0 {
            let head = world.head("moscow");
            world.receipt("washington", &[("moscow", head)]);
        }
    }
    world
});

/// How far one entry after another is taken, and why no further.
fn one_by_one(world: &World, notes: &[Vec<u8>]) -> (u64, Option<Code>) {
    let mut chain = Chain::new(&world.charter, &log("moscow")).unwrap();
    for note in notes {
        if let Err(fault) = chain.accept(note) {
            return (chain.size(), Some(fault.code));
        }
    }
    (chain.size(), None)
}

fn in_parallel(world: &World, notes: &[Vec<u8>]) -> (u64, Option<Code>) {
    let mut copy = world.whole_copy();
    world::edit(copy.logs.get_mut(&log("moscow")).unwrap(), |held| *held = notes.to_vec());
    let audit = world.audit(&copy);
    let strand = &audit.strands[&log("moscow")];
    (strand.size(), strand.stop.as_ref().map(|fault| fault.code))
}

/// The signature of an entry with one change.
fn with_signature(note: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let text = String::from_utf8(note.to_vec()).unwrap();
    let (head, seal) = text.trim_end().rsplit_once(' ').unwrap();
    let mut bytes = countersign::base64::decode(seal).unwrap();
    change(&mut bytes);
    format!("{head} {}\n", countersign::base64::encode(&bytes)).into_bytes()
}

#[test]
fn what_stops_a_log_does_not_depend_on_how_it_is_read() {
    let world = &*WORLD;
    let notes = &world.author("moscow").notes;
    assert_eq!(in_parallel(world, notes), (u64::try_from(notes.len()).unwrap(), None));
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let larger = |bytes: &mut Vec<u8>| {
        let mut carry = 0_u16;
        for (byte, add) in bytes[36..].iter_mut().zip(order) {
            carry += u16::from(*byte) + u16::from(add);
            *byte = u8::try_from(carry & 0xff).unwrap();
            carry >>= 8;
        }
    };
    let mut codes = std::collections::BTreeSet::new();
    for at in [1, 255, 256, 600, 601, 777, LONG - 1] {
        let honest = &notes[at];
        let other = notes[if at == 777 { 776 } else { 777 }].clone();
        let changed: Vec<Vec<u8>> = vec![
            with_signature(honest, |bytes| bytes[40] ^= 1),
            with_signature(honest, |bytes| bytes[4..36].fill(0)),
            with_signature(honest, larger),
            with_signature(honest, |bytes| bytes[0] ^= 1),
            with_signature(honest, |bytes| bytes.truncate(60)),
            other,
            b"no note".to_vec(),
            String::from_utf8(honest.clone()).unwrap().replacen("\"seq\":", "\"seq\":0", 1).into_bytes(),
            String::from_utf8(honest.clone())
                .unwrap()
                .replacen("\"kind\":\"", "\"kind\":\"X", 1)
                .into_bytes(),
            resigned(world, honest, |entry| entry.root = Some(Hash::of(b"another root"))),
            resigned(world, honest, |entry| entry.prev = Some(Hash::of(b"another entry"))),
            resigned(world, honest, |entry| entry.keys = Some(3)),
            resigned(world, honest, |entry| entry.ledger = Hash::of(b"another ledger")),
        ];
        for (which, bytes) in changed.into_iter().enumerate() {
            let mut notes = notes.clone();
            notes[at] = bytes;
            let expected = one_by_one(world, &notes);
            assert_eq!(expected.0, u64::try_from(at).unwrap(), "{which}");
            assert_eq!(in_parallel(world, &notes), expected, "entry {at}, change {which}");
            codes.extend(expected.1);
        }
    }
    assert!(codes.len() >= 8, "{codes:?}");
}

/// An entry changed and signed again by whoever may sign there.
fn resigned(world: &World, note: &[u8], change: impl FnOnce(&mut countersign::entry::Entry)) -> Vec<u8> {
    let mut entry = Signed::parse(note).unwrap().entry().clone();
    change(&mut entry);
    world.sign(&entry)
}

#[test]
fn heads_at_any_earlier_size_are_found() {
    let mut world = WORLD.clone();
    let audit = world.audit(&world.whole_copy());
    assert_eq!(audit.verdict, Verdict::Whole, "{:?}", audit.findings);
    assert_eq!(audit.counted.entries, u64::try_from(LONG + 11).unwrap());
    // A head of moscow that it never had, under its seal.
    let tree = Tree::of(world.author("moscow").notes.iter().take(300).map(|note| Hash::leaf(note)));
    let secret = world::key("moscow log");
    let id = world.charter.id();
    let seal = |root| countersign::checkpoint::Checkpoint::sign(&id, &log("moscow"), 299, root, &secret);
    let invented = seal(tree.root_at(298).unwrap());
    let observer = world.authors["washington"].chain.receipted()[&log("moscow")];
    assert_eq!(observer, 1001);
    let mut entry = world.next("washington", "seen", Value::object([]));
    entry.seen = [(log("moscow"), world.head("moscow"))].into();
    let bytes = world.sign(&entry);
    world.add("washington", bytes);
    let mut weave = countersign::weave::Weave::new(&world.charter);
    let audit = world.audit(&world.whole_copy());
    weave.add_seal(&invented, "a pin");
    let strands: Vec<_> = audit.all_strands().collect();
    let woven = weave.finish(&strands);
    assert_eq!(woven.findings.len(), 1);
    assert_eq!(woven.findings[0].code, Code::Split);
    assert!(woven.evidence[0].verify().is_ok());
    // The same size under the root that it had.
    let mut weave = countersign::weave::Weave::new(&world.charter);
    weave.add_seal(&seal(tree.root_at(299).unwrap()), "a pin");
    assert!(weave.finish(&strands).findings.is_empty());
}

fn read(disk: &MemoryDisk) -> Ledger {
    Ledger::read(disk, Path::new(READER)).unwrap()
}

/// What an audit says, but for how it was counted.
fn said(audit: &Audit) -> (Verdict, Vec<countersign::fault::Finding>, Vec<(LogId, u64, u64)>) {
    let logs = audit.strands.values().map(|strand| (strand.log().clone(), strand.size(), strand.sealed()));
    (audit.verdict, audit.findings.clone(), logs.collect())
}

#[test]
fn what_was_verified_is_known_by_its_root_and_by_nothing_less() {
    let mut world = WORLD.clone();
    let disk = reader(&world);
    take_in(&disk, &world.whole_copy());
    let all = u64::try_from(LONG + 11).unwrap();
    let known = read(&disk);
    assert_eq!((known.audit.counted.known, known.audit.counted.entries), (all, 0), "noted by the pull");
    // New entries alone are verified, there and at the next pull.
    world.state("moscow", "after");
    let plan = take_in(&disk, &world.whole_copy());
    assert_eq!((plan.theirs.counted.known, plan.theirs.counted.entries), (all, 1));
    let ledger = read(&disk);
    assert_eq!((ledger.audit.counted.known, ledger.audit.counted.entries), (all, 1));
    assert_eq!(ledger.audit.verdict, Verdict::Whole);
    // What is known says the same as what is verified.
    let path = Path::new(READER).join("index/checked");
    let files = disk.files();
    let noted = files[&path].clone();
    let fresh = |disk: &MemoryDisk| {
        let copy = countersign::snapshot::read(disk, Path::new(READER)).unwrap();
        let ledger = Some(world.charter.id().bytes().to_vec());
        Audit::of(&copy, &Expectation { ledger, ..Expectation::default() }).unwrap()
    };
    assert_eq!(said(&ledger.audit), said(&fresh(&disk)));
    // A changed byte in what is known is found as ever.
    let journal = Path::new(READER).join("logs/moscow.journal");
    for at in [40, 200_000, 500_000] {
        let mut changed = files[&journal].clone();
        changed[at] ^= 1;
        disk.overwrite(&journal, changed);
        assert_eq!(said(&read(&disk).audit), said(&fresh(&disk)), "byte {at}");
        assert_eq!(read(&disk).audit.verdict, Verdict::Damaged, "byte {at}");
    }
    disk.overwrite(&journal, files[&journal].clone());
    // So is a journal that was cut.
    disk.overwrite(&journal, files[&journal][..300_000].to_vec());
    assert_eq!(said(&read(&disk).audit), said(&fresh(&disk)));
    disk.overwrite(&journal, files[&journal].clone());
    // A note that is not what this version wrote counts for nothing.
    for bit in (0..noted.len() * 8).step_by(97) {
        let mut flipped = noted.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        disk.overwrite(&path, flipped);
        assert!(checked::read(&disk, Path::new(READER), &world.charter.id()).is_none(), "bit {bit}");
    }
    assert_eq!(said(&read(&disk).audit), said(&fresh(&disk)));
    disk.overwrite(&path, noted);
    assert!(checked::read(&disk, Path::new(READER), &Hash::of(b"another ledger")).is_none());
}

/// What the whole folder says to whoever verifies it.
fn verified(id: Hash, folder: &Path) -> Audit {
    let copy = countersign::snapshot::read(&RealDisk::new(), folder).unwrap();
    let ledger = Some(id.bytes().to_vec());
    Audit::of(&copy, &Expectation { ledger, ..Expectation::default() }).unwrap()
}

fn glance(folder: &Path) -> Ledger {
    Ledger::glance(&RealDisk::new(), folder, &|_| {}).unwrap()
}

/// A reader's folder of the world on a real disk, in a desk.
fn on_disk(disk: &MemoryDisk) -> (Desk, PathBuf) {
    let desk = Desk::new();
    let folder = desk.path("reader");
    for (path, bytes) in disk.files() {
        let path = folder.join(path.strip_prefix(READER).unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    (desk, folder)
}

/// Writes into a file, which stays the same file.
fn write_at(path: &Path, offset: u64, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
#[cfg(unix)]
fn who_only_looks_is_shown_nothing_that_was_not_verified() {
    let mut world = WORLD.clone();
    let disk = reader(&world);
    take_in(&disk, &world.whole_copy());
    let (id, (desk, folder)) = (world.charter.id(), on_disk(&disk));
    let all = u64::try_from(LONG + 11).unwrap();
    let journal = folder.join("logs/moscow.journal");
    let shown = |words: &[&str]| {
        let output = desk.run(&[words, &["--dir", "reader"]].concat());
        (output.status.code(), text(&output.stdout))
    };
    let commands: [&[&str]; 6] =
        [&["status"], &["status", "--json"], &["commitments"], &["log"], &["show", "moscow/3"], &["asks"]];
    let answers = || commands.map(shown);
    // With and without what was noted, every answer is the same.
    desk.ok(&["index", "rebuild", "--dir", "reader"]);
    let noted = fs::read_to_string(folder.join("index/checked")).unwrap();
    assert!(noted.contains("\"laid\""), "how the bundles lie is noted");
    let with = answers();
    fs::remove_dir_all(folder.join("index")).unwrap();
    assert_eq!(answers(), with);
    desk.ok(&["index", "rebuild", "--dir", "reader"]);
    let ledger = glance(&folder);
    assert_eq!((ledger.audit.counted.known, ledger.audit.counted.entries), (all, 0));
    assert_eq!(said(&ledger.audit), said(&verified(id, &folder)));
    // It is noted after everything was hashed, and by nobody else.
    assert!(ledger.audit.known().unwrap().logs.values().all(|known| known.laid.is_none()));
    let read = Ledger::read(&RealDisk::new(), &folder).unwrap();
    let laid = read.audit.known().unwrap().logs[&log("moscow")].laid.clone().unwrap();
    assert_eq!((laid.nodes.len(), laid.offsets.len()), (LONG / 256, LONG / 256 + 1));
    // A byte that a program changed, a cut, another file in its place: all is hashed.
    let whole = fs::read(&journal).unwrap();
    let same_as_verified = |what: &str| {
        assert_eq!(said(&glance(&folder).audit), said(&verified(id, &folder)), "{what}");
        assert_ne!(glance(&folder).audit.verdict, Verdict::Whole, "{what}");
    };
    for at in [40, 200_000, 500_000] {
        write_at(&journal, at, &[whole[usize::try_from(at).unwrap()] ^ 1]);
        same_as_verified("a changed byte");
        assert!(shown(&["status", "--json"]).1.contains("\"damaged\""), "byte {at}");
        write_at(&journal, at, &whole[usize::try_from(at).unwrap()..][..1]);
    }
    fs::OpenOptions::new().write(true).open(&journal).unwrap().set_len(300_000).unwrap();
    same_as_verified("a cut");
    let mut other = whole.clone();
    other[40] ^= 1;
    fs::remove_file(&journal).unwrap();
    fs::write(folder.join("logs/other"), b"so that no number is used again").unwrap();
    fs::write(&journal, [other.as_slice(), b"more"].concat()).unwrap();
    same_as_verified("another file");
    fs::remove_file(folder.join("logs/other")).unwrap();
    fs::write(&journal, &whole).unwrap();
    desk.ok(&["index", "rebuild", "--dir", "reader"]);
    // The journal is added to: what is new is verified, the rest is not read.
    world.state("moscow", "after");
    let note = world.author("moscow").notes.last().unwrap().clone();
    write_at(&journal, u64::try_from(whole.len()).unwrap(), &countersign::tile::frame(&note).unwrap());
    let ledger = glance(&folder);
    assert_eq!((ledger.audit.counted.known, ledger.audit.counted.entries), (all, 1));
    assert_eq!(said(&ledger.audit), said(&verified(id, &folder)));
    // Damage in what is not read is not seen; where it is read it is.
    write_at(&journal, 40, &[whole[40] ^ 1]);
    let ledger = glance(&folder);
    let strand = &ledger.audit.strands[&log("moscow")];
    assert!(strand.entry(300).is_some() && strand.entry(u64::try_from(LONG).unwrap()).is_some());
    assert!(ledger.audit.broken().is_ok());
    assert!(strand.entry(0).is_none() && ledger.audit.broken().is_err());
    for words in [&["show", "moscow/3"][..], &["log"], &["log", "--json"]] {
        assert_eq!(shown(words).0, Some(1), "{words:?}");
    }
    assert_eq!(desk.run(&["verify", "reader"]).status.code(), Some(4));
    assert_eq!(verified(id, &folder).verdict, Verdict::Damaged);
    // Whoever may write looks at all of it.
    let read = Ledger::read(&RealDisk::new(), &folder).unwrap();
    assert_eq!(said(&read.audit), said(&verified(id, &folder)));
    // Nodes that do not give the root count for nothing.
    let mut forged = checked::read(&RealDisk::new(), &folder, &id).unwrap();
    let laid = forged.logs.get_mut(&log("moscow")).unwrap().laid.as_mut().unwrap();
    laid.nodes[1] = Hash::of(b"another node");
    checked::write(&RealDisk::new(), &folder, &id, &forged).unwrap();
    same_as_verified("another node");
}

#[test]
fn a_head_that_was_absent_is_looked_for_again() {
    let world = &*WORLD;
    let disk = reader(world);
    let mut washington = world.copy(&["washington"]);
    // More than few, so that it is noted.
    let mut talkative = world.clone();
    for number in 0..80 {
        talkative.state("washington", &format!("{number}"));
    }
    washington.logs.extend(talkative.copy(&["washington"]).logs);
    take_in(&disk, &washington);
    let ledger = read(&disk);
    assert!(ledger.audit.counted.known > 0);
    assert_eq!(ledger.audit.verdict, Verdict::Incomplete);
    assert_eq!(ledger.audit.findings[0].code, Code::HeadAbsent);
    take_in(&disk, &talkative.whole_copy());
    assert_eq!(read(&disk).audit.verdict, Verdict::Whole, "{:?}", read(&disk).audit.findings);
    // Another log in its place is a split, though washington is known.
    let other = reader(world);
    take_in(&other, &washington);
    let mut two = World::new(&[Joining::party("moscow"), Joining::party("washington")]);
    two.state("moscow", "something else");
    for number in 0..600 {
        two.state("moscow", &format!("{number}"));
    }
    let plan = take_in(&other, &two.copy(&["moscow"]));
    assert_eq!(plan.verdict, Verdict::Contradicted);
    assert!(plan.evidence.iter().all(|evidence| evidence.verify().is_ok()));
    assert_eq!(read(&other).audit.verdict, Verdict::Contradicted);
}

#[test]
fn trees_on_shelves_part_where_they_part() {
    let world = &*WORLD;
    let audit = world.audit(&world.whole_copy());
    let strand = &audit.strands[&log("moscow")];
    for at in [1, 255, 256, 600, 1099] {
        let mut copy = world.whole_copy();
        world::edit(copy.logs.get_mut(&log("moscow")).unwrap(), |notes| notes[at].push(b'\n'));
        let other = world.audit(&copy);
        let parted = common(&strand.tree, &other.strands[&log("moscow")].tree);
        assert_eq!(parted, u64::try_from(at).unwrap());
    }
    let shelf = Arc::clone(&world.log_bytes("moscow").shelf);
    assert_eq!(shelf.bundle(4).unwrap().len(), LONG % 256);
}

#[test]
fn what_a_pull_notes_hides_no_receipt_of_ones_own_log() {
    let mut world = World::new(&[Joining::party("moscow"), Joining::party("washington")]);
    let disk = founded(&world);
    let backup = disk.files();
    say(&disk, "second").unwrap();
    say(&disk, "third").unwrap();
    // Washington receives moscow and says much since.
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    let strand = ledger.own().unwrap();
    let head = strand.seal.as_ref().unwrap().head().clone();
    let author = world.authors.get_mut("moscow").unwrap();
    author.notes = strand.entries().map(|signed| signed.bytes().to_vec()).collect();
    author.chain = strand.chain.clone();
    world.receipt("washington", &[("moscow", head)]);
    for number in 0..100 {
        world.state("washington", &format!("{number}"));
    }
    // Folder and marks come back from an old backup.
    disk.restore(Path::new("/w"), &backup);
    disk.restore(Path::new("/k"), &backup);
    let ledger = Ledger::read(&disk, Path::new(FOLDER)).unwrap();
    let mark = countersign::mark::Mark::beside(Path::new(LOG_KEY), &world.charter.id(), &log("moscow"));
    let countersign::mark::Presence::Held(head) = mark.sealed(&disk).unwrap() else { panic!("a mark") };
    let vouched = Vouched::Marks(vec![(head.size, head.root)]);
    let plan = pull::plan(&ledger, &world.whole_copy(), &vouched, &|_| {}).unwrap();
    assert_eq!(plan.alerts.len(), 1);
    pull::carry_out(&disk, &ledger, &plan).unwrap();
    let refused = say(&disk, "after the backup").unwrap_err();
    assert_eq!(refused.code(), "behind", "{refused}");
}

#[test]
fn heads_of_a_further_volume_are_looked_for_while_it_is_read_from_what_is_known() {
    let mut world = World::new(&[Joining::party("moscow"), Joining::party("washington")]);
    let heads = [countersign::body::membership::SealedHead {
        log: log("washington"),
        head: world.head("washington"),
    }];
    let volume = open_volume(&mut world, "washington", &heads);
    // More than is read of it in one round.
    for number in 0..3_000 {
        world.state(&volume, &format!("{number}"));
    }
    let secret = world::key("washington log 2");
    let seal = |size, root| {
        countersign::checkpoint::Checkpoint::sign(&world.charter.id(), &log(&volume), size, root, &secret)
    };
    let chain = &world.author(&volume).chain;
    let sealed = seal(chain.size(), chain.root().unwrap()).to_bytes();
    let other = seal(100, Hash::of(b"another")).head().clone();
    let copy = |world: &World| {
        let mut copy = world.copy(&["moscow", "washington"]);
        let bytes =
            countersign::audit::LogBytes { checkpoint: Some(sealed.clone()), ..world.log_bytes(&volume) };
        copy.logs.insert(log(&volume), bytes);
        copy
    };
    let disk = reader(&world);
    take_in(&disk, &copy(&world));
    assert!(read(&disk).audit.counted.known > 3_000);
    // The volume sealed another hundred entries to moscow alone.
    let mut told = world.clone();
    told.receipt("moscow", &[(&volume, other)]);
    assert_eq!(take_in(&disk, &copy(&told)).verdict, Verdict::Contradicted);
    assert_eq!(read(&disk).audit.verdict, Verdict::Contradicted);
}

#[test]
fn a_flood_of_heads_hides_no_head_that_contradicts() {
    let world = &*WORLD;
    let audit = world.audit(&world.whole_copy());
    let secret = world::key("moscow log");
    let seal = |size| {
        let root = Hash::of(b"another");
        countersign::checkpoint::Checkpoint::sign(&world.charter.id(), &log("moscow"), size, root, &secret)
    };
    let mut weave = countersign::weave::Weave::new(&world.charter);
    weave.add_seal(&seal(10), "a pin");
    // One signature serves: what is added from elsewhere is good by its caller's word.
    let flood = seal(5_000);
    for size in 0..70_000 {
        let mut head = flood.head().clone();
        head.size = 5_000 + size;
        weave.add_head(&log("moscow"), &head, "a flood");
    }
    let strands: Vec<_> = audit.all_strands().collect();
    let woven = weave.finish(&strands);
    assert!(woven.findings.iter().any(|finding| finding.code == Code::Split), "{:?}", woven.findings);
}
