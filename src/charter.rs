//! The charter: one file that names the members and their keys. Its SHA-256 is
//! the ledger's id, so two people who compare one fingerprint have compared every
//! key in it. It is never amended.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::body::membership::{self, SealedHead};
use crate::entry::parse_json;
use crate::fault::{Code, Fault};
use crate::fields::{FieldError, Fields, Words, ascends};
use crate::hash::Hash;
use crate::json::Value;
use crate::key::{KeySet, PublicKey};
use crate::names::{Label, Language, LogId, MemberId, NameError};

/// Most bytes in a charter, the line feed included.
pub const LARGEST: usize = 65_535;

/// Most members of a ledger.
pub const MOST_MEMBERS: usize = 64;

/// The format that this program reads and writes.
pub const FORMAT: &str = "countersign/v1";

/// The rules version that this program reads and writes.
pub const RULES: u64 = 1;

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A side: writes every kind.
    Party,
    /// Tables texts (a track 1.5 group); never adopts or pledges.
    Drafter,
    /// Reports; never adopts or pledges.
    Observer,
}

impl Role {
    /// The word in the charter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Party => "party",
            Self::Drafter => "drafter",
            Self::Observer => "observer",
        }
    }

    /// The word for people; a political text has sides.
    pub fn for_people(self) -> &'static str {
        match self {
            Self::Party => "side",
            Self::Drafter => "drafters",
            Self::Observer => "observer",
        }
    }
}

impl FromStr for Role {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        [Self::Party, Self::Drafter, Self::Observer]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(NameError("party, drafter or observer"))
    }
}

/// One member, as the charter has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// Its names, by language.
    pub names: Option<Words>,
    /// Its role.
    pub role: Role,
    /// The first key set of its first volume.
    pub keys: KeySet,
    /// The log key of its first volume.
    pub log_key: PublicKey,
    /// SHA-256 of its recovery key.
    pub recovery: Hash,
}

/// What a key of the charter does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Signs entries of a member under a label.
    Signs(MemberId, Label),
    /// Seals a member's first volume.
    Seals(MemberId),
    /// Is a witness.
    Witnesses,
}

/// So many of these, as a charter offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// Its name.
    pub name: Label,
    /// Witnesses, or groups.
    pub of: Vec<Label>,
    /// How many of them, at least 1.
    pub need: u64,
}

/// A charter that has its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charter {
    bytes: Vec<u8>,
    id: Hash,
    /// The title, by language.
    pub title: Words,
    /// What the ledger is for, by language.
    pub purpose: Option<Words>,
    /// The authentic languages.
    pub languages: Vec<Language>,
    /// What receipt and silence mean here, by language.
    pub terms: Words,
    /// How often a member means to be heard, in days.
    pub heartbeat_days: Option<u64>,
    /// The difference of clocks that the members allow, in seconds.
    pub tolerance_seconds: Option<u64>,
    /// The members.
    pub members: BTreeMap<MemberId, Member>,
    /// The earlier ledger that this one follows, and its sealed heads.
    pub previous: Option<(Hash, Vec<SealedHead>)>,
    /// The witnesses that it offers; the name of one is that of its key.
    pub witnesses: BTreeMap<Label, PublicKey>,
    /// Groups of these witnesses.
    pub groups: Vec<Quorum>,
    /// Policies over these groups, which a reader may take up (see [`crate::policy`]).
    pub policies: Vec<Quorum>,
    duties: BTreeMap<PublicKey, Duty>,
}

fn due(place: &str, due: &str) -> Fault {
    Fault::new(Code::CharterForm, format!("{place}: {due}"))
}

fn form(error: &FieldError) -> Fault {
    due(&error.place, &error.due)
}

impl Charter {
    /// Reads a charter: one line of strict JSON and a line feed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > LARGEST {
            return Err(due("charter.json", "at most 65,535 bytes"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| due("charter.json", "UTF-8"))?;
        if text.contains('\r') {
            return Err(due("charter.json", "line feeds without carriage returns"));
        }
        let line =
            text.strip_suffix('\n').ok_or_else(|| due("charter.json", "one line, ended by a line feed"))?;
        let value = parse_json(line).map_err(|fault| due("charter.json", &fault.detail))?;
        let mut charter = Self::read(&value).map_err(|fault| Fault::new(Code::CharterForm, fault.detail))?;
        charter.bytes = bytes.to_vec();
        charter.id = Hash::of(bytes);
        Ok(charter)
    }

