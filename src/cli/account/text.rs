//! One text: what it is, its commitments by basket, what came of each, and a sum.

use countersign::body::Body;
use countersign::body::provision::{Parts, Provision, Reservations, Type};
use countersign::body::text::{Relation, Standing};
use countersign::names::{Place, ProvisionId};
use countersign::status::in_effect::Effectiveness;
use countersign::status::notices::Reach;
use countersign::status::summary::{ProvisionStatus, TextStatus};
use countersign::status::texts::Words;
use countersign::status::threads::Openness;
use countersign::status::{Act, RULES};
use countersign::vocabulary::{evidence, ledger, standing};

use super::Account;
use crate::cli::page::{in_tongue, quoted};
use crate::cli::provision::{form, nature};

/// Columns of the labels of a provision's fields.
const FIELDS: usize = 13;

/// Columns of the labels of a head.
const LABELS: usize = 11;

impl Account<'_> {
    /// The page of one text, or of some of its provisions.
    pub fn text(&mut self, at: usize, wanted: Option<&ProvisionId>) {
        let (Some(words), Some(text)) =
            (self.status.words.get(at).cloned(), self.status.texts.get(at).cloned())
        else {
            return;
        };
        self.head(&words, &text, wanted);
        let mut baskets: Vec<Option<&Provision>> =
            words.provisions.iter().filter(|one| one.kind == Type::Basket).map(Some).collect();
        baskets.push(None);
        for basket in baskets {
            self.basket(&words, &text, basket, wanted);
        }
        let digest = words.digest;
        self.block(4, |there| {
            let (words, _) = there.text_with(&digest)?;
            there.of_whole(&words);
            Some(())
        });
        self.page.gap();
        self.notices_about(&words);
        if wanted.is_none() {
            self.sum(&words);
        }
    }

    /// Texts whose provisions are not held here.
    pub fn unheld(&mut self, indent: usize) {
        for entry in self.keys(|status| status.unheld.clone()) {
            self.block(indent, |there| {
                if there.status.unheld.contains(&entry) {
                    let line = there.say(standing::UNHELD, &[("entry", &there.cite(&entry))]);
                    there.page.line(indent, &line, "");
                }
                Some(())
            });
        }
    }

    /// The title of a text in the language of the page, or its first words.
    pub fn title(&self, words: &Words) -> String {
        let first = words.provisions.iter().find(|one| one.kind.is_commitment());
        let first = first.or_else(|| words.provisions.first()).map(|one| &one.words);
        let title = words.text.title.as_ref().or(first);
        title.map_or_else(String::new, |title| in_tongue(self.sight.tongue, title).to_owned())
    }

    fn head(&mut self, words: &Words, text: &TextStatus, wanted: Option<&ProvisionId>) {
        let cites = self.cites(&words.entries);
        let title = self.title(words);
        let title = wanted.map_or_else(|| title.clone(), |id| format!("{title}, {id}"));
        self.page.gap().head(&title, &cites);
        let digest = words.digest;
        self.block(0, |there| {
            let (words, _) = there.text_with(&digest)?;
            for act in words.entries.iter().filter_map(|entry| there.act(entry)).cloned().collect::<Vec<_>>()
            {
                let line = there.tabled(&act);
                there.page.line(0, &line, "");
            }
            Some(())
        });
        self.block(0, |there| {
            let (words, _) = there.text_with(&digest)?;
            if let Some(heading) = there.heading(&words) {
                there.page.line(0, &heading, "");
            }
            Some(())
        });
        self.page.gap();
        let mut rows: Vec<(String, String)> = Vec::new();
        let nature = words.text.binding.map(|binding| self.word(nature(binding)));
        let form = words.text.modality.map(|modality| self.word(form(modality)));
        let form: Vec<String> = form.into_iter().chain(nature).collect();
        if !form.is_empty() {
            rows.push((self.word(standing::FORM), form.join("; ")));
        }
        rows.push((self.word(standing::LANGUAGES), self.languages(words)));
        rows.push((self.word(standing::ADOPTION), self.adoption(words)));
        if let Some(original) = &words.text.original {
            let line = self.say(standing::ORIGINAL_GOVERNS, &[("digest", &original.to_string())]);
            rows.push((self.word(standing::ORIGINAL), line));
        }
        if let Some(purpose) = &self.status.record.charter.purpose {
            let tongue = self.sight.tongue;
            rows.push((
                self.word(standing::LEDGER),
                quoted(tongue, &in_tongue(tongue, purpose).replace('\n', " ")),
            ));
        }
        let places = [("heads", self.heads()), ("rules", RULES.to_string())];
        let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
        rows.push((self.word(standing::ENTRIES), self.say(standing::UP_TO, &places)));
        let acts = text.provisions.iter().flat_map(|one| &one.cells).filter_map(|cell| cell.consent.as_ref());
        let mut acts = acts.flat_map(|consent| &consent.acts).filter_map(|hash| self.act(hash));
        let borne = acts.any(Self::bears_a_day);
        let is_shown = !self.heard.judged.pieces.is_empty();
        let dates = match (borne, is_shown) {
            (true, _) => standing::DATES_BORNE,
            (false, true) => evidence::DATES_SHOWN,
            (false, false) => standing::DATES_STATED,
        };
        rows.push((self.word(standing::DATES), self.word(dates)));
        rows.push((String::new(), self.days()));
        for (label, line) in rows {
            self.page.pair(2, LABELS, &label, &line, "");
        }
        self.block(2, |there| {
            let (_, text) = there.text_with(&digest)?;
            for (relation, entry, adopters) in &text.later {
                let line = there.later(*relation, entry, adopters);
                there.page.line(2, &line, "");
            }
            Some(())
        });
        let about = self.word(standing::ABOUT_PAGE);
        self.page.gap().line(0, &about, "");
    }

    fn later(
        &self,
        relation: Relation,
        entry: &countersign::hash::Hash,
        adopters: &std::collections::BTreeSet<countersign::names::MemberId>,
    ) -> String {
        let phrase = match relation {
            Relation::Extends => ledger::LATER_EXTENDS,
            Relation::Amends => ledger::LATER_AMENDS,
            Relation::Replaces => ledger::LATER_REPLACES,
            Relation::Corrects => ledger::LATER_CORRECTS,
            Relation::Ends => ledger::LATER_ENDS,
        };
        let by = if adopters.is_empty() {
            self.word(ledger::LATER_BY_NOBODY)
        } else {
            self.say(ledger::LATER_ADOPTED, &[("names", &self.naming.list(adopters))])
        };
        format!("{}{by}", self.say(phrase, &[("entry", &self.cite(entry))]))
    }

    fn tabled(&self, act: &Act) -> String {
        let Body::Text(text) = &act.body else { return String::new() };
        let phrase =
            if text.standing == Standing::Pledge { standing::PLEDGED_BY } else { standing::TABLED_BY };
        self.say(phrase, &[("name", &self.name_of(act)), ("dated", &self.dated(act))])
    }

    fn languages(&self, words: &Words) -> String {
        let all = words.provisions.len().to_string();
        let each = words.text.languages.iter().map(|(tag, rank)| {
            if rank == "authentic" {
                return self.say(standing::IS_AUTHENTIC, &[("tag", tag)]);
            }
            let some = words.provisions.iter().filter(|one| one.words.contains_key(tag)).count();
            let some = some.to_string();
            self.say(standing::IS_TRANSLATION, &[("tag", tag), ("some", &some), ("all", &all)])
        });
        each.collect::<Vec<_>>().join("; ")
    }

    fn adoption(&self, words: &Words) -> String {
        let procedure = &words.procedure;
        let at = procedure.parts_at.as_ref().map_or_else(String::new, ToString::to_string);
        let parts = match procedure.parts {
            Parts::Whole => self.word(standing::AS_A_WHOLE),
            Parts::Baskets => self.say(standing::BY_BASKETS, &[("at", &at)]),
            Parts::Provisions => self.say(standing::BY_PROVISIONS, &[("at", &at)]),
        };
        let reservations = match &procedure.reservations {
            Reservations::Any => self.word(standing::WITH_RESERVATIONS),
            Reservations::None => self.word(standing::NO_RESERVATIONS),
            Reservations::On(ids) => {
                let ids: Vec<&str> = ids.iter().map(ProvisionId::as_str).collect();
                self.say(standing::RESERVATIONS_ON, &[("ids", &ids.join(", "))])
            }
        };
        format!("{parts}, {reservations}")
    }

    fn basket(
        &mut self,
        words: &Words,
        text: &TextStatus,
        basket: Option<&Provision>,
        wanted: Option<&ProvisionId>,
    ) {
        let lies_in = |provision: &Provision| match (&provision.basket, basket) {
            (Some(Place::Here(id)), Some(basket)) => *id == basket.id,
            (Some(Place::There(..)) | None, None) => true,
            _ => false,
        };
        let is_shown = |provision: &&Provision| {
            let listed = provision.kind.is_commitment() || !provision.held_by.is_empty();
            lies_in(provision) && wanted.map_or(listed, |wanted| provision.id == *wanted)
        };
        let inside: Vec<&Provision> = words.provisions.iter().filter(is_shown).collect();
        if inside.is_empty() && (wanted.is_some() || basket.is_none()) {
            return;
        }
        if let Some(basket) = basket {
            let name = in_tongue(self.sight.tongue, &basket.words).to_uppercase();
            self.page.gap().pair(0, 4, basket.id.as_str(), &name, "");
            if inside.is_empty() {
                let mut line = self.word(standing::EMPTY_BASKET);
                if let Some(modality) = basket.modality {
                    let form = self.word(form(modality));
                    line = format!("{line} {}", self.say(standing::FORESEEN_FORM, &[("form", &form)]));
                }
                self.page.gap().line(4, &line, "");
            }
        } else if words.provisions.iter().any(|one| one.kind == Type::Basket) {
            let line = self.word(standing::NO_BASKET);
            self.page.gap().line(0, &line, "");
        }
        for provision in inside {
            if let Some(status) = text.provisions.iter().find(|one| one.id == provision.id) {
                self.provision(words, text, provision, status, wanted);
            }
        }
    }

    fn provision(
        &mut self,
        words: &Words,
        text: &TextStatus,
        provision: &Provision,
        status: &ProvisionStatus,
        wanted: Option<&ProvisionId>,
    ) {
        self.page.gap();
        let said = crate::cli::page::rendered(
            self.sight.tongue,
            words.text.rendering,
            in_tongue(self.sight.tongue, &provision.words),
        );
        self.page.said(0, 4, provision.id.as_str(), &said);
        if !provision.held_by.is_empty() {
            let line = self.say(standing::VIEW_OF, &[("names", &self.naming.list(&provision.held_by))]);
            self.page.line(4, &line, "");
        }
        if status.is_unsettled {
            let line = self.word(standing::WORDING);
            self.page.line(4, &line, "");
        }
        for line in crate::cli::provision::lines(self.sight, words.text.binding, provision) {
            if !matches!(line.key, "in" | "held_by" | "alternative_to") {
                let label = self.word(line.label);
                self.page.pair(4, FIELDS, &label, &line.says, "");
            }
        }
        self.beside(words, provision);
        self.cells(words, text, status, wanted);
        if !self.all.is_split() {
            self.under(words, text, status);
            return;
        }
        self.block(4, |there| {
            let (words, text) = there.text_with(&words.digest)?;
            let status = text.provisions.iter().find(|one| one.id == provision.id)?;
            there.under(&words, &text, status);
            Some(())
        });
    }

    /// The liberties beside a commitment, its terms, the savings of the text.
    fn beside(&mut self, words: &Words, provision: &Provision) {
        let tongue = self.sight.tongue;
        let beside = words
            .provisions
            .iter()
            .filter(|one| one.kind == Type::May && one.basket.is_some() && one.basket == provision.basket);
        for may in beside {
            let label = self.word(standing::BESIDE);
            let line = format!("{} {}", may.id, quoted(tongue, in_tongue(tongue, &may.words)));
            self.page.pair(4, FIELDS, &label, &line, "");
        }
        let savings: Vec<&str> = words
            .provisions
            .iter()
            .filter(|one| one.kind == Type::Saving)
            .map(|one| one.id.as_str())
            .collect();
        if !savings.is_empty() {
            let label = self.word(standing::SAVINGS);
            self.page.pair(4, FIELDS, &label, &savings.join(", "), "");
        }
    }

    fn sum(&mut self, words: &Words) {
        if !words.provisions.iter().any(|one| one.kind.is_commitment()) {
            return;
        }
        let head = self.word(standing::IN_SUM);
        self.page.gap().line(0, &head, "");
        for row in [Self::sum_in_effect, Self::sum_qualified, Self::sum_raised, Self::sum_running] {
            self.block(4, |there| {
                let (words, text) = there.text_with(&words.digest)?;
                row(there, &words, &text);
                Some(())
            });
        }
    }

    fn sum_in_effect(&mut self, words: &Words, text: &TextStatus) {
        let is_commitment =
            |one: &&ProvisionStatus| words.provision(&one.id).is_some_and(|one| one.kind.is_commitment());
        let commitments: Vec<&ProvisionStatus> = text.provisions.iter().filter(is_commitment).collect();
        for (label, ids) in self.groups(&commitments) {
            self.page.pair(4, 30, &label, &ids.join(", "), "");
        }
    }

    fn sum_qualified(&mut self, _: &Words, text: &TextStatus) {
        let made: Vec<String> = text
            .qualified
            .iter()
            .filter(|made| made.revoked.is_none())
            .map(|made| {
                let ids: Vec<&str> = made.standing_on().into_iter().map(ProvisionId::as_str).collect();
                let ids = if ids.is_empty() { self.word(standing::THE_WHOLE) } else { ids.join(", ") };
                {
                    let what = self.qualification_name(made);
                    let places = [("what", what), ("name", self.naming.name(&made.member)), ("ids", ids)];
                    let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
                    self.say(standing::OF_ON, &places)
                }
            })
            .collect();
        let label = self.word(standing::RESERVATIONS);
        let line = if made.is_empty() { self.word(standing::NONE) } else { made.join("; ") };
        self.page.pair(4, 30, &label, &line, "");
    }

    fn sum_raised(&mut self, _: &Words, text: &TextStatus) {
        let raised: Vec<&countersign::hash::Hash> =
            text.provisions.iter().flat_map(|one| &one.under.raised).collect();
        let open = self
            .status
            .questions
            .iter()
            .filter(|one| raised.contains(&&one.by))
            .filter(|one| matches!(one.openness, Openness::Open | Openness::ToBeAnswered))
            .count();
        let line = if raised.is_empty() {
            self.word(standing::NONE)
        } else {
            let places = [("number", raised.len().to_string()), ("open", open.to_string())];
            let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
            self.say(standing::OPEN_OF, &places)
        };
        let label = self.word(standing::RAISED);
        self.page.pair(4, 30, &label, &line, "");
    }

    fn sum_running(&mut self, _: &Words, text: &TextStatus) {
        let running: Vec<String> = text
            .notices
            .iter()
            .filter(|given| given.revoked.is_none() && given.reach == Reach::Given)
            .map(|given| self.cite(&given.by))
            .collect();
        let label = self.word(standing::RUNNING);
        let line = if running.is_empty() { self.word(standing::NONE) } else { running.join(", ") };
        self.page.pair(4, 30, &label, &line, "");
    }

    /// Commitments by whom they are in effect for.
    fn groups(&self, commitments: &[&ProvisionStatus]) -> Vec<(String, Vec<String>)> {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for one in commitments {
            let bearing: Vec<_> = one.cells.iter().filter(|cell| cell.bears).collect();
            let holds: Vec<_> =
                bearing.iter().filter(|cell| matches!(cell.effect, Effectiveness::Since(..))).collect();
            let two = bearing.len() == 2;
            let for_now: Vec<_> =
                bearing.iter().filter(|cell| cell.effect == Effectiveness::Provisional).collect();
            let label = if holds.is_empty() && !for_now.is_empty() {
                let names = self.naming.list(for_now.iter().map(|cell| &cell.member));
                self.say(standing::FOR_NOW, &[("names", &names)])
            } else if holds.is_empty() {
                self.word(if two { standing::FOR_NONE } else { standing::FOR_NOBODY })
            } else if holds.len() == bearing.len() && bearing.len() > 1 {
                self.word(if two { standing::FOR_BOTH } else { standing::FOR_ALL })
            } else {
                let names = self.naming.list(holds.iter().map(|cell| &cell.member));
                self.say(standing::FOR_ONE, &[("names", &names)])
            };
            match groups.iter_mut().find(|(known, _)| *known == label) {
                Some((_, ids)) => ids.push(one.id.to_string()),
                None => groups.push((label, vec![one.id.to_string()])),
            }
        }
        groups
    }

    /// One line a commitment, for the page of the whole record.
    pub fn text_in_short(&mut self, at: usize) {
        let (Some(words), Some(text)) =
            (self.status.words.get(at).cloned(), self.status.texts.get(at).cloned())
        else {
            return;
        };
        let cites = self.cites(&words.entries);
        let title = self.title(&words);
        self.page.line(12, &title, &cites);
        let digest = words.digest;
        self.block(12, |there| {
            let (words, _) = there.text_with(&digest)?;
            if let Some(heading) = there.heading(&words) {
                there.page.line(12, &heading, "");
            }
            Some(())
        });
        let is_commitment =
            |one: &&ProvisionStatus| words.provision(&one.id).is_some_and(|one| one.kind.is_commitment());
        for one in text.provisions.iter().filter(is_commitment) {
            if !self.all.is_split() {
                self.commitment_in_short(&words, one);
                continue;
            }
            self.block(12, |there| {
                let (words, _) = there.text_with(&digest)?;
                let one = there.provision_with(&digest, &one.id)?.clone();
                there.commitment_in_short(&words, &one);
                Some(())
            });
        }
    }

    fn commitment_in_short(&mut self, words: &Words, one: &ProvisionStatus) {
        let label = self.groups(&[one]).into_iter().next().map_or_else(String::new, |(label, _)| label);
        self.page.pair(12, 6, one.id.as_str(), &label, "");
        for cell in one.cells.iter().filter(|cell| cell.bears) {
            let waits = matches!(&cell.effect, Effectiveness::Since(..));
            let adopted =
                cell.consent.as_ref().is_some_and(countersign::status::consent::Consent::is_adopted);
            if !waits && adopted {
                let line = format!("{}: {}", self.naming.name(&cell.member), self.effect(words, cell));
                self.page.line(18, &line, "");
            }
        }
        if !one.under.raised.is_empty() {
            let line = format!("{}: {}", self.word(standing::RAISED), self.cites(&one.under.raised));
            self.page.line(18, &line, "");
        }
    }
}
