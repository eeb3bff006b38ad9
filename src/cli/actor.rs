//! `actor`: who stands behind a side, and who may speak for it.

use std::path::{Path, PathBuf};

use countersign::body::Body;
use countersign::body::standing::{Actor as Described, Mandate};
use countersign::failure::{Failure, Outcome, Why};
use countersign::fields::Words;
use countersign::index::By;
use countersign::ledger::Ledger;
use countersign::names::{Label, MemberId, is_language};

use super::circumstances::{Around, member, no_effect, typed, typed_set, usage, words};
use super::drafting::{self, Then};
use super::hint::did_you_mean;
use super::index::Lookup;
use super::papers::Paper;
use super::session::Session;

const VERB: &str = "actor";

/// Draft who stands behind a side.
///
/// `--key MEMBER/LABEL` names a key of one's own that the mandate is for; `--key FILE`
/// signs, as everywhere.
#[derive(clap::Args)]
pub struct Actor {
    /// Its name in this ledger: mid.
    id: String,
    /// Its name; in another language, ru=NAME.
    #[arg(long, value_name = "[TAG=]NAME", required = true)]
    name: Vec<String>,
    /// What it is, as you describe it.
    #[arg(long, value_name = "state|state-funded|parastate|private|international")]
    class: String,
    /// The member whose actor it is, where it is another's.
    #[arg(long, value_name = "MEMBER")]
    of: Option<String>,
    /// The actor above it, of the same member.
    #[arg(long, value_name = "ID")]
    under: Option<String>,
    /// In what capacity a person takes part: "official",
    /// "official-in-a-personal-capacity", "former-official" or "expert".
    #[arg(long, value_name = "CAPACITY")]
    capacity: Option<String>,
    /// What it may do for you: adopt, answer, ask, notice, pledge, propose, report,
    /// statement.
    #[arg(long, value_name = "ACT,ACT", value_delimiter = ',')]
    may: Vec<String>,
    /// The last day on which it may.
    #[arg(long, value_name = "DAY", requires = "may")]
    until: Option<String>,
    /// The document that gives the mandate, of at most 64 MiB: it is copied to docs/ and
    /// published.
    #[arg(long, value_name = "FILE", requires = "may")]
    mandate: Option<PathBuf>,
    /// How it is reached.
    #[arg(long, value_name = "WORDS")]
    contact: Option<String>,
    #[command(flatten)]
    around: Around,
    #[command(flatten)]
    then: Then,
}

/// Runs `actor`.
pub fn run(session: &Session, command: &Actor) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let mut gathered = command.around.gather(session, &ledger, VERB, None)?;
    let (keys, then) = split_keys(&ledger, &command.then)?;
    let mandate = match mandate(session, command, keys)? {
        None => None,
        Some((mandate, paper)) => {
            gathered.papers.extend(paper);
            Some(mandate)
        }
    };
    let of = command.of.as_deref().map(|text| member(&ledger, VERB, "--of", text)).transpose()?;
    // Who is one's own needs no word of it.
    let of = of.filter(|of| Some(of) != ledger.local.member.as_ref());
    if let (Some(of), true) = (&of, mandate.is_some()) {
        let what = format!("--may: {of} says who may speak for {of}, and nobody else does");
        return Err(no_effect(what, "the same command without --may"));
    }
    let under = command.under.as_deref();
    let actor = Described {
        circumstances: gathered.circumstances,
        capacity: command.capacity.as_deref().map(|text| typed(VERB, "--capacity", text)).transpose()?,
        class: typed(VERB, "--class", &command.class)?,
        contact: command.contact.clone(),
        id: typed(VERB, "the id", &command.id)?,
        mandate,
        names: names(session, &command.name)?,
        under: under.map(|id| above(&ledger, of.as_ref(), id)).transpose()?,
        of,
    };
    drafting::draft_with(session, &ledger, VERB, actor.to_value(), &gathered.papers, &then)
}

/// `--key` names keys of the mandate and files that sign.
fn split_keys(ledger: &Ledger, then: &Then) -> Outcome<(Vec<Label>, Then)> {
    let (mut labels, mut then) = (Vec::new(), then.clone());
    let own = ledger.own().ok_or_else(|| usage(VERB, "no own log is here"))?;
    let mut files = Vec::new();
    for key in std::mem::take(&mut then.how.key) {
        let named = key.to_str().and_then(|text| text.split_once('/'));
        let label = named.filter(|(member, label)| {
            *member == own.log().member().as_str() && Path::new(label).extension().is_none()
        });
        let Some((_, label)) = label else {
            files.push(key);
            continue;
        };
        let set = own.chain.key_set().keys();
        match set.iter().find(|(known, _)| known.as_str() == label) {
            Some((known, _)) => labels.push(known.clone()),
            None => {
                let near = did_you_mean(label, set.keys().map(Label::as_str));
                let what = format!("--key {}: no key of this label is in force here{near}", key.display());
                return Err(Failure::new(Why::NotAMember, what).next("countersign status"));
            }
        }
    }
    then.how.key = files;
    labels.sort();
    labels.dedup();
    Ok((labels, then))
}

fn mandate(
    session: &Session,
    command: &Actor,
    keys: Vec<Label>,
) -> Outcome<Option<(Mandate, Option<Paper>)>> {
    if command.may.is_empty() {
        return match keys.first() {
            None => Ok(None),
            Some(label) => {
                let what = format!("--key {label} names a key of a mandate, and nothing says what it may do");
                Err(usage(VERB, what).next("the same command with --may adopt,notice"))
            }
        };
    }
    let document = command.mandate.as_deref().map(|file| Paper::document(session, file)).transpose()?;
    let (doc, paper) = document.unzip();
    let mandate = Mandate {
        acts: typed_set(VERB, "--may", &command.may)?,
        doc,
        keys,
        until: command.until.as_deref().map(|day| typed(VERB, "--until", day)).transpose()?,
    };
    Ok(Some((mandate, paper)))
}

/// Names by language: `ru=...` says which, else it is that of the command line.
fn names(session: &Session, given: &[String]) -> Outcome<Words> {
    let mut names = Words::new();
    for name in given {
        let one = match name.split_once('=') {
            Some((tag, name)) if is_language(tag) => Words::from([(tag.to_owned(), name.to_owned())]),
            _ => words(session, VERB, name)?,
        };
        for (tag, name) in one {
            if name.trim().is_empty() || names.insert(tag.clone(), name).is_some() {
                return Err(usage(VERB, format!("--name gives one name in {tag}, which is not empty")));
            }
        }
    }
    Ok(names)
}

/// An actor of the same member that some log describes.
fn above(ledger: &Ledger, of: Option<&MemberId>, text: &str) -> Outcome<Label> {
    let id: Label = typed(VERB, "--under", text)?;
    let whose = of.or(ledger.local.member.as_ref());
    let (mut known, mut lookup) = (Vec::new(), Lookup::new(Some(ledger)));
    for strand in ledger.audit.strands.values() {
        for signed in lookup.entries(strand, &By::Kind("actor".to_owned())) {
            if let Body::Actor(actor) = Body::of(signed.entry())
                && actor.of.as_ref().or(Some(strand.log().member())) == whose
            {
                known.push(actor.id);
            }
        }
    }
    if known.contains(&id) {
        return Ok(id);
    }
    let near = did_you_mean(text, known.iter().map(Label::as_str));
    let what = format!("--under {id}: no actor of this name is held here{near}");
    Err(no_effect(what, format!("countersign actor {id} --name NAME --class state")))
}
