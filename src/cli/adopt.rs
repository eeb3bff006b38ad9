//! `adopt`: consent to the words of a text, or to a part of them.

use countersign::body::Body;
use countersign::body::provision::{Bearer, Parts, Provision, Type};
use countersign::body::text::{
    Adoption, Consent, InReturn, Named, Provisions, Qualification, Step, Text, Yes,
};
use countersign::entry::Signed;
use countersign::failure::{Failure, Outcome};
use countersign::ledger::Ledger;
use countersign::names::ProvisionId;

use super::circumstances::{self, Around, Tables, no_effect, qualification, typed_set};
use super::drafting::{self, Then};
use super::entries;
use super::inline_condition;
use super::session::Session;
use super::starts::Part;

/// Draft the adoption of a text.
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option as it is typed")]
pub struct Adopt {
    /// The entry that holds the text: moscow/3.
    text: String,
    /// Baskets or provisions that are adopted; all others are left out.
    #[arg(long, value_name = "ID,ID", value_delimiter = ',', conflicts_with = "except")]
    only: Vec<String>,
    /// Baskets or provisions that are left out.
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    except: Vec<String>,
    /// The words are settled; nothing is adopted by it.
    #[arg(long, group = "step")]
    initialled: bool,
    /// Signed; a further entry of yours is to adopt it.
    #[arg(long, group = "step")]
    to_be_confirmed: bool,
    /// Adopt what was signed so before.
    #[arg(long, group = "step")]
    confirmed: bool,
    /// What its author calls it: signature, accession, exchange of letters.
    #[arg(long, value_name = "WORDS")]
    styled: Option<String>,
    /// Take what the author of the text bears upon oneself too, sides exchanged.
    #[arg(long)]
    mirrored: bool,
    /// It applies from now on, before the text takes effect.
    #[arg(long)]
    provisional: bool,
    /// A reservation: "c1: words", "c1,c3: words" or "whole: words".
    #[arg(long, value_name = "ID: WORDS")]
    reserve: Vec<String>,
    /// An understanding, in the same form.
    #[arg(long, value_name = "ID: WORDS")]
    understand: Vec<String>,
    /// A limitation, in the same form.
    #[arg(long, value_name = "ID: WORDS")]
    limit: Vec<String>,
    /// What must be before it counts, as in a text: `{ adopted = ["moscow"] }`.
    #[arg(long, value_name = "TABLE")]
    condition: Option<String>,
    /// What is given in return: an entry or provision, or words.
    #[arg(long, value_name = "REF|WORDS")]
    in_return_for: Vec<String>,
    #[command(flatten)]
    around: Around,
    #[command(flatten)]
    then: Then,
}

/// Runs `adopt`.
pub fn run(session: &Session, command: &Adopt) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let (_, signed) = entries::find(&ledger.audit, &command.text)?;
    let (text, provisions) = text_in(&ledger, &signed)?;
    let around = &command.around;
    let gathered = around.gather_with(session, &ledger, "adopt", None, Tables::Qualifications)?;
    let adoption = Adoption {
        circumstances: gathered.circumstances,
        consent: consent(session, &ledger, command, gathered.qualifications)?,
        except: typed_set("adopt", "--except", &command.except)?,
        mirrored: command.mirrored.then_some(Yes::Yes),
        only: typed_set("adopt", "--only", &command.only)?,
        step: step(command),
        styled: command.styled.clone(),
        ..Adoption::whole(signed.hash(), digest(&ledger, &signed, &text)?)
    };
    check_part(&signed, &provisions, &adoption.only, "--only", "adopt")?;
    check_part(&signed, &provisions, &adoption.except, "--except", "adopt")?;
    check_left_out(&signed, &provisions, &adoption)?;
    check_mirrored(&signed, &provisions, &adoption)?;
    drafting::draft_with(session, &ledger, "adopt", adoption.to_value(), &gathered.papers, &command.then)
}

fn step(command: &Adopt) -> Option<Step> {
    let steps = [
        (command.initialled, Step::Initialled),
        (command.to_be_confirmed, Step::ToBeConfirmed),
        (command.confirmed, Step::Confirmed),
    ];
    steps.into_iter().find(|(given, _)| *given).map(|(_, step)| step)
}

fn consent(
    session: &Session,
    ledger: &Ledger,
    command: &Adopt,
    mut qualifications: Vec<Qualification>,
) -> Outcome<Consent> {
    let made = [
        (Named::Reservation, &command.reserve),
        (Named::Understanding, &command.understand),
        (Named::Limitation, &command.limit),
    ];
    for (name, texts) in made {
        for text in texts {
            qualifications.push(qualification(session, "adopt", name, text)?);
        }
    }
    let condition = command.condition.as_deref();
    Ok(Consent {
        condition: condition.map(|text| inline_condition::typed(&ledger.audit, "adopt", text)).transpose()?,
        in_return_for: command
            .in_return_for
            .iter()
            .map(|given| in_return(session, ledger, given))
            .collect::<Outcome<_>>()?,
        provisional: command.provisional.then_some(Yes::Yes),
        qualifications,
    })
}

