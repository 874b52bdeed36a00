//! What the checks of one run, or of a call outside of any, may use.

use std::sync::Arc;

use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    limits::Limits,
    memory_budget::{MemoryShare, RunMemory},
    watch::Watch,
};

/// The bounds of the checks of one run.
pub(crate) struct Bounds {
    watch: Watch,
    /// Of the run, where there is one.
    memory: Option<RunMemory>,
    pub(crate) limits: Limits,
    /// One check at a time behind the wall or on a thread of its own, so that a run with many calls holds no more
    /// memory and no more threads for them than one.
    turn: Arc<Mutex<()>>,
}

impl Bounds {
    /// Those of a run.
    pub(crate) fn of_run(watch: Watch, memory: RunMemory, limits: Limits) -> Self {
        Self { watch, memory: Some(memory), limits, turn: Arc::default() }
    }

    /// Those of a call that no run makes.
    pub(crate) fn of_call(limits: &Limits, clock: Clock) -> Self {
        let watch = Watch::new(Instant::now(), clock, CancellationToken::new(), limits);
        Self { watch, memory: None, limits: limits.clone(), turn: Arc::default() }
    }

    /// Waits for the checks before this one.
    pub(super) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// A share of the run's memory for one check.
    pub(super) fn share(&self) -> Option<MemoryShare> {
        self.memory.as_ref().map(RunMemory::share)
    }

    /// Waits for the end of the run, where there is one, which ends by itself when its time is over: that is no news for
    /// a script.
    pub(super) async fn over(&self) {
        if self.memory.is_some() {
            std::future::pending::<()>().await;
        }
    }

    /// CPU time that the run has used, milliseconds.
    pub(super) fn used_cpu_ms(&self) -> u64 {
        self.watch.meter.used_ns() / 1_000_000
    }

    /// Until which CPU time of the run a check may go on, milliseconds: it leaves the script half of what is left, so
    /// that the script can go on without the tool.
    pub(super) fn cpu_ms(&self) -> u64 {
        let used = self.used_cpu_ms();
        used + self.watch.cpu_ms_max.saturating_sub(used).div_ceil(2)
    }

    /// The run's watch, which ends at the limits' CPU time.
    pub(super) fn watch(&self, limits: &Limits) -> Watch {
        Watch { cpu_ms_max: limits.cpu_ms_max, ..self.watch.clone() }
    }
}
