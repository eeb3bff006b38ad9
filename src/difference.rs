//! What changed from one text to another: removals and fields that narrow before
//! anything else, so that a long list of additions hides none of them.
//!
//! Provisions are compared by id, languages each for itself. What counts as narrowing is
//! a rule on fields, exact and listed here, and never a judgement on words:
//!
//! ```text
//! added            saving, may, scope_out
//! through          set, or without an entry that it had
//! bearer           from each to fewer, or without a member that it had
//! when, until, takes_effect    added or changed
//! expires          added, or earlier
//! due              added, later, or removed
//! applies_from     added, or later
//! reservations     on more than before
//! parts            finer than before
//! define           changed, where a commitment uses it
//! ```
//!
//! An id that stands for another type, or for words of which fewer than one in five
//! are the same, is *used again*: nobody is to read the new words under an old name.

use std::collections::BTreeSet;

use crate::body::provision::{Bearer, Parts, Provision, Reservations, Type};
use crate::body::text::Text;
use crate::fields::Words;
use crate::names::{Place, ProvisionId};
use crate::time::Day;
use crate::wording::{Span, common, spans};

/// One in so many words must be the same, or the id is used again.
const SAME_ONE_IN: usize = 5;

/// A text with its provisions in full.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The text.
    pub text: &'a Text,
    /// Its provisions, from the entry or the document.
    pub provisions: &'a [Provision],
}

/// A field that is not the same in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange<'a> {
    /// The provision before.
    pub old: &'a Provision,
    /// The provision after.
    pub new: &'a Provision,
    /// The key in the bytes.
    pub key: &'static str,
}

/// A definition whose words changed, and who uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermChange<'a> {
    /// The definition after.
    pub term: &'a Provision,
    /// The commitments that use it, by itself or through other definitions.
    pub used_by: Vec<&'a ProvisionId>,
}

/// Words of one provision in one language that are not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordChange<'a> {
    /// The provision after.
    pub provision: &'a Provision,
    /// The language.
    pub language: String,
    /// Whether these are the words of its term.
    pub of: Part,
    /// Both wordings, one in the other.
    pub spans: Vec<Span>,
}

/// Which words of a provision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it says.
    Words,
    /// The term that it defines.
    Term,
}

/// What is not the same in two texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference<'a> {
    /// Provisions that are gone.
    pub removed: Vec<&'a Provision>,
    /// Provisions that came and narrow by what they are.
    pub narrowing: Vec<&'a Provision>,
    /// Fields that narrow.
    pub narrowed: Vec<FieldChange<'a>>,
    /// Definitions that changed and that commitments use.
    pub terms: Vec<TermChange<'a>>,
    /// Ids that stand for other words: before, after.
    pub reused: Vec<(&'a Provision, &'a Provision)>,
    /// Words that changed.
    pub reworded: Vec<WordChange<'a>>,
    /// Fields that changed and do not narrow.
    pub changed: Vec<FieldChange<'a>>,
    /// The same words under another id: before, after.
    pub moved: Vec<(&'a Provision, &'a Provision)>,
    /// Provisions that came and do not narrow.
    pub added: Vec<&'a Provision>,
    /// Keys of the text itself that are not the same.
    pub head: Vec<&'static str>,
    /// Provisions that are the same in every field.
    pub unchanged: usize,
    /// Whether those that are in both stand in another order.
    pub reordered: bool,
}

/// The keys of a text beside its provisions.
const HEAD: [&str; 15] = [
    "title",
    "languages",
    "modality",
    "binding",
    "track",
    "between",
    "dated",
    "original",
    "rendering",
    "docs",
    "extends",
    "amends",
    "replaces",
    "corrects",
    "ends",
];

/// The keys of a provision beside its words.
const KEYS: [&str; 26] = [
    "no",
    "in",
    "uses",
    "with",
    "held_by",
    "alternative_to",
    "bearer",
    "through",
    "when",
    "until",
    "takes_effect",
    "due",
    "applies_from",
    "expires",
    "parts",
    "reservations",
    "reply_hours",
    "suspend_days",
    "withdraw_days",
    "counted_from",
    "instrument",
    "place",
    "dated",
    "doc",
    "modality",
    "binding",
];

