//! One upstream server of a gateway: its current state, and the host that runs its calls on its current connection.
//! Its supervisor keeps it up.

use std::sync::{Arc, PoisonError, RwLock};

use callbox::{ToolError, ToolErrorCode, ToolHost, ToolReply, ToolRequest};
use callbox_bindings::Tool;
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::config::ServerConfig;
use crate::error::UpstreamError;
use crate::upstream::{ServerHost, Status, Upstream};

/// A server and its state.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) config: ServerConfig,
    state: RwLock<State>,
}

/// The known state of a server. Tools that were seen stay known while it is down.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) tools: Vec<Tool>,
    pub(super) instructions: Option<String>,
    pub(super) trouble: Option<UpstreamError>,
    /// Whether the first attempt to connect has ended, successfully or not.
    pub(super) is_tried: bool,
    host: Option<Arc<ServerHost>>,
}

impl Slot {
    pub(super) fn new(config: ServerConfig) -> Self {
        Self { config, state: RwLock::default() }
    }

    pub(super) fn name(&self) -> &str {
        &self.config.name
    }

    pub(super) fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adopts the state of a connection, or of a failed attempt at one.
    pub(super) fn enter(&self, upstream: &Upstream) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.is_tried = true;
        state.host = upstream.host();
        match upstream.status() {
            Status::Ready(ready) => {
                state.tools = ready.tools.clone();
                state.instructions = ready.instructions.clone();
                state.trouble = None;
            }
            Status::Failed(error) => state.trouble = Some(error.clone()),
        }
    }

    /// Records that the connection is gone.
    pub(super) fn lose(&self, why: UpstreamError) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.host = None;
        state.trouble = Some(why);
    }

    fn host(&self) -> Result<Arc<ServerHost>, ToolError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.host.clone().ok_or_else(|| {
            let why = state.trouble.as_ref().map_or("it is still starting", |error| error.message.as_str());
            let message = format!("server `{}` is down: {why}; callbox keeps trying to reach it", self.name());
            let mut error = ToolError::new(ToolErrorCode::Unreachable, message);
            error.retryable = true;
            error
        })
    }
}

/// Runs each call on the connection that the slot has at that moment.
pub(super) struct SlotHost(pub(super) Arc<Slot>);

impl ToolHost for SlotHost {
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
