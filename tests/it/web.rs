//! Copies over HTTP: every limit that the other side may try, and that what is fetched
//! is what is read from the folder itself.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use countersign::audit::Copy;
use countersign::disk::RealDisk;
use countersign::failure::{Failure, Why};
use countersign::fault::{Code, Verdict};
use countersign::listing;
use countersign::publish::{self, How};
use countersign::snapshot;
use countersign::web::fetch::{Fetch, Held, Trouble, tell};
use countersign::web::{Client, Limits, Reach, Url};

use crate::command_line::{Desk, copy_tree, tree};
use crate::world::World;

/// What a server does with a request.
enum Reply {
    /// The file, or 404.
    File,
    /// These very bytes, head and all, and the end.
    Raw(Vec<u8>),
    /// A byte of these after another, each after a while.
    Trickle(Vec<u8>),
    /// This head, and a body without end.
    Endless(&'static str),
}

type Rule = dyn Fn(&str, usize) -> Reply + Send + Sync;

/// A web server for a folder, with a rule that may do otherwise.
pub struct Server {
    at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    ended: Arc<AtomicBool>,
}

impl Server {
    pub fn plain(folder: &Path) -> Self {
        Self::new(folder, |_, _| Reply::File)
    }

    fn new(folder: &Path, rule: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let server = Self { at, asked: Arc::default(), ended: Arc::default() };
        let (asked, ended) = (Arc::clone(&server.asked), Arc::clone(&server.ended));
        let (folder, rule): (PathBuf, Arc<Rule>) = (folder.to_owned(), Arc::new(rule));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let (asked, ended, folder, rule) =
                    (Arc::clone(&asked), Arc::clone(&ended), folder.clone(), Arc::clone(&rule));
                thread::spawn(move || serve(stream, &asked, &ended, &folder, &*rule));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    fn base(&self) -> Url {
        Url::parse(&self.url()).unwrap()
    }

    /// The paths that were asked for since this was asked last.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.at);
    }
}

fn serve(mut stream: TcpStream, asked: &Mutex<Vec<String>>, ended: &AtomicBool, folder: &Path, rule: &Rule) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if !matches!(stream.read(&mut byte), Ok(1)) {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let lower = head.to_ascii_lowercase();
    assert!(lower.contains("accept-encoding: identity"), "{head}");
    let path = head.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
    let number = {
        let mut asked = asked.lock().unwrap();
        asked.push(path.clone());
        asked.len()
    };
    match rule(&path, number) {
        Reply::File => {
            let answer = match std::fs::read(folder.join(&path)) {
                Ok(bytes) => ok(&bytes),
                Err(_) => status("404 Not Found"),
            };
            let _ = stream.write_all(&answer);
        }
        Reply::Raw(bytes) => {
            let _ = stream.write_all(&bytes);
        }
        Reply::Trickle(bytes) => {
            for byte in bytes {
                if ended.load(Ordering::SeqCst) || stream.write_all(&[byte]).is_err() {
                    break;
                }
                thread::sleep(Duration::from_millis(100));
            }
        }
        Reply::Endless(head) => {
            let _ = stream.write_all(head.as_bytes());
            while !ended.load(Ordering::SeqCst) && stream.write_all(&[b'x'; 4096]).is_ok() {}
        }
    }
}

fn ok(bytes: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
    [head.as_bytes(), bytes].concat()
}

fn status(line: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
}

/// Limits that a test can wait for.
fn short() -> Limits {
    Limits { connect: Duration::from_millis(500), request: Duration::from_millis(700), ..Limits::default() }
}

fn why<T: std::fmt::Debug>(result: Result<T, Failure>) -> Why {
    result.unwrap_err().why
}

fn rule_of(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    Server::new(Path::new("/nowhere"), move |_, _| reply())
}

#[test]
fn nothing_but_a_whole_file_is_taken_for_one() {
    let cases: Vec<(&str, Vec<u8>, Why)> = vec![
        ("206", b"HTTP/1.1 206 Partial\r\nContent-Length: 2\r\n\r\nab".to_vec(), Why::WebAnswer),
        ("304", status("304 Not Modified"), Why::WebAnswer),
        ("401", status("401 Unauthorized"), Why::WebAnswer),
        ("410", status("410 Gone"), Why::WebAnswer),
        ("500", status("500 Oh"), Why::WebAnswer),
        ("204", status("204 Nothing"), Why::WebAnswer),
        (
            "compressed",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b".to_vec(),
            Why::WebAnswer,
        ),
        ("truncated", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab".to_vec(), Why::WebAnswer),
        (
            "truncated chunks",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab".to_vec(),
            Why::WebAnswer,
        ),
        ("too big by its head", b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n".to_vec(), Why::WebLimit),
        ("too big", [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &[b'x'; 101]].concat(), Why::WebLimit),
    ];
    for (name, bytes, due) in cases {
        let server = rule_of(move || Reply::Raw(bytes.clone()));
        let client = Client::new(short(), Reach::Private);
        assert_eq!(why(client.get(&server.base().at("x"), 100)), due, "{name}");
    }
    let server = rule_of(|| Reply::Raw(b"no HTTP at all\r\n\r\n".to_vec()));
    let client = Client::new(short(), Reach::Private);
    assert!(client.get(&server.base().at("x"), 100).is_err());
    let server = rule_of(|| Reply::Raw(ok(&[b'x'; 100])));
    let client = Client::new(short(), Reach::Private);
    assert_eq!(client.get(&server.base().at("x"), 100).unwrap().unwrap().len(), 100);
    let server = rule_of(|| Reply::Raw(status("404 Not Found")));
    assert_eq!(client.get(&server.base().at("x"), 100).unwrap(), None, "absent");
}

#[test]
fn no_redirect_is_followed_wherever_it_leads() {
    let inner = rule_of(|| Reply::Raw(ok(b"secret")));
    for (code, to) in [
        (301, format!("{}/x", inner.url())),
        (302, "http://127.0.0.1:1/".to_owned()),
        (302, "https://example.com/".to_owned()),
        (307, "/y".to_owned()),
        (308, "//127.0.0.1/".to_owned()),
    ] {
        let text = format!(
            "HTTP/1.1 {code} Elsewhere\r\nLocation: {to}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
        let server = rule_of(move || Reply::Raw(text.clone().into_bytes()));
        let client = Client::new(short(), Reach::Private);
        assert_eq!(why(client.get(&server.base().at("x"), 100)), Why::WebAnswer, "{code} {to}");
        assert_eq!(why(client.post(&server.base().at("x"), "text/plain", b"a", 100)), Why::WebAnswer);
        assert_eq!(server.asked().len(), 2);
    }
    assert_eq!(inner.asked(), [""; 0], "nobody came");
}

#[test]
fn a_slow_or_endless_server_is_left_in_time() {
    let head = b"HTTP/1.1 200 OK\r\nX-Padding: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let body = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".as_slice(), &[b'x'; 100]].concat();
    let split = body.len() - 100;
    let servers = [
        rule_of(move || Reply::Trickle(head.to_vec())),
        rule_of(move || Reply::Trickle(body.get(split - 1..).unwrap().to_vec())),
        rule_of(|| Reply::Endless("HTTP/1.1 200 OK\r\n\r\n")),
        rule_of(|| Reply::Endless("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")),
        rule_of(|| Reply::Endless("HTTP/1.1 200 OK\r\nX-Long: ")),
    ];
    for (number, server) in servers.iter().enumerate() {
        let client = Client::new(short(), Reach::Private);
        let begun = Instant::now();
        let why = why(client.get(&server.base().at("x"), 100_000));
        assert!(begun.elapsed() < Duration::from_secs(5), "{number}");
        assert!(matches!(why, Why::WebLimit | Why::WebAnswer | Why::Unreachable), "{number} {why:?}");
    }
    // A body that trickles: the head at once, the rest never.
    let server = rule_of(|| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".to_vec();
        Reply::Trickle([head, vec![b'x'; 100]].concat())
    });
    let client = Client::new(short(), Reach::Private);
    assert_eq!(why(client.get(&server.base().at("x"), 100)), Why::WebLimit);
    // Nobody listens, and nobody has that name.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for url in [format!("http://{free}/x"), "http://no-such-host.invalid/x".to_owned()] {
        assert_eq!(why(client.get(&url, 100)), Why::Unreachable, "{url}");
    }
}

#[test]
fn all_requests_together_have_limits_too() {
    let server = rule_of(|| Reply::Raw(ok(&[b'x'; 60])));
    let url = server.base().at("x");
    let client = Client::new(Limits { requests: 2, ..short() }, Reach::Private);
    assert!(client.get(&url, 100).is_ok() && client.get(&url, 100).is_ok());
    assert_eq!(why(client.get(&url, 100)), Why::WebLimit, "the third");
    let client = Client::new(Limits { bytes: 100, ..short() }, Reach::Private);
    assert!(client.get(&url, 100).is_ok());
    assert_eq!(why(client.get(&url, 100)), Why::WebLimit, "60 and 60 are more than 100");
    let client = Client::new(Limits { together: Duration::ZERO, ..short() }, Reach::Private);
    assert_eq!(why(client.get(&url, 100)), Why::WebLimit);
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn an_address_leads_to_the_public_network_or_nowhere() {
    let server = rule_of(|| Reply::Raw(ok(b"secret")));
    let port = server.at.port();
    let client = Client::new(short(), Reach::Public);
    let hosts = [
        "127.0.0.1",
        "localhost",
        "localhost.",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "017700000001",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "[fe80::1]",
        "[fc00::1]",
        "224.0.0.1",
    ];
    for host in hosts {
        let why = why(client.get(&format!("http://{host}:{port}/x"), 100));
        // Some spellings no resolver here takes: then nothing is reached either.
        assert!(matches!(why, Why::PrivateAddress | Why::Unreachable | Why::Url), "{host}: {why:?}");
    }
    for host in ["127.0.0.1", "localhost", "2130706433", "127.1", "[::1]", "[::ffff:7f00:1]", "10.0.0.1"] {
        let why = why(client.get(&format!("http://{host}:{port}/x"), 100));
        assert_eq!(why, Why::PrivateAddress, "{host}");
    }
    assert_eq!(server.asked(), [""; 0], "nobody came");
    let open = Client::new(short(), Reach::Private);
    assert!(open.get(&format!("http://127.0.0.1:{port}/x"), 100).is_ok(), "asked for");
    for text in [
        "http://a@127.0.0.1/x",
        "http://a:b@example.com/x",
        "http://a@127.0.0.1:80@b/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "HTTPS//x",
        "http:///x",
        "http://",
        "http://example.com/x#y",
        "http://exa mple.com/",
        "http://①②⑦.0.0.1/",
        "http://127。0。0。1/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com:/",
        "http://example.com/\r\nX: y",
    ] {
        assert_eq!(why(open.get(text, 100)), Why::Url, "{text}");
    }
    assert_eq!(why(Url::parse("https://example.com/x?y=1")), Why::Url);
    assert_eq!(Url::parse("https://example.com/x/").unwrap().at("y"), "https://example.com/x/y");
}

#[test]
fn an_answer_to_a_post_is_given_with_its_status() {
    let server = rule_of(|| {
        Reply::Raw(
            b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 3\r\n\r\n12\n"
                .to_vec(),
        )
    });
    let client = Client::new(short(), Reach::Private);
    let (status, content_type, body) =
        client.post(&server.base().at("add-checkpoint"), "text/plain", b"old 0\n", 100).unwrap();
    assert_eq!(
        (status, content_type.as_str(), body.as_slice()),
        (409, "text/x.tlog.size", b"12\n".as_slice())
    );
}

/// A world whose first log has many entries, as it is published.
fn published(moscow: usize, folder: &Path) -> World {
    let mut world = World::small();
    for number in 1..moscow {
        world.state("moscow", &format!("words {number}"));
    }
    let head = world.head("moscow");
    world.receipt("washington", &[("moscow", head)]);
    publish_world(&world, &world.whole_copy(), folder);
    world
}

fn publish_world(world: &World, copy: &Copy, folder: &Path) {
    let disk = RealDisk::new();
    let audit = world.audit(copy);
    publish::publish(&disk, &audit, copy, None, folder, How::default()).unwrap();
}

fn fetch(server: &Server, into: &Path, held: Option<Held<'_>>) -> Result<Vec<Trouble>, Failure> {
    let client = Client::new(short(), Reach::Private);
    let from = server.base();
    let disk = RealDisk::new();
    Fetch { client: &client, from: &from, disk: &disk, into, held, watch: &|_| {} }.run()
}

fn below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = tree(folder).into_iter();
    files.map(|(path, bytes)| (path.strip_prefix(folder).unwrap().to_owned(), bytes)).collect()
}

#[test]
fn what_is_fetched_is_what_lies_there_and_goes_on_where_it_was_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("public");
    published(300, &public);
    let mut due = below(&public);
    due.remove(Path::new(listing::NAME));
    due.remove(Path::new("feed.xml"));
    due.remove(Path::new("index.html"));
    let all = {
        let (server, into) = (Server::plain(&public), folder.path().join("once"));
        std::fs::create_dir(&into).unwrap();
        assert!(fetch(&server, &into, None).unwrap().is_empty());
        assert!(below(&into) == due);
        server.asked().len()
    };
    let into = folder.path().join("cut");
    std::fs::create_dir(&into).unwrap();
    let mut paths = Vec::new();
    // Cut off at every request: the connection is closed without a word.
    for cut in 1..=all {
        let server = Server::new(
            &public,
            move |_, number| {
                if number >= cut { Reply::Raw(Vec::new()) } else { Reply::File }
            },
        );
        let ended = fetch(&server, &into, None);
        paths.extend(server.asked());
        let held = below(&into);
        assert!(held.iter().all(|(path, bytes)| due.get(path) == Some(bytes)), "whole or not at all");
        if ended.is_ok() {
            break;
        }
    }
    let server = Server::plain(&public);
    assert!(fetch(&server, &into, None).unwrap().is_empty());
    assert!(below(&into) == due);
    let full = paths.iter().filter(|path| path.ends_with("tile/entries/000")).count();
    assert!(full <= 2, "a full bundle is asked for until it is here: {full}");
}

