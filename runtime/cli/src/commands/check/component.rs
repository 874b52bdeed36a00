//! `callbox check` of a component: its imports and which are granted, its exports, and what prevents it from running.

use callbox::{
    CancellationToken, Catalog, ComponentSource, End, Limits, Sandbox, Stopped,
    component::{Anatomy, CompileError, ImportGrant},
    internal::{SCHEMA_VERSION, foreign},
    outcome::Diagnostic,
};
use serde_json::{Value, json};

use crate::{
    args::CheckArgs,
    commands::component_sandbox,
    error::CliError,
    exit::ExitCode,
    learned::Learning,
    render::{self, Canvas, ScriptText},
    settings::Settings,
    toolbox::{Toolbox, Wanted},
};

pub(super) async fn check(
    args: &CheckArgs,
    settings: &Settings,
    script: &ScriptText,
    source: &ComponentSource,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<ExitCode, CliError> {
    let sandbox = component_sandbox()?;
    let anatomy = match sandbox.anatomy(source, limits, cancel).await {
        Ok(anatomy) => anatomy,
        Err(CompileError::Ended(end)) => return uncompiled(args, settings, script, *end),
        Err(CompileError::Failed(error)) => return Err(error.into()),
    };
    let mut diagnostics = anatomy.diagnostics.clone();
    if diagnostics.is_empty() {
        diagnostics = against_tools(args, settings, &sandbox, (script, source), &anatomy, limits, cancel).await?;
    }
    if args.json {
        render::print_json(&report(&anatomy, &diagnostics))?;
    } else {
        render::print(&summary(script, &anatomy))?;
        render::tell(&render::diagnostics(&diagnostics, script, canvas(settings)));
    }
    Ok(if diagnostics.is_empty() { ExitCode::Returned } else { ExitCode::Usage })
}

fn canvas(settings: &Settings) -> Canvas {
    Canvas { colour: settings.terminal.colour }
}

fn uncompiled(args: &CheckArgs, settings: &Settings, script: &ScriptText, end: End) -> Result<ExitCode, CliError> {
    let (exit, diagnostics) = match end {
        End::Rejected(diagnostics) => (ExitCode::Usage, diagnostics),
        End::Stopped(stopped) => return Err(unfinished(script, stopped)),
        end => (ExitCode::from(&end), Vec::new()),
    };
    if args.json {
        render::print_json(&rejected(&diagnostics))?;
    } else {
        render::tell(&render::diagnostics(&diagnostics, script, canvas(settings)));
    }
    Ok(exit)
}

/// The error for a check that was stopped before it had a result.
fn unfinished(script: &ScriptText, stopped: Stopped) -> CliError {
    match stopped {
        Stopped::Cancelled => CliError::cancelled(),
        Stopped::Limit { .. } => CliError::file(format!("{}: {stopped}", script.name)),
    }
}

/// Checks a component against the available tools. Servers are started only if it imports typed tools.
async fn against_tools(
    args: &CheckArgs,
    settings: &Settings,
    sandbox: &Sandbox,
    (script, source): (&ScriptText, &ComponentSource),
    anatomy: &Anatomy,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<Vec<Diagnostic>, CliError> {
    if anatomy.imports.iter().all(|import| import.granted != ImportGrant::Tools) {
        let checked = sandbox.check(&Catalog::default(), source, limits, cancel).await;
        return wrong(script, checked);
    }
    if args.offline {
        return Ok(Vec::new());
    }
    let toolbox = if settings.demo() {
        Toolbox::demo()
    } else {
        let config = settings.source.config()?.config;
        Toolbox::open(&config, &Wanted::All, Learning::default(), cancel).await?
    };
    if !args.json {
        render::tell(&render::server_lines(&toolbox.failures, &toolbox.notes));
    }
    let checked = sandbox.check(&toolbox.catalog, source, limits, cancel).await;
    toolbox.close().await;
    wrong(script, checked)
}

fn wrong(script: &ScriptText, checked: Result<(), CompileError>) -> Result<Vec<Diagnostic>, CliError> {
    match checked {
        Ok(()) => Ok(Vec::new()),
        Err(CompileError::Ended(end)) => match *end {
            End::Stopped(stopped) => Err(unfinished(script, stopped)),
            end => Ok(super::diagnostics_of(end)),
        },
        Err(CompileError::Failed(error)) => Err(error.into()),
    }
}

/// Maximum characters shown of an import's or export's name.
const NAME_CHARS_MAX: usize = 200;

fn summary(script: &ScriptText, anatomy: &Anatomy) -> String {
    let mut text = format!("{}: a component\n", script.name);
    for import in &anatomy.imports {
        text += &format!("  import {}  {}\n", foreign::line(&import.name, NAME_CHARS_MAX), grant_text(import.granted));
    }
    for export in &anatomy.exports {
        let signature = export.signature.as_deref().unwrap_or("an interface");
        text += &format!("  export {}: {signature}\n", foreign::line(&export.name, NAME_CHARS_MAX));
    }
    text
}

fn grant_text(granted: ImportGrant) -> &'static str {
    match granted {
        ImportGrant::Contract => "callbox",
        ImportGrant::Tools => "typed tools",
        ImportGrant::Wasi => "WASI, inert except for granted folders and variables",
        _ => "NOT GRANTED",
    }
}

fn report(anatomy: &Anatomy, diagnostics: &[Diagnostic]) -> Value {
    let kind = if diagnostics.is_empty() { "checked" } else { "rejected" };
    let mut end = json!({"kind": kind, "imports": anatomy.imports, "exports": anatomy.exports});
    if let (Value::Object(end), Value::Object(rejected)) = (&mut end, Diagnostic::report(diagnostics))
        && !diagnostics.is_empty()
    {
        end.extend(rejected);
    }
    json!({"schema_version": SCHEMA_VERSION, "end": end})
}

fn rejected(diagnostics: &[Diagnostic]) -> Value {
    json!({"schema_version": SCHEMA_VERSION, "end": Diagnostic::report(diagnostics)})
}
