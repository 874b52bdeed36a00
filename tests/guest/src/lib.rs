//! Scripts of `tests/cases` in Rust, one function each, under the names of their files. One component holds
//! them all; the input says which one is meant.

mod calls;
mod limits;
mod steps;

use callbox::{Result, ToolError, Value, json};
use serde::Deserialize;

#[derive(Deserialize)]
struct Input {
    case: String,
}

#[callbox::script]
async fn run(input: Input) -> Result<Value> {
    match input.case.as_str() {
        "calls/call_timeout" => calls::call_timeout().await,
        "calls/concurrent_mixed" => calls::concurrent_mixed().await,
        "calls/inline_error" => calls::inline_error().await,
        "calls/inline_reply" => calls::inline_reply().await,
        "calls/nothing_sent_when_invalid" => calls::nothing_sent_when_invalid().await,
        "calls/output_schema" => calls::output_schema().await,
        "calls/tool_error_every_code" => calls::tool_error_every_code().await,
        "calls/wrong_type" => calls::wrong_type().await,
        "errors/tool_error_uncaught" => calls::tool_error_uncaught().await,
        "limits/at_once" => limits::at_once().await,
        "limits/cpu" => limits::cpu(),
        "limits/returned_bytes" => limits::returned_bytes(),
        "limits/tool_calls" => limits::tool_calls().await,
        "steps/for_await_paging" => steps::for_await_paging().await,
        "steps/pool_of_workers" => steps::pool_of_workers().await,
        "steps/promise_all_32" => steps::promise_all_32().await,
        "steps/promise_all_rejects" => steps::promise_all_rejects().await,
        "steps/promise_race" => steps::promise_race().await,
        "steps/retry" => steps::retry().await,
        "steps/settle_in_order_of_arrival" => steps::settle_in_order_of_arrival().await,
        "steps/slow_call_holds_up_only_its_own" => steps::slow_call_holds_up_only_its_own().await,
        "values/result_unicode" => Ok(callbox::call("t", "p", &json!({})).await?),
        other => callbox::bail!("there is no case `{other}`"),
    }
}

/// A tool of the server that most cases use.
async fn kit(tool: &str, arguments: Value) -> Result<Value, ToolError> {
    callbox::call("kit", tool, &arguments).await
}

/// The error of a call that has to fail.
async fn failed(tool: &str, arguments: Value) -> Result<ToolError> {
    match kit(tool, arguments).await {
        Ok(value) => callbox::bail!("{tool} gave {value}"),
        Err(error) => Ok(error),
    }
}
