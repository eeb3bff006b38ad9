//! Files that an act rests on: documents beside it, the words that an envelope hides.
//! Each is on disk before the draft that needs it is.

use std::path::{Path, PathBuf};

use countersign::disk::{Access, Disk, Source, make_folder_synced, parent, replace_for};
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::snapshot::LARGEST_DOCUMENT;

use super::session::Session;

/// A file of the ledger folder that an act rests on.
pub struct Paper {
    /// Its place below the folder.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Who may read it.
    pub access: Access,
}

impl Paper {
    /// A document: `docs/<sha256>`, which is published. Returns its digest too.
    pub fn document(session: &Session, file: &Path) -> Outcome<(Hash, Self)> {
        let read = session.disk.read(file, LARGEST_DOCUMENT);
        let bytes = match read {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(Failure::new(Why::Disk, format!("no file {}", file.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                let what = format!("{} is no plain file of at most 64 MiB", file.display());
                return Err(Failure::new(Why::Usage, what)
                    .next("the same command with an excerpt, or with several --attach"));
            }
            Err(error) => return Err(Failure::disk("reading", file, error)),
        };
        let digest = Hash::of(&bytes);
        let path = Path::new("docs").join(digest.to_string());
        Ok((digest, Self { path, bytes, access: Access::Usual }))
    }
}

/// Writes papers into a ledger folder whose lock is held. When this returns, all of
/// them outlive a power cut.
pub fn put(disk: &dyn Disk, folder: &Path, papers: &[Paper]) -> Outcome<()> {
    for paper in papers {
        let path = folder.join(&paper.path);
        let failed = |error| Failure::disk("writing", &path, error);
        make_folder_synced(disk, parent(&path), paper.access).map_err(failed)?;
        let most = u64::try_from(paper.bytes.len()).unwrap_or(u64::MAX);
        // One of another length is replaced, as one of other bytes is.
        let there = disk.read(&path, most).unwrap_or_default();
        if there.as_ref() == Some(&paper.bytes) {
            disk.sync(&path).map_err(failed)?;
        } else {
            replace_for(disk, &path, &paper.bytes, paper.access).map_err(failed)?;
        }
    }
    Ok(())
}