#[test]
fn a_checkpoint_that_moves_while_its_entries_are_fetched_is_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    published(5, &old);
    published(7, &new);
    let earlier = std::fs::read(old.join("logs/moscow/checkpoint")).unwrap();
    let first = AtomicBool::new(true);
    let server = Server::new(&new, move |path, _| {
        if path == "logs/moscow/checkpoint" && first.swap(false, Ordering::SeqCst) {
            return Reply::Raw(ok(&earlier));
        }
        Reply::File
    });
    let into = folder.path().join("into");
    std::fs::create_dir(&into).unwrap();
    assert!(fetch(&server, &into, None).unwrap().is_empty());
    let copy = snapshot::read(&RealDisk::new(), &into).unwrap();
    assert_eq!(copy.logs[&"moscow".parse().unwrap()].claimed_size(), Some(7));
    let world = World::small();
    assert_eq!(world.audit(&copy).verdict, Verdict::Whole);
}

/// What a stranger finds in a snapshot that is served by this rule.
fn found(public: &Path, rule: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> (Verdict, Vec<Code>) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::new(public, rule);
    let troubles = fetch(&server, folder.path(), None).unwrap();
    let mut copy = snapshot::read(&RealDisk::new(), folder.path()).unwrap();
    tell(&mut copy, &server.base(), &troubles);
    let audit = World::small().audit(&copy);
    (audit.verdict, audit.findings.iter().map(|finding| finding.code).collect())
}

