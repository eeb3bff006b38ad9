//! `join` and `key`: who holds a member's pens. The chain reads these bodies, so
//! their fields are closed.

use std::collections::BTreeMap;

use crate::entry::Head;
use crate::fault::{Code, Fault};
use crate::fields::{FieldError, Fields, Words, ascends, words_value};
use crate::hash::Hash;
use crate::json::Value;
use crate::key::{MOST_LABELS, PublicKey};
use crate::names::{Label, LogId};
use crate::note::{Seal, first_line};

/// The label that no signing key may have: the recovery key signs under it.
pub const RECOVERY: &str = "recovery";

/// The only signature suite of v1.
pub const SUITE: &str = "ed25519";

/// Kinds for which a member may ask for more labels than the threshold.
const PEN_KINDS: [&str; 3] = ["adopt", "notice", "pledge"];

/// One key of a set, and its holder's proof where the key is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The key.
    pub key: PublicKey,
    /// Its label.
    pub label: Label,
    /// Its own signature over [`possession_text`].
    pub proof: Option<Seal>,
}

/// A label whose key its member declares compromised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compromised {
    /// The label.
    pub label: Label,
    /// The entry of this log from which on; without effect if it names no earlier
    /// one.
    pub since: Option<Hash>,
}

/// A complete key set, as `key` and the `join` of a further volume carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSet {
    /// The keys, ascending by label.
    pub set: Vec<Registered>,
    /// How many labels sign.
    pub threshold: u64,
    /// Kinds that need more.
    pub more_pens: BTreeMap<String, u64>,
}

/// The body of a `key` entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetChange {
    /// Labels of the set before that are declared compromised.
    pub compromised: Vec<Compromised>,
    /// The new set.
    pub new: NewSet,
    /// The author's words.
    pub words: Option<Words>,
}

/// A sealed head of an earlier volume, or of an earlier ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedHead {
    /// The log.
    pub log: LogId,
    /// Its head.
    pub head: Head,
}

/// The body of the `join` of a further volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeJoin {
    /// Every sealed head of earlier volumes that the member knows.
    pub continues: Vec<SealedHead>,
    /// The log key of this volume.
    pub log_key: PublicKey,
    /// Its first key set.
    pub new: NewSet,
    /// The recovery key.
    pub recovery: PublicKey,
    /// Its signature over the body without `proof`.
    pub proof: Seal,
    /// The body without `proof`.
    pub unproven: Value,
}

/// The text that the holder of a new key signs, under `<member>/<label>`.
pub fn possession_text(ledger: &Hash, log: &LogId, label: &Label, key: &PublicKey) -> String {
    let value = Value::object([
        ("key", Value::text(key)),
        ("label", Value::text(label)),
        ("ledger", Value::text(ledger)),
        ("log", Value::text(log)),
        ("suite", Value::text(SUITE)),
    ]);
    format!("{}\n{}\n", first_line::KEY, value.encode())
}

/// The text that the recovery key signs, under `<member>/recovery`.
pub fn volume_text(ledger: &Hash, log: &LogId, unproven: &Value) -> String {
    let value = Value::object([
        ("body", unproven.clone()),
        ("ledger", Value::text(ledger)),
        ("log", Value::text(log)),
    ]);
    format!("{}\n{}\n", first_line::VOLUME, value.encode())
}

/// A key from a field, through the gate.
pub fn read_key(fields: &mut Fields<'_>, name: &'static str) -> Result<PublicKey, Fault> {
    let text = fields.text(name).map_err(|error| fault(Code::KeyForm, &error))?;
    PublicKey::from_hex(text).map_err(|due| fault(Code::KeyForm, &fields.error(name, due.0)))
}

fn fault(code: Code, error: &FieldError) -> Fault {
    Fault::new(code, format!("{}: {}", error.place, error.due))
}

/// Reads keys ascending by label; `code` is the fault of any other form.
pub fn read_registered(items: Vec<(String, &Value)>, code: Code) -> Result<Vec<Registered>, Fault> {
    let mut set = Vec::new();
    for (place, item) in items {
        let due = |error: FieldError| fault(code, &error);
        let mut fields = Fields::of(item, &place).map_err(due)?;
        let label: Label = fields.parsed("label").map_err(due)?;
        if label.as_str() == RECOVERY {
            return Err(due(fields.error("label", "a label other than recovery")));
        }
        if fields.text("suite").map_err(due)? != SUITE {
            return Err(due(fields.error("suite", "ed25519")));
        }
        let key = read_key(&mut fields, "key")?;
        let proof = match fields.optional("proof") {
            None => None,
            Some(value) => Some(
                value
                    .as_str()
                    .and_then(Seal::from_base64)
                    .ok_or_else(|| due(fields.error("proof", "92 characters of base64")))?,
            ),
        };
        fields.done().map_err(due)?;
        set.push(Registered { key, label, proof });
    }
    let labels: Vec<&Label> = set.iter().map(|registered| &registered.label).collect();
    if labels.len() > MOST_LABELS || !ascends(&labels) {
        return Err(Fault::new(code, "at most 16 keys, labels ascending, each once"));
    }
    Ok(set)
}

