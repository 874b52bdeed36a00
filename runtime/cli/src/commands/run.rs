//! `callbox run`: one script from its text to its exit code.

use std::{fs, path::Path, sync::Arc};

use callbox::{CancellationToken, Diagnostic, End, Outcome, RunRequest, Sandbox, Usage};
use callbox_mcp::{CallerContext, Trace};
use serde_json::Value;

use super::script_text;
use crate::{
    args::RunArgs,
    environment,
    error::CliError,
    exit::ExitCode,
    need::{self, Need, Servers},
    render::{self, Canvas, Live, ScriptText},
    settings::Settings,
    toolbox::Toolbox,
};

pub(crate) async fn run(args: &RunArgs, settings: &Settings, cancel: CancellationToken) -> Result<ExitCode, CliError> {
    if args.input.reads_stdin() && args.file.as_deref() == Some(Path::new("-")) {
        return Err(CliError::usage("standard input cannot be both the script and its input"));
    }
    args.output.as_deref().map_or(Ok(()), writable)?;
    let limits = args.limits.limits();
    let script = script_text(args.file.as_deref(), settings, limits.source_bytes_max)?;
    let input = args.input.value()?;
    let request = request(args, &script, cancel.clone());
    let toolbox = if settings.demo() {
        Toolbox::demo()
    } else {
        match need::judge(&settings.source, &script.text, &limits)? {
            Need::Rejected(diagnostics) => return show(args, settings, &script, &rejected(&script, diagnostics)),
            Need::Nothing => Toolbox::default(),
            Need::Servers(servers) => open(&servers, args, settings, &cancel).await?,
        }
    };
    let outcome = drive(args, settings, &script, input, request, toolbox).await?;
    show(args, settings, &script, &outcome)
}

fn request(args: &RunArgs, script: &ScriptText, cancel: CancellationToken) -> RunRequest {
    let mut request = RunRequest::new(script.text.clone()).limits(args.limits.limits());
    if let Some(seed) = args.seed {
        request = request.seed(seed);
    }
    if let Some(clock_ms) = args.clock {
        request = request.clock_ms(clock_ms);
    }
    request.cancel(cancel)
}

async fn open(
    servers: &Servers,
    args: &RunArgs,
    settings: &Settings,
    cancel: &CancellationToken,
) -> Result<Toolbox, CliError> {
    let config = &servers.found.config;
    let toolbox = Toolbox::open(config, &servers.wanted, settings.learning(config), cancel).await?;
    let toolbox = toolbox.with_needed(&servers.needed).await?;
    if !args.json {
        render::tell(&render::server_lines(&toolbox.failures, &toolbox.notes));
    }
    Ok(toolbox)
}

async fn drive(
    args: &RunArgs,
    settings: &Settings,
    script: &ScriptText,
    input: Value,
    request: RunRequest,
    toolbox: Toolbox,
) -> Result<Outcome, CliError> {
    let live = Arc::new(Live::new(!args.json, args.trace, settings.terminal.err, &script.name));
    let trace = trace(settings, script, &input);
    let (observer, spans) = (Arc::clone(&live), trace.clone());
    let request =
        request.input(input).context(CallerContext::default().with_trace(trace.clone())).observe(move |event| {
            spans.observe(event);
            observer.observe(event);
        });
    // One run, so one place: further ones would only reserve address space.
    let ended = Sandbox::with_runs_at_once(1)?.run(&toolbox.catalog, request).await;
    live.finish();
    ended.iter().for_each(|outcome| trace.end(outcome));
    let mut notes = toolbox.notes.clone();
    notes.extend(toolbox.failures.iter().map(|failure| failure.message.clone()));
    toolbox.close().await;
    let mut outcome = ended?;
    if args.json {
        outcome.notes.extend(notes);
    }
    Ok(outcome)
}

/// The trace that the run belongs to: that of whoever started this process, if he has one.
fn trace(settings: &Settings, script: &ScriptText, input: &Value) -> Trace {
    let context = environment::trace_context();
    match &settings.traces {
        Some(traces) => traces.run(context, &script.text, input),
        None => Trace::passed_on(context),
    }
}

fn rejected(script: &ScriptText, diagnostics: Vec<Diagnostic>) -> Outcome {
    let usage = Usage { source_bytes: script.text.len() as u64, ..Usage::default() };
    Outcome { end: End::Rejected(diagnostics), logs: Vec::new(), calls: Vec::new(), usage, notes: Vec::new() }
}

fn show(args: &RunArgs, settings: &Settings, script: &ScriptText, outcome: &Outcome) -> Result<ExitCode, CliError> {
    if args.json {
        render::print(&format!("{}\n", outcome.report()))?;
    } else {
        if let End::Returned(returned) = &outcome.end {
            render::print(&render::value(returned.shown(), settings.terminal.out))?;
        }
        render::tell(&render::ending(outcome, script, Canvas { colour: settings.terminal.colour }));
    }
    if let (End::Returned(returned), Some(file)) = (&outcome.end, &args.output) {
        write(file, &returned.value)?;
    }
    Ok(ExitCode::from(&outcome.end))
}

/// Found out before the run, whose effects cannot be taken back.
fn writable(file: &Path) -> Result<(), CliError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if file.is_dir() || !folder.is_dir() {
        let reason = if file.is_dir() { "it is a folder" } else { "its folder is not there" };
        return Err(CliError::file(format!("cannot write to `{}`: {reason}", file.display())));
    }
    Ok(())
}

fn write(file: &Path, value: &Value) -> Result<(), CliError> {
    let written = fs::write(file, format!("{value:#}\n"));
    written.map_err(|error| CliError::file(format!("cannot write to `{}`: {error}", file.display())))
}
