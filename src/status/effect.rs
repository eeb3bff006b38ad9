//! Whether an act amounts to what it says. What does not fit is without effect and
//! shown as such; its chain stands.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::num::NonZeroU64;

use super::record::{Act, Record};
use super::texts;
use crate::body::envelope::{Envelope, Opening};
use crate::body::question::{Answer, Stance};
use crate::body::standing::{Act as Noticed, Notice};
use crate::body::text::{Adoption, Consent, Qualification, Standing, Step, Text};
use crate::body::{Body, provision::Reservations};
use crate::charter::{Charter, Role};
use crate::entry::Entry;
use crate::hash::Hash;
use crate::names::{MemberId, ProvisionId, Reference};
use crate::strand::Strand;
use crate::vocabulary::effect as rows;
use crate::vocabulary::{Phrase, Tongue};

/// What an entry amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// What it says.
    AsWritten,
    /// Nothing, by the rules; says why.
    Without(Why),
    /// This version does not know its kind or a field of it; says which.
    NotUnderstood(String),
}

/// Why an act is without effect: a row of the vocabulary, and what stands in its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    row: Phrase,
    places: Vec<(&'static str, String)>,
}

impl Why {
    fn new(row: Phrase, places: &[(&'static str, &dyn std::fmt::Display)]) -> Self {
        let places = places.iter().map(|(name, word)| (*name, word.to_string())).collect();
        Self { row, places }
    }

    /// In the words of a tongue.
    pub fn of(&self, tongue: Tongue) -> String {
        let places: Vec<(&str, &str)> =
            self.places.iter().map(|(name, word)| (*name, word.as_str())).collect();
        self.row.with(tongue, &places)
    }

    /// The row that says it.
    pub fn row(&self) -> Phrase {
        self.row
    }

    /// What stands in one of its places.
    pub fn place(&self, name: &str) -> Option<&str> {
        self.places.iter().find(|(known, _)| *known == name).map(|(_, word)| word.as_str())
    }
}

/// A reason, or none.
type Reason = Option<Why>;

#[expect(clippy::unnecessary_wraps, reason = "it ends a function that may have no reason")]
fn why(row: Phrase, places: &[(&'static str, &dyn std::fmt::Display)]) -> Reason {
    Some(Why::new(row, places))
}

/// What an entry amounts to, after the acts that the record holds so far.
pub fn of(record: &Record<'_>, strand: &Strand, entry: &Entry, body: &Body) -> Effect {
    if let Body::NotUnderstood(why) = body {
        return Effect::NotUnderstood(why.clone());
    }
    let reason = by_signers(&record.charter, strand, entry, body).or_else(|| by_record(record, entry, body));
    reason.map_or(Effect::AsWritten, Effect::Without)
}

/// Whether more is needed than the charter and the set in force to say what an entry
/// amounts to.
pub fn rests_on_record(body: &Body) -> bool {
    match body {
        Body::Text(text) => text.standing == Standing::Pledge,
        Body::Adopt(_) | Body::Notice(_) | Body::Answer(_) | Body::Envelope(_) | Body::Open(_) => true,
        _ => false,
    }
}

/// Why those who sign it, or whom it names, make an entry be without effect.
pub fn by_signers(charter: &Charter, strand: &Strand, entry: &Entry, body: &Body) -> Reason {
    match body {
        Body::NotUnderstood(_) | Body::Join | Body::Key(_) | Body::Seen => None,
        Body::Text(text) if text.standing == Standing::Pledge => consenting(charter, strand, entry, "pledge"),
        Body::Adopt(_) => consenting(charter, strand, entry, "adopt"),
        Body::Notice(notice) if notice.act != Noticed::Revoke => consenting(charter, strand, entry, "notice"),
        Body::Ask(ask) => {
            let unknown = ask.to.iter().find(|member| charter.member(member).is_none());
            pens(strand, entry, "ask")
                .or_else(|| unknown.and_then(|member| why(rows::NO_MEMBER, &[("member", member)])))
        }
        _ => pens(strand, entry, &entry.kind),
    }
}

/// Why what it names, or what stands before it, makes an entry be without effect.
fn by_record(record: &Record<'_>, entry: &Entry, body: &Body) -> Reason {
    match body {
        Body::Text(text) if text.standing == Standing::Pledge => pledged(record, text),
        Body::Adopt(adoption) => adopted(record, entry, adoption),
        Body::Notice(notice) if notice.act == Noticed::Revoke => revoked(record, entry, notice),
        Body::Notice(notice) => noticed(record, entry, notice),
        Body::Answer(answer) => answered(record, entry, answer),
        Body::Envelope(envelope) => enveloped(record, entry, envelope),
        Body::Open(opening) => opened(record, entry, opening),
        _ => None,
    }
}

/// Acts of consent are those of sides, and need the pens that the set in force asks for.
fn consenting(charter: &Charter, strand: &Strand, entry: &Entry, kind: &str) -> Reason {
    let member = charter.member(strand.log().member())?;
    if member.role != Role::Party {
        let row = match member.role {
            Role::Drafter => rows::DRAFTERS_ADOPT_NOTHING,
            Role::Observer | Role::Party => rows::OBSERVER_ADOPTS_NOTHING,
        };
        return why(row, &[("member", &member.id)]);
    }
    pens(strand, entry, kind)
}

fn pens(strand: &Strand, entry: &Entry, kind: &str) -> Reason {
    let needed = super::more_pens(strand, entry, kind)?;
    let signed = u64::try_from(entry.signers.len()).unwrap_or(u64::MAX);
    (signed < needed).then(|| Why::new(rows::TOO_FEW_PENS, &[("needed", &needed), ("signed", &signed)]))
}

/// The act that is named, if its author had it; else why it does not count.
fn named<'r>(record: &'r Record<'_>, entry: &Entry, hash: &Hash) -> Result<Cow<'r, Act>, Why> {
    let Some((_, held)) = record.held(hash) else {
        if let Some((_, later)) = record.sources.audit.entry(hash) {
            return Err(Why::new(rows::OUTSIDE, &[("entry", &later.cite())]));
        }
        return Err(Why::new(rows::NOT_HELD, &[("entry", &hash.short())]));
    };
    // What was not received may stand after this act in the record.
    if !record.receives(entry, hash) {
        return Err(Why::new(rows::NOT_RECEIVED, &[("entry", &held.cite())]));
    }
    let act = record.act(hash).map(Cow::Borrowed);
    act.or_else(|| record.unlisted(hash).map(Cow::Owned))
        .ok_or_else(|| Why::new(rows::NO_ACT, &[("entry", &held.cite())]))
}

fn ids(text: &Text) -> BTreeSet<ProvisionId> {
    text.ids().into_iter().cloned().collect()
}

/// Whether what a consent carries fits the text.
fn consent(consent: &Consent, ids: &BTreeSet<ProvisionId>, allowed: &Reservations) -> Reason {
    for made in &consent.qualifications {
        if let Some(id) = made.on.iter().find(|id| !ids.contains(*id)) {
            return why(rows::NO_SUCH_PROVISION, &[("id", id)]);
        }
        let allows = match allowed {
            Reservations::Any => true,
            Reservations::None => false,
            Reservations::On(on) => !made.on.is_empty() && made.on.iter().all(|id| on.contains(id)),
        };
        if made.name == crate::body::text::Named::Reservation && !allows {
            return why(rows::RESERVATION_NOT_ALLOWED, &[]);
        }
    }
    None
}

/// What a text allows to be reserved, its author's own pledge keeps to.
fn pledged(record: &Record<'_>, text: &Text) -> Reason {
    let provisions = text.provisions(record.document_of(text)).unwrap_or_default();
    consent(&text.consent, &ids(text), &texts::Procedure::of(&provisions).reservations)
}

fn adopted(record: &Record<'_>, entry: &Entry, adoption: &Adoption) -> Reason {
    let act = match named(record, entry, &adoption.text) {
        Ok(act) => act,
        Err(why) => return Some(why),
    };
    let cite = act.signed.cite();
    let Body::Text(text) = &act.body else { return why(rows::NO_TEXT, &[("entry", &cite)]) };
    if text.standing == Standing::Draft {
        return why(rows::A_DRAFT, &[("entry", &cite)]);
    }
    if !act.has_effect() {
        return why(rows::WITHOUT_EFFECT, &[("entry", &cite)]);
    }
    let document = record.document_of(text);
    if text.words_digest(document).is_some_and(|digest| digest != adoption.words_digest) {
        return why(rows::OTHER_WORDS, &[("entry", &cite)]);
    }
    // Words that are not held here make no act of another be without effect.
    let provisions = text.provisions(document)?;
    let procedure = texts::Procedure::of(&provisions);
    let ids: BTreeSet<ProvisionId> = provisions.iter().map(|provision| provision.id.clone()).collect();
    if let Some(id) = adoption.only.iter().chain(&adoption.except).find(|id| !ids.contains(*id)) {
        return why(rows::HAS_NO_PROVISION, &[("entry", &cite), ("id", id)]);
    }
    procedure
        .disallows(&provisions, &adoption.only, &adoption.except)
        .and_then(|basket| match basket {
            None => why(rows::AS_A_WHOLE, &[("entry", &cite)]),
            Some(id) => why(rows::BY_BASKETS, &[("entry", &cite), ("id", &id)]),
        })
        .or_else(|| consent(&adoption.consent, &ids, &procedure.reservations))
        .or_else(|| {
            let scope = texts::scope(&provisions, &adoption.only, &adoption.except);
            let open = texts::unsettled(&provisions).into_iter().find(|id| scope.contains(id));
            open.and_then(|id| why(rows::TWO_WORDINGS, &[("entry", &cite), ("id", &id)]))
        })
        .or_else(|| match adoption.step {
            Some(Step::Confirmed) if !was_to_be_confirmed(record, entry, adoption) => {
                why(rows::NOTHING_TO_CONFIRM, &[("entry", &cite)])
            }
            _ => None,
        })
}

fn was_to_be_confirmed(record: &Record<'_>, entry: &Entry, adoption: &Adoption) -> bool {
    own(record, entry.author.member()).any(|act| match &act.body {
        Body::Adopt(earlier) => {
            earlier.words_digest == adoption.words_digest
                && earlier.step == Some(Step::ToBeConfirmed)
                && !is_revoked(record, act, None)
        }
        _ => false,
    })
}

/// A member's acts with effect.
fn own<'r>(record: &'r Record<'_>, member: &MemberId) -> impl Iterator<Item = &'r Act> {
    let member = member.clone();
    record.acts().filter(move |act| *act.member() == member && act.has_effect())
}

/// Whether an act of one's own, or what it says of one provision, was taken back.
pub fn is_revoked(record: &Record<'_>, act: &Act, on: Option<&ProvisionId>) -> bool {
    revocation(record, act, on).is_some()
}

/// The notice that takes an act back, or what it says of one provision.
pub fn revocation<'r>(record: &'r Record<'_>, act: &Act, on: Option<&ProvisionId>) -> Option<&'r Act> {
    taking_back(record, act, None, on)
}

/// The notice that takes back one qualification of an act, or what it says of one
/// provision: by its number, by the provision alone, or with the act.
pub fn taking_back<'r>(
    record: &'r Record<'_>,
    act: &Act,
    number: Option<NonZeroU64>,
    on: Option<&ProvisionId>,
) -> Option<&'r Act> {
    let hash = act.hash();
    record.naming(&hash).find(|notice| match &notice.body {
        Body::Notice(body) => {
            body.act == Noticed::Revoke
                && body.of.entry == hash
                && (body.qualification.is_none() || body.qualification == number)
                && (body.of.provision.is_none() || body.of.provision.as_ref() == on)
        }
        _ => false,
    })
}

/// Whether a qualification of this number was taken back: on one provision, else on every
/// one that it is on.
fn is_taken_back(
    record: &Record<'_>,
    act: &Act,
    (number, made): (NonZeroU64, &Qualification),
    on: Option<&ProvisionId>,
) -> bool {
    let on_one = |id: Option<&ProvisionId>| taking_back(record, act, Some(number), id).is_some();
    match on {
        None if !made.on.is_empty() => made.on.iter().all(|id| on_one(Some(id))),
        on => on_one(on),
    }
}

/// The qualification that a number means in an act, on the provision that stands beside it.
fn numbered<'c>(
    act: &'c Act,
    number: NonZeroU64,
    on: Option<&ProvisionId>,
) -> Result<&'c Qualification, Why> {
    let cite = act.signed.cite();
    let made = act.body.consent().and_then(|consent| consent.qualification(number));
    let made = made.ok_or_else(|| Why::new(rows::NO_NUMBER, &[("entry", &cite), ("number", &number)]))?;
    match on.filter(|id| !made.on.contains(*id)) {
        Some(id) => Err(Why::new(rows::NUMBER_NOT_ON, &[("entry", &cite), ("number", &number), ("id", id)])),
        None => Ok(made),
    }
}

