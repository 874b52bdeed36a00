//! The cost of a compiled WebAssembly script: a run that does nothing, tool calls, and a script in Rust that computes,
//! compared with the same in JavaScript and without a sandbox.

#[path = "../../tests/src/component.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the tests, which use all of it")]
mod component;
#[path = "../records/src/report.rs"]
#[allow(unreachable_pub, reason = "shared with the script")]
mod report;

use std::{path::Path, process::Command, time::Instant};

use callbox::{Catalog, ComponentSource, End, Limits, Outcome, RunRequest, Sandbox};
use callbox_benches::{catalog, records};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde_json::{Value, json, value::RawValue};
use tokio::runtime::Runtime;

use component::{Wat, returning};

const RECORDS: usize = 20_000;

struct Setup {
    runtime: Runtime,
    sandbox: Sandbox,
    catalog: Catalog,
}

type Group<'a> = criterion::BenchmarkGroup<'a, criterion::measurement::WallTime>;

impl Setup {
    fn run(&self, request: RunRequest) -> impl Future<Output = Outcome> {
        let (sandbox, catalog) = (&self.sandbox, &self.catalog);
        // Twice the default memory: a text of several megabytes, and what JavaScript makes of it.
        let limits = Limits { memory_bytes_max: 128 << 20, ..Limits::default() };
        async move { sandbox.run(catalog, request.limits(limits)).await.expect("a run") }
    }

    /// Times runs of the request that `request` makes; all of them must return `expected`.
    fn measure(&self, group: &mut Group<'_>, name: &str, expected: &Value, request: impl Fn() -> RunRequest) {
        // The first run compiles.
        check(&self.runtime.block_on(self.run(request())), expected);
        group.bench_function(name, |bencher| {
            bencher.to_async(&self.runtime).iter_batched(
                &request,
                async |request| {
                    let outcome = self.run(request).await;
                    check(&outcome, expected);
                    outcome
                },
                BatchSize::PerIteration,
            );
        });
    }
}

fn check(outcome: &Outcome, expected: &Value) {
    match &outcome.end {
        End::Returned(returned) => assert_eq!(&returned.value, expected),
        _ => panic!("{}", outcome.transcript()),
    }
}

fn bench(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let setup = Setup { runtime, sandbox: Sandbox::new().expect("a sandbox"), catalog: catalog() };
    let in_rust = in_rust();
    let mut group = criterion.benchmark_group("components");
    group.sample_size(200);
    let empty = ComponentSource::new(returning("null"));
    setup.measure(&mut group, "empty", &Value::Null, || RunRequest::program(empty.clone()));
    setup.measure(&mut group, "empty-in-rust", &Value::Null, || RunRequest::program(in_rust.clone()));
    setup.measure(&mut group, "return-one-in-javascript", &json!(1), || RunRequest::new("return 1"));
    group.sample_size(100);
    for count in [1, 101] {
        let calls = calls(count);
        let expected = json!({ "n": 2, "label": "next" });
        setup.measure(&mut group, &format!("{count}-sequential-calls"), &expected, || {
            RunRequest::program(calls.clone())
        });
    }
    group.finish();
    computing(criterion, &setup, &in_rust);
}

/// Computes the same report in three ways; the text is the run's input, or an argument of the function.
fn computing(criterion: &mut Criterion, setup: &Setup, in_rust: &ComponentSource) {
    let text = records(RECORDS);
    let input = || RawValue::from_string(text.clone()).expect("JSON");
    let expected = natively(&text);
    let mut group = criterion.benchmark_group("records");
    group.sample_size(50);
    group.bench_function("rust-native", |bencher| {
        bencher.iter(|| assert_eq!(natively(&text), expected));
    });
    setup.measure(&mut group, "rust-component", &expected, || RunRequest::program(in_rust.clone()).input_json(input()));
    group.sample_size(10);
    let javascript = include_str!("../records/report.js");
    setup.measure(&mut group, "javascript", &expected, || RunRequest::new(javascript).input_json(input()));
    group.finish();
    ratio(setup, in_rust, &text, &expected);
}

/// Prints how many times as long the component takes, measured in alternating pairs, because the speed of a shared
/// machine varies.
#[allow(clippy::print_stdout, reason = "criterion has no ratios")]
fn ratio(setup: &Setup, in_rust: &ComponentSource, text: &str, expected: &Value) {
    const PAIRS: usize = 101;
    let mut ratios: Vec<f64> = (0..PAIRS)
        .map(|_| {
            let began = Instant::now();
            assert_eq!(natively(text), *expected);
            let native = began.elapsed();
            let input = RawValue::from_string(text.to_owned()).expect("JSON");
            let request = RunRequest::program(in_rust.clone()).input_json(input);
            let began = Instant::now();
            let outcome = setup.runtime.block_on(setup.run(request));
            let component = began.elapsed();
            check(&outcome, expected);
            component.as_secs_f64() / native.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "records/rust-component takes {:.2} times as long as rust-native, at the median of {PAIRS} pairs",
        ratios[PAIRS / 2]
    );
}

fn natively(text: &str) -> Value {
    let records: Vec<report::Record> = serde_json::from_str(text).expect("records");
    serde_json::to_value(report::report(&records)).expect("JSON")
}

/// Calls `next` that many times and returns the last result.
fn calls(count: u32) -> ComponentSource {
    let mut wat = Wat::default();
    let call = wat.call("bench", "next", r#"{"n":1}"#);
    let body = format!(
        "(local.set 2 (i32.const {count}))
         (loop $again
           (call $call-tool {call} (i32.const 256))
           (if (i32.load8_u (i32.const 256)) (then unreachable))
           (local.set 2 (i32.sub (local.get 2) (i32.const 1)))
           (br_if $again (local.get 2)))
         (call $pass (i32.const 256))"
    );
    ComponentSource::new(wat.script(&body))
}

/// Builds the script in Rust.
fn in_rust() -> ComponentSource {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (package, target) = (manifest.join("records"), Path::new(env!("CARGO_TARGET_TMPDIR")).join("records"));
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--quiet", "--target", "wasm32-wasip2", "--manifest-path"]);
    let ended = cargo.arg(package.join("Cargo.toml")).arg("--target-dir").arg(&target).status().expect("cargo");
    assert!(ended.success(), "the script in Rust does not build; is the target wasm32-wasip2 installed?");
    let built = target.join("wasm32-wasip2/release/callbox_records.wasm");
    ComponentSource::new(std::fs::read(built).expect("a component"))
}

criterion_group!(benches, bench);
criterion_main!(benches);
