//! `adopt`: consent to the words of a text.

use countersign::body::Body;
use countersign::body::text::{Adoption, Standing};
use countersign::failure::{Failure, Outcome, Why};

use super::drafting::{self, Then};
use super::entries;
use super::pledge::check_role;
use super::session::Session;

/// Draft the adoption of a text.
#[derive(clap::Args)]
pub struct Adopt {
    /// The entry that holds the text: moscow/3.
    text: String,
    #[command(flatten)]
    then: Then,
}

/// Runs `adopt`.
pub fn run(session: &Session, command: &Adopt) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    check_role(&ledger)?;
    let (_, signed) = entries::find(&ledger.audit, &command.text)?;
    let none = |what: String| Failure::new(Why::NoEffect, what).next("countersign log");
    let Body::Text(text) = Body::of(signed.entry()) else {
        return Err(none(format!("{} is no text", signed.cite())));
    };
    if text.standing == Standing::Draft {
        return Err(none(format!("{} is a draft, which nobody adopts", signed.cite())));
    }
    let path = match &text.provisions {
        countersign::body::text::Provisions::Here(_) => None,
        countersign::body::text::Provisions::InDocument { document, .. } => {
            ledger.copy.named.get(&format!("docs/{document}")).map(Vec::as_slice)
        }
    };
    let digest = text
        .words_digest(path)
        .ok_or_else(|| none(format!("the document of {} is not held here", signed.cite())))?;
    let body = Adoption::whole(signed.hash(), digest).to_value();
    drafting::draft(session, &ledger, "adopt", body, &command.then)
}
