//! `stamp`: time stamps by RFC 3161, asked for, taken in, listed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use countersign::checkpoint::TreeHead;
use countersign::disk::{Access, Source, create_synced};
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::ledger::Ledger;
use countersign::names::LogId;
use countersign::stamp::{self, Added, Held};
use countersign::status;
use countersign::timestamp::{
    self, Authority, Ess, LARGEST, Policies, Request, StampFault, Stamped, Token, certificates,
};
use countersign::vocabulary::{Tongue, stamps as words};
use countersign::web::{Client, Limits, Url};

use super::page::Page;
use super::remote::reach;
use super::session::Session;
use super::terminal::{json, shown, talk};

/// How far a clock is taken to be off where a time stamp does not say.
const ERROR: Duration = Duration::from_secs(1);

/// Most bytes in a file of certificates.
const LARGEST_CERTIFICATES: u64 = 1 << 20;

/// Time stamps.
#[derive(Subcommand)]
pub enum StampCommand {
    /// Write a request for the newest seal of a log, to send to an authority.
    Request(RequestCommand),
    /// Take in the answer of an authority.
    Add(Add),
    /// Ask an authority over HTTP, and take in its answer.
    Ask(Ask),
    /// List what evidence of time is held.
    List(List),
}

/// Write a request.
#[derive(clap::Args)]
pub struct RequestCommand {
    /// The log; else one's own.
    log: Option<String>,
    /// The file to write.
    #[arg(long, short, value_name = "FILE.tsq")]
    out: PathBuf,
    /// Ask without a random number, which ties the answer to this request.
    #[arg(long)]
    no_nonce: bool,
}

/// Whom to take the time from.
#[derive(clap::Args)]
pub struct Roots {
    /// Certificates (PEM or DER) that vouch for the authority.
    #[arg(long, value_name = "ROOT.pem")]
    ca: Vec<PathBuf>,
    /// Certificates on the way, or the authority's own, where the answer lacks them.
    #[arg(long, value_name = "CHAIN.pem", requires = "ca")]
    untrusted: Vec<PathBuf>,
    /// Take answers that name the certificate by SHA-1 too.
    #[arg(long, requires = "ca")]
    ess_v1: bool,
}

/// Take in an answer.
#[derive(clap::Args)]
pub struct Add {
    /// What the authority answered.
    #[arg(value_name = "FILE.tsr")]
    answer: PathBuf,
    /// The request that it answers.
    #[arg(long, value_name = "FILE.tsq")]
    request: Option<PathBuf>,
    #[command(flatten)]
    roots: Roots,
}

/// Ask an authority.
#[derive(clap::Args)]
pub struct Ask {
    /// Its address.
    url: String,
    /// The log; else one's own.
    log: Option<String>,
    /// Ask without a random number, which ties the answer to this request.
    #[arg(long)]
    no_nonce: bool,
    #[command(flatten)]
    roots: Roots,
}

/// List what is held.
#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    roots: Roots,
}

/// Runs `stamp`.
pub fn run(session: &Session, command: &StampCommand) -> Outcome<u8> {
    match command {
        StampCommand::Request(command) => request(session, command),
        StampCommand::Add(command) => add(session, command),
        StampCommand::Ask(command) => ask(session, command),
        StampCommand::List(command) => list(session, command),
    }
}

/// The log that is meant.
fn log(ledger: &Ledger, name: Option<&str>) -> Outcome<LogId> {
    match name {
        Some(name) => status::find_log(&ledger.audit, name).ok_or_else(|| {
            let what = format!("there is no log {} here", shown(name));
            Failure::new(Why::NoEntry, what).next("countersign status")
        }),
        None => ledger.own_log().ok_or_else(|| {
            let what = "this is a reader's folder: name the log that is to be stamped";
            Failure::new(Why::Usage, what).next("countersign stamp request LOG -o FILE.tsq")
        }),
    }
}

