//! The program's own log, off by default. Scripts' logs are separate.

mod json;
mod lines;

use std::io::stderr;

use json::Json;
use lines::Lines;
use tracing::{Level, Metadata};
use tracing_subscriber::{EnvFilter, filter::filter_fn, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{
    args::{GlobalArgs, LogFormat},
    environment::{self, Terminal},
    error::CliError,
};

/// Turns the log on if `-v` or `CALLBOX_LOG` asks for it; where nobody would see them otherwise, warnings are always
/// on.
pub(crate) fn start(args: &GlobalArgs, is_watched: bool, terminal: Terminal) -> Result<(), CliError> {
    let Some(filter) = environment::log_filter().or_else(|| level(args.verbose, is_watched)) else {
        return Ok(());
    };
    let filter = EnvFilter::try_new(&filter)
        .map_err(|error| CliError::usage(format!("CALLBOX_LOG: `{filter}` is not a filter: {error}")))?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter);
    let started = match args.log_format {
        LogFormat::Text => {
            let subscriber = subscriber.with_writer(Lines::new).with_ansi(terminal.colour);
            subscriber.finish().with(filter_fn(is_meant)).try_init()
        }
        LogFormat::Json => {
            subscriber.with_writer(stderr).event_format(Json).finish().with(filter_fn(is_meant)).try_init()
        }
    };
    started.map_err(|error| CliError::internal(format!("cannot start logs: {error}")))
}

/// Whether an event may be logged under `CALLBOX_LOG=trace`. rmcp logs messages as sent, with everything that clients
/// and servers say, including codes that can be exchanged for tokens.
fn is_meant(metadata: &Metadata<'_>) -> bool {
    !metadata.target().starts_with("rmcp") || *metadata.level() <= Level::WARN
}

/// Only callbox's own crates: others may log secrets.
fn level(verbose: u8, is_watched: bool) -> Option<String> {
    let level = match verbose {
        0 if is_watched => "warn",
        0 => return None,
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let own = ["callbox", "callbox_cli", "callbox_mcp", "callbox_gateway", "callbox_engine", "callbox_bindings"];
    Some(own.iter().fold("off".to_owned(), |filter, target| format!("{filter},{target}={level}")))
}
