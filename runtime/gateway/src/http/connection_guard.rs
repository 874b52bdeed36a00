//! Applies to every request, whatever its principal: keeps its connection until the answer is sent, and requires a
//! single `Host`.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::guarded_body;
use super::permits::Holder;

/// Serves a request and marks its connection as at work. Without a [`Holder`], the connection is not one of `listen`'s.
pub(super) async fn serve(request: Request, next: Next) -> Response {
    let Some(holder) = request.extensions().get::<Holder>().cloned() else { return one_host(request, next).await };
    let busy = BusyGuard::new(holder.clone());
    one_host(request, next).await.map(|body| guarded_body::body(body, &holder, busy))
}

/// Rejects a request with two hosts: a proxy in front of the gateway may have checked the other one.
async fn one_host(request: Request, next: Next) -> Response {
    match request.headers().get_all(HOST).iter().count() {
        0 | 1 => next.run(request).await,
        _ => (StatusCode::BAD_REQUEST, Body::from("expected one `Host` header\n")).into_response(),
    }
}

/// Marks the connection as at work until dropped.
struct BusyGuard(Holder);

impl BusyGuard {
    fn new(holder: Holder) -> Self {
        holder.is_at_work(true);
        Self(holder)
    }
}

impl Drop for BusyGuard {
    fn drop(&mut self) {
        self.0.is_at_work(false);
    }
}
