//! Members with keys made from test seeds, and their logs, built with the library's
//! pure parts. Nothing here is secret.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign::audit::{Audit, Copy, Expectation, LogBytes};
use countersign::body::membership::key_value;
use countersign::chain::Chain;
use countersign::charter::Charter;
use countersign::checkpoint::Checkpoint;
use countersign::entry::{Entry, Head, Signed};
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::key::SecretKey;
use countersign::merkle::Nodes;
use countersign::merkle::Tree;
use countersign::names::{Label, LogId, MemberId};
use countersign::shelf::Held;
use countersign::tile;
use zeroize::Zeroizing;

/// A key whose seed is the SHA-256 of a name: a test vector, never a secret.
pub fn key(name: &str) -> SecretKey {
    SecretKey::from_seed(&Zeroizing::new(*Hash::of(format!("test key {name}").as_bytes()).bytes()))
}

pub fn member(name: &str) -> MemberId {
    name.parse().unwrap()
}

pub fn log(name: &str) -> LogId {
    name.parse().unwrap()
}

pub fn label(name: &str) -> Label {
    name.parse().unwrap()
}

/// One member in a charter: id, role, labels, threshold.
pub struct Joining {
    pub id: &'static str,
    pub role: &'static str,
    pub labels: Vec<&'static str>,
    pub threshold: u64,
}

impl Joining {
    pub fn party(id: &'static str) -> Self {
        Self { id, role: "party", labels: vec!["main"], threshold: 1 }
    }
}

pub fn charter_value(members: &[Joining]) -> Value {
    let members = members.iter().map(|member| {
        let mut labels = member.labels.clone();
        labels.sort_unstable();
        let keys = labels
            .iter()
            .map(|name| key_value(&key(&format!("{}/{name}", member.id)).public(), &label(name)));
        Value::object([
            ("id", Value::text(member.id)),
            ("keys", Value::Array(keys.collect())),
            ("log_key", Value::text(key(&format!("{} log", member.id)).public())),
            ("recovery", Value::text(key(&format!("{} recovery", member.id)).public().digest())),
            ("role", Value::text(member.role)),
            ("threshold", Value::Number(member.threshold)),
        ])
    });
    Value::object([
        ("format", Value::text("countersign/v1")),
        ("languages", Value::texts(["en"])),
        ("members", Value::Array(members.collect())),
        ("nonce", Value::text(Hash::of(b"test nonce"))),
        ("rules", Value::Number(1)),
        ("terms", Value::object([("en", Value::text("Received is not agreed."))])),
        ("title", Value::object([("en", Value::text("A test ledger"))])),
    ])
}

pub fn charter_bytes(value: &Value) -> Vec<u8> {
    (value.encode() + "\n").into_bytes()
}

/// One log as its author holds it.
#[derive(Clone)]
pub struct Author {
    pub chain: Chain,
    pub pens: Vec<String>,
    pub entries: Vec<Signed>,
    pub notes: Vec<Vec<u8>>,
}

/// All members of one ledger, each with its log.
#[derive(Clone)]
pub struct World {
    pub charter: Arc<Charter>,
    pub authors: BTreeMap<String, Author>,
}

impl World {
    pub fn new(members: &[Joining]) -> Self {
        let value = charter_value(members);
        let charter = Arc::new(Charter::parse(&charter_bytes(&value)).unwrap());
        let mut world = Self { charter, authors: BTreeMap::new() };
        for joining in members {
            let chain = Chain::new(&world.charter, &log(joining.id)).unwrap();
            let mut labels = joining.labels.clone();
            labels.sort_unstable();
            labels.truncate(usize::try_from(joining.threshold).unwrap());
            let pens = labels.iter().map(|name| (*name).to_owned()).collect();
            let author = Author { chain, pens, entries: vec![], notes: vec![] };
            world.authors.insert(joining.id.to_owned(), author);
            world.push(joining.id, "join", Value::object([]));
        }
        world
    }

    /// Two sides and an observer, each with a join.
    pub fn small() -> Self {
        let observer = Joining { role: "observer", ..Joining::party("observer") };
        Self::new(&[Joining::party("moscow"), observer, Joining::party("washington")])
    }

    pub fn author(&self, name: &str) -> &Author {
        &self.authors[name]
    }

    /// The next entry of a log, not signed.
    pub fn next(&self, name: &str, kind: &str, body: Value) -> Entry {
        let author = self.author(name);
        let chain = &author.chain;
        Entry {
            author: chain.log().clone(),
            body,
            kind: kind.to_owned(),
            ledger: self.charter.id(),
            prev: chain.last(),
            root: chain.root(),
            seq: chain.size(),
            signers: author.pens.iter().map(|name| label(name)).collect(),
            keys: chain.pointer(),
            said: None,
            seen: BTreeMap::new(),
            after: vec![],
        }
    }

