//! What an entry would amount to, before it is signed: the rules by which readers will go,
//! run over it with all that is held here. What would be without effect is turned away in
//! the words that they would read.

use std::collections::BTreeMap;

use countersign::audit::{Audit, Finder};
use countersign::body::Body;
use countersign::body::standing::Act;
use countersign::entry::Entry;
use countersign::failure::{Failure, Outcome};
use countersign::index::WORTH;
use countersign::ledger::{Ledger, Writer};
use countersign::publish;
use countersign::status::effect::{Why, rests_on_record};
use countersign::status::{self, Effect};
use countersign::strand::Strand;
use countersign::vocabulary::Tongue;
use countersign::vocabulary::effect as rows;

use super::circumstances::no_effect;
use super::index;
use super::session::Session;

/// Turns away a draft that would be without effect whoever signs it, as if it received now
/// what is sealed. What is not sealed may be by the time it is signed.
pub fn of_draft(session: &Session, ledger: &Ledger, own: &Strand, entry: &Entry) -> Outcome<()> {
    let audit = &ledger.audit;
    let others = audit.strands.values().filter(|strand| strand.log().member() != own.log().member());
    let heads =
        others.filter_map(|strand| Some((strand.log().clone(), publish::newest_seal(audit, strand)?)));
    let entry = Entry {
        said: Some(Session::now()),
        seen: heads.map(|(log, seal)| (log, seal.head().clone())).collect::<BTreeMap<_, _>>(),
        signers: own.chain.key_set().labels().cloned().collect(),
        ..entry.clone()
    };
    let entries: u64 = audit.strands.values().map(Strand::size).sum();
    let effect = if entries >= WORTH && rests_on_record(&Body::of(&entry)) {
        indexed(&mut session.read(&ledger.folder)?, |ledger| status::foreseen(&ledger.audit, own, &entry))
    } else {
        status::foreseen(audit, own, &entry)
    };
    match effect {
        Effect::Without(why) if why.row() == rows::NOT_RECEIVED => Ok(()),
        effect => turn_away(audit, &entry, &effect),
    }
}

/// Turns away an entry that would be without effect as it is about to be signed.
pub fn of_entry(writer: &mut Writer<'_>, entry: &Entry) -> Outcome<()> {
    let own = writer.strand().clone();
    let look = |ledger: &Ledger| status::foreseen(&ledger.audit, &own, entry);
    let effect = if rests_on_record(&Body::of(entry)) {
        indexed(&mut writer.ledger, look)
    } else {
        look(&writer.ledger)
    };
    writer.unbroken()?;
    turn_away(&writer.ledger.audit, entry, &effect)
}

/// Looks at a folder with its index, which is let go of for whoever looks next.
fn indexed<T>(ledger: &mut Ledger, look: impl FnOnce(&Ledger) -> T) -> T {
    let index = index::open(ledger);
    ledger.audit.finder = index.map(|index| Box::new(index) as Box<dyn Finder>);
    let seen = look(ledger);
    ledger.audit.finder = None;
    seen
}

fn turn_away(audit: &Audit, entry: &Entry, effect: &Effect) -> Outcome<()> {
    match effect {
        Effect::Without(why) => Err(failure(audit, entry, why)),
        Effect::AsWritten | Effect::NotUnderstood(_) => Ok(()),
    }
}

fn failure(audit: &Audit, entry: &Entry, why: &Why) -> Failure {
    no_effect(why.of(Tongue::English), next(audit, entry, why))
}

/// The command that goes on from a reason.
fn next(audit: &Audit, entry: &Entry, why: &Why) -> String {
    let body = Body::of(entry);
    let named = body.references().into_iter().next().map(|named| status::cite_hash(audit, &named.entry));
    let cite = why.place("entry").map(ToOwned::to_owned).or(named).unwrap_or_default();
    let member = why.place("member").unwrap_or_default();
    match why.row() {
        row if row == rows::DRAFTERS_ADOPT_NOTHING || row == rows::OBSERVER_ADOPTS_NOTHING => {
            "countersign propose --file F.toml".to_owned()
        }
        rows::TOO_FEW_PENS => "the same command with --key A.key --key B.key".to_owned(),
        rows::NOT_RECEIVED => "the same command without --receipt, once its log is sealed".to_owned(),
        rows::NOT_HELD | rows::OUTSIDE | rows::NO_DOCUMENT => "countersign pull SNAPSHOT".to_owned(),
        rows::NO_MEMBER => "countersign status".to_owned(),
        rows::NO_TEXT => "countersign log --kind text".to_owned(),
        rows::A_DRAFT | rows::NO_COUNTER => "countersign propose --file F.toml".to_owned(),
        rows::NO_ENVELOPE => "countersign log --kind envelope".to_owned(),
        rows::ADOPTED_NOTHING | rows::NOTHING_TO_CONFIRM => format!("countersign adopt {cite}"),
        rows::ACT_OF_ANOTHER => format!("countersign answer {cite} object"),
        rows::TOOK_EFFECT | rows::TOOK_EFFECT_ON => taken_up_again(audit, &body),
        rows::LEFT_BY_NOTICE => {
            let withdraw = format!("countersign notice withdraw {}", text_of(audit, &body));
            if makes_any(audit, &body) {
                format!("{withdraw}, or countersign notice revoke {cite} --qualification 1")
            } else {
                withdraw
            }
        }
        rows::OWN_ENTRY => format!("countersign state WORDS --about {cite}"),
        rows::ENVELOPE_OF => format!("countersign ask clarification --to {member} WORDS"),
        rows::OPENED_BEFORE => format!("countersign show {}", why.place("by").unwrap_or_default()),
        rows::COPIED => "countersign envelope WORDS".to_owned(),
        rows::TWO_WORDINGS => {
            format!("countersign adopt {cite} --except {}", why.place("id").unwrap_or_default())
        }
        _ if cite.is_empty() => "countersign status".to_owned(),
        _ => format!("countersign show {cite}"),
    }
}

/// The text that the act is about which a notice would take back, as people cite it.
fn text_of(audit: &Audit, body: &Body) -> String {
    let Body::Notice(notice) = body else { return String::new() };
    let Some((_, signed)) = audit.entry(&notice.of.entry) else { return String::new() };
    match Body::of(signed.entry()) {
        Body::Adopt(adoption) => status::cite_hash(audit, &adoption.text),
        Body::Notice(earlier) => status::cite_hash(audit, &earlier.of.entry),
        _ => signed.cite(),
    }
}

/// Whether the act that a notice would take back makes a reservation or the like.
fn makes_any(audit: &Audit, body: &Body) -> bool {
    let Body::Notice(notice) = body else { return false };
    let earlier = audit.entry(&notice.of.entry).map(|(_, signed)| Body::of(signed.entry()));
    earlier.is_some_and(|earlier| earlier.consent().is_some_and(|made| !made.qualifications.is_empty()))
}

/// What undoes a notice that has taken effect: it rests no longer, or is adopted anew.
fn taken_up_again(audit: &Audit, body: &Body) -> String {
    let Body::Notice(notice) = body else { return String::new() };
    let earlier = audit.entry(&notice.of.entry).map(|(_, signed)| Body::of(signed.entry()));
    let text = text_of(audit, body);
    match earlier {
        Some(Body::Notice(earlier)) if earlier.act == Act::Suspend => {
            format!("countersign notice resume {text}")
        }
        Some(Body::Notice(earlier)) if earlier.act == Act::Resume => {
            format!("countersign notice suspend {text}")
        }
        _ => format!("countersign adopt {text}"),
    }
}
