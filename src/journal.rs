//! The record: one file a log, entries one after another, each behind its length.
//!
//! Bytes are only ever added at the end, and an entry counts as recorded when the
//! sync after it has returned. So after a power cut a journal is what it was, or
//! has a torn end. A torn end is set aside, never repaired, and only if what is
//! before it still reaches every head that is known (see [`crate::ledger`]).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::disk::{Access, Disk, Source, parent};
use crate::fault::Code;
use crate::shelf::{Bundle, End, Shelf, Stamp};
use crate::tile::{self, WIDTH};

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

/// Most bytes in one bundle: 256 entries of 65,535 with their lengths.
pub const LONGEST_BUNDLE: u64 = WIDTH * 65_537;

/// A journal that is read bundle by bundle, each time from the disk.
pub struct Journal {
    source: Arc<dyn Source>,
    path: PathBuf,
    /// Where it lies, for messages.
    place: String,
    /// Where each bundle begins, as far as it was walked.
    offsets: Mutex<Vec<u64>>,
}

impl Contents {
    /// Where it ends.
    pub fn end(&self) -> End {
        let entries = u64::try_from(self.notes.len()).unwrap_or(u64::MAX);
        End { exists: self.exists, entries, offset: self.end, torn: self.torn.clone() }
    }
}

impl Journal {
    /// The journal at a path, which messages call `place`.
    pub fn new(source: &dyn Source, path: &Path, place: &str) -> Self {
        let (source, offsets) = (source.handle(), Mutex::new(vec![0]));
        Self { source, path: path.to_owned(), place: place.to_owned(), offsets }
    }

    fn offset(&self, index: usize) -> Option<u64> {
        self.offsets.lock().unwrap_or_else(PoisonError::into_inner).get(index).copied()
    }

    /// The bundle that begins at `offset`, where it ends, and what follows if it is
    /// torn. No more is read than frames go, so a length that a file claims costs
    /// nothing.
    fn read_bundle(&self, offset: u64) -> io::Result<(Bundle, u64, Option<Vec<u8>>)> {
        let width = usize::try_from(WIDTH).unwrap_or(usize::MAX);
        let mut length = STRETCH / 4;
        loop {
            let Some(bytes) = self.source.read_at(&self.path, offset, length)? else {
                return Ok((Bundle::default(), offset, None));
            };
            let read = bytes.len();
            let is_all = u64::try_from(read).is_ok_and(|read| read < length);
            let (bundle, end) = Bundle::of_frames(bytes, width);
            let behind = u64::try_from(end).map_or(u64::MAX, |end| offset.saturating_add(end));
            if bundle.len() == width {
                return Ok((bundle, behind, None));
            }
            if is_all || length > 2 * LONGEST_BUNDLE {
                let torn = if end < read { self.source.read_at(&self.path, behind, STRETCH)? } else { None };
                return Ok((bundle, behind, torn));
            }
            length *= 4;
        }
    }

    /// Walks to a bundle; the offset at which it begins, if the journal goes so far.
    fn walk(&self, index: u64) -> io::Result<Option<u64>> {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        loop {
            if let Some(offset) = self.offset(index) {
                return Ok(Some(offset));
            }
            let (known, offset) = self.last();
            let (bundle, end, _) = self.read_bundle(offset)?;
            if !bundle.is_full() {
                return Ok(None);
            }
            self.note_offset(known + 1, end);
        }
    }

    /// The last bundle of which it is known where it begins.
    fn last(&self) -> (usize, u64) {
        let offsets = self.offsets.lock().unwrap_or_else(PoisonError::into_inner);
        (offsets.len().saturating_sub(1), offsets.last().copied().unwrap_or(0))
    }

    fn note_offset(&self, index: usize, offset: u64) {
        let mut offsets = self.offsets.lock().unwrap_or_else(PoisonError::into_inner);
        if offsets.len() == index {
            offsets.push(offset);
        }
    }
}

