//! Renders a failed command, as text and as JSON.

use callbox::internal::{SCHEMA_VERSION, foreign};
use serde_json::{Value, json};

use super::excerpt::{Canvas, Message};
use crate::{error::CliError, server_failure::ServerFailure};

/// Renders the error as text.
pub(crate) fn error(error: &CliError, canvas: Canvas) -> String {
    let message = Message {
        title: &error.message,
        code: Some(error.code),
        place: None,
        notes: error.servers.iter().flat_map(failure_lines).chain(error.notes.iter().cloned()).collect(),
        hint: error.hint.as_deref(),
    };
    canvas.error(&message, None)
}

/// Explains why a server cannot be used: the error, its last lines of stderr, a hint.
pub(crate) fn failure_lines(failure: &ServerFailure) -> Vec<String> {
    let mut lines = vec![format!("{} [{}]", foreign::framed(&failure.message), failure.code)];
    lines.extend(failure.stderr.iter().map(|line| format!("{} wrote: {}", failure.name, foreign::framed(line))));
    lines.extend(failure.hint.iter().map(|hint| format!("hint: {}", foreign::framed(hint))));
    lines
}

/// Renders the error as JSON, in place of an outcome.
pub(crate) fn error_json(error: &CliError) -> Value {
    json!({
        "schema_version": SCHEMA_VERSION,
        "end": {
            "kind": "error",
            "code": error.code,
            "message": error.message,
            "hint": error.hint,
            "servers": error.servers,
            "notes": error.notes,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unreachable() -> CliError {
        CliError::unreachable(vec![ServerFailure {
            name: "git".to_owned(),
            code: "exited",
            message: "server `git` exited".to_owned(),
            hint: Some("Install it.".to_owned()),
            stderr: vec!["no such \u{1b}[31mmodule".to_owned()],
        }])
    }

    #[test]
    fn people_see_the_server_its_last_words_and_what_to_do() {
        let expected = "\
error[server_unreachable]: the server `git` is needed and cannot be reached
 |
 = note: server `git` exited [exited]
 = note: git wrote: no such \\u{1b}[31mmodule
 = note: hint: Install it.
 = help: Run `callbox doctor` to check every server.
";
        assert_eq!(error(&unreachable(), Canvas { colour: false }), expected);
    }

    #[test]
    fn programs_see_the_same() {
        let json = error_json(&unreachable());
        assert_eq!(json["schema_version"], 1);
        assert_eq!(json["end"]["kind"], "error");
        assert_eq!(json["end"]["code"], "server_unreachable");
        assert_eq!(json["end"]["servers"][0]["code"], "exited");
    }
}
