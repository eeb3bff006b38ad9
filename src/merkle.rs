//! The RFC 6962 tree over a log's entries, and its proofs.
//!
//! ```text
//! root(n)        = MTH(D[0:n])            RFC 6962 section 2.1
//! inclusion      = PATH(m, D[n])          section 2.1.1
//! consistency    = SUBPROOF(m, D[n], false), the form of section 2.1.2 in which
//!                  the root at m always stands, so one path gives both roots
//! ```

use crate::hash::Hash;

/// The nodes of a tree: whoever has them has its roots and its proofs.
pub trait Nodes {
    /// The number of leaves.
    fn size(&self) -> u64;

    /// The root of the complete subtree of 2^`level` leaves that is the `index`th of
    /// them from the left, if the tree has it.
    fn node(&self, level: u32, index: u64) -> Option<Hash>;

    /// The leaf hash at `index`.
    fn leaf(&self, index: u64) -> Option<Hash> {
        self.node(0, index)
    }

    /// The root of the first `size` leaves, if the tree has as many and `size`
    /// is not 0.
    fn root_at(&self, size: u64) -> Option<Hash> {
        if size == 0 || size > self.size() { None } else { self.subtree(0, size) }
    }

    /// The root of all leaves, if there are any.
    fn root(&self) -> Option<Hash> {
        self.root_at(self.size())
    }

    /// `MTH(D[first:end])`, where `first` is a multiple of the power of two that
    /// covers the range.
    fn subtree(&self, first: u64, end: u64) -> Option<Hash> {
        let size = end.checked_sub(first)?;
        if size.is_power_of_two() {
            let level = size.trailing_zeros();
            return self.node(level, first >> level);
        }
        let middle = first + split(size);
        Some(Hash::node(&self.subtree(first, middle)?, &self.subtree(middle, end)?))
    }

    /// The proof that leaf `index` stands in the tree of the first `size`.
    fn prove_inclusion(&self, index: u64, size: u64) -> Option<InclusionProof> {
        if index >= size || size > self.size() {
            return None;
        }
        let (mut first, mut end, mut path) = (0, size, Vec::new());
        while end - first > 1 {
            let middle = first + split(end - first);
            if index < middle {
                path.push(self.subtree(middle, end)?);
                end = middle;
            } else {
                path.push(self.subtree(first, middle)?);
                first = middle;
            }
        }
        path.reverse();
        Some(InclusionProof(path))
    }

    /// The proof that the tree of the first `new` begins with that of the first
    /// `old`, for 0 < old <= new.
    fn prove_consistency(&self, old: u64, new: u64) -> Option<ConsistencyProof> {
        if old == 0 || old > new || new > self.size() {
            return None;
        }
        let (mut first, mut end, mut path) = (0, new, Vec::new());
        while end != old {
            let middle = first + split(end - first);
            if old <= middle {
                path.push(self.subtree(middle, end)?);
                end = middle;
            } else {
                path.push(self.subtree(first, middle)?);
                first = middle;
            }
        }
        path.push(self.subtree(first, end)?);
        path.reverse();
        Some(ConsistencyProof(path))
    }
}

/// How many leaves two trees have in common from the left: whole subtrees are
/// compared, so it takes as many steps as a path has hashes.
pub fn common(first: &impl Nodes, second: &impl Nodes) -> u64 {
    let size = first.size().min(second.size());
    let mut at = 0;
    while at < size {
        // The largest complete subtree that begins here and that both have.
        let room = (size - at).ilog2();
        let mut level = if at == 0 { room } else { room.min(at.trailing_zeros()) };
        let same = |level: u32| {
            let node = first.node(level, at >> level);
            node.is_some() && node == second.node(level, at >> level)
        };
        if same(level) {
            at += 1 << level;
            continue;
        }
        // The difference lies in it: go down to the leaf.
        while level > 0 {
            level -= 1;
            let node = first.node(level, at >> level);
            if node.is_some() && node == second.node(level, at >> level) {
                at += 1 << level;
            }
        }
        return at;
    }
    at
}

/// The right edge of a growing tree: what is needed to add leaves and give the root
/// at each size, and nothing more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// Roots of the complete subtrees that the leaves make up, the largest first.
    roots: Vec<Hash>,
}

impl Edge {
    /// The edge of the first `size` leaves of a tree.
    pub fn of(tree: &impl Nodes, size: u64) -> Option<Self> {
        let (mut first, mut roots) = (0, Vec::new());
        for level in (0..u64::BITS).rev().filter(|level| size >> level & 1 == 1) {
            roots.push(tree.node(level, first >> level)?);
            first += 1 << level;
        }
        Some(Self { size, roots })
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.roots.pop() else { break };
            hash = Hash::node(&left, &hash);
        }
        self.roots.push(hash);
        self.size += 1;
    }

    /// The root of all leaves, if there are any.
    pub fn root(&self) -> Option<Hash> {
        let mut roots = self.roots.iter().rev();
        let last = *roots.next()?;
        Some(roots.fold(last, |right, left| Hash::node(left, &right)))
    }
}

