//! `init`: found one's own log from a charter, follow a ledger as a reader, or
//! resume one's own log on a new computer.

use std::path::{Path, PathBuf};

use countersign::charter::Charter;
use countersign::disk::Source;
use countersign::failure::{Failure, Outcome, Why};
use countersign::fingerprint::{self, Fingerprint};
use countersign::json::Value;
use countersign::keyfile::log_key_beside;
use countersign::ledger::{self, Ledger, Local, Pen, Receipt, Writer};
use countersign::mark::{Mark, Presence};
use countersign::names::{LogId, MemberId, NameError};
use countersign::snapshot;
use countersign::vocabulary::signing;

use super::hint;
use super::pull;
use super::remote;
use super::session::{Session, absolute, from_here};
use super::sign;
use super::terminal::{ask_for, json, line, talk};
use super::unlock::{Unlock, places};

/// Make a ledger folder.
#[derive(clap::Args)]
pub struct Init {
    /// A charter file, a snapshot or its address, or a ledger folder.
    #[arg(value_name = "CHARTER|SNAPSHOT")]
    source: PathBuf,
    /// Who writes here; absent for a reader's folder.
    #[arg(long = "as", value_name = "MEMBER")]
    member: Option<String>,
    /// The signing key; more than once where several labels sign.
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    /// The log key; else MEMBER.log.key beside the signing key.
    #[arg(long, value_name = "FILE")]
    log_key: Option<PathBuf>,
    /// The ledger that is meant: id, words, digits, or the charter file.
    #[arg(long, value_name = "LEDGER")]
    ledger: Option<String>,
    /// The last own entry that was signed, when a log is resumed: moscow/41.
    #[arg(long, value_name = "ENTRY")]
    last: Option<String>,
    /// The key has signed nothing anywhere, although no marks are beside it.
    #[arg(long)]
    first: bool,
    /// Sign without asking.
    #[arg(long)]
    yes: bool,
}

/// Runs `init`.
pub fn run(session: &Session, command: &Init) -> Outcome<u8> {
    let folder = match &session.common.dir {
        Some(dir) => absolute(dir)?,
        None => {
            return Err(Failure::new(Why::Usage, "say where the folder is to be: --dir DIR")
                .next("countersign init charter.json --as MEMBER --key MEMBER.key --dir DIR"));
        }
    };
    if command.source.is_dir() || remote::url(&command.source)?.is_some() {
        return from_snapshot(session, command, &folder);
    }
    let charter = super::charter::read(session, &command.source)?;
    check_ledger(command, &charter)?;
    match &command.member {
        Some(member) => found(session, command, &folder, &charter, member),
        None => {
            ledger::make_folder(&session.disk, &folder, charter.bytes())?;
            ledger::adopt_folder(&session.disk, &folder, &Local::default())?;
            announce(session, &Made::of(&charter, &Local::default()));
            talk(&format!("Next: countersign pull SNAPSHOT{}", session.dir_words()));
            Ok(0)
        }
    }
}

fn check_ledger(command: &Init, charter: &Charter) -> Outcome<()> {
    let Some(named) = &command.ledger else { return Ok(()) };
    let named = named_ledger(named)?;
    if charter.id().bytes().starts_with(&named) {
        return Ok(());
    }
    Err(Failure::new(Why::OtherLedger, format!("this charter is of the ledger {}", charter.id())))
}

/// What a reader names a ledger by: id, words, digits, or a charter file.
pub fn named_ledger(text: &str) -> Outcome<Vec<u8>> {
    if let Some(bytes) = fingerprint::parse_ledger(text) {
        return Ok(bytes);
    }
    let path = Path::new(text);
    let bytes = std::fs::read(path).map_err(|error| {
        let what = "--ledger takes 64 digits, 24 words, 12 groups of digits, or a charter file";
        if path.exists() {
            Failure::disk("reading", path, error)
        } else {
            Failure::new(Why::Usage, what).next("countersign charter show charter.json")
        }
    })?;
    let charter =
        Charter::parse(&bytes).map_err(|fault| Failure::untrue(&path.display().to_string(), &fault))?;
    Ok(charter.id().bytes().to_vec())
}

/// What `init` made.
struct Made<'a> {
    charter: &'a Charter,
    member: Option<&'a MemberId>,
    signed: Option<serde_json::Value>,
    sources: Vec<serde_json::Value>,
}

impl<'a> Made<'a> {
    fn of(charter: &'a Charter, local: &'a Local) -> Self {
        Self { charter, member: local.member.as_ref(), signed: None, sources: Vec::new() }
    }
}

