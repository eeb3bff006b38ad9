//! Vectors: files under `tests/vectors/RANK/`, walked here, for any implementation.
//!
//! ```text
//! rank: chained            which rank decides
//! expect: prev             ok, or a code
//! at: moscow/2             where
//! why: ...                 one line
//! part: logs/moscow.journal 1234
//!
//! (the parts' raw bytes, one after another)
//! ```
//!
//! The files are written by this module (`COUNTERSIGN_WRITE_VECTORS=1 cargo test
//! vectors`) and must equal what it writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::audit::{Audit, Copy, Expectation, LogBytes, Pins};
use countersign::body::membership::SetChange;
use countersign::charter::Charter;
use countersign::disk::{Access, Disk};
use countersign::entry::{Entry, Head, LARGEST, Signed};
use countersign::fault::{Code, Verdict};
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::note::{self, Line, Note};
use countersign::snapshot;
use countersign::status::{self, Cited, Effect};
use countersign::tile;
use countersign::vocabulary::Tongue;

use crate::memory::MemoryDisk;
use crate::review::{new_set, open_volume, other_way, rotate, volume_bytes};
use crate::world::{Joining, World, charter_bytes, charter_value, key, label, log};

const FOLDER: &str = "tests/vectors";

/// The folders in it that are walked and written here.
const RANKS: [&str; 7] = ["formed", "signed", "chained", "woven", "sealed", "copy", "effect"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector {
    rank: String,
    name: String,
    headers: Vec<(String, String)>,
    pub parts: Vec<(String, Vec<u8>)>,
}

impl Vector {
    pub fn new(rank: &str, name: &str, expect: &str, why: &str) -> Self {
        let headers = [("rank", rank), ("expect", expect), ("why", why)];
        Self {
            rank: rank.to_owned(),
            name: name.to_owned(),
            headers: headers.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec(),
            parts: vec![],
        }
    }

    pub fn header(mut self, key: &str, value: impl AsRef<str>) -> Self {
        self.headers.push((key.to_owned(), value.as_ref().to_owned()));
        self
    }

    fn part(mut self, path: &str, bytes: &[u8]) -> Self {
        self.parts.push((path.to_owned(), bytes.to_vec()));
        self
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn bytes(&self, path: &str) -> &[u8] {
        &self.parts.iter().find(|(name, _)| name == path).unwrap().1
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = String::new();
        for (key, value) in &self.headers {
            out.push_str(&format!("{key}: {value}\n"));
        }
        for (path, bytes) in &self.parts {
            out.push_str(&format!("part: {path} {}\n", bytes.len()));
        }
        out.push('\n');
        let mut out = out.into_bytes();
        for (_, bytes) in &self.parts {
            out.extend(bytes);
        }
        out
    }

    fn parse(rank: &str, name: &str, bytes: &[u8]) -> Self {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let (mut headers, mut parts, mut at) = (vec![], vec![], end + 2);
        for line in head.lines() {
            let (key, value) = line.split_once(": ").unwrap();
            if key == "part" {
                let (path, length) = value.rsplit_once(' ').unwrap();
                let length: usize = length.parse().unwrap();
                parts.push((path.to_owned(), bytes[at..at + length].to_vec()));
                at += length;
            } else {
                headers.push((key.to_owned(), value.to_owned()));
            }
        }
        assert_eq!(at, bytes.len(), "{rank}/{name}: trailing bytes");
        Self { rank: rank.to_owned(), name: name.to_owned(), headers, parts }
    }
}

// ---- Judging a vector: what another implementation would write for itself.

fn judge_entry(vector: &Vector) -> String {
    match Signed::parse(vector.bytes("note")) {
        Ok(_) => "ok".to_owned(),
        Err(fault) => fault.code.to_string(),
    }
}

fn judge_journal(vector: &Vector) -> String {
    let charter = Arc::new(Charter::parse(vector.bytes("charter.json")).unwrap());
    let (path, bytes) = vector.parts.iter().find(|(path, _)| path.starts_with("logs/")).unwrap();
    let name = path.trim_start_matches("logs/").trim_end_matches(".journal");
    let (notes, end) = tile::frames(bytes);
    assert_eq!(end, bytes.len());
    let held = countersign::shelf::Held { notes, tiles: None };
    let bytes = LogBytes { shelf: Arc::new(held), ..LogBytes::default() };
    let copy = Copy {
        charter: Some(charter.bytes().to_vec()),
        logs: [(log(name), bytes)].into(),
        ..Copy::default()
    };
    let pinned = Expectation { ledger: Some(charter.id().bytes().to_vec()), ..Expectation::default() };
    let audit = Audit::of(&copy, &pinned).unwrap();
    let Some(strand) = audit.strands.get(&log(name)) else {
        return audit.findings[0].code.to_string();
    };
    match &strand.stop {
        None => "ok".to_owned(),
        Some(fault) => {
            assert_eq!(
                vector.get("at"),
                Some(format!("{name}/{}", strand.size()).as_str()),
                "{}",
                vector.name
            );
            fault.code.to_string()
        }
    }
}

fn read_pins(bytes: &[u8]) -> Pins {
    let value = Value::parse(std::str::from_utf8(bytes).unwrap().trim_end()).unwrap();
    let Value::Object(logs) = value else { panic!("pins") };
    logs.iter()
        .map(|(name, head)| {
            let mut fields = countersign::fields::Fields::of(head, "").unwrap();
            (log(name), Head::take(&mut fields).unwrap())
        })
        .collect()
}

/// What the entry at `at` amounts to: ok, or why it is without effect.
fn judge_effect(vector: &Vector) -> String {
    let audit = read_copy(vector);
    assert_eq!(audit.verdict, Verdict::Whole, "{}", vector.name);
    let Cited::One(_, signed) = status::find(&audit, vector.get("at").unwrap()) else { panic!("at") };
    match status::effect(&audit, &signed) {
        Effect::AsWritten => "ok".to_owned(),
        Effect::Without(why) => format!("without: {}", why.of(Tongue::English)),
        Effect::NotUnderstood(what) => format!("not understood: {what}"),
    }
}

fn read_copy(vector: &Vector) -> Audit {
    let disk = MemoryDisk::new();
    let root = Path::new("/w/copy");
    let mut pins = None;
    for (path, bytes) in &vector.parts {
        if path == "pins.json" {
            pins = Some(read_pins(bytes));
            continue;
        }
        let path = root.join(path);
        let mut folder = PathBuf::new();
        for step in path.parent().unwrap() {
            folder.push(step);
            disk.make_folder(&folder, Access::Usual).unwrap();
        }
        disk.create(&path, bytes, Access::Usual).unwrap();
    }
    let ledger = match vector.get("ledger") {
        Some("none") => None,
        Some(id) => Some(Hash::from_hex(id).unwrap().bytes().to_vec()),
        None => {
            let charter = vector.parts.iter().find(|(path, _)| path == "charter.json");
            charter.map(|(_, bytes)| Hash::of(bytes).bytes().to_vec())
        }
    };
    let copy = snapshot::read(&disk, root).unwrap();
    Audit::of(&copy, &Expectation { ledger, pins, earlier: None }).unwrap()
}

fn judge_copy(vector: &Vector) -> String {
    let audit = read_copy(vector);
    for evidence in &audit.evidence {
        assert!(evidence.verify().is_ok(), "{}", vector.name);
    }
    let Some(first) = audit.findings.first() else {
        assert_eq!(audit.verdict, Verdict::Whole);
        return "ok".to_owned();
    };
    if let Some(reason) = vector.get("reason") {
        assert_eq!(first.reason.map(Code::as_str), Some(reason), "{}", vector.name);
    }
    if let Some(at) = vector.get("at") {
        assert_eq!(first.place, at, "{}", vector.name);
    }
    first.code.to_string()
}

fn judge(vector: &Vector) -> String {
    match vector.rank.as_str() {
        "formed" => judge_entry(vector),
        "signed" | "chained" => judge_journal(vector),
        "effect" => judge_effect(vector),
        _ => judge_copy(vector),
    }
}

fn files() -> Vec<Vector> {
    let mut all = Vec::new();
    for rank in RANKS {
        let mut names: Vec<PathBuf> =
            fs::read_dir(Path::new(FOLDER).join(rank)).unwrap().map(|item| item.unwrap().path()).collect();
        names.sort();
        for path in names {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            all.push(Vector::parse(rank, &name, &fs::read(&path).unwrap()));
        }
    }
    all
}

#[test]
fn every_vector_gives_what_it_expects() {
    for vector in files() {
        let expect = vector.get("expect").unwrap();
        assert_eq!(judge(&vector), expect, "{}/{}", vector.rank, vector.name);
    }
}

#[test]
fn every_code_has_a_vector() {
    let seen: BTreeSet<String> =
        files().iter().map(|vector| vector.get("expect").unwrap().to_owned()).collect();
    // Links cannot stand in a vector (tests/it/bad_input.rs makes them); pages come
    // with the page.
    let elsewhere = [Code::ExcerptLacks, Code::OddFile, Code::PageUnknown, Code::PageData, Code::PageOther];
    for code in Code::ALL.iter().filter(|code| !elsewhere.contains(code)) {
        assert!(seen.contains(code.as_str()), "no vector expects {code}");
    }
    assert!(seen.contains("ok"));
}

#[test]
fn the_files_are_those_that_are_written_here() {
    let made = all();
    if std::env::var_os("COUNTERSIGN_WRITE_VECTORS").is_some() {
        // Time stamps beside these are made elsewhere (stamps.rs).
        for rank in RANKS {
            let _ = fs::remove_dir_all(Path::new(FOLDER).join(rank));
        }
        for vector in &made {
            let folder = Path::new(FOLDER).join(&vector.rank);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(&vector.name), vector.to_bytes()).unwrap();
        }
    }
    let files: BTreeMap<(String, String), Vec<u8>> =
        files().iter().map(|v| ((v.rank.clone(), v.name.clone()), v.to_bytes())).collect();
    let made: BTreeMap<(String, String), Vec<u8>> =
        made.iter().map(|v| ((v.rank.clone(), v.name.clone()), v.to_bytes())).collect();
    assert_eq!(files.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (name, bytes) in &made {
        assert!(files[name] == *bytes, "{name:?} differs from what is written");
    }
}

// ---- Making them.

fn all() -> Vec<Vector> {
    let mut all = formed();
    all.extend(signed());
    all.extend(chained());
    all.extend(woven());
    all.extend(sealed());
    all.extend(copy());
    all.extend(crate::effect_vectors::all());
    all
}

fn formed() -> Vec<Vector> {
    let mut world = World::small();
    let good = world.state("moscow", "We say this, and \"that\".\nТак.").bytes().to_vec();
    let text = String::from_utf8(good.clone()).unwrap();
    let json = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1).into_bytes()
    };
    let mut out = vec![Vector::new("formed", "ok", "ok", "a statement").part("note", &good)];
    let mut add = |name: &str, expect: &str, why: &str, bytes: Vec<u8>| {
        out.push(Vector::new("formed", name, expect, why).part("note", &bytes));
    };
    let mut large = text.replace("We say", &format!("We say {}", "x".repeat(LARGEST)));
    large.truncate(LARGEST + 1);
    add("size-65536", "size", "one byte more than an entry may have", large.into_bytes());
    add("empty", "note_form", "no byte", vec![]);
    add("crlf", "note_form", "carriage returns", text.replace('\n', "\r\n").into_bytes());
    add("latin1", "note_form", "not UTF-8", [&good[..40], &[0xe9], &good[40..]].concat());
    add(
        "no-signature",
        "note_form",
        "no signature line",
        text.split("\n\n").next().unwrap().as_bytes().to_vec(),
    );
    add("trailing-byte", "note_form", "a byte after the end", [&good[..], b"x"].concat());
    add("trailing-newline", "note_form", "an empty line after the end", [&good[..], b"\n"].concat());
    add("truncated", "note_form", "cut in the signature", good[..good.len() - 9].to_vec());
    add(
        "hyphen",
        "note_form",
        "a hyphen in place of the em dash",
        text.replace('\u{2014}', "-").into_bytes(),
    );
    add("base64-bits", "note_form", "base64 with bits that do not count", noncanonical(&text));
    add("short-signature", "note_form", "a signature of 67 bytes", shorter(&text));
    add("seventeen-signatures", "note_form", "17 signature lines", seventeen(&text));
    add("line-twice", "note_form", "one signature line twice", twice(&text));
    add("first-line", "first_line", "the first line of a key proof", json("v1 entry", "v1 key"));
    add("first-line-v2", "first_line", "another version", json("countersign/v1", "countersign/v2"));
    add("space", "json_form", "white space in the JSON", json("\"kind\":", "\"kind\": "));
    add("order", "json_form", "keys out of order", swapped(&text));
    add("key-twice", "json_form", "one key twice", json("\"kind\":", "\"kind\":\"x\",\"kind\":"));
    add("float", "json_form", "a number with a point", json("\"seq\":1", "\"seq\":1.0"));
    add("number-range", "json_form", "2^53", json("\"seq\":1", "\"seq\":9007199254740992"));
    add("leading-zero", "json_form", "a leading zero", json("\"seq\":1", "\"seq\":01"));
    add("null", "json_form", "null", json("\"seq\":1", "\"seq\":null"));
    add("escape", "json_form", "an escape that is not needed", json("We", "\\u0057e"));
    add(
        "deep",
        "json_form",
        "depth 13",
        json("\"body\":{", &format!("\"body\":{{\"a\":{}{},", "[".repeat(11), "]".repeat(11))),
    );
    add("empty-string", "json_form", "an empty string", json("\"kind\":\"statement\"", "\"kind\":\"\""));
    add("two-objects", "json_form", "a second object", json("]}\n", "]}{}\n"));
    add("bidi", "character", "U+202E turns what follows", json("We say", "We \u{202e}say"));
    add("zero-width", "character", "U+200B is invisible", json("We say", "We\u{200b}say"));
    add("nfd", "character", "e and U+0301 where U+00E9 is one character", json("We say", "We\u{301} say"));
    add("unassigned", "character", "U+05C8, assigned after Unicode 15.0", json("We say", "We \u{5c8}"));
    add(
        "form-before-character",
        "json_form",
        "two faults: form is told first",
        json("\"kind\":", &format!("\"k{}\":", '\u{202e}')),
    );
    add(
        "field-surplus",
        "field",
        "a field that the envelope does not have",
        json("\"kind\":", "\"extra\":1,\"kind\":"),
    );
    add("field-absent", "field", "no kind", json("\"kind\":\"statement\",", ""));
    add("prev-absent", "field", "no prev at 1", without(&text, "prev"));
    add(
        "seen-empty",
        "field",
        "an empty seen",
        json("\"seq\":1,", "\"seen\":{},\"seq\":1,").into_iter().collect(),
    );
    add("hash-upper-case", "field", "a hash in upper case", upper(&text));
    add(
        "author-device",
        "field",
        "a device name as author",
        json("\"author\":\"moscow\"", "\"author\":\"con\""),
    );
    add("body-array", "field", "a body that is no object", with_body(&text));
    add(
        "time-60",
        "field",
        "a leap second",
        json("\"seq\":1", "\"said\":\"2026-01-01T00:00:60Z\",\"seq\":1"),
    );
    out
}

