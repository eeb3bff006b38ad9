//! Order by links against brute force, by times against the clock that made the history,
//! and certificates against every changed byte. The histories are random: members write,
//! receipt each other at any size, change keys, split, open volumes and hold back.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign::audit::{Audit, Copy, Finder, LogBytes};
use countersign::body::membership::{SealedHead, VolumeJoin};
use countersign::bracket::{Brackets, Evidence, Order, Says};
use countersign::checkpoint::Checkpoint;
use countersign::entry::{Head, Signed};
use countersign::hash::Hash;
use countersign::index::Index;
use countersign::json::Value;
use countersign::merkle::{Nodes, Tree};
use countersign::names::LogId;
use countersign::past::{Future, Past};
use countersign::precedence::Certificate;
use countersign::shelf::{Bundle, Held, Shelf};
use countersign::status;
use countersign::strand::Strand;
use countersign::time::Time;

use crate::command_line::Desk;
use crate::review::{open_volume, rotate};
use crate::world::{Joining, World, key, log};

/// Random numbers that are the same every time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % end.max(1)
    }
}

/// Which histories are made.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    Plain,
    /// With splits, further volumes and logs of which the end is held back.
    Wild,
}

/// A history: who wrote which entry, in the order in which they were written. An author
/// whose name ends in `~` is the second branch of a log.
pub struct History {
    pub world: World,
    pub made: Vec<(String, Hash)>,
    /// How much of each is held.
    held: BTreeMap<String, usize>,
}

fn seal(world: &World, name: &str, size: usize) -> Checkpoint {
    let author = world.author(name);
    let id = author.chain.log();
    let tree = Tree::of(author.notes.iter().take(size).map(|note| Hash::leaf(note)));
    let which = if id.is_further() { "log 2" } else { "log" };
    let secret = key(&format!("{} {which}", id.member()));
    Checkpoint::sign(&world.charter.id(), id, tree.size(), tree.root().unwrap(), &secret)
}

