//! The metrics of a gateway, and their Prometheus text.

mod text;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use callbox::{
    End, Outcome,
    outcome::{CallRecord, CallState},
};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use text::{Durations, Text};

/// The counters of one gateway.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    ends: [AtomicU64; 5],
    run_durations: Durations,
    calls: [AtomicU64; 4],
    call_durations: Durations,
    result_bytes: AtomicU64,
    returned_bytes: AtomicU64,
    kept_out_bytes: AtomicU64,
    runs_now: watch::Sender<u64>,
    /// Requests in progress, runs and others.
    work_now: watch::Sender<u64>,
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

impl Metrics {
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
            End::Returned(_) => &self.ends[0],
            End::Threw(_) => &self.ends[1],
            End::Stopped(_) => &self.ends[2],
            End::Rejected(_) => &self.ends[3],
            End::Faulted(_) => &self.ends[4],
        };
        end.fetch_add(1, Relaxed);
        self.run_durations.count(outcome.usage.wall_ms);
        self.returned_bytes.fetch_add(outcome.usage.returned_bytes, Relaxed);
        tool_calls(outcome).for_each(|call| self.count_call(&call.state, call.duration_ms));
        self.result_bytes.fetch_add(result_bytes(outcome), Relaxed);
    }

    /// Counts the answer to a run, of which a model reads `read_bytes`.
    pub(crate) fn count_answer(&self, outcome: &Outcome, read_bytes: u64) {
        self.kept_out_bytes.fetch_add(result_bytes(outcome).saturating_sub(read_bytes), Relaxed);
    }

    /// Counts a tool call.
    pub(crate) fn count_call(&self, state: &CallState, duration_ms: f64) {
        let (calls, has_answer) = match state {
            CallState::Finished { .. } => (&self.calls[0], true),
            CallState::Failed { .. } => (&self.calls[1], true),
            CallState::Unknown => (&self.calls[2], false),
            CallState::NotSent => (&self.calls[3], false),
        };
        calls.fetch_add(1, Relaxed);
        if has_answer {
            self.call_durations.count(duration_ms);
        }
    }

    /// Returns the metrics in version 0.0.4 of Prometheus' text format.
    pub(crate) fn text(&self, servers_up: usize, servers_down: usize) -> String {
        let mut text = Text::default();
        let ends = samples(ENDS, &self.ends);
        text.labelled("callbox_runs_total", "counter", "Finished runs, by how they ended.", "end", &ends);
        text.single("callbox_runs_now", "gauge", "Runs in progress.", *self.runs_now.borrow());
        let help = "Time from a run's start to its end.";
        self.run_durations.write(&mut text, "callbox_run_duration_milliseconds", help);
        let calls = samples(CALLS, &self.calls);
        text.labelled("callbox_tool_calls_total", "counter", "Tool calls, by how they ended.", "state", &calls);
        let help = "Time from a tool call to its answer.";
        self.call_durations.write(&mut text, "callbox_tool_call_duration_milliseconds", help);
        let tasks = Handle::try_current().map_or(0, |runtime| runtime.metrics().num_alive_tasks());
        text.single("callbox_tasks", "gauge", "Tasks alive in the async runtime.", tasks as u64);
        self.bytes(&mut text);
        let upstreams = [("up", servers_up as u64), ("down", servers_down as u64)];
        let help = "Upstream servers, by whether they can be reached.";
        text.labelled("callbox_upstreams", "gauge", help, "state", &upstreams);
        text.0
    }

    fn bytes(&self, text: &mut Text) {
        for (name, help, bytes) in [
            ("callbox_result_bytes_total", "Bytes that tools returned to scripts.", &self.result_bytes),
            ("callbox_returned_bytes_total", "Bytes that scripts returned.", &self.returned_bytes),
            (
                "callbox_kept_out_bytes_total",
                "Bytes that tools returned to scripts and that did not go into the model's context.",
                &self.kept_out_bytes,
            ),
        ] {
            text.single(name, "counter", help, bytes.load(Relaxed));
        }
    }
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

fn samples<const N: usize>(names: [&'static str; N], counts: &[AtomicU64; N]) -> Vec<(&'static str, u64)> {
    names.into_iter().zip(counts).map(|(name, count)| (name, count.load(Relaxed))).collect()
}
