//! Tells a client how its run goes on: a progress notification for each tool call that ends, if the client
//! asked for them.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use callbox::Event;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::Peer;
use tokio::sync::mpsc;

/// Notifications that wait to be sent; what comes beyond is dropped, a later one says more anyway.
const WAITING_MAX: usize = 64;

/// Something that sees the events of a run and tells the client, who gave `token`. The task behind it ends
/// with what is returned.
pub(super) fn teller(peer: Peer<RoleServer>, token: ProgressToken) -> Box<dyn Fn(&Event) + Send + Sync> {
    let (sender, mut receiver) = mpsc::channel::<ProgressNotificationParam>(WAITING_MAX);
    tokio::spawn(async move {
        while let Some(progress) = receiver.recv().await {
            if peer.notify_progress(progress).await.is_err() {
                return;
            }
        }
    });
    let ended = AtomicU64::new(0);
    Box::new(move |event| {
        let Event::CallEnded { name, result, .. } = event else { return };
        let count = ended.fetch_add(1, Relaxed) + 1;
        let how = if result.is_ok() { "finished" } else { "failed" };
        #[allow(clippy::cast_precision_loss, reason = "a run makes far fewer than 2^53 calls")]
        let progress = ProgressNotificationParam::new(token.clone(), count as f64);
        // A full channel drops this notification.
        let _ = sender.try_send(progress.with_message(format!("{name} {how} ({count} calls)")));
    })
}