/// Full subtrees of a growing log: level 0 holds the leaves, level k the roots of
/// complete subtrees of 2^k leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

/// A proof that one entry stands at one place of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof(pub Vec<Hash>);

/// A proof that a tree begins with a smaller one; it shows the roots of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof(pub Vec<Hash>);

/// A path that is too long or too short for the sizes it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathError;

/// The longest path a tree of up to 2^63 leaves can need.
pub const LONGEST_PATH: usize = 64;

fn place(index: u64) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// The largest power of two below `size`, which is at least 2.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

impl Tree {
    /// A tree of these leaf hashes.
    pub fn of(leaves: impl IntoIterator<Item = Hash>) -> Self {
        let mut tree = Self::default();
        for leaf in leaves {
            tree.push(leaf);
        }
        tree
    }

    /// Adds a leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut level = 0;
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(row) = self.levels.get_mut(level) else { return };
            row.push(hash);
            let [.., left, right] = row.as_slice() else { return };
            if row.len() % 2 == 1 {
                return;
            }
            hash = Hash::node(left, right);
            level += 1;
        }
    }

    /// The leaf hashes in order.
    pub fn leaves(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }
}

impl Nodes for Tree {
    fn size(&self) -> u64 {
        count(self.leaves().len())
    }

    fn node(&self, level: u32, index: u64) -> Option<Hash> {
        self.levels.get(place(level.into()))?.get(place(index)).copied()
    }
}

