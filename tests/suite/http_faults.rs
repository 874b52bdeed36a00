//! Servers over HTTP that refuse, lie, hang or break off: each fault has its error code, in the handshake and in a
//! call.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use callbox::{End, Limits, RunRequest, ToolErrorCode, ToolHost, ToolRequest};
use callbox_mcp::{ConnectOptions, Era, FailureCode};
use callbox_tests::stage;
use serde_json::{Value, json};

use crate::cli::Place;
use crate::gateway::{Served, script};
use crate::gateway_life::{connected, until};
use crate::upstreams::{Running, impatient, patient, started};

/// What a script that calls the tool catches.
const CATCH: &str = "
    try { return { value: await tools.s.echo({ a: 1 }) }; }
    catch (e) { return { code: e.code, message: e.message, retryable: e.retryable }; }";

/// A raw answer; `None` sends nothing and keeps the connection open until the test ends.
type Answer = Option<Vec<u8>>;

/// A loopback server that answers as a closure says, one request per connection, until dropped.
struct Address {
    at: SocketAddr,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Address {
    fn answering(answer: impl Fn(&Value) -> Answer + Send + 'static) -> Address {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let at = listener.local_addr().expect("an address");
        let over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            let mut held = Vec::new();
            for connection in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                held.extend(serve(connection, &answer));
            }
        });
        Address { at, over, thread: Some(thread) }
    }

    fn connected(&self) -> Running {
        self.connected_with(&patient())
    }

    fn connected_with(&self, options: &ConnectOptions) -> Running {
        started(&json!({ "s": { "url": format!("http://{}/mcp", self.at) } }), options)
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the thread, which then sees that it is over.
        let _ = TcpStream::connect(self.at);
        self.thread.take().map(JoinHandle::join);
    }
}

/// Answers one request; returns the connection if it is to stay open.
fn serve(mut connection: TcpStream, answer: &impl Fn(&Value) -> Answer) -> Option<TcpStream> {
    let request = read_request(&connection)?;
    match answer(&request) {
        Some(bytes) => {
            // The client may be gone.
            let _ = connection.write_all(&bytes);
            None
        }
        None => Some(connection),
    }
}

