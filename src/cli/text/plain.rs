//! A document as plain text of 80 columns, in any script.

use countersign::unicode::shown;

use super::super::row::{isolated, width, wrapped};
use super::document::{Act, Document, Piece};
use countersign::vocabulary::papers;

/// The columns of a page.
const COLUMNS: usize = 80;

/// The widest column of numbers.
const WIDEST_NUMBER: usize = 12;

/// Between two columns of words.
const GAP: usize = 3;

/// The lines of a document.
pub fn lines(document: &Document) -> Vec<String> {
    let mut out = Vec::new();
    if !document.heading.is_empty() {
        out.extend(paragraph(&document.heading, 0));
        out.push(String::new());
    }
    out.extend(side_by_side("", 0, &document.title, document.languages.len()));
    for line in &document.form {
        out.extend(paragraph(line, 0));
    }
    let numbers = document.blocks.iter().map(|block| width(&shown(&block.number)));
    let indent = numbers.max().unwrap_or(0).min(WIDEST_NUMBER) + 2;
    for block in &document.blocks {
        out.push(String::new());
        if block.is_basket {
            out.push("-".repeat(COLUMNS));
        }
        out.extend(side_by_side(&block.number, indent, &block.words, document.languages.len()));
    }
    if !document.fields.is_empty() {
        out.push(String::new());
        out.push(papers::THE_FIELDS.of(document.tongue).to_owned());
        for line in &document.fields {
            out.extend(paragraph(line, 2));
        }
    }
    if let Some(acts) = &document.acts {
        out.push(String::new());
        out.push("=".repeat(COLUMNS));
        out.push(papers::ACTS.of(document.tongue).to_owned());
        if acts.is_empty() {
            out.extend(paragraph(papers::NO_ACTS.of(document.tongue), 0));
        }
        for act in acts {
            out.extend(act_lines(document, act));
        }
    }
    out.push(String::new());
    out.push("-".repeat(COLUMNS));
    out.extend(paragraph(&document.foot, 0));
    out.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

fn act_lines(document: &Document, act: &Act) -> Vec<String> {
    let mut out = vec![String::new()];
    out.extend(paragraph(&act.head, 0));
    if act.is_abstract {
        out.extend(paragraph(papers::ABSTRACT.of(document.tongue), 2));
    }
    for (name, (tag, text)) in &act.words {
        let head = if name.is_empty() { format!("{tag}: ") } else { format!("{name}, {tag}: ") };
        out.extend(paragraph(&format!("{head}\"{text}\""), 2));
    }
    out
}

fn paragraph(text: &str, indent: usize) -> Vec<String> {
    let text = shown(text);
    let lines = text.split('\n').flat_map(|piece| wrapped(piece, COLUMNS - indent));
    lines.map(|line| format!("{}{}", " ".repeat(indent), isolated(&line))).collect()
}

/// Words behind a number: two languages in two columns, else one below the other.
fn side_by_side(number: &str, indent: usize, words: &[Piece], languages: usize) -> Vec<String> {
    let number = shown(number);
    let (first, mut out) = if width(&number) + 2 > indent && !number.is_empty() {
        (String::new(), vec![number])
    } else {
        (number, vec![])
    };
    let room = COLUMNS.saturating_sub(indent);
    let of = |text: &str, room: usize| -> Vec<String> {
        shown(text).split('\n').flat_map(|piece| wrapped(piece, room)).collect()
    };
    let pad = |text: &str, columns: usize| {
        let gap = " ".repeat(columns.saturating_sub(width(text)));
        format!("{}{gap}", isolated(text))
    };
    let mut heads = std::iter::once(pad(&first, indent)).chain(std::iter::repeat(" ".repeat(indent)));
    let mut head = || heads.next().unwrap_or_default();
    match words {
        [(_, left), (_, right)] => {
            let column = room.saturating_sub(GAP) / 2;
            let (left, right) = (of(left, column), of(right, column));
            for at in 0..left.len().max(right.len()) {
                let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
                let gap = " ".repeat(GAP);
                out.push(format!(
                    "{}{}{gap}{}",
                    head(),
                    pad(&line(&left), column),
                    pad(&line(&right), column)
                ));
            }
        }
        [(_, one)] if languages == 2 => {
            let column = room.saturating_sub(GAP) / 2;
            out.extend(of(one, column).iter().map(|line| format!("{}{}", head(), isolated(line))));
        }
        many => {
            for (_, text) in many {
                out.extend(of(text, room).iter().map(|line| format!("{}{}", head(), isolated(line))));
            }
        }
    }
    out
}
