//! Every way a ledger can be untrue, each with one code.
//!
//! The codes are a public vocabulary: the same words stand in docs/SPEC.md
//! section 12, in vectors, in JSON reports and in `countersign explain`. Their
//! explanations speak of bytes and seals, never of conduct.

use std::fmt;

use crate::names::LogId;

/// The five ranks an entry is raised through, and the copy as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Its bytes parse, in one way.
    Formed,
    /// The keys in force at its place made it.
    Signed,
    /// It follows its author's last entry.
    Chained,
    /// Every head it names is here.
    Woven,
    /// Its author's log key recorded it.
    Sealed,
    /// What was found is about this copy.
    Copy,
}

/// What a reader concludes, of a log or of a folder; the highest of its findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Everything up to the cut that is printed is here and holds.
    Whole,
    /// Bytes, seals, pins or evidence are absent.
    Incomplete,
    /// Bytes of this copy are not what was sealed, or no format at all.
    Damaged,
    /// A member's own seals cover bytes that contradict each other or the format.
    Contradicted,
}

impl Verdict {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Incomplete => "incomplete",
            Self::Damaged => "damaged",
            Self::Contradicted => "contradicted",
        }
    }

    /// The exit code of a command that ends with it.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Whole => 0,
            Self::Incomplete => 3,
            Self::Damaged => 4,
            Self::Contradicted => 5,
        }
    }
}

macro_rules! codes {
    ($($variant:ident $code:literal $rank:ident $says:literal $explains:literal;)*) => {
        /// One way in which bytes are not what they should be.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $says] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the ranks.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The rank at which it is found.
            pub fn rank(self) -> Rank {
                match self { $(Self::$variant => Rank::$rank,)* }
            }

            /// One short sentence.
            pub fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)* }
            }

            /// What it means and what to do, for `countersign explain`.
            pub fn explains(self) -> &'static str {
                match self { $(Self::$variant => $explains,)* }
            }
        }
    };
}

