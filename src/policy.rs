//! The reader's policy: whose word on time counts, and how many of them must agree
//! (C2SP tlog-policy, with a line of our own for time-stamp authorities).
//!
//! ```text
//! log      countersign/<ledger id>/moscow+<id>+<base64>
//! witness  W1 w1.example+<id>+<base64> https://w1.example
//! witness  W2 w2.example+<id>+<base64>
//! tsa      T1 <sha256 of the root certificate> 1.2.3.4 60
//! group    neutral 2 W1 W2 T1
//! quorum   neutral
//! ```
//!
//! Over times: a source has its own moment or none; a group of which `k` are needed has
//! the `k`th smallest of its members' moments for *existed by*, the `k`th largest for
//! *not before*. So no `k - 1` sources can move a bound past what the others say.
//!
//! What a charter offers is an offer and no default: the policy is the reader's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::charter::{Charter, Quorum};
use crate::cosignature::{CosignedCheckpoint, WitnessKey};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::names::Label;
use crate::note::{Verifier, Vkey, duty};
use crate::time::Time;

/// The longest file that is read.
pub const LONGEST: usize = 1 << 20;

/// Most logs, most sources and most groups; the specification asks for 32 of each.
const MOST: usize = 256;

/// The name of a quorum that asks for nothing, and is met by nothing here.
const NONE: &str = "none";

/// A log that the reader reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Its log key, under its origin.
    pub key: Verifier,
    /// Where it is found.
    pub url: Option<String>,
}

/// What gives evidence of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    /// A witness, and where it takes requests.
    Witness(WitnessKey, Option<String>),
    /// A time-stamp authority.
    Authority(Authority),
}

/// A time-stamp authority, as the reader knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// SHA-256 of its root certificate (DER).
    pub root: Hash,
    /// The policy that its tokens must name; any, where there is none.
    pub policy: Option<String>,
    /// By how much its clock may be off, in seconds.
    pub error_seconds: u64,
}

/// A source under its name in the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name.
    pub name: String,
    /// What it is.
    pub voice: Voice,
}

/// So many of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name.
    pub name: String,
    /// How many are needed, from 1 to the number of members.
    pub need: usize,
    /// Sources and groups.
    pub members: Vec<String>,
}

/// A policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Log>,
    sources: Vec<Source>,
    groups: Vec<Group>,
    quorum: Option<String>,
}

/// What is wrong in a policy file: the line, from 1, and what was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The line.
    pub line: usize,
    /// What was due there.
    pub due: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: due: {}", self.line, self.due)
    }
}

impl std::error::Error for PolicyError {}

/// How one group stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupReport {
    /// Its name.
    pub name: String,
    /// How many are needed.
    pub need: usize,
    /// How many members it has.
    pub of: usize,
    /// The members that have a moment.
    pub have: Vec<(String, Time)>,
    /// The members that have none, and when each was last heard at all.
    pub lacking: Vec<(String, Option<Time>)>,
}

impl GroupReport {
    /// Whether enough members have a moment.
    pub fn is_met(&self) -> bool {
        self.have.len() >= self.need
    }

    /// When any of those that lack was last heard.
    pub fn since(&self) -> Option<&Time> {
        self.lacking.iter().filter_map(|(_, heard)| heard.as_ref()).max()
    }
}

/// Which of the moments of a group's members is its own.
#[derive(Clone, Copy)]
enum Side {
    Upper,
    Lower,
}

/// A file, being read.
#[derive(Default)]
struct Reader {
    policy: Policy,
    defined: BTreeSet<String>,
    placed: BTreeSet<String>,
    log_keys: BTreeSet<PublicKey>,
    witness_keys: BTreeSet<crate::cosignature::Key>,
    has_quorum: bool,
}

type Read<T> = Result<T, String>;

