//! Rows of figures: for the terminal, as Markdown between markers of a page, as JSON.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::Outcome;

/// What DESIGN asks of a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// At least so many times faster than the yardstick.
    Faster(f64),
    /// At most so many times what the yardstick takes.
    Within(f64),
    /// No number is set.
    None,
}

/// One ratio.
pub struct Row {
    /// What was measured.
    pub what: String,
    /// Against what.
    pub yardstick: String,
    /// The ratio; absent where the work could not be done here.
    pub ratio: Option<f64>,
    /// What is asked of it.
    pub aim: Aim,
    /// The figures that it was made of.
    pub figures: String,
}

impl Row {
    /// A ratio of two figures that were taken in the same rounds.
    pub fn new(what: impl Into<String>, yardstick: impl Into<String>, ratio: f64, aim: Aim) -> Self {
        let (what, yardstick) = (what.into(), yardstick.into());
        Self { what, yardstick, ratio: Some(ratio), aim, figures: String::new() }
    }

    /// A row for what is not there to be measured.
    pub fn absent(what: impl Into<String>, yardstick: impl Into<String>, aim: Aim, why: &str) -> Self {
        let (what, yardstick) = (what.into(), yardstick.into());
        Self { what, yardstick, ratio: None, aim, figures: why.to_owned() }
    }

    /// With the figures behind it.
    #[must_use]
    pub fn with(mut self, figures: impl Into<String>) -> Self {
        self.figures = figures.into();
        self
    }

    fn reached(&self) -> Option<bool> {
        match (self.ratio?, self.aim) {
            (ratio, Aim::Faster(aim)) => Some(ratio >= aim),
            (ratio, Aim::Within(aim)) => Some(ratio <= aim),
            (_, Aim::None) => None,
        }
    }

    fn cells(&self) -> [String; 6] {
        let aim = match self.aim {
            Aim::Faster(aim) => format!("{aim} or more"),
            Aim::Within(aim) => format!("{aim} or less"),
            Aim::None => "-".to_owned(),
        };
        let reached = match self.reached() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "-",
        };
        let ratio = self.ratio.map_or_else(|| "not there".to_owned(), shown);
        [self.what.clone(), self.yardstick.clone(), ratio, aim, reached.to_owned(), self.figures.clone()]
    }

    fn json(&self) -> Value {
        let (kind, number) = match self.aim {
            Aim::Faster(aim) => ("faster", Some(aim)),
            Aim::Within(aim) => ("within", Some(aim)),
            Aim::None => ("none", None),
        };
        json!({
            "what": self.what, "yardstick": self.yardstick, "ratio": self.ratio,
            "aim": {"kind": kind, "number": number}, "reached": self.reached(), "figures": self.figures,
        })
    }
}

/// A ratio with three digits that count.
fn shown(ratio: f64) -> String {
    let digits = match ratio.abs() {
        r if r >= 100.0 => 0,
        r if r >= 10.0 => 1,
        _ => 2,
    };
    format!("{ratio:.digits$}")
}

/// The rows as a Markdown table.
pub fn markdown(rows: &[Row]) -> String {
    let mut out = "| work | yardstick | ratio | aim | reached | figures |\n".to_owned();
    out.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for row in rows {
        out.push_str(&format!("| {} |\n", row.cells().join(" | ")));
    }
    out
}

/// The rows as JSON.
pub fn json(rows: &[Row], scale: &str) -> Value {
    json!({
        "format": "countersign.ratios/1", "scale": scale,
        "rows": rows.iter().map(Row::json).collect::<Vec<_>>(),
    })
}

/// Puts a text between two markers of a page.
pub fn fill(page: &Path, name: &str, text: &str) -> Outcome<()> {
    let whole = fs::read_to_string(page)?;
    fs::write(page, filled(&whole, name, text)?)?;
    Ok(())
}

fn filled(whole: &str, name: &str, text: &str) -> Outcome<String> {
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
    let absent = || format!("the page has no markers for {name}");
    let (before, rest) = whole.split_once(&begin).ok_or_else(absent)?;
    let (_, after) = rest.split_once(&end).ok_or_else(absent)?;
    Ok(format!("{before}{begin}\n{}\n\n{end}{after}", text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aim_is_reached_or_not() {
        assert_eq!(Row::new("", "", 2.5, Aim::Faster(2.5)).reached(), Some(true));
        assert_eq!(Row::new("", "", 2.5, Aim::Within(2.0)).reached(), Some(false));
        assert_eq!(Row::new("", "", 2.5, Aim::None).reached(), None);
        assert_eq!(Row::absent("", "", Aim::Faster(1.0), "").reached(), None);
    }

    #[test]
    fn a_page_is_filled_again_and_again() {
        let page = "a\n<!-- begin t -->\nold\n<!-- end t -->\nb\n";
        let once = filled(page, "t", "new\n").unwrap();
        assert_eq!(once, "a\n<!-- begin t -->\n\nnew\n\n<!-- end t -->\nb\n");
        assert_eq!(filled(&once, "t", "new").unwrap(), once);
        assert!(filled(page, "u", "new").is_err());
    }
}
