//! Texts that make compilers slow, large or deep. Each ends in a typed way and within the limits of its run, however it
//! gets in, and holds up nobody.
//!
//! The first line of a case names the possible results of compiling it: `compiled`, codes of diagnostics, or the limit
//! reached. The rest is the text, in the notation of `callbox_tests::repeated`.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use callbox::{Catalog, End, Limit, Limits, Program, RunRequest, Sandbox, Script, Stopped, outcome::DiagnosticCode};
use callbox_tests::{repeated, stage};
use serde_json::{Value, json};

use crate::cli::{Place, Ran, program};
use crate::gateway::{Served, call, script};
use crate::upstreams::{Running, patient, started};

/// By how much a text may exceed its limit on CPU time, milliseconds.
const CPU_SLACK_MS: f64 = 100.0;
/// Maximum time for one text on a busy machine; a text that stalls a parser takes many times as long.
const WALL_MAX: Duration = Duration::from_secs(30);
/// Maximum bytes of output about one text: the maximum returned value plus a message.
const WORDS_BYTES_MAX: usize = 68 << 10;

struct Case {
    name: String,
    ends: Vec<String>,
    text: String,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/compile");
    let mut cases: Vec<Case> = fs::read_dir(folder).expect("the cases").flatten().map(|it| case(&it.path())).collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(cases.len() >= 60);
    cases
}

fn case(file: &Path) -> Case {
    let text = fs::read_to_string(file).expect("a case");
    let (ends, description) = text.split_once('\n').expect("two lines");
    let ends = ends.strip_prefix("// ").expect("the first line names the ends").split(' ').map(str::to_owned);
    Case {
        name: file.file_stem().expect("a name").to_string_lossy().into_owned(),
        ends: ends.collect(),
        text: repeated::expanded(description.strip_suffix('\n').unwrap_or(description)),
    }
}

fn limits() -> Limits {
    Limits { cpu_ms_max: 300, wall_ms_max: 20_000, memory_bytes_max: 48 << 20, ..Limits::default() }
}

/// Returns the result of compiling, in the words of a case's first line.
fn names(compiled: &Result<Script, Box<End>>) -> Vec<String> {
    match compiled.as_ref().map_err(|end| &**end) {
        Ok(script) if script.diagnostics().is_empty() => vec!["compiled".to_owned()],
        Ok(script) => script.diagnostics().iter().map(|it| it.code.to_string()).collect(),
        Err(End::Stopped(Stopped::Limit { limit, .. })) => vec![limit.to_string()],
        Err(end) => vec![format!("{end:?}")],
    }
}

#[test]
fn each_text_ends_within_its_limits() {
    let sandbox = Sandbox::with_runs_at_once(2).expect("a sandbox");
    for case in cases() {
        let (name, began) = (&case.name, Instant::now());
        let request = RunRequest::new(case.text.clone()).limits(limits());
        let outcome = stage::wait(sandbox.run(&Catalog::default(), request)).expect("the machine can run it");
        let usage = &outcome.usage;
        assert!(!matches!(outcome.end, End::Faulted(_)), "{name}: {}", outcome.transcript());
        assert!(usage.cpu_ms <= 300.0 + CPU_SLACK_MS, "{name}: {} ms", usage.cpu_ms);
        assert!(usage.memory_bytes <= limits().memory_bytes_max, "{name}: {} bytes", usage.memory_bytes);
        assert!(outcome.transcript().len() < WORDS_BYTES_MAX, "{name}: {} bytes", outcome.transcript().len());
        let compiled = stage::wait(sandbox.compile(&case.text, &limits()));
        for end in names(&compiled) {
            assert!(case.ends.contains(&end), "{name}: it ended as `{end}`");
        }
        assert!(began.elapsed() < WALL_MAX, "{name}: {:?}", began.elapsed());
    }
}

/// Runs the work for each case, on two threads.
fn each(work: impl Fn(&Case) + Sync) {
    let (cases, next) = (cases(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Relaxed)) {
                    work(case);
                }
            });
        }
    });
}

