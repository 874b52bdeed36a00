//! `callbox tools`: lists the tools by server.

use std::{fmt::Write, sync::Arc};

use callbox::{
    CancellationToken, Tool,
    internal::{CatalogServer, SCHEMA_VERSION, foreign},
};
use serde_json::{Value, json};

use super::open;
use crate::{
    args::ToolsArgs, error::CliError, exit::ExitCode, render, server_failure::ServerFailure, settings::Settings,
    toolbox::Toolbox,
};

/// A tool and its identifier in scripts.
type Named<'a> = (&'a Tool, &'a str);

pub(crate) async fn tools(
    args: &ToolsArgs,
    settings: &Settings,
    cancel: &CancellationToken,
) -> Result<ExitCode, CliError> {
    let toolbox = open(settings, &[], true, cancel).await?;
    let servers = listed(&toolbox, &args.query);
    if args.json {
        render::print_json(&report(&servers, &toolbox.failures, &toolbox.notes))?;
    } else {
        render::tell(&render::server_lines(&toolbox.failures, &toolbox.notes));
        render::print(&list(&servers))?;
        if servers.iter().all(|(_, tools)| tools.is_empty()) {
            render::tell("no tools match\n");
        }
    }
    let exit = exit(&toolbox);
    toolbox.close().await;
    Ok(exit)
}

/// Returns what `callbox tools --demo --json` prints.
pub(super) fn demo_catalog() -> Value {
    let toolbox = Toolbox::demo();
    report(&listed(&toolbox, &[]), &toolbox.failures, &toolbox.notes)
}

fn listed<'a>(toolbox: &'a Toolbox, query: &[String]) -> Vec<(&'a CatalogServer, Vec<Named<'a>>)> {
    let words: Vec<_> = query.iter().flat_map(|words| words.split_whitespace()).map(str::to_lowercase).collect();
    toolbox.catalog.servers().iter().map(|server| (server.as_ref(), matching(server, &words))).collect()
}

/// Succeeds if at least one server answered.
fn exit(toolbox: &Toolbox) -> ExitCode {
    let none_left = !toolbox.failures.is_empty() && toolbox.catalog.tool_count() == 0;
    if none_left { ExitCode::Unreachable } else { ExitCode::Returned }
}

fn matching<'a>(server: &'a CatalogServer, words: &[String]) -> Vec<Named<'a>> {
    let tools = server.server.tools.iter().map(Arc::as_ref).zip(server.identifiers());
    tools.filter(|(tool, identifier)| has_words(&server.server.name, tool, identifier, words)).collect()
}

fn has_words(server: &str, tool: &Tool, identifier: &str, words: &[String]) -> bool {
    let texts = [Some(server), Some(&tool.name), Some(identifier), tool.title.as_deref(), tool.description.as_deref()];
    let text = texts.into_iter().flatten().collect::<Vec<_>>().join("\n").to_lowercase();
    words.iter().all(|word| text.contains(word))
}

fn list(servers: &[(&CatalogServer, Vec<Named<'_>>)]) -> String {
    let shown = servers.iter().filter(|(_, tools)| !tools.is_empty());
    shown.map(|(server, tools)| section(server, tools)).collect::<Vec<_>>().join("\n")
}

fn section(server: &CatalogServer, tools: &[Named<'_>]) -> String {
    let name = also(&server.server.name, &server.identifier);
    let mut text = format!("{name} ({} of {} tools)\n", tools.len(), server.server.tools.len());
    let names: Vec<_> = tools.iter().map(|(tool, identifier)| also(&tool.name, identifier)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for (name, (tool, _)) in names.iter().zip(tools) {
        let words = tool.description.as_ref().or(tool.title.as_ref()).map(|words| render::first_line(words));
        let output = format!("[output: {}]", output_kind(tool).as_str());
        let line = format!("  {name:width$}  {output:OUTPUT_WIDTH$}  {}", words.unwrap_or_default());
        // Writing into a `String` cannot fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// Width of the longest mark.
const OUTPUT_WIDTH: usize = "[output: learned]".len();

/// Where the type of a tool's result comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OutputKind {
    /// Nothing is known about it.
    None,
    /// From the server's output schema.
    Given,
    /// Learned from earlier results.
    Learned,
}

impl OutputKind {
    fn as_str(self) -> &'static str {
        match self {
            OutputKind::None => "none",
            OutputKind::Given => "given",
            OutputKind::Learned => "learned",
        }
    }
}

fn output_kind(tool: &Tool) -> OutputKind {
    match (&tool.output_schema, tool.learned_result()) {
        (Some(_), _) => OutputKind::Given,
        (None, Some(_)) => OutputKind::Learned,
        (None, None) => OutputKind::None,
    }
}

/// Maximum characters shown of a wire name.
const NAME_CHARS_MAX: usize = 200;

/// Returns the wire name, plus the identifier if it differs.
fn also(wire: &str, identifier: &str) -> String {
    if wire == identifier { wire.to_owned() } else { format!("{} ({identifier})", foreign::line(wire, NAME_CHARS_MAX)) }
}

fn report(servers: &[(&CatalogServer, Vec<Named<'_>>)], failed: &[ServerFailure], notes: &[String]) -> Value {
    let servers: Vec<_> = servers
        .iter()
        .map(|(server, tools)| {
            let tools: Vec<_> = tools.iter().map(|(tool, identifier)| describe(tool, identifier)).collect();
            json!({"name": server.server.name, "identifier": server.identifier, "tools": tools})
        })
        .collect();
    json!({"schema_version": SCHEMA_VERSION, "servers": servers, "failed": failed, "notes": notes})
}

fn describe(tool: &Tool, identifier: &str) -> Value {
    json!({
        "name": tool.name,
        "identifier": identifier,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "outputSchema": tool.output_schema,
        "output": output_kind(tool).as_str(),
        "annotations": tool.annotations,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_wants_every_word_somewhere() {
        let entry = json!({"name": "list-issues", "description": "Open Issues of a repository", "inputSchema": {}});
        let tool = Tool::from_json(&entry).expect("a tool");
        let has = |query: &str| {
            let words: Vec<_> = query.split_whitespace().map(str::to_owned).collect();
            has_words("github", &tool, "list_issues", &words)
        };
        assert!(has("") && has("issues") && has("list_issues") && has("github open") && has("repository list"));
        assert!(!has("issues closed"));
    }
}
