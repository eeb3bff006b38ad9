//! A disk in memory with two images: what is live, and what would be there after a
//! power cut. It can fail at its k-th change, in three ways.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use countersign::disk::{Access, Disk, Kind, Source, parent};

/// How the k-th change fails. After it the process is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It does not happen.
    Lost,
    /// A write happens by half, and that half reaches the disk.
    Torn,
    /// It happens, and is reported as an error.
    Reported,
}

#[derive(Clone, Default)]
struct Image {
    folders: BTreeSet<PathBuf>,
    names: BTreeMap<PathBuf, u64>,
    data: BTreeMap<u64, Vec<u8>>,
}

#[derive(Clone, Default)]
struct State {
    live: Image,
    durable: Image,
    next: u64,
    changes: u64,
    fail_at: Option<(u64, Failing)>,
    lying: Option<(Vec<PathBuf>, Range<u64>)>,
    dead: bool,
}

impl State {
    /// Whether the sync that is being made reports success and does nothing.
    fn swallows(&self, path: &Path) -> bool {
        self.lying.as_ref().is_some_and(|(below, window)| {
            window.contains(&(self.changes - 1)) && below.iter().any(|folder| path.starts_with(folder))
        })
    }
}

/// The disk.
#[derive(Default)]
pub struct MemoryDisk(Arc<Mutex<State>>);

/// What is to be done about a change.
enum Turn {
    Do,
    DoHalf,
    DoAndFail,
}

impl MemoryDisk {
    pub fn new() -> Self {
        let disk = Self::default();
        for folder in ["/", "/w", "/k"] {
            disk.state().live.folders.insert(folder.into());
            disk.state().durable.folders.insert(folder.into());
        }
        disk
    }

    /// Fails at the k-th change from now on.
    pub fn fail_at(&self, change: u64, failing: Failing) {
        let mut state = self.state();
        state.changes = 0;
        state.fail_at = Some((change, failing));
    }

    /// Swallows the syncs below these folders, from now on counted, in a window of changes:
    /// they report success, and after a power cut nothing of them is there.
    pub fn lie(&self, below: &[&str], window: Range<u64>) {
        let mut state = self.state();
        state.changes = 0;
        state.lying = Some((below.iter().map(PathBuf::from).collect(), window));
    }

    /// How many changes were made since the counting began.
    pub fn changes(&self) -> u64 {
        self.state().changes
    }

    pub fn has_failed(&self) -> bool {
        self.state().dead
    }

    /// The disk after the process was killed: what was live stays.
    pub fn after_kill(&self) -> Self {
        let state = self.state();
        Self::from_image(&state.live, state.next)
    }

    /// The disk after a kill, with what was not synced left in danger of a power cut.
    pub fn killed_only(&self) -> Self {
        let mut state = self.state().clone();
        (state.dead, state.fail_at) = (false, None);
        Self(Arc::new(Mutex::new(state)))
    }

    /// The disk after a power cut: what was synced stays; a name whose data were
    /// not is an empty file.
    pub fn after_power_cut(&self) -> Self {
        let state = self.state();
        let mut image = state.durable.clone();
        let unsynced: Vec<u64> =
            image.names.values().filter(|id| !image.data.contains_key(id)).copied().collect();
        for id in unsynced {
            image.data.insert(id, Vec::new());
        }
        Self::from_image(&image, state.next)
    }

    fn from_image(image: &Image, next: u64) -> Self {
        let state = State { live: image.clone(), durable: image.clone(), next, ..State::default() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Every file that is live, for comparing folders byte for byte.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state();
        state.live.names.iter().map(|(path, id)| (path.clone(), state.live.data[id].clone())).collect()
    }

    /// Puts files back as they were: an old backup.
    pub fn restore(&self, below: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) {
        let mut state = self.state();
        state.live.names.retain(|path, _| !path.starts_with(below));
        for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with(below)) {
            let id = state.next;
            state.next += 1;
            state.live.names.insert(path.clone(), id);
            state.live.data.insert(id, bytes.clone());
        }
        state.durable = state.live.clone();
    }

