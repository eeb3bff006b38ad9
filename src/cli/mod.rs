//! The command line: one file a verb.

mod account;
mod actor;
mod actors;
mod adopt;
mod answer;
mod ask;
mod asks;
mod bar;
mod begun;
mod charter;
mod charter_next;
mod charter_offers;
mod circumstances;
mod commitments;
mod compare;
mod completions;
mod condition;
mod demo;
mod diff;
mod drafting;
mod drafts;
mod entries;
mod envelope;
mod explain;
mod findings;
mod graph;
mod hint;
mod index;
mod init;
mod inline_condition;
mod judging;
mod key;
mod key_change;
mod log;
mod man;
mod mandate;
mod mirror;
mod naming;
mod notice;
mod open;
mod order;
mod page;
mod papers;
mod pledge;
mod prospect;
mod prove;
mod provision;
mod publish;
mod pull;
mod remote;
mod report;
mod row;
mod seal;
mod search;
mod seen;
mod serve;
mod session;
mod sheet;
mod show;
mod sight;
mod sign;
mod stamp;
mod starts;
mod state;
mod status;
mod tender;
mod terminal;
mod text;
mod unlock;
mod usage;
mod verify;
mod viewer;
mod witness;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use countersign::failure::Outcome;

use session::{Common, Session};

/// A ledger of signed commitments for sides that do not trust each other.
///
/// Each side signs into its own log; anybody verifies everything offline.
/// Exit codes: 0 done, whole; 1 could not be done; 2 usage; 3 incomplete;
/// 4 damaged; 5 contradicted; 6 stopped, for want of a word or by a guard; 7 key
/// locked.
#[derive(Parser)]
#[command(name = "countersign", version, propagate_version = true, max_term_width = 90)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make keys, show them, change those in force.
    #[command(subcommand)]
    Key(key::Key),
    /// Make a charter, or show one.
    #[command(subcommand)]
    Charter(charter::CharterCommand),
    /// Make a ledger folder: found one's own log, follow as a reader, or resume.
    Init(init::Init),
    /// Draft a pledge: one line, or a text of provisions.
    Pledge(pledge::Pledge),
    /// Draft a text that others may adopt.
    Propose(pledge::Propose),
    /// Begin, check or print a file of words.
    #[command(subcommand)]
    Text(text::TextCommand),
    /// Draft the adoption of a text.
    Adopt(adopt::Adopt),
    /// Draft a notice: of withdrawal, suspension or resumption, or taking back an act.
    #[command(subcommand)]
    Notice(notice::Notice),
    /// Draft a statement in one's own words.
    State(state::State),
    /// Draft a report that something was said or came about.
    Report(report::Report),
    /// Draft what expects a reply: a proposal, a question, a concern, a protest.
    Ask(ask::Ask),
    /// Draft a reply to an entry.
    Answer(answer::Answer),
    /// Draft who stands behind a side, and who may speak for it.
    Actor(actor::Actor),
    /// Draft words that are committed to and not shown.
    Envelope(envelope::Envelope),
    /// Draft the opening of an envelope, or open it for one reader alone.
    Open(open::Open),
    /// Draft a receipt and nothing more.
    Seen(seen::Seen),
    /// List, show or drop what is written and not signed.
    Drafts(drafts::Drafts),
    /// Show exactly what will be signed, ask, sign, record and seal.
    Sign(sign::Sign),
    /// Seal what a run that was cut off left unsealed.
    Seal(seal::Seal),
    /// Evidence of time from outside: ask an authority, take in its answer, list.
    #[command(subcommand)]
    Stamp(stamp::StampCommand),
    /// List the entries of all logs.
    Log(log::Log),
    /// Show one entry in full.
    Show(show::Show),
    /// Who stands behind each member, and where descriptions differ.
    Actors(actors::ActorsCommand),
    /// Find the entries in which all of some words stand together.
    Search(search::Search),
    /// Compare two texts: removals and fields that narrow first.
    Diff(diff::Diff),
    /// Which of two entries was before the other, and what shows it.
    Order(order::OrderOf),
    /// Who I am, what is new, what is unsealed, what others have received.
    Status(status::Status),
    /// Who adopted which words, since when they are in effect, what was raised and answered.
    Commitments(commitments::Commitments),
    /// What is asked, of whom, and what was answered.
    Asks(asks::Asks),
    /// Write the snapshot, for the other side and for the public.
    Publish(publish::Publish),
    /// Check and take in what others publish, each log for itself.
    Pull(pull::Pull),
    /// Witnesses: ask one by file, be one, take in and list what they cosigned.
    #[command(subcommand)]
    Witness(witness::WitnessCommand),
    /// Show since when an entry was offered to others, and whether they received it.
    Tender(tender::Tender),
    /// Renew a copy of another's snapshot, and never let it go back.
    Mirror(mirror::Mirror),
    /// Write one file that shows an entry or a provision, with what belongs to it.
    Prove(prove::Prove),
    /// Check a snapshot, a ledger folder or a file, offline.
    Verify(verify::Verify),
    /// Is NEW an honest continuation of OLD?
    Compare(compare::Compare),
    /// Serve a snapshot over HTTP.
    Serve(serve::Serve),
    /// The index of the ledger folder, which can be made again at any time.
    #[command(subcommand)]
    Index(index::IndexCommand),
    /// The reader's page without data: write it, or print its SHA-256.
    Viewer(viewer::Viewer),
    /// Explain a code of a finding or an error.
    Explain(explain::Explain),
    /// Print what a shell completes: bash, elvish, fish, powershell or zsh.
    Completions(completions::Completions),
    /// Print the manual, or write one page a command.
    Man(man::Man),
    /// Two sides and an observer, from nothing to a stranger's check.
    Demo(demo::Demo),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os()))
}

