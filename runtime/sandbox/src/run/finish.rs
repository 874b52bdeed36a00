//! The outcome of a run, made of its end and its records.

use serde_json::Value;
use tokio::time::Instant;

use crate::{
    engine::Engine,
    limits::Limits,
    outcome::{End, Outcome, Returned, Thrown, Usage},
    preview,
    run::{console::Console, ledger::Booked, watch::Watch},
};

/// A run that has ended, before its records are closed.
pub(crate) struct Ended {
    pub(crate) end: End,
    pub(crate) engine: Option<Engine>,
    pub(crate) notes: Vec<String>,
    /// The memory and the bytes of source, input and result; the rest is in the records.
    pub(crate) usage: Usage,
}

/// Makes the outcome of a run.
pub(crate) fn finish(ended: Ended, booked: Booked, console: Console, watch: &Watch) -> Outcome {
    let Ended { end, engine, mut notes, usage } = ended;
    let usage = Usage {
        cpu_ms: watch.cpu_ms(),
        wall_ms: watch.wall().as_secs_f64() * 1_000.0,
        memory_bytes: usage.memory_bytes,
        log_bytes: console.bytes(),
        returned_bytes: usage.returned_bytes,
        source_bytes: usage.source_bytes,
        input_bytes: usage.input_bytes,
        ..booked.usage
    };
    notes.extend(booked.notes);
    Outcome { end, engine, logs: console.into_lines(), calls: booked.records, usage, notes }
}

/// Returns the outcome of a run that never began.
pub(crate) fn unstarted(end: End, mut usage: Usage, began: Instant) -> Outcome {
    usage.wall_ms = ms_since(began);
    Outcome { usage, ..Outcome::unstarted(end) }
}

/// Returns the end for a returned value of `bytes` bytes of JSON.
pub(crate) fn returned(value: Value, bytes: u64, limits: &Limits) -> End {
    let bytes_max = limits.returned_bytes_max;
    let preview = (bytes > bytes_max).then(|| preview::preview(&value, bytes, bytes_max));
    End::Returned(Returned { value, preview })
}

pub(crate) fn ms_since(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1_000.0
}

/// Returns the error for a script that awaits something that will never settle.
pub(crate) fn deadlock() -> Thrown {
    Thrown {
        name: "Error".to_owned(),
        message: "the script awaits a promise that nothing will settle: no tool call and no timer is pending"
            .to_owned(),
        code: Some("deadlock".to_owned()),
        hint: Some("Resolve each promise that is awaited, or await a tool call.".to_owned()),
        ..Thrown::default()
    }
}
