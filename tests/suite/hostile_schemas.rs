//! Schemas and values that are expensive to check, hostile and honest ones: each check ends in a typed way, within the
//! run's limits, while others are served and the process stays small.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use callbox::{Caller, Catalog, End, Limits, Outcome, RunRequest, Stopped, Tool, ToolHost, ToolReply, ToolRequest};
use callbox_tests::{grown, stage};
use futures::{FutureExt, future::BoxFuture};
use serde_json::{Value, json};

use crate::cli::{Place, program};

/// By how much a run may exceed its limit on CPU time, milliseconds.
const CPU_SLACK_MS: f64 = 500.0;
/// The same for wall time, on a busy machine.
const WALL_SLACK_MS: f64 = 10_000.0;
/// Maximum time for which no other task gets a turn, on a busy machine; a check that blocks others does so for as long
/// as it takes.
const GAP_MAX: Duration = Duration::from_secs(5);
/// By how much the process may grow during a check: other tests also create, send and hold values meanwhile.
const GROWN_BYTES_MAX: u64 = 2 << 30;

/// The script of a case, which reports the result.
const SCRIPT: &str = "
    try { await tools.s.get({}); return ['fits']; }
    catch (e) { return [e.code, e.message]; }";

/// One file of `hostile/schema`.
struct Case {
    name: String,
    /// How the call may end: the code of a failed call, a limit, `fits`, or `defect` for a schema that is not enforced.
    ends: Vec<String>,
    schema: Value,
    value: Value,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/schema")
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder()).expect("the folder").flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

fn case(file: &Path) -> Case {
    let text = fs::read_to_string(file).expect("the case");
    let written: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(written["why"].is_string(), "{} says why", file.display());
    let ends = written["ends"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    Case {
        name: file.file_stem().expect("a name").to_string_lossy().into_owned(),
        ends: ends.collect(),
        schema: grown(&written["schema"]),
        value: grown(&written["value"]),
    }
}

fn limits() -> Limits {
    Limits { cpu_ms_max: 600, wall_ms_max: 30_000, drain_ms_max: 50, ..Limits::default() }
}

/// Answers each call with one value.
struct Answers(Arc<Value>);

impl ToolHost for Answers {
    fn call(&self, _: ToolRequest) -> BoxFuture<'static, Result<ToolReply, callbox::ToolError>> {
        let value = Value::clone(&self.0);
        async move { Ok(ToolReply::from(value)) }.boxed()
    }
}

fn catalog(entry: &Value, answer: Value) -> Catalog {
    let tool = Tool::from_json(entry).expect("the entry is a tool");
    Catalog::builder().server("s", vec![tool], Arc::new(Answers(Arc::new(answer)))).build()
}

/// Returns how a run of [`SCRIPT`] ended, in the words of a case.
fn end_name(outcome: &Outcome) -> String {
    match &outcome.end {
        End::Returned(_) if outcome.notes.iter().any(|note| note.contains("cannot be enforced")) => "defect".to_owned(),
        End::Returned(returned) => returned.value[0].as_str().unwrap_or("?").to_owned(),
        End::Stopped(Stopped::Limit { limit, .. }) => limit.as_str().to_owned(),
        End::Threw(thrown) => format!("threw {}", thrown.name),
        other => format!("{other:?}"),
    }
}

fn defects(case: &Case, outcome: &Outcome, seen: &Seen) -> Vec<String> {
    let (name, usage, limits) = (end_name(outcome), &outcome.usage, limits());
    let mut defects = Vec::new();
    if !case.ends.contains(&name) {
        let text = outcome.transcript().chars().take(400).collect::<String>();
        defects.push(format!("it ended as `{name}`: {text}"));
    }
    if usage.cpu_ms > limits.cpu_ms_max as f64 + CPU_SLACK_MS {
        defects.push(format!("it used {} ms of CPU time", usage.cpu_ms));
    }
    if usage.wall_ms > limits.wall_ms_max as f64 + WALL_SLACK_MS {
        defects.push(format!("it took {} ms", usage.wall_ms));
    }
    if seen.gap > GAP_MAX {
        defects.push(format!("others waited for {:?}", seen.gap));
    }
    if seen.grown_bytes > GROWN_BYTES_MAX {
        defects.push(format!("the process grew by {} bytes", seen.grown_bytes));
    }
    defects.into_iter().map(|defect| format!("{}: {defect}", case.name)).collect()
}

/// What other tasks observed during a run.
#[derive(Default)]
struct Seen {
    /// The longest time for which no task got a turn.
    gap: Duration,
    grown_bytes: u64,
}

/// Watches while `work` runs.
async fn beside<T>(work: impl Future<Output = T>) -> (T, Seen) {
    let (over, mut is_over) = tokio::sync::oneshot::channel::<()>();
    let before = resident_bytes();
    let watching = tokio::spawn(async move {
        let mut seen = Seen::default();
        while is_over.try_recv().is_err() {
            let began = Instant::now();
            tokio::time::sleep(Duration::from_millis(2)).await;
            seen.gap = seen.gap.max(began.elapsed());
            seen.grown_bytes = seen.grown_bytes.max(resident_bytes().saturating_sub(before));
        }
        seen
    });
    let done = work.await;
    let _ = over.send(());
    (done, watching.await.expect("the task lives"))
}

#[cfg(target_os = "linux")]
fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/statm").expect("the kernel tells");
    let pages = status.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.expect("a number of pages") * 4_096
}

#[cfg(not(target_os = "linux"))]
fn resident_bytes() -> u64 {
    0
}

