//! What a gateway tells others about its runs: spans to a collector, trace context to servers, lines in its log, counts
//! in `/metrics`. And what it keeps to itself.

mod collector;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::{Place, Ran};
use crate::gateway::{Served, call, script};
use crate::upstreams::{Running, fault_server, patient, started};
use collector::{Collector, Seen};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
const STATE: &str = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
const BAGGAGE: &str = "userId=alice,serverNode=DF%2028";
const CANARY: &str = "canary-8f3b51d09e7c";

/// Exports spans at once, so that tests need not wait.
const AT_ONCE: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "20");

/// A legacy and a modern server, and one that misbehaves as told.
fn place(fault: &str) -> Place {
    let servers = json!({ "mcpServers": {
        "old": { "command": fault_server(), "args": ["--era", "legacy"], "env": { "TOKEN": CANARY } },
        "new": { "command": fault_server(), "args": ["--era", "modern"] },
        "s": { "command": fault_server(), "args": ["--fault", fault] },
    } });
    Place::new(&[(".mcp.json", &servers.to_string())])
}

fn served(place: &Place, arguments: &[&str]) -> Served {
    Served::start_with(place, &[&["--no-learn"], arguments].concat(), &[AT_ONCE])
}

fn client(served: &Served) -> Running {
    started(&json!({ "gateway": served.entry(&json!({})) }), &patient())
}

/// Returns a raw modern `tools/call`.
fn request(served: &Served, tool: &str, arguments: &Value, meta: &Value, headers: &str) -> String {
    let mut full = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    full.as_object_mut().expect("an object").extend(meta.as_object().cloned().unwrap_or_default());
    let params = json!({ "name": tool, "arguments": arguments, "_meta": full });
    let body = json!({ "jsonrpc": "2.0", "id": "r-7", "method": "tools/call", "params": params }).to_string();
    format!(
        "POST /mcp HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\n\
         Mcp-Name: {tool}\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        served.address,
        body.len()
    )
}

/// Returns the value that a script returned to a client that sent `meta`.
#[track_caller]
fn run(served: &Served, code: &str, meta: &Value, headers: &str) -> Value {
    let (status, answer) = served.ask(&request(served, "run_script", &json!({ "code": code }), meta, headers));
    let message = answer.lines().find_map(|line| {
        let json = line.trim_start_matches("data:").trim();
        serde_json::from_str::<Value>(json).ok().filter(|message| message["result"].is_object())
    });
    let message = message.unwrap_or_else(|| panic!("{status}: {answer}"));
    message["result"]["structuredContent"].clone()
}

/// Returns the metadata that both servers receive with a call.
const METAS: &str =
    "const [a, b] = [await tools.old.meta({}), await tools.new.meta({})]; return { old: a.meta, new: b.meta };";

#[track_caller]
fn the<'a>(spans: &'a [Seen], name: &str) -> &'a Seen {
    let mut found = spans.iter().filter(|span| span.name == name);
    let span = found.next().unwrap_or_else(|| panic!("no span `{name}` in {spans:#?}"));
    assert!(found.next().is_none(), "`{name}` stands there twice");
    span
}

fn of_server<'a>(spans: &'a [Seen], server: &str) -> &'a Seen {
    spans.iter().find(|span| span.get("callbox.server") == server).expect("a span of that server")
}