impl<'a> Difference<'a> {
    /// Compares an earlier text with a later one.
    pub fn of(old: Side<'a>, new: Side<'a>) -> Self {
        let mut found = Self::default();
        let (before, after) = (old.text.to_value(), new.text.to_value());
        found.head = HEAD.into_iter().filter(|key| before.get(key) != after.get(key)).collect();
        let mut targets: BTreeSet<&ProvisionId> = BTreeSet::new();
        let mut pairs = Vec::new();
        for one in old.provisions {
            let same_id = new.provisions.iter().find(|other| other.id == one.id);
            if let Some(other) = same_id.filter(|other| continues(one, other)) {
                targets.insert(&other.id);
                pairs.push((one, other));
            } else if let Some(other) = moved_to(one, old, new).filter(|other| targets.insert(&other.id)) {
                found.moved.push((one, other));
                pairs.push((one, other));
                found.reused.extend(same_id.map(|other| (one, other)));
            } else if let Some(other) = same_id {
                found.reused.push((one, other));
            } else {
                found.removed.push(one);
            }
        }
        for (one, other) in &pairs {
            found.compare(one, other);
        }
        let shown: BTreeSet<&ProvisionId> = found.reused.iter().map(|(_, other)| &other.id).collect();
        for one in new.provisions.iter().filter(|one| !targets.contains(&one.id)) {
            if matches!(one.kind, Type::Saving | Type::May | Type::ScopeOut) {
                found.narrowing.push(one);
            } else if !shown.contains(&one.id) {
                found.added.push(one);
            }
        }
        found.terms = terms(&found, new);
        found.reordered = is_reordered(&pairs, new);
        found
    }

    /// Whether nothing at all differs.
    pub fn is_none(&self) -> bool {
        *self == Self { unchanged: self.unchanged, ..Self::default() }
    }

    fn compare(&mut self, old: &'a Provision, new: &'a Provision) {
        let before = (self.narrowed.len(), self.reworded.len(), self.changed.len());
        let (was, is) = (old.to_value(), new.to_value());
        for key in KEYS.into_iter().filter(|key| was.get(key) != is.get(key)) {
            let change = FieldChange { old, new, key };
            if narrows(old, new, key) { self.narrowed.push(change) } else { self.changed.push(change) }
        }
        let none = Words::new();
        let term = |one: &'a Provision| one.term.as_ref();
        self.reword(new, Part::Words, &old.words, &new.words);
        self.reword(new, Part::Term, term(old).unwrap_or(&none), term(new).unwrap_or(&none));
        let after = (self.narrowed.len(), self.reworded.len(), self.changed.len());
        if before == after && old.id == new.id {
            self.unchanged += 1;
        }
    }

    /// Compares the words in every language that one of them has.
    fn reword(&mut self, provision: &'a Provision, of: Part, old: &Words, new: &Words) {
        let languages: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for language in languages {
            let text = |words: &Words| words.get(language).cloned().unwrap_or_default();
            let (was, is) = (text(old), text(new));
            if was != is {
                let spans = spans(&was, &is);
                self.reworded.push(WordChange { provision, language: language.clone(), of, spans });
            }
        }
    }
}

/// Whether a provision is the earlier one under its own id, changed or not.
fn continues(old: &Provision, new: &Provision) -> bool {
    let alike = |(language, words): (&String, &String)| {
        let Some(other) = new.words.get(language) else { return true };
        let (same, most) = common(words, other);
        same.saturating_mul(SAME_ONE_IN) >= most
    };
    old.kind == new.kind && old.words.iter().all(alike)
}

/// The provision of the later text that has these very words under another id, if its
/// own id does not account for it.
fn moved_to<'a>(one: &Provision, old: Side<'_>, new: Side<'a>) -> Option<&'a Provision> {
    let is_same = |other: &&Provision| {
        other.id != one.id && other.kind == one.kind && other.words == one.words && other.term == one.term
    };
    let is_its_own = |other: &&Provision| {
        old.provisions.iter().any(|earlier| earlier.id == other.id && continues(earlier, other))
    };
    new.provisions.iter().filter(is_same).find(|other| !is_its_own(other))
}

