//! The gateway as one client sees it: dispatches requests to its tools and answers them.

use std::sync::Arc;

use callbox::{Caller, CancellationToken, ToolError};
use callbox_bindings::nearest;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, CancelTaskParams, ContentBlock,
    DiscoverResult, GetTaskParams, GetTaskResult, Implementation, InitializeRequestParams, InitializeResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams, ProtocolVersion,
    ReadResourceRequestParams, ReadResourceResponse, ServerConfig, SubscriptionFilter, Tool, UpdateTaskParams,
};
use rmcp::service::{NotificationContext, RequestContext, SubscriptionContext};
use rmcp::transport::common::http_header::HEADER_SESSION_ID;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::detached::RequestWork;
use crate::elicitation::{self, ClientCapabilities, Request};
use crate::offload::OffloadFailed;
use crate::owner::Owner;
use crate::pending_questions::PendingQuestions;
use crate::progress::Progress;
use crate::run_script::{self, Requester, RunScript, failed};
use crate::scope::{Scope, View};
use crate::search_tools;
use crate::state::GatewayState;
use crate::suspended::Fingerprint;
use crate::texts::{self, DESCRIBE, RUN, SEARCH, Texts};
use crate::trace::Trace;
use crate::{passthrough, request_trace, resources, tools_changed};
use callbox::internal::foreign;
use callbox_mcp::QuestionForms;
use callbox_mcp::{CallTrace, CallerContext};

/// Maximum characters of a description of what is wrong with the arguments.
const MISFIT_CHARS_MAX: usize = 300;

/// A gateway's server side for one connection or, over HTTP, for any number of requests.
#[derive(Clone)]
pub struct Client {
    gateway: Arc<GatewayState>,
    scope: Arc<Scope>,
}

impl Client {
    pub(crate) fn new(gateway: Arc<GatewayState>, scope: Arc<Scope>) -> Self {
        Self { gateway, scope }
    }

    /// Returns the scope of the request: the one that the HTTP layer found, otherwise the connection's.
    fn scope(&self, context: &RequestContext<RoleServer>) -> Arc<Scope> {
        let parts = context.extensions.get::<http::request::Parts>();
        parts.and_then(|parts| parts.extensions.get::<Arc<Scope>>()).unwrap_or(&self.scope).clone()
    }

    /// Returns the owner of results: the principal and, where the protocol has sessions, the session within it.
    fn owner(&self, context: &RequestContext<RoleServer>) -> Owner {
        let parts = context.extensions.get::<http::request::Parts>();
        let session = parts.and_then(|parts| parts.headers.get(HEADER_SESSION_ID)?.to_str().ok());
        Owner::new(self.scope(context).name(), session)
    }

    async fn view(&self, context: &RequestContext<RoleServer>) -> Result<Arc<View>, OffloadFailed> {
        let (scope, snapshot) = (self.scope(context), self.gateway.upstreams.snapshot());
        scope.view(&snapshot, &self.gateway.search_offload).await
    }

    /// Returns the texts for the requester. They are final once every server has been tried.
    async fn texts(&self, context: &RequestContext<RoleServer>) -> Result<Arc<Texts>, OffloadFailed> {
        self.gateway.tried().await;
        let (scope, snapshot) = (self.scope(context), self.gateway.upstreams.snapshot());
        if let Some(texts) = scope.final_texts() {
            return Ok(texts);
        }
        let (gateway, search_offload) = (Arc::clone(&self.gateway), &self.gateway.search_offload);
        let view = scope.view(&snapshot, search_offload).await?;
        let asking = Arc::clone(&scope);
        let make = move |view: &View| {
            let texts = Texts::of(view, &snapshot.instructions, &gateway.options);
            if texts.is_final {
                asking.warn_of_idle_patterns(&snapshot.catalog, &gateway.options.direct);
            }
            texts
        };
        scope.texts(view, search_offload, make).await
    }

