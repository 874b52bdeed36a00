//! `calls/`, and a call's error that nobody catches.

use callbox::{Result, Value, json};
use serde::Deserialize;

use crate::{failed, kit};

pub(crate) async fn call_timeout() -> Result<Value> {
    let error = failed("never", json!({})).await?;
    Ok(json!([error.code, error.message, error.retryable]))
}

pub(crate) async fn concurrent_mixed() -> Result<Value> {
    let calls = (kit("add", json!({ "a": 1, "b": 1 })), failed("add", json!({ "a": 1 })), failed("fail", json!({})));
    let (a, b, c) = callbox::join!(calls.0, calls.1, calls.2);
    Ok(json!([a?, b?.code, c?.code]))
}

pub(crate) async fn inline_error() -> Result<Value> {
    Ok(callbox::call("db", "query", &json!({ "sql": "select 1" })).await?)
}

#[derive(Deserialize)]
struct Issue {
    number: u32,
    labels: Vec<String>,
}

pub(crate) async fn inline_reply() -> Result<Value> {
    let arguments = json!({ "repo": "callbox", "state": "open" });
    let issues: Vec<Issue> = callbox::call("github", "list_issues", &arguments).await?;
    let bugs = issues.iter().filter(|issue| issue.labels.iter().any(|label| label == "bug"));
    Ok(bugs.map(|issue| issue.number).collect())
}

pub(crate) async fn nothing_sent_when_invalid() -> Result<Value> {
    failed("add", json!({ "a": "x", "b": 1 })).await?;
    Ok(kit("count", json!({})).await?)
}

pub(crate) async fn output_schema() -> Result<Value> {
    let error = failed("wrong", json!({})).await?;
    Ok(json!([error.code, error.message]))
}

pub(crate) async fn tool_error_every_code() -> Result<Value> {
    let codes = [
        "invalid_arguments",
        "invalid_result",
        "tool_failed",
        "timeout",
        "unreachable",
        "server_died",
        "protocol",
        "cancelled",
    ];
    let mut out = Vec::new();
    for code in codes {
        let error = failed("fail", json!({ "code": code, "message": code })).await?;
        out.push(json!([error.code, error.retryable]));
    }
    Ok(out.into())
}

pub(crate) async fn tool_error_uncaught() -> Result<Value> {
    Ok(kit("fail", json!({ "message": "no such city", "data": { "city": "X" } })).await?)
}

pub(crate) async fn wrong_type() -> Result<Value> {
    Ok(failed("add", json!({ "a": 1, "b": "2" })).await?.message.into())
}
