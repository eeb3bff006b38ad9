//! Rank *woven*: how the logs hold each other, and how two seals that contradict
//! each other are found.
//!
//! Every receipt carries the seal of the log it is about, so each entry is also a
//! witness of other logs. Here all seals that a reader holds are compared with all
//! entries that it holds. Nothing is refused: what is absent makes an entry
//! *pending*; what contradicts names the log key that sealed both.
//!
//! The seals come in as the logs are read. One whose entries are here and agree is let
//! go at once, so what is held is only what waits for entries, and what contradicts.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

use crate::body::membership::{SetChange, VolumeJoin};
use crate::charter::Charter;
use crate::checkpoint::{Checkpoint, Sealer};
use crate::entry::{Head, Signed};
use crate::fault::{Code, Finding};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::merkle::{Nodes, common};
use crate::names::{LogId, MemberId};
use crate::note::Seal;
use crate::proof::{Evidence, Held};
use crate::strand::Strand;
use crate::table::{TOGETHER, Tables};

/// Most files of evidence about one log: one is enough, a few help, thousands are a
/// flood.
pub const MOST_EVIDENCE: usize = 64;

/// Most heads of one log that are held while its entries are not here. The smallest
/// stay: if any head contradicts a seal, the smallest does. Of the others two at one
/// size would not be found to differ.
const MOST_HEADS: usize = 1 << 16;

/// Heads that wait for a log from which on it is read before others.
const MANY_WAIT: usize = 1 << 12;

/// Seals found good not long ago, by digest: members receipt the same heads.
const MOST_RECENT: usize = 1 << 15;

/// A seal of one log that an entry of another carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The log of the entry.
    pub by: LogId,
    /// Its number.
    pub seq: u64,
    /// The log that the seal is about.
    pub log: LogId,
    /// The head, and the seal over it.
    pub head: Head,
    /// Whether it is a receipt; else a head that a further volume continues.
    pub receipted: bool,
}

/// What carries a seal: an entry, or something known from elsewhere (a pin, a file).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// An entry, by log and number.
    Entry(LogId, u64),
    /// Something else, in words.
    Elsewhere(String),
}

impl std::fmt::Display for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Entry(log, seq) => write!(f, "{log}/{seq}"),
            Self::Elsewhere(place) => f.write_str(place),
        }
    }
}

/// A head whose entries are not here, or are others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The seal.
    pub seal: Seal,
    /// What carries it: of several entries the first.
    pub by: Carrier,
}

/// The seals of one log that were met.
#[derive(Clone, Debug, Default)]
struct Met {
    newest: Option<Head>,
    /// Not compared with entries so far.
    waiting: BTreeMap<(u64, Hash), Open>,
    /// No branch that is held reaches these.
    open: BTreeMap<(u64, Hash), Open>,
}

/// What weaving shows.
#[derive(Clone, Debug, Default)]
pub struct Woven {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Evidence for those that name a log key.
    pub evidence: Vec<Evidence>,
    /// The newest seal of each log that is held anywhere, agreeing or not.
    pub newest: BTreeMap<LogId, Checkpoint>,
    /// Heads that are named and whose entries are not here, by log.
    pub open: BTreeMap<LogId, BTreeMap<(u64, Hash), Open>>,
    /// The keys that seal the logs, as far as they are known.
    pub sealers: BTreeMap<LogId, Sealer>,
    /// Seals that were checked.
    pub seals: u64,
    /// Heads of volumes that are not known here; nothing where they are too many.
    unknown: Option<Vec<Claim>>,
    /// Whether a receipt carries a seal that is none of the log's key.
    foreign: bool,
    /// Logs of which a contradiction was told.
    told: BTreeSet<LogId>,
    /// How often evidence about a member was cut.
    tried: BTreeMap<MemberId, usize>,
}

/// Most open heads that a later look may be told of.
const MOST_KNOWN: usize = 4096;

