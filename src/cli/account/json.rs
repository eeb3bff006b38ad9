//! The account as JSON.

use countersign::body::Body;
use countersign::hash::Hash;
use countersign::status::condition::Finding;
use countersign::status::consent::{Qualified, Stage};
use countersign::status::in_effect::{Effectiveness, End, Wait};
use countersign::status::notices::{Ends, Given, Reach};
use countersign::status::summary::{Between, Cell, ProvisionStatus, Reaction};
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
    fn all(&self, hashes: &[Hash]) -> Value {
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
        json!({
            "logs": sizes.collect::<serde_json::Map<_, _>>(),
            "day": cut.day.as_ref().map(ToString::to_string),
            "day_by": basis,
            "rules": RULES,
        })
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
                "since": self.all(by),
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
            "member": cell.member.to_string(),
            "consent": consent.map_or("none", |consent| stage(consent.stage)),
            "acts": consent.map_or_else(|| json!([]), |consent| self.all(&consent.acts)),
            "mirrored": consent.is_some_and(|consent| consent.mirrored),
            "provisional": consent.is_some_and(|consent| consent.provisional),
            "bears": cell.bears,
            "effect": self.effect_json(&cell.effect),
            "differs_by_branch": cell.differs,
        })
    }

    fn finding_json(&self, finding: &Finding) -> Value {
        json!({
            "answer": finding.answer.as_str(),
            "by": self.all(&finding.by),
            "day": finding.day.as_ref().map(ToString::to_string),
        })
    }

    fn provision_json(&self, one: &ProvisionStatus) -> Value {
        let conditions = one.conditions.iter().map(|one| {
            json!({"limit": limit(one.limit), "with": one.with, "found": self.finding_json(&one.found)})
        });
        json!({
            "id": one.id.to_string(),
            "cells": one.cells.iter().map(|cell| self.cell_json(cell)).collect::<Vec<_>>(),
            "joint": one.is_joint,
            "mutual": one.is_mutual,
            "unsettled": one.is_unsettled,
            "conditions": conditions.collect::<Vec<_>>(),
            "raised": self.all(&one.under.raised),
            "said": self.all(&one.under.said),
            "reported": self.all(&one.under.reported),
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
        json!({
            "member": made.member.to_string(),
            "by": self.cite(&made.by),
            "name": made.made.name.as_str(),
            "on": made.made.on.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "words": made.made.words,
            "revoked": made.revoked.as_ref().map(|by| self.cite(by)),
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
            "answers": self.all(&question.answers),
            "received": received.collect::<serde_json::Map<_, _>>(),
            "expected_hours": question.expected.as_ref().map(|(hours, _, _)| *hours),
        })
    }

    /// A text and what it amounts to.
    pub fn text_json(&self, at: usize) -> Value {
        let (Some(words), Some(text)) = (self.status.words.get(at), self.status.texts.get(at)) else {
            return Value::Null;
        };
        let later = text.later.iter().map(|(relation, entry, adopters)| {
            json!({
                "relation": relation.as_str(),
                "entry": self.cite(entry),
                "adopted_by": adopters.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        });
        json!({
            "entries": self.all(&words.entries),
            "words_digest": words.digest.to_string(),
            "title": words.text.title,
            "draft": words.is_draft,
            "between": words.between.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "adopted_by": text.adopters.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "adopted_by_all": text.by_all,
            "heading": self.heading(words),
            "original": words.text.original.as_ref().map(ToString::to_string),
            "provisions": text.provisions.iter().map(|one| self.provision_json(one)).collect::<Vec<_>>(),
            "qualifications": text.qualified.iter().map(|made| self.qualified_json(made)).collect::<Vec<_>>(),
            "notices": text.notices.iter().map(|given| self.notice_json(given)).collect::<Vec<_>>(),
            "later": later.collect::<Vec<_>>(),
        })
    }

    /// Acts of consent and where their mandates are.
    pub fn mandates_json(&self) -> Value {
        let each =
            self.status.mandates.iter().map(
                |(act, by)| json!({"act": self.cite(act), "mandate": by.as_ref().map(|by| self.cite(by))}),
            );
        each.collect()
    }

    /// Envelopes by slot.
    pub fn slots_json(&self) -> Value {
        let each = self.status.slots.iter().map(|((log, slot), all)| {
            let envelopes = all.iter().map(|one| {
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
                    "attempts": self.all(&one.attempts),
                    "content_received": self.all(&one.received),
                })
            });
            json!({"log": log.to_string(), "slot": slot, "envelopes": envelopes.collect::<Vec<_>>()})
        });
        each.collect()
    }
}

/// The account of some texts.
pub fn as_json(account: &Account<'_>, texts: &[usize]) -> Value {
    json!({
        "format": "countersign.commitments/1",
        "ledger": account.status.record.charter.id().to_string(),
        "cut": account.cut_json(),
        "texts": texts.iter().map(|at| account.text_json(*at)).collect::<Vec<_>>(),
    })
}
