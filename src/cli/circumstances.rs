//! What the writing commands share: words, what they are about, the day that they bear,
//! papers beside them; and how these are typed.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use countersign::authoring::Page;
use countersign::body::circumstance::{Circumstances, Dated, Document, Parameters, Rendering};
use countersign::body::statement::Moment;
use countersign::body::text::{Named, Qualification};
use countersign::disk::Source;
use countersign::failure::{Failure, Outcome, Why};
use countersign::fields::Words;
use countersign::ledger::Ledger;
use countersign::names::{MemberId, NameError, ProvisionId, Reference, is_field, is_language};

use super::entries;
use super::hint::did_you_mean;
use super::papers::Paper;
use super::session::Session;
use super::terminal::shown;

/// Most bytes in a file of words: more than an entry holds.
const LARGEST_FILE: u64 = 1 << 20;

/// Options of every act that says something.
#[derive(clap::Args, Clone, Default)]
pub struct Around {
    /// Words longer than a line, or in two languages (TOML): en = "...", ru = "...";
    /// `-` reads standard input.
    #[arg(long, value_name = "FILE.toml")]
    pub file: Option<PathBuf>,
    /// An entry or provision it is about, by its author's own word: moscow/3,
    /// moscow/3#c1.
    #[arg(long, value_name = "REF")]
    about: Vec<String>,
    /// The day that it bears, or the first and the last between which it was.
    #[arg(long, value_name = "DAY|FROM..TO")]
    dated: Option<String>,
    /// Where, as the document has it.
    #[arg(long, value_name = "PLACE", requires = "dated")]
    dated_at: Option<String>,
    /// A document beside it, of at most 64 MiB: it is copied to docs/ and published.
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// The words are an abstract, made by whoever writes the entry.
    #[arg(long = "abstract")]
    rendering: bool,
}

/// What these options say.
pub struct Gathered {
    /// For the body.
    pub circumstances: Circumstances,
    /// From the tables of the file of words.
    pub qualifications: Vec<Qualification>,
    /// What is to be on disk before the draft.
    pub papers: Vec<Paper>,
}

/// What a file of words may hold beside words by language.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tables {
    /// Nothing.
    None,
    /// Tables of reservations, understandings and limitations.
    Qualifications,
}

/// The words do not fit; the next command shows those that do.
pub fn usage(verb: &str, what: impl Into<String>) -> Failure {
    Failure::new(Why::Usage, what).next(format!("countersign {verb} --help"))
}

/// An act that would have no effect, and the command that would have one.
pub fn no_effect(what: impl Into<String>, next: impl Into<String>) -> Failure {
    Failure::new(Why::NoEffect, what).next(next)
}

/// Reads what was typed as a `T`; words of the format may be typed with hyphens.
pub fn typed<T: FromStr<Err = NameError>>(verb: &str, option: &str, text: &str) -> Outcome<T> {
    let spaced = || text.replace('-', " ").parse();
    text.parse().or_else(|first: NameError| spaced().map_err(|_: NameError| first)).map_err(
        |NameError(due)| {
            usage(verb, format!("{option} takes {}; {} is none", due.replace("; ", ", "), shown(text)))
        },
    )
}

/// The same, for a list without order: ascending, each once.
pub fn typed_set<T>(verb: &str, option: &str, texts: &[String]) -> Outcome<Vec<T>>
where
    T: FromStr<Err = NameError> + Ord,
{
    let mut set = texts.iter().map(|text| typed(verb, option, text.trim())).collect::<Outcome<Vec<T>>>()?;
    set.sort();
    set.dedup();
    Ok(set)
}

/// A day, or a time whose seconds may be left out: `2028-11-09T14:00Z`.
pub fn moment(verb: &str, option: &str, text: &str) -> Outcome<Moment> {
    let whole = match text.strip_suffix('Z') {
        Some(start) if start.matches(':').count() == 1 => format!("{start}:00Z"),
        _ => text.to_owned(),
    };
    typed(verb, option, &whole)
}

/// `FROM..TO`, or one of the two alone.
pub fn range(text: &str) -> (&str, Option<&str>) {
    text.split_once("..").map_or((text, None), |(from, to)| (from, Some(to)))
}

/// Values by name: `election=us-2028-11-07`.
pub fn parameters(verb: &str, pairs: &[String]) -> Outcome<Parameters> {
    let mut with = Parameters::new();
    for pair in pairs {
        let read = pair.split_once('=').filter(|(name, value)| is_field(name) && !value.is_empty());
        let (name, value) = read.ok_or_else(|| {
            usage(verb, format!("--with takes name=value, such as election=us-2028; {} is none", shown(pair)))
        })?;
        if with.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(usage(verb, format!("--with gives {name} twice")));
        }
    }
    Ok(with)
}

