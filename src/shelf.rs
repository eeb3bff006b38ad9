//! What the bytes of one log are read from: a journal, the bundles of a snapshot, or
//! memory. Whoever verifies asks for one stretch of 256 entries after another and holds
//! none of them, so that a log of any length is read in the same memory.

use std::collections::BTreeMap;
use std::io;

use crate::fault::Code;
use crate::tile::{self, TileId, WIDTH};

/// Up to 256 entries, one after another; fewer only at the end of a log.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    bytes: Vec<u8>,
    /// Where each entry begins and ends.
    places: Vec<(usize, usize)>,
    /// Why what follows could not be read: the code, the place, the words.
    pub finding: Option<(Code, String, String)>,
}

impl Bundle {
    /// The first `most` entries in a run of frames, and the offset behind the last.
    pub fn of_frames(bytes: Vec<u8>, most: usize) -> (Self, usize) {
        let mut places: Vec<(usize, usize)> = tile::frame_places(&bytes).take(most).collect();
        places.shrink_to_fit();
        let end = places.last().map_or(0, |(_, end)| *end);
        (Self { bytes, places, finding: None }, end)
    }

    /// These entries.
    pub fn of_notes<'a>(notes: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut bundle = Self::default();
        for note in notes {
            let first = bundle.bytes.len();
            bundle.bytes.extend(note);
            bundle.places.push((first, bundle.bytes.len()));
        }
        bundle
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether the log goes on behind these.
    pub fn is_full(&self) -> bool {
        self.finding.is_none() && u64::try_from(self.len()).is_ok_and(|number| number == WIDTH)
    }

    /// One entry.
    pub fn note(&self, at: usize) -> Option<&[u8]> {
        let (first, end) = *self.places.get(at)?;
        self.bytes.get(first..end)
    }

    /// The entries in order.
    pub fn notes(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().filter_map(|(first, end)| self.bytes.get(*first..*end))
    }

    /// The offset in its frames at which an entry begins, or would begin behind the last.
    pub fn frame_offset(&self, at: usize) -> Option<usize> {
        match at.checked_sub(1) {
            None => Some(0),
            Some(before) => self.places.get(before).map(|(_, end)| *end),
        }
    }

    /// The bytes it holds, for those that count memory.
    pub fn weight(&self) -> usize {
        self.bytes.capacity()
    }
}

/// Where a log ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Whether there is anything.
    pub exists: bool,
    /// Number of whole entries.
    pub entries: u64,
    /// The offset behind the last whole entry.
    pub offset: u64,
    /// The first of the bytes behind it.
    pub torn: Vec<u8>,
}

/// What a file system tells of a file without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its bytes.
    pub length: u64,
    /// Which file it is: one that is put in its place is another.
    pub file: String,
    /// When it was written, and when anything of it was changed.
    pub changed: String,
}

impl Stamp {
    /// Whether nothing was done to the file since, or it was added to.
    pub fn goes_on(&self, earlier: &Self) -> bool {
        self == earlier || self.file == earlier.file && self.length > earlier.length
    }
}

/// The bytes of one log.
pub trait Shelf: Send + Sync {
    /// The entries from 256 times `index` on. The first bundle that is not full is the
    /// last. An error is one of reading; what is absent or cut off is a finding.
    fn bundle(&self, index: u64) -> io::Result<Bundle>;

    /// Where the log ends, for one that can be added to.
    fn end(&self) -> io::Result<End> {
        Ok(End::default())
    }

    /// The offset at which an entry begins, for one that can be added to.
    fn offset(&self, _entry: u64) -> io::Result<u64> {
        Ok(0)
    }

    /// What the file system tells of its one file, if it has one and that is told.
    fn stamp(&self) -> io::Result<Option<Stamp>> {
        Ok(None)
    }

    /// Where its first bundles begin, as far as that is known.
    fn begun(&self) -> Vec<u64> {
        Vec::new()
    }

    /// Takes it as known where the first bundles begin, and nothing else. Whoever reads
    /// compares what stands there.
    fn begin_at(&self, _offsets: &[u64]) {}

    /// Whether hash tiles lie beside the entries.
    fn is_tiled(&self) -> bool {
        false
    }

    /// The bytes of a hash tile, if it is there.
    fn tile(&self, _id: &TileId) -> io::Result<Option<Vec<u8>>> {
        Ok(None)
    }
}

/// A log in memory.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// The entries.
    pub notes: Vec<Vec<u8>>,
    /// The hash tiles, where the layout has them.
    pub tiles: Option<BTreeMap<TileId, Vec<u8>>>,
}

impl Shelf for Held {
    fn bundle(&self, index: u64) -> io::Result<Bundle> {
        let width = usize::try_from(WIDTH).unwrap_or(usize::MAX);
        let first = usize::try_from(index).unwrap_or(usize::MAX).saturating_mul(width);
        Ok(Bundle::of_notes(self.notes.iter().skip(first).take(width).map(Vec::as_slice)))
    }

    fn is_tiled(&self) -> bool {
        self.tiles.is_some()
    }

    fn tile(&self, id: &TileId) -> io::Result<Option<Vec<u8>>> {
        Ok(self.tiles.as_ref().and_then(|tiles| tiles.get(id)).cloned())
    }
}
