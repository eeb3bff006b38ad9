//! `text` and `adopt`: words that are tabled, pledged and adopted.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use super::circumstance::{self, Circumstances, Dated, Document, Rendering};
use super::condition::Condition;
use super::provision::{Binding, Modality, Provision};
use crate::fields::{FieldError, Fields, Words, words_value};
use crate::hash::Hash;
use crate::json::Value;
use crate::names::{MemberId, ProvisionId, Reference};

/// The largest document of provisions, in bytes.
pub const LARGEST_DOCUMENT: usize = 4 << 20;

closed! {
    /// How its author puts a text forward.
    Standing "draft, proposal or pledge" {
        /// Work in progress; commits nobody.
        Draft "draft",
        /// Tabled; adopted by whoever says so.
        Proposal "proposal",
        /// Adopted by its author by signing it.
        Pledge "pledge",
    }
}

closed! {
    /// Whether a discussion is between officials, others, or both.
    Track "1, 1.5 or 2" {
        /// Officials.
        One "1",
        /// Both.
        OneAndHalf "1.5",
        /// Others.
        Two "2",
    }
}

closed! {
    /// How far consent goes.
    Step "initialled, to be confirmed, final or confirmed" {
        /// The words are settled; nothing is adopted.
        Initialled "initialled",
        /// Signed, and to be confirmed.
        ToBeConfirmed "to be confirmed",
        /// Adopted.
        Final "final",
        /// What was to be confirmed is adopted.
        Confirmed "confirmed",
    }
}

closed! {
    /// What a qualification is, as its author names it.
    Named "reservation, understanding or limitation" {
        /// It leaves out or changes an effect.
        Reservation "reservation",
        /// It says how its author reads the words.
        Understanding "understanding",
        /// It says how far its author can go.
        Limitation "limitation",
    }
}

closed! {
    /// A field that stands or does not: the signed bytes have no booleans.
    Yes "yes" {
        /// It stands.
        Yes "yes",
    }
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

/// How a text stands to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It adds to it.
    Extends,
    /// It changes words of it.
    Amends,
    /// It takes its place.
    Replaces,
    /// It corrects a slip in it.
    Corrects,
    /// It ends it.
    Ends,
}

impl Relation {
    /// Every one, with its field.
    pub const ALL: [(&'static str, Self); 5] = [
        ("extends", Self::Extends),
        ("amends", Self::Amends),
        ("replaces", Self::Replaces),
        ("corrects", Self::Corrects),
        ("ends", Self::Ends),
    ];

    /// The field in the body.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, relation)| *relation == self).map_or("", |(name, _)| name)
    }
}

/// What is given in return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InReturn {
    /// What an entry holds.
    Entry(Reference),
    /// What these words say.
    Words(Words),
}

/// A reservation, understanding or limitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualification {
    /// What its author calls it.
    pub name: Named,
    /// The provisions it is on, ascending; none: on the whole.
    pub on: Vec<ProvisionId>,
    /// Its words, by language.
    pub words: Words,
}

/// What consent may carry, in an `adopt` and in a pledge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// What must be before it counts.
    pub condition: Option<Condition>,
    /// What is given in return.
    pub in_return_for: Vec<InReturn>,
    /// Whether it applies from now on, though the text is not in effect.
    pub provisional: Option<Yes>,
    /// Reservations and the like.
    pub qualifications: Vec<Qualification>,
}

/// The body of a `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Members whose adoption makes it joint, ascending.
    pub between: Vec<MemberId>,
    /// What it says of its own nature.
    pub binding: Option<Binding>,
    /// What a pledge carries as consent; nothing in others.
    pub consent: Consent,
    /// The day it bears.
    pub dated: Option<Dated>,
    /// Documents beside it.
    pub docs: Vec<Document>,
    /// Language tags, and whether each is authentic or a translation.
    pub languages: BTreeMap<String, String>,
    /// Its form.
    pub modality: Option<Modality>,
    /// The signed paper, which governs.
    pub original: Option<Hash>,
    /// The provisions.
    pub provisions: Provisions,
    /// Earlier texts and how it stands to them, by the order of [`Relation`].
    pub relations: Vec<(Relation, Hash)>,
    /// Whose the words are, where they are not those of the document.
    pub rendering: Option<Rendering>,
    /// Draft, proposal or pledge.
    pub standing: Standing,
    /// The title, by language.
    pub title: Option<Words>,
    /// Between whom it was made.
    pub track: Option<Track>,
}

