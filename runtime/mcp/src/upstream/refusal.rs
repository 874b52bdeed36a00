//! Explains a failed attempt to connect: what happened, the last lines of stderr, what to do, and whether another
//! handshake is worth trying.

use std::error::Error;
use std::time::Duration;

use rmcp::service::ClientInitializeError;

use super::http::shown;
use super::trouble::{Trouble, root};
use super::wire::{Handshake, Local, Target};
use crate::auth::{Access, Hurdle, shell_word};
use crate::config::HttpLaunch;
use crate::error::{FailureCode, UpstreamError};
use crate::quote;

/// Maximum last lines of standard error shown.
const STDERR_LINES_MAX: usize = 8;

/// Messages of a server longer than this are shortened.
const WORDS_CHARS_MAX: usize = 300;

/// How long to wait for a process to exit after its output has ended.
const EXIT: Duration = Duration::from_millis(300);

/// The failure of one attempt.
pub(super) struct Refusal {
    pub(super) error: UpstreamError,
    /// A handshake that may succeed instead.
    pub(super) next: Option<Handshake>,
}

impl From<UpstreamError> for Refusal {
    fn from(error: UpstreamError) -> Self {
        Self { error, next: None }
    }
}

/// Explains why connecting to a process failed; without an `error` it timed out.
pub(super) async fn of_process(target: &Target<'_>, local: &Local, error: Option<&ClientInitializeError>) -> Refusal {
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
    Refusal { error: explained.with_stderr(stderr), next }
}

/// Explains why connecting to an address failed; without an `error` it timed out.
pub(super) fn of_address(
    target: &Target<'_>,
    launch: &HttpLaunch,
    access: &Access,
    error: Option<&ClientInitializeError>,
) -> Refusal {
    let address = shown(launch.url.reveal());
    let cause = error.and_then(cause);
    let trouble = cause.and_then(Trouble::of);
    let next = match trouble {
        Some(Trouble::Unauthorized | Trouble::Connection) => None,
        _ => Some(Handshake::Legacy),
    };
    let explained = match (trouble, cause, error) {
        (Some(Trouble::Unauthorized), ..) => not_let_in(target, launch, &address, access),
        (Some(trouble), Some(cause), _) => of_trouble(target, &address, trouble, cause),
        (_, _, Some(error)) => answered(target, error),
        (_, _, None) => too_slow(target),
    };
    Refusal { error: explained, next }
}

fn of_trouble(target: &Target<'_>, address: &str, trouble: Trouble, cause: &(dyn Error + 'static)) -> UpstreamError {
    let server = target.server;
    let said = quote::line(&target.redactor.text(root(cause)), WORDS_CHARS_MAX);
    match trouble {
        Trouble::Unauthorized => UpstreamError::new(FailureCode::Unauthorized, refused(target, address)),
        Trouble::Connection => {
            let message = format!("server `{server}`: no connection to `{address}`: {said}");
            UpstreamError::new(FailureCode::Unreachable, message).with_hint("Start the server, or correct `url`.")
        }
        Trouble::Status(status) => {
            let message = format!("server `{server}`: `{address}` answers HTTP {status}");
            UpstreamError::new(FailureCode::Unreachable, message)
        }
        Trouble::TooLarge | Trouble::NotMcp => {
            let message = format!("server `{server}`: `{address}` does not answer as an MCP server: `{said}`");
            UpstreamError::new(FailureCode::NotMcp, message)
                .with_hint("Check the path of `url`; it often ends in `/mcp`.")
        }
    }
}

fn not_let_in(target: &Target<'_>, launch: &HttpLaunch, address: &str, access: &Access) -> UpstreamError {
    let command = &target.options.login_command;
    if let Some(hurdle) = access.hurdle() {
        return of_hurdle(target, &hurdle);
    }
    let error = UpstreamError::new(FailureCode::Unauthorized, refused(target, address));
    let headers = "Add or correct `headers`, such as `Authorization`";
    match launch.has_fixed_access() {
        true => error.with_hint(format!("{headers}.")),
        false => error.with_hint(format!("{headers}, or sign in with `{command} {}`.", shell_word(target.server))),
    }
}

/// Explains an authentication failure.
pub(super) fn of_hurdle(target: &Target<'_>, hurdle: &Hurdle) -> UpstreamError {
    let words = target.redactor.text(hurdle.words(target.server));
    let error = UpstreamError::new(hurdle.code(), words);
    match hurdle.hint(target.server, &target.options.login_command) {
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
    let words = quote::line(&target.redactor.text(words), WORDS_CHARS_MAX);
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
