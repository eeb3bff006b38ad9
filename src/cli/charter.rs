//! `charter new` and `charter show`; `charter next` has its own file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use countersign::authoring::{AuthoringError, Page};
use countersign::body::membership::{key_value, more_pens_value};
use countersign::charter::{Charter, FORMAT, RULES, Role};
use countersign::checkpoint::origin;
use countersign::disk::{Access, Source, create_synced};
use countersign::entry::pen;
use countersign::failure::{Failure, Outcome, Why};
use countersign::fields::{Words, words_value};
use countersign::fingerprint::Fingerprint;
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::key::PublicKey;
use countersign::keyfile::PublicLine;
use countersign::names::{Label, LogId, MemberId};
use countersign::note::vkey;

use super::charter_next::{self, Next};
use super::charter_offers::{self, Offers, PolicyOf};
use super::entries::{in_words, title};
use super::row::{Row, paragraph};
use super::session::Session;
use super::terminal::{json, line, talk};

/// The terms of a ledger, one language a column; both are equal.
const TERMS: [(&str, &str); 2] = [("en", include_str!("terms.en.txt")), ("ru", include_str!("terms.ru.txt"))];

/// Charters.
#[derive(Subcommand)]
pub enum CharterCommand {
    /// Make a charter from the public lines of its members.
    New(New),
    /// Make the charter of a ledger that follows this one.
    Next(Next),
    /// Show a charter: id, words, digits, members, keys.
    Show(Show),
    /// Print a policy that a charter offers, or list these.
    Policy(PolicyOf),
}

/// Public lines by the role of their members.
#[derive(clap::Args)]
pub struct PublicLines {
    /// A side's public line; once for each signing key.
    #[arg(long, value_name = "FILE.pub")]
    party: Vec<PathBuf>,
    /// An observer's public line.
    #[arg(long, value_name = "FILE.pub")]
    observer: Vec<PathBuf>,
    /// A drafting group's public line.
    #[arg(long, value_name = "FILE.pub")]
    drafter: Vec<PathBuf>,
}

impl PublicLines {
    /// The members that they make.
    pub fn read(&self, session: &Session) -> Outcome<BTreeMap<MemberId, Joining>> {
        let mut members = BTreeMap::new();
        let roles =
            [(Role::Party, &self.party), (Role::Observer, &self.observer), (Role::Drafter, &self.drafter)];
        for (role, files) in roles {
            for file in files {
                add_line(&mut members, role, &PublicLine::read(&session.disk, file)?)?;
            }
        }
        Ok(members)
    }
}

/// Make a charter.
#[derive(clap::Args)]
pub struct New {
    /// The title, in English or the language of --lang.
    #[arg(long)]
    title: String,
    /// The language of the title, and an authentic language.
    #[arg(long, default_value = "en", value_name = "TAG")]
    lang: String,
    #[command(flatten)]
    lines: PublicLines,
    /// More of the charter, as TOML: [charter] title.LANG, purpose.LANG, languages,
    /// heartbeat_days, tolerance_seconds; [member.ID] names.LANG, threshold,
    /// more_pens. What it offers to readers: [witness] NAME = "VKEY"; [group.NAME] and
    /// [policy.NAME] need, of.
    #[arg(long, value_name = "FILE.toml")]
    file: Option<PathBuf>,
    /// Where to write it.
    #[arg(long, value_name = "FILE", default_value = "charter.json")]
    out: PathBuf,
}

/// Show a charter.
#[derive(clap::Args)]
pub struct Show {
    /// The charter file.
    file: PathBuf,
}

/// Runs `charter`.
pub fn run(session: &Session, command: CharterCommand) -> Outcome<u8> {
    match command {
        CharterCommand::New(command) => new(session, &command),
        CharterCommand::Next(command) => charter_next::run(session, &command),
        CharterCommand::Policy(command) => charter_offers::run(session, &command),
        CharterCommand::Show(command) => {
            let charter = read(session, &command.file)?;
            print(session, &charter);
            if !session.common.json {
                print_terms(&charter);
            }
            Ok(0)
        }
    }
}

/// Reads a charter file.
pub fn read(session: &Session, path: &Path) -> Outcome<Charter> {
    let bytes = session
        .disk
        .read(path, 1 << 20)
        .map_err(|error| Failure::disk("reading", path, error))?
        .ok_or_else(|| Failure::new(Why::Disk, format!("no file {}", path.display())))?;
    Charter::parse(&bytes).map_err(|fault| Failure::untrue(&path.display().to_string(), &fault))
}

/// What the TOML file adds.
#[derive(Default)]
struct More {
    title: Words,
    purpose: Option<Words>,
    languages: Vec<String>,
    heartbeat_days: Option<u64>,
    tolerance_seconds: Option<u64>,
    members: BTreeMap<String, MoreOfMember>,
    offers: Offers,
}

#[derive(Default)]
struct MoreOfMember {
    names: Option<Words>,
    threshold: Option<u64>,
    more_pens: BTreeMap<String, u64>,
}

