//! `viewer`: the reader's page without data, and the SHA-256 by which every page of this
//! version is known.

use std::path::PathBuf;

use countersign::disk::{Access, Source, create_synced};
use countersign::failure::{Failure, Outcome, Why};
use countersign::viewer::{NAME, Viewer as Page};

use super::session::Session;
use super::terminal::{json, line, talk};

/// Write the reader's page without data, or print by what it is known.
#[derive(clap::Args)]
pub struct Viewer {
    /// Print the SHA-256 of the viewer and its length: every page of this version begins
    /// with these bytes.
    #[arg(long, required_unless_present = "out", conflicts_with = "out")]
    hash: bool,
    /// Write it into this new file: drop a snapshot into it, and it shows and checks that.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs `viewer`.
pub fn run(session: &Session, command: &Viewer) -> Outcome<u8> {
    let page = Page::own();
    if let Some(out) = &command.out {
        let failed = |error| Failure::disk("writing", out, error);
        if session.disk.read_at(out, 0, 1).map_err(|error| Failure::disk("reading", out, error))?.is_some() {
            let what = format!("{} is there", out.display());
            return Err(Failure::new(Why::Exists, what).next("countersign viewer -o OTHER"));
        }
        create_synced(&session.disk, out, page.bytes(), Access::Usual).map_err(failed)?;
    }
    let (hash, length) = (page.hash().to_string(), page.bytes().len());
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.viewer/1",
            "program": concat!("countersign ", env!("CARGO_PKG_VERSION")),
            "sha256": hash,
            "length": length,
            "policy": page.policy(),
            "out": command.out.as_ref().map(|out| out.to_string_lossy()),
        }));
    } else if let Some(out) = &command.out {
        line(&format!("Written: {}", out.display()));
        line(&format!("sha256   {hash}"));
        talk("Open it in a browser and give it the folder of a snapshot; nothing leaves the computer.");
    } else {
        line(&format!("sha256   {hash}"));
        line(&format!("length   {length}"));
        talk(&format!("Of any page of this version: head -c {length} {NAME} | sha256sum"));
    }
    Ok(0)
}