/// Reads the body of a request as JSON; `null` if there is none.
fn read_request(connection: &TcpStream) -> Option<Value> {
    connection.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        length = line.strip_prefix("content-length:").map_or(length, |value| value.trim().parse().unwrap_or(0));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn http(status: &str, kind: &str, body: &str) -> Answer {
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n");
    Some(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes())
}

fn reply(request: &Value, result: &Value) -> Answer {
    let message = json!({ "jsonrpc": "2.0", "id": request["id"], "result": result });
    http("200 OK", "application/json", &message.to_string())
}

#[test]
fn what_an_address_holds_is_in_no_text_about_a_failure() {
    let said = "no access with ?key=canary-query (canary%2Dquery), canary-word or me:canary-word";
    let error = json!({ "code": -32000, "message": said, "data": { "canary-query": "canary-word" } });
    let at = legacy(move |method, request| {
        let message = json!({ "jsonrpc": "2.0", "id": request["id"], "error": error });
        (method == "tools/call").then(|| http("200 OK", "application/json", &message.to_string()))
    });
    let url = format!("http://me:canary-word@{}/mcp?key=canary-query", at.at);
    let running = started(&json!({ "s": { "url": url } }), &patient());
    let script = "try { await tools.s.echo({}); } catch (e) { console.log(e, e.data); throw e; }";
    let outcome = running.run(RunRequest::new(script));
    let status = format!("{:?}", running.server("s").status());
    for text in [outcome.transcript(), outcome.report().to_string(), format!("{outcome:?}"), status] {
        assert!(!text.contains("canary"), "{text}");
    }
    assert!(outcome.transcript().contains("no access with"), "{}", outcome.transcript());
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let url = format!("http://me:canary-word@{closed}/mcp?key=canary-query");
    let running = started(&json!({ "s": { "url": url } }), &impatient(2_000));
    let error = format!("{:?}", running.failure("s"));
    assert!(!error.contains("canary"), "{error}");
}

/// A legacy server with one tool, except for requests that `odd` answers itself.
fn legacy(odd: impl Fn(&str, &Value) -> Option<Answer> + Send + 'static) -> Address {
    Address::answering(move |request| {
        let method = request["method"].as_str().unwrap_or_default();
        if let Some(answer) = odd(method, request) {
            return answer;
        }
        match method {
            "initialize" => reply(
                request,
                &json!({
                    "protocolVersion": "2025-06-18",
                    "capabilities": { "tools": {} },
                    "serverInfo": { "name": "address", "version": "1" },
                }),
            ),
            "tools/list" => {
                reply(request, &json!({ "tools": [{ "name": "echo", "inputSchema": { "type": "object" } }] }))
            }
            "tools/call" => reply(request, &json!({ "content": [{ "type": "text", "text": "hello" }] })),
            method if method.starts_with("notifications/") => http("202 Accepted", "text/plain", ""),
            // A request without a body asks for a stream or ends a session.
            "" => http("405 Method Not Allowed", "text/plain", ""),
            _ => {
                let error = json!({ "code": -32601, "message": "method not found" });
                let message = json!({ "jsonrpc": "2.0", "id": request["id"], "error": error });
                http("200 OK", "application/json", &message.to_string())
            }
        }
    })
}

/// Every request gets this answer; the failure is reported long before the connection timeout.
#[track_caller]
fn connect_fails(answer: fn() -> Answer, code: FailureCode) -> String {
    let began = Instant::now();
    let address = Address::answering(move |_| answer());
    let running = address.connected();
    let error = running.failure("s");
    assert_eq!(error.code, code, "{error}");
    assert!(began.elapsed() < Duration::from_secs(30), "it took {:?}", began.elapsed());
    error.to_string()
}

/// Only calls get this answer.
#[track_caller]
fn call_fails(answer: fn(&Value) -> Answer, code: ToolErrorCode, retryable: bool) {
    call_fails_within(Limits::default().tool_call_ms_max, answer, code, retryable);
}

#[track_caller]
fn call_fails_within(tool_call_ms_max: u64, answer: fn(&Value) -> Answer, code: ToolErrorCode, retryable: bool) {
    let address = legacy(move |method, request| (method == "tools/call").then(|| answer(request)));
    let running = address.connected();
    let limits = Limits { tool_call_ms_max, ..Limits::default() };
    let outcome = running.run(RunRequest::new(CATCH).limits(limits));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value["code"], code.as_str(), "{}", returned.value);
    assert_eq!(returned.value["retryable"], retryable, "{}", returned.value);
}

#[test]
fn an_address_that_behaves_is_ready() {
    let address = legacy(|_, _| None);
    let running = address.connected();
    assert_eq!(running.ready("s").era, Era::Legacy);
    assert_eq!(running.returned("return await tools.s.echo({});"), json!("hello"));
}

/// The stream is opened first, because whatever a server asks on a session's stream before it is open is lost. This
/// server leaves that request unanswered, and is used all the same.
#[test]
fn the_stream_of_a_session_is_waited_for() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let address = legacy(move |method, request| {
        noted.lock().expect("no panic").push((method.to_owned(), Instant::now()));
        match method {
            "initialize" => Some(in_session(request)),
            "" => Some(None),
            _ => None,
        }
    });
    let mut options = patient();
    options.asks_people = true;
    let running = address.connected_with(&options);
    assert_eq!(running.ready("s").era, Era::Legacy);
    let at = |method: &str| {
        let seen = seen.lock().expect("no panic");
        seen.iter().find(|(name, _)| name == method).unwrap_or_else(|| panic!("no `{method}` in {seen:?}")).1
    };
    assert!(at("tools/list") - at("notifications/initialized") > Duration::from_secs(1));
}