fn ends_in_time(case: &Case, arguments: &[&str]) {
    let place = Place::new(&[("case.ts", &case.text)]);
    // Build before timing.
    program();
    let began = Instant::now();
    let Ran { code, out, err } = place.run(&[arguments, &["--demo", "case.ts"]].concat());
    let name = &case.name;
    // Neither a bug nor a signal.
    assert!((0..=3).contains(&code), "{name}: {code}: {err}");
    assert!(err.len() < WORDS_BYTES_MAX, "{name}: {} bytes", err.len());
    if arguments.contains(&"--json") {
        let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{name}: {error}: {err}"));
        let kind = report["end"]["kind"].as_str().unwrap_or_default();
        assert!(["returned", "threw", "stopped", "rejected", "checked"].contains(&kind), "{name}: {report}");
        assert!(report["usage"]["cpu_ms"].as_f64().unwrap_or_default() <= 300.0 + CPU_SLACK_MS, "{name}: {report}");
    }
    assert!(began.elapsed() < WALL_MAX, "{name}: {:?}", began.elapsed());
}

#[test]
fn each_text_ends_on_the_command_line() {
    let limits = ["--cpu-ms", "300", "--memory-bytes", "48MiB"];
    each(|case| ends_in_time(case, &[&["run", "--json"], limits.as_slice()].concat()));
}

#[test]
fn each_text_ends_when_it_is_checked() {
    each(|case| ends_in_time(case, &["check"]));
}

/// A run that mostly waits: if something blocks the gateway's threads, it waits longer.
const USUAL: &str = "for (let i = 0; i < 10; i++) await new Promise(done => setTimeout(done, 40)); return 'done'";

fn usual_time(client: &Running) -> Duration {
    let began = Instant::now();
    script(client, USUAL);
    began.elapsed()
}

#[test]
fn another_clients_run_takes_its_usual_time() {
    let served = Served::start(&Place::new(&[]), &["--demo", "--cpu-ms", "300", "--memory-bytes", "48MiB"]);
    let client = || started(&json!({ "gateway": served.entry(&json!({})) }), &patient());
    let (hostile, other) = (client(), client());
    let alone = usual_time(&other).max(usual_time(&other));
    let done = AtomicBool::new(false);
    let beside = std::thread::scope(|scope| {
        scope.spawn(|| {
            for case in cases() {
                // It fails, or is one that the gateway may run; what matters is the other client.
                let _ = call(&hostile, "run_script", json!({ "code": case.text }));
            }
            done.store(true, Relaxed);
        });
        let mut times = Vec::new();
        while !done.load(Relaxed) {
            times.push(usual_time(&other));
        }
        times
    });
    let slow = beside.iter().filter(|time| **time >= alone * 2).count();
    // A busy machine slows some runs; a blocked thread slows all.
    assert!(slow * 10 <= beside.len(), "alone {alone:?}, beside {beside:?}");
}

/// The text that once blocked a thread for minutes, at every size up to the limit.
#[test]
fn time_grows_with_the_text_and_no_faster() {
    let sandbox = Sandbox::with_runs_at_once(1).expect("a sandbox");
    let cpu_ms = |count: usize| {
        let text = format!("//thrown{}\nthrow 1", "_".repeat(count));
        let outcome = stage::wait(sandbox.run(&Catalog::default(), RunRequest::new(text))).expect("it runs");
        assert!(matches!(outcome.end, End::Threw(_)), "{}", outcome.transcript());
        outcome.usage.cpu_ms
    };
    cpu_ms(1);
    let (short, long) = (cpu_ms(25_000), cpu_ms(250_000));
    assert!(long < 20.0 * short + 100.0, "{short} ms, {long} ms");
}

