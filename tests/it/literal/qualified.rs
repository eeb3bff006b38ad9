//! Reservations and the like, one by one: what takes each back, and what others say of
//! it, read literally.

use std::num::NonZeroU64;

use countersign::body::Body;
use countersign::body::question::{BetweenUs, Stance};
use countersign::body::standing::Act;
use countersign::body::text::{Qualification, Standing};
use countersign::hash::Hash;
use countersign::names::{MemberId, ProvisionId};
use countersign::status::summary::{Between, Reaction};

use super::{E, Literal};

impl Literal {
    /// What an entry qualifies its consent by, counted from 1.
    pub(super) fn made(e: &E) -> Vec<(NonZeroU64, Qualification)> {
        let list = match &e.body {
            Body::Adopt(adoption) => &adoption.consent.qualifications,
            Body::Text(text) => &text.consent.qualifications,
            _ => return vec![],
        };
        let mut made = vec![];
        for (at, one) in list.iter().enumerate() {
            let number = NonZeroU64::new(u64::try_from(at + 1).unwrap()).unwrap();
            made.push((number, one.clone()));
        }
        made
    }

    /// Whether a number that is given is there, and on the provision that is given.
    pub(super) fn has_number(e: &E, number: Option<NonZeroU64>, on: Option<&ProvisionId>) -> bool {
        number.is_none_or(|number| {
            Self::made(e).iter().any(|(own, made)| *own == number && on.is_none_or(|id| made.on.contains(id)))
        })
    }

    /// The first notice before `before` that takes back what one qualification says of a
    /// provision, or of the whole text.
    fn back(&self, e: &E, number: NonZeroU64, on: Option<&ProvisionId>, before: u64) -> Option<&E> {
        self.own(&e.who).find(|n| {
            let Body::Notice(notice) = &n.body else { return false };
            let is_it = match (notice.qualification, &notice.of.provision) {
                (None, None) => true,
                (None, Some(id)) => Some(id) == on,
                (Some(own), None) => own == number,
                (Some(own), Some(id)) => own == number && Some(id) == on,
            };
            n.entry.seq < before
                && notice.act == Act::Revoke
                && notice.of.entry == e.hash
                && is_it
                && self.stands(n)
        })
    }

    /// Whether there is something of a qualification that can still be taken back.
    pub(super) fn is_left(&self, e: &E, number: NonZeroU64, on: Option<&ProvisionId>, before: u64) -> bool {
        let made = Self::made(e).into_iter().find(|(own, _)| *own == number).unwrap().1;
        match on {
            Some(_) => self.back(e, number, on, before).is_none(),
            None if made.on.is_empty() => self.back(e, number, None, before).is_none(),
            None => made.on.iter().any(|id| self.back(e, number, Some(id), before).is_none()),
        }
    }

    fn reaction(&self, e: &E, one: &(NonZeroU64, Qualification), who: &MemberId) -> Option<(Reaction, &E)> {
        let own = self.own(who).filter(|a| self.is_answer_to(a, e, one) && !self.is_back(a));
        let last = own.last()?;
        let Body::Answer(answer) = &last.body else { return None };
        let reaction = match (answer.stance, answer.between_us) {
            (Stance::Object, Some(BetweenUs::Stands)) => Reaction::Objected(Between::Stands),
            (Stance::Object, Some(BetweenUs::DoesNotStand)) => Reaction::Objected(Between::DoesNotStand),
            (Stance::Object, None) => Reaction::Objected(Between::NotSaid),
            (Stance::Accept | Stance::NoObjection, _) => Reaction::Accepted,
            _ => return None,
        };
        Some((reaction, last))
    }

    fn is_answer_to(&self, a: &E, e: &E, (number, made): &(NonZeroU64, Qualification)) -> bool {
        let Body::Answer(answer) = &a.body else { return false };
        answer.to.entry == e.hash
            && answer.qualification.is_none_or(|own| own == *number)
            && answer.to.provision.as_ref().is_none_or(|id| made.on.contains(id))
            && self.stands(a)
    }

    /// The qualifications of consent to some words, each with its entry and number.
    pub fn qualified_in(&self, digest: &Hash) -> Vec<(String, String)> {
        let mut out = vec![];
        for e in self.all.iter().filter(|e| self.stands(e)) {
            let is_consent = match &e.body {
                Body::Adopt(adoption) => adoption.words_digest == *digest,
                Body::Text(text) => {
                    text.standing == Standing::Pledge && text.words_digest(None) == Some(*digest)
                }
                _ => false,
            };
            for one in Self::made(e).into_iter().filter(|_| is_consent) {
                let (number, made) = &one;
                let each: Vec<(&ProvisionId, &E)> = made
                    .on
                    .iter()
                    .filter_map(|id| Some((id, self.back(e, *number, Some(id), u64::MAX)?)))
                    .collect();
                let over: Vec<String> = each.iter().map(|(id, by)| format!("{id} {}", by.cite)).collect();
                let whole = if made.on.is_empty() {
                    self.back(e, *number, None, u64::MAX)
                } else if each.len() == made.on.len() {
                    each.iter().map(|(_, by)| *by).max_by_key(|by| by.entry.seq)
                } else {
                    None
                };
                let place = format!("qualified {} {number}", e.cite);
                let back = format!("{:?} on {over:?}", whole.map(|by| by.cite.clone()));
                out.push((format!("{place} back"), back));
                let all = self.all.iter().filter(|a| self.is_answer_to(a, e, &one));
                let mut answers: Vec<String> = all.map(|a| a.cite.clone()).collect();
                answers.sort();
                out.push((format!("{place} answers"), answers.join(" ")));
                for (who, _) in &self.members {
                    if let Some((reaction, by)) = self.reaction(e, &one, who) {
                        out.push((format!("{place} {who}"), format!("{reaction:?} {}", by.cite)));
                    }
                }
            }
        }
        out
    }
}
