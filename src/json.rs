//! Strict JSON: a subset of RFC 8785 in which a value has one spelling.
//!
//! ```text
//! {"kind":"statement","seq":4,"signers":["mid"]}
//! ```
//!
//! Objects, arrays, strings and unsigned integers up to 2^53-1, nothing else.
//! No white space; keys ascend by byte; the escapes are `\"`, `\\` and `\n`.
//! The law, tested by property: what is accepted encodes to the very same
//! bytes, so no two byte strings parse to one value.

use std::collections::BTreeMap;

use crate::names;
use crate::unicode;

/// The largest number: 2^53-1, the last that every JSON reader has exactly.
pub const LARGEST: u64 = (1 << 53) - 1;

/// The deepest value; the outermost has depth 1.
pub const DEEPEST: usize = 12;

/// A value of strict JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An integer from 0 to [`LARGEST`].
    Number(u64),
    /// A string that is not empty.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object; the map keeps its keys in byte order.
    Object(BTreeMap<String, Value>),
}

/// Why bytes are not strict JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The bytes do not follow the grammar.
    Form,
    /// They do, but a string holds a character outside the table, or is not NFC.
    Character,
}

/// Bytes that are not strict JSON: where, and what was due there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Grammar or characters.
    pub cause: Cause,
    /// Offset in bytes from the start of the JSON.
    pub offset: usize,
    /// What was due at that place.
    pub due: &'static str,
}

