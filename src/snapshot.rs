//! What a copy holds, read and written: snapshots (static files, tlog-tiles) and
//! ledger folders (journals).
//!
//! ```text
//! snapshot/charter.json   logs/<log>/checkpoint   logs/<log>/tile/0/000 ...
//!          logs/<log>/tile/entries/000 ...   notes/  docs/  faults/  branches/
//! ```
//!
//! Reading takes no bytes on trust: sizes come from files that are there, never
//! from what a checkpoint says. Writing goes tiles and bundles first, peers'
//! checkpoints next, one's own last, so that whoever reads in between sees seals
//! whose entries are there.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::audit::{Audit, Copy, LogBytes};
use crate::body::{Body, text::Provisions};
use crate::charter;
use crate::checkpoint::Checkpoint;
use crate::disk::{Access, Disk, Kind, Source, make_folder_synced, parent, replace};
use crate::failure::{Failure, Outcome, Why};
use crate::fault::{Code, Finding};
use crate::hash::Hash;
use crate::journal;
use crate::names::LogId;
use crate::note;
use crate::proof::Evidence;
use crate::tile::{self, TileId};
use crate::weave::Strand;

/// Most bytes in one bundle: 256 entries of 65,535 with their lengths.
const LARGEST_BUNDLE: u64 = 256 * 65_537;

/// Most bytes in a file of `notes/` or `docs/`.
const LARGEST_NAMED: u64 = 4 << 20;

/// Most bytes in all files of `notes/`, `docs/` and `faults/` together that one look
/// takes in; more are told as odd.
const MOST_NAMED_BYTES: u64 = 256 << 20;

/// Deepest folder below a copy that is looked into.
const DEEPEST: usize = 16;

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
    let most = u64::try_from(charter::LARGEST).unwrap_or(u64::MAX) + 1;
    reader.copy.charter = reader.file(&charter, most, None)?;
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
        let mut files = Vec::new();
        for (name, kind) in self.list(&path)? {
            // Names that begin with a dot are of a writing that was cut off.
            if kind != Kind::File || name.starts_with('.') {
                continue;
            }
            let most = LARGEST_NAMED.min(self.room);
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
        let contents = match journal::read(self.source, &path) {
            Ok(contents) => contents,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(None),
            Err(error) => return Err(failed(&path)(error)),
        };
        let mut bytes = LogBytes {
            place: self.place(&path),
            notes: contents.notes,
            checkpoint: self.file(&checkpoint, longest_note(), Some(&log))?,
            ..LogBytes::default()
        };
        if !contents.torn.is_empty() {
            let message = format!("{} bytes after the last whole entry", contents.torn.len());
            bytes.findings.push((Code::Bundle, bytes.place.clone(), message));
        }
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
            tiles: Some(BTreeMap::new()),
            ..LogBytes::default()
        };
        let Some(size) = bytes.checkpoint.as_deref().and_then(claimed_size) else {
            return Ok(bytes);
        };
        for id in tile::bundles(size) {
            if !self.bundle(log, folder, &id, &mut bytes)? {
                return Ok(bytes);
            }
        }
        // Every bundle was there, so the number of tiles is bounded by real bytes.
        for id in tile::tiles(size) {
            let file = self.at_width(log, folder, &id, 8192)?;
            let length = usize::try_from(id.width * 32).unwrap_or(usize::MAX);
            let hashes = file.map(|(mut file, full)| {
                if full {
                    file.truncate(length);
                }
                file
            });
            if let (Some(hashes), Some(tiles)) = (hashes, &mut bytes.tiles) {
                tiles.insert(id, hashes);
            }
        }
        Ok(bytes)
    }

    /// A tile of this width, or the full one in its place.
    fn at_width(
        &mut self,
        log: &LogId,
        folder: &Path,
        id: &TileId,
        most: u64,
    ) -> Outcome<Option<(Vec<u8>, bool)>> {
        if let Some(bytes) = self.file(&folder.join(id.path()), most, Some(log))? {
            return Ok(Some((bytes, false)));
        }
        let full = self.file(&folder.join(id.full().path()), most, Some(log))?;
        Ok(full.map(|bytes| (bytes, true)))
    }

    /// Reads one bundle; whether reading goes on.
    fn bundle(&mut self, log: &LogId, folder: &Path, id: &TileId, bytes: &mut LogBytes) -> Outcome<bool> {
        let place = format!("{}/{}", bytes.place, id.path());
        let Some((file, full)) = self.at_width(log, folder, id, LARGEST_BUNDLE)? else {
            let message = format!("the entries from {} on are not here", id.first());
            bytes.findings.push((Code::BytesAbsent, place, message));
            return Ok(false);
        };
        let (mut notes, end) = tile::frames(&file);
        let width = usize::try_from(id.width).unwrap_or(usize::MAX);
        if full {
            notes.truncate(width);
        }
        let whole = notes.len() == width && (full || end == file.len());
        bytes.notes.extend(notes);
        if !whole {
            let message = format!("this file does not hold {width} entries and nothing more");
            bytes.findings.push((Code::Bundle, place, message));
        }
        Ok(whole)
    }
}

