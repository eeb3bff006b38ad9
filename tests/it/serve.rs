//! The server, from raw sockets: every limit is tried, with shorter times; the figures that
//! are shipped are asserted.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use countersign::hash::Hash;
use countersign::serve::cosigner::{Answer, Cosigner};
use countersign::serve::limits::{self, Limits};
use countersign::serve::{Server, Stopper};

use crate::command_line::{Desk, copy_tree, text};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// More than any of these tests needs, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server in this process.
struct Running {
    folder: tempfile::TempDir,
    public: SocketAddr,
    counts: SocketAddr,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn new(limits: Limits, cosigner: Option<Arc<dyn Cosigner>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_tree(Path::new("examples/snapshot"), folder.path());
        let any = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0);
        let server = Server::bind(folder.path(), cosigner, limits, any, Some(any)).unwrap();
        let (public, counts) = server.addresses().unwrap();
        let local = |at: SocketAddr| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), at.port());
        let (public, counts) = (local(public), local(counts.unwrap()));
        let stopper = server.stopper();
        let thread = Some(std::thread::spawn(|| server.run()));
        Self { folder, public, counts, stopper, thread }
    }

    fn usual() -> Self {
        Self::new(Limits::default(), None)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn get(&self, path: &str) -> Reply {
        ask(self.public, format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes())
    }

    fn post(&self, from: [u8; 4], body: &[u8]) -> Reply {
        let head = format!("{POST}Content-Length: {}\r\n\r\n", body.len());
        talk(from_address(from, self.public), &[head.as_bytes(), body].concat())
    }

    fn count(&self, line: &str) -> u64 {
        let page = ask(self.counts, b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let page = text(&page.body);
        let found = page.lines().find_map(|found| found.strip_prefix(&format!("countersign_{line} ")));
        found.map_or(0, |count| count.parse().unwrap())
    }

    fn turned_away(&self, cause: &str) -> u64 {
        self.count(&format!("turned_away_total{{cause=\"{cause}\"}}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stopper.stop();
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking());
    }
}

const POST: &str = "POST /witness/add-checkpoint HTTP/1.1\r\nHost: a\r\n";

/// One answer.
#[derive(Debug, Default)]
struct Reply {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// The answers in what a server sent; the body of the last one may be cut.
fn replies(mut bytes: &[u8]) -> Vec<Reply> {
    let mut all = Vec::new();
    while let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
        let head = text(&bytes[..end]);
        bytes = &bytes[end + 4..];
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: BTreeMap<String, String> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let length: usize = if status == 304 { 0 } else { length };
        let body = bytes[..length.min(bytes.len())].to_vec();
        bytes = &bytes[body.len()..];
        all.push(Reply { status, headers, body });
    }
    all
}

fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A connection from another address of this machine.
fn from_address(from: [u8; 4], to: SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(IpAddr::from(from), 0)).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// All that a server sends until it ends the connection, or resets it.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let (mut all, mut piece) = (Vec::new(), [0; 8192]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return all,
            Ok(bytes) => all.extend(&piece[..bytes]),
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{}", text(&all));
                return all;
            }
        }
    }
}

fn raw(mut stream: TcpStream, bytes: &[u8]) -> Vec<Reply> {
    // A server that has heard enough may have closed it.
    _ = stream.write_all(bytes);
    replies(&rest(&mut stream))
}

fn talk(stream: TcpStream, bytes: &[u8]) -> Reply {
    let mut all = raw(stream, bytes);
    assert_eq!(all.len(), 1, "{:?} for {:?}", all, text(&bytes[..bytes.len().min(300)]));
    all.pop().unwrap()
}

fn ask(to: SocketAddr, bytes: &[u8]) -> Reply {
    talk(connect(to), bytes)
}

/// Waits until something is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        sleep(millis(10));
    }
}

/// Whether a server ends a connection within so long; what it sends is dropped.
fn is_ended_within(stream: &mut TcpStream, patience: Duration) -> bool {
    stream.set_read_timeout(Some(patience)).unwrap();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => {
                return !matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                );
            }
        }
    }
}

/// A witness that echoes, panics when told so, or waits.
#[derive(Default)]
struct Echo {
    is_held: Mutex<bool>,
    released: Condvar,
    inside: AtomicUsize,
}

impl Echo {
    fn hold(&self, is_held: bool) {
        *self.is_held.lock().unwrap() = is_held;
        self.released.notify_all();
    }
}

impl Cosigner for Echo {
    fn add_checkpoint(&self, body: &[u8]) -> Answer {
        assert_ne!(body, b"panic", "as told");
        self.inside.fetch_add(1, Ordering::SeqCst);
        let mut is_held = self.is_held.lock().unwrap();
        while *is_held {
            is_held = self.released.wait(is_held).unwrap();
        }
        self.inside.fetch_sub(1, Ordering::SeqCst);
        let (status, content_type) =
            if body == b"409" { (409, "text/x.tlog.size") } else { (200, "text/plain") };
        Answer { status, content_type: content_type.to_owned(), body: body.to_vec() }
    }

    fn latest(&self, hex: &str) -> Option<Vec<u8>> {
        (hex == Hash::of(b"known").to_string()).then(|| b"a checkpoint\n".to_vec())
    }
}

fn witness(limits: Limits) -> (Running, Arc<Echo>) {
    let echo = Arc::new(Echo::default());
    (Running::new(limits, Some(Arc::clone(&echo) as Arc<dyn Cosigner>)), echo)
}

