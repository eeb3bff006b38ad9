//! `witness`: a file a verb.

mod add;
mod ask;
mod key;
mod list;
mod request;
mod sign;

use std::path::{Path, PathBuf};

pub use sign::Service;

use clap::Subcommand;
use countersign::charter::Charter;
use countersign::cosignature::WitnessKey;
use countersign::disk::{Access, Source, create_synced};
use countersign::failure::{Failure, Outcome, Why};
use countersign::names::NameError;
use countersign::policy::{LONGEST, Policy};

use super::session::Session;

/// Witnesses.
#[derive(Subcommand)]
pub enum WitnessCommand {
    /// Make the key of a witness, apart from every other key.
    Key(key::Key),
    /// Write what a witness is asked: the newest seal, and a proof from what it knows.
    Request(request::Request),
    /// Be a witness: check a request, remember it, cosign it.
    Sign(sign::Sign),
    /// Ask a witness over HTTP, and take in what it answers.
    Ask(ask::Ask),
    /// Take in cosignatures that came back.
    Add(add::Add),
    /// Who cosigned which head, when, and what that is worth.
    List(list::List),
}

/// Runs `witness`.
pub fn run(session: &Session, command: WitnessCommand) -> Outcome<u8> {
    match command {
        WitnessCommand::Key(command) => key::run(session, &command),
        WitnessCommand::Request(command) => request::run(session, &command),
        WitnessCommand::Sign(command) => sign::run(session, &command),
        WitnessCommand::Ask(command) => ask::run(session, &command),
        WitnessCommand::Add(command) => add::run(session, &command),
        WitnessCommand::List(command) => list::run(session, &command),
    }
}

/// Most bytes of a file with a verifier key in it.
const LONGEST_KEY: u64 = 4096;

/// Whose cosignatures are known.
#[derive(clap::Args)]
pub struct Keys {
    /// The verifier key of a witness, or the .pub file that holds it; once for each. Those
    /// that the charter offers are known without it.
    #[arg(long, value_name = "VKEY|FILE")]
    key: Vec<String>,
    /// A policy file, of which the witnesses are known.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

/// A verifier key as it was typed, or as it stands in the file of that name.
fn given_key(session: &Session, given: &str) -> Outcome<WitnessKey> {
    let due = |NameError(due)| {
        Failure::new(Why::Usage, format!("--key {given}: due: {due}")).next("countersign witness key NAME")
    };
    if let Ok(key) = given.parse() {
        return Ok(key);
    }
    let path = Path::new(given);
    let held = session.disk.read(path, LONGEST_KEY).map_err(|error| Failure::disk("reading", path, error))?;
    let bytes = held.unwrap_or_else(|| given.as_bytes().to_vec());
    String::from_utf8_lossy(&bytes).trim_end_matches('\n').parse().map_err(due)
}

impl Keys {
    /// The keys that were given, those of the policy, and those that the charter offers.
    pub fn known(&self, session: &Session, charter: &Charter) -> Outcome<Vec<WitnessKey>> {
        let mut keys = Vec::new();
        for given in &self.key {
            keys.push(given_key(session, given)?);
        }
        if let Some(path) = &self.policy {
            keys.extend(read_policy(session, path)?.witness_keys());
        }
        keys.extend(charter.witnesses.iter().map(|(name, key)| WitnessKey::of(name.as_str(), key)));
        Ok(keys)
    }
}

/// Reads a policy file.
pub fn read_policy(session: &Session, path: &Path) -> Outcome<Policy> {
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    let bytes = read_file(session, path, most)?;
    Policy::parse(&bytes).map_err(|error| Failure::new(Why::Policy, format!("{}: {error}", path.display())))
}

/// The bytes of a file that must be there.
pub fn read_file(session: &Session, path: &Path, most: u64) -> Outcome<Vec<u8>> {
    let bytes = session.disk.read(path, most).map_err(|error| Failure::disk("reading", path, error))?;
    bytes.ok_or_else(|| Failure::new(Why::Disk, format!("no file {}", path.display())))
}

/// Writes a file that must not be there.
pub fn write_new(session: &Session, path: &Path, bytes: &[u8]) -> Outcome<()> {
    create_synced(&session.disk, path, bytes, Access::Usual).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let what = format!("{} is there and is left as it is", path.display());
            Failure::new(Why::Exists, what).next("the same command with -o OTHER")
        }
        _ => Failure::disk("writing", path, error),
    })
}
