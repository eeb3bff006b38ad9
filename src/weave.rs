//! Rank *woven*: how the logs hold each other, and how two seals that contradict
//! each other are found.
//!
//! Every receipt carries the seal of the log it is about, so each entry is also a
//! witness of other logs. Here all seals that a reader holds are compared with all
//! entries that it holds. Nothing is refused: what is absent makes an entry
//! *pending*; what contradicts names the log key that sealed both.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::body::membership::{SetChange, VolumeJoin};
use crate::chain::Chain;
use crate::charter::Charter;
use crate::checkpoint::Checkpoint;
use crate::entry::{Head, Signed};
use crate::fault::{Code, Fault, Finding};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::merkle::Tree;
use crate::names::{LogId, MemberId};
use crate::note::Seal;
use crate::proof::{Evidence, Held};

/// Most files of evidence about one log: one is enough, a few help, thousands are a
/// flood.
pub const MOST_EVIDENCE: usize = 64;

/// One branch of one log, as it is held: the entries that the chain took, the
/// bytes after them that it did not, and the newest seal that covers any.
#[derive(Clone, Debug)]
pub struct Strand {
    /// The accepted entries' chain.
    pub chain: Chain,
    /// The accepted entries.
    pub entries: Vec<Signed>,
    /// What follows them.
    pub rest: Vec<Vec<u8>>,
    /// Why the first of the rest was not taken.
    pub stop: Option<Fault>,
    /// The tree over entries and rest.
    pub tree: Tree,
    /// The newest checkpoint that agrees with the tree.
    pub seal: Option<Checkpoint>,
    /// A checkpoint that lies beside the entries and that they do not reach.
    pub unreached: Option<Checkpoint>,
    /// Where its files lie below the copy, without their endings.
    pub stem: String,
}

impl Strand {
    /// Raises each byte string through formed, signed and chained, up to the first
    /// that is not taken.
    pub fn read(charter: &Arc<Charter>, log: &LogId, notes: &[Vec<u8>]) -> Result<Self, Fault> {
        let mut chain = Chain::new(charter, log)?;
        let tree = Tree::of(notes.iter().map(|note| Hash::leaf(note)));
        let (mut entries, mut stop) = (Vec::new(), None);
        for note in notes {
            match chain.accept(note) {
                Ok(signed) => entries.push(signed),
                Err(fault) => {
                    stop = Some(fault);
                    break;
                }
            }
        }
        let rest = notes.get(entries.len()..).unwrap_or_default().to_vec();
        Ok(Self { chain, entries, rest, stop, tree, seal: None, unreached: None, stem: String::new() })
    }

    /// The log.
    pub fn log(&self) -> &LogId {
        self.chain.log()
    }

    /// Number of accepted entries.
    pub fn size(&self) -> u64 {
        self.chain.size()
    }

    /// Number of entries under the newest seal.
    pub fn sealed(&self) -> u64 {
        self.seal.as_ref().map_or(0, Checkpoint::size)
    }

    /// Whether the seal covers bytes that the chain did not take.
    pub fn seals_bad_entry(&self) -> bool {
        self.stop.is_some() && self.sealed() > self.size()
    }

    /// Whether these bytes begin with those under this seal.
    pub fn reaches(&self, head: &Head) -> bool {
        self.tree.root_at(head.size) == Some(head.root)
    }

    /// As evidence is cut from it; nothing where there is no seal.
    pub fn held(&self) -> Option<Held<'_>> {
        Some(Held {
            charter: self.chain.charter(),
            entries: &self.entries,
            rest: &self.rest,
            tree: &self.tree,
            seal: self.seal.as_ref()?,
        })
    }

    /// Every entry as bytes.
    pub fn notes(&self) -> impl Iterator<Item = &[u8]> {
        self.entries.iter().map(Signed::bytes).chain(self.rest.iter().map(Vec::as_slice))
    }
}

/// A seal that somebody else's entry, or a pin, carries.
#[derive(Clone, Debug)]
struct Carried {
    checkpoint: Checkpoint,
    place: String,
    by: Carrier,
}

/// What carries a seal: a head that an entry names and that is not here is a
/// finding, one that is known from elsewhere is told by whoever knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carrier {
    Entry,
    Elsewhere,
}

