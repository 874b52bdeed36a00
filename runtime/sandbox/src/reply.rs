//! Turns a tool's reply into the one value it means.

use callbox_bindings::Tool;
use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::{host::ToolReply, json_shape::json_values};

/// Maximum number of values parsed from a text; each takes up to fifty times its two bytes.
const TEXT_VALUES_MAX: u64 = 1 << 20;

/// Text of at least this size, bytes, is parsed on a worker thread: many small values take a second.
const ASIDE_BYTES_MIN: usize = 512 << 10;

/// Returns the value of a reply: structured content, unwrapped if the server marks it as a wrapper; otherwise the JSON
/// in the only text block, unless it has too many values; otherwise that text; otherwise the content blocks; `null` for
/// an empty reply.
///
/// Wrappers are FastMCP's `{"result": …}`, marked `x-fastmcp-wrap-result` in the output schema.
pub(crate) async fn value_of(tool: &Tool, reply: ToolReply) -> Value {
    match reply.structured {
        Some(Value::Object(mut object)) if tool.wraps_result() => {
            object.remove("result").unwrap_or(Value::Object(object))
        }
        Some(value) => value,
        None => value_of_content(reply.content).await,
    }
}

async fn value_of_content(content: Vec<Value>) -> Value {
    match content.as_slice() {
        [] => Value::Null,
        [only] => match text_of(only) {
            Some(text) if text.len() >= ASIDE_BYTES_MIN => value_of_long_text(text.to_owned()).await,
            Some(text) => value_of_text(text),
            None => Value::Array(content),
        },
        blocks => match blocks.iter().map(text_of).collect::<Option<Vec<_>>>() {
            Some(texts) => Value::String(texts.join("\n")),
            None => Value::Array(content),
        },
    }
}

/// Parses only objects and arrays: a text that happens to be `12` or `true` stays text.
fn value_of_text(text: &str) -> Value {
    structure_of(text).unwrap_or_else(|| Value::String(text.to_owned()))
}

async fn value_of_long_text(text: String) -> Value {
    let read = spawn_blocking(move || structure_of(&text).unwrap_or(Value::String(text)));
    // This fails only when the runtime shuts down, and with it the caller.
    read.await.unwrap_or_default()
}

fn structure_of(text: &str) -> Option<Value> {
    let looks_structured = text.trim_start().starts_with(['{', '[']);
    let is_readable = looks_structured && json_values(text.as_bytes()) <= TEXT_VALUES_MAX;
    is_readable.then(|| serde_json::from_str(text).ok()).flatten()
}

fn text_of(block: &Value) -> Option<&str> {
    if block.get("type")?.as_str()? != "text" {
        return None;
    }
    block.get("text")?.as_str()
}

/// Joins the text of all text blocks, for the message of a failed call.
#[must_use]
pub fn text_of_content(content: &[Value]) -> String {
    content.iter().filter_map(text_of).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(output_schema: Option<Value>) -> Tool {
        let mut entry = json!({"name": "t", "inputSchema": {"type": "object"}});
        if let Some(schema) = output_schema {
            entry["outputSchema"] = schema;
        }
        Tool::from_json(&entry).expect("a tool")
    }

    fn text(text: &str) -> Value {
        json!({"type": "text", "text": text})
    }

    #[track_caller]
    fn check(schema: Option<Value>, structured: Option<Value>, content: Vec<Value>, expected: Value) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let value = runtime.block_on(value_of(&tool(schema), ToolReply { structured, content }));
        assert_eq!(value, expected);
    }

    #[test]
    fn a_reply_becomes_what_it_means() {
        check(None, Some(json!({"a": 1})), vec![text("ignored")], json!({"a": 1}));
        check(None, None, vec![text(r#" {"a": [1]}"#)], json!({"a": [1]}));
        check(None, None, vec![text("12")], json!("12"));
        check(None, None, vec![text("{not json")], json!("{not json"));
        check(None, None, vec![text("a"), text("b")], json!("a\nb"));
        check(None, None, vec![], Value::Null);
        let image = json!({"type": "image", "data": "", "mimeType": "image/png"});
        check(None, None, vec![text("a"), image.clone()], json!([text("a"), image]));
    }

    #[test]
    fn a_long_text_is_read_unless_its_values_are_too_many() {
        let long = json!(["x".repeat(ASIDE_BYTES_MIN)]);
        check(None, None, vec![text(&long.to_string())], long);
        let many = format!("[{}[]]", "[],".repeat(usize::try_from(TEXT_VALUES_MAX / 2).expect("a number")));
        check(None, None, vec![text(&many)], json!(many));
    }

    #[test]
    fn only_a_marked_wrapper_is_unwrapped() {
        let marked = json!({"type": "object", "properties": {"result": {}}, "x-fastmcp-wrap-result": true});
        let plain = json!({"type": "object", "properties": {"result": {}}});
        check(Some(marked), Some(json!({"result": [1]})), vec![], json!([1]));
        check(Some(plain), Some(json!({"result": [1]})), vec![], json!({"result": [1]}));
    }
}
