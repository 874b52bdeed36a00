//! Which principal a legacy session belongs to, so that nobody goes on with another's.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Sessions that are remembered. Past it the table is begun anew, and the clients have to start again.
const SESSIONS_MAX: usize = 100_000;

/// The owners of sessions.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<HashMap<String, String>>);

impl Sessions {
    /// Notes to whom a new session belongs.
    pub(super) fn begin(&self, session: &str, principal: &str) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= SESSIONS_MAX {
            sessions.clear();
        }
        sessions.entry(session.to_owned()).or_insert_with(|| principal.to_owned());
    }

    pub(super) fn belongs(&self, session: &str, principal: &str) -> bool {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(session).is_some_and(|owner| owner == principal)
    }

    pub(super) fn end(&self, session: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(session);
    }
}
