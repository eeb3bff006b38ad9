//! What is served, and the answer to each request.
//!
//! ```text
//! 400  framed twice, no or two hosts, a body on GET     413  a body over 64 KiB
//! 404  nothing of the layout, or not here               414  a target over 2,048 bytes
//! 405  another method than GET and HEAD                 415  a body that is encoded
//! 408  a body that takes too long                       429  submissions without a pause
//! 431  a head over 16 KiB or 100 headers                503  the queue is full, a disk error
//! ```
//!
//! The body of an error is the name of its status and nothing of this machine.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode, Version};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{Instant, timeout_at};

use super::body::{Body, Caught};
use super::cosigner::{Answer, Cosigner, Errand};
use super::gate::{Caller, Pace};
use super::heads::Framing;
use super::limits::{LARGEST_BODY, LARGEST_REPLACED, LONGEST_TARGET, Limits};
use super::place::{Place, Sort};
use super::tally::{Cause, Tally};
use crate::disk;
use crate::viewer::Viewer;

/// Nothing that is served loads anything from anywhere.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What never changes may be held for a year.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A partial tile goes when it is full; what it held stays true.
const A_WHILE: &str = "public, max-age=300";

/// What is replaced is asked for each time.
const EACH_TIME: &str = "no-cache";

/// Errors and answers of a witness.
const NEVER: &str = "no-store";

/// What is served.
pub struct Site {
    /// The snapshot.
    pub folder: PathBuf,
    /// The witness, if this is one.
    pub cosigner: Option<Arc<dyn Cosigner>>,
    /// The limits.
    pub limits: Limits,
    /// The counts.
    pub tally: Arc<Tally>,
    /// How often one caller may submit.
    pub pace: Pace,
    /// Places in the queue of the witness.
    pub queue: Semaphore,
}

/// A request that is turned away, or could not be answered.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    /// One more header: what is allowed, or when to come again.
    header: Option<(HeaderName, HeaderValue)>,
    cause: Option<Cause>,
}

impl From<StatusCode> for Refusal {
    fn from(status: StatusCode) -> Self {
        Self { status, header: None, cause: None }
    }
}

impl Refusal {
    fn because(status: StatusCode, cause: Cause) -> Self {
        Self { cause: Some(cause), ..status.into() }
    }

    fn allow(methods: &'static str) -> Self {
        let header = Some((header::ALLOW, HeaderValue::from_static(methods)));
        Self { header, ..StatusCode::METHOD_NOT_ALLOWED.into() }
    }

    fn retry(self, after: Duration) -> Self {
        // Whole seconds, and not too early.
        let seconds = after.as_secs() + 1;
        Self { header: Some((header::RETRY_AFTER, seconds.into())), ..self }
    }
}

/// An answer and how it is counted.
type Answered = Result<Response<Body>, Refusal>;

