//! What a command for readers looks at: a ledger folder or a snapshot, its documents,
//! and the language in which it speaks of them.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;

use countersign::audit::{Audit, Copy, Expectation, Finder};
use countersign::body::Body;
use countersign::body::provision::Provision;
use countersign::body::text::Text;
use countersign::entry::Signed;
use countersign::failure::Outcome;
use countersign::hash::Hash;
use countersign::index::Index;
use countersign::ledger::Ledger;
use countersign::names::{Place, Reference};
use countersign::status;
use countersign::vocabulary::{Phrase, Tongue, dates};

use super::index::Lookup;
use super::naming::Naming;
use super::page::{in_tongue, quoted};
use super::session::Session;

enum From {
    Folder(Box<Ledger>),
    Snapshot(Box<(Copy, Audit)>),
}

/// A copy, read, and the tongue of its reader.
pub struct Sight {
    from: From,
    index: OnceCell<Option<Arc<Index>>>,
    /// The language of the page.
    pub tongue: Tongue,
}

impl Sight {
    /// A snapshot where one is named, else the ledger folder.
    pub fn open(session: &Session, path: Option<&Path>) -> Outcome<Self> {
        let from = match path {
            Some(path) => From::Snapshot(Box::new(session.look(path)?)),
            None => From::Folder(Box::new(session.glance()?)),
        };
        Ok(Self { from, index: OnceCell::new(), tongue: session.tongue() })
    }

    /// Nothing but files of words: no ledger is here, and none is needed.
    pub fn nowhere(session: &Session) -> Outcome<Self> {
        let copy = Copy::default();
        let audit = Session::verify(Path::new("."), &copy, &Expectation::default())?;
        Ok(Self {
            from: From::Snapshot(Box::new((copy, audit))),
            index: OnceCell::new(),
            tongue: session.tongue(),
        })
    }

    /// Looks hashes up in the index of the folder, where that is worth it.
    pub fn with_index(mut self) -> Self {
        let index = self.index();
        if let From::Folder(ledger) = &mut self.from {
            ledger.audit.finder = index.map(|index| Box::new(index) as Box<dyn Finder>);
        }
        self
    }

    /// The index of the folder, opened once: two would stand in each other's way.
    fn index(&self) -> Option<Arc<Index>> {
        self.index.get_or_init(|| self.ledger().and_then(super::index::open)).clone()
    }

    /// What finds entries by kind and by what they refer to.
    pub fn lookup(&self) -> Lookup<'_> {
        Lookup::of(self.ledger(), self.index())
    }

    /// What was verified.
    pub fn audit(&self) -> &Audit {
        match &self.from {
            From::Folder(ledger) => &ledger.audit,
            From::Snapshot(held) => &held.1,
        }
    }

    /// The files that were read.
    pub fn copy(&self) -> &Copy {
        match &self.from {
            From::Folder(ledger) => &ledger.copy,
            From::Snapshot(held) => &held.0,
        }
    }

    /// The folder, if it is one.
    pub fn ledger(&self) -> Option<&Ledger> {
        match &self.from {
            From::Folder(ledger) => Some(ledger),
            From::Snapshot(_) => None,
        }
    }

    /// How the page names members.
    pub fn naming(&self) -> Naming<'_> {
        Naming::new(self.audit(), self.tongue)
    }

    /// A row of the vocabulary in the language of the page.
    pub fn say(&self, phrase: Phrase, places: &[(&str, &str)]) -> String {
        phrase.with(self.tongue, places)
    }

    /// A document by its digest, where it is held.
    pub fn document(&self, digest: &Hash) -> Option<&[u8]> {
        self.copy().named.get(&format!("docs/{digest}")).map(Vec::as_slice)
    }

    /// The provisions of a text, where they are held.
    pub fn provisions(&self, text: &Text) -> Option<Vec<Provision>> {
        let document = match &text.provisions {
            countersign::body::text::Provisions::InDocument { document, .. } => self.document(document),
            countersign::body::text::Provisions::Here(_) => None,
        };
        text.provisions(document)
    }

    /// The text that an entry holds.
    pub fn text(&self, entry: &Hash) -> Option<(Arc<Signed>, Text)> {
        let (_, signed) = self.audit().entry(entry)?;
        match Body::of(signed.entry()) {
            Body::Text(text) => Some((signed, *text)),
            _ => None,
        }
    }

    /// One provision, wherever it stands.
    pub fn provision(&self, reference: &Reference) -> Option<(Arc<Signed>, Text, Provision)> {
        let id = reference.provision.as_ref()?;
        let (signed, text) = self.text(&reference.entry)?;
        let found = self.provisions(&text)?.into_iter().find(|provision| provision.id == *id)?;
        Some((signed, text, found))
    }

    /// A reference as people cite it: `moscow/3#c1`.
    pub fn cite(&self, reference: &Reference) -> String {
        let at = reference.provision.as_ref().map_or_else(String::new, |id| format!("#{id}"));
        format!("{}{at}", status::cite_hash(self.audit(), &reference.entry))
    }

    /// A provision as people cite it from within a text: `d1`, or `group/1#d4`.
    pub fn cite_place(&self, place: &Place) -> String {
        match place {
            Place::Here(id) => id.to_string(),
            Place::There(entry, id) => self.cite(&Reference { entry: *entry, provision: Some(id.clone()) }),
        }
    }

    /// Words of somebody in the language of the page, or what there is, in its
    /// quotation marks.
    pub fn quote(&self, words: &countersign::fields::Words) -> String {
        quoted(self.tongue, in_tongue(self.tongue, words))
    }

    /// A day for people.
    pub fn day(&self, day: &countersign::time::Day) -> String {
        dates::day(self.tongue, day)
    }
}
