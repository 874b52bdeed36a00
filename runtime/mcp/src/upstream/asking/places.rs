//! How many questions that a server sent unasked wait for a person at once: each one is kept and shown.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// For each call in flight.
const CALL_OPEN_MAX: usize = 16;

/// On one connection; fewer than requests may be open, so that it goes on while a person thinks.
const OPEN_MAX: usize = 48;

/// How many questions are open.
#[derive(Debug, Default)]
pub(in crate::upstream) struct Places(AtomicUsize);

/// The place of one question, until it is dropped.
#[derive(Debug)]
pub(in crate::upstream) struct Place<'p>(&'p AtomicUsize);

impl Places {
    /// A place while so many calls are in flight, if there is one.
    pub(in crate::upstream) fn take(&self, calls: usize) -> Option<Place<'_>> {
        let most = calls.max(1).saturating_mul(CALL_OPEN_MAX).min(OPEN_MAX);
        let taken = self.0.fetch_update(Relaxed, Relaxed, |open| (open < most).then_some(open + 1));
        taken.ok().map(|_| Place(&self.0))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{CALL_OPEN_MAX, OPEN_MAX, Places};

    #[test]
    fn a_place_is_free_again_once_its_question_is_answered() {
        let places = Places::default();
        let mut taken: Vec<_> = (0..CALL_OPEN_MAX).map(|_| places.take(1).expect("a place")).collect();
        assert!(places.take(1).is_none());
        taken.pop();
        assert!(places.take(1).is_some());
    }

    #[test]
    fn more_calls_have_more_places_up_to_a_number() {
        let places = Places::default();
        let taken: Vec<_> = (0..).map_while(|_| places.take(32)).collect();
        assert_eq!(taken.len(), OPEN_MAX);
        assert!(places.take(1).is_none());
    }
}
