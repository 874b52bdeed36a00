//! Finds tools and shows their types, for clients and scripts alike.

use std::collections::HashSet;

use crate::search::Query;
use callbox::{ToolError, ToolErrorCode};
use callbox_bindings::{Level, NearestNames, Rendering, Server, Shown, nearest};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Page;
use crate::scope::View;
use callbox::internal::foreign;

/// Maximum hits of one search.
const HITS_MAX: usize = 100;
/// Hits if the request does not say how many.
const HITS: usize = 10;
/// Maximum names that one request may ask to have described.
pub(crate) const NAMES_MAX: usize = 100;
/// Maximum names that a message lists; the others are counted.
const LISTED_MAX: usize = 20;
/// Maximum suggestions for an unknown name.
pub(crate) const NEAREST_MAX: usize = 3;
/// Name comparisons for all unknown names of a request: half a second of work.
const COMPARISONS_MAX: usize = 500_000;
/// Maximum characters shown of an unknown name or a query.
pub(crate) const NAME_CHARS_MAX: usize = 100;

/// Tokens of the line ends of the two parts of an answer.
const END_TOKENS: usize = 4;
/// Maximum characters of the reason why a server is down.
const WHY_CHARS_MAX: usize = 300;

/// The arguments of `search_tools`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    query: String,
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

/// The arguments of `describe_tools`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Describe {
    names: Vec<String>,
    #[serde(default)]
    budget: Option<usize>,
}

/// Answers `search_tools`: lines or declarations, then remarks.
pub(crate) fn search(view: &View, search: &Search, tokens_max: usize) -> Result<String, ToolError> {
    let (chosen, more) = found(view, search)?;
    if chosen.is_empty() {
        return Ok(nothing(view, search, tokens_max));
    }
    Ok(shown(view, &chosen, level(search.detail), tokens_max, |left_out| {
        let more = more + left_out;
        let more = (more > 0).then(|| format!("{more} more; raise `limit`, or use other words."));
        more.into_iter().chain(missing_lines(view)).collect()
    }))
}

/// Renders the chosen tools, then the lines of `below`, which gets the number of tools that are not even named.
fn shown(
    view: &View,
    chosen: &[(String, String)],
    level: Level,
    tokens_max: usize,
    below: impl Fn(usize) -> Vec<String>,
) -> String {
    let below = |left_out| page(below(left_out), tokens_max / 2);
    let rendered = view.render(chosen, tokens_max, |stubs, selection| {
        let within = |left_out| {
            let room = tokens_max.saturating_sub(below(left_out).used() + END_TOKENS);
            stubs.render_within(selection, level, room)
        };
        let all = within(0);
        if all.left_out == 0 { all } else { within(chosen.len()) }
    });
    let below = below(rendered.left_out);
    let mut page = Page::new(tokens_max);
    page.add_cut(&if level <= Level::Line { best_first(&rendered, chosen) } else { rendered.text }, usize::MAX);
    page.append(&below);
    page.into_text()
}

/// Returns a page with as many of the lines as fit.
fn page(lines: Vec<String>, tokens_max: usize) -> Page {
    let mut page = Page::new(tokens_max);
    for line in lines {
        page.add(&line);
    }
    page
}

/// Sorts the lines of a list, one per tool, in the order of the hits.
fn best_first(rendered: &Rendering, chosen: &[(String, String)]) -> String {
    let rank = |shown: &Shown| chosen.iter().position(|(server, tool)| *server == shown.server && *tool == shown.tool);
    let mut lines: Vec<_> = rendered.tools.iter().map(rank).zip(rendered.text.lines()).collect();
    lines.sort_by_key(|(rank, _)| *rank);
    lines.into_iter().map(|(_, line)| format!("{line}\n")).collect()
}

/// Returns the hits by wire names, grouped by server in order of each server's best hit, and how many more there are.
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

