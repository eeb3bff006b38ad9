//! The reader's page: one file that shows a record in any browser and verifies it there.
//!
//! ```text
//! <!doctype html> ... <plaintext hidden id=snapshot>     the viewer: the same bytes in
//!                                                        every snapshot of a version
//! countersign.page/1                                     the tail: the files of one
//! charter.json eyJmb3JtYXQi...                           snapshot, in base64
//! end
//! ```
//!
//! The viewer is put together here from its sources. `verify.js` decides and `page.js`
//! shows; nothing of a ledger is in it. The policy that it begins with names its script
//! and its style by their SHA-256, so a browser runs these and nothing else. Nothing
//! closes `<plaintext>`: to the end of the file a parser sees text alone. HTML calls the
//! element obsolete and asks every parser to read it so.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::base64;
use crate::hash::Hash;
use crate::json::Value;
use crate::vocabulary::THEMES;

mod script;
pub mod tail;

/// The name of the file in a snapshot.
pub const NAME: &str = "index.html";

/// The line that ends the viewer: what follows is text to the end of the file.
pub const BOUNDARY: &str = "<plaintext hidden id=snapshot>\n";

const FRAME: &str = include_str!("page.html");

/// The style sheets, in order.
const STYLES: &[&str] = &[include_str!("page.css"), include_str!("strands.css")];

/// The modules of the script.
macro_rules! modules {
    ($($name:literal)*) => { &[$(($name, include_str!($name)),)*] };
}

/// Each is put after those that it imports.
const SCRIPTS: &[(&str, &str)] = modules! {
    "account.js"
    "acts.js"
    "asks.js"
    "bodies.js"
    "bytes.js"
    "card.js"
    "cells.js"
    "chain.js"
    "charter.js"
    "clauses.js"
    "commitments.js"
    "conditions.js"
    "consent.js"
    "cosign.js"
    "cut.js"
    "digest.js"
    "dom.js"
    "effect.js"
    "evidence.js"
    "findings.js"
    "fingerprint.js"
    "folder.js"
    "headline.js"
    "ineffect.js"
    "keys.js"
    "note.js"
    "notices.js"
    "page.js"
    "rails.js"
    "sequence.js"
    "shelf.js"
    "status.js"
    "strand.js"
    "strands.js"
    "strandset.js"
    "strict.js"
    "texts.js"
    "threads.js"
    "times.js"
    "timesbox.js"
    "tools.js"
    "tree.js"
    "under.js"
    "unicode.js"
    "verify.js"
    "ways.js"
    "weave.js"
    "words-strands.js"
    "words.js"
};

/// Viewers of earlier versions: how many bytes, and their SHA-256.
const EARLIER: &[(usize, &str)] = &[];

/// The viewer, put together.
#[derive(Debug)]
pub struct Viewer {
    prefix: String,
    policy: String,
}

static VIEWER: LazyLock<Viewer> = LazyLock::new(Viewer::assembled);

impl Viewer {
    /// The one of this version.
    pub fn own() -> &'static Self {
        &VIEWER
    }

    /// Its bytes: what every page of this version begins with, and the page without data.
    pub fn bytes(&self) -> &'static [u8] {
        VIEWER.prefix.as_bytes()
    }

    /// Its SHA-256.
    pub fn hash(&self) -> Hash {
        Hash::of(self.prefix.as_bytes())
    }

    /// The policy in its head. `frame-ancestors` counts in a header alone and is not in it.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    fn assembled() -> Self {
        let script = script::of(SCRIPTS, &format!("const VOCABULARY = {};\n", vocabulary()));
        let open = FRAME.replacen("{STYLE}", &STYLES.concat(), 1).replacen("{SCRIPT}", &script, 1);
        let hash = |element| base64::encode(&Sha256::digest(content(&open, element)));
        let policy = format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; \
             form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            hash("script"),
            hash("style")
        );
        Self { prefix: open.replacen("{POLICY}", &policy, 1), policy }
    }
}

/// How many bytes of a page are its viewer, if it is one that is known here.
pub fn known(page: &[u8]) -> Option<usize> {
    let own = Viewer::own().bytes();
    if page.starts_with(own) {
        return Some(own.len());
    }
    let is = |(length, hash): &&(usize, &str)| {
        page.get(..*length).is_some_and(|prefix| Hash::from_hex(hash) == Some(Hash::of(prefix)))
    };
    EARLIER.iter().find(is).map(|(length, _)| *length)
}

/// Whether a file is a page of any version: one of its lines is the boundary.
pub fn is_page(bytes: &[u8]) -> bool {
    let boundary = BOUNDARY.trim_end().as_bytes();
    bytes.split(|byte| *byte == b'\n').any(|line| line == boundary)
}

/// What stands between the tags of the first element of this name.
fn content<'a>(html: &'a str, element: &str) -> &'a str {
    let opened = html.split_once(&format!("<{element}")).and_then(|(_, rest)| rest.split_once('>'));
    let closed = opened.and_then(|(_, rest)| rest.split_once(&format!("</{element}>")));
    closed.map_or("", |(content, _)| content)
}

/// Every row of the vocabulary by its theme and name: English, Russian.
fn vocabulary() -> String {
    let rows = THEMES.iter().flat_map(|(theme, rows)| {
        rows.iter().map(move |(name, row)| {
            (format!("{theme}.{name}"), Value::Array(vec![Value::text(row.en), Value::text(row.ru)]))
        })
    });
    Value::Object(rows.collect()).encode()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_viewer_is_put_together_and_its_policy_names_its_script_and_style() {
        let own = Viewer::own();
        let text = std::str::from_utf8(own.bytes()).unwrap();
        assert!(text.ends_with(BOUNDARY));
        assert_eq!(text.matches(BOUNDARY).count(), 1);
        assert!(text.contains(&format!("content=\"{}\"", own.policy())));
        for element in ["script", "style"] {
            let hash = base64::encode(&Sha256::digest(content(text, element)));
            assert!(own.policy().contains(&format!("{element}-src 'sha256-{hash}'")));
            assert_eq!(text.matches(&format!("</{element}")).count(), 1, "{element}");
        }
        for marker in ["{POLICY}", "{STYLE}", "{SCRIPT}", "\r"] {
            assert!(!text.contains(marker), "{marker:?}");
        }
        assert_eq!(known(own.bytes()), Some(own.bytes().len()));
        assert_eq!(known(&own.bytes()[1..]), None);
        assert!(is_page(own.bytes()) && !is_page(b"<plaintext>\n"));
    }
}
