//! What status needs of a stretch of a log: its acts, and the receipts and the evidence of
//! time that its entries name. Kept of every complete tile, so that whoever asks what a long record means need
//! not read the entries that mean nothing for it.
//!
//! ```text
//! 32 bytes          SHA-256 of the tile's node and of what follows
//! receipts          uint32 how many; each: uint64 number, uint64 size, 32 bytes root,
//!                   32 bytes hash of the entry, uint8 length and the log
//! evidence named    uint32 how many; each: hash of the entry, digest of the file
//! acts              each: uint16 length and the note
//! ```
//!
//! It is made from entries that were verified, and is taken only under the node of the
//! tile it was made from.

use std::sync::Arc;

use crate::body::Body;
use crate::entry::Signed;
use crate::hash::Hash;
use crate::names::LogId;
use crate::received::{Receipt, Receipts};
use crate::status::is_act;
use crate::tile;

/// Acts and receipts of entries in a row.
#[derive(Clone, Debug, Default)]
pub struct Gist {
    /// The entries that status is computed from.
    pub acts: Vec<Arc<Signed>>,
    /// The receipts that any of them give, by the log they are about.
    pub receipts: Receipts,
    /// The evidence of time that any of them name: the entry, and the file in `notes/`.
    pub after: Vec<(Hash, Hash)>,
}

impl Gist {
    /// Adds the next entry.
    pub fn push(&mut self, signed: &Arc<Signed>) {
        self.receipts.push(signed);
        self.after.extend(signed.entry().after.iter().map(|note| (signed.hash(), *note)));
        if is_act(signed.entry(), &Body::of(signed.entry())) {
            self.acts.push(Arc::clone(signed));
        }
    }

    /// Adds what comes behind.
    pub fn extend(&mut self, next: Self) {
        self.acts.extend(next.acts);
        self.receipts.extend(next.receipts);
        self.after.extend(next.after);
    }

    /// The bytes, under the node of the tile.
    pub fn to_bytes(&self, node: &Hash) -> Vec<u8> {
        let all: Vec<(&LogId, &Receipt)> = self.receipts.iter().collect();
        let mut bytes = u32::try_from(all.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
        for (log, receipt) in all {
            bytes.extend(receipt.seq.to_be_bytes());
            bytes.extend(receipt.size.to_be_bytes());
            bytes.extend(receipt.root.bytes());
            bytes.extend(receipt.by.bytes());
            bytes.push(u8::try_from(log.as_str().len()).unwrap_or(u8::MAX));
            bytes.extend(log.as_str().bytes());
        }
        bytes.extend(u32::try_from(self.after.len()).unwrap_or(u32::MAX).to_be_bytes());
        for (by, note) in &self.after {
            bytes.extend(by.bytes().iter().chain(note.bytes()));
        }
        for act in &self.acts {
            bytes.extend(tile::frame(act.bytes()).unwrap_or_default());
        }
        [digest(node, &bytes).bytes().as_slice(), &bytes].concat()
    }

    /// Reads them; nothing where they are not those of this tile, or other bytes now.
    pub fn parse(bytes: &[u8], node: &Hash) -> Option<Self> {
        let (named, mut rest) = bytes.split_first_chunk::<32>()?;
        if digest(node, rest) != Hash::new(*named) {
            return None;
        }
        let mut gist = Self::default();
        let count;
        (count, rest) = rest.split_first_chunk::<4>()?;
        for _ in 0..u32::from_be_bytes(*count) {
            let (seq, size, root, by, length);
            (seq, rest) = rest.split_first_chunk::<8>()?;
            (size, rest) = rest.split_first_chunk::<8>()?;
            (root, rest) = rest.split_first_chunk::<32>()?;
            (by, rest) = rest.split_first_chunk::<32>()?;
            (length, rest) = rest.split_first()?;
            let (log, behind) = rest.split_at_checked(usize::from(*length))?;
            rest = behind;
            let log: LogId = std::str::from_utf8(log).ok()?.parse().ok()?;
            let (seq, size) = (u64::from_be_bytes(*seq), u64::from_be_bytes(*size));
            gist.receipts.add(&log, Receipt { seq, size, root: Hash::new(*root), by: Hash::new(*by) });
        }
        let count;
        (count, rest) = rest.split_first_chunk::<4>()?;
        for _ in 0..u32::from_be_bytes(*count) {
            let (by, note);
            (by, rest) = rest.split_first_chunk::<32>()?;
            (note, rest) = rest.split_first_chunk::<32>()?;
            gist.after.push((Hash::new(*by), Hash::new(*note)));
        }
        let (notes, end) = tile::frames(rest);
        if end != rest.len() {
            return None;
        }
        for note in notes {
            gist.acts.push(Arc::new(Signed::parse(&note).ok()?));
        }
        Some(gist)
    }
}

fn digest(node: &Hash, bytes: &[u8]) -> Hash {
    Hash::of(&[node.bytes().as_slice(), bytes].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gist_is_taken_whole_and_under_its_node() {
        let mut gist = Gist::default();
        let log: LogId = "moscow".parse().unwrap();
        let receipt = |seq| Receipt { seq, size: seq + 1, root: Hash::of(b"root"), by: Hash::of(b"entry") };
        for seq in [3, 7] {
            gist.receipts.add(&log, receipt(seq));
        }
        let node = Hash::of(b"node");
        let bytes = gist.to_bytes(&node);
        let read = Gist::parse(&bytes, &node).unwrap();
        let all: Vec<_> = read.receipts.iter().collect();
        assert_eq!(all, [(&log, &receipt(3)), (&log, &receipt(7))]);
        assert!(Gist::parse(&bytes, &Hash::of(b"another")).is_none());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(Gist::parse(&changed, &node).is_none(), "byte {at}");
            assert!(Gist::parse(&bytes[..at], &node).is_none(), "{at} bytes");
        }
    }
}
