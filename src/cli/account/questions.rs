//! Questions: open, to be answered, answered, taken back; each with its age, from its
//! author's day and from receipt.

use countersign::body::Body;
use countersign::hash::Hash;
use countersign::names::MemberId;
use countersign::status::Times as _;
use countersign::status::threads::{self, Openness, Question};
use countersign::time::Time;
use countersign::vocabulary::{Phrase, evidence, ledger};

use super::Account;
use crate::cli::entries;

/// States of a question in the order in which they are listed.
const STATES: [(Openness, Phrase); 4] = [
    (Openness::Open, ledger::OPEN),
    (Openness::ToBeAnswered, ledger::TO_BE_ANSWERED),
    (Openness::Answered, ledger::ANSWERED),
    (Openness::Revoked, ledger::REVOKED),
];

impl Account<'_> {
    /// Every question by its state, behind a label.
    pub fn questions(&mut self, indent: usize, is_asked_for: &dyn Fn(&Question) -> bool) {
        for (state, label) in STATES {
            let is_here = |one: &&Question| one.openness == state && is_asked_for(one);
            let found =
                self.keys(|status| status.questions.iter().filter(is_here).map(|one| one.by).collect());
            if found.is_empty() && state != Openness::Open {
                continue;
            }
            let label = self.word(label);
            if found.is_empty() {
                let none = self.word(ledger::NONE);
                self.page.pair(indent, 14, &label, &none, "");
            }
            for (at, by) in found.iter().enumerate() {
                let label = if at == 0 { label.as_str() } else { "" };
                self.block(indent, |there| {
                    let question = there.status.question(by).filter(&is_here).cloned();
                    if let Some(question) = question {
                        there.question(indent, label, &question);
                    }
                    Some(())
                });
            }
        }
    }

    /// Definitions that conditions of a provision in question name, and of which no report
    /// is held for the same occasion.
    pub fn unreported(&self) -> Vec<String> {
        let scene = self.status.effects();
        let mut lines = Vec::new();
        for question in &self.status.questions {
            let Some(act) = self.act(&question.by) else { continue };
            for named in threads::links(&self.status.record, act) {
                let at = self.status.words.iter().position(|words| words.entries.contains(&named.entry));
                let (Some(at), Some(id)) = (at, named.provision) else { continue };
                let provision = self.status.words.get(at).and_then(|words| words.provision(&id));
                let conditions = provision.into_iter().flat_map(|one| one.when.iter().chain(&one.until));
                for key in conditions.flat_map(|one| one.places()).filter_map(|place| scene.place(place, at))
                {
                    let agrees = |report: &countersign::body::statement::Report| {
                        question.ask.with.iter().all(|(name, value)| report.with.get(name) == Some(value))
                    };
                    let term =
                        self.status.words.get(key.0).and_then(|words| words.provision(&key.1)?.term.as_ref());
                    if let Some(term) = term
                        && !scene.reports(&key).iter().any(|(_, report)| agrees(report))
                    {
                        let term = crate::cli::page::in_tongue(self.sight.tongue, term);
                        let with = self.pairs(&question.ask.with);
                        let places = [("id", key.1.as_str()), ("term", term), ("with", &with)];
                        lines.push(self.say(ledger::NO_REPORT, &places));
                    }
                }
            }
        }
        lines.dedup();
        lines
    }

    fn question(&mut self, indent: usize, label: &str, question: &Question) {
        let Some(act) = self.act(&question.by).cloned() else { return };
        let links: Vec<String> =
            threads::links(&self.status.record, &act).iter().map(|named| self.sight.cite(named)).collect();
        let about = if links.is_empty() {
            String::new()
        } else {
            self.say(ledger::ABOUT, &[("about", &links.join(", "))])
        };
        let places = [
            ("what", self.word(entries::asked(question.ask.act))),
            ("from", self.naming.name(&question.member)),
            ("to", self.naming.list(&question.ask.to)),
            ("about", format!("{about}{}", self.pairs(&question.ask.with))),
        ];
        let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let line = self.say(ledger::ASK_LINE, &places);
        let cite = self.cite(&question.by);
        self.page.pair(indent, 14, label, &line, &cite);
        for line in self.lines_of(question) {
            self.page.pair(indent, 14, "", &line, "");
        }
    }

    fn lines_of(&self, question: &Question) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(act) = self.act(&question.by)
            && Self::bears_a_day(act)
        {
            let day = self.date_of(act).unwrap_or_default();
            lines.push(self.say(ledger::OFFERED_BORNE, &[("day", &day)]));
        } else if let Some(time) = self.shown_by(&question.by) {
            let time = countersign::vocabulary::dates::bound(self.sight.tongue, &time);
            lines.push(self.say(evidence::SHOWN_BY, &[("time", &time)]));
        } else if let Some(act) = self.act(&question.by)
            && let Some(said) = &act.signed.entry().said
        {
            let day = countersign::vocabulary::dates::time(self.sight.tongue, said);
            lines.push(self.say(ledger::OFFERED, &[("day", &day)]));
        }
        for member in &question.ask.to {
            lines.push(self.receipt_line(question, member));
        }
        for hash in &question.answers {
            lines.extend(self.answer_line(hash));
        }
        if let Some(reply_by) = &question.ask.reply_by {
            let places = [("name", self.naming.name(&question.member)), ("day", self.moment(reply_by))];
            let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
            lines.push(self.say(ledger::ASKED_BY, &places));
        }
        if let Some((hours, at, _)) = &question.expected {
            lines.extend(self.hours(question, *hours, at.as_str()));
        }
        if matches!(question.openness, Openness::Open | Openness::ToBeAnswered) {
            lines.extend(self.age(question));
            if !question.received.is_empty() {
                lines.push(self.age_from_receipt(question));
            }
        }
        lines
    }

    /// How long after receipt the answer came, from the outer and the inner ends of what is
    /// shown of both.
    fn hours(&self, question: &Question, due: u64, at: &str) -> Vec<String> {
        let last =
            |bounds: Vec<Option<Time>>| bounds.into_iter().collect::<Option<Vec<_>>>()?.into_iter().max();
        let received: Vec<Hash> = question.received.iter().map(|(_, by)| *by).collect();
        let answered = question.answers.last();
        let span =
            |from: Option<Time>, to: Option<Time>| from?.seconds_to(&to?).map(|seconds| seconds / 3600);
        let lower = |all: &[Hash]| last(all.iter().map(|by| self.timed.not_before(by)).collect());
        let upper = |all: &[Hash]| last(all.iter().map(|by| self.timed.existed_by(by)).collect());
        let answered_by = answered.and_then(|by| self.timed.existed_by(by));
        let answered_from = answered.and_then(|by| self.timed.not_before(by));
        let most = span(lower(&received), answered_by).map(|hours| hours + 1);
        let least = span(upper(&received), answered_from).filter(|hours| *hours > 0);
        let line = |phrase, hours: u64| {
            let (hours, due) = (hours.to_string(), due.to_string());
            self.say(phrase, &[("hours", &hours), ("at", at), ("due", &due)])
        };
        let mut lines: Vec<String> =
            most.map(|hours| line(evidence::HOURS_MOST, hours)).into_iter().collect();
        lines.extend(least.map(|hours| line(evidence::HOURS_LEAST, hours)));
        if lines.is_empty() {
            let places = [("at", at.to_string()), ("hours", due.to_string())];
            let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
            lines.push(self.say(ledger::HOURS_NOT_SHOWN, &places));
        }
        lines
    }

    /// Days from the last of the receipts to the day of the cut, at the least.
    fn age_from_receipt(&self, question: &Question) -> String {
        let received = question.received.iter().map(|(_, by)| Some(self.shown_by(by)?.day()));
        let last = received.collect::<Option<Vec<_>>>().and_then(|days| days.into_iter().max());
        let today = self.status.record.cut.day.as_ref();
        match last.zip(today).map(|(last, today)| today.number() - last.number()) {
            Some(days) if days >= 0 => self.say(evidence::DAYS_LEAST, &[("days", &days.to_string())]),
            _ => self.word(ledger::AGE_RECEIPT),
        }
    }

    fn receipt_line(&self, question: &Question, member: &MemberId) -> String {
        let name = self.naming.name(member);
        match question.received.iter().find(|(by, _)| by == member) {
            Some((_, by)) => self.received_line(&name, by),
            None => self.say(ledger::NOT_RECEIVED, &[("name", &name)]),
        }
    }

    fn answer_line(&self, hash: &Hash) -> Option<String> {
        let act = self.act(hash)?;
        let Body::Answer(body) = &act.body else { return None };
        let stance = self.word(entries::stance(body.stance));
        let places = [("name", self.name_of(act)), ("stance", stance), ("entry", self.cite(hash))];
        let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Some(self.say(ledger::ANSWER_LINE, &places))
    }

    /// Days from the day that the asking side gives to the day of the cut.
    fn age(&self, question: &Question) -> Option<String> {
        let said = self.act(&question.by)?.signed.entry().said.as_ref()?.day();
        let days = self.status.record.cut.day.as_ref()?.number() - said.number();
        (days >= 0).then(|| self.say(ledger::AGE, &[("days", &days.to_string())]))
    }
}
