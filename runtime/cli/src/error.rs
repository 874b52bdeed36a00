//! The error that stops a command: an exit code, a stable code, a message and a hint. `render` shows it.

use std::fmt;

use callbox::ErrorKind;
use callbox_mcp::{ConfigError, SignInCode, SignInError};

use crate::{exit::ExitCode, server_failure::ServerFailure};

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) exit: ExitCode,
    /// Stable, unlike the message.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// The servers at fault.
    pub(crate) servers: Vec<ServerFailure>,
    /// Further information, one line each.
    pub(crate) notes: Vec<String>,
}

impl CliError {
    fn new(exit: ExitCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into(), hint: None, servers: Vec::new(), notes: Vec::new() }
    }

    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, "usage", message)
    }

    /// A file named on the command line cannot be used.
    pub(crate) fn file(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, "file", message)
    }

    /// A file would be overwritten.
    pub(crate) fn file_exists(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, "file_exists", message)
    }

    /// No host lists a server that could be imported.
    pub(crate) fn nothing_to_import(notes: Vec<String>) -> Self {
        let message = "found no MCP servers to import";
        Self { notes, ..Self::new(ExitCode::Usage, "nothing_to_import", message) }
    }

    /// A server or tool does not exist.
    pub(crate) fn unknown_tool(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, "unknown_tool", message)
    }

    /// No list of servers was found, but one is needed.
    pub(crate) fn no_config(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, "no_config", message)
    }

    /// Required servers cannot be reached.
    pub(crate) fn unreachable(servers: Vec<ServerFailure>) -> Self {
        let names: Vec<_> = servers.iter().map(|server| format!("`{}`", server.name)).collect();
        let message = match names.as_slice() {
            [name] => format!("the server {name} is needed and cannot be reached"),
            names => format!("the servers {} are needed and cannot be reached", names.join(", ")),
        };
        let hint = "Run `callbox doctor` to check every server.";
        Self { servers, ..Self::new(ExitCode::Unreachable, "server_unreachable", message).hint(hint) }
    }

    /// Interrupted before anything was started.
    pub(crate) fn cancelled() -> Self {
        Self::new(ExitCode::Stopped, "cancelled", "cancelled before the script began; no tool was called")
    }

    /// Interrupted while running.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Stopped, "cancelled", message)
    }

    /// A bug, or a machine on which callbox cannot run.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Bug, "internal", message)
    }

    /// Adds advice to the error.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        let hint = match &error {
            ConfigError::Unreadable { .. } => "Check the path given with `--config`.",
            ConfigError::TooLarge { .. } => "Give a list of MCP servers.",
            ConfigError::Malformed { .. } => "Correct the file there; comments and trailing commas are allowed.",
            ConfigError::NoServers { .. } | ConfigError::Shape { .. } => {
                r#"Write it as {"mcpServers": {"NAME": {"command": "PROGRAM", "args": []}}}."#
            }
        };
        Self::new(ExitCode::Usage, error.code(), error.to_string()).hint(hint)
    }
}

impl From<SignInError> for CliError {
    fn from(error: SignInError) -> Self {
        let exit = match error.code {
            SignInCode::UnknownServer
            | SignInCode::Misconfigured
            | SignInCode::NotApplicable
            | SignInCode::Store
            | SignInCode::Redirect => ExitCode::Usage,
            SignInCode::TimedOut => ExitCode::Stopped,
            _ => ExitCode::Unreachable,
        };
        Self { hint: error.hint, ..Self::new(exit, error.code.as_str(), error.message) }
    }
}

impl From<callbox::Error> for CliError {
    fn from(error: callbox::Error) -> Self {
        let hint = match error.kind() {
            ErrorKind::AddressSpace => Some("Raise or remove the limit on address space (`ulimit -v`)."),
            _ => None,
        };
        let failed = match error.kind() {
            ErrorKind::Limits => Self::usage(error.to_string()),
            _ => Self::internal(error.to_string()),
        };
        Self { hint: hint.map(str::to_owned), ..failed }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
