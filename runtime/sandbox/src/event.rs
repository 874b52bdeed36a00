//! What an observer of a run is told.

use std::sync::Arc;

use serde_json::Value;

use crate::{log::Log, tool_error::ToolErrorCode};

/// Receives a run's events as they happen; called on the task that drives the run, so it must be quick.
pub type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A tool call was sent.
    CallStarted {
        /// Number of the call within its run.
        id: u32,
        /// `server.tool`.
        name: String,
        /// The server's own name; empty for a function of the host.
        server: String,
        /// The tool's exact name, or the path of the host's function.
        tool: String,
        /// The arguments.
        arguments: Value,
    },
    /// A tool call ended.
    CallEnded {
        /// Number of the call within its run.
        id: u32,
        /// `server.tool`.
        name: String,
        /// Duration, milliseconds.
        duration_ms: f64,
        /// Size of its result in bytes, or why it failed.
        result: Result<u64, ToolErrorCode>,
    },
    /// The script wrote to the console.
    Logged(Log),
    /// The run waits for other runs to end.
    Waiting(Wait),
}

/// A shared resource that a run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Wait {
    /// A slot ([`Capacity::runs_at_once_max`](crate::Capacity::runs_at_once_max)); the run has not begun.
    Place,
    /// Memory ([`Capacity::runs_memory_bytes_max`](crate::Capacity::runs_memory_bytes_max)).
    Memory,
}
