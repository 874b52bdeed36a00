//! Resources for the schema checks of one run, or of one call outside a run.

use std::sync::Arc;

use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use crate::{
    limits::Limits,
    run::{
        clock::Clock,
        memory_budget::{MemoryShare, RunMemory},
        watch::Watch,
    },
};

/// Bounds on the checks of one run.
pub(crate) struct Bounds {
    watch: Watch,
    /// The run's memory, if there is a run.
    memory: Option<RunMemory>,
    pub(crate) limits: Limits,
    /// Allows one check at a time inside the sandbox or on a worker thread, so that a run with many calls uses no more
    /// memory and threads for checks than a run with one.
    turn: Arc<Mutex<()>>,
}

impl Bounds {
    /// Creates the bounds for a run.
    pub(crate) fn of_run(watch: Watch, memory: RunMemory, limits: Limits) -> Self {
        Self { watch, memory: Some(memory), limits, turn: Arc::default() }
    }

    /// Creates the bounds for a call outside a run.
    pub(crate) fn of_call(limits: &Limits, clock: Clock) -> Self {
        let watch = Watch::new(Instant::now(), clock, CancellationToken::new(), limits);
        Self { watch, memory: None, limits: limits.clone(), turn: Arc::default() }
    }

    /// Waits for earlier checks to finish.
    pub(super) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// Returns a share of the run's memory for one check.
    pub(super) fn share(&self) -> Option<MemoryShare> {
        self.memory.as_ref().map(RunMemory::share)
    }

    /// Inside a run, never returns: the run is about to be stopped by its own limit, and the script must not see a
    /// failure first.
    pub(super) async fn over(&self) {
        if self.memory.is_some() {
            std::future::pending::<()>().await;
        }
    }

    /// Returns the CPU time that the run has used, milliseconds.
    pub(super) fn used_cpu_ms(&self) -> u64 {
        self.watch.meter.used_ns() / 1_000_000
    }

    /// Returns the run's CPU time at which a check is stopped, milliseconds: half of the remaining time is left to the
    /// script, so that it can continue without the tool.
    pub(super) fn cpu_ms(&self) -> u64 {
        let used = self.used_cpu_ms();
        used + self.watch.cpu_ms_max.saturating_sub(used).div_ceil(2)
    }

    /// Returns the run's watch, with the CPU time of `limits`.
    pub(super) fn watch(&self, limits: &Limits) -> Watch {
        Watch { cpu_ms_max: limits.cpu_ms_max, ..self.watch.clone() }
    }
}
