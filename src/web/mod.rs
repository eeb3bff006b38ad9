//! Asking others over HTTP, with a limit on everything that the other side decides.
//!
//! ```text
//! where     http or https, no user in it; an address that is not public only if asked for
//! what      200 with as many bytes as were asked for at most; 404 is absent; the rest,
//!           redirects too, is an error
//! how long  a connection, a request, and all of them together
//! ```
//!
//! The addresses of a name are looked up once for a connection, each is looked at, and
//! the connection goes to one of these. No proxy of the environment is used, nothing
//! compressed is taken, and nothing is remembered between two runs.
#![expect(clippy::disallowed_methods, reason = "waiting for others needs a clock")]

pub mod address;
pub mod fetch;

use std::fmt;
use std::io::Read;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::{Response, Uri, header};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body};

use crate::failure::{Failure, Outcome, Why};

/// Most characters in the address of a page.
const LONGEST_URL: usize = 2048;

/// Most bytes in the head of an answer.
const LARGEST_HEAD: usize = 16 << 10;

/// What is given to the other side, in time and in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a connection.
    pub connect: Duration,
    /// For a request of a few bytes, from the first look at the name to the last byte.
    pub request: Duration,
    /// Bytes a second that a longer answer must come with, on the average.
    pub slowest: u64,
    /// For all requests together.
    pub together: Duration,
    /// Requests.
    pub requests: u64,
    /// Bytes of all answers together.
    pub bytes: u64,
}

impl Default for Limits {
    /// Enough for a record of some million entries by an ordinary line. What was fetched
    /// stays where a limit ends it, so a further run goes on.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            request: Duration::from_secs(10),
            slowest: 64 << 10,
            together: Duration::from_secs(30 * 60),
            requests: 100_000,
            bytes: 4 << 30,
        }
    }
}

/// Which addresses may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those of the public network.
    Public,
    /// Any.
    Private,
}

/// The place of a snapshot or a service: an address that others are joined to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(String);

impl Url {
    /// Whether a word that may be a path is meant as an address.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with("http://") || text.starts_with("https://")
    }

    /// Reads one.
    pub fn parse(text: &str) -> Outcome<Self> {
        let uri = checked(text)?;
        if uri.query().is_some() {
            return Err(not_a_url(text, "a folder has no question mark in its address"));
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// The address of a file below it; the path has characters of file names alone.
    pub fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.0)
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn not_a_url(text: &str, due: &str) -> Failure {
    let shown: String = text.chars().filter(char::is_ascii_graphic).take(200).collect();
    Failure::new(Why::Url, format!("{shown}: {due}")).next("the same command with https://HOST/FOLDER")
}

/// An address in the one form that is taken.
fn checked(text: &str) -> Outcome<Uri> {
    let not = |due: &str| not_a_url(text, due);
    if text.len() > LONGEST_URL || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(not("an address has at most 2,048 characters, all of ASCII and none of them a space"));
    }
    if text.contains(['#', '\\']) {
        return Err(not("an address has no # and no \\"));
    }
    if !Url::is_meant(text) {
        return Err(not("an address begins with https:// or http://"));
    }
    let uri: Uri = text.parse().map_err(|_| not("not an address"))?;
    let authority = uri.authority().ok_or_else(|| not("no host is named"))?;
    if authority.as_str().contains('@') {
        return Err(not("no user is named in an address"));
    }
    if authority.host().is_empty() || authority.as_str().ends_with(':') {
        return Err(not("no host is named"));
    }
    Ok(uri)
}

/// Looks names up and refuses addresses that are not to be reached.
#[derive(Debug)]
struct Looked(Reach);

/// An address that is not to be reached.
#[derive(Debug)]
struct Refused(IpAddr);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not an address of the public network", self.0)
    }
}

impl std::error::Error for Refused {}

impl Resolver for Looked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let not_public = found.iter().find(|found| !address::is_public(found.ip()));
        match not_public {
            Some(one) if self.0 == Reach::Public => Err(ureq::Error::Other(Box::new(Refused(one.ip())))),
            _ => Ok(found),
        }
    }
}

