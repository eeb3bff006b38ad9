//! `prove`: one file that shows an entry or a provision, and what `verify` says of it.

use std::path::{Path, PathBuf};

use countersign::audit::{Audit, Copy, Expectation};
use countersign::context;
use countersign::entry::Signed;
use countersign::excerpt::{Carried, Cut, Excerpt, LARGEST, NEVER_ALONE, Opened, numbers};
use countersign::failure::{Failure, Outcome, Why};
use countersign::fault::{Code, Fault, Finding, Verdict};
use countersign::ledger::own_expectation;
use countersign::names::{LogId, NameError, Reference};
use countersign::precedence::{Certificate, Precedence};
use countersign::status;
use countersign::vocabulary::{Tongue, excerpt as words};

use super::order::{certificate_json, print_certificate, save};
use super::row::{Row, sentence};
use super::session::Session;
use super::terminal::{json, line, shown, talk};
use super::{entries, findings};

/// Most entries of an excerpt that are listed.
const MOST_LISTED: usize = 100;

/// Show an entry or a provision to a stranger, in one file.
#[derive(clap::Args)]
pub struct Prove {
    /// The entry: moscow/4, moscow/3#c1, or the first digits of its hash.
    entry: String,
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    /// The file to write.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// A provision of the text: c1.
    #[arg(long, value_name = "ID")]
    provision: Option<String>,
    /// The last entry of a log that goes into the file: moscow/4,washington/2. A seal
    /// must end there.
    #[arg(long, value_name = "LOG/N", value_delimiter = ',', conflicts_with = "part")]
    as_of: Vec<String>,
    /// Carry the entries that bear on it alone, and say what is left out.
    #[arg(long)]
    part: bool,
}

/// Runs `prove`.
pub fn run(session: &Session, command: &Prove) -> Outcome<u8> {
    let path = match &command.path {
        Some(path) => path.clone(),
        None => session.folder()?,
    };
    let copy = session.copy(&path)?;
    let audit = Session::verify(&path, &copy, &own_expectation(&copy))?;
    let cited = match &command.provision {
        Some(id) => format!("{}#{id}", command.entry),
        None => command.entry.clone(),
    };
    let usage = |NameError(due)| Failure::new(Why::Usage, due).next("countersign prove --help");
    let of: Reference = entries::reference(&audit, &cited)?.parse().map_err(usage)?;
    let (strand, signed) = entries::find(&audit, cited.split('#').next().unwrap_or(&cited))?;
    let alone = of.provision.is_none()
        && !NEVER_ALONE.contains(&signed.entry().kind.as_str())
        && !command.part
        && command.as_of.is_empty();
    let made = if alone {
        Excerpt::entry(&audit, strand, &signed)
    } else if command.part {
        Excerpt::part(&audit, &copy.named, &of)
    } else {
        Excerpt::whole(&audit, &copy.named, &of, &cut(&audit, &command.as_of)?)
    };
    let lacks = |fault: &Fault| Failure::untrue(&signed.cite(), fault).next(other_way(command));
    let excerpt = made.map_err(|fault| lacks(&fault))?;
    let bytes = excerpt.to_bytes();
    if bytes.len() > LARGEST {
        let what = format!("the file would be {} MiB; {} is the most", bytes.len() >> 20, LARGEST >> 20);
        return Err(
            Failure::new(Why::NotShown, what).next(format!("countersign prove {cited} --part -o FILE"))
        );
    }
    // Whoever gets the file is told the same; what is not whole is not handed on.
    let opened = excerpt.open(&own_expectation(&copy));
    let lacking = |found: &&Finding| found.code.verdict() == Verdict::Damaged;
    if let Some(found) = opened.findings.iter().find(lacking) {
        return Err(lacks(&Fault::new(found.code, format!("{}, {}", found.place, found.message))));
    }
    save(session, &command.out, &bytes)?;
    if session.common.json {
        json(&as_json(&opened, None));
    } else {
        print(session.tongue(), &opened);
    }
    Session::unbroken(&audit)?;
    Ok(0)
}

/// The command that may do where this one could not.
fn other_way(command: &Prove) -> String {
    if command.part {
        return "countersign verify".to_owned();
    }
    format!("countersign prove {} --part -o {}", shown(&command.entry), command.out.display())
}

/// Where logs are cut.
fn cut(audit: &Audit, words: &[String]) -> Outcome<Cut> {
    words
        .iter()
        .map(|word| {
            let parts = word.rsplit_once('/');
            let log = parts.and_then(|(log, _)| status::find_log(audit, log));
            let last = parts.and_then(|(_, last)| last.parse().ok());
            log.zip(last).ok_or_else(|| {
                let what = format!("{} names no entry that is held here", shown(word));
                Failure::new(Why::NoEntry, what).next("countersign log")
            })
        })
        .collect()
}