pub fn noncanonical(text: &str) -> Vec<u8> {
    let at = text.trim_end().len() - 2;
    let mut bytes = text.as_bytes().to_vec();
    assert_eq!(bytes[at + 1], b'=');
    bytes[at] = if bytes[at] == b'A' { b'B' } else { bytes[at] + 1 };
    bytes
}

fn shorter(text: &str) -> Vec<u8> {
    let note = Note::parse(text.as_bytes(), 16).unwrap();
    let mut line = note.lines()[0].clone();
    line.bytes.pop();
    Note::new(note.text().to_owned(), vec![line]).to_bytes()
}

fn seventeen(text: &str) -> Vec<u8> {
    let note = Note::parse(text.as_bytes(), 16).unwrap();
    let lines = (0..17).map(|n| Line { name: format!("moscow/k{n}"), ..note.lines()[0].clone() });
    Note::new(note.text().to_owned(), lines.collect()).to_bytes()
}

fn twice(text: &str) -> Vec<u8> {
    let note = Note::parse(text.as_bytes(), 16).unwrap();
    let line = note.lines()[0].clone();
    Note::new(note.text().to_owned(), vec![line.clone(), line]).to_bytes()
}

fn swapped(text: &str) -> Vec<u8> {
    let rest = text.split("{\"author\":\"moscow\",").nth(1).unwrap();
    let (body, after) = rest.split_once(",\"kind\":").unwrap();
    format!("countersign/v1 entry\n{{{body},\"author\":\"moscow\",\"kind\":{after}").into_bytes()
}

