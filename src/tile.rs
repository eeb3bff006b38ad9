//! The static layout of a log (C2SP tlog-tiles): framing, paths and widths.
//!
//! ```text
//! tile/0/x001/234          256 leaf hashes, the 1,234th of level 0
//! tile/0/x001/234.p/17     its first 17, while there are no more
//! tile/entries/x001/234    the entries themselves, each after its length
//! ```
//!
//! A journal has the framing of an entry bundle: two bytes of length, big endian,
//! and the entry, again and again.

use crate::hash::{Hash, LENGTH};
use crate::merkle::Nodes;

/// Hashes in a full tile.
pub const WIDTH: u64 = 256;

/// Levels of hash tiles that a log of 2^53 - 1 entries can have.
const LEVELS: u8 = 8;

/// Groups of three digits in a tile's number: 2^53 / 256 has five.
const GROUPS: usize = 5;

/// One tile, or one bundle of entries where `level` is absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TileId {
    /// 0 for leaf hashes; absent for entries.
    pub level: Option<u8>,
    /// Its number from the left.
    pub index: u64,
    /// How many it holds, 1 to 256.
    pub width: u64,
}

impl TileId {
    /// The path below the log's folder.
    pub fn path(&self) -> String {
        let level = self.level.map_or("entries".to_owned(), |level| level.to_string());
        let mut path = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            path = format!("x{:03}/{path}", rest % 1000);
            rest /= 1000;
        }
        let partial = if self.width == WIDTH { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{level}/{path}{partial}")
    }

    /// The tile with this path, in its one spelling.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, number) = path.strip_prefix("tile/")?.split_once('/')?;
        let level = match level {
            "entries" => None,
            level => Some(level.parse().ok().filter(|level| *level < LEVELS)?),
        };
        let (number, width) = match number.split_once(".p/") {
            None => (number, WIDTH),
            Some((number, width)) => (number, width.parse().ok().filter(|width| (1..WIDTH).contains(width))?),
        };
        if number.split('/').count() > GROUPS {
            return None;
        }
        let digits = number.split('/').map(|group| group.strip_prefix('x').unwrap_or(group));
        let index = digits.into_iter().try_fold(0_u64, |index, group| {
            let group: u64 = group.parse().ok().filter(|group| *group < 1000)?;
            Some(index * 1000 + group)
        })?;
        Some(Self { level, index, width }).filter(|tile| tile.path() == path)
    }

    /// Whether it is one of a log of this size.
    pub fn is_of(&self, size: u64) -> bool {
        let count = size >> (8 * u32::from(self.level.unwrap_or(0)));
        count.saturating_sub(self.index.saturating_mul(WIDTH)).min(WIDTH) == self.width
    }

    /// The same place, full.
    #[must_use]
    pub fn full(&self) -> Self {
        Self { width: WIDTH, ..self.clone() }
    }

    /// The number of its first leaf, for level 0 and bundles.
    pub fn first(&self) -> u64 {
        self.index * WIDTH
    }
}

/// The tiles of one level that hold `count` hashes, or the bundles of as many entries,
/// from the `first`th on.
pub fn row(level: Option<u8>, first: u64, count: u64) -> impl Iterator<Item = TileId> {
    (first..count.div_ceil(WIDTH)).map(move |index| TileId {
        level,
        index,
        width: (count - index * WIDTH).min(WIDTH),
    })
}

/// The bundles of a log of this size.
pub fn bundles(size: u64) -> impl Iterator<Item = TileId> {
    row(None, 0, size)
}

/// The hash tiles of a log of this size, level by level.
pub fn tiles(size: u64) -> Vec<TileId> {
    tiles_from(0, size).collect()
}

/// The hash tiles that a log of this size has and that one of the size `from` has not,
/// level by level; those from the last of the smaller log's on.
pub fn tiles_from(from: u64, size: u64) -> impl Iterator<Item = TileId> {
    levels(from, size).flat_map(|(level, from, count)| row(Some(level), from / WIDTH, count))
}

/// Hashes of each level at two sizes.
fn levels(from: u64, size: u64) -> impl Iterator<Item = (u8, u64, u64)> {
    let counts = std::iter::successors(Some((from, size)), |(from, size)| Some((from / WIDTH, size / WIDTH)));
    let levels = (0_u8..8).zip(counts).take_while(|(_, (_, count))| *count > 0);
    levels.map(|(level, (from, count))| (level, from, count))
}

/// Tiles of one level in one folder.
const FOLDER: u64 = 1000;

/// The bundles and tiles of a log of this size that lie in a folder with one that a log
/// of the size `from` has not.
pub fn beside(from: u64, size: u64) -> impl Iterator<Item = TileId> {
    let folder = |from: u64| from / WIDTH / FOLDER * FOLDER;
    let tiles =
        levels(from, size).flat_map(move |(level, from, count)| row(Some(level), folder(from), count));
    row(None, folder(from), size).chain(tiles)
}

