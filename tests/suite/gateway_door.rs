//! Who gets into a gateway over HTTP, and how little the others learn.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::Place;
use crate::gateway::{Served, call, script, text};
use crate::upstreams::{patient, started};

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

/// An `initialize` over the wire with further headers.
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

#[test]
fn a_session_cannot_be_taken_over() {
    let (_place, served) = guarded();
    let (status, answer) = initialize(&served, &format!("Authorization: Bearer {ANNA}\r\n"));
    assert_eq!(status, 200, "{answer}");
    let header = answer.lines().find(|line| line.to_lowercase().starts_with("mcp-session-id:")).expect("a session");
    let session = header.split_once(':').expect("a value").1.trim();
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

#[test]
fn what_is_too_large_or_too_slow_is_cut_off() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    let large = format!("{{\"x\":\"{}\"}}", "a".repeat(9 << 20));
    let (status, _) = post(&served, "", &large);
    assert!(status == 413 || status == 0, "{status}");
    assert!(initialize(&served, &format!("X-Long: {}\r\n", "a".repeat(100_000))).0 >= 400);
    let began = Instant::now();
    let mut slow = TcpStream::connect(&served.address).expect("a connection");
    slow.set_read_timeout(Some(Duration::from_secs(30))).expect("a time-out");
    slow.write_all(b"POST /mcp HTTP/1.1\r\nHost: x").expect("half a request");
    let mut rest = Vec::new();
    // It hangs up, with or without words.
    let _ = slow.read_to_end(&mut rest);
    assert!(began.elapsed() < Duration::from_secs(25), "cut off after {:?}", began.elapsed());
    assert_eq!(served.get("/healthz", "").0, 200);
    assert_eq!(served.get("/readyz", "").0, 200);
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
