//! `report`: its author's account that something was said or came about.

use countersign::body::Body;
use countersign::body::circumstance::Parameters;
use countersign::body::provision::{Provision, Type};
use countersign::body::statement::{Interval, Person, Report as Told};
use countersign::failure::Outcome;
use countersign::ledger::Ledger;
use countersign::names::{MemberId, Reference};

use super::adopt::text_in;
use super::circumstances::{Around, moment, no_effect, parameters, range, refer_all, typed, usage};
use super::drafting::{self, Then};
use super::entries;
use super::hint::did_you_mean;
use super::session::Session;
use super::terminal::shown;

const VERB: &str = "report";

/// Draft a report.
#[derive(clap::Args)]
pub struct Report {
    /// The words; before them, the definition of which it reports an instance, if of
    /// one: group/1#d8.
    #[arg(value_name = "DEFINITION|WORDS", num_args = 0..=2)]
    positional: Vec<String>,
    /// Which one, by the names that the definition lists: election=us-2028-11-07.
    #[arg(long, value_name = "NAME=VALUE")]
    with: Vec<String>,
    /// When it came about, by its author's account: a day, a time (UTC, seconds may be
    /// left out), or from one to another.
    #[arg(long, value_name = "WHEN|FROM..TO")]
    happened: Option<String>,
    /// It came about after what this entry holds.
    #[arg(long, value_name = "REF")]
    happened_after: Option<String>,
    /// It came about before what this entry holds.
    #[arg(long, value_name = "REF")]
    happened_before: Option<String>,
    /// Who said the words: moscow:Litvinov, or a name.
    #[arg(long, value_name = "[MEMBER:]NAME")]
    said_by: Option<String>,
    /// To whom.
    #[arg(long, value_name = "[MEMBER:]NAME")]
    said_to: Option<String>,
    /// From what it is known.
    #[arg(long, value_name = "WORDS")]
    source: Option<String>,
    /// A report of the same occurrence.
    #[arg(long, value_name = "REF")]
    same_as: Vec<String>,
    /// Where it came about.
    #[arg(long, value_name = "PLACE")]
    place: Option<String>,
    /// What was found where nothing was to be told.
    #[arg(long, value_name = "nothing-seen|no-access")]
    found: Option<String>,
    #[command(flatten)]
    around: Around,
    #[command(flatten)]
    then: Then,
}

/// Runs `report`.
pub fn run(session: &Session, command: &Report) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let (definition, words) = match (command.positional.as_slice(), &command.around.file) {
        ([definition, words], None) => (Some(definition), Some(words.as_str())),
        ([words], None) if entries::refer(&ledger.audit, words).is_err() => (None, Some(words.as_str())),
        ([definition], Some(_)) => (Some(definition), None),
        ([], Some(_)) => (None, None),
        _ => return Err(usage(VERB, "a report has words: at the command line, or in --file")),
    };
    let gathered = command.around.gather(session, &ledger, VERB, words)?;
    let of = definition.map(|cited| entries::refer(&ledger.audit, cited)).transpose()?;
    let with = parameters(VERB, &command.with)?;
    check_definition(&ledger, of.as_ref(), &with)?;
    let person = |option: &str, text: &Option<String>| {
        text.as_deref().map(|text| person(&ledger, option, text)).transpose()
    };
    let report = Told {
        circumstances: gathered.circumstances,
        found: command.found.as_deref().map(|text| typed(VERB, "--found", text)).transpose()?,
        interval: interval(&ledger, command)?,
        of,
        place: command.place.clone(),
        said_by: person("--said-by", &command.said_by)?,
        said_to: person("--said-to", &command.said_to)?,
        same_as: same_as(&ledger, &command.same_as)?,
        source: command.source.clone(),
        with,
    };
    drafting::draft_with(session, &ledger, VERB, report.to_value(), &gathered.papers, &command.then)
}

