//! `determinism/`: what is the same in each run.

use std::{
    hint,
    time::{Instant, SystemTime},
};

use callbox::{Result, Value, json};

use crate::kit;

pub(crate) async fn run(case: &str) -> Result<Value> {
    match case {
        "clock_stands_still" => clock_stands_still().await,
        _ => crate::unknown(case),
    }
}

async fn clock_stands_still() -> Result<Value> {
    let (wall, steady) = (SystemTime::now(), Instant::now());
    (0..100_000).for_each(|turn| {
        hint::black_box(turn);
    });
    kit("slow", json!({ "ms": 5 })).await?;
    let passed = wall.elapsed()? + steady.elapsed();
    Ok(u64::try_from(passed.as_millis())?.into())
}
