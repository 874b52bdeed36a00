//! One tool call, from the JSON a script sends to the JSON it gets back.

use std::{panic::AssertUnwindSafe, time::Duration};

use callbox_bindings::Tool;
use futures::FutureExt;
use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::{
    catalog::{Catalog, CatalogServer, CatalogTool},
    gate::GatedCall,
    host::{Caller, ToolReply, ToolRequest},
    host_function::HostFunction,
    limits::{Limit, Limits},
    preview::json_bytes,
    reply,
    run::payload::{Form, Payload},
    schema::{Bounds, Fault, Weight},
    stopped::Stopped,
    tool_error::{ToolError, ToolErrorCode},
};

/// Heaviest result that is written and dropped on the current thread, which takes some milliseconds; a larger one goes
/// to a worker thread. Each value and each 16 bytes of text count one step.
const STEPS_AT_ONCE_MAX: u64 = 1 << 17;

/// How a call ended.
pub(crate) enum CallEnd {
    Value(Payload),
    Failed(ToolError),
    /// A value of this many bytes exceeded a limit, which ends the run.
    Stopped(Stopped, u64),
}

impl Catalog {
    /// Makes one call outside any script, checked and unwrapped like a script's calls.
    ///
    /// # Errors
    ///
    /// Returns a [`ToolError`], also for an unknown name or a result that exceeds `limits`.
    pub async fn call(
        &self,
        server: &str,
        tool: &str,
        arguments: Value,
        limits: &Limits,
        caller: Caller,
    ) -> Result<Value, ToolError> {
        let unknown = || ToolError::new(ToolErrorCode::InvalidArguments, format!("unknown tool `{server}.{tool}`"));
        let server = self.server(server).ok_or_else(unknown)?;
        let entry = server.entry(tool).ok_or_else(unknown)?;
        let bounds = Bounds::of_call(limits, caller.clock.clone());
        let called = checked_call(server, entry, arguments, &bounds, caller).await;
        let value = called.map_err(|error| without_large_data(error, limits))?;
        match past_limits(&value, json_bytes(&value), limits) {
            None => {
                server.show_result(&entry.tool, &value);
                Ok(value)
            }
            Some(stopped) => {
                Err(ToolError::new(ToolErrorCode::InvalidResult, format!("the result exceeds a limit: {stopped}")))
            }
        }
    }
}

/// Makes one tool call for a script.
pub(crate) async fn perform(
    server: &CatalogServer,
    entry: &CatalogTool,
    arguments: Value,
    form: Form,
    bounds: &Bounds,
    caller: Caller,
) -> CallEnd {
    let limits = &bounds.limits;
    let value = match checked_call(server, entry, arguments, bounds, caller).await {
        Ok(value) => value,
        Err(error) => return CallEnd::Failed(without_large_data(error, limits)),
    };
    within_limits(value, form, limits, |value| server.show_result(&entry.tool, value)).await
}

/// Calls a function of the host for a script.
pub(crate) async fn perform_function(
    function: &HostFunction,
    packed: Value,
    form: Form,
    limits: &Limits,
    caller: &Caller,
) -> CallEnd {
    let (ms, path) = (limits.tool_call_ms_max, &function.path);
    let panicked = || format!("the function `{path}` panicked");
    match bounded(caller, async { function.call(packed).await }, ms, panicked, || timed_out(path, ms, None)).await {
        Ok(value) => within_limits(value, form, limits, |_| ()).await,
        Err(error) => CallEnd::Failed(without_large_data(error, limits)),
    }
}

/// Bounds a call in time. A panic in the embedder's code fails the call, not the run or the process.
async fn bounded<T>(
    caller: &Caller,
    call: impl Future<Output = Result<T, ToolError>>,
    ms: u64,
    panicked: impl FnOnce() -> String,
    late: impl FnOnce() -> ToolError,
) -> Result<T, ToolError> {
    match caller.within(Duration::from_millis(ms), AssertUnwindSafe(call).catch_unwind()).await {
        Some(Ok(ended)) => ended,
        Some(Err(_)) => Err(ToolError::failed(panicked())),
        None => Err(late()),
    }
}

/// Checks a result against the limits, converts it to the requested form and shows it to the observer. A large value is
/// measured, written and dropped on a worker thread, since that takes up to a second when it holds many values.
async fn within_limits(value: Value, form: Form, limits: &Limits, show: impl FnOnce(&Value)) -> CallEnd {
    if Weight::of(&value, STEPS_AT_ONCE_MAX).is_some() {
        let formed = formed(&value, form, limits);
        return ended(value, formed, show, drop);
    }
    let limits = limits.clone();
    let form_aside = move || {
        let formed = formed(&value, form, &limits);
        (value, formed)
    };
    match spawn_blocking(form_aside).await {
        Ok((value, formed)) => ended(value, formed, show, |value| drop(spawn_blocking(move || drop(value)))),
        Err(_) => CallEnd::Failed(ToolError::failed("the thread that serialised the result ended unexpectedly")),
    }
}

/// A measured result.
struct Formed {
    /// Size as JSON text.
    bytes: u64,
    /// The JSON text, if that is the requested form.
    text: Option<Vec<u8>>,
    /// The limit it exceeds.
    stopped: Option<Stopped>,
}

