//! Conditions against the record: shown, shown otherwise, or not shown, each with the
//! entries that carry it. Nothing becomes shown by the absence of an entry.

use std::collections::BTreeSet;

use super::consent::Consents;
use super::effect::is_revoked;
use super::record::{Act, Record};
use super::texts::Words;
use crate::body::Body;
use crate::body::circumstance::Parameters;
use crate::body::condition::{By, Condition, Members};
use crate::body::statement::{Found, Moment, Report};
use crate::charter::Role;
use crate::hash::Hash;
use crate::names::{MemberId, Place, ProvisionId};
use crate::time::Day;

/// The answer to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Nothing in the record says so.
    NotShown,
    /// The record says otherwise.
    ShownOtherwise,
    /// The record says so.
    Shown,
}

impl Answer {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::ShownOtherwise => "shown_otherwise",
            Self::NotShown => "not_shown",
        }
    }
}

/// An answer and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The answer.
    pub answer: Answer,
    /// The entries that carry it, in order, each once.
    pub by: Vec<Hash>,
    /// The day from which it is so, by whoever dates it.
    pub day: Option<Day>,
}

impl Finding {
    fn plain(answer: Answer) -> Self {
        Self { answer, by: Vec::new(), day: None }
    }
}

/// A provision of a text of the record: the number of the text, and the id.
pub type Key = (usize, ProvisionId);

/// What is known while conditions are looked at.
pub struct Scene<'r, 'a> {
    /// The record.
    pub record: &'r Record<'a>,
    /// Its texts.
    pub texts: &'r [Words],
    /// Consent to each of them.
    pub consents: &'r [Consents],
    /// Adoptions whose own condition is not shown.
    pub waiting: &'r BTreeSet<(MemberId, Key)>,
    /// What is in effect for whom, as far as it is known.
    pub in_effect: &'r BTreeSet<(MemberId, Key)>,
    /// For whom it is looked: whom "each" means follows from the entry that this member's
    /// act names; of nobody, from all entries that hold the words.
    pub whose: Option<&'r MemberId>,
}

impl Scene<'_, '_> {
    /// Looks at a condition of a provision: in the light of a link's parameters, if there
    /// is one.
    pub fn look(&self, condition: &Condition, at: &Key, with: &Parameters) -> Finding {
        match condition {
            Condition::Date(day) => self.date(day),
            Condition::Adopted(members) => self.adopted(members, at),
            Condition::InEffect { of, members } => self.effective(of, members, at),
            Condition::Reported { of, by, same, days } => {
                let Some(named) = self.place(of, at.0) else { return Finding::plain(Answer::NotShown) };
                self.reported(&named, by, same, *days, with)
            }
            Condition::All(items) => {
                join(&items.iter().map(|item| self.look(item, at, with)).collect::<Vec<_>>(), all)
            }
            Condition::Any(items) => {
                join(&items.iter().map(|item| self.look(item, at, with)).collect::<Vec<_>>(), any)
            }
        }
    }

    /// The provision that a place names, if its text is in the record.
    pub fn place(&self, place: &Place, here: usize) -> Option<Key> {
        match place {
            Place::Here(id) => Some((here, id.clone())),
            Place::There(entry, id) => {
                let at = self.texts.iter().position(|words| words.entries.contains(entry))?;
                Some((at, id.clone()))
            }
        }
    }

    fn date(&self, day: &Day) -> Finding {
        let answer = match &self.record.cut.day {
            None => Answer::NotShown,
            Some(_) if self.record.cut.has_come(day) => Answer::Shown,
            Some(_) => Answer::ShownOtherwise,
        };
        Finding { day: Some(day.clone()), ..Finding::plain(answer) }
    }

