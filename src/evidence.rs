//! What the evidence of time in `notes/` says under a reader's policy: which source
//! speaks of which head, by which file; and which entries hold such a file.
//!
//! ```text
//! notes/<digest>   a cosigned checkpoint, or a time stamp over a stamped head
//!    over a head   every entry under it existed by then
//!    in `after`    that entry, and what comes behind it, was not made before
//! ```
//!
//! Nothing counts but what verifies under a source that the policy names. The rest is
//! listed with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::audit::Audit;
use crate::bracket::{Brackets, Evidence, Says};
use crate::checkpoint::TreeHead;
use crate::copy::Copy;
use crate::cosignature::{CosignedCheckpoint, Standing, WitnessKey};
use crate::hash::Hash;
use crate::names::LogId;
use crate::policy::{Policy, Voice};
use crate::time::Time;
use crate::timestamp::{self, Authority, Ess, Policies, StampFault, Token};

/// What kind of source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A witness, which saw the head as the newest of its log.
    Witness,
    /// A time-stamp authority, which saw a digest.
    Authority,
}

/// What one source says of one head.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// The source, as the policy names it.
    pub source: String,
    /// What kind it is.
    pub kind: Kind,
    /// The log.
    pub log: LogId,
    /// How many entries.
    pub size: u64,
    /// Their root.
    pub root: Hash,
    /// The head existed by then.
    pub existed_by: Time,
    /// What holds the file was not made before.
    pub not_before: Time,
    /// The file in `notes/`.
    pub file: Hash,
}

/// Why a file, or a line in it, counts for nothing here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The policy names no such source: the name that the file gives.
    NoSource(String),
    /// It does not verify: the source, and what is found.
    Fails(String, String),
    /// The head it is over is none of a log that is held, or is not here.
    NoHead,
    /// This version does not understand it.
    NotUnderstood,
}

/// What is held, judged under a policy.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// What counts, in order.
    pub pieces: Vec<Piece>,
    /// What does not, by file.
    pub others: BTreeSet<(Hash, Why)>,
}

/// Most reasons that are told of one file: anybody can add lines to a note.
const MOST_REASONS: usize = 4;

/// Most certificates that are tried on the way to a root.
const MOST_OTHERS: usize = 64;

/// The files of `notes/`, read.
#[derive(Default)]
struct Files {
    cosigned: Vec<(Hash, CosignedCheckpoint)>,
    heads: BTreeMap<Hash, TreeHead>,
    tokens: Vec<(Hash, Token)>,
    certificates: BTreeMap<Hash, Vec<u8>>,
    others: BTreeSet<(Hash, Why)>,
}

impl Files {
    fn of(audit: &Audit, copy: &Copy) -> Self {
        let mut files = Self::default();
        let Some(charter) = &audit.charter else { return files };
        let key_of = |log: &LogId| audit.log_key(log);
        for (path, bytes) in &copy.named {
            let Some(name) = path.strip_prefix("notes/").and_then(Hash::from_hex) else { continue };
            if Hash::of(bytes) != name {
                continue;
            }
            if let Some(head) = TreeHead::of_file(bytes) {
                files.heads.insert(name, head);
            } else if let Some(read) = CosignedCheckpoint::read(bytes, &charter.id(), &key_of) {
                match read {
                    Ok(cosigned) => files.cosigned.push((name, cosigned)),
                    Err(fault) => {
                        files.others.insert((name, Why::Fails("-".to_owned(), fault.to_string())));
                    }
                }
            } else if let Ok(token) = Token::parse(bytes) {
                files.tokens.push((name, token));
            } else {
                let certificates = timestamp::certificates(bytes).unwrap_or_default();
                if certificates.is_empty() {
                    files.others.insert((name, Why::NotUnderstood));
                }
                files.certificates.extend(certificates.into_iter().map(|der| (Hash::of(&der), der)));
            }
        }
        // What a seal that is held says need not lie in a file of its own.
        let seals = audit.all_strands().filter_map(|strand| strand.seal.as_ref());
        files.heads.extend(seals.map(|seal| (seal.tree_head().imprint(), seal.tree_head())));
        files
    }
}

