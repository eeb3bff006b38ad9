//! `demo`: two sides and an observer, from nothing to a stranger's check; then one
//! word is changed in a copy, and a thief of both keys splits a log.
//!
//! Every step is a command of this program, printed as it would be typed and run
//! as it is printed. The words are made up.

use std::path::{Path, PathBuf};

use countersign::failure::{Failure, Outcome, Why};

use super::session::Session;
use super::terminal::{line, talk};

/// Run the demonstration.
#[derive(clap::Args)]
pub struct Demo {
    /// A folder that is not there.
    dir: PathBuf,
}

const CODE: &str = include_str!("../../examples/code-of-conduct.toml");

/// Runs `demo`.
pub fn run(session: &Session, command: &Demo) -> Outcome<u8> {
    session.words_alone("demo")?;
    let failed = |error| Failure::disk("making", &command.dir, error);
    if command.dir.exists() {
        let what = format!("{} is there and is left as it is", command.dir.display());
        return Err(Failure::new(Why::Exists, what).next("countersign demo OTHER"));
    }
    std::fs::create_dir_all(&command.dir).map_err(failed)?;
    std::env::set_current_dir(&command.dir).map_err(failed)?;
    talk(
        "All words here are made up; no government has said them. Keys are unencrypted, for the demonstration.",
    );
    line(&format!("$ cd {}", command.dir.display()));
    found()?;
    write_and_exchange()?;
    check()?;
    change_a_word()?;
    split_a_log()?;
    next();
    Ok(0)
}

fn title(text: &str) {
    line("");
    line(&format!("# {text}"));
}

/// Prints a command, runs it, and sees that it ends with this exit code.
fn step(words: &[&str], exit: u8) -> Outcome<()> {
    let quoted = |word: &&str| {
        if word.contains(' ') { format!("\"{word}\"") } else { (*word).to_owned() }
    };
    let shown: Vec<String> = words.iter().map(quoted).collect();
    line(&format!("$ countersign {}", shown.join(" ")));
    let code = super::run(std::iter::once("countersign").chain(words.iter().copied()));
    if exit != 0 {
        line(&format!("(exit {code})"));
    }
    if code == exit {
        return Ok(());
    }
    Err(Failure::new(Why::Disk, format!("the step ended with exit {code}, not {exit}")))
}

fn found() -> Outcome<()> {
    title("Each member makes its keys, on its own machine.");
    for member in ["moscow", "washington", "mission"] {
        step(&["key", "new", member, "--out", member, "--no-passphrase"], 0)?;
    }
    title("One charter names them all. Its SHA-256 is the ledger; they compare its words by voice.");
    step(
        &[
            "charter",
            "new",
            "--title",
            "Code of conduct: a demonstration",
            "--party",
            "moscow/moscow.pub",
            "--party",
            "washington/washington.pub",
            "--observer",
            "mission/mission.pub",
            "--out",
            "charter.json",
        ],
        0,
    )?;
    title("Each founds its own log, by a join.");
    for member in ["moscow", "washington", "mission"] {
        let (key, dir) = (format!("{member}/{member}.key"), format!("{member}/ledger"));
        step(&["init", "charter.json", "--as", member, "--key", &key, "--dir", &dir, "--yes"], 0)?;
    }
    Ok(())
}

fn publish_and_pull(from: &str, to: &[&str]) -> Outcome<()> {
    let (dir, out) = (format!("{from}/ledger"), format!("{from}/public"));
    step(&["publish", &out, "--dir", &dir], 0)?;
    for reader in to {
        step(&["pull", &out, "--dir", &format!("{reader}/ledger")], 0)?;
    }
    Ok(())
}

fn write_and_exchange() -> Outcome<()> {
    title("Washington pledges, and tables a text that others may adopt.");
    step(
        &[
            "pledge",
            "We will make no public assessment of an election in Russia before the observation missions have reported.",
            "--refrain",
            "--basket",
            "Assessments of elections",
            "--expires",
            "2036-12-31",
            "--dir",
            "washington/ledger",
            "--sign",
            "--yes",
        ],
        0,
    )?;
    std::fs::write("code.toml", CODE)
        .map_err(|error| Failure::disk("writing", Path::new("code.toml"), error))?;
    step(&["propose", "--file", "code.toml", "--dir", "washington/ledger", "--sign", "--yes"], 0)?;
    publish_and_pull("washington", &["moscow", "mission"])?;

    title("Moscow pledges, adopts the text, and so receipts what it has received.");
    step(
        &[
            "pledge",
            "We will not hand to others information of political significance that our agencies obtained without consent.",
            "--refrain",
            "--dir",
            "moscow/ledger",
            "--sign",
            "--yes",
        ],
        0,
    )?;
    step(&["adopt", "washington/2", "--dir", "moscow/ledger", "--sign", "--yes"], 0)?;
    publish_and_pull("moscow", &["washington", "mission"])?;

    title("The observer says something about one provision; Washington adopts and receipts.");
    step(
        &[
            "state",
            "The mission will publish its first findings on the day after the vote.",
            "--about",
            "washington/2#c2",
            "--dir",
            "mission/ledger",
            "--sign",
            "--yes",
        ],
        0,
    )?;
    publish_and_pull("mission", &["washington", "moscow"])?;
    step(&["adopt", "moscow/1", "--dir", "washington/ledger", "--sign", "--yes"], 0)?;
    publish_and_pull("washington", &["moscow"])?;
    step(&["seen", "--dir", "moscow/ledger", "--sign", "--yes"], 0)?;
    step(&["publish", "moscow/public", "--dir", "moscow/ledger"], 0)
}

