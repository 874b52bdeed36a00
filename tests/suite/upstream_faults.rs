//! Servers that break, lie or never answer: each fault is reported at once, by code, and harms no other server.

use std::time::{Duration, Instant};

use base64::Engine as _;
use callbox::{End, Limits, RunRequest, ToolErrorCode, outcome::CallState};
use callbox_mcp::{ConnectOptions, Era, FailureCode, Status};
use serde_json::{Value, json};

use crate::upstreams::{PATIENCE, Running, fault_server, faulty, impatient, in_time, patient, started};

const ERAS: [&str; 2] = ["legacy", "modern"];

/// Number of tools of a server that behaves.
const TOOLS: usize = 8;

/// What a script that calls the misbehaving tool catches: `[code, message, retryable, data]`.
const CATCH: &str = "
    try { return { value: await tools.s.misbehave({}) }; }
    catch (e) { return { code: e.code, message: e.message, retryable: e.retryable, data: e.data }; }";

/// The server fails to connect, long before the timeout.
#[track_caller]
fn connect_fails(arguments: &[&str], code: FailureCode) -> String {
    let began = Instant::now();
    let told = failed(&faulty(arguments), code);
    assert!(began.elapsed() < Duration::from_secs(30), "it took {:?}", began.elapsed());
    told
}

#[track_caller]
fn failed(running: &Running, code: FailureCode) -> String {
    let error = running.failure("s");
    assert_eq!(error.code, code, "{error}; {:?}", error.stderr);
    format!("{error}\n{}", error.stderr.join("\n"))
}

fn with_fault(fault: &str, options: &ConnectOptions) -> Running {
    started(&json!({ "s": { "command": fault_server(), "args": ["--fault", fault] } }), options)
}

#[track_caller]
fn misbehaves(fault: &str) -> Vec<Value> {
    ERAS.map(|era| faulty(&["--era", era, "--fault", fault]).returned(CATCH)).into()
}

#[track_caller]
fn call_fails(fault: &str, code: ToolErrorCode) {
    for caught in misbehaves(fault) {
        assert_eq!(caught["code"], code.as_str(), "{fault}: {caught}");
    }
}

#[test]
fn a_server_that_behaves_is_ready_in_its_own_era() {
    let legacy = faulty(&["--era", "legacy"]);
    assert_eq!(legacy.ready("s").era, Era::Legacy);
    let modern = faulty(&["--era", "modern"]);
    assert_eq!(modern.ready("s").era, Era::Modern);
    for running in [legacy, modern] {
        let value = running.returned("return await tools.s.echo({ a: 1 });");
        assert_eq!(value, json!({ "echo": { "a": 1 } }));
    }
}

#[test]
fn a_server_that_exits_on_the_probe_is_started_again() {
    let running = faulty(&["--fault", "exit-on-probe"]);
    assert_eq!(running.ready("s").era, Era::Legacy);
}

#[test]
fn exits_at_once() {
    let told = connect_fails(&["--fault", "exit-at-once"], FailureCode::Exited);
    assert!(told.contains("the licence file is missing"), "{told}");
}

#[test]
fn exits_in_the_handshake() {
    let told = connect_fails(&["--fault", "exit-in-handshake"], FailureCode::Exited);
    assert!(told.contains("cannot reach the database"), "{told}");
}

#[test]
fn hangs_in_the_handshake() {
    failed(&with_fault("hang-in-handshake", &impatient(500)), FailureCode::ConnectTimeout);
}

#[test]
fn refuses_the_handshake() {
    let told = connect_fails(&["--fault", "handshake-error"], FailureCode::Handshake);
    assert!(told.contains("no database"), "{told}");
}

#[test]
fn prints_garbage() {
    let told = in_time(|options| {
        let running = with_fault("garbage", options);
        match running.failure("s").code {
            FailureCode::ConnectTimeout => Err("it printed nothing".to_owned()),
            _ => Ok(failed(&running, FailureCode::NotMcp)),
        }
    });
    assert!(!told.contains('\u{1b}'), "{told:?}");
}

