//! Laws, by property: what parses prints back the same; strict JSON has one
//! spelling; nothing panics.

use countersign::charter::Charter;
use countersign::checkpoint::Checkpoint;
use countersign::entry::Signed;
use countersign::json::Value;
use countersign::note::Note;
use countersign::proof::Evidence;
use proptest::prelude::*;
use std::collections::BTreeMap;

use crate::world::{Joining, World, charter_bytes, charter_value, log};

fn value() -> impl Strategy<Value = Value> {
    let text = "[ -~\\n\u{e9}\u{416}\u{4e2d}]{1,12}".prop_map(Value::String);
    let leaf = prop_oneof![(0..=countersign::json::LARGEST).prop_map(Value::Number), text];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::btree_map("[a-z][a-z0-9_]{0,8}", inner, 0..5)
                .prop_map(|map: BTreeMap<String, Value>| Value::Object(map)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_encodes_to_text_that_parses_to_it(value in value()) {
        let text = value.encode();
        prop_assert_eq!(Value::parse(&text), Ok(value));
    }

    #[test]
    fn text_that_is_accepted_encodes_to_the_same_bytes(text in "[\\[\\]{}:,\"a-c0-9\\\\n ]{0,24}") {
        if let Ok(value) = Value::parse(&text) {
            prop_assert_eq!(value.encode(), text);
        }
    }

    #[test]
    fn a_change_of_strict_json_is_refused_or_is_another_value(value in value(), at in 0_usize..200, byte in 0_u8..128) {
        let text = value.encode();
        let mut bytes = text.clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(changed) = String::from_utf8(bytes)
            && let Ok(parsed) = Value::parse(&changed)
        {
            prop_assert_eq!(parsed.encode(), changed.clone());
            prop_assert_eq!(parsed == value, changed == text);
        }
    }

    #[test]
    fn any_bytes_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Signed::parse(&bytes);
        let _ = Charter::parse(&bytes);
        let _ = Evidence::parse(&bytes);
        if let Ok(note) = Note::parse(&bytes, 100) {
            prop_assert_eq!(note.to_bytes(), bytes);
        }
    }

    #[test]
    fn a_changed_entry_is_refused_or_prints_back(at in 0_usize..2000, byte in any::<u8>()) {
        let mut world = World::small();
        let bytes = world.state("moscow", "one \u{e9} two").bytes().to_vec();
        let mut changed = bytes.clone();
        let at = at % changed.len();
        changed[at] = byte;
        if let Ok(signed) = Signed::parse(&changed) {
            prop_assert_eq!(signed.entry().to_text(), signed.text());
            prop_assert_eq!(signed.bytes(), changed.as_slice());
            if changed != bytes {
                let keys = countersign::chain::Place::first(&world.charter, &log("moscow")).unwrap();
                let keys = keys.moved(1, None, None).keys(&signed);
                prop_assert!(keys.and_then(|keys| signed.verify(&keys)).is_err());
            }
        }
    }

    #[test]
    fn a_changed_checkpoint_is_refused(at in 0_usize..2000, byte in any::<u8>()) {
        let world = World::small();
        let seal = world.seal("moscow", 1);
        let mut bytes = seal.to_bytes();
        let at = at % bytes.len();
        let same = bytes[at] == byte;
        bytes[at] = byte;
        let key = world.charter.log_key(&log("moscow")).unwrap();
        let parsed = Checkpoint::parse(&bytes, &world.charter.id(), &log("moscow"), key);
        prop_assert_eq!(parsed.is_ok(), same);
    }

    #[test]
    fn a_changed_charter_is_refused_or_is_another_ledger(at in 0_usize..4000, byte in any::<u8>()) {
        let bytes = charter_bytes(&charter_value(&[Joining::party("moscow"), Joining::party("washington")]));
        let mut changed = bytes.clone();
        let at = at % changed.len();
        changed[at] = byte;
        if let Ok(charter) = Charter::parse(&changed) {
            let line = std::str::from_utf8(&changed).unwrap().strip_suffix('\n').unwrap();
            prop_assert_eq!(Value::parse(line).unwrap().encode(), line);
            prop_assert_eq!(charter.id() == countersign::hash::Hash::of(&bytes), changed == bytes);
        }
    }
}
