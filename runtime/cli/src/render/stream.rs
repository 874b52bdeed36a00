//! Writes to standard output and standard error. A closed pipe is not an error.

use std::io::{self, ErrorKind, IsTerminal, Write, stderr, stdout};

use callbox::internal::foreign;
use serde_json::Value;

use crate::error::CliError;

/// Writes to standard output. Nothing written there has colours, so on a terminal all control characters are escaped,
/// as a safeguard.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    if stdout().is_terminal() { write(&foreign::text(text)) } else { write(text) }
}

/// Writes JSON on one line to standard output; on a terminal, with control characters escaped.
pub(crate) fn print_json(value: &Value) -> Result<(), CliError> {
    let text = format!("{value}\n");
    if stdout().is_terminal() { write(&foreign::json(&text)) } else { write(&text) }
}

fn write(text: &str) -> Result<(), CliError> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(refused(&error)),
        _ => Ok(()),
    }
}

fn refused(error: &io::Error) -> CliError {
    CliError::file(format!("cannot write to standard output: {error}"))
}

/// Writes to standard error. If that fails, there is nowhere left to report it.
pub(crate) fn tell(text: &str) {
    let _ = stderr().lock().write_all(text.as_bytes());
}
