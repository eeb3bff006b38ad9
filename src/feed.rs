//! `feed.xml`: an Atom feed (RFC 4287) of the newest entries under seals, for whoever
//! wants to hear of them. It announces and shows nothing.
//!
//! Each log gives its newest entry in turn until there are fifty, so that no author can
//! push another's out, and the stated times, which are their authors' word, decide
//! nothing but how the feed is sorted. The feed is a function of the record.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use crate::act;
use crate::audit::Audit;
use crate::charter::Charter;
use crate::entry::Signed;
use crate::strand::Strand;
use crate::vocabulary::{Tongue, feed};

/// The name of the file in a snapshot.
pub const NAME: &str = "feed.xml";

/// Entries in it at most.
const MOST: usize = 50;

/// How far back from an entry without a stated time one is looked for.
const LOOKED_BACK: u64 = 256;

/// The time of an entry before which nobody stated one: Atom demands some.
const NO_TIME: &str = "1970-01-01T00:00:00Z";

/// An entry that is announced.
struct Item {
    /// What its author stated, or stated last before it.
    updated: String,
    signed: Arc<Signed>,
    sealed: u64,
}

/// The feed of these strands, each as far as it is sealed.
pub fn of(audit: &Audit, sealed: &[(&Strand, u64)]) -> String {
    let Some(charter) = &audit.charter else { return String::new() };
    let tongue =
        charter.languages.iter().find_map(|language| Tongue::of(language.as_str())).unwrap_or_default();
    let items = newest(sealed);
    let updated = items.first().map_or(NO_TIME, |item| &item.updated);
    let id = charter.id();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let tag = tongue.tag();
    out.push_str(&format!("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{tag}\">\n"));
    out.push_str(&format!("<id>urn:countersign:{id}</id>\n"));
    out.push_str(&format!("<title>{}</title>\n", escaped(title(charter, tongue))));
    out.push_str(&format!("<subtitle>{}</subtitle>\n", escaped(feed::NOTE.of(tongue))));
    out.push_str(&format!("<updated>{updated}</updated>\n<link rel=\"self\" href=\"{NAME}\"/>\n"));
    for item in &items {
        write_item(&mut out, charter, tongue, item);
    }
    out + "</feed>\n"
}

fn write_item(out: &mut String, charter: &Charter, tongue: Tongue, item: &Item) {
    let entry = item.signed.entry();
    let title =
        feed::ENTRY.with(tongue, &[("entry", &item.signed.cite()), ("act", &act::words(tongue, entry))]);
    let (id, author) = (charter.id(), escaped(entry.author.member().as_str()));
    let (hash, log) = (item.signed.hash(), escaped(entry.author.as_str()));
    let _ = write!(
        out,
        "<entry>\n<id>urn:countersign:{id}:{hash}</id>\n<title>{}</title>\n<updated>{}</updated>\n\
         <author><name>{author}</name></author>\n<category term=\"{}\"/>\n\
         <link href=\"logs/{log}/checkpoint\"/>\n</entry>\n",
        escaped(&title),
        item.updated,
        escaped(&entry.kind),
    );
}

/// The title of the ledger in a tongue, or in what it has.
fn title(charter: &Charter, tongue: Tongue) -> &str {
    let words = charter.title.get(tongue.tag()).or_else(|| charter.title.values().next());
    words.map_or("", String::as_str)
}

/// The newest entry of each log in turn, sorted by time, the latest first.
fn newest(sealed: &[(&Strand, u64)]) -> Vec<Item> {
    let longest = sealed.iter().map(|(_, sealed)| *sealed).max().unwrap_or(0);
    let (mut items, mut known) = (Vec::new(), BTreeSet::new());
    'all: for back in 1..=longest {
        for (strand, sealed) in sealed {
            let Some(signed) = sealed.checked_sub(back).and_then(|seq| strand.entry(seq)) else { continue };
            if !known.insert(signed.hash()) {
                continue;
            }
            items.push(Item { updated: updated(strand, &signed), signed, sealed: *sealed });
            if items.len() == MOST {
                break 'all;
            }
        }
    }
    let place = |item: &Item| (item.signed.entry().author.clone(), item.sealed, item.signed.entry().seq);
    items.sort_by(|a, b| b.updated.cmp(&a.updated).then_with(|| place(b).cmp(&place(a))));
    items
}

/// What an entry's author stated, or stated last before it.
fn updated(strand: &Strand, signed: &Signed) -> String {
    let own = signed.entry().said.clone();
    let seq = signed.entry().seq;
    let before = || {
        let mut before = (seq.saturating_sub(LOOKED_BACK)..seq).rev().filter_map(|seq| strand.entry(seq));
        before.find_map(|signed| signed.entry().said.clone())
    };
    own.or_else(before).map_or_else(|| NO_TIME.to_owned(), |time| time.to_string())
}

/// A text as it stands in XML. The characters that XML has no place for are in no string
/// of a ledger.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_ledger_are_no_markup() {
        let text = "<img src=x onerror='a()'> & \"b\" ]]>";
        let text = escaped(text);
        assert!(!text.contains(['<', '>', '"', '\'']));
        assert_eq!(text.matches('&').count(), text.matches(';').count());
        assert_eq!(escaped("Не вмешиваться"), "Не вмешиваться");
    }
}
