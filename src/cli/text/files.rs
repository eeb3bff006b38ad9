//! Files of words as they are named on the command line, and what they name in turn:
//! entries of the ledger, documents beside them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use countersign::authoring::{self, File, Outside, Sheet};
use countersign::body::Body;
use countersign::body::provision::Provision;
use countersign::body::text::{Provisions, Standing};
use countersign::disk::{self, Access, Source};
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::ledger::{self, Ledger};
use countersign::names::{Place, Reference};
use countersign::sentence::called;
use countersign::vocabulary::Tongue;

use super::super::entries;
use super::super::session::Session;

/// Most bytes of a file of words; an entry holds fewer, and comments take room.
const LARGEST: u64 = 4 << 20;

/// Files of words, read.
pub struct Files {
    /// The paths, as they were given.
    pub paths: Vec<PathBuf>,
    names: Vec<String>,
    sources: Vec<String>,
}

/// What the files name that lies outside them.
pub struct Around<'a> {
    session: &'a Session,
    ledger: Option<&'a Ledger>,
    folder: PathBuf,
    documents: RefCell<BTreeMap<Hash, Vec<u8>>>,
    unheld: RefCell<BTreeMap<Reference, String>>,
}

impl Files {
    /// Reads the files; `-` is standard input.
    pub fn read(session: &Session, paths: &[PathBuf]) -> Outcome<Self> {
        let sources = paths.iter().map(|path| read(session, path)).collect::<Outcome<_>>()?;
        let names = paths.iter().map(|path| path.display().to_string()).collect();
        Ok(Self { paths: paths.to_owned(), names, sources })
    }

    /// The text in them.
    pub fn sheet(&self, standing: Standing, around: &Around<'_>) -> Outcome<Sheet> {
        let files = self.names.iter().zip(&self.sources);
        let files: Vec<File<'_>> = files.map(|(name, source)| File { name, source }).collect();
        authoring::read(&files, standing, around)
            .map_err(|error| Failure::new(Why::Authoring, error.to_string()))
    }

    /// Files of one more language that stand beside the first and were not named.
    pub fn unnamed(&self, session: &Session) -> Vec<String> {
        let Some(first) = self.paths.first().filter(|path| *path != Path::new("-")) else {
            return Vec::new();
        };
        let stem = first.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = disk::parent(first);
        let listed = session.disk.list(folder).unwrap_or_default();
        let beside = listed.into_iter().filter(|(name, _)| {
            let tag = name.strip_prefix(&format!("{stem}.")).and_then(|rest| rest.strip_suffix(".toml"));
            tag.is_some_and(countersign::names::is_language)
        });
        let named = |name: &str| {
            self.paths.iter().any(|path| path.file_name().is_some_and(|file| file.to_string_lossy() == name))
        };
        let mut found: Vec<String> = beside.map(|(name, _)| name).filter(|name| !named(name)).collect();
        found.sort();
        found
    }

    /// The files, as they were named.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// `--file A --file B`, for commands that are told to type next.
    pub fn as_options(&self) -> String {
        self.names.iter().flat_map(|name| [" --file ", name]).collect()
    }
}

fn read(session: &Session, path: &Path) -> Outcome<String> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(LARGEST)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::disk("reading", Path::new("standard input"), error))?;
        bytes
    } else {
        session
            .disk
            .read(path, LARGEST)
            .map_err(|error| Failure::disk("reading", path, error))?
            .ok_or_else(|| Failure::new(Why::Disk, format!("no file {}", path.display())))?
    };
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(Why::Authoring, format!("{} is not UTF-8", path.display())))
}

impl<'a> Around<'a> {
    /// What lies around these files; a ledger where there is one.
    pub fn new(session: &'a Session, files: &Files, ledger: Option<&'a Ledger>) -> Self {
        let folder = files.paths.first().map_or(Path::new(""), |path| disk::parent(path)).to_owned();
        let (documents, unheld) = (RefCell::default(), RefCell::default());
        Self { session, ledger, folder, documents, unheld }
    }

    /// A document that is made of the text itself.
    pub fn add_document(&self, bytes: Vec<u8>) {
        self.documents.borrow_mut().insert(Hash::of(&bytes), bytes);
    }

