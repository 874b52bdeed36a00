//! The request being served, for the session manager: `rmcp` tells it neither the principal nor whether there is a
//! request at all.

use std::sync::{Arc, Mutex, PoisonError};

use super::SessionUse;
use crate::http::rejection::Rejection;

tokio::task_local! {
    static VISIT: SessionRequest;
}

/// A request of a principal. Clones are the same request.
#[derive(Clone)]
pub(in crate::http) struct SessionRequest(Arc<Shared>);

struct Shared {
    principal: String,
    /// The session it is in, which does not end or sleep meanwhile.
    stay: Mutex<Option<SessionUse>>,
    refused: Mutex<Option<Rejection>>,
}

impl SessionRequest {
    /// Returns a visit without a session, or without one yet.
    pub(super) fn new(principal: &str) -> Self {
        Self(Arc::new(Shared { principal: principal.to_owned(), stay: Mutex::default(), refused: Mutex::default() }))
    }

    pub(super) fn of(principal: &str, stay: SessionUse) -> Self {
        let visit = Self::new(principal);
        visit.enter(stay);
        visit
    }

    /// Serves the request.
    pub(in crate::http) async fn serve<T>(&self, serve: impl Future<Output = T>) -> T {
        VISIT.scope(self.clone(), serve).await
    }

    /// Returns the limit that kept the request from a session, if any.
    pub(in crate::http) fn refused(&self) -> Option<Rejection> {
        *self.0.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, stay: SessionUse) {
        *self.0.stay.lock().unwrap_or_else(PoisonError::into_inner) = Some(stay);
    }
}

/// Returns the principal of the request; `None` outside of a request.
pub(super) fn principal() -> Option<String> {
    VISIT.try_with(|visit| visit.0.principal.clone()).ok()
}

/// Keeps the request in that session.
pub(super) fn stay(stay: SessionUse) {
    // Outside of a request this has no effect.
    let _ = VISIT.try_with(|visit| visit.enter(stay));
}

/// Rejects the request.
pub(super) fn refuse(refused: Rejection) {
    let note = |visit: &SessionRequest| *visit.0.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(refused);
    // Outside of a request this has no effect.
    let _ = VISIT.try_with(note);
}
