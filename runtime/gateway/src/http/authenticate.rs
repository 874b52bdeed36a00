//! The authentication layer: identifies the principal of a request, rejects requests without a valid token (with a hint
//! but no details) or beyond the principal's request limit, and reads the body of accepted requests.
//!
//! | rejected | with |
//! |---|---|
//! | no token, or an unknown one | 401 |
//! | an unknown session, or another principal's | 404 |
//! | more requests or sessions than a principal may have | 429, the limit by name |
//! | a body that is too long, has too many values, is too slow, or breaks off | 413, 413, 408, 400 |
//! | a body that is not JSON, or not a message | 400 |
//! | a target whose host differs from `Host`, several `Host` headers, or a host with user information | 400 |

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rmcp::transport::common::http_header::HEADER_SESSION_ID;

use super::body::{self, BodyLimits};
use super::permits::{Holder, Permits};
use super::rejection::{self, LimitReached, Rejection};
use super::sessions::Sessions;
use super::tokens::Tokens;
use super::{HttpOptions, guarded_body};
use crate::Scope;

/// Authenticates and serves requests. Clones share the state.
#[derive(Clone)]
pub(super) struct Authenticator(Arc<Shared>);

struct Shared {
    tokens: Option<Arc<Tokens>>,
    local: Arc<Scope>,
    sessions: Sessions,
    body: BodyLimits,
    requests_max: usize,
    permits: Arc<Permits<String>>,
}

impl Authenticator {
    /// Without tokens, every request acts as `local`.
    pub(super) fn new(options: &HttpOptions, sessions: Sessions, local: Arc<Scope>) -> Self {
        Self(Arc::new(Shared {
            tokens: options.tokens.clone(),
            local,
            sessions,
            body: BodyLimits {
                bytes_max: options.body_bytes_max,
                values_max: options.body_values_max,
                ms_max: options.body_ms_max,
            },
            requests_max: options.principal_requests_max,
            permits: Permits::new(options.principal_requests_max),
        }))
    }

    fn principal(&self, request: &Request) -> Option<Arc<Scope>> {
        let Some(tokens) = &self.0.tokens else { return Some(Arc::clone(&self.0.local)) };
        let given = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = given.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") { tokens.principal(token.trim()) } else { None }
    }

    /// Reads the request and serves it. A stream that its client only listens to makes way for other requests.
    async fn answer(&self, scope: &Arc<Scope>, holder: &Holder, request: Request, next: Next) -> Response {
        let session = request.headers().get(HEADER_SESSION_ID).and_then(|id| id.to_str().ok());
        let Some(visit) = self.0.sessions.visit(scope.name(), session) else { return unknown_session() };
        let only_listens = request.method() == Method::GET;
        let content_type = body::content_type(request.headers());
        let (mut request, whole) = match body::whole(request, self.0.body).await {
            Ok(read) => read,
            Err(refused) => return refused,
        };
        holder.is_at_work(!only_listens);
        request.extensions_mut().insert(Arc::clone(scope));
        let response = visit.serve(next.run(request)).await;
        if let Some(refused) = visit.refused() {
            return refused.into_response();
        }
        let response = body::judged(response, content_type.as_deref(), &whole);
        response.map(|body| guarded_body::body(body, holder, visit))
    }
}

/// Answers a request, or rejects it.
pub(super) async fn enter(State(authenticator): State<Authenticator>, request: Request, next: Next) -> Response {
    if !has_one_host(&request) {
        return rejection::no_host();
    }
    let Some(scope) = authenticator.principal(&request) else { return unauthorized() };
    let holder = Holder::default();
    let reached = LimitReached { limit: "principal_requests_max", max: authenticator.0.requests_max };
    let Some(permit) = authenticator.0.permits.take(&scope.name().to_owned(), &holder) else {
        return Rejection::Many(reached).into_response();
    };
    tokio::select! {
        response = authenticator.answer(&scope, &holder, request, next) => response.map(|body| guarded_body::body(body, &holder, permit)),
        () = holder.left() => Rejection::Slow(reached).into_response(),
    }
}

/// Checks that the request names its host exactly once: the allowed names are checked against `Host`, which a target
/// in absolute form or a second `Host` could contradict.
fn has_one_host(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (host, other) = (hosts.next().map(HeaderValue::as_bytes), hosts.next());
    let has_user = |authority: &[u8]| authority.contains(&b'@');
    let target = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let agrees = match (target, host) {
        (Some(target), Some(host)) => target.eq_ignore_ascii_case(host),
        _ => true,
    };
    other.is_none() && agrees && !host.or(target).is_some_and(has_user)
}

fn unknown_session() -> Response {
    (StatusCode::NOT_FOUND, "there is no such session\n").into_response()
}

fn unauthorized() -> Response {
    let hint = "send `Authorization: Bearer TOKEN` with a token of the gateway's token file\n";
    let challenge = (WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"callbox\""));
    (StatusCode::UNAUTHORIZED, [challenge], hint).into_response()
}
