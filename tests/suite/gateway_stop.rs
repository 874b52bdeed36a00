//! How a gateway ends: when told to stop, it is gone within a bounded time, whatever its servers and clients do, and
//! reports what was done; when killed, it leaves no server behind.

use std::{
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use callbox::{ToolHost, ToolRequest};
use callbox_gateway::{Gateway, GatewayOptions, Learner};
use callbox_mcp::Config;
use callbox_tests::stage;
use serde_json::{Value, json};

use crate::cli::Place;
use crate::gateway::{Served, script};
use crate::gateway_life::connected;
use crate::raw_client::{RawClient, run};
use crate::upstream_faults::alive;
use crate::upstreams::{PATIENCE, fault_server, patient};

/// A script with an unanswered call when its gateway is told to stop.
const SLOW: &str = "await tools.steady.echo({ a: 1 }); return await tools.s.misbehave({})";

/// Two servers; the unanswered call creates the file `called`.
fn place() -> Place {
    let place = Place::new(&[]);
    let servers = json!({ "mcpServers": {
        "s": { "command": fault_server(), "args": ["--fault", "never-answers"], "env": { "MARK": called(&place) } },
        "steady": { "command": fault_server(), "args": [] },
    } });
    place.put(".mcp.json", &servers.to_string());
    place
}

fn called(place: &Place) -> PathBuf {
    place.0.path().join("called")
}

fn tell_to_stop(pid: u32) {
    assert!(Command::new("kill").arg(pid.to_string()).status().expect("kill").success());
}

#[track_caller]
fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A run that was ended reports its calls, so that none is repeated.
#[track_caller]
fn tells_the_calls(words: &str) {
    for expected in ["Calls made before the end (2)", "steady.echo", "finished", "s.misbehave", "unknown: sent"] {
        assert!(words.contains(expected), "no `{expected}` in {words}");
    }
}

#[test]
fn a_run_that_is_ended_tells_its_calls_over_http() {
    let place = place();
    let mut served = Served::start(&place, &["--no-learn", "--start-ms", "60000", "--shutdown-ms", "300"]);
    let running = connected(&served);
    let host = running.server("gateway").host().expect("the gateway is ready");
    let asked = stage::spawn(async move { host.call(ToolRequest::new("run_script", json!({ "code": SLOW }))).await });
    wait_for("the call is sent", || called(&place).exists());
    served.stop();
    let failed = stage::wait(asked).expect("the task lives").expect_err("the run is ended");
    tells_the_calls(&failed.message);
}

#[test]
fn a_run_that_is_ended_tells_its_calls_over_stdio() {
    for modern in [false, true] {
        let place = place();
        let flags = ["--start-ms", "60000", "--shutdown-ms", "300"];
        let mut client = match modern {
            true => RawClient::modern(&place, &flags, json!({ "elicitation": {} })),
            false => RawClient::legacy(&place, &flags, json!({})),
        };
        let id = client.send("tools/call", run(SLOW));
        wait_for("the call is sent", || called(&place).exists());
        tell_to_stop(client.pid());
        let answer = client.answer(id);
        tells_the_calls(answer["content"][0]["text"].as_str().expect("a text"));
    }
}

#[test]
fn a_list_that_never_comes_holds_nobody_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mark = folder.path().join("asked again");
    let servers = json!({ "mcpServers": { "s": {
        "command": fault_server(), "args": ["--fault", "lists-once"], "env": { "MARK": mark } } } });
    let config = Config::parse(&servers.to_string(), Path::new("/test/.mcp.json"), &|_| None).expect("a configuration");
    let mut connect = patient();
    (connect.relist_ms_min, connect.list_page_ms_max) = (1, 600_000);
    let sandbox = stage::sandbox().clone();
    let gateway = stage::wait(async {
        Gateway::start(sandbox, &config, connect, &Learner::default(), GatewayOptions::default())
    });
    wait_for("the list is fetched again", || mark.exists());
    let began = Instant::now();
    stage::wait(gateway.shutdown());
    // One second, plus two for a server that does not exit; the list request would wait ten minutes.
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[cfg(target_os = "linux")]
#[test]
fn a_killed_gateway_leaves_no_server_behind() {
    let servers = json!({ "mcpServers": {
        "s": { "command": fault_server(), "args": ["--fault", "ignores-the-end"] },
    } });
    let place = Place::new(&[(".mcp.json", &servers.to_string())]);
    let served = Served::start(&place, &["--no-learn", "--start-ms", "60000"]);
    let value = script(&connected(&served), "return await tools.s.process({})").structured.expect("a value");
    let pid = value["pid"].as_u64().expect("a number").to_string();
    assert!(alive(&pid));
    let killed = Command::new("kill").args(["-9", &served.pid().to_string()]).status().expect("kill");
    assert!(killed.success());
    wait_for("the server ends", || !alive(&pid));
}

/// A server that was started long ago is still running: it is not tied to a thread that has since ended.
#[cfg(target_os = "linux")]
#[test]
fn a_server_outlives_the_work_that_started_it() {
    let place = place();
    let served = Served::start(&place, &["--no-learn", "--start-ms", "60000"]);
    let running = connected(&served);
    let pid = |_| script(&running, "return (await tools.steady.process({})).pid").structured;
    let seen: Vec<Option<Value>> = (0..20).map(pid).collect();
    assert!(seen.iter().all(|pid| *pid == seen[0]), "{seen:?}");
}