#[test]
fn the_limits_that_are_shipped() {
    let seconds = Duration::from_secs;
    let due = Limits {
        head: seconds(5),
        body: seconds(10),
        grace: seconds(2),
        rate: 1024,
        write: seconds(30),
        life: seconds(600),
        stop: seconds(10),
        linger: seconds(1),
        all: 256,
        each: 16,
        burst: 20,
        interval: seconds(1),
        queue: 32,
    };
    assert_eq!(Limits::default(), due);
    assert_eq!((limits::MOST_HEADERS, limits::LONGEST_HEAD), (100, 16 << 10));
    assert_eq!((limits::LONGEST_TARGET, limits::LARGEST_BODY), (2048, 64 << 10));
    assert_eq!(limits::BACKLOG, 128);
}

#[test]
fn every_place_of_a_snapshot_is_served_as_what_it_is() {
    let server = Running::usual();
    let hash = Hash::of(b"bytes").to_string();
    let full = "logs/moscow/tile/0/000";
    let forever = "public, max-age=31536000, immutable";
    server.put(full, &[7; 8192]);
    server.put("index.html", b"<p>page</p>");
    server.put("feed.xml", b"<feed/>");
    server.put("snapshot.json", b"{}\n");
    for folder in ["notes", "docs", "faults"] {
        server.put(&format!("{folder}/{hash}"), b"bytes");
    }
    server.put("branches/moscow/0123456789abcdef/checkpoint", b"seal");
    let bytes = "application/octet-stream";
    for (path, kind, held) in [
        ("charter.json", "application/json", "no-cache"),
        ("snapshot.json", "application/json", "no-cache"),
        ("logs/moscow/checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("branches/moscow/0123456789abcdef/checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        ("feed.xml", "application/atom+xml; charset=utf-8", "no-cache"),
        (full, bytes, forever),
        ("logs/moscow/tile/entries/000.p/3", bytes, "public, max-age=300"),
        (&format!("notes/{hash}"), bytes, forever),
        (&format!("docs/{hash}"), bytes, forever),
        (&format!("faults/{hash}"), "application/json", forever),
    ] {
        let due = fs::read(server.path(path)).unwrap();
        let reply = server.get(&format!("/{path}"));
        assert_eq!((reply.status, text(&reply.body)), (200, text(&due)), "{path}");
        assert_eq!((reply.header("content-type"), reply.header("cache-control")), (kind, held), "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        // The page alone runs a script, its own, and nothing frames it.
        let runs = reply.header("content-security-policy").contains("script-src 'sha256-");
        assert_eq!(runs, path == "index.html", "{path}");
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(reply.headers.contains_key("etag"), held == "no-cache", "{path}");
        for name in ["server", "accept-ranges", "last-modified", "set-cookie"] {
            assert!(!reply.headers.contains_key(name), "{path}: {name}");
        }
        // A part is never given, and a head is the head of the whole.
        let more =
            format!("GET /{path} HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nConnection: close\r\n\r\n");
        let ranged = ask(server.public, more.as_bytes());
        assert_eq!((ranged.status, ranged.body), (200, due.clone()), "{path}");
        let head = ask(server.public, more.replace("GET", "HEAD").as_bytes());
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-length"), due.len().to_string(), "{path}");
    }
    assert_eq!(server.get("/").body, b"<p>page</p>");
    assert_eq!(server.get("http://elsewhere.example/charter.json").status, 200);
}

#[test]
fn an_empty_file_and_a_long_one_arrive_whole() {
    let server = Running::usual();
    let name = |byte: u8| format!("docs/{}", Hash::of(&[byte]));
    for (number, length) in [0, 1, 65_535, 65_536, 65_537, 3 << 20].into_iter().enumerate() {
        let number = u8::try_from(number).unwrap();
        let bytes: Vec<u8> = (0..length).map(|at: u32| (at % 251) as u8).collect();
        server.put(&name(number), &bytes);
        let reply = server.get(&format!("/{}", name(number)));
        assert!(reply.status == 200 && reply.body == bytes, "{length}: {}", reply.body.len());
    }
}

#[test]
fn what_is_replaced_is_asked_for_by_its_tag_around_a_publish() {
    let server = Running::usual();
    let path = "logs/moscow/checkpoint";
    let first = server.get(&format!("/{path}"));
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() == 34, "{tag}");
    let mut stream = connect(server.public);
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut conditional = |condition: &str| {
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: a\r\nIf-None-Match: {condition}\r\n\r\n").unwrap();
        one(&mut reader)
    };
    for held in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let reply = conditional(&held);
        assert_eq!((reply.status, reply.body.len(), reply.header("etag")), (304, 0, tag.as_str()), "{held}");
        assert_eq!(reply.header("cache-control"), "no-cache");
    }
    assert_eq!(conditional("\"other\"").status, 200);
    // A publish between two requests of one connection.
    fs::write(server.path("new"), b"a new seal\n").unwrap();
    fs::rename(server.path("new"), server.path(path)).unwrap();
    let reply = conditional(&tag);
    assert_eq!((reply.status, text(&reply.body)), (200, "a new seal\n".to_owned()));
    assert_ne!(reply.header("etag"), tag);
}

