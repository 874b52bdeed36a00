//! Finding tools and showing their types, for a client and for a script alike.

use std::cell::LazyCell;

use callbox::{ToolError, ToolErrorCode};
use callbox_bindings::search::Query;
use callbox_bindings::{Level, NearestNames, Rendering, Shown, nearest};
use serde::Deserialize;
use serde_json::{Value, json};

use super::scope::View;
use crate::quote;

/// Hits of one search.
const HITS_MAX: usize = 100;
/// Hits where nobody says how many.
const HITS: usize = 10;
/// Names offered for one that is not there.
pub(super) const NEAREST_MAX: usize = 3;
/// Comparisons of names for all unknown ones of a request: half a second of work.
const COMPARISONS_MAX: usize = 500_000;
/// Of a name that is not there, or of a query, characters.
pub(super) const NAME_CHARS_MAX: usize = 100;

/// Of why a server is down, characters.
const WHY_CHARS_MAX: usize = 300;

/// What `search_tools` takes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    pub(super) query: String,
    #[serde(default)]
    server: Option<String>,
    #[serde(default)]
    detail: Detail,
    #[serde(default)]
    limit: Option<usize>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Detail {
    Name,
    #[default]
    Line,
    Signature,
    Full,
}

/// What `describe_tools` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Describe {
    pub(super) names: Vec<String>,
    #[serde(default)]
    pub(super) budget: Option<usize>,
}

/// The answer of `search_tools`: lines or declarations, then what else there is to know.
pub(super) fn search(view: &View, search: &Search, tokens_max: usize) -> Result<String, ToolError> {
    let (chosen, more) = found(view, search)?;
    if chosen.is_empty() {
        return Ok(nothing(view, search));
    }
    let level = level(search.detail);
    let rendered = view.render(&chosen, |stubs, selection| stubs.render_within(selection, level, tokens_max));
    let more = more + rendered.left_out;
    let mut text = if level <= Level::Line { best_first(&rendered, &chosen) } else { rendered.text };
    if more > 0 {
        text.push_str(&format!("{more} more; raise `limit`, or use other words.\n"));
    }
    text.push_str(&missing(view));
    Ok(text)
}

/// The lines of a list, one a tool, in the order of the hits.
fn best_first(rendered: &Rendering, chosen: &[(String, String)]) -> String {
    let rank = |shown: &Shown| chosen.iter().position(|(server, tool)| *server == shown.server && *tool == shown.tool);
    let mut lines: Vec<_> = rendered.tools.iter().map(rank).zip(rendered.text.lines()).collect();
    lines.sort_by_key(|(rank, _)| *rank);
    lines.into_iter().map(|(_, line)| format!("{line}\n")).collect()
}

/// The hits by wire names, grouped by server in the order of the best of each, and how many more there are.
fn found(view: &View, search: &Search) -> Result<(Vec<(String, String)>, usize), ToolError> {
    let server = match &search.server {
        Some(name) => Some(view.catalog.server(name).ok_or_else(|| unknown_server(view, name))?.server.name.as_str()),
        None => None,
    };
    let limit = search.limit.unwrap_or(HITS).clamp(1, HITS_MAX);
    let found = view.index.find(&Query { words: &search.query, server, limit });
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for hit in &found.hits {
        match groups.iter_mut().find(|(server, _)| *server == hit.server) {
            Some((_, tools)) => tools.push(hit.tool),
            None => groups.push((hit.server, vec![hit.tool])),
        }
    }
    let grouped = groups.into_iter();
    let chosen =
        grouped.flat_map(|(server, tools)| tools.into_iter().map(move |tool| (server.to_owned(), tool.to_owned())));
    Ok((chosen.collect(), found.more))
}

fn level(detail: Detail) -> Level {
    match detail {
        Detail::Name => Level::Name,
        Detail::Line => Level::Line,
        Detail::Signature => Level::Signature,
        Detail::Full => Level::Full,
    }
}

fn nothing(view: &View, search: &Search) -> String {
    let servers: Vec<_> = view.catalog.servers().iter().map(|server| server.identifier.as_str()).collect();
    let query = quote::line(&search.query, NAME_CHARS_MAX);
    format!("no tool is found for `{query}`; servers: {}\n{}", servers.join(", "), missing(view))
}