fn request(session: &Session, command: &RequestCommand) -> Outcome<u8> {
    let ledger = session.ledger()?;
    if command.out.exists() {
        let what = format!("{} is there and is left as it is", command.out.display());
        return Err(Failure::new(Why::Exists, what).next("the same command with another FILE"));
    }
    let log = log(&ledger, command.log.as_deref())?;
    let head = stamp::newest(&ledger, &log)?;
    let nonce = if command.no_nonce { None } else { Some(nonce()?) };
    let made = stamp::request(&session.disk, &ledger, &head, nonce)?;
    create_synced(&session.disk, &command.out, &made.to_bytes(), Access::Usual)
        .map_err(|error| Failure::disk("writing", &command.out, error))?;
    let file = command.out.display().to_string();
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.stamp_request/1",
            "out": file,
            "nonce": made.nonce().map(timestamp::Nonce::to_hex),
            "head": head_json(&ledger, &head)?,
        }));
    } else {
        let tongue = session.tongue();
        let of = head_words(tongue, &ledger, &head)?;
        let mut page = Page::new(tongue);
        page.line(0, &words::REQUEST.with(tongue, &[("head", &of), ("file", &file)]), "").print();
    }
    talk(&format!("Send it to an authority as {}, and add what comes back:", stamp::QUERY));
    talk(&format!("  countersign stamp add FILE.tsr --request {file}{}", session.dir_words()));
    Ok(0)
}

fn nonce() -> Outcome<[u8; 8]> {
    let mut nonce = [0; 8];
    getrandom::fill(&mut nonce)
        .map_err(|error| Failure::new(Why::Disk, format!("no randomness: {error}")))?;
    Ok(nonce)
}

fn add(session: &Session, command: &Add) -> Outcome<u8> {
    let ledger = session.ledger()?;
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    let answer = file(session, &command.answer, most)?;
    let asked = match &command.request {
        Some(path) => Some(parsed(path, Request::parse(&file(session, path, most)?))?),
        None => None,
    };
    let authority = command.roots.authority(session)?;
    let added = stamp::add(&session.disk, &ledger, &answer, asked.as_ref(), authority.as_ref())?;
    print_added(session, &ledger, &added, authority.as_ref(), command.request.as_deref())
}

/// Asks, and takes in what comes back, as `add` does.
fn ask(session: &Session, command: &Ask) -> Outcome<u8> {
    let url = Url::parse(&command.url)?;
    let ledger = session.ledger()?;
    let log = log(&ledger, command.log.as_deref())?;
    let authority = command.roots.authority(session)?;
    let head = stamp::newest(&ledger, &log)?;
    let nonce = if command.no_nonce { None } else { Some(nonce()?) };
    // The head is written with the answer; where none comes, nothing is.
    let request = Request::new(head.imprint(), nonce, None);
    let client = Client::new(Limits::default(), reach(session));
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    let post = |url: &str, kind: &str, body: &[u8]| {
        let (status, kind, answer) = client.post(url, kind, body, most)?;
        if status == 200 && stamp::is_reply(&kind) {
            return Ok(answer);
        }
        let kind = if kind.is_empty() { "no media type".to_owned() } else { shown(&kind) };
        let what = format!("{url} answers {status}, {kind}; due: 200, {}", stamp::REPLY);
        Err(Failure::new(Why::WebAnswer, what).next("the same command later, or with another authority"))
    };
    let (disk, from) = (&session.disk, url.as_str());
    let added = stamp::ask(&post, from, disk, &ledger, &request, authority.as_ref())?;
    print_added(session, &ledger, &added, authority.as_ref(), Some(Path::new(from)))
}

/// A time stamp that was taken in, and with which request it was compared.
fn print_added(
    session: &Session,
    ledger: &Ledger,
    added: &Added,
    authority: Option<&Authority>,
    request: Option<&Path>,
) -> Outcome<u8> {
    let line = Line {
        name: &added.name,
        token: &added.token,
        head: Some(&added.head),
        checked: authority.zip(added.shown.as_ref().map(Ok)),
    };
    if session.common.json {
        let tokens = vec![line.json(ledger, Some(request.is_some()))?];
        json(&serde_json::json!({
            "format": "countersign.token/1", "tokens": tokens, "asked": [], "others": [],
        }));
    } else {
        let tongue = session.tongue();
        let mut page = Page::new(tongue);
        line.print(&mut page, ledger)?;
        page.line(
            2,
            &match request {
                Some(path) => words::ANSWERS.with(tongue, &[("file", &path.display().to_string())]),
                None => words::NOT_COMPARED.of(tongue).to_owned(),
            },
            "",
        );
        page.print();
    }
    Ok(0)
}

