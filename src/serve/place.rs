//! Which file of a snapshot a request asks for.
//!
//! ```text
//! /charter.json   /logs/moscow/checkpoint   /logs/moscow/tile/entries/x001/234.p/17
//! ```
//!
//! A path is parsed into log ids, numbers and hashes, written again from these, and must
//! come out the same. So no text of a request is ever part of a path, nothing needs to be
//! decoded, and whatever is not of the layout is no place at all.

use crate::hash::Hash;
use crate::names::LogId;
use crate::tile::{TileId, WIDTH};
use crate::{feed, listing, viewer};

/// Files directly in a snapshot. Anything else there is not served.
const TOP: &[(&str, Sort)] = &[
    ("charter.json", Sort::Charter),
    (feed::NAME, Sort::Feed),
    (viewer::NAME, Sort::Page),
    (listing::NAME, Sort::Listing),
];

/// What kind of file a place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// The charter.
    Charter,
    /// The newest seal of a log.
    Checkpoint,
    /// A full tile, or a full bundle of entries.
    Full,
    /// One that is not full yet: publishing removes it when it is.
    Partial,
    /// Evidence of time.
    Note,
    /// A document.
    Document,
    /// Evidence of a split, a fork, a bad entry or a stray.
    Evidence,
    /// The reader's page.
    Page,
    /// The feed.
    Feed,
    /// The names of what is in the snapshot.
    Listing,
}

impl Sort {
    /// How it is counted.
    pub fn name(self) -> &'static str {
        match self {
            Self::Charter => "charter",
            Self::Checkpoint => "checkpoint",
            Self::Full => "tile",
            Self::Partial => "partial",
            Self::Note => "note",
            Self::Document => "document",
            Self::Evidence => "evidence",
            Self::Page => "page",
            Self::Feed => "feed",
            Self::Listing => "listing",
        }
    }

    /// Its media type. Documents are bytes: no browser is to show what a member attached.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Charter | Self::Listing | Self::Evidence => "application/json",
            // As C2SP tlog-tiles has it.
            Self::Checkpoint => "text/plain; charset=utf-8",
            Self::Full | Self::Partial | Self::Note | Self::Document => "application/octet-stream",
            Self::Page => "text/html; charset=utf-8",
            Self::Feed => "application/atom+xml; charset=utf-8",
        }
    }

    /// Whether the bytes at its path never change while they are there.
    pub fn is_immutable(self) -> bool {
        matches!(self, Self::Full | Self::Note | Self::Document | Self::Evidence)
    }

    /// Whether the file is replaced in its place, and so is asked for again and again.
    pub fn is_replaced(self) -> bool {
        !self.is_immutable() && self != Self::Partial
    }
}

/// A file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is.
    pub sort: Sort,
    path: String,
}

impl Place {
    /// The place that a request's path names, if it names one.
    pub fn parse(path: &str) -> Option<Self> {
        // The page answers for the folder that it lies in.
        let path = if path == "/" { viewer::NAME } else { path.strip_prefix('/')? };
        let place = Self::of_top(path).or_else(|| Self::below(path))?;
        (place.path == path).then_some(place)
    }

    /// The names on the way to it, from the snapshot down.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.path.split('/')
    }

    fn of_top(path: &str) -> Option<Self> {
        let (name, sort) = TOP.iter().find(|(name, _)| *name == path)?;
        Some(Self { sort: *sort, path: (*name).to_owned() })
    }

    fn below(path: &str) -> Option<Self> {
        let (folder, rest) = path.split_once('/')?;
        let named = |sort| {
            let hash = Hash::from_hex(rest)?;
            Some(Self { sort, path: format!("{folder}/{hash}") })
        };
        match folder {
            "notes" => named(Sort::Note),
            "docs" => named(Sort::Document),
            "faults" => named(Sort::Evidence),
            "logs" => {
                let (log, rest) = rest.split_once('/')?;
                Self::of_log(&format!("logs/{}", log.parse::<LogId>().ok()?), rest)
            }
            "branches" => {
                let (log, rest) = rest.split_once('/')?;
                let (branch, rest) = rest.split_once('/')?;
                let (log, branch) = (log.parse::<LogId>().ok()?, branch_number(branch)?);
                Self::of_log(&format!("branches/{log}/{branch:016x}"), rest)
            }
            _ => None,
        }
    }

    fn of_log(folder: &str, rest: &str) -> Option<Self> {
        if rest == "checkpoint" {
            return Some(Self { sort: Sort::Checkpoint, path: format!("{folder}/checkpoint") });
        }
        let tile = TileId::parse(rest)?;
        let sort = if tile.width == WIDTH { Sort::Full } else { Sort::Partial };
        Some(Self { sort, path: format!("{folder}/{}", tile.path()) })
    }
}

