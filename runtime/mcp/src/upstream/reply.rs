//! Translates a server's answer to a call, or its rejection, into the sandbox's terms. The sandbox itself unwraps
//! replies.

use callbox::{ToolError, ToolErrorCode, ToolReply};
use rmcp::model::{ErrorCode, ErrorData};
use serde_json::{Map, Value};
use tokio::task::spawn_blocking;

use super::json_size::Size;
use super::pipe::UNREADABLE;
use super::redact::Redactor;
use super::status::Era;
use callbox::internal::foreign;

/// Maximum bytes of a third party's text in a message.
const WORDS_BYTES_MAX: usize = 4096;

/// Maximum bytes of the `data` of an error; larger data is left out.
const DATA_BYTES_MAX: usize = 16 * 1024;

/// Maximum bytes of a failed tool's structured content; larger content is left out.
const FAILURE_BYTES_MAX: usize = 1024 * 1024;

/// Reads the result of `tools/call`.
pub(super) fn read(result: Value, era: Era, redactor: &Redactor) -> Result<ToolReply, ToolError> {
    let Value::Object(mut fields) = result else {
        return Err(protocol("the reply is not an object"));
    };
    check_complete(&fields)?;
    let content = match fields.remove("content") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(content)) => content,
        Some(_) => return Err(protocol("the reply's `content` is not an array")),
    };
    let structured = structured(fields.remove("structuredContent"), era);
    match fields.get("isError") {
        Some(Value::Bool(true)) => Err(failed(structured, &content, redactor)),
        _ => Ok(ToolReply::new(structured, content)),
    }
}

/// Rejects answers that are only a step of a longer exchange. Answers with which a modern server wants input are
/// handled before this.
fn check_complete(fields: &Map<String, Value>) -> Result<(), ToolError> {
    let kind = fields.get("resultType").and_then(Value::as_str).unwrap_or("complete");
    match kind {
        "input_required" => Err(protocol("the server wants input in a way that its protocol does not support")),
        "complete" => Ok(()),
        other => {
            let other = foreign::line(other, 40);
            Err(protocol(&format!("the reply is of an unknown kind, `{other}`")))
        }
    }
}

/// Before 2026-07-28 structured content is an object, and some servers send `null` instead of leaving it out.
fn structured(value: Option<Value>, era: Era) -> Option<Value> {
    match era {
        Era::Legacy => value.filter(|value| !value.is_null()),
        Era::Modern => value,
    }
}

/// Makes the error for a failure that a tool reports about itself.
fn failed(structured: Option<Value>, content: &[Value], redactor: &Redactor) -> ToolError {
    let texts: Vec<&str> = content.iter().filter_map(|block| block.get("text")?.as_str()).collect();
    let words = match texts.is_empty() {
        true => "the tool failed and did not say why".to_owned(),
        false => texts.join("\n"),
    };
    let mut error = ToolError::failed(foreign::block(&redactor.text(words), WORDS_BYTES_MAX));
    error.data = structured.and_then(small).map(|data| redactor.value(data));
    error
}

/// Leaves out data that would take a while to redact, and drops it on another thread.
fn small(data: Value) -> Option<Value> {
    if Size::of(&data).bytes <= FAILURE_BYTES_MAX {
        return Some(data);
    }
    drop(spawn_blocking(move || drop(data)));
    None
}

/// Makes the error for a rejected request.
pub(super) fn refused(error: ErrorData, redactor: &Redactor) -> ToolError {
    let words = redactor.text(error.message.into_owned());
    let words = foreign::block(&words, WORDS_BYTES_MAX);
    let code = match error.code {
        ErrorCode::INVALID_PARAMS => ToolErrorCode::InvalidArguments,
        _ => ToolErrorCode::Protocol,
    };
    let message = match error.code {
        UNREADABLE => words,
        code => format!("the server refused the call ({}): {words}", code.0),
    };
    let small = |data: &Value| Size::of(data).bytes <= DATA_BYTES_MAX;
    let mut refused = ToolError::new(code, message);
    refused.data = error.data.filter(small).map(|data| redactor.value(data));
    refused
}

fn protocol(message: &str) -> ToolError {
    ToolError::new(ToolErrorCode::Protocol, message)
}

#[cfg(test)]
mod tests {
    use callbox::ToolErrorCode;
    use serde_json::{Value, json};

    use super::{Era, Redactor, read, refused};

    fn code(result: Value) -> ToolErrorCode {
        read(result, Era::Legacy, &Redactor::default()).expect_err("an error").code
    }

    #[test]
    fn a_reply_keeps_blocks_of_any_kind() {
        let result = json!({"content": [{"type": "hologram", "x": 1}], "structuredContent": {"a": 1}});
        let reply = read(result, Era::Legacy, &Redactor::default()).expect("a reply");
        assert_eq!(reply.structured, Some(json!({"a": 1})));
        assert_eq!(reply.content, [json!({"type": "hologram", "x": 1})]);
    }

    #[test]
    fn null_is_a_structured_value_only_in_the_modern_era() {
        let result = json!({"content": [], "structuredContent": null});
        let of = |era| read(result.clone(), era, &Redactor::default()).expect("a reply").structured;
        assert_eq!(of(Era::Legacy), None);
        assert_eq!(of(Era::Modern), Some(Value::Null));
    }

    #[test]
    fn what_is_no_final_answer_is_an_error() {
        assert_eq!(code(json!("hello")), ToolErrorCode::Protocol);
        assert_eq!(code(json!({"content": "hello"})), ToolErrorCode::Protocol);
        assert_eq!(code(json!({"resultType": "input_required"})), ToolErrorCode::Protocol);
        assert_eq!(code(json!({"resultType": "task"})), ToolErrorCode::Protocol);
    }

    #[test]
    fn a_tools_own_failure_is_its_text_shortened() {
        let long = "x".repeat(10_000);
        let result = json!({"isError": true, "content": [{"type": "text", "text": long}]});
        let error = read(result, Era::Modern, &Redactor::default()).expect_err("an error");
        assert_eq!(error.code, ToolErrorCode::ToolFailed);
        assert!(error.message.len() < 5000, "{}", error.message.len());
    }

    #[tokio::test]
    async fn a_failure_brings_no_large_value_along() {
        let data = |items: usize| {
            let result = json!({"isError": true, "structuredContent": {"a": vec![0; items]}});
            read(result, Era::Modern, &Redactor::default()).expect_err("an error").data
        };
        assert!(data(1_000).is_some());
        assert!(data(1_000_000).is_none());
    }

    #[test]
    fn a_refusal_of_the_arguments_is_told_from_others() {
        let of = |code| {
            let error = rmcp::model::ErrorData::new(rmcp::model::ErrorCode(code), "no", None);
            refused(error, &Redactor::default()).code
        };
        assert_eq!(of(-32602), ToolErrorCode::InvalidArguments);
        assert_eq!(of(-32601), ToolErrorCode::Protocol);
    }
}
