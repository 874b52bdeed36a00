//! The messages between host and engine guest. Independent of any engine; `codec` encodes them.
//!
//! Both sides compile this file. JSON payloads are passed through unchanged, so that they are parsed only once, by
//! compiled code.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// Begins a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The compiled JavaScript.
    pub source: String,
    /// How to parse `source`.
    pub goal: Goal,
    /// The run's parameters, JSON.
    #[serde(with = "serde_bytes")]
    pub input: Vec<u8>,
    /// The tools the script may name.
    pub servers: Vec<ServerNames>,
    /// Host functions other than tools, each by the path at which a script finds it: `emit`, `results.get`,
    /// `tools.$search`.
    pub functions: Vec<String>,
    /// Seed of `Math.random()`.
    pub seed: u64,
    /// The clock, milliseconds since the epoch.
    pub now_ms: f64,
    /// Deepest nesting of a value passed between host and guest.
    pub json_depth_max: u32,
}

/// How to parse a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goal {
    /// An expression that evaluates to an `async (tools, input, thrown) => …` function.
    Function,
    /// A plain script, for conformance tests; its completion value is dropped.
    Script,
    /// A module, for conformance tests.
    Module,
}

/// The names of one server and its tools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerNames {
    /// The server's own name and its identifier.
    pub name: Name,
    /// Its tools, in the order the host numbers them.
    pub tools: Vec<Name>,
}

/// A wire name and its identifier in scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The exact name on the wire.
    pub wire: String,
    /// The identifier, unique within its list.
    pub identifier: String,
}

/// Continues a run with calls that have settled and the current time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    /// The clock, milliseconds since the epoch.
    pub now_ms: f64,
    /// The settled calls, in the order they settled.
    pub settled: Vec<Settled>,
}

/// One settled call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The id from `Call`.
    pub id: u32,
    /// The value as JSON, or why the call failed.
    pub result: Result<ByteBuf, Failure>,
}

/// A failed call, as the script's `ToolError` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Stable code.
    pub code: String,
    /// `server.tool`, wire names.
    pub tool: String,
    /// For people and models.
    pub message: String,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// Extra data from the tool, JSON.
    #[serde(with = "serde_bytes")]
    pub data: Option<Vec<u8>>,
}

/// The state of the run when the guest returns control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Calls queued since the last step.
    pub calls: Vec<Call>,
    /// Timers set since the last step.
    pub sleeps: Vec<Sleep>,
    /// Timers cleared since the last step, by id.
    pub cleared: Vec<u32>,
    /// Promises rejected in this step that nothing handled, other than the script's own.
    pub unhandled: Vec<Thrown>,
    /// Whether the script's own promise settled in this step. In later steps, which are background work only, the state
    /// is `Waiting`. The last field because it may hold a large value: appending more after it could double the
    /// buffer.
    pub state: State,
}

/// The outcome of the script's promise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum State {
    /// Still pending, or already reported.
    Waiting,
    /// Settled with this value (JSON).
    Returned {
        /// JSON text.
        #[serde(with = "serde_bytes")]
        value: Vec<u8>,
        /// Whether the script's value was `undefined` (its JSON is then `null`).
        undefined: bool,
    },
    /// Rejected, or the source did not compile.
    Threw(Thrown),
    /// The value cannot be represented as JSON.
    NotJson(NotJson),
    /// The engine's own stack or recursion bound was reached.
    StackExceeded,
}

/// The `server` of a call to one of `Start::functions`. Its `tool` is then the function's index there, and its
/// arguments are `{"arguments":[…]}`, as the script passed them.
pub const HOST_FUNCTIONS: u32 = u32::MAX;

/// A call to a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Unique in the run, shared with `Sleep`.
    pub id: u32,
    /// Index into `Start::servers`, or [`HOST_FUNCTIONS`].
    pub server: u32,
    /// Index into that server's tools.
    pub tool: u32,
    /// JSON text of the arguments.
    #[serde(with = "serde_bytes")]
    pub arguments: Vec<u8>,
}

/// A timer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sleep {
    /// Unique in the run, shared with `Call`.
    pub id: u32,
    /// Milliseconds from now, at least 0.
    pub ms: f64,
}

/// What a script threw.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Thrown {
    /// `TypeError`, `ToolError`, …; empty if the thrown value is not an error object.
    pub name: String,
    /// The message, or the text of the value.
    pub message: String,
    /// Innermost first; positions are in `Start::source`, except where `author` is set.
    pub frames: Vec<Frame>,
    /// The `code` of an error object, if it is a string.
    pub code: Option<String>,
    /// The thrown value as JSON if it is plain data, or the `data` of a `ToolError`.
    #[serde(with = "serde_bytes")]
    pub value: Option<Vec<u8>>,
    /// Whether the source failed to compile.
    pub compile: bool,
}

/// One frame of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The function's name; empty for the top level.
    pub function: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in the engine's unit: code points.
    pub column: u32,
    /// Whether line and column already refer to the author's text (for a thrown value that is not an error object).
    pub author: bool,
}

/// Why a value cannot be passed to the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotJson {
    /// Where in the value, `$.items[3].when`.
    pub path: String,
    /// What is there: `a function`, `NaN`, `a cycle`, `a promise`, …
    pub found: String,
    /// A complete imperative sentence.
    pub hint: String,
    /// Whether the value exceeds the depth limit.
    pub too_deep: bool,
}
