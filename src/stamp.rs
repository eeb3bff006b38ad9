//! Time stamps in a ledger folder: asked for, taken in, held.
//!
//! ```text
//! request   notes/<imprint> is the stamped head      the request goes to an authority
//! add       notes/<sha256> is the answer             its imprint is the name of the head
//! ```
//!
//! A token is written last, so that whatever stops a run, no token is there without what
//! it is over.

use std::collections::BTreeMap;

use crate::audit::Copy;
use crate::checkpoint::{Checkpoint, TreeHead};
use crate::disk::Disk;
use crate::failure::{Failure, Outcome, Why};
use crate::hash::Hash;
use crate::ledger::{Ledger, lock};
use crate::names::LogId;
use crate::note::Note;
use crate::notes;
use crate::publish;
use crate::timestamp::{Authority, Request, Stamped, Token, check_facts, verify};

/// The media type of a request by HTTP (RFC 3161 section 3.4).
pub const QUERY: &str = "application/timestamp-query";

/// The media type of an answer by HTTP.
pub const REPLY: &str = "application/timestamp-reply";

/// Whether a media type, with or without parameters, is that of an answer.
pub fn is_reply(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(REPLY))
}

/// Most signature lines of a checkpoint, as other tools have it.
const MOST_LINES: usize = 100;

/// What a file of `notes/` is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// The three lines of a checkpoint.
    Head(TreeHead),
    /// A time stamp, read and not verified.
    Token(Box<Token>),
    /// A checkpoint with signature lines.
    Cosigned,
    /// Anything else: held, and not understood by this version.
    Unknown,
}

impl Held {
    /// What these bytes are.
    pub fn of(bytes: &[u8]) -> Self {
        if let Some(head) = TreeHead::of_file(bytes) {
            return Self::Head(head);
        }
        if let Ok(token) = Token::parse(bytes) {
            return Self::Token(Box::new(token));
        }
        let note = Note::parse(bytes, MOST_LINES);
        let is_cosigned = note.is_ok_and(|note| TreeHead::of_file(note.text().as_bytes()).is_some());
        if is_cosigned { Self::Cosigned } else { Self::Unknown }
    }
}

/// The files of `notes/` in a copy, by name. One whose name is not its SHA-256 is a
/// finding of the audit and not listed.
pub fn held(copy: &Copy) -> BTreeMap<Hash, Held> {
    let name = |path: &str| path.strip_prefix("notes/").and_then(Hash::from_hex);
    let files = copy.named.iter().filter_map(|(path, bytes)| Some((name(path)?, bytes)));
    files
        .filter(|(name, bytes)| Hash::of(bytes) == *name)
        .map(|(name, bytes)| (name, Held::of(bytes)))
        .collect()
}

/// Every head that a time stamp may be over, by its imprint: the stamped heads in
/// `notes/`, and the seals that are held.
pub fn heads(ledger: &Ledger) -> BTreeMap<Hash, TreeHead> {
    let own = ledger.audit.all_strands().filter_map(|strand| strand.seal.as_ref().map(Checkpoint::tree_head));
    let carried = ledger.audit.seals().into_iter().map(|seal| seal.tree_head());
    let asked = held(&ledger.copy).into_values().filter_map(|held| match held {
        Held::Head(head) => Some(head),
        _ => None,
    });
    own.chain(carried).chain(asked).map(|head| (head.imprint(), head)).collect()
}

/// The newest head of a log that its owner sealed.
pub fn newest(ledger: &Ledger, log: &LogId) -> Outcome<TreeHead> {
    let strand = ledger.audit.strands.get(log);
    let seal = strand.and_then(|strand| publish::newest_seal(&ledger.audit, strand));
    seal.map(Checkpoint::tree_head).ok_or_else(|| {
        Failure::new(Why::StampNeeds, format!("no seal of {log} is held here")).next("countersign seal")
    })
}

/// A request for a head, which lies in `notes/` when this returns. The eight bytes
/// should be random.
pub fn request(
    disk: &dyn Disk,
    ledger: &Ledger,
    head: &TreeHead,
    nonce: Option<[u8; 8]>,
) -> Outcome<Request> {
    let _lock = lock(disk, &ledger.folder)?;
    let imprint = notes::keep(disk, &ledger.folder, head.text().as_bytes())?;
    Ok(Request::new(imprint, nonce, None))
}

/// A time stamp that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its name in `notes/`.
    pub name: Hash,
    /// What it says.
    pub token: Token,
    /// What it is over.
    pub head: TreeHead,
    /// What it shows, where an authority was named.
    pub shown: Option<Stamped>,
}

/// Takes in the answer of an authority. Looked at are: that it grants a token, that the
/// token is over a head known here, the nonce where a request is given, and where an
/// authority is named all the rest. What does not hold is not written.
pub fn add(
    disk: &dyn Disk,
    ledger: &Ledger,
    answer: &[u8],
    request: Option<&Request>,
    authority: Option<&Authority>,
) -> Outcome<Added> {
    let place = "the answer";
    let fault = |fault: &_| Failure::stamp(place, fault);
    let token = Token::parse(answer).map_err(|f| fault(&f))?;
    let imprint = *token.imprint().map_err(|f| fault(&f))?;
    let nonce = request.and_then(Request::nonce);
    if let Some(request) = request {
        check_facts(&token, request.imprint(), nonce).map_err(|f| fault(&f))?;
    }
    let head = heads(ledger).remove(&imprint).ok_or_else(|| {
        let what = format!("{place}: a time stamp over {imprint}, and no head of this name is here");
        Failure::new(Why::StampNeeds, what)
    })?;
    let shown = authority.map(|authority| verify(&token, &imprint, nonce, authority)).transpose();
    let shown = shown.map_err(|f| fault(&f))?;
    let _lock = lock(disk, &ledger.folder)?;
    notes::keep(disk, &ledger.folder, head.text().as_bytes())?;
    let name = notes::keep(disk, &ledger.folder, &token.to_response())?;
    Ok(Added { name, token, head, shown })
}

/// Sends bytes of a media type to an address, and gives what came back.
pub type Post<'a> = &'a dyn Fn(&str, &str, &[u8]) -> Outcome<Vec<u8>>;

/// Asks an authority, and takes in its answer.
pub fn ask(
    post: Post<'_>,
    url: &str,
    disk: &dyn Disk,
    ledger: &Ledger,
    request: &Request,
    authority: Option<&Authority>,
) -> Outcome<Added> {
    let answer = post(url, QUERY, &request.to_bytes())?;
    add(disk, ledger, &answer, Some(request), authority)
}
