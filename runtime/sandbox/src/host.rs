//! The door of the sandbox: how one tool call leaves it and how its reply or failure comes back.

use std::{any::Any, fmt, future::Future, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::{Clock, ClockHold};

/// Runs the calls of one server's tools.
///
/// Arguments were already checked against the tool's input schema. Time-outs, the check of the
/// result and its unwrapping are done by the sandbox, not here.
pub trait ToolHost: Send + Sync + 'static {
    /// Runs one call. Dropping the future cancels the call.
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>>;

    /// Longest time one call may take, milliseconds, where this host wants another than
    /// [`Limits::tool_call_ms_max`](crate::Limits::tool_call_ms_max).
    fn call_ms_max(&self) -> Option<u64> {
        None
    }

    /// A sentence for the message of a call that timed out: what else than slowness may explain it.
    fn timeout_hint(&self) -> Option<String> {
        None
    }
}

/// One call as it goes to a host.
#[derive(Debug, Clone)]
pub struct ToolRequest {
    /// The tool's exact name on the wire.
    pub tool: String,
    /// The arguments, a JSON object.
    pub arguments: Value,
    /// For whom it is made.
    pub caller: Caller,
}

impl ToolRequest {
    /// A call that nobody in particular makes.
    #[must_use]
    pub fn new(tool: impl Into<String>, arguments: Value) -> Self {
        Self { tool: tool.into(), arguments, caller: Caller::default() }
    }
}

/// For whom a call is made: its number in its run, and what the embedder gave the run for its hosts. No
/// script sees it.
#[derive(Clone, Default)]
pub struct Caller {
    /// Number of the call in its run, as in [`CallRecord::id`](crate::CallRecord::id).
    pub call_id: u32,
    context: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) clock: Clock,
}

impl Caller {
    /// A caller of call 0 with that context.
    #[must_use]
    pub fn with_context<T: Any + Send + Sync>(context: T) -> Self {
        Self::of(0, Some(Arc::new(context)), Clock::default())
    }

    /// The same caller, whose clock may be held for so long, milliseconds. For calls outside a run; see
    /// [`RunRequest::person_ms_max`](crate::RunRequest::person_ms_max).
    #[must_use]
    pub fn person_ms_max(mut self, ms: u64) -> Self {
        self.clock = Clock::new(ms);
        self
    }

    pub(crate) fn of(call_id: u32, context: Option<Arc<dyn Any + Send + Sync>>, clock: Clock) -> Self {
        Self { call_id, context, clock }
    }

    /// Stops the clocks of the run, because a person is asked something, until what is returned is dropped: the
    /// run's wall time, and the time for each of its calls.
    pub fn hold_clock(&self) -> ClockHold {
        self.clock.hold()
    }

    /// Waits for `work`, for `wait` at most by the clock of the run; nothing if it takes longer.
    pub async fn within<T>(&self, wait: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            _ = self.clock.until(self.clock.now() + wait) => None,
        }
    }

    /// What the embedder gave the run ([`RunRequest::context`](crate::RunRequest::context)), if it is of that
    /// type.
    #[must_use]
    pub fn context<T: Any>(&self) -> Option<&T> {
        self.context.as_deref()?.downcast_ref()
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("call_id", &self.call_id).finish_non_exhaustive()
    }
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolReply {
    /// Structured content: what the tool means, when it says so.
    pub structured: Option<Value>,
    /// Content blocks in the form MCP gives them (`{"type":"text","text":…}`, …).
    pub content: Vec<Value>,
}

impl From<Value> for ToolReply {
    fn from(value: Value) -> Self {
        Self { structured: Some(value), content: Vec::new() }
    }
}

/// Why a tool call failed. The script sees it as a `ToolError` and can catch it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ToolError {
    /// What kind of failure.
    pub code: ToolErrorCode,
    /// For people and models; third-party text is quoted as it came, bounded.
    pub message: String,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// What else the tool said. Of what passes the limits on results a script is told nothing.
    pub data: Option<Value>,
}

impl ToolError {
    /// An error that is not worth retrying and has no data.
    #[must_use]
    pub fn new(code: ToolErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retryable: code.is_transient(), data: None }
    }

    /// A failure the tool itself reported.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ToolErrorCode::ToolFailed, message)
    }
}

/// The codes, each once: as a variant, as a word, and in the list of all.
macro_rules! tool_error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+) => {
        /// The kinds of failure of a tool call.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum ToolErrorCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ToolErrorCode {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name, as scripts and reports see it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

tool_error_codes! {
    /// The arguments break the tool's input schema, or cannot be checked against it within the limits; nothing was sent.
    InvalidArguments = "invalid_arguments",
    /// The result breaks the tool's output schema, or cannot be checked against it within the limits.
    InvalidResult = "invalid_result",
    /// The tool ran and said that it failed (`isError: true`).
    ToolFailed = "tool_failed",
    /// No answer within the time for one call.
    Timeout = "timeout",
    /// The server could not be reached.
    Unreachable = "unreachable",
    /// The server's process ended while the call was in flight.
    ServerDied = "server_died",
    /// The server broke the protocol or refused the request.
    Protocol = "protocol",
    /// The call was cancelled.
    Cancelled = "cancelled",
    /// The tool asks a person something, and nobody can be asked.
    InputRequired = "input_required",
}

impl ToolErrorCode {
    /// A server that died is not started again within a run.
    fn is_transient(self) -> bool {
        matches!(self, Self::Timeout | Self::Unreachable)
    }
}

impl fmt::Display for ToolErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::ToolErrorCode;

    /// The contract lists the codes in their order, before those that stand for names that are not there.
    #[test]
    fn the_contract_and_the_codes_are_in_step() {
        let contract = include_str!("../wit/script.wit");
        let (_, codes) = contract.split_once("/// Stable code: ").expect("a list of codes");
        let (codes, _) = codes.split_once(';').expect("its end");
        let listed: Vec<&str> = codes.split('`').skip(1).step_by(2).collect();
        let all: Vec<&str> = ToolErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(listed, all);
    }

    #[test]
    fn reports_call_a_code_by_its_word() {
        for code in ToolErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).expect("a word"), code.as_str());
        }
    }
}
