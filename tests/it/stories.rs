//! The stories of docs/ are built by their scripts and told again, and the tables of the
//! guide name lines that are in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use countersign::vocabulary::{Tongue, dates};

use crate::command_line::text;

const STORIES: [&str; 2] = ["docs/CODE-OF-CONDUCT.md", "docs/LETTERS-1933.md"];

/// A desk with the examples, as in the repository.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let examples = std::env::current_dir().unwrap().join("examples");
        std::os::unix::fs::symlink(examples, folder.path().join("examples")).unwrap();
        Self { folder }
    }

    /// Types a command; the exit code stands behind what is printed.
    fn type_in(&self, command: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("bash");
        let shell = shell.args(["-c", command]).current_dir(self.folder.path()).env("PATH", path);
        let shell = shell.env("LC_ALL", "C").env_remove("COLUMNS").env_remove("LANG");
        let output = shell.stdin(Stdio::null()).output().unwrap();
        let mut printed = text(&output.stdout);
        if !output.status.success() {
            printed.push_str(&format!("(exit {})\n", output.status.code().unwrap()));
        }
        printed
    }
}

/// One desk with the examples, for the tables.
fn built() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT
        .get_or_init(|| {
            let place = Place::new();
            for (script, name) in [
                ("code-of-conduct", "code"),
                ("letters-1933", "letters"),
                ("everything", "everything"),
                ("witnessed", "witnessed"),
            ] {
                let printed = place.type_in(&format!("sh examples/{script}/build.sh {name}"));
                assert_eq!(printed, "", "{script}");
            }
            place.folder.keep()
        })
        .clone()
}

fn at(folder: &Path, command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    let shell = shell.args(["-c", command]).current_dir(folder).env("PATH", path).env("LC_ALL", "C");
    let output = shell.stdin(Stdio::null()).output().unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

/// A page with every console block typed again, and the blocks before and after.
fn retold(page: &str) -> (String, Vec<(String, String)>) {
    let place = Place::new();
    let (mut told, mut blocks) = (String::new(), Vec::new());
    for (number, piece) in page.split("```").enumerate() {
        if number > 0 {
            told.push_str("```");
        }
        let Some(block) = piece.strip_prefix("console\n").filter(|_| number % 2 == 1) else {
            told.push_str(piece);
            continue;
        };
        told.push_str("console\n");
        let mut shown = String::new();
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                let printed = place.type_in(command);
                shown.push_str(&format!("{line}\n{}", printed.trim_start_matches('\n')));
            }
        }
        told.push_str(&shown);
        blocks.push((block.to_owned(), shown));
    }
    (told, blocks)
}

/// The present day, in each form in which it is printed.
fn today() -> [String; 3] {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    days_of(&countersign::time::Time::from_unix(seconds).day())
}

fn days_of(day: &countersign::time::Day) -> [String; 3] {
    [day.to_string(), dates::day(Tongue::English, day), dates::day(Tongue::Russian, day)]
}

/// The words of a block. Hashes, groups of digits, the present day and the times of that
/// day differ from run to run; where a line is folded may differ with the day's length.
fn words(block: &str, days: &[String; 3]) -> Vec<String> {
    let mut block = block.to_owned();
    for day in days {
        block = block.replace(day.as_str(), "<day>");
    }
    let is_time = |word: &str| {
        let (hours, minutes) = word.split_once(':').unwrap_or_default();
        [hours, minutes].iter().all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut out: Vec<String> = Vec::new();
    for word in block.split_whitespace() {
        let core = word.trim_matches(|c: char| c == ';' || c == ',' || c == ')');
        let last = out.last().map_or("", String::as_str);
        let plain = if core.len() == 64 && core.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            word.replace(core, "<hash>")
        } else if core.len() == 5 && core.bytes().all(|byte| byte.is_ascii_digit()) {
            word.replace(core, "<digits>")
        } else if is_time(core) && last.starts_with("<day>") {
            word.replace(core, "<time>")
        } else if let Some(rest) = word.strip_prefix("<day>T") {
            assert!(rest.len() >= 9, "{word}");
            "<day>T<time>".to_owned()
        } else {
            word.to_owned()
        };
        out.push(plain);
    }
    out
}

/// The day on which a page says that it was typed.
fn typed_on(page: &str) -> [String; 3] {
    let day = page.split("typed on ").nth(1).expect("the page says on which day it was typed");
    days_of(&day[..10].parse().unwrap())
}

#[test]
fn the_stories_are_told_as_they_are_built() {
    for story in STORIES {
        let page = fs::read_to_string(story).unwrap();
        let (told, blocks) = retold(&page);
        if std::env::var_os("COUNTERSIGN_WRITE_VECTORS").is_some() {
            let told = told.replace(&typed_on(&page)[0], &today()[0]);
            fs::write(story, told).unwrap();
            continue;
        }
        assert!(blocks.len() >= 7, "{story}: {}", blocks.len());
        for (shown, printed) in blocks {
            let (shown, printed) = (words(&shown, &typed_on(&page)), words(&printed, &today()));
            assert_eq!(shown, printed, "{story}");
        }
    }
}

