//! The account as JSON.

use countersign::body::Body;
use countersign::hash::Hash;
use countersign::names::{MemberId, ProvisionId};
use countersign::status::condition::Finding;
use countersign::status::consent::{Qualified, Stage};
use countersign::status::in_effect::{Effectiveness, End, Wait};
use countersign::status::notices::{Ends, Given, Reach};
use countersign::status::slots::Slotted;
use countersign::status::summary::{Between, Cell, ProvisionStatus, Reaction, TextStatus};
use countersign::status::texts::Words;
use countersign::status::threads::{Limit, Openness, Question};
use countersign::status::{Basis, RULES};
use countersign::vocabulary::Tongue;
use serde_json::{Value, json};

use super::Account;
use crate::cli::entries::to_json;

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::None => "none",
        Stage::Tabled => "tabled",
        Stage::Initialled => "initialled",
        Stage::ToBeConfirmed => "to_be_confirmed",
        Stage::LeftOut => "left_out",
        Stage::Adopted => "adopted",
        Stage::Leaving => "leaving",
        Stage::Left => "left",
        Stage::Replaced => "replaced",
    }
}

/// The word of a question's state.
pub fn openness(openness: Openness) -> &'static str {
    match openness {
        Openness::Open => "open",
        Openness::ToBeAnswered => "to_be_answered",
        Openness::Answered => "answered",
        Openness::Revoked => "revoked",
    }
}

fn limit(limit: Limit) -> &'static str {
    match limit {
        Limit::When => "when",
        Limit::Until => "until",
    }
}

