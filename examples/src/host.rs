//! A tool host of one's own: a server whose calls a Rust program answers, whatever they are.

use std::{error::Error, sync::Arc};

use callbox::{BoxFuture, Catalog, End, RunRequest, Sandbox, Tool, ToolError, ToolHost, ToolReply, ToolRequest};
use serde_json::{Value, json};

/// Answers calls from a table in memory.
struct Prices;

impl ToolHost for Prices {
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
        Box::pin(async move {
            match request.arguments["fruit"].as_str() {
                Some("apple") => Ok(json!({ "cents": 40 }).into()),
                Some("fig") => Ok(json!({ "cents": 75 }).into()),
                _ => Err(ToolError::failed("there is no such fruit")),
            }
        })
    }
}

/// Runs a script that calls it, and returns the value.
pub async fn run() -> Result<Value, Box<dyn Error>> {
    let entry = json!({
        "name": "price",
        "inputSchema": { "type": "object", "properties": { "fruit": { "type": "string" } }, "required": ["fruit"] },
    });
    let tool = Tool::from_json(&entry).map_err(|defect| defect.reason)?;
    let catalog = Catalog::builder().server("shop", vec![tool], Arc::new(Prices)).build();
    let script = r#"
        const fruits = ["apple", "fig", "stone"];
        const prices = await Promise.allSettled(fruits.map(fruit => tools.shop.price({ fruit })));
        return prices.map(({ value }) => value?.cents ?? null);
    "#;
    let outcome = Sandbox::new()?.run(&catalog, RunRequest::new(script)).await?;
    match outcome.end {
        End::Returned(returned) => Ok(returned.value),
        _ => Err(outcome.transcript().into()),
    }
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_failed_call_is_seen_by_the_script() {
        assert_eq!(super::run().await.expect("it runs"), serde_json::json!([40, 75, null]));
    }
}
