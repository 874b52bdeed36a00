//! Tells a client how its run goes on: a progress notification for each tool call that ends, if the client
//! asked for them.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use callbox::Event;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::Peer;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Notifications that wait to be sent; what comes beyond is dropped, a later one says more anyway.
const WAITING_MAX: usize = 64;

/// How long the last notifications may take before the answer goes out without them.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What sees the events of a run.
pub(super) type Observe = Box<dyn Fn(&Event) + Send + Sync>;

/// Notifications on their way.
pub(super) struct Telling(Option<JoinHandle<()>>);

impl Telling {
    /// Waits until all are sent: after the answer nobody listens to them.
    pub(super) async fn done(self) {
        if let Some(telling) = self.0 {
            // Past the time, or when the client is gone, the answer is what matters.
            let _ = timeout(LAST_WORDS, telling).await;
        }
    }
}

/// Tells the client, if it gave a token. The notifications end once the first of the pair is dropped.
pub(super) fn teller(peer: Peer<RoleServer>, token: Option<ProgressToken>) -> (Observe, Telling) {
    let Some(token) = token else { return (Box::new(|_: &Event| {}), Telling(None)) };
    let (sender, mut receiver) = mpsc::channel::<ProgressNotificationParam>(WAITING_MAX);
    let telling = tokio::spawn(async move {
        while let Some(progress) = receiver.recv().await {
            if peer.notify_progress(progress).await.is_err() {
                return;
            }
        }
    });
    let ended = AtomicU64::new(0);
    let observe = Box::new(move |event: &Event| {
        let Event::CallEnded { name, result, .. } = event else { return };
        let count = ended.fetch_add(1, Relaxed) + 1;
        let how = if result.is_ok() { "finished" } else { "failed" };
        #[allow(clippy::cast_precision_loss, reason = "a run makes far fewer than 2^53 calls")]
        let progress = ProgressNotificationParam::new(token.clone(), count as f64);
        // A full channel drops this notification.
        let _ = sender.try_send(progress.with_message(format!("{name} {how} ({count} calls)")));
    });
    (observe, Telling(Some(telling)))
}
