//! One provision with all that it needs: its terms and theirs, what is germane, the
//! savings, the liberties of its basket, the procedure, and what refers to it.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign::body::Body;
use countersign::body::provision::{Provision, Type};
use countersign::body::text::{Provisions, Standing, Text};
use countersign::entry::Signed;
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::index::By;
use countersign::names::{Place, ProvisionId, Reference};
use countersign::vocabulary::{Phrase, provisions as rows};

use super::super::page::{Page, in_tongue};
use super::super::provision::print;
use super::super::session::Session;
use super::super::sight::Sight;
use super::super::terminal::{json, shown};
use super::super::{entries, hint};

/// A provision and where it stands.
struct Found {
    entry: Arc<Signed>,
    text: Text,
    provision: Provision,
}

/// What a provision needs to be read.
struct Context {
    terms: Vec<Found>,
    /// Terms that are named and not held here.
    absent: Vec<Reference>,
    /// Of its own text, by heading.
    beside: Vec<(Phrase, Vec<Provision>)>,
    referred: Vec<Arc<Signed>>,
}

/// Runs `show ENTRY#ID`.
pub fn run(session: &Session, sight: &Sight, signed: &Signed, id: &str) -> Outcome<()> {
    let next = format!("countersign show {}", signed.cite());
    let none = |what: String| Failure::new(Why::NoEntry, what).next(next.clone());
    let Body::Text(text) = Body::of(signed.entry()) else {
        return Err(none(format!("{} is no text", signed.cite())));
    };
    let Some(all) = sight.provisions(&text) else {
        let Provisions::InDocument { document, .. } = &text.provisions else { return Ok(()) };
        return Err(none(format!("the provisions of {} stand in docs/{document}, not here", signed.cite())));
    };
    let Some(provision) = all.iter().find(|one| one.id.as_str() == id) else {
        let near = hint::did_you_mean(id, all.iter().map(|one| one.id.as_str()));
        return Err(none(format!("{} has no provision {}{near}", signed.cite(), shown(id))));
    };
    let context = context(sight, signed.hash(), &all, provision);
    if session.common.json {
        json(&as_json(sight, signed, provision, &context));
    } else {
        written(sight, signed, &text, provision, &context).print();
    }
    Ok(())
}

fn context(sight: &Sight, here: Hash, all: &[Provision], provision: &Provision) -> Context {
    let (terms, absent) = terms(sight, here, provision);
    let of = |kinds: &[Type]| -> Vec<Provision> {
        let other = |one: &&Provision| kinds.contains(&one.kind) && one.id != provision.id;
        all.iter().filter(other).cloned().collect()
    };
    let mut liberties = of(&[Type::May]);
    liberties.retain(|one| one.basket == provision.basket);
    let own = Place::Here(provision.id.clone());
    let named = provision.alternative_to.as_ref();
    let alternatives = all.iter().filter(|one| {
        one.alternative_to.as_ref() == Some(&own) || named == Some(&Place::Here(one.id.clone()))
    });
    let beside = vec![
        (rows::ITS_ALTERNATIVES, alternatives.cloned().collect()),
        (rows::ITS_LIBERTIES, liberties),
        (rows::ITS_SCOPE, of(&[Type::ScopeIn, Type::ScopeOut])),
        (rows::ITS_SAVINGS, of(&[Type::Saving])),
        (rows::ITS_PROCEDURE, of(&[Type::Procedure])),
    ];
    Context { terms, absent, beside, referred: referring(sight, here, &provision.id) }
}

/// The definitions that a provision uses, those that they use, and so on; also of other
/// texts. Each once, in the order in which they are named.
fn terms(sight: &Sight, here: Hash, provision: &Provision) -> (Vec<Found>, Vec<Reference>) {
    let from = |one: &Provision, entry: Hash| -> Vec<Reference> {
        one.places()
            .into_iter()
            .filter(|place| Some(*place) != one.basket.as_ref())
            .map(|p| p.from(entry))
            .collect()
    };
    let mut seen = BTreeSet::new();
    let named = from(provision, here).into_iter();
    let mut open: std::collections::VecDeque<Reference> =
        named.filter(|one| seen.insert(one.clone())).collect();
    let (mut found, mut absent) = (Vec::new(), Vec::new());
    while let Some(next) = open.pop_front() {
        let Some((entry, text, provision)) = sight.provision(&next) else {
            absent.push(next);
            continue;
        };
        // A condition may name a commitment; what that needs is its own.
        if provision.kind != Type::Define {
            continue;
        }
        open.extend(from(&provision, next.entry).into_iter().filter(|one| seen.insert(one.clone())));
        found.push(Found { entry, text, provision });
    }
    (found, absent)
}

