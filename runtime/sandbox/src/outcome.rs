//! The outcome of a run: its end, logs, tool calls and usage. Renderers are in `transcript` and `report`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use crate::{
    diagnostic::{Diagnostic, DiagnosticCode, Place},
    event::Wait,
    log::{Log, LogLevel},
    stopped::Stopped,
};
use crate::{engine::Engine, foreign, preview, tool_error::ToolErrorCode};

/// Longest call name shown, characters.
const NAME_CHARS_MAX: usize = 300;
/// Longest message of a failed call shown on a line, characters.
const MESSAGE_CHARS_MAX: usize = 400;

/// Everything a finished run leaves behind.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// How the run ended.
    pub end: End,
    /// The engine that ran the script; `None` for a component, or if nothing was run.
    pub engine: Option<Engine>,
    /// Console output, in order.
    pub logs: Vec<Log>,
    /// Every tool call that was made, in the order the script made them.
    pub calls: Vec<CallRecord>,
    /// How much of each limit the run used.
    pub usage: Usage,
    /// Remarks that are not errors: an unhandled rejection, a schema that could not be enforced, …
    pub notes: Vec<String>,
}

impl Outcome {
    /// The outcome of a run that never began: no calls, no logs, nothing used.
    #[must_use]
    pub fn unstarted(end: End) -> Self {
        Self { end, engine: None, logs: Vec::new(), calls: Vec::new(), usage: Usage::default(), notes: Vec::new() }
    }
}

/// The ways a run can end.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// The script returned.
    Returned(Returned),
    /// The script threw, or can never finish.
    Threw(Thrown),
    /// A limit was reached or the run was cancelled; the script could not catch it.
    Stopped(Stopped),
    /// The script did not compile or names a tool that does not exist; nothing was run.
    Rejected(Vec<Diagnostic>),
    /// A bug in callbox itself; the process keeps running.
    Faulted(String),
}

impl End {
    /// Returns the stable name used in reports.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Returned(_) => "returned",
            Self::Threw(_) => "threw",
            Self::Stopped(_) => "stopped",
            Self::Rejected(_) => "rejected",
            Self::Faulted(_) => "faulted",
        }
    }
}

/// A returned value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Returned {
    /// The whole value. `undefined` becomes `null`.
    pub value: Value,
    /// A shortened version, if the whole value is larger than
    /// [`Limits::returned_bytes_max`](crate::Limits::returned_bytes_max).
    pub preview: Option<Preview>,
}

impl Returned {
    /// A value that needs no preview.
    #[must_use]
    pub fn whole(value: Value) -> Self {
        Self { value, preview: None }
    }

    /// Returns a preview of at most `bytes_max` bytes of JSON, or as small as possible; `None` if the whole value fits.
    #[must_use]
    pub fn within(&self, bytes_max: u64) -> Option<Preview> {
        let bytes = preview::json_bytes(&self.value);
        (bytes > bytes_max).then(|| preview::preview(&self.value, bytes, bytes_max))
    }

    /// Returns what to show within the limit: the preview if there is one, otherwise the value.
    #[must_use]
    pub fn shown(&self) -> &Value {
        self.preview.as_ref().map_or(&self.value, |preview| &preview.value)
    }
}

/// A value made smaller without breaking its structure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Preview {
    /// Valid JSON with the same outline; cuts are marked in place.
    pub value: Value,
    /// What was cut, by path: `$.rows: 950 of 1000 items`. At most 20 lines.
    pub cut: Vec<String>,
    /// Size of the whole value as JSON, bytes.
    pub whole_bytes: u64,
}

impl Preview {
    /// A shortened `value`, with a line for each cut.
    #[must_use]
    pub fn new(value: Value, cut: Vec<String>, whole_bytes: u64) -> Self {
        Self { value, cut, whole_bytes }
    }
}

/// What a script threw.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Thrown {
    /// `TypeError`, `ToolError`, …; empty if the thrown value was not an error object.
    pub name: String,
    /// The message, or the value as text.
    pub message: String,
    /// Stable code, if any: a [`ToolErrorCode`], `deadlock`, `not_json`, `unknown_tool`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Stack frames in the author's own text, innermost first.
    pub frames: Vec<Frame>,
    /// The thrown value if it is plain data, or the `data` of a `ToolError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Thrown {
    /// An error of that class, without code, stack or data.
    #[must_use]
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), message: message.into(), ..Self::default() }
    }

    /// Returns where it was thrown, if known.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.frames.first().map(|frame| frame.place)
    }
}

