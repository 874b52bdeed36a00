//! The names and values of all attributes, and the spans that have them.
//!
//! | attribute | on | what |
//! |---|---|---|
//! | `gen_ai.operation.name` | all | `execute_tool` |
//! | `gen_ai.tool.name` | all | `run_script`, the tool's name on the wire, or the host function's path |
//! | `gen_ai.tool.call.id` | calls | number of the call in its run |
//! | `gen_ai.tool.call.arguments`, `gen_ai.tool.call.result` | all | only if content is wanted |
//! | `mcp.method.name` | requests, calls of servers | `tools/call` |
//! | `mcp.protocol.version` | requests, calls over MCP | the negotiated revision |
//! | `mcp.session.id` | requests | for legacy sessions (protocols before 2026-07-28) over HTTP |
//! | `jsonrpc.request.id` | requests, calls over MCP | |
//! | `network.transport` | requests, calls over MCP | `pipe` or `tcp` |
//! | `server.address`, `server.port` | calls over HTTP | host and port, nothing else of the address |
//! | `error.type` | failures | `tool_error`, a JSON-RPC code, or the code of the tool error |
//! | `rpc.response.status_code` | calls that the server rejected | the JSON-RPC code |
//! | `callbox.scope` | requests | the principal |
//! | `callbox.server` | calls of servers | the server's name in the configuration |
//! | `callbox.argument_bytes`, `callbox.result_bytes` | calls | sizes as JSON |
//! | `callbox.call.state` | calls | `finished`, `failed`, `unknown` |
//! | `callbox.end` | runs | `returned`, `threw`, `stopped`, `rejected`, `faulted` |
//! | `callbox.engine` | JavaScript runs that began | `quickjs`, `boa` |
//! | `callbox.stop.reason` | runs that were stopped | `limit`, `cancelled` |
//! | `callbox.limit.name`, `callbox.limit.value`, `callbox.limit.used` | runs that reached a limit | |
//! | `callbox.tool_calls_failed`, `callbox.tool_calls_unknown` | runs | number of calls in that state |
//! | `callbox.usage.*` | runs | each field of [`Usage`](callbox::outcome::Usage) |

use callbox::{
    End, Outcome, Stopped,
    outcome::{CallRecord, CallState},
};
use callbox_mcp::ServerPeer;
use opentelemetry::KeyValue;
use rmcp::model::RequestId;
use serde_json::Value;

use callbox::internal::foreign;

/// The tool under which a model sees a run.
pub(super) const RUN_SCRIPT: &str = "run_script";

pub(super) const ARGUMENTS: &str = "gen_ai.tool.call.arguments";
pub(super) const RESULT: &str = "gen_ai.tool.call.result";
pub(super) const ERROR_TYPE: &str = "error.type";
pub(super) const REQUEST_ID: &str = "jsonrpc.request.id";
pub(super) const STATUS_CODE: &str = "rpc.response.status_code";
pub(super) const CALL_STATE: &str = "callbox.call.state";
pub(super) const RESULT_BYTES: &str = "callbox.result_bytes";

/// The error type of a failure that the tool itself reports.
pub(super) const TOOL_ERROR: &str = "tool_error";

/// Maximum characters of names and identifiers chosen by third parties.
const NAME_CHARS_MAX: usize = 200;

/// Shortens text chosen by a third party.
pub(super) fn name(text: &str) -> String {
    foreign::line(text, NAME_CHARS_MAX)
}

/// Returns the attributes of any tool execution.
pub(super) fn of_tool(tool: &str) -> Vec<KeyValue> {
    vec![KeyValue::new("gen_ai.operation.name", "execute_tool"), KeyValue::new("gen_ai.tool.name", name(tool))]
}

fn of_mcp(version: Option<&str>, transport: &'static str) -> Vec<KeyValue> {
    let version = version.map(|version| KeyValue::new("mcp.protocol.version", name(version)));
    version.into_iter().chain([KeyValue::new("network.transport", transport)]).collect()
}

