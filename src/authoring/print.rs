//! A text as a file of words: the inverse of the reader, up to comments and layout.

use super::page::folded;
use super::schema::{self, Shape};
use crate::body::provision::Provision;
use crate::body::text::Text;
use crate::json::Value;

/// The widest line of words.
const WIDEST: usize = 96;

/// The file of a text with these provisions, which stand in it or in its document.
pub fn print(text: &Text, provisions: &[Provision]) -> String {
    let mut out = "[text]\n".to_owned();
    let head = text.to_value();
    for (key, shape) in schema::TEXT {
        if let Some(value) = head.get(key) {
            field(&mut out, key, *shape, value);
        }
    }
    for provision in provisions {
        out.push_str(&format!("\n[{}]\n", provision.id));
        let value = provision.to_value();
        for (key, shape) in schema::PROVISION {
            if let Some(value) = value.get(key) {
                field(&mut out, key, *shape, value);
            }
        }
        if let Some(words) = value.get("words") {
            field(&mut out, provision.kind.as_str(), Shape::Words, words);
        }
    }
    out
}

fn field(out: &mut String, key: &str, shape: Shape, value: &Value) {
    match (shape, value) {
        (Shape::Words, Value::Object(words)) if key != "languages" => {
            for (tag, text) in words {
                out.push_str(&format!("{key}.{tag} = {}\n", prose(text.as_str().unwrap_or_default())));
            }
        }
        (Shape::Condition, Value::Object(fields)) => match fields.iter().next() {
            Some((join, Value::Array(items)))
                if fields.len() == 1 && matches!(join.as_str(), "all" | "any") =>
            {
                out.push_str(&format!("{key}.{join} = [\n"));
                for item in items {
                    out.push_str(&format!("  {},\n", inline(item)));
                }
                out.push_str("]\n");
            }
            _ => out.push_str(&format!("{key} = {}\n", inline(value))),
        },
        (Shape::Documents, Value::Array(items)) => {
            out.push_str(&format!("{key} = [\n"));
            for item in items {
                let named = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
                let (file, name) = (quoted(named("digest")), quoted(named("name")));
                out.push_str(&format!("  {{ file = {file}, name = {name} }},\n"));
            }
            out.push_str("]\n");
        }
        (Shape::Returned, Value::Array(items)) => {
            out.push_str(&format!("{key} = [\n"));
            for item in items {
                let given = item.get("entry").or_else(|| item.get("words"));
                out.push_str(&format!("  {},\n", given.map_or_else(String::new, inline)));
            }
            out.push_str("]\n");
        }
        (Shape::Day, Value::String(day)) => out.push_str(&format!("{key} = {day}\n")),
        _ => out.push_str(&format!("{key} = {}\n", inline(value))),
    }
}

/// A value on one line, within TOML 1.0.
fn inline(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let each: Vec<String> =
                fields.iter().map(|(key, value)| format!("{key} = {}", typed(key, value))).collect();
            format!("{{ {} }}", each.join(", "))
        }
    }
}

/// The value of a key in a table on one line.
fn typed(key: &str, value: &Value) -> String {
    match value {
        Value::String(day) if matches!(key, "date" | "from" | "to") => day.clone(),
        other => inline(other),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text).replace('"', "\\\"").replace('\n', "\\n"))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
}

/// Words: on one line, or broken between `"""` where they read back the same.
fn prose(text: &str) -> String {
    let short = !text.contains('\n') && text.chars().count() < WIDEST;
    let lines: Vec<String> = text.split('\n').map(broken).collect();
    let broken = lines.join("\n\n");
    if short || folded(&broken) != text {
        return quoted(text);
    }
    format!("\"\"\"\n{}\"\"\"", escaped(&broken).replace('"', "\\\""))
}

/// A paragraph with line ends in the place of some spaces.
fn broken(text: &str) -> String {
    let (mut out, mut taken) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if taken > 0 && taken + length > WIDEST {
            out.push('\n');
            taken = 0;
        } else if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        taken += length + 1;
    }
    out
}
