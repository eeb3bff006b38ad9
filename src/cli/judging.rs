//! Whose word on time counts: the reader's policy, and what the evidence that is held
//! says under it.

use std::path::PathBuf;

use countersign::audit::{Audit, Copy};
use countersign::bracket::{Bracket, Brackets, Evidence as Bound, Words};
use countersign::entry::Signed;
use countersign::evidence::{self, Judged, Kind, Why as Idle};
use countersign::failure::{Failure, Outcome, Why};
use countersign::policy::{GroupReport, Policy};
use countersign::status;
use countersign::strand::Strand;
use countersign::time::Time;
use countersign::timestamp;
use countersign::vocabulary::{Phrase, Tongue, dates, evidence as rows, order};

use super::session::Session;
use super::terminal::{line, shown};
use super::witness::{read_file, read_policy};

/// Most bytes of certificates in a file.
const CERTIFICATES: u64 = 1 << 20;

/// What every command takes that says when entries existed.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Judging {
    /// Whose word on time counts: a policy file (C2SP tlog-policy). Without one nothing
    /// is said of when entries existed.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// As if this source of the policy had said nothing. May be given more than once.
    #[arg(long, value_name = "NAME", requires = "policy")]
    without: Vec<String>,
    /// Certificates of time-stamp authorities (PEM or DER): roots that the policy names by
    /// their SHA-256, and others on the way to them. May be given more than once.
    #[arg(long, value_name = "FILE", requires = "policy")]
    ca: Vec<PathBuf>,
}

/// What was heard of time.
pub struct Heard {
    /// The policy, and its name.
    pub policy: Option<(Policy, String)>,
    /// Sources that are left out, as asked.
    pub without: Vec<String>,
    /// What is held, under the policy.
    pub judged: Judged,
    /// Between which times entries came to be.
    pub brackets: Brackets,
    /// Files of evidence that are held.
    pub files: usize,
}

impl Judging {
    /// Reads the policy and judges what a copy holds.
    pub fn hear(&self, session: &Session, audit: &Audit, copy: &Copy) -> Outcome<Heard> {
        let files = copy.named.keys().filter(|path| path.starts_with("notes/")).count();
        let mut heard = Heard {
            policy: None,
            without: self.without.clone(),
            judged: Judged::default(),
            brackets: Brackets::none(),
            files,
        };
        let Some(path) = &self.policy else { return Ok(heard) };
        let policy = read_policy(session, path)?;
        let names: Vec<&str> = policy.sources().iter().map(|source| source.name.as_str()).collect();
        if let Some(name) = self.without.iter().find(|name| !names.contains(&name.as_str())) {
            let what =
                format!("{} names no source {}; it names {}", path.display(), shown(name), names.join(", "));
            return Err(Failure::new(Why::Usage, what).next("the same command with one of these names"));
        }
        let mut certificates = Vec::new();
        for path in &self.ca {
            let read = timestamp::certificates(&read_file(session, path, CERTIFICATES)?);
            certificates.extend(read.map_err(|fault| Failure::stamp(&path.display().to_string(), &fault))?);
        }
        heard.judged = evidence::judge(audit, copy, &policy, &certificates).without(&self.without);
        heard.brackets = heard.judged.brackets(audit, &policy);
        let name = path
            .file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        heard.policy = Some((policy, name));
        Ok(heard)
    }
}

/// How one log stands: its last entry, and each group of the policy over it.
pub struct Reached {
    /// The groups.
    pub groups: Vec<GroupReport>,
    /// Whether the quorum is met.
    pub is_met: bool,
}

impl Heard {
    /// How the newest entry of a log stands.
    pub fn reached(&self, audit: &Audit, strand: &Strand) -> Option<Reached> {
        let (policy, _) = self.policy.as_ref()?;
        let last = strand.size().checked_sub(1)?;
        let (upper, _) = self.brackets.by_source(audit, strand, last);
        let times = upper.into_iter().map(|(source, one)| (source, one.says.time().clone())).collect();
        // Bounds that contradict each other are none.
        let is_so = self.brackets.bracket(audit, strand, last).contradiction().is_none();
        let is_met = is_so && policy.upper(&times).is_some();
        Some(Reached { groups: policy.report(&times, &self.judged.heard()), is_met })
    }

    /// Whether the quorum covers the newest entry of every log, or of the one that is asked
    /// about; so it is where no policy is named.
    pub fn covers(&self, audit: &Audit, log: Option<&str>) -> bool {
        if self.policy.is_none() {
            return true;
        }
        let log = log.map(|name| status::find_log(audit, name));
        let asked = |strand: &&Strand| log.as_ref().is_none_or(|log| log.as_ref() == Some(strand.log()));
        let reached: Vec<_> =
            audit.strands.values().filter(asked).map(|strand| self.reached(audit, strand)).collect();
        // What is not here is not covered.
        !reached.is_empty() && reached.iter().all(|one| one.as_ref().is_some_and(|one| one.is_met))
    }

