//! Cosigned checkpoints in a ledger folder: found, and added to.

use std::path::Path;

use crate::cosignature::{CosignedCheckpoint, WitnessKey};
use crate::disk::{Disk, Kind, Source};
use crate::failure::{Failure, Outcome};
use crate::fault::Fault;
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::ledger::Ledger;
use crate::names::LogId;
use crate::notes;

/// The log key of a log, as the record or the charter has it.
pub fn log_key(ledger: &Ledger, log: &LogId) -> Option<PublicKey> {
    ledger.audit.log_key(log)
}

/// Reads the note of a cosigned checkpoint; nothing where it is none of this ledger.
pub fn read(ledger: &Ledger, bytes: &[u8]) -> Option<Result<CosignedCheckpoint, Fault>> {
    let id = ledger.audit.charter.as_ref()?.id();
    CosignedCheckpoint::read(bytes, &id, &|log| log_key(ledger, log))
}

/// The cosigned checkpoints in `notes/`, by log and size, and the names of their files.
/// Files of another sort, or that do not hold, are passed over: `verify` tells of them.
pub fn held(source: &dyn Source, ledger: &Ledger) -> Outcome<Vec<(Hash, CosignedCheckpoint)>> {
    let folder = ledger.folder.join("notes");
    let failed = |path: &Path, error| Failure::disk("reading", path, error);
    let mut found = Vec::new();
    for (name, kind) in source.list(&folder).map_err(|error| failed(&folder, error))? {
        let Some(digest) = Hash::from_hex(&name).filter(|_| kind == Kind::File) else { continue };
        let path = folder.join(&name);
        let bytes = match source.read(&path, notes::LONGEST) {
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => continue,
            read => read.map_err(|error| failed(&path, error))?,
        };
        let Some(bytes) = bytes.filter(|bytes| Hash::of(bytes) == digest) else { continue };
        if let Some(Ok(cosigned)) = read(ledger, &bytes)
            && !cosigned.cosignatures().is_empty()
        {
            found.push((digest, cosigned));
        }
    }
    found.sort_by_key(|(digest, cosigned)| (cosigned.head(), *digest));
    Ok(found)
}

/// Takes cosignatures of one head into the folder: the earliest of each witness, with
/// those that are here, in one note. The name of its file, which is on disk when this
/// returns; nothing where none is earlier, or of another witness, than what is here.
pub fn take(
    disk: &dyn Disk,
    ledger: &Ledger,
    cosigned: &CosignedCheckpoint,
    keys: &[WitnessKey],
) -> Outcome<Option<Hash>> {
    let mut whole = CosignedCheckpoint::of(cosigned.checkpoint().clone());
    for (_, other) in held(disk, ledger)? {
        whole.merge(&other, keys);
    }
    if !whole.merge(cosigned, keys) {
        return Ok(None);
    }
    notes::keep(disk, &ledger.folder, &whole.to_bytes()).map(Some)
}