impl Woven {
    /// Whether no receipt carries a foreign seal, and every head that is open lies behind
    /// what is held of its log.
    pub fn is_of_what_is_held(&self, held: impl Fn(&LogId) -> u64) -> bool {
        let is_ahead = |(log, open): (&LogId, &BTreeMap<(u64, Hash), Open>)| {
            open.keys().next().is_none_or(|(size, _)| *size > held(log))
        };
        !self.foreign && self.open.iter().all(is_ahead)
    }

    /// The open heads that entries carry, as they carried them; nothing where they are
    /// too many to be written down.
    pub fn open_claims(&self) -> Option<Vec<Claim>> {
        let claim = |log: &LogId, (size, root): &(u64, Hash), open: &Open| {
            let Carrier::Entry(by, seq) = &open.by else { return None };
            let head = Head { size: *size, root: *root, seal: open.seal };
            Some(Claim { by: by.clone(), seq: *seq, log: log.clone(), head, receipted: true })
        };
        let all = self.open.iter().flat_map(|(log, open)| open.iter().map(move |(at, one)| (log, at, one)));
        let unknown = self.unknown.as_ref().filter(|_| !self.foreign)?;
        let open = all.filter_map(|(log, at, open)| claim(log, at, open));
        let claims: Vec<Claim> = unknown.iter().cloned().chain(open).take(MOST_KNOWN + 1).collect();
        (claims.len() <= MOST_KNOWN).then_some(claims)
    }

    /// The open heads as the seals that they are.
    pub fn open_seals(&self) -> impl Iterator<Item = Checkpoint> {
        self.open.iter().flat_map(|(log, open)| {
            open.iter().take(MOST_KNOWN).filter_map(|((size, root), open)| {
                let head = Head { size: *size, root: *root, seal: open.seal };
                self.sealers.get(log)?.rebuild(&head).ok()
            })
        })
    }

    /// Whether findings about a log are looked for any further. A member that signs
    /// thousands of seals must not make its readers work for each pair, nor hide what
    /// is found about another: the number is a member's own, and the first finding of
    /// a log always counts.
    fn has_room(&self, log: &LogId) -> bool {
        let tried = self.tried.get(log.member()).copied().unwrap_or(0);
        !self.told.contains(log) || tried < MOST_EVIDENCE
    }

