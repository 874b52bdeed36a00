//! What clients are told whose requests are not served: an error of JSON-RPC, whatever the HTTP status, with a name
//! for the limit where one is reached.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// JSON-RPC's "parse error".
const PARSE_ERROR: i32 = -32_700;
/// JSON-RPC's "invalid request".
const INVALID_REQUEST: i32 = -32_600;
/// The first of the codes that JSON-RPC leaves to servers.
const REFUSED: i32 = -32_000;

/// A limit that is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LimitReached {
    /// The name of the limit, as in the documentation.
    pub(super) limit: &'static str,
    /// Its value.
    pub(super) max: usize,
}

/// A request that passes a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rejection {
    /// It is one too many of something that is given back sooner or later.
    Many(LimitReached),
    /// It is too long, or a part of it is.
    Large(LimitReached),
    /// It did not come in time, or another one needed its place.
    Slow(LimitReached),
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let (status, reached) = match self {
            Self::Many(reached) => (StatusCode::TOO_MANY_REQUESTS, reached),
            Self::Large(reached) => (StatusCode::PAYLOAD_TOO_LARGE, reached),
            Self::Slow(reached) => (StatusCode::REQUEST_TIMEOUT, reached),
        };
        let mut response = refused(status, reached);
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(RETRY_AFTER, 1.into());
        }
        response
    }
}

/// A body that is no JSON.
pub(super) fn no_json(error: &serde_json::Error) -> Response {
    error_of(StatusCode::BAD_REQUEST, PARSE_ERROR, &format!("the body is no JSON: {error}"), &Value::Null)
}

/// JSON that is no message.
pub(super) fn no_message() -> Response {
    error_of(StatusCode::BAD_REQUEST, INVALID_REQUEST, "the body is no JSON-RPC message of MCP", &Value::Null)
}

/// A body that paused for too long.
pub(super) fn no_body() -> Response {
    error_of(StatusCode::REQUEST_TIMEOUT, INVALID_REQUEST, "the body did not come", &Value::Null)
}

/// A body that broke off, or whose chunks are malformed.
pub(super) fn broken_body() -> Response {
    error_of(StatusCode::BAD_REQUEST, INVALID_REQUEST, "the body is malformed, or broke off", &Value::Null)
}

/// A request that does not say clearly to whom it is addressed.
pub(super) fn no_host() -> Response {
    let message = "one `Host` is expected, without a user, and no other host in the target";
    error_of(StatusCode::BAD_REQUEST, INVALID_REQUEST, message, &Value::Null)
}

fn refused(status: StatusCode, LimitReached { limit, max }: LimitReached) -> Response {
    error_of(status, REFUSED, &format!("`{limit}` is reached ({max})"), &json!({ "limit": limit, "max": max }))
}

fn error_of(status: StatusCode, code: i32, message: &str, data: &Value) -> Response {
    let mut error = json!({ "code": code, "message": message });
    if !data.is_null()
        && let Some(fields) = error.as_object_mut()
    {
        fields.insert("data".to_owned(), data.clone());
    }
    let body = json!({ "jsonrpc": "2.0", "id": null, "error": error });
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
