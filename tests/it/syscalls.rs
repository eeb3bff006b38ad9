//! Every call of the system that a command makes fails once: killed there, an error of
//! the disk, a full disk. After each, what a user types next settles it.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::command_line::{Desk, text};
use crate::trial::{FOUND, Tree, Way, acknowledged, chartered, quick_desk, two_sides};

/// The calls that change something: between two of them a kill leaves one state; `?`
/// where a processor has no such call.
const CHANGES: [&str; 15] = [
    "write",
    "writev",
    "pwrite64",
    "fsync",
    "fdatasync",
    "?rename",
    "renameat",
    "renameat2",
    "openat",
    "?mkdir",
    "mkdirat",
    "?unlink",
    "unlinkat",
    "ftruncate",
    "flock",
];

/// The calls that read or end something, which can report an error too.
const READS: [&str; 6] = ["close", "read", "lseek", "statx", "getdents64", "?readlink"];

/// One way in which a call fails, and the calls that are made to fail so.
#[derive(Clone, Copy)]
struct Fault {
    inject: &'static str,
    reads: bool,
}

const KILL: Fault = Fault { inject: "signal=KILL", reads: false };
const FAULTS: [Fault; 3] =
    [KILL, Fault { inject: "error=EIO", reads: true }, Fault { inject: "error=ENOSPC", reads: false }];

impl Fault {
    fn calls(self) -> Vec<&'static str> {
        CHANGES.into_iter().chain(READS.into_iter().filter(|_| self.reads)).collect()
    }
}

/// A run of the program under strace, with its N-th call of one kind failing.
struct Traced {
    output: Output,
    trace: String,
}

impl Traced {
    fn run(desk: &Desk, words: &[&str], calls: &str, inject: Option<&str>) -> Self {
        let trace = desk.path(".trace");
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o"]).arg(&trace).args(["-e", &format!("trace={calls}")]);
        if let Some(inject) = inject {
            command.args(["-e", &format!("inject={inject}")]);
        }
        // Stops at the traced calls alone, which is quicker; signals are not sent then.
        if !inject.is_some_and(|inject| inject.contains("signal")) {
            command.arg("--seccomp-bpf");
        }
        let program = env!("CARGO_BIN_EXE_countersign");
        let command = command.arg(program).args(words).current_dir(desk.folder.path());
        let output = command.stdin(Stdio::null()).output().unwrap();
        let trace_text = fs::read_to_string(&trace).expect("strace wrote what it saw");
        fs::remove_file(&trace).unwrap();
        Self { output, trace: trace_text }
    }

    /// Nothing if the program came to its end before that call.
    fn with_fault(desk: &Desk, words: &[&str], call: &str, fault: Fault, number: usize) -> Option<Self> {
        let inject = format!("{call}:{}:when={number}", fault.inject);
        let traced = Self::run(desk, words, call, Some(&inject));
        let hit = traced.is_killed() || traced.trace.contains("(INJECTED)");
        hit.then_some(traced)
    }

    /// strace ends as the program did.
    fn is_killed(&self) -> bool {
        use std::os::unix::process::ExitStatusExt;
        self.output.status.signal() == Some(9)
    }
}

/// The kinds of call that a command makes.
fn kinds(desk: &Desk, words: &[&str], fault: Fault) -> Vec<&'static str> {
    let calls = fault.calls();
    let traced = Traced::run(desk, words, &calls.join(","), None);
    assert!(traced.output.status.success(), "{words:?}: {}", text(&traced.output.stderr));
    let made = |call: &&str| traced.trace.contains(&format!(" {}(", call.trim_start_matches('?')));
    calls.into_iter().filter(|call| made(call)).collect()
}

/// A command, what was there before it, and how it is settled.
struct Scenario {
    name: &'static str,
    prepare: fn(&Desk),
    words: &'static [&'static str],
    way: Way<'static>,
}

const SIGN: &[&str] = &["sign", "d1", "--yes", "--dir", "moscow"];
const SEAL: &[&str] = &["seal", "--dir", "moscow"];
const PUBLISH: &[&str] = &["publish", "pub", "--dir", "moscow"];
const FOUND_YES: &[&str] =
    &[FOUND[0], FOUND[1], FOUND[2], FOUND[3], FOUND[4], FOUND[5], FOUND[6], FOUND[7], "--yes"];
const PLEDGE: &[&str] = &["pledge", "the words of the draft", "--dir", "moscow"];

fn with_draft(desk: &Desk) {
    two_sides(desk);
    desk.ok(PLEDGE);
}

