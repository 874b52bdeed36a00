//! The server side of one connection: dispatches requests for lists, tools, prompts and resources.

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CancelTaskParams, GetPromptRequestParams,
    GetPromptResponse, GetPromptResult, GetTaskParams, GetTaskResult, Implementation, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams, ProtocolVersion,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, ServerCapabilities, ServerConfig,
    SetLevelRequestMethod, SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter, Tool,
    UnsubscribeRequestParams, UpdateTaskParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::json;
use tokio::sync::broadcast;

use crate::acts::{self, Change};
use crate::data::{Data, complete, fill};
use crate::jobs::Jobs;
use crate::rounds::{Given, Rounds};

type Context = RequestContext<RoleServer>;

/// Changes by which a slow listener may lag behind.
const CHANGES_WAITING_MAX: usize = 16;

/// The server; clones share its state.
#[derive(Debug, Clone)]
pub(crate) struct Fixture(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    data: Data,
    jobs: Jobs,
    rounds: Rounds,
    changes: broadcast::Sender<Change>,
}

impl Fixture {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let changes = broadcast::Sender::new(CHANGES_WAITING_MAX);
        Ok(Self(Arc::new(Inner { data: Data::read()?, jobs: Jobs::new()?, rounds: Rounds::default(), changes })))
    }

    async fn call(&self, request: CallToolRequestParams, context: &Context) -> Result<CallToolResponse, ErrorData> {
        let Inner { data, rounds, changes, .. } = &*self.0;
        let name = request.name.as_ref();
        let arguments = request.arguments.unwrap_or_default();
        if let Some(answer) = data.answers.get(name) {
            return complete::<CallToolResult>(fill(answer, &arguments)).map(Into::into);
        }
        if let Some(ask) = data.asks.get(name) {
            return acts::ask(ask, &arguments, context).await.map(Into::into);
        }
        let given = Given { responses: request.input_responses.unwrap_or_default(), state: request.request_state };
        match rounds.next(data, name, &given, context)? {
            Some(wanted) => Ok(wanted.into()),
            None if data.rounds.contains_key(name) => Ok(acts::said("state-ok: everything was given").into()),
            None => acts::run(name, context, changes).await.map(Into::into),
        }
    }
}

impl ServerHandler for Fixture {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tasks()
            .enable_tools()
            .enable_tool_list_changed()
            .enable_prompts()
            .enable_prompts_list_changed()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_logging()
            .enable_completions()
            .build();
        let name = Implementation::new("callbox-conformance", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(capabilities).with_server_info(name).with_protocol_version(ProtocolVersion::V_2025_11_25)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.0.data.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn list_tools(&self, _: Option<PaginatedRequestParams>, _: Context) -> Result<ListToolsResult, ErrorData> {
        let tools = self.0.data.tools.iter().cloned().chain(self.0.jobs.tools());
        Ok(ListToolsResult::with_all_items(tools.collect()))
    }

    async fn call_tool(&self, request: CallToolRequestParams, context: Context) -> Result<CallToolResponse, ErrorData> {
        match self.0.jobs.has(&request.name) {
            true => self.0.jobs.call(request, context).await,
            false => self.call(request, &context).await,
        }
    }

    async fn get_task(&self, request: GetTaskParams, context: Context) -> Result<GetTaskResult, ErrorData> {
        self.0.jobs.gateway().get_task(request, context).await
    }

    async fn update_task(&self, request: UpdateTaskParams, context: Context) -> Result<(), ErrorData> {
        self.0.jobs.gateway().update_task(request, context).await
    }

    async fn cancel_task(&self, request: CancelTaskParams, context: Context) -> Result<(), ErrorData> {
        self.0.jobs.gateway().cancel_task(request, context).await
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(self.0.data.prompts.clone()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: Context,
    ) -> Result<GetPromptResponse, ErrorData> {
        let Inner { data, rounds, .. } = &*self.0;
        let given = Given { responses: request.input_responses.unwrap_or_default(), state: request.request_state };
        if let Some(wanted) = rounds.next(data, &request.name, &given, &context)? {
            return Ok(wanted.into());
        }
        let unknown = || ErrorData::invalid_params(format!("unknown prompt `{}`", request.name), None);
        let messages = data.messages.get(&request.name).ok_or_else(unknown)?;
        complete::<GetPromptResult>(fill(messages, &request.arguments.unwrap_or_default())).map(Into::into)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(self.0.data.resources.clone()))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(self.0.data.templates.clone()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: Context,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let Some(contents) = self.0.data.contents(&request.uri) else {
            return Err(ErrorData::resource_not_found(
                "there is no such resource",
                Some(json!({ "uri": request.uri })),
            ));
        };
        complete::<ReadResourceResult>(json!({ "contents": [contents] })).map(Into::into)
    }

    async fn set_level(&self, _: SetLevelRequestParams, context: Context) -> Result<(), ErrorData> {
        match acts::is_legacy(&context) {
            true => Ok(()),
            false => Err(ErrorData::method_not_found::<SetLevelRequestMethod>()),
        }
    }

    async fn subscribe(&self, _: SubscribeRequestParams, _: Context) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn unsubscribe(&self, _: UnsubscribeRequestParams, _: Context) -> Result<(), ErrorData> {
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(requested.clone())
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let mut changes = self.0.changes.subscribe();
        loop {
            tokio::select! {
                () = context.cancelled() => return Ok(()),
                change = changes.recv() => match change {
                    Ok(change) => acts::tell(change, context.sink()).await,
                    Err(_) => return Ok(()),
                },
            }
        }
    }
}
