//! The memory budget shared by the guests of all runs, and each run's share of it.
//!
//! A run takes its share as it grows, not up front: the limit of one run is many times what most runs use. So runs can
//! block each other, each holding part of the memory and wanting more. Therefore one run at a time may exceed the
//! budget, up to its own limits: it finishes, releases its shares, and the next one proceeds. All runs together use at
//! most the budget plus one run's limits.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    event::{Event, Observers, Wait},
    run::{clock::HeldTooLong, watch::Watch},
    stopped::Stopped,
};

/// Unit in which shares are counted, bytes: a WebAssembly page.
const PAGE_BYTES: u64 = 64 << 10;

/// Memory budget of all runs; clones share it.
#[derive(Clone)]
pub(crate) struct MemoryBudget {
    pages: Arc<Semaphore>,
    /// The right to exceed the budget, held by one run at a time.
    beyond: Arc<Semaphore>,
    pages_max: u64,
}

/// One run's part of the budget, split into a share per guest; clones belong to the same run.
#[derive(Clone)]
pub(crate) struct RunMemory {
    budget: MemoryBudget,
    /// The right to exceed the budget covers all guests of a run; otherwise two of them could wait for each other.
    beyond: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
    watch: Watch,
    observers: Observers,
}

/// One guest's share, released on drop.
pub(crate) struct MemoryShare {
    run: RunMemory,
    held: Option<OwnedSemaphorePermit>,
    /// Why the guest was refused more.
    stopped: Option<Stopped>,
}

impl MemoryBudget {
    pub(crate) fn new(bytes_max: u64) -> Self {
        let pages_max = (bytes_max / PAGE_BYTES).min(Semaphore::MAX_PERMITS as u64);
        let pages = Semaphore::new(usize::try_from(pages_max).unwrap_or(Semaphore::MAX_PERMITS));
        Self { pages: Arc::new(pages), beyond: Arc::new(Semaphore::new(1)), pages_max }
    }

    /// Starts accounting for a run, which holds nothing yet. While it waits for memory, `watch` says when it has to
    /// stop.
    pub(crate) fn run(&self, watch: Watch, observers: Observers) -> RunMemory {
        RunMemory { budget: self.clone(), beyond: Arc::default(), watch, observers }
    }

    /// Returns the only share of a run.
    pub(crate) fn share(&self, watch: Watch, observers: Observers) -> MemoryShare {
        self.run(watch, observers).share()
    }
}

impl RunMemory {
    /// Returns a share for one more guest.
    pub(crate) fn share(&self) -> MemoryShare {
        MemoryShare { run: self.clone(), held: None, stopped: None }
    }

    fn is_beyond(&self) -> bool {
        self.beyond.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn go_beyond(&self, right: Option<OwnedSemaphorePermit>) {
        *self.beyond.lock().unwrap_or_else(PoisonError::into_inner) = right;
    }
}

impl MemoryShare {
    /// Returns the watch that says when its run has to stop.
    pub(crate) fn watch(&self) -> &Watch {
        &self.run.watch
    }

    /// Returns why the run was refused more memory, if it was.
    pub(crate) fn stopped(&self) -> Option<Stopped> {
        self.stopped
    }

    /// Takes this many more bytes, waiting for them if necessary. Returns false if the run has to stop instead.
    pub(crate) async fn grow(&mut self, bytes: u64) -> bool {
        let pages = bytes.div_ceil(PAGE_BYTES);
        if pages == 0 || self.run.is_beyond() || self.take_now(pages) {
            return true;
        }
        tracing::info!(bytes, "a run waits for memory held by other runs");
        self.run.observers.tell(&Event::Waiting(Wait::Memory));
        match self.wait(pages).await {
            Ok(()) => true,
            Err(stopped) => {
                self.stopped = Some(stopped);
                false
            }
        }
    }

    fn take_now(&mut self, pages: u64) -> bool {
        let Ok(pages) = u32::try_from(pages) else { return false };
        let taken = Arc::clone(&self.run.budget.pages).try_acquire_many_owned(pages);
        taken.map(|taken| self.add(taken)).is_ok()
    }

    async fn wait(&mut self, pages: u64) -> Result<(), Stopped> {
        let RunMemory { watch, budget, .. } = self.run.clone();
        let (pages, beyond) = (budget.pages_within(pages), Arc::clone(&budget.beyond));
        tokio::select! {
            biased;
            () = watch.cancel.cancelled() => Err(Stopped::Cancelled),
            over = watch.clock.until(watch.deadline()) => Err(match over {
                Ok(()) => watch.wall_stop(),
                Err(HeldTooLong(stopped)) => stopped,
            }),
            taken = pages => {
                taken.into_iter().for_each(|taken| self.add(taken));
                Ok(())
            }
            taken = beyond.acquire_owned() => {
                self.run.go_beyond(taken.ok());
                Ok(())
            }
        }
    }