/// Uses the case as the result of a script's call.
async fn result(case: &Case) -> Vec<String> {
    let entry = json!({ "name": "get", "inputSchema": { "type": "object" }, "outputSchema": case.schema });
    let catalog = catalog(&entry, case.value.clone());
    let run = async move { stage::sandbox().run(&catalog, RunRequest::new(SCRIPT).limits(limits())).await };
    let (outcome, seen) = beside(tokio::spawn(run)).await;
    let outcome = outcome.expect("a run does not take its task down").expect("the machine can run it");
    told(&case.name, "result", outcome.usage.wall_ms, &end_name(&outcome), &seen);
    defects(case, &outcome, &seen)
}

/// Uses the case as arguments of a call outside any script; skips values that exceed the limit on arguments.
async fn arguments(case: &Case) -> Vec<String> {
    let entry = json!({ "name": "get", "inputSchema": case.schema });
    let (catalog, value) = (catalog(&entry, json!(1)), case.value.clone());
    let began = Instant::now();
    let call = async move { catalog.call("s", "get", value, &limits(), Caller::default()).await };
    let (called, seen) = beside(tokio::spawn(call)).await;
    let called = called.expect("a call does not take its task down");
    let name = called.map_or_else(|error| error.code.as_str(), |_| "fits");
    told(&case.name, "arguments", began.elapsed().as_secs_f64() * 1e3, name, &seen);
    let may_end = match name {
        "invalid_arguments" => case.ends.iter().any(|end| end == "invalid_result"),
        "fits" => case.ends.iter().any(|end| end == "fits" || end == "defect"),
        _ => false,
    };
    let late = began.elapsed() > Duration::from_millis(limits().wall_ms_max) + GAP_MAX;
    let defects = [(!may_end, "its arguments ended it"), (seen.gap > GAP_MAX, "others waited"), (late, "it was late")];
    let told = defects.into_iter().filter(|(is, _)| *is);
    told.map(|(_, defect)| format!("{}: {defect} ({name}, {:?})", case.name, seen.gap)).collect()
}

fn told(name: &str, what: &str, ms: f64, end: &str, seen: &Seen) {
    let grown_mib = seen.grown_bytes >> 20;
    eprintln!("{name} as {what}: {end} after {ms:.0} ms, others waited {:?} at most, {grown_mib} MiB more", seen.gap);
}

#[test]
fn results_that_are_dear_to_check() {
    let defects: Vec<_> = files().iter().flat_map(|file| stage::wait(result(&case(file)))).collect();
    assert!(defects.is_empty(), "\n{}", defects.join("\n"));
}

#[test]
fn arguments_that_are_dear_to_check() {
    let defects: Vec<_> = files().iter().flat_map(|file| stage::wait(arguments(&case(file)))).collect();
    assert!(defects.is_empty(), "\n{}", defects.join("\n"));
}

#[test]
fn there_are_many_cases() {
    assert!(files().len() >= 40);
}

/// A script catches the error that a result cannot be checked, and continues within its remaining time.
#[test]
fn a_script_goes_on_without_the_tool() {
    let case = case(&folder().join("all_of_twice.json"));
    let entry = json!({ "name": "get", "inputSchema": {}, "outputSchema": case.schema });
    let script = "
        const codes = [];
        for (let i = 0; i < 3; i++) {
            try { await tools.s.get({}); } catch (e) { codes.push(e.code, e.message.includes('cannot be checked')); }
        }
        return codes;";
    let outcome = stage::run(&catalog(&entry, case.value), RunRequest::new(script).limits(limits()));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value, json!(["invalid_result", true, "invalid_result", true, "invalid_result", true]));
    assert!(outcome.usage.cpu_ms > 300.0, "the checks are booked: {} ms", outcome.usage.cpu_ms);
}

/// A run that is cancelled or over does not wait for its check.
#[test]
fn a_check_ends_with_its_run() {
    let case = case(&folder().join("all_of_twice.json"));
    let entry = json!({ "name": "get", "inputSchema": {}, "outputSchema": case.schema });
    let limits = Limits { cpu_ms_max: 600_000, wall_ms_max: 300, ..Limits::default() };
    let outcome = stage::run(&catalog(&entry, case.value), RunRequest::new(SCRIPT).limits(limits));
    assert_eq!(end_name(&outcome), "wall_ms", "{}", outcome.transcript());
    assert!(outcome.usage.wall_ms < 300.0 + WALL_SLACK_MS, "{} ms", outcome.usage.wall_ms);
}

/// The program itself, with its default limits.
#[test]
fn the_program_survives_them() {
    for name in ["recursive_any_of_with_a_typo", "any_of_consts_over_wrong_items", "all_of_twice", "reference_chain"] {
        let file = folder().join(format!("{name}.json"));
        let place = Place::with_server(&["--case", &file.to_string_lossy()], &[("script.js", PROGRAM)]);
        // It may have to be built first.
        program();
        let began = Instant::now();
        let ran = place.run(&["run", "script.js", "--no-learn", "--cpu-ms", "1000", "--wall-ms", "60000"]);
        assert!(
            ran.out.contains("invalid_result") || ran.err.contains("memory_bytes"),
            "{name}: {}{}",
            ran.out,
            ran.err
        );
        assert!(began.elapsed() < Duration::from_secs(90), "{name} took {:?}", began.elapsed());
    }
}

const PROGRAM: &str = "try { await tools.s.checked({}); return 'fits'; } catch (e) { return e.code; }";
