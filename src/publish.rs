//! Publishing: writing the snapshot of a record into a folder, which anybody may read
//! at any moment.
//!
//! ```text
//! bundles and tiles   new ones alone; what a published checkpoint covers lies there
//! fsync               of these files and of their folders
//! snapshot.json       the names in it, for readers over HTTP
//! checkpoints         each once what its entries receipt is published; one's own last
//! stale tiles         those of earlier sizes, which no checkpoint needs now
//! feed.xml            the newest entries
//! index.html          the page, with the files above in it
//! ```
//!
//! A reader in between sees checkpoints whose entries are there. One that read an
//! earlier checkpoint finds the tiles of a later one in the place of those it looks
//! for; they begin with the same hashes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::{Audit, Copy};
use crate::checkpoint::Checkpoint;
use crate::disk::{Access, Disk, Kind, make_folder_synced, parent, replace};
use crate::failure::{Failure, Outcome, Why};
use crate::feed;
use crate::hash::Hash;
use crate::listing::{self, Listing};
use crate::merkle::{Nodes, common};
use crate::names::LogId;
use crate::page;
use crate::proof::Evidence;
use crate::reading::Progress;
use crate::shelf::Shelf;
use crate::snapshot::{self, LOCAL, longest_note};
use crate::strand::Strand;
use crate::testimony;
use crate::tile::{self, TileId, WIDTH};
use crate::viewer;

/// The file by which a copy is known to be of a ledger.
const CHARTER: &str = "charter.json";

fn reading(path: &Path) -> impl FnOnce(io::Error) -> Failure + '_ {
    move |error| Failure::disk("reading", path, error)
}

fn writing(path: &Path) -> impl FnOnce(io::Error) -> Failure + '_ {
    move |error| Failure::disk("writing", path, error)
}

/// How a snapshot is to be written.
#[derive(Clone, Copy, Default)]
pub struct How<'a> {
    /// Is told how many entries were looked at.
    pub watch: Option<&'a dyn Fn(Progress)>,
    /// Compares every file that is there; else what its checkpoints cover is taken to
    /// be as it was published.
    pub whole: bool,
    /// Leaves the documents out.
    pub without_docs: bool,
    /// Writes only what this many entries of each log do not cover.
    pub since: Option<&'a BTreeMap<LogId, u64>>,
}

/// One log, or branch, that is to be published.
struct Part<'a> {
    strand: &'a Strand,
    shelf: Arc<dyn Shelf>,
    folder: PathBuf,
    seal: Checkpoint,
    /// Entries that are published.
    from: u64,
}

/// Writes the snapshot of a record into a folder: a new one, or one that holds an
/// earlier snapshot of the same ledger. The checkpoint of `own` is written last. Returns
/// how many files were written.
pub fn publish(
    disk: &dyn Disk,
    audit: &Audit,
    copy: &Copy,
    own: Option<&LogId>,
    out: &Path,
    how: How<'_>,
) -> Outcome<u64> {
    check_target(disk, copy, out, how)?;
    let published = published(disk, audit, out)?;
    let parts = parts(audit, copy, out, &published, how);
    let (folders, made) = (BTreeSet::new(), BTreeSet::new());
    let claimed = parts.iter().map(|part| part.seal.size() - part.begin(how)).sum();
    let progress = Progress { done: 0, claimed };
    let mut writer = Writing { disk, out, folders, made, written: 0, progress };
    writer.make_folder(out)?;
    // The charter first, and whole: by it the next publish knows a folder that was begun.
    let charter = copy.charter.clone().unwrap_or_default();
    writer.replace(&out.join(CHARTER), &charter)?;
    let files = small_files(audit, copy, how);
    for (path, bytes) in &files {
        writer.put(&out.join(path), bytes, how.whole)?;
    }
    for part in &parts {
        writer.put_part(part, how)?;
    }
    writer.sync_folders()?;
    if how.since.is_none() {
        writer.derived(listing::NAME, &listing(&parts, &files, out).to_bytes())?;
    }
    let order = in_turn(audit, &parts, own);
    // Whatever could not be read is not taken for absent.
    audit.broken().map_err(reading(out))?;
    for part in order {
        writer.put_checkpoint(part)?;
    }
    for part in &parts {
        remove_stale(disk, part, how)?;
    }
    if how.since.is_none() {
        let sealed: Vec<(&Strand, u64)> = parts.iter().map(|part| (part.strand, part.seal.size())).collect();
        writer.derived(feed::NAME, feed::of(audit, &sealed).as_bytes())?;
        let page = page::of(disk, out, &snapshot::read(disk, out)?)?;
        writer.derived(viewer::NAME, &page)?;
    }
    Ok(writer.written)
}

