//! The second axis: what is in effect for whom, by the words of the text.
//!
//! Two passes over all texts, each until nothing changes. First the adoptions that carry
//! a condition: all count, and those whose condition is not shown are taken out one
//! round after another, so that two that each wait for the other both count. Then what
//! is in effect: nothing is at first, and what the conditions show is added, so that
//! nothing is in effect for its own sake.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Answer, Finding, Key, Scene};
use super::consent::{Consent, Consents, Stage};
use super::notices::{Given, Notices, Reach};
use super::record::Record;
use super::texts::Words;
use crate::body::circumstance::Parameters;
use crate::body::condition::Condition;
use crate::body::provision::{Bearer, Provision};
use crate::body::standing::Act as Noticed;
use crate::body::text::Relation;
use crate::hash::Hash;
use crate::names::{MemberId, ProvisionId};
use crate::time::Day;

/// How a commitment ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// By withdrawal.
    Withdrawal,
    /// By its date.
    Expiry(Day),
    /// By a text that took its place.
    Replacement,
    /// By a text that all adopted.
    CommonAct(Hash),
}

/// For what something waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// For its bearer's own consent.
    Consent,
    /// For these members to adopt it, by the provision that says so, if one does.
    Adoption(Vec<MemberId>, Option<ProvisionId>),
    /// For a condition, of this provision of the text.
    Condition(ProvisionId),
    /// For the condition that its adopter set.
    OwnCondition,
    /// For a day.
    Day(Day),
    /// For one of two wordings to be settled on.
    Wording,
}

/// What is in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effectiveness {
    /// Not in effect.
    Waits(Vec<Wait>),
    /// Applied before the text is in effect.
    Provisional,
    /// In effect since the last of these entries, or this day.
    Since(Vec<Hash>, Option<Day>),
    /// Suspended by this notice.
    Suspended(Hash),
    /// Ended.
    Ended(End),
}

/// What is in effect for whom, over all texts.
pub struct Effects<'r, 'a> {
    record: &'r Record<'a>,
    texts: &'r [Words],
    consents: &'r [Consents],
    notices: &'r Notices,
    /// Adoptions whose own condition is not shown.
    pub waiting: BTreeSet<(MemberId, Key)>,
    /// What is in effect.
    pub in_effect: BTreeSet<(MemberId, Key)>,
}

impl<'r, 'a> Effects<'r, 'a> {
    /// Works out both passes.
    pub fn of(
        record: &'r Record<'a>,
        texts: &'r [Words],
        consents: &'r [Consents],
        notices: &'r Notices,
    ) -> Self {
        let (waiting, in_effect) = (BTreeSet::new(), BTreeSet::new());
        let mut effects = Self { record, texts, consents, notices, waiting, in_effect };
        loop {
            let found = effects.unmet();
            if found.is_subset(&effects.waiting) {
                break;
            }
            effects.waiting.extend(found);
        }
        loop {
            let found = effects.effective();
            if found.is_subset(&effects.in_effect) {
                break;
            }
            effects.in_effect.extend(found);
        }
        effects
    }