    /// Answers a call of a tool that looks something up in the requester's tools.
    async fn found<A: DeserializeOwned + Send + 'static>(
        &self,
        arguments: Value,
        context: &RequestContext<RoleServer>,
        find: fn(&View, &A, usize) -> Result<String, ToolError>,
    ) -> Result<CallToolResult, OffloadFailed> {
        let asked: A = match read(arguments) {
            Ok(asked) => asked,
            Err(words) => return Ok(self.failed(words)),
        };
        let view = self.view(context).await?;
        let tokens_max = self.gateway.options.describe_tokens_max;
        let search_offload = self.gateway.search_offload.within(&self.scope(context).search_offload);
        let found = search_offload.run(move || find(&view, &asked, tokens_max)).await?;
        Ok(match found {
            Ok(text) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Err(error) => self.failed(error.message),
        })
    }

    fn failed(&self, words: impl Into<String>) -> CallToolResult {
        failed(words, self.gateway.options.result_tokens_max)
    }

    async fn answer(
        &self,
        mut request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let asked = self.request(&request, &context);
        if let (Some(handle), Some(fingerprint)) = (request.request_state.take(), asked.fingerprint) {
            let responses = request.input_responses.unwrap_or_default();
            let detached = self.gateway.suspended.take(&asked.owner, &handle, fingerprint, responses)?;
            return elicitation::continue_detached(&self.gateway, detached, asked, &context).await;
        }
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        self.gateway.tried().await;
        let result = match request.name.as_ref() {
            SEARCH => self.found(arguments, &context, search_tools::search).await?,
            DESCRIBE => self.found(arguments, &context, search_tools::describe).await?,
            RUN => {
                let view = self.view(&context).await?;
                let trace = self.trace(RUN, &arguments, &context);
                match read(arguments) {
                    Ok(script) => {
                        let work = self.run(script, view, trace, &asked, &context);
                        return elicitation::answer(&self.gateway, work, asked, &context).await;
                    }
                    Err(message) => {
                        trace.end_request(Some("invalid_arguments"));
                        self.failed(message)
                    }
                }
            }
            direct => {
                let work = self.call_direct(direct, arguments, &asked, &context).await?;
                return elicitation::answer(&self.gateway, work, asked, &context).await;
            }
        };
        Ok(result.into())
    }

    /// Identifies the requester and the elicitation forms its client supports.
    fn request(&self, request: &CallToolRequestParams, context: &RequestContext<RoleServer>) -> Request {
        let mut declared = ClientCapabilities::of(context);
        if self.gateway.options.person_ms_max == 0 {
            declared.forms = QuestionForms::default();
        }
        let may_wait = declared.in_rounds() || request.request_state.is_some();
        let fingerprint = may_wait.then(|| Fingerprint::of(request));
        Request { owner: self.owner(context), fingerprint, declared }
    }

    /// Returns the trace that a call of one of our tools belongs to.
    fn trace(&self, tool: &str, arguments: &Value, context: &RequestContext<RoleServer>) -> Arc<Trace> {
        request_trace::of_request(&self.gateway.options, tool, &self.scope(context), arguments, context).into()
    }

    fn run(
        &self,
        script: RunScript,
        view: Arc<View>,
        trace: Arc<Trace>,
        request: &Request,
        context: &RequestContext<RoleServer>,
    ) -> RequestWork {
        let questions = PendingQuestions::new(request.declared.forms);
        let progress = Progress::default();
        let cancel = cancel(request, context);
        let requester = Requester {
            owner: request.owner.clone(),
            scope: self.scope(context),
            view,
            cancel: cancel.clone(),
            is_modern: request.declared.is_modern,
            context: caller(&questions, &trace, &self.scope(context)),
            trace,
            observers: vec![Arc::new(questions.clone()), Arc::new(progress.clone())],
        };
        let gateway = Arc::clone(&self.gateway);
        let work = async move { run_script::run(&gateway, script, requester).await };
        RequestWork { work: self.gateway.until_ending(cancel.clone(), work), questions, progress, cancel }
    }

    /// Prepares a call of a tool that is passed through.
    async fn call_direct(
        &self,
        name: &str,
        arguments: Value,
        request: &Request,
        context: &RequestContext<RoleServer>,
    ) -> Result<RequestWork, ErrorData> {
        let texts = self.texts(context).await?;
        let direct = texts.direct.iter().find(|(known, _)| known == name);
        let (server, tool) = direct.map(|(_, tool)| tool.clone()).ok_or_else(|| unknown(name, &texts.tools))?;
        let (gateway, view) = (Arc::clone(&self.gateway), self.view(context).await?);
        let questions = PendingQuestions::new(request.declared.forms);
        let cancel = cancel(request, context);
        let (trace, scope) = (self.trace(name, &arguments, context), self.scope(context));
        let caller = Caller::with_context(caller(&questions, &trace, &scope));
        let caller = caller.person_ms_max(gateway.options.person_ms_max);
        let (cancelled, principal) = (cancel.clone(), scope.name().to_owned());
        let work = async move {
            let wall_ms_max = gateway.options.limits.wall_ms_max;
            let tokens_max = gateway.options.result_tokens_max;
            let _permit = match run_script::quota_permit(&gateway, &principal, &cancelled, wall_ms_max).await {
                Ok(permit) => permit,
                Err(message) => {
                    trace.end_request(Some("cancelled"));
                    return failed(message, tokens_max);
                }
            };
            tokio::select! {
                result = passthrough::call(&gateway, &view.catalog, (&server, &tool), arguments, caller, &trace) => match result {
                    Ok(value) => plain(value),
                    Err(error) => failed(error.message, tokens_max),
                },
                () = cancelled.cancelled() => {
                    passthrough::give_up(&gateway, &trace);
                    let words = "cancelled; the call was sent and its outcome is unknown: it may have taken effect";
                    failed(words, tokens_max)
                }
            }
        };
        let work = self.gateway.until_ending(cancel.clone(), work);
        Ok(RequestWork { work, questions, progress: Progress::default(), cancel })
    }
}

