//! The rules once more, word by word and slowly: every question is answered by reading
//! all entries of the cut. It shares the parsed bodies with the program and nothing else.

mod effect;
mod qualified;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use countersign::body::Body;
use countersign::body::condition::Condition;
use countersign::body::provision::{CountedFrom, Parts, Provision, Reservations, Type};
use countersign::body::question::Stance;
use countersign::body::standing::{Act, Notice};
use countersign::body::text::{Adoption, Consent, Named, Relation, Standing, Step, Text};
use countersign::charter::Role;
use countersign::entry::Entry;
use countersign::hash::Hash;
use countersign::names::{MemberId, Place, ProvisionId};
use countersign::time::Day;

use crate::histories::{Brackets, History};

/// An entry of the cut.
pub struct E {
    pub who: MemberId,
    pub hash: Hash,
    pub cite: String,
    pub entry: Entry,
    pub body: Body,
}

/// Yes, otherwise, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum T {
    Shown,
    Otherwise,
    Not,
}

/// A member, a text by the digest of its words, a provision.
pub type Cell = (MemberId, Hash, ProvisionId);

/// How far consent goes, and by what.
#[derive(Clone, Debug, Default)]
pub struct Stand {
    pub stage: &'static str,
    pub since: Option<Hash>,
    pub named: Option<Hash>,
    pub provisional: bool,
    pub mirrored: bool,
    conditions: Vec<Condition>,
    own_condition: bool,
}

pub struct Literal {
    pub all: Vec<E>,
    pub members: Vec<(MemberId, Role)>,
    pub day: Option<Day>,
    brackets: Brackets,
    ledger: Hash,
    judged: RefCell<BTreeMap<Hash, bool>>,
    stands: RefCell<BTreeMap<Cell, Stand>>,
    pub waiting: BTreeSet<Cell>,
    pub in_effect: BTreeSet<Cell>,
}

fn duty(provision: &Provision) -> bool {
    matches!(provision.kind, Type::Do | Type::Refrain)
}

fn lies_in(provision: &Provision) -> Option<&ProvisionId> {
    match &provision.basket {
        Some(Place::Here(id)) => Some(id),
        _ => None,
    }
}

impl Literal {
    pub fn of(history: &History, sizes: &BTreeMap<String, u64>, day: Option<Day>) -> Self {
        let world = &history.world;
        let mut all = vec![];
        for (name, author) in &world.authors {
            for signed in author.entries.iter().take(usize::try_from(sizes[name]).unwrap()) {
                all.push(E {
                    who: name.parse().unwrap(),
                    hash: signed.hash(),
                    cite: signed.cite(),
                    entry: signed.entry().clone(),
                    body: Body::of(signed.entry()),
                });
            }
        }
        let members = world.charter.members.values().map(|member| (member.id.clone(), member.role)).collect();
        let mut literal = Self {
            all,
            members,
            day,
            brackets: history.brackets.clone(),
            ledger: world.charter.id(),
            judged: RefCell::default(),
            stands: RefCell::default(),
            waiting: BTreeSet::new(),
            in_effect: BTreeSet::new(),
        };
        literal.settle();
        literal
    }

    fn find(&self, hash: &Hash) -> Option<&E> {
        self.all.iter().find(|e| e.hash == *hash)
    }