    /// Takes a finding, and the evidence for it if that stands as a file.
    fn find(&mut self, finding: Finding, log: &LogId, evidence: Option<Evidence>) {
        *self.tried.entry(log.member().clone()).or_default() += 1;
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

/// All seals that a reader holds, side by side.
pub struct Weave {
    charter: Arc<Charter>,
    sealers: BTreeMap<LogId, Sealer>,
    met: BTreeMap<LogId, Met>,
    /// Claims of logs whose key may become known.
    deferred: Vec<Claim>,
    /// Receipts whose seal is none of the log's key, by log and branch.
    foreign: BTreeMap<LogId, Vec<(u64, LogId)>>,
    /// Claims of volumes that are in no file here.
    unknown: Vec<Claim>,
    recent: HashSet<Hash>,
    seals: u64,
}

impl Weave {
    /// No seals.
    pub fn new(charter: &Arc<Charter>) -> Self {
        let sealer = |log: &LogId| Some(Sealer::of(&charter.id(), log, charter.log_key(log)?));
        let first = |id: &MemberId| LogId::first(id);
        let logs = charter.members.keys().map(first);
        Self {
            charter: Arc::clone(charter),
            sealers: logs.filter_map(|log| Some((log.clone(), sealer(&log)?))).collect(),
            met: BTreeMap::new(),
            deferred: Vec::new(),
            foreign: BTreeMap::new(),
            unknown: Vec::new(),
            recent: HashSet::new(),
            seals: 0,
        }
    }

    /// Takes note of the key of a further volume, once its join is taken.
    pub fn learn_key(&mut self, strand: &Strand) {
        if let Some(key) = strand.chain.log_key().filter(|_| !self.sealers.contains_key(strand.log())) {
            let sealer = Sealer::of(&self.charter.id(), strand.log(), key);
            self.sealers.insert(strand.log().clone(), sealer);
        }
    }

    /// Whether many heads wait for entries of this log.
    pub fn waits_for(&self, log: &LogId) -> bool {
        self.met.get(log).is_some_and(|met| met.waiting.len() >= MANY_WAIT)
    }

    /// Adds a seal that is known from elsewhere: a pin, a file. It must be good.
    pub fn add_seal(&mut self, seal: &Checkpoint, place: &str) {
        self.add_head(seal.log(), seal.head(), place);
    }

    /// The same, by the head that was found to be under the seal of its log.
    pub fn add_head(&mut self, log: &LogId, head: &Head, place: &str) {
        self.wait(log, head, Carrier::Elsewhere(place.to_owned()));
    }

    /// Takes the seals that entries carry. `all_begun` says that entry 0 of every log
    /// was read, so that a key which is not known now is in no file here.
    pub fn take(&mut self, claims: Vec<Claim>, all_begun: bool, tables: &Tables) {
        let mut ready = std::mem::take(&mut self.deferred);
        ready.extend(claims);
        let mut told = Vec::new();
        for claim in ready {
            let is_member = self.charter.member(claim.log.member()).is_some();
            if !is_member {
                self.note_foreign(&claim);
            } else if self.sealers.contains_key(&claim.log) {
                told.push(claim);
            } else if !all_begun {
                self.deferred.push(claim);
            } else if self.unknown.len() <= MOST_KNOWN {
                // Of a volume that is not known here nothing is said.
                self.unknown.push(claim);
            }
        }
        let digests: Vec<Hash> = told.par_iter().map(digest).collect();
        let good = self.check(&told, &digests, tables);
        for (claim, digest) in told.iter().zip(&digests) {
            if good.contains(digest) {
                self.wait(&claim.log, &claim.head, Carrier::Entry(claim.by.clone(), claim.seq));
            } else {
                self.note_foreign(claim);
            }
        }
        if self.recent.len() > MOST_RECENT {
            self.recent.clear();
        }
        self.recent.extend(good);
    }

    /// The digests of the seals that are good; each is checked once.
    fn check(&mut self, claims: &[Claim], digests: &[Hash], tables: &Tables) -> HashSet<Hash> {
        let (mut good, mut unchecked) = (HashSet::new(), Vec::new());
        let mut met = HashSet::new();
        for (claim, digest) in claims.iter().zip(digests) {
            if self.recent.contains(digest) {
                good.insert(*digest);
            } else if met.insert(*digest) {
                unchecked.push((*digest, claim));
            }
        }
        self.seals += u64::try_from(unchecked.len()).unwrap_or(u64::MAX);
        // Seals of one key are checked together.
        unchecked.sort_by(|(_, a), (_, b)| a.log.cmp(&b.log));
        let sealers = &self.sealers;
        let checked: Vec<Hash> = unchecked
            .par_chunks(TOGETHER / 4)
            .flat_map_iter(|chunk| {
                let heads: Vec<(&Head, &Sealer)> = chunk
                    .iter()
                    .filter_map(|(_, claim)| Some((&claim.head, sealers.get(&claim.log)?)))
                    .collect();
                let rebuilt = Checkpoint::rebuild_all(&heads, tables);
                chunk.iter().zip(rebuilt).filter_map(|((digest, _), seal)| seal.map(|_| *digest))
            })
            .collect();
        good.extend(checked);
        good
    }

    fn note_foreign(&mut self, claim: &Claim) {
        if claim.receipted {
            let foreign = self.foreign.entry(claim.by.clone()).or_default();
            if foreign.len() < 4 * MOST_EVIDENCE {
                foreign.push((claim.seq, claim.log.clone()));
            }
        }
    }

    /// Takes the newest seal of a log that an earlier look met, if it is good.
    pub fn take_newest(&mut self, log: &LogId, head: &Head) {
        if self.rebuild(log, head).is_some() {
            let met = self.met.entry(log.clone()).or_default();
            if met.newest.as_ref().is_none_or(|newest| newest.size < head.size) {
                met.newest = Some(head.clone());
            }
        }
    }

    fn wait(&mut self, log: &LogId, head: &Head, by: Carrier) {
        let met = self.met.entry(log.clone()).or_default();
        if met.newest.as_ref().is_none_or(|newest| newest.size < head.size) {
            met.newest = Some(head.clone());
        }
        let at = (head.size, head.root);
        let open = if met.open.contains_key(&at) { &mut met.open } else { &mut met.waiting };
        match open.get_mut(&at) {
            Some(held) if by < held.by => held.by = by,
            Some(_) => {}
            None => {
                open.insert(at, Open { seal: head.seal, by });
            }
        }
    }

    /// Compares the heads that wait with the entries that are here by now: each log with
    /// whether it was read to its end.
    pub fn settle(&mut self, strands: &[(&Strand, bool)]) {
        let mut by_log: BTreeMap<&LogId, Vec<&(&Strand, bool)>> = BTreeMap::new();
        for strand in strands {
            by_log.entry(strand.0.log()).or_default().push(strand);
        }
        for (log, met) in self.met.iter_mut().filter(|(_, met)| !met.waiting.is_empty()) {
            let branches = by_log.get(log).map_or(&[][..], Vec::as_slice);
            let read =
                |size: u64| branches.iter().all(|(strand, ended)| *ended || strand.tree.size() >= size);
            let ready: Vec<(u64, Hash)> =
                met.waiting.keys().take_while(|(size, _)| read(*size)).copied().collect();
            let reached: Vec<bool> = ready
                .par_iter()
                .map(|(size, root)| {
                    branches.iter().any(|(strand, _)| strand.tree.root_at(*size) == Some(*root))
                })
                .collect();
            for (at, reached) in ready.into_iter().zip(reached) {
                let open = met.waiting.remove(&at);
                if let Some(open) = open.filter(|_| !reached) {
                    if met.open.len() >= MOST_HEADS {
                        met.open.pop_last();
                    }
                    met.open.insert(at, open);
                }
            }
        }
    }

    /// Ends the reading: everything that is open is told.
    pub fn finish(mut self, strands: &[&Strand]) -> Woven {
        let ended: Vec<(&Strand, bool)> = strands.iter().map(|strand| (*strand, true)).collect();
        self.settle(&ended);
        let mut by_log: BTreeMap<&LogId, Vec<&Strand>> = BTreeMap::new();
        for strand in strands {
            by_log.entry(strand.log()).or_default().push(strand);
        }
        let mut woven = Woven { seals: self.seals, ..Woven::default() };
        for (log, met) in &self.met {
            let newest = met.newest.as_ref().and_then(|head| self.rebuild(log, head));
            woven.newest.extend(newest.map(|seal| (log.clone(), seal)));
        }
        let last = Last { weave: &self, by_log };
        last.find_foreign(&mut woven);
        last.find_absent_and_split(&mut woven);
        last.find_forks(&mut woven);
        last.find_shared_keys(&mut woven);
        for seal in strands.iter().filter_map(|strand| strand.seal.as_ref()) {
            let newest = woven.newest.entry(seal.log().clone()).or_insert_with(|| seal.clone());
            if seal.size() > newest.size() {
                *newest = seal.clone();
            }
        }
        woven.open = self.met.into_iter().map(|(log, met)| (log, met.open)).collect();
        woven.sealers = self.sealers;
        woven.foreign = !self.foreign.is_empty();
        woven.unknown = (self.unknown.len() <= MOST_KNOWN).then_some(self.unknown);
        woven
    }

    fn rebuild(&self, log: &LogId, head: &Head) -> Option<Checkpoint> {
        self.sealers.get(log)?.rebuild(head).ok()
    }
}

fn digest(claim: &Claim) -> Hash {
    let Head { size, root, seal } = &claim.head;
    Hash::of(format!("{} {size} {root} {seal}", claim.log).as_bytes())
}

/// All seals and all logs, once everything was read.
struct Last<'a> {
    weave: &'a Weave,
    by_log: BTreeMap<&'a LogId, Vec<&'a Strand>>,
}

impl<'a> Last<'a> {
    fn strands(&self, log: &LogId) -> &[&'a Strand] {
        self.by_log.get(log).map_or(&[], Vec::as_slice)
    }

