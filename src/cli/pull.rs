//! `pull`: check and take in what others publish.

use std::path::{Path, PathBuf};

use countersign::audit::Audit;
use countersign::checkpoint::Checkpoint;
use countersign::failure::{Failure, Outcome, Why};
use countersign::fault::Verdict;
use countersign::hash::Hash;
use countersign::ledger::{self, KeyPlace, Ledger, Local};
use countersign::mark::{Mark, Presence};
use countersign::names::LogId;
use countersign::publish;
use countersign::pull::{self, Offer, Plan, Step, Vouched};
use countersign::recovery::{Missing, Recovery};
use countersign::time::Time;

use super::bar::Bar;
use super::entries::{self, RECEIVED};
use super::findings::finding_json;
use super::remote::Offered;
use super::session::{Session, absolute, from_here};
use super::terminal::{failure_json, json, line, shown, talk};

/// Check and take in.
#[derive(clap::Args)]
pub struct Pull {
    /// A snapshot or another's ledger folder, or the address of a snapshot
    /// (https://HOST/FOLDER); else all known sources.
    path: Option<PathBuf>,
    /// Look, and take nothing in.
    #[arg(long)]
    check: bool,
    /// The last own entry that was signed: moscow/41.
    #[arg(long, value_name = "ENTRY")]
    last: Option<String>,
    /// A signing key whose marks begin with --last, where it is not the one that
    /// local.json names.
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    /// Record own entries that the marks beside the key hold and the folder does
    /// not.
    #[arg(long, conflicts_with = "path")]
    from_mark: bool,
}

/// Whether a pull writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Take in what holds.
    TakeIn,
    /// Say what would be taken in.
    Check,
}

/// Runs `pull`.
pub fn run(session: &Session, command: &Pull) -> Outcome<u8> {
    let folder = session.folder()?;
    if command.from_mark {
        return from_mark(session, &folder);
    }
    let local = Local::read(&session.disk, &folder)?;
    let sources = match &command.path {
        Some(path) => vec![absolute(path)?],
        None => local.sources.clone(),
    };
    if sources.is_empty() {
        return Err(Failure::new(Why::Usage, "no source is known here").next("countersign pull PATH"));
    }
    let look = if command.check { Look::Check } else { Look::TakeIn };
    let mut keys: Vec<PathBuf> = local.key.into_iter().collect();
    for key in &command.key {
        keys.push(absolute(key)?);
    }
    let taken = take(session, &folder, &sources, &keys, command.last.as_deref(), look)?;
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.pull/1",
            "taken": look == Look::TakeIn,
            "sources": taken.sources,
        }));
    }
    Ok(taken.exit)
}

/// What came of taking in.
pub struct Taken {
    /// The exit code.
    pub exit: u8,
    /// What each source held, as JSON; empty where it was told in words.
    pub sources: Vec<serde_json::Value>,
}

/// What vouches for the newest own entry: what the holder says, else what the marks
/// know. The log key's mark knows its newest seal; the mark of a signing key knows,
/// of each entry that it holds, the size and root before it.
pub fn vouched(
    session: &Session,
    id: &Hash,
    log: &LogId,
    keys: &[PathBuf],
    log_key: Option<&Path>,
    last: Option<&str>,
) -> Outcome<Vouched> {
    if let Some(last) = last {
        let seq = last.rsplit_once('/').filter(|(name, _)| *name == log.as_str());
        let seq = seq.and_then(|(_, seq)| seq.parse().ok());
        return seq.map(Vouched::Last).ok_or_else(|| {
            let what = format!("--last names an own entry, {log}/NUMBER");
            Failure::new(Why::LastEntry, what)
        });
    }
    let mut known = Vec::new();
    if let Some(key) = log_key
        && let Presence::Held(head) = Mark::beside(key, id, log).sealed(&session.disk)?
    {
        known.push((head.size, head.root));
    }
    for key in keys {
        if let Presence::Held(held) = Mark::beside(key, id, log).signings(&session.disk)? {
            let before = held.notes.values().map(|signed| (signed.entry().seq, signed.entry().root));
            known.extend(before.filter_map(|(seq, root)| Some((seq, root?))));
        }
    }
    Ok(if known.is_empty() { Vouched::Nothing } else { Vouched::Marks(known) })
}