impl Site {
    /// Answers a request of the public.
    pub async fn answer(
        self: Arc<Self>,
        caller: Caller,
        framing: Framing,
        request: Request<Incoming>,
    ) -> Response<Body> {
        let (begun, closes) = (Instant::now(), framing != Framing::Absent);
        let (parts, body) = request.into_parts();
        let asked = Asked::of(&parts);
        let site = Arc::clone(&self);
        let answer = async move { site.decide(caller, framing, &parts, asked, body).await };
        let answered = Caught(Box::pin(answer)).await;
        let mut response = match answered {
            Ok(Ok(response)) => response,
            Ok(Err(refusal)) => self.refuse(refusal),
            Err(_) => {
                let number = self.tally.panicked();
                let mut response = plain(StatusCode::INTERNAL_SERVER_ERROR);
                *response.body_mut() = format!("internal error {number}\n").into_bytes().into();
                response
            }
        };
        guard(response.headers_mut(), asked.sort);
        if closes || response.status() == StatusCode::URI_TOO_LONG {
            // Nothing after a body is read as a request.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        let class = asked.class();
        self.tally.answered(response.status().as_u16(), class, begun.elapsed());
        response
    }

    fn refuse(&self, refusal: Refusal) -> Response<Body> {
        if let Some(cause) = refusal.cause {
            self.tally.turned_away(cause);
        }
        let mut response = plain(refusal.status);
        response.headers_mut().extend(refusal.header);
        response
    }

    async fn decide(
        self: Arc<Self>,
        caller: Caller,
        framing: Framing,
        parts: &Parts,
        asked: Asked,
        body: Incoming,
    ) -> Answered {
        if framing == Framing::Ambiguous {
            return Err(Refusal::because(StatusCode::BAD_REQUEST, Cause::Malformed));
        }
        check_head(parts)?;
        let witness = asked.errand.zip(self.cosigner.clone());
        if let Some((Errand::Add, cosigner)) = witness {
            if parts.method != Method::POST {
                return Err(Refusal::allow("POST"));
            }
            return self.submit(caller, cosigner, body).await;
        }
        if parts.method != Method::GET && parts.method != Method::HEAD {
            return Err(Refusal::allow("GET, HEAD"));
        }
        if framing != Framing::Absent {
            return Err(StatusCode::BAD_REQUEST.into());
        }
        match (witness, Place::parse(parts.uri.path())) {
            (Some((Errand::Latest(origin), cosigner)), _) => {
                let latest = spawn_blocking(move || cosigner.latest(&origin.to_string()));
                let note = joined(latest.await).ok_or(StatusCode::NOT_FOUND)?;
                Ok(replaced(&parts.headers, Sort::Checkpoint, &tag(&note), || note.clone().into()))
            }
            (None, Some(place)) => self.file(parts, place).await,
            _ => Err(StatusCode::NOT_FOUND.into()),
        }
    }

    /// A file of the snapshot.
    async fn file(self: Arc<Self>, parts: &Parts, place: Place) -> Answered {
        let sort = place.sort;
        let opened = spawn_blocking(move || open(&self.folder, &place)).await;
        let (file, length, tag) = match joined(opened) {
            Ok(Some(opened)) => opened,
            Ok(None) => return Err(StatusCode::NOT_FOUND.into()),
            // A link, a special file, a file of no possible length.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(StatusCode::NOT_FOUND.into());
            }
            Err(_) => {
                return Err(Refusal::from(StatusCode::SERVICE_UNAVAILABLE).retry(Duration::from_secs(1)));
            }
        };
        if let Some(tag) = tag {
            return Ok(replaced(&parts.headers, sort, &tag, || Body::of_file(file, length)));
        }
        let held = if sort.is_immutable() { FOREVER } else { A_WHILE };
        Ok(found(sort, held, Body::of_file(file, length)))
    }

    /// A submission to the witness.
    async fn submit(
        self: Arc<Self>,
        caller: Caller,
        cosigner: Arc<dyn Cosigner>,
        body: Incoming,
    ) -> Answered {
        if let Err(after) = self.pace.take(caller, Instant::now().into_std()) {
            return Err(Refusal::because(StatusCode::TOO_MANY_REQUESTS, Cause::Pace).retry(after));
        }
        let bytes = read_body(&self.limits, body).await?;
        let Ok(_place) = self.queue.try_acquire() else {
            let refusal = Refusal::because(StatusCode::SERVICE_UNAVAILABLE, Cause::Queue);
            return Err(refusal.retry(Duration::from_secs(1)));
        };
        let worked = spawn_blocking(move || cosigner.add_checkpoint(&bytes)).await;
        let Answer { status, content_type, body } = joined(worked);
        self.tally.witnessed(status);
        let status = StatusCode::from_u16(status).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        let kind = HeaderValue::from_str(&content_type).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        let mut response = plain(status);
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        *response.body_mut() = body.into();
        Ok(response)
    }
}

/// What a request asks for, as it is counted.
#[derive(Clone, Copy)]
struct Asked {
    errand: Option<Errand>,
    sort: Option<Sort>,
}

impl Asked {
    fn of(parts: &Parts) -> Self {
        let path = parts.uri.path();
        Self { errand: Errand::parse(path), sort: Place::parse(path).map(|place| place.sort) }
    }

    fn class(self) -> &'static str {
        match (self.errand, self.sort) {
            (Some(Errand::Add), _) => "add_checkpoint",
            (Some(Errand::Latest(_)), _) => "latest",
            (None, Some(sort)) => sort.name(),
            (None, None) => "other",
        }
    }
}

/// What is asked of every head.
fn check_head(parts: &Parts) -> Result<(), Refusal> {
    let target = &parts.uri;
    let length = target.path().len() + target.query().map_or(0, str::len);
    if length > LONGEST_TARGET {
        return Err(StatusCode::URI_TOO_LONG.into());
    }
    let hosts = parts.headers.get_all(header::HOST).iter().count();
    if hosts > 1 || (hosts == 0 && parts.version == Version::HTTP_11) {
        return Err(Refusal::because(StatusCode::BAD_REQUEST, Cause::Malformed));
    }
    if parts.headers.contains_key(header::CONTENT_ENCODING) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into());
    }
    if target.query().is_some() {
        // Files have no questions: a cache must not hold one file under many names.
        return Err(StatusCode::NOT_FOUND.into());
    }
    Ok(())
}