impl Policy {
    /// Reads a file: UTF-8 without control characters but tab and line feed, each line
    /// ended by a line feed.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        let error = |line: usize, due: &str| PolicyError { line, due: due.to_owned() };
        if bytes.len() > LONGEST {
            return Err(error(1, "at most 1 MiB"));
        }
        let text = std::str::from_utf8(bytes).map_err(|at| {
            let before = bytes.iter().take(at.valid_up_to()).filter(|byte| **byte == b'\n').count();
            error(before + 1, "UTF-8")
        })?;
        let last = text.split('\n').count();
        let Some(body) = text.strip_suffix('\n') else { return Err(error(last, "a line feed at the end")) };
        let mut reader = Reader::default();
        for (line, number) in body.split('\n').zip(1..) {
            if line.bytes().any(|byte| byte < 0x20 && byte != b'\t' || byte == 0x7f) {
                return Err(error(number, "no control character but tab"));
            }
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            reader.take(&words).map_err(|due| PolicyError { line: number, due })?;
        }
        if !reader.has_quorum {
            return Err(error(last, "a quorum line"));
        }
        Ok(reader.policy)
    }

    /// The logs.
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The witnesses and authorities, in the order of the file.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The groups, each after its members.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The source or group that is asked for; `quorum none` has none.
    pub fn quorum(&self) -> Option<&str> {
        self.quorum.as_deref()
    }

    /// The keys of the witnesses.
    pub fn witness_keys(&self) -> Vec<WitnessKey> {
        let key = |source: &Source| match &source.voice {
            Voice::Witness(key, _) => Some(key.clone()),
            Voice::Authority(_) => None,
        };
        self.sources.iter().filter_map(key).collect()
    }

    /// The name here of a witness.
    pub fn name_of(&self, witness: &WitnessKey) -> Option<&str> {
        let is = |source: &&Source| matches!(&source.voice, Voice::Witness(key, _) if key == witness);
        self.sources.iter().find(is).map(|source| source.name.as_str())
    }

    /// The moments of the witnesses here that cosigned a checkpoint, by their names here.
    pub fn times(&self, cosigned: &CosignedCheckpoint) -> BTreeMap<String, Time> {
        let keys = self.witness_keys();
        let verified = cosigned.verified(&keys).into_iter();
        verified.filter_map(|(key, time)| Some((self.name_of(key)?.to_owned(), time))).collect()
    }

    /// *Existed by*: the moment by which the quorum had spoken, by the moments of the
    /// sources. An empty policy has none.
    pub fn upper(&self, times: &BTreeMap<String, Time>) -> Option<Time> {
        self.value(self.quorum()?, times, Side::Upper)
    }

    /// *Not before*: the moment from which on the quorum had spoken. An empty policy has
    /// none.
    pub fn lower(&self, times: &BTreeMap<String, Time>) -> Option<Time> {
        self.value(self.quorum()?, times, Side::Lower)
    }

    fn value(&self, name: &str, times: &BTreeMap<String, Time>, side: Side) -> Option<Time> {
        let Some(group) = self.groups.iter().find(|group| group.name == name) else {
            let is_source = self.sources.iter().any(|source| source.name == name);
            return times.get(name).filter(|_| is_source).cloned();
        };
        let mut values: Vec<Time> =
            group.members.iter().filter_map(|member| self.value(member, times, side)).collect();
        values.sort();
        let at = match side {
            Side::Upper => group.need.checked_sub(1)?,
            Side::Lower => values.len().checked_sub(group.need)?,
        };
        values.into_iter().nth(at)
    }

    /// How each group stands: `times` are the moments that count, `heard` when each source
    /// last said anything at all. The last group is the widest.
    pub fn report(&self, times: &BTreeMap<String, Time>, heard: &BTreeMap<String, Time>) -> Vec<GroupReport> {
        let report = |group: &Group| {
            let (mut have, mut lacking) = (Vec::new(), Vec::new());
            for member in &group.members {
                match self.value(member, times, Side::Upper) {
                    Some(time) => have.push((member.clone(), time)),
                    None => lacking.push((member.clone(), self.last_heard(member, heard))),
                }
            }
            let (name, of) = (group.name.clone(), group.members.len());
            GroupReport { name, need: group.need, of, have, lacking }
        };
        self.groups.iter().map(report).collect()
    }

    /// When a source, or any source in a group, was last heard.
    fn last_heard(&self, name: &str, heard: &BTreeMap<String, Time>) -> Option<Time> {
        match self.groups.iter().find(|group| group.name == name) {
            None => heard.get(name).cloned(),
            Some(group) => group.members.iter().filter_map(|member| self.last_heard(member, heard)).max(),
        }
    }

    /// The policy that a charter offers under a name: an offer, and no default. Nothing
    /// where it offers none of this name, or one that counts a witness twice.
    pub fn offered(charter: &Charter, name: &str) -> Option<Self> {
        let offered = charter.policies.iter().find(|policy| policy.name.as_str() == name)?;
        let groups: Vec<&Quorum> =
            charter.groups.iter().filter(|one| offered.of.contains(&one.name)).collect();
        let mut reader = Reader::default();
        for member in charter.members.values() {
            let log = crate::names::LogId::first(&member.id);
            let origin = crate::checkpoint::origin(&charter.id(), &log);
            let vkey = Verifier::of(&origin, &member.log_key).vkey();
            reader.take(&["log", &vkey]).ok()?;
        }
        let used: BTreeSet<&Label> = groups.iter().flat_map(|group| &group.of).collect();
        for (name, key) in charter.witnesses.iter().filter(|(name, _)| used.contains(name)) {
            let vkey = WitnessKey::of(name.as_str(), key).to_string();
            reader.take(&["witness", name.as_str(), &vkey]).ok()?;
        }
        // Witnesses, groups and policies of a charter may have one name; in the file they
        // are one room.
        let mut members = Vec::new();
        for group in groups {
            let name = reader.free(group.name.as_str(), "group");
            let of: Vec<&str> = group.of.iter().map(Label::as_str).collect();
            reader.group(&name, group.need, &of)?;
            members.push(name);
        }
        let quorum = reader.free(name, "policy");
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        reader.group(&quorum, offered.need, &members)?;
        reader.take(&["quorum", &quorum]).ok()?;
        Some(reader.policy)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |url: &Option<String>| url.as_ref().map_or_else(String::new, |url| format!(" {url}"));
        for log in &self.logs {
            writeln!(f, "log {}{}", log.key.vkey(), at(&log.url))?;
        }
        for Source { name, voice } in &self.sources {
            match voice {
                Voice::Witness(key, url) => writeln!(f, "witness {name} {key}{}", at(url))?,
                Voice::Authority(Authority { root, policy, error_seconds }) => {
                    let policy = policy.as_deref().unwrap_or("*");
                    writeln!(f, "tsa {name} {root} {policy} {error_seconds}")?;
                }
            }
        }
        for group in &self.groups {
            let need = match group.need {
                need if need == group.members.len() => "all".to_owned(),
                1 => "any".to_owned(),
                need => need.to_string(),
            };
            writeln!(f, "group {} {need} {}", group.name, group.members.join(" "))?;
        }
        writeln!(f, "quorum {}", self.quorum().unwrap_or(NONE))
    }
}

