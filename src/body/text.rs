//! `text` and `adopt`: words that are tabled, pledged and adopted.

use std::collections::{BTreeMap, BTreeSet};

use crate::fields::{FieldError, Fields, Words, words_value};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::{NameError, ProvisionId, Reference};
use crate::time::Day;

/// What a provision is.
pub const TYPES: [&str; 11] = [
    "basket",
    "declare",
    "define",
    "do",
    "may",
    "procedure",
    "reaffirm",
    "refrain",
    "saving",
    "scope_in",
    "scope_out",
];

/// The largest document of provisions, in bytes.
pub const LARGEST_DOCUMENT: usize = 4 << 20;

/// How its author puts a text forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Work in progress; commits nobody.
    Draft,
    /// Tabled; adopted by whoever says so.
    Proposal,
    /// Adopted by its author by signing it.
    Pledge,
}

impl Standing {
    /// The word in the body.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Proposal => "proposal",
            Self::Pledge => "pledge",
        }
    }
}

impl std::str::FromStr for Standing {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        [Self::Draft, Self::Proposal, Self::Pledge]
            .into_iter()
            .find(|standing| standing.as_str() == text)
            .ok_or(NameError("draft, proposal or pledge"))
    }
}

/// One provision of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// Its name in the text.
    pub id: ProvisionId,
    /// One of [`TYPES`].
    pub kind: String,
    /// The basket it lies in: an id of this text, or a reference.
    pub basket: Option<String>,
    /// The definitions it uses: ids of this text, or references.
    pub uses: Vec<String>,
    /// The day after which its words no longer run.
    pub expires: Option<Day>,
    /// The words, by language.
    pub words: Words,
}

/// Where the provisions of a text stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provisions {
    /// In the entry.
    Here(Vec<Provision>),
    /// In the file `docs/<sha256>`, each with its own digest.
    InDocument {
        /// SHA-256 of the file.
        document: Hash,
        /// Digest and id of each provision, in order.
        digests: Vec<(ProvisionId, Hash)>,
    },
}

/// The body of a `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Language tags, and whether each is authentic or a translation.
    pub languages: BTreeMap<String, String>,
    /// The provisions.
    pub provisions: Provisions,
    /// Draft, proposal or pledge.
    pub standing: Standing,
    /// The title, by language.
    pub title: Option<Words>,
}

/// The body of an `adopt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The entry that holds the text.
    pub text: Hash,
    /// The digest of the words adopted.
    pub words_digest: Hash,
}

impl Provision {
    /// Reads one provision, at `place`.
    pub fn read(value: &Value, place: &str) -> Result<Self, FieldError> {
        let mut fields = Fields::of(value, place)?;
        let provision = Self {
            id: fields.parsed("id")?,
            kind: fields.text("type")?.to_owned(),
            basket: match fields.optional("in") {
                Some(_) => Some(local_or_reference(fields.text("in")?, &fields, "in")?),
                None => None,
            },
            uses: read_uses(&mut fields)?,
            expires: fields.parsed_optional("expires")?,
            words: fields.words("words")?,
        };
        if !TYPES.contains(&provision.kind.as_str()) {
            return Err(fields.error("type", "one of the provision types"));
        }
        fields.done()?;
        Ok(provision)
    }

    /// As JSON.
    pub fn to_value(&self) -> Value {
        Value::object([
            ("id", Value::text(&self.id)),
            ("type", Value::text(&self.kind)),
            ("words", words_value(&self.words)),
        ])
        .with_some("in", self.basket.as_ref().map(Value::text))
        .with_some("uses", (!self.uses.is_empty()).then(|| Value::texts(&self.uses)))
        .with_some("expires", self.expires.as_ref().map(Value::text))
    }
}

fn local_or_reference(text: &str, fields: &Fields<'_>, key: &str) -> Result<String, FieldError> {
    let is_one = text.parse::<ProvisionId>().is_ok()
        || text.parse::<Reference>().is_ok_and(|reference| reference.provision.is_some());
    if is_one {
        Ok(text.to_owned())
    } else {
        Err(fields.error(key, "a provision id, or an entry hash with # and one"))
    }
}

