//! The keys of a file of words, and what stands behind each. The reader and the printer
//! go by the same tables, in this order.

/// What stands behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Words by language: `title.en = "..."`.
    Words,
    /// A string of any characters that may be signed.
    Line,
    /// A day.
    Day,
    /// An unsigned integer.
    Number,
    /// An entry: `member/seq`, or its hash.
    Entry,
    /// A provision: an id of this text, or `member/seq#id`.
    Place,
    /// Provisions, in the order of the file.
    Places,
    /// Strings, in the order of the file.
    List,
    /// Strings whose order has no meaning; they are signed ascending.
    Set,
    /// One word of the schema, or a set.
    WordOrSet,
    /// A file: its path, or its SHA-256.
    File,
    /// Files, each a path or `{ file = "...", name = "..." }`.
    Documents,
    /// A condition: a table.
    Condition,
    /// Conditions: a list of tables.
    Conditions,
    /// A day, or `{ from = DAY, to = DAY, place = "..." }`.
    Dated,
    /// A list of references or of words `{ en = "..." }`.
    Returned,
    /// A list of `{ name = "...", on = [ids], words = { en = "..." } }`.
    Qualifications,
}

/// A key and what stands behind it.
pub type Keyed = (&'static str, Shape);

/// The keys of `[text]`.
pub const TEXT: &[Keyed] = &[
    ("title", Shape::Words),
    ("languages", Shape::Words),
    ("modality", Shape::Line),
    ("binding", Shape::Line),
    ("track", Shape::Line),
    ("between", Shape::Set),
    ("dated", Shape::Dated),
    ("rendering", Shape::Line),
    ("original", Shape::File),
    ("docs", Shape::Documents),
    ("extends", Shape::Entry),
    ("amends", Shape::Entry),
    ("replaces", Shape::Entry),
    ("corrects", Shape::Entry),
    ("ends", Shape::Entry),
    ("condition", Shape::Condition),
    ("in_return_for", Shape::Returned),
    ("provisional", Shape::Line),
    ("qualifications", Shape::Qualifications),
];

/// The keys of `[text]` that a pledge alone has.
pub const CONSENT: [&str; 4] = ["condition", "in_return_for", "provisional", "qualifications"];

/// The keys of a provision, beside its type.
pub const PROVISION: &[Keyed] = &[
    ("no", Shape::Line),
    ("in", Shape::Place),
    ("uses", Shape::Places),
    ("held_by", Shape::Set),
    ("alternative_to", Shape::Place),
    ("bearer", Shape::WordOrSet),
    ("through", Shape::List),
    ("term", Shape::Words),
    ("with", Shape::Set),
    ("instrument", Shape::Line),
    ("place", Shape::Line),
    ("dated", Shape::Day),
    ("doc", Shape::File),
    ("modality", Shape::Line),
    ("binding", Shape::Line),
    ("when", Shape::Condition),
    ("until", Shape::Condition),
    ("due", Shape::Day),
    ("applies_from", Shape::Day),
    ("expires", Shape::Day),
    ("takes_effect", Shape::Condition),
    ("parts", Shape::Line),
    ("reservations", Shape::WordOrSet),
    ("reply_hours", Shape::Number),
    ("suspend_days", Shape::Number),
    ("withdraw_days", Shape::Number),
    ("counted_from", Shape::Line),
];

/// The keys of a condition.
pub const CONDITION: &[Keyed] = &[
    ("date", Shape::Day),
    ("reported", Shape::Place),
    ("by", Shape::WordOrSet),
    ("same", Shape::Set),
    ("days", Shape::Number),
    ("adopted", Shape::WordOrSet),
    ("in_effect", Shape::Place),
    ("for", Shape::WordOrSet),
    ("all", Shape::Conditions),
    ("any", Shape::Conditions),
];

/// What stands behind a key of a table.
pub fn shape(keys: &[Keyed], name: &str) -> Option<Shape> {
    keys.iter().find(|(key, _)| *key == name).map(|(_, shape)| *shape)
}

/// The names of a table's keys, for people.
pub fn names(keys: &[Keyed]) -> String {
    keys.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ")
}