#[test]
fn a_banner_before_the_protocol_is_passed_over() {
    assert_eq!(faulty(&["--fault", "banner"]).ready("s").tools.len(), TOOLS);
}

#[test]
fn there_is_no_such_command() {
    let running = started(&json!({ "s": { "command": "/no/such/program" } }), &patient());
    assert_eq!(running.failure("s").code, FailureCode::CommandNotFound);
    assert!(running.failure("s").message.contains("/no/such/program"));
}

#[test]
fn an_unset_variable_is_named() {
    let servers = json!({ "s": { "command": "x", "args": ["${CALLBOX_TEST_SURELY_UNSET}"] } });
    let running = started(&servers, &patient());
    assert_eq!(running.failure("s").code, FailureCode::UnsetVariable);
    assert!(running.failure("s").message.contains("CALLBOX_TEST_SURELY_UNSET"));
}

#[test]
fn nobody_listens_at_the_address() {
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let running = started(&json!({ "s": { "url": format!("http://{free}/mcp") } }), &patient());
    assert_eq!(running.failure("s").code, FailureCode::Unreachable);
}

#[test]
fn one_that_fails_stops_no_other() {
    let servers = json!({
        "dead": { "command": fault_server(), "args": ["--fault", "exit-at-once"] },
        "hung": { "command": fault_server(), "args": ["--fault", "hang-in-handshake"] },
        "gone": { "command": "/no/such/program" },
        "good": { "command": fault_server() },
    });
    let running = in_time(|options| {
        let running = started(&servers, options);
        // A busy machine may start neither in time.
        for name in ["good", "dead"] {
            match running.server(name).status() {
                Status::Failed(error) if error.code == FailureCode::ConnectTimeout => return Err(error.to_string()),
                _ => {}
            }
        }
        Ok(running)
    });
    assert_eq!(running.returned("return await tools.good.echo({});"), json!({ "echo": {} }));
    assert_eq!(running.failure("dead").code, FailureCode::Exited);
    assert_eq!(running.failure("hung").code, FailureCode::ConnectTimeout);
}

#[test]
fn entries_that_are_no_tools_are_left_out_with_a_note() {
    for era in ERAS {
        let running = faulty(&["--era", era, "--fault", "broken-tool"]);
        let ready = running.ready("s");
        let names: Vec<_> = ready.tools.iter().map(|tool| tool.name.as_str()).collect();
        // A tool without a usable schema can still be called: its stub takes any arguments.
        assert_eq!(names, ["good", "no schema", "schema is text", "odd output", "last"]);
        assert!(ready.notes.len() >= 2, "{:?}", ready.notes);
        assert_eq!(running.returned("return await tools.s.last({});"), json!({ "echo": {} }));
    }
}

#[test]
fn a_list_in_two_pages_is_whole() {
    let running = faulty(&["--fault", "two-pages"]);
    assert_eq!(running.ready("s").tools.len(), 2);
}

#[test]
fn a_list_that_pages_for_ever_is_cut() {
    let running = faulty(&["--fault", "pages-forever"]);
    let ready = running.ready("s");
    assert!((2..20_000).contains(&ready.tools.len()), "{} tools", ready.tools.len());
    assert!(ready.notes.iter().any(|note| note.contains("pages")), "{:?}", ready.notes);
}

#[test]
fn a_cursor_that_loops_is_noticed() {
    let running = faulty(&["--fault", "cursor-loop"]);
    let ready = running.ready("s");
    assert!(ready.tools.len() <= 4, "{} tools", ready.tools.len());
    assert!(ready.notes.iter().any(|note| note.contains("circle")), "{:?}", ready.notes);
}

