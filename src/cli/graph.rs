//! `log --graph`: the logs as columns, each entry below all that it receipts.

use std::collections::BTreeMap;

use countersign::audit::Audit;
use countersign::body::Body;
use countersign::entry::Signed;
use countersign::merkle::common;
use countersign::names::LogId;
use countersign::status;
use countersign::strand::Strand;
use countersign::vocabulary::seeking as rows;

use super::entries;
use super::page::{Page, in_tongue, rendered};
use super::row::{Row, columns, cut, width};
use super::sight::Sight;

/// More logs than this stand in one column, each entry by the name of its log.
const MOST_COLUMNS: usize = 6;

/// The width where no terminal says its own.
const USUAL: usize = 80;

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
    let places: Vec<(usize, &Strand, u64)> =
        all.iter().enumerate().map(|(at, column)| (at, column.strand, column.from)).collect();
    let place = |strand: &Strand| places.iter().find(|(_, other, _)| std::ptr::eq(*other, strand));
    let first =
        status::in_order(audit).map(|(strand, entry)| (place(strand).map_or(0, |(at, _, _)| *at), entry));
    let branches = places.iter().filter(|(_, strand, _)| is_branch(audit, strand));
    let second = branches.flat_map(|(at, strand, from)| strand.entries_from(*from).map(|entry| (*at, entry)));
    for (at, entry) in first.chain(second) {
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
    format!("{:<wide$} {MARK}", cut(name, wide))
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
    let tail = if receipts.is_empty() { String::new() } else { format!("  \u{2190} {receipts}") };
    let begin = format!("{marks}  {}  {act}", entry.cite());
    let room = columns().unwrap_or(USUAL).saturating_sub(width(&begin) + width(&tail) + 2);
    let words = words(sight, entry, room);
    let gap = if words.is_empty() { "" } else { "  " };
    Row::new(&format!("{begin}{gap}")).text(&words).tail(&tail)
}

/// The words of an entry in its quotation marks, as far as they fit; of an adoption,
/// what it adopts.
fn words(sight: &Sight, entry: &Signed, room: usize) -> String {
    let body = Body::of(entry.entry());
    let words = match &body {
        Body::Adopt(adoption) => return status::cite_hash(sight.audit(), &adoption.text),
        Body::Text(text) => text.title.as_ref(),
        body => body.circumstances().and_then(|held| held.words.as_ref()),
    };
    let own = width(&rendered(sight.tongue, body.rendering(), ""));
    let Some(words) = words.filter(|_| room > own + 4) else { return String::new() };
    let one_line = in_tongue(sight.tongue, words).split_whitespace().collect::<Vec<_>>().join(" ");
    rendered(sight.tongue, body.rendering(), &cut(&one_line, room - own))
}