/// What weaving shows.
#[derive(Clone, Debug, Default)]
pub struct Woven {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Evidence for those that name a log key.
    pub evidence: Vec<Evidence>,
    /// Hashes of entries that name a head which is not here.
    pub pending: BTreeSet<Hash>,
    /// The newest seal of each log that is held anywhere, agreeing or not.
    pub newest: BTreeMap<LogId, Checkpoint>,
    /// Logs of which a contradiction was told.
    told: BTreeSet<LogId>,
}

/// Which entries name which heads.
type Receipts = BTreeMap<(LogId, u64, Hash), Vec<Hash>>;

impl Woven {
    /// Whether findings about a log are looked for any further. A member that signs
    /// thousands of seals must not make its readers work for each pair, nor hide what
    /// is found about another: the number is a member's own, and the first finding of
    /// a log always counts.
    fn has_room(&self, log: &LogId) -> bool {
        let of_member = |evidence: &&Evidence| evidence.log.member() == log.member();
        !self.told.contains(log) || self.evidence.iter().filter(of_member).count() < MOST_EVIDENCE
    }

    /// Takes a finding, and the evidence for it if that stands as a file.
    fn find(&mut self, finding: Finding, log: &LogId, evidence: Option<Evidence>) {
        if self.findings.contains(&finding) {
            return;
        }
        self.told.insert(log.clone());
        self.findings.push(finding);
        let of_member = |held: &&Evidence| held.log.member() == log.member();
        let few = self.evidence.iter().filter(of_member).count() < MOST_EVIDENCE;
        self.evidence.extend(evidence.filter(|evidence| few && evidence.stands()));
    }
}

/// All logs that a reader holds, side by side.
pub struct Weave<'a> {
    charter: &'a Charter,
    strands: BTreeMap<LogId, Vec<&'a Strand>>,
    carried: BTreeMap<LogId, Vec<Carried>>,
}

impl<'a> Weave<'a> {
    /// No logs.
    pub fn new(charter: &'a Charter) -> Self {
        Self { charter, strands: BTreeMap::new(), carried: BTreeMap::new() }
    }

    /// Adds a branch of a log. The order of adding changes nothing.
    pub fn add(&mut self, strand: &'a Strand) {
        self.strands.entry(strand.log().clone()).or_default().push(strand);
    }

    /// Adds a seal that is known from elsewhere: a pin, a file.
    pub fn add_seal(&mut self, checkpoint: Checkpoint, place: &str) {
        self.add_carried(checkpoint, place, Carrier::Elsewhere);
    }

    fn add_carried(&mut self, checkpoint: Checkpoint, place: &str, by: Carrier) {
        let carried = Carried { checkpoint, place: place.to_owned(), by };
        self.carried.entry(carried.checkpoint.log().clone()).or_default().push(carried);
    }

    /// The key that seals a log: the charter's, or that of a further volume whose
    /// join is held.
    pub fn log_key(&self, log: &LogId) -> Option<PublicKey> {
        self.charter
            .log_key(log)
            .copied()
            .or_else(|| self.strands.get(log)?.iter().find_map(|strand| strand.chain.log_key().copied()))
    }

    /// Compares all seals with all entries.
    pub fn finish(mut self) -> Woven {
        let mut woven = Woven::default();
        let receipts = self.collect_receipts(&mut woven);
        self.find_absent_and_split(&mut woven, &receipts);
        self.find_forks(&mut woven);
        self.find_shared_keys(&mut woven);
        woven
    }

    /// Rebuilds every seal in `seen` and `continues` once. Returns which entries
    /// name which heads.
    fn collect_receipts(&mut self, woven: &mut Woven) -> Receipts {
        let mut receipts = Receipts::new();
        let mut checked: BTreeMap<(LogId, u64, Hash, Seal), bool> = BTreeMap::new();
        let strands: Vec<&Strand> = self.strands.values().flatten().copied().collect();
        for strand in strands {
            for signed in &strand.entries {
                for (log, head) in &signed.entry().seen {
                    let named = (log.clone(), head.size, head.root);
                    receipts.entry(named).or_default().push(signed.hash());
                    let key = (log.clone(), head.size, head.root, head.seal);
                    let known = checked.get(&key).copied();
                    let holds = known.unwrap_or_else(|| self.carry(log, head, &signed.cite()));
                    checked.insert(key, holds);
                    if !holds && signed.entry().seq < strand.sealed() {
                        self.receipt_finding(woven, strand, signed, log);
                    }
                }
                self.carry_continued(signed);
            }
        }
        receipts
    }

