//! A transport that limits the concurrent requests it passes on from a server, and drops the rest. If it stopped
//! reading instead, the transport below would also stop its work between messages, including writing replies.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use rmcp::RoleClient;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::Transport;

use super::peer_requests::{PeerRequestRejected, PeerRequests};

/// The transport with the requests it has passed on.
pub(super) struct BoundedTransport<T> {
    inner: T,
    server: String,
    requests: PeerRequests,
    is_told: AtomicBool,
}

impl<T> BoundedTransport<T> {
    pub(super) fn new(inner: T, server: &str) -> Self {
        Self { inner, server: server.to_owned(), requests: PeerRequests::default(), is_told: AtomicBool::new(false) }
    }

    /// Logs one line per connection: there may be millions of requests.
    fn tell(&self, refused: PeerRequestRejected) {
        if !self.is_told.swap(true, Relaxed) {
            let why = refused.reason();
            tracing::warn!(server = self.server, why, "requests of the server are dropped");
        }
    }
}

impl<T: Transport<RoleClient> + 'static> Transport<RoleClient> for BoundedTransport<T> {
    type Error = T::Error;

    fn send(&mut self, item: ClientJsonRpcMessage) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let leaving = self.requests.leave(&item);
        let sent = self.inner.send(item);
        async move {
            let result = sent.await;
            drop(leaving);
            result
        }
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        loop {
            let message = self.inner.receive().await?;
            match self.requests.admit(&message) {
                Ok(()) => return Some(message),
                Err(refused) => self.tell(refused),
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}