/// A member of this ledger.
pub fn member(ledger: &Ledger, verb: &str, option: &str, text: &str) -> Outcome<MemberId> {
    let members = &ledger.charter()?.members;
    let found = text.parse().ok().filter(|id: &MemberId| members.contains_key(id));
    found.ok_or_else(|| {
        let near = did_you_mean(text, members.keys().map(MemberId::as_str));
        usage(verb, format!("{option} takes a member of this ledger; {} is none{near}", shown(text)))
            .next("countersign charter show charter.json")
    })
}

/// Members other than the one who writes, ascending.
pub fn others(ledger: &Ledger, verb: &str, option: &str, texts: &[String]) -> Outcome<Vec<MemberId>> {
    let mut named =
        texts.iter().map(|text| member(ledger, verb, option, text.trim())).collect::<Outcome<Vec<_>>>()?;
    named.sort();
    named.dedup();
    match named.iter().find(|id| Some(*id) == ledger.local.member.as_ref()) {
        Some(own) => {
            let what = format!("{option} {own}: an act addressed to its own author has no effect");
            Err(no_effect(what, format!("the same command with {option} of another member")))
        }
        None => Ok(named),
    }
}

/// Entries and provisions, each once, in the order in which they were typed.
pub fn refer_all(ledger: &Ledger, cited: &[String]) -> Outcome<Vec<Reference>> {
    let mut all = Vec::new();
    for cited in cited {
        let reference = entries::refer(&ledger.audit, cited)?;
        if !all.contains(&reference) {
            all.push(reference);
        }
    }
    Ok(all)
}

/// Words typed at the command line.
pub fn words(session: &Session, verb: &str, text: &str) -> Outcome<Words> {
    if text.trim().is_empty() {
        return Err(usage(verb, "the words are empty"));
    }
    Ok(Words::from([(session.words_in()?, text.to_owned())]))
}

impl Around {
    /// Reads the options and what they name. Nothing is written.
    pub fn gather(
        &self,
        session: &Session,
        ledger: &Ledger,
        verb: &str,
        text: Option<&str>,
    ) -> Outcome<Gathered> {
        self.gather_with(session, ledger, verb, text, Tables::None)
    }

    /// The same where the file of words may have tables.
    pub fn gather_with(
        &self,
        session: &Session,
        ledger: &Ledger,
        verb: &str,
        text: Option<&str>,
        tables: Tables,
    ) -> Outcome<Gathered> {
        let (mut said, mut qualifications) = (None, Vec::new());
        match (text, &self.file) {
            (Some(_), Some(_)) => {
                return Err(usage(verb, "the words stand at the command line or in --file, not in both"));
            }
            (Some(text), None) => said = Some(words(session, verb, text)?),
            (None, Some(file)) => (said, qualifications) = read_file(session, file, tables)?,
            (None, None) => {}
        }
        let (mut docs, mut papers) = (Vec::new(), Vec::new());
        for file in &self.attach {
            let (digest, paper) = Paper::document(session, file)?;
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            docs.push(Document { digest, name });
            papers.push(paper);
        }
        docs.sort_by_key(|doc: &Document| doc.digest);
        docs.dedup_by_key(|doc| doc.digest);
        let circumstances = Circumstances {
            about: refer_all(ledger, &self.about)?,
            dated: self.dated(verb)?,
            docs,
            rendering: self.rendering.then_some(Rendering::Abstract),
            words: said,
        };
        Ok(Gathered { circumstances, qualifications, papers })
    }

    fn dated(&self, verb: &str) -> Outcome<Option<Dated>> {
        let Some(dated) = &self.dated else { return Ok(None) };
        let (from, to) = range(dated);
        let day = |text: &str| typed(verb, "--dated", text);
        Ok(Some(Dated { from: day(from)?, to: to.map(day).transpose()?, place: self.dated_at.clone() }))
    }
}

/// The ids before the colon, and the words behind it: `c1,c3: words`, `whole: words`.
pub fn qualification(session: &Session, verb: &str, name: Named, text: &str) -> Outcome<Qualification> {
    let Some((ids, said)) = text.split_once(':') else {
        let what = format!("a {name} is typed \"c1: words\" or \"whole: words\"; {} is none", shown(text));
        return Err(usage(verb, what));
    };
    Ok(Qualification { name, on: on(verb, ids)?, words: words(session, verb, said.trim())? })
}

