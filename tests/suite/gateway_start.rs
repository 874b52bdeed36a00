//! A gateway whose servers start slowly or never: clients are answered meanwhile, a model is told what is missing, and
//! what it is shown first is settled only once.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use callbox_gateway::{Gateway, GatewayOptions, HttpOptions, Learner, Scope};
use callbox_mcp::{Config, ConnectOptions};
use callbox_tests::stage;
use rmcp::model::{CacheScope, ProtocolVersion};
use rmcp::service::{NotificationContext, ServiceExt as _};
use rmcp::{ClientHandler, RoleClient};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::gateway::{call, text};
use crate::upstreams::{Running, fault_server, patient, started};

/// Far longer than any of these takes; only a bug makes a test wait this long.
const PATIENCE: Duration = Duration::from_secs(180);

/// A gateway in this process, over HTTP on loopback. It waits only briefly for its servers.
struct Hosted {
    gateway: Gateway,
    address: String,
    stop: CancellationToken,
}

impl Hosted {
    fn start(servers: &Value, connect: ConnectOptions) -> Self {
        let text = json!({ "mcpServers": servers }).to_string();
        let config = Config::parse(&text, Path::new("/test/.mcp.json"), &|_| None).expect("a list");
        let options = GatewayOptions { start_ms_max: 100, ..GatewayOptions::default() };
        stage::wait(async {
            let gateway = Gateway::start(stage::sandbox().clone(), &config, connect, &Learner::default(), options);
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = format!("http://{}/mcp", listener.local_addr().expect("an address"));
            let stop = CancellationToken::new();
            let (served, stopped) = (gateway.clone(), stop.clone());
            tokio::spawn(async move { served.serve_http(listener, &local(), &HttpOptions::default(), stopped).await });
            Self { gateway, address, stop }
        })
    }

    /// Returns a client that does not check on its own whether the tool list is still valid.
    fn client(&self) -> Running {
        let mut options = patient();
        options.relist_ms_min = 3_600_000;
        started(&json!({ "gateway": { "url": self.address } }), &options)
    }

    #[track_caller]
    fn settles(&self) {
        until("all servers are tried", || stage::wait(self.gateway.is_ready()));
    }

    #[track_caller]
    fn reaches(&self, server: &str) {
        until("the server is up", || self.gateway.upstreams().0.iter().any(|name| name == server));
    }
}

impl Drop for Hosted {
    fn drop(&mut self) {
        self.stop.cancel();
        stage::wait(self.gateway.shutdown());
    }
}

fn local() -> Arc<Scope> {
    Scope::new("local", vec![], vec![]).into()
}

#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what}: not within {} s", PATIENCE.as_secs());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Returns a server that starts once the file exists.
fn late(go: &Path) -> Value {
    let script = "while [ ! -e \"$GO\" ]; do sleep 0.02; done; exec \"$SERVER\"";
    json!({ "command": "sh", "args": ["-c", script], "env": { "GO": go, "SERVER": fault_server() } })
}

fn steady() -> Value {
    json!({ "command": fault_server(), "args": [] })
}

fn names(running: &Running) -> Vec<&str> {
    running.ready("gateway").tools.iter().map(|tool| tool.name.as_str()).collect()
}

fn instructions(running: &Running) -> &str {
    running.ready("gateway").instructions.as_deref().expect("instructions")
}

/// Returns everything that a model is shown first.
fn texts(running: &Running) -> String {
    format!("{} {:?}", instructions(running), running.ready("gateway").tools)
}

fn found(running: &Running, query: &str) -> String {
    text(&call(running, "search_tools", json!({ "query": query })).expect("an answer"))
}

const MISSING: &str = "(0): not reachable so far";

