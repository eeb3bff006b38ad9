//! `actors`: who stands behind each member, as each author describes it.

use std::path::PathBuf;

use countersign::body::standing::{Actor, Mandate};
use countersign::described::{self, Actors, Described, Description};
use countersign::failure::Outcome;
use countersign::fields::words_value;
use countersign::index::By;
use countersign::names::{Label, MemberId};
use countersign::vocabulary::{Phrase, people as rows, showing as labels};

use super::entries;
use super::naming::{Naming, Own};
use super::page::{Page, in_tongue, quoted};
use super::provision::in_each_language;
use super::session::Session;
use super::show::{class, mandated};
use super::sight::Sight;
use super::terminal::json;

/// List the bodies and persons behind each member, and where descriptions differ.
#[derive(clap::Args)]
pub struct ActorsCommand {
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    #[command(flatten)]
    own: Own,
}

/// Runs `actors`.
pub fn run(session: &Session, command: &ActorsCommand) -> Outcome<u8> {
    let sight = Sight::open(session, command.path.as_deref())?;
    let naming = sight.naming().with(&command.own)?;
    let mut lookup = sight.lookup();
    let mut found = Vec::new();
    for strand in sight.audit().strands.values() {
        let numbers = lookup.numbers(strand, &By::Kind("actor".to_owned()));
        found.extend(numbers.into_iter().filter_map(|seq| strand.entry(seq)));
    }
    let actors = described::of(found);
    if session.common.json {
        json(&as_json(&naming, &actors));
    } else {
        written(&sight, &naming, &actors).print();
    }
    Session::unbroken(sight.audit())?;
    Ok(0)
}

fn as_json(naming: &Naming<'_>, actors: &Actors) -> serde_json::Value {
    let members = naming.in_order(actors.keys()).into_iter().filter_map(|member| {
        let all = actors.get(member)?.iter().map(|(id, described)| {
            let by = described.by.iter().map(|(author, one)| description_json(author, one));
            serde_json::json!({
                "id": id.to_string(),
                "descriptions": by.collect::<Vec<_>>(),
                "differing": described.differing(),
            })
        });
        Some(serde_json::json!({"member": member.to_string(), "actors": all.collect::<Vec<_>>()}))
    });
    serde_json::json!({"format": "countersign.actors/1", "members": members.collect::<Vec<_>>()})
}

fn description_json(author: &MemberId, one: &Description) -> serde_json::Value {
    let actor = &one.actor;
    let mandate = actor.mandate.as_ref().map(|mandate| {
        serde_json::json!({
            "acts": mandate.acts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "keys": mandate.keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "until": mandate.until.as_ref().map(ToString::to_string),
            "doc": mandate.doc.map(|doc| doc.to_string()),
        })
    });
    serde_json::json!({
        "author": author.to_string(),
        "entry": one.entry.cite(),
        "earlier": one.earlier.iter().map(|entry| entry.cite()).collect::<Vec<_>>(),
        "names": entries::to_json(&words_value(&actor.names)),
        "class": actor.class.as_str(),
        "under": actor.under.as_ref().map(ToString::to_string),
        "capacity": actor.capacity.map(countersign::body::standing::Capacity::as_str),
        "contact": actor.contact,
        "mandate": mandate,
    })
}

/// How far in a tree begins, and how much further each step of it stands.
const IN: usize = 2;

fn written(sight: &Sight, naming: &Naming<'_>, actors: &Actors) -> Page {
    let tongue = sight.tongue;
    let mut page = Page::new(tongue);
    page.line(0, rows::ACTORS.of(tongue), "").line(0, rows::EACH_ITS_WORD.of(tongue), "");
    if actors.is_empty() {
        page.gap().line(0, rows::NONE.of(tongue), "");
        return page;
    }
    for member in naming.in_order(actors.keys()) {
        let Some(all) = actors.get(member) else { continue };
        page.gap().line(0, &naming.full(member), "");
        for (depth, id) in described::tree(all, member) {
            if let Some(described) = all.get(&id) {
                node(&mut page, sight, naming, (IN + 2 * depth.min(8), member, &id), described);
            }
        }
    }
    differing(&mut page, sight, naming, actors);
    page
}

