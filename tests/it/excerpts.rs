//! Excerpts: what belongs together cannot be parted without it being seen.

use std::collections::BTreeMap;

use countersign::audit::{Audit, Expectation};
use countersign::base64;
use countersign::body::membership::SealedHead;
use countersign::checkpoint::Checkpoint;
use countersign::context;
use countersign::entry::Signed;
use countersign::excerpt::{Carried, Cut, Excerpt, Files, Log, Opened};
use countersign::fault::{Code, Verdict};
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::merkle::{Nodes, Tree};
use countersign::names::Reference;
use countersign::precedence::Included;

use crate::review::{open_volume, rotate};
use crate::world::{World, key, log};

fn provision(id: &str, kind: &str, rest: &[(&str, Value)]) -> Value {
    let words = Value::object([("en", Value::text(format!("Words of {id}.")))]);
    let own = Value::object([("id", Value::text(id)), ("type", Value::text(kind)), ("words", words)]);
    rest.iter().fold(own, |value, (key, item)| value.with(key, item.clone()))
}

fn text(provisions: Vec<Value>) -> Value {
    Value::object([
        ("languages", Value::object([("en", Value::text("authentic"))])),
        ("provisions", Value::Array(provisions)),
        ("standing", Value::text("proposal")),
    ])
}

fn said(words: &str, about: &[String]) -> Value {
    let words = Value::object([("en", Value::text(words))]);
    Value::object([("about", Value::texts(about)), ("words", words)])
}

/// A text that uses a definition of another, and what was said of both: a reservation, a
/// question and its answer of kinds that this version may not know; and other matters.
pub struct Story {
    pub world: World,
    pub terms: Signed,
    pub text: Signed,
    pub bearing: Vec<Hash>,
}

pub fn story() -> Story {
    let mut world = World::small();
    world.state("moscow", "another matter");
    let terms = world.push("observer", "text", text(vec![provision("d8", "define", &[])]));
    let d8 = format!("{}#d8", terms.hash());
    let body = text(vec![
        provision("b1", "basket", &[]),
        provision("d1", "define", &[("uses", Value::texts([&d8]))]),
        provision("c3", "refrain", &[("in", Value::text("b1")), ("uses", Value::texts(["d1"]))]),
        provision("s1", "saving", &[]),
    ]);
    let head = world.head("observer");
    world.receipt("moscow", &[("observer", head)]);
    rotate(&mut world, "moscow", &["mid"], &["mid"]);
    let text = world.push("moscow", "text", body);
    let (whole, c3) = (text.hash().to_string(), format!("{}#c3", text.hash()));
    let reservation =
        world.push("washington", "statement", said("a reservation", std::slice::from_ref(&whole)));
    let head = world.head("moscow");
    world.receipt("washington", &[("moscow", head)]);
    let ask = world.push("washington", "ask", said("a protest", &[c3]));
    let answers =
        Value::object([("answers", Value::text(ask.hash())), ("position", Value::text("explains"))]);
    let answer = world.push("moscow", "answer", answers);
    world.state("observer", "another matter");
    let (head, other) = (world.head("washington"), world.head("moscow"));
    world.receipt("observer", &[("washington", head), ("moscow", other)]);
    let bearing = [&terms, &text, &reservation, &ask, &answer].map(Signed::hash).to_vec();
    Story { world, terms, text, bearing }
}

impl Story {
    fn audit(&self) -> Audit {
        self.world.audit(&self.world.whole_copy())
    }

    fn of(&self, id: &str) -> Reference {
        format!("{}#{id}", self.text.hash()).parse().unwrap()
    }

    fn whole(&self) -> Excerpt {
        Excerpt::whole(&self.audit(), &Files::new(), &self.of("c3"), &Cut::new()).unwrap()
    }

    fn part(&self) -> Excerpt {
        Excerpt::part(&self.audit(), &Files::new(), &self.of("c3")).unwrap()
    }

