//! `man`: the manual, one page a command, written by clap from their definition.

use std::path::{Path, PathBuf};

use clap_mangen::Man as Page;
use countersign::disk::{Access, Disk, replace};
use countersign::failure::{Failure, Outcome};

use super::session::Session;
use super::terminal::{line, own};

/// Print the manual.
#[derive(clap::Args)]
pub struct Man {
    /// Write every page into this folder; else the main page is printed.
    dir: Option<PathBuf>,
}

/// Runs `man`.
pub fn run(session: &Session, command: &Man, mut program: clap::Command) -> Outcome<u8> {
    session.words_alone("man")?;
    program.build();
    let Some(dir) = &command.dir else {
        own(&String::from_utf8_lossy(&page(&program, Path::new("the manual"))?));
        return Ok(0);
    };
    let mut folders: Vec<&Path> = dir.ancestors().take_while(|folder| !folder.is_dir()).collect();
    folders.retain(|folder| !folder.as_os_str().is_empty());
    for folder in folders.into_iter().rev() {
        let made = session.disk.make_folder(folder, Access::Usual);
        made.map_err(|error| Failure::disk("making", folder, error))?;
    }
    let number = write_pages(session, dir, &program)?;
    line(&format!("{number} pages written into {}", dir.display()));
    Ok(0)
}

fn page(command: &clap::Command, path: &Path) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    Page::new(command.clone()).render(&mut bytes).map_err(|error| Failure::disk("writing", path, error))?;
    Ok(bytes)
}

/// Writes the page of a command and of those below it; gives their number. A page of
/// an earlier version is replaced.
fn write_pages(session: &Session, dir: &Path, command: &clap::Command) -> Outcome<u64> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let path = dir.join(format!("{name}.1"));
    replace(&session.disk, &path, &page(command, &path)?)
        .map_err(|error| Failure::disk("writing", &path, error))?;
    let mut number = 1;
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        number += write_pages(session, dir, below)?;
    }
    Ok(number)
}
