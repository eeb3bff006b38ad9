//! A bar on stderr for work that takes more than half a second.

use std::cell::OnceCell;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use countersign::reading::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// How long work goes on before it is shown.
const QUIET: Duration = Duration::from_millis(500);

/// A bar that appears where somebody looks and the work takes its time.
pub struct Bar {
    begun: Instant,
    what: &'static str,
    shown: OnceCell<ProgressBar>,
}

impl Bar {
    /// Nothing is shown so far.
    pub fn new(what: &'static str) -> Self {
        Self { begun: Instant::now(), what, shown: OnceCell::new() }
    }

    /// Shows how far the work has come.
    pub fn show(&self, progress: Progress) {
        if self.begun.elapsed() < QUIET || !io::stderr().is_terminal() {
            return;
        }
        let bar = self.shown.get_or_init(|| {
            let template = "{msg} [{wide_bar}] {human_pos} of {human_len} entries";
            let style =
                ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(progress.claimed.max(progress.done))
                .with_style(style.progress_chars("=> "))
                .with_message(self.what)
                .with_position(progress.done)
        });
        bar.set_length(progress.claimed.max(progress.done));
        bar.set_position(progress.done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.shown.get() {
            bar.finish_and_clear();
        }
    }
}
