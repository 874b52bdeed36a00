//! Measures what the gateway adds to one tool call, with a single client so that nothing queues. Each round makes the
//! same calls directly and in one script, and runs a script without calls.
//!
//! Besides elapsed time it reports the CPU time of this process, in which clients, gateway and HTTP servers run: the
//! two agree closely, and CPU time is hardly affected by other work on the machine.

use std::{fs, time::Instant};

use callbox::CancellationToken;

use crate::servers::{Connected, Transport, by_call, by_script, connected, gateway};
use crate::{at, sorted};

/// Calls per round, and per script.
const CALLS: u64 = 100;

/// Warm-up rounds.
const WARM: u64 = 5;

pub(crate) async fn measure(rounds: u64) {
    println!("one client, {rounds} rounds of {CALLS} calls each way; every answer was checked");
    for transport in [Transport::Http, Transport::Stdio] {
        let stop = CancellationToken::new();
        let upstream = transport.upstream(&stop).await;
        let gateway = gateway(&upstream, &stop).await;
        let (direct, scripts) = (connected(&upstream).await, connected(&gateway).await);
        let mut taken = Vec::new();
        for number in 0..WARM + rounds {
            let round = round(&direct, &scripts, number * CALLS).await;
            taken.extend((number >= WARM).then_some(round));
        }
        tell(transport, "time", &taken, |spent| spent.wall_us);
        tell(transport, "CPU time", &taken, |spent| spent.cpu_us);
        stop.cancel();
    }
}

/// The time of one round in each way.
struct Round {
    direct: Spent,
    full_script: Spent,
    empty_script: Spent,
}

struct Spent {
    wall_us: f64,
    cpu_us: f64,
}

async fn round(direct: &Connected, scripts: &Connected, first: u64) -> Round {
    Round {
        empty_script: spent(by_script(&scripts.host, 1, first, 0)).await,
        full_script: spent(by_script(&scripts.host, 1, first, CALLS)).await,
        direct: spent(async {
            for number in first..first + CALLS {
                by_call(&direct.host, 1, number).await;
            }
        })
        .await,
    }
}

async fn spent(work: impl Future<Output = ()>) -> Spent {
    let (began, cpu_us) = (Instant::now(), used_cpu_us());
    work.await;
    Spent { wall_us: began.elapsed().as_secs_f64() * 1e6, cpu_us: used_cpu_us() - cpu_us }
}

/// CPU time of all threads of this process, as counted by Linux.
fn used_cpu_us() -> f64 {
    let threads = fs::read_dir("/proc/self/task").expect("a Linux machine").flatten();
    let stats = threads.filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok());
    stats.filter_map(|stat| stat.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e3
}

fn tell(transport: Transport, what: &str, rounds: &[Round], of: fn(&Spent) -> f64) {
    #[allow(clippy::cast_precision_loss, reason = "a small number")]
    let calls = CALLS as f64;
    let median = |each: &dyn Fn(&Round) -> f64| at(&sorted(rounds.iter().map(each).collect()), 50);
    let direct = |round: &Round| of(&round.direct) / calls;
    let by_script = |round: &Round| (of(&round.full_script) - of(&round.empty_script)) / calls;
    println!(
        "{transport:?}, {what}: a call {:.0} µs directly, {:.0} µs in a script; the gateway adds {:.0} µs at the median; \
         a script without calls {:.0} µs",
        median(&direct),
        median(&by_script),
        median(&|round| by_script(round) - direct(round)),
        median(&|round| of(&round.empty_script)),
    );
}
