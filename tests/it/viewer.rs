//! The page in a snapshot: it is put together from its sources, it carries what the folder
//! holds, and every other byte in it is found.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use countersign::disk::RealDisk;
use countersign::fault::{Code, Finding};
use countersign::page;
use countersign::snapshot;
use countersign::viewer::tail::{Carried, MOST, Tail};
use countersign::viewer::{BOUNDARY, NAME, Viewer, is_page};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::command_line::{Desk, copy_tree, text, tree};
use crate::vocabulary::{judging, judging_in_russian};

const EXAMPLE: &str = "examples/snapshot";

fn page_of(folder: &Path) -> Vec<u8> {
    let disk = RealDisk::default();
    page::of(&disk, folder, &snapshot::read(&disk, folder).unwrap()).unwrap()
}

fn found(folder: &Path) -> Option<Finding> {
    let disk = RealDisk::default();
    page::check(&disk, folder, &snapshot::read(&disk, folder).unwrap()).unwrap()
}

fn code(folder: &Path) -> Option<Code> {
    found(folder).map(|finding| finding.code)
}

/// A copy of a snapshot with its page.
fn with_page(source: &str) -> (tempfile::TempDir, PathBuf, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("snapshot");
    copy_tree(Path::new(source), &root);
    let page = page_of(&root);
    fs::write(root.join(NAME), &page).unwrap();
    (folder, root, page)
}

fn scripts() -> Vec<(String, String)> {
    let files = tree(Path::new("src/viewer")).into_iter();
    let scripts = files.filter(|(path, _)| path.extension().is_some_and(|end| end == "js"));
    scripts
        .map(|(path, bytes)| (path.file_name().unwrap().to_str().unwrap().to_owned(), text(&bytes)))
        .collect()
}

fn viewer() -> String {
    text(Viewer::own().bytes())
}

/// What stands between the tags of the script.
fn script() -> String {
    let page = viewer();
    let (_, script) = page.split_once("<script>").expect("<script> without attributes");
    script.split_once("</script>").unwrap().0.to_owned()
}

#[test]
fn the_script_is_one_of_all_files_without_seams() {
    let script = script();
    for (name, _) in scripts() {
        assert!(script.contains(&format!("\n// ---- {name}\n")), "{name} is not in the viewer");
    }
    for line in script.lines() {
        let begins = |word: &str| line.trim_start().starts_with(&format!("{word} "));
        assert!(!begins("import") && !begins("export"), "{line}");
    }
    // A parser of HTML leaves a script at the second and reads on behind the first.
    for word in ["<!--", "</script", "<script", "import("] {
        assert!(!script.contains(word), "{word}");
    }
    // What a module imports is exported there, and stands before it.
    for (name, source) in scripts() {
        for line in source.lines().filter(|line| line.starts_with("import ")) {
            let (names, from) = line
                .strip_prefix("import {")
                .and_then(|rest| rest.strip_suffix("';")?.split_once("} from './"))
                .unwrap_or_else(|| panic!("{name}: {line}"));
            let place = |file: &str| script.find(&format!("\n// ---- {file}\n"));
            let stands_before = place(from) < place(&name);
            let exporter = fs::read_to_string(Path::new("src/viewer").join(from)).unwrap();
            for one in names.split(',').map(|one| one.trim().split(" as ").next().unwrap()) {
                // Of two that import each other the first knows the functions of the second.
                let how = ["function", "async function", "function*", "const", "let", "class"];
                let how = how.get(..if stands_before { 6 } else { 3 }).unwrap();
                let exports = how.iter().any(|how| exporter.contains(&format!("\nexport {how} {one}")));
                assert!(one.is_empty() || exports, "{name} imports {one} from {from}");
            }
        }
    }
}

#[test]
fn the_sources_use_nothing_that_makes_markup_or_asks_elsewhere() {
    let never = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "createContextualFragment",
        "DOMParser",
        "srcdoc",
        "eval(",
        "Function(",
        "javascript:",
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "sendBeacon",
        "RTCPeerConnection",
        "importScripts",
        "Worker(",
        "window.open",
        "setAttribute('style'",
        "https://",
    ];
    for (name, source) in scripts() {
        let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        let used: Vec<&&str> = never.iter().filter(|word| code.contains(**word)).collect();
        assert!(used.is_empty(), "{name} uses {used:?}");
        assert!(!code.contains("http://") || !code.replace("http://www.w3.org/", "").contains("http://"));
        assert!(source.lines().count() <= 650, "{name} is over 650 lines");
    }
    let page = viewer();
    let (head, _) = page.split_once("<style").unwrap();
    for word in ["src=", "href=", "style=", "onload=", "onclick=", "url(", "@import"] {
        let frame = fs::read_to_string("src/viewer/page.html").unwrap();
        let styles = fs::read_to_string("src/viewer/page.css").unwrap();
        let word_is_local = word == "href=" && !frame.contains("href=\"http") && !frame.contains("href=http");
        assert!(word_is_local || !(frame + &styles).contains(word), "{word}");
    }
    assert!(head.contains(Viewer::own().policy()), "the policy stands before everything that it is about");
}

