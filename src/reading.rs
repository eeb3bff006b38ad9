//! Reading logs of any length: stretch by stretch, on all cores, with the very
//! answers that reading one entry after another gives.
//!
//! The entries between two that set keys stand under one set, so they are raised to
//! *signed* side by side; to *chained* one after another. Where one of them is not
//! taken, the chain itself is asked again with its bytes, alone: which entry stops a
//! log, and why, never depends on how it was read.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

use crate::body::Body;
use crate::body::membership::VolumeJoin;
use crate::charter::Charter;
use crate::entry::{self, Entry, Signed, Verified};
use crate::fault::{Code, Fault};
use crate::hash::Hash;
use crate::key::KeySet;
use crate::merkle::Nodes;
use crate::names::LogId;
use crate::shelf::{Bundle, Shelf};
use crate::strand::{Known, Strand, sets_keys};
use crate::table::{TOGETHER, Tables};
use crate::tile::{self, TileId, WIDTH};
use crate::weave::{Claim, Weave};

/// Bundles that are in memory at once, over all logs.
const BUNDLES: usize = 32;

/// Bytes of bundles that are in memory at once; one bundle may be larger.
const BYTES: usize = 16 << 20;

/// Files named by entries and not here that are noted, for when they come.
const MOST_ABSENT: usize = 1 << 14;

/// Tiles of one log that are told as other than its entries.
const MOST_TILES: usize = 64;

/// How far a look has come, for those who show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Entries looked at.
    pub done: u64,
    /// Entries that the checkpoints here speak of.
    pub claimed: u64,
}

/// What was counted while logs were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Entries of which every rank was checked.
    pub entries: u64,
    /// Entries that an earlier look had taken, found again by their root.
    pub known: u64,
    /// Signatures checked, of entries and of seals.
    pub signatures: u64,
    /// Links checked: `prev`, `root`, and each head in `seen`.
    pub links: u64,
}

/// Digests of the files in `notes/` and `docs/` that are here.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Of `notes/`.
    pub notes: HashSet<Hash>,
    /// Of `docs/`.
    pub docs: HashSet<Hash>,
}

impl Named {
    /// Those at these paths.
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p String>) -> Self {
        let mut named = Self::default();
        for (folder, name) in paths.into_iter().filter_map(|path| path.split_once('/')) {
            let set = if folder == "docs" { &mut named.docs } else { &mut named.notes };
            set.extend(Hash::from_hex(name));
        }
        named
    }

    /// The paths of the files that an entry names: those that are here, and those that
    /// are not.
    fn named_by(&self, entry: &Entry) -> (Vec<String>, Vec<String>) {
        let note = |digest: &Hash| (format!("notes/{digest}"), self.notes.contains(digest));
        let mut paths: Vec<(String, bool)> = entry.after.iter().map(note).collect();
        // Other kinds name documents in `docs` alone; most entries need not be read for it.
        if matches!(entry.kind.as_str(), "actor" | "text") || entry.body.get("docs").is_some() {
            let named = Body::of(entry).documents();
            paths.extend(named.iter().map(|doc| (format!("docs/{doc}"), self.docs.contains(doc))));
        }
        let (here, absent): (Vec<_>, Vec<_>) = paths.into_iter().partition(|(_, here)| *here);
        let path = |(path, _)| path;
        (here.into_iter().map(path).collect(), absent.into_iter().map(path).collect())
    }
}

/// One log that is being read.
pub struct Reading {
    /// What was read so far.
    pub strand: Strand,
    shelf: Arc<dyn Shelf>,
    known: Option<Known>,
    claimed: u64,
    next: u64,
    weight: usize,
    ended: bool,
    /// Why reading ended before its time: the code, the place, the words.
    pub finding: Option<(Code, String, String)>,
    /// Full tiles of leaf hashes that are absent, or other than the entries.
    pub tiles: Vec<(TileId, Code)>,
    /// What was counted.
    pub counted: Counted,
    /// Paths of the files that its entries name: all that are here, and many of those
    /// that are not.
    pub referred: BTreeSet<String>,
    named: Arc<Named>,
}

/// How far one entry of a stretch was raised.
enum Raised {
    /// Taken at an earlier look.
    Known(Hash),
    /// Behind one that was not taken.
    Behind(Hash),
    Formed(Box<Signed>),
    Malformed(Hash, Fault),
}

