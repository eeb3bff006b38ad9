//! Where a log is split: what is the same on every branch is said once, and what is not
//! once for each branch, under its name. What is compared is what would be said, so that
//! branches which differ in no meaning add nothing but the split itself.

use std::collections::BTreeSet;
use std::rc::Rc;

use countersign::hash::Hash;
use countersign::names::{MemberId, ProvisionId};
use countersign::status::Status;
use countersign::status::branches::{Branch, On};
use countersign::status::summary::{Cell, ProvisionStatus, TextStatus};
use countersign::status::texts::Words;
use countersign::vocabulary::{ledger, standing};
use serde_json::{Value, json};

use super::Account;
use crate::cli::page::{Page, Part};

/// Columns of the entry by which a branch is named.
const BRANCHES: usize = 13;

impl<'a> Account<'a> {
    /// The same account of another way through split logs, on an empty page.
    fn following(&self, status: &Rc<Status<'a>>) -> Self {
        Self {
            sight: self.sight,
            heard: self.heard,
            timed: self.timed,
            status: Rc::clone(status),
            all: Rc::clone(&self.all),
            naming: self.naming,
            page: Page::new(self.sight.tongue),
        }
    }

    /// What is to be said on each way, none where there is nothing to say it of: once
    /// where it is the same, else once for each branch on which it depends.
    pub fn told<T: PartialEq>(&self, say: impl Fn(&mut Self) -> Option<T>) -> Vec<On<T>> {
        self.all.told(self.all.ways().map(|status| say(&mut self.following(status))).collect())
    }

    /// Puts a part of a page on it, for each branch on which it is another.
    pub fn block(&mut self, indent: usize, put: impl Fn(&mut Self) -> Option<()>) {
        if !self.all.is_split() {
            put(self);
            return;
        }
        let told = self.told(|there| put(there).map(|()| there.page.take()));
        self.put_parts(indent, told);
    }

    fn put_parts(&mut self, indent: usize, told: Vec<On<Part>>) {
        for on in told.into_iter().filter(|on| !on.value.is_empty()) {
            if on.branches.is_empty() {
                self.page.append(on.value);
                continue;
            }
            if on.value.is_apart() {
                self.page.gap();
            }
            let line = self.on(&on.branches);
            self.page.line(indent, &line, "").go_on(on.value);
        }
    }

    /// The block of one member under a provision.
    pub fn cell_block(
        &mut self,
        digest: Hash,
        id: &ProvisionId,
        member: &MemberId,
        room: super::cells::Room,
    ) {
        let told = self.told(|there| {
            let (words, text) = there.text_with(&digest)?;
            let provision = text.provisions.iter().find(|one| one.id == *id)?;
            if let Some(cell) = provision.cells.iter().find(|cell| cell.member == *member) {
                there.cell(&words, &text, provision, cell, room);
            }
            Some(there.page.take())
        });
        if told.iter().any(|on| !on.branches.is_empty()) {
            let logs: BTreeSet<String> =
                told.iter().flat_map(|on| &on.branches).map(|branch| branch.log.to_string()).collect();
            let logs = logs.into_iter().collect::<Vec<_>>().join(", ");
            let (name, line) = (self.naming.name(member), self.say(standing::DIFFERS, &[("log", &logs)]));
            self.page.pair(4, super::cells::NAMES, &name, &line, "");
        }
        self.put_parts(6, told);
    }

    /// The splits, above everything else.
    pub fn splits(&mut self) {
        for (log, branches) in self.all.splits() {
            let places = [("log", log.to_string()), ("number", branches.len().to_string())];
            let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let line = self.say(ledger::SPLIT, &places);
            self.page.line(0, &line, "");
            for branch in &branches {
                let row = if branch.is_first { ledger::HELD_FIRST } else { ledger::HELD_BESIDE };
                let (name, line) = (name_of(branch), self.word(row));
                self.page.pair(2, BRANCHES.max(name.len() + 2), &name, &line, "");
            }
        }
        if self.all.is_split() {
            let line = self.word(ledger::SPLIT_NOTE);
            self.page.line(0, &line, "");
        }
        if self.all.left_out > 0 {
            let line = self.say(ledger::WAYS_LEFT, &[("number", &self.all.left_out.to_string())]);
            self.page.line(0, &line, "");
        }
        self.page.gap();
    }

    fn on(&self, branches: &[Branch]) -> String {
        let names = branches.iter().map(name_of).collect::<Vec<_>>().join(", ");
        self.say(ledger::ON_BRANCH, &[("branches", &names)])
    }

    /// The digests of the texts that any branch shows, in order.
    pub fn digests(&self) -> Vec<Hash> {
        self.keys(|status| status.words.iter().map(|words| words.digest).collect())
    }

