//! A request that is waited for. Dropping it while open tells the other side to stop working on it.

use rmcp::service::{RequestHandle, ServiceError, ServiceRole};
use tokio::runtime::Handle;

/// The request.
pub struct OpenRequest<R: ServiceRole>(Option<RequestHandle<R>>);

impl<R: ServiceRole> OpenRequest<R> {
    /// Waits for the answer to that request.
    pub fn new(handle: RequestHandle<R>) -> Self {
        Self(Some(handle))
    }

    /// Waits for the answer, without a time limit.
    pub async fn answer(mut self) -> Result<R::PeerResp, ServiceError> {
        let Some(handle) = self.0.as_mut() else { return Err(ServiceError::TransportClosed) };
        let answer = (&mut handle.rx).await;
        self.0 = None;
        answer.unwrap_or(Err(ServiceError::TransportClosed))
    }
}

impl<R: ServiceRole> Drop for OpenRequest<R> {
    fn drop(&mut self) {
        if let (Some(handle), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(async move {
                // The connection may be gone, which cancels the request as well.
                let _ = handle.cancel(Some("nobody waits for the result".to_owned())).await;
            });
        }
    }
}
