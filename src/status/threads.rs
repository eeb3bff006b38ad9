//! What members raised, and what was answered. A link between an entry and a provision
//! is a member's own, and stands under its author's name.

use super::condition::{Finding, Key, Scene};
use super::effect::is_revoked;
use super::record::{Act, Record};
use super::texts::Words;
use crate::body::Body;
use crate::body::question::{Ask, Stance};
use crate::body::statement::{Moment, Report};
use crate::hash::Hash;
use crate::names::{MemberId, ProvisionId, Reference};

/// Whether a question is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// No answer of a member that was asked is recorded.
    Open,
    /// One said that it will answer.
    ToBeAnswered,
    /// Each that was asked answered.
    Answered,
    /// Its author took it back.
    Revoked,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The entry.
    pub by: Hash,
    /// Whose it is.
    pub member: MemberId,
    /// What it says.
    pub ask: Ask,
    /// Whether it is open.
    pub openness: Openness,
    /// Answers, in order, whoever gave them.
    pub answers: Vec<Hash>,
    /// The entries by which those who were asked first received it.
    pub received: Vec<(MemberId, Hash)>,
    /// Hours within which the text expects an answer, the provision that says so, and
    /// the entry of the text; where both the asker and each that was asked adopted it.
    pub expected: Option<Expected>,
}

/// What stands under a provision, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Under {
    /// Questions raised under it.
    pub raised: Vec<Hash>,
    /// Statements about it, or about answers to what was raised.
    pub said: Vec<Hash>,
    /// Reports about it.
    pub reported: Vec<Hash>,
}

/// Hours within which an answer is expected, the provision that says so, and its text.
pub type Expected = (u64, ProvisionId, Hash);

/// Every question of a record, in order. `expects` gives the hours that a text which all
/// concerned adopted sets.
pub fn questions(record: &Record<'_>, expects: &dyn Fn(&Act, &Ask) -> Option<Expected>) -> Vec<Question> {
    let mut found = Vec::new();
    for act in record.acts().filter(|act| act.has_effect()) {
        let Body::Ask(ask) = &act.body else { continue };
        let answers: Vec<&Act> = answers(record, act).collect();
        let stance_of = |member: &MemberId| {
            let own = answers.iter().filter(|answer| answer.member() == member);
            own.filter_map(|answer| match &answer.body {
                Body::Answer(body) => Some(body.stance),
                _ => None,
            })
            .max_by_key(|stance| *stance != Stance::WillAnswer)
        };
        // Nobody answers itself.
        let others = ask.to.iter().filter(|member| *member != act.member());
        let stances: Vec<Option<Stance>> = others.map(stance_of).collect();
        let openness = if is_revoked(record, act, None) {
            Openness::Revoked
        } else if !stances.is_empty()
            && stances.iter().all(|stance| stance.is_some_and(|stance| stance != Stance::WillAnswer))
        {
            Openness::Answered
        } else if stances.contains(&Some(Stance::WillAnswer)) {
            Openness::ToBeAnswered
        } else {
            Openness::Open
        };
        let received = ask
            .to
            .iter()
            .filter_map(|member| Some((member.clone(), record.receipt_by(member, &act.signed)?)));
        found.push(Question {
            by: act.hash(),
            member: act.member().clone(),
            ask: (**ask).clone(),
            openness,
            answers: answers.iter().map(|answer| answer.hash()).collect(),
            received: received.collect(),
            expected: expects(act, ask),
        });
    }
    found
}

/// The answers to an act that were not taken back.
pub fn answers<'r>(record: &'r Record<'_>, act: &Act) -> impl Iterator<Item = &'r Act> {
    let hash = act.hash();
    record.naming(&hash).filter(move |answer| {
        matches!(&answer.body, Body::Answer(body) if body.to.entry == hash)
            && !is_revoked(record, answer, None)
    })
}

/// What an act is about, where its author had it before.
pub fn links(record: &Record<'_>, act: &Act) -> Vec<Reference> {
    let about = act.body.circumstances().map(|circumstances| circumstances.about.as_slice());
    let counted = about.unwrap_or_default().iter();
    counted.filter(|named| record.counts(&act.signed, &named.entry)).cloned().collect()
}

/// What stands under a provision of a text.
pub fn under(record: &Record<'_>, words: &Words, id: &ProvisionId) -> Under {
    let mut under = Under::default();
    let is_here =
        |named: &Reference| words.entries.contains(&named.entry) && named.provision.as_ref() == Some(id);
    for act in record.in_turn(words.entries.iter().flat_map(|entry| record.naming(entry))) {
        if !links(record, act).iter().any(is_here)
            || is_revoked(record, act, None) && !matches!(act.body, Body::Ask(_))
        {
            continue;
        }
        match &act.body {
            Body::Ask(_) => under.raised.push(act.hash()),
            Body::Statement(_) => under.said.push(act.hash()),
            Body::Report(_) => under.reported.push(act.hash()),
            _ => {}
        }
    }
    under
}

/// What a question raises of entries: each entry that it is about beside the provision.
pub fn raised_about<'r>(record: &'r Record<'_>, act: &Act, words: &Words) -> Vec<&'r Act> {
    let links = links(record, act);
    let others = links.iter().filter(|named| !words.entries.contains(&named.entry));
    others.filter_map(|named| record.act(&named.entry)).collect()
}

/// What the record shows of a condition in the light of a link, and how the linked entry
/// stands to the moments that reports give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Light {
    /// The condition's own field.
    pub of: Limit,
    /// What is found, with the parameters of the link.
    pub found: Finding,
    /// The reports that bear on it, and the moment each gives.
    pub reports: Vec<(Hash, Option<Moment>)>,
}

/// Which limit of a commitment a condition sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// What starts it.
    When,
    /// What releases it.
    Until,
}

/// Looks at the conditions of a provision in the light of a question.
pub fn lights(scene: &Scene<'_, '_>, key: &Key, ask: &Ask) -> Vec<Light> {
    let provision = scene.texts.get(key.0).and_then(|words| words.provision(&key.1));
    let Some(provision) = provision else { return Vec::new() };
    let conditions = [(Limit::When, &provision.when), (Limit::Until, &provision.until)];
    let stand = conditions.into_iter().filter_map(|(of, condition)| Some((of, condition.as_ref()?)));
    stand
        .map(|(of, condition)| {
            let mut reports = Vec::new();
            for place in condition.places() {
                let Some(named) = scene.place(place, key.0) else { continue };
                for (act, report) in scene.reports(&named) {
                    if agrees(report, ask) && !reports.iter().any(|(hash, _)| *hash == act.hash()) {
                        reports.push((act.hash(), moment(report)));
                    }
                }
            }
            Light { of, found: scene.look(condition, key, &ask.with), reports }
        })
        .collect()
}

fn agrees(report: &Report, ask: &Ask) -> bool {
    report.with.iter().all(|(name, value)| ask.with.get(name).is_none_or(|given| given == value))
}

/// The moment that a report gives: its end, where it gives two.
pub fn moment(report: &Report) -> Option<Moment> {
    let interval = report.interval.as_ref()?;
    interval.to.clone().or_else(|| interval.from.clone())
}