/// A member by its public lines.
pub struct Joining {
    role: Role,
    log_key: PublicKey,
    recovery: Hash,
    keys: BTreeMap<Label, PublicKey>,
}

impl Joining {
    /// As a charter has it.
    pub fn to_value(&self, id: &MemberId, threshold: u64) -> Value {
        let keys = self.keys.iter().map(|(label, key)| key_value(key, label));
        Value::object([
            ("id", Value::text(id)),
            ("keys", Value::Array(keys.collect())),
            ("log_key", Value::text(self.log_key)),
            ("recovery", Value::text(self.recovery)),
            ("role", Value::text(self.role.as_str())),
            ("threshold", Value::Number(threshold)),
        ])
    }
}

fn new(session: &Session, command: &New) -> Outcome<u8> {
    let members = command.lines.read(session)?;
    if members.is_empty() {
        return Err(Failure::new(Why::Usage, "a charter needs members")
            .next("countersign charter new --title T --party A.pub --party B.pub"));
    }
    let more = match &command.file {
        Some(path) => read_more(session, path)?,
        None => More::default(),
    };
    write_new(session, &command.out, &compose(command, &members, &more)?)?;
    Ok(0)
}

/// Writes a new charter file, never over another, and shows it.
pub fn write_new(session: &Session, out: &Path, value: &Value) -> Outcome<()> {
    let bytes = (value.encode() + "\n").into_bytes();
    let charter = Charter::parse(&bytes).map_err(|fault| {
        Failure::new(Why::Usage, format!("these words make no charter: {}", fault.detail))
    })?;
    if out.exists() {
        let what = format!("{} is there and is left as it is", out.display());
        return Err(Failure::new(Why::Exists, what).next("the same command with --out OTHER"));
    }
    create_synced(&session.disk, out, &bytes, Access::Usual)
        .map_err(|error| Failure::disk("writing", out, error))?;
    print(session, &charter);
    talk("Every member compares these words with every other, by voice or on paper, before it signs.");
    talk(&format!("Next: countersign init {} --as MEMBER --key MEMBER.key --dir DIR", out.display()));
    Ok(())
}

/// Adds a public line to the members.
fn add_line(members: &mut BTreeMap<MemberId, Joining>, role: Role, public: &PublicLine) -> Outcome<()> {
    let usage = |what: String| Failure::new(Why::Usage, what);
    let member = members.entry(public.member.clone()).or_insert_with(|| Joining {
        role,
        log_key: public.log,
        recovery: public.recovery,
        keys: BTreeMap::new(),
    });
    if member.role != role {
        return Err(usage(format!("{} is given in two roles", public.member)));
    }
    if (member.log_key, member.recovery) != (public.log, public.recovery) {
        let what = format!("the public lines of {} name two log or recovery keys", public.member);
        return Err(usage(what).next("countersign key new MEMBER/LABEL --beside MEMBER.pub"));
    }
    match member.keys.insert(public.label.clone(), public.signing) {
        None => Ok(()),
        Some(_) => Err(usage(format!("{}/{} is given twice", public.member, public.label))),
    }
}

fn compose(command: &New, members: &BTreeMap<MemberId, Joining>, more: &More) -> Outcome<Value> {
    for member in more.members.keys() {
        if !members.keys().any(|id| id.as_str() == member) {
            let what = format!("[member.{member}] is no member given by --party, --observer or --drafter");
            return Err(Failure::new(Why::Authoring, what));
        }
    }
    let mut nonce = [0; 32];
    getrandom::fill(&mut nonce)
        .map_err(|error| Failure::new(Why::Disk, format!("no randomness: {error}")))?;
    let mut title = more.title.clone();
    title.insert(command.lang.clone(), command.title.clone());
    let mut languages = more.languages.clone();
    if languages.is_empty() {
        languages.push(command.lang.clone());
    }
    languages.sort();
    languages.dedup();
    let terms: Words =
        TERMS.iter().map(|(tag, text)| ((*tag).to_owned(), text.trim_end().to_owned())).collect();
    let default = MoreOfMember::default();
    let members = members.iter().map(|(id, joining)| {
        let more = more.members.get(id.as_str()).unwrap_or(&default);
        joining
            .to_value(id, more.threshold.unwrap_or(1))
            .with_some("names", more.names.as_ref().map(words_value))
            .with_some("more_pens", more_pens_value(&more.more_pens))
    });
    Ok(more.offers.put(
        Value::object([
            ("format", Value::text(FORMAT)),
            ("languages", Value::texts(&languages)),
            ("members", Value::Array(members.collect())),
            ("nonce", Value::text(Hash::new(nonce))),
            ("rules", Value::Number(RULES)),
            ("terms", words_value(&terms)),
            ("title", words_value(&title)),
        ])
        .with_some("purpose", more.purpose.as_ref().map(words_value))
        .with_some("heartbeat_days", more.heartbeat_days.map(Value::Number))
        .with_some("tolerance_seconds", more.tolerance_seconds.map(Value::Number)),
    ))
}

