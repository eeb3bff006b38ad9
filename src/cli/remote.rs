//! Copies that lie on a web server: where they are fetched to, and when that goes.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};
use std::process;

use countersign::audit::Copy;
use countersign::disk::{Access, Disk, Source, parent};
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::ledger::Ledger;
use countersign::snapshot;
use countersign::web::fetch::{Fetch, Held, tell};
use countersign::web::{Client, Limits, Reach, Url};

use super::bar::Bar;
use super::pull::Look;
use super::session::Session;

/// The folder in a ledger folder in which a fetch that was cut off waits.
const WAITING: &str = ".web";

/// Which addresses this run may connect to.
pub fn reach(session: &Session) -> Reach {
    if session.common.allow_private { Reach::Private } else { Reach::Public }
}

/// What a path means, if it is an address.
pub fn url(path: &Path) -> Outcome<Option<Url>> {
    match path.to_str().filter(|text| Url::is_meant(text)) {
        Some(text) => Url::parse(text).map(Some),
        None => Ok(None),
    }
}

/// A folder that goes when it is let go of.
#[derive(Debug)]
pub struct Passing(PathBuf);

impl Passing {
    /// A new folder for this run alone.
    pub fn new() -> Outcome<Self> {
        let base = std::env::temp_dir();
        let made = (0..1000).find_map(|number| {
            let path = base.join(format!("countersign-{}-{number}", process::id()));
            let mut builder = DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            match builder.create(&path) {
                Ok(()) => Some(Ok(Self(path))),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => None,
                Err(error) => Some(Err(Failure::disk("making", &path, error))),
            }
        });
        made.unwrap_or_else(|| {
            let what = format!("{} has no room for a folder of this run", base.display());
            Err(Failure::new(Why::Disk, what).next("the same command with TMPDIR elsewhere"))
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // What cannot be removed now is removed by whoever cleans the folder of such files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The folder in which a fetch of this place into a ledger folder waits, and goes on when
/// it was cut off. It goes once what is in it was taken in.
pub fn waiting(session: &Session, folder: &Path, from: &Url) -> Outcome<PathBuf> {
    let name: String = Hash::of(from.as_str().as_bytes()).to_string().chars().take(16).collect();
    let waiting = folder.join(WAITING);
    let path = waiting.join(name);
    for path in [&waiting, &path] {
        session
            .disk
            .make_folder(path, Access::Private)
            .map_err(|error| Failure::disk("making", path, error))?;
    }
    Ok(path)
}

/// A folder named by the user, in which what was fetched stays for the next time: a new
/// one, or one that holds a snapshot and nothing of a ledger folder.
pub fn cache(session: &Session, folder: &Path) -> Outcome<()> {
    let names = session.disk.list(folder).map_err(|error| Failure::disk("reading", folder, error))?;
    let has = |name: &str| names.iter().any(|(there, _)| there == name);
    if has(snapshot::LOCAL) || !names.is_empty() && !has("charter.json") {
        let what = format!("{} holds other files than a snapshot", folder.display());
        return Err(Failure::new(Why::Exists, what).next("the same command with --cache OTHER"));
    }
    session.disk.make_folder(folder, Access::Usual).map_err(|error| Failure::disk("making", folder, error))
}

/// Fetches into a folder what is needed of a snapshot, and reads it.
pub fn fetch(session: &Session, from: &Url, into: &Path, held: Option<Held<'_>>) -> Outcome<Copy> {
    let client = Client::new(Limits::default(), reach(session));
    let bar = Bar::new("fetching");
    let watch = |progress| bar.show(progress);
    let fetch = Fetch { client: &client, from, disk: &session.disk, into, held, watch: &watch };
    let troubles = fetch.run()?;
    drop(bar);
    let mut copy = snapshot::read(&session.disk, into)?;
    tell(&mut copy, from, &troubles);
    Ok(copy)
}

/// What is offered to a ledger folder, and the folder in which it was fetched.
pub struct Offered {
    /// Its bytes.
    pub copy: Copy,
    fetched: Option<PathBuf>,
    _passing: Option<Passing>,
}

impl Offered {
    /// What lies in a folder, or at an address. What is fetched waits in the ledger
    /// folder, or passes where one only looks.
    pub fn of(session: &Session, source: &Path, ours: &Ledger, look: Look) -> Outcome<Self> {
        let Some(url) = url(source)? else {
            if !source.is_dir() {
                let what = format!("there is no folder {}", super::session::from_here(source));
                return Err(Failure::new(Why::Disk, what).next("countersign pull PATH"));
            }
            let copy = snapshot::read(&session.disk, source)?;
            return Ok(Self { copy, fetched: None, _passing: None });
        };
        let held = Some(Held { audit: &ours.audit, copy: &ours.copy });
        if look == Look::TakeIn {
            let into = waiting(session, &ours.folder, &url)?;
            let copy = fetch(session, &url, &into, held)?;
            return Ok(Self { copy, fetched: Some(into), _passing: None });
        }
        let passing = Passing::new()?;
        let copy = fetch(session, &url, passing.path(), held)?;
        Ok(Self { copy, fetched: None, _passing: Some(passing) })
    }

    /// What was fetched was taken in, or will never be: it need not wait.
    pub fn let_go(self) {
        if let Some(fetched) = &self.fetched {
            let _ = std::fs::remove_dir_all(fetched);
            // The folder of all that waits goes with the last of it.
            let _ = std::fs::remove_dir(parent(fetched));
        }
    }
}
