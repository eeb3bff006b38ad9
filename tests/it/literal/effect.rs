//! What conditions show, what is in effect, what stands under a provision: read
//! literally.

use std::collections::BTreeSet;

use countersign::body::Body;
use countersign::body::circumstance::Parameters;
use countersign::body::condition::{By, Condition, Members};
use countersign::body::provision::{Bearer, Provision};
use countersign::body::question::Stance;
use countersign::body::standing::Act;
use countersign::body::statement::{Found, Moment};
use countersign::body::text::Relation;
use countersign::charter::Role;
use countersign::hash::Hash;
use countersign::names::{MemberId, Place, ProvisionId, Reference};
use countersign::time::Day;

use super::{Cell, E, Literal, Stand, T, duty};

impl Literal {
    // ---- Conditions.

    fn place(&self, place: &Place, here: &Hash) -> Option<(Hash, ProvisionId)> {
        match place {
            Place::Here(id) => Some((*here, id.clone())),
            Place::There(entry, id) => Some((self.digest_of(entry)?, id.clone())),
        }
    }

    fn all_of(answers: &[T]) -> T {
        if answers.is_empty() {
            T::Not
        } else if answers.contains(&T::Otherwise) {
            T::Otherwise
        } else if answers.contains(&T::Not) {
            T::Not
        } else {
            T::Shown
        }
    }

    fn one_of(answers: &[T]) -> T {
        if answers.contains(&T::Shown) {
            T::Shown
        } else if answers.is_empty() || answers.contains(&T::Not) {
            T::Not
        } else {
            T::Otherwise
        }
    }

    fn date(&self, day: &Day) -> T {
        match &self.day {
            None => T::Not,
            Some(today) if today >= day => T::Shown,
            Some(_) => T::Otherwise,
        }
    }

    /// For a member, or for nobody.
    pub fn look(
        &self,
        condition: &Condition,
        whose: Option<&MemberId>,
        digest: &Hash,
        id: &ProvisionId,
        with: &Parameters,
    ) -> T {
        let members = |members: &Members, digest: &Hash, id: &ProvisionId, of: Option<&Place>| match members {
            Members::Each => match (of, whose) {
                (Some(Place::There(entry, _)), _) => self.concerned_by(entry).into_iter().collect(),
                (_, Some(who)) => self.concerned_for(&(who.clone(), *digest, id.clone())),
                (_, None) => self.concerned(digest),
            },
            Members::Named(named) => named.iter().cloned().collect(),
        };
        match condition {
            Condition::Date(day) => self.date(day),
            Condition::Adopted(who) => {
                let each = members(who, digest, id, None).into_iter().map(|member| {
                    let cell = (member, *digest, id.clone());
                    if self.adopted(&cell) && !self.waiting.contains(&cell) { T::Shown } else { T::Not }
                });
                Self::all_of(&each.collect::<Vec<T>>())
            }
            Condition::InEffect { of, members: who } => {
                let Some((digest, id)) = self.place(of, digest) else { return T::Not };
                let each = members(who, &digest, &id, Some(of)).into_iter().map(|member| {
                    let cell = (member, digest, id.clone());
                    if self.in_effect.contains(&cell) { T::Shown } else { T::Not }
                });
                Self::all_of(&each.collect::<Vec<T>>())
            }
            Condition::Reported { of, by, same, days } => {
                let Some(of) = self.place(of, digest) else { return T::Not };
                let of_one = |who: &MemberId| self.reported(who, &of, same, *days, with);
                let each = |all: Vec<MemberId>| all.iter().map(of_one).collect::<Vec<T>>();
                match by {
                    By::EachObserver => Self::all_of(&each(self.with_role(Role::Observer))),
                    By::AnyObserver => Self::one_of(&each(self.with_role(Role::Observer))),
                    By::EitherSide => Self::one_of(&each(self.with_role(Role::Party))),
                    By::BothSides => Self::all_of(&each(self.with_role(Role::Party))),
                    By::Named(named) => Self::all_of(&each(named.clone())),
                }
            }
            Condition::All(items) => Self::all_of(
                &items.iter().map(|item| self.look(item, whose, digest, id, with)).collect::<Vec<T>>(),
            ),
            Condition::Any(items) => Self::one_of(
                &items.iter().map(|item| self.look(item, whose, digest, id, with)).collect::<Vec<T>>(),
            ),
        }
    }

    /// Reports of a definition that stand.
    fn reports(&self, of: &(Hash, ProvisionId)) -> Vec<&E> {
        let is = |e: &&E| match &e.body {
            Body::Report(report) => report.of.as_ref().is_some_and(|named| {
                self.had(e, &named.entry).is_some()
                    && self.digest_of(&named.entry) == Some(of.0)
                    && named.provision.as_ref() == Some(&of.1)
                    && !self.is_back(e)
            }),
            _ => false,
        };
        self.all.iter().filter(is).collect()
    }

