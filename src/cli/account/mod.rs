//! The account that a depositary would give: texts and who adopted them, what was asked
//! and answered, which notices run. Its parts stand in `commitments`, `status` and
//! `asks`.

mod branches;
mod cells;
mod json;
mod notices;
mod questions;
mod reports;
mod text;
mod under;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use countersign::body::Body;
use countersign::body::provision::Binding;
use countersign::body::statement::Moment;
use countersign::bracket::Timed;
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::names::{LogId, MemberId};
use countersign::status::consent::{Consent, Stage};
use countersign::status::summary::TextStatus;
use countersign::status::texts::Words;
use countersign::status::{self, Act, Basis, Cut, Sources, Status, Statuses, Times as _};
use countersign::time::{Day, Time};
use countersign::vocabulary::{Phrase, dates, evidence, ledger, raised, standing};

pub use json::as_json;

use super::judging::{Heard, Judging};
use super::naming::{Naming, Own};
use super::page::Page;
use super::session::Session;
use super::sight::Sight;
use super::{entries, hint};

/// What every account takes.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct AsOf {
    /// As of these entries (washington/12,moscow/9: other logs as far as these had
    /// received them), or of a day or time by the clocks of the authors, not by the days
    /// that documents bear.
    #[arg(long = "as-of", value_name = "CUT")]
    cut: Option<String>,
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    judging: Judging,
}

impl AsOf {
    /// What a copy holds of when entries existed.
    pub fn hear(&self, session: &Session, sight: &Sight) -> Outcome<Heard> {
        self.judging.hear(session, sight.audit(), sight.copy())
    }
}

/// A copy, what it amounts to at a cut, and the page that says so.
pub struct Account<'a> {
    /// The copy and the tongue.
    pub sight: &'a Sight,
    /// What it amounts to, on one way through split logs: the branches held first, unless
    /// another is being told of.
    pub status: Rc<Status<'a>>,
    /// The same on every way.
    all: Rc<Statuses<'a>>,
    /// What was heard of time.
    pub heard: &'a Heard,
    /// The times between which entries came to be.
    pub timed: &'a Timed<'a>,
    /// Names of members.
    pub naming: Naming<'a>,
    /// The page.
    pub page: Page,
}

impl<'a> Account<'a> {
    /// Works it out.
    pub fn of(sight: &'a Sight, as_of: &AsOf, heard: &'a Heard, timed: &'a Timed<'a>) -> Outcome<Self> {
        let audit = sight.audit();
        let cut = cut(sight, as_of)?;
        let all = Statuses::of(Sources { audit, times: timed }, &cut);
        let first = all.as_ref().and_then(|all| all.ways().next().map(Rc::clone));
        let (Some(all), Some(status)) = (all.map(Rc::new), first) else {
            return Err(Failure::new(Why::Untrue, "no charter is here").next("countersign verify PATH"));
        };
        Session::unbroken(audit)?;
        let naming = sight.naming().with(&as_of.own)?;
        Ok(Self { sight, status, all, heard, timed, naming, page: Page::new(sight.tongue) })
    }

    /// A row of the vocabulary in the language of the page.
    pub fn say(&self, phrase: Phrase, places: &[(&str, &str)]) -> String {
        phrase.with(self.sight.tongue, places)
    }

    /// A row as it stands.
    pub fn word(&self, phrase: Phrase) -> String {
        self.say(phrase, &[])
    }

    /// The act of an entry.
    pub fn act(&self, hash: &Hash) -> Option<&Act> {
        self.status.record.act(hash)
    }

    /// An entry as people cite it.
    pub fn cite(&self, hash: &Hash) -> String {
        status::cite_hash(self.sight.audit(), hash)
    }

