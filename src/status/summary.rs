//! Status: what the record amounts to at a cut, as a depositary would state it.

use std::collections::{BTreeMap, BTreeSet};

use super::Cut;
use super::condition::{Finding, Key};
use super::consent::{self, Consent, Consents, Qualified, Stage};
use super::in_effect::{Effectiveness, Effects};
use super::mandates;
use super::notices::{Given, Notices};
use super::record::{Act, Record, Sources};
use super::slots::{Slots, slots};
use super::texts::Words;
use super::threads::{self, Light, Question, Under};
use crate::body::Body;
use crate::body::circumstance::Parameters;
use crate::body::question::{Ask, BetweenUs, Stance};
use crate::body::text::{Relation, Standing};
use crate::charter::Role;
use crate::hash::Hash;
use crate::names::{MemberId, ProvisionId};

/// One member's cell under a provision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The member.
    pub member: MemberId,
    /// Its consent.
    pub consent: Option<Consent>,
    /// What is in effect for it.
    pub effect: Effectiveness,
    /// Whether it bears the commitment, or would.
    pub bears: bool,
}

/// What an objection does between two members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// The provision stands between them.
    Stands,
    /// It does not.
    DoesNotStand,
    /// The objecting member does not say.
    NotSaid,
}

/// What one member recorded of another's qualification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// It accepted it, or has no objection.
    Accepted,
    /// It objected.
    Objected(Between),
}

/// One provision of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvisionStatus {
    /// The provision.
    pub id: ProvisionId,
    /// Cells by member id.
    pub cells: Vec<Cell>,
    /// Whether all whom the text concerns adopted it.
    pub is_joint: bool,
    /// Whether it is in effect for all who bear it.
    pub is_mutual: bool,
    /// What starts and what releases it, for each occasion that reports name.
    pub conditions: Vec<Occasion>,
    /// What members raised, said and reported under it.
    pub under: Under,
    /// Whether the text holds another wording of it.
    pub is_unsettled: bool,
}

/// A condition on one occasion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// What the condition limits.
    pub limit: threads::Limit,
    /// Which one.
    pub with: Parameters,
    /// What is found.
    pub found: Finding,
}

/// One text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextStatus {
    /// Its place among [`Status::texts`].
    pub at: usize,
    /// Members that adopted some of it, by id.
    pub adopters: BTreeSet<MemberId>,
    /// Whether all whom it concerns adopted all of it.
    pub by_all: bool,
    /// Its provisions, in its order.
    pub provisions: Vec<ProvisionStatus>,
    /// Qualifications, in order.
    pub qualified: Vec<Qualified>,
    /// Notices about it, in order.
    pub notices: Vec<Given>,
    /// Texts that extend, amend, replace, correct or end it: the relation, the text, and
    /// the members that adopted it.
    pub later: Vec<(Relation, Hash, BTreeSet<MemberId>)>,
}

/// What a record amounts to.
pub struct Status<'a> {
    /// The record.
    pub record: Record<'a>,
    /// The texts, in the order of their first entries.
    pub words: Vec<Words>,
    /// What each amounts to.
    pub texts: Vec<TextStatus>,
    /// Consent to each.
    pub consents: Vec<Consents>,
    /// Entries of texts whose provisions stand in a document that is not held.
    pub unheld: Vec<Hash>,
    /// Questions, in order.
    pub questions: Vec<Question>,
    /// Envelopes by slot.
    pub slots: Slots,
    /// Acts of consent, and the entry that names the mandate of each.
    pub mandates: Vec<(Hash, Option<Hash>)>,
    notices: Notices,
    waiting: BTreeSet<(MemberId, Key)>,
    in_effect: BTreeSet<(MemberId, Key)>,
}

impl<'a> Status<'a> {
    /// The status at a cut, on the branches held first: a function of the entries, the cut
    /// and the rules version. Nothing without a charter. [`super::Statuses`] has the others.
    pub fn of(sources: Sources<'a>, cut: &Cut) -> Option<Self> {
        Some(Self::from_record(Record::of(sources, cut.clone())?))
    }

