//! `callbox types`: TypeScript declarations of the tools.

use std::collections::BTreeSet;

use callbox::{CancellationToken, Catalog, Note, Server, printable};
use callbox_bindings::declarations;

use super::open;
use crate::{args::TypesArgs, error::CliError, exit::ExitCode, render, settings::Settings, toolbox::resolve_tool};

pub(crate) async fn types(
    args: &TypesArgs,
    settings: &Settings,
    cancel: &CancellationToken,
) -> Result<ExitCode, CliError> {
    let toolbox = open(settings, &args.tools, cancel).await?;
    let selected = select(&toolbox.catalog, &args.tools);
    render::tell(&render::server_lines(&toolbox.failures, &toolbox.notes));
    toolbox.close().await;
    let (text, notes) = declarations(&selected?);
    render::print(&text)?;
    render::tell(&notes.iter().map(note_line).collect::<String>());
    Ok(ExitCode::Returned)
}

fn note_line(note: &Note) -> String {
    let Note { tool, pointer, what, instead } = note;
    format!("note: {}\n", printable(&format!("{tool} {pointer}: {what}; declared as {instead}")))
}

/// The servers with the tools that are named; everything if nothing is.
fn select(catalog: &Catalog, names: &[String]) -> Result<Vec<Server>, CliError> {
    let all = catalog.servers().iter().map(|server| &server.server);
    if names.is_empty() {
        return Ok(all.filter(|server| !server.tools.is_empty()).cloned().collect());
    }
    let mut wanted = BTreeSet::new();
    for name in names {
        wanted.extend(meant_by(catalog, name)?);
    }
    let chosen = all.map(|server| {
        let is_wanted = |name: &str| wanted.contains(&(server.name.clone(), name.to_owned()));
        let tools = server.tools.iter().filter(|tool| is_wanted(&tool.name)).cloned().collect();
        Server { name: server.name.clone(), tools }
    });
    Ok(chosen.filter(|server| !server.tools.is_empty()).collect())
}

/// One tool, or all of a server.
fn meant_by(catalog: &Catalog, name: &str) -> Result<Vec<(String, String)>, CliError> {
    match catalog.server(name) {
        Some(server) => {
            let server = &server.server;
            Ok(server.tools.iter().map(|tool| (server.name.clone(), tool.name.clone())).collect())
        }
        None => Ok(vec![resolve_tool(catalog, name)?]),
    }
}
