//! The context that a gateway gives a run for the hosts of its tools: the user who can be asked, the run's trace, and
//! its share of the memory for replies.

use std::fmt;
use std::sync::Arc;

use crate::person::Person;
use crate::trace::CallTrace;
use crate::upstream::ReplyShare;

/// Identifies for whom a run calls tools, as each [`ServerHost`](crate::ServerHost) finds it in
/// [`callbox::Caller::context`]. By default there is no user.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallerContext {
    /// Answers questions that servers ask in the middle of a call. Default none, so such a call fails.
    pub person: Option<Arc<dyn Person>>,
    /// The trace that the calls belong to. Default none.
    pub trace: Option<Arc<dyn CallTrace>>,
    /// The room for unread replies of 1 MiB or more, shared by all calls of the same principal: 128 MiB per server.
    /// Default: shared by the other calls of this context.
    pub replies: ReplyShare,
}

impl CallerContext {
    /// Returns a context whose questions go to `person`.
    #[must_use]
    pub fn of(person: Arc<dyn Person>) -> Self {
        Self { person: Some(person), ..Self::default() }
    }

    /// Makes it a part of that trace.
    #[must_use]
    pub fn with_trace(self, trace: Arc<dyn CallTrace>) -> Self {
        Self { trace: Some(trace), ..self }
    }
}

impl fmt::Debug for CallerContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let person = self.person.is_some();
        f.debug_struct("CallerContext").field("person", &person).field("trace", &self.trace).finish()
    }
}
