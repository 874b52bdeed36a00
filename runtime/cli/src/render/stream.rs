//! Writes to standard output and standard error. A reader that has gone away is no error.

use std::io::{self, ErrorKind, Write, stderr, stdout};

use crate::error::CliError;

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
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