fn check() -> Outcome<()> {
    title("A stranger holds nobody's secret. Without a ledger to expect, whose keys are these?");
    step(&["verify", "moscow/public"], 3)?;
    title("With the charter that the members compared, everything is checked.");
    step(&["verify", "moscow/public", "--ledger", "charter.json"], 0)?;
    step(&["log", "moscow/public"], 0)
}

fn change_a_word() -> Outcome<()> {
    title("One word is changed in a copy.");
    line("$ cp -r moscow/public changed");
    copy_tree(Path::new("moscow/public"), Path::new("changed"))?;
    line("$ sed -i 's/We will make no/We will make a /' changed/logs/washington/tile/entries/000.p/4");
    let path = Path::new("changed/logs/washington/tile/entries/000.p/4");
    let mut bytes = std::fs::read(path).map_err(|error| Failure::disk("reading", path, error))?;
    replace_once(&mut bytes, b"We will make no", b"We will make a ");
    std::fs::write(path, &bytes).map_err(|error| Failure::disk("writing", path, error))?;
    step(&["verify", "changed", "--ledger", "charter.json"], 4)
}

fn split_a_log() -> Outcome<()> {
    title("A thief copies both keys of Moscow with their marks, and goes on from the copy.");
    line("$ mkdir stolen && cp -r moscow/moscow.* moscow/public stolen/");
    std::fs::create_dir("stolen").map_err(|e| Failure::disk("making", Path::new("stolen"), e))?;
    copy_tree(Path::new("moscow/public"), Path::new("stolen/public"))?;
    for name in [
        "moscow.key",
        "moscow.log.key",
        "moscow.pub",
        "moscow.recovery.key",
        "moscow.key.marks",
        "moscow.log.key.marks",
    ] {
        copy_tree(&Path::new("moscow").join(name), &Path::new("stolen").join(name))?;
    }
    step(
        &["init", "stolen/public", "--as", "moscow", "--key", "stolen/moscow.key", "--dir", "stolen/ledger"],
        0,
    )?;
    step(&["state", "We take back what we adopted.", "--dir", "stolen/ledger", "--sign", "--yes"], 0)?;
    step(&["publish", "stolen/new", "--dir", "stolen/ledger"], 0)?;
    title("Moscow itself writes something else at the same place.");
    step(
        &[
            "state",
            "What we adopted stands.",
            "--about",
            "moscow/2",
            "--dir",
            "moscow/ledger",
            "--sign",
            "--yes",
        ],
        0,
    )?;
    publish_and_pull("moscow", &["washington"])?;
    title("Whoever holds both copies holds two seals of one log that contradict each other.");
    step(&["pull", "stolen/new", "--dir", "washington/ledger"], 5)?;
    step(&["publish", "washington/public", "--dir", "washington/ledger"], 0)?;
    step(&["verify", "washington/public", "--ledger", "charter.json"], 5)?;
    let evidence = first_file(Path::new("washington/ledger/faults"))?;
    step(&["verify", &evidence, "--ledger", "charter.json"], 5)?;
    title("Moscow is told first and loudest; both branches stay on record.");
    step(&["pull", "stolen/new", "--dir", "moscow/ledger"], 5)
}

fn next() {
    title("What to try next");
    line("countersign status --dir washington/ledger        what is new, who has received what");
    line("countersign show washington/2 --dir moscow/ledger  one entry in full");
    line("countersign drafts --dir moscow/ledger             what is written and not signed");
    line("countersign explain fork                           what a code means");
    line("change, remove or swap any file below moscow/public, and verify again");
}

fn replace_once(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let at = bytes.windows(from.len()).position(|window| window == from);
    if let Some(slot) = at.and_then(|at| bytes.get_mut(at..at + to.len())) {
        slot.copy_from_slice(to);
    }
}

fn copy_tree(from: &Path, to: &Path) -> Outcome<()> {
    let failed = |error| Failure::disk("copying", from, error);
    if from.is_file() {
        std::fs::copy(from, to).map_err(failed)?;
        return Ok(());
    }
    std::fs::create_dir_all(to).map_err(failed)?;
    for item in std::fs::read_dir(from).map_err(failed)? {
        let item = item.map_err(failed)?;
        copy_tree(&item.path(), &to.join(item.file_name()))?;
    }
    Ok(())
}

fn first_file(folder: &Path) -> Outcome<String> {
    let failed = |error| Failure::disk("reading", folder, error);
    let mut paths: Vec<PathBuf> = Vec::new();
    for item in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(item.map_err(failed)?.path());
    }
    paths.sort();
    let first = paths.first().map(|path| path.to_string_lossy().into_owned());
    first.ok_or_else(|| Failure::new(Why::Disk, "no evidence was written"))
}
