//! `notice`: a side withdraws, suspends, resumes; or takes back an act of its own.

use std::num::NonZeroU64;

use clap::Subcommand;
use countersign::body::Body;
use countersign::body::standing::{Act, Notice as Given};
use countersign::entry::Signed;
use countersign::failure::Outcome;
use countersign::index::By;
use countersign::ledger::Ledger;
use countersign::names::{ProvisionId, Reference};

use super::adopt::{check_part, text_in};
use super::circumstances::{Around, no_effect, typed, typed_set};
use super::drafting::{self, Then};
use super::entries;
use super::index::own_entries;
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
    /// Take back a notice, a reservation, an objection or another act of one's own.
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
    /// An act of one's own that is not adopted words, washington/5; or what an adoption of
    /// one's own says of one provision, washington/2#c1.
    act: String,
    /// Which reservation, understanding or limitation of the act, by its number there.
    #[arg(long, value_name = "N")]
    qualification: Option<NonZeroU64>,
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
            (&command.given, (Act::Revoke, of), Vec::new(), None)
        }
    };
    let gathered = given.around.gather(session, &ledger, "notice", given.grounds.as_deref())?;
    let (act, of) = of;
    let qualification = match command {
        Notice::Revoke(command) => command.qualification,
        _ => None,
    };
    let body = Given { circumstances: gathered.circumstances, act, effective, of, only, qualification };
    let body = body.to_value();
    drafting::draft_with(session, &ledger, "notice", body, &gathered.papers, &given.then)
}

type Parts<'a> = (&'a Said, (Act, Reference), Vec<ProvisionId>, Option<countersign::time::Day>);

fn of_text<'a>(ledger: &Ledger, command: &'a OfText, act: Act) -> Outcome<Parts<'a>> {
    let (_, signed) = entries::find(&ledger.audit, &command.text)?;
    let only: Vec<ProvisionId> = typed_set("notice", "--only", &command.only)?;
    if !only.is_empty() {
        let (_, provisions) = text_in(ledger, &signed)?;
        check_part(&signed, &provisions, &only, "--only", &format!("notice {act}"))?;
    }
    if act == Act::Resume && !has_suspended(ledger, &signed) {
        let what = format!("nothing in your log suspends {}, so there is nothing to resume", signed.cite());
        return Err(no_effect(what, format!("countersign notice suspend {}", signed.cite())));
    }
    let effective =
        command.effective.as_deref().map(|day| typed("notice", "--effective", day)).transpose()?;
    let of = Reference { entry: signed.hash(), provision: None };
    Ok((&command.given, (act, of), only, effective))
}

/// That nothing rests makes a resumption no less one by the rules; it says nothing.
fn has_suspended(ledger: &Ledger, text: &Signed) -> bool {
    own_entries(ledger, &By::Reference(text.hash())).iter().any(|signed| match Body::of(signed.entry()) {
        Body::Notice(notice) => notice.of.entry == text.hash() && notice.act == Act::Suspend,
        _ => false,
    })
}
