//! `determinism/`: what is the same in every run.

use std::{
    cell::RefCell,
    hint,
    time::{Instant, SystemTime},
};

use callbox::{Result, ToolError, Value, json};

use crate::kit;

pub(crate) async fn run(case: &str) -> Result<Value> {
    match case {
        "clock_stands_still" => clock_stands_still().await,
        "interleaving" => interleaving(|| {}).await,
        "interleaving_busy" => interleaving(busy).await,
        _ => crate::unknown(case),
    }
}

async fn clock_stands_still() -> Result<Value> {
    let (wall, steady) = (SystemTime::now(), Instant::now());
    turns(100_000);
    kit("slow", json!({ "ms": 5 })).await?;
    let passed = wall.elapsed()? + steady.elapsed();
    Ok(u64::try_from(passed.as_millis())?.into())
}

async fn interleaving(work: fn()) -> Result<Value> {
    let log = RefCell::new(Vec::new());
    let worker = async |i: u32| {
        for k in 0..3 {
            kit("echo", json!({ "value": i })).await?;
            work();
            log.borrow_mut().push(i * 10 + k);
        }
        Ok::<_, ToolError>(())
    };
    callbox::join_all((1..=4).map(worker)).await.into_iter().collect::<Result<(), _>>()?;
    Ok(json!(log.into_inner()))
}

/// Runs for longer than the host lets a script go between checks.
fn busy() {
    turns(50_000_000);
}

fn turns(count: u32) {
    (0..count).for_each(|turn| {
        hint::black_box(turn);
    });
}
