//! A module uses modules of lower floors alone, and nothing below floor 7 touches
//! the world.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Module and floor, as `src/lib.rs` lists them.
fn floors() -> BTreeMap<String, u32> {
    let source = fs::read_to_string("src/lib.rs").unwrap();
    let (mut floor, mut floors) = (None, BTreeMap::new());
    for line in source.lines() {
        if let Some(rest) = line.strip_prefix("// Floor ") {
            floor = rest.split(':').next().unwrap().parse().ok();
        } else if let Some(module) = line.strip_prefix("pub mod ") {
            floors.insert(module.trim_end_matches(';').to_owned(), floor.expect("a floor"));
        }
    }
    floors
}

fn files(folder: &Path, out: &mut Vec<(String, String)>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix("src").unwrap().to_string_lossy().into_owned();
            out.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

fn module_of(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The source without its tests at the foot.
fn without_tests(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod tests").next().unwrap()
}

/// What in a source is above its floor, or of the world below floor 7.
fn wrong(floors: &BTreeMap<String, u32>, module: &str, source: &str) -> Vec<String> {
    let own = floors[module];
    let mut found = Vec::new();
    let code = |line: &&str| !line.trim_start().starts_with("//");
    let source = source.lines().filter(code).collect::<Vec<_>>().join("\n");
    for used in source.split("crate::").skip(1) {
        let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if let Some(floor) = floors.get(&name)
            && *floor > own
        {
            found.push(format!("{module} (floor {own}) uses {name} (floor {floor})"));
        }
    }
    let world = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "SystemTime",
        "Instant",
        "getrandom",
        "rand_core",
    ];
    for word in world.iter().filter(|word| own < 7 && source.contains(**word)) {
        found.push(format!("{module} (floor {own}) touches the world: {word}"));
    }
    found
}

#[test]
fn modules_use_lower_floors_and_the_world_enters_at_floor_7() {
    let floors = floors();
    assert!(floors.len() > 25, "every module stands on a floor");
    let mut sources = Vec::new();
    files(Path::new("src"), &mut sources);
    let mut found = Vec::new();
    for (file, source) in &sources {
        let module = module_of(file);
        if !matches!(module, "lib" | "main" | "cli") {
            found.extend(wrong(&floors, module, without_tests(source)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_test_of_floors_can_fail() {
    let floors = floors();
    assert!(!wrong(&floors, "json", "use crate::chain::Chain;").is_empty());
    assert!(!wrong(&floors, "chain", "std::fs::read(path)").is_empty());
    assert!(wrong(&floors, "chain", "use crate::json::Value;").is_empty());
}

#[test]
fn files_and_functions_stay_readable() {
    let mut sources = Vec::new();
    files(Path::new("src"), &mut sources);
    for (file, source) in sources {
        assert!(source.lines().count() <= 650, "{file} is over 650 lines");
        let mut start = None;
        for (number, line) in source.lines().enumerate() {
            let opens = ["fn ", "pub fn ", "pub(crate) fn "];
            let body = line.trim_start();
            if opens.iter().any(|open| body.starts_with(open)) && line.len() - body.len() <= 4 {
                start = Some((number, line.len() - body.len()));
            }
            if let Some((from, indent)) = start
                && line == format!("{}}}", " ".repeat(indent))
            {
                assert!(number - from <= 80, "{file}:{from}: a function over 80 lines");
                start = None;
            }
        }
    }
}
