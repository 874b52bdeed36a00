//! When a list of tools is fetched again: how long it stays good, as its server says, and how soon changes that the
//! server tells of count. They are noticed elsewhere.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// When a list is looked at again that its server calls stale at once (0 is what servers say that think
/// nothing of it), or that could not be fetched.
const UNSAID: Duration = Duration::from_secs(60);

/// For so many times as long as fetching a changed list took, it is not fetched again.
const REST: u32 = 20;

/// No change waits longer.
const REST_MAX: Duration = Duration::from_secs(5 * 60);

/// Longer is as good as for ever.
const FRESH_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The moment from which the list that was fetched last is no longer good, and that from which a change counts.
#[derive(Debug)]
pub(super) struct Freshness {
    /// No list is fetched again sooner for one reason.
    least: Duration,
    until: Mutex<Option<Instant>>,
    changes_from: Mutex<Option<Instant>>,
}

impl Freshness {
    pub(super) fn new(least: Duration) -> Self {
        Self { least, until: Mutex::default(), changes_from: Mutex::default() }
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

    /// Takes note of a list that was fetched because it has changed, which took so long: a server may change it all the
    /// time, and what is made of a long one takes a while as well.
    pub(super) fn note_change(&self, took: Duration) {
        let rest = took.saturating_mul(REST).min(REST_MAX);
        let from = Instant::now().checked_add(self.least.max(rest));
        *self.changes_from.lock().unwrap_or_else(PoisonError::into_inner) = from;
    }

    /// Whether a change is to be followed now; one that comes too soon keeps.
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

    /// Waits until it is over; for ever where there is no end.
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