/// Whether a change of this field narrows: the table at the head of this file.
fn narrows(old: &Provision, new: &Provision, key: &str) -> bool {
    let later = |was: &Option<Day>, is: &Option<Day>| match (was, is) {
        (None, Some(_)) => true,
        (Some(was), Some(is)) => is > was,
        (_, None) => false,
    };
    match key {
        "through" => {
            let lost = old.through.iter().any(|word| !new.through.contains(word));
            !new.through.is_empty() && (old.through.is_empty() || lost)
        }
        "bearer" => bears_less(old.bearer.as_ref(), new.bearer.as_ref()),
        "when" => new.when.is_some(),
        "until" => new.until.is_some(),
        "takes_effect" => new.takes_effect.is_some(),
        "expires" => match (&old.expires, &new.expires) {
            (None, Some(_)) => true,
            (Some(was), Some(is)) => is < was,
            (_, None) => false,
        },
        "due" => new.due.is_none() || later(&old.due, &new.due),
        "applies_from" => later(&old.applies_from, &new.applies_from),
        "reservations" => admits_more(old.reservations.as_ref(), new.reservations.as_ref()),
        "parts" => grain(new.parts) > grain(old.parts),
        _ => false,
    }
}

fn bears_less(old: Option<&Bearer>, new: Option<&Bearer>) -> bool {
    match (old.unwrap_or(&Bearer::Each), new.unwrap_or(&Bearer::Each)) {
        (Bearer::Each, Bearer::Author | Bearer::Named(_)) => true,
        (Bearer::Named(was), Bearer::Named(is)) => was.iter().any(|member| !is.contains(member)),
        _ => false,
    }
}

fn admits_more(old: Option<&Reservations>, new: Option<&Reservations>) -> bool {
    match (old.unwrap_or(&Reservations::Any), new.unwrap_or(&Reservations::Any)) {
        (Reservations::None, Reservations::On(_))
        | (Reservations::None | Reservations::On(_), Reservations::Any) => true,
        (Reservations::On(was), Reservations::On(is)) => is.iter().any(|id| !was.contains(id)),
        _ => false,
    }
}

/// How fine the parts are in which a text may be adopted.
fn grain(parts: Option<Parts>) -> u8 {
    match parts.unwrap_or(Parts::Whole) {
        Parts::Whole => 0,
        Parts::Baskets => 1,
        Parts::Provisions => 2,
    }
}

/// The definitions that changed and that commitments of the later text use.
fn terms<'a>(found: &Difference<'a>, new: Side<'a>) -> Vec<TermChange<'a>> {
    let reworded = found.reworded.iter().map(|change| change.provision);
    let again = found.reused.iter().map(|(_, other)| *other);
    let mut changed: Vec<&Provision> = reworded.chain(again).filter(|one| one.kind == Type::Define).collect();
    changed.dedup_by_key(|one| &one.id);
    let users = |term: &Provision| -> Vec<&'a ProvisionId> {
        let commitments = new.provisions.iter().filter(|one| one.kind.is_commitment());
        commitments.filter(|one| uses(one, &term.id, new)).map(|one| &one.id).collect()
    };
    let changes = changed.into_iter().map(|term| TermChange { term, used_by: users(term) });
    changes.filter(|change| !change.used_by.is_empty()).collect()
}

/// Whether a provision names a definition of its text, by itself or through others.
fn uses(one: &Provision, term: &ProvisionId, side: Side<'_>) -> bool {
    let mut open = vec![one];
    let mut seen = BTreeSet::new();
    while let Some(next) = open.pop() {
        for place in next.places() {
            let Place::Here(id) = place else { continue };
            if id == term {
                return true;
            }
            if seen.insert(id) {
                open.extend(side.provisions.iter().filter(|it| it.id == *id && it.kind == Type::Define));
            }
        }
    }
    false
}