#[test]
fn a_list_that_is_too_large_is_cut() {
    for (fault, why) in
        [("wide-pages", "more than 1048576 values"), ("long-cursor", "a cursor has more than 16384 bytes")]
    {
        let running = faulty(&["--fault", fault]);
        let ready = running.ready("s");
        assert!((1..=2).contains(&ready.tools.len()), "{fault}: {} tools", ready.tools.len());
        assert!(ready.notes.iter().any(|note| note.contains(why)), "{fault}: {:?}", ready.notes);
    }
    // Reported before any value is parsed.
    let told = connect_fails(&["--fault", "many-values"], FailureCode::ListFailed);
    assert!(told.contains("more than 1048576 values"), "{told}");
}

#[test]
fn tools_that_are_too_large_are_left_out_with_a_note() {
    for era in ERAS {
        let running = faulty(&["--era", era, "--fault", "large-tools"]);
        let ready = running.ready("s");
        let names: Vec<_> = ready.tools.iter().map(|tool| tool.name.as_str()).collect();
        assert_eq!(names, ["good", "wordy"]);
        assert_eq!((ready.defects.len(), ready.notes.len()), (3, 4), "{:?}", ready.notes);
        assert!(ready.notes.iter().all(|note| note.len() < 500), "{:?}", ready.notes);
        assert!(ready.tools[1].description.as_ref().is_some_and(|words| words.len() < 17_000));
    }
}

#[test]
fn a_list_that_fails_or_never_comes_is_told() {
    let mut options = patient();
    options.list_page_ms_max = 300;
    failed(&with_fault("list-hangs", &options), FailureCode::ListFailed);
    connect_fails(&["--fault", "list-no-array"], FailureCode::ListFailed);
    let told = connect_fails(&["--fault", "list-error"], FailureCode::ListFailed);
    assert!(told.contains("no list today"), "{told}");
}

#[test]
fn dies_in_mid_call() {
    for caught in misbehaves("die-in-call") {
        // Reported at once: after the call's time limit it would be a timeout.
        assert_eq!(caught["code"], "server_died", "{caught}");
        // It may have done its work before it died.
        assert_eq!(caught["retryable"], false);
        assert!(caught["message"].to_string().contains("the disk is full"), "{caught}");
    }
}

#[test]
fn the_dead_server_stays_dead_and_says_so() {
    let script = "
        const out = [];
        for (let i = 0; i < 2; i++) try { await tools.s.misbehave({}); } catch (e) { out.push(e.code); }
        return out;";
    let value = faulty(&["--fault", "die-in-call"]).returned(script);
    assert_eq!(value[0], "server_died");
    assert!(value[1] == "server_died" || value[1] == "unreachable", "{value}");
}

#[test]
fn never_answers_a_call() {
    for era in ERAS {
        let running = faulty(&["--era", era, "--fault", "never-answers"]);
        let limits = Limits { tool_call_ms_max: 200, ..Limits::default() };
        let outcome = running.run(RunRequest::new(CATCH).limits(limits));
        let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
        assert_eq!(returned.value["code"], "timeout");
        assert!(matches!(outcome.calls[0].state, CallState::Failed { code: ToolErrorCode::Timeout, .. }));
        // The connection works as before.
        assert_eq!(running.returned("return await tools.s.echo({});"), json!({ "echo": {} }));
    }
}

#[test]
fn breaks_its_output_schema() {
    let caught = faulty(&[]).returned("try { await tools.s.typed({}); } catch (e) { return [e.code, e.message]; }");
    assert_eq!(caught[0], "invalid_result");
    assert!(caught[1].to_string().contains("$.count"), "{caught}");
}

#[test]
fn answers_with_a_hundred_megabytes() {
    let outcome = faulty(&["--fault", "huge"]).run(RunRequest::new(CATCH));
    match &outcome.end {
        End::Returned(returned) => assert_ne!(returned.value["code"], Value::Null, "{}", outcome.transcript()),
        End::Stopped(_) => {}
        _ => panic!("{}", outcome.transcript()),
    }
}

