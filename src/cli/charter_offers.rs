//! `charter policy`, and what a charter offers to readers: witnesses, groups, policies.

use std::collections::BTreeMap;
use std::path::PathBuf;

use countersign::authoring::{AuthoringError, Item, Page};
use countersign::cosignature::{Key, WitnessKey};
use countersign::failure::{Failure, Outcome, Why};
use countersign::json::Value;
use countersign::names::NameError;
use countersign::policy::Policy;
use countersign::unicode::shown;

use super::charter::read;
use super::session::Session;
use super::terminal::{line, own, talk};

/// Print a policy that a charter offers, as a policy file.
#[derive(clap::Args)]
pub struct PolicyOf {
    /// The charter file.
    file: PathBuf,
    /// The name of the policy; without one, the names are listed.
    name: Option<String>,
}

/// Runs `charter policy`.
pub fn run(session: &Session, command: &PolicyOf) -> Outcome<u8> {
    session.words_alone("charter policy")?;
    let charter = read(session, &command.file)?;
    let Some(name) = &command.name else {
        for policy in &charter.policies {
            line(policy.name.as_str());
        }
        talk(&format!(
            "Policies offered: {}. An offer is no default: the policy is the reader's.",
            charter.policies.len()
        ));
        return Ok(0);
    };
    let policy = Policy::offered(&charter, name).ok_or_else(|| {
        let what = format!("the charter offers no policy {} that counts each witness once", shown(name));
        Failure::new(Why::Policy, what).next(format!("countersign charter policy {}", command.file.display()))
    })?;
    own(&policy.to_string());
    talk("An offer is no default. Put these lines into a file, and change them as you see fit.");
    Ok(0)
}

/// What `[witness]`, `[group.NAME]` and `[policy.NAME]` of a charter's TOML say.
#[derive(Default)]
pub struct Offers {
    witnesses: BTreeMap<String, String>,
    groups: BTreeMap<String, (u64, Vec<String>)>,
    policies: BTreeMap<String, (u64, Vec<String>)>,
}

impl Offers {
    /// Reads `[witness]`: NAME = "VKEY". A witness of a charter is named as its key is.
    pub fn read_witnesses(&mut self, page: &Page<'_>, item: &Item<'_>) -> Result<(), AuthoringError> {
        for (name, item) in page.table(item)? {
            let vkey: Result<WitnessKey, NameError> = page.string(item)?.parse();
            let vkey = vkey.map_err(|NameError(due)| page.at(item, due))?;
            let Key::Ed25519(key) = vkey.key() else {
                return Err(page.at(item, "the verifier key of an Ed25519 witness (type 0x04)"));
            };
            if vkey.name() != name.get_ref() {
                return Err(page.at(item, "a key of this very name"));
            }
            self.witnesses.insert(vkey.name().to_owned(), key.to_string());
        }
        Ok(())
    }

    /// Reads `[group.NAME]` or `[policy.NAME]`: need, of.
    pub fn read_quorums(
        &mut self,
        page: &Page<'_>,
        item: &Item<'_>,
        what: &str,
    ) -> Result<(), AuthoringError> {
        for (name, item) in page.table(item)? {
            let (mut need, mut of) = (0, Vec::new());
            for (key, item) in page.table(item)? {
                match key.get_ref().as_ref() {
                    "need" => need = page.number(item)?,
                    "of" => {
                        of = page
                            .items(item)?
                            .iter()
                            .map(|item| page.string(item))
                            .collect::<Result<_, _>>()?;
                    }
                    _ => return Err(page.at_key(key, "need or of")),
                }
            }
            of.sort();
            let quorums = if what == "group" { &mut self.groups } else { &mut self.policies };
            quorums.insert(name.get_ref().to_string(), (need, of));
        }
        Ok(())
    }

    /// A charter with what is offered.
    pub fn put(&self, charter: Value) -> Value {
        let witnesses = self.witnesses.iter().map(|(name, key)| {
            Value::object([
                ("key", Value::text(key)),
                ("name", Value::text(name)),
                ("suite", Value::text("ed25519")),
            ])
        });
        let quorums = |all: &BTreeMap<String, (u64, Vec<String>)>, of: &'static str| {
            let one = |(name, (need, members)): (&String, &(u64, Vec<String>))| {
                Value::object([
                    (of, Value::texts(members)),
                    ("name", Value::text(name)),
                    ("need", Value::Number(*need)),
                ])
            };
            (!all.is_empty()).then(|| Value::Array(all.iter().map(one).collect()))
        };
        let witnesses = (!self.witnesses.is_empty()).then(|| Value::Array(witnesses.collect()));
        charter
            .with_some("witnesses", witnesses)
            .with_some("groups", quorums(&self.groups, "members"))
            .with_some("policies", quorums(&self.policies, "of"))
    }
}
