//! Measures the gateway under load: many clients at once, first with direct calls, then with as many calls in scripts.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use callbox::CancellationToken;
use callbox_mcp::ServerHost;
use tokio::task::JoinSet;

use crate::servers::{Connected, Transport, by_call, by_script, connected, gateway};
use crate::{at, sorted};

pub(crate) async fn measure(clients: u64, scripts: u64, calls: u64, rounds: u64) {
    let stop = CancellationToken::new();
    let upstream = Transport::Http.upstream(&stop).await;
    let gateway = gateway(&upstream, &stop).await;
    let (mut direct, mut hosts) = (Vec::new(), Vec::new());
    for _ in 0..clients {
        direct.push(connected(&upstream).await);
        hosts.push(connected(&gateway).await);
    }
    println!("{clients} clients, {scripts} scripts each, {calls} calls a script; every answer was checked");
    println!("memory: {} MiB before", resident_mib());
    for round in 0..rounds {
        let first = round * scripts * calls;
        let (taken, seconds) =
            all(
                &direct,
                scripts * calls,
                move |host, client, n| async move { by_call(&host, client, first + n).await },
            )
            .await;
        tell("direct calls", "call", &taken, clients * scripts * calls, seconds);
        let (taken, seconds) = all(&hosts, scripts, move |host, client, n| async move {
            by_script(&host, client, first + n * calls, calls).await;
        })
        .await;
        tell("by scripts", "script", &taken, clients * scripts * calls, seconds);
        println!("memory: {} MiB after round {}", resident_mib(), round + 1);
    }
    stop.cancel();
}

fn tell(how: &str, unit: &str, taken_ms: &[f64], calls: u64, seconds: f64) {
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    let rate = calls as f64 / seconds;
    let (p50, p99) = (at(taken_ms, 50), at(taken_ms, 99));
    println!("{how}: {rate:.0} calls/s, p50 {p50:.2} ms, p99 {p99:.2} ms a {unit}");
}

/// Lets every client ask `times` times, one after the other, with all clients at once. Returns the sorted times in
/// milliseconds and the total in seconds.
async fn all<F, Fut>(clients: &[Connected], times: u64, ask: F) -> (Vec<f64>, f64)
where
    F: Fn(Arc<ServerHost>, u64, u64) -> Fut + Copy + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let began = Instant::now();
    let mut asking = JoinSet::new();
    for (connected, client) in clients.iter().zip(0..) {
        let host = Arc::clone(&connected.host);
        asking.spawn(async move {
            let mut taken = Vec::new();
            for number in 0..times {
                let began = Instant::now();
                ask(Arc::clone(&host), client, number).await;
                taken.push(ms(began.elapsed()));
            }
            taken
        });
    }
    let taken = sorted(asking.join_all().await.into_iter().flatten().collect());
    (taken, began.elapsed().as_secs_f64())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn resident_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0) >> 10
}