fn noticed(record: &Record<'_>, entry: &Entry, notice: &Notice) -> Reason {
    let act = match named(record, entry, &notice.of.entry) {
        Ok(act) => act,
        Err(why) => return Some(why),
    };
    let cite = act.signed.cite();
    let Body::Text(text) = &act.body else { return why(rows::NO_TEXT, &[("entry", &cite)]) };
    if !act.has_effect() {
        return why(rows::WITHOUT_EFFECT, &[("entry", &cite)]);
    }
    let Some(digest) = texts::digest(record, &act) else {
        return why(rows::NO_DOCUMENT, &[("entry", &cite)]);
    };
    let author = entry.author.member();
    let has_adopted = own(record, author).any(|act| match &act.body {
        Body::Text(text) => text.standing == Standing::Pledge && texts::digest(record, act) == Some(digest),
        Body::Adopt(adoption) => {
            let is_step_before = matches!(adoption.step, Some(Step::Initialled | Step::ToBeConfirmed));
            adoption.words_digest == digest && !is_step_before
        }
        _ => false,
    });
    if !has_adopted {
        return why(rows::ADOPTED_NOTHING, &[("member", author), ("entry", &cite)]);
    }
    let ids = text.ids();
    let unknown = notice.only.iter().find(|id| !ids.contains(id));
    unknown.and_then(|id| why(rows::HAS_NO_PROVISION, &[("entry", &cite), ("id", id)]))
}