    fn open(&self, excerpt: &Excerpt) -> Opened {
        Excerpt::parse(&excerpt.to_bytes()).unwrap().open(&self.world.expectation())
    }
}

fn codes(opened: &Opened) -> Vec<Code> {
    let mut codes: Vec<Code> = opened.findings.iter().map(|found| found.code).collect();
    codes.dedup();
    codes
}

fn lacks(opened: &Opened, what: &str) {
    assert_eq!(opened.verdict, Verdict::Damaged, "{what}: {:?}", opened.findings);
    let named = |found: &&countersign::fault::Finding| {
        found.code == Code::ExcerptLacks && format!("{} {}", found.place, found.message).contains(what)
    };
    assert!(opened.findings.iter().any(|found| named(&found)), "{what}: {:?}", opened.findings);
}

fn logs(excerpt: &mut Excerpt) -> &mut Vec<Log> {
    match &mut excerpt.carried {
        Carried::Whole(logs) | Carried::Part(logs) => logs,
        Carried::Entry { .. } => panic!("one entry"),
    }
}

#[test]
fn a_whole_excerpt_is_a_copy_that_verifies_as_a_snapshot_does() {
    let story = story();
    let opened = story.open(&story.whole());
    assert_eq!((opened.verdict, opened.findings.len()), (Verdict::Whole, 0), "{:?}", opened.findings);
    assert!(opened.pinned && opened.left_out.is_empty());
    let (audit, own) = (opened.audit().unwrap(), story.audit());
    assert_eq!(audit.logs, own.logs);
    for hash in &story.bearing {
        assert!(audit.entry(hash).is_some());
    }
    let stranger = Excerpt::parse(&story.whole().to_bytes()).unwrap().open(&Expectation::default());
    assert_eq!((stranger.verdict, codes(&stranger)), (Verdict::Incomplete, vec![Code::NotPinned]));
    let other = Expectation { ledger: Some(vec![0; 32]), ..Expectation::default() };
    let other = story.whole().open(&other);
    assert_eq!((other.verdict, codes(&other)), (Verdict::Damaged, vec![Code::OtherLedger]));
}

#[test]
fn a_whole_excerpt_from_which_an_entry_was_taken_names_it() {
    let story = story();
    let whole = story.whole();
    let Carried::Whole(all) = &whole.carried else { panic!() };
    for (at, log) in all.iter().enumerate() {
        for seq in 0..log.entries.len() {
            let mut less = whole.clone();
            logs(&mut less)[at].entries.remove(seq);
            let opened = story.open(&less);
            lacks(&opened, &format!("{}/{seq}", log.log));
            // With a seal of its own log over what is before it.
            let mut less = whole.clone();
            if seq > 0 {
                let cut = &mut logs(&mut less)[at];
                cut.entries.truncate(seq);
                cut.checkpoint =
                    String::from_utf8(story.world.seal(log.log.as_str(), seq).to_bytes()).unwrap();
            } else {
                logs(&mut less).remove(at);
            }
            let opened = story.open(&less);
            let named = story.world.authors.values().flat_map(|author| &author.entries);
            let size = u64::try_from(seq).unwrap();
            let receipted =
                named.filter_map(|signed| signed.entry().seen.get(&log.log)).any(|h| h.size > size);
            if receipted {
                lacks(&opened, &format!("{}/{seq}", log.log));
            }
        }
    }
}