    fn own<'e>(&'e self, who: &MemberId) -> impl Iterator<Item = &'e E> + use<'e> {
        let who = who.clone();
        self.all.iter().filter(move |e| e.who == who)
    }

    fn role(&self, who: &MemberId) -> Role {
        self.members.iter().find(|(id, _)| id == who).unwrap().1
    }

    fn with_role(&self, role: Role) -> Vec<MemberId> {
        self.members.iter().filter(|(_, r)| *r == role).map(|(id, _)| id.clone()).collect()
    }

    fn has_come(&self, day: &Day) -> bool {
        self.day.as_ref().is_some_and(|today| today >= day)
    }

    /// The entry by which `who` first receipted `of`.
    fn receipt(&self, who: &MemberId, of: &E) -> Option<&E> {
        self.own(who)
            .find(|e| e.entry.seen.get(&of.entry.author).is_some_and(|head| head.size > of.entry.seq))
    }

    /// The entry with this hash, if it is in the cut and the author of `e` had it before.
    fn had(&self, e: &E, hash: &Hash) -> Option<&E> {
        let of = self.find(hash)?;
        let before = if of.who == e.who {
            of.entry.seq < e.entry.seq
        } else {
            self.receipt(&e.who, of).is_some_and(|by| by.entry.seq <= e.entry.seq)
        };
        before.then_some(of)
    }

    pub fn stands(&self, e: &E) -> bool {
        if let Some(known) = self.judged.borrow().get(&e.hash) {
            return *known;
        }
        let stands = self.judge(e);
        self.judged.borrow_mut().insert(e.hash, stands);
        stands
    }

    /// Whether an act of its author's own before `before` took this one back, or what it
    /// says of a provision.
    fn taken_back(&self, e: &E, on: Option<&ProvisionId>, before: u64) -> Option<&E> {
        self.own(&e.who).find(|n| {
            let Body::Notice(notice) = &n.body else { return false };
            n.entry.seq < before
                && notice.act == Act::Revoke
                && notice.of.entry == e.hash
                && notice.qualification.is_none()
                && (notice.of.provision.is_none() || notice.of.provision.as_ref() == on)
                && self.stands(n)
        })
    }

    fn is_back(&self, e: &E) -> bool {
        self.taken_back(e, None, u64::MAX).is_some()
    }

    // ---- Texts.

    fn text(e: &E) -> Option<(&Text, Hash, Vec<Provision>)> {
        let Body::Text(text) = &e.body else { return None };
        Some((text, text.words_digest(None)?, text.provisions(None)?))
    }

    /// The digests of all texts.
    pub fn digests(&self) -> BTreeSet<Hash> {
        let texts = self.all.iter().filter(|e| self.stands(e));
        texts.filter_map(|e| Some(Self::text(e)?.1)).collect()
    }

    /// The entries that hold these words.
    pub fn holding(&self, digest: &Hash) -> Vec<&E> {
        let is = |e: &&E| Self::text(e).is_some_and(|(_, own, _)| own == *digest) && self.stands(e);
        self.all.iter().filter(is).collect()
    }

    pub fn provisions(&self, digest: &Hash) -> Vec<Provision> {
        self.holding(digest).first().map(|e| Self::text(e).unwrap().2).unwrap_or_default()
    }

    fn provision(&self, digest: &Hash, id: &ProvisionId) -> Option<Provision> {
        self.provisions(digest).into_iter().find(|provision| provision.id == *id)
    }

    /// The digest of the words of the entry, if it holds any.
    fn digest_of(&self, entry: &Hash) -> Option<Hash> {
        let e = self.find(entry)?;
        if self.stands(e) { Some(Self::text(e)?.1) } else { None }
    }

    fn procedure<F>(provisions: &[Provision], field: fn(&Provision) -> Option<F>) -> Option<F> {
        provisions.iter().filter(|p| p.kind == Type::Procedure).find_map(field)
    }

    /// Whom one entry of a text concerns: those it is between, of a pledge its author, else
    /// every side.
    pub fn concerned_by(&self, entry: &Hash) -> Vec<MemberId> {
        let Some(e) = self.find(entry) else { return vec![] };
        let Some((text, _, _)) = Self::text(e) else { return vec![] };
        if !text.between.is_empty() {
            return text.between.clone();
        }
        if text.standing == Standing::Pledge { vec![e.who.clone()] } else { self.with_role(Role::Party) }
    }

    /// The same for a member, by the entry that its own adoption names; it is one of them
    /// where the text names nobody.
    pub fn concerned_for(&self, (who, digest, id): &Cell) -> BTreeSet<MemberId> {
        self.due(who, digest, self.stand(&(who.clone(), *digest, id.clone())).named)
    }

    fn due(&self, who: &MemberId, digest: &Hash, named: Option<Hash>) -> BTreeSet<MemberId> {
        let mut due: BTreeSet<MemberId> =
            named.map(|entry| self.concerned_by(&entry)).unwrap_or_default().into_iter().collect();
        if self.holding(digest).iter().all(|e| Self::text(e).unwrap().0.between.is_empty()) {
            due.insert(who.clone());
        }
        due
    }

    /// Whose adoption makes it joint, over all entries.
    pub fn concerned(&self, digest: &Hash) -> BTreeSet<MemberId> {
        let holding = self.holding(digest);
        let is_pledge = |e: &&&E| Self::text(e).unwrap().0.standing == Standing::Pledge;
        let is_proposed = holding.iter().any(|e| Self::text(e).unwrap().0.standing == Standing::Proposal);
        let pledges: Vec<&&E> = holding.iter().filter(is_pledge).collect();
        let counts: Vec<&&E> =
            if is_proposed || pledges.is_empty() { holding.iter().collect() } else { pledges };
        counts.iter().flat_map(|e| self.concerned_by(&e.hash)).collect()
    }

    /// What an adoption reaches: what it names and what lies in it; terms, savings and
    /// procedure in no basket go along.
    fn reached(provisions: &[Provision], adoption: &Adoption) -> BTreeSet<ProvisionId> {
        let named = |p: &Provision, list: &[ProvisionId]| {
            list.contains(&p.id) || lies_in(p).is_some_and(|basket| list.contains(basket))
        };
        let mut out = BTreeSet::new();
        for p in provisions {
            let along = p.basket.is_none() && !duty(p) && p.kind != Type::Basket;
            let is = if adoption.only.is_empty() {
                !named(p, &adoption.except)
            } else {
                named(p, &adoption.only) || along
            };
            if is {
                out.insert(p.id.clone());
            }
        }
        out
    }

    fn noticed(&self, notice: &Notice, digest: &Hash, id: &ProvisionId) -> bool {
        if self.digest_of(&notice.of.entry) != Some(*digest) {
            return false;
        }
        let Some(p) = self.provision(digest, id) else { return false };
        notice.only.is_empty()
            || notice.only.contains(id)
            || lies_in(&p).is_some_and(|basket| notice.only.contains(basket))
    }

    // ---- Whether an act amounts to what it says.

    fn judge(&self, e: &E) -> bool {
        let is_side = self.role(&e.who) == Role::Party;
        match &e.body {
            Body::NotUnderstood(_) => false,
            Body::Text(text) if text.standing == Standing::Pledge => {
                let provisions = text.provisions(None).unwrap();
                is_side && Self::qualifies(&text.consent, &provisions)
            }
            Body::Adopt(adoption) => is_side && self.may_adopt(e, adoption),
            Body::Notice(notice) if notice.act == Act::Revoke => self.may_revoke(e, notice),
            Body::Notice(notice) => is_side && self.may_notice(e, notice),
            Body::Ask(ask) => ask.to.iter().all(|to| self.members.iter().any(|(id, _)| id == to)),
            Body::Answer(answer) => {
                let Some(to) = self.had(e, &answer.to.entry) else { return false };
                let counter = answer.counter.as_ref().is_none_or(|text| {
                    self.had(e, &text.entry).is_some_and(|text| matches!(text.body, Body::Text(_)))
                });
                let received =
                    answer.stance != Stance::ReceivedContent || matches!(to.body, Body::Envelope(_));
                let number = Self::has_number(to, answer.qualification, answer.to.provision.as_ref());
                let on = answer.to.provision.as_ref().is_none_or(|id| match &to.body {
                    Body::Adopt(adoption) => Self::qualified(&adoption.consent, id),
                    Body::Text(text) => text.ids().contains(&id),
                    _ => true,
                });
                to.who != e.who && counter && received && number && on
            }
            Body::Envelope(envelope) => !self.all.iter().any(|other| match &other.body {
                Body::Envelope(earlier) => {
                    earlier.commitment == envelope.commitment && self.had(e, &other.hash).is_some()
                }
                _ => false,
            }),
            Body::Open(opening) => {
                let Some(of) = self.had(e, &opening.envelope) else { return false };
                let Body::Envelope(envelope) = &of.body else { return false };
                let again = self.own(&e.who).any(|other| match &other.body {
                    Body::Open(first) => {
                        first.envelope == of.hash && other.entry.seq < e.entry.seq && self.stands(other)
                    }
                    _ => false,
                });
                let opens =
                    envelope.is_opened_by(&self.ledger, &e.entry.author, &opening.nonce, &opening.content);
                of.who == e.who && !again && opens
            }
            _ => true,
        }
    }

    fn qualified(consent: &Consent, id: &ProvisionId) -> bool {
        consent.qualifications.iter().any(|made| made.on.contains(id))
    }

    fn qualifies(consent: &Consent, provisions: &[Provision]) -> bool {
        let allowed = Self::procedure(provisions, |p| p.reservations.clone());
        consent.qualifications.iter().all(|made| {
            let exist = made.on.iter().all(|id| provisions.iter().any(|p| p.id == *id));
            let may = made.name != Named::Reservation
                || match &allowed {
                    None | Some(Reservations::Any) => true,
                    Some(Reservations::None) => false,
                    Some(Reservations::On(ids)) => {
                        !made.on.is_empty() && made.on.iter().all(|id| ids.contains(id))
                    }
                };
            exist && may
        })
    }

    fn may_adopt(&self, e: &E, adoption: &Adoption) -> bool {
        let Some(of) = self.had(e, &adoption.text) else { return false };
        let Some((text, digest, provisions)) = Self::text(of) else { return false };
        let parts = Self::procedure(&provisions, |p| p.parts).unwrap_or(Parts::Whole);
        let find = |id: &ProvisionId| provisions.iter().find(|p| p.id == *id);
        let named: Vec<&ProvisionId> = adoption.only.iter().chain(&adoption.except).collect();
        let reached = Self::reached(&provisions, adoption);
        let two_wordings = provisions.iter().any(|p| match &p.alternative_to {
            Some(Place::Here(other)) => reached.contains(&p.id) || reached.contains(other),
            _ => false,
        });
        let in_parts = match parts {
            Parts::Whole => named.is_empty(),
            Parts::Baskets => named.iter().all(|id| find(id).is_some_and(|p| p.kind == Type::Basket)),
            Parts::Provisions => true,
        };
        let confirms = adoption.step != Some(Step::Confirmed)
            || self.own(&e.who).any(|earlier| match &earlier.body {
                Body::Adopt(signed) => {
                    signed.step == Some(Step::ToBeConfirmed)
                        && signed.words_digest == adoption.words_digest
                        && earlier.entry.seq < e.entry.seq
                        && self.stands(earlier)
                        && self.taken_back(earlier, None, e.entry.seq).is_none()
                }
                _ => false,
            });
        self.stands(of)
            && text.standing != Standing::Draft
            && digest == adoption.words_digest
            && named.iter().all(|id| find(id).is_some())
            && in_parts
            && Self::qualifies(&adoption.consent, &provisions)
            && !two_wordings
            && confirms
    }

    /// Whether this act is an adoption, and of which words.
    fn adopts(&self, e: &E) -> Option<Hash> {
        let digest = match &e.body {
            Body::Text(text) if text.standing == Standing::Pledge => text.words_digest(None),
            Body::Adopt(adoption) => {
                let adopted = !matches!(adoption.step, Some(Step::Initialled | Step::ToBeConfirmed));
                adopted.then_some(adoption.words_digest)
            }
            _ => None,
        };
        digest.filter(|_| self.stands(e))
    }

    fn may_notice(&self, e: &E, notice: &Notice) -> bool {
        let Some(of) = self.had(e, &notice.of.entry) else { return false };
        let Some((_, digest, provisions)) = Self::text(of) else { return false };
        self.stands(of)
            && self.own(&e.who).any(|act| act.entry.seq < e.entry.seq && self.adopts(act) == Some(digest))
            && notice.only.iter().all(|id| provisions.iter().any(|p| p.id == *id))
    }

    fn may_revoke(&self, e: &E, notice: &Notice) -> bool {
        let Some(of) = self.had(e, &notice.of.entry) else { return false };
        let on = notice.of.provision.as_ref();
        if of.who != e.who || !self.stands(of) || self.taken_back(of, on, e.entry.seq).is_some() {
            return false;
        }
        if let Some(number) = notice.qualification {
            let there = Self::has_number(of, Some(number), on);
            return there && self.is_left(of, number, on, e.entry.seq);
        }
        if let Some(id) = on
            && Self::made(of).iter().any(|(_, made)| made.on.contains(id))
            && !Self::made(of)
                .iter()
                .any(|(number, made)| made.on.contains(id) && self.is_left(of, *number, on, e.entry.seq))
        {
            return false;
        }
        match (&of.body, on) {
            (Body::Notice(given), None) => given.act != Act::Revoke && !self.had_come(e, of, given),
            (
                Body::Answer(_) | Body::Ask(_) | Body::Actor(_) | Body::Statement(_) | Body::Report(_),
                None,
            ) => true,
            (Body::Adopt(adoption), None) => {
                matches!(adoption.step, Some(Step::Initialled | Step::ToBeConfirmed))
            }
            (Body::Text(text), None) => text.standing != Standing::Pledge,
            (Body::Adopt(adoption), Some(id)) => Self::qualified(&adoption.consent, id),
            (Body::Text(text), Some(id)) => Self::qualified(&text.consent, id),
            _ => false,
        }
    }

    fn days(provisions: &[Provision], act: Act) -> Option<u64> {
        match act {
            Act::Withdraw => Self::procedure(provisions, |p| p.withdraw_days),
            Act::Suspend => Self::procedure(provisions, |p| p.suspend_days),
            Act::Resume | Act::Revoke => None,
        }
    }

    /// Whether a notice without a period had taken effect when `e` was written: at once
    /// where it names no day, else by the day that the author of both gives.
    fn had_come(&self, e: &E, of: &E, given: &Notice) -> bool {
        let text = self.find(&given.of.entry).unwrap();
        if Self::days(&Self::text(text).unwrap().2, given.act).is_some() {
            return false;
        }
        match &given.effective {
            None => true,
            Some(day) => {
                let said = |e: &E| e.entry.said.as_ref().map(|said| said.day());
                let _ = of;
                said(e).is_some_and(|said| said >= *day)
            }
        }
    }

    // ---- Notices.

    /// The day by which the period of a notice has ended, if the text sets one; within it,
    /// nothing if that day is not shown.
    #[expect(clippy::option_option, reason = "no period is not a period of unknown end")]
    fn period(&self, n: &E, notice: &Notice) -> Option<Option<Day>> {
        let digest = self.digest_of(&notice.of.entry)?;
        let provisions = self.provisions(&digest);
        let days = Self::days(&provisions, notice.act)?;
        let existed = |hash: &Hash| self.brackets.0.get(hash).and_then(|(_, by)| by.clone());
        let counted = Self::procedure(&provisions, |p| p.counted_from).unwrap_or(CountedFrom::Notice);
        let from: Option<Day> = match counted {
            CountedFrom::Notice => existed(&n.hash),
            CountedFrom::Receipt => {
                let receivers = self.receivers(&notice.of.entry, &n.who);
                let each: Option<Vec<Day>> =
                    receivers.iter().map(|who| existed(&self.receipt(who, n)?.hash)).collect();
                each.and_then(|days| days.into_iter().max())
            }
        };
        Some(from.and_then(|day| day.plus(days)))
    }

    /// Whose receipt starts a period: the other sides that the entry which a notice names
    /// concerns, or all other sides where it concerns no other.
    fn receivers(&self, entry: &Hash, who: &MemberId) -> Vec<MemberId> {
        let sides = self.with_role(Role::Party);
        let is_other = |member: &MemberId| member != who && sides.contains(member);
        let named: Vec<MemberId> = self.concerned_by(entry).into_iter().filter(is_other).collect();
        if named.is_empty() {
            sides.iter().filter(|member| is_other(member)).cloned().collect()
        } else {
            named
        }
    }

    /// Given, reached or revoked.
    pub fn reach(&self, n: &E, notice: &Notice) -> &'static str {
        let period = self.period(n, notice);
        if let Some(back) = self.taken_back(n, None, u64::MAX) {
            // A revocation that is shown to come after the effect comes too late.
            let from = self.brackets.0.get(&back.hash).and_then(|(from, _)| from.clone());
            let late = match (&period, from) {
                (Some(Some(end)), Some(from)) => {
                    from >= *end && notice.effective.as_ref().is_none_or(|day| from >= *day)
                }
                _ => false,
            };
            if !late {
                return "revoked";
            }
        }
        let named = notice.effective.as_ref().is_none_or(|day| self.has_come(day));
        let counted = match period {
            None => true,
            Some(end) => end.is_some_and(|day| self.has_come(&day)),
        };
        if named && counted { "reached" } else { "given" }
    }

    // ---- Consent.

    fn rank(stage: &str) -> u8 {
        match stage {
            "initialled" => 1,
            "to be confirmed" => 2,
            "adopted" | "leaving" => 3,
            _ => 0,
        }
    }

    pub fn stand(&self, cell: &Cell) -> Stand {
        if let Some(known) = self.stands.borrow().get(cell) {
            return known.clone();
        }
        let stand = self.walk(cell);
        self.stands.borrow_mut().insert(cell.clone(), stand.clone());
        stand
    }

    fn walk(&self, (who, digest, id): &Cell) -> Stand {
        let mut now = Stand { stage: "none", ..Stand::default() };
        for e in self.own(who).filter(|e| self.stands(e)) {
            let (stage, consent, mirrored, reached, named) = match &e.body {
                Body::Text(text) if text.words_digest(None) == Some(*digest) => {
                    if text.standing != Standing::Pledge {
                        if now.stage == "none" && !self.is_back(e) {
                            now.stage = "tabled";
                        }
                        continue;
                    }
                    ("adopted", &text.consent, false, true, e.hash)
                }
                Body::Adopt(adoption) if adoption.words_digest == *digest => {
                    if self.is_back(e) {
                        continue;
                    }
                    let stage = match adoption.step {
                        Some(Step::Initialled) => "initialled",
                        Some(Step::ToBeConfirmed) => "to be confirmed",
                        _ => "adopted",
                    };
                    let reached = Self::reached(&self.provisions(digest), adoption).contains(id);
                    (stage, &adoption.consent, adoption.mirrored.is_some(), reached, adoption.text)
                }
                Body::Notice(notice) => {
                    let about = notice.act == Act::Withdraw && self.noticed(notice, digest, id);
                    if about && Self::rank(now.stage) == 3 {
                        match self.reach(e, notice) {
                            "reached" => now.stage = "left",
                            "given" => now.stage = "leaving",
                            _ => {}
                        }
                    }
                    continue;
                }
                _ => {
                    self.supersede(e, digest, id, &mut now);
                    continue;
                }
            };
            let settled = matches!(now.stage, "adopted" | "leaving" | "left" | "replaced");
            if !reached {
                if !settled && Self::rank(stage) >= Self::rank(now.stage) {
                    now.stage = "left out";
                }
            } else if Self::rank(stage) >= Self::rank(now.stage) {
                let again = Self::rank(now.stage) == 3;
                if again {
                    // What is adopted without a condition stays so; else one of them is enough.
                    now.own_condition &= consent.condition.is_some();
                    now.conditions.extend(consent.condition.clone());
                    now.provisional |= consent.provisional.is_some();
                    now.mirrored |= mirrored;
                } else {
                    now.since = (stage == "adopted").then_some(e.hash);
                    now.named = now.since.map(|_| named);
                    now.own_condition = consent.condition.is_some();
                    now.conditions = consent.condition.clone().into_iter().collect();
                    now.provisional = consent.provisional.is_some();
                    now.mirrored = mirrored;
                }
                now.stage = stage;
            }
        }
        now
    }

    /// A member that adopts a text in the place of another has adopted that no more.
    fn supersede(&self, e: &E, digest: &Hash, id: &ProvisionId, now: &mut Stand) {
        let Some(other) = self.adopts(e).filter(|_| Self::rank(now.stage) == 3) else { return };
        // Not while somebody whom the earlier concerns has not adopted all of the later.
        let is_whole = |act: &E| match &act.body {
            Body::Text(text) => text.consent.condition.is_none(),
            Body::Adopt(adoption) => {
                adoption.only.is_empty() && adoption.except.is_empty() && adoption.consent.condition.is_none()
            }
            _ => false,
        };
        let whole =
            |who: &MemberId| self.own(who).any(|act| self.adopts(act) == Some(other) && is_whole(act));
        if !self.due(&e.who, digest, now.named).iter().all(whole) {
            return;
        }
        let reached: BTreeSet<ProvisionId> = match &e.body {
            Body::Adopt(adoption) => Self::reached(&self.provisions(&other), adoption),
            _ => self.provisions(&other).iter().map(|p| p.id.clone()).collect(),
        };
        for (relation, earlier) in &Self::text(self.holding(&other)[0]).unwrap().0.relations {
            let is = self.digest_of(earlier) == Some(*digest);
            let whole = *relation == Relation::Replaces && !reached.is_empty();
            let this = *relation == Relation::Amends && reached.contains(id);
            if is && (whole || this) {
                now.stage = "replaced";
            }
        }
    }

    fn adopted(&self, cell: &Cell) -> bool {
        Self::rank(self.stand(cell).stage) == 3
    }
}