impl Reading {
    /// Begins to read a log. `claimed` is how many entries its checkpoint speaks of:
    /// it says in which order logs are read, and nothing else. Bundles of which it is known
    /// how they lay in a file that was since left alone or added to are not read now.
    pub fn new(
        charter: &Arc<Charter>,
        log: &LogId,
        shelf: &Arc<dyn Shelf>,
        known: Option<Known>,
        claimed: u64,
        named: &Arc<Named>,
    ) -> Result<Self, Fault> {
        let mut strand = Strand::new(charter, log, Arc::clone(shelf))?;
        let stamp = shelf.stamp().ok().flatten();
        let laid = known.as_ref().and_then(|known| known.laid.as_ref());
        let laid = laid.filter(|laid| stamp.as_ref().is_some_and(|stamp| stamp.goes_on(&laid.stamp)));
        shelf.begin_at(laid.map_or(&[], |laid| &laid.offsets));
        let (mut next, mut counted) = (0, Counted::default());
        match laid {
            Some(laid) => {
                strand.tree.take_nodes(&laid.nodes);
                next = strand.tree.size() / WIDTH;
                counted.known = strand.tree.size();
            }
            // What all was read of can be noted for later; what was not cannot.
            None => strand.stamp = stamp,
        }
        Ok(Self {
            strand,
            shelf: Arc::clone(shelf),
            known,
            claimed,
            next,
            weight: BYTES / BUNDLES,
            ended: false,
            finding: None,
            tiles: Vec::new(),
            counted,
            referred: BTreeSet::new(),
            named: Arc::clone(named),
        })
    }

    /// Whether it began with the entries that were known.
    pub fn is_known(&self) -> bool {
        self.counted.known > 0
    }

    /// Which part of it was read, in thousandths.
    fn part(&self) -> u64 {
        let done = self.next.saturating_mul(WIDTH);
        done.saturating_mul(1000) / self.claimed.max(done).max(1)
    }