/// One answer of a connection that goes on.
fn one(reader: &mut impl BufRead) -> Reply {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        assert_ne!(reader.read_until(b'\n', &mut bytes).unwrap(), 0, "{}", text(&bytes));
    }
    let mut reply = replies(&bytes).pop().unwrap();
    if reply.status != 304 {
        let length = reply.header("content-length").parse().unwrap();
        reply.body = vec![0; length];
        reader.read_exact(&mut reply.body).unwrap();
    }
    reply
}

#[test]
fn a_checkpoint_that_is_replaced_all_the_time_is_always_one_of_them_whole() {
    let server = Running::usual();
    let path = server.path("logs/moscow/checkpoint");
    let contents = |byte: u8| vec![byte; 3000 + usize::from(byte)];
    fs::write(&path, contents(0)).unwrap();
    let new = server.path("new");
    let writer = std::thread::spawn(move || {
        for round in 0..400_u32 {
            fs::write(&new, contents((round % 200) as u8)).unwrap();
            fs::rename(&new, &path).unwrap();
        }
    });
    let mut served = 0;
    while !writer.is_finished() {
        let reply = server.get("/logs/moscow/checkpoint");
        if reply.status == 200 {
            assert_eq!(reply.body, contents(reply.body[0]));
            served += 1;
        }
    }
    writer.join().unwrap();
    assert!(served > 0);
    assert_eq!(server.get("/logs/moscow/checkpoint").status, 200);
}

#[test]
fn no_path_leads_out_of_the_layout() {
    let server = Running::usual();
    let outside = server.folder.path().parent().unwrap().join("outside-countersign");
    server.put("local-notes.txt", b"mine");
    server.put("logs/moscow/.checkpoint.new", b"half");
    let long = format!("/{}", "a/".repeat(900));
    for path in [
        "/../outside-countersign",
        "/logs/../../outside-countersign",
        "/logs/moscow/../../charter.json",
        "/logs/moscow/./checkpoint",
        "/..%2fcharter.json",
        "/%2e%2e/charter.json",
        "/%2e%2e%2fcharter.json",
        "/logs/%2e%2e/charter.json",
        "/logs%2fmoscow%2fcheckpoint",
        "/..%5ccharter.json",
        "/logs\\moscow\\checkpoint",
        "/logs%5cmoscow%5ccheckpoint",
        "/charter.json%00",
        "/charter.json%00.html",
        "/charter%2ejson",
        "/%c0%ae%c0%ae/charter.json",
        "/%252e%252e/charter.json",
        "//charter.json",
        "/charter.json/",
        "//etc/passwd",
        "/etc/passwd",
        "/local-notes.txt",
        "/logs/moscow/.checkpoint.new",
        "/logs",
        "/logs/",
        "/logs/moscow/tile/0/-01",
        "/charter.json?x=1",
        "/charter.json?",
        "/metrics",
        "/healthz",
        "/witness/add-checkpoint",
        &format!("/witness/{}/checkpoint", Hash::of(b"known")),
        &long,
    ] {
        let reply = server.get(path);
        assert_eq!((reply.status, text(&reply.body)), (404, "not found\n".to_owned()), "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
    }
    // Bytes that are in no target are no request.
    for path in [&b"/charter.json\0"[..], b"/\xff\xfe", b"/a b", b"charter.json", b"/\x01"] {
        let request = [b"GET ", path, b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"].concat();
        for reply in raw(connect(server.public), &request) {
            assert!(matches!(reply.status, 400 | 404), "{path:?}: {reply:?}");
        }
    }
    assert!(!outside.exists());
}

#[test]
#[cfg(unix)]
fn links_and_special_files_are_not_followed() {
    use std::os::unix::fs::symlink;
    let server = Running::usual();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("checkpoint"), b"secret").unwrap();
    let named = Hash::of(b"x").to_string();
    fs::create_dir_all(elsewhere.path().join("tile/0")).unwrap();
    fs::write(elsewhere.path().join("tile/0/000"), b"secret").unwrap();
    fs::write(elsewhere.path().join(&named), b"secret").unwrap();
    symlink(elsewhere.path(), server.path("logs/linked")).unwrap();
    symlink(elsewhere.path(), server.path("notes")).unwrap();
    symlink(elsewhere.path().join("checkpoint"), server.path("feed.xml")).unwrap();
    symlink(server.path("charter.json"), server.path("snapshot.json")).unwrap();
    symlink(elsewhere.path().join("tile"), server.path("logs/washington/tile/0/x001")).unwrap();
    fs::create_dir(server.path("index.html")).unwrap();
    fs::create_dir_all(server.path("logs/moscow/tile/1")).unwrap();
    let fifo = server.path("logs/moscow/tile/1/000");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for path in [
        "/logs/linked/checkpoint",
        "/logs/linked/tile/0/000",
        &format!("/notes/{named}"),
        "/feed.xml",
        "/snapshot.json",
        "/logs/washington/tile/0/x001/000",
        "/index.html",
        "/",
        "/logs/moscow/tile/1/000",
        // A file where a folder is looked for.
        "/logs/moscow/tile/1/000.p/3",
    ] {
        let reply = server.get(path);
        assert_eq!((reply.status, text(&reply.body)), (404, "not found\n".to_owned()), "{path}");
    }
    // The snapshot itself may be a link: whoever serves it turns it.
    let link = elsewhere.path().join("current");
    symlink(server.folder.path(), &link).unwrap();
    let any = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
    let other = Server::bind(&link, None, Limits::default(), any, None).unwrap();
    let (public, stopper) = (other.addresses().unwrap().0, other.stopper());
    let thread = std::thread::spawn(|| other.run());
    assert_eq!(ask(public, b"GET /charter.json HTTP/1.0\r\n\r\n").status, 200);
    stopper.stop();
    thread.join().unwrap();
}

#[test]
fn two_methods_and_no_body() {
    let (server, _echo) = witness(Limits::default());
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"] {
        let request = format!("{method} /charter.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let reply = ask(server.public, request.as_bytes());
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD"), "{method}");
    }
    for request in ["OPTIONS * HTTP/1.1\r\n", "CONNECT a:80 HTTP/1.1\r\n"] {
        let reply = ask(server.public, format!("{request}Host: a\r\nConnection: close\r\n\r\n").as_bytes());
        assert_eq!(reply.status, 405, "{request}");
    }
    let reply = server.get("/witness/add-checkpoint");
    assert_eq!((reply.status, reply.header("allow")), (405, "POST"));
    for (more, due) in [
        ("Content-Length: 0\r\nConnection: close\r\n\r\n", 200),
        ("Content-Length: 1\r\n\r\nx", 400),
        ("Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 400),
        ("Content-Encoding: gzip\r\nConnection: close\r\n\r\n", 415),
        ("Host: b\r\nConnection: close\r\n\r\n", 400),
        ("Upgrade: h2c\r\nConnection: close\r\n\r\n", 200),
    ] {
        let request = format!("GET /charter.json HTTP/1.1\r\nHost: a\r\n{more}");
        assert_eq!(ask(server.public, request.as_bytes()).status, due, "{more:?}");
    }
    let unnamed = "GET /charter.json HTTP/1.1\r\nConnection: close\r\n\r\n";
    assert_eq!(ask(server.public, unnamed.as_bytes()).status, 400);
    let encoded = format!("{POST}Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx");
    assert_eq!(ask(server.public, encoded.as_bytes()).status, 415);
    for other in ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01", "nothing\r\n\r\n"] {
        for reply in raw(connect(server.public), format!("{other}\r\n\r\n").as_bytes()) {
            assert_eq!(reply.status, 400, "{other:?}");
        }
    }
}

#[test]
fn a_body_framed_twice_is_no_request_and_hides_none() {
    let (server, _echo) = witness(Limits::default());
    let hidden = "GET /charter.json HTTP/1.1\r\nHost: a\r\n\r\n";
    for framing in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 0\r\nContent-Length: 0\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length : 5\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        " Content-Length: 5\r\n",
    ] {
        for request in [POST, "GET /charter.json HTTP/1.1\r\nHost: a\r\n"] {
            let bytes = format!("{request}{framing}\r\n0\r\n\r\n{hidden}");
            let all = raw(connect(server.public), bytes.as_bytes());
            // An error at the parser may have no answer but the end of the connection.
            let statuses: Vec<u16> = all.iter().map(|reply| reply.status).collect();
            assert!(statuses.is_empty() || statuses == [400], "{framing:?}: {statuses:?}");
        }
    }
    // Nor is what follows a body that is framed once.
    let bytes = format!("{POST}Content-Length: 3\r\n\r\nabc{hidden}");
    let all = raw(connect(server.public), bytes.as_bytes());
    assert_eq!((all.len(), all[0].status, &all[0].body[..]), (1, 200, &b"abc"[..]));
}

