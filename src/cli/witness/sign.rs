//! `witness sign`: be a witness, by file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::cosignature::{Cosignature, Key, WitnessKey};
use countersign::disk::RealDisk;
use countersign::failure::{Failure, Outcome, Why};
use countersign::names::NameError;
use countersign::note::Note;
use countersign::submission::{LONGEST, Submission};
use countersign::witness::{Logs, Witness};

use super::{LONGEST_KEY, read_file, read_policy, write_new};
use crate::cli::session::Session;
use crate::cli::terminal::{json, line, talk};
use crate::cli::unlock::Unlock;

/// Be a witness.
#[derive(clap::Args)]
pub struct Sign {
    /// A request.
    file: PathBuf,
    #[command(flatten)]
    service: Service,
    /// Where to write the cosigned checkpoint; else it is printed.
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A witness with its key, its state and the logs that it knows.
#[derive(clap::Args)]
pub struct Service {
    /// The key of the witness, NAME.witness.key.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The folder of what it cosigned last; made where the key never had one.
    #[arg(long, value_name = "DIR")]
    pub state: PathBuf,
    /// A charter of which the witness knows the logs.
    #[arg(long, value_name = "FILE", required_unless_present = "policy")]
    pub charter: Option<PathBuf>,
    /// A policy file of which it knows the logs.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

impl Service {
    /// Opens the witness.
    pub fn open(&self, session: &Session) -> Outcome<Witness> {
        let mut logs = Logs::default();
        if let Some(path) = &self.charter {
            logs.extend(Logs::of_charter(&super::super::charter::read(session, path)?));
        }
        if let Some(path) = &self.policy {
            logs.extend(Logs::of_policy(&read_policy(session, path)?));
        }
        let key = Unlock::new(session).key(&self.key)?;
        let public = public_of(session, &self.key)?;
        if *public.key() != Key::Ed25519(key.public()) {
            let what = format!("{} is not the key of the .pub file beside it", self.key.display());
            return Err(Failure::new(Why::KeyFile, what).next("countersign witness key NAME"));
        }
        let own = (public.name(), key, self.key.as_path());
        Witness::open(Arc::new(RealDisk::new()), own, &self.state, logs, Box::new(Session::now))
    }
}

/// The line beside a key, which has the name of the witness.
fn public_of(session: &Session, key: &Path) -> Outcome<WitnessKey> {
    let path = key.with_extension("pub");
    let bytes = read_file(session, &path, LONGEST_KEY)?;
    let text = String::from_utf8_lossy(&bytes);
    text.trim_end_matches('\n').parse().map_err(|NameError(due)| {
        Failure::new(Why::KeyFile, format!("{}: due: {due}", path.display()))
            .next("countersign witness key NAME")
    })
}

/// Runs `witness sign`.
pub fn run(session: &Session, command: &Sign) -> Outcome<u8> {
    if let Some(out) = command.out.as_ref().filter(|out| out.exists()) {
        let what = format!("{} is there and is left as it is", out.display());
        return Err(Failure::new(Why::Exists, what).next("the same command with -o OTHER"));
    }
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    let body = read_file(session, &command.file, most)?;
    let witness = command.service.open(session)?;
    let cosignature = witness.cosign(&body).map_err(|refusal| refusal.failure(&command.file))?;
    let submission = Submission::parse(&body).map_err(|fault| Failure::untrue("the request", &fault))?;
    let mut lines = submission.note.lines().to_vec();
    lines.push(cosignature.clone());
    let whole = Note::new(submission.note.text().to_owned(), lines).to_bytes();
    if let Some(out) = &command.out {
        write_new(session, out, &whole)?;
    }
    let head = submission.head();
    let time = Cosignature::of(&cosignature).map(|cosignature| cosignature.time());
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.witness/1",
            "did": "sign",
            "file": command.out.as_ref().map(|path| path.display().to_string()),
            "origin": head.origin,
            "size": head.size,
            "line": cosignature.to_string(),
            "time": time.as_ref().map(ToString::to_string),
            "vkey": witness.vkey(),
        }));
    } else if command.out.is_none() {
        for text in String::from_utf8_lossy(&whole).lines() {
            line(text);
        }
    } else {
        let time = time.map_or_else(String::new, |time| time.for_people());
        line(&format!("Cosigned {} entries of {}, {time}", head.size, head.origin));
    }
    talk("Next, at the log: countersign witness add FILE");
    Ok(0)
}