/// Returns the answer to a handshake that begins a session.
fn in_session(request: &Value) -> Answer {
    let information = json!({ "name": "address", "version": "1" });
    let result = json!({ "protocolVersion": "2025-06-18", "capabilities": { "tools": {} }, "serverInfo": information });
    let bytes = String::from_utf8(reply(request, &result)?).ok()?;
    Some(bytes.replacen("\r\n", "\r\nmcp-session-id: 1\r\n", 1).into_bytes())
}

#[test]
fn refuses_to_let_in() {
    for answer in [|| http("401 Unauthorized", "text/plain", "who?"), || http("403 Forbidden", "text/plain", "no")] {
        connect_fails(answer, FailureCode::Unauthorized);
    }
}

#[test]
fn hangs_up_on_the_first_question_for_tools() {
    let asked = AtomicUsize::new(0);
    let address = legacy(move |method, _| {
        let is_first = method == "tools/list" && asked.fetch_add(1, Ordering::SeqCst) == 0;
        is_first.then(|| Some(Vec::new()))
    });
    assert_eq!(address.connected().returned("return tools.s.echo({})"), json!("hello"));
}

#[test]
fn answers_with_a_page() {
    connect_fails(|| http("200 OK", "text/html", "<h1>It works!</h1>"), FailureCode::NotMcp);
}

#[test]
fn has_nothing_there() {
    let told = connect_fails(|| http("404 Not Found", "text/plain", "nothing here"), FailureCode::NotMcp);
    assert!(told.contains("404"), "{told}");
}

#[test]
fn fails_inside() {
    let told = connect_fails(|| http("500 Internal Server Error", "text/plain", "oh"), FailureCode::Unreachable);
    assert!(told.contains("500"), "{told}");
}

#[test]
fn never_answers() {
    let address = Address::answering(|_| None);
    let running = address.connected_with(&impatient(500));
    assert_eq!(running.failure("s").code, FailureCode::ConnectTimeout);
}

#[test]
fn hangs_up() {
    connect_fails(|| Some(Vec::new()), FailureCode::Unreachable);
}

#[test]
fn sends_somewhere_else() {
    let told = connect_fails(
        || {
            let head = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://203.0.113.1/mcp\r\n";
            Some(format!("{head}content-length: 0\r\nconnection: close\r\n\r\n").into_bytes())
        },
        FailureCode::NotMcp,
    );
    assert!(!told.contains("203.0.113.1"), "{told}");
}

#[test]
fn a_call_fails_inside() {
    call_fails(|_| http("500 Internal Server Error", "text/plain", "oh"), ToolErrorCode::Unreachable, true);
}

#[test]
fn a_call_is_refused() {
    call_fails(|_| http("401 Unauthorized", "text/plain", ""), ToolErrorCode::Unreachable, false);
}

#[test]
fn a_call_never_answers() {
    call_fails_within(300, |_| None, ToolErrorCode::Timeout, true);
}

#[test]
fn a_call_breaks_off_in_the_body() {
    call_fails(
        |_| Some(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"js".to_vec()),
        ToolErrorCode::Unreachable,
        true,
    );
}

#[test]
fn a_call_answers_with_a_page() {
    call_fails(|_| http("200 OK", "text/html", "<h1>Sorry</h1>"), ToolErrorCode::Protocol, false);
}

#[test]
fn a_stream_ends_without_the_answer() {
    call_fails(|_| http("200 OK", "text/event-stream", ": nothing\n\n"), ToolErrorCode::Unreachable, true);
}