    /// Whom `members` means at a provision; `place` is how a condition names it.
    pub fn members(&self, members: &Members, at: &Key, place: Option<&Place>) -> Vec<MemberId> {
        let named = match members {
            Members::Each => self.texts.get(at.0),
            Members::Named(named) => return named.clone(),
        };
        let Some(words) = named else { return Vec::new() };
        if let Some(Place::There(entry, _)) = place {
            return words.tabled.get(entry).map_or_else(Vec::new, |tabled| tabled.concerns.clone());
        }
        let Some(member) = self.whose else { return words.concerned() };
        let own = self.consents.get(at.0).and_then(|all| all.get(member)?.get(&at.1));
        let entry = own.and_then(|consent| consent.named.as_ref());
        words.concerned_by(entry, member).into_iter().collect()
    }

    fn adopted(&self, members: &Members, at: &Key) -> Finding {
        let (text, id) = at;
        let each = self.members(members, at, None).into_iter().map(|member| {
            let consent = self.consents.get(*text).and_then(|all| all.get(&member)?.get(id));
            match consent.filter(|consent| consent.is_adopted()) {
                Some(consent) if !self.waiting.contains(&(member, at.clone())) => {
                    Finding { by: consent.since.into_iter().collect(), ..Finding::plain(Answer::Shown) }
                }
                _ => Finding::plain(Answer::NotShown),
            }
        });
        join(&each.collect::<Vec<_>>(), all)
    }

    fn effective(&self, of: &Place, members: &Members, at: &Key) -> Finding {
        let Some(named) = self.place(of, at.0) else { return Finding::plain(Answer::NotShown) };
        let each = self.members(members, &named, Some(of)).into_iter().map(|member| {
            let consent = self.consents.get(named.0).and_then(|all| all.get(&member)?.get(&named.1));
            if self.in_effect.contains(&(member, named.clone())) {
                let by = consent.and_then(|consent| consent.since).into_iter().collect();
                Finding { by, ..Finding::plain(Answer::Shown) }
            } else {
                Finding::plain(Answer::NotShown)
            }
        });
        join(&each.collect::<Vec<_>>(), all)
    }

    /// The reports of what a definition describes, by anyone.
    pub fn reports(&self, of: &Key) -> Vec<(&Act, &Report)> {
        let Some(words) = self.texts.get(of.0) else { return Vec::new() };
        let naming = self.record.in_turn(words.entries.iter().flat_map(|entry| self.record.naming(entry)));
        let reports = naming.into_iter().filter_map(|act| {
            let Body::Report(report) = &act.body else { return None };
            let named = report.of.as_ref()?;
            let is_it = words.entries.contains(&named.entry) && named.provision.as_ref() == Some(&of.1);
            let counts = is_it && self.record.counts(&act.signed, &named.entry);
            (counts && !is_revoked(self.record, act, None)).then_some((act, &**report))
        });
        reports.collect()
    }

    fn reported(&self, of: &Key, by: &By, same: &[String], days: Option<u64>, with: &Parameters) -> Finding {
        let agrees = |report: &Report| {
            same.iter().all(|name| report.with.get(name).is_some_and(|value| Some(value) == with.get(name)))
        };
        let given: Vec<(&Act, &Report)> =
            self.reports(of).into_iter().filter(|(_, report)| agrees(report)).collect();
        let of_member = |member: &MemberId| {
            let own = given.iter().filter(|(act, _)| act.member() == member);
            let each = own.map(|(act, report)| self.one(act, report, days));
            // Of several reports of one member, one that shows it is enough.
            join(&each.collect::<Vec<_>>(), most)
        };
        let (members, all_of_them): (Vec<MemberId>, bool) = match by {
            By::EachObserver => (self.record.in_role(Role::Observer).cloned().collect(), true),
            By::AnyObserver => (self.record.in_role(Role::Observer).cloned().collect(), false),
            By::EitherSide => (self.record.in_role(Role::Party).cloned().collect(), false),
            By::BothSides => (self.record.in_role(Role::Party).cloned().collect(), true),
            By::Named(named) => (named.clone(), true),
        };
        join(&members.iter().map(of_member).collect::<Vec<_>>(), if all_of_them { all } else { any })
    }

