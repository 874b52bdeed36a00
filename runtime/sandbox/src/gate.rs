//! The gate in front of the tools: asked once before each call is sent.

use futures::future::BoxFuture;
use serde_json::Value;

use crate::{host::Caller, tool_error::ToolError};

/// Decides about each call of a tool before it is sent: it may write the call down, ask somebody, wait, or deny it.
///
/// The arguments have been checked against the tool's input schema. Functions of the host are not tools, and are not
/// gated. A gate that panics fails the call.
///
/// ```
/// use callbox::{BoxFuture, CallGate, GatedCall, ToolError};
///
/// struct ReadOnly;
///
/// impl CallGate for ReadOnly {
///     fn check<'a>(&'a self, call: GatedCall<'a>) -> BoxFuture<'a, Result<(), ToolError>> {
///         let reads = call.tool.starts_with("get_") || call.tool.starts_with("list_");
///         let denied = || ToolError::failed(format!("`{}` may not be called", call.tool));
///         Box::pin(async move { if reads { Ok(()) } else { Err(denied()) } })
///     }
/// }
/// ```
pub trait CallGate: Send + Sync + 'static {
    /// Returns `Ok` to send the call, or the error that the script gets instead. Dropping the future abandons the call.
    ///
    /// The time it takes counts towards the run's wall time, but not towards the time for the call;
    /// [`Caller::hold_clock`] pauses the run's clock while a user is asked.
    fn check<'a>(&'a self, call: GatedCall<'a>) -> BoxFuture<'a, Result<(), ToolError>>;
}

/// A call that is about to be sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct GatedCall<'a> {
    /// The server's name.
    pub server: &'a str,
    /// The tool's exact name on the wire.
    pub tool: &'a str,
    /// The arguments, a JSON object.
    pub arguments: &'a Value,
    /// On whose behalf it is made.
    pub caller: &'a Caller,
}
