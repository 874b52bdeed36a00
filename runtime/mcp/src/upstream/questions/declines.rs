//! Log lines about declined questions, at most one per minute and connection: a server may ask forever.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Pause between two lines.
const PAUSE: Duration = Duration::from_secs(60);

/// The declined questions of one connection.
#[derive(Debug, Default)]
pub(in crate::upstream) struct Declines(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    told: Option<Instant>,
    /// Questions declined since then without a line.
    untold: u64,
}

impl Declines {
    /// Logs a declined question, or counts it.
    pub(super) fn tell(&self, server: &str, why: &str) {
        if let Some(untold) = self.note(Instant::now()) {
            tracing::warn!(server, why, untold, "a question is declined");
        }
    }

    /// Returns the number of unlogged ones before this one; `None` if this one is not to be logged either.
    fn note(&self, now: Instant) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.told.is_some_and(|told| now.saturating_duration_since(told) < PAUSE) {
            state.untold = state.untold.saturating_add(1);
            return None;
        }
        state.told = Some(now);
        Some(std::mem::take(&mut state.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::{Declines, Instant, PAUSE};

    #[test]
    fn what_comes_too_soon_is_counted() {
        let (declines, began) = (Declines::default(), Instant::now());
        assert_eq!(declines.note(began), Some(0));
        assert_eq!([declines.note(began), declines.note(began + PAUSE / 2)], [None, None]);
        assert_eq!(declines.note(began + PAUSE), Some(2));
        assert_eq!(declines.note(began + PAUSE), None);
    }
}
