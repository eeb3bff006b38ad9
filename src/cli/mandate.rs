//! Which own `actor` entry names a key for an act: the mandate, as far as entries show
//! it.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign::body::Body;
use countersign::body::standing::{Actor, Mandated};
use countersign::body::text::Standing;
use countersign::entry::{Entry, Signed};
use countersign::names::Label;
use countersign::time::Day;

/// What entries show of a mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// This entry names the key for these acts.
    By(String, Vec<Mandated>),
    /// This entry names it until a day that has passed.
    Ended(String, Day),
    /// Nothing does.
    Not,
}

/// The act for which a mandate can be given; none for entries about oneself.
pub fn act(entry: &Entry) -> Option<Mandated> {
    Some(match Body::of(entry) {
        Body::Adopt(_) => Mandated::Adopt,
        Body::Answer(_) => Mandated::Answer,
        Body::Ask(_) => Mandated::Ask,
        Body::Notice(_) => Mandated::Notice,
        Body::Report(_) => Mandated::Report,
        Body::Statement(_) => Mandated::Statement,
        Body::Text(text) if text.standing == Standing::Pledge => Mandated::Pledge,
        Body::Text(_) => Mandated::Propose,
        _ => return None,
    })
}

/// Who is named for an act by a key, on a day, by the `actor` entries of one's own log. A
/// later entry about an actor takes the place of an earlier one.
pub fn shown(own: &[Arc<Signed>], act: Mandated, label: &Label, today: &Day) -> Shown {
    let mut actors: BTreeMap<Label, (String, Actor)> = BTreeMap::new();
    for signed in own {
        if let Body::Actor(actor) = Body::of(signed.entry())
            && actor.of.is_none()
        {
            actors.insert(actor.id.clone(), (signed.cite(), *actor));
        }
    }
    let mut ended = Shown::Not;
    for (cited, actor) in actors.into_values() {
        let named = |acts: &[Mandated], keys: &[Label]| acts.contains(&act) && keys.contains(label);
        match actor.mandate {
            Some(mandate) if named(&mandate.acts, &mandate.keys) => match mandate.until {
                Some(until) if until < *today => ended = Shown::Ended(cited, until),
                _ => return Shown::By(cited, mandate.acts),
            },
            _ => {}
        }
    }
    ended
}