    /// What names items of a kind on any branch, in order.
    pub fn keys<K: Ord + Clone>(&self, keys: impl Fn(&Status<'a>) -> Vec<K>) -> Vec<K> {
        let mut known = BTreeSet::new();
        let all = self.all.ways().flat_map(|status| keys(status));
        all.filter(|key| known.insert(key.clone())).collect()
    }

    /// Tells of a text on a way that has it, under the names of the branches that do.
    pub fn text_where_it_stands(&mut self, indent: usize, digest: &Hash, put: impl Fn(&mut Self, usize)) {
        let at = |status: &Status<'_>| status.words.iter().position(|words| words.digest == *digest);
        if !self.all.is_split() {
            if let Some(at) = at(&self.status) {
                put(self, at);
            }
            return;
        }
        let told = self.told(|there| Some(at(&there.status)));
        let there: Vec<&On<Option<usize>>> = told.iter().filter(|on| on.value.is_some()).collect();
        let named: Vec<String> =
            there.iter().filter(|on| !on.branches.is_empty()).map(|on| self.on(&on.branches)).collect();
        if !named.is_empty() {
            self.page.gap();
        }
        for line in &named {
            self.page.line(indent, line, "");
        }
        let Some(on) = there.first() else { return };
        let Some(status) = self.all.ways().nth(on.way) else { return };
        let mut there = self.following(status);
        if let Some(at) = on.value {
            put(&mut there, at);
        }
        let part = there.page.take();
        if named.is_empty() {
            self.page.append(part)
        } else {
            self.page.go_on(part)
        };
    }

    /// The text that an entry holds, on whatever branch.
    pub fn words_of(&self, entry: &Hash) -> Option<&Words> {
        self.all.ways().flat_map(|status| &status.words).find(|words| words.entries.contains(entry))
    }

    /// The account of the first way that has a text with these words.
    pub fn first_with(&self, digest: &Hash) -> Option<Self> {
        let has = |status: &&Rc<Status<'a>>| status.words.iter().any(|words| words.digest == *digest);
        self.all.ways().find(has).map(|status| self.following(status))
    }

    /// The text with these words, where this way has it.
    pub fn text_with(&self, digest: &Hash) -> Option<(Words, TextStatus)> {
        let at = self.status.words.iter().position(|words| words.digest == *digest)?;
        Some((self.status.words.get(at)?.clone(), self.status.texts.get(at)?.clone()))
    }

    /// One of its provisions.
    pub fn provision_with(&self, digest: &Hash, id: &ProvisionId) -> Option<&ProvisionStatus> {
        let at = self.status.words.iter().position(|words| words.digest == *digest)?;
        self.status.texts.get(at)?.provisions.iter().find(|one| one.id == *id)
    }

    /// One of the cells under a provision.
    pub fn cell_with(&self, digest: &Hash, id: &ProvisionId, member: &MemberId) -> Option<&Cell> {
        self.provision_with(digest, id)?.cells.iter().find(|cell| cell.member == *member)
    }

    /// The members with a cell under a provision on any branch.
    pub fn members_under(&self, digest: &Hash, id: &ProvisionId) -> Vec<MemberId> {
        let mut members = self.keys(|status| {
            let at = status.words.iter().position(|words| words.digest == *digest);
            let text = at.and_then(|at| status.texts.get(at));
            let one = text.and_then(|text| text.provisions.iter().find(|one| one.id == *id));
            one.into_iter().flat_map(|one| &one.cells).map(|cell| cell.member.clone()).collect()
        });
        members.sort();
        members
    }

    /// The split logs, as JSON.
    pub fn splits_json(&self) -> Value {
        let each = self.all.splits().into_iter().map(|(log, branches)| {
            let branches = branches.iter().map(|branch| {
                json!({
                    "entry": format!("{}/{}", branch.log, branch.seq),
                    "hash": branch.entry.to_string(),
                    "held_first": branch.is_first,
                })
            });
            json!({"log": log.to_string(), "branches": branches.collect::<Vec<_>>()})
        });
        json!({"logs": each.collect::<Vec<_>>(), "not_looked_at": self.all.left_out})
    }

    /// Fields of an object on the branches on which they are others; none where they are
    /// the same on all.
    pub fn by_branch(&self, fields: impl Fn(&Self) -> Option<Value>) -> Vec<Value> {
        if !self.all.is_split() {
            return Vec::new();
        }
        let told = self.told(|there| fields(there));
        let apart = told.into_iter().filter(|on| !on.branches.is_empty() && !on.value.is_null());
        apart.map(|on| with_branches(on.value, &on.branches)).collect()
    }

    /// Items by what names each, with the branches that show them so: none where all do.
    pub fn listed<K>(&self, keys: &[K], item: impl Fn(&Self, &K) -> Option<Value>) -> Vec<Value> {
        if !self.all.is_split() {
            let each = keys.iter().filter_map(|key| item(self, key));
            return each.map(|value| with_branches(value, &[])).collect();
        }
        let each = keys.iter().flat_map(|key| self.told(|there| Some(item(there, key))));
        each.filter_map(|on| Some(with_branches(on.value?, &on.branches))).collect()
    }
}

/// A branch by its first entry that no branch before it has.
fn name_of(branch: &Branch) -> String {
    format!("{}/{} {}", branch.log, branch.seq, branch.entry.short())
}

fn with_branches(mut value: Value, branches: &[Branch]) -> Value {
    let each = branches.iter().map(
        |branch| json!({"entry": format!("{}/{}", branch.log, branch.seq), "hash": branch.entry.to_string()}),
    );
    if let Value::Object(map) = &mut value {
        map.insert("branches".to_owned(), each.collect());
    }
    value
}
