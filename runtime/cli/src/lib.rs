//! The `callbox` command line: parses arguments, resolves settings, runs one command and returns an exit code.

mod args;
mod commands;
mod compiler;
mod demo;
mod environment;
mod error;
mod exit;
mod interrupt;
mod learned;
mod logging;
mod need;
#[cfg(feature = "otlp")]
mod otlp;
mod render;
mod server_failure;
mod settings;
mod telemetry;
mod text_file;
mod tokens;
mod toolbox;

use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Parser;

use args::{Args, Command};
use environment::Terminal;
use error::CliError;
use exit::ExitCode;
use render::Canvas;
use settings::Settings;
use telemetry::Telemetry;

/// One for the run, one for the servers' pipes; more would only slow down start-up. A gateway has one per processor.
const WORKER_THREADS: usize = 2;

/// Runs the command given by the process's arguments.
pub fn main() -> std::process::ExitCode {
    if compiler::is_asked_for() {
        return callbox::component::CompileProcess::serve();
    }
    let terminal = Terminal::look();
    let code = match Args::try_parse() {
        Ok(args) => {
            let json = args.command.json();
            let ended = catch_unwind(AssertUnwindSafe(|| carry_out(args, terminal)));
            let ended = ended.unwrap_or_else(|_| Err(CliError::internal("bug in callbox: it panicked")));
            ended.unwrap_or_else(|error| refuse(&error, json, terminal))
        }
        Err(refused) => explain(&refused, terminal),
    };
    code.into()
}

fn carry_out(args: Args, terminal: Terminal) -> Result<ExitCode, CliError> {
    if let Command::Completions(args) = &args.command {
        return commands::completions(args);
    }
    let telemetry = Telemetry::start(args.command.telemetry())?;
    let is_watched = telemetry.traces.is_some() || matches!(args.command, Command::Serve(_));
    logging::start(&args.global, is_watched, terminal)?;
    let settings = Settings::resolve(args.global, telemetry.traces.clone(), terminal)?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if !matches!(args.command, Command::Serve(_)) {
        runtime.worker_threads(WORKER_THREADS);
    }
    let runtime = runtime.enable_all().build();
    let runtime = runtime.map_err(|error| CliError::internal(format!("cannot start threads: {error}")))?;
    let ended = runtime.block_on(commands::carry_out(&args.command, &settings));
    // Remaining work was cancelled; do not wait for a read that may never end.
    runtime.shutdown_background();
    telemetry.finish();
    ended
}

fn refuse(error: &CliError, json: bool, terminal: Terminal) -> ExitCode {
    if json {
        // If standard output fails, there is nowhere left to report it.
        let _ = render::print_json(&render::error_json(error));
    } else {
        render::tell(&render::error(error, Canvas { colour: terminal.colour }));
    }
    error.exit
}

/// Prints help, the version or a usage error.
fn explain(refused: &clap::Error, terminal: Terminal) -> ExitCode {
    if !refused.use_stderr() {
        let _ = refused.print();
        return ExitCode::Returned;
    }
    if std::env::args_os().take_while(|arg| arg != "--").any(|arg| arg == "--json") {
        let text = refused.to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let error = CliError::usage(message).hint("Run `callbox --help`.");
        return refuse(&error, true, terminal);
    }
    let _ = refused.print();
    ExitCode::Usage
}
