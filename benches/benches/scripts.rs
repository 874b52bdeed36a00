//! Each script of `scripts/`, from fresh sandbox to result: in each engine of callbox, from text and compiled, and in
//! boa run natively.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use callbox::{Catalog, Engine, Limits, Sandbox};
use callbox_benches::{Script, catalog, run_in_boa, run_in_callbox, scripts};
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use tokio::runtime::Runtime;

/// One loaded engine.
struct Setup {
    runtime: Runtime,
    sandbox: Sandbox,
    catalog: Catalog,
}

impl Setup {
    fn new(engine: Engine) -> Self {
        let sandbox = Sandbox::builder().engine(engine).build().expect("a sandbox");
        Self { runtime: Runtime::new().expect("a runtime"), sandbox, catalog: catalog() }
    }

    fn measure(&self, group: &mut BenchmarkGroup<'_, WallTime>, script: &Script) {
        let Self { runtime, sandbox, catalog } = self;
        let engine = sandbox.engine();
        let answer = runtime.block_on(run_in_callbox(sandbox, catalog, script.source.as_str(), script.input.clone()));
        assert_eq!(answer, script.expected, "{} in {engine}", script.name);
        // A new text each time, so that the sandbox cannot have cached it.
        let number = AtomicU64::new(0);
        group.bench_function(format!("callbox-{engine}"), |bencher| {
            let run = || async {
                let source = format!("{}\n// {}", script.source, number.fetch_add(1, Relaxed));
                run_in_callbox(sandbox, catalog, source, script.input.clone()).await
            };
            bencher.to_async(runtime).iter(run);
        });
        let compiled = runtime.block_on(sandbox.compile(&script.source, &Limits::default())).expect("a script");
        group.bench_function(format!("callbox-{engine}-compiled"), |bencher| {
            let run = || run_in_callbox(sandbox, catalog, compiled.clone(), script.input.clone());
            bencher.to_async(runtime).iter(run);
        });
    }
}

fn bench(criterion: &mut Criterion) {
    let setups: Vec<_> = Engine::ALL.iter().map(|engine| Setup::new(*engine)).collect();
    for script in scripts() {
        assert_eq!(run_in_boa(&script.source, &script.input), script.expected, "{} in boa, natively", script.name);
        let mut group = criterion.benchmark_group(&script.name);
        group.sample_size(if script.name == "return-one" { 200 } else { 10 });
        setups.iter().for_each(|setup| setup.measure(&mut group, &script));
        group.bench_function("boa-native", |bencher| {
            bencher.iter(|| run_in_boa(&script.source, &script.input));
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
