//! What a terminal is given: lines that fit it in any script, no colours where none
//! are wanted.

use std::io::Write;
use std::process::{Command, Stdio};

use unicode_width::UnicodeWidthStr;

use crate::command_line::{Desk, text};

/// One sentence in six scripts, twice as long as a line. Made up.
const SAMPLES: [(&str, &str); 6] = [
    (
        "zh",
        "我方承诺在观察团提交报告之前不对选举作出任何公开评价，也不支持他人作出此类评价，并将在三十天内答复任何询问。",
    ),
    (
        "ar",
        "لن نصدر أي تقييم علني للانتخابات قبل أن تقدم بعثات المراقبة تقاريرها ولن ندعم صدور مثل هذا التقييم عن غيرنا",
    ),
    (
        "he",
        "לא נפרסם הערכה פומבית של הבחירות לפני שמשלחות המשקיפים ידווחו ולא נתמוך בפרסום כזה מצד אחרים בכל דרך שהיא",
    ),
    (
        "hi",
        "पर्यवेक्षण मिशनों की रिपोर्ट आने से पहले हम चुनाव का कोई सार्वजनिक मूल्यांकन नहीं करेंगे और न ही किसी और का समर्थन करेंगे",
    ),
    (
        "ru",
        "Мы не будем давать публичных оценок выборам, пока миссии наблюдателей не представят свои доклады, ни сами, ни через других.",
    ),
    (
        "en",
        "We will make no public assessment of the election before the observation missions have reported, nor support one by others.",
    ),
];

/// A ledger in which a member pledges each sample, and one draft is left.
fn desk() -> Desk {
    let desk = Desk::founded();
    for (tag, words) in SAMPLES {
        desk.ok(&["pledge", words, "--lang", tag, "--dir", "moscow", "--sign", "--yes"]);
    }
    desk.ok(&["publish", "pub", "--dir", "moscow"]);
    desk.ok(&["pull", "pub", "--dir", "washington"]);
    desk.ok(&["adopt", "moscow/1", "--dir", "washington", "--sign", "--yes"]);
    desk.ok(&["state", SAMPLES[1].1, "--lang", "ar", "--dir", "washington"]);
    desk
}

fn with(desk: &Desk, words: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(words).current_dir(desk.folder.path()).env_remove("COLUMNS").env_remove("NO_COLOR");
    let output = command.envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

fn listings() -> Vec<Vec<&'static str>> {
    let mut all = vec![
        vec!["log", "pub"],
        vec!["log", "--dir", "washington"],
        vec!["status", "--dir", "washington"],
        vec!["status", "--dir", "moscow"],
        vec!["drafts", "--dir", "washington"],
        vec!["show", "washington/1", "--dir", "washington"],
    ];
    for entry in ["moscow/0", "moscow/1", "moscow/2", "moscow/3", "moscow/4", "moscow/5", "moscow/6"] {
        all.push(vec!["show", entry, "pub"]);
    }
    all
}

#[test]
fn every_line_of_a_listing_fits_a_terminal_of_80_columns() {
    let desk = desk();
    let mut cut = 0;
    for words in listings() {
        let out = with(&desk, &words, &[("COLUMNS", "80")]);
        for line in out.lines() {
            assert!(line.width() <= 80, "{words:?}: {} columns: {line}", line.width());
            // What is opened is closed on the same line, and holds all that turns.
            let (opened, closed) = (line.matches('\u{2068}').count(), line.matches('\u{2069}').count());
            let turns = |text: &str| text.chars().any(|c| matches!(c, '\u{590}'..='\u{8ff}'));
            assert_eq!((opened, closed), (usize::from(turns(line)), usize::from(turns(line))), "{line:?}");
            let outside = line.split('\u{2068}').next().unwrap();
            let behind = line.split('\u{2069}').nth(1).unwrap_or_default();
            assert!(!turns(outside) && !turns(behind), "{line:?}");
            cut += usize::from(line.trim_end_matches('\u{2069}').ends_with('…'));
        }
    }
    assert!(cut >= 12, "{cut} lines are cut");
}

#[test]
fn running_text_loses_no_letter_at_any_width() {
    let desk = desk();
    let letters = |text: &str| -> String {
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{2068}' | '\u{2069}')).collect()
    };
    for (number, (_, words)) in SAMPLES.iter().enumerate() {
        let entry = format!("moscow/{}", number + 1);
        for columns in ["40", "80", "200", "1"] {
            let out = with(&desk, &["show", &entry, "pub"], &[("COLUMNS", columns)]);
            assert!(letters(&out).contains(&letters(words)), "{columns}: {out}");
        }
    }
}

#[test]
fn what_is_no_terminal_and_has_no_width_is_given_whole_lines() {
    let desk = desk();
    let whole = with(&desk, &["log", "pub"], &[]);
    assert!(whole.lines().any(|line| line.width() > 80), "{whole}");
    assert_eq!(whole, with(&desk, &["log", "pub"], &[("COLUMNS", "0")]));
    assert_eq!(whole, with(&desk, &["log", "pub"], &[("COLUMNS", "wide")]));
    // JSON is the same at any width, and holds nothing of the program's own.
    let json = with(&desk, &["log", "pub", "--json"], &[("COLUMNS", "40")]);
    assert_eq!(json, with(&desk, &["log", "pub", "--json"], &[]));
    assert!(!json.contains('\u{2068}') && json.contains(SAMPLES[1].1));
}

#[test]
fn colours_are_for_those_who_want_them() {
    let desk = Desk::new();
    let commands: [&[&str]; 5] = [&["--help"], &["log", "--help"], &["lgo"], &["sign"], &["explain"]];
    let escapes =
        |words: &[&str], variables: &[(&str, &str)]| with(&desk, words, variables).contains('\u{1b}');
    for words in commands {
        assert!(!escapes(words, &[]), "{words:?}: stdout is no terminal");
        let forced = [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")];
        assert!(!escapes(words, &forced), "{words:?}: NO_COLOR");
    }
    // The test sees a colour where there is one.
    assert!(escapes(&["--help"], &[("CLICOLOR_FORCE", "1")]));
}

/// Runs a shell command on a terminal of 80 columns, as `script` of util-linux makes one.
fn on_a_terminal(desk: &Desk, command: &str) -> String {
    let mut child = Command::new("script")
        .args(["-qec", &format!("stty cols 80; {command}"), "/dev/null"])
        .current_dir(desk.folder.path())
        .env_remove("COLUMNS")
        .env("TERM", "xterm-256color")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"").unwrap();
    text(&child.wait_with_output().unwrap().stdout)
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_terminal_lines_fit_and_no_color_is_heeded() {
    let desk = desk();
    let program = env!("CARGO_BIN_EXE_countersign");
    let out = on_a_terminal(&desk, &format!("{program} log pub"));
    assert!(out.lines().count() == 7, "{out}");
    assert!(out.lines().all(|line| line.trim_end().width() <= 80), "{out}");
    assert_eq!(out.replace('\r', ""), with(&desk, &["log", "pub"], &[("COLUMNS", "80")]));
    assert!(!out.contains('\u{1b}'));
    assert!(on_a_terminal(&desk, &format!("NO_COLOR= {program} --help")).contains('\u{1b}'));
    assert!(!on_a_terminal(&desk, &format!("NO_COLOR=1 {program} --help")).contains('\u{1b}'));
}
