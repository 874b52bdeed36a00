//! `callbox types`: typed declarations of the tools, or a report on them.

use std::collections::HashSet;

use callbox::{
    CancellationToken, Catalog, Server,
    internal::{Note, SCHEMA_VERSION, foreign},
};
use callbox_bindings::{
    LeftOut, Level, Rendering, Report, Selection, Shown, Stubs, ToolEntry, WitCalls, rust, rust_calls, wit, wit_of,
};
use serde_json::{Value, json};

use super::open;
use crate::{
    args::{LevelArg, TargetArg, TypesArgs},
    error::CliError,
    exit::ExitCode,
    render,
    settings::Settings,
    toolbox::{Toolbox, resolve_tool},
};

pub(crate) async fn types(
    args: &TypesArgs,
    settings: &Settings,
    cancel: &CancellationToken,
) -> Result<ExitCode, CliError> {
    if args.target != TargetArg::Ts && (args.budget.is_some() || args.level != LevelArg::Full) {
        return Err(CliError::usage(
            "`--level` and `--budget` are only for TypeScript: a program needs complete types",
        ));
    }
    let toolbox = open(settings, &args.tools, true, cancel).await?;
    let printed = print(args, &toolbox);
    toolbox.close().await;
    printed.map(|()| ExitCode::Returned)
}

fn print(args: &TypesArgs, toolbox: &Toolbox) -> Result<(), CliError> {
    let chosen = chosen(&toolbox.catalog, &args.tools)?;
    if !args.json {
        render::tell(&render::server_lines(&toolbox.failures, &toolbox.notes));
    }
    let servers: Vec<Server> = toolbox.catalog.servers().iter().map(|server| server.server.clone()).collect();
    if args.report {
        return print_report(&report(&Stubs::read(&servers), chosen.as_deref(), &toolbox.left_out), args.json);
    }
    let text = match args.target {
        TargetArg::Ts => typescript(args, &Stubs::read(&servers), chosen.as_deref()),
        TargetArg::Wit => wit_package(args, &servers, chosen.as_deref(), WitCalls::Plain),
        TargetArg::WitAsync => wit_package(args, &servers, chosen.as_deref(), WitCalls::Async),
        TargetArg::Rust => {
            let types = rust(&only(servers, chosen.as_deref()));
            program(args, types.text, &types.notes)
        }
        TargetArg::RustCalls => {
            let calls = rust_calls(&only(servers, chosen.as_deref()));
            program(args, calls.text, &calls.notes)
        }
    };
    render::print(&text)
}

/// Identifiers come from the whole catalogue, because a component is linked against it by them.
fn wit_package(args: &TypesArgs, servers: &[Server], chosen: Option<&[(String, String)]>, calls: WitCalls) -> String {
    let wit = match chosen.map(names_of) {
        Some(chosen) => wit_of(servers, |server, tool| chosen.contains(&(server, tool))),
        None => wit(servers),
    };
    program(args, wit.text(calls), &wit.notes)
}

fn names_of(chosen: &[(String, String)]) -> HashSet<(&str, &str)> {
    chosen.iter().map(|(server, tool)| (server.as_str(), tool.as_str())).collect()
}

/// Keeps only the chosen tools; names are assigned anew among them.
fn only(mut servers: Vec<Server>, chosen: Option<&[(String, String)]>) -> Vec<Server> {
    let Some(chosen) = chosen else { return servers };
    let tools = names_of(chosen);
    for server in &mut servers {
        server.tools.retain(|tool| tools.contains(&(server.name.as_str(), tool.name.as_str())));
    }
    servers.retain(|server| !server.tools.is_empty());
    servers
}

/// Returns types for a program; notes go into the JSON or to standard error.
fn program(args: &TypesArgs, text: String, notes: &[Note]) -> String {
    if args.json {
        let notes: Value = notes.iter().map(note_json).collect();
        return format!("{}\n", json!({ "schema_version": SCHEMA_VERSION, "text": text, "notes": notes }));
    }
    render::tell(&notes.iter().map(note_line).collect::<String>());
    text
}

