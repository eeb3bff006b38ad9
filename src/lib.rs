//! A ledger of signed commitments for sides that do not trust each other.
//!
//! Each side writes its own append-only log; anybody verifies everything offline.
//! An entry is raised through five ranks, each one type made by one function:
//!
//! ```text
//! formed    Signed            Signed::parse      its bytes parse, in one way
//! signed    Verified          Signed::verify     the keys in force at its place made it
//! chained   Chain             Chain::push        it follows its author's last entry
//! woven     Weave             Weave::add         every head it names is here
//! sealed    Checkpoint        InclusionProof     its author's log key recorded it
//! ```
//!
//! The modules stand on floors; one uses lower floors alone (tests/floors.rs).
//! Everything below floor 7 is pure: bytes in, values out.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::as_conversions,
        clippy::print_stdout,
        clippy::print_stderr,
        clippy::panic
    )
)]

// Floor 0: values.
pub mod base64;
pub mod fields;
pub mod hash;
pub mod json;
pub mod names;
pub mod time;
pub mod unicode;
pub mod vocabulary;
pub mod wording;

// Floor 1: keys, trees, and everything that can be untrue.
pub mod fault;
pub mod fingerprint;
pub mod key;
pub mod merkle;
pub mod shelf;
pub mod table;
pub mod tall;
pub mod tile;

// Floor 2: the envelope, and what authorities of time sign.
pub mod note;
pub mod timestamp;

// Floor 3: what is written in it.
pub mod body;
pub mod charter;
pub mod checkpoint;
pub mod cosignature;
pub mod entry;

// Floor 4: one log, and texts as people write them.
pub mod act;
pub mod authoring;
pub mod chain;
pub mod difference;
pub mod policy;
pub mod sentence;
pub mod submission;
pub mod tlog_proof;

// Floor 5: the logs side by side, and what can be shown to others.
pub mod proof;
pub mod reading;
pub mod received;
pub mod strand;
pub mod weave;

// Floor 6: what follows from all of it.
pub mod audit;
pub mod bracket;
pub mod context;
pub mod copy;
pub mod described;
pub mod evidence;
pub mod excerpt;
pub mod feed;
pub mod finding;
pub mod gist;
pub mod listing;
pub mod past;
pub mod precedence;
pub mod sealed;
pub mod status;
pub mod testimony;
pub mod viewer;

// Floor 7: the first that touches the world.
pub mod disk;
pub mod failure;
pub mod index;
pub mod journal;
pub mod keyfile;
pub mod mark;

// Floor 8: folders.
pub mod checked;
pub mod draft;
pub mod ledger;
pub mod mirror;
pub mod notes;
pub mod opening;
pub mod page;
pub mod publish;
pub mod pull;
pub mod recovery;
pub mod snapshot;
pub mod stamp;
pub mod web;

// Floor 9: the services.
pub mod serve;
pub mod witness;
