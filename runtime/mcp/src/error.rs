//! The failures before a tool can be called, as closed sets with stable codes; failures of a call itself are
//! `callbox::ToolError`.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use callbox_bindings::internal::json_type;

/// A list of servers that cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {reason}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The message of the operating system.
        reason: String,
    },
    /// The file is larger than any list of servers.
    #[error("`{}` has {bytes} bytes; at most {bytes_max} are read", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// Its size.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// The text is not JSON, even with comments and trailing commas allowed.
    #[error("{}:{line}:{column}: malformed JSON: {reason}", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What the parser expected or found there.
        reason: String,
    },
    /// The JSON has neither of the keys that hold servers.
    #[error("`{}` has neither `mcpServers` nor `servers` at its top level", file.display())]
    NoServers {
        /// The file.
        file: PathBuf,
    },
    /// A value outside the single entries has the wrong type.
    #[error("`{}`: expected {expected} {}, found {found}", file.display(), place(pointer))]
    Shape {
        /// The file.
        file: PathBuf,
        /// JSON Pointer of the value; empty for the whole file.
        pointer: String,
        /// The expected type.
        expected: &'static str,
        /// The actual type.
        found: &'static str,
    },
}

/// Describes a place in a file.
fn place(pointer: &str) -> String {
    if pointer.is_empty() { "at the top".to_owned() } else { format!("at `{pointer}`") }
}

impl ConfigError {
    /// Makes a [`ConfigError::Shape`] for the value `found` at `pointer`.
    #[must_use]
    pub fn shape(file: &Path, pointer: &str, expected: &'static str, found: &Value) -> Self {
        Self::Shape { file: file.to_path_buf(), pointer: pointer.to_owned(), expected, found: json_type(found) }
    }

    /// Returns the stable code, for tests and for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "config_unreadable",
            Self::TooLarge { .. } => "config_too_large",
            Self::Malformed { .. } => "config_malformed",
            Self::NoServers { .. } => "config_no_servers",
            Self::Shape { .. } => "config_shape",
        }
    }
}

/// An entry of a list of servers that cannot be used; other entries are not affected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A value of the entry has the wrong type or form.
    #[error("server `{server}`: expected {expected} at `{field}`, found {found}")]
    Shape {
        /// The server.
        server: String,
        /// Field within the entry, such as `env.PORT`.
        field: String,
        /// The expected value.
        expected: &'static str,
        /// The actual kind of value; never the value itself.
        found: String,
    },
    /// A variable has no value and no default.
    #[error("server `{server}`: the variable `{variable}` used at `{field}` is not set")]
    UnsetVariable {
        /// The server.
        server: String,
        /// Field within the entry.
        field: String,
        /// The variable.
        variable: String,
    },
    /// A placeholder that an editor would ask the user for.
    #[error("server `{server}`: `${{input:{input}}}` at `{field}` asks the user, which callbox does not do")]
    Input {
        /// The server.
        server: String,
        /// Field within the entry.
        field: String,
        /// Identifier of the input.
        input: String,
    },
    /// Neither a command to start nor an address to connect to.
    #[error("server `{server}` has neither `command` nor `url`")]
    NoLaunch {
        /// The server.
        server: String,
    },
    /// Both a command to start and an address to connect to, without a `type` that says which one is meant.
    #[error("server `{server}` has both `command` and `url`, but no `type` that says which one is meant")]
    TwoLaunches {
        /// The server.
        server: String,
    },
    /// A transport that is not supported.
    #[error("server `{server}`: transport `{transport}` is not supported")]
    Transport {
        /// The server.
        server: String,
        /// The value of `type`.
        transport: String,
    },
}

impl EntryError {
    /// Returns the stable code, for tests and for programs.
    #[must_use]
    pub fn code(&self) -> FailureCode {
        match self {
            Self::UnsetVariable { .. } => FailureCode::UnsetVariable,
            Self::Transport { .. } => FailureCode::UnsupportedTransport,
            Self::Shape { .. } | Self::Input { .. } | Self::NoLaunch { .. } | Self::TwoLaunches { .. } => {
                FailureCode::Misconfigured
            }
        }
    }

