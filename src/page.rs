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
use std::path::Path;

use crate::copy::Copy;
use crate::disk::{Kind, Source};
use crate::failure::{Failure, Outcome};
use crate::fault::{Code, Finding};
use crate::listing;
use crate::tile::{TileId, WIDTH};
use crate::viewer::tail::{Carried, LARGEST, MOST, Tail};
use crate::viewer::{self, NAME, Viewer};

/// Deepest folder below that of a log in which tiles lie: `tile/0/x001/x002/x003/x004/005.p`.
const DEEPEST: usize = 7;

/// Largest document that a page carries, and most bytes of all of them.
const LARGEST_DOCUMENT: usize = 64 << 10;
const MOST_OF_DOCUMENTS: usize = 2 << 20;

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
    let folder = Folder { source, root, copy };
    let files = folder.files()?;
    let mut tail = Tail { left_out: 0, files: folder.documents() };
    let mut turns: Vec<(Turn, &String)> = files.iter().map(|(path, turn)| (*turn, path)).collect();
    turns.sort();
    let (mut room, mut is_full) = (MOST, false);
    for (turn, path) in turns {
        let bytes = if is_full { None } else { folder.bytes(path)? };
        is_full |= turn > Turn::Always && bytes.as_ref().is_some_and(|bytes| bytes.len() > room);
        match bytes.filter(|_| !is_full) {
            Some(bytes) => {
                room = room.saturating_sub(bytes.len());
                tail.files.insert(path.clone(), Carried::Bytes(bytes));
            }
            None => tail.left_out += 1,
        }
    }
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
        Ok(tail) => match folder.differs(&tail)? {
            Some(message) => found(Code::PageData, message),
            None => Ok(None),
        },
    }
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

    /// Where a page's data are not those of the folder.
    fn differs(&self, tail: &Tail) -> Outcome<Option<String>> {
        let (files, documents) = (self.files()?, self.documents());
        for (path, carried) in &tail.files {
            let same = match carried {
                _ if path.starts_with("docs/") => documents.get(path) == Some(carried),
                Carried::Document(_) => false,
                Carried::Bytes(bytes) => {
                    files.contains_key(path) && self.bytes(path)?.as_ref() == Some(bytes)
                }
            };
            if !same {
                return Ok(Some(format!("{path} in the page is not that of the folder")));
            }
        }
        let absent = |path: &&String| !tail.files.contains_key(*path);
        if let Some(path) = documents.keys().find(absent) {
            return Ok(Some(format!("{path} is in the folder and not in the page")));
        }
        let left: Vec<&String> = files.keys().filter(absent).collect();
        let must = left.iter().find(|path| tail.left_out == 0 || files.get(**path) == Some(&Turn::Always));
        if let Some(path) = must {
            return Ok(Some(format!("{path} is in the folder and not in the page")));
        }
        if u64::try_from(left.len()) == Ok(tail.left_out) {
            return Ok(None);
        }
        let (said, here) = (tail.left_out, left.len());
        Ok(Some(format!("it says that it leaves out {said} files; the folder has {here} more")))
    }

    /// Whether a path is, or lies below, a link or special file.
    fn is_odd(&self, path: &str) -> bool {
        let odd = self.copy.findings.iter().filter(|finding| finding.code == Code::OddFile);
        odd.into_iter().any(|finding| Path::new(path).starts_with(&finding.place))
    }
}
