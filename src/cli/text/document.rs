//! The clean document of a text: what is printed, in which order, before it is laid out.

use countersign::body::circumstance::{Dated, Rendering};
use countersign::body::provision::{Provision, Type};
use countersign::body::text::Text;
use countersign::fields::Words;
use countersign::names::Place;
use countersign::sentence;
use countersign::vocabulary::{Tongue, papers};

/// A text in one language.
pub type Piece = (String, String);

/// A document.
pub struct Document {
    /// The language of the program's own words in it.
    pub tongue: Tongue,
    /// What stands above it: that it is a draft, who tabled it.
    pub heading: String,
    /// The title in each language.
    pub title: Vec<Piece>,
    /// Form, parties to it, day, languages: one line each.
    pub form: Vec<String>,
    /// The languages, in the order of their columns.
    pub languages: Vec<String>,
    /// The provisions.
    pub blocks: Vec<Block>,
    /// How a program reads the fields, one line each; empty where it was not asked for.
    pub fields: Vec<String>,
    /// The acts about it; nothing where they were not asked for.
    pub acts: Option<Vec<Act>>,
    /// What stands at the foot of every page.
    pub foot: String,
}

/// A provision.
pub struct Block {
    /// Its number as printed.
    pub number: String,
    /// Whether it heads those that follow.
    pub is_basket: bool,
    /// The words in each language.
    pub words: Vec<Piece>,
}

/// An act.
pub struct Act {
    /// Who, where, what, when: words of the program.
    pub head: String,
    /// Whether its words are an abstract.
    pub is_abstract: bool,
    /// Its words, each with what they are called and their language.
    pub words: Vec<(String, Piece)>,
}

/// What stands above a document, with the form of the text below it.
pub fn heading(state: &str) -> String {
    let mut letters = state.chars();
    let first = letters.next().map_or_else(String::new, |first| first.to_uppercase().collect());
    format!("{first}{}", letters.as_str())
}

/// The day of a document, in words.
pub fn dated(tongue: Tongue, dated: &Dated) -> String {
    let day = dated.from.to_string();
    let mut said = match &dated.to {
        None => papers::DATED.with(tongue, &[("day", &day)]),
        Some(last) => papers::DATED_BETWEEN.with(tongue, &[("day", &day), ("last", &last.to_string())]),
    };
    if let Some(place) = &dated.place {
        said.push_str(&format!(", {place}"));
    }
    said
}

/// The languages of a text: those that are authentic first.
pub fn languages(text: &Text) -> Vec<String> {
    let of = |rank: &'static str| text.languages.iter().filter(move |(_, r)| *r == rank);
    of("authentic").chain(of("translation")).map(|(tag, _)| tag.clone()).collect()
}

/// Form, nature, members, day, languages.
pub fn form(tongue: Tongue, text: &Text) -> Vec<String> {
    let mut kinds = Vec::new();
    kinds.extend(text.modality.map(|form| sentence::modality(form).of(tongue).to_owned()));
    kinds.extend(text.binding.map(|nature| sentence::binding(nature).of(tongue).to_owned()));
    kinds.extend(text.track.map(|track| format!("track {track}")));
    let mut lines = Vec::new();
    if !kinds.is_empty() {
        lines.push(kinds.join("; "));
    }
    if !text.between.is_empty() {
        let names = sentence::listed(tongue, &text.between);
        lines.push(papers::BETWEEN.with(tongue, &[("names", &names)]));
    }
    lines.extend(text.dated.as_ref().map(|day| dated(tongue, day)));
    if text.rendering == Some(Rendering::Abstract) {
        lines.push(papers::ABSTRACT.of(tongue).to_owned());
    }
    if text.languages.len() > 1 {
        let each = text.languages.iter().map(|(tag, rank)| {
            let phrase = if rank == "authentic" { papers::AUTHENTIC } else { papers::TRANSLATED };
            phrase.with(tongue, &[("tag", tag)])
        });
        lines.push(each.collect::<Vec<_>>().join("; "));
    }
    lines
}

/// The words by language, in the order of the columns.
pub fn pieces(languages: &[String], words: &Words) -> Vec<Piece> {
    let of = |tag: &String| Some((tag.clone(), words.get(tag)?.clone()));
    let named = languages.iter().filter_map(of);
    let others = words.iter().filter(|(tag, _)| !languages.contains(tag));
    named.chain(others.map(|(tag, text)| (tag.clone(), text.clone()))).collect()
}

/// Provisions in the order of a document: what lies in a basket of the text stands below
/// it, wherever the file has it.
fn by_basket(provisions: &[Provision]) -> Vec<&Provision> {
    let basket_of = |provision: &Provision| match &provision.basket {
        Some(Place::Here(id)) => provisions.iter().find(|one| one.id == *id && one.kind == Type::Basket),
        _ => None,
    };
    let mut ordered = Vec::new();
    for provision in provisions.iter().filter(|provision| basket_of(provision).is_none()) {
        ordered.push(provision);
        let inside = provisions.iter().filter(|one| {
            provision.kind == Type::Basket && basket_of(one).is_some_and(|basket| basket.id == provision.id)
        });
        ordered.extend(inside);
    }
    ordered
}

/// The provisions, numbered as they say or in order.
pub fn blocks(languages: &[String], provisions: &[Provision]) -> Vec<Block> {
    let settled = |provision: &Provision| {
        let own = Some(Place::Here(provision.id.clone()));
        provision.alternative_to.is_none() && provisions.iter().all(|other| other.alternative_to != own)
    };
    let numbered = by_basket(provisions).into_iter().enumerate().map(|(index, provision)| {
        let number = match &provision.no {
            Some(no) => no.clone(),
            None => format!("{}. {}", index + 1, provision.id),
        };
        let mut words = provision.words.clone();
        // A term may be there in a language in which its definition is not.
        let terms = provision.term.iter().flatten().filter(|(tag, _)| !provision.words.contains_key(*tag));
        words.extend(terms.map(|(tag, _)| (tag.clone(), String::new())));
        let words = pieces(languages, &words).into_iter().map(|(tag, text)| {
            let text = phrased(provision, &tag, &text);
            let text = if settled(provision) { text } else { format!("[{text}]") };
            (tag, text)
        });
        Block { number, is_basket: provision.kind == Type::Basket, words: words.collect() }
    });
    numbered.collect()
}

/// The words of a provision with what belongs to them: a term before its definition, an
/// instrument behind what recalls it, whose view it is.
fn phrased(provision: &Provision, tag: &str, text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(term) = provision.term.as_ref().and_then(|term| term.get(tag)) {
        let quoted =
            if tag == "ru" { format!("\u{ab}{term}\u{bb}") } else { format!("\u{201c}{term}\u{201d}") };
        text = if text.is_empty() { quoted } else { format!("{quoted}: {text}") };
    }
    let dated = provision.dated.as_ref().map(ToString::to_string);
    let instrument: Vec<&str> =
        [&provision.instrument, &provision.place, &dated].into_iter().flatten().map(String::as_str).collect();
    if !instrument.is_empty() {
        text.push_str(&format!(" ({})", instrument.join("; ")));
    }
    if !provision.held_by.is_empty() {
        let tongue = Tongue::of(tag).unwrap_or_default();
        let names = sentence::listed(tongue, &provision.held_by);
        text = papers::VIEW_OF.with(tongue, &[("names", &names), ("words", &text)]);
    }
    text
}
