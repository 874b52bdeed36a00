//! `callbox run`: takes one script from its text to an exit code.

use std::{fs, path::Path, sync::Arc};

use callbox::{CancellationToken, End, Engine, Folder, Outcome, Program, RunRequest, Sandbox};
use callbox_gateway::Trace;
use callbox_mcp::{CallTrace, CallerContext};
use serde_json::Value;

use super::{component_sandbox, sandbox, script};
use crate::{
    args::{AllowDir, RunArgs},
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
    let (limits, engine) = (args.limits.limits(), args.engine.engine);
    let (script, program) = script(args.file.as_deref(), settings, &limits)?;
    let input = args.input.value()?;
    let bytes = program.bytes();
    let (sandbox, program, need) = match program {
        Program::Script(text) if !settings.demo() => {
            let sandbox = sandbox(engine)?;
            let (program, need) = need::of_text(&settings.source, &sandbox, text, &limits, &cancel).await?;
            (sandbox, program, need)
        }
        Program::Component(source) => {
            let sandbox = component_sandbox()?;
            let need = need::of_component(&settings.source, &sandbox, &source, &limits, &cancel).await?;
            (sandbox, source.into(), need)
        }
        script => (sandbox(engine)?, script, Need::Nothing),
    };
    if !args.env.is_empty() && !matches!(program, Program::Component(_)) {
        let error = CliError::usage("`--env` is only for components: JavaScript and TypeScript see no variables");
        return Err(error.hint("Pass the script what it needs as its input."));
    }
    let request = request(args, program, cancel.clone())?;
    let toolbox = match need {
        Need::Ended(end) => return show(args, settings, &script, &ended(*end, bytes)),
        _ if settings.demo() => Toolbox::demo(),
        Need::Nothing => Toolbox::default(),
        Need::Servers(servers) => open(&servers, args, settings, &cancel).await?,
    };
    let outcome = drive(args, settings, &script, input, sandbox, request, toolbox).await?;
    show(args, settings, &script, &outcome)
}

fn request(args: &RunArgs, program: Program, cancel: CancellationToken) -> Result<RunRequest, CliError> {
    let mut request = RunRequest::program(program).limits(args.limits.limits());
    for dir in &args.allow_dir {
        request = request.folder(folder(dir)?);
    }
    for (name, value) in &args.env {
        request = request.variable(name, value);
    }
    if let Some(seed) = args.seed {
        request = request.seed(seed);
    }
    if let Some(clock_ms) = args.clock {
        request = request.clock_ms(clock_ms);
    }
    Ok(request.cancel(cancel))
}

fn folder(dir: &AllowDir) -> Result<Folder, CliError> {
    let opened = match dir.read_only {
        true => Folder::read_only(&dir.host, &dir.guest),
        false => Folder::writable(&dir.host, &dir.guest),
    };
    opened.map_err(|error| CliError::file(format!("cannot open the folder `{}`: {error}", dir.host.display())))
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
    sandbox: Sandbox,
    request: RunRequest,
    toolbox: Toolbox,
) -> Result<Outcome, CliError> {
    let live = Arc::new(Live::new(!args.json, args.trace, settings.terminal.err, &script.name));
    let trace = trace(args, settings, script, &input);
    let trace = Arc::new(trace);
    let context = CallerContext::default().with_trace(Arc::clone(&trace) as Arc<dyn CallTrace>);
    let observer = Arc::clone(&live);
    let request = request.input(input).context(context).observer(trace).observe(move |event| observer.observe(event));
    let ended = sandbox.run(&toolbox.catalog, request).await;
    live.finish();
    if let Ok(outcome) = &ended {
        let (usage, calls) = (&outcome.usage, outcome.calls.len());
        let (wall_ms, cpu_ms) = (usage.wall_ms.round(), usage.cpu_ms.round());
        let (end, engine) = (outcome.end.kind(), outcome.engine.map(Engine::as_str));
        tracing::info!(end, engine, calls, wall_ms, cpu_ms, "a run ended");
    }
    let mut notes = toolbox.notes.clone();
    notes.extend(toolbox.failures.iter().map(|failure| failure.message.clone()));
    toolbox.close().await;
    let mut outcome = ended?;
    if args.json {
        outcome.notes.extend(notes);
    }
    Ok(outcome)
}

/// Starts the run's trace, which continues the parent process's trace (`TRACEPARENT`), if set.
fn trace(args: &RunArgs, settings: &Settings, script: &ScriptText, input: &Value) -> Trace {
    let context = environment::trace_context(args.telemetry.forward_baggage);
    match &settings.traces {
        Some(traces) => traces.run(context, &script.text, input),
        None => Trace::passed_on(context),
    }
}

/// The outcome of a script that ended before any server was started.
pub(super) fn ended(end: End, source_bytes: u64) -> Outcome {
    let mut outcome = Outcome::unstarted(end);
    outcome.usage.source_bytes = source_bytes;
    outcome
}

fn show(args: &RunArgs, settings: &Settings, script: &ScriptText, outcome: &Outcome) -> Result<ExitCode, CliError> {
    if args.json {
        render::print_json(&outcome.report())?;
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

/// Checks up front whether `--output` can be written: a run's effects cannot be undone.
fn writable(file: &Path) -> Result<(), CliError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if file.is_dir() || !folder.is_dir() {
        let reason = if file.is_dir() { "it is a folder" } else { "its folder does not exist" };
        return Err(CliError::file(format!("cannot write to `{}`: {reason}", file.display())));
    }
    Ok(())
}

fn write(file: &Path, value: &Value) -> Result<(), CliError> {
    let written = fs::write(file, format!("{value:#}\n"));
    written.map_err(|error| CliError::file(format!("cannot write to `{}`: {error}", file.display())))
}
