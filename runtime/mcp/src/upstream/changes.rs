//! Notices that a server's list of tools changed, in both eras. It does not fetch the new list.

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    ClientCapabilities, ClientConfig, Implementation, ProtocolVersion, ServerNotification, SubscriptionFilter,
};
use rmcp::service::{NotificationContext, Peer};
use rmcp::{ClientHandler, RoleClient};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// A server that declares the notification and never acknowledges the wish for it is left alone.
const ACKNOWLEDGE: Duration = Duration::from_secs(5);

/// The client side of a connection, as the server sees it; true while a change waits to be taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes(Arc<watch::Sender<bool>>);

impl Changes {
    /// Whether the list changed since this was last asked.
    pub(super) fn take(&self) -> bool {
        self.0.send_replace(false)
    }

    /// Waits until there is something to take.
    pub(super) async fn marked(&self) {
        // It fails without a sender, and this holds one.
        let _ = self.0.subscribe().wait_for(|is_marked| *is_marked).await;
    }

    fn mark(&self) {
        self.0.send_replace(true);
    }

    /// Asks a modern server to tell. Legacy servers tell unasked.
    pub(super) fn subscribe(&self, peer: Peer<RoleClient>) -> AbortHandle {
        let changes = self.clone();
        let wish = SubscriptionFilter::builder().tools_list_changed().build();
        let task = tokio::spawn(async move {
            let Ok(Ok(mut subscription)) = timeout(ACKNOWLEDGE, peer.listen(wish)).await else {
                return;
            };
            while let Ok(Some(notification)) = subscription.next().await {
                if matches!(notification, ServerNotification::ToolListChangedNotification(_)) {
                    changes.mark();
                }
            }
        });
        task.abort_handle()
    }
}

impl ClientHandler for Changes {
    fn get_info(&self) -> ClientConfig {
        let name = Implementation::new("callbox", env!("CARGO_PKG_VERSION"));
        // What a plain `initialize` asks for; the modern protocol has none.
        ClientConfig::new(ClientCapabilities::default(), name).with_protocol_version(ProtocolVersion::V_2025_11_25)
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.mark();
    }
}