    /// Entry 0 of a further volume, where it is held.
    fn join_of(&self, log: &LogId) -> Option<Arc<Signed>> {
        self.strands(log).first().filter(|_| log.is_further())?.entry(0)
    }

    /// Sealed entries with a receipt whose seal is none of the log that it names.
    fn find_foreign(&self, woven: &mut Woven) {
        for (log, foreign) in &self.weave.foreign {
            let places: BTreeSet<&(u64, LogId)> = foreign.iter().collect();
            for strand in self.strands(log) {
                for (seq, of) in places.iter().filter(|(seq, _)| *seq < strand.sealed()) {
                    if !woven.has_room(log) {
                        break;
                    }
                    self.find_receipt(woven, strand, *seq, of);
                }
            }
        }
    }

    fn find_receipt(&self, woven: &mut Woven, strand: &Strand, seq: u64, of: &LogId) {
        let Some(signed) = strand.entry(seq) else { return };
        let seen = &signed.entry().seen;
        let holds = |head| match self.weave.sealers.get(of) {
            Some(sealer) => sealer.rebuild(head).is_ok(),
            None => self.weave.charter.member(of.member()).is_some(),
        };
        if seen.get(of).is_none_or(holds) {
            return;
        }
        let message = format!("the seal that this entry carries for {of} is none of that log's key");
        let joins: Vec<Arc<Signed>> = seen.keys().filter_map(|named| self.join_of(named)).collect();
        let evidence = strand.seal.as_ref().and_then(|seal| {
            let joins: Vec<&Signed> = joins.iter().map(AsRef::as_ref).collect();
            Evidence::receipt_seal(Held { strand, seal }, seq, &joins)
        });
        let finding = Finding::of_log(strand.log(), Code::ReceiptSeal, signed.cite(), message);
        woven.find(finding, strand.log(), evidence);
    }

