//! `show`: one entry in full.

use std::path::PathBuf;

use countersign::audit::Finder;
use countersign::body::{Body, text::Provisions};
use countersign::failure::Outcome;
use countersign::status;

use super::entries::{self, RECEIVED};
use super::row::{paragraph, sentence};
use super::session::Session;
use super::terminal::{json, line, shown};

/// Show one entry.
#[derive(clap::Args)]
pub struct Show {
    /// The entry: moscow/4, or the first digits of its hash.
    entry: String,
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    /// The bytes of the note as they stand in the log.
    #[arg(long)]
    bytes: bool,
}

/// Runs `show`.
pub fn run(session: &Session, command: &Show) -> Outcome<u8> {
    let audit = match &command.path {
        Some(path) => session.audit(path)?,
        None => {
            let mut ledger = session.ledger()?;
            ledger.audit.finder = super::index::open(&ledger).map(|index| Box::new(index) as Box<dyn Finder>);
            ledger.audit
        }
    };
    let (strand, signed) = entries::find(&audit, &command.entry)?;
    if command.bytes {
        let text = String::from_utf8_lossy(signed.bytes());
        if session.common.json {
            json(&serde_json::json!({
                "format": "countersign.bytes/1",
                "entry": signed.cite(),
                "hash": signed.hash().to_string(),
                "text": text,
            }));
            return Ok(0);
        }
        line(shown(&text).trim_end_matches('\n'));
        return Ok(0);
    }
    let received = status::receivers(&audit, strand, &signed);
    if session.common.json {
        let mut value = entries::json(&audit, strand, &signed);
        let by = received.iter().map(|(log, entry)| (log.to_string(), entry.cite().into()));
        if let Some(map) = value.as_object_mut() {
            map.insert("received_by".into(), by.collect::<serde_json::Map<_, _>>().into());
        }
        json(&value);
        return Ok(0);
    }
    let entry = signed.entry();
    sentence(&format!("{}  ", signed.cite()), &entries::act(entry));
    line(&format!("  hash      {}", signed.hash()));
    let by: Vec<String> = entry.signers.iter().map(|label| entry.pen(label)).collect();
    sentence("  by        ", &by.join(" and "));
    match &entry.said {
        Some(said) => line(&format!("  dated     {said} by its author; when it existed: not shown")),
        None => line("  dated     not stated"),
    }
    if let Some(effect) = entries::effect(&audit, strand, &signed) {
        sentence("  effect    ", &effect);
    }
    body(&audit, &signed);
    if !entry.seen.is_empty() {
        sentence("  receipts  ", &entries::heads(entry));
    }
    let sealed = entry.seq < strand.sealed();
    line(&format!("  seal      {}", if sealed { "under a seal of its log" } else { "unsealed" }));
    if audit.is_pending(&signed) {
        line("  pending   it names a head that is not here");
    }
    if received.is_empty() {
        line("  received  by nobody, in the entries held here");
    }
    for (log, by) in received {
        sentence("  received  ", &format!("by {log} ({})", by.cite()));
    }
    sentence("  ", RECEIVED);
    Session::unbroken(&audit)?;
    Ok(0)
}

fn body(audit: &countersign::audit::Audit, signed: &countersign::entry::Signed) {
    let words = |head: &str, words: &countersign::fields::Words| {
        for (tag, text) in words {
            sentence("  ", &format!("{head} ({tag})"));
            for row in paragraph(&format!("\"{text}\""), "    ") {
                row.print();
            }
        }
    };
    match Body::of(signed.entry()) {
        Body::Text(text) => {
            sentence("  languages ", &entries::languages(&text));
            if let Some(title) = &text.title {
                words("title", title);
            }
            match &text.provisions {
                Provisions::Here(provisions) => {
                    for provision in provisions {
                        words(&entries::provision_head(provision), &provision.words);
                    }
                }
                Provisions::InDocument { document, .. } => line(&format!("  provisions in docs/{document}")),
            }
        }
        Body::Statement(statement) => {
            for about in &statement.about {
                let at = about.provision.as_ref().map_or_else(String::new, |id| format!("#{id}"));
                sentence("  about     ", &format!("{}{at}", status::cite_hash(audit, &about.entry)));
            }
            words("words", &statement.words);
        }
        Body::Adopt(adoption) => {
            sentence("  text      ", &status::cite_hash(audit, &adoption.text));
            sentence("  digest    ", &adoption.words_digest.to_string());
        }
        Body::Join | Body::Seen => {}
        Body::Key(_) | Body::NotUnderstood(_) => {
            sentence("  body      ", &signed.entry().body.encode());
        }
    }
}
