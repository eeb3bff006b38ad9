//! `serve`: a snapshot over HTTP. Holds no member's secret.

use std::net::SocketAddr;
use std::path::PathBuf;

use countersign::failure::{Failure, Outcome};
use countersign::serve::Server;
use countersign::serve::limits::Limits;
use countersign::serve::secrets::{self, Looked};

use super::session::Session;
use super::terminal::{json, line, talk};

/// Serve a snapshot over HTTP until SIGINT or SIGTERM; needs no secret, and does not start
/// where a member's can be read.
#[derive(clap::Args)]
pub struct Serve {
    /// The snapshot, as `publish` writes it. It may be published into at any time.
    snapshot: PathBuf,
    /// The address to serve at; port 0 takes any that is free.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address of /healthz and /metrics, for whoever runs it.
    #[arg(long, value_name = "ADDR")]
    metrics: Option<SocketAddr>,
    /// Connections in all.
    #[arg(long, value_name = "N", default_value_t = Limits::default().all)]
    connections: usize,
    /// Connections of one address, or network of 64 bits. More where all come through a
    /// proxy: no header is asked who is behind it.
    #[arg(long, value_name = "N", default_value_t = Limits::default().each)]
    per_address: usize,
}

/// Runs `serve`.
pub fn run(session: &Session, command: &Serve) -> Outcome<u8> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::disk("finding", std::path::Path::new("the current folder"), error))?;
    secrets::look(Looked { snapshot: Some(&command.snapshot), others: &[here], ..Looked::default() })?;
    let limits = Limits { all: command.connections, each: command.per_address, ..Limits::default() };
    let server = Server::bind(&command.snapshot, None, limits, command.listen, command.metrics)?;
    let (listen, metrics) = server.addresses()?;
    // Before anybody is told that it serves, and may tell it to end.
    server.heed_signals()?;
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.serve/1",
            "snapshot": command.snapshot.to_string_lossy(),
            "listen": listen.to_string(),
            "metrics": metrics.map(|at| at.to_string()),
            "witness": null,
        }));
    } else {
        line(&format!("Serving {} at http://{listen}/", command.snapshot.display()));
        if let Some(metrics) = metrics {
            line(&format!("Health and counts at http://{metrics}/healthz and /metrics"));
        }
        talk("Ctrl-C ends it.");
    }
    server.run();
    talk("Ended: what was begun was answered.");
    Ok(0)
}