fn full(length: usize, what: &str) -> Read<()> {
    if length < MOST { Ok(()) } else { Err(format!("at most {MOST} {what}")) }
}

impl Reader {
    /// Takes the words of one line.
    fn take(&mut self, words: &[&str]) -> Read<()> {
        match words {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", vkey] => self.log(vkey, None),
            ["log", vkey, url] => self.log(vkey, Some(url)),
            ["witness", name, vkey] => self.witness(name, vkey, None),
            ["witness", name, vkey, url] => self.witness(name, vkey, Some(url)),
            ["tsa", name, root, policy, error] => self.authority(name, root, policy, error),
            ["group", name, need, members @ ..] => {
                let need = match *need {
                    "all" => members.len(),
                    "any" => 1,
                    number => {
                        let plain = number.bytes().all(|byte| byte.is_ascii_digit());
                        let need = number.parse().ok().filter(|_| plain && !number.starts_with('0'));
                        need.ok_or("all, any or a number from 1")?
                    }
                };
                self.add_group(name, need, members)
            }
            ["quorum", name] => self.quorum(name),
            _ => Err("log VKEY [URL], witness NAME VKEY [URL], tsa NAME SHA256 OID|* SECONDS, group NAME all|any|K MEMBER..., or quorum NAME|none".to_owned()),
        }
    }