fn without(text: &str, field: &str) -> Vec<u8> {
    let start = text.find(&format!("\"{field}\":")).unwrap();
    let end = start + text[start..].find(',').unwrap() + 1;
    format!("{}{}", &text[..start], &text[end..]).into_bytes()
}

fn upper(text: &str) -> Vec<u8> {
    let start = text.find("\"ledger\":\"").unwrap() + 10;
    let mut bytes = text.as_bytes().to_vec();
    bytes[start..start + 64].make_ascii_uppercase();
    bytes
}

fn with_body(text: &str) -> Vec<u8> {
    let start = text.find("\"body\":").unwrap() + 7;
    let end = text.find(",\"kind\"").unwrap();
    format!("{}[1]{}", &text[..start], &text[end..]).into_bytes()
}

fn journal(notes: &[Vec<u8>]) -> Vec<u8> {
    notes.iter().flat_map(|note| tile::frame(note).unwrap()).collect()
}

/// A log of moscow with one more byte string at its end, which is at fault.
fn log_vector(
    rank: &str,
    name: &str,
    expect: &str,
    why: &str,
    world: &World,
    last: Option<Vec<u8>>,
) -> Vector {
    log_of("moscow", rank, name, expect, why, world, last)
}

fn log_of(
    of: &str,
    rank: &str,
    name: &str,
    expect: &str,
    why: &str,
    world: &World,
    last: Option<Vec<u8>>,
) -> Vector {
    let mut notes = world.author(of).notes.clone();
    let at = notes.len();
    let is_fault = expect != "ok";
    notes.extend(last);
    let vector = Vector::new(rank, name, expect, why);
    let vector = if is_fault { vector.header("at", format!("{of}/{at}")) } else { vector };
    vector.part("charter.json", world.charter.bytes()).part(&format!("logs/{of}.journal"), &journal(&notes))
}

