//! A call that failed, in the words of the script's `ToolError`.

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Stable code.
    pub(crate) code: String,
    /// `server.tool`, wire names.
    pub(crate) tool: String,
    /// For people and models.
    pub(crate) message: String,
    /// Whether the same call may succeed later.
    pub(crate) retryable: bool,
    /// Extra data of the tool, as JSON.
    pub(crate) data: Option<Vec<u8>>,
}