    /// The status of a record.
    pub fn from_record(record: Record<'a>) -> Self {
        let words = Words::all(&record);
        let notices = Notices::of(&record, &words);
        let consents: Vec<Consents> =
            words.iter().map(|text| consent::consents(&record, &words, text, &notices)).collect();
        let effects = Effects::of(&record, &words, &consents, &notices);
        let texts = words.iter().enumerate().map(|(at, text)| {
            let provisions =
                text.provisions.iter().map(|one| provision(&effects, &record, at, text, &one.id));
            let provisions: Vec<ProvisionStatus> = provisions.collect();
            let own = consents.get(at);
            let adopts = |own: &&BTreeMap<ProvisionId, Consent>| own.values().any(Consent::is_adopted);
            let adopters: BTreeSet<MemberId> = own
                .into_iter()
                .flatten()
                .filter(|(_, own)| adopts(own))
                .map(|(member, _)| member.clone())
                .collect();
            let whole: BTreeSet<ProvisionId> = text.provisions.iter().map(|one| one.id.clone()).collect();
            let of_all = own.map(|own| consent::adopters(own, &whole)).unwrap_or_default();
            let concerned = text.concerned();
            TextStatus {
                at,
                by_all: !concerned.is_empty() && concerned.iter().all(|member| of_all.contains(member)),
                adopters,
                provisions,
                qualified: consent::qualified(&record, text),
                notices: notices.all().iter().filter(|given| given.digest == text.digest).cloned().collect(),
                later: later(&words, &consents, text),
            }
        });
        let texts: Vec<TextStatus> = texts.collect();
        let questions =
            threads::questions(&record, &|act, ask| expected(&record, &words, &consents, act, ask));
        let mandates = record
            .acts()
            .filter(|act| act.has_effect() && is_consent(&act.body))
            .map(|act| (act.hash(), mandates::of(&record, act)))
            .collect();
        let slots = slots(&record);
        let texts_of = record.acts().filter(|act| matches!(act.body, Body::Text(_)));
        let unheld =
            texts_of.filter(|act| super::texts::digest(&record, act).is_none()).map(Act::hash).collect();
        let (waiting, in_effect) = (effects.waiting, effects.in_effect);
        Self {
            record,
            words,
            texts,
            consents,
            unheld,
            questions,
            slots,
            mandates,
            notices,
            waiting,
            in_effect,
        }
    }

    /// The question that an entry asks.
    pub fn question(&self, by: &Hash) -> Option<&Question> {
        self.questions.iter().find(|one| one.by == *by)
    }

    /// Where conditions are looked at.
    pub fn effects(&self) -> super::condition::Scene<'_, 'a> {
        super::condition::Scene {
            record: &self.record,
            texts: &self.words,
            consents: &self.consents,
            waiting: &self.waiting,
            in_effect: &self.in_effect,
            whose: None,
        }
    }

    /// The text that an entry holds.
    pub fn text_of(&self, entry: &Hash) -> Option<(&Words, &TextStatus)> {
        let at = self.words.iter().position(|words| words.entries.contains(entry))?;
        Some((self.words.get(at)?, self.texts.get(at)?))
    }

    /// What the record shows of the conditions of a provision in the light of a question.
    pub fn lights(&self, key: &Key, ask: &Ask) -> Vec<Light> {
        threads::lights(&self.effects(), key, ask)
    }

    /// What another member recorded of a qualification: its last answer.
    pub fn reaction(&self, qualified: &Qualified, of: &MemberId) -> Option<(Reaction, Hash)> {
        let mut answers = qualified.answers.iter().filter_map(|hash| self.record.act(hash));
        let is_live = |act: &&Act| !super::effect::is_revoked(&self.record, act, None);
        let last = answers.rfind(|act| act.member() == of && is_live(act))?;
        let Body::Answer(answer) = &last.body else { return None };
        let reaction = match answer.stance {
            Stance::Object => Reaction::Objected(match answer.between_us {
                Some(BetweenUs::Stands) => Between::Stands,
                Some(BetweenUs::DoesNotStand) => Between::DoesNotStand,
                None => Between::NotSaid,
            }),
            Stance::Accept | Stance::NoObjection => Reaction::Accepted,
            _ => return None,
        };
        Some((reaction, last.hash()))
    }

    /// Notices about texts.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }
}