/// Whether the newest own entry offered is one that is vouched for.
pub fn check_last(audit: &Audit, log: &LogId, vouched: &Vouched) -> Outcome<()> {
    let strand = audit.strands.get(log);
    let seal = strand.and_then(|strand| publish::newest_seal(audit, strand));
    let offered = seal.map_or(0, Checkpoint::size);
    // Nothing of one's own is offered, and the marks are here: they hold it, and the
    // guard lets nothing be signed before it is recorded from them.
    let held_by_marks = seal.is_none() && matches!(vouched, Vouched::Marks(_));
    if held_by_marks || seal.is_some_and(|seal| vouched.holds(seal)) {
        return Ok(());
    }
    let last = offered.checked_sub(1);
    let entry = strand.and_then(|strand| strand.entry(last?));
    let described = entry.map_or_else(
        || "no entry".to_owned(),
        |signed| {
            let dated = signed.entry().said.as_ref().map_or_else(|| "no date".to_owned(), Time::for_people);
            format!(
                "{}, dated {dated}: {} {}",
                signed.cite(),
                entries::act(signed.entry()),
                entries::summary(audit, signed.entry())
            )
        },
    );
    let what =
        format!("the last own entry that is offered is {described}; is this the last that you signed?");
    Err(Failure::new(Why::LastEntry, what).next(format!("the same command with --last {log}/NUMBER")))
}

/// Takes in from sources, one after another.
pub fn take(
    session: &Session,
    folder: &Path,
    sources: &[PathBuf],
    keys: &[PathBuf],
    last: Option<&str>,
    look: Look,
) -> Outcome<Taken> {
    let _lock = match look {
        Look::TakeIn => Some(ledger::lock(&session.disk, folder)?),
        Look::Check => None,
    };
    let mut worst = Verdict::Whole;
    let (mut withheld, mut unreached) = (false, false);
    let mut told = Vec::new();
    for source in sources {
        let mut ledger = session.read(folder)?;
        let offered = match Offered::of(session, source, &ledger, look) {
            Ok(offered) => offered,
            Err(failure) if sources.len() == 1 => return Err(failure),
            Err(failure) => {
                if session.common.json {
                    told.push(serde_json::json!({
                        "source": source.to_string_lossy(), "error": failure_json(&failure),
                    }));
                } else {
                    super::terminal::failure(&failure);
                }
                unreached = true;
                continue;
            }
        };
        let vouched = match ledger.own_log() {
            Some(log) => {
                vouched(session, &ledger.charter()?.id(), &log, keys, ledger.local.log_key.as_deref(), last)?
            }
            None => Vouched::Nothing,
        };
        let bar = Bar::new("verifying");
        let plan = pull::plan(&ledger, &offered.copy, &vouched, &|progress| bar.show(progress))?;
        drop(bar);
        worst = worst.max(plan.verdict);
        for alert in &plan.alerts {
            talk(&format!("ATTENTION: {alert}"));
        }
        withheld |= !plan.alerts.is_empty();
        if look == Look::TakeIn {
            let bar = Bar::new("recording");
            pull::carry_out_watched(&session.disk, &ledger, &plan, &|progress| bar.show(progress))?;
            drop(bar);
            begin_marks(session, &ledger, &plan, keys, last)?;
            if source != folder {
                ledger::remember(&session.disk, &mut ledger, source)?;
            }
        }
        if session.common.json {
            told.push(as_json(source, &plan));
        } else {
            print(source, &plan, look);
        }
        drop(plan);
        offered.let_go();
    }
    let exit = match worst {
        Verdict::Whole | Verdict::Incomplete if withheld => Why::LastEntry.exit().number(),
        Verdict::Whole if unreached => Why::Disk.exit().number(),
        verdict => verdict.exit_code(),
    };
    Ok(Taken { exit, sources: told })
}

/// One's own log was taken over on the holder's word: the marks begin there.
fn begin_marks(
    session: &Session,
    ledger: &Ledger,
    plan: &Plan,
    keys: &[PathBuf],
    last: Option<&str>,
) -> Outcome<()> {
    let (Some(log), Some(log_key)) = (ledger.own_log(), &ledger.local.log_key) else { return Ok(()) };
    let own = plan.offers.iter().find(|offer| offer.log == log);
    let taken = own.is_some_and(|offer| matches!(offer.step, Step::Extend { .. } | Step::Nothing));
    if !taken || last.is_none() {
        return Ok(());
    }
    let now = Ledger::read(&session.disk, &ledger.folder)?;
    let Some(strand) = now.own() else { return Ok(()) };
    let Some(seal) = publish::newest_seal(&now.audit, strand) else { return Ok(()) };
    let id = now.charter()?.id();
    let log_mark = Mark::beside(log_key, &id, &log);
    if !matches!(log_mark.sealed(&session.disk)?, Presence::Held(_)) {
        log_mark.begin(&session.disk, 0, None)?;
        log_mark.note_checkpoint(&session.disk, seal)?;
    }
    for key in keys {
        let mark = Mark::beside(key, &id, &log);
        if !matches!(mark.signings(&session.disk)?, Presence::Held(_)) {
            mark.begin(&session.disk, seal.size(), Some(seal.root()))?;
        }
    }
    Ok(())
}

