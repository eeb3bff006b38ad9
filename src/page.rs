//! The page of a folder: which files of a snapshot it carries, and whether it is the page
//! of the snapshot in which it lies.
//!
//! A page that would be too large leaves the oldest out and says how many files:
//!
//! ```text
//! charter, checkpoints      always
//! faults, upper tiles       then these
//! notes                     and these
//! bundles with their tiles  the newest of each log, then those before, as far as there is room
//! ```
//!
//! The feed and the listing say again what other files say and are not in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::{Audit, Expectation};
use crate::copy::{self, Copy};
use crate::disk::{Kind, Source};
use crate::failure::{Failure, Outcome};
use crate::fault::{Code, Finding, Verdict};
use crate::hash::Hash;
use crate::listing;
use crate::snapshot;
use crate::tile::{TileId, WIDTH};
use crate::viewer::tail::{Carried, LARGEST, MOST, Tail};
use crate::viewer::{self, NAME, Viewer};

/// Deepest folder below that of a log in which tiles lie: `tile/0/x001/x002/x003/x004/005.p`.
const DEEPEST: usize = 7;

/// Largest document that a page carries, and most bytes of all of them.
const LARGEST_DOCUMENT: usize = 64 << 10;
const MOST_OF_DOCUMENTS: usize = 2 << 20;

/// Most logs whose sizes are told of one page.
const MOST_TOLD: usize = 8;

/// In which turn a file is taken into a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// The charter and the checkpoints.
    Always,
    /// Evidence, and the hash tiles above the lowest.
    First,
    /// Evidence of time.
    Second,
    /// A bundle or the tile over it, by how many are newer in its log.
    Aged(u64),
}

/// The page of the snapshot that lies in a folder, and was read from it.
pub fn of(source: &dyn Source, root: &Path, copy: &Copy) -> Outcome<Vec<u8>> {
    let tail = Folder { source, root, copy }.tail()?;
    Ok([Viewer::own().bytes(), tail.to_text().as_bytes()].concat())
}

/// What is found about the page of a snapshot; nothing where there is none.
pub fn check(source: &dyn Source, root: &Path, copy: &Copy) -> Outcome<Option<Finding>> {
    let folder = Folder { source, root, copy };
    let path = root.join(NAME);
    if folder.is_odd(NAME) {
        // It was found when the folder was read.
        return Ok(None);
    }
    let found = |code, message: String| Ok(Some(Finding::of_copy(code, NAME, message)));
    let page = match source.read(&path, LARGEST) {
        Ok(Some(page)) => page,
        Ok(None) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return found(Code::PageData, "not a plain file of the size of a page".to_owned());
        }
        Err(error) => return Err(Failure::disk("reading", &path, error)),
    };
    let Some(length) = viewer::known(&page) else {
        let message =
            "its viewer is not one that this version knows; look at it as at any web page".to_owned();
        return found(Code::PageUnknown, message);
    };
    match Tail::parse(page.get(length..).unwrap_or_default()) {
        Err(error) => {
            found(Code::PageData, format!("line {} of its data; due there: {}", error.line, error.due))
        }
        Ok(tail) => {
            let own = folder.tail()?;
            if tail == own {
                return Ok(None);
            }
            if let Some(path) = folder.contradicted(&tail)? {
                return found(Code::PageData, format!("{path} in the page is not that of the folder"));
            }
            if !holds(&tail)? {
                return found(
                    Code::PageData,
                    "the record that it carries does not hold by itself".to_owned(),
                );
            }
            found(Code::PageOther, otherwise(&tail, &own))
        }
    }
}

/// Whether the data of a page are a state of a ledger by themselves: the page of the
/// folder that they would be, with nothing damaged in it.
fn holds(tail: &Tail) -> Outcome<bool> {
    let inside = Inside::of(tail);
    let root = Path::new(INSIDE);
    let carried = snapshot::read(&inside, root)?;
    let again = Folder { source: &inside, root, copy: &carried }.tail()?;
    let Some(charter) = carried.charter.as_ref().filter(|_| again.files == inside.files()) else {
        return Ok(false);
    };
    let ledger = Some(Hash::of(charter).bytes().to_vec());
    let audit = Audit::of(&carried, &Expectation { ledger, ..Expectation::default() })
        .map_err(|error| Failure::disk("reading", Path::new(NAME), error))?;
    Ok(audit.verdict <= Verdict::Incomplete)
}

/// The name under which what a page carries is read.
const INSIDE: &str = "page";

/// What a page carries, as a folder to be read.
#[derive(Clone)]
struct Inside(Arc<BTreeMap<PathBuf, Vec<u8>>>);