/// One word with a stroke or a hash sign is a reference, everything else is words.
fn in_return(session: &Session, ledger: &Ledger, given: &str) -> Outcome<InReturn> {
    if !given.contains(char::is_whitespace) && given.contains(['/', '#']) {
        return entries::refer(&ledger.audit, given).map(InReturn::Entry);
    }
    circumstances::words(session, "adopt", given).map(InReturn::Words)
}

/// The document in which the provisions of a text stand, if they stand in one.
fn document<'a>(ledger: &'a Ledger, text: &Text) -> Option<&'a [u8]> {
    match &text.provisions {
        Provisions::Here(_) => None,
        Provisions::InDocument { document, .. } => {
            ledger.copy.named.get(&format!("docs/{document}")).map(Vec::as_slice)
        }
    }
}

fn not_held(signed: &Signed) -> Failure {
    no_effect(format!("the document of {} is not held here", signed.cite()), "countersign pull SNAPSHOT")
}

fn digest(ledger: &Ledger, signed: &Signed, text: &Text) -> Outcome<countersign::hash::Hash> {
    text.words_digest(document(ledger, text)).ok_or_else(|| not_held(signed))
}

/// The text in an entry, and its provisions.
pub fn text_in(ledger: &Ledger, signed: &Signed) -> Outcome<(Text, Vec<Provision>)> {
    let Body::Text(text) = Body::of(signed.entry()) else {
        return Err(no_effect(format!("{} is no text", signed.cite()), "countersign log --kind text"));
    };
    let provisions = text.provisions(document(ledger, &text)).ok_or_else(|| not_held(signed))?;
    Ok((*text, provisions))
}

/// A part is named by ids that the text has, as far as its procedure lets it be taken
/// in parts. Where it says nothing it is taken as a whole.
pub fn check_part(
    signed: &Signed,
    provisions: &[Provision],
    ids: &[ProvisionId],
    option: &str,
    verb: &str,
) -> Outcome<()> {
    let whole = format!("countersign {verb} {}", signed.cite());
    let procedure = provisions.iter().find(|provision| provision.parts.is_some());
    let parts = procedure.and_then(|provision| provision.parts).unwrap_or(Parts::Whole);
    let by = procedure.map_or_else(|| "says nothing of parts".to_owned(), |p| format!("says so in {}", p.id));
    for id in ids {
        let Some(provision) = provisions.iter().find(|provision| provision.id == *id) else {
            let near = super::hint::did_you_mean(id.as_str(), provisions.iter().map(|p| p.id.as_str()));
            let what = format!("{option} {id}: {} has no provision of this id{near}", signed.cite());
            return Err(no_effect(what, format!("countersign show {}", signed.cite())));
        };
        let due = match parts {
            Parts::Whole => "as a whole",
            Parts::Baskets if provision.kind != Type::Basket => "by baskets",
            Parts::Baskets | Parts::Provisions => continue,
        };
        let what = format!("{option} {id}: {} is taken {due}; it {by}", signed.cite());
        return Err(no_effect(what, whole));
    }
    Ok(())
}

/// What is left out is not qualified either.
fn check_left_out(signed: &Signed, provisions: &[Provision], adoption: &Adoption) -> Outcome<()> {
    let part = Part { only: &adoption.only, except: &adoption.except };
    for made in &adoption.consent.qualifications {
        let is_left_out = |id: &&ProvisionId| provisions.iter().any(|one| one.id == **id && !part.has(one));
        if let Some(id) = made.on.iter().find(is_left_out) {
            let what = format!("{} on {id}: it is left out of what is adopted", made.name);
            return Err(no_effect(what, format!("countersign show {}", signed.cite())));
        }
    }
    Ok(())
}

/// Ids as they are listed.
pub fn names(ids: &[ProvisionId]) -> String {
    ids.iter().map(ProvisionId::as_str).collect::<Vec<_>>().join(", ")
}

fn check_mirrored(signed: &Signed, provisions: &[Provision], adoption: &Adoption) -> Outcome<()> {
    let part = Part { only: &adoption.only, except: &adoption.except };
    let borne = |p: &Provision| p.bearer == Some(Bearer::Author) && part.has(p);
    if adoption.mirrored.is_none() || provisions.iter().any(borne) {
        return Ok(());
    }
    let what = format!("--mirrored: nothing in {} is borne by its author alone", signed.cite());
    Err(no_effect(what, format!("countersign adopt {}", signed.cite())))
}
