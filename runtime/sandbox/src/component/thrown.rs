//! Explains why a component's run ended, in the outcome's terms. The host's own decisions come first; mistakes of the
//! guest are the script's error; only a broken engine is a fault of callbox.

use serde_json::Value;
use wasmtime::{Trap, WasmBacktrace, WasmtimeBug};
use wasmtime_wasi::I32Exit;

use super::{
    guest::{ScriptError, State},
    imports::NothingAwaited,
};
use crate::{
    foreign,
    limits::{Limit, Limits},
    outcome::{End, Thrown},
    run::finish::deadlock,
    stopped::Stopped,
    tool_error::ToolErrorCode,
};

/// Maximum number of guest functions named in a message.
const FUNCTIONS_SHOWN_MAX: usize = 8;
/// Longest name of a function shown, characters.
const NAME_CHARS_MAX: usize = 80;
/// Longest wasmtime message shown, characters.
const CAUSE_CHARS_MAX: usize = 300;

/// Longest message of a script's error, characters.
const MESSAGE_CHARS_MAX: usize = 16 << 10;

/// Native stack for the guest's frames, bytes.
pub(super) const STACK_BYTES: u64 = 1 << 20;

/// Returns the end of a run whose guest failed.
pub(super) fn end(error: &wasmtime::Error, state: &mut State) -> End {
    if let Some(stopped) = state.record.lock().stopped.or_else(|| state.room.stopped()) {
        return End::Stopped(stopped);
    }
    if let Some(bug) = error.downcast_ref::<WasmtimeBug>() {
        tracing::error!(%bug, "wasmtime faulted");
        return End::Faulted(shortened(&bug.to_string(), CAUSE_CHARS_MAX));
    }
    if let Some(I32Exit(status)) = error.downcast_ref() {
        return End::Threw(exited(*status));
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => {
            End::Stopped(Stopped::Limit { limit: Limit::StackBytes, value: STACK_BYTES, used: STACK_BYTES })
        }
        Some(Trap::AsyncDeadlock) => End::Threw(deadlock()),
        _ if error.is::<NothingAwaited>() => End::Threw(Thrown { message: NothingAwaited.to_string(), ..deadlock() }),
        _ if copied_too_much(error) => {
            let value = state.copied_bytes_max();
            End::Stopped(Stopped::Limit { limit: Limit::MemoryBytes, value, used: value.saturating_add(1) })
        }
        _ => End::Threw(trapped(error)),
    }
}

/// wasmtime gives this error no type, so its message decides.
/// `component_bombs::lists_that_overlap_are_held_to_what_the_guest_may_have` holds the pinned wasmtime to these words.
fn copied_too_much(error: &wasmtime::Error) -> bool {
    error.root_cause().to_string().contains("fuel allocated for hostcalls has been exhausted")
}

fn trapped(error: &wasmtime::Error) -> Thrown {
    let cause = match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string().trim_start_matches("wasm trap: ").to_owned(),
        None => error.root_cause().to_string(),
    };
    let functions = functions(error);
    let within = if functions.is_empty() { String::new() } else { format!(", in `{}`", functions.join("` < `")) };
    Thrown {
        name: "Trap".to_owned(),
        message: format!("{}{within}", shortened(&cause, CAUSE_CHARS_MAX)),
        code: Some("trap".to_owned()),
        ..Thrown::default()
    }
}

/// Returns the named functions on the guest's stack, innermost first.
fn functions(error: &wasmtime::Error) -> Vec<String> {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return Vec::new() };
    let names = trace.frames().iter().filter_map(|frame| frame.func_name());
    names.take(FUNCTIONS_SHOWN_MAX).map(|name| shortened(name, NAME_CHARS_MAX)).collect()
}

fn exited(status: i32) -> Thrown {
    Thrown {
        name: "Exit".to_owned(),
        message: format!("the script exited with status {status} instead of returning"),
        code: Some("exit".to_owned()),
        hint: Some("Return from `run`; return an error if the script failed.".to_owned()),
        ..Thrown::default()
    }
}

/// Converts an error that `run` returned. An uncaught `tool-error` keeps its code and thus its name. The message may be
/// as long as in a JavaScript script's error, and the data as large as a result that is shown whole.
pub(super) fn returned(error: ScriptError, limits: &Limits) -> Thrown {
    let of_tool = error.code.as_deref().is_some_and(|code| ToolErrorCode::ALL.iter().any(|it| it.as_str() == code));
    let fits = |data: &String| data.len() as u64 <= limits.returned_bytes_max;
    let value = error.data.filter(fits).map(|data| serde_json::from_str(&data).unwrap_or(Value::String(data)));
    Thrown {
        name: if of_tool { "ToolError" } else { "Error" }.to_owned(),
        message: cut(error.message, MESSAGE_CHARS_MAX),
        code: error.code.map(|code| cut(code, NAME_CHARS_MAX)),
        value,
        ..Thrown::default()
    }
}

fn cut(mut text: String, chars_max: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(chars_max) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Returns the error for a result of `run` that is not JSON.
pub(super) fn not_json(error: &serde_json::Error) -> Thrown {
    Thrown {
        name: "TypeError".to_owned(),
        message: format!("the returned text is not JSON: {error}"),
        code: Some("not_json".to_owned()),
        hint: Some("Serialise the result; plain text is `\"…\"` in JSON.".to_owned()),
        ..Thrown::default()
    }
}

pub(super) fn shortened(text: &str, chars_max: usize) -> String {
    cut(foreign::text(text), chars_max)
}
