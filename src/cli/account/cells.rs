//! Under a provision: one block a member, its qualifications, and what others recorded
//! of these.

use countersign::body::Body;
use countersign::body::text::{Consent as Terms, InReturn, Named, Qualification};
use countersign::names::{MemberId, ProvisionId};
use countersign::status::consent::{Consent, Qualified, Stage};
use countersign::status::in_effect::{Effectiveness, End, Wait};
use countersign::status::summary::{Between, Cell, ProvisionStatus, Reaction, TextStatus};
use countersign::status::texts::Words;
use countersign::vocabulary::{Phrase, acts, standing};

use super::{Account, is_legal};
use crate::cli::condition::clause;
use crate::cli::page::{in_tongue, quoted};

/// Columns for the name of a member.
pub const NAMES: usize = 13;

/// From so many members on, each has one line.
const MANY: usize = 6;

/// How much room each member has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// A block.
    Block,
    /// One line.
    Line,
}

/// The word of a qualification.
pub fn named(name: Named) -> Phrase {
    match name {
        Named::Reservation => standing::RESERVATION,
        Named::Understanding => standing::UNDERSTANDING,
        Named::Limitation => standing::LIMITATION,
    }
}

impl Account<'_> {
    /// The block of each member, then qualifications: with one provision alone, all that
    /// bear on it.
    pub fn cells(
        &mut self,
        words: &Words,
        text: &TextStatus,
        provision: &ProvisionStatus,
        wanted: Option<&ProvisionId>,
    ) {
        let members = self.members_under(&words.digest, &provision.id);
        let order: Vec<MemberId> = self.ordered(&members).into_iter().cloned().collect();
        let room = if order.len() >= MANY { Room::Line } else { Room::Block };
        self.page.gap();
        for member in &order {
            if self.all.is_split() {
                self.cell_block(words.digest, &provision.id, member, room);
            } else if let Some(cell) = provision.cells.iter().find(|cell| cell.member == *member) {
                self.cell(words, text, provision, cell, room);
            }
        }
        self.qualifications(words, text, &provision.id, wanted);
    }

    /// Qualifications that are told under a provision, with one provision alone all that
    /// bear on it. What is on several provisions is told under the first, and on the whole
    /// under the first commitment.
    fn qualifications(
        &mut self,
        words: &Words,
        text: &TextStatus,
        id: &ProvisionId,
        wanted: Option<&ProvisionId>,
    ) {
        let commitments = words.provisions.iter().filter(|one| one.kind.is_commitment());
        let first = commitments.map(|one| &one.id).next();
        let is_here = |made: &Qualification| {
            let bears = made.on.is_empty() || made.on.contains(id);
            made.on.first().or(first) == Some(id) || (wanted.is_some() && bears)
        };
        if !self.all.is_split() {
            for number in 0..text.qualified.len() {
                if text.qualified.get(number).is_some_and(|one| is_here(&one.made)) {
                    self.qualification(words, text, number);
                }
            }
            return;
        }
        let keys = self.keys(|status| {
            let at = status.words.iter().position(|one| one.digest == words.digest);
            let made = at.and_then(|at| status.texts.get(at)).into_iter().flat_map(|text| &text.qualified);
            made.filter(|one| is_here(&one.made)).map(|one| (one.by, one.number)).collect()
        });
        for key in keys {
            self.block(4, |there| {
                let (words, text) = there.text_with(&words.digest)?;
                if let Some(at) = text.qualified.iter().position(|one| (one.by, one.number) == key) {
                    there.qualification(&words, &text, at);
                }
                Some(())
            });
        }
    }

    /// One cell.
    pub fn cell(
        &mut self,
        words: &Words,
        text: &TextStatus,
        provision: &ProvisionStatus,
        cell: &Cell,
        room: Room,
    ) {
        let name = self.naming.name(&cell.member);
        let last = cell.consent.as_ref().and_then(|consent| consent.acts.last());
        let cite = last.map(|hash| self.cite(hash)).unwrap_or_default();
        let consent = self.consent(words, text, provision, cell);
        let adopts = cell.consent.as_ref().is_some_and(Consent::is_adopted);
        let effect = (adopts || matches!(cell.effect, Effectiveness::Ended(_)))
            .then(|| self.effect(words, cell))
            .filter(|_| {
                cell.bears || words.provision(&provision.id).is_none_or(|one| !one.kind.is_commitment())
            });
        if room == Room::Line {
            let mut line = effect.map_or_else(|| consent.clone(), |effect| format!("{consent}; {effect}"));
            for one in self.particulars(words, text, provision, cell) {
                line.push_str("; ");
                line.push_str(&one);
            }
            self.page.pair(4, NAMES, &name, &line, &cite);
            return;
        }
        self.page.pair(4, NAMES, &name, &consent, &cite);
        if let Some(effect) = effect {
            self.page.pair(4, NAMES, "", &effect, "");
        }
        for line in self.particulars(words, text, provision, cell) {
            self.page.pair(4, NAMES, "", &line, "");
        }
    }

    /// What a member consented to, in a line.
    fn consent(&self, words: &Words, text: &TextStatus, provision: &ProvisionStatus, cell: &Cell) -> String {
        let Some(consent) = &cell.consent else { return self.word(standing::NO_ACT) };
        // An adoption is told by the act that is one, not by a step before it.
        let told = consent.since.as_ref().filter(|_| consent.stage >= Stage::Adopted);
        let act = told.or(consent.acts.last()).and_then(|hash| self.act(hash));
        let dated = act.map_or_else(String::new, |act| self.dated(act));
        let phrase = match consent.stage {
            Stage::None => standing::NO_ACT,
            Stage::Tabled => standing::WAS_TABLED,
            Stage::Initialled => acts::INITIALLED,
            Stage::ToBeConfirmed => acts::TO_BE_CONFIRMED,
            Stage::LeftOut => return self.left_out(words, provision, consent),
            Stage::Adopted | Stage::Leaving | Stage::Left | Stage::Replaced => {
                match act.map(|act| &act.body) {
                    Some(Body::Text(_)) => standing::PLEDGED,
                    _ if consent.mirrored => standing::MIRRORED,
                    _ if is_legal(words) => standing::CONSENTED,
                    _ => standing::ADOPTED,
                }
            }
        };
        let mut line = format!("{}{dated}", self.word(phrase));
        if consent.is_adopted() {
            line.push_str(", ");
            line.push_str(&self.qualifications_in_short(text, provision, &cell.member));
        }
        let after = match consent.stage {
            Stage::Leaving => Some(standing::LEAVING),
            Stage::Left => Some(standing::LEFT),
            Stage::Replaced => Some(standing::REPLACED),
            _ => None,
        };
        if let Some(after) = after {
            line.push_str(&format!("; {}", self.word(after)));
        }
        line
    }

    /// Left out, with its basket where that was left out.
    fn left_out(&self, words: &Words, provision: &ProvisionStatus, consent: &Consent) -> String {
        let out = self.word(standing::LEFT_OUT);
        let basket = words.provision(&provision.id).and_then(|one| one.basket.as_ref());
        let act = consent.acts.last().and_then(|hash| self.act(hash));
        let (Some(basket), Some(Body::Adopt(adoption))) = (basket, act.map(|act| &act.body)) else {
            return out;
        };
        let is_named = adoption.except.contains(basket.id());
        if is_named { format!("{out} ({})", self.sight.cite_place(basket)) } else { out }
    }

    /// The qualifications of a member that bear on a provision and were not taken back.
    fn bearing<'t>(
        text: &'t TextStatus,
        provision: &'t ProvisionStatus,
        member: &'t MemberId,
    ) -> impl Iterator<Item = &'t Qualified> {
        text.qualified.iter().filter(move |made| made.member == *member && made.bears_on(&provision.id))
    }

    fn qualifications_in_short(
        &self,
        text: &TextStatus,
        provision: &ProvisionStatus,
        member: &MemberId,
    ) -> String {
        let bearing: Vec<&Qualified> = Self::bearing(text, provision, member).collect();
        match bearing.as_slice() {
            [] => self.word(standing::NO_RESERVATION),
            [one] => {
                let phrase = match one.made.name {
                    Named::Understanding => standing::WITH_AN,
                    Named::Reservation | Named::Limitation => standing::WITH_A,
                };
                self.say(phrase, &[("what", &self.word(named(one.made.name)))])
            }
            many => self.say(standing::WITH_SOME, &[("number", &many.len().to_string())]),
        }
    }

    /// What is in effect, in a line.
    pub fn effect(&self, words: &Words, cell: &Cell) -> String {
        let legal = is_legal(words);
        match &cell.effect {
            Effectiveness::Waits(waits) => {
                let why: Vec<String> = waits.iter().map(|wait| self.wait(wait, cell)).collect();
                let phrase = if legal { standing::NOT_IN_FORCE } else { standing::NOT_IN_EFFECT };
                self.say(phrase, &[("why", &why.join("; "))])
            }
            Effectiveness::Provisional => self.word(standing::PROVISIONALLY),
            Effectiveness::Since(by, day) => {
                let last = self.last_of(by);
                // Since the day by which all that it rests on is shown to have existed.
                let shown: Option<Vec<_>> = by.iter().map(|by| Some(self.shown_by(by)?.day())).collect();
                let shown = shown.and_then(|days| days.into_iter().max());
                let mut since: Vec<String> = match shown {
                    Some(shown) => vec![self.sight.day(&shown)],
                    None => last.map(|by| self.cite(&by)).into_iter().collect(),
                };
                since.extend(day.as_ref().map(|day| self.sight.day(day)));
                let since = since.join(&self.word(standing::AND));
                let phrase = if legal { standing::IN_FORCE_SINCE } else { standing::IN_EFFECT_SINCE };
                self.say(phrase, &[("since", &since)])
            }
            Effectiveness::Suspended(by) => self.say(standing::SUSPENDED, &[("entry", &self.cite(by))]),
            Effectiveness::Ended(End::Withdrawal) => self.word(standing::ENDED_BY_WITHDRAWAL),
            Effectiveness::Ended(End::Expiry(day)) => {
                self.say(standing::ENDED_BY_DATE, &[("day", &self.sight.day(day))])
            }
            Effectiveness::Ended(End::Replacement) => self.word(standing::ENDED_BY_REPLACEMENT),
            Effectiveness::Ended(End::CommonAct(by)) => {
                self.say(standing::ENDED_BY_COMMON_ACT, &[("entry", &self.cite(by))])
            }
        }
    }

    /// The last of some entries in the order of the record.
    fn last_of(&self, by: &[countersign::hash::Hash]) -> Option<countersign::hash::Hash> {
        let acts = by.iter().filter_map(|hash| self.act(hash));
        acts.max_by_key(|act| self.status.record.place_of(act)).map(countersign::status::Act::hash)
    }

    fn wait(&self, wait: &Wait, cell: &Cell) -> String {
        match wait {
            Wait::Consent => self.word(standing::NO_ACT),
            Wait::Adoption(members, at) => {
                let at = at.as_ref().map_or_else(String::new, ToString::to_string);
                let phrase =
                    if members.len() == 1 { standing::WAITS_FOR_ONE } else { standing::WAITS_FOR_ADOPTION };
                self.say(phrase, &[("at", &at), ("names", &self.naming.list(members))])
            }
            Wait::Condition(at) => self.say(standing::WAITS_FOR_CONDITION, &[("at", at.as_str())]),
            Wait::OwnCondition => {
                self.say(standing::WAITS_FOR_OWN, &[("name", &self.naming.name(&cell.member))])
            }
            Wait::Day(day) => self.say(standing::WAITS_FOR_DAY, &[("day", &self.sight.day(day))]),
            Wait::Wording => self.word(standing::WAITS_FOR_WORDING),
        }
    }

    /// Conditions, returns, style, contested keys.
    fn particulars(
        &self,
        words: &Words,
        text: &TextStatus,
        provision: &ProvisionStatus,
        cell: &Cell,
    ) -> Vec<String> {
        let mut lines = Vec::new();
        let Some(consent) = cell.consent.as_ref().filter(|consent| consent.stage != Stage::LeftOut) else {
            return lines;
        };
        lines.extend(self.not_between(text, provision, cell));
        for act in consent.acts.iter().filter_map(|hash| self.act(hash)) {
            let terms = match &act.body {
                Body::Text(text) => &text.consent,
                Body::Adopt(adoption) => {
                    if let Some(name) = &adoption.styled {
                        lines.push(self.say(standing::STYLED, &[("name", name)]));
                    }
                    &adoption.consent
                }
                _ => continue,
            };
            lines.extend(self.terms(terms));
            if let Some((label, by)) = &act.contested {
                let places = [
                    ("name", self.naming.name(&cell.member)),
                    ("label", label.to_string()),
                    ("by", self.cite(by)),
                ];
                let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
                lines.push(self.say(standing::CONTESTED, &places));
            }
        }
        let is_commitment = words.provision(&provision.id).is_some_and(|one| one.kind.is_commitment());
        if is_commitment && !cell.bears && consent.is_adopted() {
            lines.push(self.word(standing::BEARS_NOT));
        }
        lines
    }

    /// With whom a provision does not stand, by whose word.
    fn not_between(&self, text: &TextStatus, provision: &ProvisionStatus, cell: &Cell) -> Vec<String> {
        let mut lines = Vec::new();
        for made in Self::bearing(text, provision, &cell.member) {
            for other in provision.cells.iter().filter(|other| other.member != cell.member) {
                let reaction = self.status.reaction(made, &other.member);
                if let Some((Reaction::Objected(Between::DoesNotStand), by)) = reaction {
                    let places = [("name", self.naming.name(&other.member)), ("entry", self.cite(&by))];
                    let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
                    lines.push(self.say(standing::NOT_BETWEEN, &places));
                }
            }
        }
        lines
    }

    fn terms(&self, terms: &Terms) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(condition) = &terms.condition {
            lines.push(self.say(standing::ON_CONDITION, &[("condition", &clause(self.sight, condition))]));
        }
        for given in &terms.in_return_for {
            let what = match given {
                InReturn::Entry(entry) => self.sight.cite(entry),
                InReturn::Words(words) => quoted(self.sight.tongue, in_tongue(self.sight.tongue, words)),
            };
            lines.push(self.say(standing::IN_RETURN, &[("what", &what)]));
        }
        lines
    }

    fn qualification(&mut self, words: &Words, text: &TextStatus, at: usize) {
        let Some(made) = text.qualified.get(at).cloned() else { return };
        let name = self.naming.name(&made.member);
        let what = self.qualification_name(&made);
        let ids: Vec<&str> = made.made.on.iter().map(countersign::names::ProvisionId::as_str).collect();
        let on = match ids.as_slice() {
            [] => self.word(standing::ON_WHOLE),
            [_] => String::new(),
            many => self.say(standing::ON_PROVISIONS, &[("ids", &many.join(", "))]),
        };
        let head = self.say(standing::QUALIFICATION_OF, &[("what", &what), ("name", &name)]);
        let mut letters = head.chars();
        let head: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let cite = self.cite(&made.by);
        let rendering = self.act(&made.by).and_then(|act| match &act.body {
            Body::Text(text) => text.rendering,
            body => body.circumstances().and_then(|circumstances| circumstances.rendering),
        });
        self.page.gap().line(4, &format!("{head}{on}"), &cite).words(6, rendering, &made.made.words);
        self.taken_back(&made);
        for answer in &made.answers {
            self.reaction(&made, answer);
        }
        let replied: std::collections::BTreeSet<MemberId> =
            made.answers.iter().filter_map(|hash| self.act(hash)).map(|act| act.member().clone()).collect();
        let others = words.concerned().into_iter().chain(text.adopters.iter().cloned());
        let without: std::collections::BTreeSet<MemberId> =
            others.filter(|member| *member != made.member && !replied.contains(member)).collect();
        if !without.is_empty() && made.revoked.is_none() {
            let names = self.naming.list(&without);
            let line = self.say(standing::NONE_RECORDED, &[("names", &names)]);
            self.page.line(6, &line, "");
        }
    }

    /// The word of a qualification, with its number where its act makes several.
    pub fn qualification_name(&self, made: &Qualified) -> String {
        let what = self.word(named(made.made.name));
        if made.is_alone {
            return what;
        }
        self.say(standing::NUMBERED, &[("what", &what), ("number", &made.number.to_string())])
    }

    /// By what a qualification was taken back, or on which of its provisions.
    fn taken_back(&mut self, made: &Qualified) {
        let whole = made.revoked.iter().map(|by| (String::new(), *by));
        let parts = made.revoked_on.iter().filter(|_| made.revoked.is_none());
        let parts = parts.map(|(id, by)| (self.say(standing::ON_PROVISIONS, &[("ids", id.as_str())]), *by));
        for (on, by) in whole.chain(parts).collect::<Vec<_>>() {
            let dated = self.act(&by).map_or_else(String::new, |act| self.dated(act));
            let line = self.say(standing::TAKEN_BACK, &[("dated", &format!("{on}{dated}"))]);
            let cite = self.cite(&by);
            self.page.line(6, &line, &cite);
        }
    }

    fn reaction(&mut self, made: &Qualified, answer: &countersign::hash::Hash) {
        let Some(act) = self.act(answer).cloned() else { return };
        let Body::Answer(body) = &act.body else { return };
        let (name, dated, cite) = (self.name_of(&act), self.dated(&act), self.cite(answer));
        let reaction = self.status.reaction(made, act.member()).filter(|(_, last)| last == answer);
        let line = match &reaction {
            Some((Reaction::Objected(_), _)) => {
                self.say(standing::OBJECTION_OF, &[("name", &name), ("dated", &dated)])
            }
            Some((Reaction::Accepted, _)) => {
                self.say(standing::ACCEPTANCE_OF, &[("name", &name), ("dated", &dated)])
            }
            None if body.stance == countersign::body::question::Stance::Object => {
                self.say(standing::OBJECTION_OF, &[("name", &name), ("dated", &dated)])
            }
            None => {
                let stance = self.word(crate::cli::entries::stance(body.stance));
                let places = [("name", name.as_str()), ("stance", &stance), ("dated", &dated)];
                self.say(standing::REACTION_OF, &places)
            }
        };
        self.page.line(4, &line, &cite);
        if let Some(said) = &body.circumstances.words {
            self.page.words(6, body.circumstances.rendering, said);
        }
        if let Some(by) = countersign::status::effect::revocation(&self.status.record, &act, None) {
            let (dated, cite) = (self.dated(by), self.cite(&by.hash()));
            let line = self.say(standing::TAKEN_BACK, &[("dated", &dated)]);
            self.page.line(6, &line, &cite);
        }
        if let Some((Reaction::Objected(between), _)) = reaction {
            let id = match made.made.on.as_slice() {
                [] => self.word(standing::THE_WHOLE),
                ids => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            };
            let phrase = match between {
                Between::Stands => standing::STANDS,
                Between::DoesNotStand => standing::DOES_NOT_STAND,
                Between::NotSaid => standing::NOT_SAID,
            };
            let line = self.say(phrase, &[("name", &name), ("id", &id)]);
            self.page.line(6, &line, "");
        }
    }
}