fn list(session: &Session, command: &List) -> Outcome<u8> {
    let ledger = session.ledger()?;
    let authority = command.roots.authority(session)?;
    let heads = stamp::heads(&ledger);
    let held = stamp::held(&ledger.copy);
    let tokens: Vec<(&Hash, &Token)> = held
        .iter()
        .filter_map(|(name, held)| match held {
            Held::Token(token) => Some((name, &**token)),
            _ => None,
        })
        .collect();
    let results: Vec<Option<Result<Stamped, StampFault>>> = tokens
        .iter()
        .map(|(_, token)| {
            let authority = authority.as_ref()?;
            Some(token.imprint().and_then(|imprint| timestamp::verify(token, imprint, None, authority)))
        })
        .collect();
    let lines = tokens.iter().zip(&results).map(|((name, token), result)| Line {
        name,
        token,
        head: token.imprint().ok().and_then(|imprint| heads.get(imprint)),
        checked: authority.as_ref().zip(result.as_ref().map(Result::as_ref)),
    });
    let is_stamped = |name: &Hash| tokens.iter().any(|(_, token)| token.imprint() == Ok(name));
    let asked: Vec<(&Hash, &TreeHead)> = held
        .iter()
        .filter_map(|(name, held)| match held {
            Held::Head(head) if !is_stamped(name) => Some((name, head)),
            _ => None,
        })
        .collect();
    let others = held.iter().filter(|(_, held)| matches!(held, Held::Cosigned | Held::Unknown));
    if session.common.json {
        let tokens = lines.map(|line| line.json(&ledger, None)).collect::<Outcome<Vec<_>>>()?;
        let asked = asked.iter().map(|(_, head)| head_json(&ledger, head)).collect::<Outcome<Vec<_>>>()?;
        let others = others.map(|(name, held)| {
            let what = if *held == Held::Cosigned { "cosigned_checkpoint" } else { "not_understood" };
            serde_json::json!({"file": path(name), "what": what})
        });
        json(&serde_json::json!({
            "format": "countersign.token/1", "tokens": tokens, "asked": asked,
            "others": others.collect::<Vec<_>>(),
        }));
        return Ok(0);
    }
    let tongue = session.tongue();
    let mut page = Page::new(tongue);
    for line in lines {
        line.print(&mut page, &ledger)?;
    }
    for (_, head) in asked {
        let of = head_words(tongue, &ledger, head)?;
        page.line(0, &words::ASKED.with(tongue, &[("head", &of)]), "");
    }
    for (name, held) in others {
        let what = if *held == Held::Cosigned { words::COSIGNED } else { words::NOT_UNDERSTOOD };
        page.line(0, what.of(tongue), &format!("notes/{}", name.short()));
    }
    if held.is_empty() {
        page.line(0, words::NOTHING.of(tongue), "");
    }
    page.print();
    Ok(0)
}

impl Roots {
    /// The authority that is named, if one is.
    fn authority(&self, session: &Session) -> Outcome<Option<Authority>> {
        let read = |paths: &[PathBuf]| {
            let mut all = Vec::new();
            for path in paths {
                all.extend(parsed(path, certificates(&file(session, path, LARGEST_CERTIFICATES)?))?);
            }
            Ok(all)
        };
        let Some(first) = self.ca.first() else { return Ok(None) };
        let (roots, others) = (read(&self.ca)?, read(&self.untrusted)?);
        let ess = if self.ess_v1 { Ess::Sha1Too } else { Ess::Sha2 };
        let name = first.display().to_string();
        parsed(first, Authority::new(name, roots, others, Policies::Any, ERROR, ess)).map(Some)
    }
}

fn parsed<T>(path: &Path, result: Result<T, StampFault>) -> Outcome<T> {
    result.map_err(|fault| Failure::stamp(&path.display().to_string(), &fault))
}

/// The bytes of a file that must be there.
fn file(session: &Session, path: &Path, most: u64) -> Outcome<Vec<u8>> {
    let bytes = session.disk.read(path, most).map_err(|error| Failure::disk("reading", path, error))?;
    bytes.ok_or_else(|| {
        let what = format!("there is no file {}", path.display());
        Failure::new(Why::Disk, what).next("the same command with another path")
    })
}

fn path(name: &Hash) -> String {
    format!("notes/{name}")
}

/// A head for people: the log and its last entry.
fn head_words(tongue: Tongue, ledger: &Ledger, head: &TreeHead) -> Outcome<String> {
    let (log, last) = (head.log(&ledger.charter()?.id()), head.size.saturating_sub(1).to_string());
    Ok(match log {
        Some(log) => words::HEAD.with(tongue, &[("log", &log.to_string()), ("last", &last)]),
        None => {
            let size = head.size.to_string();
            words::HEAD_ELSEWHERE.with(tongue, &[("origin", &head.origin), ("size", &size)])
        }
    })
}

