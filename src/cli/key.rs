//! `key new` and `key show`; the drafts of `key` entries lie in [`super::key_change`].

use std::path::{Path, PathBuf};

use clap::Subcommand;
use countersign::disk::{Access, Source, create_synced, make_folder_synced};
use countersign::failure::{Failure, Outcome, Why};
use countersign::keyfile::{self, PublicLine};
use countersign::names::{Label, MemberId, NameError};

use super::key_change;
use super::session::Session;
use super::terminal::{json, line, talk};
use super::unlock::{self, Unlock};

/// Keys.
#[derive(Subcommand)]
pub enum Key {
    /// Make the keys of a member, or a further signing key of one.
    New(New),
    /// Show a public line: words and digits, to read out.
    Show(Show),
    /// Draft a `key` entry that adds a signing key.
    Add(key_change::Add),
    /// Draft a `key` entry that retires a label.
    Retire(key_change::Retire),
    /// Draft a `key` entry that puts a new key in the place of an old one.
    Rotate(key_change::Rotate),
    /// Draft a `key` entry that declares a label compromised, and retires it.
    Compromised(key_change::CompromisedCommand),
}

/// Make keys.
#[derive(clap::Args)]
pub struct New {
    /// MEMBER, or MEMBER/LABEL for a further signing key; the label is `main`
    /// where none is given.
    #[arg(value_name = "MEMBER[/LABEL]")]
    name: String,
    /// The folder for the files.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Make a further signing key for the member of this public line; its log key
    /// and recovery key stay. Found by itself where MEMBER.pub lies in DIR.
    #[arg(long, value_name = "FILE.pub")]
    beside: Option<PathBuf>,
    /// Write the keys unencrypted.
    #[arg(long, conflicts_with = "passphrase_file")]
    no_passphrase: bool,
}

/// Show a public line.
#[derive(clap::Args)]
pub struct Show {
    /// A `.pub` file.
    file: PathBuf,
}

/// Runs `key`.
pub fn run(session: &Session, command: Key) -> Outcome<u8> {
    match command {
        Key::New(command) => new(session, &command),
        Key::Show(command) => show(session, &command.file),
        Key::Add(command) => key_change::add(session, &command),
        Key::Retire(command) => key_change::retire(session, &command),
        Key::Rotate(command) => key_change::rotate(session, &command),
        Key::Compromised(command) => key_change::compromised(session, &command),
    }
}

fn usage(NameError(due): NameError) -> Failure {
    Failure::new(Why::Usage, format!("not {due}")).next("countersign key new --help")
}

fn new(session: &Session, command: &New) -> Outcome<u8> {
    let (member, label) = command.name.split_once('/').unwrap_or((&command.name, "main"));
    let member: MemberId = member.parse().map_err(usage)?;
    let label: Label = label.parse().map_err(usage)?;
    if label.as_str() == countersign::body::membership::RECOVERY {
        return Err(Failure::new(Why::Usage, "no signing key has the label recovery"));
    }
    let stem = if label.as_str() == "main" { member.to_string() } else { format!("{member}.{label}") };
    let at = |suffix: &str| command.out.join(format!("{stem}.{suffix}"));
    let found = command.out.join(format!("{member}.pub"));
    let beside = match &command.beside {
        Some(path) => Some(PublicLine::read(&session.disk, path)?),
        None if label.as_str() != "main" && found.is_file() => Some(PublicLine::read(&session.disk, &found)?),
        None => None,
    };
    let member_file = |kind: &str| command.out.join(format!("{member}.{kind}.key"));
    let (log_path, recovery_path) = (member_file("log"), member_file("recovery"));
    let mut paths = vec![at("key"), at("pub")];
    if beside.is_none() {
        paths.extend([log_path.clone(), recovery_path.clone()]);
    }
    refuse_existing(session, &paths)?;
    let passphrase = if command.no_passphrase { None } else { Some(unlock::new_passphrase(session)?) };
    if !command.out.as_os_str().is_empty() && !command.out.is_dir() {
        make_folder_synced(&session.disk, &command.out, Access::Usual)
            .map_err(|error| Failure::disk("making", &command.out, error))?;
    }
    let signing = keyfile::generate()?;
    keyfile::write_new(&session.disk, &at("key"), &signing, passphrase.as_ref())?;
    let (log, recovery) = match &beside {
        Some(beside) => (beside.log, beside.recovery),
        None => {
            let (log, recovery) = (keyfile::generate()?, keyfile::generate()?);
            keyfile::write_new(&session.disk, &log_path, &log, passphrase.as_ref())?;
            let pem = keyfile::to_pem(&recovery, passphrase.as_ref())?;
            create_synced(&session.disk, &recovery_path, pem.as_bytes(), Access::Private)
                .map_err(|error| Failure::disk("writing", &recovery_path, error))?;
            (log.public(), recovery.public().digest())
        }
    };
    let public = PublicLine { member, label, signing: signing.public(), log, recovery };
    let path = at("pub");
    create_synced(&session.disk, &path, format!("{}\n", public.line()).as_bytes(), Access::Usual)
        .map_err(|error| Failure::disk("writing", &path, error))?;
    if command.no_passphrase {
        talk("THE KEYS ARE NOT ENCRYPTED. Whoever reads these files signs as this member.");
    }
    if beside.is_none() {
        talk(&format!(
            "Move {} to a place offline, apart from the others: it opens a further volume when a key is lost or stolen, and does nothing else.",
            recovery_path.display()
        ));
    }
    talk(&format!(
        "Marks of what these keys sign are beside them ({}). Never copy a key without its marks.",
        keyfile::marks_folder(&at("key")).display()
    ));
    print(session, &path, &public);
    talk("Next: give the .pub file to whoever writes the charter, and read the words to them.");
    Ok(0)
}

fn refuse_existing(session: &Session, paths: &[PathBuf]) -> Outcome<()> {
    for path in paths {
        let there =
            session.disk.read(path, u64::MAX).map_err(|error| Failure::disk("reading", path, error))?;
        if there.is_some() {
            let what = format!("{} is there and is left as it is", path.display());
            return Err(Failure::new(Why::Exists, what).next("countersign key new MEMBER --out OTHER"));
        }
    }
    Ok(())
}

fn print(session: &Session, path: &Path, public: &PublicLine) {
    let print = public.fingerprint();
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.key/1",
            "file": path.to_string_lossy(),
            "member": public.member.to_string(),
            "label": public.label.to_string(),
            "line": public.line(),
            "words": print.words(),
            "digits": print.digits(),
        }));
        return;
    }
    line(&format!("public  {}", path.display()));
    line(&format!("line    {}", public.line()));
    line(&format!("words   {}", print.words()));
    line(&format!("digits  {}", print.digits()));
}

fn show(session: &Session, file: &Path) -> Outcome<u8> {
    if file.extension().is_some_and(|extension| extension == "key") {
        let key = Unlock::new(session).key(file)?;
        if session.common.json {
            json(&serde_json::json!({
                "format": "countersign.public/1",
                "file": file.to_string_lossy(),
                "public": key.public().to_string(),
            }));
            return Ok(0);
        }
        line(&format!("public key  {}", key.public()));
        talk("This is one key of a member. The words to read out are those of its .pub file.");
        return Ok(0);
    }
    let public = PublicLine::read(&session.disk, file)?;
    print(session, file, &public);
    Ok(0)
}
