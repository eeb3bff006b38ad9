//! `asks`: what is asked, of whom, and what was answered; the age of what is open.

use std::path::PathBuf;

use countersign::bracket::Timed;
use countersign::failure::Outcome;
use countersign::status::threads::{Openness, Question};

use super::account::{Account, AsOf};
use super::session::Session;
use super::sight::Sight;
use super::terminal::json;

/// List what is asked.
#[derive(clap::Args)]
pub struct Asks {
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    /// What is open alone.
    #[arg(long)]
    open: bool,
    /// What is asked of this member.
    #[arg(long, value_name = "MEMBER")]
    to: Option<String>,
    #[command(flatten)]
    as_of: AsOf,
}

/// Runs `asks`.
pub fn run(session: &Session, command: &Asks) -> Outcome<u8> {
    let sight = Sight::open(session, command.path.as_deref())?.with_index();
    let heard = command.as_of.hear(session, &sight)?;
    let timed = Timed::of(sight.audit(), &heard.brackets);
    let mut account = Account::of(&sight, &command.as_of, &heard, &timed)?;
    let is_asked_for = |question: &Question| {
        let is_open = matches!(question.openness, Openness::Open | Openness::ToBeAnswered);
        let to = command.to.as_deref();
        (is_open || !command.open)
            && to.is_none_or(|to| question.ask.to.iter().any(|member| member.as_str() == to))
    };
    if session.common.json {
        let found = account.questions_json(&is_asked_for);
        json(&serde_json::json!({
            "format": "countersign.asks/1",
            "cut": account.cut_json(),
            "splits": account.splits_json(),
            "questions": found,
        }));
        return account.print_nothing();
    }
    account.splits();
    account.questions(0, &is_asked_for);
    account.print()
}