#[test]
fn a_server_that_is_slow_to_start_keeps_nobody_waiting_and_is_told_of() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let go = place.path().join("go");
    let hosted = Hosted::start(&json!({ "late": late(&go), "steady": steady() }), patient());
    hosted.reaches("steady");
    let mut running = hosted.client();
    assert!(instructions(&running).contains(&format!("- late {MISSING}")), "{}", instructions(&running));
    assert_eq!(names(&running), ["search_tools", "describe_tools", "run_script"]);
    assert!(found(&running, "echo").contains("server `late` is still starting"));
    let code = "try { return await tools.late.echo({}) } catch (e) { return [e.code, e.retryable] }";
    let early = call(&running, "run_script", json!({ "code": code }));
    assert!(early.is_err_and(|words| words.contains("unknown_tool")), "nobody knows its tools");
    assert_eq!(hosted.gateway.upstreams().1, [("late".to_owned(), "it is still starting".to_owned())]);

    fs::write(&go, "").expect("a file");
    hosted.settles();
    // It listens (`subscriptions/listen`) and is notified.
    until("the client is told", || running.refresh_if_changed() == ["gateway"]);
    assert_eq!(names(&running), ["run_script"], "all types fit into one description");
    let (one, two) = (hosted.client(), hosted.client());
    assert!(!instructions(&one).contains(MISSING), "{}", instructions(&one));
    assert_eq!(texts(&one), texts(&two));
    assert_eq!(running.ready("gateway").tools, one.ready("gateway").tools);
    let late = call(&one, "run_script", json!({ "code": code })).expect("it is there");
    assert_eq!(late.structured, Some(json!({ "echo": {} })));
}

#[test]
fn a_server_that_never_comes_up_does_not_keep_the_texts_open() {
    let mut connect = patient();
    connect.connect_ms_max = 2_000;
    let never = json!({ "command": fault_server(), "args": ["--fault", "hang-in-handshake"] });
    let hosted = Hosted::start(&json!({ "never": never, "steady": steady() }), connect);
    hosted.settles();
    let (one, two) = (hosted.client(), hosted.client());
    assert!(instructions(&one).contains(&format!("- never {MISSING}")), "{}", instructions(&one));
    assert!(found(&one, "echo").contains("server `never` is down"));
    assert_eq!(texts(&one), texts(&two));
}

/// A list request that hangs is given up too.
#[test]
fn a_server_that_lists_nothing_does_not_keep_the_texts_open() {
    let mut connect = patient();
    connect.list_page_ms_max = 500;
    let mute = json!({ "command": fault_server(), "args": ["--fault", "list-hangs"] });
    let hosted = Hosted::start(&json!({ "mute": mute }), connect);
    hosted.settles();
    assert!(found(&hosted.client(), "echo").contains("server `mute` is down"));
}

/// Records notifications to a legacy client.
#[derive(Clone, Default)]
struct Ears(Arc<Notify>);

impl ClientHandler for Ears {
    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.0.notify_one();
    }
}

#[test]
fn a_legacy_client_is_told_when_all_servers_are_there() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let go = place.path().join("go");
    let hosted = Hosted::start(&json!({ "late": late(&go) }), patient());
    stage::wait(async {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (read, write) = tokio::io::split(theirs);
        let gateway = hosted.gateway.clone();
        tokio::spawn(async move { gateway.serve(local(), read, write).await });
        let ears = Ears::default();
        let client = ears.clone().serve(ours).await.expect("the handshake");
        let info = client.peer_info().expect("an introduction");
        assert_eq!(info.protocol_version, ProtocolVersion::V_2025_11_25);
        let tools = info.capabilities.tools.clone().expect("tools");
        assert_eq!(tools.list_changed, Some(true));
        let early = client.list_tools(None).await.expect("tools");
        assert_eq!(early.tools.len(), 3);
        fs::write(&go, "").expect("a file");
        tokio::time::timeout(PATIENCE, ears.0.notified()).await.expect("it is told");
        let last = client.list_tools(None).await.expect("tools");
        assert_eq!(last.tools.len(), 1);
        assert_eq!(last.cache_scope, Some(CacheScope::Private));
        assert!(early.ttl_ms < last.ttl_ms, "{:?} {:?}", early.ttl_ms, last.ttl_ms);
    });
}

#[test]
fn a_list_that_is_no_longer_good_is_fetched_again() {
    let mut connect = patient();
    connect.relist_ms_min = 50;
    let brief = json!({ "command": fault_server(), "args": ["--fault", "ttl-1"] });
    let hosted = Hosted::start(&json!({ "brief": brief }), connect);
    let running = hosted.client();
    until("the new tool is found", || match names(&running).contains(&"search_tools") {
        true => found(&running, "added").contains("brief.added"),
        false => call(&running, "run_script", json!({ "code": "return await tools.brief.added({})" })).is_ok(),
    });
}
