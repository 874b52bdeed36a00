//! The clock that limits a run's waiting. It is paused while the user answers a question; the total pause has its own
//! limit. It does not measure CPU time.

use std::{fmt, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{limits::Limit, stopped::Stopped};

/// The clock of one run, or of one call outside a run.
#[derive(Clone)]
pub(crate) struct Clock(Arc<ClockState>);

struct ClockState {
    person_ms_max: u64,
    held: watch::Sender<Held>,
}

/// How long a clock has been held.
#[derive(Clone, Copy, Default)]
struct Held {
    /// Total up to the last release.
    before: Duration,
    /// Start of the current hold, if any.
    since: Option<Instant>,
    holders: usize,
}

/// Pauses a run's clocks while it is alive: the run's wall time, and the time for each of its calls. The total pause is
/// limited ([`RunRequest::person_ms_max`](crate::RunRequest::person_ms_max)).
#[must_use = "the clocks resume when it is dropped"]
pub struct ClockHold(Option<Clock>);

/// The clock was held longer than allowed.
#[derive(Debug)]
pub(crate) struct HeldTooLong(pub(crate) Stopped);

impl Clock {
    /// Creates a clock that may be held for this long in total; with 0 it cannot be held.
    pub(crate) fn new(person_ms_max: u64) -> Self {
        Self(Arc::new(ClockState { person_ms_max, held: watch::Sender::default() }))
    }

    /// Pauses the clock until the returned guard is dropped.
    pub(crate) fn hold(&self) -> ClockHold {
        if self.0.person_ms_max == 0 {
            return ClockHold(None);
        }
        self.0.held.send_modify(|held| {
            held.since.get_or_insert_with(Instant::now);
            held.holders += 1;
        });
        ClockHold(Some(self.clone()))
    }

    fn release(&self) {
        self.0.held.send_modify(|held| {
            held.holders = held.holders.saturating_sub(1);
            if held.holders == 0
                && let Some(since) = held.since.take()
            {
                held.before += since.elapsed();
            }
        });
    }

    /// Returns how long the clock has been held so far, capped at the maximum.
    pub(crate) fn held(&self) -> Duration {
        let held = *self.0.held.borrow();
        let now = held.since.map_or(Duration::ZERO, |since| since.elapsed());
        (held.before + now).min(self.held_max())
    }

    /// Returns the current time on this clock.
    pub(crate) fn now(&self) -> Instant {
        let now = Instant::now();
        now.checked_sub(self.held()).unwrap_or(now)
    }

    /// Waits until this clock reaches `at`.
    pub(crate) async fn until(&self, at: Instant) -> Result<(), HeldTooLong> {
        let mut changes = self.0.held.subscribe();
        loop {
            let held = *changes.borrow_and_update();
            if let Some(stopped) = self.exceeded() {
                return Err(HeldTooLong(stopped));
            }
            let next = match held.since {
                None => at + held.before,
                Some(since) => since + self.held_max().saturating_sub(held.before),
            };
            tokio::select! {
                () = sleep_until(next) => match held.since {
                    None => return Ok(()),
                    Some(_) => return Err(HeldTooLong(self.stop())),
                },
                // The clock owns the sender, so the channel never closes.
                _ = changes.changed() => {}
            }
        }
    }

    /// Returns the stop for holding the clock too long, once that limit is reached.
    pub(crate) fn exceeded(&self) -> Option<Stopped> {
        let can_be_held = self.0.person_ms_max > 0;
        (can_be_held && self.held() >= self.held_max()).then(|| self.stop())
    }

    fn stop(&self) -> Stopped {
        Stopped::Limit { limit: Limit::PersonMs, value: self.0.person_ms_max, used: millis(self.held()) }
    }

    fn held_max(&self) -> Duration {
        Duration::from_millis(self.0.person_ms_max)
    }
}

/// Converts to whole milliseconds.
pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Drop for ClockHold {
    fn drop(&mut self) {
        if let Some(clock) = self.0.take() {
            clock.release();
        }
    }
}

impl fmt::Debug for ClockHold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClockHold").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, timeout};

    use super::{Clock, Stopped};
    use crate::limits::Limit;

    const SHORT: Duration = Duration::from_millis(20);
    /// A test waits this long only if something is broken.
    const PATIENCE: Duration = Duration::from_secs(120);

    #[tokio::test]
    async fn time_that_is_held_does_not_count() {
        let clock = Clock::new(60_000);
        let began = Instant::now();
        let hold = (clock.hold(), clock.hold());
        let mut late = Box::pin(clock.until(began + SHORT));
        assert!(timeout(2 * SHORT, &mut late).await.is_err(), "it stands still");
        drop(hold.0);
        assert!(timeout(2 * SHORT, &mut late).await.is_err(), "somebody holds it still");
        drop(hold.1);
        assert!(timeout(PATIENCE, &mut late).await.expect("it goes on").is_ok());
        assert!(began.elapsed() >= 5 * SHORT && clock.held() >= 4 * SHORT);
    }

    #[tokio::test]
    async fn there_is_an_end_to_holding() {
        let clock = Clock::new(1_000);
        let began = Instant::now();
        let hold = clock.hold();
        assert!(timeout(SHORT, clock.until(began + PATIENCE)).await.is_err());
        drop(hold);
        let _hold = clock.hold();
        let late = timeout(PATIENCE, clock.until(began + 2 * PATIENCE)).await.expect("in time");
        let late = late.expect_err("held for too long");
        let Stopped::Limit { limit: Limit::PersonMs, value: 1_000, used } = late.0 else { panic!("{late:?}") };
        assert!(used >= 1_000, "{used}");
        assert!(clock.exceeded().is_some());
    }

    #[tokio::test]
    async fn a_clock_that_cannot_be_held_goes_on() {
        let clock = Clock::default();
        let _hold = clock.hold();
        assert!(timeout(PATIENCE, clock.until(Instant::now() + SHORT)).await.expect("in time").is_ok());
        assert!(clock.exceeded().is_none());
        assert_eq!(clock.held(), Duration::ZERO);
    }
}