/// Returns the context about the requester that tool hosts receive.
fn caller(questions: &PendingQuestions, trace: &Arc<Trace>, scope: &Scope) -> CallerContext {
    let mut caller = CallerContext::default().with_trace(Arc::clone(trace) as Arc<dyn CallTrace>);
    caller.person = questions.person();
    caller.replies = scope.replies.clone();
    caller
}

/// Returns a token that ends the work with the request, unless the work may outlive it.
fn cancel(request: &Request, context: &RequestContext<RoleServer>) -> CancellationToken {
    if request.declared.in_rounds() { CancellationToken::new() } else { context.ct.child_token() }
}

/// Adds the instructions for the model to the server info.
fn introduced(info: ServerConfig, texts: &Texts) -> ServerConfig {
    let mut info = info.with_instructions(texts.instructions.clone());
    info.capabilities = tools_changed::capabilities(texts.is_final);
    info
}

/// Rejects an unknown tool as a request that cannot be routed.
fn unknown(name: &str, tools: &[Tool]) -> ErrorData {
    let near = nearest(name, tools.iter().map(|tool| tool.name.as_ref()), search_tools::NEAREST_MAX);
    let known: Vec<&str> = if near.is_empty() { tools.iter().map(|tool| tool.name.as_ref()).collect() } else { near };
    let name = foreign::line(name, search_tools::NAME_CHARS_MAX);
    ErrorData::invalid_params(format!("unknown tool `{name}`; available: {}", search_tools::listed(&known)), None)
}

/// Reads the arguments of one of our own tools, or says what is wrong with them.
fn read<A: DeserializeOwned>(arguments: Value) -> Result<A, String> {
    // The error may quote any amount of the arguments.
    let misfit = |error: serde_json::Error| foreign::line(&error.to_string(), MISFIT_CHARS_MAX);
    serde_json::from_value(arguments).map_err(|error| format!("the arguments do not fit: {}", misfit(error)))
}

/// Returns a value as the tool gave it: as content blocks if it is a list of them.
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
        let name = Implementation::new("callbox", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(tools_changed::capabilities(false))
            .with_server_info(name)
            .with_protocol_version(ProtocolVersion::V_2025_11_25)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        context.peer.set_peer_info(request.clone());
        let info = self.negotiate_initialize(&request)?;
        let texts = self.texts(&context).await?;
        Ok(introduced(info, &texts))
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        if !self.gateway.upstreams.snapshot().starting.is_empty() {
            tools_changed::tell(&self.gateway.upstreams, context.peer);
        }
    }

    fn accepted_subscription_filter(&self, _: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(tools_changed::filter())
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        tools_changed::listen(&self.gateway.upstreams, &subscription).await
    }

    async fn discover(&self, context: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        let info = self.get_info();
        let versions = self.supported_protocol_versions().into_owned();
        // Another token may show other tools, so lists must not be shared.
        let texts = self.texts(&context).await?;
        let discovered = DiscoverResult::from_server_info(versions, introduced(info, &texts));
        Ok(discovered.with_ttl_ms(texts.ttl_ms).with_cache_scope(CacheScope::Private))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let texts = self.texts(&context).await?;
        let listed = ListToolsResult::with_all_items(texts.tools.clone());
        Ok(listed.with_ttl_ms(texts.ttl_ms).with_cache_scope(CacheScope::Private))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.answer(request, context).await
    }

    async fn get_task(
        &self,
        request: GetTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetTaskResult, ErrorData> {
        self.gateway.tasks.get(&self.owner(&context), &request.task_id).map(GetTaskResult::new)
    }

    async fn update_task(
        &self,
        request: UpdateTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.gateway.tasks.update(&self.owner(&context), &request.task_id, request.input_responses)
    }

    async fn cancel_task(
        &self,
        request: CancelTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.gateway.tasks.cancel(&self.owner(&context), &request.task_id)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let listed =
            ListResourcesResult::with_all_items(resources::list(&self.gateway.result_store, &self.owner(&context)));
        // The next run may add one.
        Ok(listed.with_ttl_ms(0).with_cache_scope(CacheScope::Private))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let listed = ListResourceTemplatesResult::with_all_items(resources::templates());
        Ok(listed.with_ttl_ms(texts::FRESH_MS).with_cache_scope(CacheScope::Public))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let owner = self.owner(&context);
        resources::read(&self.gateway.result_store, &owner, &request.uri).map(ReadResourceResponse::from)
    }
}