    /// Changes a file behind everybody's back.
    pub fn overwrite(&self, path: &Path, bytes: Vec<u8>) {
        let mut state = self.state();
        let id = state.live.names[path];
        state.live.data.insert(id, bytes.clone());
        state.durable.data.insert(id, bytes);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn turn(&self) -> io::Result<Turn> {
        let mut state = self.state();
        if state.dead {
            return Err(io::Error::other("the process is dead"));
        }
        let at = state.changes;
        state.changes += 1;
        let Some((_, failing)) = state.fail_at.filter(|(change, _)| *change == at) else {
            return Ok(Turn::Do);
        };
        state.dead = true;
        match failing {
            Failing::Lost => Err(io::Error::other("lost")),
            Failing::Torn => Ok(Turn::DoHalf),
            Failing::Reported => Ok(Turn::DoAndFail),
        }
    }

    /// Runs a change that has no half.
    fn change(&self, work: impl FnOnce(&mut State) -> io::Result<()>) -> io::Result<()> {
        let turn = self.turn()?;
        work(&mut self.state())?;
        match turn {
            Turn::Do => Ok(()),
            Turn::DoHalf | Turn::DoAndFail => Err(io::Error::other("done, reported as failed")),
        }
    }

    /// Runs a change of bytes, of which a half can happen and reach the disk.
    fn change_bytes(
        &self,
        bytes: &[u8],
        work: impl FnOnce(&mut State, &[u8]) -> io::Result<u64>,
    ) -> io::Result<()> {
        let turn = self.turn()?;
        let mut state = self.state();
        match turn {
            Turn::Do => work(&mut state, bytes).map(|_| ()),
            Turn::DoAndFail => {
                work(&mut state, bytes)?;
                Err(io::Error::other("done, reported as failed"))
            }
            Turn::DoHalf => {
                let id = work(&mut state, &bytes[..bytes.len() / 2])?;
                let data = state.live.data[&id].clone();
                state.durable.data.insert(id, data);
                Err(io::Error::other("torn"))
            }
        }
    }
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl Source for MemoryDisk {
    fn handle(&self) -> Arc<dyn Source> {
        Arc::new(Self(Arc::clone(&self.0)))
    }

    fn read(&self, path: &Path, _most: u64) -> io::Result<Option<Vec<u8>>> {
        let state = self.state();
        Ok(state.live.names.get(path).map(|id| state.live.data[id].clone()))
    }

    fn read_at(&self, path: &Path, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        let whole = self.read(path, u64::MAX)?;
        let (offset, length) = (usize::try_from(offset).unwrap(), usize::try_from(length).unwrap());
        Ok(whole.map(|bytes| bytes.into_iter().skip(offset).take(length).collect()))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(String, Kind)>> {
        let state = self.state();
        let below = |item: &PathBuf| item.parent() == Some(path) && item != path;
        let name = |item: &PathBuf| item.file_name().unwrap().to_string_lossy().into_owned();
        let files = state.live.names.keys().filter(|item| below(item)).map(|p| (name(p), Kind::File));
        let folders = state.live.folders.iter().filter(|item| below(item)).map(|p| (name(p), Kind::Folder));
        let mut all: Vec<(String, Kind)> = files.chain(folders).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(all)
    }
}

impl Disk for MemoryDisk {
    fn make_folder(&self, path: &Path, _access: Access) -> io::Result<()> {
        self.change(|state| {
            state.live.folders.insert(path.to_owned());
            Ok(())
        })
    }

    fn create(&self, path: &Path, bytes: &[u8], _access: Access) -> io::Result<()> {
        if self.state().live.names.contains_key(path) {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        self.change_bytes(bytes, |state, bytes| {
            let id = state.next;
            state.next += 1;
            state.live.names.insert(path.to_owned(), id);
            state.live.data.insert(id, bytes.to_vec());
            Ok(id)
        })
    }

    fn write(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.change_bytes(bytes, |state, bytes| {
            let id = *state.live.names.get(path).ok_or_else(not_found)?;
            let data = state.live.data.get_mut(&id).unwrap();
            let from = usize::try_from(offset).unwrap();
            data.resize(data.len().max(from + bytes.len()), 0);
            data[from..from + bytes.len()].copy_from_slice(bytes);
            Ok(id)
        })
    }

    fn cut(&self, path: &Path, length: u64) -> io::Result<()> {
        self.change(|state| {
            let id = *state.live.names.get(path).ok_or_else(not_found)?;
            state.live.data.get_mut(&id).unwrap().truncate(usize::try_from(length).unwrap());
            Ok(())
        })
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            let id = *state.live.names.get(path).ok_or_else(not_found)?;
            if state.swallows(path) {
                return Ok(());
            }
            let data = state.live.data[&id].clone();
            state.durable.data.insert(id, data);
            Ok(())
        })
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            if state.swallows(path) {
                return Ok(());
            }
            state.durable.names.retain(|name, _| parent(name) != path);
            let names = state.live.names.iter().filter(|(name, _)| parent(name) == path);
            state.durable.names.extend(names.map(|(name, id)| (name.clone(), *id)));
            let folders = state.live.folders.iter().filter(|folder| parent(folder) == path).cloned();
            state.durable.folders.extend(folders.collect::<Vec<_>>());
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change(|state| {
            let id = state.live.names.remove(from).ok_or_else(not_found)?;
            state.live.names.insert(to.to_owned(), id);
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.change(|state| state.live.names.remove(path).map(|_| ()).ok_or_else(not_found))
    }

    fn lock(&self, _path: &Path) -> io::Result<Box<dyn Any>> {
        Ok(Box::new(()))
    }
}

#[test]
fn what_is_not_synced_does_not_outlive_a_power_cut() {
    let disk = MemoryDisk::new();
    disk.create(Path::new("/w/a"), b"one", Access::Usual).unwrap();
    assert!(disk.after_power_cut().read(Path::new("/w/a"), 9).unwrap().is_none());
    disk.sync_folder(Path::new("/w")).unwrap();
    assert_eq!(disk.after_power_cut().read(Path::new("/w/a"), 9).unwrap().unwrap(), b"");
    disk.sync(Path::new("/w/a")).unwrap();
    disk.write(Path::new("/w/a"), 3, b"two").unwrap();
    assert_eq!(disk.after_power_cut().read(Path::new("/w/a"), 9).unwrap().unwrap(), b"one");
    assert_eq!(disk.after_kill().read(Path::new("/w/a"), 9).unwrap().unwrap(), b"onetwo");
}
