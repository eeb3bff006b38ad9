//! What a copy of a ledger holds, before anything is judged.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fault::{Code, Finding};
use crate::names::LogId;
use crate::shelf::{self, Shelf};

/// One log in a copy.
#[derive(Clone)]
pub struct LogBytes {
    /// Where it lies, for messages.
    pub place: String,
    /// Its entries and hash tiles.
    pub shelf: Arc<dyn Shelf>,
    /// The checkpoint file.
    pub checkpoint: Option<Vec<u8>>,
    /// What was found while the files were looked for.
    pub findings: Vec<(Code, String, String)>,
}

impl Default for LogBytes {
    fn default() -> Self {
        let shelf = Arc::new(shelf::Held::default());
        Self { place: String::new(), shelf, checkpoint: None, findings: Vec::new() }
    }
}

impl std::fmt::Debug for LogBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LogBytes({})", self.place)
    }
}

impl LogBytes {
    /// The size that the checkpoint file claims, before its signature is looked at.
    pub fn claimed_size(&self) -> Option<u64> {
        claim(self.checkpoint.as_deref()?).map(|(size, _)| size)
    }
}

/// The size and the root that a checkpoint file claims, before its signature is looked at.
pub fn claim(checkpoint: &[u8]) -> Option<(u64, &str)> {
    let mut lines = std::str::from_utf8(checkpoint).ok()?.lines().skip(1);
    Some((lines.next()?.parse().ok()?, lines.next()?))
}

/// Everything that a copy holds. What can be long lies on shelves.
#[derive(Clone, Debug, Default)]
pub struct Copy {
    /// The charter file.
    pub charter: Option<Vec<u8>>,
    /// The logs, by the names of their folders or journals.
    pub logs: BTreeMap<LogId, LogBytes>,
    /// Further branches of split logs.
    pub branches: Vec<(LogId, LogBytes)>,
    /// Files in `faults/`, by name.
    pub faults: BTreeMap<String, Vec<u8>>,
    /// Files in `notes/` and `docs/`, by path.
    pub named: BTreeMap<String, Vec<u8>>,
    /// What was found while the files were read.
    pub findings: Vec<Finding>,
}
