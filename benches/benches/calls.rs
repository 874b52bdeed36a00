//! The cost of tool calls: the first, each further one, and many at once.

use callbox::{Catalog, Sandbox};
use callbox_benches::{catalog, run_in_callbox};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Sequential calls; one further call costs (`101` − `1`) / 100.
const SEQUENTIAL: &str = "let n = 0; for (let i = 0; i < input; i++) n = (await tools.bench.next({ n })).n; return n";
const PARALLEL: &str = "const waits = Array.from({ length: 32 }, () => tools.bench.wait({ ms: 20 })); \
                        return (await Promise.all(waits)).reduce((a, b) => a + b)";

fn bench(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let (sandbox, catalog) = (Sandbox::new().expect("a sandbox"), catalog());
    let setup = (&runtime, &sandbox, &catalog);
    let mut group = criterion.benchmark_group("calls");
    group.sample_size(100);
    for calls in [1, 101] {
        let name = format!("{calls}-sequential");
        measure(&mut group, &setup, &name, SEQUENTIAL, &json!(calls), &json!(calls));
    }
    group.sample_size(20);
    measure(&mut group, &setup, "32-parallel-20ms", PARALLEL, &Value::Null, &json!(640));
    group.finish();
}

type Group<'a> = criterion::BenchmarkGroup<'a, criterion::measurement::WallTime>;
type Setup<'a> = (&'a Runtime, &'a Sandbox, &'a Catalog);

fn measure(group: &mut Group<'_>, setup: &Setup<'_>, name: &str, source: &str, input: &Value, expected: &Value) {
    let (runtime, sandbox, catalog) = *setup;
    let run = || run_in_callbox(sandbox, catalog, source, input.clone());
    assert_eq!(&runtime.block_on(run()), expected, "{name}");
    group.bench_function(name, |bencher| bencher.to_async(runtime).iter(run));
}

criterion_group!(benches, bench);
criterion_main!(benches);
