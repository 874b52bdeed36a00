//! The gateway as a host's model sees it: few tools, search, scripts, stored results, servers that come and go.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Child,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use callbox::{ToolHost, ToolReply, ToolRequest};
use callbox_mcp::Era;
use callbox_tests::{guide::SCRIPTS, stage};
use serde_json::{Value, json};

use crate::cli::{Place, program};
use crate::upstreams::{PATIENCE, Running, fault_server, patient, started};

/// A gateway over HTTP, ended together with the test.
pub struct Served {
    child: Child,
    pub address: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Served {
    /// Starts `callbox serve --http` on a free port with these arguments.
    pub fn start(place: &Place, arguments: &[&str]) -> Self {
        Self::start_with(place, arguments, &[])
    }

    /// The same with these environment variables.
    pub fn start_with(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let all = [&["serve", "--http", "127.0.0.1:0"], arguments].concat();
        let mut child = place.command(&all).envs(variables.iter().copied()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
        let line = lines.by_ref().find(|line| line.contains("serving MCP at")).expect("the address is told");
        let address = line.trim_end_matches("/mcp").rsplit('/').next().expect("an address").to_owned();
        let log = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&log);
        std::thread::spawn(move || lines.for_each(|line| written.lock().expect("the log").push(line)));
        Self { child, address, log }
    }

    /// Returns what it wrote to standard error after its address.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().expect("the log").clone()
    }

    /// Tells it to stop and waits; returns its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        let told = std::process::Command::new("kill").arg(self.pid().to_string()).status().expect("kill");
        assert!(told.success());
        self.child.wait().expect("it ends").code()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn entry(&self, headers: &Value) -> Value {
        json!({ "url": format!("http://{}/mcp", self.address), "headers": headers })
    }

    /// Sends a raw request; returns the status and everything after it.
    pub fn ask(&self, request: &str) -> (u16, String) {
        ask(&self.address, request)
    }

    pub fn get(&self, path: &str, headers: &str) -> (u16, String) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.address))
    }
}