fn plain(world: &World) -> Entry {
    let body = Value::object([("words", Value::object([("en", Value::text("words"))]))]);
    world.next("moscow", "statement", body)
}

fn two_pens() -> World {
    let two = Joining { labels: vec!["a", "b", "c"], threshold: 2, ..Joining::party("moscow") };
    World::new(&[two, Joining::party("washington")])
}

/// The entry's note with its signature bytes changed.
pub fn with_signature(bytes: &[u8], change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let note = Note::parse(bytes, 16).unwrap();
    let mut line = note.lines()[0].clone();
    change(&mut line.bytes);
    Note::new(note.text().to_owned(), vec![line]).to_bytes()
}

fn signed() -> Vec<Vector> {
    let world = World::small();
    let entry = plain(&world);
    let good = world.sign(&entry);
    let vector = |name: &str, expect: &str, why: &str, last: Vec<u8>| {
        log_vector("signed", name, expect, why, &world, Some(last))
    };
    let mut out = vec![
        vector("ok", "ok", "one signature of the charter's key", good.clone()),
        vector("signature-flipped", "signature", "one bit of S", with_signature(&good, |b| b[40] ^= 1)),
        vector("signature-s-plus-l", "signature", "S + L", with_signature(&good, |bytes| add_order(bytes))),
        vector(
            "signature-r-identity",
            "signature",
            "R is the identity",
            with_signature(&good, |b| {
                b[4..36].fill(0);
                b[4] = 1;
            }),
        ),
        vector("signature-other-text", "signature", "a good signature of another text", {
            let mut other = entry.clone();
            other.kind = "other".into();
            let note = Note::parse(&world.sign(&other), 16).unwrap();
            Note::new(entry.to_text(), note.lines().to_vec()).to_bytes()
        }),
        vector("key-unknown", "key_unknown", "another key under the label", entry.sign(&[&key("nobody")])),
        vector("key-unknown-label", "key_unknown", "a label outside the set", {
            let mut other = entry.clone();
            other.signers = vec![label("second")];
            other.sign(&[&key("moscow/second")])
        }),
        vector(
            "key-of-another-member",
            "key_unknown",
            "washington's key",
            entry.sign(&[&key("washington/main")]),
        ),
        vector("signers-name", "signers", "the line has another name", {
            let name = "washington/main";
            let line = Line::of(name, &note::sign(&entry.to_text(), name, &key("washington/main")));
            Note::new(entry.to_text(), vec![line]).to_bytes()
        }),
        vector("signers-extra", "signers", "a line that `signers` does not name", {
            let text = entry.to_text();
            let of = |name: &str| Line::of(name, &note::sign(&text, name, &key(name)));
            Note::new(text.clone(), vec![of("moscow/main"), of("moscow/other")]).to_bytes()
        }),
    ];
    let world = two_pens();
    let both = plain(&world);
    let mut one = both.clone();
    one.signers = vec![label("a")];
    out.push(log_vector(
        "signed",
        "ok-two-of-three",
        "ok",
        "two of three labels",
        &world,
        Some(world.sign(&both)),
    ));
    out.push(log_vector("signed", "threshold", "threshold", "one of two", &world, Some(world.sign(&one))));
    let swapped = Note::parse(&world.sign(&both), 16).unwrap();
    let lines = vec![swapped.lines()[1].clone(), swapped.lines()[0].clone()];
    let swapped = Note::new(swapped.text().to_owned(), lines).to_bytes();
    out.push(log_vector(
        "signed",
        "signers-swapped",
        "signers",
        "lines in another order",
        &world,
        Some(swapped),
    ));
    let world = World::small();
    let bad_key = |hex: &str| {
        let set = Value::Array(vec![Value::object([
            ("key", Value::text(hex)),
            ("label", Value::text("second")),
            ("suite", Value::text("ed25519")),
        ])]);
        let body = Value::object([("set", set), ("threshold", Value::Number(1))]);
        world.sign(&world.next("moscow", "key", body))
    };
    for (name, why, hex) in [
        (
            "key-small-order",
            "a key of small order",
            "0100000000000000000000000000000000000000000000000000000000000000".to_owned(),
        ),
        ("key-not-canonical", "a second spelling of a point", format!("ee{}7f", "ff".repeat(30))),
        ("key-torsion", "a key with torsion", with_torsion()),
    ] {
        out.push(log_vector("signed", name, "key_form", why, &world, Some(bad_key(&hex))));
    }
    out
}

fn with_torsion() -> String {
    let point = curve25519_dalek::edwards::CompressedEdwardsY(*key("x").public().bytes());
    let mixed = point.decompress().unwrap() + curve25519_dalek::constants::EIGHT_TORSION[1];
    hex::encode(mixed.compress().0)
}

pub fn add_order(bytes: &mut [u8]) {
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0_u16;
    for (byte, add) in bytes[36..].iter_mut().zip(order) {
        carry += u16::from(*byte) + u16::from(add);
        *byte = u8::try_from(carry & 0xff).unwrap();
        carry >>= 8;
    }
}

