//! What bears on a provision: the text it stands in, the definitions and baskets it names
//! in other texts, and all that was said of any of them.
//!
//! References are collected from bodies of any kind, those of later versions too: every
//! entry hash in a body counts, alone or with `#` and an id.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::audit::Audit;
use crate::body::Body;
use crate::body::provision::Provision;
use crate::body::text::{Provisions, Text};
use crate::entry::{Entry, Signed};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::{ProvisionId, Reference};
use crate::strand::{Strand, sets_keys};

/// Fields that hold an entry's hash where they hold one at all.
const REFERENCES: [&str; 18] = [
    "about", "answers", "in_return_for", "revokes", "after", "amends", "before", "corrects", "counter", "ends", "entry", "envelope", "extends",
    "of", "replaces", "same_as", "text", "to",
];

/// A hash in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The hash.
    pub entry: Hash,
    /// Whether it names an entry by its form or its field, and is no digest.
    pub is_entry: bool,
}

/// Every 64 digits in a body, alone or followed by `#` and a provision's id.
pub fn named(entry: &Entry) -> BTreeSet<Named> {
    let mut found = BTreeSet::new();
    if !sets_keys(&entry.kind, &entry.author) && entry.kind != "join" {
        collect("", &entry.body, &mut found);
    }
    found
}

fn collect(field: &str, value: &Value, found: &mut BTreeSet<Named>) {
    match value {
        Value::Number(_) => {}
        Value::String(text) => {
            if let Ok(reference) = text.parse::<Reference>() {
                let is_entry = reference.provision.is_some() || REFERENCES.contains(&field);
                found.insert(Named { entry: reference.entry, is_entry });
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(field, item, found)),
        Value::Object(map) => map.iter().for_each(|(field, item)| collect(field, item, found)),
    }
}

/// The paths of files that an entry may name: in `notes/` by `after`, in `docs/` by any
/// hash in its body.
pub fn files(entry: &Entry) -> Vec<String> {
    let documents = named(entry).into_iter().map(|one| format!("docs/{}", one.entry));
    entry.after.iter().map(|note| format!("notes/{note}")).chain(documents).collect()
}

/// The entries of a record that bear on one: those it refers to, those that refer to it,
/// and so on from each of them. The entry itself is among them.
pub fn bearing_on(audit: &Audit, entry: &Hash) -> BTreeSet<Hash> {
    let mut beside: HashMap<Hash, Vec<Hash>> = HashMap::new();
    for signed in audit.all_strands().flat_map(Strand::entries) {
        for one in named(signed.entry()) {
            beside.entry(signed.hash()).or_default().push(one.entry);
            beside.entry(one.entry).or_default().push(signed.hash());
        }
    }
    let (mut found, mut waiting) = (BTreeSet::new(), vec![*entry]);
    while let Some(hash) = waiting.pop() {
        // What two entries have in common is no link unless it is an entry.
        if audit.entry(&hash).is_some() && found.insert(hash) {
            waiting.extend(beside.get(&hash).into_iter().flatten());
        }
    }
    found
}

/// Where entries and documents are looked for.
pub trait Shown {
    /// The entry with this hash.
    fn entry(&self, hash: &Hash) -> Option<Arc<Signed>>;
    /// The file of `docs/` with this hash.
    fn document(&self, hash: &Hash) -> Option<&[u8]>;
}

/// What a text or a provision needs beside it and is not shown: each a place and words.
pub fn lacking(shown: &dyn Shown, of: &Reference) -> Vec<(String, String)> {
    let (mut lacks, mut looked) = (Vec::new(), BTreeSet::new());
    let mut waiting = vec![of.clone()];
    while let Some(reference) = waiting.pop() {
        if !looked.insert(reference.clone()) {
            continue;
        }
        match next(shown, &reference) {
            Ok(more) => waiting.extend(more),
            Err(what) => lacks.push((reference.to_string(), what)),
        }
    }
    lacks
}

/// The provisions that one refers to; or, of a text, all of its own.
fn next(shown: &dyn Shown, reference: &Reference) -> Result<Vec<Reference>, String> {
    let own = |id: &ProvisionId| Reference { entry: reference.entry, provision: Some(id.clone()) };
    let Some(signed) = shown.entry(&reference.entry) else {
        return Err(format!("the entry {} is not in this file", reference.entry.short()));
    };
    let Body::Text(text) = Body::of(signed.entry()) else {
        return match &reference.provision {
            None => Ok(Vec::new()),
            Some(id) => Err(format!("{} has no provision {id}", signed.cite())),
        };
    };
    let provisions = provisions(shown, &text).ok_or_else(|| {
        format!("the document in which {} has its provisions is not in this file", signed.cite())
    })?;
    let Some(id) = &reference.provision else { return Ok(text.ids().into_iter().map(own).collect()) };
    let provision = provisions.iter().find(|one| one.id == *id);
    let provision = provision.ok_or_else(|| format!("{} has no provision {id}", signed.cite()))?;
    Ok(provision.places().into_iter().map(|place| place.from(reference.entry)).collect())
}

fn provisions(shown: &dyn Shown, text: &Text) -> Option<Vec<Provision>> {
    match &text.provisions {
        Provisions::Here(_) => text.provisions(None),
        Provisions::InDocument { document, .. } => text.provisions(shown.document(document)),
    }
}