    fn one(&self, act: &Act, report: &Report, days: Option<u64>) -> Finding {
        let by = vec![act.hash()];
        match report.found {
            None => {}
            Some(Found::NothingSeen) => return Finding { answer: Answer::ShownOtherwise, by, day: None },
            // Whoever could not look says nothing of what was there.
            Some(Found::NoAccess) => return Finding { answer: Answer::NotShown, by, day: None },
        }
        let interval = report.interval.as_ref();
        let moment = interval.and_then(|given| given.to.as_ref().or(given.from.as_ref()));
        let day = moment.map(|moment| match moment {
            Moment::Day(day) => day.clone(),
            Moment::Time(time) => time.day(),
        });
        let is_ahead = |day: &Day| self.record.cut.day.is_some() && !self.record.cut.has_come(day);
        if day.as_ref().is_some_and(is_ahead) {
            // A moment that has not come is nothing that was.
            return Finding { answer: Answer::NotShown, by, day: None };
        }
        let Some(days) = days else { return Finding { answer: Answer::Shown, by, day } };
        let Some(day) = day.and_then(|day| day.plus(days)) else {
            return Finding { answer: Answer::NotShown, by, day: None };
        };
        Finding { by, ..self.date(&day) }
    }

    /// The values for which a condition can be looked at: those that reports of the
    /// definitions it names give for the names that must agree.
    pub fn occasions(&self, condition: &Condition, at: &Key) -> Vec<Parameters> {
        let mut found = BTreeSet::new();
        for atom in condition.atoms() {
            let Condition::Reported { of, same, .. } = atom else { continue };
            let Some(named) = self.place(of, at.0) else { continue };
            for (_, report) in self.reports(&named) {
                let given = same.iter().map(|name| Some((name.clone(), report.with.get(name)?.clone())));
                found.extend(given.collect::<Option<Parameters>>());
            }
        }
        found.into_iter().collect()
    }
}

/// All of several: otherwise if one is otherwise, shown if each is shown.
fn all(one: Answer, other: Answer) -> Answer {
    match (one, other) {
        (Answer::ShownOtherwise, _) | (_, Answer::ShownOtherwise) => Answer::ShownOtherwise,
        (Answer::NotShown, _) | (_, Answer::NotShown) => Answer::NotShown,
        (Answer::Shown, Answer::Shown) => Answer::Shown,
    }
}

/// One of several: shown if one is shown, otherwise if each is otherwise.
fn any(one: Answer, other: Answer) -> Answer {
    match (one, other) {
        (Answer::Shown, _) | (_, Answer::Shown) => Answer::Shown,
        (Answer::NotShown, _) | (_, Answer::NotShown) => Answer::NotShown,
        (Answer::ShownOtherwise, Answer::ShownOtherwise) => Answer::ShownOtherwise,
    }
}

/// What several reports of one member say together: a report that says nothing takes
/// nothing away.
fn most(one: Answer, other: Answer) -> Answer {
    one.max(other)
}

/// Joins findings: `pick` chooses between two answers. Of no findings nothing is shown.
/// The entries are those of the findings that gave the answer.
fn join(findings: &[Finding], pick: fn(Answer, Answer) -> Answer) -> Finding {
    let Some(answer) = findings.iter().map(|finding| finding.answer).reduce(pick) else {
        return Finding::plain(Answer::NotShown);
    };
    let carried = findings.iter().filter(|finding| finding.answer == answer);
    let mut by: Vec<Hash> = Vec::new();
    for hash in carried.clone().flat_map(|finding| &finding.by) {
        if !by.contains(hash) {
            by.push(*hash);
        }
    }
    let days = carried.filter_map(|finding| finding.day.clone());
    // Where one is enough it is so from the first of the days, else from the last.
    let one_is_enough = pick(Answer::Shown, Answer::NotShown) == Answer::Shown;
    let day = if one_is_enough { days.min() } else { days.max() };
    Finding { answer, by, day }
}
