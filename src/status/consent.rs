//! The first axis: who has consented to which words. A member's own entries alone move
//! it, one after another as they stand in its log.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use super::effect::{is_revoked, taking_back};
use super::notices::{Notices, Reach};
use super::record::{Act, Record};
use super::texts::{Words, scope};
use crate::body::Body;
use crate::body::condition::Condition;
use crate::body::text::{Adoption, Consent as Terms, Qualification, Relation, Standing, Step};
use crate::hash::Hash;
use crate::names::{MemberId, ProvisionId};

/// How far a member's consent to a provision goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// No act of it is recorded.
    None,
    /// It put the words forward.
    Tabled,
    /// It settled the words.
    Initialled,
    /// It signed, and is to confirm.
    ToBeConfirmed,
    /// It left them out of what it adopted.
    LeftOut,
    /// It adopted them.
    Adopted,
    /// It adopted them, and gave notice of withdrawal.
    Leaving,
    /// Its withdrawal has taken effect.
    Left,
    /// It adopted a text that takes their place.
    Replaced,
}

/// A member's consent to one provision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// How far it goes.
    pub stage: Stage,
    /// The acts that brought it there, in order.
    pub acts: Vec<Hash>,
    /// The act by which it was adopted, without a gap since.
    pub since: Option<Hash>,
    /// The entry of the words that this act names: its own, of a pledge.
    pub named: Option<Hash>,
    /// Whether it takes the author's commitments upon itself too.
    pub mirrored: bool,
    /// Whether it applies before the text is in effect.
    pub provisional: bool,
    /// What must be before it counts.
    pub condition: Option<Condition>,
}

/// A reservation, understanding or limitation, and what others say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualified {
    /// Whose it is.
    pub member: MemberId,
    /// The entry that makes it.
    pub by: Hash,
    /// Its place among those of the entry, from 1.
    pub number: NonZeroU64,
    /// Whether the entry makes no other.
    pub is_alone: bool,
    /// What it says.
    pub made: Qualification,
    /// The notice that takes it back, on the whole or on the last of its provisions.
    pub revoked: Option<Hash>,
    /// The provisions on which it was taken back, each with the notice.
    pub revoked_on: Vec<(ProvisionId, Hash)>,
    /// Answers of others to it, in order.
    pub answers: Vec<Hash>,
}

impl Qualified {
    /// The provisions on which it stands; none: on the whole, or on nothing where it was
    /// taken back.
    pub fn standing_on(&self) -> Vec<&ProvisionId> {
        let is_over = |id: &ProvisionId| self.revoked_on.iter().any(|(over, _)| over == id);
        self.made.on.iter().filter(|id| !is_over(id)).collect()
    }

    /// Whether it stands on a provision, by itself or with the whole.
    pub fn bears_on(&self, id: &ProvisionId) -> bool {
        self.revoked.is_none() && (self.made.on.is_empty() || self.standing_on().contains(&id))
    }
}

impl Consent {
    fn none() -> Self {
        Self {
            stage: Stage::None,
            acts: Vec::new(),
            since: None,
            named: None,
            mirrored: false,
            provisional: false,
            condition: None,
        }
    }

    /// Whether the words are adopted by this member, whatever must be before it counts.
    pub fn is_adopted(&self) -> bool {
        matches!(self.stage, Stage::Adopted | Stage::Leaving)
    }

    /// How far towards adoption it has come.
    fn rank(&self) -> u8 {
        match self.stage {
            Stage::Initialled => 1,
            Stage::ToBeConfirmed => 2,
            Stage::Adopted | Stage::Leaving => 3,
            Stage::None | Stage::Tabled | Stage::LeftOut | Stage::Left | Stage::Replaced => 0,
        }
    }

    /// Moves on, never back: what is adopted is left by a notice, not by a step before it
    /// or by an adoption on narrower terms.
    fn move_to(&mut self, stage: Stage, (act, named): (&Act, Hash), terms: &Terms, mirrored: bool) {
        let next = Self { stage, ..Self::none() }.rank();
        if next < self.rank() {
            return;
        }
        if self.is_adopted() {
            self.condition = match (self.condition.take(), &terms.condition) {
                (Some(first), Some(other)) => Some(Condition::Any(vec![first, other.clone()])),
                _ => None,
            };
            self.provisional |= terms.provisional.is_some();
            self.mirrored |= mirrored;
        } else {
            self.since = (stage == Stage::Adopted).then(|| act.hash());
            self.named = self.since.map(|_| named);
            self.condition.clone_from(&terms.condition);
            self.provisional = terms.provisional.is_some();
            self.mirrored = mirrored;
        }
        self.stage = stage;
        self.acts.push(act.hash());
    }

    /// Is left out by an act that goes so far, unless it was settled before.
    fn leave_out(&mut self, stage: Stage, act: &Act) {
        let next = Self { stage, ..Self::none() }.rank();
        let is_settled = self.is_adopted() || matches!(self.stage, Stage::Left | Stage::Replaced);
        if !is_settled && next >= self.rank() {
            self.stage = Stage::LeftOut;
            self.acts.push(act.hash());
        }
    }
}

