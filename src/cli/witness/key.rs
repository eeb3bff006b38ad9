//! `witness key`: a key for a witness.

use std::path::PathBuf;

use countersign::disk::{Access, Source, create_synced, make_folder_synced};
use countersign::failure::{Failure, Outcome, Why};
use countersign::keyfile;
use countersign::note::{duty, is_name, vkey_of};
use countersign::witness::key_file;

use crate::cli::session::Session;
use crate::cli::terminal::{json, line, talk};
use crate::cli::unlock;

/// Make the key of a witness.
#[derive(clap::Args)]
pub struct Key {
    /// The name by which it cosigns: that of a host and a path of one's own, such as
    /// w1.example/w1, or the name that a charter offers.
    name: String,
    /// The folder for the files.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Write the key unencrypted.
    #[arg(long, conflicts_with = "passphrase_file")]
    no_passphrase: bool,
}

/// Runs `witness key`.
pub fn run(session: &Session, command: &Key) -> Outcome<u8> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/' | '_' | ':');
    if !is_name(&command.name) || !command.name.chars().all(plain) {
        let what = "a witness has a name of letters, digits and . - _ / :";
        return Err(Failure::new(Why::Usage, what).next("countersign witness key w1.example/w1"));
    }
    let path = command.out.join(key_file(&command.name));
    let public = path.with_extension("pub");
    for path in [&path, &public] {
        let there = session.disk.read(path, u64::MAX).map_err(|e| Failure::disk("reading", path, e))?;
        if there.is_some() {
            let what = format!("{} is there and is left as it is", path.display());
            return Err(Failure::new(Why::Exists, what).next("countersign witness key OTHER"));
        }
    }
    let passphrase = if command.no_passphrase { None } else { Some(unlock::new_passphrase(session)?) };
    if !command.out.as_os_str().is_empty() && !command.out.is_dir() {
        make_folder_synced(&session.disk, &command.out, Access::Usual)
            .map_err(|error| Failure::disk("making", &command.out, error))?;
    }
    let key = keyfile::generate()?;
    keyfile::write_new(&session.disk, &path, &key, passphrase.as_ref())?;
    let vkey = vkey_of(&command.name, duty::COSIGNS, key.public().bytes());
    create_synced(&session.disk, &public, format!("{vkey}\n").as_bytes(), Access::Usual)
        .map_err(|error| Failure::disk("writing", &public, error))?;
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.witness/1",
            "did": "key",
            "file": path.display().to_string(),
            "vkey": vkey,
        }));
    } else {
        line(&vkey);
    }
    if command.no_passphrase {
        talk("THE KEY IS NOT ENCRYPTED. Whoever reads this file cosigns as this witness.");
    }
    talk(&format!(
        "What it cosigns is remembered beside it ({}) and in its state. A witness that loses its state retires its key; never put either back from a backup.",
        keyfile::marks_folder(&path).display()
    ));
    talk(
        "Next: give the line to those who name this witness in a policy, and store the key apart from every other.",
    );
    Ok(0)
}
