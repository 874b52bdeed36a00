//! What the runs of one sandbox may take together; what one run may take stands in `limits`.

use crate::machine;

/// What runs may have together where the system does not say how much memory there is, bytes.
const RUNS_MEMORY_BYTES_UNKNOWN: u64 = 2 << 30;

/// What the runs of one [`Sandbox`](crate::Sandbox) may take together. Runs past it wait, and hear meanwhile that they
/// are cancelled or that their wall time is over.
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
    /// Runs alive at once; further runs wait for a place. Default 1,024. Each place reserves about 4 GiB of address
    /// space and no memory; where address space is limited there are fewer.
    pub runs_at_once_max: u32,
    /// Runs that wait for a place. Default 4,096. A further one ends at once, by
    /// [`Limit::RunsWaiting`](crate::Limit::RunsWaiting).
    pub runs_waiting_max: u32,
    /// Memory of the guests of all runs, bytes. Default: half of what the machine has, or the control group of the
    /// process if that has less. A run that would grow past it waits until others have ended; one run at a time may go
    /// on to its own limit, so that there is always one that ends.
    pub runs_memory_bytes_max: u64,
}

impl Capacity {
    /// The default of [`runs_at_once_max`](Self::runs_at_once_max).
    pub const RUNS_AT_ONCE_MAX: u32 = 1_024;
    /// The default of [`runs_waiting_max`](Self::runs_waiting_max). Each is a request in memory, with its script and its
    /// input.
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
