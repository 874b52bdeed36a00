//! A value made from all tools (a view, or texts), once per state of them, however many requests ask for it at once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::offload::{Offload, OffloadFailed};

/// The value that was made last.
#[derive(Debug)]
pub(crate) struct Latest<T> {
    last: Mutex<Option<Arc<T>>>,
    /// Held while the next value is made.
    making: Arc<tokio::sync::Mutex<()>>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { last: Mutex::default(), making: Arc::default() }
    }
}

impl<T: Send + Sync + 'static> Latest<T> {
    /// Returns the last value, if there is one and it `is_good`.
    pub(crate) fn last(&self, is_good: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|last| is_good(last)).cloned()
    }

    /// Returns the last value if it `is_good`; otherwise makes the next one from it on a worker thread. The new value
    /// stays even if the request for it is gone.
    pub(crate) async fn get(
        self: &Arc<Self>,
        offload: &Offload,
        is_good: impl Fn(&T) -> bool,
        make: impl FnOnce(Option<&T>) -> T + Send + 'static,
    ) -> Result<Arc<T>, OffloadFailed> {
        if let Some(last) = self.last(&is_good) {
            return Ok(last);
        }
        let making = Arc::clone(&self.making).lock_owned().await;
        if let Some(last) = self.last(&is_good) {
            return Ok(last);
        }
        let latest = Arc::clone(self);
        let next = move || {
            let _making = making;
            let made = Arc::new(make(latest.last(|_| true).as_deref()));
            latest.keep(&made);
            made
        };
        offload.run(next).await
    }

    /// Replaces the last value, which is dropped after the lock is released: dropping may take a while.
    fn keep(&self, made: &Arc<T>) {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).replace(Arc::clone(made));
        drop(last);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use futures::FutureExt;
    use futures::future::join_all;

    use super::{Latest, Offload};

    #[tokio::test]
    async fn all_who_ask_share_one() {
        let latest = Arc::new(Latest::default());
        let offload = Offload::default();
        let made = Arc::new(AtomicUsize::new(0));
        for generation in 1..=3 {
            let ask = || {
                let made = Arc::clone(&made);
                latest.get(
                    &offload,
                    move |last| *last >= generation,
                    move |last| {
                        assert_eq!(last.copied().unwrap_or_default(), generation - 1);
                        made.fetch_add(1, SeqCst);
                        generation
                    },
                )
            };
            let asked = join_all((0..50).map(|_| ask())).await;
            assert!(asked.into_iter().all(|it| it.is_ok_and(|it| *it == generation)));
            assert_eq!(made.load(SeqCst), generation);
        }
    }

    #[tokio::test]
    async fn it_is_kept_though_its_asker_has_gone() {
        let (latest, offload) = (Arc::new(Latest::default()), Offload::default());
        drop(latest.get(&offload, |_| true, |_| 1).now_or_never());
        let found = latest.get(&offload, |_| true, |_| 2).await.expect("made");
        assert_eq!(*found, 1);
    }
}
