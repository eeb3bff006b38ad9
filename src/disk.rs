//! The two seams through which the world enters: [`Source`] reads, [`Disk`] writes.
//!
//! A file that is replaced goes through [`replace`]:
//!
//! ```text
//! create .name.new   write   fsync .name.new   rename to name   fsync the folder
//! ```
//!
//! If we stop before the rename the old file stands, after it the new one; the
//! last step makes the rename outlive a power cut. An error of a sync is final:
//! the kernel may have dropped the pages, so nothing more is written by this run.
#![expect(clippy::disallowed_methods, reason = "this is where the world enters")]

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::shelf::Stamp;

/// What a name in a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A link or special file, which is not followed.
    Odd,
}

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever the system's usual mask lets.
    Usual,
    /// Its owner alone (mode 0600, folders 0700).
    Private,
}

/// A folder tree that is read.
pub trait Source: Send + Sync {
    /// The same tree, for a reader that outlives this one.
    fn handle(&self) -> Arc<dyn Source>;

    /// The bytes of a plain file of at most `most` bytes; nothing if there is no
    /// such name. A link, a special file or a longer file is an error of the kind
    /// `InvalidData`.
    fn read(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>>;

    /// At most `length` bytes of a plain file from `offset` on; nothing if there is no
    /// such name.
    fn read_at(&self, path: &Path, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>>;

    /// The names in a folder, sorted; none if there is no such folder.
    fn list(&self, path: &Path) -> io::Result<Vec<(String, Kind)>>;

    /// What is told of a plain file without reading it; nothing where nothing is.
    fn stamp(&self, _path: &Path) -> io::Result<Option<Stamp>> {
        Ok(None)
    }
}

/// A folder tree that is written.
pub trait Disk: Source {
    /// Makes a folder; it may be there.
    fn make_folder(&self, path: &Path, access: Access) -> io::Result<()>;

    /// Makes a file that must not be there, with these bytes.
    fn create(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()>;

    /// Writes bytes into a file that is there, at an offset.
    fn write(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts a file to a length.
    fn cut(&self, path: &Path, length: u64) -> io::Result<()>;

    /// Makes what was written to a file outlive a power cut.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Makes names made in a folder outlive a power cut.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Renames a file over another.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Holds a lock file until the value is dropped; an error of the kind
    /// `WouldBlock` if another process holds it.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn std::any::Any>>;
}

/// Replaces a file, or makes it, so that it is the old or the new one at any
/// moment and the new one from the return on.
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_for(disk, path, bytes, Access::Usual)
}

/// The same, for a file that may be its owner's alone.
pub fn replace_for(disk: &dyn Disk, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    let new = path.with_file_name(format!(".{name}.new"));
    if disk.read(&new, u64::MAX)?.is_some() {
        disk.remove(&new)?;
    }
    disk.create(&new, bytes, access)?;
    disk.sync(&new)?;
    disk.rename(&new, path)?;
    disk.sync_folder(parent(path))
}

/// Makes a file that must not be there, and makes it last.
pub fn create_synced(disk: &dyn Disk, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    disk.create(path, bytes, access)?;
    disk.sync(path)?;
    disk.sync_folder(parent(path))
}

/// Makes a folder below one that is there, and makes its name last.
pub fn make_folder_synced(disk: &dyn Disk, path: &Path, access: Access) -> io::Result<()> {
    disk.make_folder(path, access)?;
    disk.sync_folder(parent(path))
}

/// The folder a path lies in.
pub fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// The file system of this machine.
#[derive(Debug, Default)]
pub struct RealDisk {
    /// Files written by this run stay open until they are synced: a sync on a
    /// descriptor opened later would not report an earlier error.
    open: Mutex<HashMap<PathBuf, File>>,
    ended: AtomicBool,
}

impl RealDisk {
    /// The file system, with no file open.
    pub fn new() -> Self {
        Self::default()
    }

    fn open(&self) -> MutexGuard<'_, HashMap<PathBuf, File>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn going_on(&self) -> io::Result<()> {
        if self.ended.load(Ordering::Relaxed) {
            return Err(io::Error::other("an earlier sync reported an error; nothing more is written"));
        }
        Ok(())
    }

    fn synced(&self, result: io::Result<()>) -> io::Result<()> {
        if result.is_err() {
            self.ended.store(true, Ordering::Relaxed);
        }
        result
    }

    fn with_open<T>(&self, path: &Path, work: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
        let mut open = self.open();
        let file = match open.entry(path.to_owned()) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(OpenOptions::new().read(true).write(true).open(path)?)
            }
        };
        work(file)
    }
}

fn odd(path: &Path, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what}: {}", path.display()))
}

fn absent<T>(error: io::Error) -> io::Result<Option<T>> {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(None),
        _ => Err(error),
    }
}

/// Opens a plain file; nothing if there is no such name.
fn open_plain(path: &Path) -> io::Result<Option<File>> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) => return absent(error),
    };
    if !kind.is_file() {
        return Err(odd(path, "not a plain file"));
    }
    File::open(path).map(Some).or_else(absent)
}