    /// Reads and raises the next bundles; gives the seals that their entries carry.
    fn advance(&mut self, share: Share, tables: &Tables) -> io::Result<Vec<Claim>> {
        let (mut stretch, mut bytes) = (Vec::new(), 0);
        let first = self.next;
        while stretch.len() < share.bundles && bytes < share.bytes && !self.ended {
            let bundle = self.shelf.bundle(self.next)?;
            self.weight = bundle.weight().max(1);
            bytes += self.weight;
            self.ended = !bundle.is_full();
            self.finding.clone_from(&bundle.finding);
            self.next += 1;
            stretch.push(bundle);
        }
        let (known, raising) =
            (self.known.as_ref().map_or(0, |known| known.size), self.strand.stop.is_none());
        let raised: Vec<Vec<Raised>> = stretch
            .iter()
            .enumerate()
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|(at, bundle)| {
                let first = (first + u64::try_from(at).unwrap_or(u64::MAX)).saturating_mul(WIDTH);
                raise(bundle, first, known, raising)
            })
            .collect();
        for (bundle, raised) in stretch.iter().zip(&raised) {
            self.take_leaves(bundle, raised)?;
        }
        let mut claims = Vec::new();
        let (here, ended) = (self.strand.tree.size(), self.ended);
        let true_so_far = match self.known.take_if(|known| known.size <= here || ended) {
            Some(known) => self.strand.resume(&known),
            None => true,
        };
        if !true_so_far {
            // What was known is not what is here: everything is looked at.
            self.begin_again()?;
            return Ok(claims);
        }
        let note = |seq: u64| {
            let at = usize::try_from(seq.checked_sub(first.saturating_mul(WIDTH))?).ok()?;
            let width = usize::try_from(WIDTH).ok()?;
            stretch.get(at / width)?.note(at % width)
        };
        if self.strand.stop.is_none() {
            self.take(raised.into_iter().flatten(), tables, &mut claims, note);
        }
        Ok(claims)
    }

    fn begin_again(&mut self) -> io::Result<()> {
        let (charter, log) = (Arc::clone(self.strand.chain.charter()), self.strand.log().clone());
        *self = Self::new(&charter, &log, &self.shelf, None, self.claimed, &self.named)
            .map_err(|fault| io::Error::other(fault.to_string()))?;
        Ok(())
    }

    /// Adds the leaves of a bundle, and compares a full one with its tile of hashes.
    fn take_leaves(&mut self, bundle: &Bundle, raised: &[Raised]) -> io::Result<()> {
        let index = self.strand.tree.size() / WIDTH;
        for one in raised {
            self.strand.tree.push(one.leaf());
            self.counted.known += u64::from(matches!(one, Raised::Known(_)));
        }
        if !self.shelf.is_tiled() || !bundle.is_full() || self.tiles.len() >= MOST_TILES {
            return Ok(());
        }
        let id = TileId { level: Some(0), index, width: WIDTH };
        let leaves: Vec<u8> = raised.iter().flat_map(|one| *one.leaf().bytes()).collect();
        match self.shelf.tile(&id)? {
            None => self.tiles.push((id, Code::BytesAbsent)),
            Some(bytes) if bytes != leaves => self.tiles.push((id, Code::Tile)),
            Some(_) => {}
        }
        Ok(())
    }

    /// Takes the entries of a stretch, up to the first that the chain does not take.
    fn take<'b>(
        &mut self,
        raised: impl Iterator<Item = Raised>,
        tables: &Tables,
        claims: &mut Vec<Claim>,
        note: impl Fn(u64) -> Option<&'b [u8]>,
    ) {
        let (mut formed, mut stop) = (Vec::new(), None);
        for one in raised {
            match one {
                Raised::Known(_) | Raised::Behind(_) => {}
                Raised::Formed(signed) => formed.push(*signed),
                Raised::Malformed(_, fault) => {
                    stop = Some(fault);
                    break;
                }
            }
        }
        self.strand.stop = self.take_formed(formed, tables, claims, note).or(stop);
    }

    /// Takes entries that parse; the fault of the first that the chain does not take.
    fn take_formed<'b>(
        &mut self,
        formed: Vec<Signed>,
        tables: &Tables,
        claims: &mut Vec<Claim>,
        note: impl Fn(u64) -> Option<&'b [u8]>,
    ) -> Option<Fault> {
        for run in runs(formed) {
            let keys = match run.first().map(|first| self.strand.chain.keys(first)) {
                None => continue,
                Some(Ok(keys)) => keys,
                Some(Err(fault)) => return Some(fault),
            };
            for verified in verify(run, &keys, tables) {
                let pushed = match verified {
                    Ok(verified) => self.strand.chain.push(verified),
                    // Of several faults the chain says which comes first.
                    Err(fault) => match note(self.strand.size()) {
                        Some(bytes) => self.strand.chain.accept(bytes),
                        None => Err(fault),
                    },
                };
                match pushed {
                    Ok(signed) => self.took(&signed, claims),
                    Err(fault) => return Some(fault),
                }
            }
        }
        None
    }

    fn took(&mut self, signed: &Signed, claims: &mut Vec<Claim>) {
        self.strand.took(signed);
        let (here, absent) = self.named.named_by(signed.entry());
        self.referred.extend(here);
        let room = MOST_ABSENT.saturating_sub(self.referred.len());
        self.referred.extend(absent.into_iter().take(room));
        let entry = signed.entry();
        let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        self.counted.entries += 1;
        self.counted.signatures += count(entry.signers.len());
        self.counted.links += if entry.seq == 0 { 0 } else { 2 } + count(entry.seen.len());
        let claim = |log: &LogId, head: &entry::Head, receipted| Claim {
            by: entry.author.clone(),
            seq: entry.seq,
            log: log.clone(),
            head: head.clone(),
            receipted,
        };
        claims.extend(entry.seen.iter().map(|(log, head)| claim(log, head, true)));
        let opens = entry.kind == "join" && entry.author.is_further();
        if opens && let Ok(join) = VolumeJoin::read(&entry.body) {
            claims.extend(join.continues.iter().map(|earlier| claim(&earlier.log, &earlier.head, false)));
        }
    }
}

impl Raised {
    fn leaf(&self) -> Hash {
        match self {
            Self::Known(leaf) | Self::Behind(leaf) | Self::Malformed(leaf, _) => *leaf,
            Self::Formed(signed) => signed.hash(),
        }
    }
}