/// Whether what is in both stands in another order.
fn is_reordered(pairs: &[(&Provision, &Provision)], new: Side<'_>) -> bool {
    let place = |one: &Provision| new.provisions.iter().position(|other| other.id == one.id);
    !pairs.iter().map(|(_, other)| place(other)).is_sorted()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authoring::read_text;
    use crate::body::text::{Provisions, Standing};

    const OLD: &str = r#"
[text]
title.en  = "Code"
languages = { en = "authentic" }
[d1]
define.en = "an assessment: a statement on an election"
[s1]
scope_in.en = "Interference with elections of the other side."
[c1]
uses = ["d1"]
refrain.en = "Each side will not make an assessment of an election before the missions report."
expires = 2030-12-31
[c2]
do.en = "Each side will name a person who answers questions within two days."
"#;

    fn read(source: &str) -> Text {
        read_text(source, Standing::Draft, &crate::authoring::Alone).unwrap()
    }

    fn with<R>(old: &Text, new: &Text, look: impl FnOnce(&Difference<'_>) -> R) -> R {
        let (Provisions::Here(was), Provisions::Here(is)) = (&old.provisions, &new.provisions) else {
            panic!("in the entry")
        };
        look(&Difference::of(Side { text: old, provisions: was }, Side { text: new, provisions: is }))
    }

    fn between<R>(from: &str, to: &str, look: impl FnOnce(&Difference<'_>) -> R) -> R {
        assert!(OLD.contains(from), "{from}");
        with(&read(OLD), &read(&OLD.replace(from, to)), look)
    }

    fn ids(all: &[&Provision]) -> Vec<String> {
        all.iter().map(|one| one.id.to_string()).collect()
    }

    #[test]
    fn the_same_is_the_same() {
        between("", "", |none| assert!(none.is_none() && none.unchanged == 4, "{none:?}"));
    }

    #[test]
    fn what_is_gone_and_what_narrows_by_being_there() {
        between("[s1]\nscope_in.en = \"Interference with elections of the other side.\"", "", |found| {
            assert_eq!((ids(&found.removed), found.unchanged), (vec!["s1".to_owned()], 3));
        });
        for narrowing in ["scope_out", "saving", "may"] {
            let more = format!("[x1]\n{narrowing}.en = \"What others say.\"\n[s1]");
            between("[s1]", &more, |found| {
                assert_eq!(ids(&found.narrowing), ["x1"]);
                assert!(found.added.is_empty());
            });
        }
        between("[s1]", "[x1]\ndo.en = \"Something.\"\n[s1]", |found| {
            assert_eq!((ids(&found.added), found.narrowing.len()), (vec!["x1".to_owned()], 0));
        });
    }

    #[test]
    fn an_earlier_last_day_narrows_and_a_later_one_does_not() {
        between("2030-12-31", "2029-12-31", |found| {
            assert_eq!((found.narrowed.len(), found.changed.len()), (1, 0));
            assert_eq!(found.narrowed[0].key, "expires");
        });
        between("2030-12-31", "2031-12-31", |found| {
            assert_eq!((found.narrowed.len(), found.changed.len()), (0, 1));
        });
        between("expires = 2030-12-31", "", |found| assert!(found.narrowed.is_empty()));
    }

    /// A key, what stands beside the words before and after, and whether that narrows.
    const RULES: [(&str, &str, &str, bool); 24] = [
        ("through", "", ",'through':['state']", true),
        ("through", ",'through':['private','state']", ",'through':['state']", true),
        ("through", ",'through':['state']", ",'through':['private','state']", false),
        ("through", ",'through':['state']", "", false),
        ("bearer", "", ",'bearer':['a']", true),
        ("bearer", "", ",'bearer':'author'", true),
        ("bearer", ",'bearer':['a','b']", ",'bearer':['b']", true),
        ("bearer", ",'bearer':['a']", ",'bearer':['a','b']", false),
        ("bearer", ",'bearer':['a']", "", false),
        ("until", "", ",'until':{'date':'2030-01-01'}", true),
        ("until", ",'until':{'date':'2030-01-01'}", "", false),
        ("when", "", ",'when':{'date':'2030-01-01'}", true),
        ("takes_effect", "", ",'takes_effect':{'date':'2030-01-01'}", true),
        ("due", "", ",'due':'2030-01-01'", true),
        ("due", ",'due':'2030-01-01'", "", true),
        ("due", ",'due':'2030-01-01'", ",'due':'2030-01-02'", true),
        ("due", ",'due':'2030-01-02'", ",'due':'2030-01-01'", false),
        ("applies_from", "", ",'applies_from':'2030-01-01'", true),
        ("reservations", ",'reservations':'none'", "", true),
        ("reservations", ",'reservations':['c1']", ",'reservations':['c1','c2']", true),
        ("reservations", "", ",'reservations':'none'", false),
        ("parts", "", ",'parts':'provisions'", true),
        ("parts", ",'parts':'baskets'", "", false),
        ("no", "", ",'no':'5(a)'", false),
    ];

    #[test]
    fn every_rule_of_the_table_on_fields() {
        let read_one = |key: &str, beside: &str| {
            let kind = if matches!(key, "parts" | "reservations") { "procedure" } else { "do" };
            let source = format!("{{'id':'c1','type':'{kind}','words':{{'en':'Words.'}}{beside}}}");
            let value: serde_json::Value = serde_json::from_str(&source.replace('\'', "\"")).unwrap();
            let value = crate::json::Value::parse(&value.to_string()).unwrap();
            Provision::read(&value, "").unwrap()
        };
        let text = read(OLD);
        for (key, old, new, due) in RULES {
            let side = |beside: &str| Text {
                provisions: Provisions::Here(vec![read_one(key, beside)]),
                ..text.clone()
            };
            with(&side(old), &side(new), |found| {
                let list = if due { &found.narrowed } else { &found.changed };
                assert_eq!(list.iter().map(|one| one.key).collect::<Vec<_>>(), [key], "{old} {new}");
                assert_eq!(found.narrowed.len() + found.changed.len(), 1);
            });
        }
    }

    #[test]
    fn a_changed_term_names_the_commitments_that_use_it() {
        between("a statement on an election", "a statement for publication on an election", |found| {
            assert_eq!(found.terms.len(), 1);
            assert_eq!(found.terms[0].used_by, [&"c1".parse::<ProvisionId>().unwrap()]);
        });
        between("uses = [\"d1\"]\nrefrain.en = \"Each", "refrain.en = \"Each", |found| {
            assert_eq!((found.terms.len(), found.changed.len()), (0, 1));
        });
    }

    #[test]
    fn an_id_that_is_used_again_is_said_and_not_hidden_in_a_change() {
        let words = "Each side will name a person who answers questions within two days.";
        between(words, "Nothing here limits broadcasting abroad, whoever pays it.", |found| {
            assert_eq!(found.reused.len(), 1, "{found:?}");
            assert!(found.reworded.is_empty() && found.added.is_empty());
        });
        between("do.en", "refrain.en", |found| assert_eq!(found.reused.len(), 1, "another type"));
        between(words, "Each side will name two persons who answer questions within ten days.", |found| {
            assert_eq!((found.reused.len(), found.reworded.len()), (0, 1));
        });
    }

    #[test]
    fn the_same_words_under_another_id_are_moved_and_a_swap_is_two_moves() {
        between("[c2]", "[c7]", |found| {
            assert_eq!((found.moved.len(), found.removed.len(), found.added.len()), (1, 0, 0));
        });
        let swapped = OLD.replace("[c1]", "[cx]").replace("[c2]", "[c1]").replace("[cx]", "[c2]");
        with(&read(OLD), &read(&swapped), |found| {
            assert_eq!((found.moved.len(), found.reused.len(), found.removed.len()), (2, 2, 0));
        });
    }

    #[test]
    fn languages_are_compared_each_for_itself() {
        let both = OLD.replace("{ en = \"authentic\" }", "{ en = \"authentic\", ru = \"translation\" }");
        let two = both.replace("do.en =", "do.ru = \"Назовёт того, кто отвечает.\"\ndo.en =");
        let three = two.replace("Назовёт того", "Назовёт тех");
        with(&read(&two), &read(&three), |found| {
            assert_eq!(found.reworded.len(), 1);
            assert_eq!(found.reworded[0].language, "ru");
        });
        with(&read(&two), &read(&both), |found| {
            assert_eq!(found.reworded[0].spans, [Span::Removed("Назовёт того, кто отвечает.".to_owned())]);
        });
    }

    #[test]
    fn another_order_is_told() {
        let (head, c2) = OLD.split_at(OLD.find("[c2]").unwrap());
        let (first, rest) = head.split_at(head.find("[d1]").unwrap());
        with(&read(OLD), &read(&format!("{first}{c2}\n{rest}")), |found| {
            assert!(found.reordered && found.unchanged == 4 && !found.is_none());
        });
    }
}