impl History {
    pub fn random(names: [&'static str; 3], seed: u64, length: usize, manner: Manner) -> Self {
        let mut dice = Dice::new(seed);
        let mut members = names;
        members.sort_unstable();
        let world = World::new(&members.map(Joining::party));
        let made = names.map(|name| (name.to_owned(), world.author(name).entries[0].hash())).to_vec();
        let mut history = Self { world, made, held: BTreeMap::new() };
        let mut authors: Vec<String> = names.map(str::to_owned).to_vec();
        for number in 0..length {
            let by = authors[dice.below(authors.len())].clone();
            let wild = manner == Manner::Wild;
            let signed = match dice.below(12) {
                0 if names.contains(&by.as_str()) => {
                    let fresh: &'static str = format!("k{number}").leak();
                    rotate(&mut history.world, &by, &[fresh], &[fresh])
                }
                1 if wild && names.contains(&by.as_str()) && !authors.contains(&format!("{by}~")) => {
                    let branch = format!("{by}~");
                    let author = history.world.author(&by).clone();
                    history.world.authors.insert(branch.clone(), author);
                    authors.push(branch.clone());
                    history.world.state(&branch, &format!("apart {number}"))
                }
                2 if wild && names.contains(&by.as_str()) && authors.len() < 6 => {
                    let id =
                        LogId::further(log(&by).member(), &key(&format!("{by} log 2")).public().digest());
                    if authors.contains(&id.to_string()) {
                        continue;
                    }
                    let size = 1 + dice.below(history.world.author(&by).notes.len());
                    let head = seal(&history.world, &by, size).head().clone();
                    let heads = vec![SealedHead { log: log(&by), head }];
                    let volume = open_volume(&mut history.world, &by, &heads);
                    authors.push(volume.clone());
                    history.made.push((volume.clone(), history.world.author(&volume).entries[0].hash()));
                    continue;
                }
                3..=7 => history.receipt(&by, &authors, &mut dice),
                _ => history.world.state(&by, &format!("entry {number}")),
            };
            history.made.push((by, signed.hash()));
        }
        for name in &authors {
            let all = history.world.author(name).notes.len();
            let back = if manner == Manner::Wild && dice.below(3) == 0 { dice.below(all.min(4)) } else { 0 };
            history.held.insert(name.clone(), all - back);
        }
        history
    }

    fn receipt(&mut self, by: &str, authors: &[String], dice: &mut Dice) -> Signed {
        let own = self.world.author(by).chain.clone();
        let mut entry = self.world.next(by, "seen", Value::object([]));
        for of in authors {
            let (id, size) = {
                let of = self.world.author(of);
                (of.chain.log().clone(), of.notes.len())
            };
            let before = own.receipted().get(&id).copied().unwrap_or(0);
            let before = usize::try_from(before).unwrap();
            if id.member() == own.log().member() || size <= before || dice.below(2) == 0 {
                continue;
            }
            let size = before + 1 + dice.below(size - before);
            entry.seen.insert(id, seal(&self.world, of, size).head().clone());
        }
        let bytes = self.world.sign(&entry);
        self.world.add(by, bytes)
    }

    pub fn copy(&self) -> Copy {
        let mut copy = Copy { charter: Some(self.world.charter.bytes().to_vec()), ..Copy::default() };
        for (name, size) in &self.held {
            let checkpoint = Some(seal(&self.world, name, *size).to_bytes());
            let bytes = LogBytes { checkpoint, ..self.world.log_bytes_at(name, *size) };
            let id = self.world.author(name).chain.log().clone();
            if name.ends_with('~') {
                copy.branches.push((id, bytes));
            } else {
                copy.logs.insert(id, bytes);
            }
        }
        copy
    }

    fn hashes(&self, name: &str) -> Vec<Hash> {
        let notes = &self.world.author(name).notes;
        notes.iter().take(self.held[name]).map(|note| Hash::leaf(note)).collect()
    }

    /// What each entry that is held has in its past, itself among it: by walking every
    /// link from every entry.
    pub fn pasts(&self) -> HashMap<Hash, BTreeSet<Hash>> {
        let logs: Vec<(LogId, Vec<Hash>)> = self
            .held
            .keys()
            .map(|name| (self.world.author(name).chain.log().clone(), self.hashes(name)))
            .collect();
        let named = |id: &LogId, head: &Head| {
            let size = usize::try_from(head.size).unwrap();
            let is_so = |leaves: &&Vec<Hash>| {
                leaves.len() >= size && Tree::of(leaves.iter().take(size).copied()).root() == Some(head.root)
            };
            let all = logs.iter().filter(|(log, _)| log == id).map(|(_, leaves)| leaves);
            all.filter(is_so).map(|leaves| leaves[size - 1]).collect::<Vec<Hash>>()
        };
        let mut links: HashMap<Hash, Vec<Hash>> = HashMap::new();
        for name in self.held.keys() {
            let entries = self.world.author(name).entries.iter().take(self.held[name]);
            for signed in entries {
                let entry = signed.entry();
                let mut to: Vec<Hash> = entry.prev.into_iter().collect();
                to.extend(entry.seen.iter().flat_map(|(id, head)| named(id, head)));
                if entry.author.is_further() && entry.seq == 0 {
                    let join = VolumeJoin::read(&entry.body).unwrap();
                    to.extend(join.continues.iter().flat_map(|one| named(&one.log, &one.head)));
                }
                links.insert(signed.hash(), to);
            }
        }
        let walk = |from: &Hash| {
            let (mut past, mut waiting) = (BTreeSet::new(), vec![*from]);
            while let Some(hash) = waiting.pop() {
                if past.insert(hash) {
                    waiting.extend(&links[&hash]);
                }
            }
            past
        };
        links.keys().map(|hash| (*hash, walk(hash))).collect()
    }

    /// Each entry that is held, once: its hash and where it stands.
    pub fn places<'a>(&self, audit: &'a Audit) -> Vec<(Hash, &'a Strand, Arc<Signed>)> {
        let mut places: BTreeMap<Hash, (&Strand, Arc<Signed>)> = BTreeMap::new();
        for strand in audit.all_strands() {
            for signed in strand.entries() {
                places.entry(signed.hash()).or_insert((strand, signed));
            }
        }
        places.into_iter().map(|(hash, (strand, signed))| (hash, strand, signed)).collect()
    }
}

