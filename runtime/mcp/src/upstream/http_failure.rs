//! Classifies failures over HTTP, from the chain of causes that `rmcp` and `reqwest` leave.

use std::error::Error;

use rmcp::transport::streamable_http_client::{
    AuthRequiredError, HttpStatusError, InsufficientScopeError, StreamableHttpError,
};

/// The kinds that callers act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HttpFailure {
    /// HTTP 401 or 403.
    Unauthorized,
    /// HTTP 429 or 5xx; for the stream of unsolicited messages, any other error.
    Status(u16),
    /// No connection, or it broke.
    Connection,
    /// The answer is larger than accepted.
    TooLarge,
    /// The answer is not MCP.
    NotMcp,
}

impl HttpFailure {
    /// Returns the first cause in the chain that is one of these.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut cause = Some(error);
        while let Some(current) = cause {
            if let Some(http_failure) = one(current) {
                return Some(http_failure);
            }
            cause = inner(current);
        }
        None
    }

    /// Checks whether the same request may succeed later.
    pub(super) fn is_transient(self) -> bool {
        matches!(self, Self::Status(_) | Self::Connection)
    }
}

fn one(error: &(dyn Error + 'static)) -> Option<HttpFailure> {
    if error.is::<AuthRequiredError>() || error.is::<InsufficientScopeError>() {
        return Some(HttpFailure::Unauthorized);
    }
    if let Some(status) = error.downcast_ref::<HttpStatusError>() {
        return Some(of_status(status));
    }
    if let Some(error) = error.downcast_ref::<reqwest::Error>() {
        return (!error.is_builder()).then_some(HttpFailure::Connection);
    }
    match error.downcast_ref::<StreamableHttpError<reqwest::Error>>()? {
        StreamableHttpError::Client(error) => one(error),
        StreamableHttpError::ResponseBodyTooLarge { .. } => Some(HttpFailure::TooLarge),
        StreamableHttpError::AuthRequired(_)
        | StreamableHttpError::InsufficientScope(_)
        | StreamableHttpError::Auth(_) => Some(HttpFailure::Unauthorized),
        StreamableHttpError::HttpStatus(status) => Some(of_status(status)),
        StreamableHttpError::UnexpectedServerResponse(_) | StreamableHttpError::UnexpectedContentType(_) => {
            Some(HttpFailure::NotMcp)
        }
        StreamableHttpError::UnexpectedEndOfStream | StreamableHttpError::Sse(_) => Some(HttpFailure::Connection),
        _ => None,
    }
}

fn of_status(error: &HttpStatusError) -> HttpFailure {
    match error.status {
        401 | 403 => HttpFailure::Unauthorized,
        status => HttpFailure::Status(status),
    }
}

/// Returns the last cause in the chain, which says most.
pub(super) fn root(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(next) = inner(cause) {
        cause = next;
    }
    cause.to_string()
}

/// Returns the next cause; `rmcp` does not report the client's error as a source.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<StreamableHttpError<reqwest::Error>>() {
        Some(StreamableHttpError::Client(error)) => Some(error),
        _ => error.source(),
    }
}