fn revoked(record: &Record<'_>, entry: &Entry, notice: &Notice) -> Reason {
    let act = match named(record, entry, &notice.of.entry) {
        Ok(act) => act,
        Err(why) => return Some(why),
    };
    let cite = act.signed.cite();
    if act.member() != entry.author.member() {
        return why(rows::ACT_OF_ANOTHER, &[("entry", &cite), ("member", act.member())]);
    }
    if !act.has_effect() {
        return why(rows::WITHOUT_EFFECT, &[("entry", &cite)]);
    }
    if let Some(number) = notice.qualification {
        return revoked_by_number(record, &act, number, notice.of.provision.as_ref());
    }
    if is_revoked(record, &act, notice.of.provision.as_ref())
        || notice.of.provision.as_ref().is_some_and(|id| nothing_is_left(record, &act, id))
    {
        return why(rows::TAKEN_BACK, &[("entry", &cite)]);
    }
    if notice.of.provision.is_none()
        && let Some(why) = took_effect(record, entry, &act)
    {
        return Some(why);
    }
    let can_be = match (&act.body, &notice.of.provision) {
        // To take back a taking back would let a period run that nobody was told of.
        (Body::Notice(earlier), None) => earlier.act != Noticed::Revoke,
        (Body::Answer(_) | Body::Ask(_) | Body::Actor(_) | Body::Statement(_) | Body::Report(_), None) => {
            true
        }
        (Body::Adopt(adoption), None) => {
            matches!(adoption.step, Some(Step::Initialled | Step::ToBeConfirmed))
        }
        (Body::Adopt(adoption), Some(id)) => has_qualified(&adoption.consent, id),
        (Body::Text(text), Some(id)) => has_qualified(&text.consent, id),
        (Body::Text(text), None) => text.standing != Standing::Pledge,
        _ => false,
    };
    if can_be {
        return None;
    }
    match &notice.of.provision {
        Some(id) => why(rows::NO_QUALIFICATION, &[("entry", &cite), ("id", id)]),
        None if matches!(act.body, Body::Notice(_)) => why(rows::TAKES_BACK_ITSELF, &[("entry", &cite)]),
        None => why(rows::LEFT_BY_NOTICE, &[("entry", &cite)]),
    }
}

