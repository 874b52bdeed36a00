//! `names/`: names that are not identifiers, each of which reaches its own tool.

use callbox::{Result, Value, json};

use crate::kit;

pub(crate) async fn run(case: &str) -> Result<Value> {
    match case {
        "bound_as_callback" => bound_as_callback().await,
        "bracket_wire_names" => bracket_wire_names().await,
        "odd_static" => odd_static().await,
        "odd_wire" => odd_wire().await,
        _ => crate::unknown(case),
    }
}

async fn bound_as_callback() -> Result<Value> {
    let echo = |arguments| kit("echo", arguments);
    Ok(callbox::try_join_all([json!({ "value": 1 }), json!({ "value": 2 })].map(echo)).await?.into())
}

async fn bracket_wire_names() -> Result<Value> {
    Ok(callbox::call("my-server", "list-items", &json!({})).await?)
}

async fn odd_static() -> Result<Value> {
    called(&["list-items", "list_items", "then", "__proto__", "constructor", "", "list.items", "list items"]).await
}

async fn odd_wire() -> Result<Value> {
    let dashed = ["list-items", "list items", "list.items"];
    let traps = ["then", "__proto__", "constructor", "toString", "", "7zip", "default", "*/"];
    called(&[&dashed[..], &traps].concat()).await
}

/// Calls the tools one after the other.
async fn called(tools: &[&str]) -> Result<Value> {
    let mut out: Vec<Value> = Vec::new();
    for tool in tools {
        out.push(callbox::call("odd", tool, &json!({})).await?);
    }
    Ok(out.into())
}
