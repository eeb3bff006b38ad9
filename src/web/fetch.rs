//! A snapshot over HTTP: the files that are needed of it are fetched into a folder laid
//! out as a snapshot, which is then read and judged like any other.
//!
//! ```text
//! charter.json     whose logs there are
//! snapshot.json    which further ones, branches, documents and evidence; may be absent
//! checkpoint       of each log, and what its size implies: the bundles that are not
//!                  held, and, of a log that is not held at all, its hash tiles
//! ```
//!
//! A file is in the folder whole or not at all, and what is there is not asked for
//! again, so a fetch that was cut off goes on. Nothing is believed: where what follows
//! the entries held does not give the root that the checkpoint claims, the earlier ones
//! are fetched too. What the other side does not have stays absent, and a log that
//! cannot be fetched is told and holds up no other.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Client, Url};
use crate::audit::{Audit, Copy, LogBytes};
use crate::base64;
use crate::charter::{self, Charter};
use crate::disk::{Access, Disk, parent, replace};
use crate::failure::{Failure, Outcome, Why};
use crate::fault::{Code, Finding};
use crate::hash::Hash;
use crate::journal;
use crate::listing::{self, Listing};
use crate::merkle::{Edge, Nodes};
use crate::names::LogId;
use crate::reading::Progress;
use crate::shelf::{Bundle, Shelf};
use crate::snapshot::{LARGEST_DOCUMENT, LARGEST_NAMED, MOST_NAMED_BYTES, longest_note};
use crate::strand::Strand;
use crate::tile::{self, TileId, WIDTH};

/// Most logs and branches that are asked for.
const MOST_LOGS: usize = 1000;

/// How often a log is asked for whose checkpoint changes while its entries are fetched.
const TRIES: usize = 3;

/// What is held of the same ledger and so is not fetched.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// What was found about it.
    pub audit: &'a Audit,
    /// Its bytes.
    pub copy: &'a Copy,
}

/// One fetch.
pub struct Fetch<'a> {
    /// Who asks.
    pub client: &'a Client,
    /// What is asked.
    pub from: &'a Url,
    /// Where files are written.
    pub disk: &'a dyn Disk,
    /// The folder they are written in; it is there, and may hold what an earlier fetch
    /// from the same place left.
    pub into: &'a Path,
    /// What is not fetched.
    pub held: Option<Held<'a>>,
    /// Is told how many entries were fetched.
    pub watch: &'a dyn Fn(Progress),
}

/// Something that could not be fetched.
#[derive(Debug)]
pub struct Trouble {
    /// The log, where it is one.
    pub log: Option<LogId>,
    /// The path in the snapshot.
    pub place: String,
    /// Why.
    pub why: Failure,
}

/// The entries of a log in a snapshot, as its checkpoint file claims them.
struct Claim {
    size: u64,
    root: Hash,
}

impl Claim {
    fn of(checkpoint: &[u8]) -> Option<Self> {
        let bytes = LogBytes { checkpoint: Some(checkpoint.to_vec()), ..LogBytes::default() };
        let root = std::str::from_utf8(checkpoint).ok()?.lines().nth(2)?;
        let root: [u8; 32] = base64::decode(root)?.try_into().ok()?;
        Some(Self { size: bytes.claimed_size()?, root: Hash::new(root) })
    }
}

/// A log that is held.
#[derive(Clone, Copy)]
struct Own<'a> {
    strand: &'a Strand,
    shelf: &'a Arc<dyn Shelf>,
}

/// Tells a copy that was read from the folder what could not be fetched into it.
pub fn tell(copy: &mut Copy, from: &Url, troubles: &[Trouble]) {
    for trouble in troubles {
        let (place, why) = (format!("{from}: {}", trouble.place), trouble.why.to_string());
        copy.findings.push(match &trouble.log {
            Some(log) => Finding::of_log(log, Code::BytesAbsent, place, why),
            None => Finding::of_copy(Code::BytesAbsent, place, why),
        });
        if let Some(log) = &trouble.log {
            copy.logs
                .entry(log.clone())
                .or_insert_with(|| LogBytes { place: format!("logs/{log}"), ..LogBytes::default() });
        }
    }
}