fn nothing(view: &View, search: &Search, tokens_max: usize) -> String {
    let servers: Vec<_> = view.catalog.servers().iter().map(|server| server.identifier.as_str()).collect();
    let query = foreign::line(&search.query, NAME_CHARS_MAX);
    let nothing = format!("no tool found for `{query}`; servers: {}", listed(&servers));
    page(std::iter::once(nothing).chain(missing_lines(view)).collect(), tokens_max).into_text()
}

/// Answers `describe_tools`.
///
/// # Errors
///
/// When none of the names belongs to a tool, or there are too many.
pub(crate) fn describe(view: &View, asked: &Describe, tokens_max: usize) -> Result<String, ToolError> {
    if asked.names.len() > NAMES_MAX {
        return Err(invalid(format!("at most {NAMES_MAX} names can be described at a time")));
    }
    let tokens_max = asked.budget.map_or(tokens_max, |budget| budget.min(tokens_max));
    let (chosen, unknown) = meant(view, &asked.names);
    let unknown = unknown_tools(view, &unknown);
    if chosen.is_empty() {
        let nothing = || format!("there are no tools with these names\n{}", missing(view));
        return Err(invalid(if unknown.is_empty() { nothing() } else { unknown.join("; ") }));
    }
    Ok(shown(view, &chosen, Level::Full, tokens_max, |left_out| {
        let left_out = (left_out > 0)
            .then(|| format!("{left_out} more did not fit into {tokens_max} tokens; name fewer, or raise `budget`."));
        left_out.into_iter().chain(unknown.iter().cloned()).chain(missing_lines(view)).collect()
    }))
}

fn invalid(message: String) -> ToolError {
    ToolError::new(ToolErrorCode::InvalidArguments, message)
}

/// Returns the tools that the names refer to, by wire names, and the unknown names, both without duplicates.
fn meant<'n>(view: &View, names: &'n [String]) -> (Vec<(String, String)>, Vec<&'n str>) {
    let (mut chosen, mut unknown) = (Vec::new(), Vec::new());
    let mut tools = HashSet::new();
    let mut servers = HashSet::new();
    let mut strangers = HashSet::new();
    for name in names {
        if let Some((server, tool)) = view.tool(name) {
            chosen.extend(tools.insert((&server.name, &tool.name)).then_some((server, tool)));
        } else if let Some(server) = whole_server(view, name) {
            if servers.insert(&server.name) {
                let new = server.tools.iter().filter(|tool| tools.insert((&server.name, &tool.name)));
                chosen.extend(new.map(|tool| (server, tool.as_ref())));
            }
        } else if strangers.insert(name.as_str()) {
            unknown.push(name.as_str());
        }
    }
    (chosen.into_iter().map(|(server, tool)| (server.name.clone(), tool.name.clone())).collect(), unknown)
}

fn whole_server<'v>(view: &'v View, name: &str) -> Option<&'v Server> {
    Some(&view.catalog.server(name.trim_end_matches(".*"))?.server)
}

/// Returns one sentence for each unknown name, and the number of further ones.
fn unknown_tools(view: &View, unknown: &[&str]) -> Vec<String> {
    if unknown.is_empty() {
        return Vec::new();
    }
    let (known, mut near) = (view.names(), NearestNames::within(COMPARISONS_MAX));
    let told = unknown.iter().take(LISTED_MAX).map(|name| unknown_tool(&known, name, &mut near));
    let mut told: Vec<String> = told.collect();
    let more = unknown.len() - told.len();
    told.extend((more > 0).then(|| format!("{more} more unknown tools")));
    told
}

/// Returns one sentence about an unknown name.
fn unknown_tool(known: &[String], name: &str, near: &mut NearestNames) -> String {
    let near = near.of(name, known, NEAREST_MAX);
    let name = foreign::line(name, NAME_CHARS_MAX);
    match near.is_empty() {
        true => format!("unknown tool `{name}`"),
        false => format!("unknown tool `{name}`; nearest: {}", listed(&near)),
    }
}

