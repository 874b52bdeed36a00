//! Work that would hold up a thread that serves: searching and describing tools, reading large values. It goes on aside,
//! so much of it at once, and ends nobody's clocks late.

use std::sync::Arc;

use callbox::ToolError;
use rmcp::ErrorData;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

/// Pieces of work at once: each takes a thread, and the runs need processors, too.
const AT_ONCE_MAX: usize = 2;

/// The places for such work. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Aside {
    places: Arc<Semaphore>,
}

/// The same places for one run, which takes one at a time. What has not begun when the run ends never begins.
#[derive(Debug, Clone)]
pub(super) struct InTurn {
    aside: Aside,
    turn: Arc<Semaphore>,
}

/// The work did not come to its end: a fault of ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("callbox could not finish this")]
pub(super) struct Lost;

impl Default for Aside {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE_MAX)) }
    }
}

impl Aside {
    /// The places as one run may take them.
    pub(super) fn in_turn(&self) -> InTurn {
        InTurn { aside: self.clone(), turn: Arc::new(Semaphore::new(1)) }
    }

    /// Does the work as soon as there is a place for it. Dropping the future keeps work from beginning; what has begun
    /// keeps its place to its end.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Lost> {
        self.holding(None, work).await
    }

    async fn holding<T: Send + 'static>(
        &self,
        turn: Option<OwnedSemaphorePermit>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Lost> {
        // It fails where the semaphore was closed, which nobody does.
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Lost)?;
        let done = spawn_blocking(move || {
            let _held = (turn, place);
            work()
        });
        done.await.map_err(|error| {
            tracing::error!(%error, "work on an answer was lost");
            Lost
        })
    }
}

impl InTurn {
    /// The same as [`Aside::run`], after what the run has asked for before.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Lost> {
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| Lost)?;
        self.aside.holding(Some(turn), work).await
    }
}

impl From<Lost> for ToolError {
    fn from(lost: Lost) -> Self {
        Self::failed(lost.to_string())
    }
}

impl From<Lost> for ErrorData {
    fn from(lost: Lost) -> Self {
        Self::internal_error(lost.to_string(), None)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::sync::{Arc, mpsc};

    use futures::FutureExt;
    use futures::future::join_all;

    use super::{AT_ONCE_MAX, Aside, Lost};

    /// How many pieces of such work went on at once.
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
    async fn so_much_goes_on_at_once_and_of_one_run_one() {
        let (aside, crowd) = (Aside::default(), Arc::new(Crowd::default()));
        join_all((0..200).map(|_| aside.run(crowd.work()))).await;
        assert!(crowd.most.load(SeqCst) <= AT_ONCE_MAX);
        let (turn, crowd) = (aside.in_turn(), Arc::new(Crowd::default()));
        join_all((0..200).map(|_| turn.run(crowd.work()))).await;
        assert_eq!(crowd.most.load(SeqCst), 1);
    }

    #[tokio::test]
    async fn what_a_run_has_not_begun_ends_with_it() {
        let aside = Aside::default();
        let (turn, begun) = (aside.in_turn(), Arc::new(AtomicUsize::new(0)));
        let (release, held) = mpsc::channel::<()>();
        let (begins, has_begun) = mpsc::channel();
        let mut first = Box::pin(turn.run(move || {
            begins.send(()).expect("somebody waits");
            held.recv()
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
    async fn a_panic_gives_its_place_back() {
        let aside = Aside::default();
        for _ in 0..=AT_ONCE_MAX {
            let lost: Result<(), Lost> = aside.run(|| panic!("a fault")).await;
            assert_eq!(lost, Err(Lost));
        }
    }
}
