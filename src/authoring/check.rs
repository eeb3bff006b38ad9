//! What the signed form does not ask of a text and its writer expects: names that lead
//! somewhere, languages that are whole, fields that are set once.

use super::{AuthoringError, Outside, Places};
use crate::body::condition::Condition;
use crate::body::provision::{Provision, Reservations, Type};
use crate::body::text::{Provisions, Text};
use crate::fields::Words;
use crate::names::{Place, ProvisionId, Reference};

/// One text, being looked at.
struct Desk<'a> {
    text: &'a Text,
    provisions: &'a [Provision],
    places: &'a Places,
    outside: &'a dyn Outside,
}

/// A path in the body, and what was due there.
type Due = (String, String);

/// Looks at everything; the first that does not hold is told.
pub fn check(text: &Text, places: &Places, outside: &dyn Outside) -> Result<(), AuthoringError> {
    let provisions = match &text.provisions {
        Provisions::Here(provisions) => provisions.as_slice(),
        Provisions::InDocument { .. } => &[],
    };
    let desk = Desk { text, provisions, places, outside };
    desk.all().map_err(|(path, due)| AuthoringError { spot: desk.places.of(&path).unwrap_or_default(), due })
}

impl Desk<'_> {
    fn all(&self) -> Result<(), Due> {
        if let Some(title) = &self.text.title {
            self.languages(title, "body.title")?;
        }
        for (index, provision) in self.provisions.iter().enumerate() {
            let place = format!("body.provisions[{index}]");
            self.languages(&provision.words, &format!("{place}.words"))?;
            if let Some(term) = &provision.term {
                self.languages(term, &format!("{place}.term"))?;
            }
            self.names(provision, &place)?;
            self.alternative(provision, &place)?;
            self.set_once(index, provision, &place)?;
        }
        if let Some(condition) = &self.text.consent.condition {
            self.condition(condition, "body.condition")?;
        }
        for (index, made) in self.text.consent.qualifications.iter().enumerate() {
            self.languages(&made.words, &format!("body.qualifications[{index}].words"))?;
            self.ids(&made.on, &format!("body.qualifications[{index}].on"))?;
        }
        Ok(())
    }

    fn languages(&self, words: &Words, place: &str) -> Result<(), Due> {
        let languages = &self.text.languages;
        if let Some(tag) = words.keys().find(|tag| !languages.contains_key(*tag)) {
            let due = format!("words in the languages of [text]; {tag} is none");
            return Err((format!("{place}.{tag}"), due));
        }
        let mut authentic = languages.iter().filter(|(_, rank)| *rank == "authentic");
        match authentic.find(|(tag, _)| !words.contains_key(*tag)) {
            Some((tag, _)) => Err((place.to_owned(), format!("words in {tag} too, which is authentic"))),
            None => Ok(()),
        }
    }

    /// The provision at a place; an error where it is to be in this text and is not.
    /// Nothing where it is in another that is not held.
    fn find(&self, place: &Place, path: &str) -> Result<Option<Provision>, Due> {
        match place {
            Place::Here(id) => match self.provisions.iter().find(|p| p.id == *id) {
                Some(provision) => Ok(Some(provision.clone())),
                None => Err((path.to_owned(), format!("an id of this text; there is no {id}"))),
            },
            Place::There(entry, id) => {
                let reference = Reference { entry: *entry, provision: Some(id.clone()) };
                Ok(self.outside.provision(&reference))
            }
        }
    }

    fn of_kind(&self, place: &Place, path: &str, kind: Type, name: &str) -> Result<Option<Provision>, Due> {
        match self.find(place, path)? {
            Some(found) if found.kind != kind => {
                let due =
                    format!("the id of a {name}; {} is {} {}", found.id, article(found.kind), found.kind);
                Err((path.to_owned(), due))
            }
            found => Ok(found),
        }
    }

    fn names(&self, provision: &Provision, place: &str) -> Result<(), Due> {
        if let Some(basket) = &provision.basket {
            self.of_kind(basket, &format!("{place}.in"), Type::Basket, "basket")?;
        }
        for (index, used) in provision.uses.iter().enumerate() {
            self.of_kind(used, &format!("{place}.uses[{index}]"), Type::Define, "definition")?;
        }
        let conditions = [
            ("when", &provision.when),
            ("until", &provision.until),
            ("takes_effect", &provision.takes_effect),
        ];
        for (key, condition) in conditions {
            if let Some(condition) = condition {
                self.condition(condition, &format!("{place}.{key}"))?;
            }
        }
        match &provision.reservations {
            Some(Reservations::On(ids)) => self.ids(ids, &format!("{place}.reservations")),
            _ => Ok(()),
        }
    }

    fn ids(&self, ids: &[ProvisionId], place: &str) -> Result<(), Due> {
        for (index, id) in ids.iter().enumerate() {
            self.find(&Place::Here(id.clone()), &format!("{place}[{index}]"))?;
        }
        Ok(())
    }

    fn condition(&self, condition: &Condition, place: &str) -> Result<(), Due> {
        match condition {
            Condition::All(items) | Condition::Any(items) => {
                let key = if matches!(condition, Condition::All(_)) { "all" } else { "any" };
                for (index, item) in items.iter().enumerate() {
                    self.condition(item, &format!("{place}.{key}[{index}]"))?;
                }
                Ok(())
            }
            Condition::InEffect { of, .. } => self.find(of, &format!("{place}.in_effect")).map(|_| ()),
            Condition::Reported { of, same, .. } => {
                let path = format!("{place}.reported");
                let Some(defined) = self.of_kind(of, &path, Type::Define, "definition")? else {
                    return Ok(());
                };
                match same.iter().position(|name| !defined.with.contains(name)) {
                    Some(index) => {
                        let name = same.get(index).map_or("", String::as_str);
                        let due = format!("names that `with` of {} has; {name} is none", defined.id);
                        Err((format!("{place}.same[{index}]"), due))
                    }
                    None => Ok(()),
                }
            }
            Condition::Date(_) | Condition::Adopted(_) => Ok(()),
        }
    }

    /// Square brackets: two wordings of one provision.
    fn alternative(&self, provision: &Provision, place: &str) -> Result<(), Due> {
        let Some(to) = &provision.alternative_to else { return Ok(()) };
        let path = format!("{place}.alternative_to");
        let Some(first) = self.find(to, &path)? else { return Ok(()) };
        if *to == Place::Here(provision.id.clone()) {
            return Err((path, "another provision than this one".to_owned()));
        }
        if first.kind != provision.kind {
            let due = format!("a provision of the same type; {} is {}", first.id, first.kind);
            return Err((path, due));
        }
        match (&first.alternative_to, to) {
            (Some(further), Place::Here(_)) => {
                let due = format!("the provision to which {} is an alternative, {further}", first.id);
                Err((path, due))
            }
            _ => Ok(()),
        }
    }

    /// What a procedure says of the whole text is said in one provision.
    fn set_once(&self, index: usize, provision: &Provision, place: &str) -> Result<(), Due> {
        if provision.kind != Type::Procedure || provision.alternative_to.is_some() {
            return Ok(());
        }
        let earlier = self.provisions.iter().take(index);
        for other in earlier.filter(|p| p.kind == Type::Procedure && p.alternative_to.is_none()) {
            let (own, others) = (procedure_fields(provision), procedure_fields(other));
            if let Some(field) = own.iter().find(|field| others.contains(field)) {
                let due = format!("{field} in one procedure of the text; {} has it too", other.id);
                return Err((format!("{place}.{field}"), due));
            }
        }
        Ok(())
    }
}

fn article(kind: Type) -> &'static str {
    if kind.as_str().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// The fields that a procedure sets for the whole text.
fn procedure_fields(provision: &Provision) -> Vec<&'static str> {
    let fields = [
        ("takes_effect", provision.takes_effect.is_some()),
        ("applies_from", provision.applies_from.is_some()),
        ("expires", provision.expires.is_some()),
        ("parts", provision.parts.is_some()),
        ("reservations", provision.reservations.is_some()),
        ("reply_hours", provision.reply_hours.is_some()),
        ("suspend_days", provision.suspend_days.is_some()),
        ("withdraw_days", provision.withdraw_days.is_some()),
        ("counted_from", provision.counted_from.is_some()),
    ];
    fields.into_iter().filter(|(_, stands)| *stands).map(|(name, _)| name).collect()
}
