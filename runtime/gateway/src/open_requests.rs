//! Tracks the unanswered requests of one connection, as its messages pass.

use std::collections::HashSet;

use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, ClientNotification, RequestId, ServerJsonRpcMessage};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::sync::watch;

/// The open requests of a connection. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenRequests(watch::Sender<HashSet<RequestId>>);

impl OpenRequests {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Waits until no request is open.
    pub(crate) async fn answered(&self) {
        // Fails only without a sender, and `self` is one.
        let _ = self.0.subscribe().wait_for(HashSet::is_empty).await;
    }

    fn open(&self, message: &ClientJsonRpcMessage) {
        match message {
            ClientJsonRpcMessage::Request(request) => {
                self.0.send_modify(|open| {
                    open.insert(request.id.clone());
                });
            }
            // A cancelled request gets no answer.
            ClientJsonRpcMessage::Notification(told) => {
                if let ClientNotification::CancelledNotification(cancelled) = &told.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.close(id);
                }
            }
            _ => {}
        }
    }

    fn close(&self, id: &RequestId) {
        self.0.send_modify(|open| {
            open.remove(id);
        });
    }
}

/// A connection whose requests are counted. `H` is dropped with it.
pub(crate) struct Counted<T, H> {
    transport: T,
    open: OpenRequests,
    _held: H,
}

impl<T, H> Counted<T, H> {
    pub(crate) fn new(transport: T, open: OpenRequests, held: H) -> Self {
        Self { transport, open, _held: held }
    }
}

impl<T: Transport<RoleServer>, H: Send + 'static> Transport<RoleServer> for Counted<T, H> {
    type Error = T::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let answered = answered(&message);
        let (sent, open) = (self.transport.send(message), self.open.clone());
        async move {
            let sent = sent.await;
            if let Some(id) = answered {
                open.close(&id);
            }
            sent
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        let message = self.transport.receive().await?;
        self.open.open(&message);
        Some(message)
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.transport.close().await
    }
}

/// Returns the request that a message answers.
fn answered(message: &ServerJsonRpcMessage) -> Option<RequestId> {
    match message {
        ServerJsonRpcMessage::Response(response) => Some(response.id.clone()),
        ServerJsonRpcMessage::Error(error) => error.id.clone(),
        _ => None,
    }
}