fn read_more(session: &Session, path: &Path) -> Outcome<More> {
    let bytes = session
        .disk
        .read(path, 1 << 20)
        .map_err(|error| Failure::disk("reading", path, error))?
        .ok_or_else(|| Failure::new(Why::Disk, format!("no file {}", path.display())))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new(Why::Authoring, format!("{} is not UTF-8", path.display())))?;
    parse_more(&text).map_err(|error| Failure::new(Why::Authoring, format!("{}: {error}", path.display())))
}

fn parse_more(text: &str) -> Result<More, AuthoringError> {
    let (page, table) = Page::open(text)?;
    let mut more = More::default();
    for (key, item) in &table {
        match key.get_ref().as_ref() {
            "charter" => {
                for (key, item) in page.table(item)? {
                    match key.get_ref().as_ref() {
                        "title" => more.title = page.words(item)?,
                        "purpose" => more.purpose = Some(page.words(item)?),
                        "languages" => {
                            let items = item.get_ref().as_array();
                            let items = items.ok_or_else(|| page.at_key(key, "a list of tags"))?;
                            more.languages =
                                items.iter().map(|item| page.string(item)).collect::<Result<_, _>>()?;
                        }
                        "heartbeat_days" => more.heartbeat_days = Some(page.number(item)?),
                        "tolerance_seconds" => more.tolerance_seconds = Some(page.number(item)?),
                        _ => {
                            return Err(page.at_key(
                                key,
                                "title, purpose, languages, heartbeat_days or tolerance_seconds",
                            ));
                        }
                    }
                }
            }
            "member" => {
                for (id, item) in page.table(item)? {
                    let mut of = MoreOfMember::default();
                    for (key, item) in page.table(item)? {
                        match key.get_ref().as_ref() {
                            "names" => of.names = Some(page.words(item)?),
                            "threshold" => of.threshold = Some(page.number(item)?),
                            "more_pens" => {
                                for (kind, item) in page.table(item)? {
                                    of.more_pens.insert(kind.get_ref().to_string(), page.number(item)?);
                                }
                            }
                            _ => return Err(page.at_key(key, "names, threshold or more_pens")),
                        }
                    }
                    more.members.insert(id.get_ref().to_string(), of);
                }
            }
            "witness" => more.offers.read_witnesses(&page, item)?,
            what @ ("group" | "policy") => more.offers.read_quorums(&page, item, what)?,
            _ => {
                return Err(
                    page.at_key(key, "[charter], [member.ID], [witness], [group.NAME] or [policy.NAME]")
                );
            }
        }
    }
    Ok(more)
}

fn print(session: &Session, charter: &Charter) {
    let print = Fingerprint::of_ledger(&charter.id());
    let origin_of = |id: &MemberId| origin(&charter.id(), &LogId::first(id));
    if session.common.json {
        let members = charter.members.values().map(|member| {
            let log = LogId::first(&member.id);
            let keys = member.keys.keys().iter().map(|(label, key)| {
                serde_json::json!({"label": label.to_string(), "vkey": vkey(&pen(&log, label), key)})
            });
            serde_json::json!({
                "id": member.id.to_string(),
                "role": member.role.as_str(),
                "threshold": member.keys.threshold(),
                "keys": keys.collect::<Vec<_>>(),
                "log_vkey": vkey(&origin_of(&member.id), &member.log_key),
                "origin": origin_of(&member.id),
            })
        });
        json(&serde_json::json!({
            "format": "countersign.charter/1",
            "ledger": charter.id().to_string(),
            "words": print.words(),
            "digits": print.digits(),
            "title": charter.title,
            "members": members.collect::<Vec<_>>(),
        }));
        return;
    }
    Row::new("LEDGER   ").text(in_words(&charter.title)).print();
    line(&format!("id       {}", charter.id()));
    let words: Vec<String> = print.words().split(' ').map(str::to_owned).collect();
    for (at, row) in words.chunks(6).enumerate() {
        line(&format!("{:<8} {}", if at == 0 { "words" } else { "" }, row.join(" ")));
    }
    line(&format!("digits   {}", print.digits()));
    if let Some(purpose) = &charter.purpose {
        for row in paragraph(in_words(purpose), "         ") {
            row.print();
        }
    }
    for member in charter.members.values() {
        let log = LogId::first(&member.id);
        line(&format!(
            "{:<8} {}{}",
            member.role.for_people(),
            member.id,
            member.names.as_ref().map_or_else(String::new, |names| format!(", {}", title(names)))
        ));
        line(&format!("         {} of {} labels sign", member.keys.threshold(), member.keys.keys().len()));
        for (label, key) in member.keys.keys() {
            line(&format!("         {}", vkey(&pen(&log, label), key)));
        }
        line(&format!("         {}", vkey(&origin_of(&member.id), &member.log_key)));
    }
}

/// The terms in every language: by its join a member signs them all.
fn print_terms(charter: &Charter) {
    for (tag, text) in &charter.terms {
        line(&format!("TERMS    ({tag})"));
        for row in paragraph(text, "         ") {
            row.print();
        }
    }
}
