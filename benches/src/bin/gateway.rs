//! The gateway under load: `gateway CLIENTS SCRIPTS CALLS`, all on loopback and in one process.
//!
//! Behind the gateway stands an MCP server with one tool. First each client calls the tool directly, as often
//! as its scripts would; then each runs its scripts through the gateway. Every answer is checked to be the
//! asker's own.

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use callbox::{CancellationToken, Catalog, Sandbox, ToolError, ToolHost, ToolRequest};
use callbox_mcp::{
    Config, ConnectOptions, Gateway, GatewayOptions, HttpOptions, Learner, Scope, ServerHost, Upstreams,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

/// What one client asks and gets back.
#[derive(Deserialize, Serialize, JsonSchema)]
struct Ticket {
    client: u64,
    number: u64,
}

const SCRIPT: &str = "
    const seen = [];
    for (let i = 0; i < input.calls; i++) {
        const ticket = await tools.upstream.kit__echo({ client: input.client, number: input.first + i });
        if (ticket.client !== input.client) throw new Error('somebody else was answered');
        seen.push(ticket.number);
    }
    return seen;";

#[tokio::main]
async fn main() {
    let given: Vec<u64> = std::env::args().skip(1).map(|word| word.parse().expect("a number")).collect();
    let [clients, scripts, calls] = given[..] else { panic!("usage: gateway CLIENTS SCRIPTS CALLS") };
    let stop = CancellationToken::new();
    let upstream = serve(upstream(), &stop).await;
    let gateway = serve(gateway(&upstream), &stop).await;
    let direct = connected(&upstream, clients).await;
    let hosts = connected(&gateway, clients).await;
    // One script each before anything is measured, so that both sides have what they need in memory.
    round(&hosts, 1, move |host, client, script| by_script(host, client, script, calls)).await;
    let before_kib = resident_kib();
    let (direct_ms, direct_s) = round(&direct, scripts * calls, by_call).await;
    let (script_ms, script_s) =
        round(&hosts, scripts, move |host, client, script| by_script(host, client, script, calls)).await;
    let after_kib = resident_kib();
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    let (made, per_script) = ((clients * scripts * calls) as f64, calls as f64);
    println!("{clients} clients, {scripts} scripts each, {calls} calls a script; every answer was checked");
    println!(
        "direct: {:.0} calls/s, p50 {:.2} ms, p99 {:.2} ms a call",
        made / direct_s,
        at(&direct_ms, 50),
        at(&direct_ms, 99)
    );
    println!(
        "by scripts: {:.0} calls/s, p50 {:.2} ms, p99 {:.2} ms a script, p50 {:.2} ms a call",
        made / script_s,
        at(&script_ms, 50),
        at(&script_ms, 99),
        at(&script_ms, 50) / per_script
    );
    println!(
        "gateway overhead a call at the median: {:.0} µs",
        (at(&script_ms, 50) / per_script - at(&direct_ms, 50)) * 1_000.0
    );
    println!("memory: {before_kib} KiB before, {after_kib} KiB after");
    stop.cancel();
}

/// An MCP server with one tool.
fn upstream() -> Gateway {
    let catalog = Catalog::builder()
        .function("kit", "echo", "Gives back the ticket.", |ticket: Ticket| async move { Ok::<_, ToolError>(ticket) })
        .build();
    let direct = vec!["kit.echo".parse().expect("a pattern")];
    Gateway::over(
        Sandbox::with_runs_at_once(1).expect("a sandbox"),
        catalog,
        GatewayOptions { direct, ..GatewayOptions::default() },
    )
}

fn gateway(upstream: &str) -> Gateway {
    let config = config("upstream", upstream);
    let sandbox = Sandbox::new().expect("a sandbox");
    Gateway::start(sandbox, &config, ConnectOptions::new(Vec::new()), Learner::default(), GatewayOptions::default())
}

fn config(name: &str, address: &str) -> Config {
    let text = json!({ "mcpServers": { name: { "url": address } } }).to_string();
    Config::parse(&text, Path::new("bench"), &|_| None).expect("a configuration")
}

async fn serve(gateway: Gateway, stop: &CancellationToken) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/mcp", listener.local_addr().expect("an address"));
    let stop = stop.clone();
    tokio::spawn(async move {
        let scope = Arc::new(Scope::new("bench", Vec::new(), Vec::new()));
        gateway.serve_http(listener, &scope, &HttpOptions::default(), stop).await;
    });
    address
}

/// One connection for each client.
async fn connected(address: &str, clients: u64) -> Vec<(Upstreams, Arc<ServerHost>)> {
    let (config, options) = (config("s", address), ConnectOptions::new(Vec::new()));
    let mut connected = Vec::new();
    for _ in 0..clients {
        let upstreams = Upstreams::connect(&config, None, &options).await;
        let host = upstreams.get("s").and_then(callbox_mcp::Upstream::host).expect("a server that is ready");
        connected.push((upstreams, host));
    }
    connected
}

/// Every client asks `times` times, one after the other, all clients at once: the times in milliseconds, sorted,
/// and the whole in seconds.
async fn round<F, Fut>(hosts: &[(Upstreams, Arc<ServerHost>)], times: u64, ask: F) -> (Vec<f64>, f64)
where
    F: Fn(Arc<ServerHost>, u64, u64) -> Fut + Copy + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let began = Instant::now();
    let mut asking = JoinSet::new();
    for ((_, host), client) in hosts.iter().zip(0..) {
        let host = Arc::clone(host);
        asking.spawn(async move {
            let mut taken = Vec::new();
            for number in 0..times {
                let began = Instant::now();
                ask(Arc::clone(&host), client, number).await;
                taken.push(ms(began.elapsed()));
            }
            taken
        });
    }
    let mut taken: Vec<f64> = asking.join_all().await.into_iter().flatten().collect();
    taken.sort_by(f64::total_cmp);
    (taken, began.elapsed().as_secs_f64())
}

async fn by_call(host: Arc<ServerHost>, client: u64, number: u64) {
    let ticket = json!({ "client": client, "number": number });
    assert_eq!(answer(&host, "kit__echo", ticket.clone()).await, ticket, "an answer for somebody else");
}

async fn by_script(host: Arc<ServerHost>, client: u64, script: u64, calls: u64) {
    let first = script * calls;
    let input = json!({ "client": client, "first": first, "calls": calls });
    let expected: Vec<u64> = (first..first + calls).collect();
    let seen = answer(&host, "run_script", json!({ "code": SCRIPT, "input": input })).await;
    assert_eq!(seen, json!(expected), "an answer for somebody else");
}

async fn answer(host: &ServerHost, tool: &str, arguments: Value) -> Value {
    let reply = host.call(ToolRequest::new(tool, arguments)).await;
    reply.expect("the call succeeds").structured.expect("a value")
}

fn at(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}