/// Washington has received moscow's entries, so moscow's marks let go of them.
fn with_receipt(desk: &Desk) {
    two_sides(desk);
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    desk.ok(&["pull", "pub", "--dir", "washington"]);
    desk.ok(&["seen", "--dir", "washington", "--sign", "--yes"]);
    desk.ok(&["pull", "washington", "--dir", "moscow"]);
    published_before(desk);
    desk.ok(PLEDGE);
}

fn published_before(desk: &Desk) {
    desk.ok(PUBLISH);
    Tree::of(&desk.path("pub")).put(&desk.path("old"));
}

/// Kills a command at one sync after another, until the desk is in the state meant.
fn killed(desk: &Desk, words: &[&str], is_meant: impl Fn(&Tree, &Tree) -> bool) {
    let begun = Tree::of(desk.folder.path());
    for number in 1.. {
        begun.put(desk.folder.path());
        let traced = Traced::with_fault(desk, words, "fdatasync", KILL, number);
        assert!(traced.is_some(), "{words:?} is never in that state");
        if is_meant(&begun, &Tree::of(desk.folder.path())) {
            return;
        }
    }
}

fn grew(before: &Tree, after: &Tree, end: &str) -> bool {
    let size = |tree: &Tree| -> usize {
        let files = tree.files.iter().filter(|(path, _)| path.to_string_lossy().ends_with(end));
        files.map(|(_, bytes)| bytes.len()).sum()
    };
    size(after) > size(before)
}

/// Killed in the middle of `sign`: the mark holds the entry, the journal does not.
fn marked_and_not_recorded(desk: &Desk) {
    with_draft(desk);
    killed(desk, SIGN, |before, after| {
        grew(before, after, ".moscow.tail") && !grew(before, after, "moscow/logs/moscow.journal")
    });
}

/// Killed between the journal and the seal.
fn recorded_and_not_sealed(desk: &Desk) {
    two_sides(desk);
    let words = ["state", "unsealed", "--sign", "--yes", "--dir", "moscow"];
    killed(desk, &words, |before, after| grew(before, after, "moscow/logs/moscow.journal"));
    desk.exits(&["verify", "moscow"], 3);
}

fn grown_since_published(desk: &Desk) {
    two_sides(desk);
    published_before(desk);
    desk.ok(&["state", "two", "--dir", "moscow", "--sign", "--yes"]);
}

fn published(desk: &Desk) {
    two_sides(desk);
    published_before(desk);
}

fn followed_and_grown(desk: &Desk) {
    published(desk);
    desk.ok(&["init", "pub", "--dir", "reader"]);
    desk.ok(&["state", "two", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(PUBLISH);
    Tree::of(&desk.path("pub")).put(&desk.path("old"));
}

/// The folder is gone; the keys, their marks and a copy are there.
fn folder_gone(desk: &Desk) {
    published(desk);
    fs::remove_dir_all(desk.path("moscow")).unwrap();
}

/// The folder is older than what the marks hold.
fn behind_the_marks(desk: &Desk) {
    two_sides(desk);
    let old = Tree::of(&desk.path("moscow"));
    for words in ["two", "three"] {
        desk.ok(&["state", words, "--dir", "moscow", "--sign", "--yes"]);
    }
    old.put(&desk.path("moscow"));
}

const WASHINGTON: Way<'static> =
    Way { folder: "washington", member: Some("washington"), holds: Some(("moscow", 2)), ..Way::MOSCOW };
const READER: Way<'static> =
    Way { folder: "reader", member: None, holds: Some(("moscow", 3)), ..Way::MOSCOW };
const DRAFT: Way<'static> = Way { once: Some("the words of the draft"), ..Way::MOSCOW };
const RESUME: &[&str] = &["init", "pub", "--as", "moscow", "--key", "k/moscow.key", "--dir", "moscow"];
const PULL: &[&str] = &["pull", "pub", "--dir", "washington"];
const FOLLOW: &[&str] = &["pull", "pub", "--dir", "reader"];
const FROM_MARK: &[&str] = &["pull", "--from-mark", "--dir", "moscow"];

fn scenarios() -> Vec<Scenario> {
    let scenario = |name, prepare, words, way| Scenario { name, prepare, words, way };
    let done: &'static [&'static str] = &["no_draft"];
    vec![
        scenario(
            "init",
            chartered as fn(&Desk),
            FOUND_YES,
            Way { again: &[FOUND_YES], done: &["exists"], ..Way::MOSCOW },
        ),
        scenario("pledge", two_sides, PLEDGE, Way { again: &[PLEDGE], ..Way::MOSCOW }),
        scenario("sign", with_draft, SIGN, Way { again: &[SIGN], done, ..DRAFT }),
        scenario("sign, marks let go", with_receipt, SIGN, Way { again: &[SIGN], done, ..DRAFT }),
        scenario(
            "sign again after a kill",
            marked_and_not_recorded,
            SIGN,
            Way { again: &[SIGN], done, ..DRAFT },
        ),
        scenario("seal after a kill", marked_and_not_recorded, SEAL, Way { again: &[SEAL], ..DRAFT }),
        scenario("seal", recorded_and_not_sealed, SEAL, Way { again: &[SEAL], ..Way::MOSCOW }),
        scenario("first publish", two_sides, PUBLISH, Way { again: &[PUBLISH], ..Way::MOSCOW }),
        scenario("publish", grown_since_published, PUBLISH, Way { again: &[PUBLISH], ..Way::MOSCOW }),
        scenario("pull of a member", published, PULL, Way { again: &[PULL], ..WASHINGTON }),
        scenario("pull of a reader", followed_and_grown, FOLLOW, Way { again: &[FOLLOW], ..READER }),
        scenario(
            "init from a copy",
            folder_gone,
            RESUME,
            Way { again: &[RESUME, &["pull", "pub", "--dir", "moscow"]], done: &["exists"], ..Way::MOSCOW },
        ),
        scenario(
            "pull from the mark",
            behind_the_marks,
            FROM_MARK,
            Way { again: &[FROM_MARK], ..Way::MOSCOW },
        ),
    ]
}

/// The N-th call of one kind that a command makes.
#[derive(Clone, Copy)]
struct Site {
    call: &'static str,
    number: usize,
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.call, self.number)
    }
}