    /// Entry 0 of a further volume, where it is held.
    fn join_of(&self, log: &LogId) -> Option<&'a Signed> {
        let strand: &'a Strand = self.strands.get(log).filter(|_| log.is_further())?.first()?;
        strand.entries.first()
    }

    fn receipt_finding(&self, woven: &mut Woven, strand: &Strand, signed: &Signed, log: &LogId) {
        if !woven.has_room(strand.log()) {
            return;
        }
        let message = format!("the seal that this entry carries for {log} is none of that log's key");
        let joins: Vec<&Signed> =
            signed.entry().seen.keys().filter_map(|named| self.join_of(named)).collect();
        let evidence =
            strand.held().and_then(|held| Evidence::receipt_seal(held, signed.entry().seq, &joins));
        let finding = Finding::of_log(strand.log(), Code::ReceiptSeal, signed.cite(), message);
        woven.find(finding, strand.log(), evidence);
    }

    /// Whether a receipt's seal is that of the log it names; of a volume not known
    /// here nothing is said.
    fn carry(&mut self, log: &LogId, head: &Head, place: &str) -> bool {
        if self.charter.member(log.member()).is_none() {
            return false;
        }
        let Some(key) = self.log_key(log) else { return true };
        match Checkpoint::rebuild(head, &self.charter.id(), log, &key) {
            Ok(checkpoint) => {
                self.add_carried(checkpoint, place, Carrier::Entry);
                true
            }
            Err(_) => false,
        }
    }

    fn carry_continued(&mut self, signed: &Signed) {
        let entry = signed.entry();
        let opens = entry.kind == "join" && entry.author.is_further();
        if opens && let Ok(join) = VolumeJoin::read(&entry.body) {
            for earlier in join.continues {
                self.carry(&earlier.log, &earlier.head, &signed.cite());
            }
        }
    }

    /// Each carried seal is reached by some branch, or contradicted by a seal over
    /// a longer one, or its entries are not here.
    fn find_absent_and_split(&self, woven: &mut Woven, receipts: &Receipts) {
        for (log, carried) in &self.carried {
            let strands = self.strands.get(log).map_or(&[][..], Vec::as_slice);
            let mut absent: BTreeMap<u64, Vec<&Carried>> = BTreeMap::new();
            for one in carried {
                note_newest(woven, &one.checkpoint);
                let head = one.checkpoint.head();
                if strands.iter().any(|strand| strand.reaches(head)) {
                    continue;
                }
                let mut sealed = strands.iter().filter_map(|strand| strand.held());
                match sealed.find(|held| held.seal.size() >= head.size) {
                    Some(longer) if woven.has_room(log) => {
                        let evidence = Evidence::split(longer, &one.checkpoint);
                        split_finding(woven, log, &one.place, head.size, evidence);
                    }
                    Some(_) => {}
                    None => absent.entry(head.size).or_default().push(one),
                }
                let named = (log.clone(), head.size, head.root);
                woven.pending.extend(receipts.get(&named).into_iter().flatten());
            }
            self.split_among(woven, log, &absent);
            absent_finding(woven, log, &absent, strands);
        }
        for strand in self.strands.values().flatten() {
            if let Some(seal) = &strand.seal {
                note_newest(woven, seal);
            }
        }
    }

    /// Two seals at one size need no entries.
    fn split_among(&self, woven: &mut Woven, log: &LogId, absent: &BTreeMap<u64, Vec<&Carried>>) {
        for (size, seals) in absent {
            let Some((first, others)) = seals.split_first() else { continue };
            let root = first.checkpoint.root();
            let other = others.iter().find(|one| one.checkpoint.root() != root);
            if let Some(second) = other.filter(|_| woven.has_room(log)) {
                let (a, b) = (&first.checkpoint, &second.checkpoint);
                let join = self.join_of(log);
                let evidence = Evidence::split_at_one_size(self.charter, a, b, join);
                split_finding(woven, log, &second.place, *size, Some(evidence));
            }
        }
    }

    /// A branch beside the one held first, each under a seal.
    fn find_forks(&self, woven: &mut Woven) {
        for (log, strands) in &self.strands {
            let mut held = strands.iter().filter_map(|strand| strand.held());
            let Some(first) = held.next() else { continue };
            for second in held {
                let (short, long) =
                    if first.seal.size() <= second.seal.size() { (first, second) } else { (second, first) };
                let continues = long.tree.root_at(short.seal.size()) == Some(short.seal.root());
                if continues || !woven.has_room(log) {
                    continue;
                }
                let at = (0..short.seal.size())
                    .find(|at| short.tree.leaf(*at) != long.tree.leaf(*at))
                    .unwrap_or_default();
                // A fork whose entries make too large a file is shown as the split it is.
                let fork = Evidence::fork(short, long).filter(Evidence::stands);
                let evidence = fork.or_else(|| Evidence::split(long, short.seal));
                let code = evidence.as_ref().map_or(Code::Split, |evidence| evidence.code);
                let message = format!(
                    "two seals of one log, of {} and of {} entries, part at entry {at}",
                    short.seal.size(),
                    long.seal.size()
                );
                let finding = Finding::of_log(log, code, format!("{log}/{at}"), message);
                woven.find(finding, log, evidence);
            }
        }
    }

    /// One key in the sets of two members; the proofs show who held it.
    fn find_shared_keys(&self, woven: &mut Woven) {
        let mut holders: BTreeMap<PublicKey, BTreeSet<&MemberId>> = BTreeMap::new();
        let mut places: BTreeMap<PublicKey, (LogId, String)> = BTreeMap::new();
        for strand in self.strands.values().flatten() {
            for signed in &strand.entries {
                let body = &signed.entry().body;
                let set = match (signed.entry().kind.as_str(), strand.log().is_further()) {
                    ("key", _) => SetChange::read(body).map(|change| change.new.set),
                    ("join", true) => VolumeJoin::read(body).map(|join| join.new.set),
                    _ => continue,
                };
                for one in set.unwrap_or_default() {
                    holders.entry(one.key).or_default().insert(strand.log().member());
                    places.insert(one.key, (strand.log().clone(), signed.cite()));
                }
            }
        }
        for (key, members) in holders.into_iter().filter(|(_, members)| members.len() > 1) {
            let Some((log, place)) = places.get(&key) else { continue };
            let names: Vec<&str> = members.into_iter().map(MemberId::as_str).collect();
            let message = format!("the key {key} stands in sets of {}", names.join(" and "));
            woven.findings.push(Finding::of_log(log, Code::SameKeyTwice, place, message));
        }
    }
}