    /// Entries as people cite them.
    pub fn cites<'h>(&self, hashes: impl IntoIterator<Item = &'h Hash>) -> String {
        hashes.into_iter().map(|hash| self.cite(hash)).collect::<Vec<_>>().join(", ")
    }

    /// The name of an act's member.
    pub fn name_of(&self, act: &Act) -> String {
        self.naming.name(act.member())
    }

    /// When an act is dated, behind a comma: the day the document bears, else the one
    /// that its author gives; nothing where there is neither.
    pub fn dated(&self, act: &Act) -> String {
        self.date_of(act).map_or_else(String::new, |day| format!(", {day}"))
    }

    /// The day an act bears, with its place, else the day that its author gives.
    pub fn date_of(&self, act: &Act) -> Option<String> {
        let tongue = self.sight.tongue;
        let dated = match &act.body {
            Body::Text(text) => text.dated.as_ref(),
            body => body.circumstances().and_then(|circumstances| circumstances.dated.as_ref()),
        };
        match dated {
            Some(dated) => {
                let to = dated.to.as_ref().unwrap_or(&dated.from);
                let day = dates::range(tongue, &dated.from, to);
                Some(match &dated.place {
                    Some(place) => format!("{day} ({place})"),
                    None => day,
                })
            }
            None => {
                let shown = self.shown_by(&act.hash());
                let day = shown.or_else(|| act.signed.entry().said.clone());
                day.map(|time| dates::day(tongue, &time.day()))
            }
        }
    }

    /// The time by which an entry is shown to have existed.
    pub fn shown_by(&self, entry: &Hash) -> Option<Time> {
        self.timed.existed_by(entry)
    }

    /// Who received an entry by which of its own, and by when where that is shown.
    pub fn received_line(&self, name: &str, by: &Hash) -> String {
        let entry = self.cite(by);
        match self.shown_by(by) {
            Some(time) => {
                let time = dates::bound(self.sight.tongue, &time);
                self.say(evidence::RECEIVED_BY_TIME, &[("name", name), ("time", &time), ("entry", &entry)])
            }
            None => self.say(ledger::RECEIVED_BY, &[("name", name), ("entry", &entry)]),
        }
    }

    /// Whether an act bears a day, as a document does.
    pub fn bears_a_day(act: &Act) -> bool {
        match &act.body {
            Body::Text(text) => text.dated.is_some(),
            body => body.circumstances().is_some_and(|circumstances| circumstances.dated.is_some()),
        }
    }

    /// How an act is dated, as a sentence: by its document, by its author, or not.
    pub fn dating(&self, act: &Act) -> String {
        if let Some(time) = self.shown_by(&act.hash()).filter(|_| !Self::bears_a_day(act)) {
            let time = dates::bound(self.sight.tongue, &time);
            return self.say(evidence::SHOWN_BY, &[("time", &time)]);
        }
        match (self.date_of(act), Self::bears_a_day(act), &act.signed.entry().said) {
            (Some(day), true, _) => self.say(raised::DATED_BORNE, &[("day", &day)]),
            (_, _, Some(said)) => {
                let day = dates::time(self.sight.tongue, said);
                self.say(raised::DATES_IT, &[("day", &day)])
            }
            _ => self.word(raised::UNDATED),
        }
    }

    /// A moment as a report gives it.
    pub fn moment(&self, moment: &Moment) -> String {
        match moment {
            Moment::Day(day) => dates::day(self.sight.tongue, day),
            Moment::Time(time) => dates::time(self.sight.tongue, time),
        }
    }

    /// The heads of the cut.
    pub fn heads(&self) -> String {
        let heads = self.status.record.cut.sizes().map(|(log, size)| format!("{log}/{}", size - 1));
        heads.collect::<Vec<_>>().join(", ")
    }

    /// With what the days named in texts are compared.
    pub fn days(&self) -> String {
        let cut = &self.status.record.cut;
        let Some(day) = &cut.day else { return self.word(ledger::DATES_NONE) };
        let phrase = match cut.basis {
            Basis::Clock => ledger::DATES_BY_CLOCK,
            Basis::Named => ledger::DATES_NAMED,
            Basis::Authors => ledger::DATES_BY_AUTHORS,
        };
        self.say(phrase, &[("day", &self.sight.day(day))])
    }

    /// How a text is headed wherever it is shown: by whom it was adopted.
    pub fn heading(&self, words: &Words) -> Option<String> {
        let at = self.status.words.iter().position(|one| one.digest == words.digest)?;
        let text = self.status.texts.get(at)?;
        let mut parts: Vec<String> = self.adopted_by(words, text).into_iter().collect();
        for (stage, row) in [(Stage::Left, standing::LEFT_BY), (Stage::Replaced, standing::REPLACED_FOR)] {
            let names = self.naming.list(&at_stage(text, stage));
            if !names.is_empty() {
                parts.push(self.say(row, &[("names", &names)]));
            }
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// By whom a text is adopted now; nothing where by all whom it concerns.
    fn adopted_by(&self, words: &Words, text: &TextStatus) -> Option<String> {
        let gone = |member: &MemberId| {
            [Stage::Left, Stage::Replaced].iter().any(|stage| at_stage(text, *stage).contains(member))
        };
        if text.by_all {
            return None;
        }
        if text.adopters.is_empty() {
            let was_adopted =
                text.provisions.iter().flat_map(|one| &one.cells).any(|cell| gone(&cell.member));
            let row = if words.is_draft { standing::BY_NOBODY } else { standing::PROPOSED };
            return (!was_adopted).then(|| self.word(row));
        }
        let none: Vec<MemberId> = words
            .concerned()
            .into_iter()
            .filter(|member| !text.adopters.contains(member) && !gone(member))
            .collect();
        let names = self.naming.list(&text.adopters);
        if none.is_empty() {
            let whole: BTreeSet<MemberId> =
                text.adopters.iter().filter(|member| adopts_the_whole(text, member)).cloned().collect();
            let part: Vec<&MemberId> =
                text.adopters.iter().filter(|member| !whole.contains(*member)).collect();
            if part.is_empty() {
                return Some(self.say(standing::BY_ALL_OF, &[("names", &names)]));
            }
            if whole.is_empty() {
                return Some(self.say(standing::IN_PART_BY, &[("names", &names)]));
            }
            let places = [("names", self.naming.list(&whole)), ("others", self.naming.list(part))];
            let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
            return Some(self.say(standing::WHOLE_BY, &places));
        }
        let others = self.naming.list(&none);
        Some(self.say(standing::BY_SOME, &[("names", &names), ("others", &others)]))
    }

    /// Members of a provision's cells in the order of the page.
    pub fn ordered<'m>(&self, members: impl IntoIterator<Item = &'m MemberId>) -> Vec<&'m MemberId> {
        self.naming.in_order(members)
    }

    /// Ends what prints no page.
    pub fn print_nothing(&self) -> Outcome<u8> {
        Session::unbroken(self.sight.audit())?;
        Ok(0)
    }

    /// Ends a page.
    pub fn print(&self) -> Outcome<u8> {
        Session::unbroken(self.sight.audit())?;
        self.page.print();
        Ok(0)
    }
}

