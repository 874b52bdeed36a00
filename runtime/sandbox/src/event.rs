//! The observers of a run, and what they are told.

use std::sync::Arc;

use serde_json::Value;

use crate::{log::Log, outcome::Outcome, tool_error::ToolErrorCode};

/// Is told about a run as it goes on.
///
/// Called on the task that drives the run, in order, so it must be quick. A closure over [`Event`] is an observer.
pub trait RunObserver: Send + Sync + 'static {
    /// Something happened.
    fn event(&self, event: &Event);

    /// The run has ended. Not called if the run is dropped.
    fn ended(&self, outcome: &Outcome) {
        let _ = outcome;
    }
}

impl<F: Fn(&Event) + Send + Sync + 'static> RunObserver for F {
    fn event(&self, event: &Event) {
        self(event);
    }
}

/// The observers of a run, in the order in which they were added. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Observers(Arc<Vec<Arc<dyn RunObserver>>>);

impl Observers {
    pub(crate) fn add(&mut self, observer: Arc<dyn RunObserver>) {
        Arc::make_mut(&mut self.0).push(observer);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn tell(&self, event: &Event) {
        self.0.iter().for_each(|observer| observer.event(event));
    }

    pub(crate) fn end(&self, outcome: &Outcome) {
        self.0.iter().for_each(|observer| observer.ended(outcome));
    }
}

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
    RunSlot,
    /// Memory ([`Capacity::runs_memory_bytes_max`](crate::Capacity::runs_memory_bytes_max)).
    Memory,
}
