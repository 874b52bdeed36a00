//! What the gateway adds to one tool call: one client, so that nobody stands in a queue. In each round the same
//! calls are made directly, by one script, and by a script that makes none.

use std::time::Instant;

use callbox::CancellationToken;

use crate::servers::{Connected, Transport, by_call, by_script, connected, gateway};
use crate::{at, sorted};

/// Calls of a round, and of its script.
const CALLS: u64 = 100;

/// Rounds before anything is measured.
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
        tell(transport, &taken);
        stop.cancel();
    }
}

/// Microseconds a call, of one round; a script without calls as a whole.
struct Round {
    direct: f64,
    by_script: f64,
    empty_script: f64,
}

async fn round(direct: &Connected, scripts: &Connected, first: u64) -> Round {
    let began = Instant::now();
    by_script(&scripts.host, 1, first, 0).await;
    let empty_script = us(began);
    let began = Instant::now();
    by_script(&scripts.host, 1, first, CALLS).await;
    let full_script = us(began);
    let began = Instant::now();
    for number in first..first + CALLS {
        by_call(&direct.host, 1, number).await;
    }
    let calls = us(began);
    #[allow(clippy::cast_precision_loss, reason = "a small number")]
    let each = |us: f64| us / CALLS as f64;
    Round { direct: each(calls), by_script: each(full_script - empty_script), empty_script }
}

fn tell(transport: Transport, rounds: &[Round]) {
    let median = |of: fn(&Round) -> f64| at(&sorted(rounds.iter().map(of).collect()), 50);
    println!(
        "{transport:?}: a call {:.0} µs directly, {:.0} µs in a script; the gateway adds {:.0} µs at the median; \
         a script without calls {:.0} µs",
        median(|round| round.direct),
        median(|round| round.by_script),
        median(|round| round.by_script - round.direct),
        median(|round| round.empty_script),
    );
}

fn us(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e6
}
