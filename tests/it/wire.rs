//! The services wired together by the program itself: a witness asked over HTTP, a
//! witness that serves, an authority of time asked over HTTP; evidence that travels.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Child;
use std::thread;
use std::time::Duration;

use countersign::checkpoint::TreeHead;
use countersign::hash::Hash;
use countersign::listing::Listing;
use countersign::note::Note;
use countersign::submission::Submission;
use countersign::testimony;
use countersign::timestamp::{Request, Token};

use crate::command_line::{Desk, copy_tree, text, tree};
use crate::serve::{begun, ended};

/// One answer: status, content type, body.
type Reply = (u16, String, Vec<u8>);

/// Sends one request over a plain socket.
fn exchange(to: SocketAddr, head: &str, body: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head =
        format!("{head} HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = text(&answer[..at]);
    let kind = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), kind.to_owned(), answer[at + 4..].to_vec())
}

fn add(to: SocketAddr, body: &[u8]) -> Reply {
    exchange(to, "POST /witness/add-checkpoint", body)
}

/// A server that answers each request as `rule` has it: the path and the body of it.
fn answering(rule: impl Fn(&str, &[u8]) -> Reply + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                head.push(byte[0]);
            }
            let head = text(&head).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
            stream.read_exact(&mut body).unwrap();
            let kind = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default();
            let line = format!("{} {kind}", head.split(' ').nth(1).unwrap_or_default());
            let (status, kind, answer) = rule(&line, &body);
            let head = format!(
                "HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                answer.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), &answer].concat());
        }
    });
    format!("http://{at}")
}

/// A witness that serves beside a snapshot, on a desk where no other key lies.
struct Witness {
    host: Desk,
    vkey: String,
    at: SocketAddr,
    child: Option<Child>,
}

impl Witness {
    fn of(desk: &Desk) -> Self {
        let host = Desk::new();
        std::fs::copy(desk.path("charter.json"), host.path("charter.json")).unwrap();
        desk.ok(&["publish", "first", "--dir", "moscow"]);
        copy_tree(&desk.path("first"), &host.path("pub"));
        host.ok(&["witness", "key", "w1.example/w1", "--out", "w", "--no-passphrase"]);
        let mut witness =
            Self { host, vkey: String::new(), at: SocketAddr::from(([127, 0, 0, 1], 0)), child: None };
        witness.start();
        witness
    }

    fn start(&mut self) {
        let key = "w/w1.example_w1.witness.key";
        let words = ["serve", "pub", "--listen", "127.0.0.1:0", "--json", "--witness", key];
        let words = [&words[..], &["--state", "state", "--charter", "charter.json"]].concat();
        let (child, line) = begun(&self.host, &words);
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        said["witness"].as_str().unwrap().clone_into(&mut self.vkey);
        self.at = said["listen"].as_str().unwrap().parse().unwrap();
        self.child = Some(child);
    }

    fn url(&self) -> String {
        format!("http://{}/witness", self.at)
    }

