//! `search`: the entries in which words stand, each read once.

use std::path::PathBuf;
use std::sync::Arc;

use countersign::body::Body;
use countersign::body::circumstance::Rendering;
use countersign::entry::Signed;
use countersign::failure::{Failure, Outcome, Why};
use countersign::finding::{Piece, Room, Sought, pieces};
use countersign::strand::Strand;
use countersign::vocabulary::{Phrase, seeking as rows};

use super::entries;
use super::page::{Page, rendered};
use super::row::{cut, width};
use super::session::Session;
use super::sight::Sight;
use super::terminal::json;

/// Find the entries in which all of some words stand together.
#[derive(clap::Args)]
pub struct Search {
    /// The words, in quotation marks where there are several; case does not count.
    words: String,
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    /// Where to look: all, titles, provisions, words, names, contents.
    #[arg(long = "in", value_name = "WHERE", default_value = "all")]
    rooms: Vec<String>,
}

/// A place that has all the words.
struct Hit {
    entry: Arc<Signed>,
    piece: Piece,
    at: (usize, usize),
    /// Whose the words are, where they are not those of the document.
    rendering: Option<Rendering>,
}

/// What was looked at.
#[derive(Default)]
struct Looked {
    hits: Vec<Hit>,
    entries: u64,
    logs: Vec<String>,
    /// Texts whose provisions are not held here.
    absent: Vec<String>,
}

/// Runs `search`.
pub fn run(session: &Session, command: &Search) -> Outcome<u8> {
    let usage = |what: String| Failure::new(Why::Usage, what).next("countersign search --help");
    let Some(sought) = Sought::new(&command.words) else {
        return Err(usage("there are no words to look for".to_owned()));
    };
    let mut rooms = Vec::new();
    for name in &command.rooms {
        match name.parse::<Room>() {
            Ok(room) => rooms.push(room),
            Err(_) if name == "all" => rooms.extend(Room::ALL),
            Err(due) => {
                let what = format!("--in takes {}, not {}", due.0, super::terminal::shown(name));
                return Err(usage(what));
            }
        }
    }
    let sight = Sight::open(session, command.path.as_deref())?;
    let mut looked = Looked::default();
    for strand in sight.audit().strands.values() {
        look(&sight, strand, &sought, &rooms, &mut looked);
    }
    if session.common.json {
        json(&as_json(&sought, &rooms, &looked));
    } else {
        written(&sight, &rooms, &looked).print();
    }
    Session::unbroken(sight.audit())?;
    Ok(0)
}

fn look(sight: &Sight, strand: &Strand, sought: &Sought, rooms: &[Room], looked: &mut Looked) {
    for entry in strand.entries() {
        looked.entries += 1;
        let body = Body::of(entry.entry());
        let provisions = match &body {
            Body::Text(text) => sight.provisions(text).unwrap_or_else(|| {
                looked.absent.push(entry.cite());
                Vec::new()
            }),
            _ => Vec::new(),
        };
        for piece in pieces(&body, &provisions) {
            if let Some(at) = sought.stand_in(&piece.text).filter(|_| rooms.contains(&piece.room)) {
                let rendering = body.rendering();
                looked.hits.push(Hit { entry: Arc::clone(&entry), piece, at, rendering });
            }
        }
    }
    if let Some(last) = strand.size().checked_sub(1) {
        looked.logs.push(format!("{} 0-{last}", strand.log()));
    }
}

fn cite(hit: &Hit) -> String {
    let at = hit.piece.at.as_ref().map_or_else(String::new, |id| format!("#{id}"));
    format!("{}{at}", hit.entry.cite())
}

fn as_json(sought: &Sought, rooms: &[Room], looked: &Looked) -> serde_json::Value {
    let hits = looked.hits.iter().map(|hit| {
        serde_json::json!({
            "entry": hit.entry.cite(),
            "provision": hit.piece.at.as_ref().map(ToString::to_string),
            "kind": hit.entry.entry().kind,
            "in": hit.piece.room.as_str(),
            "rendering": hit.rendering.map(Rendering::as_str),
            "text": hit.piece.text,
            "from": hit.at.0,
            "to": hit.at.1,
        })
    });
    serde_json::json!({
        "format": "countersign.search/1",
        "words": sought.words(),
        "in": rooms.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "found": hits.collect::<Vec<_>>(),
        "entries": looked.entries,
        "logs": looked.logs,
        "absent": looked.absent,
    })
}

