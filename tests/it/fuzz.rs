//! The seeds of fuzz/corpus, and mutants of them, against the laws of the fuzz targets.
//!
//! The seeds are made from tests/vectors and examples/snapshot; they are written by
//! `COUNTERSIGN_WRITE_VECTORS=1 cargo test`, and must equal what is written. A run of
//! cargo-fuzz may add others.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::command_line::tree;
use crate::fuzz_targets::TARGETS;

const CORPUS: &str = "fuzz/corpus";

/// Mutants of each target's seeds in one run.
const MUTANTS: u64 = 6_000;

/// Parts of a vector: paths and bytes. Headers other than `part` say nothing here.
pub fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let mut at = end + 2;
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let parts = head.lines().filter_map(|line| line.strip_prefix("part: ")?.rsplit_once(' '));
    parts
        .map(|(path, length)| {
            let from = at;
            at += length.parse::<usize>().unwrap();
            (path.to_owned(), bytes[from..at].to_vec())
        })
        .collect()
}

/// Files as one seed of the target `snapshot`.
fn packed<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])> + Clone) -> Vec<u8> {
    let heads: Vec<String> =
        files.clone().map(|(path, bytes)| format!("part: {path} {}\n", bytes.len())).collect();
    let bodies = files.flat_map(|(_, bytes)| bytes.iter().copied());
    heads.concat().bytes().chain([b'\n']).chain(bodies).collect()
}

/// The seeds, by target and name.
fn seeds() -> BTreeMap<(String, String), Vec<u8>> {
    let mut seeds = BTreeMap::new();
    let mut add = |target: &str, name: &str, bytes: Vec<u8>| {
        // A target learns nothing from one seed that is too long to be changed well.
        if bytes.len() <= 20_000 {
            seeds.insert((target.to_owned(), name.to_owned()), bytes);
        }
    };
    for (path, bytes) in tree(Path::new("tests/vectors")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let rank = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        if rank == "stamp" {
            // These are files as they are, not vectors of parts.
            if name.contains(".ts") {
                add("token", name, bytes);
            }
            continue;
        }
        let parts = parts(&bytes);
        let part =
            |wanted: &str| parts.iter().find(|(path, _)| path.contains(wanted)).map(|(_, b)| b.clone());
        match rank {
            "formed" => {
                add("entry", name, part("note").unwrap());
                if ["crlf", "latin1", "line-twice", "no-signature", "trailing-byte"].contains(&name) {
                    add("note", name, part("note").unwrap());
                }
            }
            "chained" => add("journal", name, part(".journal").unwrap()),
            "copy" if name.starts_with("charter") => {
                add("charter", name, part("charter.json").unwrap_or_default());
            }
            "sealed" if name.starts_with("checkpoint") => {
                add("checkpoint", name, part("checkpoint").unwrap_or_default());
            }
            _ => {}
        }
        if matches!(rank, "sealed" | "copy" | "woven")
            && matches!(name, "ok" | "split" | "fork" | "tile" | "digest")
        {
            let files = parts.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
            add("snapshot", &format!("{rank}-{name}"), packed(files));
        }
    }
    let example = tree(Path::new("examples/snapshot"));
    let file = |name: &str| example[&PathBuf::from("examples/snapshot").join(name)].clone();
    let named = example.iter().map(|(path, bytes)| {
        (path.strip_prefix("examples/snapshot").unwrap().to_str().unwrap(), bytes.as_slice())
    });
    add("snapshot", "example", packed(named));
    add("charter", "example", file("charter.json"));
    for log in ["archive", "moscow", "washington"] {
        let size = if log == "archive" { 2 } else { 3 };
        let bundle = file(&format!("logs/{log}/tile/entries/000.p/{size}"));
        for (number, entry) in countersign::tile::frames(&bundle).0.into_iter().enumerate() {
            add("entry", &format!("{log}-{number}"), entry.clone());
            add("note", &format!("{log}-{number}"), entry);
        }
        add("journal", &format!("{log}-torn"), bundle[..bundle.len() - 3].to_vec());
        add("journal", &format!("{log}-zeros"), [bundle.as_slice(), &[0; 9]].concat());
        add("journal", log, bundle);
        add("note", &format!("{log}-checkpoint"), file(&format!("logs/{log}/checkpoint")));
        add("checkpoint", log, file(&format!("logs/{log}/checkpoint")));
    }
    let mut cosigned = file("logs/moscow/checkpoint");
    let own = String::from_utf8(cosigned.clone()).unwrap();
    let line = own.lines().last().unwrap().rsplit_once(' ').unwrap().1.to_owned();
    cosigned.extend(format!("\u{2014} witness.example {line}\n").bytes());
    add("checkpoint", "cosigned", cosigned);
    seeds
}

