//! Other people's tools: Go's own sumdb packages verify what is published.

use std::fs;
use std::path::Path;
use std::process::Command;

use countersign::disk::RealDisk;
use countersign::publish::{self, How};

use crate::command_line::{Desk, text};
use crate::world::World;

/// Publishes a world of several bundles and tiles, with receipts, into a folder.
fn published(folder: &Path) -> u64 {
    let mut world = World::small();
    for number in 0..600 {
        world.state("moscow", &format!("statement {number}"));
        if number % 50 == 0 {
            let head = world.head("moscow");
            world.receipt("washington", &[("moscow", head)]);
        }
    }
    let copy = world.whole_copy();
    let audit = world.audit(&copy);
    assert_eq!(audit.verdict.as_str(), "whole");
    publish::publish(&RealDisk::new(), &audit, &copy, None, &folder.join("snapshot"), How::default())
        .unwrap();
    fs::write(folder.join("charter.json"), world.charter.bytes()).unwrap();
    audit.entries_checked
}

fn verify(desk: &Desk) -> std::process::Output {
    let charter = desk.ok(&["charter", "show", "charter.json", "--json"]);
    fs::write(desk.path("charter-shown.json"), charter).unwrap();
    Command::new(std::env::current_dir().unwrap().join("target/interop/verify"))
        .args(["snapshot", "charter-shown.json"])
        .current_dir(desk.folder.path())
        .output()
        .unwrap()
}

#[test]
#[ignore = "needs go (tests/setup/go.sh)"]
fn go_verifies_every_entry_checkpoint_and_inclusion() {
    let desk = Desk::new();
    let entries = published(desk.folder.path());
    assert_eq!(entries, 615);
    desk.exits(&["verify", "snapshot", "--ledger", "charter.json"], 0);
    let output = verify(&desk);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "615 entries signed, 615 included\n");
    // And it sees what is changed.
    let bundle = desk.path("snapshot/logs/moscow/tile/entries/001");
    let mut bytes = fs::read(&bundle).unwrap();
    let at = bytes.windows(9).position(|window| window == b"statement").unwrap();
    bytes[at + 1] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    assert!(!verify(&desk).status.success());
    desk.exits(&["verify", "snapshot", "--ledger", "charter.json"], 4);
}