codes! {
    Size "size" Formed "larger than the format allows"
        "An entry or a charter holds at most 65,535 bytes, a document of provisions 4 MiB, any other 64 MiB. Shorten it, or move the provisions of a long text into a document.";
    NoteForm "note_form" Formed "not a signed note in the one form of entries"
        "An entry is UTF-8 text, a blank line, and 1 to 16 lines `— <name> <base64>`, ended by one line feed. No carriage return, no second spelling of base64, no byte after the end.";
    FirstLine "first_line" Formed "the first line names no message of this format"
        "The first line of an entry is `countersign/v1 entry`. By the closed list of first lines an entry, a key proof and a volume proof are told apart.";
    JsonForm "json_form" Formed "not strict JSON"
        "The JSON of an entry has one spelling: no white space, keys ascending, unsigned integers up to 2^53-1, the escapes \\\" \\\\ \\n, no empty string, depth at most 12. The place is a byte offset in the JSON.";
    Character "character" Formed "a character outside the table, or text that is not NFC"
        "Strings hold characters of one fixed table (Unicode 15.0, without controls, direction marks and invisible characters), in normalisation form C.";
    Field "field" Formed "a field that is absent, surplus, or not of its type"
        "Every field of an envelope has one type and one place. The message names the field and what was due there.";
    KeyForm "key_form" Signed "a public key that does not pass the gate"
        "A key is 32 bytes, canonical, on the curve, not of small order, and torsion-free. Other keys would let two verifiers disagree.";
    KeyUnknown "key_unknown" Signed "signed with a key that is not in force at this place"
        "The set in force at an entry's place is the charter's, or that of the last `key` entry before it. A label or key outside that set signs nothing there.";
    Signature "signature" Signed "a signature that does not verify"
        "The signature under this text was not made over these bytes with the key named. In a copy, a changed byte has this effect; compare with another copy.";
    Signers "signers" Signed "the signature lines are not those that `signers` names"
        "`signers` names the labels in ascending order, and the note has exactly these lines in that order.";
    Threshold "threshold" Signed "fewer labels signed than the set in force asks for"
        "The charter or the last `key` entry says how many labels sign an entry.";
    OtherLedger "other_ledger" Chained "made for another ledger"
        "An entry, a seal or a snapshot names one ledger by the SHA-256 of its charter. This one names another than the charter at hand.";
    OtherLog "other_log" Chained "made for another log"
        "An entry stands in the log of its author and in no other.";
    Number "number" Chained "not the number that comes next"
        "The entries of a log are numbered from 0 without a gap.";
    Prev "prev" Chained "`prev` is not the hash of the entry before"
        "Each entry names its author's entry before it by its hash. Another entry stood there when this one was signed.";
    Root "root" Chained "`root` is not the root of the entries before"
        "Each entry names the RFC 6962 root of its author's earlier entries. Other entries stood there when this one was signed.";
    KeysPointer "keys_pointer" Chained "`keys` does not name the set that is in force"
        "`keys` is the number of the author's last `key` entry, and is absent while the first set is in force.";
    ReceiptOrder "receipt_order" Chained "a receipt that does not grow, or of one's own log"
        "In one log, what is receipted of another log grows with each receipt; a member gives no receipt for its own logs.";
    KeySet "key_set" Chained "a `key` entry whose set does not follow from the one before"
        "A `key` entry carries the complete new set. A label that stays has the same key, a label that left does not return, and no key serves in two roles.";
    Possession "possession" Chained "a new key without its own proof, or a proof too many"
        "Each key that is new in a log signs `countersign/v1 key` with ledger, log and label, so that nobody can put another's key into a set.";
    JoinForm "join_form" Chained "a `join` that does not have its form, or not at entry 0"
        "Entry 0 of a log is its `join`, and no other is. In a first volume its body is empty and its signers are the first of the charter's labels.";
    VolumeProof "volume_proof" Chained "a further volume without the proof of the recovery key"
        "A further volume is opened by the recovery key whose SHA-256 stands in the charter.";
    ReceiptSeal "receipt_seal" Woven "a receipt whose seal was not made by the log it names"
        "A receipt carries the seal of the log it is about. This seal does not verify with that log's key, or the log belongs to no member. Entry and charter show it.";
    SameKeyTwice "same_key_twice" Woven "one key stands in the sets of two members"
        "Two members list one public key. The proofs show who held it. No verdict changes.";
    HeadAbsent "head_absent" Woven "sealed entries that an entry names are not here"
        "An entry holds its owner's seal over more of another log than this copy has. Ask any holder of that log for a newer copy.";
    CheckpointForm "checkpoint_form" Sealed "not a checkpoint of this log"
        "A checkpoint is a signed note of three lines: the origin `countersign/<ledger>/<log>`, the size, the root. It has no further lines.";
    CheckpointSignature "checkpoint_signature" Sealed "no signature of the log key verifies"
        "A checkpoint counts when the log key's own line verifies. In a copy, a changed byte has this effect.";
    Tile "tile" Sealed "a tile that does not hold the hashes under the seal"
        "The hash tiles of a snapshot follow from its entries. One of these is another; take a fresh copy.";
    Bundle "bundle" Sealed "bytes that are not those under the seal"
        "The entries of this copy do not have the root that their author sealed. This is about the copy; take a fresh one.";
    BytesAbsent "bytes_absent" Sealed "bytes that should be here are not"
        "A file that the seal needs is not in this copy. Ask for the whole folder.";
    Unsealed "unsealed" Sealed "signed entries that are under no seal"
        "A log is what its log key has sealed. In one's own folder: countersign seal.";
    Split "split" Sealed "two seals of one log contradict each other"
        "The log key signed two checkpoints of which neither continues the other. The file that shows it is whole in itself. Both branches stay on record until their author says otherwise in a further volume.";
    Fork "fork" Sealed "two seals, and the two entries where they part"
        "A split in which the two entries at the first difference are shown, both signed under the keys in force there, with different texts.";
    BadEntry "bad_entry" Sealed "a sealed entry that the chain does not take"
        "The log key sealed bytes that are no entry at their place. The entries before it stand. The reason is the inner code.";
    CharterForm "charter_form" Copy "not a charter"
        "A charter is one line of strict JSON and a line feed, with every field of docs/SPEC.md section 4 in its form.";
    NotPinned "not_pinned" Copy "no ledger was named to compare with"
        "Anybody can make a snapshot. Compare the ledger's words with its members, by voice or on paper, and name it: countersign verify PATH --ledger \"WORDS\".";
    OlderThanPins "older_than_pins" Copy "older than a state seen before"
        "The pins hold heads that this copy does not reach. Ask for a newer copy.";
    OddFile "odd_file" Copy "a link or special file where a plain file should be"
        "A snapshot holds plain files and folders. Links could lead out of it and are not followed.";
    Digest "digest" Copy "a file whose bytes do not match its name"
        "Files in notes/, docs/ and faults/ are named by the SHA-256 of their bytes, and a file in faults/ shows what it says.";
    ExcerptLacks "excerpt_lacks" Copy "an excerpt without what belongs to it"
        "An excerpt of a text holds every entry up to its cut, or says which numbers it leaves out; with a provision go its definitions, baskets, and all that was said of it. This file lacks what the message names. Ask for a whole one: countersign prove REF -o FILE.";
    PageUnknown "page_unknown" Copy "a page that this version does not know"
        "The first part of index.html, the viewer, is the same in every snapshot of a version. This one is of another version, or of somebody else: what it shows is theirs to show. Compare the SHA-256 of its first bytes with the one of its version, or look through a page of your own: countersign viewer -o FILE.";
    PageData "page_data" Copy "a page whose data contradict those of the folder"
        "index.html carries the files of its snapshot. This one is not in the form of a page, or the record that it carries does not hold by itself, or it carries another file where the folder has one, neither an earlier nor a later state of it. The folder is what was checked here. Whoever published it writes both again: countersign publish DIR.";
    PageOther "page_other" Copy "a page of another state of the record"
        "index.html carries an earlier or a later state of the record than its folder, as where a run of `publish` or a download was cut off; or it does not carry all of the folder. It shows what it carries, and says what it lacks. No verdict changes. Whoever published it writes it anew: countersign publish DIR.";
}