struct Writing<'a> {
    disk: &'a dyn Disk,
    out: &'a Path,
    /// Folders in which names were made.
    folders: BTreeSet<PathBuf>,
    made: BTreeSet<PathBuf>,
    written: u64,
    progress: Progress,
}

impl Part<'_> {
    /// The first entry that is looked at.
    fn begin(&self, how: How<'_>) -> u64 {
        if how.whole { 0 } else { self.from.min(self.seal.size()) }
    }
}

impl Writing<'_> {
    /// Makes a folder below the snapshot's; a link in its place is not followed.
    fn make_folder(&mut self, path: &Path) -> Outcome<()> {
        if self.made.contains(path) || path.as_os_str().is_empty() || path == Path::new(".") {
            return Ok(());
        }
        if path != self.out {
            self.make_folder(parent(path))?;
        }
        let there = self.disk.list(parent(path)).map_err(reading(path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match there.iter().find(|(listed, _)| *listed == name) {
            Some((_, Kind::Folder)) => {}
            None if path.parent().is_some() => make_folder_synced(self.disk, path, Access::Usual)
                .map_err(|error| Failure::disk("making", path, error))?,
            Some(_) if path != self.out => return Err(is_odd(path)),
            _ => {}
        }
        self.made.insert(path.to_owned());
        Ok(())
    }

    /// Puts a file that is the old or the new one at any moment.
    fn replace(&mut self, path: &Path, bytes: &[u8]) -> Outcome<()> {
        let there = self.disk.read(path, longest_note()).map_err(reading(path))?;
        if there.as_deref() != Some(bytes) {
            self.make_folder(parent(path))?;
            replace(self.disk, path, bytes).map_err(writing(path))?;
            self.written += 1;
            return Ok(());
        }
        // Renamed by a run that may have been cut off before that was made to last.
        self.disk.sync_folder(parent(path)).map_err(writing(path))
    }

    /// Puts a file that says of the snapshot what its other files say; it is not counted.
    fn derived(&self, name: &str, bytes: &[u8]) -> Outcome<()> {
        let path = self.out.join(name);
        let there = self.disk.read(&path, u64::MAX).map_err(reading(&path))?;
        if there.as_deref() == Some(bytes) {
            return Ok(());
        }
        replace(self.disk, &path, bytes).map_err(writing(&path))
    }

    /// Puts a file whose name says what it holds; one that is there is compared if
    /// `compare` says so, or if its name was never made to last.
    fn put(&mut self, path: &Path, bytes: &[u8], compare: bool) -> Outcome<()> {
        let there = self.disk.read(path, u64::MAX).map_err(reading(path))?;
        if there.as_deref() == Some(bytes) {
            // Written by a run that may have been cut off before its sync.
            if compare {
                self.disk.sync(path).map_err(writing(path))?;
                self.folders.insert(parent(path).to_owned());
                self.folders.insert(parent(parent(path)).to_owned());
            }
            return Ok(());
        }
        self.make_folder(parent(path))?;
        if there.is_some() {
            replace(self.disk, path, bytes).map_err(writing(path))?;
        } else {
            self.disk.create(path, bytes, Access::Usual).map_err(writing(path))?;
            self.disk.sync(path).map_err(writing(path))?;
        }
        self.folders.insert(parent(path).to_owned());
        self.written += 1;
        Ok(())
    }

    /// The bundles and tiles of one log that are not published.
    fn put_part(&mut self, part: &Part<'_>, how: How<'_>) -> Outcome<()> {
        let (from, size) = (part.begin(how), part.seal.size());
        if from == size && (how.since.is_none() || size.is_multiple_of(WIDTH)) {
            return Ok(());
        }
        for id in tile::row(None, from / WIDTH, size) {
            let path = part.folder.join(id.path());
            let bytes = bundle(part, &id).map_err(reading(&path))?;
            self.put(&path, &bytes, true)?;
            self.progress.done += id.width;
            if let Some(watch) = how.watch {
                watch(self.progress);
            }
        }
        if how.since.is_none() {
            for id in tile::tiles_from(from, size) {
                let path = part.folder.join(id.path());
                let broken = || reading(&path)(io::Error::other("entries that were here cannot be read"));
                let hashes = tile::hashes(&part.strand.tree, &id).ok_or_else(broken)?;
                self.put(&path, &hashes, true)?;
            }
        }
        Ok(())
    }

    fn sync_folders(&mut self) -> Outcome<()> {
        for folder in &self.folders {
            self.disk.sync_folder(folder).map_err(writing(folder))?;
        }
        Ok(())
    }

    fn put_checkpoint(&mut self, part: &Part<'_>) -> Outcome<()> {
        self.replace(&part.folder.join("checkpoint"), &part.seal.to_bytes())
    }
}

fn is_odd(path: &Path) -> Failure {
    let what = format!("{} is a link or special file, which is not written through", path.display());
    Failure::new(Why::Exists, what)
}

/// The bytes of a bundle: the entries of the tree, each in its frame.
fn bundle(part: &Part<'_>, id: &TileId) -> io::Result<Vec<u8>> {
    let bundle = part.shelf.bundle(id.index)?;
    let mut bytes = Vec::with_capacity(bundle.weight());
    let width = usize::try_from(id.width).unwrap_or(usize::MAX);
    for (seq, note) in (id.first()..).zip(bundle.notes().take(width)) {
        let is_same = part.strand.tree.leaf(seq) == Some(Hash::leaf(note));
        let frame = tile::frame(note).filter(|_| is_same);
        bytes.extend(frame.ok_or_else(|| io::Error::other("entries changed while they were read"))?);
    }
    if bundle.len() < width {
        return Err(io::Error::other("entries are missing that were there before"));
    }
    Ok(bytes)
}

/// The newest seal that the held bytes reach: the log's own checkpoint, or one
/// found in somebody's entry.
pub fn newest_seal<'a>(audit: &'a Audit, strand: &'a Strand) -> Option<&'a Checkpoint> {
    let carried = audit.newest.get(strand.log()).filter(|seal| strand.reaches(seal.head()));
    [strand.seal.as_ref(), carried].into_iter().flatten().max_by_key(|seal| seal.size())
}

/// A further branch is named by its first entry that no branch held before it has,
/// so that two branches never share a name.
pub fn branch_name<'a>(held: impl Iterator<Item = &'a Strand>, strand: &Strand) -> Option<String> {
    let at = held.map(|other| common(&strand.tree, &other.tree)).max().unwrap_or(0);
    let differing = strand.tree.leaf(at).or_else(|| strand.tree.leaf(strand.tree.size().checked_sub(1)?))?;
    Some(differing.to_string().chars().take(16).collect())
}

