//! What holds for every request, whoever sends it: it keeps its connection until its answer was sent, and it says
//! once for which host it is meant.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::guarded_body;
use super::permits::Holder;

/// Serves a request of a connection that [`Holder`] stands for, if it is one of `listen`'s.
pub(super) async fn serve(request: Request, next: Next) -> Response {
    let Some(guest) = request.extensions().get::<Holder>().cloned() else { return one_host(request, next).await };
    let busy = BusyGuard::new(guest.clone());
    one_host(request, next).await.map(|body| guarded_body::body(body, &guest, busy))
}

/// Of two hosts, those that stand before the gateway may have checked the other one.
async fn one_host(request: Request, next: Next) -> Response {
    match request.headers().get_all(HOST).iter().count() {
        0 | 1 => next.run(request).await,
        _ => (StatusCode::BAD_REQUEST, Body::from("expected one `Host` header\n")).into_response(),
    }
}

/// The connection is at work until this is dropped.
struct BusyGuard(Holder);

impl BusyGuard {
    fn new(guest: Holder) -> Self {
        guest.is_at_work(true);
        Self(guest)
    }
}

impl Drop for BusyGuard {
    fn drop(&mut self) {
        self.0.is_at_work(false);
    }
}