/// What was tried, and how many different states had to be settled.
#[derive(Default)]
struct Count {
    runs: AtomicUsize,
    settled: AtomicUsize,
}

/// The states in which a command can leave a desk, each once, with what it said.
fn fail_everywhere(
    desk: &Desk,
    words: &[&str],
    fault: Fault,
    count: &Count,
    mut each: impl FnMut(Site, &[String]),
) {
    let begun = Tree::of(desk.folder.path());
    let kinds = kinds(desk, words, fault);
    let mut known = BTreeSet::new();
    for call in kinds {
        for number in 1.. {
            begun.put(desk.folder.path());
            let Some(traced) = Traced::with_fault(desk, words, call, fault, number) else { break };
            count.runs.fetch_add(1, Ordering::Relaxed);
            let site = Site { call, number };
            let place = format!("{words:?}: {site}: {}", fault.inject);
            let err = text(&traced.output.stderr);
            // The standard library itself takes no error of closing a folder.
            let panicked = err.contains("panicked") && !err.contains("error during closedir");
            assert!(!panicked, "{place}: {err}");
            let after = Tree::of(desk.folder.path());
            let acknowledged = acknowledged(&traced.output);
            if known.insert((after.shape(&begun), acknowledged.len())) {
                count.settled.fetch_add(1, Ordering::Relaxed);
                each(site, &acknowledged);
            }
        }
    }
    begun.put(desk.folder.path());
}

/// Works through jobs on every processor.
fn side_by_side<J: Send>(jobs: Vec<J>, work: impl Fn(J) + Sync) {
    let queue = Mutex::new(jobs);
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(|| {
                loop {
                    let Some(job) = queue.lock().unwrap().pop() else { break };
                    work(job);
                }
            });
        }
    });
}

