//! Texts by their words: the same words are one text, whoever tables them and in
//! however many entries.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Act, Record};
use crate::body::Body;
use crate::body::condition::Condition;
use crate::body::provision::{CountedFrom, Parts, Provision, Reservations, Type};
use crate::body::text::{Standing, Text};
use crate::charter::Role;
use crate::hash::Hash;
use crate::names::{MemberId, Place, ProvisionId};
use crate::time::Day;

/// How a text is adopted, takes effect, is asked about and left, by its own fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// In which parts it may be adopted, and where it says so.
    pub parts: Parts,
    /// The provision that says in which parts.
    pub parts_at: Option<ProvisionId>,
    /// What may be reserved on.
    pub reservations: Reservations,
    /// What gives all of it effect, and where it says so.
    pub takes_effect: Option<(Condition, ProvisionId)>,
    /// Hours within which an answer is expected, and where it says so.
    pub reply_hours: Option<(u64, ProvisionId)>,
    /// Days that a suspension takes, and where it says so.
    pub suspend_days: Option<(u64, ProvisionId)>,
    /// Days that a withdrawal takes, and where it says so.
    pub withdraw_days: Option<(u64, ProvisionId)>,
    /// From what they are counted.
    pub counted_from: CountedFrom,
}

impl Procedure {
    /// Of these provisions. Where two set one field, the first counts.
    pub fn of(provisions: &[Provision]) -> Self {
        let procedures = || provisions.iter().filter(|provision| provision.kind == Type::Procedure);
        let number = |field: fn(&Provision) -> Option<u64>| {
            procedures().find_map(|provision| Some((field(provision)?, provision.id.clone())))
        };
        let parts = procedures().find_map(|provision| Some((provision.parts?, provision.id.clone())));
        Self {
            parts: parts.as_ref().map_or(Parts::Whole, |(parts, _)| *parts),
            parts_at: parts.map(|(_, id)| id),
            reservations: procedures()
                .find_map(|provision| provision.reservations.clone())
                .unwrap_or(Reservations::Any),
            takes_effect: procedures()
                .find_map(|provision| Some((provision.takes_effect.clone()?, provision.id.clone()))),
            reply_hours: number(|provision| provision.reply_hours),
            suspend_days: number(|provision| provision.suspend_days),
            withdraw_days: number(|provision| provision.withdraw_days),
            counted_from: procedures()
                .find_map(|provision| provision.counted_from)
                .unwrap_or(CountedFrom::Notice),
        }
    }

    /// That the text cannot be adopted in these parts, if it cannot: as it is adopted as a
    /// whole, or since one of them is no basket.
    pub fn disallows(
        &self,
        provisions: &[Provision],
        only: &[ProvisionId],
        except: &[ProvisionId],
    ) -> Option<Option<ProvisionId>> {
        let mut named = only.iter().chain(except).peekable();
        named.peek()?;
        match self.parts {
            Parts::Whole => Some(None),
            Parts::Provisions => None,
            Parts::Baskets => {
                let is_basket = |id: &ProvisionId| {
                    provisions.iter().any(|provision| provision.id == *id && provision.kind == Type::Basket)
                };
                named.find(|id| !is_basket(id)).map(|id| Some(id.clone()))
            }
        }
    }
}

/// Whether an adoption of some parts reaches a provision. Baskets stand for what lies in
/// them; what lies in no basket and commits nobody (terms, savings, procedure) goes with
/// every part.
pub fn reaches(provision: &Provision, only: &[ProvisionId], except: &[ProvisionId]) -> bool {
    let is_in = |list: &[ProvisionId]| {
        let basket = match &provision.basket {
            Some(Place::Here(basket)) => list.contains(basket),
            _ => false,
        };
        basket || list.contains(&provision.id)
    };
    let goes_along =
        provision.basket.is_none() && !provision.kind.is_commitment() && provision.kind != Type::Basket;
    !is_in(except) && (only.is_empty() || goes_along || is_in(only))
}

/// The provisions that an adoption of some parts reaches.
pub fn scope(
    provisions: &[Provision],
    only: &[ProvisionId],
    except: &[ProvisionId],
) -> BTreeSet<ProvisionId> {
    let reached = provisions.iter().filter(|provision| reaches(provision, only, except));
    reached.map(|provision| provision.id.clone()).collect()
}

/// Provisions of which a text holds two wordings: both are not settled.
pub fn unsettled(provisions: &[Provision]) -> BTreeSet<ProvisionId> {
    let pairs = provisions.iter().filter_map(|provision| match &provision.alternative_to {
        Some(Place::Here(other)) => Some([provision.id.clone(), other.clone()]),
        _ => None,
    });
    pairs.flatten().collect()
}

/// The digest of the words that an act tables, pledges or adopts.
pub fn digest(record: &Record<'_>, act: &Act) -> Option<Hash> {
    match &act.body {
        Body::Text(text) => text.words_digest(record.document_of(text)),
        Body::Adopt(adoption) => Some(adoption.words_digest),
        _ => None,
    }
}