const NAMES: [&str; 3] = ["moscow", "observer", "washington"];

fn histories() -> impl Iterator<Item = History> {
    let plain = (0..8).map(|seed| History::random(NAMES, seed, 24, Manner::Plain));
    plain.chain((100..140).map(|seed| History::random(NAMES, seed, 30, Manner::Wild)))
}

#[test]
fn order_by_links_is_reachability_by_hash() {
    let (mut before, mut not_shown, mut split) = (0, 0, 0);
    for history in histories() {
        let (audit, due) = (history.world.audit(&history.copy()), history.pasts());
        split += usize::from(!audit.branches.is_empty());
        let places = history.places(&audit);
        assert_eq!(places.len(), due.len(), "{:?}", audit.findings);
        let pasts: Vec<Past> = places.iter().map(|(_, s, e)| Past::of(&audit, s, e.entry().seq)).collect();
        let futures: Vec<Future> =
            places.iter().map(|(_, s, e)| Future::of(&audit, s, e.entry().seq)).collect();
        for (at, (one, of, first)) in places.iter().enumerate() {
            for (with, (other, strand, second)) in places.iter().enumerate() {
                let (reached, seq) = (due[other].contains(one), first.entry().seq);
                let pair = format!("{} {}", first.cite(), second.cite());
                assert_eq!(pasts[with].holds(of, seq), reached, "{pair}");
                assert_eq!(futures[at].holds(strand, second.entry().seq), reached, "{pair}");
                let path = pasts[with].path_to(of, seq);
                assert_eq!(path.is_some(), reached, "{pair}");
                before += usize::from(reached && one != other);
                not_shown += usize::from(!reached && !due[one].contains(other));
            }
        }
    }
    assert!(before > 4_000 && not_shown > 1_000 && split > 10, "{before} {not_shown} {split}");
}

fn at(seconds: usize) -> Time {
    Time::from_unix(1_800_000_000 + u64::try_from(seconds).unwrap())
}

/// Made-up evidence: of some heads that they existed, of some entries that they did not.
/// A clock that lies by `lie` seconds at the most tells the time.
fn evidence(history: &History, dice: &mut Dice, lie: usize) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let shift = |dice: &mut Dice| dice.below(2 * lie + 1);
    for (number, (name, hash)) in history.made.iter().enumerate() {
        let seq = history.hashes(name).iter().position(|held| held == hash);
        let Some(seq) = seq else { continue };
        let now = 10_000 + 100 * number;
        if dice.below(4) == 0 {
            let checkpoint = seal(&history.world, name, seq + 1);
            let time = at(now + dice.below(250) + shift(dice) - lie);
            let (log, size, root) = (checkpoint.log().clone(), checkpoint.size(), checkpoint.root());
            let says = Says::ExistedBy { log, size, root, time };
            evidence.push(Evidence { source: "made up".to_owned(), says });
        }
        if dice.below(4) == 0 {
            let says = Says::NotBefore { entry: *hash, time: at(now - dice.below(250) + shift(dice) - lie) };
            evidence.push(Evidence { source: "made up".to_owned(), says });
        }
    }
    evidence
}

#[test]
fn order_by_true_clocks_is_the_order_in_which_entries_were_made() {
    let (mut by_times, mut dice) = (0, Dice::new(1));
    for history in histories().step_by(9) {
        let audit = history.world.audit(&history.copy());
        let brackets = Brackets::of(evidence(&history, &mut dice, 0));
        assert_eq!(brackets.contradictions(&audit), []);
        let number: HashMap<Hash, usize> =
            history.made.iter().enumerate().map(|(at, (_, hash))| (*hash, at)).collect();
        let places = history.places(&audit);
        for (one, of, first) in &places {
            for (other, strand, second) in &places {
                let order = brackets.order(&audit, (of, first), (strand, second));
                match &order {
                    Order::Same => assert_eq!(one, other),
                    Order::Before(shown) | Order::After(shown) => {
                        let is_before = number[one] < number[other];
                        assert_eq!(matches!(order, Order::Before(_)), is_before);
                        by_times += usize::from(shown.by_links.is_none());
                        let gap = number[one].abs_diff(number[other]) * 100;
                        let apart = shown.by_times.as_ref().map_or(0, |apart| apart.seconds);
                        assert!(apart <= u64::try_from(gap).unwrap(), "at the least");
                    }
                    Order::NotShown => assert_ne!(one, other),
                }
            }
        }
    }
    assert!(by_times > 30, "{by_times}");
}