fn room(room: Room) -> Phrase {
    match room {
        Room::Titles => rows::TITLES,
        Room::Provisions => rows::PROVISIONS,
        Room::Words => rows::WORDS,
        Room::Names => rows::NAMES,
        Room::Contents => rows::CONTENTS,
    }
}

/// How far in an excerpt stands.
const IN: usize = 4;

fn written(sight: &Sight, rooms: &[Room], looked: &Looked) -> Page {
    let tongue = sight.tongue;
    let mut page = Page::new(tongue);
    for hit in &looked.hits {
        let said =
            format!("{}; {}", entries::act_in(tongue, hit.entry.entry()), room(hit.piece.room).of(tongue));
        page.line(0, &said, &cite(hit));
        let own = width(&rendered(tongue, hit.rendering, ""));
        let room = page.columns().saturating_sub(IN + own);
        let words = excerpt(&hit.piece.text, hit.at, room);
        page.line(IN, &rendered(tongue, hit.rendering, &words), "");
    }
    let number = looked.hits.len().to_string();
    page.gap().line(0, &sight.say(rows::FOUND, &[("number", &number)]), "");
    let names: Vec<&str> = rooms.iter().map(|one| room(*one).of(tongue)).collect();
    let places = [
        ("rooms", &*names.join(", ")),
        ("number", &looked.entries.to_string()),
        ("logs", &looked.logs.join(", ")),
    ];
    page.line(0, &sight.say(rows::LOOKED_IN, &places), "");
    if !looked.absent.is_empty() {
        let said = sight.say(rows::NOT_LOOKED_IN, &[("texts", &looked.absent.join(", "))]);
        page.line(0, &said, "");
    }
    page
}

/// As much of a text as fits around what was found in it, on one line.
fn excerpt(text: &str, (from, to): (usize, usize), columns: usize) -> String {
    let on_one_line = |text: &str| text.replace('\n', " ");
    let found = on_one_line(text.get(from..to).unwrap_or_default());
    let before = on_one_line(text.get(..from).unwrap_or_default());
    let behind = on_one_line(text.get(to..).unwrap_or_default());
    let room = columns.saturating_sub(width(&found));
    let left = width(&before).min((room / 2).max(room.saturating_sub(width(&behind))));
    let before = if width(&before) > left {
        format!("\u{2026}{}", last(&before, left.saturating_sub(1)))
    } else {
        before
    };
    let right = room.saturating_sub(width(&before));
    let behind = if width(&behind) > right { cut(&behind, right) } else { behind };
    cut(&format!("{before}{found}{behind}"), columns)
}

/// The last characters of a text that fit into some columns. A mark that stands on
/// another character does not begin it.
fn last(text: &str, columns: usize) -> &str {
    let fits = |at: &usize| text.get(*at..).is_some_and(|rest| width(rest) <= columns);
    let begins =
        |(at, character): (usize, char)| (width(character.encode_utf8(&mut [0; 4])) > 0).then_some(at);
    let at = text.char_indices().filter_map(begins).find(fits);
    at.and_then(|at| text.get(at..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_has_what_was_found_and_fits() {
        let text = format!("{}needle{}", "before ".repeat(30), " behind".repeat(30));
        let from = text.find("needle").unwrap();
        let short = excerpt(&text, (from, from + 6), 40);
        assert!(width(&short) <= 40 && short.contains("needle"), "{short}");
        assert!(short.starts_with('\u{2026}') && short.ends_with('\u{2026}'), "{short}");
        assert_eq!(excerpt("needle alone", (0, 6), 40), "needle alone");
        for columns in 10..60 {
            for words in [
                "双方承诺不干涉选举也不发布未经证实的评估",
                "e\u{323}\u{301}e\u{323}\u{301}e\u{323}",
                "לא נפרסם הערכה פומבית של הבחירות",
            ] {
                let at = words.char_indices().nth(6).unwrap().0;
                let to = words.char_indices().nth(8).map_or(words.len(), |(at, _)| at);
                assert!(width(&excerpt(words, (at, to), columns)) <= columns);
            }
        }
    }

    #[test]
    fn the_end_of_a_text_begins_with_a_whole_character() {
        assert_eq!(last("abe\u{323}", 1), "e\u{323}");
        assert_eq!(last("双方", 3), "方");
        assert_eq!(last("abc", 0), "");
    }
}
