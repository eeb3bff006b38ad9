//! What `--json` prints, against the schemas in docs/schemas: every command is run,
//! and every schema is met.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::command_line::{Desk, copy_tree, text, tree};

/// The schemas by the format that they describe.
fn schemas() -> BTreeMap<String, Value> {
    let files = tree(std::path::Path::new("docs/schemas"));
    let schemas = files.iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "json"));
    schemas
        .map(|(path, bytes)| {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let schema: Value = serde_json::from_slice(bytes).unwrap();
            let format = schema["properties"]["format"]["const"].as_str().unwrap().to_owned();
            assert_eq!(format, format!("countersign.{name}/1"), "{}", path.display());
            (format, schema)
        })
        .collect()
}

/// What in a schema checks nothing or is not known to [`breaches`].
fn loose(schema: &Value, at: &str, found: &mut Vec<String>) {
    let Some(map) = schema.as_object() else { return found.push(format!("{at}: no schema")) };
    let known = [
        "$schema",
        "title",
        "description",
        "type",
        "required",
        "properties",
        "additionalProperties",
        "items",
        "enum",
        "const",
    ];
    for keyword in map.keys().filter(|keyword| !known.contains(&keyword.as_str())) {
        found.push(format!("{at}: the keyword {keyword} is not known here"));
    }
    let types = types(map);
    if types.is_empty() && !map.contains_key("const") {
        found.push(format!("{at}: neither a type nor a constant"));
    }
    let names = ["object", "array", "string", "integer", "boolean", "null"];
    for name in types.iter().filter(|name| !names.contains(name)) {
        found.push(format!("{at}: {name} is no type"));
    }
    if types.contains(&"object") {
        match map.get("additionalProperties") {
            Some(Value::Bool(_)) => {}
            Some(schema) => loose(schema, &format!("{at}.*"), found),
            None => found.push(format!("{at}: additionalProperties is not said")),
        }
    }
    let properties = map.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    for required in map.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !properties.contains_key(required.as_str().unwrap()) {
            found.push(format!("{at}: {required} is required and not described"));
        }
    }
    for (name, schema) in &properties {
        loose(schema, &format!("{at}.{name}"), found);
    }
    match map.get("items") {
        Some(items) => loose(items, &format!("{at}[]"), found),
        None if types.contains(&"array") => found.push(format!("{at}: items are not described")),
        None => {}
    }
}

fn types(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().map(|one| one.as_str().unwrap()).collect(),
        Some(one) => vec![one.as_str().unwrap()],
        None => vec![],
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Where a value is not what its schema says.
fn breaches(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let map = schema.as_object().unwrap();
    let types = types(map);
    if !types.is_empty() && !types.contains(&type_of(value)) {
        found.push(format!("{at}: {} is not {types:?}", type_of(value)));
    }
    if map.get("const").is_some_and(|due| due != value) {
        found.push(format!("{at}: {value} is not the constant"));
    }
    if map.get("enum").is_some_and(|due| !due.as_array().unwrap().contains(value)) {
        found.push(format!("{at}: {value} is not listed"));
    }
    if let Value::Array(items) = value {
        for (number, item) in items.iter().enumerate() {
            breaches(&map["items"], item, &format!("{at}[{number}]"), found);
        }
    }
    let Value::Object(fields) = value else { return };
    for required in map.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !fields.contains_key(required.as_str().unwrap()) {
            found.push(format!("{at}: {required} is absent"));
        }
    }
    for (name, value) in fields {
        let at = format!("{at}.{name}");
        let described = map.get("properties").and_then(|all| all.get(name));
        match described.unwrap_or(&map["additionalProperties"]) {
            Value::Bool(true) => {}
            Value::Bool(false) => found.push(format!("{at}: not described")),
            schema => breaches(schema, value, &at, found),
        }
    }
}

/// A desk whose commands are checked: what they print, and that they print one value.
struct Checked {
    desk: Desk,
    schemas: BTreeMap<String, Value>,
    met: BTreeSet<String>,
}

impl Checked {
    fn new(desk: Desk) -> Self {
        Self { desk, schemas: schemas(), met: BTreeSet::new() }
    }

