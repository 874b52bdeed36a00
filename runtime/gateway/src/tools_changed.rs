//! Tells clients that came while servers were still starting when that is over: their tools then change, once
//! and never again.

use rmcp::RoleServer;
use rmcp::model::{ErrorData, ServerCapabilities, SubscriptionFilter};
use rmcp::service::{Peer, SubscriptionContext};

use crate::supervised::SupervisedUpstreams;

/// What a gateway is capable of; a client that is shown final texts need not listen for changes.
pub(crate) fn capabilities(is_final: bool) -> ServerCapabilities {
    let mut capabilities = ServerCapabilities::builder().enable_tools().enable_resources().enable_tasks().build();
    if let Some(tools) = &mut capabilities.tools {
        tools.list_changed = (!is_final).then_some(true);
    }
    capabilities
}

/// What is told of.
pub(crate) fn filter() -> SubscriptionFilter {
    SubscriptionFilter::builder().tools_list_changed().build()
}

/// Tells a legacy client, which is told unasked.
pub(crate) fn tell(upstreams: &SupervisedUpstreams, peer: Peer<RoleServer>) {
    let all_tried = upstreams.all_tried();
    tokio::spawn(async move {
        if all_tried.await {
            // A client that has gone need not know.
            let _ = peer.notify_tool_list_changed().await;
        }
    });
}

/// Tells a modern client, and goes on until it no longer listens. When it subscribed says nothing of what it
/// was shown before, so it is told in any case.
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
