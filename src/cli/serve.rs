//! `serve`: a snapshot over HTTP, and a witness beside it. Holds no member's secret.

use std::iter;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::disk::parent;
use countersign::failure::{Failure, Outcome, Why};
use countersign::serve::Server;
use countersign::serve::cosigner::{Answer, Cosigner};
use countersign::serve::limits::Limits;
use countersign::serve::secrets::{self, Looked};
use countersign::witness::Witness;

use super::session::Session;
use super::terminal::{json, line, talk};
use super::witness::Service;

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
    /// Be a witness too, with this key, NAME.witness.key: at /witness/add-checkpoint and
    /// /witness/HASH/checkpoint.
    #[arg(long, value_name = "KEY", requires = "state")]
    witness: Option<PathBuf>,
    /// The folder of what the witness cosigned last; made where the key never had one.
    #[arg(long, value_name = "DIR", requires = "witness")]
    state: Option<PathBuf>,
    /// A charter of which the witness knows the logs.
    #[arg(long, value_name = "FILE", requires = "witness")]
    charter: Option<PathBuf>,
    /// A policy file of which the witness knows the logs.
    #[arg(long, value_name = "FILE", requires = "witness")]
    policy: Option<PathBuf>,
}

/// A witness as the server asks it.
struct Served(Witness);

impl Cosigner for Served {
    fn add_checkpoint(&self, body: &[u8]) -> Answer {
        let answer = self.0.add_checkpoint(body);
        Answer { status: answer.status, content_type: answer.content_type.to_owned(), body: answer.body }
    }

    fn latest(&self, hex: &str) -> Option<Vec<u8>> {
        self.0.latest(hex)
    }
}

impl Serve {
    /// The service of the witness that is asked for.
    fn service(&self) -> Outcome<Option<Service>> {
        let (Some(key), Some(state)) = (&self.witness, &self.state) else { return Ok(None) };
        if self.charter.is_none() && self.policy.is_none() {
            let what = "a witness knows the logs of a charter or of a policy, and none is given";
            return Err(Failure::new(Why::Usage, what).next("the same command with --charter FILE"));
        }
        let (charter, policy) = (self.charter.clone(), self.policy.clone());
        Ok(Some(Service { key: key.clone(), state: state.clone(), charter, policy }))
    }

    /// Refuses where a member's secret can be read: in the snapshot, the state, the current
    /// folder, and those of the files that are named.
    fn look_for_secrets(&self) -> Outcome<()> {
        let here = std::env::current_dir()
            .map_err(|error| Failure::disk("finding", Path::new("the current folder"), error))?;
        let files = [&self.witness, &self.charter, &self.policy];
        let beside = files.into_iter().flatten().map(|file| here.join(parent(file)));
        let mut others: Vec<PathBuf> = iter::once(here.clone()).chain(beside).collect();
        others.sort();
        others.dedup();
        secrets::look(Looked {
            snapshot: Some(&self.snapshot),
            state: self.state.as_deref(),
            others: &others,
            own: self.witness.as_deref(),
        })
    }
}

/// Runs `serve`.
pub fn run(session: &Session, command: &Serve) -> Outcome<u8> {
    let service = command.service()?;
    command.look_for_secrets()?;
    let witness = service.map(|service| service.open(session)).transpose()?;
    let vkey = witness.as_ref().map(Witness::vkey);
    let cosigner = witness.map(|witness| -> Arc<dyn Cosigner> { Arc::new(Served(witness)) });
    let limits = Limits { all: command.connections, each: command.per_address, ..Limits::default() };
    let server = Server::bind(&command.snapshot, cosigner, limits, command.listen, command.metrics)?;
    let (listen, metrics) = server.addresses()?;
    // Before anybody is told that it serves, and may tell it to end.
    server.heed_signals()?;
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.serve/1",
            "snapshot": command.snapshot.to_string_lossy(),
            "listen": listen.to_string(),
            "metrics": metrics.map(|at| at.to_string()),
            "witness": vkey,
        }));
    } else {
        line(&format!("Serving {} at http://{listen}/", command.snapshot.display()));
        if let Some(metrics) = metrics {
            line(&format!("Health and counts at http://{metrics}/healthz and /metrics"));
        }
        if let Some(vkey) = vkey {
            line(&format!("Witness {vkey} at http://{listen}/witness"));
        }
        talk("Ctrl-C ends it.");
    }
    server.run();
    talk("Ended: what was begun was answered.");
    Ok(0)
}
