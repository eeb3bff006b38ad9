//! What stands under a provision: questions with their answers, by their authors' names;
//! what the entries show of the conditions; statements.

use countersign::body::Body;
use countersign::body::question::{Ask, Contests};
use countersign::body::statement::{Found, Manner, Moment};
use countersign::hash::Hash;
use countersign::names::Reference;
use countersign::status::Act;
use countersign::status::condition::Answer;
use countersign::status::summary::{ProvisionStatus, TextStatus};
use countersign::status::texts::Words;
use countersign::status::threads::{self, Light, Limit};
use countersign::status::{effect, has_received};
use countersign::vocabulary::{Phrase, evidence, raised};

use super::Account;
use crate::cli::entries;
use crate::cli::page::in_tongue;

/// The words for what is contested.
fn contested(what: Contests) -> Phrase {
    match what {
        Contests::What => raised::WHAT,
        Contests::Who => raised::WHO,
        Contests::Cover => raised::COVER,
    }
}

impl Account<'_> {
    /// Everything under a provision.
    pub fn under(&mut self, words: &Words, text: &TextStatus, provision: &ProvisionStatus) {
        for hash in &provision.under.raised {
            self.raised(words, text.at, provision, hash);
        }
        for hash in &provision.under.said {
            let Some(act) = self.act(hash).cloned() else { continue };
            let reads =
                matches!(&act.body, Body::Statement(said) if said.manner == Some(Manner::Interpretation));
            let phrase = if reads { raised::READING_OF } else { raised::SAID_OF };
            self.said(&act, phrase, provision.id.as_str());
        }
        self.reported_under(words, provision);
        let asked: Vec<_> = provision.under.raised.iter().filter_map(|hash| self.act(hash)).collect();
        let told = |with: &countersign::body::circumstance::Parameters| {
            asked.iter().any(|act| matches!(&act.body, Body::Ask(ask) if ask.with == *with))
        };
        // What stands beside a question was told there.
        let rest: Vec<_> = provision.conditions.iter().filter(|one| !told(&one.with)).cloned().collect();
        for one in &rest {
            let with = self.pairs(&one.with);
            let line = format!("{}{with}: {}", self.limit(one.limit), self.found(&one.found));
            self.page.line(4, &line, "");
        }
    }

    /// What is about a text as a whole, by its authors' own words.
    pub fn of_whole(&mut self, words: &Words) {
        let record = &self.status.record;
        let is_here = |named: &Reference| words.entries.contains(&named.entry) && named.provision.is_none();
        let mut acts: Vec<Act> =
            words.entries.iter().flat_map(|entry| record.naming(entry)).cloned().collect();
        acts.retain(|act| {
            threads::links(record, act).iter().any(is_here) && !effect::is_revoked(record, act, None)
        });
        acts.sort_by_key(|act| record.place_of(act));
        acts.dedup_by_key(|act| act.hash());
        for act in &acts {
            match &act.body {
                Body::Ask(ask) => {
                    let places = [("name", self.name_of(act)), ("dated", self.dated(act))];
                    let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
                    let line = self.say(raised::RAISED_OF_WHOLE, &places);
                    let cite = self.cite(&act.hash());
                    self.page.gap().line(4, &line, &cite);
                    let about: Vec<Hash> = threads::raised_about(&self.status.record, act, words)
                        .into_iter()
                        .map(Act::hash)
                        .collect();
                    let line = self.asked(ask, &about);
                    self.page.line(6, &line, "");
                    self.spoken(act);
                    self.answers(act);
                }
                Body::Statement(_) => self.said(act, raised::SAID_OF_WHOLE, ""),
                _ => {}
            }
        }
        let reports = acts.iter().filter(|act| matches!(act.body, Body::Report(_)));
        let reports: Vec<Hash> = reports.map(Act::hash).collect();
        let line = self.word(raised::REPORTED_OF_WHOLE);
        self.reported(words, &line, &reports);
    }

    fn limit(&self, limit: Limit) -> String {
        self.word(match limit {
            Limit::When => raised::LIMIT_WHEN,
            Limit::Until => raised::LIMIT_UNTIL,
        })
    }

    /// Parameters behind a comma: `, election us-2028-11-07`.
    pub fn pairs(&self, with: &countersign::body::circumstance::Parameters) -> String {
        if with.is_empty() {
            return String::new();
        }
        let pairs: Vec<String> = with
            .iter()
            .map(|(name, value)| self.say(raised::PAIR, &[("name", name), ("value", value)]))
            .collect();
        self.say(raised::WITH, &[("pairs", &pairs.join(", "))])
    }

    fn found(&self, found: &countersign::status::condition::Finding) -> String {
        let entries = self.cites(&found.by);
        let phrase = match (found.answer, found.by.is_empty()) {
            (Answer::Shown, false) => raised::SHOWN,
            (Answer::Shown, true) => raised::SHOWN_PLAIN,
            (Answer::ShownOtherwise, false) => raised::SHOWN_OTHERWISE,
            (Answer::ShownOtherwise, true) => raised::OTHERWISE_PLAIN,
            (Answer::NotShown, _) => raised::NOT_SHOWN,
        };
        let mut line = self.say(phrase, &[("entries", &entries)]);
        if let (Some(day), true) = (&found.day, found.answer == Answer::Shown) {
            line.push_str(&self.say(raised::FROM_DAY, &[("day", &self.sight.day(day))]));
        }
        line
    }

    /// A statement with its words, under its author's name.
    fn said(&mut self, act: &Act, phrase: Phrase, of: &str) {
        let (name, dated, cite) = (self.name_of(act), self.dated(act), self.cite(&act.hash()));
        let places = [("id", of), ("entry", of), ("name", &name), ("dated", &dated)];
        let line = self.say(phrase, &places);
        self.page.gap().line(4, &line, &cite);
        self.spoken(act);
        self.replies(act);
    }

    /// Answers to what asks for none.
    pub fn replies(&mut self, act: &Act) {
        let has_some = threads::answers(&self.status.record, act).next().is_some();
        if has_some {
            self.answers(act);
        }
    }

    /// The words of an act.
    fn spoken(&mut self, act: &Act) {
        if let Some(circumstances) = act.body.circumstances()
            && let Some(words) = &circumstances.words
        {
            self.page.words(6, circumstances.rendering, words);
        }
    }

    fn raised(&mut self, words: &Words, at: usize, provision: &ProvisionStatus, hash: &Hash) {
        let Some(act) = self.act(hash).cloned() else { return };
        let Body::Ask(ask) = &act.body else { return };
        let (name, dated, cite) = (self.name_of(&act), self.dated(&act), self.cite(hash));
        let places = [("id", provision.id.as_str()), ("name", &name), ("dated", &dated)];
        let line = self.say(raised::RAISED_UNDER, &places);
        self.page.gap().line(4, &line, &cite);
        let about: Vec<Hash> =
            threads::raised_about(&self.status.record, &act, words).into_iter().map(Act::hash).collect();
        let line = self.asked(ask, &about);
        self.page.line(6, &line, "");
        self.spoken(&act);
        self.answers(&act);
        self.shown(at, provision, ask, &about);
        self.not_decided(provision, &act, &about);
    }

    /// What a question asks, of whom, about what.
    pub fn asked(&self, ask: &Ask, about: &[Hash]) -> String {
        let what = self.word(entries::asked(ask.act));
        let to = self.naming.list(&ask.to);
        let line = if about.is_empty() {
            self.say(raised::TO, &[("what", &what), ("to", &to)])
        } else {
            let about = self.cites(about);
            self.say(raised::TO_ABOUT, &[("what", &what), ("to", &to), ("about", &about)])
        };
        format!("{line}{}", self.pairs(&ask.with))
    }

    /// Answers and what was said of them, in order.
    pub fn answers(&mut self, act: &Act) {
        let answers: Vec<Act> = threads::answers(&self.status.record, act).cloned().collect();
        if let Some(by) = effect::revocation(&self.status.record, act, None) {
            let line = self.say(raised::REVOKED, &[("entry", &self.cite(&by.hash()))]);
            self.page.line(4, &line, "");
        }
        if answers.is_empty() {
            let line = self.word(raised::NO_ANSWER);
            self.page.line(4, &line, "");
        }
        for answer in answers {
            let Body::Answer(body) = &answer.body else { continue };
            let (name, dated, cite) = (self.name_of(&answer), self.dated(&answer), self.cite(&answer.hash()));
            let line = self.say(raised::ANSWERED_BY, &[("name", &name), ("dated", &dated)]);
            self.page.line(4, &line, &cite);
            let mut stance = format!("{name} {}", self.word(entries::stance(body.stance)));
            if !body.contests.is_empty() {
                let what: Vec<String> = body.contests.iter().map(|one| self.word(contested(*one))).collect();
                stance = format!("{stance}; {}", self.say(raised::CONTESTS, &[("what", &what.join(", "))]));
            }
            if let Some(counter) = &body.counter {
                stance = format!("{stance}: {}", self.sight.cite(counter));
            }
            self.page.line(6, &stance, "");
            self.spoken(&answer);
            let of_answer: Vec<Act> = self
                .status
                .record
                .naming(&answer.hash())
                .filter(|said| matches!(said.body, Body::Statement(_)))
                .cloned()
                .collect();
            for said in of_answer {
                let cite = self.cite(&answer.hash());
                self.said(&said, raised::SAID_OF_ANSWER, &cite);
            }
        }
    }

    /// The entries that a question links, the reports that bear on the condition, and how
    /// the ones stand to the moments that the others give.
    fn shown(&mut self, at: usize, provision: &ProvisionStatus, ask: &Ask, about: &[Hash]) {
        let lights = self.status.lights(&(at, provision.id.clone()), ask);
        let linked: Vec<Act> = about.iter().filter_map(|hash| self.act(hash)).cloned().collect();
        if lights.is_empty() || linked.is_empty() {
            return;
        }
        let line = self.word(raised::ENTRIES_SHOW);
        self.page.line(4, &line, "");
        for act in &linked {
            let what = entries::act_in(self.sight.tongue, act.signed.entry());
            let places = [("what", what), ("name", self.name_of(act)), ("dated", self.dating(act))];
            let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let line = self.say(raised::STATEMENT_OF, &places);
            let cite = self.cite(&act.hash());
            self.page.pair(6, 14, &cite, &line, "");
        }
        for light in &lights {
            for (report, moment) in &light.reports {
                let line = self.report_line(report, moment.as_ref());
                let cite = self.cite(report);
                self.page.pair(6, 14, &cite, &line, "");
            }
            for act in &linked {
                for (report, moment) in &light.reports {
                    if let (Some(report), Some(_)) = (self.act(report).cloned(), moment) {
                        let line = self.order_line(act, &report);
                        let label = self.word(raised::ORDER);
                        self.page.pair(6, 14, &label, &line, "");
                    }
                }
            }
            self.light(light, ask);
        }
    }

    fn light(&mut self, light: &Light, ask: &Ask) {
        let label = self.limit(light.of);
        let line = format!("{}{}", self.found(&light.found), self.pairs(&ask.with));
        self.page.pair(6, 14, &label, &line, "");
    }

    fn report_line(&self, report: &Hash, moment: Option<&Moment>) -> String {
        let Some(act) = self.act(report) else { return String::new() };
        let Body::Report(body) = &act.body else { return String::new() };
        let name = self.name_of(act);
        let id = body.defined().map_or_else(String::new, ToString::to_string);
        if let Some(found) = body.found {
            let phrase = match found {
                Found::NothingSeen => raised::FOUND_NOTHING,
                Found::NoAccess => raised::NO_ACCESS,
            };
            return self.say(phrase, &[("name", &name), ("id", &id)]);
        }
        let when = moment.map_or_else(|| self.word(raised::NO_DAY), |moment| self.moment(moment));
        let term = body.of.as_ref().and_then(|of| {
            let (words, _) = self.status.text_of(&of.entry)?;
            let term = words.provision(of.provision.as_ref()?)?.term.as_ref()?;
            Some(in_tongue(self.sight.tongue, term).to_owned())
        });
        match term {
            Some(term) => {
                let places = [("name", name.as_str()), ("id", &id), ("term", &term), ("when", &when)];
                self.say(raised::REPORTS_TERM, &places)
            }
            None => self.say(raised::REPORTS, &[("name", &name), ("id", &id), ("when", &when)]),
        }
    }

    /// How an entry stands to the moment that a report gives. Their links are the order
    /// of the entries alone.
    fn order_line(&self, act: &Act, report: &Act) -> String {
        if let Some(line) = self.came_before(act, report) {
            return line;
        }
        let (record, audit) = (&self.status.record, self.sight.audit());
        let had = |by: &Act, of: &Act| {
            let strands =
                (record.strand(&by.signed.entry().author), record.strand(&of.signed.entry().author));
            let (Some(own), Some(other)) = strands else { return false };
            has_received(audit, own, &by.signed, other, &of.signed)
        };
        let phrase = if had(report, act) {
            raised::LINKS
        } else if had(act, report) {
            raised::LINKS_AFTER
        } else {
            raised::NO_LINKS
        };
        let places = [
            ("earlier", self.cite(&act.hash())),
            ("later", self.cite(&report.hash())),
            ("name", self.name_of(report)),
        ];
        let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
        self.say(phrase, &places)
    }

    /// That an entry existed before the time that a report gives, where evidence shows it.
    fn came_before(&self, act: &Act, report: &Act) -> Option<String> {
        let Body::Report(body) = &report.body else { return None };
        let given = match threads::moment(body)? {
            Moment::Time(time) => time,
            // A day begins at midnight.
            Moment::Day(day) => format!("{day}T00:00:00Z").parse().ok()?,
        };
        let seconds = self.shown_by(&act.hash())?.seconds_to(&given).filter(|seconds| *seconds > 0)?;
        let places = [
            ("earlier", self.cite(&act.hash())),
            ("name", self.name_of(report)),
            ("hours", (seconds / 3600).to_string()),
        ];
        let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Some(self.say(evidence::CAME_BEFORE, &places))
    }

    fn not_decided(&mut self, provision: &ProvisionStatus, act: &Act, about: &[Hash]) {
        // Sides differ where one that was asked contests it.
        let Body::Ask(ask) = &act.body else { return };
        let contests: Vec<Contests> = threads::answers(&self.status.record, act)
            .filter(|answer| ask.to.contains(answer.member()))
            .filter_map(|answer| match &answer.body {
                Body::Answer(body) => Some(body.contests.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        let subject = if about.is_empty() { self.word(raised::ITS_SUBJECT) } else { self.cites(about) };
        let places = [("id", provision.id.as_str()), ("about", &subject)];
        let mut lines = Vec::new();
        for what in [Contests::Cover, Contests::What, Contests::Who] {
            if contests.contains(&what) {
                lines.push(self.say(
                    match what {
                        Contests::Cover => raised::DIFFER_COVER,
                        Contests::What => raised::DIFFER_WHAT,
                        Contests::Who => raised::DIFFER_WHO,
                    },
                    &places,
                ));
            }
        }
        if lines.is_empty() && !about.is_empty() {
            lines.push(self.say(raised::UNANSWERED, &places));
        }
        if !lines.is_empty() {
            let line = self.word(raised::NOT_DECIDED);
            self.page.line(4, &line, "");
        }
        for line in lines {
            self.page.line(6, &line, "");
        }
    }
}
