//! The bodies and persons behind each member, as its own entries and those of others
//! describe them. Every description is its author's word; none stands above another.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::body::Body;
use crate::body::standing::Actor;
use crate::entry::Signed;
use crate::names::{Label, MemberId};

/// The newest description of one actor by one author.
#[derive(Clone, Debug)]
pub struct Description {
    /// The entry.
    pub entry: Arc<Signed>,
    /// What it says.
    pub actor: Actor,
    /// Earlier ones of the same author, which this one replaces.
    pub earlier: Vec<Arc<Signed>>,
}

/// One actor of one member, and how each author describes it.
#[derive(Clone, Debug, Default)]
pub struct Described {
    /// The newest description by each author.
    pub by: BTreeMap<MemberId, Description>,
}

/// Actors by the member whose they are and by their id.
pub type Actors = BTreeMap<MemberId, BTreeMap<Label, Described>>;

/// Reads the descriptions in entries that come log after log, each log in its order.
pub fn of(entries: impl IntoIterator<Item = Arc<Signed>>) -> Actors {
    let mut actors = Actors::new();
    for entry in entries {
        let Body::Actor(actor) = Body::of(entry.entry()) else { continue };
        let author = entry.entry().author.member().clone();
        let whose = actor.of.clone().unwrap_or_else(|| author.clone());
        let described = actors.entry(whose).or_default().entry(actor.id.clone()).or_default();
        let before = described.by.remove(&author);
        let earlier = before.map(|before| {
            let mut earlier = before.earlier;
            earlier.push(before.entry);
            earlier
        });
        let earlier = earlier.unwrap_or_default();
        described.by.insert(author, Description { entry, actor: *actor, earlier });
    }
    actors
}

/// The fields by which descriptions of one actor can differ.
pub const FIELDS: [&str; 4] = ["names", "class", "under", "capacity"];

impl Described {
    /// The fields in which the authors differ.
    pub fn differing(&self) -> Vec<&'static str> {
        let mut all = self.by.values().map(|description| &description.actor);
        let Some(first) = all.next() else { return Vec::new() };
        let rest: Vec<&Actor> = all.collect();
        let differs = |key: &&str| {
            rest.iter().any(|other| match *key {
                "names" => other.names != first.names,
                "class" => other.class != first.class,
                "under" => other.under != first.under,
                _ => other.capacity != first.capacity,
            })
        };
        FIELDS.into_iter().filter(differs).collect()
    }
}

/// Actors of one member in the order of a tree, each with its depth: below the one that
/// the member itself puts it under, else the first author who describes it.
pub fn tree(actors: &BTreeMap<Label, Described>, whose: &MemberId) -> Vec<(usize, Label)> {
    let above = |described: &Described| {
        let own = described.by.get(whose).or_else(|| described.by.values().next())?;
        own.actor.under.clone()
    };
    ordered(&actors.iter().map(|(id, described)| (id.clone(), above(described))).collect())
}

/// What is under nothing here begins a tree; so does what is under itself in a ring.
fn ordered(above: &BTreeMap<Label, Option<Label>>) -> Vec<(usize, Label)> {
    let under = |id: &Label| above.get(id)?.as_ref().filter(|up| above.contains_key(*up));
    let mut out: Vec<(usize, Label)> = Vec::new();
    let roots = above.keys().filter(|id| under(id).is_none());
    // After the roots come those in a ring, which no root reaches.
    for root in roots.chain(above.keys()) {
        let mut open = vec![(0, root)];
        while let Some((depth, id)) = open.pop() {
            if out.iter().any(|(_, seen)| seen == id) {
                continue;
            }
            out.push((depth, id.clone()));
            let below = above.keys().rev().filter(|other| under(other) == Some(id));
            open.extend(below.map(|other| (depth + 1, other)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(pairs: &[(&str, &str)]) -> String {
        let label = |text: &str| text.parse::<Label>().ok();
        let above = pairs.iter().map(|(id, up)| (label(id).unwrap(), label(up))).collect();
        let all = ordered(&above);
        all.iter().map(|(depth, id)| format!("{}{id}", ".".repeat(*depth))).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_tree_is_listed_from_its_root() {
        assert_eq!(order(&[("a", "c"), ("b", "a"), ("c", ""), ("d", "c")]), "c .a ..b .d");
        assert_eq!(order(&[("a", "elsewhere"), ("b", "")]), "a b");
    }

    #[test]
    fn a_ring_is_listed_once() {
        assert_eq!(order(&[("a", "b"), ("b", "a"), ("c", "c"), ("d", "b")]), "a .b ..d c");
    }
}
