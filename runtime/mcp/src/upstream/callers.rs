//! The callers with calls in flight on a connection, which all clients share: a legacy server (protocol before
//! 2026-07-28) does not say which call its question belongs to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use callbox::{Caller, ToolError};
use tokio::sync::oneshot;

use crate::caller::CallerContext;
use crate::person::Person;

/// How long an abandoned call may still lead to a question: until then no other caller is asked what may be meant
/// for this one.
const GIVEN_UP: Duration = Duration::from_secs(60);

/// The calls in flight on one connection, and those abandoned recently.
#[derive(Debug, Clone, Default)]
pub(super) struct Callers(Arc<Mutex<OpenCalls>>);

#[derive(Debug, Default)]
struct OpenCalls {
    next: u64,
    calls: Vec<OpenCall>,
}

#[derive(Debug)]
struct OpenCall {
    number: u64,
    caller: Caller,
    failed: Option<oneshot::Sender<ToolError>>,
    given_up: Option<Instant>,
}

/// A call in flight. Dropping it before it has ended abandons it.
#[derive(Debug)]
pub(super) struct InFlight {
    callers: Callers,
    number: u64,
    has_ended: bool,
    failed: oneshot::Receiver<ToolError>,
}

/// Identifies the caller that a question on the connection belongs to.
#[derive(Debug)]
pub(super) enum Asked {
    /// It belongs to one caller; this is one of its calls.
    Of(Caller),
    /// No caller has a user to ask. Contains the call, if there is only one.
    Nobody(Option<u64>),
    /// Calls of several callers are in flight.
    Unclear,
}

/// Returns the user who can be asked in a call.
pub(super) fn person(caller: &Caller) -> Option<&Arc<dyn Person>> {
    caller.context::<CallerContext>()?.person.as_ref()
}

impl Callers {
    /// Adds a call.
    pub(super) fn enter(&self, caller: &Caller) -> InFlight {
        let (sender, failed) = oneshot::channel();
        let mut open = self.open();
        let number = open.next;
        open.next += 1;
        open.calls.push(OpenCall { number, caller: caller.clone(), failed: Some(sender), given_up: None });
        InFlight { callers: self.clone(), number, has_ended: false, failed }
    }

    /// Returns whose question it is if one arrives now.
    pub(super) fn asked(&self) -> Asked {
        let open = self.open();
        let mut persons = open.calls.iter().map(|call| person(&call.caller));
        let Some(first) = persons.next() else { return Asked::Nobody(None) };
        match first {
            Some(first) if persons.all(|other| other.is_some_and(|other| is_same(first, other))) => {
                let only = open.calls.first().map(|call| call.caller.clone());
                only.map_or(Asked::Nobody(None), Asked::Of)
            }
            None if persons.all(|other| other.is_none()) => Asked::Nobody(open.only().map(|only| only.number)),
            _ => Asked::Unclear,
        }
    }

    /// Returns how many calls a question may belong to.
    pub(super) fn count(&self) -> usize {
        self.open().calls.len()
    }

    /// Returns the number, within its run, of the only call in flight.
    pub(super) fn only_call(&self) -> Option<u32> {
        self.open().only().map(|only| only.caller.call_id)
    }

    /// Fails a call with an error of our own.
    pub(super) fn fail(&self, number: u64, error: ToolError) {
        let mut open = self.open();
        let call = open.calls.iter_mut().find(|call| call.number == number);
        if let Some(failed) = call.and_then(|call| call.failed.take()) {
            // Nobody listens if the call has just ended.
            let _ = failed.send(error);
        }
    }

    fn open(&self) -> MutexGuard<'_, OpenCalls> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.calls.retain(|call| call.given_up.is_none_or(|since| since.elapsed() < GIVEN_UP));
        open
    }
}

impl OpenCalls {
    /// Returns the only call that has not been abandoned.
    fn only(&self) -> Option<&OpenCall> {
        let mut waited_for = self.calls.iter().filter(|call| call.given_up.is_none());
        waited_for.next().filter(|_| waited_for.next().is_none())
    }
}

fn is_same(one: &Arc<dyn Person>, other: &Arc<dyn Person>) -> bool {
    std::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(other))
}

impl InFlight {
    /// Records that the server has answered.
    pub(super) fn end(mut self) {
        self.has_ended = true;
    }

    /// Waits until the call has to fail with an error of our own.
    pub(super) async fn failed(&mut self) -> ToolError {
        match (&mut self.failed).await {
            Ok(error) => error,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut open = self.callers.open();
        match open.calls.iter_mut().find(|call| call.number == self.number) {
            Some(call) if !self.has_ended => call.given_up = Some(Instant::now()),
            _ => open.calls.retain(|call| call.number != self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use callbox::Caller;
    use futures::FutureExt;
    use futures::future::BoxFuture;

    use super::{Asked, Callers};
    use crate::caller::CallerContext;
    use crate::person::{Answer, Person, Question};

    /// Not zero-sized: two zero-sized values could share an address.
    struct Yes(#[expect(dead_code, reason = "gives it a distinct address")] u8);

    impl Person for Yes {
        fn answer(&self, _: Question) -> BoxFuture<'static, Answer> {
            async { Answer::Accepted(None) }.boxed()
        }
    }

    fn of(person: &Arc<dyn Person>) -> Caller {
        Caller::with_context(CallerContext::of(Arc::clone(person)))
    }

    #[test]
    fn a_question_belongs_to_the_one_caller_there_is() {
        let (anna, boris): (Arc<dyn Person>, Arc<dyn Person>) = (Arc::new(Yes(1)), Arc::new(Yes(2)));
        let callers = Callers::default();
        assert!(matches!(callers.asked(), Asked::Nobody(None)));
        let first = callers.enter(&of(&anna));
        let _second = callers.enter(&of(&anna));
        assert!(matches!(callers.asked(), Asked::Of(_)));
        assert_eq!(callers.only_call(), None);
        let other = callers.enter(&of(&boris));
        assert!(matches!(callers.asked(), Asked::Unclear));
        other.end();
        assert!(matches!(callers.asked(), Asked::Of(_)));
        first.end();
        assert_eq!(callers.only_call(), Some(0));
        let _nobody = callers.enter(&Caller::default());
        assert!(matches!(callers.asked(), Asked::Unclear));
    }

    #[test]
    fn a_question_may_be_meant_for_a_call_that_was_given_up() {
        let (anna, boris): (Arc<dyn Person>, Arc<dyn Person>) = (Arc::new(Yes(1)), Arc::new(Yes(2)));
        let callers = Callers::default();
        drop(callers.enter(&of(&anna)));
        let _other = callers.enter(&of(&boris));
        assert!(matches!(callers.asked(), Asked::Unclear));
    }

    #[test]
    fn a_call_that_nobody_answers_for_is_told_from_several() {
        let callers = Callers::default();
        let _first = callers.enter(&Caller::default());
        assert!(matches!(callers.asked(), Asked::Nobody(Some(0))));
        let _second = callers.enter(&Caller::default());
        assert!(matches!(callers.asked(), Asked::Nobody(None)));
    }
}
