//! Rank *sealed*: a log beside its checkpoint file and its hash tiles. What agrees
//! becomes the seal of the strand; what does not is a finding about this copy.

use std::io;

use crate::charter::Charter;
use crate::checkpoint::Checkpoint;
use crate::copy::LogBytes;
use crate::fault::{Code, Finding};
use crate::merkle::{Edge, Nodes, Tree};
use crate::reading;
use crate::strand::Strand;
use crate::tile::{self, TileId};

/// What lies beside the entries of a log.
pub struct Beside<'a> {
    /// Its files.
    pub bytes: &'a LogBytes,
    /// Whether reading has told that entries are missing.
    pub cut: bool,
    /// Full tiles of leaf hashes that are not those of the entries.
    pub tiles: &'a [(TileId, Code)],
}

/// Compares a strand with its checkpoint file and tiles; what agrees becomes the
/// strand's seal.
pub fn judge_seal(charter: &Charter, strand: &mut Strand, beside: &Beside<'_>) -> io::Result<Vec<Finding>> {
    let bytes = beside.bytes;
    let log = strand.log().clone();
    let checkpoint_place = format!("{}: checkpoint", bytes.place);
    let find = |code, place: &str, message: String| Finding::of_log(&log, code, place, message);
    let mut findings = Vec::new();
    let Some(key) = strand.chain.log_key().copied() else {
        let (code, detail) = match &strand.stop {
            Some(fault) => (fault.code, fault.to_string()),
            None => (Code::BytesAbsent, "entry 0, which names the log key, is not here".to_owned()),
        };
        return Ok(vec![find(code, &bytes.place, detail)]);
    };
    match &bytes.checkpoint {
        None if strand.tree.size() == 0 && !bytes.shelf.is_tiled() => {}
        None => {
            let unsealed = !bytes.shelf.is_tiled() && strand.stop.is_none();
            let code = if unsealed { Code::Unsealed } else { Code::BytesAbsent };
            findings.push(find(code, &checkpoint_place, "no checkpoint is here".to_owned()));
        }
        Some(file) => match Checkpoint::parse(file, &charter.id(), &log, &key) {
            Err(fault) => findings.push(find(fault.code, &checkpoint_place, fault.to_string())),
            Ok(seal) => findings.extend(judge_root(strand, seal, beside)?),
        },
    }
    if strand.seal.is_none()
        && let Some(fault) = &strand.stop
    {
        // Without a seal over them the bytes are this copy's affair.
        let place = format!("{log}/{}", strand.size());
        if findings.is_empty() {
            findings.push(find(fault.code, &place, format!("in this copy: {fault}")));
        }
    }
    if strand.seal.is_some() && strand.tree.size() > strand.sealed() {
        let (from, to) = (strand.sealed(), strand.tree.size());
        let place = format!("{log}/{from}");
        let message = format!("{} entries from {from} on are under no seal", to - from);
        findings.push(find(Code::Unsealed, &place, message));
        if let Some(fault) = strand.stop.as_ref().filter(|_| !strand.seals_bad_entry()) {
            let place = format!("{log}/{}", strand.size());
            findings.push(find(fault.code, &place, format!("in this copy: {fault}")));
        }
    }
    Ok(findings)
}

fn judge_root(strand: &mut Strand, seal: Checkpoint, beside: &Beside<'_>) -> io::Result<Vec<Finding>> {
    let log = strand.log().clone();
    let find = |code, place: &str, message: String| Finding::of_log(&log, code, place, message);
    let mut findings = Vec::new();
    if strand.tree.size() < seal.size() {
        // Where bytes are missing the reader of the files has said which.
        if !beside.cut {
            let message = format!("{} entries are here, {} are sealed", strand.tree.size(), seal.size());
            findings.push(find(Code::BytesAbsent, &beside.bytes.place, message));
        }
        strand.unreached = Some(seal);
        return Ok(findings);
    }
    if strand.tree.root_at(seal.size()) == Some(seal.root()) {
        findings.extend(judge_tiles(strand, &seal, beside)?);
        strand.seal = Some(seal);
        return Ok(findings);
    }
    let places = differing(strand, &seal, beside.bytes)?;
    if places.is_empty() {
        let message = format!("the root of {} entries of this copy is not the one sealed", seal.size());
        findings.push(find(Code::Bundle, &beside.bytes.place, message));
    }
    strand.unreached = Some(seal);
    for index in places.into_iter().take(MOST_PLACES) {
        let message = format!("the bytes of entry {index} in this copy are not the ones under the seal");
        findings.push(find(Code::Bundle, &format!("{log}/{index}"), message));
    }
    Ok(findings)
}

/// Entries of one log that are told as other than the sealed ones.
const MOST_PLACES: usize = 8;

/// Which entries differ, where the hash tiles of the copy agree with the seal.
fn differing(strand: &Strand, seal: &Checkpoint, bytes: &LogBytes) -> io::Result<Vec<u64>> {
    let leaves = || tile::row(Some(0), 0, seal.size());
    let read = |id: &TileId| -> io::Result<Option<Tree>> {
        let hashes = bytes.shelf.tile(id)?.and_then(|bytes| tile::parse_hashes(&bytes));
        Ok(hashes.map(Tree::of).filter(|tree| tree.size() == id.width))
    };
    let mut sealed = Edge::default();
    for id in leaves() {
        let Some(tile) = read(&id)? else { return Ok(Vec::new()) };
        tile.leaves().iter().for_each(|leaf| sealed.push(*leaf));
    }
    let mut places = Vec::new();
    if sealed.root() != Some(seal.root()) {
        return Ok(places);
    }
    for id in leaves() {
        let Some(tile) = read(&id)? else { return Ok(places) };
        let others = (id.first()..).zip(tile.leaves());
        places.extend(others.filter(|(at, leaf)| strand.tree.leaf(*at) != Some(**leaf)).map(|(at, _)| at));
        if places.len() >= MOST_PLACES {
            break;
        }
    }
    Ok(places)
}

fn judge_tiles(strand: &Strand, seal: &Checkpoint, beside: &Beside<'_>) -> io::Result<Vec<Finding>> {
    let shelf = &beside.bytes.shelf;
    if !shelf.is_tiled() {
        return Ok(Vec::new());
    }
    let mut differ = beside.tiles.to_vec();
    for id in reading::other_tiles(seal.size()) {
        match shelf.tile(&id)? {
            None => differ.push((id, Code::BytesAbsent)),
            Some(bytes) if tile::hashes(&strand.tree, &id).as_ref() != Some(&bytes) => {
                differ.push((id, Code::Tile));
            }
            Some(_) => {}
        }
    }
    let finding = |(id, code): (TileId, Code)| {
        let message = match code {
            Code::Tile => "the hashes in this tile are not those of the sealed entries",
            _ => "a hash tile that the seal needs is not here",
        };
        Finding::of_log(strand.log(), code, format!("{}/{}", beside.bytes.place, id.path()), message)
    };
    Ok(differ.into_iter().map(finding).collect())
}
