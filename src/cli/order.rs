//! `order`: which of two entries was before the other, and what shows it.

use std::path::{Path, PathBuf};

use countersign::audit::Audit;
use countersign::bracket::{Bracket, Contradiction, Evidence, Order, Shown};
use countersign::disk::{Access, Source, create_synced};
use countersign::entry::Signed;
use countersign::failure::{Failure, Outcome, Why};
use countersign::past::{Hop, Link};
use countersign::precedence::{Certificate, Precedence};
use countersign::strand::Strand;
use countersign::vocabulary::{Phrase, Tongue, dates, order as words};

use super::entries;
use super::judging::Judging;
use super::page::Page;
use super::session::Session;
use super::sight::Sight;
use super::terminal::{json, talk};

/// Which of two entries was before the other.
#[derive(clap::Args)]
pub struct OrderOf {
    /// One entry: moscow/4, or the first digits of its hash.
    first: String,
    /// The other.
    second: String,
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    #[command(flatten)]
    judging: Judging,
    /// Write a certificate of the order by links, which `verify` checks alone.
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

type Of<'a> = (&'a Strand, &'a Signed);

/// Runs `order`.
pub fn run(session: &Session, command: &OrderOf) -> Outcome<u8> {
    let sight = Sight::open(session, command.path.as_deref())?.with_index();
    let audit = sight.audit();
    let heard = command.judging.hear(session, audit, sight.copy())?;
    let (strand, first) = entries::find(audit, &command.first)?;
    let (of, second) = entries::find(audit, &command.second)?;
    let pair: [Of<'_>; 2] = [(strand, &first), (of, &second)];
    let brackets = &heard.brackets;
    let order = brackets.order(audit, pair[0], pair[1]);
    if let Some(path) = &command.out {
        write(session, audit, path, &order, pair)?;
    }
    let bounds = pair.map(|(strand, signed)| brackets.bracket(audit, strand, signed.entry().seq));
    let contradictions = brackets.contradictions(audit);
    if session.common.json {
        let mut value = as_json(&order, pair, &contradictions);
        let out = command.out.as_ref().map(|path| path.display().to_string());
        let times = pair.map(|(strand, signed)| heard.json(audit, strand, signed));
        if let Some(map) = value.as_object_mut() {
            map.insert("certificate".into(), out.into());
            map.insert("times".into(), times.into_iter().collect());
        }
        json(&value);
    } else {
        print(session.tongue(), &order, pair, &bounds, &contradictions);
    }
    Session::unbroken(audit)?;
    Ok(0)
}

/// The two entries of an order, the earlier first.
fn sorted<'a>(order: &Order, [first, second]: [Of<'a>; 2]) -> [Of<'a>; 2] {
    if matches!(order, Order::After(_)) { [second, first] } else { [first, second] }
}

fn shown(order: &Order) -> Option<&Shown> {
    match order {
        Order::Before(shown) | Order::After(shown) => Some(shown),
        Order::Same | Order::NotShown => None,
    }
}

