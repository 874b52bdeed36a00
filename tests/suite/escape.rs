//! Hostile scripts: in each engine, each ends in one of the ways that its first lines name, within its limits, while a
//! healthy run beside it succeeds and the next run finds no trace of it.

use std::{fs, path::Path, path::PathBuf};

use callbox::{Catalog, End, Engine, Limits, Outcome, RunRequest, Stopped};
use callbox_tests::{fixtures, stage};
use serde_json::json;

/// By how much a run may exceed its limit on CPU time, milliseconds: one tick of the watch, plus the longest built-in
/// that does not check the clock.
const CPU_SLACK_MS: f64 = 500.0;
/// The same for wall time, on a busy machine.
const WALL_SLACK_MS: f64 = 10_000.0;

/// Only one class abuses waiting; the runs of the others must end for other reasons, even on a busy machine.
fn limits(class: &str) -> Limits {
    Limits {
        cpu_ms_max: 300,
        wall_ms_max: if class == "async" { 3_000 } else { 20_000 },
        memory_bytes_max: 48 << 20,
        drain_ms_max: 50,
        tool_calls_max: 50,
        ..Limits::default()
    }
}

fn catalog() -> Catalog {
    let (name, tools, host) = fixtures::kit();
    Catalog::builder().server(name, tools, host).build()
}

fn scripts(class: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile").join(class);
    let entries = fs::read_dir(folder).expect("the folder of the class").flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// Returns the name of an end as used in a script's first lines.
fn end_name(end: &End) -> String {
    match end {
        End::Returned(_) => "returned".to_owned(),
        End::Threw(thrown) if thrown.code.as_deref() == Some("deadlock") => "deadlock".to_owned(),
        End::Threw(_) => "threw".to_owned(),
        End::Stopped(Stopped::Limit { limit, .. }) => limit.as_str().to_owned(),
        End::Stopped(Stopped::Cancelled) => "cancelled".to_owned(),
        End::Rejected(_) => "rejected".to_owned(),
        End::Faulted(_) => "faulted".to_owned(),
    }
}

/// Returns the ends allowed in an engine: `// ends in boa: …` applies to one, `// ends: …` to all others. A script runs
/// only in engines for which there is such a line.
fn allowed(script: &str, engine: Engine) -> Option<Vec<&str>> {
    let heads = || script.lines().take_while(|line| line.starts_with("// ends"));
    assert!(heads().next().is_some(), "the first line names the ends");
    let said = |head: &str| heads().find_map(|line| line.strip_prefix(head));
    let ends = said(&format!("// ends in {engine}: ")).or_else(|| said("// ends: "));
    ends.map(|ends| ends.split(' ').collect())
}

/// Returns what is wrong with how the script ended.
fn defects(allowed: &[&str], outcome: &Outcome, limits: &Limits) -> Vec<String> {
    let name = end_name(&outcome.end);
    let mut defects = Vec::new();
    if !allowed.contains(&name.as_str()) {
        defects.push(format!("it ended as `{name}`: {}", outcome.transcript().chars().take(400).collect::<String>()));
    }
    if outcome.transcript().contains(".cargo/") {
        defects.push("it tells paths of the machine that built it".to_owned());
    }
    let usage = &outcome.usage;
    if usage.cpu_ms > limits.cpu_ms_max as f64 + CPU_SLACK_MS {
        defects.push(format!("it used {} ms of CPU time", usage.cpu_ms));
    }
    if usage.wall_ms > limits.wall_ms_max as f64 + WALL_SLACK_MS {
        defects.push(format!("it took {} ms", usage.wall_ms));
    }
    if usage.memory_bytes > limits.memory_bytes_max {
        defects.push(format!("it used {} bytes", usage.memory_bytes));
    }
    defects
}

/// A run unrelated to the hostile one, which sees an untouched world.
const HEALTHY: &str = "
    const sum = await tools.kit.add({ a: 20, b: 22 });
    const clean = Object.keys(globalThis).length === 0 && ({}).x === undefined && [].concat([1]).length === 1;
    return { sum, clean };";

async fn healthy(catalog: &Catalog, engine: Engine) -> Result<(), String> {
    let outcome = stage::sandbox().run(catalog, RunRequest::new(HEALTHY).engine(engine)).await;
    let outcome = outcome.map_err(|error| error.to_string())?;
    match &outcome.end {
        End::Returned(returned) if returned.value == json!({ "sum": 42, "clean": true }) => Ok(()),
        _ => Err(outcome.transcript()),
    }
}

async fn attack(catalog: Catalog, engine: Engine, file: PathBuf, limits: Limits) -> Vec<String> {
    let script = fs::read_to_string(&file).expect("the script");
    let Some(allowed) = allowed(&script, engine) else { return Vec::new() };
    let request = RunRequest::new(script.as_str()).engine(engine).limits(limits.clone());
    let beside = catalog.clone();
    let beside = tokio::spawn(async move { healthy(&beside, engine).await });
    let outcome = stage::sandbox().run(&catalog, request).await.expect("the machine can run it");
    let mut defects = defects(&allowed, &outcome, &limits);
    defects.extend(beside.await.expect("the task lives").err().map(|end| format!("the run beside it failed: {end}")));
    defects.extend(healthy(&catalog, engine).await.err().map(|end| format!("the next run failed: {end}")));
    defects.into_iter().map(|defect| format!("{} in {engine}: {defect}", file.display())).collect()
}

#[track_caller]
fn contains(class: &str) {
    let catalog = catalog();
    let on = |engine: Engine| scripts(class).into_iter().map(move |file| (engine, file));
    let attacks = Engine::ALL.iter().flat_map(|engine| on(*engine));
    let attacks = attacks.map(|(engine, file)| attack(catalog.clone(), engine, file, limits(class)));
    let defects: Vec<_> = attacks.flat_map(stage::wait).collect();
    assert!(defects.is_empty(), "\n{}", defects.join("\n"));
}

#[test]
fn scripts_that_never_end() {
    contains("cpu");
}

#[test]
fn scripts_that_take_all_memory() {
    contains("memory");
}

#[test]
fn scripts_that_run_off_the_stack() {
    contains("stack");
}

#[test]
fn scripts_that_abuse_promises() {
    contains("async");
}

#[test]
fn scripts_that_poison_values() {
    contains("values");
}

#[test]
fn scripts_that_flood_their_output() {
    contains("output");
}

#[test]
fn each_class_has_its_scripts() {
    let count = ["cpu", "memory", "stack", "async", "values", "output"].map(|class| scripts(class).len());
    assert!(count.iter().all(|&count| count >= 10), "{count:?}");
}

/// After many runs just below the cap, the process is as small as before.
#[cfg(target_os = "linux")]
#[test]
fn memory_of_finished_runs_goes_back() {
    let catalog = catalog();
    let script =
        "const keep = []; for (let i = 0; i < 25; i++) keep.push('x'.repeat(1 << 20) + i); return keep.length;";
    let once = || {
        let outcome = stage::run(&catalog, RunRequest::new(script));
        assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
        assert!(outcome.usage.memory_bytes > 25 << 20, "{} bytes", outcome.usage.memory_bytes);
    };
    once();
    let before = resident_bytes();
    (0..40).for_each(|_| once());
    let grown = resident_bytes().saturating_sub(before);
    // Other tests run in this process concurrently, each within its own 48 MiB.
    assert!(grown < 400 << 20, "{grown} bytes more than after the first run");
}

#[cfg(target_os = "linux")]
fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/statm").expect("the kernel tells");
    let pages = status.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.expect("a number of pages") * 4_096
}