    fn add(&mut self, taken: OwnedSemaphorePermit) {
        match &mut self.held {
            Some(held) => held.merge(taken),
            held => *held = Some(taken),
        }
    }
}

impl MemoryBudget {
    /// Waits in turn for pages. A request for more than the whole budget never completes, since it would only keep
    /// others from what there is.
    fn pages_within(&self, pages: u64) -> impl Future<Output = Option<OwnedSemaphorePermit>> + use<> {
        let wanted = u32::try_from(pages).ok().filter(|_| pages <= self.pages_max);
        let budget = Arc::clone(&self.pages);
        async move {
            match wanted {
                Some(pages) => budget.acquire_many_owned(pages).await.ok(),
                None => std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

    use futures::future::join_all;
    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{limits::Limits, run::clock::Clock};

    fn share(budget: &MemoryBudget, wall_ms_max: u64) -> MemoryShare {
        let limits = Limits { wall_ms_max, ..Limits::default() };
        budget.share(
            Watch::new(Instant::now(), Clock::default(), CancellationToken::new(), &limits),
            Observers::default(),
        )
    }

    /// A test waits this long only if something is broken.
    const PATIENCE_MS: u64 = 120_000;

    #[tokio::test]
    async fn what_one_gives_back_another_takes() {
        let budget = MemoryBudget::new(10 * PAGE_BYTES);
        let mut first = share(&budget, 1);
        let mut beyond = share(&budget, 1);
        let mut last = share(&budget, 20);
        assert!(first.grow(10 * PAGE_BYTES).await && beyond.grow(1).await && beyond.grow(100 * PAGE_BYTES).await);
        assert!(!last.grow(PAGE_BYTES).await);
        assert!(matches!(last.stopped(), Some(Stopped::Limit { limit: crate::limits::Limit::WallMs, .. })));
        let mut last = share(&budget, PATIENCE_MS);
        let (grown, ()) = tokio::join!(last.grow(PAGE_BYTES), async { drop(first) });
        assert!(grown && !last.run.is_beyond());
        drop((beyond, last));
        assert_eq!((budget.pages.available_permits(), budget.beyond.available_permits()), (10, 1));
    }

    /// A run that wants more than the whole budget waits for the right to exceed it, and does not block others.
    #[tokio::test]
    async fn who_wants_too_much_stands_in_nobodys_way() {
        let budget = MemoryBudget::new(10 * PAGE_BYTES);
        let (mut beyond, mut greedy, mut small) =
            (share(&budget, 1), share(&budget, PATIENCE_MS), share(&budget, PATIENCE_MS));
        assert!(beyond.grow(20 * PAGE_BYTES).await);
        let others = async {
            assert!(small.grow(10 * PAGE_BYTES).await);
            drop(beyond);
        };
        let (grown, ()) = tokio::join!(greedy.grow(20 * PAGE_BYTES), others);
        assert!(grown && greedy.run.is_beyond());
    }

    /// The right belongs to the run: its guests do not wait while another of them uses it.
    #[tokio::test]
    async fn a_run_goes_beyond_with_all_its_guests() {
        let budget = MemoryBudget::new(10 * PAGE_BYTES);
        let mut others = share(&budget, 1);
        assert!(others.grow(10 * PAGE_BYTES).await);
        let mut script = share(&budget, 1);
        let mut check = script.run.share();
        assert!(script.grow(PAGE_BYTES).await && check.grow(PAGE_BYTES).await);
        drop(script);
        assert!(check.grow(PAGE_BYTES).await && budget.beyond.available_permits() == 0);
        drop(check);
        assert_eq!(budget.beyond.available_permits(), 1);
    }

    /// All runs together use at most the budget plus one run's memory, and each eventually gets what it wants.
    #[tokio::test]
    async fn many_that_grow_keep_to_the_sum_and_all_end() {
        const EACH: u64 = 64;
        const ALL: u64 = 100;
        let budget = MemoryBudget::new(ALL * PAGE_BYTES);
        let held = Arc::new(AtomicU64::new(0));
        let grow = |_| {
            let (mut share, held) = (share(&budget, PATIENCE_MS), Arc::clone(&held));
            tokio::spawn(async move {
                for _ in 0..EACH {
                    assert!(share.grow(PAGE_BYTES).await);
                    let now = held.fetch_add(1, SeqCst) + 1;
                    assert!(now <= ALL + EACH, "{now} pages");
                    tokio::task::yield_now().await;
                }
                held.fetch_sub(EACH, SeqCst);
            })
        };
        for ended in join_all((0..50).map(grow)).await {
            ended.expect("it keeps to the sum");
        }
        assert_eq!(budget.pages.available_permits() as u64, ALL);
    }
}