#[test]
fn a_run_has_a_span_and_one_below_it_for_each_call() {
    let (place, collector) = (place(""), Collector::start());
    let served = served(&place, &["--otlp", &collector.url()]);
    let seen = run(&served, &format!("await tools.$search('echo'); {METAS}"), &json!({}), "");
    let spans = collector.spans(4);
    assert_eq!(spans.len(), 4);
    let root = the(&spans, "tools/call run_script");
    assert_eq!((root.kind.as_str(), root.parent.as_str(), root.is_error), ("SERVER", "", false));
    for (name, value) in [
        ("gen_ai.operation.name", json!("execute_tool")),
        ("gen_ai.tool.name", json!("run_script")),
        ("mcp.method.name", json!("tools/call")),
        ("mcp.protocol.version", json!("2026-07-28")),
        ("jsonrpc.request.id", json!("r-7")),
        ("network.transport", json!("tcp")),
        ("callbox.scope", json!("local")),
        ("callbox.end", json!("returned")),
        ("callbox.engine", json!("quickjs")),
        ("callbox.tool_calls_failed", json!(0)),
        ("callbox.usage.tool_calls", json!(3)),
        ("error.type", Value::Null),
        ("mcp.session.id", Value::Null),
    ] {
        assert_eq!(root.get(name), value, "{name}");
    }
    for (server, version, id) in [("old", "2025-11-25", "1"), ("new", "2026-07-28", "2")] {
        let span = of_server(&spans, server);
        assert_eq!((span.name.as_str(), span.kind.as_str()), ("tools/call meta", "CLIENT"));
        assert_eq!((&span.trace, &span.parent), (&root.trace, &root.id));
        assert!(span.duration_ns <= root.duration_ns);
        for (name, value) in [
            ("gen_ai.operation.name", json!("execute_tool")),
            ("gen_ai.tool.name", json!("meta")),
            ("gen_ai.tool.call.id", json!(id)),
            ("mcp.method.name", json!("tools/call")),
            ("mcp.protocol.version", json!(version)),
            ("network.transport", json!("pipe")),
            ("callbox.call.state", json!("finished")),
            ("callbox.argument_bytes", json!(2)),
        ] {
            assert_eq!(span.get(name), value, "{name} of {server}");
        }
        assert!(span.get("jsonrpc.request.id").is_string() && span.get("callbox.result_bytes").is_i64());
        assert_eq!(seen[server]["traceparent"], format!("00-{}-{}-01", span.trace, span.id), "{seen}");
    }
    let function = the(&spans, "execute_tool tools.$search");
    assert_eq!((function.kind.as_str(), &function.parent), ("INTERNAL", &root.id));
    assert_eq!(function.get("mcp.method.name"), Value::Null);
    assert!(collector.heads()[0].starts_with("post /v1/traces "), "{:?}", collector.heads());
    assert_eq!(collector.resource("service.name"), "callbox");
}

#[test]
fn what_the_client_sent_is_the_parent() {
    let (place, collector) = (place(""), Collector::start());
    let served = served(&place, &["--otlp", &collector.url(), "--forward-baggage"]);
    let meta = json!({ "traceparent": PARENT, "tracestate": STATE, "baggage": BAGGAGE });
    let headers = format!("traceparent: 00-{}-b7ad6b7169203331-01\r\nbaggage: from=header\r\n", "1".repeat(32));
    let seen = run(&served, METAS, &meta, &headers);
    let spans = collector.spans(3);
    let root = the(&spans, "tools/call run_script");
    assert_eq!((root.trace.as_str(), root.parent.as_str(), root.state.as_str()), (TRACE, "00f067aa0ba902b7", STATE));
    for server in ["old", "new"] {
        let span = of_server(&spans, server);
        assert_eq!((span.trace.as_str(), &span.parent), (TRACE, &root.id));
        assert_eq!(seen[server]["traceparent"], format!("00-{TRACE}-{}-01", span.id));
        assert_eq!((&seen[server]["tracestate"], &seen[server]["baggage"]), (&json!(STATE), &json!(BAGGAGE)));
    }
}

#[test]
fn without_a_collector_the_trace_goes_on_as_it_came() {
    let place = place("");
    let served = served(&place, &["--forward-baggage"]);
    let meta = json!({ "traceparent": PARENT, "tracestate": STATE, "baggage": BAGGAGE });
    let seen = run(&served, METAS, &meta, "");
    for server in ["old", "new"] {
        for (name, value) in meta.as_object().expect("an object") {
            assert_eq!(&seen[server][name], value, "{name} of {server}");
        }
    }
    // If `_meta` has nothing, the HTTP headers count.
    let headers = format!("traceparent: {PARENT}\r\ntracestate: {STATE}\r\nbaggage: {BAGGAGE}\r\n");
    let seen = run(&served, METAS, &json!({ "traceparent": 7 }), &headers);
    assert_eq!((&seen["old"]["traceparent"], &seen["new"]["baggage"]), (&json!(PARENT), &json!(BAGGAGE)));
    // Malformed or oversized context is not forwarded.
    let bad =
        json!({ "traceparent": "00-nonsense", "tracestate": STATE, "baggage": "k=".to_owned() + &"v".repeat(9000) });
    let seen = run(&served, METAS, &bad, "");
    for (server, name) in [("old", "traceparent"), ("old", "tracestate"), ("new", "traceparent"), ("new", "baggage")] {
        assert_eq!(seen[server][name], Value::Null, "{name} of {server}: {seen}");
    }
}

