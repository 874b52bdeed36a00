//! A tool call on one line.

use callbox::internal::foreign;
use serde_json::Value;

/// Maximum characters shown of the arguments.
pub(super) const ARGUMENT_CHARS_MAX: usize = 100;

/// Returns arguments as shortened JSON.
pub(crate) fn arguments_shown(arguments: &Value) -> String {
    foreign::json_line(arguments, ARGUMENT_CHARS_MAX)
}