/// The bytes of a hash tile, from the tree it is part of.
pub fn hashes(tree: &impl Nodes, tile: &TileId) -> Option<Vec<u8>> {
    let level = u32::from(tile.level?) * 8;
    let nodes = (tile.first()..tile.first() + tile.width).map(|index| tree.node(level, index));
    Some(nodes.collect::<Option<Vec<Hash>>>()?.iter().flat_map(|hash| *hash.bytes()).collect())
}

/// The hashes that a tile holds, if its length is a multiple of 32.
pub fn parse_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<LENGTH>();
    rest.is_empty().then(|| hashes.iter().map(|hash| Hash::new(*hash)).collect())
}

/// One entry as it stands in a journal or a bundle; entries longer than 65,535
/// bytes have no frame.
pub fn frame(entry: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(entry.len()).ok()?;
    let mut out = length.to_be_bytes().to_vec();
    out.extend(entry);
    Some(out)
}

/// Where the entries in a run of frames begin and end, one after another. What does
/// not make a whole frame ends the run: it is torn.
pub fn frame_places(bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let length = bytes.get(at..)?.first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (first, end) = (at + 2, at + 2 + length);
        // No entry is empty: zeros are what a power cut leaves of an append.
        if length == 0 || end > bytes.len() {
            return None;
        }
        at = end;
        Some((first, end))
    })
}

/// The entries in a run of frames, and the offset at which the last whole one
/// ends; what follows it is torn.
pub fn frames(bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let places = frame_places(bytes);
    let mut end = 0;
    let entries = places.filter_map(|(first, last)| {
        end = last;
        bytes.get(first..last).map(<[u8]>::to_vec)
    });
    (entries.collect(), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let path = |index, width| TileId { level: Some(0), index, width }.path();
        assert_eq!(path(0, 256), "tile/0/000");
        assert_eq!(path(999, 256), "tile/0/999");
        assert_eq!(path(1000, 256), "tile/0/x001/000");
        assert_eq!(path(1_234_067, 17), "tile/0/x001/x234/067.p/17");
        assert_eq!(path(123_456_789_012, 256), "tile/0/x123/x456/x789/012");
        assert_eq!(TileId { level: None, index: 3, width: 1 }.path(), "tile/entries/003.p/1");
    }

    #[test]
    fn the_tiles_of_a_size_are_known_by_their_paths() {
        for size in [1, 255, 256, 257, 70_000, 300_000] {
            let all: Vec<TileId> = bundles(size).chain(tiles(size)).collect();
            for id in &all {
                assert_eq!(TileId::parse(&id.path()).as_ref(), Some(id));
                assert!(id.is_of(size));
                for width in (1..=WIDTH).filter(|width| *width != id.width) {
                    assert!(!TileId { width, ..id.clone() }.is_of(size), "{size} {id:?}");
                }
            }
            let beyond = |level| row(level, 0, WIDTH * 2000).filter(|id| id.is_of(size)).count();
            assert_eq!(beyond(None), usize::try_from(size / WIDTH).unwrap());
        }
        for path in ["tile/0/0", "tile/00/000", "tile/0/001/000", "tile/8/000", "tile/0/000.p/256"] {
            assert_eq!(TileId::parse(path), None, "{path}");
        }
    }

    #[test]
    fn widths_at_a_size_are_those_of_the_specification() {
        let at = |size| tiles(size).iter().map(|t| (t.level.unwrap(), t.index, t.width)).collect::<Vec<_>>();
        assert_eq!(at(256), [(0, 0, 256), (1, 0, 1)]);
        let of_70_000 = at(70_000);
        assert_eq!(of_70_000.len(), 274 + 2 + 1);
        assert_eq!(of_70_000[273], (0, 273, 112));
        assert_eq!(of_70_000[275], (1, 1, 17));
        assert_eq!(of_70_000[276], (2, 0, 1));
        assert_eq!(bundles(0).count(), 0);
    }

    #[test]
    fn what_lies_beside_new_tiles_is_all_that_their_folders_hold() {
        let folder = |id: &TileId| id.full().path().rsplit_once('/').unwrap().0.to_owned();
        for (from, size) in [(0, 1), (300, 301), (256_000, 256_001), (500_000, 500_257), (499_999, 600_000)] {
            let new = row(None, from / WIDTH, size).chain(tiles_from(from, size));
            let folders: std::collections::BTreeSet<String> = new.map(|id| folder(&id)).collect();
            let all = bundles(size).chain(tiles(size));
            let held: Vec<TileId> = all.filter(|id| folders.contains(&folder(id))).collect();
            assert_eq!(beside(from, size).collect::<Vec<_>>(), held, "{from} {size}");
        }
    }

    #[test]
    fn frames_end_where_the_last_whole_one_does() {
        let mut bytes = frame(b"one").unwrap();
        bytes.extend([0; 40]);
        assert_eq!(frames(&bytes), (vec![b"one".to_vec()], 5), "zeros are torn");
        bytes.truncate(5);
        bytes.extend(frame(b"").unwrap());
        for cut in 0..7 {
            let (entries, end) = frames(&bytes[..cut]);
            assert_eq!(end, if cut < 5 { 0 } else { 5 });
            assert_eq!(entries.len(), usize::from(cut >= 5));
        }
        assert!(frame(&vec![0; 65_536]).is_none());
    }
}