#[test]
fn an_older_cut_is_whole_and_says_where_it_ends() {
    let story = story();
    let audit = story.audit();
    // Seals that others carry end at moscow/4 and at moscow/5.
    let cut = |logs: &[(&str, u64)]| -> Cut { logs.iter().map(|(name, last)| (log(name), *last)).collect() };
    let make = |cut: &Cut| Excerpt::whole(&audit, &Files::new(), &story.of("c3"), cut);
    let older = make(&cut(&[("moscow", 4)])).unwrap();
    lacks(&story.open(&older), "moscow/5");
    let fault = make(&cut(&[("moscow", 2)])).unwrap_err();
    assert!(fault.code == Code::ExcerptLacks && fault.detail.contains("moscow/4"), "{fault:?}");
    let mut early = story.whole();
    for log in logs(&mut early) {
        let size = match log.log.as_str() {
            "moscow" => 5,
            "washington" => 3,
            _ => 2,
        };
        log.entries.truncate(size);
        log.checkpoint = String::from_utf8(story.world.seal(log.log.as_str(), size).to_bytes()).unwrap();
    }
    let opened = story.open(&early);
    assert_eq!(opened.verdict, Verdict::Whole, "{:?}", opened.findings);
    assert_eq!(
        opened.sealed,
        BTreeMap::from([(log("moscow"), 5), (log("observer"), 2), (log("washington"), 3)])
    );
}

#[test]
fn a_provision_without_its_text_its_definitions_or_its_document_is_not_shown() {
    let story = story();
    let opened = story.open(&Excerpt { of: story.of("c9"), ..story.whole() });
    lacks(&opened, "no provision c9");
    let absent = format!("{}#c1", Hash::of(b"no entry")).parse().unwrap();
    lacks(&story.open(&Excerpt { of: absent, ..story.whole() }), "is not in this file");
    // A definition in a text that nobody holds.
    let mut world = World::small();
    let uses = Value::texts([format!("{}#d8", Hash::of(b"no entry"))]);
    let signed = world.push("moscow", "text", text(vec![provision("c3", "do", &[("uses", uses)])]));
    let of: Reference = format!("{}#c3", signed.hash()).parse().unwrap();
    let audit = world.audit(&world.whole_copy());
    let opened = Excerpt::whole(&audit, &Files::new(), &of, &Cut::new()).unwrap().open(&world.expectation());
    lacks(&opened, "is not in this file");
    // Provisions in a document.
    let provision = provision("c3", "do", &[]);
    let document = Value::Array(vec![provision.clone()]).encode();
    let digest = Hash::of(provision.encode().as_bytes());
    let body = text(vec![Value::object([("digest", Value::text(digest)), ("id", Value::text("c3"))])])
        .with("doc", Value::text(Hash::of(document.as_bytes())));
    let signed = world.push("moscow", "text", body);
    let of: Reference = format!("{}#c3", signed.hash()).parse().unwrap();
    let audit = world.audit(&world.whole_copy());
    let files =
        Files::from([(format!("docs/{}", Hash::of(document.as_bytes())), document.clone().into_bytes())]);
    for files in [files, Files::new()] {
        let whole = Excerpt::whole(&audit, &files, &of, &Cut::new()).unwrap();
        let part = Excerpt::part(&audit, &files, &of).unwrap();
        assert_eq!(whole.files, files);
        let (whole, part) = (whole.open(&world.expectation()), part.open(&world.expectation()));
        if files.is_empty() {
            lacks(&whole, "document");
            lacks(&part, "document");
        } else {
            assert_eq!((whole.verdict, part.verdict), (Verdict::Whole, Verdict::Incomplete));
        }
    }
}

