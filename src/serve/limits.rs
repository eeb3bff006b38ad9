//! How much of everything one caller, and all together, may take.
//!
//! Each figure is met by a test from a raw socket (`tests/it/serve.rs`), which sets the
//! times shorter and asserts these.

use std::time::Duration;

/// What is allowed. The fields say which unit; times are of a clock that does not go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the head of a request, from the last answer or the beginning on: so this is
    /// also how long a connection may be idle.
    pub head: Duration,
    /// For the body of a request.
    pub body: Duration,
    /// Before a body must arrive at [`Limits::rate`].
    pub grace: Duration,
    /// Bytes a second that a body must arrive with, and an answer be taken with.
    pub rate: u64,
    /// In which an answer must be taken at [`Limits::rate`].
    pub write: Duration,
    /// For a whole connection, however busy; then it is asked to come again.
    pub life: Duration,
    /// For what was begun when the server was told to stop.
    pub stop: Duration,
    /// For which bytes are read and dropped after the last answer, so that it arrives.
    pub linger: Duration,
    /// Connections in all.
    pub all: usize,
    /// Connections of one address; a network of 64 bits counts as one.
    pub each: usize,
    /// Submissions that one address may make at once.
    pub burst: u32,
    /// Until one more is allowed.
    pub interval: Duration,
    /// Submissions that are being worked on, or wait for it.
    pub queue: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A head fits one packet: whoever needs longer sends it slowly on purpose.
            head: Duration::from_secs(5),
            body: Duration::from_secs(10),
            grace: Duration::from_secs(2),
            rate: 1024,
            write: Duration::from_secs(30),
            life: Duration::from_secs(600),
            stop: Duration::from_secs(10),
            linger: Duration::from_secs(1),
            // With 64 KiB of an answer each: 16 MiB.
            all: 256,
            // A browser opens 6, and several readers stand behind one address.
            each: 16,
            // A log submits once a seal, twice where the witness is behind.
            burst: 20,
            interval: Duration::from_secs(1),
            // Each holds a body of 64 KiB and waits for a sync.
            queue: 32,
        }
    }
}

/// Headers of a request.
pub const MOST_HEADERS: usize = 100;

/// Bytes in the head of a request.
pub const LONGEST_HEAD: usize = 16 << 10;

/// Bytes in what a request asks for; the longest place in a snapshot has 130.
pub const LONGEST_TARGET: usize = 2048;

/// Bytes in a body; a checkpoint with 63 hashes and 16 signatures has 8,000.
pub const LARGEST_BODY: u64 = 64 << 10;

/// Connections that the system keeps until they are taken.
pub const BACKLOG: u32 = 128;

/// Bytes of a file that are held at a time.
pub const PIECE: u64 = 64 << 10;

/// Most bytes in a file that is replaced in its place, which is read twice: once for its
/// entity tag. The page is the largest.
pub const LARGEST_REPLACED: u64 = crate::viewer::tail::LARGEST;