fn chained() -> Vec<Vector> {
    let mut out = links();
    out.extend(receipts());
    out.extend(key_changes());
    out.extend(joins());
    out
}

fn links() -> Vec<Vector> {
    let mut world = World::small();
    world.state("moscow", "one");
    let changed = |change: &dyn Fn(&mut Entry)| {
        let mut entry = plain(&world);
        change(&mut entry);
        world.sign(&entry)
    };
    let vector = |name: &str, expect: &str, why: &str, last: Vec<u8>| {
        log_vector("chained", name, expect, why, &world, Some(last))
    };
    vec![
        vector("ok", "ok", "three entries", changed(&|_| {})),
        vector("ok-unknown-kind", "ok", "a kind of a later version", changed(&|e| e.kind = "actor".into())),
        vector(
            "ok-unknown-body",
            "ok",
            "a body that does not fit its kind",
            changed(&|e| e.body = Value::object([("x", Value::Number(1))])),
        ),
        vector(
            "other-ledger",
            "other_ledger",
            "made for another ledger",
            changed(&|e| e.ledger = Hash::of(b"other")),
        ),
        vector("other-log", "other_log", "washington's entry in moscow's log", {
            world.author("washington").notes[0].clone()
        }),
        vector("number-gap", "number", "a number left out", changed(&|e| e.seq = 3)),
        vector("number-again", "number", "a number taken again", changed(&|e| e.seq = 1)),
        vector("prev", "prev", "another entry before", changed(&|e| e.prev = Some(Hash::of(b"other")))),
        vector("root", "root", "another root", changed(&|e| e.root = Some(Hash::of(b"other")))),
        vector(
            "prev-before-root",
            "prev",
            "two faults: prev is told first",
            changed(&|e| {
                e.prev = Some(Hash::of(b"other"));
                e.root = Some(Hash::of(b"other"));
            }),
        ),
        vector(
            "keys-pointer",
            "keys_pointer",
            "a pointer while the first set is in force",
            changed(&|e| e.keys = Some(1)),
        ),
        vector(
            "join-again",
            "join_form",
            "a second join",
            changed(&|e| {
                e.kind = "join".into();
                e.body = Value::object([]);
            }),
        ),
    ]
}

fn receipts() -> Vec<Vector> {
    let mut world = World::small();
    world.state("washington", "one");
    let head = world.head("washington");
    world.receipt("moscow", &[("washington", head.clone())]);
    let with = |of: &str, head: &Head| {
        let mut entry = world.next("moscow", "seen", Value::object([]));
        entry.seen = [(log(of), head.clone())].into();
        world.sign(&entry)
    };
    let larger = Head { size: 9, ..head.clone() };
    let vector = |name: &str, expect: &str, why: &str, last: Vec<u8>| {
        log_vector("chained", name, expect, why, &world, Some(last))
    };
    vec![
        vector("receipt-same", "receipt_order", "the same size again", with("washington", &head)),
        vector("receipt-own", "receipt_order", "of one's own log", with("moscow", &larger)),
        vector(
            "ok-receipt-pending",
            "ok",
            "a head that nobody has; the chain does not ask",
            with("washington", &larger),
        ),
        vector(
            "ok-receipt-of-nobody",
            "ok",
            "a log of no member: a finding, not a rule of the chain",
            with("athens", &larger),
        ),
    ]
}

fn key_changes() -> Vec<Vector> {
    let mut world = World::small();
    let first = world.clone();
    rotate(&mut world, "moscow", &["second"], &["second"]);
    let mut out = vec![
        log_vector(
            "chained",
            "ok-rotated",
            "ok",
            "the new key signs the next entry",
            &world,
            Some(world.sign(&plain(&world))),
        ),
        log_vector("chained", "retired-key", "key_unknown", "the old key after the rotation", &world, {
            let mut entry = plain(&world);
            entry.signers = vec![label("main")];
            Some(world.sign(&entry))
        }),
        log_vector(
            "chained",
            "keys-pointer-absent",
            "keys_pointer",
            "no pointer after a rotation",
            &world,
            {
                let mut entry = plain(&world);
                entry.keys = None;
                Some(world.sign(&entry))
            },
        ),
        log_vector("chained", "label-returns", "key_set", "a label that left comes back", &world, {
            let new = new_set(&world, &log("moscow"), &["main"], &["main"], 1);
            let body = SetChange { compromised: vec![], new, words: None }.to_value();
            Some(world.sign(&world.next("moscow", "key", body)))
        }),
    ];
    let world = first;
    let change = |labels: &[&str], new: &[&str], edit: &dyn Fn(&mut SetChange)| {
        let new = new_set(&world, &log("moscow"), labels, new, 1);
        let mut change = SetChange { compromised: vec![], new, words: None };
        edit(&mut change);
        Some(world.sign(&world.next("moscow", "key", change.to_value())))
    };
    let vector = |name: &str, expect: &str, why: &str, last: Option<Vec<u8>>| {
        log_vector("chained", name, expect, why, &world, last)
    };
    let compromised =
        |name: &str| countersign::body::membership::Compromised { label: label(name), since: None };
    out.extend([
        vector(
            "ok-added",
            "ok",
            "a key added beside the first",
            change(&["main", "second"], &["second"], &|_| {}),
        ),
        vector(
            "ok-compromised",
            "ok",
            "a label declared compromised",
            change(&["second"], &["second"], &|c| c.compromised = vec![compromised("main")]),
        ),
        vector(
            "compromised-stays",
            "key_set",
            "a compromised label that stays",
            change(&["main", "second"], &["second"], &|c| c.compromised = vec![compromised("main")]),
        ),
        vector(
            "possession-absent",
            "possession",
            "a new key without its proof",
            change(&["main", "second"], &[], &|_| {}),
        ),
        vector(
            "possession-surplus",
            "possession",
            "a proof for a key that stays",
            change(&["main"], &["main"], &|_| {}),
        ),
        vector(
            "possession-other",
            "possession",
            "a proof by another key",
            change(&["main", "second"], &["second"], &|c| {
                let text = countersign::body::membership::possession_text(
                    &world.charter.id(),
                    &log("moscow"),
                    &label("second"),
                    &key("moscow/second").public(),
                );
                c.new.set[1].proof = Some(note::sign(&text, "moscow/second", &key("nobody")));
            }),
        ),
        vector(
            "key-of-another",
            "key_set",
            "washington's key in moscow's set",
            change(&["main", "second"], &["second"], &|c| c.new.set[1].key = key("washington/main").public()),
        ),
        vector(
            "log-key-signs",
            "key_set",
            "the log key as a signing key",
            change(&["main", "second"], &["second"], &|c| c.new.set[1].key = key("moscow log").public()),
        ),
        vector(
            "recovery-key-signs",
            "key_set",
            "the recovery key as a signing key",
            change(&["main", "second"], &["second"], &|c| c.new.set[1].key = key("moscow recovery").public()),
        ),
        vector(
            "key-swapped",
            "key_set",
            "another key under a label that stays",
            change(&["main"], &[], &|c| c.new.set[0].key = key("moscow/second").public()),
        ),
        vector("key-body", "key_set", "a surplus field in a closed body", {
            let new = new_set(&world, &log("moscow"), &["main"], &[], 1);
            let body =
                SetChange { compromised: vec![], new, words: None }.to_value().with("x", Value::Number(1));
            Some(world.sign(&world.next("moscow", "key", body)))
        }),
    ]);
    out
}