/// These bytes for some paths, and the files for the others.
fn instead(of: impl Fn(&str) -> bool + Send + Sync + 'static, bytes: Vec<u8>) -> Box<Rule> {
    Box::new(move |path, _| if of(path) { Reply::Raw(bytes.clone()) } else { Reply::File })
}

#[test]
fn a_server_that_lies_makes_its_copy_damaged_or_incomplete_and_charges_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("public");
    published(300, &public);
    let of_moscow = |path: &str| path.starts_with("logs/moscow/");
    let bundle = |path: &str| path.ends_with("logs/moscow/tile/entries/001.p/44");
    assert_eq!(found(&public, |_, _| Reply::File).0, Verdict::Whole);
    let gone = || status("404 Not Found");
    let checkpoint = "logs/moscow/checkpoint";
    let huge =
        b"o\n9007199254740991\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 o AAAAAA==\n";
    let leads_out = b"{\"files\":[{\"path\":\"../../etc/passwd\",\"size\":1}]}\n";
    let long = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n".to_vec();
    let cases: Vec<(&str, Box<Rule>, Verdict)> = vec![
        ("an error for one log", instead(of_moscow, status("500 Oh")), Verdict::Incomplete),
        ("one log held back", instead(of_moscow, gone()), Verdict::Incomplete),
        ("a bundle held back", instead(bundle, gone()), Verdict::Incomplete),
        ("other bytes for a bundle", instead(bundle, ok(b"<html>not here</html>")), Verdict::Damaged),
        ("no checkpoint", instead(move |path| path == checkpoint, ok(b"<html>")), Verdict::Damaged),
        ("a size that no log has", instead(move |path| path == checkpoint, ok(huge)), Verdict::Damaged),
        ("a listing that is none", instead(|path| path == listing::NAME, ok(leads_out)), Verdict::Incomplete),
        ("a listing that is too long", instead(|path| path == listing::NAME, long), Verdict::Incomplete),
    ];
    for (name, rule, due) in cases {
        let (verdict, codes) = found(&public, rule);
        assert_eq!(verdict, due, "{name}: {codes:?}");
    }
    // Without a listing the members' logs are found all the same.
    let (verdict, codes) = found(&public, instead(|path| path == listing::NAME, gone()));
    assert_eq!(verdict, Verdict::Whole, "{codes:?}");
}

