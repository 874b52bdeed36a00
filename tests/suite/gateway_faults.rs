//! Servers that break while other clients of the same gateway keep working: the caller gets an error code, nobody else
//! notices, and the gateway reconnects as soon as it can.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    sync::mpsc,
    time::{Duration, Instant},
};

use callbox::{ToolHost, ToolRequest};
use callbox_tests::stage;
use serde_json::{Value, json};

use crate::cli::Place;
use crate::gateway::{Served, call, script};
use crate::gateway_life::{connected, memory_kib, until};
use crate::upstreams::{PATIENCE, Running, fault_server};

/// What a script that calls the misbehaving tool returns or catches.
const CATCH: &str = "
    try { return { value: await tools.s.misbehave({}) }; }
    catch (e) { return { code: e.code }; }";

/// The misbehaving tool's answer, if any.
fn answered() -> Value {
    json!({ "value": { "late": false } })
}

fn failed(code: &str) -> Value {
    json!({ "code": code })
}

/// Minimum number of scripts that a healthy client completes during the fault.
const SCRIPTS_MIN: usize = 3;

/// No answer to a healthy client waits for the fault; the margin is for a busy machine.
const PROMPT: Duration = Duration::from_secs(20);

/// A gateway with a server `s` that misbehaves until mended, and one that never does.
struct Scene {
    place: Place,
    served: Served,
}

impl Scene {
    fn new(fault: &str) -> Self {
        Self::with(fault, &json!({}), &["--start-ms", "60000"])
    }

    /// The server's entry also has these fields.
    fn with(fault: &str, fields: &Value, flags: &[&str]) -> Self {
        let place = Place::new(&[]);
        let mended = place.0.path().join("mended");
        let mut entry = json!({ "command": fault_server(), "args": ["--fault", fault, "--until", mended] });
        for (name, value) in fields.as_object().into_iter().flatten() {
            entry[name] = value.clone();
        }
        let servers = json!({ "mcpServers": { "s": entry, "steady": { "command": fault_server(), "args": [] } } });
        place.put(".mcp.json", &servers.to_string());
        let served = Served::start(&place, &[&["--no-learn", "--inline-percent", "0"], flags].concat());
        Self { place, served }
    }

    /// Makes the server behave from its next start on.
    fn mend(&self) {
        self.place.put("mended", "");
    }

    /// Runs `attempt` while a healthy client keeps working; both must be served.
    #[track_caller]
    fn beside_others<T>(&self, attempt: impl FnOnce(&Running) -> T) -> T {
        let running = connected(&self.served);
        let over = AtomicBool::new(false);
        let (began, has_begun) = mpsc::channel();
        std::thread::scope(|scope| {
            let healthy = scope.spawn(|| works_on(&self.served, &over, &began));
            has_begun.recv().expect("the healthy client is served");
            let seen = {
                let _over = Over(&over);
                attempt(&running)
            };
            healthy.join().expect("the healthy client is served beside the fault");
            seen
        })
    }

    /// Runs one script that meets the fault, then checks the gateway.
    #[track_caller]
    fn meets(&self, code: &str) -> Value {
        let value = self.beside_others(|running| script(running, code).structured.expect("a value"));
        self.is_up();
        value
    }

    #[track_caller]
    fn is_up(&self) {
        until(&self.served, "callbox_runs_now 0");
        assert_eq!(self.served.get("/healthz", "").0, 200);
        let steady = script(&connected(&self.served), "return await tools.steady.echo({ a: 1 })");
        assert_eq!(steady.structured, Some(json!({ "echo": { "a": 1 } })));
    }

