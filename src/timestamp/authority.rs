//! Whom a reader lets say what time it is.

use std::collections::BTreeSet;
use std::time::Duration;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::Oid;
use super::certificate::in_force;
use super::fault::{StampCode, StampFault};

/// How the certificate must be named under the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ess {
    /// By SHA-2 (ESSCertIDv2).
    Sha2,
    /// By SHA-2 or, as older authorities do, by SHA-1 (ESSCertID).
    Sha1Too,
}

/// The policies of an authority that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policies {
    /// All.
    Any,
    /// These.
    Of(BTreeSet<Oid>),
}

/// An authority as a reader's policy names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    name: String,
    roots: Vec<Vec<u8>>,
    others: Vec<Vec<u8>>,
    policies: Policies,
    error: Duration,
    ess: Ess,
}

impl Authority {
    /// An authority under these roots. `others` are certificates on the way, or its own,
    /// that its tokens may not hold; `error` is how far its clock may be off where a
    /// token does not say. A certificate that is none is a fault, and so is no root.
    pub fn new(
        name: impl Into<String>,
        roots: Vec<Vec<u8>>,
        others: Vec<Vec<u8>>,
        policies: Policies,
        error: Duration,
        ess: Ess,
    ) -> Result<Self, StampFault> {
        let name = name.into();
        if roots.is_empty() {
            return Err(StampFault::new(StampCode::Authority, format!("{name}: no root")));
        }
        if roots.iter().chain(&others).any(|bytes| in_force(bytes).is_none()) {
            return Err(StampFault::new(StampCode::Authority, format!("{name}: X.509")));
        }
        Ok(Self { name, roots, others, policies, error, ess })
    }

    /// Its name, as the reader calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn roots(&self) -> &[Vec<u8>] {
        &self.roots
    }

    pub(super) fn others(&self) -> &[Vec<u8>] {
        &self.others
    }

    pub(super) fn policies(&self) -> &Policies {
        &self.policies
    }

    pub(super) fn error(&self) -> Duration {
        self.error
    }

    pub(super) fn ess(&self) -> Ess {
        self.ess
    }
}

/// The certificates in a file: one in DER, or some in PEM.
pub fn certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, StampFault> {
    let fault = |detail: &str| StampFault::new(StampCode::Authority, detail);
    let found: Vec<Vec<u8>> = if bytes.first() == Some(&0x30) {
        vec![bytes.to_vec()]
    } else {
        let sections = CertificateDer::pem_slice_iter(bytes);
        sections
            .map(|one| one.map(|one| one.to_vec()))
            .collect::<Result<_, _>>()
            .map_err(|_| fault("PEM that has no form"))?
    };
    if found.is_empty() {
        return Err(fault("no certificate in PEM or DER"));
    }
    if found.iter().any(|bytes| in_force(bytes).is_none()) {
        return Err(fault("X.509"));
    }
    Ok(found)
}
