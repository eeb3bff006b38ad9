//! Names: members, logs, labels, provisions, languages, references.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;

/// A name that does not have its form; says what was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError(pub &'static str);

/// Names that Windows keeps for devices; a member id becomes a file name.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

fn is_word(text: &str, longest: usize, first: fn(u8) -> bool, rest: fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= longest
        && bytes.first().is_some_and(|byte| first(*byte))
        && bytes.iter().skip(1).all(|byte| rest(*byte))
}

fn is_label(text: &str) -> bool {
    is_word(
        text,
        32,
        |byte| byte.is_ascii_lowercase(),
        |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-',
    )
}

/// Whether this is a kind or a fixed field: `[a-z][a-z0-9_]{0,31}`.
pub fn is_field(text: &str) -> bool {
    is_word(
        text,
        32,
        |byte| byte.is_ascii_lowercase(),
        |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_',
    )
}

/// Whether this is a language tag: `[a-z]{2,8}(-[a-z0-9]{1,8})*`, BCP 47 in
/// lower case.
pub fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| {
            (1..=8).contains(&part.len())
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// Whether strict JSON may have this as a key, at any depth.
pub fn is_key(text: &str) -> bool {
    is_field(text) || is_language(text) || has_log_form(text)
}

fn has_log_form(text: &str) -> bool {
    match text.split_once('.') {
        None => is_label(text),
        Some((member, volume)) => is_label(member) && is_volume(volume),
    }
}

fn is_volume(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $due:literal, $test:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let test: fn(&str) -> bool = $test;
                if test(text) { Ok(Self(text.to_owned())) } else { Err(NameError($due)) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name! {
    /// A member of a ledger: `[a-z][a-z0-9-]{0,31}`, not a Windows device name.
    MemberId,
    "a member id: a lower-case letter, then up to 31 letters, digits or hyphens, no device name",
    |text| is_label(text) && !is_device(text)
}

name! {
    /// One of a member's signing keys, by place: `[a-z][a-z0-9-]{0,31}`.
    Label,
    "a label: a lower-case letter, then up to 31 letters, digits or hyphens",
    is_label
}

name! {
    /// A provision of a text: `[a-z0-9][a-z0-9-]{0,15}`, not `text`.
    ProvisionId,
    "a provision id: up to 16 lower-case letters, digits or hyphens, not `text`",
    |text| {
        text != "text"
            && is_word(
                text,
                16,
                |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit(),
                |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-',
            )
    }
}

name! {
    /// A language tag, BCP 47 in lower case.
    Language,
    "a language tag such as en or zh-hans",
    is_language
}

fn is_device(text: &str) -> bool {
    let numbered =
        |stem: &str| text.strip_prefix(stem).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    DEVICES.contains(&text) || numbered("com") || numbered("lpt")
}

/// A log: a member's first volume (`moscow`) or a further one, whose id carries
/// the first 16 bytes of the SHA-256 of its log key (`moscow.<32 hex>`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId {
    text: String,
    member: MemberId,
}

impl LogId {
    /// The first volume of a member.
    pub fn first(member: &MemberId) -> Self {
        Self { text: member.to_string(), member: member.clone() }
    }

    /// The further volume of a member whose log key has this SHA-256.
    pub fn further(member: &MemberId, log_key_digest: &Hash) -> Self {
        let half: String = log_key_digest.to_string().chars().take(32).collect();
        Self { text: format!("{member}.{half}"), member: member.clone() }
    }

    /// Whose log it is.
    pub fn member(&self) -> &MemberId {
        &self.member
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a further volume.
    pub fn is_further(&self) -> bool {
        self.text.len() != self.member.as_str().len()
    }
}

impl FromStr for LogId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (member, volume) = match text.split_once('.') {
            None => (text, None),
            Some((member, volume)) => (member, Some(volume)),
        };
        if volume.is_some_and(|volume| !is_volume(volume)) {
            return Err(NameError("a log id: a member id, or a member id, a dot and 32 digits"));
        }
        Ok(Self { text: text.to_owned(), member: member.parse()? })
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// What a body points at: an entry by its hash, or one provision of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The entry.
    pub entry: Hash,
    /// One of its provisions.
    pub provision: Option<ProvisionId>,
}

impl FromStr for Reference {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let due = NameError("an entry hash of 64 digits, or one with # and a provision id");
        let (entry, provision) = match text.split_once('#') {
            None => (text, None),
            Some((entry, id)) => (entry, Some(id.parse()?)),
        };
        Ok(Self { entry: Hash::from_hex(entry).ok_or(due)?, provision })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.provision {
            Some(provision) => write!(f, "{}#{provision}", self.entry),
            None => write!(f, "{}", self.entry),
        }
    }
}

/// A provision: of the text it is named in, or of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In the same text.
    Here(ProvisionId),
    /// In another.
    There(Hash, ProvisionId),
}

impl Place {
    /// The id, wherever it stands.
    pub fn id(&self) -> &ProvisionId {
        match self {
            Self::Here(id) | Self::There(_, id) => id,
        }
    }

    /// The entry and id, where what names it stands in the text of `here`.
    pub fn from(&self, here: Hash) -> Reference {
        let entry = match self {
            Self::Here(_) => here,
            Self::There(entry, _) => *entry,
        };
        Reference { entry, provision: Some(self.id().clone()) }
    }
}

impl FromStr for Place {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if !text.contains('#') {
            return text.parse().map(Self::Here);
        }
        match text.parse()? {
            Reference { entry, provision: Some(id) } => Ok(Self::There(entry, id)),
            Reference { .. } => Err(NameError("a provision id, or an entry hash with # and one")),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(id) => id.fmt(f),
            Self::There(entry, id) => write!(f, "{entry}#{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        for good in ["a", "moscow", "ab-1", &"a".repeat(32)] {
            assert!(good.parse::<MemberId>().is_ok(), "{good}");
        }
        for other in ["", "1a", "A", "мид", "a_b", "-a", "con", "com1", "lpt9", &"a".repeat(33)] {
            assert!(other.parse::<MemberId>().is_err(), "{other}");
        }
        assert!("com0".parse::<MemberId>().is_ok());
        assert!("text".parse::<ProvisionId>().is_err());
        assert!("7-alt".parse::<ProvisionId>().is_ok());
    }

    #[test]
    fn logs_are_members_or_volumes() {
        let volume = format!("moscow.{}", "0f".repeat(16));
        let log: LogId = volume.parse().unwrap();
        assert_eq!(log.member().as_str(), "moscow");
        assert!(log.is_further());
        assert!(!"moscow".parse::<LogId>().unwrap().is_further());
        for other in ["moscow.", "moscow.2", "moscow.0F0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", ".0"] {
            assert!(other.parse::<LogId>().is_err(), "{other}");
        }
        assert!(is_key(&volume));
    }

    #[test]
    fn language_tags_are_lower_case() {
        for good in ["en", "ru", "zh-hans", "sr-latn-rs", "de-1996"] {
            assert!(is_language(good));
        }
        for other in ["e", "EN", "en-", "en--x", "en_us", "abcdefghi"] {
            assert!(!is_language(other), "{other}");
        }
    }
}
