//! Reports about a provision: several accounts of one occurrence together, the others by
//! who had the words. It groups by what the reports themselves say: `same_as`, who said
//! it and to whom.

use std::collections::BTreeMap;

use countersign::body::Body;
use countersign::body::statement::{Person, Report};
use countersign::hash::Hash;
use countersign::status::Act;
use countersign::status::effect::is_revoked;
use countersign::status::summary::ProvisionStatus;
use countersign::status::texts::Words;
use countersign::vocabulary::{dates, raised};

use super::Account;
use crate::cli::page::quoted;

/// Where the words of a report were had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Between,
    Others,
    Within(String),
    Unsaid,
}

impl Account<'_> {
    /// The reports under a provision: about it, or about what was raised under it.
    pub fn reported_under(&mut self, words: &Words, provision: &ProvisionStatus) {
        let mut reports = provision.under.reported.clone();
        let record = &self.status.record;
        let of_raised = provision.under.raised.iter().flat_map(|hash| record.naming(hash));
        let told = of_raised.filter(|act| matches!(act.body, Body::Report(_)));
        reports.extend(told.filter(|act| !is_revoked(record, act, None)).map(Act::hash));
        reports.sort_by_key(|hash| record.act(hash).map(|act| record.place_of(act)));
        reports.dedup();
        let line = self.say(raised::REPORTED, &[("id", provision.id.as_str())]);
        self.reported(words, &line, &reports);
    }

    /// Reports, below a line that says of what they are.
    pub fn reported(&mut self, words: &Words, line: &str, reports: &[Hash]) {
        let groups = self.occurrences(reports);
        if groups.is_empty() {
            return;
        }
        self.page.gap().line(4, line, "");
        let mut rest: BTreeMap<Reach, Vec<Hash>> = BTreeMap::new();
        for group in groups {
            match group.as_slice() {
                [one] => {
                    let reach = self.act(one).map_or(Reach::Unsaid, |act| self.reach(act));
                    rest.entry(reach).or_default().push(*one);
                }
                many => self.occurrence(words, many),
            }
        }
        for (reach, hashes) in rest {
            let label = match &reach {
                Reach::Between => self.word(raised::BETWEEN_SIDES),
                Reach::Others => self.word(raised::TO_OTHERS),
                Reach::Within(name) => self.say(raised::WITHIN, &[("name", name)]),
                Reach::Unsaid => self.word(raised::OTHER_REPORTS),
            };
            self.page.line(6, &label, "");
            for hash in hashes {
                self.account(&hash);
            }
        }
    }

    /// Reports that name each other as accounts of one occurrence, together.
    fn occurrences(&self, reports: &[Hash]) -> Vec<Vec<Hash>> {
        let mut groups: Vec<Vec<Hash>> = Vec::new();
        for hash in reports {
            let same: Vec<Hash> = match self.act(hash).map(|act| &act.body) {
                Some(Body::Report(report)) => report.same_as.iter().map(|named| named.entry).collect(),
                _ => Vec::new(),
            };
            match groups.iter_mut().find(|group| group.iter().any(|known| same.contains(known))) {
                Some(group) => group.push(*hash),
                None => groups.push(vec![*hash]),
            }
        }
        groups
    }

    fn occurrence(&mut self, words: &Words, accounts: &[Hash]) {
        let number = accounts.len().to_string();
        let line = self.say(raised::ONE_OCCURRENCE, &[("number", &number)]);
        self.page.line(6, &line, "");
        for hash in accounts {
            self.account(hash);
        }
        let line = self.say(raised::NO_ORDER, &[("entries", &self.cites(&words.entries))]);
        self.page.line(6, &line, "");
    }

    /// Who said it, to whom, when by that account, from what it is known; its words.
    fn account(&mut self, hash: &Hash) {
        let Some(act) = self.act(hash).cloned() else { return };
        let Body::Report(report) = &act.body else { return };
        let when = self.when(&act, report);
        let by = report.said_by.as_ref().map(|person| self.person(person));
        let to = report.said_to.as_ref().map(|person| self.person(person));
        let mut line = match (by, to) {
            (Some(by), Some(to)) => {
                self.say(raised::ACCOUNT_SAID, &[("by", &by), ("to", &to), ("when", &when)])
            }
            (Some(by), None) => self.say(raised::ACCOUNT_BY, &[("by", &by), ("when", &when)]),
            _ => self.say(raised::ACCOUNT_OF, &[("name", &self.name_of(&act)), ("when", &when)]),
        };
        if let Some(source) = &report.source {
            let source = quoted(self.sight.tongue, source);
            line = format!("{line} {}", self.say(raised::KNOWN_FROM, &[("source", &source)]));
        }
        if report.said_by.is_some() {
            let reporter = self.say(raised::REPORTED_BY, &[("name", &self.name_of(&act))]);
            line = format!("{reporter} {line}");
        }
        let cite = self.cite(hash);
        self.page.pair(8, 14, &cite, &line, "");
        if let Some(said) = &report.circumstances.words {
            self.page.words(10, report.circumstances.rendering, said);
        }
        self.replies(&act);
    }

    fn when(&self, act: &Act, report: &Report) -> String {
        let mut when = String::new();
        if let Some(given) = &report.interval {
            let day = |moment| self.moment(moment);
            match (&given.from, &given.to) {
                (Some(from), Some(to)) => when.push_str(&self.say(
                    raised::DATED_IN,
                    &[(
                        "day",
                        &dates::BETWEEN.with(self.sight.tongue, &[("from", &day(from)), ("to", &day(to))]),
                    )],
                )),
                (Some(one), None) | (None, Some(one)) => {
                    when.push_str(&self.say(raised::DATED_IN, &[("day", &day(one))]));
                }
                (None, None) => {}
            }
            if let Some(after) = &given.after {
                when.push_str(&self.say(raised::AFTER, &[("entry", &self.sight.cite(after))]));
            }
            if let Some(before) = &given.before {
                when.push_str(&self.say(raised::BEFORE, &[("entry", &self.sight.cite(before))]));
            }
        } else if let Some(day) = self.date_of(act).filter(|_| report.circumstances.dated.is_some()) {
            when = self.say(raised::DATED_IN, &[("day", &day)]);
        }
        when
    }

    fn person(&self, person: &Person) -> String {
        match &person.member {
            Some(member) => format!("{} ({})", self.named(person), self.naming.name(member)),
            None => self.named(person),
        }
    }

    /// Somebody's name as whoever reports gives it.
    fn named(&self, person: &Person) -> String {
        quoted(self.sight.tongue, &countersign::unicode::shown_on_one_line(&person.name))
    }

    fn reach(&self, act: &Act) -> Reach {
        let Body::Report(report) = &act.body else { return Reach::Unsaid };
        let (Some(by), Some(to)) = (&report.said_by, &report.said_to) else { return Reach::Unsaid };
        match (&by.member, &to.member) {
            (Some(by), Some(to)) if by == to => Reach::Within(self.naming.name(by)),
            (Some(_), Some(_)) => Reach::Between,
            _ => Reach::Others,
        }
    }
}
