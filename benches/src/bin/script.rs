//! Times one script of `scripts/`, run repeatedly from its text: `script NAME [ENGINE [MS]]` runs it for that long, at
//! least five times, and prints the median in milliseconds. Checks every result. `node/compare.mjs` runs it alternately
//! with node.

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::time::{Duration, Instant};

use callbox::{Engine, Sandbox};
use callbox_benches::{catalog, run_in_callbox, scripts};

const RUNS_MIN: usize = 5;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().expect("a script's name");
    let engine = arguments.next().map_or_else(Engine::default, |name| name.parse().expect("an engine"));
    let ms = arguments.next().map_or(1_000, |ms| ms.parse().expect("milliseconds"));
    let script = scripts().into_iter().find(|script| script.name == name).expect("a script of that name");
    let (sandbox, catalog) = (Sandbox::builder().engine(engine).build().expect("a sandbox"), catalog());
    let until = Instant::now() + Duration::from_millis(ms);
    let mut times = Vec::new();
    while times.len() < RUNS_MIN || Instant::now() < until {
        // A new text each time, so that the sandbox cannot have cached it.
        let source = format!("{}\n// {}", script.source, times.len());
        let began = Instant::now();
        let answer = run_in_callbox(&sandbox, &catalog, source, script.input.clone()).await;
        times.push(began.elapsed());
        assert_eq!(answer, script.expected, "{name} in {engine}");
    }
    times.sort();
    println!("{}", times[times.len() / 2].as_secs_f64() * 1e3);
}
