//! Limits one principal's share of the sandbox: a number of runs and passed-through calls at once, and a number of
//! waiting ones.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The shares of all principals.
pub(crate) struct Quotas {
    at_once_max: usize,
    waiting_max: usize,
    of: Mutex<HashMap<String, Quota>>,
}

#[derive(Clone)]
struct Quota {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// A slot of a principal's share, until dropped.
pub(crate) type QuotaPermit = OwnedSemaphorePermit;

/// The principal's limit on waiting requests is reached.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many of your requests are waiting (`principal_waiting_max`, {waiting_max}); repeat this one later")]
pub(crate) struct QuotaExhausted {
    waiting_max: usize,
}

impl Quotas {
    pub(crate) fn new(at_once_max: usize, waiting_max: usize) -> Self {
        Self { at_once_max, waiting_max, of: Mutex::default() }
    }

    /// Waits for a slot of that principal.
    pub(crate) async fn enter(&self, principal: &str) -> Result<QuotaPermit, QuotaExhausted> {
        let share = self.share(principal);
        if let Ok(place) = Arc::clone(&share.at_once).try_acquire_owned() {
            return Ok(place);
        }
        let crowded = || QuotaExhausted { waiting_max: self.waiting_max };
        let _waiting = share.waiting.try_acquire().map_err(|_| crowded())?;
        // Fails only if the semaphore was closed, which never happens.
        share.at_once.acquire_owned().await.map_err(|_| crowded())
    }

    fn share(&self, principal: &str) -> Quota {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = of.get(principal) {
            return share.clone();
        }
        let share = Quota {
            at_once: Arc::new(Semaphore::new(self.at_once_max)),
            waiting: Arc::new(Semaphore::new(self.waiting_max)),
        };
        of.insert(principal.to_owned(), share.clone());
        share
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::Quotas;

    #[tokio::test]
    async fn one_principal_takes_its_own_share_alone() {
        let quotas = Quotas::new(2, 1);
        let _first = quotas.enter("greedy").await.expect("a place");
        let second = quotas.enter("greedy").await.expect("a place");
        let mut waits = Box::pin(quotas.enter("greedy"));
        assert!((&mut waits).now_or_never().is_none(), "it waits");
        assert!(quotas.enter("greedy").await.is_err(), "and no more of them");
        assert!(quotas.enter("honest").now_or_never().expect("at once").is_ok());
        drop(second);
        assert!(waits.await.is_ok(), "a place is given back");
    }
}
