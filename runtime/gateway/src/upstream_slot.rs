//! One upstream server of a gateway: its current state, and the host that runs its calls on its current connection.
//! Its supervisor keeps it up.

use std::sync::{Arc, PoisonError, RwLock};

use callbox::{ToolError, ToolErrorCode, ToolHost, ToolReply, ToolRequest};
use callbox_bindings::Tool;
use futures::FutureExt;
use futures::future::BoxFuture;

use callbox_mcp::{ServerConfig, ServerHost, Status, Upstream, UpstreamError};

use crate::learner::Learner;

/// A server and its state.
#[derive(Debug)]
pub(crate) struct UpstreamSlot {
    pub(crate) config: ServerConfig,
    learner: Learner,
    state: RwLock<UpstreamState>,
}

/// The known state of a server. Tools that were seen stay known while it is down.
#[derive(Debug, Clone, Default)]
pub(crate) struct UpstreamState {
    /// With what is known of their results.
    pub(crate) tools: Vec<Arc<Tool>>,
    pub(crate) instructions: Option<String>,
    pub(crate) failure: Option<UpstreamError>,
    /// Whether the first attempt to connect has ended, successfully or not.
    pub(crate) is_tried: bool,
    host: Option<Arc<ServerHost>>,
}

impl UpstreamSlot {
    pub(crate) fn new(config: ServerConfig, learner: Learner) -> Self {
        Self { config, learner, state: RwLock::default() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.config.name
    }

    pub(crate) fn state(&self) -> UpstreamState {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adopts the state of a connection, or of a failed attempt at one.
    pub(crate) fn enter(&self, upstream: &Upstream) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.is_tried = true;
        state.host = upstream.host();
        match upstream.status() {
            Status::Ready(ready) => {
                let taught = ready.tools.iter().map(|tool| self.learner.taught(self.name(), tool));
                state.tools = taught.collect();
                state.instructions = ready.instructions.clone();
                state.failure = None;
            }
            Status::Failed(error) => state.failure = Some(error.clone()),
        }
    }

    /// Records that the connection is gone.
    pub(crate) fn lose(&self, why: UpstreamError) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.host = None;
        state.failure = Some(why);
    }

    fn host(&self) -> Result<Arc<ServerHost>, ToolError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.host.clone().ok_or_else(|| {
            let why = state.failure.as_ref().map_or("it is still starting", |error| error.message.as_str());
            let message = format!("server `{}` is down: {why}; callbox keeps trying to reach it", self.name());
            let mut error = ToolError::new(ToolErrorCode::Unreachable, message);
            error.retryable = true;
            error
        })
    }
}

/// Runs each call on the connection that the slot has at that moment.
pub(crate) struct UpstreamHost(pub(crate) Arc<UpstreamSlot>);

impl ToolHost for UpstreamHost {
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
        match self.0.host() {
            Ok(host) => host.call(request),
            Err(error) => async { Err(error) }.boxed(),
        }
    }

    fn call_ms_max(&self) -> Option<u64> {
        self.0.config.call_ms_max
    }

    fn timeout_hint(&self) -> Option<String> {
        self.0.host().ok()?.timeout_hint()
    }
}
