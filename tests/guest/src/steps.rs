//! `steps/`: calls beside each other and one after the other.

use std::{cell::RefCell, pin::pin};

use callbox::{Result, ToolError, Value, json};
use futures_util::future::select;
use serde::Deserialize;

use crate::kit;

#[derive(Deserialize)]
struct Page {
    items: Vec<Value>,
    next: Option<u32>,
}

pub(crate) async fn for_await_paging() -> Result<Value> {
    let (mut all, mut cursor) = (Vec::new(), Some(0));
    while let Some(at) = cursor {
        let page: Page = callbox::call("kit", "page", &json!({ "cursor": at })).await?;
        all.extend(page.items);
        cursor = page.next;
    }
    Ok(all.into())
}

pub(crate) async fn pool_of_workers() -> Result<Value> {
    let (queue, out) = (RefCell::new(0..10), RefCell::new(Vec::new()));
    let worker = || async {
        loop {
            let Some(a) = queue.borrow_mut().next() else { return Ok::<_, ToolError>(()) };
            let sum = kit("add", json!({ "a": a, "b": 0 })).await?;
            out.borrow_mut().push(sum.as_i64());
        }
    };
    callbox::try_join!(worker(), worker(), worker())?;
    let mut out = out.into_inner();
    out.sort();
    Ok(json!(out))
}

pub(crate) async fn promise_all_32() -> Result<Value> {
    let all = callbox::try_join_all((0..32).map(|_| kit("gate", json!({ "n": 32 })))).await?;
    Ok(all.len().into())
}

pub(crate) async fn promise_all_rejects() -> Result<Value> {
    let both = callbox::try_join!(kit("echo", json!({ "value": 1 })), kit("fail", json!({ "message": "no" })));
    match both {
        Ok(both) => callbox::bail!("they gave {both:?}"),
        Err(error) => Ok(json!(["ToolError", error.code, error.message])),
    }
}

pub(crate) async fn promise_race() -> Result<Value> {
    let slow = pin!(kit("slow", json!({ "ms": 500, "value": "slow" })));
    let fast = pin!(kit("slow", json!({ "ms": 1, "value": "fast" })));
    Ok(select(slow, fast).await.factor_first().0?)
}

pub(crate) async fn retry() -> Result<Value> {
    let mut tries = 0;
    loop {
        match kit("flaky", json!({ "key": "k", "failures": 2 })).await {
            Err(error) if error.retryable && tries < 5 => tries += 1,
            ended => return Ok(ended?),
        }
    }
}

pub(crate) async fn settle_in_order_of_arrival() -> Result<Value> {
    let log = RefCell::new(Vec::new());
    let wait = |ms: u32| {
        let log = &log;
        async move {
            kit("slow", json!({ "ms": ms })).await?;
            log.borrow_mut().push(ms);
            Ok::<_, ToolError>(())
        }
    };
    callbox::try_join!(wait(300), wait(1), wait(150))?;
    Ok(json!(log.into_inner()))
}

pub(crate) async fn slow_call_holds_up_only_its_own() -> Result<Value> {
    let fast = async {
        let mut fast = Vec::new();
        for value in 0..3 {
            fast.push(kit("echo", json!({ "value": value })).await?);
        }
        Ok::<_, ToolError>(fast)
    };
    let (slow, fast) = callbox::try_join!(kit("slow", json!({ "ms": 60, "value": "slow" })), fast)?;
    Ok(json!([fast, slow]))
}
