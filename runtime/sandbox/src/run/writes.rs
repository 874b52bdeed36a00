//! Tracks how much a run may still write to its granted folders, whatever language its script is in.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// Bytes charged for a file, folder or link that may be new: about one file system block.
pub(crate) const ENTRY_BYTES: u64 = 4096;

/// The write account of one run; clones share it.
#[derive(Clone)]
pub(crate) struct Writes {
    bytes_left: Arc<AtomicU64>,
    bytes_max: u64,
}

/// The run has reached its write limit.
#[derive(Debug, thiserror::Error)]
#[error("a run may write no more than {bytes_max} bytes to its folders (`file_bytes_max`)")]
pub(crate) struct Full {
    bytes_max: u64,
}

impl Writes {
    pub(crate) fn new(bytes_max: u64) -> Self {
        Self { bytes_left: Arc::new(AtomicU64::new(bytes_max)), bytes_max }
    }

    /// Charges bytes that are about to be written. If they do not fit, nothing is charged.
    pub(crate) fn book(&self, bytes: u64) -> Result<(), Full> {
        let booked = self.bytes_left.try_update(Relaxed, Relaxed, |left| left.checked_sub(bytes));
        booked.map(drop).map_err(|_| Full { bytes_max: self.bytes_max })
    }
}
