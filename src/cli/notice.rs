//! `notice`: a side withdraws, suspends, resumes; or takes back an act of its own.

use std::sync::Arc;

use clap::Subcommand;
use countersign::body::Body;
use countersign::body::question::Stance;
use countersign::body::standing::{Act, Notice as Given};
use countersign::body::text::{Consent, Standing, Step};
use countersign::entry::Signed;
use countersign::failure::Outcome;
use countersign::index::By;
use countersign::ledger::Ledger;
use countersign::names::{ProvisionId, Reference};

use super::adopt::{check_part, text_in};
use super::circumstances::{Around, no_effect, typed, typed_set, usage};
use super::drafting::{self, Then};
use super::entries;
use super::index::own_entries;
use super::pledge::check_role;
use super::session::Session;

/// Notices.
#[derive(Subcommand)]
pub enum Notice {
    /// Give notice that an adoption or pledge of one's own is to end.
    Withdraw(OfText),
    /// Give notice that it rests.
    Suspend(OfText),
    /// Give notice that it no longer rests.
    Resume(OfText),
    /// Take back a notice, a reservation or an objection of one's own.
    Revoke(OfAct),
}

/// Give notice about a text.
#[derive(clap::Args)]
pub struct OfText {
    /// The entry that holds the text: moscow/3.
    text: String,
    /// Baskets or provisions, where it is not the whole.
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    only: Vec<String>,
    /// From which day, as its author has it.
    #[arg(long, value_name = "DAY")]
    effective: Option<String>,
    #[command(flatten)]
    given: Said,
}

/// Take back an act of one's own.
#[derive(clap::Args)]
pub struct OfAct {
    /// A notice, adoption or answer of one's own, washington/5; or what an adoption of
    /// one's own says of one provision, washington/2#c1.
    act: String,
    #[command(flatten)]
    given: Said,
}

#[derive(clap::Args)]
struct Said {
    /// The grounds, in words.
    #[arg(long, value_name = "WORDS")]
    grounds: Option<String>,
    #[command(flatten)]
    around: Around,
    #[command(flatten)]
    then: Then,
}

/// Runs `notice`.
pub fn run(session: &Session, command: &Notice) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let (given, of, only, effective) = match command {
        Notice::Withdraw(command) => of_text(&ledger, command, Act::Withdraw)?,
        Notice::Suspend(command) => of_text(&ledger, command, Act::Suspend)?,
        Notice::Resume(command) => of_text(&ledger, command, Act::Resume)?,
        Notice::Revoke(command) => {
            let of = entries::refer(&ledger.audit, &command.act)?;
            check_revocable(&ledger, &of)?;
            (&command.given, (Act::Revoke, of), Vec::new(), None)
        }
    };
    let gathered = given.around.gather(session, &ledger, "notice", given.grounds.as_deref())?;
    let (act, of) = of;
    let body = Given { circumstances: gathered.circumstances, act, effective, of, only }.to_value();
    drafting::draft_with(session, &ledger, "notice", body, &gathered.papers, &given.then)
}

type Parts<'a> = (&'a Said, (Act, Reference), Vec<ProvisionId>, Option<countersign::time::Day>);

fn of_text<'a>(ledger: &Ledger, command: &'a OfText, act: Act) -> Outcome<Parts<'a>> {
    check_role(ledger)?;
    let (_, signed) = entries::find(&ledger.audit, &command.text)?;
    let (_, provisions) = text_in(ledger, &signed)?;
    let only: Vec<ProvisionId> = typed_set("notice", "--only", &command.only)?;
    check_part(&signed, &provisions, &only, "--only", &format!("notice {act}"))?;
    let own = own_entries(ledger, &By::Reference(signed.hash()));
    if !is_own_pledge(ledger, &signed) && !has_adopted(&own, &signed) {
        let what = format!("nothing in your log adopts {}, so there is nothing to {act}", signed.cite());
        return Err(no_effect(what, format!("countersign adopt {}", signed.cite())));
    }
    if act == Act::Resume && !has_suspended(&own, &signed) {
        let what = format!("nothing in your log suspends {}, so there is nothing to resume", signed.cite());
        return Err(no_effect(what, format!("countersign notice suspend {}", signed.cite())));
    }
    let effective =
        command.effective.as_deref().map(|day| typed("notice", "--effective", day)).transpose()?;
    let of = Reference { entry: signed.hash(), provision: None };
    Ok((&command.given, (act, of), only, effective))
}

