//! A detached request: it runs by itself, whichever of the client's requests follows it. Dropping it ends it.

use callbox::CancellationToken;
use futures::future::BoxFuture;
use rmcp::ErrorData;
use rmcp::model::CallToolResult;
use tokio::task::JoinHandle;

use crate::pending_questions::PendingQuestions;
use crate::progress::Progress;

/// The work of a request, not begun yet.
pub(crate) struct RequestWork {
    pub(crate) work: BoxFuture<'static, CallToolResult>,
    pub(crate) questions: PendingQuestions,
    pub(crate) progress: Progress,
    /// Ends the work.
    pub(crate) cancel: CancellationToken,
}

/// A detached request.
pub(crate) struct DetachedRequest {
    work: JoinHandle<CallToolResult>,
    pub(crate) questions: PendingQuestions,
    pub(crate) progress: Progress,
    cancel: CancellationToken,
}

impl DetachedRequest {
    pub(crate) fn start(work: RequestWork) -> Self {
        let RequestWork { work, questions, progress, cancel } = work;
        Self { work: tokio::spawn(work), questions, progress, cancel }
    }

    /// Waits for its result, which is given once. Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// An internal fault.
    pub(crate) async fn ended(&mut self) -> Result<CallToolResult, ErrorData> {
        (&mut self.work).await.map_err(|error| {
            tracing::error!(%error, "a request failed");
            ErrorData::internal_error("callbox could not finish the request", None)
        })
    }

    /// Cancels it and waits for its final answer.
    pub(crate) async fn cancelled(&mut self) -> Result<CallToolResult, ErrorData> {
        self.cancel.cancel();
        self.ended().await
    }
}

impl Drop for DetachedRequest {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