#[test]
fn a_flood_of_stderr_does_not_block() {
    let running = faulty(&["--fault", "stderr-flood"]);
    assert_eq!(running.returned("return await tools.s.echo({});"), json!({ "echo": {} }));
    let kept: usize = running.server("s").stderr().iter().map(String::len).sum();
    assert!((1..=64 << 10).contains(&kept), "{kept} bytes kept");
}

#[test]
fn answers_one_byte_at_a_time() {
    let running = faulty(&["--fault", "always-byte-by-byte"]);
    assert_eq!(running.returned("return await tools.s.echo({});"), json!({ "echo": {} }));
}

#[test]
fn answers_that_belong_to_no_call_are_dropped() {
    for fault in ["wrong-id", "foreign-id"] {
        let running = faulty(&["--fault", fault]);
        let limits = Limits { tool_call_ms_max: 300, ..Limits::default() };
        let outcome = running.run(RunRequest::new(CATCH).limits(limits));
        let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
        assert_eq!(returned.value["code"], "timeout", "{fault}: {}", returned.value);
    }
}

#[test]
fn an_answer_given_three_times_counts_once() {
    let script = "const a = await tools.s.misbehave({}); const b = await tools.s.echo({ b: 1 }); return [a, b];";
    let value = faulty(&["--fault", "repeated-id"]).returned(script);
    assert_eq!(value, json!([{ "late": false }, { "echo": { "b": 1 } }]));
}

#[test]
fn answers_that_are_no_answers_are_errors_at_once() {
    call_fails("no-result", ToolErrorCode::Protocol);
    call_fails("not-an-object", ToolErrorCode::Protocol);
}

#[test]
fn lines_that_cannot_be_read_are_told_and_not_waited_for() {
    call_fails("deep", ToolErrorCode::Protocol);
    call_fails("huge-number", ToolErrorCode::Protocol);
}

#[test]
fn noise_between_answers_is_passed_over() {
    for caught in misbehaves("garbage-in-call") {
        assert_eq!(caught["value"], json!({ "late": false }), "{caught}");
    }
}

#[test]
fn a_refused_request_and_a_failed_tool_are_told_apart() {
    for caught in misbehaves("rpc-error") {
        assert!(caught["message"].to_string().contains("bad city"), "{caught}");
        assert_ne!(caught["code"], "tool_failed", "{caught}");
    }
    for caught in misbehaves("is-error") {
        assert_eq!(caught["code"], "tool_failed");
        assert_eq!(caught["message"], "no such city");
        assert_eq!(caught["data"], json!({ "city": "X" }));
    }
}

#[test]
fn a_changed_list_is_fetched_again() {
    let mut running = faulty(&["--fault", "list-changed"]);
    assert_eq!(running.ready("s").tools.len(), TOOLS);
    running.returned("return await tools.s.misbehave({});");
    running.changed();
    assert_eq!(running.refresh_if_changed(), ["s"]);
    assert_eq!(running.returned("return await tools.s.added({});"), json!({ "echo": {} }));
}

/// Starts the server with `--fault`, fetching lists again after `relist_ms_min` at the earliest.
fn relisting(fault: &str, relist_ms_min: u64) -> Running {
    let mut options = patient();
    options.relist_ms_min = relist_ms_min;
    started(&json!({ "s": { "command": fault_server(), "args": ["--fault", fault] } }), &options)
}

#[test]
fn a_list_that_is_no_longer_good_is_fetched_again() {
    let mut running = relisting("ttl-1", 1);
    assert_eq!(running.ready("s").tools.len(), TOOLS);
    let began = Instant::now();
    while running.refresh_if_changed().is_empty() {
        assert!(began.elapsed() < PATIENCE, "it stays as it was");
    }
    assert_eq!(running.returned("return await tools.s.added({});"), json!({ "echo": {} }));
}

