//! Writes to standard output and standard error. A reader that has gone away is no error.

use std::io::{self, ErrorKind, IsTerminal, Write, stderr, stdout};

use callbox::foreign;
use serde_json::Value;

use crate::error::CliError;

/// Writes to standard output. Nothing there has colours, so that a terminal gets nothing that steers it, whatever its
/// writer forgot.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    if stdout().is_terminal() { write(&foreign::text(text)) } else { write(text) }
}

/// Writes JSON on one line to standard output: as it is, or with more escapes where a terminal would obey it.
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

/// Writes to standard error. Where even that fails there is nowhere to say so.
pub(crate) fn tell(text: &str) {
    let _ = stderr().lock().write_all(text.as_bytes());
}
