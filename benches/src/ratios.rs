//! The numbers that DESIGN sets, one row each, each a ratio within one run.
//!
//! What is compared is measured in turn, round after round, and the medians are
//! divided. Memory peaks are those of the program's own process.

use std::fs;
use std::path::{Path, PathBuf};

use crate::clock::{Took, middle, shown};
use crate::folders::{self, Made};
use crate::make::{self, Size};
use crate::peers::{Operations, Repository};
use crate::program::{self, Program, Run, word};
use crate::scale::{Scale, grouped};
use crate::signatures::{Loop, strict_loop};
use crate::table::{self, Aim, Row};
use crate::{Common, Outcome, appends, machine, trees};

/// Members of the big ledger.
const LOGS: usize = 8;

/// Most memory that verifying may take, in bytes.
const MOST_MEMORY: f64 = 100.0 * 1024.0 * 1024.0;

/// Print the ratios.
#[derive(clap::Args)]
pub struct Ratios {
    /// How big the ledgers are.
    #[arg(long, value_enum, default_value = "full")]
    scale: Scale,
    /// Write the rows as JSON too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// What every row needs.
struct Bench {
    program: Program,
    scale: Scale,
    rounds: usize,
    work: PathBuf,
    rows: Vec<Row>,
}

/// Runs `ratios`.
pub fn run(command: &Ratios) -> Outcome<()> {
    let common = &command.common;
    let program = Program::find(common.program.as_deref())?;
    let place = common.work.clone().unwrap_or_else(|| program.beside());
    fs::create_dir_all(&place)?;
    let work = tempfile::tempdir_in(&place)?;
    let mut bench = Bench {
        program,
        scale: command.scale,
        rounds: common.rounds.max(1),
        work: work.path().to_owned(),
        rows: Vec::new(),
    };
    bench.measure()?;
    let table = table::markdown(&bench.rows);
    let heading = heading(command.scale, bench.rounds);
    println!("{}\n{heading}", machine::table());
    println!("{table}");
    if let Some(path) = &command.json {
        let text = serde_json::to_string_pretty(&table::json(&bench.rows, command.scale.as_str()))?;
        fs::write(path, text + "\n")?;
    }
    if let Some(page) = &common.page {
        table::fill(page, "machine", &machine::table())?;
        table::fill(page, "ratios", &format!("{heading}\n{table}"))?;
    }
    Ok(())
}

fn heading(scale: Scale, rounds: usize) -> String {
    let told = match scale {
        Scale::Full => "Full scale",
        Scale::Tenth => "A tenth of the scale for which the aims are set; to be run again at full scale",
        Scale::Small => "A small scale, to see that everything runs; its ratios say little",
    };
    format!("{told}. Rounds: {rounds}.\n")
}

fn faster(figures: impl Into<String>, what: String, yardstick: &str, ratio: f64, aim: f64) -> Row {
    Row::new(what, yardstick, ratio, Aim::Faster(aim)).with(figures)
}

impl Bench {
    fn measure(&mut self) -> Outcome<()> {
        talk("a big ledger is made");
        let big = make::make(&self.work.join("big"), &Size::of(LOGS, self.scale.entries(125_000)))?;
        self.verifying(&big)?;
        self.recovery(&big)?;
        self.index(&big)?;
        self.publishing(&big)?;
        fs::remove_dir_all(self.work.join("big"))?;
        self.pulling()?;
        talk("durable writes");
        self.rows.extend(appends::rows(&self.work, self.scale)?);
        talk("inclusion proofs");
        self.rows.extend(trees::rows(self.scale)?);
        Ok(())
    }

    fn verify(&self, path: &Path, made: &Made) -> Outcome<Run> {
        self.program.run(&["verify", word(path)?, "--ledger", word(&made.charter)?])
    }

    /// Full verification, against the signatures alone and against peers.
    fn verifying(&mut self, big: &Made) -> Outcome<()> {
        talk("verification, against verify_strict, p2panda-core and git");
        let bytes = big.mean_bytes as usize;
        let operations = Operations::make(self.scale.times(20_000), bytes);
        let commits = self.scale.times(200);
        let repository = Repository::make(&self.work.join("git"), commits, bytes)?;
        let (mut ours, mut strict, mut panda) = (Vec::new(), Vec::new(), Vec::new());
        let (mut log, mut one) = (Vec::new(), Vec::new());
        let mut last = Loop::default();
        for _ in 0..self.rounds {
            ours.push(self.verify(&big.snapshot, big)?);
            last = strict_loop(&big.snapshot)?;
            strict.push(last.took);
            panda.push(operations.verify()?.per(operations.count() as f64));
            if let Some(repository) = &repository {
                let took = repository.verify()?;
                log.push(took.log);
                one.push(took.verify);
            }
        }
        let ours = program::middle(&ours);
        self.against_strict(ours, middle(&strict), last);
        let each = ours.took.per(last.entries as f64);
        self.against_panda(each, middle(&panda), bytes);
        let names = ["git verify-commit, a commit", "git log --format=%G?, a commit"];
        match repository {
            None => self.rows.push(Row::absent(per_entry(), names[0], Aim::Faster(500.0), "no git here")),
            Some(repository) => {
                for (name, took) in names.into_iter().zip([middle(&one), middle(&log)]) {
                    let figures = format!(
                        "{} against {}, wall; {} against {}, CPU; {} commits",
                        shown(each.wall),
                        shown(took.wall),
                        shown(each.cpu),
                        shown(took.cpu),
                        repository.commits()
                    );
                    self.rows.push(faster(figures, per_entry(), name, took.wall / each.wall, 500.0));
                }
            }
        }
        Ok(())
    }