/// Consent of each member that acted on a text, by provision.
pub type Consents = BTreeMap<MemberId, BTreeMap<ProvisionId, Consent>>;

/// Follows the acts of all members on one of the texts.
pub fn consents(record: &Record<'_>, texts: &[Words], words: &Words, notices: &Notices) -> Consents {
    let mut consents = Consents::new();
    let successors = successors(record, texts, words);
    let notices_of = words.entries.iter().flat_map(|entry| record.naming(entry));
    let later = successors.iter().flat_map(|(later, _)| record.on(&later.digest));
    for act in record.in_turn(record.on(&words.digest).chain(notices_of).chain(later)) {
        let member = act.member();
        match &act.body {
            Body::Text(text) if words.entries.contains(&act.hash()) => {
                let own = of(&mut consents, words, member);
                for consent in own.values_mut() {
                    if text.standing == Standing::Pledge {
                        consent.move_to(Stage::Adopted, (act, act.hash()), &text.consent, false);
                    } else if consent.stage == Stage::None && !is_revoked(record, act, None) {
                        consent.stage = Stage::Tabled;
                        consent.acts.push(act.hash());
                    }
                }
            }
            Body::Adopt(adoption) if is_of(adoption, words) => {
                let stage = match adoption.step {
                    Some(Step::Initialled) => Stage::Initialled,
                    Some(Step::ToBeConfirmed) => Stage::ToBeConfirmed,
                    Some(Step::Final | Step::Confirmed) | None => Stage::Adopted,
                };
                if is_revoked(record, act, None) {
                    continue;
                }
                let reached = scope(&words.provisions, &adoption.only, &adoption.except);
                for (id, consent) in of(&mut consents, words, member) {
                    if reached.contains(id) {
                        let by = (act, adoption.text);
                        consent.move_to(stage, by, &adoption.consent, adoption.mirrored.is_some());
                    } else {
                        consent.leave_out(stage, act);
                    }
                }
            }
            Body::Notice(_) => {
                for (id, consent) in of(&mut consents, words, member) {
                    match notices.of_act(&act.hash()).filter(|notice| notice.reaches(words, id)) {
                        Some(notice) if consent.is_adopted() => match notice.withdraws() {
                            Some(Reach::Given) => {
                                consent.stage = Stage::Leaving;
                                consent.acts.push(act.hash());
                            }
                            Some(Reach::Reached) => {
                                consent.stage = Stage::Left;
                                consent.acts.push(act.hash());
                            }
                            None => {}
                        },
                        _ => {}
                    }
                }
            }
            Body::Text(_) | Body::Adopt(_) => {
                let Some((later, adopters)) = successors.iter().find(|(later, _)| adopts(act, later)) else {
                    continue;
                };
                let replaced = replaced_by(act, later, words);
                for (id, consent) in consents.get_mut(member).into_iter().flatten() {
                    let due = words.concerned_by(consent.named.as_ref(), member);
                    if consent.is_adopted()
                        && replaced.contains(id)
                        && !due.is_empty()
                        && due.is_subset(adopters)
                    {
                        consent.stage = Stage::Replaced;
                        consent.acts.push(act.hash());
                    }
                }
            }
            _ => {}
        }
    }
    consents.retain(|_, own| own.values().any(|consent| consent.stage != Stage::None));
    consents
}

/// Whether an adoption is of these words, by an entry that is known to hold them: what
/// stands in a document that is not held here is adopted by name alone.
fn is_of(adoption: &Adoption, words: &Words) -> bool {
    adoption.words_digest == words.digest && words.tabled.contains_key(&adoption.text)
}

/// The consent of a member to each provision, as far as it is followed.
fn of<'c>(
    consents: &'c mut Consents,
    words: &Words,
    member: &MemberId,
) -> &'c mut BTreeMap<ProvisionId, Consent> {
    consents.entry(member.clone()).or_insert_with(|| {
        words.provisions.iter().map(|provision| (provision.id.clone(), Consent::none())).collect()
    })
}

/// Whether an act adopts these words: by a pledge of them, or by an adoption that goes all
/// the way.
fn adopts(act: &Act, words: &Words) -> bool {
    match &act.body {
        Body::Text(text) => text.standing == Standing::Pledge && words.entries.contains(&act.hash()),
        Body::Adopt(adoption) => {
            let is_adopted = !matches!(adoption.step, Some(Step::Initialled | Step::ToBeConfirmed));
            is_adopted && is_of(adoption, words)
        }
        _ => false,
    }
}

/// The members that ever adopted these words whole and on no condition of their own.
fn ever_adopted(record: &Record<'_>, words: &Words) -> BTreeSet<MemberId> {
    let is_whole = |act: &Act| match &act.body {
        Body::Text(text) => text.consent.condition.is_none(),
        Body::Adopt(adoption) => {
            adoption.only.is_empty() && adoption.except.is_empty() && adoption.consent.condition.is_none()
        }
        _ => false,
    };
    let acts = record.on(&words.digest).filter(|act| adopts(act, words) && is_whole(act));
    acts.map(|act| act.member().clone()).collect()
}