    fn define(&mut self, name: &str) -> Read<()> {
        if name == NONE {
            return Err("a name other than none".to_owned());
        }
        if self.defined.insert(name.to_owned()) { Ok(()) } else { Err(format!("a name once: {name}")) }
    }

    /// The name itself, or another where it is taken.
    fn free(&self, name: &str, what: &str) -> String {
        let mut free = name.to_owned();
        while free == NONE || self.defined.contains(&free) {
            free = format!("{free}-{what}");
        }
        free
    }

    fn log(&mut self, vkey: &str, url: Option<&str>) -> Read<()> {
        full(self.policy.logs.len(), "logs")?;
        let vkey: Vkey = vkey.parse().map_err(|error: crate::names::NameError| error.0)?;
        let bytes = vkey.key.as_slice().try_into().ok().filter(|_| vkey.duty == duty::SIGNS);
        let bytes = bytes.ok_or("the verifier key of a log (type 0x01)")?;
        let key = PublicKey::from_bytes(bytes).map_err(|error| error.0)?;
        if !self.log_keys.insert(key) {
            return Err("each log key once".to_owned());
        }
        let key = Verifier::of(&vkey.name, &key);
        self.policy.logs.push(Log { key, url: url.map(str::to_owned) });
        Ok(())
    }

    fn witness(&mut self, name: &str, vkey: &str, url: Option<&str>) -> Read<()> {
        full(self.policy.sources.len(), "witnesses and authorities")?;
        let key: WitnessKey = vkey.parse().map_err(|error: crate::names::NameError| error.0)?;
        if !self.witness_keys.insert(key.key().clone()) {
            return Err("each witness key once".to_owned());
        }
        self.define(name)?;
        let voice = Voice::Witness(key, url.map(str::to_owned));
        self.policy.sources.push(Source { name: name.to_owned(), voice });
        Ok(())
    }

    fn authority(&mut self, name: &str, root: &str, policy: &str, error: &str) -> Read<()> {
        full(self.policy.sources.len(), "witnesses and authorities")?;
        let root =
            Hash::from_hex(root).ok_or("64 lower-case hexadecimal digits: SHA-256 of a certificate")?;
        let policy = match policy {
            "*" => None,
            policy if is_object_identifier(policy) => Some(policy.to_owned()),
            _ => return Err("an object identifier such as 1.2.3, or *".to_owned()),
        };
        let error_seconds = crate::submission::plain_number(error).ok_or("a number of seconds")?;
        self.define(name)?;
        let voice = Voice::Authority(Authority { root, policy, error_seconds });
        self.policy.sources.push(Source { name: name.to_owned(), voice });
        Ok(())
    }

    fn group(&mut self, name: &str, need: u64, members: &[&str]) -> Option<()> {
        self.add_group(name, usize::try_from(need).ok()?, members).ok()
    }

    fn add_group(&mut self, name: &str, need: usize, members: &[&str]) -> Read<()> {
        full(self.policy.groups.len(), "groups")?;
        if need == 0 || need > members.len() {
            return Err("a number from 1 to that of the members".to_owned());
        }
        for member in members {
            if !self.defined.contains(*member) {
                return Err(format!("members that stand on lines before: not {member}"));
            }
            if !self.placed.insert((*member).to_owned()) {
                return Err(format!("each name in one group, once: {member}"));
            }
        }
        self.define(name)?;
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.policy.groups.push(Group { name: name.to_owned(), need, members });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Read<()> {
        if std::mem::replace(&mut self.has_quorum, true) {
            return Err("one quorum line".to_owned());
        }
        if name != NONE {
            if !self.defined.contains(name) {
                return Err(format!("a name that stands on a line before: not {name}"));
            }
            self.policy.quorum = Some(name.to_owned());
        }
        Ok(())
    }
}

/// Numbers with points between them, at least two.
fn is_object_identifier(text: &str) -> bool {
    let plain = |part: &str| crate::submission::plain_number(part).is_some();
    text.contains('.') && text.len() <= 128 && text.split('.').all(plain)
}
