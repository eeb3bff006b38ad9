//! Files of words: reading and printing are inverse, every error has its place.

use std::collections::BTreeMap;

use countersign::authoring::{Alone, File, Outside, Sheet, print, read, read_text};
use countersign::body::circumstance::{Dated, Document, Rendering};
use countersign::body::condition::{By, Condition, Members};
use countersign::body::provision::{
    Bearer, Binding, CountedFrom, Modality, Parts, Provision, Reservations, Type,
};
use countersign::body::text::{
    Consent, InReturn, Named, Provisions, Qualification, Relation, Standing, Text, Track, Yes,
};
use countersign::fields::Words;
use countersign::hash::Hash;
use countersign::names::{MemberId, Place, ProvisionId, Reference};
use countersign::time::Day;
use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

pub const CODE: &str = include_str!("../../examples/code-of-conduct/code.toml");
pub const RUSSIAN: &str = include_str!("../../examples/code-of-conduct/code.ru.toml");

fn words_of(text: &'static str) -> impl Strategy<Value = String> {
    // Line ends, quotation marks, escapes and long words at the wrong place.
    prop_oneof![
        Just(text.to_owned()),
        Just("2027-12-31".to_owned()),
        "[a-zа-я\\\\\"' #=\\n\\[\\]{}]{1,40}",
        "([a-zа-я\"\\\\]{1,9} ){20,60}[a-z]{1,9}",
        "([a-z]{1,9} ){1,30}[a-z]\n([a-z]{1,9} ){1,30}[a-z]",
    ]
}

fn words() -> impl Strategy<Value = Words> {
    (words_of("words"), of(words_of("слова"))).prop_map(|(en, ru)| {
        let mut words = Words::from([("en".to_owned(), en)]);
        words.extend(ru.map(|ru| ("ru".to_owned(), ru)));
        words
    })
}

fn day() -> impl Strategy<Value = Day> {
    (1_u32..=9999, 1_u32..=12, 1_u32..=28)
        .prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}").parse().unwrap())
}

fn members() -> impl Strategy<Value = Vec<MemberId>> {
    btree_set(select(vec!["beijing", "moscow", "observer", "washington"]), 1..4)
        .prop_map(|names| names.iter().map(|name| name.parse().unwrap()).collect())
}

fn some_of(names: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    btree_set(select(names), 0..3).prop_map(|names| names.iter().map(|name| (*name).to_owned()).collect())
}

fn hash() -> impl Strategy<Value = Hash> {
    any::<u8>().prop_map(|byte| Hash::of(&[byte]))
}

/// A definition: d1, whose `with` has what conditions name, or one of another text.
fn definition() -> impl Strategy<Value = Place> {
    let there = hash().prop_map(|entry| Place::There(entry, id("2027-01-01")));
    prop_oneof![Just(Place::Here(id("d1"))), there]
}

fn id(text: &str) -> ProvisionId {
    text.parse().unwrap()
}

fn condition() -> impl Strategy<Value = Condition> {
    let by = prop_oneof![
        Just(By::EachObserver),
        Just(By::AnyObserver),
        Just(By::EitherSide),
        Just(By::BothSides),
        members().prop_map(By::Named),
    ];
    let whom = prop_oneof![Just(Members::Each), members().prop_map(Members::Named)];
    let atom = prop_oneof![
        day().prop_map(Condition::Date),
        (definition(), by, some_of(&["day", "election"]), of(0_u64..400))
            .prop_map(|(of, by, same, days)| Condition::Reported { of, by, same, days }),
        whom.clone().prop_map(Condition::Adopted),
        (definition(), whom).prop_map(|(of, members)| Condition::InEffect { of, members }),
    ];
    let join = |inner: BoxedStrategy<Condition>| {
        prop_oneof![
            inner.clone(),
            vec(inner.clone(), 1..4).prop_map(Condition::All),
            vec(inner, 1..4).prop_map(Condition::Any),
        ]
        .boxed()
    };
    join(join(atom.boxed()))
}

