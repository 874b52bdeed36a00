//! `limits/`: limits that a script cannot catch, and values that just fit.

use std::{hint, panic::catch_unwind, thread, time::Duration};

use callbox::{Result, Value, json};

use crate::{begun, kit};

pub(crate) async fn run(case: &str) -> Result<Value> {
    match case {
        "argument_bytes" => argument_bytes().await,
        "argument_bytes_exact" => argument_bytes_exact().await,
        "at_once" => at_once().await,
        "at_once_not_sent" => at_once_not_sent().await,
        "call_ms" => call_ms().await,
        "cpu" => cpu(),
        "cpu_not_spent_waiting" => cpu_not_spent_waiting().await,
        "cpu_uncatchable" => cpu_uncatchable(),
        "drain" => drain().await,
        "json_depth_result" => json_depth_result().await,
        "json_depth_returned" => json_depth_returned(),
        "json_depth_returned_exact" => json_depth_returned_exact(),
        "log_bytes" => log_bytes(),
        "log_bytes_exact" => log_bytes_exact(),
        "memory" => memory(),
        "memory_at_once" => memory_at_once(),
        "memory_below_start" => memory_below_start(),
        "memory_uncatchable" => memory_uncatchable(),
        "result_bytes" => result_bytes().await,
        "result_bytes_exact" => result_bytes_exact().await,
        "returned_bytes" => returned_bytes(),
        "tool_calls" => tool_calls().await,
        "tool_calls_exact" => tool_calls_exact().await,
        "tool_calls_uncatchable" => tool_calls_uncatchable().await,
        "wall" => wall().await,
        "wall_sleep" => wall_sleep(),
        _ => crate::unknown(case),
    }
}

async fn argument_bytes() -> Result<Value> {
    Ok(kit("echo", json!({ "value": "x".repeat(200) })).await?)
}

async fn argument_bytes_exact() -> Result<Value> {
    let text: String = callbox::call("kit", "echo", &json!({ "value": "x".repeat(88) })).await?;
    Ok(text.len().into())
}

async fn at_once() -> Result<Value> {
    callbox::try_join_all((0..9).map(|value| kit("echo", json!({ "value": value })))).await?;
    Ok("all of them".into())
}

async fn at_once_not_sent() -> Result<Value> {
    let never = || kit("never", json!({}));
    let (_, _, value) = callbox::try_join!(never(), never(), kit("echo", json!({ "value": 1 })))?;
    Ok(value)
}

async fn call_ms() -> Result<Value> {
    Ok(kit("never", json!({})).await?)
}

fn cpu() -> Result<Value> {
    spin()
}

fn spin() -> ! {
    loop {
        hint::spin_loop();
    }
}

async fn cpu_not_spent_waiting() -> Result<Value> {
    kit("slow", json!({ "ms": 150 })).await?;
    Ok("waiting is free".into())
}

/// Logs when it goes out of scope.
struct Finally;

impl Drop for Finally {
    fn drop(&mut self) {
        callbox::log!("finally");
    }
}

fn cpu_uncatchable() -> Result<Value> {
    let _finally = Finally;
    match catch_unwind(|| spin()) {
        Err(_) => Ok("caught".into()),
    }
}

async fn drain() -> Result<Value> {
    drop(begun(kit("never", json!({}))).await);
    Ok("the value stands".into())
}

async fn json_depth_result() -> Result<Value> {
    Ok(kit("deep", json!({ "levels": 5 })).await?)
}

fn json_depth_returned() -> Result<Value> {
    Ok(json!([[[[1]]]]))
}

fn json_depth_returned_exact() -> Result<Value> {
    Ok(json!([[[1]]]))
}

fn log_bytes() -> Result<Value> {
    let mut i = 0;
    loop {
        callbox::log!("line {i}");
        i += 1;
    }
}

fn log_bytes_exact() -> Result<Value> {
    callbox::log!("{}", "x".repeat(50));
    Ok("fits".into())
}

fn memory() -> Result<Value> {
    let mut keep = Vec::new();
    loop {
        keep.push(format!("{}{}", "x".repeat(1000), keep.len()));
        hint::black_box(&keep);
    }
}

fn memory_at_once() -> Result<Value> {
    Ok(hint::black_box("x".repeat(1 << 29)).len().into())
}

fn memory_below_start() -> Result<Value> {
    Ok(1.into())
}

fn memory_uncatchable() -> Result<Value> {
    let mut keep = Vec::new();
    loop {
        let mut numbers: Vec<u64> = Vec::new();
        if numbers.try_reserve_exact(1000).is_err() {
            return Ok("caught".into());
        }
        numbers.resize(1000, 1);
        keep.push(hint::black_box(numbers));
    }
}

async fn result_bytes() -> Result<Value> {
    Ok(kit("big", json!({ "bytes": 200 })).await?)
}

async fn result_bytes_exact() -> Result<Value> {
    let text: String = callbox::call("kit", "big", &json!({ "bytes": 98 })).await?;
    Ok(text.len().into())
}

fn returned_bytes() -> Result<Value> {
    Ok((0..100).collect())
}

async fn tool_calls() -> Result<Value> {
    let mut value = 0;
    loop {
        kit("echo", json!({ "value": value })).await?;
        value += 1;
    }
}

async fn tool_calls_exact() -> Result<Value> {
    for value in 0..3 {
        kit("echo", json!({ "value": value })).await?;
    }
    Ok("just enough".into())
}

async fn tool_calls_uncatchable() -> Result<Value> {
    let mut value = 0;
    while kit("echo", json!({ "value": value })).await.is_ok() {
        value += 1;
    }
    Ok("caught".into())
}

async fn wall() -> Result<Value> {
    Ok(kit("never", json!({})).await?)
}

fn wall_sleep() -> Result<Value> {
    thread::sleep(Duration::from_secs(60));
    Ok(Value::Null)
}
