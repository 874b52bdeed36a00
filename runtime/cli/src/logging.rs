//! Logs of the program itself, off unless asked for. Logs of scripts are another matter.

use std::io::stderr;

use tracing_subscriber::EnvFilter;

use crate::{
    environment::{self, Terminal},
    error::CliError,
};

/// Turns logs on if `-v` or `CALLBOX_LOG` ask for them.
pub(crate) fn start(verbose: u8, terminal: Terminal) -> Result<(), CliError> {
    let Some(filter) = environment::log_filter().or_else(|| level(verbose)) else {
        return Ok(());
    };
    let filter = EnvFilter::try_new(&filter)
        .map_err(|error| CliError::usage(format!("CALLBOX_LOG: `{filter}` is not a filter: {error}")))?;
    // Beyond warnings it logs codes that are worth tokens, whoever asks.
    let quiet = "rmcp::transport::auth=warn".parse();
    let quiet = quiet.map_err(|error| CliError::internal(format!("no filter for logs: {error}")))?;
    let filter = filter.add_directive(quiet);
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(terminal.colour);
    subscriber.try_init().map_err(|error| CliError::internal(format!("cannot start logs: {error}")))
}

/// Only callbox's own crates: others may log what is secret.
fn level(verbose: u8) -> Option<String> {
    let level = match verbose {
        0 => return None,
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    Some(format!("off,callbox={level},callbox_mcp={level},callbox_js={level}"))
}