impl Code {
    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// The verdict that a finding of this code brings.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::SameKeyTwice | Self::PageOther => Verdict::Whole,
            Self::HeadAbsent
            | Self::BytesAbsent
            | Self::Unsealed
            | Self::NotPinned
            | Self::OlderThanPins
            | Self::PageUnknown => Verdict::Incomplete,
            Self::ReceiptSeal | Self::Split | Self::Fork | Self::BadEntry => Verdict::Contradicted,
            _ => Verdict::Damaged,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Bytes that did not reach a rank: the code, and what was due where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which way.
    pub code: Code,
    /// Where and what was due, in lower case, without an end stop.
    pub detail: String,
}

impl Fault {
    /// A fault with a detail.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; due: {}", self.code.says(), self.detail)
    }
}

impl std::error::Error for Fault {}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The copy as a whole.
    Copy,
    /// One log in it.
    Log(LogId),
}

/// One thing that a reader found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What it is about.
    pub subject: Subject,
    /// Its code.
    pub code: Code,
    /// The inner code of a bad entry.
    pub reason: Option<Code>,
    /// A file or an entry (`moscow/4`).
    pub place: String,
    /// A sentence for people.
    pub message: String,
}

impl Finding {
    /// A finding about one log.
    pub fn of_log(log: &LogId, code: Code, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            subject: Subject::Log(log.clone()),
            code,
            reason: None,
            place: place.into(),
            message: message.into(),
        }
    }

    /// A finding about the copy.
    pub fn of_copy(code: Code, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { subject: Subject::Copy, code, reason: None, place: place.into(), message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_one_name_each() {
        for code in Code::ALL {
            assert_eq!(Code::from_name(code.as_str()), Some(*code));
        }
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
