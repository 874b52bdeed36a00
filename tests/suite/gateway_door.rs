//! Who gets into a gateway over HTTP, and how little others learn.

use std::collections::HashMap;
use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;

use callbox::{CancellationToken, Catalog, ToolError};
use callbox_gateway::{Gateway, GatewayOptions, HttpOptions, Scope};
use callbox_tests::stage;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::cli::Place;
use crate::gateway::{Served, ask, call, script, text};
use crate::upstreams::{PATIENCE, patient, started};

const ANNA: &str = "anna-0123456789abcdef";
const BORIS: &str = "boris-0123456789abcdef";

fn guarded() -> (Place, Served) {
    let place = Place::new(&[("tokens", &format!("# who may what\nanna {ANNA}\nboris {BORIS} people.list_teams\n"))]);
    let served = Served::start(&place, &["--demo", "--inline-percent", "0", "--token-file", "tokens"]);
    (place, served)
}

fn bearer(token: &str) -> Value {
    json!({ "Authorization": format!("Bearer {token}") })
}

/// Sends a raw `initialize` with further headers.
fn initialize(served: &Served, headers: &str) -> (u16, String) {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } } });
    post(served, headers, &body.to_string())
}

fn post(served: &Served, headers: &str, body: &str) -> (u16, String) {
    let host = if headers.contains("Host:") { String::new() } else { format!("Host: {}\r\n", served.address) };
    served.ask(&format!(
        "POST /mcp HTTP/1.1\r\n{host}Connection: close\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    ))
}

fn session_id(answer: &str) -> String {
    let header = answer.lines().find(|line| line.to_lowercase().starts_with("mcp-session-id:")).expect("a session");
    header.split_once(':').expect("a value").1.trim().to_owned()
}

/// Sends a modern request whose headers name `method` and `name`.
fn modern(served: &Served, headers: &str, method: &str, name: &str, body_method: &str, params: Value) -> (u16, String) {
    let headers = format!("{}{headers}", modern_headers(method, name));
    post(served, &headers, &modern_body(body_method, params).to_string())
}

pub fn modern_headers(method: &str, name: &str) -> String {
    let name = if name.is_empty() { String::new() } else { format!("Mcp-Name: {name}\r\n") };
    format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n{name}")
}

pub fn modern_body(method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

#[test]
fn without_the_right_token_nobody_comes_in() {
    let (_place, served) = guarded();
    for headers in ["", "Authorization: Bearer wrong-0123456789abcdef\r\n", "Authorization: Basic YTpi\r\n"] {
        let (status, answer) = initialize(&served, headers);
        assert_eq!(status, 401, "{answer}");
        assert!(answer.to_lowercase().contains("www-authenticate: bearer"), "{answer}");
        assert!(!answer.contains(ANNA) && !answer.contains("anna"), "{answer}");
    }
    assert_eq!(served.get("/metrics", "").0, 401);
    assert_eq!(served.get("/healthz", "").0, 200, "health has no secrets");
    assert_eq!(served.get("/metrics", &format!("Authorization: Bearer {ANNA}\r\n")).0, 200);
}

#[test]
fn each_token_sees_its_own_tools_and_results() {
    let (_place, served) = guarded();
    let anna = started(&json!({ "gateway": served.entry(&bearer(ANNA)) }), &patient());
    let boris = started(&json!({ "gateway": served.entry(&bearer(BORIS)) }), &patient());
    let listed = |running| text(&call(running, "search_tools", json!({ "query": "" })).expect("a list"));
    assert!(listed(&anna).contains("tracker.list_issues"));
    assert_eq!(listed(&boris).lines().count(), 1, "{}", listed(&boris));
    let reply = script(&anna, "return 'x'.repeat(100000)");
    let id = text(&reply)
        .split("results.get(\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a handle")
        .to_owned();
    let get = format!("return (await results.get('{id}')).length");
    assert_eq!(script(&anna, &get).structured, Some(json!(100_000)));
    let refused = call(&boris, "run_script", json!({ "code": get })).expect_err("not his");
    assert!(refused.contains("there is no result"), "{refused}");
}

/// A stored result of one token can be neither read nor listed nor detected by another, whatever its protocol.
#[test]
fn a_result_is_no_resource_of_others() {
    let (_place, served) = guarded();
    let asks = |token: &str, method: &str, name: &str, params: Value| {
        modern(&served, &format!("Authorization: Bearer {token}\r\n"), method, name, method, params)
    };
    let run = json!({ "name": "run_script", "arguments": { "code": "return 'of anna'" } });
    assert_eq!(asks(ANNA, "tools/call", "run_script", run).0, 200);
    let (_, listed) = asks(ANNA, "resources/list", "", json!({}));
    let uri = listed.split("callbox://runs/").nth(1).and_then(|rest| rest.split('"').next()).expect("a result");
    let uri = format!("callbox://runs/{uri}");
    let (_, read) = asks(ANNA, "resources/read", &uri, json!({ "uri": uri }));
    assert!(read.contains("of anna"), "{read}");
    let (_, read) = asks(BORIS, "resources/read", &uri, json!({ "uri": uri }));
    assert!(read.contains("there is no such result") && !read.contains("of anna"), "{read}");
    let (_, listed) = asks(BORIS, "resources/list", "", json!({}));
    assert!(!listed.contains("callbox://"), "{listed}");
}

/// Without tokens there is a single principal: anyone who can reach the address. Legacy clients are distinguished by
/// their sessions; modern ones cannot be distinguished.
#[test]
fn without_tokens_a_session_keeps_its_results() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    let (one, two) = (Session::begin(&served), Session::begin(&served));
    let run = json!({ "name": "run_script", "arguments": { "code": "return 'mine'" } });
    assert!(one.asks("tools/call", run).contains("mine"));
    assert!(one.asks("resources/list", json!({})).contains("callbox://runs/"));
    assert!(!two.asks("resources/list", json!({})).contains("callbox://runs/"));
}

/// A session of the legacy protocol.
struct Session<'s> {
    served: &'s Served,
    id: String,
}

impl<'s> Session<'s> {
    fn begin(served: &'s Served) -> Self {
        Self { served, id: session_id(&initialize(served, "").1) }
    }

    fn asks(&self, method: &str, params: Value) -> String {
        let body = json!({ "jsonrpc": "2.0", "id": 2, "method": method, "params": params });
        let (status, answer) = post(self.served, &format!("Mcp-Session-Id: {}\r\n", self.id), &body.to_string());
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

#[test]
fn a_session_cannot_be_taken_over() {
    let (_place, served) = guarded();
    let (status, answer) = initialize(&served, &format!("Authorization: Bearer {ANNA}\r\n"));
    assert_eq!(status, 200, "{answer}");
    let session = session_id(&answer);
    let body = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }).to_string();
    let with = |token| post(&served, &format!("Authorization: Bearer {token}\r\nMcp-Session-Id: {session}\r\n"), &body);
    assert_eq!(with(BORIS).0, 404);
}

#[test]
fn pages_of_the_web_and_strange_names_are_refused() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo", "--allow-origin", "https://good.example:443"]);
    assert_eq!(initialize(&served, "Origin: https://evil.example\r\n").0, 403);
    assert_eq!(initialize(&served, "Origin: null\r\n").0, 403);
    assert_eq!(initialize(&served, "Origin: https://good.example\r\n").0, 200);
    assert_eq!(initialize(&served, "").0, 200);
    assert_eq!(initialize(&served, "Host: evil.example\r\n").0, 403);
}