/// The fields of every provision, those of `do`, and those of the other types.
fn provision() -> impl Strategy<Value = Provision> {
    let plain = (select(Type::ALL), words(), of(words_of("5(a)")), vec(definition(), 0..3));
    let bearer = prop_oneof![Just(Bearer::Each), Just(Bearer::Author), members().prop_map(Bearer::Named)];
    let through = vec(select(vec!["state", "on its territory", "mission", "moscow/envoy"]), 0..3);
    let duty = (of(bearer), through, of(condition()), of(condition()), of(condition()));
    let days = (of(day()), of(day()), of(day()), of(day()));
    let basket = (of(select(Modality::ALL)), of(select(Binding::ALL)), of(members()), of(words()));
    let reaffirmed = (of(words_of("an Act")), of(words_of("VI")), of(hash()), some_of(&["day", "election"]));
    (plain, duty, days, basket, reaffirmed).prop_map(|(plain, duty, days, basket, reaffirmed)| {
        let (kind, words, no, uses) = plain;
        let mut made = Provision { no, uses, ..Provision::plain(id("x"), kind, words) };
        let (bearer, through, when, until, takes_effect) = duty;
        let commits = made.kind.is_commitment();
        if commits || made.kind == Type::May {
            made.bearer = bearer;
            (made.applies_from, made.expires) = (days.0, days.1);
        }
        if commits {
            made.through = through.into_iter().map(str::to_owned).collect();
            (made.when, made.until, made.takes_effect) = (when, until, takes_effect);
        }
        match made.kind {
            Type::Do => made.due = days.2,
            Type::Basket => (made.modality, made.binding) = (basket.0, basket.1),
            Type::Declare => made.held_by = basket.2.unwrap_or_default(),
            Type::Define => (made.term, made.with) = (basket.3, reaffirmed.3),
            Type::Reaffirm => {
                (made.instrument, made.place, made.doc) = (reaffirmed.0, reaffirmed.1, reaffirmed.2);
                made.dated = days.3;
            }
            _ => {}
        }
        made
    })
}

/// The procedure that sets every field.
fn procedure() -> impl Strategy<Value = Provision> {
    let reservations = prop_oneof![
        Just(Reservations::Any),
        Just(Reservations::None),
        Just(Reservations::On(vec![id("d1"), id("x0")])),
    ];
    let numbers = (of(0_u64..9999), of(0_u64..9999), of(0_u64..9999));
    (
        words(),
        of(condition()),
        of(select(Parts::ALL)),
        of(reservations),
        numbers,
        of(select(CountedFrom::ALL)),
    )
        .prop_map(
            |(words, takes_effect, parts, reservations, (reply_hours, suspend_days, withdraw_days), from)| {
                Provision {
                    takes_effect,
                    parts,
                    reservations,
                    reply_hours,
                    suspend_days,
                    withdraw_days,
                    counted_from: from,
                    ..Provision::plain(id("p1"), Type::Procedure, words)
                }
            },
        )
}

fn consent() -> impl Strategy<Value = Consent> {
    let returned = prop_oneof![
        words().prop_map(InReturn::Words),
        hash().prop_map(|entry| InReturn::Entry(Reference { entry, provision: None })),
        hash().prop_map(|entry| InReturn::Entry(Reference { entry, provision: Some(id("c1")) })),
    ];
    let qualification = (select(Named::ALL), any::<bool>(), words()).prop_map(|(name, on, words)| {
        Qualification { name, on: if on { vec![id("d1")] } else { vec![] }, words }
    });
    (of(condition()), vec(returned, 0..3), any::<bool>(), vec(qualification, 0..3)).prop_map(
        |(condition, in_return_for, provisional, qualifications)| Consent {
            condition,
            in_return_for,
            provisional: provisional.then_some(Yes::Yes),
            qualifications,
        },
    )
}