/// One entry that tables or pledges words. What is in effect for a member is judged by
/// the entry that its own act names: nobody changes it by tabling the same words anew.
#[derive(Clone, Debug)]
pub struct Tabled {
    /// Whose it is.
    pub author: MemberId,
    /// Whom it concerns: those the text is between, else, of a pledge, its author, else
    /// every side.
    pub concerns: Vec<MemberId>,
}

/// One text: words that are tabled, in one entry or several.
#[derive(Clone, Debug)]
pub struct Words {
    /// The digest of the words.
    pub digest: Hash,
    /// The entries that table or pledge them, in order.
    pub entries: Vec<Hash>,
    /// The text of the first.
    pub text: Text,
    /// Its provisions.
    pub provisions: Vec<Provision>,
    /// Its procedure.
    pub procedure: Procedure,
    /// Whether every entry that holds it is a draft.
    pub is_draft: bool,
    /// Whether an entry that holds it proposes it.
    pub is_proposed: bool,
    /// Whose acts on it are looked for, by id: those it is between, else every side.
    pub between: Vec<MemberId>,
    /// By whom each of its entries is, and whom it concerns.
    pub tabled: BTreeMap<Hash, Tabled>,
    /// Who pledged it, by id.
    pub pledged: BTreeSet<MemberId>,
}

impl Words {
    /// The provision with this id.
    pub fn provision(&self, id: &ProvisionId) -> Option<&Provision> {
        self.provisions.iter().find(|provision| provision.id == *id)
    }

    /// Whom the entry that a member's act names concerns; where the text is between nobody
    /// by name, that member is one of them.
    pub fn concerned_by(&self, entry: Option<&Hash>, member: &MemberId) -> BTreeSet<MemberId> {
        let tabled = entry.and_then(|entry| self.tabled.get(entry));
        let concerns = tabled.map_or(&self.text.between, |tabled| &tabled.concerns).iter();
        concerns.chain(self.text.between.is_empty().then_some(member)).cloned().collect()
    }

    /// Whose adoption makes it joint, over all entries that hold it: those it is between,
    /// else those who pledged it. Nothing is in effect or not by this.
    pub fn concerned(&self) -> Vec<MemberId> {
        if self.between.is_empty() { self.pledged.iter().cloned().collect() } else { self.between.clone() }
    }

    /// The last day of all of it, where a procedure sets one.
    pub fn expires(&self) -> Option<&Day> {
        self.procedures().find_map(|provision| provision.expires.as_ref())
    }

    /// The first day of all of it, where a procedure sets one.
    pub fn applies_from(&self) -> Option<&Day> {
        self.procedures().find_map(|provision| provision.applies_from.as_ref())
    }

    fn procedures(&self) -> impl Iterator<Item = &Provision> {
        self.provisions.iter().filter(|provision| provision.kind == Type::Procedure)
    }

    /// Every text of a record, in the order of its first entry.
    pub fn all(record: &Record<'_>) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut at: BTreeMap<Hash, usize> = BTreeMap::new();
        let sides: Vec<MemberId> = record.in_role(Role::Party).cloned().collect();
        for act in record.acts().filter(|act| act.has_effect()) {
            let Body::Text(text) = &act.body else { continue };
            let document = record.document_of(text);
            let (Some(digest), Some(provisions)) = (text.words_digest(document), text.provisions(document))
            else {
                continue;
            };
            let concerns = match (text.between.as_slice(), text.standing) {
                ([], Standing::Pledge) => vec![act.member().clone()],
                ([], _) => sides.clone(),
                (between, _) => between.to_vec(),
            };
            let tabled = Tabled { author: act.member().clone(), concerns };
            let known = at.get(&digest).and_then(|at| found.get_mut(*at));
            if let Some(words) = known {
                words.entries.push(act.hash());
                words.is_draft &= text.standing == Standing::Draft;
                words.is_proposed |= text.standing == Standing::Proposal;
                words.tabled.insert(act.hash(), tabled);
                if text.standing == Standing::Pledge {
                    words.pledged.insert(act.member().clone());
                }
                continue;
            }
            at.insert(digest, found.len());
            let pledged = (text.standing == Standing::Pledge).then(|| act.member().clone());
            found.push(Self {
                digest,
                entries: vec![act.hash()],
                text: (**text).clone(),
                procedure: Procedure::of(&provisions),
                provisions,
                is_draft: text.standing == Standing::Draft,
                is_proposed: text.standing == Standing::Proposal,
                between: text.between.clone(),
                tabled: BTreeMap::from([(act.hash(), tabled)]),
                pledged: pledged.into_iter().collect(),
            });
        }
        // Which entry came first is not asked: two that table the same words need not have
        // received each other's.
        for words in &mut found {
            if words.between.is_empty() && (words.is_proposed || words.pledged.is_empty()) {
                words.between.clone_from(&sides);
            }
        }
        found
    }
}