fn branch_number(text: &str) -> Option<u64> {
    (text.len() == 16).then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_publish_writes_has_a_place() {
        let hash = Hash::of(b"").to_string();
        let log = "moscow.00112233445566778899aabbccddeeff";
        let named = [
            ("charter.json", Sort::Charter),
            ("index.html", Sort::Page),
            ("feed.xml", Sort::Feed),
            ("snapshot.json", Sort::Listing),
            ("logs/moscow/checkpoint", Sort::Checkpoint),
            (&format!("branches/{log}/0123456789abcdef/checkpoint"), Sort::Checkpoint),
            (&format!("branches/{log}/0000000000000000/tile/0/000"), Sort::Full),
            (&format!("notes/{hash}"), Sort::Note),
            (&format!("docs/{hash}"), Sort::Document),
            (&format!("faults/{hash}"), Sort::Evidence),
        ];
        for (path, sort) in named {
            let place = Place::parse(&format!("/{path}")).unwrap_or_else(|| panic!("{path}"));
            assert_eq!(place.sort, sort, "{path}");
            assert_eq!(place.steps().collect::<Vec<_>>().join("/"), path);
        }
        assert_eq!(Place::parse("/").map(|place| place.sort), Some(Sort::Page));
        for index in [0, 1, 999, 1000, 1_234_067, (1 << 45) - 1] {
            for (level, width) in [(None, 256), (Some(0), 17), (Some(6), 255), (None, 1)] {
                let id = TileId { level, index, width };
                let path = format!("/logs/{log}/{}", id.path());
                let place = Place::parse(&path).unwrap_or_else(|| panic!("{path}"));
                assert_eq!(place.sort == Sort::Full, width == WIDTH, "{path}");
                assert_eq!(format!("/{}", place.steps().collect::<Vec<_>>().join("/")), path);
            }
        }
    }

    #[test]
    fn nothing_else_has_one() {
        let hash = Hash::of(b"").to_string();
        let upper = hash.to_uppercase();
        let long = format!("/logs/{}/checkpoint", "a".repeat(33));
        let hidden = format!("/docs/.{hash}.new");
        let noted = format!("/notes/{upper}");
        let slashed = format!("/notes//{hash}");
        let ended = format!("/notes/{hash}/");
        for path in [
            "",
            "charter.json",
            "//charter.json",
            "/charter.json/",
            "/./charter.json",
            "/x/../charter.json",
            "/../charter.json",
            "/%63harter.json",
            "/charter.json%00",
            "/charter.json\0",
            "/local.json",
            "/lock",
            "/logs",
            "/logs/",
            "/logs/moscow",
            "/logs/moscow/",
            "/logs/../charter.json",
            "/logs/moscow/../../charter.json",
            "/logs/moscow\\checkpoint",
            "/logs/Moscow/checkpoint",
            "/logs/con/checkpoint",
            "/logs/moscow/.checkpoint.new",
            "/logs/moscow/tile/0/0",
            "/logs/moscow/tile/0/0000",
            "/logs/moscow/tile/0/x000/001",
            "/logs/moscow/tile/0/+01",
            "/logs/moscow/tile/00/000",
            "/logs/moscow/tile/8/000",
            "/logs/moscow/tile/0/000.p/0",
            "/logs/moscow/tile/0/000.p/01",
            "/logs/moscow/tile/0/000.p/256",
            "/logs/moscow/tile/0/000.p/",
            "/logs/moscow/tile/0/000.p",
            "/logs/moscow/tile/0/001/000",
            "/logs/moscow/tile/data/000",
            "/logs/moscow/tile/0/x001/x001/x001/x001/x001/001",
            "/branches/moscow/0123456789ABCDEF/checkpoint",
            "/branches/moscow/+123456789abcdef/checkpoint",
            "/branches/moscow/checkpoint",
            "/envelopes/x",
            &long,
            &hidden,
            &noted,
            &slashed,
            &ended,
        ] {
            assert_eq!(Place::parse(path), None, "{path:?}");
        }
    }
}