fn text() -> impl Strategy<Value = Text> {
    let dated = (1_u32..9999, any::<bool>(), of(words_of("Moscow"))).prop_map(|(year, range, place)| Dated {
        from: format!("{year:04}-01-01").parse().unwrap(),
        to: range.then(|| format!("{year:04}-02-01").parse().unwrap()),
        place,
    });
    let docs = btree_set(any::<u8>(), 0..3).prop_map(|bytes| {
        let mut digests: Vec<Hash> = bytes.iter().map(|byte| Hash::of(&[*byte])).collect();
        digests.sort();
        digests.into_iter().map(|digest| Document { digest, name: "a \"name\".pdf".to_owned() }).collect()
    });
    let head = (of(members()), of(select(Binding::ALL)), consent(), of(dated), docs);
    let more = (of(select(Modality::ALL)), of(hash()), vec(hash(), 5), of(select(Track::ALL)), of(words()));
    let relations = (any::<[bool; 5]>(), any::<bool>());
    (head, more, relations, vec(provision(), 0..5), procedure()).prop_map(
        |((between, binding, consent, dated, docs), more, (relations, renders), provisions, procedure)| {
            let with = vec!["day".to_owned(), "election".to_owned()];
            let words = Words::from([("en".to_owned(), "defined".to_owned())]);
            let d1 = Provision { with, ..Provision::plain(id("d1"), Type::Define, words.clone()) };
            let mut all = vec![d1, Provision::plain(id("b1"), Type::Basket, words.clone())];
            all.push(Provision {
                alternative_to: Some(Place::Here(id("d1"))),
                ..Provision::plain(id("d1-alt"), Type::Define, words)
            });
            for (number, provision) in provisions.into_iter().enumerate() {
                let basket = (provision.kind != Type::Basket).then(|| Place::Here(id("b1")));
                all.push(Provision { id: id(&format!("x{number}")), basket, ..provision });
            }
            if all.iter().all(|p| p.id != id("x0")) {
                all.push(Provision::plain(id("x0"), Type::Saving, Words::from([("en".into(), "x".into())])));
            }
            all.push(procedure);
            let languages = BTreeMap::from([
                ("en".to_owned(), "authentic".to_owned()),
                ("ru".to_owned(), "translation".to_owned()),
            ]);
            let (modality, original, hashes, track, title) = more;
            Text {
                between: between.unwrap_or_default(),
                binding,
                consent,
                dated,
                docs,
                modality,
                original,
                relations: Relation::ALL
                    .iter()
                    .zip(relations)
                    .zip(hashes)
                    .filter_map(|(((_, relation), stands), hash)| stands.then_some((*relation, hash)))
                    .collect(),
                rendering: renders.then_some(Rendering::Abstract),
                title,
                track,
                ..Text::plain(languages, all, Standing::Pledge)
            }
        },
    )
}

fn here(text: &Text) -> &[Provision] {
    match &text.provisions {
        Provisions::Here(provisions) => provisions,
        Provisions::InDocument { .. } => panic!("in a document"),
    }
}

proptest! {
    #[test]
    fn parse_and_print_of_a_text_are_inverse(text in text()) {
        prop_assert_eq!(Text::read(&text.to_value()), Ok(text.clone()));
        let printed = print::print(&text, here(&text));
        let read = read_text(&printed, Standing::Pledge, &Alone);
        prop_assert_eq!(read.as_ref(), Ok(&text), "{}", printed);
    }
}

/// The two files of the example.
pub fn example() -> Sheet {
    let files = [File { name: "code.toml", source: CODE }, File { name: "code.ru.toml", source: RUSSIAN }];
    read(&files, Standing::Proposal, &Alone).unwrap()
}

#[test]
fn the_example_prints_back_and_its_digest_has_no_author_and_no_standing() {
    let sheet = example();
    assert_eq!(here(&sheet.text).len(), 32);
    let printed = print::print(&sheet.text, here(&sheet.text));
    let again = read_text(&printed, Standing::Proposal, &Alone).unwrap();
    assert_eq!(again, sheet.text);
    let pledge = read_text(&printed, Standing::Pledge, &Alone).unwrap();
    assert_eq!(pledge.words_digest(None), sheet.text.words_digest(None));
}

