//! The tree against another implementation, exhaustively to 300 leaves.

use countersign::hash::Hash;
use countersign::merkle::{Nodes, Tree};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::Sha256;

#[test]
fn roots_and_proofs_are_those_of_ct_merkle_to_300_leaves() {
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut ours = Tree::default();
    for size in 1..=300_usize {
        let leaf = format!("leaf {size}").into_bytes();
        ours.push(Hash::leaf(&leaf));
        theirs.push(leaf);
        let wide = u64::try_from(size).unwrap();
        let root = ours.root_at(wide).unwrap();
        assert_eq!(theirs.root().as_bytes().as_slice(), root.bytes(), "root at {size}");
        for index in 0..size {
            let path: Vec<u8> = ours
                .prove_inclusion(u64::try_from(index).unwrap(), wide)
                .unwrap()
                .0
                .iter()
                .flat_map(|hash| *hash.bytes())
                .collect();
            assert_eq!(theirs.prove_inclusion(index).as_bytes(), path, "{index} of {size}");
        }
        for additional in 1..size {
            let old = u64::try_from(size - additional).unwrap();
            let path = ours.prove_consistency(old, wide).unwrap().0;
            // Ours always begins with the root at a power of two; RFC 6962 leaves it out.
            let skip = usize::from(old.is_power_of_two());
            let path: Vec<u8> = path.iter().skip(skip).flat_map(|hash| *hash.bytes()).collect();
            assert_eq!(theirs.prove_consistency(additional).as_bytes(), path, "{old} to {size}");
        }
    }
}
