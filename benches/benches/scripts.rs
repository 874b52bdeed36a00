//! Each script of `scripts/`: fresh sandbox to result, in callbox from a text and compiled, and in boa run natively.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use callbox::{Limits, Sandbox};
use callbox_benches::{catalog, run_in_boa, run_in_callbox, scripts};
use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;

fn bench(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let (sandbox, catalog) = (Sandbox::new().expect("a sandbox"), catalog());
    for script in scripts() {
        let answer = runtime.block_on(run_in_callbox(&sandbox, &catalog, script.source.as_str(), script.input.clone()));
        assert_eq!(answer, script.expected, "{} in callbox", script.name);
        assert_eq!(run_in_boa(&script.source, &script.input), script.expected, "{} in boa", script.name);

        let mut group = criterion.benchmark_group(&script.name);
        group.sample_size(if script.name == "return-one" { 200 } else { 10 });
        // A text that never came before, which the sandbox cannot have kept.
        let number = AtomicU64::new(0);
        group.bench_function("callbox", |bencher| {
            let run = || async {
                let source = format!("{}\n// {}", script.source, number.fetch_add(1, Relaxed));
                run_in_callbox(&sandbox, &catalog, source, script.input.clone()).await
            };
            bencher.to_async(&runtime).iter(run);
        });
        let compiled = runtime.block_on(sandbox.compile(&script.source, &Limits::default())).expect("a script");
        group.bench_function("callbox-compiled", |bencher| {
            let run = || run_in_callbox(&sandbox, &catalog, compiled.clone(), script.input.clone());
            bencher.to_async(&runtime).iter(run);
        });
        group.bench_function("boa-native", |bencher| {
            bencher.iter(|| run_in_boa(&script.source, &script.input));
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
