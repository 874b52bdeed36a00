//! Why a tool call failed.

use std::fmt;

use serde_json::Value;

use crate::bindings::callbox::script::types;

/// Why a tool call failed; the same fields as the `ToolError` of a JavaScript script.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolError {
    /// Stable code: `invalid_arguments`, `invalid_result`, `tool_failed`, `timeout`, `unreachable`,
    /// `server_died`, `protocol`, `cancelled`, `input_required`; `unknown_server` and `unknown_tool` if there is no
    /// server or tool of that name.
    pub code: String,
    /// `server.tool`, exact names.
    pub tool: String,
    /// What happened.
    pub message: String,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// The structured content of the tool's reply, if any.
    pub data: Option<Value>,
}

impl ToolError {
    /// Creates an error for a value that does not fit the script's own types.
    pub(crate) fn unfit(code: &str, tool: String, message: String) -> Self {
        Self { code: code.to_owned(), tool, message, retryable: false, data: None }
    }
}

impl From<types::ToolError> for ToolError {
    fn from(error: types::ToolError) -> Self {
        let types::ToolError { code, tool, message, retryable, data } = error;
        Self { code, tool, message, retryable, data: data.and_then(|data| serde_json::from_str(&data).ok()) }
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ToolError {}
