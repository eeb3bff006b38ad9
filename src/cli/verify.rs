//! `verify`: everything at once, offline, for anybody.

use std::path::{Path, PathBuf};
use std::time::Instant;

use countersign::audit::{Audit, Copy, Expectation, Pins};
use countersign::checkpoint::Checkpoint;
use countersign::disk::{Disk, Source, create_synced, replace};
use countersign::entry::Head;
use countersign::excerpt;
use countersign::failure::{Failure, Outcome, Why};
use countersign::fault::{Code, Finding, Subject, Verdict};
use countersign::fields::{FieldError, Fields};
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::ledger::own_expectation;
use countersign::names::LogId;
use countersign::page;
use countersign::precedence;
use countersign::proof::Evidence;
use countersign::snapshot::{self, Layout};
use countersign::web::Url;

use super::findings;
use super::hint;
use super::init::named_ledger;
use super::judging::Judging;
use super::prove;
use super::remote;
use super::session::Session;
use super::terminal::{json, line, shown, talk};

/// Check a snapshot, a ledger folder, or a file: evidence, a certificate, an excerpt.
#[derive(clap::Args)]
pub struct Verify {
    /// What to check, or the address of a snapshot (https://HOST/FOLDER); else the ledger
    /// folder.
    path: Option<PathBuf>,
    /// The ledger that is meant: id, words, digits, or the charter file.
    #[arg(long, value_name = "HEX|WORDS|DIGITS|FILE")]
    ledger: Option<String>,
    /// Heads of the last run: an older copy is incomplete; then they are replaced.
    #[arg(long, value_name = "FILE")]
    pins: Option<PathBuf>,
    #[command(flatten)]
    judging: Judging,
    /// Ask about one log.
    #[arg(long, value_name = "LOG")]
    log: Option<String>,
    /// Compare an excerpt that is a part with this record: a folder or a snapshot.
    #[arg(long, value_name = "PATH")]
    against: Option<PathBuf>,
    /// Leave in this folder what is fetched from an address: the next time what is there
    /// is not fetched again.
    #[arg(long, value_name = "DIR", conflicts_with = "against")]
    cache: Option<PathBuf>,
    /// Write evidence into this folder.
    #[arg(long, value_name = "DIR")]
    proof: Option<PathBuf>,
}

/// Runs `verify`.
pub fn run(session: &Session, command: &Verify) -> Outcome<u8> {
    let path = match &command.path {
        Some(path) => path.clone(),
        None => session.folder()?,
    };
    let named = command.ledger.as_deref().map(named_ledger).transpose()?;
    if path.is_file() {
        return file(session, &path, named, command.against.as_deref());
    }
    let url = remote::url(&path)?;
    if command.cache.is_some() && url.is_none() {
        let what = "--cache is for what is fetched from an address";
        return Err(Failure::new(Why::Usage, what).next("countersign verify https://HOST/FOLDER --cache DIR"));
    }
    if url.is_none() && !path.is_dir() {
        let what = format!("there is no {}", path.display());
        return Err(Failure::new(Why::Disk, what).next("countersign verify PATH"));
    }
    if command.against.is_some() {
        let what = format!("{} is a folder, and --against is for an excerpt that is a part", path.display());
        return Err(Failure::new(Why::Usage, what).next("countersign compare OLD NEW"));
    }
    let (copy, layout) = match &url {
        None => lying(session, &path)?,
        Some(url) => (fetched(session, url, command.cache.as_deref())?, Layout::Snapshot),
    };
    let mut expectation = match layout {
        Layout::Folder => own_expectation(&copy),
        Layout::Snapshot => Expectation::default(),
    };
    if named.is_some() {
        expectation.ledger = named;
    } else if layout == Layout::Folder {
        talk(
            "This is a ledger folder, compared with the charter in it. If it is not your own, name the ledger: --ledger.",
        );
    }
    let pins = match &command.pins {
        None => None,
        Some(path) => read_pins(session, path, copy.charter.as_deref())?,
    };
    expectation.pins = pins;
    let begun = Instant::now();
    let audit = Session::verify(&path, &copy, &expectation)?;
    let took = begun.elapsed();
    let heard = command.judging.hear(session, &audit, &copy)?;
    let (verdict, findings) = about(&audit, command.log.as_deref())?;
    let is_met = heard.covers(&audit, command.log.as_deref());
    if session.common.json {
        let mut value = findings::as_json(&audit, verdict, &findings);
        if let Some(map) = value.as_object_mut().filter(|_| heard.policy.is_some()) {
            map.insert("time".into(), heard.verify_json(&audit));
        }
        json(&value);
    } else {
        findings::print(&audit, verdict, &findings);
        heard.print(&audit, session.tongue());
        talk(&findings::counted(&audit, took));
        next(&audit, &path);
    }
    if let Some(cache) = command.cache.as_ref().filter(|_| verdict == Verdict::Damaged) {
        talk(&format!("What was fetched stays in {0}; remove {0} to fetch it again.", cache.display()));
    }
    if let Some(folder) = &command.proof {
        write_proofs(session, folder, &audit.evidence)?;
    }
    if let Some(path) = &command.pins {
        write_pins(session, path, &audit, expectation.pins)?;
    }
    let verdict = if is_met { verdict } else { verdict.max(Verdict::Incomplete) };
    Ok(verdict.exit_code())
}

