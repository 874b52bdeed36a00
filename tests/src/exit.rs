//! Exit codes of programs that judge something.

use std::process::ExitCode;

/// Returns 0 if all is well, 1 if not, and 2, with a message on standard error, if it could not be judged.
#[must_use]
pub fn exit_code(program: &str, judged: anyhow::Result<bool>) -> ExitCode {
    match judged {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{program}: {error:#}");
            ExitCode::from(2)
        }
    }
}