/// Where a log or branch is read from in a copy.
fn shelf(copy: &Copy, strand: &Strand) -> Option<Arc<dyn Shelf>> {
    let stem = |place: &str| place.trim_end_matches(".journal") == strand.stem;
    let logs = copy.logs.values().chain(copy.branches.iter().map(|(_, bytes)| bytes));
    logs.into_iter().find(|bytes| stem(&bytes.place)).map(|bytes| Arc::clone(&bytes.shelf))
}

fn parts<'a>(
    audit: &'a Audit,
    copy: &Copy,
    out: &Path,
    published: &BTreeMap<LogId, u64>,
    how: How<'_>,
) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut add = |strand: &'a Strand, folder: PathBuf, from: u64| {
        if let (Some(seal), Some(shelf)) = (newest_seal(audit, strand), shelf(copy, strand)) {
            parts.push(Part { strand, shelf, folder: out.join(folder), seal: seal.clone(), from });
        }
    };
    for (log, strand) in &audit.strands {
        let known = how.since.unwrap_or(published).get(log).copied().unwrap_or(0);
        add(strand, Path::new("logs").join(log.as_str()), known);
    }
    for (at, strand) in audit.branches.iter().enumerate() {
        let before = audit.branches.iter().take(at).filter(|other| other.log() == strand.log());
        let held = audit.strands.get(strand.log()).into_iter().chain(before);
        if let Some(name) = branch_name(held, strand) {
            add(strand, Path::new("branches").join(strand.log().as_str()).join(name), 0);
        }
    }
    parts
}