/// What to do where the keys were compared with nothing.
fn next(audit: &Audit, path: &Path) {
    let other = audit.findings.iter().any(|finding| finding.code == Code::OtherLedger);
    if let Some(charter) = audit.charter.as_ref().filter(|_| !audit.pinned && !other) {
        talk(&format!(
            "Next: compare the words with a member, then: countersign verify {} --ledger {}",
            path.display(),
            charter.id()
        ));
    }
}

/// A copy in a folder, with what is found about its page.
fn lying(session: &Session, path: &Path) -> Outcome<(Copy, Layout)> {
    let (mut copy, layout) = (snapshot::read(&session.disk, path)?, snapshot::layout(&session.disk, path)?);
    if layout == Layout::Snapshot {
        copy.findings.extend(page::check(&session.disk, path, &copy)?);
    }
    Ok((copy, layout))
}

/// A snapshot at an address, in a folder that stays or in one that goes with this run.
fn fetched(session: &Session, url: &Url, cache: Option<&Path>) -> Outcome<Copy> {
    let Some(cache) = cache else { return session.copy(Path::new(url.as_str())) };
    remote::cache(session, cache)?;
    remote::fetch(session, url, cache, None)
}

/// What is asked about: everything, or one log and the copy's charter.
fn about<'a>(audit: &'a Audit, log: Option<&str>) -> Outcome<(Verdict, Vec<&'a Finding>)> {
    let Some(name) = log else { return Ok((audit.verdict, audit.findings.iter().collect())) };
    let log = audit.logs.iter().find(|report| report.log.as_str() == name).map(|r| r.log.clone());
    let log = log.or_else(|| countersign::status::find_log(audit, name)).ok_or_else(|| {
        let what = format!("no log {} is here or named here{}", shown(name), hint::log(audit, name));
        Failure::new(Why::NoEntry, what).next("countersign verify PATH")
    })?;
    let whole = [Code::NotPinned, Code::OtherLedger, Code::CharterForm, Code::BytesAbsent];
    let findings: Vec<&Finding> = audit
        .findings
        .iter()
        .filter(|finding| match &finding.subject {
            Subject::Log(of) => *of == log,
            Subject::Copy => whole.contains(&finding.code),
        })
        .collect();
    let worst = findings.iter().map(|finding| finding.code.verdict()).max();
    Ok((worst.unwrap_or(Verdict::Whole), findings))
}

/// A file that is whole in itself: evidence, a certificate of order, or an excerpt.
fn file(session: &Session, path: &Path, named: Option<Vec<u8>>, against: Option<&Path>) -> Outcome<u8> {
    let most = u64::try_from(excerpt::LARGEST).unwrap_or(u64::MAX);
    let bytes = session
        .disk
        .read(path, most)
        .map_err(|error| Failure::disk("reading", path, error))?
        .unwrap_or_default();
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let value = Value::parse(text.trim_end()).ok();
    let expectation = Expectation { ledger: named, ..Expectation::default() };
    match value.as_ref().and_then(|value| value.get("format")?.as_str()) {
        Some(precedence::FORMAT) => prove::certificate(session, path, &bytes, &expectation),
        Some(excerpt::FORMAT) => prove::excerpt(session, path, &bytes, &expectation, against),
        _ => evidence(session, path, &bytes, expectation.ledger.as_deref()),
    }
}

/// A file of evidence: whole in itself.
fn evidence(session: &Session, path: &Path, bytes: &[u8], named: Option<&[u8]>) -> Outcome<u8> {
    let place = path.display().to_string();
    let held = Evidence::parse(bytes).and_then(|evidence| Ok((evidence.verify()?, evidence)));
    let (verdict, ledger, log, findings) = match &held {
        Ok((charter, evidence)) => {
            let pinned = named.map(|named| charter.id().bytes().starts_with(named));
            let mut finding = Finding::of_log(
                &evidence.log,
                evidence.code,
                &place,
                format!("this file shows it: {}", evidence.code.says()),
            );
            finding.reason = evidence.reason;
            let mut findings = vec![finding];
            if pinned.is_none() {
                findings.push(Finding::of_copy(
                    Code::NotPinned,
                    &place,
                    "the ledger was not named by the reader",
                ));
            }
            let verdict = if pinned == Some(false) {
                findings = vec![Finding::of_copy(
                    Code::OtherLedger,
                    &place,
                    format!("this is about {}", charter.id()),
                )];
                Verdict::Damaged
            } else {
                evidence.code.verdict()
            };
            (verdict, Some(charter.id()), Some(evidence.log.to_string()), findings)
        }
        Err(fault) => {
            let finding = Finding::of_copy(fault.code, &place, fault.detail.clone());
            (Verdict::Damaged, None, None, vec![finding])
        }
    };
    let nothing = countersign::audit::Copy::default();
    let audit = Session::verify(path, &nothing, &Expectation::default())?;
    let findings: Vec<&Finding> = findings.iter().collect();
    if session.common.json {
        let mut value = findings::as_json(&audit, verdict, &findings);
        if let Some(map) = value.as_object_mut() {
            map.insert("ledger".into(), ledger.map(|id| id.to_string()).into());
            map.insert("pinned".into(), (named.is_some() && verdict != Verdict::Damaged).into());
        }
        json(&value);
    } else {
        if let (Some(id), Some(log)) = (ledger, log) {
            line(&format!("evidence about the log {log} of the ledger {id}"));
        }
        for finding in findings {
            line(&format!("{}  {}: {}", finding.code, finding.place, finding.message));
        }
        line(&verdict.as_str().to_uppercase());
    }
    Ok(verdict.exit_code())
}