    fn reported(
        &self,
        who: &MemberId,
        of: &(Hash, ProvisionId),
        same: &[String],
        days: Option<u64>,
        with: &Parameters,
    ) -> T {
        let mut best = T::Not;
        for e in self.reports(of).into_iter().filter(|e| e.who == *who) {
            let Body::Report(report) = &e.body else { continue };
            if !same
                .iter()
                .all(|name| report.with.contains_key(name) && report.with.get(name) == with.get(name))
            {
                continue;
            }
            let happened = report.interval.as_ref().and_then(|i| i.to.as_ref().or(i.from.as_ref()));
            let happened = happened.map(|moment| match moment {
                Moment::Day(day) => day.clone(),
                Moment::Time(time) => time.day(),
            });
            let ahead =
                self.day.as_ref().is_some_and(|today| happened.as_ref().is_some_and(|day| day > today));
            let one = match (report.found, days) {
                (None, _) if ahead => T::Not,
                (Some(Found::NothingSeen), _) => T::Otherwise,
                (Some(Found::NoAccess), _) => T::Not,
                (None, None) => T::Shown,
                (None, Some(days)) => {
                    happened.and_then(|day| day.plus(days)).map_or(T::Not, |day| self.date(&day))
                }
            };
            // Of one member's reports, one that shows it is enough; one that says
            // otherwise is more than one that says nothing.
            if one == T::Shown || best == T::Not {
                best = one;
            }
        }
        best
    }

    pub fn occasions(&self, condition: &Condition, digest: &Hash) -> BTreeSet<Parameters> {
        let mut out = BTreeSet::new();
        for atom in condition.atoms() {
            let Condition::Reported { of, same, .. } = atom else { continue };
            let Some(of) = self.place(of, digest) else { continue };
            for e in self.reports(&of) {
                let Body::Report(report) = &e.body else { continue };
                if same.iter().all(|name| report.with.contains_key(name)) {
                    out.insert(same.iter().map(|name| (name.clone(), report.with[name].clone())).collect());
                }
            }
        }
        out
    }

