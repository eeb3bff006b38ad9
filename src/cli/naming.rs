//! Members by the names that the charter gives them, and the order in which a page
//! lists them: alphabetical in its language, one's own first where one says who one is.

use std::cmp::Ordering;

use countersign::audit::Audit;
use countersign::charter::Charter;
use countersign::failure::{Failure, Outcome, Why};
use countersign::names::MemberId;
use countersign::unicode::shown_on_one_line;
use countersign::vocabulary::Tongue;

use super::hint;
use super::terminal::shown;

/// The member whose side is listed first.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Own {
    /// List this member first; else the alphabet of the page's language decides.
    #[arg(long = "as", value_name = "MEMBER")]
    own: Option<String>,
}

/// How a page names members and orders them.
#[derive(Clone, Copy, Debug)]
pub struct Naming<'a> {
    charter: Option<&'a Charter>,
    tongue: Tongue,
    own: Option<&'a MemberId>,
}

impl<'a> Naming<'a> {
    /// By the charter of a copy, in a tongue.
    pub fn new(audit: &'a Audit, tongue: Tongue) -> Self {
        Self { charter: audit.charter.as_deref(), tongue, own: None }
    }

    /// The same with one's own side first, if one said which that is.
    pub fn with(self, own: &Own) -> Outcome<Self> {
        let Some(typed) = &own.own else { return Ok(self) };
        let members = self.charter.iter().flat_map(|charter| charter.members.keys());
        match members.clone().find(|id| id.as_str() == typed) {
            Some(own) => Ok(Self { own: Some(own), ..self }),
            None => {
                let near = hint::did_you_mean(typed, members.map(MemberId::as_str));
                let what = format!("the charter has no member {}{near}", shown(typed));
                Err(Failure::new(Why::Usage, what).next("countersign charter show"))
            }
        }
    }

    /// The name of a member in the language of the page; its id where the charter gives
    /// none.
    pub fn name(&self, id: &MemberId) -> String {
        let member = self.charter.and_then(|charter| charter.member(id));
        let names = member.and_then(|member| member.names.as_ref());
        let named = names.and_then(|names| names.get(self.tongue.tag()));
        named.map_or_else(|| id.to_string(), |name| shown_on_one_line(name))
    }

    /// The name of a member, and its id where that is not the same: `Москва (moscow)`.
    pub fn full(&self, id: &MemberId) -> String {
        let name = self.name(id);
        if name == id.as_str() { name } else { format!("{name} ({id})") }
    }

    /// Some members by name, in the order of the page: `moscow, washington`.
    pub fn list<'m>(&self, ids: impl IntoIterator<Item = &'m MemberId>) -> String {
        let names: Vec<String> = self.in_order(ids).into_iter().map(|id| self.name(id)).collect();
        names.join(", ")
    }

    /// Members in the order of the page.
    pub fn in_order<'m>(&self, ids: impl IntoIterator<Item = &'m MemberId>) -> Vec<&'m MemberId> {
        let mut all: Vec<&MemberId> = ids.into_iter().collect();
        all.sort_by(|one, other| self.compare(one, other));
        all
    }

    /// Which of two members the page lists first.
    pub fn compare(&self, one: &MemberId, other: &MemberId) -> Ordering {
        let place = |id: &MemberId| (self.own != Some(id), letters(&self.name(id)), id.to_string());
        place(one).cmp(&place(other))
    }
}

/// A name as the alphabet takes it: without case, and with ё among е, where Russian
/// dictionaries have it; code points would put it behind я.
fn letters(name: &str) -> String {
    name.to_lowercase().replace('ё', "е")
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign::fields::Words;

    fn charter() -> Charter {
        Charter::parse(include_bytes!("../../keys/charter.json")).unwrap()
    }

    fn named(charter: &mut Charter, id: &str, en: &str, ru: &str) {
        let pairs = [("en", en), ("ru", ru)].map(|(tag, name)| (tag.to_owned(), name.to_owned()));
        let member = charter.members.get_mut(&id.parse::<MemberId>().unwrap()).unwrap();
        member.names = Some(Words::from(pairs));
    }

    #[test]
    fn members_stand_in_the_alphabet_of_the_page() {
        let mut charter = charter();
        let ids: Vec<MemberId> = charter.members.keys().cloned().collect();
        let bare = Naming { charter: Some(&charter), tongue: Tongue::Russian, own: None };
        assert_eq!(bare.list(&ids), "archive, moscow, washington");
        named(&mut charter, "moscow", "Moscow", "Москва");
        named(&mut charter, "washington", "Washington", "Вашингтон");
        let page = |tongue, own| Naming { charter: Some(&charter), tongue, own }.list(&ids[1..]);
        assert_eq!(page(Tongue::English, None), "Moscow, Washington");
        assert_eq!(page(Tongue::Russian, None), "Вашингтон, Москва");
        assert_eq!(page(Tongue::Russian, Some(&ids[1])), "Москва, Вашингтон");
        assert_eq!(page(Tongue::English, Some(&ids[2])), "Washington, Moscow");
    }

    #[test]
    fn the_alphabet_has_no_case_and_knows_yo() {
        assert!(letters("ёлка") < letters("жар") && letters("Ямал") > letters("белград"));
    }
}