/// The later texts that are to take the place of words of this one, and who adopted each
/// whole. One does where all whom the earlier concerns have: until then a text of one's
/// own would do without the notice that the earlier one asks for; whoever else adopts the
/// earlier changes nothing.
fn successors<'t>(
    record: &Record<'_>,
    texts: &'t [Words],
    words: &Words,
) -> Vec<(&'t Words, BTreeSet<MemberId>)> {
    let names = |later: &&Words| {
        later.text.relations.iter().any(|(relation, entry)| {
            matches!(relation, Relation::Replaces | Relation::Amends) && words.entries.contains(entry)
        })
    };
    texts.iter().filter(names).map(|later| (later, ever_adopted(record, later))).collect()
}

/// The provisions of a text in whose place an act adopts another: all of them where that
/// text replaces it, those that it words anew where it amends it.
fn replaced_by(act: &Act, later: &Words, words: &Words) -> BTreeSet<ProvisionId> {
    let names = |relation: Relation| {
        let mut all = later.text.relations.iter();
        all.any(|(one, entry)| *one == relation && words.entries.contains(entry))
    };
    let (only, except): (&[ProvisionId], &[ProvisionId]) = match &act.body {
        Body::Adopt(adoption) => (&adoption.only, &adoption.except),
        _ => (&[], &[]),
    };
    let reached = scope(&later.provisions, only, except);
    let is_replaced = names(Relation::Replaces) && !reached.is_empty();
    let is_amended = names(Relation::Amends);
    let ids = words.provisions.iter().map(|provision| provision.id.clone());
    ids.filter(|id| is_replaced || is_amended && reached.contains(id)).collect()
}

/// What members qualified their consent to a text by, in order, one for each provision
/// or one for the whole.
pub fn qualified(record: &Record<'_>, words: &Words) -> Vec<Qualified> {
    let mut found = Vec::new();
    for act in record.on(&words.digest) {
        let terms = match &act.body {
            Body::Text(text) if words.entries.contains(&act.hash()) => &text.consent,
            Body::Adopt(adoption) if is_of(adoption, words) => &adoption.consent,
            _ => continue,
        };
        found.extend(terms.numbered().map(|(number, made)| Qualified {
            member: act.member().clone(),
            by: act.hash(),
            number,
            is_alone: terms.qualifications.len() == 1,
            made: made.clone(),
            revoked: last_revocation(record, act, (number, made)).map(Act::hash),
            revoked_on:
                revocations(record, act, (number, made)).map(|(id, by)| (id.clone(), by.hash())).collect(),
            answers: answers(record, act, (number, made)).map(Act::hash).collect(),
        }));
    }
    found
}

/// The provisions on which a qualification was taken back, each with the notice.
fn revocations<'r>(
    record: &'r Record<'_>,
    act: &'r Act,
    (number, made): (NonZeroU64, &'r Qualification),
) -> impl Iterator<Item = (&'r ProvisionId, &'r Act)> {
    made.on.iter().filter_map(move |id| Some((id, taking_back(record, act, Some(number), Some(id))?)))
}

/// The notice by which a qualification is taken back: what is on several provisions is when
/// each of them is.
fn last_revocation<'r>(
    record: &'r Record<'_>,
    act: &'r Act,
    one: (NonZeroU64, &'r Qualification),
) -> Option<&'r Act> {
    let (number, made) = one;
    if made.on.is_empty() {
        return taking_back(record, act, Some(number), None);
    }
    let each: Vec<&Act> = revocations(record, act, one).map(|(_, by)| by).collect();
    let all = (each.len() == made.on.len()).then_some(each)?;
    all.into_iter().max_by_key(|by| record.place_of(by))
}

/// The answers to a qualification: to it alone, to what its act says of one of its
/// provisions, to the act.
fn answers<'r>(
    record: &'r Record<'_>,
    act: &'r Act,
    (number, made): (NonZeroU64, &'r Qualification),
) -> impl Iterator<Item = &'r Act> {
    let entry = act.hash();
    record.naming(&entry).filter(move |answer| match &answer.body {
        Body::Answer(body) => {
            body.to.entry == entry
                && body.qualification.is_none_or(|to| to == number)
                && body.to.provision.as_ref().is_none_or(|id| made.on.contains(id))
        }
        _ => false,
    })
}

/// The members whose consent to every one of some provisions is an adoption.
pub fn adopters(consents: &Consents, ids: &BTreeSet<ProvisionId>) -> BTreeSet<MemberId> {
    let whole = |own: &&BTreeMap<ProvisionId, Consent>| {
        ids.iter().all(|id| own.get(id).is_some_and(Consent::is_adopted))
    };
    consents.iter().filter(|(_, own)| whole(own)).map(|(member, _)| member.clone()).collect()
}
