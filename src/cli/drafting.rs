//! What the writing commands share: a draft is made, and signed at once if asked.

use countersign::body::Body;
use countersign::draft::{self, Draft};
use countersign::entry::Entry;
use countersign::failure::{Failure, Outcome, Why};
use countersign::json::Value;
use countersign::ledger::{self, Ledger};
use countersign::names::Label;

use super::papers::{self, Paper};
use super::prospect;
use super::session::Session;
use super::sign::{self, How};
use super::terminal::{json, line, talk};

/// Options of every writing command.
#[derive(clap::Args, Clone)]
pub struct Then {
    /// Show, ask and sign at once.
    #[arg(long)]
    sign: bool,
    #[command(flatten)]
    pub how: How,
}

/// The folder, if its holder writes in it.
pub fn own_ledger(session: &Session) -> Outcome<Ledger> {
    let ledger = session.ledger()?;
    check_own(&ledger)?;
    Ok(ledger)
}

/// Whether the own log is here.
pub fn check_own(ledger: &Ledger) -> Outcome<()> {
    match (&ledger.local.member, ledger.own()) {
        (_, Some(_)) => Ok(()),
        (Some(member), None) => {
            let what = format!("the journal of {member} is not in this folder");
            Err(Failure::new(Why::Behind, what)
                .next("countersign pull --from-mark, or countersign pull SNAPSHOT"))
        }
        (None, None) => Err(Failure::new(Why::NotAMember, "this is a reader's folder: nobody signs in it")
            .next("countersign init SNAPSHOT --as MEMBER --key MEMBER.key --dir DIR")),
    }
}

/// Writes a draft of this kind and body; signs it if asked.
pub fn draft(session: &Session, ledger: &Ledger, kind: &str, body: Value, then: &Then) -> Outcome<u8> {
    draft_with(session, ledger, kind, body, &[], then)
}

/// The same, of an act that rests on papers: they are on disk before the draft is.
pub fn draft_with(
    session: &Session,
    ledger: &Ledger,
    kind: &str,
    body: Value,
    papers: &[Paper],
    then: &Then,
) -> Outcome<u8> {
    let own = ledger.own().ok_or_else(|| Failure::new(Why::NotAMember, "no own log is here"))?;
    check(session, ledger, own, kind, &body)?;
    let set = own.chain.key_set();
    let signers: Vec<Label> = set.first_pens();
    let draft = Draft { kind: kind.to_owned(), body, signers, receipt: None, begun: None };
    if then.sign {
        return sign::sign_draft(session, None, draft, None, papers, &then.how);
    }
    let name = {
        let _lock = ledger::lock(&session.disk, &ledger.folder)?;
        papers::put(&session.disk, &ledger.folder, papers)?;
        draft::write(&session.disk, &ledger.folder, &draft)?
    };
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.drafted/1",
            "draft": name,
            "kind": kind,
            "expect": draft.expect().to_string(),
        }));
    } else {
        line(&format!("Draft {name}: {kind}. Not signed; nobody else has it."));
        line(&format!("pin   {}", draft.expect()));
        talk(&format!("Next: countersign sign {name}{}", session.dir_words()));
    }
    Ok(0)
}

/// A draft that would not be understood, or would have no effect, is not made.
fn check(
    session: &Session,
    ledger: &Ledger,
    own: &countersign::strand::Strand,
    kind: &str,
    body: &Value,
) -> Outcome<()> {
    let entry = Entry {
        author: own.log().clone(),
        body: body.clone(),
        kind: kind.to_owned(),
        ledger: ledger.charter()?.id(),
        prev: own.chain.last(),
        root: own.chain.root(),
        seq: own.size(),
        signers: own.chain.key_set().first_pens(),
        keys: own.chain.pointer(),
        said: None,
        seen: std::collections::BTreeMap::default(),
        after: Vec::new(),
    };
    if let Body::NotUnderstood(why) = Body::of(&entry) {
        return Err(Failure::new(Why::Usage, format!("this makes no {kind}: {why}")));
    }
    let longest = entry.to_text().len() + 16 * 128 + 64 * 256;
    if longest > countersign::entry::LARGEST {
        let what = "the words are too long for one entry of 65,535 bytes";
        return Err(Failure::new(Why::Usage, what).next("the same in several texts"));
    }
    if Value::parse(&body.encode()).is_err() {
        let what = "the words hold a character outside the table, or are not in form NFC";
        return Err(Failure::new(Why::Usage, what).next("countersign explain character"));
    }
    prospect::of_draft(session, ledger, own, &entry)
}