    fn check(&mut self, words: &[&str], printed: &str) -> Value {
        let value: Value =
            serde_json::from_str(printed).unwrap_or_else(|e| panic!("{words:?}: {e}: {printed}"));
        let format = value["format"].as_str().unwrap_or_else(|| panic!("{words:?}: no format: {printed}"));
        let schema = self.schemas.get(format).unwrap_or_else(|| panic!("{words:?}: no schema for {format}"));
        let mut found = Vec::new();
        breaches(schema, &value, "", &mut found);
        assert!(found.is_empty(), "{words:?}: {}\n{printed}", found.join("\n"));
        self.met.insert(format.to_owned());
        value
    }

    /// Runs a command that ends so and prints one value in this format.
    fn run(&mut self, format: &str, exit: i32, words: &[&str]) -> Value {
        let words = [words, &["--json"]].concat();
        let out = self.desk.exits(&words, exit);
        assert_eq!(out.lines().count(), 1, "{words:?}: one value on one line\n{out}");
        let value = self.check(&words, &out);
        assert_eq!(value["format"], format!("countersign.{format}/1"), "{words:?}");
        value
    }

    /// Runs a command that prints values in this format, one a line.
    fn run_lines(&mut self, format: &str, words: &[&str]) -> Vec<Value> {
        let words = [words, &["--json"]].concat();
        let out = self.desk.ok(&words);
        let values: Vec<Value> = out.lines().map(|line| self.check(&words, line)).collect();
        assert!(values.iter().all(|value| value["format"] == format!("countersign.{format}/1")), "{words:?}");
        values
    }

    fn error(&mut self, exit: i32, words: &[&str]) {
        let words = [words, &["--json"]].concat();
        let output = self.desk.run(&words);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(exit), String::new()), "{words:?}");
        let value = self.check(&words, text(&output.stderr).lines().last().unwrap());
        assert_eq!((&value["exit"], &value["format"]), (&json!(exit), &json!("countersign.error/1")));
    }
}

/// Keys, a charter and three folders, made under `--json`.
fn founded() -> Checked {
    let mut run = Checked::new(Desk::new());
    for name in ["moscow", "washington", "observer"] {
        run.run("key", 0, &["key", "new", name, "--out", "k", "--no-passphrase"]);
    }
    run.run("key", 0, &["key", "show", "k/moscow.pub"]);
    run.run("public", 0, &["key", "show", "k/moscow.key"]);
    let sides = ["--party", "k/moscow.pub", "--party", "k/washington.pub", "--observer", "k/observer.pub"];
    let new = [&["charter", "new", "--title", "Test", "--out", "charter.json"], &sides[..]].concat();
    let made = run.run("charter", 0, &new);
    assert_eq!(made, run.run("charter", 0, &["charter", "show", "charter.json"]));
    for name in ["moscow", "washington", "observer"] {
        let key = format!("k/{name}.key");
        let words = ["init", "charter.json", "--as", name, "--key", &key, "--dir", name, "--yes"];
        let made = run.run("init", 0, &words);
        assert_eq!((&made["as"], &made["signed"]["entry"]), (&json!(name), &json!(format!("{name}/0"))));
    }
    let reader = run.run("init", 0, &["init", "charter.json", "--dir", "reader"]);
    assert_eq!((&reader["as"], &reader["signed"]), (&Value::Null, &Value::Null));
    run
}