impl Shelf for Journal {
    fn bundle(&self, index: u64) -> io::Result<Bundle> {
        let Some(offset) = self.walk(index)? else { return Ok(Bundle::default()) };
        let (mut bundle, end, torn) = self.read_bundle(offset)?;
        if bundle.is_full() {
            self.note_offset(usize::try_from(index).unwrap_or(usize::MAX).saturating_add(1), end);
        }
        bundle.finding = torn.map(|torn| {
            let message = format!("{} bytes after the last whole entry", torn.len());
            (Code::Bundle, self.place.clone(), message)
        });
        Ok(bundle)
    }

    fn offset(&self, entry: u64) -> io::Result<u64> {
        let Some(offset) = self.walk(entry / WIDTH)? else { return Ok(self.end()?.offset) };
        let (bundle, ..) = self.read_bundle(offset)?;
        let within = bundle.frame_offset(usize::try_from(entry % WIDTH).unwrap_or(usize::MAX));
        let within = within.ok_or_else(|| io::Error::other("a journal is shorter than it was before"))?;
        Ok(offset + u64::try_from(within).unwrap_or(u64::MAX))
    }

    fn stamp(&self) -> io::Result<Option<Stamp>> {
        self.source.stamp(&self.path)
    }

    fn begun(&self) -> Vec<u64> {
        self.offsets.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn begin_at(&self, offsets: &[u64]) {
        let offsets = if offsets.is_empty() { vec![0] } else { offsets.to_vec() };
        *self.offsets.lock().unwrap_or_else(PoisonError::into_inner) = offsets;
    }

    fn end(&self) -> io::Result<End> {
        let (mut index, mut offset) = self.last();
        loop {
            let (bundle, behind, torn) = self.read_bundle(offset)?;
            let width = u64::try_from(index).unwrap_or(u64::MAX).saturating_mul(WIDTH);
            if bundle.is_full() {
                index += 1;
                offset = behind;
                self.note_offset(index, behind);
                continue;
            }
            let entries = width + u64::try_from(bundle.len()).unwrap_or(u64::MAX);
            let exists = behind > 0 || torn.is_some() || self.source.read_at(&self.path, 0, 1)?.is_some();
            return Ok(End { exists, entries, offset: behind, torn: torn.unwrap_or_default() });
        }
    }
}

/// Reads a short journal whole; an absent one is empty.
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

/// Bytes that are written at once.
const PIECE: usize = 4 << 20;

/// Adds entries at `end`; on return they outlive a power cut, and the new end is
/// given back. Whatever lay torn behind `end` must have been set aside before.
pub fn append<N: AsRef<[u8]>>(
    disk: &dyn Disk,
    path: &Path,
    end: &End,
    notes: impl IntoIterator<Item = io::Result<N>>,
) -> io::Result<u64> {
    let (mut there, mut offset, mut piece) = (end.exists, end.offset, Vec::new());
    let mut notes = notes.into_iter();
    loop {
        let note = notes.next().transpose()?;
        if let Some(note) = &note {
            let frame = tile::frame(note.as_ref());
            piece.extend(
                frame.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "an entry too long"))?,
            );
        }
        if piece.len() >= PIECE || note.is_none() && (!piece.is_empty() || !there) {
            if there {
                disk.write(path, offset, &piece)?;
            } else {
                disk.create(path, &piece, Access::Usual)?;
                there = true;
            }
            offset += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            piece.clear();
        }
        if note.is_none() {
            break;
        }
    }
    disk.sync(path)?;
    if !end.exists {
        disk.sync_folder(parent(path))?;
    }
    Ok(offset)
}

/// Sets everything from `end` on aside, into a file of its own beside the journal,
/// and cuts the journal there.
pub fn set_aside(disk: &dyn Disk, path: &Path, end: u64) -> io::Result<PathBuf> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("journal").to_owned();
    let bytes = disk.read_at(path, end, u64::MAX)?.unwrap_or_default();
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
        disk.create(&aside, &bytes, Access::Usual)?;
    }
    disk.sync(&aside)?;
    disk.sync_folder(parent(path))?;
    disk.cut(path, end)?;
    disk.sync(path)?;
    Ok(aside)
}
