//! The trace of a client's request: its trace context, from its `_meta` or else the HTTP headers, and the attributes of
//! its span.

use std::borrow::Cow;

use http::HeaderMap;
use http::request::Parts;
use rmcp::RoleServer;
use rmcp::service::RequestContext;
use rmcp::transport::common::http_header::HEADER_SESSION_ID;
use serde_json::Value;

use crate::options::GatewayOptions;
use crate::scope::Scope;
use crate::trace::{Trace, TraceContext, of_request as attributes};

/// Returns the trace that a `tools/call` of that tool belongs to, with a span of its own if spans are made.
pub(crate) fn of_request(
    options: &GatewayOptions,
    tool: &str,
    scope: &Scope,
    arguments: &Value,
    context: &RequestContext<RoleServer>,
) -> Trace {
    let parts = context.extensions.get::<Parts>();
    let baggage = options.forward_baggage;
    let carried = carried(baggage, |name| context.meta.get(name)?.as_str().map(Cow::from));
    let carried = carried.or(parts.map(|parts| in_headers(&parts.headers, baggage)).unwrap_or_default());
    let Some(traces) = &options.traces else { return Trace::passed_on(carried) };
    let version = context.protocol_version();
    let version = version.as_ref().map(|version| version.as_str());
    let session = parts.and_then(|parts| parts.headers.get(HEADER_SESSION_ID)?.to_str().ok());
    let attributes = attributes(tool, scope.name(), &context.id, version, session, parts.is_some());
    traces.request(carried, tool, attributes, arguments)
}

/// Reads the context from headers. A repeated header forms one list; a list of parents is malformed.
fn in_headers(headers: &HeaderMap, baggage: bool) -> TraceContext {
    carried(baggage, |name| {
        let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        (!values.is_empty()).then(|| values.join(",").into())
    })
}

/// Reads the context through `get`, including baggage if that is forwarded to servers.
fn carried<'a>(baggage: bool, get: impl Fn(&str) -> Option<Cow<'a, str>>) -> TraceContext {
    if baggage { TraceContext::read_with_baggage(get) } else { TraceContext::read(get) }
}
