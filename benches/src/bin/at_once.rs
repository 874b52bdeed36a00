//! Measures runs per second of one process with many at once and one tool call each: `at_once [ENGINE [AT_ONCE
//! [RUNS]]]`, by default 64 at once and 20,000 runs in the default engine. Checks every result. Prints the median of
//! five rounds.

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Instant;

use callbox::{Catalog, Engine, Sandbox};
use callbox_benches::{catalog, run_in_callbox};
use serde_json::json;
use tokio::task::JoinSet;

const SOURCE: &str = "return (await tools.bench.next({ n: input })).n";
const ROUNDS: usize = 5;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let engine = arguments.next().map_or_else(Engine::default, |name| name.parse().expect("an engine"));
    let mut number = |default| arguments.next().map_or(default, |number| number.parse().expect("a number"));
    let (at_once, runs) = (number(64), number(20_000));
    let (sandbox, catalog) = (Sandbox::builder().engine(engine).build().expect("a sandbox"), catalog());
    let mut per_second = Vec::new();
    for _ in 0..ROUNDS {
        per_second.push(round(&sandbox, &catalog, at_once, runs).await);
    }
    per_second.sort_by(f64::total_cmp);
    println!("{engine}: {at_once} at once, one call each: {:.0} runs/s (of {per_second:.0?})", per_second[ROUNDS / 2]);
}

/// Returns runs per second.
async fn round(sandbox: &Sandbox, catalog: &Catalog, at_once: u32, runs: u32) -> f64 {
    let taken = Arc::new(AtomicU32::new(0));
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..at_once {
        tasks.spawn(take_turns(sandbox.clone(), catalog.clone(), Arc::clone(&taken), runs));
    }
    let done: u32 = tasks.join_all().await.into_iter().sum();
    assert_eq!(done, runs);
    f64::from(runs) / began.elapsed().as_secs_f64()
}

/// Makes runs one after the other until all are taken; returns how many it made.
async fn take_turns(sandbox: Sandbox, catalog: Catalog, taken: Arc<AtomicU32>, runs: u32) -> u32 {
    let mut done = 0;
    loop {
        let n = taken.fetch_add(1, Relaxed);
        if n >= runs {
            return done;
        }
        assert_eq!(run_in_callbox(&sandbox, &catalog, SOURCE, json!(n)).await, json!(n + 1));
        done += 1;
    }
}