    // ---- Effect.

    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![];
        for digest in self.digests() {
            for p in self.provisions(&digest) {
                cells.extend(self.members.iter().map(|(who, _)| (who.clone(), digest, p.id.clone())));
            }
        }
        cells
    }

    pub(super) fn settle(&mut self) {
        let cells = self.cells();
        loop {
            let unmet = cells.iter().find(|cell| {
                let stand = self.stand(cell);
                let met = |c: &Condition| {
                    self.look(c, Some(&cell.0), &cell.1, &cell.2, &Parameters::new()) == T::Shown
                };
                !self.waiting.contains(*cell)
                    && Self::rank(stand.stage) == 3
                    && stand.own_condition
                    && !stand.conditions.iter().any(met)
            });
            match unmet.cloned() {
                Some(cell) => self.waiting.insert(cell),
                None => break,
            };
        }
        loop {
            let next = cells.iter().find(|c| !self.in_effect.contains(*c) && self.effect(c) == "since");
            match next.cloned() {
                Some(cell) => self.in_effect.insert(cell),
                None => break,
            };
        }
    }

    pub fn bearers(&self, who: &MemberId, digest: &Hash, p: &Provision) -> BTreeSet<MemberId> {
        let mirrored = self.members.iter().map(|(who, _)| who.clone()).filter(|who| {
            let cell = (who.clone(), *digest, p.id.clone());
            self.stand(&cell).mirrored && self.adopted(&cell)
        });
        match &p.bearer {
            Some(Bearer::Named(named)) => named.iter().cloned().chain(mirrored).collect(),
            Some(Bearer::Author) => {
                let named = self.stand(&(who.clone(), *digest, p.id.clone())).named;
                let holding = self.holding(digest).into_iter();
                let counts = holding.filter(|e| named.is_none_or(|named| e.hash == named));
                counts.map(|e| e.who.clone()).chain(mirrored).collect()
            }
            Some(Bearer::Each) | None => BTreeSet::new(),
        }
    }

    pub fn effect(&self, cell: &Cell) -> &'static str {
        let (who, digest, id) = cell;
        let stand = self.stand(cell);
        match stand.stage {
            "left" => return "ended: withdrawal",
            "replaced" => return "ended: replacement",
            "adopted" | "leaving" => {}
            _ => return "waits",
        }
        if self.ended(cell) {
            return "ended: common act";
        }
        let provisions = self.provisions(digest);
        let p = provisions.iter().find(|p| p.id == *id).unwrap();
        let last = p.expires.clone().or(Self::procedure(&provisions, |p| p.expires.clone()));
        if last.is_some_and(|last| self.day.as_ref().is_some_and(|today| *today > last)) {
            return "ended: expiry";
        }
        let two = provisions.iter().any(|other| match &other.alternative_to {
            Some(Place::Here(of)) => of == id || other.id == *id,
            _ => false,
        });
        if two {
            return "waits";
        }
        if self.waiting.contains(cell) {
            return "waits";
        }
        let trigger = p.takes_effect.clone().or(Self::procedure(&provisions, |p| p.takes_effect.clone()));
        let bearers = self.bearers(who, digest, p);
        let triggered = match &trigger {
            Some(condition) => self.look(condition, Some(who), digest, id, &Parameters::new()) == T::Shown,
            // On adoption by its bearer.
            None if duty(p) && !bearers.is_empty() && !bearers.contains(who) => {
                bearers.iter().any(|bearer| {
                    let theirs = (bearer.clone(), *digest, id.clone());
                    self.adopted(&theirs) && !self.waiting.contains(&theirs)
                })
            }
            None => true,
        };
        let from = p.applies_from.clone().or(Self::procedure(&provisions, |p| p.applies_from.clone()));
        let started = from.is_none_or(|day| self.has_come(&day));
        if self.rests(cell, &stand) && (triggered && started || stand.provisional) {
            return "suspended";
        }
        match (triggered && started, stand.provisional) {
            (true, _) => "since",
            (false, true) => "provisional",
            (false, false) => "waits",
        }
    }

    fn rests(&self, (who, digest, id): &Cell, stand: &Stand) -> bool {
        let adopted = stand.since.and_then(|hash| self.find(&hash)).map_or(0, |e| e.entry.seq);
        let mut rests = false;
        for e in self.own(who).filter(|e| self.stands(e) && e.entry.seq > adopted) {
            let Body::Notice(notice) = &e.body else { continue };
            if self.noticed(notice, digest, id) && self.reach(e, notice) == "reached" {
                match notice.act {
                    Act::Suspend => rests = true,
                    Act::Resume => rests = false,
                    _ => {}
                }
            }
        }
        rests
    }

    /// Whether all whom it concerns by the entry that the member adopted, adopted a text
    /// that ends it.
    fn ended(&self, cell: &Cell) -> bool {
        let digest = &cell.1;
        let counts = |cell: &Cell| self.adopted(cell) && !self.waiting.contains(cell);
        let due = self.concerned_for(cell);
        self.digests().iter().any(|other| {
            let relations = &Self::text(self.holding(other)[0]).unwrap().0.relations;
            let ends = relations.iter().any(|(relation, entry)| {
                *relation == Relation::Ends && self.digest_of(entry) == Some(*digest)
            });
            let whole = |who: &MemberId| {
                self.provisions(other).iter().all(|p| counts(&(who.clone(), *other, p.id.clone())))
            };
            ends && due.iter().all(whole)
        })
    }

    // ---- Questions and links.

    pub fn openness(&self, ask: &E) -> &'static str {
        let Body::Ask(asked) = &ask.body else { return "" };
        if self.is_back(ask) {
            return "revoked";
        }
        let stances = |who: &MemberId| -> Vec<Stance> {
            let own = self.own(who).filter(|e| self.stands(e) && !self.is_back(e));
            own.filter_map(|e| match &e.body {
                Body::Answer(answer) if answer.to.entry == ask.hash => Some(answer.stance),
                _ => None,
            })
            .collect()
        };
        let answered = |who: &MemberId| stances(who).iter().any(|stance| *stance != Stance::WillAnswer);
        let others: Vec<&MemberId> = asked.to.iter().filter(|who| **who != ask.who).collect();
        if !others.is_empty() && others.iter().all(|who| answered(who)) {
            "answered"
        } else if asked.to.iter().any(|who| !stances(who).is_empty() && !answered(who)) {
            "to be answered"
        } else {
            "open"
        }
    }

    /// What members say that stands under a provision, by kind.
    pub fn under(&self, digest: &Hash, id: &ProvisionId, kind: &str) -> BTreeSet<String> {
        let links = |e: &E, named: &Reference| {
            self.had(e, &named.entry).is_some()
                && self.digest_of(&named.entry) == Some(*digest)
                && named.provision.as_ref() == Some(id)
        };
        let is = |e: &&E| {
            let about = e.body.circumstances().map(|c| c.about.clone()).unwrap_or_default();
            e.entry.kind == kind
                && self.stands(e)
                && (kind == "ask" || !self.is_back(e))
                && about.iter().any(|named| links(e, named))
        };
        self.all.iter().filter(is).map(|e| e.cite.clone()).collect()
    }
}