fn from_mark(session: &Session, folder: &Path) -> Outcome<u8> {
    let _lock = ledger::lock(&session.disk, folder)?;
    let ledger = Ledger::read(&session.disk, folder)?;
    let reader = || Failure::new(Why::NotAMember, "this is a reader's folder");
    let log = ledger.own_log().ok_or_else(reader)?;
    let key = ledger.local.key.clone().ok_or_else(reader)?;
    let log_key = ledger.local.log_key.clone().ok_or_else(reader)?;
    let keys = [KeyPlace { path: key, label: None }];
    let recovery = Recovery { disk: &session.disk, folder, log: &log, keys: &keys, log_key: &log_key };
    let mut notices = Vec::new();
    recovery.complete(&ledger, Missing::All, &mut notices)?;
    let now = Ledger::read(&session.disk, folder)?;
    recovery.restore_checkpoint(&now, &mut notices)?;
    if session.common.json {
        json(&serde_json::json!({"format": "countersign.from_mark/1", "recorded": notices}));
        return Ok(0);
    }
    for notice in &notices {
        line(notice);
    }
    if notices.is_empty() {
        line("The marks hold nothing that the folder does not.");
    }
    Ok(0)
}

fn describe(offer: &Offer) -> String {
    let number = offer.added.end - offer.added.start;
    match &offer.step {
        Step::Nothing => "nothing new".to_owned(),
        Step::Extend { .. } if number == 0 => "a newer seal".to_owned(),
        Step::Extend { .. } => format!("{number} new, {} before", offer.before),
        Step::Branch { name } => format!("a second branch, held in branches/{}/{name}", offer.log),
        Step::Left(why) => format!("left as it was: {why}"),
    }
}

fn as_json(source: &Path, plan: &Plan) -> serde_json::Value {
    let logs = plan.offers.iter().map(|offer| {
        serde_json::json!({
            "log": offer.log.to_string(),
            "before": offer.before,
            "new": offer.added.clone().map(|seq| format!("{}/{seq}", offer.log)).collect::<Vec<_>>(),
            "step": match &offer.step {
                Step::Nothing => "nothing",
                Step::Extend { .. } => "extended",
                Step::Branch { .. } => "branch",
                Step::Left(_) => "left",
            },
            "message": describe(offer),
        })
    });
    let evidence = plan.evidence.iter().map(|evidence| Hash::of(&evidence.to_bytes()).to_string());
    serde_json::json!({
        "source": source.to_string_lossy(),
        "verdict": plan.verdict.as_str(),
        "alerts": plan.alerts,
        "logs": logs.collect::<Vec<_>>(),
        "findings": plan.findings.iter().map(finding_json).collect::<Vec<_>>(),
        "evidence": evidence.collect::<Vec<_>>(),
        "notes": plan.notes().collect::<Vec<_>>(),
        "notes_left": plan.beyond,
    })
}

fn print(source: &Path, plan: &Plan, look: Look) {
    line(&format!("from {}", shown(&from_here(source))));
    for offer in &plan.offers {
        line(&format!("  {:<14} {}", offer.log, describe(offer)));
        if let Some(strand) = plan.strand(offer) {
            entries::some(&plan.theirs, strand, offer.added.clone());
        }
    }
    for finding in plan.findings.iter().filter(|found| found.code.verdict() > Verdict::Whole) {
        line(&format!("  {}  this copy, {}: {}", finding.code, finding.place, finding.message));
    }
    for evidence in &plan.evidence {
        let name = Hash::of(&evidence.to_bytes());
        line(&format!("  evidence: {}, of the log {}: faults/{name}", evidence.code.says(), evidence.log));
    }
    let notes = plan.notes().count();
    if notes > 0 {
        line(&format!("  evidence of time: {notes} new in notes/"));
    }
    if plan.beyond > 0 {
        line(&format!("  evidence of time: {} left, more than is held of a log", plan.beyond));
    }
    if look == Look::Check {
        line("Looked at; nothing was taken in.");
    } else if plan.offers.iter().any(|offer| !offer.added.is_empty()) {
        talk(RECEIVED);
        talk("To receipt: countersign seen --sign, or with the next entry that you sign.");
    }
}