/// Checks a certificate of order.
pub fn certificate(session: &Session, path: &Path, bytes: &[u8], expectation: &Expectation) -> Outcome<u8> {
    let place = path.display().to_string();
    let held = Certificate::parse(bytes).and_then(|certificate| certificate.verify());
    let finding = match &held {
        Err(fault) => Some(Finding::of_copy(fault.code, &place, fault.detail.clone())),
        Ok(held) => match &expectation.ledger {
            None => Some(Finding::of_copy(Code::NotPinned, &place, "the ledger was not named by the reader")),
            Some(named) if held.charter.id().bytes().starts_with(named) => None,
            Some(_) => {
                let message = format!("this is about {}", held.charter.id());
                Some(Finding::of_copy(Code::OtherLedger, &place, message))
            }
        },
    };
    let findings: Vec<&Finding> = finding.iter().collect();
    let verdict = findings.first().map_or(Verdict::Whole, |found| found.code.verdict());
    let shown = held.as_ref().ok().filter(|_| verdict <= Verdict::Incomplete);
    if session.common.json {
        json(&certificate_report(path, shown, verdict, &findings)?);
    } else {
        findings::print_ledger(shown.map(|shown| &*shown.charter));
        if let Some(shown) = shown {
            print_certificate(session.tongue(), shown);
        }
        findings::print_findings(&findings);
        line(&verdict.as_str().to_uppercase());
        whose_keys(path, shown.map(|shown| &*shown.charter), verdict);
    }
    Ok(verdict.exit_code())
}

fn certificate_report(
    path: &Path,
    shown: Option<&Precedence>,
    verdict: Verdict,
    findings: &[&Finding],
) -> Outcome<serde_json::Value> {
    let nothing = Session::verify(path, &Copy::default(), &Expectation::default())?;
    let mut value = findings::as_json(&nothing, verdict, findings);
    if let Some(map) = value.as_object_mut() {
        map.insert("ledger".into(), shown.map(|shown| shown.charter.id().to_string()).into());
        map.insert("pinned".into(), (verdict == Verdict::Whole).into());
        map.insert("order".into(), shown.map(certificate_json).into());
    }
    Ok(value)
}

fn whose_keys(path: &Path, charter: Option<&countersign::charter::Charter>, verdict: Verdict) {
    if let (Some(charter), Verdict::Incomplete) = (charter, verdict) {
        let (place, id) = (path.display(), charter.id());
        talk(&format!(
            "Whose keys? Compare the words with a member, then: countersign verify {place} --ledger {id}"
        ));
    }
}

/// Checks an excerpt.
pub fn excerpt(
    session: &Session,
    path: &Path,
    bytes: &[u8],
    expectation: &Expectation,
    against: Option<&Path>,
) -> Outcome<u8> {
    let excerpt = match Excerpt::parse(bytes) {
        Ok(excerpt) => excerpt,
        Err(fault) => return unread(session, path, &fault),
    };
    let is_part = matches!(excerpt.carried, Carried::Part(_));
    let mut opened = excerpt.open(expectation);
    let compared = match against {
        Some(_) if !is_part => {
            let what = format!("{} is no part; there is nothing that a record could add", path.display());
            let next = format!("countersign verify {}", path.display());
            return Err(Failure::new(Why::Usage, what).next(next));
        }
        Some(record) => {
            let audit = session.audit(record)?;
            opened.compare(&audit);
            Session::unbroken(&audit)?;
            Some(record)
        }
        None => None,
    };
    if session.common.json {
        json(&as_json(&opened, compared));
    } else {
        print(session.tongue(), &opened);
        if let Some(record) = compared.filter(|_| opened.verdict <= Verdict::Incomplete) {
            let place = record.display().to_string();
            sentence("", &words::COMPARED.with(session.tongue(), &[("place", &place)]));
        }
        let charter = opened.charter.as_deref().filter(|_| !opened.pinned);
        whose_keys(path, charter, opened.verdict);
    }
    Ok(opened.verdict.exit_code())
}

fn unread(session: &Session, path: &Path, fault: &Fault) -> Outcome<u8> {
    let finding = Finding::of_copy(fault.code, path.display().to_string(), fault.detail.clone());
    let nothing = Session::verify(path, &Copy::default(), &Expectation::default())?;
    if session.common.json {
        json(&findings::as_json(&nothing, Verdict::Damaged, &[&finding]));
    } else {
        findings::print_findings(&[&finding]);
        line("DAMAGED");
    }
    Ok(Verdict::Damaged.exit_code())
}