#[test]
fn every_command_prints_what_its_schema_says_and_every_schema_is_met() {
    let mut run = founded();
    let moscow = ["--dir", "moscow"];
    let with = |words: &[&'static str]| [words, &moscow[..]].concat();
    run.run("drafted", 0, &with(&["pledge", "Words.", "--basket", "B", "--expires", "2036-12-31"]));
    run.run("drafted", 0, &with(&["state", "More words.", "--about", "moscow/0"]));
    let drafts = run.run("drafts", 0, &with(&["drafts"]));
    assert_eq!(drafts["drafts"].as_array().unwrap().len(), 2);
    run.run("dropped", 0, &with(&["drafts", "drop", "d2"]));
    run.run("sign", 0, &with(&["sign", "d1", "--yes"]));
    assert_eq!(run.run("drafts", 0, &with(&["drafts"]))["drafts"], json!([]));
    run.run("seal", 0, &with(&["seal"]));
    run.run("publish", 0, &with(&["publish", "pub"]));
    let asked = run.run("stamp_request", 0, &with(&["stamp", "request", "-o", "q.tsq"]));
    let imprint = asked["head"]["file"].as_str().unwrap().trim_start_matches("notes/");
    let token = crate::stamping::made_over(&countersign::hash::Hash::from_hex(imprint).unwrap());
    std::fs::write(run.desk.path("a.tsr"), token).unwrap();
    run.run("token", 0, &with(&["stamp", "list"]));
    run.run("token", 0, &with(&["stamp", "add", "a.tsr"]));
    assert_eq!(run.run("token", 0, &with(&["stamp", "list"]))["tokens"][0]["head"], asked["head"]);

    // One object for all sources, and one that is gone.
    run.run("mirror", 0, &["mirror", "pub", "mirrored", "--ledger", "charter.json"]);
    run.run("mirror", 0, &["mirror", "pub", "mirrored"]);
    run.run("pull", 0, &["pull", "pub", "--check", "--dir", "washington"]);
    run.run("pull", 0, &["pull", "pub", "--dir", "washington"]);
    run.run("pull", 0, &["pull", "observer", "--dir", "washington"]);
    let pulled = run.run("pull", 0, &["pull", "--dir", "washington"]);
    assert_eq!(pulled["sources"].as_array().unwrap().len(), 2);
    run.run("sign", 0, &["adopt", "moscow/1", "--sign", "--yes", "--dir", "washington"]);
    run.run("sign", 0, &["seen", "--sign", "--yes", "--dir", "observer"]);
    run.run("pull", 0, &with(&["pull", "washington"]));
    std::fs::rename(run.desk.path("observer"), run.desk.path("gone")).unwrap();
    let pulled = run.run("pull", 1, &["pull", "--dir", "washington"]);
    let errors: Vec<&Value> =
        pulled["sources"].as_array().unwrap().iter().map(|s| &s["error"]["code"]).collect();
    assert_eq!(errors, [&Value::Null, &json!("disk")]);
    std::fs::rename(run.desk.path("gone"), run.desk.path("observer")).unwrap();
    run.run("from_mark", 0, &with(&["pull", "--from-mark"]));

    run.run("sign", 0, &with(&["envelope", "Hidden.", "--sign", "--yes"]));
    run.run("opening_file", 0, &with(&["open", "moscow/2", "--to-file", "opening"]));
    run.run("opening_read", 0, &with(&["open", "--read", "opening"]));
    run.run("drafted", 0, &with(&["open", "moscow/2"]));
    run.run("charter", 0, &with(&["charter", "next", "--out", "next.json"]));
    run.run("status", 0, &with(&["status"]));
    std::fs::write(run.desk.path("policy"), "quorum none\n").unwrap();
    run.run("tender", 0, &with(&["tender", "moscow/1", "--policy", "policy"]));
    run.run("verify", 3, &with(&["verify", "--policy", "policy"]));
    run.run("entry", 0, &with(&["show", "moscow/1", "--policy", "policy"]));
    run.run("index", 0, &with(&["index", "rebuild"]));
    run.run("status", 0, &["status", "--dir", "reader"]);
    assert_eq!(run.run_lines("entry", &with(&["log"])).len(), 6);
    assert!(run.run("entry", 0, &with(&["show", "moscow/1"]))["received_by"]["washington"].is_string());
    let bytes = run.run("bytes", 0, &with(&["show", "moscow/1", "--bytes"]));
    assert!(bytes["text"].as_str().unwrap().starts_with("countersign/v1"), "{bytes}");
    run.run("provision", 0, &with(&["show", "moscow/1#c1"]));
    assert_eq!(run.run("diff", 0, &with(&["diff", "moscow/1", "moscow/1"]))["same_words"], json!(true));
    run.run("search", 0, &with(&["search", "words"]));
    run.run("actors", 0, &with(&["actors"]));
    run.run("commitments", 0, &with(&["commitments"]));
    run.run("asks", 0, &with(&["asks"]));
    let made = run.run("witness", 0, &["witness", "key", "w.example", "--out", "k", "--no-passphrase"]);
    run.run("witness", 0, &with(&["witness", "request", "-o", "request"]));
    let own =
        ["--key", "k/w.example.witness.key", "--state", "w", "--charter", "charter.json", "-o", "answer"];
    run.run("witness", 0, &[&["witness", "sign", "request"][..], &own].concat());
    let key = ["--key", made["vkey"].as_str().unwrap()];
    run.run("witness", 0, &[&with(&["witness", "add", "answer"])[..], &key].concat());
    let listed = run.run("witness", 0, &[&with(&["witness", "list"])[..], &key].concat());
    assert_eq!(listed["cosignatures"][0]["standing"], "holds");
    run.run("verify", 0, &["verify", "pub", "--ledger", "charter.json"]);
    run.run("verify", 3, &["verify", "pub"]);
    run.run("compare", 0, &["compare", "pub", "pub"]);
    let before = run.run("order", 0, &with(&["order", "moscow/1", "washington/1", "-o", "cert"]));
    assert_eq!((&before["order"], &before["certificate"]), (&json!("before"), &json!("cert")));
    assert_eq!(before["by_links"][0]["link"], "seen");
    let other = run.run("order", 0, &with(&["order", "washington/1", "moscow/1"]));
    assert_eq!((&other["order"], &other["by_links"]), (&json!("after"), &before["by_links"]));
    for (first, second, due) in [("moscow/1", "moscow/1", "same"), ("moscow/0", "washington/0", "not_shown")]
    {
        let order = run.run("order", 0, &with(&["order", first, second]));
        assert_eq!((&order["order"], &order["by_links"]), (&json!(due), &Value::Null));
    }
    let shown = run.run("verify", 0, &["verify", "cert", "--ledger", "charter.json"]);
    assert_eq!(shown["order"]["by_links"], before["by_links"]);
    for (entry, out, more, exit) in [
        ("washington/0", "one", &[][..], 0),
        ("moscow/1#c1", "all", &[], 0),
        ("moscow/1", "some", &["--part"], 3),
    ] {
        let made = run.run("verify", 0, &[&with(&["prove", entry, "-o", out]), more].concat());
        let words = ["verify", out, "--ledger", "charter.json"];
        assert_eq!(run.run("verify", exit, &words)["excerpt"], made["excerpt"]);
    }
    let compared =
        run.run("verify", 3, &["verify", "some", "--against", "washington", "--ledger", "charter.json"]);
    assert_eq!(compared["excerpt"]["compared"], "washington");
    std::fs::write(run.desk.path("changed"), "{\"format\":\"countersign.excerpt/1\"}\n").unwrap();
    run.run("verify", 4, &["verify", "changed"]);
    std::fs::create_dir(run.desk.path("apart")).unwrap();
    std::fs::rename(run.desk.path("k"), run.desk.path("apart/k")).unwrap();
    let words = ["serve", "pub", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--json"];
    let (child, line) = crate::serve::begun(&run.desk, &words);
    assert_eq!(run.check(&words, &line)["witness"], Value::Null);
    assert_eq!(crate::serve::ended(child), Some(0));
    std::fs::rename(run.desk.path("apart/k"), run.desk.path("k")).unwrap();
    run.run("explain", 0, &["explain", "fork"]);
    run.run("explain", 0, &["explain", "lock"]);
    run.run("codes", 0, &["explain"]);
    run.run("viewer", 0, &["viewer", "--hash"]);
    run.run("viewer", 0, &["viewer", "-o", "viewer.html"]);
    std::fs::write(run.desk.path("code.toml"), crate::authoring::CODE).unwrap();
    let seen = run.run("text_check", 0, &["text", "check", "code.toml"]);
    assert!(seen["remarks"].as_array().unwrap().len() > 3, "{seen}");
    let made = run.run("init", 0, &["init", "pub", "--dir", "second"]);
    assert_eq!(made["sources"][0]["logs"][0]["step"], "extended");
    run.error(2, &["lgo"]);
    run.error(1, &["show", "moscow/9", "--dir", "moscow"]);
    run.error(6, &["state", "W", "--sign", "--dir", "moscow"]);

    let unmet: Vec<&String> = run.schemas.keys().filter(|format| !run.met.contains(*format)).collect();
    assert!(unmet.is_empty(), "no command printed {unmet:?}");
    let index = std::fs::read_to_string("docs/schemas/README.md").unwrap();
    for format in run.schemas.keys() {
        let name = format.trim_start_matches("countersign.").trim_end_matches("/1");
        assert!(index.contains(&format!("| [{name}]({name}.json) |")), "{name} is not in the index");
    }
}

#[test]
fn key_changes_and_damage_print_what_their_schemas_say() {
    let mut run = founded();
    run.run("key", 0, &["key", "new", "moscow/spare", "--out", "k", "--no-passphrase"]);
    let add = ["key", "add", "spare", "--new-key", "k/moscow.spare.key", "--dir", "moscow"];
    run.run("drafted", 0, &add);
    run.run("sign", 0, &["sign", "d1", "--yes", "--dir", "moscow"]);
    run.run("drafted", 0, &["key", "retire", "main", "--dir", "moscow"]);
    let compromised = ["key", "compromised", "spare", "--since", "moscow/0", "--dir", "moscow"];
    run.run("drafted", 0, &compromised);
    run.run("entry", 0, &["show", "moscow/1", "--dir", "moscow"]);
    run.run("publish", 0, &["publish", "pub", "--dir", "moscow"]);
    // Both keys are copied with their marks, and each copy goes on.
    copy_tree(&run.desk.path("k"), &run.desk.path("stolen"));
    let resumed = ["init", "pub", "--as", "moscow", "--key", "stolen/moscow.key", "--dir", "other"];
    run.run("init", 0, &resumed);
    for (dir, out, words) in [("other", "pub-2", "One."), ("moscow", "pub-1", "Another.")] {
        run.run("sign", 0, &["state", words, "--sign", "--yes", "--dir", dir]);
        run.run("publish", 0, &["publish", out, "--dir", dir]);
    }
    let compared = run.run("compare", 5, &["compare", "pub-1", "pub-2", "--proof", "proof"]);
    assert_eq!(compared["logs"][0]["says"], "two seals contradict each other");
    run.run("pull", 0, &["pull", "pub-1", "--dir", "washington"]);
    let pulled = run.run("pull", 5, &["pull", "pub-2", "--dir", "washington"]);
    assert_eq!(pulled["sources"][0]["logs"][0]["step"], "branch");
    assert_eq!(pulled["sources"][0]["evidence"].as_array().unwrap().len(), 1);
    let log = run.run_lines("entry", &["log", "--dir", "washington"]);
    assert_eq!(log.iter().filter(|entry| entry["branch"] == true).count(), 1, "{log:?}");
    run.run("status", 0, &["status", "--dir", "washington"]);
    run.run("verify", 5, &["verify", "washington"]);
    let proof = std::fs::read_dir(run.desk.path("proof")).unwrap().next().unwrap().unwrap().path();
    run.run("verify", 5, &["verify", proof.to_str().unwrap()]);
    let bundle = run.desk.path("pub/charter.json");
    std::fs::write(bundle, "no charter").unwrap();
    run.run("verify", 4, &["verify", "pub"]);
    run.error(4, &["log", "pub"]);
}

#[test]
fn pages_for_readers_print_what_their_schemas_say() {
    let table = crate::reading::table();
    std::fs::write(table.desk.path("new.toml"), crate::reading::new_text()).unwrap();
    let mut run = Checked::new(table.desk);
    let moscow = ["--dir", "moscow"];
    let with = |words: &[&'static str]| [words, &moscow[..]].concat();
    let shown = run.run("provision", 0, &with(&["show", "moscow/4#c1"]));
    let places: Vec<&Value> = shown["terms"].as_array().unwrap().iter().map(|term| &term["place"]).collect();
    assert_eq!(places, ["moscow/4#d1", "moscow/4#d2"]);
    let slot = run.run("entry", 0, &with(&["show", "moscow/7"]))["slot"].clone();
    assert_eq!(slot["envelopes"][0]["opened_by"], json!(["moscow/9"]));
    assert_eq!(slot["envelopes"][0]["copies"], json!(["washington/6"]));
    assert_eq!(slot["envelopes"][1]["without_effect"], json!(["moscow/10"]));
    let diff = run.run("diff", 0, &with(&["diff", "moscow/4", "new.toml"]));
    assert_eq!((&diff["same_words"], diff["removed"].as_array().unwrap().len()), (&json!(false), 8));
    assert_eq!(diff["narrowed"][0]["from"], "2036-12-31");
    let found = run.run("search", 0, &with(&["search", "MAY publish"]));
    let at = |key: &str| usize::try_from(found["found"][0][key].as_u64().unwrap()).unwrap();
    assert_eq!(&found["found"][0]["text"].as_str().unwrap()[at("from")..at("to")], "publish");
    let actors = run.run("actors", 0, &with(&["actors"]));
    let press = &actors["members"][0]["actors"][1];
    assert_eq!(press["differing"], json!(["names", "class", "under"]));
    let mid = &actors["members"][0]["actors"][0]["descriptions"][0];
    assert_eq!((&mid["entry"], &mid["earlier"]), (&json!("moscow/2"), &json!(["moscow/1"])));
}

#[test]
fn no_schema_lets_anything_pass_unchecked() {
    let mut found = Vec::new();
    for (format, schema) in schemas() {
        loose(&schema, &format, &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_format_that_a_command_names_has_a_schema() {
    let schemas = schemas();
    let mut named = BTreeSet::new();
    for (_, source) in tree(std::path::Path::new("src/cli")) {
        for piece in text(&source).split("\"countersign.").skip(1) {
            named.insert(format!("countersign.{}", piece.split('"').next().unwrap()));
        }
    }
    // A file that verify reads and writes; SPEC section 14.
    assert!(named.remove("countersign.pins/1"));
    assert_eq!(named.iter().collect::<Vec<_>>(), schemas.keys().collect::<Vec<_>>());
}

#[test]
fn the_checks_of_schemas_can_fail() {
    let count = |schema: &Value| {
        let mut found = Vec::new();
        loose(schema, "", &mut found);
        found.len()
    };
    assert_eq!(count(&json!({"type": "object", "properties": {}, "additionalProperties": false})), 0);
    for schema in [
        json!({}),
        json!({"type": "object"}),
        json!({"type": "array"}),
        json!({"type": "text"}),
        json!({"type": "string", "pattern": "a"}),
        json!({"type": "object", "required": ["a"], "additionalProperties": false}),
        json!({"type": "array", "items": {"type": "object"}}),
        json!({"type": "object", "additionalProperties": {"oneOf": [], "type": "string"}}),
    ] {
        assert_eq!(count(&schema), 1, "{schema}");
    }
    let schema = json!({"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
        "a": {"const": 1},
        "b": {"type": ["string", "null"]},
        "c": {"type": "array", "items": {"type": "string", "enum": ["x"]}},
        "d": {"type": "object", "additionalProperties": {"type": "integer"}},
    }});
    assert_eq!(count(&schema), 0);
    let broken = |value: &Value| {
        let mut found = Vec::new();
        breaches(&schema, value, "", &mut found);
        found.len()
    };
    assert_eq!(broken(&json!({"a": 1, "b": null, "c": ["x"], "d": {"any": 3}})), 0);
    for value in [
        json!([]),
        json!({}),
        json!({"a": 2}),
        json!({"a": 1, "b": 1}),
        json!({"a": 1, "c": ["y"]}),
        json!({"a": 1, "c": {}}),
        json!({"a": 1, "d": {"any": 0.5}}),
        json!({"a": 1, "e": 0}),
    ] {
        assert_eq!(broken(&value), 1, "{value}");
    }
}