/// The answer of `describe_tools`.
///
/// # Errors
///
/// When none of the names is a tool's.
pub(super) fn describe(view: &View, names: &[String], tokens_max: usize) -> Result<String, ToolError> {
    let (mut chosen, mut unknown) = (Vec::new(), Vec::new());
    let (known, mut near) = (LazyCell::new(|| view.names()), NearestNames::within(COMPARISONS_MAX));
    for name in names {
        match view.tool(name) {
            Some((server, tool)) => chosen.push((server.name.clone(), tool.name.clone())),
            None => match whole_server(view, name) {
                Some(all) => chosen.extend(all),
                None => unknown.push(unknown_tool(&known, name, &mut near)),
            },
        }
    }
    if chosen.is_empty() {
        return Err(ToolError::new(ToolErrorCode::InvalidArguments, unknown.join("; ")));
    }
    let rendered = view.render(&chosen, |stubs, selection| stubs.render_within(selection, Level::Full, tokens_max));
    let mut text = rendered.text;
    if rendered.left_out > 0 {
        let left_out = rendered.left_out;
        text.push_str(&format!("{left_out} more did not fit {tokens_max} tokens; name fewer, or raise `budget`.\n"));
    }
    unknown.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    text.push_str(&missing(view));
    Ok(text)
}

fn whole_server(view: &View, name: &str) -> Option<Vec<(String, String)>> {
    let server = &view.catalog.server(name.trim_end_matches(".*"))?.server;
    Some(server.tools.iter().map(|tool| (server.name.clone(), tool.name.clone())).collect())
}

/// One sentence on a name that no tool has.
fn unknown_tool(known: &[String], name: &str, near: &mut NearestNames) -> String {
    let near = near.of(name, known, NEAREST_MAX);
    let name = quote::line(name, NAME_CHARS_MAX);
    match near.is_empty() {
        true => format!("unknown tool `{name}`"),
        false => format!("unknown tool `{name}`; nearest: `{}`", near.join("`, `")),
    }
}

fn unknown_server(view: &View, name: &str) -> ToolError {
    let known = view.catalog.servers().iter().map(|server| server.identifier.as_str());
    let near = nearest(name, known.clone(), NEAREST_MAX);
    let offered = if near.is_empty() { known.collect() } else { near };
    let name = quote::line(name, NAME_CHARS_MAX);
    let message = format!("unknown server `{name}`; there are: `{}`", offered.join("`, `"));
    ToolError::new(ToolErrorCode::InvalidArguments, message)
}

/// A line on each server whose tools cannot be called now.
pub(super) fn missing(view: &View) -> String {
    let starting = view.starting.iter().map(|server| format!("server `{server}` is still starting\n"));
    let down = view.down.iter().map(|down| {
        let why = quote::line(&down.why, WHY_CHARS_MAX);
        format!("server `{}` is down: {why}\n", down.server)
    });
    starting.chain(down).collect()
}

/// What `tools.$search(query, { server, limit })` gives a script: a list of objects.
pub(super) fn search_in_script(view: &View, arguments: &[Value]) -> Result<Value, ToolError> {
    let query = arguments.first().and_then(Value::as_str).ok_or_else(|| {
        ToolError::new(ToolErrorCode::InvalidArguments, "`tools.$search` takes the words to look for as a string")
    })?;
    let option = |name: &str| arguments.get(1).and_then(|options| options.get(name));
    let search = Search {
        query: query.to_owned(),
        server: option("server").and_then(Value::as_str).map(str::to_owned),
        limit: option("limit").and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok()),
        detail: Detail::Line,
    };
    let (chosen, more) = found(view, &search)?;
    let hits: Vec<Value> = chosen.iter().filter_map(|(server, tool)| hit(view, server, tool)).collect();
    Ok(json!({ "tools": hits, "more": more }))
}

fn hit(view: &View, server: &str, tool: &str) -> Option<Value> {
    let listed = view.catalog.server(server)?;
    let at = listed.server.tools.iter().position(|known| known.name == tool)?;
    let (known, identifier) = (listed.server.tools.get(at)?, listed.identifiers().nth(at)?);
    Some(json!({
        "name": format!("{}.{identifier}", listed.identifier),
        "server": server,
        "tool": tool,
        "description": known.description,
    }))
}

/// What `tools.$describe("server.tool", …)` gives a script: a text.
pub(super) fn describe_in_script(view: &View, arguments: &[Value], tokens_max: usize) -> Result<Value, ToolError> {
    let flat = arguments.iter().flat_map(|argument| match argument {
        Value::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    });
    let names: Vec<String> = flat.filter_map(Value::as_str).map(str::to_owned).collect();
    describe(view, &names, tokens_max).map(Value::String)
}