impl InclusionProof {
    /// The root that this proof shows for `leaf` at `index` of `size`.
    pub fn root(&self, leaf: Hash, index: u64, size: u64) -> Result<Hash, PathError> {
        if index >= size {
            return Err(PathError);
        }
        let (mut node, mut last, mut hash) = (index, size - 1, leaf);
        for sibling in &self.0 {
            if last == 0 {
                return Err(PathError);
            }
            if node % 2 == 1 || node == last {
                hash = Hash::node(sibling, &hash);
                while node % 2 == 0 && node != 0 {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = Hash::node(&hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if last == 0 { Ok(hash) } else { Err(PathError) }
    }

    /// Whether `leaf` stands at `index` of the tree with this size and root.
    pub fn verify(&self, leaf: Hash, index: u64, size: u64, root: Hash) -> bool {
        self.root(leaf, index, size) == Ok(root)
    }
}

impl ConsistencyProof {
    /// The path as RFC 6962 section 2.1.2 has it: without the first hash where `old` is
    /// a power of two, since whoever reads it has that root; nothing where both sizes
    /// are one.
    pub fn to_rfc(&self, old: u64, new: u64) -> &[Hash] {
        let all = self.0.as_slice();
        match all.split_first() {
            _ if old == new => &[],
            Some((_, rest)) if old.is_power_of_two() => rest,
            _ => all,
        }
    }

    /// The proof of a path as RFC 6962 has it, for 0 < old <= new.
    pub fn from_rfc(path: &[Hash], old: u64, old_root: Hash) -> Self {
        let first = old.is_power_of_two().then_some(old_root);
        Self(first.into_iter().chain(path.iter().copied()).collect())
    }

    /// The roots at `old` and at `new` that this proof shows (RFC 9162 section
    /// 2.1.4.2, with the first hash always given).
    pub fn roots(&self, old: u64, new: u64) -> Result<(Hash, Hash), PathError> {
        if old == 0 || old > new {
            return Err(PathError);
        }
        if let (true, [root]) = (old == new, self.0.as_slice()) {
            return Ok((*root, *root));
        }
        let (mut node, mut last) = (old - 1, new - 1);
        while node % 2 == 1 {
            node >>= 1;
            last >>= 1;
        }
        let mut path = self.0.iter();
        let start = *path.next().ok_or(PathError)?;
        let (mut old_root, mut new_root) = (start, start);
        for sibling in path {
            if last == 0 {
                return Err(PathError);
            }
            if node % 2 == 1 || node == last {
                old_root = Hash::node(sibling, &old_root);
                new_root = Hash::node(sibling, &new_root);
                while node % 2 == 0 && node != 0 {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                new_root = Hash::node(&new_root, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if last == 0 { Ok((old_root, new_root)) } else { Err(PathError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(size: u64) -> Vec<Hash> {
        (0..size).map(|index| Hash::leaf(format!("pledge {index}").as_bytes())).collect()
    }

    /// MTH as RFC 6962 section 2.1 writes it, with nothing remembered.
    fn plain_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(b""),
            [leaf] => *leaf,
            _ => {
                let middle = place(split(count(leaves.len())));
                Hash::node(&plain_root(&leaves[..middle]), &plain_root(&leaves[middle..]))
            }
        }
    }

    #[test]
    fn roots_are_those_that_others_computed() {
        // Seven entries "pledge 0" .. "pledge 6", roots at 1, 2, 3 and 7 as another
        // implementation gives them.
        let tree = Tree::of(leaves(7));
        for (size, root) in [
            (1, "EHrq04wSNc13RRvYRx6/IwAULFnAY96rwb655Ck2EYM="),
            (2, "FlxQc3H+rcLmxvu/vbprxQLAhzaECCxfo/+WRNWro9Q="),
            (3, "eUElW2PoWzCN/PPtIxkf/6BsLmj7TNcLagFt0d5E26k="),
            (7, "glwRuz8pos7W/8Uoz8NO7UnGSGeea0m0/w76VYHAGjw="),
        ] {
            assert_eq!(crate::base64::encode(tree.root_at(size).unwrap().bytes()), root);
        }
    }

    #[test]
    fn every_proof_of_every_tree_to_a_hundred_holds_and_no_other_does() {
        let all = leaves(100);
        let tree = Tree::of(all.clone());
        for size in 1..=100 {
            let root = tree.root_at(size).unwrap();
            assert_eq!(root, plain_root(&all[..place(size)]));
            for index in 0..size {
                let proof = tree.prove_inclusion(index, size).unwrap();
                let leaf = tree.leaf(index).unwrap();
                assert!(proof.verify(leaf, index, size, root));
                assert!(!proof.verify(leaf, index + 1, size, root));
                let mut longer = proof.clone();
                longer.0.push(leaf);
                assert!(!longer.verify(leaf, index, size, root));
                if !proof.0.is_empty() {
                    let shorter = InclusionProof(proof.0[1..].to_vec());
                    assert!(!shorter.verify(leaf, index, size, root));
                }
            }
            for old in 1..=size {
                let proof = tree.prove_consistency(old, size).unwrap();
                assert_eq!(proof.roots(old, size), Ok((tree.root_at(old).unwrap(), root)));
                let mut longer = proof.clone();
                longer.0.push(root);
                assert_ne!(longer.roots(old, size), Ok((tree.root_at(old).unwrap(), root)));
            }
        }
    }

    #[test]
    fn an_edge_gives_the_roots_that_the_tree_gives() {
        let tree = Tree::of(leaves(70));
        let mut edge = Edge::default();
        assert_eq!(edge.root(), None);
        for size in 1..=70 {
            edge.push(tree.leaf(size - 1).unwrap());
            assert_eq!(edge.root(), tree.root_at(size), "{size}");
            assert_eq!(Edge::of(&tree, size), Some(edge.clone()), "{size}");
        }
        assert_eq!(Edge::of(&tree, 71), None);
    }

    #[test]
    fn what_two_trees_have_in_common_is_found_at_every_place() {
        let all = leaves(40);
        for length in 0..=40 {
            let whole = Tree::of(all.clone());
            let short = Tree::of(all[..length].to_vec());
            assert_eq!(common(&whole, &short), count(length));
            assert_eq!(common(&short, &whole), count(length));
            for at in 0..length {
                let mut other = all[..length].to_vec();
                other[at] = Hash::of(b"another");
                assert_eq!(common(&whole, &Tree::of(other)), count(at), "{length} {at}");
            }
        }
    }

    #[test]
    fn every_path_of_rfc_6962_to_300_leaves_is_the_proof_it_was_made_of() {
        let tree = Tree::of(leaves(300));
        for new in 1..=300 {
            let root = tree.root_at(new).unwrap();
            for old in 1..new {
                let old_root = tree.root_at(old).unwrap();
                let proof = tree.prove_consistency(old, new).unwrap();
                let path = proof.to_rfc(old, new);
                assert_eq!(path.len() + usize::from(old.is_power_of_two()), proof.0.len());
                assert_eq!(ConsistencyProof::from_rfc(path, old, old_root), proof);
                assert_eq!(
                    ConsistencyProof::from_rfc(path, old, old_root).roots(old, new),
                    Ok((old_root, root))
                );
            }
        }
        assert!(tree.prove_consistency(6, 6).unwrap().to_rfc(6, 6).is_empty());
    }

    #[test]
    fn sizes_outside_the_tree_have_no_proof() {
        let tree = Tree::of(leaves(5));
        assert!(tree.prove_inclusion(5, 5).is_none());
        assert!(tree.prove_inclusion(0, 6).is_none());
        assert!(tree.prove_consistency(0, 5).is_none());
        assert!(tree.prove_consistency(6, 5).is_none());
        assert!(tree.root_at(6).is_none());
        assert!(tree.root_at(0).is_none());
        assert_eq!(ConsistencyProof(vec![]).roots(3, 3), Err(PathError));
        assert_eq!(InclusionProof(vec![]).root(Hash::of(b""), 0, u64::MAX), Err(PathError));
    }
}
