//! Responses to rejected requests: a JSON-RPC error, whatever the HTTP status, that names the limit if one is reached.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// JSON-RPC's "parse error".
const PARSE_ERROR: i32 = -32_700;
/// JSON-RPC's "invalid request".
const INVALID_REQUEST: i32 = -32_600;
/// The first of the codes that JSON-RPC reserves for servers.
const REFUSED: i32 = -32_000;

/// A limit that has been reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LimitReached {
    /// The name of the limit, as in the documentation.
    pub(super) limit: &'static str,
    /// Its value.
    pub(super) max: usize,
}

/// A request that exceeds a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rejection {
    /// One too many of something that is released sooner or later.
    Many(LimitReached),
    /// The request or a part of it is too long.
    Large(LimitReached),
    /// The request did not arrive in time, or another one needed its slot.
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

/// Rejects a body that is not JSON.
pub(super) fn no_json(error: &serde_json::Error) -> Response {
    error_of(StatusCode::BAD_REQUEST, PARSE_ERROR, &format!("the body is not JSON: {error}"), &Value::Null)
}

/// Rejects JSON that is not a message.
pub(super) fn no_message() -> Response {
    error_of(StatusCode::BAD_REQUEST, INVALID_REQUEST, "the body is not a JSON-RPC message of MCP", &Value::Null)
}

/// Rejects a body that paused for too long.
pub(super) fn no_body() -> Response {
    error_of(StatusCode::REQUEST_TIMEOUT, INVALID_REQUEST, "the body did not arrive in time", &Value::Null)
}

/// Rejects a body that broke off, or whose chunks are malformed.
pub(super) fn broken_body() -> Response {
    error_of(StatusCode::BAD_REQUEST, INVALID_REQUEST, "the body is malformed or incomplete", &Value::Null)
}

/// Rejects a request that does not name its host unambiguously.
pub(super) fn no_host() -> Response {
    let message = "expected one `Host`, without a user, and no other host in the target";
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
