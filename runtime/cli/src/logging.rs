//! Logs of the program itself, off unless asked for. Logs of scripts are another matter.

use std::io::stderr;

use tracing_subscriber::EnvFilter;

use crate::{
    args::{GlobalArgs, LogFormat},
    environment::{self, Terminal},
    error::CliError,
};

/// Turns logs on if `-v` or `CALLBOX_LOG` ask for them; warnings also where nobody would learn of them otherwise.
pub(crate) fn start(args: &GlobalArgs, is_watched: bool, terminal: Terminal) -> Result<(), CliError> {
    let Some(filter) = environment::log_filter().or_else(|| level(args.verbose, is_watched)) else {
        return Ok(());
    };
    let filter = EnvFilter::try_new(&filter)
        .map_err(|error| CliError::usage(format!("CALLBOX_LOG: `{filter}` is not a filter: {error}")))?;
    let filter = quietened(filter)?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let started = match args.log_format {
        LogFormat::Text => subscriber.with_ansi(terminal.colour).try_init(),
        LogFormat::Json => {
            subscriber.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
        }
    };
    started.map_err(|error| CliError::internal(format!("cannot start logs: {error}")))
}

/// Without what nobody means by `CALLBOX_LOG=trace`: messages as they go over the wire, with all that
/// servers say, and codes that are worth tokens.
fn quietened(filter: EnvFilter) -> Result<EnvFilter, CliError> {
    ["rmcp=info", "rmcp::transport::auth=warn"].into_iter().try_fold(filter, |filter, quiet| {
        let quiet = quiet.parse();
        let quiet = quiet.map_err(|error| CliError::internal(format!("no filter for logs: {error}")))?;
        Ok(filter.add_directive(quiet))
    })
}

/// Only callbox's own crates: others may log what is secret.
fn level(verbose: u8, is_watched: bool) -> Option<String> {
    let level = match verbose {
        0 if is_watched => "warn",
        0 => return None,
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    Some(format!("off,callbox={level},callbox_mcp={level},callbox_js={level}"))
}
