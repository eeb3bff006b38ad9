//! Durable writes, each beside one fdatasync of the same bytes.
//!
//! The library is called from here, so no start of a program is in the figures.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use countersign::disk::RealDisk;
use countersign::journal;
use countersign::json::Value;
use countersign::key::SecretKey;
use countersign::keyfile;
use countersign::ledger::{KeyPlace, LogPen, Pen, Receipt, Writer};
use countersign::names::Label;
use countersign::shelf::End;
use countersign::tile;

use crate::Outcome;
use crate::clock::{Took, middle, shown, take};
use crate::folders;
use crate::make::{self, Size};
use crate::scale::{Scale, grouped};
use crate::table::{Aim, Row};
use crate::words::Chance;

/// Bytes of an entry, as everywhere here.
const BYTES: usize = 700;

/// A file that grows by what is written and synced: the least that durability costs.
struct Plain {
    file: File,
    end: u64,
}

impl Plain {
    fn at(path: &Path) -> Outcome<Self> {
        let file = OpenOptions::new().create(true).truncate(true).write(true).open(path)?;
        file.sync_all()?;
        Ok(Self { file, end: 0 })
    }

    fn append(&mut self, bytes: &[u8]) -> Outcome<Took> {
        let (done, took) = take(|| {
            self.file.write_all_at(bytes, self.end)?;
            self.file.sync_data()
        });
        done?;
        self.end += bytes.len() as u64;
        Ok(took)
    }
}

/// The rows: one append, and one whole `sign`.
pub fn rows(work: &Path, scale: Scale) -> Outcome<Vec<Row>> {
    Ok(vec![append(work, scale.times(500))?, sign(work, scale)?])
}

fn row(what: &str, ours: &[Took], plain: &[Took], aim: f64) -> Row {
    let (ours, plain, count) = (middle(ours), middle(plain), ours.len());
    let figures = format!(
        "{} against {}, wall; {} against {}, CPU; medians of {count}, in turn",
        shown(ours.wall),
        shown(plain.wall),
        shown(ours.cpu),
        shown(plain.cpu)
    );
    Row::new(what, "write and fdatasync of the same bytes", ours.wall / plain.wall, Aim::Within(aim))
        .with(figures)
}

fn append(work: &Path, times: usize) -> Outcome<Row> {
    let (disk, path) = (RealDisk::new(), work.join("append.journal"));
    let mut chance = Chance::of(1);
    let first = chance.text(BYTES);
    let mut end = End::default();
    end.offset = journal::append(&disk, &path, &end, [Ok(first.as_bytes())])?;
    end.exists = true;
    let mut plain = Plain::at(&work.join("append.plain"))?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..times {
        let note = chance.text(BYTES);
        let frame = tile::frame(note.as_bytes()).ok_or("a frame")?;
        let (offset, took) = take(|| journal::append(&disk, &path, &end, [Ok(note.as_bytes())]));
        end.offset = offset?;
        ours.push(took);
        theirs.push(plain.append(&frame)?);
    }
    Ok(row("durable append of one entry, `journal::append`", &ours, &theirs, 1.5))
}

fn sign(work: &Path, scale: Scale) -> Outcome<Row> {
    let dir = work.join("signing");
    let size = Size::of(2, 500);
    let made = make::make(&dir, &size)?;
    let places = folders::key_places(&dir, &made.own);
    let (disk, label) = (RealDisk::new(), "main".parse::<Label>().map_err(|error| error.0)?);
    let key = |path: &Path| -> Outcome<SecretKey> {
        let pem = keyfile::read_pem(&disk, path).map_err(|failure| failure.to_string())?;
        Ok(keyfile::from_pem(&pem, None).map_err(|failure| failure.to_string())?)
    };
    let pens = [Pen { label: label.clone(), key: key(&places.key)?, path: places.key.clone() }];
    let log_pen = LogPen { key: key(&places.log_key)?, path: places.log_key.clone() };
    let keys = [KeyPlace { path: places.key.clone(), label: Some(label.clone()) }];
    let opened = Writer::open(&disk, &made.ledger, &keys, &places.log_key);
    let (mut writer, _) = opened.map_err(|failure| failure.to_string())?;
    let mut plain = Plain::at(&work.join("sign.plain"))?;
    let (mut chance, mut ours, mut theirs) = (Chance::of(2), Vec::new(), Vec::new());
    for _ in 0..scale.times(200) {
        let words = Value::object([("en", Value::text(chance.text(140)))]);
        let body = Value::object([("words", words)]);
        let (signed, took) = take(|| {
            let signers = std::slice::from_ref(&label);
            let entry = writer.compose("statement", &body, signers, &Receipt::All, None)?;
            writer.sign(&entry, &pens, &log_pen)
        });
        let signed = signed.map_err(|failure| failure.to_string())?;
        ours.push(took);
        theirs.push(plain.append(&tile::frame(signed.bytes()).ok_or("a frame")?)?);
    }
    let what = format!("a whole `sign` in a folder of {} entries, by the library", grouped(size.total()));
    Ok(row(&what, &ours, &theirs, 4.0))
}