/// The words of the page: string literals that are no keys, with their files.
fn words() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, source) in scripts().into_iter().filter(|(name, _)| name.starts_with("words")) {
        for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let mut rest = line;
            while let Some(at) = rest.find(['\'', '"', '`']) {
                let mark = rest[at..].chars().next().unwrap();
                let body = &rest[at + 1..];
                let mut escaped = false;
                let ends = |c: char| {
                    let end = c == mark && !escaped;
                    escaped = c == '\\' && !escaped;
                    end
                };
                let Some(end) = body.find(ends) else { break };
                rest = &body[end + 1..];
                if !rest.trim_start().starts_with(':') {
                    found.push((name.clone(), body[..end].to_owned()));
                }
            }
        }
    }
    found
}

#[test]
fn no_word_of_the_page_judges() {
    let mut found = Vec::new();
    for (name, words) in words() {
        // Places are names of what is put in.
        let own: String = words.split('{').map(|piece| piece.rsplit('}').next().unwrap()).collect();
        let judged = judging(&own).into_iter().chain(judging_in_russian(&own));
        found.extend(judged.map(|word| format!("{name}: {word}: {words}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_viewer_is_of_a_size_that_travels() {
    let length = Viewer::own().bytes().len();
    assert!(length < 1 << 20, "{length} bytes before the data");
}

#[test]
fn every_flipped_byte_of_a_page_is_found() {
    let (_folder, root, page) = with_page(EXAMPLE);
    assert_eq!(code(&root), None);
    let prefix = Viewer::own().bytes().len();
    let path = root.join(NAME);
    // Some of each: what is compared of the viewer is one run of bytes, and every bit of a
    // tail is tried beside `Tail::parse`.
    let some =
        (prefix - 40..prefix + 60).chain((prefix..page.len()).step_by(61)).chain(page.len() - 9..page.len());
    for at in (0..prefix).step_by(9973).chain(some) {
        let mut other = page.clone();
        other[at] ^= 1 << (at % 8);
        fs::write(&path, &other).unwrap();
        let due = if at < prefix { Code::PageUnknown } else { Code::PageData };
        assert_eq!(code(&root), Some(due), "byte {at}");
    }
    for length in
        (0..prefix).step_by(99_991).chain((prefix - 3..page.len()).step_by(101)).chain([page.len() - 1])
    {
        fs::write(&path, &page[..length]).unwrap();
        let due = if length < prefix { Code::PageUnknown } else { Code::PageData };
        assert_eq!(code(&root), Some(due), "cut at {length}");
    }
    for more in ["\n", "end\n", "</plaintext><script src=x></script>"] {
        fs::write(&path, [&page, more.as_bytes()].concat()).unwrap();
        assert_eq!(code(&root), Some(Code::PageData), "{more}");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(code(&root), None, "a folder needs no page");
}

#[test]
fn a_page_says_what_the_folder_says_and_leaves_nothing_out_unsaid() {
    let (_folder, root, page) = with_page("tests/corpus/whole-noted/snapshot");
    let prefix = Viewer::own().bytes().len();
    let tail = Tail::parse(&page[prefix..]).unwrap();
    assert_eq!(tail.left_out, 0);
    let carried: BTreeSet<&str> = tail.files.keys().map(String::as_str).collect();
    let lying: BTreeSet<String> = tree(&root)
        .into_keys()
        .map(|path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
        .filter(|path| path != NAME)
        .collect();
    assert_eq!(carried, lying.iter().map(String::as_str).collect());
    for (path, carried) in &tail.files {
        let bytes = fs::read(root.join(path)).unwrap();
        match carried {
            Carried::Bytes(held) => assert_eq!(*held, bytes, "{path}"),
            Carried::Document(size) => {
                assert!(path.starts_with("docs/"), "{path}");
                assert_eq!(*size, bytes.len() as u64);
            }
        }
    }
    let write = |tail: &Tail| {
        let page = [Viewer::own().bytes(), tail.to_text().as_bytes()].concat();
        fs::write(root.join(NAME), page).unwrap();
    };
    for path in tail.files.keys() {
        let mut less = tail.clone();
        less.files.remove(path);
        for left_out in 0..3 {
            less.left_out = left_out;
            write(&less);
            // Without these the rest is no page at all.
            let no_page = path == "charter.json" || path.ends_with("/checkpoint");
            let due = Some(if no_page { Code::PageData } else { Code::PageOther });
            assert_eq!(code(&root), due, "{path} {left_out}");
        }
        let mut moved = tail.clone();
        let bytes = moved.files.remove(path).unwrap();
        moved.files.insert(format!("{path}0"), bytes);
        write(&moved);
        assert_eq!(code(&root), Some(Code::PageData), "{path}");
    }
    let mut more = tail.clone();
    more.files.insert("logs/tambov/checkpoint".to_owned(), Carried::Bytes(b"x".to_vec()));
    write(&more);
    assert_eq!(code(&root), Some(Code::PageData));
}

#[test]
fn a_page_of_a_long_record_carries_the_newest_and_says_how_much_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    copy_tree(Path::new(EXAMPLE), root);
    let (bundles, weight) = (24_u64, 1 << 20);
    let log = root.join("logs/moscow");
    fs::remove_dir_all(log.join("tile")).unwrap();
    let seal = fs::read_to_string(log.join("checkpoint")).unwrap();
    let seal = seal.replacen("\n3\n", &format!("\n{}\n", bundles * 256), 1);
    fs::write(log.join("checkpoint"), seal).unwrap();
    for (sort, length) in [("entries", weight), ("0", 8192)] {
        let tiles = log.join("tile").join(sort);
        fs::create_dir_all(&tiles).unwrap();
        for number in 0..bundles {
            fs::write(tiles.join(format!("{number:03}")), vec![u8::try_from(number).unwrap(); length])
                .unwrap();
        }
    }
    let page = page_of(root);
    assert_eq!(page, page_of(root), "one folder has one page");
    fs::write(root.join(NAME), &page).unwrap();
    assert_eq!(found(root), None);
    let tail = Tail::parse(&page[Viewer::own().bytes().len()..]).unwrap();
    let bytes = |carried: &Carried| if let Carried::Bytes(bytes) = carried { bytes.len() } else { 0 };
    assert!(tail.files.values().map(bytes).sum::<usize>() <= MOST);
    let newest = |number: u64| tail.files.contains_key(&format!("logs/moscow/tile/entries/{number:03}"));
    assert!(newest(bundles - 1) && newest(bundles - 15) && !newest(bundles - 16) && !newest(0));
    assert!(tail.files.contains_key("charter.json") && tail.files.contains_key("logs/washington/checkpoint"));
    let lying = tree(root).len() - 1;
    assert_eq!(tail.left_out, (lying - tail.files.len()) as u64);
    assert!(tail.left_out >= 9 * 2 - 1);
    // A log can claim any size; what is looked at is what lies there.
    let seal = fs::read_to_string(log.join("checkpoint")).unwrap();
    let endless = seal.replacen(&format!("\n{}\n", bundles * 256), &format!("\n{}\n", (1_u64 << 53) - 1), 1);
    fs::write(log.join("checkpoint"), endless).unwrap();
    assert_eq!(code(root), Some(Code::PageData));
}

#[test]
fn what_follows_the_viewer_can_be_no_markup() {
    for name in ["whole-noted", "whole-volume", "entry-latin1", "split", "fork-evidence"] {
        let page = page_of(Path::new(&format!("tests/corpus/{name}/snapshot")));
        let tail = text(&page[Viewer::own().bytes().len()..]);
        let plain = |c: char| c.is_ascii_alphanumeric() || "+/=.- \n".contains(c);
        assert!(tail.chars().all(plain), "{name}");
    }
}

/// The page changes with each version, so the corpus holds none; each snapshot of it gets
/// its own here, and is judged as without it.
#[test]
fn a_page_changes_no_verdict_of_the_corpus() {
    let desk = Desk::new();
    for item in fs::read_dir("tests/corpus").unwrap() {
        let source = item.unwrap().path();
        let name = source.file_name().unwrap().to_string_lossy().into_owned();
        let told: Value = serde_json::from_slice(&fs::read(source.join("expected.json")).unwrap()).unwrap();
        copy_tree(&source.join("snapshot"), &desk.path(&name));
        let page = page_of(&desk.path(&name));
        let due = &told["verifiers"]["countersign"];
        let exit = i32::try_from(due["exit"].as_u64().unwrap()).unwrap();
        let verify = ["verify", &name, "--ledger", told["ledger"].as_str().unwrap(), "--json"];
        for (page, more) in [(page.clone(), None), (page[1..].to_vec(), Some("page_unknown"))] {
            fs::write(desk.path(&name).join(NAME), page).unwrap();
            let report = desk.json(&verify, if exit == 0 && more.is_some() { 3 } else { exit });
            let codes =
                report["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap());
            let (pages, codes): (Vec<&str>, Vec<&str>) = codes.partition(|code| code.starts_with("page_"));
            let due: Vec<&str> =
                due["codes"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
            assert_eq!(codes, due, "{name}");
            // Where another ledger was named nothing else is looked at.
            if codes != ["other_ledger"] {
                assert_eq!(pages, more.into_iter().collect::<Vec<_>>(), "{name}");
            }
        }
    }
}

#[test]
fn publish_writes_the_page_and_renews_it() {
    let desk = Desk::founded();
    desk.ok(&["pledge", "Words.", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    let verify = ["verify", "pub", "--ledger", "charter.json"];
    desk.ok(&verify);
    let read = || fs::read(desk.path("pub").join(NAME)).unwrap();
    let first = read();
    assert!(is_page(&first));
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    assert_eq!(read(), first, "nothing new");
    desk.ok(&["publish", "other", "--dir", "moscow"]);
    assert_eq!(fs::read(desk.path("other").join(NAME)).unwrap(), first, "one record has one page");
    desk.ok(&["pledge", "More words.", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    assert_ne!(read(), first);
    desk.ok(&verify);

    // A page of another version, and one with another's data; publishing writes it anew.
    let whole = read();
    for (page, exit, code) in [
        (whole[1..].to_vec(), 3, "page_unknown"),
        (first.clone(), 0, "page_other"),
        (Viewer::own().bytes().to_vec(), 4, "page_data"),
    ] {
        fs::write(desk.path("pub").join(NAME), page).unwrap();
        let report = desk.json(&[&verify[..], &["--json"]].concat(), exit);
        assert_eq!(report["findings"][0]["code"], code);
        assert_eq!(report["findings"][0]["where"], NAME);
        // Nobody takes the page of another in.
        desk.ok(&["pull", "pub", "--dir", "washington"]);
        desk.ok(&["mirror", "pub", &format!("mirror-{code}"), "--ledger", "charter.json"]);
        desk.ok(&["verify", &format!("mirror-{code}"), "--ledger", "charter.json"]);
        desk.ok(&["publish", "pub", "--dir", "moscow"]);
        assert_eq!(read(), whole);
    }
    assert!(!desk.path("washington").join(NAME).exists());
    // A page that is somebody's own is left.
    fs::write(desk.path("pub").join(NAME), "<h1>My pages</h1>\n").unwrap();
    desk.refused(&["publish", "pub", "--dir", "moscow"], 1, "exists");
    // A small folder to carry has none.
    desk.ok(&["publish", "small", "--since", "other", "--dir", "moscow"]);
    assert!(!desk.path("small").join(NAME).exists());
}

#[test]
fn the_viewer_is_known_by_the_hash_of_its_first_bytes() {
    let desk = Desk::founded();
    let told = desk.json(&["viewer", "--hash", "--json"], 0);
    let length = usize::try_from(told["length"].as_u64().unwrap()).unwrap();
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    let page = fs::read(desk.path("pub").join(NAME)).unwrap();
    assert_eq!(told["sha256"], hex::encode(Sha256::digest(&page[..length])));
    assert_eq!(told["policy"], Viewer::own().policy());
    let shown = desk.run(&["viewer", "--hash"]);
    let line = format!("head -c {length} index.html | sha256sum");
    assert!(text(&shown.stderr).contains(&line));
    desk.ok(&["viewer", "-o", "viewer.html"]);
    assert_eq!(fs::read(desk.path("viewer.html")).unwrap(), page[..length]);
    assert!(page[..length].ends_with(BOUNDARY.as_bytes()));
    desk.refused(&["viewer", "-o", "viewer.html"], 1, "exists");
    let shown = std::process::Command::new("sh").current_dir(desk.path("pub")).args(["-c", &line]).output();
    assert!(text(&shown.unwrap().stdout).starts_with(told["sha256"].as_str().unwrap()));
}

#[test]
fn the_specification_shows_a_real_page() {
    let page = page_of(Path::new(EXAMPLE));
    let tail = text(&page[Viewer::own().bytes().len()..]);
    let cut = |line: &str| match line.get(..68) {
        Some(begin) => format!("    {begin}...\n"),
        None => format!("    {line}\n"),
    };
    let shown: String = [BOUNDARY.trim_end()].into_iter().chain(tail.lines()).map(cut).collect();
    let spec = fs::read_to_string("docs/SPEC.md").unwrap();
    assert!(spec.contains(&shown), "docs/SPEC.md section 25 should show:\n{shown}");
}
