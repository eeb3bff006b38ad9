//! What a copy holds: snapshots (static files, tlog-tiles) and
//! ledger folders (journals).
//!
//! ```text
//! snapshot/charter.json   logs/<log>/checkpoint   logs/<log>/tile/0/000 ...
//!          logs/<log>/tile/entries/000 ...   notes/  docs/  faults/  branches/
//! ```
//!
//! Reading takes no bytes on trust: a checkpoint says how far is looked, and nothing
//! else. Writing is in [`crate::publish`].

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::{Copy, LogBytes};
use crate::disk::{Kind, Source, parent};
use crate::failure::{Failure, Outcome};
use crate::fault::{Code, Finding};
use crate::journal::{self, Journal};
use crate::names::LogId;
use crate::note;
use crate::shelf::{Bundle, Shelf};
use crate::tile::{TileId, WIDTH};

/// Most bytes in a file of `notes/` or `faults/`.
pub const LARGEST_NAMED: u64 = 4 << 20;

/// Most bytes in a document beside an entry: a scan of a signed paper has them.
pub const LARGEST_DOCUMENT: u64 = 64 << 20;

/// Most bytes in all files of `notes/`, `docs/` and `faults/` together that one look
/// takes in; more are told as odd.
pub const MOST_NAMED_BYTES: u64 = 256 << 20;

/// Deepest folder below a copy that is looked into.
const DEEPEST: usize = 16;

/// Most bytes of a charter that are read, to be told that they are too many.
const LARGEST_READ: u64 = 1 << 20;

/// The file whose presence makes a folder a ledger folder.
pub const LOCAL: &str = "local.json";

fn failed(path: &Path) -> impl FnOnce(io::Error) -> Failure + '_ {
    move |error| Failure::disk("reading", path, error)
}

/// How a copy lies on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Journals, in a ledger folder.
    Folder,
    /// Tiles, in a snapshot.
    Snapshot,
}

/// How the copy at `root` lies. A folder with tiled logs is a snapshot, whatever
/// else is in it: a `local.json` put there must not turn a reader's eyes away.
pub fn layout(source: &dyn Source, root: &Path) -> Outcome<Layout> {
    let names = source.list(root).map_err(failed(root))?;
    let logs = root.join("logs");
    let mut tiled = false;
    for (name, kind) in source.list(&logs).map_err(failed(&logs))? {
        let log = logs.join(name);
        tiled |= kind == Kind::Folder
            && source
                .list(&log)
                .map_err(failed(&log))?
                .iter()
                .any(|(name, _)| name == "checkpoint" || name == "tile");
    }
    let is_folder = names.iter().any(|(name, kind)| name == LOCAL && *kind == Kind::File) && !tiled;
    Ok(if is_folder { Layout::Folder } else { Layout::Snapshot })
}

/// Reads a copy in the layout that it has.
pub fn read(source: &dyn Source, root: &Path) -> Outcome<Copy> {
    let names = source.list(root).map_err(failed(root))?;
    let layout = layout(source, root)?;
    let mut reader = Reader { source, root, copy: Copy::default(), odd: Vec::new(), room: MOST_NAMED_BYTES };
    reader.find_odd(root, &names, 0)?;
    let charter = root.join("charter.json");
    reader.copy.charter = reader.file(&charter, LARGEST_READ, None)?;
    match layout {
        Layout::Folder => reader.journals()?,
        Layout::Snapshot => reader.tiled_logs()?,
    }
    reader.named("notes")?;
    reader.named("docs")?;
    for (name, bytes) in reader.files("faults")? {
        reader.copy.faults.insert(name, bytes);
    }
    Ok(reader.copy)
}

/// The links and special files below a folder.
pub fn find_odd(source: &dyn Source, root: &Path) -> Outcome<Vec<PathBuf>> {
    let mut reader = Reader { source, root, copy: Copy::default(), odd: Vec::new(), room: 0 };
    let names = source.list(root).map_err(failed(root))?;
    reader.find_odd(root, &names, 0)?;
    Ok(reader.odd)
}

struct Reader<'a> {
    source: &'a dyn Source,
    root: &'a Path,
    copy: Copy,
    odd: Vec<PathBuf>,
    room: u64,
}