/// A branch is named by 16 hexadecimal digits.
fn is_branch(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

fn longest_note() -> u64 {
    u64::try_from(note::LONGEST).unwrap_or(u64::MAX)
}

/// The size a checkpoint file claims, before its signature is looked at.
fn claimed_size(bytes: &[u8]) -> Option<u64> {
    std::str::from_utf8(bytes).ok()?.lines().nth(1)?.parse().ok()
}

/// A file of a snapshot that is to be, and what it holds.
type Plan = BTreeMap<PathBuf, Vec<u8>>;

/// The snapshot of a record: everything but the checkpoints, and these in the
/// order in which they are written.
struct Planned {
    files: Plan,
    checkpoints: Vec<(PathBuf, Vec<u8>)>,
}

/// Writes the snapshot of a record into a folder: a new one, or one that holds an
/// earlier snapshot of the same ledger. `own` is written last. Returns how many
/// files were written.
pub fn publish(disk: &dyn Disk, audit: &Audit, copy: &Copy, own: Option<&LogId>, out: &Path) -> Outcome<u64> {
    let planned = plan(audit, copy, own);
    check_target(disk, copy, out)?;
    check_no_rollback(disk, audit, out)?;
    let writing = |path: &Path| {
        let path = path.to_owned();
        move |error| Failure::disk("writing", &path, error)
    };
    let mut folders = BTreeSet::new();
    let mut written = 0;
    make_folders(disk, out, &mut folders)?;
    for (path, bytes) in &planned.files {
        let path = out.join(path);
        let there = disk.read(&path, u64::MAX).map_err(writing(&path))?;
        if there.as_ref() == Some(bytes) {
            // Written by a run that may have been cut off before its sync.
            disk.sync(&path).map_err(writing(&path))?;
            continue;
        }
        make_folders(disk, parent(&path), &mut folders)?;
        if there.is_some() {
            replace(disk, &path, bytes).map_err(writing(&path))?;
        } else {
            disk.create(&path, bytes, Access::Usual).map_err(writing(&path))?;
            disk.sync(&path).map_err(writing(&path))?;
        }
        folders.insert(parent(&path).to_owned());
        written += 1;
    }
    for folder in &folders {
        disk.sync_folder(folder).map_err(writing(folder))?;
    }
    for (path, bytes) in &planned.checkpoints {
        let path = out.join(path);
        if disk.read(&path, u64::MAX).map_err(writing(&path))?.as_ref() != Some(bytes) {
            make_folders(disk, parent(&path), &mut folders)?;
            replace(disk, &path, bytes).map_err(writing(&path))?;
            written += 1;
        }
    }
    remove_stale(disk, out, &planned)?;
    Ok(written)
}

fn check_target(disk: &dyn Disk, copy: &Copy, out: &Path) -> Outcome<()> {
    let names = disk.list(out).map_err(failed(out))?;
    let charter = disk.read(&out.join("charter.json"), longest_note()).map_err(failed(out))?;
    let logs = names.iter().any(|(name, kind)| name == "logs" && *kind == Kind::Folder);
    let half_made = names.iter().all(|(name, _)| name == "charter.json" || name.starts_with('.'));
    let ours = charter.is_some() && charter == copy.charter && (logs || half_made);
    let mut links = Reader { source: disk, root: out, copy: Copy::default(), odd: Vec::new(), room: 0 };
    links.find_odd(out, &names, 0)?;
    if let Some(odd) = links.odd.first() {
        let what = format!("{} is a link or special file, which is not written through", odd.display());
        return Err(Failure::new(Why::Exists, what));
    }
    if names.iter().any(|(name, _)| name == LOCAL) {
        let what = format!("{} is a ledger folder; a snapshot needs one of its own", out.display());
        return Err(Failure::new(Why::Exists, what));
    }
    if !names.is_empty() && !ours {
        let what = format!("{} holds other files than a snapshot of this ledger", out.display());
        return Err(Failure::new(Why::Exists, what));
    }
    Ok(())
}

/// A folder that was restored from an old backup must not take the place of a newer
/// copy: what is published there may be the newest that anybody has.
fn check_no_rollback(disk: &dyn Disk, audit: &Audit, out: &Path) -> Outcome<()> {
    let Some(charter) = &audit.charter else { return Ok(()) };
    let logs = out.join("logs");
    for (name, _) in disk.list(&logs).map_err(failed(&logs))? {
        let Ok(log) = name.parse::<LogId>() else { continue };
        let path = logs.join(&name).join("checkpoint");
        let Ok(Some(bytes)) = disk.read(&path, longest_note()) else { continue };
        let held: Vec<&Strand> = audit.branches_of(&log).collect();
        let key = held.iter().find_map(|strand| strand.chain.log_key()).or(charter.log_key(&log));
        let Some(Ok(seal)) = key.map(|key| Checkpoint::parse(&bytes, &charter.id(), &log, key)) else {
            continue;
        };
        if !held.iter().any(|strand| strand.reaches(seal.head())) {
            let what = format!(
                "{} holds {} sealed entries of {log} that this folder does not hold; it is left as it is",
                out.display(),
                seal.size()
            );
            return Err(Failure::new(Why::Behind, what).next(format!("countersign pull {}", out.display())));
        }
    }
    Ok(())
}

fn make_folders(disk: &dyn Disk, path: &Path, made: &mut BTreeSet<PathBuf>) -> Outcome<()> {
    if made.contains(path) || path.as_os_str().is_empty() || path == Path::new(".") {
        return Ok(());
    }
    let there = disk.list(parent(path)).map_err(failed(path))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if path.parent().is_some() && !there.iter().any(|(listed, _)| *listed == name) {
        make_folders(disk, parent(path), made)?;
        make_folder_synced(disk, path, Access::Usual)
            .map_err(|error| Failure::disk("making", path, error))?;
    }
    made.insert(path.to_owned());
    Ok(())
}

fn plan(audit: &Audit, copy: &Copy, own: Option<&LogId>) -> Planned {
    let charter = copy.charter.clone().unwrap_or_default();
    let mut planned =
        Planned { files: Plan::from([(PathBuf::from("charter.json"), charter)]), checkpoints: vec![] };
    for (log, strand) in &audit.strands {
        plan_log(&mut planned, audit, strand, &Path::new("logs").join(log.as_str()));
    }
    for (at, strand) in audit.branches.iter().enumerate() {
        let before = audit.branches.iter().take(at).filter(|other| other.log() == strand.log());
        let held = audit.strands.get(strand.log()).into_iter().chain(before);
        if let Some(name) = branch_name(held, strand) {
            let folder = Path::new("branches").join(strand.log().as_str()).join(name);
            plan_log(&mut planned, audit, strand, &folder);
        }
    }
    let holds = |bytes: &[u8]| Evidence::parse(bytes).and_then(|file| file.verify()).is_ok();
    for (name, bytes) in copy.faults.iter().filter(|(_, bytes)| holds(bytes)) {
        planned.files.insert(Path::new("faults").join(name), bytes.clone());
    }
    for evidence in &audit.evidence {
        let bytes = evidence.to_bytes();
        planned.files.insert(Path::new("faults").join(Hash::of(&bytes).to_string()), bytes);
    }
    let referred = referred(audit);
    for (path, bytes) in copy.named.iter().filter(|(path, _)| referred.contains(*path)) {
        planned.files.insert(PathBuf::from(path), bytes.clone());
    }
    let own = own.map(|log| Path::new("logs").join(log.as_str()).join("checkpoint"));
    planned.checkpoints.sort_by_key(|(path, _)| (Some(path) == own.as_ref(), path.clone()));
    planned
}

/// The newest seal that the held bytes reach: the log's own checkpoint, or one
/// found in somebody's entry.
pub fn newest_seal<'a>(audit: &'a Audit, strand: &'a Strand) -> Option<&'a Checkpoint> {
    let carried = audit.newest.get(strand.log()).filter(|seal| strand.reaches(seal.head()));
    [strand.seal.as_ref(), carried].into_iter().flatten().max_by_key(|seal| seal.size())
}

fn plan_log(planned: &mut Planned, audit: &Audit, strand: &Strand, folder: &Path) {
    let Some(seal) = newest_seal(audit, strand) else { return };
    let notes: Vec<&[u8]> = strand.notes().collect();
    for id in tile::bundles(seal.size()) {
        let first = usize::try_from(id.first()).unwrap_or(usize::MAX);
        let width = usize::try_from(id.width).unwrap_or(usize::MAX);
        let bundle = notes.iter().skip(first).take(width).filter_map(|note| tile::frame(note));
        planned.files.insert(folder.join(id.path()), bundle.flatten().collect());
    }
    for id in tile::tiles(seal.size()) {
        if let Some(hashes) = tile::hashes(&strand.tree, &id) {
            planned.files.insert(folder.join(id.path()), hashes);
        }
    }
    planned.checkpoints.push((folder.join("checkpoint"), seal.to_bytes()));
}

/// A further branch is named by its first entry that no branch held before it has,
/// so that two branches never share a name.
pub fn branch_name<'a>(held: impl Iterator<Item = &'a Strand>, strand: &Strand) -> Option<String> {
    let leaves = strand.tree.leaves();
    let shared = |other: &Strand| leaves.iter().zip(other.tree.leaves()).take_while(|(a, b)| a == b).count();
    let at = held.map(shared).max().unwrap_or(0);
    let differing = leaves.get(at).or(leaves.last())?;
    Some(differing.to_string().chars().take(16).collect())
}

