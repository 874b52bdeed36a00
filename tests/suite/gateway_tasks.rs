//! Long runs, for clients that support tasks: polled, answered, cancelled, expired, and private to their owner.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::cli::Place;
use crate::gateway_rounds::{anna, boris, shared};
use crate::raw_client::{RawClient, accepts, again, responses, run};
use crate::upstreams::fault_server;

/// Only a bug makes a test wait this long.
const PATIENCE: Duration = Duration::from_secs(180);

const LONG: &str = "const r = await tools.s.linger({ ms: 700 }); return { ...r, done: true }";

fn place() -> Place {
    let servers = json!({ "mcpServers": { "s": { "command": fault_server(), "args": ["--era", "modern"] } } });
    Place::new(&[(".mcp.json", &servers.to_string())])
}

fn knows_tasks() -> Value {
    json!({ "elicitation": {}, "extensions": { "io.modelcontextprotocol/tasks": {} } })
}

fn client(arguments: &[&str]) -> RawClient {
    RawClient::modern(&place(), &[&["--task-after-ms", "100"], arguments].concat(), knows_tasks())
}

fn begun(client: &mut RawClient, code: &str) -> Value {
    let task = client.run(code);
    assert_eq!(task["resultType"], "task", "{task}");
    assert!(task["ttlMs"].is_u64() && task["pollIntervalMs"].is_u64(), "{task}");
    json!({ "taskId": task["taskId"] })
}

/// Returns the task once it has that status.
fn until(client: &mut RawClient, task: &Value, status: &str) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found = client.ask("tasks/get", task.clone());
        if found["status"] == status {
            return found;
        }
        assert!(Instant::now() < deadline && found.get("code").is_none(), "not `{status}`: {found}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_long_run_becomes_a_task_and_a_short_one_does_not() {
    let mut client = client(&[]);
    let result = client.run("return 1");
    assert_eq!(result["structuredContent"], 1, "{result}");
    let task = begun(&mut client, LONG);
    let done = until(&mut client, &task, "completed");
    assert_eq!(done["result"]["structuredContent"], json!({ "ms": 700, "done": true }), "{done}");
    let failed = begun(&mut client, "await tools.s.linger({ ms: 500 }); null.x");
    let done = until(&mut client, &failed, "completed");
    assert_eq!(done["result"]["isError"], true, "{done}");
}

#[test]
fn a_client_that_knows_no_tasks_waits() {
    let mut client = RawClient::modern(&place(), &["--task-after-ms", "100"], json!({ "elicitation": {} }));
    let result = client.run(LONG);
    assert_eq!(result["structuredContent"]["done"], true, "{result}");
    assert_eq!(client.ask("tasks/get", json!({ "taskId": "x" }))["code"], -32021);
}

#[test]
fn a_cancelled_task_ends_its_run_and_its_calls() {
    let mut client = client(&["--tool-calls", "10000000"]);
    let task = begun(&mut client, "return await tools.s.linger({ ms: 600000 })");
    let acknowledged = client.ask("tasks/cancel", task.clone());
    assert_eq!(acknowledged, json!({ "resultType": "complete" }));
    until(&mut client, &task, "cancelled");
    let busy = begun(&mut client, "for (;;) await tools.s.echo({})");
    client.ask("tasks/cancel", busy.clone());
    until(&mut client, &busy, "cancelled");
}

#[test]
fn a_task_asks_and_goes_on_with_the_answer() {
    let mut client = client(&[]);
    let code = "await tools.s.linger({ ms: 500 }); return (await tools.s.ask({ message: 'who?' })).reply";
    let task = begun(&mut client, code);
    let asking = until(&mut client, &task, "input_required");
    let question = asking["inputRequests"].as_object().expect("questions").values().next().expect("one").clone();
    assert_eq!(question["params"]["message"], "The server `s` asks: who?");
    let mut update = task.clone();
    update["inputResponses"] = responses(&asking, |_| accepts("Ada"));
    assert_eq!(client.ask("tasks/update", update), json!({ "resultType": "complete" }));
    let done = until(&mut client, &task, "completed");
    assert_eq!(done["result"]["structuredContent"], accepts("Ada"), "{done}");
}

#[test]
fn a_question_before_there_is_a_task_comes_in_rounds_and_the_run_becomes_one_later() {
    let mut client = RawClient::modern(&place(), &["--task-after-ms", "1500"], knows_tasks());
    let code = "const r = (await tools.s.ask({})).reply; await tools.s.linger({ ms: 4000 }); return r";
    let asked = client.run(code);
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let task = client.ask("tools/call", again(run(code), &asked, |_| accepts("Ada")));
    assert_eq!(task["resultType"], "task", "{task}");
    let done = until(&mut client, &json!({ "taskId": task["taskId"] }), "completed");
    assert_eq!(done["result"]["structuredContent"], accepts("Ada"));
}

#[test]
fn a_task_expires() {
    let mut client = client(&["--task-ttl-ms", "400"]);
    let task = begun(&mut client, "return await tools.s.linger({ ms: 600000 })");
    until(&mut client, &task, "failed");
    let deadline = Instant::now() + PATIENCE;
    while client.ask("tasks/get", task.clone())["code"] != -32602 {
        assert!(Instant::now() < deadline, "it is kept for ever");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn anothers_task_is_as_unknown_as_one_that_never_was() {
    let (_place, served) = shared("modern", &["--task-after-ms", "100"]);
    let task = anna(&served, "tools/call", run("return await tools.s.linger({ ms: 600000 })"));
    let (task, made_up) = (json!({ "taskId": task["taskId"] }), json!({ "taskId": "made-up" }));
    for method in ["tasks/get", "tasks/cancel"] {
        let foreign = boris(&served, method, task.clone());
        assert_eq!(foreign["code"], -32602, "{foreign}");
        assert_eq!(foreign, boris(&served, method, made_up.clone()));
    }
    let mut update = task.clone();
    update["inputResponses"] = json!({});
    assert_eq!(boris(&served, "tasks/update", update)["code"], -32602);
    assert_eq!(anna(&served, "tasks/get", task)["status"], "working");
}
