//! The texts that a model is shown first: instructions with an index of the servers, and the gateway's own tools. Made
//! once per principal, so that prompt caches stay valid.

use std::io;

use callbox_bindings::{Level, Selection, Server, Stubs, Tool, count_tokens_within};
use rmcp::model::{JsonObject, Tool as WireTool, ToolAnnotations};
use serde_json::{Value, json};

use crate::options::GatewayOptions;
use crate::scope::View;
use crate::search_tools::NAMES_MAX;
use callbox::internal::foreign;

/// Name of the tool that finds tools.
pub(crate) const SEARCH: &str = "search_tools";
/// Name of the tool that shows declarations.
pub(crate) const DESCRIBE: &str = "describe_tools";
/// Name of the tool that runs a script.
pub(crate) const RUN: &str = "run_script";

/// Maximum servers that the index names; the others are counted.
const SERVERS_SHOWN_MAX: usize = 24;
/// Maximum characters of what a server says about itself, or of its tool names.
const WORDS_CHARS_MAX: usize = 90;
/// How long a client may cache what does not change, milliseconds: final texts are valid as long as the gateway runs,
/// but clients are not told when it restarts with other servers.
pub(crate) const FRESH_MS: u64 = 5 * 60 * 1000;
/// The same for texts that were made before every server had been tried.
const FRESH_MS_WHILE_STARTING: u64 = 1000;
/// Maximum tokens of all declarations in one description, whatever the window.
const INLINE_TOKENS_CEILING: usize = 50_000;
/// Bytes of names, descriptions and schemas allowed per token of that room: about ten become a token of a declaration;
/// the rest allows for schemas with much that a declaration does not show.
const SOURCE_BYTES_A_TOKEN: usize = 32;

/// The texts of one principal.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) instructions: String,
    pub(crate) tools: Vec<WireTool>,
    /// Wire names of the tools that are passed through, by the name under which the client sees them.
    pub(crate) direct: Vec<(String, (String, String))>,
    /// Whether every server had been tried when the texts were made.
    pub(crate) is_final: bool,
    /// Generation of the view that the texts were made from.
    pub(crate) generation: u64,
    /// How long the texts are valid, milliseconds.
    pub(crate) ttl_ms: u64,
}

impl Texts {
    pub(crate) fn of(view: &View, words: &[(String, String)], options: &GatewayOptions) -> Self {
        let inline = inline(view, options);
        let direct = direct(view, options);
        // Tools that are not known yet cannot be shown; they are found once they are there.
        let shows_all =
            inline.is_some() && !view.catalog.servers().iter().any(|server| view.is_missing(&server.server));
        let mut tools = match shows_all {
            true => Vec::new(),
            false => vec![search_tool(), describe_tool()],
        };
        let run = run_tool(inline.as_deref());
        tools.push(if options.components { with_components(run) } else { run });
        tools.extend(direct.iter().filter_map(|(name, (server, tool))| pass_through(view, name, server, tool)));
        let is_final = view.starting.is_empty();
        let ttl_ms = if is_final { FRESH_MS } else { FRESH_MS_WHILE_STARTING };
        let instructions = instructions(view, words, shows_all);
        Self { instructions, tools, direct, is_final, generation: view.generation, ttl_ms }
    }
}

/// Returns all declarations, if they are few enough to be shown at once.
fn inline(view: &View, options: &GatewayOptions) -> Option<String> {
    let share = options.window_tokens.saturating_mul(options.inline_percent_max as usize) / 100;
    let tokens_max = share.min(INLINE_TOKENS_CEILING);
    if view.catalog.tool_count() == 0 || tokens_max == 0 || !may_fit(view, tokens_max) {
        return None;
    }
    let servers: Vec<Server> = view.catalog.servers().iter().map(|server| server.server.clone()).collect();
    let text = Stubs::read(&servers).render(Selection::All, Level::Full).text;
    count_tokens_within(&text, tokens_max).is_some().then_some(text)
}

/// Checks from the size of their sources whether all declarations may fit: rendering them first could take as long as
/// a server likes.
fn may_fit(view: &View, tokens_max: usize) -> bool {
    let mut room = Room { bytes_left: tokens_max.saturating_mul(SOURCE_BYTES_A_TOKEN) };
    let tools = view.catalog.servers().iter().flat_map(|server| &server.server.tools);
    tools.into_iter().all(|tool| room.holds(tool))
}

/// Counts down a byte budget.
struct Room {
    bytes_left: usize,
}

