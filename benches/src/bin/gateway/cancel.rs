//! Measures how quickly an abandoned run ends: from the moment a client abandons its request until the upstream server
//! stops working on the call that the run had in flight.

use std::{sync::Arc, time::Instant};

use callbox::{CancellationToken, ToolHost, ToolRequest};
use serde_json::json;

use crate::servers::{HANGING, Hanging, Transport, connected, gateway};
use crate::{at, sorted};

pub(crate) async fn measure(times: u64) {
    let stop = CancellationToken::new();
    let upstream = Transport::Http.upstream(&stop).await;
    let client = connected(&gateway(&upstream, &stop).await).await;
    let mut taken = Vec::new();
    for time in 1..=times {
        let host = Arc::clone(&client.host);
        let code = json!({ "code": "await tools.upstream.kit__never({ client: 1, number: 1 })" });
        let asked = tokio::spawn(async move { host.call(ToolRequest::new("run_script", code)).await });
        seen(|hanging| hanging.begun == time).await;
        let given_up = Instant::now();
        asked.abort();
        let over = seen(|hanging| hanging.over == time).await;
        taken.push(over.at.duration_since(given_up).as_secs_f64() * 1e3);
    }
    let taken = sorted(taken);
    println!(
        "{times} runs given up: upstream stops after {:.1} ms at the median, {:.1} ms at p99",
        at(&taken, 50),
        at(&taken, 99)
    );
    stop.cancel();
}

async fn seen(is_so: impl FnMut(&Hanging) -> bool) -> Hanging {
    let mut hanging = HANGING.subscribe();
    *hanging.wait_for(is_so).await.expect("its sender lives for ever")
}