impl Fetch<'_> {
    /// Fetches what is needed. What is left out, because it could not be had, is given;
    /// an error means that there is no more to be had now.
    pub fn run(&self) -> Outcome<Vec<Trouble>> {
        let most = u64::try_from(charter::LARGEST).unwrap_or(u64::MAX);
        let Some(charter) = self.get("charter.json", most)? else {
            let what = format!("{}: no charter.json is there, so it is no snapshot", self.from);
            return Err(Failure::new(Why::WebAnswer, what).next("the same command with another address"));
        };
        self.put("charter.json", &charter)?;
        let other = self.held.is_some_and(|held| held.copy.charter.as_ref() != Some(&charter));
        let Ok(charter) = Charter::parse(&charter) else { return Ok(Vec::new()) };
        if other {
            return Ok(Vec::new());
        }
        let mut troubles = Vec::new();
        let listing = self.listing(&mut troubles)?;
        let members = charter.members.keys().map(LogId::first);
        let mut logs: Vec<LogId> = members.chain(listing.logs.iter().cloned()).collect();
        logs.sort();
        logs.dedup();
        let is_member = |log: &LogId| charter.member(log.member()).is_some();
        for log in logs.iter().filter(|log| is_member(log)).take(MOST_LOGS) {
            let place = format!("logs/{log}");
            self.settle(Some(log), &place, self.log(&place, self.own(log)), &mut troubles)?;
        }
        for (log, name) in listing.branches.iter().filter(|(log, _)| is_member(log)).take(MOST_LOGS) {
            let place = format!("branches/{log}/{name}");
            self.settle(Some(log), &place, self.log(&place, None), &mut troubles)?;
        }
        self.files(&listing, &mut troubles)?;
        Ok(troubles)
    }

    /// What is told and goes on, and what ends the fetch.
    fn settle(
        &self,
        log: Option<&LogId>,
        place: &str,
        result: Outcome<()>,
        troubles: &mut Vec<Trouble>,
    ) -> Outcome<()> {
        let Err(why) = result else { return Ok(()) };
        let is_theirs = matches!(why.why, Why::WebAnswer | Why::WebLimit);
        if !is_theirs || self.client.is_spent() {
            return Err(why);
        }
        troubles.push(Trouble { log: log.cloned(), place: place.to_owned(), why });
        Ok(())
    }

    fn listing(&self, troubles: &mut Vec<Trouble>) -> Outcome<Listing> {
        let mut listing = Listing::default();
        let got = self.get(listing::NAME, listing::LARGEST).and_then(|bytes| {
            let Some(bytes) = bytes else { return Ok(()) };
            listing = Listing::parse(&bytes).map_err(|error| {
                let what = format!("{}: {}", error.place, error.due);
                Failure::new(Why::WebAnswer, what)
            })?;
            Ok(())
        });
        self.settle(None, listing::NAME, got, troubles)?;
        Ok(listing)
    }

    /// A log of which the same branch is held.
    fn own(&self, log: &LogId) -> Option<Own<'_>> {
        let held = self.held.as_ref()?;
        let strand = held.audit.strands.get(log)?;
        Some(Own { strand, shelf: &held.copy.logs.get(log)?.shelf })
    }

    /// A log, its checkpoint last: what is without one was not fetched whole.
    fn log(&self, place: &str, own: Option<Own<'_>>) -> Outcome<()> {
        let path = format!("{place}/checkpoint");
        self.remove(&path)?;
        let mut before = None;
        for tries in 1.. {
            let Some(checkpoint) = self.get(&path, longest_note())? else { break };
            let whole = match Claim::of(&checkpoint) {
                Some(claim) => self.entries(place, &claim, own)?,
                None => true,
            };
            // One that is replaced takes away what the earlier one needs.
            if whole || tries >= TRIES || before.as_ref() == Some(&checkpoint) {
                return self.put(&path, &checkpoint);
            }
            before = Some(checkpoint);
        }
        Ok(())
    }

    /// The entries under a checkpoint; whether all of them are here or held.
    fn entries(&self, place: &str, claim: &Claim, own: Option<Own<'_>>) -> Outcome<bool> {
        let Some(own) = own else {
            return Ok(self.bundles(place, 0, claim.size)? && self.tiles(place, claim.size)?);
        };
        let held = own.strand.tree.size();
        if held >= claim.size {
            if own.strand.has_root(claim.size, &claim.root) {
                self.put_last(place, claim.size, own)?;
                return Ok(true);
            }
            return self.bundles(place, 0, claim.size);
        }
        let from = held / WIDTH;
        if !self.bundles(place, from, claim.size)? {
            return Ok(false);
        }
        if from == 0 || self.continues(place, claim, own, from)? {
            return Ok(true);
        }
        self.bundles(place, 0, from * WIDTH)
    }

    /// The bundles from one on; whether all are there.
    fn bundles(&self, place: &str, from: u64, size: u64) -> Outcome<bool> {
        for id in tile::row(None, from, size) {
            if !self.tile(place, &id)? {
                return Ok(false);
            }
            (self.watch)(Progress { done: id.first() + id.width, claimed: size });
        }
        Ok(true)
    }

    fn tiles(&self, place: &str, size: u64) -> Outcome<bool> {
        for id in tile::tiles_from(0, size) {
            if !self.tile(place, &id)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A tile or a bundle, or the full one that has taken its place; whether it is there.
    fn tile(&self, place: &str, id: &TileId) -> Outcome<bool> {
        let ids = [id.clone(), id.full()];
        let ids: &[TileId] = if id.width == WIDTH { ids.split_at(1).0 } else { &ids };
        for id in ids {
            if self.is_there(&format!("{place}/{}", id.path()))? {
                return Ok(true);
            }
        }
        for id in ids {
            let path = format!("{place}/{}", id.path());
            if let Some(bytes) = self.get(&path, most_in(id))? {
                self.put(&path, &bytes)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether what was fetched from a bundle on, behind what is held before it, has the
    /// root that the checkpoint claims.
    fn continues(&self, place: &str, claim: &Claim, own: Own<'_>, from: u64) -> Outcome<bool> {
        let Some(mut edge) = Edge::of(&own.strand.tree, from * WIDTH) else { return Ok(false) };
        for id in tile::row(None, from, claim.size) {
            let path = self.into.join(format!("{place}/{}", id.path()));
            let full = self.into.join(format!("{place}/{}", id.full().path()));
            let read = |path: &Path| {
                self.disk
                    .read(path, journal::LONGEST_BUNDLE)
                    .map_err(|error| Failure::disk("reading", path, error))
            };
            let bytes = match read(&path)? {
                Some(bytes) => bytes,
                None => read(&full)?.unwrap_or_default(),
            };
            let width = usize::try_from(id.width).unwrap_or(usize::MAX);
            let (bundle, _) = Bundle::of_frames(bytes, width);
            bundle.notes().for_each(|note| edge.push(Hash::leaf(note)));
        }
        Ok(edge.size() == claim.size && edge.root() == Some(claim.root))
    }

    /// The last bundle of a log that is held as far as it is offered: the full ones
    /// before it are taken from what is held.
    fn put_last(&self, place: &str, size: u64, own: Own<'_>) -> Outcome<()> {
        let (index, width) = (size / WIDTH, size % WIDTH);
        if width == 0 {
            return Ok(());
        }
        let id = TileId { level: None, index, width };
        let path = format!("{place}/{}", id.path());
        let failed = |error| Failure::disk("reading", Path::new(place), error);
        let bundle = own.shelf.bundle(index).map_err(failed)?;
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        let frames: Vec<u8> = bundle.notes().take(width).filter_map(tile::frame).flatten().collect();
        self.put(&path, &frames)
    }

    /// Documents, notes and evidence that are not held.
    fn files(&self, listing: &Listing, troubles: &mut Vec<Trouble>) -> Outcome<()> {
        let mut room = MOST_NAMED_BYTES;
        for (path, size) in &listing.files {
            if self.holds(path) {
                continue;
            }
            let most = if path.starts_with("docs/") { LARGEST_DOCUMENT } else { LARGEST_NAMED };
            let got = if *size > most.min(room) {
                let what = format!("{size} bytes are more than are taken");
                Err(Failure::new(Why::WebLimit, what))
            } else {
                room -= size;
                self.file(path, *size)
            };
            self.settle(None, path, got, troubles)?;
        }
        Ok(())
    }

    fn file(&self, path: &str, size: u64) -> Outcome<()> {
        if self.is_there(path)? {
            return Ok(());
        }
        match self.get(path, size)? {
            Some(bytes) => self.put(path, &bytes),
            None => {
                let what = "it is listed and is not there";
                Err(Failure::new(Why::WebAnswer, what))
            }
        }
    }

    /// Whether a file that is named by its SHA-256 is held.
    fn holds(&self, path: &str) -> bool {
        let Some(held) = self.held else { return false };
        let fault = path.strip_prefix("faults/").is_some_and(|name| held.copy.faults.contains_key(name));
        fault || held.copy.named.contains_key(path)
    }

    fn get(&self, path: &str, most: u64) -> Outcome<Option<Vec<u8>>> {
        self.client.get(&self.from.at(path), most)
    }

    fn is_there(&self, path: &str) -> Outcome<bool> {
        let path = self.into.join(path);
        let there = self.disk.read_at(&path, 0, 0);
        Ok(there.map_err(|error| Failure::disk("reading", &path, error))?.is_some())
    }

    fn remove(&self, path: &str) -> Outcome<()> {
        if !self.is_there(path)? {
            return Ok(());
        }
        let path = self.into.join(path);
        self.disk.remove(&path).map_err(|error| Failure::disk("removing", &path, error))
    }

    fn put(&self, path: &str, bytes: &[u8]) -> Outcome<()> {
        let path = self.into.join(path);
        let written = self.make_folders(parent(&path)).and_then(|()| replace(self.disk, &path, bytes));
        written.map_err(|error| Failure::disk("writing", &path, error))
    }

    fn make_folders(&self, folder: &Path) -> io::Result<()> {
        let below = folder.strip_prefix(self.into).unwrap_or(Path::new(""));
        let mut path: PathBuf = self.into.to_owned();
        for name in below {
            path.push(name);
            self.disk.make_folder(&path, Access::Usual)?;
        }
        Ok(())
    }
}

/// Most bytes in a bundle or a tile.
fn most_in(id: &TileId) -> u64 {
    match id.level {
        Some(_) => id.width * 32,
        None => journal::LONGEST_BUNDLE.min(id.width.saturating_mul(2 + u64::from(u16::MAX))),
    }
}