#[test]
fn heads_have_a_length_and_a_number_of_headers() {
    let server = Running::usual();
    let with = |headers: usize, length: usize| {
        let value = "v".repeat(length);
        let more: Vec<String> = (0..headers).map(|number| format!("X-{number}: {value}\r\n")).collect();
        let more = more.concat();
        let request = format!("GET /charter.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{more}\r\n");
        ask(server.public, request.as_bytes()).status
    };
    assert_eq!((with(98, 1), with(99, 1), with(5000, 1)), (200, 431, 431));
    assert_eq!((with(1, 15_000), with(1, 16_384), with(1, 200_000)), (200, 431, 431));
    let target = |length: usize| server.get(&format!("/{}", "a".repeat(length - 1))).status;
    assert_eq!((target(2048), target(2049), target(15_000)), (404, 414, 414));
    // A target over the whole head's length is turned away as a head.
    assert_eq!(target(40_000), 431);
    assert!(server.turned_away("large_head") >= 4);
}

#[test]
fn requests_in_a_row_are_answered_in_their_order() {
    let server = Running::usual();
    let get = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n{more}\r\n");
    let paths = ["/charter.json", "/nothing", "/logs/moscow/checkpoint", "/logs/moscow/tile/0/000.p/3"];
    let mut bytes: String = paths.iter().map(|path| get(path, "")).collect();
    bytes.push_str(&get("/charter.json", "Connection: close\r\n"));
    let all = raw(connect(server.public), bytes.as_bytes());
    assert_eq!(all.iter().map(|reply| reply.status).collect::<Vec<_>>(), [200, 404, 200, 200, 200]);
    assert_eq!(all[0].body, all[4].body);
    assert_eq!(all[2].body, fs::read(server.path("logs/moscow/checkpoint")).unwrap());
}

