//! `tender`: that an entry was offered to others, since a witness served it, and what
//! they are shown to have received by when.

use std::path::PathBuf;

use countersign::audit::Audit;
use countersign::bracket::{Evidence, Timed};
use countersign::entry::Signed;
use countersign::failure::{Failure, Outcome, Why};
use countersign::names::MemberId;
use countersign::policy::Voice;
use countersign::status::Times as _;
use countersign::strand::Strand;
use countersign::time::Time;
use countersign::vocabulary::{Tongue, dates, evidence as rows, receipt};

use super::entries;
use super::judging::Judging;
use super::page::Page;
use super::session::Session;
use super::sight::Sight;
use super::terminal::json;

/// Show since when an entry was offered to the others, and whether they received it.
#[derive(clap::Args)]
pub struct Tender {
    /// The entry: moscow/4, or the first digits of its hash.
    entry: String,
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    #[command(flatten)]
    judging: Judging,
}

/// One other log: what it is shown to have received.
struct Other {
    log: String,
    /// The entry that receipts, or the newest that is held.
    entry: Option<String>,
    existed_by: Option<Time>,
    receipted: u64,
    is_received: bool,
}

/// Runs `tender`.
pub fn run(session: &Session, command: &Tender) -> Outcome<u8> {
    let sight = Sight::open(session, command.path.as_deref())?.with_index();
    let audit = sight.audit();
    let (strand, signed) = entries::find(audit, &command.entry)?;
    let heard = command.judging.hear(session, audit, sight.copy())?;
    if heard.policy.is_none() {
        let what = "whose word on time counts is the reader's policy";
        return Err(Failure::new(Why::Usage, what).next("the same command with --policy FILE"));
    }
    let timed = Timed::of(audit, &heard.brackets);
    let seq = signed.entry().seq;
    // A witness at an address serves what it cosigned; one by file, and an authority of
    // time, which sees a digest, serve nothing.
    let (upper, _) = heard.brackets.by_source(audit, strand, seq);
    let serves = |one: &Evidence| {
        let mut sources = heard.policy.iter().flat_map(|(policy, _)| policy.sources());
        sources.any(|source| source.name == one.source && matches!(source.voice, Voice::Witness(_, Some(_))))
    };
    let served = upper.into_values().filter(serves).min_by_key(|one| one.says.time().clone());
    let others = others(audit, &timed, strand, seq);
    if session.common.json {
        let other = |other: &Other| {
            serde_json::json!({
                "log": other.log,
                "received": other.is_received,
                "entry": other.entry,
                "existed_by": other.existed_by.as_ref().map(ToString::to_string),
                "receipts": other.receipted,
            })
        };
        json(&serde_json::json!({
            "format": "countersign.tender/1",
            "entry": signed.cite(),
            "served_by": served.as_ref().map(|one| &one.source),
            "since": served.as_ref().map(|one| one.says.time().to_string()),
            "others": others.iter().map(other).collect::<Vec<_>>(),
        }));
        return Session::unbroken(audit).map(|()| 0);
    }
    page(sight.tongue, (strand, &signed), served.as_ref(), &others).print();
    Session::unbroken(audit).map(|()| 0)
}

/// What every other log is shown to have received.
fn others(audit: &Audit, timed: &Timed<'_>, strand: &Strand, seq: u64) -> Vec<Other> {
    let mut others = Vec::new();
    for by in audit.strands.values().filter(|by| by.log() != strand.log()) {
        let receipt = audit.receipt_of(by, strand, seq);
        let at = receipt.map(|receipt| receipt.seq).or_else(|| by.size().checked_sub(1));
        let shown = at.and_then(|at| by.entry(at));
        let last = at.and_then(|at| audit.receipt_until(by, strand, at));
        others.push(Other {
            log: by.log().to_string(),
            existed_by: shown.as_ref().and_then(|entry| timed.existed_by(&entry.hash())),
            entry: shown.map(|entry| entry.cite()),
            receipted: last.map_or(0, |last| last.size),
            is_received: receipt.is_some(),
        });
    }
    let has_log = |id: &MemberId| audit.strands.keys().any(|log| log.member() == id);
    let members = audit.charter.iter().flat_map(|charter| charter.members.keys());
    let silent = members.filter(|id| *id != strand.log().member() && !has_log(id));
    others.extend(silent.map(|id| Other {
        log: id.to_string(),
        entry: None,
        existed_by: None,
        receipted: 0,
        is_received: false,
    }));
    others
}

/// The same in words.
fn page(
    tongue: Tongue,
    (strand, signed): (&Strand, &Signed),
    served: Option<&Evidence>,
    others: &[Other],
) -> Page {
    let mut page = Page::new(tongue);
    page.line(0, &format!("{}  {}", signed.cite(), entries::act_in(tongue, signed.entry())), "");
    let Some(served) = served else {
        page.line(2, &rows::NOT_OFFERED.with(tongue, &[("entry", &signed.cite())]), "");
        return page;
    };
    let since = dates::bound(tongue, served.says.time());
    for other in others {
        let entry = other.entry.clone().unwrap_or_default();
        let places =
            [("name", other.log.as_str()), ("time", &since), ("source", &served.source), ("entry", &entry)];
        let row = if other.is_received { rows::OFFERED_AND_RECEIVED } else { rows::OFFERED_TO };
        page.line(2, &row.with(tongue, &places), "");
        if let Some(time) = other.existed_by.as_ref().filter(|_| !other.is_received) {
            let seen = match other.receipted.checked_sub(1) {
                Some(last) => format!("{} 0-{last}", strand.log()),
                None => rows::RECEIPTS_NOTHING.with(tongue, &[("log", strand.log().as_str())]),
            };
            let time = dates::bound(tongue, time);
            let places = [("name", other.log.as_str()), ("entry", &entry), ("time", &time), ("seen", &seen)];
            page.line(4, &rows::COMPLETE_TO.with(tongue, &places), "");
        }
    }
    page.line(2, receipt::RECEIVED.of(tongue), "");
    page
}
