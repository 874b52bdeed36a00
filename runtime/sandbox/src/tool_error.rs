//! A failed tool call, as its script sees it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why a tool call failed. The script sees it as a `ToolError` and can catch it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct ToolError {
    /// The kind of failure.
    pub code: ToolErrorCode,
    /// A message for people and models; third-party text is quoted verbatim, bounded.
    pub message: String,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// Extra data from the tool. Dropped if it exceeds the result limits.
    pub data: Option<Value>,
}

impl ToolError {
    /// Creates an error without data; it is retryable only if its code is transient.
    #[must_use]
    pub fn new(code: ToolErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retryable: code.is_transient(), data: None }
    }

    /// Creates an error for a failure reported by the tool itself.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ToolErrorCode::ToolFailed, message)
    }
}

/// Defines each code once, and from it the variant, the name and the list of all codes.
macro_rules! tool_error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+) => {
        /// The kinds of failure of a tool call.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum ToolErrorCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ToolErrorCode {
            /// All codes.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the stable name used in scripts and reports.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

tool_error_codes! {
    /// The arguments violate the tool's input schema, or cannot be checked against it within the limits; nothing was
    /// sent.
    InvalidArguments = "invalid_arguments",
    /// The result violates the tool's output schema, or cannot be checked against it within the limits.
    InvalidResult = "invalid_result",
    /// The tool ran and reported a failure (`isError: true`).
    ToolFailed = "tool_failed",
    /// No answer within the time for one call.
    Timeout = "timeout",
    /// The server could not be reached.
    Unreachable = "unreachable",
    /// The server's process ended while the call was in flight.
    ServerDied = "server_died",
    /// The server violated the protocol or rejected the request.
    Protocol = "protocol",
    /// The call was cancelled.
    Cancelled = "cancelled",
    /// The tool asks the user a question, and there is no way to ask.
    InputRequired = "input_required",
}

impl ToolErrorCode {
    /// Checks whether a retry may succeed. A server that died is not restarted within a run.
    fn is_transient(self) -> bool {
        matches!(self, Self::Timeout | Self::Unreachable)
    }
}

impl fmt::Display for ToolErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::ToolErrorCode;

    /// The contract lists the codes in the same order, followed by those for names that do not exist.
    #[test]
    fn the_contract_and_the_codes_are_in_step() {
        let contract = include_str!("../wit/script.wit");
        let (_, codes) = contract.split_once("/// Stable code: ").expect("a list of codes");
        let (codes, _) = codes.split_once(';').expect("its end");
        let listed: Vec<&str> = codes.split('`').skip(1).step_by(2).collect();
        let all: Vec<&str> = ToolErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(listed, all);
    }

    #[test]
    fn reports_call_a_code_by_its_word() {
        for code in ToolErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).expect("a word"), code.as_str());
        }
    }
}
