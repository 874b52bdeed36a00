//! How a connection tells an embedder's trace about the calls that it carries. This crate makes no spans itself.

use std::fmt;

use callbox::ToolReply;
use rmcp::model::RequestParamsMeta;

/// Follows the tool calls of one run on their way to the servers.
///
/// Calls are known by their number in the run, as in [`callbox::Event`].
pub trait CallTrace: Send + Sync + fmt::Debug + 'static {
    /// The trace context to send with the call, in the `_meta` of its request.
    fn headers(&self, call_id: u32) -> TraceHeaders;

    /// The call was sent to `server` as the JSON-RPC request `request_id`. A call that is sent again is reported again.
    fn sent(&self, call_id: u32, request_id: &str, server: &ServerPeer) {
        let _ = (call_id, request_id, server);
    }

    /// The server answered with a JSON-RPC error.
    fn refused(&self, call_id: u32, code: i32) {
        let _ = (call_id, code);
    }

    /// The tool answered.
    fn answered(&self, call_id: u32, reply: &ToolReply) {
        let _ = (call_id, reply);
    }
}

/// Values of W3C Trace Context and Baggage, as they are sent. Default: none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceHeaders {
    /// `traceparent`.
    pub traceparent: Option<String>,
    /// `tracestate`.
    pub tracestate: Option<String>,
    /// `baggage`.
    pub baggage: Option<String>,
}

/// A server that is connected, as far as a trace tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerPeer {
    /// The protocol revision that is spoken.
    pub protocol_version: String,
    /// Host and port of a server over HTTP; `None` over stdio.
    pub address: Option<(String, Option<u16>)>,
}

impl TraceHeaders {
    pub(crate) fn write(&self, request: &mut impl RequestParamsMeta) {
        self.traceparent.iter().for_each(|parent| request.set_traceparent(parent));
        self.tracestate.iter().for_each(|state| request.set_tracestate(state));
        self.baggage.iter().for_each(|baggage| request.set_baggage(baggage));
    }
}
