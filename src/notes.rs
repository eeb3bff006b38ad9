//! The folder `notes/`: evidence of time, byte for byte, each file named by the SHA-256
//! of its bytes.
//!
//! ```text
//! a cosigned checkpoint    the note of a log's seal with the lines of witnesses
//! a stamped head           the three lines of a checkpoint, and nothing else
//! a time stamp             a token over such a file: its imprint is that file's name
//! ```

use std::path::Path;

use crate::disk::{Access, Disk, make_folder_synced, replace};
use crate::failure::{Failure, Outcome};
use crate::hash::Hash;

/// The longest file of evidence that is written or read.
pub const LONGEST: u64 = 1 << 18;

/// Writes a file of evidence into a ledger folder, unless it is there: its name. When
/// this returns, it is on disk.
pub fn keep(disk: &dyn Disk, folder: &Path, bytes: &[u8]) -> Outcome<Hash> {
    let digest = Hash::of(bytes);
    let notes = folder.join("notes");
    let path = notes.join(digest.to_string());
    let held = disk.read(&path, LONGEST).map_err(|error| Failure::disk("reading", &path, error))?;
    if held.as_deref() != Some(bytes) {
        make_folder_synced(disk, &notes, Access::Usual)
            .and_then(|()| replace(disk, &path, bytes))
            .map_err(|error| Failure::disk("writing", &path, error))?;
    }
    Ok(digest)
}
