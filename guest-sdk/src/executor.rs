//! Runs a script's future, and waits for calls when the future is idle. Makes no calls itself.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::{Pin, pin},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use crate::bindings::callbox::script::{tools, types};

thread_local! {
    /// The calls that futures wait for.
    static AWAITED: RefCell<Vec<Rc<Slot>>> = const { RefCell::new(Vec::new()) };
}

/// A call in flight.
struct Slot {
    handle: tools::Call,
    ended: Cell<bool>,
    waker: RefCell<Waker>,
}

/// The future of a started call. Dropping it stops waiting; the call continues.
pub(crate) struct Awaited(Option<Rc<Slot>>);

impl Awaited {
    pub(crate) fn new(handle: tools::Call) -> Self {
        let slot = Slot { handle, ended: Cell::new(false), waker: RefCell::new(Waker::noop().clone()) };
        let slot = Rc::new(slot);
        AWAITED.with_borrow_mut(|awaited| awaited.push(Rc::clone(&slot)));
        Self(Some(slot))
    }
}

impl Future for Awaited {
    type Output = Result<String, types::ToolError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.0.take_if(|slot| slot.ended.get()).and_then(Rc::into_inner) {
            Some(slot) => Poll::Ready(tools::await_call(slot.handle)),
            None => {
                if let Some(slot) = &self.0 {
                    slot.waker.replace(context.waker().clone());
                }
                Poll::Pending
            }
        }
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        if let Some(dropped) = &self.0 {
            AWAITED.with_borrow_mut(|awaited| awaited.retain(|slot| !Rc::ptr_eq(slot, dropped)));
        }
    }
}

/// The future waits for something that no call will provide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deadlock;

/// Drives `future` to completion.
pub(crate) fn block_on<F: Future>(future: F) -> Result<F::Output, Deadlock> {
    let mut future = pin!(future);
    let woken = Arc::new(Woken(AtomicBool::new(true)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    loop {
        while woken.0.swap(false, Ordering::Relaxed) {
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return Ok(value);
            }
        }
        next_ended().ok_or(Deadlock)?.wake();
    }
}

/// Waits until a call has ended, and returns the waker of its future; `None` if no call is awaited.
fn next_ended() -> Option<Waker> {
    AWAITED.with_borrow_mut(|awaited| {
        if awaited.is_empty() {
            return None;
        }
        let handles: Vec<&tools::Call> = awaited.iter().map(|slot| &slot.handle).collect();
        let ended = usize::try_from(tools::await_any(&handles)).ok()?;
        let slot = (ended < awaited.len()).then(|| awaited.remove(ended))?;
        slot.ended.set(true);
        Some(slot.waker.replace(Waker::noop().clone()))
    })
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::future;

    use super::*;

    #[test]
    fn a_future_that_wakes_itself_is_polled_again() {
        let mut left = 3;
        let counting = future::poll_fn(|context| {
            left -= 1;
            context.waker().wake_by_ref();
            if left == 0 { Poll::Ready("done") } else { Poll::Pending }
        });
        assert_eq!(block_on(counting), Ok("done"));
    }

    #[test]
    fn what_nothing_will_wake_is_a_deadlock() {
        assert_eq!(block_on(future::pending::<()>()), Err(Deadlock));
    }
}