/// It rejects the answers to its questions.
#[test]
fn a_stream_of_questions_ends_with_the_answer() {
    let address = legacy(|method, request| {
        let ping = |number: u64| json!({ "jsonrpc": "2.0", "id": format!("ping {number}"), "method": "ping" });
        let result = json!({ "content": [{ "type": "text", "text": "streamed" }] });
        let last = json!({ "jsonrpc": "2.0", "id": request["id"], "result": result });
        let events: String = (0..2_000).map(ping).chain([last]).map(|event| format!("data: {event}\n\n")).collect();
        (method == "tools/call").then(|| http("200 OK", "text/event-stream", &events))
    });
    assert_eq!(address.connected().returned("return await tools.s.echo({});"), json!("streamed"));
}

#[test]
fn a_stream_carries_the_answer() {
    let address = legacy(|method, request| {
        let message = json!({
            "jsonrpc": "2.0",
            "id": request["id"],
            "result": { "content": [{ "type": "text", "text": "streamed" }] },
        });
        (method == "tools/call").then(|| http("200 OK", "text/event-stream", &format!("data: {message}\n\n")))
    });
    assert_eq!(address.connected().returned("return await tools.s.echo({});"), json!("streamed"));
}

/// They are not parsed: a text of two bytes per value would grow to sixty times its size.
#[test]
fn an_answer_is_refused_that_has_too_many_values() {
    for (kind, before, after) in [("application/json", "", ""), ("text/event-stream", "data: ", "\n\n")] {
        let address = legacy(move |method, request| {
            let (id, many) = (&request["id"], "0,".repeat(1 << 21));
            let message = || format!(r#"{{ "jsonrpc": "2.0", "id": {id}, "result": {{ "content": [{many}0] }} }}"#);
            (method == "tools/call").then(|| http("200 OK", kind, &format!("{before}{}{after}", message())))
        });
        let caught = address.connected().returned(CATCH);
        assert_eq!(caught["code"], json!("protocol"), "{caught}");
        assert!(caught["message"].as_str().is_some_and(|words| words.contains("more than 2097152 values")), "{caught}");
    }
}

/// Nobody else will send the right answer, so the call need not wait for it.
#[test]
fn an_answer_to_another_request_fails_the_call() {
    let address = legacy(|method, _| {
        let message = json!({ "jsonrpc": "2.0", "id": 4_711, "result": { "content": [] } });
        (method == "tools/call").then(|| http("200 OK", "application/json", &message.to_string()))
    });
    let caught = address.connected().returned(CATCH);
    assert_eq!(caught["code"], json!("protocol"), "{caught}");
    assert!(caught["message"].as_str().is_some_and(|words| words.contains("another request")), "{caught}");
}

/// A broken call says nothing about other calls: the server is probed before its connection is given up.
#[test]
fn a_call_that_breaks_off_ends_no_other() {
    let address = legacy(|method, request| match (method, request["params"]["arguments"]["do"].as_str()) {
        ("tools/call", Some("hang")) => Some(None),
        ("tools/call", Some("break")) => Some(Some(Vec::new())),
        _ => None,
    });
    let place = Place::new(&[]);
    let servers = json!({ "mcpServers": { "s": { "url": format!("http://{}/mcp", address.at) } } });
    place.put(".mcp.json", &servers.to_string());
    let served = Served::start(&place, &["--no-learn"]);
    let running = connected(&served);
    let host = running.server("gateway").host().expect("the gateway is ready");
    let hang = ToolRequest::new("run_script", json!({ "code": "return tools.s.echo({ do: 'hang' })" }));
    let hanging = stage::spawn(async move { host.call(hang).await });
    until(&served, "callbox_runs_now 1");
    let broken = "try { await tools.s.echo({ do: 'break' }) } catch (e) { return e.code }";
    for _ in 0..5 {
        assert_eq!(script(&running, broken).structured, Some(json!("unreachable")));
        assert_eq!(script(&running, "return await tools.s.echo({})").structured, Some(json!("hello")));
    }
    assert!(!hanging.is_finished());
    hanging.abort();
}

/// The answer to a message that expects none could be an endless stream.
#[test]
fn an_answer_that_nobody_wants_is_not_read() {
    let asked = Arc::new(AtomicUsize::new(0));
    let answered = Arc::clone(&asked);
    let address = legacy(move |method, request| {
        if request["id"] == json!("ping") {
            answered.fetch_add(1, Ordering::SeqCst);
        }
        let ping = json!({ "jsonrpc": "2.0", "id": "ping", "method": "ping" });
        let events = || http("200 OK", "text/event-stream", &format!("data: {ping}\n\n"));
        method.starts_with("notifications/").then(events)
    });
    assert_eq!(address.connected().returned("return tools.s.echo({})"), json!("hello"));
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

/// A large result is passed on as text until the script takes it.
#[test]
fn a_large_result_comes_whole() {
    for (kind, before, after) in [("application/json", "", ""), ("text/event-stream", "data: ", "\n\n")] {
        let address = legacy(move |method, request| {
            let rows: Vec<Value> = (0..60_000).map(|row| json!({ "row": row, "é": "\"" })).collect();
            let result = json!({ "content": [], "structuredContent": { "rows": rows } });
            let message = json!({ "jsonrpc": "2.0", "id": request["id"], "result": result });
            (method == "tools/call").then(|| http("200 OK", kind, &format!("{before}{message}{after}")))
        });
        let script = "const { rows } = await tools.s.echo({}); return [rows.length, rows[59999].row, rows[7]['é']]";
        assert_eq!(address.connected().returned(script), json!([60_000, 59_999, "\""]), "{kind}");
    }
}

/// However many calls wait, only a limited number of their large results is received; the rest follows once those are
/// taken.
#[test]
fn large_results_wait_until_others_are_taken() {
    // Out of 256 MiB, a body reserves its declared length, and an event, which declares none, its maximum.
    for (kind, before, after, held) in [("application/json", "", "", 15), ("text/event-stream", "data: ", "\n\n", 8)] {
        let begun = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&begun);
        let address = legacy(move |method, request| {
            let content = json!([{ "type": "text", "text": "x".repeat(16 << 20) }]);
            let message = json!({ "jsonrpc": "2.0", "id": request["id"], "result": { "content": content } });
            (method == "tools/call").then(|| {
                counted.fetch_add(1, Ordering::SeqCst);
                http("200 OK", kind, &format!("{before}{message}{after}"))
            })
        });
        let running = address.connected();
        let host = running.server("s").host().expect("it is ready");
        let request = || ToolRequest::new("echo", json!({}));
        let mut calls: Vec<_> = (0..20).map(|_| Box::pin(host.call(request()))).collect();
        let answers = stage::wait(async {
            // Each is sent, and then nobody takes the results.
            for call in &mut calls {
                assert!(futures::poll!(call).is_pending());
            }
            // They are answered one by one; the next one waits until its predecessors have been received.
            while begun.load(Ordering::SeqCst) <= held {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(begun.load(Ordering::SeqCst), held + 1, "one more waits for its room: {kind}");
            futures::future::join_all(calls).await
        });
        assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|reply| reply.content.len() == 1)), "{kind}");
    }
}

#[test]
fn an_event_is_refused_that_is_too_long() {
    let address = legacy(|method, request| {
        let content = json!([{ "type": "text", "text": "x".repeat(100_000) }]);
        let message = json!({ "jsonrpc": "2.0", "id": request["id"], "result": { "content": content } });
        (method == "tools/call").then(|| http("200 OK", "text/event-stream", &format!("data: {message}\n\n")))
    });
    let mut options = patient();
    options.reply_bytes_max = 50_000;
    let caught = address.connected_with(&options).returned(CATCH);
    assert_eq!(caught["code"], json!("protocol"), "{caught}");
    assert!(caught["message"].as_str().is_some_and(|words| words.contains("more than 50000 bytes")), "{caught}");
}
