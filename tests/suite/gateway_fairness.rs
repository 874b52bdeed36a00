//! One client of a gateway that takes everything, and one that wants its share of sessions, requests, connections and
//! runs. The honest one is served.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use callbox::{CancellationToken, Catalog, ToolError};
use callbox_gateway::{Gateway, GatewayOptions, HttpOptions, Scope, Tokens};
use callbox_tests::stage;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::cli::Place;
use crate::gateway::{Served, ask};
use crate::gateway_door::{modern_body, modern_headers};
use crate::gateway_life::memory_kib;
use crate::upstreams::PATIENCE;

const GREEDY: &str = "greedy-0123456789abcdef";
const HONEST: &str = "honest-0123456789abcdef";

/// A gateway in this process with two tokens and a tool that never answers.
struct Gate {
    address: String,
    stop: CancellationToken,
}

impl Gate {
    fn new(options: GatewayOptions, http: HttpOptions) -> Self {
        let hang = |_: Value| std::future::pending::<Result<Value, ToolError>>();
        let catalog = Catalog::builder().function("kit", "hang", "Never answers.", hang).build();
        let gateway = Gateway::over(stage::sandbox().clone(), catalog, options);
        let listener = stage::wait(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let tokens = Tokens::parse(&format!("greedy {GREEDY}\nhonest {HONEST}"), &[]).expect("tokens");
        let (stop, http) = (CancellationToken::new(), HttpOptions { tokens: Some(Arc::new(tokens)), ..http });
        let stopped = stop.clone();
        stage::spawn(async move {
            let scope = Arc::new(Scope::new("local", vec![], vec![]));
            gateway.serve_http(listener, &scope, &http, stopped).await;
        });
        Self { address, stop }
    }

    /// Opens a connection that sends this much and then waits.
    fn sends(&self, words: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.write_all(words.as_bytes()).expect("it is sent");
        stream
    }

    fn asks(&self, token: &str, code: &str) -> (u16, String) {
        ask(&self.address, &run(token, code))
    }

    /// Starts a run that lasts as long as the returned connection.
    fn hangs(&self, token: &str) -> TcpStream {
        self.sends(&run(token, "return await tools.kit.hang({})"))
    }

    #[track_caller]
    fn serves(&self, token: &str) {
        let (status, answer) = self.asks(token, "return 6 * 7");
        assert!(status == 200 && answer.contains("42"), "{status}: {answer}");
    }

    /// Starts endless runs until a further request is rejected in the given way; returns them and the rejection.
    #[track_caller]
    fn fills(&self, token: &str, refused: impl Fn(u16) -> bool) -> (Vec<TcpStream>, String) {
        let (began, mut busy) = (Instant::now(), Vec::new());
        loop {
            let (status, answer) = self.asks(token, "return 1");
            if refused(status) {
                return (busy, answer);
            }
            assert!(began.elapsed() < PATIENCE, "never refused; last with {status}");
            busy.push(self.hangs(token));
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn head(token: &str) -> String {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
    )
}

fn run(token: &str, code: &str) -> String {
    let body = modern_body("tools/call", json!({ "name": "run_script", "arguments": { "code": code } })).to_string();
    let headers = modern_headers("tools/call", "run_script");
    format!("{}{headers}Content-Length: {}\r\n\r\n{body}", head(token), body.len())
}

fn legacy(token: &str, session: &str, method: &str, params: Value) -> String {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
    format!("{}{session}Content-Length: {}\r\n\r\n{body}", head(token), body.len())
}

fn initialize(token: &str, name: &str) -> String {
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": name, "version": "1" } });
    legacy(token, "", "initialize", params)
}

/// Returns the header of the session that an answer starts.
#[track_caller]
fn session(answer: &str) -> String {
    let header = answer.lines().find(|line| line.to_lowercase().starts_with("mcp-session-id:"));
    format!("{}\r\n", header.unwrap_or_else(|| panic!("no session in {answer}")))
}

fn listed(address: &str, token: &str, session: &str) -> u16 {
    ask(address, &legacy(token, session, "tools/list", json!({}))).0
}

#[test]
fn sessions_of_one_token_cost_little_and_push_out_none_of_another() {
    let place = Place::new(&[("tokens", &format!("greedy {GREEDY}\nhonest {HONEST}\n"))]);
    let served = Served::start(&place, &["--demo", "--token-file", "tokens"]);
    let begins = |token| served.ask(&initialize(token, "t")).1;
    let honest = session(&begins(HONEST));
    let first = session(&begins(GREEDY));
    (0..100).for_each(|_| drop(begins(GREEDY)));
    let before = memory_kib(served.pid(), "VmRSS");
    (0..1_200).for_each(|_| drop(session(&begins(GREEDY))));
    let grown = memory_kib(served.pid(), "VmRSS").saturating_sub(before);
    // Awake they would take 150 KB each.
    assert!(grown < 60_000, "{grown} KiB for 1,200 sessions");
    let (_, metrics) = served.get("/metrics", &format!("Authorization: Bearer {HONEST}\r\n"));
    let tasks = metrics.lines().find_map(|line| line.strip_prefix("callbox_tasks ")?.parse::<u64>().ok());
    assert!(tasks.expect("a number of tasks") < 500, "{metrics}");
    assert_eq!(listed(&served.address, HONEST, &honest), 200);
    assert_eq!(listed(&served.address, GREEDY, &first), 404, "its own oldest has gone");
}

#[test]
fn a_session_that_sleeps_wakes_unseen() {
    let gate = Gate::new(GatewayOptions::default(), HttpOptions::default());
    let first = session(&ask(&gate.address, &initialize(HONEST, "t")).1);
    assert_eq!(listed(&gate.address, HONEST, &first), 200);
    // More sessions than stay awake without use.
    for _ in 0..40 {
        let _ = session(&ask(&gate.address, &initialize(HONEST, "t")).1);
    }
    assert_eq!(listed(&gate.address, HONEST, &first), 200);
    assert_eq!(listed(&gate.address, GREEDY, &first), 404, "asleep or awake, it is nobody else's");
    let called = json!({ "name": "run_script", "arguments": { "code": "return 6 * 7" } });
    let (status, answer) = ask(&gate.address, &legacy(HONEST, &first, "tools/call", called));
    assert!(status == 200 && answer.contains("42"), "{answer}");
    let bye = format!(
        "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {HONEST}\r\n{first}\r\n"
    );
    assert_eq!(ask(&gate.address, &bye).0, 202);
    assert_eq!(listed(&gate.address, HONEST, &first), 404, "its client has ended it");
}

#[test]
fn sessions_in_use_are_a_limit_that_is_told_by_name() {
    let http = HttpOptions { principal_sessions_max: 2, ..HttpOptions::default() };
    let gate = Gate::new(GatewayOptions::default(), http);
    let listens = || {
        let id = session(&ask(&gate.address, &initialize(GREEDY, "t")).1);
        let mut stream = gate.sends(&format!(
            "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {GREEDY}\r\nAccept: text/event-stream\r\n{id}\r\n"
        ));
        // The answer has begun, so the session is in use.
        let mut begun = [0; 12];
        stream.read_exact(&mut begun).expect("an answer");
        assert_eq!(&begun, b"HTTP/1.1 200");
        stream
    };
    let _in_use = [listens(), listens()];
    let (status, answer) = ask(&gate.address, &initialize(GREEDY, "t"));
    assert!(status == 429 && answer.contains("principal_sessions_max"), "{answer}");
    assert_eq!(ask(&gate.address, &initialize(HONEST, "t")).0, 200);
    let (status, answer) = ask(&gate.address, &initialize(HONEST, &"t".repeat(20_000)));
    assert!(status == 413 && answer.contains("initialize_bytes_max"), "{answer}");
}

#[test]
fn connections_without_a_request_make_way() {
    let http = HttpOptions { connections_max: 8, ..HttpOptions::default() };
    let gate = Gate::new(GatewayOptions::default(), http);
    let began = Instant::now();
    let _silent: Vec<_> =
        (0..40).flat_map(|_| ["", "POST /mcp HTTP/1.1\r\nHost: loc"].map(|w| gate.sends(w))).collect();
    gate.serves(HONEST);
    // A slow client loses its slot after 10 s; nobody has to wait for that.
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
}

#[test]
fn a_token_takes_its_share_of_requests_and_no_more() {
    let http = HttpOptions { principal_requests_max: 4, connections_max: 64, ..HttpOptions::default() };
    let gate = Gate::new(GatewayOptions::default(), http);
    let dripping = format!("{}Content-Length: 100\r\n\r\n{{", head(GREEDY));
    let _dripping: Vec<_> = (0..30).map(|_| gate.sends(&dripping)).collect();
    gate.serves(HONEST);
    gate.serves(GREEDY);
    let (_busy, refused) = gate.fills(GREEDY, |status| status == 429);
    assert!(refused.contains("429") && refused.contains("principal_requests_max"), "{refused}");
    gate.serves(HONEST);
}

#[test]
fn health_is_answered_when_all_connections_are_taken() {
    let http = HttpOptions { connections_max: 6, principal_requests_max: 6, ..HttpOptions::default() };
    let gate = Gate::new(GatewayOptions::default(), http);
    let (_busy, _) = gate.fills(GREEDY, |status| status == 503);
    let health = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let _silent: Vec<_> = (0..40).map(|_| gate.sends("GET /he")).collect();
    assert_eq!(ask(&gate.address, health).0, 200);
    assert_eq!(ask(&gate.address, &health.replace("healthz", "readyz")).0, 200);
}

#[test]
fn a_token_takes_its_share_of_runs_and_no_more() {
    let options = GatewayOptions { principal_runs_max: 2, principal_waiting_max: 1, ..GatewayOptions::default() };
    let gate = Gate::new(options, HttpOptions::default());
    // Two are running and one waits; the others are rejected, whichever they are.
    let mut busy: Vec<_> = (0..4).map(|_| gate.hangs(GREEDY)).collect();
    let refused = first_answer(&mut busy);
    assert!(refused.contains("principal_waiting_max"), "{refused}");
    gate.serves(HONEST);
}

/// Returns the first answer on any of these connections.
#[track_caller]
fn first_answer(streams: &mut [TcpStream]) -> String {
    streams.iter().for_each(|stream| stream.set_nonblocking(true).expect("a socket"));
    let (began, mut piece) = (Instant::now(), [0; 4096]);
    loop {
        for stream in &mut *streams {
            if let Ok(bytes) = stream.read(&mut piece) {
                return String::from_utf8_lossy(&piece[..bytes]).into_owned();
            }
        }
        assert!(began.elapsed() < PATIENCE, "no answer");
        std::thread::sleep(Duration::from_millis(5));
    }
}