/// Writes evidence, each file named by its log, its code and its digest.
pub fn write_proofs(session: &Session, folder: &Path, evidence: &[Evidence]) -> Outcome<Vec<PathBuf>> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| Failure::disk("writing", &path, error)
    };
    if !evidence.is_empty() {
        session.disk.make_folder(folder, countersign::disk::Access::Usual).map_err(failed(folder))?;
    }
    let mut paths = Vec::new();
    for one in evidence {
        let bytes = one.to_bytes();
        let path = folder.join(Hash::of(&bytes).to_string());
        if session.disk.read(&path, u64::MAX).map_err(failed(&path))?.is_none() {
            create_synced(&session.disk, &path, &bytes, countersign::disk::Access::Usual)
                .map_err(failed(&path))?;
        }
        talk(&format!("evidence written: {} ({} of {})", path.display(), one.code, one.log));
        paths.push(path);
    }
    Ok(paths)
}

const PINS: &str = "countersign.pins/1";

/// Reads pins of this ledger; those of another are an error, an absent file is
/// none.
fn read_pins(session: &Session, path: &Path, charter: Option<&[u8]>) -> Outcome<Option<Pins>> {
    let bytes = session.disk.read(path, 1 << 20).map_err(|e| Failure::disk("reading", path, e))?;
    let Some(bytes) = bytes else { return Ok(None) };
    let form = |due: String| Failure::new(Why::Usage, format!("{}: {due}", path.display()));
    let text = std::str::from_utf8(&bytes).map_err(|_| form("UTF-8".to_owned()))?;
    let value = Value::parse(text.trim_end()).map_err(|error| form(error.due.to_owned()))?;
    let (ledger, pins) =
        parse_pins(&value).map_err(|error| form(format!("{}: {}", error.place, error.due)))?;
    if charter.map(Hash::of) != Some(ledger) {
        return Err(Failure::new(
            Why::OtherLedger,
            format!("{} pins another ledger, {ledger}", path.display()),
        ));
    }
    Ok(Some(pins))
}

fn parse_pins(value: &Value) -> Result<(Hash, Pins), FieldError> {
    let mut fields = Fields::of(value, "")?;
    if fields.text("format")? != PINS {
        return Err(fields.error("format", PINS));
    }
    let ledger = fields.hash("ledger")?;
    let Value::Object(logs) = fields.required("logs")? else {
        return Err(fields.error("logs", "an object"));
    };
    let mut pins = Pins::new();
    for (log, head) in logs {
        let place = format!("logs.{log}");
        let log: LogId = log.parse().map_err(|countersign::names::NameError(due)| FieldError {
            place: place.clone(),
            due: due.to_owned(),
        })?;
        let mut fields = Fields::of(head, &place)?;
        pins.insert(log, Head::take(&mut fields)?);
        fields.done()?;
    }
    fields.done()?;
    Ok((ledger, pins))
}

/// Replaces pins by continuing heads; a head that does not continue leaves its pin.
fn write_pins(session: &Session, path: &Path, audit: &Audit, before: Option<Pins>) -> Outcome<()> {
    let Some(charter) = &audit.charter else { return Ok(()) };
    if !audit.pinned && before.is_none() && audit.strands.is_empty() {
        return Ok(());
    }
    let mut pins = before.unwrap_or_default();
    for (log, strand) in &audit.strands {
        let Some(seal) = strand.seal.as_ref().map(Checkpoint::head) else { continue };
        let continues = pins.get(log).is_none_or(|pin| strand.reaches(pin) && pin.size <= seal.size);
        if continues {
            pins.insert(log.clone(), seal.clone());
        }
    }
    let logs = pins.iter().map(|(log, head)| (log.to_string(), head.to_value())).collect();
    let value = Value::object([
        ("format", Value::text(PINS)),
        ("ledger", Value::text(charter.id())),
        ("logs", Value::Object(logs)),
    ]);
    replace(&session.disk, path, (value.encode() + "\n").as_bytes())
        .map_err(|error| Failure::disk("writing", path, error))
}