/// The entries that name the provision.
fn referring(sight: &Sight, here: Hash, id: &ProvisionId) -> Vec<Arc<Signed>> {
    let by = By::Reference(here);
    let wanted = Reference { entry: here, provision: Some(id.clone()) };
    let mut lookup = sight.lookup();
    let strands = sight.audit().strands.values();
    let found = strands.flat_map(|strand| {
        let numbers = lookup.numbers(strand, &by);
        numbers.into_iter().filter_map(|seq| strand.entry(seq)).collect::<Vec<_>>()
    });
    found.filter(|signed| names(&Body::of(signed.entry()), &wanted)).collect()
}

/// Whether an entry speaks of a provision by itself: refers to it, leaves it out,
/// adopts it, or has a qualification on it.
fn names(body: &Body, wanted: &Reference) -> bool {
    let Some(id) = &wanted.provision else { return false };
    let parts: Vec<&ProvisionId> = match body {
        Body::Adopt(adoption) if adoption.text == wanted.entry => {
            let qualified = adoption.consent.qualifications.iter().flat_map(|made| &made.on);
            adoption.only.iter().chain(&adoption.except).chain(qualified).collect()
        }
        Body::Notice(notice) if notice.of.entry == wanted.entry => notice.only.iter().collect(),
        _ => Vec::new(),
    };
    body.references().contains(wanted) || parts.contains(&id)
}

fn as_json(sight: &Sight, signed: &Signed, provision: &Provision, context: &Context) -> serde_json::Value {
    let value = |one: &Provision| entries::to_json(&one.to_value());
    let terms = context.terms.iter().map(|term| {
        let place = Reference { entry: term.entry.hash(), provision: Some(term.provision.id.clone()) };
        serde_json::json!({"place": sight.cite(&place), "provision": value(&term.provision)})
    });
    let beside = context.beside.iter().flat_map(|(_, all)| all).map(value);
    serde_json::json!({
        "format": "countersign.provision/1",
        "entry": signed.cite(),
        "hash": signed.hash().to_string(),
        "provision": value(provision),
        "terms": terms.collect::<Vec<_>>(),
        "absent": context.absent.iter().map(|one| sight.cite(one)).collect::<Vec<_>>(),
        "beside": beside.collect::<Vec<_>>(),
        "referred_by": context.referred.iter().map(|entry| entry.cite()).collect::<Vec<_>>(),
    })
}

fn written(sight: &Sight, signed: &Signed, text: &Text, provision: &Provision, context: &Context) -> Page {
    let mut page = Page::new(sight.tongue);
    let author = sight.naming().name(signed.entry().author.member());
    let cite = format!("{}#{}", signed.cite(), provision.id);
    let title = text.title.as_ref().map(|title| in_tongue(sight.tongue, title));
    match title {
        Some(title) => page.head(title, &cite),
        None => page.head(rows::OF_NO_TITLE.of(sight.tongue), &cite),
    };
    let standing = match text.standing {
        Standing::Draft => rows::DRAFT_BY,
        Standing::Proposal => rows::TABLED_BY,
        Standing::Pledge => rows::PLEDGED_BY,
    };
    page.line(0, &sight.say(standing, &[("author", &author)]), "").gap();
    print(&mut page, sight, text, provision, 0);
    if !context.terms.is_empty() || !context.absent.is_empty() {
        page.gap().line(0, rows::ITS_TERMS.of(sight.tongue), "");
    }
    for term in &context.terms {
        if term.entry.hash() != signed.hash() {
            page.line(2, "", &term.entry.cite());
        }
        print(&mut page, sight, &term.text, &term.provision, 2);
    }
    for absent in &context.absent {
        page.line(2, &sight.say(rows::TERM_ABSENT, &[("place", &sight.cite(absent))]), "");
    }
    for (head, all) in context.beside.iter().filter(|(_, all)| !all.is_empty()) {
        page.gap().line(0, head.of(sight.tongue), "");
        for one in all {
            print(&mut page, sight, text, one, 2);
        }
    }
    page.gap().line(0, rows::REFERRED.of(sight.tongue), "");
    if context.referred.is_empty() {
        page.line(2, rows::REFERRED_BY_NOBODY.of(sight.tongue), "");
    }
    for entry in &context.referred {
        page.line(2, &entries::act_in(sight.tongue, entry.entry()), &entry.cite());
    }
    page
}