/// Somebody who asks, within limits for all that is asked.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    limits: Limits,
    begun: Instant,
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Client {
    /// One who has not asked so far.
    pub fn new(limits: Limits, reach: Reach) -> Self {
        let config = Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(LARGEST_HEAD)
            .timeout_connect(Some(limits.connect))
            .timeout_resolve(Some(limits.connect))
            .user_agent("countersign")
            .accept("*/*")
            .accept_encoding("identity")
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), Looked(reach));
        let (requests, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { agent, limits, begun: Instant::now(), requests, bytes }
    }

    /// Requests that were made.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether a limit on all requests together was reached, so that no further one is
    /// made.
    pub fn is_spent(&self) -> bool {
        self.begun.elapsed() >= self.limits.together
            || self.requests() >= self.limits.requests
            || self.bytes.load(Ordering::Relaxed) >= self.limits.bytes
    }

    /// The bytes of a page, at most `most`; nothing where the other side says that there
    /// is none.
    pub fn get(&self, url: &str, most: u64) -> Outcome<Option<Vec<u8>>> {
        checked(url)?;
        let (most, time) = self.begin(url, most)?;
        let request = self.agent.get(url).config().timeout_global(Some(time)).build();
        let answer = request.call().map_err(|error| failed(url, &error))?;
        match answer.status().as_u16() {
            200 => self.body(url, answer, most).map(Some),
            404 => Ok(None),
            status => Err(answered(url, status)),
        }
    }

    /// Sends a body and reads the answer, of at most `most` bytes: its status, its
    /// content type and its bytes. Every status but a redirect is an answer.
    pub fn post(
        &self,
        url: &str,
        content_type: &str,
        body: &[u8],
        most: u64,
    ) -> Outcome<(u16, String, Vec<u8>)> {
        checked(url)?;
        let (most, time) = self.begin(url, most)?;
        let request = self.agent.post(url).config().timeout_global(Some(time)).build();
        let request = request.header(header::CONTENT_TYPE, content_type);
        let answer = request.send(body).map_err(|error| failed(url, &error))?;
        let status = answer.status().as_u16();
        if (300..400).contains(&status) {
            return Err(answered(url, status));
        }
        let content_type = answer.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        Ok((status, content_type, self.body(url, answer, most)?))
    }

    /// What the limits on all requests together leave for one more: bytes and time.
    fn begin(&self, url: &str, most: u64) -> Outcome<(u64, Duration)> {
        if self.is_spent() {
            let what = format!("{url} was not asked for: the limit on all requests together is reached");
            return Err(Failure::new(Why::WebLimit, what).next("the same command again: it goes on"));
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let left = self.limits.bytes.saturating_sub(self.bytes.load(Ordering::Relaxed));
        let most = most.min(left);
        let time = self.limits.request + Duration::from_secs(most / self.limits.slowest.max(1));
        let time = time.min(self.limits.together.saturating_sub(self.begun.elapsed()));
        Ok((most, time.max(Duration::from_millis(1))))
    }

    /// The body of an answer, if it came as it is and is not longer than asked for.
    fn body(&self, url: &str, answer: Response<Body>, most: u64) -> Outcome<Vec<u8>> {
        let encoding = answer.headers().get(header::CONTENT_ENCODING);
        if encoding.is_some_and(|encoding| encoding != "identity") {
            let what = format!("{url} came compressed, which was not asked for");
            return Err(Failure::new(Why::WebAnswer, what).next("a server that sends files as they are"));
        }
        let longer = || {
            let what = format!("{url} is longer than {most} bytes");
            Failure::new(Why::WebLimit, what).next("another copy, from another place")
        };
        let body = answer.into_body();
        if body.content_length().is_some_and(|length| length > most) {
            return Err(longer());
        }
        let mut bytes = Vec::new();
        // What is read is counted, whether the answer is complete or not.
        let read = body.into_reader().take(most.saturating_add(1)).read_to_end(&mut bytes);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes.fetch_add(length, Ordering::Relaxed);
        match read {
            Err(error) => Err(broken(url, error)),
            Ok(_) if length > most => Err(longer()),
            Ok(_) => Ok(bytes),
        }
    }
}

fn answered(url: &str, status: u16) -> Failure {
    if (300..400).contains(&status) && status != 304 {
        return elsewhere(url);
    }
    Failure::new(Why::WebAnswer, format!("{url} answers {status}"))
        .next("the same command later, or with another place")
}

fn elsewhere(url: &str) -> Failure {
    let what = format!("{url} points elsewhere, which is not followed");
    Failure::new(Why::WebAnswer, what)
        .next("the same command with the address it points to, if you trust that")
}

fn too_slow(url: &str) -> Failure {
    let what = format!("{url} took longer than it may");
    Failure::new(Why::WebLimit, what).next("the same command again: it goes on")
}

/// Why there is no answer.
fn failed(url: &str, error: &ureq::Error) -> Failure {
    let refused = match error {
        ureq::Error::Other(inner) => inner.downcast_ref::<Refused>(),
        _ => None,
    };
    if let Some(refused) = refused {
        return Failure::new(Why::PrivateAddress, format!("{url}: {refused}"))
            .next("the same command with --allow-private, if this machine or network is meant");
    }
    match error {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            unreachable_at(url, "no answer")
        }
        ureq::Error::Timeout(_) => too_slow(url),
        ureq::Error::RedirectFailed | ureq::Error::TooManyRedirects => elsewhere(url),
        ureq::Error::Protocol(_) | ureq::Error::Http(_) => {
            let what = format!("{url}: not an answer of HTTP: {error}");
            Failure::new(Why::WebAnswer, what).next("the same command later, or with another place")
        }
        _ => unreachable_at(url, &error.to_string()),
    }
}

fn unreachable_at(url: &str, why: &str) -> Failure {
    let what = format!("{url} could not be reached: {why}");
    Failure::new(Why::Unreachable, what).next("the same command later: it goes on where it was")
}

/// Why an answer that had begun did not come whole.
fn broken(url: &str, error: std::io::Error) -> Failure {
    let what = format!("{url} was cut off: {error}");
    let inner = error.into_inner().and_then(|inner| inner.downcast::<ureq::Error>().ok());
    match inner.as_deref() {
        Some(ureq::Error::Timeout(_)) => too_slow(url),
        _ => Failure::new(Why::WebAnswer, what).next("the same command again: it goes on"),
    }
}
