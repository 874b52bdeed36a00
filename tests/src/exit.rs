//! How a program that judges something ends.

use std::process::ExitCode;

/// 0 where all is well, 1 where it is not, 2 where it could not be judged; that is said on standard error.
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