fn joins() -> Vec<Vector> {
    let mut world = World::small();
    let join = world.author("moscow").notes[0].clone();
    let author = world.authors.get_mut("moscow").unwrap();
    author.chain = countersign::chain::Chain::new(&world.charter, &log("moscow")).unwrap();
    author.notes.clear();
    let at_0 = |change: &dyn Fn(&mut Entry)| {
        let mut entry = world.next("moscow", "join", Value::object([]));
        change(&mut entry);
        Some(world.sign(&entry))
    };
    let vector = |name: &str, expect: &str, why: &str, last: Option<Vec<u8>>| {
        log_vector("chained", name, expect, why, &world, last)
    };
    let mut out = vec![
        vector("ok-join", "ok", "a join", Some(join)),
        vector(
            "join-said",
            "join_form",
            "a join with a time",
            at_0(&|e| e.said = Some("2026-01-01T00:00:00Z".parse().unwrap())),
        ),
        vector(
            "join-body",
            "join_form",
            "a first join with a body",
            at_0(&|e| e.body = Value::object([("x", Value::Number(1))])),
        ),
        vector("no-join", "join_form", "another kind at 0", at_0(&|e| e.kind = "statement".into())),
    ];
    let three = two_pens();
    let mut fresh = three.clone();
    let author = fresh.authors.get_mut("moscow").unwrap();
    author.chain = countersign::chain::Chain::new(&fresh.charter, &log("moscow")).unwrap();
    author.notes.clear();
    let mut entry = fresh.next("moscow", "join", Value::object([]));
    entry.signers = vec![label("a"), label("c")];
    out.push(log_vector(
        "chained",
        "join-pens",
        "join_form",
        "a join by other labels than the first",
        &fresh,
        Some(fresh.sign(&entry)),
    ));

    let mut world = World::small();
    world.state("moscow", "one");
    let head = world.head("moscow");
    let heads = vec![countersign::body::membership::SealedHead { log: log("moscow"), head }];
    let volume = open_volume(&mut world, "moscow", &heads);
    out.push(log_of(
        &volume,
        "chained",
        "ok-volume",
        "ok",
        "a further volume, opened by the recovery key",
        &world,
        None,
    ));
    let text = String::from_utf8(world.author(&volume).notes[0].clone()).unwrap();
    let mut empty = world.clone();
    let author = empty.authors.get_mut(&volume).unwrap();
    author.chain = countersign::chain::Chain::new(&empty.charter, &log(&volume)).unwrap();
    author.notes.clear();
    let body = Signed::parse(text.as_bytes()).unwrap().entry().body.clone();
    let Value::Object(mut map) = body else { panic!("a body") };
    let proof = note::sign("another text\n", "moscow/recovery", &key("moscow recovery"));
    map.insert(
        "proof".into(),
        Value::object([
            ("key", Value::text(key("moscow recovery").public())),
            ("signature", Value::text(proof)),
        ]),
    );
    let entry = empty.next(&volume, "join", Value::Object(map));
    out.push(log_of(
        &volume,
        "chained",
        "volume-proof",
        "volume_proof",
        "a proof over another text",
        &empty,
        Some(empty.sign(&entry)),
    ));
    out
}

/// The files of a world's snapshot.
pub fn snapshot_of(world: &World, names: &[&str], vector: Vector) -> Vector {
    let mut vector = vector.part("charter.json", world.charter.bytes());
    for name in names {
        let bytes = world.log_bytes(name);
        vector = tiled(vector, &format!("logs/{name}"), &bytes);
    }
    vector
}

pub fn tiled(mut vector: Vector, folder: &str, bytes: &countersign::audit::LogBytes) -> Vector {
    vector = vector.part(&format!("{folder}/checkpoint"), bytes.checkpoint.as_ref().unwrap());
    let held = crate::world::held(bytes);
    let size = u64::try_from(held.notes.len()).unwrap();
    for id in tile::bundles(size) {
        vector = vector.part(&format!("{folder}/{}", id.path()), &journal(&held.notes));
    }
    for (id, hashes) in held.tiles.as_ref().unwrap() {
        vector = vector.part(&format!("{folder}/{}", id.path()), hashes);
    }
    vector
}

fn edit(mut vector: Vector, path: &str, change: impl FnOnce(&mut Vec<u8>)) -> Vector {
    let part = vector.parts.iter_mut().find(|(name, _)| name == path).unwrap();
    change(&mut part.1);
    vector
}

