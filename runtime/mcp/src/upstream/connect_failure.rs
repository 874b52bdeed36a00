//! Explains a failed attempt to connect: what happened, the last lines of stderr, what to do, and whether another
//! handshake is worth trying.

use std::error::Error;
use std::time::Duration;

use rmcp::service::ClientInitializeError;

use super::http::shown;
use super::http_failure::{HttpFailure, root};
use super::wire::{Handshake, Local, Target};
use crate::auth::{Access, AuthFailure, shell_word};
use crate::config::HttpLaunch;
use crate::error::{FailureCode, UpstreamError};
use callbox::internal::foreign;

/// Maximum last lines of standard error shown.
const STDERR_LINES_MAX: usize = 8;

/// Messages of a server longer than this are shortened.
const WORDS_CHARS_MAX: usize = 300;

/// How long to wait for a process to exit after its output has ended.
const EXIT: Duration = Duration::from_millis(300);

/// The failure of one attempt.
pub(super) struct ConnectFailure {
    pub(super) error: UpstreamError,
    /// A handshake that may succeed instead.
    pub(super) next: Option<Handshake>,
}

impl From<UpstreamError> for ConnectFailure {
    fn from(error: UpstreamError) -> Self {
        Self { error, next: None }
    }
}

/// Explains why connecting to a process failed; without an `error` it timed out.
pub(super) async fn of_process(
    target: &Target<'_>,
    local: &Local,
    error: Option<&ClientInitializeError>,
) -> ConnectFailure {
    let next = error.map(|_| Handshake::Legacy);
    let explained = match (local.health.printed(target.redactor), error) {
        (Some((lines, first)), _) => printed(target, lines, &first),
        (None, None) => {
            too_slow(target).with_hint("Run its command by hand; if it fetches a package first, try again.")
        }
        (None, Some(error)) => of_handshake(target, local, error).await,
    };
    local.process.stderr().rest().await;
    let stderr = local.process.stderr().lines(STDERR_LINES_MAX, target.redactor);
    ConnectFailure { error: explained.with_stderr(stderr), next }
}

/// Explains why connecting to an address failed; without an `error` it timed out.
pub(super) fn of_address(
    target: &Target<'_>,
    launch: &HttpLaunch,
    access: &Access,
    error: Option<&ClientInitializeError>,
) -> ConnectFailure {
    let address = shown(launch.url.reveal());
    let cause = error.and_then(cause);
    let http_failure = cause.and_then(HttpFailure::of);
    let next = match http_failure {
        Some(HttpFailure::Unauthorized | HttpFailure::Connection) => None,
        _ => Some(Handshake::Legacy),
    };
    let explained = match (http_failure, cause, error) {
        (Some(HttpFailure::Unauthorized), ..) => not_let_in(target, launch, &address, access),
        (Some(http_failure), Some(cause), _) => of_http_failure(target, &address, http_failure, cause),
        (_, _, Some(error)) => answered(target, error),
        (_, _, None) => too_slow(target),
    };
    ConnectFailure { error: explained, next }
}