/// The entries that are listed: all of a part, those that bear on it of a whole.
fn listed(opened: &Opened) -> Vec<&Signed> {
    let bearing = opened.audit().map(|audit| context::bearing_on(audit, &opened.excerpt.of.entry));
    let is_listed =
        |signed: &&Signed| bearing.as_ref().is_none_or(|bearing| bearing.contains(&signed.hash()));
    opened.entries.iter().map(|signed| &**signed).filter(is_listed).collect()
}

/// What it is about, as people cite it.
fn cited(opened: &Opened) -> String {
    let of = &opened.excerpt.of;
    let entry = opened.entries.iter().find(|signed| signed.hash() == of.entry);
    let entry = entry.map_or_else(|| of.entry.short(), |signed| signed.cite());
    of.provision.as_ref().map_or(entry.clone(), |id| format!("{entry}#{id}"))
}

fn print(tongue: Tongue, opened: &Opened) {
    findings::print_ledger(opened.charter.as_deref());
    let of = cited(opened);
    let places = [("of", &*of), ("entry", &*of)];
    line(&match opened.excerpt.carried {
        Carried::Entry { .. } => words::ENTRY.with(tongue, &places),
        Carried::Whole(_) => words::WHOLE.with(tongue, &places),
        Carried::Part(_) => words::PART.with(tongue, &places),
    });
    let nothing = Audit::of(&Copy::default(), &Expectation::default()).ok();
    let entries = listed(opened);
    for signed in entries.iter().take(MOST_LISTED) {
        let Some(audit) = opened.audit().or(nothing.as_ref()) else { continue };
        let entry = signed.entry();
        let said = entry.said.as_ref().map_or_else(String::new, ToString::to_string);
        let head = format!("  {:<16} {said:<20} {:<16}  ", signed.cite(), entries::act(entry));
        Row::new(&head).text(&entries::summary(audit, entry)).print();
    }
    if let Some(more) = entries.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        line(&format!("  and {more} more"));
    }
    if let Carried::Whole(_) = opened.excerpt.carried {
        for (log, size) in opened.sealed.iter().filter(|(_, size)| **size > 0) {
            let (log, last) = (log.to_string(), (size - 1).to_string());
            line(&words::CUT.with(tongue, &[("log", &log), ("last", &last)]));
        }
        let members = opened.charter.iter().flat_map(|charter| charter.members.keys()).map(LogId::first);
        for log in members.filter(|log| !opened.sealed.contains_key(log)) {
            line(&format!("{log}: no entry of it is here"));
        }
    }
    for (log, range) in &opened.left_out {
        let (log, numbers) = (log.to_string(), numbers(range));
        line(&words::LEFT_OUT.with(tongue, &[("log", &log), ("numbers", &numbers)]));
    }
    match opened.excerpt.carried {
        Carried::Entry { .. } => sentence("", words::ENTRY_ALONE.of(tongue)),
        Carried::Part(_) => sentence("", words::LEFT_OUT_SAYS.of(tongue)),
        Carried::Whole(_) => {}
    }
    let told = |found: &&Finding| found.code != Code::BytesAbsent || opened.left_out.is_empty();
    findings::print_findings(&opened.findings.iter().filter(told).collect::<Vec<_>>());
    line(&opened.verdict.as_str().to_uppercase());
}

fn as_json(opened: &Opened, compared: Option<&Path>) -> serde_json::Value {
    let Ok(nothing) = Audit::of(&Copy::default(), &Expectation::default()) else {
        return serde_json::Value::Null;
    };
    let audit = opened.audit().unwrap_or(&nothing);
    let findings: Vec<&Finding> = opened.findings.iter().collect();
    let mut value = findings::as_json(audit, opened.verdict, &findings);
    let left_out = opened.left_out.iter().map(|(log, range)| {
        serde_json::json!({"log": log.to_string(), "first": range.start, "last": range.end.saturating_sub(1)})
    });
    let sealed = opened.sealed.iter().map(|(log, size)| (log.to_string(), (*size).into()));
    let excerpt = serde_json::json!({
        "of": opened.excerpt.of.to_string(),
        "carries": match opened.excerpt.carried {
            Carried::Entry { .. } => "entry",
            Carried::Whole(_) => "whole",
            Carried::Part(_) => "part",
        },
        "entries": listed(opened).iter().map(|signed| signed.cite()).collect::<Vec<_>>(),
        "sealed": sealed.collect::<serde_json::Map<_, _>>(),
        "left_out": left_out.collect::<Vec<_>>(),
        "compared": compared.map(|path| path.display().to_string()),
    });
    if let Some(map) = value.as_object_mut() {
        map.insert("ledger".into(), opened.charter.as_ref().map(|charter| charter.id().to_string()).into());
        map.insert("pinned".into(), opened.pinned.into());
        map.insert("excerpt".into(), excerpt);
    }
    value
}