impl Account<'_> {
    fn cited(&self, hashes: &[Hash]) -> Value {
        hashes.iter().map(|hash| self.cite(hash)).collect()
    }

    /// The cut and the days with which others are compared.
    pub fn cut_json(&self) -> Value {
        let cut = &self.status.record.cut;
        let sizes = cut.sizes().map(|(log, size)| (log.to_string(), size.into()));
        let basis = match cut.basis {
            Basis::Clock => "clock",
            Basis::Named => "named",
            Basis::Authors => "authors",
        };
        let mut value = json!({
            "logs": sizes.collect::<serde_json::Map<_, _>>(),
            "day": cut.day.as_ref().map(ToString::to_string),
            "day_by": basis,
            "rules": RULES,
        });
        if let Some(map) = value.as_object_mut().filter(|_| self.heard.policy.is_some()) {
            map.insert("time".into(), self.heard.verify_json(self.sight.audit()));
        }
        value
    }

    fn effect_json(&self, effect: &Effectiveness) -> Value {
        let wait = |wait: &Wait| match wait {
            Wait::Consent => json!({"for": "consent"}),
            Wait::Adoption(members, at) => json!({
                "for": "adoption",
                "by": members.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "at": at.as_ref().map(ToString::to_string),
            }),
            Wait::Condition(at) => json!({"for": "condition", "at": at.to_string()}),
            Wait::OwnCondition => json!({"for": "own_condition"}),
            Wait::Day(day) => json!({"for": "day", "day": day.to_string()}),
            Wait::Wording => json!({"for": "wording"}),
        };
        match effect {
            Effectiveness::Waits(waits) => {
                json!({"state": "not_in_effect", "waits": waits.iter().map(wait).collect::<Vec<_>>()})
            }
            Effectiveness::Provisional => json!({"state": "provisional"}),
            Effectiveness::Since(by, day) => json!({
                "state": "in_effect",
                "since": self.cited(by),
                "day": day.as_ref().map(ToString::to_string),
            }),
            Effectiveness::Suspended(by) => json!({"state": "suspended", "by": self.cite(by)}),
            Effectiveness::Ended(end) => {
                let (how, by) = match end {
                    End::Withdrawal => ("withdrawal", None),
                    End::Expiry(day) => ("date", Some(day.to_string())),
                    End::Replacement => ("replacement", None),
                    End::CommonAct(by) => ("common_act", Some(self.cite(by))),
                };
                json!({"state": "ended", "how": how, "by": by})
            }
        }
    }

    fn cell_json(&self, cell: &Cell) -> Value {
        let consent = cell.consent.as_ref();
        json!({
            "consent": consent.map_or("none", |consent| stage(consent.stage)),
            "acts": consent.map_or_else(|| json!([]), |consent| self.cited(&consent.acts)),
            "mirrored": consent.is_some_and(|consent| consent.mirrored),
            "provisional": consent.is_some_and(|consent| consent.provisional),
            "bears": cell.bears,
            "effect": self.effect_json(&cell.effect),
        })
    }

    /// A member's cell under a provision, on the branches held first where these have it.
    fn member_json(&self, digest: &Hash, id: &ProvisionId, member: &MemberId) -> Value {
        let here = |there: &Self| Some(there.cell_with(digest, id, member).map(|cell| there.cell_json(cell)));
        let by_branch = self.by_branch(|there| {
            there.provision_with(digest, id)?;
            here(there).map(Option::unwrap_or_default)
        });
        let value = here(self).flatten().or_else(|| by_branch.first().cloned());
        let Value::Object(mut map) = value.unwrap_or_default() else { return Value::Null };
        map.remove("branches");
        map.insert("member".to_owned(), member.to_string().into());
        map.insert("differs_by_branch".to_owned(), (!by_branch.is_empty()).into());
        map.insert("by_branch".to_owned(), by_branch.into());
        Value::Object(map)
    }

    fn finding_json(&self, finding: &Finding) -> Value {
        json!({
            "answer": finding.answer.as_str(),
            "by": self.cited(&finding.by),
            "day": finding.day.as_ref().map(ToString::to_string),
        })
    }

    fn provision_json(&self, digest: &Hash, one: &ProvisionStatus) -> Value {
        let members = self.members_under(digest, &one.id);
        let cells = members.iter().map(|member| self.member_json(digest, &one.id, member));
        let by_branch =
            self.by_branch(|there| Some(there.around_json(there.provision_with(digest, &one.id)?)));
        let Value::Object(mut map) = self.around_json(one) else { return Value::Null };
        map.insert("id".to_owned(), one.id.to_string().into());
        map.insert("cells".to_owned(), cells.collect());
        map.insert("unsettled".to_owned(), one.is_unsettled.into());
        map.insert("by_branch".to_owned(), by_branch.into());
        Value::Object(map)
    }

    /// What stands about the cells of a provision.
    fn around_json(&self, one: &ProvisionStatus) -> Value {
        let conditions = one.conditions.iter().map(|one| {
            json!({"limit": limit(one.limit), "with": one.with, "found": self.finding_json(&one.found)})
        });
        json!({
            "joint": one.is_joint,
            "mutual": one.is_mutual,
            "conditions": conditions.collect::<Vec<_>>(),
            "raised": self.cited(&one.under.raised),
            "said": self.cited(&one.under.said),
            "reported": self.cited(&one.under.reported),
        })
    }

    fn qualified_json(&self, made: &Qualified) -> Value {
        let members = made.answers.iter().filter_map(|hash| self.act(hash)).map(|act| act.member().clone());
        let mut members: Vec<_> = members.collect();
        members.sort();
        members.dedup();
        let reactions = members.iter().filter_map(|member| {
            let (reaction, by) = self.status.reaction(made, member)?;
            let (word, between) = match reaction {
                Reaction::Accepted => ("accepted", None),
                Reaction::Objected(Between::Stands) => ("objected", Some("stands")),
                Reaction::Objected(Between::DoesNotStand) => ("objected", Some("does_not_stand")),
                Reaction::Objected(Between::NotSaid) => ("objected", None),
            };
            Some(json!({
                "member": member.to_string(),
                "reaction": word,
                "between_us": between,
                "by": self.cite(&by),
            }))
        });
        let over = made.revoked_on.iter();
        let revoked_on = over.map(|(id, by)| json!({"provision": id.as_str(), "by": self.cite(by)}));
        json!({
            "member": made.member.to_string(),
            "by": self.cite(&made.by),
            "number": made.number,
            "name": made.made.name.as_str(),
            "on": made.made.on.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "words": made.made.words,
            "revoked": made.revoked.as_ref().map(|by| self.cite(by)),
            "revoked_on": revoked_on.collect::<Vec<_>>(),
            "reactions": reactions.collect::<Vec<_>>(),
        })
    }

    /// A notice.
    pub fn notice_json(&self, given: &Given) -> Value {
        let received = |all: &[(countersign::names::MemberId, Hash)]| {
            let pairs = all.iter().map(|(member, by)| (member.to_string(), self.cite(by).into()));
            pairs.collect::<serde_json::Map<_, _>>()
        };
        let ends = match &given.ends {
            Ends::Between(first, last) => json!({
                "not_before": first.as_ref().map(ToString::to_string),
                "not_after": last.as_ref().map(ToString::to_string),
            }),
            Ends::None => Value::Null,
        };
        json!({
            "by": self.cite(&given.by),
            "member": given.member.to_string(),
            "act": given.notice.act.as_str(),
            "only": given.notice.only.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "effective": given.notice.effective.as_ref().map(ToString::to_string),
            "period_days": given.period.as_ref().map(|(days, _)| *days),
            "period_at": given.period.as_ref().map(|(_, at)| at.to_string()),
            "counted_from": given.counted_from.as_str(),
            "ends": ends,
            "received": received(&given.received),
            "revoked": given.revoked.as_ref().map(|(by, _)| self.cite(by)),
            "state": match (&given.revoked, given.reach) {
                (Some(_), _) => "revoked",
                (None, Reach::Given) => "running",
                (None, Reach::Reached) => "taken_effect",
            },
        })
    }

    /// A question.
    pub fn question_json(&self, question: &Question) -> Value {
        let received =
            question.received.iter().map(|(member, by)| (member.to_string(), self.cite(by).into()));
        let about = self
            .act(&question.by)
            .map(|act| countersign::status::threads::links(&self.status.record, act))
            .unwrap_or_default();
        json!({
            "by": self.cite(&question.by),
            "member": question.member.to_string(),
            "act": question.ask.act.as_str(),
            "to": question.ask.to.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "about": about.iter().map(|named| self.sight.cite(named)).collect::<Vec<_>>(),
            "with": question.ask.with,
            "reply_by": question.ask.reply_by.as_ref().map(ToString::to_string),
            "state": openness(question.openness),
            "answers": self.cited(&question.answers),
            "received": received.collect::<serde_json::Map<_, _>>(),
            "expected_hours": question.expected.as_ref().map(|(hours, _, _)| *hours),
        })
    }

    /// Texts and what they amount to.
    pub fn texts_json(&self, digests: &[Hash]) -> Vec<Value> {
        let stands = |there: &Self, digest: &Hash| there.text_with(digest).map(|_| json!({}));
        let each = digests.iter().filter_map(|digest| {
            let mut branches: Vec<Value> = Vec::new();
            for on in self.listed(&[*digest], stands) {
                branches.extend(on["branches"].as_array().into_iter().flatten().cloned());
            }
            let Value::Object(mut map) = self.first_with(digest)?.text_json(digest)? else { return None };
            map.insert("branches".to_owned(), branches.into());
            Some(Value::Object(map))
        });
        each.collect()
    }

    /// A text and what it amounts to on this way.
    fn text_json(&self, digest: &Hash) -> Option<Value> {
        let (words, text) = self.text_with(digest)?;
        let by_branch = self.by_branch(|there| {
            let (words, text) = there.text_with(digest)?;
            Some(there.adoption_json(&words, &text))
        });
        let Value::Object(mut map) = self.adoption_json(&words, &text) else { return None };
        let provisions = text.provisions.iter().map(|one| self.provision_json(digest, one));
        let rest = json!({
            "entries": self.cited(&words.entries),
            "words_digest": words.digest.to_string(),
            "title": words.text.title,
            "draft": words.is_draft,
            "between": words.between.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "original": words.text.original.as_ref().map(ToString::to_string),
            "provisions": provisions.collect::<Vec<_>>(),
            "by_branch": by_branch,
        });
        if let Value::Object(rest) = rest {
            map.extend(rest);
        }
        Some(Value::Object(map))
    }

    /// By whom a text is adopted, and how.
    fn adoption_json(&self, words: &Words, text: &TextStatus) -> Value {
        let later = text.later.iter().map(|(relation, entry, adopters)| {
            json!({
                "relation": relation.as_str(),
                "entry": self.cite(entry),
                "adopted_by": adopters.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        });
        json!({
            "adopted_by": text.adopters.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "adopted_by_all": text.by_all,
            "heading": self.heading(words),
            "qualifications": text.qualified.iter().map(|made| self.qualified_json(made)).collect::<Vec<_>>(),
            "notices": text.notices.iter().map(|given| self.notice_json(given)).collect::<Vec<_>>(),
            "later": later.collect::<Vec<_>>(),
        })
    }

    /// Questions.
    pub fn questions_json(&self, is_asked_for: &dyn Fn(&Question) -> bool) -> Vec<Value> {
        let asked = |one: &&Question| is_asked_for(one);
        let keys = self.keys(|status| status.questions.iter().filter(asked).map(|one| one.by).collect());
        self.listed(&keys, |there, by: &Hash| {
            there.status.question(by).filter(|one| is_asked_for(one)).map(|one| there.question_json(one))
        })
    }

    /// Notices.
    pub fn notices_json(&self) -> Vec<Value> {
        let keys = self.keys(|status| status.notices().all().iter().map(|given| given.by).collect());
        self.listed(&keys, |there, by: &Hash| {
            let given = there.status.notices().all().iter().find(|given| given.by == *by);
            given.map(|given| there.notice_json(given))
        })
    }

    /// Acts of consent and where their mandates are.
    pub fn mandates_json(&self) -> Vec<Value> {
        let keys = self.keys(|status| status.mandates.iter().map(|(act, _)| *act).collect());
        self.listed(&keys, |there, key: &Hash| {
            let (act, by) = there.status.mandates.iter().find(|(act, _)| act == key)?;
            Some(json!({"act": there.cite(act), "mandate": by.as_ref().map(|by| there.cite(by))}))
        })
    }

    /// Envelopes by slot.
    pub fn slots_json(&self) -> Vec<Value> {
        let keys = self.keys(|status| status.slots.keys().cloned().collect());
        self.listed(&keys, |there, key| {
            let envelopes = there.status.slots.get(key)?.iter().map(|one| there.envelope_json(one));
            let (log, slot) = key;
            Some(json!({"log": log.to_string(), "slot": slot, "envelopes": envelopes.collect::<Vec<_>>()}))
        })
    }

    fn envelope_json(&self, one: &Slotted) -> Value {
        let opened = one.opened.as_ref().and_then(|by| self.act(by));
        let content = opened.and_then(|act| match &act.body {
            Body::Open(opening) => Some(to_json(&countersign::fields::words_value(&opening.content))),
            _ => None,
        });
        json!({
            "by": self.cite(&one.by),
            "open_by": one.open_by.as_ref().map(ToString::to_string),
            "day_passed": one.has_passed,
            "opened": one.opened.as_ref().map(|by| self.cite(by)),
            "content": content,
            "without_effect": one.without.as_ref().map(|why| why.of(Tongue::English)),
            "attempts": self.cited(&one.attempts),
            "content_received": self.cited(&one.received),
        })
    }
}

/// The account of some texts.
pub fn as_json(account: &Account<'_>, texts: &[Hash]) -> Value {
    json!({
        "format": "countersign.commitments/1",
        "ledger": account.status.record.charter.id().to_string(),
        "cut": account.cut_json(),
        "splits": account.splits_json(),
        "texts": account.texts_json(texts),
    })
}