    fn against_strict(&mut self, ours: Run, strict: Took, last: Loop) {
        let entries = grouped(last.entries);
        let figures = format!(
            "{} of wall time ({} CPU) against {} CPU; {} signatures of entries, {} of seals",
            shown(ours.took.wall),
            shown(ours.took.cpu),
            shown(strict.cpu),
            entries,
            grouped(last.seals)
        );
        let what = format!("verify {LOGS} logs, {entries} entries");
        let loop_alone = "verify_strict alone, one thread";
        // Other work on the machine lengthens wall times: the loop is given none of that.
        let ratio = strict.cpu / ours.took.wall;
        self.rows.push(faster(figures, what, loop_alone, ratio, 2.5));
        let peak = ours.peak as f64;
        let row = Row::new("its memory, at most", "100 MiB", peak / MOST_MEMORY, Aim::Within(1.0));
        self.rows.push(row.with(format!("{} at the peak", mebibytes(peak))));
    }

    fn against_panda(&mut self, each: Took, panda: Took, bytes: usize) {
        let figures = format!(
            "{} against {}, CPU; {} against {}, wall; bodies of {bytes} bytes",
            shown(each.cpu),
            shown(panda.cpu),
            shown(each.wall),
            shown(panda.wall)
        );
        let name = "p2panda-core 0.6.1, decode, verify, backlink";
        self.rows.push(faster(figures, per_entry(), name, panda.cpu / each.cpu, 2.0));
    }

    /// The first opening after a kill between the mark and the journal.
    fn recovery(&mut self, big: &Made) -> Outcome<()> {
        talk("recovery");
        let (whole, before) = (self.work.join("whole"), self.work.join("cut-off"));
        fs::rename(&big.ledger, &whole)?;
        folders::copy(&whole, &big.ledger)?;
        let journal = big.journal();
        let dir = word(&big.ledger)?.to_owned();
        // One entry is signed, and then it is as if the run had ended behind the mark.
        self.program.run(&["state", "One more.", "--sign", "--yes", "--dir", &dir])?;
        let length = fs::metadata(&journal)?.len();
        folders::cut(&journal, folders::last_frame(&journal)?)?;
        fs::remove_file(journal.with_extension("checkpoint"))?;
        fs::rename(&big.ledger, &before)?;
        let (mut ours, mut all) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            folders::copy(&before, &big.ledger)?;
            self.program.run(&["status", "--dir", &dir])?;
            rustix::fs::sync();
            ours.push(self.program.run(&["seal", "--dir", &dir])?);
            if fs::metadata(&journal)?.len() != length {
                return Err("recovery did not record the entry of the mark".into());
            }
            all.push(self.verify(&big.ledger, big)?);
            fs::remove_dir_all(&big.ledger)?;
        }
        fs::remove_dir_all(&before)?;
        fs::rename(&whole, &big.ledger)?;
        let what = format!("recovery after a kill, {} entries", grouped(self.big_entries()));
        self.compare(what, "verifying the folder", &ours, &all, Aim::Within(0.1));
        Ok(())
    }

    fn big_entries(&self) -> u64 {
        LOGS as u64 * self.scale.entries(125_000)
    }

    fn compare(&mut self, what: String, yardstick: &str, ours: &[Run], theirs: &[Run], aim: Aim) {
        let (ours, theirs) = (program::middle(ours), program::middle(theirs));
        let figures = format!(
            "{} against {}, wall; {} against {}, CPU; {} against {} of memory",
            shown(ours.took.wall),
            shown(theirs.took.wall),
            shown(ours.took.cpu),
            shown(theirs.took.cpu),
            mebibytes(ours.peak as f64),
            mebibytes(theirs.peak as f64)
        );
        self.rows.push(Row::new(what, yardstick, ours.took.wall / theirs.took.wall, aim).with(figures));
    }