/// Whether the text is one's own pledge, which is adopted by being signed.
fn is_own_pledge(ledger: &Ledger, signed: &Signed) -> bool {
    let pledged = matches!(Body::of(signed.entry()), Body::Text(text) if text.standing == Standing::Pledge);
    pledged && Some(signed.entry().author.member()) == ledger.local.member.as_ref()
}

/// Whether one of these entries takes the words of a text on.
fn has_adopted(own: &[Arc<Signed>], text: &Signed) -> bool {
    own.iter().any(|signed| match Body::of(signed.entry()) {
        Body::Adopt(adoption) => adoption.text == text.hash() && adoption.step != Some(Step::Initialled),
        _ => false,
    })
}

fn has_suspended(own: &[Arc<Signed>], text: &Signed) -> bool {
    own.iter().any(|signed| match Body::of(signed.entry()) {
        Body::Notice(notice) => notice.of.entry == text.hash() && notice.act == Act::Suspend,
        _ => false,
    })
}

/// Acts of one's own that can be taken back: a notice, a reservation or another
/// qualification, an objection.
fn check_revocable(ledger: &Ledger, of: &Reference) -> Outcome<()> {
    let own = ledger.own().ok_or_else(|| usage("notice", "no own log is here"))?;
    let cited = entries::cite(&ledger.audit, of);
    let next = "countersign log --kind notice";
    let (strand, signed) = entries::find(&ledger.audit, &of.entry.to_string())?;
    if strand.log().member() != own.log().member() {
        let what = format!("{cited} is an act of {}; a side takes back its own alone", strand.log().member());
        return Err(no_effect(what, format!("countersign answer {cited} object")));
    }
    match Body::of(signed.entry()) {
        Body::Notice(notice) if notice.act == Act::Revoke => {
            let what = format!("{cited} takes an act back; to do that act again, do it anew");
            return Err(no_effect(what, "countersign notice withdraw TEXT"));
        }
        Body::Notice(_) => {}
        Body::Answer(answer) if answer.stance == Stance::Object => {}
        Body::Adopt(adoption) => check_qualified(&adoption.consent, of, &cited, &signed)?,
        Body::Text(text) => check_qualified(&text.consent, of, &cited, &signed)?,
        _ => {
            let what = format!("{cited} is no notice, reservation or objection");
            return Err(no_effect(what, format!("countersign state WORDS --about {}", signed.cite())));
        }
    }
    if let Some(by) = revoked_by(ledger, of) {
        return Err(no_effect(format!("{cited} is taken back by {}", by.cite()), next));
    }
    Ok(())
}

fn check_qualified(consent: &Consent, of: &Reference, cited: &str, signed: &Arc<Signed>) -> Outcome<()> {
    let stands = match &of.provision {
        None => !consent.qualifications.is_empty(),
        Some(id) => consent.qualifications.iter().any(|made| made.on.contains(id)),
    };
    if stands {
        return Ok(());
    }
    let text = match Body::of(signed.entry()) {
        Body::Adopt(adoption) => adoption.text.short(),
        _ => signed.cite(),
    };
    let what = format!("{cited} holds no reservation, understanding or limitation");
    Err(no_effect(what, format!("countersign notice withdraw {text}")))
}

/// The own entry that took this back, if one did.
fn revoked_by(ledger: &Ledger, of: &Reference) -> Option<Arc<Signed>> {
    let own = own_entries(ledger, &By::Reference(of.entry));
    own.into_iter().find(|signed| match Body::of(signed.entry()) {
        Body::Notice(notice) => notice.act == Act::Revoke && notice.of == *of,
        _ => false,
    })
}
