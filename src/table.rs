//! Many signatures by few keys: multiples of each key, made once, so that a check
//! is additions alone. The answer is that of `verify_strict`, bit for bit.
//!
//! ```text
//! verify_strict   s < L;  R and A decompress and are not of small order;  encode([s]B - [k]A) = R
//! here            s < L;  encode([s]B + [k](-A)) = R, and these bytes are no encoding of small order
//! ```
//!
//! `k` is SHA-512(R || A || M) mod L. Why both are one rule: A passed the gate
//! ([`crate::key`]). Where the encoding of a point equals R as bytes, R decompresses,
//! to that very point, so it is of small order if and only if its bytes are one of the
//! eight canonical encodings of such points. The multiples are exact, an encoding
//! does not depend on how a point is represented, nothing is random and no check
//! looks at another: each signature has its own verdict, whatever its neighbours.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity;
use sha2::{Digest, Sha512};

use crate::key::PublicKey;

/// Signatures of one key from which on a table pays.
const PAYS_FROM: usize = 90;

/// Most tables that are held at once; each takes 1.3 MB.
const MOST_TABLES: usize = 32;

/// Most keys of which it is remembered how much they signed.
const MOST_KEYS: usize = 4096;

/// Signatures that are checked together: as many as share the rows of a table while
/// these lie in the processor's cache.
pub const TOGETHER: usize = 512;

/// One signature to be checked.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// The key.
    pub key: &'a PublicKey,
    /// What was signed.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a [u8; 64],
}

/// Multiples of a point: row `w` has the multiples of 256^w from 0 to 255.
struct Table(Vec<[EdwardsPoint; 256]>);

impl Table {
    fn of(point: EdwardsPoint) -> Self {
        let mut first = point;
        let rows = (0..32).map(|_| {
            let mut multiple = EdwardsPoint::identity();
            let row = std::array::from_fn(|_| {
                let this = multiple;
                multiple += first;
                this
            });
            first = multiple;
            row
        });
        Self(rows.collect())
    }
}

struct Known {
    table: Option<Arc<Table>>,
    /// Signatures seen before there was a table.
    seen: usize,
    /// When it was used last.
    used: u64,
}

#[derive(Default)]
struct State {
    base: Option<Arc<Table>>,
    keys: BTreeMap<PublicKey, Known>,
    clock: u64,
}

/// The tables of the keys that sign much.
#[derive(Default)]
pub struct Tables(Mutex<State>);

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tables")
    }
}

impl Tables {
    /// No tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// The table of the base point and that of a key, which is made if `count` more
    /// signatures make it pay.
    fn get(&self, key: &PublicKey, count: usize) -> Option<(Arc<Table>, Arc<Table>)> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.clock += 1;
        if state.keys.len() >= MOST_KEYS {
            state.keys.retain(|_, known| known.table.is_some());
        }
        let now = state.clock;
        let known = state.keys.entry(*key).or_insert(Known { table: None, seen: 0, used: now });
        known.used = now;
        if known.table.is_none() {
            known.seen = known.seen.saturating_add(count);
            if known.seen < PAYS_FROM {
                return None;
            }
            let point = CompressedEdwardsY(*key.bytes()).decompress()?;
            known.table = Some(Arc::new(Table::of(-point)));
            known.seen = 0;
        }
        let table = known.table.clone()?;
        let base = state.base.get_or_insert_with(|| Arc::new(Table::of(ED25519_BASEPOINT_POINT)));
        let base = Arc::clone(base);
        state.let_go();
        Some((base, table))
    }

    /// Checks signatures, in any number and by any keys.
    pub fn admit(&self, checks: &[Check<'_>]) -> Vec<bool> {
        let mut by_key: BTreeMap<&PublicKey, Vec<usize>> = BTreeMap::new();
        for (at, check) in checks.iter().enumerate() {
            by_key.entry(check.key).or_default().push(at);
        }
        let mut admitted = vec![false; checks.len()];
        for (key, places) in by_key {
            let tables = self.get(key, places.len());
            for places in places.chunks(TOGETHER) {
                let together: Vec<&Check<'_>> = places.iter().filter_map(|at| checks.get(*at)).collect();
                let answers = match &tables {
                    Some((base, table)) => together_admitted(&together, base, table),
                    None => together.iter().map(|one| one.key.admits(one.message, one.signature)).collect(),
                };
                for (at, answer) in places.iter().zip(answers) {
                    if let Some(slot) = admitted.get_mut(*at) {
                        *slot = answer;
                    }
                }
            }
        }
        admitted
    }
}

impl State {
    /// Lets the table go that was not used for longest, where there are too many.
    fn let_go(&mut self) {
        let held = self.keys.values().filter(|known| known.table.is_some()).count();
        if held > MOST_TABLES {
            let oldest = self.keys.values_mut().filter(|known| known.table.is_some());
            if let Some(known) = oldest.min_by_key(|known| known.used) {
                known.table = None;
            }
        }
    }
}

/// Checks signatures of one key: row after row of the tables for all of them, and one
/// inversion for all encodings.
fn together_admitted(checks: &[&Check<'_>], base: &Table, table: &Table) -> Vec<bool> {
    let scalars: Vec<Option<(Scalar, Scalar)>> = checks.iter().map(|check| scalars(check)).collect();
    let digits: Vec<([u8; 32], [u8; 32])> = scalars
        .iter()
        .map(|pair| pair.map_or(([0; 32], [0; 32]), |(s, k)| (s.to_bytes(), k.to_bytes())))
        .collect();
    let mut points = vec![EdwardsPoint::identity(); checks.len()];
    for (row, (base, table)) in base.0.iter().zip(&table.0).enumerate() {
        for (point, (s, k)) in points.iter_mut().zip(&digits) {
            let multiple = |of: &[EdwardsPoint; 256], digits: &[u8; 32]| {
                let digit = digits.get(row).copied().unwrap_or_default();
                of.get(usize::from(digit)).copied().unwrap_or_default()
            };
            *point += multiple(base, s);
            *point += multiple(table, k);
        }
    }
    let encoded = EdwardsPoint::compress_batch_alloc(&points);
    let small: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|point| point.compress().0).collect();
    checks
        .iter()
        .zip(scalars)
        .zip(encoded)
        .map(|((check, scalars), encoded)| {
            scalars.is_some()
                && check.signature.first_chunk() == Some(&encoded.0)
                && !small.contains(&encoded.0)
        })
        .collect()
}

/// `s`, where it is below L, and `k`.
fn scalars(check: &Check<'_>) -> Option<(Scalar, Scalar)> {
    let (r, s) = check.signature.split_first_chunk::<32>()?;
    let s = Option::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
    let digest = Sha512::new().chain_update(r).chain_update(check.key.bytes()).chain_update(check.message);
    Some((s, Scalar::from_bytes_mod_order_wide(&digest.finalize().into())))
}
