//! Locality and "blame needs a seal", as properties over random histories.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use countersign::audit::{Audit, Copy};
use countersign::entry::Head;
use countersign::fault::{Subject, Verdict};
use countersign::hash::Hash;
use countersign::ledger::{self, Ledger, Local};
use countersign::names::LogId;
use countersign::note::Seal;
use countersign::pull::{self, Vouched};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::memory::MemoryDisk;
use crate::world::{World, log};

const NAMES: [&str; 3] = ["moscow", "observer", "washington"];

/// One thing that happens.
#[derive(Clone, Debug)]
enum Act {
    Says(Index),
    /// Receipts what another has sealed.
    Receipts(Index, Index),
    /// Receipts a head that nobody can get, under a seal that nobody made.
    Invents(Index, Index),
    /// A body that this version does not know.
    Unknown(Index),
}

fn act() -> impl Strategy<Value = Act> {
    let index = any::<Index>;
    prop_oneof![
        3 => index().prop_map(Act::Says),
        4 => (index(), index()).prop_map(|(a, b)| Act::Receipts(a, b)),
        1 => (index(), index()).prop_map(|(a, b)| Act::Invents(a, b)),
        1 => index().prop_map(Act::Unknown),
    ]
}

fn forged(size: u64) -> Head {
    Head { size, root: Hash::of(b"nothing"), seal: Seal::from_base64(&"A".repeat(90)).unwrap_or_else(fake) }
}

fn fake() -> Seal {
    Seal::from_base64(&countersign::base64::encode(&[7; 68])).unwrap()
}

fn play(world: &mut World, act: &Act) {
    let name = |index: &Index| NAMES[index.index(3)];
    match act {
        Act::Says(who) => {
            world.state(name(who), "words");
        }
        Act::Unknown(who) => {
            world.push(name(who), "actor", countersign::json::Value::object([]));
        }
        Act::Receipts(who, whom) | Act::Invents(who, whom) => {
            let (who, whom) = (name(who), name(whom));
            let before = world.author(who).chain.receipted().get(&log(whom)).copied().unwrap_or(0);
            let head = match act {
                Act::Receipts(..) => world.head(whom),
                _ => forged(before + 5),
            };
            if who != whom && head.size > before {
                world.receipt(who, &[(whom, head)]);
            }
        }
    }
}

fn accepted(audit: &Audit, log: &LogId) -> BTreeSet<Hash> {
    audit.branches_of(log).flat_map(|strand| strand.entries().map(|e| e.hash())).collect()
}

/// Two branches of moscow, both under its seals.
fn split(world: &World, after: usize) -> World {
    let mut other = world.clone();
    let author = other.authors.get_mut("moscow").unwrap();
    let notes: Vec<Vec<u8>> = author.notes.drain(..).take(after).collect();
    author.chain = countersign::chain::Chain::new(&world.charter, &log("moscow")).unwrap();
    author.entries.clear();
    for note in notes {
        other.add("moscow", note);
    }
    other.state("moscow", "the other branch");
    other
}

fn reader(world: &World) -> MemoryDisk {
    let disk = MemoryDisk::new();
    ledger::make_folder(&disk, Path::new("/w/reader"), world.charter.bytes()).unwrap();
    ledger::adopt_folder(&disk, Path::new("/w/reader"), &Local::default()).unwrap();
    disk
}