    fn index(&mut self, big: &Made) -> Outcome<()> {
        talk("the index");
        let what = format!("`index rebuild` of a folder in use, {} entries", grouped(self.big_entries()));
        if self.program.help("index").is_none() {
            let row = Row::absent(
                what,
                "verifying the folder",
                Aim::Within(2.0),
                "the program has no such command",
            );
            self.rows.push(row);
            return Ok(());
        }
        // A folder in use: what it holds was verified when it was opened to be written.
        self.program.run(&["seal", "--dir", word(&big.ledger)?])?;
        let (mut ours, mut all) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            ours.push(self.program.run(&["index", "rebuild", "--dir", word(&big.ledger)?])?);
            all.push(self.verify(&big.ledger, big)?);
        }
        self.compare(what, "verifying the folder", &ours, &all, Aim::Within(2.0));
        self.status(big, &all)
    }

    /// What the record means, from the index: one entry in fifty is an act.
    fn status(&mut self, big: &Made, all: &[Run]) -> Outcome<()> {
        talk("status");
        let mut ours = Vec::new();
        for _ in 0..self.rounds {
            ours.push(self.program.run(&["status", "--dir", word(&big.ledger)?])?);
        }
        let acts = self.big_entries() / 50;
        let what = format!(
            "`status` of a folder in use, {} entries, {} acts",
            grouped(self.big_entries()),
            grouped(acts)
        );
        self.compare(what, "verifying the folder", &ours, all, Aim::Within(0.1));
        Ok(())
    }

    fn publishing(&mut self, big: &Made) -> Outcome<()> {
        talk("publishing one entry more");
        let few = Size::of(LOGS, 1000 / LOGS as u64);
        let small = make::make(&self.work.join("few"), &few)?;
        let (mut to_big, mut to_small) = (Vec::new(), Vec::new());
        for round in 0..=self.rounds {
            let one = publish_one(&self.program, big)?;
            let other = publish_one(&self.program, &small)?;
            // The first receipts all other logs and is bigger than usual.
            if round > 0 {
                to_big.push(one);
                to_small.push(other);
            }
        }
        let what = format!("publish after 1 new entry in {}", grouped(self.big_entries()));
        let yardstick = format!("after 1 in {}", grouped(few.total()));
        self.compare(what, &yardstick, &to_big, &to_small, Aim::Within(2.0));
        Ok(())
    }

    fn pulling(&mut self) -> Outcome<()> {
        talk("taking in");
        let size = Size::of(2, self.scale.entries(50_000));
        let made = make::make(&self.work.join("pulled"), &size)?;
        let mut runs = [const { Vec::new() }; 4];
        for round in 0..self.rounds {
            let [cold_pull, cold_verify, warm_pull, warm_verify] = &mut runs;
            cold_verify.push(self.cold(&made, |bench| bench.verify(&made.snapshot, &made))?);
            cold_pull.push(self.cold(&made, |bench| bench.pull(&made, &format!("cold-{round}")))?);
            warm_verify.push(self.verify(&made.snapshot, &made)?);
            warm_pull.push(self.pull(&made, &format!("warm-{round}"))?);
        }
        let entries = grouped(size.total());
        let [cold_pull, cold_verify, warm_pull, warm_verify] = &runs;
        let what = |how: &str| format!("pull of {entries} entries into an empty folder, {how}");
        self.compare(what("warm"), "verifying them", warm_pull, warm_verify, Aim::Within(1.3));
        self.compare(what("cold"), "verifying them, cold", cold_pull, cold_verify, Aim::Within(1.3));
        fs::remove_dir_all(self.work.join("pulled"))?;
        Ok(())
    }

    fn cold(&self, made: &Made, run: impl Fn(&Self) -> Outcome<Run>) -> Outcome<Run> {
        rustix::fs::sync();
        folders::forget(&made.snapshot)?;
        run(self)
    }

    fn pull(&self, made: &Made, name: &str) -> Outcome<Run> {
        let folder = self.work.join(name);
        folders::empty_reader(&folder, made)?;
        let run = self.program.run(&["pull", word(&made.snapshot)?, "--dir", word(&folder)?])?;
        fs::remove_dir_all(&folder)?;
        Ok(run)
    }
}

/// Signs one entry and publishes; what the publishing took.
fn publish_one(program: &Program, made: &Made) -> Outcome<Run> {
    let (dir, out) = (word(&made.ledger)?, word(&made.snapshot)?);
    program.run(&["state", "One more.", "--sign", "--yes", "--dir", dir])?;
    program.run(&["publish", out, "--dir", dir])
}

fn per_entry() -> String {
    "full verification, an entry".to_owned()
}

fn mebibytes(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / 1024.0 / 1024.0)
}

fn talk(what: &str) {
    eprintln!("... {what}");
}