#[test]
fn only_what_is_not_held_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("public");
    let mut world = published(300, &public);
    let before = world.whole_copy();
    let audit = world.audit(&before);
    for number in 0..300 {
        world.state("moscow", &format!("more {number}"));
    }
    publish_world(&world, &world.whole_copy(), &public);
    let held = Some(Held { audit: &audit, copy: &before });
    let server = Server::plain(&public);
    let into = folder.path().join("into");
    std::fs::create_dir(&into).unwrap();
    assert!(fetch(&server, &into, held).unwrap().is_empty());
    let small = ["charter.json", listing::NAME, "logs/moscow/checkpoint"];
    let small: Vec<&str> =
        small.into_iter().chain(["logs/observer/checkpoint", "logs/washington/checkpoint"]).collect();
    let mut due = small.clone();
    due.extend(["logs/moscow/tile/entries/001", "logs/moscow/tile/entries/002.p/88"]);
    let mut asked = server.asked();
    asked.sort_unstable();
    due.sort_unstable();
    assert_eq!(asked, due, "no tile, and no bundle that is held");
    // A log that parts from the one held is fetched from its beginning.
    let mut other = World::small();
    for number in 1..600 {
        other.state("moscow", &format!("other words {number}"));
    }
    let public = folder.path().join("other");
    publish_world(&other, &other.whole_copy(), &public);
    let server = Server::plain(&public);
    let into = folder.path().join("parts");
    std::fs::create_dir(&into).unwrap();
    assert!(fetch(&server, &into, held).unwrap().is_empty());
    assert!(server.asked().contains(&"logs/moscow/tile/entries/000".to_owned()));
    assert!(into.join("logs/moscow/tile/entries/000").is_file());
}

