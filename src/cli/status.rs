//! `status`: who I am, what is new, what is unsealed, what others have received.

use countersign::audit::Audit;
use countersign::checkpoint::Checkpoint;
use countersign::draft;
use countersign::failure::Outcome;
use countersign::fingerprint::Fingerprint;
use countersign::ledger::Ledger;
use countersign::mark::{Mark, Presence};
use countersign::publish;
use countersign::strand::Strand;

use super::entries::{self, RECEIVED, in_words};
use super::findings::finding_json;
use super::row::{Row, sentence};
use super::session::Session;
use super::terminal::{json, line};

/// Show the state of the ledger folder.
#[derive(clap::Args)]
pub struct Status {}

/// Runs `status`.
pub fn run(session: &Session, _command: &Status) -> Outcome<u8> {
    let ledger = session.ledger()?;
    let drafts = draft::names(&session.disk, &ledger.folder)?;
    if session.common.json {
        json(&as_json(session, &ledger, &drafts)?);
        return Ok(0);
    }
    let charter = ledger.charter()?;
    Row::new("LEDGER      ").text(in_words(&charter.title)).print();
    line(&format!("            id {}", charter.id()));
    sentence("            digits ", &Fingerprint::of_ledger(&charter.id()).digits());
    match &ledger.local.member {
        Some(member) => sentence("YOU         ", &format!("{member}, in {}", ledger.folder.display())),
        None => sentence("YOU         ", &format!("a reader, in {}", ledger.folder.display())),
    }
    line("LOGS            held    sealed   received by");
    for strand in ledger.audit.strands.values() {
        let by = received_by(&ledger.audit, strand);
        sentence(&format!("  {:<13} {:<7} {:<8} ", strand.log(), strand.size(), strand.sealed()), &by);
    }
    sentence("            ", RECEIVED);
    for finding in &ledger.audit.findings {
        sentence("FOUND       ", &format!("{}: {}: {}", finding.code, finding.place, finding.message));
    }
    if let Some(behind) = behind(session, &ledger)? {
        let next = format!("{behind}; next: countersign pull SNAPSHOT{}", session.dir_words());
        sentence("BEHIND      ", &next);
    }
    if let Some(own) = ledger.own() {
        to_read(&ledger.audit, own);
        if own.size() > own.sealed() {
            let number = own.size() - own.sealed();
            let next = format!("{number} own entries; next: countersign seal{}", session.dir_words());
            sentence("UNSEALED    ", &next);
        }
    }
    if !drafts.is_empty() {
        let first = drafts.first().map_or("", String::as_str);
        let next = format!("{}; next: countersign sign {first}{}", drafts.join(", "), session.dir_words());
        sentence("DRAFTS      ", &next);
    }
    Session::unbroken(&ledger.audit)?;
    Ok(0)
}

/// What the mark of the log key knows and the folder does not hold.
fn behind(session: &Session, ledger: &Ledger) -> Outcome<Option<String>> {
    let (Some(log), Some(key)) = (ledger.own_log(), &ledger.local.log_key) else { return Ok(None) };
    let mark = Mark::beside(key, &ledger.charter()?.id(), &log).sealed(&session.disk)?;
    let Presence::Held(head) = mark else { return Ok(None) };
    if ledger.audit.branches_of(&log).any(|strand| strand.reaches(&head)) {
        return Ok(None);
    }
    let here = ledger.own().map_or(0, Strand::size);
    Ok(Some(format!("the mark of the log key knows {} sealed entries of {log}, {here} are here", head.size)))
}

/// What each other log has receipted of this one.
fn received_by(audit: &Audit, strand: &Strand) -> String {
    let others = audit.strands.values().filter(|other| other.log() != strand.log());
    let by: Vec<String> = others
        .filter_map(|other| {
            let size = other.chain.receipted().get(strand.log())?;
            Some(format!("{} 0-{}", other.log(), size - 1))
        })
        .collect();
    if by.is_empty() { "nobody, in the entries held here".to_owned() } else { by.join(", ") }
}

/// Entries of others that no own entry has receipted.
fn unread<'a>(audit: &'a Audit, own: &'a Strand) -> impl Iterator<Item = (&'a Strand, u64)> {
    audit.strands.values().filter(|strand| strand.log().member() != own.log().member()).flat_map(
        move |strand| {
            let before = own.chain.receipted().get(strand.log()).copied().unwrap_or(0);
            let until = publish::newest_seal(audit, strand).map_or(0, Checkpoint::size).min(strand.size());
            (before..until).map(move |seq| (strand, seq))
        },
    )
}

/// Most entries that are listed as not receipted.
const MOST_TO_READ: usize = 20;

fn to_read(audit: &Audit, own: &Strand) {
    let mut unread = unread(audit, own);
    for (at, (strand, seq)) in unread.by_ref().take(MOST_TO_READ).enumerate() {
        let head = if at == 0 { "TO READ     " } else { "            " };
        if let Some(signed) = strand.entry(seq) {
            entries::row(audit, strand, &signed).behind(head).print();
        }
    }
    let more = unread.count();
    if more > 0 {
        line(&format!("            and {more} more; countersign log"));
    }
}

fn as_json(session: &Session, ledger: &Ledger, drafts: &[String]) -> Outcome<serde_json::Value> {
    let logs = ledger.audit.strands.values().map(|strand| {
        let received = ledger.audit.strands.values().filter_map(|other| {
            let size = other.chain.receipted().get(strand.log())?;
            Some((other.log().to_string(), (*size).into()))
        });
        serde_json::json!({
            "log": strand.log().to_string(),
            "size": strand.size(),
            "sealed": strand.sealed(),
            "received_by": received.collect::<serde_json::Map<_, _>>(),
        })
    });
    let unread: Vec<String> = ledger
        .own()
        .map(|own| {
            unread(&ledger.audit, own).map(|(strand, seq)| format!("{}/{seq}", strand.log())).collect()
        })
        .unwrap_or_default();
    Ok(serde_json::json!({
        "format": "countersign.status/1",
        "ledger": ledger.charter()?.id().to_string(),
        "as": ledger.local.member.as_ref().map(ToString::to_string),
        "verdict": ledger.audit.verdict.as_str(),
        "logs": logs.collect::<Vec<_>>(),
        "unread": unread,
        "behind": behind(session, ledger)?,
        "findings": ledger.audit.findings.iter().map(finding_json).collect::<Vec<_>>(),
        "drafts": drafts,
    }))
}
