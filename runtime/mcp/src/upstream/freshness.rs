//! How long a list of tools stays good, as its server says. A change that the server tells of beats it, and is
//! noticed elsewhere.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// When a list is looked at again that its server calls stale at once (0 is what servers say that think
/// nothing of it), or that could not be fetched.
const UNSAID: Duration = Duration::from_secs(60);

/// Longer is as good as for ever.
const FRESH_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The moment from which the list that was fetched last is no longer good.
#[derive(Debug)]
pub(super) struct Freshness {
    /// No list is fetched again sooner.
    least: Duration,
    until: Mutex<Option<Instant>>,
}

impl Freshness {
    pub(super) fn new(least: Duration) -> Self {
        Self { least, until: Mutex::default() }
    }

    /// Takes note of a list fetched now; without a `ttl_ms` it is good until a change is told.
    pub(super) fn begin(&self, ttl_ms: Option<u64>) {
        let until = ttl_ms.and_then(|ttl_ms| Instant::now().checked_add(lifetime(ttl_ms, self.least)));
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    /// Takes note of a list that could not be fetched.
    pub(super) fn put_off(&self) {
        self.begin(Some(0));
    }

    pub(super) fn is_over(&self) -> bool {
        self.until().is_some_and(|until| until <= Instant::now())
    }

    /// Waits until it is over; for ever where there is no end.
    pub(super) async fn over(&self) {
        match self.until() {
            Some(until) => sleep_until(until).await,
            None => std::future::pending().await,
        }
    }

    fn until(&self) -> Option<Instant> {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lifetime(ttl_ms: u64, least: Duration) -> Duration {
    match ttl_ms {
        0 => UNSAID.max(least),
        ttl_ms => Duration::from_millis(ttl_ms).clamp(least, FRESH_MAX.max(least)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{FRESH_MAX, Freshness, UNSAID, lifetime};

    #[test]
    fn a_list_lives_as_long_as_is_said_within_bounds() {
        let least = Duration::from_secs(5);
        assert_eq!(lifetime(30_000, least), Duration::from_secs(30));
        assert_eq!(lifetime(1, least), least);
        assert_eq!(lifetime(0, least), UNSAID);
        assert_eq!(lifetime(u64::MAX, least), FRESH_MAX);
    }

    #[tokio::test]
    async fn without_an_end_it_is_never_over() {
        let freshness = Freshness::new(Duration::ZERO);
        assert!(!freshness.is_over());
        freshness.begin(Some(1));
        freshness.over().await;
        assert!(freshness.is_over());
        freshness.begin(None);
        assert!(!freshness.is_over());
        freshness.put_off();
        assert!(!freshness.is_over());
    }
}