impl Room {
    fn holds(&mut self, tool: &Tool) -> bool {
        let result = tool.output_schema.as_ref().or(tool.learned.as_ref().map(|learned| &learned.schema));
        let source = (&tool.name, &tool.title, &tool.description, &tool.input_schema, result);
        serde_json::to_writer(self, &source).is_ok()
    }
}

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes_left = self.bytes_left.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The languages of scripts.
const LANGUAGE: &str = if cfg!(feature = "typescript") { "JavaScript or TypeScript" } else { "JavaScript" };

/// Tells models how to write a script: what is in scope, how results come back, when not to write one.
const GUIDE: &str = "\
script instead of many tool calls, and return only what you need: tool results stay in the sandbox.
- The script is the body of an async function. In scope: `tools`, `input`, `console`. No network, files, modules.
- `const r = await tools.server.tool({ arg: 1 })`. A result is the tool's value, parsed. Run independent calls \
with `Promise.all`; loop, filter, join, count in code.
- A failed call throws a `ToolError` (`code`, `tool`, `message`, `retryable`); catch it to go on.
- `return value` gives the result; a long one is shortened, and the whole is available as `await results.get(id)` in \
the next script.
- `emit(block)` passes an image, audio or resource block of a tool's result to the user.
- `await tools.$search(\"words\")` and `await tools.$describe(\"server.tool\")` work inside a script too.
A script pays off for two or more calls, or when results are long.";

fn instructions(view: &View, words: &[(String, String)], shows_all: bool) -> String {
    let mut text = format!("{} tools of {} behind this gateway.", view.catalog.tool_count(), servers(view));
    text.push_str(match shows_all {
        true => " Their types are in the description of `run_script`.\n",
        false => " Find them with `search_tools`, read their types with `describe_tools`, call them in `run_script`.\n",
    });
    for server in view.catalog.servers().iter().take(SERVERS_SHOWN_MAX) {
        let about = match view.is_missing(&server.server) {
            true => MISSING.to_owned(),
            false => about(&server.server, words),
        };
        text.push_str(&format!("- {} ({}): {about}\n", server.identifier, server.server.tools.len()));
    }
    let more = view.catalog.servers().len().saturating_sub(SERVERS_SHOWN_MAX);
    if more > 0 {
        text.push_str(&format!("- and {more} more servers\n"));
    }
    text.push_str(&format!("Write one {LANGUAGE} {GUIDE}"));
    text
}

/// Shown for a server of which nothing is known yet. Naming the reason would change the text each time.
const MISSING: &str = "not reachable so far; `search_tools` finds its tools once it is";

fn servers(view: &View) -> String {
    match view.catalog.servers().len() {
        1 => "1 server".to_owned(),
        count => format!("{count} servers"),
    }
}

/// Returns one line on a server: what it says about itself, or else its first tools.
fn about(server: &Server, words: &[(String, String)]) -> String {
    let said = words.iter().find(|(name, _)| *name == server.name).map(|(_, words)| words.as_str());
    let said = said.and_then(|words| words.lines().map(str::trim).find(|line| line.len() > 8));
    match said {
        Some(line) => foreign::line(line.trim_start_matches(['#', ' ']), WORDS_CHARS_MAX),
        None => {
            let names: Vec<_> = server.tools.iter().take(12).map(|tool| tool.name.as_str()).collect();
            foreign::line(&names.join(", "), WORDS_CHARS_MAX)
        }
    }
}

fn search_tool() -> WireTool {
    let text = "Finds tools by what they do. Returns names and one line each, grouped by server.";
    read_only(tool(
        SEARCH,
        text,
        json!({
            "type": "object",
            "properties": {
                "query": { "type": "string", "description": "What the tool should do, in a few words; empty lists all." },
                "server": { "type": "string", "description": "Only tools of this server." },
                "detail": { "enum": ["name", "line", "signature", "full"], "default": "line" },
                "limit": { "type": "integer", "minimum": 1, "maximum": 100, "default": 10 },
            },
            "required": ["query"],
            "additionalProperties": false,
        }),
    ))
}

fn describe_tool() -> WireTool {
    let text = "TypeScript declarations of tools, with arguments and results, within a token budget.";
    read_only(tool(
        DESCRIBE,
        text,
        json!({
            "type": "object",
            "properties": {
                "names": {
                    "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": NAMES_MAX,
                    "description": "`server.tool`, as search_tools returns them.",
                },
                "budget": { "type": "integer", "minimum": 100, "description": "Maximum tokens of the answer." },
            },
            "required": ["names"],
            "additionalProperties": false,
        }),
    ))
}

