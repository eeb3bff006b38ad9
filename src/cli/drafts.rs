//! `drafts`: what is written and not signed.

use clap::Subcommand;
use countersign::draft;
use countersign::failure::Outcome;

use super::entries::to_json;
use super::hint;
use super::row::Row;
use super::session::Session;
use super::terminal::{first_words, json, line};

/// List drafts, or drop one.
#[derive(clap::Args)]
pub struct Drafts {
    #[command(subcommand)]
    command: Option<Drop>,
}

#[derive(Subcommand)]
enum Drop {
    /// Remove a draft; its number is not used again.
    Drop {
        /// The draft: d1.
        draft: String,
    },
}

/// Runs `drafts`.
pub fn run(session: &Session, command: &Drafts) -> Outcome<u8> {
    let ledger = session.ledger()?;
    if let Some(Drop::Drop { draft: name }) = &command.command {
        hint::read_draft(session, &ledger.folder, name).or_else(|failure| {
            // One that has no form can be dropped; one that is not here cannot.
            match failure.why {
                countersign::failure::Why::DraftForm => Ok(draft::Draft {
                    kind: String::new(),
                    body: countersign::json::Value::Number(0),
                    signers: Vec::new(),
                    receipt: None,
                    begun: None,
                }),
                _ => Err(failure),
            }
        })?;
        draft::drop(&session.disk, &ledger.folder, name)?;
        if session.common.json {
            json(&serde_json::json!({"format": "countersign.dropped/1", "dropped": name}));
            return Ok(0);
        }
        line(&format!("Dropped {name}."));
        return Ok(0);
    }
    let names = draft::names(&session.disk, &ledger.folder)?;
    let mut drafts = Vec::new();
    for name in names {
        let draft = draft::read(&session.disk, &ledger.folder, &name)?;
        drafts.push((name, draft));
    }
    if session.common.json {
        print_json(&drafts);
        return Ok(0);
    }
    if drafts.is_empty() {
        line("No drafts.");
    }
    for (name, draft) in drafts {
        let words = first_words(&draft.body.encode());
        Row::new(&format!("{name:<4} {:<10} ", draft.kind)).text(&words).print();
        line(&format!("     pin {}", draft.expect()));
    }
    Ok(0)
}

fn print_json(drafts: &[(String, draft::Draft)]) {
    let each = drafts.iter().map(|(name, draft)| {
        serde_json::json!({
            "draft": name,
            "kind": draft.kind,
            "expect": draft.expect().to_string(),
            "body": to_json(&draft.body),
        })
    });
    json(&serde_json::json!({
        "format": "countersign.drafts/1",
        "drafts": each.collect::<Vec<_>>(),
    }));
}
