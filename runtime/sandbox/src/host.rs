//! The interface to tools: how a tool call leaves the sandbox and how its reply or failure comes back.

use std::{any::Any, fmt, future::Future, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::{Clock, ClockHold};

/// Runs the calls of one server's tools.
///
/// Arguments have already been checked against the tool's input schema. The sandbox handles time-outs, checks the
/// result and unwraps it.
pub trait ToolHost: Send + Sync + 'static {
    /// Runs one call. Dropping the future cancels the call.
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>>;

    /// Returns the longest time one call may take, milliseconds, if this host overrides
    /// [`Limits::tool_call_ms_max`](crate::Limits::tool_call_ms_max).
    fn call_ms_max(&self) -> Option<u64> {
        None
    }

    /// Returns text to add to a time-out message: what, other than slowness, may explain it.
    fn timeout_hint(&self) -> Option<String> {
        None
    }
}

/// One call as passed to a host.
#[derive(Debug, Clone)]
pub struct ToolRequest {
    /// The tool's exact name on the wire.
    pub tool: String,
    /// The arguments, a JSON object.
    pub arguments: Value,
    /// On whose behalf it is made.
    pub caller: Caller,
}

impl ToolRequest {
    /// Creates a request with the default caller.
    #[must_use]
    pub fn new(tool: impl Into<String>, arguments: Value) -> Self {
        Self { tool: tool.into(), arguments, caller: Caller::default() }
    }
}

/// On whose behalf a call is made: its number in its run, and the context that the embedder gave the run for its hosts.
/// Scripts do not see it.
#[derive(Clone, Default)]
pub struct Caller {
    /// Number of the call within its run, as in [`CallRecord::id`](crate::CallRecord::id).
    pub call_id: u32,
    context: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) clock: Clock,
}

impl Caller {
    /// Creates a caller for call 0 with this context.
    #[must_use]
    pub fn with_context<T: Any + Send + Sync>(context: T) -> Self {
        Self::of(0, Some(Arc::new(context)), Clock::default())
    }

    /// Sets how long the caller's clock may be held, milliseconds. For calls outside a run; see
    /// [`RunRequest::person_ms_max`](crate::RunRequest::person_ms_max).
    #[must_use]
    pub fn person_ms_max(mut self, ms: u64) -> Self {
        self.clock = Clock::new(ms);
        self
    }

    pub(crate) fn of(call_id: u32, context: Option<Arc<dyn Any + Send + Sync>>, clock: Clock) -> Self {
        Self { call_id, context, clock }
    }

    /// Pauses the run's clocks (its wall time and the time for each of its calls) while the user answers a question,
    /// until the returned guard is dropped.
    pub fn hold_clock(&self) -> ClockHold {
        self.clock.hold()
    }

    /// Waits for `work` for at most `wait` by the run's clock; returns `None` if it takes longer.
    pub async fn within<T>(&self, wait: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            _ = self.clock.until(self.clock.now() + wait) => None,
        }
    }

    /// Returns the context that the embedder gave the run ([`RunRequest::context`](crate::RunRequest::context)), if it
    /// has this type.
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

/// A tool's reply.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolReply {
    /// Structured content, if the tool returned any.
    pub structured: Option<Value>,
    /// Content blocks as defined by MCP (`{"type":"text","text":…}`, …).
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
    /// The kind of failure.
    pub code: ToolErrorCode,
    /// A message for people and models; third-party text is quoted verbatim, bounded.
    pub message: String,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// Extra data from the tool. Dropped if it exceeds the result limits.
    pub data: Option<Value>,
}

impl ToolError {
    /// Creates an error without data; it is retryable only if its code is transient.
    #[must_use]
    pub fn new(code: ToolErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retryable: code.is_transient(), data: None }
    }

    /// Creates an error for a failure reported by the tool itself.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ToolErrorCode::ToolFailed, message)
    }
}

/// Defines each code once, and from it the variant, the name and the list of all codes.
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
            /// All codes.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the stable name used in scripts and reports.
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
    /// The arguments violate the tool's input schema, or cannot be checked against it within the limits; nothing was
    /// sent.
    InvalidArguments = "invalid_arguments",
    /// The result violates the tool's output schema, or cannot be checked against it within the limits.
    InvalidResult = "invalid_result",
    /// The tool ran and reported a failure (`isError: true`).
    ToolFailed = "tool_failed",
    /// No answer within the time for one call.
    Timeout = "timeout",
    /// The server could not be reached.
    Unreachable = "unreachable",
    /// The server's process ended while the call was in flight.
    ServerDied = "server_died",
    /// The server violated the protocol or rejected the request.
    Protocol = "protocol",
    /// The call was cancelled.
    Cancelled = "cancelled",
    /// The tool asks the user a question, and there is no way to ask.
    InputRequired = "input_required",
}

impl ToolErrorCode {
    /// Checks whether a retry may succeed. A server that died is not restarted within a run.
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

    /// The contract lists the codes in the same order, followed by those for names that do not exist.
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
