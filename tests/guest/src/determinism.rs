//! `determinism/`: what is the same in each run.

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
        "interleaving" => interleaving().await,
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

async fn interleaving() -> Result<Value> {
    let log = RefCell::new(Vec::new());
    let steps = |i: u32| {
        let log = &log;
        async move {
            for k in 0..3 {
                kit("echo", json!({ "value": i })).await?;
                log.borrow_mut().push(i * 10 + k);
            }
            Ok::<_, ToolError>(())
        }
    };
    callbox::try_join_all((1..=4).map(steps)).await?;
    Ok(json!(log.into_inner()))
}