impl Inside {
    fn of(tail: &Tail) -> Self {
        let files = tail.files.iter().filter_map(|(path, carried)| match carried {
            Carried::Bytes(bytes) => Some((Path::new(INSIDE).join(path), bytes.clone())),
            Carried::Document(_) => None,
        });
        Self(Arc::new(files.collect()))
    }

    fn files(&self) -> BTreeMap<String, Carried> {
        let named = |path: &PathBuf| Some(path.strip_prefix(INSIDE).ok()?.to_string_lossy().into_owned());
        let files = self.0.iter();
        files.filter_map(|(path, bytes)| Some((named(path)?, Carried::Bytes(bytes.clone())))).collect()
    }
}

impl Source for Inside {
    fn handle(&self) -> Arc<dyn Source> {
        Arc::new(self.clone())
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
        match self.0.get(path) {
            Some(bytes) if u64::try_from(bytes.len()).is_ok_and(|length| length > most) => {
                Err(io::ErrorKind::InvalidData.into())
            }
            bytes => Ok(bytes.cloned()),
        }
    }

    fn read_at(&self, path: &Path, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        let part = |bytes: &Vec<u8>| {
            let from = usize::try_from(offset).unwrap_or(usize::MAX);
            let most = usize::try_from(length).unwrap_or(usize::MAX);
            bytes.iter().skip(from).take(most).copied().collect()
        };
        Ok(self.0.get(path).map(part))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(String, Kind)>> {
        let below = self.0.keys().filter_map(|file| file.strip_prefix(path).ok());
        let names = below.filter_map(|below| {
            let mut parts = below.components();
            let name = parts.next()?.as_os_str().to_string_lossy().into_owned();
            Some((name, if parts.next().is_some() { Kind::Folder } else { Kind::File }))
        });
        Ok(names.collect::<BTreeMap<String, Kind>>().into_iter().collect())
    }
}

/// How the data of a page are other than those of its folder, where nothing contradicts.
fn otherwise(tail: &Tail, own: &Tail) -> String {
    let size = |tail: &Tail, path: &String| match tail.files.get(path) {
        Some(Carried::Bytes(bytes)) if path.ends_with("/checkpoint") => {
            copy::claim(bytes).map(|(size, _)| size)
        }
        _ => None,
    };
    let differs = |path: &&String| tail.files.get(*path) != own.files.get(*path);
    let paths: BTreeSet<&String> = tail.files.keys().chain(own.files.keys()).filter(differs).collect();
    let sizes = paths.iter().filter_map(|path| {
        let (there, here) = (size(tail, path), size(own, path));
        let log = path.strip_suffix("/checkpoint")?;
        (there != here)
            .then(|| format!("{log}: {} entries in the page, {} here", there.unwrap_or(0), here.unwrap_or(0)))
    });
    let sizes: Vec<String> = sizes.take(MOST_TOLD).collect();
    match paths.first() {
        _ if !sizes.is_empty() => sizes.join("; "),
        Some(path) if !own.files.contains_key(*path) => format!("{path} is in the page and not here"),
        Some(path) if !tail.files.contains_key(*path) => format!("{path} is here and not in the page"),
        Some(path) => format!("{path} is shorter or longer in the page than here"),
        None => format!("it says that it leaves out {} files; it would be {}", tail.left_out, own.left_out),
    }
}

/// The log and the place of a tile or bundle, however full.
fn tile_of(path: &str) -> Option<(&str, TileId)> {
    let at = path.find("/tile/")?;
    Some((&path[..at], TileId::parse(&path[at + 1..])?.full()))
}

/// A snapshot as it lies in a folder.
struct Folder<'a> {
    source: &'a dyn Source,
    root: &'a Path,
    copy: &'a Copy,
}

