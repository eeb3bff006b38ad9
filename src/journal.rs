//! The record: one file a log, entries one after another, each behind its length.
//!
//! Bytes are only ever added at the end, and an entry counts as recorded when the
//! sync after it has returned. So after a power cut a journal is what it was, or
//! has a torn end. A torn end is set aside, never repaired, and only if what is
//! before it still reaches every head that is known (see [`crate::ledger`]).

use std::io;
use std::path::{Path, PathBuf};

use crate::disk::{Access, Disk, Source, create_synced, parent};
use crate::tile;

/// A journal as it is read.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The whole entries.
    pub notes: Vec<Vec<u8>>,
    /// Where the last whole entry ends.
    pub end: u64,
    /// The first of the bytes after it; empty if there are none.
    pub torn: Vec<u8>,
    /// Whether the file is there.
    pub exists: bool,
}

/// The path of a log's journal below a ledger folder.
pub fn path(folder: &Path, log: &str) -> PathBuf {
    folder.join("logs").join(format!("{log}.journal"))
}

/// How much of a journal is read at a time; more than the longest frame.
const STRETCH: u64 = 1 << 20;

/// Reads a journal; an absent one is empty. A journal is read stretch by stretch and
/// no further than its frames go, so a length that a file claims costs nothing.
pub fn read(source: &dyn Source, path: &Path) -> io::Result<Contents> {
    let mut contents = Contents::default();
    loop {
        let Some(stretch) = source.read_at(path, contents.end, STRETCH)? else { return Ok(contents) };
        contents.exists = true;
        let (notes, end) = tile::frames(&stretch);
        if notes.is_empty() {
            contents.torn = stretch;
            return Ok(contents);
        }
        contents.notes.extend(notes);
        contents.end += u64::try_from(end).unwrap_or(u64::MAX);
    }
}

/// Adds entries at `end`; on return they outlive a power cut, and the new end is
/// given back. Whatever lay torn behind `end` must have been set aside before.
pub fn append(disk: &dyn Disk, path: &Path, contents: &Contents, notes: &[&[u8]]) -> io::Result<u64> {
    let mut bytes = Vec::new();
    for note in notes {
        let frame = tile::frame(note)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "an entry too long"))?;
        bytes.extend(frame);
    }
    if contents.exists {
        disk.write(path, contents.end, &bytes)?;
        disk.sync(path)?;
    } else {
        create_synced(disk, path, &bytes, Access::Usual)?;
    }
    Ok(contents.end + u64::try_from(bytes.len()).unwrap_or(u64::MAX))
}

/// Sets everything from `end` on aside, into a file of its own beside the journal,
/// and cuts the journal there.
pub fn set_aside(disk: &dyn Disk, path: &Path, end: u64) -> io::Result<PathBuf> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("journal").to_owned();
    let whole = disk.read(path, u64::MAX)?.unwrap_or_default();
    let bytes = usize::try_from(end).ok().and_then(|end| whole.get(end..)).unwrap_or_default();
    let mut number = 0;
    let aside = loop {
        let candidate = path.with_file_name(format!("{name}.torn-{number}"));
        match disk.read(&candidate, u64::MAX)? {
            None => break candidate,
            // Set aside by a run that was cut off before the journal was.
            Some(there) if there == bytes => break candidate,
            Some(_) => number += 1,
        }
    };
    if disk.read(&aside, u64::MAX)?.is_none() {
        disk.create(&aside, bytes, Access::Usual)?;
    }
    disk.sync(&aside)?;
    disk.sync_folder(parent(path))?;
    disk.cut(path, end)?;
    disk.sync(path)?;
    Ok(aside)
}