    /// Each head that no branch reaches is contradicted by a seal over a longer one, or
    /// its entries are not here.
    fn find_absent_and_split(&self, woven: &mut Woven) {
        let newest = woven.newest.clone();
        for (log, met) in &self.weave.met {
            let strands = self.strands(log);
            let mut absent: BTreeMap<(u64, Hash), &Open> = BTreeMap::new();
            for ((size, root), open) in &met.open {
                let mut held = strands.iter().filter_map(|strand| held(strand, &newest));
                match held.find(|held| held.seal.size() >= *size) {
                    Some(longer) if woven.has_room(log) => {
                        let head = Head { size: *size, root: *root, seal: open.seal };
                        let carried = self.weave.rebuild(log, &head);
                        let evidence = carried.and_then(|carried| Evidence::split(longer, &carried));
                        split_finding(woven, log, &open.by, *size, evidence);
                    }
                    Some(_) => {}
                    None => {
                        absent.insert((*size, *root), open);
                    }
                }
            }
            self.split_among(woven, log, &absent);
            absent_finding(woven, log, &absent, strands);
        }
    }

    /// Two seals at one size need no entries.
    fn split_among(&self, woven: &mut Woven, log: &LogId, absent: &BTreeMap<(u64, Hash), &Open>) {
        let heads: Vec<(&(u64, Hash), &&Open)> = absent.iter().collect();
        let mut told = 0;
        for pair in heads.windows(2) {
            let [((size, root), first), ((other, second_root), second)] = pair else { continue };
            if size != other || told == *size || !woven.has_room(log) {
                continue;
            }
            told = *size;
            let rebuild = |root: &Hash, open: &Open| {
                self.weave.rebuild(log, &Head { size: *size, root: *root, seal: open.seal })
            };
            let (Some(a), Some(b)) = (rebuild(root, first), rebuild(second_root, second)) else { continue };
            let join = self.join_of(log);
            let evidence = Evidence::split_at_one_size(&self.weave.charter, &a, &b, join.as_deref());
            split_finding(woven, log, &second.by, *size, Some(evidence));
        }
    }