    /// Waits until a script returns the expected value.
    #[track_caller]
    fn comes_to(&self, code: &str, expected: &Value) {
        let (running, began) = (connected(&self.served), Instant::now());
        loop {
            let reply = call(&running, "run_script", json!({ "code": code })).map(|reply| reply.structured);
            if matches!(&reply, Ok(Some(value)) if value == expected) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{reply:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The connection works as before.
    #[track_caller]
    fn goes_on(&self) {
        let echo = script(&connected(&self.served), "return await tools.s.echo({ b: 2 })");
        assert_eq!(echo.structured, Some(json!({ "echo": { "b": 2 } })));
    }
}

/// Tells the healthy client that the fault was met, or that the test failed.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// A client of the healthy server: every answer is right and on time.
fn works_on(served: &Served, over: &AtomicBool, began: &mpsc::Sender<()>) {
    let running = connected(served);
    let mut scripts = 0;
    while scripts < SCRIPTS_MIN || !over.load(SeqCst) {
        let code = format!(
            "const all = await Promise.all([0, 1, 2].map((n) => tools.steady.echo({{ n: n + {scripts} }})));
             return all.map((one) => one.echo.n);"
        );
        let asked = Instant::now();
        let seen = script(&running, &code).structured;
        assert_eq!(seen, Some(json!([scripts, scripts + 1, scripts + 2])), "a wrong answer");
        assert!(asked.elapsed() < PROMPT, "an answer after {:?}", asked.elapsed());
        scripts += 1;
        // The test may have failed and ended.
        let _ = began.send(());
    }
}

/// The server dies; once mended, it is back.
#[track_caller]
fn dies(fault: &str, code: &str, expected: &[Value]) {
    let scene = Scene::new(fault);
    let seen = scene.meets(code);
    assert!(expected.contains(&seen), "{fault}: {seen}");
    scene.mend();
    scene.comes_to(CATCH, &answered());
}

/// The call may fail, but the connection survives.
#[track_caller]
fn survives(fault: &str, expected: &Value) {
    let scene = Scene::new(fault);
    assert_eq!(&scene.meets(CATCH), expected, "{fault}");
    scene.goes_on();
}

/// No answer comes within the server entry's call timeout.
fn unanswered(fault: &str) -> Scene {
    let scene = Scene::with(fault, &json!({ "callTimeoutMs": 500 }), &["--start-ms", "60000"]);
    assert_eq!(scene.meets(CATCH), failed("timeout"), "{fault}");
    scene
}

#[test]
fn death_before_a_call() {
    // The gateway may or may not have noticed yet.
    dies("die-after-list", CATCH, &[failed("unreachable"), failed("server_died")]);
}

#[test]
fn death_during_a_call() {
    dies("die-in-call", CATCH, &[failed("server_died")]);
}

#[test]
fn death_after_a_call() {
    let twice = "
        const first = await tools.s.misbehave({});
        try { return { first, second: await tools.s.misbehave({}) }; } catch (e) { return { first, code: e.code }; }";
    let seen = |code: &str| json!({ "first": { "late": false }, "code": code });
    dies("die-after-call", twice, &[seen("server_died"), seen("unreachable")]);
}

#[test]
fn a_server_that_cannot_be_started() {
    for (fault, start_ms) in [("exit-at-once", "60000"), ("hang-in-handshake", "2000")] {
        let scene = Scene::with(fault, &json!({}), &["--start-ms", start_ms]);
        scene.comes_to("return (await tools.steady.echo({})).echo", &json!({}));
        let told = scene.beside_others(|running| call(running, "run_script", json!({ "code": CATCH })));
        let told = told.expect_err("its tools are not known");
        assert!(told.contains("unknown_tool") && told.contains("server `s` is"), "{fault}: {told}");
        scene.is_up();
        scene.mend();
        scene.comes_to(CATCH, &answered());
    }
}

#[test]
fn no_answer_ever() {
    for fault in ["never-answers", "wrong-id", "foreign-id"] {
        unanswered(fault).goes_on();
    }
}

#[test]
fn one_byte_a_second() {
    // It reads no further requests while it writes.
    unanswered("byte-a-second").is_up();
}

/// A slow call blocks no other call, however long it takes.
#[test]
fn a_call_that_hangs_holds_up_nobody() {
    let scene = Scene::with("never-answers", &json!({ "callTimeoutMs": 600_000 }), &["--start-ms", "60000"]);
    let running = connected(&scene.served);
    let host = running.server("gateway").host().expect("the gateway is ready");
    let request = ToolRequest::new("run_script", json!({ "code": CATCH }));
    let hanging = stage::spawn(async move { host.call(request).await });
    until(&scene.served, "callbox_runs_now 1");
    scene.beside_others(|running| {
        let pids = "return [await tools.s.process({}), await tools.s.process({})].map((one) => typeof one.pid)";
        assert_eq!(script(running, pids).structured, Some(json!(["number", "number"])));
    });
    assert!(!hanging.is_finished());
    hanging.abort();
    scene.is_up();
}

#[test]
fn invalid_json() {
    survives("invalid-json", &failed("protocol"));
    survives("garbage-in-call", &answered());
    survives("deep", &failed("protocol"));
    survives("huge-number", &failed("protocol"));
}

#[test]
fn an_answer_given_three_times() {
    survives("repeated-id", &answered());
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_of_a_hundred_megabytes() {
    let scene = Scene::new("huge");
    let pid = scene.served.pid();
    scene.is_up();
    let before_kib = memory_kib(pid, "VmRSS");
    assert_eq!(scene.meets(CATCH), failed("protocol"));
    scene.goes_on();
    // A message may have 32 MiB; its buffer grows by doubling.
    let peak_kib = memory_kib(pid, "VmHWM").saturating_sub(before_kib);
    assert!(peak_kib < 90 << 10, "{peak_kib} KiB more at the highest");
}

#[test]
fn a_flood_of_stderr() {
    survives("stderr-flood-in-call", &answered());
}

#[test]
fn a_result_that_breaks_its_schema() {
    let scene = Scene::new("");
    let code = "try { return await tools.s.typed({}); } catch (e) { return { code: e.code }; }";
    assert_eq!(scene.meets(code), failed("invalid_result"));
    scene.goes_on();
}

/// A run keeps the tools with which it began; the next one has the new list.
#[test]
fn a_list_that_changes_in_the_middle_of_a_run() {
    let code = "
        for (let n = 0; n < 40; n++) {
            if (n === 5) await tools.s.misbehave({});
            if ((await tools.s.echo({ n })).echo.n !== n) return 'a wrong answer';
        }
        return 'done'";
    let grown = Scene::new("list-changed");
    assert_eq!(grown.meets(code), json!("done"));
    grown.comes_to("return await tools.s.added({})", &json!({ "echo": {} }));
    let shrunk = Scene::new("list-shrinks");
    assert_eq!(shrunk.meets(code), json!("done"));
    shrunk.comes_to("return 'echo' in tools.s", &json!(false));
    assert!(call(&connected(&shrunk.served), "run_script", json!({ "code": "return tools.s.echo({})" })).is_err());
}

#[test]
fn a_list_that_pages_for_ever() {
    let scene = Scene::new("list-without-end");
    assert_eq!(scene.meets(CATCH), answered());
    scene.comes_to("return Object.keys(tools.s).length", &json!(64));
    scene.is_up();
}

/// A result that is expensive to check costs only the run that asked for it.
#[test]
fn a_result_that_is_dear_to_check_harms_nobody() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/schema");
    for (name, code) in [
        ("recursive_any_of_with_a_typo", "invalid_result"),
        ("all_of_twice", "invalid_result"),
        ("not_pattern_over_many_strings", "invalid_result"),
    ] {
        let arguments = json!({ "args": ["--case", folder.join(format!("{name}.json"))] });
        let scene = Scene::with("", &arguments, &["--start-ms", "60000", "--cpu-ms", "1000"]);
        let code_of = "try { await tools.s.checked({}); return 'fits'; } catch (e) { return { code: e.code }; }";
        assert_eq!(scene.meets(code_of), failed(code), "{name}");
    }
}
