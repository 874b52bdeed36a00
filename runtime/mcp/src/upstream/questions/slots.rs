//! Limits how many unsolicited questions of a server wait for a user at once: each one is stored and shown.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Maximum per call in flight.
const CALL_OPEN_MAX: usize = 16;

/// Maximum per connection; below the limit on open requests, so that the connection works while a user thinks.
const OPEN_MAX: usize = 48;

/// The number of open questions.
#[derive(Debug, Default)]
pub(in crate::upstream) struct QuestionSlots(AtomicUsize);

/// The slot of one question, until dropped.
#[derive(Debug)]
pub(in crate::upstream) struct QuestionSlot<'p>(&'p AtomicUsize);

impl QuestionSlots {
    /// Takes a slot, if there is one for this number of calls in flight.
    pub(in crate::upstream) fn take(&self, calls: usize) -> Option<QuestionSlot<'_>> {
        let most = calls.max(1).saturating_mul(CALL_OPEN_MAX).min(OPEN_MAX);
        let taken = self.0.fetch_update(Relaxed, Relaxed, |open| (open < most).then_some(open + 1));
        taken.ok().map(|_| QuestionSlot(&self.0))
    }
}

impl Drop for QuestionSlot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{CALL_OPEN_MAX, OPEN_MAX, QuestionSlots};

    #[test]
    fn a_place_is_free_again_once_its_question_is_answered() {
        let slots = QuestionSlots::default();
        let mut taken: Vec<_> = (0..CALL_OPEN_MAX).map(|_| slots.take(1).expect("a slot")).collect();
        assert!(slots.take(1).is_none());
        taken.pop();
        assert!(slots.take(1).is_some());
    }

    #[test]
    fn more_calls_have_more_places_up_to_a_number() {
        let slots = QuestionSlots::default();
        let taken: Vec<_> = (0..).map_while(|_| slots.take(32)).collect();
        assert_eq!(taken.len(), OPEN_MAX);
        assert!(slots.take(1).is_none());
    }
}
