//! Notices: both dates of effect, who received them, what took them back.

use countersign::body::provision::CountedFrom;
use countersign::body::standing::Act as Noticed;
use countersign::hash::Hash;
use countersign::status::notices::{Ends, Given, Reach};
use countersign::status::texts::Words;
use countersign::vocabulary::ledger;

use super::Account;

/// Columns for the name of a member.
const NAMES: usize = 13;

impl Account<'_> {
    /// The notices about a text.
    pub fn notices_about(&mut self, words: &Words) {
        let digest = words.digest;
        let of_text = |given: &&Given| given.digest == digest;
        let keys =
            self.keys(|status| status.notices().all().iter().filter(of_text).map(|one| one.by).collect());
        if keys.is_empty() {
            return;
        }
        let head = self.word(ledger::NOTICES_ABOUT);
        self.page.gap().line(0, &head, "");
        self.page.gap();
        for by in keys {
            self.notice_where_it_stands(&by, 4);
        }
    }

    /// One notice, on each branch that shows it.
    pub fn notice_where_it_stands(&mut self, by: &Hash, indent: usize) {
        self.block(indent, |there| {
            let given = there.status.notices().all().iter().find(|given| given.by == *by).cloned();
            if let Some(given) = given
                && let Some((words, _)) = there.text_with(&given.digest)
            {
                there.notice(&words, &given, indent);
            }
            Some(())
        });
    }

    /// One notice.
    pub fn notice(&mut self, words: &Words, given: &Given, indent: usize) {
        let name = self.naming.name(&given.member);
        let what = match given.notice.only.as_slice() {
            [] => self.word(ledger::THE_WHOLE),
            ids => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        };
        let dated = self.act(&given.by).map_or_else(String::new, |act| self.dated(act));
        let phrase = match given.notice.act {
            Noticed::Withdraw => ledger::WITHDRAWAL_FROM,
            Noticed::Suspend => ledger::SUSPENSION_OF,
            Noticed::Resume | Noticed::Revoke => ledger::RESUMPTION_OF,
        };
        let line = self.say(phrase, &[("what", &what), ("dated", &dated)]);
        let cite = self.cite(&given.by);
        self.page.pair(indent, NAMES, &name, &line, &cite);
        if let Some(grounds) = &given.notice.circumstances.words {
            self.page.words(indent + NAMES, given.notice.circumstances.rendering, grounds);
        }
        for (member, by) in &given.received {
            let line = self.received_line(&self.naming.name(member), by);
            self.page.pair(indent, NAMES, "", &line, "");
        }
        let others: Vec<_> = words.concerned();
        for member in others.iter().filter(|member| **member != given.member) {
            if !given.received.iter().any(|(by, _)| by == member) {
                let line = self.say(ledger::NOT_RECEIVED, &[("name", &self.naming.name(member))]);
                self.page.pair(indent, NAMES, "", &line, "");
            }
        }
        self.dates(given, indent);
        self.outcome(given, indent);
    }

    fn dates(&mut self, given: &Given, indent: usize) {
        let line = match &given.notice.effective {
            Some(day) => self.say(ledger::AUTHORS_DATE, &[("day", &self.sight.day(day))]),
            None => self.word(ledger::NO_DATE),
        };
        self.page.pair(indent, NAMES, "", &line, "");
        if let Some((days, at)) = &given.period {
            let phrase = match given.counted_from {
                CountedFrom::Receipt => ledger::PERIOD_RECEIPT,
                CountedFrom::Notice => ledger::PERIOD_NOTICE,
            };
            let places =
                [("days", days.to_string()), ("at", at.to_string()), ("ends", self.ends(&given.ends))];
            let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let line = self.say(phrase, &places);
            self.page.pair(indent, NAMES, "", &line, "");
        }
    }

    fn ends(&self, ends: &Ends) -> String {
        match ends {
            Ends::Between(Some(first), Some(last)) => {
                let (first, last) = (self.sight.day(first), self.sight.day(last));
                self.say(ledger::BETWEEN_DAYS, &[("first", &first), ("last", &last)])
            }
            Ends::Between(None, Some(last)) => {
                self.say(ledger::UNTIL_DAY, &[("last", &self.sight.day(last))])
            }
            Ends::Between(Some(first), None) => {
                self.say(ledger::FROM_DAY, &[("first", &self.sight.day(first))])
            }
            Ends::Between(None, None) | Ends::None => self.word(ledger::DAY_NOT_SHOWN),
        }
    }

    fn outcome(&mut self, given: &Given, indent: usize) {
        let Some((by, received)) = &given.revoked else {
            let phrase = match given.reach {
                Reach::Given => ledger::RUNS,
                Reach::Reached => ledger::TAKEN_EFFECT,
            };
            let line = self.word(phrase);
            self.page.pair(indent, NAMES, "", &line, "");
            return;
        };
        let dated = self.act(by).map_or_else(String::new, |act| self.dated(act));
        let line = self.say(ledger::REVOKED_BY, &[("dated", &dated)]);
        let cite = self.cite(by);
        self.page.pair(indent, NAMES, "", &line, &cite);
        for (member, by) in received {
            let line = self.say(ledger::REVOCATION_RECEIVED, &[("name", &self.naming.name(member))]);
            let cite = self.cite(by);
            self.page.pair(indent, NAMES, "", &line, &cite);
        }
        let name = self.naming.name(&given.member);
        let line = self.say(ledger::STANDS_WITHOUT_GAP, &[("name", &name)]);
        self.page.pair(indent, NAMES, "", &line, "");
    }
}