/// Whether a member has adopted every provision of a text that has a cell of its own.
fn adopts_the_whole(text: &TextStatus, member: &MemberId) -> bool {
    let cells = text.provisions.iter().flat_map(|one| &one.cells).filter(|cell| cell.member == *member);
    cells.filter_map(|cell| cell.consent.as_ref()).all(Consent::is_adopted)
}

/// Whether a text says of itself that it is of law.
pub fn is_legal(words: &Words) -> bool {
    words.text.binding == Some(Binding::Legal)
}

/// The cut that was asked for.
fn cut(sight: &Sight, as_of: &AsOf) -> Outcome<Cut> {
    let audit = sight.audit();
    let Some(typed) = &as_of.cut else {
        return Ok(Cut::whole(audit, Session::now().day(), Basis::Clock));
    };
    if let Ok(day) = typed.parse::<Day>() {
        let end = format!("{day}T23:59:59Z").parse::<Time>();
        return end.map(|time| Cut::dated_by(audit, &time)).map_err(|due| Failure::new(Why::Usage, due.0));
    }
    if let Ok(time) = typed.parse::<Time>() {
        return Ok(Cut::dated_by(audit, &time));
    }
    let mut named: BTreeMap<LogId, u64> = BTreeMap::new();
    for cited in typed.split(',').map(str::trim).filter(|cited| !cited.is_empty()) {
        let (_, signed) = entries::find(audit, cited)?;
        named.insert(signed.entry().author.clone(), signed.entry().seq);
    }
    if named.is_empty() {
        let near = hint::did_you_mean(typed, []);
        let what = format!("--as-of takes entries (moscow/7,washington/5), a day or a time{near}");
        return Err(Failure::new(Why::Usage, what).next("countersign commitments --help"));
    }
    Ok(Cut::at(audit, &named))
}

/// The members of which a provision of a text is at a stage, and that adopt none of it now.
fn at_stage(text: &TextStatus, stage: Stage) -> BTreeSet<MemberId> {
    let cells = text.provisions.iter().flat_map(|one| &one.cells);
    let here = cells.filter(|cell| cell.consent.as_ref().is_some_and(|consent| consent.stage == stage));
    here.map(|cell| cell.member.clone()).filter(|member| !text.adopters.contains(member)).collect()
}
