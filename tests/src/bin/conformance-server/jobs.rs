//! The tools that the suite expects to become tasks. They are behind a gateway as direct tools, so that tasks, and
//! questions within them, are the gateway's work; only the names are changed here.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use callbox::{Catalog, Limits, Sandbox, Tool, ToolError, ToolErrorCode, ToolHost, ToolReply, ToolRequest};
use callbox_gateway::{Client, Gateway, GatewayOptions, Scope};
use callbox_mcp::{Answer, CallerContext, Question, Wanted};
use futures::FutureExt;
use futures::future::BoxFuture;
use rmcp::model::{CallToolRequestParams, CallToolResponse, ClientCapabilities};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler as _};
use serde_json::{Map, Value, json};
use tokio::time::sleep;

/// The server's name in the gateway.
const SERVER: &str = "jobs";

/// The suite's slow tools take a second or more.
const TASK_AFTER_MS: u64 = 200;

/// Longer than that, so that the question is asked by a task.
const A_WHILE: Duration = Duration::from_millis(500);

const NAMES: [&str; 7] = [
    "greet",
    "slow_compute",
    "failing_job",
    "protocol_error_job",
    "confirm_delete",
    "multi_input",
    "test_tool_with_task",
];

/// The tools and the gateway in front of them.
pub(crate) struct Jobs(Client);

impl Jobs {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let host: Arc<dyn ToolHost> = Arc::new(Host);
        let catalog = Catalog::builder().server(SERVER, tools(), host).build();
        let options = GatewayOptions {
            direct: vec![format!("{SERVER}.*").parse()?],
            limits: Limits { tool_call_ms_max: 120_000, ..Limits::default() },
            task_after_ms: TASK_AFTER_MS,
            task_poll_ms: 100,
            ..GatewayOptions::default()
        };
        let gateway = Gateway::over(Sandbox::new()?, catalog, options);
        Ok(Self(gateway.client(Scope::new("suite", vec![], vec![]).into())))
    }

    pub(crate) fn gateway(&self) -> &Client {
        &self.0
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        NAMES.contains(&name)
    }

    /// Returns the tools as a client sees them.
    pub(crate) fn tools(&self) -> impl Iterator<Item = rmcp::model::Tool> {
        let listed = NAMES.iter().map(|name| entry(name));
        listed.filter_map(|tool| serde_json::from_value(tool).ok())
    }

    /// Makes one call through the gateway.
    pub(crate) async fn call(
        &self,
        mut request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let declared = context.client_capabilities().unwrap_or_default();
        // The only tool that the suite never wants to run other than as a task.
        if request.name == "failing_job" && !declared.supports_tasks() {
            let needed = ClientCapabilities::builder().enable_tasks().build();
            return Err(ErrorData::missing_required_client_capability(needed));
        }
        request.name = format!("{SERVER}__{}", request.name).into();
        self.0.call_tool(request, context).await
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").finish_non_exhaustive()
    }
}

fn tools() -> Vec<Tool> {
    let listed = NAMES.iter().map(|name| entry(name));
    listed.filter_map(|tool| Tool::from_json(&tool).ok()).collect()
}

/// Returns a tool's list entry.
fn entry(name: &str) -> Value {
    json!({ "name": name, "description": "Takes its time.", "inputSchema": { "type": "object", "properties": {} } })
}

/// Does the work.
struct Host;

impl ToolHost for Host {
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
        work(request).boxed()
    }
}

async fn work(request: ToolRequest) -> Result<ToolReply, ToolError> {
    let argument = |name: &str| request.arguments.get(name).cloned().unwrap_or_default();
    match request.tool.as_str() {
        "greet" => Ok(said(&format!("Hello, {}!", argument("name").as_str().unwrap_or("nobody")))),
        "slow_compute" => {
            sleep(Duration::from_secs(argument("seconds").as_u64().unwrap_or(1))).await;
            Ok(said("computed"))
        }
        "failing_job" => {
            sleep(Duration::from_secs(1)).await;
            Err(ToolError::failed("the job has failed"))
        }
        "confirm_delete" => {
            sleep(A_WHILE).await;
            Ok(said(&ask(&request, "confirm").await?.to_string()))
        }
        "multi_input" => {
            sleep(A_WHILE).await;
            let (first, second) = tokio::try_join!(ask(&request, "first"), ask(&request, "second"))?;
            Ok(said(&json!([first, second]).to_string()))
        }
        "test_tool_with_task" => {
            let answer = ask(&request, "name").await?;
            sleep(A_WHILE).await;
            Ok(said(&format!("Hello, {answer}!")))
        }
        other => Err(ToolError::new(ToolErrorCode::Protocol, format!("`{other}` breaks the protocol"))),
    }
}

fn said(text: &str) -> ToolReply {
    ToolReply::new(None, vec![json!({ "type": "text", "text": text })])
}

/// Asks the caller for one field.
async fn ask(request: &ToolRequest, field: &str) -> Result<Value, ToolError> {
    let context = request.caller.context::<CallerContext>();
    let nobody = || ToolError::new(ToolErrorCode::InputRequired, "nobody can be asked");
    let person = context.and_then(|context| context.person.clone()).ok_or_else(nobody)?;
    let Value::Object(schema) = json!({ "type": "object", "properties": { field: { "type": "string" } } }) else {
        return Ok(Value::Null);
    };
    let _held = request.caller.hold_clock();
    match person.answer(Question::new(SERVER, format!("{field}?"), Wanted::Fields(schema))).await {
        Answer::Accepted(content) => Ok(Value::Object(content.unwrap_or_else(Map::new))),
        Answer::Declined | Answer::Cancelled => Ok(Value::Null),
    }
}
