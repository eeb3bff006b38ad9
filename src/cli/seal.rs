//! `seal`: seals what a run that was cut off left unsealed.

use std::path::PathBuf;

use countersign::failure::{Failure, Outcome, Why};
use countersign::ledger::{KeyPlace, Local, Writer};

use super::session::Session;
use super::sign;
use super::terminal::{json, line, talk};
use super::unlock::Unlock;

/// Seal what is recorded in one's own log.
#[derive(clap::Args)]
pub struct Seal {
    /// The log key; else the one that local.json names.
    #[arg(long, value_name = "FILE")]
    log_key: Option<PathBuf>,
}

/// Runs `seal`.
pub fn run(session: &Session, command: &Seal) -> Outcome<u8> {
    let folder = session.folder()?;
    let local = Local::read(&session.disk, &folder)?;
    let none = || Failure::new(Why::NotAMember, "nobody signs in this folder");
    let key = local.key.clone().ok_or_else(none)?;
    let path = sign::log_key_path(&local, command.log_key.as_deref(), &key)?;
    let pen = Unlock::new(session).log_pen(&path)?;
    let keys = [KeyPlace { path: key, label: None }];
    let (mut writer, notices) = Writer::open(&session.disk, &folder, &keys, &path)?;
    for notice in notices {
        talk(&notice);
    }
    let before = writer.strand().sealed();
    let checkpoint = if writer.strand().size() > before { writer.seal(&pen)?.size() } else { before };
    if session.common.json {
        json(&serde_json::json!({"format": "countersign.seal/1", "sealed": checkpoint}));
    } else if checkpoint > before {
        line(&format!("Sealed: {checkpoint} entries, {before} before."));
    } else {
        line(&format!("Nothing to seal: {before} entries are under the newest seal."));
    }
    Ok(0)
}