#[test]
fn lying_clocks_are_contradicted_by_name_and_override_no_link() {
    let (mut contradictions, mut dice) = (0, Dice::new(7));
    for history in histories().step_by(9) {
        let (audit, due) = (history.world.audit(&history.copy()), history.pasts());
        let pieces = evidence(&history, &mut dice, 900);
        let brackets = Brackets::of(pieces.clone());
        let places = history.places(&audit);
        // The bounds, by brute force: each piece against each entry.
        let over = |says: &Says, entry: &Hash| match says {
            Says::NotBefore { entry: of, .. } => due[entry].contains(of),
            Says::ExistedBy { log, size, root, .. } => history.held.keys().any(|name| {
                let (hashes, size) = (history.hashes(name), usize::try_from(*size).unwrap());
                history.world.author(name).chain.log() == log
                    && hashes.len() >= size
                    && Tree::of(hashes.iter().take(size).copied()).root() == Some(*root)
                    && due[&hashes[size - 1]].contains(entry)
            }),
        };
        let time = |one: &Evidence| one.says.time().clone();
        let (upper, lower): (Vec<&Evidence>, Vec<&Evidence>) =
            pieces.iter().partition(|one| matches!(one.says, Says::ExistedBy { .. }));
        for (hash, strand, signed) in &places {
            let bracket = brackets.bracket(&audit, strand, signed.entry().seq);
            let earliest = upper.iter().filter(|one| over(&one.says, hash)).map(|one| time(one)).min();
            let latest = lower.iter().filter(|one| over(&one.says, hash)).map(|one| time(one)).max();
            assert_eq!(bracket.existed_by.as_ref().map(time), earliest);
            assert_eq!(bracket.not_before.as_ref().map(time), latest);
        }
        let mut found = brackets.contradictions(&audit);
        found.sort();
        let mut named = Vec::new();
        for one in &lower {
            let Says::NotBefore { entry, .. } = &one.says else { panic!() };
            for other in upper.iter().filter(|other| time(other) < time(one) && over(&other.says, entry)) {
                named.push(((*other).clone(), (*one).clone()));
            }
        }
        named.sort();
        named.dedup();
        let found: Vec<_> = found.into_iter().map(|one| (one.existed_by, one.not_before)).collect();
        assert_eq!(found, named);
        contradictions += found.len();
        for (one, of, first) in &places {
            for (other, strand, second) in &places {
                let order = brackets.order(&audit, (of, first), (strand, second));
                if let Order::Before(shown) | Order::After(shown) = &order
                    && shown.by_times.is_some()
                {
                    for (strand, signed) in [(of, first), (strand, second)] {
                        let bracket = brackets.bracket(&audit, strand, signed.entry().seq);
                        assert_eq!(bracket.contradiction(), None, "such times show no order");
                    }
                }
                if one != other && due[other].contains(one) {
                    assert!(matches!(order, Order::Before(_)), "links stand");
                }
                if one != other && due[one].contains(other) {
                    assert!(matches!(order, Order::After(_)), "links stand");
                }
            }
        }
    }
    assert!(contradictions > 5, "{contradictions}");
}

#[test]
fn renaming_members_changes_names_alone() {
    let others = ["zagreb", "athens", "madrid"];
    for seed in 100..108 {
        let ways = [NAMES, others].map(|names| {
            let history = History::random(names, seed, 30, Manner::Wild);
            let audit = history.world.audit(&history.copy());
            let mut order = Vec::new();
            let held: Vec<Option<(&Strand, Arc<Signed>)>> =
                history.made.iter().map(|(_, hash)| audit.entry(hash)).collect();
            for one in &held {
                for other in &held {
                    let (Some(one), Some(other)) = (one, other) else { continue };
                    let order_of = Brackets::none().order(&audit, (one.0, &one.1), (other.0, &other.1));
                    order.push(match order_of {
                        Order::Same => 0,
                        Order::Before(_) => 1,
                        Order::After(_) => 2,
                        Order::NotShown => 3,
                    });
                }
            }
            order
        });
        assert_eq!(ways[0], ways[1]);
    }
}

