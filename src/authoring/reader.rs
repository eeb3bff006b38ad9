//! From TOML to the value that is signed, with the place of everything in it.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::page::{Item, Key, Page};
use super::schema::{self, CONSENT, Shape};
use super::{AuthoringError, Outside, Places};
use crate::body::provision::Type;
use crate::body::text::Standing;
use crate::hash::Hash;
use crate::json::Value;
use crate::names::{NameError, ProvisionId};

type Object = BTreeMap<String, Value>;

/// The values read from the files, and their places.
pub struct Reader<'o> {
    outside: &'o dyn Outside,
    standing: Standing,
    head: Option<Object>,
    provisions: Vec<Object>,
    ids: Vec<String>,
    /// Where everything stands.
    pub places: Places,
}

/// Where something stands, as a path in the body.
fn at(index: usize) -> String {
    format!("body.provisions[{index}]")
}

impl<'o> Reader<'o> {
    /// A reader that has read nothing.
    pub fn new(standing: Standing, outside: &'o dyn Outside) -> Self {
        let (provisions, ids) = (Vec::new(), Vec::new());
        Self { outside, standing, head: None, provisions, ids, places: Places::default() }
    }

    /// Reads the file that holds the text.
    pub fn main(&mut self, page: &Page<'_>, table: &DeTable<'_>) -> Result<(), AuthoringError> {
        self.places.comment = page.first_comment();
        for (id, item) in table {
            if id.get_ref() == "text" {
                self.places.key("body", page, id);
                self.head = Some(self.read_head(page, page.table(item)?)?);
                continue;
            }
            let name: ProvisionId = id.get_ref().parse().map_err(|NameError(due)| page.at_key(id, due))?;
            let place = at(self.provisions.len());
            self.places.key(&place, page, id);
            let read = self.read_provision(page, id, page.table(item)?, &place)?;
            self.provisions.push(read);
            self.ids.push(name.to_string());
        }
        if self.head.is_none() {
            return Err(page.error(0, "a table [text] with title and languages"));
        }
        if self.provisions.is_empty() {
            return Err(page.error(page.length(), "at least one provision"));
        }
        Ok(())
    }

    /// Adds the words of one language from a file that holds nothing else.
    pub fn language(&mut self, page: &Page<'_>, table: &DeTable<'_>) -> Result<(), AuthoringError> {
        self.places.comment = self.places.comment.take().or_else(|| page.first_comment());
        for (id, item) in table {
            let known = self.ids.iter().position(|known| known == id.get_ref());
            let (place, slot) = match known {
                _ if id.get_ref() == "text" => ("body".to_owned(), self.head.as_mut()),
                Some(index) => (at(index), self.provisions.get_mut(index)),
                None => {
                    let due = format!("an id of the first file, which has no {}", id.get_ref());
                    return Err(page.at_key(id, &due));
                }
            };
            let mut into = slot.map(std::mem::take).unwrap_or_default();
            for (key, words) in page.table(item)? {
                self.add_words(page, key, words, (&place, &mut into))?;
            }
            let slot = match known {
                Some(index) => self.provisions.get_mut(index),
                None => self.head.as_mut(),
            };
            if let Some(slot) = slot {
                *slot = into;
            }
        }
        Ok(())
    }

    fn add_words(
        &mut self,
        page: &Page<'_>,
        key: &Key<'_>,
        item: &Item<'_>,
        (place, into): (&str, &mut Object),
    ) -> Result<(), AuthoringError> {
        let kind = into.get("type").and_then(Value::as_str);
        let field = match key.get_ref().as_ref() {
            "title" if place == "body" => "title",
            "term" if into.contains_key("term") => "term",
            name if kind == Some(name) => "words",
            _ => {
                let due = match kind {
                    None => "title alone, in a file of one more language".to_owned(),
                    Some(kind) => format!("{kind} or term, as in the first file, and nothing else"),
                };
                return Err(page.at_key(key, &due));
            }
        };
        let place = format!("{place}.{field}");
        let read = self.words(page, item, &place)?;
        let mut all = match into.get(field) {
            Some(Value::Object(words)) => words.clone(),
            _ => Object::new(),
        };
        for (tag, words) in read {
            if all.insert(tag.clone(), words).is_some() {
                let due = format!("words in one place for each language; {tag} is in another file too");
                return Err(page.at_key(key, &due));
            }
        }
        into.insert(field.to_owned(), Value::Object(all));
        Ok(())
    }

