//! The services: a snapshot over HTTP, a witness beside it, and nothing else.
//!
//! ```text
//! accept   256 connections, 16 of one address; no descriptor left: wait and go on
//! read     a head in 5 s, 16 KiB, 100 headers; a body in 10 s, 64 KiB, 1 KiB a second
//! answer   from the layout of a snapshot (place.rs) or by the witness (cosigner.rs)
//! write    taken at 1 KiB a second; then the next request, for 10 minutes at most
//! ```
//!
//! Any server of plain files does for a snapshot: readers believe no server. This one is
//! for whoever wants these limits, the witness, or counts. It reads no secret of a member
//! and does not start where one could be read ([`secrets`]).
//!
//! Only here is anything asynchronous, and nothing here decides what is true.

mod body;
pub mod cosigner;
mod gate;
mod heads;
pub mod limits;
mod place;
pub mod secrets;
mod site;
mod tally;
mod wire;

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{self, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;

use crate::disk::{RealDisk, Source, open_below};
use crate::failure::{Failure, Outcome, Why};
use crate::names::LogId;
use body::{Always, Body};
use cosigner::Cosigner;
use gate::{Full, Gate, Pace, Ticket};
use heads::Heads;
use limits::{BACKLOG, LONGEST_HEAD, Limits, MOST_HEADERS};
use site::Site;
use tally::{Cause, Now, Tally};
use wire::Wire;

/// Threads that serve: as many as a small machine has cores, so that one that is held up
/// does not hold up the rest.
const WORKERS: usize = 4;

/// Threads that wait for disks; the witness takes at most its queue of them.
const BLOCKING: usize = 64;

/// How long to wait when the system has no descriptor left.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// Connections to the counts: a collector or two, and whoever looks.
const COLLECTORS: usize = 16;

/// Logs whose seals are told; a charter names 64 members.
const MOST_SEALS: usize = 256;

/// What a connection reads for which there is no room.
const NO_ROOM: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A server that is bound to its addresses and has not begun.
pub struct Server {
    runtime: Runtime,
    site: Arc<Site>,
    public: TcpListener,
    counts: Option<TcpListener>,
    stop: watch::Sender<()>,
    stopped: watch::Receiver<()>,
}

/// Stops a server from another thread: what was begun is ended first.
#[derive(Clone, Debug)]
pub struct Stopper(watch::Sender<()>);

impl Stopper {
    /// Stops it.
    pub fn stop(&self) {
        self.0.send_replace(());
    }
}

fn listening(address: SocketAddr) -> impl FnOnce(io::Error) -> Failure {
    move |error| {
        let what = format!("cannot listen on {address}: {error}");
        Failure::new(Why::Listen, what).next("countersign serve SNAPSHOT --listen 127.0.0.1:0")
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Else a restart waits until the last connections are forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

impl Server {
    /// Binds a server of a snapshot, and a witness if there is one, to an address, and its
    /// counts to another.
    pub fn bind(
        folder: &Path,
        cosigner: Option<Arc<dyn Cosigner>>,
        limits: Limits,
        address: SocketAddr,
        counts: Option<SocketAddr>,
    ) -> Outcome<Self> {
        check_snapshot(folder)?;
        let built = runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .max_blocking_threads(BLOCKING)
            .enable_all()
            .build();
        let runtime = built.map_err(listening(address))?;
        let (public, counts) = {
            let _inside = runtime.enter();
            let counts = counts.map(|at| listen(at).map_err(listening(at))).transpose()?;
            (listen(address).map_err(listening(address))?, counts)
        };
        let site = Arc::new(Site {
            folder: folder.to_owned(),
            cosigner,
            tally: Arc::new(Tally::default()),
            pace: Pace::new(limits.burst, limits.interval),
            queue: Semaphore::new(limits.queue),
            limits,
        });
        let (stop, stopped) = watch::channel(());
        Ok(Self { runtime, site, public, counts, stop, stopped })
    }

    /// Where it listens: the public address, and that of the counts.
    pub fn addresses(&self) -> Outcome<(SocketAddr, Option<SocketAddr>)> {
        let of = |listener: &TcpListener| {
            listener.local_addr().map_err(listening(SocketAddr::new(IpAddr::V4([0; 4].into()), 0)))
        };
        Ok((of(&self.public)?, self.counts.as_ref().map(of).transpose()?))
    }

    /// What stops it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }

    /// Serves until it is stopped.
    pub fn run(self) {
        let Self { runtime, site, public, counts, stop: _stop, stopped } = self;
        let gate = Gate::new(site.limits.all, site.limits.each);
        let doors = async {
            let public = Door::Public.serve(public, Arc::clone(&site), Arc::clone(&gate), stopped.clone());
            let Some(counts) = counts else { return public.await };
            let own = Gate::new(COLLECTORS, COLLECTORS);
            let counts = Door::Counts(gate).serve(counts, Arc::clone(&site), own, stopped);
            tokio::join!(public, counts);
        };
        runtime.block_on(doors);
        // A witness may be waiting for a disk; what it was asked is not answered any more.
        runtime.shutdown_timeout(site.limits.stop);
    }

    /// From now on SIGINT and SIGTERM stop it.
    pub fn heed_signals(&self) -> Outcome<()> {
        let stop = self.stopper();
        let _inside = self.runtime.enter();
        let asked = signals().map_err(|error| Failure::new(Why::Listen, format!("signals: {error}")))?;
        self.runtime.spawn(async move {
            asked.await;
            stop.stop();
        });
        Ok(())
    }
}

#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a signal may not be had")]
fn signals() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a signal to wait for there is nothing to stop for.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// A snapshot holds a charter, and is no ledger folder.
fn check_snapshot(folder: &Path) -> Outcome<()> {
    let has = |name: &str| {
        let opened = open_below(folder, &[name]);
        opened.map(|file| file.is_some()).map_err(|error| Failure::disk("reading", &folder.join(name), error))
    };
    if has("charter.json")? && !has(crate::snapshot::LOCAL)? {
        return Ok(());
    }
    let what = format!("{} is no snapshot: it holds no charter, or is a ledger folder", folder.display());
    Err(Failure::new(Why::NoSnapshot, what).next("countersign publish SNAPSHOT"))
}

/// Which address a connection came to.
#[derive(Clone)]
enum Door {
    Public,
    /// Health and counts, which tell of the connections of this gate.
    Counts(Arc<Gate>),
}

impl Door {
    /// Takes connections until the server is stopped, then waits for those that are open.
    async fn serve(
        self,
        listener: TcpListener,
        site: Arc<Site>,
        gate: Arc<Gate>,
        mut stopped: watch::Receiver<()>,
    ) {
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                _ = stopped.changed() => break,
                Some(_) = open.join_next() => {}
                taken = listener.accept() => match taken {
                    Ok((stream, from)) => {
                        if let Some((stream, ticket)) = self.admit(&site, &gate, stream, from) {
                            let (door, site) = (self.clone(), Arc::clone(&site));
                            open.spawn(door.connection(site, stream, ticket, stopped.clone()));
                        }
                    }
                    // The peer has gone; the next one may be there.
                    Err(error) if is_of_peer(&error) => {}
                    Err(_) => {
                        site.tally.turned_away(Cause::Accept);
                        sleep(EXHAUSTED).await;
                    }
                },
            }
        }
        drop(listener);
        let all = async { while open.join_next().await.is_some() {} };
        // Whoever is not done by then is cut off, as `open` is dropped.
        _ = tokio::time::timeout(site.limits.stop, all).await;
    }

    /// Takes a connection, or tells it that there is no room.
    fn admit(
        &self,
        site: &Site,
        gate: &Arc<Gate>,
        stream: TcpStream,
        from: SocketAddr,
    ) -> Option<(TcpStream, Ticket)> {
        let cause = match gate.enter(from.ip()) {
            Ok(ticket) => {
                if matches!(self, Self::Public) {
                    site.tally.connected();
                }
                // An answer goes out at once; a system that cannot do that is slower.
                _ = stream.set_nodelay(true);
                return Some((stream, ticket));
            }
            Err(Full::All) => Cause::All,
            Err(Full::Each) => Cause::Each,
        };
        site.tally.turned_away(cause);
        // As much of it as the system takes at once: nobody waits for this peer.
        if let Ok(mut stream) = stream.into_std() {
            _ = io::Write::write(&mut stream, NO_ROOM);
        }
        None
    }

    async fn connection(
        self,
        site: Arc<Site>,
        stream: TcpStream,
        ticket: Ticket,
        mut stopped: watch::Receiver<()>,
    ) {
        let heads = Arc::new(Mutex::new(Heads::default()));
        let wire = Wire::new(stream, Arc::clone(&heads), Arc::clone(&site.tally), &site.limits);
        let (caller, framings) = (ticket.caller(), Arc::clone(&heads));
        let service = {
            let (door, site) = (self, Arc::clone(&site));
            service_fn(move |request: Request<Incoming>| {
                let framing = framings.lock().unwrap_or_else(PoisonError::into_inner).next();
                let (door, site) = (door.clone(), Arc::clone(&site));
                Box::pin(async move {
                    Always::Ok(match door {
                        Self::Public => site.answer(caller, framing, request).await,
                        Self::Counts(gate) => counts(&site, &gate, &request).await,
                    })
                })
            })
        };
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(site.limits.head)
            .max_headers(MOST_HEADERS)
            .max_header_size(LONGEST_HEAD)
            .max_buf_size(2 * LONGEST_HEAD)
            .serve_connection(TokioIo::new(wire), service);
        let (mut is_asked, life) = (false, sleep(site.limits.life));
        tokio::pin!(life);
        let ended = loop {
            tokio::select! {
                ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
                _ = stopped.changed(), if !is_asked => {}
                () = &mut life, if !is_asked => {}
            }
            is_asked = true;
            Pin::new(&mut connection).graceful_shutdown();
        };
        let is_amid = heads.lock().unwrap_or_else(PoisonError::into_inner).is_amid();
        if let Some(cause) = ended.err().and_then(|error| cause(&error, is_amid)) {
            site.tally.turned_away(cause);
        }
        connection.into_parts().io.into_inner().close(site.limits.linger).await;
        drop(ticket);
    }
}

/// Whether an error of accepting is of the connection that would have been taken.
fn is_of_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Why a connection was cut off, if that was of our doing. One that was idle, or that its
/// peer left, is none.
fn cause(error: &hyper::Error, is_amid: bool) -> Option<Cause> {
    if error.is_parse_too_large() {
        Some(Cause::LargeHead)
    } else if error.is_parse() {
        Some(Cause::Malformed)
    } else {
        (error.is_timeout() && is_amid).then_some(Cause::SlowHead)
    }
}

/// Answers at the address of the counts.
async fn counts(site: &Arc<Site>, gate: &Gate, request: &Request<Incoming>) -> Response<Body> {
    if request.method() != Method::GET {
        return site::plain(StatusCode::METHOD_NOT_ALLOWED);
    }
    let open = gate.count();
    let folder = site.folder.clone();
    let tally = Arc::clone(&site.tally);
    let page = match request.uri().path() {
        "/healthz" => spawn_blocking(move || check_snapshot(&folder).is_ok().then(|| "up\n".to_owned())),
        "/metrics" => spawn_blocking(move || Some(tally.page(&Now { open, seals: seals(&folder) }))),
        _ => return site::plain(StatusCode::NOT_FOUND),
    };
    let Ok(Some(page)) = page.await else { return site::plain(StatusCode::SERVICE_UNAVAILABLE) };
    let mut response = site::plain(StatusCode::OK);
    *response.body_mut() = page.into_bytes().into();
    response
}

/// How far the newest seals in a snapshot say that the logs go. Nothing is believed by it.
fn seals(folder: &Path) -> std::collections::BTreeMap<String, u64> {
    let logs: PathBuf = folder.join("logs");
    let names = RealDisk::new().list(&logs).unwrap_or_default();
    let logs = names.into_iter().filter_map(|(name, _)| name.parse::<LogId>().ok()).take(MOST_SEALS);
    let size = |log: &LogId| {
        let file = open_below(folder, &["logs", log.as_str(), "checkpoint"]).ok()??;
        let mut text = String::new();
        io::Read::read_to_string(&mut io::Read::take(file, crate::snapshot::longest_note()), &mut text)
            .ok()?;
        text.lines().nth(1)?.parse::<u64>().ok()
    };
    logs.filter_map(|log| size(&log).map(|size| (log.to_string(), size))).collect()
}