/// Evidence, notes and documents: those that entries name, and evidence of time over
/// what is held.
fn small_files(audit: &Audit, copy: &Copy, how: How<'_>) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let holds = |bytes: &[u8]| Evidence::parse(bytes).and_then(|file| file.verify()).is_ok();
    for (name, bytes) in copy.faults.iter().filter(|(_, bytes)| holds(bytes)) {
        files.insert(Path::new("faults").join(name), bytes.clone());
    }
    for evidence in &audit.evidence {
        let bytes = evidence.to_bytes();
        files.insert(Path::new("faults").join(Hash::of(&bytes).to_string()), bytes);
    }
    let wanted =
        |path: &str| audit.referred.contains(path) && !(how.without_docs && path.starts_with("docs/"));
    let referred: BTreeSet<&String> = audit.referred.iter().collect();
    let notes = testimony::files(&[&copy.named]);
    let travelling = testimony::travelling(&[audit], &notes, &referred, &|_| true);
    let wanted = |path: &String| wanted(path) || travelling.paths.contains(path);
    for (path, bytes) in copy.named.iter().filter(|(path, _)| wanted(path)) {
        files.insert(PathBuf::from(path), bytes.clone());
    }
    files
}

/// The names that a reader over HTTP cannot know.
fn listing(parts: &[Part<'_>], files: &BTreeMap<PathBuf, Vec<u8>>, out: &Path) -> Listing {
    let mut listing = Listing::default();
    for part in parts {
        let log = part.strand.log();
        let branches = out.join("branches");
        let name = part.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if part.folder.starts_with(branches) {
            listing.branches.insert((log.clone(), name));
        } else {
            listing.logs.insert(log.clone());
        }
    }
    for (path, bytes) in files {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        listing.files.insert(path.to_string_lossy().replace('\\', "/"), size);
    }
    listing
}

/// In which order checkpoints appear: one whose entries receipt a head comes after the
/// checkpoint that reaches it, where that can be; one's own comes last.
fn in_turn<'p, 'a>(audit: &Audit, parts: &'p [Part<'a>], own: Option<&LogId>) -> Vec<&'p Part<'a>> {
    let is_own = |part: &&Part<'_>| Some(part.strand.log()) == own;
    let mut public: BTreeMap<&LogId, u64> = BTreeMap::new();
    let mut waiting: Vec<(&Part<'_>, BTreeMap<LogId, u64>)> =
        parts.iter().filter(|part| !is_own(part)).map(|part| (part, receipts(part))).collect();
    for part in parts {
        public.insert(part.strand.log(), part.from);
    }
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let reached = |(log, size): (&LogId, &u64)| {
            !audit.strands.contains_key(log) || public.get(log).is_some_and(|public| public >= size)
        };
        let next = waiting.iter().position(|(_, named)| named.iter().all(reached)).unwrap_or(0);
        let (part, _) = waiting.remove(next);
        public.insert(part.strand.log(), part.seal.size());
        order.push(part);
    }
    order.extend(parts.iter().filter(is_own));
    order
}

/// How much of each other log the new entries of a part receipt.
fn receipts(part: &Part<'_>) -> BTreeMap<LogId, u64> {
    let mut named = BTreeMap::new();
    for signed in part.strand.entries_from(part.from) {
        named.extend(signed.entry().seen.iter().map(|(log, head)| (log.clone(), head.size)));
    }
    named
}

fn check_target(disk: &dyn Disk, copy: &Copy, out: &Path, how: How<'_>) -> Outcome<()> {
    let names = disk.list(out).map_err(reading(out))?;
    let charter = disk.read(&out.join(CHARTER), longest_note()).map_err(reading(out))?;
    let logs = names.iter().any(|(name, kind)| name == "logs" && *kind == Kind::Folder);
    let begun = ["branches", CHARTER, "docs", "faults", feed::NAME, "notes", listing::NAME, viewer::NAME];
    let passing = |name: &str| name.starts_with('.');
    let half_made = names.iter().all(|(name, _)| passing(name) || begun.contains(&name.as_str()));
    let ours = match &charter {
        Some(_) => charter == copy.charter && (logs || half_made),
        None => names.iter().all(|(name, _)| passing(name)),
    };
    let links = names.iter().filter(|(_, kind)| *kind == Kind::Odd).map(|(name, _)| out.join(name));
    let links = if how.whole { snapshot::find_odd(disk, out)? } else { links.collect() };
    if let Some(odd) = links.first() {
        return Err(is_odd(odd));
    }
    if names.iter().any(|(name, _)| name == LOCAL) {
        let what = format!("{} is a ledger folder; a snapshot needs one of its own", out.display());
        return Err(Failure::new(Why::Exists, what));
    }
    let page = out.join(viewer::NAME);
    let other = |bytes: Option<Vec<u8>>| bytes.is_some_and(|bytes| !viewer::is_page(&bytes));
    if ours && other(disk.read(&page, viewer::tail::LARGEST).map_err(reading(&page))?) {
        let what = format!("{} is no page of a snapshot; it is left as it is", page.display());
        return Err(Failure::new(Why::Exists, what).next("the same command with another folder"));
    }
    if !names.is_empty() && how.since.is_some() {
        let what = format!("{} is there; what is made to be carried needs a new folder", out.display());
        return Err(Failure::new(Why::Exists, what).next("the same command with another folder"));
    }
    if !names.is_empty() && !ours {
        let what = format!("{} holds other files than a snapshot of this ledger", out.display());
        return Err(Failure::new(Why::Exists, what));
    }
    Ok(())
}