fn interval(ledger: &Ledger, command: &Report) -> Outcome<Option<Interval>> {
    let bound = |cited: &Option<String>| {
        cited.as_deref().map(|cited| entries::refer(&ledger.audit, cited)).transpose()
    };
    let (from, to) = command.happened.as_deref().map_or((None, None), |text| {
        let (from, to) = range(text);
        (Some(from), to)
    });
    let read = |text: Option<&str>| text.map(|text| moment(VERB, "--happened", text)).transpose();
    let interval = Interval {
        from: read(from)?,
        to: read(to)?,
        after: bound(&command.happened_after)?,
        before: bound(&command.happened_before)?,
    };
    if let (Some(from), Some(to)) = (&interval.from, &interval.to) {
        let (from, to) = (from.to_string(), to.to_string());
        // A day and a second in it begin alike.
        if to < from && !from.starts_with(&to) {
            return Err(usage(VERB, format!("--happened: {to} is before {from}")));
        }
    }
    Ok((interval != Interval::default()).then_some(interval))
}

/// `moscow:Litvinov`, a name alone, or `:a name: with a colon`.
fn person(ledger: &Ledger, option: &str, text: &str) -> Outcome<Person> {
    let members = &ledger.charter()?.members;
    let (member, name) = match text.split_once(':') {
        Some(("", name)) => (None, name),
        Some((before, name)) => match before.parse::<MemberId>() {
            Ok(id) if members.contains_key(&id) => (Some(id), name),
            Ok(id) => {
                let near = did_you_mean(id.as_str(), members.keys().map(MemberId::as_str));
                let what = format!("{option}: {id} is no member of this ledger{near}");
                return Err(usage(VERB, what));
            }
            Err(_) => (None, text),
        },
        None => (None, text),
    };
    if name.trim().is_empty() {
        return Err(usage(VERB, format!("{option} takes a name, or member:name; {} is none", shown(text))));
    }
    Ok(Person { member, name: name.trim().to_owned() })
}

/// A report of what a definition describes gives the names that the definition lists.
fn check_definition(ledger: &Ledger, of: Option<&Reference>, with: &Parameters) -> Outcome<()> {
    let Some(of) = of else {
        return match with.keys().next() {
            None => Ok(()),
            Some(name) => {
                Err(usage(VERB, format!("--with {name} says which instance, and no definition is named")))
            }
        };
    };
    let (_, signed) = entries::find(&ledger.audit, &of.entry.to_string())?;
    let (_, provisions) = text_in(ledger, &signed)?;
    let cited = entries::cite(&ledger.audit, of);
    let named = |p: &&Provision| Some(&p.id) == of.provision.as_ref() && p.kind == Type::Define;
    let Some(definition) = provisions.iter().find(named) else {
        let what = format!("{cited} is no definition, so nothing is reported of it");
        return Err(no_effect(what, format!("countersign report WORDS --about {cited}")));
    };
    if let Some(name) = definition.with.iter().find(|name| !with.contains_key(*name)) {
        return Err(usage(VERB, format!("{cited} asks which {name}"))
            .next(format!("the same command with --with {name}=VALUE")));
    }
    if let Some(name) = with.keys().find(|name| !definition.with.contains(name)) {
        let near = did_you_mean(name, definition.with.iter().map(String::as_str));
        return Err(usage(VERB, format!("{cited} does not list {name}{near}"))
            .next(format!("countersign show {}", signed.cite())));
    }
    Ok(())
}

fn same_as(ledger: &Ledger, cited: &[String]) -> Outcome<Vec<Reference>> {
    let all = refer_all(ledger, cited)?;
    for reference in &all {
        let (_, signed) = entries::find(&ledger.audit, &reference.entry.to_string())?;
        if !matches!(Body::of(signed.entry()), Body::Report(_)) {
            let what = format!("--same-as: {} is no report", signed.cite());
            return Err(no_effect(what, format!("the same command with --about {}", signed.cite())));
        }
    }
    Ok(all)
}
