//! Measures the gateway over loopback: what it adds to a tool call, how it behaves under load, and how quickly an
//! abandoned run ends. Checks that every client gets its own answers.

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

mod cancel;
mod load;
mod overhead;
mod servers;

/// Same as in callbox's own program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: gateway overhead ROUNDS | load CLIENTS SCRIPTS CALLS ROUNDS | cancel TIMES";

#[tokio::main]
async fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = given.iter().map(String::as_str).collect();
    match words[..] {
        ["overhead", rounds] => overhead::measure(number(rounds)).await,
        ["load", clients, scripts, calls, rounds] => {
            load::measure(number(clients), number(scripts), number(calls), number(rounds)).await;
        }
        ["cancel", times] => cancel::measure(number(times)).await,
        // Used by this program to start itself.
        [servers::OVER_STDIO] => servers::serve_stdio().await,
        _ => panic!("{USAGE}"),
    }
}

fn number(word: &str) -> u64 {
    word.parse().expect(USAGE)
}

/// Returns the given percentile.
fn at(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}
