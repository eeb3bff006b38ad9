//! `commitments`: who adopted which words, since when they are in effect by those words,
//! what was raised under them and answered. It assesses nobody's conduct.

use std::path::{Path, PathBuf};

use countersign::bracket::Timed;
use countersign::failure::{Failure, Outcome, Why};
use countersign::hash::Hash;
use countersign::names::ProvisionId;
use countersign::vocabulary::{ledger, standing};

use super::account::{Account, AsOf, as_json};
use super::entries;
use super::session::Session;
use super::sight::Sight;
use super::terminal::{json, shown};

/// Say who adopted which words.
#[derive(clap::Args)]
pub struct Commitments {
    /// A text or one provision of it: group/1, moscow/1#4. Else every text.
    text: Option<String>,
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    #[command(flatten)]
    as_of: AsOf,
    /// A snapshot of the earlier ledger that the charter names as its previous one: what
    /// was adopted there stands beside.
    #[arg(long, value_name = "PATH")]
    earlier: Option<PathBuf>,
}

/// Runs `commitments`.
pub fn run(session: &Session, command: &Commitments) -> Outcome<u8> {
    // A first word that is a folder and no entry is the snapshot.
    let (text, path) = match (&command.text, &command.path) {
        (Some(text), None) if Path::new(text).is_dir() => (None, Some(PathBuf::from(text))),
        (text, path) => (text.clone(), path.clone()),
    };
    let sight = Sight::open(session, path.as_deref())?.with_index();
    let heard = command.as_of.hear(session, &sight)?;
    let timed = Timed::of(sight.audit(), &heard.brackets);
    let mut account = Account::of(&sight, &command.as_of, &heard, &timed)?;
    let (texts, wanted) = wanted(&account, text.as_deref())?;
    if let Some(earlier) = &command.earlier {
        check_earlier(session, &account, earlier)?;
    }
    if session.common.json {
        json(&as_json(&account, &texts));
        return account.print_nothing();
    }
    account.splits();
    if texts.is_empty() {
        let line = account.word(standing::NO_TEXTS);
        account.page.line(0, &line, "");
    }
    for digest in &texts {
        account.text_where_it_stands(0, digest, |there, at| there.text(at, wanted.as_ref()));
    }
    account.unheld(0);
    account.print()?;
    if let Some(earlier) = &command.earlier {
        beside(session, earlier)?;
    }
    Ok(0)
}

/// The texts that are asked for, and the one provision.
fn wanted(account: &Account<'_>, text: Option<&str>) -> Outcome<(Vec<Hash>, Option<ProvisionId>)> {
    let Some(text) = text else { return Ok((account.digests(), None)) };
    let (cited, id) = text.split_once('#').map_or((text, None), |(cited, id)| (cited, Some(id)));
    let (_, signed) = entries::find(account.sight.audit(), cited)?;
    let Some(words) = account.words_of(&signed.hash()) else {
        let what = format!("{} is no text within the cut", signed.cite());
        return Err(Failure::new(Why::NoEntry, what).next("countersign log --kind text"));
    };
    let Some(id) = id else { return Ok((vec![words.digest], None)) };
    let found = words.provisions.iter().find(|one| one.id.as_str() == id);
    match found {
        Some(provision) => Ok((vec![words.digest], Some(provision.id.clone()))),
        None => {
            let what = format!("{} has no provision {}", signed.cite(), shown(id));
            Err(Failure::new(Why::NoEntry, what).next(format!("countersign show {}", signed.cite())))
        }
    }
}

/// Whether the charter names this ledger as the earlier one.
fn check_earlier(session: &Session, account: &Account<'_>, path: &Path) -> Outcome<()> {
    let id = Sight::open(session, Some(path))?.audit().charter.as_ref().map(|charter| charter.id());
    let named = account.status.record.charter.previous.as_ref().map(|(id, _)| *id);
    if id.is_some() && named == id {
        return Ok(());
    }
    let what = format!("the charter does not name {} as the earlier ledger", path.display());
    Err(Failure::new(Why::Usage, what).next("countersign charter show CHARTER"))
}

/// What was adopted under the earlier charter, beside this and never instead.
fn beside(session: &Session, path: &Path) -> Outcome<()> {
    let sight = Sight::open(session, Some(path))?;
    let as_of = AsOf::default();
    let heard = as_of.hear(session, &sight)?;
    let timed = Timed::of(sight.audit(), &heard.brackets);
    let mut earlier = Account::of(&sight, &as_of, &heard, &timed)?;
    let id = earlier.status.record.charter.id();
    let head = earlier.say(ledger::EARLIER, &[("id", &id.short())]);
    let note = earlier.word(ledger::EARLIER_NOTE);
    earlier.page.line(0, "", "").line(0, &head, "").line(0, &note, "");
    earlier.splits();
    for digest in earlier.digests() {
        earlier.text_where_it_stands(0, &digest, |there, at| there.text(at, None));
    }
    earlier.print()?;
    Ok(())
}
