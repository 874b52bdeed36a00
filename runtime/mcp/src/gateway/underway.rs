//! A detached request: it runs by itself, whichever of the client's requests follows it. Dropping it ends it.

use callbox::CancellationToken;
use futures::future::BoxFuture;
use rmcp::ErrorData;
use rmcp::model::CallToolResult;
use tokio::task::JoinHandle;

use super::desk::Desk;
use super::progress::Progress;

/// The work of a request, not begun yet.
pub(super) struct Work {
    pub(super) work: BoxFuture<'static, CallToolResult>,
    pub(super) desk: Desk,
    pub(super) progress: Progress,
    /// Ends the work.
    pub(super) cancel: CancellationToken,
}

/// A detached request.
pub(super) struct Underway {
    work: JoinHandle<CallToolResult>,
    pub(super) desk: Desk,
    pub(super) progress: Progress,
    cancel: CancellationToken,
}

impl Underway {
    pub(super) fn start(work: Work) -> Self {
        let Work { work, desk, progress, cancel } = work;
        Self { work: tokio::spawn(work), desk, progress, cancel }
    }

    /// Waits for its result, which is given once. Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// An internal fault.
    pub(super) async fn ended(&mut self) -> Result<CallToolResult, ErrorData> {
        (&mut self.work).await.map_err(|error| {
            tracing::error!(%error, "a request failed");
            ErrorData::internal_error("callbox could not finish the request", None)
        })
    }

    /// Cancels it and waits for its final answer.
    pub(super) async fn cancelled(&mut self) -> Result<CallToolResult, ErrorData> {
        self.cancel.cancel();
        self.ended().await
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