fn of_http_failure(
    target: &Target<'_>,
    address: &str,
    http_failure: HttpFailure,
    cause: &(dyn Error + 'static),
) -> UpstreamError {
    let server = target.server;
    let said = foreign::line(&target.redactor.text(root(cause)), WORDS_CHARS_MAX);
    match http_failure {
        HttpFailure::Unauthorized => UpstreamError::new(FailureCode::Unauthorized, refused(target, address)),
        HttpFailure::Connection => {
            let message = format!("server `{server}`: no connection to `{address}`: {said}");
            UpstreamError::new(FailureCode::Unreachable, message).with_hint("Start the server, or correct `url`.")
        }
        HttpFailure::Status(status) => {
            let message = format!("server `{server}`: `{address}` answers HTTP {status}");
            UpstreamError::new(FailureCode::Unreachable, message)
        }
        HttpFailure::TooLarge | HttpFailure::NotMcp => {
            let message = format!("server `{server}`: `{address}` does not answer as an MCP server: `{said}`");
            UpstreamError::new(FailureCode::NotMcp, message)
                .with_hint("Check the path of `url`; it often ends in `/mcp`.")
        }
    }
}

fn not_let_in(target: &Target<'_>, launch: &HttpLaunch, address: &str, access: &Access) -> UpstreamError {
    let command = &target.options.login_command;
    if let Some(auth_failure) = access.auth_failure() {
        return of_auth_failure(target, &auth_failure);
    }
    let error = UpstreamError::new(FailureCode::Unauthorized, refused(target, address));
    let headers = "Add or correct `headers`, such as `Authorization`";
    match launch.has_fixed_access() {
        true => error.with_hint(format!("{headers}.")),
        false => error.with_hint(format!("{headers}, or sign in with `{command} {}`.", shell_word(target.server))),
    }
}

/// Explains an authentication failure.
pub(super) fn of_auth_failure(target: &Target<'_>, auth_failure: &AuthFailure) -> UpstreamError {
    let words = target.redactor.text(auth_failure.words(target.server));
    let error = UpstreamError::new(auth_failure.code(), words);
    match auth_failure.hint(target.server, &target.options.login_command) {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

fn refused(target: &Target<'_>, address: &str) -> String {
    format!("server `{}`: `{address}` refuses access (HTTP 401 or 403)", target.server)
}

fn printed(target: &Target<'_>, lines: u64, first: &str) -> UpstreamError {
    let message = format!(
        "server `{}` prints text other than protocol messages to its standard output ({lines} lines), \
         the first: `{first}`",
        target.server
    );
    UpstreamError::new(FailureCode::NotMcp, message)
        .with_hint("Check that the command starts an MCP server, and let it log to standard error.")
}

fn too_slow(target: &Target<'_>) -> UpstreamError {
    let ms = target.options.connect_ms_max;
    let message = format!("server `{}` did not answer the handshake within {ms} ms", target.server);
    UpstreamError::new(FailureCode::ConnectTimeout, message)
}

async fn of_handshake(target: &Target<'_>, local: &Local, error: &ClientInitializeError) -> UpstreamError {
    if !matches!(last(error), ClientInitializeError::ConnectionClosed(_) | ClientInitializeError::TransportError { .. })
    {
        return answered(target, error);
    }
    let how = match local.process.ended_within(EXIT).await {
        Some(exit) => format!("ended before it answered ({exit})"),
        None => "closed its standard input or output before it answered".to_owned(),
    };
    UpstreamError::new(FailureCode::Exited, format!("server `{}` {how}", target.server))
        .with_hint("Run its command by hand and correct what it complains about.")
}

/// Explains an answer that does not fit the handshake.
fn answered(target: &Target<'_>, error: &ClientInitializeError) -> UpstreamError {
    let words = match last(error) {
        ClientInitializeError::TransportError { error, .. } => root(error.error.as_ref()),
        ClientInitializeError::JsonRpcError(error) => {
            format!("the server refused the handshake ({}): {}", error.code.0, error.message)
        }
        ClientInitializeError::ExpectedInitResult(_) => "the answer to the handshake has an unknown form".to_owned(),
        other => other.to_string(),
    };
    let words = foreign::line(&target.redactor.text(words), WORDS_CHARS_MAX);
    UpstreamError::new(FailureCode::Handshake, format!("server `{}`: {words}", target.server))
}

/// Returns the second error if two handshakes failed.
fn last(error: &ClientInitializeError) -> &ClientInitializeError {
    match error {
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => last(fallback),
        other => other,
    }
}

/// Returns the cause that the transport reports.
fn cause(error: &ClientInitializeError) -> Option<&(dyn Error + 'static)> {
    match last(error) {
        ClientInitializeError::TransportError { error, .. } => Some(error.error.as_ref()),
        _ => None,
    }
}