#[test]
fn seeds_are_what_is_made_from_the_vectors() {
    for ((target, name), bytes) in seeds() {
        let path = Path::new(CORPUS).join(&target).join(&name);
        if std::env::var_os("COUNTERSIGN_WRITE_VECTORS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        let written = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(written == bytes, "{} is not what is made", path.display());
    }
}

/// Numbers in an order that looks like chance and is the same in every run (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below this one, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

/// Pieces that the formats are made of.
const PIECES: [&[u8]; 16] = [
    b"\n",
    b"\n\n",
    b"\r\n",
    "\u{2014} ".as_bytes(),
    b"\"",
    b"{",
    b"}",
    b"[]",
    b"\\u0000",
    b"null",
    b"-1",
    b"9007199254740993",
    b"0",
    b"\0\0",
    b"\xff\xff",
    "\u{202e}".as_bytes(),
];

pub fn mutant(dice: &mut Dice, seeds: &[&Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[dice.below(seeds.len())].clone();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        let to = at + dice.below((bytes.len() - at).min(64) + 1);
        match dice.below(8) {
            0 | 1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            2 if at < bytes.len() => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
            3 => drop(bytes.drain(at..to)),
            4 => {
                let piece = PIECES[dice.below(PIECES.len())];
                drop(bytes.splice(at..at, piece.iter().copied()));
            }
            5 => {
                let again = bytes[at..to].to_vec();
                drop(bytes.splice(at..at, again));
            }
            6 => {
                let other = seeds[dice.below(seeds.len())];
                let from = dice.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend(&other[from..]);
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

#[test]
fn the_whole_corpus_and_its_mutants_hold_to_the_laws() {
    for (name, target) in TARGETS {
        let files = tree(&Path::new(CORPUS).join(name));
        let seeds: Vec<&Vec<u8>> = files.values().collect();
        let taken = seeds.iter().filter(|bytes| target(bytes)).count();
        assert!(taken > 0 && taken < seeds.len(), "{name}: {taken} of {} seeds are taken", seeds.len());
        let mut dice = Dice(u64::from(name.as_bytes()[0]));
        let changed = (0..MUTANTS).map(|_| mutant(&mut dice, &seeds)).filter(|bytes| !seeds.contains(&bytes));
        let taken = changed.filter(|bytes| target(bytes)).count();
        // The laws are about what is taken: a run that takes no mutant says little.
        assert!(taken > 0, "{name}: {taken} of {MUTANTS} mutants are taken");
    }
    assert!(TARGETS.iter().all(|(_, target)| !target(b"")), "no bytes are nothing");
}

#[test]
fn every_target_stands_in_the_fuzz_package() {
    let manifest: toml::Table = std::fs::read_to_string("fuzz/Cargo.toml").unwrap().parse().unwrap();
    let binaries: Vec<&str> =
        manifest["bin"].as_array().unwrap().iter().map(|b| b["name"].as_str().unwrap()).collect();
    assert_eq!(binaries, TARGETS.map(|(name, _)| name));
    for name in binaries {
        let source = std::fs::read_to_string(format!("fuzz/targets/{name}.rs")).unwrap();
        assert!(source.contains(&format!("fuzz_targets::{name}(")), "{name}");
    }
}