/// Raises the entries of a bundle to *formed*, but for those that are known and those
/// behind one that was not taken.
fn raise(bundle: &Bundle, first: u64, known: u64, raising: bool) -> Vec<Raised> {
    let one = |(seq, note): (u64, &[u8])| {
        if seq < known {
            return Raised::Known(Hash::leaf(note));
        } else if !raising {
            return Raised::Behind(Hash::leaf(note));
        }
        match Signed::parse(note) {
            Ok(signed) => Raised::Formed(Box::new(signed)),
            Err(fault) => Raised::Malformed(Hash::leaf(note), fault),
        }
    };
    (first..).zip(bundle.notes()).map(one).collect()
}

/// Cuts entries into runs that stand under one set each: a run ends with the entry
/// that sets the next.
fn runs(formed: Vec<Signed>) -> Vec<Vec<Signed>> {
    let mut runs: Vec<Vec<Signed>> = vec![Vec::new()];
    for signed in formed {
        let ends = sets_keys(&signed.entry().kind, &signed.entry().author);
        if let Some(run) = runs.last_mut() {
            run.push(signed);
        }
        if ends {
            runs.push(Vec::new());
        }
    }
    runs
}

/// Raises a run to *signed*, on all cores.
fn verify(run: Vec<Signed>, keys: &Arc<KeySet>, tables: &Tables) -> Vec<Result<Verified, Fault>> {
    let mut chunks: Vec<Vec<Signed>> = Vec::new();
    for signed in run {
        match chunks.last_mut().filter(|chunk| chunk.len() < TOGETHER) {
            Some(chunk) => chunk.push(signed),
            None => chunks.push(vec![signed]),
        }
    }
    let verified: Vec<_> =
        chunks.into_par_iter().map(|chunk| entry::verify_all(chunk, keys, tables)).collect();
    verified.into_iter().flatten().collect()
}

/// Reads all logs side by side, those first whose entries others wait for, so that a
/// head in `seen` is mostly here when it is looked for.
pub fn read_all(
    readings: &mut [Reading],
    weave: &mut Weave,
    tables: &Tables,
    watch: &dyn Fn(Progress),
) -> io::Result<()> {
    while readings.iter().any(|reading| !reading.ended) {
        let mut picked = pick(readings, weave);
        let claims: Vec<io::Result<Vec<Claim>>> =
            picked.par_iter_mut().map(|(reading, share)| reading.advance(*share, tables)).collect();
        for reading in readings.iter() {
            weave.learn_key(&reading.strand);
        }
        let all_begun = readings.iter().all(|reading| reading.next > 0 && reading.known.is_none());
        let claims = claims.into_iter().collect::<io::Result<Vec<_>>>()?;
        weave.take(claims.into_iter().flatten().collect(), all_begun, tables);
        let strands: Vec<(&Strand, bool)> =
            readings.iter().map(|reading| (&reading.strand, reading.ended)).collect();
        weave.settle(&strands);
        watch(Progress {
            done: readings.iter().map(|reading| reading.strand.tree.size()).sum(),
            claimed: readings.iter().map(|reading| reading.claimed).sum(),
        });
    }
    Ok(())
}

/// How much one log reads in one round.
#[derive(Clone, Copy, Debug)]
struct Share {
    bundles: usize,
    /// A bundle that begins below this is read whole.
    bytes: usize,
}

/// Who reads next, and how much each.
fn pick<'r>(readings: &'r mut [Reading], weave: &Weave) -> Vec<(&'r mut Reading, Share)> {
    let mut open: Vec<&mut Reading> = readings.iter_mut().filter(|reading| !reading.ended).collect();
    // The first entries of further volumes name the keys of their seals.
    open.sort_by_key(|reading| (reading.next > 0, !weave.waits_for(reading.strand.log()), reading.part()));
    let share = (BUNDLES / open.len()).max(1);
    let (mut bytes, mut bundles, mut picked) = (BYTES, BUNDLES, Vec::new());
    for reading in open {
        let number = (bytes / reading.weight).min(share).min(bundles);
        if number == 0 && !picked.is_empty() {
            break;
        }
        let number = number.max(1);
        let weight = number * reading.weight;
        bytes = bytes.saturating_sub(weight);
        bundles = bundles.saturating_sub(number);
        picked.push((reading, Share { bundles: number, bytes: weight }));
    }
    picked
}

/// The tiles of a log of this size that were not compared while it was read: those
/// that are not full, and all above the leaves.
pub fn other_tiles(size: u64) -> impl Iterator<Item = TileId> {
    tile::tiles(size).into_iter().filter(|id| id.level != Some(0) || id.width != WIDTH)
}
