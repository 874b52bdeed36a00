//! CPU time spent inside the guest: a clock that stops while the run waits for tools.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Instant,
};

use crate::run::ticker::TICK;

/// Sums the CPU time of one run; shared by the future that runs the guest and the code below it.
///
/// Asking for CPU time is a system call that can cost more than a whole step of a small script. So a step starts on the
/// cheap clock, and switches to the exact one when the ticker first looks at it; until then it can have used one tick
/// at most. A step is off by less than a tick, and only while the machine is short of processors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Clocks>);

#[derive(Debug, Default)]
struct Clocks {
    used_ns: AtomicU64,
    /// Start of the current poll, on the clock selected by `exact`.
    began_ns: AtomicU64,
    /// Whether the ticker has looked at the current step, which has used the CPU time clock since.
    exact: AtomicBool,
}

impl Meter {
    /// Returns the CPU time used up to the end of the last poll, nanoseconds.
    pub(crate) fn used_ns(&self) -> u64 {
        self.0.used_ns.load(Relaxed)
    }

    /// Returns the CPU time used so far, nanoseconds; called by the ticker's look inside a poll.
    pub(crate) fn used_now_ns(&self) -> u64 {
        self.0.book();
        self.0.exact.store(true, Relaxed);
        self.0.begin();
        self.used_ns()
    }

    /// Runs `future`, which is one step, and adds the CPU time of its polls.
    pub(crate) fn measure<F: Future + Unpin>(&self, future: F) -> Measured<'_, F> {
        self.0.exact.store(false, Relaxed);
        Measured { meter: self, future }
    }
}

impl Clocks {
    fn begin(&self) {
        self.began_ns.store(self.clock_ns(), Relaxed);
    }

    /// Adds the time used since `begin`.
    fn book(&self) {
        let spent_ns = self.clock_ns().saturating_sub(self.began_ns.load(Relaxed));
        let tick_ns = u64::try_from(TICK.as_nanos()).unwrap_or(u64::MAX);
        let spent_ns = if self.exact.load(Relaxed) { spent_ns } else { spent_ns.min(tick_ns) };
        self.used_ns.fetch_add(spent_ns, Relaxed);
    }

    fn clock_ns(&self) -> u64 {
        if self.exact.load(Relaxed) { thread_cpu_ns() } else { wall_ns() }
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
        self.meter.0.begin();
        let poll = Pin::new(&mut self.future).poll(context);
        self.meter.0.book();
        poll
    }
}

fn wall_ns() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// A poll stays on one thread, so differences of this clock within a poll are CPU time.
#[cfg(unix)]
fn thread_cpu_ns() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or_default()
}

/// Other systems use the wall time of a poll as its CPU time: never less, slightly more under load.
#[cfg(not(unix))]
fn thread_cpu_ns() -> u64 {
    wall_ns()
}