/// One actor: as its own member describes it, else as the others do.
fn node(
    page: &mut Page,
    sight: &Sight,
    naming: &Naming<'_>,
    (indent, member, id): (usize, &MemberId, &Label),
    described: &Described,
) {
    let own = described.by.get_key_value(member);
    let shown: Vec<(&MemberId, &Description)> = match own {
        Some(own) => vec![own],
        None => described.by.iter().collect(),
    };
    for (author, one) in shown {
        let said = format!("{} {}", id, quoted(sight.tongue, in_tongue(sight.tongue, &one.actor.names)));
        page.line(indent, &said, &one.entry.cite());
        let mut facts = vec![class(one.actor.class).of(sight.tongue).to_owned()];
        if author != member {
            facts.push(sight.say(rows::BY_OTHER, &[("author", &naming.name(author))]));
        }
        facts.extend(one.actor.capacity.map(|capacity| quoted(sight.tongue, capacity.as_str())));
        let under = one.actor.under.as_ref();
        facts.extend(under.map(|up| sight.say(rows::UNDER, &[("id", up.as_str())])));
        page.line(indent + 2, &facts.join("; "), "");
        if let Some(mandate) = &one.actor.mandate {
            page.line(indent + 2, &mandate_line(sight, mandate), "");
        }
        if let Some(contact) = &one.actor.contact {
            let contact = quoted(sight.tongue, contact);
            page.line(indent + 2, &sight.say(rows::CONTACT, &[("contact", &contact)]), "");
        }
    }
    for (author, one) in described.by.iter().filter(|(_, one)| !one.earlier.is_empty()) {
        let earlier: Vec<String> = one.earlier.iter().map(|entry| entry.cite()).collect();
        let places = [("author", &*naming.name(author)), ("entries", &earlier.join(", "))];
        page.line(indent + 2, &sight.say(rows::EARLIER, &places), "");
    }
}

fn mandate_line(sight: &Sight, mandate: &Mandate) -> String {
    let acts: Vec<&str> = mandate.acts.iter().map(|act| mandated(*act).of(sight.tongue)).collect();
    let mut said = vec![sight.say(rows::MAY, &[("acts", &acts.join(", "))])];
    let keys: Vec<&str> = mandate.keys.iter().map(Label::as_str).collect();
    if !keys.is_empty() {
        said.push(sight.say(rows::KEYS, &[("keys", &keys.join(", "))]));
    }
    said.extend(mandate.until.as_ref().map(|day| sight.say(rows::UNTIL, &[("day", &sight.day(day))])));
    said.extend(mandate.doc.map(|doc| sight.say(rows::DOCUMENT, &[("digest", &doc.to_string())])));
    said.join("; ")
}

/// Descriptions that differ, one below the other, by field and in the order of names.
fn differing(page: &mut Page, sight: &Sight, naming: &Naming<'_>, actors: &Actors) {
    let tongue = sight.tongue;
    page.gap().line(0, rows::DIFFER.of(tongue), "");
    let mut differ = false;
    for member in naming.in_order(actors.keys()) {
        for (id, described) in actors.get(member).into_iter().flatten() {
            let fields = described.differing();
            if fields.is_empty() {
                continue;
            }
            differ = true;
            let places = [("id", id.as_str()), ("member", &naming.name(member))];
            page.gap().line(IN, &sight.say(rows::OF_MEMBER, &places), "");
            for field in fields {
                page.line(IN + 2, label(field).of(tongue), "");
                for author in naming.in_order(described.by.keys()) {
                    let Some(one) = described.by.get(author) else { continue };
                    let said = field_of(sight, &one.actor, field);
                    page.pair(IN + 4, 14, &naming.name(author), &said, &one.entry.cite());
                }
            }
        }
    }
    let row = if differ { rows::NOT_DECIDED } else { rows::DIFFER_NOWHERE };
    page.gap().line(if differ { 0 } else { IN }, row.of(tongue), "");
}

fn label(field: &str) -> Phrase {
    match field {
        "names" => labels::NAMES,
        "class" => labels::CLASS,
        "under" => labels::UNDER,
        _ => labels::CAPACITY,
    }
}

fn field_of(sight: &Sight, actor: &Actor, field: &str) -> String {
    let said = match field {
        "names" => Some(in_each_language(sight, &actor.names)),
        "class" => Some(class(actor.class).of(sight.tongue).to_owned()),
        "under" => actor.under.as_ref().map(ToString::to_string),
        _ => actor.capacity.map(|capacity| quoted(sight.tongue, capacity.as_str())),
    };
    said.unwrap_or_else(|| rows::NOT_SAID.of(sight.tongue).to_owned())
}
