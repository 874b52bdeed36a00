//! Each script of `scripts/`: fresh sandbox to result, in callbox and in boa run natively.

use callbox::Sandbox;
use callbox_benches::{catalog, run_in_boa, run_in_callbox, scripts};
use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;

fn bench(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let (sandbox, catalog) = (Sandbox::new().expect("a sandbox"), catalog());
    for script in scripts() {
        let answer = runtime.block_on(run_in_callbox(&sandbox, &catalog, &script.source, script.input.clone()));
        assert_eq!(answer, script.expected, "{} in callbox", script.name);
        assert_eq!(run_in_boa(&script.source, &script.input), script.expected, "{} in boa", script.name);

        let mut group = criterion.benchmark_group(&script.name);
        group.sample_size(if script.name == "return-one" { 200 } else { 10 });
        group.bench_function("callbox", |bencher| {
            let run = || run_in_callbox(&sandbox, &catalog, &script.source, script.input.clone());
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