fn woven() -> Vec<Vector> {
    let mut world = World::small();
    let head = world.head("moscow");
    world.receipt("washington", &[("moscow", head)]);
    let all = ["moscow", "observer", "washington"];
    let ok = snapshot_of(&world, &all, Vector::new("woven", "ok", "ok", "a receipt whose head is here"));
    let absent = Vector::new("woven", "head-absent", "head_absent", "the log that is named is not here");
    let absent = snapshot_of(&world, &["washington"], absent.header("at", "washington/1"));

    let mut invented = World::small();
    let seal = note::sign("x\n", "x", &key("nobody"));
    invented.receipt("moscow", &[("washington", Head { size: 3, root: Hash::of(b"x"), seal })]);
    let bad = Vector::new("woven", "receipt-seal", "receipt_seal", "a seal that nobody made");
    let bad = snapshot_of(&invented, &all, bad.header("at", "moscow/1"));

    let mut nobody = World::small();
    let head = nobody.head("washington");
    nobody.receipt("moscow", &[("athens", head)]);
    let of_nobody = Vector::new("woven", "receipt-of-nobody", "receipt_seal", "a log of no member");
    let of_nobody = snapshot_of(&nobody, &all, of_nobody.header("at", "moscow/1"));

    let mut volume = World::small();
    let head = volume.head("washington");
    let unknown = format!("washington.{}", "0".repeat(32));
    volume.receipt("moscow", &[(&unknown, head)]);
    let unknown = Vector::new("woven", "ok-volume-not-known", "ok", "a head of a volume not known here");
    let unknown = snapshot_of(&volume, &all, unknown);

    let mut shared = World::small();
    rotate(&mut shared, "moscow", &["shared"], &["shared"]);
    let pair = shared_key(&mut shared);
    vec![
        ok,
        absent,
        bad,
        of_nobody,
        unknown,
        snapshot_of(
            &pair,
            &all,
            Vector::new("woven", "same-key-twice", "same_key_twice", "one key in the sets of two members"),
        ),
    ]
}

/// Washington lists the key that moscow lists, with its own proof by that key.
fn shared_key(world: &mut World) -> World {
    let secret = key("moscow/shared");
    let of = log("washington");
    let text = countersign::body::membership::possession_text(
        &world.charter.id(),
        &of,
        &label("shared"),
        &secret.public(),
    );
    let mut new = new_set(world, &of, &["main"], &[], 1);
    new.set.push(countersign::body::membership::Registered {
        key: secret.public(),
        label: label("shared"),
        proof: Some(note::sign(&text, "washington/shared", &secret)),
    });
    let body = SetChange { compromised: vec![], new, words: None }.to_value();
    world.push("washington", "key", body);
    world.clone()
}

fn sealed() -> Vec<Vector> {
    let mut world = World::small();
    world.state("moscow", "one");
    world.state("moscow", "two");
    let base = |name: &str, expect: &str, why: &str| {
        snapshot_of(&world, &["moscow", "washington"], Vector::new("sealed", name, expect, why))
    };
    let bundle = "logs/moscow/tile/entries/000.p/3";
    let hashes = "logs/moscow/tile/0/000.p/3";
    let checkpoint = "logs/moscow/checkpoint";
    let without = |vector: Vector, path: &str| Vector {
        parts: vector.parts.into_iter().filter(|(name, _)| name != path).collect(),
        ..vector
    };
    let mut out = vec![
        base("ok", "ok", "two logs under their seals"),
        edit(base("checkpoint-extension", "checkpoint_form", "an extension line"), checkpoint, |bytes| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            *bytes = text.replace("\n\n", "\nextension\n\n").into_bytes();
        }),
        edit(base("checkpoint-origin", "checkpoint_form", "washington's checkpoint"), checkpoint, |bytes| {
            *bytes = world.seal("washington", 1).to_bytes();
        }),
        edit(
            base("checkpoint-signature", "checkpoint_signature", "another size under the signature"),
            checkpoint,
            |bytes| {
                let text = String::from_utf8(bytes.clone()).unwrap();
                *bytes = text.replacen("\n3\n", "\n2\n", 1).into_bytes();
            },
        ),
        edit(base("tile", "tile", "a hash of another entry").header("at", hashes), hashes, |bytes| {
            bytes[33] ^= 1;
        }),
        edit(base("bundle-bit", "bundle", "one bit of an entry").header("at", "moscow/1"), bundle, |bytes| {
            bytes[700] ^= 1;
        }),
        edit(base("bundle-cut", "bundle", "a bundle cut short").header("at", bundle), bundle, |bytes| {
            bytes.truncate(900);
        }),
        edit(
            base("bundle-longer", "bundle", "a byte after the last entry").header("at", bundle),
            bundle,
            |bytes| bytes.push(0),
        ),
        without(base("bundle-absent", "bytes_absent", "no entries").header("at", bundle), bundle),
        without(base("tile-absent", "bytes_absent", "no hashes").header("at", hashes), hashes),
        without(base("checkpoint-absent", "bytes_absent", "no checkpoint"), checkpoint),
        // A ledger folder: two entries, of which one is under the seal.
        Vector::new("sealed", "unsealed", "unsealed", "an entry after the newest seal, in a ledger folder")
            .part("charter.json", world.charter.bytes())
            .part("local.json", b"{\"format\":\"countersign.local/1\"}\n")
            .part("logs/moscow.journal", &journal(&world.author("moscow").notes[..2]))
            .part("logs/moscow.checkpoint", &world.seal("moscow", 1).to_bytes()),
    ];
    let other = other_way(&world, "moscow", 1, "another way");
    let fork = base("fork", "fork", "two branches, each under a seal").header("at", "moscow/1");
    out.push(tiled(fork, "branches/moscow/0000000000000000", &other.log_bytes("moscow")));
    let mut split = world.clone();
    split.receipt("washington", &[("moscow", other.head("moscow"))]);
    let vector =
        Vector::new("sealed", "split", "split", "a receipt holds a seal that contradicts the checkpoint");
    out.push(snapshot_of(&split, &["moscow", "washington"], vector.header("at", "washington/1")));
    for (name, reason, bytes) in bad_entries(&world) {
        let mut bad = world.clone();
        bad.add_raw("moscow", bytes);
        let vector = Vector::new(
            "sealed",
            &format!("bad-entry-{name}"),
            "bad_entry",
            "a seal over bytes that are no entry there",
        );
        let vector = vector.header("at", "moscow/3").header("reason", reason.as_str());
        out.push(snapshot_of(&bad, &["moscow", "washington"], vector));
    }
    out.push(after_a_split(&world, &other));
    out
}

