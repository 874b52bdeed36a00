//! What a gateway gives a run for the hosts of its tools: who can be asked while it goes on, the trace that it belongs
//! to, and its share of the memory for replies.

use std::fmt;
use std::sync::Arc;

use crate::person::Person;
use crate::trace::CallTrace;
use crate::upstream::ReplyShare;

/// For whom a run calls tools, as each [`ServerHost`](crate::ServerHost) finds it in
/// [`callbox::Caller::context`]. By default nobody is there.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallerContext {
    /// Who answers questions that servers ask in the middle of a call. Default: nobody, so that such a call fails.
    pub person: Option<Arc<dyn Person>>,
    /// The trace that the calls belong to. Default: none.
    pub trace: Option<Arc<dyn CallTrace>>,
    /// The room for replies of 1 MiB or more that were not read yet, shared with all calls of the same principal: 128 MiB of
    /// each server. Default: shared with the other calls of this context.
    pub replies: ReplyShare,
}

impl CallerContext {
    /// A context whose questions go to `person`.
    #[must_use]
    pub fn of(person: Arc<dyn Person>) -> Self {
        Self { person: Some(person), ..Self::default() }
    }

    /// The same as a part of that trace.
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