/// `/metrics` has the same authentication layer as `/mcp`.
#[test]
fn metrics_are_not_for_pages_of_the_web() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo", "--allow-origin", "https://good.example:443"]);
    assert_eq!(served.get("/metrics", "").0, 200);
    assert_eq!(served.get("/metrics", "Origin: https://good.example\r\n").0, 200);
    assert_eq!(served.get("/metrics", "Origin: https://evil.example\r\n").0, 403);
    assert_eq!(served.ask("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").0, 403);
}

#[test]
fn a_request_for_two_hosts_is_refused() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    for path in ["/mcp", "/metrics", "/healthz"] {
        let (status, answer) = served.get(path, "Host: evil.example\r\n");
        assert_eq!(status, 400, "{answer}");
    }
}

#[test]
fn what_is_no_message_is_refused_in_the_protocols_way() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    for (body, code) in
        [("{\"jsonrpc\":", -32_700), ("", -32_700), ("{\"jsonrpc\":\"2.0\"}", -32_600), ("[1]", -32_600)]
    {
        let (status, answer) = post(&served, "", body);
        assert_eq!(status, 400, "{answer}");
        let sent = answer.split("\r\n\r\n").nth(1).expect("a body");
        let sent: Value = serde_json::from_str(sent).expect("JSON");
        assert_eq!((&sent["error"]["code"], &sent["id"]), (&json!(code), &Value::Null), "{sent}");
    }
    let text = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\n\
                Accept: application/json, text/event-stream\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(served.ask(text).0, 415, "that is another media type");
}

