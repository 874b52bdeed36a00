//! `run_script`: one script of a client's model, from its arguments to the answer.

use std::sync::Arc;
use std::time::Duration;

use callbox::{CancellationToken, End, Limits, Outcome, Program, RunObserver, RunRequest, ToolError, ToolErrorCode};
use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::answer;
use crate::answer::{Answer, Reader, RunExtras};
use crate::call_log::CallLog;
use crate::emitted::Emitted;
use crate::offload::{Offload, Serial};
use crate::owner::Owner;
use crate::program;
use crate::quotas::QuotaPermit;
use crate::scope::{Scope, View};
use crate::search_tools;
use crate::state::GatewayState;
use crate::state::RunMetrics;
use crate::trace::Trace;
use callbox::internal::foreign;
use callbox_mcp::CallerContext;

/// Above this size of returned value the answer is made on a blocking thread, since the value is serialised and cut.
const INLINE_BYTES_MAX: u64 = 64 * 1024;

/// The arguments of `run_script`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunScript {
    #[serde(default)]
    code: Option<String>,
    /// Base64, or the handle of a result that is base64 text.
    #[serde(default)]
    component: Option<String>,
    /// As text: a run that waits for its slot should not hold the parsed value, which takes many times as much.
    #[serde(default)]
    input: Option<Box<RawValue>>,
    #[serde(default)]
    limits: LowerLimits,
}

/// Limits that a client lowers for one run.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LowerLimits {
    wall_ms: Option<u64>,
    cpu_ms: Option<u64>,
    tool_calls: Option<u64>,
    result_tokens: Option<usize>,
}

impl LowerLimits {
    fn limits(&self, limits: &Limits) -> Limits {
        let lower = |wish: Option<u64>, limit: u64| wish.map_or(limit, |wish| wish.min(limit));
        Limits {
            wall_ms_max: lower(self.wall_ms, limits.wall_ms_max),
            cpu_ms_max: lower(self.cpu_ms, limits.cpu_ms_max),
            tool_calls_max: lower(self.tool_calls, limits.tool_calls_max),
            ..limits.clone()
        }
    }
}

/// The requester, and how it is kept informed.
pub(crate) struct Requester {
    pub(crate) owner: Owner,
    pub(crate) scope: Arc<Scope>,
    pub(crate) view: Arc<View>,
    pub(crate) cancel: CancellationToken,
    /// Whether its protocol is 2026-07-28 or later.
    pub(crate) is_modern: bool,
    /// The context about it that tool hosts receive.
    pub(crate) context: CallerContext,
    /// The trace that the run belongs to; `context` carries it to the servers.
    pub(crate) trace: Arc<Trace>,
    /// Told about the run, in this order, before the trace, the metrics and the call log.
    pub(crate) observers: Vec<Arc<dyn RunObserver>>,
}

/// Runs the script and makes the answer.
pub(crate) async fn run(gateway: &Arc<GatewayState>, script: RunScript, requester: Requester) -> CallToolResult {
    let reader = reader(gateway, &script, &requester);
    let emitted = Emitted::default();
    let (owner, view) = (requester.owner.clone(), Arc::clone(&requester.view));
    let (scope, trace) = (Arc::clone(&requester.scope), Arc::clone(&requester.trace));
    let program = program::of(gateway, &owner, script.code.clone(), script.component.as_deref());
    let program = match program {
        Ok(program) => program,
        Err(message) => {
            trace.end_request(Some("invalid_arguments"));
            return failed(message, reader.tokens_max);
        }
    };
    let cancel = requester.cancel.clone();
    let wall_ms_max = script.limits.limits(&gateway.options.limits).wall_ms_max;
    let _permit = match quota_permit(gateway, scope.name(), &cancel, wall_ms_max).await {
        Ok(permit) => permit,
        Err(message) => {
            trace.end_request(Some("cancelled"));
            return failed(message, reader.tokens_max);
        }
    };
    let request = request(gateway, script, program, requester, &emitted);
    let _under_way = gateway.metrics.under_way();
    let outcome = match gateway.sandbox.run(&view.catalog, request).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::error!(%error, "a run could not be started");
            trace.end_request(Some("_OTHER"));
            return failed("callbox could not start the run", reader.tokens_max);
        }
    };
    let (gateway, missing) = (Arc::clone(gateway), search_tools::missing(&view));
    let is_large = outcome.usage.returned_bytes > INLINE_BYTES_MAX;
    let answer = move || {
        let stored = store(&gateway, &owner, &outcome);
        let answer = Answer::of_run(&outcome, RunExtras { stored, missing, blocks: emitted.into_blocks() }, reader);
        gateway.metrics.count_answer(&outcome, answer.read_bytes());
        answer.into_result()
    };
    if !is_large {
        return answer();
    }
    spawn_blocking(answer).await.unwrap_or_else(|error| {
        tracing::error!(%error, "an answer could not be made");
        failed("callbox could not make the answer", reader.tokens_max)
    })
}