    /// How every log stands under the policy, and what contradicts what.
    pub fn print(&self, audit: &Audit, tongue: Tongue) {
        let Some((_, name)) = &self.policy else { return };
        line(&rows::POLICY.with(tongue, &[("name", name)]));
        if !self.without.is_empty() {
            line(&rows::LEFT_OUT.with(tongue, &[("names", &self.without.join(", "))]));
        }
        for strand in audit.strands.values() {
            let Some(reached) = self.reached(audit, strand) else { continue };
            for group in self.groups(audit, tongue, strand) {
                line(&format!("  {group}"));
            }
            let phrase = if reached.is_met { rows::QUORUM_MET } else { rows::QUORUM_NOT_MET };
            line(&format!("  {}", phrase.with(tongue, &[("log", strand.log().as_str())])));
        }
        for contradiction in self.brackets.contradictions(audit) {
            let piece = |one: &Bound| format!("{} ({})", one.says.time(), one.source);
            let (upper, lower) = (piece(&contradiction.existed_by), piece(&contradiction.not_before));
            line(&order::CONTRADICTION.with(tongue, &[("upper", &upper), ("lower", &lower)]));
        }
        for idle in self.idle(tongue) {
            line(&idle);
        }
    }

    /// The same as data.
    pub fn verify_json(&self, audit: &Audit) -> serde_json::Value {
        let group = |group: &GroupReport| {
            let have: serde_json::Map<_, _> =
                group.have.iter().map(|(name, time)| (name.clone(), time.to_string().into())).collect();
            let lacking: serde_json::Map<_, _> = group
                .lacking
                .iter()
                .map(|(name, heard)| (name.clone(), heard.as_ref().map(ToString::to_string).into()))
                .collect();
            serde_json::json!({
                "name": group.name, "need": group.need, "have": have, "lacking": lacking,
            })
        };
        let of_log = |strand: &Strand| {
            let reached = self.reached(audit, strand)?;
            let groups: Vec<_> = reached.groups.iter().map(group).collect();
            let value = serde_json::json!({"quorum": reached.is_met, "groups": groups});
            Some((strand.log().to_string(), value))
        };
        let logs: serde_json::Map<_, _> = audit.strands.values().filter_map(of_log).collect();
        let piece =
            |one: &Bound| serde_json::json!({"source": one.source, "time": one.says.time().to_string()});
        let contradictions: Vec<_> = self
            .brackets
            .contradictions(audit)
            .iter()
            .map(|one| {
                serde_json::json!({
                    "existed_by": piece(&one.existed_by), "not_before": piece(&one.not_before),
                })
            })
            .collect();
        serde_json::json!({
            "contradictions": contradictions,
            "policy": self.policy.as_ref().map(|(_, name)| name),
            "without": self.without,
            "logs": logs,
            "idle": self.idle(Tongue::English),
        })
    }

    /// The groups of the policy over the newest entry of a log, in words.
    pub fn groups(&self, audit: &Audit, tongue: Tongue, strand: &Strand) -> Vec<String> {
        let Some(reached) = self.reached(audit, strand) else { return Vec::new() };
        let last = strand.size().saturating_sub(1).to_string();
        let line = |group: &GroupReport| {
            let since = if group.is_met() { String::new() } else { since(tongue, group) };
            let (have, of) = (group.have.len().to_string(), group.of.to_string());
            let places = [
                ("log", strand.log().as_str()),
                ("last", &last),
                ("group", &group.name),
                ("have", &have),
                ("of", &of),
                ("since", &since),
            ];
            rows::GROUP.with(tongue, &places)
        };
        reached.groups.iter().map(line).collect()
    }

    /// How far an entry has come: who received it, who witnessed it, who stamped it.
    pub fn level(&self, audit: &Audit, tongue: Tongue, strand: &Strand, signed: &Signed) -> String {
        let seq = signed.entry().seq;
        let others = audit.strands.values().filter(|by| by.log() != strand.log());
        let by: Vec<String> = others
            .filter(|by| audit.receipt_of(by, strand, seq).is_some())
            .map(|by| by.log().to_string())
            .collect();
        let mut parts = Vec::new();
        let mut part = |phrase: Phrase, names: &[String]| {
            if !names.is_empty() {
                parts.push(phrase.with(tongue, &[("names", &names.join(", "))]));
            }
        };
        part(rows::RECEIVED_BY, &by);
        let (upper, _) = self.brackets.by_source(audit, strand, seq);
        let of_kind = |kind: Kind| -> Vec<String> {
            let is = |source: &String| {
                self.judged.pieces.iter().any(|piece| piece.source == *source && piece.kind == kind)
            };
            upper.keys().filter(|source| is(source)).cloned().collect()
        };
        part(rows::WITNESSED_BY, &of_kind(Kind::Witness));
        part(rows::STAMPED_BY, &of_kind(Kind::Authority));
        if parts.is_empty() { rows::HELD_ONLY.of(tongue).to_owned() } else { parts.join("; ") }
    }

