//! Measures the memory of runs that wait for a tool: `parked [RUNS [ENGINE]]`, 1,000 by default.
//!
//! The runs share those pages of the frozen engine that they only read. `Pss` counts a shared page once, `Rss` once per
//! run that maps it.

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::{fs, sync::Arc, time::Duration};

use callbox::{CancellationToken, Engine, Event, RunRequest, Sandbox};
use callbox_benches::catalog;
use tokio::sync::Semaphore;

const SCRIPT: &str = "const answer = await tools.bench.never({ n: 1 }); return answer.n";

#[tokio::main]
async fn main() {
    let runs: u32 = std::env::args().nth(1).map_or(1_000, |runs| runs.parse().expect("a number of runs"));
    let engine = std::env::args().nth(2).map_or_else(Engine::default, |name| name.parse().expect("an engine"));
    let (sandbox, catalog) = (Sandbox::builder().engine(engine).build().expect("a sandbox"), catalog());
    let (cancel, parked) = (CancellationToken::new(), Arc::new(Semaphore::new(0)));
    let start = |_| {
        let (sandbox, catalog, parked) = (sandbox.clone(), catalog.clone(), Arc::clone(&parked));
        let seen = move |event: &Event| {
            if matches!(event, Event::CallStarted { .. }) {
                parked.add_permits(1);
            }
        };
        let request = RunRequest::new(SCRIPT).cancel(cancel.clone()).observe(seen);
        tokio::spawn(async move { sandbox.run(&catalog, request).await })
    };
    let first = start(0);
    wait_for(&parked, 1).await;
    let before = memory();
    let mut handles: Vec<_> = (1..runs).map(start).collect();
    wait_for(&parked, runs - 1).await;
    let after = memory();
    cancel.cancel();
    handles.push(first);
    for handle in handles {
        let outcome = handle.await.expect("a task").expect("an outcome");
        assert_eq!(outcome.calls.len(), 1, "{}", outcome.transcript());
    }
    for (measure, before, after) in [("Pss", before.pss, after.pss), ("Rss", before.rss, after.rss)] {
        let each = (after - before) / u64::from(runs - 1).max(1);
        println!(
            "{measure}: {runs} runs parked take {} MiB in all, {} KiB for each further run",
            after >> 20,
            each >> 10
        );
    }
}

async fn wait_for(parked: &Semaphore, runs: u32) {
    let waited = tokio::time::timeout(Duration::from_secs(60), parked.acquire_many(runs)).await;
    waited.expect("all runs parked within a minute").expect("an open semaphore").forget();
}

struct Memory {
    pss: u64,
    rss: u64,
}

/// The memory of this process, bytes.
fn memory() -> Memory {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("a Linux machine");
    let field = |name: &str| {
        let line = rollup.lines().find_map(|line| line.strip_prefix(name)).expect("a field of smaps");
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib << 10
    };
    Memory { pss: field("Pss:"), rss: field("Rss:") }
}