#[test]
fn a_part_says_what_it_leaves_out_and_a_record_finds_what_bears_on_it() {
    let story = story();
    let part = story.part();
    let audit = story.audit();
    let bearing = context::bearing_on(&audit, &story.text.hash());
    assert_eq!(bearing.iter().copied().collect::<Vec<_>>(), {
        let mut all = story.bearing.clone();
        all.sort_unstable();
        all
    });
    let mut opened = story.open(&part);
    assert_eq!((opened.verdict, codes(&opened)), (Verdict::Incomplete, vec![Code::BytesAbsent]));
    let left: Vec<String> =
        opened.left_out.iter().map(|(log, range)| format!("{log} {}..{}", range.start, range.end)).collect();
    assert_eq!(left, ["moscow 0..3", "observer 0..1", "observer 2..4", "washington 0..1", "washington 2..3"]);
    opened.compare(&audit);
    assert_eq!(opened.verdict, Verdict::Incomplete, "{:?}", opened.findings);
    // Every entry taken out, and every log: the record finds it, whatever the file says.
    let Carried::Part(all) = &part.carried else { panic!() };
    for (at, log) in all.iter().enumerate() {
        for seq in 0..log.entries.len() {
            let mut less = part.clone();
            let taken = Signed::parse(&logs(&mut less)[at].entries.remove(seq).bytes).unwrap();
            let mut opened = story.open(&less);
            if taken.entry().kind == "key" {
                assert_eq!(opened.verdict, Verdict::Damaged, "its signatures need it");
                continue;
            }
            let referred = [&story.terms, &story.text].iter().any(|one| one.hash() == taken.hash());
            let asked = taken.entry().kind == "ask";
            assert_eq!(opened.verdict == Verdict::Damaged, referred || asked, "{}", taken.cite());
            opened.compare(&audit);
            lacks(&opened, &taken.cite());
        }
        let mut less = part.clone();
        logs(&mut less).remove(at);
        let mut opened = story.open(&less);
        opened.compare(&audit);
        assert_eq!(opened.verdict, Verdict::Damaged, "{}", log.log);
    }
    // A record that is older than the file, and one of another ledger.
    let mut opened = story.open(&part);
    let mut copy = story.world.whole_copy();
    copy.logs.insert(log("moscow"), story.world.log_bytes_at("moscow", 4));
    opened.compare(&story.world.audit(&copy));
    assert!(codes(&opened).contains(&Code::OlderThanPins));
    let mut opened = story.open(&part);
    let mut other = crate::review::other_way(&story.world, "observer", 2, "another way");
    other.state("observer", "and on");
    copy = story.world.whole_copy();
    copy.logs.insert(log("observer"), other.log_bytes("observer"));
    opened.compare(&story.world.audit(&copy));
    assert!(codes(&opened).contains(&Code::Split), "{:?}", opened.findings);
    let mut strange = story.audit();
    strange.charter = None;
    let mut opened = story.open(&part);
    opened.compare(&strange);
    assert!(codes(&opened).contains(&Code::OtherLedger));
}

#[test]
fn an_entry_is_shown_by_itself_and_a_text_or_a_question_is_not() {
    let story = story();
    let audit = story.audit();
    for strand in audit.all_strands() {
        for signed in strand.entries() {
            let made = Excerpt::entry(&audit, strand, &signed);
            // What others may have objected to, answered or taken back belongs to it.
            let kind = signed.entry().kind.as_str();
            if matches!(kind, "adopt" | "answer" | "ask" | "notice" | "report" | "text") {
                assert_eq!(made.unwrap_err().code, Code::ExcerptLacks);
                continue;
            }
            let opened = story.open(&made.unwrap());
            assert_eq!(opened.verdict, Verdict::Whole, "{} {:?}", signed.cite(), opened.findings);
            assert_eq!(opened.entries[0].hash(), signed.hash());
        }
    }
    // A text put into the form of one entry by hand.
    let strand = &audit.strands[&log("moscow")];
    let seq = story.text.entry().seq;
    let statement = strand.entry(0).unwrap();
    let mut forced = Excerpt::entry(&audit, strand, &statement).unwrap();
    let seal = strand.seal.as_ref().unwrap();
    let proof = strand.tree.prove_inclusion(seq, seal.size()).unwrap();
    let before = strand.tree.prove_inclusion(3, seq).unwrap();
    let keys = vec![Included { bytes: strand.tree.bytes(3).unwrap(), proof: before.0 }];
    forced.of = Reference { entry: story.text.hash(), provision: None };
    forced.carried = Carried::Entry {
        note: story.text.bytes().to_vec(),
        keys,
        proof: countersign::tlog_proof::print(seq, &proof.0, seal),
    };
    lacks(&story.open(&forced), "what was said of moscow/4");
}