/// Reads threshold and more pens for a set of this many labels.
pub fn read_threshold(
    fields: &mut Fields<'_>,
    labels: usize,
) -> Result<(u64, BTreeMap<String, u64>), FieldError> {
    let labels = u64::try_from(labels).unwrap_or(u64::MAX);
    let threshold = fields.number("threshold")?;
    if !(1..=labels).contains(&threshold) {
        return Err(fields.error("threshold", "from 1 to the number of labels"));
    }
    let due = || FieldError {
        place: "more_pens".to_owned(),
        due: "adopt, notice or pledge, from the threshold to the number of labels".to_owned(),
    };
    let mut more_pens = BTreeMap::new();
    match fields.optional("more_pens") {
        None => {}
        Some(Value::Object(map)) if !map.is_empty() => {
            for (kind, number) in map {
                match number {
                    Value::Number(number)
                        if PEN_KINDS.contains(&kind.as_str()) && (threshold..=labels).contains(number) =>
                    {
                        more_pens.insert(kind.clone(), *number);
                    }
                    _ => return Err(due()),
                }
            }
        }
        Some(_) => return Err(due()),
    }
    Ok((threshold, more_pens))
}

impl NewSet {
    fn take(fields: &mut Fields<'_>, code: Code) -> Result<Self, Fault> {
        let due = |error: FieldError| fault(code, &error);
        let set = read_registered(fields.list("set").map_err(due)?, code)?;
        let (threshold, more_pens) = read_threshold(fields, set.len()).map_err(due)?;
        Ok(Self { set, threshold, more_pens })
    }

    fn put(&self, value: Value) -> Value {
        let set = self.set.iter().map(|registered| {
            key_value(&registered.key, &registered.label)
                .with_some("proof", registered.proof.as_ref().map(Value::text))
        });
        value
            .with("set", Value::Array(set.collect()))
            .with("threshold", Value::Number(self.threshold))
            .with_some("more_pens", more_pens_value(&self.more_pens))
    }
}

/// One key as it stands in a set.
pub fn key_value(key: &PublicKey, label: &Label) -> Value {
    Value::object([("key", Value::text(key)), ("label", Value::text(label)), ("suite", Value::text(SUITE))])
}

/// `more_pens` as it stands, absent when empty.
pub fn more_pens_value(more_pens: &BTreeMap<String, u64>) -> Option<Value> {
    let map = more_pens.iter().map(|(kind, number)| (kind.clone(), Value::Number(*number)));
    (!more_pens.is_empty()).then(|| Value::Object(map.collect()))
}

impl SetChange {
    /// Reads the body of a `key` entry. The codes are `key_form` and `key_set`.
    pub fn read(body: &Value) -> Result<Self, Fault> {
        let code = Code::KeySet;
        let due = |error: FieldError| fault(code, &error);
        let mut fields = Fields::of(body, "body").map_err(due)?;
        let new = NewSet::take(&mut fields, code)?;
        let compromised = fields
            .list_optional("compromised")
            .map_err(due)?
            .into_iter()
            .map(|(place, item)| {
                let mut fields = Fields::of(item, &place)?;
                let one =
                    Compromised { label: fields.parsed("label")?, since: fields.hash_optional("since")? };
                fields.done().map(|()| one)
            })
            .collect::<Result<_, _>>()
            .map_err(due)?;
        let words = fields.words_optional("words").map_err(due)?;
        fields.done().map_err(due)?;
        Ok(Self { compromised, new, words })
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        let compromised = self.compromised.iter().map(|one| {
            Value::object([("label", Value::text(&one.label))]).with_some("since", one.since.map(Value::text))
        });
        self.new
            .put(Value::object([]))
            .with_some(
                "compromised",
                (!self.compromised.is_empty()).then(|| Value::Array(compromised.collect())),
            )
            .with_some("words", self.words.as_ref().map(words_value))
    }
}

impl SealedHead {
    /// Reads a list of heads, ascending by log.
    pub fn read_list(items: Vec<(String, &Value)>) -> Result<Vec<Self>, FieldError> {
        let mut heads = Vec::new();
        for (place, item) in items {
            let mut fields = Fields::of(item, &place)?;
            let head = Self { log: fields.parsed("log")?, head: Head::take(&mut fields)? };
            fields.done()?;
            heads.push(head);
        }
        Ok(heads)
    }

    /// As JSON.
    pub fn to_value(&self) -> Value {
        self.head.to_value().with("log", Value::text(&self.log))
    }
}

impl VolumeJoin {
    /// Reads the body of the `join` of a further volume. The codes are `key_form`
    /// and `join_form`.
    pub fn read(body: &Value) -> Result<Self, Fault> {
        let code = Code::JoinForm;
        let due = |error: FieldError| fault(code, &error);
        let mut fields = Fields::of(body, "body").map_err(due)?;
        let continues = fields.list("continues").and_then(SealedHead::read_list).map_err(due)?;
        let log_key = read_key(&mut fields, "log_key")?;
        let new = NewSet::take(&mut fields, code)?;
        let proof = fields.required("proof").map_err(due)?;
        fields.done().map_err(due)?;
        let mut fields = Fields::of(proof, "body.proof").map_err(due)?;
        let recovery = read_key(&mut fields, "key")?;
        let signature = fields.text("signature").map_err(due)?;
        let proof = Seal::from_base64(signature)
            .ok_or_else(|| due(fields.error("signature", "92 characters of base64")))?;
        fields.done().map_err(due)?;
        let mut unproven = body.clone();
        if let Value::Object(map) = &mut unproven {
            map.remove("proof");
        }
        Ok(Self { continues, log_key, new, recovery, proof, unproven })
    }

    /// The body without its proof, which is what the recovery key signs.
    pub fn unproven(continues: &[SealedHead], log_key: &PublicKey, new: &NewSet) -> Value {
        let heads = continues.iter().map(SealedHead::to_value).collect();
        new.put(Value::object([("continues", Value::Array(heads)), ("log_key", Value::text(log_key))]))
    }

    /// The whole body.
    pub fn proven(unproven: Value, recovery: &PublicKey, proof: &Seal) -> Value {
        unproven
            .with("proof", Value::object([("key", Value::text(recovery)), ("signature", Value::text(proof))]))
    }
}
