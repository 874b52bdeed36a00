//! `errors/`: uncaught errors.

use std::pin::pin;

use callbox::{Error, Result, Value, json};
use futures_util::{
    TryFutureExt, TryStreamExt,
    stream::{Stream, unfold},
};

use crate::{kit, others_first};

pub(crate) async fn run(case: &str) -> Result<Value> {
    match case {
        "async_iterator_throw" => async_iterator_throw().await,
        "control_characters" => control_characters(),
        "message_is_huge" => message_is_huge(),
        "throw_after_await" => throw_after_await().await,
        "throw_in_promise_all" => throw_in_promise_all().await,
        "throw_top" => throw_top(),
        "tool_error_arguments" => tool_error_arguments().await,
        "tool_error_in_then" => tool_error_in_then().await,
        "tool_error_uncaught" => tool_error_uncaught().await,
        "tool_error_uncaught_nested" => tool_error_uncaught_nested().await,
        _ => crate::unknown(case),
    }
}

async fn async_iterator_throw() -> Result<Value> {
    let mut numbers = pin!(numbers());
    while let Some(number) = numbers.try_next().await? {
        callbox::log!("{number}");
    }
    Ok(Value::Null)
}

/// One, then an error.
fn numbers() -> impl Stream<Item = Result<u32>> {
    unfold(1, |number| async move {
        let item = if number == 1 { Ok(number) } else { Err(Error::new("async generator")) };
        Some((item, number + 1))
    })
}

fn control_characters() -> Result<Value> {
    callbox::bail!("red \u{1b}[31m and \u{202e}")
}

fn message_is_huge() -> Result<Value> {
    Err(Error::new("m".repeat(100)))
}

async fn throw_after_await() -> Result<Value> {
    kit("echo", json!({ "value": 1 })).await?;
    callbox::bail!("after await")
}

async fn throw_in_promise_all() -> Result<Value> {
    let echo = kit("echo", json!({ "value": 1 })).err_into::<Error>();
    let (echoed, ()) = callbox::try_join!(echo, throws())?;
    Ok(echoed)
}

async fn throws() -> Result<()> {
    others_first().await;
    callbox::bail!("in all")
}

fn throw_top() -> Result<Value> {
    callbox::bail!("at line five, column 7")
}

async fn tool_error_arguments() -> Result<Value> {
    kit("add", json!({ "a": 1, "b": 2 })).await?;
    Ok(kit("add", json!({ "a": 1, "b": "two" })).await?)
}

async fn tool_error_in_then() -> Result<Value> {
    Ok(kit("fail", json!({ "message": "chained" })).map_ok(|result| result["x"].clone()).await?)
}

async fn tool_error_uncaught() -> Result<Value> {
    Ok(kit("fail", json!({ "message": "no such city", "data": { "city": "X" } })).await?)
}

async fn tool_error_uncaught_nested() -> Result<Value> {
    Ok(callbox::try_join_all([1, 2].map(load)).await?.into())
}

async fn load(id: u32) -> Result<Value> {
    Ok(kit("fail", json!({ "message": format!("nested {id}") })).await?)
}