#[test]
fn a_list_that_is_still_good_is_left_alone() {
    // A list with a long lifetime, one that expires at once, one that would be fetched all the time, and one without a
    // lifetime.
    for (fault, relist_ms_min) in [("ttl-600000", 1), ("ttl-0", 1), ("ttl-1", 600_000), ("none", 1)] {
        let mut running = relisting(fault, relist_ms_min);
        running.returned("return await tools.s.echo({});");
        assert!(running.refresh_if_changed().is_empty(), "{fault}");
        assert_eq!(running.ready("s").tools.len(), TOOLS, "{fault}");
    }
}

/// It changes each time it is fetched, and is fetched again only once in a while.
#[test]
fn a_list_that_changes_all_the_time_is_left_alone_for_a_while() {
    let mut running = relisting("storm", 600_000);
    running.changed();
    assert_eq!(running.refresh_if_changed(), ["s"], "the first change counts at once");
    for _ in 0..3 {
        // Its answer arrives after the notification of the next change.
        running.returned("return await tools.s.echo({});");
        assert!(running.refresh_if_changed().is_empty());
    }
    let mut eager = relisting("storm", 1);
    for _ in 0..3 {
        eager.changed();
        assert_eq!(eager.refresh_if_changed(), ["s"]);
    }
}

#[test]
fn a_server_may_ask_much_that_takes_the_answers() {
    for caught in misbehaves("asks-much") {
        assert_eq!(caught["value"], json!({ "late": false }), "{caught}");
    }
}

#[test]
fn a_server_that_takes_no_answers_is_read_no_further() {
    for era in ERAS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let all_were_read = folder.path().join("all were read");
        let arguments = ["--era", era, "--fault", "takes-no-answers"];
        let servers = json!({
            "s": { "command": fault_server(), "args": arguments, "env": { "MARK": all_were_read } },
        });
        let running = started(&servers, &patient());
        let limits = Limits { tool_call_ms_max: 3_000, ..Limits::default() };
        let outcome = running.run(RunRequest::new(CATCH).limits(limits));
        let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
        assert_eq!(returned.value["code"], "timeout");
        let words = returned.value["message"].to_string();
        assert!(words.contains("does not take the answers to its own requests"), "{words}");
        assert!(!all_were_read.exists(), "twenty thousand requests were taken in");
    }
}

#[test]
fn a_child_gets_its_own_variables_only() {
    let servers = json!({
        "a": { "command": fault_server(), "env": { "CANARY": "canary-of-a" } },
        "b": { "command": fault_server(), "env": { "OTHER": "${CALLBOX_NOT_SET:-canary-of-b}" } },
    });
    let running = started(&servers, &patient());
    let value = running.returned("return { a: await tools.a.environment({}), b: await tools.b.environment({}) };");
    assert!(value["a"].get("CANARY").is_some() && value["b"].get("OTHER").is_some(), "{value}");
    assert!(value["a"].get("OTHER").is_none() && value["b"].get("CANARY").is_none(), "{value}");
    let base = callbox_mcp::base_environment(std::env::vars_os());
    let others = std::env::vars().filter(|(name, _)| base.iter().all(|(kept, _)| kept != name.as_str()));
    let names: Vec<_> = others.map(|(name, _)| name).collect();
    assert!(!names.is_empty(), "this process has variables that are no child's business");
    for name in names {
        assert!(value["a"].get(&name).is_none(), "`{name}` was handed on");
    }
}

/// A tool's answer is its own business; messages about a failure are ours.
#[test]
fn a_secret_is_in_no_text_about_a_failure() {
    const SECRET: &str = "sk-canary-7f3a9c2e51";
    for (era, fault) in [
        ("legacy", "leaks-in-error"),
        ("modern", "leaks-in-error"),
        ("legacy", "leaks-and-dies"),
        ("legacy", "leaks-at-once"),
    ] {
        let arguments = ["--era", era, "--fault", fault];
        let servers = json!({ "s": { "command": fault_server(), "args": arguments, "env": { "TOKEN": SECRET } } });
        let running = started(&servers, &patient());
        let script = "try { await tools.s.misbehave({}); } catch (e) { console.log(e, e.data); throw e; }";
        let outcome = running.run(RunRequest::new(script));
        let status = format!("{:?} {:?}", running.server("s").status(), running.server("s").stderr());
        let (types, _) = running.catalog().declarations();
        for text in [outcome.transcript(), outcome.report().to_string(), format!("{outcome:?}"), status, types] {
            assert!(!text.contains(SECRET), "{fault}: {text}");
        }
    }
}