fn run_tool(inline: Option<&str>) -> WireTool {
    let mut text = format!(
        "Runs a {LANGUAGE} script that calls tools, and returns its result. The server's instructions say how \
         to write one."
    );
    if let Some(declarations) = inline {
        text.push_str("\n\nThe tools:\n");
        text.push_str(declarations);
    }
    tool(
        RUN,
        &text,
        json!({
            "type": "object",
            "properties": {
                "code": { "type": "string", "description": "Body of an async function; `return` the result." },
                "input": { "description": "What the script sees as `input`." },
                "limits": {
                    "type": "object",
                    "description": "Lower limits for this run.",
                    "properties": {
                        "wall_ms": { "type": "integer", "minimum": 1 },
                        "cpu_ms": { "type": "integer", "minimum": 1 },
                        "tool_calls": { "type": "integer", "minimum": 0 },
                        "result_tokens": { "type": "integer", "minimum": 50 },
                    },
                    "additionalProperties": false,
                },
            },
            "required": ["code"],
            "additionalProperties": false,
        }),
    )
}

/// Adds the `component` argument.
fn with_components(mut run: WireTool) -> WireTool {
    let mut schema = run.input_schema.as_ref().clone();
    schema.remove("required");
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let description = "Instead of `code`: a WebAssembly component of world `callbox:script`, base64, or the id or \
                           address of an earlier result that contains one.";
        properties.insert("component".to_owned(), json!({ "type": "string", "description": description }));
    }
    run.input_schema = std::sync::Arc::new(schema);
    run
}

fn tool(name: &'static str, text: &str, schema: Value) -> WireTool {
    WireTool::new(name, text.to_owned(), object(schema))
}

fn read_only(tool: WireTool) -> WireTool {
    tool.with_annotations(ToolAnnotations::new().read_only(true))
}

fn object(schema: Value) -> JsonObject {
    match schema {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

/// Returns the tools that clients see besides the gateway's own, as `server__tool` made of identifiers, which fits
/// what hosts accept as a name.
fn direct(view: &View, options: &GatewayOptions) -> Vec<(String, (String, String))> {
    let mut direct = Vec::new();
    for server in view.catalog.servers() {
        for (identifier, tool) in server.identifiers().zip(&server.server.tools) {
            if options.direct.iter().any(|pattern| pattern.matches(&server.server.name, &tool.name)) {
                let name = format!("{}__{identifier}", server.identifier);
                direct.push((name, (server.server.name.clone(), tool.name.clone())));
            }
        }
    }
    direct
}

fn pass_through(view: &View, name: &str, server: &str, tool: &str) -> Option<WireTool> {
    let known = view.catalog.server(server)?.tool(tool)?;
    let description = known.description.as_deref().map(foreign::text).unwrap_or_default();
    let mut wire = WireTool::new(name.to_owned(), description, object(known.input_schema.clone()));
    wire.title = known.title.as_deref().map(foreign::text);
    wire.output_schema = known.output_schema.as_ref().and_then(Value::as_object).cloned().map(Into::into);
    wire.annotations = known.annotations.clone().and_then(|hints| serde_json::from_value(hints).ok());
    Some(wire)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use callbox::{Catalog, ToolError};

    use super::*;
    use crate::Scope;
    use crate::offload::Offload;
    use crate::supervised::SupervisedUpstreams;

    async fn view(words: &str) -> Arc<View> {
        let one = |(): ()| async { Ok::<_, ToolError>(1) };
        let catalog = Catalog::builder().function("math", "one", words, one).build();
        let scope = Arc::new(Scope::new("local", vec![], vec![]));
        scope.view(&SupervisedUpstreams::fixed(catalog).snapshot(), &Offload::default()).await.expect("a view")
    }

    #[tokio::test]
    async fn what_cannot_fit_is_not_rendered() {
        let options = GatewayOptions::default();
        let few = view("Gives the number one.").await;
        assert!(may_fit(&few, 6_000) && inline(&few, &options).is_some());
        assert!(!may_fit(&few, 1));
        let long = view(&"words of a server ".repeat(20_000)).await;
        assert!(!may_fit(&long, 6_000) && inline(&long, &options).is_none());
        let dense = view(&"\u{6f22}".repeat(30_000)).await;
        assert!(may_fit(&dense, 6_000) && inline(&dense, &options).is_none(), "it is counted");
    }
}