/// Opens a plain file below a folder by the names on the way to it; nothing if one of them
/// is absent. A link or a special file in place of any is an error of the kind
/// `InvalidData`; the folder itself may be one.
pub fn open_below(folder: &Path, steps: &[&str]) -> io::Result<Option<File>> {
    // A file that is replaced between two looks is looked at again.
    for _ in 0..8 {
        let (Some(before), path) = plain_below(folder, steps)? else { return Ok(None) };
        let Some(file) = File::open(&path).map(Some).or_else(absent)? else { continue };
        let (Some(after), _) = plain_below(folder, steps)? else { continue };
        if is_same(&before, &after) && is_same(&after, &file.metadata()?) {
            return Ok(Some(file));
        }
    }
    Err(odd(folder, "a file that is replaced again and again below"))
}

/// What is known of a plain file that is reached through folders alone.
fn plain_below(folder: &Path, steps: &[&str]) -> io::Result<(Option<fs::Metadata>, PathBuf)> {
    let mut path = folder.to_owned();
    let mut found: Option<fs::Metadata> = None;
    for step in steps {
        if found.is_some_and(|metadata| !metadata.is_dir()) {
            return Err(odd(&path, "not a folder"));
        }
        path.push(step);
        found = match fs::symlink_metadata(&path) {
            Ok(metadata) => Some(metadata),
            Err(error) => return Ok((absent(error)?, path)),
        };
    }
    match found {
        Some(metadata) if metadata.is_file() => Ok((Some(metadata), path)),
        Some(_) => Err(odd(&path, "not a plain file")),
        None => Ok((None, path)),
    }
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(unix)]
fn stamp(metadata: &fs::Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    let (written, changed) =
        ((metadata.mtime(), metadata.mtime_nsec()), (metadata.ctime(), metadata.ctime_nsec()));
    Stamp {
        length: metadata.len(),
        file: format!("{} {}", metadata.dev(), metadata.ino()),
        changed: format!("{}.{:09} {}.{:09}", written.0, written.1, changed.0, changed.1),
    }
}

#[cfg(not(unix))]
fn is_same(_one: &fs::Metadata, _other: &fs::Metadata) -> bool {
    true
}

impl Source for RealDisk {
    fn handle(&self) -> Arc<dyn Source> {
        Arc::new(Self::new())
    }

    fn read_at(&self, path: &Path, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(mut file) = open_plain(path)? else { return Ok(None) };
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = open_plain(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > most) {
            return Err(odd(path, &format!("longer than {most} bytes")));
        }
        Ok(Some(bytes))
    }

    #[cfg(unix)]
    fn stamp(&self, path: &Path) -> io::Result<Option<Stamp>> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() => Ok(Some(stamp(&metadata))),
            Ok(_) => Err(odd(path, "not a plain file")),
            Err(error) => absent(error),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(String, Kind)>> {
        let items = match fs::read_dir(path) {
            Ok(items) => items,
            Err(error) => return Ok(absent(error)?.unwrap_or_default()),
        };
        let mut names = Vec::new();
        for item in items {
            let item = item?;
            let kind = item.file_type()?;
            let kind = match (kind.is_file(), kind.is_dir()) {
                (true, _) => Kind::File,
                (_, true) => Kind::Folder,
                _ => Kind::Odd,
            };
            match item.file_name().into_string() {
                Ok(name) => names.push((name, kind)),
                Err(name) => names.push((name.to_string_lossy().into_owned(), Kind::Odd)),
            }
        }
        names.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(names)
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions, access: Access) {
    use std::os::unix::fs::OpenOptionsExt;
    if access == Access::Private {
        options.mode(0o600);
    }
}

#[cfg(not(unix))]
fn private(_options: &mut OpenOptions, _access: Access) {}

#[cfg(unix)]
fn folder_builder(access: Access) -> fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = fs::DirBuilder::new();
    if access == Access::Private {
        builder.mode(0o700);
    }
    builder
}

#[cfg(not(unix))]
fn folder_builder(_access: Access) -> fs::DirBuilder {
    fs::DirBuilder::new()
}

impl Disk for RealDisk {
    fn make_folder(&self, path: &Path, access: Access) -> io::Result<()> {
        self.going_on()?;
        match folder_builder(access).create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            other => other,
        }
    }

    fn create(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
        self.going_on()?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        private(&mut options, access);
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        self.open().insert(path.to_owned(), file);
        Ok(())
    }

    fn write(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.going_on()?;
        self.with_open(path, |file| {
            file.seek(SeekFrom::Start(offset))?;
            file.write_all(bytes)
        })
    }

    fn cut(&self, path: &Path, length: u64) -> io::Result<()> {
        self.going_on()?;
        self.with_open(path, |file| file.set_len(length))
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.going_on()?;
        self.synced(self.with_open(path, |file| file.sync_data()))?;
        self.open().remove(path);
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.going_on()?;
        if cfg!(windows) {
            return Ok(());
        }
        self.synced(File::open(path).and_then(|folder| folder.sync_all()))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.going_on()?;
        let mut open = self.open();
        open.remove(from);
        open.remove(to);
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.going_on()?;
        self.open().remove(path);
        fs::remove_file(path)
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn std::any::Any>> {
        self.going_on()?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Box::new(file)),
            Err(fs::TryLockError::WouldBlock) => Err(io::Error::from(io::ErrorKind::WouldBlock)),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }
}
