//! Scripts of `tests/cases` in Rust: one function each, named after the file, with one module per folder. A single
//! component contains them all; the input selects one.

mod calls;
mod determinism;
mod errors;
mod limits;
mod names;
mod steps;
mod values;

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

use callbox::{Result, ToolError, Value};
use futures_util::future::{Either, Ready, poll_immediate, ready};
use serde::Deserialize;

#[derive(Deserialize)]
struct Input {
    case: String,
}

#[callbox::script]
async fn run(input: Input) -> Result<Value> {
    match input.case.split_once('/') {
        Some(("calls", case)) => calls::run(case).await,
        Some(("determinism", case)) => determinism::run(case).await,
        Some(("errors", case)) => errors::run(case).await,
        Some(("limits", case)) => limits::run(case).await,
        Some(("names", case)) => names::run(case).await,
        Some(("steps", case)) => steps::run(case).await,
        Some(("values", case)) => values::run(case).await,
        _ => unknown(&input.case),
    }
}

fn unknown(case: &str) -> Result<Value> {
    callbox::bail!("there is no case `{case}`")
}

/// Calls a tool of the server that most cases use.
async fn kit(tool: &str, arguments: Value) -> Result<Value, ToolError> {
    callbox::call("kit", tool, &arguments).await
}

/// Returns the error of a call that must fail.
async fn failed(tool: &str, arguments: Value) -> Result<ToolError> {
    match kit(tool, arguments).await {
        Ok(value) => callbox::bail!("{tool} gave {value}"),
        Err(error) => Ok(error),
    }
}

type Begun<F> = Either<Ready<<F as Future>::Output>, Pin<Box<F>>>;

/// Sends a call before it is awaited, as JavaScript does.
async fn begun<F: Future>(call: F) -> Begun<F> {
    let mut call = Box::pin(call);
    match poll_immediate(&mut call).await {
        Some(ended) => Either::Left(ready(ended)),
        None => Either::Right(call),
    }
}

/// Lets everything else that can make progress take a step.
async fn others_first() {
    let mut waited = false;
    poll_fn(|context| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
