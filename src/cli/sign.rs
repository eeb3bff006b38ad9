//! `sign`: shows exactly what will be signed, asks, signs, records and seals.
//! Nothing else signs, but `init`, which ends in the same question.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::body::Body;
use countersign::checked;
use countersign::draft::{self, Draft};
use countersign::entry::{Entry, Signed};
use countersign::failure::{Failure, Outcome, Why};
use countersign::fault::{Subject, Verdict};
use countersign::fields::Words;
use countersign::keyfile::log_key_beside;
use countersign::ledger::{self, Ledger, Pen, Receipt, Writer};
use countersign::opening::Secret;
use countersign::status;
use countersign::vocabulary::signing;

use super::drafting;
use super::hint;
use super::papers::{self, Paper};
use super::prospect;
use super::session::{Session, absolute};
use super::sheet::Sheet;
use super::terminal::{ask_for, json, line, shown, talk};
use super::unlock::{Unlock, places};

/// How signing is asked for; `--sign` of the writing commands takes the same.
#[derive(clap::Args, Clone, Default)]
pub struct How {
    /// Receipt nothing, all that is new, or one log.
    #[arg(long, value_name = "none|all|LOG")]
    receipt: Option<String>,
    /// Name the evidence of time that is held, or none of it.
    #[arg(long, value_name = "none|all")]
    evidence: Option<String>,
    /// A signing key; more than once where several labels sign.
    #[arg(long, value_name = "FILE")]
    pub key: Vec<PathBuf>,
    /// The log key; else the one beside the signing key.
    #[arg(long, value_name = "FILE")]
    log_key: Option<PathBuf>,
    /// Sign without asking.
    #[arg(long)]
    pub yes: bool,
}

/// Sign a draft.
#[derive(clap::Args)]
pub struct Sign {
    /// The draft: d1.
    draft: String,
    /// Sign if the draft is this one: the pin that `drafts` shows.
    #[arg(long, value_name = "HASH")]
    expect: Option<String>,
    #[command(flatten)]
    how: How,
}

/// Runs `sign`.
pub fn run(session: &Session, command: &Sign) -> Outcome<u8> {
    let folder = session.folder()?;
    let draft = hint::read_draft(session, &folder, &command.draft)?;
    sign_draft(session, Some(&command.draft), draft, command.expect.as_deref(), &[], &command.how)
}

/// Where a member's log key lies: as told, as `local.json` has it, or beside.
pub fn log_key_path(
    writer: &countersign::ledger::Local,
    given: Option<&Path>,
    key: &Path,
) -> Outcome<PathBuf> {
    match (given, &writer.log_key, &writer.member) {
        (Some(path), _, _) => absolute(path),
        (None, Some(path), _) => Ok(path.clone()),
        (None, None, Some(member)) => Ok(log_key_beside(key, member)),
        (None, None, None) => Err(Failure::new(Why::NotAMember, "this is a reader's folder")),
    }
}

/// Where the signing keys lie, and the log key.
fn key_paths(ledger: &Ledger, how: &How) -> Outcome<(Vec<PathBuf>, PathBuf)> {
    let paths = match (&ledger.local.key, how.key.is_empty()) {
        (Some(key), true) => vec![key.clone()],
        _ => how.key.iter().map(|path| absolute(path)).collect::<Outcome<_>>()?,
    };
    let first = paths.first().ok_or_else(|| {
        Failure::new(Why::Usage, "no key is given and local.json names none")
            .next("the same command with --key FILE")
    })?;
    let log_key = log_key_path(&ledger.local, how.log_key.as_deref(), first)?;
    Ok((paths, log_key))
}