/// Why a qualification cannot be taken back by its number.
fn revoked_by_number(record: &Record<'_>, act: &Act, number: NonZeroU64, on: Option<&ProvisionId>) -> Reason {
    let made = match numbered(act, number, on) {
        Ok(made) => made,
        Err(why) => return Some(why),
    };
    let is_over = is_taken_back(record, act, (number, made), on);
    let cite = act.signed.cite();
    is_over.then(|| Why::new(rows::NUMBER_TAKEN_BACK, &[("entry", &cite), ("number", &number)]))
}

/// Whether each qualification on a provision was taken back there, and there was one.
fn nothing_is_left(record: &Record<'_>, act: &Act, id: &ProvisionId) -> bool {
    let all = act.body.consent().into_iter().flat_map(Consent::numbered);
    let mut on_it = all.filter(|(_, made)| made.on.contains(id)).peekable();
    on_it.peek().is_some() && on_it.all(|one| is_taken_back(record, act, one, Some(id)))
}

/// That a notice took effect before it was taken back, where the text sets no period of
/// its own: at once if it names no day, else by the days that its author gives.
fn took_effect(record: &Record<'_>, entry: &Entry, act: &Act) -> Reason {
    let Body::Notice(notice) = &act.body else { return None };
    let text = record.act(&notice.of.entry)?;
    let Body::Text(text) = &text.body else { return None };
    let procedure = texts::Procedure::of(&text.provisions(record.document_of(text))?);
    let period = match notice.act {
        Noticed::Withdraw => procedure.withdraw_days,
        Noticed::Suspend => procedure.suspend_days,
        Noticed::Resume => None,
        Noticed::Revoke => return None,
    };
    if period.is_some() {
        return None;
    }
    let cite = act.signed.cite();
    let Some(day) = &notice.effective else { return why(rows::TOOK_EFFECT, &[("entry", &cite)]) };
    let said = entry.said.as_ref()?.day();
    (said >= *day).then(|| Why::new(rows::TOOK_EFFECT_ON, &[("entry", &cite), ("day", day)]))
}