#[test]
fn layout_and_the_order_of_names_are_not_words() {
    let digest = |source: &str| read_text(source, Standing::Proposal, &Alone).unwrap().words_digest(None);
    let first = "[text]\nbetween = [\"moscow\", \"washington\"]\nlanguages.en = \"authentic\"\n[c1]\ndo.en = \"One two.\"\n";
    let second = "# a comment\n[text]\nlanguages = { en = \"authentic\" }\nbetween = [\"washington\", \"moscow\"]\n[c1]\ndo.en = \"\"\"One\n   two.\n\"\"\"";
    assert_eq!(digest(first), digest(second));
    assert_ne!(digest(first), digest(&first.replace("One two", "One too")));
}

#[test]
fn what_stands_in_the_file_of_another_language_has_its_place() {
    for (russian, line, column) in [
        ("[c9]\nrefrain.ru = \"слова\"", 1, 2),
        ("[c3]\ndo.ru = \"слова\"", 2, 1),
        ("[c3]\nrefrain.en = \"words\"", 2, 1),
        ("[c3]\nrefrain.fr = \"mots\"", 2, 14),
        ("[c3]\nexpires = 2027-01-01", 2, 1),
        ("[c3]\nterm.ru = \"слово\"", 2, 1),
        ("[text]\nlanguages.ru = \"authentic\"", 2, 1),
    ] {
        let files = [File { name: "code.toml", source: CODE }, File { name: "ru", source: russian }];
        let error = read(&files, Standing::Proposal, &Alone).unwrap_err();
        let spot = (error.spot.file.as_str(), error.spot.line, error.spot.column);
        assert_eq!(spot, ("ru", line, column), "{russian}: {error}");
    }
}

#[test]
fn what_a_writer_would_slip_on_has_its_place() {
    let line = |needle: &str| CODE.lines().position(|line| line.contains(needle)).unwrap() + 1;
    for (from, to, at) in [
        ("same = [\"election\"] },", "same = [\"vote\"] },", "reported = \"d8\""),
        ("reported = \"d8\"", "reported = \"d88\"", "reported = \"d8\""),
        ("reported = \"d8\"", "reported = \"c1\"", "reported = \"d8\""),
        ("reply_hours  = 72", "withdraw_days = 72", "withdraw_days = 90"),
        ("reply_hours  = 72", "alternative_to = \"p2\"", "reply_hours"),
        ("reply_hours  = 72", "alternative_to = \"g1\"", "reply_hours"),
        ("reply_hours  = 72", "until = { date = 2027-01-01 }", "reply_hours"),
        ("reply_hours  = 72", "reservations = [\"c1\", \"c7\"]", "reply_hours"),
        ("reply_hours  = 72", "reply_hours  = \"72\"", "reply_hours"),
        ("track     = \"1.5\"", "track     = 1.5", "track"),
        ("between   = [\"moscow\", ", "between   = [\"Moscow\", ", "between"),
        ("through    = [\"state\",", "through    = [\"State\",", "through"),
        ("by = \"each observer\"", "by = \"observers\"", "each observer"),
        ("parts        = \"baskets\"", "parts        = \"lanes\"", "parts"),
        ("dated       = 1965-12-21", "dated       = 1965-12-32", "1965"),
    ] {
        assert!(CODE.contains(from), "{from}");
        let source = CODE.replacen(from, to, 1);
        let error = read_text(&source, Standing::Proposal, &Alone).unwrap_err();
        assert_eq!(error.spot.line, line(at), "{to}: {error}");
        assert!(error.spot.column > 0 && !error.due.is_empty());
    }
}

#[test]
fn hidden_and_turning_characters_are_errors_at_their_place() {
    for hidden in ['\u{202e}', '\u{2066}', '\u{200b}', '\u{ad}', '\u{feff}', '\u{e0041}'] {
        let source = CODE.replace("declaration against", &format!("declaration{hidden} against"));
        let error = read_text(&source, Standing::Proposal, &Alone).unwrap_err();
        let line = source.lines().position(|line| line.contains(hidden)).unwrap();
        let column = source.lines().nth(line).unwrap().chars().position(|c| c == hidden).unwrap();
        assert_eq!((error.spot.line, error.spot.column), (line + 1, column + 1), "{error}");
    }
}