#[test]
fn what_is_too_large_is_refused() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    let large = format!("{{\"x\":\"{}\"}}", "a".repeat(9 << 20));
    let (status, _) = post(&served, "", &large);
    assert!(status == 413 || status == 0, "{status}");
    assert!(initialize(&served, &format!("X-Long: {}\r\n", "a".repeat(100_000))).0 >= 400);
    let many: String = (0..100).map(|number| format!("X-{number}: a\r\n")).collect();
    assert!(initialize(&served, &many).0 >= 400);
    assert_eq!(served.get("/healthz", "").0, 200);
    assert_eq!(served.get("/readyz", "").0, 200);
}

#[test]
fn a_header_that_says_something_else_than_the_body_is_refused() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    let asked = |method, name| {
        modern(
            &served,
            "",
            method,
            name,
            "tools/call",
            json!({ "name": "run_script", "arguments": { "code": "return 1" } }),
        )
    };
    assert_eq!(asked("tools/call", "run_script").0, 200);
    for (method, name) in [("tools/list", "run_script"), ("tools/call", "search_tools")] {
        let (status, answer) = asked(method, name);
        assert!(status == 400 && answer.contains("-32020"), "{answer}");
    }
}

#[test]
fn a_request_says_in_one_way_to_whom_it_is_addressed() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    let address = &served.address;
    let asks =
        |target: &str, hosts: &str| served.ask(&format!("GET {target} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n"));
    let host = format!("Host: {address}\r\n");
    assert_eq!(asks("/metrics", &host).0, 200);
    assert_eq!(asks(&format!("http://{address}/metrics"), &host).0, 200, "HTTP wants this understood");
    for (target, hosts) in [
        ("/metrics".to_owned(), format!("Host: evil@{address}\r\n")),
        ("http://evil.example/metrics".to_owned(), host.clone()),
        (format!("http://evil@{address}/metrics"), host.clone()),
        (format!("http://evil@{address}/metrics"), format!("Host: evil@{address}\r\n")),
        ("/metrics".to_owned(), format!("{host}Host: evil.example\r\n")),
        ("/mcp".to_owned(), format!("Host: evil@{address}\r\n")),
    ] {
        let (status, answer) = asks(&target, &hosts);
        assert_eq!(status, 400, "{target}, {hosts}: {answer}");
    }
}

#[test]
fn a_body_of_too_many_values_is_refused_before_it_is_parsed() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    let asks = |values: usize| {
        let input = format!("[{}1]", "[],".repeat(values));
        let body =
            modern_body("tools/call", json!({ "name": "run_script", "arguments": { "code": "return 7", "input": 0 } }));
        let body = body.to_string().replace("\"input\":0", &format!("\"input\":{input}"));
        post(&served, &modern_headers("tools/call", "run_script"), &body)
    };
    let (status, answer) = asks(10_000);
    assert_eq!(status, 200, "{answer}");
    let (status, answer) = asks(300_000);
    assert!(status == 413 && answer.contains("body_values_max"), "{answer}");
}

