//! `log`: the entries of all logs, each after what it receipts.

use std::path::PathBuf;

use countersign::audit::Audit;
use countersign::entry::Signed;
use countersign::failure::{Failure, Outcome, Why};
use countersign::index::By;
use countersign::merkle::common;
use countersign::status;
use countersign::strand::Strand;

use super::judging::{Heard, Judging};
use super::row::sentence;
use super::session::Session;
use super::sight::Sight;
use super::terminal::{json, shown};
use super::{entries, graph, hint, index};

/// List entries.
#[derive(clap::Args)]
#[expect(clippy::struct_field_names, reason = "an option is named as it is typed")]
pub struct Log {
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    /// One log.
    #[arg(long, value_name = "LOG")]
    log: Option<String>,
    /// Entries of one kind, one log after another: actor, adopt, answer, ask, envelope, join,
    /// key, notice, open, report, seen, statement, text.
    #[arg(long, value_name = "KIND", group = "by")]
    kind: Option<String>,
    /// Entries that refer to this one: that adopt it, or are about it.
    #[arg(long, value_name = "REF", group = "by")]
    about: Option<String>,
    /// Texts with provisions in the basket of this id: b1.
    #[arg(long, value_name = "BASKET", group = "by")]
    basket: Option<String>,
    /// The last so many of each log.
    #[arg(long, value_name = "NUMBER")]
    last: Option<u64>,
    /// The logs as columns, each entry below all that it receipts.
    #[arg(long, conflicts_with_all = ["log", "by", "last"])]
    graph: bool,
    #[command(flatten)]
    judging: Judging,
}

/// What the entries are looked for by.
fn by(audit: &Audit, command: &Log) -> Outcome<Option<By>> {
    if let Some(cited) = &command.about {
        return Ok(Some(By::Reference(
            entries::find(audit, cited.split('#').next().unwrap_or(cited))?.1.hash(),
        )));
    }
    let kind = command.kind.clone().map(By::Kind);
    Ok(kind.or_else(|| command.basket.clone().map(By::Basket)))
}

/// Runs `log`.
pub fn run(session: &Session, command: &Log) -> Outcome<u8> {
    if command.graph && !session.common.json {
        let sight = Sight::open(session, command.path.as_deref())?;
        graph::print(&sight);
        Session::unbroken(sight.audit())?;
        return Ok(0);
    }
    let sight = Sight::open(session, command.path.as_deref())?;
    let (audit, held) = (sight.audit(), sight.ledger());
    let heard = command.judging.hear(session, audit, sight.copy())?;
    let print = |strand: &Strand, signed: &Signed| print(session, audit, &heard, strand, signed);
    let wanted = match &command.log {
        None => None,
        Some(name) => Some(status::find_log(audit, name).ok_or_else(|| {
            let what = format!("no log {} is held here{}", shown(name), hint::log(audit, name));
            Failure::new(Why::NoEntry, what).next("countersign status")
        })?),
    };
    let wanted = |strand: &Strand| wanted.as_ref().is_none_or(|log| log == strand.log());
    let by = by(audit, command)?;
    if by.is_some() || command.last.is_some() {
        let mut lookup = index::Lookup::new(by.as_ref().and(held));
        for strand in audit.strands.values().filter(|strand| wanted(strand)) {
            let numbers = match &by {
                Some(by) => lookup.numbers(strand, by),
                None => (strand.size().saturating_sub(command.last.unwrap_or(0))..strand.size()).collect(),
            };
            let most = command.last.and_then(|last| usize::try_from(last).ok()).unwrap_or(usize::MAX);
            for seq in numbers.iter().skip(numbers.len().saturating_sub(most)) {
                if let Some(signed) = strand.entry(*seq) {
                    print(strand, &signed);
                }
            }
        }
    } else {
        for (strand, signed) in status::in_order(audit).filter(|(strand, _)| wanted(strand)) {
            print(strand, &signed);
        }
        branches(session, audit);
    }
    Session::unbroken(audit)?;
    Ok(0)
}

fn print(session: &Session, audit: &Audit, heard: &Heard, strand: &Strand, signed: &Signed) {
    if session.common.json {
        let mut value = entries::json(audit, strand, signed);
        if let Some(map) = value.as_object_mut().filter(|_| heard.policy.is_some()) {
            map.insert("time".into(), heard.json(audit, strand, signed));
        }
        json(&value);
        return;
    }
    entries::row(audit, strand, signed).print();
    if let Some(effect) = entries::effect(audit, signed) {
        sentence(&format!("{:<16} ", ""), &effect);
    }
    if heard.policy.is_some() {
        let tongue = session.tongue();
        let mut bounds = heard.bounds(audit, tongue, strand, signed);
        bounds.push(heard.level(audit, tongue, strand, signed));
        for line in bounds {
            sentence(&format!("{:<16} ", ""), &line);
        }
    }
}

fn branches(session: &Session, audit: &Audit) {
    for strand in &audit.branches {
        if !session.common.json {
            sentence("", &format!("second branch of {}, {} entries", strand.log(), strand.size()));
        }
        let first = audit.strands.get(strand.log());
        let parted = first.map_or(0, |first| common(&first.tree, &strand.tree));
        for signed in strand.entries_from(parted) {
            if session.common.json {
                let mut value = entries::json(audit, strand, &signed);
                if let Some(map) = value.as_object_mut() {
                    map.insert("branch".into(), true.into());
                }
                json(&value);
            } else {
                entries::row(audit, strand, &signed).behind("  ").print();
            }
        }
    }
}
