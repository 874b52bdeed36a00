//! The supervisor of one upstream server: connects, refreshes its tools when they change, and reconnects with growing
//! pauses when it is gone. Its `UpstreamSlot` shows the server's state to the rest.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::upstream_slot::UpstreamSlot;
use callbox_mcp::{ConnectOptions, Status, Upstream};
use callbox_mcp::{FailureCode, UpstreamError};

/// The pause before the second attempt; each further one is twice as long.
const PAUSE_MIN: Duration = Duration::from_millis(500);

/// The longest pause: an operator who repairs a server does not wait long for it.
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// A connection that lasted this long was a good one, and resets the pauses.
const STEADY: Duration = Duration::from_secs(30);

/// Supervises the server until `stop`. A crate such as `backon` retries until something succeeds; here a connection that
/// succeeded and later ends is retried as well.
///
/// Notifies `changed` whenever the slot shows something new.
pub(crate) async fn supervise(
    slot: Arc<UpstreamSlot>,
    options: Arc<ConnectOptions>,
    changed: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut pause = PAUSE_MIN;
    loop {
        let started = tokio::select! {
            upstream = Upstream::connect(&slot.config, &options) => upstream,
            () = stop.cancelled() => return,
        };
        slot.enter(&started);
        changed.notify_one();
        match started.status() {
            Status::Ready(_) => {
                let since = Instant::now();
                follow(started, &slot, &changed, &stop).await;
                pause = if since.elapsed() > STEADY { PAUSE_MIN } else { pause };
            }
            Status::Failed(error) if is_hopeless(error.code) => return,
            Status::Failed(error) => tracing::warn!(server = slot.name(), %error, "upstream is down"),
        }
        tokio::select! {
            () = sleep(pause) => pause = (pause * 2).min(PAUSE_MAX),
            () = stop.cancelled() => return,
        }
    }
}

/// Follows a connected server until it is gone or `stop` fires.
async fn follow(mut upstream: Upstream, slot: &UpstreamSlot, changed: &Notify, stop: &CancellationToken) {
    loop {
        tokio::select! {
            () = upstream.changed() => {}
            () = upstream.ended() => break,
            () = stop.cancelled() => return upstream.stop().await,
        }
        // Listing may be slow, one page at a time.
        let refreshed = tokio::select! {
            refreshed = upstream.refresh_if_changed() => refreshed,
            () = stop.cancelled() => return upstream.stop().await,
        };
        if refreshed.is_some() {
            slot.enter(&upstream);
            changed.notify_one();
        }
    }
    tracing::warn!(server = slot.name(), "upstream is gone");
    let last = upstream.stderr();
    let why = UpstreamError::new(FailureCode::Unreachable, format!("server `{}` is gone", slot.name()));
    slot.lose(why.with_stderr(last));
    changed.notify_one();
    upstream.stop().await;
}

/// Checks for failures that no retry can fix.
fn is_hopeless(code: FailureCode) -> bool {
    matches!(
        code,
        FailureCode::Misconfigured
            | FailureCode::UnsetVariable
            | FailureCode::UnsupportedTransport
            | FailureCode::CommandNotFound
    )
}