fn unknown_server(view: &View, name: &str) -> ToolError {
    let known: Vec<&str> = view.catalog.servers().iter().map(|server| server.identifier.as_str()).collect();
    let near = nearest(name, known.iter().copied(), NEAREST_MAX);
    let offered = if near.is_empty() { known } else { near };
    let name = foreign::line(name, NAME_CHARS_MAX);
    invalid(format!("unknown server `{name}`; available: {}", listed(&offered)))
}

/// Quotes the names, or the first of them with the number of further ones.
pub(crate) fn listed(names: &[&str]) -> String {
    let shown = names.get(..LISTED_MAX).unwrap_or(names);
    let quoted = if shown.is_empty() { "none".to_owned() } else { format!("`{}`", shown.join("`, `")) };
    match names.len() - shown.len() {
        0 => quoted,
        more => format!("{quoted} and {more} more"),
    }
}

/// Returns one line for each server whose tools cannot be called now.
pub(crate) fn missing(view: &View) -> String {
    missing_lines(view).map(|line| format!("{line}\n")).collect()
}

fn missing_lines(view: &View) -> impl Iterator<Item = String> {
    let starting = view.starting.iter().map(|server| format!("server `{server}` is still starting"));
    let down = view.down.iter().map(|down| {
        let why = foreign::line(&down.why, WHY_CHARS_MAX);
        format!("server `{}` is down: {why}", down.server)
    });
    starting.chain(down)
}