/// Two sides with a pledge and a document, published by moscow.
fn founded() -> Desk {
    let desk = Desk::founded();
    std::fs::write(desk.path("paper.txt"), "A paper.").unwrap();
    let sign = ["--sign", "--yes", "--dir", "moscow"];
    desk.ok(&[&["state", "First words.", "--attach", "paper.txt"], &sign[..]].concat());
    desk.ok(&["publish", "public", "--dir", "moscow"]);
    desk
}

fn ledger_files(desk: &Desk, name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = below(&desk.path(name));
    // What a folder says of itself, and what can be made again at any time.
    files.retain(|path, _| {
        !path.starts_with("index") && path != Path::new("local.json") && path != Path::new("lock")
    });
    files
}

#[test]
fn a_pull_over_http_is_a_pull_of_the_folder() {
    let desk = founded();
    let server = Server::plain(&desk.path("public"));
    let url = server.url();
    for name in ["docs", "drafts", "faults", "logs", "notes"] {
        std::fs::create_dir_all(desk.path("by-folder").join(name)).unwrap();
    }
    copy_tree(&desk.path("washington"), &desk.path("by-folder"));
    desk.refused(&["pull", &url, "--dir", "washington"], 6, "private_address");
    assert!(server.asked().is_empty());
    desk.ok(&["pull", &url, "--allow-private", "--check", "--dir", "washington"]);
    assert_eq!(ledger_files(&desk, "washington"), ledger_files(&desk, "by-folder"), "only looked at");
    let by_folder = desk.json(&["pull", "public", "--dir", "by-folder", "--json"], 0);
    server.asked();
    let by_http = desk.json(&["pull", &url, "--allow-private", "--dir", "washington", "--json"], 0);
    assert_eq!(by_http["sources"][0]["logs"], by_folder["sources"][0]["logs"]);
    assert_eq!(ledger_files(&desk, "washington"), ledger_files(&desk, "by-folder"));
    assert!(server.asked().iter().any(|path| path.starts_with("docs/")));
    // The address is a source from now on, and what is held is not asked for again.
    desk.ok(&["pull", "--allow-private", "--dir", "washington"]);
    let asked = server.asked();
    assert!(asked.iter().all(|path| !path.contains("tile") && !path.starts_with("docs/")), "{asked:?}");
    assert_eq!(asked.len(), 5, "charter, listing and three checkpoints: {asked:?}");
    assert!(!desk.path("washington/.web").exists(), "nothing waits");
    // One more entry, one more request.
    desk.ok(&["state", "More.", "--sign", "--yes", "--dir", "moscow"]);
    desk.ok(&["publish", "public", "--dir", "moscow"]);
    desk.ok(&["pull", "--allow-private", "--dir", "washington"]);
    assert_eq!(server.asked().len(), 6);
    assert_eq!(
        ledger_files(&desk, "washington")[Path::new("logs/moscow.journal")],
        ledger_files(&desk, "moscow")[Path::new("logs/moscow.journal")]
    );
}

