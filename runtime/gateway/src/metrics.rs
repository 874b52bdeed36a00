//! The metrics of a gateway, as OpenMetrics text.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use callbox::{
    End, Outcome,
    outcome::{CallRecord, CallState},
};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram};
use prometheus_client::registry::{Registry, Unit};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

/// Upper bounds of the buckets of durations, seconds.
const DURATIONS_S: [f64; 10] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0];

/// One label and its value.
type Label = [(&'static str, &'static str); 1];
type Counts = Family<Label, Counter>;
type Number = Gauge<u64, AtomicU64>;

/// The metrics of one gateway.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    runs: Counts,
    run_duration: Histogram,
    calls: Counts,
    call_duration: Histogram,
    result_bytes: Counter,
    returned_bytes: Counter,
    kept_out_bytes: Counter,
    runs_now: watch::Sender<u64>,
    /// Requests in progress, runs and others.
    work_now: watch::Sender<u64>,
    read_when_shown: ReadWhenShown,
}

/// Gauges whose values are read each time the metrics are shown.
#[derive(Debug, Default)]
struct ReadWhenShown {
    runs_now: Number,
    tasks: Number,
    upstreams: Family<Label, Number>,
}

/// Counts in a gauge until dropped.
pub(crate) struct Gauged<'m>(&'m watch::Sender<u64>);

impl<'m> Gauged<'m> {
    fn new(gauge: &'m watch::Sender<u64>) -> Self {
        gauge.send_modify(|number| *number += 1);
        Self(gauge)
    }
}

impl Drop for Gauged<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|number| *number -= 1);
    }
}

const ENDS: [&str; 5] = ["returned", "threw", "stopped", "rejected", "faulted"];
const CALLS: [&str; 4] = ["finished", "failed", "unknown", "not_sent"];

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("callbox"),
            runs: zeroes("end", &ENDS),
            run_duration: Histogram::new(DURATIONS_S),
            calls: zeroes("state", &CALLS),
            call_duration: Histogram::new(DURATIONS_S),
            result_bytes: Counter::default(),
            returned_bytes: Counter::default(),
            kept_out_bytes: Counter::default(),
            runs_now: watch::Sender::default(),
            work_now: watch::Sender::default(),
            read_when_shown: ReadWhenShown::default(),
        };
        metrics.registered()
    }
}

impl Metrics {
    /// Names everything. The registry adds the prefix, units, `_total` and full stops.
    fn registered(mut self) -> Self {
        let (registry, shown) = (&mut self.registry, &self.read_when_shown);
        registry.register("runs", "Finished runs, by how they ended", self.runs.clone());
        registry.register("runs_now", "Runs in progress", shown.runs_now.clone());
        let help = "Time from a run's start to its end";
        registry.register_with_unit("run_duration", help, Unit::Seconds, self.run_duration.clone());
        registry.register("tool_calls", "Tool calls, by how they ended", self.calls.clone());
        let help = "Time from a tool call to its answer";
        registry.register_with_unit("tool_call_duration", help, Unit::Seconds, self.call_duration.clone());
        registry.register("tasks", "Tasks alive in the async runtime", shown.tasks.clone());
        let help = "Bytes that tools returned to scripts";
        registry.register_with_unit("result", help, Unit::Bytes, self.result_bytes.clone());
        let help = "Bytes that scripts returned";
        registry.register_with_unit("returned", help, Unit::Bytes, self.returned_bytes.clone());
        let help = "Bytes that tools returned to scripts and that did not go into the model's context";
        registry.register_with_unit("kept_out", help, Unit::Bytes, self.kept_out_bytes.clone());
        let help = "Upstream servers, by whether they can be reached";
        registry.register("upstreams", help, shown.upstreams.clone());
        self
    }

    /// Counts a run until the returned guard is dropped.
    pub(crate) fn under_way(&self) -> Gauged<'_> {
        Gauged::new(&self.runs_now)
    }

    /// Counts work for a client until the returned guard is dropped.
    pub(crate) fn at_work(&self) -> Gauged<'_> {
        Gauged::new(&self.work_now)
    }

    /// Waits up to `wait` until no work is in progress. Returns whether that is so.
    pub(crate) async fn idle(&self, wait: Duration) -> bool {
        let mut work = self.work_now.subscribe();
        matches!(timeout(wait, work.wait_for(|work| *work == 0)).await, Ok(Ok(_)))
    }

    /// Counts a finished run. Host functions do not count as tools.
    pub(crate) fn count(&self, outcome: &Outcome) {
        let end = match outcome.end {
            End::Returned(_) => "returned",
            End::Threw(_) => "threw",
            End::Stopped(_) => "stopped",
            End::Rejected(_) => "rejected",
            End::Faulted(_) => "faulted",
        };
        self.runs.get_or_create(&[("end", end)]).inc();
        self.run_duration.observe(outcome.usage.wall_ms / 1_000.0);
        self.returned_bytes.inc_by(outcome.usage.returned_bytes);
        tool_calls(outcome).for_each(|call| self.count_call(&call.state, call.duration_ms));
        self.result_bytes.inc_by(result_bytes(outcome));
    }

    /// Counts the answer to a run, of which a model reads `read_bytes`.
    pub(crate) fn count_answer(&self, outcome: &Outcome, read_bytes: u64) {
        self.kept_out_bytes.inc_by(result_bytes(outcome).saturating_sub(read_bytes));
    }

    /// Counts a tool call.
    pub(crate) fn count_call(&self, state: &CallState, duration_ms: f64) {
        let state = match state {
            CallState::Finished { .. } => "finished",
            CallState::Failed { .. } => "failed",
            CallState::Unknown => "unknown",
            CallState::NotSent => "not_sent",
        };
        self.calls.get_or_create(&[("state", state)]).inc();
        if ["finished", "failed"].contains(&state) {
            self.call_duration.observe(duration_ms / 1_000.0);
        }
    }

    /// Returns the metrics as OpenMetrics text, version 1.0.0.
    pub(crate) fn text(&self, servers_up: usize, servers_down: usize) -> String {
        let shown = &self.read_when_shown;
        shown.runs_now.set(*self.runs_now.borrow());
        let tasks = Handle::try_current().map_or(0, |runtime| runtime.metrics().num_alive_tasks());
        shown.tasks.set(tasks as u64);
        for (state, servers) in [("up", servers_up), ("down", servers_down)] {
            shown.upstreams.get_or_create(&[("state", state)]).set(servers as u64);
        }
        let mut text = String::new();
        // Writing into a `String` cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Counts that start at 0 for each value of the label, so that the first increase of one is seen as such.
fn zeroes(label: &'static str, values: &[&'static str]) -> Counts {
    let counts = Counts::default();
    for value in values {
        drop(counts.get_or_create(&[(label, value)]));
    }
    counts
}

/// Returns the calls of tools, without functions of the host.
fn tool_calls(outcome: &Outcome) -> impl Iterator<Item = &CallRecord> {
    outcome.calls.iter().filter(|call| !call.server.is_empty())
}

/// Returns how many bytes tools returned to a run.
fn result_bytes(outcome: &Outcome) -> u64 {
    let bytes = tool_calls(outcome).filter_map(|call| match call.state {
        CallState::Finished { result_bytes } => Some(result_bytes),
        _ => None,
    });
    bytes.sum()
}
