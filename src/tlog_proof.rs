//! A C2SP tlog-proof: that an entry is in a log, in a form that other tools read too.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 4
//! <base64 of a hash, from the leaf's sibling to the root's child>
//!
//! <checkpoint>
//! ```

use crate::base64;
use crate::checkpoint::Checkpoint;
use crate::fault::{Code, Fault};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::merkle::{InclusionProof, LONGEST_PATH};
use crate::names::LogId;

/// The first line.
const FIRST: &str = "c2sp.org/tlog-proof@v1";

/// The proof as text.
pub fn print(index: u64, proof: &[Hash], checkpoint: &Checkpoint) -> String {
    let hashes: String = proof.iter().map(|hash| base64::encode(hash.bytes()) + "\n").collect();
    let note = String::from_utf8_lossy(&checkpoint.to_bytes()).into_owned();
    format!("{FIRST}\nindex {index}\n{hashes}\n{note}")
}

/// Verifies a proof of this very entry, and gives the checkpoint. One spelling is taken:
/// the one that `print` gives.
pub fn verify(
    text: &str,
    entry: &[u8],
    ledger: &Hash,
    log: &LogId,
    key: &PublicKey,
) -> Result<Checkpoint, Fault> {
    let due = |due: &str| Fault::new(Code::Digest, format!("a tlog-proof: {due}"));
    let (head, note) = text.split_once("\n\n").ok_or_else(|| due("a blank line before the checkpoint"))?;
    let mut lines = head.split('\n');
    if lines.next() != Some(FIRST) {
        return Err(due(FIRST));
    }
    let index = lines.next().and_then(|line| line.strip_prefix("index ")?.parse().ok());
    let index: u64 = index.ok_or_else(|| due("index and a number"))?;
    let hashes: Option<Vec<Hash>> =
        lines.map(|line| Some(Hash::new(base64::decode(line)?.try_into().ok()?))).collect();
    let hashes = hashes.filter(|hashes| hashes.len() <= LONGEST_PATH).ok_or_else(|| due("hashes"))?;
    let checkpoint = Checkpoint::parse(note.as_bytes(), ledger, log, key)?;
    if print(index, &hashes, &checkpoint) != text {
        return Err(due("one spelling"));
    }
    let proof = InclusionProof(hashes);
    if proof.verify(Hash::leaf(entry), index, checkpoint.size(), checkpoint.root()) {
        Ok(checkpoint)
    } else {
        Err(due("the path from this entry to the root"))
    }
}