impl Folder<'_> {
    /// The files that belong in its page, and in which turn.
    fn files(&self) -> Outcome<BTreeMap<String, Turn>> {
        let mut files = BTreeMap::new();
        if self.copy.charter.is_some() {
            files.insert("charter.json".to_owned(), Turn::Always);
        }
        let faults = self.copy.faults.keys().map(|name| (format!("faults/{name}"), Turn::First));
        let notes = self.copy.named.keys().filter(|path| path.starts_with("notes/"));
        let notes = notes.map(|path| (path.clone(), Turn::Second));
        files.extend(faults.chain(notes).filter(|(path, _)| listing::is_named(path)));
        let branches = self.copy.branches.iter().map(|(_, bytes)| bytes);
        for bytes in self.copy.logs.values().chain(branches) {
            if bytes.checkpoint.is_some() {
                files.insert(format!("{}/checkpoint", bytes.place), Turn::Always);
            }
            let size = bytes.claimed_size().unwrap_or(0);
            for tile in self.tiles(&bytes.place, size)? {
                let newer = size.saturating_sub(1) / WIDTH;
                let turn = match tile.level {
                    None | Some(0) => Turn::Aged(newer.saturating_sub(tile.index)),
                    Some(_) => Turn::First,
                };
                files.insert(format!("{}/{}", bytes.place, tile.path()), turn);
            }
        }
        Ok(files)
    }

    /// The bundles and tiles of a log that lie there, of the size that its checkpoint
    /// claims. What is claimed can be without end, what lies there cannot.
    fn tiles(&self, log: &str, size: u64) -> Outcome<BTreeSet<TileId>> {
        let mut found = BTreeSet::new();
        let mut folders = vec![("tile".to_owned(), 1)];
        while let Some((folder, depth)) = folders.pop() {
            if self.is_odd(&format!("{log}/{folder}")) {
                continue;
            }
            let path = self.root.join(log).join(&folder);
            let names = self.source.list(&path).map_err(|error| Failure::disk("reading", &path, error))?;
            for (name, kind) in names {
                let below = format!("{folder}/{name}");
                match kind {
                    Kind::Folder if depth < DEEPEST => folders.push((below, depth + 1)),
                    Kind::File => found.extend(TileId::parse(&below).filter(|tile| tile.is_of(size))),
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    /// The documents that lie there: the small ones, since the words of a text can stand in
    /// one, and the sizes of the others.
    fn documents(&self) -> BTreeMap<String, Carried> {
        let named = self.copy.named.iter();
        let documents = named.filter(|(path, _)| path.starts_with("docs/") && listing::is_named(path));
        let mut room = MOST_OF_DOCUMENTS;
        let mut carried = |bytes: &Vec<u8>| match room.checked_sub(bytes.len()) {
            Some(left) if bytes.len() <= LARGEST_DOCUMENT => {
                room = left;
                Carried::Bytes(bytes.clone())
            }
            _ => Carried::Document(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
        };
        documents.map(|(path, bytes)| (path.clone(), carried(bytes))).collect()
    }

    /// The bytes of a file that belongs in the page.
    fn bytes(&self, path: &str) -> Outcome<Option<Vec<u8>>> {
        if let Some(held) = self.copy.named.get(path) {
            return Ok(Some(held.clone()));
        }
        let most = u64::try_from(MOST).unwrap_or(u64::MAX);
        match self.source.read(&self.root.join(path), most) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
            read => read.map_err(|error| Failure::disk("reading", &self.root.join(path), error)),
        }
    }

    /// What a page of this folder carries.
    fn tail(&self) -> Outcome<Tail> {
        let files = self.files()?;
        let mut tail = Tail { left_out: 0, files: self.documents() };
        let mut turns: Vec<(Turn, &String)> = files.iter().map(|(path, turn)| (*turn, path)).collect();
        turns.sort();
        let (mut room, mut is_full) = (MOST, false);
        for (turn, path) in turns {
            let bytes = if is_full { None } else { self.bytes(path)? };
            is_full |= turn > Turn::Always && bytes.as_ref().is_some_and(|bytes| bytes.len() > room);
            match bytes.filter(|_| !is_full) {
                Some(bytes) => {
                    room = room.saturating_sub(bytes.len());
                    tail.files.insert(path.clone(), Carried::Bytes(bytes));
                }
                None => tail.left_out += 1,
            }
        }
        Ok(tail)
    }

    /// A file of a page that is no earlier or later state of the one in this folder.
    fn contradicted<'t>(&self, tail: &'t Tail) -> Outcome<Option<&'t str>> {
        let files = self.files()?;
        let tiles: BTreeMap<(&str, TileId), &String> =
            files.keys().filter_map(|path| Some((tile_of(path)?, path))).collect();
        for (path, carried) in &tail.files {
            let here = match tile_of(path) {
                Some(tile) => tiles.get(&tile).copied(),
                None => Some(path),
            };
            let is_here = |path: &&String| files.contains_key(*path) || self.copy.named.contains_key(*path);
            let Some(here) = here.filter(is_here) else { continue };
            let Some(bytes) = self.bytes(here)? else { continue };
            let agrees = match carried {
                Carried::Document(size) => u64::try_from(bytes.len()) == Ok(*size),
                Carried::Bytes(there) if tile_of(path).is_some() => {
                    there.starts_with(&bytes) || bytes.starts_with(there)
                }
                Carried::Bytes(there) if path.ends_with("/checkpoint") => {
                    let (there, bytes) = (copy::claim(there), copy::claim(&bytes));
                    there == bytes || there.map(|claim| claim.0) != bytes.map(|claim| claim.0)
                }
                Carried::Bytes(there) => *there == bytes,
            };
            if !agrees {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// Whether a path is, or lies below, a link or special file.
    fn is_odd(&self, path: &str) -> bool {
        let odd = self.copy.findings.iter().filter(|finding| finding.code == Code::OddFile);
        odd.into_iter().any(|finding| Path::new(path).starts_with(&finding.place))
    }
}