#[test]
fn a_stranger_verifies_compares_and_follows_over_http() {
    let desk = founded();
    let server = Server::plain(&desk.path("public"));
    let url = server.url();
    desk.refused(&["verify", &url], 6, "private_address");
    desk.refused(&["verify", "http://a@localhost/"], 2, "url");
    let args = ["verify", &url, "--ledger", "charter.json", "--allow-private", "--json"];
    let by_http = desk.json(&args, 0);
    let by_folder = desk.json(&["verify", "public", "--ledger", "charter.json", "--json"], 0);
    assert_eq!(by_http, by_folder);
    desk.exits(&["verify", &url, "--allow-private"], 3);
    // A cache keeps what was fetched.
    let cached = [&args[..], &["--cache", "cache"]].concat();
    assert_eq!(desk.json(&cached, 0), by_folder);
    server.asked();
    assert_eq!(desk.json(&cached, 0), by_folder);
    let asked = server.asked();
    assert!(asked.iter().all(|path| !path.contains("tile") && !path.starts_with("docs/")), "{asked:?}");
    desk.refused(&["verify", &url, "--allow-private", "--cache", "moscow"], 1, "exists");
    desk.ok(&["compare", "public", &url, "--allow-private"]);
    desk.ok(&["init", &url, "--dir", "reader", "--allow-private"]);
    assert_eq!(
        ledger_files(&desk, "reader")[Path::new("logs/moscow.journal")],
        ledger_files(&desk, "moscow")[Path::new("logs/moscow.journal")]
    );
    // Who holds back what others have received is seen by their receipts.
    copy_tree(&desk.path("public"), &desk.path("held-back"));
    desk.ok(&["state", "More.", "--sign", "--yes", "--dir", "moscow"]);
    desk.ok(&["publish", "public", "--dir", "moscow"]);
    desk.ok(&["pull", "public", "--dir", "washington"]);
    desk.ok(&["seen", "--sign", "--yes", "--receipt", "all", "--dir", "washington"]);
    desk.ok(&["publish", "public", "--dir", "washington"]);
    let late = desk.path("public/logs/washington");
    copy_tree(&late, &desk.path("held-back/logs/washington"));
    let server = Server::plain(&desk.path("held-back"));
    let report =
        desk.json(&["verify", &server.url(), "--ledger", "charter.json", "--allow-private", "--json"], 3);
    assert!(report["findings"].to_string().contains("head_absent"), "{report}");
}

