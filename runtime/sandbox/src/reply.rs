//! Turns a tool's reply into the one value it means.

use callbox_bindings::Tool;
use serde_json::Value;

use crate::host::ToolReply;

/// The value of a reply: structured content, unwrapped where the server marks it as a wrapper; else
/// JSON in the only text block; else that text; else the content blocks; `null` for an empty reply.
///
/// Wrappers are FastMCP's `{"result": …}`, marked `x-fastmcp-wrap-result` in the output schema.
pub(crate) fn value_of(tool: &Tool, reply: ToolReply) -> Value {
    match reply.structured {
        Some(Value::Object(mut object)) if tool.wraps_result() => {
            object.remove("result").unwrap_or(Value::Object(object))
        }
        Some(value) => value,
        None => value_of_content(reply.content),
    }
}

fn value_of_content(content: Vec<Value>) -> Value {
    match content.as_slice() {
        [] => Value::Null,
        [only] => match text_of(only) {
            Some(text) => value_of_text(text),
            None => Value::Array(content),
        },
        blocks => match blocks.iter().map(text_of).collect::<Option<Vec<_>>>() {
            Some(texts) => Value::String(texts.join("\n")),
            None => Value::Array(content),
        },
    }
}

/// Objects and arrays only: a text that happens to read `12` or `true` stays the text it is.
fn value_of_text(text: &str) -> Value {
    let looks_structured = text.trim_start().starts_with(['{', '[']);
    match looks_structured.then(|| serde_json::from_str(text)) {
        Some(Ok(value)) => value,
        _ => Value::String(text.to_owned()),
    }
}

fn text_of(block: &Value) -> Option<&str> {
    if block.get("type")?.as_str()? != "text" {
        return None;
    }
    block.get("text")?.as_str()
}

/// The text of all text blocks, for the message of a failed call.
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
        let value = value_of(&tool(schema), ToolReply { structured, content });
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
    fn only_a_marked_wrapper_is_unwrapped() {
        let marked = json!({"type": "object", "properties": {"result": {}}, "x-fastmcp-wrap-result": true});
        let plain = json!({"type": "object", "properties": {"result": {}}});
        check(Some(marked), Some(json!({"result": [1]})), vec![], json!([1]));
        check(Some(plain), Some(json!({"result": [1]})), vec![], json!({"result": [1]}));
    }
}
