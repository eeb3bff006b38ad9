//! The tree of a log of any length: the nodes from level 8 up are held, 64 bytes for
//! 256 entries; what is below is made again from the entries when it is asked for.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::hash::Hash;
use crate::merkle::{Nodes, Tree};
use crate::shelf::{Bundle, Shelf};
use crate::tile::WIDTH;

/// The level of the nodes that are held: each has the 256 leaves of one tile below it.
const HELD: u32 = 8;

/// Tiles of leaves that stay at hand: heads that others name are mostly recent.
const TILES: usize = 32;

/// What was made again or read again not long ago.
#[derive(Default)]
struct Recent {
    tiles: VecDeque<(u64, Arc<Tree>)>,
    bundle: Option<(u64, Arc<Bundle>)>,
    broken: Option<io::Error>,
}

/// The tree over the entries on a shelf.
pub struct Tall {
    shelf: Arc<dyn Shelf>,
    /// The complete tiles, as leaves of a tree of their own.
    upper: Tree,
    /// The tile that is not complete.
    edge: Tree,
    recent: Mutex<Recent>,
}

impl std::fmt::Debug for Tall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tall({} leaves, root {:?})", self.size(), self.root())
    }
}

impl Clone for Tall {
    fn clone(&self) -> Self {
        Self {
            shelf: Arc::clone(&self.shelf),
            upper: self.upper.clone(),
            edge: self.edge.clone(),
            recent: Mutex::default(),
        }
    }
}

fn changed() -> io::Error {
    io::Error::other("bytes that were read before are other bytes now")
}

impl Tall {
    /// No leaves; they will be those of the entries on this shelf.
    pub fn new(shelf: Arc<dyn Shelf>) -> Self {
        Self { shelf, upper: Tree::default(), edge: Tree::default(), recent: Mutex::default() }
    }

    /// Adds a leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        // The last bundle has grown since it was read.
        self.recent().bundle.take_if(|(index, _)| *index == self.upper.size());
        self.edge.push(leaf);
        if self.edge.size() == WIDTH
            && let Some(root) = self.edge.root()
        {
            let tile = std::mem::take(&mut self.edge);
            self.remember(self.upper.size(), Arc::new(tile));
            self.upper.push(root);
        }
    }

    /// Takes the first nodes that are held as known; what is below each is compared with it
    /// when it is read. Nothing may have been added before.
    pub fn take_nodes(&mut self, nodes: &[Hash]) {
        for node in nodes {
            self.upper.push(*node);
        }
    }

    /// The nodes that are held, from the left: one for each complete bundle.
    pub fn nodes(&self) -> &[Hash] {
        self.upper.leaves()
    }

    /// The shelf.
    pub fn shelf(&self) -> &dyn Shelf {
        &*self.shelf
    }

    /// Lets go of the entries that were read last.
    pub fn let_go(&self) {
        self.recent().bundle = None;
    }

    /// An error of reading that happened while nodes or entries were asked for. What
    /// was answered since then is not to be relied on.
    pub fn broken(&self) -> io::Result<()> {
        match &self.recent().broken {
            None => Ok(()),
            Some(error) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, index: u64, tile: Arc<Tree>) {
        let mut recent = self.recent();
        if recent.tiles.len() == TILES {
            recent.tiles.pop_front();
        }
        recent.tiles.push_back((index, tile));
    }

    /// The leaves of a complete tile.
    fn tile(&self, index: u64) -> Option<Arc<Tree>> {
        let root = self.upper.leaf(index)?;
        {
            let mut recent = self.recent();
            if let Some(at) = recent.tiles.iter().position(|(held, _)| *held == index) {
                // What is asked for stays.
                let tile = recent.tiles.remove(at)?;
                recent.tiles.push_back(tile.clone());
                return Some(tile.1);
            }
        }
        let bundle = self.read(index)?;
        let tile = Arc::new(Tree::of(bundle.notes().map(Hash::leaf)));
        if tile.root() != Some(root) {
            self.recent().broken.get_or_insert_with(changed);
            return None;
        }
        self.remember(index, Arc::clone(&tile));
        Some(tile)
    }

    fn read(&self, index: u64) -> Option<Arc<Bundle>> {
        if let Some((_, bundle)) = self.recent().bundle.as_ref().filter(|(held, _)| *held == index) {
            return Some(Arc::clone(bundle));
        }
        match self.shelf.bundle(index) {
            Ok(bundle) => {
                let bundle = Arc::new(bundle);
                self.recent().bundle = Some((index, Arc::clone(&bundle)));
                Some(bundle)
            }
            Err(error) => {
                self.recent().broken.get_or_insert(error);
                None
            }
        }
    }

    /// The offset at which an entry begins on a shelf that can be added to.
    pub fn offset(&self, index: u64) -> io::Result<u64> {
        self.shelf.offset(index)
    }

    /// The bytes of a leaf, which are those it was made of.
    pub fn bytes(&self, index: u64) -> Option<Vec<u8>> {
        if index >= self.size() {
            return None;
        }
        let bundle = self.read(index / WIDTH)?;
        let note = bundle.note(usize::try_from(index % WIDTH).ok()?);
        let note = note.filter(|note| Some(Hash::leaf(note)) == self.leaf(index));
        if note.is_none() {
            self.recent().broken.get_or_insert_with(changed);
        }
        note.map(<[u8]>::to_vec)
    }
}

impl Nodes for Tall {
    fn size(&self) -> u64 {
        self.upper.size() * WIDTH + self.edge.size()
    }

    fn node(&self, level: u32, index: u64) -> Option<Hash> {
        if let Some(level) = level.checked_sub(HELD) {
            return self.upper.node(level, index);
        }
        let in_tile = HELD - level;
        let (tile, index) = (index >> in_tile, index & ((1 << in_tile) - 1));
        if tile == self.upper.size() {
            return self.edge.node(level, index);
        }
        self.tile(tile)?.node(level, index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelf::Held;

    #[test]
    fn every_node_is_that_of_the_plain_tree() {
        let notes: Vec<Vec<u8>> = (0..900).map(|number| format!("entry {number}").into_bytes()).collect();
        let plain = Tree::of(notes.iter().map(|note| Hash::leaf(note)));
        let mut tall = Tall::new(Arc::new(Held { notes: notes.clone(), tiles: None }));
        for (note, size) in notes.iter().zip(1_u64..) {
            tall.push(Hash::leaf(note));
            assert_eq!(tall.root(), plain.root_at(size));
        }
        // Asked for again, far from where it was made.
        tall.recent().tiles.clear();
        for level in 0..12 {
            for index in 0..901 {
                assert_eq!(tall.node(level, index), plain.node(level, index), "{level} {index}");
            }
        }
        assert_eq!(tall.bytes(300).as_deref(), Some(&b"entry 300"[..]));
        assert!(tall.bytes(900).is_none());
        assert!(tall.broken().is_ok());
    }

    #[test]
    fn bytes_that_changed_since_are_not_taken() {
        let mut notes = vec![b"one".to_vec(); 300];
        let leaves: Vec<Hash> = notes.iter().map(|note| Hash::leaf(note)).collect();
        notes[5] = b"other".to_vec();
        let mut tall = Tall::new(Arc::new(Held { notes, tiles: None }));
        for leaf in leaves {
            tall.push(leaf);
        }
        tall.recent().tiles.clear();
        assert!(tall.bytes(5).is_none());
        assert!(tall.broken().is_err());
        assert!(tall.leaf(7).is_none(), "a tile that does not give its node gives nothing");
    }
}
