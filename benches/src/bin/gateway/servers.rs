//! The servers and clients to measure: an upstream server with a tool that answers at once and one that never does, a
//! gateway in front of it, and connections to either through the same client.

use std::{
    path::Path,
    sync::{Arc, LazyLock},
    time::Instant,
};

use callbox::{CancellationToken, Catalog, Sandbox, ToolError, ToolHost, ToolRequest};
use callbox_gateway::{Gateway, GatewayOptions, HttpOptions, Learner, Scope};
use callbox_mcp::{Config, ConnectOptions, ServerHost, Upstream, Upstreams};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

/// The argument that makes this program an upstream server over standard input and output.
pub(crate) const OVER_STDIO: &str = "upstream";

/// A client's request, which is returned to it.
#[derive(Deserialize, Serialize, JsonSchema)]
struct Ticket {
    client: u64,
    number: u64,
}

/// Calls of the tool that never answers: how many were started and ended, and when the last did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hanging {
    pub(crate) begun: u64,
    pub(crate) over: u64,
    pub(crate) at: Instant,
}

pub(crate) static HANGING: LazyLock<watch::Sender<Hanging>> =
    LazyLock::new(|| watch::Sender::new(Hanging { begun: 0, over: 0, at: Instant::now() }));

/// A pending call; its end is measured.
struct Waiting;

impl Waiting {
    fn begin() -> Self {
        HANGING.send_modify(|hanging| hanging.begun += 1);
        Self
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        HANGING.send_modify(|hanging| (hanging.over, hanging.at) = (hanging.over + 1, Instant::now()));
    }
}

/// An MCP server with the two tools.
fn upstream() -> Gateway {
    let catalog = Catalog::builder()
        .function("kit", "echo", "Gives back the ticket.", |ticket: Ticket| async move { Ok::<_, ToolError>(ticket) })
        .function("kit", "never", "Never answers.", |_: Ticket| async {
            let _waiting = Waiting::begin();
            std::future::pending::<Result<(), ToolError>>().await
        })
        .build();
    let direct = vec!["kit.*".parse().expect("a pattern")];
    let sandbox = Sandbox::with_runs_at_once(1).expect("a sandbox");
    Gateway::over(sandbox, catalog, GatewayOptions { direct, ..GatewayOptions::default() })
}

fn scope() -> Arc<Scope> {
    Arc::new(Scope::new("bench", Vec::new(), Vec::new()))
}

/// Runs as the upstream server of a parent process.
pub(crate) async fn serve_stdio() {
    upstream().serve(scope(), tokio::io::stdin(), tokio::io::stdout()).await.expect("the client speaks MCP");
}

/// How to reach an upstream server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Transport {
    Http,
    Stdio,
}

impl Transport {
    /// Returns the entry of an upstream server of that kind, starting it if necessary.
    pub(crate) async fn upstream(self, stop: &CancellationToken) -> Value {
        match self {
            Self::Http => serve_http(upstream(), stop).await,
            Self::Stdio => json!({ "command": std::env::current_exe().expect("this program"), "args": [OVER_STDIO] }),
        }
    }
}

/// Starts a gateway in front of the upstream server, over HTTP, and returns its entry.
pub(crate) async fn gateway(upstream: &Value, stop: &CancellationToken) -> Value {
    let (sandbox, config) = (Sandbox::new().expect("a sandbox"), config("upstream", upstream));
    let connect = ConnectOptions::new(Vec::new());
    serve_http(Gateway::start(sandbox, &config, connect, &Learner::default(), GatewayOptions::default()), stop).await
}

fn config(name: &str, entry: &Value) -> Config {
    let text = json!({ "mcpServers": { name: entry } }).to_string();
    Config::parse(&text, Path::new("bench"), &|_| None).expect("a configuration")
}

async fn serve_http(gateway: Gateway, stop: &CancellationToken) -> Value {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let entry = json!({ "url": format!("http://{}/mcp", listener.local_addr().expect("an address")) });
    let stop = stop.clone();
    tokio::spawn(async move { gateway.serve_http(listener, &scope(), &HttpOptions::default(), stop).await });
    entry
}

/// One client's connection.
pub(crate) struct Connected {
    pub(crate) host: Arc<ServerHost>,
    _upstreams: Upstreams,
}

pub(crate) async fn connected(entry: &Value) -> Connected {
    let upstreams = Upstreams::connect(&config("s", entry), None, &ConnectOptions::new(Vec::new())).await;
    let host = upstreams.get("s").and_then(Upstream::host).expect("a server that is ready");
    Connected { host, _upstreams: upstreams }
}

const SCRIPT: &str = "
    const seen = [];
    for (let i = 0; i < input.calls; i++) {
        const ticket = await tools.upstream.kit__echo({ client: input.client, number: input.first + i });
        if (ticket.client !== input.client) throw new Error('somebody else was answered');
        seen.push(ticket.number);
    }
    return seen;";

/// Makes one direct call of the tool.
pub(crate) async fn by_call(host: &ServerHost, client: u64, number: u64) {
    let ticket = json!({ "client": client, "number": number });
    assert_eq!(answer(host, "kit__echo", ticket.clone()).await, ticket, "an answer for somebody else");
}

/// Makes the same calls in one script of the gateway.
pub(crate) async fn by_script(host: &ServerHost, client: u64, first: u64, calls: u64) {
    let input = json!({ "client": client, "first": first, "calls": calls });
    let expected: Vec<u64> = (first..first + calls).collect();
    let seen = answer(host, "run_script", json!({ "code": SCRIPT, "input": input })).await;
    assert_eq!(seen, json!(expected), "an answer for somebody else");
}

async fn answer(host: &ServerHost, tool: &str, arguments: Value) -> Value {
    let reply = host.call(ToolRequest::new(tool, arguments)).await;
    reply.expect("the call succeeds").structured.expect("a value")
}