#[test]
fn every_changed_byte_of_an_excerpt_is_found() {
    let story = story();
    let audit = story.audit();
    let strand = &audit.strands[&log("moscow")];
    let entry = Excerpt::entry(&audit, strand, &strand.entry(0).unwrap()).unwrap();
    for (excerpt, due) in
        [(entry, Verdict::Whole), (story.whole(), Verdict::Whole), (story.part(), Verdict::Incomplete)]
    {
        let bytes = excerpt.to_bytes();
        let look = |bytes: &[u8]| match Excerpt::parse(bytes) {
            Ok(excerpt) => excerpt.open(&story.world.expectation()).verdict,
            Err(_) => Verdict::Damaged,
        };
        assert_eq!(look(&bytes), due);
        let step = if bytes.len() > 8_000 { 7 } else { 1 };
        for place in (0..bytes.len()).step_by(step) {
            let mut changed = bytes.clone();
            changed[place] ^= if place % 2 == 0 { 0x01 } else { 0x20 };
            assert!(look(&changed) >= Verdict::Damaged, "byte {place} of {}", bytes.len());
        }
    }
}

#[test]
fn a_tlog_proof_is_the_one_of_c2sp() {
    let story = story();
    let audit = story.audit();
    let strand = &audit.strands[&log("moscow")];
    let excerpt = Excerpt::entry(&audit, strand, &strand.entry(1).unwrap()).unwrap();
    let Carried::Entry { note, proof, .. } = &excerpt.carried else { panic!() };
    let lines: Vec<&str> = proof.split('\n').collect();
    assert_eq!(lines[..2], ["c2sp.org/tlog-proof@v1", "index 1"]);
    // The root from the leaf and the hashes, by hand.
    let hashes: Vec<Hash> =
        lines[2..5].iter().map(|line| Hash::new(base64::decode(line).unwrap().try_into().unwrap())).collect();
    let pair = Hash::node(&hashes[0], &Hash::leaf(note));
    let root = Hash::node(&Hash::node(&pair, &hashes[1]), &hashes[2]);
    assert_eq!(root, strand.tree.root().unwrap());
    assert_eq!((lines[5], lines[7]), ("", "6"), "{proof}");
    assert!(proof.ends_with(&String::from_utf8(strand.seal.as_ref().unwrap().to_bytes()).unwrap()));
}

#[test]
fn volumes_and_splits_go_into_an_excerpt_with_their_logs() {
    let mut story = story();
    let heads = [SealedHead { log: log("washington"), head: story.world.head("washington") }];
    let volume = open_volume(&mut story.world, "washington", &heads);
    let body = said("more", &[story.text.hash().to_string()]);
    story.world.push(&volume, "statement", body);
    let mut copy = story.world.copy(&["moscow", "observer", "washington"]);
    let author = story.world.author(&volume);
    let tree = Tree::of(author.notes.iter().map(|note| Hash::leaf(note)));
    let secret = key("washington log 2");
    let id = story.world.charter.id();
    let seal = Checkpoint::sign(&id, &log(&volume), tree.size(), tree.root().unwrap(), &secret);
    let mut bytes = story.world.log_bytes(&volume);
    bytes.checkpoint = Some(seal.to_bytes());
    copy.logs.insert(log(&volume), bytes);
    let other = crate::review::other_way(&story.world, "observer", 2, "a second branch");
    copy.branches.push((log("observer"), other.log_bytes("observer")));
    let audit = story.world.audit(&copy);
    assert_eq!(audit.verdict, Verdict::Contradicted);
    let whole = Excerpt::whole(&audit, &Files::new(), &story.of("c3"), &Cut::new()).unwrap();
    let part = Excerpt::part(&audit, &Files::new(), &story.of("c3")).unwrap();
    for (excerpt, is_part) in [(whole, false), (part, true)] {
        assert!(!excerpt.faults.is_empty());
        let mut opened = story.open(&excerpt);
        assert_eq!(opened.verdict, Verdict::Contradicted, "{:?}", opened.findings);
        assert!(!codes(&opened).contains(&Code::ExcerptLacks), "{:?}", opened.findings);
        assert!(opened.entries.iter().any(|signed| signed.cite() == format!("{volume}/1")));
        if is_part {
            opened.compare(&audit);
            assert!(!codes(&opened).contains(&Code::ExcerptLacks), "{:?}", opened.findings);
        }
    }
}

