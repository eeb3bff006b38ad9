//! How a split is caught: a member shows one branch of its log to one side and
//! another to the rest. Each side receipted what it was shown, under the owner's
//! seal, so two receipts are enough; nobody needs the entries.
//!
//! ```text
//! cargo run --example catch_a_fork
//! ```

use std::sync::Arc;

use countersign::audit::{Audit, Copy, Expectation, LogBytes};
use countersign::body::membership::key_value;
use countersign::chain::Chain;
use countersign::charter::Charter;
use countersign::checkpoint::Checkpoint;
use countersign::entry::{Entry, Head};
use countersign::fault::Fault;
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::key::SecretKey;
use countersign::names::LogId;
use countersign::shelf::Held;
use zeroize::Zeroizing;

/// Keys of this example are made from names; anybody can make them.
fn key(name: &str) -> SecretKey {
    SecretKey::from_seed(&Zeroizing::new(*Hash::of(name.as_bytes()).bytes()))
}

fn charter() -> Result<Charter, Fault> {
    let member = |id: &str| {
        Value::object([
            ("id", Value::text(id)),
            ("keys", Value::Array(vec![key_value(&key(id).public(), &"main".parse().unwrap())])),
            ("log_key", Value::text(key(&format!("{id} log")).public())),
            ("recovery", Value::text(key(&format!("{id} recovery")).public().digest())),
            ("role", Value::text("party")),
            ("threshold", Value::Number(1)),
        ])
    };
    let value = Value::object([
        ("format", Value::text("countersign/v1")),
        ("languages", Value::texts(["en"])),
        ("members", Value::Array(vec![member("moscow"), member("paris"), member("washington")])),
        ("nonce", Value::text(Hash::of(b"an example"))),
        ("rules", Value::Number(1)),
        ("terms", Value::object([("en", Value::text("Receipt is not agreement."))])),
        ("title", Value::object([("en", Value::text("An example"))])),
    ]);
    Charter::parse((value.encode() + "\n").as_bytes())
}

/// One log, as its author writes it.
#[derive(Clone)]
struct Log {
    name: &'static str,
    chain: Chain,
    notes: Vec<Vec<u8>>,
}

impl Log {
    fn new(charter: &Arc<Charter>, name: &'static str) -> Result<Self, Fault> {
        let id: LogId = name.parse().expect("a member id");
        let mut log = Self { name, chain: Chain::new(charter, &id)?, notes: vec![] };
        log.write("join", Value::object([]), &[])?;
        Ok(log)
    }

    fn write(&mut self, kind: &str, body: Value, seen: &[(&Log, Head)]) -> Result<(), Fault> {
        let entry = Entry {
            author: self.chain.log().clone(),
            body,
            kind: kind.to_owned(),
            ledger: self.chain.charter().id(),
            prev: self.chain.last(),
            root: self.chain.root(),
            seq: self.chain.size(),
            signers: vec!["main".parse().expect("a label")],
            keys: None,
            said: None,
            seen: seen.iter().map(|(log, head)| (log.chain.log().clone(), head.clone())).collect(),
            after: vec![],
        };
        let note = entry.sign(&[&key(self.name)]);
        self.chain.accept(&note)?;
        self.notes.push(note);
        Ok(())
    }

    fn state(&mut self, words: &str) -> Result<(), Fault> {
        let words = Value::object([("en", Value::text(words))]);
        self.write("statement", Value::object([("words", words)]), &[])
    }

    fn seal(&self) -> Checkpoint {
        let root = self.chain.root().expect("a join");
        let log_key = key(&format!("{} log", self.name));
        Checkpoint::sign(&self.chain.charter().id(), self.chain.log(), self.chain.size(), root, &log_key)
    }

    fn published(&self) -> (LogId, LogBytes) {
        let bytes = LogBytes {
            place: format!("logs/{}", self.name),
            shelf: Arc::new(Held { notes: self.notes.clone(), tiles: None }),
            checkpoint: Some(self.seal().to_bytes()),
            ..LogBytes::default()
        };
        (self.chain.log().clone(), bytes)
    }
}

fn main() -> Result<(), Fault> {
    let charter = Arc::new(charter()?);
    let mut paris = Log::new(&charter, "paris")?;
    let mut moscow = Log::new(&charter, "moscow")?;
    let mut washington = Log::new(&charter, "washington")?;

    // Paris says one thing to Moscow and another to Washington, at one place.
    let mut for_washington = paris.clone();
    paris.state("We will send observers.")?;
    for_washington.state("We will send nobody.")?;

    // Each receipts what it was shown, and with it keeps Paris' own seal.
    let shown = paris.seal().head().clone();
    moscow.write("seen", Value::object([]), &[(&paris, shown)])?;
    let shown = for_washington.seal().head().clone();
    washington.write("seen", Value::object([]), &[(&for_washington, shown)])?;

    // A stranger holds the logs of the two receivers, and nothing of Paris.
    let copy = Copy {
        charter: Some(charter.bytes().to_vec()),
        logs: [moscow.published(), washington.published()].into(),
        ..Copy::default()
    };
    let named = Some(charter.id().bytes().to_vec());
    let audit = Audit::of(&copy, &Expectation { ledger: named, ..Expectation::default() }).unwrap();
    for finding in &audit.findings {
        println!("{}  {}: {}", finding.code, finding.place, finding.message);
    }
    for report in &audit.logs {
        println!("{:<12} {}", report.log, report.verdict.as_str());
    }
    let evidence = audit.evidence.first().expect("two seals that contradict each other");
    evidence.verify()?;
    println!("one file of {} bytes shows it to anybody", evidence.to_bytes().len());
    Ok(())
}
