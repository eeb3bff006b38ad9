//! The example in `examples/snapshot`, with its charter and public lines in `keys`:
//! a replay of an exchange of letters of 1933, in abstracts, made from test seeds.
//! Anybody can make these keys; they are nobody's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use countersign::authoring;
use countersign::body::text::{Adoption, Standing};
use countersign::json::Value;
use countersign::keyfile::PublicLine;

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

fn files() -> BTreeMap<String, Vec<u8>> {
    let world = letters();
    let vector = snapshot_of(&world, &["archive", "moscow", "washington"], Vector::new("", "", "", ""));
    let mut files: BTreeMap<String, Vec<u8>> =
        vector.parts.into_iter().map(|(path, bytes)| (format!("examples/snapshot/{path}"), bytes)).collect();
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
        made.keys().filter(|path| path.starts_with("examples/")).cloned().collect();
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
    let table = fs::read("src/unicode15.txt").unwrap();
    assert!(spec.contains(&countersign::hash::Hash::of(&table).to_string()), "the table's SHA-256");
    for code in countersign::fault::Code::ALL {
        assert!(spec.contains(&format!("`{code}`")), "the table of codes lacks {code}");
    }
}
