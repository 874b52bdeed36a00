//! The part of Prometheus' text format 0.0.4 that is needed here.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Upper bounds of the buckets of durations, milliseconds.
const DURATIONS_MS: [u64; 10] = [1, 5, 10, 50, 100, 500, 1_000, 5_000, 15_000, 60_000];

/// A page of metric families and their samples.
#[derive(Default)]
pub(super) struct Text(pub(super) String);

impl Text {
    pub(super) fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing into a `String` cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    pub(super) fn sample(&mut self, name: &str, labels: &str, value: u64) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    /// Writes a family of one sample.
    pub(super) fn single(&mut self, name: &str, kind: &str, help: &str, value: u64) {
        self.family(name, kind, help);
        self.sample(name, "", value);
    }

    /// Writes a family with a sample for each value of one label.
    pub(super) fn labelled(&mut self, name: &str, kind: &str, help: &str, label: &str, samples: &[(&str, u64)]) {
        self.family(name, kind, help);
        for (which, value) in samples {
            self.sample(name, &format!("{{{label}=\"{which}\"}}"), *value);
        }
    }
}

/// A histogram of durations.
#[derive(Debug, Default)]
pub(super) struct Durations {
    buckets: [AtomicU64; DURATIONS_MS.len()],
    ms_sum: AtomicU64,
    count: AtomicU64,
}

impl Durations {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a run lasts minutes at most")]
    pub(super) fn count(&self, duration_ms: f64) {
        let ms = duration_ms.max(0.0).round() as u64;
        self.ms_sum.fetch_add(ms, Relaxed);
        self.count.fetch_add(1, Relaxed);
        let buckets = DURATIONS_MS.iter().zip(&self.buckets);
        for (_, bucket) in buckets.filter(|(bound, _)| ms <= **bound) {
            bucket.fetch_add(1, Relaxed);
        }
    }

    pub(super) fn write(&self, text: &mut Text, name: &str, help: &str) {
        text.family(name, "histogram", help);
        for (bound, bucket) in DURATIONS_MS.iter().zip(&self.buckets) {
            text.sample(&format!("{name}_bucket"), &format!("{{le=\"{bound}\"}}"), bucket.load(Relaxed));
        }
        let count = self.count.load(Relaxed);
        text.sample(&format!("{name}_bucket"), "{le=\"+Inf\"}", count);
        text.sample(&format!("{name}_sum"), "", self.ms_sum.load(Relaxed));
        text.sample(&format!("{name}_count"), "", count);
    }
}
