//! What all runs of one sandbox may use together; limits on a single run are in `limits`.

use crate::machine;

/// Memory for all runs together when the system does not report how much it has, bytes.
const RUNS_MEMORY_BYTES_UNKNOWN: u64 = 2 << 30;

/// What all runs of one [`Sandbox`](crate::Sandbox) may use together. A run beyond it waits, and while it waits it
/// still ends when it is cancelled or its wall time is over.
///
/// ```
/// use callbox::{Capacity, Sandbox};
///
/// let mut capacity = Capacity::default();
/// capacity.runs_at_once_max = 16;
/// capacity.runs_memory_bytes_max = 512 << 20;
/// let sandbox = Sandbox::builder().capacity(capacity).build()?;
/// # Ok::<_, callbox::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capacity {
    /// Runs alive at once; further runs wait for a slot. Default 1,024. Each slot reserves about 4 GiB of address space
    /// and no memory; where address space is limited there are fewer slots.
    pub runs_at_once_max: u32,
    /// Runs that may wait for a slot. Default 4,096. One more ends at once with
    /// [`Limit::RunsWaiting`](crate::Limit::RunsWaiting).
    pub runs_waiting_max: u32,
    /// Memory of the guests of all runs, bytes. Default: half of the machine's memory, or of the limit of the process's
    /// control group if that is lower. A run that would exceed it waits until others have ended; one run at a time may
    /// go on up to its own limit, so that some run can always finish.
    pub runs_memory_bytes_max: u64,
}

impl Capacity {
    /// The default of [`runs_at_once_max`](Self::runs_at_once_max).
    pub const RUNS_AT_ONCE_MAX: u32 = 1_024;
    /// The default of [`runs_waiting_max`](Self::runs_waiting_max). Each waiting run is a request in memory, with its
    /// script and its input.
    pub const RUNS_WAITING_MAX: u32 = 4_096;
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            runs_at_once_max: Self::RUNS_AT_ONCE_MAX,
            runs_waiting_max: Self::RUNS_WAITING_MAX,
            runs_memory_bytes_max: machine::memory_bytes().map_or(RUNS_MEMORY_BYTES_UNKNOWN, |bytes| bytes / 2),
        }
    }
}