fn announce(session: &Session, made: &Made<'_>) {
    let id = made.charter.id();
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.init/1",
            "ledger": id.to_string(),
            "words": Fingerprint::of_ledger(&id).words(),
            "as": made.member.map(ToString::to_string),
            "signed": made.signed,
            "sources": made.sources,
        }));
        return;
    }
    line(&format!("ledger  {id}"));
    line(&format!("words   {}", Fingerprint::of_ledger(&id).words()));
}

fn member_of(charter: &Charter, name: &str) -> Outcome<MemberId> {
    let member: MemberId =
        name.parse().map_err(|NameError(due)| Failure::new(Why::Usage, format!("not {due}")))?;
    if charter.member(&member).is_none() {
        let near = hint::did_you_mean(name, charter.members.keys().map(MemberId::as_str));
        let what = format!("{member} is no member of this ledger{near}");
        return Err(Failure::new(Why::NotAMember, what).next("countersign charter show charter.json"));
    }
    Ok(member)
}

struct Own {
    log: LogId,
    local: Local,
    pens: Vec<Pen>,
    log_key: PathBuf,
}

fn own(
    session: &Session,
    command: &Init,
    member: &MemberId,
    set: &countersign::key::KeySet,
    unlock: &mut Unlock<'_>,
) -> Outcome<Own> {
    let keys: Vec<PathBuf> = command.key.iter().map(|path| absolute(path)).collect::<Outcome<_>>()?;
    let Some(first) = keys.first() else {
        return Err(Failure::new(Why::Usage, "say with which key: --key FILE").next(format!(
            "countersign init {} --as {member} --key {member}.key --dir DIR",
            command.source.display()
        )));
    };
    let log_key = match &command.log_key {
        Some(path) => absolute(path)?,
        None => log_key_beside(first, member),
    };
    if session.disk.read(&log_key, 1 << 16).map_err(|e| Failure::disk("reading", &log_key, e))?.is_none() {
        let what = format!("the log key {} is not there", log_key.display());
        return Err(Failure::new(Why::KeyFile, what).next("the same command with --log-key FILE"));
    }
    let pens = unlock.pens(&keys, set)?;
    let local = Local {
        member: Some(member.clone()),
        key: Some(first.clone()),
        log_key: Some(log_key.clone()),
        sources: Vec::new(),
    };
    Ok(Own { log: LogId::first(member), local, pens, log_key })
}

fn found(session: &Session, command: &Init, folder: &Path, charter: &Charter, name: &str) -> Outcome<u8> {
    let member = member_of(charter, name)?;
    let set = charter.member(&member).map(|member| member.keys.clone());
    let set = set.ok_or_else(|| Failure::new(Why::NotAMember, format!("{member} is no member")))?;
    let mut unlock = Unlock::new(session);
    let own = own(session, command, &member, &set, &mut unlock)?;
    let begun = session.disk.read(&folder.join(snapshot::LOCAL), 1 << 20);
    let begun = begun.map_err(|error| Failure::disk("reading", folder, error))?.is_some();
    if !begun {
        check_first(session, command, charter, &own)?;
    }
    let labels: Vec<_> = own.pens.iter().map(|pen| pen.label.clone()).collect();
    if labels != set.first_pens() {
        let due: Vec<String> = set.first_pens().iter().map(ToString::to_string).collect();
        let what = format!("a join is signed by exactly {}", due.join(" and "));
        return Err(
            Failure::new(Why::NotAMember, what).next("the same command with these keys: --key A --key B")
        );
    }
    let log_pen = unlock.log_pen(&own.log_key)?;
    talk(&format!("Founding the log {} of the ledger {}", own.log, charter.id()));
    talk(&format!("  words  {}", Fingerprint::of_ledger(&charter.id()).words()));
    talk("  By its join a member signs the terms of this charter (countersign charter show).");
    talk(&format!(
        "  JOINED   as {}, with {}",
        own.log.member(),
        labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
    ));
    if !command.yes {
        ask_for("sign", signing::TYPE_SIGN.of(session.tongue()))?;
    }
    if begun {
        let there = Ledger::read(&session.disk, folder)?;
        let same = there.charter()?.id() == charter.id() && there.local.member == own.local.member;
        if !same || there.own().is_some_and(|strand| strand.sealed() > 0) {
            let what = format!("{} is a ledger folder and is left as it is", folder.display());
            return Err(Failure::new(Why::Exists, what).next("countersign status --dir DIR"));
        }
    } else {
        ledger::make_folder(&session.disk, folder, charter.bytes())?;
        ledger::adopt_folder(&session.disk, folder, &own.local)?;
    }
    let (mut writer, notices) = Writer::open(&session.disk, folder, &places(&own.pens), &own.log_key)?;
    for notice in notices {
        talk(&notice);
    }
    let signed = if writer.strand().size() == 0 {
        let entry = writer.compose("join", &Value::object([]), &labels, &Receipt::None, None)?;
        Some(writer.sign(&entry, &own.pens, &log_pen)?)
    } else {
        writer.seal(&log_pen)?;
        None
    };
    let first = signed.clone().or_else(|| Some(writer.strand().entry(0)?.as_ref().clone()));
    match &signed {
        _ if session.common.json => {
            let signed = first.map(|first| sign::signed_json(&writer, &first));
            announce(session, &Made { signed, ..Made::of(charter, &own.local) });
        }
        Some(signed) => sign::say_signed(session, &writer, signed),
        None => line(&format!("Sealed: {}/0", own.log)),
    }
    talk(&format!("Next: countersign state \"WORDS\" --dir {}", from_here(folder)));
    Ok(0)
}