fn bad_entries(world: &World) -> Vec<(&'static str, Code, Vec<u8>)> {
    let changed = |change: &dyn Fn(&mut Entry)| {
        let mut entry = plain(world);
        change(&mut entry);
        world.sign(&entry)
    };
    vec![
        ("garbage", Code::NoteForm, b"garbage".to_vec()),
        ("prev", Code::Prev, changed(&|e| e.prev = Some(Hash::of(b"other")))),
        ("root", Code::Root, changed(&|e| e.root = Some(Hash::of(b"other")))),
        ("number", Code::Number, changed(&|e| e.seq = 9)),
        ("pointer", Code::KeysPointer, changed(&|e| e.keys = Some(2))),
        ("signature", Code::Signature, with_signature(&changed(&|_| {}), |bytes| bytes[50] ^= 1)),
        ("join", Code::JoinForm, changed(&|e| e.kind = "join".into())),
    ]
}

/// A split log, the further volume that continues both branches, and the others.
fn after_a_split(world: &World, other: &World) -> Vector {
    let mut world = world.clone();
    let heads = [world.head("moscow"), other.head("moscow")];
    let heads = heads.map(|head| countersign::body::membership::SealedHead { log: log("moscow"), head });
    let volume = open_volume(&mut world, "moscow", &heads);
    let vector = Vector::new(
        "sealed",
        "split-continued",
        "split",
        "a further volume continues both branches; its own log is whole",
    );
    let vector = snapshot_of(&world, &["moscow", "washington"], vector);
    tiled(vector, &format!("logs/{volume}"), &volume_bytes(&world, &volume, "moscow"))
}

fn copy() -> Vec<Vector> {
    let mut world = World::small();
    world.state("moscow", "one");
    let base = |name: &str, expect: &str, why: &str| {
        snapshot_of(&world, &["moscow"], Vector::new("copy", name, expect, why))
    };
    let mut out = vec![
        base("ok", "ok", "a snapshot of one log"),
        base("not-pinned", "not_pinned", "the reader named no ledger").header("ledger", "none"),
        base("other-ledger", "other_ledger", "the reader named another ledger")
            .header("ledger", Hash::of(b"other").to_string()),
        base("digest", "digest", "a document under another name").part("docs/00", b"words"),
        base("fault-file", "digest", "evidence that shows nothing")
            .part(&format!("faults/{}", Hash::of(b"{}\n")), b"{}\n"),
        Vector::new("copy", "no-charter", "bytes_absent", "no charter").part("README", b"x"),
    ];
    let head = world.head("moscow").to_value();
    let pins = Value::object([("moscow", head)]).encode();
    let older = Vector::new("copy", "older-than-pins", "older_than_pins", "the pins hold more");
    let mut short = older.part("charter.json", world.charter.bytes()).part("pins.json", pins.as_bytes());
    short = tiled(short, "logs/moscow", &world.log_bytes_at("moscow", 1));
    out.push(short);
    out.extend(charters());
    out
}

fn charters() -> Vec<Vector> {
    let value = charter_value(&[Joining::party("moscow"), Joining::party("washington")]);
    let text = value.encode();
    let vector = |name: &str, why: &str, bytes: Vec<u8>| {
        Vector::new("copy", name, "charter_form", why).part("charter.json", &bytes)
    };
    let with = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        (text.replacen(from, to, 1) + "\n").into_bytes()
    };
    let twice = text.replacen(
        &key("washington/main").public().to_string(),
        &key("moscow/main").public().to_string(),
        1,
    );
    vec![
        vector("charter-no-newline", "no line feed at the end", text.clone().into_bytes()),
        vector("charter-crlf", "a carriage return", format!("{text}\r\n").into_bytes()),
        vector("charter-two-lines", "a second line", format!("{text}\n\n").into_bytes()),
        vector("charter-field", "an unknown field", with("\"format\"", "\"extra\":1,\"format\"")),
        vector("charter-rules", "rules of another version", with("\"rules\":1", "\"rules\":2")),
        vector("charter-format", "another format", with("countersign/v1", "countersign/v2")),
        vector("charter-order", "members out of order", with("\"id\":\"moscow\"", "\"id\":\"zagreb\"")),
        vector("charter-role", "an unknown role", with("\"role\":\"party\"", "\"role\":\"judge\"")),
        vector("charter-threshold", "more labels than there are", with("\"threshold\":1", "\"threshold\":2")),
        vector("charter-key-twice", "one key in two roles", (twice + "\n").into_bytes()),
        vector("charter-device", "a device name as member", with("\"id\":\"moscow\"", "\"id\":\"com1\"")),
        vector(
            "charter-recovery-label",
            "a signing key called recovery",
            with("\"label\":\"main\"", "\"label\":\"recovery\""),
        ),
        vector("charter-large", "more than 65,535 bytes", with("A test ledger", &"x".repeat(65_535))),
        vector("charter-bytes", "a small-order key", {
            let key = key("moscow/main").public().to_string();
            with(&key, &format!("01{}", "00".repeat(31)))
        }),
    ]
    .into_iter()
    .inspect(|vector| assert_ne!(charter_bytes(&value), vector.parts[0].1))
    .collect()
}