fn on(verb: &str, ids: &str) -> Outcome<Vec<ProvisionId>> {
    if ids.trim() == "whole" {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = ids.split(',').map(str::to_owned).collect();
    typed_set(verb, "a list of provisions", &ids)
}

/// The tables that name qualifications in a file of words.
const TABLES: [(&str, Named); 3] =
    [("reserve", Named::Reservation), ("understand", Named::Understanding), ("limit", Named::Limitation)];

type Said = (Option<Words>, Vec<Qualification>);

fn read_file(session: &Session, file: &Path, tables: Tables) -> Outcome<Said> {
    let source = source(session, file)?;
    read_words(&source, tables)
        .map_err(|due| Failure::new(Why::Authoring, format!("{}: {due}", file.display())))
}

fn read_words(source: &str, tables: Tables) -> Result<Said, String> {
    let (page, table) = Page::open(source).map_err(|error| error.to_string())?;
    let (mut said, mut qualifications) = (Words::new(), Vec::new());
    for (key, item) in &table {
        let name = key.get_ref().as_ref();
        let qualified = TABLES.iter().find(|(table, _)| *table == name);
        if let (Some((_, named)), Tables::Qualifications) = (qualified, tables) {
            for (ids, item) in page.table(item).map_err(|error| error.to_string())? {
                let on = on("adopt", ids.get_ref())
                    .map_err(|failure| page.at_key(ids, &failure.what).to_string())?;
                let words = page.words(item).map_err(|error| error.to_string())?;
                qualifications.push(Qualification { name: *named, on, words });
            }
        } else if is_language(name) && qualified.is_none() {
            said.insert(name.to_owned(), page.string(item).map_err(|error| error.to_string())?);
        } else {
            let due = match tables {
                Tables::None => "a language tag such as en",
                Tables::Qualifications => {
                    "a language tag such as en, [reserve.ID], [understand.ID] or [limit.ID]"
                }
            };
            return Err(page.at_key(key, due).to_string());
        }
    }
    Ok(((!said.is_empty()).then_some(said), qualifications))
}

fn source(session: &Session, file: &Path) -> Outcome<String> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(LARGEST_FILE)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::disk("reading", Path::new("standard input"), error))?;
        bytes
    } else {
        let read = session.disk.read(file, LARGEST_FILE);
        let read = read.map_err(|error| Failure::disk("reading", file, error))?;
        read.ok_or_else(|| Failure::new(Why::Disk, format!("no file {}", file.display())))?
    };
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(Why::Authoring, format!("{} is not UTF-8", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign::body::question::Stance;
    use countersign::body::standing::Class;

    #[test]
    fn seconds_may_be_left_out() {
        let read = |text| moment("report", "--happened", text).map(|moment| moment.to_string()).ok();
        assert_eq!(read("2028-11-09T14:00Z").as_deref(), Some("2028-11-09T14:00:00Z"));
        assert_eq!(read("2028-11-09T14:00:30Z").as_deref(), Some("2028-11-09T14:00:30Z"));
        assert_eq!(read("2028-11-09").as_deref(), Some("2028-11-09"));
        for other in ["2028-11-09T14Z", "2028-11-09T14:00", "14:00Z", "2028-11-31"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn words_of_the_format_are_typed_with_hyphens_too() {
        for text in ["no-objection", "no objection"] {
            assert_eq!(typed::<Stance>("answer", "STANCE", text).unwrap(), Stance::NoObjection);
        }
        assert_eq!(typed::<Class>("actor", "--class", "state-funded").unwrap(), Class::StateFunded);
        assert!(typed::<Stance>("answer", "STANCE", "maybe").is_err());
    }

    #[test]
    fn a_file_of_words_has_languages_and_for_adopt_tables() {
        let source = "en = \"\"\"Two\nlines.\"\"\"\nru = \"Да.\"\n[reserve.\"c1,b2\"]\nen = \"Not c1.\"\n[limit.whole]\nen = \"Far.\"\n";
        let (words, made) = read_words(source, Tables::Qualifications).unwrap();
        assert_eq!(words.unwrap().len(), 2);
        let on: Vec<String> = made
            .iter()
            .map(|one| one.on.iter().map(ProvisionId::as_str).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(on, ["b2 c1", ""]);
        let error = read_words(source, Tables::None).unwrap_err();
        assert!(error.starts_with("line 4, column 2"), "{error}");
        assert!(read_words("EN = \"x\"", Tables::None).is_err());
    }
}