    /// The scene in which conditions are looked at.
    pub fn scene<'s>(&'s self, whose: Option<&'s MemberId>) -> Scene<'s, 'a> {
        Scene {
            whose,
            record: self.record,
            texts: self.texts,
            consents: self.consents,
            waiting: &self.waiting,
            in_effect: &self.in_effect,
        }
    }

    fn adopted(&self) -> impl Iterator<Item = (Key, &'r MemberId, &'r Consent)> {
        let all = self.consents.iter().enumerate();
        all.flat_map(|(at, consents)| {
            consents.iter().flat_map(move |(member, own)| {
                own.iter().map(move |(id, consent)| ((at, id.clone()), member, consent))
            })
        })
        .filter(|(_, _, consent)| consent.is_adopted())
    }

    fn unmet(&self) -> BTreeSet<(MemberId, Key)> {
        let unmet = self.adopted().filter(|(key, member, consent)| {
            let condition = consent.condition.as_ref();
            condition.is_some_and(|condition| {
                self.scene(Some(member)).look(condition, key, &Parameters::new()).answer != Answer::Shown
            })
        });
        unmet.map(|(key, member, _)| (member.clone(), key)).collect()
    }

    fn effective(&self) -> BTreeSet<(MemberId, Key)> {
        let effective = self
            .adopted()
            .filter(|(key, member, _)| matches!(self.state(member, key), Effectiveness::Since(..)));
        effective.map(|(key, member, _)| (member.clone(), key)).collect()
    }

    /// The words of a key.
    fn text(&self, key: &Key) -> Option<(&'r Words, &'r Provision)> {
        let words = self.texts.get(key.0)?;
        Some((words, words.provision(&key.1)?))
    }

    /// What gives a provision effect: its own field, else that of the procedure.
    pub fn trigger(&self, key: &Key) -> Option<(&'r Condition, &'r ProvisionId)> {
        let (words, provision) = self.text(key)?;
        let own = provision.takes_effect.as_ref().map(|condition| (condition, &provision.id));
        own.or_else(|| words.procedure.takes_effect.as_ref().map(|(condition, id)| (condition, id)))
    }

    /// Consent to a text.
    pub fn consents_of(&self, at: usize) -> &'r Consents {
        static NONE: Consents = Consents::new();
        self.consents.get(at).unwrap_or(&NONE)
    }

    /// What is in effect for a member.
    pub fn state(&self, member: &MemberId, key: &Key) -> Effectiveness {
        let Some((words, provision)) = self.text(key) else { return Effectiveness::Waits(vec![]) };
        let own = self.consents.get(key.0).and_then(|all| all.get(member)?.get(&key.1));
        let Some(consent) = own else { return Effectiveness::Waits(vec![Wait::Consent]) };
        match consent.stage {
            Stage::Left => return Effectiveness::Ended(End::Withdrawal),
            Stage::Replaced => return Effectiveness::Ended(End::Replacement),
            _ if !consent.is_adopted() => return Effectiveness::Waits(vec![Wait::Consent]),
            _ => {}
        }
        if let Some(by) = self.ended_by(member, words, consent) {
            return Effectiveness::Ended(End::CommonAct(by));
        }
        let last = provision.expires.as_ref().or_else(|| words.expires());
        if let Some(day) = last.filter(|day| self.record.cut.day.as_ref().is_some_and(|today| today > *day)) {
            return Effectiveness::Ended(End::Expiry(day.clone()));
        }
        if super::texts::unsettled(&words.provisions).contains(&key.1) {
            return Effectiveness::Waits(vec![Wait::Wording]);
        }
        let (waits, since) = self.waits(member, key, consent);
        let may = consent.provisional && !waits.contains(&Wait::OwnCondition);
        if !waits.is_empty() && !may {
            return Effectiveness::Waits(waits);
        }
        match self.suspension(member, words, &key.1, consent) {
            Some(by) => Effectiveness::Suspended(by),
            None if waits.is_empty() => Effectiveness::Since(since.by, since.day),
            None => Effectiveness::Provisional,
        }
    }

    /// For what it waits, and since what it would be in effect.
    fn waits(&self, member: &MemberId, key: &Key, consent: &Consent) -> (Vec<Wait>, Finding) {
        let mut waits = Vec::new();
        let by = consent.since.into_iter().collect();
        let mut since = Finding { answer: Answer::Shown, by, day: None };
        if self.waiting.contains(&(member.clone(), key.clone())) {
            waits.push(Wait::OwnCondition);
        }
        if let Some((condition, at)) = self.trigger(key) {
            let found = self.scene(Some(member)).look(condition, key, &Parameters::new());
            if found.answer == Answer::Shown {
                since.by.extend(found.by);
                since.day = found.day;
            } else {
                waits.push(self.wait_for(condition, member, key, at));
            }
        } else if let Some(bearers) = self.others_bear(member, key) {
            // Without a condition it takes effect on adoption by its bearer.
            let adopted = bearers.iter().find_map(|bearer| self.counted(bearer, key));
            match adopted {
                Some(consent) => since.by.extend(consent.since),
                None => waits.push(Wait::Adoption(bearers.into_iter().collect(), None)),
            }
        }
        let from = self
            .text(key)
            .and_then(|(words, provision)| provision.applies_from.as_ref().or_else(|| words.applies_from()));
        if let Some(day) = from {
            if self.record.cut.has_come(day) {
                since.day = since.day.max(Some(day.clone()));
            } else {
                waits.push(Wait::Day(day.clone()));
            }
        }
        (waits, since)
    }

    /// A member's adoption of a provision, where its own condition is shown.
    fn counted(&self, member: &MemberId, key: &Key) -> Option<&'r Consent> {
        let own = self.consents.get(key.0)?.get(member)?.get(&key.1)?;
        (own.is_adopted() && !self.waiting.contains(&(member.clone(), key.clone()))).then_some(own)
    }

    /// Who bears a commitment, where its text says who does and the member is none of them.
    fn others_bear(&self, member: &MemberId, key: &Key) -> Option<BTreeSet<MemberId>> {
        let (_, provision) = self.text(key)?;
        let is_named = matches!(provision.bearer, Some(Bearer::Author | Bearer::Named(_)));
        let bearers = self.bearers(key, Some(member));
        (provision.kind.is_commitment() && is_named && !bearers.contains(member)).then_some(bearers)
    }

    fn wait_for(&self, condition: &Condition, member: &MemberId, key: &Key, at: &ProvisionId) -> Wait {
        match condition {
            Condition::Adopted(members) => {
                let due = self.scene(Some(member)).members(members, key, None);
                let has = |member: &MemberId| self.counted(member, key).is_some();
                Wait::Adoption(due.into_iter().filter(|member| !has(member)).collect(), Some(at.clone()))
            }
            Condition::Date(day) => Wait::Day(day.clone()),
            _ => Wait::Condition(at.clone()),
        }
    }

    /// The last suspension of a member on a provision that was neither taken back nor
    /// resumed.
    fn suspension(
        &self,
        member: &MemberId,
        words: &Words,
        id: &ProvisionId,
        consent: &Consent,
    ) -> Option<Hash> {
        // What was suspended, left and adopted anew is not suspended.
        let at = |hash: &Hash| self.record.act(hash).and_then(|act| self.record.place_of(act));
        let is_since = |given: &Given| at(&given.by) > consent.since.as_ref().and_then(at);
        let about = |given: &&Given| given.member == *member && given.reaches(words, id) && is_since(given);
        let mut live = self.notices.all().iter().filter(about).filter(|given| given.revoked.is_none());
        let last = live.rfind(|given| match given.notice.act {
            Noticed::Suspend | Noticed::Resume => given.reach == Reach::Reached,
            _ => false,
        })?;
        (last.notice.act == Noticed::Suspend).then_some(last.by)
    }

    fn is_of(&self, key: &Key, words: &Words) -> bool {
        self.texts.get(key.0).is_some_and(|text| text.digest == words.digest)
    }

    /// The text that ends this one for a member, where all whom it concerns adopted that
    /// wholly.
    fn ended_by(&self, member: &MemberId, words: &Words, consent: &Consent) -> Option<Hash> {
        let ends = |other: &Words| {
            other
                .text
                .relations
                .iter()
                .any(|(relation, entry)| *relation == Relation::Ends && words.entries.contains(entry))
        };
        // Whoever else adopted it neither ends it for them nor holds it for them.
        let due = words.concerned_by(consent.named.as_ref(), member);
        let mut ending = self.texts.iter().zip(self.consents).filter(|(other, _)| ends(other));
        ending.find_map(|(other, consents)| {
            let all: BTreeSet<ProvisionId> =
                other.provisions.iter().map(|provision| provision.id.clone()).collect();
            let mut adopters = super::consent::adopters(consents, &all);
            adopters.retain(|member| {
                !self.waiting.iter().any(|(who, key)| who == member && self.is_of(key, other))
            });
            (!due.is_empty() && due.is_subset(&adopters)).then(|| other.entries.first().copied()).flatten()
        })
    }

    /// Who bears a commitment: by the field, whoever tabled the entry that a member's act
    /// names (of nobody's, any entry), whoever adopted it.
    pub fn bearers(&self, key: &Key, whose: Option<&MemberId>) -> BTreeSet<MemberId> {
        let Some((words, provision)) = self.text(key) else { return BTreeSet::new() };
        let consents = self.consents.get(key.0);
        let mirrored = || {
            let mirrors = consents.into_iter().flatten().filter(|(_, own)| {
                own.get(&key.1).is_some_and(|consent| consent.mirrored && consent.is_adopted())
            });
            mirrors.map(|(member, _)| member.clone())
        };
        match &provision.bearer {
            Some(Bearer::Named(named)) => named.iter().cloned().chain(mirrored()).collect(),
            Some(Bearer::Author) => {
                let own = whose.and_then(|member| consents?.get(member)?.get(&key.1));
                let named = own.and_then(|consent| words.tabled.get(&consent.named?));
                let authors = words.tabled.values().filter(|_| named.is_none()).chain(named);
                authors.map(|tabled| tabled.author.clone()).chain(mirrored()).collect()
            }
            Some(Bearer::Each) | None => {
                let adopts =
                    |own: &BTreeMap<ProvisionId, Consent>| own.get(&key.1).is_some_and(Consent::is_adopted);
                let acted = consents.into_iter().flatten().filter(|(_, own)| adopts(own));
                let acted = acted.map(|(member, _)| member.clone());
                let sides = |member: &MemberId| {
                    self.record.charter.member(member).is_some_and(|m| m.role == crate::charter::Role::Party)
                };
                acted.chain(words.between.iter().cloned()).filter(sides).collect()
            }
        }
    }
}
