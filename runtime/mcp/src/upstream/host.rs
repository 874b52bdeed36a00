//! An upstream server as the sandbox sees it: a host that runs calls.

use std::sync::Arc;

use callbox::{ToolError, ToolHost, ToolReply, ToolRequest};
use futures::future::BoxFuture;

use super::connection::Connection;

/// Runs the calls of one server's tools.
#[derive(Debug, Clone)]
pub struct ServerHost {
    connection: Arc<Connection>,
    call_ms_max: Option<u64>,
}

impl ServerHost {
    pub(super) fn new(connection: Arc<Connection>, call_ms_max: Option<u64>) -> Self {
        Self { connection, call_ms_max }
    }
}

impl ToolHost for ServerHost {
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
        let connection = Arc::clone(&self.connection);
        Box::pin(async move { connection.call(request).await })
    }

    fn call_ms_max(&self) -> Option<u64> {
        self.call_ms_max
    }

    fn timeout_hint(&self) -> Option<String> {
        self.connection.timeout_hint()
    }
}
