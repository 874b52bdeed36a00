//! Limits one principal's share of the sandbox: a number of runs and passed-through calls at once, and a number of
//! waiting ones.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The shares of all principals.
pub(super) struct Shares {
    at_once_max: usize,
    waiting_max: usize,
    of: Mutex<HashMap<String, Share>>,
}

#[derive(Clone)]
struct Share {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// A slot of a principal's share, until dropped.
pub(super) type Place = OwnedSemaphorePermit;

/// The principal's limit on waiting requests is reached.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many of your requests are waiting (`principal_waiting_max`, {waiting_max}); repeat this one later")]
pub(super) struct Crowded {
    waiting_max: usize,
}

impl Shares {
    pub(super) fn new(at_once_max: usize, waiting_max: usize) -> Self {
        Self { at_once_max, waiting_max, of: Mutex::default() }
    }

    /// Waits for a slot of that principal.
    pub(super) async fn enter(&self, principal: &str) -> Result<Place, Crowded> {
        let share = self.share(principal);
        if let Ok(place) = Arc::clone(&share.at_once).try_acquire_owned() {
            return Ok(place);
        }
        let crowded = || Crowded { waiting_max: self.waiting_max };
        let _waiting = share.waiting.try_acquire().map_err(|_| crowded())?;
        // Fails only if the semaphore was closed, which never happens.
        share.at_once.acquire_owned().await.map_err(|_| crowded())
    }

    fn share(&self, principal: &str) -> Share {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = of.get(principal) {
            return share.clone();
        }
        let share = Share {
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

    use super::Shares;

    #[tokio::test]
    async fn one_principal_takes_its_own_share_alone() {
        let shares = Shares::new(2, 1);
        let _first = shares.enter("greedy").await.expect("a place");
        let second = shares.enter("greedy").await.expect("a place");
        let mut waits = Box::pin(shares.enter("greedy"));
        assert!((&mut waits).now_or_never().is_none(), "it waits");
        assert!(shares.enter("greedy").await.is_err(), "and no more of them");
        assert!(shares.enter("honest").now_or_never().expect("at once").is_ok());
        drop(second);
        assert!(waits.await.is_ok(), "a place is given back");
    }
}