/// Shows a draft, asks, signs it, and lets go of it. One that has no name was never
/// written, and is signed at once or not at all.
pub fn sign_draft(
    session: &Session,
    name: Option<&str>,
    mut draft: Draft,
    expect: Option<&str>,
    papers: &[Paper],
    how: &How,
) -> Outcome<u8> {
    let ledger = session.ledger()?;
    // What was verified for showing it need not be for signing it.
    let _ = checked::note(&session.disk, &ledger.folder, &ledger.audit);
    drafting::check_own(&ledger)?;
    let own = ledger.own().ok_or_else(|| Failure::new(Why::NotAMember, "no own log is here"))?;
    let (paths, log_key) = key_paths(&ledger, how)?;
    let mut unlock = Unlock::new(session);
    let pens = unlock.pens(&paths, own.chain.key_set())?;
    draft.signers = pens.iter().map(|pen| pen.label.clone()).collect();
    check_pens(&pens, own.chain.key_set().threshold())?;
    if let Some(expect) = expect
        && !draft.expect().to_string().eq_ignore_ascii_case(expect.trim_start_matches("sha256:"))
    {
        let what = format!("the draft is not the one pinned: {}", draft.expect());
        return Err(Failure::new(Why::Expected, what).next("countersign drafts"));
    }
    let receipt = receipt(&ledger.audit, how.receipt.as_deref().or(draft.receipt.as_deref()))?;
    let evidence = evidence(how.evidence.as_deref())?;
    let log_pen = unlock.log_pen(&log_key)?;
    let (mut writer, notices) = Writer::open(&session.disk, &ledger.folder, &places(&pens), &log_key)?;
    for notice in notices {
        talk(&notice);
    }
    if let Some(name) = name {
        read_again(session, &ledger.folder, name, &mut draft)?;
    }
    if let Some(name) = name
        && let Some(done) = signed_before(&writer, &draft)?
    {
        // A run that was cut off signed it; recovery has recorded it.
        if writer.strand().size() > writer.strand().sealed() {
            writer.seal(&log_pen)?;
        }
        draft::drop(&session.disk, &ledger.folder, name)?;
        say_signed(session, &writer, &done);
        return Ok(0);
    }
    tell_of_split(&writer);
    let said = Some(Session::now());
    let mut entry = writer.compose(&draft.kind, &draft.body, &draft.signers, &receipt, said)?;
    if evidence == Evidence::All {
        writer.name_evidence(&mut entry);
    }
    prospect::of_entry(&mut writer, &entry)?;
    let tongue = session.tongue();
    let hidden = hidden_words(session, &writer, &entry, papers)?;
    let expect = Some(draft.expect().to_string());
    Sheet { tongue, writer: &writer, entry: &entry, pens: &pens, expect, hidden }.show();
    if !how.yes {
        ask_for("sign", signing::TYPE_SIGN.of(tongue))?;
    }
    papers::put(&session.disk, &ledger.folder, papers)?;
    if let Some(name) = name {
        draft::begin(&session.disk, &ledger.folder, name, &draft, entry.seq)?;
    }
    let signed = writer.sign(&entry, &pens, &log_pen).map_err(cut_off)?;
    if let Some(name) = name {
        draft::drop(&session.disk, &ledger.folder, name)?;
    }
    remember_key(session, &mut writer.ledger, &paths)?;
    say_signed(session, &writer, &signed);
    talk(&format!("Next: countersign publish DIR{}", session.dir_words()));
    Ok(0)
}

/// Two seals of one's own log that contradict each other are told before anything else.
fn tell_of_split(writer: &Writer<'_>) {
    let split = writer.ledger.audit.findings.iter().any(|finding| {
        finding.code.verdict() == Verdict::Contradicted
            && finding.subject == Subject::Log(writer.strand().log().clone())
    });
    if split {
        talk(
            "ATTENTION: seals of your own log contradict each other. This entry goes on with the branch held first; the way on is a further volume.",
        );
    }
}

/// The words that an envelope hides: among the papers, or in the folder. One that nobody
/// could open is not signed.
fn hidden_words(
    session: &Session,
    writer: &Writer<'_>,
    entry: &Entry,
    papers: &[Paper],
) -> Outcome<Option<Words>> {
    let Body::Envelope(envelope) = Body::of(entry) else { return Ok(None) };
    let path = Secret::path(&envelope.commitment);
    let given = papers.iter().find(|paper| paper.path == path);
    if let Some(secret) = given.and_then(|paper| Secret::parse(&paper.bytes)) {
        return Ok(Some(secret.content));
    }
    let folder = &writer.ledger.folder;
    Secret::of(&session.disk, folder, &entry.ledger, &entry.author, &envelope)
        .map(|secret| Some(secret.content))
}

