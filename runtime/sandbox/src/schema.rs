//! Checks values against a tool's JSON Schema and says what is wrong in one bounded message.

use std::sync::OnceLock;

use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

/// More errors than this help no one; the rest are counted.
const ERRORS_SHOWN_MAX: usize = 3;
/// A message quotes the value, which may be a megabyte.
const ERROR_CHARS_MAX: usize = 300;
/// Steps a pattern of a third party may backtrack; the library's own default is ten times as many.
const PATTERN_BACKTRACK_MAX: usize = 100_000;

/// A schema that is compiled when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct LazySchema(OnceLock<Result<Validator, String>>);

impl LazySchema {
    /// Checks `value`; a schema that cannot be compiled checks nothing (see [`Self::defect`]).
    pub(crate) fn check(&self, schema: &Value, value: &Value) -> Result<(), String> {
        match self.compiled(schema) {
            Ok(validator) => check(validator, value),
            Err(_) => Ok(()),
        }
    }

    /// Why the schema cannot be enforced, if it cannot.
    pub(crate) fn defect(&self, schema: &Value) -> Option<&str> {
        self.compiled(schema).as_ref().err().map(String::as_str)
    }

    fn compiled(&self, schema: &Value) -> &Result<Validator, String> {
        self.0.get_or_init(|| compile(schema))
    }
}

fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(draft_of(schema))
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(PATTERN_BACKTRACK_MAX))
        .build(schema)
        .map_err(|error| bounded(&error.to_string()))
}

/// MCP's default is 2020-12; most real tools declare draft-07.
fn draft_of(schema: &Value) -> Draft {
    let declared = schema.get("$schema").and_then(Value::as_str).unwrap_or_default();
    if declared.contains("draft-07") {
        Draft::Draft7
    } else if declared.contains("draft-06") {
        Draft::Draft6
    } else if declared.contains("draft-04") {
        Draft::Draft4
    } else if declared.contains("2019-09") {
        Draft::Draft201909
    } else {
        Draft::Draft202012
    }
}

fn check(validator: &Validator, value: &Value) -> Result<(), String> {
    if validator.is_valid(value) {
        return Ok(());
    }
    let mut errors = validator.iter_errors(value);
    let shown: Vec<_> = errors.by_ref().take(ERRORS_SHOWN_MAX).map(|error| describe(&error)).collect();
    let rest = errors.take(100).count();
    let more = if rest == 0 { String::new() } else { format!("; and {rest} more") };
    Err(shown.join("; ") + &more)
}

fn describe(error: &ValidationError<'_>) -> String {
    let place = dotted(error.instance_path().as_str());
    bounded(&format!("`{place}`: {error}"))
}

/// `/items/3/when` → `$.items[3].when`.
fn dotted(pointer: &str) -> String {
    pointer.split('/').skip(1).fold("$".to_owned(), |path, token| {
        let token = token.replace("~1", "/").replace("~0", "~");
        match token.parse::<usize>() {
            Ok(index) => format!("{path}[{index}]"),
            Err(_) => format!("{path}.{token}"),
        }
    })
}

/// The text, cut off where it gets long.
pub(crate) fn bounded(text: &str) -> String {
    match text.char_indices().nth(ERROR_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn refused(schema: Value, value: Value) -> String {
        LazySchema::default().check(&schema, &value).expect_err("the value is refused")
    }

    #[test]
    fn an_error_names_path_and_value() {
        let schema =
            json!({"type": "object", "properties": {"items": {"type": "array", "items": {"type": "integer"}}}});
        let message = refused(schema, json!({"items": [1, "x"]}));
        assert_eq!(message, r#"`$.items[1]`: "x" is not of type "integer""#);
    }

    #[test]
    fn a_huge_value_makes_a_short_message() {
        let message = refused(json!({"type": "integer"}), json!("x".repeat(1 << 20)));
        assert!(message.chars().count() <= ERROR_CHARS_MAX + 1, "{}", message.len());
    }

    #[test]
    fn nothing_is_fetched_and_nothing_is_checked_with_a_broken_schema() {
        let schema = json!({"$ref": "http://127.0.0.1:1/schema.json"});
        let lazy = LazySchema::default();
        assert!(lazy.check(&schema, &json!(1)).is_ok());
        assert!(lazy.defect(&schema).is_some());
    }

    #[test]
    fn draft_07_items_are_positional() {
        let schema = json!({"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}]});
        refused(schema, json!([1]));
    }

    #[test]
    fn a_catastrophic_pattern_ends() {
        refused(json!({"pattern": "^(a+)+\\1$"}), json!("a".repeat(40) + "!"));
    }
}