    fn read(value: &Value) -> Result<Self, Fault> {
        let mut fields = Fields::of(value, "charter.json").map_err(|error| form(&error))?;
        if fields.text("format").map_err(|error| form(&error))? != FORMAT {
            return Err(form(&fields.error("format", FORMAT)));
        }
        if fields.number("rules").map_err(|error| form(&error))? != RULES {
            return Err(form(&fields.error("rules", "1")));
        }
        fields.hash("nonce").map_err(|error| form(&error))?;
        let mut duties = BTreeMap::new();
        let mut charter = Self {
            bytes: Vec::new(),
            id: Hash::of(b""),
            title: fields.words("title").map_err(|error| form(&error))?,
            purpose: fields.words_optional("purpose").map_err(|error| form(&error))?,
            languages: fields.set("languages").map_err(|error| form(&error))?,
            terms: fields.words("terms").map_err(|error| form(&error))?,
            heartbeat_days: fields.number_optional("heartbeat_days").map_err(|error| form(&error))?,
            tolerance_seconds: fields.number_optional("tolerance_seconds").map_err(|error| form(&error))?,
            members: read_members(&mut fields, &mut duties)?,
            previous: read_previous(&mut fields).map_err(|error| form(&error))?,
            witnesses: BTreeMap::new(),
            groups: Vec::new(),
            policies: Vec::new(),
            duties: BTreeMap::new(),
        };
        charter.read_policies(&mut fields, &mut duties)?;
        fields.done().map_err(|error| form(&error))?;
        let digests: BTreeSet<&Hash> = charter.members.values().map(|m| &m.recovery).collect();
        if digests.len() != charter.members.len() || duties.keys().any(|key| digests.contains(&key.digest()))
        {
            return Err(due("charter.json.members", "a recovery key that does nothing else"));
        }
        Ok(Self { duties, ..charter })
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The ledger's id: SHA-256 of the file.
    pub fn id(&self) -> Hash {
        self.id
    }

    /// The member with this id.
    pub fn member(&self, id: &MemberId) -> Option<&Member> {
        self.members.get(id)
    }

    /// What a key does by this charter.
    pub fn duty(&self, key: &PublicKey) -> Option<&Duty> {
        self.duties.get(key)
    }

    /// Whether some member's recovery digest is that of this key.
    pub fn is_recovery(&self, key: &PublicKey) -> bool {
        let digest = key.digest();
        self.members.values().any(|member| member.recovery == digest)
    }

    /// The log key of a first volume; that of a further volume stands in its join.
    pub fn log_key(&self, log: &LogId) -> Option<&PublicKey> {
        if log.is_further() { None } else { self.member(log.member()).map(|m| &m.log_key) }
    }
}

fn take(
    duties: &mut BTreeMap<PublicKey, Duty>,
    key: PublicKey,
    duty: Duty,
    place: &str,
) -> Result<(), Fault> {
    match duties.insert(key, duty) {
        None => Ok(()),
        Some(_) => Err(due(place, "a key that stands nowhere else in the charter")),
    }
}

fn read_members(
    fields: &mut Fields<'_>,
    duties: &mut BTreeMap<PublicKey, Duty>,
) -> Result<BTreeMap<MemberId, Member>, Fault> {
    let items = fields.list("members").map_err(|error| form(&error))?;
    if items.len() > MOST_MEMBERS {
        return Err(form(&fields.error("members", "at most 64 members")));
    }
    let mut members = Vec::new();
    for (place, item) in items {
        let mut fields = Fields::of(item, &place).map_err(|error| form(&error))?;
        let id: MemberId = fields.parsed("id").map_err(|error| form(&error))?;
        let set = membership::read_registered(
            fields.list("keys").map_err(|error| form(&error))?,
            Code::CharterForm,
        )?;
        if set.iter().any(|registered| registered.proof.is_some()) {
            return Err(form(&fields.error("keys", "keys without proof")));
        }
        let (threshold, more_pens) =
            membership::read_threshold(&mut fields, set.len()).map_err(|error| form(&error))?;
        let log_key = membership::read_key(&mut fields, "log_key")?;
        take(duties, log_key, Duty::Seals(id.clone()), &place)?;
        for registered in &set {
            let duty = Duty::Signs(id.clone(), registered.label.clone());
            take(duties, registered.key, duty, &place)?;
        }
        let member = Member {
            names: fields.words_optional("names").map_err(|error| form(&error))?,
            role: fields.parsed("role").map_err(|error| form(&error))?,
            recovery: fields.hash("recovery").map_err(|error| form(&error))?,
            keys: KeySet {
                keys: set.into_iter().map(|one| (one.label, one.key)).collect(),
                threshold,
                more_pens,
            },
            log_key,
            id,
        };
        fields.done().map_err(|error| form(&error))?;
        members.push(member);
    }
    let ids: Vec<&MemberId> = members.iter().map(|member| &member.id).collect();
    if !ascends(&ids) {
        return Err(form(&fields.error("members", "members ascending by id, each once")));
    }
    Ok(members.into_iter().map(|member| (member.id.clone(), member)).collect())
}

impl Charter {
    /// Witnesses, groups and policies that the charter offers: their form is checked
    /// here; what a reader does with the offer is the reader's affair.
    fn read_policies(
        &mut self,
        fields: &mut Fields<'_>,
        duties: &mut BTreeMap<PublicKey, Duty>,
    ) -> Result<(), Fault> {
        let mut witnesses = Vec::new();
        for (place, item) in fields.list_optional("witnesses").map_err(|error| form(&error))? {
            let mut fields = Fields::of(item, &place).map_err(|error| form(&error))?;
            if fields.text("suite").map_err(|error| form(&error))? != membership::SUITE {
                return Err(form(&fields.error("suite", membership::SUITE)));
            }
            let key = membership::read_key(&mut fields, "key")?;
            take(duties, key, Duty::Witnesses, &place)?;
            witnesses.push(fields.parsed::<Label>("name").map_err(|error| form(&error))?);
            if let Some(name) = witnesses.last() {
                self.witnesses.insert(name.clone(), key);
            }
            fields.done().map_err(|error| form(&error))?;
        }
        let names = |quorums: &[Quorum]| quorums.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        self.groups = read_quorums(fields, "groups", "members", &witnesses).map_err(|error| form(&error))?;
        let groups = names(&self.groups);
        self.policies = read_quorums(fields, "policies", "of", &groups).map_err(|error| form(&error))?;
        let policies = names(&self.policies);
        for (key, names) in [("witnesses", &witnesses), ("groups", &groups), ("policies", &policies)] {
            if !ascends(names) {
                return Err(form(&fields.error(key, "names ascending, each once")));
            }
        }
        Ok(())
    }
}

/// A list of {name, need, `of`}, where `of` names items that exist.
fn read_quorums(
    fields: &mut Fields<'_>,
    key: &'static str,
    of: &'static str,
    known: &[Label],
) -> Result<Vec<Quorum>, FieldError> {
    let mut quorums = Vec::new();
    for (place, item) in fields.list_optional(key)? {
        let mut fields = Fields::of(item, &place)?;
        let name = fields.parsed::<Label>("name")?;
        let members = fields.set::<Label>(of)?;
        if !members.iter().all(|member| known.contains(member)) {
            return Err(fields.error(of, "names that the charter has"));
        }
        let need = fields.number("need")?;
        if need == 0 || need > u64::try_from(members.len()).unwrap_or(u64::MAX) {
            return Err(fields.error("need", "from 1 to the number of names"));
        }
        fields.done()?;
        quorums.push(Quorum { name, of: members, need });
    }
    Ok(quorums)
}

fn read_previous(fields: &mut Fields<'_>) -> Result<Option<(Hash, Vec<SealedHead>)>, FieldError> {
    let Some(value) = fields.optional("previous") else { return Ok(None) };
    let mut fields = Fields::of(value, "charter.json.previous")?;
    let heads = SealedHead::read_list(fields.list("heads")?)?;
    let logs: Vec<&LogId> = heads.iter().map(|head| &head.log).collect();
    if !ascends(&logs) {
        return Err(fields.error("heads", "heads ascending by log"));
    }
    let ledger = fields.hash("ledger")?;
    fields.done()?;
    Ok(Some((ledger, heads)))
}
