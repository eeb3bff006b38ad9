//! What of a ledger folder was verified before, so that opening it raises only what is
//! new through all ranks.
//!
//! ```text
//! index/checked    one line of strict JSON, and the SHA-256 of that line
//! ```
//!
//! Whoever signs, seals, publishes, pulls or makes the index reads and hashes all bytes;
//! where the first `size` entries of a log give the root that is noted here, they are
//! the bytes whose signatures and links were verified then, and only what follows is
//! verified now. Anything else in this file than what this very version wrote makes it
//! count for nothing, and everything is verified again. `verify` never looks at it. It
//! may be deleted at any time.
//!
//! A command that only shows something hashes less. Of each journal it is noted which
//! file it was (device, inode, length, times), where its complete bundles begin, and the
//! node of the tree over each. Where the file is the same, or the same and longer, its
//! complete bundles are not read at the opening: their nodes give the root noted, and
//! what follows is read, hashed and verified. A bundle is compared with its node when
//! anything in it is asked for.
//!
//! ```text
//! believed    the journal still holds, where nobody looks, what it held
//! not so      what is shown: it hashes to the node, or the command ends with an error;
//!             what an index holds ready (`gist`) stands under the node of entries that
//!             were verified
//! found late  a byte changed on the disk with no time changed, or in a journal that was
//!             added to since: by whoever reads it, by `verify`, and before anything is
//!             signed, sealed, published or pulled
//! ```
//!
//! So a reader may be told later that a copy is damaged, and is never shown a word that
//! was not verified. Whoever can write a false note here could as well have written the
//! roots in it: this file is the holder's own, as the program is. A file that is shorter,
//! or of the same length with other times, or another file, is hashed whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::audit::{Audit, Earlier};
use crate::disk::{Access, Disk, Source, make_folder_synced, replace};
use crate::entry::Head;
use crate::failure::{Failure, Outcome};
use crate::fields::{FieldError, Fields};
use crate::hash::Hash;
use crate::index::FOLDER;
use crate::json::Value;
use crate::names::LogId;
use crate::shelf::Stamp;
use crate::strand::{Known, Laid};
use crate::tile::{self, WIDTH};
use crate::weave::Claim;

/// Which rules the entries were verified by: the format of this file, and the version
/// of the program.
const FORMAT: &str = concat!("countersign.checked/2 ", env!("CARGO_PKG_VERSION"));

/// Most bytes in the file.
const LARGEST: u64 = 16 << 20;

/// Entries that are verified again at each opening rather than noted.
pub const FEW: u64 = 64;

fn path(folder: &Path) -> PathBuf {
    folder.join(FOLDER).join("checked")
}

/// What an earlier opening noted; nothing if anything is amiss with it.
pub fn read(source: &dyn Source, folder: &Path, ledger: &Hash) -> Option<Earlier> {
    let bytes = source.read(&path(folder), LARGEST).ok()??;
    let (line, digest) = std::str::from_utf8(&bytes).ok()?.trim_end().split_once('\n')?;
    if Hash::from_hex(digest) != Some(Hash::of(line.as_bytes())) {
        return None;
    }
    parse(&Value::parse(line).ok()?, ledger).ok()?
}

/// Notes what a look at the folder verified, if that is worth a file.
pub fn note(disk: &dyn Disk, folder: &Path, audit: &Audit) -> Outcome<()> {
    let (Some(earlier), Some(charter)) = (audit.known(), &audit.charter) else { return Ok(()) };
    if audit.counted.entries <= FEW && !lies_otherwise(&earlier, read(disk, folder, &charter.id())) {
        return Ok(());
    }
    write(disk, folder, &charter.id(), &earlier)
}

/// Whether a log has complete bundles of which it is not noted how they lie.
fn lies_otherwise(now: &Earlier, noted: Option<Earlier>) -> bool {
    let noted = noted.unwrap_or_default();
    now.logs.iter().any(|(log, known)| {
        let before = noted.logs.get(log).and_then(|known| known.laid.as_ref());
        known.laid.as_ref().is_some_and(|laid| match before {
            None => !laid.nodes.is_empty(),
            Some(before) => !laid.stamp.goes_on(&before.stamp) || laid.nodes.len() > before.nodes.len(),
        })
    })
}

/// Notes what was verified.
pub fn write(disk: &dyn Disk, folder: &Path, ledger: &Hash, earlier: &Earlier) -> Outcome<()> {
    let line = value(earlier, ledger).encode();
    let bytes = format!("{line}\n{}\n", Hash::of(line.as_bytes()));
    let path = path(folder);
    let failed = |error| Failure::disk("writing", &path, error);
    make_folder_synced(disk, &folder.join(FOLDER), Access::Usual).map_err(failed)?;
    replace(disk, &path, bytes.as_bytes()).map_err(|error| Failure::disk("writing", &path, error))
}

fn sizes(map: &BTreeMap<LogId, u64>) -> Value {
    Value::Object(map.iter().map(|(log, size)| (log.to_string(), Value::Number(*size))).collect())
}