impl Reader<'_> {
    fn place(&self, path: &Path) -> String {
        path.strip_prefix(self.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// Links and special files, anywhere below.
    fn find_odd(&mut self, folder: &Path, names: &[(String, Kind)], depth: usize) -> Outcome<()> {
        for (name, kind) in names {
            let path = folder.join(name);
            match kind {
                Kind::File => {}
                Kind::Folder if depth < DEEPEST => {
                    let names = self.source.list(&path).map_err(failed(&path))?;
                    self.find_odd(&path, &names, depth + 1)?;
                }
                Kind::Folder | Kind::Odd => {
                    let message = "a link, a special file or a folder too deep; not followed";
                    let finding = Finding::of_copy(Code::OddFile, self.place(&path), message);
                    self.copy.findings.push(finding);
                    self.odd.push(path);
                }
            }
        }
        Ok(())
    }

    /// Whether a path is, or lies below, a link or special file.
    fn is_odd(&self, path: &Path) -> bool {
        self.odd.iter().any(|odd| path.starts_with(odd))
    }

    /// A file, or nothing; one that is odd or too long is a finding.
    fn file(&mut self, path: &Path, most: u64, log: Option<&LogId>) -> Outcome<Option<Vec<u8>>> {
        if self.is_odd(path) {
            return Ok(None);
        }
        match self.source.read(path, most) {
            Ok(bytes) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let (place, message) = (self.place(path), "not a plain file of its size");
                self.copy.findings.push(match log {
                    Some(log) => Finding::of_log(log, Code::OddFile, place, message),
                    None => Finding::of_copy(Code::OddFile, place, message),
                });
                Ok(None)
            }
            Err(error) => Err(failed(path)(error)),
        }
    }

    /// The names in a folder of the copy; none in one that is a link.
    fn list(&self, folder: &Path) -> Outcome<Vec<(String, Kind)>> {
        if self.is_odd(folder) {
            return Ok(Vec::new());
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let beside = self.source.list(parent(folder)).map_err(failed(folder))?;
        let is_folder = beside.iter().any(|(n, kind)| *n == name && *kind == Kind::Folder);
        if is_folder { self.source.list(folder).map_err(failed(folder)) } else { Ok(Vec::new()) }
    }

    fn files(&mut self, folder: &str) -> Outcome<Vec<(String, Vec<u8>)>> {
        let path = self.root.join(folder);
        let largest = if folder == "docs" { LARGEST_DOCUMENT } else { LARGEST_NAMED };
        let mut files = Vec::new();
        for (name, kind) in self.list(&path)? {
            // Names that begin with a dot are of a writing that was cut off.
            if kind != Kind::File || name.starts_with('.') {
                continue;
            }
            let most = largest.min(self.room);
            let Some(bytes) = self.file(&path.join(&name), most, None)? else { continue };
            self.room = self.room.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            files.push((name, bytes));
        }
        Ok(files)
    }

    fn named(&mut self, folder: &str) -> Outcome<()> {
        for (name, bytes) in self.files(folder)? {
            self.copy.named.insert(format!("{folder}/{name}"), bytes);
        }
        Ok(())
    }

    fn journals(&mut self) -> Outcome<()> {
        let logs = self.root.join("logs");
        for (name, _) in self.list(&logs)? {
            let Some(log) = name.strip_suffix(".journal") else { continue };
            if let Some((log, bytes)) = self.journal(log, &logs.join(log))? {
                self.copy.logs.insert(log, bytes);
            }
        }
        let branches = self.root.join("branches");
        for (log, _) in self.list(&branches)? {
            let folder = branches.join(&log);
            for (name, _) in self.list(&folder)? {
                let Some(stem) = name.strip_suffix(".journal").filter(|stem| is_branch(stem)) else {
                    continue;
                };
                let branch = self.journal(&log, &folder.join(stem))?;
                self.copy.branches.extend(branch);
            }
        }
        Ok(())
    }

    fn journal(&mut self, log: &str, stem: &Path) -> Outcome<Option<(LogId, LogBytes)>> {
        let Ok(log) = log.parse::<LogId>() else { return Ok(None) };
        let named = |suffix: &str| {
            let name = stem.file_name().unwrap_or_default().to_string_lossy();
            stem.with_file_name(format!("{name}.{suffix}"))
        };
        let (path, checkpoint) = (named("journal"), named("checkpoint"));
        match self.source.read_at(&path, 0, 1) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(None),
            Err(error) => return Err(failed(&path)(error)),
        }
        let place = self.place(&path);
        let bytes = LogBytes {
            shelf: Arc::new(Journal::new(self.source, &path, &place)),
            place,
            checkpoint: self.file(&checkpoint, longest_note(), Some(&log))?,
            ..LogBytes::default()
        };
        Ok(Some((log, bytes)))
    }

    fn tiled_logs(&mut self) -> Outcome<()> {
        let logs = self.root.join("logs");
        for (name, kind) in self.list(&logs)? {
            if let (Ok(log), Kind::Folder) = (name.parse::<LogId>(), kind) {
                let bytes = self.tiled_log(&log, &logs.join(&name))?;
                self.copy.logs.insert(log, bytes);
            }
        }
        let branches = self.root.join("branches");
        for (name, _) in self.list(&branches)? {
            let Ok(log) = name.parse::<LogId>() else { continue };
            let folder = branches.join(&name);
            for (branch, kind) in self.list(&folder)? {
                if kind == Kind::Folder && is_branch(&branch) {
                    let bytes = self.tiled_log(&log, &folder.join(branch))?;
                    self.copy.branches.push((log.clone(), bytes));
                }
            }
        }
        Ok(())
    }

    fn tiled_log(&mut self, log: &LogId, folder: &Path) -> Outcome<LogBytes> {
        let mut bytes = LogBytes {
            place: self.place(folder),
            checkpoint: self.file(&folder.join("checkpoint"), longest_note(), Some(log))?,
            ..LogBytes::default()
        };
        let size = bytes.claimed_size();
        let odd = self.odd.iter().filter(|odd| odd.starts_with(folder) || folder.starts_with(odd));
        bytes.shelf = Arc::new(Tiled {
            source: self.source.handle(),
            folder: folder.to_owned(),
            place: bytes.place.clone(),
            size: size.unwrap_or(0),
            odd: odd.cloned().collect(),
        });
        Ok(bytes)
    }
}

