//! What the server counts of itself, as Prometheus reads it. No address is in it, and no
//! path: who reads what is nobody's to keep.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the buckets of the histogram, in milliseconds.
const BUCKETS: [u64; 9] = [1, 5, 10, 50, 100, 500, 1000, 5000, 10_000];

macro_rules! causes {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// Why a connection or a request was cut off or turned away.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Cause {
            $(#[doc = $doc] $variant,)*
        }

        impl Cause {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its label.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

causes! {
    All "all_connections" "As many connections as there may be.";
    Each "address_connections" "As many of one address.";
    Accept "accept" "The system gave no descriptor for it.";
    SlowHead "slow_head" "The head of a request took too long.";
    SlowBody "slow_body" "The body did.";
    SlowReader "slow_reader" "The answer was not taken.";
    LargeHead "large_head" "A head over the limit.";
    LargeBody "large_body" "A body over the limit.";
    Malformed "malformed" "No request of HTTP/1.";
    Pace "pace" "Submissions too close to each other.";
    Queue "queue" "As many submissions as may wait.";
}

/// The counts.
#[derive(Debug, Default)]
pub struct Tally {
    connections: AtomicU64,
    sent: AtomicU64,
    panics: AtomicU64,
    turned_away: Mutex<BTreeMap<Cause, u64>>,
    requests: Mutex<BTreeMap<(u16, &'static str), u64>>,
    witness: Mutex<BTreeMap<u16, u64>>,
    took: Mutex<Took>,
}

#[derive(Debug, Default)]
struct Took {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    micros: u128,
}

/// What is asked of the world when the counts are read.
#[derive(Debug, Default)]
pub struct Now {
    /// Connections that are open.
    pub open: usize,
    /// Entries under the newest seal of each log.
    pub seals: BTreeMap<String, u64>,
}

fn add<K: Ord>(counts: &Mutex<BTreeMap<K, u64>>, key: K) {
    *counts.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(0) += 1;
}

impl Tally {
    /// A connection was taken.
    pub fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// Bytes went out.
    pub fn sent(&self, bytes: usize) {
        self.sent.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
    }

    /// Something was cut off or turned away.
    pub fn turned_away(&self, cause: Cause) {
        add(&self.turned_away, cause);
    }

    /// A request ended in a panic: the number by which its caller knows it.
    pub fn panicked(&self) -> u64 {
        self.panics.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The witness gave an answer.
    pub fn witnessed(&self, status: u16) {
        add(&self.witness, status);
    }

    /// A request was answered.
    pub fn answered(&self, status: u16, class: &'static str, took: Duration) {
        add(&self.requests, (status, class));
        let mut all = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        for (count, bound) in all.buckets.iter_mut().zip(BUCKETS) {
            *count += u64::from(took <= Duration::from_millis(bound));
        }
        all.count += 1;
        all.micros += took.as_micros();
    }

    /// The page that is scraped.
    pub fn page(&self, now: &Now) -> String {
        let mut page = Page(String::new());
        page.head("connections", "gauge", "Connections that are open.");
        page.line("connections", "", now.open);
        page.head("connections_total", "counter", "Connections that were taken.");
        page.line("connections_total", "", self.connections.load(Ordering::Relaxed));
        page.head("turned_away_total", "counter", "Connections and requests turned away, by cause.");
        let causes = self.turned_away.lock().unwrap_or_else(PoisonError::into_inner);
        for cause in Cause::ALL {
            let count = causes.get(cause).copied().unwrap_or(0);
            page.line("turned_away_total", &format!("{{cause=\"{}\"}}", cause.name()), count);
        }
        drop(causes);
        page.head("requests_total", "counter", "Requests that were answered, by status and class.");
        for ((status, class), count) in self.requests.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            page.line("requests_total", &format!("{{status=\"{status}\",class=\"{class}\"}}"), count);
        }
        page.head("sent_bytes_total", "counter", "Bytes sent.");
        page.line("sent_bytes_total", "", self.sent.load(Ordering::Relaxed));
        page.head("panics_total", "counter", "Requests that ended in an internal error.");
        page.line("panics_total", "", self.panics.load(Ordering::Relaxed));
        page.head("witness_answers_total", "counter", "Answers of the witness, by status.");
        for (status, count) in self.witness.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            page.line("witness_answers_total", &format!("{{status=\"{status}\"}}"), count);
        }
        self.took.lock().unwrap_or_else(PoisonError::into_inner).write(&mut page);
        page.head("seal_entries", "gauge", "Entries under the newest seal in the snapshot, by log.");
        for (log, size) in &now.seals {
            page.line("seal_entries", &format!("{{log=\"{log}\"}}"), size);
        }
        page.0
    }
}

impl Took {
    fn write(&self, page: &mut Page) {
        page.head("answer_seconds", "histogram", "Time to the head of an answer.");
        for (count, bound) in self.buckets.iter().zip(BUCKETS) {
            let label = format!("{{le=\"{}.{:03}\"}}", bound / 1000, bound % 1000);
            page.line("answer_seconds_bucket", &label, count);
        }
        page.line("answer_seconds_bucket", "{le=\"+Inf\"}", self.count);
        let (seconds, micros) = (self.micros / 1_000_000, self.micros % 1_000_000);
        page.line("answer_seconds_sum", "", format_args!("{seconds}.{micros:06}"));
        page.line("answer_seconds_count", "", self.count);
    }
}

struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string does not go wrong.
        _ = writeln!(self.0, "# HELP countersign_{name} {help}\n# TYPE countersign_{name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        _ = writeln!(self.0, "countersign_{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_add_up_and_every_name_is_described_once() {
        let tally = Tally::default();
        for millis in [0, 3, 70, 20_000] {
            tally.answered(200, "tile", Duration::from_millis(millis));
        }
        tally.turned_away(Cause::Pace);
        let seals = BTreeMap::from([("moscow".to_owned(), 41)]);
        let page = tally.page(&Now { open: 2, seals });
        for line in [
            "countersign_connections 2",
            "countersign_requests_total{status=\"200\",class=\"tile\"} 4",
            "countersign_turned_away_total{cause=\"pace\"} 1",
            "countersign_turned_away_total{cause=\"queue\"} 0",
            "countersign_answer_seconds_bucket{le=\"0.001\"} 1",
            "countersign_answer_seconds_bucket{le=\"0.005\"} 2",
            "countersign_answer_seconds_bucket{le=\"10.000\"} 3",
            "countersign_answer_seconds_bucket{le=\"+Inf\"} 4",
            "countersign_answer_seconds_sum 20.073000",
            "countersign_seal_entries{log=\"moscow\"} 41",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().unwrap();
            let name =
                ["_bucket", "_sum", "_count"].iter().fold(name, |name, end| name.trim_end_matches(end));
            assert_eq!(page.matches(&format!("# TYPE {name} ")).count(), 1, "{line}");
        }
    }
}
