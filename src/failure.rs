//! What could not be done: the third kind of error, beside malformed and untrue.
//!
//! Each has an exit code, a stable code that `countersign explain` explains, the
//! place, and the next command to type. What caused it stays as its source.

use std::error::Error;
use std::fmt;
use std::path::Path;

use crate::fault::{Code, Fault};
use crate::timestamp::{StampCode, StampFault};

/// The exit codes of the command line; a part of the format from version 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Could not be done: file, disk, lock.
    Failed,
    /// Wrong use of the command line, or a file of one's own that has no form.
    Usage,
    /// Something that is needed is not here.
    Incomplete,
    /// Bytes are not what they should be.
    Damaged,
    /// Seals contradict each other.
    Contradicted,
    /// Not confirmed, or stopped by a guard.
    Guard,
    /// Key locked, or wrong passphrase.
    Locked,
}

impl Exit {
    /// The number.
    pub fn number(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Damaged => 4,
            Self::Contradicted => 5,
            Self::Guard => 6,
            Self::Locked => 7,
        }
    }
}

macro_rules! whys {
    ($($variant:ident $code:literal $exit:ident $explains:literal;)*) => {
        /// Why something could not be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Why {
            $(#[doc = $explains] $variant,)*
        }

        impl Why {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The exit code.
            pub fn exit(self) -> Exit {
                match self { $(Self::$variant => Exit::$exit,)* }
            }

            /// What it means and what to do.
            pub fn explains(self) -> &'static str {
                match self { $(Self::$variant => $explains,)* }
            }
        }
    };
}

whys! {
    Disk "disk" Failed
        "The operating system could not read or write a file. Nothing was reported as done that is not on disk. After an error of a sync the program ends at once; start it again and it completes or sets aside what was begun.";
    Lock "lock" Failed
        "Another run of the program is writing to this folder. It holds the file `lock`; wait until it ends.";
    NoFolder "no_folder" Failed
        "There is no ledger folder here or above: no `local.json`. Name one with --dir, or make one with countersign init.";
    Exists "exists" Failed
        "A file or folder of this name is there and is left as it is. Choose another name, or move it away.";
    Usage "usage" Usage
        "The words of the command do not fit. countersign help COMMAND shows them.";
    Authoring "authoring" Usage
        "A file of words (TOML) has a key or a value that is not in the schema. The message gives line and column.";
    DraftForm "draft_form" Usage
        "A draft in drafts/ is not in its form. Drop it and write it again: countersign drafts drop D.";
    NoDraft "no_draft" Failed
        "No draft of this name is here. countersign drafts lists them.";
    NoEntry "no_entry" Failed
        "No entry of this name or hash is held here. People cite entries as moscow/4, or by the first digits of the hash.";
    NotShown "not_shown" Failed
        "What the file would show does not follow from the entries that are here, or not from entries under a seal. Nothing was written. countersign order A B says what is shown; countersign seal seals one's own log.";
    KeyFile "key_file" Failed
        "A key file could not be read as PKCS#8 PEM, or is for another key than the one that is needed here.";
    Passphrase "passphrase" Locked
        "The passphrase does not open the key file, or the file is damaged. Give the passphrase at the terminal or with --passphrase-file.";
    NotConfirmed "not_confirmed" Guard
        "Nothing was signed and nothing was written: the word asked for was not typed, or there is no terminal to ask at. A script gives --yes, and pins a reviewed draft with --expect HASH.";
    Expected "expected" Guard
        "The draft is not the one that --expect pins. Nothing was signed.";
    MarkAbsent "mark_absent" Guard
        "Beside each key are its marks: what it signed, whole. A key without marks was copied here or restored, and could sign a second entry where one is. Bring your log here first: countersign pull SNAPSHOT --last moscow/41, or say --first if it has signed nothing anywhere.";
    Behind "behind" Guard
        "This folder holds fewer of your own entries than you have sealed, as after restoring a backup. Signing now would make a second history. Pull your own log from any copy: countersign pull SNAPSHOT.";
    OtherBranch "other_branch" Guard
        "A seal of your own log is over other entries than the ones held here. Pull the copy that shows it: the branch held first goes on, the evidence goes to faults/, and a further volume is the way on.";
    Torn "torn" Guard
        "The end of a journal is torn, and what is before the tear is less than was sealed. Nothing was set aside. Pull the log from any copy: countersign pull SNAPSHOT.";
    Marked "marked" Guard
        "This key has signed in this ledger before. Take your log over instead of founding it again: countersign init SNAPSHOT --as MEMBER --key FILE.";
    LastEntry "last_entry" Guard
        "A copy of your own log is as new as whoever gave it. Say which entry is the last that you signed: --last moscow/41. Any other answer writes nothing.";
    NotAMember "not_a_member" Guard
        "The key or the member named is not in this ledger's charter, or not in force.";
    NoEffect "no_effect" Guard
        "The entry would be without effect by the rules of the ledger (SPEC 19), for the reason that the message gives and that readers would see. Nothing was signed; a draft stays.";
    NoSecret "no_secret" Failed
        "The secret of an envelope is in the ledger folder in which it was written, in envelopes/, and nowhere else. Put the file back from a backup. Without it nobody can open the envelope.";
    Listen "listen" Failed
        "The server cannot listen on an address: it is taken, is not of this machine, or needs a right that this user has not. Another one is named by --listen and --metrics; port 0 takes any that is free.";
    NoSnapshot "no_snapshot" Failed
        "The folder to be served is no snapshot. A ledger folder is never served: it names the places of keys. countersign publish SNAPSHOT writes a snapshot.";
    SecretReadable "secret_readable" Guard
        "A server holds no secret of a member, and here one could be read: a file with the header of a private key is in the snapshot, in the folder of the state, beside the charter or the witness key, or in the current folder. Move it away, or serve as a user who cannot read it. The witness's own key, named by --witness, may be there.";
    Opening "opening" Damaged
        "A file of an opening is not in its form, or does not show what the envelope commits to. Ask its author for the file again.";
    OtherLedger "other_ledger" Damaged
        "The copy is of another ledger: its charter has another SHA-256. Nothing of it was looked at.";
    StampAbsent "stamp_absent" Failed
        "An authority was asked and gave no time stamp. Ask again, or ask another.";
    StampNeeds "stamp_needs" Incomplete
        "What a time stamp is over is not here: neither a stamped head in notes/ with its imprint as name, nor a seal. Ask with the request that countersign stamp request wrote, and add the answer in the same folder.";
    Url "url" Usage
        "What was given is not the address of a folder or a service: https://HOST/FOLDER, or http://, without a user, a question mark or a #.";
    PrivateAddress "private_address" Guard
        "The name leads to an address that is not of the public network: this machine, a private network, or one that has no host. Whoever gives a name must not steer a program into the network of those who ask. If it is meant, say so: --allow-private.";
    Unreachable "unreachable" Failed
        "The other side could not be reached: no such name, no connection, or none under a certificate for that name. What was fetched before stays; the same command goes on there.";
    WebAnswer "web_answer" Failed
        "The other side answered with something that is not the file: an error, a redirect (none is followed), a compressed body, or one that was cut off. This says nothing about any member.";
    WebLimit "web_limit" Failed
        "The other side sent more bytes than such a file may have, took longer than it may, or a limit on all requests together was reached. What was fetched stays; the same command goes on there.";
    Untrue "untrue" Damaged
        "Bytes are not what they should be; the message gives the code and the place.";
    Witness "witness" Failed
        "A witness did not cosign, or its words could not be taken in; the message says why. A witness cosigns a head alone that continues the one it cosigned last. If it has seen another history of this log, compare what it serves with what is held here: countersign compare OLD NEW.";
    WitnessState "witness_state" Guard
        "A witness remembers what it cosigned last of each log. Where that is gone, damaged or older than the mark beside its key, it could cosign a second history, so it cosigns nothing more with this key: a witness without its state retires its key. Bring the whole state back as it was, or make a new key and tell everybody who names the old one: countersign witness key OTHER.";
    Policy "policy" Usage
        "A policy file is not in the form of C2SP tlog-policy; the message gives the line. Names stand before they are used, each name is in one group, and there is one quorum line.";
    Proof "proof" Contradicted
        "Two seals, or a seal and the bytes under it, contradict each other. The evidence was written and verifies by itself.";
}

