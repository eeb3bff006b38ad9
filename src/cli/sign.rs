//! `sign`: shows exactly what will be signed, asks, signs, records and seals.
//! Nothing else signs, but `init`, which ends in the same question.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::audit::Audit;
use countersign::body::Body;
use countersign::body::text::{Provisions, Text};
use countersign::checked;
use countersign::draft::{self, Draft};
use countersign::entry::{Entry, Signed};
use countersign::failure::{Failure, Outcome, Why};
use countersign::fault::{Subject, Verdict};
use countersign::fields::Words;
use countersign::keyfile::log_key_beside;
use countersign::ledger::{self, Ledger, Pen, Receipt, Writer};
use countersign::status;

use super::drafting;
use super::entries::{self, RECEIVED};
use super::hint;
use super::row::paragraph;
use super::session::{Session, absolute};
use super::terminal::{ask_for, json, line, shown, talk};
use super::unlock::{Unlock, places};

/// How signing is asked for; `--sign` of the writing commands takes the same.
#[derive(clap::Args, Clone, Default)]
pub struct How {
    /// Receipt nothing, all that is new, or one log.
    #[arg(long, value_name = "none|all|LOG")]
    receipt: Option<String>,
    /// A signing key; more than once where several labels sign.
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
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
    sign_draft(session, Some(&command.draft), draft, command.expect.as_deref(), &command.how)
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

/// Shows a draft, asks, signs it, and lets go of it. One that has no name was never
/// written, and is signed at once or not at all.
pub fn sign_draft(
    session: &Session,
    name: Option<&str>,
    mut draft: Draft,
    expect: Option<&str>,
    how: &How,
) -> Outcome<u8> {
    let ledger = session.ledger()?;
    // What was verified for showing it need not be for signing it.
    let _ = checked::note(&session.disk, &ledger.folder, &ledger.audit);
    drafting::check_own(&ledger)?;
    let own = ledger.own().ok_or_else(|| Failure::new(Why::NotAMember, "no own log is here"))?;
    let paths = match (&ledger.local.key, how.key.is_empty()) {
        (Some(key), true) => vec![key.clone()],
        _ => how.key.iter().map(|path| absolute(path)).collect::<Outcome<_>>()?,
    };
    let first = paths.first().ok_or_else(|| {
        Failure::new(Why::Usage, "no key is given and local.json names none")
            .next("the same command with --key FILE")
    })?;
    let log_key = log_key_path(&ledger.local, how.log_key.as_deref(), first)?;
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
    let split = writer.ledger.audit.findings.iter().any(|finding| {
        finding.code.verdict() == Verdict::Contradicted
            && finding.subject == Subject::Log(writer.strand().log().clone())
    });
    if split {
        talk(
            "ATTENTION: seals of your own log contradict each other. This entry goes on with the branch held first; the way on is a further volume.",
        );
    }
    let said = Some(Session::now());
    let entry = writer.compose(&draft.kind, &draft.body, &draft.signers, &receipt, said)?;
    show(&writer, &entry, &pens, Some(draft.expect().to_string()));
    if !how.yes {
        ask_for("sign")?;
    }
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

const RULE: &str = "  ──────────────────────────────────────────────────────────────────────────";

/// Shows what will be signed: the words between rules, what it refers to, what it
/// newly receipts, the key.
pub fn show(writer: &Writer<'_>, entry: &Entry, pens: &[Pen], expect: Option<String>) {
    let audit = &writer.ledger.audit;
    let names: Vec<String> = pens.iter().map(|pen| entry.pen(&pen.label)).collect();
    talk(&format!("You are about to sign, as {}, with {}:", entry.author.member(), names.join(" and ")));
    talk("");
    talk(&format!("  {}", entries::act(entry).to_uppercase()));
    show_body(audit, entry);
    talk("");
    show_receipts(writer, entry);
    talk(&format!(
        "  place    {}/{}, after {}",
        entry.author,
        entry.seq,
        entry.prev.map_or_else(|| "nothing".to_owned(), |hash| hash.short())
    ));
    if let Some(expect) = expect {
        talk(&format!("  pin      {expect}"));
    }
    talk("");
    talk("Once anyone else holds it, this entry cannot be taken back. A later entry can");
    talk("say otherwise; both stay on the record.");
}

/// The body in words: everything in it that means something.
fn show_body(audit: &Audit, entry: &Entry) {
    match Body::of(entry) {
        Body::Text(text) => show_text(&text),
        Body::Statement(statement) => {
            for about in &statement.circumstances.about {
                let at = about.provision.as_ref().map_or_else(String::new, |id| format!("#{id}"));
                talk(&format!("  about {}{at}", status::cite_hash(audit, &about.entry)));
            }
            if let Some(said) = &statement.circumstances.words {
                show_words("words", said);
            }
        }
        Body::Adopt(adoption) => {
            talk(&format!("  the words of {}, the whole", status::cite_hash(audit, &adoption.text)));
            talk(&format!("  digest of the words {}", adoption.words_digest));
            if let Some((_, adopted)) = audit.entry(&adoption.text)
                && let Body::Text(text) = Body::of(adopted.entry())
            {
                show_text(&text);
            }
        }
        Body::Seen => talk("  a receipt and nothing more"),
        Body::Key(_) => {
            talk(&format!("  from the next entry on: {}", entries::summary(audit, entry)));
            show_json(entry);
        }
        _ => show_json(entry),
    }
}

fn show_json(entry: &Entry) {
    talk(RULE);
    talk(&entry.body.encode());
    talk(RULE);
}

fn show_text(text: &Text) {
    talk(&format!("  languages: {}", entries::languages(text)));
    if let Some(title) = &text.title {
        show_words("title", title);
    }
    match &text.provisions {
        Provisions::Here(provisions) => {
            for provision in provisions {
                show_words(&entries::provision_head(provision), &provision.words);
            }
        }
        Provisions::InDocument { document, .. } => talk(&format!("  provisions in docs/{document}")),
    }
}

fn show_words(head: &str, words: &Words) {
    for (tag, text) in words {
        let hidden = text.chars().filter(|c| matches!(c, '\u{200c}' | '\u{200d}')).count();
        let hidden = if hidden == 0 { "none hidden".to_owned() } else { format!("{hidden} joiners, marked") };
        talk(RULE);
        for row in paragraph(text, "  ") {
            row.say();
        }
        talk(RULE);
        talk(&format!("  {head}; {tag}; {} characters, {hidden}", text.chars().count()));
    }
}

/// Most entries that are listed as newly receipted.
const MOST_RECEIPTED: usize = 100;

fn show_receipts(writer: &Writer<'_>, entry: &Entry) {
    if entry.seen.is_empty() {
        talk("  You receipt nothing new by signing.");
        return;
    }
    let audit = &writer.ledger.audit;
    talk("  What you receipt by signing (receipt is not agreement)");
    for (log, head) in &entry.seen {
        let before = writer.strand().chain.receipted().get(log).copied().unwrap_or(0);
        let Some(strand) = audit.strands.get(log) else { continue };
        for signed in (before..head.size).take(MOST_RECEIPTED).filter_map(|seq| strand.entry(seq)) {
            entries::row(audit, strand, &signed).behind("    ").say();
        }
        let more = usize::try_from(head.size - before).unwrap_or(usize::MAX).saturating_sub(MOST_RECEIPTED);
        if more > 0 {
            talk(&format!("    and {more} more; countersign log --log {log}"));
        }
    }
    talk(&format!("  {RECEIVED}"));
    talk("  To leave your receipts where they are: --receipt none");
}
