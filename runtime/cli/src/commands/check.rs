//! `callbox check`: compiles a script and checks the names it uses, or a component's imports. Servers are asked for
//! their tool lists; no tool is called.

mod component;

use callbox::{
    CancellationToken, End, Engine, Limits, Program, Script,
    internal::{SCHEMA_VERSION, ToolUse},
    outcome::Diagnostic,
};
use serde_json::json;

use super::{run::ended, sandbox, script};
use crate::{
    args::CheckArgs,
    error::CliError,
    exit::ExitCode,
    learned::Learning,
    need::{self, Need, Servers},
    render::{self, Canvas, ScriptText},
    settings::Settings,
    toolbox::Toolbox,
};

pub(crate) async fn check(
    args: &CheckArgs,
    settings: &Settings,
    cancel: &CancellationToken,
) -> Result<ExitCode, CliError> {
    let limits = Limits::default();
    let (script, program) = script(args.file.as_deref(), settings, &limits)?;
    if let Program::Component(source) = &program {
        return component::check(args, settings, &script, source, &limits, cancel).await;
    }
    if script.text.len() as u64 > limits.source_bytes_max {
        let max = limits.source_bytes_max;
        return Err(CliError::file(format!("the script has more than {max} bytes")).hint("Pass data in as `input`."));
    }
    let compiled = match need::compile(&sandbox(Engine::default())?, &script.text, &limits, cancel).await {
        Ok(compiled) => compiled,
        Err(end) => return uncompiled(args, settings, &script, *end),
    };
    let checked = if settings.demo() {
        against(&compiled, &Toolbox::demo())
    } else {
        match need::judge(&settings.source, &compiled)? {
            Need::Ended(end) => Err(diagnostics_of(*end)),
            Need::Servers(servers) if !args.offline => with_servers(args, &servers, &compiled, cancel).await?,
            Need::Servers(_) => Ok(compiled.tools_named().to_vec()),
            Need::Nothing => against(&compiled, &Toolbox::default()),
        }
    };
    show(args, settings, &script, checked)
}

/// Shows a script that a limit stopped during compilation, as `callbox run` would.
fn uncompiled(args: &CheckArgs, settings: &Settings, script: &ScriptText, end: End) -> Result<ExitCode, CliError> {
    let exit = ExitCode::from(&end);
    let outcome = ended(end, script.text.len() as u64);
    if args.json {
        render::print(&format!("{}\n", outcome.report()))?;
    } else {
        render::tell(&render::ending(&outcome, script, Canvas { colour: settings.terminal.colour }));
    }
    Ok(exit)
}

/// Returns the diagnostics of a script that was rejected without being run.
fn diagnostics_of(end: End) -> Vec<Diagnostic> {
    match end {
        End::Rejected(diagnostics) => diagnostics,
        _ => Vec::new(),
    }
}

type Checked = Result<Vec<ToolUse>, Vec<Diagnostic>>;

fn against(script: &Script, toolbox: &Toolbox) -> Checked {
    script.check(&toolbox.catalog).map(|()| script.tools_named().to_vec())
}

async fn with_servers(
    args: &CheckArgs,
    servers: &Servers,
    script: &Script,
    cancel: &CancellationToken,
) -> Result<Checked, CliError> {
    let toolbox = Toolbox::open(&servers.found.config, &servers.wanted, Learning::default(), cancel).await?;
    let toolbox = toolbox.with_needed(&servers.needed).await?;
    if !args.json {
        render::tell(&render::server_lines(&toolbox.failures, &toolbox.notes));
    }
    let checked = against(script, &toolbox);
    toolbox.close().await;
    Ok(checked)
}

fn show(args: &CheckArgs, settings: &Settings, script: &ScriptText, checked: Checked) -> Result<ExitCode, CliError> {
    let exit = if checked.is_ok() { ExitCode::Returned } else { ExitCode::Usage };
    match checked {
        _ if args.json => render::print_json(&report(checked))?,
        Ok(uses) => render::print(&summary(script, &uses))?,
        Err(diagnostics) => {
            render::tell(&render::diagnostics(&diagnostics, script, Canvas { colour: settings.terminal.colour }));
        }
    }
    Ok(exit)
}

fn summary(script: &ScriptText, uses: &[ToolUse]) -> String {
    let names = tool_names(uses);
    let names = if names.is_empty() { "names no tool".to_owned() } else { format!("names {}", names.join(", ")) };
    format!("{}: compiles; {names}\n", script.name)
}

fn report(checked: Checked) -> serde_json::Value {
    let end = match checked {
        Ok(uses) => json!({"kind": "checked", "tools": tool_names(&uses)}),
        Err(diagnostics) => Diagnostic::report(&diagnostics),
    };
    json!({"schema_version": SCHEMA_VERSION, "end": end})
}

/// Each tool once, named as in the script.
fn tool_names(uses: &[ToolUse]) -> Vec<String> {
    let mut names: Vec<_> =
        uses.iter().filter_map(|used| Some(format!("{}.{}", used.server, used.tool.as_ref()?))).collect();
    names.sort();
    names.dedup();
    names
}