/// A key founds a log once; its marks say whether it has.
fn check_first(session: &Session, command: &Init, charter: &Charter, own: &Own) -> Outcome<()> {
    let founded = || {
        let what = format!("the marks show that {} was founded with these keys before", own.log);
        Failure::new(Why::Marked, what)
            .next(format!("countersign init SNAPSHOT --as {} --key FILE --dir DIR", own.log.member()))
    };
    let mut absent = false;
    let log_mark = Mark::beside(&own.log_key, &charter.id(), &own.log);
    match log_mark.sealed(&session.disk)? {
        Presence::Held(_) => return Err(founded()),
        Presence::NoFolder => absent = true,
        Presence::Nothing => {}
    }
    for pen in &own.pens {
        match Mark::beside(&pen.path, &charter.id(), &own.log).signings(&session.disk)? {
            Presence::Held(_) => return Err(founded()),
            Presence::NoFolder => absent = true,
            Presence::Nothing => {}
        }
    }
    if absent && !command.first {
        let what = "no marks folder is beside the keys: they were copied here";
        return Err(Failure::new(Why::MarkAbsent, what)
            .next("the same command with --first, if they have signed nothing anywhere"));
    }
    if absent {
        log_mark.begin(&session.disk, 0, None)?;
        for pen in &own.pens {
            Mark::beside(&pen.path, &charter.id(), &own.log).begin(&session.disk, 0, None)?;
        }
    }
    Ok(())
}

/// A reader's folder from a snapshot; with `--as` one's own log goes on in it, and
/// nothing is signed.
fn from_snapshot(session: &Session, command: &Init, folder: &Path) -> Outcome<u8> {
    let source = absolute(&command.source)?;
    let copy = session.copy(&source)?;
    let audit = Session::verify(&source, &copy, &ledger::own_expectation(&copy))?;
    let charter = audit.charter.clone().ok_or_else(|| {
        let what = audit.findings.first().map_or_else(String::new, |finding| finding.message.clone());
        Failure::new(Why::Untrue, format!("{} is no copy of a ledger: {what}", source.display()))
    })?;
    check_ledger(command, &charter)?;
    let own = match &command.member {
        None => None,
        Some(name) => {
            let member = member_of(&charter, name)?;
            let strand = audit.strands.get(&LogId::first(&member));
            let set = match strand {
                Some(strand) => strand.chain.key_set().as_ref().clone(),
                None => charter
                    .member(&member)
                    .map(|m| m.keys.clone())
                    .ok_or_else(|| Failure::new(Why::NotAMember, format!("{member} is no member")))?,
            };
            Some(own(session, command, &member, &set, &mut Unlock::new(session))?)
        }
    };
    if let Some(own) = &own {
        // Before anything is made: does something vouch for the newest own entry?
        let keys: Vec<PathBuf> = own.pens.iter().map(|pen| pen.path.clone()).collect();
        let last = command.last.as_deref();
        let vouched = pull::vouched(session, &charter.id(), &own.log, &keys, Some(&own.log_key), last)?;
        pull::check_last(&audit, &own.log, &vouched)?;
    }
    ledger::make_folder(&session.disk, folder, charter.bytes())?;
    let local = own.as_ref().map(|own| own.local.clone()).unwrap_or_default();
    ledger::adopt_folder(&session.disk, folder, &local)?;
    if !session.common.json {
        announce(session, &Made::of(&charter, &local));
    }
    if command.ledger.is_none() {
        talk("Compare these words with a member, by voice or on paper: anybody can make a snapshot.");
    }
    let keys: Vec<PathBuf> = own.iter().flat_map(|own| &own.pens).map(|pen| pen.path.clone()).collect();
    let last = command.last.as_deref();
    let taken = pull::take(session, folder, &[source], &keys, last, pull::Look::TakeIn)?;
    if session.common.json {
        announce(session, &Made { sources: taken.sources, ..Made::of(&charter, &local) });
    }
    Ok(taken.exit)
}