/// Reads a body that may be so long, must arrive at a rate, and end in time.
async fn read_body(limits: &Limits, mut body: Incoming) -> Result<Bytes, Refusal> {
    let too_large = || Refusal::because(StatusCode::PAYLOAD_TOO_LARGE, Cause::LargeBody);
    if body.size_hint().lower() > LARGEST_BODY {
        return Err(too_large());
    }
    let (begun, mut bytes) = (Instant::now(), Vec::new());
    loop {
        let arrived = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let earned = Duration::from_millis(arrived.saturating_mul(1000) / limits.rate.max(1));
        let deadline = begun + limits.body.min(limits.grace + earned);
        let Ok(frame) = timeout_at(deadline, body.frame()).await else {
            return Err(Refusal::because(StatusCode::REQUEST_TIMEOUT, Cause::SlowBody));
        };
        let Some(frame) = frame else { return Ok(bytes.into()) };
        let frame = frame.map_err(|_| Refusal::because(StatusCode::BAD_REQUEST, Cause::Malformed))?;
        // Trailers are of no use here.
        let Ok(piece) = frame.into_data() else { continue };
        if arrived.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX)) > LARGEST_BODY {
            return Err(too_large());
        }
        bytes.extend_from_slice(&piece);
    }
}

/// What a task came to; a panic in it goes on here.
fn joined<T>(result: Result<T, JoinError>) -> T {
    result.unwrap_or_else(|error| {
        let said = error.try_into_panic().unwrap_or_else(|error| Box::new(error.to_string()));
        std::panic::resume_unwind(said)
    })
}

/// A file, how long it is, and its entity tag where it is replaced in its place.
type Opened = (File, u64, Option<String>);

fn open(folder: &std::path::Path, place: &Place) -> io::Result<Option<Opened>> {
    let steps: Vec<&str> = place.steps().collect();
    let Some(mut file) = disk::open_below(folder, &steps)? else { return Ok(None) };
    let length = file.metadata()?.len();
    if !place.sort.is_replaced() {
        return Ok(Some((file, length, None)));
    }
    if length > LARGEST_REPLACED {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let (mut hasher, mut piece, mut read) = (Sha256::new(), [0; 8192], 0_u64);
    loop {
        let taken = file.read(&mut piece)?;
        if taken == 0 {
            break;
        }
        hasher.update(piece.get(..taken).unwrap_or_default());
        read += u64::try_from(taken).unwrap_or(0);
    }
    file.rewind()?;
    Ok(Some((file, read, Some(quoted(&hasher.finalize())))))
}

fn tag(bytes: &[u8]) -> String {
    quoted(&Sha256::digest(bytes))
}

/// The first half of a SHA-256, as an entity tag.
fn quoted(digest: &[u8]) -> String {
    format!("\"{}\"", hex::encode(digest.get(..16).unwrap_or(digest)))
}

/// Whether the caller holds what has this tag.
fn holds(headers: &HeaderMap, tag: &str) -> bool {
    let named = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    named
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

fn found(sort: Sort, held: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(sort.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(held));
    response
}

/// A file that is replaced in its place, or word that the caller holds it.
fn replaced(headers: &HeaderMap, sort: Sort, tag: &str, body: impl FnOnce() -> Body) -> Response<Body> {
    let mut response = if holds(headers, tag) {
        let mut response = found(sort, EACH_TIME, Body::Bytes(None));
        response.headers_mut().remove(header::CONTENT_TYPE);
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        found(sort, EACH_TIME, body())
    };
    // Hexadecimal digits in quotation marks are a header's value.
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// A status, its name as the body, and nothing that a cache holds.
pub fn plain(status: StatusCode) -> Response<Body> {
    let name = status.canonical_reason().unwrap_or("error").to_lowercase();
    let mut response = Response::new(format!("{name}\n").into_bytes().into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(NEVER));
    response
}

/// The policy of the reader's page of this version, and that no other page frames it. A
/// page of another version is shown and does not run.
static PAGE_POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    HeaderValue::from_str(&format!("{}; frame-ancestors 'none'", Viewer::own().policy())).ok()
});

/// What every answer carries: a browser guesses no type, loads nothing, and lets readers'
/// pages from elsewhere read what is public. The page alone runs its own script.
fn guard(headers: &mut HeaderMap, sort: Option<Sort>) {
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "etag"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    headers.extend(always.map(|(name, value)| (name, HeaderValue::from_static(value))));
    if let Some(policy) = PAGE_POLICY.clone().filter(|_| sort == Some(Sort::Page)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}