/// The bundles and tiles of one log in a snapshot. Its size is the one that the
/// checkpoint file claims: no more is looked for, and nothing is believed.
struct Tiled {
    source: Arc<dyn Source>,
    folder: PathBuf,
    place: String,
    size: u64,
    odd: Vec<PathBuf>,
}

impl Tiled {
    /// A tile of this width, or a wider one in its place, which begins with it: the
    /// log may have grown since its checkpoint was read.
    fn at_width(&self, id: &TileId, most: u64) -> io::Result<Option<(Vec<u8>, bool)>> {
        if let Some(bytes) = self.file(&self.folder.join(id.path()), most)? {
            return Ok(Some((bytes, false)));
        }
        let full = self.folder.join(id.full().path());
        if let Some(bytes) = self.file(&full, most)? {
            return Ok(Some((bytes, true)));
        }
        let name = full.file_name().unwrap_or_default().to_string_lossy();
        let partial = full.with_file_name(format!("{name}.p"));
        let widths = self.source.list(&partial)?.into_iter().filter_map(|(name, _)| name.parse().ok());
        let wider: Option<u64> = widths.filter(|width| *width > id.width && *width < WIDTH).min();
        let Some(width) = wider else { return Ok(None) };
        let wider = TileId { width, ..id.clone() };
        Ok(self.file(&self.folder.join(wider.path()), most)?.map(|bytes| (bytes, true)))
    }

    fn file(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
        let is_odd = self.odd.iter().any(|odd| path.starts_with(odd));
        if is_odd { Ok(None) } else { self.source.read(path, most) }
    }
}

impl Shelf for Tiled {
    fn bundle(&self, index: u64) -> io::Result<Bundle> {
        let first = index.saturating_mul(WIDTH);
        let width = self.size.saturating_sub(first).min(WIDTH);
        if width == 0 {
            return Ok(Bundle::default());
        }
        let id = TileId { level: None, index, width };
        let place = format!("{}/{}", self.place, id.path());
        let ending = |mut bundle: Bundle, code, message: String| {
            bundle.finding = Some((code, place.clone(), message));
            Ok(bundle)
        };
        let (file, full) = match self.at_width(&id, journal::LONGEST_BUNDLE) {
            Ok(Some(found)) => found,
            Ok(None) => {
                let message = format!("the entries from {first} on are not here");
                return ending(Bundle::default(), Code::BytesAbsent, message);
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return ending(Bundle::default(), Code::OddFile, "not a plain file of its size".to_owned());
            }
            Err(error) => return Err(error),
        };
        let length = file.len();
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        let (bundle, end) = Bundle::of_frames(file, width);
        if bundle.len() == width && (full || end == length) {
            return Ok(bundle);
        }
        ending(bundle, Code::Bundle, format!("this file does not hold {width} entries and nothing more"))
    }

    fn is_tiled(&self) -> bool {
        true
    }

    fn tile(&self, id: &TileId) -> io::Result<Option<Vec<u8>>> {
        let length = usize::try_from(id.width * 32).unwrap_or(usize::MAX);
        let found = match self.at_width(id, 8192) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => None,
            other => other?,
        };
        Ok(found.map(|(mut bytes, full)| {
            bytes.truncate(if full { length } else { bytes.len() });
            bytes
        }))
    }
}

/// A branch is named by 16 hexadecimal digits.
fn is_branch(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

/// Most bytes in a checkpoint or charter.
pub fn longest_note() -> u64 {
    u64::try_from(note::LONGEST).unwrap_or(u64::MAX)
}
