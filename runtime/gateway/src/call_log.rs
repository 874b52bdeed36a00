//! The call log: what a run leaves in the log, namely its principal, how it ended and what it used. It contains no
//! arguments, no results and no text of a script or a tool.

use std::sync::Arc;

use callbox::{
    End, Engine, Event, Outcome, RunObserver, Stopped,
    outcome::{CallRecord, CallState},
};

use crate::trace::Trace;

/// Maximum calls that are named.
const CALLS_SHOWN_MAX: usize = 20;

/// Logs one run when it ends.
pub(crate) struct CallLog {
    scope: String,
    trace: Arc<Trace>,
}

impl CallLog {
    pub(crate) fn new(scope: &str, trace: Arc<Trace>) -> Self {
        Self { scope: scope.to_owned(), trace }
    }
}

impl RunObserver for CallLog {
    fn event(&self, _: &Event) {}

    fn ended(&self, outcome: &Outcome) {
        note(&self.scope, outcome, self.trace.id().as_deref());
    }
}

/// Logs the run. If the client abandoned a run that had called tools, a warning names the calls: nobody else learns
/// what was done.
fn note(scope: &str, outcome: &Outcome, trace_id: Option<&str>) {
    let (usage, calls) = (&outcome.usage, outcome.calls.len());
    let count = |matches: fn(&CallState) -> bool| outcome.calls.iter().filter(|call| matches(&call.state)).count();
    let failed = count(|state| matches!(state, CallState::Failed { .. }));
    let unknown = count(|state| *state == CallState::Unknown);
    tracing::info!(
        scope,
        end = outcome.end.kind(),
        engine = outcome.engine.map(Engine::as_str),
        limit = limit(&outcome.end),
        calls,
        failed,
        unknown,
        wall_ms = usage.wall_ms.round(),
        cpu_ms = usage.cpu_ms.round(),
        returned_bytes = usage.returned_bytes,
        trace_id,
        "a run ended"
    );
    if outcome.end == End::Stopped(Stopped::Cancelled) && calls > 0 {
        let done = done(&outcome.calls);
        tracing::warn!(scope, calls, unknown, done, trace_id, "a run that had called tools was abandoned");
    }
}

fn limit(end: &End) -> Option<&'static str> {
    match end {
        End::Stopped(Stopped::Limit { limit, .. }) => Some(limit.as_str()),
        _ => None,
    }
}

/// Lists each call with its state.
fn done(calls: &[CallRecord]) -> String {
    let shown = calls.iter().take(CALLS_SHOWN_MAX);
    let shown: Vec<String> = shown.map(|call| format!("{} {}", call.name(), call.state.as_str())).collect();
    let more = calls.len().saturating_sub(CALLS_SHOWN_MAX);
    let rest = if more > 0 { format!(", {more} more") } else { String::new() };
    shown.join(", ") + &rest
}
