//! Renders the status of servers for standard error, beside a command's own output.

use callbox::internal::foreign;

use super::failure::failure_lines;
use crate::server_failure::ServerFailure;

/// Maximum characters shown of a description in a list.
const DESCRIPTION_CHARS_MAX: usize = 100;

/// Lists servers that cannot be used, and what was left out of the others' lists.
pub(crate) fn server_lines(failures: &[ServerFailure], notes: &[String]) -> String {
    let failed = failures.iter().flat_map(|failure| {
        let lines = failure_lines(failure).into_iter().enumerate();
        lines.map(|(at, line)| if at == 0 { format!("warning: {line}\n") } else { format!("  {line}\n") })
    });
    let notes = notes.iter().map(|note| format!("note: {}\n", foreign::framed(note)));
    failed.chain(notes).collect()
}

/// Returns the first non-blank line of third-party text, shortened.
pub(crate) fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    foreign::line(line, DESCRIPTION_CHARS_MAX)
}
