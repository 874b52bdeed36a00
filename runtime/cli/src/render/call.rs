//! One tool call on one line.

use callbox::{CallRecord, CallState, printable};
use serde_json::Value;

/// Longest arguments shown, characters.
const ARGUMENT_CHARS_MAX: usize = 100;

/// A call and how it stands at the end of its run.
pub(crate) fn call_line(call: &CallRecord) -> String {
    let name = printable(&call.name());
    let state = match &call.state {
        CallState::Finished { result_bytes } => format!("finished, {result_bytes} bytes"),
        CallState::Failed { code, message } => format!("failed, {code}: {}", printable(message)),
        CallState::Unknown => "unknown: sent, and no answer came; it may have taken effect".to_owned(),
        CallState::NotSent => "not sent".to_owned(),
    };
    format!("{name}({}) {state}", arguments_shown(&call.arguments))
}

/// Arguments as JSON, shortened.
pub(crate) fn arguments_shown(arguments: &Value) -> String {
    shortened(&arguments.to_string(), ARGUMENT_CHARS_MAX)
}

/// The first characters of a text, none of which steers a terminal.
pub(super) fn shortened(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", printable(text.get(..end).unwrap_or_default())),
        None => printable(text),
    }
}