    fn stop(&mut self) -> Option<i32> {
        self.child.take().and_then(ended)
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Asks a witness by the program, over addresses of this machine.
fn ask(desk: &Desk, witness: &Witness, member: &str) -> serde_json::Value {
    let (url, vkey) = (witness.url(), witness.vkey.clone());
    desk.json(&["witness", "ask", &url, "--key", &vkey, "--dir", member, "--json", "--allow-private"], 0)
}

#[test]
fn a_witness_is_asked_over_http_and_says_where_it_is() {
    let desk = Desk::founded();
    let mut witness = Witness::of(&desk);
    let key = std::fs::read_to_string(witness.host.path("w/w1.example_w1.witness.pub")).unwrap();
    assert_eq!(key.trim_end(), witness.vkey);
    let asked = ask(&desk, &witness, "moscow");
    assert_eq!((&asked["did"], &asked["cosignatures"][0]["size"]), (&"ask".into(), &1.into()));
    assert_eq!(asked["cosignatures"][0]["standing"], "holds");
    let file = asked["files"][0].as_str().unwrap().to_owned();
    assert!(desk.path(&format!("moscow/{file}")).is_file());
    // Asked again, it cosigns later, and the earliest stays.
    assert_eq!(ask(&desk, &witness, "moscow")["files"].as_array().unwrap().len(), 0);
    for words in ["one", "two"] {
        desk.ok(&["state", words, "--sign", "--yes", "--dir", "moscow"]);
    }
    // Whoever holds nothing of it begins at 0, and is told where to begin.
    for (path, _) in tree(&desk.path("moscow/notes")) {
        std::fs::remove_file(path).unwrap();
    }
    assert_eq!(ask(&desk, &witness, "moscow")["cosignatures"][0]["size"], 3);
    let listed = desk.ok(&["witness", "list", "--key", &witness.vkey, "--dir", "moscow"]);
    assert!(listed.contains("moscow: 3 entries sealed, 3 of them cosigned"), "{listed}");
    // Another run of the same witness goes on where it was.
    assert_eq!(witness.stop(), Some(0));
    witness.start();
    let (status, kind, body) = {
        desk.ok(&["witness", "request", "-o", "replay", "--from", "0", "--dir", "moscow"]);
        add(witness.at, &std::fs::read(desk.path("replay")).unwrap())
    };
    assert_eq!((status, kind.as_str(), text(&body).as_str()), (409, "text/x.tlog.size", "3\n"));
    // Addresses of this machine are asked only where that is meant, and no other log.
    let url = witness.url();
    desk.refused(&["witness", "ask", &url, "--key", &witness.vkey, "--dir", "moscow"], 6, "private_address");
    desk.refused(&["witness", "ask", "w1.example", "--dir", "moscow"], 2, "url");
    let key = &witness.vkey;
    let words = ["witness", "ask", &url, "athens", "--key", key, "--dir", "moscow", "--allow-private"];
    desk.refused(&words, 1, "no_entry");
    // What could not be told apart is not asked for.
    desk.refused(&["witness", "ask", &url, "--dir", "washington", "--allow-private"], 1, "witness");
}

#[test]
fn what_a_witness_answers_wrongly_is_told_and_nothing_is_kept() {
    let desk = Desk::founded();
    let key = Witness::of(&desk).vkey.clone();
    for (status, kind, body, due) in [
        (200, "text/plain", &b"\xe2\x80\x94 w AAAA\n"[..], "something else than cosignature lines"),
        (200, "text/html", b"<html>", "something else than cosignature lines"),
        (404, "text/plain", b"", "is not there (404), or does not know this log"),
        (403, "text/plain", b"", "does not know this log (403)"),
        (409, "text/x.tlog.size", b"9\n", "more than are sealed here"),
        (409, "text/plain", b"no\n", "409 without a size"),
        (422, "text/plain", b"", "(422)"),
        (503, "text/plain", b"", "cannot answer now (503)"),
    ] {
        let url = answering(move |line, _| {
            assert_eq!(line, "/w/add-checkpoint text/plain; charset=utf-8");
            (status, kind.to_owned(), body.to_vec())
        });
        let url = format!("{url}/w/");
        let words = ["witness", "ask", &url, "--key", &key, "--dir", "moscow", "--allow-private"];
        desk.refused(&words, 1, "witness");
        let err = text(&desk.run(&words).stderr);
        assert!(err.contains(due), "{status} {err}");
    }
    let url = answering(|_, _| (302, "text/plain".to_owned(), Vec::new()));
    let words = ["witness", "ask", &url, "--key", &key, "--dir", "moscow", "--allow-private"];
    desk.refused(&words, 1, "web_answer");
}

#[test]
fn a_serving_witness_cosigns_one_history_and_shows_it() {
    let desk = Desk::founded();
    copy_tree(&desk.path("moscow"), &desk.path("other"));
    copy_tree(&desk.path("k"), &desk.path("k2"));
    let local = std::fs::read_to_string(desk.path("other/local.json")).unwrap();
    std::fs::write(desk.path("other/local.json"), local.replace("/k/", "/k2/")).unwrap();
    let witness = Witness::of(&desk);
    let request = |dir: &str, from: &str, name: &str| {
        desk.ok(&["witness", "request", "-o", name, "--from", from, "--dir", dir]);
        std::fs::read(desk.path(name)).unwrap()
    };
    let first = request("moscow", "0", "zero");
    let head = Submission::parse(&first).unwrap().head().clone();
    let latest = format!("GET /witness/{}/checkpoint", Hash::of(head.origin.as_bytes()));
    assert_eq!(exchange(witness.at, &latest, b"").0, 404);
    let (status, kind, line) = add(witness.at, &first);
    assert_eq!((status, kind.as_str()), (200, "text/plain; charset=utf-8"));
    let (status, _, note) = exchange(witness.at, &latest, b"");
    let shown = Note::parse(&note, 2).unwrap();
    assert_eq!((status, shown.text()), (200, &*head.text()));
    assert_eq!(format!("{}\n", shown.lines()[1]).into_bytes(), line);
    assert_eq!(add(witness.at, &first).0, 409, "a replay from 0");
    assert_eq!(add(witness.at, b"old 0\n").0, 400);
    assert_eq!(add(witness.at, &vec![b'x'; 70 << 10]).0, 413);
    // Two histories of one log, both under its key: the one that came first stands.
    desk.ok(&["state", "One.", "--sign", "--yes", "--dir", "moscow"]);
    desk.ok(&["state", "Another.", "--sign", "--yes", "--dir", "other"]);
    assert_eq!(add(witness.at, &request("moscow", "1", "mine")).0, 200);
    assert_eq!(add(witness.at, &request("other", "1", "theirs")).0, 409);
    assert_eq!(add(witness.at, &request("other", "2", "same")).0, 422);
    assert_eq!(tree(&witness.host.path("state/forks")).len(), 2);
    let (_, _, note) = exchange(witness.at, &latest, b"");
    let mine = TreeHead::parse(Note::parse(&note, 2).unwrap().text()).unwrap();
    assert_eq!(mine, *Submission::parse(&std::fs::read(desk.path("mine")).unwrap()).unwrap().head());
    assert_eq!(exchange(witness.at, &format!("GET /witness/{}/checkpoint", Hash::of(b"x")), b"").0, 404);
}

#[test]
fn of_many_that_ask_at_once_one_is_first_and_the_others_hear_where_it_is() {
    let desk = Desk::founded();
    let witness = Witness::of(&desk);
    desk.ok(&["witness", "request", "-o", "all", "--from", "0", "--dir", "moscow"]);
    let body = std::fs::read(desk.path("all")).unwrap();
    let at = witness.at;
    let askers: Vec<_> = (0..8)
        .map(|_| {
            let body = body.clone();
            thread::spawn(move || add(at, &body))
        })
        .collect();
    let mut answers: Vec<u16> = askers.into_iter().map(|asker| asker.join().unwrap().0).collect();
    answers.sort_unstable();
    assert_eq!(answers, [200, 409, 409, 409, 409, 409, 409, 409]);
}

#[test]
fn a_witness_does_not_start_beside_another_key_or_without_its_state() {
    let desk = Desk::founded();
    let mut witness = Witness::of(&desk);
    assert_eq!(witness.stop(), Some(0));
    let host = &witness.host;
    let key = "w/w1.example_w1.witness.key";
    let serve = |more: &[&'static str]| {
        let words = ["serve", "pub", "--listen", "127.0.0.1:0", "--witness", key];
        [&words[..], more].concat()
    };
    host.refused(&serve(&["--state", "state"]), 2, "usage");
    host.refused(&serve(&["--state", "none", "--charter", "charter.json"]), 6, "witness_state");
    for place in ["w/moscow.key", "state/moscow.key", "state/forks/x", "moscow.key", "pub/moscow.key"] {
        std::fs::copy(desk.path("k/moscow.key"), host.path(place)).unwrap();
        host.refused(&serve(&["--state", "state", "--charter", "charter.json"]), 6, "secret_readable");
        std::fs::remove_file(host.path(place)).unwrap();
    }
    witness.start();
    assert_eq!(ask(&desk, &witness, "moscow")["cosignatures"][0]["size"], 1);
}

#[test]
fn an_authority_is_asked_over_http() {
    let desk = Desk::founded();
    let good = answering(|line, body| {
        assert_eq!(line, "/tsa application/timestamp-query");
        let imprint = *Request::parse(body).unwrap().imprint();
        (200, "Application/Timestamp-Reply; x=1".to_owned(), crate::stamping::made_over(&imprint))
    });
    let url = format!("{good}/tsa");
    let plain = ["stamp", "ask", &url, "--no-nonce", "--dir", "moscow"];
    desk.refused(&plain, 6, "private_address");
    let meant = [&plain[..], &["--allow-private"]].concat();
    let out = desk.ok(&meant);
    assert!(out.contains("time stamp over moscow 0 to 0"), "{out}");
    assert!(out.contains(&format!("answers the request in {url}")), "{out}");
    assert_eq!(tree(&desk.path("moscow/notes")).len(), 2, "the head and the token");
    let again = desk.json(&[&meant[..], &["--json"]].concat(), 0);
    assert_eq!(again["tokens"][0]["request_compared"], true);
    // An answer to another request, a page, another status, another root: nothing is kept.
    let before = tree(&desk.path("moscow"));
    let with_nonce = ["stamp", "ask", &url, "--dir", "moscow", "--allow-private"];
    desk.refused(&with_nonce, 4, "stamp_nonce");
    for (status, kind) in [(200, "text/html"), (500, "application/timestamp-reply"), (200, "")] {
        let bad = answering(move |_, body| {
            let imprint = *Request::parse(body).unwrap().imprint();
            (status, kind.to_owned(), crate::stamping::made_over(&imprint))
        });
        let words = ["stamp", "ask", &bad, "--no-nonce", "--dir", "moscow", "--allow-private"];
        desk.refused(&words, 1, "web_answer");
    }
    let root = std::env::current_dir().unwrap().join("tests/vectors/stamp/root.pem");
    let root = root.display().to_string();
    desk.refused(&[&meant[..], &["--ca", &root]].concat(), 4, "stamp_digest");
    assert_eq!(tree(&desk.path("moscow")), before);
    desk.refused(&["stamp", "ask", &url, "--dir", "observer", "athens", "--allow-private"], 1, "no_entry");
}

/// Evidence over the newest seal of moscow: a cosigned checkpoint, and a token with its
/// head. The witness is `NAME`, by file.
fn with_evidence(desk: &Desk, witness: &str, round: &str) {
    if !desk.path(&format!("k/{witness}.witness.key")).exists() {
        desk.ok(&["witness", "key", witness, "--out", "k", "--no-passphrase"]);
    }
    let (key, state) = (format!("k/{witness}.witness.key"), format!("state-{witness}"));
    let (request, answer) = (format!("{round}.request"), format!("{round}.answer"));
    desk.ok(&["witness", "request", "-o", &request, "--witness", witness, "--dir", "moscow"]);
    let own = ["--key", &key, "--state", &state, "--charter", "charter.json", "-o", &answer];
    desk.ok(&[&["witness", "sign", &request][..], &own].concat());
    let vkey = std::fs::read_to_string(desk.path(&format!("k/{witness}.witness.pub"))).unwrap();
    desk.ok(&["witness", "add", &answer, "--key", vkey.trim_end(), "--dir", "moscow"]);
    let query = format!("{round}.tsq");
    desk.ok(&["stamp", "request", "-o", &query, "--no-nonce", "--dir", "moscow"]);
    let asked = Request::parse(&std::fs::read(desk.path(&query)).unwrap()).unwrap();
    std::fs::write(desk.path("a.tsr"), crate::stamping::made_over(asked.imprint())).unwrap();
    desk.ok(&["stamp", "add", "a.tsr", "--dir", "moscow"]);
}

/// The files of a folder's `notes/`, by name.
fn notes(desk: &Desk, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let path = desk.path(&format!("{folder}/notes"));
    let files = if path.exists() { tree(&path) } else { BTreeMap::new() };
    files
        .into_iter()
        .map(|(path, bytes)| (path.file_name().unwrap().to_string_lossy().into_owned(), bytes))
        .collect()
}

fn listed(desk: &Desk, folder: &str) -> Vec<String> {
    let bytes = std::fs::read(desk.path(&format!("{folder}/snapshot.json"))).unwrap();
    let files = Listing::parse(&bytes).unwrap().files.into_keys();
    files.filter_map(|path| path.strip_prefix("notes/").map(str::to_owned)).collect()
}

fn root() -> Vec<u8> {
    let pem = std::fs::read("tests/vectors/stamp/root.pem").unwrap();
    countersign::timestamp::certificates(&pem).unwrap().remove(0)
}

fn put_note(desk: &Desk, folder: &str, bytes: &[u8]) -> String {
    let name = Hash::of(bytes).to_string();
    std::fs::create_dir_all(desk.path(&format!("{folder}/notes"))).unwrap();
    std::fs::write(desk.path(&format!("{folder}/notes/{name}")), bytes).unwrap();
    name
}

#[test]
fn evidence_that_no_entry_names_is_published_taken_in_and_mirrored() {
    let desk = Desk::founded();
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    with_evidence(&desk, "w.example", "one");
    let root = put_note(&desk, "moscow", &root());
    let held = notes(&desk, "moscow");
    assert_eq!(held.len(), 4, "a cosigned checkpoint, a head, a token, a root");
    // Nothing was signed since the last time it was published.
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    assert_eq!(notes(&desk, "pub"), held);
    assert_eq!(listed(&desk, "pub"), held.keys().cloned().collect::<Vec<_>>());
    desk.exits(&["verify", "pub", "--ledger", "charter.json"], 0);
    let looked = desk.json(&["pull", "pub", "--check", "--dir", "washington", "--json"], 0);
    assert_eq!(looked["sources"][0]["notes"].as_array().unwrap().len(), 4);
    assert!(notes(&desk, "washington").is_empty());
    let taken = desk.ok(&["pull", "pub", "--dir", "washington"]);
    assert!(taken.contains("evidence of time: 4 new in notes/"), "{taken}");
    assert_eq!(notes(&desk, "washington"), held);
    let again = desk.ok(&["pull", "pub", "--dir", "washington"]);
    assert!(!again.contains("evidence of time"), "{again}");
    desk.ok(&["mirror", "pub", "mirrored", "--ledger", "charter.json"]);
    assert_eq!((notes(&desk, "mirrored"), listed(&desk, "mirrored").len()), (held.clone(), 4));
    // By an ordinary web server, and by a carrier of what is new alone.
    let server = crate::web::Server::plain(&desk.path("mirrored"));
    desk.ok(&["pull", &server.url(), "--dir", "observer", "--allow-private"]);
    assert_eq!(notes(&desk, "observer"), held);
    std::fs::remove_file(desk.path(&format!("observer/notes/{root}"))).unwrap();
    desk.ok(&["publish", "carried", "--since", "pub", "--dir", "moscow"]);
    desk.ok(&["pull", "carried", "--dir", "observer"]);
    assert_eq!(notes(&desk, "observer"), held);
    // A later mirror keeps what the source has not.
    with_evidence(&desk, "w.example", "two");
    desk.ok(&["state", "One.", "--sign", "--yes", "--evidence", "none", "--dir", "moscow"]);
    with_evidence(&desk, "w.example", "three");
    desk.ok(&["publish", "later", "--dir", "moscow"]);
    std::fs::remove_file(desk.path(&format!("later/notes/{root}"))).unwrap();
    desk.ok(&["mirror", "later", "mirrored"]);
    let all = notes(&desk, "moscow");
    assert_eq!((all.len(), notes(&desk, "mirrored"), listed(&desk, "mirrored").len()), (7, all, 7));
}

#[test]
fn what_is_no_evidence_over_these_logs_is_not_taken_in_and_changes_nothing() {
    let desk = Desk::founded();
    let other = Desk::founded();
    with_evidence(&desk, "w.example", "one");
    with_evidence(&other, "w.example", "one");
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    std::fs::remove_file(desk.path("pub/index.html")).unwrap();
    let before = desk.ok(&["verify", "pub", "--ledger", "charter.json"]);
    let good = notes(&desk, "pub");
    let cosigned = good.values().find(|bytes| text(bytes).contains("\n\n")).unwrap();
    let (head, lines) = text(cosigned).split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let sealed = lines.lines().next().unwrap();
    let bent = sealed.replace(&sealed[sealed.len() - 8..], "AAAAAAA=");
    let longer = head.replace("\n1\n", "\n2\n");
    let mut junk = vec![
        b"junk".to_vec(),
        format!("{head}\n\n{sealed}\n").into_bytes(),
        format!("{head}\n\n{bent}\n{}\n", lines.lines().nth(1).unwrap()).into_bytes(),
        format!("{longer}\n\n{lines}").into_bytes(),
        format!("{longer}\n").into_bytes(),
        crate::stamping::made_over(&Hash::of(format!("{longer}\n").as_bytes())),
        crate::stamping::made_over(&Hash::of(b"nothing")),
        b"\x30\x03\x02\x01\x01".to_vec(),
    ];
    junk.extend(notes(&other, "moscow").into_values());
    for bytes in &junk {
        put_note(&desk, "pub", bytes);
    }
    assert_eq!(desk.ok(&["verify", "pub", "--ledger", "charter.json"]), before);
    desk.ok(&["pull", "pub", "--dir", "washington"]);
    desk.ok(&["mirror", "pub", "mirrored", "--ledger", "charter.json"]);
    assert_eq!(notes(&desk, "washington"), good);
    assert_eq!(notes(&desk, "mirrored"), good);
    // What a holder put into the own folder is held, and is not published.
    for bytes in &junk {
        put_note(&desk, "washington", bytes);
    }
    desk.ok(&["publish", "from-washington", "--dir", "washington"]);
    assert_eq!(notes(&desk, "from-washington"), good);
    desk.exits(&["verify", "washington"], 0);
}

#[test]
fn evidence_that_anybody_can_make_is_taken_in_up_to_a_bound() {
    let desk = Desk::founded();
    with_evidence(&desk, "w.example", "one");
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    let good = notes(&desk, "pub");
    desk.ok(&["pull", "pub", "--dir", "washington"]);
    let token = good.values().find(|bytes| Token::parse(bytes).is_ok()).unwrap();
    for number in 0..300_u16 {
        let mut other = token.clone();
        let at = other.len() - 2;
        other[at..].copy_from_slice(&number.to_be_bytes());
        assert!(Token::parse(&other).is_ok(), "its signature is not looked at");
        put_note(&desk, "pub", &other);
    }
    let taken = desk.json(&["pull", "pub", "--dir", "washington", "--json"], 0);
    assert_eq!(taken["sources"][0]["notes_left"], 300 + 3 - 256);
    let held = notes(&desk, "washington");
    assert_eq!(held.len(), testimony::MOST_FILES);
    assert!(good.keys().all(|name| held.contains_key(name)), "what is held stays");
    desk.ok(&["publish", "from-washington", "--dir", "washington"]);
    assert_eq!(notes(&desk, "from-washington"), held);
    desk.exits(&["verify", "from-washington", "--ledger", "charter.json"], 0);
}

/// The digests in `after` of an entry.
fn after(desk: &Desk, entry: &str) -> Vec<String> {
    let shown = desk.json(&["show", entry, "--bytes", "--json", "--dir", "moscow"], 0);
    let text = shown["text"].as_str().unwrap().to_owned();
    let Some((_, rest)) = text.split_once("\"after\":[") else { return Vec::new() };
    rest.split_once(']').unwrap().0.split(',').map(|digest| digest.trim_matches('"').to_owned()).collect()
}

#[test]
fn the_entry_signed_next_names_the_evidence_that_is_held_and_none_names_it_again() {
    let desk = Desk::founded();
    with_evidence(&desk, "w.example", "one");
    put_note(&desk, "moscow", b"junk");
    let named: Vec<String> = notes(&desk, "moscow")
        .into_iter()
        .filter(|(_, bytes)| bytes != b"junk")
        .map(|(name, _)| name)
        .collect();
    desk.ok(&["state", "Zero.", "--sign", "--yes", "--evidence", "none", "--dir", "moscow"]);
    assert_eq!(after(&desk, "moscow/1"), Vec::<String>::new());
    let signed = desk.run(&["state", "One.", "--sign", "--yes", "--dir", "moscow"]);
    let sheet = text(&signed.stderr);
    assert!(sheet.contains("holds evidence of time: moscow 0 to 0, lines of w.example"), "{sheet}");
    assert!(sheet.contains("holds evidence of time: moscow 0 to 0, time stamp, 20"), "{sheet}");
    assert!(sheet.contains("--evidence none"), "{sheet}");
    assert_eq!(after(&desk, "moscow/2"), named, "ascending, each once");
    let signed = desk.run(&["state", "Two.", "--sign", "--yes", "--dir", "moscow", "--lang", "ru"]);
    assert!(!text(&signed.stderr).contains("свидетельство"), "{}", text(&signed.stderr));
    assert_eq!(after(&desk, "moscow/3"), Vec::<String>::new());
    desk.refused(&["state", "X", "--sign", "--yes", "--evidence", "one", "--dir", "moscow"], 2, "usage");
    // More than an entry names: the newest first, the rest by the next ones.
    let token = notes(&desk, "moscow").into_values().find(|bytes| Token::parse(bytes).is_ok()).unwrap();
    let others = (0..20_u8).map(|number| {
        let mut other = token.clone();
        *other.last_mut().unwrap() = number;
        other
    });
    let old: Vec<String> =
        others.filter(|other| *other != token).map(|other| put_note(&desk, "moscow", &other)).collect();
    with_evidence(&desk, "w.example", "two");
    let newest =
        notes(&desk, "moscow").into_keys().filter(|name| !named.contains(name) && !old.contains(name));
    let newest: Vec<String> = newest.filter(|name| *name != Hash::of(b"junk").to_string()).collect();
    assert_eq!(newest.len(), 3);
    desk.ok(&["state", "Three.", "--sign", "--yes", "--dir", "moscow"]);
    let first = after(&desk, "moscow/4");
    assert_eq!(first.len(), 16);
    assert!(newest.iter().all(|name| first.contains(name)), "the newest first");
    desk.ok(&["state", "Four.", "--sign", "--yes", "--dir", "moscow"]);
    let rest = after(&desk, "moscow/5");
    let mut all = [first, rest].concat();
    all.sort();
    let mut due = [newest, old].concat();
    due.sort();
    assert_eq!(all, due);
    // Whoever holds the log has the evidence, and names it too: it is over a log held there.
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    desk.exits(&["verify", "pub", "--ledger", "charter.json"], 0);
    desk.ok(&["pull", "pub", "--dir", "washington"]);
    let signed = desk.run(&["seen", "--sign", "--yes", "--dir", "washington", "--lang", "ru"]);
    let sheet = text(&signed.stderr);
    assert!(sheet.contains("содержит свидетельство времени: moscow с 0 по 3, строки: w.example"), "{sheet}");
    desk.exits(&["verify", "washington"], 0);
}

#[test]
#[ignore = "needs Python 3.12, Go, OpenSSL (tests/setup)"]
fn strangers_with_four_verifiers_come_to_one_verdict() {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_countersign"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let run = std::process::Command::new("sh")
        .arg("examples/strangers/run.sh")
        .env("PATH", path)
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    let (out, err) = (text(&run.stdout), text(&run.stderr));
    assert!(run.status.success(), "{out}\n{err}");
    for (copy, verdict) in [("snapshot", "whole"), ("tampered", "damaged")] {
        for who in ["countersign", "verify.py", "go", "aics-tlog"] {
            let due = format!("{copy:<11} {who:<12} {verdict}");
            assert!(out.lines().any(|line| line == due), "{due}\n{out}");
        }
    }
    for due in [
        "moscow 2: w1.example/file, 20",
        "moscow 2: w2.example/http, 20",
        "moscow 2: w3.example/aics, 20",
        "named       2 pieces of evidence",
        "stamped     openssl ts, Verification: OK",
        "stamped     countersign, existed by 20",
        "moscow/1    existed by 2",
        "(both 2/2)",
        "witnessed by w1, w2, w3; time-stamped by",
        "moscow/2    not before 2",
        "order       moscow/1 before moscow/2: shown",
        "four verifiers, one verdict on each copy",
    ] {
        assert!(out.contains(due), "{due}\n{out}");
    }
}

#[test]
fn lines_that_stand_in_a_longer_note_are_not_named_twice() {
    let desk = Desk::founded();
    with_evidence(&desk, "a.example", "one");
    with_evidence(&desk, "b.example", "two");
    assert_eq!(notes(&desk, "moscow").len(), 4, "two notes of one head, a stamped head, a token");
    desk.ok(&["state", "One.", "--sign", "--yes", "--dir", "moscow"]);
    assert_eq!(after(&desk, "moscow/1").len(), 3);
    desk.ok(&["state", "Two.", "--sign", "--yes", "--dir", "moscow"]);
    assert_eq!(after(&desk, "moscow/2"), Vec::<String>::new());
}
