//! What the figures were taken on, read from the machine itself.

use std::fs;
use std::process::Command;
use std::thread;

/// The machine, one fact a row of a Markdown table.
pub fn table() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let rows = [
        ("processor", after_colon("/proc/cpuinfo", "model name")),
        ("cores for this program", cores.to_string()),
        ("memory", memory()),
        ("system", system()),
        ("compiler", said("rustc", &["--version"])),
        ("signature arithmetic", arithmetic()),
        ("git", said("git", &["--version"])),
    ];
    let rows: Vec<String> = rows.iter().map(|(what, is)| format!("| {what} | {is} |")).collect();
    format!("| machine | |\n| --- | --- |\n{}\n", rows.join("\n"))
}

fn unknown() -> String {
    "not known".to_owned()
}

fn after_colon(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_once(':')).map_or_else(unknown, |(_, is)| is.trim().to_owned())
}

fn memory() -> String {
    let total = after_colon("/proc/meminfo", "MemTotal");
    let kib = total.split(' ').next().and_then(|number| number.parse::<f64>().ok());
    kib.map_or_else(unknown, |kib| format!("{:.0} GiB", kib / f64::from(1 << 20)))
}

fn system() -> String {
    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let name = name.map_or_else(unknown, |name| name.trim_matches('"').to_owned());
    let kernel = said("uname", &["-r"]);
    let numbers: Vec<&str> = kernel.split('.').take(2).collect();
    format!("{name}, Linux {}", numbers.join("."))
}

fn arithmetic() -> String {
    let wide = cfg!(curve25519_dalek_backend = "avx512");
    if wide { "curve25519-dalek with its avx512 backend" } else { "curve25519-dalek as it builds by default" }
        .to_owned()
}

fn said(program: &str, words: &[&str]) -> String {
    match Command::new(program).args(words).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => unknown(),
    }
}
