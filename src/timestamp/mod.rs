//! Time stamps by RFC 3161: what is asked of an authority, what it answers, and
//! whether that shows a time.
//!
//! ```text
//! Request    what is asked: the SHA-256 of a stamped head, a number, a policy
//! Token      what was answered, read and not verified
//! Authority  whom a reader lets say what time it is: roots, policies, error
//! Stamped    what `verify` gives: these bytes were there at this time
//! ```
//!
//! The signature and the way to a root are checked by rustls-webpki; the walk through
//! the DER, and every rule of RFC 3161 and RFC 5816, are here. The order of the checks
//! is that of [`StampCode::ALL`].

mod authority;
mod certificate;
mod fault;
mod moment;
mod oids;
mod request;
mod signed;
mod token;
mod verify;
mod walk;

pub use authority::{Authority, Ess, Policies, certificates};
pub use certificate::is_root;
pub use der::asn1::ObjectIdentifier as Oid;
pub use fault::{StampCode, StampFault};
pub use moment::Moment;
pub use request::{Nonce, Request};
pub use token::{LARGEST, Token};
pub use verify::{Stamped, check_facts, verify};
