//! Progress of a run: a notification for each tool call that ends, sent to the client request that currently follows
//! the run, if it asked for them.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use callbox::{Event, RunObserver};
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::RequestContext;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Maximum unsent notifications; further ones are dropped, since a later one says more anyway.
const WAITING_MAX: usize = 64;

/// How long the last notifications may take before the answer goes out without them.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// The progress of one run. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    calls_ended: AtomicU64,
    line: Mutex<Option<Recipient>>,
}

/// The request that receives notifications.
#[derive(Debug)]
struct Recipient {
    token: ProgressToken,
    sender: mpsc::Sender<ProgressNotificationParam>,
}

/// The task that sends notifications; dropping this ends it.
pub(crate) struct ProgressSender {
    progress: Progress,
    sent: Option<JoinHandle<()>>,
}

impl Progress {
    /// Notifies that request from now on, if it gave a token.
    pub(crate) fn tell(&self, context: &RequestContext<RoleServer>) -> ProgressSender {
        let token = context.meta.get_progress_token();
        let sent = token.map(|token| {
            let (sender, mut receiver) = mpsc::channel::<ProgressNotificationParam>(WAITING_MAX);
            *self.line() = Some(Recipient { token, sender });
            let peer = context.peer.clone();
            tokio::spawn(async move {
                while let Some(progress) = receiver.recv().await {
                    if peer.notify_progress(progress).await.is_err() {
                        return;
                    }
                }
            })
        });
        ProgressSender { progress: self.clone(), sent }
    }

    fn line(&self) -> MutexGuard<'_, Option<Recipient>> {
        self.0.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunObserver for Progress {
    /// Sends a notification for an event, if it is the end of a call.
    fn event(&self, event: &Event) {
        let Event::CallEnded { name, result, .. } = event else { return };
        let count = self.0.calls_ended.fetch_add(1, Relaxed) + 1;
        let Some(line) = &*self.line() else { return };
        let how = if result.is_ok() { "finished" } else { "failed" };
        #[allow(clippy::cast_precision_loss, reason = "a run makes far fewer than 2^53 calls")]
        let progress = ProgressNotificationParam::new(line.token.clone(), count as f64);
        // A full channel drops this notification.
        let _ = line.sender.try_send(progress.with_message(format!("{name} {how} ({count} calls)")));
    }
}

impl ProgressSender {
    /// Waits until all are sent: after the answer nobody listens.
    pub(crate) async fn done(mut self) {
        if let Some(sent) = self.sent.take() {
            self.progress.line().take();
            // On a timeout, or when the client is gone, the answer matters more.
            let _ = timeout(LAST_WORDS, sent).await;
        }
    }
}

impl Drop for ProgressSender {
    fn drop(&mut self) {
        if self.sent.is_some() {
            self.progress.line().take();
        }
    }
}
