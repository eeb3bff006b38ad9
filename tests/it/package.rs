//! What is handed out: the package, its licences, how it is installed.

use std::process::Command;

use crate::command_line::{text, tree};

fn cargo(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The licences that deny.toml allows.
fn allowed() -> Vec<String> {
    let deny: toml::Table = std::fs::read_to_string("deny.toml").unwrap().parse().unwrap();
    let allow = deny["licenses"]["allow"].as_array().unwrap();
    allow.iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// Whether an SPDX expression can be met with these licences alone.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    let met = either(&mut words, allowed);
    assert!(words.is_empty(), "{expression}: {words:?} is left");
    met
}

fn either(words: &mut Vec<&str>, allowed: &[String]) -> bool {
    let mut met = both(words, allowed);
    while words.pop_if(|word| *word == "OR").is_some() {
        met |= both(words, allowed);
    }
    met
}

fn both(words: &mut Vec<&str>, allowed: &[String]) -> bool {
    let mut met = one(words, allowed);
    while words.pop_if(|word| *word == "AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Vec<&str>, allowed: &[String]) -> bool {
    let word = words.pop().unwrap();
    if word == "(" {
        let met = either(words, allowed);
        assert_eq!(words.pop(), Some(")"));
        return met;
    }
    if words.pop_if(|word| *word == "WITH").is_some() {
        let exception = words.pop().unwrap();
        return allowed.contains(&format!("{word} WITH {exception}"));
    }
    allowed.iter().any(|one| one == word)
}

#[test]
fn the_licence_of_every_dependency_is_allowed() {
    let host = text(&Command::new("rustc").arg("-vV").output().unwrap().stdout);
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let words = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
    let metadata: serde_json::Value = serde_json::from_str(&cargo(&words)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 60, "{}", packages.len());
    let allowed = allowed();
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_else(|| panic!("{} has none", package["name"]));
        assert!(is_met(licence, &allowed), "{}: {licence}", package["name"]);
    }
}

#[test]
fn the_test_of_licences_can_fail() {
    let allowed = ["MIT".to_owned(), "BSD-3-Clause".to_owned()];
    for met in ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR (MIT AND BSD-3-Clause)", "Apache-2.0 WITH X OR MIT"] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR GPL-3.0) AND Unicode-3.0", "MIT WITH X"] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn every_exception_in_deny_toml_has_a_reason() {
    let deny: toml::Table = std::fs::read_to_string("deny.toml").unwrap().parse().unwrap();
    let lists = [&deny["advisories"]["ignore"], &deny["bans"]["skip"], &deny["bans"]["skip-tree"]];
    let exceptions: Vec<&toml::Value> = lists.iter().flat_map(|list| list.as_array().unwrap()).collect();
    assert!(exceptions.len() >= 4);
    for exception in exceptions {
        assert!(exception["reason"].as_str().unwrap().len() > 40, "{exception}");
    }
}

#[test]
fn the_package_holds_what_is_needed_and_no_more() {
    let list = cargo(&["package", "--list", "--allow-dirty", "--offline"]);
    let packed: Vec<&str> = list.lines().collect();
    for folder in ["src", "examples", "keys"] {
        for path in tree(std::path::Path::new(folder)).keys() {
            assert!(packed.contains(&path.to_str().unwrap()), "{} is not packed", path.display());
        }
    }
    for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "Cargo.lock", "docs/SPEC.md"] {
        assert!(packed.contains(&name), "{name} is not packed");
    }
    let mut bytes = 0;
    for path in packed.iter().filter(|path| !path.starts_with("Cargo.toml.") && !path.starts_with('.')) {
        assert!(!path.starts_with("tests/") && !path.starts_with("fuzz/"), "{path}");
        bytes += std::fs::metadata(path).unwrap().len();
    }
    assert!(bytes < 4 << 20, "{bytes} bytes are packed");
}

/// The command that docs/INSTALL.md gives for a static program.
fn static_build() -> Vec<String> {
    let page = std::fs::read_to_string("docs/INSTALL.md").unwrap();
    let line = page.lines().find(|line| line.contains("+crt-static")).unwrap();
    let (flags, words) = line.trim().rsplit_once('"').unwrap();
    assert_eq!(flags, "RUSTFLAGS=\"-C target-feature=+crt-static");
    let words: Vec<String> = words.split_whitespace().skip(1).map(str::to_owned).collect();
    assert!(words.starts_with(&["build".to_owned(), "--release".to_owned()]));
    words
}

#[test]
#[ignore = "needs a C library for static linking"]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn the_static_program_needs_no_library() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(static_build())
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .env("CARGO_TARGET_DIR", folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let program = folder.path().join("x86_64-unknown-linux-gnu/release/countersign");
    assert!(!names_an_interpreter(&std::fs::read(&program).unwrap()));
    // The same reading of a program that does need a library.
    assert!(names_an_interpreter(&std::fs::read(env!("CARGO_BIN_EXE_countersign")).unwrap()));
    let output = Command::new(&program).arg("--version").env_clear().output().unwrap();
    assert_eq!(text(&output.stdout), format!("countersign {}\n", env!("CARGO_PKG_VERSION")));
}

/// Whether an ELF file of 64 bits has a program header PT_INTERP: the loader that
/// brings it its libraries.
fn names_an_interpreter(elf: &[u8]) -> bool {
    assert_eq!(elf[..6], *b"\x7fELF\x02\x01", "64 bits, little endian");
    let number = |at: usize, long: usize| {
        elf[at..at + long].iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let (start, size, count) = (number(0x20, 8), number(0x36, 2), number(0x38, 2));
    assert!(count > 0);
    (0..count).any(|header| number(start + header * size, 4) == 3)
}