/// Whether an act moves its author's consent.
fn is_consent(body: &Body) -> bool {
    match body {
        Body::Adopt(_) | Body::Notice(_) => true,
        Body::Text(text) => text.standing == Standing::Pledge,
        _ => false,
    }
}

fn provision(
    effects: &Effects<'_, '_>,
    record: &Record<'_>,
    at: usize,
    words: &Words,
    id: &ProvisionId,
) -> ProvisionStatus {
    let key = (at, id.clone());
    let consents = effects.consents_of(at);
    let bearers = effects.bearers(&key, None);
    let mut members: BTreeSet<&MemberId> = words.between.iter().chain(&bearers).collect();
    // Whoever tables a text and is no side adopts nothing.
    let is_side =
        |member: &MemberId| record.charter.member(member).is_some_and(|member| member.role == Role::Party);
    members.extend(consents.keys().filter(|member| is_side(member)));
    let cells: Vec<Cell> = members
        .into_iter()
        .map(|member| Cell {
            member: member.clone(),
            consent: consents.get(member).and_then(|own| own.get(id)).cloned(),
            effect: effects.state(member, &key),
            bears: bearers.contains(member),
        })
        .collect();
    let adopted = |member: &MemberId| {
        cells
            .iter()
            .any(|cell| cell.member == *member && cell.consent.as_ref().is_some_and(Consent::is_adopted))
    };
    let concerned = words.concerned();
    let in_effect = |cell: &Cell| matches!(cell.effect, Effectiveness::Since(..));
    let scene = effects.scene(None);
    let mut conditions = Vec::new();
    if let Some(provision) = words.provision(id) {
        let limits = [(threads::Limit::When, &provision.when), (threads::Limit::Until, &provision.until)];
        for (limit, condition) in limits {
            let Some(condition) = condition else { continue };
            for with in scene.occasions(condition, &key) {
                let found = scene.look(condition, &key, &with);
                conditions.push(Occasion { limit, with, found });
            }
        }
    }
    ProvisionStatus {
        id: id.clone(),
        is_joint: concerned.len() > 1 && concerned.iter().all(adopted),
        is_mutual: bearers.len() > 1 && cells.iter().filter(|cell| cell.bears).all(in_effect),
        cells,
        conditions,
        under: threads::under(record, words, id),
        is_unsettled: super::texts::unsettled(&words.provisions).contains(id),
    }
}

fn later(all: &[Words], consents: &[Consents], words: &Words) -> Vec<(Relation, Hash, BTreeSet<MemberId>)> {
    let mut found = Vec::new();
    for (other, consents) in all.iter().zip(consents) {
        for (relation, entry) in &other.text.relations {
            if !words.entries.contains(entry) {
                continue;
            }
            let adopts = |own: &BTreeMap<ProvisionId, Consent>| {
                own.values().any(|consent| matches!(consent.stage, Stage::Adopted | Stage::Leaving))
            };
            let adopters =
                consents.iter().filter(|(_, own)| adopts(own)).map(|(member, _)| member.clone()).collect();
            found.extend(other.entries.first().map(|first| (*relation, *first, adopters)));
        }
    }
    found
}

/// The hours within which an answer is expected by a text that the asker and each that
/// was asked adopted: of the provision or text that the question is about.
fn expected(
    record: &Record<'_>,
    words: &[Words],
    consents: &[Consents],
    act: &Act,
    ask: &Ask,
) -> Option<(u64, ProvisionId, Hash)> {
    threads::links(record, act).iter().find_map(|named| {
        let at = words.iter().position(|text| text.entries.contains(&named.entry))?;
        let (text, consents) = (words.get(at)?, consents.get(at)?);
        let (hours, id) = text.procedure.reply_hours.clone()?;
        // What was adopted after the question does not reach back to it.
        let asked = record.place_of(act);
        let adopted = |member: &MemberId| {
            let own = consents.get(member).and_then(|own| own.get(&id));
            let since = own.filter(|consent| consent.is_adopted()).and_then(|consent| consent.since);
            since.and_then(|by| record.act(&by)).is_some_and(|by| record.place_of(by) < asked)
        };
        let all = adopted(act.member()) && ask.to.iter().all(adopted);
        all.then_some((hours, id, named.entry))
    })
}
