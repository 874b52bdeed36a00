//! One tool call on one line.

use callbox::foreign;
use serde_json::Value;

/// Longest arguments shown, characters.
pub(super) const ARGUMENT_CHARS_MAX: usize = 100;

/// Arguments as JSON, shortened.
pub(crate) fn arguments_shown(arguments: &Value) -> String {
    foreign::json_line(arguments, ARGUMENT_CHARS_MAX)
}
