//! The state of a server once it was contacted: ready, or why it is not.

use std::fmt;
use std::sync::Arc;

use callbox_bindings::{Tool, ToolDefect};

use crate::error::UpstreamError;

/// The protocol generation that a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Era {
    /// Up to 2025-11-25: a handshake, then a session.
    Legacy,
    /// From 2026-07-28: each request is independent.
    Modern,
}

impl Era {
    /// Returns the stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Modern => "modern",
        }
    }
}

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The state of a server.
#[derive(Debug, Clone)]
pub enum Status {
    /// Its tools can be called.
    Ready(Box<Ready>),
    /// It cannot be used.
    Failed(UpstreamError),
}

/// A server whose tools can be called. Names and texts are the server's own words.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// The generation it speaks.
    pub era: Era,
    /// The negotiated protocol revision, such as `2026-07-28`.
    pub protocol_version: String,
    /// The name that the server gives itself.
    pub server_name: Option<String>,
    /// The version that the server gives itself.
    pub server_version: Option<String>,
    /// The server's instructions for using it, at most 16 KiB.
    pub instructions: Option<String>,
    /// Its tools, in its own order.
    pub tools: Vec<Arc<Tool>>,
    /// What was left out of the list and why, one sentence each; beyond the first entries, only their number.
    pub notes: Vec<String>,
    /// The first entries among these that are not valid tools; names and reasons are shortened.
    pub defects: Vec<ToolDefect>,
    /// Time from the start to the end of the handshake, milliseconds.
    pub connect_ms: u64,
    /// Time for the list of tools, milliseconds.
    pub list_ms: u64,
}
