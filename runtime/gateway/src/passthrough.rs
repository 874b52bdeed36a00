//! One call of a tool that is passed through, with its span and its metrics. `client` turns the result into the
//! client's answer.

use callbox::{Caller, Catalog, Event, RunObserver, ToolError, outcome::CallState};
use serde_json::Value;
use tokio::time::Instant;

use crate::state::GatewayState;
use crate::trace::Trace;

/// Calls `(server, tool)`.
pub(crate) async fn call(
    gateway: &GatewayState,
    catalog: &Catalog,
    (server, tool): (&str, &str),
    arguments: Value,
    caller: Caller,
    trace: &Trace,
) -> Result<Value, ToolError> {
    let (id, name) = (0, format!("{server}.{tool}"));
    trace.event(&Event::CallStarted {
        id,
        name: name.clone(),
        server: server.to_owned(),
        tool: tool.to_owned(),
        arguments: arguments.clone(),
    });
    let began = Instant::now();
    let value = catalog.call(server, tool, arguments, &gateway.options.limits, caller).await;
    let duration_ms = began.elapsed().as_secs_f64() * 1_000.0;
    let result = match &value {
        Ok(value) => Ok(value.to_string().len() as u64),
        Err(error) => Err(error.code),
    };
    trace.event(&Event::CallEnded { id, name, duration_ms, result });
    trace.end_request(result.err().map(|code| code.as_str()));
    gateway.metrics.count_call(&state(&value, result.unwrap_or(0)), duration_ms);
    value
}

/// Records a call that the client no longer waits for.
pub(crate) fn give_up(gateway: &GatewayState, trace: &Trace) {
    trace.end_request(Some("cancelled"));
    gateway.metrics.count_call(&CallState::Unknown, 0.0);
}

fn state(value: &Result<Value, ToolError>, result_bytes: u64) -> CallState {
    match value {
        Ok(_) => CallState::Finished { result_bytes },
        Err(error) => CallState::Failed { code: error.code, message: String::new() },
    }
}
