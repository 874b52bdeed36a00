//! The gateway as one client sees it: which of its tools was asked for, by whom, and the answer.

use std::sync::Arc;

use callbox_bindings::nearest;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, DiscoverResult, Implementation,
    InitializeRequestParams, InitializeResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities,
    ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::transport::common::http_header::HEADER_SESSION_ID;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::find::{self, Describe, Search};
use super::scope::{Scope, View};
use super::script::{self, Asker, RunScript, failed};
use super::texts::{DESCRIBE, RUN, SEARCH, Texts};
use super::{Inner, direct, progress, resources, traced};
use crate::quote;
use crate::trace::Trace;

/// A gateway's server side for one connection or, over HTTP, for any number of requests.
#[derive(Clone)]
pub struct Client {
    gateway: Arc<Inner>,
    scope: Arc<Scope>,
}

impl Client {
    pub(super) fn new(gateway: Arc<Inner>, scope: Arc<Scope>) -> Self {
        Self { gateway, scope }
    }

    /// Whose request it is: what the HTTP layer found out, else whom the connection belongs to.
    fn scope(&self, context: &RequestContext<RoleServer>) -> Arc<Scope> {
        let parts = context.extensions.get::<http::request::Parts>();
        parts.and_then(|parts| parts.extensions.get::<Arc<Scope>>()).unwrap_or(&self.scope).clone()
    }

    /// To whom results belong: the principal, and within it the session where the protocol has sessions.
    fn owner(&self, context: &RequestContext<RoleServer>) -> String {
        let parts = context.extensions.get::<http::request::Parts>();
        let session = parts.and_then(|parts| parts.headers.get(HEADER_SESSION_ID)?.to_str().ok());
        format!("{}/{}", self.scope(context).name(), session.unwrap_or_default())
    }

    fn view(&self, context: &RequestContext<RoleServer>) -> Arc<View> {
        self.scope(context).view(&self.gateway.fleet.snapshot())
    }

    /// Runs `read` on the texts of whoever asks. They are made for good once every server was tried.
    async fn texts<T>(&self, context: &RequestContext<RoleServer>, read: impl FnOnce(&Texts) -> T) -> T {
        let is_final = self.gateway.tried().await;
        let scope = self.scope(context);
        let snapshot = self.gateway.fleet.snapshot();
        let make = || Texts::of(&scope.view(&snapshot), &snapshot.instructions, &self.gateway.options);
        if is_final { read(scope.texts(make)) } else { read(&make()) }
    }

    async fn answer(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let tokens_max = self.gateway.options.describe_tokens_max;
        self.gateway.tried().await;
        match request.name.as_ref() {
            SEARCH => Ok(with_arguments(arguments, |search: Search| {
                answered(find::search(&self.view(&context), &search, tokens_max))
            })),
            DESCRIBE => Ok(with_arguments(arguments, |describe: Describe| {
                let tokens_max = describe.budget.map_or(tokens_max, |budget| budget.min(tokens_max));
                answered(find::describe(&self.view(&context), &describe.names, tokens_max))
            })),
            RUN => {
                let trace = self.trace(RUN, &arguments, &context);
                Ok(match read(arguments) {
                    Ok(script) => self.run(script, trace, context).await,
                    Err(message) => {
                        trace.end_request(Some("invalid_arguments"));
                        failed(message)
                    }
                })
            }
            direct => self.call_direct(direct, arguments, &context).await,
        }
    }

    /// The trace that a call of one of our tools belongs to.
    fn trace(&self, tool: &str, arguments: &Value, context: &RequestContext<RoleServer>) -> Trace {
        traced::of_request(self.gateway.options.traces.as_ref(), tool, &self.scope(context), arguments, context)
    }

