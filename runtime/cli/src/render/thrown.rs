//! Renders an error that a script threw and did not catch.

use callbox::{
    ToolError,
    internal::foreign,
    outcome::{Frame, Thrown},
};
use serde_json::Value;

use super::excerpt::{Canvas, Message, ScriptText};

/// Frames shown besides the first; the innermost tell most.
const FRAMES_MAX: usize = 8;
/// Maximum characters shown of the data.
const VALUE_CHARS_MAX: usize = 400;

/// Maximum characters shown of a function's name.
const FUNCTION_CHARS_MAX: usize = 200;

/// Renders the error at the place where it was thrown, with its callers.
pub(crate) fn thrown(thrown: &Thrown, script: &ScriptText, canvas: Canvas) -> String {
    let frames = thrown.frames.iter().skip(1).take(FRAMES_MAX).map(|frame| called_from(frame, script));
    let message = Message {
        title: &foreign::framed(&thrown.to_string()),
        code: thrown.code.as_deref(),
        place: thrown.place(),
        notes: frames.chain(thrown.value.as_ref().and_then(data)).collect(),
        hint: thrown.hint.as_deref(),
    };
    canvas.error(&message, Some(script))
}

/// Renders a failed call made outside any script.
pub(crate) fn tool_error(error: &ToolError, tool: &str, canvas: Canvas) -> String {
    let message = Message {
        title: &foreign::framed(&format!("`{tool}`: {error}")),
        code: Some(error.code.as_str()),
        place: None,
        notes: error.data.as_ref().and_then(data).into_iter().collect(),
        hint: error.retryable.then_some("The same call may succeed later."),
    };
    canvas.error(&message, None)
}

fn called_from(frame: &Frame, script: &ScriptText) -> String {
    let place = format!("{}:{}:{}", script.name, frame.place.line, frame.place.column);
    match frame.function.as_str() {
        "" => format!("called from {place}"),
        function => format!("called from `{}`, {place}", foreign::line(function, FUNCTION_CHARS_MAX)),
    }
}

/// Renders an error's data; a thrown string is already the message.
fn data(value: &Value) -> Option<String> {
    let more = !matches!(value, Value::Null | Value::String(_));
    more.then(|| format!("data: {}", foreign::json_line(value, VALUE_CHARS_MAX)))
}

#[cfg(test)]
mod tests {
    use callbox::outcome::Place;
    use serde_json::json;

    use super::*;

    fn frame(function: &str, line: u32, column: u32) -> Frame {
        Frame::new(function, Place { line, column, end: None })
    }

    #[test]
    fn a_thrown_error_shows_its_place_its_callers_and_its_data() {
        let script = ScriptText::new("<stdin>", "function f() {\n  throw new Error('no')\n}\nf()");
        let mut error = Thrown::new("ToolError", "no");
        error.code = Some("tool_failed".to_owned());
        error.frames = vec![frame("f", 2, 9), frame("", 4, 1)];
        error.value = Some(json!({"a": 1}));
        let expected = "\
error[tool_failed]: ToolError: no
 --> <stdin>:2:9
  |
1 | function f() {
2 |   throw new Error('no')
  |         ^
  |
  = note: called from <stdin>:4:1
  = note: data: {\"a\":1}
";
        assert_eq!(thrown(&error, &script, Canvas { colour: false }), expected);
    }
}
