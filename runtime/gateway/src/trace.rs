//! The trace of a run: passes the request's trace context on to the servers, below our own spans if they are collected.
//! The caller decides where spans go.
//!
//! Spans and their attributes follow the OpenTelemetry GenAI semantic conventions v0.1.0 (spans `mcp.server`,
//! `mcp.client` and `execute_tool`), with callbox's own attributes under `callbox.*`; `attribute` lists them all.

mod attribute;
mod call;
mod content;
mod context;
mod run;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use callbox::{Event, Outcome, RunObserver, ToolReply};
use callbox_mcp::{CallTrace, ServerPeer, TraceHeaders};
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{SpanBuilder, SpanContext, SpanKind, TraceContextExt as _, Tracer};
use opentelemetry::{Context, KeyValue};
use serde_json::{Value, json};

pub(crate) use attribute::of_request;
use call::CallSpan;
pub use context::TraceContext;
use run::RunSpans;

/// Makes the spans of runs and tool calls. Cheap to clone; the tracer decides where they go.
#[derive(Clone)]
pub struct Traces(Arc<Shared>);

struct Shared {
    tracer: BoxedTracer,
    with_content: bool,
}

impl Traces {
    /// Makes spans with that tracer, without the contents of scripts, arguments and results.
    pub fn new<T>(tracer: T) -> Self
    where
        T: Tracer + Send + Sync + 'static,
        T::Span: Send + Sync + 'static,
    {
        Self(Arc::new(Shared { tracer: BoxedTracer::new(Box::new(tracer)), with_content: false }))
    }

    /// Makes spans with that tracer, including scripts, arguments and results (`gen_ai.tool.call.arguments`,
    /// `gen_ai.tool.call.result`), each shortened to 16 KiB. Secrets in them end up in the spans.
    pub fn with_content<T>(tracer: T) -> Self
    where
        T: Tracer + Send + Sync + 'static,
        T::Span: Send + Sync + 'static,
    {
        Self(Arc::new(Shared { tracer: BoxedTracer::new(Box::new(tracer)), with_content: true }))
    }

    /// Begins the span of a run that a program makes by itself, as part of the trace `context`.
    #[must_use]
    pub fn run(&self, context: TraceContext, script: &str, input: &Value) -> Trace {
        let attributes = attribute::of_tool(attribute::RUN_SCRIPT);
        let arguments = json!({ "code": script, "input": input });
        self.begin(context, "execute_tool run_script", SpanKind::Internal, attributes, &arguments)
    }

    /// Begins the span of a `tools/call` that a client sent.
    pub(crate) fn request(
        &self,
        context: TraceContext,
        tool: &str,
        attributes: Vec<KeyValue>,
        arguments: &Value,
    ) -> Trace {
        self.begin(context, format!("tools/call {tool}"), SpanKind::Server, attributes, arguments)
    }

    fn begin(
        &self,
        context: TraceContext,
        name: impl Into<Cow<'static, str>>,
        kind: SpanKind,
        mut attributes: Vec<KeyValue>,
        arguments: &Value,
    ) -> Trace {
        let parent = context.span_context().map(|parent| Context::new().with_remote_span_context(parent));
        attributes.extend(self.content(attribute::ARGUMENTS, arguments));
        let span = self.span(name.into(), kind, attributes, &parent.unwrap_or_default());
        Trace { context, run: Some(Arc::new(RunSpans::new(self.clone(), span))) }
    }

    fn span(&self, name: Cow<'static, str>, kind: SpanKind, attributes: Vec<KeyValue>, parent: &Context) -> Context {
        let builder = SpanBuilder::from_name(name).with_kind(kind).with_attributes(attributes);
        Context::new().with_span(self.0.tracer.build_with_context(builder, parent))
    }

    /// Returns the value as an attribute, if content is wanted.
    fn content(&self, key: &'static str, value: &Value) -> Option<KeyValue> {
        self.0.with_content.then(|| KeyValue::new(key, content::shown(value)))
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").field("with_content", &self.0.with_content).finish_non_exhaustive()
    }
}

/// The trace that one run belongs to. Cheap to clone; clones belong to the same run. By default there is none.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    context: TraceContext,
    run: Option<Arc<RunSpans>>,
}

impl Trace {
    /// Returns a trace without our own spans: servers get `context` unchanged.
    #[must_use]
    pub fn passed_on(context: TraceContext) -> Self {
        Self { context, run: None }
    }

    /// Ends the span of a request that was not a run, with the type of its error, if it failed.
    pub(crate) fn end_request(&self, error_type: Option<&str>) {
        if let Some(run) = &self.run {
            run.end_request(error_type);
        }
    }

    /// Returns the trace's identifier, 32 hexadecimal digits.
    pub(crate) fn id(&self) -> Option<String> {
        let span = match &self.run {
            Some(run) => run.span_context(),
            None => self.context.span_context()?,
        };
        span.is_valid().then(|| span.trace_id().to_string())
    }

    /// Returns the span of the call of that number, while it is open.
    fn call(&self, call_id: u32) -> Option<CallSpan> {
        self.run.as_ref()?.call(call_id)
    }
}

/// Begins and ends the spans of tool calls, and ends the run's span with those that are still open.
impl RunObserver for Trace {
    fn event(&self, event: &Event) {
        if let Some(run) = &self.run {
            run.observe(event);
        }
    }

    fn ended(&self, outcome: &Outcome) {
        if let Some(run) = &self.run {
            run.end(outcome);
        }
    }
}

impl CallTrace for Trace {
    /// Returns the call's span as the parent, if there is one, otherwise the client's context.
    fn headers(&self, call_id: u32) -> TraceHeaders {
        let span = self.call(call_id).map(|call| call.span_context());
        match span.filter(SpanContext::is_valid) {
            Some(span) => self.context.child(&span).headers(),
            None => self.context.headers(),
        }
    }

    fn sent(&self, call_id: u32, request_id: &str, server: &ServerPeer) {
        if let Some(call) = self.call(call_id) {
            call.sent(request_id, server);
        }
    }

    fn refused(&self, call_id: u32, code: i32) {
        if let Some(call) = self.call(call_id) {
            call.refused(code);
        }
    }

    fn answered(&self, call_id: u32, reply: &ToolReply) {
        if let Some(call) = self.call(call_id) {
            call.answered(reply);
        }
    }
}
