//! A gateway over time: cancelled requests, progress notifications, clients and servers that come and go without
//! leaving anything behind.

use std::{
    fs,
    io::Write,
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use callbox::{ToolHost, ToolRequest};
use callbox_tests::stage;
use serde_json::json;

use crate::cli::Place;
use crate::gateway::{Served, call, script};
use crate::gateway_door::{modern_body, modern_headers};
use crate::upstreams::{PATIENCE, Running, fault_server, patient, started};

/// Duration of the soak unless `CALLBOX_SOAK_SECONDS` is set; the release gate uses thirty seconds.
const SOAK_SECONDS: u64 = 5;

/// Returns a client of that gateway.
pub fn connected(served: &Served) -> Running {
    started(&json!({ "gateway": served.entry(&json!({})) }), &patient())
}

fn place(fault: &str) -> Place {
    let servers = json!({ "mcpServers": {
        "s": { "command": fault_server(), "args": ["--fault", fault] },
        "steady": { "command": fault_server(), "args": [] },
    } });
    Place::new(&[(".mcp.json", &servers.to_string())])
}

/// Waits until the metrics contain `line`; returns how long that took.
#[track_caller]
pub fn until(served: &Served, line: &str) -> Duration {
    let began = Instant::now();
    loop {
        let (_, metrics) = served.get("/metrics", "");
        if metrics.lines().any(|found| found == line) {
            return began.elapsed();
        }
        assert!(began.elapsed() < PATIENCE, "no `{line}` in\n{metrics}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_cancelled_request_ends_its_run() {
    for code in ["return await tools.s.misbehave({})", "for (;;) await tools.steady.echo({ a: 1 })"] {
        let place = place("never-answers");
        let served = Served::start(&place, &["--no-learn", "--start-ms", "60000", "--tool-calls", "1000000"]);
        let running = connected(&served);
        let host = running.server("gateway").host().expect("the gateway is ready");
        let request = ToolRequest::new("run_script", json!({ "code": code }));
        let asked = stage::spawn(async move { host.call(request).await });
        until(&served, "callbox_runs_now 1");
        asked.abort();
        let took = until(&served, "callbox_runs_total{end=\"stopped\"} 1");
        // `benches/src/bin/gateway.rs` measures how long this takes; without the cancellation, neither would end within
        // a minute.
        assert!(took < Duration::from_secs(20), "{took:?}");
        script(&running, "return await tools.steady.echo({ a: 1 })");
    }
}

#[test]
fn a_client_that_disconnects_ends_its_run() {
    let place = place("never-answers");
    let served = Served::start(&place, &["--no-learn", "--start-ms", "60000"]);
    let running = connected(&served);
    let host = running.server("gateway").host().expect("the gateway is ready");
    let arguments = json!({ "code": "return await tools.s.misbehave({})" });
    let request = ToolRequest::new("run_script", arguments);
    let asked = stage::spawn(async move { host.call(request).await });
    until(&served, "callbox_runs_now 1");
    drop(running);
    asked.abort();
    until(&served, "callbox_runs_now 0");
}

#[test]
fn being_told_to_stop_lets_runs_finish() {
    let place = Place::new(&[]);
    let served = Served::start(&place, &["--demo", "--shutdown-ms", "20000"]);
    let running = connected(&served);
    let host = running.server("gateway").host().expect("the gateway is ready");
    let code =
        "await new Promise((done) => setTimeout(done, 1500)); return (await tools.people.list_teams({})) !== null";
    let request = ToolRequest::new("run_script", json!({ "code": code }));
    let asked = stage::spawn(async move { host.call(request).await });
    until(&served, "callbox_runs_now 1");
    let told = Command::new("kill").arg(served.pid().to_string()).status().expect("kill");
    assert!(told.success());
    let reply = stage::wait(asked).expect("the task lives").expect("the run finishes");
    assert_eq!(reply.structured, Some(json!(true)));
}

/// Returns the process ids of a process's children.
fn children(pid: u32) -> Vec<u32> {
    let listed = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let all = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    all.chain([listed])
        .flat_map(|text| text.split_whitespace().filter_map(|n| n.parse().ok()).collect::<Vec<_>>())
        .collect()
}

fn open_files(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).expect("the process").count()
}

/// Returns a process's memory in KiB: `VmRSS` for now, `VmHWM` for the peak.
pub fn memory_kib(pid: u32, which: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(which)?.strip_prefix(':')).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// One client's visit: it connects, runs scripts, has one of its servers killed and another's tools changed, and
/// leaves.
fn visit(served: &Served, round: usize) {
    let running = connected(served);
    for number in 0..5 {
        let code = format!("const r = await tools.steady.echo({{ n: {number} }}); return [r.echo.n, {round}]");
        if let Ok(reply) = call(&running, "run_script", json!({ "code": code })) {
            assert_eq!(reply.structured, Some(json!([number, round])), "a crossed answer");
        }
    }
    // Each such call produces a list that never existed before.
    script(&running, "return await tools.shifting.misbehave({})");
    // It dies in each such call and is restarted.
    let words = call(&running, "run_script", json!({ "code": "return await tools.s.misbehave({})" }));
    assert!(words.is_err());
}

/// A client that sends a request and disappears before the answer.
fn vanish(served: &Served) {
    let code = "await tools.steady.echo({}); await new Promise((done) => setTimeout(done, 50_000));";
    let body = modern_body("tools/call", json!({ "name": "run_script", "arguments": { "code": code } })).to_string();
    let mut stream = TcpStream::connect(&served.address).expect("a connection");
    let request = format!(
        "POST /mcp HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\n{}Content-Length: {}\r\n\r\n{body}",
        served.address,
        modern_headers("tools/call", "run_script"),
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("the request goes out");
}

/// The resources that a gateway holds.
#[derive(Debug)]
struct Held {
    open_files: usize,
    memory_kib: u64,
    tasks: u64,
}

#[cfg(target_os = "linux")]
impl Held {
    fn by(served: &Served) -> Self {
        until(served, "callbox_runs_now 0");
        let (_, metrics) = served.get("/metrics", "");
        let tasks = metrics.lines().find_map(|line| line.strip_prefix("callbox_tasks ")?.parse().ok());
        let pid = served.pid();
        Self {
            open_files: open_files(pid),
            memory_kib: memory_kib(pid, "VmRSS"),
            tasks: tasks.expect("a number of tasks"),
        }
    }
}

/// The numbers of children, open files, tasks and pages stay constant, however often clients come and go, servers die
/// and tools change.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_behind() {
    let seconds =
        std::env::var("CALLBOX_SOAK_SECONDS").ok().and_then(|given| given.parse().ok()).unwrap_or(SOAK_SECONDS);
    let servers = json!({ "mcpServers": {
        "s": { "command": fault_server(), "args": ["--fault", "die-in-call"] },
        "steady": { "command": fault_server(), "args": [] },
        "shifting": { "command": fault_server(), "args": ["--fault", "lists-change"] },
    } });
    let place = Place::new(&[(".mcp.json", &servers.to_string())]);
    let served = Served::start(&place, &["--no-learn", "--start-ms", "60000"]);
    (0..10).for_each(|round| visit(&served, round));
    let before = Held::by(&served);
    let over = Instant::now() + Duration::from_secs(seconds);
    let mut rounds = 0;
    while rounds == 0 || Instant::now() < over {
        std::thread::scope(|scope| {
            for client in 0..4 {
                let (served, round) = (&served, rounds * 4 + client);
                scope.spawn(move || visit(served, round));
            }
            scope.spawn(|| vanish(&served));
        });
        rounds += 1;
    }
    let after = Held::by(&served);
    println!("{rounds} rounds of 5 clients: {before:?} to {after:?}");
    assert!(children(served.pid()).len() <= 3, "{} children", children(served.pid()).len());
    assert!(after.open_files <= before.open_files + 20, "{before:?} to {after:?}");
    assert!(after.tasks <= before.tasks + 40, "{before:?} to {after:?}");
    assert!(after.memory_kib <= before.memory_kib * 3 / 2 + 20_000, "{before:?} to {after:?}");
}
