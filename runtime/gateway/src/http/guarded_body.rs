//! A response body that holds a value until it is sent, and ends early when its receiver has to make way.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::permits::Holder;

/// A body with what it holds.
struct GuardedBody<H> {
    body: Body,
    left: Pin<Box<WaitForCancellationFutureOwned>>,
    _held: H,
}

/// Wraps `body` so that it holds `held`.
pub(super) fn body<H: Send + Unpin + 'static>(body: Body, holder: &Holder, held: H) -> Body {
    Body::new(GuardedBody { body, left: Box::pin(holder.left()), _held: held })
}

impl<H: Unpin> HttpBody for GuardedBody<H> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.left.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
