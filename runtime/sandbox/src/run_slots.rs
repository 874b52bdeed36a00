//! The slots for runs that are alive at once, and the queue for them.

use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    event::{Event, Wait},
    limits::Limit,
    stopped::Stopped,
};

/// A fixed number of slots for runs.
pub(crate) struct RunSlots {
    free: Semaphore,
    waiting: AtomicU32,
    waiting_max: u32,
}

/// A run that waits for a slot; dropping this leaves the queue.
struct Waiting<'a>(&'a AtomicU32);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl RunSlots {
    pub(crate) fn new(count: u32, waiting_max: u32) -> Self {
        Self { free: Semaphore::new(count as usize), waiting: AtomicU32::new(0), waiting_max }
    }

    /// Returns the number of runs waiting now.
    pub(crate) fn waiting(&self) -> u32 {
        self.waiting.load(Relaxed)
    }

    /// Waits for a free slot, or returns why there will be none. `tell` is called if the run has to wait.
    pub(crate) async fn take(
        &self,
        cancel: &CancellationToken,
        wall_ms_max: u64,
        tell: impl FnOnce(&Event),
    ) -> Result<SemaphorePermit<'_>, Stopped> {
        if cancel.is_cancelled() {
            return Err(Stopped::Cancelled);
        }
        if let Ok(slot) = self.free.try_acquire() {
            return Ok(slot);
        }
        let _waiting = self.queue()?;
        tracing::debug!(waiting = self.waiting(), "a run waits for a slot");
        tell(&Event::Waiting(Wait::RunSlot));
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Stopped::Cancelled),
            slot = self.free_within(wall_ms_max) => slot,
        }
    }

    async fn free_within(&self, wall_ms_max: u64) -> Result<SemaphorePermit<'_>, Stopped> {
        match timeout(Duration::from_millis(wall_ms_max), self.free.acquire()).await {
            Ok(Ok(slot)) => Ok(slot),
            // The semaphore is never closed, so this is a time-out.
            Ok(Err(_)) | Err(_) => Err(Stopped::Limit { limit: Limit::WallMs, value: wall_ms_max, used: wall_ms_max }),
        }
    }

    fn queue(&self) -> Result<Waiting<'_>, Stopped> {
        let before = self.waiting.fetch_add(1, Relaxed);
        let waiting = Waiting(&self.waiting);
        if before < self.waiting_max {
            return Ok(waiting);
        }
        let value = u64::from(self.waiting_max);
        Err(Stopped::Limit { limit: Limit::RunsWaiting, value, used: value + 1 })
    }
}