#[test]
fn no_server_learns_what_a_client_says_of_its_users() {
    for arguments in [&[][..], &["--otlp"]] {
        let (place, collector) = (place(""), Collector::start());
        let url = collector.url();
        let arguments: Vec<&str> = arguments.iter().flat_map(|flag| [*flag, url.as_str()]).collect();
        let served = served(&place, &arguments);
        let meta = json!({ "traceparent": PARENT, "tracestate": STATE, "baggage": BAGGAGE });
        for (meta, headers) in [(meta, ""), (json!({ "traceparent": PARENT }), "baggage: userId=alice\r\n")] {
            let seen = run(&served, METAS, &meta, headers);
            for server in ["old", "new"] {
                assert!(seen[server]["traceparent"].as_str().is_some_and(|parent| parent.contains(TRACE)), "{seen}");
            }
            assert!(!seen.to_string().contains("alice"), "{seen}");
        }
    }
}

#[test]
fn a_tool_that_is_passed_through_has_its_spans_too() {
    let (place, collector) = (place(""), Collector::start());
    let served = served(&place, &["--otlp", &collector.url(), "--direct", "old.meta"]);
    let meta = json!({ "traceparent": PARENT });
    let (status, answer) = served.ask(&request(&served, "old__meta", &json!({}), &meta, ""));
    assert_eq!(status, 200, "{answer}");
    let spans = collector.spans(2);
    let (root, below) = (the(&spans, "tools/call old__meta"), the(&spans, "tools/call meta"));
    assert_eq!((root.kind.as_str(), root.trace.as_str(), root.get("callbox.end")), ("SERVER", TRACE, Value::Null));
    assert_eq!((&below.parent, below.get("callbox.server")), (&root.id, json!("old")));
    assert!(answer.contains(&format!("00-{TRACE}-{}-01", below.id)), "{answer}");
}

#[test]
fn failures_are_told_by_their_codes_and_in_no_words() {
    for (fault, error, code) in [("is-error", "tool_error", None), ("rpc-error", "-32602", Some("-32602"))] {
        let (place, collector) = (place(fault), Collector::start());
        let served = served(&place, &["--otlp", &collector.url()]);
        call(&client(&served), "run_script", json!({ "code": "return await tools.s.misbehave({})" }))
            .expect_err("it fails");
        let spans = collector.spans(2);
        let (root, below) = (the(&spans, "tools/call run_script"), the(&spans, "tools/call misbehave"));
        assert!(root.is_error && below.is_error);
        assert_eq!((below.get("error.type"), below.get("callbox.call.state")), (json!(error), json!("failed")));
        assert_eq!(below.get("rpc.response.status_code"), json!(code));
        assert_eq!((root.get("error.type"), root.get("callbox.end")), (json!("tool_error"), json!("threw")));
        assert_eq!(root.get("callbox.tool_calls_failed"), 1);
        assert!(root.message.is_empty() && below.message.is_empty());
        assert!(!collector.knows("no such city") && !collector.knows("bad city"));
    }
}

#[test]
fn a_limit_and_what_it_cut_off_are_told() {
    let (place, collector) = (place("never-answers"), Collector::start());
    let served = served(&place, &["--otlp", &collector.url()]);
    let arguments = json!({ "code": "return await tools.s.misbehave({})", "limits": { "wall_ms": 300 } });
    call(&client(&served), "run_script", arguments).expect_err("it is stopped");
    let spans = collector.spans(2);
    let (root, below) = (the(&spans, "tools/call run_script"), the(&spans, "tools/call misbehave"));
    for (name, value) in [
        ("callbox.end", json!("stopped")),
        ("callbox.stop.reason", json!("limit")),
        ("callbox.limit.name", json!("wall_ms")),
        ("callbox.limit.value", json!(300)),
        ("callbox.tool_calls_unknown", json!(1)),
    ] {
        assert_eq!(root.get(name), value, "{name}");
    }
    assert!(root.get("callbox.limit.used").as_i64() >= Some(300));
    assert_eq!((below.get("callbox.call.state"), below.get("error.type")), (json!("unknown"), json!("cancelled")));
}

