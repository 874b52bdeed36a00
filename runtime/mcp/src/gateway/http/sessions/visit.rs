//! The request that is served just now, as the session manager sees it: `rmcp` tells it neither who asks nor whether
//! anybody does.

use std::sync::{Arc, Mutex, PoisonError};

use super::Stay;
use crate::gateway::http::refusal::Refused;

tokio::task_local! {
    static VISIT: Visit;
}

/// A request of a principal. Clones are the same.
#[derive(Clone)]
pub(in crate::gateway::http) struct Visit(Arc<Inner>);

struct Inner {
    principal: String,
    /// The session that it is in, which does not end or sleep meanwhile.
    stay: Mutex<Option<Stay>>,
    refused: Mutex<Option<Refused>>,
}

impl Visit {
    /// Of no session, or none yet.
    pub(super) fn new(principal: &str) -> Self {
        Self(Arc::new(Inner { principal: principal.to_owned(), stay: Mutex::default(), refused: Mutex::default() }))
    }

    pub(super) fn of(principal: &str, stay: Stay) -> Self {
        let visit = Self::new(principal);
        visit.enter(stay);
        visit
    }

    /// Serves the request.
    pub(in crate::gateway::http) async fn serve<T>(&self, serve: impl Future<Output = T>) -> T {
        VISIT.scope(self.clone(), serve).await
    }

    /// The limit that kept the request from a session, if one did.
    pub(in crate::gateway::http) fn refused(&self) -> Option<Refused> {
        *self.0.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, stay: Stay) {
        *self.0.stay.lock().unwrap_or_else(PoisonError::into_inner) = Some(stay);
    }
}

/// Who asks; nobody where no request is served.
pub(super) fn principal() -> Option<String> {
    VISIT.try_with(|visit| visit.0.principal.clone()).ok()
}

/// The request stays in that session.
pub(super) fn stay(stay: Stay) {
    // Outside of a request nothing stays.
    let _ = VISIT.try_with(|visit| visit.enter(stay));
}

/// The request is refused.
pub(super) fn refuse(refused: Refused) {
    let note = |visit: &Visit| *visit.0.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(refused);
    // Outside of a request nobody is told.
    let _ = VISIT.try_with(note);
}
