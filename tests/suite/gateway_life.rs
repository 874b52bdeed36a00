//! A gateway over time: requests that are cancelled, progress on the way, clients and servers that come and go
//! without leaving anything behind.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use callbox::{ToolHost, ToolRequest};
use callbox_tests::stage;
use serde_json::json;

use crate::cli::Place;
use crate::gateway::{Served, call, script};
use crate::upstreams::{PATIENCE, Running, fault_server, patient, started};

/// How long the soak lasts unless `CALLBOX_SOAK_SECONDS` says otherwise; the gate asks for thirty seconds.
const SOAK_SECONDS: u64 = 5;

/// A client of that gateway.
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

/// Waits until the metrics hold `line`; how long that took.
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
        // `benches/src/bin/gateway.rs` measures how long it takes; by itself none would end within a minute.
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

/// Children of a process, by their numbers.
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

/// A process's memory in KiB: `VmRSS` now, `VmHWM` at its highest.
pub fn memory_kib(pid: u32, which: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(which)?.strip_prefix(':')).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// One client's visit: it comes, runs scripts, has one of its servers killed under it, and goes.
fn visit(served: &Served, round: usize) {
    let running = connected(served);
    for number in 0..5 {
        let code = format!("const r = await tools.steady.echo({{ n: {number} }}); return [r.echo.n, {round}]");
        if let Ok(reply) = call(&running, "run_script", json!({ "code": code })) {
            assert_eq!(reply.structured, Some(json!([number, round])), "a crossed answer");
        }
    }
    // It dies in each such call, and is started again.
    let words = call(&running, "run_script", json!({ "code": "return await tools.s.misbehave({})" }));
    assert!(words.is_err());
}

/// The number of children, of open files and of pages is what it was, however often clients came and servers died.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_behind() {
    let seconds =
        std::env::var("CALLBOX_SOAK_SECONDS").ok().and_then(|given| given.parse().ok()).unwrap_or(SOAK_SECONDS);
    let place = place("die-in-call");
    let served = Served::start(&place, &["--no-learn", "--start-ms", "60000"]);
    let pid = served.pid();
    for round in 0..10 {
        visit(&served, round);
    }
    let before = (open_files(pid), memory_kib(pid, "VmRSS"));
    let over = Instant::now() + Duration::from_secs(seconds);
    let mut rounds = 0;
    while Instant::now() < over {
        std::thread::scope(|scope| {
            for client in 0..4 {
                let (served, round) = (&served, rounds * 4 + client);
                scope.spawn(move || visit(served, round));
            }
        });
        rounds += 1;
    }
    assert!(rounds > 0);
    until(&served, "callbox_runs_now 0");
    let after = (open_files(pid), memory_kib(pid, "VmRSS"));
    assert!(children(pid).len() <= 2, "{} children", children(pid).len());
    assert!(after.0 <= before.0 + 20, "{} open files, {} before", after.0, before.0);
    assert!(after.1 <= before.1 * 3 / 2 + 20_000, "{} KiB, {} before", after.1, before.1);
    println!(
        "{rounds} rounds of 4 clients: open files {} to {}, memory {} to {} KiB",
        before.0, after.0, before.1, after.1
    );
}
