//! Why a run is stopped, which its script cannot catch.

use serde::{Deserialize, Serialize};

use crate::limits::Limit;

/// Why a run was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Stopped {
    /// A limit was reached.
    Limit {
        /// The limit.
        limit: Limit,
        /// Its value, in the unit of its name.
        value: u64,
        /// What was used or requested when it was reached, in the same unit.
        used: u64,
    },
    /// The embedder cancelled the run.
    Cancelled,
}