fn read_uses(fields: &mut Fields<'_>) -> Result<Vec<String>, FieldError> {
    let items = fields.list_optional("uses")?;
    items
        .into_iter()
        .map(|(_, item)| local_or_reference(item.as_str().unwrap_or_default(), fields, "uses"))
        .collect()
}

impl Text {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let text = Self {
            languages: read_languages(&mut fields)?,
            provisions: read_provisions(&mut fields)?,
            standing: fields.parsed("standing")?,
            title: fields.words_optional("title")?,
        };
        fields.done()?;
        let ids = text.ids();
        if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
            return Err(FieldError { place: "body.provisions".into(), due: "each id once".into() });
        }
        Ok(text)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        let value = self.words_value(None).with("standing", Value::text(self.standing.as_str()));
        match &self.provisions {
            Provisions::Here(_) => value,
            Provisions::InDocument { document, digests } => value.with("doc", Value::text(document)).with(
                "provisions",
                Value::Array(
                    digests
                        .iter()
                        .map(|(id, digest)| {
                            Value::object([("digest", Value::text(digest)), ("id", Value::text(id))])
                        })
                        .collect(),
                ),
            ),
        }
    }

    /// The body without standing and with provisions in full: `held` where they
    /// stand in a document.
    fn words_value(&self, held: Option<&[Provision]>) -> Value {
        let languages = self.languages.iter().map(|(tag, rank)| (tag.clone(), Value::text(rank))).collect();
        let provisions = match (&self.provisions, held) {
            (Provisions::Here(provisions), _) => provisions.as_slice(),
            (Provisions::InDocument { .. }, held) => held.unwrap_or_default(),
        };
        Value::object([
            ("languages", Value::Object(languages)),
            ("provisions", Value::Array(provisions.iter().map(Provision::to_value).collect())),
        ])
        .with_some("title", self.title.as_ref().map(words_value))
    }

    /// The ids of the provisions in order.
    pub fn ids(&self) -> Vec<&ProvisionId> {
        match &self.provisions {
            Provisions::Here(provisions) => provisions.iter().map(|p| &p.id).collect(),
            Provisions::InDocument { digests, .. } => digests.iter().map(|(id, _)| id).collect(),
        }
    }

    /// The provisions, taken from the bytes of the document where they stand in
    /// one. Nothing if the document is not given or is not the one named.
    pub fn provisions(&self, document: Option<&[u8]>) -> Option<Vec<Provision>> {
        let (named, digests) = match &self.provisions {
            Provisions::Here(provisions) => return Some(provisions.clone()),
            Provisions::InDocument { document, digests } => (document, digests),
        };
        let bytes = document.filter(|bytes| bytes.len() <= LARGEST_DOCUMENT)?;
        if Hash::of(bytes) != *named {
            return None;
        }
        let Value::Array(items) = Value::parse(std::str::from_utf8(bytes).ok()?).ok()? else {
            return None;
        };
        let read: Vec<Provision> =
            items.iter().map(|item| Provision::read(item, "").ok()).collect::<Option<_>>()?;
        let agree = read.len() == digests.len()
            && read.iter().zip(digests).all(|(provision, (id, digest))| {
                let bytes = provision.to_value().encode();
                provision.id == *id && Hash::of(bytes.as_bytes()) == *digest
            });
        agree.then_some(read)
    }

    /// The digest of the words: the same for two sides that table the same words.
    /// Nothing if the provisions stand in a document that is not given.
    pub fn words_digest(&self, document: Option<&[u8]>) -> Option<Hash> {
        let provisions = self.provisions(document)?;
        Some(Hash::of(self.words_value(Some(&provisions)).encode().as_bytes()))
    }
}

