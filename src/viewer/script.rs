//! One script of many modules: what an engine does with `import` and `export`, done once.
//!
//! ```text
//! import { h, said as text } from './dom.js';      const { h, said: text } = $dom;
//! export function draw() {                         function draw() {
//!                                                  return { draw };
//! ```
//!
//! A module becomes a function that is called where it stands, after those it imports, so
//! names that it does not export are its own. A name exported by `let` changes later: it
//! is one of the whole script. Where two modules import each other, the first asks for the
//! functions of the second when it calls them.

use std::collections::BTreeSet;

/// The modules by file name, in any order, as one script. What is there before them is seen
/// by all.
pub fn of(modules: &[(&str, &str)], before: &str) -> String {
    let mut out = format!("(() => {{\n\"use strict\";\n{before}");
    let shared: BTreeSet<&str> = modules.iter().flat_map(|(_, source)| changing(source)).collect();
    for name in &shared {
        out.push_str(&format!("let {name};\n"));
    }
    let mut done = BTreeSet::new();
    for (name, source) in in_turn(modules) {
        out.push_str(&format!("// ---- {name}\nconst {} = (() => {{\n", variable(name)));
        for line in source.lines() {
            out.push_str(&seamless(line, &shared, &done));
            out.push('\n');
        }
        let exports: Vec<&str> = source.lines().filter_map(exported).map(|(_, name)| name).collect();
        let kept: Vec<&str> = exports.into_iter().filter(|name| !shared.contains(name)).collect();
        out.push_str(&format!("return {{ {} }};\n}})();\n", kept.join(", ")));
        done.insert(name);
    }
    out + "})();\n"
}

/// The modules, each after those that it imports.
fn in_turn<'m>(modules: &[(&'m str, &'m str)]) -> Vec<(&'m str, &'m str)> {
    fn visit<'m>(
        module: (&'m str, &'m str),
        modules: &[(&'m str, &'m str)],
        seen: &mut BTreeSet<&'m str>,
        turn: &mut Vec<(&'m str, &'m str)>,
    ) {
        if seen.insert(module.0) {
            for (_, from) in module.1.lines().filter_map(imported) {
                let next = modules.iter().find(|(name, _)| *name == from);
                next.into_iter().for_each(|next| visit(*next, modules, seen, turn));
            }
            turn.push(module);
        }
    }
    let (mut seen, mut turn) = (BTreeSet::new(), Vec::new());
    modules.iter().for_each(|module| visit(*module, modules, &mut seen, &mut turn));
    turn
}

/// The names of an import, and the file that they are from.
fn imported(line: &str) -> Option<(&str, &str)> {
    let (names, from) = line.strip_prefix("import {")?.split_once("} from './")?;
    Some((names, from.split('\'').next()?))
}

/// How a name is exported, and the name.
fn exported(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("export ")?;
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    let (how, rest) = rest.split_once(' ')?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).unwrap_or(rest.len());
    Some((how, rest.get(..end)?))
}

/// Names that are exported and change.
fn changing(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(exported).filter(|(how, _)| *how == "let").map(|(_, name)| name)
}

/// A line without what only an engine of modules understands.
fn seamless(line: &str, shared: &BTreeSet<&str>, done: &BTreeSet<&str>) -> String {
    if let Some((names, from)) = imported(line) {
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty() && !shared.contains(name));
        let module = variable(from);
        if done.contains(from) {
            let names: Vec<String> = names.map(|name| name.replace(" as ", ": ")).collect();
            return format!("const {{ {} }} = {module};", names.join(", "));
        }
        let later = names.map(|name| {
            let (name, here) = name.split_once(" as ").unwrap_or((name, name));
            format!("const {here} = (...given) => {module}.{name}(...given);")
        });
        return later.collect::<Vec<_>>().join(" ");
    }
    match exported(line) {
        Some(("let", _)) => line.strip_prefix("export let ").unwrap_or(line).to_owned(),
        Some(_) => line.strip_prefix("export ").unwrap_or(line).to_owned(),
        None => line.to_owned(),
    }
}

/// What a module is called in the script.
fn variable(file: &str) -> String {
    format!("${}", file.trim_end_matches(".js").replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_stand_after_those_that_they_import_and_share_what_changes() {
        let page = "import { tongue, t as say } from './words-x.js';\nsay(tongue);\n";
        let words = "export let tongue = 'en';\nexport async function t(x) {\n}\nconst own = 1;\n";
        let script = of(&[("page.js", page), ("words-x.js", words)], "const VOCABULARY = {};\n");
        let due = "(() => {\n\"use strict\";\nconst VOCABULARY = {};\nlet tongue;\n\
             // ---- words-x.js\nconst $words_x = (() => {\ntongue = 'en';\nasync function t(x) {\n}\n\
             const own = 1;\nreturn { t };\n})();\n\
             // ---- page.js\nconst $page = (() => {\nconst { t: say } = $words_x;\nsay(tongue);\nreturn {  };\n})();\n\
             })();\n";
        assert_eq!(script, due);
    }

    #[test]
    fn two_modules_that_import_each_other_ask_late() {
        let one = "import { b } from './two.js';\nexport function a() {\n}\n";
        let two = "import { a as c } from './one.js';\nexport function b() {\n}\n";
        let script = of(&[("one.js", one), ("two.js", two)], "");
        assert!(script.contains("const c = (...given) => $one.a(...given);\n"));
        assert!(script.contains("const { b } = $two;\n"));
        assert!(script.find("const $two").unwrap() < script.find("const $one").unwrap());
    }
}