/// Runs one command line and gives its exit code.
fn run(words: impl IntoIterator<Item = impl Into<OsString>>) -> u8 {
    let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(error) => return usage::tell(&error, &words, &Cli::command()),
    };
    let json = cli.common.json;
    match dispatch(cli) {
        Ok(0) if terminal::is_unprinted() => 1,
        Ok(code) => code,
        Err(failure) => {
            if json {
                terminal::talk_json(&terminal::failure_json(&failure));
            } else {
                terminal::failure(&failure);
            }
            failure.why.exit().number()
        }
    }
}

fn dispatch(cli: Cli) -> Outcome<u8> {
    let session = Session::new(cli.common);
    match cli.command {
        Command::Key(command) => key::run(&session, command),
        Command::Charter(command) => charter::run(&session, command),
        Command::Init(command) => init::run(&session, &command),
        Command::Pledge(command) => pledge::run_pledge(&session, &command),
        Command::Propose(command) => pledge::run_propose(&session, &command),
        Command::Text(command) => text::run(&session, &command),
        Command::Adopt(command) => adopt::run(&session, &command),
        Command::Notice(command) => notice::run(&session, &command),
        Command::State(command) => state::run(&session, &command),
        Command::Report(command) => report::run(&session, &command),
        Command::Ask(command) => ask::run(&session, &command),
        Command::Answer(command) => answer::run(&session, &command),
        Command::Actor(command) => actor::run(&session, &command),
        Command::Envelope(command) => envelope::run(&session, &command),
        Command::Open(command) => open::run(&session, &command),
        Command::Seen(command) => seen::run(&session, &command),
        Command::Drafts(command) => drafts::run(&session, &command),
        Command::Sign(command) => sign::run(&session, &command),
        Command::Seal(command) => seal::run(&session, &command),
        Command::Stamp(command) => stamp::run(&session, &command),
        Command::Log(command) => log::run(&session, &command),
        Command::Show(command) => show::run(&session, &command),
        Command::Actors(command) => actors::run(&session, &command),
        Command::Search(command) => search::run(&session, &command),
        Command::Diff(command) => diff::run(&session, &command),
        Command::Order(command) => order::run(&session, &command),
        Command::Status(command) => status::run(&session, &command),
        Command::Commitments(command) => commitments::run(&session, &command),
        Command::Asks(command) => asks::run(&session, &command),
        Command::Publish(command) => publish::run(&session, &command),
        Command::Pull(command) => pull::run(&session, &command),
        Command::Witness(command) => witness::run(&session, command),
        Command::Tender(command) => tender::run(&session, &command),
        Command::Mirror(command) => mirror::run(&session, &command),
        Command::Prove(command) => prove::run(&session, &command),
        Command::Verify(command) => verify::run(&session, &command),
        Command::Compare(command) => compare::run(&session, &command),
        Command::Serve(command) => serve::run(&session, &command),
        Command::Index(command) => index::run(&session, &command),
        Command::Viewer(command) => viewer::run(&session, &command),
        Command::Explain(command) => explain::run(&session, &command),
        Command::Completions(command) => completions::run(&session, &command, Cli::command()),
        Command::Man(command) => man::run(&session, &command, Cli::command()),
        Command::Demo(command) => demo::run(&session, &command),
    }
}
