//! Tools that do something before they answer: log, report progress, ask the client, change a list.

use std::time::Duration;

use rmcp::model::{
    CallToolResult, ClientCapabilities, ClientResult, ContentBlock, LoggingLevel, LoggingMessageNotificationParam,
    ProgressNotificationParam, ServerRequest,
};
use rmcp::service::{RequestContext, SubscriptionSink};
use rmcp::{ErrorData, RoleServer};
use serde_json::{Map, Value, json};
use tokio::sync::broadcast;
use tokio::time::sleep;

use crate::data::{Ask, fill, typed};

/// Approximate pause that the suite expects between two notifications; it also gives a listener time to start listening
/// after it was told that it may.
const PAUSE: Duration = Duration::from_millis(50);

/// A list that has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Tools,
    Prompts,
}

/// Runs a tool by name.
pub(crate) async fn run(
    name: &str,
    context: &RequestContext<RoleServer>,
    changes: &broadcast::Sender<Change>,
) -> Result<CallToolResult, ErrorData> {
    match name {
        "test_tool_with_logging" | "test_logging_tool" => log(context).await,
        "test_tool_with_progress" => progress(context).await,
        "test_missing_capability" => needs_sampling(context)?,
        "test_trigger_tool_change" => change(Change::Tools, changes).await,
        "test_trigger_prompt_change" => change(Change::Prompts, changes).await,
        unknown => return Err(ErrorData::invalid_params(format!("unknown tool `{unknown}`"), None)),
    }
    Ok(said("done"))
}

/// Returns a result with one text.
pub(crate) fn said(text: impl Into<String>) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text.into())])
}

/// Whether the request uses a protocol version before 2026-07-28 (legacy).
pub(crate) fn is_legacy(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_none_or(|version| version.has_initialize())
}

/// Sends a request to the client and returns the reply as text.
pub(crate) async fn ask(
    ask: &Ask,
    arguments: &Map<String, Value>,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResult, ErrorData> {
    let request: ServerRequest = typed(fill(&ask.request, arguments))?;
    Ok(match context.peer.send_request(request).await {
        Ok(reply) => said(format!("{}{}", ask.says, text(&reply))),
        Err(error) => CallToolResult::error(vec![ContentBlock::text(error.to_string())]),
    })
}

fn text(reply: &ClientResult) -> String {
    json!(reply).to_string()
}

/// Sends log lines, which a modern client must request in each call.
async fn log(context: &RequestContext<RoleServer>) {
    if !is_legacy(context) && context.meta.log_level().is_none() {
        return;
    }
    for line in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
        let line = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!(line));
        // A client that is gone misses its lines.
        let _ = context.peer.notify_logging_message(line).await;
        sleep(PAUSE).await;
    }
}

async fn progress(context: &RequestContext<RoleServer>) {
    for percent in [0.0, 50.0, 100.0] {
        if let Some(token) = context.meta.get_progress_token() {
            let told = ProgressNotificationParam::new(token, percent).with_total(100.0);
            // A client that is gone misses it.
            let _ = context.peer.notify_progress(told).await;
        }
        sleep(PAUSE).await;
    }
}

fn needs_sampling(context: &RequestContext<RoleServer>) -> Result<(), ErrorData> {
    match context.client_capabilities().is_some_and(|declared| declared.sampling.is_some()) {
        true => Ok(()),
        false => {
            let needed = ClientCapabilities::builder().enable_sampling().build();
            Err(ErrorData::missing_required_client_capability(needed))
        }
    }
}

async fn change(change: Change, changes: &broadcast::Sender<Change>) {
    sleep(PAUSE).await;
    // Fails if nobody is listening.
    let _ = changes.send(change);
}

/// Notifies a listener of a change; the sink withholds what it did not ask for.
pub(crate) async fn tell(change: Change, sink: &SubscriptionSink) {
    let _ = match change {
        Change::Tools => sink.notify_tool_list_changed().await,
        Change::Prompts => sink.notify_prompt_list_changed().await,
    };
}