/// Judges what a copy holds under a policy. `certificates` are those that the reader
/// gives beside the files in `notes/`: roots by their digest in the policy, and others on
/// the way to them.
pub fn judge(audit: &Audit, copy: &Copy, policy: &Policy, certificates: &[Vec<u8>]) -> Judged {
    let files = Files::of(audit, copy);
    let mut judged = Judged { pieces: Vec::new(), others: files.others.clone() };
    let keys = policy.witness_keys();
    for (file, cosigned) in &files.cosigned {
        judged.cosigned(audit, policy, &keys, *file, cosigned);
    }
    let authorities = Authorities::of(policy, &files.certificates, certificates);
    for (file, token) in &files.tokens {
        judged.token(audit, &files, &authorities, *file, token);
    }
    judged.pieces.sort();
    judged
}

/// The authorities that a policy names, as far as their roots are here.
struct Authorities {
    known: Vec<(Authority, Duration)>,
    /// Those whose root is not here.
    rootless: Vec<String>,
}

impl Authorities {
    /// Certificates that the reader gave are tried before those of `notes/`, which anybody
    /// can fill with some of the right name and another key: a search ends after so many.
    fn of(policy: &Policy, held: &BTreeMap<Hash, Vec<u8>>, given: &[Vec<u8>]) -> Self {
        // What is no certificate is nobody's way to a root.
        let is_one = |bytes: &[u8]| {
            Authority::new("-", vec![bytes.to_vec()], vec![], Policies::Any, Duration::ZERO, Ess::Sha2)
                .is_ok()
        };
        let given = given.iter().map(|bytes| (Hash::of(bytes), bytes));
        let all = given.chain(held.iter().map(|(name, bytes)| (*name, bytes)));
        let all: Vec<(Hash, &Vec<u8>)> = all.filter(|(_, bytes)| is_one(bytes)).collect();
        let mut found = Self { known: Vec::new(), rootless: Vec::new() };
        for source in policy.sources() {
            let Voice::Authority(named) = &source.voice else { continue };
            let root = all.iter().find(|(name, _)| *name == named.root).map(|(_, bytes)| (*bytes).clone());
            let others =
                all.iter().filter(|(name, _)| *name != named.root).map(|(_, bytes)| (*bytes).clone());
            let others = others.take(MOST_OTHERS);
            let policies = match named.policy.as_ref().map(|oid| oid.parse()) {
                None => Some(Policies::Any),
                Some(Ok(oid)) => Some(Policies::Of(BTreeSet::from([oid]))),
                Some(Err(_)) => None,
            };
            let made = root.zip(policies).and_then(|(root, policies)| {
                let error = Duration::from_secs(named.error_seconds);
                let made =
                    Authority::new(&source.name, vec![root], others.collect(), policies, error, Ess::Sha2);
                Some((made.ok()?, error))
            });
            match made {
                Some(authority) => found.known.push(authority),
                None => found.rootless.push(source.name.clone()),
            }
        }
        found
    }
}

impl Judged {
    fn cosigned(
        &mut self,
        audit: &Audit,
        policy: &Policy,
        keys: &[WitnessKey],
        file: Hash,
        cosigned: &CosignedCheckpoint,
    ) {
        let head = cosigned.head();
        let log = cosigned.checkpoint().log();
        let is_held = audit.branches_of(log).any(|strand| strand.has_root(head.size, &head.root));
        for cosignature in cosigned.cosignatures() {
            let why = match cosigned.standing(cosignature, keys) {
                Standing::Unknown => Why::NoSource(cosignature.witness().to_owned()),
                Standing::Fails(key) => Why::Fails(key.name().to_owned(), "signature".to_owned()),
                Standing::Holds(_) if !is_held => Why::NoHead,
                Standing::Holds(key) => {
                    let Some(source) = policy.name_of(key) else { continue };
                    self.pieces.push(Piece {
                        source: source.to_owned(),
                        kind: Kind::Witness,
                        log: log.clone(),
                        size: head.size,
                        root: head.root,
                        existed_by: cosignature.time(),
                        not_before: cosignature.time(),
                        file,
                    });
                    continue;
                }
            };
            if self.others.iter().filter(|(of, _)| *of == file).count() < MOST_REASONS {
                self.others.insert((file, why));
            }
        }
    }