/// How far a run came that could not go on is in the folder and in the marks.
fn cut_off(failure: Failure) -> Failure {
    match failure.why {
        Why::Disk => {
            failure.next("countersign log, which says whether it is recorded; then countersign seal")
        }
        _ => failure,
    }
}

/// Reads a draft again under the lock: another run may have signed it, or written it
/// anew, since it was read and its pin compared.
fn read_again(session: &Session, folder: &Path, name: &str, draft: &mut Draft) -> Outcome<()> {
    let now = draft::read(&session.disk, folder, name)?;
    if (&now.kind, &now.body) != (&draft.kind, &draft.body) {
        let what = format!("{name} is another draft than the one that was read first");
        return Err(Failure::new(Why::Expected, what).next("countersign drafts"));
    }
    draft.begun = now.begun;
    Ok(())
}

/// The own entry that a draft became in a run that was cut off.
fn signed_before(writer: &Writer<'_>, draft: &Draft) -> Outcome<Option<Arc<Signed>>> {
    let there = draft.begun.and_then(|begun| writer.strand().entry(begun));
    // An entry that cannot be read is not an absent one: it would be signed again.
    writer.unbroken()?;
    Ok(there.filter(|there| there.entry().kind == draft.kind && there.entry().body == draft.body))
}

/// After a rotation the key that signs is another than the one the log began with.
fn remember_key(session: &Session, ledger: &mut Ledger, paths: &[PathBuf]) -> Outcome<()> {
    match paths.first() {
        Some(path) if !paths.contains(ledger.local.key.as_ref().unwrap_or(path)) => {
            ledger.local.key = Some(path.clone());
            ledger::adopt_folder(&session.disk, &ledger.folder, &ledger.local)
        }
        _ => Ok(()),
    }
}

/// What was signed, as JSON.
pub fn signed_json(writer: &Writer<'_>, signed: &Signed) -> serde_json::Value {
    serde_json::json!({
        "format": "countersign.sign/1",
        "entry": signed.cite(),
        "hash": signed.hash().to_string(),
        "sealed": writer.strand().sealed(),
    })
}

/// Says what was signed.
pub fn say_signed(session: &Session, writer: &Writer<'_>, signed: &Signed) {
    if session.common.json {
        json(&signed_json(writer, signed));
    } else {
        line(&format!("Signed and sealed: {}  {}", signed.cite(), signed.hash()));
    }
}

fn check_pens(pens: &[Pen], threshold: u64) -> Outcome<()> {
    let number = u64::try_from(pens.len()).unwrap_or(u64::MAX);
    if number >= threshold {
        return Ok(());
    }
    let what = format!("{threshold} labels sign by the set in force; {number} keys are given");
    Err(Failure::new(Why::NotAMember, what).next("the same command with --key A.key --key B.key"))
}

/// Whether an entry names the evidence of time that is held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Evidence {
    All,
    None,
}

fn evidence(text: Option<&str>) -> Outcome<Evidence> {
    match text {
        None | Some("all") => Ok(Evidence::All),
        Some("none") => Ok(Evidence::None),
        Some(other) => {
            let what = format!("--evidence takes none or all; {} is neither", shown(other));
            Err(Failure::new(Why::Usage, what).next("the same command with --evidence none"))
        }
    }
}

fn receipt(audit: &countersign::audit::Audit, text: Option<&str>) -> Outcome<Receipt> {
    match text {
        None | Some("all") => Ok(Receipt::All),
        Some("none") => Ok(Receipt::None),
        Some(log) => status::find_log(audit, log).map(Receipt::Log).ok_or_else(|| {
            let near = hint::log(audit, log);
            let what = format!("--receipt takes none, all or a log; {} is none{near}", shown(log));
            Failure::new(Why::Usage, what).next("countersign status")
        }),
    }
}
