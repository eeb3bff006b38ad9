//! What an act starts by the words of the text, as far as the fields of the text say it.
//! Pure: it computes what is written and decides nothing.

use std::collections::BTreeSet;

use countersign::body::condition::{Condition, Members};
use countersign::body::provision::{Bearer, CountedFrom, Provision, Type};
use countersign::body::standing::Act;
use countersign::names::{MemberId, ProvisionId};
use countersign::status::texts;
use countersign::time::Day;

/// Which provisions of a text an adoption or notice is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part<'a> {
    /// Baskets and provisions taken; none: the whole.
    pub only: &'a [ProvisionId],
    /// Baskets and provisions left out.
    pub except: &'a [ProvisionId],
}

impl Part<'_> {
    /// Whether a provision is in it.
    pub fn has(&self, provision: &Provision) -> bool {
        texts::reaches(provision, self.only, self.except)
    }
}

/// Who adopts, and who has.
pub struct Adopting<'a> {
    /// Who adopts.
    pub member: &'a MemberId,
    /// Whose text it is.
    pub author: &'a MemberId,
    /// Whether the author's commitments are taken on too.
    pub mirrored: bool,
    /// Each whose adoption makes the text joint.
    pub each: Vec<MemberId>,
    /// Those who have adopted it before.
    pub have: BTreeSet<MemberId>,
    /// What is adopted.
    pub part: Part<'a>,
}

/// When commitments take effect, by the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// With this adoption.
    Now,
    /// Once these have adopted too.
    Once(Vec<MemberId>),
    /// From a day on.
    From(Day),
    /// When a condition is met.
    When,
}

/// A start, the commitments that have it, and the provision that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The commitments.
    pub ids: Vec<ProvisionId>,
    /// When.
    pub start: Start,
    /// The provision that says so; none where the text says nothing.
    pub by: Option<ProvisionId>,
}

impl Adopting<'_> {
    fn bears(&self, provision: &Provision) -> bool {
        match &provision.bearer {
            None | Some(Bearer::Each) => true,
            Some(Bearer::Author) => self.member == self.author || self.mirrored,
            Some(Bearer::Named(named)) => named.contains(self.member),
        }
    }

    fn start(&self, condition: &Condition) -> Start {
        let others = |named: &[MemberId]| {
            let waited = |id: &&MemberId| *id != self.member && !self.have.contains(*id);
            match named.iter().filter(waited).cloned().collect::<Vec<_>>() {
                none if none.is_empty() => Start::Now,
                some => Start::Once(some),
            }
        };
        match condition {
            Condition::Date(day) => Start::From(day.clone()),
            Condition::Adopted(Members::Each) => others(&self.each),
            Condition::Adopted(Members::Named(named)) => others(named),
            _ => Start::When,
        }
    }
}

/// What an adoption starts: the commitments that the adopter takes on, by when they
/// take effect.
pub fn of_adoption(provisions: &[Provision], adopting: &Adopting<'_>) -> Vec<Started> {
    let common = provisions.iter().find(|p| p.kind == Type::Procedure && p.takes_effect.is_some());
    let mut all: Vec<Started> = Vec::new();
    let taken = |p: &&Provision| p.kind.is_commitment() && adopting.part.has(p) && adopting.bears(p);
    for provision in provisions.iter().filter(taken) {
        let by = if provision.takes_effect.is_some() { Some(provision) } else { common };
        let condition = by.and_then(|by| by.takes_effect.as_ref());
        let start = condition.map_or(Start::Now, |condition| adopting.start(condition));
        let by = by.map(|by| by.id.clone());
        match all.iter_mut().find(|one| (&one.start, &one.by) == (&start, &by)) {
            Some(one) => one.ids.push(provision.id.clone()),
            None => all.push(Started { ids: vec![provision.id.clone()], start, by }),
        }
    }
    all
}

/// A period that a text sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Days, or hours where a reply is expected.
    pub number: u64,
    /// From what it is counted, where the text says so.
    pub counted_from: Option<CountedFrom>,
    /// The provision that sets it.
    pub by: ProvisionId,
}

/// The period that a notice takes, if the text sets one.
pub fn of_notice(provisions: &[Provision], act: Act) -> Option<Period> {
    let days = |provision: &Provision| match act {
        Act::Withdraw => provision.withdraw_days,
        Act::Suspend => provision.suspend_days,
        Act::Resume | Act::Revoke => None,
    };
    // What says from when it is counted may stand in a procedure of its own.
    let counted_from = provisions.iter().find_map(|provision| provision.counted_from);
    provisions.iter().find_map(|provision| {
        Some(Period {
            number: days(provision)?,
            counted_from: provision.counted_from.or(counted_from),
            by: provision.id.clone(),
        })
    })
}

