//! Power cuts on a real file system: ext4 on an image that is copied while the program
//! writes. What the kernel has not yet given to the image is not in the copy.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use tempfile::TempDir;

use crate::command_line::{Desk, text};
use crate::trial::{Promised, Tree, Way, heads, memory_folder, two_sides};

fn system(words: &[&str]) {
    let output = Command::new(words[0]).args(&words[1..]).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
}

/// An image with ext4 on it, and the folder where it is mounted.
pub struct Image {
    file: PathBuf,
    pub at: PathBuf,
}

impl Image {
    pub fn new(file: PathBuf, at: &Path) -> Self {
        fs::File::create(&file).unwrap().set_len(64 << 20).unwrap();
        system(&["mkfs.ext4", "-q", "-F", file.to_str().unwrap()]);
        let image = Self { file, at: at.to_owned() };
        image.mount();
        image
    }

    fn mount(&self) {
        system(&["mount", "-o", "loop", self.file.to_str().unwrap(), self.at.to_str().unwrap()]);
    }

    /// What was killed may need a moment to let go of the mount.
    fn unmount(&self) -> bool {
        (0..300).any(|_| {
            let output = Command::new("umount").arg(&self.at).output().unwrap();
            if !output.status.success() {
                std::thread::sleep(Duration::from_millis(10));
            }
            output.status.success()
        })
    }

    /// What is on the image now is all that there is: the power is cut while the
    /// writer stands still, and the machine starts again.
    fn cut(&self, writer: Writer) {
        let copy = self.file.with_extension("copy");
        fs::copy(&self.file, &copy).unwrap();
        writer.end();
        assert!(self.unmount(), "the image cannot be unmounted");
        fs::rename(&copy, &self.file).unwrap();
        self.mount();
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        self.unmount();
    }
}

/// A shell that writes until it is stopped; a group of its own.
struct Writer(Child);

impl Writer {
    fn start(script: &str, at: &Path) -> Self {
        use std::os::unix::process::CommandExt;
        let program = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        let command = command.args(["-c", script]).current_dir(at).env("PATH", path);
        Self(command.process_group(0).spawn().unwrap())
    }

    fn send(&self, signal: &str) {
        system(&["kill", signal, "--", &format!("-{}", self.0.id())]);
    }

    fn end(mut self) {
        self.send("-KILL");
        self.0.wait().unwrap();
    }
}

/// Lets a script write for a while, then stands it still.
fn write_for(script: &str, at: &Path, milliseconds: u64) -> Writer {
    let writer = Writer::start(script, at);
    std::thread::sleep(Duration::from_millis(milliseconds));
    writer.send("-STOP");
    // A stop is taken when the system call that runs has ended.
    std::thread::sleep(Duration::from_millis(2));
    writer
}

const CUTS: u64 = 40;

#[test]
#[ignore = "needs root and a loop device (tests/setup/loop.sh)"]
fn nothing_acknowledged_is_lost_by_a_power_cut() {
    let outside = memory_folder();
    let desk = Desk { folder: memory_folder() };
    let image = Image::new(outside.path().join("image"), desk.folder.path());
    two_sides(&desk);
    let told = outside.path().join("acknowledged");
    fs::write(&told, "").unwrap();
    let (mut most, mut first) = (0, 0);
    for cut in 0..CUTS {
        // In turn: nothing was published before the cut, or something was.
        let (public, old) = (desk.path("pub"), desk.path("old"));
        if cut % 2 == 0 {
            Tree::default().put(&old);
            fs::remove_dir(&old).unwrap();
            let _ = fs::remove_dir_all(&public);
        } else {
            desk.ok(&["publish", "pub", "--dir", "moscow"]);
            Tree::of(&public).put(&old);
        }
        system(&["sync", "-f", desk.folder.path().to_str().unwrap()]);
        let script = format!(
            "n=0; while :; do n=$((n+1))
             countersign state \"cut {cut}, number $n\" --dir moscow --sign --yes >> {told} 2> /dev/null
             [ $((n % 2)) = 1 ] && countersign publish pub --dir moscow > /dev/null 2>&1
             done",
            told = told.display()
        );
        let writer = write_for(&script, desk.folder.path(), 4 + cut * 37 % 400);
        // What a reader may have seen before the cut.
        let seen = heads(&desk, "moscow");
        image.cut(writer);
        let said = fs::read_to_string(&told).unwrap();
        let hashes =
            said.lines().filter_map(|line| line.strip_prefix("Signed and sealed: ")?.split("  ").nth(1));
        let promised = Promised { entries: hashes.map(str::to_owned).collect(), heads: seen };
        most = most.max(promised.entries.len());
        first += u64::from(cut % 2 == 0 && public.is_dir());
        Way::MOSCOW.settle(&desk, &promised, &format!("cut {cut}"));
    }
    eprintln!(
        "{CUTS} cuts, {first} of them at or after a first publish; {most} entries acknowledged, all there"
    );
    assert!(most > 40, "{most} entries were acknowledged");
}

/// How many of these cuts lose something that a writer of this kind had announced.
fn cuts_that_lose(image: &Image, outside: &TempDir, cuts: u64, sync: &str) -> usize {
    let told = outside.path().join("announced");
    let mut lost = 0;
    for cut in 0..cuts {
        fs::write(&told, "").unwrap();
        let script = format!(
            "n=0; while :; do n=$((n+1)); printf %s \"number $n\" > new; {sync} mv new {cut}-$n; {sync}
             echo $n >> {}; done",
            told.display()
        );
        let writer = write_for(&script, &image.at, 60 + cut * 37 % 100);
        image.cut(writer);
        let said = fs::read_to_string(&told).unwrap();
        let numbers: Vec<&str> = said.lines().collect();
        assert!(!numbers.is_empty(), "nothing was written before the cut");
        let there = |number: &&&str| {
            let bytes = fs::read(image.at.join(format!("{cut}-{number}"))).unwrap_or_default();
            bytes == format!("number {number}").as_bytes()
        };
        lost += usize::from(numbers.iter().filter(there).count() < numbers.len());
    }
    lost
}

#[test]
#[ignore = "needs root and a loop device (tests/setup/loop.sh)"]
fn a_writer_that_does_not_sync_is_seen_to_lose() {
    let (outside, at) = (memory_folder(), memory_folder());
    let image = Image::new(outside.path().join("image"), at.path());
    let careless = cuts_that_lose(&image, &outside, 6, "");
    let careful = cuts_that_lose(&image, &outside, 6, "sync -f .;");
    eprintln!("without sync {careless} of 6 cuts lose something, with sync {careful} of 6");
    assert!(careless > 0, "these cuts cut nothing off");
    assert_eq!(careful, 0);
}