    async fn run(&self, script: RunScript, trace: Trace, context: RequestContext<RoleServer>) -> CallToolResult {
        let (observe, telling) = progress::teller(context.peer.clone(), context.meta.get_progress_token());
        let owner = self.owner(&context);
        let asker = Asker {
            owner,
            scope: self.scope(&context),
            view: self.view(&context),
            cancel: context.ct.child_token(),
            observe,
            trace,
        };
        let result = script::run(&self.gateway, script, asker).await;
        telling.done().await;
        result
    }

    /// A tool that is passed through.
    async fn call_direct(
        &self,
        name: &str,
        arguments: Value,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        let found = self.texts(context, |texts| {
            let direct = texts.direct.iter().find(|(known, _)| known == name);
            direct.map(|(_, tool)| tool.clone()).ok_or_else(|| unknown(name, &texts.tools))
        });
        let (server, tool) = found.await?;
        let view = self.view(context);
        let trace = self.trace(name, &arguments, context);
        let called = direct::call(&self.gateway, &view.catalog, (&server, &tool), arguments, &trace);
        Ok(tokio::select! {
            result = called => match result {
                Ok(value) => plain(value),
                Err(error) => failed(error.message),
            },
            () = context.ct.cancelled() => {
                direct::give_up(&self.gateway, &trace);
                failed("cancelled")
            }
        })
    }
}

/// An unknown tool is a request that cannot be routed.
fn unknown(name: &str, tools: &[Tool]) -> ErrorData {
    let near = nearest(name, tools.iter().map(|tool| tool.name.as_ref()), find::NEAREST_MAX);
    let known: Vec<&str> = if near.is_empty() { tools.iter().map(|tool| tool.name.as_ref()).collect() } else { near };
    let name = quote::line(name, find::NAME_CHARS_MAX);
    ErrorData::invalid_params(format!("unknown tool `{name}`; there are: `{}`", known.join("`, `")), None)
}

fn with_arguments<A: DeserializeOwned>(arguments: Value, answer: impl FnOnce(A) -> CallToolResult) -> CallToolResult {
    read(arguments).map_or_else(failed, answer)
}

/// The arguments of one of our own tools, or what is wrong with them.
fn read<A: DeserializeOwned>(arguments: Value) -> Result<A, String> {
    serde_json::from_value(arguments).map_err(|error| format!("the arguments do not fit: {error}"))
}

fn answered(text: Result<String, callbox::ToolError>) -> CallToolResult {
    match text {
        Ok(text) => CallToolResult::success(vec![ContentBlock::text(text)]),
        Err(error) => failed(error.message),
    }
}

/// A value as a tool gave it: its blocks where it is a list of them.
fn plain(value: Value) -> CallToolResult {
    if let Ok(blocks) = serde_json::from_value::<Vec<ContentBlock>>(value.clone())
        && !blocks.is_empty()
    {
        return CallToolResult::success(blocks);
    }
    match value {
        Value::String(text) => CallToolResult::success(vec![ContentBlock::text(text)]),
        value => CallToolResult::structured(value),
    }
}

impl ServerHandler for Client {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        let name = Implementation::new("callbox", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(capabilities).with_server_info(name).with_protocol_version(ProtocolVersion::V_2025_11_25)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        context.peer.set_peer_info(request.clone());
        let info = self.negotiate_initialize(&request)?;
        Ok(self.texts(&context, |texts| info.with_instructions(texts.instructions.clone())).await)
    }

    async fn discover(&self, context: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        let info = self.get_info();
        let info = self.texts(&context, |texts| info.with_instructions(texts.instructions.clone())).await;
        Ok(DiscoverResult::from_server_info(self.supported_protocol_versions().into_owned(), info))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(self.texts(&context, |texts| ListToolsResult::with_all_items(texts.tools.clone())).await)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.answer(request, context).await.map(CallToolResponse::from)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(resources::list(&self.gateway.kept, &self.owner(&context))))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(resources::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let owner = self.owner(&context);
        resources::read(&self.gateway.kept, &owner, &request.uri).map(ReadResourceResponse::from)
    }
}