/// Returns the attributes of a client's request. `session` is set for legacy sessions over HTTP.
pub(crate) fn of_request(
    tool: &str,
    scope: &str,
    id: &RequestId,
    version: Option<&str>,
    session: Option<&str>,
    over_http: bool,
) -> Vec<KeyValue> {
    let mut attributes = of_tool(tool);
    attributes.push(KeyValue::new("mcp.method.name", "tools/call"));
    attributes.extend(of_mcp(version, if over_http { "tcp" } else { "pipe" }));
    attributes.extend(session.map(|session| KeyValue::new("mcp.session.id", name(session))));
    attributes.push(KeyValue::new(REQUEST_ID, name(&id.to_string())));
    attributes.push(KeyValue::new("callbox.scope", scope.to_owned()));
    attributes
}

/// Returns the attributes of a connected server; `place` is the host and port of an address.
pub(super) fn of_server(server: &ServerPeer) -> Vec<KeyValue> {
    let transport = if server.address.is_some() { "tcp" } else { "pipe" };
    let mut attributes = of_mcp(Some(&server.protocol_version), transport);
    if let Some((host, port)) = &server.address {
        attributes.push(KeyValue::new("server.address", host.clone()));
        attributes.extend(port.map(|port| KeyValue::new("server.port", i64::from(port))));
    }
    attributes
}

/// Returns the attributes of a call when it is sent. A host function has no server.
pub(super) fn of_call(id: u32, server: &str, tool: &str, arguments: &Value) -> Vec<KeyValue> {
    let mut attributes = of_tool(tool);
    attributes.push(KeyValue::new("gen_ai.tool.call.id", id.to_string()));
    attributes.push(bytes("callbox.argument_bytes", arguments.to_string().len() as u64));
    if !server.is_empty() {
        attributes.push(KeyValue::new("mcp.method.name", "tools/call"));
        attributes.push(KeyValue::new("callbox.server", server.to_owned()));
    }
    attributes
}

/// Returns the attributes of a run when it has ended.
pub(super) fn of_outcome(outcome: &Outcome) -> Vec<KeyValue> {
    let failed = |call: &&CallRecord| matches!(call.state, CallState::Failed { .. });
    let unknown = |call: &&CallRecord| call.state == CallState::Unknown;
    let mut attributes = vec![
        KeyValue::new("callbox.end", outcome.end.kind()),
        bytes("callbox.tool_calls_failed", outcome.calls.iter().filter(failed).count() as u64),
        bytes("callbox.tool_calls_unknown", outcome.calls.iter().filter(unknown).count() as u64),
    ];
    attributes.extend(outcome.engine.map(|engine| KeyValue::new("callbox.engine", engine.as_str())));
    attributes.extend(of_stop(&outcome.end));
    attributes.extend(of_usage(outcome));
    attributes
}

fn of_stop(end: &End) -> Vec<KeyValue> {
    match end {
        End::Stopped(Stopped::Limit { limit, value, used }) => vec![
            KeyValue::new("callbox.stop.reason", "limit"),
            KeyValue::new("callbox.limit.name", limit.as_str()),
            bytes("callbox.limit.value", *value),
            bytes("callbox.limit.used", *used),
        ],
        End::Stopped(Stopped::Cancelled) => vec![KeyValue::new("callbox.stop.reason", "cancelled")],
        _ => Vec::new(),
    }
}

fn of_usage(outcome: &Outcome) -> Vec<KeyValue> {
    let Ok(Value::Object(fields)) = serde_json::to_value(outcome.usage) else { return Vec::new() };
    let fields = fields.into_iter().filter_map(|(name, value)| {
        let key = format!("callbox.usage.{name}");
        match value.as_u64() {
            Some(whole) => Some(KeyValue::new(key, i64::try_from(whole).unwrap_or(i64::MAX))),
            None => Some(KeyValue::new(key, value.as_f64()?)),
        }
    });
    fields.collect()
}

pub(super) fn bytes(key: &'static str, count: u64) -> KeyValue {
    KeyValue::new(key, i64::try_from(count).unwrap_or(i64::MAX))
}