fn value(earlier: &Earlier, ledger: &Hash) -> Value {
    let log = |known: &Known| {
        Value::object([
            ("key_entries", Value::Array(known.key_entries.iter().copied().map(Value::Number).collect())),
            ("receipted", sizes(&known.receipted)),
            ("root", Value::text(known.root)),
            ("size", Value::Number(known.size)),
        ])
        .with_some("laid", known.laid.as_ref().map(laid_value))
    };
    let claim = |claim: &Claim| {
        claim
            .head
            .to_value()
            .with("by", Value::text(&claim.by))
            .with("log", Value::text(&claim.log))
            .with("receipted", Value::Number(u64::from(claim.receipted)))
            .with("seq", Value::Number(claim.seq))
    };
    let newest = earlier.newest.iter().map(|(log, head)| (log.to_string(), head.to_value()));
    Value::object([
        ("format", Value::text(FORMAT)),
        ("ledger", Value::text(ledger)),
        (
            "logs",
            Value::Object(earlier.logs.iter().map(|(id, known)| (id.to_string(), log(known))).collect()),
        ),
        ("newest", Value::Object(newest.collect())),
        ("open", Value::Array(earlier.open.iter().map(claim).collect())),
        ("referred", Value::texts(&earlier.referred)),
    ])
}

fn laid_value(laid: &Laid) -> Value {
    let nodes: Vec<u8> = laid.nodes.iter().flat_map(|node| *node.bytes()).collect();
    Value::object([
        ("changed", Value::text(&laid.stamp.changed)),
        ("file", Value::text(&laid.stamp.file)),
        ("length", Value::Number(laid.stamp.length)),
        ("nodes", Value::text(hex::encode(nodes))),
        ("offsets", Value::Array(laid.offsets.iter().copied().map(Value::Number).collect())),
    ])
}

fn laid(mut fields: Fields<'_>) -> Result<Laid, FieldError> {
    let nodes = hex::decode(fields.text("nodes")?).ok();
    let nodes =
        nodes.as_deref().and_then(tile::parse_hashes).ok_or_else(|| fields.error("nodes", "hashes"))?;
    let offsets = array(&mut fields, "offsets")?.iter().map(|item| match item {
        Value::Number(offset) => Ok(*offset),
        _ => Err(fields.error("offsets", "numbers")),
    });
    let offsets = offsets.collect::<Result<_, _>>()?;
    let (changed, file) = (fields.text("changed")?.to_owned(), fields.text("file")?.to_owned());
    let stamp = Stamp { length: fields.number("length")?, file, changed };
    fields.done()?;
    Ok(Laid { stamp, offsets, nodes })
}

fn parse(value: &Value, ledger: &Hash) -> Result<Option<Earlier>, FieldError> {
    let mut fields = Fields::of(value, "")?;
    if fields.text("format")? != FORMAT || fields.hash("ledger")? != *ledger {
        return Ok(None);
    }
    let mut earlier = Earlier { is_here: true, ..Earlier::default() };
    for (log, known) in object(&mut fields, "logs")? {
        let mut fields = Fields::of(known, "logs")?;
        let mut receipted = BTreeMap::new();
        for (of, size) in object(&mut fields, "receipted")? {
            let Value::Number(size) = size else { return Ok(None) };
            receipted.insert(of, *size);
        }
        let key_entries = array(&mut fields, "key_entries")?.iter().map(|item| match item {
            Value::Number(seq) => Some(*seq),
            _ => None,
        });
        let Some(key_entries) = key_entries.collect() else { return Ok(None) };
        let (root, size) = (fields.hash("root")?, fields.number("size")?);
        let laid = fields.inner_optional("laid")?.map(laid).transpose()?.filter(|laid| {
            let nodes = u64::try_from(laid.nodes.len()).unwrap_or(u64::MAX);
            laid.offsets.len() == laid.nodes.len() + 1 && nodes <= size / WIDTH
        });
        fields.done()?;
        earlier.logs.insert(log, Known { size, root, key_entries, receipted, laid });
    }
    for (log, head) in object(&mut fields, "newest")? {
        let mut fields = Fields::of(head, "newest")?;
        earlier.newest.insert(log, Head::take(&mut fields)?);
        fields.done()?;
    }
    for item in array(&mut fields, "open")? {
        let mut fields = Fields::of(item, "open")?;
        let head = Head::take(&mut fields)?;
        let (by, log, seq) = (fields.parsed("by")?, fields.parsed("log")?, fields.number("seq")?);
        let receipted = fields.number("receipted")? == 1;
        fields.done()?;
        earlier.open.push(Claim { by, seq, log, head, receipted });
    }
    let referred = array(&mut fields, "referred")?.iter().filter_map(|item| item.as_str());
    earlier.referred.extend(referred.map(str::to_owned));
    fields.done()?;
    Ok(Some(earlier))
}

fn object<'v>(fields: &mut Fields<'v>, key: &'static str) -> Result<Vec<(LogId, &'v Value)>, FieldError> {
    let Value::Object(map) = fields.required(key)? else { return Err(fields.error(key, "an object")) };
    let named = map.iter().map(|(log, value)| Some((log.parse().ok()?, value)));
    named.collect::<Option<_>>().ok_or_else(|| fields.error(key, "log ids"))
}

fn array<'v>(fields: &mut Fields<'v>, key: &'static str) -> Result<&'v [Value], FieldError> {
    match fields.required(key)? {
        Value::Array(items) => Ok(items),
        _ => Err(fields.error(key, "an array")),
    }
}
