//! What any bytes at all are held to: nothing panics, and what is taken prints back the
//! same. The fuzz package (fuzz/) and the ordinary tests (fuzz.rs) share these
//! functions; each gives whether it took the bytes.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use countersign::audit::{Audit, Expectation};
use countersign::body::Body;
use countersign::chain::Chain;
use countersign::charter::Charter;
use countersign::checkpoint::Checkpoint;
use countersign::disk::{Kind, Source};
use countersign::entry::Signed;
use countersign::fault::Verdict;
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::names::LogId;
use countersign::note::Note;
use countersign::proof::Evidence;
use countersign::timestamp::{Authority, Ess, Policies, Request, Stamped, Token, certificates, verify};
use countersign::{fingerprint, journal, snapshot, tile};

/// One of the functions here.
pub type Target = fn(&[u8]) -> bool;

/// Every target, by its name in fuzz/.
pub const TARGETS: [(&str, Target); 7] = [
    ("note", note),
    ("entry", entry),
    ("charter", charter),
    ("checkpoint", checkpoint),
    ("snapshot", snapshot),
    ("journal", journal),
    ("token", token),
];

/// The ledger of examples/snapshot. Its keys are test keys, and each of its logs was
/// sealed once, in one history.
static LEDGER: LazyLock<Arc<Charter>> = LazyLock::new(|| {
    let bytes = include_bytes!("../../examples/snapshot/charter.json");
    Arc::new(Charter::parse(bytes).expect("the example's charter"))
});

/// The seal of its log moscow.
const SEAL: &[u8] = include_bytes!("../../examples/snapshot/logs/moscow/checkpoint");

fn moscow() -> LogId {
    "moscow".parse().expect("a log id")
}

/// A signed note has one spelling.
pub fn note(bytes: &[u8]) -> bool {
    let Ok(note) = Note::parse(bytes, 100) else { return false };
    assert_eq!(note.to_bytes(), bytes, "a note prints back the same");
    true
}

/// So has an entry, and whatever its body is, it is read as something.
pub fn entry(bytes: &[u8]) -> bool {
    let Ok(signed) = Signed::parse(bytes) else { return false };
    assert_eq!(signed.bytes(), bytes);
    assert_eq!(signed.entry().to_text(), signed.text(), "an entry prints back the same");
    let note = Note::parse(bytes, 100).expect("an entry is a note");
    assert_eq!(note.text(), signed.text());
    let _ = Body::of(signed.entry());
    let mut chain = Chain::new(&LEDGER, &signed.entry().author).ok();
    if let Some(chain) = &mut chain
        && let Ok(accepted) = chain.accept(bytes)
    {
        assert_eq!(accepted.bytes(), bytes);
        assert_eq!(accepted.entry().seq, 0, "the first of a log has the number 0");
    }
    true
}

/// So has a charter; its words and digits name it alone.
pub fn charter(bytes: &[u8]) -> bool {
    let Ok(charter) = Charter::parse(bytes) else { return false };
    assert_eq!(charter.bytes(), bytes);
    assert_eq!(charter.id(), Hash::of(bytes));
    let line = std::str::from_utf8(bytes).expect("UTF-8").strip_suffix('\n').expect("one line");
    assert_eq!(Value::parse(line).expect("strict JSON").encode(), line, "a charter prints back the same");
    let print = fingerprint::Fingerprint::of_ledger(&charter.id());
    for spelled in [print.words(), print.digits()] {
        let named = fingerprint::parse_ledger(&spelled).expect("a fingerprint");
        assert!(charter.id().bytes().starts_with(&named));
    }
    true
}

