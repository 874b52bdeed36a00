//! The resolved global flags: where tools come from and how to print.

use std::path::PathBuf;

use callbox_gateway::Traces;
use callbox_mcp::Config;

use crate::{
    args::GlobalArgs,
    environment::{self, Found, Terminal},
    error::CliError,
    learned::Learning,
};

/// Settings that apply to every command.
pub(crate) struct Settings {
    pub(crate) source: Source,
    pub(crate) terminal: Terminal,
    /// Makes the spans of runs, if traces are on.
    pub(crate) traces: Option<Traces>,
    /// Whether to learn types from results, and to show learned ones.
    learn: bool,
}

/// Where tools come from.
pub(crate) enum Source {
    /// The built-in demo.
    Demo,
    /// The servers listed in these files, or in the nearest `.mcp.json` if there are none.
    Servers(Vec<PathBuf>),
}

impl Settings {
    pub(crate) fn resolve(args: GlobalArgs, traces: Option<Traces>, terminal: Terminal) -> Result<Self, CliError> {
        let source = match (args.demo, args.config) {
            (false, files) => Source::Servers(files),
            (true, files) if files.is_empty() => Source::Demo,
            (true, _) => return Err(CliError::usage("`--demo` and `--config` cannot be used together")),
        };
        Ok(Self { source, terminal, traces, learn: !args.no_learn })
    }

    /// Returns what is learned about the tools in `config`; nothing if learning is off.
    pub(crate) fn learning(&self, config: &Config) -> Learning {
        if self.learn { Learning::of(config) } else { Learning::default() }
    }

    pub(crate) fn demo(&self) -> bool {
        matches!(self.source, Source::Demo)
    }
}

impl Source {
    /// Returns the list of servers; an error if there is none.
    pub(crate) fn config(&self) -> Result<Found, CliError> {
        self.config_if_any()?.ok_or_else(environment::no_config)
    }

    /// Returns the list of servers, if there is one.
    pub(crate) fn config_if_any(&self) -> Result<Option<Found>, CliError> {
        match self {
            Self::Demo => Ok(None),
            Self::Servers(files) => environment::find_config(files),
        }
    }
}
