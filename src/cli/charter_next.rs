//! `charter next`: the charter of a ledger that follows the present one.
//!
//! It names the present ledger and the sealed heads of its logs, so that whoever opens
//! the next one signs where the earlier one stood. Members and words are the same, and
//! the keys are those in force, unless public lines say otherwise.

use std::collections::BTreeMap;
use std::path::PathBuf;

use countersign::body::membership::{SealedHead, key_value, more_pens_value};
use countersign::charter::Charter;
use countersign::failure::{Failure, Outcome, Why};
use countersign::fields::words_value;
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::key::KeySet;
use countersign::ledger::Ledger;
use countersign::names::{LogId, MemberId};
use countersign::publish::newest_seal;

use super::charter::{Joining, PublicLines, write_new};
use super::session::Session;
use super::terminal::talk;

/// Make the charter of the ledger that follows this one. A public line stands in the
/// place of the keys that are in force for its member, or makes a new member.
#[derive(clap::Args)]
pub struct Next {
    /// The title; else that of the present charter.
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    lines: PublicLines,
    /// Where to write it.
    #[arg(long, value_name = "FILE", default_value = "next.json")]
    out: PathBuf,
}

/// Runs `charter next`.
pub fn run(session: &Session, command: &Next) -> Outcome<u8> {
    let ledger = session.ledger()?;
    let charter = ledger.charter()?;
    let given = command.lines.read(session)?;
    let value = compose(session, &ledger, charter, command, &given)?;
    write_new(session, &command.out, &value)?;
    talk(&format!("It follows the ledger {}.", charter.id().short()));
    Ok(0)
}

fn compose(
    session: &Session,
    ledger: &Ledger,
    charter: &Charter,
    command: &Next,
    given: &BTreeMap<MemberId, Joining>,
) -> Outcome<Value> {
    let text = String::from_utf8_lossy(charter.bytes()).into_owned();
    let mut value = Value::parse(text.trim_end_matches('\n'))
        .map_err(|error| Failure::new(Why::Untrue, format!("charter.json: {}", error.due)))?;
    let mut nonce = [0; 32];
    getrandom::fill(&mut nonce)
        .map_err(|error| Failure::new(Why::Disk, format!("no randomness: {error}")))?;
    let heads = heads(ledger);
    if heads.is_empty() {
        let what = "no log here is sealed, so there is nothing to follow";
        return Err(Failure::new(Why::Usage, what).next("countersign pull SNAPSHOT"));
    }
    let previous = Value::object([
        ("heads", Value::Array(heads.iter().map(SealedHead::to_value).collect())),
        ("ledger", Value::text(charter.id())),
    ]);
    let mut ids: Vec<&MemberId> = charter.members.keys().chain(given.keys()).collect();
    ids.sort();
    ids.dedup();
    let members = ids.into_iter().filter_map(|id| member(ledger, charter, given, id)).collect();
    if let Some(title) = &command.title {
        let tag = session.words_in()?;
        let mut words = charter.title.clone();
        words.insert(tag, title.clone());
        value = value.with("title", words_value(&words));
    }
    Ok(value
        .with("nonce", Value::text(Hash::new(nonce)))
        .with("previous", previous)
        .with("members", Value::Array(members)))
}

/// The newest sealed head of each log that is held, ascending by log.
fn heads(ledger: &Ledger) -> Vec<SealedHead> {
    let strands = ledger.audit.strands.iter();
    let sealed = strands.filter_map(|(log, strand)| {
        let seal = newest_seal(&ledger.audit, strand)?;
        Some(SealedHead { log: log.clone(), head: seal.head().clone() })
    });
    sealed.collect()
}

/// A member of the next ledger: by the lines given, else with the keys in force here.
fn member(
    ledger: &Ledger,
    charter: &Charter,
    given: &BTreeMap<MemberId, Joining>,
    id: &MemberId,
) -> Option<Value> {
    let present = charter.member(id);
    let names = present.and_then(|member| member.names.as_ref()).map(words_value);
    if let Some(joining) = given.get(id) {
        return Some(joining.to_value(id, 1).with_some("names", names));
    }
    let member = present?;
    let strand = ledger.audit.strands.get(&LogId::first(id));
    let set: &KeySet = strand.map_or(&member.keys, |strand| strand.chain.key_set());
    let keys = set.keys().iter().map(|(label, key)| key_value(key, label));
    Some(
        Value::object([
            ("id", Value::text(id)),
            ("keys", Value::Array(keys.collect())),
            ("log_key", Value::text(member.log_key)),
            ("recovery", Value::text(member.recovery)),
            ("role", Value::text(member.role.as_str())),
            ("threshold", Value::Number(set.threshold())),
        ])
        .with_some("more_pens", more_pens_value(set.more_pens()))
        .with_some("names", names),
    )
}