#[test]
fn documents_and_references_are_asked_for() {
    struct Around;
    impl Outside for Around {
        fn reference(&self, cited: &str) -> Result<Reference, String> {
            let id = cited.split_once('#').map(|(_, id)| id.parse().unwrap());
            Ok(Reference { entry: Hash::of(b"group/1"), provision: id })
        }

        fn document(&self, path: &str) -> Result<Hash, String> {
            Ok(Hash::of(path.as_bytes()))
        }

        fn provision(&self, reference: &Reference) -> Option<Provision> {
            let words = Words::from([("en".to_owned(), "elsewhere".to_owned())]);
            Some(Provision::plain(reference.provision.clone()?, Type::Basket, words))
        }
    }
    let source = "[text]\nlanguages.en = \"authentic\"\noriginal = \"paper.pdf\"\ndocs = [\"b/map.png\"]\nextends = \"group/1\"\n[c4]\nin = \"group/1#b2\"\ndo.en = \"A list.\"\n";
    let text = read_text(source, Standing::Proposal, &Around).unwrap();
    assert_eq!(text.original, Some(Hash::of(b"paper.pdf")));
    assert_eq!(text.docs[0].name, "map.png");
    assert_eq!(text.relations, [(Relation::Extends, Hash::of(b"group/1"))]);
    // What another text holds under the id is looked at too.
    let uses = source.replace("in = \"group/1#b2\"", "uses = [\"group/1#b2\"]");
    assert!(read_text(&uses, Standing::Proposal, &Around).unwrap_err().due.contains("definition"));
    assert_eq!(read_text(source, Standing::Proposal, &Alone).unwrap_err().spot.line, 3);
}

/// The indented block of a page that stands first behind a line that begins so.
fn block(page: &str, behind: &str) -> String {
    let rest = page.split(&format!("\n{behind}")).nth(1).unwrap().lines().skip(1);
    let block = rest.skip_while(|line| line.is_empty()).take_while(|line| line.starts_with("    "));
    block.flat_map(|line| [&line[4..], "\n"]).collect()
}

#[test]
fn the_example_of_the_specification_is_read_and_printed() {
    let page = std::fs::read_to_string("docs/SPEC.md").unwrap();
    let toml = block(&page, "### 5.2 Texts as people write them");
    let text = read_text(&toml, Standing::Proposal, &Alone).unwrap();
    assert_eq!(text.to_value().encode() + "\n", block(&page, "### 5.1 Texts"));
    let digest = text.words_digest(None).unwrap();
    assert!(page.contains(&format!("the digest of its words is\n{digest}.")), "{digest}");
    let pledge = read_text(&toml, Standing::Pledge, &Alone).unwrap();
    let provisional = Consent { provisional: Some(Yes::Yes), ..Consent::default() };
    assert_eq!(Text { consent: provisional, ..pledge }.words_digest(None), Some(digest));
}

#[test]
fn every_key_of_the_schema_is_in_the_specification() {
    let page = std::fs::read_to_string("docs/SPEC.md").unwrap();
    let section = page.split("### 5.1 Texts").nth(1).unwrap().split("### 5.2").next().unwrap();
    // The error that lists the keys is made of the schema.
    for (source, from) in [
        ("[text]\nx = 1\n", "one of the keys of [text]: "),
        ("[text]\nlanguages.en = \"authentic\"\n[c1]\nx = 1\n", "or a key of a provision: "),
        ("[text]\nlanguages.en = \"authentic\"\n[c1]\nuntil = { x = 1 }\n", "keys of a condition: "),
    ] {
        let error = read_text(source, Standing::Proposal, &Alone).unwrap_err();
        let keys = error.due.split(from).nth(1).unwrap_or_else(|| panic!("{error}"));
        for key in keys.split(", ").filter(|key| !["title", "languages"].contains(key)) {
            assert!(section.contains(&format!("`{key}`")), "{key}");
        }
    }
}
