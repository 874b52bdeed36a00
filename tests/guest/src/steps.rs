//! `steps/`: concurrent and sequential calls.

use std::{
    cell::{Cell, RefCell},
    pin::pin,
};

use callbox::{Error, Result, ToolError, Value, json};
use futures_util::{
    TryStreamExt,
    future::{select, select_ok},
    stream::unfold,
};
use serde::Deserialize;

use crate::{begun, kit, others_first};

pub(crate) async fn run(case: &str) -> Result<Value> {
    match case {
        "all_settled" => all_settled().await,
        "call_after_throw" => call_after_throw().await,
        "call_in_finally" => call_in_finally().await,
        "finally_overrides" => finally_overrides().await,
        "for_await_array" => for_await_array().await,
        "for_await_break" => for_await_break().await,
        "for_await_paging" => for_await_paging().await,
        "log_control_characters" => log_control_characters(),
        "loop_with_await" => loop_with_await().await,
        "microtask_order" => microtask_order().await,
        "pool_of_workers" => pool_of_workers().await,
        "promise_all_32" => promise_all_32().await,
        "promise_all_order" => promise_all_order().await,
        "promise_all_parallel" => promise_all_parallel().await,
        "promise_all_rejects" => promise_all_rejects().await,
        "promise_any" => promise_any().await,
        "promise_race" => promise_race().await,
        "promise_race_never" => promise_race_never().await,
        "retry" => retry().await,
        "sequential_not_parallel" => sequential_not_parallel().await,
        "settle_in_order_of_arrival" => settle_in_order_of_arrival().await,
        "slow_call_holds_up_only_its_own" => slow_call_holds_up_only_its_own().await,
        "unawaited_call" => unawaited_call().await,
        "unawaited_never" => unawaited_never().await,
        "while_until" => while_until().await,
        _ => crate::unknown(case),
    }
}

async fn all_settled() -> Result<Value> {
    let calls = [kit("echo", json!({ "value": 1 })), kit("fail", json!({ "message": "x" }))];
    let settled = callbox::join_all(calls).await.into_iter().map(|call| match call {
        Ok(value) => json!(["fulfilled", value]),
        Err(error) => json!(["rejected", error.message]),
    });
    Ok(settled.collect())
}

async fn call_after_throw() -> Result<Value> {
    let _started = begun(kit("echo", json!({ "value": "started" }))).await;
    callbox::bail!("after the start")
}

async fn call_in_finally() -> Result<Value> {
    let body = Err(Error::new("body"));
    kit("echo", json!({ "value": "cleanup" })).await?;
    body
}

async fn finally_overrides() -> Result<Value> {
    let _overridden = kit("fail", json!({ "message": "x" })).await;
    Ok(kit("echo", json!({ "value": "finally wins" })).await?)
}

async fn for_await_array() -> Result<Value> {
    let mut out = Vec::new();
    for call in [begun(kit("echo", json!({ "value": 1 }))).await, begun(kit("echo", json!({ "value": 2 }))).await] {
        out.push(call.await?);
    }
    Ok(out.into())
}

/// Records when its owner is dropped.
struct Closing<'a>(&'a Cell<bool>);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

async fn for_await_break() -> Result<Value> {
    let closed = Cell::new(false);
    {
        let mut numbers = pin!(unfold((0, Closing(&closed)), |(number, closing)| async move {
            Some((kit("echo", json!({ "value": number })).await, (number + 1, closing)))
        }));
        while let Some(number) = numbers.try_next().await? {
            if number == 2 {
                break;
            }
        }
    }
    Ok(closed.get().into())
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Value>,
    next: Option<u32>,
}

async fn for_await_paging() -> Result<Value> {
    let (mut all, mut cursor) = (Vec::new(), Some(0));
    while let Some(at) = cursor {
        let page: Page = callbox::call("kit", "page", &json!({ "cursor": at })).await?;
        all.extend(page.items);
        cursor = page.next;
    }
    Ok(all.into())
}

fn log_control_characters() -> Result<Value> {
    callbox::log!("\u{1b}[2Jcleared \u{202e} reversed");
    Ok(Value::Null)
}

async fn loop_with_await() -> Result<Value> {
    let mut out = Vec::new();
    for i in 0..5 {
        out.push(kit("add", json!({ "a": i, "b": i })).await?);
    }
    Ok(out.into())
}

async fn microtask_order() -> Result<Value> {
    let log = RefCell::new(Vec::new());
    let steps = |first, second| {
        let log = &log;
        async move {
            log.borrow_mut().push(first);
            others_first().await;
            log.borrow_mut().push(second);
        }
    };
    callbox::join!(steps("a1", "a2"), steps("b1", "b2"));
    Ok(json!(log.into_inner()))
}

async fn pool_of_workers() -> Result<Value> {
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

async fn promise_all_32() -> Result<Value> {
    let all = callbox::try_join_all((0..32).map(|_| kit("gate", json!({ "n": 32 })))).await?;
    Ok(all.len().into())
}

async fn promise_all_order() -> Result<Value> {
    let calls = [30, 10, 20].map(|ms| kit("slow", json!({ "ms": ms, "value": ms })));
    Ok(callbox::try_join_all(calls).await?.into())
}

async fn promise_all_parallel() -> Result<Value> {
    Ok(callbox::try_join_all((0..3).map(|_| kit("gate", json!({ "n": 3 })))).await?.into())
}

async fn promise_all_rejects() -> Result<Value> {
    let both = callbox::try_join!(kit("echo", json!({ "value": 1 })), kit("fail", json!({ "message": "no" })));
    match both {
        Ok(both) => callbox::bail!("they gave {both:?}"),
        Err(error) => Ok(json!(["ToolError", error.code, error.message])),
    }
}

async fn promise_any() -> Result<Value> {
    let calls = [kit("fail", json!({ "message": "x" })), kit("echo", json!({ "value": "any" }))];
    Ok(select_ok(calls.map(Box::pin)).await?.0)
}

async fn promise_race() -> Result<Value> {
    let slow = pin!(kit("slow", json!({ "ms": 500, "value": "slow" })));
    let fast = pin!(kit("slow", json!({ "ms": 1, "value": "fast" })));
    Ok(select(slow, fast).await.factor_first().0?)
}

async fn promise_race_never() -> Result<Value> {
    let never = pin!(kit("never", json!({})));
    let echo = pin!(kit("echo", json!({ "value": "answered" })));
    Ok(select(never, echo).await.factor_first().0?)
}

async fn retry() -> Result<Value> {
    let mut tries = 0;
    loop {
        match kit("flaky", json!({ "key": "k", "failures": 2 })).await {
            Err(error) if error.retryable && tries < 5 => tries += 1,
            ended => return Ok(ended?),
        }
    }
}

async fn sequential_not_parallel() -> Result<Value> {
    for value in [1, 2, 3] {
        kit("echo", json!({ "value": value })).await?;
    }
    Ok("one by one".into())
}

async fn settle_in_order_of_arrival() -> Result<Value> {
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

async fn slow_call_holds_up_only_its_own() -> Result<Value> {
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

async fn unawaited_call() -> Result<Value> {
    drop(begun(kit("echo", json!({ "value": "background" }))).await);
    Ok("returned".into())
}

async fn unawaited_never() -> Result<Value> {
    drop(begun(kit("never", json!({}))).await);
    Ok("returned".into())
}

async fn while_until() -> Result<Value> {
    let mut n = 0;
    while n < 10 {
        n = callbox::call("kit", "add", &json!({ "a": n, "b": 3 })).await?;
    }
    Ok(n.into())
}
