//! The example in `examples/snapshot`, with its charter and public lines in `keys`:
//! a replay of an exchange of letters of 1933, in abstracts, made from test seeds.
//! Anybody can make these keys; they are nobody's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use countersign::authoring;
use countersign::body::text::{Adoption, Standing};
use countersign::excerpt::{Carried, Cut, Excerpt, Files};
use countersign::json::Value;
use countersign::keyfile::PublicLine;
use countersign::past::Past;
use countersign::precedence::Certificate;

use crate::command_line::tree;
use crate::vectors::{Vector, snapshot_of};
use crate::world::{Joining, World, key, label, log, member};

const LETTERS: &str = include_str!("../../examples/letters-of-1933.toml");
const LIMITATION: &str = "[abstract] The Executive will follow the same engagements in return, so far as the Constitution and the statutes leave that in its power.";
const ARCHIVE: &str = "[abstract] A replay from published papers, told by the editors. The letters of 16 November 1933 were made public the next day.";

fn letters() -> World {
    let archive = Joining { role: "observer", ..Joining::party("archive") };
    let mut world = World::new(&[archive, Joining::party("moscow"), Joining::party("washington")]);
    let text = authoring::read_text(LETTERS, Standing::Pledge, &authoring::Alone).unwrap();
    let pledge = world.push("moscow", "text", text.to_value());
    let head = world.head("moscow");
    let body = Adoption::whole(pledge.hash(), text.words_digest(None).unwrap());
    let mut adopt = world.next("washington", "adopt", body.to_value());
    adopt.seen = [(log("moscow"), head)].into();
    let bytes = world.sign(&adopt);
    let adopt = world.add("washington", bytes);
    let about = |text: &str, of: &[String]| {
        Value::object([("about", Value::texts(of)), ("words", Value::object([("en", Value::text(text))]))])
    };
    world.push("washington", "statement", about(LIMITATION, &[pledge.hash().to_string()]));
    let mut told = world.next(
        "archive",
        "statement",
        about(ARCHIVE, &[pledge.hash().to_string(), adopt.hash().to_string()]),
    );
    told.seen = [(log("moscow"), world.head("moscow")), (log("washington"), world.head("washington"))].into();
    let bytes = world.sign(&told);
    world.add("archive", bytes);
    let head = world.head("washington");
    world.receipt("moscow", &[("washington", head)]);
    world
}

/// That moscow/1 was before washington/1.
fn certificate(world: &World) -> Certificate {
    let audit = world.audit(&world.whole_copy());
    let [earlier, later] = ["moscow", "washington"].map(|name| &audit.strands[&log(name)]);
    Certificate::of(&audit, &Past::of(&audit, later, 1).path_to(earlier, 1).unwrap()).unwrap()
}

/// The fourth paragraph, with all that belongs to it.
fn excerpt(world: &World) -> Excerpt {
    let audit = world.audit(&world.whole_copy());
    let of = format!("{}#4", world.author("moscow").entries[1].hash()).parse().unwrap();
    Excerpt::whole(&audit, &Files::new(), &of, &Cut::new()).unwrap()
}

/// The limitation, by itself.
fn entry(world: &World) -> Excerpt {
    let audit = world.audit(&world.whole_copy());
    let strand = &audit.strands[&log("washington")];
    Excerpt::entry(&audit, strand, &strand.entry(2).unwrap()).unwrap()
}

/// A line of JSON whose long strings are cut.
fn shortened(line: &[u8]) -> String {
    let text = String::from_utf8(line.to_vec()).unwrap();
    let pieces = text.trim_end().split('"').map(|piece| match piece.get(..8) {
        Some(first) if piece.len() > 40 => format!("{first}..."),
        _ => piece.to_owned(),
    });
    pieces.collect::<Vec<_>>().join("\"")
}

fn files() -> BTreeMap<String, Vec<u8>> {
    let world = letters();
    let vector = snapshot_of(&world, &["archive", "moscow", "washington"], Vector::new("", "", "", ""));
    let mut files: BTreeMap<String, Vec<u8>> =
        vector.parts.into_iter().map(|(path, bytes)| (format!("examples/snapshot/{path}"), bytes)).collect();
    for (name, bytes) in [
        ("precedence", certificate(&world).to_bytes()),
        ("excerpt", excerpt(&world).to_bytes()),
        ("entry", entry(&world).to_bytes()),
    ] {
        files.insert(format!("examples/{name}.json"), bytes);
    }
    files.insert("keys/charter.json".to_owned(), world.charter.bytes().to_vec());
    for name in ["archive", "moscow", "washington"] {
        let line = PublicLine {
            member: member(name),
            label: label("main"),
            signing: key(&format!("{name}/main")).public(),
            log: key(&format!("{name} log")).public(),
            recovery: key(&format!("{name} recovery")).public().digest(),
        };
        files.insert(format!("keys/{name}.pub"), format!("{}\n", line.line()).into_bytes());
    }
    files
}

#[test]
fn the_example_is_what_is_written_here_and_it_is_whole() {
    let made = files();
    if std::env::var_os("COUNTERSIGN_WRITE_VECTORS").is_some() {
        let _ = fs::remove_dir_all("examples/snapshot");
        for (path, bytes) in &made {
            fs::create_dir_all(Path::new(path).parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    for (path, bytes) in &made {
        assert!(fs::read(path).is_ok_and(|there| there == *bytes), "{path} differs");
    }
    let there: BTreeSet<String> = tree(Path::new("examples/snapshot"))
        .into_keys()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    let expected: BTreeSet<String> =
        made.keys().filter(|path| path.starts_with("examples/snapshot/")).cloned().collect();
    assert_eq!(there, expected);
    let world = letters();
    assert_eq!(world.audit(&world.whole_copy()).verdict.as_str(), "whole");
}

#[test]
fn the_example_of_the_specification_is_real() {
    let mut world = World::small();
    let note = world.state("moscow", "We have nothing to add.");
    let text = String::from_utf8(note.bytes().to_vec()).unwrap();
    let spec = fs::read_to_string("docs/SPEC.md").unwrap();
    let shown: String = text.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
    assert!(spec.contains(&shown), "docs/SPEC.md section 1 should show:\n{shown}");
    assert!(spec.contains(&note.hash().to_string()), "and its hash {}", note.hash());
    let seal = String::from_utf8(world.seal("moscow", 2).to_bytes()).unwrap();
    let shown: String = seal.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
    assert!(spec.contains(&shown), "docs/SPEC.md section 8 should show:\n{shown}");
    let world = letters();
    let shown = format!("    {}\n", shortened(&certificate(&world).to_bytes()));
    assert!(spec.contains(&shown), "docs/SPEC.md section 17 should show:\n{shown}");
    assert!(certificate(&world).verify().is_ok());
    let Carried::Entry { proof, .. } = entry(&world).carried else { panic!("one entry") };
    let shown: String =
        proof.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
    assert!(spec.contains(&shown), "docs/SPEC.md section 18 should show:\n{shown}");
    for (excerpt, format) in [(entry(&world), "entry"), (excerpt(&world), "whole")] {
        assert_eq!(excerpt.open(&world.expectation()).verdict.as_str(), "whole", "{format}");
    }
    let table = fs::read("src/unicode15.txt").unwrap();
    assert!(spec.contains(&countersign::hash::Hash::of(&table).to_string()), "the table's SHA-256");
    for code in countersign::fault::Code::ALL {
        assert!(spec.contains(&format!("`{code}`")), "the table of codes lacks {code}");
    }
}