fn pull(disk: &MemoryDisk, copy: &Copy) {
    let ledger = Ledger::read(disk, Path::new("/w/reader")).unwrap();
    let plan = pull::plan(&ledger, copy, &Vouched::Nothing, &|_| {}).unwrap();
    pull::carry_out(disk, &ledger, &plan).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_accepted_of_a_log_depends_on_that_log(acts in prop::collection::vec(act(), 1..24), drop in any::<Index>()) {
        let mut world = World::small();
        acts.iter().for_each(|act| play(&mut world, act));
        let whole = world.audit(&world.whole_copy());
        for name in NAMES {
            let expected: BTreeSet<Hash> = world.author(name).entries.iter().map(|e| e.hash()).collect();
            prop_assert_eq!(accepted(&whole, &log(name)), expected.clone());
            let alone = world.audit(&world.copy(&[name]));
            prop_assert_eq!(accepted(&alone, &log(name)), expected.clone());
            let dropped = NAMES[drop.index(3)];
            let mut copy = world.whole_copy();
            copy.logs.remove(&log(dropped));
            let without = world.audit(&copy);
            if name != dropped {
                prop_assert_eq!(accepted(&without, &log(name)), expected);
            }
        }
    }

    #[test]
    fn the_order_in_which_copies_arrive_changes_nothing(
        acts in prop::collection::vec(act(), 1..16),
        more in prop::collection::vec(act(), 1..8),
        fork_at in any::<Index>(),
        order in Just(vec![0, 1, 2, 3]).prop_shuffle(),
    ) {
        let mut world = World::small();
        acts.iter().for_each(|act| play(&mut world, act));
        let early = world.clone();
        let other = split(&world, 1 + fork_at.index(world.author("moscow").notes.len()));
        more.iter().for_each(|act| play(&mut world, act));
        let copies = [
            early.copy(&["moscow", "washington"]),
            world.whole_copy(),
            other.copy(&["moscow"]),
            early.copy(&["observer"]),
        ];
        let mut results = Vec::new();
        for order in [vec![0, 1, 2, 3], order] {
            let disk = reader(&world);
            for at in order {
                pull(&disk, &copies[at]);
            }
            let ledger = Ledger::read(&disk, Path::new("/w/reader")).unwrap();
            let sets: BTreeMap<&str, BTreeSet<Hash>> =
                NAMES.iter().map(|name| (*name, accepted(&ledger.audit, &log(name)))).collect();
            results.push(sets);
        }
        prop_assert_eq!(&results[0], &results[1]);
        for name in ["observer", "washington"] {
            let expected: BTreeSet<Hash> = world.author(name).entries.iter().map(|e| e.hash()).collect();
            prop_assert_eq!(&results[0][name], &expected);
        }
    }

    #[test]
    fn no_finding_names_a_member_that_did_not_seal_what_it_is_about(
        acts in prop::collection::vec(act(), 1..16),
        at in any::<Index>(), byte in any::<u8>(), which in any::<Index>(), how in 0..4,
    ) {
        let mut world = World::small();
        acts.iter().for_each(|act| play(&mut world, act));
        let mut copy = world.whole_copy();
        let name = NAMES[which.index(3)];
        let bytes = copy.logs.get_mut(&log(name)).unwrap();
        match how {
            0 => {
                crate::world::edit(bytes, |notes| {
                    let entry = at.index(notes.len());
                    let place = at.index(notes[entry].len());
                    notes[entry][place] ^= byte | 1;
                });
            }
            1 => {
                crate::world::edit(bytes, |notes| {
                    let last = notes.len() - 1;
                    notes.swap(at.index(last + 1), last);
                });
            }
            2 => crate::world::edit(bytes, |notes| notes.truncate(at.index(notes.len()))),
            _ => {
                // A seal of one log over another's name.
                let other = NAMES[(which.index(3) + 1) % 3];
                bytes.checkpoint = Some(world.seal(other, 1).to_bytes());
            }
        }
        let audit = world.audit(&copy);
        // Who invented a receipt sealed it; nobody else may be named.
        let inventors: BTreeSet<LogId> = NAMES
            .iter()
            .filter(|name| world.author(name).entries.iter().any(|e| {
                e.entry().seen.values().any(|head| head.root == Hash::of(b"nothing"))
            }))
            .map(|name| log(name))
            .collect();
        for finding in &audit.findings {
            if finding.code.verdict() == Verdict::Contradicted {
                let Subject::Log(named) = &finding.subject else { panic!("{finding:?}") };
                prop_assert!(inventors.contains(named), "{finding:?}");
            }
        }
        for evidence in &audit.evidence {
            prop_assert!(evidence.verify().is_ok());
            prop_assert!(inventors.contains(&evidence.log));
        }
    }
}

#[test]
fn a_document_that_is_not_here_changes_no_chain() {
    let world = World::small();
    let mut copy = world.whole_copy();
    let before = world.audit(&copy);
    copy.named.insert("docs/00".to_owned(), b"not its name".to_vec());
    let after = world.audit(&copy);
    for name in NAMES {
        assert_eq!(accepted(&before, &log(name)), accepted(&after, &log(name)));
        let verdict = |audit: &Audit| audit.logs.iter().find(|l| l.log == log(name)).unwrap().verdict;
        assert_eq!(verdict(&before), verdict(&after));
    }
    assert_eq!(after.verdict, Verdict::Damaged, "the copy's, not a log's");
}

#[test]
fn one_log_left_damaged_keeps_no_other_out() {
    let mut world = World::small();
    world.state("moscow", "one");
    world.state("washington", "two");
    let mut copy = world.whole_copy();
    crate::world::edit(copy.logs.get_mut(&log("moscow")).unwrap(), |notes| notes[1][40] ^= 1);
    let disk = reader(&world);
    let before = disk.files();
    pull(&disk, &copy);
    let ledger = Ledger::read(&disk, Path::new("/w/reader")).unwrap();
    assert_eq!(ledger.audit.strands[&log("washington")].size(), 2);
    assert!(!ledger.audit.strands.contains_key(&log("moscow")));
    for (path, bytes) in before {
        assert_eq!(disk.files()[&path], bytes);
    }
}
