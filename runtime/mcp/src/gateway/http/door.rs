//! Lets requests in: finds out whose they are, and turns away those without a right to come, with a hint
//! and no detail.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rmcp::transport::common::http_header::HEADER_SESSION_ID;

use super::sessions::Sessions;
use super::tokens::Tokens;
use crate::gateway::Scope;

/// Who may come in.
#[derive(Clone)]
pub(super) struct Door(Arc<Inner>);

struct Inner {
    tokens: Option<Arc<Tokens>>,
    local: Arc<Scope>,
    sessions: Sessions,
}

impl Door {
    /// Without tokens whoever comes is `local`.
    pub(super) fn new(tokens: Option<Arc<Tokens>>, local: Arc<Scope>) -> Self {
        Self(Arc::new(Inner { tokens, local, sessions: Sessions::default() }))
    }

    fn principal(&self, request: &Request) -> Option<Arc<Scope>> {
        let Some(tokens) = &self.0.tokens else { return Some(Arc::clone(&self.0.local)) };
        let given = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = given.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") { tokens.principal(token.trim()) } else { None }
    }
}

/// Answers a request, or refuses it.
pub(super) async fn enter(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let Some(scope) = door.principal(&request) else { return unauthorized() };
    let session = request.headers().get(HEADER_SESSION_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
    if session.as_ref().is_some_and(|session| !door.0.sessions.belongs(session, scope.name())) {
        return (StatusCode::NOT_FOUND, "there is no such session\n").into_response();
    }
    let ends = request.method() == Method::DELETE;
    request.extensions_mut().insert(Arc::clone(&scope));
    let response = next.run(request).await;
    if let Some(begun) = response.headers().get(HEADER_SESSION_ID).and_then(|id| id.to_str().ok()) {
        door.0.sessions.begin(begun, scope.name());
    }
    if let Some(session) = session.filter(|_| ends) {
        door.0.sessions.end(&session);
    }
    response
}

fn unauthorized() -> Response {
    let hint = "send `Authorization: Bearer TOKEN` with a token of the gateway's token file\n";
    let challenge = (WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"callbox\""));
    (StatusCode::UNAUTHORIZED, [challenge], hint).into_response()
}