/// One frame of a stack, in the author's coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Frame {
    /// The function's name; empty at the top level.
    pub function: String,
    /// Line and column.
    #[serde(flatten)]
    pub place: Place,
}

impl Frame {
    /// A frame of `function`, which is empty at the top level.
    #[must_use]
    pub fn new(function: impl Into<String>, place: Place) -> Self {
        Self { function: function.into(), place }
    }
}

/// One tool call of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CallRecord {
    /// Number of the call in its run, from 0.
    pub id: u32,
    /// The server's own name; empty for a function of the host.
    pub server: String,
    /// The tool's exact name, or the path of the host's function.
    pub tool: String,
    /// The arguments as sent.
    pub arguments: Value,
    /// The final state.
    #[serde(flatten)]
    pub state: CallState,
    /// Time from leaving the script to its end, milliseconds; for an unknown state, to the end of the run.
    pub duration_ms: f64,
}

impl CallRecord {
    /// A call of a tool, by wire names.
    #[must_use]
    pub fn new(id: u32, (server, tool): (&str, &str), arguments: Value, state: CallState, duration_ms: f64) -> Self {
        Self { id, server: server.to_owned(), tool: tool.to_owned(), arguments, state, duration_ms }
    }

    /// Returns `server.tool` in wire names, safe to show; for a function of the host, its path.
    #[must_use]
    pub fn name(&self) -> String {
        foreign::line(&self.wire_name(), NAME_CHARS_MAX)
    }

    /// Returns the name unescaped, for the script.
    pub(crate) fn wire_name(&self) -> String {
        if self.server.is_empty() { self.tool.clone() } else { format!("{}.{}", self.server, self.tool) }
    }

    /// Returns the call and its state on one line, safe to show, with at most this many characters of its arguments.
    #[must_use]
    pub fn line(&self, argument_chars_max: usize) -> String {
        format!("{}({}) {}", self.name(), self.arguments_shown(argument_chars_max), self.state)
    }

    /// Returns the arguments as JSON on one line, safe to show, at most `chars_max` characters.
    #[must_use]
    pub fn arguments_shown(&self, chars_max: usize) -> String {
        foreign::json_line(&self.arguments, chars_max)
    }
}

/// The final state of a tool call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CallState {
    /// The tool answered; its effects have happened.
    Finished {
        /// Size of the value passed to the script, bytes of JSON.
        result_bytes: u64,
    },
    /// The call failed.
    Failed {
        /// Why.
        code: ToolErrorCode,
        /// The message the script saw.
        message: String,
    },
    /// It was sent, but the run ended before an answer came: it may have taken effect.
    Unknown,
    /// It waited for a slot and was never sent.
    NotSent,
}

impl CallState {
    /// Returns the state's name for display.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Finished { .. } => "finished",
            Self::Failed { .. } => "failed",
            Self::Unknown => "unknown",
            Self::NotSent => "not sent",
        }
    }
}

impl fmt::Display for CallState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.as_str();
        match self {
            Self::Finished { result_bytes } => write!(f, "{state}, {result_bytes} bytes"),
            Self::Failed { code, message } => {
                write!(f, "{state}, {code}: {}", foreign::line(message, MESSAGE_CHARS_MAX))
            }
            Self::Unknown => write!(f, "{state}: sent, and no answer came; it may have taken effect"),
            Self::NotSent => f.write_str(state),
        }
    }
}

/// What a run used, in the units of [`Limits`](crate::Limits).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Usage {
    /// CPU time inside the guest, milliseconds.
    pub cpu_ms: f64,
    /// Time from start to end, milliseconds; time spent waiting for the user does not count.
    pub wall_ms: f64,
    /// Largest size of the guest's linear memory, bytes.
    pub memory_bytes: u64,
    /// Tool calls made.
    pub tool_calls: u64,
    /// Most tool calls in flight at the same time.
    pub tool_calls_at_once: u64,
    /// Longest single tool call, milliseconds.
    pub tool_call_ms: f64,
    /// Largest arguments of one call, bytes.
    pub argument_bytes: u64,
    /// Largest result of one call, bytes.
    pub result_bytes: u64,
    /// The returned value, bytes.
    pub returned_bytes: u64,
    /// Console output, bytes.
    pub log_bytes: u64,
    /// The script, bytes.
    pub source_bytes: u64,
    /// The input, bytes.
    pub input_bytes: u64,
}