#[test]
fn every_pair_that_is_before_has_a_certificate_that_verifies_alone() {
    let (mut made, mut unsealed, mut largest) = (0, 0, 0);
    for history in histories().step_by(6) {
        let audit = history.world.audit(&history.copy());
        let places = history.places(&audit);
        for (hash, strand, later) in &places {
            let past = Past::of(&audit, strand, later.entry().seq);
            for (other, of, earlier) in &places {
                let path = past.path_to(of, earlier.entry().seq).filter(|_| hash != other);
                let Some(path) = path else { continue };
                let Some(certificate) = Certificate::of(&audit, &path) else {
                    unsealed += 1;
                    continue;
                };
                let bytes = certificate.to_bytes();
                let parsed = Certificate::parse(&bytes).unwrap();
                assert_eq!(parsed, certificate);
                let shown = parsed.verify().unwrap_or_else(|fault| panic!("{fault:?}"));
                assert_eq!((shown.earlier.hash(), shown.later.hash()), (*other, *hash));
                assert_eq!(shown.path.0.len(), path.0.len());
                assert_eq!(shown.charter.id(), history.world.charter.id());
                largest = largest.max(bytes.len() - history.world.charter.bytes().len() * 4 / 3);
                made += 1;
            }
        }
    }
    assert_eq!(unsealed, 0);
    assert!(made > 1_000 && largest < 16_000, "{made} {largest}");
}

/// A history with hops of every kind, and a certificate over them.
pub fn certificate() -> (World, Vec<u8>) {
    let mut world = World::small();
    rotate(&mut world, "moscow", &["mid"], &["mid"]);
    world.state("moscow", "before all of it");
    rotate(&mut world, "washington", &["state"], &["state"]);
    let head = world.head("moscow");
    world.receipt("observer", &[("moscow", head)]);
    let heads = vec![SealedHead { log: log("observer"), head: world.head("observer") }];
    let volume = open_volume(&mut world, "observer", &heads);
    let head = seal(&world, &volume, 1).head().clone();
    world.receipt("washington", &[(&volume, head)]);
    world.state("washington", "after all of it");
    let mut copy = world.copy(&["moscow", "observer", "washington"]);
    let checkpoint = Some(seal(&world, &volume, 1).to_bytes());
    copy.logs.insert(log(&volume), LogBytes { checkpoint, ..world.log_bytes(&volume) });
    let audit = world.audit(&copy);
    let last = &audit.strands[&log("washington")];
    let path = Past::of(&audit, last, 3).path_to(&audit.strands[&log("moscow")], 2).unwrap();
    assert_eq!(path.0.len(), 4, "root, seen, continues, seen");
    (world, Certificate::of(&audit, &path).unwrap().to_bytes())
}