/// A script with the canary in its text, its input, an argument, a result, an error and a log.
fn canaries(running: &Running) {
    let code = format!(
        "// {CANARY}\nconsole.log(input.secret);
        await tools.old.environment({{}});
        const {{ echo }} = await tools.old.echo({{ text: '{CANARY}' }});
        try {{ await tools.s.misbehave({{}}) }} catch (e) {{ console.log(e.message) }}
        throw new Error(echo.text);"
    );
    let arguments = json!({ "code": code, "input": { "secret": CANARY } });
    call(running, "run_script", arguments).expect_err("it throws");
    script(running, &format!("return '{CANARY}'"));
    call(running, "old__echo", json!({ "text": CANARY })).expect("an echo");
    call(running, "run_script", json!({ "code": 7, "secret": CANARY })).expect_err("no script");
}

#[test]
fn no_content_and_no_secret_is_told_unasked() {
    let (place, collector) = (place("is-error"), Collector::start());
    let variables = [AT_ONCE, ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20canary-8f3b51d09e7c")];
    let arguments = ["--no-learn", "-vv", "--direct", "old.*", "--otlp", &collector.url()];
    let mut served = Served::start_with(&place, &arguments, &variables);
    canaries(&client(&served));
    collector.spans(4 + 1 + 2 + 1);
    assert!(!collector.knows(CANARY) && !collector.knows("gen_ai.tool.call.arguments"));
    assert!(collector.heads()[0].contains(&format!("authorization: bearer {CANARY}")), "{:?}", collector.heads());
    assert_eq!(served.stop(), Some(0));
    let log = served.log().join("\n");
    assert!(log.contains("a run ended") && !log.contains(CANARY), "{log}");
}

#[test]
fn content_is_told_when_it_is_asked_for() {
    let (place, collector) = (place(""), Collector::start());
    let served = served(&place, &["--otlp", &collector.url(), "--otlp-content"]);
    let code = "return (await tools.new.echo({ a: 'x'.repeat(50000) })).echo.a.length";
    script(&client(&served), code);
    let spans = collector.spans(2);
    let (root, below) = (the(&spans, "tools/call run_script"), the(&spans, "tools/call echo"));
    let content = |span: &Seen, name: &str| {
        let text = span.get(name).as_str().expect("a text").to_owned();
        assert!(text.len() <= 16 * 1024, "{} bytes", text.len());
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    assert_eq!(content(root, "gen_ai.tool.call.arguments")["code"], code);
    assert_eq!(content(root, "gen_ai.tool.call.result"), 50_000);
    assert!(content(below, "gen_ai.tool.call.arguments")["a"].as_str().expect("a text").starts_with("xxx"));
    assert!(content(below, "gen_ai.tool.call.result")["echo"].is_object());
}

#[test]
fn a_collector_that_is_down_is_told_of_once_and_holds_up_nothing() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let place = place("");
    let mut served = served(&place, &["--otlp", &format!("http://user:{CANARY}@{closed}")]);
    let running = client(&served);
    let began = Instant::now();
    // Each export fails after some retries; there is time for several.
    while began.elapsed() < Duration::from_secs(6) {
        script(&running, "return (await tools.new.echo({ a: 1 })).echo.a");
    }
    drop(running);
    assert_eq!(served.stop(), Some(0));
    let log = served.log();
    let told: Vec<_> = log.iter().filter(|line| line.contains("traces")).collect();
    assert_eq!(told.len(), 1, "{log:#?}");
    assert!(told[0].contains("WARN") && told[0].contains("traces cannot be delivered"), "{told:?}");
    assert!(!log.iter().any(|line| line.contains(CANARY)), "{log:#?}");
}

#[test]
fn a_collector_that_hangs_holds_up_no_run_and_no_end() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let place = place("");
    let mut served = served(&place, &["--otlp", &format!("http://{address}")]);
    let running = client(&served);
    (0..20).for_each(|n| {
        let code = format!("return (await tools.new.echo({{ a: {n} }})).echo.a");
        assert_eq!(script(&running, &code).structured, Some(json!(n)));
    });
    drop(running);
    let (_held, _) = listener.accept().expect("an export is tried");
    let began = Instant::now();
    assert_eq!(served.stop(), Some(0));
    // Three seconds for the last spans; the rest is for a busy machine.
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn a_single_run_is_a_part_of_the_trace_of_whoever_started_it() {
    let (place, collector) = (place(""), Collector::start());
    place.put("a.js", "return (await tools.old.meta({})).meta");
    let mut command = place.command(&["run", "a.js", "--no-learn"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()).env("OTEL_SERVICE_NAME", "nightly");
    command.env("OTEL_EXPORTER_OTLP_HEADERS", "x-key=k1").env("TRACEPARENT", PARENT).env("BAGGAGE", BAGGAGE);
    let ran = Ran::of(command.output().expect("the program starts")).ends(0);
    let spans = collector.spans(2);
    let (root, below) = (the(&spans, "execute_tool run_script"), the(&spans, "tools/call meta"));
    assert_eq!((root.kind.as_str(), root.trace.as_str()), ("INTERNAL", TRACE));
    assert_eq!((root.parent.as_str(), &below.parent), ("00f067aa0ba902b7", &root.id));
    assert_eq!(root.get("callbox.end"), "returned");
    let meta = ran.json();
    assert_eq!(meta["traceparent"], format!("00-{TRACE}-{}-01", below.id));
    assert_eq!((&meta["baggage"], collector.resource("service.name")), (&Value::Null, json!("nightly")));
    assert!(collector.heads()[0].contains("x-key: k1"), "{:?}", collector.heads());
    let mut open = place.command(&["run", "a.js", "--no-learn", "--forward-baggage"]);
    let ran = Ran::of(open.env("BAGGAGE", BAGGAGE).output().expect("the program starts")).ends(0);
    assert_eq!(ran.json()["baggage"], BAGGAGE);
    let mut off = place.command(&["run", "a.js", "--no-learn"]);
    off.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()).env("OTEL_SDK_DISABLED", "true");
    let ran = Ran::of(off.output().expect("the program starts")).ends(0);
    assert_eq!(ran.json()["traceparent"], Value::Null);
    let wrong = place.run(&["run", "a.js", "--otlp", "not an address"]).ends(2);
    assert!(wrong.err.contains("cannot send traces"), "{}", wrong.err);
}

/// Parses the lines of a JSON log.
fn json_lines(log: &[String]) -> Vec<Value> {
    log.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// Waits for the log line with that message.
#[track_caller]
fn until_logged(served: &Served, message: &str) -> Value {
    let began = Instant::now();
    loop {
        if let Some(line) = json_lines(&served.log()).into_iter().find(|line| line["message"] == message) {
            return line;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "no `{message}` in {:#?}", served.log());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn each_run_leaves_a_line() {
    let place = place("is-error");
    let served = served(&place, &["-v", "--log-format", "json"]);
    let code = "await tools.new.echo({}); try { await tools.s.misbehave({}) } catch {} return 'four'";
    run(&served, code, &json!({ "traceparent": PARENT }), "");
    let line = until_logged(&served, "a run ended");
    for (name, value) in [
        ("level", json!("INFO")),
        ("scope", json!("local")),
        ("end", json!("returned")),
        ("engine", json!("quickjs")),
        ("calls", json!(2)),
        ("failed", json!(1)),
        ("unknown", json!(0)),
        ("returned_bytes", json!(6)),
        ("trace_id", json!(TRACE)),
    ] {
        assert_eq!(line[name], value, "{name} in {line}");
    }
    assert!(line["wall_ms"].is_f64() && line["cpu_ms"].is_f64() && line["timestamp"].is_f64(), "{line}");
}

#[test]
fn what_had_been_done_when_the_client_left_is_logged() {
    let (place, collector) = (place("never-answers"), Collector::start());
    // Without a flag for more logging: nobody else learns of it.
    let served = served(&place, &["--log-format", "json", "--otlp", &collector.url()]);
    let code =
        format!("const never = tools.s.misbehave({{}}); await tools.new.echo({{ text: '{CANARY}' }}); await never");
    let mut stream = TcpStream::connect(&served.address).expect("a connection");
    let asked = request(&served, "run_script", &json!({ "code": code }), &json!({}), "");
    stream.write_all(asked.as_bytes()).expect("the request goes out");
    // Both calls were sent together, and one was answered.
    assert_eq!(collector.spans(1)[0].name, "tools/call echo");
    drop(stream);
    let line = until_logged(&served, "a run that had called tools was abandoned");
    assert_eq!((&line["level"], &line["scope"], &line["unknown"]), (&json!("WARN"), &json!("local"), &json!(1)));
    assert_eq!(line["done"], "s.misbehave unknown, new.echo finished", "{line}");
    assert!(!line.to_string().contains(CANARY), "{line}");
    let (_, metrics) = served.get("/metrics", "");
    assert!(metrics.contains("callbox_runs_total{end=\"stopped\"} 1"), "{metrics}");
}

#[test]
fn a_client_on_standard_input_that_leaves_is_told_of_too() {
    let place = place("never-answers");
    let mut command = place.command(&["serve", "--no-learn", "--log-format", "json"]);
    let mut child: Child = command.stdin(Stdio::piped()).spawn().expect("the program starts");
    let mut input = child.stdin.take().expect("a pipe");
    let start = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } } });
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let code = "await tools.new.echo({}); return await tools.s.misbehave({})";
    let call = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": "run_script", "arguments": { "code": code } } });
    writeln!(input, "{start}\n{ready}\n{call}").expect("requests go out");
    drop(input);
    let mut log = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut log).expect("a log");
    assert!(child.wait().expect("it ends").success());
    let lines = json_lines(&log.lines().map(str::to_owned).collect::<Vec<_>>());
    let line = lines.iter().find(|line| line["message"] == "a run that had called tools was abandoned");
    assert_eq!(line.expect("a line")["done"], "new.echo finished, s.misbehave unknown", "{log}");
}

