//! A server that cannot be used, as the command line reports it.

use callbox_mcp::UpstreamError;
use serde::Serialize;

/// Why a server cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ServerFailure {
    pub(crate) name: String,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// The last lines of its standard error.
    pub(crate) stderr: Vec<String>,
}

impl ServerFailure {
    pub(crate) fn new(name: &str, error: &UpstreamError) -> Self {
        Self {
            name: name.to_owned(),
            code: error.code.as_str(),
            message: error.message.clone(),
            hint: error.hint.clone(),
            stderr: error.stderr.clone(),
        }
    }
}