    /// Signs an entry with the keys of its signers.
    pub fn sign(&self, entry: &Entry) -> Vec<u8> {
        let member = entry.author.member();
        let keys: Vec<SecretKey> =
            entry.signers.iter().map(|name| key(&format!("{member}/{name}"))).collect();
        entry.sign(&keys.iter().collect::<Vec<_>>())
    }

    /// Adds bytes to a log; they must be its next entry.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) -> Signed {
        let author = self.authors.get_mut(name).unwrap();
        let signed = author.chain.accept(&bytes).unwrap();
        author.entries.push(signed.clone());
        author.notes.push(bytes);
        signed
    }

    /// Adds bytes that the chain need not take.
    pub fn add_raw(&mut self, name: &str, bytes: Vec<u8>) {
        self.authors.get_mut(name).unwrap().notes.push(bytes);
    }

    pub fn push(&mut self, name: &str, kind: &str, body: Value) -> Signed {
        let entry = self.next(name, kind, body);
        let bytes = self.sign(&entry);
        self.add(name, bytes)
    }

    pub fn state(&mut self, name: &str, text: &str) -> Signed {
        let body = Value::object([("words", Value::object([("en", Value::text(text))]))]);
        self.push(name, "statement", body)
    }

    /// An entry that receipts heads.
    pub fn receipt(&mut self, name: &str, heads: &[(&str, Head)]) -> Signed {
        let mut entry = self.next(name, "seen", Value::object([]));
        entry.seen = heads.iter().map(|(of, head)| (log(of), head.clone())).collect();
        let bytes = self.sign(&entry);
        self.add(name, bytes)
    }

    /// The log key's seal over the first `size` byte strings of a log.
    pub fn seal(&self, name: &str, size: usize) -> Checkpoint {
        let author = self.author(name);
        let tree = Tree::of(author.notes.iter().take(size).map(|note| Hash::leaf(note)));
        let member = author.chain.log().member();
        let secret = key(&format!("{member} log"));
        let log = author.chain.log();
        Checkpoint::sign(&self.charter.id(), log, tree.size(), tree.root().unwrap(), &secret)
    }

    /// The seal over all of a log.
    pub fn head(&self, name: &str) -> Head {
        self.seal(name, self.author(name).notes.len()).head().clone()
    }

    /// A log as a snapshot holds it, sealed whole.
    pub fn log_bytes(&self, name: &str) -> LogBytes {
        self.log_bytes_at(name, self.author(name).notes.len())
    }

    /// A log as a snapshot holds it, cut and sealed at a size.
    pub fn log_bytes_at(&self, name: &str, size: usize) -> LogBytes {
        let notes: Vec<Vec<u8>> = self.author(name).notes.iter().take(size).cloned().collect();
        let tree = Tree::of(notes.iter().map(|note| Hash::leaf(note)));
        let tiles = tile::tiles(tree.size())
            .into_iter()
            .map(|id| (id.clone(), tile::hashes(&tree, &id).unwrap()))
            .collect();
        LogBytes {
            place: format!("logs/{name}"),
            shelf: Arc::new(Held { notes, tiles: Some(tiles) }),
            checkpoint: Some(self.seal(name, size).to_bytes()),
            findings: vec![],
        }
    }

    /// A snapshot of some logs.
    pub fn copy(&self, names: &[&str]) -> Copy {
        Copy {
            charter: Some(self.charter.bytes().to_vec()),
            logs: names.iter().map(|name| (log(name), self.log_bytes(name))).collect(),
            ..Copy::default()
        }
    }

    pub fn whole_copy(&self) -> Copy {
        let names: Vec<&str> = self.authors.keys().map(String::as_str).collect();
        self.copy(&names)
    }

    pub fn expectation(&self) -> Expectation {
        Expectation { ledger: Some(self.charter.id().bytes().to_vec()), ..Expectation::default() }
    }

    pub fn audit(&self, copy: &Copy) -> Audit {
        Audit::of(copy, &self.expectation()).unwrap()
    }
}

/// A log in memory, read from its shelf: its entries and its tiles.
pub fn held(bytes: &LogBytes) -> Held {
    let mut notes = Vec::new();
    for index in 0.. {
        let bundle = bytes.shelf.bundle(index).unwrap();
        notes.extend(bundle.notes().map(<[u8]>::to_vec));
        if !bundle.is_full() {
            break;
        }
    }
    let ids = tile::tiles(u64::try_from(notes.len()).unwrap());
    let tiles = ids.into_iter().filter_map(|id| Some((id.clone(), bytes.shelf.tile(&id).unwrap()?)));
    Held { tiles: bytes.shelf.is_tiled().then(|| tiles.collect()), notes }
}

/// Changes the entries of a log in memory.
pub fn edit(bytes: &mut LogBytes, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut held = held(bytes);
    change(&mut held.notes);
    bytes.shelf = Arc::new(held);
}