#[test]
fn the_stories_show_the_commands_of_their_scripts() {
    for (story, script) in STORIES.iter().zip(["code-of-conduct", "letters-1933"]) {
        let page = fs::read_to_string(story).unwrap();
        let script = fs::read_to_string(format!("examples/{script}/build.sh")).unwrap();
        let blocks: Vec<&str> =
            page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
        assert!(blocks.len() >= 4, "{story}");
        for block in blocks {
            assert!(script.contains(block), "{story} shows what the script does not do:\n{block}");
        }
    }
}

#[test]
fn what_the_stories_print_judges_nobody() {
    for story in STORIES {
        let (_, blocks) = retold(&fs::read_to_string(story).unwrap());
        for (_, printed) in blocks {
            let own: String =
                // A list has the first words of an entry without quotation marks.
                printed.lines().filter(|line| !line.starts_with("$ ") && !line.ends_with('…')).collect::<Vec<_>>().join("\n");
            let found = crate::vocabulary::judging_in_russian(&own);
            assert!(found.is_empty(), "{story}: {found:?}");
            // Quotations run over several lines.
            let own = own.split(['«', '»']).step_by(2).collect::<String>();
            let own: String = own.split('"').step_by(2).collect();
            let found = crate::vocabulary::judging(&own);
            assert!(found.is_empty(), "{story}: {found:?}");
        }
    }
}

/// The rows of the table below a heading: its columns.
fn rows<'p>(page: &'p str, heading: &str) -> Vec<Vec<&'p str>> {
    let section = page.split(&format!("\n### {heading}\n")).nth(1).unwrap_or_else(|| panic!("{heading}"));
    let section = section.split("\n#").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(2);
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

fn in_ticks(column: &str) -> Vec<&str> {
    column.split('`').skip(1).step_by(2).collect()
}

/// The bodies of the entries of a ledger that have effect.
fn entries(folder: &Path, name: &str) -> BTreeMap<String, serde_json::Value> {
    let printed = at(folder, &format!("countersign log --json {name}/snapshot"));
    let entries = printed.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let effective = entries.filter(|entry| entry["entry"].is_string() && entry["effect"].is_null());
    effective.map(|entry| (entry["entry"].as_str().unwrap().to_owned(), entry)).collect()
}

#[test]
fn every_row_of_the_source_has_a_command_and_a_line() {
    let folder = built();
    let page = fs::read_to_string("docs/GUIDE.md").unwrap();
    let ledgers: BTreeMap<&str, _> =
        ["code", "letters", "everything"].map(|name| (name, entries(&folder, name))).into();
    let mut helps: BTreeMap<String, String> = BTreeMap::new();
    for (heading, number) in [("What the source text asks for", 36), ("Sentence by sentence", 38)] {
        let rows = rows(&page, heading);
        assert_eq!(rows.len(), number, "{heading}");
        for (at_row, row) in rows.iter().enumerate() {
            let [place, _, commands, lines] = row.as_slice() else { panic!("{row:?}") };
            assert_eq!(*place, (at_row + 1).to_string(), "{heading}");
            let commands = in_ticks(commands);
            assert!(!commands.is_empty(), "{row:?}");
            for command in commands {
                let verb = command.split(' ').next().unwrap();
                let help = helps.entry(verb.to_owned()).or_insert_with(|| {
                    at(&folder, &format!("countersign {verb} --help; for w in add withdraw revoke suspend new check print; do countersign {verb} $w --help 2> /dev/null; done"))
                });
                for word in command.split(' ').map(|word| word.split('=').next().unwrap()) {
                    assert!(help.contains(word), "{heading} {place}: countersign {command}: {word}");
                }
            }
            let lines = in_ticks(lines);
            assert!(!lines.is_empty(), "{row:?}");
            let mut ledger = "";
            for line in lines {
                let (named, cited) = line.split_once(' ').unwrap_or((ledger, line));
                ledger = named;
                let (entry, id) = cited.split_once('#').map_or((cited, None), |(e, id)| (e, Some(id)));
                let held = ledgers[ledger].get(entry);
                let held =
                    held.unwrap_or_else(|| panic!("{heading} {place}: no {entry} with effect in {ledger}"));
                if let Some(id) = id {
                    let provisions = held["body"]["provisions"].as_array().expect(entry);
                    assert!(provisions.iter().any(|one| one["id"] == id), "{heading} {place}: {line}");
                }
            }
        }
    }
}

#[test]
fn every_computed_fact_has_a_command_that_prints_it() {
    let folder = built();
    let page = fs::read_to_string("docs/GUIDE.md").unwrap();
    let rows = rows(&page, "Facts that are computed");
    let places: Vec<String> = rows.iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(places, (1..=14).map(|number| format!("F{number}")).collect::<Vec<_>>());
    let of_time: BTreeSet<&str> = ["F4", "F5", "F8", "F10"].into();
    for row in rows {
        let [place, _, commands, shown] = row.as_slice() else { panic!("{row:?}") };
        let printed: String = in_ticks(commands).into_iter().map(|command| at(&folder, command)).collect();
        let printed = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = in_ticks(shown);
        assert!(!shown.is_empty(), "{row:?}");
        if of_time.contains(place) {
            assert!(commands.contains("--policy"), "{place} without evidence");
            assert!(shown.iter().any(|words| words.contains("not shown")), "{place}");
        }
        for words in shown {
            assert!(printed.contains(words), "{place}: {words} is not in\n{printed}");
        }
    }
}