fn note_newest(woven: &mut Woven, checkpoint: &Checkpoint) {
    let newest = woven.newest.entry(checkpoint.log().clone()).or_insert_with(|| checkpoint.clone());
    if checkpoint.size() > newest.size() {
        *newest = checkpoint.clone();
    }
}

fn split_finding(woven: &mut Woven, log: &LogId, place: &str, size: u64, evidence: Option<Evidence>) {
    let message = format!(
        "a seal of {size} entries, carried by {place}, and another seal of this log contradict each other"
    );
    woven.find(Finding::of_log(log, Code::Split, place, message), log, evidence);
}

/// One finding for the largest head that an entry names and that is not here.
fn absent_finding(
    woven: &mut Woven,
    log: &LogId,
    absent: &BTreeMap<u64, Vec<&Carried>>,
    strands: &[&Strand],
) {
    let mut named = absent.values().rev().flatten().filter(|one| one.by == Carrier::Entry);
    let Some(largest) = named.next() else { return };
    let held = strands.iter().map(|strand| strand.size()).max().unwrap_or(0);
    let message = format!(
        "{} names {} sealed entries of {log}; {held} are here",
        largest.place,
        largest.checkpoint.size()
    );
    woven.findings.push(Finding::of_log(log, Code::HeadAbsent, &largest.place, message));
}
