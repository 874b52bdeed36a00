//! What the hosts of servers find with the calls of a run: for whom it is made. It decides nothing.

use crate::trace::Trace;

/// For whom a run is made; given to it with [`RunRequest::context`](callbox::RunRequest::context), and found by
/// [`ServerHost`](crate::ServerHost)s with each of its calls.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CallerContext {
    /// The trace that the run belongs to. Default: none.
    pub trace: Trace,
}

impl CallerContext {
    /// A caller whose calls belong to that trace.
    #[must_use]
    pub fn of(trace: Trace) -> Self {
        Self { trace }
    }
}