#[test]
#[ignore = "needs strace (tests/setup/strace.sh)"]
fn every_call_of_every_command_may_fail() {
    let (scenarios, count, unsettled) = (scenarios(), Count::default(), Mutex::new(Vec::new()));
    let jobs = scenarios.iter().flat_map(|scenario| FAULTS.map(|fault| (scenario, fault))).collect();
    side_by_side(jobs, |(scenario, fault): (&Scenario, Fault)| {
        let (desk, way) = (quick_desk(), &scenario.way);
        (scenario.prepare)(&desk);
        let promised = way.promised(&desk);
        let runs = Count::default();
        fail_everywhere(&desk, scenario.words, fault, &runs, |site, acknowledged| {
            let mut promised = promised.clone();
            promised.entries.extend(acknowledged.iter().cloned());
            let place = format!("{}: {site}: {}", scenario.name, fault.inject);
            // All places that do not settle are told, not the first alone.
            let settle = std::panic::AssertUnwindSafe(|| way.settle(&desk, &promised, &place));
            if std::panic::catch_unwind(settle).is_err() {
                unsettled.lock().unwrap().push(place);
            }
        });
        let (tried, settled) = (runs.runs.into_inner(), runs.settled.into_inner());
        assert!(tried > 60, "{}: {tried} calls", scenario.name);
        let (name, how) = (scenario.name, fault.inject);
        eprintln!("{name:<26} {how:<14} {tried:>4} calls, {settled:>3} states settled");
        count.runs.fetch_add(tried, Ordering::Relaxed);
    });
    eprintln!("{} runs", count.runs.into_inner());
    let unsettled = unsettled.into_inner().unwrap();
    assert!(unsettled.is_empty(), "{unsettled:#?}");
}

#[test]
#[ignore = "needs strace (tests/setup/strace.sh)"]
fn the_recovery_may_be_killed_at_every_call_too() {
    let way = Way { again: &[SIGN], done: &["no_draft"], ..DRAFT };
    let mut sites = Vec::new();
    {
        let desk = quick_desk();
        with_draft(&desk);
        fail_everywhere(&desk, SIGN, KILL, &Count::default(), |site, _| sites.push(site));
    }
    let (states, count) = (sites.len(), Count::default());
    side_by_side(sites, |first: Site| {
        let desk = quick_desk();
        with_draft(&desk);
        let promised = way.promised(&desk);
        assert!(Traced::with_fault(&desk, SIGN, first.call, KILL, first.number).is_some());
        // The sign that is typed again: where the draft is gone, a seal.
        let again = if desk.path("moscow/drafts/d1.json").exists() { SIGN } else { SEAL };
        fail_everywhere(&desk, again, KILL, &count, |second, acknowledged| {
            let mut promised = promised.clone();
            promised.entries.extend(acknowledged.iter().cloned());
            way.settle(&desk, &promised, &format!("killed at {first}, then at {second}"));
        });
    });
    let (runs, settled) = (count.runs.into_inner(), count.settled.into_inner());
    eprintln!("{states} states after one kill; {runs} second kills, {settled} states settled");
    assert!(states >= 8 && runs > 1000, "{states} {runs}");
}

/// The program under strace with these rules, running.
fn under(desk: &Desk, rules: &[&str], words: &[&str]) -> Child {
    let mut command = Command::new("strace");
    let command = command.args(["-f", "-qq", "-o", "/dev/null"]).args(rules);
    let command = command.arg(env!("CARGO_BIN_EXE_countersign")).args(words).current_dir(desk.folder.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
#[ignore = "needs strace (tests/setup/strace.sh)"]
fn a_draft_that_two_runs_sign_is_signed_once() {
    let desk = quick_desk();
    with_draft(&desk);
    // The one has read the draft and waits before the lock until the other is through.
    let slow = under(&desk, &["-e", "trace=flock", "-e", "inject=flock:delay_enter=900000"], SIGN);
    std::thread::sleep(std::time::Duration::from_millis(400));
    desk.ok(SIGN);
    slow.wait_with_output().unwrap();
    let number = crate::trial::entries(&desk, "moscow", "moscow")
        .iter()
        .filter(|(_, body)| body.contains("the words of the draft"))
        .count();
    assert_eq!(number, 1, "the draft is to be signed once");
}

#[test]
#[ignore = "needs strace (tests/setup/strace.sh)"]
fn a_published_copy_that_cannot_be_read_is_not_taken_for_an_absent_one() {
    let desk = quick_desk();
    two_sides(&desk);
    desk.ok(PUBLISH);
    let old = ["k", "moscow"].map(|part| (part, Tree::of(&desk.path(part))));
    desk.ok(&["state", "two", "--dir", "moscow", "--sign", "--yes"]);
    desk.ok(PUBLISH);
    for (part, tree) in old {
        tree.put(&desk.path(part));
    }
    // The copy is the one witness of the later head, and its disk reports an error.
    let witness = desk.path("pub/logs/moscow/checkpoint");
    let rules = ["-P", witness.to_str().unwrap(), "-e", "trace=openat", "-e", "inject=openat:error=EIO"];
    let words = ["state", "other", "--dir", "moscow", "--sign", "--yes"];
    let output = under(&desk, &rules, &words).wait_with_output().unwrap();
    assert!(!output.status.success(), "an entry was signed beside the one that is published");
}