    /// The body of the text, as it stands in the files.
    pub fn body(&self) -> Value {
        let provisions = self.provisions.iter().cloned().map(Value::Object).collect();
        Value::Object(self.head.clone().unwrap_or_default())
            .with("provisions", Value::Array(provisions))
            .with("standing", Value::text(self.standing))
    }

    fn read_head(&mut self, page: &Page<'_>, table: &DeTable<'_>) -> Result<Object, AuthoringError> {
        let mut head = Object::new();
        for (key, item) in table {
            let name = key.get_ref().as_ref();
            let Some(shape) = schema::shape(schema::TEXT, name) else {
                let due = format!("one of the keys of [text]: {}", schema::names(schema::TEXT));
                return Err(page.at_key(key, &due));
            };
            if CONSENT.contains(&name) && self.standing != Standing::Pledge {
                return Err(page.at_key(key, &format!("{name} in a pledge alone: countersign pledge --file")));
            }
            head.insert(name.to_owned(), self.field(page, key, item, ("body", shape))?);
        }
        if !head.contains_key("languages") {
            let mut error = page.error(0, "languages = { en = \"authentic\" } in [text]");
            error.spot = self.places.of("body").unwrap_or(error.spot);
            return Err(error);
        }
        Ok(head)
    }

    fn read_provision(
        &mut self,
        page: &Page<'_>,
        id: &Key<'_>,
        table: &DeTable<'_>,
        place: &str,
    ) -> Result<Object, AuthoringError> {
        let mut read = Object::from([("id".to_owned(), Value::text(id.get_ref()))]);
        for (key, item) in table {
            let name = key.get_ref().as_ref();
            if let Some(shape) = schema::shape(schema::PROVISION, name) {
                read.insert(name.to_owned(), self.field(page, key, item, (place, shape))?);
                continue;
            }
            if name.parse::<Type>().is_err() {
                let due = format!(
                    "a type ({}) or a key of a provision: {}",
                    Type::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", "),
                    schema::names(schema::PROVISION)
                );
                return Err(page.at_key(key, &due));
            }
            if let Some(first) = read.get("type").and_then(Value::as_str) {
                let due = format!("one type for each provision; {} is {first} already", id.get_ref());
                return Err(page.at_key(key, &due));
            }
            self.places.key(&format!("{place}.type"), page, key);
            self.places.key(&format!("{place}.words"), page, key);
            let words = self.words(page, item, &format!("{place}.words"))?;
            read.insert("type".to_owned(), Value::text(name));
            read.insert("words".to_owned(), Value::Object(words));
        }
        if read.contains_key("type") {
            return Ok(read);
        }
        Err(page.at_key(id, "a type with words, such as do.en"))
    }

    fn field(
        &mut self,
        page: &Page<'_>,
        key: &Key<'_>,
        item: &Item<'_>,
        (place, shape): (&str, Shape),
    ) -> Result<Value, AuthoringError> {
        let place = format!("{place}.{}", key.get_ref());
        self.places.key(&place, page, key);
        self.value(page, item, &place, shape)
    }

    fn value(
        &mut self,
        page: &Page<'_>,
        item: &Item<'_>,
        place: &str,
        shape: Shape,
    ) -> Result<Value, AuthoringError> {
        self.places.item(place, page, item);
        Ok(match shape {
            Shape::Words => Value::Object(self.words(page, item, place)?),
            Shape::Line => Value::String(page.prose(item)?),
            Shape::Day => Value::text(page.day(item)?),
            Shape::Number => Value::Number(page.number(item)?),
            Shape::Entry | Shape::Place => self.reference(page, item, shape)?,
            Shape::Places => self.list(page, item, place, Shape::Place)?,
            Shape::List => self.list(page, item, place, Shape::Line)?,
            Shape::Set => self.set(page, item, place)?,
            Shape::WordOrSet if item.get_ref().as_array().is_some() => self.set(page, item, place)?,
            Shape::WordOrSet => Value::String(page.string(item)?),
            Shape::File => self.file(page, item)?,
            Shape::Documents => self.documents(page, item)?,
            Shape::Condition => self.condition(page, item, place)?,
            Shape::Conditions => self.list(page, item, place, Shape::Condition)?,
            Shape::Dated => self.dated(page, item, place)?,
            Shape::Returned => self.returned(page, item, place)?,
            Shape::Qualifications => self.qualifications(page, item, place)?,
        })
    }

    fn words(&mut self, page: &Page<'_>, item: &Item<'_>, place: &str) -> Result<Object, AuthoringError> {
        let mut words = Object::new();
        let due = "words with their language, such as do.en = \"...\"";
        let table = item.get_ref().as_table().ok_or_else(|| page.at(item, due))?;
        for (tag, text) in table {
            let language = page.language(tag)?;
            self.places.item(&format!("{place}.{language}"), page, text);
            words.insert(language, Value::String(page.prose(text)?));
        }
        Ok(words)
    }

    fn list(
        &mut self,
        page: &Page<'_>,
        item: &Item<'_>,
        place: &str,
        shape: Shape,
    ) -> Result<Value, AuthoringError> {
        let items = page.items(item)?.iter().enumerate();
        let read = items.map(|(index, item)| self.value(page, item, &format!("{place}[{index}]"), shape));
        read.collect::<Result<_, _>>().map(Value::Array)
    }

    fn set(&mut self, page: &Page<'_>, item: &Item<'_>, place: &str) -> Result<Value, AuthoringError> {
        let mut items: Vec<(String, &Item<'_>)> = Vec::new();
        for item in page.items(item)? {
            let name = page.string(item)?;
            if items.iter().any(|(known, _)| *known == name) {
                return Err(page.at(item, &format!("each once; {name} stands here twice")));
            }
            items.push((name, item));
        }
        items.sort_by(|(first, _), (second, _)| first.cmp(second));
        for (index, (_, item)) in items.iter().enumerate() {
            self.places.item(&format!("{place}[{index}]"), page, item);
        }
        Ok(Value::texts(items.iter().map(|(name, _)| name)))
    }

    fn reference(&self, page: &Page<'_>, item: &Item<'_>, shape: Shape) -> Result<Value, AuthoringError> {
        let cited = page.string(item)?;
        let known = match shape {
            Shape::Entry => Hash::from_hex(&cited).is_some(),
            _ => !cited.contains(['/', '#']) || cited.parse::<crate::names::Reference>().is_ok(),
        };
        if known {
            return Ok(Value::String(cited));
        }
        let reference = self.outside.reference(&cited).map_err(|due| page.at(item, &due))?;
        Ok(Value::text(reference))
    }

    fn file(&self, page: &Page<'_>, item: &Item<'_>) -> Result<Value, AuthoringError> {
        let path = page.string(item)?;
        if Hash::from_hex(&path).is_some() {
            return Ok(Value::String(path));
        }
        self.outside.document(&path).map(Value::text).map_err(|due| page.at(item, &due))
    }

    fn documents(&mut self, page: &Page<'_>, item: &Item<'_>) -> Result<Value, AuthoringError> {
        let mut read = BTreeMap::new();
        for item in page.items(item)? {
            let (file, name) = if let DeValue::String(path) = item.get_ref() {
                let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
                (self.file(page, item)?, Value::text(name))
            } else {
                let due = "a path, or { file = \"...\", name = \"...\" }";
                let table = item.get_ref().as_table().ok_or_else(|| page.at(item, due))?;
                let [file, name] = ["file", "name"].map(|key| table.get(key));
                let (Some(file), Some(name), 2) = (file, name, table.len()) else {
                    return Err(page.at(item, due));
                };
                (self.file(page, file)?, Value::String(page.prose(name)?))
            };
            let digest = file.as_str().unwrap_or_default().to_owned();
            if read.insert(digest, Value::object([("digest", file), ("name", name)])).is_some() {
                return Err(page.at(item, "each document once"));
            }
        }
        Ok(Value::Array(read.into_values().collect()))
    }

    fn condition(&mut self, page: &Page<'_>, item: &Item<'_>, place: &str) -> Result<Value, AuthoringError> {
        let due = "a condition: a table with one of date, reported, adopted, in_effect, all, any";
        let table = item.get_ref().as_table().ok_or_else(|| page.at(item, due))?;
        let mut read = Object::new();
        for (key, item) in table {
            let name = key.get_ref().as_ref();
            let Some(shape) = schema::shape(schema::CONDITION, name) else {
                let due = format!("one of the keys of a condition: {}", schema::names(schema::CONDITION));
                return Err(page.at_key(key, &due));
            };
            read.insert(name.to_owned(), self.field(page, key, item, (place, shape))?);
        }
        if read.get("for").and_then(Value::as_str) == Some("each") {
            read.remove("for");
        }
        Ok(Value::Object(read))
    }

    fn dated(&mut self, page: &Page<'_>, item: &Item<'_>, place: &str) -> Result<Value, AuthoringError> {
        let Some(table) = item.get_ref().as_table() else {
            return Ok(Value::object([("from", Value::text(page.day(item)?))]));
        };
        let keys = [("from", Shape::Day), ("to", Shape::Day), ("place", Shape::Line)];
        let mut read = Object::new();
        for (key, item) in table {
            let name = key.get_ref().as_ref();
            let shape = schema::shape(&keys, name).ok_or_else(|| page.at_key(key, "from, to or place"))?;
            read.insert(name.to_owned(), self.field(page, key, item, (place, shape))?);
        }
        Ok(Value::Object(read))
    }

    fn returned(&mut self, page: &Page<'_>, item: &Item<'_>, place: &str) -> Result<Value, AuthoringError> {
        let mut read = Vec::new();
        for (index, item) in page.items(item)?.iter().enumerate() {
            let place = format!("{place}[{index}]");
            self.places.item(&place, page, item);
            read.push(if item.get_ref().as_table().is_some() {
                Value::object([("words", Value::Object(self.words(page, item, &format!("{place}.words"))?))])
            } else {
                let cited = page.string(item)?;
                let known = cited.parse::<crate::names::Reference>().is_ok();
                let entry = if known {
                    cited
                } else {
                    self.outside.reference(&cited).map_err(|due| page.at(item, &due))?.to_string()
                };
                Value::object([("entry", Value::String(entry))])
            });
        }
        Ok(Value::Array(read))
    }

    fn qualifications(
        &mut self,
        page: &Page<'_>,
        item: &Item<'_>,
        place: &str,
    ) -> Result<Value, AuthoringError> {
        let keys = [("name", Shape::Line), ("on", Shape::Set), ("words", Shape::Words)];
        let mut list = Vec::new();
        for (index, item) in page.items(item)?.iter().enumerate() {
            let place = format!("{place}[{index}]");
            self.places.item(&place, page, item);
            let mut read = Object::new();
            for (key, item) in page.table(item)? {
                let name = key.get_ref().as_ref();
                let shape =
                    schema::shape(&keys, name).ok_or_else(|| page.at_key(key, "name, on or words"))?;
                read.insert(name.to_owned(), self.field(page, key, item, (&place, shape))?);
            }
            list.push(Value::Object(read));
        }
        Ok(Value::Array(list))
    }
}