/// The body of an `adopt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// Words, and the rest that any act may carry.
    pub circumstances: Circumstances,
    /// Conditions, qualifications, what it is for.
    pub consent: Consent,
    /// Baskets and provisions left out, ascending.
    pub except: Vec<ProvisionId>,
    /// Whether the adopter takes the author's commitments upon itself too.
    pub mirrored: Option<Yes>,
    /// Baskets and provisions adopted, ascending; none: the whole.
    pub only: Vec<ProvisionId>,
    /// How far it goes; not stated: final.
    pub step: Option<Step>,
    /// What its author calls it: signature, accession, exchange of letters.
    pub styled: Option<String>,
    /// The entry that holds the text.
    pub text: Hash,
    /// The digest of the words adopted.
    pub words_digest: Hash,
}

impl Text {
    /// A text of these provisions in these languages and nothing else.
    pub fn plain(
        languages: BTreeMap<String, String>,
        provisions: Vec<Provision>,
        standing: Standing,
    ) -> Self {
        Self {
            between: Vec::new(),
            binding: None,
            consent: Consent::default(),
            dated: None,
            docs: Vec::new(),
            languages,
            modality: None,
            original: None,
            provisions: Provisions::Here(provisions),
            relations: Vec::new(),
            rendering: None,
            standing,
            title: None,
            track: None,
        }
    }

    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let f = &mut fields;
        let text = Self {
            between: f.set_optional("between")?,
            binding: f.parsed_optional("binding")?,
            consent: Consent::read(f)?,
            dated: Dated::optional(f)?,
            docs: circumstance::documents(f)?,
            languages: read_languages(f)?,
            modality: f.parsed_optional("modality")?,
            original: f.hash_optional("original")?,
            provisions: read_provisions(f)?,
            relations: read_relations(f)?,
            rendering: f.parsed_optional("rendering")?,
            standing: f.parsed("standing")?,
            title: f.words_optional("title")?,
            track: f.parsed_optional("track")?,
        };
        if text.standing != Standing::Pledge && text.consent != Consent::default() {
            return Err(fields.error("standing", "`pledge`, where it carries what consent carries"));
        }
        fields.done()?;
        let ids = text.ids();
        if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
            return Err(FieldError { place: "body.provisions".into(), due: "each id once".into() });
        }
        Ok(text)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        let value = self.words_value(None).with("standing", Value::text(self.standing));
        let value = self.consent.add_to(value);
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

    /// The body without author, standing and consent, and with provisions in full:
    /// `held` where they stand in a document.
    fn words_value(&self, held: Option<&[Provision]>) -> Value {
        let languages = self.languages.iter().map(|(tag, rank)| (tag.clone(), Value::text(rank))).collect();
        let provisions = match (&self.provisions, held) {
            (Provisions::Here(provisions), _) => provisions.as_slice(),
            (Provisions::InDocument { .. }, held) => held.unwrap_or_default(),
        };
        let value = Value::object([
            ("languages", Value::Object(languages)),
            ("provisions", Value::Array(provisions.iter().map(Provision::to_value).collect())),
        ])
        .with_some("between", circumstance::list(&self.between))
        .with_some("binding", self.binding.map(Value::text))
        .with_some("dated", self.dated.as_ref().map(Dated::to_value))
        .with_some("docs", circumstance::documents_value(&self.docs))
        .with_some("modality", self.modality.map(Value::text))
        .with_some("original", self.original.as_ref().map(Value::text))
        .with_some("rendering", self.rendering.map(Value::text))
        .with_some("title", self.title.as_ref().map(words_value))
        .with_some("track", self.track.map(Value::text));
        let relations = self.relations.iter();
        relations.fold(value, |value, (relation, entry)| value.with(relation.as_str(), Value::text(entry)))
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

fn read_relations(fields: &mut Fields<'_>) -> Result<Vec<(Relation, Hash)>, FieldError> {
    let mut relations = Vec::new();
    for (name, relation) in Relation::ALL {
        relations.extend(fields.hash_optional(name)?.map(|entry| (relation, entry)));
    }
    Ok(relations)
}

/// Reads the field that names a qualification by its number.
pub(super) fn qualification_number(fields: &mut Fields<'_>) -> Result<Option<NonZeroU64>, FieldError> {
    let Some(number) = fields.number_optional("qualification")? else { return Ok(None) };
    let due = || fields.error("qualification", "a number from 1");
    NonZeroU64::new(number).map(Some).ok_or_else(due)
}

impl Consent {
    /// Its qualifications, each with its number: its place in the list, from 1.
    pub fn numbered(&self) -> impl Iterator<Item = (NonZeroU64, &Qualification)> {
        (1..).filter_map(NonZeroU64::new).zip(&self.qualifications)
    }

    /// The qualification of this number.
    pub fn qualification(&self, number: NonZeroU64) -> Option<&Qualification> {
        self.numbered().find(|(own, _)| *own == number).map(|(_, made)| made)
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let mut consent = Self {
            condition: Condition::optional(fields, "condition")?,
            provisional: fields.parsed_optional("provisional")?,
            ..Self::default()
        };
        for (place, item) in fields.list_optional("in_return_for")? {
            let mut inner = Fields::of(item, &place)?;
            consent.in_return_for.push(match inner.parsed_optional("entry")? {
                Some(entry) => InReturn::Entry(entry),
                None => InReturn::Words(inner.words("words")?),
            });
            inner.done()?;
        }
        for (place, item) in fields.list_optional("qualifications")? {
            let mut inner = Fields::of(item, &place)?;
            consent.qualifications.push(Qualification {
                name: inner.parsed("name")?,
                on: inner.set_optional("on")?,
                words: inner.words("words")?,
            });
            inner.done()?;
        }
        Ok(consent)
    }

    fn add_to(&self, body: Value) -> Value {
        let returned = |given: &InReturn| match given {
            InReturn::Entry(entry) => Value::object([("entry", Value::text(entry))]),
            InReturn::Words(words) => Value::object([("words", words_value(words))]),
        };
        let qualified = |made: &Qualification| {
            Value::object([("name", Value::text(made.name)), ("words", words_value(&made.words))])
                .with_some("on", circumstance::list(&made.on))
        };
        let listed = |items: Vec<Value>| (!items.is_empty()).then_some(Value::Array(items));
        body.with_some("condition", self.condition.as_ref().map(Condition::to_value))
            .with_some("in_return_for", listed(self.in_return_for.iter().map(returned).collect()))
            .with_some("provisional", self.provisional.map(Value::text))
            .with_some("qualifications", listed(self.qualifications.iter().map(qualified).collect()))
    }
}

impl Adoption {
    /// The adoption of a text as a whole, final, with nothing beside it.
    pub fn whole(text: Hash, words_digest: Hash) -> Self {
        Self {
            circumstances: Circumstances::default(),
            consent: Consent::default(),
            except: Vec::new(),
            mirrored: None,
            only: Vec::new(),
            step: None,
            styled: None,
            text,
            words_digest,
        }
    }

    /// Reads the body.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        let mut fields = Fields::of(body, "body")?;
        let adoption = Self {
            circumstances: Circumstances::read(&mut fields)?,
            consent: Consent::read(&mut fields)?,
            except: fields.set_optional("except")?,
            mirrored: fields.parsed_optional("mirrored")?,
            only: fields.set_optional("only")?,
            step: fields.parsed_optional("step")?,
            styled: fields.text_optional("styled")?,
            text: fields.hash("text")?,
            words_digest: fields.hash("words_digest")?,
        };
        if !adoption.only.is_empty() && !adoption.except.is_empty() {
            return Err(fields.error("except", "either `only` or `except`"));
        }
        fields.done()?;
        Ok(adoption)
    }

    /// The body as JSON.
    pub fn to_value(&self) -> Value {
        let body = Value::object([
            ("text", Value::text(self.text)),
            ("words_digest", Value::text(self.words_digest)),
        ])
        .with_some("except", circumstance::list(&self.except))
        .with_some("mirrored", self.mirrored.map(Value::text))
        .with_some("only", circumstance::list(&self.only))
        .with_some("step", self.step.map(Value::text))
        .with_some("styled", self.styled.as_ref().map(Value::text));
        self.circumstances.add_to(self.consent.add_to(body))
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
