//! Measures what a process holds after many runs: `soak [RUNS [ENGINE]]`, by default 100,000 in the default engine.
//!
//! The scripts alternate, and each kind ends differently. Those that run into a limit take a thousand times as long as
//! the others; every fiftieth run is one of them. The held memory and handles are printed after each tenth of the runs.
//! From the first tenth to the end, memory may grow by at most a tenth plus 8 MiB.

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::fs;

use callbox::{Catalog, End, Engine, Limits, RunRequest, Sandbox};
use callbox_benches::catalog;

/// A script, and whether its run ended as it must.
struct Kind {
    source: &'static str,
    is_right: fn(&End) -> bool,
}

static KINDS: [Kind; 4] = [
    Kind { source: "return 1", is_right: |end| matches!(end, End::Returned(_)) },
    Kind { source: "return (await tools.bench.next({ n: 7 })).n", is_right: |end| matches!(end, End::Returned(_)) },
    Kind { source: "throw new TypeError('no')", is_right: |end| matches!(end, End::Threw(_)) },
    Kind { source: "return 'x'.repeat(1e5).split('').length", is_right: |end| matches!(end, End::Returned(_)) },
];

/// Every fiftieth run is one of these.
static COSTLY: [Kind; 2] = [
    Kind { source: "const f = () => f(); f()", is_right: |end| matches!(end, End::Stopped(_)) },
    Kind {
        source: "const all = []; for (;;) all.push(new Array(1000))",
        is_right: |end| matches!(end, End::Stopped(_)),
    },
];

const COSTLY_EVERY: usize = 50;

/// Memory limit of a run that would use all of it: small, since a soak is about starts and ends.
const MEMORY_BYTES_MAX: u64 = 32 << 20;

#[tokio::main]
async fn main() {
    let runs: u32 = std::env::args().nth(1).map_or(100_000, |runs| runs.parse().expect("a number of runs"));
    let engine = std::env::args().nth(2).map_or_else(Engine::default, |name| name.parse().expect("an engine"));
    let (sandbox, catalog) = (Sandbox::builder().engine(engine).build().expect("a sandbox"), catalog());
    let tenth = (runs / 10).max(1);
    let mut held = Vec::new();
    for run in 0..runs {
        one(&sandbox, &catalog, kind(run as usize)).await;
        if (run + 1).is_multiple_of(tenth) {
            held.push((resident_bytes(), handles()));
            println!(
                "{engine}: {} runs, {} KiB resident, {} handles",
                run + 1,
                held[held.len() - 1].0 >> 10,
                handles()
            );
        }
    }
    let (Some(first), Some(last)) = (held.first(), held.last()) else { return };
    assert!(last.0 <= first.0 + first.0 / 10 + (8 << 20), "{} bytes grew to {}", first.0, last.0);
    assert_eq!(last.1, first.1, "handles");
}

/// Returns the kind of the run with that number.
fn kind(run: usize) -> &'static Kind {
    if run.is_multiple_of(COSTLY_EVERY) {
        &COSTLY[run / COSTLY_EVERY % COSTLY.len()]
    } else {
        &KINDS[run % KINDS.len()]
    }
}

async fn one(sandbox: &Sandbox, catalog: &Catalog, kind: &Kind) {
    let limits = Limits { memory_bytes_max: MEMORY_BYTES_MAX, ..Limits::default() };
    let outcome = sandbox.run(catalog, RunRequest::new(kind.source).limits(limits)).await.expect("a run");
    assert!((kind.is_right)(&outcome.end), "{}: {}", kind.source, outcome.transcript());
}

/// Resident memory of this process.
fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("a Linux machine");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a field of status");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
}

/// Number of open files, sockets and the like.
fn handles() -> usize {
    fs::read_dir("/proc/self/fd").expect("a Linux machine").count()
}
