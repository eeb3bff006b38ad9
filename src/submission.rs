//! What a witness is sent: the size it knows, a proof that the log grew from there, and
//! the checkpoint (C2SP tlog-witness, `add-checkpoint`).
//!
//! ```text
//! old 7
//! <base64 of a hash of the consistency proof>
//! <base64 of the next>
//!
//! countersign/<ledger id>/moscow
//! 13
//! <base64 of the root>
//!
//! — countersign/<ledger id>/moscow <base64>
//! ```

use crate::base64;
use crate::checkpoint::{Checkpoint, MOST_LINES, TreeHead};
use crate::fault::{Code, Fault};
use crate::hash::Hash;
use crate::merkle::{ConsistencyProof, Nodes};
use crate::note::Note;

/// Most hashes of a proof, by the specification.
const MOST_HASHES: usize = 63;

/// Most bytes that are read; others' witnesses draw the line from 10 KiB to 256 KiB.
/// What this program sends is under 4 KiB.
pub const LONGEST: usize = 64 << 10;

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The size that the witness cosigned last.
    pub old: u64,
    /// The consistency proof from there, as RFC 6962 has it.
    pub proof: Vec<Hash>,
    /// The note, with the log's line.
    pub note: Note,
    head: TreeHead,
}

fn due(due: &str) -> Fault {
    Fault::new(Code::NoteForm, due)
}

/// A number without sign, point or leading zero.
pub fn plain_number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl Submission {
    /// What is sent of a checkpoint, with the log's line alone, to a witness that knows
    /// `old` entries; nothing where the tree has not as many.
    pub fn of(checkpoint: &Checkpoint, tree: &impl Nodes, old: u64) -> Option<Self> {
        let (head, new) = (checkpoint.tree_head(), checkpoint.size());
        let proof = match old {
            0 => Vec::new(),
            _ => tree.prove_consistency(old, new)?.to_rfc(old, new).to_vec(),
        };
        Some(Self { old, proof, note: Note::new(head.text(), vec![checkpoint.line()]), head })
    }

    /// Reads a body. What is accepted prints back the same.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > LONGEST {
            return Err(Fault::new(Code::Size, format!("at most {LONGEST} bytes")));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| due("UTF-8"))?;
        let (before, note) = text.split_once("\n\n").ok_or_else(|| due("an empty line"))?;
        let mut lines = before.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(plain_number);
        let old = old.filter(|old| i64::try_from(*old).is_ok()).ok_or_else(|| due("old SIZE"))?;
        let mut proof = Vec::new();
        for line in lines {
            if proof.len() == MOST_HASHES {
                return Err(due("at most 63 hashes of a proof"));
            }
            let hash = base64::decode(line).and_then(|bytes| bytes.try_into().ok());
            proof.push(Hash::new(hash.ok_or_else(|| due("base64 of 32 bytes"))?));
        }
        let note = Note::parse(note.as_bytes(), MOST_LINES)?;
        let head = TreeHead::parse(note.text())?;
        Ok(Self { old, proof, note, head })
    }

    /// The body.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!("old {}\n", self.old);
        for hash in &self.proof {
            out.push_str(&base64::encode(hash.bytes()));
            out.push('\n');
        }
        out.push('\n');
        [out.into_bytes(), self.note.to_bytes()].concat()
    }

    /// The three lines of the checkpoint.
    pub fn head(&self) -> &TreeHead {
        &self.head
    }

    /// Whether the tree of this head begins with that of `old_root`, by the proof.
    pub fn continues(&self, old_root: &Hash) -> bool {
        let (old, new) = (self.old, self.head.size);
        if old == 0 {
            return self.proof.is_empty();
        }
        if old == new {
            return self.proof.is_empty() && self.head.root == *old_root;
        }
        let proof = ConsistencyProof::from_rfc(&self.proof, old, *old_root);
        proof.roots(old, new) == Ok((*old_root, self.head.root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;
    use crate::merkle::Tree;
    use zeroize::Zeroizing;

    #[test]
    fn from_every_size_to_every_size_to_300_one_submission_holds() {
        let key = SecretKey::from_seed(&Zeroizing::new([7; 32]));
        let (ledger, log) = (Hash::of(b"charter"), "moscow".parse().unwrap());
        let tree = Tree::of((0..300_u64).map(|leaf| Hash::leaf(&leaf.to_be_bytes())));
        for new in 1..=300 {
            let seal = Checkpoint::sign(&ledger, &log, new, tree.root_at(new).unwrap(), &key);
            for old in 1..=new {
                let made = Submission::of(&seal, &tree, old).unwrap();
                let root = tree.root_at(old).unwrap();
                assert!(made.continues(&root), "{old} {new}");
                assert!(!made.continues(&Hash::of(b"another")), "{old} {new}");
                if old < new {
                    let mut cut = made.clone();
                    cut.proof.pop();
                    assert!(!cut.continues(&root), "{old} {new}");
                }
                if new > 290 {
                    let bytes = made.to_bytes();
                    assert!(bytes.len() < 4096);
                    assert_eq!(Submission::parse(&bytes), Ok(made));
                }
            }
        }
    }

    #[test]
    fn bodies_have_one_form() {
        let key = SecretKey::from_seed(&Zeroizing::new([7; 32]));
        let (ledger, log) = (Hash::of(b"charter"), "moscow".parse().unwrap());
        let seal = Checkpoint::sign(&ledger, &log, 3, Hash::of(b"root"), &key);
        let tree = Tree::of((0..3).map(|leaf: u8| Hash::leaf(&[leaf])));
        let good = String::from_utf8(Submission::of(&seal, &tree, 2).unwrap().to_bytes()).unwrap();
        assert!(Submission::parse(good.as_bytes()).is_ok());
        let hash = format!("{}\n", base64::encode(&[1; 32]));
        for other in [
            good.replace("old 2", "old 02"),
            good.replace("old 2", "old 000"),
            good.replace("old 2", "old +2"),
            good.replace("old 2", "old -1"),
            good.replace("old 2", "old  2"),
            good.replace("old 2", "new 2"),
            good.replace("old 2", "old 9223372036854775808"),
            good.replace("old 2\n", "old 2\r\n"),
            good.replace("old 2\n", ""),
            good.replace("old 2\n", &format!("old 2\n{}", hash.repeat(63))),
            good.replace("old 2\n", "old 2\nAAAA\n"),
            good.replace("\n\n", "\n"),
            good.replace("\n3\n", "\n03\n"),
            good.replace("\n3\n", "\n3\n\n"),
            good.replace("=\n\n\u{2014}", "=\nextension\n\n\u{2014}"),
            "old 2\n".repeat(20_000),
            String::new(),
        ] {
            assert!(Submission::parse(other.as_bytes()).is_err(), "{other}");
        }
        assert!(
            Submission::parse(good.replace("old 2\n", &format!("old 2\n{}", hash.repeat(62))).as_bytes())
                .is_ok()
        );
    }
}