#[test]
fn metrics_count_what_happened() {
    let place = place("is-error");
    let served = served(&place, &["--direct", "old.echo"]);
    let running = client(&served);
    // The script receives 16 bytes and passes one of them on to the model.
    script(&running, "await tools.$search('echo'); return (await tools.new.echo({ a: 1 })).echo.a");
    // 21 bytes twice; the model reads three characters.
    let twice = "const call = () => tools.old.echo({ b: 'four' }); await call(); await call(); return 'abc'";
    script(&running, twice);
    call(&running, "run_script", json!({ "code": "return await tools.s.misbehave({})" })).expect_err("it throws");
    call(&running, "run_script", json!({ "code": "return tools.new.nothing({})" })).expect_err("it is refused");
    call(&running, "run_script", json!({ "code": "for (;;);", "limits": { "cpu_ms": 50 } })).expect_err("a limit");
    call(&running, "old__echo", json!({ "a": 1 })).expect("an echo");
    let (_, metrics) = served.get("/metrics", "");
    let result = r#"{"echo":{"b":"four"}}"#.len() as u64;
    for (sample, value) in [
        ("callbox_runs_total{end=\"returned\"}", 2),
        ("callbox_runs_total{end=\"threw\"}", 1),
        ("callbox_runs_total{end=\"rejected\"}", 1),
        ("callbox_runs_total{end=\"stopped\"}", 1),
        ("callbox_runs_total{end=\"faulted\"}", 0),
        ("callbox_runs_now", 0),
        ("callbox_run_duration_seconds_count", 5),
        ("callbox_run_duration_seconds_bucket{le=\"+Inf\"}", 5),
        ("callbox_tool_calls_total{state=\"finished\"}", 4),
        ("callbox_tool_calls_total{state=\"failed\"}", 1),
        ("callbox_tool_calls_total{state=\"unknown\"}", 0),
        ("callbox_tool_call_duration_seconds_count", 5),
        ("callbox_result_bytes_total", 16 + 2 * result),
        ("callbox_returned_bytes_total", 1 + 5),
        ("callbox_kept_out_bytes_total", 16 - 1 + 2 * result - 3),
        ("callbox_upstreams{state=\"up\"}", 3),
    ] {
        assert!(metrics.lines().any(|line| line == format!("{sample} {value}")), "`{sample} {value}` in\n{metrics}");
    }
    let sum = metrics.lines().find_map(|line| line.strip_prefix("callbox_run_duration_seconds_sum "));
    assert!(sum.and_then(|sum| sum.parse::<f64>().ok()) >= Some(0.05), "{metrics}");
}