#[test]
fn a_source_that_cannot_be_reached_holds_up_no_other() {
    let desk = founded();
    let public = desk.path("public");
    let server = Server::plain(&public);
    let broken = Server::new(&public, |_, number| if number < 4 { Reply::File } else { Reply::Raw(vec![]) });
    desk.exits(&["pull", &broken.url(), "--allow-private", "--dir", "washington"], 1);
    assert!(desk.path("washington/.web").is_dir(), "what was fetched waits");
    desk.ok(&["pull", &server.url(), "--allow-private", "--dir", "washington"]);
    let local = std::fs::read_to_string(desk.path("washington/local.json")).unwrap();
    let local = local.replace(&server.url(), &format!("{}\",\"{}", broken.url(), server.url()));
    std::fs::write(desk.path("washington/local.json"), local).unwrap();
    desk.ok(&["state", "More.", "--sign", "--yes", "--dir", "moscow"]);
    desk.ok(&["publish", "public", "--dir", "moscow"]);
    let told = desk.json(&["pull", "--allow-private", "--dir", "washington", "--json"], 1);
    assert_eq!(told["sources"][0]["error"]["exit"], 1, "{told}");
    assert_eq!(told["sources"][1]["logs"][0]["step"], "extended", "{told}");
}

/// Two histories of moscow, each sealed: in `public` and in `other`.
fn forked() -> Desk {
    let desk = founded();
    copy_tree(&desk.path("moscow"), &desk.path("moscow-b"));
    copy_tree(&desk.path("k"), &desk.path("k-b"));
    let local = std::fs::read_to_string(desk.path("moscow-b/local.json")).unwrap();
    // It does not know where the first was published.
    let (local, _) = local.split_once(",\"sources\"").unwrap();
    std::fs::write(desk.path("moscow-b/local.json"), local.replace("/k/", "/k-b/") + "}\n").unwrap();
    for (dir, out) in [("moscow", "public"), ("moscow-b", "other")] {
        desk.ok(&["state", &format!("Words of {dir}."), "--sign", "--yes", "--dir", dir]);
        desk.ok(&["publish", out, "--dir", dir]);
    }
    desk
}

#[test]
fn two_mirrors_that_contradict_each_other_become_evidence() {
    let desk = forked();
    let (first, second) = (Server::plain(&desk.path("public")), Server::plain(&desk.path("other")));
    desk.ok(&["pull", &first.url(), "--allow-private", "--dir", "washington"]);
    let told = desk.json(&["pull", &second.url(), "--allow-private", "--dir", "washington", "--json"], 5);
    let name = told["sources"][0]["evidence"][0].as_str().unwrap().to_owned();
    let evidence = format!("washington/faults/{name}");
    desk.exits(&["verify", &evidence, "--ledger", "charter.json"], 5);
    desk.exits(&["compare", &first.url(), &second.url(), "--allow-private", "--proof", "proof"], 5);
    // The snapshot that shows both is fetched with both branches and the evidence.
    desk.ok(&["publish", "both", "--dir", "washington"]);
    let both = Server::plain(&desk.path("both"));
    let report =
        desk.json(&["verify", &both.url(), "--ledger", "charter.json", "--allow-private", "--json"], 5);
    let folder = desk.json(&["verify", "both", "--ledger", "charter.json", "--json"], 5);
    assert_eq!(report, folder);
    assert!(both.asked().iter().any(|path| path.starts_with("branches/moscow/")));
}

