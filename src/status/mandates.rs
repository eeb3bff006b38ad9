//! Who was empowered to sign an act, by the author's own `actor` entries before it. What
//! no entry names is not shown, and judged by nobody.

use super::record::{Act, Record};
use crate::body::Body;
use crate::body::standing::Mandated;
use crate::body::text::Standing;
use crate::hash::Hash;

/// For which act a mandate would be given, if for any.
pub fn needed(body: &Body) -> Option<Mandated> {
    match body {
        Body::Adopt(_) => Some(Mandated::Adopt),
        Body::Answer(_) => Some(Mandated::Answer),
        Body::Ask(_) => Some(Mandated::Ask),
        Body::Notice(_) => Some(Mandated::Notice),
        Body::Report(_) => Some(Mandated::Report),
        Body::Statement(_) => Some(Mandated::Statement),
        Body::Text(text) if text.standing == Standing::Pledge => Some(Mandated::Pledge),
        Body::Text(_) => Some(Mandated::Propose),
        _ => None,
    }
}

/// The entry that names a mandate for this act and a key that signed it: the last before
/// it, of those that had not ended by the day that the act's author gives.
pub fn of(record: &Record<'_>, act: &Act) -> Option<Hash> {
    let wanted = needed(&act.body)?;
    let entry = act.signed.entry();
    let said = entry.said.as_ref().map(crate::time::Time::day);
    let earlier = record.actors_of(act.member()).filter(|other| {
        record.place_of(other) < record.place_of(act) && !super::effect::is_revoked(record, other, None)
    });
    // A later description of the same actor takes the place of the earlier.
    let mut named = std::collections::BTreeMap::new();
    for other in earlier {
        if let Body::Actor(actor) = &other.body
            && actor.of.is_none()
        {
            named.insert(actor.id.clone(), (other, actor.mandate.as_ref()));
        }
    }
    let fits = named.into_values().filter(|(_, mandate)| {
        mandate.is_some_and(|mandate| {
            let key = mandate.keys.is_empty() || mandate.keys.iter().any(|key| entry.signers.contains(key));
            let runs = match (&mandate.until, &said) {
                (Some(until), Some(said)) => said <= until,
                (Some(_), None) => false,
                (None, _) => true,
            };
            key && runs && mandate.acts.contains(&wanted)
        })
    });
    fits.max_by_key(|(other, _)| other.signed.entry().seq).map(|(other, _)| other.hash())
}