#[test]
fn malformed_chunks_are_a_fault_of_the_request() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    let (status, answer) = served.ask(&format!(
        "POST /mcp HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{{\"a\":\r\nzz\r\n",
        served.address
    ));
    assert!(status == 400 && answer.contains("malformed"), "{status}: {answer}");
}

/// A gateway in this process with fewer connection slots than the program has.
struct Narrow {
    address: String,
    stop: CancellationToken,
}

impl Narrow {
    fn new(connections_max: usize) -> Self {
        let long = |_: HashMap<String, u64>| async { Ok::<_, ToolError>("x".repeat(12 << 20)) };
        let catalog = Catalog::builder().function("kit", "long", "Twelve megabytes.", long).build();
        let direct = vec!["kit.long".parse().expect("a pattern")];
        let options = GatewayOptions { direct, ..GatewayOptions::default() };
        let gateway = Gateway::over(stage::sandbox().clone(), catalog, options);
        let listener = stage::wait(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (stop, options) = (CancellationToken::new(), HttpOptions { connections_max, ..HttpOptions::default() });
        let stopped = stop.clone();
        stage::spawn(async move {
            let scope = Arc::new(Scope::new("local", vec![], vec![]));
            gateway.serve_http(listener, &scope, &options, stopped).await;
        });
        Self { address, stop }
    }

    /// Opens a connection that sends this much and then neither sends nor reads.
    fn sulks(&self, words: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.write_all(words.as_bytes()).expect("it is sent");
        stream
    }

    /// Checks that an honest request gets in.
    #[track_caller]
    fn serves(&self) {
        let (status, answer) =
            ask(&self.address, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assert_eq!(status, 200, "{answer}");
    }
}

impl Drop for Narrow {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Clients that send nothing, half a word, half a request or half a body, or do not read the answer, take all slots;
/// none keeps its slot.
#[test]
fn slow_clients_lose_their_places() {
    let head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Accept: application/json, text/event-stream\r\n";
    let body = modern_body("tools/call", json!({ "name": "kit__long", "arguments": {} })).to_string();
    let headers = modern_headers("tools/call", "kit__long");
    let deaf = format!("{head}{headers}Content-Length: {}\r\n\r\n{body}", body.len());
    // The unread answer must be larger than the system's socket buffers.
    let (status, answer) = ask(&Narrow::new(1).address, &deaf.replacen("\r\n", "\r\nConnection: close\r\n", 1));
    assert!(status == 200 && answer.len() > 12 << 20, "{status}, {} bytes", answer.len());
    let half = format!("{head}Content-Length: 100\r\n\r\n{{");
    std::thread::scope(|scope| {
        for words in ["", "P", "POST /mcp HT", head, &half, &deaf] {
            scope.spawn(move || {
                let narrow = Narrow::new(2);
                let _slow = [narrow.sulks(words), narrow.sulks(words)];
                narrow.serves();
            });
        }
    });
}

/// A client that comes and goes does not stay counted.
#[test]
fn a_place_is_given_back() {
    let narrow = Narrow::new(2);
    for _ in 0..20 {
        narrow.serves();
        drop(narrow.sulks("GET /healthz HTTP/1.1\r\n"));
    }
    narrow.serves();
}

#[test]
fn an_open_door_needs_tokens_and_a_free_port() {
    let place = Place::new(&[("tokens", "anna short"), ("none", "# nobody\n")]);
    let open = place.run(&["serve", "--demo", "--http", "0.0.0.0:0"]);
    assert_eq!(open.code, 2, "{}", open.err);
    assert!(open.err.contains("--token-file"), "{}", open.err);
    let short = place.run(&["serve", "--demo", "--http", "127.0.0.1:0", "--token-file", "tokens"]);
    assert!(short.code == 2 && short.err.contains("line 1") && !short.err.contains("short\n"), "{}", short.err);
    assert_eq!(place.run(&["serve", "--demo", "--http", "127.0.0.1:0", "--token-file", "none"]).code, 2);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let busy = place.run(&["serve", "--demo", "--http", &address]);
    assert!(busy.code == 2 && busy.err.contains("cannot listen"), "{}", busy.err);
}
