//! The interface to tools: how a tool call leaves the sandbox and how its reply or failure comes back.

use std::{any::Any, fmt, future::Future, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use serde_json::Value;

use crate::{
    gate::CallGate,
    run::clock::{Clock, ClockHold},
    tool_error::ToolError,
};

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
#[non_exhaustive]
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
    /// Number of the call within its run, as in [`CallRecord::id`](crate::outcome::CallRecord::id).
    pub call_id: u32,
    pub(crate) seams: Seams,
    pub(crate) clock: Clock,
}

/// What the embedder gave a run for its calls.
#[derive(Clone, Default)]
pub(crate) struct Seams {
    pub(crate) context: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) gate: Option<Arc<dyn CallGate>>,
    /// Answers all calls in the place of their hosts.
    pub(crate) answerer: Option<Arc<dyn Answerer>>,
}

/// Answers the calls of one run, whatever their server.
pub(crate) trait Answerer: Send + Sync {
    fn call(&self, server: &str, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>>;
}

impl Caller {
    /// Creates a caller for call 0 with this context.
    #[must_use]
    pub fn with_context<T: Any + Send + Sync>(context: T) -> Self {
        let seams = Seams { context: Some(Arc::new(context)), ..Seams::default() };
        Self::of(0, seams, Clock::default())
    }

    /// Sets how long the caller's clock may be held, milliseconds. For calls outside a run; see
    /// [`RunRequest::person_ms_max`](crate::RunRequest::person_ms_max).
    #[must_use]
    pub fn person_ms_max(mut self, ms: u64) -> Self {
        self.clock = Clock::new(ms);
        self
    }

    pub(crate) fn of(call_id: u32, seams: Seams, clock: Clock) -> Self {
        Self { call_id, seams, clock }
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
        self.seams.context.as_deref()?.downcast_ref()
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("call_id", &self.call_id).finish_non_exhaustive()
    }
}

/// A tool's reply.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ToolReply {
    /// Structured content, if the tool returned any.
    pub structured: Option<Value>,
    /// Content blocks as defined by MCP (`{"type":"text","text":…}`, …).
    pub content: Vec<Value>,
}

impl ToolReply {
    /// A reply with content blocks, and structured content if there is some.
    #[must_use]
    pub fn new(structured: Option<Value>, content: Vec<Value>) -> Self {
        Self { structured, content }
    }
}

impl From<Value> for ToolReply {
    fn from(value: Value) -> Self {
        Self { structured: Some(value), content: Vec::new() }
    }
}
