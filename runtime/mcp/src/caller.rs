//! What a gateway gives a run for the hosts of its tools: who can be asked while it goes on.

use std::fmt;
use std::sync::Arc;

use crate::person::Person;

/// For whom a run calls tools, as each [`ServerHost`](crate::ServerHost) finds it in
/// [`callbox::Caller::context`]. By default nobody is there.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallerContext {
    /// Who answers questions that servers ask in the middle of a call. Default: nobody, so that such a call fails.
    pub person: Option<Arc<dyn Person>>,
}

impl CallerContext {
    /// A context whose questions go to `person`.
    #[must_use]
    pub fn of(person: Arc<dyn Person>) -> Self {
        Self { person: Some(person) }
    }
}

impl fmt::Debug for CallerContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallerContext").field("person", &self.person.is_some()).finish_non_exhaustive()
    }
}