    /// Copies the documents into the ledger folder, each under its SHA-256.
    pub fn copy_documents(&self, ledger: &Ledger) -> Outcome<()> {
        let documents = self.documents.borrow();
        if documents.is_empty() {
            return Ok(());
        }
        let disk = &self.session.disk;
        let _lock = ledger::lock(disk, &ledger.folder)?;
        let folder = ledger.folder.join("docs");
        let told = |path: &Path| {
            let path = path.to_owned();
            move |error| Failure::disk("writing", &path, error)
        };
        if !folder.is_dir() {
            disk::make_folder_synced(disk, &folder, Access::Usual).map_err(told(&folder))?;
        }
        for (digest, bytes) in documents.iter() {
            let path = folder.join(digest.to_string());
            if !path.is_file() {
                disk::replace(disk, &path, bytes).map_err(told(&path))?;
            }
        }
        Ok(())
    }

    /// What was met that a ledger would look up, as it is cited.
    pub fn waiting(&self) -> Vec<String> {
        self.unheld.borrow().values().cloned().collect()
    }

    /// Whether a name was met that a ledger would look up.
    pub fn is_waiting(&self) -> bool {
        !self.unheld.borrow().is_empty()
    }

    /// How people cite a provision: its id, or `member/seq#id`.
    pub fn cite(&self, place: &Place) -> String {
        let Place::There(entry, id) = place else { return place.to_string() };
        let reference = Reference { entry: *entry, provision: Some(id.clone()) };
        if let Some(cited) = self.unheld.borrow().get(&reference) {
            return cited.clone();
        }
        let cited = self.ledger.map(|ledger| countersign::status::cite_hash(&ledger.audit, entry));
        format!("{}#{id}", cited.unwrap_or_else(|| entry.short()))
    }

    /// How a provision is called among these: `d8 (report of a mission)`.
    pub fn name(&self, tongue: Tongue, here: &[Provision], place: &Place) -> String {
        let found = match place {
            Place::Here(id) => here.iter().find(|provision| provision.id == *id).cloned(),
            Place::There(entry, id) => {
                self.provision(&Reference { entry: *entry, provision: Some(id.clone()) })
            }
        };
        let cited = self.cite(place);
        match found.as_ref().and_then(|found| called(tongue, found)) {
            Some(called) => format!("{cited} ({called})"),
            None => cited,
        }
    }

    /// The provisions of an entry that is held.
    pub fn provisions(&self, entry: &Hash) -> Option<Vec<Provision>> {
        let ledger = self.ledger?;
        let (_, signed) = ledger.audit.entry(entry)?;
        let Body::Text(text) = Body::of(signed.entry()) else { return None };
        let document = match &text.provisions {
            Provisions::Here(_) => None,
            Provisions::InDocument { document, .. } => ledger.copy.named.get(&format!("docs/{document}")),
        };
        text.provisions(document.map(Vec::as_slice))
    }
}

impl Outside for Around<'_> {
    fn reference(&self, cited: &str) -> Result<Reference, String> {
        if let Some(ledger) = self.ledger {
            let found = entries::reference(&ledger.audit, cited).map_err(|failure| failure.to_string())?;
            return found.parse().map_err(|countersign::names::NameError(due)| due.to_owned());
        }
        let due = "an entry, as member/seq, or a provision of one, as member/seq#id";
        let (entry, id) = cited.split_once('#').map_or((cited, None), |(entry, id)| (entry, Some(id)));
        let numbered = entry.rsplit_once('/').is_some_and(|(log, seq)| {
            !log.is_empty() && !seq.is_empty() && seq.bytes().all(|byte| byte.is_ascii_digit())
        });
        let provision = id.map(str::parse).transpose().map_err(|_| due.to_owned())?;
        if !numbered {
            return Err(due.to_owned());
        }
        let reference = Reference { entry: Hash::of(entry.as_bytes()), provision };
        self.unheld.borrow_mut().insert(reference.clone(), cited.to_owned());
        Ok(reference)
    }

    fn document(&self, path: &str) -> Result<Hash, String> {
        let file = self.folder.join(path);
        let read = self.session.disk.read(&file, countersign::snapshot::LARGEST_NAMED);
        let bytes = read.map_err(|error| format!("a file that can be read; {path}: {error}"))?;
        let bytes = bytes.ok_or_else(|| format!("a file beside this one; there is no {path}"))?;
        let digest = Hash::of(&bytes);
        self.documents.borrow_mut().insert(digest, bytes);
        Ok(digest)
    }

    fn provision(&self, reference: &Reference) -> Option<Provision> {
        let provisions = self.provisions(&reference.entry)?;
        provisions.into_iter().find(|p| Some(&p.id) == reference.provision.as_ref())
    }
}
