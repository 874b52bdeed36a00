//! Reads the whole body of a request, in bounded time, before it is parsed.

use std::error::Error;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use callbox::internal::json_values;
use futures::StreamExt;
use rmcp::model::ClientJsonRpcMessage;
use serde::de::IgnoredAny;
use tokio::time::timeout;
use tower_http::timeout::TimeoutError;

use super::rejection::{self, LimitReached, Rejection};

/// Bounds on a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyLimits {
    pub(super) bytes_max: usize,
    /// Values in its JSON.
    pub(super) values_max: usize,
    pub(super) ms_max: u64,
}

/// Reads the whole body and returns the request with it, and the body once more.
///
/// The rest of a body that is too long is also read and dropped, while there is time: a client that is still writing
/// when its connection closes loses the answer too.
pub(super) async fn whole(request: Request, limits: BodyLimits) -> Result<(Request, Bytes), Response> {
    let (parts, body) = request.into_parts();
    let mut read = Read { bytes: Vec::new(), is_too_large: false, bytes_max: limits.bytes_max };
    let in_time = timeout(Duration::from_millis(limits.ms_max), read.all(body)).await;
    if read.is_too_large {
        return Err(Rejection::Large(LimitReached { limit: "body_bytes_max", max: limits.bytes_max }).into_response());
    }
    let reached = LimitReached { limit: "body_ms_max", max: limits.ms_max.try_into().unwrap_or(usize::MAX) };
    in_time.map_err(|_| Rejection::Slow(reached).into_response())??;
    if json_values(&read.bytes) > limits.values_max as u64 {
        return Err(Rejection::Large(LimitReached { limit: "body_values_max", max: limits.values_max }).into_response());
    }
    let bytes = Bytes::from(read.bytes);
    Ok((Request::from_parts(parts, Body::from(bytes.clone())), bytes))
}

/// A body read so far.
struct Read {
    bytes: Vec<u8>,
    is_too_large: bool,
    bytes_max: usize,
}

impl Read {
    async fn all(&mut self, body: Body) -> Result<(), Response> {
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            let piece =
                piece.map_err(|error| if is_late(&error) { rejection::no_body() } else { rejection::broken_body() })?;
            self.is_too_large |= self.bytes.len() + piece.len() > self.bytes_max;
            if self.is_too_large {
                self.bytes = Vec::new();
            } else {
                self.bytes.extend_from_slice(&piece);
            }
        }
        Ok(())
    }
}

/// Checks whether the error is, or was caused by, a body timeout.
fn is_late(error: &(dyn Error + 'static)) -> bool {
    error.is::<TimeoutError>() || error.source().is_some_and(is_late)
}

/// Corrects the answer: `rmcp` reports every body that it cannot read as an unsupported media type.
pub(super) fn judged(response: Response, content_type: Option<&str>, body: &Bytes) -> Response {
    let is_json =
        content_type.is_some_and(|given| given.trim_start().to_ascii_lowercase().starts_with("application/json"));
    if response.status() != StatusCode::UNSUPPORTED_MEDIA_TYPE || !is_json {
        return response;
    }
    match serde_json::from_slice::<IgnoredAny>(body) {
        Err(error) => rejection::no_json(&error),
        Ok(_) if serde_json::from_slice::<ClientJsonRpcMessage>(body).is_err() => rejection::no_message(),
        Ok(_) => response,
    }
}

/// Returns the media type that the request declares for its body.
pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    headers.get(CONTENT_TYPE)?.to_str().ok().map(str::to_owned)
}