/// A checkpoint says what the log key signed, whatever other lines stand below.
pub fn checkpoint(bytes: &[u8]) -> bool {
    let (ledger, log) = (LEDGER.id(), moscow());
    let key = LEDGER.log_key(&log).expect("a log key");
    let Ok(checkpoint) = Checkpoint::parse(bytes, &ledger, &log, key) else { return false };
    let signed = Checkpoint::parse(SEAL, &ledger, &log, key).expect("the example's seal");
    assert_eq!(checkpoint.head(), signed.head(), "nothing else was ever signed with this key");
    let own = checkpoint.to_bytes();
    assert_eq!(Checkpoint::parse(&own, &ledger, &log, key).as_ref(), Ok(&checkpoint));
    assert_eq!(
        Note::parse(&own, 100).map(|n| n.text().to_owned()),
        Note::parse(bytes, 100).map(|n| n.text().to_owned())
    );
    true
}

/// The authority of tests/vectors/stamp, whose keys were thrown away, and all that it
/// ever stamped.
static STAMPS: LazyLock<(Authority, Hash, Vec<Stamped>)> = LazyLock::new(|| {
    let root = certificates(include_bytes!("../vectors/stamp/root.pem")).expect("a root");
    let leaf = certificates(include_bytes!("../vectors/stamp/p256.pem")).expect("a leaf");
    let error = std::time::Duration::from_secs(1);
    let authority = Authority::new("test", root, leaf, Policies::Any, error, Ess::Sha1Too).expect("roots");
    let head = Hash::of(include_bytes!("../vectors/stamp/head"));
    let made: [&[u8]; 13] = [
        include_bytes!("../vectors/stamp/by-key-id.tst"),
        include_bytes!("../vectors/stamp/cms-named.tst"),
        include_bytes!("../vectors/stamp/cms-p384.tst"),
        include_bytes!("../vectors/stamp/ess-v1.tsr"),
        include_bytes!("../vectors/stamp/no-certificates.tsr"),
        include_bytes!("../vectors/stamp/no-nonce.tsr"),
        include_bytes!("../vectors/stamp/p256.tsr"),
        include_bytes!("../vectors/stamp/p384.tsr"),
        include_bytes!("../vectors/stamp/pss.tst"),
        include_bytes!("../vectors/stamp/rsa2048.tsr"),
        include_bytes!("../vectors/stamp/rsa3072.tsr"),
        include_bytes!("../vectors/stamp/unsorted.tst"),
        include_bytes!("../vectors/stamp/head"),
    ];
    let shown = made.iter().filter_map(|bytes| Token::parse(bytes).ok());
    let shown = shown.map(|token| verify(&token, &head, None, &authority).expect("a good token")).collect();
    (authority, head, shown)
});

/// A time stamp is read or not; what it shows is what the authority stamped.
pub fn token(bytes: &[u8]) -> bool {
    if let Ok(request) = Request::parse(bytes) {
        assert_eq!(Request::parse(&request.to_bytes()), Ok(request), "a request reads back the same");
        return true;
    }
    let Ok(token) = Token::parse(bytes) else { return false };
    let answer = token.to_response();
    let again = Token::parse(&answer).expect("an answer around a token");
    assert_eq!(again.to_response(), answer, "an answer stays as it is");
    assert_eq!(
        (again.imprint(), again.time(), again.nonce()),
        (token.imprint(), token.time(), token.nonce())
    );
    let (authority, head, made) = &*STAMPS;
    if let Ok(shown) = verify(&token, head, None, authority) {
        assert!(made.contains(&shown), "nobody stamped this: {shown:?}");
    }
    true
}

/// A folder of files: a copy as it lies on a disk.
///
/// ```text
/// part: charter.json 1234
/// part: logs/moscow/checkpoint 200
///
/// (the parts' bytes one after another, as far as they go)
/// ```
#[derive(Clone)]
pub struct Files(pub BTreeMap<PathBuf, Vec<u8>>);

impl Files {
    /// Whatever the bytes are, they are some files.
    pub fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
        let (head, body) = bytes.split_at(end);
        let mut body = body.get(2..).unwrap_or_default();
        let mut files = BTreeMap::new();
        for line in String::from_utf8_lossy(head).lines() {
            let Some((path, length)) = line.strip_prefix("part: ").and_then(|part| part.rsplit_once(' '))
            else {
                continue;
            };
            let length = length.parse::<usize>().unwrap_or(0).min(body.len());
            let (part, rest) = body.split_at(length);
            body = rest;
            files.insert(Path::new("copy").join(path.trim_start_matches('/')), part.to_vec());
        }
        Self(files)
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.0.keys().any(|file| file != path && file.starts_with(path))
    }
}