#[test]
fn a_stranger_is_told_what_an_excerpt_holds_and_what_it_does_not() {
    let desk = crate::order::adopted();
    desk.ok(&[
        "state",
        "In our reading.",
        "--about",
        "moscow/1#c1",
        "--dir",
        "washington",
        "--sign",
        "--yes",
    ]);
    let washington = ["--dir", "washington"];
    let with = |words: &[&'static str]| [words, &washington[..]].concat();
    desk.ok(&with(&["prove", "moscow/1", "--provision", "c1", "-o", "all"]));
    desk.ok(&with(&["prove", "moscow/1#c1", "--part", "-o", "some"]));
    desk.ok(&with(&["prove", "washington/2", "-o", "one"]));
    desk.refused(&with(&["prove", "washington/2", "-o", "one"]), 1, "exists");
    desk.refused(&with(&["prove", "moscow/1#c9", "-o", "x"]), 1, "no_entry");
    desk.refused(&with(&["prove", "moscow/1", "--as-of", "moscow/0", "-o", "x"]), 4, "excerpt_lacks");
    desk.refused(&with(&["prove", "moscow/1", "--as-of", "moscow/7", "-o", "x"]), 4, "excerpt_lacks");
    desk.refused(&with(&["prove", "moscow/1", "--as-of", "madrid/0", "-o", "x"]), 1, "no_entry");
    let pinned = ["--ledger", "charter.json"];
    let all = desk.ok(&[&["verify", "all"], &pinned[..]].concat());
    for line in [
        "moscow/1#c1, with every entry",
        "the cut: moscow 0 to 1",
        "the cut: washington 0 to 2",
        "In our reading.",
    ] {
        assert!(all.contains(line), "{line}: {all}");
    }
    assert!(all.contains("observer: no entry of it is here") && all.ends_with("WHOLE\n"), "{all}");
    let some = desk.exits(&[&["verify", "some"], &pinned[..]].concat(), 3);
    for line in ["not in this file: moscow 0", "What the entries that are not in this file say", "INCOMPLETE"]
    {
        assert!(some.contains(line), "{line}: {some}");
    }
    let compared = desk.exits(&[&["verify", "some", "--against", "washington"], &pinned[..]].concat(), 3);
    assert!(compared.contains("The record in washington was compared"), "{compared}");
    let one = desk.ok(&[&["verify", "one"], &pinned[..]].concat());
    assert!(one.contains("What other entries say of it is not in this file."), "{one}");
    desk.refused(&["verify", "all", "--against", "washington"], 2, "usage");
    desk.refused(&["verify", "pub", "--against", "washington"], 2, "usage");
    // The statement is taken out of the part; the file says so by number, and the record
    // says what it was.
    let mut part = Excerpt::parse(&std::fs::read(desk.path("some")).unwrap()).unwrap();
    let last = logs(&mut part).last_mut().unwrap();
    assert_eq!((last.log.as_str(), last.entries.len()), ("washington", 2));
    last.entries.pop();
    std::fs::write(desk.path("less"), part.to_bytes()).unwrap();
    let less = desk.exits(&[&["verify", "less"], &pinned[..]].concat(), 3);
    assert!(less.contains("not in this file: washington 2"), "{less}");
    let less = desk.exits(&[&["verify", "less", "--against", "washington"], &pinned[..]].concat(), 4);
    assert!(less.contains("excerpt_lacks") && less.contains("washington/2"), "{less}");
    let russian = desk.ok(&[&["verify", "all", "--lang", "ru"], &pinned[..]].concat());
    assert!(russian.contains("предел: moscow с 0 по 1"), "{russian}");
}