fn head_json(ledger: &Ledger, head: &TreeHead) -> Outcome<serde_json::Value> {
    let log = head.log(&ledger.charter()?.id());
    Ok(serde_json::json!({
        "file": path(&head.imprint()),
        "log": log.map(|log| log.to_string()),
        "origin": head.origin,
        "size": head.size,
        "root": head.root.to_string(),
    }))
}

/// Seconds with as many digits as there are.
fn seconds(error: Duration) -> String {
    let text = format!("{}.{:06}", error.as_secs(), error.subsec_micros());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// One time stamp, and under whom it was looked at.
struct Line<'a> {
    name: &'a Hash,
    token: &'a Token,
    head: Option<&'a TreeHead>,
    checked: Option<(&'a Authority, Result<&'a Stamped, &'a StampFault>)>,
}

impl Line<'_> {
    fn print(&self, page: &mut Page, ledger: &Ledger) -> Outcome<()> {
        let tongue = page.tongue();
        let of = match (self.head, self.token.imprint()) {
            (Some(head), _) => head_words(tongue, ledger, head)?,
            (None, Ok(imprint)) => words::HEAD_UNKNOWN.with(tongue, &[("imprint", &imprint.short())]),
            (None, Err(_)) => words::HEAD_UNKNOWN.with(tongue, &[("imprint", "?")]),
        };
        page.line(0, &words::STAMP.with(tongue, &[("head", &of)]), "");
        let time = self.token.time().to_string();
        page.line(
            2,
            &match self.token.tsa() {
                Some(tsa) => words::CLOCK.with(tongue, &[("time", &time), ("tsa", tsa)]),
                None => words::CLOCK_UNNAMED.with(tongue, &[("time", &time)]),
            },
            "",
        );
        page.line(
            2,
            &match self.token.accuracy() {
                Some(error) => words::ERROR.with(tongue, &[("error", &seconds(error))]),
                None => words::NO_ERROR.of(tongue).to_owned(),
            },
            "",
        );
        let policy = self.token.policy().to_string();
        let numbered = [("serial", self.token.serial()), ("policy", &policy)];
        page.line(2, &words::NUMBERED.with(tongue, &numbered), "");
        match self.checked {
            None => {
                page.line(2, words::NOT_LOOKED_AT.of(tongue), "");
            }
            Some((authority, Ok(stamped))) => {
                let (by, after) = (stamped.existed_by().to_string(), stamped.not_before().to_string());
                page.line(2, &words::CHECKED.with(tongue, &[("name", authority.name())]), "");
                page.line(2, &words::EXISTED_BY.with(tongue, &[("time", &by)]), "");
                page.line(2, &words::NOT_BEFORE.with(tongue, &[("time", &after)]), "");
            }
            Some((authority, Err(fault))) => {
                let places =
                    [("name", authority.name()), ("code", fault.code.as_str()), ("why", fault.code.says())];
                page.line(2, &words::NOT_SHOWN.with(tongue, &places), "");
            }
        }
        page.line(2, &words::HELD_AS.with(tongue, &[("file", &path(self.name))]), "");
        Ok(())
    }

    /// The same as data; `answers` says whether a request was compared, where one could be.
    fn json(&self, ledger: &Ledger, answers: Option<bool>) -> Outcome<serde_json::Value> {
        let stamped = self.checked.and_then(|(_, result)| result.ok());
        let fault = self.checked.and_then(|(_, result)| result.err());
        let accuracy = self.token.accuracy().and_then(|error| u64::try_from(error.as_micros()).ok());
        Ok(serde_json::json!({
            "file": path(self.name),
            "imprint": self.token.imprint().ok().map(ToString::to_string),
            "head": self.head.map(|head| head_json(ledger, head)).transpose()?,
            "time": self.token.time().to_string(),
            "accuracy_microseconds": accuracy,
            "serial": self.token.serial(),
            "policy": self.token.policy().to_string(),
            "tsa": self.token.tsa(),
            "nonce": self.token.nonce().map(timestamp::Nonce::to_hex),
            "request_compared": answers,
            "under": self.checked.map(|(authority, _)| authority.name()),
            "code": fault.map(|fault| fault.code.as_str()),
            "existed_by": stamped.map(|stamped| stamped.existed_by().to_string()),
            "not_before": stamped.map(|stamped| stamped.not_before().to_string()),
            "certificate": stamped.map(|stamped| stamped.certificate.to_string()),
        }))
    }
}
