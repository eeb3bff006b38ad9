//! Looking for a member's secret where the server could read one, before it starts.
//!
//! ```text
//! snapshot        every file that has no place in the layout
//! state           every file
//! other folders   every file in them, and *.key and *.pem one level down
//! ```
//!
//! The files of the layout are public whatever they hold, and their bytes are their
//! authors': an entry that quotes a key must not keep a server from starting.

use std::io;
use std::path::{Path, PathBuf};

use super::place::Place;
use crate::disk::{Kind, RealDisk, Source};
use crate::failure::{Failure, Outcome, Why};

/// Bytes in which a key file says that it is one.
const LOOKED_AT: u64 = 4096;

/// Folders below a state or snapshot that are looked into.
const DEEPEST: usize = 16;

/// Where to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looked<'a> {
    /// The snapshot.
    pub snapshot: Option<&'a Path>,
    /// The folder of the witness's state.
    pub state: Option<&'a Path>,
    /// The current folder, and those in which the charter and the witness key lie.
    pub others: &'a [PathBuf],
    /// The witness key, which may be there.
    pub own: Option<&'a Path>,
}

/// How much of a folder is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// All of it, but for the places of the layout.
    Snapshot,
    /// All of it.
    Whole,
    /// Its files, and below it those that are named like a key.
    Near,
    /// Those that are named like a key.
    Named,
}

/// Refuses where a private key that is not the witness's can be read.
pub fn look(looked: Looked<'_>) -> Outcome<()> {
    let own = looked.own.map(same_file).transpose()?;
    let disk = RealDisk::new();
    let look = Look { disk: &disk, own };
    if let Some(snapshot) = looked.snapshot {
        look.folder(snapshot, snapshot, Depth::Snapshot, 0)?;
    }
    if let Some(state) = looked.state {
        look.folder(state, state, Depth::Whole, 0)?;
    }
    looked.others.iter().try_for_each(|folder| look.folder(folder, folder, Depth::Near, 0))
}

fn same_file(path: &Path) -> Outcome<PathBuf> {
    path.canonicalize().map_err(|error| Failure::disk("finding", path, error))
}

struct Look<'a> {
    disk: &'a RealDisk,
    own: Option<PathBuf>,
}

impl Look<'_> {
    fn folder(&self, root: &Path, folder: &Path, depth: Depth, level: usize) -> Outcome<()> {
        let names = match self.disk.list(folder) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(()),
            other => other.map_err(|error| Failure::disk("reading", folder, error))?,
        };
        for (name, kind) in names {
            let path = folder.join(&name);
            match (kind, depth) {
                (Kind::Folder, Depth::Snapshot | Depth::Whole) if level < DEEPEST => {
                    self.folder(root, &path, depth, level + 1)?;
                }
                (Kind::Folder, Depth::Near) => self.folder(root, &path, Depth::Named, 1)?,
                (Kind::Folder, _) => {}
                // A link may lead to a key as well; what it leads to is opened, if a file.
                (Kind::File | Kind::Odd, _) => {
                    let is_looked_at = match depth {
                        Depth::Snapshot => !has_place(root, &path),
                        Depth::Whole | Depth::Near => true,
                        Depth::Named => is_named_like_a_key(&path),
                    };
                    if is_looked_at {
                        self.file(&path)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn file(&self, path: &Path) -> Outcome<()> {
        // A link that leads nowhere, or a file that this user may not open, is no secret
        // that the server could read.
        let Ok(file) = path.canonicalize() else { return Ok(()) };
        let Ok(Some(bytes)) = self.disk.read_at(&file, 0, LOOKED_AT) else { return Ok(()) };
        if !is_private_key(&bytes) || self.own.as_deref() == Some(file.as_path()) {
            return Ok(());
        }
        let what = format!("a private key can be read here: {}", path.display());
        Err(Failure::new(Why::SecretReadable, what).next("move it away, then the same command"))
    }
}

fn has_place(root: &Path, path: &Path) -> bool {
    let below = path.strip_prefix(root).ok().and_then(Path::to_str);
    below.is_some_and(|below| Place::parse(&format!("/{}", below.replace('\\', "/"))).is_some())
}

fn is_named_like_a_key(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("key") || end.eq_ignore_ascii_case("pem"))
}

/// Whether a file begins a private key somewhere in its first bytes: PEM of any kind, or
/// the one-line form of Go's notes.
fn is_private_key(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii();
        let pem = line.starts_with(b"-----BEGIN ") && contains(line, b"PRIVATE KEY");
        pem || line.starts_with(b"PRIVATE+KEY+")
    })
}

fn contains(line: &[u8], words: &[u8]) -> bool {
    line.windows(words.len()).any(|window| window == words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_private_keys_are_known_and_words_about_them_are_not() {
        for key in [
            "-----BEGIN PRIVATE KEY-----\nMC4\n",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\r\n",
            "# a note\n-----BEGIN OPENSSH PRIVATE KEY-----\n",
            "PRIVATE+KEY+moscow+00000000+AA==\n",
        ] {
            assert!(is_private_key(key.as_bytes()), "{key}");
        }
        for text in ["-----BEGIN PUBLIC KEY-----\n", "say -----BEGIN PRIVATE KEY-----\n", "PRIVATE KEY\n", ""]
        {
            assert!(!is_private_key(text.as_bytes()), "{text}");
        }
    }
}