#[test]
fn a_body_has_a_length_and_is_turned_away_before_it_is_read() {
    let (server, _echo) = witness(Limits::default());
    let most = usize::try_from(limits::LARGEST_BODY).unwrap();
    assert_eq!(server.post([127, 0, 0, 1], &vec![b'a'; most]).body.len(), most);
    for more in ["", "Expect: 100-continue\r\n"] {
        for length in [(most + 1).to_string(), "10000000000".to_owned(), u64::MAX.to_string()] {
            // No byte of the body is sent, and none is asked for.
            let all = raw(
                connect(server.public),
                format!("{POST}{more}Content-Length: {length}\r\n\r\n").as_bytes(),
            );
            // The last is no length that a body can have, and hyper says so of its head.
            let due = if length.len() > 11 { 431 } else { 413 };
            assert_eq!(all.iter().map(|reply| reply.status).collect::<Vec<_>>(), [due], "{length}");
        }
    }
    // One that is asked for.
    let mut stream = connect(server.public);
    write!(stream, "{POST}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    reader.read_line(&mut line).unwrap();
    stream.write_all(b"abc").unwrap();
    assert_eq!(one(&mut reader).body, b"abc");
    // Chunks are counted.
    let chunked = |size: usize, chunks: usize| {
        let chunk = format!("{size:x}\r\n{}\r\n", "a".repeat(size)).repeat(chunks);
        let bytes = format!("{POST}Transfer-Encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
        ask(server.public, bytes.as_bytes()).status
    };
    assert_eq!((chunked(1024, 64), chunked(1024, 65), chunked(most + 1, 1)), (200, 413, 413));
    let huge = format!("{POST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n");
    assert_eq!(ask(server.public, huge.as_bytes()).status, 400);
    assert!(server.turned_away("large_body") >= 4);
}

#[test]
fn a_head_that_comes_slowly_is_cut_off_and_so_is_who_says_nothing() {
    let limits = Limits { head: millis(400), linger: millis(50), ..Limits::default() };
    let server = Running::new(limits, None);
    let begun = Instant::now();
    let mut silent = connect(server.public);
    let mut partial = connect(server.public);
    partial.write_all(b"GET /charter.json HTTP/1.1\r\nHost: a\r\n").unwrap();
    let mut trickling = connect(server.public);
    let trickle = std::thread::spawn(move || {
        for byte in b"GET /charter.json HTTP/1.1\r\n".iter().chain(b"X: y\r\n".iter().cycle()) {
            if trickling.write_all(&[*byte]).is_err() {
                return;
            }
            sleep(millis(20));
        }
    });
    assert!(is_ended_within(&mut silent, PATIENCE) && is_ended_within(&mut partial, PATIENCE));
    assert!(begun.elapsed() >= millis(350), "not before its time");
    trickle.join().unwrap();
    // After an answer the same time runs again.
    let mut idle = connect(server.public);
    idle.write_all(b"GET /charter.json HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert!(is_ended_within(&mut idle, PATIENCE));
    until("the two that began are counted", || server.turned_away("slow_head") == 2);
    until("all have left", || server.count("connections") == 0);
}

/// Sends a body in so many pieces, with a pause after each: the answer, and when it came.
fn trickle(server: &Running, pause: u64, piece: usize, pieces: usize) -> (u16, Duration) {
    let mut stream = connect(server.public);
    write!(stream, "{POST}Content-Length: 60000\r\n\r\n").unwrap();
    let (mut reader, begun) = (stream.try_clone().unwrap(), Instant::now());
    let reading = std::thread::spawn(move || (replies(&rest(&mut reader)), begun.elapsed()));
    for _ in 0..pieces {
        if stream.write_all(&vec![b'a'; piece]).is_err() {
            break;
        }
        sleep(millis(pause));
    }
    let (all, took) = reading.join().unwrap();
    (all[0].status, took)
}

#[test]
fn a_body_that_comes_slowly_is_cut_off() {
    // Nothing at all, and a byte now and then, long before the time for a whole body.
    let rated = Limits { body: PATIENCE, grace: millis(400), linger: millis(50), ..Limits::default() };
    let (server, _echo) = witness(rated.clone());
    for (pause, piece, pieces) in [(0, 0, 0), (50, 1, 1000)] {
        let (status, took) = trickle(&server, pause, piece, pieces);
        assert!(status == 408 && took >= millis(350) && took < PATIENCE / 2, "{took:?}");
    }
    assert_eq!(trickle(&server, 20, 6000, 10).0, 200);
    // Above the rate, and longer than a body may take.
    let timed = Limits { body: millis(1500), ..rated };
    let (other, _echo) = witness(timed);
    let (status, took) = trickle(&other, 100, 400, 150);
    assert!(status == 408 && took >= millis(1400) && took < PATIENCE / 2, "{took:?}");
    assert_eq!((server.turned_away("slow_body"), other.turned_away("slow_body")), (2, 1));
}

#[test]
fn who_does_not_read_is_cut_off_and_who_reads_slowly_is_not() {
    let limits = Limits { write: millis(500), rate: 1 << 20, linger: millis(50), ..Limits::default() };
    let server = Running::new(limits, None);
    let long = format!("/docs/{}", Hash::of(b"long"));
    let length = 48_u64 << 20;
    fs::create_dir_all(server.path("docs")).unwrap();
    fs::File::create(server.path(&long[1..])).unwrap().set_len(length).unwrap();
    let request = format!("GET {long} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let mut deaf = connect(server.public);
    deaf.write_all(request.as_bytes()).unwrap();
    until("the deaf one is cut off", || server.turned_away("slow_reader") == 1);
    assert!((rest(&mut deaf).len() as u64) < length);
    // A few bytes now and then are not enough.
    let mut nibbling = connect(server.public);
    nibbling.write_all(request.as_bytes()).unwrap();
    let mut bytes = [0; 64];
    until("the nibbling one is cut off", || {
        _ = (&nibbling).read(&mut bytes.clone());
        server.turned_away("slow_reader") == 2
    });
    _ = nibbling.read(&mut bytes);
    // 48 MiB in 96 pauses: slow, and faster than the rate.
    let mut slow = connect(server.public);
    slow.write_all(request.as_bytes()).unwrap();
    let (mut taken, mut piece) = (0_u64, vec![0; 512 << 10]);
    loop {
        let read = slow.read(&mut piece).unwrap() as u64;
        taken += read;
        if read == 0 {
            break;
        }
        if taken % (1 << 20) < read {
            sleep(millis(15));
        }
    }
    assert!(taken > length, "{taken}");
    assert_eq!(server.turned_away("slow_reader"), 2);
}

#[test]
fn one_address_cannot_take_every_place() {
    let limits = Limits { all: 24, ..Limits::default() };
    let server = Running::new(limits, None);
    let mut held: Vec<TcpStream> = (0..16).map(|_| connect(server.public)).collect();
    until("16 are inside", || server.count("connections") == 16);
    let request = b"GET /charter.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for _ in 0..50 {
        let all = raw(connect(server.public), request);
        assert!(all.iter().all(|reply| reply.status == 503 && reply.header("retry-after") == "5"), "{all:?}");
    }
    // Who says nothing hears it surely: nothing unread resets the connection.
    let told = replies(&rest(&mut connect(server.public)));
    assert_eq!((told.len(), told[0].status, told[0].header("retry-after")), (1, 503, "5"));
    assert_eq!(server.turned_away("address_connections"), 51);
    // Another address is served, until there is no place at all.
    assert_eq!(talk(from_address([127, 0, 0, 2], server.public), request).status, 200);
    until("it has left", || server.count("connections") == 16);
    held.extend((0..8).map(|_| from_address([127, 0, 0, 2], server.public)));
    until("24 are inside", || server.count("connections") == 24);
    assert!(raw(from_address([127, 0, 0, 3], server.public), request).iter().all(|one| one.status == 503));
    assert_eq!(server.turned_away("all_connections"), 1);
    // Health is told at its own address meanwhile, and places are given again.
    assert_eq!(ask(server.counts, b"GET /healthz HTTP/1.0\r\n\r\n").status, 200);
    held.truncate(3);
    until("there is room", || server.count("connections") == 3);
    assert_eq!(ask(server.public, request).status, 200);
}

#[test]
fn a_thousand_sockets_of_one_address_keep_nobody_else_out() {
    let limits = Limits { head: millis(700), linger: millis(50), ..Limits::default() };
    let server = Running::new(limits, None);
    let (begun, mut refused) = (Instant::now(), 0);
    let mut held = Vec::new();
    for number in 0..1000 {
        let mut stream = connect(server.public);
        if number % 2 == 0 {
            _ = stream.write_all(b"GET /charter.json HTTP/1.1\r\nX: ");
        }
        held.push(stream);
        if number % 100 == 0 {
            let request = b"GET /charter.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            assert_eq!(talk(from_address([127, 0, 0, 2], server.public), request).status, 200);
        }
        if held.len() > 200 {
            // Descriptors of this process are few: the oldest make room.
            refused += held.drain(..100).count();
        }
    }
    drop(held);
    assert!(refused > 0 && begun.elapsed() < PATIENCE * 4);
    assert!(server.turned_away("address_connections") > 0);
    until("all have left", || server.count("connections") == 0);
    assert_eq!(server.get("/charter.json").status, 200);
}

#[test]
fn submissions_have_a_pace_for_each_address() {
    let limits = Limits { burst: 3, interval: Duration::from_secs(3600), ..Limits::default() };
    let (server, _echo) = witness(limits);
    let one = [127, 0, 0, 1];
    for _ in 0..3 {
        assert_eq!(server.post(one, b"x").status, 200);
    }
    let reply = server.post(one, b"x");
    assert_eq!(reply.status, 429);
    let after: u64 = reply.header("retry-after").parse().unwrap();
    assert!((3500..=3601).contains(&after), "{after}");
    assert_eq!(server.post([127, 0, 0, 2], b"x").status, 200);
    assert_eq!((server.get("/charter.json").status, server.turned_away("pace")), (200, 1));
}

#[test]
fn a_full_queue_of_the_witness_says_so_and_files_are_served_meanwhile() {
    let limits = Limits { queue: 2, ..Limits::default() };
    let (server, echo) = witness(limits);
    let server = Arc::new(server);
    echo.hold(true);
    let waiting: Vec<JoinHandle<Reply>> = (0..2)
        .map(|_| {
            let server = Arc::clone(&server);
            std::thread::spawn(move || server.post([127, 0, 0, 1], b"x"))
        })
        .collect();
    until("two are inside", || echo.inside.load(Ordering::SeqCst) == 2);
    let reply = server.post([127, 0, 0, 2], b"x");
    assert_eq!((reply.status, reply.header("retry-after")), (503, "2"));
    assert_eq!(server.get("/charter.json").status, 200);
    echo.hold(false);
    assert!(waiting.into_iter().all(|one| one.join().unwrap().status == 200));
    assert_eq!(server.post([127, 0, 0, 2], b"x").status, 200);
    assert_eq!(server.turned_away("queue"), 1);
}

#[test]
fn the_witness_answers_in_its_own_words() {
    let (server, _echo) = witness(Limits::default());
    let reply = server.post([127, 0, 0, 1], b"409");
    assert_eq!((reply.status, reply.header("content-type")), (409, "text/x.tlog.size"));
    assert_eq!((text(&reply.body).as_str(), reply.header("cache-control")), ("409", "no-store"));
    let reply = server.get(&format!("/witness/{}/checkpoint", Hash::of(b"known")));
    assert_eq!((reply.status, text(&reply.body).as_str()), (200, "a checkpoint\n"));
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!((reply.header("cache-control"), reply.header("etag").len()), ("no-cache", 34));
    assert_eq!(server.get(&format!("/witness/{}/checkpoint", Hash::of(b"other"))).status, 404);
    for (status, count) in [(200, 0), (409, 1)] {
        assert_eq!(server.count(&format!("witness_answers_total{{status=\"{status}\"}}")), count);
    }
}

#[test]
fn a_panic_ends_one_request() {
    let (server, _echo) = witness(Limits::default());
    for number in 1..=2 {
        let reply = server.post([127, 0, 0, 1], b"panic");
        assert_eq!((reply.status, text(&reply.body)), (500, format!("internal error {number}\n")));
    }
    assert_eq!(server.post([127, 0, 0, 1], b"x").status, 200);
    assert_eq!((server.get("/charter.json").status, server.count("panics_total")), (200, 2));
}

#[test]
fn errors_say_nothing_of_this_machine() {
    let (server, _echo) = witness(Limits::default());
    let requests = [
        "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".to_owned(),
        "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".to_owned(),
        format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(3000)),
        format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(20_000)),
        format!("{POST}Content-Length: 1\r\nContent-Length: 1\r\n\r\n"),
        format!("{POST}Content-Length: 70000\r\n\r\n"),
        format!("{POST}Content-Length: 5\r\n\r\npanic"),
        format!("{POST}Content-Encoding: br\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    ];
    for request in requests {
        let reply = ask(server.public, request.as_bytes());
        let body = text(&reply.body);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == ' ' || c == '\n';
        assert!(reply.status >= 400 && body.len() < 50 && body.chars().all(plain), "{body}");
        assert!(!reply.headers.contains_key("server"), "{reply:?}");
        let all = format!("{:?}", reply.headers).to_lowercase().replace("trusted-types", "");
        for word in ["hyper", "rust", "countersign", "tmp", "0.1"] {
            assert!(!all.contains(word) && !body.contains(word), "{word}: {all} {body}");
        }
    }
}

#[test]
fn what_is_counted_is_what_came_about_and_is_told_at_its_own_address() {
    let server = Running::usual();
    for path in ["/charter.json", "/charter.json", "/logs/moscow/checkpoint", "/nothing"] {
        server.get(path);
    }
    assert_eq!(server.count("requests_total{status=\"200\",class=\"charter\"}"), 2);
    assert_eq!(server.count("requests_total{status=\"200\",class=\"checkpoint\"}"), 1);
    assert_eq!(server.count("requests_total{status=\"404\",class=\"other\"}"), 1);
    assert_eq!((server.count("connections_total"), server.count("answer_seconds_count")), (4, 4));
    assert_eq!(server.count("seal_entries{log=\"moscow\"}"), 3);
    assert_eq!(server.count("seal_entries{log=\"archive\"}"), 2);
    let charter = fs::metadata(server.path("charter.json")).unwrap().len();
    assert!(server.count("sent_bytes_total") > 2 * charter);
    let health = || ask(server.counts, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_eq!((health().status, health().body), (200, b"up\n".to_vec()));
    fs::remove_file(server.path("charter.json")).unwrap();
    assert_eq!(health().status, 503);
    for (request, due) in [("GET /charter.json", 404), ("POST /metrics", 405), ("GET /", 404)] {
        let request = format!("{request} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assert_eq!(ask(server.counts, request.as_bytes()).status, due, "{request}");
    }
}

#[test]
fn a_server_that_is_stopped_ends_what_was_begun_and_takes_nothing_new() {
    let (server, echo) = witness(Limits::default());
    let public = server.public;
    echo.hold(true);
    let begun =
        std::thread::spawn(move || ask(public, format!("{POST}Content-Length: 1\r\n\r\nx").as_bytes()));
    until("one is inside", || echo.inside.load(Ordering::SeqCst) == 1);
    let mut idle = connect(public);
    until("another is idle", || server.count("connections") == 2);
    server.stopper.stop();
    assert!(is_ended_within(&mut idle, PATIENCE));
    until("nobody listens", || TcpStream::connect(public).is_err());
    echo.hold(false);
    let reply = begun.join().unwrap();
    assert_eq!((reply.status, &reply.body[..]), (200, &b"x"[..]));
    // Dropping it waits for the end.
}

#[test]
fn a_connection_is_asked_to_come_again_after_its_life() {
    let server = Running::new(Limits { life: millis(600), ..Limits::default() }, None);
    let mut stream = connect(server.public);
    let begun = Instant::now();
    let mut answers = 0;
    while stream.write_all(b"GET /charter.json HTTP/1.1\r\nHost: a\r\n\r\n").is_ok()
        && stream.read(&mut [0; 8192]).is_ok_and(|bytes| bytes > 0)
    {
        answers += 1;
        assert!(begun.elapsed() < PATIENCE);
        sleep(millis(30));
    }
    assert!(answers > 3 && begun.elapsed() >= millis(500), "{answers} {:?}", begun.elapsed());
}

/// The program, serving; the child and the first line that it printed.
pub fn begun(desk: &Desk, words: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(words)
        .current_dir(desk.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

/// Sends SIGTERM to a child of ours, and gives its exit code.
pub fn ended(mut child: Child) -> Option<i32> {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    child.wait().unwrap().code()
}

fn desk() -> Desk {
    let desk = Desk::new();
    copy_tree(Path::new("examples/snapshot"), &desk.path("pub"));
    desk
}

#[test]
fn the_program_serves_what_others_verify_and_ends_when_told() {
    let desk = desk();
    let words = ["serve", "pub", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--json"];
    let (child, line) = begun(&desk, &words);
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    let at = |name: &str| -> SocketAddr { said[name].as_str().unwrap().parse().unwrap() };
    assert_eq!(ask(at("listen"), b"GET /charter.json HTTP/1.0\r\n\r\n").status, 200);
    assert_eq!(ask(at("metrics"), b"GET /healthz HTTP/1.0\r\n\r\n").status, 200);
    // The address is taken.
    desk.refused(&["serve", "pub", "--listen", said["listen"].as_str().unwrap()], 1, "listen");
    let mut open = connect(at("listen"));
    assert_eq!(ended(child), Some(0));
    assert!(is_ended_within(&mut open, PATIENCE));
    let (child, line) = begun(&desk, &["serve", "pub", "--listen", "[::1]:0"]);
    assert!(line.starts_with("Serving pub at http://[::1]:"), "{line}");
    assert_eq!(ended(child), Some(0));
}

#[test]
fn it_does_not_start_where_a_secret_can_be_read_or_nothing_is_published() {
    let pem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let serve = ["serve", "pub", "--listen", "127.0.0.1:0"];
    for place in [
        "pub/moscow.key",
        "pub/logs/moscow/deep/er/notes.txt",
        "pub/.hidden",
        "pub/docs/key",
        "anything.txt",
        "k/moscow.key",
        "k/moscow.pem",
    ] {
        let desk = desk();
        fs::create_dir_all(desk.path(place).parent().unwrap()).unwrap();
        fs::write(desk.path(place), pem).unwrap();
        desk.refused(&serve, 6, "secret_readable");
        let err = text(&desk.run(&serve).stderr);
        assert!(err.contains(place.rsplit('/').next().unwrap()), "{place}: {err}");
    }
    // A key of the program itself, where key new puts it.
    let desk = desk();
    desk.ok(&["key", "new", "moscow", "--out", "k", "--no-passphrase"]);
    desk.refused(&serve, 6, "secret_readable");
    fs::rename(desk.path("k"), desk.folder.path().join("pub/logs/k")).unwrap();
    desk.refused(&serve, 6, "secret_readable");
    fs::remove_dir_all(desk.path("pub/logs/k")).unwrap();
    // What a record holds at a place of the layout is its authors' and public.
    fs::create_dir_all(desk.path("pub/docs")).unwrap();
    fs::write(desk.path(&format!("pub/docs/{}", Hash::of(pem.as_bytes()))), pem).unwrap();
    fs::write(desk.path("about.txt"), "Words about a PRIVATE KEY.\n").unwrap();
    let (child, line) = begun(&desk, &serve);
    assert!(line.starts_with("Serving pub at "), "{line}");
    assert_eq!(ended(child), Some(0));
    // No snapshot: nothing there, a folder without a charter, a ledger folder.
    fs::create_dir(desk.path("empty")).unwrap();
    copy_tree(&desk.path("pub"), &desk.path("ledger"));
    fs::write(desk.path("ledger/local.json"), "{}\n").unwrap();
    for folder in ["absent", "empty", "ledger"] {
        desk.refused(&["serve", folder, "--listen", "127.0.0.1:0"], 1, "no_snapshot");
    }
}

#[test]
#[ignore = "needs prlimit (tests/setup/prlimit.sh)"]
fn a_server_without_descriptors_waits_and_goes_on() {
    let desk = desk();
    let mut child = Command::new("prlimit")
        .args(["--nofile=64:64", env!("CARGO_BIN_EXE_countersign"), "serve", "pub", "--json"])
        .args(["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--connections", "1000"])
        .args(["--per-address", "1000"])
        .current_dir(desk.folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    let at = |name: &str| -> SocketAddr { said[name].as_str().unwrap().parse().unwrap() };
    let held: Vec<TcpStream> = (0..120).map(|_| connect(at("listen"))).collect();
    sleep(millis(1500));
    assert!(child.try_wait().unwrap().is_none(), "it goes on");
    held.iter().for_each(|stream| _ = stream.shutdown(Shutdown::Both));
    drop(held);
    until("it serves again", || {
        let Ok(mut stream) = TcpStream::connect(at("listen")) else { return false };
        stream.set_read_timeout(Some(millis(2000))).unwrap();
        let mut bytes = [0; 12];
        stream.write_all(b"GET /charter.json HTTP/1.0\r\n\r\n").is_ok()
            && stream.read_exact(&mut bytes).is_ok()
            && bytes == *b"HTTP/1.0 200"
    });
    let page = ask(at("metrics"), b"GET /metrics HTTP/1.0\r\n\r\n");
    let page = text(&page.body);
    let accept = page.lines().find(|line| line.contains("cause=\"accept\"")).unwrap();
    assert!(!accept.ends_with(" 0"), "{accept}");
    assert_eq!(ended(child), Some(0));
}
