//! `limits/`: what a script cannot catch.

use std::hint;

use callbox::{Result, Value, json};

use crate::kit;

pub(crate) async fn at_once() -> Result<Value> {
    callbox::try_join_all((0..9).map(|value| kit("echo", json!({ "value": value })))).await?;
    Ok("all of them".into())
}

pub(crate) fn cpu() -> Result<Value> {
    loop {
        hint::spin_loop();
    }
}

pub(crate) fn returned_bytes() -> Result<Value> {
    Ok((0..100).collect())
}

pub(crate) async fn tool_calls() -> Result<Value> {
    let mut value = 0;
    loop {
        kit("echo", json!({ "value": value })).await?;
        value += 1;
    }
}
