//! What a gateway counts, and its Prometheus text. It counts; it judges nothing.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use callbox::{CallState, End, Outcome};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

/// Upper bounds of the buckets of run durations, milliseconds.
const DURATIONS_MS: [u64; 10] = [1, 5, 10, 50, 100, 500, 1_000, 5_000, 15_000, 60_000];

/// The counters of one gateway.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    ends: [AtomicU64; 5],
    calls_finished: AtomicU64,
    calls_failed: AtomicU64,
    calls_unknown: AtomicU64,
    buckets: [AtomicU64; DURATIONS_MS.len()],
    duration_ms_sum: AtomicU64,
    result_bytes: AtomicU64,
    returned_bytes: AtomicU64,
    runs_now: watch::Sender<u64>,
}

/// A run under way.
pub(super) struct UnderWay<'m>(&'m Metrics);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.runs_now.send_modify(|runs| *runs -= 1);
    }
}

const ENDS: [&str; 5] = ["returned", "threw", "stopped", "rejected", "faulted"];

impl Metrics {
    /// Counts a run until what is returned is dropped.
    pub(super) fn under_way(&self) -> UnderWay<'_> {
        self.runs_now.send_modify(|runs| *runs += 1);
        UnderWay(self)
    }

    /// Waits until no run is under way, at most so long.
    pub(super) async fn idle(&self, wait: Duration) {
        let mut runs = self.runs_now.subscribe();
        // Past the wait, or without a sender, there is nothing more to wait for.
        let _ = timeout(wait, runs.wait_for(|runs| *runs == 0)).await;
    }

    /// Counts a run that has ended.
    pub(super) fn count(&self, outcome: &Outcome) {
        let end = match outcome.end {
            End::Returned(_) => &self.ends[0],
            End::Threw(_) => &self.ends[1],
            End::Stopped(_) => &self.ends[2],
            End::Rejected(_) => &self.ends[3],
            End::Faulted(_) => &self.ends[4],
        };
        end.fetch_add(1, Relaxed);
        self.time(outcome.usage.wall_ms);
        self.returned_bytes.fetch_add(outcome.usage.returned_bytes, Relaxed);
        for call in &outcome.calls {
            match call.state {
                CallState::Finished { result_bytes } => {
                    self.calls_finished.fetch_add(1, Relaxed);
                    self.result_bytes.fetch_add(result_bytes, Relaxed);
                }
                CallState::Failed { .. } => {
                    self.calls_failed.fetch_add(1, Relaxed);
                }
                CallState::Unknown | CallState::NotSent => {
                    self.calls_unknown.fetch_add(1, Relaxed);
                }
            }
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a run lasts minutes at most")]
    fn time(&self, wall_ms: f64) {
        let ms = wall_ms.max(0.0).round() as u64;
        self.duration_ms_sum.fetch_add(ms, Relaxed);
        let buckets = DURATIONS_MS.iter().zip(&self.buckets);
        for (_, bucket) in buckets.filter(|(bound, _)| ms <= **bound) {
            bucket.fetch_add(1, Relaxed);
        }
    }

    /// The counters in the text format 0.0.4 of Prometheus.
    pub(super) fn text(&self, servers_up: usize, servers_down: usize) -> String {
        let mut text = Text::default();
        let runs: u64 = self.ends.iter().map(|end| end.load(Relaxed)).sum();
        text.family("callbox_runs_total", "counter", "Runs that have ended, by how.");
        for (name, end) in ENDS.iter().zip(&self.ends) {
            text.sample("callbox_runs_total", &format!("{{end=\"{name}\"}}"), end.load(Relaxed));
        }
        text.family("callbox_runs_now", "gauge", "Runs under way.");
        text.sample("callbox_runs_now", "", *self.runs_now.borrow());
        text.family("callbox_run_duration_milliseconds", "histogram", "Time from a run's start to its end.");
        for (bound, bucket) in DURATIONS_MS.iter().zip(&self.buckets) {
            text.sample(
                "callbox_run_duration_milliseconds_bucket",
                &format!("{{le=\"{bound}\"}}"),
                bucket.load(Relaxed),
            );
        }
        text.sample("callbox_run_duration_milliseconds_bucket", "{le=\"+Inf\"}", runs);
        text.sample("callbox_run_duration_milliseconds_sum", "", self.duration_ms_sum.load(Relaxed));
        text.sample("callbox_run_duration_milliseconds_count", "", runs);
        text.family("callbox_tool_calls_total", "counter", "Tool calls of runs, by how they ended.");
        for (state, calls) in
            [("finished", &self.calls_finished), ("failed", &self.calls_failed), ("unknown", &self.calls_unknown)]
        {
            text.sample("callbox_tool_calls_total", &format!("{{state=\"{state}\"}}"), calls.load(Relaxed));
        }
        let tasks = Handle::try_current().map_or(0, |runtime| runtime.metrics().num_alive_tasks());
        text.family("callbox_tasks", "gauge", "Tasks of the runtime that serves.");
        text.sample("callbox_tasks", "", tasks as u64);
        let (results, returned) = (self.result_bytes.load(Relaxed), self.returned_bytes.load(Relaxed));
        text.family("callbox_result_bytes_total", "counter", "Bytes that tools gave to scripts.");
        text.sample("callbox_result_bytes_total", "", results);
        text.family("callbox_returned_bytes_total", "counter", "Bytes that scripts returned.");
        text.sample("callbox_returned_bytes_total", "", returned);
        text.family("callbox_upstreams", "gauge", "Upstream servers, by whether they can be reached.");
        text.sample("callbox_upstreams", "{state=\"up\"}", servers_up as u64);
        text.sample("callbox_upstreams", "{state=\"down\"}", servers_down as u64);
        text.0
    }
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing into a `String` cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &str, value: u64) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}
