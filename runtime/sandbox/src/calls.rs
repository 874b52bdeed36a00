//! One tool call, from the JSON a script sent to the JSON it gets back.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use serde_json::Value;

use crate::{
    catalog::{Catalog, CatalogServer, CatalogTool},
    host::{ToolError, ToolErrorCode, ToolRequest},
    host_function::HostFunction,
    limits::{Limit, Limits},
    outcome::Stopped,
    preview::json_bytes,
    reply,
};

/// How a call ended.
pub(crate) enum CallEnd {
    /// The value's JSON.
    Value(Vec<u8>),
    Failed(ToolError),
    /// A value of so many bytes passed a limit, which ends the run.
    Stopped(Stopped, u64),
}

impl Catalog {
    /// Makes one call outside any script, checked and unwrapped as a script's calls are.
    ///
    /// # Errors
    ///
    /// A [`ToolError`], also for an unknown name and a result past `limits`.
    pub async fn call(&self, server: &str, tool: &str, arguments: Value, limits: &Limits) -> Result<Value, ToolError> {
        let unknown = || ToolError::new(ToolErrorCode::InvalidArguments, format!("unknown tool `{server}.{tool}`"));
        let server = self.server(server).ok_or_else(unknown)?;
        let entry = server.entry(tool).ok_or_else(unknown)?;
        let value = checked_call(server, entry, arguments, limits).await?;
        match past_limits(&value, json_bytes(&value), limits) {
            None => {
                server.show_result(&entry.tool, &value);
                Ok(value)
            }
            Some(stopped) => {
                Err(ToolError::new(ToolErrorCode::InvalidResult, format!("the result passes a limit: {stopped}")))
            }
        }
    }
}

/// Makes one call of a script.
pub(crate) async fn perform(server: &CatalogServer, entry: &CatalogTool, arguments: Value, limits: &Limits) -> CallEnd {
    let value = match checked_call(server, entry, arguments, limits).await {
        Ok(value) => value,
        Err(error) => return CallEnd::Failed(error),
    };
    let end = within_limits(&value, limits);
    if let CallEnd::Value(_) = end {
        server.show_result(&entry.tool, &value);
    }
    end
}

/// Makes one call of a script to a function of the host.
pub(crate) async fn perform_function(function: &HostFunction, packed: Value, limits: &Limits) -> CallEnd {
    let ms = limits.tool_call_ms_max;
    let pending = AssertUnwindSafe(async { function.call(packed).await }).catch_unwind();
    match tokio::time::timeout(Duration::from_millis(ms), pending).await {
        Ok(Ok(Ok(value))) => within_limits(&value, limits),
        Ok(Ok(Err(error))) => CallEnd::Failed(error),
        Ok(Err(_)) => CallEnd::Failed(ToolError::failed(format!("the function `{}` panicked", function.path))),
        Err(_) => {
            let message = format!("`{}` did not answer within {ms} ms", function.path);
            CallEnd::Failed(ToolError::new(ToolErrorCode::Timeout, message))
        }
    }
}

fn within_limits(value: &Value, limits: &Limits) -> CallEnd {
    let bytes = serde_json::to_vec(value).unwrap_or_default();
    match past_limits(value, bytes.len() as u64, limits) {
        None => CallEnd::Value(bytes),
        Some(stopped) => CallEnd::Stopped(stopped, bytes.len() as u64),
    }
}

async fn checked_call(
    server: &CatalogServer,
    entry: &CatalogTool,
    arguments: Value,
    limits: &Limits,
) -> Result<Value, ToolError> {
    let tool = &entry.tool;
    entry.input.check(&tool.input_schema, &arguments).map_err(|message| invalid_arguments(&message))?;
    let ms = entry.host.call_ms_max().unwrap_or(limits.tool_call_ms_max);
    let request = ToolRequest { tool: tool.name.clone(), arguments };
    // A tool of the embedder's that panics fails its call, not the run and not the process.
    let pending = AssertUnwindSafe(async { entry.host.call(request).await }).catch_unwind();
    let reply = match tokio::time::timeout(Duration::from_millis(ms), pending).await {
        Ok(Ok(reply)) => reply?,
        Ok(Err(_)) => return Err(ToolError::failed(format!("the tool `{}` panicked", tool.name))),
        Err(_) => return Err(timed_out(server, entry, ms)),
    };
    if let (Some(schema), Some(structured)) = (&tool.output_schema, &reply.structured) {
        entry.output.check(schema, structured).map_err(|message| invalid_result(&message))?;
    }
    Ok(reply::value_of(tool, reply))
}

fn past_limits(value: &Value, bytes: u64, limits: &Limits) -> Option<Stopped> {
    if bytes > limits.result_bytes_max {
        return Some(Stopped::Limit { limit: Limit::ResultBytes, value: limits.result_bytes_max, used: bytes });
    }
    let depth_max = limits.json_depth();
    deeper_than(value, depth_max).then(|| Stopped::Limit {
        limit: Limit::JsonDepth,
        value: depth_max.into(),
        used: u64::from(depth_max) + 1,
    })
}

/// Whether arrays and objects nest deeper than `depth`; `1` has depth 0, `[]` has 1.
pub(crate) fn deeper_than(value: &Value, depth: u32) -> bool {
    let below = |inner: &Value| depth == 0 || deeper_than(inner, depth - 1);
    match value {
        Value::Array(items) => depth == 0 || items.iter().any(below),
        Value::Object(object) => depth == 0 || object.values().any(below),
        _ => false,
    }
}

fn invalid_arguments(message: &str) -> ToolError {
    ToolError::new(ToolErrorCode::InvalidArguments, format!("the arguments do not fit the input schema: {message}"))
}

fn invalid_result(message: &str) -> ToolError {
    ToolError::new(ToolErrorCode::InvalidResult, format!("the result does not fit the output schema: {message}"))
}

fn timed_out(server: &CatalogServer, entry: &CatalogTool, ms: u64) -> ToolError {
    let hint = entry.host.timeout_hint().map(|hint| format!("; {hint}")).unwrap_or_default();
    let name = format!("{}.{}", server.server.name, entry.tool.name);
    ToolError::new(ToolErrorCode::Timeout, format!("`{name}` did not answer within {ms} ms{hint}"))
}
