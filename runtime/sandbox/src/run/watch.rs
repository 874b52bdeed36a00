//! The time bounds of a run: its CPU time, its wall time and its cancel token.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    limits::{Limit, Limits},
    run::{
        clock::{Clock, millis},
        meter::Meter,
    },
    stopped::Stopped,
};

/// The bounds of one run; clones share its meter and its clock.
#[derive(Clone)]
pub(crate) struct Watch {
    pub(crate) meter: Meter,
    pub(crate) began: Instant,
    pub(crate) clock: Clock,
    pub(crate) cancel: CancellationToken,
    pub(crate) cpu_ms_max: u64,
    pub(crate) wall_ms_max: u64,
}

impl Watch {
    pub(crate) fn new(began: Instant, clock: Clock, cancel: CancellationToken, limits: &Limits) -> Self {
        let (cpu_ms_max, wall_ms_max) = (limits.cpu_ms_max, limits.wall_ms_max);
        Self { meter: Meter::default(), began, clock, cancel, cpu_ms_max, wall_ms_max }
    }

    /// Returns when the run's wall time is over, by its clock.
    pub(crate) fn deadline(&self) -> Instant {
        self.began + Duration::from_millis(self.wall_ms_max)
    }

    /// Returns the stop for the end of wall time.
    pub(crate) fn wall_stop(&self) -> Stopped {
        Stopped::Limit { limit: Limit::WallMs, value: self.wall_ms_max, used: millis(self.wall()) }
    }

    /// Returns the wall time used so far.
    pub(crate) fn wall(&self) -> Duration {
        self.clock.now().saturating_duration_since(self.began)
    }

    /// Returns the CPU time used so far, milliseconds.
    #[allow(clippy::cast_precision_loss, reason = "a run lasts far less than 2^53 ns")]
    pub(crate) fn cpu_ms(&self) -> f64 {
        self.meter.used_ns() as f64 / 1e6
    }

    /// Returns the limit that has been reached, if any.
    pub(crate) fn exceeded(&self) -> Option<Stopped> {
        let cpu_ms = self.meter.used_now_ns() / 1_000_000;
        if self.cancel.is_cancelled() {
            Some(Stopped::Cancelled)
        } else if cpu_ms >= self.cpu_ms_max {
            Some(Stopped::Limit { limit: Limit::CpuMs, value: self.cpu_ms_max, used: cpu_ms })
        } else {
            let is_over = self.clock.now() >= self.deadline();
            self.clock.exceeded().or_else(|| is_over.then(|| self.wall_stop()))
        }
    }
}