    fn token(&mut self, audit: &Audit, files: &Files, by: &Authorities, file: Hash, token: &Token) {
        let ledger = audit.charter.as_ref().map(|charter| charter.id());
        let over = token.imprint().ok().and_then(|imprint| files.heads.get(imprint));
        let Some((head, log)) = over.zip(ledger).and_then(|(head, id)| Some((head, head.log(&id)?))) else {
            self.others.insert((file, Why::NoHead));
            return;
        };
        if !audit.branches_of(&log).any(|strand| strand.has_root(head.size, &head.root)) {
            self.others.insert((file, Why::NoHead));
            return;
        }
        let mut fault: Option<(String, StampFault)> = None;
        for (authority, error) in &by.known {
            match timestamp::verify(token, &head.imprint(), None, authority) {
                Ok(stamped) => {
                    // The reader's error is the least that is allowed for.
                    let error = stamped.error.max(*error);
                    self.pieces.push(Piece {
                        source: authority.name().to_owned(),
                        kind: Kind::Authority,
                        log,
                        size: head.size,
                        root: head.root,
                        existed_by: stamped.time.latest(error),
                        not_before: stamped.time.earliest(error),
                        file,
                    });
                    return;
                }
                Err(found) => fault = fault.or(Some((authority.name().to_owned(), found))),
            }
        }
        self.others.insert((
            file,
            match (fault, by.rootless.first()) {
                (Some((name, fault)), _) => Why::Fails(name, fault.to_string()),
                (None, Some(name)) => Why::Fails(name.clone(), "its root is not here".to_owned()),
                (None, None) => Why::NoSource(token.tsa().unwrap_or("-").to_owned()),
            },
        ));
    }

    /// Without what these sources say.
    #[must_use]
    pub fn without(mut self, sources: &[String]) -> Self {
        self.pieces.retain(|piece| !sources.contains(&piece.source));
        self
    }

    /// The brackets that follow, by the quorum of the policy.
    pub fn brackets(&self, audit: &Audit, policy: &Policy) -> Brackets {
        let mut evidence: Vec<Evidence> = self
            .pieces
            .iter()
            .map(|piece| Evidence {
                source: piece.source.clone(),
                says: Says::ExistedBy {
                    log: piece.log.clone(),
                    size: piece.size,
                    root: piece.root,
                    time: piece.existed_by.clone(),
                },
            })
            .collect();
        let mut by_file: BTreeMap<Hash, Vec<&Piece>> = BTreeMap::new();
        for piece in &self.pieces {
            by_file.entry(piece.file).or_default().push(piece);
        }
        if by_file.is_empty() {
            return Brackets::by(policy.clone(), evidence);
        }
        // The first entry of a log that names a file bounds all that come behind it.
        let first = audit.gists().iter().flat_map(|gist| {
            let mut met = BTreeSet::new();
            gist.after.iter().filter(move |(_, file)| met.insert(*file))
        });
        for (entry, file) in first {
            for piece in by_file.get(file).into_iter().flatten() {
                let says = Says::NotBefore { entry: *entry, time: piece.not_before.clone() };
                evidence.push(Evidence { source: piece.source.clone(), says });
            }
        }
        Brackets::by(policy.clone(), evidence)
    }

    /// The latest moment at which each source said anything.
    pub fn heard(&self) -> BTreeMap<String, Time> {
        let mut heard: BTreeMap<String, Time> = BTreeMap::new();
        for piece in &self.pieces {
            let last = heard.entry(piece.source.clone()).or_insert_with(|| piece.existed_by.clone());
            *last = piece.existed_by.clone().max(last.clone());
        }
        heard
    }
}
