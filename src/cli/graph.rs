//! `log --graph`: the logs as columns, each entry below all that it receipts.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign::audit::Audit;
use countersign::entry::Signed;
use countersign::merkle::common;
use countersign::names::LogId;
use countersign::status;
use countersign::strand::Strand;
use countersign::vocabulary::seeking as rows;

use super::entries;
use super::page::Page;
use super::row::{Row, columns};
use super::sight::Sight;

/// More logs than this stand in one column, each entry by the name of its log.
const MOST_COLUMNS: usize = 6;

/// Where an entry stands.
const MARK: &str = "\u{25cf}";

/// A log that goes on.
const LINE: &str = "\u{2502}";

/// One column: a log, or a second branch of one.
struct Column<'a> {
    name: String,
    strand: &'a Strand,
    /// The first entry that stands in it, and how many are to come.
    from: u64,
    left: u64,
    begun: bool,
}

/// Prints the graph.
pub fn print(sight: &Sight) {
    let audit = sight.audit();
    let mut all = all_columns(sight);
    let is_narrow = all.len() > MOST_COLUMNS;
    legend(sight, &all, is_narrow);
    let mut known: BTreeMap<(LogId, LogId), u64> = BTreeMap::new();
    let first = status::in_order(audit).map(|(strand, entry)| (place(&all, strand, &entry), entry));
    let mut order: Vec<(usize, Arc<Signed>)> = first.collect();
    for (at, column) in all.iter().enumerate().filter(|(_, column)| is_branch(audit, column.strand)) {
        order.extend(column.strand.entries_from(column.from).map(|entry| (at, entry)));
    }
    for (at, entry) in order {
        let marks = if is_narrow { one_column(&all, at) } else { marks(&mut all, at) };
        row(sight, &marks, &entry, &newly(&mut known, &entry)).print();
    }
}

fn is_branch(audit: &Audit, strand: &Strand) -> bool {
    audit.branches.iter().any(|branch| std::ptr::eq(branch, strand))
}

fn all_columns(sight: &Sight) -> Vec<Column<'_>> {
    let audit = sight.audit();
    let mut all = Vec::new();
    for strand in audit.strands.values() {
        let column = |name: String, strand, from, size: u64| Column {
            name,
            strand,
            from,
            left: size.saturating_sub(from),
            begun: false,
        };
        all.push(column(strand.log().to_string(), strand, 0, strand.size()));
        for branch in audit.branches.iter().filter(|branch| branch.log() == strand.log()) {
            let parted = common(&strand.tree, &branch.tree);
            let name = sight.say(rows::BRANCH, &[("log", strand.log().as_str())]);
            all.push(column(name, branch, parted, branch.size()));
        }
    }
    all
}

/// The column of an entry of a first branch.
fn place(all: &[Column<'_>], strand: &Strand, _entry: &Signed) -> usize {
    all.iter().position(|column| std::ptr::eq(column.strand, strand)).unwrap_or(0)
}

fn legend(sight: &Sight, all: &[Column<'_>], is_narrow: bool) {
    let tongue = sight.tongue;
    let mut page = Page::new(tongue);
    let said = format!("{MARK} {}, {}", rows::MARK.of(tongue), rows::RECEIPT.of(tongue));
    page.line(0, &said, "").line(0, rows::GRAPH_WAY.of(tongue), "").gap();
    page.print();
    for (at, column) in all.iter().enumerate().filter(|_| !is_narrow) {
        Row::new(&format!("{}{}", format!("{LINE} ").repeat(at), column.name)).print();
    }
}

/// The marks of one line: where the entry stands, and which logs go on beside it.
fn marks(all: &mut [Column<'_>], at: usize) -> String {
    if let Some(column) = all.get_mut(at) {
        column.begun = true;
        column.left = column.left.saturating_sub(1);
    }
    let mark = |(number, column): (usize, &Column<'_>)| {
        if number == at {
            MARK
        } else if column.begun && column.left > 0 {
            LINE
        } else {
            " "
        }
    };
    all.iter().enumerate().map(mark).collect::<Vec<_>>().join(" ")
}

/// The name of the log, as wide as the widest.
fn one_column(all: &[Column<'_>], at: usize) -> String {
    let wide = all.iter().map(|column| column.name.chars().count()).max().unwrap_or(0).min(24);
    let name = all.get(at).map_or("", |column| column.name.as_str());
    format!("{:<wide$} {MARK}", super::row::cut(name, wide))
}

/// What an entry receipts that its log had not received before.
fn newly(known: &mut BTreeMap<(LogId, LogId), u64>, entry: &Signed) -> String {
    let own = &entry.entry().author;
    let mut new = Vec::new();
    for (log, head) in &entry.entry().seen {
        let before = known.insert((own.clone(), log.clone()), head.size).unwrap_or(0);
        if head.size > before {
            new.push(format!("{log}/{}", head.size - 1));
        }
    }
    new.join(" ")
}

fn row(sight: &Sight, marks: &str, entry: &Signed, receipts: &str) -> Row {
    let act = entries::act_in(sight.tongue, entry.entry());
    let head = format!("{marks}  {}  {act}  ", entry.cite());
    let tail = if receipts.is_empty() { String::new() } else { format!("  \u{2190} {receipts}") };
    // What receives and says nothing has its receipts alone.
    let is_receipt = entry.entry().kind == "seen";
    let words = if is_receipt { String::new() } else { entries::summary(sight.audit(), entry.entry()) };
    let room = columns().unwrap_or(80).saturating_sub(super::row::width(&head) + super::row::width(&tail));
    Row::new(&head).text(&super::row::cut(&words, room.max(2))).tail(&tail)
}