/// Sends a raw request; returns the status and everything after it, or 0 without an answer.
pub fn ask(address: &str, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream.write_all(request.as_bytes()).expect("the request goes out");
    let mut answer = String::new();
    // A server that hangs up has finished its answer.
    let _ = stream.read_to_string(&mut answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or(0), answer)
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Connects one of our clients to `callbox serve` over standard input and output.
fn over_stdio(arguments: &[&str], place: &Place) -> Running {
    let all = [&["serve"], arguments].concat();
    let entry = json!({ "command": program(), "args": all, "cwd": place.0.path() });
    started(&json!({ "gateway": entry }), &patient())
}

/// Calls one of the gateway's tools; returns the reply, or the text of the failure.
pub fn call(running: &Running, tool: &str, arguments: Value) -> Result<ToolReply, String> {
    let host = running.server("gateway").host().expect("the gateway is ready");
    let request = ToolRequest::new(tool, arguments);
    stage::wait(async move { host.call(request).await }).map_err(|error| error.message)
}

pub fn text(reply: &ToolReply) -> String {
    callbox::internal::text_of_content(&reply.content)
}

#[track_caller]
pub fn script(running: &Running, code: &str) -> ToolReply {
    call(running, "run_script", json!({ "code": code })).unwrap_or_else(|words| panic!("{words}"))
}

#[track_caller]
fn fails(running: &Running, code: &str) -> String {
    call(running, "run_script", json!({ "code": code })).expect_err("the script fails")
}

fn names(running: &Running) -> Vec<String> {
    running.ready("gateway").tools.iter().map(|tool| tool.name.clone()).collect()
}

/// `--inline-percent 0` shows the search tools even if there are few tools.
const SEARCHED: &[&str] = &["--demo", "--inline-percent", "0"];

/// With real servers, which a busy machine starts slowly.
const STARTED: &[&str] = &["--inline-percent", "0", "--start-ms", "60000"];

#[test]
fn a_model_finds_reads_and_runs() {
    let place = Place::new(&[]);
    let running = over_stdio(SEARCHED, &place);
    assert_eq!(running.ready("gateway").era, Era::Modern);
    assert_eq!(names(&running), ["search_tools", "describe_tools", "run_script"]);
    let found = text(&call(&running, "search_tools", json!({ "query": "list issues" })).expect("hits"));
    assert!(found.lines().next().expect("a line").contains("tracker.list_issues"), "{found}");
    let types = text(&call(&running, "describe_tools", json!({ "names": ["tracker.list_issues"] })).expect("types"));
    assert!(types.contains("list_issues(args?:") && !types.contains("get_person"), "{types}");
    let reply = script(&running, "return (await tools.tracker.list_issues({ limit: 1 })).issues.length");
    assert_eq!((reply.structured.clone(), text(&reply)), (Some(json!(1)), "1".to_owned()));
}

#[test]
fn few_tools_are_all_shown_at_once() {
    let running = over_stdio(&["--demo"], &Place::new(&[]));
    assert_eq!(names(&running), ["run_script"]);
    let description = running.ready("gateway").tools[0].description.clone().expect("a description");
    assert!(description.contains("list_issues(args?:"), "{description}");
}

#[test]
fn the_instructions_name_only_what_the_contract_explains() {
    let running = over_stdio(SEARCHED, &Place::new(&[]));
    let instructions = running.ready("gateway").instructions.as_deref().expect("instructions");
    let (_, guide) = instructions.split_once("\nWrite one ").expect("how to write a script");
    let (named, explained) = (names_in_code(guide), names_in_code(SCRIPTS));
    assert!(["emit", "results.get", "ToolError"].iter().all(|name| named.contains(name)), "{named:?}");
    let missing: Vec<_> = named.difference(&explained).collect();
    assert!(missing.is_empty(), "SCRIPTS.md does not explain {missing:?}");
}

/// Returns the names, such as `emit` and `results.get`, in the code spans and code blocks of a Markdown text.
fn names_in_code(markdown: &str) -> BTreeSet<&str> {
    // Each fence is three backticks: an odd number, like the one of a code span.
    let code = markdown.split('`').skip(1).step_by(2);
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.');
    code.flat_map(|code| code.split(move |c: char| !is_in_name(c))).filter(|name| !name.is_empty()).collect()
}

/// The tokens that a gateway costs a model before it does anything; the target is 1,200.
#[test]
fn the_fixed_cost_is_small() {
    let running = over_stdio(SEARCHED, &Place::new(&[]));
    let ready = running.ready("gateway");
    let tools = ready.tools.iter().map(|tool| {
        json!({ "name": tool.name, "description": tool.description, "inputSchema": tool.input_schema }).to_string()
    });
    let all = tools.collect::<String>() + ready.instructions.as_deref().expect("instructions");
    let tokens = callbox_bindings::count_tokens(&all);
    assert!(tokens <= 1_200, "{tokens} tokens");
}

#[test]
fn the_same_tools_have_the_same_text_after_a_restart() {
    let texts = || {
        let running = over_stdio(SEARCHED, &Place::new(&[]));
        let ready = running.ready("gateway");
        format!("{:?} {:?}", ready.instructions, ready.tools)
    };
    assert_eq!(texts(), texts());
}

#[test]
fn a_script_finds_tools_itself() {
    let running = over_stdio(SEARCHED, &Place::new(&[]));
    let code = "
        const { tools: hits } = await tools.$search('list issues', { limit: 1 });
        const types = await tools.$describe(hits[0].name);
        const [server, tool] = hits[0].name.split('.');
        return { name: hits[0].name, typed: types.includes(tool), called: typeof (await tools[server][tool]({})) };";
    let value = script(&running, code).structured.expect("a value");
    assert_eq!(value, json!({ "name": "tracker.list_issues", "typed": true, "called": "object" }));
    assert!(fails(&running, "return await tools.$search(7)").contains("invalid_arguments"));
    assert!(fails(&running, "return await tools.$sarch('x')").contains("$search"));
}

#[test]
fn a_long_result_is_shortened_and_kept_whole() {
    let running = over_stdio(&["--demo", "--result-tokens", "300"], &Place::new(&[]));
    let reply = script(&running, "return Array.from({ length: 3000 }, (_, i) => ({ i, name: 'row ' + i }))");
    let shown = text(&reply);
    assert!(callbox_bindings::count_tokens(&shown) <= 450, "{shown}");
    let id = shown.split("results.get(\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a handle");
    let again =
        script(&running, &format!("const rows = await results.get('{id}'); return [rows.length, rows[2999].i]"));
    assert_eq!(again.structured, Some(json!([3000, 2999])));
    assert!(fails(&running, "return await results.get('r00')").contains("there is no result"));
}

/// Given as a whole, and as the handle of an earlier result.
#[test]
fn a_component_runs_where_the_operator_allows_it() {
    let component = STANDARD.encode(callbox_tests::component::returning("[7]"));
    let run = |running: &Running, component: &str| call(running, "run_script", json!({ "component": component }));
    let running = over_stdio(&["--demo", "--allow-wasm", "--result-tokens", "60"], &Place::new(&[]));
    assert_eq!(text(&run(&running, &component).expect("it runs")), "[7]");
    let shown = text(&script(&running, &format!("return '{component}'")));
    let id = shown.split("results.get(\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a handle");
    assert_eq!(text(&run(&running, id).expect("it runs")), "[7]");
    assert!(run(&running, "no base64!").expect_err("it is refused").contains("base64"));
    let both = json!({ "code": "return 1", "component": component });
    assert!(call(&running, "run_script", both).expect_err("it is refused").contains("either"));
    let strict = over_stdio(&["--demo"], &Place::new(&[]));
    assert!(run(&strict, &component).expect_err("it is refused").contains("not allowed"));
    assert!(!strict.ready("gateway").tools[0].input_schema.to_string().contains("component"));
}

#[test]
fn blocks_are_handed_on_beside_the_result() {
    let running = over_stdio(&["--demo"], &Place::new(&[]));
    let reply = script(&running, "await emit({ type: 'image', data: 'aGk=', mimeType: 'image/png' }); return 'done'");
    assert_eq!(reply.content.len(), 2, "{:?}", reply.content);
    assert_eq!(reply.content[1]["mimeType"], "image/png");
    assert!(!text(&reply).contains("aGk="));
    assert!(fails(&running, "await emit({ type: 'hologram' })").contains("content block"));
}

#[test]
fn a_failure_says_what_where_and_what_was_done() {
    let running = over_stdio(&["--demo"], &Place::new(&[]));
    let words = fails(&running, "await tools.people.list_teams({});\nawait tools.tracker.get_issue({ number: -7 });");
    for part in ["2:", "people.list_teams({}) finished", "tracker.get_issue", "failed", "hint:"] {
        assert!(words.contains(part), "`{part}` in {words}");
    }
    assert!(fails(&running, "return tools.trackr.x()").contains("nearest: `tracker`"));
    let busy = json!({ "code": "for (;;);", "limits": { "cpu_ms": 100 } });
    assert!(call(&running, "run_script", busy).expect_err("stopped").contains("cpu_ms"));
    assert!(fails(&running, "const = 1").contains("rejected"));
}

#[test]
fn a_client_lowers_limits_and_raises_none() {
    let running = over_stdio(&["--demo", "--tool-calls", "2"], &Place::new(&[]));
    let calls = "for (let i = 0; i < 3; i++) await tools.people.list_teams({});";
    let with = |limits: Value| call(&running, "run_script", json!({ "code": calls, "limits": limits }));
    assert!(with(json!({ "tool_calls": 100 })).expect_err("raised").contains("limit `tool_calls` of 2"));
    assert!(with(json!({ "tool_calls": 1 })).expect_err("lowered").contains("limit `tool_calls` of 1"));
    assert!(with(json!({ "memory": 1 })).expect_err("unknown").contains("unknown field `memory`"));
}

#[test]
fn an_unknown_tool_brings_the_nearest() {
    let running = over_stdio(SEARCHED, &Place::new(&[]));
    assert!(call(&running, "run_scrpt", json!({})).expect_err("unknown").contains("run_script"));
    let words = call(&running, "describe_tools", json!({ "names": ["tracker.list_isues"] })).expect_err("unknown");
    assert!(words.contains("tracker.list_issues"), "{words}");
    assert!(call(&running, "search_tools", json!({ "q": "x" })).expect_err("unknown field").contains("`q`"));
    let nothing = text(&call(&running, "search_tools", json!({ "query": "zzzzqqqq" })).expect("an answer"));
    assert!(nothing.contains("no tool found") && nothing.contains("tracker"), "{nothing}");
}

#[test]
fn tools_are_allowed_hidden_and_passed_through() {
    let rules = ["--demo", "--allow", "tracker", "--allow", "people.list_*", "--hide", "*.get_issue"];
    let running =
        over_stdio(&[&rules[..], &["--direct", "people.*", "--inline-percent", "0"]].concat(), &Place::new(&[]));
    assert_eq!(names(&running), ["search_tools", "describe_tools", "run_script", "people__list_teams"]);
    let direct = call(&running, "people__list_teams", json!({})).expect("teams");
    assert!(direct.structured.is_some(), "{direct:?}");
    let code = "return [Object.keys(tools.tracker), Object.keys(tools.people), 'logs' in tools]";
    let value = script(&running, code).structured.expect("a value");
    assert_eq!(value, json!([["list_issues", "list_comments"], ["list_teams"], false]));
    assert!(fails(&running, "return tools.tracker.get_issue({ number: 1 })").contains("unknown_tool"));
    assert!(fails(&running, "return tools.tracker['get_' + 'issue']({ number: 1 })").contains("unknown_tool"));
}

#[test]
fn a_server_of_which_nothing_is_allowed_is_not_told_of() {
    let servers = json!({ "mcpServers": {
        "steady": { "command": fault_server(), "args": [] },
        "unseen": { "command": fault_server(), "args": [] },
        "dead": { "command": "sh", "args": ["-c", "exit 1"] },
    } });
    let place = Place::new(&[(".mcp.json", &servers.to_string())]);
    let allowed = over_stdio(&[STARTED, &["--allow", "steady.echo"]].concat(), &place);
    let told = [
        allowed.ready("gateway").instructions.clone().expect("instructions"),
        text(&call(&allowed, "search_tools", json!({ "query": "" })).expect("an answer")),
        fails(&allowed, "return await tools.nobody.nothing({})"),
        fails(&allowed, "throw new Error('x')"),
    ];
    for told in told {
        assert!(!told.contains("dead") && !told.contains("unseen"), "{told}");
    }
    let hidden = over_stdio(&[STARTED, &["--hide", "unseen"]].concat(), &place);
    let told = fails(&hidden, "throw new Error('x')");
    assert!(told.contains("`dead` is down") && !told.contains("unseen"), "{told}");
}

#[test]
fn a_server_that_dies_is_started_again_while_others_work_on() {
    let servers = json!({ "mcpServers": {
        "mortal": { "command": fault_server(), "args": ["--fault", "die-in-call"] },
        "steady": { "command": fault_server(), "args": [] },
    } });
    let place = Place::new(&[(".mcp.json", &servers.to_string())]);
    let running = over_stdio(STARTED, &place);
    let words = fails(&running, "return await tools.mortal.misbehave({})");
    assert!(words.contains("server_died") || words.contains("ended"), "{words}");
    script(&running, "return await tools.steady.echo({ a: 1 })");
    // It dies in each call; how the call fails shows whether it was restarted.
    let deadline = Instant::now() + PATIENCE;
    loop {
        let words = fails(&running, "return await tools.mortal.misbehave({})");
        if !words.contains("is down") && !words.contains("is gone") {
            break;
        }
        assert!(Instant::now() < deadline, "{words}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_server_that_never_starts_is_told_of_and_harms_nobody() {
    let servers = json!({ "mcpServers": {
        "absent": { "command": "/nowhere/at-all" },
        "steady": { "command": fault_server(), "args": [] },
    } });
    let place = Place::new(&[(".mcp.json", &servers.to_string())]);
    let running = over_stdio(STARTED, &place);
    let found = text(&call(&running, "search_tools", json!({ "query": "echo" })).expect("hits"));
    assert!(found.contains("steady.echo") && found.contains("`absent` is down"), "{found}");
    script(&running, "return await tools.steady.echo({ a: 1 })");
}

#[test]
fn many_clients_at_once_get_their_own_answers() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo"]);
    let entry = Arc::new(served.entry(&json!({})));
    let clients = (0..8).map(|client| {
        let entry = Arc::clone(&entry);
        std::thread::spawn(move || {
            let running = started(&json!({ "gateway": *entry }), &patient());
            for round in 0..10 {
                let code = format!("await tools.people.list_teams({{}}); return [{client}, {round}]");
                assert_eq!(script(&running, &code).structured, Some(json!([client, round])));
            }
        })
    });
    clients.collect::<Vec<_>>().into_iter().for_each(|client| client.join().expect("the client's answers are its own"));
    let (status, metrics) = served.get("/metrics", "");
    assert_eq!(status, 200);
    assert!(metrics.contains("callbox_runs_total{end=\"returned\"} 80"), "{metrics}");
}
