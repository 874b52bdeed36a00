//! The spans of one run: its own, and one below it for each tool call.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use callbox::{End, Event, Outcome};
use opentelemetry::trace::{SpanContext, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};
use serde_json::Value;

use super::Traces;
use super::attribute::{self, ERROR_TYPE, TOOL_ERROR};
use super::call::CallSpan;

/// A run's span, and the spans of its open calls.
pub(super) struct RunSpans {
    traces: Traces,
    run: Context,
    calls: Mutex<HashMap<u32, CallSpan>>,
}

impl RunSpans {
    pub(super) fn new(traces: Traces, run: Context) -> Self {
        Self { traces, run, calls: Mutex::default() }
    }

    pub(super) fn span_context(&self) -> SpanContext {
        self.run.span().span_context().clone()
    }

    pub(super) fn call(&self, id: u32) -> Option<CallSpan> {
        self.calls().get(&id).cloned()
    }

    pub(super) fn observe(&self, event: &Event) {
        match event {
            Event::CallStarted { id, server, tool, arguments, .. } => {
                let call = self.begin(*id, server, tool, arguments);
                self.calls().insert(*id, call);
            }
            Event::CallEnded { id, result, .. } => {
                let ended = self.calls().remove(id);
                ended.into_iter().for_each(|call| call.end(*result));
            }
            _ => {}
        }
    }

    fn begin(&self, id: u32, server: &str, tool: &str, arguments: &Value) -> CallSpan {
        let mut attributes = attribute::of_call(id, server, tool, arguments);
        attributes.extend(self.traces.content(attribute::ARGUMENTS, arguments));
        let (verb, kind) = match server {
            "" => ("execute_tool", SpanKind::Internal),
            _ => ("tools/call", SpanKind::Client),
        };
        let name = format!("{verb} {}", attribute::name(tool));
        CallSpan::new(self.traces.clone(), self.traces.span(name.into(), kind, attributes, &self.run))
    }

    pub(super) fn end(&self, outcome: &Outcome) {
        let span = self.run.span();
        span.set_attributes(attribute::of_outcome(outcome));
        if let End::Returned(returned) = &outcome.end {
            span.set_attributes(self.traces.content(attribute::RESULT, &returned.value));
            return self.end_request(None);
        }
        self.end_request(Some(TOOL_ERROR));
    }

    pub(super) fn end_request(&self, error_type: Option<&str>) {
        self.calls().drain().for_each(|(_, call)| call.abandon());
        let span = self.run.span();
        if let Some(error_type) = error_type {
            span.set_attribute(KeyValue::new(ERROR_TYPE, error_type.to_owned()));
            // The error's message may quote arguments and results.
            span.set_status(Status::error(""));
        }
        span.end();
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<u32, CallSpan>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RunSpans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunSpans").field("run", &self.span_context()).finish_non_exhaustive()
    }
}