#[test]
fn a_mirror_goes_on_and_never_back() {
    let desk = founded();
    let server = Server::plain(&desk.path("public"));
    let url = server.url();
    let mirror = ["mirror", &url, "mirrored", "--allow-private", "--ledger", "charter.json", "--json"];
    let first = desk.json(&mirror, 0);
    assert_eq!(first["logs"][0]["step"], "further");
    assert_eq!(below(&desk.path("mirrored")), below(&desk.path("public")), "the same snapshot");
    server.asked();
    let again = desk.json(&mirror, 0);
    assert_eq!((again["logs"][0]["step"].as_str(), again["written"].as_u64()), (Some("same"), Some(0)));
    let asked = server.asked();
    assert!(asked.iter().all(|path| !path.contains("tile") && !path.starts_with("docs/")), "{asked:?}");
    copy_tree(&desk.path("public"), &desk.path("earlier"));
    desk.ok(&["state", "More.", "--sign", "--yes", "--dir", "moscow"]);
    desk.ok(&["publish", "public", "--dir", "moscow"]);
    assert_eq!(desk.json(&mirror, 0)["logs"][0]["step"], "further");
    let newest = below(&desk.path("mirrored"));
    assert_eq!(newest, below(&desk.path("public")));
    // A source that went back, by address and by folder.
    let earlier = Server::plain(&desk.path("earlier"));
    for source in [earlier.url().as_str(), "earlier"] {
        let behind = desk.json(&["mirror", source, "mirrored", "--allow-private", "--json"], 3);
        assert_eq!(behind["logs"][0]["step"], "behind", "{behind}");
        assert_eq!(below(&desk.path("mirrored")), newest, "nothing went back");
    }
    // Another ledger, and another than the one named.
    let other = founded();
    let strange = Server::plain(&other.path("public"));
    desk.exits(&["mirror", &strange.url(), "mirrored", "--allow-private"], 4);
    desk.exits(&["mirror", &strange.url(), "m2", "--allow-private", "--ledger", "charter.json"], 4);
    assert!(!desk.path("m2").exists(), "nothing was published");
    assert_eq!(below(&desk.path("mirrored")), newest);
}

#[test]
fn a_mirror_tells_of_a_fork_and_keeps_its_own() {
    let desk = forked();
    let (first, second) = (Server::plain(&desk.path("public")), Server::plain(&desk.path("other")));
    desk.ok(&["mirror", &first.url(), "mirrored", "--allow-private"]);
    let before = below(&desk.path("mirrored"));
    let told = desk.json(&["mirror", &second.url(), "mirrored", "--allow-private", "--json"], 5);
    assert_eq!(told["logs"][0]["step"], "parts", "{told}");
    let name = told["evidence"][0].as_str().unwrap();
    desk.exits(&["verify", &format!("mirrored/faults/{name}"), "--ledger", "charter.json"], 5);
    let after = below(&desk.path("mirrored"));
    for (path, bytes) in before.iter().filter(|(path, _)| path.starts_with("logs")) {
        assert_eq!(after.get(path), Some(bytes), "{}", path.display());
    }
    let report = desk.json(&["verify", "mirrored", "--ledger", "charter.json", "--json"], 5);
    assert!(report["findings"].to_string().contains("fork"), "whoever reads the mirror sees it: {report}");
}

#[test]
fn the_feed_announces_the_newest_sealed_entries_and_is_a_function_of_the_record() {
    let desk = founded();
    desk.ok(&["publish", "again", "--dir", "moscow"]);
    let feed = std::fs::read_to_string(desk.path("public/feed.xml")).unwrap();
    assert_eq!(feed, std::fs::read_to_string(desk.path("again/feed.xml")).unwrap());
    assert!(feed.contains("<title>moscow/1: statement</title>"), "{feed}");
    assert_eq!(feed.matches("<entry>").count(), 2, "a join and a statement: {feed}");
    assert!(well_formed(&feed), "{feed}");
    desk.ok(&["verify", "public", "--ledger", "charter.json"]);
    // Many entries of one author leave room for the other's, whatever times are stated.
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("public");
    published(300, &public);
    let feed = std::fs::read_to_string(public.join("feed.xml")).unwrap();
    assert_eq!(feed.matches("<entry>").count(), 50);
    for title in ["moscow/299: statement", "washington/1: received", "observer/0: joined"] {
        assert!(feed.contains(&format!("<title>{title}</title>")), "{title}");
    }
    assert!(well_formed(&feed));
    assert!(!well_formed(&feed.replacen("</entry>", "", 1)));
}

/// Whether every element ends where it should and every `&` is of the five.
fn well_formed(xml: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let body = xml.split_once("?>\n").unwrap().1;
    for piece in body.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { return false };
        let name = tag.trim_end_matches('/').split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(name) if open.pop() != Some(name) => return false,
            None if !tag.ends_with('/') => open.push(name),
            _ => {}
        }
        let entities = ["amp;", "lt;", "gt;", "quot;", "#39;"];
        if text.split('&').skip(1).any(|rest| !entities.iter().any(|entity| rest.starts_with(entity))) {
            return false;
        }
    }
    open.is_empty()
}