/// How much of each log is published. A folder that was restored from an old backup must
/// not take the place of a newer copy: what is published there may be the newest that
/// anybody has.
fn published(disk: &dyn Disk, audit: &Audit, out: &Path) -> Outcome<BTreeMap<LogId, u64>> {
    let mut sizes = BTreeMap::new();
    for (log, seal) in seals_of(disk, audit, out)? {
        let covered = |strand: &Strand| {
            strand.reaches(seal.head())
                && newest_seal(audit, strand).is_some_and(|own| own.size() >= seal.size())
        };
        if !audit.branches_of(&log).any(covered) {
            let what = format!(
                "{} holds {} sealed entries of {log} that this folder does not hold; it is left as it is",
                out.display(),
                seal.size()
            );
            return Err(Failure::new(Why::Behind, what).next(format!("countersign pull {}", out.display())));
        }
        // A folder that was made to be carried has no hash tiles.
        let first = TileId { level: Some(0), index: 0, width: seal.size().min(WIDTH) };
        let path = out.join("logs").join(log.as_str()).join(first.path());
        let begins = disk.read_at(&path, 0, 1).map_err(reading(&path))?.is_some();
        if begins && audit.strands.get(&log).is_some_and(|strand| strand.reaches(seal.head())) {
            sizes.insert(log, seal.size());
        }
    }
    Ok(sizes)
}

/// The checkpoints of a snapshot that are under the keys of their logs.
pub fn seals_of(disk: &dyn Disk, audit: &Audit, snapshot: &Path) -> Outcome<Vec<(LogId, Checkpoint)>> {
    let Some(charter) = &audit.charter else { return Ok(Vec::new()) };
    let logs = snapshot.join("logs");
    let mut seals = Vec::new();
    for (name, _) in disk.list(&logs).map_err(reading(&logs))? {
        let Ok(log) = name.parse::<LogId>() else { continue };
        let path = logs.join(&name).join("checkpoint");
        // One that is there and cannot be read is not an absent one.
        let Some(bytes) = disk.read(&path, longest_note()).map_err(reading(&path))? else { continue };
        let held = audit.branches_of(&log).find_map(|strand| strand.chain.log_key());
        let key = held.or(charter.log_key(&log));
        if let Some(Ok(seal)) = key.map(|key| Checkpoint::parse(&bytes, &charter.id(), &log, key)) {
            seals.push((log, seal));
        }
    }
    Ok(seals)
}

/// Removes tiles of other sizes than the checkpoint's: those around the end, or,
/// where the whole is looked at, all.
fn remove_stale(disk: &dyn Disk, part: &Part<'_>, how: How<'_>) -> Outcome<()> {
    let size = part.seal.size();
    if !how.whole && part.from == size {
        return Ok(());
    }
    let from = part.begin(how);
    let path = |id: &TileId| part.folder.join(id.path());
    let wanted: BTreeSet<PathBuf> = tile::beside(from, size).map(|id| path(&id)).collect();
    let new = tile::row(None, from / WIDTH, size).chain(tile::tiles_from(from, size));
    let mut folders: Vec<PathBuf> = new.map(|id| parent(&path(&id.full())).to_owned()).collect();
    folders.dedup();
    while let Some(folder) = folders.pop() {
        for (name, kind) in disk.list(&folder).map_err(reading(&folder))? {
            let path = folder.join(&name);
            if kind == Kind::Folder && name.strip_suffix(".p").is_some() {
                folders.push(path);
            } else if kind == Kind::File && !wanted.contains(&path) {
                disk.remove(&path).map_err(|error| Failure::disk("removing", &path, error))?;
            }
        }
    }
    Ok(())
}