/// Servers print their command lines, and send parts of them in other encodings.
#[test]
fn a_secret_of_the_command_line_is_in_no_text_about_a_failure() {
    const SECRETS: [&str; 4] = ["sk-canary/flag+7f3a", "canary pw%21", "canary-behind", "canary-query"];
    let folder = tempfile::tempdir().expect("a temporary folder");
    let told = folder.path().join("told");
    let basic = base64::engine::general_purpose::STANDARD.encode("me:sk-canary/flag+7f3a");
    let forms = [
        format!("started as --api-key={} --header 'X-Auth: {}'", SECRETS[0], SECRETS[1]),
        format!("postgres://me:{}@db/x and https://h/?k={}", SECRETS[2], SECRETS[3]),
        format!("sk-canary%2Fflag%2B7f3a sk-canary%2fflag%2b7f3a canary+pw%2521 canary pw!  Basic {basic}"),
    ];
    std::fs::write(&told, forms.join(" ")).expect("a file");
    for fault in ["leaks-in-error", "leaks-and-dies", "leaks-at-once"] {
        let api_key = format!("--api-key={}", SECRETS[0]);
        let header = format!("X-Auth: {}", SECRETS[1]);
        let (database, hook) = (format!("postgres://me:{}@db/x", SECRETS[2]), format!("https://h/?k={}", SECRETS[3]));
        let arguments = ["--fault", fault, &api_key, "--header", &header, "--dsn", &database, &hook];
        let servers = json!({ "s": { "command": fault_server(), "args": arguments, "env": { "TOLD_IN": told } } });
        let running = started(&servers, &patient());
        let script = "try { await tools.s.misbehave({}); } catch (e) { console.log(e, e.data); throw e; }";
        let outcome = running.run(RunRequest::new(script));
        let status = format!("{:?} {:?}", running.server("s").status(), running.server("s").stderr());
        let texts = [outcome.transcript(), outcome.report().to_string(), format!("{outcome:?}"), status];
        for text in &texts {
            let (lower, encoded) = (text.to_lowercase(), basic.trim_end_matches('=').get(6..).expect("long"));
            assert!(!lower.contains("canary") && !text.contains(encoded), "{fault}: {text}");
        }
        assert!(texts.iter().any(|text| text.contains("started as") && text.contains("https://h/?k=")), "{texts:#?}");
    }
}

#[cfg(unix)]
#[test]
fn what_a_child_started_ends_with_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("pid");
    let servers = json!({
        "s": { "command": fault_server(), "args": ["--fault", "grandchild"], "env": { "GRANDCHILD_PID_FILE": file } },
    });
    let running = started(&servers, &patient());
    running.ready("s");
    let pid = std::fs::read_to_string(&file).expect("the grandchild was started");
    assert!(alive(&pid), "the grandchild runs while its server does");
    running.shut_down();
    let deadline = Instant::now() + PATIENCE;
    while alive(&pid) {
        assert!(Instant::now() < deadline, "process {pid} outlives its server");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A list of only bad entries is reported briefly, however long it is.
#[test]
fn a_million_bad_entries_are_counted() {
    let running = faulty(&["--fault", "bad-entries"]);
    let ready = running.ready("s");
    assert_eq!((ready.tools.len(), ready.defects.len(), ready.notes.len()), (0, 20, 21));
    assert_eq!(ready.notes.last().map(String::as_str), Some("999980 more entries are left out"));
}

/// A killed process that has not been waited for is a zombie, and counts as dead.
#[cfg(unix)]
pub fn alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}