/// Returns what `tools.$search(query, { server, limit })` gives a script: a list of objects.
pub(crate) fn search_in_script(view: &View, arguments: &[Value]) -> Result<Value, ToolError> {
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

/// Returns what `tools.$describe("server.tool", …)` gives a script: a text.
pub(crate) fn describe_in_script(view: &View, arguments: &[Value], tokens_max: usize) -> Result<Value, ToolError> {
    let flat = arguments.iter().flat_map(|argument| match argument {
        Value::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    });
    // One name over the limit is enough to report the error.
    let names = flat.filter_map(Value::as_str).take(NAMES_MAX + 1).map(str::to_owned).collect();
    describe(view, &Describe { names, budget: None }, tokens_max).map(Value::String)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use callbox::{Catalog, ToolHost, ToolReply, ToolRequest};
    use callbox_bindings::{Selection, Stubs, Tool, count_tokens};
    use futures::FutureExt;
    use futures::future::BoxFuture;

    use super::*;
    use crate::Scope;
    use crate::offload::Offload;
    use crate::scope::DownServer;
    use crate::supervised::SupervisedUpstreams;

    struct Nobody;

    impl ToolHost for Nobody {
        fn call(&self, _: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
            async { Err(ToolError::failed("nobody is there")) }.boxed()
        }
    }

    fn tools(count: usize) -> Vec<Tool> {
        let tool = |at| {
            json!({ "name": format!("tool_{at}"), "description": format!("Does thing {at}."),
                "inputSchema": { "type": "object", "properties": { "a": { "type": "string" } } } })
        };
        (0..count).map(|at| Tool::from_json(&tool(at)).expect("a tool")).collect()
    }

    async fn view(count: usize) -> View {
        let catalog = Catalog::builder().server("s", tools(count), Arc::new(Nobody)).build();
        let scope = Arc::new(Scope::new("local", vec![], vec![]));
        let view =
            scope.view(&SupervisedUpstreams::fixed(catalog).snapshot(), &Offload::default()).await.expect("a view");
        drop(scope);
        Arc::into_inner(view).expect("nobody else has it")
    }

    fn named(names: impl IntoIterator<Item = String>) -> Describe {
        Describe { names: names.into_iter().collect(), budget: None }
    }

    #[tokio::test]
    async fn a_tool_is_described_once_however_often_it_is_named() {
        let view = view(30).await;
        let names = ["s.tool_1", "s.tool_1", "s", "s", "s.*", "s.*.*", "tools.s.tool_1", "s.tool_2"];
        let asked = named(names.map(str::to_owned));
        let (chosen, unknown) = meant(&view, &asked.names);
        assert_eq!((chosen.len(), unknown.len()), (30, 0));
        assert_eq!(chosen.first(), Some(&("s".to_owned(), "tool_1".to_owned())));
        let text = describe(&view, &asked, 100_000).expect("a text");
        assert_eq!(text.matches("tool_7(").count(), 1, "{text}");
    }

    #[tokio::test]
    async fn too_many_names_are_refused() {
        let view = view(1).await;
        let names = || std::iter::repeat_n("s".to_owned(), NAMES_MAX + 1);
        let refused = describe(&view, &named(names()), 1_000).expect_err("too many");
        assert_eq!(refused.code, ToolErrorCode::InvalidArguments);
        let in_script = [Value::Array(names().map(Value::String).collect())];
        assert_eq!(describe_in_script(&view, &in_script, 1_000).expect_err("too many"), refused);
        assert!(describe(&view, &named(names().skip(1)), 1_000).is_ok());
    }

    #[tokio::test]
    async fn some_unknown_names_are_told_and_the_others_counted() {
        let view = view(1).await;
        let unknown = || (0..NAMES_MAX - 1).map(|at| format!("nobody.{at}{}", "x".repeat(10_000)));
        let refused = describe(&view, &named(unknown()), 1_000).expect_err("none is known").message;
        assert!(refused.ends_with(&format!("; {} more unknown tools", NAMES_MAX - 1 - LISTED_MAX)), "{refused}");
        assert!(refused.len() < 5_000, "{refused}");
        let text = describe(&view, &named(unknown().chain(["s.tool_0".to_owned()])), 4_000).expect("one is known");
        assert!(text.contains("tool_0(") && text.contains("79 more unknown tools"), "{text}");
    }

    #[tokio::test]
    async fn every_answer_keeps_to_its_budget() {
        let mut view = view(300).await;
        let down = |at| DownServer { server: format!("down_{at}"), why: "words of a server ".repeat(100) };
        view.down = (0..200).map(down).collect();
        let unknown = (0..50).map(|at| format!("s.unknown_{at}"));
        let every = named(unknown.chain(["s".to_owned()]));
        for tokens_max in [0, 1, 20, 50, 100, 600, 6_000] {
            let mut answers = vec![describe(&view, &every, tokens_max)];
            for (query, detail) in
                [("thing", Detail::Name), ("thing", Detail::Full), ("", Detail::Line), ("qqq", Detail::Line)]
            {
                let asked = Search { query: query.to_owned(), detail, limit: Some(100), server: None };
                answers.push(search(&view, &asked, tokens_max));
            }
            for text in answers.into_iter().map(|answer| answer.expect("a text")) {
                assert!(count_tokens(&text) <= tokens_max, "{} of {tokens_max}: {text}", count_tokens(&text));
            }
        }
        let text = describe(&view, &every, 1_500).expect("a text");
        assert!(text.contains("tool_0") && text.contains("more did not fit into 1500 tokens"), "{text}");
        assert!(text.contains("unknown tool `s.unknown_0`"), "{text}");
    }

    /// Rendering some tools gives the same text as rendering them from the full set.
    #[tokio::test]
    async fn some_tools_are_shown_as_among_all() {
        let view = view(500).await;
        let chosen: Vec<_> = [7, 3, 400].map(|at| ("s".to_owned(), format!("tool_{at}"))).into();
        let servers: Vec<Server> = view.catalog.servers().iter().map(|server| server.server.clone()).collect();
        let all = Stubs::read(&servers);
        for tokens_max in [10, 100, 10_000] {
            for level in [Level::Name, Level::Line, Level::Signature, Level::Full] {
                let some =
                    view.render(&chosen, tokens_max, |stubs, chosen| stubs.render_within(chosen, level, tokens_max));
                assert_eq!(some, all.render_within(Selection::Tools(&chosen), level, tokens_max));
            }
        }
        let every: Vec<_> = (0..500).map(|at| ("s".to_owned(), format!("tool_{at}"))).collect();
        let some = view.render(&every, 900, |stubs, chosen| stubs.render_within(chosen, Level::Full, 900));
        assert_eq!(some, all.render_within(Selection::Tools(&every), Level::Full, 900));
    }
}
