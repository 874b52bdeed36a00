//! What a stub could not express of a schema: a record of loss, not an error.

/// A place where the stub says less than the server's schema, or something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Wire names of server and tool, `server.tool`.
    pub tool: String,
    /// JSON pointer into the `tools/list` entry, such as `/inputSchema/properties/when`.
    pub pointer: String,
    /// The part of the schema that could not be expressed.
    pub what: String,
    /// What the stub says instead.
    pub instead: String,
}