fn write(session: &Session, audit: &Audit, path: &Path, order: &Order, pair: [Of<'_>; 2]) -> Outcome<()> {
    let [(_, earlier), (_, later)] = sorted(order, pair);
    let (earlier, later) = (earlier.cite(), later.cite());
    let links = shown(order).and_then(|shown| shown.by_links.as_ref()).ok_or_else(|| {
        let what = format!("that {earlier} and {later} are in an order is not shown by links");
        Failure::new(Why::NotShown, what).next(format!("countersign order {earlier} {later}"))
    })?;
    let certificate = Certificate::of(audit, links).ok_or_else(|| {
        let what = format!("the way from {later} to {earlier} is not under seals of the logs it is in");
        Failure::new(Why::NotShown, what).next("countersign verify")
    })?;
    save(session, path, &certificate.to_bytes())
}

/// Writes a file to hand on, where no file is.
pub fn save(session: &Session, path: &Path, bytes: &[u8]) -> Outcome<()> {
    let failed = |error| Failure::disk("writing", path, error);
    if path.exists() {
        let what = format!("{} is there and is left as it is", path.display());
        return Err(Failure::new(Why::Exists, what).next("the same command with another FILE"));
    }
    create_synced(&session.disk, path, bytes, Access::Usual).map_err(failed)?;
    let length = session.disk.read(path, u64::MAX).map_err(failed)?.map_or(0, |bytes| bytes.len());
    talk(&format!("written: {} ({length} bytes)", path.display()));
    talk(&format!("Next: countersign verify {}", path.display()));
    Ok(())
}

/// Prints what shows an order, or that nothing does.
fn print(tongue: Tongue, order: &Order, pair: [Of<'_>; 2], bounds: &[Bracket; 2], all: &[Contradiction]) {
    let [(_, earlier), (_, later)] = sorted(order, pair);
    let (earlier, later) = (earlier.cite(), later.cite());
    let places = [("earlier", &*earlier), ("later", &*later), ("first", &*earlier), ("second", &*later)];
    let mut page = Page::new(tongue);
    let heading = match order {
        Order::Same => words::SAME.with(tongue, &places),
        Order::NotShown => words::NOT_SHOWN.with(tongue, &places),
        Order::Before(_) | Order::After(_) => words::SHOWN.with(tongue, &places),
    };
    page.line(0, &heading, "");
    if !matches!(order, Order::Same) {
        let shown = shown(order);
        let links = shown.and_then(|shown| shown.by_links.as_ref()).map_or(&[][..], |path| &path.0);
        print_links(&mut page, tongue, links);
        let times = shown.and_then(|shown| shown.by_times.as_ref());
        let none = words::NONE.of(tongue).to_owned();
        let apart = |seconds: u64| words::APART.with(tongue, &[("seconds", &seconds.to_string())]);
        head(&mut page, tongue, words::BY_TIMES, &times.map_or(none, |times| apart(times.seconds)));
        for ((_, signed), bound) in pair.iter().zip(bounds) {
            for text in bracket(tongue, signed, bound) {
                page.line(head_width(tongue), &text, "");
            }
        }
    }
    for one in all {
        let piece = |one: &Evidence| format!("{} ({})", one.says.time(), one.source);
        let (upper, lower) = (piece(&one.existed_by), piece(&one.not_before));
        let line = words::CONTRADICTION.with(tongue, &[("upper", &upper), ("lower", &lower)]);
        page.line(0, &line, "");
    }
    page.line(0, words::OF_ENTRIES.of(tongue), "").print();
}

/// The lines of an order by links.
fn print_links(page: &mut Page, tongue: Tongue, hops: &[Hop]) {
    if hops.is_empty() {
        head(page, tongue, words::BY_LINKS, words::NONE.of(tongue));
    }
    for (at, hop) in hops.iter().enumerate() {
        if at == 0 {
            head(page, tongue, words::BY_LINKS, &link(tongue, hop));
        } else {
            page.line(head_width(tongue), &link(tongue, hop), "");
        }
    }
}

fn head_width(tongue: Tongue) -> usize {
    let width = |phrase: Phrase| phrase.of(tongue).chars().count();
    width(words::BY_LINKS).max(width(words::BY_TIMES)) + 5
}

fn head(page: &mut Page, tongue: Tongue, phrase: Phrase, text: &str) {
    page.pair(2, head_width(tongue) - 2, phrase.of(tongue), text, "");
}

/// One hop in words.
fn link(tongue: Tongue, hop: &Hop) -> String {
    let (by, to) = (hop.by.cite(), hop.to.cite());
    let (log, last) = (hop.to.entry().author.to_string(), (hop.size.saturating_sub(1)).to_string());
    let entries = match hop.size {
        1 => format!("{log}/0"),
        _ => words::ENTRIES.with(tongue, &[("log", &log), ("last", &last)]),
    };
    let phrase = match hop.link {
        Link::Root => words::FOLLOWS,
        Link::Seen => words::HAD_RECEIVED,
        Link::Continues => words::CONTINUES,
    };
    phrase.with(tongue, &[("by", &by), ("to", &to), ("entries", &entries)])
}

/// What is known of when an entry came to be.
fn bracket(tongue: Tongue, signed: &Signed, bound: &Bracket) -> Vec<String> {
    let entry = signed.cite();
    let piece = |phrase: Phrase, one: &Evidence| {
        let time = dates::bound(tongue, one.says.time());
        phrase.with(tongue, &[("entry", &entry), ("time", &time), ("source", &one.source)])
    };
    let upper = bound.existed_by.as_ref().map(|one| piece(words::EXISTED_BY, one));
    let lower = bound.not_before.as_ref().map(|one| piece(words::NOT_BEFORE, one));
    let mut lines: Vec<String> = upper.into_iter().chain(lower).collect();
    if lines.is_empty() {
        lines.push(match &signed.entry().said {
            Some(said) => {
                words::DATED.with(tongue, &[("entry", &entry), ("time", &dates::time(tongue, said))])
            }
            None => words::NOT_DATED.with(tongue, &[("entry", &entry)]),
        });
    }
    lines
}

fn hops_json(hops: &[Hop]) -> serde_json::Value {
    let hop = |hop: &Hop| {
        serde_json::json!({
            "by": hop.by.cite(),
            "link": match hop.link {
                Link::Root => "root",
                Link::Seen => "seen",
                Link::Continues => "continues",
            },
            "log": hop.to.entry().author.to_string(),
            "size": hop.size,
            "to": hop.to.cite(),
        })
    };
    hops.iter().map(hop).collect()
}

fn as_json(order: &Order, [first, second]: [Of<'_>; 2], all: &[Contradiction]) -> serde_json::Value {
    let piece =
        |one: &Evidence| serde_json::json!({"source": one.source, "time": one.says.time().to_string()});
    let shown = shown(order);
    let times = shown.and_then(|shown| shown.by_times.as_ref()).map(|apart| {
        serde_json::json!({
            "existed_by": piece(&apart.existed_by),
            "not_before": piece(&apart.not_before),
            "seconds": apart.seconds,
        })
    });
    let links = shown.and_then(|shown| shown.by_links.as_ref());
    let contradiction = |one: &Contradiction| {
        serde_json::json!({
            "existed_by": piece(&one.existed_by),
            "not_before": piece(&one.not_before),
        })
    };
    serde_json::json!({
        "format": "countersign.order/1",
        "first": first.1.cite(),
        "second": second.1.cite(),
        "order": match order {
            Order::Same => "same",
            Order::Before(_) => "before",
            Order::After(_) => "after",
            Order::NotShown => "not_shown",
        },
        "by_links": links.map(|path| hops_json(&path.0)),
        "by_times": times,
        "contradictions": all.iter().map(contradiction).collect::<Vec<_>>(),
    })
}

/// Prints what a certificate shows, in the words of `order`.
pub fn print_certificate(tongue: Tongue, shown: &Precedence) {
    let (earlier, later) = (shown.earlier.cite(), shown.later.cite());
    let mut page = Page::new(tongue);
    page.line(0, &words::SHOWN.with(tongue, &[("earlier", &earlier), ("later", &later)]), "");
    print_links(&mut page, tongue, &shown.path.0);
    page.line(0, words::OF_ENTRIES.of(tongue), "").print();
}

/// What a certificate shows, for a report.
pub fn certificate_json(shown: &Precedence) -> serde_json::Value {
    serde_json::json!({
        "earlier": shown.earlier.hash().to_string(),
        "later": shown.later.hash().to_string(),
        "by_links": hops_json(&shown.path.0),
    })
}
