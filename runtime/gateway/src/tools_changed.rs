//! The initial tool listing: notifies clients that connected while servers were still starting when it is complete.
//! Their tools then change, once and never again.

use rmcp::RoleServer;
use rmcp::model::{ErrorData, ServerCapabilities, SubscriptionFilter};
use rmcp::service::{Peer, SubscriptionContext};

use crate::supervised::SupervisedUpstreams;

/// Returns the gateway's capabilities; a client that sees final texts need not listen for changes.
pub(crate) fn capabilities(is_final: bool) -> ServerCapabilities {
    let mut capabilities = ServerCapabilities::builder().enable_tools().enable_resources().enable_tasks().build();
    if let Some(tools) = &mut capabilities.tools {
        tools.list_changed = (!is_final).then_some(true);
    }
    capabilities
}

/// Returns the notifications that the gateway offers.
pub(crate) fn filter() -> SubscriptionFilter {
    SubscriptionFilter::builder().tools_list_changed().build()
}

/// Notifies a legacy client (protocol before 2026-07-28), which gets notifications without subscribing.
pub(crate) fn tell(upstreams: &SupervisedUpstreams, peer: Peer<RoleServer>) {
    let all_tried = upstreams.all_tried();
    tokio::spawn(async move {
        if all_tried.await {
            // The client may be gone.
            let _ = peer.notify_tool_list_changed().await;
        }
    });
}

/// Notifies a modern client (protocol 2026-07-28) and continues until it no longer listens. The time of subscription
/// does not tell what the client saw before, so it is notified in any case.
pub(crate) async fn listen(
    upstreams: &SupervisedUpstreams,
    subscription: &SubscriptionContext,
) -> Result<(), ErrorData> {
    tokio::select! {
        true = upstreams.all_tried() => {
            let _ = subscription.sink().notify_tool_list_changed().await;
        }
        () = subscription.cancelled() => return Ok(()),
    }
    subscription.cancelled().await;
    Ok(())
}