fn typescript(args: &TypesArgs, stubs: &Stubs<'_>, chosen: Option<&[(String, String)]>) -> String {
    let selection = chosen.map_or(Selection::All, Selection::Tools);
    let level = level(args.level);
    let rendering = match args.budget {
        Some(tokens_max) => stubs.render_within(selection, level, tokens_max),
        None => stubs.render(selection, level),
    };
    let notes = notes(stubs, chosen);
    if args.json {
        return format!("{}\n", rendering_json(&rendering, &notes));
    }
    render::tell(&notes.iter().map(note_line).collect::<String>());
    if let Some(tokens_max) = args.budget.filter(|_| rendering.left_out > 0) {
        let left_out = rendering.left_out;
        render::tell(&format!("note: {tokens_max} tokens are too few for every name; {left_out} tools are left out\n"));
    }
    rendering.text
}

fn level(level: LevelArg) -> Level {
    match level {
        LevelArg::Name => Level::Name,
        LevelArg::Line => Level::Line,
        LevelArg::Signature => Level::Signature,
        LevelArg::Full => Level::Full,
    }
}

fn rendering_json(rendering: &Rendering, notes: &[Note]) -> Value {
    let tool = |Shown { server, tool, level, cut }: &Shown| json!({ "server": server, "tool": tool, "level": level.to_string(), "cut": cut.to_string() });
    json!({
        "schema_version": SCHEMA_VERSION,
        "text": rendering.text,
        "tools": rendering.tools.iter().map(tool).collect::<Value>(),
        "left_out": rendering.left_out,
        "notes": notes.iter().map(note_json).collect::<Value>(),
    })
}

fn note_json(note: &Note) -> Value {
    let Note { tool, pointer, what, instead } = note;
    json!({ "tool": tool, "pointer": pointer, "what": what, "instead": instead })
}

fn notes(stubs: &Stubs<'_>, chosen: Option<&[(String, String)]>) -> Vec<Note> {
    let report = report(stubs, chosen, &[]);
    report.degraded.into_iter().flat_map(|degraded| degraded.notes).collect()
}

fn note_line(note: &Note) -> String {
    let Note { tool, pointer, what, instead } = note;
    format!("note: {}\n", foreign::framed(&format!("{tool} {pointer}: {what}; declared as {instead}")))
}

/// The report on the chosen tools, and on the list entries of their servers that are not tools.
fn report(stubs: &Stubs<'_>, chosen: Option<&[(String, String)]>, left_out: &[LeftOut]) -> Report {
    let mut report = Report::of(stubs, left_out.to_vec());
    if let Some(chosen) = chosen {
        let tools = names_of(chosen);
        let servers: HashSet<_> = chosen.iter().map(|(server, _)| server).collect();
        let is_chosen = |entry: &ToolEntry| tools.contains(&(entry.server.as_str(), entry.tool.as_str()));
        report.registered.retain(is_chosen);
        report.degraded.retain(|degraded| is_chosen(&degraded.entry));
        report.left_out.retain(|left_out| servers.contains(&left_out.server));
    }
    report
}

fn print_report(report: &Report, json: bool) -> Result<(), CliError> {
    if !json {
        return render::print(&report.to_string());
    }
    let mut object = report.to_json();
    if let Some(fields) = object.as_object_mut() {
        fields.insert("schema_version".to_owned(), SCHEMA_VERSION.into());
    }
    render::print_json(&object)
}

/// Returns the wire names of the named tools, in that order; `None` if none are named.
fn chosen(catalog: &Catalog, names: &[String]) -> Result<Option<Vec<(String, String)>>, CliError> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut chosen = Vec::new();
    for name in names {
        chosen.extend(meant_by(catalog, name)?);
    }
    Ok(Some(chosen))
}

/// Returns one tool, or all tools of a server.
fn meant_by(catalog: &Catalog, name: &str) -> Result<Vec<(String, String)>, CliError> {
    match catalog.server(name) {
        Some(server) => {
            let server = &server.server;
            Ok(server.tools.iter().map(|tool| (server.name.clone(), tool.name.clone())).collect())
        }
        None => Ok(vec![resolve_tool(catalog, name)?]),
    }
}