    /// A branch beside the one held first, each under a seal.
    fn find_forks(&self, woven: &mut Woven) {
        let newest = woven.newest.clone();
        for (log, strands) in &self.by_log {
            let mut held = strands.iter().filter_map(|strand| held(strand, &newest));
            let Some(first) = held.next() else { continue };
            for second in held {
                let (short, long) =
                    if first.seal.size() <= second.seal.size() { (first, second) } else { (second, first) };
                if long.strand.reaches(short.seal.head()) || !woven.has_room(log) {
                    continue;
                }
                let at = common(&short.strand.tree, &long.strand.tree);
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
        let mut holders: BTreeMap<PublicKey, BTreeSet<MemberId>> = BTreeMap::new();
        let mut places: BTreeMap<PublicKey, (LogId, String)> = BTreeMap::new();
        for strand in self.by_log.values().flatten() {
            for signed in strand.key_entries(u64::MAX) {
                let body = &signed.entry().body;
                let set = match signed.entry().kind.as_str() {
                    "key" => SetChange::read(body).map(|change| change.new.set),
                    _ => VolumeJoin::read(body).map(|join| join.new.set),
                };
                for one in set.unwrap_or_default() {
                    holders.entry(one.key).or_default().insert(strand.log().member().clone());
                    places.insert(one.key, (strand.log().clone(), signed.cite()));
                }
            }
            strand.tree.let_go();
        }
        for (key, members) in holders.into_iter().filter(|(_, members)| members.len() > 1) {
            let Some((log, place)) = places.get(&key) else { continue };
            let names: Vec<&str> = members.iter().map(MemberId::as_str).collect();
            let message = format!("the key {key} stands in sets of {}", names.join(" and "));
            woven.findings.push(Finding::of_log(log, Code::SameKeyTwice, place, message));
        }
    }
}

/// A branch under the newest seal that its bytes reach: its own, or one that an entry
/// of somebody else carries.
fn held<'s>(strand: &'s Strand, newest: &'s BTreeMap<LogId, Checkpoint>) -> Option<Held<'s>> {
    let carried = newest.get(strand.log()).filter(|seal| strand.reaches(seal.head()));
    let seal = [strand.seal.as_ref(), carried].into_iter().flatten().max_by_key(|seal| seal.size())?;
    Some(Held { strand, seal })
}

fn split_finding(woven: &mut Woven, log: &LogId, by: &Carrier, size: u64, evidence: Option<Evidence>) {
    let message = format!(
        "a seal of {size} entries, carried by {by}, and another seal of this log contradict each other"
    );
    woven.find(Finding::of_log(log, Code::Split, by.to_string(), message), log, evidence);
}

/// One finding for the largest head that an entry names and that is not here.
fn absent_finding(
    woven: &mut Woven,
    log: &LogId,
    absent: &BTreeMap<(u64, Hash), &Open>,
    strands: &[&Strand],
) {
    let mut named = absent.iter().rev().filter(|(_, open)| matches!(open.by, Carrier::Entry(..)));
    let Some(((size, _), largest)) = named.next() else { return };
    let held = strands.iter().map(|strand| strand.size()).max().unwrap_or(0);
    let message = format!("{} names {size} sealed entries of {log}; {held} are here", largest.by);
    woven.findings.push(Finding::of_log(log, Code::HeadAbsent, largest.by.to_string(), message));
}
