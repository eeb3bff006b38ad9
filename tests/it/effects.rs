//! What has effect by rules 1, and what is without.

use countersign::body::text::{Adoption, Standing, Text};
use countersign::charter::Charter;
use countersign::entry::Signed;
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::status::{self, Cited, Effect};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::world::{Author, Joining, World, charter_bytes, charter_value, log};

fn text(standing: Standing) -> Value {
    let body = "{\"languages\":{\"en\":\"authentic\"},\"provisions\":[{\"id\":\"c1\",\"type\":\"do\",\"words\":{\"en\":\"We do.\"}}],\"standing\":\"draft\"}";
    let mut text = Text::read(&Value::parse(body).unwrap()).unwrap();
    text.standing = standing;
    text.to_value()
}

fn adoption(of: &Signed) -> Value {
    let text = Text::read(&of.entry().body).unwrap();
    Adoption::whole(of.hash(), text.words_digest(None).unwrap()).to_value()
}

/// The effect of the last entry of a log.
fn last(world: &World, name: &str) -> Effect {
    let audit = world.audit(&world.whole_copy());
    let strand = &audit.strands[&log(name)];
    status::effect(&audit, &strand.entries().last().unwrap())
}

fn without(effect: &Effect, why: &str) {
    let Effect::Without(said) = effect else { panic!("{effect:?} should be without effect: {why}") };
    let said = said.of(countersign::vocabulary::Tongue::English);
    assert!(said.contains(why), "{said}");
}

/// Adopts with a receipt of all of the text's log.
fn adopt(world: &mut World, who: &str, of: &Signed, body: Value) {
    let author = of.entry().author.to_string();
    let mut entry = world.next(who, "adopt", body);
    let before = world.author(who).chain.receipted().get(&log(&author)).copied().unwrap_or(0);
    let head = world.head(&author);
    if head.size > before && author != who {
        entry.seen = BTreeMap::from([(log(&author), head)]);
    }
    let bytes = world.sign(&entry);
    world.add(who, bytes);
}

#[test]
fn a_side_adopts_what_it_received_and_nobody_else_does() {
    let mut world = World::small();
    let proposal = world.push("moscow", "text", text(Standing::Proposal));
    adopt(&mut world, "washington", &proposal, adoption(&proposal));
    assert_eq!(last(&world, "washington"), Effect::AsWritten);
    adopt(&mut world, "observer", &proposal, adoption(&proposal));
    without(&last(&world, "observer"), "observer");
    world.push("observer", "text", text(Standing::Pledge));
    without(&last(&world, "observer"), "observer");
    world.push("observer", "text", text(Standing::Proposal));
    assert_eq!(last(&world, "observer"), Effect::AsWritten, "anybody tables a text");
}

#[test]
fn what_was_not_received_is_a_draft_or_has_other_words_is_not_adopted() {
    let mut world = World::small();
    let proposal = world.push("moscow", "text", text(Standing::Proposal));
    world.push("washington", "adopt", adoption(&proposal));
    without(&last(&world, "washington"), "was not received before");
    let mut other = adoption(&proposal);
    other = other.with("words_digest", Value::text(Hash::of(b"other words")));
    adopt(&mut world, "washington", &proposal, other);
    without(&last(&world, "washington"), "digest");
    let draft = world.push("moscow", "text", text(Standing::Draft));
    adopt(&mut world, "washington", &draft, adoption(&draft));
    without(&last(&world, "washington"), "draft");
    let statement = world.state("moscow", "no text");
    adopt(&mut world, "washington", &statement, Adoption::whole(statement.hash(), Hash::of(b"")).to_value());
    without(&last(&world, "washington"), "is no text");
    let nothing = Adoption::whole(Hash::of(b"nothing"), Hash::of(b"")).to_value();
    world.push("washington", "adopt", nothing);
    without(&last(&world, "washington"), "not held here");
}

#[test]
fn more_pens_than_the_threshold_are_needed_where_the_charter_says_so() {
    let two = Joining { labels: vec!["a", "b"], threshold: 1, ..Joining::party("moscow") };
    let value = charter_value(&[two, Joining::party("washington")]);
    let text_of = value.encode().replacen("\"recovery\"", "\"more_pens\":{\"pledge\":2},\"recovery\"", 1);
    let charter = Arc::new(Charter::parse(&charter_bytes(&Value::parse(&text_of).unwrap())).unwrap());
    let mut world = World { charter: Arc::clone(&charter), authors: BTreeMap::new() };
    for name in ["moscow", "washington"] {
        let chain = countersign::chain::Chain::new(&charter, &log(name)).unwrap();
        let pens = vec![if name == "moscow" { "a".to_owned() } else { "main".to_owned() }];
        world.authors.insert(name.to_owned(), Author { chain, pens, entries: vec![], notes: vec![] });
        world.push(name, "join", Value::object([]));
    }
    world.push("moscow", "text", text(Standing::Pledge));
    without(&last(&world, "moscow"), "2 labels");
    world.authors.get_mut("moscow").unwrap().pens = vec!["a".into(), "b".into()];
    world.push("moscow", "text", text(Standing::Pledge));
    assert_eq!(last(&world, "moscow"), Effect::AsWritten);
}

#[test]
fn entries_are_found_by_place_and_by_hash() {
    let mut world = World::small();
    let one = world.state("moscow", "one");
    let audit = world.audit(&world.whole_copy());
    let hash = one.hash().to_string();
    for cited in ["moscow/1", &hash, &hash[..9]] {
        let found = status::find(&audit, cited);
        assert!(matches!(&found, Cited::One(_, signed) if **signed == one), "{cited}");
    }
    for none in ["moscow/2", "moscow/x", "athens/0", &hash[..3], "zz", "", "/", "moscow.2/0"] {
        assert!(matches!(status::find(&audit, none), Cited::None), "{none}");
    }
}

#[test]
fn entries_are_listed_after_what_they_receipt() {
    let mut world = World::small();
    world.state("washington", "one");
    let head = world.head("washington");
    world.receipt("moscow", &[("washington", head)]);
    let head = world.head("moscow");
    world.receipt("observer", &[("moscow", head)]);
    let audit = world.audit(&world.whole_copy());
    let order: Vec<String> = status::in_order(&audit).map(|(_, signed)| signed.cite()).collect();
    let at = |cite: &str| order.iter().position(|one| one == cite).unwrap();
    assert_eq!(order.len(), 6);
    assert!(at("washington/1") < at("moscow/1") && at("moscow/1") < at("observer/1"));
}