/// The hours within which the text expects a reply.
pub fn of_question(provisions: &[Provision]) -> Option<Period> {
    provisions.iter().find_map(|provision| {
        let number = provision.reply_hours?;
        Some(Period { number, counted_from: Some(CountedFrom::Receipt), by: provision.id.clone() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign::json::Value;

    fn provisions() -> Vec<Provision> {
        let words = |rest: &str| format!("{{{rest},\"words\":{{\"en\":\"W.\"}}}}");
        [
            "\"id\":\"b1\",\"type\":\"basket\"",
            "\"id\":\"b2\",\"type\":\"basket\"",
            "\"id\":\"c1\",\"in\":\"b1\",\"type\":\"do\"",
            "\"id\":\"c2\",\"in\":\"b2\",\"type\":\"refrain\"",
            "\"alternative_to\":\"c2\",\"id\":\"c3\",\"in\":\"b2\",\"type\":\"refrain\"",
            "\"id\":\"c4\",\"takes_effect\":{\"date\":\"2030-01-01\"},\"type\":\"do\"",
            "\"bearer\":\"author\",\"id\":\"c5\",\"type\":\"do\"",
            "\"id\":\"g1\",\"type\":\"saving\"",
            "\"id\":\"p1\",\"takes_effect\":{\"adopted\":\"each\"},\"type\":\"procedure\"",
            "\"counted_from\":\"receipt\",\"id\":\"p2\",\"reply_hours\":72,\"type\":\"procedure\",\"withdraw_days\":90",
        ]
        .iter()
        .map(|rest| Provision::read(&Value::parse(&words(rest)).unwrap(), "").unwrap())
        .collect()
    }

    fn ids(texts: &[&str]) -> Vec<ProvisionId> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn commitments_wait_for_whom_the_text_names() {
        let (moscow, washington) = ("moscow".parse().unwrap(), "washington".parse().unwrap());
        let except = ids(&["b2"]);
        let mut adopting = Adopting {
            member: &washington,
            author: &moscow,
            mirrored: false,
            each: vec![MemberId::clone(&moscow), MemberId::clone(&washington)],
            have: BTreeSet::new(),
            part: Part { only: &[], except: &except },
        };
        let shown = |adopting: &Adopting<'_>| {
            let started = of_adoption(&provisions(), adopting);
            started.into_iter().map(|one| (one.ids, one.start, one.by)).collect::<Vec<_>>()
        };
        let by = |id: &str| Some(id.parse().unwrap());
        let from = Start::From("2030-01-01".parse().unwrap());
        assert_eq!(
            shown(&adopting),
            [
                (ids(&["c1"]), Start::Once(vec![moscow.clone()]), by("p1")),
                (ids(&["c4"]), from.clone(), by("c4")),
            ]
        );
        adopting.have.insert(moscow.clone());
        adopting.mirrored = true;
        assert_eq!(
            shown(&adopting),
            [(ids(&["c1", "c5"]), Start::Now, by("p1")), (ids(&["c4"]), from, by("c4"))]
        );
    }

    #[test]
    fn a_part_has_its_baskets_and_what_is_common() {
        let all = provisions();
        let inside = |part: Part<'_>| {
            all.iter().filter(|p| part.has(p)).map(|p| p.id.as_str()).collect::<Vec<_>>().join(" ")
        };
        let b1 = ids(&["b1"]);
        assert_eq!(inside(Part::default()), "b1 b2 c1 c2 c3 c4 c5 g1 p1 p2");
        assert_eq!(inside(Part { only: &b1, except: &[] }), "b1 c1 g1 p1 p2");
        assert_eq!(inside(Part { only: &[], except: &b1 }), "b2 c2 c3 c4 c5 g1 p1 p2");
    }

    #[test]
    fn periods_are_those_of_the_procedure() {
        let period = of_notice(&provisions(), Act::Withdraw).unwrap();
        assert_eq!((period.number, period.counted_from), (90, Some(CountedFrom::Receipt)));
        assert_eq!(of_notice(&provisions(), Act::Suspend), None);
        assert_eq!(of_question(&provisions()).unwrap().number, 72);
    }
}
