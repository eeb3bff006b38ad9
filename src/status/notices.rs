//! Notices about texts: both dates of effect where the text and the author differ,
//! printed as two and not resolved into one.
//!
//! A notice has reached its effect when every date that is known has come, and none is
//! unknown. A period that runs from receipt has no known end without evidence of when
//! that was: then its end is not shown, and the notice runs.

use std::collections::BTreeMap;

use super::effect::revocation;
use super::record::{Act, Record};
use super::texts::Words;
use crate::body::Body;
use crate::body::provision::CountedFrom;
use crate::body::standing::{Act as Noticed, Notice};
use crate::charter::Role;
use crate::hash::Hash;
use crate::names::{MemberId, Place, ProvisionId};
use crate::time::Day;

/// The days between which a period ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Not before the first, not after the second, where they are shown.
    Between(Option<Day>, Option<Day>),
    /// The text sets no period.
    None,
}

/// How far a notice of withdrawal or suspension has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It was given.
    Given,
    /// Every date of its effect has come.
    Reached,
}

/// A notice about a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The entry.
    pub by: Hash,
    /// Whose it is.
    pub member: MemberId,
    /// What it says.
    pub notice: Notice,
    /// The text, by the digest of its words.
    pub digest: Hash,
    /// The entries by which other members first received it.
    pub received: Vec<(MemberId, Hash)>,
    /// The period of the text, in days, and the provision that sets it.
    pub period: Option<(u64, ProvisionId)>,
    /// From what that is counted.
    pub counted_from: CountedFrom,
    /// When that period ends.
    pub ends: Ends,
    /// The notice that takes it back, and the entries by which others received that.
    pub revoked: Option<(Hash, Vec<(MemberId, Hash)>)>,
    /// How far it has come.
    pub reach: Reach,
}

impl Given {
    /// Whether it is about this provision: terms and savings, which go with every part
    /// that is adopted, are not left with a part.
    pub fn reaches(&self, words: &Words, id: &ProvisionId) -> bool {
        let only = &self.notice.only;
        let lies_in = |place: &Place| matches!(place, Place::Here(basket) if only.contains(basket));
        let basket = words.provision(id).and_then(|provision| provision.basket.as_ref());
        self.digest == words.digest && (only.is_empty() || only.contains(id) || basket.is_some_and(lies_in))
    }

    /// How far it ends consent, unless it was taken back or is no withdrawal.
    pub fn withdraws(&self) -> Option<Reach> {
        (self.notice.act == Noticed::Withdraw && self.revoked.is_none()).then_some(self.reach)
    }
}

/// Notices about texts, in order.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    given: Vec<Given>,
    at: BTreeMap<Hash, usize>,
}

impl Notices {
    /// Those of a record.
    pub fn of(record: &Record<'_>, texts: &[Words]) -> Self {
        let mut notices = Self::default();
        for act in record.acts().filter(|act| act.has_effect()) {
            let Body::Notice(notice) = &act.body else { continue };
            let text = texts.iter().find(|words| words.entries.contains(&notice.of.entry));
            if let Some(words) = text {
                notices.at.insert(act.hash(), notices.given.len());
                notices.given.push(given(record, words, act, notice));
            }
        }
        notices
    }

    /// All of them.
    pub fn all(&self) -> &[Given] {
        &self.given
    }

    /// The notice of this entry.
    pub fn of_act(&self, by: &Hash) -> Option<&Given> {
        self.given.get(*self.at.get(by)?)
    }
}

fn given(record: &Record<'_>, words: &Words, act: &Act, notice: &Notice) -> Given {
    let received = |act: &Act| -> Vec<(MemberId, Hash)> {
        let tabled = words.tabled.get(&notice.of.entry);
        let concerned = |member: &MemberId| {
            words.between.is_empty()
                || words.between.contains(member)
                || tabled.is_some_and(|tabled| tabled.author == *member)
        };
        let all = record.receivers(&act.signed).into_iter();
        all.filter(|(log, _)| concerned(log.member()))
            .map(|(log, receipt)| (log.member().clone(), receipt.by))
            .collect()
    };
    let period = match notice.act {
        Noticed::Withdraw => words.procedure.withdraw_days.clone(),
        Noticed::Suspend => words.procedure.suspend_days.clone(),
        Noticed::Resume | Noticed::Revoke => None,
    };
    let receipts = received(act);
    let counted_from = words.procedure.counted_from;
    let ends = match (&period, counted_from) {
        (None, _) => Ends::None,
        (Some((days, _)), CountedFrom::Notice) => counted(record, &[act.hash()], *days),
        (Some((days, _)), CountedFrom::Receipt) => {
            let by = |member: &MemberId| record.receipt_by(member, &act.signed);
            let due: Option<Vec<Hash>> =
                due(record, words, act.member(), &notice.of.entry).iter().map(by).collect();
            due.map_or(Ends::Between(None, None), |from| counted(record, &from, *days))
        }
    };
    let revoked = revocation(record, act, None).filter(|by| !comes_after(record, by, notice, &ends));
    let revoked = revoked.map(|by| (by.hash(), received(by)));
    let named = notice.effective.as_ref().is_none_or(|day| record.cut.has_come(day));
    let counted = match &ends {
        Ends::None => true,
        Ends::Between(_, last) => last.as_ref().is_some_and(|day| record.cut.has_come(day)),
    };
    Given {
        by: act.hash(),
        member: act.member().clone(),
        notice: notice.clone(),
        digest: words.digest,
        received: receipts,
        period,
        counted_from,
        ends,
        revoked,
        reach: if named && counted { Reach::Reached } else { Reach::Given },
    }
}

/// Whose receipts a period is counted from: those of the other sides whom the entry that
/// the notice names concerns, else of every other side. Each of them must have received the notice: were
/// the period to run from those who did, the next receipt would stop it again.
fn due(record: &Record<'_>, words: &Words, author: &MemberId, entry: &Hash) -> Vec<MemberId> {
    let others: Vec<MemberId> =
        record.in_role(Role::Party).filter(|member| *member != author).cloned().collect();
    let concerned = words.concerned_by(Some(entry), author);
    let named: Vec<MemberId> = others.iter().filter(|member| concerned.contains(member)).cloned().collect();
    if named.is_empty() { others } else { named }
}

/// Whether evidence shows that a notice was taken back when its period had ended and the
/// day that its author names had come.
fn comes_after(record: &Record<'_>, by: &Act, notice: &Notice, ends: &Ends) -> bool {
    let Some(from) = record.sources.times.not_before(&by.hash()).map(|time| time.day()) else {
        return false;
    };
    let Ends::Between(_, Some(end)) = ends else { return false };
    from >= *end && notice.effective.as_ref().is_none_or(|day| from >= *day)
}

/// When so many days after entries end, by what is shown of when they existed: after the
/// last of them where there are several.
fn counted(record: &Record<'_>, from: &[Hash], days: u64) -> Ends {
    let times = record.sources.times;
    let latest = |bounds: Vec<Option<Day>>| -> Option<Day> {
        let bounds: Option<Vec<Day>> = bounds.into_iter().collect();
        bounds?.into_iter().max()?.plus(days)
    };
    let first = from.iter().map(|hash| times.not_before(hash).map(|time| time.day())).collect();
    let last = from.iter().map(|hash| times.existed_by(hash).map(|time| time.day())).collect();
    Ends::Between(latest(first), latest(last))
}