impl Value {
    /// Reads a whole text. Errors give a byte offset; grammar comes before
    /// characters, wherever they stand.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        let mut scanner = Scanner { text, at: 0, character: None };
        let value = scanner.value(1)?;
        if scanner.at != text.len() {
            return Err(scanner.form("the end"));
        }
        match scanner.character {
            Some(offset) => Err(JsonError {
                cause: Cause::Character,
                offset,
                due: "characters of the table (Unicode 15.0), in form NFC",
            }),
            None => Ok(value),
        }
    }

    /// The one spelling of this value.
    pub fn encode(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::String(text) => write_string(text, out),
            Self::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(map) => {
                out.push('{');
                for (index, (key, value)) in map.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_string(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// An object of these fields.
    pub fn object<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A string value.
    #[expect(clippy::needless_pass_by_value, reason = "strings and names read best at the call")]
    pub fn text<T: ToString>(text: T) -> Self {
        Self::String(text.to_string())
    }

    /// An array of strings.
    pub fn texts<T: ToString>(items: impl IntoIterator<Item = T>) -> Self {
        Self::Array(items.into_iter().map(Self::text).collect())
    }

    /// This object with one more field.
    #[must_use]
    pub fn with(mut self, key: &str, value: Self) -> Self {
        if let Self::Object(map) = &mut self {
            map.insert(key.to_owned(), value);
        }
        self
    }

    /// This object with one more field, if there is a value for it.
    #[must_use]
    pub fn with_some(self, key: &str, value: Option<Self>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The field of an object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(map) => map.get(key),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    character: Option<usize>,
}

impl Scanner<'_> {
    fn form(&self, due: &'static str) -> JsonError {
        JsonError { cause: Cause::Form, offset: self.at, due }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8, due: &'static str) -> Result<(), JsonError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.form(due))
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        if depth > DEEPEST {
            return Err(self.form("a value no deeper than 12"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'0'..=b'9') => self.number(),
            _ => Err(self.form("an object, an array, a string or an unsigned integer")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.take(b'{', "{")?;
        let mut map: BTreeMap<String, Value> = BTreeMap::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(map));
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.form("a key in quotes"));
            }
            let key = self.string()?;
            if !names::is_key(&key) {
                self.at = start;
                return Err(self.form("a field name, a log id or a language tag as key"));
            }
            if map.last_key_value().is_some_and(|(last, _)| *last >= key) {
                self.at = start;
                return Err(self.form("keys in ascending order, each once"));
            }
            self.take(b':', ":")?;
            let value = self.value(depth + 1)?;
            map.insert(key, value);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(map));
                }
                _ => return Err(self.form(", or }")),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.take(b'[', "[")?;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                _ => return Err(self.form(", or ]")),
            }
        }
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        let digits = self.text.get(start..self.at).unwrap_or_default();
        let number = digits.parse::<u64>().ok().filter(|number| *number <= LARGEST);
        match number {
            Some(number) if digits == "0" || !digits.starts_with('0') => Ok(Value::Number(number)),
            _ => {
                self.at = start;
                Err(self.form("an integer from 0 to 9007199254740991 without leading zero"))
            }
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.take(b'"', "\"")?;
        let start = self.at;
        let mut out = String::new();
        let rest = self.text.get(start..).unwrap_or_default();
        // Most strings are plain: nothing to escape, nothing outside the table.
        let plain =
            rest.bytes().take_while(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
        let length = plain.count();
        if length > 0 && rest.as_bytes().get(length) == Some(&b'"') {
            self.at = start + length + 1;
            return Ok(rest.get(..length).unwrap_or_default().to_owned());
        }
        let mut characters = rest.char_indices();
        while let Some((offset, character)) = characters.next() {
            self.at = start + offset;
            match character {
                '"' if out.is_empty() => return Err(self.form("a string that is not empty")),
                '"' => {
                    self.at += 1;
                    if self.character.is_none() && !unicode::is_writable(&out) {
                        self.character = Some(start);
                    }
                    return Ok(out);
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => out.push(escaped),
                    Some((_, 'n')) => out.push('\n'),
                    _ => return Err(self.form("one of the escapes \\\" \\\\ \\n")),
                },
                '\0'..='\x1f' => return Err(self.form("no control character")),
                other => out.push(other),
            }
        }
        self.at = self.text.len();
        Err(self.form("the end of the string"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(text: &str) -> Option<Cause> {
        Value::parse(text).err().map(|error| error.cause)
    }

    #[test]
    fn what_another_reader_might_take_is_turned_away() {
        let refused = [
            "",
            "7.0",
            "7e0",
            "-0",
            "+7",
            "07",
            "NaN",
            "1e400",
            "null",
            "true",
            "\"\"",
            "9007199254740992",
            "18446744073709551617",
            "\"\\u0041\"",
            "\"\\/\"",
            "\"\\t\"",
            "\"a",
            "{\"a\":1",
            "{\"a\":1,}",
            "{\"a\":1,\"a\":2}",
            "{\"b\":1,\"a\":2}",
            "{a:1}",
            "{\"__proto__\":1}",
            "{\"Index\":1}",
            "[1,]",
            "[1 ]",
            " 1",
            "1 ",
            "1\n",
            "{}{}",
            "'a'",
            "\u{feff}1",
            "\"a\tb\"",
            "{\"\":1}",
        ];
        for text in refused {
            assert_eq!(cause(text), Some(Cause::Form), "{text:?}");
        }
    }

    #[test]
    fn characters_outside_the_table_are_turned_away() {
        for text in ["\"\u{202e}\"", "\"e\u{301}\"", "\"\u{200b}\"", "\"\u{7f}\"", "\"\u{2028}\""] {
            assert_eq!(cause(text), Some(Cause::Character), "{text:?}");
        }
        assert_eq!(cause("[\"\u{202e}\",]"), Some(Cause::Form), "grammar comes first");
    }

    #[test]
    fn depth_is_counted_from_one_and_every_value_counts() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(Value::parse(&nested(12)).is_ok());
        assert_eq!(cause(&nested(13)), Some(Cause::Form));
        assert!(Value::parse(&format!("{}1{}", "[".repeat(11), "]".repeat(11))).is_ok());
        assert_eq!(cause(&format!("{}1{}", "[".repeat(12), "]".repeat(12))), Some(Cause::Form));
        assert_eq!(cause(&"[".repeat(100_000)), Some(Cause::Form));
    }

    #[test]
    fn one_value_has_one_spelling() {
        let text = "{\"a\":[1,{\"b\":\"x\\n\\\"\\\\\"}],\"zh-hans\":\"中\"}";
        assert_eq!(Value::parse(text).unwrap().encode(), text);
    }
}