#[test]
fn a_slow_text_is_stopped_by_each_of_its_clocks() {
    let slow = format!("const a = 1; {0}: {{ break {0}b }}", "a".repeat(100_000));
    let stopped = |request: RunRequest| {
        let outcome = stage::run(&Catalog::default(), request);
        match outcome.end {
            End::Stopped(stopped) => stopped,
            _ => panic!("{}", outcome.transcript()),
        }
    };
    let request = || RunRequest::new(slow.clone()).limits(Limits { cpu_ms_max: 60_000, ..Limits::default() });
    let limit = |stopped| match stopped {
        Stopped::Limit { limit, .. } => Some(limit),
        Stopped::Cancelled => None,
    };
    let cpu = request().limits(Limits { cpu_ms_max: 50, ..Limits::default() });
    assert_eq!(limit(stopped(cpu)), Some(Limit::CpuMs));
    let wall = request().limits(Limits { cpu_ms_max: 60_000, wall_ms_max: 200, ..Limits::default() });
    assert_eq!(limit(stopped(wall)), Some(Limit::WallMs));
    let token = callbox::CancellationToken::new();
    token.cancel();
    assert_eq!(stopped(request().cancel(token)), Stopped::Cancelled);
}

#[test]
fn doubling_enums_reach_the_memory_limit() {
    let case = cases().into_iter().find(|case| case.name == "enum_doubling").expect("the case");
    let limits = Limits { cpu_ms_max: 60_000, ..Limits::default() };
    let end = stage::wait(stage::sandbox().compile(&case.text, &limits)).err();
    assert!(matches!(end.as_deref(), Some(End::Stopped(Stopped::Limit { limit: Limit::MemoryBytes, .. }))), "{end:?}");
}

#[test]
fn deep_texts_are_diagnosed_wherever_they_overflow() {
    for text in [format!("return {}a", "!".repeat(100_000)), format!("return {}1", "1+".repeat(1_700))] {
        let script = stage::wait(stage::sandbox().compile(&text, &Limits::default())).expect("it is compiled");
        let codes: Vec<_> = script.diagnostics().iter().map(|it| it.code).collect();
        assert_eq!(codes, [DiagnosticCode::TooDeep]);
        let end = stage::run(&Catalog::default(), RunRequest::program(script)).end;
        let Limits { source_nesting_max: value, .. } = Limits::default();
        let stopped = Stopped::Limit { limit: Limit::SourceNesting, value, used: value + 1 };
        assert!(matches!(end, End::Stopped(it) if it == stopped), "{end:?}");
    }
}

#[test]
fn a_compiled_script_runs_as_often_as_wanted() {
    let script = stage::wait(stage::sandbox().compile("return input * 2", &Limits::default())).expect("it is compiled");
    assert_eq!(Program::from(script.clone()).bytes(), 16);
    for input in 0..3 {
        let request = RunRequest::program(script.clone()).input(json!(input));
        let outcome = stage::run(&Catalog::default(), request);
        assert!(matches!(outcome.end, End::Returned(returned) if returned.value == json!(input * 2)));
        assert_eq!(outcome.usage.source_bytes, 16);
    }
}

/// Ten thousand mistakes are reported as twenty and a count, wherever they are.
#[test]
fn mistakes_are_listed_up_to_twenty() {
    let texts = [
        format!("return [{}]", "tools.nope,".repeat(10_000)),
        format!("class A {{ {} }}", "@d [a];".repeat(10_000)),
        "require('a');".repeat(10_000),
        "let a;".repeat(10_001),
        format!("{}{}", "require('a');".repeat(5_000), "tools.nope;".repeat(5_000)),
    ];
    for text in texts {
        let outcome = stage::run(&Catalog::default(), RunRequest::new(text.clone()));
        let End::Rejected(diagnostics) = &outcome.end else { panic!("{}", outcome.transcript()) };
        let (start, last) = (text.get(..30), diagnostics.last().expect("a count"));
        assert_eq!((diagnostics.len(), last.code), (21, DiagnosticCode::More), "{start:?}");
        assert_eq!(last.message, "9980 more mistakes are not listed", "{start:?}");
    }
}