/// Paths of the documents and notes that accepted entries name.
pub fn referred(audit: &Audit) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for strand in audit.strands.values().chain(&audit.branches) {
        for signed in &strand.entries {
            paths.extend(signed.entry().after.iter().map(|digest| format!("notes/{digest}")));
            if let Body::Text(text) = Body::of(signed.entry())
                && let Provisions::InDocument { document, .. } = text.provisions
            {
                paths.insert(format!("docs/{document}"));
            }
        }
    }
    paths
}

/// Removes tiles of earlier sizes, once no checkpoint needs them.
fn remove_stale(disk: &dyn Disk, out: &Path, planned: &Planned) -> Outcome<()> {
    let mut folders: Vec<PathBuf> = planned
        .checkpoints
        .iter()
        .filter_map(|(path, _)| Some(out.join(path.parent()?).join("tile")))
        .collect();
    while let Some(folder) = folders.pop() {
        for (name, kind) in disk.list(&folder).map_err(failed(&folder))? {
            let path = folder.join(&name);
            match kind {
                Kind::Folder => folders.push(path),
                Kind::File => {
                    let planned_here =
                        path.strip_prefix(out).is_ok_and(|path| planned.files.contains_key(path));
                    if !planned_here {
                        disk.remove(&path).map_err(|e| Failure::disk("removing", &path, e))?;
                    }
                }
                Kind::Odd => {}
            }
        }
    }
    Ok(())
}
