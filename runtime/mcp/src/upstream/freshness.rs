//! Decides when a list of tools is fetched again: after the lifetime that its server states, and how soon after one
//! change the next counts. Changes are noticed elsewhere.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// When to refetch a list that could not be fetched, or that its server declares stale at once (0 is what servers send
/// without giving it any thought).
const UNSAID: Duration = Duration::from_secs(60);

/// A changed list is not fetched again for this many times as long as fetching it took.
const REST: u32 = 20;

/// The longest that a change has to wait.
const REST_MAX: Duration = Duration::from_secs(5 * 60);

/// A longer lifetime is as good as forever.
const FRESH_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The moment when the last list expires, and the moment from which a change counts.
#[derive(Debug)]
pub(super) struct Freshness {
    /// The shortest interval between two fetches for the same reason.
    least: Duration,
    until: Mutex<Option<Instant>>,
    changes_from: Mutex<Option<Instant>>,
}

impl Freshness {
    pub(super) fn new(least: Duration) -> Self {
        Self { least, until: Mutex::default(), changes_from: Mutex::default() }
    }

    /// Records a list fetched now; without a `ttl_ms` it is good until a change is reported.
    pub(super) fn begin(&self, ttl_ms: Option<u64>) {
        let until = ttl_ms.and_then(|ttl_ms| Instant::now().checked_add(lifetime(ttl_ms, self.least)));
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    /// Records that a list could not be fetched.
    pub(super) fn put_off(&self) {
        self.begin(Some(0));
    }

    /// Records that fetching a changed list took this long: a server may change it all the time, and processing a
    /// long list takes a while too.
    pub(super) fn note_change(&self, took: Duration) {
        let rest = took.saturating_mul(REST).min(REST_MAX);
        let from = Instant::now().checked_add(self.least.max(rest));
        *self.changes_from.lock().unwrap_or_else(PoisonError::into_inner) = from;
    }

    /// Checks whether to follow a change now; one that comes too soon stays pending.
    pub(super) fn follows_changes(&self) -> bool {
        self.changes_from().is_none_or(|from| from <= Instant::now())
    }

    /// Waits until a change is to be followed.
    pub(super) async fn until_changes_count(&self) {
        if let Some(from) = self.changes_from() {
            sleep_until(from).await;
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.until().is_some_and(|until| until <= Instant::now())
    }

    /// Waits until the list expires. Never returns if it does not expire.
    pub(super) async fn over(&self) {
        match self.until() {
            Some(until) => sleep_until(until).await,
            None => std::future::pending().await,
        }
    }

    fn changes_from(&self) -> Option<Instant> {
        *self.changes_from.lock().unwrap_or_else(PoisonError::into_inner)
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
    async fn a_change_counts_once_in_a_while() {
        let freshness = Freshness::new(Duration::from_secs(3600));
        assert!(freshness.follows_changes(), "the first one counts at once");
        freshness.until_changes_count().await;
        freshness.note_change(Duration::ZERO);
        assert!(!freshness.follows_changes());
        let brief = Freshness::new(Duration::from_millis(1));
        brief.note_change(Duration::from_secs(3600));
        assert!(!brief.follows_changes(), "it took long");
        brief.note_change(Duration::ZERO);
        brief.until_changes_count().await;
        assert!(brief.follows_changes());
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
