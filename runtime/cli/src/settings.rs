//! The global flags, resolved: where tools come from and what the output may look like.

use std::path::PathBuf;

use callbox_mcp::{Config, Traces};

use crate::{
    args::GlobalArgs,
    environment::{self, Found, Terminal},
    error::CliError,
    learned::Learning,
};

/// What holds for any command.
pub(crate) struct Settings {
    pub(crate) source: Source,
    pub(crate) terminal: Terminal,
    /// What makes the spans of runs, if anything does.
    pub(crate) traces: Option<Traces>,
    /// Whether types are learned from results, and shown.
    learn: bool,
}

/// Where tools come from.
pub(crate) enum Source {
    /// The built-in demo.
    Demo,
    /// The servers listed in these files; in the nearest `.mcp.json` if there are none.
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

    /// What the tools of `config` teach, unless nothing shall be learned.
    pub(crate) fn learning(&self, config: &Config) -> Learning {
        if self.learn { Learning::of(config) } else { Learning::default() }
    }

    pub(crate) fn demo(&self) -> bool {
        matches!(self.source, Source::Demo)
    }
}

impl Source {
    /// The list of servers, which a command needs.
    pub(crate) fn config(&self) -> Result<Found, CliError> {
        self.config_if_any()?.ok_or_else(environment::no_config)
    }

    /// The list of servers, if there is one.
    pub(crate) fn config_if_any(&self) -> Result<Option<Found>, CliError> {
        match self {
            Self::Demo => Ok(None),
            Self::Servers(files) => environment::find_config(files),
        }
    }
}