#[test]
fn every_changed_byte_of_a_certificate_is_found() {
    let (_, bytes) = certificate();
    let verify = |bytes: &[u8]| Certificate::parse(bytes).and_then(|one| one.verify());
    verify(&bytes).unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= if place % 3 == 0 { 0x20 } else { 0x01 };
        assert!(verify(&changed).is_err(), "byte {place} of {}", bytes.len());
        assert!(verify(&bytes[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn a_certificate_of_which_a_part_is_left_out_does_not_hold() {
    let (_, bytes) = certificate();
    let whole = Certificate::parse(&bytes).unwrap();
    for at in 0..whole.steps.len() {
        let mut less = whole.clone();
        less.steps.remove(at);
        // Without the first step the seal is over nothing; without the last it is
        // another certificate, of a shorter path.
        assert_eq!(less.verify().is_ok(), at + 1 == whole.steps.len(), "{at}");
        for key in 0..whole.steps[at].keys.len() {
            let mut less = whole.clone();
            less.steps[at].keys.remove(key);
            assert!(less.verify().is_err(), "{at} {key}");
        }
        let mut twice = whole.clone();
        twice.steps[at].keys.extend(whole.steps.iter().flat_map(|step| step.keys.clone()));
        assert!(twice.verify().is_err(), "{at}");
    }
    // The key that signs is in both sets; that there is a later set must be shown too.
    let mut world = World::small();
    rotate(&mut world, "moscow", &["main", "mid"], &["mid"]);
    world.state("moscow", "by the key that stayed");
    let head = world.head("moscow");
    world.receipt("washington", &[("moscow", head)]);
    let audit = world.audit(&world.whole_copy());
    let [earlier, later] = ["moscow", "washington"].map(|name| &audit.strands[&log(name)]);
    let path = Past::of(&audit, later, 1).path_to(earlier, 2).unwrap();
    let mut less = Certificate::of(&audit, &path).unwrap();
    assert_eq!(less.steps[1].keys.len(), 1);
    less.steps[1].keys.clear();
    assert!(less.verify().is_err());
    let one = Certificate { steps: whole.steps[..1].to_vec(), ..whole };
    assert!(one.verify().is_err(), "one entry is in no order");
}

#[test]
fn a_receipt_under_a_seal_of_another_key_gives_no_certificate() {
    let mut world = World::small();
    let mut head = world.head("moscow");
    head.seal = world.head("observer").seal;
    world.receipt("washington", &[("moscow", head)]);
    let audit = world.audit(&world.whole_copy());
    let [earlier, later] = ["moscow", "washington"].map(|name| &audit.strands[&log(name)]);
    let path = Past::of(&audit, later, 1).path_to(earlier, 0).expect("the hash is named all the same");
    assert_eq!(Certificate::of(&audit, &path), None);
}

/// A log in memory that counts how often it is read.
struct Counting(Held, Arc<AtomicUsize>);

impl Shelf for Counting {
    fn bundle(&self, index: u64) -> io::Result<Bundle> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.bundle(index)
    }
}

/// Three logs of `length` entries that receipt each other, and a counter of readings.
fn counted(length: usize) -> (Audit, Arc<AtomicUsize>) {
    let mut world = World::small();
    for number in 0..length {
        for (by, of) in [("moscow", "observer"), ("observer", "washington"), ("washington", "moscow")] {
            if number % 7 == 3 {
                // The seal of the chain's own edge: cheap at any length.
                let chain = &world.author(of).chain;
                let secret = key(&format!("{of} log"));
                let (size, root) = (chain.size(), chain.root().unwrap());
                let seal = Checkpoint::sign(&world.charter.id(), chain.log(), size, root, &secret);
                world.receipt(by, &[(of, seal.head().clone())]);
            } else {
                world.state(by, &format!("{number}"));
            }
        }
    }
    let (mut copy, count) = (world.whole_copy(), Arc::new(AtomicUsize::new(0)));
    for (name, bytes) in &mut copy.logs {
        let notes = world.author(name.as_str()).notes.clone();
        bytes.shelf = Arc::new(Counting(Held { notes, tiles: None }, Arc::clone(&count)));
    }
    (world.audit(&copy), count)
}

#[test]
fn order_with_an_index_reads_no_more_of_a_longer_ledger() {
    let readings = [900, 3_400].map(|length| {
        let (mut audit, count) = counted(length);
        let folder = tempfile::tempdir().unwrap();
        let index = Arc::new(Index::open(folder.path()));
        assert!(index.catch_up(&audit, Duration::MAX, &|_| {}));
        audit.finder = Some(Box::new(Arc::clone(&index)) as Box<dyn Finder>);
        let middle = u64::try_from(length).unwrap() / 2;
        let ask = |audit: &Audit| {
            let [one, other] = ["moscow", "washington"].map(|name| {
                let strand = &audit.strands[&log(name)];
                (strand, strand.entry(middle).unwrap())
            });
            let last = &audit.strands[&log("observer")];
            let last = (last, last.entry(last.size() - 2).unwrap());
            let order = |a: &(&Strand, Arc<Signed>), b: &(&Strand, Arc<Signed>)| {
                matches!(Brackets::none().order(audit, (a.0, &a.1), (b.0, &b.1)), Order::Before(_))
            };
            let received = status::receivers(audit, one.0, &one.1);
            (order(&one, &last), order(&other, &last), order(&one, &other), received.len())
        };
        count.store(0, Ordering::Relaxed);
        let answers = ask(&audit);
        let with = count.swap(0, Ordering::Relaxed);
        assert_eq!(index.lost(), None);
        audit.finder = None;
        assert_eq!(ask(&audit), answers, "read from the entries");
        let without = count.load(Ordering::Relaxed);
        assert!(without > length * 3 / 256 && with < 60, "{with} {without}");
        assert!(answers.0 && answers.1);
        with
    });
    assert!(readings[1] <= readings[0] + 12, "{readings:?}: it does not grow with the ledger");
}

#[test]
fn an_index_answers_as_the_entries_do() {
    for seed in 100..112 {
        let history = History::random(NAMES, seed, 30, Manner::Wild);
        let mut audit = history.world.audit(&history.copy());
        let folder = tempfile::tempdir().unwrap();
        let index = Arc::new(Index::open(folder.path()));
        assert!(index.catch_up(&audit, Duration::MAX, &|_| {}));
        let sizes = |audit: &Audit| -> Vec<Vec<(LogId, u64)>> {
            let each = history.places(audit);
            each.iter()
                .map(|(_, strand, signed)| {
                    let past = Past::of(audit, strand, signed.entry().seq);
                    past.sizes().map(|(strand, size)| (strand.log().clone(), size)).collect()
                })
                .collect()
        };
        // Receipts that were once read from the entries are asked of no index.
        let due = sizes(&history.world.audit(&history.copy()));
        audit.finder = Some(Box::new(Arc::clone(&index)) as Box<dyn Finder>);
        assert_eq!(sizes(&audit), due);
        assert_eq!(index.lost(), None);
    }
}

#[test]
fn an_index_that_lost_a_receipt_is_not_believed() {
    let last = |audit: &Audit| {
        let strand = &audit.strands[&log("moscow")];
        let sizes = |past: &Past| past.sizes().map(|(_, size)| size).collect::<Vec<_>>();
        let each = (0..strand.size()).map(|seq| sizes(&Past::of(audit, strand, seq)));
        let received = (0..strand.size()).map(|seq| {
            let signed = strand.entry(seq).unwrap();
            status::receivers(audit, strand, &signed).iter().map(|(_, by)| by.cite()).collect::<Vec<_>>()
        });
        (each.collect::<Vec<_>>(), received.collect::<Vec<_>>())
    };
    // Receipts that were once read from the entries are asked of no index.
    let due = last(&counted(60).0);
    for prefix in [&b"sobserver\0"[..], b"zmoscow\0"] {
        for change in 0..4 {
            let (mut audit, _) = counted(60);
            let folder = tempfile::tempdir().unwrap();
            let index = Index::open(folder.path());
            assert!(index.catch_up(&audit, Duration::MAX, &|_| {}));
            drop(index);
            // A process that another test starts holds the lock until it is what it runs.
            let open = || sled::open(Index::path(folder.path()));
            let retried = (0..50).find_map(|_| {
                open().ok().or_else(|| {
                    std::thread::sleep(Duration::from_millis(20));
                    None
                })
            });
            let db = retried.expect("the lock is let go of");
            let found: Vec<(sled::IVec, sled::IVec)> =
                db.scan_prefix(prefix).map(|one| one.unwrap()).collect();
            assert!(found.len() > 5, "{}", found.len());
            let (key, value) = match change {
                // The first, one in the middle, the last.
                0 => found[0].clone(),
                1 => found[found.len() / 2].clone(),
                _ => found[found.len() - 1].clone(),
            };
            if change == 3 {
                let mut other = value.to_vec();
                other[7] ^= 1;
                db.insert(key, other).unwrap();
            } else {
                db.remove(key).unwrap();
            }
            db.flush().unwrap();
            drop(db);
            let index = Arc::new(Index::open(folder.path()));
            audit.finder = Some(Box::new(Arc::clone(&index)) as Box<dyn Finder>);
            assert_eq!(last(&audit), due, "{prefix:?} {change}");
            assert!(index.lost().is_some(), "{prefix:?} {change}: it is told that it is not so");
        }
    }
}

/// A desk on which washington has adopted what moscow tabled.
pub fn adopted() -> Desk {
    let desk = Desk::founded();
    let words = ["pledge", "We will publish it.", "--dir", "moscow", "--sign", "--yes"];
    desk.ok(&words);
    desk.ok(&["publish", "from-moscow", "--dir", "moscow"]);
    desk.ok(&["pull", "from-moscow", "--dir", "washington"]);
    desk.ok(&["adopt", "moscow/1", "--dir", "washington", "--sign", "--yes"]);
    desk.ok(&["publish", "pub", "--dir", "washington"]);
    desk
}

#[test]
fn order_is_told_in_two_languages_and_says_what_it_is_not() {
    let desk = adopted();
    let english = desk.ok(&["order", "washington/1", "moscow/1", "pub"]);
    let lines: Vec<&str> = english.lines().collect();
    assert_eq!(lines[0], "moscow/1 before washington/1: shown");
    assert_eq!(lines[1], "  by links   washington/1 had received moscow 0 to 1");
    assert_eq!(lines[2], "  by times   not shown");
    assert!(lines[3].starts_with("             washington/1: its author dates it "), "{english}");
    let flat = english.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("; time not shown moscow/1: its author dates it"), "{english}");
    assert!(flat.ends_with(countersign::vocabulary::order::OF_ENTRIES.en), "{english}");
    let russian = desk.ok(&["order", "moscow/1", "washington/1", "pub", "--lang", "ru"]);
    assert!(russian.starts_with("moscow/1 раньше, чем washington/1: следует из записей\n"), "{russian}");
    assert!(russian.contains("washington/1: ранее получено moscow с 0 по 1"), "{russian}");
    let own = desk.ok(&["order", "moscow/0", "moscow/1", "pub"]);
    assert!(own.contains("  by links   moscow/1 follows moscow/0\n"), "{own}");
    let none = desk.ok(&["order", "moscow/1", "washington/0", "pub"]);
    assert!(
        none.starts_with("moscow/1 and washington/0: order not shown\n  by links   not shown\n"),
        "{none}"
    );
    let same = desk.ok(&["order", "moscow/1", "moscow/1", "pub"]);
    assert!(same.starts_with("moscow/1 and moscow/1 are one entry\n"), "{same}");
    desk.refused(&["order", "moscow/1", "moscow/9", "pub"], 1, "no_entry");
    desk.refused(&["order", "moscow/1", "washington/0", "pub", "-o", "x"], 1, "not_shown");
    desk.refused(&["order", "moscow/1", "moscow/1", "pub", "-o", "x"], 1, "not_shown");
}

#[test]
fn a_certificate_is_checked_by_a_stranger_with_nothing_else() {
    let desk = adopted();
    let told = desk.ok(&["order", "moscow/1", "washington/1", "pub", "-o", "cert"]);
    desk.refused(&["order", "moscow/1", "washington/1", "pub", "-o", "cert"], 1, "exists");
    std::fs::rename(desk.path("pub"), desk.path("gone")).unwrap();
    let alone = desk.exits(&["verify", "cert"], 3);
    assert!(alone.contains("not_pinned") && alone.ends_with("INCOMPLETE\n"), "{alone}");
    let pinned = desk.ok(&["verify", "cert", "--ledger", "charter.json"]);
    for line in told.lines().take(2) {
        assert!(pinned.contains(line) && alone.contains(line), "{line}: {pinned}");
    }
    let other = desk.exits(&["verify", "cert", "--ledger", &"00".repeat(32)], 4);
    assert!(other.contains("other_ledger") && !other.contains("shown"), "{other}");
    let mut bytes = std::fs::read(desk.path("cert")).unwrap();
    let charter = std::fs::metadata(desk.path("charter.json")).unwrap().len();
    let beyond = u64::try_from(bytes.len()).unwrap() - charter * 4 / 3;
    assert!((500..5_000).contains(&beyond), "{beyond} bytes beyond the charter");
    let at = bytes.len() - 300;
    bytes[at] ^= 1;
    std::fs::write(desk.path("cert"), bytes).unwrap();
    assert!(desk.exits(&["verify", "cert"], 4).ends_with("DAMAGED\n"));
}
