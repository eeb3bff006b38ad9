//! `pledge` and `propose`: texts, of one line or of provisions.

use std::collections::BTreeMap;
use std::path::PathBuf;

use countersign::body::provision::{Provision, Type};
use countersign::body::text::{Standing, Text};
use countersign::failure::{Failure, Outcome, Why};
use countersign::fields::Words;
use countersign::ledger::Ledger;
use countersign::names::NameError;

use super::drafting::{self, Then};
use super::session::Session;
use super::text::files::{Around, Files};

/// Draft a pledge.
#[derive(clap::Args)]
pub struct Pledge {
    /// The words; `-` reads a text of provisions (TOML) from standard input.
    #[arg(required_unless_present = "file", conflicts_with = "file")]
    text: Option<String>,
    /// A text of provisions (TOML), and one file for each further language; `-` reads
    /// standard input.
    #[arg(long, value_name = "FILE.toml")]
    file: Vec<PathBuf>,
    /// What will not be done, rather than what will.
    #[arg(long, conflicts_with = "file")]
    refrain: bool,
    /// The basket it is in, in words.
    #[arg(long, value_name = "WORDS", conflicts_with = "file")]
    basket: Option<String>,
    /// The last day on which the words run.
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "file")]
    expires: Option<String>,
    #[command(flatten)]
    then: Then,
}

/// Draft a text that others may adopt.
#[derive(clap::Args)]
pub struct Propose {
    /// A text of provisions (TOML), and one file for each further language; `-` reads
    /// standard input.
    #[arg(long, required = true, value_name = "FILE.toml")]
    file: Vec<PathBuf>,
    /// Table it as a draft, which nobody adopts.
    #[arg(long)]
    draft: bool,
    #[command(flatten)]
    then: Then,
}

/// Runs `pledge`.
pub fn run_pledge(session: &Session, command: &Pledge) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let text = match (command.file.as_slice(), command.text.as_deref()) {
        ([], Some("-")) => read_file(session, &ledger, &[PathBuf::from("-")], Standing::Pledge)?,
        ([], text) => one_line(session, command, text.unwrap_or_default())?,
        (paths, _) => read_file(session, &ledger, paths, Standing::Pledge)?,
    };
    drafting::draft(session, &ledger, "text", text.to_value(), &command.then)
}

/// Runs `propose`.
pub fn run_propose(session: &Session, command: &Propose) -> Outcome<u8> {
    let ledger = drafting::own_ledger(session)?;
    let standing = if command.draft { Standing::Draft } else { Standing::Proposal };
    let text = read_file(session, &ledger, &command.file, standing)?;
    drafting::draft(session, &ledger, "text", text.to_value(), &command.then)
}

fn one_line(session: &Session, command: &Pledge, text: &str) -> Outcome<Text> {
    let usage = |what: &str| Failure::new(Why::Usage, what).next("countersign pledge --help");
    let name = |NameError(due): NameError| usage(&format!("not {due}"));
    if text.trim().is_empty() {
        return Err(usage("the words are empty"));
    }
    let lang = session.words_in()?;
    let words = |text: &str| Words::from([(lang.clone(), text.to_owned())]);
    let plain = |id: &str, kind: Type, text: &str| -> Outcome<Provision> {
        Ok(Provision::plain(id.parse().map_err(name)?, kind, words(text)))
    };
    let mut provisions = Vec::new();
    if let Some(basket) = &command.basket {
        provisions.push(plain("b1", Type::Basket, basket)?);
    }
    let commitment = plain("c1", if command.refrain { Type::Refrain } else { Type::Do }, text)?;
    provisions.push(Provision {
        basket: command.basket.as_ref().map(|_| "b1".parse()).transpose().map_err(name)?,
        expires: command.expires.as_deref().map(str::parse).transpose().map_err(name)?,
        ..commitment
    });
    let languages = BTreeMap::from([(lang.clone(), "authentic".to_owned())]);
    Ok(Text::plain(languages, provisions, Standing::Pledge))
}

fn read_file(session: &Session, ledger: &Ledger, paths: &[PathBuf], standing: Standing) -> Outcome<Text> {
    let files = Files::read(session, paths)?;
    let around = Around::new(session, &files, Some(ledger));
    let sheet = files.sheet(standing, &around)?;
    let text = match countersign::authoring::apart(&sheet.text) {
        Some((text, document)) => {
            around.add_document(document);
            text
        }
        None => sheet.text,
    };
    around.copy_documents(ledger)?;
    Ok(text)
}
