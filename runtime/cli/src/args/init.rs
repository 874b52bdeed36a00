//! The flags of `callbox init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The list of servers to write, and the hosts to read.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Read only these hosts; may be repeated. Default: all hosts.
    #[arg(long, value_name = "HOST", value_enum, value_delimiter = ',', num_args = 1..)]
    pub(crate) from: Vec<Host>,
    /// The file to write.
    #[arg(long, value_name = "FILE", default_value = ".mcp.json")]
    pub(crate) output: PathBuf,
    /// Replace the file if it exists; the old one is kept next to it as `FILE.bak`.
    #[arg(long)]
    pub(crate) force: bool,
    /// Write nothing; show what would be written.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print one JSON object and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A program that lets a model use MCP servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Host {
    /// Claude Desktop.
    ClaudeDesktop,
    /// Claude Code.
    ClaudeCode,
    /// Cursor.
    Cursor,
    /// Visual Studio Code.
    #[value(name = "vscode")]
    VsCode,
    /// Codex.
    Codex,
}

impl Host {
    /// The host's product name.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "Claude Desktop",
            Self::ClaudeCode => "Claude Code",
            Self::Cursor => "Cursor",
            Self::VsCode => "VS Code",
            Self::Codex => "Codex",
        }
    }

    /// The name used by `--from` and in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "claude-desktop",
            Self::ClaudeCode => "claude-code",
            Self::Cursor => "cursor",
            Self::VsCode => "vscode",
            Self::Codex => "codex",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_command_line() {
        for host in Host::value_variants() {
            let value = host.to_possible_value().expect("a value");
            assert_eq!(value.get_name(), host.name());
        }
    }
}
