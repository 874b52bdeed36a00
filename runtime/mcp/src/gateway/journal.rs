//! The line that a run leaves in the log: who asked, how it ended, what it took. No argument, no result and no
//! word of a script or a tool stands in it.

use callbox::{CallRecord, CallState, End, Outcome, Stopped};

use crate::quote;

/// Calls that are named.
const CALLS_SHOWN_MAX: usize = 20;
/// Of each name, characters.
const NAME_CHARS_MAX: usize = 100;

/// Writes the line. A run that its client left after it had called tools is told of as a warning, with the calls:
/// nobody else learns what was done.
pub(super) fn note(scope: &str, outcome: &Outcome, trace_id: Option<&str>) {
    let usage = &outcome.usage;
    let count = |matches: fn(&CallState) -> bool| outcome.calls.iter().filter(|call| matches(&call.state)).count();
    let failed = count(|state| matches!(state, CallState::Failed { .. }));
    let unknown = count(|state| *state == CallState::Unknown);
    let is_left = outcome.end == End::Stopped(Stopped::Cancelled) && !outcome.calls.is_empty();
    macro_rules! note {
        ($level:ident, $message:literal $(, $name:ident = $value:expr)*) => {
            tracing::$level!(
                scope,
                end = outcome.end.kind(),
                limit = limit(&outcome.end),
                calls = outcome.calls.len(),
                failed,
                unknown,
                wall_ms = usage.wall_ms.round(),
                cpu_ms = usage.cpu_ms.round(),
                returned_bytes = usage.returned_bytes,
                trace_id,
                $($name = $value,)*
                $message
            )
        };
    }
    if is_left {
        note!(warn, "the client left a run that had called tools", done = done(&outcome.calls));
    } else {
        note!(info, "a run ended");
    }
}

fn limit(end: &End) -> Option<&'static str> {
    match end {
        End::Stopped(Stopped::Limit { limit, .. }) => Some(limit.as_str()),
        _ => None,
    }
}

/// Each call and how it stood.
fn done(calls: &[CallRecord]) -> String {
    let shown = calls.iter().take(CALLS_SHOWN_MAX);
    let shown: Vec<String> =
        shown.map(|call| format!("{} {}", quote::line(&call.name(), NAME_CHARS_MAX), state(&call.state))).collect();
    let more = calls.len().saturating_sub(CALLS_SHOWN_MAX);
    let rest = if more > 0 { format!(", {more} more") } else { String::new() };
    shown.join(", ") + &rest
}

fn state(state: &CallState) -> &'static str {
    match state {
        CallState::Finished { .. } => "finished",
        CallState::Failed { .. } => "failed",
        CallState::Unknown => "unknown",
        CallState::NotSent => "not sent",
    }
}