impl Source for Files {
    fn handle(&self) -> Arc<dyn Source> {
        Arc::new(self.clone())
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
        match self.0.get(path) {
            Some(bytes) if u64::try_from(bytes.len()).expect("a length") <= most => Ok(Some(bytes.clone())),
            None if !self.is_folder(path) => Ok(None),
            _ => Err(io::Error::from(io::ErrorKind::InvalidData)),
        }
    }

    fn read_at(&self, path: &Path, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        let most = usize::try_from(length).unwrap_or(usize::MAX);
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(self.0.get(path).map(|bytes| bytes.iter().skip(from).take(most).copied().collect()))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(String, Kind)>> {
        let mut names = BTreeMap::new();
        for file in self.0.keys() {
            let Ok(rest) = file.strip_prefix(path) else { continue };
            let mut steps = rest.components();
            if let Some(first) = steps.next() {
                let kind = if steps.next().is_none() { Kind::File } else { Kind::Folder };
                names.insert(first.as_os_str().to_string_lossy().into_owned(), kind);
            }
        }
        Ok(names.into_iter().collect())
    }
}

/// What a reader of a copy finds; nothing where it could not be read.
fn look(files: &Files) -> Option<Audit> {
    let copy = snapshot::read(files, Path::new("copy")).ok()?;
    Audit::of(&copy, &Expectation::default()).ok()
}

/// A copy gets a verdict, and the worst of them never without evidence that stands by
/// itself: so nobody is named by bytes that nobody sealed.
pub fn snapshot(bytes: &[u8]) -> bool {
    let Some(audit) = look(&Files::parse(bytes)) else { return false };
    let worst = audit.findings.iter().map(|finding| finding.code.verdict()).max();
    assert_eq!(audit.verdict, worst.unwrap_or(Verdict::Whole), "the verdict is the worst finding's");
    if audit.verdict == Verdict::Contradicted {
        let id = audit.charter.as_ref().expect("a charter").id();
        assert_ne!(id, LEDGER.id(), "its keys sealed one history");
        assert!(!audit.evidence.is_empty());
    }
    for evidence in &audit.evidence {
        let file = evidence.to_bytes();
        let read = Evidence::parse(&file).expect("evidence has its form");
        assert_eq!(read.to_bytes(), file, "evidence prints back the same");
        read.verify().expect("evidence verifies by itself");
    }
    audit.charter.is_some() && audit.verdict != Verdict::Damaged
}

/// A journal is whole frames and a torn end, and its entries are those of a bundle.
pub fn journal(bytes: &[u8]) -> bool {
    let (entries, end) = tile::frames(bytes);
    assert!(end <= bytes.len());
    let framed: Vec<u8> = entries.iter().flat_map(|entry| tile::frame(entry).expect("a frame")).collect();
    assert_eq!(framed, bytes[..end], "frames print back the same");
    let path = Path::new("copy/logs/moscow.journal");
    let files = Files([(path.to_owned(), bytes.to_vec())].into());
    let read = journal::read(&files, path).expect("no disk is here that could go");
    assert!(read.exists);
    assert_eq!((&read.notes, read.end), (&entries, u64::try_from(end).expect("a length")));
    assert!(bytes[end..].starts_with(&read.torn) && read.torn.is_empty() == (end == bytes.len()));
    let mut chain = Chain::new(&LEDGER, &moscow()).expect("a log of the example");
    for entry in &entries {
        match chain.accept(entry) {
            Ok(accepted) => assert_eq!(accepted.bytes(), entry),
            Err(_) => break,
        }
    }
    !entries.is_empty() && end == bytes.len()
}
