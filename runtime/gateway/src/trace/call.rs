//! The span of one tool call: begun and ended by the run, filled in by the connection that carries the call.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use callbox::{ToolErrorCode, ToolReply};
use callbox_mcp::ServerPeer;
use opentelemetry::trace::{SpanContext, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};
use serde_json::Value;

use super::Traces;
use super::attribute::{self, CALL_STATE, ERROR_TYPE, TOOL_ERROR};

/// An open span. Clones share it.
#[derive(Clone)]
pub(crate) struct CallSpan {
    traces: Traces,
    context: Context,
    noted: Arc<Noted>,
}

/// Data collected during the call.
#[derive(Default)]
struct Noted {
    is_sent: AtomicBool,
    /// The code of a JSON-RPC error, if the server answered with one.
    refusal: OnceLock<i32>,
}

impl CallSpan {
    pub(super) fn new(traces: Traces, context: Context) -> Self {
        Self { traces, context, noted: Arc::default() }
    }

    pub(super) fn span_context(&self) -> SpanContext {
        self.context.span().span_context().clone()
    }

    /// Records that the call was sent to that server as the request `id`. If it is sent again, the first time counts.
    pub(super) fn sent(&self, id: &str, server: &ServerPeer) {
        if self.noted.is_sent.swap(true, Relaxed) {
            return;
        }
        let span = self.context.span();
        span.set_attributes(attribute::of_server(server));
        span.set_attribute(KeyValue::new(attribute::REQUEST_ID, id.to_owned()));
    }

    /// Records that the server answered with a JSON-RPC error.
    pub(super) fn refused(&self, code: i32) {
        // A call has one answer; a second one changes nothing.
        let _ = self.noted.refusal.set(code);
    }

    /// Records the tool's answer.
    pub(super) fn answered(&self, reply: &ToolReply) {
        let content = || Value::Array(reply.content.clone());
        if self.traces.0.with_content {
            let value = reply.structured.clone().unwrap_or_else(content);
            self.context.span().set_attributes(self.traces.content(attribute::RESULT, &value));
        }
    }

    pub(super) fn end(self, result: Result<u64, ToolErrorCode>) {
        let span = self.context.span();
        match result {
            Ok(bytes) => {
                span.set_attribute(KeyValue::new(CALL_STATE, "finished"));
                span.set_attribute(attribute::bytes(attribute::RESULT_BYTES, bytes));
            }
            Err(code) => self.fail("failed", self.error_type(code)),
        }
        span.end();
    }

    /// Ends the span of a call whose run ended before an answer came.
    pub(super) fn abandon(self) {
        self.fail("unknown", ToolErrorCode::Cancelled.as_str().to_owned());
        self.context.span().end();
    }

    fn fail(&self, state: &'static str, error_type: String) {
        let span = self.context.span();
        span.set_attribute(KeyValue::new(CALL_STATE, state));
        span.set_attribute(KeyValue::new(ERROR_TYPE, error_type));
        span.set_attributes(
            self.noted.refusal.get().map(|code| KeyValue::new(attribute::STATUS_CODE, code.to_string())),
        );
        // The failure's message may quote arguments and results.
        span.set_status(Status::error(""));
    }

    fn error_type(&self, code: ToolErrorCode) -> String {
        match (code, self.noted.refusal.get()) {
            (_, Some(code)) => code.to_string(),
            (ToolErrorCode::ToolFailed, None) => TOOL_ERROR.to_owned(),
            (code, None) => code.as_str().to_owned(),
        }
    }
}
