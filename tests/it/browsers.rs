//! The reader's page in Chromium and Firefox, driven by `tests/browser/run.mjs`: each test
//! is one of its groups, over snapshots that are written here.

use std::fs;
use std::path::Path;
use std::process::Command;

use countersign::disk::RealDisk;
use countersign::json::Value;
use countersign::publish::{self, How};

use crate::command_line::text;
use crate::world::{Joining, World};

const BROWSER: &str = "tests/browser";

/// Texts that would be markup, that hide, that reorder, that look alike, that never end.
fn hostile_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "</plaintext><script>window.__x = 1</script>",
        "</script><script>window.__x = 2</script><!--",
        "<img src=x onerror='window.__x = 3'>",
        "<svg onload='window.__x = 4'><a href='javascript:window.__x=5'>",
        "<style>@import 'http://x.test/style.css'</style><link rel=stylesheet href=http://x.test/>",
        "http://x.test/ and javascript:window.__x=6",
        "{{window.__x = 7}} ${window.__x = 8}",
        "override \u{202e}gnp.exe\u{202c} isolate \u{2066}x\u{2069}",
        "zero\u{200b}width\u{feff}and\u{2060}joined",
        "tags \u{e0041}\u{e0042}\u{e007f}",
        "lines\u{2028}and\u{2029}paragraphs",
        "m\u{43e}scow w\u{430}shington",
        "<!-- --> ]]> &lt; &#x202e; \\u202e",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("\u{e9}".repeat(20_000));
    texts.push("longword".repeat(5_000));
    texts.push(format!("z{}", "\u{335}".repeat(500)));
    texts
}

/// Two sides whose every word is hostile, and a body that is nearly as deep as may be.
fn hostile() -> World {
    let observer = Joining { role: "observer", ..Joining::party("observer") };
    let mut world = World::new(&[Joining::party("moscow"), observer, Joining::party("washington")]);
    for (at, words) in hostile_texts().into_iter().enumerate() {
        let name = ["moscow", "washington"][at % 2];
        let body = Value::object([("words", Value::object([("en", Value::text(words))]))]);
        let entry = world.next(name, "statement", body);
        let bytes = world.sign(&entry);
        // What the format refuses stands in no entry.
        let mut chain = world.author(name).chain.clone();
        if chain.accept(&bytes).is_ok() {
            world.add(name, bytes);
        }
    }
    let mut deep = Value::text("deep");
    for _ in 0..8 {
        deep = Value::Array(vec![deep]);
    }
    world.push("moscow", "of_no_known_kind", Value::object([("x", deep)]));
    world
}

/// Two sides with five thousand statements each, that receipt each other.
fn many() -> World {
    let mut world = World::new(&[Joining::party("moscow"), Joining::party("washington")]);
    for number in 0..4_999 {
        let words = format!("Statement {number}. {}", "What was said is kept as it was said. ".repeat(8));
        world.state("moscow", &words);
        world.state("washington", &words);
    }
    world
}

fn write(world: &World, folder: &Path) {
    let copy = world.whole_copy();
    let audit = world.audit(&copy);
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    publish::publish(&RealDisk::new(), &audit, &copy, None, folder, How::default()).unwrap();
}

/// Runs one group; what it printed stands in the panic and in the test's log.
fn group(name: &str, worlds: &[(&str, World)]) {
    let work = tempfile::tempdir().unwrap();
    for (folder, world) in worlds {
        write(world, &work.path().join(folder).join("snapshot"));
    }
    let output = Command::new("node")
        .arg(format!("{BROWSER}/run.mjs"))
        .arg(env!("CARGO_BIN_EXE_countersign"))
        .arg(work.path())
        .arg(name)
        .output()
        .unwrap();
    println!("{}", text(&output.stdout));
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
}

#[test]
#[ignore = "needs Chromium and Firefox (tests/setup/browsers.sh)"]
fn the_page_says_of_the_corpus_what_the_program_says() {
    group("corpus", &[]);
}

#[test]
#[ignore = "needs Chromium and Firefox (tests/setup/browsers.sh)"]
fn the_page_shows_every_flipped_byte() {
    group("flips", &[]);
}

#[test]
#[ignore = "needs Chromium and Firefox (tests/setup/browsers.sh)"]
fn hostile_words_are_shown_and_do_nothing() {
    group("hostile", &[("hostile", hostile())]);
}

#[test]
#[ignore = "needs Chromium and Firefox (tests/setup/browsers.sh)"]
fn the_page_is_open_to_everyone() {
    group("access", &[]);
}

#[test]
#[ignore = "needs Chromium and Firefox (tests/setup/browsers.sh)"]
fn the_page_is_used_by_keyboard_and_asks_for_nothing() {
    group("use", &[]);
}

#[test]
#[ignore = "needs Chromium and Firefox (tests/setup/browsers.sh)"]
fn ten_thousand_entries_open() {
    group("size", &[("many", many())]);
}

/// The snapshots by themselves; runs of `run.mjs` by hand find them in the folder that
/// `COUNTERSIGN_BROWSER_WORK` names.
#[test]
#[ignore = "needs Chromium and Firefox (tests/setup/browsers.sh)"]
fn the_snapshots_can_be_kept() {
    let passing = tempfile::tempdir().unwrap();
    let named = std::env::var_os("COUNTERSIGN_BROWSER_WORK");
    let folder = named.map_or(passing.path().to_owned(), std::path::PathBuf::from);
    for (name, world) in [("hostile", hostile()), ("many", many())] {
        let snapshot = folder.join(name).join("snapshot");
        write(&world, &snapshot);
        assert!(snapshot.join("index.html").is_file());
    }
}

#[test]
fn the_lock_of_the_browser_tests_names_no_registry() {
    let lock = fs::read_to_string(format!("{BROWSER}/package-lock.json")).unwrap();
    assert!(!lock.contains("\"resolved\""));
    let wanted = fs::read_to_string(format!("{BROWSER}/package.json")).unwrap();
    let wanted: serde_json::Value = serde_json::from_str(&wanted).unwrap();
    let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
    for (name, version) in wanted["dependencies"].as_object().unwrap() {
        let place = format!("node_modules/{name}");
        assert_eq!(lock["packages"][&place]["version"], *version, "{name} is pinned");
    }
}