fn has_qualified(consent: &Consent, id: &ProvisionId) -> bool {
    consent.qualifications.iter().any(|made| made.on.contains(id))
}

fn answered(record: &Record<'_>, entry: &Entry, answer: &Answer) -> Reason {
    let act = match named(record, entry, &answer.to.entry) {
        Ok(act) => act,
        Err(why) => return Some(why),
    };
    let cite = act.signed.cite();
    if act.member() == entry.author.member() {
        return why(rows::OWN_ENTRY, &[("entry", &cite), ("member", act.member())]);
    }
    if let Some(Reference { entry: counter, .. }) = &answer.counter
        && !named(record, entry, counter).is_ok_and(|act| matches!(act.body, Body::Text(_)))
    {
        return why(rows::NO_COUNTER, &[("entry", &counter.short())]);
    }
    if let Some(number) = answer.qualification
        && let Err(why) = numbered(&act, number, answer.to.provision.as_ref())
    {
        return Some(why);
    }
    match (&answer.to.provision, &act.body) {
        (_, body) if answer.stance == Stance::ReceivedContent && !matches!(body, Body::Envelope(_)) => {
            why(rows::NO_ENVELOPE, &[("entry", &cite)])
        }
        (Some(id), Body::Adopt(adoption)) if !has_qualified(&adoption.consent, id) => {
            why(rows::NO_QUALIFICATION, &[("entry", &cite), ("id", id)])
        }
        (Some(id), Body::Text(text)) if !text.ids().contains(&id) => {
            why(rows::HAS_NO_PROVISION, &[("entry", &cite), ("id", id)])
        }
        _ => None,
    }
}

/// A commitment that its author had before is a copy. Where neither author had the other's
/// the record does not show whose is the copy, and a copy opens nothing.
fn enveloped(record: &Record<'_>, entry: &Entry, envelope: &Envelope) -> Reason {
    let same = record.acts().find(|act| match &act.body {
        Body::Envelope(earlier) => {
            earlier.commitment == envelope.commitment && record.receives(entry, &act.hash())
        }
        _ => false,
    });
    same.and_then(|act| why(rows::COPIED, &[("entry", &act.signed.cite())]))
}

fn opened(record: &Record<'_>, entry: &Entry, opening: &Opening) -> Reason {
    let act = match named(record, entry, &opening.envelope) {
        Ok(act) => act,
        Err(why) => return Some(why),
    };
    let cite = act.signed.cite();
    let Body::Envelope(envelope) = &act.body else { return why(rows::NO_ENVELOPE, &[("entry", &cite)]) };
    let author = &act.signed.entry().author;
    if author.member() != entry.author.member() {
        return why(rows::ENVELOPE_OF, &[("entry", &cite), ("member", author.member())]);
    }
    if let Some(first) = opening_of(record, &act.hash()) {
        return why(rows::OPENED_BEFORE, &[("entry", &cite), ("by", &first.signed.cite())]);
    }
    let opens = envelope.is_opened_by(&record.charter.id(), author, &opening.nonce, &opening.content);
    (!opens).then(|| Why::new(rows::OPENS_NOTHING, &[("entry", &cite)]))
}

/// The act that opens an envelope.
pub fn opening_of<'r>(record: &'r Record<'_>, envelope: &Hash) -> Option<&'r Act> {
    record.naming(envelope).find(|act| matches!(&act.body, Body::Open(_)))
}
