//! Drafts of `key` entries: add, retire, rotate, compromised. Each carries the
//! complete new set; the words are names for differences.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign::body::membership::{Compromised, NewSet, Registered, SetChange, possession_text};
use countersign::entry::pen;
use countersign::failure::{Failure, Outcome, Why};
use countersign::key::PublicKey;
use countersign::ledger::Ledger;
use countersign::names::{Label, NameError};
use countersign::note::{self, Seal};

use super::drafting::{self, Then};
use super::entries;
use super::hint;
use super::session::Session;
use super::unlock::Unlock;

/// Add a signing key.
#[derive(clap::Args)]
pub struct Add {
    /// The new label.
    label: String,
    /// The file of the new key, which proves that it is held.
    #[arg(long, value_name = "FILE")]
    new_key: PathBuf,
    /// How many labels sign from then on.
    #[arg(long, value_name = "N")]
    threshold: Option<u64>,
    #[command(flatten)]
    then: Then,
}

/// Retire a label.
#[derive(clap::Args)]
pub struct Retire {
    /// The label.
    label: String,
    /// How many labels sign from then on.
    #[arg(long, value_name = "N")]
    threshold: Option<u64>,
    #[command(flatten)]
    then: Then,
}

/// Put a new key in the place of an old one.
#[derive(clap::Args)]
pub struct Rotate {
    /// The label that leaves.
    from: String,
    /// The new label.
    to: String,
    /// The file of the new key.
    #[arg(long, value_name = "FILE")]
    new_key: PathBuf,
    #[command(flatten)]
    then: Then,
}

/// Declare a label compromised.
#[derive(clap::Args)]
pub struct CompromisedCommand {
    /// The label, which leaves the set.
    label: String,
    /// The first own entry that is in doubt: moscow/7.
    #[arg(long, value_name = "ENTRY")]
    since: Option<String>,
    /// A new label in its place.
    #[arg(long, value_name = "LABEL", requires = "new_key")]
    to: Option<String>,
    /// The file of the new key.
    #[arg(long, value_name = "FILE", requires = "to")]
    new_key: Option<PathBuf>,
    /// How many labels sign from then on.
    #[arg(long, value_name = "N")]
    threshold: Option<u64>,
    #[command(flatten)]
    then: Then,
}

/// The set that is being changed.
struct Change<'a> {
    ledger: &'a Ledger,
    keys: BTreeMap<Label, (PublicKey, Option<Seal>)>,
    threshold: u64,
    more_pens: BTreeMap<String, u64>,
}

fn usage(what: impl Into<String>) -> Failure {
    Failure::new(Why::Usage, what).next("countersign status")
}

fn label(text: &str) -> Outcome<Label> {
    text.parse().map_err(|NameError(due)| usage(format!("not {due}")))
}

impl<'a> Change<'a> {
    fn of(ledger: &'a Ledger) -> Outcome<Self> {
        let own = ledger.own().ok_or_else(|| usage("no own log is here"))?;
        let set = own.chain.key_set();
        Ok(Self {
            ledger,
            keys: set.keys().iter().map(|(label, key)| (label.clone(), (*key, None))).collect(),
            threshold: set.threshold(),
            more_pens: set.more_pens().clone(),
        })
    }

    fn remove(&mut self, text: &str) -> Outcome<Label> {
        let label = label(text)?;
        match self.keys.remove(&label) {
            Some(_) => Ok(label),
            None => {
                let near = hint::did_you_mean(text, self.keys.keys().map(Label::as_str));
                Err(usage(format!("{label} is not in the set in force{near}")))
            }
        }
    }

    fn add(&mut self, text: &str, file: &Path, unlock: &mut Unlock<'_>) -> Outcome<()> {
        let label = label(text)?;
        let own = self.ledger.own().ok_or_else(|| usage("no own log is here"))?;
        if self.keys.contains_key(&label) || own.chain.retired().contains(&label) {
            return Err(usage(format!("the label {label} stands or stood in this log; take a new one")));
        }
        let key = unlock.key(file)?;
        let text = possession_text(&self.ledger.charter()?.id(), own.log(), &label, &key.public());
        let proof = note::sign(&text, &pen(own.log(), &label), &key);
        self.keys.insert(label, (key.public(), Some(proof)));
        Ok(())
    }

    fn draft(
        mut self,
        session: &Session,
        threshold: Option<u64>,
        compromised: Vec<Compromised>,
        then: &Then,
    ) -> Outcome<u8> {
        let labels = u64::try_from(self.keys.len()).unwrap_or(u64::MAX);
        if labels == 0 {
            return Err(
                usage("a set holds at least one label").next("countersign key rotate FROM TO --new-key FILE")
            );
        }
        if threshold.is_none() && self.threshold > labels {
            let what = format!("{} labels sign now and {labels} would be left", self.threshold);
            return Err(usage(what).next(format!("the same command with --threshold {labels}")));
        }
        let threshold = threshold.unwrap_or(self.threshold);
        if !(1..=labels).contains(&threshold) {
            return Err(usage(format!("{threshold} of {labels} labels cannot sign")));
        }
        for number in self.more_pens.values_mut() {
            *number = (*number).clamp(threshold, labels);
        }
        let set = self.keys.iter().map(|(label, (key, proof))| Registered {
            key: *key,
            label: label.clone(),
            proof: *proof,
        });
        let new = NewSet { set: set.collect(), threshold, more_pens: self.more_pens };
        let body = SetChange { compromised, new, words: None }.to_value();
        drafting::draft(session, self.ledger, "key", body, then)
    }
}

/// Runs `key add`.
pub fn add(session: &Session, command: &Add) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let mut change = Change::of(&ledger)?;
    change.add(&command.label, &command.new_key, &mut Unlock::new(session))?;
    change.draft(session, command.threshold, Vec::new(), &command.then)
}

/// Runs `key retire`.
pub fn retire(session: &Session, command: &Retire) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let mut change = Change::of(&ledger)?;
    change.remove(&command.label)?;
    change.draft(session, command.threshold, Vec::new(), &command.then)
}

/// Runs `key rotate`.
pub fn rotate(session: &Session, command: &Rotate) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let mut change = Change::of(&ledger)?;
    change.add(&command.to, &command.new_key, &mut Unlock::new(session))?;
    change.remove(&command.from)?;
    change.draft(session, None, Vec::new(), &command.then)
}

/// Runs `key compromised`.
pub fn compromised(session: &Session, command: &CompromisedCommand) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let mut change = Change::of(&ledger)?;
    if let (Some(to), Some(file)) = (&command.to, &command.new_key) {
        change.add(to, file, &mut Unlock::new(session))?;
    }
    let label = change.remove(&command.label)?;
    let since = match &command.since {
        None => None,
        Some(cited) => Some(entries::find(&ledger.audit, cited)?.1.hash()),
    };
    change.draft(session, command.threshold, vec![Compromised { label, since }], &command.then)
}
