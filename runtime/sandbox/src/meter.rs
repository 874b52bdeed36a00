//! CPU time spent inside the guest: the clock of a run that stands still while it waits for tools.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

/// Sums the CPU time of one run; shared by the future that runs the guest and the code under it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Clocks>);

#[derive(Debug, Default)]
struct Clocks {
    used_ns: AtomicU64,
    /// CPU time of the thread when the current poll began.
    poll_began_ns: AtomicU64,
}

impl Meter {
    /// CPU time used up to the last poll's end, nanoseconds.
    pub(crate) fn used_ns(&self) -> u64 {
        self.0.used_ns.load(Relaxed)
    }

    /// CPU time used so far, asked from inside a poll, nanoseconds.
    pub(crate) fn used_now_ns(&self) -> u64 {
        self.used_ns() + thread_cpu_ns().saturating_sub(self.0.poll_began_ns.load(Relaxed))
    }

    /// Runs `future` and adds the CPU time of its polls.
    pub(crate) fn measure<F: Future + Unpin>(&self, future: F) -> Measured<'_, F> {
        Measured { meter: self, future }
    }
}

/// A future whose polls are metered.
pub(crate) struct Measured<'a, F> {
    meter: &'a Meter,
    future: F,
}

impl<F: Future + Unpin> Future for Measured<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let began_ns = thread_cpu_ns();
        self.meter.0.poll_began_ns.store(began_ns, Relaxed);
        let poll = Pin::new(&mut self.future).poll(context);
        let spent_ns = thread_cpu_ns().saturating_sub(began_ns);
        self.meter.0.used_ns.fetch_add(spent_ns, Relaxed);
        poll
    }
}

/// A poll stays on one thread, so differences of this clock within a poll are CPU time.
#[cfg(unix)]
fn thread_cpu_ns() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or_default()
}

/// Elsewhere the time of a poll stands for its CPU time: never less, a little more under load.
#[cfg(not(unix))]
fn thread_cpu_ns() -> u64 {
    use std::{sync::LazyLock, time::Instant};
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