/// Waits for a slot of the principal's share. Cancellation and the run's time limit apply while waiting.
pub(crate) async fn quota_permit(
    gateway: &GatewayState,
    principal: &str,
    cancel: &CancellationToken,
    wall_ms_max: u64,
) -> Result<QuotaPermit, String> {
    let waited = tokio::select! {
        permit = gateway.quotas.enter(principal) => return permit.map_err(|error| error.to_string()),
        () = cancel.cancelled() => "it was cancelled".to_owned(),
        () = sleep(Duration::from_millis(wall_ms_max)) => format!("`wall_ms_max` is reached ({wall_ms_max})"),
    };
    Err(format!("{waited} while your other requests were in progress; nothing was run, no tool was called"))
}

fn reader(gateway: &GatewayState, script: &RunScript, requester: &Requester) -> Reader {
    let wish = script.limits.result_tokens.unwrap_or(usize::MAX).max(answer::TOKENS_MIN);
    Reader { is_modern: requester.is_modern, tokens_max: wish.min(gateway.options.result_tokens_max) }
}

fn store(gateway: &GatewayState, owner: &Owner, outcome: &Outcome) -> Option<String> {
    match &outcome.end {
        End::Returned(returned) => gateway.result_store.put(owner, &returned.value),
        _ => None,
    }
}

fn request(
    gateway: &Arc<GatewayState>,
    script: RunScript,
    program: Program,
    requester: Requester,
    emitted: &Emitted,
) -> RunRequest {
    let limits = script.limits.limits(&gateway.options.limits);
    let Requester { owner, scope, view, cancel, context, trace, observers, .. } = requester;
    let describe_tokens_max = gateway.options.describe_tokens_max;
    let results = Arc::clone(gateway);
    let described = Arc::clone(&view);
    let emitted = emitted.clone();
    let search_offload = gateway.search_offload.within(&scope.search_offload).within(&Serial::default());
    let value_offload = gateway.value_offload.within(&scope.value_offload).within(&Serial::default());
    let (describing, emitting) = (search_offload.clone(), value_offload.clone());
    let request = RunRequest::program(program);
    let request = match script.input {
        Some(input) => request.input_json(input),
        None => request,
    };
    let request = observers.into_iter().fold(request, RunRequest::observer);
    request
        .limits(limits)
        .cancel(cancel)
        .context(context)
        .person_ms_max(gateway.options.person_ms_max)
        .observer(Arc::clone(&trace) as Arc<dyn RunObserver>)
        .observer(Arc::new(RunMetrics(Arc::clone(gateway))))
        .observer(Arc::new(CallLog::new(scope.name(), trace)))
        .function("tools.$search", move |arguments| {
            let view = Arc::clone(&view);
            offload(search_offload.clone(), move || search_tools::search_in_script(&view, &arguments))
        })
        .function("tools.$describe", move |arguments| {
            let view = Arc::clone(&described);
            offload(describing.clone(), move || {
                search_tools::describe_in_script(&view, &arguments, describe_tokens_max)
            })
        })
        .function("results.get", move |arguments| {
            let (gateway, owner) = (Arc::clone(&results), owner.clone());
            offload(value_offload.clone(), move || result(&gateway, &owner, &arguments))
        })
        .function("emit", move |arguments| {
            let emitted = emitted.clone();
            offload(emitting.clone(), move || emitted.take_in(arguments))
        })
}

/// Runs a host function on a worker thread, so that the run's clocks keep going and can end it.
async fn offload(
    offload: Offload,
    work: impl FnOnce() -> Result<Value, ToolError> + Send + 'static,
) -> Result<Value, ToolError> {
    offload.run(work).await?
}

fn result(gateway: &GatewayState, owner: &Owner, arguments: &[Value]) -> Result<Value, ToolError> {
    let id = arguments.first().and_then(Value::as_str).unwrap_or_default();
    let result_store = gateway.result_store.get(owner, id).ok_or_else(|| {
        let id = foreign::line(id, search_tools::NAME_CHARS_MAX);
        let message = format!("there is no result `{id}`; results are stored only for a while");
        ToolError::new(ToolErrorCode::InvalidArguments, message)
    })?;
    result_store.value().ok_or_else(|| ToolError::new(ToolErrorCode::ToolFailed, "the result can no longer be read"))
}

/// Returns a result that reports a failure, within the token budget.
pub(crate) fn failed(message: impl Into<String>, tokens_max: usize) -> CallToolResult {
    Answer::failed(&message.into(), tokens_max).into_result()
}