    /// The bounds of an entry, in words: one line each.
    pub fn bounds(&self, audit: &Audit, tongue: Tongue, strand: &Strand, signed: &Signed) -> Vec<String> {
        let bracket = self.brackets.bracket(audit, strand, signed.entry().seq);
        in_words(tongue, &bracket, signed.entry().said.as_ref())
    }

    /// The same as data.
    pub fn json(&self, audit: &Audit, strand: &Strand, signed: &Signed) -> serde_json::Value {
        if self.policy.is_none() {
            return serde_json::Value::Null;
        }
        let (upper, lower) = self.brackets.by_source(audit, strand, signed.entry().seq);
        let bracket = self.brackets.bracket(audit, strand, signed.entry().seq);
        let bound = |one: &Option<Bound>| {
            one.as_ref()
                .map(|one| serde_json::json!({"source": one.source, "time": one.says.time().to_string()}))
        };
        let each = |words: Words| -> serde_json::Value {
            words
                .into_iter()
                .map(|(source, one)| (source, one.says.time().to_string().into()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        serde_json::json!({
            "existed_by": bound(&bracket.existed_by),
            "not_before": bound(&bracket.not_before),
            "said": is_inside(&bracket, signed.entry().said.as_ref()).map(|inside| if inside { "inside" } else { "outside" }),
            "existed_by_sources": each(upper),
            "not_before_sources": each(lower),
        })
    }

    /// What counts for nothing under the policy, by reason.
    pub fn idle(&self, tongue: Tongue) -> Vec<String> {
        let mut by_why = std::collections::BTreeMap::new();
        for (_, why) in &self.judged.others {
            *by_why.entry(why).or_insert(0_usize) += 1;
        }
        let line = |(why, number): (&Idle, usize)| {
            let why = match why {
                Idle::NoSource(name) => rows::NO_SOURCE.with(tongue, &[("name", &shown(name))]),
                Idle::Fails(name, what) => {
                    rows::FAILS.with(tongue, &[("name", name), ("what", &shown(what))])
                }
                Idle::NoHead => rows::NO_HEAD.of(tongue).to_owned(),
                Idle::NotUnderstood => rows::NOT_UNDERSTOOD.of(tongue).to_owned(),
            };
            rows::COUNTS_FOR_NOTHING.with(tongue, &[("number", &number.to_string()), ("why", &why)])
        };
        by_why.into_iter().map(line).collect()
    }
}

/// How many a group needs, and when each member that lacks was last heard.
fn since(tongue: Tongue, group: &GroupReport) -> String {
    let lacking = group.lacking.iter().map(|(name, heard)| match heard {
        Some(time) => rows::LAST_HEARD.with(tongue, &[("name", name), ("time", &dates::bound(tongue, time))]),
        None => rows::NOT_HEARD.with(tongue, &[("name", name)]),
    });
    let (needed, lacking) = (group.need.to_string(), lacking.collect::<Vec<_>>().join(", "));
    rows::GROUP_LACKS.with(tongue, &[("needed", &needed), ("lacking", &lacking)])
}

/// Whether the time that an author gives lies inside the bounds, as far as these go.
fn is_inside(bracket: &Bracket, said: Option<&Time>) -> Option<bool> {
    let said = said?;
    if bracket.existed_by.is_none() && bracket.not_before.is_none() {
        return None;
    }
    let late = bracket.existed_by.as_ref().is_some_and(|one| said > one.says.time());
    let early = bracket.not_before.as_ref().is_some_and(|one| said < one.says.time());
    Some(!late && !early)
}

/// A stretch of time, in its two largest units.
fn stretch(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// Bounds in words, with the time that the author gives beside them.
pub fn in_words(tongue: Tongue, bracket: &Bracket, said: Option<&Time>) -> Vec<String> {
    if bracket.existed_by.is_none() && bracket.not_before.is_none() {
        return Vec::new();
    }
    let bound = |phrase: Phrase, none: Phrase, one: &Option<Bound>| match one {
        Some(one) => {
            let time = dates::bound(tongue, one.says.time());
            phrase.with(tongue, &[("time", &time), ("source", &one.source)])
        }
        None => none.of(tongue).to_owned(),
    };
    let mut lines = vec![
        bound(rows::BY_TIME, rows::NO_UPPER, &bracket.existed_by),
        bound(rows::NOT_BEFORE, rows::NO_LOWER, &bracket.not_before),
    ];
    let width = bracket.existed_by.as_ref().zip(bracket.not_before.as_ref());
    let width = width.and_then(|(upper, lower)| lower.says.time().seconds_to(upper.says.time()));
    lines.extend(width.map(|seconds| rows::WIDTH.with(tongue, &[("width", &stretch(seconds))])));
    if let (Some(said), Some(inside)) = (said, is_inside(bracket, said)) {
        let phrase = if inside { rows::AUTHOR_INSIDE } else { rows::AUTHOR_OUTSIDE };
        lines.push(phrase.with(tongue, &[("time", &dates::bound(tongue, said))]));
    }
    lines
}
