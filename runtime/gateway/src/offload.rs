//! Runs work that would hold up a serving thread (searching and describing tools, reading large values) on worker
//! threads, a bounded number at a time, so that it delays no timers.

use std::sync::Arc;

use callbox::ToolError;
use rmcp::ErrorData;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Maximum concurrent jobs: each takes a thread, and the runs need processors too.
const AT_ONCE_MAX: usize = 2;

/// The slots for such work, or a share of them. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Offload {
    /// All slots, then the turns within them, each a part of the one before.
    permits: Vec<Arc<Semaphore>>,
}

/// Limits its holder to one job at a time. A principal has one, so that it cannot take all slots, and so does each of
/// its runs. A job that has not begun when the run ends never begins. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Serial(Arc<Semaphore>);

/// The job did not finish: a fault of ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("callbox could not finish this")]
pub(crate) struct OffloadFailed;

impl Default for Offload {
    fn default() -> Self {
        Self { permits: vec![Arc::new(Semaphore::new(AT_ONCE_MAX))] }
    }
}

impl Default for Serial {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Offload {
    /// Returns the same slots, limited further by `turn`.
    pub(crate) fn within(&self, turn: &Serial) -> Self {
        let mut permits = self.permits.clone();
        permits.push(Arc::clone(&turn.0));
        Self { permits }
    }

    /// Does the work as soon as there is a slot for it. Dropping the future keeps waiting work from beginning; work
    /// that has begun keeps its slot until it ends.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, OffloadFailed> {
        let mut permits_held = Vec::with_capacity(self.permits.len());
        // Acquire turns first: waiting for a turn must not occupy a slot.
        for permits in self.permits.iter().rev() {
            // Fails only if the semaphore was closed, which never happens.
            permits_held.push(Arc::clone(permits).acquire_owned().await.map_err(|_| OffloadFailed)?);
        }
        let done = spawn_blocking(move || {
            let _held = permits_held;
            work()
        });
        done.await.map_err(|error| {
            tracing::error!(%error, "work on an answer was lost");
            OffloadFailed
        })
    }
}

impl From<OffloadFailed> for ToolError {
    fn from(lost: OffloadFailed) -> Self {
        Self::failed(lost.to_string())
    }
}

impl From<OffloadFailed> for ErrorData {
    fn from(lost: OffloadFailed) -> Self {
        Self::internal_error(lost.to_string(), None)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::sync::{Arc, mpsc};

    use futures::FutureExt;
    use futures::future::join_all;

    use super::{AT_ONCE_MAX, Offload, OffloadFailed, Serial};

    /// Counts how many jobs ran at once.
    #[derive(Default)]
    struct Crowd {
        now: AtomicUsize,
        most: AtomicUsize,
    }

    impl Crowd {
        fn work(self: &Arc<Self>) -> impl FnOnce() + Send + 'static {
            let crowd = Arc::clone(self);
            move || {
                crowd.most.fetch_max(crowd.now.fetch_add(1, SeqCst) + 1, SeqCst);
                std::thread::yield_now();
                crowd.now.fetch_sub(1, SeqCst);
            }
        }
    }

    #[tokio::test]
    async fn so_much_goes_on_at_once_and_of_one_turn_one() {
        let (offload, crowd) = (Offload::default(), Arc::new(Crowd::default()));
        join_all((0..200).map(|_| offload.run(crowd.work()))).await;
        assert!(crowd.most.load(SeqCst) <= AT_ONCE_MAX);
        let (turn, crowd) = (offload.within(&Serial::default()), Arc::new(Crowd::default()));
        join_all((0..200).map(|_| turn.run(crowd.work()))).await;
        assert_eq!(crowd.most.load(SeqCst), 1);
    }

    #[tokio::test]
    async fn what_a_run_has_not_begun_ends_with_it() {
        let offload = Offload::default();
        let turn = offload.within(&Serial::default());
        let begun = Arc::new(AtomicUsize::new(0));
        let (release, permits_held) = mpsc::channel::<()>();
        let (begins, has_begun) = mpsc::channel();
        let mut first = Box::pin(turn.run(move || {
            begins.send(()).expect("somebody waits");
            permits_held.recv()
        }));
        assert!((&mut first).now_or_never().is_none());
        has_begun.recv().expect("it begins");
        for _ in 0..100 {
            let begun = Arc::clone(&begun);
            let next = turn.run(move || begun.fetch_add(1, SeqCst));
            assert!(next.now_or_never().is_none(), "it waits, and its asker goes");
        }
        release.send(()).expect("it goes on");
        assert!(first.await.is_ok());
        turn.run(|| ()).await.expect("the next one");
        assert_eq!(begun.load(SeqCst), 0);
    }

    #[tokio::test]
    async fn one_principal_leaves_a_place_to_others() {
        let offload = Offload::default();
        let greedy = offload.within(&Serial::default());
        let (release, permits_held) = mpsc::channel::<()>();
        let mut first = Box::pin(greedy.run(move || permits_held.recv()));
        assert!((&mut first).now_or_never().is_none());
        let another = || {
            let run = greedy.within(&Serial::default());
            Box::pin(async move { run.run(|| ()).await })
        };
        let mut more: Vec<_> = (0..100).map(|_| another()).collect();
        assert!(more.iter_mut().all(|next| next.now_or_never().is_none()));
        offload.within(&Serial::default()).run(|| ()).await.expect("a permit for somebody else");
        release.send(()).expect("it goes on");
        assert!(first.await.is_ok());
        join_all(more).await;
    }

    #[tokio::test]
    async fn a_panic_gives_its_place_back() {
        let offload = Offload::default();
        for _ in 0..=AT_ONCE_MAX {
            let lost: Result<(), OffloadFailed> = offload.run(|| panic!("a fault")).await;
            assert_eq!(lost, Err(OffloadFailed));
        }
    }
}
