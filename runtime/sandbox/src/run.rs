//! What a run has, whatever its script is written in: its limits on time, its tool calls, its logs and its outcome.

pub(crate) mod admission;
pub(crate) mod calls;
pub(crate) mod clock;
pub(crate) mod console;
pub(crate) mod failure;
pub(crate) mod finish;
pub(crate) mod instance;
pub(crate) mod ledger;
pub(crate) mod memory_budget;
pub(crate) mod meter;
pub(crate) mod payload;
pub(crate) mod ticker;
pub(crate) mod watch;
pub(crate) mod writes;