fn formed(value: &Value, form: Form, limits: &Limits) -> Formed {
    let text = (form == Form::Text).then(|| serde_json::to_vec(value).unwrap_or_default());
    let bytes = text.as_ref().map_or_else(|| json_bytes(value), |text| text.len() as u64);
    Formed { bytes, text, stopped: past_limits(value, bytes, limits) }
}

fn ended(value: Value, formed: Formed, show: impl FnOnce(&Value), done_with: impl FnOnce(Value)) -> CallEnd {
    let Formed { bytes, text, stopped } = formed;
    if let Some(stopped) = stopped {
        done_with(value);
        return CallEnd::Stopped(stopped, bytes);
    }
    show(&value);
    match text {
        None => CallEnd::Value(Payload::Value { value, bytes }),
        Some(text) => {
            done_with(value);
            CallEnd::Value(Payload::Text(text))
        }
    }
}

async fn checked_call(
    server: &CatalogServer,
    entry: &CatalogTool,
    arguments: Value,
    bounds: &Bounds,
    caller: Caller,
) -> Result<Value, ToolError> {
    let (tool, limits) = (&entry.tool, &bounds.limits);
    let (arguments, checked) = entry.input.check(&tool.input_schema, arguments, bounds).await;
    checked.map_err(invalid_arguments)?;
    pass_gate(server, tool, &arguments, &caller).await?;
    let ms = entry.host.call_ms_max().unwrap_or(limits.tool_call_ms_max);
    let request = ToolRequest { tool: tool.name.clone(), arguments, caller: caller.clone() };
    let panicked = || format!("the tool `{}` panicked", tool.name);
    let late = || timed_out(&format!("{}.{}", server.server.name, tool.name), ms, entry.host.timeout_hint());
    let call = async {
        match &caller.seams.answerer {
            Some(answerer) => answerer.call(&server.server.name, request).await,
            None => entry.host.call(request).await,
        }
    };
    let reply = bounded(&caller, call, ms, panicked, late).await?;
    checked_result(entry, reply, bounds).await
}

/// Asks the embedder's gate, if there is one.
async fn pass_gate(server: &CatalogServer, tool: &Tool, arguments: &Value, caller: &Caller) -> Result<(), ToolError> {
    let Some(gate) = &caller.seams.gate else { return Ok(()) };
    let call = GatedCall { server: &server.server.name, tool: &tool.name, arguments, caller };
    let checked = AssertUnwindSafe(async { gate.check(call).await }).catch_unwind().await;
    checked.unwrap_or_else(|_| Err(ToolError::failed("the gate in front of the tools panicked")))
}

async fn checked_result(entry: &CatalogTool, mut reply: ToolReply, bounds: &Bounds) -> Result<Value, ToolError> {
    let (tool, mut unchecked) = (&entry.tool, None);
    if let Some(schema) = &tool.output_schema
        && let Some(structured) = reply.structured.take()
    {
        let (structured, checked) = entry.output.check(schema, structured, bounds).await;
        reply.structured = Some(structured);
        match checked {
            Err(fault @ Fault::Unchecked(_)) => unchecked = Some(fault),
            checked => checked.map_err(invalid_result)?,
        }
    }
    let value = reply::value_of(tool, reply).await;
    match unchecked {
        Some(fault) if past_limits(&value, json_bytes(&value), &bounds.limits).is_none() => Err(invalid_result(fault)),
        // A result that exceeds a limit ends the run, checked or not.
        _ => Ok(value),
    }
}

/// Drops an error's data if it exceeds the result limits; the failure itself is always reported.
fn without_large_data(mut error: ToolError, limits: &Limits) -> ToolError {
    error.data = error.data.filter(|data| past_limits(data, json_bytes(data), limits).is_none());
    error
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

/// Checks whether arrays and objects nest deeper than `depth`; `1` has depth 0, `[]` has depth 1.
fn deeper_than(value: &Value, depth: u32) -> bool {
    let below = |inner: &Value| depth == 0 || deeper_than(inner, depth - 1);
    match value {
        Value::Array(items) => depth == 0 || items.iter().any(below),
        Value::Object(object) => depth == 0 || object.values().any(below),
        _ => false,
    }
}

fn invalid_arguments(fault: Fault) -> ToolError {
    let message = match fault {
        Fault::Wrong(message) => format!("the arguments do not fit the input schema: {message}"),
        Fault::Unchecked(why) => format!("the arguments cannot be checked against the input schema: {why}"),
    };
    ToolError::new(ToolErrorCode::InvalidArguments, message)
}

fn invalid_result(fault: Fault) -> ToolError {
    let message = match fault {
        Fault::Wrong(message) => format!("the result does not fit the output schema: {message}"),
        Fault::Unchecked(why) => format!("the result cannot be checked against the output schema: {why}"),
    };
    ToolError::new(ToolErrorCode::InvalidResult, message)
}

fn timed_out(name: &str, ms: u64, hint: Option<String>) -> ToolError {
    let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    ToolError::new(ToolErrorCode::Timeout, format!("`{name}` did not answer within {ms} ms{hint}"))
}
