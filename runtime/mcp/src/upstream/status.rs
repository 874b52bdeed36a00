//! What is known about a server once it was asked: that it is ready, or why it is not.

use std::fmt;

use callbox_bindings::{Tool, ToolDefect};

use crate::error::UpstreamError;

/// Which half of the protocol's history a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Era {
    /// Up to 2025-11-25: a handshake, then a session.
    Legacy,
    /// From 2026-07-28: each request stands for itself.
    Modern,
}

impl Era {
    /// The stable name.
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

/// How a server stands.
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
    /// The era it speaks.
    pub era: Era,
    /// The protocol's revision that was agreed on, such as `2026-07-28`.
    pub protocol_version: String,
    /// The name the server gives itself.
    pub server_name: Option<String>,
    /// The version the server gives itself.
    pub server_version: Option<String>,
    /// How the server wants to be used, at most 16 KiB.
    pub instructions: Option<String>,
    /// Its tools, in its own order.
    pub tools: Vec<Tool>,
    /// What was left out of the list and why, one sentence each; past the first entries, how many more.
    pub notes: Vec<String>,
    /// The first entries among these that are not tools; names and reasons are shortened.
    pub defects: Vec<ToolDefect>,
    /// Time from the start to the end of the handshake, milliseconds.
    pub connect_ms: u64,
    /// Time for the list of tools, milliseconds.
    pub list_ms: u64,
}
