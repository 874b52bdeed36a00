//! What a stub could not say of a schema; a record of loss, not an error.

/// One place where the stub says less, or something else, than the server's schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Wire names of server and tool, `server.tool`.
    pub tool: String,
    /// JSON pointer into the `tools/list` entry, such as `/inputSchema/properties/when`.
    pub pointer: String,
    /// What stands there that could not be said.
    pub what: String,
    /// What the stub says instead.
    pub instead: String,
}
