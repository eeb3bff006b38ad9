//! A document as one page of HTML: nothing is fetched, nothing runs, and it prints.

use countersign::unicode::shown;
use countersign::vocabulary::papers;

use super::document::{Act, Document, Piece};

/// The style of the page. On paper the foot stands on every sheet.
const STYLE: &str = "\
body{font:11pt/1.4 serif;color:#111;max-width:52em;margin:2em auto;padding:0 1em 4em}\n\
h1{font-size:1.3em;margin:.2em 0}h2{font-size:1.1em;margin:2em 0 .5em}\n\
.heading{border:1px solid #111;padding:.3em .6em;display:inline-block}\n\
.form{color:#333;margin:.2em 0}\n\
.row{display:grid;grid-template-columns:5em 1fr;column-gap:1em;margin:.7em 0;break-inside:avoid}\n\
.two .row{grid-template-columns:5em 1fr 1fr}\n\
.number{color:#555;overflow-wrap:anywhere}.basket{border-top:1px solid #999;padding-top:.7em;font-weight:bold}\n\
.words{white-space:pre-line;overflow-wrap:anywhere}.act{margin:1em 0;break-inside:avoid}\n\
.act p{margin:.2em 0 .2em 1.5em;white-space:pre-line;overflow-wrap:anywhere}\n\
footer{font:8.5pt/1.3 monospace;border-top:1px solid #999;padding-top:.4em;overflow-wrap:anywhere}\n\
@page{margin:20mm 18mm 24mm}\n\
@media print{body{margin:0;max-width:none;padding:0}footer{position:fixed;bottom:-14mm;left:0;right:0}}\n";

/// Text as HTML shows it; what turns or hides text is spelled out.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in shown(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The page.
pub fn html(document: &Document) -> String {
    let mut out = String::new();
    let title = document.title.first().map_or("", |(_, title)| title.as_str());
    let lang = document.languages.first().map_or("en", String::as_str);
    out.push_str(&format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n",
        escaped(lang),
        escaped(title),
    ));
    let two = if document.languages.len() == 2 { " class=\"two\"" } else { "" };
    out.push_str(&format!("<body{two}>\n"));
    if !document.heading.is_empty() {
        out.push_str(&format!("<p class=\"heading\">{}</p>\n", escaped(&document.heading)));
    }
    for (tag, title) in &document.title {
        out.push_str(&format!("<h1 lang=\"{}\" dir=\"auto\">{}</h1>\n", escaped(tag), escaped(title)));
    }
    for line in &document.form {
        out.push_str(&format!("<p class=\"form\">{}</p>\n", escaped(line)));
    }
    for block in &document.blocks {
        let basket = if block.is_basket { " basket" } else { "" };
        out.push_str(&format!(
            "<div class=\"row{basket}\"><div class=\"number\">{}</div>",
            escaped(&block.number)
        ));
        out.push_str(&cells(&block.words, document.languages.len()));
        out.push_str("</div>\n");
    }
    if !document.fields.is_empty() {
        out.push_str(&format!("<h2>{}</h2>\n", escaped(papers::THE_FIELDS.of(document.tongue))));
        for line in &document.fields {
            out.push_str(&format!("<p class=\"form\" dir=\"auto\">{}</p>\n", escaped(line)));
        }
    }
    if let Some(acts) = &document.acts {
        out.push_str(&format!("<h2>{}</h2>\n", escaped(papers::ACTS.of(document.tongue))));
        if acts.is_empty() {
            out.push_str(&format!("<p>{}</p>\n", escaped(papers::NO_ACTS.of(document.tongue))));
        }
        for act in acts {
            out.push_str(&act_html(document, act));
        }
    }
    out.push_str(&format!("<footer>{}</footer>\n</body>\n</html>\n", escaped(&document.foot)));
    out
}

/// The words of a provision: two cells where there are two languages, else one.
fn cells(words: &[Piece], languages: usize) -> String {
    let cell = |(tag, text): &Piece| {
        format!("<div class=\"words\" lang=\"{}\" dir=\"auto\">{}</div>", escaped(tag), escaped(text))
    };
    let cells: String = words.iter().map(cell).collect();
    if languages == 2 { cells } else { format!("<div>{cells}</div>") }
}

fn act_html(document: &Document, act: &Act) -> String {
    let mut out = format!("<div class=\"act\">{}\n", escaped(&act.head));
    if act.is_abstract {
        out.push_str(&format!("<p>{}</p>\n", escaped(papers::ABSTRACT.of(document.tongue))));
    }
    for (name, (tag, text)) in &act.words {
        let name = if name.is_empty() { String::new() } else { format!("{}: ", escaped(name)) };
        let (tag, text) = (escaped(tag), escaped(text));
        out.push_str(&format!("<p lang=\"{tag}\">{name}<q lang=\"{tag}\" dir=\"auto\">{text}</q></p>\n"));
    }
    out + "</div>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_text_are_no_markup() {
        let odd = "<script>\"a\" & 'b'</script>\u{202e}";
        assert_eq!(escaped(odd), "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;\\u{202e}");
    }
}
