//! `witness add`: cosignatures come back.

use std::path::PathBuf;

use countersign::checkpoint::Checkpoint;
use countersign::cosignature::{Cosignature, CosignedCheckpoint, Standing, WitnessKey};
use countersign::disk::Disk;
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::ledger::{self, Ledger};
use countersign::notes;
use countersign::publish::newest_seal;
use countersign::unicode::shown;
use countersign::vocabulary::witnesses as words;
use countersign::witness;

use super::{Keys, read_file};
use crate::cli::session::Session;
use crate::cli::terminal::{json, line, talk};

/// Take in cosignatures.
#[derive(clap::Args)]
pub struct Add {
    /// A cosigned checkpoint, or the lines that a witness answered.
    file: PathBuf,
    #[command(flatten)]
    keys: Keys,
}

/// Runs `witness add`.
pub fn run(session: &Session, command: &Add) -> Outcome<u8> {
    let bytes = read_file(session, &command.file, notes::LONGEST)?;
    let folder = session.folder()?;
    let _lock = ledger::lock(&session.disk, &folder)?;
    let ledger = session.read(&folder)?;
    let keys = command.keys.known(session, ledger.charter()?)?;
    let place = command.file.display().to_string();
    match witness::read(&ledger, &bytes) {
        Some(Ok(cosigned)) => take_all(session, &ledger, &[cosigned], &keys, "add"),
        Some(Err(fault)) => Err(Failure::untrue(&place, &fault)),
        None => {
            let lines = witness::lines(&bytes).ok_or_else(|| {
                let what =
                    format!("{place} is neither a cosigned checkpoint of this ledger nor cosignature lines");
                Failure::new(Why::Witness, what).next("countersign witness request -o FILE")
            })?;
            let found = of_lines(session, &ledger, lines, &keys)?;
            take_all(session, &ledger, &found, &keys, "add")
        }
    }
}

/// Takes in the cosignatures of some heads, and shows them. The folder is locked.
pub(super) fn take_all(
    session: &Session,
    ledger: &Ledger,
    found: &[CosignedCheckpoint],
    keys: &[WitnessKey],
    did: &str,
) -> Outcome<u8> {
    let mut all = Vec::new();
    for cosigned in found {
        all.push((cosigned, take(session, ledger, cosigned, keys)?));
    }
    print(session, &all, keys, did);
    Ok(0)
}

/// Keeps the cosignatures of one head; an untrue one is told, and nothing is kept then.
fn take(
    session: &Session,
    ledger: &Ledger,
    cosigned: &CosignedCheckpoint,
    keys: &[WitnessKey],
) -> Outcome<Option<Hash>> {
    let disk: &dyn Disk = &session.disk;
    let place = |size: u64| format!("{} {size}", cosigned.checkpoint().log());
    if cosigned.cosignatures().is_empty() {
        let what = format!("{}: no cosignature is under it", place(cosigned.checkpoint().size()));
        return Err(Failure::new(Why::Witness, what).next("countersign witness request -o FILE"));
    }
    for cosignature in cosigned.cosignatures() {
        if let Standing::Fails(key) = cosigned.standing(cosignature, keys) {
            let what = format!("a line that names {} is not its signature over this head", shown(key.name()));
            return Err(Failure::new(Why::Witness, what).next("countersign explain signature"));
        }
    }
    let head = cosigned.checkpoint().head();
    let strand = ledger.audit.strands.get(cosigned.checkpoint().log());
    let here = strand.filter(|strand| head.size <= countersign::merkle::Nodes::size(&strand.tree));
    if here.is_some_and(|strand| !strand.reaches(head)) {
        let digest = notes::keep(disk, &ledger.folder, &cosigned.to_bytes())?;
        let what = format!(
            "{}: this seal is over other entries than those held here; it is now notes/{digest}",
            place(head.size)
        );
        return Err(Failure::new(Why::Proof, what).next("countersign compare OLD NEW"));
    }
    witness::take(disk, ledger, cosigned, keys)
}

/// Lines alone say nothing of the head that they are over: it is looked for among those
/// held here, by the keys that are known.
pub(super) fn of_lines(
    session: &Session,
    ledger: &Ledger,
    lines: Vec<Cosignature>,
    keys: &[WitnessKey],
) -> Outcome<Vec<CosignedCheckpoint>> {
    let newest = ledger.audit.strands.values();
    let newest = newest.filter_map(|strand| newest_seal(&ledger.audit, strand).cloned());
    let held = witness::held(&session.disk, ledger)?;
    let heads: Vec<Checkpoint> =
        newest.chain(held.into_iter().map(|(_, cosigned)| cosigned.checkpoint().clone())).collect();
    let mut found: Vec<CosignedCheckpoint> = Vec::new();
    for cosignature in lines {
        let holds = |head: &&Checkpoint| {
            let head = CosignedCheckpoint::of((*head).clone());
            matches!(head.standing(&cosignature, keys), Standing::Holds(_))
        };
        let Some(head) = heads.iter().find(holds) else {
            if keys.iter().any(|key| key.is_named_by(&cosignature)) {
                let what = format!("the line of {} is over no head held here", shown(cosignature.witness()));
                return Err(Failure::new(Why::Witness, what).next("countersign witness request -o FILE"));
            }
            talk(&format!("A line of {} is left out: its key is not known here.", cosignature.witness()));
            continue;
        };
        let mut cosigned = CosignedCheckpoint::of(head.clone());
        cosigned.add(cosignature, keys);
        found.push(cosigned);
    }
    if found.is_empty() {
        let what = "no key is known for any of these lines, so the head that they are over cannot be told";
        return Err(Failure::new(Why::Witness, what).next("countersign witness add FILE --key VKEY"));
    }
    Ok(found)
}

fn print(session: &Session, all: &[(&CosignedCheckpoint, Option<Hash>)], keys: &[WitnessKey], did: &str) {
    let rows = || all.iter().flat_map(|(cosigned, _)| super::list::rows(cosigned, keys));
    if session.common.json {
        let files = all.iter().filter_map(|(_, taken)| Some(format!("notes/{}", (*taken)?)));
        json(&serde_json::json!({
            "format": "countersign.witness/1",
            "did": did,
            "cosignatures": rows().map(|row| row.json()).collect::<Vec<_>>(),
            "files": files.collect::<Vec<_>>(),
        }));
        return;
    }
    for row in rows() {
        line(&row.text(session.tongue()));
    }
    for (_, taken) in all {
        match taken {
            Some(digest) => talk(&format!("Written: notes/{digest}")),
            None => talk("Nothing here is earlier than what was held."),
        }
    }
    talk(words::WORTH.of(session.tongue()));
}