fn read_languages(fields: &mut Fields<'_>) -> Result<BTreeMap<String, String>, FieldError> {
    let languages = fields.words("languages")?;
    let known = languages.values().all(|rank| rank == "authentic" || rank == "translation");
    if known && languages.values().any(|rank| rank == "authentic") {
        Ok(languages)
    } else {
        Err(fields.error("languages", "authentic or translation for each tag, one authentic"))
    }
}

fn read_provisions(fields: &mut Fields<'_>) -> Result<Provisions, FieldError> {
    let document = fields.hash_optional("doc")?;
    let items = fields.list("provisions")?;
    let Some(document) = document else {
        return items
            .into_iter()
            .map(|(place, item)| Provision::read(item, &place))
            .collect::<Result<_, _>>()
            .map(Provisions::Here);
    };
    let digests = items
        .into_iter()
        .map(|(place, item)| {
            let mut fields = Fields::of(item, &place)?;
            let pair = (fields.parsed("id")?, fields.hash("digest")?);
            fields.done().map(|()| pair)
        })
        .collect::<Result<_, _>>()?;
    Ok(Provisions::InDocument { document, digests })
}

impl Adoption {
    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let adoption = Self { text: fields.hash("text")?, words_digest: fields.hash("words_digest")? };
        fields.done()?;
        Ok(adoption)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        Value::object([("text", Value::text(self.text)), ("words_digest", Value::text(self.words_digest))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "{\"languages\":{\"en\":\"authentic\"},\"provisions\":[{\"id\":\"b1\",\"type\":\"basket\",\"words\":{\"en\":\"Elections\"}},{\"expires\":\"2027-12-31\",\"id\":\"c1\",\"in\":\"b1\",\"type\":\"refrain\",\"words\":{\"en\":\"No assessment.\"}}],\"standing\":\"pledge\",\"title\":{\"en\":\"Code\"}}";

    #[test]
    fn a_text_prints_back_the_same_and_its_digest_has_no_standing() {
        let value = Value::parse(BODY).unwrap();
        let text = Text::read(&value).unwrap();
        assert_eq!(text.to_value(), value);
        let other = BODY.replace("pledge", "proposal");
        let proposal = Text::read(&Value::parse(&other).unwrap()).unwrap();
        assert_eq!(proposal.words_digest(None), text.words_digest(None));
        let changed = BODY.replace("No assessment", "An assessment");
        let changed = Text::read(&Value::parse(&changed).unwrap()).unwrap();
        assert_ne!(changed.words_digest(None), text.words_digest(None));
    }

    #[test]
    fn provisions_in_a_document_are_the_same_words() {
        let here = Text::read(&Value::parse(BODY).unwrap()).unwrap();
        let Provisions::Here(provisions) = &here.provisions else { panic!("in the entry") };
        let document = Value::Array(provisions.iter().map(Provision::to_value).collect()).encode();
        let digests =
            provisions.iter().map(|p| (p.id.clone(), Hash::of(p.to_value().encode().as_bytes()))).collect();
        let apart = Text {
            provisions: Provisions::InDocument { document: Hash::of(document.as_bytes()), digests },
            ..here.clone()
        };
        assert_eq!(Text::read(&apart.to_value()).as_ref(), Ok(&apart));
        assert_eq!(apart.words_digest(Some(document.as_bytes())), here.words_digest(None));
        assert_eq!(apart.words_digest(None), None);
        assert_eq!(apart.words_digest(Some(b"[]")), None);
    }

    #[test]
    fn what_does_not_fit_is_not_a_text() {
        for (from, to) in [
            ("\"authentic\"", "\"translation\""),
            ("\"type\":\"refrain\"", "\"type\":\"promise\""),
            ("\"id\":\"c1\"", "\"id\":\"b1\""),
            ("\"in\":\"b1\"", "\"in\":\"B1\""),
            ("2027-12-31", "2027-02-30"),
            ("\"standing\":\"pledge\"", "\"standing\":\"promise\""),
        ] {
            let value = Value::parse(&BODY.replace(from, to)).unwrap();
            assert!(Text::read(&value).is_err(), "{to}");
        }
    }
}