    /// Says what to do about it, as a whole sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Shape { field, expected, .. } => format!("Give `{field}` {expected}."),
            Self::UnsetVariable { variable, .. } => {
                format!("Set `{variable}`, or write `${{{variable}:-default}}`.")
            }
            Self::Input { .. } => "Use `${env:NAME}` and set the variable.".to_owned(),
            Self::TwoLaunches { .. } => {
                "Remove one of them, or set `\"type\": \"stdio\"` or `\"type\": \"http\"`.".to_owned()
            }
            Self::NoLaunch { .. } => "Add `command` for a local server or `url` for a remote one.".to_owned(),
            Self::Transport { transport, .. } if transport == "sse" => "HTTP+SSE is deprecated; \
                 use the server's Streamable HTTP address with `\"type\": \"http\"`."
                .to_owned(),
            Self::Transport { .. } => "Use `stdio` or `http`.".to_owned(),
        }
    }
}

/// The reason why a server cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UpstreamError {
    /// The kind of failure.
    pub code: FailureCode,
    /// What happened; text from the server is quoted as data, shortened, without control characters.
    pub message: String,
    /// The last lines of the server's standard error, oldest first.
    pub stderr: Vec<String>,
    /// What to do about it, as a whole sentence, if known.
    pub hint: Option<String>,
}

impl UpstreamError {
    #[doc(hidden)]
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), stderr: Vec::new(), hint: None }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[doc(hidden)]
    pub fn with_stderr(mut self, stderr: Vec<String>) -> Self {
        self.stderr = stderr;
        self
    }

    /// Passes each of its texts through `hidden`.
    pub(crate) fn redacted(self, hidden: impl Fn(String) -> String) -> Self {
        let stderr = self.stderr.into_iter().map(&hidden).collect();
        Self { code: self.code, message: hidden(self.message), stderr, hint: self.hint.map(hidden) }
    }
}

impl From<&EntryError> for UpstreamError {
    fn from(error: &EntryError) -> Self {
        Self::new(error.code(), error.to_string()).with_hint(error.hint())
    }
}

/// The kinds of server failure before any call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureCode {
    /// No configured server has that name.
    UnknownServer,
    /// The entry says `"disabled": true`.
    Disabled,
    /// The entry is invalid.
    Misconfigured,
    /// The entry uses a variable that is not set.
    UnsetVariable,
    /// The entry names a transport that is not supported.
    UnsupportedTransport,
    /// There is no such program.
    CommandNotFound,
    /// The program exists but cannot be started.
    SpawnFailed,
    /// The program exited before it answered.
    Exited,
    /// The program's output is not the protocol.
    NotMcp,
    /// No answer in time.
    ConnectTimeout,
    /// The server answered the handshake with an error, or with an invalid answer.
    Handshake,
    /// The handshake succeeds, but the server does not list its tools.
    ListFailed,
    /// HTTP 401 or 403.
    Unauthorized,
    /// A user has to sign in, possibly again.
    SignInRequired,
    /// No connection to the address, or the answer is not MCP.
    Unreachable,
}

impl FailureCode {
    /// Returns the stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownServer => "unknown_server",
            Self::Disabled => "disabled",
            Self::Misconfigured => "misconfigured",
            Self::UnsetVariable => "unset_variable",
            Self::UnsupportedTransport => "unsupported_transport",
            Self::CommandNotFound => "command_not_found",
            Self::SpawnFailed => "spawn_failed",
            Self::Exited => "exited",
            Self::NotMcp => "not_mcp",
            Self::ConnectTimeout => "connect_timeout",
            Self::Handshake => "handshake",
            Self::ListFailed => "list_failed",
            Self::Unauthorized => "unauthorized",
            Self::SignInRequired => "sign_in_required",
            Self::Unreachable => "unreachable",
        }
    }
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
