//! Inclusion proofs in one big tree, ours and those of two other implementations.

use countersign::hash::Hash;
use countersign::merkle::Nodes as _;
use countersign::merkle::{InclusionProof, Tree};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::Sha256;
use tlog_tiles::{Hash as TheirHash, HashReader, check_record, prove_record, record_hash};
use tlog_tiles::{stored_hash_index, stored_hashes, tree_hash};

use crate::Outcome;
use crate::clock::{Took, middle, shown, take};
use crate::scale::{Scale, grouped};
use crate::table::{Aim, Row};
use crate::words::Chance;

/// Rounds: a round is short.
const ROUNDS: usize = 15;

/// Stored hashes of a tlog in memory.
struct Stored(Vec<TheirHash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<TheirHash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

struct Trees {
    leaves: Vec<[u8; 32]>,
    ours: Tree,
    ct: MemoryBackedTree<Sha256, [u8; 32]>,
    tlog: Stored,
}

impl Trees {
    fn of(size: u64) -> Outcome<Self> {
        let leaf = |index: u64| *Hash::of(&index.to_be_bytes()).bytes();
        let leaves: Vec<[u8; 32]> = (0..size).map(leaf).collect();
        let ours = Tree::of(leaves.iter().map(|leaf| Hash::leaf(leaf)));
        let (mut ct, mut tlog) = (MemoryBackedTree::new(), Stored(Vec::new()));
        for (index, leaf) in (0..).zip(&leaves) {
            ct.push(*leaf);
            assert_eq!(stored_hash_index(0, index) as usize, tlog.0.len());
            let hashes = stored_hashes(index, leaf, &tlog).map_err(|error| error.to_string())?;
            tlog.0.extend(hashes);
        }
        Ok(Self { leaves, ours, ct, tlog })
    }
}

/// Times of one implementation.
#[derive(Default)]
struct Times {
    prove: Vec<Took>,
    check: Vec<Took>,
}

/// The rows: proof and check, against each of the two.
pub fn rows(scale: Scale) -> Outcome<Vec<Row>> {
    let size = scale.entries(1_000_000);
    let trees = Trees::of(size)?;
    let indexes: Vec<u64> = {
        let mut chance = Chance::of(1);
        (0..scale.times(2000)).map(|_| chance.below(size)).collect()
    };
    let (mut ours, mut ct, mut tlog) = (Times::default(), Times::default(), Times::default());
    for _ in 0..ROUNDS {
        one_round(&trees, &indexes, size, [&mut ours, &mut ct, &mut tlog])?;
    }
    let per = |times: &[Took]| middle(times).cpu / indexes.len() as f64;
    let row = |work: &str, name: &str, mine: &[Took], theirs: &[Took], aim| {
        let (mine, theirs) = (per(mine), per(theirs));
        let what = format!("inclusion {work} in a tree of {}", grouped(size));
        let figures = format!("{} against {}, CPU", shown(mine), shown(theirs));
        Row::new(what, name, theirs / mine, aim).with(figures)
    };
    Ok(vec![
        row("proof", "ct-merkle 0.3.0", &ours.prove, &ct.prove, Aim::Faster(1.0)),
        row("proof", "tlog_tiles 0.2.0", &ours.prove, &tlog.prove, Aim::None),
        row("check", "ct-merkle 0.3.0", &ours.check, &ct.check, Aim::None),
        row("check", "tlog_tiles 0.2.0", &ours.check, &tlog.check, Aim::None),
    ])
}

fn one_round(trees: &Trees, indexes: &[u64], size: u64, times: [&mut Times; 3]) -> Outcome<()> {
    let [ours, ct, tlog] = times;
    let leaf = |index: &u64| &trees.leaves[*index as usize];

    let (mine, took) =
        take(|| indexes.iter().map(|at| trees.ours.prove_inclusion(*at, size)).collect::<Option<Vec<_>>>());
    ours.prove.push(took);
    let mine: Vec<InclusionProof> = mine.ok_or("a proof that our tree does not give")?;
    let (theirs, took) =
        take(|| indexes.iter().map(|at| trees.ct.prove_inclusion(*at as usize)).collect::<Vec<_>>());
    ct.prove.push(took);
    let (tiled, took) =
        take(|| indexes.iter().map(|at| prove_record(size, *at, &trees.tlog)).collect::<Result<Vec<_>, _>>());
    tlog.prove.push(took);
    let tiled = tiled.map_err(|error| error.to_string())?;
    for ((mine, theirs), tiled) in mine.iter().zip(&theirs).zip(&tiled) {
        let bytes: Vec<u8> = mine.0.iter().flat_map(|hash| *hash.bytes()).collect();
        if bytes != theirs.as_bytes() || !mine.0.iter().map(Hash::bytes).eq(tiled.iter().map(|hash| &hash.0))
        {
            return Err("two implementations give two proofs".into());
        }
    }

    let root = trees.ours.root().ok_or("a tree without a root")?;
    let (held, took) = take(|| {
        indexes.iter().zip(&mine).all(|(at, proof)| proof.verify(Hash::leaf(leaf(at)), *at, size, root))
    });
    ours.check.push(took);
    let their_root = trees.ct.root();
    let (held_ct, took) = take(|| {
        let mut all = indexes.iter().zip(&theirs);
        all.all(|(at, proof)| their_root.verify_inclusion(leaf(at), *at, proof).is_ok())
    });
    ct.check.push(took);
    let tiled_root = tree_hash(size, &trees.tlog).map_err(|error| error.to_string())?;
    let (held_tlog, took) = take(|| {
        let mut all = indexes.iter().zip(&tiled);
        all.all(|(at, proof)| check_record(proof, size, tiled_root, *at, record_hash(leaf(at))).is_ok())
    });
    tlog.check.push(took);
    if held && held_ct && held_tlog { Ok(()) } else { Err("a proof does not hold".into()) }
}