impl Why {
    /// The one with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|why| why.as_str() == name)
    }
}

/// Something that could not be done.
#[derive(Debug)]
pub struct Failure {
    /// Why.
    pub why: Why,
    /// The code of the bytes, where bytes are the reason.
    pub code: Option<Code>,
    /// What happened, in lower case, without an end stop.
    pub what: String,
    /// The next command to type.
    pub next: Option<String>,
    stamp: Option<StampCode>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure with what happened.
    pub fn new(why: Why, what: impl Into<String>) -> Self {
        Self { why, code: None, what: what.into(), next: None, stamp: None, source: None }
    }

    /// The same, with the next command to type.
    #[must_use]
    pub fn next(mut self, command: impl Into<String>) -> Self {
        self.next = Some(command.into());
        self
    }

    /// Something the operating system did not do.
    pub fn disk(doing: &str, path: &Path, source: std::io::Error) -> Self {
        let what = format!("{doing} {}", path.display());
        Self { source: Some(Box::new(source)), ..Self::new(Why::Disk, what) }
    }

    /// Bytes that are not what they should be, at a place.
    pub fn untrue(place: &str, fault: &Fault) -> Self {
        Self { code: Some(fault.code), ..Self::new(Why::Untrue, format!("{place}: {fault}")) }
    }

    /// A time stamp that does not show a time.
    pub fn stamp(place: &str, fault: &StampFault) -> Self {
        let why = match fault.code {
            StampCode::NotGranted => Why::StampAbsent,
            StampCode::LeafAbsent => Why::StampNeeds,
            _ => Why::Untrue,
        };
        Self { stamp: Some(fault.code), ..Self::new(why, format!("{place}: {fault}")) }
    }

    /// The stable code: that of the bytes or of the time stamp, else the reason's.
    pub fn code(&self) -> &'static str {
        let of_bytes = self.code.map(Code::as_str).or(self.stamp.map(StampCode::as_str));
        of_bytes.unwrap_or(self.why.as_str())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}

/// What a function that may fail returns.
pub type Outcome<T> = Result<T, Failure>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_apart_from_each_other_and_from_the_codes_of_bytes() {
        for why in Why::ALL {
            assert_eq!(Why::from_name(why.as_str()), Some(*why));
            let of_bytes = Code::from_name(why.as_str());
            assert!(of_bytes.is_none() || of_bytes == Some(Code::OtherLedger), "{why:?}");
            assert_eq!(StampCode::from_name(why.as_str()), None);
        }
        for code in StampCode::ALL {
            let failure = Failure::stamp("x", &StampFault::new(*code, "y"));
            assert_eq!((failure.code(), failure.why.exit().number()), (code.as_str(), code.exit_code()));
        }
    }
}
