//! `text check`: what is to be changed or looked at before a text is tabled.

use std::path::PathBuf;

use countersign::authoring::Sheet;
use countersign::authoring::remark::{self, Remark};
use countersign::body::provision::{Provision, Type};
use countersign::body::text::{Provisions, Relation, Standing};
use countersign::failure::{Failure, Outcome, Why};
use countersign::ledger::Ledger;
use countersign::sentence::{Sentence, Voice};
use countersign::status::cite_hash;
use countersign::vocabulary::{Phrase, Tongue, papers, remarks};

use super::super::row::{Row, sentence, width};
use super::super::session::Session;
use super::super::terminal::{json, line, talk};
use super::files::{Around, Files};

/// Check files of words.
#[derive(clap::Args)]
pub struct Check {
    /// The file of the text, and one for each further language; `-` reads standard input.
    #[arg(required = true, value_name = "FILE.toml")]
    files: Vec<PathBuf>,
}

/// The ledger folder, if one is here or named.
pub fn ledger_if_here(session: &Session) -> Outcome<Option<Ledger>> {
    match session.folder() {
        Ok(folder) => session.read(&folder).map(Some),
        Err(failure) if failure.why == Why::NoFolder => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Runs `text check`.
pub fn run(session: &Session, command: &Check) -> Outcome<u8> {
    let files = Files::read(session, &command.files)?;
    let ledger = ledger_if_here(session)?;
    let around = Around::new(session, &files, ledger.as_ref());
    // A pledge may hold everything that a proposal may.
    let sheet = files.sheet(Standing::Pledge, &around).map_err(|failure| {
        let again = files.names().join(" ");
        failure.next(format!("countersign text check {again}"))
    })?;
    let remarks = remarks_on(session, &sheet, &files, &around, ledger.as_ref());
    let seen = Seen { session, files: &files, sheet: &sheet, around: &around, remarks: &remarks };
    if session.common.json {
        seen.json();
    } else {
        seen.print()?;
    }
    Ok(0)
}

fn remarks_on(
    session: &Session,
    sheet: &Sheet,
    files: &Files,
    around: &Around<'_>,
    ledger: Option<&Ledger>,
) -> Vec<Remark> {
    let mut remarks = remark::look(sheet);
    for (relation, entry) in &sheet.text.relations {
        let earlier = around.provisions(entry).unwrap_or_default();
        // A text that takes the place of another, or corrects it, says the same again.
        if matches!(relation, Relation::Extends | Relation::Amends | Relation::Replaces) {
            let cited = ledger.map_or_else(|| entry.short(), |ledger| cite_hash(&ledger.audit, entry));
            remarks.extend(remark::against(sheet, &earlier, &cited));
        }
    }
    for cited in around.waiting() {
        let places = [("cited", cited.as_str())];
        remarks.push(Remark::new(None, "unheld", remarks::UNHELD, &places));
    }
    for file in files.unnamed(session) {
        let places = [("file", file.as_str())];
        remarks.push(Remark::new(None, "language_file", remarks::LANGUAGE_FILE, &places));
    }
    remarks
}

/// A text that was looked at.
struct Seen<'a> {
    session: &'a Session,
    files: &'a Files,
    sheet: &'a Sheet,
    around: &'a Around<'a>,
    remarks: &'a [Remark],
}

impl Seen<'_> {
    fn provisions(&self) -> &[Provision] {
        match &self.sheet.text.provisions {
            Provisions::Here(provisions) => provisions,
            Provisions::InDocument { .. } => &[],
        }
    }

    fn tongue(&self) -> Tongue {
        self.session.tongue()
    }

    fn count(&self, fits: impl Fn(Type) -> bool) -> usize {
        self.provisions().iter().filter(|provision| fits(provision.kind)).count()
    }

    fn terms(&self) -> usize {
        self.count(|kind| kind == Type::Define)
    }

    fn baskets(&self) -> usize {
        self.count(|kind| kind == Type::Basket)
    }

    fn commitments(&self) -> usize {
        self.count(Type::is_commitment)
    }

    /// Each provision that has fields, with its sentences.
    fn fields(&self) -> Vec<(&Provision, Vec<Sentence>)> {
        let text = &self.sheet.text;
        let name = |place: &_| self.around.name(self.tongue(), self.provisions(), place);
        let voice =
            Voice { tongue: self.tongue(), binding: text.binding, between: &text.between, name: &name };
        let read = self.provisions().iter().map(|provision| (provision, voice.provision(provision)));
        read.filter(|(_, sentences)| !sentences.is_empty()).collect()
    }

    fn json(&self) {
        let text = &self.sheet.text;
        let fields = self.fields();
        let fields = fields.iter().map(|(provision, sentences)| {
            let sentences: Vec<String> = sentences.iter().map(ToString::to_string).collect();
            serde_json::json!({"id": provision.id.to_string(), "sentences": sentences})
        });
        let remarks = self.remarks.iter().map(|remark| {
            let spot = remark.spot.as_ref();
            serde_json::json!({
                "code": remark.code,
                "file": spot.map(|spot| spot.file.clone()),
                "line": spot.map(|spot| spot.line),
                "column": spot.map(|spot| spot.column),
                "says": remark.says(self.tongue()),
            })
        });
        let digest = text.words_digest(None).filter(|_| !self.around.is_waiting());
        json(&serde_json::json!({
            "format": "countersign.text_check/1",
            "files": self.files.names(),
            "provisions": self.provisions().len(),
            "terms": self.terms(),
            "baskets": self.baskets(),
            "commitments": self.commitments(),
            "bytes": text.to_value().encode().len(),
            "apart": countersign::authoring::apart(text).is_some(),
            "words_digest": digest.map(|digest| digest.to_string()),
            "fields": fields.collect::<Vec<_>>(),
            "remarks": remarks.collect::<Vec<_>>(),
        }));
    }

    fn print(&self) -> Outcome<()> {
        let tongue = self.tongue();
        let say = |phrase: Phrase, places: &[(&str, &str)]| phrase.with(tongue, places);
        let number = |phrase: Phrase, n: usize| phrase.with(tongue, &[("n", &n.to_string())]);
        let bytes = self.sheet.text.to_value().encode().len();
        let names = self.files.names().join(", ");
        let all = self.provisions().len().to_string();
        let places = [
            ("name", names.as_str()),
            ("all", &all),
            ("terms", &number(papers::TERMS, self.terms())),
            ("baskets", &number(papers::BASKETS, self.baskets())),
            ("commitments", &number(papers::COMMITMENTS, self.commitments())),
            ("size", &format!("{}.{}", bytes / 1000, bytes % 1000 / 100)),
        ];
        line(&say(papers::SIZE, &places));
        if countersign::authoring::apart(&self.sheet.text).is_some() {
            sentence("", papers::APART.of(tongue));
        }
        line("");
        self.print_fields(tongue);
        self.print_remarks(tongue);
        line(papers::NOTHING_STANDS.of(tongue));
        let verb = if self.sheet.text.consent == countersign::body::text::Consent::default() {
            "propose"
        } else {
            "pledge"
        };
        talk(&format!("Next: countersign {verb}{}{}", self.files.as_options(), self.session.dir_words()));
        if bytes > countersign::body::text::LARGEST_DOCUMENT {
            return Err(Failure::new(Why::Authoring, "the text is longer than a document of 4 MiB"));
        }
        Ok(())
    }

    fn print_fields(&self, tongue: Tongue) {
        let fields = self.fields();
        if fields.is_empty() {
            line(papers::NO_FIELDS.of(tongue));
        } else {
            sentence("", papers::HOW_READ.of(tongue));
        }
        let widest = fields.iter().map(|(provision, _)| width(provision.id.as_str())).max().unwrap_or(0);
        for (provision, sentences) in &fields {
            print_sentences(&format!("  {:<widest$}  ", provision.id), sentences);
        }
        line("");
    }

    fn print_remarks(&self, tongue: Tongue) {
        if self.remarks.is_empty() {
            return;
        }
        line(papers::TO_LOOK_AT.of(tongue));
        let many = self.files.paths.len() > 1;
        let heads: Vec<String> = self
            .remarks
            .iter()
            .map(|remark| {
                let Some(spot) = &remark.spot else { return String::new() };
                let at = papers::LINE.with(tongue, &[("line", &format!("{:>3}", spot.line))]);
                if many { format!("{} {at}", spot.file) } else { at }
            })
            .collect();
        let widest = heads.iter().map(|head| width(head)).max().unwrap_or(0);
        for (remark, head) in self.remarks.iter().zip(&heads) {
            let gap = " ".repeat(widest.saturating_sub(width(head)));
            sentence(&format!("  {head}{gap}   "), &remark.says(tongue));
        }
        line("");
    }
}

/// Sentences behind a head: those without a list on one line, lists below theirs.
fn print_sentences(head: &str, sentences: &[Sentence]) {
    let mut head = head.to_owned();
    let indent = " ".repeat(width(&head));
    let mut joined: Vec<String> = Vec::new();
    for said in sentences {
        if said.items.is_empty() {
            joined.push(said.words.clone());
            continue;
        }
        if !joined.is_empty() {
            sentence(&head, &joined.join("; "));
            head.clone_from(&indent);
            joined.clear();
        }
        for (depth, words) in said.lines() {
            sentence(&format!("{head}{}", "  ".repeat(depth)), words);
            head.clone_from(&indent);
        }
    }
    if !joined.is_empty() {
        sentence(&head, &joined.join("; "));
    } else if sentences.is_empty() {
        Row::new(&head).print();
    }
}
