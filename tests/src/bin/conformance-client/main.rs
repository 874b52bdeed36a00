//! The client under test in the official conformance suite: connects to the URL in its last argument as to any
//! configured server, and calls its tools. The scenario and the tools' own schemas say what to call.

mod sign_in;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use callbox::{Caller, Tool, ToolError, ToolHost as _, ToolReply, ToolRequest};
use callbox_mcp::{CallerContext, Config, ConnectOptions, Status, Upstream, base_environment};
use callbox_tests::Willing;
use serde_json::{Map, Value, json};

use sign_in::SignIns;

/// The server's name in the configuration.
const SERVER: &str = "suite";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::args().next_back().context("the last argument is the address of a server")?;
    let handed = handed();
    let entry = json!({ "type": "http", "url": url, "auth": sign_in::auth(&handed) });
    let config = json!({ "mcpServers": { SERVER: entry } }).to_string();
    let config = Config::parse(&config, Path::new("conformance.json"), &|_| None)?;
    let mut options = ConnectOptions::new(base_environment(std::env::vars_os()));
    options.asks_people = true;
    let mut sign_ins = SignIns::new(&config, SERVER, Arc::clone(&options.tokens));
    let upstreams = sign_ins.connect(&options).await?;
    let upstream = upstreams.get(SERVER).context("the server is configured")?;
    match upstream.status() {
        Status::Ready(ready) => say(&json!({ "revision": ready.protocol_version, "notes": ready.notes })),
        Status::Failed(error) => bail!("{error}"),
    }
    for (tool, arguments) in calls(&handed, upstream.tools()) {
        let mut result = call(upstream, &tool, &arguments).await?;
        while let Err(error) = &result
            && sign_ins.may_help(error)
        {
            sign_ins.go_through().await?;
            result = call(upstream, &tool, &arguments).await?;
        }
        say(&told(&tool, result));
    }
    upstreams.shutdown().await;
    Ok(())
}

/// Reads the suite's context for the scenario.
fn handed() -> Value {
    let handed = std::env::var("MCP_CONFORMANCE_CONTEXT").ok();
    handed.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Returns the calls given by the suite, else one call of every tool.
fn calls(handed: &Value, tools: &[Arc<Tool>]) -> Vec<(String, Value)> {
    match handed["toolCalls"].as_array() {
        Some(calls) => calls.iter().filter_map(handed_call).collect(),
        None => tools.iter().map(|tool| (tool.name.clone(), arguments(tool, tools))).collect(),
    }
}

fn handed_call(call: &Value) -> Option<(String, Value)> {
    Some((call["name"].as_str()?.to_owned(), call["arguments"].clone()))
}

/// Returns a value for every required argument.
fn arguments(tool: &Tool, tools: &[Arc<Tool>]) -> Value {
    let required = tool.input_schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let names = required.iter().filter_map(Value::as_str);
    let value = |name: &str| match name {
        // The tool that echoes a schema expects its neighbour's.
        "schema" => tools.first().map(|first| first.input_schema.clone()).unwrap_or_default(),
        name => sample(&tool.input_schema["properties"][name]),
    };
    names.map(|name| (name.to_owned(), value(name))).collect::<Map<_, _>>().into()
}

fn sample(schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("number" | "integer") => json!(5),
        Some("boolean") => json!(true),
        Some("object") => json!({}),
        Some("array") => json!([]),
        Some("null") => Value::Null,
        _ => json!("test"),
    }
}

async fn call(upstream: &Upstream, tool: &str, arguments: &Value) -> anyhow::Result<Result<ToolReply, ToolError>> {
    let host = upstream.host().context("the server is ready")?;
    let caller = Caller::with_context(CallerContext::of(Arc::new(Willing::default())));
    let mut request = ToolRequest::new(tool, arguments.clone());
    request.caller = caller;
    Ok(host.call(request).await)
}

/// A failing call does not stop the others: the suite judges what it saw.
fn told(tool: &str, result: Result<ToolReply, ToolError>) -> Value {
    match result {
        Ok(reply) => json!({ "tool": tool, "content": reply.content, "structured": reply.structured }),
        Err(error) => json!({ "tool": tool, "code": error.code.as_str(), "message": error.message }),
    }
}

fn say(line: &Value) {
    // The reader may be gone.
    let _ = writeln!(std::io::stdout(), "{line}");
}
